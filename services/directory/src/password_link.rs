//! A link by which a member sets his password himself, from the moment it is made to its only use.

use baton_chassis::{
    Reason, Time,
    ids::{MemberId, PasswordLinkId},
};
use chrono::TimeDelta;
use serde::Serialize;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// A first password.
    Invitation,
    /// A new password in place of one that was lost.
    Reset,
}

impl Purpose {
    /// How long a link is good: whoever begins on Monday is invited on Friday.
    pub fn lasts(self) -> TimeDelta {
        match self {
            Self::Invitation => TimeDelta::hours(72),
            Self::Reset => TimeDelta::hours(24),
        }
    }
}

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It waits to be used.
    Open,
    /// It was used.
    Used,
    /// It was taken back, or something came in its place.
    Revoked,
    /// Its time was over.
    Expired,
}

/// A link by which a member sets his password himself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct PasswordLink {
    /// Identity.
    pub id: PasswordLinkId,
    /// One more with every change.
    pub version: i64,
    /// Whose password it sets.
    pub member: MemberId,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: State,
    /// Who made it.
    pub creator: MemberId,
    /// When it ends.
    pub ends_at: Time,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What happened to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordLinkEvent {
    /// It was made.
    Made,
    /// The password was set.
    Used,
    /// It was taken back.
    Revoked,
    /// Its time was over.
    Expired,
}

impl PasswordLinkEvent {
    /// The verb as audit rows have it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Made => "password_link_created",
            Self::Used => "password_link_used",
            Self::Revoked => "password_link_revoked",
            Self::Expired => "password_link_expired",
        }
    }
}

/// Why something cannot be done with a link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Whoever has a password is not invited.
    #[error("the member has a password already")]
    HasPassword,
    /// Whoever has none has nothing to reset.
    #[error("the member has no password yet")]
    NoPassword,
    /// However it ended.
    #[error("the link is over already")]
    AlreadyOver,
    /// Its time is not over.
    #[error("the link has time left")]
    TimeLeft,
    /// It ended, or never was: which of the two is not told to who holds something that looks like one.
    #[error("there is no such link, or it has ended")]
    NoGood,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::HasPassword => "MEMBER_HAS_PASSWORD",
            Self::NoPassword => "MEMBER_HAS_NO_PASSWORD",
            Self::AlreadyOver => "PASSWORD_LINK_ALREADY_OVER",
            Self::TimeLeft => "PASSWORD_LINK_TIME_LEFT",
            Self::NoGood => "PASSWORD_LINK_NO_GOOD",
        }
    }
}

impl PasswordLink {
    /// A new link for a member who has a password, or has none.
    pub fn create(
        id: PasswordLinkId,
        (member, has_password): (MemberId, bool),
        purpose: Purpose,
        creator: MemberId,
        at: Time,
    ) -> Result<Self, Refused> {
        match (purpose, has_password) {
            (Purpose::Invitation, true) => return Err(Refused::HasPassword),
            (Purpose::Reset, false) => return Err(Refused::NoPassword),
            _ => {}
        }
        Ok(Self {
            id,
            version: 1,
            member,
            purpose,
            state: State::Open,
            creator,
            ends_at: at + purpose.lasts(),
            created_at: at,
            updated_at: at,
        })
    }

    /// Where it stands at an instant, whether or not anybody has written down that its time is over.
    pub fn standing(&self, at: Time) -> State {
        match self.state {
            State::Open if at >= self.ends_at => State::Expired,
            state => state,
        }
    }

    /// Sets the password, this once.
    pub fn take(&mut self, at: Time) -> Result<PasswordLinkEvent, Refused> {
        if self.standing(at) != State::Open {
            return Err(Refused::NoGood);
        }
        self.leave(State::Used, PasswordLinkEvent::Used)
    }

    /// Takes it back.
    pub fn revoke(&mut self) -> Result<PasswordLinkEvent, Refused> {
        self.leave(State::Revoked, PasswordLinkEvent::Revoked)
    }

    /// Notes that its time is over.
    pub fn expire(&mut self, at: Time) -> Result<PasswordLinkEvent, Refused> {
        if self.standing(at) == State::Open {
            return Err(Refused::TimeLeft);
        }
        self.leave(State::Expired, PasswordLinkEvent::Expired)
    }

    fn leave(
        &mut self,
        state: State,
        event: PasswordLinkEvent,
    ) -> Result<PasswordLinkEvent, Refused> {
        if self.state != State::Open {
            return Err(Refused::AlreadyOver);
        }
        self.state = state;
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn hours(hours: i64) -> Time {
        Time::default() + TimeDelta::hours(hours)
    }

    fn link(purpose: Purpose, state: State) -> PasswordLink {
        let (id, member) = (Uuid::nil().into(), Uuid::nil().into());
        let has_password = purpose == Purpose::Reset;
        let made = PasswordLink::create(id, (member, has_password), purpose, member, hours(0));
        PasswordLink {
            state,
            ..made.unwrap()
        }
    }

    type Verb = fn(&mut PasswordLink) -> Result<PasswordLinkEvent, Refused>;
    const VERBS: [(&str, Verb); 5] = [
        ("take", |l| l.take(hours(23))),
        ("take late", |l| l.take(hours(24))),
        ("revoke", PasswordLink::revoke),
        ("expire early", |l| l.expire(hours(23))),
        ("expire", |l| l.expire(hours(24))),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {PasswordLinkEvent as E, Refused as R, State::*};
        let over = || {
            [
                Err(R::NoGood),
                Err(R::NoGood),
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
            ]
        };
        let open = [
            Ok(E::Used),
            Err(R::NoGood),
            Ok(E::Revoked),
            Err(R::TimeLeft),
            Ok(E::Expired),
        ];
        for (state, answers) in [
            (Open, open),
            (Used, over()),
            (Revoked, over()),
            (Expired, over()),
        ] {
            for ((verb, act), answer) in VERBS.into_iter().zip(answers) {
                let (before, mut after) =
                    (link(Purpose::Reset, state), link(Purpose::Reset, state));
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
    fn who_has_a_password_is_not_invited_and_who_has_none_has_nothing_to_reset() {
        let make = |has, purpose| {
            let (id, member) = (Uuid::nil().into(), Uuid::nil().into());
            let made = PasswordLink::create(id, (member, has), purpose, member, hours(0));
            made.map(|link| link.ends_at)
        };
        assert_eq!(make(false, Purpose::Invitation), Ok(hours(72)));
        assert_eq!(make(true, Purpose::Reset), Ok(hours(24)));
        assert_eq!(make(true, Purpose::Invitation), Err(Refused::HasPassword));
        assert_eq!(make(false, Purpose::Reset), Err(Refused::NoPassword));
    }
}
