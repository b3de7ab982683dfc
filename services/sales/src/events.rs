//! What sales says of its nouns, and what it heeds of commerce.

pub mod project;

use baton_chassis::{
    Error, Money, Result, Source,
    act::{Act, Noun as _, Said},
    handoff::{Answer, Handoff, Kind},
    ids::{HandoffId, LeadId, MemberId, OpportunityId, StageId},
    wire::{date_text, id_text, money, source, timestamp},
    words::Word as _,
    words::number,
};
use baton_proto::{
    commerce::v1::{ContractCreated, OrderCreated},
    customer::v1::{FollowUpCreated, InteractionRecorded},
    sales::v1 as sales,
    r#type::v1::{self as pb, ObjectRef, Subject},
};
use uuid::Uuid;

use crate::{
    opportunity::{Head, Opportunity, OpportunityEvent, Past, State, Target, Visit},
    process::{Process, ProcessEvent, Stage},
    store::opportunity as store,
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

fn subject(deal: &Opportunity) -> Subject {
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
        OpportunityEvent::Accepted(handoff, by) => Said::of(&sales::OpportunityAccepted {
            subject,
            handoff_id: handoff.to_string(),
            member_id: by.to_string(),
        }),
        OpportunityEvent::Returned(handoff, by) => Said::of(&sales::OpportunityReturned {
            subject,
            handoff_id: handoff.to_string(),
            member_id: by.to_string(),
        }),
        OpportunityEvent::Offered(handoff, by) => offered(deal, subject, *handoff, *by),
        OpportunityEvent::WentOutside(handoff) => Said::of(&sales::OpportunityWentOutside {
            subject,
            handoff_id: handoff.to_string(),
        }),
        OpportunityEvent::Escalated(handoff) => escalated(subject, handoff),
        OpportunityEvent::Lost(left) => lost(deal, subject, left),
        OpportunityEvent::Reopened { old_state } => reopened(deal, subject, *old_state),
        OpportunityEvent::HandOverStarted { target, by } => {
            Said::of(&sales::OpportunityHandOverStarted {
                subject,
                target: target.number(),
                member_id: by.to_string(),
            })
        }
        OpportunityEvent::HandOverFailed { target, reason } => {
            Said::of(&sales::OpportunityHandOverFailed {
                subject,
                target: target.number(),
                reason: reason.clone(),
            })
        }
        OpportunityEvent::HandedOver { target, made } => made_of_it(subject, *target, *made),
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

fn made_of_it(subject: Option<Subject>, target: Target, made: Uuid) -> Said {
    Said::of(&sales::OpportunityHandedOver {
        subject,
        made: Some(ObjectRef {
            kind: target.as_str().into(),
            id: made.to_string(),
        }),
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

fn offered(deal: &Opportunity, subject: Option<Subject>, handoff: HandoffId, by: MemberId) -> Said {
    Said::of(&sales::OpportunityOffered {
        subject,
        handoff_id: handoff.to_string(),
        member_id: by.to_string(),
        commerce_state: deal.commerce.number(),
    })
}

/// An offer of a deal was not answered in time.
fn escalated(subject: Option<Subject>, h: &Handoff) -> Said {
    Said::of(&sales::HandoffEscalated {
        subject,
        handoff_id: h.id.to_string(),
        kind: h.kind.as_str().to_owned(),
        from_member_id: h.from_member.to_string(),
        to_member_id: id_text(h.to_member),
        due_time: h.due_at.map(timestamp),
        escalated_to_id: id_text(h.escalated_to),
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

/// A contract was made: if it came from a won deal, commerce has the deal.
///
/// # Errors
/// When the store fails.
pub async fn contract_created(act: &mut Act<'_>, event: ContractCreated) -> Result<()> {
    made(act, event.subject, Target::Contract).await
}

/// An order was made: if it came straight from a won deal, commerce has the deal.
///
/// # Errors
/// When the store fails.
pub async fn order_created(act: &mut Act<'_>, event: OrderCreated) -> Result<()> {
    made(act, event.subject, Target::Order).await
}

async fn made(act: &mut Act<'_>, made: Option<Subject>, target: Target) -> Result<()> {
    let made = made.ok_or_else(|| Error::internal("an event of commerce without a subject"))?;
    let Some(from) = made.source.clone().filter(|s| s.kind == "OPPORTUNITY") else {
        return Ok(());
    };
    let deal = from.id.parse().map_err(Error::internal)?;
    let id = made.id.parse().map_err(Error::internal)?;
    let owner = made.owner_id.parse().map_err(Error::internal)?;
    store::note_use(act.tx, deal, &made).await?;
    handed_over(act, deal, target, id, owner).await
}

/// Somebody talked to the customer about a deal.
///
/// # Errors
/// When the store fails.
pub async fn interaction_recorded(act: &mut Act<'_>, event: InteractionRecorded) -> Result<()> {
    used(act, event.about, event.subject).await
}

/// Something is to be done about a deal.
///
/// # Errors
/// When the store fails.
pub async fn follow_up_created(act: &mut Act<'_>, event: FollowUpCreated) -> Result<()> {
    used(act, event.about, event.subject).await
}

async fn used(act: &mut Act<'_>, about: Option<ObjectRef>, what: Option<Subject>) -> Result<()> {
    let Some(about) = about.filter(|a| a.kind == Opportunity::KIND) else {
        return Ok(());
    };
    let deal = about.id.parse().map_err(Error::internal)?;
    Ok(store::note_use(act.tx, deal, &what.unwrap_or_default()).await?)
}

/// Commerce has made something of a deal: if the handoff is still open, it is accepted by whoever made it. Heard twice,
/// or of a deal that waits for nothing, it changes nothing.
///
/// # Errors
/// When the store fails.
pub async fn handed_over(
    act: &mut Act<'_>,
    deal: OpportunityId,
    target: Target,
    made: Uuid,
    by: MemberId,
) -> Result<()> {
    // Commerce takes a source at its word when it cannot ask for it.
    let Some(before) = Opportunity::load(act.tx, deal).await? else {
        return Ok(());
    };
    let mut after = before.clone();
    let Some(event) = after.handed_over(target, made) else {
        return Ok(());
    };
    let mut ledger = act.ledger(Opportunity::KIND, deal).await?;
    if ledger.open(Kind::DealToCommerce).is_some() {
        ledger.answer(Kind::DealToCommerce, Answer::Accepted, by, act.now)?;
        act.save_ledger(&ledger, &before).await?;
    }
    act.store(&before, after, &event).await?;
    Ok(())
}
