//! Stories of browsers: somebody signs in, works by a cookie alone, and is signed out - by himself, from elsewhere, or by time.

use baton_chassis::test::{Engine, World};
use baton_gateway::Files;
use baton_proto::directory::v1 as pb;
use chrono::TimeDelta;
use serde_json::{Value as Json, json};
use tonic::Code;

use crate::{
    answers::refused,
    directory::Desk,
    gateway::{Browser, Caller, world},
};

const PASSWORD: &str = "correct horse battery";
const GET_ME: &str = "directory.v1.SessionService/GetMe";
const UPDATE: &str = "directory.v1.MemberService/UpdateMember";

/// Half a minute and a bit: as long as a gateway goes by what it knows of a session.
async fn a_while(world: &World) {
    world.advance(TimeDelta::seconds(31)).await;
}

async fn hire(world: &World, name: &str, role: &str) -> pb::Member {
    let mut admin = Desk::of(world, &world.admin().await);
    let member = admin.hire(name, role, PASSWORD).await;
    world.settle().await;
    member
}

/// A change of one's own language.
fn change(member: &pb::Member) -> pb::UpdateMemberRequest {
    pb::UpdateMemberRequest {
        member: Some(pb::Member {
            id: member.id.clone(),
            language: "en".to_owned(),
            ..pb::Member::default()
        }),
        update_mask: crate::answers::mask(&["language"]),
        ..pb::UpdateMemberRequest::default()
    }
}

#[tokio::test]
async fn a_browser_signs_in_works_by_its_cookie_and_signs_out() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let li = hire(&world, "li", "salesperson").await;
        let mut browser = Browser::new(&world);
        assert_eq!(browser.who().await, "");

        let answer = browser.sign_in(" LI ", PASSWORD).await;
        let cookie = answer.header("set-cookie").to_owned();
        assert!(
            cookie.starts_with("baton=")
                && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200"),
            "{cookie}"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
        let told = answer.done();
        assert_eq!(told["member"]["name"], "li");
        assert_eq!(told["expireTime"], "2026-03-02T13:00:00Z");
        assert_eq!(told.as_object().unwrap().len(), 2, "{told}");

        assert_eq!(browser.who().await, "li");
        let me: pb::GetMeResponse = browser.web(GET_ME, pb::GetMeRequest {}).await.unwrap();
        assert_eq!(me.member.unwrap().id, li.id);
        let changed: pb::UpdateMemberResponse = browser.web(UPDATE, change(&li)).await.unwrap();
        assert_eq!(changed.member.unwrap().language, "en");
        let me = browser.ask("GET", "/v1/me", &Json::Null).await.done();
        assert_eq!(me["member"]["name"], "li");
        // His rights are what they are anywhere else.
        let named = json!({ "name": "x" });
        let denied = browser.ask("POST", "/v1/departments", &named).await;
        assert_eq!(denied.refusal(), (403, 7, "DENIED"));

        let left = browser.clone();
        let out = browser.ask("DELETE", "/session", &Json::Null).await;
        assert!(out.header("set-cookie").starts_with("baton=; "));
        assert_eq!(out.done(), json!({}));
        assert_eq!(browser.who().await, "");
        // Whoever kept the cookie has nothing in his hands.
        let kept = left.web::<pb::GetMeResponse>(GET_ME, pb::GetMeRequest {});
        assert_eq!(refused(kept.await).0, Code::Unauthenticated);
        let again = browser.ask("DELETE", "/session", &Json::Null).await;
        assert_eq!(again.code, 200, "whoever is signed out stays so");
    }
}

#[tokio::test]
async fn another_sites_page_cannot_act_for_who_is_signed_in() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let li = hire(&world, "li", "salesperson").await;
        let browser = Browser::of(&world, "li", PASSWORD).await;
        let csrf = (Code::PermissionDenied, "CSRF".to_owned());
        for headers in [
            &[][..],
            &[("x-baton-csrf", "0")],
            &[("x-baton-csrf", "1"), ("sec-fetch-site", "cross-site")],
            &[
                ("x-baton-csrf", "1"),
                ("host", "crm.example.com"),
                ("origin", "https://example.com"),
            ],
        ] {
            let call = browser.web_with::<pb::UpdateMemberResponse>(headers, UPDATE, change(&li));
            assert_eq!(refused(call.await), csrf, "{headers:?}");
            let path = format!("/v1/members/{}", li.id);
            let body = json!({ "language": "en" });
            let answer = browser.ask_with(headers, "PATCH", &path, &body).await;
            assert_eq!(answer.refusal(), (403, 7, "CSRF"), "{headers:?}");
            let out = browser.ask_with(headers, "DELETE", "/session", &Json::Null);
            assert_eq!(out.await.refusal(), (403, 7, "CSRF"), "{headers:?}");
        }
        let chinese = [("accept-language", "zh-CN")];
        let call = browser.web_with::<pb::UpdateMemberResponse>(&chinese, UPDATE, change(&li));
        assert!(call.await.unwrap_err().message().contains("页面"));
        // To look is free, and whoever brings a token of his own needs no cookie.
        let me = browser.ask_with(&[], "GET", "/v1/me", &Json::Null).await;
        assert_eq!(me.done()["member"]["name"], "li");
        let admin = Caller::of(&world, &world.admin().await);
        let path = format!("/v1/members/{}", li.id);
        let cookie = [("cookie", browser.cookie.as_str())];
        let body = json!({ "email": "y@example.com" });
        admin.ask("PATCH", &path, &cookie, &body).await.done();

        // Nobody is signed in by a form elsewhere.
        let named = json!({ "user": "li", "password": PASSWORD });
        let stranger = Browser::new(&world);
        let foreign = [("sec-fetch-site", "cross-site")];
        let answer = stranger
            .ask_with(&foreign, "POST", "/session", &named)
            .await;
        assert_eq!(answer.refusal(), (403, 7, "CSRF"));
        let form = Caller::stranger(&world);
        let plain = form.ask("POST", "/session", &[], &Json::Null).await;
        assert_eq!(plain.refusal(), (415, 3, "NOT_JSON"));
        let put = form.ask("PUT", "/session", &[], &Json::Null).await;
        assert_eq!(put.refusal(), (405, 12, "METHOD_NOT_ALLOWED"));
    }
}

#[tokio::test]
async fn whoever_guesses_has_to_wait_at_this_door_too() {
    for engine in Engine::all() {
        let world = world(engine).await;
        hire(&world, "li", "salesperson").await;
        let mut browser = Browser::new(&world);
        let nameless = browser.ask("POST", "/session", &json!({})).await;
        assert_eq!(
            nameless.violations(),
            [
                ("user", "must not be empty"),
                ("password", "must not be empty")
            ]
        );
        for _ in 0..5 {
            let wrong = browser.sign_in("li", "a wrong password").await;
            assert_eq!(wrong.refusal(), (401, 16, "SIGN_IN_FAILED"));
            assert_eq!(wrong.header("set-cookie"), "");
        }
        let waits = browser.sign_in("li", PASSWORD).await;
        assert_eq!(waits.refusal(), (429, 8, "EXHAUSTED"));
        assert_eq!(waits.header("retry-after"), "900");
        world.advance(TimeDelta::minutes(15)).await;
        browser.sign_in("li", PASSWORD).await.done();
    }
}

#[tokio::test]
async fn a_browser_is_signed_out_from_another_one() {
    for engine in Engine::all() {
        let world = world(engine).await;
        hire(&world, "li", "salesperson").await;
        hire(&world, "han", "salesperson").await;
        let mut office = Browser::of(&world, "li", PASSWORD).await;
        world.advance(TimeDelta::minutes(5)).await;
        let mut home = Browser::new(&world);
        let named = json!({ "user": "li", "password": PASSWORD });
        let agent = [("user-agent", "Firefox")];
        let signed_in = home.ask_with(&agent, "POST", "/session", &named).await;
        let cookie = signed_in.header("set-cookie").split(';').next().unwrap();
        home.cookie = cookie.to_owned();

        let mine = home.ask("GET", "/v1/me/sessions", &Json::Null).await.done();
        let sessions = mine["sessions"].as_array().unwrap();
        let shown: Vec<_> = sessions
            .iter()
            .map(|s| {
                (
                    s["device"].as_str().unwrap(),
                    s["current"].as_bool().unwrap(),
                )
            })
            .collect();
        assert_eq!(shown, [("Firefox", true), ("", false)]);
        let other = sessions[1]["id"].as_str().unwrap();
        let revoke = format!("/v1/me/sessions/{other}:revoke");

        // Of somebody else's session there is nothing to be known.
        let mut han = Browser::of(&world, "han", PASSWORD).await;
        let foreign = han.ask("POST", &revoke, &Json::Null).await;
        assert_eq!(foreign.refusal(), (404, 5, "NOT_FOUND"));

        assert_eq!(office.who().await, "li");
        let key = [("x-baton-csrf", "1"), ("idempotency-key", "out")];
        let revoked = home
            .ask_with(&key, "POST", &revoke, &Json::Null)
            .await
            .done();
        assert_eq!(revoked["state"], "SESSION_STATE_REVOKED");
        let again = home
            .ask_with(&key, "POST", &revoke, &Json::Null)
            .await
            .done();
        assert_eq!(again, revoked, "one request, one answer");
        let twice = home.ask("POST", &revoke, &Json::Null).await;
        assert_eq!(twice.refusal(), (400, 9, "SESSION_ALREADY_OVER"));
        a_while(&world).await;
        assert_eq!(office.who().await, "");
        assert_eq!(office.cookie, "", "the browser forgets what is of no use");
        assert_eq!(home.who().await, "li");
        let active = "/v1/me/sessions?state=SESSION_STATE_ACTIVE&count=true";
        let active = home.ask("GET", active, &Json::Null).await.done();
        assert_eq!(active["totalSize"], "1");

        // Administration may sign anybody out.
        let current = sessions[0]["id"].as_str().unwrap();
        let admin = Caller::of(&world, &world.admin().await);
        let revoke = format!("/v1/me/sessions/{current}:revoke");
        let stale = [("if-match", "\"v9\"")];
        let stale = admin.ask("POST", &revoke, &stale, &Json::Null).await;
        assert_eq!(stale.refusal(), (412, 10, "STALE"));
        admin.post(&revoke, &Json::Null).await.done();
        a_while(&world).await;
        assert_eq!(home.who().await, "");
    }
}

#[tokio::test]
async fn whatever_ends_a_members_sessions_signs_his_browsers_out() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        for (name, verb, body) in [
            ("bo", "deactivate", json!(null)),
            ("cy", "revokeSessions", json!(null)),
            (
                "dan",
                "setPassword",
                json!({ "newPassword": "another horse battery" }),
            ),
        ] {
            let member = hire(&world, name, "salesperson").await;
            let mut browser = Browser::of(&world, name, PASSWORD).await;
            assert_eq!(browser.who().await, name);
            let path = format!("/v1/members/{}:{verb}", member.id);
            admin.post(&path, &body).await.done();
            world.settle().await;
            // What the gateway holds is of an earlier epoch, and good for nothing from this moment on.
            assert_eq!(browser.who().await, "", "{verb}");
            a_while(&world).await;
            assert_eq!(browser.who().await, "", "{verb}");
        }
        let left: Vec<String> = world
            .context("directory")
            .db
            .read(async |tx| {
                #[derive(sqlx::FromRow)]
                struct Row {
                    state: String,
                }
                let rows = tx.sql("select state from session").all::<Row>().await?;
                Ok::<_, baton_chassis::Error>(rows.into_iter().map(|row| row.state).collect())
            })
            .await
            .unwrap();
        assert_eq!(left, ["REVOKED", "REVOKED", "REVOKED"]);
    }
}

#[tokio::test]
async fn a_browser_that_rests_too_long_or_has_had_its_day_is_signed_out() {
    for engine in Engine::all() {
        let world = world(engine).await;
        hire(&world, "li", "salesperson").await;
        let mut idle = Browser::of(&world, "li", PASSWORD).await;
        let mut busy = Browser::of(&world, "li", PASSWORD).await;
        for _ in 0..3 {
            world.advance(TimeDelta::hours(3)).await;
            assert_eq!(busy.who().await, "li");
        }
        assert_eq!(idle.who().await, "", "eight hours are enough");
        let mine = busy.ask("GET", "/v1/me/sessions", &Json::Null).await.done();
        let sessions = mine["sessions"].as_array().unwrap();
        let states: Vec<_> = sessions.iter().map(|s| &s["state"]).collect();
        assert!(states.contains(&&json!("SESSION_STATE_EXPIRED")), "{mine}");
        assert!(states.contains(&&json!("SESSION_STATE_ACTIVE")), "{mine}");
        world.advance(TimeDelta::hours(3)).await;
        assert_eq!(busy.who().await, "", "twelve hours after it began");
    }
}

#[tokio::test]
async fn a_session_outlives_the_gateway_and_the_directory() {
    for engine in Engine::all() {
        let mut world = world(engine).await;
        hire(&world, "li", "salesperson").await;
        let browser = Browser::of(&world, "li", PASSWORD).await;
        let gateway = baton_gateway::service().http(|cx| baton_gateway::router(cx, Files::none()));
        world
            .restart(vec![baton_directory::service(), gateway])
            .await;
        assert_eq!(browser.back(&world).who().await, "li");
    }
}

#[tokio::test]
async fn whoever_signs_in_anew_leaves_no_session_behind() {
    for engine in Engine::all() {
        let world = world(engine).await;
        hire(&world, "li", "salesperson").await;
        let mut browser = Browser::of(&world, "li", PASSWORD).await;
        let before = browser.clone();
        browser.sign_in("li", PASSWORD).await.done();
        assert_ne!(browser.cookie, before.cookie);
        let kept = before.web::<pb::GetMeResponse>(GET_ME, pb::GetMeRequest {});
        assert_eq!(refused(kept.await).0, Code::Unauthenticated);
        assert_eq!(browser.who().await, "li");
    }
}
