//! Stories of JSON: what gRPC can do is done over HTTP, by the same rules.

use baton_chassis::test::Engine;
use serde_json::json;

use crate::gateway::{Caller, world};

#[tokio::test]
async fn a_member_is_created_read_changed_and_let_go_over_json() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);

        let li = json!({ "name": "li.lei", "displayName": "李雷", "roles": ["salesperson"] });
        let made = admin.post("/v1/members", &li).await;
        assert_eq!(made.header("etag"), "\"v1\"");
        let made = made.done();
        assert_eq!(made["displayName"], "李雷");
        assert_eq!(made["state"], "MEMBER_STATE_ACTIVE");
        // What is empty is there, so that nobody has to ask whether it is.
        assert_eq!(made["email"], "");

        let path = format!("/v1/members/{}", made["id"].as_str().unwrap());
        assert_eq!(admin.get(&path).await.done(), made);

        // A change names what it changes by naming it; the old spelling of the contract will do, too.
        let changed = admin
            .patch(
                &path,
                &json!({ "email": "li@example.com", "display_name": "李磊" }),
            )
            .await;
        assert_eq!(changed.header("etag"), "\"v2\"");
        let changed = changed.done();
        assert_eq!(
            (&changed["email"], &changed["displayName"]),
            (&json!("li@example.com"), &json!("李磊"))
        );
        assert_eq!(changed["roles"], json!(["salesperson"]));
        // A mask says otherwise: only the e-mail is taken, and it is emptied.
        let masked = admin
            .patch(
                &format!("{path}?updateMask=email"),
                &json!({ "displayName": "x" }),
            )
            .await
            .done();
        assert_eq!(
            (&masked["email"], &masked["displayName"]),
            (&json!(""), &json!("李磊"))
        );

        let gone = admin
            .post(&format!("{path}:deactivate"), &json!(null))
            .await
            .done();
        assert_eq!(gone["state"], "MEMBER_STATE_INACTIVE");
    }
}

#[tokio::test]
async fn a_list_is_filtered_counted_and_turned_page_by_page_over_json() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        for name in ["cy", "bo", "dan"] {
            let member = json!({ "name": name, "displayName": name, "roles": ["salesperson"] });
            admin.post("/v1/members", &member).await.done();
        }
        let mut uri =
            "/v1/members?role=salesperson&pageSize=2&count=true&state=MEMBER_STATE_ACTIVE"
                .to_owned();
        let mut names = Vec::new();
        for _ in 0..2 {
            let page = admin.get(&uri).await.done();
            assert_eq!(
                (&page["totalSize"], &page["totalCapped"]),
                (&json!("3"), &json!(false))
            );
            let members = page["members"].as_array().unwrap();
            names.extend(
                members
                    .iter()
                    .map(|m| m["name"].as_str().unwrap().to_owned()),
            );
            uri = format!(
                "{uri}&page_token={}",
                page["nextPageToken"].as_str().unwrap()
            );
        }
        assert_eq!(names, ["bo", "cy", "dan"]);
        assert!(uri.ends_with("&page_token="), "{uri}");
        let none = admin.get("/v1/members?role=nobody").await.done();
        assert_eq!(none["members"], json!([]));
    }
}

#[tokio::test]
async fn one_signs_in_over_json_and_is_known_from_then_on() {
    const PASSWORD: &str = "correct horse battery";
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let member = json!({ "name": "han", "displayName": "韩梅梅", "roles": ["boss"] });
        let member = admin.post("/v1/members", &member).await.done();
        let path = format!("/v1/members/{}:setPassword", member["id"].as_str().unwrap());
        admin
            .post(&path, &json!({ "newPassword": PASSWORD }))
            .await
            .done();

        let stranger = Caller::stranger(&world);
        let session = json!({ "user": "han", "password": PASSWORD });
        let session = stranger.post("/v1/sessions", &session).await.done();
        let han = stranger.bearing(session["token"].as_str().unwrap());
        assert_eq!(
            han.get("/v1/me").await.done()["member"]["displayName"],
            "韩梅梅"
        );
        let wrong = json!({ "user": "han", "password": "something else" });
        let refused = stranger.post("/v1/sessions", &wrong).await;
        assert_eq!(
            (refused.code, refused.body["token"].as_str()),
            (401, None),
            "{}",
            refused.body
        );
    }
}
