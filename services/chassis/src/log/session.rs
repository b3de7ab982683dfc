//! The loops of a consumer: what brings the news, and what takes them in, shard by shard.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use futures_util::{StreamExt as _, future::join_all};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval},
};

use super::{Event, Head, apply::BATCH, consumer::Inner, keep::pause};
use crate::{
    Result,
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

/// What reaches a shard: an event, or the news that the log goes as far as this.
enum Hint {
    Event(Event),
    Head(i64),
}

/// One mailbox for each shard.
type Hints = HashMap<i32, mpsc::Sender<Hint>>;

impl Inner {
    /// Everything a consumer does, for as long as the work is ours.
    pub(super) async fn session(self: &Arc<Self>) -> Result<()> {
        if !self.wait_for_lease().await? {
            return Ok(());
        }
        let heads = self.feed.heads().await?;
        let cursors = self.cursors_for(&heads).await?;
        let (mut hints, mut workers) = (Hints::new(), Vec::new());
        for Head { shard, .. } in heads {
            let (to, inbox) = mpsc::channel(4 * usize::from(BATCH));
            hints.insert(shard, to);
            let cursor = cursors.get(&shard).copied().unwrap_or_default();
            workers.push(self.work(shard, cursor, inbox));
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

    /// Has every shard know how far the log goes.
    async fn look(&self, hints: &Hints) -> Result<()> {
        for head in self.feed.heads().await? {
            if let Some(to) = hints.get(&head.shard) {
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
                    if let Some(event) = bus::decode(&message)
                        && let Some(to) = hints.get(&event.shard)
                    {
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
    async fn work(self: &Arc<Self>, shard: i32, mut cursor: i64, mut inbox: mpsc::Receiver<Hint>) {
        let (mut target, mut failures, mut got) = (0, 0, Vec::new());
        loop {
            if failures == 0 && inbox.recv_many(&mut got, BATCH.into()).await == 0 {
                return;
            }
            let mut batch = Vec::new();
            for hint in got.drain(..) {
                match hint {
                    Hint::Head(head) => target = target.max(head),
                    Hint::Event(event) => {
                        target = target.max(event.seq);
                        batch.push(event);
                    }
                }
            }
            batch.sort_unstable_by_key(|e| e.seq); // some come late
            match self.advance(shard, cursor, target, batch).await {
                Ok(reached) => (cursor, failures) = (reached, 0),
                Err(e) => {
                    tracing::warn!(
                        work = self.work_name(),
                        shard,
                        failures,
                        error = &e as &dyn std::error::Error,
                        "tried again"
                    );
                    pause(failures).await;
                    failures += 1;
                }
            }
        }
    }
}
