//! What sales says of its nouns, and what it heeds.

pub mod commerce;
pub mod project;

use baton_chassis::{
    Error, Money, Result, Source,
    act::{Act, Noun as _, Said},
    ids::{LeadId, MemberId, StageId},
    wire::{date_text, id_text, money, source},
    words::Word as _,
    words::number,
};
use baton_proto::{
    customer::v1::{FollowUpCreated, InteractionRecorded},
    sales::v1 as sales,
    r#type::v1::{self as pb, ObjectRef, Subject},
};
use uuid::Uuid;

use crate::{
    opportunity::{Head, Opportunity, OpportunityEvent, Past, State, Visit},
    process::{Process, ProcessEvent, Stage},
    project::Project,
    store::{opportunity as store, project_use},
};

fn process_subject(process: &Process) -> Subject {
    Subject {
        kind: "PROCESS".into(),
        id: process.id.to_string(),
        state: process.state.as_str().into(),
        source: Some(source(&Source::direct())),
        title: process.name.clone(),
        version: process.version,
        ..Subject::default()
    }
}

fn stage_ids(process: &Process) -> Vec<String> {
    process
        .stages_in_use()
        .map(|s: &Stage| s.id.to_string())
        .collect()
}

/// What others hear of a process.
#[must_use]
pub fn process_said(process: &Process, event: &ProcessEvent) -> Said {
    let subject = Some(process_subject(process));
    match event {
        ProcessEvent::Created => Said::of(&sales::ProcessCreated {
            subject,
            product_line: process.product_line.clone(),
            stage_ids: stage_ids(process),
        }),
        ProcessEvent::Updated {
            old_product_line,
            old_stages,
        } => Said::of(&sales::ProcessUpdated {
            subject,
            old_product_line: old_product_line.clone(),
            new_product_line: process.product_line.clone(),
            old_stage_ids: old_stages.iter().map(ToString::to_string).collect(),
            new_stage_ids: stage_ids(process),
        }),
        ProcessEvent::Archived => Said::of(&sales::ProcessArchived { subject }),
    }
}

pub(crate) fn subject(deal: &Opportunity) -> Subject {
    Subject {
        kind: "OPPORTUNITY".into(),
        id: deal.id.to_string(),
        number: deal.number.clone(),
        state: deal.state.as_str().into(),
        source: Some(source(&deal.source())),
        title: deal.head.name.clone(),
        owner_id: deal.head.owner.to_string(),
        territory_id: id_text(deal.head.territory),
        version: deal.version,
        amount: worth(deal),
    }
}

fn amount(amount: Option<&Money>) -> Option<pb::Money> {
    amount.map(|a| money(&a.currency, a.amount_minor))
}

fn worth(deal: &Opportunity) -> Option<pb::Money> {
    amount(deal.amount().as_ref())
}

fn facts(head: &Head, worth: Option<pb::Money>) -> sales::OpportunityFacts {
    sales::OpportunityFacts {
        name: head.name.clone(),
        party_id: id_text(head.party),
        contact_id: id_text(head.contact),
        amount: worth,
        expected_close_date: date_text(head.expected_close),
        owner_id: head.owner.to_string(),
        territory_id: id_text(head.territory),
    }
}

/// What others hear of a deal.
#[must_use]
pub fn opportunity_said(deal: &Opportunity, event: &OpportunityEvent) -> Said {
    let subject = Some(subject(deal));
    match event {
        OpportunityEvent::Created => Said::of(&sales::OpportunityCreated {
            subject,
            party_id: id_text(deal.head.party),
            process_id: deal.process.to_string(),
            stage_id: deal.stage.to_string(),
            amount: worth(deal),
            expected_close_date: date_text(deal.head.expected_close),
        }),
        OpportunityEvent::Updated { old, old_amount } => Said::of(&sales::OpportunityUpdated {
            subject,
            old: Some(facts(old, amount(old_amount.as_ref()))),
            new: Some(facts(&deal.head, worth(deal))),
        }),
        OpportunityEvent::LinesSet { old_amount } => Said::of(&sales::OpportunityLinesSet {
            subject,
            old_amount: amount(old_amount.as_ref()),
            new_amount: worth(deal),
            product_ids: deal.products().iter().map(ToString::to_string).collect(),
        }),
        OpportunityEvent::Moved { left, skipped } => moved(deal, subject, left, skipped),
        OpportunityEvent::Won(left) => won(deal, subject, left),
        OpportunityEvent::Commerce(event) => {
            commerce::opportunity_said(subject, deal.commerce, event)
        }
        OpportunityEvent::Lost(left) => lost(deal, subject, left),
        OpportunityEvent::Reopened { old_state } => reopened(deal, subject, *old_state),
        OpportunityEvent::Imported(past) => imported(deal, subject, past),
        OpportunityEvent::LeadJoined(lead, by) => Said::of(&sales::OpportunityLeadJoined {
            subject,
            lead_id: lead.to_string(),
            member_id: by.to_string(),
        }),
        OpportunityEvent::LeadLeft(lead, by) => Said::of(&sales::OpportunityLeadLeft {
            subject,
            lead_id: lead.to_string(),
            member_id: by.to_string(),
        }),
        OpportunityEvent::Retracted(left, lead) => retracted(subject, left, *lead),
    }
}

fn moved(deal: &Opportunity, subject: Option<Subject>, left: &Visit, skipped: &[StageId]) -> Said {
    Said::of(&sales::OpportunityMoved {
        subject,
        old_stage_id: left.stage.to_string(),
        new_stage_id: deal.stage.to_string(),
        outcome: left.outcome.number(),
        skipped_stage_ids: skipped.iter().map(ToString::to_string).collect(),
        dwell_s: left.dwell_s,
        member_id: id_text(left.left_by),
    })
}

fn retracted(subject: Option<Subject>, left: &Visit, lead: LeadId) -> Said {
    Said::of(&sales::OpportunityRetracted {
        subject,
        lead_id: lead.to_string(),
        stage_id: left.stage.to_string(),
        member_id: id_text(left.left_by),
    })
}

fn won(deal: &Opportunity, subject: Option<Subject>, left: &Visit) -> Said {
    Said::of(&sales::OpportunityWon {
        subject,
        party_id: id_text(deal.head.party),
        amount: worth(deal),
        stage_id: deal.stage.to_string(),
        dwell_s: left.dwell_s,
        member_id: id_text(left.left_by),
        commerce_state: deal.commerce.number(),
    })
}

fn lost(deal: &Opportunity, subject: Option<Subject>, left: &Visit) -> Said {
    Said::of(&sales::OpportunityLost {
        subject,
        party_id: id_text(deal.head.party),
        amount: worth(deal),
        stage_id: deal.stage.to_string(),
        dwell_s: left.dwell_s,
        reason: number(deal.loss_reason),
        competitor: deal.competitor.clone(),
        member_id: id_text(left.left_by),
    })
}

fn reopened(deal: &Opportunity, subject: Option<Subject>, old_state: State) -> Said {
    Said::of(&sales::OpportunityReopened {
        subject,
        old_state: old_state.number(),
        stage_id: deal.stage.to_string(),
        member_id: id_text(deal.visits.last().and_then(|v| v.entered_by)),
    })
}

fn imported(deal: &Opportunity, subject: Option<Subject>, past: &Past) -> Said {
    Said::of(&sales::OpportunityImported {
        subject,
        party_id: id_text(deal.head.party),
        process_id: deal.process.to_string(),
        stage_id: deal.stage.to_string(),
        amount: worth(deal),
        loss_reason: number(deal.loss_reason),
        engage_date: date_text(past.engaged),
        close_date: date_text(past.closed),
    })
}

/// Somebody talked to the customer about a deal or project.
///
/// # Errors
/// When the store fails.
pub async fn interaction_recorded(act: &mut Act<'_>, event: InteractionRecorded) -> Result<()> {
    used(act, event.about, event.subject).await
}

/// Something is to be done about a deal or project.
///
/// # Errors
/// When the store fails.
pub async fn follow_up_created(act: &mut Act<'_>, event: FollowUpCreated) -> Result<()> {
    used(act, event.about, event.subject).await
}

async fn used(act: &mut Act<'_>, about: Option<ObjectRef>, what: Option<Subject>) -> Result<()> {
    let (Some(about), Some(what)) = (about, what) else {
        return Ok(());
    };
    let id = about.id.parse::<Uuid>();
    match about.kind.as_str() {
        Opportunity::KIND => {
            let deal = id.map_err(Error::internal)?.into();
            Ok(store::note_use(act.tx, deal, &what).await?)
        }
        Project::KIND => {
            let project = id.map_err(Error::internal)?.into();
            Ok(project_use::note(act.tx, project, &what).await?)
        }
        _ => Ok(()),
    }
}

/// What somebody held of a record went to whom takes over from him.
pub(crate) fn handed_on(subject: Subject, from: MemberId, handover: Uuid) -> Said {
    Said::of(&sales::HandedOn {
        subject: Some(subject),
        old_member_id: from.to_string(),
        handover_id: handover.to_string(),
    })
}
