//! What a browser asks by way of gRPC-Web, made by hand: five bytes and a message, and the last frame says how it ended.

use futures_util::stream;
use http_body_util::StreamBody;
use hyper::body::Frame;
use prost_reflect::prost::Message as _;
use tokio::sync::mpsc;
use tonic_types::StatusExt as _;

use super::*;

/// A call of the sample service with a message.
fn call(method: &str, message: &DynamicMessage) -> Request<Body> {
    let body = Body::from(frame(0, &message.encode_to_vec()));
    Request::builder()
        .method("POST")
        .uri(format!("/baton.sample.v1.SampleService/{method}"))
        .header("content-type", "application/grpc-web+proto")
        .body(body)
        .unwrap()
}

fn frame(flag: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[flag][..], &length, payload].concat()
}

/// The frames of an answer, each with its flag.
fn frames(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut all = Vec::new();
    while let [flag, a, b, c, d, rest @ ..] = bytes {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        all.push((*flag, rest[..length].to_vec()));
        bytes = &rest[length..];
    }
    assert!(bytes.is_empty(), "whole frames");
    all
}

/// How an answer ended, by its last frame.
fn ended(frame: &(u8, Vec<u8>)) -> Status {
    assert_eq!(frame.0, 0x80, "trailers come last");
    let mut trailers = HeaderMap::new();
    for line in std::str::from_utf8(&frame.1)
        .unwrap()
        .split_terminator("\r\n")
    {
        let (name, value) = line.split_once(':').unwrap();
        let name: HeaderName = name.parse().unwrap();
        trailers.insert(name, value.trim().parse().unwrap());
    }
    Status::from_header_map(&trailers).unwrap()
}

async fn asked(router: &Router, request: Request<Body>) -> (HeaderMap, Vec<(u8, Vec<u8>)>) {
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    assert_eq!(head.status, 200);
    (
        head.headers,
        frames(&to_bytes(body, 1 << 20).await.unwrap()),
    )
}

/// The status that a call ends with before its first message.
async fn refusal(router: &Router, request: Request<Body>) -> Status {
    let (_, frames) = asked(router, request).await;
    assert_eq!(frames.len(), 1, "{frames:?}");
    ended(&frames[0])
}

fn told(status: &Status) -> (Code, String) {
    let details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.clone());
    (status.code(), reason.unwrap_or_default())
}

fn get() -> Request<Body> {
    let message = sample::filled("GetSampleRequest", &json!({ "id": "7" }));
    call("GetSample", &message)
}

#[tokio::test]
async fn a_call_reaches_the_service_and_its_answer_ends_with_trailers() {
    let caller = Caller::of(sample_7);
    let mut request = get();
    for (name, value) in [
        ("authorization", "Bearer x"),
        ("accept-language", "zh-CN"),
        ("traceparent", "00-1-2-01"),
        ("grpc-timeout", "900m"),
        ("cookie", "secret"),
        ("x-grpc-web", "1"),
        ("x-user-agent", "connect-es"),
    ] {
        request = with(request, name, value);
    }
    let (headers, frames) = asked(&caller.router, request).await;
    assert_eq!(headers[header::CONTENT_TYPE], "application/grpc-web+proto");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(!headers.contains_key("access-control-allow-origin"));
    let [(0, message), end] = &frames[..] else {
        panic!("{frames:?}")
    };
    let answer = DynamicMessage::decode(sample::message("GetSampleResponse"), &message[..]);
    let answer = serde_json::to_value(answer.unwrap()).unwrap();
    assert_eq!(answer["sample"]["longTitle"], "t");
    assert_eq!(ended(end).code(), Code::Ok);

    let (method, metadata, asked) = caller.seen();
    assert_eq!((method.as_str(), asked), ("GetSample", json!({"id": "7"})));
    let passed = |name: &str| metadata.get(name).map(|v| v.to_str().unwrap().to_owned());
    for (name, value) in [
        ("authorization", "Bearer x"),
        ("accept-language", "zh-CN"),
        ("traceparent", "00-1-2-01"),
        ("grpc-timeout", "900m"),
    ] {
        assert_eq!(passed(name).as_deref(), Some(value), "{name}");
    }
    for name in ["cookie", "x-grpc-web", "x-user-agent", "accept-encoding"] {
        assert_eq!(passed(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_refusal_comes_whole_in_the_trailers() {
    let caller = Caller::of(refused(|| {
        Error::Invalid(vec![Violation::new("sample.long_title", "REQUIRED")])
    }));
    let status = refusal(&caller.router, get()).await;
    assert_eq!(told(&status), (Code::InvalidArgument, "INVALID".to_owned()));
    let details = status.get_error_details();
    let violations = &details.bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, "sample.long_title");
    assert!(details.localized_message().is_some());
}

#[tokio::test]
async fn whoever_is_away_or_unknown_is_told_in_the_callers_language() {
    let caller = Caller {
        router: edge(|_| Err(Error::Away("sample".to_owned()))),
        seen: Seen::default(),
    };
    let status = refusal(&caller.router, with(get(), "accept-language", "zh-CN")).await;
    let away = (Code::Unavailable, "SERVICE_AWAY".to_owned());
    assert_eq!(told(&status), away);
    let details = status.get_error_details();
    assert_eq!(details.localized_message().unwrap().locale, "zh-CN");
    assert!(details.retry_info().is_some());

    let caller = Caller::of(|_, _| Err(Status::internal("10.0.0.5 is on fire")));
    let status = refusal(&caller.router, get()).await;
    assert_eq!(told(&status), (Code::Internal, "INTERNAL".to_owned()));
    assert!(!status.message().contains("10.0.0.5"));

    let nothing = sample::filled("GetSampleRequest", &json!({}));
    let status = refusal(&caller.router, call("Fly", &nothing)).await;
    assert_eq!(
        told(&status),
        (Code::Unimplemented, "UNKNOWN_METHOD".to_owned())
    );
}

#[tokio::test]
async fn what_is_no_call_never_reaches_the_service() {
    let caller = Caller::of(sample_7);
    let json = with(get(), "content-type", "application/json");
    let (code, _, answer) = caller.ask(json).await;
    assert_eq!((code, reason(&answer)), (415, "NOT_GRPC_WEB"));
    for method in ["GET", "OPTIONS"] {
        let mut other = get();
        *other.method_mut() = method.parse().unwrap();
        let (code, headers, answer) = caller.ask(other).await;
        assert_eq!((code, reason(&answer)), (405, "METHOD_NOT_ALLOWED"));
        assert_eq!(headers[header::ALLOW], "POST");
        assert!(!headers.contains_key("access-control-allow-origin"));
    }
    let large = json!({ "id": "x".repeat(2_000) });
    let large = call("GetSample", &sample::filled("GetSampleRequest", &large));
    let status = refusal(&caller.router, large).await;
    assert_eq!(
        told(&status),
        (Code::InvalidArgument, "TOO_LARGE".to_owned())
    );
    assert!(caller.seen.lock().unwrap().is_empty());
}

/// Frames that a service sends one after the other.
type Sender = mpsc::Sender<Result<Frame<Bytes>, Status>>;

/// An edge, until `stop`, in front of a service that answers one call with what is sent.
fn streaming(stop: &CancellationToken) -> (Router, Sender) {
    let (sender, receiver) = mpsc::channel(4);
    let receiver = Arc::new(Mutex::new(Some(receiver)));
    let service = tower::service_fn(move |_: Request<tonic::body::Body>| {
        let receiver = receiver.lock().unwrap().take().expect("one call");
        let frames = stream::unfold(receiver, |mut receiver: mpsc::Receiver<_>| async {
            Some((receiver.recv().await?, receiver))
        });
        let body = tonic::body::Body::new(StreamBody::new(frames));
        ready(Ok::<_, Infallible>(Response::new(body)))
    });
    let link = Link::new(service);
    let limits = Limits {
        call: Duration::from_secs(5),
        ..Limits::default()
    };
    let (descriptors, messages) = (sample::descriptors(), Arc::new(messages()));
    let link = Mutex::new(link);
    let link = move |_: &str| Ok(link.lock().unwrap().clone());
    let edge = Edge::new(&descriptors, &[], link, |_| false, messages, limits).unwrap();
    (edge.until(stop.clone()).router(), sender)
}

fn watch() -> Request<Body> {
    let message = sample::filled("ListSamplesRequest", &json!({}));
    call("WatchSamples", &message)
}

async fn next(body: &mut Body) -> Vec<(u8, Vec<u8>)> {
    let frame = body.frame().await.unwrap().unwrap();
    frames(&frame.into_data().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_stream_comes_message_by_message_however_long_it_takes() {
    let (router, sender) = streaming(&CancellationToken::new());
    let mut body = router.oneshot(watch()).await.unwrap().into_body();
    for number in 1..=3 {
        tokio::time::advance(Duration::from_mins(1)).await;
        let message = Frame::data(Bytes::from(frame(0, &[number])));
        sender.send(Ok(message)).await.unwrap();
        assert_eq!(next(&mut body).await, [(0, vec![number])]);
    }
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    sender.send(Ok(Frame::trailers(trailers))).await.unwrap();
    assert_eq!(ended(&next(&mut body).await[0]).code(), Code::Ok);
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn a_stream_ends_when_the_process_stops_and_its_service_is_told() {
    let stop = CancellationToken::new();
    let (router, sender) = streaming(&stop);
    let mut body = router.oneshot(watch()).await.unwrap().into_body();
    stop.cancel();
    let status = ended(&next(&mut body).await[0]);
    assert_eq!(told(&status), (Code::Unavailable, "UNAVAILABLE".to_owned()));
    sender.closed().await;
}

#[tokio::test]
async fn a_stream_ends_when_the_browser_goes_and_a_broken_one_is_told() {
    let (router, sender) = streaming(&CancellationToken::new());
    drop(router.oneshot(watch()).await.unwrap());
    sender.closed().await;

    let (router, sender) = streaming(&CancellationToken::new());
    let mut body = router.oneshot(watch()).await.unwrap().into_body();
    drop(sender);
    let status = ended(&next(&mut body).await[0]);
    assert_eq!(told(&status), (Code::Unavailable, "UNAVAILABLE".to_owned()));
}
