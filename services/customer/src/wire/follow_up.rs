//! Follow-ups, in the contracts' words.

use baton_chassis::{
    Result, Time, Violations,
    ids::PartyId,
    people::Snapshot,
    wire::{etag, id_text, timestamp},
};
use baton_proto::customer::v1 as pb;
use prost_types::Timestamp;

use super::{about, came_from, code, member, read_about, required};
use crate::{
    follow_up::{Details, FollowUp},
    interaction::About,
};

const FIELDS: &[&str] = &["title", "note", "due_time", "owner_id"];

/// A follow-up.
pub fn follow_up(f: &FollowUp) -> pb::FollowUp {
    let d = &f.details;
    pb::FollowUp {
        id: f.id.to_string(),
        state: code(f.state),
        about: Some(about(f.about)),
        party_id: id_text(f.party),
        interaction_id: id_text(f.interaction),
        title: d.title.clone(),
        note: d.note.clone(),
        due_time: Some(timestamp(d.due_at)),
        came_due_time: f.came_due_at.map(timestamp),
        result: f.result.clone(),
        close_time: f.closed_at.map(timestamp),
        owner_id: id_text(d.owner),
        territory_id: id_text(d.territory),
        create_time: Some(timestamp(f.created_at)),
        update_time: Some(timestamp(f.updated_at)),
        etag: etag(f.version),
        source: Some(came_from(f.about)),
    }
}

/// A time that is still to come; `now` stands in when it is wrong.
pub fn due(v: &mut Violations, field: &str, value: Option<&Timestamp>, now: Time) -> Time {
    if value.is_none() {
        v.add(field, "REQUIRED");
    }
    match v.time(field, value) {
        Some(due) if due <= now => {
            v.add(field, "TIME_IN_PAST");
            now
        }
        due => due.unwrap_or(now),
    }
}

/// A new follow-up as it was asked for.
#[derive(Clone, Debug)]
pub struct FollowUpDraft {
    /// What it is about.
    pub about: About,
    /// The party concerned, if that was said.
    pub party: Option<PartyId>,
    /// The rest of it.
    pub details: Details,
}

/// A new follow-up.
pub fn follow_up_draft(
    r: &pb::CreateFollowUpRequest,
    people: &Snapshot,
    now: Time,
) -> Result<FollowUpDraft> {
    let value = required("follow_up", r.follow_up.as_ref())?;
    let mut v = Violations::new();
    let about = read_about(&mut v, "follow_up.about", value.about.as_ref());
    let party = v.optional_id("follow_up.party_id", &value.party_id);
    let details = Details {
        title: v.text("follow_up.title", &value.title, 1..=200),
        note: v.optional_text("follow_up.note", &value.note, 4_000),
        due_at: due(&mut v, "follow_up.due_time", value.due_time.as_ref(), now),
        owner: member(&mut v, people, "follow_up.owner_id", &value.owner_id),
        territory: None,
    };
    v.done()?;
    Ok(FollowUpDraft {
        about,
        party,
        details,
    })
}

/// The details of a follow-up as a change wants them. A time that stays as it is may lie in the past.
pub fn follow_up_update(
    r: &pb::UpdateFollowUpRequest,
    old: &Details,
    people: &Snapshot,
    now: Time,
) -> Result<Details> {
    let value = required("follow_up", r.follow_up.as_ref())?;
    let mut v = Violations::new();
    let mask = v.mask(r.update_mask.as_ref(), FIELDS);
    let mut d = old.clone();
    if mask.has("title") {
        d.title = v.text("follow_up.title", &value.title, 1..=200);
    }
    if mask.has("note") {
        d.note = v.optional_text("follow_up.note", &value.note, 4_000);
    }
    if mask.has("due_time") && value.due_time != Some(timestamp(old.due_at)) {
        d.due_at = due(&mut v, "follow_up.due_time", value.due_time.as_ref(), now);
    }
    if mask.has("owner_id") {
        let field = "follow_up.owner_id";
        d.owner = member(&mut v, people, field, &value.owner_id);
        if d.owner.is_none() {
            v.add(field, "REQUIRED");
        }
    }
    v.done()?;
    Ok(d)
}

/// The new time of a follow-up that is opened again, if it gets one.
pub fn follow_up_due(r: &pb::ReopenFollowUpRequest, now: Time) -> Result<Option<Time>> {
    let mut v = Violations::new();
    let due_at = r
        .due_time
        .as_ref()
        .map(|_| due(&mut v, "due_time", r.due_time.as_ref(), now));
    v.done()?;
    Ok(due_at)
}
