//! An error of an RPC as HTTP has it: `google.rpc.Status` in JSON under the HTTP code of its kind.
//!
//! Only what a service of Baton said on purpose goes out. Whatever else arrives as an error (a broken connection, a
//! fault in a library) has addresses and causes in its text: that text is logged, and the caller gets a plain sentence.

use std::collections::HashMap;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use baton_chassis::{
    Args, Error, Language, Messages, link,
    status::{self as chassis, DOMAIN},
};
use serde_json::{Map, Value as Json, json};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::field::camel;

/// What the request had that decides how an error is told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked {
    /// Language of the caller.
    pub(crate) language: Language,
    /// It came with `If-Match`.
    pub(crate) if_match: bool,
    /// It came with credentials.
    pub(crate) authorization: bool,
}

impl Asked {
    /// What the headers of a request say.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let languages = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|v| v.to_str().ok());
        Self {
            language: languages.and_then(Language::accepted).unwrap_or_default(),
            if_match: headers.contains_key(header::IF_MATCH),
            authorization: headers.contains_key(header::AUTHORIZATION),
        }
    }
}

/// An error that the edge itself has to tell.
pub(crate) fn own(
    code: Code,
    reason: &'static str,
    args: Args,
    language: Language,
    messages: &Messages,
) -> Status {
    let text = messages.text(language, reason, &args);
    let values: HashMap<_, _> = args
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, values);
    details.set_localized_message(language.tag(), text.clone());
    Status::with_error_details(code, text, details)
}

/// The HTTP answer that tells `status`.
pub(crate) fn response(status: &Status, asked: Asked, messages: &Messages) -> Response {
    let status = outward(status.clone(), asked, messages);
    told(&status, &status.get_error_details(), asked)
}

/// The status as whoever asked may read it: what a service has told stays, anything else is told anew.
pub(crate) fn outward(status: Status, asked: Asked, messages: &Messages) -> Status {
    let details = status.get_error_details();
    if details
        .error_info()
        .is_some_and(|info| info.domain == DOMAIN)
    {
        return status;
    }
    let (code, message) = (status.code(), status.message().to_owned());
    let plain = |error| chassis::status(error, asked.language, messages);
    let own = |reason| own(code, reason, Args::new(), asked.language, messages);
    match code {
        Code::Unavailable if let Some(service) = link::away(&status) => {
            plain(Error::Away(service.to_owned()))
        }
        // Servers turn calls away with the second when they have too many at once.
        Code::Unavailable | Code::ResourceExhausted => plain(Error::Unavailable(message)),
        Code::Unauthenticated => plain(Error::Unauthenticated),
        Code::PermissionDenied => plain(Error::Denied),
        Code::DeadlineExceeded => own("DEADLINE"),
        Code::Unimplemented => own("UNKNOWN_METHOD"),
        _ => plain(Error::internal(format!("{code:?}: {message}"))),
    }
}

fn told(status: &Status, details: &ErrorDetails, asked: Asked) -> Response {
    let reason = details.error_info().map_or("", |info| info.reason.as_str());
    let body = json!({
        "code": i32::from(status.code()),
        "message": status.message(),
        "details": told_details(details),
    });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = http_code(status.code(), reason, asked);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let tag = details
        .localized_message()
        .map(|text| HeaderValue::from_str(&text.locale));
    if let Some(Ok(tag)) = tag {
        headers.insert(header::CONTENT_LANGUAGE, tag);
    }
    if let Some(delay) = details.retry_info().and_then(|info| info.retry_delay) {
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status.code() == Code::Unauthenticated {
        let challenge = if asked.authorization {
            "Bearer realm=\"baton\", error=\"invalid_token\""
        } else {
            "Bearer realm=\"baton\""
        };
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        );
    }
    response
}

/// The HTTP code of an error: by the table of `google.rpc.Code`, but for what a header asked for.
fn http_code(code: Code, reason: &str, asked: Asked) -> StatusCode {
    match (code, reason) {
        (Code::Aborted, _) if asked.if_match => StatusCode::PRECONDITION_FAILED,
        (_, "IDEMPOTENCY_KEY_REUSED") => StatusCode::UNPROCESSABLE_ENTITY,
        (_, "METHOD_NOT_ALLOWED") => StatusCode::METHOD_NOT_ALLOWED,
        (_, "TOO_LARGE") => StatusCode::PAYLOAD_TOO_LARGE,
        (_, "NOT_JSON" | "NOT_GRPC_WEB") => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => match code {
            Code::Ok => StatusCode::OK,
            Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => {
                StatusCode::BAD_REQUEST
            }
            Code::Unauthenticated => StatusCode::UNAUTHORIZED,
            Code::PermissionDenied => StatusCode::FORBIDDEN,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
            Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            // 499, for which there is no name: the caller gave up.
            Code::Cancelled => StatusCode::from_u16(499).unwrap_or(StatusCode::REQUEST_TIMEOUT),
            Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
            Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
        },
    }
}

/// The details that callers are promised, each named by its type. Debug information is not among them.
fn told_details(details: &ErrorDetails) -> Vec<Json> {
    let mut told = Vec::new();
    if let Some(info) = details.error_info() {
        let value =
            json!({ "reason": info.reason, "domain": info.domain, "metadata": info.metadata });
        told.push(typed("ErrorInfo", value));
    }
    if let Some(request) = details.bad_request() {
        let violations: Vec<Json> = request.field_violations.iter().map(violation).collect();
        told.push(typed(
            "BadRequest",
            json!({ "fieldViolations": violations }),
        ));
    }
    if let Some(failure) = details.precondition_failure() {
        let violations = failure.violations.iter();
        let violations: Vec<Json> = violations
            .map(
                |v| json!({ "type": v.r#type, "subject": v.subject, "description": v.description }),
            )
            .collect();
        told.push(typed(
            "PreconditionFailure",
            json!({ "violations": violations }),
        ));
    }
    if let Some(resource) = details.resource_info() {
        let value = json!({
            "resourceType": resource.resource_type,
            "resourceName": resource.resource_name,
            "owner": resource.owner,
            "description": resource.description,
        });
        told.push(typed("ResourceInfo", value));
    }
    if let Some(delay) = details.retry_info().and_then(|info| info.retry_delay) {
        told.push(typed(
            "RetryInfo",
            json!({ "retryDelay": format!("{}s", delay.as_secs_f64()) }),
        ));
    }
    if let Some(text) = details.localized_message() {
        let value = json!({ "locale": text.locale, "message": text.message });
        told.push(typed("LocalizedMessage", value));
    }
    told
}

fn violation(violation: &tonic_types::FieldViolation) -> Json {
    let mut told = json!({
        "field": camel(&violation.field),
        "description": violation.description,
        "reason": violation.reason,
    });
    if let Some(text) = &violation.localized_message {
        told["localizedMessage"] = json!({ "locale": text.locale, "message": text.message });
    }
    told
}

fn typed(name: &str, value: Json) -> Json {
    let mut told = Map::new();
    told.insert(
        "@type".to_owned(),
        format!("type.googleapis.com/google.rpc.{name}").into(),
    );
    if let Json::Object(fields) = value {
        told.extend(fields);
    }
    Json::Object(told)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::to_bytes;
    use baton_chassis::{Violation, status::status};

    use super::*;
    use crate::messages;

    async fn parts(response: Response) -> (u16, HeaderMap, Json) {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        (
            parts.status.as_u16(),
            parts.headers,
            serde_json::from_slice(&body).unwrap(),
        )
    }

    fn detail<'j>(body: &'j Json, name: &str) -> &'j Json {
        let details = body["details"].as_array().unwrap();
        details
            .iter()
            .find(|d| d["@type"].as_str().unwrap().ends_with(name))
            .unwrap_or(&Json::Null)
    }

    #[tokio::test]
    async fn every_violated_field_is_named_as_json_writes_it() {
        let violations = vec![
            Violation::new("lead.long_title", "REQUIRED"),
            Violation::new("lines[2].list_price", "NOT_A_WHOLE_NUMBER"),
        ];
        for (language, text) in [
            (Language::English, "must not be empty"),
            (Language::Chinese, "不能为空"),
        ] {
            let told = status(Error::Invalid(violations.clone()), language, &messages());
            let asked = Asked {
                language,
                ..Asked::default()
            };
            let (code, headers, body) = parts(response(&told, asked, &messages())).await;
            assert_eq!((code, &body["code"]), (400, &json!(3)));
            assert_eq!(headers[header::CONTENT_LANGUAGE], language.tag());
            let fields = &detail(&body, "BadRequest")["fieldViolations"];
            assert_eq!(fields[0]["field"], "lead.longTitle");
            assert_eq!(fields[0]["description"], text);
            assert_eq!(fields[0]["reason"], "REQUIRED");
            assert_eq!(fields[1]["field"], "lines[2].listPrice");
            assert_eq!(detail(&body, "ErrorInfo")["reason"], "INVALID");
            assert_eq!(detail(&body, "LocalizedMessage")["locale"], language.tag());
        }
    }

    #[tokio::test]
    async fn a_stale_object_is_412_only_for_who_sent_if_match() {
        let told = status(Error::Stale, Language::English, &messages());
        let plain = Asked::default();
        assert_eq!(parts(response(&told, plain, &messages())).await.0, 409);
        let conditional = Asked {
            if_match: true,
            ..plain
        };
        assert_eq!(
            parts(response(&told, conditional, &messages())).await.0,
            412
        );
    }

    #[tokio::test]
    async fn each_kind_of_error_has_its_http_code_and_details() {
        let refused = baton_chassis::Refusal {
            reason: "DEAL_CLOSED",
            args: Args::new(),
            text: "the deal is closed".to_owned(),
        };
        for (error, code, kind) in [
            (Error::not_found("LEAD", "7"), 404, "ResourceInfo"),
            (
                Error::Exists {
                    kind: "LEAD",
                    id: "7".to_owned(),
                },
                409,
                "ResourceInfo",
            ),
            (Error::Refused(refused), 400, "PreconditionFailure"),
            (Error::Denied, 403, "ErrorInfo"),
            (Error::Unauthenticated, 401, "ErrorInfo"),
            (Error::KeyReused, 422, "ErrorInfo"),
            (Error::Exhausted { retry_ms: 1_500 }, 429, "RetryInfo"),
            (Error::Unavailable("sales".to_owned()), 503, "RetryInfo"),
            (Error::internal("secret"), 500, "ErrorInfo"),
        ] {
            let told = status(error, Language::English, &messages());
            let (found, _, body) = parts(response(&told, Asked::default(), &messages())).await;
            assert_eq!(found, code, "{body}");
            assert!(!detail(&body, kind).is_null(), "{body}");
            assert!(!body.to_string().contains("secret"), "{body}");
        }
    }

    #[tokio::test]
    async fn who_is_turned_away_learns_when_or_how_to_come_back() {
        let told = status(
            Error::Exhausted { retry_ms: 1_500 },
            Language::English,
            &messages(),
        );
        let (_, headers, body) = parts(response(&told, Asked::default(), &messages())).await;
        assert_eq!(headers[header::RETRY_AFTER], "2");
        assert_eq!(detail(&body, "RetryInfo")["retryDelay"], "1.5s");
        let told = status(Error::Unauthenticated, Language::English, &messages());
        let (_, headers, _) = parts(response(&told, Asked::default(), &messages())).await;
        assert_eq!(headers[header::WWW_AUTHENTICATE], "Bearer realm=\"baton\"");
        let with_token = Asked {
            authorization: true,
            ..Asked::default()
        };
        let (_, headers, _) = parts(response(&told, with_token, &messages())).await;
        assert!(
            headers[header::WWW_AUTHENTICATE]
                .to_str()
                .unwrap()
                .ends_with("error=\"invalid_token\"")
        );
    }

    #[tokio::test]
    async fn what_no_service_told_stays_inside() {
        let mut details = ErrorDetails::with_debug_info(vec![], "10.0.0.5");
        details.set_retry_info(Some(Duration::from_secs(9)));
        for (status, code) in [
            (Status::unavailable("tcp connect error: 10.0.0.5:7001"), 503),
            (Status::unknown("panicked at 10.0.0.5"), 500),
            (Status::resource_exhausted("10.0.0.5"), 503),
            (Status::cancelled("10.0.0.5"), 500),
            (Status::invalid_argument("10.0.0.5"), 500),
            (Status::deadline_exceeded("10.0.0.5"), 504),
            (Status::unimplemented("10.0.0.5"), 501),
            (
                Status::with_error_details(Code::Internal, "10.0.0.5", details),
                500,
            ),
        ] {
            let (found, _, body) = parts(response(&status, Asked::default(), &messages())).await;
            assert_eq!(found, code);
            assert!(!body.to_string().contains("10.0.0.5"), "{body}");
            assert!(
                !detail(&body, "ErrorInfo")["reason"]
                    .as_str()
                    .unwrap()
                    .is_empty()
            );
        }
    }
}
