//! What happens to events inside the consumer's transaction: they are applied, or parked.

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{FutureExt as _, future::BoxFuture};
use uuid::Uuid;

use super::{Event, Parked, Timing};
use crate::{Clock, Error, Result, Time, db::Tx, fault, status::chain};

/// Most events of one transaction.
pub(super) const BATCH: u16 = 256;
/// A transaction takes no further event once it has run so long: others want to write too.
const APPLY_LIMIT: Duration = Duration::from_millis(200);
/// Longest pause before an event that failed is tried again.
const BACK_OFF_MAX: chrono::Duration = chrono::Duration::hours(1);

/// What a consumer does with an event: only through `tx`, which also carries the events that it
/// says itself. It may be run again for the same event, after the transaction was taken back.
///
/// An error that says "later" ([`Error::retryable`]) has the event tried again, and everything
/// behind it wait; any other error parks the event's aggregate and nothing else.
pub trait Handler: Send + Sync + 'static {
    /// Whether it does anything at all with an event. Those with which it does not are passed over, and the cursor is
    /// written down later.
    fn heeds(&self, event: &Event) -> bool {
        let _ = event;
        true
    }

    /// Applies one event; events that it does not know are none of its business.
    fn apply<'a>(&'a self, tx: &'a mut Tx, event: &'a Event) -> BoxFuture<'a, Result<()>>;

    /// Called before the transaction in which events are applied. What needs a connection of its own is done here: whoever
    /// holds one and waits for another may wait for somebody who does the same.
    fn prepare(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// Called after events were applied and committed, for wakes and figures; lost when the process
    /// dies.
    fn committed(&self) {}
}

/// How far one shard has been dealt with by one worker.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub shard: i32,
    /// The epoch that the numbers belong to.
    pub epoch: i64,
    /// The number of the last event that was applied or passed over.
    pub applied: i64,
    /// The number that is written down.
    pub noted: i64,
    /// When the last event happened, if it was passed over.
    pub happened_at: Option<Time>,
}

impl Place {
    /// The cursor was written down there.
    pub fn noted(self, applied: i64) -> Self {
        Self {
            applied,
            noted: applied,
            happened_at: None,
            ..self
        }
    }
}

/// One producer's events on their way into one consumer.
pub(super) struct Inbox {
    pub consumer: String,
    pub producer: String,
    pub handler: Arc<dyn Handler>,
    pub clock: Clock,
    pub timing: Timing,
}

impl Inbox {
    /// Applies what of `batch` follows the cursor; effects and cursor commit together. Tells the
    /// new cursor. What lies between the cursor that is written down and `from` was passed over. `careful`: each event in
    /// a savepoint, so that one which fails can be parked.
    pub async fn apply(
        &self,
        tx: &mut Tx,
        from: Place,
        batch: &[Event],
        careful: bool,
    ) -> Result<i64> {
        let shard = from.shard;
        let (stored, began) = (self.lock(tx, from).await?, Instant::now());
        let start = stored.max(from.applied);
        let mut cursor = start;
        let mut happened_at = None;
        let mut waiting = self.parked_aggregates(tx, shard).await?;
        for event in batch {
            if event.seq <= cursor {
                continue;
            }
            let enough = cursor > start && began.elapsed() > APPLY_LIMIT;
            if event.seq > cursor + 1 || enough {
                break;
            }
            if waiting.contains(&event.aggregate) {
                self.park(tx, event, None, "waits for an earlier event")
                    .await?;
            } else if let Err(error) = self.attempt(tx, event, careful).await? {
                let next = self.clock.now() + self.back_off(1);
                self.park(tx, event, Some(next), &chain(&error)).await?;
                waiting.insert(event.aggregate);
            }
            (cursor, happened_at) = (event.seq, Some(event.at));
        }
        if cursor > stored {
            tx.sql(
                "update inbox_cursor set applied = $4, happened_at = coalesce($5, happened_at)
                 where consumer = $1 and producer = $2 and shard = $3",
            )
            .bind(self.consumer.clone())
            .bind(self.producer.clone())
            .bind(shard)
            .bind(cursor)
            .bind(happened_at.or(from.happened_at))
            .execute_one()
            .await?;
        }
        Ok(cursor)
    }

    /// The fence: whoever holds the cursor row is the only one to apply this shard. It holds in one epoch: the numbers of
    /// another one are those of other events.
    async fn lock(&self, tx: &mut Tx, from: Place) -> Result<i64> {
        let (applied, epoch) = self.locked(tx, from.shard).await?;
        if epoch != from.epoch {
            return Err(Error::Unavailable(format!(
                "epoch {} of the log",
                from.epoch
            )));
        }
        Ok(applied)
    }

    async fn locked(&self, tx: &mut Tx, shard: i32) -> Result<(i64, i64)> {
        Ok(tx
            .sql(
                "update inbox_cursor set applied = applied
                 where consumer = $1 and producer = $2 and shard = $3 returning applied, epoch",
            )
            .bind(self.consumer.clone())
            .bind(self.producer.clone())
            .bind(shard)
            .one()
            .await?)
    }

    async fn parked_aggregates(&self, tx: &mut Tx, shard: i32) -> Result<HashSet<Uuid>> {
        let rows: Vec<(Uuid,)> = tx
            .sql(
                "select distinct aggregate from inbox_parked
                 where consumer = $1 and producer = $2 and shard = $3",
            )
            .bind(self.consumer.clone())
            .bind(self.producer.clone())
            .bind(shard)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// The outer error loses the transaction. The inner one is the event's: it has left no trace.
    async fn attempt(&self, tx: &mut Tx, event: &Event, careful: bool) -> Result<Result<()>> {
        if !careful {
            return self.handle(tx, event).await.map(Ok);
        }
        let done = tx.attempt(async |tx| self.handle(tx, event).await).await;
        match done {
            Err(error) if tx.failure().is_some() || is_transient(&error) => Err(error),
            done => Ok(done),
        }
    }

    /// A handler that panics has a fault that this event brings to light: no reason to stop for all
    /// others.
    async fn handle(&self, tx: &mut Tx, event: &Event) -> Result<()> {
        // Not of the directory: all its events are of one aggregate, so one of them would park everybody's rights.
        if self.producer != "directory" && fault::is_poison(event.event_id) {
            return Err(Error::internal("poison"));
        }
        let applied = AssertUnwindSafe(self.handler.apply(tx, event)).catch_unwind();
        applied
            .await
            .unwrap_or_else(|_| Err(Error::internal("the handler panicked")))?;
        fault::around_commit(tx, &self.consumer, &event.kind);
        Ok(())
    }

    /// The pause after so many attempts: doubled each time.
    fn back_off(&self, attempts: i32) -> chrono::Duration {
        let doubled = 2_i32.saturating_pow(attempts.clamp(1, 30).unsigned_abs() - 1);
        self.timing
            .back_off
            .checked_mul(doubled)
            .unwrap_or(BACK_OFF_MAX)
            .min(BACK_OFF_MAX)
    }

    /// `next` is when it is tried again; `None` behind an event of its aggregate that is parked.
    async fn park(&self, tx: &mut Tx, e: &Event, next: Option<Time>, error: &str) -> Result<()> {
        if next.is_some() {
            let (producer, aggregate) = (&self.producer, e.aggregate);
            tracing::warn!(producer, %aggregate, kind = e.kind, error, "an event is parked");
        }
        tx.sql(
            "insert into inbox_parked (consumer, producer, shard, seq, event_id, aggregate,
               version, kind, at, trace, payload, attempts, next_at, error)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(self.consumer.clone())
        .bind(self.producer.clone())
        .bind(e.shard)
        .bind(e.seq)
        .bind(e.event_id)
        .bind(e.aggregate)
        .bind(e.version)
        .bind(e.kind.clone())
        .bind(e.at)
        .bind(e.trace.clone())
        .bind(e.payload.clone())
        .bind(i32::from(next.is_some()))
        .bind(next)
        .bind(error.to_owned())
        .execute()
        .await?;
        Ok(())
    }

    /// Tries the aggregate that has been due for longest again, event by event, up to the first
    /// that fails. Tells how many went through; `None` when nothing was due.
    pub async fn retry(&self, tx: &mut Tx) -> Result<Option<u64>> {
        let Some(due) = self.first_due(tx).await? else {
            return Ok(None);
        };
        self.locked(tx, due.shard).await?;
        // Another replica may have been faster.
        let Some(due) = self.first_due(tx).await?.filter(|d| d.shard == due.shard) else {
            return Ok(Some(0));
        };
        let (mut done, began) = (0, Instant::now());
        let mut failed = None;
        for event in self.waiting(tx, due.shard, due.aggregate).await? {
            if done > 0 && began.elapsed() > APPLY_LIMIT {
                break;
            }
            if let Err(error) = self.attempt(tx, &event, true).await? {
                failed = Some((event.seq, chain(&error)));
                break;
            }
            self.unpark(tx, due.shard, event.seq).await?;
            done += 1;
        }
        match failed {
            Some((seq, error)) => {
                // Those before it went through, so it is a failure of its own.
                let attempts = if done == 0 { due.attempts + 1 } else { 1 };
                self.fail_again(tx, due.shard, seq, attempts, &error)
                    .await?;
            }
            None => drop(self.make_due(tx, due.shard, due.aggregate).await?),
        }
        Ok(Some(done))
    }

    async fn first_due(&self, tx: &mut Tx) -> Result<Option<Due>> {
        let due = tx
            .sql(
                "select shard, aggregate, attempts from inbox_parked
                 where consumer = $1 and producer = $2 and next_at <= $3
                 order by next_at, shard, seq limit 1",
            )
            .bind(self.consumer.clone())
            .bind(self.producer.clone())
            .bind(self.clock.now())
            .optional()
            .await?;
        Ok(due)
    }

    async fn waiting(&self, tx: &mut Tx, shard: i32, aggregate: Uuid) -> Result<Vec<Event>> {
        let events = tx
            .sql(
                "select event_id, shard, seq, aggregate, version, kind, at, trace, payload
                 from inbox_parked
                 where consumer = $1 and producer = $2 and shard = $3 and aggregate = $4
                 order by seq limit $5",
            )
            .bind(self.consumer.clone())
            .bind(self.producer.clone())
            .bind(shard)
            .bind(aggregate)
            .bind(i64::from(BATCH))
            .all()
            .await?;
        Ok(events)
    }

    async fn unpark(&self, tx: &mut Tx, shard: i32, seq: i64) -> Result<()> {
        tx.sql(
            "delete from inbox_parked
             where consumer = $1 and producer = $2 and shard = $3 and seq = $4",
        )
        .bind(self.consumer.clone())
        .bind(self.producer.clone())
        .bind(shard)
        .bind(seq)
        .execute_one()
        .await?;
        Ok(())
    }

    /// After the last attempt it waits for a person.
    async fn fail_again(
        &self,
        tx: &mut Tx,
        shard: i32,
        seq: i64,
        attempts: i32,
        error: &str,
    ) -> Result<()> {
        let given_up = attempts >= self.timing.attempts;
        if given_up {
            tracing::error!(
                producer = self.producer,
                shard,
                seq,
                error,
                "an event is given up"
            );
        }
        let next = (!given_up).then(|| self.clock.now() + self.back_off(attempts));
        tx.sql(
            "update inbox_parked set attempts = $5, next_at = $6, error = $7
             where consumer = $1 and producer = $2 and shard = $3 and seq = $4",
        )
        .bind(self.consumer.clone())
        .bind(self.producer.clone())
        .bind(shard)
        .bind(seq)
        .bind(attempts)
        .bind(next)
        .bind(error.to_owned())
        .execute_one()
        .await?;
        Ok(())
    }

    /// Makes the first parked event of an aggregate due, with all its attempts before it; false if
    /// none is parked.
    async fn make_due(&self, tx: &mut Tx, shard: i32, aggregate: Uuid) -> Result<bool> {
        let touched = tx
            .sql(
                "update inbox_parked set attempts = 0, next_at = $5
                 where consumer = $1 and producer = $2 and shard = $3 and seq =
                   (select min(seq) from inbox_parked
                    where consumer = $1 and producer = $2 and shard = $3 and aggregate = $4)",
            )
            .bind(self.consumer.clone())
            .bind(self.producer.clone())
            .bind(shard)
            .bind(aggregate)
            .bind(self.clock.now())
            .execute()
            .await?;
        Ok(touched > 0)
    }

    /// A person's decision: the aggregate is tried again at once, without its first parked event
    /// if that is to be left out for good. False if nothing of it is parked.
    pub async fn resume(&self, tx: &mut Tx, aggregate: Uuid, skip: bool) -> Result<bool> {
        let Some((shard,)) = tx
            .sql(
                "select shard from inbox_parked
                 where consumer = $1 and producer = $2 and aggregate = $3 limit 1",
            )
            .bind(self.consumer.clone())
            .bind(self.producer.clone())
            .bind(aggregate)
            .optional::<(i32,)>()
            .await?
        else {
            return Ok(false);
        };
        self.locked(tx, shard).await?;
        let Some(first) = self.waiting(tx, shard, aggregate).await?.into_iter().next() else {
            return Ok(false); // another replica was faster
        };
        if skip {
            tracing::warn!(producer = self.producer, %aggregate, kind = first.kind, "skipped");
            self.unpark(tx, shard, first.seq).await?;
        }
        self.make_due(tx, shard, aggregate).await?;
        Ok(true)
    }

    /// Parked events, in order.
    pub async fn parked(&self, tx: &mut Tx, limit: u16) -> Result<Vec<Parked>> {
        let parked = tx
            .sql(
                "select event_id, shard, seq, aggregate, version, kind, at, trace, payload,
                   attempts, next_at, error
                 from inbox_parked where consumer = $1 and producer = $2
                 order by shard, seq limit $3",
            )
            .bind(self.consumer.clone())
            .bind(self.producer.clone())
            .bind(i64::from(limit))
            .all()
            .await?;
        Ok(parked)
    }
}

#[derive(sqlx::FromRow)]
struct Due {
    shard: i32,
    aggregate: Uuid,
    attempts: i32,
}

/// An error that says nothing about the event: the whole batch is tried again.
pub(super) fn is_transient(error: &Error) -> bool {
    error.retryable()
}

/// An error of one who lost a race: running it again right away is likely to succeed.
pub(super) fn is_lost_race(error: &Error) -> bool {
    matches!(error, Error::Raced)
}
