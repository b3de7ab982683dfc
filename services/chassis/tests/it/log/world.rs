//! A producer and its consumers in a world that tests can break.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use async_nats::{Client, jetstream};
use baton_chassis::{
    Clock, Error, Result, Time,
    bus::{Bus, Nats},
    db::{self, Db, Tx, chassis_migrations},
    log::{Consumer, Event, EventDraft, Feed, Handler, Log, Relay, Timing},
};
use chrono::{TimeZone as _, Utc};
use futures_util::{StreamExt as _, future::BoxFuture};
use rand::Rng as _;
use uuid::Uuid;

use crate::world::{Store, backend, id, number, random_id, run, until};

pub const TIMING: Timing = Timing {
    sweep: Duration::from_millis(300),
    back_off: chrono::Duration::seconds(1),
    attempts: 4,
};
pub const KIND: &str = "baton.sales.v1.opportunity_won";
pub const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Says what it is told, or that it cannot: writes two rows for each event, then refuses what is
/// poisoned, so that a refusal which leaves a trace is seen.
#[derive(Default)]
pub struct Effects {
    pub poison: Mutex<HashSet<Uuid>>,
    /// What is poisoned makes it panic instead.
    pub panics: AtomicBool,
    /// Nothing can be applied now.
    pub later: AtomicBool,
    pub refusals: AtomicU64,
    pub commits: AtomicU64,
}

impl Effects {
    pub const TABLES: &[&str] = &[
        "create table effect (aggregate uuid not null, version bigint not null)",
        "create table tally (aggregate uuid not null primary key, version bigint not null,
           disorder bigint not null)",
    ];

    async fn write(&self, tx: &mut Tx, e: &Event) -> Result<()> {
        assert_eq!(
            (e.kind.as_str(), e.trace.as_str(), e.at),
            (KIND, TRACE, moment())
        );
        let version = i64::from_be_bytes(e.payload[..8].try_into().unwrap());
        assert_eq!(version, e.version);
        tx.sql("insert into effect (aggregate, version) values ($1, $2)")
            .bind(e.aggregate)
            .bind(version)
            .execute()
            .await?;
        tx.sql(
            "insert into tally (aggregate, version, disorder) values ($1, $2, 0)
             on conflict (aggregate) do update set version = excluded.version,
               disorder = tally.disorder
                 + case when excluded.version = tally.version + 1 then 0 else 1 end",
        )
        .bind(e.aggregate)
        .bind(version)
        .execute()
        .await?;
        if self.poison.lock().unwrap().contains(&e.aggregate) {
            self.refusals.fetch_add(1, Relaxed);
            assert!(!self.panics.load(Relaxed), "poisoned");
            return Err(Error::internal("poisoned"));
        }
        if self.later.load(Relaxed) {
            return Err(Error::Unavailable("the other one".to_owned()));
        }
        Ok(())
    }
}

impl Handler for Effects {
    fn apply<'a>(&'a self, tx: &'a mut Tx, event: &'a Event) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.write(tx, event))
    }

    fn committed(&self) {
        self.commits.fetch_add(1, Relaxed);
    }
}

/// When everything happens.
pub fn moment() -> Time {
    Utc.with_ymd_and_hms(2026, 7, 1, 9, 0, 0).unwrap()
}

/// How a world is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    Sqlite,
    Postgres,
    PostgresAndNats,
}

impl Setup {
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::PostgresAndNats];
}

pub struct World {
    pub producer: Store,
    pub consumer: Store,
    pub log: Log,
    pub bus: Bus,
    pub clock: Clock,
    pub effects: Arc<Effects>,
    pub said: Mutex<BTreeSet<(Uuid, i64)>>,
}

impl World {
    /// `None` when a server is missing and is meant to.
    pub async fn new(setup: Setup, shards: u16) -> Option<Self> {
        let (producer, consumer, bus) = match setup {
            Setup::Sqlite => (Store::sqlite().await, Store::sqlite().await, Bus::Local),
            Setup::Postgres => (
                Store::postgres().await?,
                Store::postgres().await?,
                Bus::Local,
            ),
            Setup::PostgresAndNats => {
                let url = backend("BATON_TEST_NATS")?;
                let namespace = format!("it-{}", random_id().simple());
                let nats = Nats::connect(&url, &namespace).await.unwrap();
                (
                    Store::postgres().await?,
                    Store::postgres().await?,
                    Bus::Nats(nats),
                )
            }
        };
        for db in [&producer.db, &consumer.db] {
            db.migrate(&chassis_migrations(), "_chassis_migrations")
                .await
                .unwrap();
        }
        run(
            &producer.db,
            &["create table lead (id uuid not null primary key, version bigint not null)"],
        )
        .await;
        run(&consumer.db, Effects::TABLES).await;
        let log = Log::open(producer.db.clone(), "sales", shards)
            .await
            .unwrap();
        let (clock, effects) = (Clock::manual(moment()), Arc::default());
        Some(Self {
            producer,
            consumer,
            log,
            bus,
            clock,
            effects,
            said: Mutex::default(),
        })
    }

    pub async fn leads(&self, count: u64) -> Vec<Uuid> {
        let work = async move |tx: &mut Tx| {
            for n in 0..count {
                let text = "insert into lead (id, version) values ($1, 0)";
                tx.sql(text).bind(id(n)).execute().await?;
            }
            Ok::<_, db::Error>(())
        };
        self.producer.db.write(work).await.unwrap();
        (0..count).map(id).collect()
    }

    pub fn relay(&self) -> Relay {
        Relay::new(self.log.clone(), self.bus.clone(), self.clock.clone())
            .unleased()
            .mending_every(Duration::from_millis(200))
    }

    pub fn consumer(&self) -> Consumer {
        self.consumer_of(
            Feed::Local(self.log.clone()),
            self.bus.clone(),
            &self.consumer.db,
        )
    }

    pub fn consumer_of(&self, feed: Feed, bus: Bus, db: &Db) -> Consumer {
        let clock = self.clock.clone();
        Consumer::new(
            "insight",
            db.clone(),
            clock,
            feed,
            bus,
            self.effects.clone(),
        )
        .timed(TIMING)
        .unleased()
    }

    /// One business transaction: each lead gets its next version, which says so.
    pub async fn change(&self, leads: &[Uuid]) {
        self.change_with(leads, false, false).await;
    }

    /// The same, perhaps slow to commit, perhaps taken back in the end.
    pub async fn change_with(&self, leads: &[Uuid], slow: bool, taken_back: bool) {
        let (log, ids) = (self.log.clone(), leads.to_vec());
        let work = async move |tx: &mut Tx| {
            let mut said = Vec::new();
            for lead in &ids {
                let text = "update lead set version = version + 1 where id = $1 returning version";
                let (version,): (i64,) = tx.sql(text).bind(*lead).one().await?;
                log.append(tx, draft(*lead, version)).await?;
                said.push((*lead, version));
            }
            if slow && !tx.is_sqlite() {
                let text = "select 1 as one from pg_sleep(0.1)";
                tx.sql(text).one::<(i32,)>().await?;
            }
            if taken_back {
                Err(db::Error::Stale)
            } else {
                Ok(said)
            }
        };
        match self.producer.db.write(work).await {
            Ok(said) => self.said.lock().unwrap().extend(said),
            Err(e) => assert!(taken_back && matches!(e, db::Error::Stale), "{e:?}"),
        }
    }

    pub async fn applied(&self) -> i64 {
        number(&self.consumer.db, "select count(*) as n from effect").await
    }

    /// Everything said was applied, once and in order, and nothing else.
    pub async fn assert_applied_once_and_in_order(&self) {
        let read = async |tx: &mut Tx| {
            tx.sql("select aggregate, version from effect")
                .all::<(Uuid, i64)>()
                .await
        };
        let effects = self
            .consumer
            .db
            .read::<_, db::Error, _>(read)
            .await
            .unwrap();
        let distinct: BTreeSet<_> = effects.iter().copied().collect();
        assert_eq!(
            effects.len(),
            distinct.len(),
            "events were applied more than once"
        );
        let said = self.said.lock().unwrap().clone();
        let lost: Vec<_> = said.difference(&distinct).collect();
        let invented: Vec<_> = distinct.difference(&said).collect();
        assert!(
            lost.is_empty(),
            "{} of {} are lost: {lost:?}",
            lost.len(),
            said.len()
        );
        assert!(invented.is_empty(), "{invented:?}");
        let disorder = "select cast(coalesce(sum(disorder), 0) as bigint) as n from tally";
        assert_eq!(number(&self.consumer.db, disorder).await, 0, "out of order");
    }

    /// The log has every event once, with numbers that leave no hole and follow the versions.
    pub async fn assert_log_is_dense(&self) {
        for head in self.log.heads().await.unwrap() {
            let mut after = 0;
            let mut versions = std::collections::HashMap::<Uuid, i64>::new();
            loop {
                let events = self.log.read(head.shard, after, 500).await.unwrap();
                let Some(last) = events.last() else { break };
                let next = last.seq;
                for (event, seq) in events.iter().zip(after + 1..) {
                    assert_eq!((event.seq, event.shard), (seq, head.shard), "a hole");
                    assert_eq!(self.log.shard_of(event.aggregate), head.shard);
                    let before = versions.insert(event.aggregate, event.version).unwrap_or(0);
                    assert_eq!(before + 1, event.version, "{event:?}");
                }
                after = next;
            }
            assert_eq!(after, head.head, "the head of shard {}", head.shard);
        }
        let all = number(&self.producer.db, "select count(*) as n from outbox").await;
        assert_eq!(
            usize::try_from(all).unwrap(),
            self.said.lock().unwrap().len()
        );
    }

    pub async fn published(&self) -> i64 {
        self.log
            .heads()
            .await
            .unwrap()
            .iter()
            .map(|h| h.published)
            .sum()
    }

    pub fn nats(&self) -> &Nats {
        let Bus::Nats(nats) = &self.bus else {
            unreachable!("this world has no NATS")
        };
        nats
    }

    pub async fn stream(&self) -> jetstream::stream::Stream {
        let nats = self.nats();
        nats.context()
            .get_stream(nats.stream_name("sales"))
            .await
            .unwrap()
    }

    /// NATS forgets everything it has by now, which must be something.
    pub async fn wipe(&self) {
        let (context, name) = (self.nats().context(), self.nats().stream_name("sales"));
        until("there is a stream to lose", 20, async || {
            context.delete_stream(&name).await.is_ok()
        })
        .await;
    }

    /// Leaves no stream behind on the shared server.
    pub async fn close(self) {
        if let Bus::Nats(nats) = &self.bus {
            drop(
                nats.context()
                    .delete_stream(nats.stream_name("sales"))
                    .await,
            );
        }
    }
}

pub fn draft(aggregate: Uuid, version: i64) -> EventDraft {
    EventDraft {
        aggregate,
        version,
        kind: KIND.to_owned(),
        at: moment(),
        trace: TRACE.to_owned(),
        payload: version.to_be_bytes().to_vec(),
    }
}

/// The subjects of all events.
fn all_of(nats: &Nats) -> String {
    let subject = nats.subject("sales", 0, "");
    format!("{}>", subject.strip_suffix("0.").unwrap())
}

/// A second namespace, into which a bridge carries what is published in the first: it loses some,
/// brings some twice and some late. It acknowledges everything, as NATS does before a power loss.
pub struct LossyBridge {
    pub nats: Nats,
    client: Client,
    from: String,
}

impl LossyBridge {
    pub async fn over(world: &World) -> Self {
        let url = backend("BATON_TEST_NATS").unwrap();
        let client = async_nats::connect(&url).await.unwrap();
        let namespace = format!("it-{}", random_id().simple());
        let nats = Nats::over(client.clone(), &namespace).unwrap();
        let bridge = Self {
            nats,
            client,
            from: all_of(world.nats()),
        };
        bridge.make_stream().await;
        bridge
    }

    pub async fn make_stream(&self) {
        let subjects = vec![all_of(&self.nats)];
        let config = jetstream::stream::Config {
            name: self.nats.stream_name("sales"),
            subjects,
            ..Default::default()
        };
        self.nats
            .context()
            .get_or_create_stream(config)
            .await
            .unwrap();
    }

    pub async fn wipe(&self) {
        let name = self.nats.stream_name("sales");
        self.nats.context().delete_stream(name).await.unwrap();
    }

    /// Carries until it is dropped.
    pub async fn run(&self) {
        let mut messages = self.client.subscribe(self.from.clone()).await.unwrap();
        let mut late = None;
        while let Some(message) = messages.next().await {
            let mut parts = message.subject.split('.').skip(2);
            let (shard, kind) = (parts.next().unwrap(), parts.collect::<Vec<_>>().join("."));
            let subject = self.nats.subject("sales", shard.parse().unwrap(), &kind);
            let mut headers = message.headers.clone().unwrap_or_default();
            headers.insert(async_nats::header::NATS_MESSAGE_ID, random_id().to_string());
            let send = async |(s, h, p): (String, _, _)| {
                self.client.publish_with_headers(s, h, p).await.unwrap();
            };
            let carried = (subject, headers, message.payload.clone());
            let luck = rand::rng().random_range(0..100);
            match luck {
                0..5 => {}
                5..15 => {
                    // Twice; the server must not know the second one.
                    send(carried.clone()).await;
                    let mut again = carried;
                    again
                        .1
                        .insert(async_nats::header::NATS_MESSAGE_ID, random_id().to_string());
                    send(again).await;
                }
                15..20 if late.is_none() => late = Some(carried),
                _ => {
                    send(carried).await;
                    if let Some(late) = late.take() {
                        send(late).await;
                    }
                }
            }
        }
    }
}
