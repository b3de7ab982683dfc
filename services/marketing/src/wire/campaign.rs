//! Campaigns as contracts write them.

use baton_chassis::{
    Mask, Noun as _, Result, Source, Violations,
    ids::{MemberId, TerritoryId},
    mask::Sight,
    search::Query,
    wire::{date_text, etag, id_text, source, timestamp},
    words::Word as _,
};
use baton_proto::marketing::v1 as pb;

use super::{choice, money, optional};
use crate::{
    campaign::{Campaign, Kind, Plan},
    store::campaign::Filter,
};

/// Fields that an update may change.
pub const FIELDS: &[&str] = &[
    "name",
    "kind",
    "budget",
    "start_date",
    "end_date",
    "description",
];

/// A campaign as a reader sees it.
pub fn campaign(c: &Campaign, sight: &Sight) -> pb::Campaign {
    let budget = c.plan.budget().filter(|_| sight.cost(c.whose()));
    pb::Campaign {
        id: c.id.to_string(),
        number: c.number.clone(),
        name: c.plan.name.clone(),
        kind: c.plan.kind.number(),
        state: c.state.number(),
        budget: budget.map(|b| money(&b)),
        start_date: date_text(c.plan.start_date),
        end_date: date_text(c.plan.end_date),
        description: c.plan.description.clone(),
        source: Some(source(&c.source())),
        owner_id: c.owner.to_string(),
        territory_id: id_text(c.territory),
        cancel_reason: c.cancel_reason.clone(),
        start_time: c.started_at.map(timestamp),
        end_time: c.ended_at.map(timestamp),
        etag: etag(c.version),
        create_time: Some(timestamp(c.created_at)),
        update_time: Some(timestamp(c.updated_at)),
        masked_fields: sight.hidden(Campaign::KIND, c.whose()),
    }
}

/// A new campaign as it was asked for.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    /// Its plan.
    pub plan: Plan,
    /// What it comes from.
    pub source: Source,
    /// Who is to own it, if not whoever creates it.
    pub owner: Option<MemberId>,
    /// Territory it is to belong to, if not the owner's.
    pub territory: Option<TerritoryId>,
}

/// Reads a new campaign.
pub fn new_campaign(request: Option<&pb::Campaign>) -> Result<NewCampaign> {
    let mut v = Violations::new();
    let blank = pb::Campaign::default();
    let c = request.unwrap_or(&blank);
    let everything = v.mask(None, FIELDS);
    let new = NewCampaign {
        plan: plan(&mut v, c, &everything, blank_plan()),
        source: v.source("campaign.source", c.source.as_ref()),
        owner: v.optional_id("campaign.owner_id", &c.owner_id),
        territory: v.optional_id("campaign.territory_id", &c.territory_id),
    };
    v.done()?;
    Ok(new)
}

/// Reads the fields of a plan that change; the others stay as they are in `base`.
pub fn changed_plan(
    request: &pb::UpdateCampaignRequest,
    base: &Campaign,
    sight: &Sight,
) -> Result<Plan> {
    let mut v = Violations::new();
    let blank = pb::Campaign::default();
    let mut mask = v.mask(request.update_mask.as_ref(), FIELDS);
    if !sight.cost(base.whose()) {
        let as_shown = request.campaign.as_ref().is_none_or(|c| c.budget.is_none());
        v.keep_hidden(&mut mask, "campaign", "budget", as_shown);
    }
    let plan = plan(
        &mut v,
        request.campaign.as_ref().unwrap_or(&blank),
        &mask,
        base.plan.clone(),
    );
    v.done()?;
    Ok(plan)
}

fn blank_plan() -> Plan {
    Plan {
        name: String::new(),
        kind: Kind::Other,
        budget_currency: None,
        budget_minor: None,
        start_date: None,
        end_date: None,
        description: String::new(),
    }
}

fn plan(v: &mut Violations, c: &pb::Campaign, mask: &Mask, base: Plan) -> Plan {
    let mut plan = base;
    if mask.has("name") {
        plan.name = v.text("campaign.name", &c.name, 1..=200);
    }
    if mask.has("kind") {
        plan.kind = choice(v, "campaign.kind", c.kind).unwrap_or(plan.kind);
    }
    if mask.has("budget") {
        let budget = v.optional_money("campaign.budget", c.budget.as_ref());
        (plan.budget_currency, plan.budget_minor) =
            budget.map(|b| (b.currency, b.amount_minor)).unzip();
    }
    if mask.has("start_date") {
        plan.start_date = v.optional_date("campaign.start_date", &c.start_date);
    }
    if mask.has("end_date") {
        plan.end_date = v.optional_date("campaign.end_date", &c.end_date);
    }
    if mask.has("description") {
        plan.description = v.optional_text("campaign.description", &c.description, 2_000);
    }
    if let (Some(first), Some(last)) = (plan.start_date, plan.end_date)
        && last < first
    {
        v.add("campaign.end_date", "DATE_REVERSED");
    }
    plan
}

/// Reads the filters of a list.
pub fn filter(r: &pb::ListCampaignsRequest) -> Result<(Filter, Option<Query>)> {
    let mut v = Violations::new();
    let filter = Filter {
        state: optional(&mut v, "state", r.state),
        kind: optional(&mut v, "kind", r.kind),
        owner: v.optional_id("owner_id", &r.owner_id),
    };
    let query = v.optional_query("query", &r.query);
    v.done()?;
    Ok((filter, query))
}

/// Reads why a campaign is called off.
pub fn cancel_reason(r: &pb::CancelCampaignRequest) -> Result<String> {
    let mut v = Violations::new();
    let reason = v.text("reason", &r.reason, 1..=500);
    v.done()?;
    Ok(reason)
}
