//! Deals and projects with a person: told to who asks what is held of him, and kept when he is erased.

use baton_chassis::personal::Personal;

use crate::{opportunity::Opportunity, project::Project};

impl Personal for Opportunity {
    const ABOUT: &'static str = "select id from (select id from opportunity where contact = $1 \
        union select id from opportunity where party = $1) as told where id > $2 order by id limit $3";
}

impl Personal for Project {
    const ABOUT: &'static str = "select id from (select id from project where contact = $1 \
        union select id from project where party = $1) as told where id > $2 order by id limit $3";
}
