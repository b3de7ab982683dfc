//! The way in for migrations: no time limit, no grouping, one at a time over all replicas.

use sqlx::{AssertSqlSafe, PgPool, SqlitePool, migrate::Migrator, postgres::PgConnectOptions};

use super::{Error, Result};

/// The tables that every service has because it stands on the chassis.
#[must_use]
pub fn chassis_migrations() -> Migrator {
    sqlx::migrate!()
}

/// The same migrations, remembered in a table of their own.
fn remembered_in(table: &'static str, migrator: &Migrator) -> Migrator {
    let mut own = Migrator::with_migrations(migrator.iter().cloned().collect());
    own.dangerous_set_table_name(table);
    // While a deployment is renewed, replicas of the old version start beside those of the new one. Migrations only add, so
    // the old version can live with what it does not know.
    own.set_ignore_missing(true);
    own
}

pub(super) async fn run_on_postgres(
    pool: &PgPool,
    migrator: &Migrator,
    table: &'static str,
) -> Result<()> {
    // A connection of its own, closed afterwards: one that failed half way still holds the lock
    // against other replicas.
    let mut connection = pool.acquire().await?.detach();
    let done = remembered_in(table, migrator)
        .run_direct(None, &mut connection, false)
        .await;
    drop(sqlx::Connection::close(connection).await);
    Ok(done?)
}

pub(super) async fn run_on_sqlite(
    writer: &SqlitePool,
    migrator: &Migrator,
    table: &'static str,
) -> Result<()> {
    remembered_in(table, migrator).run(writer).await?;
    // Every page of every new table is in the connection's cache, and most of them are not asked for again for long.
    sqlx::query("pragma shrink_memory").execute(writer).await?;
    Ok(())
}

/// The schema that the url's `options[search_path]` puts first, if it names one.
pub(super) fn schema_of(options: &PgConnectOptions) -> Result<Option<String>> {
    let given = options.get_options().unwrap_or_default();
    let Some((_, path)) = given.split_once("search_path=") else {
        return Ok(None);
    };
    let name: String = path
        .chars()
        .take_while(|c| !c.is_whitespace() && *c != ',')
        .collect();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        let e = format!("the schema {name:?} is not made of a-z, 0-9 and _");
        return Err(sqlx::Error::Configuration(e.into()).into());
    }
    Ok(Some(name))
}

/// Creates the schema where it is missing. Looks first: the right to create is not needed for one
/// that is there.
pub(super) async fn create_schema(pool: &PgPool, name: &str) -> Result<()> {
    let there: Option<(i32,)> = sqlx::query_as("select 1 from pg_namespace where nspname = $1")
        .bind(name)
        .fetch_optional(pool)
        .await?;
    if there.is_some() {
        return Ok(());
    }
    // Safe: the name is made of a-z, 0-9 and _ (see `schema_of`).
    let text = AssertSqlSafe(format!("create schema if not exists \"{name}\""));
    match sqlx::query(text).execute(pool).await.map_err(Error::from) {
        Ok(_) | Err(Error::Exists(_)) => Ok(()), // another replica was faster
        Err(e) => Err(e),
    }
}
