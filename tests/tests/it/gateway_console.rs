//! Stories of the console's files: they come beside the API, and neither is taken for the other.

use baton_chassis::test::{Engine, World};
use baton_gateway::Files;

use crate::gateway::{Answer, Caller};

/// A world whose gateway has a small console.
async fn world() -> World {
    let gateway = baton_gateway::service().http(|cx| {
        let files = Files::of(|path| {
            let text = match path {
                "index.html" => "<meta property=\"csp-nonce\" nonce=\"__CSP_NONCE__\">",
                "assets/app-1a2b.js" => "plain",
                "assets/app-1a2b.js.br" => "as br",
                "assets/app-1a2b.js.gz" => "as gzip",
                _ => return None,
            };
            Some(text.as_bytes().into())
        });
        baton_gateway::router(cx, files)
    });
    World::new(Engine::Sqlite, vec![baton_directory::service(), gateway]).await
}

async fn get(caller: &Caller, path: &str, headers: &[(&str, &str)]) -> Answer {
    caller
        .ask("GET", path, headers, &serde_json::Value::Null)
        .await
}

#[tokio::test]
async fn a_browser_opens_any_page_and_finds_its_files() {
    let world = world().await;
    let browser = Caller::stranger(&world);
    let html = [("accept", "text/html,*/*;q=0.8")];
    let mut policies = Vec::new();
    for path in ["/", "/leads", "/customers/7"] {
        let page = get(&browser, path, &html).await;
        assert_eq!((page.code, page.header("cache-control")), (200, "no-cache"));
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        policies.push(page.header("content-security-policy").to_owned());
    }
    policies.dedup();
    assert_eq!(policies.len(), 3, "each page has a nonce of its own");

    let script = "/assets/app-1a2b.js";
    for (accepted, coding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
        let file = get(&browser, script, &[("accept-encoding", accepted)]).await;
        assert_eq!((file.code, file.header("content-encoding")), (200, coding));
        assert_eq!(file.header("vary"), "accept-encoding");
        assert_eq!(
            file.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        let etag = file.header("etag");
        let again = [("accept-encoding", accepted), ("if-none-match", etag)];
        assert_eq!(get(&browser, script, &again).await.code, 304);
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_the_api_stays_what_it_was() {
    let world = world().await;
    let browser = Caller::stranger(&world);
    let html = [("accept", "text/html")];
    for path in ["/assets/none.js", "/v1/nothing"] {
        let answer = get(&browser, path, &html).await;
        assert_eq!(answer.refusal(), (404, 5, "ROUTE_UNKNOWN"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let elsewhere = get(&browser, "/leads", &[("accept", "application/json")]).await;
    assert_eq!(elsewhere.refusal(), (404, 5, "ROUTE_UNKNOWN"));
    let document = get(&browser, "/openapi.json", &html).await;
    assert_eq!(document.header("content-type"), "application/json");
    let me = get(&browser, "/v1/me", &html).await;
    assert_eq!(me.refusal(), (401, 16, "UNAUTHENTICATED"));
    assert_eq!(
        me.header("content-security-policy"),
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
}
