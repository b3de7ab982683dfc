//! A view of a list that somebody keeps under a name, from the day he makes it to the day it is forgotten: what it shows, and
//! to whom.

use baton_chassis::{
    Reason, Time,
    ids::{MemberId, SavedViewId},
};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::{member::Roles, revise};

/// Views of one owner for one list.
pub const VIEWS_MAX: usize = 50;
/// Octets of text in what a view shows.
pub const CONTENT_MAX_BYTES: usize = 4096;
/// How rows hold that everybody sees a view: no role has such a name.
pub const EVERYBODY: &str = "*";

/// To whom a view is shown besides its owner. In audit rows it reads as in the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "sharing", content = "role", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Shared {
    /// Nobody.
    #[default]
    Nobody,
    /// Whoever has this role.
    Role(String),
    /// Everybody.
    Everybody,
}

impl Shared {
    /// As rows hold it.
    pub fn audience(&self) -> Option<String> {
        match self {
            Self::Nobody => None,
            Self::Role(role) => Some(role.clone()),
            Self::Everybody => Some(EVERYBODY.to_owned()),
        }
    }

    fn includes(&self, roles: &Roles) -> bool {
        match self {
            Self::Nobody => false,
            Self::Role(role) => roles.iter().any(|r| r == role),
            Self::Everybody => true,
        }
    }
}

impl From<Option<String>> for Shared {
    fn from(audience: Option<String>) -> Self {
        match audience {
            None => Self::Nobody,
            Some(everybody) if everybody == EVERYBODY => Self::Everybody,
            Some(role) => Self::Role(role),
        }
    }
}

/// One thing that a list is narrowed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// What the list calls it.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// What a view shows. What it means is known to the list alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What the list is narrowed by.
    pub filters: Vec<Filter>,
    /// The columns; none for the usual ones.
    pub columns: Vec<String>,
    /// The order; empty for the usual one.
    pub order_by: String,
}

impl Content {
    /// Octets of all its texts.
    pub fn bytes(&self) -> usize {
        let filters = self.filters.iter().map(|f| f.key.len() + f.value.len());
        let columns = self.columns.iter().map(String::len);
        filters.chain(columns).sum::<usize>() + self.order_by.len()
    }
}

/// A view of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct SavedView {
    /// Identity.
    pub id: SavedViewId,
    /// One more with every change.
    pub version: i64,
    /// Whose it is.
    pub owner: MemberId,
    /// The list.
    pub list: String,
    /// Its name.
    pub name: String,
    /// What it shows.
    pub content: Json<Content>,
    /// To whom it is shown.
    #[sqlx(rename = "audience", try_from = "Option<String>")]
    #[serde(flatten)]
    pub shared: Shared,
    /// Whether its owner's list begins with it.
    pub opens_list: bool,
    /// Place among the views of its owner.
    pub position: i64,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// New values for a view; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revision {
    /// Name.
    pub name: Option<String>,
    /// What it shows.
    pub content: Option<Content>,
    /// To whom it is shown.
    pub shared: Option<Shared>,
    /// Whether its owner's list begins with it.
    pub opens_list: Option<bool>,
    /// Place.
    pub position: Option<i64>,
}

/// Who acts.
#[derive(Clone, Copy, Debug)]
pub struct By {
    /// The member.
    pub member: MemberId,
    /// Whether he administers.
    pub administers: bool,
}

/// What happened to a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedViewEvent {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It was forgotten.
    Deleted,
}

impl SavedViewEvent {
    /// The verb as audit rows have it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Created => "saved_view_created",
            Self::Updated => "saved_view_updated",
            Self::Deleted => "saved_view_deleted",
        }
    }
}

/// Why something cannot be done with a view.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// One has so many for a list and no more.
    #[error("there are {VIEWS_MAX} views of this list already")]
    TooMany,
    /// It is shown to who asks, but somebody else's.
    #[error("the view is somebody else's")]
    NotYours,
    /// What everybody sees is decided by administration.
    #[error("what everybody sees needs administration")]
    EverybodyNeedsAdministration,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::TooMany => "SAVED_VIEWS_TOO_MANY",
            Self::NotYours => "SAVED_VIEW_NOT_YOURS",
            Self::EverybodyNeedsAdministration => "SAVED_VIEW_NEEDS_ADMINISTRATION",
        }
    }

    fn args(&self) -> baton_chassis::Args {
        match self {
            Self::TooMany => vec![("max", VIEWS_MAX.to_string())],
            Self::NotYours | Self::EverybodyNeedsAdministration => Vec::new(),
        }
    }
}

impl SavedView {
    /// A new view of the caller, after `others` that he has of the list.
    pub fn create(
        id: SavedViewId,
        by: By,
        list: String,
        wanted: Revision,
        others: &[Self],
        at: Time,
    ) -> Result<Self, Refused> {
        if others.len() >= VIEWS_MAX {
            return Err(Refused::TooMany);
        }
        let greatest = others.iter().map(|view| view.position).max();
        let view = Self {
            id,
            version: 1,
            owner: by.member,
            list,
            name: wanted.name.unwrap_or_default(),
            content: Json(wanted.content.unwrap_or_default()),
            shared: wanted.shared.unwrap_or_default(),
            opens_list: wanted.opens_list.unwrap_or_default(),
            position: greatest.map_or(0, |position| position.saturating_add(1)),
            created_at: at,
            updated_at: at,
        };
        view.may_be_shown_by(by)?;
        Ok(view)
    }

    /// Whether a member with these roles sees it.
    pub fn is_shown_to(&self, member: MemberId, roles: &Roles) -> bool {
        self.owner == member || self.shared.includes(roles)
    }

    /// Changes it. Whoever administers answers for what others are shown, whose ever it is.
    pub fn update(&mut self, by: By, revision: Revision) -> Result<SavedViewEvent, Refused> {
        self.must_be_in_the_hands_of(by)?;
        let mut after = self.clone();
        revise(&mut after.name, revision.name);
        revise(&mut after.content.0, revision.content);
        revise(&mut after.shared, revision.shared);
        revise(&mut after.opens_list, revision.opens_list);
        revise(&mut after.position, revision.position);
        after.may_be_shown_by(by)?;
        *self = after;
        Ok(SavedViewEvent::Updated)
    }

    /// No longer begins the list, because another view of its owner does.
    pub fn give_way(&mut self) -> SavedViewEvent {
        self.opens_list = false;
        SavedViewEvent::Updated
    }

    /// Whether it may be forgotten.
    pub fn delete(&self, by: By) -> Result<SavedViewEvent, Refused> {
        self.must_be_in_the_hands_of(by)?;
        Ok(SavedViewEvent::Deleted)
    }

    fn must_be_in_the_hands_of(&self, by: By) -> Result<(), Refused> {
        let answers_for_it = by.administers && self.shared != Shared::Nobody;
        if self.owner == by.member || answers_for_it {
            Ok(())
        } else {
            Err(Refused::NotYours)
        }
    }

    fn may_be_shown_by(&self, by: By) -> Result<(), Refused> {
        if self.shared == Shared::Everybody && !by.administers {
            Err(Refused::EverybodyNeedsAdministration)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn member(n: u128) -> MemberId {
        Uuid::from_u128(n).into()
    }

    const OWNER: u128 = 1;
    const OTHER: u128 = 2;

    fn by(who: u128, administers: bool) -> By {
        By {
            member: member(who),
            administers,
        }
    }

    fn view(shared: Shared) -> SavedView {
        let wanted = Revision {
            name: Some("mine".into()),
            shared: Some(shared),
            ..Revision::default()
        };
        let id = Uuid::nil().into();
        SavedView::create(
            id,
            by(OWNER, true),
            "leads".into(),
            wanted,
            &[],
            Time::default(),
        )
        .unwrap()
    }

    fn role() -> Shared {
        Shared::Role("salesperson".into())
    }

    fn share(view: &mut SavedView, by: By, shared: Shared) -> Result<SavedViewEvent, Refused> {
        let revision = Revision {
            shared: Some(shared),
            ..Revision::default()
        };
        view.update(by, revision)
    }

    type Verb = fn(&mut SavedView, By) -> Result<SavedViewEvent, Refused>;
    const VERBS: [(&str, Verb); 5] = [
        ("rename", |v, by| {
            let name = Some("new".to_owned());
            v.update(
                by,
                Revision {
                    name,
                    ..Revision::default()
                },
            )
        }),
        ("show nobody", |v, by| share(v, by, Shared::Nobody)),
        ("show a role", |v, by| {
            share(v, by, Shared::Role("boss".into()))
        }),
        ("show everybody", |v, by| share(v, by, Shared::Everybody)),
        ("delete", |v, by| v.delete(by)),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_for_everyone_in_every_state() {
        use {Refused as R, SavedViewEvent as E};
        const UPDATED: Result<E, R> = Ok(E::Updated);
        const DELETED: Result<E, R> = Ok(E::Deleted);
        const ADMIN: Result<E, R> = Err(R::EverybodyNeedsAdministration);
        const OTHERS: Result<E, R> = Err(R::NotYours);
        let all = [UPDATED, UPDATED, UPDATED, UPDATED, DELETED];
        let own = [UPDATED, UPDATED, UPDATED, ADMIN, DELETED];
        let own_for_all = [ADMIN, UPDATED, UPDATED, ADMIN, DELETED];
        let none = [OTHERS, OTHERS, OTHERS, OTHERS, OTHERS];
        for (shared, who, answers) in [
            (Shared::Nobody, by(OWNER, false), &own),
            (Shared::Nobody, by(OWNER, true), &all),
            (Shared::Nobody, by(OTHER, false), &none),
            (Shared::Nobody, by(OTHER, true), &none),
            (role(), by(OWNER, false), &own),
            (role(), by(OWNER, true), &all),
            (role(), by(OTHER, false), &none),
            (role(), by(OTHER, true), &all),
            (Shared::Everybody, by(OWNER, false), &own_for_all),
            (Shared::Everybody, by(OWNER, true), &all),
            (Shared::Everybody, by(OTHER, false), &none),
            (Shared::Everybody, by(OTHER, true), &all),
        ] {
            for ((verb, act), answer) in VERBS.into_iter().zip(answers) {
                let (before, mut after) = (view(shared.clone()), view(shared.clone()));
                assert_eq!(
                    act(&mut after, who),
                    *answer,
                    "{verb} of {shared:?} by {who:?}"
                );
                assert!(
                    answer.is_ok() || after == before,
                    "a refused {verb} changes nothing"
                );
            }
        }
    }

    #[test]
    fn one_has_so_many_of_a_list_and_a_new_one_comes_last() {
        let make = |others: &[SavedView], shared, administers| {
            let wanted = Revision {
                shared: Some(shared),
                ..Revision::default()
            };
            let (id, by) = (Uuid::nil().into(), by(OWNER, administers));
            SavedView::create(id, by, "leads".into(), wanted, others, Time::default())
        };
        let many = |n| -> Vec<_> {
            let at = |position| SavedView {
                position,
                ..view(Shared::Nobody)
            };
            (0..n).map(at).collect()
        };
        assert_eq!(make(&[], Shared::Nobody, false).unwrap().position, 0);
        assert_eq!(make(&many(49), role(), false).unwrap().position, 49);
        assert_eq!(make(&many(50), role(), false), Err(Refused::TooMany));
        assert_eq!(
            make(&[], Shared::Everybody, false),
            Err(Refused::EverybodyNeedsAdministration)
        );
        assert!(make(&[], Shared::Everybody, true).is_ok());
    }

    #[test]
    fn it_is_shown_to_its_owner_and_to_whom_it_is_shared_with() {
        let roles: Roles = ["salesperson"].into_iter().collect();
        let (bare, owner, other) = (Roles::default(), member(OWNER), member(OTHER));
        for (shared, in_role, without) in [
            (Shared::Nobody, false, false),
            (role(), true, false),
            (Shared::Everybody, true, true),
        ] {
            let view = view(shared.clone());
            assert!(view.is_shown_to(owner, &bare));
            assert_eq!(view.is_shown_to(other, &roles), in_role, "{shared:?}");
            assert_eq!(view.is_shown_to(other, &bare), without, "{shared:?}");
            assert_eq!(Shared::from(shared.audience()), shared);
        }
    }

    #[test]
    fn audit_rows_say_to_whom_it_is_shown_as_the_contract_does() {
        let told = |shared| serde_json::to_value(view(shared)).unwrap();
        assert_eq!(told(role())["sharing"], "ROLE");
        assert_eq!(told(role())["role"], "salesperson");
        assert_eq!(told(Shared::Nobody)["sharing"], "NOBODY");
    }

    #[test]
    fn what_it_shows_is_measured_by_all_its_texts() {
        let content = Content {
            filters: vec![Filter {
                key: "owner".into(),
                value: "李".into(),
            }],
            columns: vec!["title".into()],
            order_by: "name asc".into(),
        };
        assert_eq!(content.bytes(), 5 + 3 + 5 + 8);
    }
}
