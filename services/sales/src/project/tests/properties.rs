//! Any verbs on a sales project, against a model of two states: that of the work and that of the deal.

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::commerce::Target;

#[derive(Clone, Copy, Debug)]
enum Deed {
    Start,
    Hold,
    Resume,
    Complete,
    Cancel,
    Win(bool),
    Lose,
    Reopen(bool),
    SetLines(i64),
    State(i64),
    AddTask(u8),
    EndTask(u8),
    Retract(bool),
    HandOver,
    GiveBack,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => Just(Deed::Start),
        2 => Just(Deed::Hold),
        2 => Just(Deed::Resume),
        3 => Just(Deed::Complete),
        2 => Just(Deed::Cancel),
        2 => any::<bool>().prop_map(Deed::Win),
        2 => Just(Deed::Lose),
        3 => any::<bool>().prop_map(Deed::Reopen),
        1 => (0..2_000_i64).prop_map(Deed::SetLines),
        1 => (0..2_000_i64).prop_map(Deed::State),
        2 => (0..4_u8).prop_map(Deed::AddTask),
        3 => (0..4_u8).prop_map(Deed::EndTask),
        1 => any::<bool>().prop_map(Deed::Retract),
        1 => Just(Deed::HandOver),
        1 => Just(Deed::GiveBack),
    ]
}

fn task(n: u8) -> TaskId {
    TaskId::derive(Uuid::nil(), &n.to_string())
}

fn done(project: &mut Project, deed: Deed, now: Time) -> Result<(), ProjectRefused> {
    match deed {
        Deed::Start => project.start(me()).map(drop),
        Deed::Hold => project.hold("No money".into(), me()).map(drop),
        Deed::Resume => project.resume(me()).map(drop),
        Deed::Complete => project.complete(me(), now).map(drop),
        Deed::Cancel => project.cancel("No need".into(), me(), now).map(drop),
        Deed::Win(for_commerce) => project.win(for_commerce, me(), now).map(drop),
        Deed::Lose => project
            .lose(LossReason::Price, String::new(), me(), now)
            .map(drop),
        Deed::Reopen(for_commerce) => project.reopen(for_commerce, me()).map(drop),
        Deed::SetLines(price) => project.set_lines(None, vec![item(price)]).map(drop),
        Deed::State(minor) => project.update(project.head.clone(), terms(minor)).map(drop),
        // No id is given out twice.
        Deed::AddTask(n) if project.tasks.iter().any(|t| t.id == task(n)) => Ok(()),
        Deed::AddTask(n) => {
            let work = Work {
                title: "Visit".into(),
                assignee: me(),
                due_on: None,
                milestone: None,
            };
            project.add_task(task(n), work).map(drop)
        }
        Deed::EndTask(n) => project
            .end_task(task(n), TaskState::Done, me(), now)
            .map(drop),
        Deed::Retract(used) => project.retract(lead(), used, me(), now).map(drop),
        Deed::HandOver => project.start_hand_over(Target::Order, me()).map(drop),
        Deed::GiveBack => project.give_back().map(drop),
    }
}

/// Where the work and the deal may go in one verb.
fn goes(from: &Project, to: &Project) -> bool {
    use State::{Active, Cancelled, Completed, OnHold, Planned, Retracted};
    let work = match (from.state, to.state) {
        (Planned, Active | Cancelled | Retracted)
        | (Active, OnHold | Completed | Cancelled)
        | (OnHold, Active | Cancelled) => true,
        (Completed | Cancelled, Active) => to.reopened,
        (same, other) => same == other,
    };
    let deal = match (from.deal_state(), to.deal_state()) {
        (Some(DealState::Open), Some(DealState::Won | DealState::Lost)) => true,
        (Some(DealState::Open), Some(DealState::Retracted)) => to.state == Retracted,
        (Some(DealState::Won | DealState::Lost), Some(DealState::Open)) => to.reopened,
        (same, other) => same == other,
    };
    work && deal
}

proptest! {
    #[test]
    fn whatever_is_done_to_a_project_its_work_and_its_deal_fit_together(deeds in vec((deed(), 0..500_i64), 0..50)) {
        let mut project = Project::plan(draft(sale()), at(0));
        for (deed, second) in deeds {
            let before = project.clone();
            if done(&mut project, deed, at(second)).is_err() {
                prop_assert_eq!(&project, &before, "what is refused changes nothing");
            }
            prop_assert!(goes(&before, &project), "{:?} to {:?}", (before.state, before.deal_state()), (project.state, project.deal_state()));
            let over = matches!(project.state, State::Completed | State::Cancelled | State::Retracted);
            prop_assert_eq!(project.ended_at.is_some(), over && project.state != State::Retracted);
            prop_assert!(!over || project.tasks.iter().all(|t| !t.is_open()), "nothing is left to do when it is over");
            prop_assert_eq!(project.reason.is_empty(), !matches!(project.state, State::OnHold | State::Cancelled));
            let deal = project.deal.as_ref().unwrap();
            let open = deal.state == DealState::Open;
            prop_assert!(!over || !open, "somebody said how the deal ended");
            prop_assert!(deal.state != DealState::Won || project.state != State::Cancelled);
            prop_assert_eq!((deal.closed_at.is_none(), deal.loss_reason.is_some()), (open, deal.state == DealState::Lost));
            prop_assert_eq!(deal.commerce != Commerce::None, deal.state == DealState::Won);
            prop_assert!(deal.amount_minor.is_some() || deal.state != DealState::Won);
            let sum: i64 = deal.lines.iter().filter_map(|l| l.item.amount_minor).sum();
            prop_assert!(deal.lines.is_empty() || deal.amount_minor == Some(sum));
        }
    }
}
