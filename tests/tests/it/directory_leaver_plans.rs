//! Stories of planning what somebody leaves behind: who may, what is wrong with a plan, and what speaks against it.

use baton_chassis::test::Engine;
use baton_proto::directory::v1::{self as pb, Function, GrantScope, LeaverHandoverState as State};
use tonic::Code;

use crate::{
    answers::{mask, pairs, reason, refused, told, violations},
    directory::{Desk, grant},
    directory_leavers::{create, desk, execute, get, plan, preview, roll_back},
    marketing::Firm,
    sales,
};

#[tokio::test]
async fn a_plan_is_refused_with_everything_that_is_wrong_with_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let heir = firm.world.member("salesperson").await;
        let nobody = create(&firm, &firm.boss, pb::LeaverHandover::default()).await;
        assert_eq!(
            violations(nobody),
            pairs(&[
                ("leaver_handover.member_id", "REQUIRED"),
                ("leaver_handover.successor_id", "REQUIRED")
            ])
        );
        let rules = vec![
            pb::LeaverRule {
                kind: "SHIP".into(),
                successor_id: firm.seller.id.to_string(),
                ..Default::default()
            },
            pb::LeaverRule {
                successor_id: heir.id.to_string(),
                ..Default::default()
            },
            pb::LeaverRule {
                territory_id: "x".into(),
                ..Default::default()
            },
        ];
        let wrong = pb::LeaverHandover {
            rules,
            ..plan(&firm.seller, &firm.seller)
        };
        assert_eq!(
            violations(create(&firm, &firm.boss, wrong).await),
            pairs(&[
                ("leaver_handover.rules[0].kind", "CHOICE_UNKNOWN"),
                ("leaver_handover.rules[1].kind", "RULE_WITHOUT_CONDITION"),
                ("leaver_handover.rules[2].territory_id", "ID_MALFORMED"),
                ("leaver_handover.rules[2].successor_id", "REQUIRED"),
                ("leaver_handover.successor_id", "SUCCESSOR_IS_LEAVER"),
                (
                    "leaver_handover.rules[0].successor_id",
                    "SUCCESSOR_IS_LEAVER"
                ),
            ])
        );
        create(&firm, &firm.boss, plan(&firm.seller, &heir))
            .await
            .unwrap();
        let twice = create(&firm, &firm.boss, plan(&firm.seller, &heir)).await;
        assert_eq!(
            refused(twice),
            (Code::FailedPrecondition, "LEAVER_HANDOVER_OPEN".into())
        );
        let not_his = create(&firm, &firm.seller, plan(&heir, &firm.seller)).await;
        assert_eq!(refused(not_his).0, Code::PermissionDenied);
    }
}

#[tokio::test]
async fn a_plan_is_changed_or_given_up_until_it_is_carried_out() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let heir = firm.world.member("salesperson").await;
        let other = firm.world.member("salesperson").await;
        let made = create(&firm, &firm.boss, plan(&firm.seller, &heir))
            .await
            .unwrap();
        let update = |id: &str, etag: &str| pb::UpdateLeaverHandoverRequest {
            leaver_handover: Some(pb::LeaverHandover {
                id: id.into(),
                successor_id: other.id.to_string(),
                ..Default::default()
            }),
            update_mask: mask(&["successor_id"]),
            etag: etag.into(),
            ..Default::default()
        };
        let mut desk = desk(&firm, &firm.boss);
        let changed = told(
            desk.update_leaver_handover(update(&made.id, &made.etag))
                .await,
        );
        let changed = changed.leaver_handover.unwrap();
        assert_eq!(
            (changed.successor_id, &changed.note),
            (other.id.to_string(), &made.note)
        );
        let stale = desk
            .update_leaver_handover(update(&made.id, &made.etag))
            .await;
        assert_eq!(refused(stale).0, Code::Aborted);
        let cancel = pb::CancelLeaverHandoverRequest {
            id: made.id.clone(),
            ..Default::default()
        };
        let gone = told(desk.cancel_leaver_handover(cancel.clone()).await);
        assert_eq!(gone.leaver_handover.unwrap().state(), State::Cancelled);
        for late in [
            reason(desk.cancel_leaver_handover(cancel).await),
            reason(desk.update_leaver_handover(update(&made.id, "")).await),
            reason(execute(&firm, &firm.boss, &made.id).await),
        ] {
            assert_eq!(late, "LEAVER_HANDOVER_NOT_PLANNED");
        }
        let list = pb::ListLeaverHandoversRequest {
            state: State::Cancelled.into(),
            count: true,
            ..Default::default()
        };
        let listed = told(desk.list_leaver_handovers(list.clone()).await);
        assert_eq!(
            (listed.total_size, listed.leaver_handovers[0].id.as_str()),
            (1, made.id.as_str())
        );
        // Whoever does not administer sees nothing of it, and changes nothing.
        let mut seller = self::desk(&firm, &firm.seller);
        let id = made.id.clone();
        for code in [
            refused(seller.list_leaver_handovers(list).await).0,
            refused(
                seller
                    .get_leaver_handover(pb::GetLeaverHandoverRequest { id: id.clone() })
                    .await,
            )
            .0,
            refused(seller.update_leaver_handover(update(&id, "")).await).0,
            refused(
                seller
                    .cancel_leaver_handover(pb::CancelLeaverHandoverRequest {
                        id: id.clone(),
                        ..Default::default()
                    })
                    .await,
            )
            .0,
            refused(
                seller
                    .preview_leaver_handover(pb::PreviewLeaverHandoverRequest { id: id.clone() })
                    .await,
            )
            .0,
            refused(
                seller
                    .list_held_records(pb::ListHeldRecordsRequest {
                        id: id.clone(),
                        ..Default::default()
                    })
                    .await,
            )
            .0,
            refused(execute(&firm, &firm.seller, &id).await).0,
            refused(roll_back(&firm, &firm.seller, &id).await).0,
        ] {
            assert_eq!(code, Code::PermissionDenied);
        }
        let unknown = pb::ListHeldRecordsRequest {
            id,
            kind: "SHIP".into(),
            ..Default::default()
        };
        assert_eq!(
            violations(desk.list_held_records(unknown).await),
            pairs(&[("kind", "CHOICE_UNKNOWN")])
        );
    }
}

#[tokio::test]
async fn what_speaks_against_it_has_to_be_settled_first() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        grant(world, "clerk", Function::Customer, GrantScope::Own).await;
        let clerk = world.member("clerk").await;
        sales::open(world, &firm.seller).await;
        let made = create(&firm, &firm.boss, plan(&firm.seller, &clerk))
            .await
            .unwrap();
        let seen = preview(&firm, &made.id).await;
        let conflicts: Vec<_> = seen
            .conflicts
            .iter()
            .map(|c| (c.reason.as_str(), c.kind.as_str(), c.blocking, c.records))
            .collect();
        assert_eq!(
            conflicts,
            [("SUCCESSOR_CANNOT_READ", "OPPORTUNITY", true, 1)]
        );
        assert!(seen.conflicts[0].message.contains('1'), "{seen:?}");
        assert_eq!(
            violations(execute(&firm, &firm.boss, &made.id).await),
            pairs(&[("id", "SUCCESSOR_CANNOT_READ")])
        );
        let mut people = Desk::of(world, &firm.boss);
        let deactivate = pb::DeactivateMemberRequest {
            id: clerk.id.to_string(),
            ..Default::default()
        };
        told(people.members.deactivate_member(deactivate).await);
        world.settle().await;
        let refused = violations(execute(&firm, &firm.boss, &made.id).await);
        assert_eq!(refused, pairs(&[("id", "SUCCESSOR_NOT_ACTIVE")]));
        assert_eq!(
            get(&firm, &made.id).await.state(),
            State::Planned,
            "nothing was begun"
        );
    }
}

#[tokio::test]
async fn the_last_administrator_does_not_leave() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut people = Desk::of(&firm.world, &firm.boss);
        let admin = firm.world.admin().await;
        let deactivate = pb::DeactivateMemberRequest {
            id: admin.id.to_string(),
            ..Default::default()
        };
        told(people.members.deactivate_member(deactivate).await);
        firm.world.settle().await;
        let made = create(&firm, &firm.boss, plan(&firm.boss, &firm.seller))
            .await
            .unwrap();
        let refused = violations(execute(&firm, &firm.boss, &made.id).await);
        assert!(
            refused.contains(&("id".into(), "LAST_ADMINISTRATOR".into())),
            "{refused:?}"
        );
    }
}
