//! What a request carries arrives, and what does not fit is told.

use axum::http::HeaderValue;
use prost_reflect::ReflectMessage as _;
use serde_json::json;

use super::*;
use crate::{routes::Found, sample};

struct Call {
    http: Method,
    path: &'static str,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: String,
}

fn call(http: Method, path: &'static str) -> Call {
    Call {
        http,
        path,
        query: Vec::new(),
        headers: HeaderMap::new(),
        body: String::new(),
    }
}

impl Call {
    fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    fn header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    fn body(mut self, body: &Json) -> Self {
        self.body = body.to_string();
        self
    }

    /// What the RPC is asked, without what is empty.
    fn asked(self) -> Json {
        serde_json::to_value(self.built().unwrap()).unwrap()
    }

    fn broken(self) -> Vec<(String, &'static str)> {
        match self.built() {
            Err(Error::Invalid(told)) => told.into_iter().map(|v| (v.field, v.reason)).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn built(self) -> Result<DynamicMessage, Error> {
        let routes = sample::routes();
        let Found::Route(route, path) = routes.find(&self.http, self.path) else {
            panic!("{} leads nowhere", self.path)
        };
        let incoming = Incoming {
            path,
            query: &self.query,
            headers: &self.headers,
            body: self.body.as_bytes(),
        };
        request(route, &incoming)
    }
}

#[test]
fn a_body_is_the_field_that_the_contract_names() {
    let asked = call(Method::POST, "/v1/samples")
        .body(&json!({"longTitle": "t"}))
        .query("validateOnly", "true");
    assert_eq!(
        asked.asked(),
        json!({"sample": {"longTitle": "t"}, "validateOnly": true})
    );
}

#[test]
fn a_verb_takes_the_whole_body_and_the_path_wins() {
    let asked = call(Method::POST, "/v1/samples/7:win").body(&json!({"id": "8", "why": "price"}));
    assert_eq!(asked.asked(), json!({"id": "7", "why": "price"}));
}

#[test]
fn no_body_is_an_empty_message() {
    assert_eq!(
        call(Method::POST, "/v1/samples/7:win").asked(),
        json!({"id": "7"})
    );
    assert_eq!(
        call(Method::POST, "/v1/samples").asked(),
        json!({"sample": {}})
    );
}

#[test]
fn query_parameters_are_typed_repeated_and_nested() {
    let asked = call(Method::GET, "/v1/samples")
        .query("pageSize", "20")
        .query("grades", "GRADE_FINE")
        .query("grades", "2")
        .query("made_after_time", "2026-01-02T03:04:05Z")
        .query("count", "true")
        .query("like.partName", "x")
        .query("like.amount_minor", "5")
        .query("words", "a,b");
    let expected = json!({
        "pageSize": 20, "grades": ["GRADE_FINE", "GRADE_POOR"], "madeAfterTime": "2026-01-02T03:04:05Z",
        "count": true, "like": {"partName": "x", "amountMinor": "5"}, "words": ["a,b"],
    });
    assert_eq!(asked.asked(), expected);
}

#[test]
fn query_parameters_that_do_not_fit_are_all_told() {
    let asked = call(Method::GET, "/v1/samples")
        .query("pageSize", "many")
        .query("count", "yes")
        .query("like", "x")
        .query("like.parts", "x")
        .query("colour", "red")
        .query("pageToken", "a")
        .query("page_token", "b");
    let expected = [
        ("page_size", "NOT_A_WHOLE_NUMBER"),
        ("count", "NOT_TRUE_OR_FALSE"),
        ("like", "PARAMETER_UNKNOWN"),
        ("like.parts", "PARAMETER_UNKNOWN"),
        ("colour", "PARAMETER_UNKNOWN"),
        ("page_token", "PARAMETER_TWICE"),
    ];
    assert_eq!(
        asked.broken(),
        expected.map(|(field, reason)| (field.to_owned(), reason))
    );
}

#[test]
fn what_path_or_body_carry_is_no_query_parameter() {
    for (http, path, name) in [
        (Method::GET, "/v1/samples/7", "id"),
        (Method::POST, "/v1/samples", "sample.longTitle"),
        (Method::POST, "/v1/samples/7:win", "why"),
        (Method::PATCH, "/v1/samples/7", "sample.id"),
    ] {
        let told = call(http, path)
            .body(&json!({"longTitle": ""}))
            .query(name, "x");
        let told = if path == "/v1/samples/7" && name == "id" {
            call(Method::GET, path).query(name, "x")
        } else {
            told
        };
        assert_eq!(told.broken(), [(name.to_owned(), "PARAMETER_UNKNOWN")]);
    }
}

#[test]
fn a_patch_without_a_mask_changes_what_its_body_names() {
    let body = json!({"id": "8", "etag": "v1", "long_title": null, "best": {"partName": "x"}, "unheardOf": 1});
    let asked = call(Method::PATCH, "/v1/samples/7").body(&body).asked();
    assert_eq!(asked["sample"]["id"], "7");
    let mut mask: Vec<_> = asked["updateMask"].as_str().unwrap().split(',').collect();
    mask.sort_unstable();
    assert_eq!(mask, ["best", "longTitle"]);
}

#[test]
fn a_patched_object_tells_the_version_that_was_seen() {
    let body = json!({"etag": "v1", "longTitle": "t"});
    let asked = call(Method::PATCH, "/v1/samples/7").body(&body);
    assert_eq!(asked.asked()["etag"], "v1");
    let asked = call(Method::PATCH, "/v1/samples/7")
        .body(&body)
        .header(header::IF_MATCH, "\"v2\"");
    assert_eq!(asked.asked()["etag"], "v2");
}

#[test]
fn a_patch_with_a_mask_changes_what_the_mask_names() {
    let asked = call(Method::PATCH, "/v1/samples/7")
        .body(&json!({"longTitle": "t"}))
        .query("updateMask", "longTitle,shareBp");
    assert_eq!(asked.asked()["updateMask"], "longTitle,shareBp");
}

#[test]
fn a_patch_that_names_nothing_is_refused() {
    for body in [json!({}), json!({"titel": "t"}), json!({"id": "7"})] {
        let told = call(Method::PATCH, "/v1/samples/7").body(&body).broken();
        assert_eq!(told, [("update_mask".to_owned(), "NOTHING_TO_CHANGE")]);
    }
}

#[test]
fn headers_carry_request_id_and_etag() {
    let asked = call(Method::POST, "/v1/samples/7:win")
        .header(IDEMPOTENCY_KEY, "k-1")
        .header(header::IF_MATCH, "\"v7\"");
    assert_eq!(
        asked.asked(),
        json!({"id": "7", "requestId": "k-1", "etag": "v7"})
    );
    let asked = call(Method::POST, "/v1/samples/7:win").header(header::IF_MATCH, "*");
    assert_eq!(asked.asked(), json!({"id": "7"}));
    let asked = call(Method::GET, "/v1/samples/7").header(header::IF_MATCH, "\"v7\"");
    assert_eq!(asked.asked(), json!({"id": "7"}));
}

#[test]
fn an_if_match_of_several_versions_is_refused() {
    for value in ["\"v1\", \"v2\"", "\"v1", "W/\"v1\"", "v1, v2"] {
        let told = call(Method::POST, "/v1/samples/7:win")
            .header(header::IF_MATCH, value)
            .broken();
        assert_eq!(told, [("etag".to_owned(), "HEADER_MALFORMED")], "{value}");
    }
}

#[test]
fn a_body_that_is_not_json_or_not_wanted_is_told() {
    let mut broken = call(Method::POST, "/v1/samples");
    broken.body = "{\"longTitle\": ".to_owned();
    assert_eq!(broken.broken(), [("body".to_owned(), "JSON_MALFORMED")]);
    let list = call(Method::POST, "/v1/samples/7:win").body(&json!([]));
    assert_eq!(list.broken(), [("body".to_owned(), "NOT_AN_OBJECT")]);
    let unwanted = call(Method::GET, "/v1/samples").body(&json!({}));
    assert_eq!(unwanted.broken(), [("body".to_owned(), "BODY_SUPERFLUOUS")]);
}

#[test]
fn an_answer_is_the_field_that_the_contract_names_with_its_version() {
    let routes = sample::routes();
    let Found::Route(route, _) = routes.find(&Method::GET, "/v1/samples/7") else {
        panic!("no route")
    };
    let whole = sample::filled(
        "GetSampleResponse",
        &json!({"sample": {"id": "7", "etag": "v3"}}),
    );
    let answer = answer(route, whole);
    assert_eq!(answer.descriptor().name(), "Sample");
    assert_eq!(etag(&answer).as_deref(), Some("v3"));
}
