//! What the stories of sales share: the ways in, and the shortest way to a deal in every state.

use baton_chassis::{
    link::Link,
    test::{Engine, Person, World},
};
use baton_proto::{
    directory::v1::{Function, GrantScope},
    sales::v1::{
        self as pb, import_service_client::ImportServiceClient,
        opportunity_service_client::OpportunityServiceClient,
        process_service_client::ProcessServiceClient,
    },
    r#type::v1::{Handoff, HandoffState, Money},
};

use crate::{answers::told, commerce::account, directory::grant};

/// A world of everybody but the edge: sales asks, heeds or is heeded by all of them.
pub async fn world(engine: Engine) -> World {
    let services = baton::services()
        .into_iter()
        .filter(|s| s.name() != "gateway");
    World::new(engine, services.collect()).await
}

/// Somebody who wins deals, and leaves contracts and orders to others.
pub async fn nothing_but_seller(world: &World) -> Person {
    for function in [Function::Sales, Function::Customer] {
        grant(world, "field_sales", function, GrantScope::All).await;
    }
    world.member("field_sales").await
}

pub fn processes(world: &World, who: &Person) -> ProcessServiceClient<Link> {
    ProcessServiceClient::new(world.link_as(who))
}

pub fn deals(world: &World, who: &Person) -> OpportunityServiceClient<Link> {
    OpportunityServiceClient::new(world.link_as(who))
}

pub fn imports(world: &World, who: &Person) -> ImportServiceClient<Link> {
    ImportServiceClient::new(world.link_as(who))
}

pub fn yuan(amount_minor: i64) -> Money {
    Money {
        currency_code: "CNY".to_owned(),
        amount_minor,
    }
}

/// So much of something that is not in the catalogue.
pub fn line(description: &str, quantity: &str, unit_price_minor: i64) -> pb::OpportunityLine {
    pb::OpportunityLine {
        description: description.to_owned(),
        quantity: quantity.to_owned(),
        unit_price: Some(yuan(unit_price_minor)),
        ..pb::OpportunityLine::default()
    }
}

/// A deal about ten servers for 100,000 yuan, as somebody would write it down.
pub fn ten_servers(party_id: &str) -> pb::Opportunity {
    pb::Opportunity {
        name: "Ten servers".to_owned(),
        party_id: party_id.to_owned(),
        amount: Some(yuan(10_000_000)),
        ..pb::Opportunity::default()
    }
}

pub async fn create(world: &World, who: &Person, deal: pb::Opportunity) -> pb::Opportunity {
    let request = pb::CreateOpportunityRequest {
        opportunity: Some(deal),
        ..Default::default()
    };
    told(deals(world, who).create_opportunity(request).await)
        .opportunity
        .unwrap()
}

/// A deal that is open in its first stage, with an account of its own.
pub async fn open(world: &World, who: &Person) -> pb::Opportunity {
    let party = account(world, who, &format!("Company of {}", who.name)).await;
    create(world, who, ten_servers(&party)).await
}

pub async fn win(world: &World, who: &Person, id: &str) -> pb::Opportunity {
    let request = pb::WinOpportunityRequest {
        id: id.to_owned(),
        ..Default::default()
    };
    told(deals(world, who).win_opportunity(request).await)
        .opportunity
        .unwrap()
}

pub async fn get(world: &World, who: &Person, id: &str) -> pb::Opportunity {
    let request = pb::GetOpportunityRequest { id: id.to_owned() };
    told(deals(world, who).get_opportunity(request).await)
        .opportunity
        .unwrap()
}

/// The stages that the first run brings along, first to last.
pub async fn stages(world: &World, who: &Person) -> Vec<pb::Stage> {
    let listed = processes(world, who)
        .list_processes(pb::ListProcessesRequest::default())
        .await;
    told(listed).processes.remove(0).stages
}

pub async fn visits(world: &World, who: &Person, id: &str) -> Vec<pb::StageVisit> {
    let request = pb::ListStageVisitsRequest {
        opportunity_id: id.to_owned(),
        ..Default::default()
    };
    told(deals(world, who).list_stage_visits(request).await).visits
}

/// State of each handoff of a deal, first to last.
pub async fn handoffs(world: &World, who: &Person, id: &str) -> Vec<HandoffState> {
    let request = pb::ListOpportunityHandoffsRequest {
        opportunity_id: id.to_owned(),
    };
    let listed = told(deals(world, who).list_opportunity_handoffs(request).await).handoffs;
    listed.iter().map(Handoff::state).collect()
}
