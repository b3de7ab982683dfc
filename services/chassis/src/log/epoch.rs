//! Epochs: what follows when a log is put back to an earlier state.
//!
//! A store that was restored from a backup has lost what its service said since, and gives the same numbers to other
//! events. Whoever heard more than the backup holds would take those for repeats. So the log begins a new epoch, which
//! remembers for each shard the number up to which it goes on from before; a consumer that is further goes back to that
//! number and keeps what it heard beyond it on record.

use chrono::Duration;

use super::{Head, lock_heads};
use crate::{
    Error, Result, Time,
    db::{self, Tx},
};

/// The epoch of the log in this store.
pub(super) async fn current(tx: &mut Tx) -> db::Result<i64> {
    let (epoch,) = tx
        .sql("select max(epoch) from outbox_head")
        .one::<(i64,)>()
        .await?;
    Ok(epoch)
}

/// Begins a new epoch of the log in this store, after it was put back to an earlier state and before its service runs
/// again; tells which.
///
/// # Errors
/// [`Error::Raced`] while a process of the service runs: it would not notice. Those of the store.
pub async fn begin_epoch(tx: &mut Tx, now: Time) -> Result<i64> {
    let held = "select count(*) from lease where name like 'relay %' and until > $1 and until < $2";
    let (running,) = tx
        .sql(held)
        .bind(now)
        .bind(now + Duration::minutes(1))
        .one::<(i64,)>()
        .await?;
    if running > 0 {
        return Err(Error::Raced);
    }
    lock_heads(tx).await?;
    let epoch = current(tx).await? + 1;
    tx.sql(
        "insert into outbox_epoch (epoch, shard, since) select $1, shard, head from outbox_head",
    )
    .bind(epoch)
    .execute()
    .await?;
    tx.sql("update outbox_head set epoch = $1")
        .bind(epoch)
        .execute()
        .await?;
    Ok(epoch)
}

/// For each shard the number up to which the log of an older epoch is the log of now.
pub(super) async fn common(tx: &mut Tx, epoch: i64) -> db::Result<Vec<(i32, i64)>> {
    tx.sql("select shard, min(since) from outbox_epoch where epoch > $1 group by shard")
        .bind(epoch)
        .all()
        .await
}

/// A cursor of a consumer that counts in an older epoch.
#[derive(Clone, Debug)]
pub(super) struct Behind {
    pub consumer: String,
    pub producer: String,
    pub head: Head,
    /// The number up to which what was applied is in the log still.
    pub since: i64,
}

/// Takes a cursor to the epoch of now. What was applied beyond the end of what is common stays on record.
pub(super) async fn follow(tx: &mut Tx, behind: &Behind, now: Time) -> Result<()> {
    let Behind {
        consumer,
        producer,
        head,
        since,
    } = behind;
    let applied: Option<(i64,)> = tx
        .sql(
            "update inbox_cursor set epoch = $4
             where consumer = $1 and producer = $2 and shard = $3 and epoch < $4 returning applied",
        )
        .bind(consumer.clone())
        .bind(producer.clone())
        .bind(head.shard)
        .bind(head.epoch)
        .optional()
        .await?;
    let Some((applied,)) = applied.filter(|(applied,)| applied > since) else {
        return Ok(()); // another replica was faster, or nothing of what was heard is gone
    };
    tracing::error!(
        consumer,
        producer,
        shard = head.shard,
        since,
        applied,
        "events were heard that are not in the log any more: it was put back to an earlier state"
    );
    tx.sql(
        "update inbox_cursor set applied = $4 where consumer = $1 and producer = $2 and shard = $3",
    )
    .bind(consumer.clone())
    .bind(producer.clone())
    .bind(head.shard)
    .bind(*since)
    .execute_one()
    .await?;
    // Those that wait are gone as well; their numbers will be others'.
    tx.sql(
        "delete from inbox_parked where consumer = $1 and producer = $2 and shard = $3 and seq > $4",
    )
    .bind(consumer.clone())
    .bind(producer.clone())
    .bind(head.shard)
    .bind(*since)
    .execute()
    .await?;
    tx.sql(
        "insert into inbox_gone (consumer, producer, shard, epoch, since, applied, found_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(consumer.clone())
    .bind(producer.clone())
    .bind(head.shard)
    .bind(head.epoch)
    .bind(*since)
    .bind(applied)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// How far a consumer has heard one shard of a producer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Heard {
    /// The producer.
    pub producer: String,
    /// The shard.
    pub shard: i32,
    /// Number of the last event.
    pub applied: i64,
    /// When that one happened; not known of those that an older version took in.
    pub happened_at: Option<Time>,
}

/// How far a consumer has heard all that it follows.
///
/// # Errors
/// Those of the store.
pub async fn heard(tx: &mut Tx, consumer: &str) -> db::Result<Vec<Heard>> {
    tx.sql("select producer, shard, applied, happened_at from inbox_cursor where consumer = $1")
        .bind(consumer.to_owned())
        .all()
        .await
}
