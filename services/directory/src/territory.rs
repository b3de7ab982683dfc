//! A territory: a node of one tree. Whoever manages it sees what belongs to it and to all below it.

use baton_chassis::{
    Args, Reason, Time,
    ids::{MemberId, TerritoryId},
};
use serde::Serialize;

use crate::revise;

/// Levels of the tree, with the root: enough for country, region, province, city, district and
/// street.
pub const DEPTH_MAX: usize = 10;

/// Whether a territory is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// In use.
    Active,
    /// Put away: nothing new goes there, what is there stays visible from above.
    Archived,
}

/// A node of the territory tree.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct Territory {
    /// Identity.
    pub id: TerritoryId,
    /// One more with every change.
    pub version: i64,
    /// Name, unique among those in use with the same parent.
    pub name: String,
    /// The territory above; only the root has none.
    pub parent: Option<TerritoryId>,
    /// Who manages it.
    pub manager: Option<MemberId>,
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

/// New values for a territory; what is absent stays.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::option_option,
    reason = "absent: it stays; present and empty: it is taken away"
)]
pub struct Revision {
    /// Name.
    pub name: Option<String>,
    /// Manager.
    pub manager: Option<Option<MemberId>>,
}

/// A territory as the place of others: itself and all above it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The territory.
    pub territory: Territory,
    /// Those above it, up to the root.
    pub above: Vec<TerritoryId>,
}

/// What hangs on a territory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Use {
    /// Active members who work in it.
    pub members: i64,
    /// Territories in use right below it.
    pub territories: i64,
}

/// What happened to a territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerritoryEvent {
    /// It was created.
    Created,
    /// It got another name or manager.
    Updated,
    /// It hangs elsewhere now.
    Moved,
    /// It was put away.
    Archived,
}

/// Why something cannot be done with a territory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is out of use for good.
    #[error("the territory is archived")]
    Archived,
    /// Everything hangs on the root.
    #[error("the root can be neither moved nor archived")]
    Root,
    /// Nothing new goes below what is put away.
    #[error("the territory above is archived")]
    ParentArchived,
    /// A tree has no cycles.
    #[error("a territory cannot hang below itself")]
    Cycle,
    /// Every level costs each list something.
    #[error("the tree would have more than {DEPTH_MAX} levels")]
    TooDeep,
    /// Somebody works there.
    #[error("{0} active members work in the territory")]
    HasMembers(i64),
    /// Something hangs below it.
    #[error("{0} territories in use hang below the territory")]
    HasTerritories(i64),
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Archived => "TERRITORY_ARCHIVED",
            Self::Root => "TERRITORY_ROOT",
            Self::ParentArchived => "TERRITORY_PARENT_ARCHIVED",
            Self::Cycle => "TERRITORY_CYCLE",
            Self::TooDeep => "TERRITORY_TOO_DEEP",
            Self::HasMembers(_) => "TERRITORY_HAS_MEMBERS",
            Self::HasTerritories(_) => "TERRITORY_HAS_TERRITORIES",
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::TooDeep => vec![("max", DEPTH_MAX.to_string())],
            Self::HasMembers(count) | Self::HasTerritories(count) => {
                vec![("count", count.to_string())]
            }
            Self::Archived | Self::Root | Self::ParentArchived | Self::Cycle => Args::new(),
        }
    }
}

impl Refused {
    /// The values that the text of a reason names, where they are the same whenever it is told.
    pub fn args_of(reason: &str) -> Args {
        let deep = Self::TooDeep;
        if deep.reason() == reason {
            deep.args()
        } else {
            Args::new()
        }
    }
}

impl Place {
    /// Whether a branch of so many levels may hang below this place.
    fn takes(&self, levels: usize) -> Result<TerritoryId, Refused> {
        if !self.territory.is_active() {
            Err(Refused::ParentArchived)
        } else if self.above.len() + 1 + levels > DEPTH_MAX {
            Err(Refused::TooDeep)
        } else {
            Ok(self.territory.id)
        }
    }
}

impl Territory {
    /// The root of the tree, which is there from the first start.
    pub fn root(id: TerritoryId, name: String, at: Time) -> Self {
        Self {
            id,
            version: 1,
            name,
            parent: None,
            manager: None,
            state: State::Active,
            epoch: 0,
            created_at: at,
            updated_at: at,
        }
    }

    /// A new territory below a place.
    pub fn create(
        id: TerritoryId,
        revision: Revision,
        place: &Place,
        at: Time,
    ) -> Result<Self, Refused> {
        let parent = Some(place.takes(1)?);
        let mut territory = Self {
            parent,
            ..Self::root(id, String::new(), at)
        };
        territory.update(revision)?;
        Ok(territory)
    }

    /// Whether it is in use.
    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    /// Gives it another name or manager.
    pub fn update(&mut self, revision: Revision) -> Result<TerritoryEvent, Refused> {
        self.stands()?;
        revise(&mut self.name, revision.name);
        revise(&mut self.manager, revision.manager);
        Ok(TerritoryEvent::Updated)
    }

    /// Hangs it with the `levels` that it spans (itself counted) below another place, which must
    /// not be below it.
    pub fn move_to(&mut self, place: &Place, levels: usize) -> Result<TerritoryEvent, Refused> {
        self.stands()?;
        if self.parent.is_none() {
            return Err(Refused::Root);
        }
        if place.territory.id == self.id || place.above.contains(&self.id) {
            return Err(Refused::Cycle);
        }
        self.parent = Some(place.takes(levels)?);
        Ok(TerritoryEvent::Moved)
    }

    /// Puts it away, once nobody works there and nothing in use hangs below it.
    pub fn archive(&mut self, in_use: Use) -> Result<TerritoryEvent, Refused> {
        self.stands()?;
        match in_use {
            _ if self.parent.is_none() => return Err(Refused::Root),
            Use { members: 1.., .. } => return Err(Refused::HasMembers(in_use.members)),
            Use {
                territories: 1.., ..
            } => return Err(Refused::HasTerritories(in_use.territories)),
            Use { .. } => self.state = State::Archived,
        }
        Ok(TerritoryEvent::Archived)
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

    fn id(n: u128) -> TerritoryId {
        Uuid::from_u128(n).into()
    }

    /// Territory `n` below territory `n - 1`; number 1 is the root.
    fn territory(n: u128, state: State) -> Territory {
        let parent = (n > 1).then(|| id(n - 1));
        Territory {
            parent,
            state,
            ..Territory::root(id(n), format!("T{n}"), Time::default())
        }
    }

    fn place(n: u128, state: State) -> Place {
        Place {
            territory: territory(n, state),
            above: (1..n).rev().map(id).collect(),
        }
    }

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {Refused as R, State::*, TerritoryEvent as E};
        // A territory in use, the root, and one that is put away.
        let table = [
            (
                territory(5, Active),
                [Ok(E::Updated), Ok(E::Moved), Ok(E::Archived)],
            ),
            (
                territory(1, Active),
                [Ok(E::Updated), Err(R::Root), Err(R::Root)],
            ),
            (
                territory(5, Archived),
                [Err(R::Archived), Err(R::Archived), Err(R::Archived)],
            ),
        ];
        for (before, [updated, moved, archived]) in table {
            let new = Revision {
                name: Some("North".into()),
                manager: Some(None),
            };
            assert_eq!(before.clone().update(new), updated, "update {before:?}");
            assert_eq!(
                before.clone().move_to(&place(2, Active), 1),
                moved,
                "move {before:?}"
            );
            assert_eq!(
                before.clone().archive(Use::default()),
                archived,
                "archive {before:?}"
            );
        }
    }

    #[test]
    fn a_territory_never_hangs_below_itself() {
        let mut third = territory(3, State::Active);
        for n in [3, 4, 7] {
            assert_eq!(
                third.move_to(&place(n, State::Active), 1),
                Err(Refused::Cycle),
                "{n}"
            );
        }
        assert_eq!(third, territory(3, State::Active));
        assert_eq!(
            third.move_to(&place(1, State::Active), 1),
            Ok(TerritoryEvent::Moved)
        );
        assert_eq!(third.parent, Some(id(1)));
    }

    #[test]
    fn nothing_new_goes_below_what_is_put_away() {
        let away = place(2, State::Archived);
        let new = Territory::create(id(9), Revision::default(), &away, Time::default());
        assert_eq!(new, Err(Refused::ParentArchived));
        assert_eq!(
            territory(5, State::Active).move_to(&away, 1),
            Err(Refused::ParentArchived)
        );
    }

    #[test]
    fn the_tree_has_a_last_level() {
        let create = |n| {
            Territory::create(
                id(99),
                Revision::default(),
                &place(n, State::Active),
                Time::default(),
            )
        };
        assert!(create(9).is_ok());
        assert_eq!(create(10), Err(Refused::TooDeep));
        let mut branch = Territory {
            id: id(99),
            ..territory(2, State::Active)
        };
        assert_eq!(
            branch.move_to(&place(7, State::Active), 4),
            Err(Refused::TooDeep)
        );
        assert_eq!(
            branch.move_to(&place(6, State::Active), 4),
            Ok(TerritoryEvent::Moved)
        );
    }

    #[test]
    fn a_territory_in_use_is_not_put_away() {
        let mut north = territory(2, State::Active);
        assert_eq!(
            north.archive(Use {
                members: 1,
                territories: 2
            }),
            Err(Refused::HasMembers(1))
        );
        assert_eq!(
            north.archive(Use {
                members: 0,
                territories: 2
            }),
            Err(Refused::HasTerritories(2))
        );
        assert!(north.is_active());
    }
}
