//! The sums come out for whatever lives objects have had.

use baton_chassis::ids::Id as _;
use chrono::Duration;
use proptest::prelude::*;

use super::*;

const HOUR_S: i64 = 3_600;

fn blank(hop: Hop, at: Time) -> Entrant {
    Entrant {
        id: Uuid::nil(),
        kind: hop,
        version: 1,
        state: String::new(),
        standing: Open,
        owner: None,
        credit: None,
        territory: None,
        source_kind: "DIRECT".into(),
        currency: String::new(),
        amount_minor: None,
        entered_at: at,
        ended_at: None,
    }
}

/// What an object has heard about itself, event by event: its state and the type of the event.
fn told(hop: Hop) -> Vec<(&'static str, &'static str)> {
    let states = STATES.iter().find(|(h, _)| *h == hop).unwrap().1;
    let states = states.iter().map(|(state, _)| (*state, "x"));
    let events = EVENTS.iter().map(|(event, _)| ("ACTIVE", *event));
    states.chain(events).chain([("UNHEARD_OF", "y")]).collect()
}

fn life(hop: Hop, events: &[(usize, i64)]) -> Entrant {
    let mut at = Time::UNIX_EPOCH;
    let mut object: Option<Entrant> = None;
    for (event, hours) in events {
        at += Duration::hours(*hours);
        let told = told(hop);
        let (state, event) = told[event % told.len()];
        let heard = Entrant {
            state: state.to_owned(),
            ..blank(hop, at)
        };
        let standing = hop.standing(state, event);
        object = Some(heard.after(object.as_ref(), standing, at));
    }
    object.unwrap_or_else(|| blank(hop, at))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn whatever_objects_go_through_all_that_came_to_a_hop_left_it_or_are_there(
        lives in prop::collection::vec(
            (0_usize..5, prop::collection::vec((0_usize..12, 0_i64..9), 1..9), any::<bool>(), 0_usize..3),
            0..40,
        ),
    ) {
        let mut sums = Vec::new();
        let mut came = BTreeMap::<Hop, i64>::new();
        for (n, (hop, events, moved, source)) in lives.into_iter().enumerate() {
            let hop = Hop::ALL[hop];
            let object = life(hop, &events);
            prop_assert_eq!(object.ended_at.is_some(), matches!(object.standing, Done | Lost));
            prop_assert!(object.ended_at.is_none_or(|end| end >= object.entered_at));
            let moved = moved && hop != Hop::Order;
            let outcome = match object.standing {
                Gone => continue,
                _ if moved => Outcome::MovedOn,
                Done => Outcome::Done,
                Lost => Outcome::Lost,
                Open => Outcome::Open,
            };
            *came.entry(hop).or_default() += 1;
            sums.push(Sum {
                kind: hop,
                source_kind: ["DIRECT", "LEAD", "IMPORT"][source].into(),
                outcome,
                currency: ["CNY", "USD"][n % 2].into(),
                objects: 1,
                amount_minor: (n % 3 > 0).then_some(100),
                move_s: moved.then_some(HOUR_S),
                end_s: object.ended_at.map(|end| (end - object.entered_at).num_seconds()),
            });
        }
        let figures = hops(&sums);
        prop_assert_eq!(figures.len(), Hop::ALL.len());
        for hop in &figures {
            let objects = hop.objects;
            prop_assert_eq!(objects.entered(), came.get(&hop.hop).copied().unwrap_or(0));
            prop_assert_eq!(objects.entered(), objects.moved_on + objects.done + objects.lost + objects.open);
            prop_assert_eq!(hop.sources.values().sum::<i64>(), objects.entered());
            prop_assert!(hop.descended() <= objects.entered());
            prop_assert_eq!(hop.mean_move_s, (objects.moved_on > 0).then_some(HOUR_S));
            prop_assert_eq!(hop.mean_done_s.is_some(), objects.done > 0);
            for ways in hop.amounts.values() {
                prop_assert_eq!(ways.entered(), ways.moved_on + ways.done + ways.lost + ways.open);
                prop_assert!(ways.entered() <= 100 * objects.entered());
            }
        }
    }
}

#[test]
fn what_ended_counts_for_whoever_had_it_then() {
    let at = Time::UNIX_EPOCH;
    let [seller, heir] = ["seller", "heir"].map(|name| Some(MemberId::derive(Uuid::nil(), name)));
    let of = |owner| Entrant {
        owner,
        credit: owner,
        ..blank(Hop::Opportunity, at)
    };
    let open = of(seller).after(None, Some(Open), at);
    let given = of(heir).after(Some(&open), Some(Open), at);
    assert_eq!((open.credit, given.credit), (seller, heir));
    let won = of(seller).after(Some(&open), Some(Done), at);
    let given = of(heir).after(Some(&won), Some(Done), at);
    assert_eq!((given.owner, given.credit), (heir, seller));
    let again = of(heir).after(Some(&given), Some(Open), at);
    assert_eq!(again.credit, heir);
    assert_eq!(of(heir).after(Some(&given), Some(Lost), at).credit, heir);
}

fn sum(kind: Hop, source_kind: &str, outcome: Outcome, objects: i64, hours: i64) -> Sum {
    Sum {
        kind,
        source_kind: source_kind.into(),
        outcome,
        currency: "CNY".into(),
        objects,
        amount_minor: Some(10 * objects),
        move_s: (outcome == Outcome::MovedOn).then_some(objects * hours * HOUR_S),
        end_s: matches!(outcome, Outcome::Done | Outcome::Lost).then_some(objects * hours * HOUR_S),
    }
}

#[test]
fn rates_and_means_are_of_their_hop_and_the_slowest_and_the_leakiest_hop_are_named() {
    let sums = [
        sum(Hop::Lead, "CAMPAIGN", Outcome::MovedOn, 3, 5),
        sum(Hop::Lead, "CALL", Outcome::Lost, 1, 9),
        sum(Hop::Lead, "CALL", Outcome::Open, 2, 0),
        sum(Hop::Opportunity, "LEAD", Outcome::MovedOn, 2, 8),
        sum(Hop::Opportunity, "DIRECT", Outcome::Done, 1, 4),
        sum(Hop::Opportunity, "DIRECT", Outcome::Lost, 1, 4),
        sum(Hop::Order, "CONTRACT", Outcome::Done, 2, 6),
        sum(Hop::Order, "OPPORTUNITY", Outcome::Open, 1, 0),
        sum(Hop::Order, "ACCOUNT", Outcome::Open, 1, 0),
    ];
    let figures = hops(&sums);
    let [lead, deal, project, contract, order] = &figures[..] else {
        panic!("{figures:?}")
    };
    assert_eq!((lead.objects.entered(), lead.descended()), (6, 0));
    assert_eq!(lead.conversion_rate_bp(), Some(5_000));
    assert_eq!(lead.loss_rate_bp(), Some(2_500), "of the four that ended");
    assert_eq!(lead.mean_move_s, Some(5 * HOUR_S));
    assert_eq!(lead.amounts["CNY"].moved_on, 30);
    assert_eq!((deal.objects.entered(), deal.descended()), (4, 2));
    assert_eq!(
        deal.mean_done_s,
        Some(4 * HOUR_S),
        "the lost one does not count"
    );
    assert_eq!(project.objects, Ways::default());
    assert_eq!(
        (project.conversion_rate_bp(), project.loss_rate_bp()),
        (None, None)
    );
    assert_eq!((contract.mean_move_s, contract.mean_done_s), (None, None));
    assert_eq!((order.objects.entered(), order.descended()), (4, 3));
    assert_eq!(order.conversion_rate_bp(), None, "nothing comes after");
    assert_eq!(bottleneck(&figures), Some(Hop::Opportunity));
    assert_eq!(leak(&figures), Some(Hop::Lead), "the earlier of equals");
    assert_eq!((bottleneck(&[]), leak(&hops(&[]))), (None, None));
}

#[test]
fn a_state_says_what_it_means_and_one_that_nobody_knows_ends_nothing() {
    for (hop, states) in STATES {
        for (state, standing) in *states {
            assert_eq!(hop.standing(state, "x"), Some(*standing), "{hop:?} {state}");
        }
    }
    assert_eq!(Hop::Lead.standing("FROZEN", "x"), Some(Open));
    assert_eq!(Hop::Project.standing("COMPLETED", "x"), None);
    for (event, standing) in EVENTS {
        assert_eq!(Hop::Project.standing("ACTIVE", event), Some(*standing));
    }
}

#[test]
fn what_ended_ended_when_it_first_did_and_what_is_opened_again_has_not() {
    let at = |hours| Time::UNIX_EPOCH + Duration::hours(hours);
    let hear = |before: &Entrant, standing, hours| {
        blank(Hop::Opportunity, at(hours)).after(Some(before), standing, at(hours))
    };
    let open = blank(Hop::Opportunity, at(0)).after(None, Some(Open), at(0));
    let won = hear(&open, Some(Done), 5);
    assert_eq!((won.entered_at, won.ended_at), (at(0), Some(at(5))));
    let offered = hear(&won, Some(Done), 7);
    assert_eq!(offered.ended_at, Some(at(5)), "it is still won");
    assert_eq!(
        hear(&offered, None, 8).ended_at,
        Some(at(5)),
        "nothing was said of it"
    );
    let reopened = hear(&offered, Some(Open), 9);
    assert_eq!((reopened.standing, reopened.ended_at), (Open, None));
    assert_eq!(hear(&reopened, Some(Lost), 11).ended_at, Some(at(11)));
}
