//! Stories of the sessions of browsers, as the gateway asks for them: nobody else may.

use baton_chassis::test::{Engine, World};
use baton_proto::directory::v1 as pb;
use tonic::Code;

use crate::{
    answers::{refused, told},
    directory::{Desk, bearing, world},
};

const PASSWORD: &str = "correct horse battery";

fn gateway(world: &World) -> Desk {
    Desk::new(world.link_as_service("gateway", "directory", None))
}

fn opening(user: &str, password: &str) -> pb::OpenSessionRequest {
    pb::OpenSessionRequest {
        user: user.to_owned(),
        password: password.to_owned(),
        device: "Firefox".to_owned(),
        address: "10.0.0.7".to_owned(),
        ..pb::OpenSessionRequest::default()
    }
}

fn resuming(secret: &str) -> pb::ResumeSessionRequest {
    pb::ResumeSessionRequest {
        secret: secret.to_owned(),
    }
}

fn closing(secret: &str) -> pb::CloseSessionRequest {
    pb::CloseSessionRequest {
        secret: secret.to_owned(),
    }
}

#[tokio::test]
async fn the_gateway_opens_a_session_resumes_it_with_short_tokens_and_closes_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        world.settle().await;
        let mut gateway = gateway(&world);
        let opened = told(gateway.sessions.open_session(opening("li", PASSWORD)).await);
        assert_eq!(opened.member.unwrap().id, li.id);
        assert_eq!(opened.secret.len(), 43);
        let secret = opened.secret.as_str();

        let resumed = told(gateway.sessions.resume_session(resuming(secret)).await);
        assert_eq!(resumed.member.unwrap().id, li.id);
        assert_eq!(resumed.expire_time, opened.expire_time);
        let lasts = resumed.token_expire_time.unwrap().seconds - world.clock.now().timestamp();
        assert_eq!(lasts, 300);
        let mut desk = Desk::new(bearing(&world, &resumed.token));
        let mine = told(
            desk.sessions
                .list_my_sessions(pb::ListMySessionsRequest::default())
                .await,
        );
        let [session] = &mine.sessions[..] else {
            panic!("{mine:?}")
        };
        assert!(session.current);
        assert_eq!(
            (session.device.as_str(), session.address.as_str()),
            ("Firefox", "10.0.0.7")
        );
        // With another token of his it is a session among others.
        let token = desk_of(&world, "li").await;
        let mut other = Desk::new(bearing(&world, &token));
        let mine = other
            .sessions
            .list_my_sessions(pb::ListMySessionsRequest::default());
        assert!(!told(mine.await).sessions[0].current);

        told(gateway.sessions.close_session(closing(secret)).await);
        told(gateway.sessions.close_session(closing(secret)).await);
        let over = gateway.sessions.resume_session(resuming(secret)).await;
        let unknown = (Code::Unauthenticated, "UNAUTHENTICATED".to_owned());
        assert_eq!(refused(over), unknown);
        let never = gateway.sessions.resume_session(resuming("x")).await;
        assert_eq!(refused(never), unknown);
    }
}

/// A token as a program gets it.
async fn desk_of(world: &World, user: &str) -> String {
    let mut stranger = Desk::new(world.link_as_stranger());
    stranger.sign_in(user, PASSWORD).await.unwrap().token
}

#[tokio::test]
async fn only_the_gateway_asks_for_the_sessions_of_browsers() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Desk::of(&world, &world.admin().await);
        let sales = Desk::new(world.link_as_service("sales", "directory", None));
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        for mut desk in [admin, sales] {
            let opened = desk.sessions.open_session(opening("admin", PASSWORD)).await;
            assert_eq!(refused(opened), denied);
            let resumed = desk.sessions.resume_session(resuming("x")).await;
            assert_eq!(refused(resumed), denied);
            let closed = desk.sessions.close_session(closing("x")).await;
            assert_eq!(refused(closed), denied);
        }
        let mut stranger = Desk::new(world.link_as_stranger());
        let mine = stranger
            .sessions
            .list_my_sessions(pb::ListMySessionsRequest::default());
        assert_eq!(refused(mine.await).0, Code::Unauthenticated);
        let failed = gateway(&world)
            .sessions
            .open_session(opening("nobody", PASSWORD))
            .await;
        assert_eq!(
            refused(failed),
            (Code::Unauthenticated, "SIGN_IN_FAILED".to_owned())
        );
    }
}

#[tokio::test]
async fn a_member_has_twenty_browsers_and_the_oldest_makes_room() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let first = world.process.first_run.clone().unwrap();
        let mut gateway = gateway(&world);
        let mut secrets = Vec::new();
        for _ in 0..=baton_directory::session::SESSIONS_MAX {
            world.clock.advance(chrono::TimeDelta::seconds(1));
            let opened = gateway
                .sessions
                .open_session(opening(&first.user, &first.password))
                .await;
            secrets.push(told(opened).secret);
        }
        let oldest = gateway.sessions.resume_session(resuming(&secrets[0])).await;
        assert_eq!(refused(oldest).0, Code::Unauthenticated);
        told(gateway.sessions.resume_session(resuming(&secrets[1])).await);
    }
}

#[tokio::test]
async fn every_session_leaves_audit_rows_that_hold_no_secret_and_says_no_event() {
    #[derive(sqlx::FromRow)]
    struct Row {
        verb: String,
        service: Option<String>,
        member: Option<uuid::Uuid>,
        changes: serde_json::Value,
    }
    #[derive(sqlx::FromRow)]
    struct Count {
        n: i64,
    }
    for engine in Engine::all() {
        let world = world(engine).await;
        let first = world.process.first_run.clone().unwrap();
        let events = async |world: &World| {
            let read = async |tx: &mut baton_chassis::db::Tx| {
                tx.sql("select count(*) as n from outbox")
                    .one::<Count>()
                    .await
            };
            let cx = world.context("directory");
            cx.db.read(read).await.unwrap().n
        };
        let before = events(&world).await;
        let mut gateway = gateway(&world);
        let opened = gateway
            .sessions
            .open_session(opening(&first.user, &first.password))
            .await;
        let secret = told(opened).secret;
        told(gateway.sessions.close_session(closing(&secret)).await);
        let read = async |tx: &mut baton_chassis::db::Tx| {
            let rows = "select verb, service, member, changes from audit where kind = 'SESSION' order by version";
            tx.sql(rows).all::<Row>().await
        };
        let rows = world.context("directory").db.read(read).await.unwrap();
        let verbs: Vec<_> = rows.iter().map(|row| row.verb.as_str()).collect();
        assert_eq!(verbs, ["session_opened", "session_ended"]);
        assert_eq!(rows[0].service.as_deref(), Some("gateway"));
        let admin: uuid::Uuid = world.admin().await.id.into();
        assert_eq!(rows[0].member, Some(admin));
        assert!(
            !rows
                .iter()
                .any(|row| row.changes.to_string().contains(&secret))
        );
        assert_eq!(events(&world).await, before);
    }
}
