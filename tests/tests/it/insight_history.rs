//! Stories of the history along a chain: what was said and done about any of its objects, for who may read it.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    commerce::v1::{ActivateContractRequest, CreateContractOrderRequest},
    customer::v1::{
        self as customer, history_entry::Entry, history_service_client::HistoryServiceClient,
    },
    directory::v1::{Function, GrantScope},
    insight::v1::{
        ListChainHistoryRequest, ListChainHistoryResponse, trace_service_client::TraceServiceClient,
    },
    marketing::v1::Lead,
    sales::v1 as sales,
};
use chrono::Duration;
use tonic::{Code, Response, Status};
use uuid::Uuid;

use crate::{
    answers::{pairs, refused, told, violations},
    commerce::{contracts, source},
    customer::{Desk, about},
    directory::grant,
    gateway::Caller,
    marketing::Firm,
    sales::{create, deals, ten_servers, win},
};

fn question(kind: &str, id: &str) -> ListChainHistoryRequest {
    ListChainHistoryRequest {
        kind: kind.to_owned(),
        id: id.to_owned(),
        ..ListChainHistoryRequest::default()
    }
}

async fn ask(
    world: &World,
    who: &Person,
    request: ListChainHistoryRequest,
) -> Result<Response<ListChainHistoryResponse>, Status> {
    TraceServiceClient::new(world.link_as(who))
        .list_chain_history(request)
        .await
}

async fn history(world: &World, who: &Person, kind: &str, id: &str) -> ListChainHistoryResponse {
    told(ask(world, who, question(kind, id)).await)
}

/// What was said, and about what.
fn subjects(history: &ListChainHistoryResponse) -> Vec<(&str, &str)> {
    let entries = history.entries.iter();
    entries
        .map(|e| (e.subject.as_str(), e.about.as_ref().unwrap().kind.as_str()))
        .collect()
}

/// A campaign, a lead of it, a deal of the seller's, its contract and an order, with an hour between them, and what was
/// said about each of them.
struct Chain {
    campaign: String,
    party: String,
    lead: String,
    deal: String,
    order: String,
}

async fn say(firm: &Firm, who: &Person, kind: &str, id: &str, party: &str) {
    firm.world.advance(Duration::hours(1)).await;
    let said = customer::Interaction {
        about: about(kind, id),
        party_id: party.to_owned(),
        channel: customer::Channel::Wechat.into(),
        kind: customer::InteractionKind::Visit.into(),
        summary: format!("about the {}", kind.to_lowercase()),
        feedback: "likes it".into(),
        ..Default::default()
    };
    let request = customer::CreateInteractionRequest {
        interaction: Some(said),
        ..Default::default()
    };
    let mut desk = Desk::new(&firm.world.link_as(who));
    told(desk.interactions.create_interaction(request).await);
}

async fn plan(firm: &Firm, who: &Person, kind: &str, id: &str) {
    firm.world.advance(Duration::hours(1)).await;
    let planned = customer::FollowUp {
        about: about(kind, id),
        title: "send the plan".into(),
        due_time: Some(baton_chassis::wire::timestamp(
            firm.world.clock.now() + Duration::days(30),
        )),
        ..Default::default()
    };
    let request = customer::CreateFollowUpRequest {
        follow_up: Some(planned),
        ..Default::default()
    };
    let mut desk = Desk::new(&firm.world.link_as(who));
    told(desk.follow_ups.create_follow_up(request).await);
}

async fn chain(firm: &Firm) -> Chain {
    let (world, boss, seller) = (&firm.world, &firm.boss, &firm.seller);
    let campaign = firm.campaign(boss, "Spring fair").await.id;
    let party = firm.account(seller).await.id;
    let lead = Lead {
        title: "Wants servers".to_owned(),
        party_id: party.clone(),
        source: Some(source("CAMPAIGN", &campaign)),
        ..Lead::default()
    };
    let lead = firm.create(boss, lead).await.unwrap().id;
    say(firm, boss, "LEAD", &lead, "").await;
    let deal = sales::Opportunity {
        source: Some(source("LEAD", &lead)),
        owner_id: seller.id.to_string(),
        ..ten_servers(&party)
    };
    let deal = create(world, boss, deal).await.id;
    say(firm, seller, "OPPORTUNITY", &deal, "").await;
    say(firm, boss, "LEAD", &lead, &party).await;
    plan(firm, seller, "OPPORTUNITY", &deal).await;
    win(world, boss, &deal).await;
    let request = sales::HandOverOpportunityRequest {
        id: deal.clone(),
        target: sales::HandOverTarget::Contract.into(),
        ..Default::default()
    };
    told(deals(world, boss).hand_over_opportunity(request).await);
    world.settle().await;
    let made = sales::GetHandOverRequest {
        opportunity_id: deal.clone(),
    };
    let made = told(deals(world, boss).get_hand_over(made).await);
    let contract = made.hand_over.unwrap().made_id;
    let request = ActivateContractRequest {
        id: contract.clone(),
        ..Default::default()
    };
    told(contracts(world, boss).activate_contract(request).await);
    let request = CreateContractOrderRequest {
        id: contract,
        ..Default::default()
    };
    let drawn = contracts(world, boss).create_contract_order(request).await;
    let order = told(drawn).order.unwrap().id;
    say(firm, boss, "ORDER", &order, "").await;
    // About another deal of the same customer: no part of the chain.
    let elsewhere = create(world, boss, ten_servers(&party)).await.id;
    say(firm, boss, "OPPORTUNITY", &elsewhere, "").await;
    world.settle().await;
    Chain {
        campaign,
        party,
        lead,
        deal,
        order,
    }
}

#[tokio::test]
async fn what_was_said_along_a_chain_is_shown_from_any_of_its_objects_the_latest_first() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        let chain = chain(&firm).await;
        let whole = history(world, boss, "ORDER", &chain.order).await;
        assert_eq!(
            subjects(&whole),
            [
                ("about the order", "ORDER"),
                ("send the plan", "OPPORTUNITY"),
                ("about the lead", "LEAD"),
                ("about the opportunity", "OPPORTUNITY"),
                ("about the lead", "LEAD"),
            ]
        );
        let times: Vec<_> = whole.entries.iter().filter_map(|e| e.time).collect();
        assert_eq!(times.len(), 5);
        assert!(times.is_sorted_by(|a, b| a.seconds > b.seconds));
        let [order, planned, _, deal, _] = &whole.entries[..] else {
            panic!("{whole:?}")
        };
        assert_eq!(
            (
                order.kind.as_str(),
                order.channel.as_str(),
                order.r#type.as_str()
            ),
            ("INTERACTION", "WECHAT", "VISIT")
        );
        assert_eq!(order.feedback, "likes it");
        assert_eq!(order.owner_id, boss.id.to_string());
        assert_eq!(
            (planned.kind.as_str(), planned.state.as_str()),
            ("FOLLOW_UP", "OPEN")
        );
        assert!(planned.due_time.unwrap().seconds > planned.time.unwrap().seconds);
        let about = deal.about.clone().unwrap();
        assert_eq!(
            (about.id, about.title, about.visible),
            (chain.deal.clone(), "Ten servers".into(), true)
        );
        assert!(!about.number.is_empty());
        let campaigns: Vec<_> = whole
            .campaigns
            .iter()
            .map(|c| (c.id.as_str(), c.title.as_str()))
            .collect();
        assert_eq!(campaigns, [(chain.campaign.as_str(), "Spring fair")]);
        assert!(!whole.capped);

        for (kind, id) in [
            ("lead", &chain.lead),
            ("OPPORTUNITY", &chain.deal),
            ("CAMPAIGN", &chain.campaign),
        ] {
            assert_eq!(
                history(world, boss, kind, id).await.entries,
                whole.entries,
                "{kind}"
            );
        }

        // Page by page it is the same, over JSON too.
        let mut paged = Vec::new();
        let mut request = ListChainHistoryRequest {
            page_size: 2,
            ..question("ORDER", &chain.order)
        };
        loop {
            let page = told(ask(world, boss, request.clone()).await);
            assert!(page.entries.len() <= 2 && page.campaigns == whole.campaigns);
            paged.extend(page.entries);
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, whole.entries);
        let path = format!("/v1/trace/order/{}/history?pageSize=2", chain.order);
        let page = Caller::of(world, boss).get(&path).await;
        assert_eq!(page.code, 200, "{page:?}");
        assert_eq!(page.body["entries"][1]["subject"], "send the plan");
        assert_eq!(page.body["entries"][1]["about"]["kind"], "OPPORTUNITY");
        assert_eq!(page.body["campaigns"][0]["id"], chain.campaign);
        let token = page.body["nextPageToken"].as_str().unwrap();
        let page = Caller::of(world, boss)
            .get(&format!("{path}&pageToken={token}"))
            .await;
        assert_eq!(page.body["entries"][0]["subject"], "about the lead");
    }
}

#[tokio::test]
async fn nobody_reads_along_a_chain_what_he_may_not_read_at_its_owner() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, seller) = (&firm.world, &firm.seller);
        let chain = chain(&firm).await;
        // The seller's are the customer, the deal and what came of it: of the lead he reads what was said with his customer.
        let mine = history(world, seller, "OPPORTUNITY", &chain.deal).await;
        assert_eq!(
            subjects(&mine),
            [
                ("about the order", "ORDER"),
                ("send the plan", "OPPORTUNITY"),
                ("about the lead", "LEAD"),
                ("about the opportunity", "OPPORTUNITY"),
            ]
        );
        let hidden = mine.entries[2].about.clone().unwrap();
        assert_eq!(
            (hidden.visible, hidden.id, hidden.number, hidden.title),
            (false, chain.lead.clone(), String::new(), String::new())
        );
        assert_eq!(mine.entries[2].party_id, chain.party);
        let campaign = &mine.campaigns[0];
        assert_eq!((campaign.visible, campaign.title.as_str()), (false, ""));

        for function in [Function::Analysis, Function::Commerce] {
            grant(world, "clerk", function, GrantScope::All).await;
        }
        let clerk = world.member("clerk").await;
        let none = history(world, &clerk, "ORDER", &chain.order).await;
        assert!(none.entries.is_empty() && none.next_page_token.is_empty());
        assert_eq!(none.campaigns.len(), 1, "the chain itself is a trace's");

        // Who may open neither the lead nor its customer reads nothing of it.
        grant(world, "talker", Function::Customer, GrantScope::Own).await;
        let talker = world.member("talker").await;
        let request = customer::ListHistoryRequest {
            about: about("LEAD", &chain.lead).into_iter().collect(),
            ..Default::default()
        };
        let mut histories = HistoryServiceClient::new(world.link_as(&talker));
        assert!(
            told(histories.list_history(request.clone()).await)
                .entries
                .is_empty()
        );
        let mut histories = HistoryServiceClient::new(world.link_as(&firm.boss));
        let all = told(histories.list_history(request.clone()).await).entries;
        assert_eq!(all.len(), 2);
        assert!(
            all.iter()
                .all(|e| matches!(e.entry, Some(Entry::Interaction(_))))
        );
        let mut histories = HistoryServiceClient::new(world.link_as(&clerk));
        assert_eq!(
            refused(histories.list_history(request).await).0,
            Code::PermissionDenied
        );
    }
}

#[tokio::test]
async fn a_history_of_nothing_is_refused_with_all_that_is_wrong() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        let unknown = question("LEAD", &Uuid::nil().to_string());
        assert_eq!(
            refused(ask(world, boss, unknown).await),
            (Code::NotFound, "NOT_FOUND".to_owned())
        );
        assert_eq!(
            violations(ask(world, boss, question("MOON", "x")).await),
            pairs(&[("kind", "CHOICE_UNKNOWN"), ("id", "ID_MALFORMED")])
        );
        let lead = firm.lead(boss).await.id;
        let asked = question("LEAD", &lead);
        let too_much = ListChainHistoryRequest {
            page_size: 501,
            ..asked.clone()
        };
        assert_eq!(
            violations(ask(world, boss, too_much).await),
            pairs(&[("page_size", "NUMBER_OUT_OF_RANGE")])
        );
        let forged = ListChainHistoryRequest {
            page_token: "x".into(),
            ..asked.clone()
        };
        assert_eq!(
            refused(ask(world, boss, forged).await).0,
            Code::InvalidArgument
        );
        assert_eq!(
            refused(ask(world, &firm.marketer, asked.clone()).await).0,
            Code::PermissionDenied,
            "who reads nothing across functions follows no chain"
        );
        let answer = Caller::stranger(world)
            .get(&format!("/v1/trace/lead/{lead}/history"))
            .await;
        assert_eq!(answer.code, 401);

        let mut histories = HistoryServiceClient::new(world.link_as(boss));
        let nothing = customer::ListHistoryRequest::default();
        assert_eq!(
            violations(histories.list_history(nothing).await),
            pairs(&[("about", "REQUIRED")])
        );
        let bad = customer::ListHistoryRequest {
            about: [("LEAD", "x"), ("PROJECT", &Uuid::nil().to_string())]
                .into_iter()
                .filter_map(|(kind, id)| about(kind, id))
                .collect(),
            ..Default::default()
        };
        assert_eq!(
            violations(histories.list_history(bad).await),
            pairs(&[("about[0].id", "ID_MALFORMED")])
        );
        let many = customer::ListHistoryRequest {
            about: vec![about("LEAD", &lead).unwrap(); 501],
            ..Default::default()
        };
        assert_eq!(
            violations(histories.list_history(many).await),
            pairs(&[("about", "TOO_MANY")])
        );
        // As many different ones as may be asked for at once.
        let most = customer::ListHistoryRequest {
            about: (0..500)
                .filter_map(|n| about("LEAD", &Uuid::from_u128(n).to_string()))
                .collect(),
            ..Default::default()
        };
        assert!(told(histories.list_history(most).await).entries.is_empty());
    }
}
