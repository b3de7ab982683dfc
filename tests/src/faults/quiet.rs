//! Waits until everything that was begun has ended: logs numbered, heard and published, operations done, nothing parked.

use std::time::Duration;

use baton_chassis::db;
use tokio::time::Instant;

use super::{checks::Stores, pause};

/// When nothing has moved for so long, nothing will: longer than the longest pause of an operation.
const STILL: Duration = Duration::from_secs(330);
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What one store has left to do.
const LEFT: [&str; 4] = [
    "select count(*) as n from outbox where seq is null",
    "select cast(coalesce(sum(head - published), 0) as bigint) as n from outbox_head where stream <> ''",
    "select count(*) as n from operation where state = 'RUNNING'",
    "select count(*) as n from inbox_parked",
];

/// How it became quiet.
#[derive(Debug)]
pub struct Quiet {
    /// How long it took.
    pub took: Duration,
    /// What was waited for to the end; empty if it was quiet at once.
    pub last: Vec<(String, i64)>,
}

/// Waits; tells how it became quiet, or what was left when nothing moved any more.
///
/// # Errors
/// When a store cannot be read.
pub async fn until_quiet(stores: &Stores) -> Result<Result<Quiet, String>, db::Error> {
    let began = Instant::now();
    let (mut last, mut moved) = (Vec::new(), began);
    loop {
        let mut left = left(stores).await?;
        left.retain(|(_, n)| *n != 0);
        if left.is_empty() {
            let took = began.elapsed();
            return Ok(Ok(Quiet { took, last }));
        }
        if left != last {
            (last, moved) = (left, Instant::now());
        } else if moved.elapsed() > STILL {
            return Ok(Err(format!(
                "nothing moves any more, and this is left: {last:?}"
            )));
        }
        pause(LOOK_EVERY).await;
    }
}

async fn left(stores: &Stores) -> Result<Vec<(String, i64)>, db::Error> {
    let mut left = Vec::new();
    for service in stores.services() {
        for text in LEFT {
            let words = text.split(" from ").last().unwrap_or_default();
            left.push((
                format!("{service}: {words}"),
                stores.count(service, text).await?,
            ));
        }
    }
    for consumer in stores.services() {
        let heard: Vec<(String, i64)> = stores
            .rows(
                consumer,
                "select producer, cast(min(applied) as bigint) as n from (select consumer, producer, sum(applied) as \
                 applied from inbox_cursor group by consumer, producer) as c group by producer",
            )
            .await?;
        for (producer, applied) in heard {
            let end = "select cast(coalesce(sum(head), 0) as bigint) as n from outbox_head";
            let end = stores.count(&producer, end).await?;
            left.push((format!("{consumer} on {producer}"), end - applied));
        }
    }
    Ok(left)
}
