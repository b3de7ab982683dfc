//! Any verbs by hand and any facts of an ERP, against a model that only adds up what went well.

use proptest::{collection::vec, prelude::*, sample::subsequence};

use super::*;

/// What is done to an order; numbers are taken as they come, however senseless.
#[derive(Clone, Debug)]
enum Deed {
    Update,
    SetLines(u128),
    Confirm,
    Accept,
    Ship(Vec<Part>),
    Invoice,
    Pay(i64),
    Close,
    Cancel,
    CloseShort,
    Reject,
    Report(Report),
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let part = (1..=3_u128, 1..=11_000_i64).prop_map(|(n, milli)| part(n, milli));
    vec(part, 0..3)
}

/// A document of few, so that some are told again, and some otherwise.
fn report() -> impl Strategy<Value = Report> {
    let called_off = |parts: Vec<Part>| {
        let named = parts.into_iter().map(|part| CalledOff {
            part,
            note: String::new(),
        });
        named.collect::<Vec<_>>()
    };
    let receipt = |amount_minor| Receipt {
        amount_minor,
        payment_date: Date::default(),
        reference: String::new(),
    };
    let bill = Bill {
        number: String::new(),
        tax_id: String::new(),
        invoice_date: Date::default(),
    };
    let dispatch = Dispatch {
        ship_date: Date::default(),
        carrier: String::new(),
        tracking_number: String::new(),
    };
    let fact = prop_oneof![
        Just(Fact::Accepted {
            number: "SO1".into()
        }),
        parts()
            .prop_filter("a rejection names lines", |p| !p.is_empty())
            .prop_map(move |p| Fact::LinesRejected(called_off(p))),
        parts().prop_map(move |parts| Fact::Shipped {
            number: "S".into(),
            parts,
            dispatch: dispatch.clone()
        }),
        (0..2_500_i64).prop_map(move |amount_minor| Fact::Invoiced {
            bill: bill.clone(),
            amount_minor
        }),
        (1..2_500_i64).prop_map(move |amount| Fact::Paid(receipt(amount))),
        parts().prop_map(move |p| Fact::Cancelled {
            parts: called_off(p),
            reason: CancellationReason::CannotDeliver,
            note: String::new()
        }),
    ];
    (0..4_u8, fact).prop_map(|(document, fact)| Report {
        origin: Origin {
            erp_system: "erp".into(),
            erp_document: document.to_string(),
            erp_at: None,
        },
        fact,
    })
}

fn deed(told: bool) -> impl Strategy<Value = Deed> {
    let by_hand = prop_oneof![
        1 => Just(Deed::Update),
        1 => (1..4_u128).prop_map(Deed::SetLines),
        4 => Just(Deed::Confirm),
        4 => Just(Deed::Accept),
        8 => parts().prop_map(Deed::Ship),
        4 => Just(Deed::Invoice),
        6 => (1..1_000_i64).prop_map(Deed::Pay),
        1 => Just(Deed::Close),
        1 => Just(Deed::Cancel),
        2 => Just(Deed::CloseShort),
        1 => Just(Deed::Reject),
    ];
    if told {
        prop_oneof![by_hand, report().prop_map(Deed::Report)].boxed()
    } else {
        by_hand.boxed()
    }
}

fn done(order: &mut Order, deed: Deed) -> Result<Option<OrderEvent>, Refused> {
    let by_hand = match deed {
        Deed::Report(report) => return order.report(report, None, AT),
        Deed::Update => order.update(head()),
        Deed::SetLines(n) => order.set_lines((1..n).map(ten_pieces).collect()),
        Deed::Confirm => order.confirm(AT).map(|event| event(handoff())),
        Deed::Accept => order.accept(AT).map(|event| event(handoff())),
        Deed::Ship(parts) => ship(order, &parts),
        Deed::Invoice => invoice(order),
        Deed::Pay(amount) => pay(order, amount, "CNY"),
        Deed::Close => order.close(AT),
        Deed::Cancel => cancel(order),
        Deed::CloseShort => close_short(order),
        Deed::Reject => order.reject(handoff(), "no".into(), Origin::by_hand()),
    };
    by_hand.map(Some)
}

/// What the events of an order come to: they carry every paper but the lines and the head, of which they tell what was
/// before.
#[derive(Default)]
struct Folded {
    shipments: Vec<Shipment>,
    invoices: Vec<Invoice>,
    payments: Vec<Payment>,
    states_before: usize,
}

impl Folded {
    fn take(&mut self, event: OrderEvent, was: &Order) {
        match event {
            OrderEvent::Shipped { before, shipment } => {
                self.states_before += usize::from(before != was.state);
                self.shipments.push(shipment);
            }
            OrderEvent::Invoiced(invoice) => self.invoices.push(invoice),
            OrderEvent::PaymentRecorded(payment) => self.payments.push(payment),
            OrderEvent::Cancelled { before, .. } | OrderEvent::CalledOff { before, .. } => {
                self.states_before += usize::from(before != was.state);
            }
            _ => {}
        }
    }
}

fn adds_up(order: &Order) {
    let sum = |amounts: Vec<i64>| amounts.iter().sum::<i64>();
    assert_eq!(
        order.paid_minor,
        sum(order
            .payments
            .iter()
            .map(|p| p.receipt.amount_minor)
            .collect())
    );
    for line in &order.lines {
        let parts = order.shipments.iter().flat_map(|s| &s.parts);
        let shipped = parts
            .filter(|p| p.line == line.id)
            .map(|p| p.quantity_milli);
        assert_eq!(line.done_milli, sum(shipped.collect()));
        assert!(line.called_off_milli >= 0 && line.standing_milli() >= 0 && line.left_milli() >= 0);
    }
    let standing = line::standing(&order.lines);
    assert!(0 <= standing && standing <= line::total(&order.lines));
    let total = if order.state == State::Cancelled {
        line::total(&order.lines)
    } else {
        standing
    };
    assert_eq!(order.total_minor, total);
    assert_eq!(order.differs, !order.differences().is_empty());
    let over = matches!(order.state, State::Closed | State::Cancelled);
    assert_eq!(order.ended_at.is_some(), over);
    assert_eq!(
        order.cancellation_reason.is_some(),
        order.state == State::Cancelled
    );
}

/// Whether somebody could go from one state to another by hand, by any number of verbs.
fn leads_to(from: State, to: State) -> bool {
    let way = |state| match state {
        State::Draft => 0,
        State::Confirmed => 1,
        State::Accepted => 2,
        State::PartlyShipped => 3,
        State::Shipped => 4,
        State::Invoiced => 5,
        State::Paid => 6,
        State::Closed => 7,
        State::Cancelled => 8,
    };
    match (from, to) {
        (State::Confirmed, State::Draft) => true,
        (from, State::Cancelled) => way(from) < 3 || from == to,
        (State::Cancelled, _) => false,
        (from, to) => way(from) <= way(to),
    }
}

proptest! {
    #[test]
    fn what_people_do_always_adds_up_and_goes_one_way(deeds in vec(deed(false), 0..60)) {
        let mut order = draft(vec![ten_pieces(1), ten_pieces(2)]);
        let mut folded = Folded::default();
        for deed in deeds {
            let before = order.clone();
            match done(&mut order, deed) {
                Ok(event) => folded.take(event.expect("a verb says what it did"), &before),
                Err(_) => prop_assert_eq!(&order, &before, "what is refused changes nothing"),
            }
            adds_up(&order);
            prop_assert!(leads_to(before.state, order.state), "{:?} {:?}", before.state, order.state);
            prop_assert!(!order.differs, "{:?}", order.differences());
            prop_assert!(order.due_minor() >= 0 || order.state == State::Cancelled);
            prop_assert!(order.invoiced_minor() <= order.total_minor);
            prop_assert!(order.lines.iter().all(|l| l.done_milli + l.called_off_milli <= l.quantity_milli));
        }
        prop_assert_eq!(folded.states_before, 0);
        prop_assert_eq!((folded.shipments, folded.invoices, folded.payments), (order.shipments, order.invoices, order.payments));
    }

    #[test]
    fn whatever_an_erp_tells_in_between_adds_up_as_well(deeds in vec(deed(true), 0..60)) {
        let mut order = draft(vec![ten_pieces(1), ten_pieces(2)]);
        let mut folded = Folded::default();
        for deed in deeds {
            let before = order.clone();
            match done(&mut order, deed) {
                Ok(Some(event)) => folded.take(event, &before),
                Ok(None) | Err(_) => prop_assert_eq!(&order, &before),
            }
            adds_up(&order);
            prop_assert!(before.state != State::Closed || order.state == State::Closed);
        }
        prop_assert_eq!(folded.states_before, 0);
        prop_assert_eq!((folded.shipments, folded.invoices, folded.payments), (order.shipments, order.invoices, order.payments));
    }

    #[test]
    fn facts_that_do_not_fit_come_to_the_same_in_any_order_and_however_often(
        (told, again) in vec(report(), 0..12).prop_map(|reports| {
            // One document tells one thing.
            let mut once: Vec<Report> = Vec::new();
            for report in reports {
                let same = |r: &Report| std::mem::discriminant(&r.fact) == std::mem::discriminant(&report.fact)
                    && (r.origin == report.origin || matches!(r.fact, Fact::Accepted { .. }));
                if !once.iter().any(same) {
                    once.push(report);
                }
            }
            once
        }).prop_flat_map(|facts| {
            let twice = subsequence(facts.clone(), 0..=facts.len());
            (Just(facts), twice).prop_flat_map(|(facts, twice)| {
                let all = [facts.clone(), twice].concat();
                (Just(facts), Just(all).prop_shuffle())
            })
        })
    ) {
        let after = |reports: Vec<Report>| {
            let mut order = draft(vec![ten_pieces(1), ten_pieces(2)]);
            order.confirm(AT).unwrap();
            for report in reports {
                order.report(report, None, AT).unwrap();
            }
            super::super::reported::standing(&order)
        };
        prop_assert_eq!(after(told), after(again));
    }
}
