//! Any acts on the handoffs of one object, against a model that knows only which kinds are open.

use std::collections::HashSet;

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;

#[derive(Clone, Debug)]
enum Deed {
    Offer {
        to: Option<u8>,
    },
    Outside {
        to: Option<u8>,
    },
    Answer(Answer),
    Close,
    Escalate,
    /// The ledger is stored and read again.
    Keep,
}

fn deed() -> impl Strategy<Value = Deed> {
    let answers = vec![
        Answer::Accepted,
        Answer::Returned("no".to_owned()),
        Answer::Withdrawn,
    ];
    let to = || option::of(0..3_u8);
    prop_oneof![
        4 => to().prop_map(|to| Deed::Offer { to }),
        1 => to().prop_map(|to| Deed::Outside { to }),
        4 => select(answers).prop_map(Deed::Answer),
        1 => Just(Deed::Close),
        1 => Just(Deed::Escalate),
        1 => Just(Deed::Keep),
    ]
}

/// Who does what about which kind, and when: clocks are set back now and then.
fn deeds() -> impl Strategy<Value = Vec<(Deed, Kind, u8, i64)>> {
    vec(
        (deed(), select(Kind::ALL.to_vec()), 0..3_u8, 0..200_i64),
        0..40,
    )
}

fn person(n: u8) -> MemberId {
    MemberId::derive(Uuid::nil(), &n.to_string())
}

/// Whether it went well; nothing was changed if it did not.
fn done(ledger: &mut Ledger, deed: &Deed, kind: Kind, who: u8, now: Time) -> bool {
    let before = ledger.clone();
    let offer = |to: Option<u8>| Offer {
        kind,
        from: person(who),
        to: to.map(person),
        due: Some(at(100)),
    };
    let went = match deed {
        Deed::Offer { to } => ledger.offer(offer(*to), now).is_ok(),
        Deed::Outside { to } => ledger.offer_outside(offer(*to), now).is_ok(),
        Deed::Answer(answer) => ledger
            .answer(kind, answer.clone(), person(who), now)
            .is_ok(),
        Deed::Close => ledger.close_outside(kind, now).is_ok(),
        Deed::Escalate => ledger.rows.iter_mut().any(|row| row.escalate(None, now)),
        Deed::Keep => {
            *ledger = Ledger::new(ledger.subject_kind, ledger.subject_id, ledger.rows.clone());
            true
        }
    };
    assert!(went || *ledger == before, "what is refused changes nothing");
    went
}

proptest! {
    #[test]
    fn whatever_is_done_a_ledger_keeps_what_was_answered_and_one_open_offer_of_a_kind(deeds in deeds()) {
        let mut ledger = Ledger::new("LEAD", Uuid::nil(), Vec::new());
        let mut stored = Vec::new();
        let mut open: HashSet<Kind> = HashSet::new();
        for (deed, kind, who, second) in deeds {
            let before = ledger.rows.clone();
            let went = done(&mut ledger, &deed, kind, who, at(second));
            // The model: who may do it, and what is open after it.
            let (may, stays_open) = match &deed {
                Deed::Offer { to } => (!open.contains(&kind), *to != Some(who)),
                Deed::Outside { .. } => (!open.contains(&kind), false),
                Deed::Answer(_) | Deed::Close => (open.contains(&kind), false),
                Deed::Escalate | Deed::Keep => (went, open.contains(&kind)),
            };
            prop_assert_eq!(went, may);
            if went && stays_open {
                open.insert(kind);
            } else if went {
                open.remove(&kind);
            }
            let found: Vec<Kind> = ledger.rows.iter().filter(|h| h.is_open()).map(|h| h.kind).collect();
            prop_assert_eq!(found.len(), open.len());
            prop_assert!(found.iter().all(|kind| open.contains(kind)));
            for (old, new) in before.iter().zip(&ledger.rows) {
                prop_assert!(old.is_open() || old == new, "an answer is for ever");
            }
            if matches!(deed, Deed::Keep) {
                stored.clone_from(&ledger.rows);
            }
            let answered: Vec<_> = ledger.answered().map(|h| h.id).collect();
            let differ = stored.iter().zip(&ledger.rows).filter(|(old, new)| old.state != new.state);
            let mut differ: Vec<_> = differ.map(|(old, _)| old.id).collect();
            let mut told = answered.clone();
            differ.sort_unstable();
            told.sort_unstable();
            prop_assert_eq!(told, differ, "every answer is stored, once");
        }
        for pair in ledger.rows.windows(2) {
            prop_assert!(pair[0].offered_at < pair[1].offered_at, "the order can be read from the time");
        }
        let ids: HashSet<_> = ledger.rows.iter().map(|h| h.id).collect();
        prop_assert_eq!(ids.len(), ledger.rows.len());
        for row in &ledger.rows {
            prop_assert_eq!(row.answered_at.is_none(), row.is_open());
            prop_assert!(row.answered_at.is_none_or(|answered| answered >= row.offered_at));
            prop_assert_eq!(row.answered_by.is_some(), !matches!(row.state, State::Offered | State::Outside));
        }
    }
}
