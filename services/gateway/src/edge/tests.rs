//! Whole requests through the router to a tonic server and back.

mod web;

use std::{convert::Infallible, future::ready, sync::Mutex};

use axum::body::to_bytes;
use baton_chassis::{Language, Violation};
use serde_json::{Value as Json, json};
use tower::ServiceExt as _;

use super::*;
use crate::{call::Dynamic, messages, sample};

/// What the service behind the edge was asked.
type Seen = Arc<Mutex<Vec<(String, MetadataMap, Json)>>>;

/// A tonic server that answers every RPC of the sample contract with `answer`.
fn served(
    seen: &Seen,
    answer: impl Fn(&str, &Json) -> Answer + Clone + Send + Sync + 'static,
) -> Link {
    let (seen, pool) = (seen.clone(), sample::pool());
    let door = tower::service_fn(move |request: Request<tonic::body::Body>| {
        let (seen, answer, pool) = (seen.clone(), answer.clone(), pool.clone());
        async move {
            let path = request.uri().path().to_owned();
            let mut methods = pool
                .services()
                .flat_map(|s| s.methods().collect::<Vec<_>>());
            let method = methods.find(|method| call::path(method) == path).unwrap();
            let output = method.output();
            let handler = tower::service_fn(move |request: tonic::Request<DynamicMessage>| {
                let (metadata, _, message) = request.into_parts();
                let asked = serde_json::to_value(message).unwrap();
                let answer = answer(method.name(), &asked);
                seen.lock()
                    .unwrap()
                    .push((method.name().to_owned(), metadata, asked));
                let answer = answer.map(|json| json::read(&output, &json, "").unwrap());
                ready(answer.map(tonic::Response::new))
            });
            let mut server = tonic::server::Grpc::new(Dynamic(method_input(&pool, &path)));
            Ok::<_, Infallible>(server.unary(handler, request).await)
        }
    });
    Link::new(door.map_err(|never| match never {}))
}

type Answer = Result<Json, Status>;

fn method_input(pool: &DescriptorPool, path: &str) -> prost_reflect::MessageDescriptor {
    let mut methods = pool
        .services()
        .flat_map(|s| s.methods().collect::<Vec<_>>());
    methods
        .find(|method| call::path(method) == path)
        .unwrap()
        .input()
}

/// A caller of the edge in front of that server.
struct Caller {
    router: Router,
    seen: Seen,
}

impl Caller {
    fn of(answer: impl Fn(&str, &Json) -> Answer + Clone + Send + Sync + 'static) -> Self {
        let seen = Seen::default();
        let link = Mutex::new(served(&seen, answer));
        let link = move |service: &str| match service {
            "sample" => Ok(link.lock().unwrap().clone()),
            other => Err(Error::Unavailable(other.to_owned())),
        };
        Self {
            router: edge(link),
            seen,
        }
    }

    async fn ask(&self, request: Request<Body>) -> (u16, HeaderMap, Json) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 24).await.unwrap();
        (
            parts.status.as_u16(),
            parts.headers,
            serde_json::from_slice(&body).unwrap_or_default(),
        )
    }

    fn seen(&self) -> (String, MetadataMap, Json) {
        self.seen
            .lock()
            .unwrap()
            .pop()
            .expect("the service was asked")
    }
}

fn edge(link: impl Fn(&str) -> Told<Link> + Send + Sync + 'static) -> Router {
    let limits = Limits {
        body_bytes: 2_000,
        call: Duration::from_secs(5),
    };
    let descriptors = sample::descriptors();
    let public = |path: &str| path.ends_with("/CreateSample");
    let messages = Arc::new(messages());
    Edge::new(&descriptors, &descriptors, link, public, messages, limits)
        .unwrap()
        .router()
}

fn request(method: &str, uri: &str, body: &Json) -> Request<Body> {
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    Request::builder()
        .method(method)
        .uri(uri)
        .body(body)
        .unwrap()
}

fn with(mut request: Request<Body>, name: &'static str, value: &'static str) -> Request<Body> {
    request
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
    request
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "other services of these tests refuse"
)]
fn sample_7(_: &str, _: &Json) -> Answer {
    Ok(json!({ "sample": { "id": "7", "etag": "v1", "longTitle": "t" } }))
}

fn refused(error: fn() -> Error) -> impl Fn(&str, &Json) -> Answer + Clone + Send + Sync + 'static {
    move |_, _| Err(status(error(), Language::English, &messages()))
}

fn reason(body: &Json) -> &str {
    body["details"][0]["reason"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_request_reaches_the_service_and_its_answer_comes_back() {
    let caller = Caller::of(sample_7);
    let body = json!({ "longTitle": "t" });
    let mut asked = request("POST", "/v1/samples?validateOnly=true", &body);
    for (name, value) in [
        ("content-type", "application/json; charset=utf-8"),
        ("authorization", "Bearer x"),
        ("accept-language", "zh-CN"),
        ("traceparent", "00-1-2-01"),
        ("idempotency-key", "k"),
        ("cookie", "secret"),
    ] {
        asked = with(asked, name, value);
    }
    let (code, headers, answer) = caller.ask(asked).await;
    assert_eq!(code, 200);
    assert_eq!(
        (&answer["id"], &answer["longTitle"], &answer["words"]),
        (&json!("7"), &json!("t"), &json!([]))
    );
    assert_eq!(headers[header::ETAG], "\"v1\"");
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");

    let (method, metadata, asked) = caller.seen();
    assert_eq!(method, "CreateSample");
    assert_eq!(
        asked,
        json!({ "sample": body, "validateOnly": true, "requestId": "k" })
    );
    let passed = |name: &str| {
        metadata
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(passed("authorization").as_deref(), Some("Bearer x"));
    assert_eq!(passed("accept-language").as_deref(), Some("zh-CN"));
    assert_eq!(passed("traceparent").as_deref(), Some("00-1-2-01"));
    assert!(passed("grpc-timeout").is_some());
    assert_eq!(passed("cookie"), None);
}

#[tokio::test]
async fn what_does_not_fit_never_reaches_the_service_and_is_told_in_the_callers_language() {
    let caller = Caller::of(sample_7);
    let body = json!({ "longTitle": 1, "shareBp": "x" });
    for (language, text) in [
        ("zh-CN", "必须是文本"),
        ("en", "must be a text"),
        ("fr", "must be a text"),
    ] {
        let asked = request("POST", "/v1/samples?colour=red", &body);
        let (code, _, answer) = caller.ask(with(asked, "accept-language", language)).await;
        assert_eq!((code, reason(&answer)), (400, "INVALID"));
        let violations = answer["details"][1]["fieldViolations"].as_array().unwrap();
        let fields: Vec<_> = violations
            .iter()
            .map(|v| v["field"].as_str().unwrap())
            .collect();
        assert_eq!(fields, ["sample.longTitle", "sample.shareBp", "colour"]);
        assert_eq!(violations[0]["description"], text);
    }
    assert!(caller.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_of_the_service_is_told_as_it_is() {
    let caller = Caller::of(refused(|| {
        Error::Invalid(vec![Violation::new("sample.long_title", "REQUIRED")])
    }));
    let (code, _, answer) = caller.ask(request("POST", "/v1/samples", &json!({}))).await;
    assert_eq!(code, 400);
    assert_eq!(
        answer["details"][1]["fieldViolations"][0]["field"],
        "sample.longTitle"
    );
}

#[tokio::test]
async fn headers_decide_between_conflict_and_failed_precondition() {
    let caller = Caller::of(refused(|| Error::Stale));
    let win = || request("POST", "/v1/samples/7:win", &Json::Null);
    assert_eq!(caller.ask(win()).await.0, 409);
    assert_eq!(caller.ask(with(win(), "if-match", "\"v1\"")).await.0, 412);
    assert_eq!(caller.seen().2["etag"], "v1");
    let caller = Caller::of(refused(|| Error::KeyReused));
    let (code, _, answer) = caller.ask(with(win(), "idempotency-key", "k")).await;
    assert_eq!((code, reason(&answer)), (422, "IDEMPOTENCY_KEY_REUSED"));
}

#[tokio::test]
async fn an_unknown_caller_is_told_how_to_sign_in() {
    let caller = Caller::of(refused(|| Error::Unauthenticated));
    let (code, headers, answer) = caller
        .ask(request("GET", "/v1/samples/7", &Json::Null))
        .await;
    assert_eq!((code, &answer["code"]), (401, &json!(16)));
    assert!(headers.contains_key(header::WWW_AUTHENTICATE));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_as_status() {
    let caller = Caller::of(sample_7);
    let (code, _, answer) = caller.ask(request("GET", "/v1/nothing", &Json::Null)).await;
    assert_eq!((code, reason(&answer)), (404, "ROUTE_UNKNOWN"));
    assert_eq!(answer["message"], "There is nothing at /v1/nothing.");
    let (code, headers, answer) = caller
        .ask(request("DELETE", "/v1/samples", &Json::Null))
        .await;
    assert_eq!((code, reason(&answer)), (405, "METHOD_NOT_ALLOWED"));
    assert_eq!(headers[header::ALLOW], "POST, GET");
    let (code, headers, _) = caller.ask(request("POST", "/", &Json::Null)).await;
    assert_eq!(
        (code, &headers[header::ALLOW]),
        (405, &HeaderValue::from_static("GET"))
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_or_not_json_is_refused() {
    let caller = Caller::of(sample_7);
    let large = request(
        "POST",
        "/v1/samples",
        &json!({ "longTitle": "x".repeat(2_000) }),
    );
    let (code, _, answer) = caller.ask(large).await;
    assert_eq!((code, reason(&answer)), (413, "TOO_LARGE"));
    let form = with(
        request("POST", "/v1/samples", &json!({})),
        "content-type",
        "text/plain",
    );
    let (code, _, answer) = caller.ask(form).await;
    assert_eq!((code, reason(&answer)), (415, "NOT_JSON"));
    assert!(caller.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_service_that_is_away_is_told_as_unavailable() {
    let broken = |_: &str| {
        let broken = tower::service_fn(|_: Request<tonic::body::Body>| {
            ready(Err::<axum::http::Response<tonic::body::Body>, _>(
                "connect error: 10.0.0.5:7001",
            ))
        });
        Ok(Link::new(broken))
    };
    let absent = |_: &str| Err(Error::Unavailable("10.0.0.5".to_owned()));
    for router in [edge(broken), edge(absent)] {
        let caller = Caller {
            router,
            seen: Seen::default(),
        };
        let (code, headers, answer) = caller
            .ask(request("GET", "/v1/samples/7", &Json::Null))
            .await;
        assert_eq!((code, reason(&answer)), (503, "UNAVAILABLE"), "{answer}");
        assert!(!answer.to_string().contains("10.0.0.5"), "{answer}");
        assert_eq!(headers[header::RETRY_AFTER], "1");
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_answers_is_given_up() {
    let silent = |_: &str| {
        let silent = tower::service_fn(|_: Request<tonic::body::Body>| {
            std::future::pending::<Result<axum::http::Response<tonic::body::Body>, Status>>()
        });
        Ok(Link::new(silent))
    };
    let caller = Caller {
        router: edge(silent),
        seen: Seen::default(),
    };
    let (code, _, answer) = caller
        .ask(request("GET", "/v1/samples/7", &Json::Null))
        .await;
    assert_eq!((code, reason(&answer)), (504, "DEADLINE"));
}

#[tokio::test]
async fn the_page_greets_in_the_callers_language() {
    let caller = Caller::of(sample_7);
    for (language, word) in [("zh-CN", "登录"), ("en", "Sign in")] {
        let asked = with(
            request("GET", "/", &Json::Null),
            "accept-language",
            language,
        );
        let response = caller.router.clone().oneshot(asked).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_LANGUAGE], language);
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'"));
        let page = to_bytes(response.into_body(), 1 << 16).await.unwrap();
        let page = String::from_utf8(page.to_vec()).unwrap();
        assert!(
            page.contains(word) && page.contains("/openapi.json"),
            "{page}"
        );
        // A text that nobody wrote would stand there under its name.
        assert!(!page.contains("PAGE_"), "{page}");
    }
}

#[tokio::test]
async fn the_description_is_served_and_a_head_is_a_get() {
    let caller = Caller::of(sample_7);
    let (code, headers, document) = caller
        .ask(request("GET", "/openapi.json", &Json::Null))
        .await;
    assert_eq!((code, &document["openapi"]), (200, &json!("3.1.0")));
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    for path in ["/", "/openapi.json", "/v1/samples/7"] {
        let (code, _, answer) = caller.ask(request("HEAD", path, &Json::Null)).await;
        assert_eq!((code, answer), (200, Json::Null), "{path}");
    }
}

#[test]
fn both_languages_have_every_text() {
    let keys = |file: &str| -> Vec<String> {
        let lines = file.lines().filter_map(|line| line.split_once(" = "));
        lines.map(|(key, _)| key.to_owned()).collect()
    };
    let (english, chinese) = crate::LOCALES;
    assert_eq!(keys(english), keys(chinese));
}
