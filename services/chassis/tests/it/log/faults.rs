//! Everything at once: writers that roll back and dawdle, relays and consumers that race and die,
//! a bus that loses, doubles and forgets, events that cannot be applied.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use baton_chassis::{bus::Bus, log::Feed};
use futures_util::future::join_all;
use rand::{Rng as _, seq::IndexedRandom as _};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::world::{LossyBridge, Setup, World};
use crate::world::{killed_after, task, until};

/// Runs work that is killed again and again while the chaos lasts, then in peace.
async fn run_killed<F: Future<Output = ()>>(chaos: &AtomicBool, work: impl Fn() -> F) {
    while chaos.load(Relaxed) {
        let steps = rand::rng().random_range(1..400);
        killed_after(steps, work()).await;
        tokio::task::yield_now().await;
    }
    work().await;
}

/// Changes one to four leads, in the order of their ids as every writer does.
async fn change_some(world: &World, leads: &[Uuid]) {
    let (mut some, slow, taken_back) = {
        let mut rng = rand::rng();
        let count = rng.random_range(1..=4);
        let some: Vec<Uuid> = leads.choose_multiple(&mut rng, count).copied().collect();
        (some, rng.random_bool(0.02), rng.random_bool(0.1))
    };
    some.sort();
    world.change_with(&some, slow, taken_back).await;
}

async fn writers(world: &Arc<World>, leads: &[Uuid], events: usize) {
    let tasks = (0..8).map(|_| {
        let (world, leads) = (world.clone(), leads.to_vec());
        task(async move {
            while world.said.lock().unwrap().len() < events {
                change_some(&world, &leads).await;
            }
        })
    });
    for done in join_all(tasks).await {
        done.unwrap();
    }
}

/// Two replicas of everything, racing and dying; the consumers sit behind a bus that loses.
struct Replicas {
    bridge: Option<Arc<LossyBridge>>,
    bridging: Option<JoinHandle<()>>,
    running: Vec<JoinHandle<()>>,
    chaos: Arc<AtomicBool>,
    cancel: CancellationToken,
}

impl Replicas {
    async fn start(world: &World) -> Self {
        let (chaos, cancel) = (Arc::new(AtomicBool::new(true)), CancellationToken::new());
        let bridge = match &world.bus {
            Bus::Nats(_) => Some(Arc::new(LossyBridge::over(world).await)),
            Bus::Local => None,
        };
        let bridging = bridge
            .clone()
            .map(|bridge| task(async move { bridge.run().await }));
        let bus = bridge
            .as_ref()
            .map_or(Bus::Local, |b| Bus::Nats(b.nats.clone()));
        let mut running = Vec::new();
        for _ in 0..2 {
            let (relay, chaos, cancel) = (world.relay(), chaos.clone(), cancel.clone());
            let (chaos_too, cancel_too) = (chaos.clone(), cancel.clone());
            running.push(task(async move {
                run_killed(&chaos, || relay.run(cancel.clone())).await;
            }));
            let replica = world.consumer.again().await;
            let feed = Feed::Local(world.log.clone());
            let consumer = world.consumer_of(feed, bus.clone(), &replica);
            running.push(task(async move {
                run_killed(&chaos_too, || consumer.run(cancel_too.clone())).await;
            }));
        }
        Self {
            bridge,
            bridging,
            running,
            chaos,
            cancel,
        }
    }

    /// NATS forgets everything, on both sides of the bridge.
    async fn wipe(&self, world: &World) {
        if let Some(bridge) = &self.bridge {
            until("something is published", 20, async || {
                world.published().await > 0
            })
            .await;
            world.wipe().await;
            bridge.wipe().await;
            bridge.make_stream().await;
        }
    }

    async fn stop(self) {
        self.cancel.cancel();
        for running in self.running {
            running.await.unwrap();
        }
        if let (Some(bridge), Some(bridging)) = (self.bridge, self.bridging) {
            bridging.abort();
            bridge.wipe().await;
        }
    }
}

async fn whatever_breaks(setup: Setup, shards: u16, events: usize) {
    let Some(world) = World::new(setup, shards).await else {
        return;
    };
    let world = Arc::new(world);
    let leads = world.leads(200).await;
    let poisoned: HashSet<Uuid> = leads.iter().step_by(40).copied().collect();
    world.effects.poison.lock().unwrap().clone_from(&poisoned);
    let replicas = Replicas::start(&world).await;
    writers(&world, &leads, events / 3).await;
    replicas.wipe(&world).await;
    writers(&world, &leads, events * 2 / 3).await;
    replicas.wipe(&world).await;
    writers(&world, &leads, events).await;
    replicas.chaos.store(false, Relaxed);

    // Everything sound is applied, and only what is poisoned waits.
    let said = world.said.lock().unwrap().clone();
    let sound = said
        .iter()
        .filter(|(lead, _)| !poisoned.contains(lead))
        .count();
    until("the sound events are applied", 30, async || {
        world.applied().await == i64::try_from(sound).unwrap()
    })
    .await;
    let consumer = world.consumer();
    until("the rest is parked", 10, async || {
        consumer.lag().await.unwrap() == 0
    })
    .await;
    let parked = consumer.parked(10_000).await.unwrap();
    assert_eq!(parked.len(), said.len() - sound);
    assert!(
        parked.iter().all(|p| poisoned.contains(&p.event.aggregate)),
        "an innocent waits"
    );
    assert_eq!(
        world.applied().await,
        i64::try_from(sound).unwrap(),
        "a refusal left a trace"
    );

    // A person cures it, and the rest follows.
    world.effects.poison.lock().unwrap().clear();
    for lead in &poisoned {
        // Nothing is left to resume where a try of its own was quicker.
        consumer.resume(*lead).await.unwrap();
    }
    until("the cured events are applied", 20, async || {
        world.applied().await == i64::try_from(said.len()).unwrap()
    })
    .await;
    world.assert_applied_once_and_in_order().await;
    world.assert_log_is_dense().await;
    assert!(consumer.parked(1).await.unwrap().is_empty());
    if let Bus::Nats(_) = &world.bus {
        let all = i64::try_from(said.len()).unwrap();
        until("all is published", 20, async || {
            world.published().await == all
        })
        .await;
        let held = world.stream().await.info().await.unwrap().state.messages;
        assert!(
            held >= said.len() as u64,
            "the new stream holds {held} of {}",
            said.len()
        );
    }
    replicas.stop().await;
    Arc::into_inner(world).unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_applied_once_and_in_order_on_sqlite() {
    whatever_breaks(Setup::Sqlite, 1, 1_200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_applied_once_and_in_order_on_postgres() {
    whatever_breaks(Setup::Postgres, 4, 1_200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_applied_once_and_in_order_over_a_bus_that_loses_and_forgets() {
    whatever_breaks(Setup::PostgresAndNats, 4, 1_200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_numberers_leave_no_hole() {
    let Some(world) = World::new(Setup::Postgres, 16).await else {
        return;
    };
    let (world, done) = (Arc::new(world), Arc::new(AtomicBool::new(false)));
    let leads = world.leads(100).await;
    let numbered = Arc::new(AtomicU64::new(0));
    let relays: Vec<_> = (0..6)
        .map(|_| {
            let (relay, done, numbered) = (world.relay(), done.clone(), numbered.clone());
            task(async move {
                while !done.load(Relaxed) {
                    numbered.fetch_add(relay.step().await.unwrap().numbered, Relaxed);
                }
            })
        })
        .collect();
    writers(&world, &leads, 800).await;
    done.store(true, Relaxed);
    for relay in relays {
        relay.await.unwrap();
    }
    numbered.fetch_add(world.relay().step().await.unwrap().numbered, Relaxed);
    assert_eq!(
        numbered.load(Relaxed),
        world.said.lock().unwrap().len() as u64
    );
    world.assert_log_is_dense().await;
}
