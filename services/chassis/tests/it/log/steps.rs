//! The log driven by hand, under a clock that stands still.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use baton_chassis::{
    Clock,
    db::{self, Tx},
    log::{Feed, Lease, Log, Relay, Step},
};
use chrono::Duration;
use tokio_util::sync::CancellationToken;

use super::world::{Setup, TIMING, World, draft, moment};
use crate::world::{Store, id, stores, task, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_numbered_and_applied() {
    for setup in Setup::ALL {
        let Some(world) = World::new(setup, 4).await else {
            continue;
        };
        let (relay, consumer) = (world.relay(), world.consumer());
        let leads = world.leads(10).await;
        assert_eq!(consumer.lag().await.unwrap(), 0);
        assert_eq!(consumer.catch_up().await.unwrap(), 0);
        for _ in 0..3 {
            world.change(&leads).await;
        }
        let step = relay.step().await.unwrap();
        let numbered = if setup == Setup::Sqlite { 0 } else { 30 };
        let published = if setup == Setup::PostgresAndNats {
            30
        } else {
            0
        };
        assert_eq!(
            step,
            Step {
                numbered,
                published
            }
        );
        assert_eq!(relay.step().await.unwrap(), Step::default());
        assert_eq!(consumer.lag().await.unwrap(), 30);
        assert_eq!(consumer.catch_up().await.unwrap(), 30);
        assert_eq!(consumer.lag().await.unwrap(), 0);
        assert_eq!(consumer.catch_up().await.unwrap(), 0);
        world.assert_applied_once_and_in_order().await;
        world.assert_log_is_dense().await;
        assert!(world.effects.commits.load(Relaxed) > 0);
        world.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_says_one_thing_and_no_more_than_a_quarter_of_a_mebibyte() {
    for setup in [Setup::Sqlite, Setup::Postgres] {
        let Some(world) = World::new(setup, 1).await else {
            continue;
        };
        let say = async |version: i64, bytes: usize| {
            let (log, mut draft) = (world.log.clone(), draft(id(1), version));
            draft.payload.resize(bytes, 0);
            let work = async move |tx: &mut Tx| log.append(tx, draft.clone()).await;
            world.producer.db.write::<_, db::Error, _>(work).await
        };
        say(1, 256 * 1024).await.unwrap();
        assert!(matches!(say(1, 8).await, Err(db::Error::Exists(_))));
        assert!(matches!(
            say(2, 256 * 1024 + 1).await,
            Err(db::Error::Other(_))
        ));
        say(2, 8).await.unwrap();
        world.relay().step().await.unwrap();
        let events = world.log.read(0, 0, 10).await.unwrap();
        assert_eq!(
            events
                .iter()
                .map(|e| (e.version, e.seq))
                .collect::<Vec<_>>(),
            [(1, 1), (2, 2)]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_split_of_a_log_is_decided_once() {
    for store in stores().await {
        let migrations = db::chassis_migrations();
        store
            .db
            .migrate(&migrations, "_chassis_migrations")
            .await
            .unwrap();
        assert!(Log::open(store.db.clone(), "sales", 3).await.is_err());
        assert_eq!(
            Log::open(store.db.clone(), "sales", 4)
                .await
                .unwrap()
                .shards(),
            4
        );
        assert_eq!(
            Log::open(store.db.clone(), "sales", 1)
                .await
                .unwrap()
                .shards(),
            4
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_event_holds_up_its_aggregate_and_nobody_else() {
    refused(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_a_handler_is_a_refusal() {
    refused(true).await;
}

async fn refused(panics: bool) {
    for setup in [Setup::Sqlite, Setup::Postgres] {
        let Some(world) = World::new(setup, 2).await else {
            continue;
        };
        let (relay, consumer) = (world.relay(), world.consumer());
        let leads = world.leads(10).await;
        let sick = leads[3];
        world.effects.poison.lock().unwrap().insert(sick);
        world.effects.panics.store(panics, Relaxed);
        for _ in 0..3 {
            world.change(&leads).await;
        }
        relay.step().await.unwrap();
        assert_eq!(consumer.catch_up().await.unwrap(), 30);
        assert_eq!(
            (world.applied().await, consumer.lag().await.unwrap()),
            (27, 0)
        );
        let parked = consumer.parked(10).await.unwrap();
        let versions: Vec<_> = parked
            .iter()
            .map(|p| (p.event.version, p.attempts))
            .collect();
        assert_eq!(versions, [(1, 1), (2, 0), (3, 0)]);
        assert_eq!(parked[0].next_at, Some(moment() + TIMING.back_off));
        let error = if panics { "panicked" } else { "poisoned" };
        assert!(parked[0].error.contains(error), "{}", parked[0].error);
        assert!(
            parked
                .iter()
                .all(|p| p.event.aggregate == sick && !p.is_given_up())
        );

        // Tried again when its time comes, ever later, and in the end no more.
        assert_eq!(consumer.catch_up().await.unwrap(), 0);
        assert_eq!(
            consumer.parked(1).await.unwrap()[0].attempts,
            1,
            "not before its time"
        );
        for (attempt, pause) in [(2, 1), (3, 2), (4, 4)] {
            world.clock.advance(Duration::seconds(pause));
            consumer.catch_up().await.unwrap();
            assert_eq!(consumer.parked(1).await.unwrap()[0].attempts, attempt);
        }
        assert!(consumer.parked(1).await.unwrap()[0].is_given_up());
        world.clock.advance(Duration::days(2));
        let refusals = world.effects.refusals.load(Relaxed);
        consumer.catch_up().await.unwrap();
        assert_eq!(
            world.effects.refusals.load(Relaxed),
            refusals,
            "it waits for a person"
        );

        // One more comes in behind it; then a person leaves the first one out.
        world.change(&[sick]).await;
        relay.step().await.unwrap();
        consumer.catch_up().await.unwrap();
        assert_eq!(consumer.parked(10).await.unwrap().len(), 4);
        world.effects.poison.lock().unwrap().clear();
        assert!(consumer.skip(sick).await.unwrap());
        assert_eq!(consumer.catch_up().await.unwrap(), 3);
        assert_eq!(world.applied().await, 27 + 3);
        assert!(
            !consumer.resume(sick).await.unwrap(),
            "nothing is parked any more"
        );
        assert!(!consumer.skip(leads[0]).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_says_later_parks_nothing() {
    for setup in [Setup::Sqlite, Setup::Postgres] {
        let Some(world) = World::new(setup, 1).await else {
            continue;
        };
        let (relay, consumer) = (world.relay(), world.consumer());
        let leads = world.leads(5).await;
        world.change(&leads).await;
        relay.step().await.unwrap();
        world.effects.later.store(true, Relaxed);
        assert!(consumer.catch_up().await.unwrap_err().retryable());
        assert_eq!(
            (world.applied().await, consumer.lag().await.unwrap()),
            (0, 5)
        );
        // Nor when an event before it is sick, and all are tried with care.
        let first = world.log.read(0, 0, 1).await.unwrap()[0].aggregate;
        world.effects.poison.lock().unwrap().insert(first);
        assert!(consumer.catch_up().await.unwrap_err().retryable());
        assert!(consumer.parked(1).await.unwrap().is_empty());
        world.effects.poison.lock().unwrap().clear();
        world.effects.later.store(false, Relaxed);
        assert_eq!(consumer.catch_up().await.unwrap(), 5);
        world.assert_applied_once_and_in_order().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn running_loops_bring_an_event_across_without_waiting_for_a_sweep() {
    for setup in Setup::ALL {
        let Some(world) = World::new(setup, 2).await else {
            continue;
        };
        let cancel = CancellationToken::new();
        // As services run: with leases, and a sweep that comes too late for this test.
        let relay = Relay::new(world.log.clone(), world.bus.clone(), world.clock.clone());
        let consumer = baton_chassis::log::Consumer::new(
            "insight",
            world.consumer.db.clone(),
            world.clock.clone(),
            Feed::Local(world.log.clone()),
            world.bus.clone(),
            world.effects.clone(),
        );
        let leads = world.leads(1).await;
        let mut progress = consumer.progress();
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
        world.change(&leads).await;
        until("the first event is there", 20, async || {
            world.applied().await == 1
        })
        .await;
        progress.mark_unchanged();
        let began = std::time::Instant::now();
        world.change(&leads).await;
        progress.changed().await.unwrap();
        assert!(
            began.elapsed().as_secs() < 5,
            "{setup:?}: {:?}",
            began.elapsed()
        );
        until("the second event is there", 5, async || {
            world.applied().await == 2
        })
        .await;
        cancel.cancel();
        for task in tasks {
            task.await.unwrap();
        }
        world.assert_applied_once_and_in_order().await;
        world.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_held_by_one_replica_until_it_lets_go_or_falls_silent() {
    for store in stores().await {
        let migrations = db::chassis_migrations();
        store
            .db
            .migrate(&migrations, "_chassis_migrations")
            .await
            .unwrap();
        let (clock, other) = (Clock::manual(moment()), store.again().await);
        let first = Lease::new(store.db.clone(), clock.clone(), "relay sales".to_owned());
        let second = Lease::new(other, clock.clone(), "relay sales".to_owned());
        let elsewhere = Lease::new(store.db.clone(), clock.clone(), "relay insight".to_owned());
        let alone = store.db.is_sqlite(); // where there is one process, it holds everything
        assert!(first.hold().await.unwrap());
        assert!(elsewhere.hold().await.unwrap());
        assert_eq!(second.hold().await.unwrap(), alone);
        clock.advance(Duration::seconds(5));
        assert!(first.hold().await.unwrap(), "renewed in time");
        clock.advance(Duration::seconds(5));
        assert_eq!(second.hold().await.unwrap(), alone);
        clock.advance(Duration::seconds(5));
        assert!(second.hold().await.unwrap(), "the first has fallen silent");
        assert_eq!(first.hold().await.unwrap(), alone);
        second.release().await.unwrap();
        assert!(first.hold().await.unwrap());

        let ahead = Clock::manual(clock.now() + Duration::hours(1));
        let wrong = Lease::new(store.db.clone(), ahead, "relay sales".to_owned());
        assert!(wrong.hold().await.unwrap(), "by its clock all are silent");
        assert!(
            first.hold().await.unwrap(),
            "and nobody waits an hour for it"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_is_new_reads_the_log_from_its_start() {
    for setup in [Setup::Sqlite, Setup::Postgres] {
        let Some(mut world) = World::new(setup, 4).await else {
            continue;
        };
        let leads = world.leads(100).await;
        for _ in 0..6 {
            world.change(&leads).await;
        }
        world.relay().step().await.unwrap();
        assert_eq!(world.consumer().catch_up().await.unwrap(), 600);
        // Another one, elsewhere, later.
        world.consumer = match setup {
            Setup::Sqlite => Store::sqlite().await,
            _ => Store::postgres().await.unwrap(),
        };
        let migrations = db::chassis_migrations();
        world
            .consumer
            .db
            .migrate(&migrations, "_chassis_migrations")
            .await
            .unwrap();
        crate::world::run(&world.consumer.db, super::world::Effects::TABLES).await;
        world.effects = Arc::default();
        assert_eq!(world.consumer().lag().await.unwrap(), 600);
        assert_eq!(world.consumer().catch_up().await.unwrap(), 600);
        world.assert_applied_once_and_in_order().await;
    }
}
