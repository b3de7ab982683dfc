//! The sums come out for whatever lives deals have had.

use baton_chassis::{
    Source,
    ids::{Id as _, MemberId, OpportunityId, PartyId},
};
use chrono::Duration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    opportunity::{Draft, Head, LossReason, Opportunity},
    process::tests::usual,
};

const DAY_S: i64 = 86_400;

fn open(n: usize, stage: usize, at: Time) -> Opportunity {
    let party = PartyId::derive(Uuid::nil(), "account");
    let draft = Draft {
        id: OpportunityId::derive(Uuid::nil(), &n.to_string()),
        number: format!("OP-{n}"),
        head: Head {
            name: "Ten servers".into(),
            party: Some(party),
            contact: None,
            expected_close: None,
            description: String::new(),
            owner: by(),
            territory: None,
        },
        currency: ["CNY", "USD"][n % 2].into(),
        stated_minor: (!n.is_multiple_of(3) || stage > 2).then_some(1_000),
        items: Vec::new(),
        source: Source::direct(),
    };
    let process = usual();
    let stage = process.stages[stage].id;
    Opportunity::open(draft, &process, Some(stage), by(), at).unwrap()
}

fn by() -> MemberId {
    MemberId::derive(Uuid::nil(), "seller")
}

/// One row for each visit: the store adds them up, which changes no sum.
fn visit_sums(deals: &[Opportunity]) -> Vec<VisitSum> {
    let of = |deal: &Opportunity| {
        let (currency, amount_minor) = (deal.currency.clone(), deal.amount_minor);
        let sum = move |v: &crate::opportunity::Visit| VisitSum {
            stage: v.stage,
            outcome: v.outcome,
            currency: currency.clone(),
            visits: 1,
            amount_minor,
            stayed: v.dwell_s.map_or(0, |_| 1),
            dwell_s: v.dwell_s,
        };
        deal.visits.iter().map(sum).collect::<Vec<_>>()
    };
    deals.iter().flat_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn whatever_deals_go_through_all_that_came_into_a_stage_left_it_or_are_there(
        lives in prop::collection::vec((0_usize..5, prop::collection::vec((0_u8..8, 0_usize..5, 0_i64..9), 0..20)), 0..12),
    ) {
        let process = usual();
        let mut came = BTreeMap::<StageId, i64>::new();
        let mut deals = Vec::new();
        for (n, (first, verbs)) in lives.into_iter().enumerate() {
            let mut at = Time::UNIX_EPOCH;
            let mut deal = open(n, first, at);
            *came.entry(deal.stage).or_default() += 1;
            for (verb, stage, days) in verbs {
                at += Duration::days(days);
                let stage = process.stages[stage].id;
                let entered = match verb {
                    0 => deal.win(false, by(), at).map(|_| false),
                    1 => deal.lose(LossReason::Price, String::new(), by(), at).map(|_| false),
                    2 => deal.reopen(&process, Some(stage), true, by(), at).map(|_| true),
                    _ => deal.move_to(&process, stage, by(), at).map(|_| true),
                };
                if entered == Ok(true) {
                    *came.entry(deal.stage).or_default() += 1;
                }
            }
            deals.push(deal);
        }

        let figures = stages(&process.stages, &visit_sums(&deals), &[]);
        prop_assert_eq!(figures.len(), 5);
        let standing = |state: State, stage: StageId| deals.iter().filter(|d| (d.state, d.stage) == (state, stage)).count();
        let worth = |currency: &str| deals.iter().filter(|d| d.currency == currency && d.amount_minor.is_some()).count();
        for stage in &figures {
            let (id, visits) = (stage.stage.id, stage.visits);
            prop_assert_eq!(visits.entered(), came.get(&id).copied().unwrap_or(0));
            prop_assert_eq!(visits.entered(), visits.moved_on() + visits.won + visits.lost + visits.open);
            prop_assert_eq!(usize::try_from(visits.open).unwrap(), standing(State::Open, id));
            for (currency, ways) in &stage.amounts {
                prop_assert!(ways.entered() > 0 && worth(currency) > 0);
                prop_assert_eq!(ways.entered(), ways.moved_on() + ways.won + ways.lost + ways.open);
            }
        }
        let all = |figure: fn(&Ways) -> i64| figures.iter().map(|s| figure(&s.visits)).sum::<i64>();
        let of = |state| i64::try_from(deals.iter().filter(|d| d.state == state).count()).unwrap();
        prop_assert!(all(|w| w.won) >= of(State::Won), "a deal that was opened again was won before");
        prop_assert!(all(|w| w.lost) >= of(State::Lost));
        prop_assert_eq!(all(|w| w.open), of(State::Open));
        // Whatever left a stage came into another one, was closed, or is where its last visit is.
        let opened_again = deals.iter().flat_map(|d| &d.visits).filter(|v| matches!(v.outcome, Outcome::Won | Outcome::Lost)).count();
        let closed = i64::try_from(opened_again).unwrap() - of(State::Won) - of(State::Lost);
        let begun = i64::try_from(deals.len()).unwrap();
        prop_assert_eq!(all(Ways::entered), begun + all(Ways::moved_on) + closed);
    }
}

fn sum(stage: usize, outcome: Outcome, visits: i64, dwell_d: i64) -> VisitSum {
    VisitSum {
        stage: usual().stages[stage].id,
        outcome,
        currency: "CNY".into(),
        visits,
        amount_minor: Some(100 * visits),
        stayed: visits,
        dwell_s: Some(visits * dwell_d * DAY_S),
    }
}

#[test]
fn rates_are_of_what_ended_and_the_slowest_and_the_leakiest_stage_are_named() {
    let sums = [
        sum(0, Outcome::MovedOn, 3, 10),
        sum(0, Outcome::Lost, 1, 2),
        sum(1, Outcome::MovedBack, 1, 8),
        sum(1, Outcome::Won, 1, 8),
        sum(1, Outcome::Lost, 2, 8),
        VisitSum {
            stayed: 0,
            dwell_s: None,
            amount_minor: None,
            ..sum(1, Outcome::Open, 4, 0)
        },
    ];
    let stays = [(10, 3), (2, 1)].map(|(dwell_d, visits)| Stays {
        stage: usual().stages[0].id,
        dwell_d,
        visits,
    });
    let figures = stages(&usual().stages, &sums, &stays);
    let (first, second, third) = (&figures[0], &figures[1], &figures[2]);
    assert_eq!(first.loss_rate_bp(), Some(2_500));
    assert_eq!((first.stayed, first.mean_dwell_s), (4, Some(8 * DAY_S)));
    assert_eq!(
        (first.median_dwell_d, first.p90_dwell_d),
        (Some(10), Some(10))
    );
    assert_eq!(second.visits.entered(), 8);
    assert_eq!(
        (second.loss_rate_bp(), second.win_rate_bp()),
        (Some(5_000), Some(2_500))
    );
    assert_eq!(second.amounts["CNY"].entered(), 400);
    assert_eq!(
        (
            third.loss_rate_bp(),
            third.mean_dwell_s,
            third.median_dwell_d
        ),
        (None, None, None)
    );
    assert_eq!(
        bottleneck(&figures),
        Some(first.stage.id),
        "the earlier of equals"
    );
    assert_eq!(leak(&figures), Some(second.stage.id));
    assert_eq!((bottleneck(&[]), leak(&figures[2..])), (None, None));
}

#[test]
fn a_retired_stage_is_shown_as_long_as_it_was_visited() {
    let mut process = usual();
    process.stages[0].retired = true;
    process.stages[1].retired = true;
    let figures = stages(&process.stages, &[sum(1, Outcome::Lost, 1, 1)], &[]);
    let shown: Vec<_> = figures.iter().map(|f| f.stage.position).collect();
    assert_eq!(shown, [2, 3, 4, 5]);
}

#[test]
fn deals_are_counted_once_and_never_added_across_currencies() {
    let closed = |day: i64| Some(Time::UNIX_EPOCH + Duration::days(day));
    let sum = |state, currency: &str, deals, timed, days: i64| DealSum {
        state,
        currency: currency.into(),
        deals,
        amount_minor: Some(deals * 100),
        timed,
        cycle_s: (timed > 0).then_some(timed * days * DAY_S),
        first_closed: closed(days),
        last_closed: closed(2 * days),
    };
    let figures = deals(&[
        sum(State::Won, "CNY", 2, 2, 10),
        sum(State::Won, "USD", 1, 0, 4),
        sum(State::Lost, "CNY", 3, 2, 20),
        DealSum {
            first_closed: None,
            last_closed: None,
            ..sum(State::Open, "CNY", 4, 0, 0)
        },
    ]);
    assert_eq!(figures.deals.count(), 10);
    assert_eq!(figures.win_rate_bp(), Some(5_000));
    assert_eq!(figures.amounts["CNY"].count(), 900);
    assert_eq!(figures.amounts["USD"].count(), 100);
    assert_eq!(
        (figures.won_timed, figures.mean_won_cycle_s),
        (2, Some(10 * DAY_S))
    );
    assert_eq!(
        (figures.closed_timed, figures.mean_closed_cycle_s),
        (4, Some(15 * DAY_S))
    );
    assert_eq!(figures.won_between, closed(4).zip(closed(20)));
    assert_eq!(deals(&[]), DealFigures::default());
}

#[test]
fn quarters_follow_one_another_and_are_never_more_than_ten_years() {
    let day = |y, m, d| Date::from_ymd_opt(y, m, d).unwrap();
    let shown = quarters(day(2016, 12, 31), day(2017, 4, 1));
    let expected = [
        (day(2016, 10, 1), day(2016, 12, 31)),
        (day(2017, 1, 1), day(2017, 3, 31)),
        (day(2017, 4, 1), day(2017, 6, 30)),
    ];
    assert_eq!(shown, expected);
    let long = quarters(day(1990, 1, 1), day(2017, 4, 1));
    assert_eq!(
        (long.len(), long.last()),
        (QUARTERS_MAX, expected.last()),
        "the latest"
    );
}
