//! Stories of what members show besides their passwords.

use baton_chassis::test::{Engine, World};
use baton_directory::totp;
use baton_proto::directory::v1 as pb;
use chrono::TimeDelta;
use serde_json::{Value as Json, json};
use tonic::{Code, Status};

use crate::{
    answers::{pairs, refused, told, violations},
    directory::{Desk, bearing, world},
    directory_keys::{exchange, make, wanted},
    gateway::Browser,
};

const PASSWORD: &str = "correct horse battery";

/// What a telephone shows now.
fn code(world: &World, secret: &str) -> String {
    let secret = data_encoding::BASE32_NOPAD
        .decode(secret.as_bytes())
        .unwrap();
    totp::code_at(&secret, world.clock.now())
}

async fn sign_in(world: &World, code: &str) -> Result<String, Status> {
    let mut stranger = Desk::new(world.link_as_stranger());
    let request = pb::CreateSessionRequest {
        user: "li".to_owned(),
        password: PASSWORD.to_owned(),
        code: code.to_owned(),
    };
    let session = stranger.sessions.create_session(request).await?;
    Ok(session.into_inner().token)
}

fn starting(password: &str) -> pb::StartTotpRequest {
    pb::StartTotpRequest {
        password: password.to_owned(),
    }
}

fn confirming(code: &str) -> pb::ConfirmTotpRequest {
    pb::ConfirmTotpRequest {
        code: code.to_owned(),
    }
}

fn removing(id: &str, password: &str, code: &str) -> pb::RemoveTotpRequest {
    pb::RemoveTotpRequest {
        id: id.to_owned(),
        password: password.to_owned(),
        code: code.to_owned(),
    }
}

fn required() -> (Code, String) {
    (Code::Unauthenticated, "SECOND_FACTOR_REQUIRED".to_owned())
}

fn wrong() -> (Code, String) {
    (Code::Unauthenticated, "SECOND_FACTOR_WRONG".to_owned())
}

/// A member with a second factor in use.
struct Li {
    world: World,
    id: String,
    desk: Desk,
    secret: String,
    recovery_codes: Vec<String>,
}

impl Li {
    async fn new(engine: Engine) -> Self {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let id = admin.hire("li", "salesperson", PASSWORD).await.id;
        world.settle().await;
        let token = sign_in(&world, "").await.unwrap();
        let mut desk = Desk::new(bearing(&world, &token));
        let secret = told(desk.factors.start_totp(starting(PASSWORD)).await).secret;
        let confirmed = confirming(&code(&world, &secret));
        let confirmed = told(desk.factors.confirm_totp(confirmed).await);
        assert_eq!(
            confirmed.second_factor.unwrap().state(),
            pb::SecondFactorState::Active
        );
        Self {
            world,
            id,
            desk,
            secret,
            recovery_codes: confirmed.recovery_codes,
        }
    }

    async fn next(&self) -> String {
        self.world.advance(TimeDelta::seconds(30)).await;
        code(&self.world, &self.secret)
    }

    async fn standing(&mut self) -> (pb::SecondFactorState, i32) {
        let request = pb::GetSecondFactorRequest {
            id: self.id.clone(),
        };
        let factor = told(self.desk.factors.get_second_factor(request).await).second_factor;
        let factor = factor.unwrap();
        (factor.state(), factor.recovery_codes_left)
    }
}

#[tokio::test]
async fn who_has_a_second_factor_signs_in_with_a_code_that_works_once() {
    for engine in Engine::all() {
        let li = Box::pin(Li::new(engine)).await;
        let world = &li.world;
        assert_eq!(refused(sign_in(world, "").await), required());
        // The code that confirmed it was taken.
        assert_eq!(
            refused(sign_in(world, &code(world, &li.secret)).await),
            wrong()
        );
        let next = li.next().await;
        assert_eq!(refused(sign_in(world, "000000").await), wrong());
        sign_in(world, &format!("{} {}", &next[..3], &next[3..]))
            .await
            .unwrap();
        assert_eq!(refused(sign_in(world, &next).await), wrong());
        // A wrong password is told as ever, whatever code comes with it.
        let mut stranger = Desk::new(world.link_as_stranger());
        let request = pb::CreateSessionRequest {
            user: "li".to_owned(),
            password: "a wrong password".to_owned(),
            code: li.next().await,
        };
        let failed = stranger.sessions.create_session(request).await;
        assert_eq!(refused(failed).1, "SIGN_IN_FAILED");
    }
}

#[tokio::test]
async fn whoever_guesses_codes_has_to_wait_though_he_knows_the_password() {
    for engine in Engine::all() {
        let li = Box::pin(Li::new(engine)).await;
        let world = &li.world;
        for guess in ["111111", "", "222222", "333333", ""] {
            assert_eq!(
                refused(sign_in(world, guess).await).0,
                Code::Unauthenticated
            );
        }
        let next = li.next().await;
        let waits = sign_in(world, &next).await;
        assert_eq!(refused(waits).0, Code::ResourceExhausted);
        world.advance(TimeDelta::minutes(15)).await;
        sign_in(world, &code(world, &li.secret)).await.unwrap();
    }
}

#[tokio::test]
async fn a_recovery_code_is_good_in_place_of_a_code_once() {
    for engine in Engine::all() {
        let mut li = Box::pin(Li::new(engine)).await;
        assert_eq!(li.recovery_codes.len(), 10);
        let first = li.recovery_codes[0].clone();
        sign_in(&li.world, &first.to_uppercase()).await.unwrap();
        assert_eq!(refused(sign_in(&li.world, &first).await), wrong());
        assert_eq!(li.standing().await, (pb::SecondFactorState::Active, 9));
        sign_in(&li.world, &li.recovery_codes[1].replace('-', ""))
            .await
            .unwrap();
        assert_eq!(li.standing().await, (pb::SecondFactorState::Active, 8));
    }
}

#[tokio::test]
async fn a_browser_signs_in_with_a_code_too() {
    for engine in Engine::all() {
        let li = Box::pin(Li::new(engine)).await;
        let link = li.world.link_as_service("gateway", "directory", None);
        let mut gateway = Desk::new(link);
        let opening = |code: &str| pb::OpenSessionRequest {
            user: "li".to_owned(),
            password: PASSWORD.to_owned(),
            code: code.to_owned(),
            ..pb::OpenSessionRequest::default()
        };
        let missing = gateway.sessions.open_session(opening("")).await;
        assert_eq!(refused(missing), required());
        let next = li.next().await;
        told(gateway.sessions.open_session(opening(&next)).await);
        let twice = gateway.sessions.open_session(opening(&next)).await;
        assert_eq!(refused(twice), wrong());
    }
}

#[tokio::test]
async fn a_second_factor_begins_with_the_password_and_the_first_code() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let id = admin.hire("li", "salesperson", PASSWORD).await.id;
        world.settle().await;
        let token = sign_in(&world, "").await.unwrap();
        let mut desk = Desk::new(bearing(&world, &token));
        let early = desk.factors.confirm_totp(confirming("123456")).await;
        assert_eq!(refused(early).1, "SECOND_FACTOR_NOT_STARTED");
        let wrong = desk.factors.start_totp(starting("a wrong password")).await;
        assert_eq!(violations(wrong), pairs(&[("password", "PASSWORD_WRONG")]));
        let first = told(desk.factors.start_totp(starting(PASSWORD)).await);
        assert!(first.uri.starts_with("otpauth://totp/Baton:li?secret="));
        // As long as nobody has shown a code, the password is enough.
        sign_in(&world, "").await.unwrap();
        let second = told(desk.factors.start_totp(starting(PASSWORD)).await);
        assert_ne!(second.secret, first.secret);
        let old = desk
            .factors
            .confirm_totp(confirming(&code(&world, &first.secret)))
            .await;
        assert_eq!(
            violations(old),
            pairs(&[("code", "SECOND_FACTOR_CODE_WRONG")])
        );
        told(
            desk.factors
                .confirm_totp(confirming(&code(&world, &second.secret)))
                .await,
        );
        let again = desk.factors.start_totp(starting(PASSWORD)).await;
        assert_eq!(refused(again).1, "SECOND_FACTOR_ALREADY_ACTIVE");
        let again = desk.factors.confirm_totp(confirming("123456")).await;
        assert_eq!(refused(again).1, "SECOND_FACTOR_ALREADY_ACTIVE");

        let get = pb::GetSecondFactorRequest { id };
        let seen = told(admin.factors.get_second_factor(get.clone()).await);
        assert_eq!(seen.second_factor.unwrap().recovery_codes_left, 10);
        let mut other = Desk::of(&world, &world.member("salesperson").await);
        let seen = other.factors.get_second_factor(get).await;
        assert_eq!(refused(seen).0, Code::PermissionDenied);
        let mut stranger = Desk::new(world.link_as_stranger());
        let started = stranger.factors.start_totp(starting(PASSWORD)).await;
        assert_eq!(refused(started).0, Code::Unauthenticated);
    }
}

#[tokio::test]
async fn a_second_factor_is_taken_away_by_who_has_it_or_by_administration() {
    for engine in Engine::all() {
        let mut li = Box::pin(Li::new(engine)).await;
        let id = li.id.clone();
        let next = li.next().await;
        let failed = li
            .desk
            .factors
            .remove_totp(removing(&id, "a wrong password", &next));
        assert_eq!(refused(failed.await).1, "SIGN_IN_FAILED");
        let missing = li
            .desk
            .factors
            .remove_totp(removing(&id, PASSWORD, ""))
            .await;
        assert_eq!(refused(missing), required());
        told(
            li.desk
                .factors
                .remove_totp(removing(&id, PASSWORD, &next))
                .await,
        );
        assert_eq!(li.standing().await, (pb::SecondFactorState::None, 0));
        sign_in(&li.world, "").await.unwrap();
        let twice = li
            .desk
            .factors
            .remove_totp(removing(&id, PASSWORD, ""))
            .await;
        assert_eq!(refused(twice).1, "SECOND_FACTOR_NOT_ACTIVE");

        // Who has lost it is helped by administration, and by nobody else.
        let secret = told(li.desk.factors.start_totp(starting(PASSWORD)).await).secret;
        let confirm = confirming(&code(&li.world, &secret));
        told(li.desk.factors.confirm_totp(confirm).await);
        let mut other = Desk::of(&li.world, &li.world.member("salesperson").await);
        let denied = other.factors.remove_totp(removing(&id, PASSWORD, "")).await;
        assert_eq!(refused(denied).0, Code::PermissionDenied);
        let mut admin = Desk::of(&li.world, &li.world.admin().await);
        told(admin.factors.remove_totp(removing(&id, "", "")).await);
        sign_in(&li.world, "").await.unwrap();
    }
}

#[tokio::test]
async fn administration_sees_and_ends_anybodys_sessions() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        world.settle().await;
        let mut gateway = Desk::new(world.link_as_service("gateway", "directory", None));
        let opening = pb::OpenSessionRequest {
            user: "li".to_owned(),
            password: PASSWORD.to_owned(),
            device: "Firefox".to_owned(),
            ..pb::OpenSessionRequest::default()
        };
        let secret = told(gateway.sessions.open_session(opening).await).secret;
        let list = pb::ListSessionsRequest {
            member_id: li.id.clone(),
            state: pb::SessionState::Active.into(),
            count: true,
            ..pb::ListSessionsRequest::default()
        };
        let listed = told(admin.sessions.list_sessions(list.clone()).await);
        assert_eq!(
            (listed.sessions[0].device.as_str(), listed.total_size),
            ("Firefox", 1)
        );
        let revoke = pb::RevokeSessionRequest {
            id: listed.sessions[0].id.clone(),
            ..pb::RevokeSessionRequest::default()
        };
        told(admin.sessions.revoke_session(revoke).await);
        let resumed = gateway
            .sessions
            .resume_session(pb::ResumeSessionRequest { secret });
        assert_eq!(refused(resumed.await).0, Code::Unauthenticated);
        assert!(
            told(admin.sessions.list_sessions(list.clone()).await)
                .sessions
                .is_empty()
        );

        let token = sign_in(&world, "").await.unwrap();
        let mut desk = Desk::new(bearing(&world, &token));
        assert_eq!(
            refused(desk.sessions.list_sessions(list).await).0,
            Code::PermissionDenied
        );
        let nobodys = admin
            .sessions
            .list_sessions(pb::ListSessionsRequest::default());
        assert_eq!(
            violations(nobodys.await),
            pairs(&[("member_id", "REQUIRED")])
        );
    }
}

/// Demands a second factor of these roles.
async fn demand(world: &World, roles: &[&str]) {
    let mut admin = Desk::of(world, &world.admin().await);
    let request = pb::UpdateSettingsRequest {
        settings: Some(pb::Settings {
            second_factor_demanded_of: roles.iter().map(|r| (*r).to_owned()).collect(),
            ..pb::Settings::default()
        }),
        update_mask: crate::answers::mask(&["second_factor_demanded_of"]),
        ..pb::UpdateSettingsRequest::default()
    };
    told(admin.settings.update_settings(request).await);
    world.settle().await;
}

#[tokio::test]
async fn of_whom_a_second_factor_is_demanded_does_nothing_before_he_has_one() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        world.settle().await;
        let token = sign_in(&world, "").await.unwrap();
        let mut before = Desk::new(bearing(&world, &token));
        let key = wanted(&world, &[(pb::Function::Sales, pb::Access::Read)]);
        let (_, key) = make(&mut before, key).await;
        demand(&world, &["boss", "salesperson"]).await;

        let mut stranger = Desk::new(world.link_as_stranger());
        let session = stranger.sign_in("li", PASSWORD).await.unwrap();
        assert!(session.second_factor_due);
        let mut desk = Desk::new(bearing(&world, &session.token));
        let me = told(desk.sessions.get_me(pb::GetMeRequest {}).await);
        assert!(me.second_factor_due);
        let demanded = (
            Code::FailedPrecondition,
            "SECOND_FACTOR_DEMANDED".to_owned(),
        );
        let look = desk.members.list_members(pb::ListMembersRequest::default());
        assert_eq!(refused(look.await), demanded);
        let settings = desk.settings.get_settings(pb::GetSettingsRequest {});
        assert_eq!(refused(settings.await), demanded);
        let other = wanted(&world, &[(pb::Function::Sales, pb::Access::Read)]);
        let other = pb::CreateApiKeyRequest {
            api_key: Some(other),
        };
        assert_eq!(refused(desk.keys.create_api_key(other).await), demanded);
        let removed = desk.factors.remove_totp(removing(&li.id, PASSWORD, ""));
        assert_eq!(refused(removed.await), demanded);

        // Who was in before stays in, and so do his programs; others are not concerned.
        told(
            before
                .members
                .list_members(pb::ListMembersRequest::default())
                .await,
        );
        let program = exchange(&world, &key).await.unwrap();
        let mut program = Desk::new(bearing(&world, &program));
        let me = told(program.sessions.get_me(pb::GetMeRequest {}).await);
        assert!(!me.second_factor_due);
        admin.hire("han", "sales_manager", PASSWORD).await;
        let han = stranger.sign_in("han", PASSWORD).await.unwrap();
        assert!(!han.second_factor_due);

        let secret = told(desk.factors.start_totp(starting(PASSWORD)).await).secret;
        let confirm = confirming(&code(&world, &secret));
        told(desk.factors.confirm_totp(confirm).await);
        world.advance(TimeDelta::seconds(30)).await;
        let token = sign_in(&world, &code(&world, &secret)).await.unwrap();
        let mut desk = Desk::new(bearing(&world, &token));
        let me = told(desk.sessions.get_me(pb::GetMeRequest {}).await);
        assert!(!me.second_factor_due);
        told(
            desk.members
                .list_members(pb::ListMembersRequest::default())
                .await,
        );

        // He cannot do without it, until somebody else takes it away, and then he begins anew.
        world.advance(TimeDelta::seconds(30)).await;
        let own = removing(&li.id, PASSWORD, &code(&world, &secret));
        let kept = desk.factors.remove_totp(own).await;
        assert_eq!(refused(kept).1, "SECOND_FACTOR_KEPT");
        told(admin.factors.remove_totp(removing(&li.id, "", "")).await);
        let session = stranger.sign_in("li", PASSWORD).await.unwrap();
        assert!(session.second_factor_due);
        demand(&world, &[]).await;
        let session = stranger.sign_in("li", PASSWORD).await.unwrap();
        assert!(!session.second_factor_due);
    }
}

#[tokio::test]
async fn a_browser_goes_on_the_moment_its_second_factor_is_set_up_and_others_are_signed_out() {
    for engine in Engine::all() {
        let world = crate::gateway::world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        admin.hire("li", "salesperson", PASSWORD).await;
        world.settle().await;
        let mut full = Browser::of(&world, "li", PASSWORD).await;
        demand(&world, &["salesperson"]).await;
        let mut here = Browser::of(&world, "li", PASSWORD).await;
        let mut elsewhere = Browser::of(&world, "li", PASSWORD).await;
        let me = here.ask("GET", "/session", &Json::Null).await.done();
        assert_eq!(me["secondFactorDue"], true);
        let demanded = here.ask("GET", "/v1/members", &Json::Null).await;
        assert_eq!(demanded.refusal(), (400, 9, "SECOND_FACTOR_DEMANDED"));
        let mut chinese = here.reading("zh-CN");
        let told = chinese.ask("GET", "/v1/members", &Json::Null).await;
        assert_eq!(
            told.body["message"],
            "您的账号须启用两步验证，请先完成设置。"
        );
        // Whoever was in before is asked for it too, once the gateway looks at his session again.
        world.advance(TimeDelta::seconds(31)).await;
        let demanded = full.ask("GET", "/v1/members", &Json::Null).await;
        assert_eq!(demanded.refusal(), (400, 9, "SECOND_FACTOR_DEMANDED"));

        let password = json!({ "password": PASSWORD });
        let begun = here
            .ask("POST", "/v1/me/secondFactor:start", &password)
            .await;
        let secret = begun.done()["secret"].as_str().unwrap().to_owned();
        let shown = json!({ "code": code(&world, &secret) });
        here.ask("POST", "/v1/me/secondFactor:confirm", &shown)
            .await
            .done();
        here.ask("GET", "/v1/members", &Json::Null).await.done();
        let me = here.ask("GET", "/session", &Json::Null).await.done();
        assert_ne!(me["secondFactorDue"], true);
        assert_eq!(elsewhere.who().await, "");
        assert_eq!(full.who().await, "");
    }
}
