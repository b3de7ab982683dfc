//! A second factor: what a member shows besides his password, from the moment he is told its secret until it is taken away.

use baton_chassis::{Reason, Time, ids::MemberId};
use serde::Serialize;

/// Where a second factor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Its secret was told; nobody has shown a code of it.
    Pending,
    /// Whoever signs in shows a code.
    Active,
    /// The password is enough again.
    Removed,
}

/// The second factor of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct SecondFactor {
    /// Whose it is.
    pub member: MemberId,
    /// One more with every change.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// When it came into use; nothing while it is not.
    pub confirmed_at: Option<Time>,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What happened to a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorEvent {
    /// He was told a secret.
    Started,
    /// He showed the first code of it.
    Confirmed,
    /// He signed in with a recovery code, which is good no more.
    Recovered,
    /// It was taken away.
    Removed,
}

impl SecondFactorEvent {
    /// The verb as audit rows have it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Started => "second_factor_started",
            Self::Confirmed => "second_factor_confirmed",
            Self::Recovered => "recovery_code_used",
            Self::Removed => "second_factor_removed",
        }
    }
}

/// Why something cannot be done with a second factor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A secret is not replaced while it is in use.
    #[error("the second factor is in use already")]
    AlreadyActive,
    /// No secret was told.
    #[error("no second factor was begun")]
    NotStarted,
    /// The password is enough.
    #[error("there is no second factor in use")]
    NotActive,
    /// The settings want everybody of his role to have one.
    #[error("a second factor is demanded of the member")]
    Demanded,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::AlreadyActive => "SECOND_FACTOR_ALREADY_ACTIVE",
            Self::NotStarted => "SECOND_FACTOR_NOT_STARTED",
            Self::NotActive => "SECOND_FACTOR_NOT_ACTIVE",
            Self::Demanded => "SECOND_FACTOR_KEPT",
        }
    }
}

impl SecondFactor {
    /// The first second factor of a member.
    pub fn create(member: MemberId, at: Time) -> Self {
        Self {
            member,
            version: 1,
            state: State::Pending,
            confirmed_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// Whether whoever signs in shows a code.
    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    /// Begins anew, with another secret.
    pub fn start(&mut self) -> Result<SecondFactorEvent, Refused> {
        if self.is_active() {
            return Err(Refused::AlreadyActive);
        }
        self.state = State::Pending;
        Ok(SecondFactorEvent::Started)
    }

    /// Puts it into use: somebody has shown the first code of it.
    pub fn confirm(&mut self, at: Time) -> Result<SecondFactorEvent, Refused> {
        match self.state {
            State::Pending => {}
            State::Active => return Err(Refused::AlreadyActive),
            State::Removed => return Err(Refused::NotStarted),
        }
        (self.state, self.confirmed_at) = (State::Active, Some(at));
        Ok(SecondFactorEvent::Confirmed)
    }

    /// Notes that a recovery code was shown in place of a code.
    pub fn recover(&mut self) -> Result<SecondFactorEvent, Refused> {
        if !self.is_active() {
            return Err(Refused::NotActive);
        }
        Ok(SecondFactorEvent::Recovered)
    }

    /// Takes it away. One that is in use `is_kept` by whom the settings demand it of.
    pub fn remove(&mut self, is_kept: bool) -> Result<SecondFactorEvent, Refused> {
        match self.state {
            State::Removed => return Err(Refused::NotActive),
            State::Active if is_kept => return Err(Refused::Demanded),
            State::Pending | State::Active => {}
        }
        (self.state, self.confirmed_at) = (State::Removed, None);
        Ok(SecondFactorEvent::Removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn factor(state: State) -> SecondFactor {
        let confirmed_at = (state == State::Active).then(Time::default);
        SecondFactor {
            state,
            confirmed_at,
            ..SecondFactor::create(Uuid::nil().into(), Time::default())
        }
    }

    type Verb = fn(&mut SecondFactor) -> Result<SecondFactorEvent, Refused>;
    const VERBS: [(&str, Verb); 5] = [
        ("start", SecondFactor::start),
        ("confirm", |f| f.confirm(Time::default())),
        ("recover", SecondFactor::recover),
        ("remove", |f| f.remove(false)),
        ("remove what is demanded", |f| f.remove(true)),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {Refused as R, SecondFactorEvent as E, State::*};
        let table = [
            (
                Pending,
                [
                    (Ok(E::Started), Pending),
                    (Ok(E::Confirmed), Active),
                    (Err(R::NotActive), Pending),
                    (Ok(E::Removed), Removed),
                    (Ok(E::Removed), Removed),
                ],
            ),
            (
                Active,
                [
                    (Err(R::AlreadyActive), Active),
                    (Err(R::AlreadyActive), Active),
                    (Ok(E::Recovered), Active),
                    (Ok(E::Removed), Removed),
                    (Err(R::Demanded), Active),
                ],
            ),
            (
                Removed,
                [
                    (Ok(E::Started), Pending),
                    (Err(R::NotStarted), Removed),
                    (Err(R::NotActive), Removed),
                    (Err(R::NotActive), Removed),
                    (Err(R::NotActive), Removed),
                ],
            ),
        ];
        for (state, answers) in table {
            for ((verb, act), (answer, becomes)) in VERBS.into_iter().zip(answers) {
                let mut after = factor(state);
                assert_eq!(act(&mut after), answer, "{verb} of {state:?}");
                assert_eq!(after, factor(becomes), "{verb} of {state:?}");
            }
        }
    }
}
