//! Imported opportunities as contracts write them.

use baton_chassis::{
    Context, Date, Error, Language, Money, Violation, Violations,
    ids::{MemberId, OpportunityId, PartyId, ProcessId, TerritoryId},
    words::Word as _,
};
use baton_proto::sales::v1 as pb;
use prost::Message as _;
use uuid::Uuid;

use super::opportunity::{Items, Price, items, one_currency};
use crate::opportunity::{LossReason, Past, State};

/// Rows of one request.
pub const ROWS_MAX: usize = 500;

/// A deal as a row describes it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Name of the deal.
    pub name: String,
    /// The account, if it is known.
    pub party: Option<PartyId>,
    /// Who owned it.
    pub owner: MemberId,
    /// Territory, if it is named.
    pub territory: Option<TerritoryId>,
    /// Sales process, if it is named.
    pub process: Option<ProcessId>,
    /// Name or id of the stage; empty for the first one.
    pub stage: String,
    /// What it was about.
    pub items: Items,
    /// What somebody said it was worth.
    pub stated: Option<Money>,
    /// When it is expected to be closed.
    pub expected_close: Option<Date>,
    /// Anything worth knowing.
    pub description: String,
    /// How it went.
    pub past: Past,
}

/// Checks what all rows have in common.
///
/// # Errors
/// All violations.
pub fn system(request: &pb::ImportOpportunitiesRequest) -> Result<String, Error> {
    let mut v = Violations::new();
    let system = v.text("system", &request.system, 1..=60);
    if request.rows.is_empty() {
        v.add("rows", "REQUIRED");
    }
    if request.rows.len() > ROWS_MAX {
        v.push(Violation::new("rows", "TOO_MANY").with("max", ROWS_MAX));
    }
    v.done()?;
    Ok(system)
}

/// The fingerprint of a row: the same row again has the same one.
#[must_use]
pub fn print(row: &pb::OpportunityRow) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &row.encode_to_vec())
}

/// Reads one row.
///
/// # Errors
/// All violations.
pub fn row(row: &pb::OpportunityRow) -> Result<Row, Error> {
    let mut v = Violations::new();
    v.text("external_id", &row.external_id, 1..=200);
    let items = items(&mut v, "lines", &row.lines, Price::Optional);
    let stated = v.optional_money("amount", row.amount.as_ref());
    one_currency(&mut v, "amount", &items, stated.as_ref());
    let read = Row {
        name: v.text("name", &row.name, 1..=200),
        party: v.optional_id("party_id", &row.party_id),
        owner: v.id("owner_id", &row.owner_id),
        territory: v.optional_id("territory_id", &row.territory_id),
        process: v.optional_id("process_id", &row.process_id),
        stage: v.optional_text("stage", &row.stage, 100),
        items,
        stated,
        expected_close: v.optional_date("expected_close_date", &row.expected_close_date),
        description: v.optional_text("description", &row.description, 4_000),
        past: past(&mut v, row),
    };
    v.done()?;
    Ok(read)
}

fn past(v: &mut Violations, row: &pb::OpportunityRow) -> Past {
    let state = v
        .choice("state", row.state, State::numbered)
        .unwrap_or(State::Open);
    let engaged = v.optional_date("engage_date", &row.engage_date);
    let closed = v.optional_date("close_date", &row.close_date);
    match (state, closed) {
        (State::Open, Some(_)) => v.add("close_date", "OPPORTUNITY_CLOSE_DATE_SUPERFLUOUS"),
        (State::Won | State::Lost, None) if row.close_date.trim().is_empty() => {
            v.add("close_date", "REQUIRED");
        }
        _ => {}
    }
    if engaged
        .zip(closed)
        .is_some_and(|(engaged, closed)| closed < engaged)
    {
        v.add("close_date", "DATE_REVERSED");
    }
    Past {
        state,
        engaged,
        closed,
        loss_reason: v.optional_choice("loss_reason", row.loss_reason, LossReason::numbered),
        competitor: v.optional_text("competitor", &row.competitor, 200),
        print: print(row),
    }
}

/// A row that was taken.
#[must_use]
pub fn taken(
    row: &pb::OpportunityRow,
    outcome: pb::ImportOutcome,
    id: Option<OpportunityId>,
) -> pb::ImportResult {
    pb::ImportResult {
        external_id: row.external_id.clone(),
        outcome: outcome.into(),
        id: id.map(|id| Uuid::from(id).to_string()).unwrap_or_default(),
        violations: Vec::new(),
    }
}

/// A row that was refused, with all that is wrong with it; an error that is not the row's comes back.
///
/// # Errors
/// An error that ends the whole batch.
pub fn refused(
    row: &pb::OpportunityRow,
    error: Error,
    cx: &Context,
    language: Language,
) -> Result<pb::ImportResult, Error> {
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
