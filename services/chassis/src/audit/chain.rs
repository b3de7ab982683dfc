//! The chain of hashes: each row of a store's audit has a number, dense from 1, and a hash of the row before and of all that
//! stands in it. Whoever changes, takes out, puts in or moves a row breaks it there, and cannot mend it without a new hash for
//! every row after; an end that somebody wrote down elsewhere does not fit then.
//!
//! Rows are chained after their commit, in batches, by the relay of whichever replica is first: it locks the head, and who
//! comes second finds the rows chained. Rows that were there before there was a chain are chained the same way.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Row;
use crate::{
    Result,
    db::{self, Db, Repeated, Tx},
};

/// Rows that are chained in one transaction.
pub const BATCH: usize = 512;
/// How many rows one statement writes: few different texts, so that each is prepared once.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// The end of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Head {
    /// Number of its last row; 0 while there is none.
    pub seq: i64,
    /// Hash of that.
    pub hash: Option<Vec<u8>>,
}

/// What a row is chained as: the hash of the row before, empty for the first, its number, and every column.
///
/// Each value goes in with its length, so that no two rows have the same octets; numbers are big-endian, an instant is in
/// microseconds. Of JSON neither engine keeps the text, so its values go in one by one, with names in order.
#[must_use]
pub fn hash(before: &[u8], seq: i64, row: &Row) -> Vec<u8> {
    let mut sum = Sum::default();
    sum.put(Some(before));
    sum.put(Some(&seq.to_be_bytes()));
    sum.put(Some(row.id.as_bytes()));
    sum.put(Some(&row.at.timestamp_micros().to_be_bytes()));
    sum.put(
        row.member
            .map(Uuid::from)
            .as_ref()
            .map(|m| m.as_bytes().as_slice()),
    );
    sum.put(row.service.as_deref().map(str::as_bytes));
    for text in [&row.call, &row.trace, &row.kind] {
        sum.put(Some(text.as_bytes()));
    }
    sum.put(Some(row.object.as_bytes()));
    sum.put(Some(&row.version.to_be_bytes()));
    sum.put(Some(row.verb.as_bytes()));
    sum.put_json(&row.changes);
    sum.put(row.address.as_deref().map(str::as_bytes));
    sum.put(row.way.as_deref().map(str::as_bytes));
    sum.0.finalize().to_vec()
}

#[derive(Default)]
struct Sum(Sha256);

impl Sum {
    fn put(&mut self, value: Option<&[u8]>) {
        match value {
            None => self.0.update([0]),
            Some(octets) => {
                self.0.update([1]);
                self.0.update((octets.len() as u64).to_be_bytes());
                self.0.update(octets);
            }
        }
    }

    /// A value with its kind: 1 is not "1".
    fn put_kind(&mut self, kind: u8, octets: &[u8]) {
        self.0.update([kind]);
        self.put(Some(octets));
    }

    fn put_json(&mut self, value: &Value) {
        match value {
            Value::Null => self.put(None),
            Value::Bool(is) => self.put_kind(b'b', if *is { b"1" } else { b"0" }),
            Value::Number(number) => self.put_kind(b'n', decimal(number).as_bytes()),
            Value::String(text) => self.put_kind(b's', text.as_bytes()),
            Value::Array(items) => {
                self.0.update(b"[");
                for item in items {
                    self.put_json(item);
                }
                self.0.update(b"]");
            }
            Value::Object(entries) => {
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort_unstable_by_key(|(name, _)| *name);
                self.0.update(b"{");
                for (name, value) in entries {
                    self.put(Some(name.as_bytes()));
                    self.put_json(value);
                }
                self.0.update(b"}");
            }
        }
    }
}

/// A number as both engines keep it: one may write 1.0 where the other has 1.
fn decimal(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float.to_string(),
        _ => number.to_string(),
    }
}

/// The end of a store's chain.
///
/// # Errors
/// When the store fails.
pub async fn head(db: &Db) -> Result<Head> {
    let read = async |tx: &mut Tx| {
        tx.sql("select seq, hash from audit_head where one = 1")
            .one()
            .await
    };
    Ok(db.glance::<_, db::Error, _>(read).await?)
}

/// Chains rows that are committed and not chained yet, [`BATCH`] at most; tells how many.
///
/// # Errors
/// When the store fails.
pub async fn link(db: &Db) -> Result<usize> {
    let waits = async |tx: &mut Tx| {
        tx.sql("select 1 as one from audit where seq is null limit 1")
            .optional::<(i32,)>()
            .await
    };
    if db.glance::<_, db::Error, _>(waits).await?.is_none() {
        return Ok(0);
    }
    Ok(db
        .write::<_, db::Error, _>(async |tx| link_batch(tx).await)
        .await?)
}

/// Two statements, lock and look: what is seen is what is there once the lock is held.
async fn link_batch(tx: &mut Tx) -> db::Result<usize> {
    let Head { mut seq, hash } = tx
        .sql("update audit_head set seq = seq where one = 1 returning seq, hash")
        .one()
        .await?;
    let rows: Vec<Row> = tx
        .sql(
            "select id, at, member, service, call, trace, kind, object, version, verb, changes, address, way \
             from audit where seq is null order by id limit $1",
        )
        .bind(i64::try_from(BATCH).unwrap_or(i64::MAX))
        .all()
        .await?;
    let mut before = hash.unwrap_or_default();
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        seq += 1;
        before = self::hash(&before, seq, row);
        links.push((row.id, seq, before.clone()));
    }
    let mut rest = links.as_slice();
    for size in SIZES {
        while let Some((part, others)) = rest.split_at_checked(size) {
            write(tx, part).await?;
            rest = others;
        }
    }
    tx.sql("update audit_head set seq = $1, hash = $2 where one = 1")
        .bind(seq)
        .bind(before)
        .execute_one()
        .await?;
    Ok(rows.len())
}

async fn write(tx: &mut Tx, links: &[(Uuid, i64, Vec<u8>)]) -> db::Result<()> {
    let text = Repeated {
        before: "update audit set seq = v.column2, hash = v.column3 from (values ",
        each: "($1, $2, $3)",
        between: ", ",
        after: ") as v where audit.id = v.column1",
    };
    let mut query = tx.repeated(text, links.len());
    for (id, seq, hash) in links {
        query = query.bind(*id).bind(*seq).bind(hash.clone());
    }
    query.execute().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Time;

    fn row() -> Row {
        Row {
            id: Uuid::from_u128(1),
            at: Time::default(),
            member: Some(Uuid::from_u128(2).into()),
            service: None,
            call: "c".to_owned(),
            trace: "t".to_owned(),
            kind: "LEAD".to_owned(),
            object: Uuid::from_u128(3),
            version: 4,
            verb: "lead_created".to_owned(),
            changes: json!({"a": [null, 1]}),
            address: None,
            way: Some("GRPC".to_owned()),
        }
    }

    #[test]
    fn every_column_counts_and_so_do_place_and_predecessor() {
        let first = hash(&[], 1, &row());
        let edits: [fn(&mut Row); 13] = [
            |r| r.id = Uuid::from_u128(9),
            |r| r.at += chrono::TimeDelta::microseconds(1),
            |r| r.member = None,
            |r| r.service = Some(String::new()),
            |r| r.call.push('x'),
            |r| r.trace.push('x'),
            |r| r.kind.push('x'),
            |r| r.object = Uuid::from_u128(9),
            |r| r.version += 1,
            |r| r.verb.push('x'),
            |r| r.changes = json!({"a": [1, null]}),
            |r| r.address = Some("::1".to_owned()),
            |r| r.way = None,
        ];
        for (n, edit) in edits.into_iter().enumerate() {
            let mut edited = row();
            edit(&mut edited);
            assert_ne!(hash(&[], 1, &edited), first, "column {n}");
        }
        assert_ne!(hash(&[], 2, &row()), first);
        assert_ne!(hash(&[0], 1, &row()), first);
        let mut moved = row();
        (moved.call, moved.trace) = (String::new(), "ct".to_owned());
        assert_ne!(hash(&[], 1, &moved), first, "text does not run together");
    }

    #[test]
    fn json_counts_by_what_it_says_and_not_by_how_it_is_written() {
        let of = |text: &str| {
            let changes = serde_json::from_str(text).unwrap();
            hash(&[], 1, &Row { changes, ..row() })
        };
        assert_eq!(of(r#"{"b": [1, 2], "a": 1.0}"#), of(r#"{"a":1,"b":[1,2]}"#));
        for other in [
            r#"{"a": "1"}"#,
            r#"{"a": 2}"#,
            r#"{"a": [1]}"#,
            r#"{"b": 1}"#,
        ] {
            assert_ne!(of(r#"{"a": 1}"#), of(other));
        }
    }
}
