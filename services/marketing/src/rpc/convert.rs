//! Calls about the conversion of a lead.

use std::time::Duration;

use baton_chassis::{
    Context, Error, Result,
    act::Act,
    caller::Caller,
    context::caller,
    handoff::Ledger,
    ids::OperationId,
    operation::Operation,
    policy::{Access, Function},
    switches::SwitchedOff,
    wire::{etag, parse_id},
};
use baton_proto::marketing::v1 as pb;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{copy, lead::work, look};
use crate::{
    conversion::{CANCEL_STEPS, KIND, Plan, Refused},
    convert::{self, Planned},
    lead::{self, Actor, Lead, Quality, Routing},
    store, undo,
    wire::conversion as wire,
};

/// How long a caller waits for a conversion to end before he is told how far it is.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// A lead as it stands before a conversion is asked for.
struct Standing {
    lead: Lead,
    ledger: Ledger,
    latest: Option<Operation>,
}

/// Converts a lead, or tells what that would do. One lead has one conversion, however often it is asked for.
pub async fn convert_lead(
    cx: &Context,
    r: Request<pb::ConvertLeadRequest>,
) -> Result<Response<pb::ConvertLeadResponse>, Status> {
    let answer = convert(cx, &r).await.map_err(|e| cx.refuse(&r, e))?;
    Ok(Response::new(answer))
}

async fn convert(
    cx: &Context,
    r: &Request<pb::ConvertLeadRequest>,
) -> Result<pb::ConvertLeadResponse> {
    let caller = caller(r)?;
    if let Some(done) = cx.replayed::<_, pb::ConvertLeadResponse>(r).await? {
        return watched(cx, &caller, begun(done)?).await;
    }
    let asked = wire::asked(r.get_ref())?;
    let id = asked.lead;
    let Standing {
        lead,
        ledger,
        latest,
    } = look(cx, &caller, async move |look| {
        let lead = look.get::<Lead>(id).await?;
        let ledger = look.ledger(lead::KIND, id).await?;
        Ok(Standing {
            lead,
            ledger,
            latest: convert::latest(look.tx, id).await?,
        })
    })
    .await?;
    if let Some(operation) = latest.filter(|_| is_under_way(&lead)) {
        return watched(cx, &caller, operation.id).await;
    }
    lead.open()?;
    // Nothing would come of it: an opportunity or project is made where somebody sells.
    caller.people.settings.refuse(SwitchedOff::Sales)?;
    if matches!(asked.wish, wire::Wish::Project { .. }) {
        caller.people.settings.refuse(SwitchedOff::Projects)?;
    }
    let givers = lead.givers(&ledger, None);
    let planned = convert::plan(cx, &caller, (&lead, &givers), asked).await?;
    if r.get_ref().validate_only {
        if !r.get_ref().etag.is_empty() && r.get_ref().etag != etag(lead.version) {
            return Err(Error::Stale);
        }
        return preview(cx, &caller, lead, ledger, &planned).await;
    }
    let version = lead.version;
    let started = cx
        .command(copy(r), async move |act, r| {
            let id = start(act, r, version, planned.plan.clone()).await?;
            let conversion = pb::Conversion {
                id: id.to_string(),
                ..pb::Conversion::default()
            };
            Ok(pb::ConvertLeadResponse {
                conversion: Some(conversion),
                preview: None,
            })
        })
        .await?;
    watched(cx, &caller, begun(started)?).await
}

/// Whether someone acts for marketing as well; who may call this acts for sales.
pub(super) fn both(caller: &Caller) -> bool {
    caller.may(Function::Marketing, Access::Write)
}

/// Whether the handoffs up to the salesperson are still to be made: who acts for both functions hands over to himself.
fn takes_over(lead: &Lead, both: bool) -> bool {
    both && lead.routing != Routing::WithSalesperson
}

fn is_under_way(lead: &Lead) -> bool {
    matches!(lead.quality, Quality::Converting | Quality::Converted)
}

/// The conversion that a command began.
fn begun(answer: Response<pb::ConvertLeadResponse>) -> Result<OperationId> {
    parse_id(
        "conversion.id",
        &answer.into_inner().conversion.unwrap_or_default().id,
    )
}

/// Begins a conversion by the plan that was made for this version of the lead.
async fn start(
    act: &mut Act<'_>,
    r: &pb::ConvertLeadRequest,
    version: i64,
    plan: Plan,
) -> Result<OperationId> {
    let lead = act.get::<Lead>(plan.lead).await?;
    if is_under_way(&lead)
        && let Some(operation) = convert::latest(act.tx, lead.id).await?
    {
        return Ok(operation.id);
    }
    if lead.version != version {
        return Err(Error::Stale);
    }
    // Of two that begin at once the second waits here, is run again, and finds the first one's conversion.
    store::lead::hold(act.tx, &lead).await?;
    let task = convert::begin(plan, &lead)?;
    let operation = act
        .start_operation(KIND, lead.id, task, convert::LASTS)
        .await?;
    let (who, both, mut etag) = (act.member()?, both(&act.caller), r.etag.as_str());
    if takes_over(&lead, both) {
        let territory = act.people().member(who).and_then(|m| m.territory);
        work(act, lead.id, etag, |lead, actor| {
            lead.assign(who, territory, actor)
        })
        .await?;
        etag = "";
    }
    work(act, lead.id, etag, |lead, actor| {
        lead.start_conversion(operation.id, both, actor)
    })
    .await?;
    Ok(operation.id)
}

/// What a conversion would do; refused as the conversion itself would be.
async fn preview(
    cx: &Context,
    caller: &Caller,
    mut lead: Lead,
    mut ledger: Ledger,
    planned: &Planned,
) -> Result<pb::ConvertLeadResponse> {
    let (who, both) = (caller.member()?, both(caller));
    let mut actor = Actor {
        who,
        at: cx.clock.now(),
        ledger: &mut ledger,
        first_response: None,
    };
    if takes_over(&lead, both) {
        lead.assign(who, None, &mut actor)?;
    }
    let event = lead.start_conversion(Uuid::nil().into(), both, &mut actor)?;
    let duplicates = convert::duplicates(cx, caller, planned).await?;
    let party = Some(&planned.party).filter(|_| planned.visible);
    let preview = wire::preview(&planned.plan, &event, party, &duplicates);
    Ok(pb::ConvertLeadResponse {
        conversion: None,
        preview: Some(preview),
    })
}

/// A conversion as far as it comes while the caller waits.
async fn watched(
    cx: &Context,
    caller: &Caller,
    id: OperationId,
) -> Result<pb::ConvertLeadResponse> {
    let operation = cx.operations.watch(cx, id, PATIENCE).await?;
    let lead = operation.subject.into();
    let undo = cx
        .db
        .read(async move |tx| undo::latest(tx, lead).await)
        .await?;
    let conversion = Some(shown(cx, caller, &operation, undo.as_ref())?);
    Ok(pb::ConvertLeadResponse {
        conversion,
        preview: None,
    })
}

pub(super) fn shown(
    cx: &Context,
    caller: &Caller,
    operation: &Operation,
    undo: Option<&Operation>,
) -> Result<pb::Conversion> {
    Ok(wire::conversion(
        &undo::noted(convert::conversion(operation)?, undo)?,
        &cx.messages,
        caller.language,
    ))
}

/// The latest conversion of a lead.
pub async fn get_conversion(
    cx: &Context,
    r: Request<pb::GetConversionRequest>,
) -> Result<Response<pb::GetConversionResponse>, Status> {
    let texts = cx.clone();
    cx.query(r, async move |look, r| {
        let lead = look.get::<Lead>(parse_id("lead_id", &r.lead_id)?).await?;
        let latest = convert::latest(look.tx, lead.id).await?;
        let operation = latest.ok_or_else(|| Error::not_found("CONVERSION", lead.id))?;
        let undo = undo::latest(look.tx, lead.id).await?;
        let conversion = Some(shown(&texts, &look.caller, &operation, undo.as_ref())?);
        Ok(pb::GetConversionResponse { conversion })
    })
    .await
}

/// Calls off the conversion of a lead, while that is still possible.
pub async fn cancel_conversion(
    cx: &Context,
    r: Request<pb::CancelConversionRequest>,
) -> Result<Response<pb::CancelConversionResponse>, Status> {
    let texts = cx.clone();
    cx.command(r, async move |act, r| {
        let operation = cancel(act, r).await?;
        let conversion = Some(shown(&texts, &act.caller, &operation, None)?);
        Ok(pb::CancelConversionResponse { conversion })
    })
    .await
}

async fn cancel(act: &mut Act<'_>, r: &pb::CancelConversionRequest) -> Result<Operation> {
    let lead = act.seen::<Lead>(parse_id("id", &r.id)?, &r.etag).await?;
    let latest = convert::latest(act.tx, lead.id).await?;
    let running = latest
        .filter(Operation::is_running)
        .ok_or(Refused::NotRunning)?;
    if !act.cancel_operation(KIND, lead.id, CANCEL_STEPS).await? {
        return Err(Refused::PastPivot.into());
    }
    let verb = |lead: &mut Lead, _| Ok(lead.cancel_conversion(running.id)?);
    act.change_seen::<Lead>(lead.id, "", verb).await?;
    let ended = convert::latest(act.tx, lead.id).await?;
    ended.ok_or_else(|| Error::not_found("CONVERSION", lead.id))
}
