//! Stories of what a firm works without: switched off with work in flight, and on again.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    commerce::v1 as commerce,
    directory::v1::{
        Settings, UpdateSettingsRequest, settings_service_client::SettingsServiceClient,
    },
    insight::v1::{ListHandoffsRequest, board_service_client::BoardServiceClient},
    marketing::v1::{
        self as marketing, campaign_service_client::CampaignServiceClient,
        lead_service_client::LeadServiceClient,
    },
    sales::v1::{self as pb, project_service_client::ProjectServiceClient},
    r#type::v1::HandoffState,
};
use tonic::Status;

use crate::{
    answers::{mask, reason, told},
    commerce::{account, active_contract, contracts, order, orders, part, products},
    marketing::Firm,
    sales,
};

/// Turns one switch of the firm.
pub async fn switch(world: &World, path: &str, on: bool) {
    let settings = Settings {
        leads_enabled: on,
        contracts_enabled: on,
        projects_enabled: Some(on),
        marketing_enabled: Some(on),
        sales_enabled: Some(on),
        commerce_enabled: Some(on),
        ..Settings::default()
    };
    let request = UpdateSettingsRequest {
        settings: Some(settings),
        update_mask: mask(&[path]),
        ..UpdateSettingsRequest::default()
    };
    let admin = world.admin().await;
    told(
        SettingsServiceClient::new(world.link_as(&admin))
            .update_settings(request)
            .await,
    );
    world.settle().await;
}

/// What was refused for this reason is told in the reader's language.
fn is_told_in_chinese<T: std::fmt::Debug>(answer: Result<T, Status>) {
    let text = answer.unwrap_err().message().to_owned();
    let says_so = text.contains("未启用") || text.contains("已停用");
    assert!(says_so, "{text}");
}

/// How many handoffs of a kind stand so, as somebody's board has it.
async fn on_board(world: &World, who: &Person, kind: &str, state: HandoffState) -> i64 {
    let request = ListHandoffsRequest {
        kind: kind.into(),
        state: state.into(),
        count: true,
        ..Default::default()
    };
    told(
        BoardServiceClient::new(world.link_as(who))
            .list_handoffs(request)
            .await,
    )
    .total_size
}

fn project(r#type: pb::ProjectType) -> pb::CreateProjectRequest {
    pb::CreateProjectRequest {
        project: Some(pb::Project {
            name: "New plant".into(),
            r#type: r#type.into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn without_projects_none_begins_and_those_in_flight_are_finished() {
    for engine in Engine::all() {
        let world = sales::world(engine).await;
        let boss = world.member("boss").await;
        let mut projects = ProjectServiceClient::new(world.link_as(&boss));
        let other = project(pb::ProjectType::Other);
        let known = told(projects.create_project(other.clone()).await)
            .project
            .unwrap();
        switch(&world, "projects_enabled", false).await;
        assert_eq!(
            reason(projects.create_project(other.clone()).await),
            "PROJECTS_SWITCHED_OFF"
        );
        let mut chinese = ProjectServiceClient::new(world.link_in(&boss, "zh-CN"));
        is_told_in_chinese(chinese.create_project(other.clone()).await);
        let start = pb::StartProjectRequest {
            id: known.id.clone(),
            ..Default::default()
        };
        told(projects.start_project(start).await);
        let complete = pb::CompleteProjectRequest {
            id: known.id,
            ..Default::default()
        };
        told(projects.complete_project(complete).await);
        switch(&world, "projects_enabled", true).await;
        told(projects.create_project(other).await);
    }
}

#[tokio::test]
async fn without_marketing_no_campaign_and_no_lead_begins_and_those_in_flight_go_on() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let known = firm.lead(&firm.marketer).await;
        firm.campaign(&firm.marketer, "Fair").await;
        switch(&firm.world, "marketing_enabled", false).await;
        let lead = || marketing::Lead {
            title: "Pumps".into(),
            prospect: Some(firm.prospect()),
            ..Default::default()
        };
        assert_eq!(
            reason(firm.create(&firm.boss, lead()).await),
            "MARKETING_SWITCHED_OFF"
        );
        let campaign = marketing::CreateCampaignRequest::default();
        let refusal = firm
            .campaigns(&firm.boss)
            .create_campaign(campaign.clone())
            .await;
        assert_eq!(reason(refusal), "MARKETING_SWITCHED_OFF");
        let mut chinese = CampaignServiceClient::new(firm.world.link_in(&firm.boss, "zh-CN"));
        is_told_in_chinese(chinese.create_campaign(campaign).await);
        let mut projects = ProjectServiceClient::new(firm.world.link_as(&firm.boss));
        let refusal = projects
            .create_project(project(pb::ProjectType::Marketing))
            .await;
        assert_eq!(reason(refusal), "MARKETING_SWITCHED_OFF");
        told(
            projects
                .create_project(project(pb::ProjectType::Other))
                .await,
        );
        // What is there goes on to sales, which is still done.
        firm.qualify(&firm.boss, &known.id).await;
        let convert = marketing::ConvertLeadRequest {
            id: known.id,
            ..Default::default()
        };
        told(firm.leads(&firm.boss).convert_lead(convert).await);
        switch(&firm.world, "marketing_enabled", true).await;
        firm.create(&firm.boss, lead()).await.unwrap();
    }
}

#[tokio::test]
async fn without_sales_leads_go_outside_and_come_back_when_it_is_there_again() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        let offered = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &offered).await.unwrap();
        let with_seller = firm.lead(&firm.marketer).await.id;
        firm.assign(boss, &with_seller, &firm.seller).await.unwrap();
        firm.receive(&firm.seller, &with_seller).await.unwrap();
        let fresh = firm.lead(&firm.marketer).await.id;
        let deal = sales::open(world, boss).await;
        switch(world, "sales_enabled", false).await;

        // What was on offer went outside by itself; what somebody has stays with him.
        let lead = firm.get(&firm.marketer, &offered).await;
        assert_eq!(
            (lead.routing(), lead.offered),
            (marketing::LeadRouting::Outside, false)
        );
        assert_eq!(
            lead.owner_id,
            firm.marketer.id.to_string(),
            "it is with who offered it"
        );
        let closed = firm.handoffs(&firm.marketer, &offered).await.remove(0);
        assert_eq!(
            (closed.state(), closed.answered_by_id.as_str()),
            (HandoffState::Outside, "")
        );
        assert!(closed.answer_time.is_some());
        assert_eq!(
            firm.get(boss, &with_seller).await.routing(),
            marketing::LeadRouting::WithSalesperson
        );
        assert_eq!(
            on_board(world, boss, "LEAD_TO_MANAGER", HandoffState::Offered).await,
            0
        );
        assert_eq!(
            on_board(world, boss, "LEAD_TO_MANAGER", HandoffState::Outside).await,
            1
        );

        // What is handed on now goes there in the same act, and no further.
        let gone = firm.route(&firm.marketer, &fresh).await.unwrap();
        assert_eq!(gone.routing(), marketing::LeadRouting::Outside);
        assert_eq!(gone.owner_id, firm.marketer.id.to_string());
        assert_eq!(
            reason(firm.route(&firm.marketer, &fresh).await),
            "LEAD_ALREADY_OUTSIDE"
        );
        assert_eq!(
            reason(firm.assign(boss, &fresh, &firm.seller).await),
            "LEAD_ALREADY_OUTSIDE"
        );
        assert_eq!(
            on_board(
                world,
                &firm.marketer,
                "LEAD_TO_MANAGER",
                HandoffState::Outside
            )
            .await,
            2
        );

        // Nothing new is sold; what is being sold is.
        let request = || pb::CreateOpportunityRequest {
            opportunity: Some(sales::ten_servers(&deal.party_id)),
            ..Default::default()
        };
        assert_eq!(
            reason(
                sales::deals(world, boss)
                    .create_opportunity(request())
                    .await
            ),
            "SALES_SWITCHED_OFF"
        );
        let import = pb::ImportOpportunitiesRequest::default();
        assert_eq!(
            reason(
                sales::imports(world, boss)
                    .import_opportunities(import)
                    .await
            ),
            "SALES_SWITCHED_OFF"
        );
        let mut sold = project(pb::ProjectType::Sales);
        sold.project.as_mut().unwrap().party_id = deal.party_id.clone();
        let mut projects = ProjectServiceClient::new(world.link_as(boss));
        let refusal = projects.create_project(sold).await;
        assert_eq!(reason(refusal), "SALES_SWITCHED_OFF");
        let convert = || marketing::ConvertLeadRequest {
            id: with_seller.clone(),
            ..Default::default()
        };
        assert_eq!(
            reason(firm.leads(boss).convert_lead(convert()).await),
            "SALES_SWITCHED_OFF"
        );
        let mut chinese = LeadServiceClient::new(world.link_in(boss, "zh-CN"));
        is_told_in_chinese(chinese.convert_lead(convert()).await);
        assert_eq!(
            sales::win(world, boss, &deal.id).await.state(),
            pb::OpportunityState::Won
        );

        switch(world, "sales_enabled", true).await;
        let back = firm.route(&firm.marketer, &offered).await.unwrap();
        assert_eq!(
            (back.routing(), back.offered),
            (marketing::LeadRouting::WithManager, true)
        );
        let back = firm.assign(boss, &fresh, &firm.seller).await.unwrap();
        assert_eq!(
            (back.routing(), back.offered),
            (marketing::LeadRouting::WithSalesperson, true)
        );
        firm.receive(&firm.manager, &offered).await.unwrap();
        told(
            sales::deals(world, boss)
                .create_opportunity(request())
                .await,
        );
        told(firm.leads(boss).convert_lead(convert()).await);
    }
}

#[tokio::test]
async fn without_commerce_deals_go_outside_and_can_be_offered_when_it_is_there_again() {
    for engine in Engine::all() {
        let world = sales::world(engine).await;
        let boss = world.member("boss").await;
        let seller = sales::nothing_but_seller(&world).await;
        let waiting = sales::open(&world, &seller).await;
        sales::win(&world, &seller, &waiting.id).await;
        let accepted = sales::open(&world, &boss).await;
        sales::win(&world, &boss, &accepted.id).await;
        let late = sales::open(&world, &boss).await;
        let party = account(&world, &boss, "Plant").await;
        let contract = active_contract(&world, &boss, &party).await;
        let draft = order(&world, &boss, &party).await;
        switch(&world, "commerce_enabled", false).await;

        let deal = sales::get(&world, &seller, &waiting.id).await;
        assert_eq!(deal.commerce_state(), pb::CommerceState::Outside);
        assert_eq!(
            sales::handoffs(&world, &seller, &waiting.id).await,
            [HandoffState::Outside]
        );
        assert_eq!(
            on_board(&world, &seller, "DEAL_TO_COMMERCE", HandoffState::Outside).await,
            1
        );
        let deal = sales::get(&world, &boss, &accepted.id).await;
        assert_eq!(
            deal.commerce_state(),
            pb::CommerceState::Accepted,
            "what commerce has it keeps"
        );

        // What is won now goes outside in the same act, whoever wins it.
        let deal = sales::win(&world, &boss, &late.id).await;
        assert_eq!(deal.commerce_state(), pb::CommerceState::Outside);
        assert_eq!(
            sales::handoffs(&world, &boss, &late.id).await,
            [HandoffState::Outside]
        );
        let offer = |id: &str| pb::OfferOpportunityRequest {
            id: id.to_owned(),
            ..Default::default()
        };
        let refusal = sales::deals(&world, &boss)
            .offer_opportunity(offer(&late.id))
            .await;
        assert_eq!(reason(refusal), "COMMERCE_SWITCHED_OFF");

        // Nothing new is made, not even of what commerce has.
        let mut contracts = contracts(&world, &boss);
        let refusal = contracts
            .create_contract(commerce::CreateContractRequest::default())
            .await;
        assert_eq!(reason(refusal), "COMMERCE_SWITCHED_OFF");
        let request = commerce::CreateOrderRequest::default();
        assert_eq!(
            reason(orders(&world, &boss).create_order(request.clone()).await),
            "COMMERCE_SWITCHED_OFF"
        );
        let mut chinese =
            commerce::order_service_client::OrderServiceClient::new(world.link_in(&boss, "zh-CN"));
        is_told_in_chinese(chinese.create_order(request).await);
        let product = commerce::CreateProductRequest::default();
        assert_eq!(
            reason(products(&world, &boss).create_product(product).await),
            "COMMERCE_SWITCHED_OFF"
        );
        let import = commerce::ImportProductsRequest::default();
        let refusal = crate::commerce::imports(&world, &boss)
            .import_products(import)
            .await;
        assert_eq!(reason(refusal), "COMMERCE_SWITCHED_OFF");
        let hand_over = || pb::HandOverOpportunityRequest {
            id: accepted.id.clone(),
            target: pb::HandOverTarget::Order.into(),
            ..Default::default()
        };
        let mut deals = sales::deals(&world, &boss);
        let refused = told(deals.hand_over_opportunity(hand_over()).await)
            .hand_over
            .unwrap();
        world.settle().await;
        let get = pb::GetHandOverRequest {
            opportunity_id: accepted.id.clone(),
        };
        let refused = told(deals.get_hand_over(get).await)
            .hand_over
            .unwrap_or(refused);
        assert_eq!(refused.refusal.unwrap().reason, "COMMERCE_SWITCHED_OFF");

        // What is there is finished: a contract in force is called off, an order confirmed.
        let drawing = commerce::CreateContractOrderRequest {
            id: contract.id.clone(),
            lines: vec![part(&contract.lines[0], "1")],
            ..Default::default()
        };
        told(contracts.create_contract_order(drawing).await);
        let confirm = commerce::ConfirmOrderRequest {
            id: draft.id,
            ..Default::default()
        };
        told(orders(&world, &boss).confirm_order(confirm).await);

        switch(&world, "commerce_enabled", true).await;
        let back = told(deals.offer_opportunity(offer(&late.id)).await)
            .opportunity
            .unwrap();
        assert_eq!(back.commerce_state(), pb::CommerceState::Accepted);
        let mut theirs = sales::deals(&world, &seller);
        let back = told(theirs.offer_opportunity(offer(&waiting.id)).await)
            .opportunity
            .unwrap();
        assert_eq!(back.commerce_state(), pb::CommerceState::Offered);
        told(deals.hand_over_opportunity(hand_over()).await);
        world.settle().await;
        let deal = sales::get(&world, &boss, &accepted.id).await;
        assert_eq!(deal.commerce_state(), pb::CommerceState::HandedOver);
    }
}
