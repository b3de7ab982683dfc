//! The event log: the producer's outbox is the log, the consumer's cursor commits with its effects,
//! and the bus is the fast way in between.
//!
//! Writer: [`Log::append`] in the business transaction. Producer: [`Relay`] numbers committed
//! events densely per shard and publishes them. Consumer: [`Consumer`] applies each event exactly
//! once, in order per aggregate, whatever the bus loses, repeats or reorders.

mod apply;
mod consumer;
mod epoch;
mod feed;
mod keep;
mod lease;
mod pace;
mod relay;
mod rpc;
mod session;

use std::{fmt, sync::Arc};

use sqlx::FromRow;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    Error, Result, Time,
    db::{self, Db, Tx},
};

pub use apply::Handler;
pub use consumer::{Consumer, Parked, Timing};
pub use epoch::{Heard, begin_epoch, heard};
pub use feed::Feed;
pub use lease::Lease;
pub use relay::{Relay, Step};
pub use rpc::event_log_service;
#[cfg(feature = "fuzzing")]
pub(crate) use rpc::fuzzed;

/// Most events numbered in one transaction.
const NUMBER_MAX: i64 = 2_000;

/// One fact about one aggregate, in the log.
#[expect(
    clippy::struct_field_names,
    reason = "named as in the table and in the contract"
)]
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Event {
    /// Its id.
    pub event_id: Uuid,
    /// The epoch of the log that it was read in.
    #[sqlx(default)]
    pub epoch: i64,
    /// The shard it is in.
    pub shard: i32,
    /// Its number within the shard: dense, from 1.
    pub seq: i64,
    /// What it is about.
    pub aggregate: Uuid,
    /// The version of that which came to be.
    pub version: i64,
    /// Type of the fact, e.g. `baton.sales.v1.opportunity_won`.
    pub kind: String,
    /// When it happened.
    pub at: Time,
    /// Trace that it belongs to (W3C traceparent); may be empty.
    pub trace: String,
    /// The fact, a protobuf message of that type.
    pub payload: Vec<u8>,
}

/// A fact about to be said.
#[derive(Clone, Debug)]
pub struct EventDraft {
    /// What it is about.
    pub aggregate: Uuid,
    /// The version of that which comes to be; each version says one fact.
    pub version: i64,
    /// Type of the fact.
    pub kind: String,
    /// When it happens.
    pub at: Time,
    /// Trace that it belongs to (W3C traceparent); may be empty.
    pub trace: String,
    /// The fact, at most 256 KiB.
    pub payload: Vec<u8>,
}

/// The end of a shard.
#[expect(
    clippy::struct_field_names,
    reason = "named as in the table and in the contract"
)]
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Head {
    /// The shard.
    pub shard: i32,
    /// Number of its last event; 0 while it is empty.
    pub head: i64,
    /// Number up to which the bus has it.
    pub published: i64,
    /// The epoch of the log: one more each time its store was put back to an earlier state.
    pub epoch: i64,
}

/// The log of a service. Cheap to clone.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

struct Inner {
    db: Db,
    producer: String,
    shards: u16,
    epoch: i64,
    /// An event was committed.
    committed: watch::Sender<()>,
    /// An event was numbered, so that it can be read.
    numbered: watch::Sender<()>,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Log")
            .field(&self.0.producer)
            .field(&self.0.shards)
            .finish()
    }
}

impl Log {
    /// Opens the log of the service `producer`. `shards`, a power of two, counts at the first start
    /// only: how a log is split never changes.
    ///
    /// # Errors
    /// When the store fails, or was left half opened.
    pub async fn open(db: Db, producer: &str, shards: u16) -> Result<Self> {
        if !shards.is_power_of_two() {
            return Err(Error::internal(format!(
                "{shards} shards are not a power of two"
            )));
        }
        let (stored, epoch) = db
            .write(async move |tx| {
                let shards = make_heads(tx, shards).await?;
                Ok::<_, Error>((shards, epoch::current(tx).await?))
            })
            .await?;
        Ok(Self(Arc::new(Inner {
            db,
            producer: producer.to_owned(),
            shards: stored,
            epoch,
            committed: watch::Sender::new(()),
            numbered: watch::Sender::new(()),
        })))
    }

    /// The service whose log it is.
    #[must_use]
    pub fn producer(&self) -> &str {
        &self.0.producer
    }

    /// How many shards it has.
    #[must_use]
    pub fn shards(&self) -> u16 {
        self.0.shards
    }

    /// The epoch in which its events are read.
    pub(crate) fn epoch(&self) -> i64 {
        self.0.epoch
    }

    /// The shard of an aggregate: the last two octets of its id, big endian, modulo the shards
    /// (they are random in every version of UUID that we use).
    #[must_use]
    pub fn shard_of(&self, aggregate: Uuid) -> i32 {
        shard_of(aggregate, self.0.shards)
    }

    /// Adds an event to the caller's transaction, which has locked or versioned the aggregate
    /// before.
    ///
    /// # Errors
    /// [`db::Error::Exists`] when this version of the aggregate has said something already; those
    /// of the store.
    pub async fn append(&self, tx: &mut Tx, draft: EventDraft) -> db::Result<()> {
        let shard = self.shard_of(draft.aggregate);
        let insert = if tx.is_sqlite() {
            // SQLite has one writer: commits come in the order of the writes, so it can number here.
            tx.sql("update outbox_head set head = head + 1 where shard = $1")
                .bind(shard)
                .later()
                .await?;
            "insert into outbox (aggregate, version, event_id, shard, kind, at, trace, payload, seq)
             select $1, $2, $3, $4, $5, $6, $7, $8, head from outbox_head where shard = $4"
        } else {
            "insert into outbox (aggregate, version, event_id, shard, kind, at, trace, payload)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        };
        tx.sql(insert)
            .bind(draft.aggregate)
            .bind(draft.version)
            .bind(event_id(draft.at))
            .bind(shard)
            .bind(draft.kind)
            .bind(draft.at)
            .bind(draft.trace)
            .bind(draft.payload)
            .later()
            .await?;
        let log = self.clone();
        tx.after_commit(move || log.wake());
        Ok(())
    }

    /// Has relay and consumers look. [`Log::append`] sees to it; a lost wake costs time, never an
    /// event.
    pub fn wake(&self) {
        self.0.committed.send_replace(());
        if self.0.db.is_sqlite() {
            self.0.numbered.send_replace(());
        }
    }

    /// The events of a shard after the number `after`, in order and without a hole.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn read(&self, shard: i32, after: i64, limit: u16) -> Result<Vec<Event>> {
        let read = async move |tx: &mut Tx| {
            tx.sql(
                "select event_id, shard, seq, aggregate, version, kind, at, trace, payload
                 from outbox where shard = $1 and seq > $2 order by seq limit $3",
            )
            .bind(shard)
            .bind(after)
            .bind(i64::from(limit))
            .all()
            .await
        };
        let mut events: Vec<Event> = self.0.db.glance::<_, db::Error, _>(read).await?;
        for event in &mut events {
            event.epoch = self.0.epoch;
        }
        Ok(events)
    }

    /// The end of each shard.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn heads(&self) -> Result<Vec<Head>> {
        let read = async |tx: &mut Tx| {
            tx.sql("select shard, head, published, epoch from outbox_head order by shard")
                .all()
                .await
        };
        Ok(self.0.db.glance::<_, db::Error, _>(read).await?)
    }

    /// For each shard the number up to which the log of an older epoch is the log of now.
    pub(super) async fn common(&self, epoch: i64) -> Result<Vec<(i32, i64)>> {
        let read = async move |tx: &mut Tx| epoch::common(tx, epoch).await;
        Ok(self.0.db.glance::<_, db::Error, _>(read).await?)
    }

    /// Numbers what has been committed since, all shards in one transaction; tells how many.
    async fn number(&self) -> Result<u64> {
        if self.0.db.is_sqlite() {
            return Ok(0);
        }
        let mut numbered = 0;
        loop {
            let pending = async |tx: &mut Tx| {
                tx.sql("select 1 as one from outbox where seq is null limit 1")
                    .optional::<(i32,)>()
                    .await
            };
            if self
                .0
                .db
                .glance::<_, db::Error, _>(pending)
                .await?
                .is_none()
            {
                return Ok(numbered);
            }
            numbered += self.0.db.write(async |tx| number_pending(tx).await).await?;
            crate::fault::at(&self.0.producer, "numbered", "");
            self.0.numbered.send_replace(());
        }
    }
}

/// See [`Log::shard_of`].
fn shard_of(aggregate: Uuid, shards: u16) -> i32 {
    let [.., high, low] = *aggregate.as_bytes();
    i32::from(u16::from_be_bytes([high, low]) & (shards - 1))
}

/// An id for something said at this time; ids that are made together lie together.
fn event_id(at: Time) -> Uuid {
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    Uuid::new_v7(time)
}

/// Makes the heads of a new log; tells how many there are.
async fn make_heads(tx: &mut Tx, shards: u16) -> Result<u16> {
    let count = "select count(*) as n from outbox_head";
    let (mut stored,): (i64,) = tx.sql(count).one().await?;
    if stored == 0 {
        for shard in 0..shards {
            tx.sql(
                "insert into outbox_head (shard, head, published, stream)
                 values ($1, 0, 0, '') on conflict do nothing",
            )
            .bind(i32::from(shard))
            .execute()
            .await?;
        }
        (stored,) = tx.sql(count).one().await?;
    }
    match u16::try_from(stored) {
        Ok(stored) if stored.is_power_of_two() => Ok(stored),
        _ => Err(Error::internal(format!(
            "the log has {stored} shards, not a power of two"
        ))),
    }
}

/// Locks the heads. Row 0 stands for all of them: who changes several takes it first, or two such
/// changes deadlock.
async fn lock_heads(tx: &mut Tx) -> db::Result<()> {
    tx.sql("update outbox_head set head = head where shard = 0")
        .execute_one()
        .await
}

/// Two statements: the second one's snapshot must be taken after the lock is held, or it misses
/// what the last holder numbered.
async fn number_pending(tx: &mut Tx) -> db::Result<u64> {
    lock_heads(tx).await?;
    let numbered: Vec<(i64,)> = tx
        .sql(
            "with pending as (
               select aggregate, version, shard,
                 row_number() over (partition by shard order by aggregate, version) as n
               from (select aggregate, version, shard from outbox where seq is null
                     order by aggregate, version limit $1) as oldest),
             numbered as (
               update outbox set seq = h.head + p.n
               from pending p join outbox_head h on h.shard = p.shard
               where outbox.aggregate = p.aggregate and outbox.version = p.version
               returning outbox.shard)
             update outbox_head set head = head + c.n
             from (select shard, count(*) as n from numbered group by shard) as c
             where c.shard = outbox_head.shard
             returning c.n",
        )
        .bind(NUMBER_MAX)
        .all()
        .await?;
    Ok(numbered.iter().map(|(n,)| n.unsigned_abs()).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shard_is_the_end_of_the_id() {
        let id = Uuid::from_u128(0x0192_7d3c_5a6b_7c8d_9eaf_1234_5678_abcd);
        assert_eq!(shard_of(id, 1), 0);
        assert_eq!(shard_of(id, 4), 1);
        assert_eq!(shard_of(id, 16), 0xd);
        assert_eq!(shard_of(id, 0x8000), 0x2bcd);
    }
}
