//! Every verb in every state, for projects that are a deal and for those that are none.

use baton_chassis::{
    Money,
    ids::{Id as _, LeadId, MilestoneId, PartyId, TaskId},
};
use chrono::Duration;
use uuid::Uuid;

use super::*;
use crate::{commerce::CommerceRefused, opportunity::State as DealState};

mod properties;

fn at(second: i64) -> Time {
    Time::UNIX_EPOCH + Duration::seconds(second)
}

fn lead() -> LeadId {
    LeadId::derive(Uuid::nil(), "lead")
}

fn me() -> MemberId {
    MemberId::derive(Uuid::nil(), "me")
}

fn item(price: i64) -> Item {
    Item {
        product: None,
        description: "server".into(),
        quantity_milli: 1_000,
        unit_price_minor: Some(price),
        discount_bp: 0,
        amount_minor: None,
    }
    .priced()
    .unwrap()
}

fn terms(minor: i64) -> Terms {
    Terms {
        amount: Some(Money::new("CNY", minor)),
        percent: Some(40),
        expected_close: None,
    }
}

/// A sales project comes from a lead, any other one from nowhere.
fn draft(purpose: Purpose) -> Draft {
    let source = match purpose {
        Purpose::Sales { .. } => Source::of(SourceKind::Lead, lead()),
        Purpose::Marketing | Purpose::Other => Source::direct(),
    };
    Draft {
        id: ProjectId::derive(Uuid::nil(), "project"),
        number: "PJ-1".into(),
        head: Head {
            name: "New plant".into(),
            party: Some(PartyId::derive(Uuid::nil(), "account")),
            contact: None,
            description: String::new(),
            team: Vec::new(),
            milestones: Vec::new(),
            risk: None,
            risk_note: String::new(),
            budget_currency: None,
            budget_minor: None,
            owner: me(),
            territory: None,
        },
        purpose,
        source,
    }
}

fn sale() -> Purpose {
    Purpose::Sales {
        terms: terms(100_000),
        currency: "CNY".into(),
        items: Vec::new(),
    }
}

fn done_task() -> TaskId {
    TaskId::derive(Uuid::nil(), "done")
}

/// A project with one task, which is done.
fn planned(purpose: Purpose) -> Project {
    let mut project = Project::plan(draft(purpose), at(0));
    let work = Work {
        title: "Visit".into(),
        assignee: me(),
        due_on: None,
        milestone: None,
    };
    project.add_task(done_task(), work).unwrap();
    project
        .end_task(done_task(), TaskState::Done, me(), at(1))
        .unwrap();
    project
}

fn active(purpose: Purpose) -> Project {
    let mut project = planned(purpose);
    project.start(me()).unwrap();
    project
}

fn on_hold(purpose: Purpose) -> Project {
    let mut project = active(purpose);
    project.hold("No money".into(), me()).unwrap();
    project
}

fn completed() -> Project {
    let mut project = active(Purpose::Marketing);
    project.complete(me(), at(9)).unwrap();
    project
}

fn cancelled() -> Project {
    let mut project = active(Purpose::Other);
    project.cancel("No need".into(), me(), at(9)).unwrap();
    project
}

pub(crate) fn won(for_commerce: bool) -> Project {
    let mut project = active(sale());
    project.win(for_commerce, me(), at(8)).unwrap();
    project
}

fn with_commerce(commerce: Commerce) -> Project {
    let mut project = won(false);
    project.deal.as_mut().unwrap().commerce = commerce;
    project
}

fn lost() -> Project {
    let mut project = active(sale());
    project
        .lose(LossReason::Price, String::new(), me(), at(8))
        .unwrap();
    project
}

pub(crate) fn won_and_done() -> Project {
    let mut project = won(true);
    project.complete(me(), at(9)).unwrap();
    project
}

/// Projects that are no deal, in every state.
pub(crate) fn without_a_deal() -> [Project; 5] {
    [
        planned(Purpose::Other),
        active(Purpose::Marketing),
        on_hold(Purpose::Other),
        completed(),
        cancelled(),
    ]
}

/// As a conversion makes it.
fn fresh() -> Project {
    Project::plan(draft(sale()), at(0))
}

fn retracted() -> Project {
    let mut project = fresh();
    project.retract(lead(), false, me(), at(9)).unwrap();
    project
}

type Verb = fn(&mut Project) -> Result<ProjectEvent, ProjectRefused>;

/// The verbs, in the order of the columns below.
const VERBS: [(&str, Verb); 14] = [
    ("update", |p| {
        let head = Head {
            name: "Old plant".into(),
            ..p.head.clone()
        };
        p.update(head, p.terms())
    }),
    ("state terms", |p| p.update(p.head.clone(), terms(7))),
    ("set lines", |p| p.set_lines(None, vec![item(5)])),
    ("start", |p| p.start(me())),
    ("hold", |p| p.hold("Holiday".into(), me())),
    ("resume", |p| p.resume(me())),
    ("complete", |p| p.complete(me(), at(20))),
    ("cancel", |p| p.cancel("Why not".into(), me(), at(20))),
    ("win", |p| p.win(false, me(), at(20))),
    ("lose", |p| {
        p.lose(LossReason::Timing, String::new(), me(), at(20))
    }),
    ("reopen", |p| p.reopen(false, me())),
    ("reopen for commerce", |p| p.reopen(true, me())),
    ("reopen task", |p| p.reopen_task(done_task(), me())),
    ("retract", |p| p.retract(lead(), false, me(), at(20))),
];

#[test]
fn every_verb_is_allowed_or_refused_in_every_state() {
    use ProjectRefused as R;
    let ended = |state| Some(R::Ended(state));
    let (no, open, deal) = (Some(R::NotSales), Some(R::Open), |s| Some(R::DealClosed(s)));
    let (w, l) = (DealState::Won, DealState::Lost);
    let (done, gone) = (State::Completed, State::Cancelled);
    let on_its_way = |c| Some(R::Commerce(c));
    let with = on_its_way(CommerceRefused::WithCommerce);
    let runs = on_its_way(CommerceRefused::HandOverRunning);
    let (begun, idle, free) = (Some(R::Begun), Some(R::NotActive), Some(R::NotOnHold));
    let wait = Some(R::DealOpen);
    let (other, moved, back) = (
        Some(R::OfAnotherLead),
        Some(R::Moved),
        ended(State::Retracted),
    );
    #[rustfmt::skip]
    let table = [
        // update, terms, lines, start, hold, resume, complete, cancel, win, lose, reopen, for commerce, reopen task, retract
        (planned(Purpose::Marketing), [None, no.clone(), no.clone(), None, idle.clone(), free.clone(), idle.clone(), None, no.clone(), no.clone(), open.clone(), open.clone(), None, other.clone()]),
        (active(Purpose::Marketing), [None, no.clone(), no.clone(), begun.clone(), None, free.clone(), None, None, no.clone(), no.clone(), open.clone(), open.clone(), None, other.clone()]),
        (on_hold(Purpose::Other), [None, no.clone(), no.clone(), begun.clone(), idle.clone(), None, idle.clone(), None, no.clone(), no.clone(), open.clone(), open.clone(), None, other.clone()]),
        (completed(), [ended(done), ended(done), no.clone(), ended(done), ended(done), ended(done), ended(done), ended(done), no.clone(), no.clone(), None, None, ended(done), other.clone()]),
        (cancelled(), [ended(gone), ended(gone), no.clone(), ended(gone), ended(gone), ended(gone), ended(gone), ended(gone), no.clone(), no, None, None, ended(gone), other.clone()]),
        (fresh(), [None, None, None, None, idle.clone(), free.clone(), idle.clone(), wait.clone(), None, None, open.clone(), open.clone(), Some(R::TaskOpen), None]),
        (planned(sale()), [None, None, None, None, idle.clone(), free.clone(), idle.clone(), wait.clone(), None, None, open.clone(), open.clone(), None, Some(R::WithWork)]),
        (active(sale()), [None, None, None, begun.clone(), None, free.clone(), wait.clone(), wait.clone(), None, None, open.clone(), open.clone(), None, moved.clone()]),
        (on_hold(sale()), [None, None, None, begun.clone(), idle.clone(), None, idle, wait, None, None, open.clone(), open, None, moved.clone()]),
        (won(false), [None, deal(w), deal(w), begun.clone(), None, free.clone(), None, deal(w), deal(w), deal(w), None, None, None, deal(w)]),
        (won(true), [None, deal(w), deal(w), begun.clone(), None, free.clone(), None, deal(w), deal(w), deal(w), with.clone(), None, None, deal(w)]),
        (with_commerce(Commerce::HandingOver), [runs.clone(), deal(w), deal(w), begun.clone(), None, free.clone(), None, deal(w), deal(w), deal(w), runs.clone(), runs, None, deal(w)]),
        (with_commerce(Commerce::HandedOver), [None, deal(w), deal(w), begun.clone(), None, free.clone(), None, deal(w), deal(w), deal(w), with.clone(), with.clone(), None, deal(w)]),
        (lost(), [None, deal(l), deal(l), begun, None, free, None, None, deal(l), deal(l), None, None, None, deal(l)]),
        (won_and_done(), [ended(done), ended(done), ended(done), ended(done), ended(done), ended(done), ended(done), ended(done), ended(done), ended(done), with, None, ended(done), ended(done)]),
        (retracted(), std::array::from_fn(|_| back.clone())),
    ];
    for (project, refusals) in table {
        for ((name, verb), refusal) in VERBS.iter().zip(refusals) {
            let mut after = project.clone();
            let told = verb(&mut after).err();
            let stands = (project.kind, project.state, project.deal_state());
            assert_eq!(told, refusal, "{name} in {stands:?}");
            assert_eq!(
                after == project,
                told.is_some(),
                "{name} in {stands:?}: a refusal changes nothing, a verb does"
            );
        }
    }
}

#[test]
fn a_source_fixes_the_type_and_only_what_was_made_directly_chooses() {
    for kind in SourceKind::ALL {
        let fixed = match kind {
            SourceKind::Lead | SourceKind::Opportunity => Ok(Some(Type::Sales)),
            SourceKind::Campaign => Ok(Some(Type::Marketing)),
            SourceKind::Direct => Ok(None),
            _ => Err(SourceUnfit),
        };
        assert_eq!(Type::fixed_by(*kind), fixed, "{kind}");
    }
}

#[test]
fn a_project_is_not_completed_while_tasks_are_left_and_calls_them_off_when_given_up() {
    let mut project = active(Purpose::Marketing);
    project.reopen_task(done_task(), me()).unwrap();
    assert_eq!(
        project.reopen_task(done_task(), me()),
        Err(ProjectRefused::TaskOpen)
    );
    assert_eq!(
        project.complete(me(), at(20)),
        Err(ProjectRefused::TasksOpen(1))
    );
    project.cancel("No need".into(), me(), at(20)).unwrap();
    let task = project.task(done_task()).unwrap();
    assert_eq!(
        (task.state, task.ended_at),
        (TaskState::Cancelled, Some(at(20)))
    );
}

#[test]
fn a_task_that_has_ended_is_not_changed() {
    let mut project = active(Purpose::Other);
    let work = project.task(done_task()).unwrap().work.clone();
    assert_eq!(
        project.update_task(done_task(), work),
        Err(ProjectRefused::TaskEnded)
    );
    let again = project.end_task(done_task(), TaskState::Cancelled, me(), at(20));
    assert_eq!(again, Err(ProjectRefused::TaskEnded));
}

#[test]
fn only_what_nothing_was_built_on_is_retracted_and_only_with_its_own_lead() {
    let back = |p: &mut Project, used| p.retract(lead(), used, me(), at(20)).err();
    let mut project = fresh();
    let other = LeadId::derive(Uuid::nil(), "other");
    assert_eq!(
        project.retract(other, false, me(), at(20)),
        Err(ProjectRefused::OfAnotherLead)
    );
    assert_eq!(back(&mut project, true), Some(ProjectRefused::BuiltOn));
    let mut with_team = fresh();
    with_team.head.team.push(Teammate {
        member: me(),
        role: "sales".into(),
    });
    assert_eq!(back(&mut with_team, false), Some(ProjectRefused::WithWork));
    let mut with_lines = fresh();
    with_lines.set_lines(None, vec![item(5)]).unwrap();
    assert_eq!(
        back(&mut with_lines, false),
        Some(ProjectRefused::WithLines)
    );
    let mut lost_and_open = fresh();
    lost_and_open
        .lose(LossReason::Price, String::new(), me(), at(8))
        .unwrap();
    lost_and_open.reopen(false, me()).unwrap();
    assert_eq!(back(&mut lost_and_open, false), Some(ProjectRefused::Moved));

    let head = Head {
        name: "Old plant".into(),
        ..project.head.clone()
    };
    project.update(head, terms(7)).unwrap();
    assert_eq!(back(&mut project, false), None, "a better name is no work");
    let deal = project.deal.unwrap();
    assert_eq!(
        (project.state, deal.state, deal.closed_at),
        (State::Retracted, DealState::Retracted, Some(at(20)))
    );
}

#[test]
fn a_project_has_a_limited_number_of_tasks() {
    let mut project = active(Purpose::Other);
    let work = project.task(done_task()).unwrap().work.clone();
    for n in 1..TASKS_MAX {
        let id = TaskId::derive(Uuid::nil(), &n.to_string());
        project.add_task(id, work.clone()).unwrap();
    }
    let one_more = project.add_task(TaskId::derive(Uuid::nil(), "x"), work);
    assert_eq!(one_more, Err(ProjectRefused::TasksFull));
}

#[test]
fn a_task_does_not_lead_to_a_milestone_that_was_taken_out() {
    let mut project = active(Purpose::Marketing);
    let milestone = Milestone {
        id: MilestoneId::derive(Uuid::nil(), "stand"),
        name: "The stand is built".into(),
        planned_on: "2026-05-01".parse().unwrap(),
        actual_on: None,
    };
    let mut head = project.head.clone();
    head.milestones = vec![milestone.clone()];
    project.update(head.clone(), Terms::default()).unwrap();
    project.reopen_task(done_task(), me()).unwrap();
    let work = Work {
        milestone: Some(milestone.id),
        ..project.task(done_task()).unwrap().work.clone()
    };
    project.update_task(done_task(), work).unwrap();
    head.milestones.clear();
    project.update(head, Terms::default()).unwrap();
    assert_eq!(project.task(done_task()).unwrap().work.milestone, None);
}

#[test]
fn a_sales_project_without_an_amount_or_an_account_cannot_be_won() {
    let mut project = active(sale());
    project
        .update(project.head.clone(), Terms::default())
        .unwrap();
    assert_eq!(
        project.win(false, me(), at(20)),
        Err(CommerceRefused::WithoutAmount.into())
    );
    let mut project = active(sale());
    project.head.party = None;
    assert_eq!(
        project.win(false, me(), at(20)),
        Err(CommerceRefused::WithoutAccount.into())
    );
}

#[test]
fn who_buys_is_settled_once_a_deal_is_closed() {
    let other = Head {
        party: None,
        ..won(false).head
    };
    let mut project = won(false);
    assert_eq!(
        project.update(other.clone(), project.terms()),
        Err(ProjectRefused::DealClosed(DealState::Won))
    );
    active(Purpose::Marketing)
        .update(other, Terms::default())
        .unwrap();
}

#[test]
fn what_commerce_is_not_asked_for_may_change_while_it_makes_a_contract() {
    let mut project = with_commerce(Commerce::HandingOver);
    let head = Head {
        risk_note: "The ground is wet".into(),
        ..project.head.clone()
    };
    project.update(head, project.terms()).unwrap();
    let handed_on = Head {
        owner: MemberId::derive(Uuid::nil(), "another"),
        ..project.head.clone()
    };
    let refused = project.update(handed_on, project.terms());
    assert_eq!(refused, Err(CommerceRefused::HandOverRunning.into()));
}

#[test]
fn the_amount_is_the_sum_of_the_lines_and_else_what_was_stated() {
    let mut project = active(sale());
    project
        .set_lines(Some("CNY".into()), vec![item(300), item(4)])
        .unwrap();
    assert_eq!(project.amount(), Some(Money::new("CNY", 304)));
    assert_eq!(
        project.update(project.head.clone(), terms(5)),
        Err(ProjectRefused::AmountFollowsLines)
    );
    project.set_lines(None, Vec::new()).unwrap();
    assert_eq!(project.amount(), Some(Money::new("CNY", 100_000)));
    project
        .set_lines(Some("USD".into()), vec![item(300)])
        .unwrap();
    project.set_lines(None, Vec::new()).unwrap();
    assert_eq!(project.amount(), None, "what was said in another currency");
}

#[test]
fn the_chance_of_a_closed_deal_is_certain_and_of_a_reopened_one_as_stated() {
    let percent = |p: &Project| p.deal.as_ref().unwrap().probability_percent;
    assert_eq!(percent(&won(true)), Some(100));
    let mut project = lost();
    assert_eq!(percent(&project), Some(0));
    project.reopen(false, me()).unwrap();
    assert_eq!(percent(&project), Some(40));
    let deal = project.deal.unwrap();
    assert_eq!((deal.loss_reason, deal.closed_at), (None, None));
}

mod whatever_is_done {
    use proptest::prelude::*;

    use super::*;

    fn purpose() -> impl Strategy<Value = (Purpose, Type)> {
        prop_oneof![
            Just((sale(), Type::Sales)),
            Just((Purpose::Marketing, Type::Marketing)),
            Just((Purpose::Other, Type::Other)),
        ]
    }

    proptest! {
        /// The type of a project never changes, and there is a deal exactly in sales projects.
        #[test]
        fn only_a_sales_project_is_a_deal((purpose, kind) in purpose(), verbs in proptest::collection::vec(0_usize..14, 0..40)) {
            let mut project = planned(purpose);
            for verb in verbs {
                let _ = VERBS[verb].1(&mut project);
                prop_assert_eq!(project.kind, kind);
                prop_assert_eq!(project.deal.is_some(), kind == Type::Sales);
                prop_assert_eq!(project.amount().is_some() && kind != Type::Sales, false);
                let ended = matches!(project.state, State::Completed | State::Cancelled);
                prop_assert_eq!(project.ended_at.is_some(), ended);
                if let Some(deal) = &project.deal {
                    prop_assert_eq!(deal.commerce != Commerce::None, deal.state == DealState::Won);
                    prop_assert_eq!(deal.closed_at.is_some(), deal.state != DealState::Open);
                    prop_assert_eq!(deal.loss_reason.is_some(), deal.state == DealState::Lost);
                    prop_assert!(!ended || deal.state != DealState::Open, "an ended project is no open deal");
                }
            }
        }
    }
}
