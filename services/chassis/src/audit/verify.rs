//! Whether the audit of a store is what was written: walks the chain and says where it breaks first, and how.

use std::fmt;

use serde::Serialize;

use super::{
    Row,
    chain::{Head, hash, head},
};
use crate::{
    Result,
    db::{self, Db, Tx},
};

/// Rows that are read at once.
const PAGE: i64 = 1_000;

/// How a chain is broken, at the first place where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "how", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Broken {
    /// The row with this number is not what was chained: it was changed, or its hash was, or that of the row before.
    Changed {
        /// Its number.
        seq: i64,
    },
    /// There is no row with this number, or it is another one because the row was taken out and those after moved up.
    Missing {
        /// Its number.
        seq: i64,
    },
    /// The row with this number was put in.
    Inserted {
        /// Its number.
        seq: i64,
    },
    /// What stands at this number is another row than the one that was chained there.
    Reordered {
        /// The number.
        seq: i64,
        /// Where the row stands that belongs there.
        stands_at: i64,
    },
    /// The last rows were taken out.
    CutOff {
        /// Number of the last row that is left.
        last: i64,
        /// Number of the last row that there was.
        of: i64,
    },
    /// The chain was made anew: the row with this number has another hash than the one that was written down elsewhere; or the
    /// end that the store itself keeps is not that of its last row.
    Rewritten {
        /// Its number.
        seq: i64,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq } => {
                write!(f, "row {seq} was changed, or the hash of the row before")
            }
            Self::Missing { seq } => write!(f, "row {seq} is missing"),
            Self::Inserted { seq } => write!(f, "row {seq} was put in"),
            Self::Reordered { seq, stands_at } => {
                write!(f, "the row that belongs at {seq} stands at {stands_at}")
            }
            Self::CutOff { last, of } => {
                write!(f, "the end was cut off: row {last} is the last of {of}")
            }
            Self::Rewritten { seq } => write!(
                f,
                "row {seq} has another hash than the one that was kept: the chain was made anew"
            ),
        }
    }
}

/// What was found in a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Rows that were looked at.
    pub rows: i64,
    /// Rows that are not chained yet.
    pub waiting: i64,
    /// Where the chain breaks first.
    pub broken: Option<Broken>,
}

/// An end of a chain that was written down elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Number of the row.
    pub seq: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

#[derive(Clone, sqlx::FromRow)]
struct Linked {
    #[sqlx(flatten)]
    row: Row,
    seq: i64,
    hash: Vec<u8>,
}

impl Linked {
    /// Whether it is what was chained at a number after a row with this hash.
    fn follows(&self, before: &[u8], seq: i64) -> bool {
        hash(before, seq, &self.row) == self.hash
    }
}

/// Walks the whole chain, or its last rows only, beside a system that runs or without one.
///
/// # Errors
/// When the store cannot be read.
pub async fn verify(db: &Db, last: Option<i64>, kept: &[Kept]) -> Result<Verdict> {
    let end = head(db).await?;
    let from = last.map_or(0, |last| (end.seq - last).max(0));
    let mut walk = Walk {
        db,
        at: from,
        hash: Vec::new(),
        rows: 0,
    };
    if from > 0 {
        // What comes before is taken at its word.
        let before = walk.rows_after(from - 1, from, 1).await?;
        walk.hash = before
            .into_iter()
            .next()
            .map(|b| b.hash)
            .unwrap_or_default();
    }
    let mut broken = walk.go_on(&end).await?;
    if broken.is_none() {
        broken = walk.against(kept).await?;
    }
    Ok(Verdict {
        rows: walk.rows,
        waiting: count(db, "select count(*) as n from audit where seq is null").await?,
        broken,
    })
}

async fn count(db: &Db, text: &'static str) -> Result<i64> {
    let read = async move |tx: &mut Tx| tx.sql(text).one::<(i64,)>().await;
    Ok(db.glance::<_, db::Error, _>(read).await?.0)
}

/// A walk along a chain, up to the row before the one that comes next.
struct Walk<'d> {
    db: &'d Db,
    at: i64,
    hash: Vec<u8>,
    rows: i64,
}

impl Walk<'_> {
    async fn rows_after(&self, after: i64, to: i64, limit: i64) -> Result<Vec<Linked>> {
        let read = async move |tx: &mut Tx| {
            tx.sql(
                "select id, at, member, service, call, trace, kind, object, version, verb, changes, address, way, seq, \
                 coalesce(hash, $4) as hash from audit where seq > $1 and seq <= $2 order by seq limit $3",
            )
            .bind(after)
            .bind(to)
            .bind(limit)
            .bind(Vec::<u8>::new())
            .all()
            .await
        };
        Ok(self.db.glance::<_, db::Error, _>(read).await?)
    }

    async fn go_on(&mut self, end: &Head) -> Result<Option<Broken>> {
        loop {
            let rows = self.rows_after(self.at, end.seq, PAGE).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let seq = self.at + 1;
                if row.seq > seq {
                    return Ok(Some(Broken::Missing { seq }));
                }
                if !row.follows(&self.hash, seq) {
                    return Ok(Some(self.how(&row).await?));
                }
                (self.at, self.hash) = (seq, row.hash);
                self.rows += 1;
            }
        }
        if self.at < end.seq {
            let (last, of) = (self.at, end.seq);
            return Ok(Some(Broken::CutOff { last, of }));
        }
        if self.at > 0 && end.hash.as_ref() != Some(&self.hash) {
            return Ok(Some(Broken::Rewritten { seq: self.at }));
        }
        // One look, so that what is chained meanwhile is not taken for what was put in.
        let beyond = "select count(*) as n from audit where seq > (select seq from audit_head where one = 1)";
        let beyond = count(self.db, beyond).await?;
        Ok((beyond > 0).then_some(Broken::Inserted { seq: end.seq + 1 }))
    }

    /// What happened where a row does not follow from the one before.
    async fn how(&self, row: &Linked) -> Result<Broken> {
        let (seq, last) = (self.at + 1, i64::MAX);
        let next = self.rows_after(seq, last, 1).await?.into_iter().next();
        if let Some(owed) = self.whereabouts(seq).await? {
            let stands_at = owed.seq;
            let after = self
                .rows_after(stands_at, last, 1)
                .await?
                .into_iter()
                .next();
            // If all that was there has moved on by one, something came before it.
            let moved_on = match after {
                Some(after) => after.follows(&owed.hash, seq + 1),
                None => !row.follows(&owed.hash, seq + 1),
            };
            return Ok(if moved_on && stands_at == seq + 1 {
                Broken::Inserted { seq }
            } else {
                Broken::Reordered { seq, stands_at }
            });
        }
        Ok(match next {
            Some(next) if next.follows(&row.hash, seq + 2) => Broken::Missing { seq },
            _ => Broken::Changed { seq },
        })
    }

    /// The row further on that belongs at a number.
    async fn whereabouts(&self, seq: i64) -> Result<Option<Linked>> {
        let mut after = seq;
        loop {
            let rows = self.rows_after(after, i64::MAX, PAGE).await?;
            let Some(end) = rows.last().map(|row| row.seq) else {
                return Ok(None);
            };
            if let Some(found) = rows.into_iter().find(|row| row.follows(&self.hash, seq)) {
                return Ok(Some(found));
            }
            after = end;
        }
    }

    /// Holds a sound chain against ends that were written down elsewhere.
    async fn against(&self, kept: &[Kept]) -> Result<Option<Broken>> {
        for kept in kept {
            let (last, of) = (self.at, kept.seq);
            if of > last {
                return Ok(Some(Broken::CutOff { last, of }));
            }
            let there = self.rows_after(of - 1, of, 1).await?.into_iter().next();
            if there.is_none_or(|row| row.hash != kept.hash) {
                return Ok(Some(Broken::Rewritten { seq: of }));
            }
        }
        Ok(None)
    }
}
