//! The life of a contract: every verb in every state.

use baton_chassis::Reason as _;
use baton_chassis::words::Word as _;
use uuid::Uuid;

use super::*;
use crate::line::tests::{line, part, ten_pieces};

mod properties;

const AT: Time = Time::UNIX_EPOCH;

fn head() -> Head {
    Head {
        title: "Pumps for the plant".into(),
        owner: Uuid::from_u128(2).into(),
        territory: None,
        start_date: None,
        end_date: None,
        terms: String::new(),
    }
}

/// A contract over ten pieces of things 1 and 2.
fn contract(state: State) -> Contract {
    let draft = Draft {
        id: Uuid::from_u128(1).into(),
        number: "C-2026-000001".into(),
        party: Uuid::from_u128(3).into(),
        source: Source::direct(),
        head: head(),
        currency: "CNY".into(),
        lines: vec![ten_pieces(1), ten_pieces(2)],
    };
    Contract {
        state,
        ..Contract::draft(draft, AT).unwrap()
    }
}

fn order() -> OrderId {
    Uuid::from_u128(9).into()
}

fn ids() -> impl FnMut() -> LineId {
    let mut next = 100;
    move || {
        next += 1;
        line(next)
    }
}

fn all_ordered(mut contract: Contract) -> Contract {
    line::take(&mut contract.lines, &[]).unwrap();
    contract
}

type Verb = fn(&mut Contract) -> Result<ContractEvent, Refused>;
type Way = (State, State);

/// Each verb with the states it is allowed in and where it leads from there.
const VERBS: &[(&str, Verb, &[Way])] = {
    use State::{Active, Draft, Fulfilled, Terminated};
    &[
        (
            "update",
            |c| c.update(head()),
            &[(Draft, Draft), (Active, Active)],
        ),
        (
            "set_lines",
            |c| c.set_lines(vec![ten_pieces(3)]),
            &[(Draft, Draft)],
        ),
        ("activate", |c| c.activate(AT), &[(Draft, Active)]),
        (
            "draw",
            |c| c.draw(order(), &[part(1, 1)], ids()).map(|(_, e)| e),
            &[(Active, Active)],
        ),
        (
            "redraw",
            |c| c.redraw(order(), &[], &[part(1, 1)], ids()).map(|(_, e)| e),
            &[(Active, Active)],
        ),
        (
            "fulfil",
            |c| {
                *c = all_ordered(c.clone());
                c.fulfil(0, AT)
            },
            &[(Active, Fulfilled)],
        ),
        (
            "terminate",
            |c| c.terminate(TerminationReason::Breach, String::new(), AT),
            &[(Draft, Terminated), (Active, Terminated)],
        ),
    ]
};

#[test]
fn every_verb_in_every_state() {
    for (name, verb, allowed) in VERBS {
        for state in State::ALL {
            let mut contract = contract(*state);
            let result = verb(&mut contract);
            let to = allowed
                .iter()
                .find(|(from, _)| from == state)
                .map(|(_, to)| *to);
            assert_eq!(
                result.is_ok(),
                to.is_some(),
                "{name} in {state:?}: {result:?}"
            );
            assert_eq!(contract.state, to.unwrap_or(*state), "{name} in {state:?}");
        }
    }
}

#[test]
fn a_refusal_names_the_state_that_stands_in_the_way() {
    let mut fulfilled = contract(State::Fulfilled);
    let refused = fulfilled
        .terminate(TerminationReason::Breach, String::new(), AT)
        .unwrap_err();
    assert_eq!(refused, Refused::Over(State::Fulfilled));
    assert_eq!(refused.args(), [("state", "FULFILLED".to_owned())]);
}

#[test]
fn a_contract_without_lines_cannot_come_into_force() {
    let mut draft = contract(State::Draft);
    draft.set_lines(Vec::new()).unwrap();
    assert_eq!(draft.total_minor, 0);
    assert_eq!(draft.activate(AT), Err(Refused::NoLines));
}

#[test]
fn setting_lines_tells_those_before_and_counts_anew() {
    let mut draft = contract(State::Draft);
    assert_eq!(draft.total_minor, 1_800);
    let before = draft.lines.clone();
    assert_eq!(
        draft.set_lines(vec![ten_pieces(3)]),
        Ok(ContractEvent::LinesSet { before })
    );
    assert_eq!(draft.total_minor, 900);
}

#[test]
fn a_contract_cannot_end_before_it_begins() {
    let day = |d| Date::from_ymd_opt(2026, 3, d);
    let mut draft = contract(State::Draft);
    draft
        .update(Head {
            start_date: day(2),
            end_date: day(2),
            ..head()
        })
        .unwrap();
    let reversed = Head {
        start_date: day(2),
        end_date: day(1),
        ..head()
    };
    assert_eq!(draft.update(reversed), Err(Refused::Reversed));
    assert_eq!(draft.head.end_date, day(2), "a refusal changes nothing");
}

#[test]
fn an_order_is_drawn_at_the_prices_of_the_contract() {
    let mut active = contract(State::Active);
    let (lines, event) = active.draw(order(), &[part(2, 4_000)], ids()).unwrap();
    assert_eq!(
        event,
        ContractEvent::Drawn {
            order: order(),
            lines: vec![line(2)]
        }
    );
    let [portion] = &lines[..] else {
        panic!("one line was asked for: {lines:?}")
    };
    assert_eq!(portion.drawn_from, Some(line(2)));
    assert_eq!(
        (
            portion.quantity_milli,
            portion.amount_minor,
            portion.discount_bp
        ),
        (4_000, 360, 1_000)
    );
    assert_eq!(active.lines[1].left_milli(), 6_000);
}

#[test]
fn orders_never_take_more_than_was_contracted() {
    let mut active = contract(State::Active);
    active.draw(order(), &[part(1, 9_000)], ids()).unwrap();
    let before = active.clone();
    let beyond = Refused::OrderedBeyond {
        line: "thing 1".into(),
        left_milli: 1_000,
    };
    assert_eq!(
        beyond.args(),
        [("line", "thing 1".to_owned()), ("left", "1".to_owned())]
    );
    assert_eq!(
        active.draw(order(), &[part(2, 1), part(1, 1_001)], ids()),
        Err(beyond)
    );
    assert_eq!(
        active.draw(order(), &[part(8, 1)], ids()),
        Err(Refused::LineUnknown(line(8)))
    );
    assert_eq!(active, before, "a refusal takes nothing");
    active.draw(order(), &[], ids()).unwrap();
    assert_eq!(active.draw(order(), &[], ids()), Err(Refused::NothingLeft));
}

#[test]
fn an_order_may_change_what_it_takes_within_what_is_left() {
    let mut active = contract(State::Active);
    active
        .draw(order(), &[part(1, 9_000), part(2, 1_000)], ids())
        .unwrap();
    let held = [part(1, 9_000), part(2, 1_000)];
    let beyond = Refused::OrderedBeyond {
        line: "thing 1".into(),
        left_milli: 10_000,
    };
    let before = active.clone();
    assert_eq!(
        active.redraw(order(), &held, &[part(1, 10_001)], ids()),
        Err(beyond)
    );
    assert_eq!(active, before);
    let (lines, event) = active
        .redraw(order(), &held, &[part(1, 10_000), part(2, 1_000)], ids())
        .unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        event,
        ContractEvent::Drawn {
            order: order(),
            lines: vec![line(1)]
        }
    );
    assert_eq!(active.lines[0].left_milli(), 0);
    let held = [part(1, 10_000), part(2, 1_000)];
    assert_eq!(
        active
            .redraw(order(), &held, &[], ids())
            .map(|(lines, _)| lines),
        Ok(vec![])
    );
    assert_eq!(
        line::left(&active.lines),
        [part(1, 10_000), part(2, 10_000)]
    );
}

#[test]
fn what_a_cancelled_order_held_can_be_ordered_again() {
    for state in State::ALL {
        let mut contract = Contract {
            state: *state,
            ..all_ordered(contract(State::Active))
        };
        let event = contract.give_back(order(), &[part(1, 3_000)]);
        assert_eq!(
            event,
            ContractEvent::GivenBack {
                order: order(),
                lines: vec![line(1)]
            }
        );
        assert_eq!(contract.lines[0].left_milli(), 3_000, "{state:?}");
        assert_eq!(contract.state, *state);
    }
}

#[test]
fn a_contract_is_fulfilled_when_all_is_ordered_and_no_order_is_open() {
    assert_eq!(
        contract(State::Active).fulfil(0, AT),
        Err(Refused::NotAllOrdered)
    );
    let mut ordered = all_ordered(contract(State::Active));
    assert_eq!(ordered.fulfil(2, AT), Err(Refused::OrdersOpen(2)));
    assert_eq!(ordered.fulfil(0, AT), Ok(ContractEvent::Fulfilled));
    assert_eq!(ordered.ended_at, Some(AT));
}

#[test]
fn a_terminated_contract_says_why() {
    let mut active = contract(State::Active);
    let event = active.terminate(TerminationReason::Other, "merged".into(), AT);
    assert_eq!(
        event,
        Ok(ContractEvent::Terminated {
            before: State::Active,
            reason: TerminationReason::Other,
        })
    );
    assert_eq!(active.termination_reason, Some(TerminationReason::Other));
    assert_eq!(
        (active.termination_note.as_str(), active.ended_at),
        ("merged", Some(AT))
    );
}
