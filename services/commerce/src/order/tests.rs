//! The life of an order: every verb in every state.

use baton_chassis::Reason as _;
use baton_chassis::words::Word as _;
use uuid::Uuid;

use super::*;
use crate::line::tests::{line, part, ten_pieces};

mod properties;

const AT: Time = Time::UNIX_EPOCH;

fn head() -> Head {
    Head {
        title: "Pumps, first half".into(),
        owner: Uuid::from_u128(2).into(),
        territory: None,
        requested_date: None,
        note: String::new(),
    }
}

/// A draft over these lines.
pub fn draft(lines: Vec<Line>) -> Order {
    let draft = Draft {
        id: Uuid::from_u128(1).into(),
        number: "O-2026-000001".into(),
        party: Uuid::from_u128(3).into(),
        source: Source::direct(),
        head: head(),
        currency: "CNY".into(),
        lines,
    };
    Order::draft(draft, AT)
}

/// An order over ten pieces of things 1 and 2, 1,800 in all, that came to its state by hand.
fn order(state: State) -> Order {
    carried(draft(vec![ten_pieces(1), ten_pieces(2)]), state)
}

/// Carries a draft out by hand until it is in this state.
fn carried(mut order: Order, state: State) -> Order {
    type Step = fn(&mut Order);
    let steps: &[Step] = &[
        |o| {
            o.confirm(AT).unwrap();
        },
        |o| {
            o.accept(AT).unwrap();
        },
        |o| {
            ship(o, &[part(1, 10_000)]).unwrap();
        },
        |o| {
            ship(o, &[]).unwrap();
        },
        |o| {
            invoice(o).unwrap();
        },
        |o| {
            pay(o, o.due_minor(), "CNY").unwrap();
        },
        |o| {
            o.close(AT).unwrap();
        },
    ];
    if state == State::Cancelled {
        order.confirm(AT).unwrap();
        cancel(&mut order).unwrap();
    }
    for step in steps {
        if order.state == state {
            break;
        }
        step(&mut order);
    }
    order
}

pub fn handoff() -> HandoffId {
    Uuid::from_u128(5).into()
}

fn ship(order: &mut Order, parts: &[Part]) -> Result<OrderEvent, Refused> {
    let dispatch = Dispatch {
        ship_date: Date::default(),
        carrier: String::new(),
        tracking_number: String::new(),
    };
    order.ship("S-2026-000001".into(), parts, dispatch, AT)
}

fn invoice(order: &mut Order) -> Result<OrderEvent, Refused> {
    let bill = Bill {
        number: "031001900104".into(),
        tax_id: "91310000607353161W".into(),
        invoice_date: Date::default(),
    };
    order.invoice(bill, AT)
}

fn pay(order: &mut Order, amount_minor: i64, currency: &str) -> Result<OrderEvent, Refused> {
    let receipt = Receipt {
        amount_minor,
        payment_date: Date::default(),
        reference: String::new(),
    };
    order.pay(currency, receipt, AT)
}

fn cancel(order: &mut Order) -> Result<OrderEvent, Refused> {
    order.cancel(CancellationReason::CannotDeliver, String::new(), AT)
}

fn close_short(order: &mut Order) -> Result<OrderEvent, Refused> {
    order.close_short(CancellationReason::CannotDeliver, String::new(), AT)
}

type Verb = fn(&mut Order) -> Result<OrderEvent, Refused>;
type Way = (State, State);

/// Each verb with the states it is allowed in and where it leads from there.
const VERBS: &[(&str, Verb, &[Way])] = {
    use State::{
        Accepted, Cancelled, Closed, Confirmed, Draft, Invoiced, Paid, PartlyShipped, Shipped,
    };
    const UPDATE: &[Way] = &[
        (Draft, Draft),
        (Confirmed, Confirmed),
        (Accepted, Accepted),
        (PartlyShipped, PartlyShipped),
        (Shipped, Shipped),
        (Invoiced, Invoiced),
        (Paid, Paid),
    ];
    const CANCEL: &[Way] = &[
        (Draft, Cancelled),
        (Confirmed, Cancelled),
        (Accepted, Cancelled),
    ];
    &[
        ("update", |o| o.update(head()), UPDATE),
        (
            "set_lines",
            |o| o.set_lines(vec![ten_pieces(3)]),
            &[(Draft, Draft)],
        ),
        (
            "confirm",
            |o| Ok(o.confirm(AT)?(handoff())),
            &[(Draft, Confirmed)],
        ),
        (
            "accept",
            |o| Ok(o.accept(AT)?(handoff())),
            &[(Confirmed, Accepted)],
        ),
        (
            "ship a little",
            |o| ship(o, &[part(2, 1)]),
            &[(Accepted, PartlyShipped), (PartlyShipped, PartlyShipped)],
        ),
        (
            "ship",
            |o| ship(o, &[]),
            &[(Accepted, Shipped), (PartlyShipped, Shipped)],
        ),
        ("invoice", invoice, &[(Shipped, Invoiced)]),
        (
            "pay a little",
            |o| pay(o, 1, "CNY"),
            &[(Invoiced, Invoiced)],
        ),
        ("pay", |o| pay(o, 1_800, "CNY"), &[(Invoiced, Paid)]),
        ("close", |o| o.close(AT), &[(Paid, Closed)]),
        ("cancel", cancel, CANCEL),
        ("close short", close_short, &[(PartlyShipped, Shipped)]),
    ]
};

#[test]
fn every_verb_in_every_state() {
    for (name, verb, allowed) in VERBS {
        for state in State::ALL {
            let before = order(*state);
            let mut order = before.clone();
            let result = verb(&mut order);
            let to = allowed
                .iter()
                .find(|(from, _)| from == state)
                .map(|(_, to)| *to);
            assert_eq!(
                result.is_ok(),
                to.is_some(),
                "{name} in {state:?}: {result:?}"
            );
            assert_eq!(order.state, to.unwrap_or(*state), "{name} in {state:?}");
            if result.is_err() {
                assert_eq!(
                    order, before,
                    "a refusal changes nothing: {name} in {state:?}"
                );
            }
        }
    }
}

#[test]
fn a_refusal_names_the_state_that_stands_in_the_way() {
    let refused = order(State::Shipped).confirm(AT).unwrap_err();
    assert_eq!(refused, Refused::NotDraft(State::Shipped));
    assert_eq!(refused.args(), [("state", "SHIPPED".to_owned())]);
    assert_eq!(
        cancel(&mut order(State::PartlyShipped)),
        Err(Refused::ShippedAlready(State::PartlyShipped))
    );
    assert_eq!(
        cancel(&mut order(State::Closed)),
        Err(Refused::Over(State::Closed))
    );
}

#[test]
fn an_order_without_lines_cannot_be_confirmed() {
    let mut draft = order(State::Draft);
    draft.set_lines(Vec::new()).unwrap();
    assert_eq!(draft.confirm(AT), Err(Refused::NoLines));
}

#[test]
fn never_more_is_shipped_than_was_ordered() {
    let mut accepted = order(State::Accepted);
    ship(&mut accepted, &[part(1, 4_000)]).unwrap();
    let beyond = Refused::ShippedBeyond {
        line: "thing 1".into(),
        left_milli: 6_000,
    };
    assert_eq!(ship(&mut accepted, &[part(1, 6_001)]), Err(beyond));
    assert_eq!(
        ship(&mut accepted, &[part(9, 1)]),
        Err(Refused::LineUnknown(line(9)))
    );
    let event = ship(&mut accepted, &[part(1, 6_000), part(2, 10_000)]).unwrap();
    let OrderEvent::Shipped {
        before: State::PartlyShipped,
        shipment,
    } = event
    else {
        panic!("it was shipped: {event:?}")
    };
    assert_eq!(Some(&shipment), accepted.shipments.last());
    assert_eq!(accepted.state, State::Shipped);
    let shipped: Vec<_> = accepted.shipments.iter().map(|s| s.parts.clone()).collect();
    assert_eq!(
        shipped,
        [vec![part(1, 4_000)], vec![part(1, 6_000), part(2, 10_000)]]
    );
}

#[test]
fn a_shipment_that_names_no_line_takes_all_that_is_left() {
    let mut order = order(State::PartlyShipped);
    ship(&mut order, &[]).unwrap();
    assert_eq!(order.shipments[1].parts, [part(2, 10_000)]);
}

#[test]
fn an_invoice_is_over_the_whole_order() {
    let mut shipped = order(State::Shipped);
    invoice(&mut shipped).unwrap();
    assert_eq!(shipped.invoices[0].amount_minor, 1_800);
}

#[test]
fn an_order_that_costs_nothing_is_paid_by_its_invoice() {
    let free = Line {
        unit_price_minor: 0,
        amount_minor: 0,
        ..ten_pieces(1)
    };
    let mut free = carried(draft(vec![free]), State::Shipped);
    invoice(&mut free).unwrap();
    assert_eq!(free.state, State::Paid);
}

#[test]
fn an_order_closed_short_is_invoiced_and_paid_for_what_was_shipped() {
    let mut short = order(State::PartlyShipped);
    let event = close_short(&mut short).unwrap();
    let OrderEvent::CalledOff {
        before: State::PartlyShipped,
        old_total_minor: 1_800,
        ..
    } = event
    else {
        panic!("the rest was called off: {event:?}")
    };
    assert_eq!((short.state, short.total_minor), (State::Shipped, 900));
    assert_eq!(short.lines[1].called_off_milli, 10_000);
    assert!(!short.differs);
    invoice(&mut short).unwrap();
    assert_eq!(short.invoices[0].amount_minor, 900);
    pay(&mut short, 900, "CNY").unwrap();
    assert_eq!(short.state, State::Paid);
}

#[test]
fn payments_add_up_to_the_total_and_never_beyond() {
    let mut invoiced = order(State::Invoiced);
    pay(&mut invoiced, 1_000, "CNY").unwrap();
    assert_eq!(
        (invoiced.state, invoiced.due_minor()),
        (State::Invoiced, 800)
    );
    let beyond = Refused::PaidBeyond {
        due_minor: 800,
        currency: "CNY".into(),
    };
    assert_eq!(pay(&mut invoiced, 801, "CNY"), Err(beyond));
    assert_eq!(
        pay(&mut invoiced, 800, "USD"),
        Err(Refused::OtherCurrency("CNY".into()))
    );
    pay(&mut invoiced, 800, "CNY").unwrap();
    assert_eq!(
        (
            invoiced.state,
            invoiced.due_minor(),
            invoiced.payments.len()
        ),
        (State::Paid, 0, 2)
    );
}

#[test]
fn a_cancelled_order_says_why() {
    let mut confirmed = order(State::Confirmed);
    let event = confirmed.cancel(CancellationReason::Other, "moved to next year".into(), AT);
    assert_eq!(
        event,
        Ok(OrderEvent::Cancelled {
            before: State::Confirmed,
            reason: CancellationReason::Other,
            origin: Origin::by_hand(),
        })
    );
    assert_eq!(
        confirmed.cancellation_reason,
        Some(CancellationReason::Other)
    );
    assert_eq!(confirmed.cancellation_note, "moved to next year");
    assert_eq!(confirmed.ended_at, Some(AT));
}

#[test]
fn an_order_of_a_contract_knows_what_it_holds_of_it() {
    let contract = Uuid::from_u128(4);
    let mut drawn = Order {
        source_kind: SourceKind::Contract,
        source_id: contract.to_string(),
        ..order(State::Draft)
    };
    drawn.lines = vec![
        ten_pieces(1).portion(line(11), 2_000),
        ten_pieces(2).portion(line(12), 500),
    ];
    assert_eq!(drawn.contract(), Some(contract.into()));
    assert_eq!(drawn.held(), [part(1, 2_000), part(2, 500)]);
    assert_eq!(order(State::Draft).contract(), None);
    assert_eq!(order(State::Draft).held(), []);
}
