//! Any verbs on a deal, under a clock that is set back now and then, against a model of states and the path.

use proptest::{collection::vec, option, prelude::*};

use super::*;

#[derive(Clone, Debug)]
enum Deed {
    Update(Option<i64>),
    SetLines(Vec<(i64, Option<i64>)>),
    Move(usize),
    Win(bool),
    Lose,
    Reopen(Option<usize>, bool),
    Join(u8),
    Leave(u8),
    Retract(u8, bool),
    /// A step on the way to commerce.
    Commerce(u8),
}

fn deed() -> impl Strategy<Value = Deed> {
    let lines = vec((1..5_000_i64, option::weighted(0.9, 0..1_000_i64)), 0..3);
    prop_oneof![
        2 => option::of(0..1_000_i64).prop_map(Deed::Update),
        2 => lines.prop_map(Deed::SetLines),
        6 => (1..=5_usize).prop_map(Deed::Move),
        2 => any::<bool>().prop_map(Deed::Win),
        2 => Just(Deed::Lose),
        3 => (option::of(1..=5_usize), any::<bool>()).prop_map(|(stage, commerce)| Deed::Reopen(stage, commerce)),
        2 => (0..3_u8).prop_map(Deed::Join),
        1 => (0..3_u8).prop_map(Deed::Leave),
        1 => (0..3_u8, any::<bool>()).prop_map(|(lead, used)| Deed::Retract(lead, used)),
        3 => (0..7_u8).prop_map(Deed::Commerce),
    ]
}

fn nth(n: u8) -> LeadId {
    lead(["first", "second", "third"][usize::from(n)])
}

fn commerce(deal: &mut Opportunity, step: u8) -> Result<(), OpportunityRefused> {
    match step {
        0 => deal.accept().map(drop),
        1 => deal.give_back().map(drop),
        2 => deal.offer(false).map(drop),
        3 => deal.start_hand_over(Target::Order, seller()).map(drop),
        4 => deal
            .fail_hand_over(Target::Order, true, "NO".into())
            .map(drop),
        5 => {
            deal.handed_over(Target::Order, Uuid::max());
            Ok(())
        }
        _ => {
            deal.take_off_offer();
            Ok(())
        }
    }
}

/// Does it; the visits that an event tells of are those that ended.
fn done(
    deal: &mut Opportunity,
    deed: Deed,
    now: Time,
) -> Result<Option<Visit>, OpportunityRefused> {
    let event = match deed {
        Deed::Update(amount) => {
            let amount = amount.map(|minor| Money::new("CNY", minor));
            deal.update(draft().head, amount)?
        }
        Deed::SetLines(lines) => {
            let items = lines
                .into_iter()
                .map(|(milli, price)| item("server", milli, price));
            deal.set_lines(None, items.collect())?
        }
        Deed::Move(to) => deal.move_to(&usual(), stage(to), seller(), now)?,
        Deed::Win(for_commerce) => deal.win(for_commerce, seller(), now)?,
        Deed::Lose => deal.lose(LossReason::Price, String::new(), seller(), now)?,
        Deed::Reopen(to, for_commerce) => {
            deal.reopen(&usual(), to.map(stage), for_commerce, seller(), now)?
        }
        Deed::Join(n) => deal.join(nth(n), account(), seller(), now)?,
        Deed::Leave(n) => deal.leave(nth(n), seller())?,
        Deed::Retract(n, used) => deal.retract(nth(n), used, seller(), now)?,
        Deed::Commerce(step) => {
            commerce(deal, step)?;
            return Ok(None);
        }
    };
    Ok(match event {
        OpportunityEvent::Moved { left, .. }
        | OpportunityEvent::Won(left)
        | OpportunityEvent::Lost(left)
        | OpportunityEvent::Retracted(left, _) => Some(left),
        _ => None,
    })
}

fn holds_together(deal: &Opportunity) {
    let open = deal.state == State::Open;
    let visits = &deal.visits;
    assert!(!open || deal.credit == deal.head.owner);
    for (visit, sequence) in visits.iter().zip(1..) {
        let is_last = sequence == i64::try_from(visits.len()).unwrap();
        assert_eq!(visit.sequence, sequence);
        let stays = is_last && open;
        assert_eq!(visit.outcome == Outcome::Open, stays, "closed exactly once");
        assert_eq!(
            (visit.left_at.is_none(), visit.dwell_s.is_none()),
            (stays, stays)
        );
        assert!(
            visit
                .left_at
                .is_none_or(|left| Some(left) >= visit.entered_at)
        );
        assert!(visit.dwell_s.is_none_or(|dwell| dwell >= 0));
    }
    for pair in visits.windows(2) {
        assert!(
            pair[0].left_at <= pair[1].entered_at,
            "one after the other: {pair:?}"
        );
    }
    let last = visits.last().unwrap();
    assert_eq!(last.stage, deal.stage);
    let how = match deal.state {
        State::Open => Outcome::Open,
        State::Won => Outcome::Won,
        State::Lost => Outcome::Lost,
        State::Retracted => Outcome::Retracted,
    };
    assert_eq!(last.outcome, how);
    assert_eq!(
        (deal.closed_at.is_none(), deal.loss_reason.is_some()),
        (open, deal.state == State::Lost)
    );
    assert_eq!(
        deal.commerce != Commerce::None,
        deal.state == State::Won,
        "only what is won goes to commerce"
    );
    let amounts: Option<i64> = deal.lines.iter().map(|l| l.item.amount_minor).sum();
    assert_eq!(
        deal.amount_minor,
        if deal.lines.is_empty() {
            deal.stated_minor
        } else {
            amounts
        }
    );
    assert!(
        deal.amount_minor.is_some() || deal.state != State::Won,
        "what is won is worth something"
    );
    assert!(deal.source_id == nth(0).to_string() && deal.joined.iter().all(|j| j.lead != nth(0)));
}

proptest! {
    #[test]
    fn whatever_is_done_to_a_deal_its_path_has_no_gap_and_no_overlap(deeds in vec((deed(), 0..500_i64), 0..40)) {
        let mut deal = of_lead();
        let mut told = Vec::new();
        for (deed, second) in deeds {
            let before = deal.clone();
            match done(&mut deal, deed, at(second)) {
                Ok(left) => told.extend(left),
                Err(_) => prop_assert_eq!(&deal, &before, "what is refused changes nothing"),
            }
            holds_together(&deal);
            let goes = match (before.state, deal.state) {
                (State::Retracted, to) => to == State::Retracted,
                (State::Won | State::Lost, to) => to == before.state || to == State::Open,
                (State::Open, _) => true,
            };
            prop_assert!(goes, "{:?} {:?}", before.state, deal.state);
            prop_assert!(deal.visits.starts_with(&before.visits[..before.visits.len() - 1]), "the past stays");
            let handed_over = before.commerce == Commerce::HandedOver;
            prop_assert!(!handed_over || deal.commerce == Commerce::HandedOver);
        }
        let ended: Vec<_> = deal.visits.into_iter().filter(|v| v.outcome != Outcome::Open).collect();
        prop_assert_eq!(told, ended, "every visit that ended was told of, once");
    }
}
