//! The rows that a lead with a new prospect leaves behind, written straight into the engine: at the customer service the
//! party, its two keys, audit, answer and event, in one transaction; at marketing the lead, audit, answer and event, in
//! another. Prepared statements, one after the other, as a plain program would.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use serde_json::Value;
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    types::Json,
};
use uuid::Uuid;

use super::{
    calls::per_second,
    system::{Failure, Store},
};

/// How large the rows of one service are: those that Baton wrote for a lead of its own.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Sample {
    member: Uuid,
    payload: Vec<u8>,
    fingerprint: Vec<u8>,
    response: Vec<u8>,
    changes: Json<Value>,
}

const SAMPLE: &str = "select a.member, o.payload, i.fingerprint, i.response, a.changes from audit a \
     join outbox o on o.aggregate = a.object and o.version = a.version, idempotency i \
     where a.kind = $1 and a.version = 1 and a.member is not null and i.method like $2 and i.response is not null limit 1";

/// What tells the rows of one lead from those of another.
#[derive(Clone, Copy, Debug)]
struct Row {
    number: i64,
    id: Uuid,
    party: Uuid,
    at: DateTime<Utc>,
}

impl Row {
    fn new(number: i64, at: DateTime<Utc>) -> Self {
        Self {
            number,
            id: Uuid::now_v7(),
            party: Uuid::now_v7(),
            at,
        }
    }
}

macro_rules! put {
    ($to:expr, $text:expr $(, $value:expr)*) => {
        sqlx::query($text)$(.bind($value))*.execute(&mut *$to).await?
    };
}

/// The same statements for either driver.
macro_rules! rows {
    ($module:ident, $connection:ty, $begin:literal) => {
        mod $module {
            use super::{Json, Row, SAMPLE, Sample, Uuid};

            type Told = Result<(), sqlx::Error>;

            pub async fn sample(from: &mut $connection, kind: &str, method: &str) -> Result<Sample, sqlx::Error> {
                sqlx::query_as(SAMPLE).bind(kind.to_owned()).bind(method.to_owned()).fetch_one(from).await
            }

            async fn kept(to: &mut $connection, kind: &str, object: Uuid, row: Row, sample: &Sample) -> Told {
                put!(to, "insert into audit (id, at, member, service, call, trace, kind, object, version, verb, changes) \
                    values ($1, $2, $3, null, 'baton.bench.v1.Raw/Write', '4bf92f3577b34da6a3ce929d0e0e4736', $4, $5, 1, \
                    'create', $6)",
                    Uuid::now_v7(), row.at, sample.member, kind.to_owned(), object, Json(&sample.changes.0));
                put!(to, "insert into idempotency (principal, request_key, method, fingerprint, response, created_at) \
                    values ('bench', $1, $2, $3, $4, $5)",
                    object.to_string(), kind.to_owned(), &sample.fingerprint, &sample.response, row.at);
                put!(to, "insert into outbox (aggregate, version, event_id, shard, seq, kind, at, trace, payload) \
                    values ($1, 1, $2, 0, $3, $4, $5, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', $6)",
                    object, Uuid::now_v7(), row.number, kind.to_owned(), row.at, &sample.payload);
                Ok(())
            }

            pub async fn party(to: &mut $connection, row: Row, sample: &Sample) -> Told {
                put!(to, $begin);
                put!(to, "insert into party (id, version, number, state, kind, name, phone, email, website, industry, \
                    country, employees, revenue_currency, revenue_minor, founded_year, parent, owner, territory, \
                    source_kind, source_id, last_outcome, last_verified_at, verification_count, created_at, updated_at) \
                    values ($1, 1, $2, 'PROSPECT', 'COMPANY', $3, $4, '', '', '', '', 0, '', null, 0, null, $5, null, \
                    'DIRECT', '', null, null, 0, $6, $6)",
                    row.party, format!("P-RAW-{}", row.number), format!("Raw works {}", row.number),
                    format!("+8621{:08}", row.number), sample.member, row.at);
                for (kind, value) in [
                    ("PHONE", format!("+8621{:08}", row.number)),
                    ("COMPANY_NAME", format!("raw works {}", row.number)),
                ] {
                    put!(to, "insert into identity_claim (kind, value, claims) values ($1, $2, 1) \
                        on conflict (kind, value) do update set claims = identity_claim.claims + 1", kind, value.clone());
                    put!(to, "insert into identity_key (kind, value, holder, party) values ($1, $2, $3, $3)",
                        kind, value, row.party);
                }
                kept(to, "ACCOUNT", row.party, row, sample).await?;
                put!(to, "commit");
                Ok(())
            }

            /// The row of a lead alone.
            pub async fn lead_row(to: &mut $connection, row: Row, owner: Uuid) -> Told {
                put!(to, "insert into lead (id, number, version, title, need, party, contact, quality, routing, offered, \
                    source_kind, source_id, owner, territory, follow_up_plan, disqualify_reason, disqualify_note, \
                    contact_channel, response_due_at, respond_by, response_overdue, identified_at, contacted_at, \
                    accepted_at, closed_at, opportunity, external_system, external_id, creator, created_at, updated_at) \
                    values ($1, $2, 1, $3, '', $4, null, 'NEW', 'UNROUTED', false, 'DIRECT', '', $5, null, '', null, '', \
                    null, null, $7, false, null, null, null, null, null, null, null, $5, $6, $6)",
                    row.id, format!("L-RAW-{}", row.number), format!("Asks for {} pumps", row.number), row.party, owner,
                    row.at, super::never());
                Ok(())
            }

            pub async fn lead(to: &mut $connection, row: Row, sample: &Sample) -> Told {
                put!(to, $begin);
                leads(to, std::slice::from_ref(&row), sample).await?;
                put!(to, "commit");
                Ok(())
            }

            async fn leads(to: &mut $connection, rows: &[Row], sample: &Sample) -> Told {
                for row in rows {
                    lead_row(to, *row, sample.member).await?;
                    kept(to, "LEAD", row.id, *row, sample).await?;
                }
                Ok(())
            }

            pub async fn batch(to: &mut $connection, rows: &[Row], sample: &Sample) -> Told {
                put!(to, $begin);
                for row in rows {
                    put!(to, "insert into external_key (kind, system, external_id, object) values ('LEAD', 'raw', $1, $2)",
                        row.number.to_string(), row.id);
                }
                leads(to, rows, sample).await?;
                put!(to, "commit");
                Ok(())
            }

            /// Leads that nobody tells of, for lists to be long.
            pub async fn fill(to: &mut $connection, rows: &[Row], owner: Uuid) -> Told {
                put!(to, $begin);
                for row in rows {
                    lead_row(to, *row, owner).await?;
                }
                put!(to, "commit");
                Ok(())
            }
        }
    };
}

rows!(sqlite, sqlx::SqliteConnection, "begin immediate");
rows!(postgres, sqlx::PgConnection, "begin");

/// Where leads without a clock stand in the order of due times.
fn never() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_214_400, 0).unwrap_or_default()
}

/// The stores of a system that has ended, as somebody has them who writes rows without it.
#[derive(Debug)]
pub struct Raw {
    customer: Store,
    marketing: Store,
    party: Sample,
    lead: Sample,
    at: DateTime<Utc>,
    next: i64,
}

/// A connection to either engine.
enum Pen {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Does the same with whichever connection it is.
macro_rules! with {
    ($pen:expr, $does:ident $(, $value:expr)*) => {
        match $pen {
            Pen::Sqlite(to) => sqlite::$does(to $(, $value)*).await,
            Pen::Postgres(to) => postgres::$does(to $(, $value)*).await,
        }
    };
}

impl Pen {
    async fn of(store: &Store) -> Result<Self, sqlx::Error> {
        match store {
            Store::Sqlite(file) => Ok(Self::Sqlite(sqlite_at(file).await?)),
            Store::Postgres(url) => Ok(Self::Postgres(PgConnection::connect(url).await?)),
        }
    }
}

/// A file as the services open it: nothing that was committed is lost with the power.
async fn sqlite_at(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    options.connect().await
}

impl Raw {
    /// Takes over the stores of customers and leads, with a lead in them that Baton wrote.
    ///
    /// # Errors
    /// When there is none.
    pub async fn of(customer: Store, marketing: Store) -> Result<Self, Failure> {
        let mut at_customer = Pen::of(&customer).await?;
        let mut at_marketing = Pen::of(&marketing).await?;
        Ok(Self {
            party: with!(&mut at_customer, sample, "ACCOUNT", "%/CreateProspect")?,
            lead: with!(&mut at_marketing, sample, "LEAD", "%/CreateLead")?,
            customer,
            marketing,
            at: chrono::Utc::now(),
            next: 1_000_000_000,
        })
    }

    fn rows(&mut self, count: i64) -> Vec<Row> {
        let first = self.next;
        self.next += count;
        (first..self.next).map(|n| Row::new(n, self.at)).collect()
    }

    /// Leads in a second by so many writers, each lead in its two transactions.
    ///
    /// # Errors
    /// When the engine refuses.
    pub async fn leads(&mut self, writers: usize, count: i64) -> Result<f64, Failure> {
        let rows = self.rows(count);
        let began = match &self.customer {
            // One writes at a time; several writers can only keep both files busy.
            Store::Sqlite(_) if writers > 1 => {
                let (mut customer, mut marketing) = self.pens().await?;
                let began = Instant::now();
                let parties = async {
                    for row in &rows {
                        with!(&mut customer, party, *row, &self.party)?;
                    }
                    Ok::<_, Failure>(())
                };
                let leads = async {
                    for row in &rows {
                        with!(&mut marketing, lead, *row, &self.lead)?;
                    }
                    Ok::<_, Failure>(())
                };
                tokio::try_join!(parties, leads)?;
                began
            }
            Store::Sqlite(_) | Store::Postgres(_) => {
                let pens = (0..writers).map(|_| self.pens());
                let pens = try_join_all(pens).await?;
                let share = rows.len().div_ceil(writers);
                let began = Instant::now();
                let writing = pens.into_iter().zip(rows.chunks(share));
                try_join_all(writing.map(async |((mut customer, mut marketing), rows)| {
                    for row in rows {
                        with!(&mut customer, party, *row, &self.party)?;
                        with!(&mut marketing, lead, *row, &self.lead)?;
                    }
                    Ok::<_, Failure>(())
                }))
                .await?;
                began
            }
        };
        Ok(per_second(rows.len(), began.elapsed()))
    }

    async fn pens(&self) -> Result<(Pen, Pen), sqlx::Error> {
        Ok((
            Pen::of(&self.customer).await?,
            Pen::of(&self.marketing).await?,
        ))
    }

    /// Leads in a second by batches of 500, a transaction each, for a party that is there.
    ///
    /// # Errors
    /// When the engine refuses.
    pub async fn batches(&mut self, count: usize) -> Result<f64, Failure> {
        let mut pen = Pen::of(&self.marketing).await?;
        let rows = self.rows(i64::try_from(count)? * 500);
        let began = Instant::now();
        for batch in rows.chunks(500) {
            with!(&mut pen, batch, batch, &self.lead)?;
        }
        Ok(per_second(rows.len(), began.elapsed()))
    }
}

/// Makes the list of leads longer by so many that belong to `owner`, each a second younger than the one before.
///
/// # Errors
/// When the engine refuses.
pub async fn fill(marketing: &Store, owner: Uuid, first: i64, count: i64) -> Result<(), Failure> {
    let mut pen = Pen::of(marketing).await?;
    let begun = chrono::Utc::now() - Duration::from_secs(u64::try_from(first + count)?);
    let rows =
        (first..first + count).map(|n| Row::new(n, begun + Duration::from_secs(n.unsigned_abs())));
    let rows: Vec<_> = rows.collect();
    for part in rows.chunks(20_000) {
        with!(&mut pen, fill, part, owner)?;
    }
    if let Pen::Postgres(to) = &mut pen {
        sqlx::query("vacuum analyze lead").execute(to).await?;
    }
    Ok(())
}
