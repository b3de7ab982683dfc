//! A share: a record that is shown to a member or a team whose it is not. It is never changed, only ended.

use baton_chassis::{
    Args, Reason, Time, Violation,
    ids::{MemberId, ShareId, TeamId},
    policy::Access,
};
use chrono::TimeDelta;
use serde::Serialize;
use uuid::Uuid;

/// Kinds of records that are shared. What belongs to a customer is shown with him.
pub const KINDS: [&str; 7] = [
    "CAMPAIGN",
    "LEAD",
    "ACCOUNT",
    "OPPORTUNITY",
    "PROJECT",
    "CONTRACT",
    "ORDER",
];
/// Records that are shared with one member, or with one team, at once: whoever is to see more is to get a wider reach.
pub const SHARES_MAX: i64 = 200;
/// Days that a share lasts at most, if it is to end by itself.
pub const DAYS_MAX: i64 = 366;

/// Where a share stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// The record is shown.
    Active,
    /// Somebody ended it.
    Revoked,
    /// Its time was over.
    Expired,
}

/// To whom a record is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// A member.
    Member(MemberId),
    /// Everybody in a team.
    Team(TeamId),
}

/// A record that is shown to somebody whose it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Share {
    /// Identity.
    pub id: ShareId,
    /// One more with every change.
    pub version: i64,
    /// Kind of the record.
    pub kind: String,
    /// The record.
    pub record: Uuid,
    /// The member to whom it is shown, if it is one.
    pub member: Option<MemberId>,
    /// The team to which it is shown, if it is one.
    pub team: Option<TeamId>,
    /// For what.
    pub access: Access,
    /// When it ends, if it does by itself.
    pub ends_at: Option<Time>,
    /// Who shares it.
    pub sharer: MemberId,
    /// Where it stands.
    pub state: State,
    /// Epoch of the directory at which it was last changed: its place among all that is told of it.
    #[serde(skip)]
    pub epoch: i64,
    /// Shared at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What a share is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Kind of the record.
    pub kind: String,
    /// The record.
    pub record: Uuid,
    /// To whom it is shown.
    pub with: With,
    /// For what.
    pub access: Access,
    /// When it ends, if it does by itself.
    pub ends_at: Option<Time>,
}

/// What happened to a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareEvent {
    /// The record is shown.
    Created,
    /// Somebody ended it.
    Revoked,
    /// Its time was over.
    Expired,
}

/// Why something cannot be done with a share.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The record is shown to them already.
    #[error("the record is shared with them already")]
    AlreadyShared,
    /// So many are shared with one, and no more.
    #[error("{SHARES_MAX} records are shared with them already")]
    TooMany,
    /// However it ended.
    #[error("the share is over already")]
    AlreadyOver,
    /// Its time is not over.
    #[error("the share has time left")]
    TimeLeft,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::AlreadyShared => "SHARE_EXISTS",
            Self::TooMany => "SHARES_TOO_MANY",
            Self::AlreadyOver => "SHARE_ALREADY_OVER",
            Self::TimeLeft => "SHARE_TIME_LEFT",
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::TooMany => vec![("max", SHARES_MAX.to_string())],
            Self::AlreadyShared | Self::AlreadyOver | Self::TimeLeft => Vec::new(),
        }
    }
}

/// What is shared with somebody before a new share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Before {
    /// Shares of the same record.
    pub same: i64,
    /// All.
    pub all: i64,
}

impl Share {
    /// A new share with somebody with whom so much is shared before.
    pub fn create(
        id: ShareId,
        wanted: Wanted,
        sharer: MemberId,
        before: Before,
        at: Time,
    ) -> Result<Self, Refused> {
        if before.same > 0 {
            return Err(Refused::AlreadyShared);
        }
        if before.all >= SHARES_MAX {
            return Err(Refused::TooMany);
        }
        let (member, team) = match wanted.with {
            With::Member(id) => (Some(id), None),
            With::Team(id) => (None, Some(id)),
        };
        Ok(Self {
            id,
            version: 1,
            kind: wanted.kind,
            record: wanted.record,
            member,
            team,
            access: wanted.access,
            ends_at: wanted.ends_at,
            sharer,
            state: State::Active,
            epoch: 0,
            created_at: at,
            updated_at: at,
        })
    }

    /// Ends it.
    pub fn revoke(&mut self) -> Result<ShareEvent, Refused> {
        self.leave(State::Revoked, ShareEvent::Revoked)
    }

    /// Notes that its time is over.
    pub fn expire(&mut self, at: Time) -> Result<ShareEvent, Refused> {
        if self.state == State::Active && self.ends_at.is_none_or(|ends| at < ends) {
            return Err(Refused::TimeLeft);
        }
        self.leave(State::Expired, ShareEvent::Expired)
    }

    fn leave(&mut self, state: State, event: ShareEvent) -> Result<ShareEvent, Refused> {
        if self.state != State::Active {
            return Err(Refused::AlreadyOver);
        }
        self.state = state;
        Ok(event)
    }
}

/// What is wrong with the end of a new share, if anything.
pub fn check_end(field: &str, ends_at: Time, now: Time) -> Option<Violation> {
    if ends_at <= now {
        Some(Violation::new(field, "TIME_PAST"))
    } else if ends_at > now + TimeDelta::days(DAYS_MAX) {
        Some(Violation::new(field, "SHARE_LASTS_TOO_LONG").with("days", DAYS_MAX))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: i64) -> Time {
        Time::default() + TimeDelta::days(days)
    }

    fn made(before: Before) -> Result<Share, Refused> {
        let wanted = Wanted {
            kind: "ACCOUNT".into(),
            record: Uuid::from_u128(7),
            with: With::Member(Uuid::from_u128(1).into()),
            access: Access::Read,
            ends_at: Some(days(30)),
        };
        Share::create(
            Uuid::nil().into(),
            wanted,
            Uuid::from_u128(2).into(),
            before,
            days(0),
        )
    }

    fn share(state: State) -> Share {
        Share {
            state,
            ..made(Before::default()).unwrap()
        }
    }

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {Refused as R, ShareEvent as E, State::*};
        type Verb = fn(&mut Share) -> Result<ShareEvent, Refused>;
        let verbs: [(&str, Verb); 3] = [
            ("revoke", Share::revoke),
            ("expire early", |s| s.expire(days(29))),
            ("expire", |s| s.expire(days(30))),
        ];
        let over = || {
            [
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
            ]
        };
        for (state, answers) in [
            (Active, [Ok(E::Revoked), Err(R::TimeLeft), Ok(E::Expired)]),
            (Revoked, over()),
            (Expired, over()),
        ] {
            for ((verb, act), answer) in verbs.into_iter().zip(answers) {
                let (before, mut after) = (share(state), share(state));
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
    fn one_without_an_end_never_comes_over() {
        let mut share = Share {
            ends_at: None,
            ..share(State::Active)
        };
        assert_eq!(share.expire(days(9999)), Err(Refused::TimeLeft));
    }

    #[test]
    fn a_record_is_shared_with_somebody_once_and_so_many_with_one() {
        let before = |same, all| made(Before { same, all }).err();
        assert_eq!(before(1, 1), Some(Refused::AlreadyShared));
        assert_eq!(before(0, SHARES_MAX - 1), None);
        assert_eq!(before(0, SHARES_MAX), Some(Refused::TooMany));
    }

    #[test]
    fn a_share_that_ends_does_so_within_a_year() {
        let wrong = |at| check_end("expire_time", at, days(0)).map(|v| v.reason);
        assert_eq!(wrong(days(0)), Some("TIME_PAST"));
        assert_eq!(wrong(days(366)), None);
        assert_eq!(wrong(days(367)), Some("SHARE_LASTS_TOO_LONG"));
    }
}
