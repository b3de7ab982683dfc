//! Stories of members: who joins, who changes what, who leaves.

use baton_chassis::test::Engine;
use baton_proto::directory::v1 as pb;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    directory::{Desk, bearing, world},
};

const PASSWORD: &str = "correct horse battery";

fn create(member: pb::Member) -> pb::CreateMemberRequest {
    pb::CreateMemberRequest {
        member: Some(member),
        request_id: String::new(),
    }
}

fn li() -> pb::Member {
    pb::Member {
        name: "Li.Lei".into(),
        display_name: "李雷".into(),
        email: "li.lei@example.com".into(),
        roles: vec!["salesperson".into(), "sales_manager".into()],
        language: "zh-CN".into(),
        ..pb::Member::default()
    }
}

#[tokio::test]
async fn a_member_is_created_read_and_found_by_every_filter() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let department_id = admin.department("Sales").await.unwrap().id;
        let territory_id = admin.territory("North", "").await.unwrap().id;
        let new = pb::Member {
            department_id: department_id.clone(),
            territory_id: territory_id.clone(),
            ..li()
        };
        let made = told(admin.members.create_member(create(new)).await)
            .member
            .unwrap();
        assert_eq!((made.name.as_str(), made.etag.as_str()), ("li.lei", "v1"));
        assert_eq!(made.state(), pb::MemberState::Active);
        assert_eq!(made.roles, ["sales_manager", "salesperson"]);
        assert_eq!(admin.member(&made.id).await, made);

        let all = || pb::ListMembersRequest {
            count: true,
            ..pb::ListMembersRequest::default()
        };
        let inactive = pb::MemberState::Inactive.into();
        let table = [
            (
                true,
                pb::ListMembersRequest {
                    department_id,
                    ..all()
                },
            ),
            (
                true,
                pb::ListMembersRequest {
                    territory_id,
                    ..all()
                },
            ),
            (
                true,
                pb::ListMembersRequest {
                    role: "salesperson".into(),
                    ..all()
                },
            ),
            (
                false,
                pb::ListMembersRequest {
                    role: "boss".into(),
                    ..all()
                },
            ),
            (
                false,
                pb::ListMembersRequest {
                    state: inactive,
                    ..all()
                },
            ),
        ];
        for (found, request) in table {
            let page = told(admin.members.list_members(request.clone()).await);
            let ids: Vec<_> = page.members.iter().map(|m| &m.id).collect();
            assert_eq!(ids.contains(&&made.id), found, "{request:?}");
            assert_eq!(page.total_size, i64::from(found), "{request:?}");
        }
    }
}

#[tokio::test]
async fn an_update_changes_what_its_mask_names_under_the_etag_that_was_seen() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let made = told(admin.members.create_member(create(li())).await)
            .member
            .unwrap();
        let change = pb::UpdateMemberRequest {
            member: Some(pb::Member {
                id: made.id.clone(),
                display_name: "李磊".into(),
                ..pb::Member::default()
            }),
            update_mask: mask(&["display_name", "email"]),
            etag: made.etag.clone(),
            request_id: String::new(),
        };
        let changed = told(admin.members.update_member(change.clone()).await)
            .member
            .unwrap();
        let expected = pb::Member {
            display_name: "李磊".into(),
            email: String::new(),
            etag: "v2".into(),
            update_time: changed.update_time,
            ..made
        };
        assert_eq!(changed, expected);
        let stale = admin.members.update_member(change).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_new_member_is_told_at_once() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let nowhere = "0190163d-8694-739b-aea5-966c26f8ad90";
        let wrong = pb::Member {
            name: "ADMIN".into(),
            email: "nobody".into(),
            department_id: nowhere.into(),
            roles: vec!["janitor".into()],
            territory_id: nowhere.into(),
            ..pb::Member::default()
        };
        let expected = pairs(&[
            ("member.display_name", "REQUIRED"),
            ("member.email", "EMAIL_MALFORMED"),
            ("member.name", "NAME_TAKEN"),
            ("member.department_id", "DEPARTMENT_NOT_IN_USE"),
            ("member.territory_id", "TERRITORY_NOT_IN_USE"),
            ("member.roles", "ROLE_UNKNOWN"),
        ]);
        assert_eq!(
            violations(admin.members.create_member(create(wrong.clone())).await),
            expected
        );

        let mut chinese = Desk::new(world.link_in(&world.admin().await, "zh-CN"));
        let told = chinese
            .members
            .create_member(create(wrong))
            .await
            .unwrap_err();
        assert!(
            told.message().contains("包含尚未授权的角色：janitor"),
            "{}",
            told.message()
        );
    }
}

#[tokio::test]
async fn a_repeated_request_creates_one_member() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let once = pb::CreateMemberRequest {
            member: Some(li()),
            request_id: "r-1".into(),
        };
        let first = told(admin.members.create_member(once.clone()).await);
        let again = told(admin.members.create_member(once.clone()).await);
        assert_eq!(first, again);
        let other = pb::Member {
            name: "han".into(),
            ..li()
        };
        let reused = pb::CreateMemberRequest {
            member: Some(other),
            ..once
        };
        let reused = admin.members.create_member(reused).await;
        assert_eq!(
            refused(reused),
            (Code::InvalidArgument, "IDEMPOTENCY_KEY_REUSED".into())
        );
    }
}

#[tokio::test]
async fn members_are_listed_in_the_order_of_their_names_page_by_page() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        for name in ["dan", "bo", "eve", "cy"] {
            let member = pb::Member {
                name: name.into(),
                ..li()
            };
            admin.members.create_member(create(member)).await.unwrap();
        }
        let (mut names, mut request) = (
            Vec::new(),
            pb::ListMembersRequest {
                page_size: 2,
                ..Default::default()
            },
        );
        loop {
            let page = told(admin.members.list_members(request.clone()).await);
            names.extend(page.members.into_iter().map(|m| m.name));
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                break;
            }
        }
        assert_eq!(names, ["admin", "bo", "cy", "dan", "eve"]);

        let wrong = pb::ListMembersRequest {
            page_size: -1,
            order_by: "age".into(),
            ..Default::default()
        };
        let expected = pairs(&[
            ("page_size", "NUMBER_OUT_OF_RANGE"),
            ("order_by", "ORDER_UNKNOWN"),
        ]);
        assert_eq!(
            violations(admin.members.list_members(wrong).await),
            expected
        );
    }
}

#[tokio::test]
async fn only_administration_hires_and_only_who_is_signed_in_looks() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = world.member("salesperson").await;
        let (mut seller, id) = (Desk::of(&world, &seller), seller.id.to_string());
        let mut stranger = Desk::new(world.link_as_stranger());
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        assert_eq!(
            refused(seller.members.create_member(create(li())).await),
            denied
        );
        let target = pb::DeactivateMemberRequest {
            id: id.clone(),
            ..Default::default()
        };
        assert_eq!(
            refused(seller.members.deactivate_member(target).await),
            denied
        );
        let target = pb::ReactivateMemberRequest {
            id: id.clone(),
            ..Default::default()
        };
        assert_eq!(
            refused(seller.members.reactivate_member(target).await),
            denied
        );

        assert_eq!(seller.member(&id).await.id, id);
        let look = stranger
            .members
            .get_member(pb::GetMemberRequest { id })
            .await;
        assert_eq!(refused(look).0, Code::Unauthenticated);
        let nobody = pb::GetMemberRequest {
            id: "0190163d-8694-739b-aea5-966c26f8ad90".into(),
        };
        assert_eq!(
            refused(seller.members.get_member(nobody).await),
            (Code::NotFound, "NOT_FOUND".into())
        );
    }
}

#[tokio::test]
async fn everybody_changes_his_own_language_and_nothing_that_gives_rights() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (one, other) = (
            world.member("salesperson").await,
            world.member("salesperson").await,
        );
        let mut desk = Desk::of(&world, &one);
        let change = |id: String, field: &str| pb::UpdateMemberRequest {
            member: Some(pb::Member {
                id,
                language: "en".into(),
                roles: vec!["boss".into()],
                ..pb::Member::default()
            }),
            update_mask: mask(&[field]),
            ..pb::UpdateMemberRequest::default()
        };
        let own = one.id.to_string();
        let changed = told(
            desk.members
                .update_member(change(own.clone(), "language"))
                .await,
        );
        assert_eq!(changed.member.unwrap().language, "en");
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        // By an address somebody is found who signs in by a provider: nobody makes himself another.
        for field in ["roles", "email"] {
            let change = change(own.clone(), field);
            assert_eq!(refused(desk.members.update_member(change).await), denied);
        }
        let others = change(other.id.to_string(), "language");
        assert_eq!(refused(desk.members.update_member(others).await), denied);
    }
}

#[tokio::test]
async fn a_deactivated_member_is_out_at_once_and_signs_in_anew_when_he_is_back() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        world.settle().await;
        let mut stranger = Desk::new(world.link_as_stranger());
        let session = stranger.sign_in("li", PASSWORD).await.unwrap();
        let mut desk = Desk::new(bearing(&world, &session.token));
        assert_eq!(desk.member(&li.id).await.name, "li");

        let target = pb::DeactivateMemberRequest {
            id: li.id.clone(),
            ..Default::default()
        };
        let gone = told(admin.members.deactivate_member(target.clone()).await)
            .member
            .unwrap();
        assert_eq!(gone.state(), pb::MemberState::Inactive);
        world.settle().await;
        let look = pb::GetMemberRequest { id: li.id.clone() };
        assert_eq!(
            refused(desk.members.get_member(look.clone()).await).0,
            Code::Unauthenticated
        );
        let failed = (Code::Unauthenticated, "SIGN_IN_FAILED".to_owned());
        assert_eq!(refused(stranger.sign_in("li", PASSWORD).await), failed);
        let again = admin.members.deactivate_member(target).await;
        assert_eq!(
            refused(again),
            (Code::FailedPrecondition, "MEMBER_ALREADY_INACTIVE".into())
        );

        let target = pb::ReactivateMemberRequest {
            id: li.id.clone(),
            ..Default::default()
        };
        admin.members.reactivate_member(target).await.unwrap();
        world.settle().await;
        assert_eq!(
            refused(desk.members.get_member(look).await).0,
            Code::Unauthenticated
        );
        assert!(stranger.sign_in("li", PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn the_last_member_who_may_administer_stays_one() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let person = world.admin().await;
        let (mut admin, id) = (Desk::of(&world, &person), person.id.to_string());
        let last = (Code::FailedPrecondition, "LAST_ADMINISTRATOR".to_owned());

        let leave = pb::DeactivateMemberRequest {
            id: id.clone(),
            ..Default::default()
        };
        assert_eq!(
            refused(admin.members.deactivate_member(leave.clone()).await),
            last
        );
        let no_role = pb::UpdateMemberRequest {
            member: Some(pb::Member {
                id: id.clone(),
                ..pb::Member::default()
            }),
            update_mask: mask(&["roles"]),
            ..pb::UpdateMemberRequest::default()
        };
        assert_eq!(refused(admin.members.update_member(no_role).await), last);
        assert_eq!(admin.member(&id).await.state(), pb::MemberState::Active);

        // With a boss, who may administer as well, he may go.
        world.member("boss").await;
        admin.members.deactivate_member(leave).await.unwrap();
    }
}

#[tokio::test]
async fn ones_own_password_is_changed_by_naming_the_old_one() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        let han = admin.hire("han", "salesperson", PASSWORD).await;
        world.settle().await;
        let mut stranger = Desk::new(world.link_as_stranger());
        let session = stranger.sign_in("li", PASSWORD).await.unwrap();
        let mut desk = Desk::new(bearing(&world, &session.token));

        let set = |id: &str, old: &str, new: &str| pb::SetPasswordRequest {
            id: id.to_owned(),
            old_password: old.to_owned(),
            new_password: new.to_owned(),
            request_id: "set".into(),
            ..pb::SetPasswordRequest::default()
        };
        let wrong = desk
            .members
            .set_password(set(&li.id, "a wrong password", "staple staple horse"))
            .await;
        assert_eq!(
            violations(wrong),
            pairs(&[("old_password", "PASSWORD_WRONG")])
        );
        let simple = desk
            .members
            .set_password(set(&li.id, PASSWORD, "lililili"))
            .await;
        assert_eq!(violations(simple), pairs(&[("new_password", "TOO_SHORT")]));
        let other = desk
            .members
            .set_password(set(&han.id, PASSWORD, "staple staple horse"))
            .await;
        assert_eq!(refused(other), (Code::PermissionDenied, "DENIED".into()));

        let done = desk
            .members
            .set_password(set(&li.id, PASSWORD, "staple staple horse"))
            .await
            .unwrap();
        world.settle().await;
        let look = desk
            .members
            .get_member(pb::GetMemberRequest { id: li.id.clone() })
            .await;
        assert_eq!(
            refused(look).0,
            Code::Unauthenticated,
            "the sessions of the old password have ended"
        );
        let failed = (Code::Unauthenticated, "SIGN_IN_FAILED".to_owned());
        assert_eq!(refused(stranger.sign_in("li", PASSWORD).await), failed);
        let session = stranger.sign_in("li", "staple staple horse").await.unwrap();

        // A repeat of the very same request answers as the first time did, though the old password
        // is another now.
        let mut desk = Desk::new(bearing(&world, &session.token));
        let again = desk
            .members
            .set_password(set(&li.id, PASSWORD, "staple staple horse"))
            .await
            .unwrap();
        assert_eq!(again.into_inner(), done.into_inner());
        let another = desk
            .members
            .set_password(set(&li.id, PASSWORD, "another staple horse"))
            .await;
        assert_eq!(
            refused(another),
            (Code::InvalidArgument, "IDEMPOTENCY_KEY_REUSED".into())
        );
    }
}

#[tokio::test]
async fn sessions_end_when_they_are_revoked_and_new_ones_hold() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        world.settle().await;
        let mut stranger = Desk::new(world.link_as_stranger());
        let session = stranger.sign_in("li", PASSWORD).await.unwrap();
        let mut desk = Desk::new(bearing(&world, &session.token));

        let admin_id = world.admin().await.id.to_string();
        let others = pb::RevokeSessionsRequest {
            id: admin_id,
            ..Default::default()
        };
        assert_eq!(
            refused(desk.members.revoke_sessions(others).await),
            (Code::PermissionDenied, "DENIED".into())
        );
        let own = pb::RevokeSessionsRequest {
            id: li.id.clone(),
            ..Default::default()
        };
        desk.members.revoke_sessions(own).await.unwrap();
        world.settle().await;
        let look = pb::GetMemberRequest { id: li.id.clone() };
        assert_eq!(
            refused(desk.members.get_member(look.clone()).await).0,
            Code::Unauthenticated
        );
        // In the same instant of the clock, but of a later epoch.
        let session = stranger.sign_in("li", PASSWORD).await.unwrap();
        let mut desk = Desk::new(bearing(&world, &session.token));
        assert!(desk.members.get_member(look).await.is_ok());
    }
}

#[tokio::test]
async fn of_two_who_put_each_other_out_one_stays() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (one, other) = (world.admin().await, world.member("boss").await);
        let (mut first, mut second) = (Desk::of(&world, &one), Desk::of(&world, &other));
        let out = |id: String| pb::DeactivateMemberRequest {
            id,
            ..Default::default()
        };
        let (a, b) = tokio::join!(
            first.members.deactivate_member(out(other.id.to_string())),
            second.members.deactivate_member(out(one.id.to_string())),
        );
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{a:?} {b:?}");
    }
}

#[tokio::test]
async fn every_change_leaves_an_audit_row_and_an_event_and_none_of_them_a_password() {
    #[derive(sqlx::FromRow)]
    struct Row {
        verb: String,
        changes: serde_json::Value,
    }
    #[derive(sqlx::FromRow)]
    struct EventRow {
        version: i64,
        payload: Vec<u8>,
    }
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        let id: uuid::Uuid = li.id.parse().unwrap();
        let read = async move |tx: &mut baton_chassis::db::Tx| {
            let audit = "select verb, changes from audit where object = $1 order by version";
            let rows: Vec<Row> = tx.sql(audit).bind(id).all().await?;
            let events = "select version, payload from outbox order by version";
            let events: Vec<EventRow> = tx.sql(events).all().await?;
            Ok::<_, baton_chassis::Error>((rows, events))
        };
        let (rows, events) = world.context("directory").db.read(read).await.unwrap();
        let verbs: Vec<_> = rows.iter().map(|row| row.verb.as_str()).collect();
        assert_eq!(verbs, ["member_created", "member_password_set"]);
        assert_eq!(rows[0].changes["name"], serde_json::json!([null, "li"]));
        assert!(
            rows.iter()
                .all(|row| !row.changes.to_string().contains("argon2"))
        );
        // All changes of the directory since it began, one after the other.
        let versions: Vec<_> = events.iter().map(|e| e.version).collect();
        let last = i64::try_from(events.len()).unwrap();
        assert_eq!(versions, (1..=last).collect::<Vec<_>>());
        let holds = |e: &EventRow| e.payload.windows(6).any(|w| w == b"argon2");
        assert!(!events.iter().any(holds));
    }
}
