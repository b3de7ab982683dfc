//! A running transaction and the queries in it: the only way to a row.

use std::mem;

use sqlx::{
    Arguments as _, AssertSqlSafe, Encode, FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite,
    Transaction, Type,
    error::BoxDynError,
    pool::PoolConnection,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};
use tracing::Instrument as _;

use super::{Error, Result};

/// A value both drivers can bind.
pub trait Value:
    for<'q> Encode<'q, Postgres>
    + Type<Postgres>
    + for<'q> Encode<'q, Sqlite>
    + Type<Sqlite>
    + Send
    + 'static
{
}
impl<T> Value for T where
    T: for<'q> Encode<'q, Postgres>
        + Type<Postgres>
        + for<'q> Encode<'q, Sqlite>
        + Type<Sqlite>
        + Send
        + 'static
{
}

/// A value of any type, for whichever driver runs the statement.
trait Bound: Send {
    fn to_postgres(self: Box<Self>, args: &mut PgArguments) -> Result<(), BoxDynError>;
    fn to_sqlite(self: Box<Self>, args: &mut SqliteArguments) -> Result<(), BoxDynError>;
}

impl<T: Value> Bound for T {
    fn to_postgres(self: Box<Self>, args: &mut PgArguments) -> Result<(), BoxDynError> {
        args.add(*self)
    }
    fn to_sqlite(self: Box<Self>, args: &mut SqliteArguments) -> Result<(), BoxDynError> {
        args.add(*self)
    }
}

/// A statement and the values of its placeholders.
struct Statement {
    text: SqlStr,
    values: Vec<Box<dyn Bound>>,
    /// How many rows it touches, if it waits.
    rows: u64,
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
    /// Rows that wait for the next statement, to go with it.
    waiting: Vec<Statement>,
}

enum Conn {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
    /// Outside of any transaction, for one statement that reads.
    PostgresAlone(PoolConnection<Postgres>),
    SqliteAlone(PoolConnection<Sqlite>),
}

/// Rows that wait at most: bounds the length of a text.
const WAITING_MAX: usize = 16;

/// The state to which an ended savepoint goes back. The last one begun is the first one ended.
#[derive(Debug)]
#[must_use = "a savepoint is ended with `Tx::end_savepoint`"]
pub struct Savepoint {
    hooks: usize,
}

impl Tx {
    pub(super) fn postgres(tx: Transaction<'static, Postgres>) -> Self {
        Self::on(Conn::Postgres(tx))
    }

    pub(super) fn sqlite(tx: Transaction<'static, Sqlite>) -> Self {
        Self::on(Conn::Sqlite(tx))
    }

    pub(super) fn postgres_alone(connection: PoolConnection<Postgres>) -> Self {
        Self::on(Conn::PostgresAlone(connection))
    }

    pub(super) fn sqlite_alone(connection: PoolConnection<Sqlite>) -> Self {
        Self::on(Conn::SqliteAlone(connection))
    }

    fn on(conn: Conn) -> Self {
        Self {
            conn,
            failed: None,
            hooks: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// A statement; `$1, $2, …` in the order of [`Query::bind`].
    pub fn sql(&mut self, text: &'static str) -> Query<'_> {
        self.query(text.into_sql_str())
    }

    /// A statement with a part that comes so many times: a row of an insert, a branch of a union. The part numbers its
    /// own placeholders from `$1`, and is bound anew each time; the rest of the statement has none.
    pub fn repeated(&mut self, text: Repeated, times: usize) -> Query<'_> {
        let width = widest(text.each);
        let parts: Vec<_> = (0..times)
            .map(|n| renumbered(text.each, n * width))
            .collect();
        let whole = [text.before, &parts.join(text.between), text.after].concat();
        self.query(AssertSqlSafe(whole).into_sql_str())
    }

    pub(crate) fn query(&mut self, text: SqlStr) -> Query<'_> {
        Query {
            tx: self,
            statement: Statement {
                text,
                values: Vec::new(),
                rows: 1,
            },
        }
    }

    /// Which of two named texts to take, where the engines must part.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.conn, Conn::Sqlite(_) | Conn::SqliteAlone(_))
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

    /// Begins a part that can be taken back; [`Tx::attempt`] where the part is one closure.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn savepoint(&mut self) -> Result<Savepoint> {
        self.flush().await?;
        self.sql("savepoint attempt").execute().await?;
        Ok(Savepoint {
            hooks: self.hooks.len(),
        })
    }

    /// Keeps what was done since, or takes it back and heals the transaction.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn end_savepoint(&mut self, savepoint: Savepoint, keep: bool) -> Result<()> {
        if keep {
            self.flush().await?;
        } else {
            self.failed = None;
            self.hooks.truncate(savepoint.hooks);
            // All of them have come since: the savepoint began with none.
            self.waiting.clear();
            self.sql("rollback to savepoint attempt").execute().await?;
        }
        self.sql("release savepoint attempt").execute().await?;
        Ok(())
    }

    /// Writes the rows that wait.
    async fn flush(&mut self) -> Result<()> {
        let Some(statement) = self.waiting.pop() else {
            return Ok(());
        };
        let rows = statement.rows;
        Box::pin(
            Query {
                tx: self,
                statement,
            }
            .execute_all(rows),
        )
        .await
    }

    /// What a statement is run as: itself, with the rows that wait before it. They go as one text, each with its
    /// placeholders numbered on: statement after statement on SQLite, one statement that writes to several tables on
    /// PostgreSQL, where the parts do not see each other. Tells how many rows besides its own it touches.
    fn with_waiting(&mut self, main: Statement) -> (Statement, u64) {
        if self.waiting.is_empty() {
            return (main, 0);
        }
        let mut besides = 0;
        let (mut texts, mut values) = (Vec::new(), Vec::new());
        for (n, row) in mem::take(&mut self.waiting).into_iter().enumerate() {
            let part = renumbered(row.text.as_str(), values.len());
            texts.push(match (self.is_sqlite(), n) {
                (true, _) => format!("{part}; "),
                (false, 0) => format!("with row_0 as ({part}) "),
                (false, _) => format!(", row_{n} as ({part}) "),
            });
            values.extend(row.values);
            // PostgreSQL counts what the main part touches, SQLite what all of them do.
            besides += if self.is_sqlite() { row.rows } else { 0 };
        }
        texts.push(renumbered(main.text.as_str(), values.len()));
        values.extend(main.values);
        let (text, rows) = (AssertSqlSafe(texts.concat()).into_sql_str(), main.rows);
        (Statement { text, values, rows }, besides)
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
    pub(super) async fn finish<T, E: From<Error>>(mut self, result: Result<T, E>) -> Result<T, E> {
        let result = match self.verdict(result) {
            Ok(value) => self.flush().await.map(|()| value).map_err(E::from),
            refused => refused,
        };
        let value = match result {
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
            Conn::PostgresAlone(_) | Conn::SqliteAlone(_) => {}
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
            Conn::PostgresAlone(_) | Conn::SqliteAlone(_) => Ok(()),
        }
    }
}

/// A text for [`Tx::repeated`].
#[derive(Clone, Copy, Debug)]
pub struct Repeated {
    /// What comes once, before.
    pub before: &'static str,
    /// What is repeated.
    pub each: &'static str,
    /// What stands between two of those.
    pub between: &'static str,
    /// What comes once, after.
    pub after: &'static str,
}

/// The highest placeholder of a text.
fn widest(text: &str) -> usize {
    let numbers = text.split('$').skip(1).map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit());
        part[..end.unwrap_or(part.len())].parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

/// The placeholders of a text counted on from the `taken` that are before it.
fn renumbered(text: &str, taken: usize) -> String {
    let mut parts = text.split('$');
    let first = parts.next().unwrap_or_default().to_owned();
    let numbered = parts.map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit());
        let (digits, rest) = part.split_at(end.unwrap_or(part.len()));
        match digits.parse::<usize>() {
            Ok(n) => format!("${}{rest}", n + taken),
            Err(_) => format!("${part}"),
        }
    });
    std::iter::once(first).chain(numbered).collect()
}

/// A statement and its values; `$1, $2, …` in the order of [`Query::bind`].
#[must_use = "a query does nothing until it is run"]
pub struct Query<'t> {
    tx: &'t mut Tx,
    statement: Statement,
}

/// Runs one driver call on whichever engine the transaction is on, inside a span that carries the
/// text and no values.
macro_rules! on_engine {
    ($tx:expr, $statement:expr, |$text:ident, $args:ident, $conn:ident| $call:expr) => {{
        let tx = $tx;
        if tx.failed.is_some() {
            return Err(Error::Broken);
        }
        let Statement {
            text: $text,
            values,
            ..
        } = $statement;
        let span = tracing::debug_span!("query", db.query.text = $text.as_str());
        let postgres = |values: Vec<Box<dyn Bound>>| {
            let mut args = PgArguments::default();
            let mut values = values.into_iter();
            values
                .try_for_each(|v| v.to_postgres(&mut args))
                .map(|()| args)
                .map_err(sqlx::Error::Encode)
        };
        let sqlite = |values: Vec<Box<dyn Bound>>| {
            let mut args = SqliteArguments::default();
            let mut values = values.into_iter();
            values
                .try_for_each(|v| v.to_sqlite(&mut args))
                .map(|()| args)
                .map_err(sqlx::Error::Encode)
        };
        macro_rules! run {
            ($made:expr, $on:expr) => {
                match $made {
                    Ok($args) => {
                        let $conn = $on;
                        $call.instrument(span).await.map(Into::into)
                    }
                    Err(e) => Err(e),
                }
            };
        }
        let result = match &mut tx.conn {
            Conn::Postgres(t) => run!(postgres(values), &mut **t),
            Conn::PostgresAlone(c) => run!(postgres(values), &mut **c),
            Conn::Sqlite(t) => run!(sqlite(values), &mut **t),
            Conn::SqliteAlone(c) => run!(sqlite(values), &mut **c),
        };
        if matches!(tx.conn, Conn::PostgresAlone(_) | Conn::SqliteAlone(_)) {
            // A second one would see another state of the store.
            tx.failed = Some(Error::Broken);
        }
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
        self.statement.values.push(Box::new(value));
        self
    }

    /// Runs it and tells how many rows it touched.
    ///
    /// # Errors
    /// When the statement fails; the transaction is then lost.
    pub async fn execute(self) -> Result<u64> {
        let text = self.statement.text.as_str();
        if !["insert ", "update ", "delete "]
            .iter()
            .any(|verb| text.starts_with(verb))
        {
            self.tx.flush().await?;
        }
        let (statement, besides) = self.tx.with_waiting(self.statement);
        let touched: Result<Affected> =
            on_engine!(self.tx, statement, |text, args, conn| sqlx::query_with(
                text, args
            )
            .execute(conn));
        touched.map(|a| a.0 - besides)
    }

    /// Runs an update guarded by a version: exactly one row, else [`Error::Stale`].
    ///
    /// # Errors
    /// [`Error::Stale`], and when the statement fails.
    pub async fn execute_one(self) -> Result<()> {
        self.execute_all(1).await
    }

    /// The same for so many rows.
    async fn execute_all(self, rows: u64) -> Result<()> {
        let (tx, statement) = (self.tx, self.statement);
        let with_others = !tx.waiting.is_empty();
        if (Query {
            tx: &mut *tx,
            statement,
        })
        .execute()
        .await?
            == rows
        {
            return Ok(());
        }
        if with_others {
            // What was written with it tells of something that did not happen.
            tx.failed = Some(Error::Stale);
        }
        Err(Error::Stale)
    }

    /// Writes one row together with whatever this transaction writes next, at the latest when it ends: one round trip
    /// less. For a row that nothing else in the transaction writes to or builds on; what it breaks is told by the
    /// statement that it goes with.
    ///
    /// # Errors
    /// As those of the statements before, when there are many.
    pub async fn later(self) -> Result<()> {
        self.later_rows(1).await
    }

    /// The same for a statement that writes so many rows.
    ///
    /// # Errors
    /// As [`Query::later`].
    pub async fn later_rows(mut self, rows: u64) -> Result<()> {
        if self.tx.failed.is_some() {
            return Err(Error::Broken);
        }
        self.statement.rows = rows;
        self.tx.waiting.push(self.statement);
        if self.tx.waiting.len() >= WAITING_MAX {
            self.tx.flush().await?;
        }
        Ok(())
    }

    /// All rows.
    ///
    /// # Errors
    /// When the statement fails; the transaction is then lost.
    pub async fn all<R: Record>(self) -> Result<Vec<R>> {
        self.tx.flush().await?;
        on_engine!(self.tx, self.statement, |text, args, conn| {
            sqlx::query_as_with::<_, R, _>(text, args).fetch_all(conn)
        })
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// When the statement fails; the transaction is then lost.
    pub async fn optional<R: Record>(self) -> Result<Option<R>> {
        self.tx.flush().await?;
        on_engine!(self.tx, self.statement, |text, args, conn| {
            sqlx::query_as_with::<_, R, _>(text, args).fetch_optional(conn)
        })
    }

    /// The row, else [`Error::NotFound`].
    ///
    /// # Errors
    /// [`Error::NotFound`], and when the statement fails.
    pub async fn one<R: Record>(self) -> Result<R> {
        self.optional().await?.ok_or(Error::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_counted_on_from_those_before() {
        let text = "insert into t (a, b) values ($1, $12) -- $ is none";
        assert_eq!(
            renumbered(text, 3),
            "insert into t (a, b) values ($4, $15) -- $ is none"
        );
    }
}
