//! What goes wrong in a store, by kind.

use std::sync::Arc;

use sqlx::{error::ErrorKind, migrate::MigrateError};

/// What the store layer answers with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Unique violations of a rowid, a code that sqlx does not know.
const SQLITE_CONSTRAINT_ROWID: &str = "2579";
/// PostgreSQL's code for `on delete restrict`.
const RESTRICT_VIOLATION: &str = "23001";

/// What went wrong, by kind and never by constraint name: the engines name constraints differently,
/// and SQLite not at all.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A unique key is taken.
    #[error("a row with this key exists already")]
    Exists(#[source] Arc<sqlx::Error>),
    /// A foreign key is broken, from either side.
    #[error("a row that this one refers to, or is referred to by, stands in the way")]
    ForeignKey(#[source] Arc<sqlx::Error>),
    /// A row that must be there is not.
    #[error("there is no such row")]
    NotFound,
    /// An update guarded by a version touched no row.
    #[error("the row was changed by someone else")]
    Stale,
    /// Overloaded, away, or lost a race; the same again may succeed.
    #[error("the database is busy; try again")]
    Busy(#[source] Option<Arc<sqlx::Error>>),
    /// A page token of another list, order or scope, or none of ours.
    #[error("a page token that this list did not issue")]
    Token,
    /// A closure swallowed the failure of a statement.
    #[error("the transaction went on after a statement had failed in it")]
    Broken,
    /// The schema could not be brought up to date.
    #[error("the database could not be migrated")]
    Migration(#[source] Arc<MigrateError>),
    /// Everything else.
    #[error("the database failed")]
    Other(#[source] Arc<sqlx::Error>),
}

impl Error {
    /// Whether the transaction is certainly undone and running its whole closure again may help: a
    /// serialization failure, a deadlock, a lost connection. Asked of the failure of a statement,
    /// never of that of the commit.
    pub(super) fn is_undone(&self) -> bool {
        let Self::Busy(Some(e)) = self else {
            return false;
        };
        match &**e {
            sqlx::Error::Database(d) => {
                matches!(d.code().as_deref(), Some("40001" | "40P01" | "57P01"))
            }
            sqlx::Error::Io(_) => true,
            _ => false,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        use sqlx::Error as E;
        let (kind, code) = match &e {
            E::RowNotFound => return Self::NotFound,
            // The last is a connection on which SQLite has ended a transaction by itself, over a full disk; it is put
            // right as it goes back.
            E::PoolTimedOut
            | E::PoolClosed
            | E::WorkerCrashed
            | E::Io(_)
            | E::InvalidSavePointStatement => return Self::Busy(Some(Arc::new(e))),
            E::Database(d) => (d.kind(), d.code().unwrap_or_default().into_owned()),
            _ => return Self::Other(Arc::new(e)),
        };
        let e = Arc::new(e);
        match (kind, code.as_str()) {
            (ErrorKind::UniqueViolation, _) | (_, SQLITE_CONSTRAINT_ROWID) => Self::Exists(e),
            (ErrorKind::ForeignKeyViolation, _) | (_, RESTRICT_VIOLATION) => Self::ForeignKey(e),
            (_, code) if is_busy(code) => Self::Busy(Some(e)),
            _ => Self::Other(e),
        }
    }
}

impl From<MigrateError> for Error {
    fn from(e: MigrateError) -> Self {
        Self::Migration(Arc::new(e))
    }
}

/// PostgreSQL: lost races, locks not to be had, cancelled statements, and the classes "connection",
/// "insufficient resources" and "operator intervention". SQLite: `BUSY` and `LOCKED` with their
/// extended codes, and a full disk.
fn is_busy(code: &str) -> bool {
    matches!(code, "40001" | "40P01" | "55P03")
        || matches!(
            code,
            "5" | "6" | "13" | "261" | "262" | "517" | "773" | "4874"
        )
        || (code.len() == 5
            && ["08", "53", "57"]
                .iter()
                .any(|class| code.starts_with(class)))
}
