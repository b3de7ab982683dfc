//! Who may go by himself, and how many went on which day.

use baton_chassis::{
    Date, Time,
    db::{Error, Tx},
};
use uuid::Uuid;

use crate::retention::What;

/// Who was not changed since `before`, each with his party; those after an id, in the order of ids. Leads are kept elsewhere.
pub async fn unchanged(
    tx: &mut Tx,
    what: What,
    before: Time,
    after: Uuid,
    limit: i64,
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let text = match what {
        What::Prospect => {
            "select id, id as party from party where kind = 'PERSON' and state <> 'ACCOUNT' and erased_at is null \
             and updated_at < $1 and id > $2 order by id limit $3"
        }
        What::ProspectContact => {
            "select c.id, c.party from contact c join party p on p.id = c.party where p.state <> 'ACCOUNT' \
             and p.updated_at < $1 and c.erased_at is null and c.updated_at < $1 and c.id > $2 order by c.id limit $3"
        }
        What::ArchivedContact => {
            "select id, party from contact where state = 'ARCHIVED' and erased_at is null and updated_at < $1 \
             and id > $2 order by id limit $3"
        }
        What::Lead => return Ok(Vec::new()),
    };
    tx.sql(text)
        .bind(before)
        .bind(after)
        .bind(limit)
        .all()
        .await
}

/// One more went.
pub async fn went(tx: &mut Tx, day: Date, what: What) -> Result<(), Error> {
    tx.sql(
        "insert into retention_day (day, kind, records) values ($1, $2, 1) \
         on conflict (day, kind) do update set records = retention_day.records + 1",
    )
    .bind(day)
    .bind(what)
    .execute_one()
    .await
}

/// How many went on which day, the latest first.
pub async fn gone(tx: &mut Tx, since: Date) -> Result<Vec<(Date, What, i64)>, Error> {
    tx.sql("select day, kind, records from retention_day where day >= $1 order by day desc, kind")
        .bind(since)
        .all()
        .await
}
