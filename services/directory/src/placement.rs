//! A placement: what stands where in the organisation from when until when. What is in force is written with each change of a
//! territory or a member; what is to change on a day to come is planned.
//!
//! `PLANNED` until its first day begins; then `IN_FORCE` if it can be carried out, `REFUSED` if it cannot. `ENDED` once another
//! one took its place. A plan that was taken back is `CANCELLED`. For each subject and kind one is in force, and one follows the
//! other without a gap.

use baton_chassis::{
    Args, Reason, Time,
    ids::{MemberId, PlacementId},
    time::Date,
};
use chrono::{DateTime, TimeZone};
use serde::Serialize;
use uuid::Uuid;

use crate::{member::Member, territory::Territory};

/// When what was there before placements were kept began, as far as anybody knows.
pub const BEFORE_RECORDS: Time = DateTime::UNIX_EPOCH;

/// What a placement says of its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A territory hangs below another one.
    TerritoryParent,
    /// A territory is managed by a member.
    TerritoryManager,
    /// A member works in a territory.
    MemberTerritory,
    /// A member belongs to a department.
    MemberDepartment,
}

/// Where a placement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Its day has not come.
    Planned,
    /// It holds.
    InForce,
    /// Another one took its place.
    Ended,
    /// Its plan was taken back.
    Cancelled,
    /// It could not be carried out on its day.
    Refused,
}

impl State {
    /// The state as events write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "PLANNED",
            Self::InForce => "IN_FORCE",
            Self::Ended => "ENDED",
            Self::Cancelled => "CANCELLED",
            Self::Refused => "REFUSED",
        }
    }
}

/// What stands where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// What is said of the subject.
    pub kind: Kind,
    /// The territory or member.
    pub subject: Uuid,
    /// The territory above, manager, territory or department.
    pub place: Option<Uuid>,
}

/// How a territory stands.
pub fn of_territory(t: &Territory) -> Vec<Standing> {
    let stands = |kind, place| Standing {
        kind,
        subject: t.id.into(),
        place,
    };
    vec![
        stands(Kind::TerritoryParent, t.parent.map(Into::into)),
        stands(Kind::TerritoryManager, t.manager.map(Into::into)),
    ]
}

/// How a member stands.
pub fn of_member(m: &Member) -> Vec<Standing> {
    let stands = |kind, place| Standing {
        kind,
        subject: m.id.into(),
        place,
    };
    vec![
        stands(Kind::MemberTerritory, m.territory.map(Into::into)),
        stands(Kind::MemberDepartment, m.department.map(Into::into)),
    ]
}

/// What stood where from when until when, or is to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Placement {
    /// Identity.
    pub id: PlacementId,
    /// One more with every change.
    pub version: i64,
    /// What it says of its subject.
    pub kind: Kind,
    /// The territory or member.
    pub subject: Uuid,
    /// The territory above, manager, territory or department.
    pub place: Option<Uuid>,
    /// Since when it holds, or from when on it is to.
    pub starts_at: Time,
    /// Until when it held.
    pub ends_at: Option<Time>,
    /// Where it stands.
    pub state: State,
    /// Why it could not be carried out; empty if nothing was in its way.
    pub refusal_reason: String,
    /// Who planned it, or changed it by hand.
    pub author: Option<MemberId>,
    /// Epoch of the directory at which it was last changed: its place among all that is told of it.
    #[serde(skip)]
    pub epoch: i64,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What happened to a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacementEvent {
    /// It was made.
    Planned,
    /// Its day came.
    CarriedOut,
    /// Its day came, and something was in its way.
    Refused,
    /// It was taken back.
    Cancelled,
}

/// Why something cannot be done with a placement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Its day came, or it was taken back.
    #[error("the placement is no plan any more")]
    NotPlanned,
    /// It never held, or holds no more.
    #[error("the placement is not in force")]
    NotInForce,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::NotPlanned => "PLACEMENT_NOT_PLANNED",
            Self::NotInForce => "PLACEMENT_NOT_IN_FORCE",
        }
    }

    fn args(&self) -> Args {
        Args::new()
    }
}

impl Placement {
    fn new(
        id: PlacementId,
        standing: Standing,
        author: Option<MemberId>,
        (state, starts_at): (State, Time),
        at: Time,
    ) -> Self {
        Self {
            id,
            version: 1,
            kind: standing.kind,
            subject: standing.subject,
            place: standing.place,
            starts_at,
            ends_at: None,
            state,
            refusal_reason: String::new(),
            author,
            epoch: 0,
            created_at: at,
            updated_at: at,
        }
    }

    /// A plan for a day that begins then.
    pub fn plan(
        id: PlacementId,
        standing: Standing,
        author: MemberId,
        starts_at: Time,
        at: Time,
    ) -> Self {
        Self::new(id, standing, Some(author), (State::Planned, starts_at), at)
    }

    /// What holds since a moment.
    pub fn since(
        id: PlacementId,
        standing: Standing,
        author: Option<MemberId>,
        starts_at: Time,
        at: Time,
    ) -> Self {
        Self::new(id, standing, author, (State::InForce, starts_at), at)
    }

    /// What it says.
    pub fn standing(&self) -> Standing {
        Standing {
            kind: self.kind,
            subject: self.subject,
            place: self.place,
        }
    }

    /// From when on a plan holds that is carried out now: from the begin of its day, unless what it replaces began later.
    pub fn begins(&self, before: Option<&Self>, now: Time) -> Time {
        match before {
            Some(before) if before.starts_at > self.starts_at => now,
            _ => self.starts_at,
        }
    }

    /// Notes that it holds from then on.
    pub fn carry_out(&mut self, begins: Time) -> Result<PlacementEvent, Refused> {
        self.leave_plan(State::InForce)?;
        self.starts_at = begins;
        Ok(PlacementEvent::CarriedOut)
    }

    /// Notes what was in its way.
    pub fn refuse(&mut self, reason: &str) -> Result<PlacementEvent, Refused> {
        self.leave_plan(State::Refused)?;
        reason.clone_into(&mut self.refusal_reason);
        Ok(PlacementEvent::Refused)
    }

    /// Takes it back.
    pub fn cancel(&mut self) -> Result<PlacementEvent, Refused> {
        self.leave_plan(State::Cancelled)?;
        Ok(PlacementEvent::Cancelled)
    }

    /// Notes that another one took its place.
    pub fn end(&mut self, at: Time) -> Result<(), Refused> {
        if self.state != State::InForce {
            return Err(Refused::NotInForce);
        }
        (self.state, self.ends_at) = (State::Ended, Some(at.max(self.starts_at)));
        Ok(())
    }

    fn leave_plan(&mut self, state: State) -> Result<(), Refused> {
        if self.state != State::Planned {
            return Err(Refused::NotPlanned);
        }
        self.state = state;
        Ok(())
    }
}

/// Whether a day is still to come in a zone.
pub fn is_ahead<Z: TimeZone>(day: Date, now: Time, zone: &Z) -> bool {
    day > now.with_timezone(zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn hours(hours: i64) -> Time {
        Time::default() + TimeDelta::hours(hours)
    }

    fn placement(state: State) -> Placement {
        let standing = Standing {
            kind: Kind::TerritoryManager,
            subject: Uuid::from_u128(1),
            place: Some(Uuid::from_u128(2)),
        };
        Placement {
            state,
            ..Placement::plan(
                Uuid::nil().into(),
                standing,
                Uuid::from_u128(3).into(),
                hours(24),
                hours(0),
            )
        }
    }

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {
            PlacementEvent as E, Refused as R,
            State::{Cancelled, Ended, InForce, Planned},
        };
        type Verb = fn(&mut Placement) -> Result<Option<PlacementEvent>, R>;
        let verbs: [(&str, Verb); 4] = [
            ("carry out", |p| p.carry_out(hours(24)).map(Some)),
            ("refuse", |p| p.refuse("TERRITORY_CYCLE").map(Some)),
            ("cancel", |p| p.cancel().map(Some)),
            ("end", |p| p.end(hours(30)).map(|()| None)),
        ];
        let (no_plan, not_in_force) = (Err(R::NotPlanned), Err(R::NotInForce));
        let over = || {
            [
                no_plan.clone(),
                no_plan.clone(),
                no_plan.clone(),
                not_in_force.clone(),
            ]
        };
        for (state, answers) in [
            (
                Planned,
                [
                    Ok(Some(E::CarriedOut)),
                    Ok(Some(E::Refused)),
                    Ok(Some(E::Cancelled)),
                    not_in_force.clone(),
                ],
            ),
            (
                InForce,
                [no_plan.clone(), no_plan.clone(), no_plan.clone(), Ok(None)],
            ),
            (Ended, over()),
            (Cancelled, over()),
            (State::Refused, over()),
        ] {
            for ((verb, act), answer) in verbs.into_iter().zip(answers) {
                let (before, mut after) = (placement(state), placement(state));
                assert_eq!(act(&mut after), answer, "{verb} of {state:?}");
                assert_eq!(
                    answer.is_ok(),
                    after != before,
                    "a refused {verb} changes nothing"
                );
            }
        }
    }

    #[test]
    fn a_plan_holds_from_the_begin_of_its_day_unless_something_came_between() {
        let plan = placement(State::Planned);
        let since = |starts_at| Placement {
            starts_at,
            ..placement(State::InForce)
        };
        assert_eq!(plan.begins(None, hours(25)), hours(24));
        assert_eq!(plan.begins(Some(&since(hours(3))), hours(25)), hours(24));
        assert_eq!(plan.begins(Some(&since(hours(24))), hours(25)), hours(24));
        let late = Some(since(hours(26)));
        assert_eq!(plan.begins(late.as_ref(), hours(27)), hours(27));
    }

    #[test]
    fn what_holds_never_ends_before_it_began() {
        let mut placement = placement(State::InForce);
        placement.end(hours(3)).unwrap();
        assert_eq!(placement.ends_at, Some(hours(24)));
    }

    #[test]
    fn a_day_is_ahead_by_the_clock_of_the_firm() {
        let zone = chrono_tz::Asia::Shanghai;
        // The first of January 1970, 23:00 in Shanghai, and an hour later.
        let day = |n| Date::from_ymd_opt(1970, 1, n).unwrap();
        assert!(is_ahead(day(2), hours(15), &zone) && !is_ahead(day(1), hours(15), &zone));
        assert!(!is_ahead(day(2), hours(16), &zone) && is_ahead(day(3), hours(16), &zone));
    }
}
