//! The loops of a consumer: what brings the news, and what takes them in, shard by shard.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use futures_util::{StreamExt as _, future::join_all};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use super::{
    Event, Head,
    apply::{BATCH, Place},
    consumer::Inner,
    keep::pause,
    pace::Pace,
};
use crate::{
    Error, Result,
    bus::{self, Bus, Nats, away},
};

/// How often the lease is renewed.
const LEASE_EVERY: Duration = Duration::from_secs(2);
/// How often it is asked whether a parked event is due.
const RETRY_EVERY: Duration = Duration::from_secs(1);
/// A subscription that held for so long starts with a clean slate.
const FORGIVEN_AFTER: Duration = Duration::from_secs(30);
/// Where neither bus nor wake tells of news, the heads are looked at so often.
const POLL: Duration = Duration::from_millis(200);

/// A cursor that went past events which nobody heeds is written down after so long.
const NOTE_AFTER: Duration = Duration::from_millis(500);

/// What reaches a shard: an event, or the news that the log goes as far as this.
enum Hint {
    Event(Event),
    Head(i64),
}

/// Where news of a log go: one mailbox for each shard.
struct Hints {
    /// The epoch in which the log is followed.
    epoch: i64,
    shards: HashMap<i32, mpsc::Sender<Hint>>,
}

impl Inner {
    /// Everything a consumer does, for as long as the work is ours.
    pub(super) async fn session(self: &Arc<Self>) -> Result<()> {
        if !self.wait_for_lease().await? {
            return Ok(());
        }
        let heads = self.feed.heads().await?;
        let (cursors, mut workers) = (self.cursors_for(&heads).await?, Vec::new());
        let mut hints = Hints {
            epoch: heads.first().map_or(0, |head| head.epoch),
            shards: HashMap::new(),
        };
        for Head { shard, .. } in heads {
            let (to, inbox) = mpsc::channel(4 * usize::from(BATCH));
            hints.shards.insert(shard, to);
            if let Some(place) = cursors.get(&shard) {
                workers.push(self.work(*place, inbox));
            }
        }
        tokio::select! {
            _ = join_all(workers) => Ok(()),
            result = self.follow(&hints) => result,
            result = self.retry() => result,
            result = self.renew_lease() => result,
        }
    }

    /// Whether the work is ours; false after a while of waiting.
    async fn wait_for_lease(&self) -> Result<bool> {
        let Some(lease) = &self.lease else {
            return Ok(true);
        };
        if lease.hold().await? {
            return Ok(true);
        }
        let mut tick = interval(LEASE_EVERY);
        tick.tick().await;
        tick.tick().await;
        Ok(false)
    }

    /// Ends when the work is no longer ours.
    async fn renew_lease(&self) -> Result<()> {
        let Some(lease) = &self.lease else {
            return std::future::pending().await;
        };
        let mut tick = interval(LEASE_EVERY);
        while lease.hold().await? {
            tick.tick().await;
        }
        Ok(())
    }

    /// Brings hints to the shards, from wherever news can be had. A full mailbox drops the hint:
    /// the shard finds the hole and reads the log.
    async fn follow(&self, hints: &Hints) -> Result<()> {
        let Bus::Nats(nats) = &self.bus else {
            return self.follow_log(hints).await;
        };
        let mut failures = 0;
        loop {
            let began = Instant::now();
            let Err(e) = self.follow_bus(nats, hints).await;
            failures = if began.elapsed() > FORGIVEN_AFTER {
                0
            } else {
                failures
            };
            // The bus is away: looking at the heads carries on alone until it is back.
            tracing::warn!(
                work = self.work_name(),
                failures,
                error = &e as &dyn std::error::Error,
                "no bus"
            );
            self.look(hints).await?;
            pause(failures.min(4)).await;
            failures += 1;
        }
    }

    async fn follow_log(&self, hints: &Hints) -> Result<()> {
        let mut numbered = self.feed.numbered();
        let mut tick = interval(if numbered.is_some() {
            self.inbox.timing.sweep
        } else {
            POLL
        });
        loop {
            self.look(hints).await?;
            let woken = async {
                match &mut numbered {
                    Some(numbered) => numbered.changed().await.is_ok(),
                    None => std::future::pending().await,
                }
            };
            tokio::select! { _ = woken => {}, _ = tick.tick() => {} }
        }
    }

    /// Has every shard know how far the log goes; refuses when that is another log than the one that is followed.
    async fn look(&self, hints: &Hints) -> Result<()> {
        for head in self.feed.heads().await? {
            if head.epoch != hints.epoch {
                let text = format!("epoch {} of the log, after {}", head.epoch, hints.epoch);
                return Err(Error::Unavailable(text));
            }
            if let Some(to) = hints.shards.get(&head.shard) {
                drop(to.try_send(Hint::Head(head.head)));
            }
        }
        Ok(())
    }

    /// Subscribes from now on, then looks at the heads: what came before is read from the log.
    async fn follow_bus(&self, nats: &Nats, hints: &Hints) -> Result<std::convert::Infallible> {
        let mut stream = nats.stream(&self.inbox.producer).await?;
        let born = bus::identity(stream.info().await.map_err(away)?);
        let config = OrderedConfig {
            deliver_policy: DeliverPolicy::New,
            ..OrderedConfig::default()
        };
        let consumer = stream.create_consumer(config).await.map_err(away)?;
        let mut messages = consumer.messages().await.map_err(away)?;
        let (mut tick, mut seen) = (interval(self.inbox.timing.sweep), 0);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                message = messages.next() => {
                    let message = message.ok_or_else(|| away("the subscription ended"))?;
                    let message = message.map_err(away)?;
                    seen = message.info().map_err(away)?.stream_sequence;
                    let Some(event) = bus::decode(&message) else {
                        continue;
                    };
                    if event.epoch > hints.epoch {
                        return Err(away("the log has begun a new epoch"));
                    }
                    let to = hints.shards.get(&event.shard);
                    if let Some(to) = to.filter(|_| event.epoch == hints.epoch) {
                        drop(to.try_send(Hint::Event(event)));
                    }
                }
                _ = tick.tick() => {
                    self.look(hints).await?;
                    // A subscription whose stream was made anew waits for ever and says nothing.
                    let info = stream.info().await.map_err(away)?;
                    if bus::identity(info) != born || info.state.last_sequence < seen {
                        return Err(away("the stream is another one"));
                    }
                }
            }
        }
    }

    async fn retry(self: &Arc<Self>) -> Result<()> {
        let mut tick = interval(RETRY_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if let Err(e) = self.retry_due().await {
                let work = self.work_name();
                tracing::warn!(
                    work,
                    error = &e as &dyn std::error::Error,
                    "tried again later"
                );
            }
        }
    }

    /// One shard: gathers hints, applies what follows the cursor, reads the rest from the log. An
    /// error that says "later" holds up this shard only.
    async fn work(self: &Arc<Self>, mut place: Place, mut inbox: mpsc::Receiver<Hint>) {
        let (mut target, mut failures, mut got) = (0, 0, Vec::new());
        let (mut rhythm, mut unnoted) = (Pace::of(&self.inbox.producer), None);
        loop {
            if failures == 0 {
                let limit = unnoted.map_or(Duration::MAX, |_| NOTE_AFTER);
                match timeout(limit, inbox.recv_many(&mut got, BATCH.into())).await {
                    Ok(0) => return,
                    Ok(_) => rhythm.rest().await,
                    Err(_nothing_new) => {}
                }
            }
            while let Ok(hint) = inbox.try_recv() {
                got.push(hint);
            }
            let batch = sorted(got.drain(..), &mut target);
            let began = Instant::now();
            let done = self.round(&mut place, target, batch, &mut unnoted).await;
            rhythm.worked_since(began);
            if let Err(e) = done {
                tracing::warn!(
                    work = self.work_name(),
                    shard = place.shard,
                    failures,
                    error = &e as &dyn std::error::Error,
                    "tried again"
                );
                pause(failures).await;
                failures += 1;
            } else {
                failures = 0;
            }
        }
    }

    /// Applies what there is, and writes down in time what was passed over.
    async fn round(
        self: &Arc<Self>,
        place: &mut Place,
        target: i64,
        batch: Vec<Event>,
        unnoted: &mut Option<Instant>,
    ) -> Result<()> {
        self.advance(place, target, batch, true).await?;
        if place.applied == place.noted {
            *unnoted = None;
        } else if unnoted.get_or_insert_with(Instant::now).elapsed() >= NOTE_AFTER {
            self.note(place).await?;
            *unnoted = None;
        }
        Ok(())
    }
}

/// The events among hints, in their order, for some come late; and how far the log goes by what they say.
fn sorted(hints: impl Iterator<Item = Hint>, target: &mut i64) -> Vec<Event> {
    let mut events = Vec::new();
    for hint in hints {
        match hint {
            Hint::Head(head) => *target = head.max(*target),
            Hint::Event(event) => {
                *target = event.seq.max(*target);
                events.push(event);
            }
        }
    }
    events.sort_unstable_by_key(|e| e.seq);
    events
}
