//! One SQL text, two databases, two doors: every access is a closure given to [`Db::read`] or
//! [`Db::write`].
//!
//! A closure gets `&mut Tx`, owns what it captures (`async move |tx| …`), holds no link to another
//! resource and may be run again. That is what lets SQLite's single writer put many of them under
//! one sync, and PostgreSQL repeat one that lost a race. Nothing here names an engine to its
//! callers, except where two texts must differ ([`Tx::is_sqlite`]).

mod copy;
mod error;
mod migrate;
mod tx;
mod writer;

use std::time::Duration;

use sqlx::{
    PgPool, SqlitePool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use tokio::time::timeout;

pub use copy::{copy_stores, faults};
pub use error::{Error, Result};
pub use migrate::chassis_migrations;
pub use tx::{Query, Record, Repeated, Savepoint, Tx, Value};

use writer::Writer;

/// A closure that writes for longer is rolled back, so that one cannot stop the store.
/// A bulk load comes in chunks; a migration has its own way in ([`Db::migrate`]).
const WRITE_LIMIT: Duration = Duration::from_secs(5);
/// Statements that a connection keeps prepared; a service has a few hundred.
const STATEMENTS_KEPT: usize = 500;
/// Repeats after a lost race or a lost connection.
const REPEAT_MAX: u32 = 3;

/// A store. Cheap to clone.
#[derive(Clone)]
pub struct Db(Engine);

#[derive(Clone)]
enum Engine {
    Postgres(PgPool),
    Sqlite { readers: SqlitePool, writer: Writer },
}

impl Db {
    /// Opens `postgres://…` or `sqlite://file`, with at most `connections` (readers, for SQLite).
    ///
    /// A PostgreSQL url may place the service in a schema of its own with
    /// `?options[search_path]=name`; a schema that is missing is created.
    ///
    /// # Errors
    /// When the url cannot be read or the database cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> Result<Self> {
        if url.starts_with("postgres") {
            return Self::connect_postgres(url.parse()?, connections).await;
        }
        let file = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .statement_cache_capacity(STATEMENTS_KEPT)
            .busy_timeout(Duration::from_secs(5));
        let pool = |n| {
            SqlitePoolOptions::new()
                .max_connections(n)
                .test_before_acquire(false)
        };
        // The writer first, so that it creates the file.
        let writer = pool(1).connect_with(file.clone()).await?;
        let readers = pool(connections)
            .connect_with(file.pragma("query_only", "on"))
            .await?;
        Ok(Self(Engine::Sqlite {
            readers,
            writer: Writer::spawn(writer)?,
        }))
    }

    async fn connect_postgres(options: PgConnectOptions, connections: u32) -> Result<Self> {
        let schema = migrate::schema_of(&options)?;
        // Without this every acquire pings the server: one more round trip per transaction.
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .test_before_acquire(false)
            .connect_with(options.statement_cache_capacity(STATEMENTS_KEPT))
            .await?;
        if let Some(schema) = schema {
            migrate::create_schema(&pool, &schema).await?;
        }
        Ok(Self(Engine::Postgres(pool)))
    }

    /// Whether one process writes at a time, and commits come in the order of the writes.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.0, Engine::Sqlite { .. })
    }

    /// Commits of the SQLite writer so far, that is, syncs: how many writes share one tells how
    /// well the grouping does.
    #[must_use]
    pub fn commits(&self) -> Option<u64> {
        match &self.0 {
            Engine::Postgres(_) => None,
            Engine::Sqlite { writer, .. } => Some(writer.commits()),
        }
    }

    /// Connections that are open, and how many of them nobody uses now.
    #[must_use]
    pub fn connections(&self) -> (u32, usize) {
        match &self.0 {
            Engine::Postgres(pool) => (pool.size(), pool.num_idle()),
            Engine::Sqlite { readers, .. } => (readers.size(), readers.num_idle()),
        }
    }

    /// Brings the store to what `migrator` holds; `table` remembers what has been done, so that the
    /// tables of the chassis and those of a service go their own ways in one store.
    ///
    /// # Errors
    /// When a migration fails, or one that has been done was changed since.
    pub async fn migrate(&self, migrator: &Migrator, table: &'static str) -> Result<()> {
        match &self.0 {
            Engine::Postgres(pool) => migrate::run_on_postgres(pool, migrator, table).await,
            Engine::Sqlite { writer, .. } => {
                migrate::run_on_sqlite(writer.pool(), migrator, table).await
            }
        }
    }

    /// Closes its connections, once those that are in use have come back.
    pub async fn close(&self) {
        match &self.0 {
            Engine::Postgres(pool) => pool.close().await,
            Engine::Sqlite { readers, writer } => {
                readers.close().await;
                writer.pool().close().await;
            }
        }
    }

    /// Runs `work` on one snapshot that cannot be written to.
    ///
    /// # Errors
    /// Those of `work`, and those of the database.
    pub fn read<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + use<T, E, F>
    where
        E: From<Error>,
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        let engine = self.0.clone();
        async move {
            let mut tx = match engine {
                Engine::Postgres(pool) => {
                    begin(pool, "begin isolation level repeatable read, read only").await?
                }
                Engine::Sqlite { readers, .. } => {
                    Tx::sqlite(readers.begin().await.map_err(Error::from)?)
                }
            };
            let result = work(&mut tx).await;
            tx.finish(result).await
        }
    }

    /// Runs `work`, which reads by one statement, without a transaction around it: a third of the round trips of
    /// [`Db::read`]. A second statement is refused, because it would see another state of the store.
    ///
    /// # Errors
    /// Those of `work`, and those of the database.
    pub fn glance<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + use<T, E, F>
    where
        E: From<Error>,
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        let engine = self.0.clone();
        async move {
            match engine {
                Engine::Sqlite { readers, .. } => {
                    let reader = readers.acquire().await.map_err(Error::from)?;
                    work(&mut Tx::sqlite_alone(reader)).await
                }
                Engine::Postgres(pool) => {
                    let mut stale = 0;
                    loop {
                        let connection = pool.acquire().await.map_err(Error::from)?;
                        let mut tx = Tx::postgres_alone(connection);
                        let result = work(&mut tx).await;
                        // Found dead by its first statement: a restart of the server has cut it.
                        let is_dead = tx.failure().is_some_and(Error::is_undone);
                        if !is_dead || stale > pool.options().get_max_connections() {
                            return result;
                        }
                        stale += 1;
                    }
                }
            }
        }
    }

    /// Runs `work` and commits, or rolls all of it back when it returns an error. The answer comes
    /// after the commit. `work` may be run more than once: it must do nothing outside the
    /// transaction (see [`Tx::after_commit`]).
    ///
    /// # Errors
    /// Those of `work`, and those of the database; [`Error::Busy`] when `work` took longer than
    /// five seconds.
    pub fn write<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + use<T, E, F>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        let engine = self.0.clone();
        async move {
            match engine {
                Engine::Postgres(pool) => write_on_postgres(pool, work).await,
                Engine::Sqlite { writer, .. } => writer.write(work).await,
            }
        }
    }
}

async fn write_on_postgres<T, E, F>(pool: PgPool, work: F) -> Result<T, E>
where
    E: From<Error>,
    F: AsyncFn(&mut Tx) -> Result<T, E>,
{
    let mut repeat = 0;
    loop {
        let mut tx = begin(pool.clone(), "begin").await?;
        // Dropped when the time is up, which rolls back without waiting for the statement that
        // hangs.
        let Ok(result) = timeout(WRITE_LIMIT, work(&mut tx)).await else {
            return Err(Error::Busy(None).into());
        };
        let again = repeat < REPEAT_MAX && tx.failure().is_some_and(Error::is_undone);
        match tx.finish(result).await {
            Err(_) if again => pause(repeat).await,
            result => return result,
        }
        repeat += 1;
    }
}

/// Waits 5, 20, 80 ms: long enough for whoever won the race to be done.
#[expect(
    clippy::disallowed_methods,
    reason = "a pause between tries belongs to the chassis"
)]
async fn pause(repeat: u32) {
    tokio::time::sleep(Duration::from_millis(5 << (2 * repeat))).await;
}

/// Begins on a connection that is alive: those that a restart of the server has cut are found here
/// and thrown away.
///
/// In a task of its own, which goes on when the caller is dropped: a `begin` that is cancelled half
/// way leaves its transaction open on the pooled connection, and the next one would run inside it.
#[expect(clippy::disallowed_methods, reason = "the task ends with the `begin`")]
async fn begin(pool: PgPool, text: &'static str) -> Result<Tx> {
    let mut stale = 0;
    loop {
        let most = pool.options().get_max_connections();
        let from = pool.clone();
        let task = tokio::spawn(async move { from.begin_with(text).await });
        let begun = task.await.map_err(|_| Error::Busy(None))?;
        match begun.map_err(Error::from) {
            Ok(tx) => return Ok(Tx::postgres(tx)),
            Err(e) if e.is_undone() && stale <= most => stale += 1,
            Err(e) => return Err(e),
        }
    }
}
