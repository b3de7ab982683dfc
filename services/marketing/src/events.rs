//! What marketing says: what happened to a campaign or lead, as others read it.

use baton_chassis::{
    act::{Noun as _, Said},
    handoff::Handoff,
    ids::{MemberId, OperationId},
    wire::{date_text, id_text, source, timestamp},
    words::Word as _,
    words::number,
};
use baton_proto::{
    marketing::v1 as pb,
    r#type::v1::{Money, Subject},
};
use uuid::Uuid;

use crate::{
    campaign::{Campaign, CampaignEvent, Plan, State},
    lead::{Lead, LeadEvent, Quality, What},
    wire,
};

pub(crate) fn campaign_subject(campaign: &Campaign) -> Subject {
    Subject {
        kind: Campaign::KIND.to_owned(),
        id: campaign.id.to_string(),
        number: campaign.number.clone(),
        state: campaign.state.as_str().to_owned(),
        source: Some(source(&campaign.source())),
        title: campaign.plan.name.clone(),
        owner_id: campaign.owner.to_string(),
        territory_id: id_text(campaign.territory),
        version: campaign.version,
        amount: None,
    }
}

/// What happened to a campaign.
pub fn campaign(campaign: &Campaign, event: &CampaignEvent) -> Said {
    let subject = Some(campaign_subject(campaign));
    let plan = &campaign.plan;
    match event {
        CampaignEvent::Created => Said::of(&pb::CampaignCreated {
            subject,
            kind: plan.kind.number(),
            budget: budget(plan),
            start_date: date_text(plan.start_date),
            end_date: date_text(plan.end_date),
        }),
        CampaignEvent::Updated(old) => Said::of(&pb::CampaignUpdated {
            subject,
            old_name: old.name.clone(),
            name: plan.name.clone(),
            old_kind: old.kind.number(),
            kind: plan.kind.number(),
            old_budget: budget(old),
            budget: budget(plan),
            old_start_date: date_text(old.start_date),
            start_date: date_text(plan.start_date),
            old_end_date: date_text(old.end_date),
            end_date: date_text(plan.end_date),
        }),
        CampaignEvent::Started => Said::of(&pb::CampaignStarted { subject }),
        CampaignEvent::Ended => Said::of(&pb::CampaignEnded { subject }),
        CampaignEvent::Cancelled(old) => Said::of(&pb::CampaignCancelled {
            subject,
            old_state: State::number(*old),
        }),
    }
}

fn budget(plan: &Plan) -> Option<Money> {
    plan.budget().map(|b| wire::money(&b))
}

pub(crate) fn lead_subject(lead: &Lead) -> Subject {
    Subject {
        kind: Lead::KIND.to_owned(),
        id: lead.id.to_string(),
        number: lead.number.clone(),
        state: lead.quality.as_str().to_owned(),
        source: Some(source(&lead.source())),
        title: lead.message.title.clone(),
        owner_id: id_text(lead.owner),
        territory_id: id_text(lead.territory),
        version: lead.version,
        amount: None,
    }
}

fn handoff(h: &Handoff) -> pb::HandoffFact {
    pb::HandoffFact {
        id: h.id.to_string(),
        kind: h.kind.as_str().to_owned(),
        state: wire::handoff_state(h.state).into(),
        from_member_id: h.from_member.to_string(),
        to_member_id: id_text(h.to_member),
        answered_by_id: id_text(h.answered_by),
    }
}

/// What happened to a lead: each fact with the old and new values of what it changed.
pub fn lead(lead: &Lead, event: &LeadEvent) -> Said {
    // A lead that came into being has nothing before it: its old values are its own.
    let old = event.old.as_deref().unwrap_or(lead);
    let told = Told {
        lead,
        old,
        subject: Some(lead_subject(lead)),
        handoffs: event.handoffs.iter().map(handoff).collect(),
    };
    match &event.what {
        What::Created => told.created(),
        What::Imported => told.imported(event.old.is_some()),
        What::Updated => told.updated(),
        What::Identified
        | What::Contacted
        | What::Accepted
        | What::Disqualified
        | What::Reopened => told.quality(&event.what),
        What::ResponseOverdue => told.response_overdue(),
        What::Routed | What::Assigned => told.offered(event),
        What::Received | What::Returned | What::Withdrawn => told.answered(&event.what),
        What::ConversionStarted(id, skipped) => told.conversion_started(*id, skipped),
        What::ConversionRefused(id, reason) => Said::of(&pb::LeadConversionRefused {
            subject: told.subject,
            conversion_id: id.to_string(),
            reason: reason.clone(),
        }),
        What::ConversionCancelled(id) => Said::of(&pb::LeadConversionCancelled {
            subject: told.subject,
            conversion_id: id.to_string(),
        }),
        What::Converted(id) => told.converted(*id),
        What::WentOutside => Said::of(&pb::LeadWentOutside {
            subject: told.subject,
            old_routing: old.routing.number(),
            handoffs: told.handoffs,
        }),
        What::Escalated(h) => Said::of(&pb::HandoffEscalated {
            subject: told.subject,
            handoff_id: h.id.to_string(),
            kind: h.kind.as_str().to_owned(),
            from_member_id: h.from_member.to_string(),
            to_member_id: id_text(h.to_member),
            due_time: h.due_at.map(timestamp),
            escalated_to_id: id_text(h.escalated_to),
        }),
        What::ConversionUndone(id) => told.undone(*id),
    }
}

/// What every fact about a lead is made of.
struct Told<'l> {
    lead: &'l Lead,
    old: &'l Lead,
    subject: Option<Subject>,
    handoffs: Vec<pb::HandoffFact>,
}

impl Told<'_> {
    fn created(self) -> Said {
        Said::of(&pb::LeadCreated {
            subject: self.subject,
            party_id: self.lead.message.party.to_string(),
            contact_id: id_text(self.lead.message.contact),
        })
    }

    fn imported(self, known: bool) -> Said {
        Said::of(&pb::LeadImported {
            subject: self.subject,
            party_id: self.lead.message.party.to_string(),
            old_quality: number(known.then_some(self.old.quality)),
            quality: self.lead.quality.number(),
            old_owner_id: id_text(self.old.owner.filter(|_| known)),
            create_time: Some(timestamp(self.lead.created_at)),
        })
    }

    fn updated(self) -> Said {
        let (old, new) = (&self.old.message, &self.lead.message);
        Said::of(&pb::LeadUpdated {
            subject: self.subject,
            old_title: old.title.clone(),
            title: new.title.clone(),
            old_party_id: old.party.to_string(),
            party_id: new.party.to_string(),
            old_contact_id: id_text(old.contact),
            contact_id: id_text(new.contact),
            handoffs: self.handoffs,
        })
    }

    fn quality(self, what: &What) -> Said {
        let Self {
            lead,
            old,
            subject,
            handoffs,
        } = self;
        let old_quality = old.quality.number();
        match what {
            What::Identified => Said::of(&pb::LeadIdentified {
                subject,
                old_quality,
                handoffs,
            }),
            What::Contacted => Said::of(&pb::LeadContacted {
                subject,
                old_quality,
                channel: number(lead.contact_channel),
                response_due_time: old.response_due_at.map(timestamp),
                handoffs,
            }),
            What::Accepted => Said::of(&pb::LeadAccepted {
                subject,
                old_quality,
                handoffs,
            }),
            What::Reopened => Said::of(&pb::LeadReopened {
                subject,
                old_reason: number(old.disqualify_reason),
            }),
            _ => Said::of(&pb::LeadDisqualified {
                subject,
                old_quality,
                reason: number(lead.disqualify_reason),
                handoffs,
            }),
        }
    }

    fn response_overdue(self) -> Said {
        Said::of(&pb::LeadResponseOverdue {
            subject: self.subject,
            response_due_time: self.lead.response_due_at.map(timestamp),
        })
    }

    fn offered(self, event: &LeadEvent) -> Said {
        let Self {
            lead,
            old,
            subject,
            handoffs,
        } = self;
        let what = &event.what;
        let giver_ids = event.givers.iter().map(ToString::to_string).collect();
        let old_routing = old.routing.number();
        let old_owner_id = id_text(old.owner);
        if *what == What::Routed {
            let old_territory_id = id_text(old.territory);
            return Said::of(&pb::LeadRouted {
                subject,
                old_routing,
                old_territory_id,
                old_owner_id,
                handoffs,
                party_id: lead.message.party.to_string(),
                giver_ids,
            });
        }
        Said::of(&pb::LeadAssigned {
            subject,
            old_routing,
            old_owner_id,
            party_id: lead.message.party.to_string(),
            member_id: id_text(lead.owner),
            territory_id: id_text(lead.territory),
            handoffs,
            giver_ids,
        })
    }

    fn answered(self, what: &What) -> Said {
        let Self {
            old,
            subject,
            handoffs,
            ..
        } = self;
        let old_owner_id = id_text(old.owner);
        let old_territory_id = id_text(old.territory);
        let old_routing = old.routing.number();
        match what {
            What::Received => Said::of(&pb::LeadReceived { subject, handoffs }),
            What::Returned => Said::of(&pb::LeadReturned {
                subject,
                old_owner_id,
                old_routing,
                old_territory_id,
                handoffs,
            }),
            _ => Said::of(&pb::LeadWithdrawn {
                subject,
                old_owner_id,
                old_routing,
                old_territory_id,
                handoffs,
            }),
        }
    }

    fn conversion_started(self, conversion: OperationId, skipped: &[Quality]) -> Said {
        Said::of(&pb::LeadConversionStarted {
            subject: self.subject,
            conversion_id: conversion.to_string(),
            old_quality: self.old.quality.number(),
            skipped_qualities: skipped.iter().map(|q| q.number()).collect(),
            handoffs: self.handoffs,
        })
    }

    fn converted(self, conversion: OperationId) -> Said {
        Said::of(&pb::LeadConverted {
            subject: self.subject,
            conversion_id: conversion.to_string(),
            old_party_id: self.old.message.party.to_string(),
            party_id: self.lead.message.party.to_string(),
            contact_id: id_text(self.lead.message.contact),
            opportunity_id: id_text(self.lead.opportunity),
            project_id: id_text(self.lead.project),
        })
    }

    fn undone(self, conversion: OperationId) -> Said {
        Said::of(&pb::LeadConversionUndone {
            subject: self.subject,
            conversion_id: conversion.to_string(),
            opportunity_id: id_text(self.old.opportunity),
            old_party_id: self.old.message.party.to_string(),
            party_id: self.lead.message.party.to_string(),
            project_id: id_text(self.old.project),
        })
    }
}

/// What somebody held of a record went to whom takes over from him.
pub(crate) fn handed_on(subject: Subject, from: MemberId, handover: Uuid) -> Said {
    Said::of(&pb::HandedOn {
        subject: Some(subject),
        old_member_id: from.to_string(),
        handover_id: handover.to_string(),
    })
}
