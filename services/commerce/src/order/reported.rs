//! What an ERP tells: in any order, however often, and what becomes of what does not fit.

use baton_chassis::Reason as _;
use proptest::{prelude::*, sample::subsequence};
use uuid::Uuid;

use super::{
    tests::{draft, handoff},
    *,
};
use crate::line::tests::{part, ten_pieces};

const AT: Time = Time::UNIX_EPOCH;

fn erp(document: impl Into<String>) -> Origin {
    Origin {
        erp_system: "tryton".into(),
        erp_document: document.into(),
        erp_at: Some(AT),
    }
}

fn accepted() -> Report {
    Report {
        origin: erp("sale 17"),
        fact: Fact::Accepted {
            number: "SO17".into(),
        },
    }
}

fn shipped(document: &str, parts: Vec<Part>) -> Report {
    Report {
        origin: erp(document),
        fact: Fact::Shipped {
            number: format!("S-{document}"),
            parts,
            dispatch: Dispatch {
                ship_date: Date::default(),
                carrier: String::new(),
                tracking_number: String::new(),
            },
        },
    }
}

fn invoiced(document: &str, amount_minor: i64) -> Report {
    Report {
        origin: erp(document),
        fact: Fact::Invoiced {
            bill: Bill {
                number: document.to_owned(),
                tax_id: String::new(),
                invoice_date: Date::default(),
            },
            amount_minor,
        },
    }
}

fn paid(document: &str, amount_minor: i64) -> Report {
    Report {
        origin: erp(document),
        fact: Fact::Paid(Receipt {
            amount_minor,
            payment_date: Date::default(),
            reference: String::new(),
        }),
    }
}

fn called_off(part: Part) -> CalledOff {
    CalledOff {
        part,
        note: "not any more".into(),
    }
}

fn lines_rejected(document: &str, parts: Vec<Part>) -> Report {
    Report {
        origin: erp(document),
        fact: Fact::LinesRejected(parts.into_iter().map(called_off).collect()),
    }
}

fn cancelled(document: &str, parts: Vec<Part>) -> Report {
    Report {
        origin: erp(document),
        fact: Fact::Cancelled {
            parts: parts.into_iter().map(called_off).collect(),
            reason: CancellationReason::CannotDeliver,
            note: String::new(),
        },
    }
}

/// Ten pieces of things 1 and 2, 1,800 in all, on offer.
fn offered() -> Order {
    let mut order = draft(vec![ten_pieces(1), ten_pieces(2)]);
    order.confirm(AT).unwrap();
    order
}

fn after(reports: impl IntoIterator<Item = Report>) -> Order {
    let mut order = offered();
    for report in reports {
        order.report(report, Some(handoff()), AT).unwrap();
    }
    order
}

/// What must not depend on the order in which facts are told.
pub(super) fn standing(order: &Order) -> impl PartialEq + std::fmt::Debug + use<> {
    let lines: Vec<_> = order
        .lines
        .iter()
        .map(|l| (l.done_milli, l.called_off_milli))
        .collect();
    let sums = (order.total_minor, order.paid_minor, order.invoiced_minor());
    let papers = (
        order.shipments.len(),
        order.invoices.len(),
        order.payments.len(),
        order.call_offs.len(),
    );
    let end = (order.cancellation_reason, order.ended_at.is_some());
    (order.state, lines, sums, papers, end, order.differences())
}

/// Cuts a whole into pieces that add up to it.
fn cut(whole: i64) -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(0..=whole, 0..3).prop_map(move |mut cuts| {
        cuts.extend([0, whole]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|w| w[1] - w[0]);
        pieces.filter(|piece| *piece > 0).collect()
    })
}

/// Facts that fit together: of each line some is rejected, some shipped, and the rest perhaps cancelled; what stands is
/// invoiced and paid, in pieces, up to some point.
fn consistent() -> impl Strategy<Value = Vec<Report>> {
    let line = || {
        (0..=10_i64, 0..=10_i64).prop_flat_map(|(rejected, shipped)| {
            let shipped = shipped.min(10 - rejected);
            (Just(rejected), cut(shipped))
        })
    };
    (line(), line(), any::<[bool; 4]>())
        .prop_flat_map(|(one, two, [takes, rest, bills, pays])| {
            let mut facts = Vec::new();
            facts.extend(takes.then(accepted));
            for (n, (rejected, pieces)) in [(1, one), (2, two)] {
                if rejected > 0 {
                    let part = vec![part(n, rejected * 1_000)];
                    facts.push(lines_rejected(&format!("no {n}"), part));
                }
                for (piece, quantity) in pieces.into_iter().enumerate() {
                    let part = vec![part(n, quantity * 1_000)];
                    facts.push(shipped(&format!("out {n}.{piece}"), part));
                }
            }
            facts.extend(rest.then(|| cancelled("rest", Vec::new())));
            let order = after(facts.clone());
            let total = match order.state {
                State::Cancelled => 0,
                _ => order.total_minor,
            };
            let (billed, settled) = (i64::from(bills) * total, i64::from(pays) * total);
            (Just(facts), cut(billed), cut(settled))
        })
        .prop_map(|(mut facts, bills, payments)| {
            let named = |n: usize, kind: &str| format!("{kind} {n}");
            let bills = bills.iter().enumerate();
            facts.extend(bills.map(|(n, amount)| invoiced(&named(n, "bill"), *amount)));
            let payments = payments.iter().enumerate();
            facts.extend(payments.map(|(n, amount)| paid(&named(n, "money"), *amount)));
            facts
        })
}

/// The same facts in another order, some of them more than once.
fn told() -> impl Strategy<Value = (Vec<Report>, Vec<Report>)> {
    consistent().prop_flat_map(|facts| {
        let again = subsequence(facts.clone(), 0..=facts.len());
        let both = (Just(facts), again).prop_map(|(facts, again)| {
            let mut told = facts.clone();
            told.extend(again);
            (facts, told)
        });
        both.prop_flat_map(|(facts, told)| (Just(facts), Just(told).prop_shuffle()))
    })
}

proptest! {
    #[test]
    fn facts_come_to_the_same_in_any_order_and_however_often((facts, told) in told()) {
        let plain = after(facts);
        let shuffled = after(told);
        prop_assert!(!plain.differs, "they fit together: {:?}", plain.differences());
        prop_assert_eq!(standing(&plain), standing(&shuffled));
    }
}

#[test]
fn the_plain_course_ends_paid() {
    let course = [
        (accepted(), State::Accepted),
        (shipped("out 1", vec![part(1, 4_000)]), State::PartlyShipped),
        (
            shipped("out 2", vec![part(1, 6_000), part(2, 10_000)]),
            State::Shipped,
        ),
        (invoiced("bill 1", 1_000), State::Shipped),
        (invoiced("bill 2", 800), State::Invoiced),
        (paid("money 1", 1_799), State::Invoiced),
        (paid("money 2", 1), State::Paid),
    ];
    let mut order = offered();
    for (report, state) in course {
        order.report(report, Some(handoff()), AT).unwrap();
        assert_eq!(order.state, state);
    }
    assert_eq!(order.erp_number, "SO17");
    assert_eq!(order.acceptance, erp("sale 17"));
}

#[test]
fn a_document_that_tells_something_else_than_before_is_refused() {
    let told = [
        accepted(),
        shipped("1", vec![part(1, 1_000)]),
        invoiced("1", 100),
        paid("1", 100),
        lines_rejected("1", vec![part(1, 1_000)]),
        cancelled("1", vec![part(1, 1_000)]),
    ];
    let mut order = after(told.clone());
    let before = order.clone();
    for known in told {
        assert_eq!(order.report(known, None, AT), Ok(None));
    }
    let otherwise = [
        Report {
            fact: Fact::Accepted {
                number: "SO18".into(),
            },
            ..accepted()
        },
        shipped("1", vec![part(1, 2_000)]),
        invoiced("1", 101),
        paid("1", 101),
        lines_rejected("1", vec![part(2, 1_000)]),
        cancelled("1", Vec::new()),
    ];
    for report in otherwise {
        let refused = order.report(report, None, AT).unwrap_err();
        assert_eq!(refused.reason(), "REPORTED_OTHERWISE");
    }
    assert_eq!(order, before, "a refusal changes nothing");
}

#[test]
fn what_has_happened_is_kept_where_it_does_not_fit_and_the_order_differs() {
    let beyond = after([shipped("1", vec![part(1, 10_001)])]);
    assert_eq!(beyond.differences(), [Difference::BeyondOrder]);
    assert_eq!(beyond.lines[0].done_milli, 10_001);
    let rejected = [
        lines_rejected("1", vec![part(1, 10_000)]),
        shipped("1", vec![part(1, 3_000)]),
    ];
    let rejected = after(rejected);
    assert_eq!(rejected.differences(), [Difference::BeyondOrder]);
    assert_eq!(rejected.lines[0].called_off_milli, 7_000);
    let dear = after([invoiced("1", 1_801)]);
    assert_eq!(dear.differences(), [Difference::InvoicedBeyondTotal]);
    let rich = after([paid("1", 1_800), paid("2", 1)]);
    assert_eq!(rich.differences(), [Difference::PaidBeyondTotal]);
    assert_eq!(rich.paid_minor, 1_801);
    let odd = after([cancelled("1", Vec::new()), paid("1", 1)]);
    assert_eq!(odd.differences(), [Difference::CancelledYetCarriedOut]);
    assert!(odd.differs && rich.differs);
}

#[test]
fn what_people_called_off_and_the_erp_ships_all_the_same_differs() {
    let mut order = after([paid("1", 1)]);
    order
        .cancel(CancellationReason::CustomerWithdrew, String::new(), AT)
        .unwrap();
    assert_eq!(order.state, State::Cancelled);
    order.report(accepted(), None, AT).unwrap();
    assert_eq!(order.state, State::Cancelled);
    let ship = shipped("1", vec![part(1, 3_000)]);
    order.report(ship, None, AT).unwrap();
    assert_eq!(order.state, State::Shipped, "the goods are on their way");
    assert_eq!(order.differences(), [Difference::BeyondOrder]);
    assert_eq!(order.cancellation_reason, None);
}

#[test]
fn a_rest_that_was_cancelled_is_less_when_a_shipment_is_told_late() {
    let mut order = after([accepted(), cancelled("1", Vec::new())]);
    assert_eq!((order.state, order.total_minor), (State::Cancelled, 1_800));
    assert_eq!(order.held(), []);
    let late = shipped("1", vec![part(2, 4_000)]);
    order.report(late, None, AT).unwrap();
    assert_eq!((order.state, order.total_minor), (State::Shipped, 360));
    assert!(!order.differs);
}

#[test]
fn a_rejected_order_is_a_draft_again_and_can_be_confirmed_once_more() {
    let mut order = offered();
    let event = order.reject(handoff(), "no credit".into(), erp("1"));
    assert!(matches!(event, Ok(OrderEvent::Rejected { .. })));
    assert_eq!((order.state, order.confirmed_at), (State::Draft, None));
    let early = order.report(accepted(), None, AT);
    assert_eq!(early, Err(Refused::NotOffered(State::Draft)));
    order.confirm(AT).unwrap();
    assert!(order.report(accepted(), None, AT).is_ok());
}

#[test]
fn what_an_erp_has_begun_it_cannot_reject_as_a_whole() {
    for begun in [
        accepted(),
        paid("1", 1),
        lines_rejected("1", vec![part(1, 1_000)]),
    ] {
        let mut order = after([begun]);
        let before = order.clone();
        let refused = order.reject(handoff(), "no".into(), erp("2")).unwrap_err();
        assert_eq!(refused, Refused::UnderWay(before.state));
        assert_eq!(order, before);
    }
}

#[test]
fn an_order_is_with_the_erp_unless_it_was_taken_on_by_hand() {
    let mut order = offered();
    assert_eq!(
        order.by_hand("tryton"),
        Err(Refused::WithErp("tryton".into()))
    );
    assert_eq!(order.by_hand(""), Ok(()), "while none is connected");
    order.accept(AT).unwrap();
    assert_eq!(order.by_hand("tryton"), Ok(()));
    let taken = after([accepted()]);
    assert!(taken.by_hand("tryton").is_err());
    assert_eq!(taken.by_hand(""), Ok(()));
}

#[test]
fn documents_are_told_apart_by_what_they_tell_and_by_system() {
    let one = offered().fact_id("shipment", &erp("1"));
    let other = Origin {
        erp_system: "odoo".into(),
        ..erp("1")
    };
    let ids: Vec<Uuid> = vec![
        one,
        offered().fact_id("invoice", &erp("1")),
        offered().fact_id("shipment", &other),
    ];
    assert!(ids[1] != one && ids[2] != one);
}
