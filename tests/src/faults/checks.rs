//! What must be true once all is quiet. Each check reads the stores themselves and tells what it finds under its own name,
//! so that a run against a broken product says which check caught it.

mod chain;
mod leads;
mod log;
mod objects;

use std::{collections::BTreeMap, fmt};

use baton_chassis::db::{self, Db, Record, Tx};

use uuid::Uuid;

use super::{
    field::{Field, Mode},
    ledger::Book,
};

/// Findings of one check that are told one by one.
const TOLD_MAX: usize = 5;

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it.
    pub check: &'static str,
    /// What it found.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.text)
    }
}

/// The stores of all services.
#[derive(Clone)]
pub struct Stores(BTreeMap<&'static str, Db>);

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Stores {
    /// Opens those of a system.
    ///
    /// # Errors
    /// When one cannot be reached.
    pub async fn open(field: &Field) -> Result<Self, db::Error> {
        let mut stores = BTreeMap::new();
        for service in Field::services() {
            stores.insert(service, Db::connect(&field.store(service), 1).await?);
        }
        Ok(Self(stores))
    }

    /// Services that have one.
    pub fn services(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// What one of them answers to a statement.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn rows<R: Record + 'static>(
        &self,
        service: &str,
        text: &'static str,
    ) -> Result<Vec<R>, db::Error> {
        let Some(store) = self.0.get(service) else {
            return Ok(Vec::new());
        };
        store
            .read(async move |tx: &mut Tx| tx.sql(text).all().await)
            .await
    }

    /// A single number.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn count(&self, service: &str, text: &'static str) -> Result<i64, db::Error> {
        let rows: Vec<(i64,)> = self.rows(service, text).await?;
        Ok(rows.first().map_or(0, |(n,)| *n))
    }

    /// Closes them.
    pub async fn close(self) {
        for store in self.0.into_values() {
            store.close().await;
        }
    }
}

/// What the checks of one run found.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds one.
    pub fn add(&mut self, check: &'static str, text: String) {
        self.0.push(Finding { check, text });
    }

    /// All of them; of a check that found many, some and how many more.
    #[must_use]
    pub fn told(self) -> Vec<Finding> {
        let mut counts = BTreeMap::<_, usize>::new();
        let mut told = Vec::new();
        for finding in self.0 {
            let count = counts.entry(finding.check).or_default();
            *count += 1;
            if *count <= TOLD_MAX {
                told.push(finding);
            }
        }
        let more = counts.into_iter().filter(|(_, n)| *n > TOLD_MAX);
        told.extend(more.map(|(check, n)| Finding {
            check,
            text: format!("and {} more", n - TOLD_MAX),
        }));
        told
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        self.0.extend(findings);
    }
}

/// All checks of the stores.
///
/// # Errors
/// When a store cannot be read.
pub async fn check(stores: &Stores, book: &Book) -> Result<Findings, db::Error> {
    let mut findings = Findings::default();
    findings.extend(book.findings.iter().cloned());
    log::check(stores, &mut findings).await?;
    objects::check(stores, &mut findings).await?;
    leads::check(stores, book, &mut findings).await?;
    chain::check(stores, book, &mut findings).await?;
    Ok(findings)
}

/// While a consumer is poisoned, nothing waits but poison and what was said later of the same object; tells how many
/// objects wait.
///
/// # Errors
/// When its store cannot be read.
pub async fn only_poison_waits(
    field: &Field,
    process: &str,
    every: u32,
) -> Result<(usize, Vec<Finding>), db::Error> {
    let (mut waiting, mut findings) = (0, Findings::default());
    for service in Field::services().filter(|s| field.mode() == Mode::Embedded || *s == process) {
        let store = Db::connect(&field.store(service), 1).await?;
        let text = "select p.consumer, p.event_id, p.aggregate from inbox_parked p where not exists ( \
                      select 1 from inbox_parked b where b.consumer = p.consumer and b.producer = p.producer \
                        and b.aggregate = p.aggregate and b.seq < p.seq)";
        let first: Vec<(String, Uuid, Uuid)> = store
            .read::<_, db::Error, _>(async move |tx: &mut Tx| tx.sql(text).all().await)
            .await?;
        store.close().await;
        waiting += first.len();
        for (consumer, event, object) in first {
            let [.., a, b, c, d] = *event.as_bytes();
            if !u32::from_be_bytes([a, b, c, d]).is_multiple_of(every) {
                let text = format!("{consumer} at {service}: event {event} of {object}");
                findings.add("only-poison-waits", text);
            }
        }
    }
    Ok((waiting, findings.0))
}

/// The ends of all logs together.
///
/// # Errors
/// When a store cannot be read.
pub async fn said(stores: &Stores) -> Result<i64, db::Error> {
    let mut sum = 0;
    for service in stores.services() {
        let text = "select cast(coalesce(sum(head), 0) as bigint) as n from outbox_head";
        sum += stores.count(service, text).await?;
    }
    Ok(sum)
}
