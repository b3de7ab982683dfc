//! The same for placements.

use baton_chassis::{
    Language, Messages, Violations,
    ids::TerritoryId,
    wire::{etag, id_text, timestamp},
};
use baton_proto::directory::v1 as pb;

use crate::{
    placement::{BEFORE_RECORDS, Kind, Placement, Standing, State},
    placements::Wanted,
    store::placement::Filter,
    territory,
};

/// Writes what a placement says.
pub fn placement_kind(kind: Kind) -> pb::PlacementKind {
    match kind {
        Kind::TerritoryParent => pb::PlacementKind::TerritoryParent,
        Kind::TerritoryManager => pb::PlacementKind::TerritoryManager,
        Kind::MemberTerritory => pb::PlacementKind::MemberTerritory,
        Kind::MemberDepartment => pb::PlacementKind::MemberDepartment,
    }
}

/// Writes a placement for somebody who reads a language.
pub fn placement(p: &Placement, messages: &Messages, language: Language) -> pb::Placement {
    pb::Placement {
        id: p.id.to_string(),
        kind: placement_kind(p.kind).into(),
        subject_id: p.subject.to_string(),
        place_id: p.place.map(|id| id.to_string()).unwrap_or_default(),
        start_time: Some(p.starts_at)
            .filter(|at| *at != BEFORE_RECORDS)
            .map(timestamp),
        end_time: p.ends_at.map(timestamp),
        state: match p.state {
            State::Planned => pb::PlacementState::Planned,
            State::InForce => pb::PlacementState::InForce,
            State::Ended => pb::PlacementState::Ended,
            State::Cancelled => pb::PlacementState::Cancelled,
            State::Refused => pb::PlacementState::Refused,
        }
        .into(),
        refusal_reason: p.refusal_reason.clone(),
        refusal: refusal(&p.refusal_reason, messages, language),
        author_id: id_text(p.author),
        etag: etag(p.version),
        create_time: Some(timestamp(p.created_at)),
        update_time: Some(timestamp(p.updated_at)),
    }
}

/// Why a plan was refused, as a text.
fn refusal(reason: &str, messages: &Messages, language: Language) -> String {
    if reason.is_empty() {
        return String::new();
    }
    // The values that a text names are those of what refused it.
    let args = territory::Refused::args_of(reason);
    messages.text(language, reason, &args)
}

fn read_kind(value: i32) -> Option<Kind> {
    [
        Kind::TerritoryParent,
        Kind::TerritoryManager,
        Kind::MemberTerritory,
        Kind::MemberDepartment,
    ]
    .into_iter()
    .find(|k| i32::from(placement_kind(*k)) == value)
}

/// Reads what is to change from which day on; `None` when something is wrong, which is noted.
pub fn new_placement(v: &mut Violations, r: &pb::PlanPlacementRequest) -> Option<Wanted> {
    let kind = v.choice("kind", r.kind, read_kind);
    // Whether it is the id of a territory or a member is known by the kind, and seen when it is looked for.
    let subject: TerritoryId = v.id("subject_id", &r.subject_id);
    let place: Option<TerritoryId> = v.optional_id("place_id", &r.place_id);
    let first_day = v.date("first_day", &r.first_day);
    let standing = Standing {
        kind: kind?,
        subject: subject.into(),
        place: place.map(Into::into),
    };
    Some(Wanted {
        standing,
        first_day,
    })
}

/// Reads what placements are listed by.
pub fn placement_filter(v: &mut Violations, r: &pb::ListPlacementsRequest) -> Filter {
    Filter {
        kind: v.optional_choice("kind", r.kind, read_kind),
        territory: v.optional_id("territory_id", &r.territory_id),
        parent: v.optional_id("parent_id", &r.parent_id),
        member: v.optional_id("member_id", &r.member_id),
        department: v.optional_id("department_id", &r.department_id),
        state: v.optional_choice("state", r.state, read_state),
        held_at: v.time("time", r.time.as_ref()),
    }
}

fn read_state(value: i32) -> Option<State> {
    match pb::PlacementState::try_from(value).ok()? {
        pb::PlacementState::Planned => Some(State::Planned),
        pb::PlacementState::InForce => Some(State::InForce),
        pb::PlacementState::Ended => Some(State::Ended),
        pb::PlacementState::Cancelled => Some(State::Cancelled),
        pb::PlacementState::Refused => Some(State::Refused),
        pb::PlacementState::Unspecified => None,
    }
}
