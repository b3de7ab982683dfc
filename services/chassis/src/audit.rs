//! The audit: one row for every change, that tells who changed what, when, from where and by which call, with old and new
//! values.
//!
//! [`leave`] writes the row with the change. [`chain`] gives the rows of a store an order and a hash each, some moments after
//! they were committed, and [`verify`] finds what was done to them since. [`read`] answers who asks for them, under his rights,
//! with the names that [`fields`] has for what changed. What is personal is kept encrypted ([`crate::personal`]).

pub mod chain;
pub mod fields;
pub mod read;
pub mod verify;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Time,
    caller::{Caller, Who},
    db::{self, Tx},
    ids::MemberId,
    list::{Key, List, Order},
};

/// The services that keep records, whose changes make up the audit of a system.
pub const KEEPERS: &[&str] = &["directory", "customer", "marketing", "sales", "commerce"];

/// What was done, as the row of it is written.
pub(crate) struct Deed<'a> {
    pub id: Uuid,
    pub at: Time,
    pub kind: &'static str,
    pub object: Uuid,
    pub version: i64,
    pub verb: &'a str,
    pub changes: Value,
}

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Its id, made of the instant.
    pub id: Uuid,
    /// When it was done.
    pub at: Time,
    /// Who did it, or on whose behalf it was done.
    pub member: Option<MemberId>,
    /// The service that did it, if no member did.
    pub service: Option<String>,
    /// By which call.
    pub call: String,
    /// In which trace.
    pub trace: String,
    /// Kind of the record.
    pub kind: String,
    /// Id of the record.
    pub object: Uuid,
    /// The version that came to be.
    pub version: i64,
    /// What was done.
    pub verb: String,
    /// `{"field": [old, new]}`.
    pub changes: Value,
    /// From which address.
    pub address: Option<String>,
    /// By which way in.
    pub way: Option<String>,
}

/// Leaves the row that tells of a deed.
///
/// # Errors
/// When the store fails.
pub(crate) async fn leave(tx: &mut Tx, caller: &Caller, deed: Deed<'_>) -> Result<(), db::Error> {
    let (service, person) = match &caller.who {
        Who::Service { name, behalf } => (Some(name.clone()), *behalf),
        _ => (None, caller.person()),
    };
    let address = caller.origin.address.map(|a| a.to_string());
    tx.sql(
        "insert into audit (id, at, member, service, call, trace, kind, object, version, verb, changes, address, way) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(deed.id)
    .bind(deed.at)
    .bind(person)
    .bind(service)
    .bind(caller.call.to_string())
    .bind(caller.trace.id())
    .bind(deed.kind)
    .bind(deed.object)
    .bind(deed.version)
    .bind(deed.verb.rsplit('.').next().unwrap_or(deed.verb).to_owned())
    .bind(deed.changes)
    .bind(address)
    .bind(caller.origin.way.as_str())
    .later()
    .await
}

/// `{"field": [old, new]}` for every field that differs; where an amount is among them or a currency, with the other one.
pub(crate) fn changes(old: &Value, new: &Value) -> Value {
    let empty = serde_json::Map::new();
    let (old, new) = (
        old.as_object().unwrap_or(&empty),
        new.as_object().unwrap_or(&empty),
    );
    let is_currency = |name: &str| name == "currency" || name.ends_with("_currency");
    let mut changed = BTreeMap::new();
    let (mut currency, mut amount) = (false, false);
    for name in old.keys().chain(new.keys()) {
        let (before, after) = (old.get(name), new.get(name));
        let housekeeping = name == "version" || name == "updated_at";
        if before != after && !housekeeping {
            currency |= is_currency(name);
            amount |= name.ends_with("_minor") || after.or(before).is_some_and(Value::is_array);
            changed.insert(name, json!([before, after]));
        }
    }
    let belongs = |name: &str| amount && is_currency(name) || currency && name.ends_with("_minor");
    for name in new.keys().filter(|name| belongs(name)) {
        let same = || json!([old.get(name), new.get(name)]);
        changed.entry(name).or_insert_with(same);
    }
    json!(changed)
}

/// Which rows of a store are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those of records of this kind.
    pub kind: Option<String>,
    /// Those of this member.
    pub member: Option<MemberId>,
    /// Those that did this to records of the kind.
    pub verb: Option<String>,
    /// Those since then.
    pub from: Option<Time>,
    /// Those before then.
    pub to: Option<Time>,
    /// Those before this one.
    pub before: Option<Uuid>,
}

/// The only order: newest first. An id is made of the instant, so one column is both; a page goes on by [`Filter::before`].
pub const ORDERS: &[(&str, Order<Row>)] = &[(
    "time desc",
    Order {
        column: "id",
        id: "id",
        descending: true,
        key: |row| (Key::Time(row.at), row.id),
    },
)];

/// The rows of a store. Who may see them is decided before.
#[must_use]
pub fn list(filter: &Filter) -> List {
    List::of(
        "id, at, member, service, call, trace, kind, object, version, verb, changes, address, way",
        "audit",
    )
    .filter("kind = ?", filter.kind.clone())
    .filter("member = ?", filter.member)
    .filter("verb = ?", filter.verb.clone())
    .filter("id >= ?", filter.from.map(first_id))
    .filter("id < ?", filter.to.map(first_id))
    .filter("id < ?", filter.before)
    .for_everyone()
}

/// The least id that is made at an instant, which an id knows to the millisecond.
fn first_id(at: Time) -> Uuid {
    let at_ms = u128::try_from(at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(at_ms << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_row_holds_only_what_changed() {
        let old = json!({"name": "a", "amount": 1, "version": 1});
        let new = json!({"name": "a", "amount": 2, "version": 2, "reason": "x"});
        assert_eq!(
            changes(&old, &new),
            json!({"amount": [1, 2], "reason": [null, "x"]})
        );
        assert_eq!(
            changes(&Value::Null, &json!({"a": 1})),
            json!({"a": [null, 1]})
        );
    }

    #[test]
    fn an_amount_that_changed_is_told_with_its_currency() {
        let old = json!({"currency": "CNY", "total_minor": 1, "name": "a"});
        let new = json!({"currency": "CNY", "total_minor": 2, "name": "a"});
        assert_eq!(
            changes(&old, &new),
            json!({"currency": ["CNY", "CNY"], "total_minor": [1, 2]})
        );
        let named = json!({"currency": "CNY", "total_minor": 1, "name": "b"});
        assert_eq!(changes(&old, &named), json!({"name": ["a", "b"]}));
    }

    #[test]
    fn ids_of_an_instant_are_not_less_than_its_first() {
        let at = Time::default() + chrono::TimeDelta::milliseconds(1_771_234_567_891);
        let id: Uuid = crate::act::new_id::<crate::ids::OperationId>(at).into();
        assert!(first_id(at) <= id);
        assert!(id < first_id(at + chrono::TimeDelta::milliseconds(1)));
    }
}
