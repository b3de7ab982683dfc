//! Stories of a won deal at commerce: taken, given back with a reason, offered again.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    directory::v1::{Function, GrantScope},
    sales::v1 as pb,
    r#type::v1::{Handoff, HandoffState},
};
use tonic::Code;

use crate::{
    answers::{pairs, refused, told, violations},
    commerce::{contracts, source},
    directory::grant,
    sales::{deals, get, handoffs, nothing_but_seller, open, win, world},
};

/// Somebody who makes contracts and orders of deals, and does not win them.
pub async fn nothing_but_commerce(world: &World) -> Person {
    for function in [Function::Commerce, Function::Customer] {
        grant(world, "back_office", function, GrantScope::All).await;
    }
    world.member("back_office").await
}

fn accept(id: &str) -> pb::AcceptOpportunityRequest {
    pb::AcceptOpportunityRequest {
        id: id.to_owned(),
        ..Default::default()
    }
}

fn give_back(id: &str, reason: &str) -> pb::ReturnOpportunityRequest {
    pb::ReturnOpportunityRequest {
        id: id.to_owned(),
        reason: reason.to_owned(),
        ..Default::default()
    }
}

fn offer(id: &str) -> pb::OfferOpportunityRequest {
    pb::OfferOpportunityRequest {
        id: id.to_owned(),
        ..Default::default()
    }
}

async fn ledger(world: &World, who: &Person, id: &str) -> Vec<Handoff> {
    let request = pb::ListOpportunityHandoffsRequest {
        opportunity_id: id.to_owned(),
    };
    told(deals(world, who).list_opportunity_handoffs(request).await).handoffs
}

#[tokio::test]
async fn commerce_takes_a_won_deal_that_is_on_offer() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = nothing_but_seller(&world).await;
        let office = nothing_but_commerce(&world).await;
        let deal = open(&world, &seller).await;
        let mut client = deals(&world, &office);
        let early = client.accept_opportunity(accept(&deal.id)).await;
        assert_eq!(
            refused(early).0,
            Code::NotFound,
            "what is not won is not for commerce to see"
        );
        win(&world, &seller, &deal.id).await;
        let own = deals(&world, &seller)
            .accept_opportunity(accept(&deal.id))
            .await;
        assert_eq!(refused(own).0, Code::PermissionDenied);
        let taken = told(client.accept_opportunity(accept(&deal.id)).await)
            .opportunity
            .unwrap();
        assert_eq!(taken.commerce_state(), pb::CommerceState::Accepted);
        let [row] = &ledger(&world, &office, &deal.id).await[..] else {
            panic!("one offer")
        };
        assert_eq!(
            (row.state(), &row.from_member_id, &row.answered_by_id),
            (
                HandoffState::Accepted,
                &seller.id.to_string(),
                &office.id.to_string()
            )
        );
        let again = client.accept_opportunity(accept(&deal.id)).await;
        assert_eq!(refused(again).1, "OPPORTUNITY_NOT_OFFERED");
        let late = client.return_opportunity(give_back(&deal.id, "no")).await;
        assert_eq!(refused(late).1, "OPPORTUNITY_NOT_OFFERED");
        let superfluous = deals(&world, &seller)
            .offer_opportunity(offer(&deal.id))
            .await;
        assert_eq!(refused(superfluous).1, "OPPORTUNITY_WITH_COMMERCE");
    }
}

#[tokio::test]
async fn a_deal_that_commerce_returns_stays_won_and_is_offered_again() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = nothing_but_seller(&world).await;
        let office = nothing_but_commerce(&world).await;
        let deal = open(&world, &seller).await;
        win(&world, &seller, &deal.id).await;
        let mut commerce = deals(&world, &office);
        let mute = commerce.return_opportunity(give_back(&deal.id, " ")).await;
        assert_eq!(violations(mute), pairs(&[("reason", "REQUIRED")]));
        let returned = told(
            commerce
                .return_opportunity(give_back(&deal.id, "No delivery address"))
                .await,
        )
        .opportunity
        .unwrap();
        assert_eq!(
            (returned.state(), returned.commerce_state()),
            (pb::OpportunityState::Won, pb::CommerceState::Returned)
        );
        let rows = ledger(&world, &seller, &deal.id).await;
        assert_eq!(rows[0].reason, "No delivery address");
        let early = pb::HandOverOpportunityRequest {
            id: deal.id.clone(),
            target: pb::HandOverTarget::Order.into(),
            ..Default::default()
        };
        let mut sales = deals(&world, &seller);
        let early = sales.hand_over_opportunity(early).await;
        assert_eq!(refused(early).1, "OPPORTUNITY_RETURNED");

        let offered = told(sales.offer_opportunity(offer(&deal.id)).await)
            .opportunity
            .unwrap();
        assert_eq!(offered.commerce_state(), pb::CommerceState::Offered);
        let twice = sales.offer_opportunity(offer(&deal.id)).await;
        assert_eq!(refused(twice).1, "OPPORTUNITY_ON_OFFER");
        told(commerce.accept_opportunity(accept(&deal.id)).await);
        assert_eq!(
            handoffs(&world, &seller, &deal.id).await,
            [HandoffState::Returned, HandoffState::Accepted]
        );
    }
}

#[tokio::test]
async fn sales_may_open_a_returned_deal_again() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = nothing_but_seller(&world).await;
        let office = nothing_but_commerce(&world).await;
        let deal = open(&world, &seller).await;
        win(&world, &seller, &deal.id).await;
        let back = give_back(&deal.id, "The price is below cost");
        told(deals(&world, &office).return_opportunity(back).await);
        let reopen = pb::ReopenOpportunityRequest {
            id: deal.id.clone(),
            ..Default::default()
        };
        let opened = told(deals(&world, &seller).reopen_opportunity(reopen).await)
            .opportunity
            .unwrap();
        assert_eq!(opened.commerce_state(), pb::CommerceState::None);
        let offer = deals(&world, &seller)
            .offer_opportunity(offer(&deal.id))
            .await;
        assert_eq!(refused(offer).1, "OPPORTUNITY_NOT_WON");
        win(&world, &seller, &deal.id).await;
        assert_eq!(
            handoffs(&world, &seller, &deal.id).await,
            [HandoffState::Returned, HandoffState::Offered]
        );
    }
}

async fn listed(world: &World, who: &Person, request: pb::ListOpportunitiesRequest) -> Vec<String> {
    let listed = told(deals(world, who).list_opportunities(request).await);
    listed.opportunities.into_iter().map(|o| o.id).collect()
}

#[tokio::test]
async fn commerce_reads_the_deals_that_are_won_and_no_others() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = nothing_but_seller(&world).await;
        let office = nothing_but_commerce(&world).await;
        let (won, other) = (open(&world, &seller).await, open(&world, &seller).await);
        win(&world, &seller, &won.id).await;
        assert_eq!(get(&world, &office, &won.id).await.id, won.id);
        let hidden = pb::GetOpportunityRequest {
            id: other.id.clone(),
        };
        let hidden = deals(&world, &office).get_opportunity(hidden).await;
        assert_eq!(refused(hidden).0, Code::NotFound);
        let any = pb::ListOpportunitiesRequest::default;
        let in_state = |state: pb::OpportunityState| pb::ListOpportunitiesRequest {
            state: state.into(),
            ..any()
        };
        let on_offer = pb::ListOpportunitiesRequest {
            commerce_state: pb::CommerceState::Offered.into(),
            ..any()
        };
        assert_eq!(listed(&world, &office, any()).await, [won.id.as_str()]);
        assert_eq!(
            listed(&world, &office, on_offer.clone()).await,
            [won.id.as_str()]
        );
        assert_eq!(listed(&world, &seller, on_offer).await, [won.id.as_str()]);
        let open = in_state(pb::OpportunityState::Open);
        assert_eq!(listed(&world, &office, open.clone()).await, [""; 0]);
        assert_eq!(listed(&world, &seller, open).await, [other.id.as_str()]);
        told(
            deals(&world, &office)
                .accept_opportunity(accept(&won.id))
                .await,
        );

        // What commerce may read it may make a contract of, by hand.
        let contract = |from: &pb::Opportunity| baton_proto::commerce::v1::CreateContractRequest {
            contract: Some(baton_proto::commerce::v1::Contract {
                source: Some(source("OPPORTUNITY", &from.id)),
                title: "Servers".to_owned(),
                party_id: from.party_id.clone(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let unseen = contracts(&world, &office)
            .create_contract(contract(&other))
            .await;
        assert_eq!(
            violations(unseen),
            pairs(&[("contract.source.id", "REFERENCE_NOT_FOUND")])
        );
        told(
            contracts(&world, &office)
                .create_contract(contract(&won))
                .await,
        );
        world.settle().await;
        let after = get(&world, &office, &won.id).await;
        assert_eq!(after.commerce_state(), pb::CommerceState::HandedOver);
    }
}
