//! What a browser gets of the console, and how long it may keep it.

use std::sync::Mutex;

use axum::{body::to_bytes, http::Request};

use super::*;

const SCRIPT: &str = "assets/app-1a2b.js";
const HTML: &str = "<meta property=\"csp-nonce\" nonce=\"__CSP_NONCE__\"><title>Baton</title>";

fn console(tls: bool) -> Console {
    let files = Files::of(|path| {
        let text = match path {
            INDEX => HTML,
            SCRIPT | "assets/old-3c4d.css" => "plain",
            "assets/app-1a2b.js.br" => "as br",
            "assets/app-1a2b.js.gz" | "assets/old-3c4d.css.gz" => "as gzip",
            "favicon.svg" => "<svg/>",
            _ => return None,
        };
        Some(text.as_bytes().into())
    });
    Console::new(files, tls)
}

fn head(method: &str, path: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn get(path: &str, headers: &[(&str, &str)]) -> Option<Response> {
    console(false).answer(&head("GET", path, headers))
}

async fn text(answer: Response) -> String {
    let body = to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn header_of<'r>(answer: &'r Response, name: &str) -> &'r str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_path_that_a_browser_opens_begins_with_the_page() {
    let html = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    for (path, headers) in [
        ("/", &[][..]),
        ("/index.html", &[]),
        ("/leads/7", &html),
        ("/v10/x", &html),
        ("/sessions", &html),
    ] {
        let page = get(path, headers).unwrap();
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(header_of(&page, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header_of(&page, "cache-control"), "no-cache");
        assert!(text(page).await.contains("<title>Baton</title>"), "{path}");
    }
    assert!(console(false).answer(&head("HEAD", "/", &[])).is_some());
}

#[test]
fn what_is_the_apis_or_no_page_is_left_to_others() {
    let html = [("accept", "text/html")];
    for path in [
        "/v1",
        "/v1/nothing",
        "/baton.sales.v1.X/Y",
        "/session",
        "/openapi.json",
        "/asyncapi.json",
        "/assets/none.js",
        "/assets/app-1a2b.js.br",
    ] {
        assert!(get(path, &html).is_none(), "{path}");
    }
    for accept in ["*/*", "application/json", "text/html;q=0"] {
        assert!(get("/leads/7", &[("accept", accept)]).is_none(), "{accept}");
    }
    assert!(console(false).answer(&head("POST", "/", &html)).is_none());
    let absent = Console::new(Files::none(), false);
    assert!(absent.answer(&head("GET", "/", &html)).is_none());
}

#[tokio::test]
async fn each_page_has_a_word_of_its_own_for_its_styles() {
    let seen = Mutex::new(Vec::new());
    for _ in 0..2 {
        let page = get("/", &[]).unwrap();
        let policy = header_of(&page, "content-security-policy").to_owned();
        let (_, rest) = policy.split_once("style-src-elem 'self' 'nonce-").unwrap();
        let (nonce, _) = rest.split_once('\'').unwrap();
        assert!(nonce.len() >= 22, "{nonce}");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        assert!(policy.ends_with("form-action 'self'; frame-ancestors 'none'"));
        assert_eq!(text(page).await, HTML.replace("__CSP_NONCE__", nonce));
        seen.lock().unwrap().push(nonce.to_owned());
    }
    let seen = seen.into_inner().unwrap();
    assert_ne!(seen[0], seen[1]);
}

#[tokio::test]
async fn a_file_comes_in_the_best_coding_that_the_browser_takes() {
    for (accepted, coding, bytes) in [
        ("gzip, deflate, br, zstd", "br", "as br"),
        ("gzip, br;q=0", "gzip", "as gzip"),
        ("GZIP;q=0, identity", "", "plain"),
        ("", "", "plain"),
    ] {
        let file = get("/assets/app-1a2b.js", &[("accept-encoding", accepted)]).unwrap();
        assert_eq!(header_of(&file, "content-encoding"), coding, "{accepted}");
        assert_eq!(header_of(&file, "vary"), "accept-encoding");
        assert_eq!(
            header_of(&file, "content-type"),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(
            header_of(&file, "cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(text(file).await, bytes);
    }
    // What has no such copy comes in the next one.
    let file = get("/assets/old-3c4d.css", &[("accept-encoding", "br, gzip")]).unwrap();
    assert_eq!(header_of(&file, "content-encoding"), "gzip");
}

#[tokio::test]
async fn a_file_that_the_browser_has_is_not_sent_again() {
    let file = get("/favicon.svg", &[]).unwrap();
    assert_eq!(header_of(&file, "cache-control"), "no-cache");
    assert_eq!(header_of(&file, "content-type"), "image/svg+xml");
    let etag = header_of(&file, "etag").to_owned();
    let known = [("if-none-match", etag.as_str())];
    let again = get("/favicon.svg", &known).unwrap();
    assert_eq!(
        (again.status().as_u16(), header_of(&again, "etag")),
        (304, &*etag)
    );
    assert_eq!(text(again).await, "");
    let other = get("/assets/app-1a2b.js", &known).unwrap();
    assert_eq!(other.status(), 200);
}

#[test]
fn a_browser_is_told_what_the_console_never_does() {
    for tls in [false, true] {
        for path in ["/", "/assets/app-1a2b.js"] {
            let answer = console(tls).answer(&head("GET", path, &[])).unwrap();
            assert_eq!(header_of(&answer, "x-content-type-options"), "nosniff");
            assert_eq!(header_of(&answer, "referrer-policy"), "same-origin");
            assert_eq!(
                header_of(&answer, "cross-origin-opener-policy"),
                "same-origin"
            );
            assert!(header_of(&answer, "permissions-policy").contains("camera=()"));
            let hsts = answer.headers().contains_key("strict-transport-security");
            assert_eq!(hsts, tls);
        }
    }
}
