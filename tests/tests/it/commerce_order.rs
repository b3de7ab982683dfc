//! Orders: confirmed, accepted, shipped, invoiced, paid and closed by hand, or cancelled.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    Fact as _,
    commerce::v1::{
        self as pb, contract_service_client::ContractServiceClient,
        order_service_client::OrderServiceClient,
    },
    log::v1::{
        ListHeadsRequest, ReadEventsRequest, event_log_service_client::EventLogServiceClient,
    },
    r#type::v1::{HandoffState, Subject},
};
use prost::Message as _;

use crate::{
    answers::{mask, pairs, reason, violations},
    commerce::{account, line, money, order, orders, part, source, world},
    commerce_erp::connect,
};

const NOWHERE: &str = "018f0000-0000-7000-8000-000000000000";

async fn read(world: &World, who: &Person, id: &str) -> pb::Order {
    let get = pb::GetOrderRequest { id: id.to_owned() };
    orders(world, who)
        .get_order(get)
        .await
        .unwrap()
        .into_inner()
        .order
        .unwrap()
}

async fn confirmed(world: &World, who: &Person, id: &str) -> pb::Order {
    let confirm = pb::ConfirmOrderRequest {
        id: id.to_owned(),
        ..Default::default()
    };
    orders(world, who)
        .confirm_order(confirm)
        .await
        .unwrap()
        .into_inner()
        .order
        .unwrap()
}

fn ship(id: &str, lines: Vec<pb::LineQuantity>) -> pb::ShipOrderRequest {
    pb::ShipOrderRequest {
        id: id.to_owned(),
        lines,
        ..Default::default()
    }
}

fn invoice(id: &str, number: &str) -> pb::InvoiceOrderRequest {
    pb::InvoiceOrderRequest {
        id: id.to_owned(),
        number: number.to_owned(),
        ..Default::default()
    }
}

fn payment(id: &str, amount_minor: i64) -> pb::RecordPaymentRequest {
    pb::RecordPaymentRequest {
        id: id.to_owned(),
        amount: Some(money(amount_minor)),
        ..Default::default()
    }
}

fn cancel(id: &str, reason: pb::CancellationReason) -> pb::CancelOrderRequest {
    pb::CancelOrderRequest {
        id: id.to_owned(),
        reason: reason.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_order_is_carried_out_by_hand_from_draft_to_closed() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let mut client = orders(&world, &boss);
        let draft = order(&world, &boss, &party).await;
        let id = draft.id.clone();
        assert!(draft.number.starts_with("O-2026-"), "{}", draft.number);
        assert_eq!(
            (draft.state(), draft.total.clone()),
            (pb::OrderState::Draft, Some(money(2_000)))
        );
        assert_eq!(draft.source, Some(source("DIRECT", "")));
        let order = confirmed(&world, &boss, &id).await;
        assert_eq!(
            order.state(),
            pb::OrderState::Accepted,
            "nobody else carries it out"
        );
        assert!(order.confirm_time.is_some());

        let some = ship(&id, vec![part(&draft.lines[0], "0.5")]);
        let some = pb::ShipOrderRequest {
            carrier: "SF Express".to_owned(),
            ship_date: "2026-03-01".to_owned(),
            ..some
        };
        let order = client
            .ship_order(some)
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(order.state(), pb::OrderState::PartlyShipped);
        assert_eq!(order.lines[0].shipped_quantity, "0.5");
        let order = client
            .ship_order(ship(&id, vec![]))
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(order.state(), pb::OrderState::Shipped);
        let [first, rest] = &order.shipments[..] else {
            panic!("two shipments: {order:?}")
        };
        assert_eq!(
            (first.ship_date.as_str(), first.carrier.as_str()),
            ("2026-03-01", "SF Express")
        );
        assert_eq!(
            (rest.ship_date.as_str(), rest.lines[0].quantity.as_str()),
            ("2026-03-02", "1.5")
        );
        assert!(rest.number.starts_with("S-2026-") && rest.number != first.number);

        let bill = pb::InvoiceOrderRequest {
            tax_id: "91310000607353161W".to_owned(),
            ..invoice(&id, "031001900104")
        };
        let order = client
            .invoice_order(bill)
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(order.state(), pb::OrderState::Invoiced);
        assert_eq!(order.invoices[0].amount, Some(money(2_000)));
        let order = client
            .record_payment(payment(&id, 1_500))
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(
            (order.state(), order.paid),
            (pb::OrderState::Invoiced, Some(money(1_500)))
        );
        let order = client
            .record_payment(payment(&id, 500))
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(
            (order.state(), order.payments.len()),
            (pb::OrderState::Paid, 2)
        );
        let close = pb::CloseOrderRequest {
            id: id.clone(),
            ..Default::default()
        };
        let order = client
            .close_order(close)
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(order.state(), pb::OrderState::Closed);
        assert_eq!(read(&world, &boss, &id).await, order);
    }
}

#[tokio::test]
async fn an_order_refuses_what_does_not_fit_its_state() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let mut client = orders(&world, &boss);
        let draft = order(&world, &boss, &party).await;
        let id = draft.id.as_str();
        let accept = pb::AcceptOrderRequest {
            id: id.to_owned(),
            ..Default::default()
        };
        let confirm = pb::ConfirmOrderRequest {
            id: id.to_owned(),
            ..Default::default()
        };
        let close = pb::CloseOrderRequest {
            id: id.to_owned(),
            ..Default::default()
        };
        let set = pb::SetOrderLinesRequest {
            id: id.to_owned(),
            ..Default::default()
        };

        assert_eq!(
            reason(client.accept_order(accept.clone()).await),
            "ORDER_NOT_CONFIRMED"
        );
        assert_eq!(
            reason(client.ship_order(ship(id, vec![])).await),
            "ORDER_NOT_ACCEPTED"
        );
        let emptied = client
            .set_order_lines(set.clone())
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(emptied.lines, []);
        assert_eq!(
            reason(client.confirm_order(confirm.clone()).await),
            "ORDER_WITHOUT_LINES"
        );
        let lines = vec![line("pump", "2", 1_000)];
        client
            .set_order_lines(pb::SetOrderLinesRequest {
                lines,
                ..set.clone()
            })
            .await
            .unwrap();
        let stale = pb::ConfirmOrderRequest {
            etag: draft.etag.clone(),
            ..confirm.clone()
        };
        assert_eq!(reason(client.confirm_order(stale).await), "STALE");
        confirmed(&world, &boss, id).await;
        assert_eq!(
            reason(client.confirm_order(confirm).await),
            "ORDER_NOT_DRAFT"
        );
        assert_eq!(reason(client.set_order_lines(set).await), "ORDER_NOT_DRAFT");
        assert_eq!(
            reason(client.accept_order(accept).await),
            "ORDER_NOT_CONFIRMED",
            "it is accepted"
        );

        let line = &read(&world, &boss, id).await.lines[0];
        assert_eq!(
            reason(client.ship_order(ship(id, vec![part(line, "2.001")])).await),
            "SHIPPED_BEYOND_ORDER"
        );
        assert_eq!(
            reason(client.invoice_order(invoice(id, "1")).await),
            "ORDER_NOT_SHIPPED"
        );
        client
            .ship_order(ship(id, vec![part(line, "1")]))
            .await
            .unwrap();
        let gone = cancel(id, pb::CancellationReason::CannotDeliver);
        assert_eq!(
            reason(client.cancel_order(gone).await),
            "ORDER_SHIPPED_ALREADY"
        );
        client.ship_order(ship(id, vec![])).await.unwrap();
        assert_eq!(
            reason(client.record_payment(payment(id, 1)).await),
            "ORDER_NOT_INVOICED"
        );
        client.invoice_order(invoice(id, "1")).await.unwrap();
        assert_eq!(
            reason(client.record_payment(payment(id, 2_001)).await),
            "PAID_BEYOND_TOTAL"
        );
        let dollars = baton_proto::r#type::v1::Money {
            currency_code: "USD".to_owned(),
            amount_minor: 1,
        };
        let dollars = pb::RecordPaymentRequest {
            amount: Some(dollars),
            ..payment(id, 1)
        };
        assert_eq!(
            reason(client.record_payment(dollars).await),
            "PAYMENT_IN_OTHER_CURRENCY"
        );
        assert_eq!(
            violations(client.record_payment(payment(id, 0)).await),
            pairs(&[("amount.amount_minor", "NUMBER_OUT_OF_RANGE")])
        );
        assert_eq!(reason(client.close_order(close).await), "ORDER_NOT_PAID");

        let other = order(&world, &boss, &party).await;
        confirmed(&world, &boss, &other.id).await;
        client.ship_order(ship(&other.id, vec![])).await.unwrap();
        assert_eq!(
            reason(client.invoice_order(invoice(&other.id, "1")).await),
            "INVOICE_NUMBER_TAKEN"
        );
    }
}

#[tokio::test]
async fn what_is_done_to_an_order_twice_at_once_is_done_once() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let draft = order(&world, &boss, &party).await;
        let confirm = || async {
            let confirm = pb::ConfirmOrderRequest {
                id: draft.id.clone(),
                ..Default::default()
            };
            orders(&world, &boss).confirm_order(confirm).await
        };
        let (one, other) = tokio::join!(confirm(), confirm());
        let refused = if one.is_ok() { other } else { one };
        assert_eq!(reason(refused), "ORDER_NOT_DRAFT", "{engine:?}");

        let mut client = orders(&world, &boss);
        client.ship_order(ship(&draft.id, vec![])).await.unwrap();
        client.invoice_order(invoice(&draft.id, "1")).await.unwrap();
        let pay = || async {
            orders(&world, &boss)
                .record_payment(payment(&draft.id, 1_500))
                .await
        };
        let (one, other) = tokio::join!(pay(), pay());
        let refused = if one.is_ok() { other } else { one };
        assert_eq!(reason(refused), "PAID_BEYOND_TOTAL", "{engine:?}");
        let paid = read(&world, &boss, &draft.id).await;
        assert_eq!((paid.paid, paid.payments.len()), (Some(money(1_500)), 1));
    }
}

#[tokio::test]
async fn a_confirmed_order_is_handed_to_the_erp_or_to_who_confirmed_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, other) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let taken = order(&world, &boss, &party).await.id;
        let waiting = order(&world, &boss, &party).await.id;
        let dropped = order(&world, &boss, &party).await.id;
        let handoffs = async |who: &Person, order_id: &str| {
            let request = pb::ListOrderHandoffsRequest {
                order_id: order_id.to_owned(),
            };
            orders(&world, who).list_order_handoffs(request).await
        };
        let only = async |order_id: &str| {
            let all = handoffs(&boss, order_id).await.unwrap().into_inner();
            let [handoff] = <[_; 1]>::try_from(all.handoffs).unwrap();
            assert_eq!(handoff.kind, "ORDER_TO_ERP");
            handoff
        };
        assert_eq!(
            handoffs(&boss, &taken).await.unwrap().into_inner().handoffs,
            []
        );
        // No ERP is connected: who confirms an order hands it to himself.
        confirmed(&world, &boss, &taken).await;
        let own = only(&taken).await;
        assert_eq!(own.state(), HandoffState::Accepted);
        let me = boss.id.to_string();
        assert_eq!(
            [&own.from_member_id, &own.to_member_id, &own.answered_by_id],
            [&me, &me, &me]
        );
        assert_eq!(reason(handoffs(&other, &taken).await), "NOT_FOUND");

        // One is connected: it is on offer to the ERP, until it is called off, or taken on when the ERP is gone.
        connect(&world, "tryton").await;
        for id in [&waiting, &dropped] {
            let order = confirmed(&world, &boss, id).await;
            assert_eq!(order.state(), pb::OrderState::Confirmed);
            let offer = only(id).await;
            assert_eq!(offer.state(), HandoffState::Offered);
            assert_eq!(offer.to_member_id, "");
        }
        let mut client = orders(&world, &boss);
        client
            .cancel_order(cancel(&dropped, pb::CancellationReason::NotAccepted))
            .await
            .unwrap();
        assert_eq!(only(&dropped).await.state(), HandoffState::Withdrawn);
        connect(&world, "").await;
        let accept = pb::AcceptOrderRequest {
            id: waiting.clone(),
            ..Default::default()
        };
        client.accept_order(accept).await.unwrap();
        let answered = only(&waiting).await;
        assert_eq!(answered.state(), HandoffState::Accepted);
        assert_eq!(answered.answered_by_id, me);
    }
}

#[tokio::test]
async fn an_order_is_changed_until_it_is_over_and_cancelled_with_a_reason() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let mut client = orders(&world, &boss);
        let draft = order(&world, &boss, &party).await;
        let id = draft.id.as_str();
        let update = |note: &str| pb::UpdateOrderRequest {
            order: Some(pb::Order {
                id: id.to_owned(),
                note: note.to_owned(),
                ..Default::default()
            }),
            update_mask: mask(&["note"]),
            ..Default::default()
        };
        let changed = client
            .update_order(update("Gate 3"))
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(
            (changed.note.as_str(), changed.title.as_str()),
            ("Gate 3", "Two pumps")
        );
        assert_eq!(
            violations(client.update_order(update(&"x".repeat(2_001))).await),
            pairs(&[("order.note", "TOO_LONG")])
        );
        let other = cancel(id, pb::CancellationReason::Other);
        assert_eq!(
            violations(client.cancel_order(other.clone()).await),
            pairs(&[("note", "REQUIRED")])
        );
        let other = pb::CancelOrderRequest {
            note: "moved to next year".to_owned(),
            ..other
        };
        let over = client
            .cancel_order(other.clone())
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(over.state(), pb::OrderState::Cancelled);
        assert_eq!(over.cancellation_reason(), pb::CancellationReason::Other);
        assert_eq!(over.cancellation_note, "moved to next year");
        assert_eq!(reason(client.cancel_order(other).await), "ORDER_OVER");
        assert_eq!(
            reason(client.update_order(update("Gate 4")).await),
            "ORDER_OVER"
        );
    }
}

#[tokio::test]
async fn a_new_order_says_all_that_is_wrong_with_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let mut client = orders(&world, &boss);
        let bad = pb::Order {
            party_id: party.clone(),
            source: Some(source("CONTRACT", NOWHERE)),
            requested_date: "2026-13-01".to_owned(),
            lines: vec![pb::Line {
                contract_line_id: NOWHERE.to_owned(),
                ..line("pump", "1", 1)
            }],
            ..Default::default()
        };
        let bad = pb::CreateOrderRequest {
            order: Some(bad),
            ..Default::default()
        };
        assert_eq!(
            violations(client.create_order(bad).await),
            pairs(&[
                ("order.title", "REQUIRED"),
                ("order.lines[0].contract_line_id", "LINE_OF_NO_CONTRACT"),
                ("order.requested_date", "DATE_MALFORMED"),
                ("order.source.kind", "ORDER_IS_DRAWN_FROM_CONTRACT"),
            ])
        );
        let get = pb::GetOrderRequest {
            id: NOWHERE.to_owned(),
        };
        assert_eq!(reason(client.get_order(get).await), "NOT_FOUND");
        assert_eq!(
            violations(client.get_order(pb::GetOrderRequest::default()).await),
            pairs(&[("id", "REQUIRED")])
        );
    }
}

#[tokio::test]
async fn orders_are_listed_by_filter_and_order_page_by_page() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let mut client = orders(&world, &boss);
        let mut made = Vec::new();
        for price in [300, 100, 200] {
            let order = pb::Order {
                title: format!("at {price}"),
                party_id: party.clone(),
                lines: vec![line("pump", "1", price)],
                ..Default::default()
            };
            let request = pb::CreateOrderRequest {
                order: Some(order),
                ..Default::default()
            };
            made.push(
                client
                    .create_order(request)
                    .await
                    .unwrap()
                    .into_inner()
                    .order
                    .unwrap(),
            );
            world.clock.advance(chrono::Duration::seconds(1));
        }
        let titles = |listed: &pb::ListOrdersResponse| {
            listed
                .orders
                .iter()
                .map(|o| o.title.clone())
                .collect::<Vec<_>>()
        };
        let all = pb::ListOrdersRequest::default;
        let newest = client.list_orders(all()).await.unwrap().into_inner();
        assert_eq!(titles(&newest), ["at 200", "at 100", "at 300"]);
        assert_eq!(newest.orders[0].lines, [], "a list leaves the lines out");
        let dearest = pb::ListOrdersRequest {
            order_by: "total desc".to_owned(),
            page_size: 2,
            count: true,
            ..all()
        };
        let page = client
            .list_orders(dearest.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (titles(&page), page.total_size),
            (vec!["at 300".to_owned(), "at 200".to_owned()], 3)
        );
        let next = pb::ListOrdersRequest {
            page_token: page.next_page_token.clone(),
            ..dearest
        };
        let page_2 = client.list_orders(next).await.unwrap().into_inner();
        assert_eq!(
            (titles(&page_2), page_2.next_page_token.as_str()),
            (vec!["at 100".to_owned()], "")
        );

        confirmed(&world, &boss, &made[1].id).await;
        let waiting = pb::ListOrdersRequest {
            state: pb::OrderState::Accepted.into(),
            ..all()
        };
        assert_eq!(
            titles(&client.list_orders(waiting).await.unwrap().into_inner()),
            ["at 100"]
        );
        let of_nobody = pb::ListOrdersRequest {
            source_id: NOWHERE.to_owned(),
            party_id: party,
            ..all()
        };
        assert_eq!(
            client
                .list_orders(of_nobody)
                .await
                .unwrap()
                .into_inner()
                .orders,
            []
        );
        let foreign = pb::ListOrdersRequest {
            page_token: page.next_page_token,
            ..all()
        };
        assert_eq!(
            violations(client.list_orders(foreign).await),
            pairs(&[("page_token", "PAGE_TOKEN_FOREIGN")])
        );
    }
}

/// Every event of commerce with its subject, in no stated order.
async fn events(world: &World) -> Vec<(String, Subject)> {
    #[derive(Clone, PartialEq, prost::Message)]
    struct Any {
        #[prost(message, optional, tag = "1")]
        subject: Option<Subject>,
    }
    let link = world.link_as_service("insight", "commerce", None);
    let mut log = EventLogServiceClient::new(link);
    let producer = "commerce".to_owned();
    let heads = log
        .list_heads(ListHeadsRequest {
            producer: producer.clone(),
            epoch: None,
        })
        .await
        .unwrap()
        .into_inner();
    let mut events = Vec::new();
    for head in heads.heads {
        let request = ReadEventsRequest {
            producer: producer.clone(),
            shard: head.shard,
            ..Default::default()
        };
        let read = log.read_events(request).await.unwrap().into_inner().events;
        events.extend(read.into_iter().map(|e| {
            let any = Any::decode(e.payload.as_slice()).unwrap();
            (e.r#type, any.subject.unwrap())
        }));
    }
    events
}

#[tokio::test]
async fn sales_hands_a_won_deal_over_once_and_learns_of_it_by_the_source() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = world.member("salesperson").await;
        let party = account(&world, &seller, "Hengtai Machinery").await;
        let (deal, other) = (NOWHERE, "018f0000-0000-7000-8000-000000000001");
        let link = world.link_as_service("sales", "commerce", Some(&seller));
        let request = pb::CreateOrderRequest {
            order: Some(pb::Order {
                title: "Pumps for the plant".to_owned(),
                party_id: party.clone(),
                source: Some(source("OPPORTUNITY", deal)),
                owner_id: seller.id.to_string(),
                lines: vec![line("pump", "10", 1_000)],
                ..Default::default()
            }),
            request_id: "5b0f4f5c-6d0a-5c57-9d0e-2f3f1f0b8a11".to_owned(),
        };
        let mut client = OrderServiceClient::new(link.clone());
        let made = client
            .create_order(request.clone())
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        let again = client
            .create_order(request)
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(
            made, again,
            "the same step of the operation is the same act"
        );
        assert_eq!(made.owner_id, seller.id.to_string());

        let request = pb::CreateContractRequest {
            contract: Some(pb::Contract {
                title: "Pumps for the plant".to_owned(),
                party_id: party,
                source: Some(source("OPPORTUNITY", other)),
                lines: vec![line("pump", "10", 1_000)],
                ..Default::default()
            }),
            request_id: "5b0f4f5c-6d0a-5c57-9d0e-2f3f1f0b8a12".to_owned(),
        };
        let contract = ContractServiceClient::new(link)
            .create_contract(request)
            .await
            .unwrap()
            .into_inner();
        let contract = contract.contract.unwrap();
        assert_eq!(
            contract.owner_id,
            seller.id.to_string(),
            "on whose behalf it was handed over"
        );

        world.settle().await;
        let events = events(&world).await;
        let subject = |kind: &str| {
            events
                .iter()
                .find(|(k, _)| k == kind)
                .map(|(_, s)| s.clone())
                .unwrap()
        };
        let ordered = subject(pb::OrderCreated::TYPE);
        assert_eq!((ordered.kind.as_str(), ordered.id), ("ORDER", made.id));
        assert_eq!(
            (ordered.source, ordered.state.as_str()),
            (Some(source("OPPORTUNITY", deal)), "DRAFT")
        );
        let contracted = subject(pb::ContractCreated::TYPE);
        assert_eq!(
            (contracted.kind.as_str(), contracted.id),
            ("CONTRACT", contract.id)
        );
        assert_eq!(contracted.source, Some(source("OPPORTUNITY", other)));
        assert_eq!(contracted.owner_id, seller.id.to_string());
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_the_language_of_the_reader() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let id = order(&world, &boss, &party).await.id;
        let close = pb::CloseOrderRequest {
            id,
            ..Default::default()
        };
        let told = async |language| {
            let mut client = OrderServiceClient::new(world.link_in(&boss, language));
            client
                .close_order(close.clone())
                .await
                .unwrap_err()
                .message()
                .to_owned()
        };
        assert_eq!(
            told("en").await,
            "Only a fully paid order can be closed; this one is a draft."
        );
        assert_eq!(
            told("zh-CN").await,
            "只有已付清的订单可以关闭；该订单的状态为：草稿。"
        );
    }
}
