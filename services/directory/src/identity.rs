//! An identity: an account at a provider by which a member signs in, from the first time he comes by it.
//!
//! It is known by issuer and subject, which no provider gives to anybody else; names and addresses there may change hands.

use baton_chassis::{
    Reason, Time,
    ids::{IdentityId, MemberId},
};
use serde::Serialize;

/// Where an identity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// The member signs in by it.
    Bound,
    /// Administration took it away.
    Removed,
}

/// An account at a provider by which a member signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Identity {
    /// Identity of ours.
    pub id: IdentityId,
    /// One more with every change.
    pub version: i64,
    /// Whose it is.
    pub member: MemberId,
    /// Name of the provider in the settings of the process.
    pub provider: String,
    /// What the provider calls itself.
    pub issuer: String,
    /// What the provider calls the account.
    pub subject: String,
    /// The claim by which the member was found or made.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// When somebody last signed in by it. To use it is no change of it.
    #[serde(skip)]
    pub seen_at: Time,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// An account as its provider tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Name of the provider in the settings of the process.
    pub provider: String,
    /// What the provider calls itself.
    pub issuer: String,
    /// What the provider calls the account.
    pub subject: String,
    /// The claim by which its member is found.
    pub name: String,
}

/// What happened to an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityEvent {
    /// A member came by it for the first time.
    Bound,
    /// It was taken away.
    Removed,
    /// It was given back.
    Restored,
}

impl IdentityEvent {
    /// The verb as audit rows have it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Bound => "identity_bound",
            Self::Removed => "identity_removed",
            Self::Restored => "identity_restored",
        }
    }
}

/// Why something cannot be done with an identity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It was taken away: nobody signs in by it, and there is nothing left to take.
    #[error("the account was taken away")]
    Removed,
    /// There is nothing to give back.
    #[error("the account is bound already")]
    Bound,
    /// A member signs in by one account at each provider.
    #[error("the member signs in by another account of the same provider")]
    Another,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Removed => "IDENTITY_IS_REMOVED",
            Self::Bound => "IDENTITY_IS_BOUND",
            Self::Another => "IDENTITY_ANOTHER",
        }
    }
}

impl Identity {
    /// Binds an account to a member.
    pub fn bind(id: IdentityId, member: MemberId, account: Account, at: Time) -> Self {
        Self {
            id,
            version: 1,
            member,
            provider: account.provider,
            issuer: account.issuer,
            subject: account.subject,
            name: account.name,
            state: State::Bound,
            seen_at: at,
            created_at: at,
            updated_at: at,
        }
    }

    /// Whether somebody may sign in by it.
    pub fn admit(&self) -> Result<(), Refused> {
        match self.state {
            State::Bound => Ok(()),
            State::Removed => Err(Refused::Removed),
        }
    }

    /// Takes it away. It is not bound again by itself: whoever took it away did so for a reason.
    pub fn remove(&mut self) -> Result<IdentityEvent, Refused> {
        self.admit()?;
        self.state = State::Removed;
        Ok(IdentityEvent::Removed)
    }

    /// Gives it back, unless its member has `another` one at the same provider by now.
    pub fn restore(&mut self, another: bool) -> Result<IdentityEvent, Refused> {
        if self.state == State::Bound {
            return Err(Refused::Bound);
        }
        if another {
            return Err(Refused::Another);
        }
        self.state = State::Bound;
        Ok(IdentityEvent::Restored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn identity(state: State) -> Identity {
        let account = Account {
            provider: "corp".into(),
            issuer: "https://id.example.com".into(),
            subject: "7".into(),
            name: "wang".into(),
        };
        let nil = Uuid::nil();
        Identity {
            state,
            ..Identity::bind(nil.into(), nil.into(), account, Time::default())
        }
    }

    type Verb = fn(&mut Identity) -> Result<Option<IdentityEvent>, Refused>;
    const VERBS: [(&str, Verb); 4] = [
        ("admit", |i| i.admit().map(|()| None)),
        ("remove", |i| i.remove().map(Some)),
        ("restore", |i| i.restore(false).map(Some)),
        ("restore beside another", |i| i.restore(true).map(Some)),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {IdentityEvent as E, Refused as R, State::*};
        let table = [
            (
                Bound,
                [
                    (Ok(None), Bound),
                    (Ok(Some(E::Removed)), Removed),
                    (Err(R::Bound), Bound),
                    (Err(R::Bound), Bound),
                ],
            ),
            (
                Removed,
                [
                    (Err(R::Removed), Removed),
                    (Err(R::Removed), Removed),
                    (Ok(Some(E::Restored)), Bound),
                    (Err(R::Another), Removed),
                ],
            ),
        ];
        for (state, answers) in table {
            for ((verb, act), (answer, becomes)) in VERBS.into_iter().zip(answers) {
                let mut after = identity(state);
                assert_eq!(act(&mut after), answer, "{verb} of {state:?}");
                assert_eq!(after, identity(becomes), "{verb} of {state:?}");
            }
        }
    }
}
