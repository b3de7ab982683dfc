//! People whose data are held, in the contracts' words.

use baton_chassis::{
    Result, Time, Violations,
    ids::OperationId,
    operation::Operation,
    personal::{KINDS, Listed},
    wire::timestamp,
    words::Word as _,
};
use baton_proto::{customer::v1 as pb, r#type::v1::PersonalRecord};
use prost_types::{Struct, Value, value::Kind};
use uuid::Uuid;

use super::{code, word};
use crate::{
    erasure::{Reason, Task},
    identity::Key,
    party::Verification,
};

/// Whom an erasure is about, and why he is to be erased.
pub fn erasure_asked(r: &pb::ErasePersonRequest) -> Result<(Uuid, Reason)> {
    let mut v = Violations::new();
    let id: OperationId = v.id("id", &r.id);
    let reason = v.choice("reason", r.reason, word::<Reason>);
    v.done()?;
    Ok((id.into(), reason.unwrap_or(Reason::Requested)))
}

/// An erasure as it stands.
pub fn erasure(operation: &Operation, task: &Task) -> pb::Erasure {
    let state = if operation.is_running() {
        pb::ErasureState::Running
    } else {
        pb::ErasureState::Done
    };
    let counts = task.counts.iter().filter_map(|(kind, records)| {
        let listed = KINDS.iter().find(|listed| listed.kind == kind)?;
        Some(count(listed, *records))
    });
    pb::Erasure {
        id: task.person.to_string(),
        kind: task.kind.clone(),
        state: state.into(),
        reason: code(task.reason),
        counts: counts.collect(),
        erase_time: Some(timestamp(task.erased_at)),
    }
}

/// How many records of a kind tell of a person.
pub fn count(listed: &Listed, records: i64) -> pb::ErasureCount {
    pb::ErasureCount {
        service: listed.service.to_owned(),
        kind: listed.kind.to_owned(),
        records,
        kept: listed.kept,
    }
}

fn texts(values: &[(&str, String)]) -> Struct {
    let value = |text: &String| Value {
        kind: Some(Kind::StringValue(text.clone())),
    };
    let fields = values.iter().map(|(n, v)| ((*n).to_owned(), value(v)));
    Struct {
        fields: fields.collect(),
    }
}

fn here(kind: &str, id: String, values: &[(&str, String)]) -> PersonalRecord {
    PersonalRecord {
        service: "customer".to_owned(),
        kind: kind.to_owned(),
        id,
        values: Some(texts(values)),
        changes: Vec::new(),
    }
}

/// A key by which somebody is found again, as something that is held of him.
pub fn key_held(key: &Key) -> PersonalRecord {
    let values = [
        ("kind", key.kind.as_str().to_owned()),
        ("value", key.value.clone()),
    ];
    here("IDENTITY_KEY", String::new(), &values)
}

/// A verification, as something that is held of somebody.
pub fn verification_held(v: &Verification) -> PersonalRecord {
    let values = [
        ("outcome", v.outcome.as_str().to_owned()),
        ("channel", v.channel.as_str().to_owned()),
        ("evidence", v.evidence.clone()),
        ("verifier_id", v.verifier.to_string()),
        ("create_time", Time::to_rfc3339(&v.created_at)),
    ];
    here("VERIFICATION", v.id.to_string(), &values)
}
