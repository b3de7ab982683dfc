//! The way of deals and projects to commerce: what is said of it, and what commerce says of what it made of them.

use baton_chassis::{
    Error, Result,
    act::{Act, Noun as _, Said},
    handoff::{Answer, Handoff, Kind},
    ids::MemberId,
    wire::{id_text, timestamp},
    words::Word as _,
};
use baton_proto::{
    commerce::v1::{ContractCreated, OrderCreated},
    sales::v1 as sales,
    r#type::v1::{ObjectRef, Subject},
};
use uuid::Uuid;

use crate::{
    commerce::{Commerce, CommerceEvent, Target},
    handoffs::ForCommerce,
    opportunity::Opportunity,
    project::Project,
    store::{opportunity as store, project_use},
};

/// Both say the same, each in messages of its own.
macro_rules! on_its_way {
    ($name:ident: $accepted:ident $returned:ident $offered:ident $outside:ident $started:ident $failed:ident $made:ident) => {
        pub(super) fn $name(
            subject: Option<Subject>,
            commerce: Commerce,
            event: &CommerceEvent,
        ) -> Said {
            match event {
                CommerceEvent::Accepted(handoff, by) => Said::of(&sales::$accepted {
                    subject,
                    handoff_id: handoff.to_string(),
                    member_id: by.to_string(),
                }),
                CommerceEvent::Returned(handoff, by) => Said::of(&sales::$returned {
                    subject,
                    handoff_id: handoff.to_string(),
                    member_id: by.to_string(),
                }),
                CommerceEvent::Offered(handoff, by) => Said::of(&sales::$offered {
                    subject,
                    handoff_id: handoff.to_string(),
                    member_id: by.to_string(),
                    commerce_state: commerce.number(),
                }),
                CommerceEvent::WentOutside(handoff) => Said::of(&sales::$outside {
                    subject,
                    handoff_id: handoff.to_string(),
                }),
                CommerceEvent::Escalated(handoff) => escalated(subject, handoff),
                CommerceEvent::HandOverStarted { target, by } => Said::of(&sales::$started {
                    subject,
                    target: target.number(),
                    member_id: by.to_string(),
                }),
                CommerceEvent::HandOverFailed { target, reason } => Said::of(&sales::$failed {
                    subject,
                    target: target.number(),
                    reason: reason.clone(),
                }),
                CommerceEvent::HandedOver { target, made } => Said::of(&sales::$made {
                    subject,
                    made: Some(ObjectRef {
                        kind: target.as_str().into(),
                        id: made.to_string(),
                    }),
                }),
            }
        }
    };
}

on_its_way!(opportunity_said: OpportunityAccepted OpportunityReturned OpportunityOffered OpportunityWentOutside
    OpportunityHandOverStarted OpportunityHandOverFailed OpportunityHandedOver);
on_its_way!(project_said: ProjectAccepted ProjectReturned ProjectOffered ProjectWentOutside
    ProjectHandOverStarted ProjectHandOverFailed ProjectHandedOver);

/// An offer was not answered in time.
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

/// A contract was made: if it came from a won deal or project, commerce has that.
///
/// # Errors
/// When the store fails.
pub async fn contract_created(act: &mut Act<'_>, event: ContractCreated) -> Result<()> {
    made(act, event.subject, Target::Contract).await
}

/// An order was made: if it came straight from a won deal or project, commerce has that.
///
/// # Errors
/// When the store fails.
pub async fn order_created(act: &mut Act<'_>, event: OrderCreated) -> Result<()> {
    made(act, event.subject, Target::Order).await
}

async fn made(act: &mut Act<'_>, made: Option<Subject>, target: Target) -> Result<()> {
    let made = made.ok_or_else(|| Error::internal("an event of commerce without a subject"))?;
    let from = made.source.clone().unwrap_or_default();
    let is_ours = [Opportunity::KIND, Project::KIND].contains(&from.kind.as_str());
    if !is_ours {
        return Ok(());
    }
    let source: Uuid = from.id.parse().map_err(Error::internal)?;
    let id = made.id.parse().map_err(Error::internal)?;
    let owner = made.owner_id.parse().map_err(Error::internal)?;
    if from.kind == Project::KIND {
        project_use::note(act.tx, source.into(), &made).await?;
        return handed_over::<Project>(act, source.into(), target, id, owner).await;
    }
    store::note_use(act.tx, source.into(), &made).await?;
    handed_over::<Opportunity>(act, source.into(), target, id, owner).await
}

/// Commerce has made something of a deal or project: if the handoff is still open, it is accepted by whoever made it. Heard
/// twice, or of something that waits for nothing, it changes nothing.
///
/// # Errors
/// When the store fails.
pub async fn handed_over<D: ForCommerce>(
    act: &mut Act<'_>,
    id: D::Id,
    target: Target,
    made: Uuid,
    by: MemberId,
) -> Result<()> {
    // Commerce takes a source at its word when it cannot ask for it.
    let Some(before) = D::load(act.tx, id).await? else {
        return Ok(());
    };
    let mut after = before.clone();
    let Some(event) = after.handed_over(target, made) else {
        return Ok(());
    };
    let mut ledger = act.ledger(D::KIND, id).await?;
    if ledger.open(Kind::DealToCommerce).is_some() {
        ledger.answer(Kind::DealToCommerce, Answer::Accepted, by, act.now)?;
        act.save_ledger(&ledger, &before).await?;
    }
    act.store(&before, after, &event.into()).await?;
    Ok(())
}
