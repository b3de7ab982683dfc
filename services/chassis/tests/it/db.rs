//! The two doors of the store, on both engines.

mod commit;
mod migrate;
mod together;

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use baton_chassis::db::{Db, Error, Result, Tx};
use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use futures_util::future::join_all;
use serde_json::json;
use sqlx::FromRow;
use tokio::sync::Barrier;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::world::{Store, cut_connections, id, killed_after, number, run, stores, task};

const LEAD: &[&str] = &["create table lead (id uuid not null primary key, score bigint not null)"];

async fn insert(tx: &mut Tx, n: u64) -> Result<()> {
    let text = "insert into lead (id, score) values ($1, 0)";
    tx.sql(text).bind(id(n)).execute().await.map(drop)
}

async fn leads(db: &Db) -> i64 {
    number(db, "select count(*) as n from lead").await
}

#[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
#[sqlx(transparent)]
struct LeadId(Uuid);

#[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
enum Quality {
    New,
    InTalks,
}

#[derive(Clone, Debug, PartialEq, FromRow)]
struct Sample {
    id: LeadId,
    at: DateTime<Utc>,
    yes: bool,
    n: i64,
    small: i32,
    j: serde_json::Value,
    b: Vec<u8>,
    d: NaiveDate,
    maybe: Option<String>,
    maybe_n: Option<i64>,
    maybe_at: Option<DateTime<Utc>>,
    quality: Quality,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_comes_back_as_it_went() {
    for store in stores().await {
        run(
            &store.db,
            &[
                "create table sample (id uuid not null primary key, at timestamptz not null,
               yes boolean not null, n bigint not null, small integer not null, j jsonb not null,
               b bytea not null, d date not null, maybe text, maybe_n bigint,
               maybe_at timestamptz, quality text not null)",
            ],
        )
        .await;
        for (n, maybe) in [(1, None), (2, Some("123".to_owned()))] {
            let at = Utc.timestamp_opt(1_700_000_000, 123_456_000).unwrap();
            let sent = Sample {
                id: LeadId(id(n)),
                at,
                yes: true,
                n: i64::MIN,
                small: i32::MAX,
                j: json!({"a": [1, null, "é 线索"]}),
                b: vec![0, 255, 39],
                d: NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(),
                maybe_n: maybe.as_ref().map(|_| i64::MAX),
                maybe_at: maybe.as_ref().map(|_| at),
                maybe,
                quality: Quality::InTalks,
            };
            let got = write_and_find(&store.db, sent.clone()).await;
            assert_eq!(got, Some(sent));
        }
    }
}

/// Writes a sample and finds it by its values.
async fn write_and_find(db: &Db, s: Sample) -> Option<Sample> {
    let work = async move |tx: &mut Tx| {
        tx.sql("insert into sample values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .bind(s.id)
            .bind(s.at)
            .bind(s.yes)
            .bind(s.n)
            .bind(s.small)
            .bind(s.j.clone())
            .bind(s.b.clone())
            .bind(s.d)
            .bind(s.maybe.clone())
            .bind(s.maybe_n)
            .bind(s.maybe_at)
            .bind(s.quality)
            .execute_one()
            .await?;
        tx.sql(
            "select * from sample where id = $1 and at = $2 and yes = $3 and d = $4
             and quality = $5 and n = $6 and b = $7",
        )
        .bind(s.id)
        .bind(s.at)
        .bind(s.yes)
        .bind(s.d)
        .bind(s.quality)
        .bind(s.n)
        .bind(s.b.clone())
        .optional::<Sample>()
        .await
    };
    db.write::<_, Error, _>(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_known_by_kind() {
    for store in stores().await {
        let db = &store.db;
        run(db, LEAD).await;
        run(
            db,
            &["create table key (value text not null primary key,
                   lead uuid not null references lead (id))"],
        )
        .await;
        let key = async move |tx: &mut Tx, n: u64| {
            let text = "insert into key (value, lead) values ('a@b', $1)";
            tx.sql(text).bind(id(n)).execute().await
        };
        db.write(async |tx: &mut Tx| insert(tx, 1).await)
            .await
            .unwrap();
        let e = db
            .write(async |tx: &mut Tx| insert(tx, 1).await)
            .await
            .unwrap_err();
        assert!(matches!(e, Error::Exists(_)), "{e:?}");
        let e = db
            .write(async move |tx: &mut Tx| key(tx, 9).await)
            .await
            .unwrap_err();
        assert!(matches!(e, Error::ForeignKey(_)), "{e:?}");
        db.write(async move |tx: &mut Tx| key(tx, 1).await)
            .await
            .unwrap();
        let e = db
            .write(async |tx: &mut Tx| {
                tx.sql("delete from lead where id = $1")
                    .bind(id(1))
                    .execute()
                    .await
            })
            .await
            .unwrap_err();
        assert!(matches!(e, Error::ForeignKey(_)), "{e:?}");
        let e = db
            .read(async |tx: &mut Tx| {
                tx.sql("select id from lead where id = $1")
                    .bind(id(2))
                    .one::<(Uuid,)>()
                    .await
            })
            .await
            .unwrap_err();
        assert!(matches!(e, Error::NotFound), "{e:?}");
        let e = db
            .write(async |tx: &mut Tx| {
                let text = "update lead set score = 1 where id = $1 and score = 7";
                tx.sql(text).bind(id(1)).execute_one().await
            })
            .await
            .unwrap_err();
        assert!(matches!(e, Error::Stale), "{e:?}");
        let e = db
            .read(async |tx: &mut Tx| insert(tx, 5).await)
            .await
            .unwrap_err();
        assert!(matches!(e, Error::Other(_)), "a reader cannot write: {e:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swallowed_failure_is_not_a_success() {
    for store in stores().await {
        let db = &store.db;
        run(db, LEAD).await;
        db.write(async |tx: &mut Tx| insert(tx, 1).await)
            .await
            .unwrap();
        let e = db
            .write(async |tx: &mut Tx| {
                insert(tx, 2).await?;
                drop(insert(tx, 1).await);
                Ok::<_, Error>(())
            })
            .await
            .unwrap_err();
        assert!(matches!(e, Error::Broken), "{e:?}");
        let e = db
            .write(async |tx: &mut Tx| {
                drop(insert(tx, 1).await);
                insert(tx, 3).await
            })
            .await
            .unwrap_err();
        assert!(matches!(e, Error::Broken), "{e:?}");
        assert_eq!(leads(db).await, 1);
        db.write(async |tx: &mut Tx| {
            let refused = tx.attempt(async |tx: &mut Tx| insert(tx, 1).await).await;
            assert!(matches!(refused, Err(Error::Exists(_))));
            insert(tx, 6).await
        })
        .await
        .unwrap();
        assert_eq!(leads(db).await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_race_is_run_again() {
    for store in stores().await {
        let db = store.db.clone();
        run(&db, LEAD).await;
        db.write(async |tx: &mut Tx| {
            insert(tx, 1).await?;
            insert(tx, 2).await
        })
        .await
        .unwrap();
        let runs = Arc::new(AtomicU32::new(0));
        // On PostgreSQL both hold their first row before they ask for the other's: one must lose.
        let meet = Arc::new(Barrier::new(if db.is_sqlite() { 1 } else { 2 }));
        let tasks = [[1, 2], [2, 1]].map(|rows| {
            let (db, runs, meet) = (db.clone(), runs.clone(), meet.clone());
            task(async move {
                db.write(async move |tx: &mut Tx| {
                    let is_first = runs.fetch_add(1, Relaxed) < 2;
                    for (i, row) in rows.into_iter().enumerate() {
                        if i == 1 && is_first {
                            meet.wait().await;
                        }
                        let text = "update lead set score = score + 1 where id = $1";
                        tx.sql(text).bind(id(row)).execute_one().await?;
                    }
                    Ok::<_, Error>(())
                })
                .await
            })
        });
        for done in join_all(tasks).await {
            done.unwrap().unwrap();
        }
        assert_eq!(
            number(&db, "select cast(sum(score) as bigint) as n from lead").await,
            4
        );
        let expected = if db.is_sqlite() { 2 } else { 3 };
        assert_eq!(runs.load(Relaxed), expected, "one of them was run again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_connections_are_replaced_unseen() {
    let Some(store) = Store::postgres().await else {
        return;
    };
    let db = store.db.clone();
    run(&db, LEAD).await;
    join_all((0..8).map(|n| db.write(async move |tx: &mut Tx| insert(tx, n).await))).await;
    cut_connections(&store.url).await;
    join_all((8..16).map(|n| db.write(async move |tx: &mut Tx| insert(tx, n).await)))
        .await
        .into_iter()
        .for_each(|done| done.unwrap());
    cut_connections(&store.url).await;
    assert_eq!(leads(&db).await, 16);
    // In the middle of a transaction: it is run again from its start.
    let (url, runs) = (store.url.clone(), Arc::new(AtomicU32::new(0)));
    let counted = runs.clone();
    db.write(async move |tx: &mut Tx| {
        insert(tx, 16).await?;
        if counted.fetch_add(1, Relaxed) == 0 {
            cut_connections(&url).await;
        }
        insert(tx, 17).await
    })
    .await
    .unwrap();
    assert_eq!((leads(&db).await, runs.load(Relaxed)), (18, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_go_away_leave_no_transaction_behind() {
    for store in stores().await {
        let (db, few) = (store.db.clone(), Db::connect(&store.url, 1).await.unwrap());
        run(&db, LEAD).await;
        for n in 1..60 {
            // Killed at every point of a read and of a write, over one and the same connection.
            let read = few.read(async |tx: &mut Tx| {
                tx.sql("select id from lead")
                    .all::<(Uuid,)>()
                    .await
                    .map(drop)
            });
            killed_after(u32::try_from(n).unwrap(), async { drop(read.await) }).await;
            let write = few.write(async move |tx: &mut Tx| insert(tx, 1_000 + n).await);
            killed_after(u32::try_from(n).unwrap(), async { drop(write.await) }).await;
            few.write(async move |tx: &mut Tx| insert(tx, n).await)
                .await
                .unwrap();
            let kept = db.read(async move |tx: &mut Tx| {
                let text = "select id from lead where id = $1";
                tx.sql(text).bind(id(n)).one::<(Uuid,)>().await
            });
            kept.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_that_never_ends_is_taken_back() {
    let all = stores().await;
    join_all(all.iter().map(async |store| {
        run(&store.db, LEAD).await;
        let began = Instant::now();
        let e = store
            .db
            .write(async |tx: &mut Tx| {
                insert(tx, 1).await?;
                std::future::pending::<Result<()>>().await
            })
            .await
            .unwrap_err();
        assert!(matches!(e, Error::Busy(None)), "{e:?}");
        assert!(
            began.elapsed() < Duration::from_secs(8),
            "{:?}",
            began.elapsed()
        );
        store
            .db
            .write(async |tx: &mut Tx| insert(tx, 2).await)
            .await
            .unwrap();
        assert_eq!(leads(&store.db).await, 1);
    }))
    .await;
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_query_leaves_a_span_with_its_text_and_no_values_under_its_caller() {
    use tracing_subscriber::fmt::format::FmtSpan;
    let lines = Lines::default();
    let out = lines.clone();
    // For the whole process: SQLite's writer has a thread of its own.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || out.clone())
        .init();
    for store in stores().await {
        run(&store.db, LEAD).await;
        lines.0.lock().unwrap().clear(); // other tests write there too
        let caller = tracing::info_span!("create_lead");
        store
            .db
            .write(async |tx: &mut Tx| {
                let text = "select count(*) as spied from lead where id = $1";
                tx.sql(text).bind(id(77)).one::<(i64,)>().await
            })
            .instrument(caller)
            .await
            .unwrap();
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let line = text
            .lines()
            .find(|l| l.contains("baton_chassis::db") && l.contains("as spied from lead"))
            .unwrap_or_else(|| panic!("no span in {text}"));
        assert!(line.contains("create_lead:query{"), "{line}");
        assert!(!line.contains(&id(77).to_string()), "{line}");
    }
}
