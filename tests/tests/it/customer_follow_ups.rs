//! Stories of what is to be done next.

use baton_chassis::{test::Engine, wire::timestamp};
use baton_proto::customer::v1::{self as pb, FollowUpState as State};
use chrono::Duration;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    customer::{Desk, Firm, about, company},
};

impl Desk {
    async fn follow_up(&mut self, follow_up: pb::FollowUp) -> pb::FollowUp {
        let request = pb::CreateFollowUpRequest {
            follow_up: Some(follow_up),
            ..Default::default()
        };
        told(self.follow_ups.create_follow_up(request).await)
            .follow_up
            .unwrap()
    }

    async fn read_follow_up(&mut self, id: &str) -> pb::FollowUp {
        let request = pb::GetFollowUpRequest { id: id.into() };
        told(self.follow_ups.get_follow_up(request).await)
            .follow_up
            .unwrap()
    }
}

/// To call back in two days.
fn call_back(firm: &Firm, party: &str) -> pb::FollowUp {
    pb::FollowUp {
        about: about("ACCOUNT", party),
        title: "call 韩梅梅 back".into(),
        due_time: Some(firm.in_days(2)),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_follow_up_is_done_or_dropped_and_can_be_taken_up_again() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let party = desk.account(company("Acme")).await.id;
        let made = desk.follow_up(call_back(&firm, &party)).await;
        assert_eq!((made.state(), &made.party_id), (State::Open, &party));
        assert_eq!(made.owner_id, firm.seller.id.to_string());
        assert_eq!(made.territory_id, firm.east.to_string());
        let id = made.id.clone();

        let complete = pb::CompleteFollowUpRequest {
            id: id.clone(),
            etag: made.etag.clone(),
            result: "reached her".into(),
            ..Default::default()
        };
        let cancel = pb::CancelFollowUpRequest {
            id: id.clone(),
            ..Default::default()
        };
        let reopen = pb::ReopenFollowUpRequest {
            id: id.clone(),
            ..Default::default()
        };
        let update = pb::UpdateFollowUpRequest {
            follow_up: Some(pb::FollowUp {
                id: id.clone(),
                ..Default::default()
            }),
            update_mask: mask(&["note"]),
            ..Default::default()
        };
        let precondition = |reason: &str| (Code::FailedPrecondition, reason.to_owned());
        let early = desk.follow_ups.reopen_follow_up(reopen.clone()).await;
        assert_eq!(refused(early), precondition("FOLLOW_UP_OPEN"));

        let f = &mut desk.follow_ups;
        let done = told(f.complete_follow_up(complete.clone()).await)
            .follow_up
            .unwrap();
        assert_eq!(
            (done.state(), done.result.as_str()),
            (State::Completed, "reached her")
        );
        assert_eq!(done.close_time, Some(timestamp(firm.now())));
        let stale = f.complete_follow_up(complete.clone()).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));
        let again = pb::CompleteFollowUpRequest {
            etag: String::new(),
            ..complete
        };
        let closed = precondition("FOLLOW_UP_CLOSED");
        assert_eq!(refused(f.complete_follow_up(again).await), closed);
        assert_eq!(refused(f.cancel_follow_up(cancel.clone()).await), closed);
        assert_eq!(refused(f.update_follow_up(update).await), closed);

        let opened = told(f.reopen_follow_up(reopen).await).follow_up.unwrap();
        assert_eq!((opened.state(), opened.result.as_str()), (State::Open, ""));
        assert_eq!(opened.close_time, None);
        let dropped = told(f.cancel_follow_up(cancel).await).follow_up.unwrap();
        assert_eq!(dropped.state(), State::Cancelled);
        let story = firm.story_of(&id).await;
        let verbs = ["created", "completed", "reopened", "cancelled"];
        assert_eq!(story, verbs.map(|verb| format!("follow_up_{verb}")));
    }
}

#[tokio::test]
async fn its_time_comes_once_and_only_while_it_is_open() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let party = desk.account(company("Acme")).await.id;
        let waiting = desk.follow_up(call_back(&firm, &party)).await.id;
        let done = desk.follow_up(call_back(&firm, &party)).await.id;
        let put_off = desk.follow_up(call_back(&firm, &party)).await.id;
        let complete = pb::CompleteFollowUpRequest {
            id: done.clone(),
            ..Default::default()
        };
        told(desk.follow_ups.complete_follow_up(complete).await);
        let later = pb::UpdateFollowUpRequest {
            follow_up: Some(pb::FollowUp {
                id: put_off.clone(),
                due_time: Some(firm.in_days(5)),
                ..Default::default()
            }),
            update_mask: mask(&["due_time"]),
            ..Default::default()
        };
        told(desk.follow_ups.update_follow_up(later).await);

        let due = async |id: &str| firm.facts::<pb::FollowUpCameDue>(id).await.len();
        firm.world.advance(Duration::hours(47)).await;
        assert_eq!(due(&waiting).await, 0);
        firm.world.advance(Duration::hours(2)).await;
        assert_eq!(
            [due(&waiting).await, due(&done).await, due(&put_off).await],
            [1, 0, 0]
        );
        let told_of = desk.read_follow_up(&waiting).await;
        assert_eq!(
            (told_of.state(), told_of.came_due_time.is_some()),
            (State::Open, true)
        );
        firm.world.advance(Duration::days(4)).await;
        assert_eq!(
            [due(&waiting).await, due(&done).await, due(&put_off).await],
            [1, 0, 1]
        );

        // Opened again with a new time, it comes due again.
        let reopen = |due_time| pb::ReopenFollowUpRequest {
            id: done.clone(),
            due_time,
            ..Default::default()
        };
        let past = desk
            .follow_ups
            .reopen_follow_up(reopen(Some(firm.in_days(-1))))
            .await;
        assert_eq!(violations(past), pairs(&[("due_time", "TIME_IN_PAST")]));
        told(
            desk.follow_ups
                .reopen_follow_up(reopen(Some(firm.in_days(1))))
                .await,
        );
        firm.world.advance(Duration::days(2)).await;
        assert_eq!(due(&done).await, 1);
    }
}

#[tokio::test]
async fn a_follow_up_can_be_given_to_somebody_else() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (mut seller, mut other) = (firm.desk(&firm.seller), firm.desk(&firm.other));
        let party = seller.account(company("Acme")).await.id;
        let made = seller.follow_up(call_back(&firm, &party)).await;
        let missing = (Code::NotFound, "NOT_FOUND".to_owned());
        let get = pb::GetFollowUpRequest {
            id: made.id.clone(),
        };
        assert_eq!(refused(other.follow_ups.get_follow_up(get).await), missing);

        let give = pb::UpdateFollowUpRequest {
            follow_up: Some(pb::FollowUp {
                id: made.id.clone(),
                owner_id: firm.other.id.to_string(),
                ..Default::default()
            }),
            update_mask: mask(&["owner_id"]),
            ..Default::default()
        };
        told(seller.follow_ups.update_follow_up(give.clone()).await);
        let theirs = other.read_follow_up(&made.id).await;
        assert_eq!(
            (theirs.owner_id, theirs.territory_id),
            (firm.other.id.to_string(), String::new())
        );
        // The owner of the customer still sees it; the work is no longer his.
        seller.read_follow_up(&made.id).await;
        assert_eq!(
            refused(seller.follow_ups.update_follow_up(give).await),
            missing
        );
        let complete = pb::CompleteFollowUpRequest {
            id: made.id.clone(),
            ..Default::default()
        };
        assert_eq!(
            refused(seller.follow_ups.complete_follow_up(complete.clone()).await),
            missing
        );
        told(other.follow_ups.complete_follow_up(complete).await);

        let ids = |page: pb::ListFollowUpsResponse| -> Vec<String> {
            page.follow_ups.into_iter().map(|f| f.id).collect()
        };
        firm.world.advance(Duration::hours(1)).await;
        let mine = seller.follow_up(call_back(&firm, &party)).await.id;
        let all = pb::ListFollowUpsRequest::default;
        let both = vec![made.id.clone(), mine.clone()];
        for (request, expected) in [
            (all(), vec![mine.clone()]),
            (
                pb::ListFollowUpsRequest {
                    party_id: party.clone(),
                    ..all()
                },
                both.clone(),
            ),
            (
                pb::ListFollowUpsRequest {
                    about: about("ACCOUNT", &party),
                    ..all()
                },
                both,
            ),
            (
                pb::ListFollowUpsRequest {
                    party_id: party.clone(),
                    state: State::Completed.into(),
                    ..all()
                },
                vec![made.id.clone()],
            ),
            (
                pb::ListFollowUpsRequest {
                    due_before_time: Some(firm.in_days(1)),
                    ..all()
                },
                vec![],
            ),
            (
                pb::ListFollowUpsRequest {
                    owner_id: firm.other.id.to_string(),
                    ..all()
                },
                vec![],
            ),
        ] {
            let page = told(seller.follow_ups.list_follow_ups(request.clone()).await);
            assert_eq!(ids(page), expected, "{request:?}");
        }
        let wrong = pb::ListFollowUpsRequest {
            owner_id: "x".into(),
            state: 9,
            ..all()
        };
        let expected = [("state", "CHOICE_UNKNOWN"), ("owner_id", "ID_MALFORMED")];
        assert_eq!(
            violations(seller.follow_ups.list_follow_ups(wrong).await),
            pairs(&expected)
        );
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_follow_up_is_told_at_once() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let wrong = pb::FollowUp {
            owner_id: uuid::Uuid::from_u128(7).to_string(),
            due_time: Some(firm.in_days(-1)),
            ..Default::default()
        };
        let request = pb::CreateFollowUpRequest {
            follow_up: Some(wrong),
            ..Default::default()
        };
        let expected = [
            ("follow_up.about.kind", "REQUIRED"),
            ("follow_up.about.id", "REQUIRED"),
            ("follow_up.title", "REQUIRED"),
            ("follow_up.due_time", "TIME_IN_PAST"),
            ("follow_up.owner_id", "REFERENCE_NOT_FOUND"),
        ];
        let told = violations(desk.follow_ups.create_follow_up(request).await);
        assert_eq!(told, pairs(&expected));

        let party = desk.account(company("Acme")).await.id;
        let made = desk.follow_up(call_back(&firm, &party)).await;
        let update = pb::UpdateFollowUpRequest {
            follow_up: Some(pb::FollowUp {
                id: made.id.clone(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let expected = [
            ("follow_up.title", "REQUIRED"),
            ("follow_up.due_time", "REQUIRED"),
            ("follow_up.owner_id", "REQUIRED"),
        ];
        assert_eq!(
            violations(desk.follow_ups.update_follow_up(update).await),
            pairs(&expected)
        );
        let cancel = pb::CancelFollowUpRequest {
            id: made.id,
            result: "x".repeat(4_001),
            ..Default::default()
        };
        let told = violations(desk.follow_ups.cancel_follow_up(cancel).await);
        assert_eq!(told, pairs(&[("result", "TOO_LONG")]));
    }
}
