//! What members hold of contracts and orders.

use baton_chassis::{
    act::Said,
    holding::{Held, Seat},
    ids::MemberId,
};
use uuid::Uuid;

use crate::{contract::Contract, events, order::Order};

impl Held for Contract {
    const HELD: &'static str = "select c.id, c.number, c.title, c.ended_at is null as open, c.state as standing, \
        false as busy, c.owner, c.territory, c.party from contract c where c.owner = $1 and c.id > $2 \
        order by c.id limit $3";

    fn seats(&self, member: MemberId) -> Vec<Seat> {
        let his = self.head.owner == member;
        his.then_some(Seat::Owner).into_iter().collect()
    }

    fn give(&mut self, seat: &Seat, _from: MemberId, to: MemberId) {
        if *seat == Seat::Owner {
            self.head.owner = to;
        }
    }

    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said {
        events::handed_on(events::contract_subject(self), from, handover)
    }
}

impl Held for Order {
    const HELD: &'static str = "select o.id, o.number, o.title, o.ended_at is null as open, o.state as standing, \
        false as busy, o.owner, o.territory, o.party from sales_order o where o.id in (select subject_id from handoff where to_member = $1 and state = 'OFFERED' \
        union select subject_id from handoff where from_member = $1 and state = 'OFFERED' \
        union select id from sales_order where owner = $1) \
        and o.id > $2 order by o.id limit $3";

    fn seats(&self, member: MemberId) -> Vec<Seat> {
        let his = self.head.owner == member;
        his.then_some(Seat::Owner).into_iter().collect()
    }

    fn give(&mut self, seat: &Seat, _from: MemberId, to: MemberId) {
        if *seat == Seat::Owner {
            self.head.owner = to;
        }
    }

    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said {
        events::handed_on(events::order_subject(self), from, handover)
    }
}
