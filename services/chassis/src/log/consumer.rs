//! The consumer's side: follows a producer's log and applies it.

use std::{
    collections::HashMap,
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Event, Feed, Handler, Head, Lease,
    apply::{BATCH, Inbox, Place, is_lost_race},
    epoch::{self, Behind},
    keep::keep,
};
use crate::{
    Clock, Error, Result, Time,
    bus::Bus,
    db::{Db, Tx},
};

/// Immediate repeats of a batch that lost a race against a command.
const RACES_MAX: u32 = 5;

/// How patient a consumer is.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How often the heads of the log are looked at, for what the bus has lost.
    pub sweep: Duration,
    /// The pause after the first failure of an event; doubled after each further one.
    pub back_off: chrono::Duration,
    /// After so many attempts an event waits for a person.
    pub attempts: i32,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            sweep: Duration::from_secs(10),
            back_off: chrono::Duration::seconds(1),
            attempts: 12,
        }
    }
}

/// An event that could not be applied, or waits behind one of its aggregate.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Parked {
    /// The event.
    #[sqlx(flatten)]
    pub event: Event,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried again; `None` when it waits behind another one, or for a person.
    pub next_at: Option<Time>,
    /// Why it could not be applied.
    pub error: String,
}

impl Parked {
    /// Whether nothing more happens without a person.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.next_at.is_none() && self.attempts > 0
    }
}

/// Applies a producer's log, exactly once and in order per aggregate. Any number of replicas may
/// run: the cursor row is the fence between them. Cheap to clone.
#[derive(Clone)]
pub struct Consumer(Arc<Inner>);

pub(super) struct Inner {
    pub db: Db,
    pub feed: Feed,
    pub bus: Bus,
    pub inbox: Inbox,
    pub lease: Option<Lease>,
    /// Effects were committed.
    progress: watch::Sender<()>,
    from_bus: AtomicU64,
    from_log: AtomicU64,
}

impl Consumer {
    /// The consumer `name` of the log behind `feed`, with its cursor and effects in `db`.
    #[must_use]
    pub fn new(
        name: &str,
        db: Db,
        clock: Clock,
        feed: Feed,
        bus: Bus,
        handler: Arc<dyn Handler>,
    ) -> Self {
        let producer = feed.producer().to_owned();
        let work = format!("consumer {name} of {producer}");
        let lease = Some(Lease::new(db.clone(), clock.clone(), work));
        let consumer = name.to_owned();
        let inbox = Inbox {
            consumer,
            producer,
            handler,
            clock,
            timing: Timing::default(),
        };
        Self(Arc::new(Inner {
            db,
            feed,
            bus,
            inbox,
            lease,
            progress: watch::Sender::new(()),
            from_bus: AtomicU64::new(0),
            from_log: AtomicU64::new(0),
        }))
    }

    /// The same with other patience. To be said before anything else.
    #[must_use]
    pub fn timed(mut self, timing: Timing) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.inbox.timing = timing;
        }
        self
    }

    /// The same without a lease: all replicas apply at once. For tests of what then holds.
    #[must_use]
    pub fn unleased(mut self) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.lease = None;
        }
        self
    }

    /// The service that follows.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.inbox.consumer
    }

    /// The service whose log it follows.
    #[must_use]
    pub fn producer(&self) -> &str {
        &self.0.inbox.producer
    }

    /// Runs until it is cancelled. All its state is in the store.
    pub async fn run(&self, cancel: CancellationToken) {
        keep(&cancel, self.0.work_name(), || self.0.session()).await;
        if let Some(lease) = &self.0.lease {
            drop(lease.release().await);
        }
    }

    /// Applies what the log holds by now, and tries again what is due; tells how many events were
    /// dealt with (applied, or parked).
    ///
    /// # Errors
    /// When the store or the producer fails, and when a handler says "later".
    pub async fn catch_up(&self) -> Result<u64> {
        let mut done = self.0.retry_due().await?;
        let heads = self.0.feed.heads().await?;
        let cursors = self.0.cursors_for(&heads).await?;
        for head in heads {
            let Some(mut place) = cursors.get(&head.shard).copied() else {
                continue;
            };
            let start = place.applied;
            self.0
                .advance(&mut place, head.head, Vec::new(), false)
                .await?;
            done += (place.applied - start).unsigned_abs();
        }
        Ok(done)
    }

    /// How many events of the log are not yet dealt with.
    ///
    /// # Errors
    /// When the store or the producer fails.
    pub async fn lag(&self) -> Result<i64> {
        Ok(self.lags().await?.iter().map(|(_, lag)| lag).sum())
    }

    /// The same for each shard of the log.
    ///
    /// # Errors
    /// When the store or the producer fails.
    pub async fn lags(&self) -> Result<Vec<(i32, i64)>> {
        // First how far we are, or what was applied meanwhile would look like less than nothing.
        let (cursors, heads) = (self.0.cursors().await?, self.0.feed.heads().await?);
        let applied = |shard| cursors.get(&shard).map_or(0, |place| place.applied);
        let lags = heads.iter().map(|h| (h.shard, h.head - applied(h.shard)));
        Ok(lags.collect())
    }

    /// How many events are parked, and how many of them wait for a person.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn parked_count(&self) -> Result<(i64, i64)> {
        let inner = self.0.clone();
        let count = async move |tx: &mut Tx| -> Result<(i64, i64)> {
            let text =
                "select count(*), count(case when next_at is null and attempts > 0 then 1 end)
                        from inbox_parked where consumer = $1 and producer = $2";
            Ok(tx
                .sql(text)
                .bind(inner.inbox.consumer.clone())
                .bind(inner.inbox.producer.clone())
                .one()
                .await?)
        };
        self.0.db.glance(count).await
    }

    /// Tells when effects were committed here.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<()> {
        self.0.progress.subscribe()
    }

    /// Events taken from the bus, and events read from the log because the bus did not bring them.
    #[must_use]
    pub fn came(&self) -> (u64, u64) {
        let read = |n: &AtomicU64| n.load(Ordering::Relaxed);
        (read(&self.0.from_bus), read(&self.0.from_log))
    }

    /// Events that are parked, the first ones.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn parked(&self, limit: u16) -> Result<Vec<Parked>> {
        let inner = self.0.clone();
        self.0
            .db
            .glance(async move |tx: &mut Tx| inner.inbox.parked(tx, limit).await)
            .await
    }

    /// A person's decision: what is parked of an aggregate is tried again. False if nothing is.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn resume(&self, aggregate: Uuid) -> Result<bool> {
        self.0.resume(aggregate, false).await
    }

    /// A person's decision: the first parked event of an aggregate is left out for good, and the
    /// next ones are tried. False if nothing is parked.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn skip(&self, aggregate: Uuid) -> Result<bool> {
        self.0.resume(aggregate, true).await
    }
}

impl Inner {
    pub(super) fn work_name(&self) -> String {
        format!(
            "events of {} for {}",
            self.inbox.producer, self.inbox.consumer
        )
    }

    async fn resume(self: &Arc<Self>, aggregate: Uuid, skip: bool) -> Result<bool> {
        let inner = self.clone();
        let work = async move |tx: &mut Tx| inner.inbox.resume(tx, aggregate, skip).await;
        self.db.write(work).await
    }

    /// The cursors of all shards in the epoch of now; one for a shard that is new begins before its first event.
    pub(super) async fn cursors_for(&self, heads: &[Head]) -> Result<HashMap<i32, Place>> {
        let mut cursors = self.cursors().await?;
        if !heads.iter().all(|h| cursors.contains_key(&h.shard)) {
            self.make_cursors(heads).await?;
            cursors = self.cursors().await?;
        }
        let older = |h: &&Head| {
            cursors
                .get(&h.shard)
                .is_some_and(|place| place.epoch < h.epoch)
        };
        let older: Vec<&Head> = heads.iter().filter(older).collect();
        if !older.is_empty() {
            self.follow_epoch(&cursors, &older).await?;
            cursors = self.cursors().await?;
        }
        let ahead = |h: &Head| {
            cursors
                .get(&h.shard)
                .is_some_and(|place| place.applied > h.head)
        };
        if heads.iter().any(ahead) {
            let work = self.work_name();
            tracing::error!(
                work,
                "the log ends before what was applied: if it was put back to an earlier state, `baton restored` says so"
            );
        }
        Ok(cursors)
    }

    async fn make_cursors(&self, heads: &[Head]) -> Result<()> {
        let (consumer, producer) = (self.inbox.consumer.clone(), self.inbox.producer.clone());
        let heads = heads.to_vec();
        let make = async move |tx: &mut Tx| -> Result<()> {
            for head in &heads {
                tx.sql(
                    "insert into inbox_cursor (consumer, producer, shard, applied, epoch)
                     values ($1, $2, $3, 0, $4) on conflict do nothing",
                )
                .bind(consumer.clone())
                .bind(producer.clone())
                .bind(head.shard)
                .bind(head.epoch)
                .execute()
                .await?;
            }
            Ok(())
        };
        self.db.write(make).await
    }

    /// Takes cursors of an older epoch to the one of now.
    async fn follow_epoch(&self, cursors: &HashMap<i32, Place>, heads: &[&Head]) -> Result<()> {
        for head in heads {
            let Some(place) = cursors.get(&head.shard) else {
                continue;
            };
            let common = self.feed.common(place.epoch).await?;
            let common = common.into_iter().find(|(shard, _)| *shard == head.shard);
            let behind = Behind {
                consumer: self.inbox.consumer.clone(),
                producer: self.inbox.producer.clone(),
                head: (*head).clone(),
                since: common.map_or(head.head, |(_, until)| until),
            };
            let now = self.inbox.clock.now();
            let work = async move |tx: &mut Tx| epoch::follow(tx, &behind, now).await;
            self.db.write(work).await?;
        }
        Ok(())
    }

    async fn cursors(&self) -> Result<HashMap<i32, Place>> {
        let (consumer, producer) = (self.inbox.consumer.clone(), self.inbox.producer.clone());
        let read = async move |tx: &mut Tx| -> Result<Vec<(i32, i64, i64)>> {
            let text = "select shard, applied, epoch from inbox_cursor
                        where consumer = $1 and producer = $2";
            Ok(tx
                .sql(text)
                .bind(consumer.clone())
                .bind(producer.clone())
                .all()
                .await?)
        };
        let rows = self.db.glance(read).await?.into_iter();
        Ok(rows
            .map(|(shard, applied, epoch)| {
                let place = Place {
                    shard,
                    epoch,
                    applied,
                    noted: applied,
                    happened_at: None,
                };
                (shard, place)
            })
            .collect())
    }

    /// Tries all that is due again; tells how many events went through.
    pub(super) async fn retry_due(self: &Arc<Self>) -> Result<u64> {
        let mut done = 0;
        loop {
            let inner = self.clone();
            let due = async move |tx: &mut Tx| -> Result<bool> {
                let text = "select 1 as one from inbox_parked
                            where consumer = $1 and producer = $2 and next_at <= $3 limit 1";
                let inbox = &inner.inbox;
                let (consumer, producer) = (inbox.consumer.clone(), inbox.producer.clone());
                let query = tx
                    .sql(text)
                    .bind(consumer)
                    .bind(producer)
                    .bind(inbox.clock.now());
                Ok(query.optional::<(i32,)>().await?.is_some())
            };
            if !self.db.glance(due).await? {
                return Ok(done);
            }
            let inner = self.clone();
            let retry = async move |tx: &mut Tx| inner.inbox.retry(tx).await;
            self.inbox.handler.prepare().await?;
            let Some(applied) = self.db.write(retry).await? else {
                return Ok(done);
            };
            if applied > 0 {
                self.committed();
            }
            done += applied;
        }
    }

    fn committed(&self) {
        self.inbox.handler.committed();
        self.progress.send_replace(());
    }

    /// Applies a shard up to `target`, first what is at hand, the rest from the log: less than `target` if the log does
    /// not go that far. With `passing` it passes over what nobody heeds, and leaves the cursor to be written down later.
    pub(super) async fn advance(
        self: &Arc<Self>,
        place: &mut Place,
        target: i64,
        mut at_hand: Vec<Event>,
        passing: bool,
    ) -> Result<()> {
        while place.applied < target {
            at_hand.retain(|e| e.seq > place.applied);
            let fits = at_hand.first().is_some_and(|e| e.seq == place.applied + 1);
            let mut next = if fits {
                mem::take(&mut at_hand)
            } else {
                self.feed.read(place.shard, place.applied, BATCH).await?
            };
            if next.is_empty() {
                break;
            }
            let counter = if fits { &self.from_bus } else { &self.from_log };
            let count = |n: i64| counter.fetch_add(n.unsigned_abs(), Ordering::Relaxed);
            if passing {
                count(self.pass_over(place, &mut next));
                if next.is_empty() {
                    continue;
                }
            }
            let reached = self.apply(*place, next.into()).await?;
            if reached == place.applied {
                // It never has: no event is taken out of a log, and each has the next number.
                let text = format!("event {} of shard {}", reached + 1, place.shard);
                return Err(Error::Unavailable(text));
            }
            if reached > place.applied {
                count(reached - place.applied);
                self.committed();
            }
            *place = place.noted(reached);
        }
        Ok(())
    }

    /// Writes down how far a shard was passed over.
    pub(super) async fn note(self: &Arc<Self>, place: &mut Place) -> Result<()> {
        let reached = self.apply(*place, [].into()).await?;
        *place = place.noted(reached);
        Ok(())
    }

    /// Goes past the next events as long as nobody heeds them; tells how many these were.
    fn pass_over(&self, place: &mut Place, next: &mut Vec<Event>) -> i64 {
        let start = place.applied;
        for event in next.iter() {
            let follows = event.seq == place.applied + 1 && event.epoch == place.epoch;
            if !follows || self.inbox.handler.heeds(event) {
                break;
            }
            (place.applied, place.happened_at) = (event.seq, Some(event.at));
        }
        next.retain(|event| event.seq > place.applied);
        place.applied - start
    }

    /// First without savepoints; when an event fails, once more with one around each.
    pub(super) async fn apply(self: &Arc<Self>, from: Place, batch: Arc<[Event]>) -> Result<i64> {
        if batch.iter().any(|event| event.epoch != from.epoch) {
            return Err(Error::Unavailable(format!(
                "epoch {} of the log",
                from.epoch
            )));
        }
        let (mut careful, mut races) = (false, 0);
        loop {
            let (inner, batch) = (self.clone(), batch.clone());
            let work = async move |tx: &mut Tx| inner.inbox.apply(tx, from, &batch, careful).await;
            self.inbox.handler.prepare().await?;
            match self.db.write(work).await {
                Err(e) if is_lost_race(&e) && races < RACES_MAX => races += 1,
                Err(e) if !careful && !e.retryable() => careful = true,
                done => return done,
            }
        }
    }
}
