//! A team: members who see each other's records, as far as what is granted to them says so.

use std::{collections::BTreeSet, fmt};

use baton_chassis::{
    Args, Reason, Time,
    ids::{MemberId, TeamId},
};
use serde::Serialize;

use crate::revise;

/// Members of one team: each widens what all others may see.
pub const MEMBERS_MAX: usize = 50;

/// Whether a team is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// In use.
    Active,
    /// Put away: nobody sees anything by it.
    Archived,
}

/// The members of a team, each once and in order; rows hold their ids as words with blanks between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Mates(BTreeSet<MemberId>);

impl Mates {
    /// The members.
    pub fn iter(&self) -> impl Iterator<Item = MemberId> {
        self.0.iter().copied()
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<MemberId> for Mates {
    fn from_iter<I: IntoIterator<Item = MemberId>>(members: I) -> Self {
        Self(members.into_iter().collect())
    }
}

impl TryFrom<String> for Mates {
    type Error = uuid::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.split_whitespace().map(str::parse).collect()
    }
}

impl fmt::Display for Mates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(|m| m.to_string()).collect();
        f.write_str(&words.join(" "))
    }
}

/// Members who see each other's records.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct Team {
    /// Identity.
    pub id: TeamId,
    /// One more with every change.
    pub version: i64,
    /// Name, unique among those in use.
    pub name: String,
    /// Who is in it.
    #[sqlx(try_from = "String")]
    pub members: Mates,
    /// Whether it is in use.
    pub state: State,
    /// Epoch of the directory at which it was last changed: its place among all that is told of it.
    #[serde(skip)]
    pub epoch: i64,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What is to be changed of a team.
#[derive(Clone, Debug, Default)]
pub struct Revision {
    /// Another name.
    pub name: Option<String>,
    /// Other members.
    pub members: Option<Mates>,
}

/// What happened to a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamEvent {
    /// It was formed.
    Created,
    /// It got another name or other members.
    Updated,
    /// It was put away.
    Archived,
}

/// Why something cannot be done with a team.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is out of use for good.
    #[error("the team is archived")]
    Archived,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Archived => "TEAM_ARCHIVED",
        }
    }

    fn args(&self) -> Args {
        Args::new()
    }
}

impl Team {
    /// A new team.
    pub fn create(id: TeamId, name: String, members: Mates, at: Time) -> Self {
        Self {
            id,
            version: 1,
            name,
            members,
            state: State::Active,
            epoch: 0,
            created_at: at,
            updated_at: at,
        }
    }

    /// Whether it is in use.
    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    /// Gives it another name or other members.
    pub fn update(&mut self, new: Revision) -> Result<TeamEvent, Refused> {
        self.stands()?;
        revise(&mut self.name, new.name);
        revise(&mut self.members, new.members);
        Ok(TeamEvent::Updated)
    }

    /// Puts it away.
    pub fn archive(&mut self) -> Result<TeamEvent, Refused> {
        self.stands()?;
        self.state = State::Archived;
        Ok(TeamEvent::Archived)
    }

    fn stands(&self) -> Result<(), Refused> {
        if self.is_active() {
            Ok(())
        } else {
            Err(Refused::Archived)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn mates(ids: &[u128]) -> Mates {
        ids.iter().map(|n| Uuid::from_u128(*n).into()).collect()
    }

    fn team(state: State) -> Team {
        let new = Team::create(
            Uuid::nil().into(),
            "North".into(),
            mates(&[1]),
            Time::default(),
        );
        Team { state, ..new }
    }

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {State::*, TeamEvent as E};
        let table = [
            (Active, Ok(E::Updated), Ok(E::Archived)),
            (Archived, Err(Refused::Archived), Err(Refused::Archived)),
        ];
        for (state, updated, archived) in table {
            let more = Revision {
                members: Some(mates(&[2, 1])),
                ..Revision::default()
            };
            assert_eq!(team(state).update(more), updated, "update {state:?}");
            assert_eq!(team(state).archive(), archived, "archive {state:?}");
        }
    }

    #[test]
    fn its_members_are_each_there_once_and_come_back_from_a_row() {
        let three = mates(&[3, 1, 3, 2]);
        assert_eq!(three.count(), 3);
        assert_eq!(Mates::try_from(three.to_string()).unwrap(), three);
        assert_eq!(Mates::try_from(String::new()).unwrap(), Mates::default());
    }
}
