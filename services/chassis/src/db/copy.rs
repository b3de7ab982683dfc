//! Copies of SQLite stores, whole and all of one moment.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{Error, Result};

/// How long a writer that is at work is waited for.
const WAIT: Duration = Duration::from_secs(10);

fn store(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(WAIT)
}

/// Copies each `(store, copy)`. Nobody writes to any of the stores meanwhile, in whichever process: writers wait, and
/// what one service has said to another is in both copies or in neither.
///
/// # Errors
/// When a store is missing or busy, or a copy exists already. Copies that were made by then stay.
pub async fn copy_stores<P: AsRef<Path> + Sync>(stores: &[(P, P)]) -> Result<()> {
    let mut pauses = Vec::new();
    for (file, _) in stores {
        let mut writer = store(file.as_ref()).connect().await?;
        sqlx::query("begin immediate").execute(&mut writer).await?;
        pauses.push(writer);
    }
    for (file, copy) in stores {
        let mut reader = store(file.as_ref()).connect().await?;
        sqlx::query("vacuum into $1")
            .bind(copy.as_ref().to_string_lossy().into_owned())
            .execute(&mut reader)
            .await?;
        reader.close().await?;
    }
    for mut writer in pauses {
        sqlx::query("rollback").execute(&mut writer).await?;
        writer.close().await?;
    }
    Ok(())
}

/// What SQLite finds wrong with a store; nothing when it is sound.
///
/// # Errors
/// When it cannot be read at all.
pub async fn faults(file: &Path) -> Result<Vec<String>> {
    let mut reader: SqliteConnection = store(file)
        .read_only(true)
        .journal_mode(SqliteJournalMode::Delete)
        .connect()
        .await?;
    let told: Vec<(String,)> = sqlx::query_as("pragma integrity_check")
        .fetch_all(&mut reader)
        .await
        .map_err(Error::from)?;
    reader.close().await?;
    let told = told.into_iter().map(|(line,)| line);
    Ok(told.filter(|line| line != "ok").collect())
}
