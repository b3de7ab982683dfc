//! A session: a browser that somebody is signed in with, from the password to the end.

use baton_chassis::{
    Reason, Time,
    ids::{MemberId, SessionId},
};
use chrono::TimeDelta;
use serde::Serialize;

/// Characters that are kept of what a browser calls itself.
pub const DEVICE_MAX: usize = 200;
/// Characters that are kept of an address.
pub const ADDRESS_MAX: usize = 64;
/// Sessions that a member has at once: one more ends the oldest.
pub const SESSIONS_MAX: usize = 20;
/// How exactly it is known when a session was last used.
pub const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// The browser is signed in.
    Active,
    /// He signed out.
    Ended,
    /// It was taken away: from another browser, or with his access or password.
    Revoked,
    /// Its time was over.
    Expired,
}

/// A browser that somebody is signed in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Session {
    /// Identity.
    pub id: SessionId,
    /// One more with every change.
    pub version: i64,
    /// Who is signed in.
    pub member: MemberId,
    /// What the browser calls itself.
    pub device: String,
    /// The address from which he signed in; empty if not known.
    pub address: String,
    /// Name of the provider by which he signed in; empty if by his password.
    pub provider: String,
    /// Where it stands.
    pub state: State,
    /// Epoch of the directory when he named his password: whatever ended his sessions later ended this one.
    pub epoch: i64,
    /// When it was last used, to the minute. To use it is no change of it.
    #[serde(skip)]
    pub seen_at: Time,
    /// Hours that it may rest; 0 for as long as it lasts.
    pub rest_hours: i32,
    /// When it ends at the latest.
    pub ends_at: Time,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What a new session is made of.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Who signs in.
    pub member: MemberId,
    /// What the browser calls itself.
    pub device: String,
    /// Where it is.
    pub address: String,
    /// Name of the provider that says who he is; empty if he named his password.
    pub provider: String,
    /// Epoch of the directory when he named his password.
    pub epoch: i64,
    /// Hours that it lasts.
    pub lasts_hours: u32,
    /// Hours that it may rest; 0 for as long as it lasts.
    pub rest_hours: u32,
}

/// What happened to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// He signed in.
    Opened,
    /// He signed out.
    Ended,
    /// It was taken away.
    Revoked,
    /// Its time was over.
    Expired,
}

impl SessionEvent {
    /// The verb as audit rows have it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Opened => "session_opened",
            Self::Ended => "session_ended",
            Self::Revoked => "session_revoked",
            Self::Expired => "session_expired",
        }
    }
}

/// Why something cannot be done with a session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// However it ended.
    #[error("the session is over already")]
    AlreadyOver,
    /// Its time is not over.
    #[error("the session has time left")]
    TimeLeft,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::AlreadyOver => "SESSION_ALREADY_OVER",
            Self::TimeLeft => "SESSION_TIME_LEFT",
        }
    }
}

impl Session {
    /// A new session.
    pub fn open(id: SessionId, opening: &Opening, at: Time) -> Self {
        let cut = |text: &str, max| text.trim().chars().take(max).collect();
        Self {
            id,
            version: 1,
            member: opening.member,
            device: cut(&opening.device, DEVICE_MAX),
            address: cut(&opening.address, ADDRESS_MAX),
            provider: opening.provider.clone(),
            state: State::Active,
            epoch: opening.epoch,
            seen_at: at,
            rest_hours: i32::try_from(opening.rest_hours).unwrap_or(i32::MAX),
            ends_at: at + TimeDelta::hours(opening.lasts_hours.into()),
            created_at: at,
            updated_at: at,
        }
    }

    /// When its time is over, as it was used so far.
    pub fn over_at(&self) -> Time {
        match self.rest_hours {
            0 => self.ends_at,
            hours => self
                .ends_at
                .min(self.seen_at + TimeDelta::hours(hours.into())),
        }
    }

    /// Where it stands at an instant, whether or not anybody has written down that its time is over.
    pub fn standing(&self, at: Time) -> State {
        match self.state {
            State::Active if at >= self.over_at() => State::Expired,
            state => state,
        }
    }

    /// Whether it is to be noted that it is used.
    pub fn is_to_be_seen(&self, at: Time) -> bool {
        at >= self.seen_at + SEEN_EVERY
    }

    /// Signs out.
    pub fn end(&mut self) -> Result<SessionEvent, Refused> {
        self.leave(State::Ended, SessionEvent::Ended)
    }

    /// Takes it away.
    pub fn revoke(&mut self) -> Result<SessionEvent, Refused> {
        self.leave(State::Revoked, SessionEvent::Revoked)
    }

    /// Notes that its time is over.
    pub fn expire(&mut self, at: Time) -> Result<SessionEvent, Refused> {
        if self.state == State::Active && at < self.over_at() {
            return Err(Refused::TimeLeft);
        }
        self.leave(State::Expired, SessionEvent::Expired)
    }

    fn leave(&mut self, state: State, event: SessionEvent) -> Result<SessionEvent, Refused> {
        if self.state != State::Active {
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

    fn morning() -> Time {
        Time::default() + TimeDelta::hours(8)
    }

    fn hours(hours: i64) -> Time {
        morning() + TimeDelta::hours(hours)
    }

    fn session(state: State) -> Session {
        let opening = Opening {
            member: Uuid::nil().into(),
            device: " Firefox ".into(),
            address: "::1".into(),
            provider: String::new(),
            epoch: 7,
            lasts_hours: 12,
            rest_hours: 8,
        };
        let opened = Session::open(Uuid::nil().into(), &opening, morning());
        Session { state, ..opened }
    }

    type Verb = fn(&mut Session) -> Result<SessionEvent, Refused>;
    const VERBS: [(&str, Verb); 4] = [
        ("end", Session::end),
        ("revoke", Session::revoke),
        ("expire early", |s| s.expire(hours(7))),
        ("expire", |s| s.expire(hours(8))),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {Refused as R, SessionEvent as E, State::*};
        let over = || {
            [
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
            ]
        };
        let active = [
            Ok(E::Ended),
            Ok(E::Revoked),
            Err(R::TimeLeft),
            Ok(E::Expired),
        ];
        for (state, answers) in [
            (Active, active),
            (Ended, over()),
            (Revoked, over()),
            (Expired, over()),
        ] {
            for ((verb, act), answer) in VERBS.into_iter().zip(answers) {
                let (before, mut after) = (session(state), session(state));
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
    fn it_rests_for_hours_and_lasts_for_a_day_of_work() {
        let mut session = session(State::Active);
        assert_eq!(session.standing(hours(7)), State::Active);
        assert_eq!(session.standing(hours(8)), State::Expired);
        session.seen_at = hours(7);
        assert_eq!(session.over_at(), hours(12), "however much it is used");
        assert_eq!(session.standing(hours(11)), State::Active);
        assert_eq!(session.standing(hours(12)), State::Expired);
        session.state = State::Revoked;
        assert_eq!(session.standing(hours(12)), State::Revoked);
        let tireless = Session {
            rest_hours: 0,
            ..self::session(State::Active)
        };
        assert_eq!(tireless.standing(hours(11)), State::Active);
    }

    #[test]
    fn its_use_is_noted_once_a_minute() {
        let session = session(State::Active);
        let second = |s| morning() + TimeDelta::seconds(s);
        assert!(!session.is_to_be_seen(second(59)));
        assert!(session.is_to_be_seen(second(60)));
    }

    #[test]
    fn what_a_browser_calls_itself_is_cut() {
        let opening = Opening {
            member: Uuid::nil().into(),
            device: "浏".repeat(300),
            address: "x".repeat(300),
            provider: "corp".into(),
            epoch: 0,
            lasts_hours: 1,
            rest_hours: 0,
        };
        let session = Session::open(Uuid::nil().into(), &opening, morning());
        assert_eq!(session.device.chars().count(), DEVICE_MAX);
        assert_eq!(session.address.len(), ADDRESS_MAX);
    }
}
