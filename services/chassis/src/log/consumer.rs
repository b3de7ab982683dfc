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

use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use futures_util::{StreamExt as _, future::join_all};
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Event, Feed, Handler, Lease,
    apply::{BATCH, Inbox, is_lost_race},
    keep::{keep, pause},
};
use crate::{
    Clock, Result, Time,
    bus::{self, Bus, Nats, away},
    db::{Db, Tx},
};

/// How often the lease is renewed.
const LEASE_EVERY: Duration = Duration::from_secs(2);
/// How often it is asked whether a parked event is due.
const RETRY_EVERY: Duration = Duration::from_secs(1);
/// Where neither bus nor wake tells of news, the heads are looked at so often.
const POLL: Duration = Duration::from_millis(200);
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

struct Inner {
    db: Db,
    feed: Feed,
    bus: Bus,
    inbox: Inbox,
    lease: Option<Lease>,
    /// Effects were committed.
    progress: watch::Sender<()>,
    from_bus: AtomicU64,
    from_log: AtomicU64,
}

/// What reaches a shard: an event, or the news that the log goes as far as this.
enum Hint {
    Event(Event),
    Head(i64),
}

/// One mailbox for each shard.
type Hints = HashMap<i32, mpsc::Sender<Hint>>;

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
        self.0
            .make_cursors(heads.iter().map(|h| h.shard).collect())
            .await?;
        let cursors = self.0.cursors().await?;
        for head in heads {
            let start = cursors.get(&head.shard).copied().unwrap_or_default();
            let end = self
                .0
                .advance(head.shard, start, head.head, Vec::new())
                .await?;
            done += (end - start).unsigned_abs();
        }
        Ok(done)
    }

    /// How many events of the log are not yet dealt with.
    ///
    /// # Errors
    /// When the store or the producer fails.
    pub async fn lag(&self) -> Result<i64> {
        let (heads, cursors) = (self.0.feed.heads().await?, self.0.cursors().await?);
        let applied = |shard| cursors.get(&shard).copied().unwrap_or_default();
        Ok(heads.iter().map(|h| h.head - applied(h.shard)).sum())
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
            .read(async move |tx: &mut Tx| inner.inbox.parked(tx, limit).await)
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
    fn work_name(&self) -> String {
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

    /// Everything a consumer does, for as long as the work is ours.
    async fn session(self: &Arc<Self>) -> Result<()> {
        if !self.wait_for_lease().await? {
            return Ok(());
        }
        let shards: Vec<i32> = self.feed.heads().await?.iter().map(|h| h.shard).collect();
        self.make_cursors(shards.clone()).await?;
        let cursors = self.cursors().await?;
        let (mut hints, mut workers) = (Hints::new(), Vec::new());
        for shard in shards {
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

    async fn make_cursors(&self, shards: Vec<i32>) -> Result<()> {
        let (consumer, producer) = (self.inbox.consumer.clone(), self.inbox.producer.clone());
        if self.cursors().await?.len() == shards.len() {
            return Ok(());
        }
        let work = async move |tx: &mut Tx| -> Result<()> {
            for shard in &shards {
                tx.sql(
                    "insert into inbox_cursor (consumer, producer, shard, applied)
                     values ($1, $2, $3, 0) on conflict do nothing",
                )
                .bind(consumer.clone())
                .bind(producer.clone())
                .bind(*shard)
                .execute()
                .await?;
            }
            Ok(())
        };
        self.db.write(work).await
    }

    async fn cursors(&self) -> Result<HashMap<i32, i64>> {
        let (consumer, producer) = (self.inbox.consumer.clone(), self.inbox.producer.clone());
        let read = async move |tx: &mut Tx| -> Result<Vec<(i32, i64)>> {
            let text = "select shard, applied from inbox_cursor
                        where consumer = $1 and producer = $2";
            Ok(tx
                .sql(text)
                .bind(consumer.clone())
                .bind(producer.clone())
                .all()
                .await?)
        };
        Ok(self.db.read(read).await?.into_iter().collect())
    }

    /// Brings hints to the shards, from wherever news can be had. A full mailbox drops the hint:
    /// the shard finds the hole and reads the log.
    async fn follow(&self, hints: &Hints) -> Result<()> {
        let Bus::Nats(nats) = &self.bus else {
            return self.follow_log(hints).await;
        };
        let mut failures = 0;
        loop {
            let Err(e) = self.follow_bus(nats, hints).await;
            // The bus is away: looking at the heads carries on alone until it is back.
            tracing::warn!(
                work = self.work_name(),
                failures,
                error = &e as &dyn std::error::Error,
                "no bus"
            );
            self.look(hints).await?;
            pause(failures).await;
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
            self.retry_due().await?;
        }
    }

    /// Tries all that is due again; tells how many events went through.
    async fn retry_due(self: &Arc<Self>) -> Result<u64> {
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
            if !self.db.read(due).await? {
                return Ok(done);
            }
            let inner = self.clone();
            let retry = async move |tx: &mut Tx| inner.inbox.retry(tx).await;
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

    /// Applies a shard up to `target`, first what is at hand, the rest from the log. Tells how far
    /// it got: less than `target` if the log does not go that far.
    async fn advance(
        self: &Arc<Self>,
        shard: i32,
        mut cursor: i64,
        target: i64,
        mut at_hand: Vec<Event>,
    ) -> Result<i64> {
        while cursor < target {
            at_hand.retain(|e| e.seq > cursor);
            let fits = at_hand.first().is_some_and(|e| e.seq == cursor + 1);
            let next = if fits {
                mem::take(&mut at_hand)
            } else {
                self.feed.read(shard, cursor, BATCH).await?
            };
            if next.is_empty() {
                break;
            }
            let counter = if fits { &self.from_bus } else { &self.from_log };
            counter.fetch_add(next.len() as u64, Ordering::Relaxed);
            let reached = self.apply(shard, next.into()).await?;
            if reached > cursor {
                self.committed();
            }
            cursor = reached;
        }
        Ok(cursor)
    }

    /// First without savepoints; when an event fails, once more with one around each.
    async fn apply(self: &Arc<Self>, shard: i32, batch: Arc<[Event]>) -> Result<i64> {
        let (mut careful, mut races) = (false, 0);
        loop {
            let (inner, batch) = (self.clone(), batch.clone());
            let work = async move |tx: &mut Tx| inner.inbox.apply(tx, shard, &batch, careful).await;
            match self.db.write(work).await {
                Err(e) if is_lost_race(&e) && races < RACES_MAX => races += 1,
                Err(e) if !careful && !e.retryable() => careful = true,
                done => return done,
            }
        }
    }
}
