//! How the conversion of a lead is undone: sales is asked whether it still can be, and takes back what was made; then the
//! lead is open again.
//!
//! Only sales knows whether something was built on the opportunity or project, so it decides. While it is asked the lead stays
//! CONVERTED, which takes no other verb.

use baton_chassis::{
    Error, Result,
    act::Act,
    db::{self, Tx},
    ids::LeadId,
    operation::{self, Commit, Next, Operation, Step},
};
use baton_proto::sales::v1::{
    LeaveOpportunityRequest, RetractOpportunityRequest, RetractProjectRequest,
};
use futures_util::future::BoxFuture;

use crate::{
    conversion::{Conversion, State, Successor, UNDO_KIND, Undo, UndoState, UndoTask},
    lead::{Actor, Lead},
    neighbours::Sales,
    rpc,
};

/// Does the step that is due.
pub fn step(step: &Step) -> BoxFuture<'_, Result<Next>> {
    Box::pin(async move {
        let task = task(&step.operation)?;
        if step.operation.step > 0 {
            return Ok(Next::Done(finish(&step.operation, &task)));
        }
        take_back(step, &task).await?;
        Ok(Next::Step(step.operation.data.clone()))
    })
}

/// Step 1: the opportunity or project is taken back, or the lead out of the opportunity.
async fn take_back(step: &Step, task: &UndoTask) -> Result<()> {
    let sales = Sales(step.link("sales").await?);
    let (etag, lead_id) = (
        String::new(),
        LeadId::from(step.operation.subject).to_string(),
    );
    match task.successor {
        Successor::Opportunity { opportunity } if task.joined => {
            let request = LeaveOpportunityRequest {
                id: opportunity.to_string(),
                etag,
                request_id: step.request_id("leave"),
                lead_id,
            };
            sales.leave(request).await
        }
        Successor::Opportunity { opportunity } => {
            let request = RetractOpportunityRequest {
                id: opportunity.to_string(),
                etag,
                request_id: step.request_id("retract"),
                lead_id,
            };
            sales.retract(request).await
        }
        Successor::Project { project } => {
            let request = RetractProjectRequest {
                id: project.to_string(),
                etag,
                request_id: step.request_id("retract"),
                lead_id,
            };
            sales.retract_project(request).await
        }
    }
}

/// Step 2: the lead is open again, in the transaction that ends the operation.
fn finish(operation: &Operation, task: &UndoTask) -> Commit {
    let (conversion, before) = (task.conversion, task.before);
    let lead = LeadId::from(operation.subject);
    Box::new(move |act: &mut Act<'_>| {
        Box::pin(async move {
            let verb = |lead: &mut Lead, actor: &mut Actor<'_>| {
                lead.undo_conversion(conversion, before, actor)
            };
            rpc::work(act, lead, "", verb).await?;
            Ok(())
        })
    })
}

/// Ends an undoing that sales refused: nothing has changed.
pub fn failed<'a>(_: &'a mut Act<'_>, _: &'a Operation, _: &'a str) -> BoxFuture<'a, Result<()>> {
    Box::pin(async { Ok(()) })
}

/// The latest undoing of a conversion of a lead.
///
/// # Errors
/// When the store fails.
pub async fn latest(tx: &mut Tx, lead: LeadId) -> Result<Option<Operation>, db::Error> {
    operation::latest(tx, UNDO_KIND, lead.into()).await
}

/// A conversion together with the latest attempt to undo it, if that was about this one.
///
/// # Errors
/// When the operation is not one of ours.
pub fn noted(conversion: Conversion, latest: Option<&Operation>) -> Result<Conversion> {
    let Some(operation) = latest.filter(|o| o.created_at >= conversion.created_at) else {
        return Ok(conversion);
    };
    if task(operation)?.conversion != conversion.id {
        return Ok(conversion);
    }
    let state = match (operation.is_running(), operation.is_done()) {
        (true, _) => UndoState::Running,
        (false, true) => UndoState::Completed,
        (false, false) => UndoState::Refused,
    };
    let undo = Undo {
        id: operation.id,
        state,
        refusal: operation.refusal(),
        started_by: operation.member,
        created_at: operation.created_at,
        ended_at: (!operation.is_running()).then_some(operation.updated_at),
    };
    Ok(Conversion {
        state: if state == UndoState::Completed {
            State::Undone
        } else {
            conversion.state
        },
        undo: Some(undo),
        ..conversion
    })
}

/// What an operation that undoes a conversion is about.
///
/// # Errors
/// When the operation is not one of ours.
pub fn task(operation: &Operation) -> Result<UndoTask> {
    serde_json::from_value(operation.data.clone()).map_err(Error::internal)
}
