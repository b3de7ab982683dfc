//! What a connected ERP tells of orders.

use baton_chassis::{
    Error, Result,
    act::{Act, Noun as _},
    context::Context,
    handoff::{Answer, Kind, State as HandoffState},
    ids::HandoffId,
    wire::parse_id,
};
use baton_proto::commerce::v1::{self as pb, erp_service_server::ErpService};
use tonic::{Request, Response, Status};

use super::order::settle_contract;
use crate::{
    order::{Fact, Order, Origin, Refused, Report, State},
    store,
    wire::{self, erp::Reported, order::order as answer},
};

/// Calls of connectors.
pub struct Erp(pub Context);

/// Takes in a fact: the order, its contract, and the offer that it answers.
async fn fact(act: &mut Act<'_>, before: Order, origin: Origin, mut fact: Fact) -> Result<Order> {
    match &mut fact {
        Fact::Shipped { number, .. } if !before.knows_shipment(&origin) => {
            *number = act.number("S").await?;
        }
        Fact::Invoiced { bill, .. }
            if !before.knows_invoice(&origin)
                && store::order::invoice_number_is_taken(act.tx, &bill.number).await? =>
        {
            return Err(Refused::InvoiceNumberTaken(bill.number.clone()).into());
        }
        _ => {}
    }
    let mut ledger = act.ledger(Order::KIND, before.id).await?;
    let open = ledger.open(Kind::OrderToErp).map(|h| h.id);
    let mut after = before.clone();
    let Some(event) = after.report(Report { origin, fact }, open, act.now)? else {
        return Ok(before);
    };
    settle_contract(act, &before, &after).await?;
    let order = act.store(&before, after, &event).await?;
    // Whatever shows that the ERP has taken the order on is its answer, not the acceptance alone: that may come later.
    let told = match order.state {
        _ if open.is_none() => None,
        State::Draft | State::Confirmed => None,
        State::Cancelled => Some(Answer::Returned(order.cancellation_note.clone())),
        _ => Some(Answer::Accepted),
    };
    if let Some(told) = told {
        ledger.answer(Kind::OrderToErp, told, act.caller.person(), act.now)?;
        act.save_ledger(&ledger, &order).await?;
    }
    Ok(order)
}

/// Takes an order back that the ERP would not take. Told again, or of an offer that was withdrawn, it changes nothing.
async fn reject(
    act: &mut Act<'_>,
    before: Order,
    origin: Origin,
    handoff: HandoffId,
    reason: String,
) -> Result<Order> {
    let mut ledger = act.ledger(Order::KIND, before.id).await?;
    let offer = ledger
        .rows()
        .iter()
        .find(|h| h.id == handoff && h.kind == Kind::OrderToErp);
    match offer.map(|h| h.state) {
        None => return Err(Error::invalid("rejected.handoff_id", "REFERENCE_NOT_FOUND")),
        Some(HandoffState::Returned | HandoffState::Withdrawn | HandoffState::Outside) => {
            return Ok(before);
        }
        Some(HandoffState::Accepted) => return Err(Refused::UnderWay(before.state).into()),
        Some(HandoffState::Offered) => {}
    }
    let mut after = before.clone();
    let event = after.reject(handoff, reason.clone(), origin)?;
    let order = act.store(&before, after, &event).await?;
    let returned = Answer::Returned(reason);
    ledger.answer(Kind::OrderToErp, returned, act.caller.person(), act.now)?;
    act.save_ledger(&ledger, &order).await?;
    Ok(order)
}

async fn report(act: &mut Act<'_>, request: &pb::ReportOrderRequest) -> Result<Order> {
    let before = act.get::<Order>(parse_id("id", &request.id)?).await?;
    let (origin, reported) = wire::erp::report(request, &before, act.settings())?;
    match reported {
        Reported::Fact(told) => fact(act, before, origin, told).await,
        Reported::Rejected { handoff, reason } => {
            reject(act, before, origin, handoff, reason).await
        }
    }
}

#[tonic::async_trait]
impl ErpService for Erp {
    async fn report_order(
        &self,
        request: Request<pb::ReportOrderRequest>,
    ) -> Result<Response<pb::ReportOrderResponse>, Status> {
        let report = async |act: &mut Act<'_>, r: &pb::ReportOrderRequest| {
            let order = report(act, r).await?;
            Ok(pb::ReportOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, report).await
    }
}
