//! Contracts and orders of a person: told to who asks what is held of him, and kept when he is erased.

use baton_chassis::{Time, personal::Personal};

use crate::{
    contract::{self, Contract},
    order::{self, Order},
};

impl Personal for Contract {
    const ABOUT: &'static str =
        "select id from contract where party = $1 and id > $2 order by id limit $3";

    fn rests_since(&self) -> Option<Time> {
        use contract::State::{Fulfilled, Terminated};
        matches!(self.state, Fulfilled | Terminated).then_some(self.updated_at)
    }
}

impl Personal for Order {
    const ABOUT: &'static str =
        "select id from sales_order where party = $1 and id > $2 order by id limit $3";

    fn rests_since(&self) -> Option<Time> {
        use order::State::{Cancelled, Closed};
        matches!(self.state, Closed | Cancelled).then_some(self.updated_at)
    }
}
