//! What members hold of deals and projects.

use baton_chassis::{
    act::Said,
    holding::{Held, Seat},
    ids::{MemberId, TaskId},
};
use uuid::Uuid;

use crate::{
    commerce::{Commerce, Sold as _},
    events,
    opportunity::Opportunity,
    project::{Project, TaskState},
};

impl Held for Opportunity {
    const HELD: &'static str = "select o.id, o.number, o.name as title, o.state = 'OPEN' as open, o.state as standing, \
        o.commerce = 'HANDING_OVER' as busy, o.owner, o.territory, o.party from opportunity o where o.id \
        in (select subject_id from handoff where to_member = $1 and state = 'OFFERED' \
        union select subject_id from handoff where from_member = $1 and state = 'OFFERED' \
        union select id from opportunity where owner = $1) and o.id > $2 order by o.id limit $3";

    fn seats(&self, member: MemberId) -> Vec<Seat> {
        let his = self.head.owner == member;
        his.then_some(Seat::Owner).into_iter().collect()
    }

    fn give(&mut self, seat: &Seat, _from: MemberId, to: MemberId) {
        if *seat == Seat::Owner {
            self.own(to);
        }
    }

    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said {
        events::handed_on(events::subject(self), from, handover)
    }

    fn is_busy(&self) -> bool {
        self.commerce() == Commerce::HandingOver
    }
}

impl Held for Project {
    const HELD: &'static str = "select p.id, p.number, p.name as title, p.ended_at is null as open, \
        coalesce(case when p.deal_state = 'WON' then 'WON' end, p.type) as standing, \
        coalesce(p.commerce = 'HANDING_OVER', false) as busy, p.owner, p.territory, p.party from project p where p.id \
        in (select subject_id from handoff where to_member = $1 and state = 'OFFERED' \
        union select subject_id from handoff where from_member = $1 and state = 'OFFERED' \
        union select id from project where owner = $1 \
        union select m.project from project_member m join project w on w.id = m.project \
        where m.member = $1 and w.ended_at is null \
        union select project from project_task where assignee = $1 and state = 'OPEN') \
        and p.id > $2 order by p.id limit $3";

    /// Who was in the team of what is over, and who did what is done, stays so.
    fn seats(&self, member: MemberId) -> Vec<Seat> {
        let owner = (self.head.owner == member).then_some(Seat::Owner);
        let team = self.head.team.iter().filter(|_| self.ended_at.is_none());
        let roles = team
            .filter(|mate| mate.member == member)
            .map(|mate| Seat::Role(mate.role.clone()));
        let tasks = self.tasks.iter();
        let tasks = tasks
            .filter(|task| task.work.assignee == member && task.state == TaskState::Open)
            .map(|task| Seat::Task(task.id.into()));
        owner.into_iter().chain(roles).chain(tasks).collect()
    }

    fn give(&mut self, seat: &Seat, from: MemberId, to: MemberId) {
        match seat {
            Seat::Owner => self.head.owner = to,
            Seat::Role(role) => {
                let his = |m: MemberId| {
                    move |mate: &&mut crate::project::Teammate| {
                        mate.member == m && mate.role == *role
                    }
                };
                if let Some(mate) = self.head.team.iter_mut().find(his(from)) {
                    mate.member = to;
                }
            }
            Seat::Task(id) => {
                let task = self
                    .tasks
                    .iter_mut()
                    .find(|task| task.id == TaskId::from(*id));
                if let Some(task) = task {
                    task.work.assignee = to;
                }
            }
            Seat::Answer(_) | Seat::Offer(_) => {}
        }
    }

    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said {
        events::handed_on(events::project::subject(self), from, handover)
    }

    fn is_busy(&self) -> bool {
        self.commerce() == Commerce::HandingOver
    }
}
