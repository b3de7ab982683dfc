//! Stories of signing in.

use baton_chassis::test::Engine;
use baton_proto::directory::v1 as pb;
use chrono::TimeDelta;
use tonic::Code;

use crate::{
    answers::{refused, told},
    directory::{Desk, bearing, world},
};

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn the_first_run_tells_once_how_to_sign_in() {
    for engine in Engine::all() {
        let mut world = world(engine).await;
        let first = world.process.first_run.clone().unwrap();
        let mut stranger = Desk::new(world.link_as_stranger());
        let session = stranger
            .sign_in(&first.user, &first.password)
            .await
            .unwrap();
        assert_eq!(session.member.unwrap().name, "admin");

        let mut admin = Desk::new(bearing(&world, &session.token));
        let me = told(admin.sessions.get_me(pb::GetMeRequest {}).await);
        assert_eq!(me.functions.len(), 11);
        assert!(
            me.functions
                .iter()
                .all(|f| f.access() == pb::Access::Write && f.scope() == pb::GrantScope::All)
        );

        world.restart(vec![baton_directory::service()]).await;
        assert_eq!(world.process.first_run, None);
    }
}

#[tokio::test]
async fn a_session_tells_who_one_is_and_what_one_may_and_ends_after_twelve_hours() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "sales_manager", PASSWORD).await;
        world.settle().await;
        let mut stranger = Desk::new(world.link_as_stranger());
        let session = stranger.sign_in(" LI ", PASSWORD).await.unwrap();
        assert_eq!(session.member.unwrap().id, li.id);
        let ends = session.expire_time.unwrap().seconds;
        assert_eq!(ends - world.clock.now().timestamp(), 12 * 3_600);

        let mut desk = Desk::new(bearing(&world, &session.token));
        let me = told(desk.sessions.get_me(pb::GetMeRequest {}).await);
        assert_eq!(me.member.unwrap().name, "li");
        let sales = me
            .functions
            .iter()
            .find(|f| f.function() == pb::Function::Sales)
            .unwrap();
        assert_eq!(
            (sales.access(), sales.scope()),
            (pb::Access::Write, pb::GrantScope::Territory)
        );
        assert!(
            me.functions
                .iter()
                .all(|f| f.function() != pb::Function::Administration)
        );

        assert_eq!(
            refused(stranger.sessions.get_me(pb::GetMeRequest {}).await).0,
            Code::Unauthenticated
        );
        world
            .advance(TimeDelta::hours(12) + TimeDelta::minutes(1))
            .await;
        assert_eq!(
            refused(desk.sessions.get_me(pb::GetMeRequest {}).await).0,
            Code::Unauthenticated
        );
    }
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_not_told_apart() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        admin.hire("li", "salesperson", PASSWORD).await;
        let mut stranger = Desk::new(world.link_as_stranger());
        let known = stranger
            .sign_in("li", "a wrong password")
            .await
            .unwrap_err();
        let unknown = stranger
            .sign_in("nobody", "a wrong password")
            .await
            .unwrap_err();
        assert_eq!(
            (known.code(), known.message()),
            (unknown.code(), unknown.message())
        );
        assert_eq!(known.message(), "The name or the password is wrong.");
    }
}

#[tokio::test]
async fn a_name_waits_after_five_failures_known_or_not() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        admin.hire("li", "salesperson", PASSWORD).await;
        let mut stranger = Desk::new(world.link_as_stranger());
        for name in ["li", "nobody"] {
            for _ in 0..5 {
                let failed = stranger.sign_in(name, "a wrong password").await;
                assert_eq!(
                    refused(failed),
                    (Code::Unauthenticated, "SIGN_IN_FAILED".into()),
                    "{name}"
                );
            }
            // Now even the right password has to wait, and others do not.
            let waits = stranger.sign_in(name, PASSWORD).await;
            assert_eq!(
                refused(waits),
                (Code::ResourceExhausted, "EXHAUSTED".into()),
                "{name}"
            );
        }
        world.advance(TimeDelta::minutes(15)).await;
        assert!(stranger.sign_in("li", PASSWORD).await.is_ok());
        // A success forgets the failures before it.
        for _ in 0..4 {
            stranger
                .sign_in("li", "a wrong password")
                .await
                .unwrap_err();
        }
        assert!(stranger.sign_in("li", PASSWORD).await.is_ok());
        assert!(stranger.sign_in("li", PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn only_the_command_line_issues_tokens_without_a_password() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut line = Desk::new(world.link_as_service("command-line", "directory", None));
        let issue = |user: &str| pb::IssueTokenRequest {
            user: user.to_owned(),
        };
        let issued = told(line.sessions.issue_token(issue("admin")).await);
        let mut admin = Desk::new(bearing(&world, &issued.token));
        let me = told(admin.sessions.get_me(pb::GetMeRequest {}).await);
        assert_eq!(me.member.unwrap().name, "admin");

        let unknown = line.sessions.issue_token(issue("nobody")).await;
        assert_eq!(refused(unknown), (Code::NotFound, "NOT_FOUND".into()));
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        assert_eq!(
            refused(admin.sessions.issue_token(issue("admin")).await),
            denied
        );
        let mut sales = Desk::new(world.link_as_service("sales", "directory", None));
        assert_eq!(
            refused(sales.sessions.issue_token(issue("admin")).await),
            denied
        );
    }
}
