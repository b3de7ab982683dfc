//! Stories of the hand-over: a won deal becomes a contract or an order, whatever happens in between.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    commerce::v1::{self as commerce, GetContractRequest, GetOrderRequest},
    directory::v1::{
        Settings, UpdateSettingsRequest, settings_service_client::SettingsServiceClient,
    },
    sales::v1 as pb,
    r#type::v1::HandoffState,
};
use tonic::Code;
use uuid::Uuid;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    commerce::{account, contract, contracts, orders},
    sales::{deals, get, handoffs, line, nothing_but_seller, open, win, world, yuan},
};

fn request(deal: &pb::Opportunity, target: pb::HandOverTarget) -> pb::HandOverOpportunityRequest {
    pb::HandOverOpportunityRequest {
        id: deal.id.clone(),
        target: target.into(),
        request_id: "hand over".to_owned(),
        ..Default::default()
    }
}

async fn hand_over(
    world: &World,
    who: &Person,
    deal: &pb::Opportunity,
    target: pb::HandOverTarget,
) -> pb::HandOver {
    told(
        deals(world, who)
            .hand_over_opportunity(request(deal, target))
            .await,
    );
    world.settle().await;
    let ask = pb::GetHandOverRequest {
        opportunity_id: deal.id.clone(),
    };
    told(deals(world, who).get_hand_over(ask).await)
        .hand_over
        .unwrap()
}

async fn won(world: &World, who: &Person) -> pb::Opportunity {
    let deal = open(world, who).await;
    let lines = vec![
        pb::OpportunityLine {
            discount_bp: 500,
            ..line("server", "10", 100_000)
        },
        line("hour", "2.5", 400),
    ];
    let set = pb::SetOpportunityLinesRequest {
        id: deal.id.clone(),
        lines,
        ..Default::default()
    };
    told(deals(world, who).set_opportunity_lines(set).await);
    win(world, who, &deal.id).await
}

#[tokio::test]
async fn a_won_deal_becomes_a_contract_with_its_lines() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = world.member("salesperson").await;
        let deal = won(&world, &seller).await;
        let done = hand_over(&world, &seller, &deal, pb::HandOverTarget::Contract).await;
        assert_eq!(done.state(), pb::HandOverState::Completed, "{done:?}");
        assert_eq!((done.step, done.step_count), (2, 2));
        assert_eq!(done.started_by_id, seller.id.to_string());
        let made = GetContractRequest {
            id: done.made_id.clone(),
        };
        let made = told(contracts(&world, &seller).get_contract(made).await)
            .contract
            .unwrap();
        assert_eq!(
            (&made.number, &made.party_id),
            (&done.made_number, &deal.party_id)
        );
        assert_eq!(
            made.source.map(|s| (s.kind, s.id)),
            Some(("OPPORTUNITY".into(), deal.id.clone()))
        );
        assert_eq!(made.total, deal.amount);
        assert_eq!(made.owner_id, seller.id.to_string());

        let after = get(&world, &seller, &deal.id).await;
        assert_eq!(after.commerce_state(), pb::CommerceState::HandedOver);
        assert_eq!(
            handoffs(&world, &seller, &deal.id).await,
            [HandoffState::Accepted]
        );
        let again = told(
            deals(&world, &seller)
                .hand_over_opportunity(request(&deal, pb::HandOverTarget::Contract))
                .await,
        );
        assert_eq!(
            again.hand_over.as_ref(),
            Some(&done),
            "the same request is the same act"
        );
        let other = pb::HandOverOpportunityRequest {
            request_id: String::new(),
            ..request(&deal, pb::HandOverTarget::Order)
        };
        let refusal = deals(&world, &seller).hand_over_opportunity(other).await;
        assert_eq!(refused(refusal).1, "OPPORTUNITY_WITH_COMMERCE");
        let reopen = pb::ReopenOpportunityRequest {
            id: deal.id,
            ..Default::default()
        };
        let refusal = deals(&world, &seller).reopen_opportunity(reopen).await;
        assert_eq!(refused(refusal).1, "OPPORTUNITY_WITH_COMMERCE");
    }
}

#[tokio::test]
async fn a_deal_with_nothing_but_an_amount_becomes_an_order_of_one_line() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = world.member("salesperson").await;
        let deal = open(&world, &seller).await;
        win(&world, &seller, &deal.id).await;
        let done = hand_over(&world, &seller, &deal, pb::HandOverTarget::Order).await;
        assert_eq!(done.state(), pb::HandOverState::Completed, "{done:?}");
        let made = GetOrderRequest { id: done.made_id };
        let made = told(orders(&world, &seller).get_order(made).await)
            .order
            .unwrap();
        assert_eq!(made.total, Some(yuan(10_000_000)));
        let lines: Vec<_> = made.lines.iter().map(|l| l.description.as_str()).collect();
        assert_eq!(lines, ["Ten servers"]);
    }
}

#[tokio::test]
async fn what_commerce_makes_of_a_won_deal_by_hand_is_its_hand_over_too() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let deal = won(&world, &boss).await;
        let by_hand = commerce::CreateContractRequest {
            contract: Some(commerce::Contract {
                source: Some(crate::commerce::source("OPPORTUNITY", &deal.id)),
                title: "Servers".to_owned(),
                party_id: deal.party_id.clone(),
                ..Default::default()
            }),
            ..Default::default()
        };
        told(contracts(&world, &boss).create_contract(by_hand).await);
        world.settle().await;
        let after = get(&world, &boss, &deal.id).await;
        assert_eq!(after.commerce_state(), pb::CommerceState::HandedOver);
        assert_eq!(
            handoffs(&world, &boss, &deal.id).await,
            [HandoffState::Accepted]
        );
        // A contract that came from nowhere changes no deal.
        contract(&world, &boss, &deal.party_id).await;
        world.settle().await;
        assert_eq!(get(&world, &boss, &deal.id).await, after);
    }
}

#[tokio::test]
async fn only_a_won_deal_of_the_same_account_is_the_source_of_a_contract_or_order() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let lost = open(&world, &boss).await;
        let won = won(&world, &boss).await;
        let elsewhere = account(&world, &boss, "Somebody else").await;
        for (deal, party, reason) in [
            (&lost, &lost.party_id, "COMMERCE_NEEDS_WON_DEAL"),
            (&won, &elsewhere, "COMMERCE_DEAL_OF_ANOTHER"),
        ] {
            let source = Some(crate::commerce::source("OPPORTUNITY", &deal.id));
            let order = commerce::Order {
                source: source.clone(),
                title: "Servers".to_owned(),
                party_id: party.clone(),
                lines: vec![crate::commerce::line("server", "1", 100)],
                ..Default::default()
            };
            let request = commerce::CreateOrderRequest {
                order: Some(order),
                ..Default::default()
            };
            assert_eq!(
                violations(orders(&world, &boss).create_order(request).await),
                pairs(&[("order.source.id", reason)])
            );
            let contract = commerce::Contract {
                source,
                title: "Servers".to_owned(),
                party_id: party.clone(),
                ..Default::default()
            };
            let request = commerce::CreateContractRequest {
                contract: Some(contract),
                ..Default::default()
            };
            assert_eq!(
                violations(contracts(&world, &boss).create_contract(request).await),
                pairs(&[("contract.source.id", reason)])
            );
        }
    }
}

#[tokio::test]
async fn a_hand_over_that_commerce_refuses_leaves_the_deal_where_it_waited() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let seller = nothing_but_seller(&world).await;
        let off = UpdateSettingsRequest {
            settings: Some(Settings {
                contracts_enabled: false,
                ..Default::default()
            }),
            update_mask: mask(&["contracts_enabled"]),
            ..Default::default()
        };
        told(
            SettingsServiceClient::new(world.link_as(&boss))
                .update_settings(off)
                .await,
        );
        world.settle().await;
        for (who, waits, handoff) in [
            (&boss, pb::CommerceState::Accepted, HandoffState::Accepted),
            (&seller, pb::CommerceState::Offered, HandoffState::Offered),
        ] {
            let deal = won(&world, who).await;
            let refusal = hand_over(&world, who, &deal, pb::HandOverTarget::Contract).await;
            assert_eq!(refusal.state(), pb::HandOverState::Refused);
            let why = refusal.refusal.unwrap();
            assert_eq!(why.reason, "CONTRACTS_SWITCHED_OFF");
            assert_eq!(why.message, switched_off(&world, who, &deal.id, "en").await);
            let chinese = switched_off(&world, who, &deal.id, "zh-CN").await;
            assert!(!chinese.is_ascii() && !chinese.contains("{$"), "{chinese}");
            let after = get(&world, who, &deal.id).await;
            assert_eq!(after.commerce_state(), waits);
            assert_eq!(handoffs(&world, who, &deal.id).await, [handoff]);
            an_order_needs_no_contract(&world, who, &deal).await;
        }
    }
}

/// What a reader of a language is told of a hand-over that commerce refused.
async fn switched_off(world: &World, who: &Person, deal: &str, language: &'static str) -> String {
    let request = pb::GetHandOverRequest {
        opportunity_id: deal.to_owned(),
    };
    let link = world.link_in(who, language);
    let told_of = told(
        pb::opportunity_service_client::OpportunityServiceClient::new(link)
            .get_hand_over(request)
            .await,
    );
    told_of.hand_over.unwrap().refusal.unwrap().message
}

async fn an_order_needs_no_contract(world: &World, who: &Person, deal: &pb::Opportunity) {
    let order = pb::HandOverOpportunityRequest {
        request_id: String::new(),
        ..request(deal, pb::HandOverTarget::Order)
    };
    told(deals(world, who).hand_over_opportunity(order).await);
    world.settle().await;
    let after = get(world, who, &deal.id).await;
    assert_eq!(after.commerce_state(), pb::CommerceState::HandedOver);
    assert_eq!(
        handoffs(world, who, &deal.id).await,
        [HandoffState::Accepted]
    );
}

#[tokio::test]
async fn only_a_won_deal_is_handed_over() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let deal = open(&world, &boss).await;
        let mut client = deals(&world, &boss);
        let early = client
            .hand_over_opportunity(request(&deal, pb::HandOverTarget::Order))
            .await;
        assert_eq!(
            refused(early),
            (Code::FailedPrecondition, "OPPORTUNITY_NOT_WON".to_owned())
        );
        let nothing = request(&deal, pb::HandOverTarget::Unspecified);
        assert_eq!(
            violations(client.hand_over_opportunity(nothing).await),
            pairs(&[("target", "REQUIRED")])
        );
        let never = pb::GetHandOverRequest {
            opportunity_id: deal.id,
        };
        assert_eq!(refused(client.get_hand_over(never).await).0, Code::NotFound);
        let unknown = pb::GetHandOverRequest {
            opportunity_id: Uuid::nil().to_string(),
        };
        assert_eq!(
            refused(client.get_hand_over(unknown).await).0,
            Code::NotFound
        );
    }
}
