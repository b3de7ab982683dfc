//! The story of the description: whatever it says can be called.

use baton_chassis::test::{Engine, World};
use serde_json::json;

use crate::gateway::Caller;

#[tokio::test]
async fn everything_that_is_described_can_be_called_and_turns_strangers_away() {
    let world = World::new(Engine::Sqlite, baton::services()).await;
    let stranger = Caller::stranger(&world);
    let document = stranger.get("/openapi.json").await.done();
    assert_eq!(document["openapi"], "3.1.0");
    let mut open = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = "0190163d-8694-739b-aea5-966c26f8ad90";
            let mut uri = path
                .split('{')
                .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
            let mut asked = uri.next().unwrap_or_default().to_owned();
            uri.for_each(|rest| asked.extend([id, rest]));
            if method == "patch" {
                asked.push_str("?updateMask=id");
            }
            let body = if ["get", "delete"].contains(&method.as_str()) {
                json!(null)
            } else {
                json!({})
            };
            let answer = stranger
                .ask(&method.to_uppercase(), &asked, &[], &body)
                .await;
            if operation["security"] == json!([]) {
                open.push(operation["operationId"].as_str().unwrap());
            } else {
                assert_eq!(
                    answer.refusal(),
                    (401, 16, "UNAUTHENTICATED"),
                    "{method} {asked}"
                );
            }
        }
    }
    assert_eq!(
        open,
        [
            "ApiKeyService_ExchangeApiKey",
            "PasswordLinkService_UsePasswordLink",
            "SessionService_CreateSession"
        ]
    );
}

#[tokio::test]
async fn the_first_page_says_where_everything_is() {
    let world = crate::gateway::world(Engine::Sqlite).await;
    let page = Caller::stranger(&world).reading("zh-CN").get("/").await;
    assert_eq!((page.code, page.header("content-language")), (200, "zh-CN"));
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}
