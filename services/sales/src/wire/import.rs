//! Imported opportunities as contracts write them.

use baton_chassis::{
    Date, Error, Money, Violations,
    ids::{MemberId, PartyId, ProcessId, TerritoryId},
    import,
    words::Word as _,
};
use baton_proto::sales::v1 as pb;
use prost::Message as _;
use uuid::Uuid;

use super::opportunity::{Items, Price, items, one_currency};
use crate::opportunity::{LossReason, Past, State};

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
    let system = import::system(&mut v, &request.system, &request.rows);
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
    import::external_id(&mut v, &row.external_id);
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
        .choice("state", row.state, |n| {
            State::numbered(n).filter(|s| *s != State::Retracted)
        })
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
