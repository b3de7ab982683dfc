//! What members hold of customers, and of what is to be done for them.

use baton_chassis::{
    Result,
    act::{Act, Said},
    holding::{Held, Seat},
    ids::MemberId,
};
use uuid::Uuid;

use super::hand_contacts_over;
use crate::{events, follow_up::FollowUp, party::Party};

impl Held for Party {
    const HELD: &'static str = "select p.id, p.number, p.name as title, p.state <> 'INVALID' as open, p.state as standing, \
        false as busy, p.owner, p.territory, p.id as party from party p where p.owner = $1 and p.id > $2 \
        order by p.id limit $3";

    fn seats(&self, member: MemberId) -> Vec<Seat> {
        let his = self.details.owner == Some(member);
        his.then_some(Seat::Owner).into_iter().collect()
    }

    fn give(&mut self, seat: &Seat, _from: MemberId, to: MemberId) {
        if *seat == Seat::Owner {
            self.details.owner = Some(to);
        }
    }

    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said {
        events::handed_on(events::of_party(self), from, handover)
    }

    /// Contacts are with whom their party is.
    async fn followed(&self, act: &mut Act<'_>) -> Result<()> {
        Ok(hand_contacts_over(act.tx, self).await?)
    }
}

impl Held for FollowUp {
    const HELD: &'static str = "select f.id, '' as number, f.title, f.state = 'OPEN' as open, f.state as standing, \
        false as busy, f.owner, f.territory, f.party from follow_up f where f.owner = $1 and f.id > $2 \
        order by f.id limit $3";

    fn seats(&self, member: MemberId) -> Vec<Seat> {
        let his = self.details.owner == Some(member);
        his.then_some(Seat::Owner).into_iter().collect()
    }

    fn give(&mut self, seat: &Seat, _from: MemberId, to: MemberId) {
        if *seat == Seat::Owner {
            self.details.owner = Some(to);
        }
    }

    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said {
        events::handed_on(events::of_follow_up(self), from, handover)
    }
}
