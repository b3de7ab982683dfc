//! More calls than the house takes, and guests that keep their place without using it.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use baton::api::{Answer, Api, Edge};
use baton_proto::directory::v1::{GetMeRequest, session_service_client::SessionServiceClient};
use baton_tests::process::Process;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};
use tonic::{Code, metadata::MetadataValue, transport::Channel};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use crate::cases::{administrator, moment};

/// Calls that the house takes at once, and callers at ten times as many.
const CALLS: usize = 16;
const CALLERS: usize = 10 * CALLS;
/// Leads that each caller asks for.
const EACH: usize = 4;
/// However slow the machine: what is not done by then will not be.
const PATIENCE: Duration = Duration::from_mins(1);

/// HTTP/2 begins with this, and then the client's settings: none.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// The program with limits of its own.
async fn house(folder: &Path, limits: &[(&str, usize)]) -> Process {
    let data = folder.join("data");
    let data = data.to_string_lossy();
    let arguments = [
        "serve",
        "--data",
        &data,
        "--http",
        "127.0.0.1:0",
        "--grpc",
        "127.0.0.1:0",
    ];
    let environment: Vec<_> = limits
        .iter()
        .map(|(name, limit)| (format!("BATON_LIMITS__{name}"), limit.to_string()))
        .collect();
    Process::start("baton", &arguments, &environment, &folder.join("log"))
        .await
        .unwrap()
}

async fn admin(house: &Process) -> Api {
    let (ready, url) = (house.ready(), house.ready().http.as_ref().unwrap());
    let made = ready.sign_in.as_ref().unwrap();
    administrator(url, &made.user, &made.password).await
}

async fn create(api: &Api) -> Answer {
    let key = Uuid::from_bytes(rand::random()).to_string();
    let lead = json!({"title": "Pumps", "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": format!("Pump works {key}")}});
    let mut headers = HeaderMap::new();
    headers.insert("idempotency-key", HeaderValue::from_str(&key).unwrap());
    api.ask(Method::POST, "/v1/leads", headers, &lead)
        .await
        .unwrap()
}

/// Callers that each ask for some leads, one after the other: what they were answered, and how long each answer took.
async fn crowd(api: &Api, callers: usize) -> Vec<(Answer, Duration)> {
    let mut crowd = JoinSet::new();
    for _ in 0..callers {
        let api = api.clone();
        crowd.spawn(async move {
            let mut answers = Vec::new();
            for _ in 0..EACH {
                let asked = Instant::now();
                answers.push((create(&api).await, asked.elapsed()));
            }
            answers
        });
    }
    crowd.join_all().await.into_iter().flatten().collect()
}

fn ids(answers: &[(Answer, Duration)]) -> Vec<String> {
    let made = answers
        .iter()
        .filter(|(answer, _)| answer.status == StatusCode::OK);
    made.map(|(answer, _)| answer.body["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Of those that were answered with a lead, how long the slowest of a hundred took.
fn p99(answers: &[(Answer, Duration)]) -> Duration {
    let made = answers
        .iter()
        .filter(|(answer, _)| answer.status == StatusCode::OK);
    let mut took: Vec<_> = made.map(|(_, took)| *took).collect();
    took.sort_unstable();
    took[(took.len() * 99 / 100).min(took.len() - 1)]
}

async fn rows(folder: &Path, service: &str, text: &'static str) -> Vec<String> {
    let url = format!(
        "sqlite://{}",
        folder.join(format!("data/{service}.db")).display()
    );
    let mut store = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query_scalar(text)
        .fetch_all(&mut store)
        .await
        .unwrap()
}

/// The most memory that the process ever held, in KiB.
fn memory_kib(house: &Process) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", house.id().unwrap())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_too_many_are_told_when_to_come_back_and_nothing_is_lost_or_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path(), &[("CALLS", CALLS), ("CALL_MS", 30_000)]).await;
    let api = admin(&house).await;

    let full = crowd(&api, CALLS).await;
    // Each of them needs customer as well, which is asked through the same door.
    assert_eq!(
        ids(&full).len(),
        CALLS * EACH,
        "nobody who was let in fails half-way"
    );
    let before_kib = memory_kib(&house);
    let flood = crowd(&api, CALLERS).await;
    let after_kib = memory_kib(&house);

    let (at_capacity, overloaded) = (p99(&full), p99(&flood));
    let mut made = ids(&full);
    made.extend(ids(&flood));
    println!(
        "{} of {} taken; p99 {at_capacity:?} at capacity, {overloaded:?} at ten times, ratio {:.1}; {before_kib} KiB, then {after_kib} KiB",
        ids(&flood).len(),
        flood.len(),
        overloaded.as_secs_f64() / at_capacity.as_secs_f64(),
    );
    assert!(!ids(&flood).is_empty(), "a full house still works");
    let refused: Vec<_> = flood
        .iter()
        .filter(|(answer, _)| answer.status != StatusCode::OK)
        .collect();
    assert!(!refused.is_empty(), "nobody was too many");
    for (answer, _) in refused {
        assert_eq!(
            answer.status,
            StatusCode::TOO_MANY_REQUESTS,
            "{}",
            answer.body
        );
        let retry = answer.headers["retry-after"].to_str().unwrap();
        assert!(retry.parse::<u64>().unwrap() > 0);
        assert!(
            answer.body.to_string().contains("RetryInfo"),
            "{}",
            answer.body
        );
    }
    assert!(
        flood
            .iter()
            .all(|(_, took)| *took < Duration::from_secs(32)),
        "answered within the limit of a call"
    );
    assert!(
        after_kib < 2 * before_kib,
        "what waits is bounded: {before_kib} KiB, then {after_kib} KiB"
    );

    let mut kept = rows(folder.path(), "marketing", "select lower(substr(hex(id),1,8)||'-'||substr(hex(id),9,4)||'-'||substr(hex(id),13,4)||'-'||substr(hex(id),17,4)||'-'||substr(hex(id),21)) from lead").await;
    kept.sort_unstable();
    made.sort_unstable();
    assert_eq!(
        kept, made,
        "what was answered is there, once, and nothing else"
    );
    let names = rows(folder.path(), "customer", "select name from party").await;
    assert_eq!(
        names.len(),
        made.len(),
        "no party was left by a lead that was refused"
    );
    house.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grpc_client_that_is_too_many_is_told_when_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path(), &[("CALLS", 1)]).await;
    let made = house.ready().sign_in.as_ref().unwrap();
    let url = house.ready().http.as_ref().unwrap();
    let stranger = Api::new(Edge::at(url), "", "en");
    let session = json!({"user": made.user, "password": made.password});
    let session = stranger.post("/v1/sessions", "", &session).await.unwrap();
    let bearer = format!("Bearer {}", session["token"].as_str().unwrap());
    let bearer: MetadataValue<_> = bearer.parse().unwrap();
    let channel = Channel::from_shared(house.ready().grpc.clone().unwrap()).unwrap();
    let channel = channel.connect().await.unwrap();
    let mut crowd = JoinSet::new();
    for _ in 0..200 {
        let mut request = tonic::Request::new(GetMeRequest {});
        request
            .metadata_mut()
            .insert("authorization", bearer.clone());
        let mut client = SessionServiceClient::new(channel.clone());
        crowd.spawn(async move { client.get_me(request).await.map(|_| ()) });
    }
    let answers = crowd.join_all().await;
    assert!(answers.iter().any(Result::is_ok));
    let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
    assert!(!refused.is_empty(), "nobody was too many");
    for status in refused {
        assert_eq!(status.code(), Code::ResourceExhausted);
        let retry = status.get_error_details().retry_info().unwrap().retry_delay;
        assert!(retry.unwrap() > Duration::ZERO);
    }
    house.stop().await.unwrap();
}

/// Someone at the door.
async fn guest(house: &Process) -> TcpStream {
    let url = house.ready().http.as_ref().unwrap();
    TcpStream::connect(url.trim_start_matches("http://"))
        .await
        .unwrap()
}

/// Reads whatever comes until the connection is closed.
async fn shown_out(who: &str, guest: &mut TcpStream) -> Vec<u8> {
    let mut told = Vec::new();
    let closed = timeout(PATIENCE, guest.read_to_end(&mut told)).await;
    // Closed or reset, as the other side saw fit.
    assert!(closed.is_ok(), "{who} is still there");
    told
}

/// Everybody else is served meanwhile: also who only comes in now.
async fn others_are_served(house: &Process, api: &Api) {
    let api = api.moved(Edge::at(house.ready().http.as_ref().unwrap()));
    let me = timeout(PATIENCE, api.get("/v1/me")).await.unwrap();
    assert_eq!(me.unwrap()["member"]["name"], "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_and_silent_guests_are_shown_out_while_others_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let limits = [
        ("HEADER_MS", 1_000),
        ("CALL_MS", 5_000),
        ("ANSWER_MS", 1_000),
        ("PING_MS", 1_000),
    ];
    let house = house(folder.path(), &limits).await;
    let api = admin(&house).await;
    let half_a_body =
        b"POST /v1/leads HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{\"title\":".as_slice();
    let half_a_header = b"GET /v1/me HTTP/1.1\r\nhost: x\r\nx-slow: ".as_slice();
    let half_a_header_2 = [PREFACE, b"\0\0\x01\x01\x01\0\0\0\x01\x82"].concat();
    for (who, says) in [
        ("who says nothing", b"".as_slice()),
        ("who breaks off in the preface", &PREFACE[..10]),
        ("who says the preface only", &PREFACE[..24]),
        ("who greets and then is silent", PREFACE),
        (
            "who opens a stream and does not say for what",
            &half_a_header_2,
        ),
        ("who breaks off in a header", half_a_header),
        ("who sends half a body", half_a_body),
        (
            "who comes back for nothing",
            b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n",
        ),
    ] {
        let mut guest = guest(&house).await;
        guest.write_all(says).await.unwrap();
        others_are_served(&house, &api).await;
        let told = shown_out(who, &mut guest).await;
        if says == half_a_body {
            assert!(
                told.starts_with(b"HTTP/1.1 504"),
                "{}",
                String::from_utf8_lossy(&told)
            );
        }
    }

    // A byte now and then is no header either.
    let mut slow = guest(&house).await;
    let began = Instant::now();
    for byte in half_a_header.iter().cycle() {
        if slow.write_all(&[*byte]).await.is_err() {
            break;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "byte by byte it goes on for ever"
        );
        moment().await;
    }
    others_are_served(&house, &api).await;
    house.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_reads_an_answer_is_shown_out() {
    let folder = tempfile::tempdir().unwrap();
    let limits = [
        ("HEADER_MS", 1_000),
        ("CALL_MS", 5_000),
        ("ANSWER_MS", 1_000),
    ];
    let house = house(folder.path(), &limits).await;
    let api = admin(&house).await;
    let mut deaf = guest(&house).await;
    let began = Instant::now();
    // Asks on and on, until nobody takes the questions any more, and then until the connection is broken off.
    loop {
        let ask = deaf.write_all(b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n");
        match timeout(Duration::from_millis(100), ask).await {
            Ok(Err(_broken)) => break,
            Ok(Ok(())) | Err(_) => assert!(began.elapsed() < PATIENCE, "it may ask for ever"),
        }
    }
    others_are_served(&house, &api).await;
    house.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_streams_on_one_connection_keep_nobody_else_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path(), &[("PING_MS", 1_000)]).await;
    let api = admin(&house).await;
    let mut greedy = guest(&house).await;
    greedy.write_all(PREFACE).await.unwrap();
    for stream in (1..6_000_u32).step_by(2) {
        // POST / without an end: it stays open.
        let frame = [
            b"\0\0\x03\x01\x04".as_slice(),
            &stream.to_be_bytes(),
            b"\x83\x86\x84",
        ]
        .concat();
        if greedy.write_all(&frame).await.is_err() {
            break;
        }
    }
    others_are_served(&house, &api).await;
    shown_out("who opens thousands of streams", &mut greedy).await;
    house.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_full_of_idle_guests_makes_room_for_who_has_something_to_ask() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody's time is over while this is told.
    let limits = [
        ("CONNECTIONS", 8),
        ("HEADER_MS", 600_000),
        ("PING_MS", 600_000),
    ];
    let house = house(folder.path(), &limits).await;
    let mut idle = Vec::new();
    for i in 0..8 {
        let mut guest = guest(&house).await;
        let says = [b"".as_slice(), PREFACE, b"GET /"][i % 3];
        guest.write_all(says).await.unwrap();
        idle.push(guest);
    }
    let api = admin(&house).await;
    others_are_served(&house, &api).await;
    shown_out("who was idle longest", &mut idle[0]).await;
    house.stop().await.unwrap();
}
