//! What members hold of campaigns and leads.

use baton_chassis::{
    act::Said,
    holding::{Held, Seat},
    ids::MemberId,
};
use uuid::Uuid;

use crate::{
    campaign::Campaign,
    events,
    lead::{Lead, Quality},
};

impl Held for Campaign {
    const HELD: &'static str = "select c.id, c.number, c.name as title, c.state in ('PLANNED', 'RUNNING') as open, \
        c.state as standing, false as busy, c.owner, c.territory, cast(null as uuid) as party from campaign c \
        where c.owner = $1 and c.id > $2 order by c.id limit $3";

    fn seats(&self, member: MemberId) -> Vec<Seat> {
        let his = self.owner == member;
        his.then_some(Seat::Owner).into_iter().collect()
    }

    fn give(&mut self, seat: &Seat, _from: MemberId, to: MemberId) {
        if *seat == Seat::Owner {
            self.owner = to;
        }
    }

    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said {
        events::handed_on(events::campaign_subject(self), from, handover)
    }
}

impl Held for Lead {
    const HELD: &'static str = "select l.id, l.number, l.title, l.closed_at is null as open, l.quality as standing, \
        l.quality = 'CONVERTING' as busy, l.owner, l.territory, l.party from lead l where l.id in (select subject_id from handoff where to_member = $1 and state = 'OFFERED' \
        union select subject_id from handoff where from_member = $1 and state = 'OFFERED' \
        union select id from lead where owner = $1) \
        and l.id > $2 order by l.id limit $3";

    fn seats(&self, member: MemberId) -> Vec<Seat> {
        let his = self.owner == Some(member);
        his.then_some(Seat::Owner).into_iter().collect()
    }

    fn give(&mut self, seat: &Seat, _from: MemberId, to: MemberId) {
        if *seat == Seat::Owner {
            self.owner = Some(to);
        }
    }

    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said {
        events::handed_on(events::lead_subject(self), from, handover)
    }

    fn is_busy(&self) -> bool {
        self.quality == Quality::Converting
    }
}
