//! A member: a person who works with Baton, from the day he joins to the day his access ends.

use std::{collections::BTreeSet, fmt};

use baton_chassis::{
    Reason, Time,
    ids::{DepartmentId, MemberId, TerritoryId},
};
use serde::Serialize;

use crate::revise;

/// Whether a member may work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// May sign in and act.
    Active,
    /// May do nothing; what he did keeps his name.
    Inactive,
}

/// The roles of a member, each once and in order; rows hold them as words with blanks between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Roles(BTreeSet<String>);

impl Roles {
    /// The words of the roles.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<T: Into<String>> FromIterator<T> for Roles {
    fn from_iter<I: IntoIterator<Item = T>>(words: I) -> Self {
        Self(words.into_iter().map(Into::into).collect())
    }
}

impl From<String> for Roles {
    fn from(text: String) -> Self {
        text.split_whitespace().collect()
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().collect::<Vec<_>>().join(" "))
    }
}

/// A person who works with Baton.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct Member {
    /// Identity.
    pub id: MemberId,
    /// One more with every change.
    pub version: i64,
    /// Name to sign in with, in small letters.
    pub name: String,
    /// Name that other people read.
    pub display_name: String,
    /// E-mail address; empty if not known.
    pub email: String,
    /// Department he belongs to.
    pub department: Option<DepartmentId>,
    /// What he is in the firm; grants say what that means.
    #[sqlx(try_from = "String")]
    pub roles: Roles,
    /// Territory he works in.
    pub territory: Option<TerritoryId>,
    /// Tag of the language in which Baton speaks to him; empty for what his program asks for.
    pub language: String,
    /// Whether he may work.
    pub state: State,
    /// Epoch of the directory from which his tokens hold. An epoch and not a time, so that a token
    /// made right before a revocation and one made right after it are told apart however fast they
    /// follow.
    pub sessions_valid_from: i64,
    /// Epoch of the directory at which he was last changed: his place among all that is told of it.
    #[serde(skip)]
    pub epoch: i64,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// New values for a member; what is absent stays.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::option_option,
    reason = "absent: it stays; present and empty: it is taken away"
)]
pub struct Revision {
    /// Sign-in name.
    pub name: Option<String>,
    /// Display name.
    pub display_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Department.
    pub department: Option<Option<DepartmentId>>,
    /// Roles.
    pub roles: Option<Roles>,
    /// Territory.
    pub territory: Option<Option<TerritoryId>>,
    /// Language.
    pub language: Option<String>,
}

/// What happened to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberEvent {
    /// He was created.
    Created,
    /// He was changed.
    Updated,
    /// He lost his access.
    Deactivated,
    /// He got his access back.
    Reactivated,
    /// His password was set.
    PasswordSet,
    /// His sessions ended.
    SessionsRevoked,
}

/// Why something cannot be done with a member.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no access to take away.
    #[error("the member is deactivated already")]
    AlreadyInactive,
    /// There is no access to give back.
    #[error("the member is active already")]
    AlreadyActive,
    /// A member without access has neither password nor sessions.
    #[error("the member is deactivated")]
    Inactive,
    /// Nobody could administer Baton any more.
    #[error("no other active member may administer")]
    LastAdministrator,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::AlreadyInactive => "MEMBER_ALREADY_INACTIVE",
            Self::AlreadyActive => "MEMBER_ALREADY_ACTIVE",
            Self::Inactive => "MEMBER_INACTIVE",
            Self::LastAdministrator => "LAST_ADMINISTRATOR",
        }
    }
}

impl Member {
    /// Fields that are his own. What he is called everybody at work knows.
    pub const PERSONAL: &'static [&'static str] = &["email"];

    /// A new member, active and without a password.
    pub fn create(id: MemberId, revision: Revision, at: Time) -> Self {
        let mut member = Self {
            id,
            version: 1,
            name: String::new(),
            display_name: String::new(),
            email: String::new(),
            department: None,
            roles: Roles::default(),
            territory: None,
            language: String::new(),
            state: State::Active,
            sessions_valid_from: 0,
            epoch: 0,
            created_at: at,
            updated_at: at,
        };
        member.update(revision);
        member
    }

    /// Whether he may work.
    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    /// Gives him new values. A deactivated member may be put right as well.
    pub fn update(&mut self, revision: Revision) -> MemberEvent {
        revise(&mut self.name, revision.name);
        revise(&mut self.display_name, revision.display_name);
        revise(&mut self.email, revision.email);
        revise(&mut self.department, revision.department);
        revise(&mut self.roles, revision.roles);
        revise(&mut self.territory, revision.territory);
        revise(&mut self.language, revision.language);
        MemberEvent::Updated
    }

    /// Takes away his access. His tokens end with it and stay ended if he ever comes back.
    pub fn deactivate(&mut self, epoch: i64) -> Result<MemberEvent, Refused> {
        if !self.is_active() {
            return Err(Refused::AlreadyInactive);
        }
        self.state = State::Inactive;
        self.sessions_valid_from = epoch;
        Ok(MemberEvent::Deactivated)
    }

    /// Gives him his access back.
    pub fn reactivate(&mut self) -> Result<MemberEvent, Refused> {
        if self.is_active() {
            return Err(Refused::AlreadyActive);
        }
        self.state = State::Active;
        Ok(MemberEvent::Reactivated)
    }

    /// Notes that his password was set: whoever signed in with the old one has to sign in again.
    pub fn set_password(&mut self, epoch: i64) -> Result<MemberEvent, Refused> {
        self.end_sessions(epoch)?;
        Ok(MemberEvent::PasswordSet)
    }

    /// Ends all his sessions: tokens of an earlier epoch than this are refused.
    pub fn revoke_sessions(&mut self, epoch: i64) -> Result<MemberEvent, Refused> {
        self.end_sessions(epoch)?;
        Ok(MemberEvent::SessionsRevoked)
    }

    fn end_sessions(&mut self, epoch: i64) -> Result<(), Refused> {
        if !self.is_active() {
            return Err(Refused::Inactive);
        }
        self.sessions_valid_from = epoch;
        Ok(())
    }
}

/// The sign-in name that a display name suggests: "Anna Snelling" is `anna.snelling`; `None` if it
/// has no Latin letters.
pub fn suggest_name(display_name: &str) -> Option<String> {
    let words: Vec<String> = display_name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let name = words.join(".");
    name.starts_with(|c: char| c.is_ascii_lowercase())
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const EPOCH: i64 = 7;

    fn member(state: State) -> Member {
        let revision = Revision {
            name: Some("li".into()),
            ..Revision::default()
        };
        Member {
            state,
            ..Member::create(Uuid::nil().into(), revision, Time::default())
        }
    }

    type Verb = fn(&mut Member) -> Result<MemberEvent, Refused>;
    const VERBS: [(&str, Verb); 5] = [
        ("update", |m| Ok(m.update(Revision::default()))),
        ("deactivate", |m| m.deactivate(EPOCH)),
        ("reactivate", Member::reactivate),
        ("set_password", |m| m.set_password(EPOCH)),
        ("revoke_sessions", |m| m.revoke_sessions(EPOCH)),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {MemberEvent as E, Refused as R, State::*};
        let table = [
            (
                Active,
                [
                    Ok(E::Updated),
                    Ok(E::Deactivated),
                    Err(R::AlreadyActive),
                    Ok(E::PasswordSet),
                    Ok(E::SessionsRevoked),
                ],
            ),
            (
                Inactive,
                [
                    Ok(E::Updated),
                    Err(R::AlreadyInactive),
                    Ok(E::Reactivated),
                    Err(R::Inactive),
                    Err(R::Inactive),
                ],
            ),
        ];
        for (state, answers) in table {
            for ((verb, act), answer) in VERBS.into_iter().zip(answers) {
                let (before, mut after) = (member(state), member(state));
                assert_eq!(act(&mut after), answer, "{verb} of {state:?}");
                assert!(
                    answer.is_ok() || after == before,
                    "a refused {verb} changes nothing"
                );
            }
        }
    }

    #[test]
    fn whatever_ends_sessions_refuses_every_token_made_before() {
        for (verb, act) in VERBS {
            let mut member = member(State::Active);
            let ended = act(&mut member).is_ok() && verb != "update";
            assert_eq!(
                member.sessions_valid_from,
                if ended { EPOCH } else { 0 },
                "{verb}"
            );
        }
    }

    #[test]
    fn coming_back_does_not_bring_old_sessions_back() {
        let mut member = member(State::Active);
        member.deactivate(EPOCH).unwrap();
        member.reactivate().unwrap();
        assert_eq!(member.sessions_valid_from, EPOCH);
    }

    #[test]
    fn an_update_changes_what_it_names_and_nothing_else() {
        let before = member(State::Active);
        let mut after = before.clone();
        after.update(Revision {
            email: Some("li@example.com".into()),
            ..Revision::default()
        });
        assert_eq!(
            after,
            Member {
                email: "li@example.com".into(),
                ..before
            }
        );
    }

    #[test]
    fn roles_are_kept_once_and_in_order() {
        let roles: Roles = ["boss", "administrator", "boss"].into_iter().collect();
        assert_eq!(roles.to_string(), "administrator boss");
        assert_eq!(Roles::from(roles.to_string()), roles);
    }

    #[test]
    fn a_latin_display_name_suggests_a_sign_in_name() {
        assert_eq!(
            suggest_name("Anna Snelling").as_deref(),
            Some("anna.snelling")
        );
        assert_eq!(
            suggest_name("Jean-Luc  O'Neil").as_deref(),
            Some("jean.luc.o.neil")
        );
        assert_eq!(suggest_name("李雷"), None);
        assert_eq!(suggest_name("7 of 9"), None);
    }
}
