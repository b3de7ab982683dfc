//! Every SQL text of insight.

use std::collections::HashSet;

use baton_chassis::{
    Time,
    db::{Error, Tx},
    log::Event,
};
use baton_proto::r#type::v1::Subject;
use uuid::Uuid;

use crate::trace::{Link, NODES_MAX, Object};

/// Learns of an object, unless something newer is known of it.
///
/// # Errors
/// When the store fails.
pub async fn learn(tx: &mut Tx, subject: Subject) -> Result<(), Error> {
    let Ok(id) = subject.id.parse::<Uuid>() else {
        return Ok(());
    };
    let source = subject.source.unwrap_or_default();
    tx.sql(
        "insert into node (kind, id, source_kind, source_id, version) values ($1, $2, $3, $4, $5) \
         on conflict (kind, id) do update set source_kind = excluded.source_kind, source_id = excluded.source_id, \
         version = excluded.version where node.version < excluded.version",
    )
    .bind(subject.kind)
    .bind(id)
    .bind(source.kind)
    .bind(source.id)
    .bind(subject.version)
    .execute()
    .await?;
    Ok(())
}

/// Notes how far the events of a producer have been taken in.
///
/// # Errors
/// When the store fails.
pub async fn note_progress(tx: &mut Tx, producer: &str, event: &Event) -> Result<(), Error> {
    tx.sql(
        "insert into progress (producer, shard, sequence, happened_at) values ($1, $2, $3, $4) \
         on conflict (producer, shard) do update set sequence = excluded.sequence, \
         happened_at = excluded.happened_at where progress.sequence < excluded.sequence",
    )
    .bind(producer.to_owned())
    .bind(event.shard)
    .bind(event.seq)
    .bind(event.at)
    .execute()
    .await?;
    Ok(())
}

/// How far the events of one shard of a producer have been taken in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Progress {
    /// The producer.
    pub producer: String,
    /// The shard.
    pub shard: i32,
    /// Number of the last event.
    pub sequence: i64,
    /// When that one happened.
    pub happened_at: Time,
}

/// How far all events have been taken in.
///
/// # Errors
/// When the store fails.
pub async fn progress(tx: &mut Tx) -> Result<Vec<Progress>, Error> {
    tx.sql("select producer, shard, sequence, happened_at from progress")
        .all()
        .await
}

/// An object and all above it as far as it is known here, from below upwards.
///
/// # Errors
/// When the store fails.
pub async fn upwards(tx: &mut Tx, from: &Object) -> Result<Vec<Link>, Error> {
    let mut line: Vec<Link> = Vec::new();
    let mut next = Some(from.clone());
    while let Some(object) = next.take().filter(|_| line.len() < NODES_MAX) {
        let found: Option<Link> = tx
            .sql("select kind, id, source_kind, source_id from node where kind = $1 and id = $2")
            .bind(object.kind)
            .bind(object.id)
            .optional()
            .await?;
        if let Some(link) = found {
            next = link
                .parent()
                .filter(|p| line.iter().all(|l| l.object() != *p));
            line.push(link);
        }
    }
    Ok(line)
}

/// Everything that came from an object, generation by generation, at most `limit` objects; and whether that is all.
///
/// # Errors
/// When the store fails.
pub async fn downwards(
    tx: &mut Tx,
    from: &Object,
    limit: usize,
) -> Result<(Vec<Link>, bool), Error> {
    let mut below: Vec<Link> = Vec::new();
    let mut seen = HashSet::from([from.clone()]);
    let mut at = 0;
    let mut parent = Some(from.clone());
    while let Some(object) = parent {
        let room = i64::try_from(limit - below.len()).unwrap_or(0);
        let children: Vec<Link> = tx
            .sql(
                "select kind, id, source_kind, source_id from node where source_kind = $1 and source_id = $2 \
                 order by id limit $3",
            )
            .bind(object.kind)
            .bind(object.id.to_string())
            .bind(room + 1)
            .all()
            .await?;
        for child in children.into_iter().filter(|c| seen.insert(c.object())) {
            if below.len() == limit {
                return Ok((below, false));
            }
            below.push(child);
        }
        parent = below.get(at).map(Link::object);
        at += 1;
    }
    Ok((below, true))
}
