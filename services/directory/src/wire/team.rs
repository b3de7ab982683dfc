//! The same for teams and shares: who sees what is not his.

use baton_chassis::{
    Time, Violation, Violations,
    wire::{etag, id_text, timestamp},
};
use baton_proto::{directory::v1 as pb, r#type::v1::ObjectRef};
use uuid::Uuid;

use super::{access, read_access};
use crate::{
    share::{self, KINDS, Share, Wanted, With, check_end},
    team::{self, MEMBERS_MAX, Mates, Team},
};

/// Fields of a team that an update changes.
pub const TEAM_FIELDS: &[&str] = &["name", "member_ids"];

/// Writes a team.
pub fn team(t: &Team) -> pb::Team {
    pb::Team {
        id: t.id.to_string(),
        name: t.name.clone(),
        member_ids: t.members.iter().map(|m| m.to_string()).collect(),
        state: match t.state {
            team::State::Active => pb::TeamState::Active,
            team::State::Archived => pb::TeamState::Archived,
        }
        .into(),
        etag: etag(t.version),
        create_time: Some(timestamp(t.created_at)),
        update_time: Some(timestamp(t.updated_at)),
    }
}

/// Reads a state that teams are listed by.
pub fn team_state(v: &mut Violations, value: i32) -> Option<team::State> {
    v.optional_choice("state", value, |value| {
        match pb::TeamState::try_from(value).ok()? {
            pb::TeamState::Active => Some(team::State::Active),
            pb::TeamState::Archived => Some(team::State::Archived),
            pb::TeamState::Unspecified => None,
        }
    })
}

/// Reads who is in a team.
pub fn mates(v: &mut Violations, field: &str, ids: &[String]) -> Mates {
    if ids.len() > MEMBERS_MAX {
        v.push(Violation::new(field, "TOO_MANY").with("max", MEMBERS_MAX));
        return Mates::default();
    }
    let each = ids.iter().enumerate();
    each.map(|(n, id)| v.id(&format!("{field}[{n}]"), id))
        .collect()
}

/// Writes a share.
pub fn share(s: &Share) -> pb::Share {
    use pb::share::With;
    pb::Share {
        id: s.id.to_string(),
        record: Some(ObjectRef {
            kind: s.kind.clone(),
            id: s.record.to_string(),
        }),
        with: match (s.member, s.team) {
            (Some(id), _) => Some(With::MemberId(id.to_string())),
            (None, team) => Some(With::TeamId(id_text(team))),
        },
        access: access(s.access).into(),
        expire_time: s.ends_at.map(timestamp),
        sharer_id: s.sharer.to_string(),
        state: match s.state {
            share::State::Active => pb::ShareState::Active,
            share::State::Revoked => pb::ShareState::Revoked,
            share::State::Expired => pb::ShareState::Expired,
        }
        .into(),
        etag: etag(s.version),
        create_time: Some(timestamp(s.created_at)),
        update_time: Some(timestamp(s.updated_at)),
    }
}

/// Reads a state that shares are listed by.
pub fn share_state(v: &mut Violations, value: i32) -> Option<share::State> {
    v.optional_choice("state", value, |value| {
        match pb::ShareState::try_from(value).ok()? {
            pb::ShareState::Active => Some(share::State::Active),
            pb::ShareState::Revoked => Some(share::State::Revoked),
            pb::ShareState::Expired => Some(share::State::Expired),
            pb::ShareState::Unspecified => None,
        }
    })
}

/// Reads which record is meant; `None` when something is wrong, which is noted.
pub fn record(v: &mut Violations, kind: (&str, &str), id: (&str, &str)) -> Option<(String, Uuid)> {
    let known = KINDS.contains(&kind.1);
    if kind.1.is_empty() {
        v.add(kind.0, "REQUIRED");
    } else if !known {
        v.add(kind.0, "CHOICE_UNKNOWN");
    }
    let read: Option<Uuid> = id.1.parse().ok();
    if id.1.is_empty() {
        v.add(id.0, "REQUIRED");
    } else if read.is_none() {
        v.add(id.0, "ID_MALFORMED");
    }
    read.filter(|_| known).map(|id| (kind.1.to_owned(), id))
}

/// Reads what is to be shared with whom; `None` when something is wrong, which is noted.
pub fn new_share(v: &mut Violations, s: &pb::Share, now: Time) -> Option<Wanted> {
    let object = s.record.clone().unwrap_or_default();
    let record = record(
        v,
        ("share.record.kind", &object.kind),
        ("share.record.id", &object.id),
    );
    let with = match &s.with {
        Some(pb::share::With::MemberId(id)) => Some(With::Member(v.id("share.member_id", id))),
        Some(pb::share::With::TeamId(id)) => Some(With::Team(v.id("share.team_id", id))),
        None => {
            v.add("share.member_id", "REQUIRED");
            None
        }
    };
    let access = v.choice("share.access", s.access, read_access);
    let ends_at = s
        .expire_time
        .as_ref()
        .and_then(|at| v.time("share.expire_time", Some(at)));
    if let Some(wrong) = ends_at.and_then(|at| check_end("share.expire_time", at, now)) {
        v.push(wrong);
    }
    let (kind, record) = record?;
    Some(Wanted {
        kind,
        record,
        with: with?,
        access: access?,
        ends_at,
    })
}
