//! Objects: a row is as new as the last thing said of it, each change left one audit row, and no operation is left over.

use baton_chassis::db;
use uuid::Uuid;

use super::{Findings, Stores};

macro_rules! rows {
    ($table:literal) => {
        concat!(
            "select t.id, t.version, coalesce(max(o.version), 0) as said from ",
            $table,
            " t left join outbox o on o.aggregate = t.id group by t.id, t.version \
             having t.version <> coalesce(max(o.version), 0) limit 100"
        )
    };
}
/// Services, and for each kind of object that tells of itself: rows whose version is not that of the last event.
const ROWS: [(&str, &str); 8] = [
    ("customer", rows!("party")),
    ("customer", rows!("contact")),
    ("marketing", rows!("lead")),
    ("marketing", rows!("campaign")),
    ("sales", rows!("opportunity")),
    ("sales", rows!("project")),
    ("commerce", rows!("contract")),
    ("commerce", rows!("sales_order")),
];

pub(super) async fn check(stores: &Stores, findings: &mut Findings) -> Result<(), db::Error> {
    for (service, text) in ROWS {
        let wrong: Vec<(Uuid, i64, i64)> = stores.rows(service, text).await?;
        for (object, version, said) in wrong {
            findings.add(
                "row-as-told",
                format!(
                    "{service}: {object} has version {version}, the last event tells of {said}"
                ),
            );
        }
    }
    for service in stores.services() {
        audited(stores, service, findings).await?;
        operations(stores, service, findings).await?;
    }
    Ok(())
}

/// One audit row for each change. All of the directory's events belong to one aggregate, so there they are only counted.
async fn audited(stores: &Stores, service: &str, findings: &mut Findings) -> Result<(), db::Error> {
    // Whoever signs in tells nobody.
    let sums = "select (select count(*) from outbox) - (select count(*) from audit where kind not in ('SESSION', 'SIGN_IN')) as n";
    let difference = stores.count(service, sums).await?;
    if difference != 0 {
        findings.add(
            "audit-per-change",
            format!("{service} has {difference} more events than audit rows"),
        );
    }
    if service == "directory" {
        return Ok(());
    }
    let wrong: Vec<(Uuid, i64, i64)> = stores
        .rows(
            service,
            "select o.aggregate, o.version, count(a.id) as n from outbox o \
             left join audit a on a.object = o.aggregate and a.version = o.version \
             group by o.aggregate, o.version having count(a.id) <> 1 limit 100",
        )
        .await?;
    for (object, version, count) in wrong {
        findings.add(
            "audit-per-change",
            format!("{service}: version {version} of {object} has {count} audit rows"),
        );
    }
    Ok(())
}

/// Every operation has come to its end, and none was refused: the players ask for nothing that would be.
async fn operations(
    stores: &Stores,
    service: &str,
    findings: &mut Findings,
) -> Result<(), db::Error> {
    let left: Vec<(String, Uuid, String, i32, i32, String)> = stores
        .rows(
            service,
            "select kind, subject, state, step, attempts, failure from operation \
             where state <> 'DONE' order by created_at limit 100",
        )
        .await?;
    for (kind, subject, state, step, attempts, failure) in left {
        findings.add("operations-end", format!(
            "{service}: {kind} of {subject} is {state} at step {step}, attempt {attempts}: {failure}"
        ));
    }
    Ok(())
}
