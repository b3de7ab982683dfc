//! Stories of programs that show their keys over HTTP.

use baton_chassis::test::Engine;
use baton_proto::directory::v1 as pb;
use chrono::TimeDelta;
use serde_json::json;
use tonic::Code;

use crate::{
    answers::refused,
    directory::Desk,
    gateway::{Caller, world},
};

const GET_ME: &str = "directory.v1.SessionService/GetMe";

#[tokio::test]
async fn a_program_shows_its_key_in_place_of_a_token() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let ends = (world.clock.now() + TimeDelta::days(30)).to_rfc3339();
        let functions = json!([{ "function": "FUNCTION_ADMINISTRATION", "access": "ACCESS_READ" }]);
        let key = json!({ "name": "report", "functions": functions, "expireTime": ends });
        let made = admin.post("/v1/apiKeys", &key).await.done();
        let (id, key) = (
            made["apiKey"]["id"].as_str().unwrap(),
            made["key"].as_str().unwrap(),
        );

        let program = Caller::stranger(&world).bearing(key);
        let me = program.get("/v1/me").await.done();
        assert_eq!(me["member"]["name"], "admin");
        assert_eq!(me["functions"].as_array().unwrap().len(), 1);
        program.get("/v1/grants").await.done();
        let denied = program
            .post("/v1/departments", &json!({ "name": "Sales" }))
            .await;
        assert_eq!(denied.refusal(), (403, 7, "DENIED"));
        let mine: pb::GetMeResponse = program.web(GET_ME, pb::GetMeRequest {}).await.unwrap();
        assert_eq!(mine.functions.len(), 1);
        let body = json!({ "key": key });
        let exchanged = Caller::stranger(&world)
            .post("/v1/apiKeys:exchange", &body)
            .await
            .done();
        let token = exchanged["token"].as_str().unwrap();
        program.bearing(token).get("/v1/me").await.done();

        // What the gateway holds is asked for anew.
        world.advance(TimeDelta::minutes(6)).await;
        program.get("/v1/me").await.done();
        let admin = Caller::of(&world, &world.admin().await);
        admin
            .post(&format!("/v1/apiKeys/{id}:revoke"), &json!({}))
            .await
            .done();
        world.settle().await;
        for _ in 0..2 {
            assert_eq!(
                program.get("/v1/me").await.refusal(),
                (401, 16, "UNAUTHENTICATED")
            );
            let mine = program.web::<pb::GetMeResponse>(GET_ME, pb::GetMeRequest {});
            assert_eq!(refused(mine.await).0, Code::Unauthenticated);
            world.advance(TimeDelta::seconds(31)).await;
        }
        let unknown = program.bearing("baton_x_y").get("/v1/me").await;
        assert_eq!(unknown.refusal(), (401, 16, "UNAUTHENTICATED"));
    }
}

#[tokio::test]
async fn an_invitation_and_a_second_factor_go_through_the_browsers_door() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let li = world.member("salesperson").await;
        let wanted =
            json!({ "memberId": li.id.to_string(), "purpose": "PASSWORD_LINK_PURPOSE_INVITATION" });
        let made = admin.post("/v1/passwordLinks", &wanted).await.done();
        let password = "correct horse battery";
        let used = json!({ "secret": made["secret"], "newPassword": password });
        let stranger = Caller::stranger(&world);
        let told = stranger.post("/v1/passwordLinks:use", &used).await.done();
        assert_eq!(told["user"], li.name);
        let twice = stranger.post("/v1/passwordLinks:use", &used).await;
        assert_eq!(twice.refusal(), (400, 9, "PASSWORD_LINK_NO_GOOD"));

        world.settle().await;
        let mut browser = crate::gateway::Browser::of(&world, &li.name, password).await;
        let started = json!({ "password": password });
        let started = browser
            .ask("POST", "/v1/me/secondFactor:start", &started)
            .await
            .done();
        let secret = started["secret"].as_str().unwrap();
        let secret = data_encoding::BASE32_NOPAD
            .decode(secret.as_bytes())
            .unwrap();
        let code = || baton_directory::totp::code_at(&secret, world.clock.now());
        let confirmed = json!({ "code": code() });
        let confirm = browser
            .ask("POST", "/v1/me/secondFactor:confirm", &confirmed)
            .await;
        assert_eq!(
            confirm.done()["recoveryCodes"].as_array().unwrap().len(),
            10
        );

        world.advance(TimeDelta::seconds(30)).await;
        let mut other = crate::gateway::Browser::new(&world);
        let missing = other.sign_in(&li.name, password).await;
        assert_eq!(missing.refusal(), (401, 16, "SECOND_FACTOR_REQUIRED"));
        let named = json!({ "user": li.name, "password": password, "code": code() });
        other.ask("POST", "/session", &named).await.done();
        assert_eq!(other.who().await, li.name);
        let odd = json!({ "user": li.name, "password": password, "code": 1 });
        let odd = other.ask("POST", "/session", &odd).await;
        assert_eq!(odd.violations(), [("code", "must be a text")]);

        let desk = Desk::of(&world, &world.admin().await)
            .member(&li.id.to_string())
            .await;
        let path = format!("/v1/members/{}:removeSecondFactor", desk.id);
        let admin = Caller::of(&world, &world.admin().await);
        admin.post(&path, &json!({})).await.done();
        other.sign_in(&li.name, password).await.done();
    }
}
