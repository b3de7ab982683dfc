//! Leases: which replica does work that one is enough for. For economy only: correctness never
//! rests on one, so clocks that differ between machines do no harm.

use chrono::Duration;
use uuid::Uuid;

use crate::{
    Clock, Result,
    db::{self, Db, Tx},
};

/// How long a replica that has gone keeps others waiting.
const TERM_S: i64 = 6;

/// A claim to a piece of work.
#[derive(Clone)]
pub struct Lease {
    db: Db,
    clock: Clock,
    name: String,
    holder: Uuid,
}

impl Lease {
    /// A claim to the work `name` among all that use the store.
    #[must_use]
    pub fn new(db: Db, clock: Clock, name: String) -> Self {
        let holder = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
        Self {
            db,
            clock,
            name,
            holder,
        }
    }

    /// Whether the work is ours for the next seconds; to be asked again well before they are over.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn hold(&self) -> Result<bool> {
        if self.db.is_sqlite() {
            return Ok(true); // one process has the store to itself
        }
        let (name, holder, now) = (self.name.clone(), self.holder, self.clock.now());
        let until = now + Duration::seconds(TERM_S);
        let claim = async move |tx: &mut Tx| {
            tx.sql(
                "insert into lease (name, holder, until) values ($1, $2, $3)
                 on conflict (name) do update set holder = excluded.holder, until = excluded.until
                 where lease.holder = excluded.holder or lease.until <= $4 or lease.until > $5",
            )
            .bind(name.clone())
            .bind(holder)
            .bind(until)
            .bind(now)
            // Further ahead than any term goes: a clock was wrong when it was taken.
            .bind(now + Duration::seconds(2 * TERM_S))
            .execute()
            .await
        };
        Ok(self.db.write::<_, db::Error, _>(claim).await? == 1)
    }

    /// Lets the work go, so that another replica need not wait.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn release(&self) -> Result<()> {
        let (name, holder) = (self.name.clone(), self.holder);
        let release = async move |tx: &mut Tx| {
            tx.sql("delete from lease where name = $1 and holder = $2")
                .bind(name.clone())
                .bind(holder)
                .execute()
                .await
        };
        self.db.write::<_, db::Error, _>(release).await?;
        Ok(())
    }
}
