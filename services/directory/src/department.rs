//! A department of the firm. What it does is said by grants, never by its name.

use baton_chassis::{Args, Reason, Time, ids::DepartmentId};
use serde::Serialize;

use crate::revise;

/// Whether a department is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// In use.
    Active,
    /// Put away.
    Archived,
}

/// A department of the firm.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct Department {
    /// Identity.
    pub id: DepartmentId,
    /// One more with every change.
    pub version: i64,
    /// Name, unique among those in use.
    pub name: String,
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

/// What hangs on a department.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Use {
    /// Active members who belong to it.
    pub members: i64,
    /// Grants to it that hold.
    pub grants: i64,
}

/// What happened to a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepartmentEvent {
    /// It was created.
    Created,
    /// It got another name.
    Updated,
    /// It was put away.
    Archived,
}

/// Why something cannot be done with a department.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is out of use for good.
    #[error("the department is archived")]
    Archived,
    /// Somebody works there.
    #[error("{0} active members belong to the department")]
    HasMembers(i64),
    /// It carries out a function.
    #[error("{0} functions are granted to the department")]
    HasGrants(i64),
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Archived => "DEPARTMENT_ARCHIVED",
            Self::HasMembers(_) => "DEPARTMENT_HAS_MEMBERS",
            Self::HasGrants(_) => "DEPARTMENT_HAS_GRANTS",
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::Archived => Args::new(),
            Self::HasMembers(count) | Self::HasGrants(count) => vec![("count", count.to_string())],
        }
    }
}

impl Department {
    /// A new department.
    pub fn create(id: DepartmentId, name: String, at: Time) -> Self {
        Self {
            id,
            version: 1,
            name,
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

    /// Gives it another name.
    pub fn rename(&mut self, name: Option<String>) -> Result<DepartmentEvent, Refused> {
        self.stands()?;
        revise(&mut self.name, name);
        Ok(DepartmentEvent::Updated)
    }

    /// Puts it away, once nobody works there and it carries out nothing.
    pub fn archive(&mut self, in_use: Use) -> Result<DepartmentEvent, Refused> {
        self.stands()?;
        match in_use {
            Use { members: 1.., .. } => return Err(Refused::HasMembers(in_use.members)),
            Use { grants: 1.., .. } => return Err(Refused::HasGrants(in_use.grants)),
            Use { .. } => self.state = State::Archived,
        }
        Ok(DepartmentEvent::Archived)
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

    fn department(state: State) -> Department {
        Department {
            state,
            ..Department::create(Uuid::nil().into(), "Sales".into(), Time::default())
        }
    }

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {DepartmentEvent as E, State::*};
        let table = [
            (Active, Ok(E::Updated), Ok(E::Archived)),
            (Archived, Err(Refused::Archived), Err(Refused::Archived)),
        ];
        for (state, renamed, archived) in table {
            assert_eq!(
                department(state).rename(Some("Trade".into())),
                renamed,
                "rename {state:?}"
            );
            assert_eq!(
                department(state).archive(Use::default()),
                archived,
                "archive {state:?}"
            );
        }
    }

    #[test]
    fn a_department_in_use_is_not_put_away() {
        let mut sales = department(State::Active);
        let (members, grants) = (
            Use {
                members: 2,
                grants: 1,
            },
            Use {
                members: 0,
                grants: 1,
            },
        );
        assert_eq!(sales.archive(members), Err(Refused::HasMembers(2)));
        assert_eq!(sales.archive(grants), Err(Refused::HasGrants(1)));
        assert_eq!(sales, department(State::Active));
    }
}
