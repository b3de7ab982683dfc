//! What all loads of past facts share: how much comes at once, and what is told of each row.
//!
//! A load that breaks off half-way is simply repeated: a row is found again by the system that it comes from and its id
//! there (`Act::external`). Under the same request id it is told of the rows that were kept what became of them then.

use baton_proto::r#type::v1::{ImportOutcome, ImportResult, RowViolation};
use uuid::Uuid;

use crate::{Error, Language, Messages, Result, Violation, wire::Violations};

/// Rows of one request.
pub const ROWS_MAX: usize = 500;
/// Rows of one transaction: so few that nobody else waits long for the store.
pub const ROWS_AT_ONCE: usize = 50;
/// Longest name of a system.
const SYSTEM_MAX: usize = 60;
/// Longest id in another system.
const EXTERNAL_ID_MAX: usize = 200;

/// The request id of the part of a load that begins with row `first`: a part has a transaction of its own, and is answered
/// once. Without a request id of the whole, parts have none.
#[must_use]
pub fn part_id(request_id: &str, first: usize) -> String {
    if request_id.is_empty() {
        return String::new();
    }
    // However long the one is, the other is not too long.
    let whole = Uuid::new_v5(&Uuid::NAMESPACE_OID, request_id.as_bytes());
    format!("{whole}+{first}")
}

/// Reads what concerns a load as a whole: the name of the system that it comes from, and that there is something in it.
pub fn system<R>(v: &mut Violations, name: &str, rows: &[R]) -> String {
    let system = v.text("system", name, 1..=SYSTEM_MAX);
    if rows.is_empty() {
        v.add("rows", "REQUIRED");
    } else if rows.len() > ROWS_MAX {
        v.push(Violation::new("rows", "TOO_MANY").with("max", ROWS_MAX));
    }
    system
}

/// Reads the id of a row in its system.
pub fn external_id(v: &mut Violations, id: &str) -> String {
    v.text("external_id", id, 1..=EXTERNAL_ID_MAX)
}

/// Tells what became of a row, and of what it is here.
pub fn taken(external_id: &str, outcome: ImportOutcome, id: Option<Uuid>) -> ImportResult {
    ImportResult {
        external_id: external_id.to_owned(),
        outcome: outcome.into(),
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        violations: Vec::new(),
    }
}

/// Tells of a row that was refused.
///
/// # Errors
/// The error, when it is not about the row: it ends the load.
pub fn refused(
    external_id: &str,
    error: Error,
    messages: &Messages,
    language: Language,
) -> Result<ImportResult> {
    Ok(ImportResult {
        violations: violations(error, messages, language)?,
        ..taken(external_id, ImportOutcome::Refused, None)
    })
}

/// All that is wrong with a row that was refused.
///
/// # Errors
/// The error, when it is not about the row: it ends the load.
pub fn violations(
    error: Error,
    messages: &Messages,
    language: Language,
) -> Result<Vec<RowViolation>> {
    let of_all = |reason, args| Violation {
        field: String::new(),
        reason,
        args,
    };
    let violations = match error {
        Error::Invalid(violations) => violations,
        Error::Refused(refusal) => vec![of_all(refusal.reason, refusal.args)],
        Error::Exists { kind, id } => {
            let exists = Violation::new("", "EXISTS");
            vec![exists.with("kind", kind).with("id", id)]
        }
        other => return Err(other),
    };
    let told = |violation: Violation| RowViolation {
        message: messages.text(language, violation.reason, &violation.args),
        field: violation.field,
        reason: violation.reason.to_owned(),
    };
    Ok(violations.into_iter().map(told).collect())
}
