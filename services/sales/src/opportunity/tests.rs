//! Every verb in every state, and the path that a deal leaves behind.

use baton_chassis::ids::{HandoffId, Id as _, LeadId, PartyId};
use chrono::{Duration, FixedOffset};

use super::{lines::tests::item, *};
use crate::{
    commerce::{Answered, CommerceRefused, Target},
    process::tests::usual,
};

mod properties;

const DAY_S: i64 = 86_400;

fn at(second: i64) -> Time {
    Time::UNIX_EPOCH + Duration::seconds(second)
}

fn seller() -> MemberId {
    MemberId::derive(Uuid::nil(), "seller")
}

fn stage(position: usize) -> StageId {
    usual().stages[position - 1].id
}

fn draft() -> Draft {
    Draft {
        id: OpportunityId::derive(Uuid::nil(), "deal"),
        number: "OP-1".into(),
        head: Head {
            name: "Ten servers".into(),
            party: Some(PartyId::derive(Uuid::nil(), "account")),
            contact: None,
            expected_close: None,
            description: String::new(),
            owner: seller(),
            territory: None,
        },
        currency: "CNY".into(),
        stated_minor: Some(100_000),
        items: Vec::new(),
        source: Source::direct(),
    }
}

pub(super) fn open() -> Opportunity {
    Opportunity::open(draft(), &usual(), None, seller(), at(0)).unwrap()
}

pub(crate) fn won() -> Opportunity {
    let mut deal = open();
    deal.win(false, seller(), at(10)).unwrap();
    deal
}

fn accepted() -> Opportunity {
    let mut deal = open();
    deal.win(true, seller(), at(10)).unwrap();
    deal
}

fn handing_over() -> Opportunity {
    let mut deal = won();
    deal.start_hand_over(Target::Contract, seller()).unwrap();
    deal
}

fn handed_over() -> Opportunity {
    let mut deal = handing_over();
    deal.handed_over(Target::Contract, Uuid::max()).unwrap();
    deal
}

fn returned() -> Opportunity {
    let mut deal = won();
    deal.give_back().unwrap();
    deal
}

fn lost() -> Opportunity {
    let mut deal = open();
    deal.lose(LossReason::Competitor, "Acme".into(), seller(), at(10))
        .unwrap();
    deal
}

fn lead(name: &str) -> LeadId {
    LeadId::derive(Uuid::nil(), name)
}

fn account() -> PartyId {
    PartyId::derive(Uuid::nil(), "account")
}

fn of_lead() -> Opportunity {
    let source = Source::of(SourceKind::Lead, lead("first"));
    Opportunity::open(Draft { source, ..draft() }, &usual(), None, seller(), at(0)).unwrap()
}

fn joined() -> Opportunity {
    let mut deal = of_lead();
    deal.join(lead("second"), account(), seller(), at(5))
        .unwrap();
    deal
}

fn retracted() -> Opportunity {
    let mut deal = of_lead();
    deal.retract(lead("first"), false, seller(), at(10))
        .unwrap();
    deal
}

fn past(state: State, engaged: Option<&str>, closed: Option<&str>) -> Past {
    Past {
        state,
        engaged: engaged.map(|d| d.parse().unwrap()),
        closed: closed.map(|d| d.parse().unwrap()),
        loss_reason: None,
        competitor: String::new(),
        print: Uuid::from_u128(1),
    }
}

fn imported(past: &Past, stage: usize) -> Opportunity {
    let (process, zone) = (usual(), FixedOffset::east_opt(8 * 3600).unwrap());
    let stage = process.stages[stage - 1].clone();
    Opportunity::imported(draft(), past, &process, &stage, &zone, at(0)).unwrap()
}

fn won_before() -> Opportunity {
    imported(&past(State::Won, Some("2017-01-01"), Some("2017-03-01")), 2)
}

type Verb = fn(&mut Opportunity) -> Result<OpportunityEvent, OpportunityRefused>;

/// The verbs, in the order of the columns below.
const VERBS: [(&str, Verb); 15] = [
    ("update", |d| {
        let head = Head {
            name: "Nine servers".into(),
            ..d.head.clone()
        };
        d.update(head, d.amount())
    }),
    ("set lines", |d| {
        d.set_lines(None, vec![item("server", 1_000, Some(5))])
    }),
    ("move", |d| d.move_to(&usual(), stage(3), seller(), at(20))),
    ("win", |d| d.win(false, seller(), at(20))),
    ("lose", |d| {
        d.lose(LossReason::Price, String::new(), seller(), at(20))
    }),
    ("reopen", |d| {
        d.reopen(&usual(), None, false, seller(), at(20))
    }),
    ("reopen for commerce", |d| {
        d.reopen(&usual(), None, true, seller(), at(20))
    }),
    ("start hand-over", |d| {
        Ok(d.start_hand_over(Target::Order, seller())?.into())
    }),
    ("fail hand-over", |d| {
        let why = "CONTRACTS_SWITCHED_OFF".into();
        Ok(d.fail_hand_over(Target::Order, false, why)?.into())
    }),
    ("accept", |d| d.accept().map(answered)),
    ("return", |d| d.give_back().map(answered)),
    ("offer", |d| d.offer(false).map(answered)),
    ("join", |d| {
        d.join(lead("third"), account(), seller(), at(20))
    }),
    ("leave", |d| d.leave(lead("second"), seller())),
    ("retract", |d| {
        d.retract(lead("first"), false, seller(), at(20))
    }),
];

fn answered(told: Answered) -> OpportunityEvent {
    told(HandoffId::derive(Uuid::nil(), "handoff"), seller()).into()
}

#[test]
fn every_verb_is_allowed_or_refused_in_every_state() {
    use CommerceRefused as C;
    use OpportunityRefused as R;
    let closed = |state| Some(R::Closed(state));
    let (w, l) = (State::Won, State::Lost);
    let edits = |refused: Option<R>| [(); 5].map(|()| refused.clone());
    let row = |edits: [Option<R>; 5], rest: [Option<R>; 7], origin: [Option<R>; 3]| {
        edits.into_iter().chain(rest).chain(origin)
    };
    let some = |r: &R| Some(r.clone());
    let (op, running, with, not) = (
        R::Open,
        R::Commerce(C::HandOverRunning),
        R::Commerce(C::WithCommerce),
        R::Commerce(C::NotHandingOver),
    );
    let (nw, off, on) = (C::NotWon, C::NotOffered, C::OnOffer);
    let (nw, off, on) = (R::Commerce(nw), R::Commerce(off), R::Commerce(on));
    let (back, out_of) = (R::Commerce(C::Returned), R::Commerce(C::Outside));
    let shut = |state| [(); 3].map(|()| closed(state));
    let (out, gone) = (R::LeadNotJoined, R::Closed(State::Retracted));
    let new = [
        some(&op),
        some(&op),
        some(&nw),
        some(&not),
        some(&off),
        some(&off),
        some(&nw),
    ];
    #[rustfmt::skip]
    let table = [
        //               update … lose         reopen          r. for commerce start hand-over fail hand-over  accept          return          offer         join leave retract
        (open(),         row(edits(None),      new.clone(), [None, some(&out), Some(R::OfAnotherLead)])),
        (of_lead(),      row(edits(None),      new.clone(), [None, some(&out), None])),
        (joined(),       row(edits(None),      new, [None, None, Some(R::MoreLeads)])),
        (won(),          row(edits(closed(w)), [None,           None,           None,           some(&not),     None,           None,           some(&on)], shut(w))),
        (accepted(),     row(edits(closed(w)), [some(&with),    None,           None,           some(&not),     some(&off),     some(&off),     some(&with)], shut(w))),
        (handing_over(), row(edits(closed(w)), [some(&running), some(&running), some(&running), None,           some(&running), some(&running), some(&running)], shut(w))),
        (handed_over(),  row(edits(closed(w)), [some(&with),    some(&with),    some(&with),    some(&not),     some(&off),     some(&off),     some(&with)], shut(w))),
        (returned(),     row(edits(closed(w)), [None,           None,           some(&back),     some(&not),     some(&off),     some(&off),     None], shut(w))),
        (won_before(),   row(edits(closed(w)), [None,           None,           some(&out_of),   some(&not),    some(&off),     some(&off),     None], shut(w))),
        (lost(),         row(edits(closed(l)), [None,           None,           some(&nw),      some(&not),     some(&off),     some(&off),     some(&nw)], shut(l))),
        (retracted(),    row(edits(some(&gone)), [some(&gone),  some(&gone),    some(&nw),      some(&not),     some(&off),     some(&off),     some(&nw)], shut(State::Retracted))),
    ];
    for (deal, refusals) in table {
        for ((name, verb), refusal) in VERBS.iter().zip(refusals) {
            let mut after = deal.clone();
            let told = verb(&mut after).err();
            assert_eq!(
                told, refusal,
                "{name} in {:?} {:?}",
                deal.state, deal.commerce
            );
            assert_eq!(
                after == deal,
                told.is_some(),
                "{name}: a refusal changes nothing, a verb does"
            );
        }
    }
}

#[test]
fn a_refused_hand_over_leaves_the_deal_where_it_waited() {
    for (accepted, waits) in [(false, Commerce::Offered), (true, Commerce::Accepted)] {
        let mut deal = handing_over();
        deal.fail_hand_over(Target::Order, accepted, "CONTRACTS_SWITCHED_OFF".into())
            .unwrap();
        assert_eq!(deal.commerce, waits);
    }
}

#[test]
fn a_lead_joins_a_deal_of_its_account_once() {
    let mut deal = joined();
    let stranger = PartyId::derive(Uuid::nil(), "another");
    for (name, party, refused) in [
        ("third", stranger, OpportunityRefused::OfAnotherAccount),
        ("first", account(), OpportunityRefused::LeadJoined),
        ("second", account(), OpportunityRefused::LeadJoined),
    ] {
        let told = deal.join(lead(name), party, seller(), at(20));
        assert_eq!(told, Err(refused), "{name}");
    }
    deal.leave(lead("second"), seller()).unwrap();
    assert_eq!(deal, of_lead());
    for n in 0..100 {
        deal.join(lead(&n.to_string()), account(), seller(), at(20))
            .unwrap();
    }
    let told = deal.join(lead("third"), account(), seller(), at(20));
    assert_eq!(told, Err(OpportunityRefused::LeadsFull));
}

#[test]
fn a_deal_on_which_something_was_built_is_not_retracted() {
    type Work = fn(&mut Opportunity);
    let table: [(Work, bool, OpportunityRefused); 4] = [
        (|_| {}, true, OpportunityRefused::BuiltOn),
        (
            |d| drop(d.move_to(&usual(), stage(2), seller(), at(5))),
            false,
            OpportunityRefused::Moved,
        ),
        (
            |d| drop(d.set_lines(None, vec![item("server", 1_000, Some(5))])),
            false,
            OpportunityRefused::WithLines,
        ),
        (
            |d| drop(d.join(lead("second"), account(), seller(), at(5))),
            false,
            OpportunityRefused::MoreLeads,
        ),
    ];
    for (work, used, refused) in table {
        let mut deal = of_lead();
        work(&mut deal);
        let told = deal.retract(lead("first"), used, seller(), at(20));
        assert_eq!(told, Err(refused));
    }
    let deal = retracted();
    assert_eq!(path(&deal), [(1, Outcome::Retracted, Some(10))]);
    assert_eq!(
        (deal.probability_percent, deal.closed_at),
        (0, Some(at(10)))
    );
}

#[test]
fn a_deal_starts_in_the_first_stage_or_in_the_one_that_is_named() {
    assert_eq!((open().stage, open().probability_percent), (stage(1), 10));
    let named = Opportunity::open(draft(), &usual(), Some(stage(3)), seller(), at(0)).unwrap();
    assert_eq!((named.stage, named.visits.len()), (stage(3), 1));
}

#[test]
fn a_deal_enters_only_stages_of_its_process_that_are_in_use() {
    let foreign = StageId::derive(Uuid::nil(), "elsewhere");
    assert_eq!(
        open().move_to(&usual(), foreign, seller(), at(1)),
        Err(OpportunityRefused::StageForeign)
    );
    assert_eq!(
        open().move_to(&usual(), stage(1), seller(), at(1)),
        Err(OpportunityRefused::StageUnchanged)
    );
    let mut process = usual();
    process.stages[2].retired = true;
    assert_eq!(
        open().move_to(&process, stage(3), seller(), at(1)),
        Err(OpportunityRefused::StageRetired)
    );
    let mut closed_in_retired = open();
    closed_in_retired
        .move_to(&usual(), stage(3), seller(), at(1))
        .unwrap();
    closed_in_retired.win(false, seller(), at(2)).unwrap();
    assert_eq!(
        closed_in_retired
            .clone()
            .reopen(&process, None, false, seller(), at(3)),
        Err(OpportunityRefused::StageRetired)
    );
    closed_in_retired
        .reopen(&process, Some(stage(4)), false, seller(), at(3))
        .unwrap();
    assert_eq!(closed_in_retired.stage, stage(4));
}

#[test]
fn a_deal_without_an_amount_or_an_account_cannot_be_won() {
    let mut deal = Opportunity {
        amount_minor: None,
        ..open()
    };
    assert_eq!(
        deal.win(false, seller(), at(1)),
        Err(CommerceRefused::WithoutAmount.into())
    );
    let mut deal = Opportunity {
        head: Head {
            party: None,
            ..open().head
        },
        ..open()
    };
    assert_eq!(
        deal.win(false, seller(), at(1)),
        Err(CommerceRefused::WithoutAccount.into())
    );
}

#[test]
fn the_amount_is_the_sum_of_the_lines_and_else_what_was_stated() {
    let mut deal = open();
    assert_eq!(deal.amount_minor, Some(100_000));
    deal.set_lines(Some("CNY".into()), vec![item("server", 2_000, Some(300))])
        .unwrap();
    assert_eq!(deal.amount_minor, Some(600));
    assert_eq!(
        state(&mut deal, Some(5)),
        Err(OpportunityRefused::AmountFollowsLines)
    );
    state(&mut deal, Some(600)).unwrap();
    deal.set_lines(None, Vec::new()).unwrap();
    assert_eq!(deal.amount_minor, Some(100_000));
    for amount in [Some(5), None] {
        state(&mut deal, amount).unwrap();
        assert_eq!(deal.amount_minor, amount);
    }
}

fn state(
    deal: &mut Opportunity,
    minor: Option<i64>,
) -> Result<OpportunityEvent, OpportunityRefused> {
    deal.update(
        deal.head.clone(),
        minor.map(|minor| Money::new("CNY", minor)),
    )
}

#[test]
fn what_was_stated_in_another_currency_is_forgotten() {
    let mut deal = open();
    deal.set_lines(Some("USD".into()), vec![item("server", 1_000, Some(7))])
        .unwrap();
    assert_eq!(
        (deal.currency.as_str(), deal.amount_minor),
        ("USD", Some(7))
    );
    deal.set_lines(None, Vec::new()).unwrap();
    assert_eq!((deal.currency.as_str(), deal.amount_minor), ("USD", None));
}

#[test]
fn the_same_lines_again_change_nothing() {
    let mut deal = open();
    deal.set_lines(None, vec![item("server", 1_000, Some(7))])
        .unwrap();
    let before = deal.clone();
    deal.version += 1;
    deal.set_lines(None, vec![item("server", 1_000, Some(7))])
        .unwrap();
    deal.version -= 1;
    assert_eq!(deal, before);
}

#[test]
fn what_is_over_counts_for_whoever_had_it_then() {
    let heir = MemberId::derive(Uuid::nil(), "heir");
    let credits = |deal: &Opportunity| {
        let visits = deal.visits.iter().map(|v| v.credit);
        (deal.credit, visits.collect::<Vec<_>>())
    };
    let mut deal = open();
    deal.move_to(&usual(), stage(2), seller(), at(10)).unwrap();
    deal.own(heir);
    assert_eq!(credits(&deal), (heir, vec![seller(), heir]));
    deal.win(false, heir, at(20)).unwrap();
    deal.own(seller());
    assert_eq!(deal.head.owner, seller());
    assert_eq!(credits(&deal), (heir, vec![seller(), heir]));
    deal.reopen(&usual(), None, false, heir, at(30)).unwrap();
    assert_eq!(credits(&deal), (seller(), vec![seller(), heir, seller()]));
}

/// Stage, how it ended and for how long, of every visit.
fn path(deal: &Opportunity) -> Vec<(i32, Outcome, Option<i64>)> {
    deal.visits
        .iter()
        .map(|v| (v.position, v.outcome, v.dwell_s))
        .collect()
}

#[test]
fn a_path_holds_every_stay_and_no_stage_that_was_skipped() {
    let mut deal = open();
    let moved = deal.move_to(&usual(), stage(4), seller(), at(60)).unwrap();
    let OpportunityEvent::Moved { left, skipped } = moved else {
        panic!("{moved:?}")
    };
    assert_eq!((left.stage, left.left_by), (stage(1), Some(seller())));
    assert_eq!(skipped, [stage(2), stage(3)]);
    let back = deal.move_to(&usual(), stage(2), seller(), at(90)).unwrap();
    assert!(matches!(back, OpportunityEvent::Moved { skipped, .. } if skipped.is_empty()));
    deal.lose(LossReason::Price, String::new(), seller(), at(100))
        .unwrap();
    deal.reopen(&usual(), None, false, seller(), at(200))
        .unwrap();
    deal.win(false, seller(), at(230)).unwrap();
    assert_eq!(
        path(&deal),
        [
            (1, Outcome::MovedOn, Some(60)),
            (4, Outcome::MovedBack, Some(30)),
            (2, Outcome::Lost, Some(10)),
            (2, Outcome::Won, Some(30)),
        ]
    );
}

#[test]
fn a_reopened_deal_forgets_how_it_was_closed() {
    let mut deal = lost();
    let event = deal
        .reopen(&usual(), None, false, seller(), at(20))
        .unwrap();
    assert_eq!(
        event,
        OpportunityEvent::Reopened {
            old_state: State::Lost
        }
    );
    assert_eq!(
        (deal.loss_reason, deal.competitor.as_str(), deal.closed_at),
        (None, "", None)
    );
    assert_eq!(
        (deal.state, deal.commerce, deal.probability_percent),
        (State::Open, Commerce::None, 10)
    );
    let event = won()
        .reopen(&usual(), None, false, seller(), at(20))
        .unwrap();
    assert_eq!(
        event,
        OpportunityEvent::Reopened {
            old_state: State::Won
        }
    );
}

#[test]
fn a_clock_that_was_set_back_does_not_make_a_stay_negative() {
    let mut deal = Opportunity::open(draft(), &usual(), None, seller(), at(100)).unwrap();
    deal.win(false, seller(), at(40)).unwrap();
    assert_eq!(path(&deal), [(1, Outcome::Won, Some(0))]);
}

#[test]
fn a_clock_that_was_set_back_does_not_make_stays_overlap() {
    let mut deal = Opportunity::open(draft(), &usual(), None, seller(), at(0)).unwrap();
    deal.move_to(&usual(), stage(2), seller(), at(100)).unwrap();
    deal.move_to(&usual(), stage(3), seller(), at(40)).unwrap();
    deal.win(false, seller(), at(130)).unwrap();
    let stays = [
        (1, Outcome::MovedOn, Some(100)),
        (2, Outcome::MovedOn, Some(0)),
        (3, Outcome::Won, Some(30)),
    ];
    assert_eq!(path(&deal), stays);
}

#[test]
fn an_imported_deal_was_in_the_first_stage_until_it_was_engaged() {
    let deal = won_before();
    assert_eq!(
        path(&deal),
        [
            (1, Outcome::MovedOn, None),
            (2, Outcome::Won, Some(59 * DAY_S))
        ]
    );
    assert_eq!(
        deal.visits[1].entered_at,
        "2016-12-31T16:00:00Z".parse().ok()
    );
    assert_eq!((deal.state, deal.commerce), (State::Won, Commerce::Outside));
    assert!(!deal.visits.iter().any(Visit::made_here));
}

#[test]
fn what_an_import_does_not_tell_is_not_made_up() {
    let prospecting = imported(&past(State::Open, None, None), 1);
    assert_eq!(path(&prospecting), [(1, Outcome::Open, None)]);
    assert_eq!(prospecting.visits[0].entered_at, None);
    let lost = imported(&past(State::Lost, None, Some("2017-03-01")), 2);
    assert_eq!(path(&lost), [(2, Outcome::Lost, None)]);
    assert_eq!(lost.loss_reason, Some(LossReason::Unknown));
}

#[test]
fn an_import_takes_over_a_changed_row_but_never_a_path_that_people_went() {
    let won = past(State::Won, Some("2017-01-01"), Some("2017-03-01"));
    let mut deal = imported(&past(State::Open, Some("2017-01-01"), None), 2);
    deal.version = 7;
    deal.import_again(imported(&won, 2), won.clone()).unwrap();
    assert_eq!((deal.state, deal.version), (State::Won, 7));
    deal.reopen(&usual(), None, false, seller(), at(0)).unwrap();
    let before = deal.clone();
    assert_eq!(
        deal.import_again(imported(&won, 2), won),
        Err(OpportunityRefused::WorkedOn)
    );
    assert_eq!(deal, before);
}

mod whatever_is_done {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// One visit is open exactly while the deal is, in its stage; each begins where the last one ended.
        #[test]
        fn the_visits_tell_the_whole_life(steps in proptest::collection::vec((0_usize..9, 1_usize..6, 0_i64..100), 0..40)) {
            let (mut deal, mut now) = (open(), 0);
            for (verb, to, pause) in steps {
                now += pause;
                let _ = match verb {
                    2 => deal.move_to(&usual(), stage(to), seller(), at(now)),
                    3 => deal.win(false, seller(), at(now)),
                    4 => deal.lose(LossReason::Other, String::new(), seller(), at(now)),
                    5 | 6 => deal.reopen(&usual(), Some(stage(to)), verb == 6, seller(), at(now)),
                    other => VERBS[other].1(&mut deal),
                };
                let (last, before) = deal.visits.split_last().unwrap();
                let outcome = match deal.state {
                    State::Open => Outcome::Open,
                    State::Won => Outcome::Won,
                    State::Lost => Outcome::Lost,
                    State::Retracted => Outcome::Retracted,
                };
                prop_assert_eq!((last.outcome, last.stage), (outcome, deal.stage));
                prop_assert!(before.iter().all(|v| v.outcome != Outcome::Open));
                prop_assert!(deal.visits.windows(2).all(|v| v[0].left_at <= v[1].entered_at));
                prop_assert!((1..).zip(&deal.visits).all(|(n, v)| v.sequence == n));
            }
        }
    }
}
