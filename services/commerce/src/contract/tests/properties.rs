//! Any orders drawn from a contract, against a model that keeps what each of them holds.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};

use super::*;

#[derive(Clone, Debug)]
enum Deed {
    Update,
    SetLines,
    Activate,
    Draw(Vec<Part>),
    Redraw(Vec<Part>),
    /// The order is called off, wholly or in part.
    GiveBack,
    /// It is carried out after all.
    TakeAgain,
    Fulfil,
    Terminate,
}

fn deeds() -> impl Strategy<Value = Vec<(Deed, u128)>> {
    let parts = || {
        let part = (1..=3_u128, 1..=6_000_i64).prop_map(|(n, milli)| part(n, milli));
        vec(part, 0..3)
    };
    let deed = prop_oneof![
        1 => Just(Deed::Update),
        1 => Just(Deed::SetLines),
        4 => Just(Deed::Activate),
        8 => parts().prop_map(Deed::Draw),
        4 => parts().prop_map(Deed::Redraw),
        3 => Just(Deed::GiveBack),
        3 => Just(Deed::TakeAgain),
        2 => Just(Deed::Fulfil),
        1 => Just(Deed::Terminate),
    ];
    vec((deed, 0..4_u128), 0..50)
}

/// What an order holds, and what it held before it was called off.
#[derive(Clone, Default)]
struct Held {
    now: Vec<Part>,
    before: Vec<Part>,
    worth_minor: i64,
}

fn of(portions: &[Line]) -> Held {
    let held = portions.iter().map(|l| Part {
        line: l.drawn_from.expect("a portion says what it was drawn from"),
        quantity_milli: l.quantity_milli,
    });
    Held {
        now: held.collect(),
        before: Vec::new(),
        worth_minor: line::total(portions),
    }
}

/// Does it; the model follows only where it went well.
fn done(
    contract: &mut Contract,
    orders: &mut BTreeMap<u128, Held>,
    deed: Deed,
    n: u128,
) -> Result<ContractEvent, Refused> {
    let id: OrderId = Uuid::from_u128(1_000 + n).into();
    let held = orders.entry(n).or_default().clone();
    let (after, event) = match deed {
        Deed::Update => (held, contract.update(head())?),
        Deed::SetLines => (
            held,
            contract.set_lines(vec![ten_pieces(1), ten_pieces(2)])?,
        ),
        Deed::Activate => (held, contract.activate(AT)?),
        Deed::Fulfil => (held, contract.fulfil(0, AT)?),
        Deed::Terminate => (
            held,
            contract.terminate(TerminationReason::Breach, String::new(), AT)?,
        ),
        Deed::Draw(parts) if held.now.is_empty() => {
            let (portions, event) = contract.draw(id, &parts, ids())?;
            (of(&portions), event)
        }
        Deed::Draw(parts) | Deed::Redraw(parts) => {
            let (portions, event) = contract.redraw(id, &held.now, &parts, ids())?;
            (of(&portions), event)
        }
        Deed::GiveBack => {
            let event = contract.give_back(id, &held.now);
            let worth_minor = 0;
            (
                Held {
                    now: Vec::new(),
                    before: held.now,
                    worth_minor,
                },
                event,
            )
        }
        Deed::TakeAgain => {
            let free = |line: LineId| {
                let found = contract.lines.iter().find(|l| l.id == line);
                found.map_or(0, Line::left_milli)
            };
            let fits = held.before.iter().all(|p| p.quantity_milli <= free(p.line));
            // What an order holds beyond the contract it holds as well; that is not what this tells of.
            let again = if fits && held.now.is_empty() {
                held.before.clone()
            } else {
                Vec::new()
            };
            let event = contract.take_again(id, &again);
            let now = [held.now, again].concat();
            (
                Held {
                    now,
                    before: Vec::new(),
                    worth_minor: held.worth_minor,
                },
                event,
            )
        }
    };
    orders.insert(n, after);
    Ok(event)
}

proptest! {
    #[test]
    fn what_orders_hold_is_what_a_contract_says_is_ordered_and_never_more_than_it_has(deeds in deeds()) {
        let mut contract = contract(State::Draft);
        let mut orders = BTreeMap::new();
        for (deed, n) in deeds {
            let before = contract.clone();
            let said = done(&mut contract, &mut orders, deed, n);
            match &said {
                Err(_) => prop_assert_eq!(&contract, &before, "what is refused changes nothing"),
                Ok(ContractEvent::Drawn { lines, .. } | ContractEvent::GivenBack { lines, .. }) => {
                    let both = before.lines.iter().zip(&contract.lines);
                    let mut changed = both.filter(|(old, new)| old.done_milli != new.done_milli);
                    prop_assert!(changed.all(|(old, _)| lines.contains(&old.id)), "an event names every line that changed");
                }
                Ok(ContractEvent::Terminated { before: state, .. }) => prop_assert_eq!(*state, before.state),
                Ok(_) => {}
            }
            let way = (before.state, contract.state);
            let goes = way.0 == way.1 || matches!(way, (State::Draft, State::Active | State::Terminated) | (State::Active, State::Fulfilled | State::Terminated));
            prop_assert!(goes, "{way:?}");
            for line in &contract.lines {
                let held = orders.values().flat_map(|held| &held.now).filter(|p| p.line == line.id);
                prop_assert_eq!(line.done_milli, held.map(|p| p.quantity_milli).sum::<i64>());
                prop_assert!((0..=line.quantity_milli).contains(&line.done_milli));
            }
            prop_assert_eq!(contract.total_minor, line::total(&contract.lines));
            let worth: i64 = orders.values().map(|held| held.worth_minor).sum();
            prop_assert!(worth <= contract.total_minor, "{worth}");
            if contract.state == State::Fulfilled && before.state != State::Fulfilled {
                prop_assert!(contract.lines.iter().all(|l| l.left_milli() == 0));
            }
        }
    }
}
