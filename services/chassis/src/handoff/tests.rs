use super::*;

mod properties;

fn member(n: u128) -> MemberId {
    Uuid::from_u128(n).into()
}
fn at(second: i64) -> Time {
    Time::from_timestamp(1_800_000_000 + second, 0).unwrap()
}
fn offer(kind: Kind, from: u128, to: Option<u128>) -> Offer {
    Offer {
        kind,
        from: member(from),
        to: to.map(member),
        due: None,
    }
}
fn empty() -> Ledger {
    Ledger::new("LEAD", Uuid::from_u128(7), Vec::new())
}
fn answers() -> [(Answer, State); 3] {
    [
        (Answer::Accepted, State::Accepted),
        (Answer::Returned("not mine".into()), State::Returned),
        (Answer::Withdrawn, State::Withdrawn),
    ]
}

#[test]
fn an_open_offer_takes_any_answer_and_an_answered_one_takes_none() {
    for (first, state) in answers() {
        let mut ledger = empty();
        ledger
            .offer(offer(Kind::LeadToManager, 1, Some(2)), at(0))
            .unwrap();
        let row = ledger
            .answer(Kind::LeadToManager, first, member(2), at(1))
            .unwrap()
            .clone();
        assert_eq!(
            (row.state, row.answered_by, row.answered_at),
            (state, Some(member(2)), Some(at(1)))
        );
        assert_eq!(row.reason.is_some(), state == State::Returned);
        for (second, _) in answers() {
            let mut again = row.clone();
            assert_eq!(
                again.answer(second.clone(), member(2), at(2)),
                Err(Refused::NotOpen)
            );
            assert_eq!(again, row);
            assert_eq!(
                ledger
                    .answer(Kind::LeadToManager, second, member(2), at(2))
                    .err(),
                Some(Refused::NotOpen)
            );
        }
    }
}

#[test]
fn what_one_offers_to_himself_is_accepted_in_the_same_act() {
    let mut ledger = empty();
    let row = ledger
        .offer(offer(Kind::LeadToSalesperson, 1, Some(1)), at(0))
        .unwrap();
    assert_eq!(
        (row.state, row.answered_by),
        (State::Accepted, Some(member(1)))
    );
    assert!(ledger.accepted(Kind::LeadToSalesperson));
}

#[test]
fn an_offer_to_a_function_waits_for_anyone() {
    let mut ledger = empty();
    ledger
        .offer(offer(Kind::DealToCommerce, 1, None), at(0))
        .unwrap();
    assert!(ledger.open(Kind::DealToCommerce).is_some());
    ledger
        .answer(Kind::DealToCommerce, Answer::Accepted, member(9), at(1))
        .unwrap();
    assert!(ledger.open(Kind::DealToCommerce).is_none());
}

#[test]
fn at_most_one_offer_of_a_kind_is_open_and_an_answered_one_can_be_followed_by_another() {
    let mut ledger = empty();
    let first = ledger
        .offer(offer(Kind::LeadToManager, 1, Some(2)), at(0))
        .unwrap()
        .id;
    assert_eq!(
        ledger
            .offer(offer(Kind::LeadToManager, 1, Some(3)), at(1))
            .err(),
        Some(Refused::Open)
    );
    assert!(
        ledger
            .offer(offer(Kind::LeadToSalesperson, 1, Some(3)), at(1))
            .is_ok()
    );
    ledger
        .answer(Kind::LeadToManager, Answer::Withdrawn, member(1), at(2))
        .unwrap();
    let second = ledger
        .offer(offer(Kind::LeadToManager, 1, Some(3)), at(3))
        .unwrap()
        .id;
    assert_ne!(first, second);
    assert_eq!(ledger.open(Kind::LeadToManager).map(|h| h.id), Some(second));
}

#[test]
fn the_order_of_offers_made_in_one_act_can_be_read_from_their_time() {
    let mut ledger = empty();
    for kind in [Kind::LeadToManager, Kind::LeadToSalesperson] {
        ledger.offer(offer(kind, 1, Some(1)), at(0)).unwrap();
    }
    let rows = ledger.rows();
    assert!(rows[0].offered_at < rows[1].offered_at);
    assert!(rows[1].answered_at >= Some(rows[1].offered_at));
}

#[test]
fn a_ledger_tells_what_changed_since_it_was_read() {
    let mut before = empty();
    before
        .offer(offer(Kind::LeadToManager, 1, Some(2)), at(0))
        .unwrap();
    let mut ledger = Ledger::new("LEAD", Uuid::from_u128(7), before.rows().to_vec());
    assert_eq!(ledger.changed().count(), 0);
    ledger
        .answer(Kind::LeadToManager, Answer::Accepted, member(2), at(1))
        .unwrap();
    ledger
        .offer(offer(Kind::LeadToSalesperson, 2, Some(3)), at(1))
        .unwrap();
    assert_eq!(
        ledger.answered().map(|h| h.kind).collect::<Vec<_>>(),
        [Kind::LeadToManager]
    );
    assert_eq!(
        ledger.added().iter().map(|h| h.kind).collect::<Vec<_>>(),
        [Kind::LeadToSalesperson]
    );
    assert_eq!(ledger.changed().count(), 2);
    // The same act once more comes to the same rows.
    let ids: Vec<_> = ledger.rows().iter().map(|h| h.id).collect();
    assert_eq!(ids[0], before.rows()[0].id);
}

#[test]
fn an_offer_wants_its_answer_within_the_hours_of_its_kind() {
    let hours = AnswerHours {
        lead_to_manager: 8,
        deal_to_commerce: 0,
        ..AnswerHours::default()
    };
    let mut ledger = empty().wanting(hours);
    let mut due = |kind| ledger.offer(offer(kind, 1, None), at(0)).unwrap().due_at;
    assert_eq!(due(Kind::LeadToManager), Some(at(8 * 3_600)));
    assert_eq!(due(Kind::DealToCommerce), None, "no hours are no limit");
}

#[test]
fn only_an_overdue_offer_is_escalated_and_only_once() {
    let hours = AnswerHours {
        lead_to_manager: 1,
        ..AnswerHours::NONE
    };
    let mut ledger = empty().wanting(hours);
    let mut row = ledger
        .offer(offer(Kind::LeadToManager, 1, Some(2)), at(0))
        .unwrap()
        .clone();
    assert!(!row.escalate(Some(member(3)), at(3_599)));
    assert!(row.escalate(Some(member(3)), at(3_600)));
    assert!(!row.escalate(Some(member(4)), at(7_200)));
    assert_eq!(
        (row.escalated_at, row.escalated_to),
        (Some(at(3_600)), Some(member(3)))
    );
    for (answer, _) in answers() {
        let mut answered = Handoff {
            escalated_at: None,
            ..row.clone()
        };
        answered.answer(answer, member(2), at(10)).unwrap();
        assert!(!answered.escalate(Some(member(3)), at(7_200)));
    }
}

#[test]
fn what_goes_outside_is_answered_by_nobody_and_for_ever() {
    for to in [None, Some(1), Some(2)] {
        let mut ledger = empty();
        let row = ledger
            .offer_outside(offer(Kind::LeadToSalesperson, 1, to), at(5))
            .unwrap();
        assert_eq!(
            (row.state, row.to_member, row.answered_by, row.answered_at),
            (State::Outside, to.map(member), None, Some(at(5)))
        );
        assert!(!ledger.accepted(Kind::LeadToSalesperson));
        let closed = ledger.close_outside(Kind::LeadToSalesperson, at(6));
        assert_eq!(closed.err(), Some(Refused::NotOpen));
    }
    let mut before = empty();
    before
        .offer(offer(Kind::DealToCommerce, 1, None), at(0))
        .unwrap();
    let mut ledger = Ledger::new("LEAD", Uuid::from_u128(7), before.rows().to_vec());
    let row = ledger.close_outside(Kind::DealToCommerce, at(9)).unwrap();
    assert_eq!(
        (row.state, row.answered_by, row.answered_at),
        (State::Outside, None, Some(at(9)))
    );
    assert_eq!(ledger.answered().count(), 1);
}
