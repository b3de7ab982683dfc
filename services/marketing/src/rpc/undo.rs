//! The call that undoes the conversion of a lead.

use baton_chassis::{
    Context, Error, Result,
    act::Act,
    context::caller,
    ids::{LeadId, OperationId},
    operation::Operation,
    wire::parse_id,
};
use baton_proto::marketing::v1 as pb;
use tonic::{Request, Response, Status};

use super::{
    convert::{PATIENCE, both, shown},
    copy,
};
use crate::{
    conversion::{Goal, Refused, UNDO_KIND, UndoTask},
    convert,
    lead::{self, Lead},
    store, undo,
};

/// Undoes the conversion of a lead, as far as it comes while the caller waits.
pub async fn undo_conversion(
    cx: &Context,
    r: Request<pb::UndoConversionRequest>,
) -> Result<Response<pb::UndoConversionResponse>, Status> {
    let answer = undone(cx, &r).await.map_err(|e| cx.refuse(&r, e))?;
    Ok(Response::new(answer))
}

async fn undone(
    cx: &Context,
    r: &Request<pb::UndoConversionRequest>,
) -> Result<pb::UndoConversionResponse> {
    let caller = caller(r)?;
    let begun = cx
        .command(copy(r), async move |act, r| {
            let lead = parse_id("id", &r.id)?;
            let undo = pb::ConversionUndo {
                id: start(act, lead, &r.etag).await?.to_string(),
                ..pb::ConversionUndo::default()
            };
            let conversion = pb::Conversion {
                lead_id: lead.to_string(),
                undo: Some(undo),
                ..pb::Conversion::default()
            };
            Ok(pb::UndoConversionResponse {
                conversion: Some(conversion),
            })
        })
        .await?;
    // A repeat comes here as well, and learns how far it is by now.
    let begun = begun.into_inner().conversion.unwrap_or_default();
    let lead: LeadId = parse_id("id", &begun.lead_id)?;
    let id: OperationId = parse_id("undo.id", &begun.undo.unwrap_or_default().id)?;
    let undo = cx.operations.watch(cx, id, PATIENCE).await?;
    let conversion = cx
        .db
        .read(async move |tx| convert::latest(tx, lead).await)
        .await?;
    let conversion = conversion.ok_or_else(|| Error::not_found("CONVERSION", lead))?;
    Ok(pb::UndoConversionResponse {
        conversion: Some(shown(cx, &caller, &conversion, Some(&undo))?),
    })
}

/// Begins to undo the conversion of a lead; one that is under way, or was done to this very conversion, is found again.
async fn start(act: &mut Act<'_>, id: LeadId, etag: &str) -> Result<OperationId> {
    let lead = act.seen::<Lead>(id, etag).await?;
    let conversion = convert::latest(act.tx, id).await?;
    if let (Some(conversion), Some(before)) = (&conversion, undo::latest(act.tx, id).await?) {
        let same = undo::task(&before)?.conversion == conversion.id;
        if same && (before.is_running() || before.is_done()) {
            return Ok(before.id);
        }
    }
    lead.may_undo(both(&act.caller), act.member()?)?;
    let done = conversion.filter(Operation::is_done);
    let done = done.ok_or(lead::Refused::NotConverted)?;
    let task = convert::task(&done)?;
    let (Some(before), Some(successor)) = (task.before, task.made.successor) else {
        return Err(Refused::TooOld.into());
    };
    // Of two that begin at once the second waits here, is run again, and finds what the first one began.
    store::lead::hold(act.tx, &lead).await?;
    let task = UndoTask {
        conversion: done.id,
        successor,
        joined: matches!(task.plan.goal, Goal::Join { .. }),
        before,
    };
    let data = serde_json::to_value(task).map_err(Error::internal)?;
    let operation = act
        .start_operation(UNDO_KIND, id, data, convert::LASTS)
        .await?;
    Ok(operation.id)
}
