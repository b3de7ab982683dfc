//! What a look at the stores of a system finds: whether its logs are whole, how far each service has heard the others, and
//! what waits that should not; and whether the papers of this process are good, and for how long.
//!
//! The doctor only reads, beside a system that runs or without one.

use std::{cmp::Ordering, collections::BTreeMap};

use chrono::{Days, TimeDelta};
use serde::Serialize;

use crate::{
    Result, Time,
    audit::verify::verify,
    config::Config,
    db::{Db, Tx},
    papers::{self, Fault, issue::RENEWED_DAYS},
};

/// Minutes after which a timer that is due should have fired.
const TIMER_LATE_MIN: i64 = 5;

/// Rows of the audit that are looked at, from its end; `baton audit verify` looks at all.
const AUDIT_ROWS: i64 = 1_000;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It will pass by itself.
    Notice,
    /// Somebody should look.
    Warning,
    /// A promise is broken.
    Fault,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// In the store of this service, or the services that run with these papers.
    pub service: String,
    /// How bad it is.
    pub level: Level,
    /// Stable name of the rule that is not kept.
    pub rule: &'static str,
    /// What exactly.
    pub text: String,
}

/// What one store says of its log and of those it follows.
#[derive(Debug, Default)]
struct Store {
    heads: BTreeMap<i32, i64>,
    cursors: Vec<(String, i32, i64)>,
    findings: Vec<Finding>,
}

/// What should be over: how it is counted by kinds, the minutes that it may be late, and what is said of it.
const LATE: &[(&str, i64, Level, &str, &str)] = &[
    (
        "select kind, count(*) as n from operation where state = 'RUNNING' and deadline < $1 group by kind order by kind",
        0,
        Level::Fault,
        "OPERATION_OVERDUE",
        "operations are past their deadline",
    ),
    (
        "select kind, count(*) as n from timer where due_at < $1 group by kind order by kind",
        TIMER_LATE_MIN,
        Level::Warning,
        "TIMER_LATE",
        "timers have not fired",
    ),
    (
        "select kind, count(*) as n from handoff where state = 'OFFERED' and due_at < $1 group by kind order by kind",
        0,
        Level::Notice,
        "HANDOFF_OVERDUE",
        "handoffs wait longer than they should",
    ),
];

/// Looks at the stores of these services, and at the papers with which those run that the settings name no address for.
///
/// # Errors
/// When a store cannot be reached, or the settings of the papers are not whole.
pub async fn examine(config: &Config, services: &[&str], now: Time) -> Result<Vec<Finding>> {
    let mut stores = BTreeMap::new();
    for service in services {
        let db = Db::connect(&config.db_url(service), 1).await?;
        let (name, sqlite) = ((*service).to_owned(), db.is_sqlite());
        let store = db
            .read(async move |tx: &mut Tx| look(tx, &name, sqlite, now).await)
            .await;
        let audit = verify(&db, Some(AUDIT_ROWS), &[]).await;
        db.close().await;
        let mut store = store?;
        let broken = audit?.broken.map(|broken| broken.to_string());
        let audit = broken.map(|text| finding(service, Level::Fault, "AUDIT_BROKEN", text));
        store.findings.extend(audit);
        stores.insert((*service).to_owned(), store);
    }
    let mut findings = Vec::new();
    for (service, store) in &stores {
        findings.extend(store.findings.iter().cloned());
        for (producer, shard, applied) in &store.cursors {
            let heads = stores.get(producer).map(|p| &p.heads);
            let Some(head) = heads.and_then(|heads| heads.get(shard)) else {
                continue;
            };
            findings.extend(heard(service, producer, *shard, *applied, *head));
        }
    }
    findings.extend(papers(config, services, now)?);
    findings.sort_by(|a, b| b.level.cmp(&a.level).then(a.service.cmp(&b.service)));
    Ok(findings)
}

/// What is wrong with the papers of a process, or will be soon.
fn papers(config: &Config, services: &[&str], now: Time) -> Result<Option<Finding>> {
    let all = config.services();
    let here = services.iter().copied();
    let here: Vec<_> = here
        .filter(|name| all.get(name).is_some_and(|s| s.url.is_empty()))
        .collect();
    let look = |at| papers::look(&config.links, &here, at);
    let found = match (look(now)?, look(now + Days::new(RENEWED_DAYS.into()))?) {
        (Err(fault), _) => (Level::Fault, fault.rule(), fault.to_string()),
        (Ok(()), Err(Fault::Expired(at))) => {
            let text = format!("the certificate runs out on {}", at.format("%Y-%m-%d"));
            (Level::Warning, "CERTIFICATE_ENDS_SOON", text)
        }
        (Ok(()), _) => return Ok(None),
    };
    let (level, rule, text) = found;
    let whose = if here.is_empty() {
        "links".to_owned()
    } else {
        here.join(", ")
    };
    Ok(Some(finding(&whose, level, rule, text)))
}

fn heard(service: &str, producer: &str, shard: i32, applied: i64, head: i64) -> Option<Finding> {
    let (level, rule, text) = match applied.cmp(&head) {
        Ordering::Equal => return None,
        Ordering::Less => {
            let text = format!("{} events of {producer} are not heard yet", head - applied);
            (Level::Notice, "BEHIND", text)
        }
        Ordering::Greater => {
            let text = format!(
                "heard {applied} events of {producer}, shard {shard}, which has only {head}: {producer} was put back to \
                 an earlier state"
            );
            (Level::Fault, "HEARD_MORE_THAN_WAS_SAID", text)
        }
    };
    Some(finding(service, level, rule, text))
}

fn finding(service: &str, level: Level, rule: &'static str, text: String) -> Finding {
    Finding {
        service: service.to_owned(),
        level,
        rule,
        text,
    }
}

async fn look(tx: &mut Tx, service: &str, sqlite: bool, now: Time) -> Result<Store> {
    let mut store = Store::default();
    let mut find = |level, rule, text| store.findings.push(finding(service, level, rule, text));
    if sqlite {
        let told: Vec<(String,)> = tx.sql("pragma integrity_check").all().await?;
        for (line,) in told.into_iter().filter(|(line,)| line != "ok") {
            find(Level::Fault, "STORE_BROKEN", line);
        }
    }
    let shards: Vec<(i32, i64, i64, i64)> = tx
        .sql(
            "select h.shard, h.head, count(o.seq) as n, coalesce(max(o.seq), 0) as last
             from outbox_head h left join outbox o on o.shard = h.shard and o.seq is not null
             group by h.shard, h.head order by h.shard",
        )
        .all()
        .await?;
    for (shard, head, count, last) in &shards {
        if head != count || head != last {
            let text =
                format!("shard {shard} ends at {head}, holds {count} events, the last is {last}");
            find(Level::Fault, "LOG_HAS_HOLES", text);
        }
    }
    for (producer, kind, count, error) in tx
        .sql(
            "select producer, kind, count(*) as n, min(error) as error from inbox_parked
             group by producer, kind order by producer, kind",
        )
        .all::<(String, String, i64, String)>()
        .await?
    {
        let text = format!("{count} events {kind} of {producer} wait: {error}");
        find(Level::Warning, "EVENTS_PARKED", text);
    }
    for (producer, shard, since, applied) in tx
        .sql("select producer, shard, since, applied from inbox_gone order by producer, shard, epoch")
        .all::<(String, i32, i64, i64)>()
        .await?
    {
        let text = format!(
            "heard {} events of {producer}, shard {shard}, after {since} that are not in its log any more: it was put \
             back to an earlier state",
            applied - since
        );
        find(Level::Warning, "HEARD_WHAT_IS_GONE", text);
    }
    for (sql, minutes, level, rule, what) in LATE {
        let before = now - TimeDelta::minutes(*minutes);
        for (kind, count) in tx.sql(sql).bind(before).all::<(String, i64)>().await? {
            find(*level, rule, format!("{count} {what}: {kind}"));
        }
    }
    store.cursors = tx
        .sql("select producer, shard, applied from inbox_cursor order by producer, shard")
        .all()
        .await?;
    store.heads = shards
        .into_iter()
        .map(|(shard, head, ..)| (shard, head))
        .collect();
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_heard_more_than_was_said_is_a_fault_and_who_is_behind_is_not() {
        let level = |applied, head| heard("sales", "marketing", 0, applied, head).map(|f| f.level);
        assert_eq!(level(5, 5), None);
        assert_eq!(level(4, 5), Some(Level::Notice));
        assert_eq!(level(6, 5), Some(Level::Fault));
    }
}
