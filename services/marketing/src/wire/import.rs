//! Imported leads as contracts write them.

use baton_chassis::{
    Context, Error, Language, Result, Source, SourceKind, Time, Violation, Violations,
    ids::{LeadId, PartyId},
    wire::id_text,
};
use baton_proto::marketing::v1 as pb;

use super::optional;
use crate::lead::{DisqualifyReason, Message, Quality, import::Past};

/// Rows of one request.
const ROWS_MAX: usize = 500;

/// A lead as a row describes it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is about.
    pub message: Message,
    /// What it comes from.
    pub source: Source,
    /// How far it had got.
    pub past: Past,
}

/// Reads what all rows have in common: the name of the system.
pub fn system(r: &pb::ImportLeadsRequest) -> Result<String> {
    let mut v = Violations::new();
    let system = v.text("system", &r.system, 1..=60);
    if r.rows.is_empty() {
        v.add("rows", "REQUIRED");
    }
    if r.rows.len() > ROWS_MAX {
        v.push(Violation::new("rows", "TOO_MANY").with("max", ROWS_MAX));
    }
    v.done()?;
    Ok(system)
}

/// Reads one row; a lead that does not say when it came in came in now.
pub fn row(row: &pb::LeadRow, now: Time) -> Result<Row> {
    let mut v = Violations::new();
    let external_id = v.text("external_id", &row.external_id, 1..=200);
    let source = match &row.source {
        None => Source {
            kind: SourceKind::Import,
            id: external_id,
        },
        Some(_) => v.source("source", row.source.as_ref()),
    };
    let party: PartyId = v.id("party_id", &row.party_id);
    let message = Message {
        title: v.text("title", &row.title, 1..=200),
        need: v.optional_text("need", &row.need, 2_000),
        party,
        contact: None,
    };
    let past = Past {
        quality: optional(&mut v, "quality", row.quality).unwrap_or(Quality::New),
        disqualify_reason: optional::<DisqualifyReason>(
            &mut v,
            "disqualify_reason",
            row.disqualify_reason,
        ),
        owner: v.optional_id("owner_id", &row.owner_id),
        territory: v.optional_id("territory_id", &row.territory_id),
        created_at: v
            .time("create_time", row.create_time.as_ref())
            .unwrap_or(now),
    };
    past_is_possible(&mut v, &past, now);
    v.done()?;
    Ok(Row {
        message,
        source,
        past,
    })
}

fn past_is_possible(v: &mut Violations, past: &Past, now: Time) {
    match (past.quality, past.disqualify_reason) {
        (Quality::Converting | Quality::Converted, _) => {
            v.add("quality", "LEAD_QUALITY_NOT_IMPORTED");
        }
        (Quality::Disqualified, None) => v.add("disqualify_reason", "REQUIRED"),
        (Quality::Disqualified, Some(_)) | (_, None) => {}
        (_, Some(_)) => v.add("disqualify_reason", "DISQUALIFY_REASON_SUPERFLUOUS"),
    }
    if past.created_at > now {
        v.add("create_time", "TIME_IN_FUTURE");
    }
}

/// A row that was taken.
pub fn taken(
    row: &pb::LeadRow,
    outcome: pb::ImportOutcome,
    id: Option<LeadId>,
) -> pb::ImportResult {
    pb::ImportResult {
        external_id: row.external_id.clone(),
        outcome: outcome.into(),
        id: id_text(id),
        violations: Vec::new(),
    }
}

/// A row that was refused, with all that is wrong with it; an error that is not the row's comes back.
pub fn refused(
    row: &pb::LeadRow,
    error: Error,
    cx: &Context,
    language: Language,
) -> Result<pb::ImportResult> {
    let violations = match error {
        Error::Invalid(violations) => violations,
        Error::Refused(refusal) => {
            vec![Violation {
                field: String::new(),
                reason: refusal.reason,
                args: refusal.args,
            }]
        }
        other => return Err(other),
    };
    let violation = |v: Violation| pb::RowViolation {
        message: cx.messages.text(language, v.reason, &v.args),
        field: v.field,
        reason: v.reason.to_owned(),
    };
    Ok(pb::ImportResult {
        external_id: row.external_id.clone(),
        outcome: pb::ImportOutcome::Refused.into(),
        id: String::new(),
        violations: violations.into_iter().map(violation).collect(),
    })
}
