//! What was won, between sales and commerce: who may read it, and each verb together with the ledger of the deal or project.

use baton_chassis::{
    Error, Result, Time,
    act::{Act, Look, Noun},
    caller::Caller,
    handoff::{Answer, Kind, Offer, raced},
    ids::{HandoffId, MemberId, StageId},
    ledger::HandedOver,
    list::Scope,
    policy::{Access, Function},
    switches::SwitchedOff,
    wire::{etag, parse_id},
};
use baton_proto::{Target, sales::v1::ReopenOpportunityRequest};

use super::opportunity::with_process;
use crate::{
    commerce::{Answered, Commerce, Sold},
    handoffs::ForCommerce,
    opportunity::{Opportunity, State},
    store::opportunity::Filter,
    wire::project::reason,
};

fn reads<D: ForCommerce>(caller: &Caller, sold: &D) -> bool {
    caller.reads(D::KIND, sold.standing(), sold.whose())
}

/// What the caller may read: for sales, or for commerce once it is won.
pub(super) async fn readable<D: ForCommerce>(look: &mut Look<'_>, id: D::Id) -> Result<D> {
    let found = D::load(look.tx, id).await?;
    found
        .filter(|sold| reads(&look.caller, sold))
        .ok_or_else(|| Error::not_found(D::KIND, id))
}

/// What a list of deals shows the caller: what he may read for sales. Who only acts for commerce, or asks how far deals are
/// on their way there, is shown what is won in the territories for which he does.
pub(super) fn readable_rows(look: &Look<'_>, mut filter: Filter) -> (Filter, Scope) {
    let sells = look.caller.scope_of(Function::Sales, Access::Read);
    if filter.commerce.is_some_and(|c| c != Commerce::None) {
        (filter, look.scope())
    } else if sells != Scope::Nothing {
        (filter, sells)
    } else if filter.state.is_none_or(|s| s == State::Won) {
        filter.state = Some(State::Won);
        (filter, look.scope())
    } else {
        (filter, Scope::Nothing)
    }
}

/// What a request of sales or commerce names: whoever makes it may make it there, and may read what it names.
pub(super) async fn seen<D: ForCommerce>(act: &mut Act<'_>, target: &impl Target) -> Result<D> {
    let id: D::Id = parse_id("id", target.id())?;
    let found = D::load(act.tx, id).await?;
    let caller = &act.caller;
    let sold = found
        .filter(|sold| caller.sees(sold.whose()) && reads(caller, sold))
        .ok_or_else(|| Error::not_found(D::KIND, id))?;
    if !target.etag().is_empty() && target.etag() != etag(sold.version()) {
        return Err(Error::Stale);
    }
    Ok(sold)
}

/// Whether the caller may act for commerce on this, so that no answer of somebody else is to be waited for.
pub(super) fn for_commerce<D: Noun>(act: &Act<'_>, sold: &D) -> bool {
    let scope = act.caller.scope_of(Function::Commerce, Access::Write);
    scope.covers(sold.whose())
}

/// Offers it to commerce, in whose name `by` accepts it if he acts for it too.
async fn put_on_offer<D: HandedOver>(
    act: &mut Act<'_>,
    sold: &D,
    by: MemberId,
    accepts: bool,
) -> Result<HandoffId> {
    let offer = Offer {
        kind: Kind::DealToCommerce,
        from: by,
        to: accepts.then_some(by),
        due: None,
    };
    let mut ledger = act.ledger(D::KIND, sold.id()).await?;
    let offered = if is_done(act) {
        ledger.offer(offer, act.now)
    } else {
        ledger.offer_outside(offer, act.now)
    };
    let handoff = offered.map_err(raced)?.id;
    act.save_ledger(&ledger, sold).await?;
    Ok(handoff)
}

/// Whether commerce is done in Baton, so that there is somebody to wait for.
fn is_done(act: &Act<'_>) -> bool {
    act.settings().carries_out(Function::Commerce)
}

/// Takes back what is on offer to commerce, if anything is.
pub(super) async fn withdraw<D: ForCommerce>(
    act: &mut Act<'_>,
    sold: &D,
    by: MemberId,
) -> Result<()> {
    if sold.commerce() != Commerce::Offered {
        return Ok(());
    }
    let mut ledger = act.ledger(D::KIND, sold.id()).await?;
    ledger
        .answer(Kind::DealToCommerce, Answer::Withdrawn, by, act.now)
        .map_err(raced)?;
    act.save_ledger(&ledger, sold).await
}

/// The verb that wins: whether commerce accepts it in the same act, by whom and when.
type Win<D> = fn(&mut D, bool, MemberId, Time) -> Result<<D as Noun>::Event, <D as Sold>::Refused>;

/// Wins what a request names, by the verb of its noun, and offers it to commerce.
pub(super) async fn win<D: ForCommerce>(
    act: &mut Act<'_>,
    request: &impl Target,
    verb: Win<D>,
) -> Result<D> {
    let (id, by) = (parse_id("id", request.id())?, act.member()?);
    let before: D = act.seen(id, request.etag()).await?;
    let accepts = is_done(act) && for_commerce(act, &before);
    let mut after = before.clone();
    let event = verb(&mut after, accepts, by, act.now)?;
    if !is_done(act) {
        after.take_off_offer();
    }
    put_on_offer(act, &before, by, accepts).await?;
    act.store(&before, after, &event).await
}

pub(super) async fn reopen(
    act: &mut Act<'_>,
    request: &ReopenOpportunityRequest,
    stage: Option<StageId>,
) -> Result<Opportunity> {
    let (by, now) = (act.member()?, act.now);
    let (before, process) = with_process(act, request).await?;
    let mut after = before.clone();
    let event = after.reopen(&process, stage, for_commerce(act, &before), by, now)?;
    withdraw(act, &before, by).await?;
    act.store(&before, after, &event).await
}

pub(super) async fn accept<D: ForCommerce>(act: &mut Act<'_>, request: &impl Target) -> Result<D> {
    answer(act, request, Answer::Accepted, Sold::accept).await
}

pub(super) async fn give_back<D: ForCommerce>(
    act: &mut Act<'_>,
    request: &impl Target,
    why: &str,
) -> Result<D> {
    let why = reason(why)?;
    answer(act, request, Answer::Returned(why), Sold::give_back).await
}

/// Answers for commerce what sales has offered.
async fn answer<D: ForCommerce>(
    act: &mut Act<'_>,
    request: &impl Target,
    answer: Answer,
    verb: fn(&mut D) -> Result<Answered, D::Refused>,
) -> Result<D> {
    let (before, by): (D, _) = (seen(act, request).await?, act.member()?);
    let mut after = before.clone();
    let told = verb(&mut after)?;
    let mut ledger = act.ledger(D::KIND, before.id()).await?;
    let answered = ledger.answer(Kind::DealToCommerce, answer, by, act.now);
    let handoff = answered.map_err(raced)?.id;
    act.save_ledger(&ledger, &before).await?;
    act.store(&before, after, &told(handoff, by).into()).await
}

pub(super) async fn offer<D: ForCommerce>(act: &mut Act<'_>, request: &impl Target) -> Result<D> {
    let (before, by): (D, _) = (seen(act, request).await?, act.member()?);
    if before.commerce() == Commerce::Outside {
        act.settings().refuse(SwitchedOff::Commerce)?;
    }
    let accepts = is_done(act) && for_commerce(act, &before);
    let mut after = before.clone();
    let told = after.offer(accepts)?;
    if !is_done(act) {
        after.take_off_offer();
    }
    let handoff = put_on_offer(act, &before, by, accepts).await?;
    act.store(&before, after, &told(handoff, by).into()).await
}
