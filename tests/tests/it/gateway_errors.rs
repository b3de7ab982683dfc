//! Stories of refusals over HTTP: the right code, every field, the caller's language, nothing half done.

use baton_chassis::test::Engine;
use serde_json::json;

use crate::gateway::{Caller, world};

#[tokio::test]
async fn every_violated_field_is_named_in_the_callers_language() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let wrong = json!({ "name": "x", "email": "nobody" });
        for (language, empty, email) in [
            ("en", "must not be empty", "is not an e-mail address"),
            ("zh-CN", "不能为空", "不是有效的电子邮箱"),
        ] {
            let refused = admin.reading(language).post("/v1/members", &wrong).await;
            assert_eq!(refused.refusal(), (400, 3, "INVALID"));
            assert_eq!(refused.header("content-language"), language);
            let told = refused.violations();
            assert!(told.contains(&("member.displayName", empty)), "{told:?}");
            assert!(told.contains(&("member.email", email)), "{told:?}");
            assert!(
                told.iter().any(|(field, _)| *field == "member.name"),
                "{told:?}"
            );
            assert_eq!(refused.detail("LocalizedMessage")["locale"], language);
        }

        // What is not even of the right kind is told the same way, and all at once.
        let misfit = json!({ "name": 5, "roles": "boss", "state": "MEMBER_STATE_GONE" });
        for (language, text) in [("en", "must be a text"), ("zh-CN", "必须是文本")] {
            let refused = admin
                .reading(language)
                .post("/v1/members?colour=red", &misfit)
                .await;
            assert_eq!(refused.refusal(), (400, 3, "INVALID"));
            let told = refused.violations();
            let fields: Vec<_> = told.iter().map(|(field, _)| *field).collect();
            assert_eq!(
                fields,
                ["member.name", "member.roles", "member.state", "colour"]
            );
            assert_eq!(told[0].1, text);
        }
        assert_eq!(
            admin.get("/v1/members?count=true").await.done()["totalSize"],
            "1"
        );
    }
}

#[tokio::test]
async fn who_has_seen_an_old_version_changes_nothing() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let made = admin
            .post("/v1/departments", &json!({ "name": "Sales" }))
            .await;
        let seen = made.header("etag").to_owned();
        let path = format!("/v1/departments/{}", made.done()["id"].as_str().unwrap());
        let rename = async |headers: &[(&str, &str)], name: &str| {
            admin
                .ask("PATCH", &path, headers, &json!({ "name": name }))
                .await
        };
        assert_eq!(
            rename(&[("if-match", &seen)], "Vertrieb")
                .await
                .header("etag"),
            "\"v2\""
        );
        let stale = rename(&[("if-match", &seen)], "Ventes").await;
        assert_eq!(stale.refusal(), (412, 10, "STALE"));
        let stale = admin
            .patch(&path, &json!({ "name": "Ventes", "etag": "v1" }))
            .await;
        assert_eq!(stale.refusal(), (409, 10, "STALE"));
        assert_eq!(
            rename(&[("if-match", "*")], "Ventas").await.done()["name"],
            "Ventas"
        );
        let read = admin.get(&path).await;
        assert_eq!(
            (read.header("etag"), &read.body["name"]),
            ("\"v3\"", &json!("Ventas"))
        );
    }
}

#[tokio::test]
async fn a_repeated_key_gives_the_first_answer_and_never_another_one() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let create = async |name: &str| {
            let key = [("idempotency-key", "once")];
            admin
                .ask("POST", "/v1/departments", &key, &json!({ "name": name }))
                .await
        };
        let first = create("Sales").await.done();
        assert_eq!(create("Sales").await.done(), first);
        assert_eq!(
            create("Service").await.refusal(),
            (422, 3, "IDEMPOTENCY_KEY_REUSED")
        );
        let all = admin.get("/v1/departments?count=true").await.done();
        assert_eq!(all["totalSize"], "1");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_as_a_status_too() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let nobody = admin
            .get("/v1/members/0190163d-8694-739b-aea5-966c26f8ad90")
            .await;
        assert_eq!(nobody.refusal(), (404, 5, "NOT_FOUND"));
        assert_eq!(nobody.detail("ResourceInfo")["resourceType"], "MEMBER");
        for path in ["/v1/nothing", "/v1/members/1:fly", "/v2/members"] {
            assert_eq!(
                admin.get(path).await.refusal(),
                (404, 5, "ROUTE_UNKNOWN"),
                "{path}"
            );
        }
        let misused = admin.ask("DELETE", "/v1/members", &[], &json!(null)).await;
        assert_eq!(misused.refusal(), (405, 12, "METHOD_NOT_ALLOWED"));
        assert_eq!(misused.header("allow"), "POST, GET");
        // The contract has services that no path leads to; the gateway knows nothing of a customer service either.
        assert_eq!(
            admin.get("/v1/contacts").await.refusal(),
            (503, 14, "SERVICE_AWAY")
        );
    }
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_and_a_salesperson_away() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let stranger = Caller::stranger(&world);
        for caller in [stranger.clone(), stranger.bearing("baton")] {
            let refused = caller.reading("zh-CN").get("/v1/members").await;
            assert_eq!(refused.refusal(), (401, 16, "UNAUTHENTICATED"));
            assert!(
                refused
                    .header("www-authenticate")
                    .starts_with("Bearer realm=\"baton\"")
            );
            assert!(
                refused.body["message"].as_str().unwrap().contains("登录"),
                "{}",
                refused.body
            );
        }
        let salesperson = Caller::of(&world, &world.member("salesperson").await);
        let refused = salesperson
            .post("/v1/departments", &json!({ "name": "Mine" }))
            .await;
        assert_eq!(refused.refusal(), (403, 7, "DENIED"));
    }
}
