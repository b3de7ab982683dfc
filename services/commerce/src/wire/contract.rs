//! Contracts as messages.

use baton_chassis::{
    Date, Result, Violations,
    search::Query,
    wire::{date_text, etag, id_text, money, timestamp},
    words::Word as _,
};
use baton_proto::commerce::v1 as pb;

use super::{Document, NOTE_MAX, TITLE_MAX, came_from, document, given, line, note};
use crate::{
    contract::{Contract, Head, State, TerminationReason},
    line::Part,
    pricing::Wanted,
    store::contract::Filter,
};

/// Longest terms.
const TERMS_MAX: usize = 10_000;

/// A new contract.
#[derive(Clone, Debug)]
pub struct New {
    /// What it says like an order.
    pub document: Document,
    /// First day it holds.
    pub start_date: Option<Date>,
    /// Last day it holds.
    pub end_date: Option<Date>,
    /// Terms in words.
    pub terms: String,
}

/// Reads a new contract.
pub fn new(request: &pb::CreateContractRequest) -> Result<New> {
    let mut violations = Violations::new();
    let v = &mut violations;
    let asked = request.contract.clone().unwrap_or_default();
    let new = New {
        document: document!(v, "contract", asked),
        start_date: v.optional_date("contract.start_date", &asked.start_date),
        end_date: v.optional_date("contract.end_date", &asked.end_date),
        terms: v.optional_text("contract.terms", &asked.terms, TERMS_MAX),
    };
    if new
        .start_date
        .zip(new.end_date)
        .is_some_and(|(start, end)| end < start)
    {
        v.add("contract.end_date", "DATE_REVERSED");
    }
    violations.done()?;
    Ok(new)
}

/// Reads a change of a contract onto its head.
pub fn change(request: &pb::UpdateContractRequest, head: &mut Head) -> Result<()> {
    let mut v = Violations::new();
    let asked = request.contract.clone().unwrap_or_default();
    let fields = [
        "title",
        "start_date",
        "end_date",
        "terms",
        "owner_id",
        "territory_id",
    ];
    let mask = v.mask(request.update_mask.as_ref(), &fields);
    if mask.has("title") {
        head.title = v.text("contract.title", &asked.title, 1..=TITLE_MAX);
    }
    if mask.has("start_date") {
        head.start_date = v.optional_date("contract.start_date", &asked.start_date);
    }
    if mask.has("end_date") {
        head.end_date = v.optional_date("contract.end_date", &asked.end_date);
    }
    if mask.has("terms") {
        head.terms = v.optional_text("contract.terms", &asked.terms, TERMS_MAX);
    }
    if mask.has("owner_id") {
        head.owner = v.id("contract.owner_id", &asked.owner_id);
    }
    if mask.has("territory_id") {
        head.territory = v.optional_id("contract.territory_id", &asked.territory_id);
    }
    v.done()
}

/// Reads the new lines of a contract.
pub fn lines(request: &pb::SetContractLinesRequest) -> Result<Vec<Wanted>> {
    let mut v = Violations::new();
    let lines = line::wanted(&mut v, "lines", &request.lines);
    v.done()?;
    Ok(lines)
}

/// Reads why a contract is terminated.
pub fn termination(request: &pb::TerminateContractRequest) -> Result<(TerminationReason, String)> {
    let mut v = Violations::new();
    let reason = v.choice("reason", request.reason, TerminationReason::numbered);
    let note = note(
        &mut v,
        "note",
        &request.note,
        reason == Some(TerminationReason::Other),
    );
    v.done()?;
    Ok((reason.unwrap_or(TerminationReason::Other), note))
}

/// What is to be drawn from a contract.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// How much of which line; none for all that is left.
    pub parts: Vec<Part>,
    /// What the order is about; empty for what the contract is about.
    pub title: String,
    /// Day the customer wants it.
    pub requested_date: Option<Date>,
    /// Anything that who carries it out should know.
    pub note: String,
}

/// Reads what is to be drawn from a contract.
pub fn drawing(request: &pb::CreateContractOrderRequest) -> Result<Drawing> {
    let mut v = Violations::new();
    let drawing = Drawing {
        parts: line::parts(&mut v, &request.lines),
        title: v.optional_text("title", &request.title, TITLE_MAX),
        requested_date: v.optional_date("requested_date", &request.requested_date),
        note: v.optional_text("note", &request.note, NOTE_MAX),
    };
    v.done()?;
    Ok(drawing)
}

/// Reads which contracts are asked for.
pub fn filter(request: &pb::ListContractsRequest) -> Result<(Filter, Option<Query>)> {
    let mut v = Violations::new();
    let filter = Filter {
        state: v.optional_choice("state", request.state, State::numbered),
        owner: v.optional_id("owner_id", &request.owner_id),
        party: v.optional_id("party_id", &request.party_id),
        source: given(&request.source_id),
    };
    let query = v.optional_query("query", &request.query);
    v.done()?;
    Ok((filter, query))
}

/// Writes a contract.
pub fn contract(contract: &Contract) -> pb::Contract {
    let (currency, head) = (&contract.currency, contract.head.clone());
    pb::Contract {
        id: contract.id.to_string(),
        number: contract.number.clone(),
        title: head.title,
        party_id: contract.party.to_string(),
        source: Some(came_from(contract.source_kind, &contract.source_id)),
        owner_id: head.owner.to_string(),
        territory_id: id_text(head.territory),
        state: contract.state.number(),
        currency_code: currency.clone(),
        total: Some(money(currency, contract.total_minor)),
        lines: line::of_contract(currency, &contract.lines),
        start_date: date_text(head.start_date),
        end_date: date_text(head.end_date),
        terms: head.terms,
        activate_time: contract.activated_at.map(timestamp),
        end_time: contract.ended_at.map(timestamp),
        termination_reason: contract
            .termination_reason
            .map_or(0, TerminationReason::number),
        termination_note: contract.termination_note.clone(),
        etag: etag(contract.version),
        create_time: Some(timestamp(contract.created_at)),
        update_time: Some(timestamp(contract.updated_at)),
    }
}
