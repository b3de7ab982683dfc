//! The producer's side: numbers what was committed and publishes what was numbered.

use std::time::Duration;

use async_nats::jetstream::publish::PublishAck;
use futures_util::{StreamExt as _, TryStreamExt as _, stream, stream::FuturesOrdered};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::{Lease, Log, keep::keep, lock_heads, pace::Pace};
use crate::{
    Clock, Result, audit,
    bus::{self, Bus, Nats, away},
    db::{self, Tx},
};

/// Events sent and not yet acknowledged, per shard.
const IN_FLIGHT: u16 = 256;
/// Shards published at once.
const SHARDS_AT_ONCE: usize = 4;
/// How often a replica looks for what another one committed and did not live to number: of its own commits it is woken.
const NUMBER_EVERY: Duration = Duration::from_secs(1);
/// How often rows of the audit are chained.
const CHAIN_EVERY: Duration = Duration::from_millis(500);
/// How often whoever publishes looks for what other replicas numbered: wakes do not cross processes.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);
/// How often the stream is looked at, and the lease renewed.
const MEND_EVERY: Duration = Duration::from_secs(2);

/// What a [`Relay::step`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Events that got their number.
    pub numbered: u64,
    /// Events that the bus took.
    pub published: u64,
}

/// Numbers and publishes a log, and chains the audit beside it. Any number may run at once: two of them duplicate work, and never
/// lose or reorder anything. All its state is in the store.
#[derive(Clone)]
pub struct Relay {
    log: Log,
    bus: Bus,
    lease: Option<Lease>,
    mend_every: Duration,
}

impl Relay {
    /// A relay from `log` to `bus`. Of several replicas one publishes at a time.
    #[must_use]
    pub fn new(log: Log, bus: Bus, clock: Clock) -> Self {
        let name = format!("relay {}", log.producer());
        let lease = Lease::new(log.0.db.clone(), clock, name);
        Self {
            log,
            bus,
            lease: Some(lease),
            mend_every: MEND_EVERY,
        }
    }

    /// The same without a lease: all replicas publish at once. For tests of what then holds.
    #[must_use]
    pub fn unleased(self) -> Self {
        Self {
            lease: None,
            ..self
        }
    }

    /// The same looking at the stream so often.
    #[must_use]
    pub fn mending_every(self, every: Duration) -> Self {
        Self {
            mend_every: every,
            ..self
        }
    }

    /// Runs until it is cancelled. Numbering never waits for the bus: consumers live on the log
    /// while that is away.
    pub async fn run(&self, cancel: CancellationToken) {
        let name = self.log.producer();
        tokio::join!(
            keep(&cancel, format!("numbering of {name}"), || self.sequence()),
            keep(&cancel, format!("publishing of {name}"), || self.ship()),
            keep(&cancel, format!("chaining of {name}"), || self.chain()),
        );
        if let Some(lease) = &self.lease {
            drop(lease.release().await);
        }
    }

    /// Numbers all that is committed and publishes all that is numbered.
    ///
    /// # Errors
    /// When the store or the bus fails.
    pub async fn step(&self) -> Result<Step> {
        let numbered = self.log.number().await?;
        let Bus::Nats(nats) = &self.bus else {
            return Ok(Step {
                numbered,
                published: 0,
            });
        };
        self.mend(nats).await?;
        Ok(Step {
            numbered,
            published: self.publish(nats).await?,
        })
    }

    async fn sequence(&self) -> Result<()> {
        let mut committed = self.log.0.committed.subscribe();
        let mut pace = Pace::of(self.log.producer());
        loop {
            let began = Instant::now();
            self.log.number().await?;
            pace.worked_since(began);
            drop(timeout(NUMBER_EVERY, committed.changed()).await);
            pace.rest().await;
        }
    }

    /// Chains the audit of the store. Nobody waits for it: it looks from time to time, so that many rows share a commit.
    async fn chain(&self) -> Result<()> {
        let mut pace = Pace::of(self.log.producer());
        loop {
            let began = Instant::now();
            let linked = audit::chain::link(&self.log.0.db).await?;
            pace.worked_since(began);
            pace.rest().await;
            if linked < audit::chain::BATCH {
                sleep_until(Instant::now() + CHAIN_EVERY).await;
            }
        }
    }

    /// Any error ends it: what is in flight is dropped, and the next one goes on at `published`.
    /// Repeats carry the same id, by which the bus knows them.
    async fn ship(&self) -> Result<()> {
        let Bus::Nats(nats) = &self.bus else {
            return std::future::pending().await;
        };
        let mut numbered = self.log.0.numbered.subscribe();
        let mut pace = Pace::of(self.log.producer());
        loop {
            let is_ours = match &self.lease {
                Some(lease) => lease.hold().await?,
                None => true,
            };
            if is_ours {
                self.mend(nats).await?;
            }
            let since = Instant::now();
            while since.elapsed() < self.mend_every {
                let began = Instant::now();
                if is_ours {
                    self.publish(nats).await?;
                }
                pace.worked_since(began);
                drop(timeout(PUBLISH_EVERY, numbered.changed()).await);
                pace.rest().await;
            }
        }
    }

    /// Makes the stream where it is missing. Where it is not the one that was published to, or
    /// holds less than it acknowledged, publishing starts over.
    async fn mend(&self, nats: &Nats) -> Result<()> {
        let heads = self.heads().await?;
        let acked: i64 = heads.iter().map(|h| h.published).sum();
        let mut stream = nats.make_stream(self.log.producer()).await?;
        let info = stream.info().await.map_err(away)?;
        let born = bus::identity(info);
        let held = i64::try_from(info.state.last_sequence).unwrap_or(i64::MAX);
        if acked <= held && heads.iter().all(|h| h.stream == born) {
            return Ok(());
        }
        if acked > 0 {
            tracing::warn!(
                producer = self.log.producer(),
                acked,
                held,
                "the bus lost its stream"
            );
        }
        let start_over = async move |tx: &mut Tx| {
            lock_heads(tx).await?;
            tx.sql("update outbox_head set published = 0, stream = $1")
                .bind(born.clone())
                .execute()
                .await
        };
        self.log.0.db.write::<_, db::Error, _>(start_over).await?;
        Ok(())
    }

    async fn heads(&self) -> Result<Vec<StreamHead>> {
        let read = async |tx: &mut Tx| {
            tx.sql("select shard, head, published, stream from outbox_head order by shard")
                .all()
                .await
        };
        Ok(self.log.0.db.glance::<_, db::Error, _>(read).await?)
    }

    /// Publishes every shard up to its head; tells how many events the bus took.
    async fn publish(&self, nats: &Nats) -> Result<u64> {
        let heads = self.heads().await?;
        let behind = heads.into_iter().filter(|h| h.published < h.head);
        stream::iter(behind.map(|head| self.publish_shard(nats, head)))
            .buffer_unordered(SHARDS_AT_ONCE)
            .try_fold(0, async |sum, published| Ok(sum + published))
            .await
    }

    /// Sends a shard from `published` on, many at a time, and moves `published` to the end of what
    /// is acknowledged without a hole.
    async fn publish_shard(&self, nats: &Nats, mut from: StreamHead) -> Result<u64> {
        let start = from.published;
        while from.published < from.head {
            let (acked, sent) = self.publish_batch(nats, &from).await;
            if acked > from.published {
                crate::fault::at(self.log.producer(), "published", "");
                self.advance(from.shard, acked, from.stream.clone()).await?;
                from.published = acked;
            }
            if sent? == 0 {
                break;
            }
        }
        Ok((from.published - start).unsigned_abs())
    }

    /// The number up to which the bus has the shard now, and how many were sent or what went wrong.
    async fn publish_batch(&self, nats: &Nats, from: &StreamHead) -> (i64, Result<usize>) {
        let mut acked = from.published;
        let sent = async {
            let events = self
                .log
                .read(from.shard, from.published, 2 * IN_FLIGHT)
                .await?;
            let (sent, mut acks) = (events.len(), FuturesOrdered::new());
            for event in events {
                if acks.len() == usize::from(IN_FLIGHT) {
                    let _: Option<PublishAck> = acks.try_next().await.map_err(away)?;
                    acked += 1;
                }
                let producer = self.log.producer();
                let subject = nats.subject(producer, event.shard, &event.kind);
                let message = bus::encode(producer, event);
                let ack = nats
                    .context()
                    .send_publish(subject, message)
                    .await
                    .map_err(away)?;
                acks.push_back(IntoFuture::into_future(ack));
            }
            while acks.try_next().await.map_err(away)?.is_some() {
                acked += 1;
            }
            Ok(sent)
        }
        .await;
        (acked, sent)
    }

    async fn advance(&self, shard: i32, acked: i64, stream: String) -> Result<()> {
        let advance = async move |tx: &mut Tx| {
            tx.sql(
                "update outbox_head set published = $1
                 where shard = $2 and published < $1 and stream = $3",
            )
            .bind(acked)
            .bind(shard)
            .bind(stream.clone())
            .execute()
            .await
        };
        self.log.0.db.write::<_, db::Error, _>(advance).await?;
        Ok(())
    }
}

/// A [`Head`] with the stream that `published` speaks of.
#[derive(sqlx::FromRow)]
struct StreamHead {
    shard: i32,
    head: i64,
    published: i64,
    stream: String,
}
