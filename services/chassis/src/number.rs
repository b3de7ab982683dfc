//! Human numbers, `L-2026-000123`: unique, gaps allowed, in blocks so that replicas do not wait for each other.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::Datelike as _;

use crate::{Result, Time, db::Tx};

/// Numbers that a replica takes at once.
const BLOCK: i64 = 100;

type Kind = (&'static str, i32);

/// The numbers that this replica has in stock; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Numbers(Arc<Mutex<HashMap<Kind, Range<i64>>>>);

impl Numbers {
    fn take(&self, kind: Kind) -> Option<i64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_mut(&kind)?
            .next()
    }

    fn stock(&self, kind: Kind, rest: Range<i64>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(kind, rest);
    }

    /// The next number of a prefix, the year being that of `zone`.
    ///
    /// A new block is taken in the caller's transaction and its rest goes into stock only when that commits: a number
    /// is never given twice, at worst it is lost with a transaction that fails.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next(
        &self,
        tx: &mut Tx,
        prefix: &'static str,
        now: Time,
        zone: chrono_tz::Tz,
    ) -> Result<String> {
        #[derive(sqlx::FromRow)]
        struct Row {
            next: i64,
        }
        let kind = (prefix, now.with_timezone(&zone).year());
        let number = if let Some(number) = self.take(kind) {
            number
        } else {
            tx.sql("insert into number_block (prefix, year, next) values ($1, $2, 1) on conflict do nothing")
                .bind(prefix)
                .bind(kind.1)
                .execute()
                .await?;
            let Row { next } = tx
                .sql("update number_block set next = next + $3 where prefix = $1 and year = $2 returning next")
                .bind(prefix)
                .bind(kind.1)
                .bind(BLOCK)
                .one()
                .await?;
            let first = next - BLOCK;
            let (numbers, rest) = (self.clone(), first + 1..next);
            tx.after_commit(move || numbers.stock(kind, rest));
            first
        };
        Ok(format!("{prefix}-{}-{number:06}", kind.1))
    }
}
