//! A bus that keeps its word, one that does not, and one that is not there.

use std::{collections::HashSet, sync::Arc};

use async_nats::{HeaderValue, jetstream::consumer::pull::OrderedConfig};
use baton_chassis::{
    bus::{Bus, Nats},
    log::Feed,
    telemetry::TRACEPARENT,
};
use futures_util::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::world::{KIND, LossyBridge, Setup, TRACE, World};
use crate::world::{killed_after, task, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bus_loses_doubles_and_delays_is_put_right_from_the_log() {
    let Some(world) = World::new(Setup::PostgresAndNats, 2).await else {
        return;
    };
    let (relay, cancel) = (world.relay(), CancellationToken::new());
    let bridge = Arc::new(LossyBridge::over(&world).await);
    let bus = Bus::Nats(bridge.nats.clone());
    let feed = Feed::Local(world.log.clone());
    let consumer = world.consumer_of(feed, bus, &world.consumer.db);
    let running = {
        let (consumer, cancel) = (consumer.clone(), cancel.clone());
        task(async move { consumer.run(cancel).await })
    };
    let carrying = task({
        let bridge = bridge.clone();
        async move { bridge.run().await }
    });
    let leads = world.leads(4).await;
    let mut rounds = 0;
    // Until there was enough of both.
    while consumer.came().0 < 100 || consumer.came().1 < 20 {
        assert!(rounds < 300, "{:?}", consumer.came());
        rounds += 1;
        world.change(&leads).await;
        relay.step().await.unwrap();
    }
    until("all is applied", 10, async || {
        consumer.lag().await.unwrap() == 0
    })
    .await;
    cancel.cancel();
    running.await.unwrap();
    carrying.abort();
    bridge.wipe().await;
    world.assert_applied_once_and_in_order().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_loses_everything_loses_nothing() {
    let Some(world) = World::new(Setup::PostgresAndNats, 2).await else {
        return;
    };
    let (relay, cancel) = (world.relay(), CancellationToken::new());
    // Its stream gets nothing at all: all that comes must come from the log.
    let bridge = LossyBridge::over(&world).await;
    let bus = Bus::Nats(bridge.nats.clone());
    let feed = Feed::Local(world.log.clone());
    let consumer = world.consumer_of(feed, bus, &world.consumer.db);
    let leads = world.leads(50).await;
    let running = {
        let (consumer, cancel) = (consumer.clone(), cancel.clone());
        task(async move { consumer.run(cancel).await })
    };
    for _ in 0..4 {
        world.change(&leads).await;
        relay.step().await.unwrap();
    }
    until("all is applied", 10, async || world.applied().await == 200).await;
    assert_eq!(consumer.came(), (0, 200));
    cancel.cancel();
    running.await.unwrap();
    bridge.wipe().await;
    world.assert_applied_once_and_in_order().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bus_carries_cloud_events_and_gets_them_again_when_it_has_lost_them() {
    let Some(world) = World::new(Setup::PostgresAndNats, 1).await else {
        return;
    };
    let (relay, leads) = (world.relay(), world.leads(3).await);
    world.change(&leads).await;
    assert_eq!(relay.step().await.unwrap().published, 3);
    world.change(&leads).await;
    assert_eq!(relay.step().await.unwrap().published, 3);
    let events = world.log.read(0, 0, 10).await.unwrap();
    for round in ["before", "after"] {
        let stream = world.stream().await;
        let consumer = stream
            .create_consumer(OrderedConfig::default())
            .await
            .unwrap();
        let messages: Vec<_> = consumer.messages().await.unwrap().take(6).collect().await;
        for (message, event) in messages.into_iter().zip(&events) {
            let message = message.unwrap();
            let headers = message.headers.clone().unwrap();
            let subject = world.nats().subject("sales", 0, KIND);
            assert_eq!(message.subject.as_str(), subject, "{round}");
            for (name, value) in [
                ("ce-specversion", "1.0".to_owned()),
                ("ce-id", event.event_id.to_string()),
                ("ce-type", KIND.to_owned()),
                ("ce-source", "/sales/0".to_owned()),
                ("ce-subject", event.aggregate.to_string()),
                ("ce-time", "2026-07-01T09:00:00+00:00".to_owned()),
                ("ce-sequence", event.seq.to_string()),
                ("ce-version", event.version.to_string()),
                (TRACEPARENT, TRACE.to_owned()),
                ("content-type", "application/protobuf".to_owned()),
            ] {
                assert_eq!(
                    headers.get(name).map(HeaderValue::as_str),
                    Some(value.as_str()),
                    "{name}"
                );
            }
            assert_eq!(message.payload, event.payload);
        }
        if round == "before" {
            world.wipe().await;
            assert_eq!(relay.step().await.unwrap().published, 6);
        }
    }
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bus_did_not_acknowledge_is_sent_again() {
    let Some(world) = World::new(Setup::PostgresAndNats, 1).await else {
        return;
    };
    let leads = world.leads(2).await;
    world.relay().step().await.unwrap();
    // The stream holds more than what is published: how much it holds tells nothing of what it lacks.
    let subject = world.nats().subject("sales", 0, KIND);
    for _ in 0..200 {
        let sent = world.nats().context().publish(subject.clone(), "".into());
        sent.await.unwrap().await.unwrap();
    }
    for steps in 1..60 {
        world.change(&leads).await;
        killed_after(steps, async { drop(world.relay().step().await) }).await;
    }
    world.relay().step().await.unwrap();
    let mut stream = world.stream().await;
    let held = stream.info().await.unwrap().state.messages;
    let reader = stream.create_consumer(OrderedConfig::default()).await;
    let messages = reader.unwrap().messages().await.unwrap();
    let messages = messages.take(usize::try_from(held).unwrap());
    let on_the_bus: HashSet<String> = messages
        .filter_map(async |message| {
            let message = message.unwrap();
            let id = message.headers.as_ref()?.get("ce-id")?;
            Some(id.to_string())
        })
        .collect()
        .await;
    let events = world.log.read(0, 0, 500).await.unwrap();
    assert_eq!(events.len(), 118);
    let lost = events
        .iter()
        .filter(|e| !on_the_bus.contains(&e.event_id.to_string()));
    assert_eq!(lost.count(), 0, "of {}", events.len());
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_is_away_holds_up_nothing() {
    let Some(mut world) = World::new(Setup::Sqlite, 1).await else {
        return;
    };
    // Nobody listens there.
    world.bus = Bus::Nats(Nats::connect("nats://127.0.0.1:1", "it").await.unwrap());
    let (relay, consumer) = (world.relay(), world.consumer());
    let (leads, cancel) = (world.leads(5).await, CancellationToken::new());
    let tasks = [
        task({
            let cancel = cancel.clone();
            async move { relay.run(cancel).await }
        }),
        task({
            let (consumer, cancel) = (consumer.clone(), cancel.clone());
            async move { consumer.run(cancel).await }
        }),
    ];
    for round in 1..=2 {
        world.change(&leads).await;
        until("all is applied", 15, async || {
            world.applied().await == 5 * round
        })
        .await;
    }
    assert_eq!(world.published().await, 0);
    cancel.cancel();
    for task in tasks {
        task.await.unwrap();
    }
    world.assert_applied_once_and_in_order().await;
}
