//! Orders that a connected ERP carries out. The stories play the ERP: they read the events of commerce as anybody outside
//! would, and report back through the generated client.

use async_nats::jetstream::consumer::pull::OrderedConfig;
use baton_chassis::{
    link::Link,
    test::{Engine, Person, World},
    wire::timestamp,
};
use baton_proto::{
    Fact as _,
    commerce::v1::{
        self as pb, erp_service_client::ErpServiceClient, order_service_client::OrderServiceClient,
        report_order_request::Fact,
    },
    directory::v1 as dir,
    insight::v1::{GetTraceRequest, trace_service_client::TraceServiceClient},
    log::v1::{
        ListHeadsRequest, ReadEventsRequest, event_log_service_client::EventLogServiceClient,
    },
    r#type::v1::{Handoff, HandoffState},
};
use futures_util::StreamExt as _;
use prost::Message as _;
use tonic::{Code, Response, Status};

use crate::{
    answers::{mask, pairs, reason, refused, told, violations},
    commerce::{account, contracts, line, money, order, orders, part, world},
    directory::Desk,
};

const SYSTEM: &str = "tryton";

/// Connects an ERP, or with an empty name none.
pub async fn connect(world: &World, system: &str) {
    let mut admin = Desk::of(world, &world.admin().await);
    let update = dir::UpdateSettingsRequest {
        settings: Some(dir::Settings {
            erp_system: system.to_owned(),
            ..dir::Settings::default()
        }),
        update_mask: mask(&["erp_system"]),
        ..dir::UpdateSettingsRequest::default()
    };
    let changed = told(admin.settings.update_settings(update).await);
    assert_eq!(changed.settings.unwrap().erp_system, system);
    world.settle().await;
}

/// The ERP with its connector: it knows what the log tells and what it reported itself, nothing else.
struct Erp<'w> {
    world: &'w World,
    link: Link,
}

impl<'w> Erp<'w> {
    fn new(world: &'w World) -> Self {
        let link = world.link_as_service("erp-bridge", "commerce", None);
        Self { world, link }
    }

    /// All orders on offer, those of one order oldest first: from the bus where there is one, else from the log.
    async fn offers(&self) -> Vec<pb::OrderConfirmed> {
        self.world.settle().await;
        let told = match self.world.engine {
            Engine::Sqlite => self.log().await,
            Engine::Postgres => self.bus().await,
        };
        let confirmed = told
            .into_iter()
            .filter(|(kind, _)| kind == pb::OrderConfirmed::TYPE);
        confirmed
            .map(|(_, payload)| pb::OrderConfirmed::decode(payload.as_slice()).unwrap())
            .collect()
    }

    async fn log(&self) -> Vec<(String, Vec<u8>)> {
        let mut log = EventLogServiceClient::new(self.link.clone());
        let producer = || "commerce".to_owned();
        let heads = log.list_heads(ListHeadsRequest {
            producer: producer(),
            epoch: None,
        });
        let mut all = Vec::new();
        for head in told(heads.await).heads {
            let read = ReadEventsRequest {
                producer: producer(),
                shard: head.shard,
                ..Default::default()
            };
            let events = told(log.read_events(read).await).events;
            all.extend(events.into_iter().map(|e| (e.r#type, e.payload)));
        }
        all
    }

    /// What the stream of commerce holds, read as any connector reads it.
    async fn bus(&self) -> Vec<(String, Vec<u8>)> {
        let bus = &self.world.process.config.bus;
        let client = async_nats::connect(&bus.url).await.unwrap();
        let name = format!("{}_commerce", bus.namespace);
        let stream = async_nats::jetstream::new(client).get_stream(name).await;
        let mut stream = stream.unwrap();
        let held = stream.info().await.unwrap().state.messages;
        if held == 0 {
            return Vec::new();
        }
        let reader = stream.create_consumer(OrderedConfig::default()).await;
        let messages = reader.unwrap().messages().await.unwrap();
        let read = messages
            .take(usize::try_from(held).unwrap())
            .map(|message| {
                let message = message.unwrap();
                let headers = message.headers.as_ref().unwrap();
                let kind = headers.get("ce-type").unwrap().as_str().to_owned();
                (kind, message.payload.to_vec())
            });
        read.collect().await
    }

    /// The latest offer of an order.
    async fn offer(&self, id: &str) -> pb::OrderConfirmed {
        let offers = self.offers().await;
        let of = |o: &&pb::OrderConfirmed| o.subject.as_ref().is_some_and(|s| s.id == id);
        offers.iter().rfind(of).cloned().expect("it is on offer")
    }

    fn message(&self, id: &str, document: &str, fact: Fact) -> pb::ReportOrderRequest {
        pb::ReportOrderRequest {
            id: id.to_owned(),
            request_id: String::new(),
            system: SYSTEM.to_owned(),
            document_id: document.to_owned(),
            time: Some(timestamp(self.world.clock.now())),
            fact: Some(fact),
        }
    }

    async fn send(
        &self,
        message: pb::ReportOrderRequest,
    ) -> Result<Response<pb::ReportOrderResponse>, Status> {
        ErpServiceClient::new(self.link.clone())
            .report_order(message)
            .await
    }

    /// Reports a fact and answers the order as it stands then.
    async fn report(&self, id: &str, document: &str, fact: Fact) -> pb::Order {
        let message = self.message(id, document, fact);
        told(self.send(message).await).order.unwrap()
    }
}

fn accepted() -> Fact {
    Fact::Accepted(pb::ErpAcceptance {
        number: "SO17".to_owned(),
    })
}

fn shipped(parts: Vec<pb::LineQuantity>) -> Fact {
    Fact::Shipped(pb::ErpShipment {
        lines: parts,
        carrier: "SF Express".to_owned(),
        ..Default::default()
    })
}

fn invoiced(number: &str, amount_minor: i64) -> Fact {
    Fact::Invoiced(pb::ErpInvoice {
        number: number.to_owned(),
        tax_id: "91310000607353161W".to_owned(),
        amount: Some(money(amount_minor)),
        ..Default::default()
    })
}

fn paid(amount_minor: i64) -> Fact {
    Fact::Paid(pb::ErpPayment {
        amount: Some(money(amount_minor)),
        reference: "ICBC 4711".to_owned(),
        ..Default::default()
    })
}

fn cancelled(lines: Vec<pb::LineQuantity>) -> Fact {
    Fact::Cancelled(pb::ErpCancellation {
        lines,
        reason: pb::CancellationReason::CannotDeliver.into(),
        note: String::new(),
    })
}

fn line_rejected(line: &pb::Line, quantity: &str) -> Fact {
    let line = pb::RejectedLine {
        line_id: line.id.clone(),
        quantity: quantity.to_owned(),
        reason: "out of production".to_owned(),
    };
    Fact::LinesRejected(pb::ErpLineRejection { lines: vec![line] })
}

fn rejected(handoff: &str, reason: &str) -> Fact {
    Fact::Rejected(pb::ErpRejection {
        handoff_id: handoff.to_owned(),
        reason: reason.to_owned(),
    })
}

/// The course of an order of two pumps for 2,000: accepted, shipped in two parts, invoiced, paid.
fn course(order: &pb::Order) -> Vec<(&'static str, Fact)> {
    let pump = &order.lines[0];
    vec![
        ("sale 17", accepted()),
        ("out 1", shipped(vec![part(pump, "0.5")])),
        ("out 2", shipped(vec![part(pump, "1.5")])),
        ("bill 1", invoiced("031001900104", 2_000)),
        ("money 1", paid(1_500)),
        ("money 2", paid(500)),
    ]
}

async fn confirm(world: &World, who: &Person, id: &str) -> pb::Order {
    let confirm = pb::ConfirmOrderRequest {
        id: id.to_owned(),
        ..Default::default()
    };
    told(orders(world, who).confirm_order(confirm).await)
        .order
        .unwrap()
}

/// A confirmed order of two pumps for 2,000.
async fn offered(world: &World, who: &Person, party: &str) -> pb::Order {
    let draft = order(world, who, party).await;
    confirm(world, who, &draft.id).await
}

async fn read(world: &World, who: &Person, id: &str) -> pb::Order {
    let get = pb::GetOrderRequest { id: id.to_owned() };
    told(orders(world, who).get_order(get).await).order.unwrap()
}

async fn handoffs(world: &World, who: &Person, id: &str) -> Vec<Handoff> {
    let list = pb::ListOrderHandoffsRequest {
        order_id: id.to_owned(),
    };
    told(orders(world, who).list_order_handoffs(list).await).handoffs
}

/// Why each verb by hand is refused.
async fn by_hand(world: &World, who: &Person, id: &str) -> Vec<String> {
    let mut client = orders(world, who);
    let id = || id.to_owned();
    let accept = pb::AcceptOrderRequest {
        id: id(),
        ..Default::default()
    };
    let ship = pb::ShipOrderRequest {
        id: id(),
        ..Default::default()
    };
    let invoice = pb::InvoiceOrderRequest {
        id: id(),
        number: "7".to_owned(),
        ..Default::default()
    };
    let pay = pb::RecordPaymentRequest {
        id: id(),
        amount: Some(money(1)),
        ..Default::default()
    };
    vec![
        reason(client.accept_order(accept).await),
        reason(client.ship_order(ship).await),
        reason(client.invoice_order(invoice).await),
        reason(client.record_payment(pay).await),
        reason(client.close_order_short(close_short(&id())).await),
    ]
}

fn close_short(id: &str) -> pb::CloseOrderShortRequest {
    pb::CloseOrderShortRequest {
        id: id.to_owned(),
        reason: pb::CancellationReason::CustomerWithdrew.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_connected_erp_carries_an_order_out_and_people_watch() {
    use pb::OrderState::{Accepted, Invoiced, Paid, PartlyShipped, Shipped};
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        connect(&world, SYSTEM).await;
        let erp = Erp::new(&world);
        let made = offered(&world, &boss, &party).await;
        let offer = erp.offer(&made.id).await;
        assert_eq!(offer.lines.len(), 1, "the event says what is ordered");
        assert_eq!(
            by_hand(&world, &boss, &made.id).await,
            ["ORDER_IS_WITH_ERP"; 5]
        );

        let mut states = Vec::new();
        for (document, fact) in course(&made) {
            states.push(erp.report(&made.id, document, fact).await.state());
        }
        let course = [Accepted, PartlyShipped, Shipped, Invoiced, Invoiced, Paid];
        assert_eq!(states, course);

        let paid = read(&world, &boss, &made.id).await;
        let document = paid.erp_document.clone().unwrap();
        assert_eq!(
            (document.system.as_str(), document.document_id.as_str()),
            (SYSTEM, "sale 17")
        );
        assert_eq!((paid.erp_number.as_str(), paid.differs), ("SO17", false));
        assert_eq!(paid.paid, Some(money(2_000)));
        let first = &paid.shipments[0];
        assert_eq!(
            (first.ship_date.as_str(), first.carrier.as_str()),
            ("2026-03-02", "SF Express")
        );
        assert!(first.number.starts_with("S-2026-"));
        assert_eq!(first.erp_document.as_ref().unwrap().document_id, "out 1");
        let [handoff] = &handoffs(&world, &boss, &made.id).await[..] else {
            panic!("one offer")
        };
        assert_eq!(handoff.state(), HandoffState::Accepted);
        assert_eq!(handoff.answered_by_id, "", "nobody of the firm answered it");
        let close = pb::CloseOrderRequest {
            id: made.id.clone(),
            ..Default::default()
        };
        assert!(orders(&world, &boss).close_order(close).await.is_ok());
    }
}

#[tokio::test]
async fn facts_may_come_twice_and_in_any_order() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        connect(&world, SYSTEM).await;
        let erp = Erp::new(&world);
        for (n, shuffle) in [[0, 1, 2, 3, 4, 5], [5, 3, 2, 4, 0, 1], [4, 5, 1, 2, 3, 0]]
            .into_iter()
            .enumerate()
        {
            let made = offered(&world, &boss, &party).await;
            let mut facts = course(&made);
            facts[3].1 = invoiced(&format!("bill {n}"), 2_000);
            for place in shuffle {
                let (document, fact) = facts[place].clone();
                let once = erp.report(&made.id, document, fact.clone()).await;
                let twice = erp.report(&made.id, document, fact).await;
                assert_eq!(once, twice, "the same fact is the same fact");
            }
            for (document, fact) in facts {
                erp.report(&made.id, document, fact).await;
            }
            let end = read(&world, &boss, &made.id).await;
            assert_eq!(end.state(), pb::OrderState::Paid, "{shuffle:?}");
            assert_eq!(
                (end.shipments.len(), end.invoices.len(), end.payments.len()),
                (2, 1, 2)
            );
            assert!(!end.differs);
            let [offer] = &handoffs(&world, &boss, &made.id).await[..] else {
                panic!("one offer")
            };
            assert_eq!(offer.state(), HandoffState::Accepted);
        }
    }
}

#[tokio::test]
async fn a_rejected_order_goes_back_and_is_offered_again() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        connect(&world, SYSTEM).await;
        let erp = Erp::new(&world);
        let made = offered(&world, &boss, &party).await;
        let first = erp.offer(&made.id).await.handoff_id;
        let no = rejected(&first, "the pump has another number");
        let back = erp.report(&made.id, "no 1", no.clone()).await;
        assert_eq!(back.state(), pb::OrderState::Draft);
        let early = erp.message(&made.id, "sale 17", accepted());
        assert_eq!(reason(erp.send(early).await), "ORDER_NOT_OFFERED");

        let amend = pb::SetOrderLinesRequest {
            id: made.id.clone(),
            lines: vec![line("pump, new model", "3", 1_000)],
            ..Default::default()
        };
        told(orders(&world, &boss).set_order_lines(amend).await);
        confirm(&world, &boss, &made.id).await;
        let again = erp.report(&made.id, "no 1", no).await;
        assert_eq!(
            again.state(),
            pb::OrderState::Confirmed,
            "that was the first offer"
        );
        let second = erp.offer(&made.id).await;
        assert_ne!(second.handoff_id, first);
        let unknown = rejected("018f0000-0000-7000-8000-000000000000", "no");
        let unknown = erp.message(&made.id, "no 2", unknown);
        assert_eq!(
            violations(erp.send(unknown).await),
            pairs(&[("rejected.handoff_id", "REFERENCE_NOT_FOUND")])
        );

        let taken = erp.report(&made.id, "sale 17", accepted()).await;
        assert_eq!(taken.state(), pb::OrderState::Accepted);
        let late = erp.message(&made.id, "no 3", rejected(&second.handoff_id, "no"));
        assert_eq!(reason(erp.send(late).await), "ORDER_UNDER_WAY");
        let offers = handoffs(&world, &boss, &made.id).await;
        let told: Vec<_> = offers
            .iter()
            .map(|h| (h.state(), h.reason.as_str()))
            .collect();
        let expected = [
            (HandoffState::Returned, "the pump has another number"),
            (HandoffState::Accepted, ""),
        ];
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn lines_that_the_erp_will_not_take_are_called_off_and_the_contract_has_them_again() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let contract = crate::commerce::active_contract(&world, &boss, &party).await;
        let draw = pb::CreateContractOrderRequest {
            id: contract.id.clone(),
            ..Default::default()
        };
        let drawn = told(contracts(&world, &boss).create_contract_order(draw).await);
        connect(&world, SYSTEM).await;
        let made = confirm(&world, &boss, &drawn.order.unwrap().id).await;
        let erp = Erp::new(&world);
        let ordered = async || {
            let get = pb::GetContractRequest {
                id: contract.id.clone(),
            };
            let contract = told(contracts(&world, &boss).get_contract(get).await);
            let lines = contract.contract.unwrap().lines;
            lines
                .into_iter()
                .map(|l| l.ordered_quantity)
                .collect::<Vec<_>>()
        };
        let (pump, fitting) = (&made.lines[0], &made.lines[1]);
        let less = erp
            .report(&made.id, "no 1", line_rejected(fitting, ""))
            .await;
        assert_eq!(less.state(), pb::OrderState::Confirmed, "the rest goes on");
        assert_eq!(less.total, Some(money(10_000)));
        assert_eq!(less.lines[1].called_off_quantity, "4");
        assert_eq!(less.call_offs[0].lines[0].note, "out of production");
        assert_eq!(ordered().await, ["10", "0"]);

        erp.report(&made.id, "sale 17", accepted()).await;
        let end = erp.report(&made.id, "stop", cancelled(vec![])).await;
        assert_eq!(end.state(), pb::OrderState::Cancelled);
        assert_eq!(ordered().await, ["0", "0"]);
        let late = shipped(vec![part(pump, "3")]);
        let late = erp.report(&made.id, "out 1", late).await;
        assert_eq!(
            (late.state(), late.total.clone()),
            (pb::OrderState::Shipped, Some(money(3_000))),
            "three were on their way before the rest was cancelled"
        );
        assert_eq!(
            late.cancellation_reason(),
            pb::CancellationReason::Unspecified
        );
        assert!(!late.differs);
        assert_eq!(ordered().await, ["3", "0"]);
    }
}

#[tokio::test]
async fn what_cannot_be_put_down_to_an_order_is_refused_with_all_that_is_wrong() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let by_hand = offered(&world, &boss, &party).await;
        let erp = Erp::new(&world);
        let nobody = erp.message(&by_hand.id, "sale 16", accepted());
        assert_eq!(
            violations(erp.send(nobody).await),
            pairs(&[("system", "ERP_NOT_CONNECTED")]),
            "while none is connected people carry orders out"
        );
        connect(&world, SYSTEM).await;
        let made = offered(&world, &boss, &party).await;
        let early = erp.message(&made.id, "sale 17", accepted());
        let nothing = pb::ReportOrderRequest {
            id: made.id.clone(),
            ..Default::default()
        };
        assert_eq!(
            violations(erp.send(nothing).await),
            pairs(&[
                ("system", "REQUIRED"),
                ("document_id", "REQUIRED"),
                ("time", "REQUIRED"),
                ("fact", "REQUIRED"),
            ])
        );
        let stranger = pb::LineQuantity {
            line_id: "018f0000-0000-7000-8000-000000000000".to_owned(),
            quantity: "0".to_owned(),
        };
        let wrong = erp.message(&made.id, "out 1", shipped(vec![stranger]));
        assert_eq!(
            violations(erp.send(wrong).await),
            pairs(&[
                ("shipped.lines[0].line_id", "ORDER_LINE_UNKNOWN"),
                ("shipped.lines[0].quantity", "QUANTITY_MALFORMED"),
            ])
        );
        let dollars = Fact::Invoiced(pb::ErpInvoice {
            amount: Some(baton_proto::r#type::v1::Money {
                currency_code: "USD".to_owned(),
                amount_minor: -1,
            }),
            ..Default::default()
        });
        assert_eq!(
            violations(erp.send(erp.message(&made.id, "bill 1", dollars)).await),
            pairs(&[
                ("invoiced.number", "REQUIRED"),
                ("invoiced.amount.currency_code", "LINE_CURRENCY_DIFFERS"),
                ("invoiced.amount.amount_minor", "NUMBER_OUT_OF_RANGE"),
            ])
        );
        erp.report(&made.id, "bill 1", invoiced("7", 100)).await;
        let otherwise = erp.message(&made.id, "bill 1", invoiced("7", 200));
        assert_eq!(reason(erp.send(otherwise).await), "REPORTED_OTHERWISE");
        let taken = erp.message(&made.id, "bill 2", invoiced("7", 100));
        assert_eq!(reason(erp.send(taken).await), "INVOICE_NUMBER_TAKEN");

        let of = |who: &Person| ErpServiceClient::new(world.link_as(who));
        let denied = of(&seller).report_order(early.clone()).await;
        assert_eq!(refused(denied).0, Code::NotFound, "not one of his orders");
        assert!(of(&boss).report_order(early.clone()).await.is_ok());
        let mut nobody = ErpServiceClient::new(world.link_as_stranger());
        let denied = nobody.report_order(early.clone()).await;
        assert_eq!(refused(denied).0, Code::Unauthenticated);
        let link = world.link_as_service("marketing", "commerce", None);
        let denied = ErpServiceClient::new(link).report_order(early).await;
        assert_eq!(refused(denied).0, Code::PermissionDenied);
    }
}

#[tokio::test]
async fn what_has_happened_and_does_not_fit_is_kept_and_people_see_it() {
    use pb::OrderDifference::{BeyondOrder, PaidBeyondTotal};
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        connect(&world, SYSTEM).await;
        let erp = Erp::new(&world);
        let (odd, fine) = (
            offered(&world, &boss, &party).await,
            offered(&world, &boss, &party).await,
        );
        let differing = async || {
            let list = pb::ListOrdersRequest {
                differs: true,
                ..Default::default()
            };
            let listed = told(orders(&world, &boss).list_orders(list).await).orders;
            listed.into_iter().map(|o| o.id).collect::<Vec<_>>()
        };
        erp.report(&fine.id, "money 1", paid(2_000)).await;
        assert_eq!(differing().await, Vec::<String>::new());
        erp.report(&odd.id, "out 1", shipped(vec![part(&odd.lines[0], "2.5")]))
            .await;
        erp.report(&odd.id, "money 1", paid(2_001)).await;
        let odd = read(&world, &boss, &odd.id).await;
        assert_eq!(
            odd.differences().collect::<Vec<_>>(),
            [BeyondOrder, PaidBeyondTotal]
        );
        assert_eq!(odd.lines[0].shipped_quantity, "2.5");
        assert_eq!(
            (odd.state(), odd.paid),
            (pb::OrderState::Shipped, Some(money(2_001)))
        );
        assert_eq!(differing().await, [odd.id]);

        // Called off here and shipped there, each before hearing of the other.
        let cancel = pb::CancelOrderRequest {
            id: fine.id.clone(),
            reason: pb::CancellationReason::CustomerWithdrew.into(),
            ..Default::default()
        };
        let gone = told(orders(&world, &boss).cancel_order(cancel).await)
            .order
            .unwrap();
        assert_eq!(gone.state(), pb::OrderState::Cancelled);
        assert!(gone.differs, "it was paid");
        let out = shipped(vec![part(&fine.lines[0], "1")]);
        let out = erp.report(&fine.id, "out 1", out).await;
        assert_eq!(out.state(), pb::OrderState::Shipped);
        assert!(out.differs);
        assert_eq!(differing().await.len(), 2);
    }
}

#[tokio::test]
async fn when_the_erp_is_disconnected_people_go_on_by_hand() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let by_hand_order = offered(&world, &boss, &party).await;
        let mut client = orders(&world, &boss);

        connect(&world, SYSTEM).await;
        let erp = Erp::new(&world);
        let made = offered(&world, &boss, &party).await;
        let pump = &made.lines[0];
        erp.report(&made.id, "sale 17", accepted()).await;
        erp.report(&made.id, "out 1", shipped(vec![part(pump, "0.5")]))
            .await;
        let cancel = pb::CancelOrderRequest {
            id: made.id.clone(),
            reason: pb::CancellationReason::CustomerWithdrew.into(),
            ..Default::default()
        };
        assert_eq!(
            reason(client.cancel_order(cancel).await),
            "ORDER_IS_WITH_ERP"
        );
        let ship = |id: &str, lines| pb::ShipOrderRequest {
            id: id.to_owned(),
            lines,
            ..Default::default()
        };
        let taken = ship(&by_hand_order.id, vec![]);
        let taken = told(client.ship_order(taken).await).order.unwrap();
        assert_eq!(
            taken.state(),
            pb::OrderState::Shipped,
            "taken on by hand, it goes on by hand"
        );

        connect(&world, "").await;
        let late = erp.message(&made.id, "out 2", shipped(vec![part(pump, "1")]));
        assert_eq!(
            violations(erp.send(late).await),
            pairs(&[("system", "ERP_NOT_CONNECTED")])
        );
        told(
            client
                .ship_order(ship(&made.id, vec![part(pump, "0.5")]))
                .await,
        );
        let short = told(client.close_order_short(close_short(&made.id)).await);
        let short = short.order.unwrap();
        assert_eq!(
            (short.state(), short.total.clone()),
            (pb::OrderState::Shipped, Some(money(1_000)))
        );
        assert_eq!(short.lines[0].called_off_quantity, "1");
        assert_eq!(
            reason(client.close_order_short(close_short(&made.id)).await),
            "ORDER_NOT_PARTLY_SHIPPED"
        );
        let invoice = pb::InvoiceOrderRequest {
            id: made.id.clone(),
            number: "031001900105".to_owned(),
            ..Default::default()
        };
        let billed = told(client.invoice_order(invoice).await).order.unwrap();
        assert_eq!(billed.invoices[0].amount, Some(money(1_000)));
        assert_eq!(billed.invoices[0].erp_document, None);
    }
}

#[tokio::test]
async fn what_was_shipped_invoiced_and_paid_stands_in_the_chain() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let made = offered(&world, &boss, &party).await;
        let mut client: OrderServiceClient<Link> = orders(&world, &boss);
        let ship = pb::ShipOrderRequest {
            id: made.id.clone(),
            lines: vec![part(&made.lines[0], "0.5")],
            ..Default::default()
        };
        told(client.ship_order(ship).await);
        connect(&world, SYSTEM).await;
        let erp = Erp::new(&world);
        let rest = shipped(vec![part(&made.lines[0], "1.5")]);
        erp.report(&made.id, "out 2", rest).await;
        erp.report(&made.id, "bill 1", invoiced("031001900104", 2_000))
            .await;
        erp.report(&made.id, "money 1", paid(500)).await;
        world.settle().await;

        let trace = async |kind: &str, id: &str| {
            let ask = GetTraceRequest {
                kind: kind.to_owned(),
                id: id.to_owned(),
            };
            let mut client = TraceServiceClient::new(world.link_as(&boss));
            told(client.get_trace(ask).await).nodes
        };
        let whole = trace("ORDER", &made.id).await;
        let mut shown: Vec<_> = whole
            .iter()
            .map(|n| (n.kind.as_str(), n.state.as_str()))
            .collect();
        shown.sort_unstable();
        let expected = [
            ("INVOICE", "ISSUED"),
            ("ORDER", "INVOICED"),
            ("PAYMENT", "RECEIVED"),
            ("SHIPMENT", "SHIPPED"),
            ("SHIPMENT", "SHIPPED"),
        ];
        assert_eq!(shown, expected);
        let below = whole.iter().filter(|n| n.kind != "ORDER");
        assert!(below.clone().all(|n| n.visible && !n.number.is_empty()));
        assert!(
            below
                .clone()
                .all(|n| n.source.as_ref().unwrap().id == made.id)
        );
        for paper in below {
            let chain = trace(&paper.kind, &paper.id).await;
            let kinds: Vec<_> = chain.iter().map(|n| n.kind.as_str()).collect();
            assert_eq!(kinds, ["ORDER", paper.kind.as_str()]);
        }
    }
}
