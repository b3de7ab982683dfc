//! Contracts and orders of a person: told to who asks what is held of him, and kept when he is erased.

use baton_chassis::personal::Personal;

use crate::{contract::Contract, order::Order};

impl Personal for Contract {
    const ABOUT: &'static str =
        "select id from contract where party = $1 and id > $2 order by id limit $3";
}

impl Personal for Order {
    const ABOUT: &'static str =
        "select id from sales_order where party = $1 and id > $2 order by id limit $3";
}
