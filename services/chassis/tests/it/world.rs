//! Fresh stores for a test, and patience with a limit.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use baton_chassis::db::{self, Db, Tx};
use sqlx::{AssertSqlSafe, PgPool, Row as _};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// A store that goes away with the test.
pub struct Store {
    pub db: Db,
    pub url: String,
    _folder: Option<TempDir>,
}

impl Store {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/test.db", folder.path().display());
        let db = Db::connect(&url, 8).await.unwrap();
        Self {
            db,
            url,
            _folder: Some(folder),
        }
    }

    /// A database of its own on the test server; `None` when there is none and none is wanted.
    pub async fn postgres() -> Option<Self> {
        let server = backend("BATON_TEST_PG")?;
        let name = format!("it_{}", random_id().simple());
        let admin = PgPool::connect(&server).await.unwrap();
        let text = AssertSqlSafe(format!("create database {name}"));
        sqlx::raw_sql(text).execute(&admin).await.unwrap();
        let (head, _) = server.rsplit_once('/').unwrap();
        let url = format!("{head}/{name}");
        let db = Db::connect(&url, 16).await.unwrap();
        Some(Self {
            db,
            url,
            _folder: None,
        })
    }

    /// Another connection to the same store, as another replica has it.
    pub async fn again(&self) -> Db {
        Db::connect(&self.url, 8).await.unwrap()
    }
}

/// A fresh store on each engine.
pub async fn stores() -> Vec<Store> {
    let mut stores = vec![Store::sqlite().await];
    stores.extend(Store::postgres().await);
    stores
}

/// The address of a server that a test needs. A half that is left out must be left out knowingly.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where tests learn of their servers"
)]
#[expect(
    clippy::print_stderr,
    reason = "who runs them must see what was left out"
)]
pub fn backend(name: &str) -> Option<String> {
    let found = std::env::var(name).ok();
    if found.is_none() {
        let meant = std::env::var("BATON_TEST_SQLITE_ONLY").is_ok_and(|v| v == "1");
        assert!(
            meant,
            "{name} is not set: run this under tests/with-backends.sh"
        );
        eprintln!("LEFT OUT: {name} is not set");
    }
    found
}

pub fn random_id() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}

/// An id that tests can name.
pub fn id(n: u64) -> Uuid {
    Uuid::from_u64_pair(n.wrapping_mul(0x9E37_79B9_7F4A_7C15), n)
}

/// Runs statements of a schema.
pub async fn run(db: &Db, texts: &'static [&'static str]) {
    let work = async move |tx: &mut Tx| {
        for text in texts {
            tx.sql(text).execute().await?;
        }
        Ok::<_, db::Error>(())
    };
    db.write(work).await.unwrap();
}

/// The number that a query answers with.
pub async fn number(db: &Db, text: &'static str) -> i64 {
    let work = async move |tx: &mut Tx| tx.sql(text).one::<(i64,)>().await;
    db.read::<_, db::Error, _>(work).await.unwrap().0
}

/// Waits until something holds, and fails the test when that takes too long.
#[expect(
    clippy::disallowed_methods,
    reason = "what is waited for is in another process"
)]
pub async fn until(what: &str, seconds: u64, holds: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    while !holds().await {
        assert!(
            Instant::now() < deadline,
            "waited {seconds} s in vain until {what}"
        );
        sleep(Duration::from_millis(5)).await;
    }
}

/// Ends all other connections to the database, as a restart of the server does.
pub async fn cut_connections(url: &str) {
    let admin = PgPool::connect(url).await.unwrap();
    let text = "select count(pg_terminate_backend(pid)) as n from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()";
    let cut: i64 = sqlx::query(text).fetch_one(&admin).await.unwrap().get("n");
    assert!(cut > 0, "there was nothing to cut");
}

/// Work beside the test.
#[expect(clippy::disallowed_methods, reason = "the tasks of a test end with it")]
pub fn task<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(work)
}

/// Drops the work after so many steps, wherever it is by then.
pub async fn killed_after(steps: u32, work: impl Future<Output = ()>) {
    let (mut work, mut left) = (pin!(work), steps);
    poll_fn(|cx| {
        left = left.saturating_sub(1);
        if left == 0 {
            Poll::Ready(())
        } else {
            work.as_mut().poll(cx)
        }
    })
    .await;
}
