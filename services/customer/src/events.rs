//! What customer says, and what it heeds.

use baton_chassis::{
    Error, Source,
    act::{Act, Said},
    ids::{MemberId, PartyId},
    wire::{id_text, source, timestamp},
    words::Word as _,
};
use baton_proto::{
    customer::v1 as pb,
    marketing::v1::{LeadAssigned, LeadRouted},
    r#type::v1::Subject,
};
use uuid::Uuid;

use crate::{
    admission::{self, Passed},
    contact::{Contact, ContactEvent},
    erasure,
    follow_up::{FollowUp, FollowUpEvent},
    interaction::{About, Interaction, InteractionEvent},
    party::{Change, Party, PartyEvent},
    wire::{about, code, optional_code},
};

/// A party as events speak of it.
pub(crate) fn of_party(p: &Party) -> Subject {
    Subject {
        kind: "ACCOUNT".into(),
        id: p.id.to_string(),
        number: p.number.clone(),
        state: p.state.as_str().into(),
        source: Some(source(&p.source())),
        title: p.title().into(),
        owner_id: id_text(p.details.owner),
        territory_id: id_text(p.details.territory),
        version: p.version,
        amount: None,
    }
}

/// An event of a party.
pub fn party(p: &Party, event: &PartyEvent) -> Said {
    let subject = Some(of_party(p));
    let (r#type, industry, country) = (
        code(p.kind),
        p.details.industry.clone(),
        p.details.country.clone(),
    );
    match event {
        PartyEvent::ProspectCreated => Said::of(&pb::ProspectCreated {
            subject,
            r#type,
            industry,
            country,
        }),
        PartyEvent::AccountCreated { channel } => {
            let channel = optional_code(*channel);
            Said::of(&pb::AccountCreated {
                subject,
                r#type,
                industry,
                country,
                channel,
            })
        }
        PartyEvent::Verified { old, verification } => Said::of(&pb::PartyVerified {
            subject,
            old_state: code(*old),
            new_state: code(p.state),
            outcome: code(verification.outcome),
            channel: code(verification.channel),
            verifier_id: verification.verifier.to_string(),
            verification_id: verification.id.to_string(),
        }),
        PartyEvent::Reopened { old } => Said::of(&pb::ProspectReopened {
            subject,
            old_state: code(*old),
            new_state: code(p.state),
        }),
        PartyEvent::Erased { reason } => erased(subject, p.id, *reason),
        PartyEvent::Updated { changes } => Said::of(&pb::PartyUpdated {
            subject,
            changes: field_changes(changes),
        }),
        PartyEvent::Assigned {
            old_owner,
            old_territory,
            changes,
        } => Said::of(&pb::PartyAssigned {
            subject,
            old_owner_id: id_text(*old_owner),
            new_owner_id: id_text(p.details.owner),
            old_territory_id: id_text(*old_territory),
            new_territory_id: id_text(p.details.territory),
            changes: field_changes(changes),
        }),
    }
}

fn erased(subject: Option<Subject>, party: PartyId, reason: erasure::Reason) -> Said {
    Said::of(&pb::PersonErased {
        subject,
        party_id: party.to_string(),
        reason: code(reason),
    })
}

fn field_changes(changes: &[Change]) -> Vec<pb::FieldChange> {
    let change = |c: &Change| pb::FieldChange {
        field: c.field.into(),
        old_value: c.old.clone(),
        new_value: c.new.clone(),
    };
    changes.iter().map(change).collect()
}

/// An event of a contact.
pub fn contact(c: &Contact, event: &ContactEvent) -> Said {
    let subject = Some(Subject {
        kind: "CONTACT".into(),
        id: c.id.to_string(),
        state: c.state.as_str().into(),
        source: Some(source(&c.source())),
        owner_id: id_text(c.owner),
        territory_id: id_text(c.territory),
        version: c.version,
        ..Subject::default()
    });
    let party_id = c.party.to_string();
    match event {
        ContactEvent::Created => Said::of(&pb::ContactCreated { subject, party_id }),
        ContactEvent::Updated { fields } => {
            let fields = fields.iter().map(|f| (*f).to_owned()).collect();
            Said::of(&pb::ContactUpdated {
                subject,
                party_id,
                fields,
            })
        }
        ContactEvent::Archived => Said::of(&pb::ContactArchived { subject, party_id }),
        ContactEvent::Erased { reason } => erased(subject, c.party, *reason),
    }
}

/// The object that something is about is also what it came from.
fn from_about(kind: &str, id: String, about: About) -> Subject {
    let from = Source {
        kind: about.kind,
        id: about.id.to_string(),
    };
    Subject {
        kind: kind.into(),
        id,
        source: Some(source(&from)),
        ..Subject::default()
    }
}

/// An event of an interaction.
pub fn interaction(i: &Interaction, event: &InteractionEvent) -> Said {
    let subject = Some(Subject {
        state: i.details.kind.as_str().into(),
        owner_id: id_text(i.owner),
        territory_id: id_text(i.territory),
        version: i.version,
        ..from_about("INTERACTION", i.id.to_string(), i.about)
    });
    let about = Some(about(i.about));
    match event {
        InteractionEvent::Recorded => Said::of(&pb::InteractionRecorded {
            subject,
            about,
            party_id: id_text(i.party),
            contact_id: id_text(i.contact),
            channel: code(i.details.channel),
            kind: code(i.details.kind),
            happened_time: Some(timestamp(i.details.happened_at)),
            follow_up_id: id_text(i.follow_up),
        }),
        InteractionEvent::Updated { changes } => Said::of(&pb::InteractionUpdated {
            subject,
            about,
            changes: field_changes(changes),
        }),
    }
}

/// Three events that tell the same of a move from one state to another.
macro_rules! moved {
    ($event:ident, $follow_up:ident, $subject:ident, $old:ident) => {
        Said::of(&pb::$event {
            subject: $subject,
            about: Some(about($follow_up.about)),
            party_id: id_text($follow_up.party),
            old_state: code(*$old),
            new_state: code($follow_up.state),
            due_time: Some(timestamp($follow_up.details.due_at)),
        })
    };
}

/// A follow-up as events speak of it.
pub(crate) fn of_follow_up(f: &FollowUp) -> Subject {
    Subject {
        state: f.state.as_str().into(),
        owner_id: id_text(f.details.owner),
        territory_id: id_text(f.details.territory),
        version: f.version,
        ..from_about("FOLLOW_UP", f.id.to_string(), f.about)
    }
}

/// An event of a follow-up.
pub fn follow_up(f: &FollowUp, event: &FollowUpEvent) -> Said {
    let subject = Some(of_follow_up(f));
    let (party_id, due_time) = (id_text(f.party), Some(timestamp(f.details.due_at)));
    match event {
        FollowUpEvent::Created => {
            let about = Some(about(f.about));
            Said::of(&pb::FollowUpCreated {
                subject,
                about,
                party_id,
                due_time,
            })
        }
        FollowUpEvent::CameDue => {
            let about = Some(about(f.about));
            Said::of(&pb::FollowUpCameDue {
                subject,
                about,
                party_id,
                due_time,
            })
        }
        FollowUpEvent::Updated { changes } => {
            let (about, changes) = (Some(about(f.about)), field_changes(changes));
            Said::of(&pb::FollowUpUpdated {
                subject,
                about,
                changes,
            })
        }
        FollowUpEvent::Completed { old } => moved!(FollowUpCompleted, f, subject, old),
        FollowUpEvent::Cancelled { old } => moved!(FollowUpCancelled, f, subject, old),
        FollowUpEvent::Reopened { old } => moved!(FollowUpReopened, f, subject, old),
    }
}

/// A party goes with its lead to the territory, as far as it is the giver's or nobody's.
pub async fn lead_routed(act: &mut Act<'_>, e: LeadRouted) -> Result<(), Error> {
    let Ok(party) = e.party_id.parse::<PartyId>() else {
        return Ok(());
    };
    let territory = e.subject.unwrap_or_default().territory_id;
    let lead = Passed {
        to: None,
        territory: territory.parse().ok(),
        old_territory: e.old_territory_id.parse().ok(),
        givers: members(&e.giver_ids),
    };
    admission::follow_lead(act, party, lead).await
}

/// A party goes with its lead to the salesperson, as far as it is the givers' or nobody's.
pub async fn lead_assigned(act: &mut Act<'_>, e: LeadAssigned) -> Result<(), Error> {
    let party: Option<PartyId> = e.party_id.parse().ok();
    let member: Option<MemberId> = e.member_id.parse().ok();
    let (Some(party), Some(member)) = (party, member) else {
        return Ok(());
    };
    let lead = Passed {
        to: Some(member),
        territory: e.territory_id.parse().ok(),
        old_territory: None,
        givers: members(&e.giver_ids),
    };
    admission::follow_lead(act, party, lead).await
}

fn members(ids: &[String]) -> Vec<MemberId> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}

/// What somebody held of a record went to whom takes over from him.
pub(crate) fn handed_on(subject: Subject, from: MemberId, handover: Uuid) -> Said {
    Said::of(&pb::HandedOn {
        subject: Some(subject),
        old_member_id: from.to_string(),
        handover_id: handover.to_string(),
    })
}
