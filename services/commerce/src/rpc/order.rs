//! Calls about orders.

use baton_chassis::{
    Error, Result, Violations,
    act::{Act, Look, Noun as _},
    context::{self, Context},
    handoff::{Answer, Kind, Offer, raced},
    paging,
    switches::SwitchedOff,
    wire::{handoff, parse_id},
};
use baton_proto::commerce::v1::{self as pb, order_service_server::OrderService};
use tonic::{Request, Response, Status};

use super::{check_references, check_seat, price, seat, today};
use crate::{
    contract::Contract,
    line::{self, Line},
    order::{Draft, Head, Order, OrderEvent, Refused, State},
    store,
    wire::{self, order::order as answer},
};

/// Calls about orders.
pub struct Orders(pub Context);

/// Reads a new order and asks others about what it refers to.
async fn prepare(
    cx: &Context,
    request: &Request<pb::CreateOrderRequest>,
) -> Result<wire::order::New> {
    let caller = context::caller(request)?;
    caller.people.settings.refuse(SwitchedOff::Commerce)?;
    let new = wire::order::new(request.get_ref())?;
    check_references(cx, &caller, "order", &new.document).await?;
    Ok(new)
}

async fn create(act: &mut Act<'_>, new: wire::order::New) -> Result<Order> {
    let document = new.document;
    let currency = document
        .currency
        .clone()
        .unwrap_or_else(|| act.settings().currency.clone());
    let mut v = Violations::new();
    let (owner, territory) = seat(act, &document)?;
    check_seat(&act.caller, &mut v, "order", owner, territory);
    let lines = price(act, &mut v, "order.lines", &currency, &document.lines).await?;
    v.done()?;
    let requested_date = new.requested_date;
    let draft = Draft {
        id: act.new_id(),
        number: act.number("O").await?,
        party: document.party,
        source: document.source,
        head: Head {
            title: document.title,
            owner,
            territory,
            requested_date,
            note: new.note,
        },
        currency,
        lines,
    };
    act.create(Order::draft(draft, act.now), &OrderEvent::Created)
        .await
}

/// The contract of an order, whoever may see it: who may change the order may have it take and give back.
async fn contract_of(act: &mut Act<'_>, order: &Order) -> Result<Option<Contract>> {
    let Some(id) = order.contract() else {
        return Ok(None);
    };
    let contract = Contract::load(act.tx, id).await?;
    contract
        .map(Some)
        .ok_or_else(|| Error::not_found(Contract::KIND, id))
}

/// The new lines of an order. Those of an order of a contract are what the contract says, and it is written first.
async fn new_lines(act: &mut Act<'_>, order: &Order, asked: &[pb::Line]) -> Result<Vec<Line>> {
    let mut v = Violations::new();
    let Some(before) = contract_of(act, order).await? else {
        let wanted = wire::line::wanted(&mut v, "lines", asked);
        let lines = price(act, &mut v, "lines", &order.currency, &wanted).await?;
        v.done()?;
        return Ok(lines);
    };
    let parts = wire::line::drawn(&mut v, "lines", asked);
    v.done()?;
    let mut contract = before.clone();
    let (lines, drawn) = contract.redraw(order.id, &order.held(), &parts, || act.new_id())?;
    act.store(&before, contract, &drawn).await?;
    Ok(lines)
}

async fn set_lines(act: &mut Act<'_>, request: &pb::SetOrderLinesRequest) -> Result<Order> {
    let before = act
        .seen::<Order>(parse_id("id", &request.id)?, &request.etag)
        .await?;
    before.in_draft()?;
    let lines = new_lines(act, &before, &request.lines).await?;
    let mut order = before.clone();
    let event = order.set_lines(lines)?;
    act.store(&before, order, &event).await
}

/// Confirms an order and offers it to the ERP. Where none is connected, who confirms the order carries it out as well, and
/// takes it on in the same act.
async fn confirm(act: &mut Act<'_>, request: &pb::ConfirmOrderRequest) -> Result<Order> {
    let before = act
        .seen::<Order>(parse_id("id", &request.id)?, &request.etag)
        .await?;
    let mut order = before.clone();
    let confirmed = order.confirm(act.now)?;
    let mut ledger = act.ledger(Order::KIND, order.id).await?;
    let by = act.member()?;
    let by_hand = act.settings().erp_system.is_empty();
    let offer = Offer {
        kind: Kind::OrderToErp,
        from: by,
        to: by_hand.then_some(by),
        due: None,
    };
    let handoff = ledger.offer(offer, act.now).map_err(raced)?.id;
    let mut order = act.store(&before, order, &confirmed(handoff)).await?;
    if by_hand {
        let before = order.clone();
        let accepted = order.accept(act.now)?;
        order = act.store(&before, order, &accepted(handoff)).await?;
    }
    act.save_ledger(&ledger, &order).await?;
    Ok(order)
}

/// Takes on by hand what was on offer to an ERP that is connected no more.
async fn accept(act: &mut Act<'_>, request: &pb::AcceptOrderRequest) -> Result<Order> {
    let before = act
        .seen::<Order>(parse_id("id", &request.id)?, &request.etag)
        .await?;
    before.by_hand(&act.settings().erp_system)?;
    let mut order = before.clone();
    let accepted = order.accept(act.now)?;
    let mut ledger = act.ledger(Order::KIND, order.id).await?;
    let by = act.member()?;
    let handoff = ledger
        .answer(Kind::OrderToErp, Answer::Accepted, by, act.now)
        .map_err(raced)?
        .id;
    let order = act.store(&before, order, &accepted(handoff)).await?;
    act.save_ledger(&ledger, &order).await?;
    Ok(order)
}

/// Lets the contract of an order have what the order no longer takes from it, or take again what it does after all.
pub async fn settle_contract(act: &mut Act<'_>, before: &Order, after: &Order) -> Result<()> {
    let (less, more) = line::change(&before.held(), &after.held());
    if less.is_empty() && more.is_empty() {
        return Ok(());
    }
    let Some(contract) = contract_of(act, before).await? else {
        return Ok(());
    };
    let mut settled = contract.clone();
    // One fact of an order makes it take less, or more: never both.
    let event = if more.is_empty() {
        settled.give_back(before.id, &less)
    } else {
        settled.take_again(before.id, &more)
    };
    act.store(&contract, settled, &event).await?;
    Ok(())
}

/// Cancels an order: its contract gets back what it took, and what is on offer is withdrawn. What a connected ERP has
/// taken is called off there.
async fn cancel(act: &mut Act<'_>, request: &pb::CancelOrderRequest) -> Result<Order> {
    let (reason, note) = wire::order::cancellation(request.reason, &request.note)?;
    let before = act
        .seen::<Order>(parse_id("id", &request.id)?, &request.etag)
        .await?;
    if !matches!(before.state, State::Draft | State::Confirmed) {
        before.by_hand(&act.settings().erp_system)?;
    }
    let mut order = before.clone();
    let event = order.cancel(reason, note, act.now)?;
    settle_contract(act, &before, &order).await?;
    let order = act.store(&before, order, &event).await?;
    let mut ledger = act.ledger(Order::KIND, order.id).await?;
    if ledger.open(Kind::OrderToErp).is_some() {
        ledger.answer(Kind::OrderToErp, Answer::Withdrawn, act.member()?, act.now)?;
        act.save_ledger(&ledger, &order).await?;
    }
    Ok(order)
}

/// Calls off the rest of an order: its contract gets that back.
async fn close_short(act: &mut Act<'_>, request: &pb::CloseOrderShortRequest) -> Result<Order> {
    let (reason, note) = wire::order::cancellation(request.reason, &request.note)?;
    let before = act
        .seen::<Order>(parse_id("id", &request.id)?, &request.etag)
        .await?;
    before.by_hand(&act.settings().erp_system)?;
    let mut order = before.clone();
    let event = order.close_short(reason, note, act.now)?;
    settle_contract(act, &before, &order).await?;
    act.store(&before, order, &event).await
}

#[tonic::async_trait]
impl OrderService for Orders {
    async fn create_order(
        &self,
        request: Request<pb::CreateOrderRequest>,
    ) -> Result<Response<pb::CreateOrderResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let new = prepare(&self.0, &request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        let create = async move |act: &mut Act<'_>, _: &pb::CreateOrderRequest| {
            let order = create(act, new.clone()).await?;
            Ok(pb::CreateOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, create).await
    }

    async fn get_order(
        &self,
        request: Request<pb::GetOrderRequest>,
    ) -> Result<Response<pb::GetOrderResponse>, Status> {
        let get = async |look: &mut Look<'_>, r: &pb::GetOrderRequest| {
            let order = look.get::<Order>(parse_id("id", &r.id)?).await?;
            Ok(pb::GetOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.query(request, get).await
    }

    async fn list_orders(
        &self,
        request: Request<pb::ListOrdersRequest>,
    ) -> Result<Response<pb::ListOrdersResponse>, Status> {
        let list = async |look: &mut Look<'_>, r: &pb::ListOrdersRequest| {
            let (filter, query) = wire::order::filter(r)?;
            let list = store::order::list(&filter, look.scope());
            let list = look.found::<Order>(list, query.as_ref()).await?;
            let listed = look
                .list(|| list.clone(), store::order::ORDERS, &paging!(r))
                .await?;
            Ok(pb::ListOrdersResponse {
                orders: listed.rows.iter().map(wire::order::order).collect(),
                next_page_token: listed.next_page_token,
                total_size: listed.total_size,
                total_capped: listed.total_capped,
            })
        };
        self.0.query(request, list).await
    }

    async fn update_order(
        &self,
        request: Request<pb::UpdateOrderRequest>,
    ) -> Result<Response<pb::UpdateOrderResponse>, Status> {
        let update = async |act: &mut Act<'_>, r: &pb::UpdateOrderRequest| {
            let id = r.order.as_ref().map(|o| o.id.as_str()).unwrap_or_default();
            let (id, caller) = (parse_id("order.id", id)?, act.caller.clone());
            let change = |o: &mut Order, _| {
                let mut head = o.head.clone();
                wire::order::change(r, &mut head)?;
                let mut v = Violations::new();
                if (head.owner, head.territory) != (o.head.owner, o.head.territory) {
                    check_seat(&caller, &mut v, "order", head.owner, head.territory);
                }
                v.done()?;
                Ok(o.update(head)?)
            };
            let order = act.change_seen::<Order>(id, &r.etag, change).await?;
            Ok(pb::UpdateOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, update).await
    }

    async fn set_order_lines(
        &self,
        request: Request<pb::SetOrderLinesRequest>,
    ) -> Result<Response<pb::SetOrderLinesResponse>, Status> {
        let set_lines = async |act: &mut Act<'_>, r: &pb::SetOrderLinesRequest| {
            let order = set_lines(act, r).await?;
            Ok(pb::SetOrderLinesResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, set_lines).await
    }

    async fn confirm_order(
        &self,
        request: Request<pb::ConfirmOrderRequest>,
    ) -> Result<Response<pb::ConfirmOrderResponse>, Status> {
        let confirm = async |act: &mut Act<'_>, r: &pb::ConfirmOrderRequest| {
            let order = confirm(act, r).await?;
            Ok(pb::ConfirmOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, confirm).await
    }

    async fn accept_order(
        &self,
        request: Request<pb::AcceptOrderRequest>,
    ) -> Result<Response<pb::AcceptOrderResponse>, Status> {
        let accept = async |act: &mut Act<'_>, r: &pb::AcceptOrderRequest| {
            let order = accept(act, r).await?;
            Ok(pb::AcceptOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, accept).await
    }

    async fn ship_order(
        &self,
        request: Request<pb::ShipOrderRequest>,
    ) -> Result<Response<pb::ShipOrderResponse>, Status> {
        let ship = async |act: &mut Act<'_>, r: &pb::ShipOrderRequest| {
            let (parts, dispatch) = wire::order::dispatch(r, today(act))?;
            let number = act.number("S").await?;
            let erp = act.settings().erp_system.clone();
            let ship = |o: &mut Order, now| {
                o.by_hand(&erp)?;
                Ok(o.ship(number, &parts, dispatch, now)?)
            };
            let order = act.change::<Order>(r, ship).await?;
            Ok(pb::ShipOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, ship).await
    }

    async fn invoice_order(
        &self,
        request: Request<pb::InvoiceOrderRequest>,
    ) -> Result<Response<pb::InvoiceOrderResponse>, Status> {
        let invoice = async |act: &mut Act<'_>, r: &pb::InvoiceOrderRequest| {
            let bill = wire::order::bill(r, today(act))?;
            let taken = store::order::invoice_number_is_taken(act.tx, &bill.number).await?;
            let erp = act.settings().erp_system.clone();
            let invoice = |o: &mut Order, now| {
                o.by_hand(&erp)?;
                let number = bill.number.clone();
                let event = o.invoice(bill, now)?;
                if taken {
                    Err(Refused::InvoiceNumberTaken(number).into())
                } else {
                    Ok(event)
                }
            };
            let order = act.change::<Order>(r, invoice).await?;
            Ok(pb::InvoiceOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, invoice).await
    }

    async fn record_payment(
        &self,
        request: Request<pb::RecordPaymentRequest>,
    ) -> Result<Response<pb::RecordPaymentResponse>, Status> {
        let pay = async |act: &mut Act<'_>, r: &pb::RecordPaymentRequest| {
            let (currency, receipt) = wire::order::receipt(r, today(act))?;
            let erp = act.settings().erp_system.clone();
            let pay = |o: &mut Order, now| {
                o.by_hand(&erp)?;
                Ok(o.pay(&currency, receipt, now)?)
            };
            let order = act.change::<Order>(r, pay).await?;
            Ok(pb::RecordPaymentResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, pay).await
    }

    async fn close_order(
        &self,
        request: Request<pb::CloseOrderRequest>,
    ) -> Result<Response<pb::CloseOrderResponse>, Status> {
        let close = async |act: &mut Act<'_>, r: &pb::CloseOrderRequest| {
            let order = act.change::<Order>(r, |o, now| Ok(o.close(now)?)).await?;
            Ok(pb::CloseOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, close).await
    }

    async fn cancel_order(
        &self,
        request: Request<pb::CancelOrderRequest>,
    ) -> Result<Response<pb::CancelOrderResponse>, Status> {
        let cancel = async |act: &mut Act<'_>, r: &pb::CancelOrderRequest| {
            let order = cancel(act, r).await?;
            Ok(pb::CancelOrderResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, cancel).await
    }

    async fn list_order_handoffs(
        &self,
        request: Request<pb::ListOrderHandoffsRequest>,
    ) -> Result<Response<pb::ListOrderHandoffsResponse>, Status> {
        let list = async |look: &mut Look<'_>, r: &pb::ListOrderHandoffsRequest| {
            let order = look
                .get::<Order>(parse_id("order_id", &r.order_id)?)
                .await?;
            let ledger = look.ledger(Order::KIND, order.id).await?;
            let handoffs = ledger.rows().iter().map(handoff).collect();
            Ok(pb::ListOrderHandoffsResponse { handoffs })
        };
        self.0.query(request, list).await
    }

    async fn close_order_short(
        &self,
        request: Request<pb::CloseOrderShortRequest>,
    ) -> Result<Response<pb::CloseOrderShortResponse>, Status> {
        let close = async |act: &mut Act<'_>, r: &pb::CloseOrderShortRequest| {
            let order = close_short(act, r).await?;
            Ok(pb::CloseOrderShortResponse {
                order: Some(answer(&order)),
            })
        };
        self.0.command(request, close).await
    }
}
