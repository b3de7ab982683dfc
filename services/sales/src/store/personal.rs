//! Deals and projects with a person: told to who asks what is held of him, and kept when he is erased.

use baton_chassis::{Time, personal::Personal};

use crate::{
    commerce::Commerce,
    opportunity::{self, Opportunity},
    project::{self, Project},
};

/// Whether neither sales nor commerce has anything left to do with what was sold.
fn is_through(commerce: Commerce) -> bool {
    matches!(
        commerce,
        Commerce::None | Commerce::Outside | Commerce::HandedOver
    )
}

impl Personal for Opportunity {
    const ABOUT: &'static str = "select id from (select id from opportunity where contact = $1 \
        union select id from opportunity where party = $1) as told where id > $2 order by id limit $3";

    fn rests_since(&self) -> Option<Time> {
        let at_rest = self.state != opportunity::State::Open && is_through(self.commerce);
        at_rest.then_some(self.updated_at)
    }
}

impl Personal for Project {
    const ABOUT: &'static str = "select id from (select id from project where contact = $1 \
        union select id from project where party = $1) as told where id > $2 order by id limit $3";

    fn rests_since(&self) -> Option<Time> {
        use project::State::{Cancelled, Completed, Retracted};
        let ended = matches!(self.state, Completed | Cancelled | Retracted);
        let through = self.deal.as_ref().is_none_or(|d| is_through(d.commerce));
        (ended && through).then_some(self.updated_at)
    }
}
