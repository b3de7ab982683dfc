//! The calls. Each is the same few lines: read, decide, answer; what several of them do alike is here.

mod contract;
mod erp;
mod import;
mod order;
mod product;

pub use contract::Contracts;
pub use erp::Erp;
pub use import::Imports;
pub use order::Orders;
pub use product::Products;

use baton_chassis::{
    Date, Error, Result, Source, SourceKind, Violations,
    act::{Act, Look},
    caller::{Caller, Whose},
    context::Context,
    ids::{MemberId, TerritoryId},
};

use baton_proto::sales::v1::{
    GetOpportunityRequest, GetProjectRequest, OpportunityState,
    opportunity_service_client::OpportunityServiceClient,
    project_service_client::ProjectServiceClient,
};

use crate::{
    line::Line,
    pricing::{Pricing, Wanted},
    store,
    wire::Document,
};

/// Today where the firm is.
fn today(look: &Look<'_>) -> Date {
    look.now
        .with_timezone(&look.settings().time_zone)
        .date_naive()
}

/// Asks those who keep them whether party and source of a new document exist and the caller may see them, and whether
/// the party is an account. A service that hands something over has seen to that.
async fn check_references(
    cx: &Context,
    caller: &Caller,
    field: &str,
    document: &Document,
) -> Result<()> {
    if caller.is_service() {
        return Ok(());
    }
    let (party, source) = (document.party.to_string(), &document.source);
    let (party_id, source_id) = (format!("{field}.party_id"), format!("{field}.source.id"));
    let mut references = vec![(party_id.as_str(), "ACCOUNT", party.clone())];
    if source.kind.is_object() {
        references.push((&source_id, source.kind.as_str(), source.id.clone()));
    }
    let nodes = cx.check_references(caller, &references).await?;
    let is_account = nodes
        .iter()
        .any(|n| n.kind == "ACCOUNT" && n.id == party && n.state == "ACCOUNT");
    if !is_account {
        return Err(Error::invalid(party_id, "COMMERCE_NEEDS_ACCOUNT"));
    }
    if let Some((won, of)) = sold(cx, caller, source).await? {
        let mut v = Violations::new();
        if !won {
            v.add(source_id, "COMMERCE_NEEDS_WON_DEAL");
        } else if of != party {
            v.add(source_id, "COMMERCE_DEAL_OF_ANOTHER");
        }
        v.done()?;
    }
    Ok(())
}

/// Asks sales about the deal or project that a document comes from: whether it is won, and whose it is.
async fn sold(cx: &Context, caller: &Caller, source: &Source) -> Result<Option<(bool, String)>> {
    let id = source.id.clone();
    let link = cx.link_as_service("sales", caller.person(), "source");
    Ok(match source.kind {
        SourceKind::Opportunity => {
            let mut client = OpportunityServiceClient::new(link.await?);
            let answer = client.get_opportunity(GetOpportunityRequest { id }).await?;
            let deal = answer.into_inner().opportunity.unwrap_or_default();
            Some((deal.state() == OpportunityState::Won, deal.party_id))
        }
        SourceKind::Project => {
            let mut client = ProjectServiceClient::new(link.await?);
            let answer = client.get_project(GetProjectRequest { id }).await?;
            let project = answer.into_inner().project.unwrap_or_default();
            Some((
                project.deal_state() == OpportunityState::Won,
                project.party_id,
            ))
        }
        _ => None,
    })
}

/// Where a document belongs when nothing is said: to the caller, and to the territory of its owner.
fn seat(act: &Act<'_>, document: &Document) -> Result<(MemberId, Option<TerritoryId>)> {
    let owner = document.owner.map_or_else(|| act.member(), Ok)?;
    let territory = document
        .territory
        .or_else(|| act.people().member(owner)?.territory);
    Ok((owner, territory))
}

/// Notes what is wrong with where a document is to belong: it must be a member who may act and a territory in use,
/// and nobody puts a document where he could not reach it himself. A service keeps to what it hands over.
fn check_seat(
    caller: &Caller,
    v: &mut Violations,
    field: &str,
    owner: MemberId,
    territory: Option<TerritoryId>,
) {
    if caller.is_service() {
        return;
    }
    let people = &caller.people;
    if !people.member(owner).is_some_and(|m| m.active) {
        v.add(format!("{field}.owner_id"), "REFERENCE_NOT_FOUND");
    } else if territory.is_some_and(|t| people.territory(t).is_none_or(|t| t.archived)) {
        v.add(format!("{field}.territory_id"), "REFERENCE_NOT_FOUND");
    } else if !caller.sees(Whose::to_be(Some(owner), territory)) {
        v.add(format!("{field}.owner_id"), "COMMERCE_OUT_OF_REACH");
    }
}

/// Prices the lines of a document by the catalogue.
async fn price(
    act: &mut Act<'_>,
    v: &mut Violations,
    field: &str,
    currency: &str,
    wanted: &[Wanted],
) -> Result<Vec<Line>> {
    let named: Vec<_> = wanted.iter().filter_map(|w| w.product).collect();
    let products = store::product::by_id(act.tx, named).await?;
    let discontinued = act.caller.is_service();
    let pricing = Pricing {
        currency,
        products: &products,
        discontinued,
    };
    Ok(pricing.lines(v, field, wanted, || act.new_id()))
}
