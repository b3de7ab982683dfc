//! One SQL text, two databases, two doors: every access is a closure given to [`Db::read`] or [`Db::write`].
//!
//! A closure gets `&mut Tx`, owns what it captures (`async move |tx| …`), holds no link to another resource and may be
//! run again. That is what lets SQLite's single writer put many of them under one fsync (a savepoint each) and
//! PostgreSQL repeat one that lost a serialization race. Nothing here names an engine to its callers.
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use std::{any::Any, panic::AssertUnwindSafe, pin::Pin, time::Duration};

use futures_util::FutureExt as _;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{
    Arguments, Encode, FromRow, PgPool, Postgres, SqlSafeStr, SqlStr, Sqlite, SqlitePool,
    Transaction, Type, error::ErrorKind,
};
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument as _, Span};

/// Closures that share one commit at most: bounds the latency of the first and what one failed COMMIT takes with it.
pub const GROUP_MAX: usize = 64;
/// Closures that may wait for the SQLite writer before callers feel back-pressure.
const QUEUE_MAX: usize = 1024;
/// A closure that runs longer on the shared writer is rolled back, so that one cannot stop the store.
const WRITE_LIMIT: Duration = Duration::from_secs(5);
/// Repeats after a serialization failure or a deadlock.
const RETRY_MAX: u32 = 3;

/// What went wrong, by kind and never by constraint name: the engines name constraints differently, and SQLite not at all.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("a row with this key exists already")]
    Exists(#[source] Arc<sqlx::Error>),
    #[error("a row that this one refers to, or is referred to by, stands in the way")]
    ForeignKey(#[source] Arc<sqlx::Error>),
    #[error("there is no such row")]
    NotFound,
    #[error("the row was changed by someone else")]
    Stale,
    #[error("the database is busy; try again")]
    Busy(#[source] Option<Arc<sqlx::Error>>),
    #[error("a page token that this list did not issue")]
    Token,
    #[error("the transaction went on after a statement had failed in it")]
    Broken,
    #[error("the database failed")]
    Other(#[source] Arc<sqlx::Error>),
}
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        let (kind, code) = match &e {
            sqlx::Error::RowNotFound => return Self::NotFound,
            sqlx::Error::PoolTimedOut => return Self::Busy(Some(Arc::new(e))),
            sqlx::Error::Database(d) => (d.kind(), d.code().unwrap_or_default().into_owned()),
            _ => return Self::Other(Arc::new(e)),
        };
        let e = Arc::new(e);
        match (kind, code.as_str()) {
            (ErrorKind::UniqueViolation, _) | (_, "2579") => Self::Exists(e), // 2579 = SQLITE_CONSTRAINT_ROWID, unknown to sqlx
            (ErrorKind::ForeignKeyViolation, _) | (_, "23001") => Self::ForeignKey(e), // 23001 = on delete restrict
            (
                _,
                "40001" | "40P01" | "55P03" | "53300" | "57014" | "5" | "6" | "261" | "262" | "517",
            ) => Self::Busy(Some(e)),
            _ => Self::Other(e),
        }
    }
}
impl Error {
    /// Whether running the whole closure again may help: PostgreSQL's serialization failure and deadlock.
    fn lost_race(&self) -> bool {
        matches!(self, Self::Busy(Some(e)) if e.as_database_error().and_then(|d| d.code()).is_some_and(|c| c == "40001" || c == "40P01"))
    }
}

/// A value both drivers can bind.
pub trait Value:
    for<'q> Encode<'q, Postgres> + Type<Postgres> + for<'q> Encode<'q, Sqlite> + Type<Sqlite> + Send
{
}
impl<T> Value for T where
    T: for<'q> Encode<'q, Postgres>
        + Type<Postgres>
        + for<'q> Encode<'q, Sqlite>
        + Type<Sqlite>
        + Send
{
}
/// A row both drivers can decode; `#[derive(sqlx::FromRow)]` is enough.
pub trait Record:
    for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin
{
}
impl<T> Record for T where
    T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin
{
}

/// A store. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    Postgres(PgPool),
    Sqlite { readers: SqlitePool, writer: Writer },
}

impl Db {
    /// Opens `postgres://…` or `sqlite://file`, with at most `connections` (readers, for SQLite).
    pub async fn connect(url: &str, connections: u32) -> Result<Self> {
        if url.starts_with("postgres") {
            // Without this every acquire pings the server: one more round trip per transaction.
            let pool = PgPoolOptions::new()
                .max_connections(connections)
                .test_before_acquire(false);
            return Ok(Self::Postgres(
                pool.connect_with(url.parse::<PgConnectOptions>()?).await?,
            ));
        }
        let file = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5));
        let pool = |n| {
            SqlitePoolOptions::new()
                .max_connections(n)
                .test_before_acquire(false)
        };
        let writer = pool(1).connect_with(file.clone()).await?; // first, so that it creates the file
        let readers = pool(connections)
            .connect_with(file.pragma("query_only", "on"))
            .await?;
        Ok(Self::Sqlite {
            readers,
            writer: Writer::spawn(Source::Sqlite(writer)),
        })
    }

    /// Runs `work` on one snapshot that cannot be written to.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        let mut tx = match self {
            Self::Postgres(p) => Tx::new(Conn::Postgres(
                p.begin_with("begin isolation level repeatable read, read only")
                    .await
                    .map_err(Error::from)?,
            )),
            Self::Sqlite { readers, .. } => {
                Tx::new(Conn::Sqlite(readers.begin().await.map_err(Error::from)?))
            }
        };
        let result = work(&mut tx).await;
        tx.finish(result).await
    }

    /// Runs `work` and commits, or rolls all of it back when it returns an error. The answer comes after the commit.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        let pool = match self {
            Self::Sqlite { writer, .. } => return writer.write(work).await,
            Self::Postgres(pool) => pool,
        };
        for repeat in 0.. {
            let mut tx = Tx::new(Conn::Postgres(pool.begin().await.map_err(Error::from)?));
            let result = work(&mut tx).await;
            let lost = tx.failed.as_ref().is_some_and(Error::lost_race);
            match tx.finish(result).await {
                Err(_) if lost && repeat < RETRY_MAX => {
                    tokio::time::sleep(Duration::from_millis(5 << (2 * repeat))).await
                }
                result => return result,
            }
        }
        unreachable!("the last repeat returns")
    }
}

/// A running transaction: the only way to a query.
pub struct Tx {
    conn: Conn,
    failed: Option<Error>,
}
enum Conn {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
}
enum Args {
    Postgres(PgArguments),
    Sqlite(SqliteArguments),
}

impl Tx {
    fn new(conn: Conn) -> Self {
        Self { conn, failed: None }
    }
    pub fn sql(&mut self, text: &'static str) -> Query<'_> {
        self.query(text.into_sql_str())
    }
    pub(crate) fn query(&mut self, text: SqlStr) -> Query<'_> {
        let args = match self.conn {
            Conn::Postgres(_) => Args::Postgres(PgArguments::default()),
            Conn::Sqlite(_) => Args::Sqlite(SqliteArguments::default()),
        };
        Query {
            tx: self,
            text,
            args,
            error: None,
        }
    }
    /// Which of two named texts to take, where the engines must part.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.conn, Conn::Sqlite(_))
    }

    /// Runs `work` inside a savepoint: its error takes back its own statements only.
    pub async fn attempt<T, E: From<Error>>(
        &mut self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.sql("savepoint attempt").execute().await?;
        let result = work(self).await;
        let result = self.verdict(result);
        if result.is_err() {
            self.failed = None;
            self.sql("rollback to savepoint attempt").execute().await?;
        }
        self.sql("release savepoint attempt").execute().await?;
        result
    }
    /// A closure that swallowed a failed statement must not count as done: PostgreSQL has rolled it back (and answers
    /// COMMIT without an error), SQLite has not. Both refuse.
    fn verdict<T, E: From<Error>>(&self, result: Result<T, E>) -> Result<T, E> {
        if result.is_ok() && self.failed.is_some() {
            Err(Error::Broken.into())
        } else {
            result
        }
    }
    async fn finish<T, E: From<Error>>(self, result: Result<T, E>) -> Result<T, E> {
        let result = self.verdict(result);
        let ended = match (self.conn, result.is_ok()) {
            (Conn::Postgres(t), true) => t.commit().await,
            (Conn::Sqlite(t), true) => t.commit().await,
            (Conn::Postgres(t), false) => t.rollback().await,
            (Conn::Sqlite(t), false) => t.rollback().await,
        };
        let value = result?;
        ended.map_err(Error::from)?;
        Ok(value)
    }
}

/// A statement and its values; `$1, $2, …` in the order of [`Query::bind`].
#[must_use = "a query does nothing until it is run"]
pub struct Query<'t> {
    tx: &'t mut Tx,
    text: SqlStr,
    args: Args,
    error: Option<sqlx::Error>,
}

/// Runs one driver call on whichever engine the transaction is on, inside a span that carries the text and no values.
macro_rules! on_engine {
    ($query:expr, |$text:ident, $args:ident, $conn:ident| $call:expr) => {{
        let Query {
            tx,
            text: $text,
            args,
            error,
        } = $query;
        if tx.failed.is_some() {
            return Err(Error::Broken);
        }
        let span = tracing::debug_span!("query", db.query.text = $text.as_str());
        let result = match (error, &mut tx.conn, args) {
            (Some(e), ..) => Err(e),
            (_, Conn::Postgres(t), Args::Postgres($args)) => {
                let $conn = &mut **t;
                $call.instrument(span).await.map(Into::into)
            }
            (_, Conn::Sqlite(t), Args::Sqlite($args)) => {
                let $conn = &mut **t;
                $call.instrument(span).await.map(Into::into)
            }
            _ => unreachable!("arguments are made by the same transaction"),
        };
        result.map_err(|e| {
            let e = Error::from(e);
            tx.failed = Some(e.clone());
            e
        })
    }};
}
/// Rows touched, from either driver.
struct Affected(u64);
impl From<sqlx::postgres::PgQueryResult> for Affected {
    fn from(r: sqlx::postgres::PgQueryResult) -> Self {
        Self(r.rows_affected())
    }
}
impl From<sqlx::sqlite::SqliteQueryResult> for Affected {
    fn from(r: sqlx::sqlite::SqliteQueryResult) -> Self {
        Self(r.rows_affected())
    }
}

impl Query<'_> {
    pub fn bind(mut self, value: impl Value) -> Self {
        let added = match &mut self.args {
            Args::Postgres(a) => a.add(value),
            Args::Sqlite(a) => a.add(value),
        };
        if let Err(e) = added {
            self.error.get_or_insert(sqlx::Error::Encode(e));
        }
        self
    }
    /// Runs it and tells how many rows it touched.
    pub async fn execute(self) -> Result<u64> {
        let touched: Result<Affected> =
            on_engine!(self, |text, args, conn| sqlx::query_with(text, args)
                .execute(conn));
        touched.map(|a| a.0)
    }
    /// Runs an update guarded by a version: exactly one row, else [`Error::Stale`].
    pub async fn execute_one(self) -> Result<()> {
        if self.execute().await? == 1 {
            Ok(())
        } else {
            Err(Error::Stale)
        }
    }
    pub async fn all<R: Record>(self) -> Result<Vec<R>> {
        on_engine!(self, |text, args, conn| sqlx::query_as_with::<_, R, _>(
            text, args
        )
        .fetch_all(conn))
    }
    pub async fn optional<R: Record>(self) -> Result<Option<R>> {
        on_engine!(self, |text, args, conn| sqlx::query_as_with::<_, R, _>(
            text, args
        )
        .fetch_optional(conn))
    }
    /// The row, else [`Error::NotFound`].
    pub async fn one<R: Record>(self) -> Result<R> {
        self.optional().await?.ok_or(Error::NotFound)
    }
}

/// The single writer of a store: one thread that takes what is queued, up to [`GROUP_MAX`], under one commit.
///
/// It is a thread with its own small runtime, not a task: an `AsyncFn`'s future cannot be named, so it cannot be
/// proved `Send` here; only the closure itself crosses threads.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    commits: Arc<AtomicU64>,
}
/// Where a group's transaction comes from.
pub enum Source {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

type Answer<T, E> = std::thread::Result<Result<T, E>>;
struct Call<F, T, E> {
    work: F,
    span: Span,
    answer: Option<Answer<T, E>>,
    reply: Option<oneshot::Sender<Answer<T, E>>>,
}
trait Job: Send {
    /// Runs the closure in its own savepoint; an error is the transaction's, not the closure's.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = Result<()>> + 't>>;
    /// Tells the caller, once the group has been committed or lost.
    fn settle(&mut self, group: &Result<()>);
}
/// Marks an error of the closure, so that it is told from one of the savepoint itself.
enum Inner<E> {
    Own(E),
    Shared(Error),
}
impl<E> From<Error> for Inner<E> {
    fn from(e: Error) -> Self {
        Self::Shared(e)
    }
}

impl<F, T: Send, E: From<Error> + Send> Job for Call<F, T, E>
where
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = Result<()>> + 't>> {
        let span = self.span.clone(); // the caller's trace goes on, on the writer's thread
        Box::pin(
            async move {
                if self.reply.as_ref().is_none_or(oneshot::Sender::is_closed) {
                    return Ok(());
                } // the caller has gone
                let mut panic: Option<Box<dyn Any + Send>> = None;
                let outcome = tx
                    .attempt(async |tx| {
                        let done = tokio::time::timeout(
                            WRITE_LIMIT,
                            AssertUnwindSafe((self.work)(tx)).catch_unwind(),
                        )
                        .await;
                        match done {
                            Ok(Ok(Ok(_))) if tx.failed.is_some() => {
                                Err(Inner::Own(Error::Broken.into()))
                            }
                            Ok(Ok(result)) => result.map_err(Inner::Own),
                            Ok(Err(payload)) => {
                                panic = Some(payload);
                                Err(Inner::Own(Error::Broken.into()))
                            }
                            Err(_elapsed) => Err(Inner::Own(Error::Busy(None).into())),
                        }
                    })
                    .await;
                self.answer = Some(match (panic, outcome) {
                    (Some(payload), _) => Err(payload),
                    (_, Ok(value)) => Ok(Ok(value)),
                    (_, Err(Inner::Own(e))) => Ok(Err(e)),
                    (_, Err(Inner::Shared(e))) => return Err(e),
                });
                Ok(())
            }
            .instrument(span),
        )
    }
    fn settle(&mut self, group: &Result<()>) {
        let answer = match (self.answer.take(), group) {
            (Some(Ok(Ok(_))) | None, Err(lost)) => Ok(Err(lost.clone().into())), // nothing of the group was kept
            (Some(answer), _) => answer,
            (None, Ok(())) => return,
        };
        if let Some(reply) = self.reply.take() {
            let _ = reply.send(answer);
        }
    }
}

impl Writer {
    pub fn spawn(source: Source) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE_MAX);
        let commits = Arc::<AtomicU64>::default();
        let counted = commits.clone();
        let run = move || match tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        {
            Ok(runtime) => runtime.block_on(Self::run(source, queue, counted)),
            Err(e) => tracing::error!(%e, "the writer has no runtime"),
        };
        drop(
            std::thread::Builder::new()
                .name("db-writer".into())
                .spawn(run),
        );
        Self { jobs, commits }
    }
    /// Commits so far, that is, fsyncs; closures per commit tell how well the grouping does.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Call {
            work,
            span: Span::current(),
            answer: None,
            reply: Some(reply),
        });
        if self.jobs.send(job).await.is_err() {
            return Err(Error::Busy(None).into());
        }
        match answer.await {
            Ok(Ok(result)) => result,
            Ok(Err(payload)) => std::panic::resume_unwind(payload), // the panic belongs to the caller, not to the writer
            Err(_) => Err(Error::Busy(None).into()),
        }
    }
    async fn run(source: Source, mut jobs: mpsc::Receiver<Box<dyn Job>>, commits: Arc<AtomicU64>) {
        while let Some(first) = jobs.recv().await {
            let mut group = vec![first];
            let outcome = Self::commit(&source, &mut jobs, &mut group).await;
            commits.fetch_add(1, Ordering::Relaxed);
            for mut job in group {
                job.settle(&outcome);
            }
        }
    }
    /// One transaction over the first job and whoever came while it ran.
    async fn commit(
        source: &Source,
        jobs: &mut mpsc::Receiver<Box<dyn Job>>,
        group: &mut Vec<Box<dyn Job>>,
    ) -> Result<()> {
        let mut tx = Tx::new(match source {
            Source::Postgres(p) => Conn::Postgres(p.begin().await?),
            Source::Sqlite(p) => Conn::Sqlite(p.begin_with("begin immediate").await?),
        });
        let mut next = 0;
        loop {
            group[next].run(&mut tx).await?;
            next += 1;
            if next == GROUP_MAX {
                break;
            }
            if next == group.len() {
                match jobs.try_recv() {
                    Ok(job) => group.push(job),
                    Err(_) => break,
                }
            }
        }
        tx.finish(Ok(())).await
    }
}
