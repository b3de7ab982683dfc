//! A running transaction and the queries in it: the only way to a row.

use sqlx::{
    Arguments, Encode, FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction, Type,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};
use tracing::Instrument as _;

use super::{Error, Result};

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

/// What is done once the commit is certain.
type Hook = Box<dyn FnOnce() + Send>;

/// A running transaction.
pub struct Tx {
    conn: Conn,
    /// The first statement that failed: nothing more is run, and nothing is committed.
    failed: Option<Error>,
    hooks: Vec<Hook>,
}

enum Conn {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
}

enum Args {
    Postgres(PgArguments),
    Sqlite(SqliteArguments),
}

/// The state to which an ended savepoint goes back.
#[must_use = "a savepoint is ended with `Tx::end_savepoint`"]
pub(super) struct Savepoint {
    hooks: usize,
}

impl Tx {
    pub(super) fn postgres(tx: Transaction<'static, Postgres>) -> Self {
        Self::on(Conn::Postgres(tx))
    }

    pub(super) fn sqlite(tx: Transaction<'static, Sqlite>) -> Self {
        Self::on(Conn::Sqlite(tx))
    }

    fn on(conn: Conn) -> Self {
        Self {
            conn,
            failed: None,
            hooks: Vec::new(),
        }
    }

    /// A statement; `$1, $2, …` in the order of [`Query::bind`].
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
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.conn, Conn::Sqlite(_))
    }

    /// Has `hook` run once the transaction is committed: a wake, a figure. It is not run when the
    /// transaction, or the [`Tx::attempt`] around it, is rolled back, and is lost when the process
    /// dies: nothing may depend on it.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.hooks.push(Box::new(hook));
    }

    /// Runs `work` inside a savepoint: its error takes back its own statements only.
    ///
    /// # Errors
    /// Those of `work`, and those of the savepoint itself.
    pub async fn attempt<T, E: From<Error>>(
        &mut self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let savepoint = self.savepoint().await?;
        let result = work(self).await;
        let result = self.verdict(result);
        self.end_savepoint(savepoint, result.is_ok()).await?;
        result
    }

    pub(super) async fn savepoint(&mut self) -> Result<Savepoint> {
        self.sql("savepoint attempt").execute().await?;
        Ok(Savepoint {
            hooks: self.hooks.len(),
        })
    }

    /// Keeps what was done since, or takes it back and heals the transaction.
    pub(super) async fn end_savepoint(&mut self, savepoint: Savepoint, keep: bool) -> Result<()> {
        if !keep {
            self.failed = None;
            self.hooks.truncate(savepoint.hooks);
            self.sql("rollback to savepoint attempt").execute().await?;
        }
        self.sql("release savepoint attempt").execute().await?;
        Ok(())
    }

    /// The failure that nothing has taken back, if there is one.
    pub(crate) fn failure(&self) -> Option<&Error> {
        self.failed.as_ref()
    }

    /// A closure that swallowed a failed statement must not count as done: PostgreSQL has rolled it
    /// back (and answers COMMIT without an error), SQLite has not. Both refuse.
    pub(super) fn verdict<T, E: From<Error>>(&self, result: Result<T, E>) -> Result<T, E> {
        match result {
            Ok(_) if self.failed.is_some() => Err(Error::Broken.into()),
            result => result,
        }
    }

    /// Commits a success and runs its hooks; rolls a failure back.
    pub(super) async fn finish<T, E: From<Error>>(self, result: Result<T, E>) -> Result<T, E> {
        let value = match self.verdict(result) {
            Ok(value) => value,
            Err(e) => {
                if let Err(e) = self.rollback().await {
                    tracing::warn!(error = &e as &dyn std::error::Error, "rollback failed");
                }
                return Err(e);
            }
        };
        match self.conn {
            Conn::Postgres(tx) => tx.commit().await.map_err(Error::from)?,
            Conn::Sqlite(tx) => tx.commit().await.map_err(Error::from)?,
        }
        for hook in self.hooks {
            hook();
        }
        Ok(value)
    }

    pub(super) async fn rollback(self) -> Result<()> {
        match self.conn {
            Conn::Postgres(tx) => Ok(tx.rollback().await?),
            Conn::Sqlite(tx) => Ok(tx.rollback().await?),
        }
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

/// Runs one driver call on whichever engine the transaction is on, inside a span that carries the
/// text and no values.
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
    /// Gives the next placeholder its value.
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
    ///
    /// # Errors
    /// When the statement fails; the transaction is then lost.
    pub async fn execute(self) -> Result<u64> {
        let touched: Result<Affected> =
            on_engine!(self, |text, args, conn| sqlx::query_with(text, args)
                .execute(conn));
        touched.map(|a| a.0)
    }

    /// Runs an update guarded by a version: exactly one row, else [`Error::Stale`].
    ///
    /// # Errors
    /// [`Error::Stale`], and when the statement fails.
    pub async fn execute_one(self) -> Result<()> {
        if self.execute().await? == 1 {
            Ok(())
        } else {
            Err(Error::Stale)
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// When the statement fails; the transaction is then lost.
    pub async fn all<R: Record>(self) -> Result<Vec<R>> {
        on_engine!(self, |text, args, conn| sqlx::query_as_with::<_, R, _>(
            text, args
        )
        .fetch_all(conn))
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// When the statement fails; the transaction is then lost.
    pub async fn optional<R: Record>(self) -> Result<Option<R>> {
        on_engine!(self, |text, args, conn| sqlx::query_as_with::<_, R, _>(
            text, args
        )
        .fetch_optional(conn))
    }

    /// The row, else [`Error::NotFound`].
    ///
    /// # Errors
    /// [`Error::NotFound`], and when the statement fails.
    pub async fn one<R: Record>(self) -> Result<R> {
        self.optional().await?.ok_or(Error::NotFound)
    }
}
