//! The distributed system, whose processes die one by one at their fail points while the calls go on.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};

use async_nats::jetstream;
use baton_tests::{
    process::Broken,
    stack::{Ground, Stack},
};

use crate::{
    cases::moment,
    fault_points::{
        Chain, Client, PRODUCERS, UNSOUND, assert_everything_is_there_once, commits, kills,
    },
    stack_load::{admin, all_is_heard, comes_to, count, store},
    stack_nats::connect,
};

/// Calls that go on until they are told to stop; every chain comes to its end.
async fn play_until(client: &Client, enough: &AtomicBool) -> Vec<Chain> {
    let mut answered = Vec::new();
    while !enough.load(Ordering::Relaxed) {
        let name = answered.len().to_string();
        let mut chain = client.chain(&name).await;
        for _ in 0..100 {
            if chain.is_ok() {
                break;
            }
            moment().await;
            chain = client.chain(&name).await;
        }
        answered.push(chain.unwrap());
    }
    answered
}

/// Starts a process with the next of its points, or in the end without one, which it tells.
async fn start_next(stack: &mut Stack, name: &'static str, points: &mut Vec<String>) -> bool {
    loop {
        let point = points.pop();
        stack.set(name, "FAILPOINTS", point.as_deref().unwrap_or_default());
        match stack.start_again(name).await {
            Ok(()) => return point.is_none(),
            // It died on the way up, at what waited for it.
            Err(Broken::NotReady { .. }) if point.is_some() => {}
            Err(error) => panic!("{name} {point:?}: {error}"),
        }
    }
}

/// Each process dies at each of its points while the calls go on.
async fn visit(stack: &mut Stack, points: &[(&'static str, Vec<String>)]) {
    let mut left: HashMap<_, _> = points.iter().cloned().collect();
    let mut healthy = 0;
    for (name, _) in points {
        assert!(stack.stop_one(name).await.unwrap());
    }
    let mut due: Vec<_> = points.iter().map(|(name, _)| *name).collect();
    while healthy < points.len() {
        let name = match due.pop() {
            Some(name) => name,
            None => stack.first_to_end().await,
        };
        let left = left.get_mut(name).expect("only these die");
        healthy += usize::from(start_next(stack, name, left).await);
    }
    for (name, points) in points {
        let log = stack.log(name).unwrap();
        let kills = kills(&log);
        assert_eq!(kills.len(), points.len(), "{name}: {kills:#?}");
        for (kill, point) in kills.iter().zip(points.iter().rev()) {
            let (place, _) = point.split_once('=').unwrap();
            assert!(kill.contains(place), "{point}: {kill}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_whose_processes_die_one_by_one_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(ground) = Ground::of_tests("points", folder.path()) else {
        return;
    };
    let mut stack = Stack::start(&ground).await.unwrap();
    // Nobody takes over what the one that dies was at.
    for twin in ["marketing-2", "sales-2"] {
        assert!(stack.stop_one(twin).await.unwrap());
    }
    let client = Client::of(admin(&stack).await).await;
    let log =
        |service: &str| ["numbered", "published"].map(|place| format!("{service}-{place}=return"));
    let of = |service: &'static str, whats: &[&str]| {
        let places: Vec<_> = whats.iter().map(|what| (service, *what)).collect();
        (service, [&log(service)[..], &commits(&places)].concat())
    };
    let points = [
        of("customer", &["lead_assigned"]),
        of("marketing", &["ConvertLead"]),
        of(
            "sales",
            &["CreateOpportunity", "HandOverOpportunity", "order_created"],
        ),
        of(
            "commerce",
            &["CreateOrder", "CreateContract", "ReportOrder"],
        ),
        ("insight", commits(&[("insight", "order_confirmed")])),
    ];
    let enough = AtomicBool::new(false);
    let visits = async {
        visit(&mut stack, &points).await;
        enough.store(true, Ordering::Relaxed);
    };
    let (answered, ()) = tokio::join!(play_until(&client, &enough), visits);
    assert_everything_is_there_once(&client, &answered).await;
    for (producer, consumer) in [
        ("marketing", "customer"),
        ("commerce", "sales"),
        ("customer", "insight"),
        ("marketing", "insight"),
        ("sales", "insight"),
        ("commerce", "insight"),
    ] {
        all_is_heard(&stack, producer, consumer).await;
    }
    for service in PRODUCERS {
        let mut store = store(&stack, service).await;
        comes_to(
            &mut store,
            "select count(*) from outbox_head where published < head",
            0,
        )
        .await;
        for (what, text) in UNSOUND {
            assert_eq!(count(&mut store, text).await, 0, "{service}: {what}");
        }
    }
    let (bus, _) = connect(stack.nats(), "insight").await;
    let bus = jetstream::new(bus);
    for producer in PRODUCERS {
        let mut log = store(&stack, producer).await;
        let said = count(&mut log, "select count(*) from outbox").await;
        let stream = bus.get_stream(format!("baton_{producer}")).await.unwrap();
        let held = stream.cached_info().state.messages;
        assert!(
            held >= said.unsigned_abs(),
            "{held} of {said} events of {producer} are on the bus"
        );
    }
    stack.stop().await.unwrap();
}
