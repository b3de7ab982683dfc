//! Opportunities as contracts write them.

use std::str::FromStr as _;

use baton_chassis::{
    Date, Money, Result, Source, SourceKind, Violation, Violations,
    ids::{ContactId, MemberId, OpportunityId, PartyId, ProcessId, StageId, TerritoryId},
    search::Query,
    wire::{AMOUNT_MINOR_MAX, date_text, etag, id_text, money, timestamp},
    words::Word as _,
    words::number,
};
use baton_proto::{sales::v1 as pb, r#type::v1::Money as MoneyMessage};

use crate::{
    commerce::{Commerce, Target},
    opportunity::{Head, Item, Joined, LINES_MAX, LossReason, Opportunity, State, total},
    store::opportunity::{Filter, NamedVisit},
};

/// A deal as a request describes it.
#[derive(Clone, Debug)]
pub struct NewDeal {
    /// Name of the deal.
    pub name: String,
    /// The account.
    pub party: PartyId,
    /// The person to talk to.
    pub contact: Option<ContactId>,
    /// Sales process, if it is named.
    pub process: Option<ProcessId>,
    /// Product line that chooses the process otherwise.
    pub product_line: String,
    /// Stage, if it is named.
    pub stage: Option<StageId>,
    /// What it is about.
    pub items: Items,
    /// What somebody says it is worth.
    pub stated: Option<Money>,
    /// When it is expected to be closed.
    pub expected_close: Option<Date>,
    /// Anything worth knowing.
    pub description: String,
    /// What it came from.
    pub source: Source,
    /// Who is to own it, if that is said.
    pub owner: Option<MemberId>,
    /// Territory, if that is said.
    pub territory: Option<TerritoryId>,
}

/// Items in one currency, which is unknown while no item has a price.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// Their currency.
    pub currency: Option<String>,
    /// What they are.
    pub items: Vec<Item>,
}

/// Whether an item may come without a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// Every item needs one.
    Required,
    /// Past facts may lack it.
    Optional,
}

/// Reads a request for a new deal.
///
/// # Errors
/// All violations.
pub fn new_deal(request: &pb::CreateOpportunityRequest) -> Result<NewDeal> {
    let deal = request.opportunity.clone().unwrap_or_default();
    let mut v = Violations::new();
    let items = items(&mut v, "opportunity.lines", &deal.lines, Price::Required);
    let stated = stated(&mut v, &deal);
    one_currency(&mut v, "opportunity.amount", &items, stated.as_ref());
    let new = NewDeal {
        name: name(&mut v, &deal),
        party: v.id("opportunity.party_id", &deal.party_id),
        contact: contact(&mut v, &deal),
        process: v.optional_id("opportunity.process_id", &deal.process_id),
        product_line: v.optional_text("product_line", &request.product_line, 100),
        stage: v.optional_id("opportunity.stage_id", &deal.stage_id),
        items,
        stated,
        expected_close: expected_close(&mut v, &deal),
        description: description(&mut v, &deal),
        source: v.source("opportunity.source", deal.source.as_ref()),
        owner: v.optional_id("opportunity.owner_id", &deal.owner_id),
        territory: territory(&mut v, &deal),
    };
    v.done()?;
    Ok(new)
}

/// Reads a change of a deal: what it can be changed to, and the amount that it is to have.
///
/// # Errors
/// All violations.
pub fn change(
    request: &pb::UpdateOpportunityRequest,
    before: &Opportunity,
) -> Result<(Head, Option<Money>)> {
    const FIELDS: &[&str] = &[
        "name",
        "party_id",
        "contact_id",
        "amount",
        "expected_close_date",
        "description",
        "owner_id",
        "territory_id",
    ];
    let deal = request.opportunity.clone().unwrap_or_default();
    let mut v = Violations::new();
    let mask = v.mask(request.update_mask.as_ref(), FIELDS);
    let (mut head, mut amount) = (before.head.clone(), before.amount());
    if mask.has("name") {
        head.name = name(&mut v, &deal);
    }
    if mask.has("party_id") {
        head.party = Some(v.id("opportunity.party_id", &deal.party_id));
    }
    if mask.has("contact_id") {
        head.contact = contact(&mut v, &deal);
    }
    if mask.has("amount") {
        amount = stated(&mut v, &deal);
    }
    if mask.has("expected_close_date") {
        head.expected_close = expected_close(&mut v, &deal);
    }
    if mask.has("description") {
        head.description = description(&mut v, &deal);
    }
    if mask.has("owner_id") {
        head.owner = v.id("opportunity.owner_id", &deal.owner_id);
    }
    if mask.has("territory_id") {
        head.territory = territory(&mut v, &deal);
    }
    v.done()?;
    Ok((head, amount))
}

fn name(v: &mut Violations, deal: &pb::Opportunity) -> String {
    v.text("opportunity.name", &deal.name, 1..=200)
}

fn contact(v: &mut Violations, deal: &pb::Opportunity) -> Option<ContactId> {
    v.optional_id("opportunity.contact_id", &deal.contact_id)
}

fn stated(v: &mut Violations, deal: &pb::Opportunity) -> Option<Money> {
    v.optional_money("opportunity.amount", deal.amount.as_ref())
}

fn expected_close(v: &mut Violations, deal: &pb::Opportunity) -> Option<Date> {
    v.optional_date("opportunity.expected_close_date", &deal.expected_close_date)
}

fn description(v: &mut Violations, deal: &pb::Opportunity) -> String {
    v.optional_text("opportunity.description", &deal.description, 4_000)
}

fn territory(v: &mut Violations, deal: &pb::Opportunity) -> Option<TerritoryId> {
    v.optional_id("opportunity.territory_id", &deal.territory_id)
}

/// A deal has one currency: an amount that is stated beside items must be in theirs.
pub fn one_currency(v: &mut Violations, field: &str, items: &Items, stated: Option<&Money>) {
    if let (Some(theirs), Some(stated)) = (&items.currency, stated)
        && *theirs != stated.currency
    {
        v.add(
            format!("{field}.currency_code"),
            "OPPORTUNITY_CURRENCIES_MIXED",
        );
    }
}

/// Reads the items of a deal below `field`.
pub fn items(
    v: &mut Violations,
    field: &str,
    lines: &[pb::OpportunityLine],
    price: Price,
) -> Items {
    if lines.len() > LINES_MAX {
        v.push(Violation::new(field, "TOO_MANY").with("max", LINES_MAX));
    }
    let mut read = Items::default();
    for (n, line) in lines.iter().enumerate().take(LINES_MAX) {
        let field = format!("{field}[{n}]");
        let (currency, item) = item(v, &field, line, price);
        match (&read.currency, currency) {
            (Some(one), Some(other)) if *one != other => {
                v.add(
                    format!("{field}.unit_price.currency_code"),
                    "OPPORTUNITY_CURRENCIES_MIXED",
                );
            }
            (None, Some(currency)) => read.currency = Some(currency),
            _ => {}
        }
        read.items.push(item);
    }
    if total(&read.items).is_some_and(|sum| sum > AMOUNT_MINOR_MAX) {
        v.push(beyond(field));
    }
    read
}

fn beyond(field: &str) -> Violation {
    Violation::new(field, "NUMBER_OUT_OF_RANGE")
        .with("min", 0)
        .with("max", AMOUNT_MINOR_MAX)
}

fn item(
    v: &mut Violations,
    field: &str,
    line: &pb::OpportunityLine,
    price: Price,
) -> (Option<String>, Item) {
    let at = |name| format!("{field}.{name}");
    let unit_price = match price {
        Price::Required => Some(v.money(&at("unit_price"), line.unit_price.as_ref())),
        Price::Optional => v.optional_money(&at("unit_price"), line.unit_price.as_ref()),
    };
    let item = Item {
        product: v.optional_id(&at("product_id"), &line.product_id),
        description: v.optional_text(&at("description"), &line.description, 200),
        quantity_milli: v.quantity(&at("quantity"), &line.quantity),
        unit_price_minor: unit_price.as_ref().map(|p| p.amount_minor),
        discount_bp: v.in_range(&at("discount_bp"), line.discount_bp, 0..=10_000),
        amount_minor: None,
    };
    if item.product.is_none() && item.description.is_empty() {
        v.add(at("description"), "REQUIRED");
    }
    let priced = item.clone().priced();
    if priced.is_none() {
        v.push(beyond(field));
    }
    (unit_price.map(|p| p.currency), priced.unwrap_or(item))
}

/// Reads why a deal was lost. `UNKNOWN` is for imports alone.
///
/// # Errors
/// All violations.
pub fn loss(request: &pb::LoseOpportunityRequest) -> Result<(LossReason, String)> {
    let mut v = Violations::new();
    let reason = v.choice("reason", request.reason, |n| {
        LossReason::numbered(n).filter(|r| *r != LossReason::Unknown)
    });
    let competitor = v.optional_text("competitor", &request.competitor, 200);
    if reason == Some(LossReason::Competitor) && competitor.is_empty() {
        v.add("competitor", "REQUIRED");
    }
    v.done()?;
    Ok((reason.unwrap_or(LossReason::Other), competitor))
}

/// Reads what a deal or project is to become.
///
/// # Errors
/// When it is not said.
pub fn target(number: i32) -> Result<Target> {
    let mut v = Violations::new();
    let target = v.choice("target", number, Target::numbered);
    v.done()?;
    Ok(target.unwrap_or(Target::Contract))
}

/// What a list of opportunities is narrowed to.
///
/// # Errors
/// All violations.
pub fn filter(request: &pb::ListOpportunitiesRequest) -> Result<(Filter, Option<Query>)> {
    let mut v = Violations::new();
    let source_kind = Some(request.source_kind.trim()).filter(|k| !k.is_empty());
    let filter = Filter {
        state: v.optional_choice("state", request.state, State::numbered),
        commerce: v.optional_choice("commerce_state", request.commerce_state, Commerce::numbered),
        stage: v.optional_id("stage_id", &request.stage_id),
        owner: v.optional_id("owner_id", &request.owner_id),
        party: v.optional_id("party_id", &request.party_id),
        process: v.optional_id("process_id", &request.process_id),
        territory: v.optional_id("territory_id", &request.territory_id),
        closes: v.days(
            (
                "expected_close_from_date",
                &request.expected_close_from_date,
            ),
            ("expected_close_to_date", &request.expected_close_to_date),
        ),
        source_kind: source_kind.and_then(|k| {
            let kind = SourceKind::from_str(k).ok();
            if kind.is_none() {
                v.add("source_kind", "SOURCE_KIND_UNKNOWN");
            }
            kind
        }),
        source_id: Some(v.optional_text("source_id", &request.source_id, 200))
            .filter(|id| !id.is_empty()),
    };
    if filter.source_id.is_some() && source_kind.is_none() {
        v.add("source_kind", "REQUIRED");
    }
    let query = v.optional_query("query", &request.query);
    v.done()?;
    Ok((filter, query))
}

fn worth(currency: &str, minor: Option<i64>) -> Option<MoneyMessage> {
    minor.map(|minor| money(currency, minor))
}

/// A deal with its lines, as far as they were read.
#[must_use]
pub fn opportunity(deal: &Opportunity) -> pb::Opportunity {
    let line = |line: &crate::opportunity::Line| pb::OpportunityLine {
        id: line.id.to_string(),
        product_id: id_text(line.item.product),
        description: line.item.description.clone(),
        quantity: baton_chassis::money::format_quantity(line.item.quantity_milli),
        unit_price: worth(&deal.currency, line.item.unit_price_minor),
        discount_bp: line.item.discount_bp,
        amount: worth(&deal.currency, line.item.amount_minor),
    };
    pb::Opportunity {
        id: deal.id.to_string(),
        number: deal.number.clone(),
        name: deal.head.name.clone(),
        party_id: id_text(deal.head.party),
        contact_id: id_text(deal.head.contact),
        process_id: deal.process.to_string(),
        stage_id: deal.stage.to_string(),
        state: deal.state.number(),
        lines: deal.lines.iter().map(line).collect(),
        amount: worth(&deal.currency, deal.amount_minor),
        probability_percent: deal.probability_percent,
        expected_close_date: date_text(deal.head.expected_close),
        description: deal.head.description.clone(),
        loss_reason: number(deal.loss_reason),
        competitor: deal.competitor.clone(),
        close_time: deal.closed_at.map(timestamp),
        commerce_state: deal.commerce.number(),
        source: Some(baton_chassis::wire::source(&deal.source())),
        owner_id: deal.head.owner.to_string(),
        territory_id: id_text(deal.head.territory),
        etag: etag(deal.version),
        create_time: Some(timestamp(deal.created_at)),
        update_time: Some(timestamp(deal.updated_at)),
        joined_leads: deal.joined.iter().map(joined).collect(),
        credit_id: deal.credit.to_string(),
    }
}

fn joined(joined: &Joined) -> pb::JoinedLead {
    pb::JoinedLead {
        lead_id: joined.lead.to_string(),
        join_time: Some(timestamp(joined.joined_at)),
        joined_by_id: joined.joined_by.to_string(),
    }
}

/// A visit of a deal.
#[must_use]
pub fn visit(deal: OpportunityId, named: &NamedVisit) -> pb::StageVisit {
    let visit = &named.visit;
    pb::StageVisit {
        id: visit.id.to_string(),
        opportunity_id: deal.to_string(),
        stage_id: visit.stage.to_string(),
        stage_name: named.stage_name.clone(),
        position: visit.position,
        enter_time: visit.entered_at.map(timestamp),
        entered_by_id: id_text(visit.entered_by),
        leave_time: visit.left_at.map(timestamp),
        left_by_id: id_text(visit.left_by),
        outcome: visit.outcome.number(),
        dwell_s: visit.dwell_s,
        credit_id: visit.credit.to_string(),
    }
}
