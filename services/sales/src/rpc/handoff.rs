//! A won deal between sales and commerce: who may read it, and each verb together with the ledger of the deal.

use baton_chassis::{
    Error, Result,
    act::{Act, Look, Noun},
    caller::{Caller, covers},
    handoff::{Answer, Kind, Offer, raced},
    ids::{HandoffId, MemberId, OpportunityId, StageId},
    ledger::HandedOver,
    list::Scope,
    policy::{Access, Function},
    switches::SwitchedOff,
    wire::parse_id,
    words::Word as _,
};
use baton_proto::{
    Target,
    sales::v1::{
        AcceptOpportunityRequest, OfferOpportunityRequest, ReopenOpportunityRequest,
        ReturnOpportunityRequest, WinOpportunityRequest,
    },
};

use super::opportunity::with_process;
use crate::{
    opportunity::{Answered, Commerce, Opportunity, OpportunityRefused, State},
    store::opportunity::Filter,
    wire::opportunity as wire,
};

fn reads(caller: &Caller, deal: &Opportunity) -> bool {
    let state = deal.state.as_str();
    caller.reads(Opportunity::KIND, state, deal.owner(), deal.territory())
}

/// A deal that the caller may read: for sales, or for commerce once it is won.
pub(super) async fn readable(look: &mut Look<'_>, id: OpportunityId) -> Result<Opportunity> {
    let found = Opportunity::load(look.tx, id).await?;
    found
        .filter(|deal| reads(&look.caller, deal))
        .ok_or_else(|| Error::not_found(Opportunity::KIND, id))
}

/// What a list shows the caller: what he may read for sales. Who only acts for commerce, or asks how far deals are on
/// their way there, is shown what is won in the territories for which he does.
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

/// The deal that a request of sales or commerce names: whoever makes it may make it, and may read the deal.
pub(super) async fn seen(act: &mut Act<'_>, target: &impl Target) -> Result<Opportunity> {
    let id: OpportunityId = parse_id("id", target.id())?;
    let deal: Opportunity = act.seen(id, target.etag()).await?;
    if reads(&act.caller, &deal) {
        Ok(deal)
    } else {
        Err(Error::not_found(Opportunity::KIND, id))
    }
}

/// Whether the caller may act for commerce on this deal, so that no answer of somebody else is to be waited for.
pub(super) fn for_commerce<D: Noun>(act: &Act<'_>, deal: &D) -> bool {
    let scope = act.caller.scope_of(Function::Commerce, Access::Write);
    covers(&scope, deal.owner(), deal.territory())
}

/// Offers a deal to commerce, in whose name `by` accepts it if he acts for it too.
pub(super) async fn put_on_offer<D: HandedOver>(
    act: &mut Act<'_>,
    deal: &D,
    by: MemberId,
    accepts: bool,
) -> Result<HandoffId> {
    let offer = Offer {
        kind: Kind::DealToCommerce,
        from: by,
        to: accepts.then_some(by),
        due: None,
    };
    let mut ledger = act.ledger(D::KIND, deal.id()).await?;
    let offered = if is_done(act) {
        ledger.offer(offer, act.now)
    } else {
        ledger.offer_outside(offer, act.now)
    };
    let handoff = offered.map_err(raced)?.id;
    act.save_ledger(&ledger, deal).await?;
    Ok(handoff)
}

/// Whether commerce is done in Baton, so that there is somebody to wait for.
pub(super) fn is_done(act: &Act<'_>) -> bool {
    act.settings().carries_out(Function::Commerce)
}

/// Takes an offer to commerce back.
pub(super) async fn withdraw<D: HandedOver>(
    act: &mut Act<'_>,
    deal: &D,
    by: MemberId,
) -> Result<()> {
    let mut ledger = act.ledger(D::KIND, deal.id()).await?;
    ledger
        .answer(Kind::DealToCommerce, Answer::Withdrawn, by, act.now)
        .map_err(raced)?;
    act.save_ledger(&ledger, deal).await
}

pub(super) async fn win(act: &mut Act<'_>, request: &WinOpportunityRequest) -> Result<Opportunity> {
    let (id, by) = (parse_id("id", &request.id)?, act.member()?);
    let before: Opportunity = act.seen(id, &request.etag).await?;
    let accepts = is_done(act) && for_commerce(act, &before);
    let mut after = before.clone();
    let event = after.win(accepts, by, act.now)?;
    if !is_done(act) {
        after.go_outside();
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
    if before.commerce == Commerce::Offered {
        withdraw(act, &before, by).await?;
    }
    act.store(&before, after, &event).await
}

pub(super) async fn accept(
    act: &mut Act<'_>,
    request: &AcceptOpportunityRequest,
) -> Result<Opportunity> {
    answer(act, request, Answer::Accepted, Opportunity::accept).await
}

pub(super) async fn give_back(
    act: &mut Act<'_>,
    request: &ReturnOpportunityRequest,
) -> Result<Opportunity> {
    let reason = wire::return_reason(request)?;
    answer(
        act,
        request,
        Answer::Returned(reason),
        Opportunity::give_back,
    )
    .await
}

/// Answers for commerce what sales has offered.
async fn answer(
    act: &mut Act<'_>,
    request: &impl Target,
    answer: Answer,
    verb: fn(&mut Opportunity) -> Result<Answered, OpportunityRefused>,
) -> Result<Opportunity> {
    let (before, by) = (seen(act, request).await?, act.member()?);
    let mut after = before.clone();
    let told = verb(&mut after)?;
    let mut ledger = act.ledger(Opportunity::KIND, before.id).await?;
    let answered = ledger.answer(Kind::DealToCommerce, answer, by, act.now);
    let handoff = answered.map_err(raced)?.id;
    act.save_ledger(&ledger, &before).await?;
    act.store(&before, after, &told(handoff, by)).await
}

pub(super) async fn offer(
    act: &mut Act<'_>,
    request: &OfferOpportunityRequest,
) -> Result<Opportunity> {
    let by = act.member()?;
    let before: Opportunity = act
        .seen(parse_id("id", &request.id)?, &request.etag)
        .await?;
    if before.commerce == Commerce::Outside {
        act.settings().refuse(SwitchedOff::Commerce)?;
    }
    let accepts = is_done(act) && for_commerce(act, &before);
    let mut after = before.clone();
    let told = after.offer(accepts)?;
    if !is_done(act) {
        after.go_outside();
    }
    let handoff = put_on_offer(act, &before, by, accepts).await?;
    act.store(&before, after, &told(handoff, by)).await
}
