//! Every way that the chain may take, each gone from its root to an order, and seen whole from every object on it.

use baton_chassis::test::Engine;
use baton_proto::{
    commerce::v1::{self as commerce, CreateOrderRequest, Order},
    insight::v1::TraceNode,
    marketing::v1::{ConversionState, ConvertLeadRequest, Lead, OpportunityDraft, ProjectDraft},
    sales::v1 as pb,
};

use crate::{
    answers::told,
    commerce::{account, active_contract, contracts, line, order, orders, part, source},
    insight_trace::trace,
    marketing::Firm,
    sales::{self, deals, ten_servers, yuan},
    sales_projects::{create, plant, projects},
};

/// An object on the way: its kind and id.
type Object = (&'static str, String);

/// The chain is these objects, the root first, each made of the one before it, whichever of them one asks about.
async fn assert_chain(firm: &Firm, objects: &[Object]) {
    firm.world.settle().await;
    let mut before = source("DIRECT", "");
    let mut sources = Vec::new();
    for (kind, id) in objects {
        sources.push(before);
        before = source(kind, id);
    }
    for (kind, id) in objects {
        let mut seen = trace(&firm.world, &firm.boss, kind, id).await;
        // The customer that a lead brought along came from the same campaign, and stands beside the way.
        seen.retain(|n| n.kind != "ACCOUNT");
        let chain: Vec<_> = seen
            .iter()
            .map(|n| (n.kind.as_str(), n.id.as_str()))
            .collect();
        let expected: Vec<_> = objects.iter().map(|(k, id)| (*k, id.as_str())).collect();
        assert_eq!(chain, expected, "seen from {kind}");
        let told: Vec<_> = seen.iter().filter_map(|n| n.source.clone()).collect();
        assert_eq!(told, sources, "seen from {kind}");
        let is_named = |n: &TraceNode| n.visible && !n.number.is_empty() && !n.title.is_empty();
        assert!(seen.iter().all(is_named), "{seen:?}");
    }
}

/// The lead of somebody in marketing, with its salesperson, who accepted it.
async fn lead(firm: &Firm, came_from: Option<Object>) -> Object {
    let lead = Lead {
        title: "Pumps for a plant".into(),
        prospect: Some(firm.prospect()),
        source: came_from.map(|(kind, id)| source(kind, &id)),
        ..Lead::default()
    };
    let id = firm.create(&firm.marketer, lead).await.unwrap().id;
    firm.route(&firm.marketer, &id).await.unwrap();
    firm.assign(&firm.manager, &id, &firm.seller).await.unwrap();
    firm.qualify(&firm.seller, &id).await;
    ("LEAD", id)
}

/// The opportunity that a lead becomes, with an amount.
async fn converted(firm: &Firm, lead: &Object) -> Object {
    let request = ConvertLeadRequest {
        id: lead.1.clone(),
        opportunity: Some(OpportunityDraft {
            amount: Some(yuan(1_000_000)),
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = firm.leads(&firm.seller).convert_lead(request).await;
    let done = told(answer).conversion.unwrap();
    assert_eq!(done.state(), ConversionState::Completed);
    ("OPPORTUNITY", done.opportunity_id)
}

/// The sales project that a lead becomes, with an amount.
async fn converted_to_project(firm: &Firm, lead: &Object) -> Object {
    let request = ConvertLeadRequest {
        id: lead.1.clone(),
        project: Some(ProjectDraft {
            amount: Some(yuan(1_000_000)),
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = firm.leads(&firm.seller).convert_lead(request).await;
    let done = told(answer).conversion.unwrap();
    assert_eq!(done.state(), ConversionState::Completed);
    ("PROJECT", done.project_id)
}

/// An opportunity that came from nowhere.
async fn opportunity(firm: &Firm) -> Object {
    let party = account(&firm.world, &firm.seller, "Acme").await;
    let deal = sales::create(&firm.world, &firm.seller, ten_servers(&party)).await;
    ("OPPORTUNITY", deal.id)
}

/// Wins an opportunity and makes a contract or an order of it.
async fn handed_over(firm: &Firm, deal: &Object, target: pb::HandOverTarget) -> Object {
    sales::win(&firm.world, &firm.seller, &deal.1).await;
    let request = pb::HandOverOpportunityRequest {
        id: deal.1.clone(),
        target: target.into(),
        ..Default::default()
    };
    let mut client = deals(&firm.world, &firm.seller);
    told(client.hand_over_opportunity(request).await);
    firm.world.settle().await;
    let latest = pb::GetHandOverRequest {
        opportunity_id: deal.1.clone(),
    };
    let done = told(client.get_hand_over(latest).await).hand_over;
    made(done.unwrap())
}

/// Wins a project and makes a contract or an order of it.
async fn project_handed_over(firm: &Firm, project: &Object, target: pb::HandOverTarget) -> Object {
    let mut client = projects(&firm.world, &firm.seller);
    let win = pb::WinProjectRequest {
        id: project.1.clone(),
        ..Default::default()
    };
    told(client.win_project(win).await);
    let request = pb::HandOverProjectRequest {
        id: project.1.clone(),
        target: target.into(),
        ..Default::default()
    };
    told(client.hand_over_project(request).await);
    firm.world.settle().await;
    let latest = pb::GetProjectHandOverRequest {
        project_id: project.1.clone(),
    };
    let done = told(client.get_project_hand_over(latest).await).hand_over;
    made(done.unwrap())
}

fn made(done: pb::HandOver) -> Object {
    assert_eq!(done.state(), pb::HandOverState::Completed, "{done:?}");
    let kind = match done.target() {
        pb::HandOverTarget::Contract => "CONTRACT",
        _ => "ORDER",
    };
    (kind, done.made_id)
}

/// Puts a contract into force and draws an order from it.
async fn drawn(firm: &Firm, contract: &Object) -> Object {
    let mut client = contracts(&firm.world, &firm.boss);
    let activate = commerce::ActivateContractRequest {
        id: contract.1.clone(),
        ..Default::default()
    };
    let contract = told(client.activate_contract(activate).await)
        .contract
        .unwrap();
    order_of(firm, &contract).await
}

async fn order_of(firm: &Firm, contract: &commerce::Contract) -> Object {
    let draw = commerce::CreateContractOrderRequest {
        id: contract.id.clone(),
        lines: vec![part(&contract.lines[0], "1")],
        ..Default::default()
    };
    let drawn = contracts(&firm.world, &firm.boss)
        .create_contract_order(draw)
        .await;
    ("ORDER", told(drawn).order.unwrap().id)
}

/// A sales project of the salesperson.
async fn project(firm: &Firm, came_from: Option<&Object>) -> Object {
    let project = match came_from {
        Some((kind, id)) => pb::Project {
            name: "New plant".to_owned(),
            source: Some(source(kind, id)),
            ..Default::default()
        },
        None => plant(&account(&firm.world, &firm.seller, "Acme").await),
    };
    let project = create(&firm.world, &firm.seller, project).await;
    ("PROJECT", project.id)
}

#[tokio::test]
async fn campaign_to_lead_to_opportunity_to_contract_to_order() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let campaign = firm.campaign(&firm.marketer, "Trade fair").await;
        let campaign = ("CAMPAIGN", campaign.id);
        let lead = lead(&firm, Some(campaign.clone())).await;
        let deal = converted(&firm, &lead).await;
        let contract = handed_over(&firm, &deal, pb::HandOverTarget::Contract).await;
        let order = drawn(&firm, &contract).await;
        assert_chain(&firm, &[campaign, lead, deal, contract, order]).await;
    }
}

#[tokio::test]
async fn lead_to_opportunity_to_contract_to_order() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = lead(&firm, None).await;
        let deal = converted(&firm, &lead).await;
        let contract = handed_over(&firm, &deal, pb::HandOverTarget::Contract).await;
        let order = drawn(&firm, &contract).await;
        assert_chain(&firm, &[lead, deal, contract, order]).await;
    }
}

#[tokio::test]
async fn lead_to_opportunity_to_order_without_a_contract() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = lead(&firm, None).await;
        let deal = converted(&firm, &lead).await;
        let order = handed_over(&firm, &deal, pb::HandOverTarget::Order).await;
        assert_chain(&firm, &[lead, deal, order]).await;
    }
}

#[tokio::test]
async fn direct_opportunity_to_contract_to_order() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let deal = opportunity(&firm).await;
        let contract = handed_over(&firm, &deal, pb::HandOverTarget::Contract).await;
        let order = drawn(&firm, &contract).await;
        assert_chain(&firm, &[deal, contract, order]).await;
    }
}

#[tokio::test]
async fn direct_opportunity_to_order_without_a_contract() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let deal = opportunity(&firm).await;
        let order = handed_over(&firm, &deal, pb::HandOverTarget::Order).await;
        assert_chain(&firm, &[deal, order]).await;
    }
}

#[tokio::test]
async fn opportunity_to_order_that_commerce_writes_by_hand() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let deal = opportunity(&firm).await;
        let won = sales::win(&firm.world, &firm.seller, &deal.1).await;
        let order = Order {
            title: "Ten servers".to_owned(),
            party_id: won.party_id,
            source: Some(source(deal.0, &deal.1)),
            lines: vec![line("server", "10", 1_000_000)],
            ..Order::default()
        };
        let request = CreateOrderRequest {
            order: Some(order),
            ..Default::default()
        };
        let order = orders(&firm.world, &firm.boss).create_order(request).await;
        let order = ("ORDER", told(order).order.unwrap().id);
        assert_chain(&firm, &[deal, order]).await;
    }
}

#[tokio::test]
async fn direct_contract_to_order() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let party = account(&firm.world, &firm.boss, "Acme").await;
        let contract = active_contract(&firm.world, &firm.boss, &party).await;
        let order = order_of(&firm, &contract).await;
        assert_chain(&firm, &[("CONTRACT", contract.id), order]).await;
    }
}

#[tokio::test]
async fn direct_order() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let party = account(&firm.world, &firm.boss, "Acme").await;
        let order = order(&firm.world, &firm.boss, &party).await;
        assert_chain(&firm, &[("ORDER", order.id)]).await;
    }
}

#[tokio::test]
async fn lead_to_opportunity_to_project_to_contract_to_order() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = lead(&firm, None).await;
        let deal = converted(&firm, &lead).await;
        let project = project(&firm, Some(&deal)).await;
        let contract = project_handed_over(&firm, &project, pb::HandOverTarget::Contract).await;
        let order = drawn(&firm, &contract).await;
        assert_chain(&firm, &[lead, deal, project, contract, order]).await;
    }
}

#[tokio::test]
async fn lead_to_project_to_contract_to_order() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = lead(&firm, None).await;
        let project = converted_to_project(&firm, &lead).await;
        let contract = project_handed_over(&firm, &project, pb::HandOverTarget::Contract).await;
        let order = drawn(&firm, &contract).await;
        assert_chain(&firm, &[lead, project, contract, order]).await;
    }
}

#[tokio::test]
async fn opportunity_to_project_to_order_without_a_contract() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let deal = opportunity(&firm).await;
        let project = project(&firm, Some(&deal)).await;
        let order = project_handed_over(&firm, &project, pb::HandOverTarget::Order).await;
        assert_chain(&firm, &[deal, project, order]).await;
    }
}

#[tokio::test]
async fn direct_project_to_contract_to_order() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let project = project(&firm, None).await;
        let contract = project_handed_over(&firm, &project, pb::HandOverTarget::Contract).await;
        let order = drawn(&firm, &contract).await;
        assert_chain(&firm, &[project, contract, order]).await;
    }
}

#[tokio::test]
async fn campaign_to_marketing_project_which_sells_nothing() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let campaign = firm.campaign(&firm.marketer, "Trade fair").await;
        let campaign = ("CAMPAIGN", campaign.id);
        let stand = pb::Project {
            name: "Build the stand".to_owned(),
            source: Some(source("CAMPAIGN", &campaign.1)),
            ..Default::default()
        };
        let stand = create(&firm.world, &firm.marketer, stand).await;
        assert_eq!(stand.r#type(), pb::ProjectType::Marketing);
        assert_chain(&firm, &[campaign, ("PROJECT", stand.id)]).await;
    }
}
