//! Logs: numbered without a hole, in the order of what they tell, and heard to their end by everybody.

use std::collections::BTreeMap;

use baton_chassis::db;
use uuid::Uuid;

use super::{Findings, Stores};

pub(super) async fn check(stores: &Stores, findings: &mut Findings) -> Result<(), db::Error> {
    let mut heads = BTreeMap::new();
    for service in stores.services() {
        for (shard, head) in dense(stores, service, findings).await? {
            heads.insert((service.to_owned(), shard), head);
        }
        in_order(stores, service, findings).await?;
    }
    for service in stores.services() {
        heard(stores, service, &heads, findings).await?;
        parked(stores, service, findings).await?;
    }
    Ok(())
}

/// Each shard holds 1 to its head, and the bus has it all.
async fn dense(
    stores: &Stores,
    service: &str,
    findings: &mut Findings,
) -> Result<Vec<(i32, i64)>, db::Error> {
    let shards: Vec<(i32, i64, i64, i64, i64, String)> = stores
        .rows(
            service,
            "select h.shard, h.head, count(o.seq) as n, coalesce(max(o.seq), 0) as last, h.published, h.stream \
             from outbox_head h left join outbox o on o.shard = h.shard and o.seq is not null \
             group by h.shard, h.head, h.published, h.stream order by h.shard",
        )
        .await?;
    for (shard, head, count, last, published, stream) in &shards {
        // Numbers are unique, so as many as the last one is all of them.
        if head != count || head != last {
            findings.add(
                "log-dense",
                format!(
                    "{service}, shard {shard} ends at {head}, holds {count}, the last is {last}"
                ),
            );
        }
        if !stream.is_empty() && published != head {
            findings.add(
                "log-published",
                format!("{service}, shard {shard} ends at {head}, the bus has {published}"),
            );
        }
    }
    let unnumbered = "select count(*) as n from outbox where seq is null";
    let unnumbered = stores.count(service, unnumbered).await?;
    if unnumbered > 0 {
        findings.add(
            "log-dense",
            format!("{service}: {unnumbered} events have no number"),
        );
    }
    Ok(shards
        .into_iter()
        .map(|(shard, head, ..)| (shard, head))
        .collect())
}

/// What is said of one object has its versions without a hole, in the order of the log.
async fn in_order(
    stores: &Stores,
    service: &str,
    findings: &mut Findings,
) -> Result<(), db::Error> {
    let wrong: Vec<(Uuid, i64, i64, i64, i64)> = stores
        .rows(
            service,
            "select aggregate, version, before, coalesce(seq, 0) as seq, seq_before from ( \
               select aggregate, version, seq, coalesce(lag(version) over w, 0) as before, \
                 coalesce(lag(seq) over w, 0) as seq_before \
               from outbox window w as (partition by aggregate order by version)) as o \
             where version <> before + 1 or seq <= seq_before limit 100",
        )
        .await?;
    for (object, version, before, seq, seq_before) in wrong {
        findings.add("versions-contiguous", format!(
            "{service}: version {version} of {object} (number {seq}) follows {before} (number {seq_before})"
        ));
    }
    Ok(())
}

/// Every cursor stands at the end of the log that it follows.
async fn heard(
    stores: &Stores,
    service: &str,
    heads: &BTreeMap<(String, i32), i64>,
    findings: &mut Findings,
) -> Result<(), db::Error> {
    let cursors: Vec<(String, String, i32, i64)> = stores
        .rows(
            service,
            "select consumer, producer, shard, applied from inbox_cursor",
        )
        .await?;
    let mut follows = BTreeMap::new();
    for (consumer, producer, shard, applied) in cursors {
        follows.insert((consumer.clone(), producer.clone(), shard), applied);
    }
    let followed: std::collections::BTreeSet<_> = follows
        .keys()
        .map(|(consumer, producer, _)| (consumer.clone(), producer.clone()))
        .collect();
    for (consumer, producer) in followed {
        for ((_, shard), head) in heads.iter().filter(|((name, _), _)| *name == producer) {
            let applied = follows
                .get(&(consumer.clone(), producer.clone(), *shard))
                .copied();
            if applied.unwrap_or_default() != *head {
                findings.add("cursor-at-head", format!(
                    "{consumer} at {service} heard {applied:?} of {producer}, shard {shard}, which ends at {head}"
                ));
            }
        }
    }
    Ok(())
}

/// Nothing waits.
async fn parked(stores: &Stores, service: &str, findings: &mut Findings) -> Result<(), db::Error> {
    let parked: Vec<(String, String, Uuid, i64, i32, String)> = stores
        .rows(
            service,
            "select producer, kind, aggregate, version, attempts, error from inbox_parked order by seq limit 100",
        )
        .await?;
    for (producer, kind, object, version, attempts, error) in parked {
        findings.add("nothing-parked", format!(
            "{service}: {kind} of {producer}, version {version} of {object}, attempt {attempts}: {error}"
        ));
    }
    Ok(())
}
