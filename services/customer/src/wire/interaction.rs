//! Interactions, in the contracts' words.

use baton_chassis::{
    Mask, Result, Time, Violations,
    ids::{ContactId, PartyId},
    people::Snapshot,
    wire::{etag, id_text, timestamp},
};
use baton_proto::customer::v1 as pb;

use super::{about, came_from, code, follow_up, member, read_about, required, word};
use crate::{
    channel::Channel,
    follow_up::Details as FollowUpDetails,
    interaction::{About, Details, Interaction, Kind},
};

const FIELDS: &[&str] = &["channel", "kind", "summary", "feedback", "happened_time"];

/// An interaction.
pub fn interaction(i: &Interaction) -> pb::Interaction {
    let d = &i.details;
    pb::Interaction {
        id: i.id.to_string(),
        about: Some(about(i.about)),
        party_id: id_text(i.party),
        contact_id: id_text(i.contact),
        channel: code(d.channel),
        kind: code(d.kind),
        summary: d.summary.clone(),
        feedback: d.feedback.clone(),
        happened_time: Some(timestamp(d.happened_at)),
        follow_up: None,
        follow_up_id: id_text(i.follow_up),
        owner_id: id_text(i.owner),
        territory_id: id_text(i.territory),
        create_time: Some(timestamp(i.created_at)),
        update_time: Some(timestamp(i.updated_at)),
        etag: etag(i.version),
        source: Some(came_from(i.about)),
    }
}

/// A new interaction as it was asked for.
#[derive(Clone, Debug)]
pub struct InteractionDraft {
    /// What it is about.
    pub about: About,
    /// The party it was with, if that was said.
    pub party: Option<PartyId>,
    /// The person it was with, if that was said.
    pub contact: Option<ContactId>,
    /// The rest of it.
    pub details: Details,
    /// What was agreed to do next.
    pub follow_up: Option<FollowUpDetails>,
}

/// A new interaction.
pub fn interaction_draft(
    r: &pb::CreateInteractionRequest,
    people: &Snapshot,
    now: Time,
) -> Result<InteractionDraft> {
    let value = required("interaction", r.interaction.as_ref())?;
    let mut v = Violations::new();
    let about = read_about(&mut v, "interaction.about", value.about.as_ref());
    let party = v.optional_id("interaction.party_id", &value.party_id);
    let contact = v.optional_id("interaction.contact_id", &value.contact_id);
    let all = v.mask(None, FIELDS);
    let details = details(&mut v, value, &all, blank(now), now);
    let follow_up = value.follow_up.as_ref().map(|plan| {
        let field = |name: &str| format!("interaction.follow_up.{name}");
        FollowUpDetails {
            title: v.text(&field("title"), &plan.title, 1..=200),
            note: String::new(),
            due_at: follow_up::due(&mut v, &field("due_time"), plan.due_time.as_ref(), now),
            owner: member(&mut v, people, &field("owner_id"), &plan.owner_id),
            territory: None,
        }
    });
    v.done()?;
    Ok(InteractionDraft {
        about,
        party,
        contact,
        details,
        follow_up,
    })
}

/// The details of an interaction as a correction wants them.
pub fn interaction_update(
    r: &pb::UpdateInteractionRequest,
    old: &Details,
    now: Time,
) -> Result<Details> {
    let value = required("interaction", r.interaction.as_ref())?;
    let mut v = Violations::new();
    let mask = v.mask(r.update_mask.as_ref(), FIELDS);
    let details = details(&mut v, value, &mask, old.clone(), now);
    v.done()?;
    Ok(details)
}

/// What nothing has been said of yet.
fn blank(now: Time) -> Details {
    let (summary, feedback) = (String::new(), String::new());
    Details {
        channel: Channel::Other,
        kind: Kind::Other,
        summary,
        feedback,
        happened_at: now,
    }
}

/// The fields of the mask as `value` has them, the others as they were.
fn details(
    v: &mut Violations,
    value: &pb::Interaction,
    mask: &Mask,
    mut d: Details,
    now: Time,
) -> Details {
    if mask.has("channel") {
        let channel = v.choice("interaction.channel", value.channel, word::<Channel>);
        d.channel = channel.unwrap_or(d.channel);
    }
    if mask.has("kind") {
        let kind = v.choice("interaction.kind", value.kind, word::<Kind>);
        d.kind = kind.unwrap_or(d.kind);
    }
    if mask.has("summary") {
        d.summary = v.text("interaction.summary", &value.summary, 1..=4_000);
    }
    if mask.has("feedback") {
        d.feedback = v.optional_text("interaction.feedback", &value.feedback, 4_000);
    }
    if mask.has("happened_time") {
        let field = "interaction.happened_time";
        let at = v.time(field, value.happened_time.as_ref());
        if at.is_some_and(|at| at > now) {
            v.add(field, "TIME_NOT_YET");
        }
        d.happened_at = at.unwrap_or(d.happened_at);
    }
    d
}
