//! Stories of the chain funnel: its sums come out whatever happens, and each figure opens to the records that it counts.

use baton_chassis::{
    db::Tx,
    link::Link,
    list::Scope,
    test::{Engine, Person, World, scopes},
    words::Word,
};
use baton_insight::{
    funnel::{EVENTS, Hop, Outcome, STATES},
    store::funnel as store,
};
use baton_proto::{
    commerce::v1 as commerce,
    directory::v1::{Function, GrantScope},
    insight::v1::{self as pb, HopOutcome, chain_funnel_service_client::ChainFunnelServiceClient},
    marketing::v1 as marketing,
    sales::v1::{self as sales, project_service_client::ProjectServiceClient},
    r#type::v1::Money,
};
use chrono::Duration;
use tonic::Code;
use uuid::Uuid;

use crate::{
    answers::{pairs, refused, told, violations},
    commerce::{contract, contracts, order, orders, source},
    directory::grant,
    gateway::Caller,
    marketing::Firm,
    sales::{create, deals, ten_servers, win},
};

const DAY_S: i64 = 86_400;

fn funnels(world: &World, who: &Person) -> ChainFunnelServiceClient<Link> {
    ChainFunnelServiceClient::new(world.link_as(who))
}

/// All objects behind a figure, page by page.
async fn listed(
    world: &World,
    who: &Person,
    asked: &pb::GetChainFunnelRequest,
    narrow: pb::ListChainFunnelObjectsRequest,
) -> Vec<pb::ChainFunnelObject> {
    let mut request = pb::ListChainFunnelObjectsRequest {
        page_size: 2,
        count: true,
        from_date: asked.from_date.clone(),
        to_date: asked.to_date.clone(),
        owner_id: asked.owner_id.clone(),
        territory_id: asked.territory_id.clone(),
        ..narrow
    };
    let (mut all, mut total) = (Vec::new(), 0);
    loop {
        let page = funnels(world, who)
            .list_chain_funnel_objects(request.clone())
            .await;
        let page = told(page);
        all.extend(page.objects);
        total = total.max(page.total_size);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(i64::try_from(all.len()).unwrap(), total);
    let times: Vec<_> = all.iter().map(|o| o.enter_time.unwrap().seconds).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "the latest first");
    all
}

/// Each sum comes out, and each figure is as many as the records that it opens to.
pub(crate) async fn opens(
    world: &World,
    who: &Person,
    asked: &pb::GetChainFunnelRequest,
) -> pb::ChainFunnel {
    world.settle().await;
    let answer = funnels(world, who).get_chain_funnel(asked.clone()).await;
    let answer = told(answer);
    let now = baton_chassis::wire::timestamp(world.clock.now());
    assert_eq!(answer.as_of_time, Some(now));
    let funnel = answer.funnel.unwrap();
    let kinds: Vec<_> = funnel.hops.iter().map(|h| h.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["LEAD", "OPPORTUNITY", "PROJECT", "CONTRACT", "ORDER"]
    );
    for hop in &funnel.hops {
        assert_eq!(
            hop.entered,
            hop.moved_on + hop.done + hop.lost + hop.open,
            "{hop:?}"
        );
        for amounts in &hop.amounts {
            let minor = |money: &Option<Money>| money.as_ref().unwrap().amount_minor;
            let parts = [
                &amounts.moved_on,
                &amounts.done,
                &amounts.lost,
                &amounts.open,
            ];
            let parts: i64 = parts.into_iter().map(minor).sum();
            assert_eq!(minor(&amounts.entered), parts);
        }
        let narrowed = |outcomes: &[HopOutcome]| pb::ListChainFunnelObjectsRequest {
            kind: hop.kind.to_lowercase(),
            outcomes: outcomes.iter().map(|o| i32::from(*o)).collect(),
            ..Default::default()
        };
        let ways: [(i64, &[HopOutcome]); 6] = [
            (hop.entered, &[]),
            (hop.moved_on, &[HopOutcome::MovedOn]),
            (hop.done, &[HopOutcome::Done]),
            (hop.lost, &[HopOutcome::Lost]),
            (hop.open, &[HopOutcome::Open]),
            (hop.done + hop.lost, &[HopOutcome::Done, HopOutcome::Lost]),
        ];
        for (figure, outcomes) in ways {
            let objects = listed(world, who, asked, narrowed(outcomes)).await;
            assert_eq!(
                figure,
                i64::try_from(objects.len()).unwrap(),
                "{} {outcomes:?}",
                hop.kind
            );
            assert!(
                objects
                    .iter()
                    .all(|o| o.kind == hop.kind && !o.number.is_empty())
            );
            assert!(outcomes.is_empty() || objects.iter().all(|o| outcomes.contains(&o.outcome())));
            let moved = |o: &pb::ChainFunnelObject| o.outcome() == HopOutcome::MovedOn;
            assert!(objects.iter().all(|o| o.move_s.is_some() == moved(o)));
        }
        let mut entered = 0;
        for kind in &hop.sources {
            let request = pb::ListChainFunnelObjectsRequest {
                source_kinds: vec![kind.source_kind.clone()],
                ..narrowed(&[])
            };
            let objects = listed(world, who, asked, request).await;
            assert_eq!(
                kind.entered,
                i64::try_from(objects.len()).unwrap(),
                "{kind:?}"
            );
            assert!(
                objects
                    .iter()
                    .all(|o| o.source.as_ref().unwrap().kind == kind.source_kind)
            );
            entered += kind.entered;
        }
        assert_eq!(entered, hop.entered, "every object came from something");
    }
    funnel
}

fn any() -> pb::GetChainFunnelRequest {
    pb::GetChainFunnelRequest::default()
}

/// Of each hop: entered, from the chain, moved on, done, lost, open.
pub(crate) fn counts(funnel: &pb::ChainFunnel) -> Vec<[i64; 6]> {
    let hops = funnel.hops.iter();
    hops.map(|h| [h.entered, h.from_chain, h.moved_on, h.done, h.lost, h.open])
        .collect()
}

async fn lose(world: &World, who: &Person, id: &str) {
    let request = sales::LoseOpportunityRequest {
        id: id.to_owned(),
        reason: sales::LossReason::Price.into(),
        ..Default::default()
    };
    told(deals(world, who).lose_opportunity(request).await);
}

/// Wins a deal and has it become a contract or an order.
async fn hand_over(
    world: &World,
    who: &Person,
    deal: &str,
    target: sales::HandOverTarget,
) -> String {
    win(world, who, deal).await;
    let request = sales::HandOverOpportunityRequest {
        id: deal.to_owned(),
        target: target.into(),
        ..Default::default()
    };
    told(deals(world, who).hand_over_opportunity(request).await);
    world.settle().await;
    let made = sales::GetHandOverRequest {
        opportunity_id: deal.to_owned(),
    };
    let made = told(deals(world, who).get_hand_over(made).await);
    made.hand_over.unwrap().made_id
}

async fn project(world: &World, who: &Person, project: sales::Project) -> sales::Project {
    let request = sales::CreateProjectRequest {
        project: Some(project),
        ..Default::default()
    };
    let mut projects = ProjectServiceClient::new(world.link_as(who));
    let made = projects.create_project(request).await;
    told(made).project.unwrap()
}

/// What a small firm went through: a lead that went all the way, and something of everything else.
struct Past {
    sellers_deal: String,
    big_project: String,
}

async fn past(firm: &Firm) -> Past {
    let (world, boss, seller) = (&firm.world, &firm.boss, &firm.seller);
    let campaign = firm.campaign(boss, "Spring fair").await.id;
    let party = firm.account(seller).await.id;
    let lead = marketing::Lead {
        title: "Wants servers".to_owned(),
        party_id: party.clone(),
        source: Some(source("CAMPAIGN", &campaign)),
        ..Default::default()
    };
    let lead = firm.create(boss, lead).await.unwrap().id;
    world.advance(Duration::days(2)).await;
    let deal = sales::Opportunity {
        source: Some(source("LEAD", &lead)),
        owner_id: seller.id.to_string(),
        ..ten_servers(&party)
    };
    let sellers_deal = create(world, boss, deal).await.id;
    world.advance(Duration::days(1)).await;
    let target = sales::HandOverTarget::Contract;
    let agreed = hand_over(world, boss, &sellers_deal, target).await;
    let request = commerce::ActivateContractRequest {
        id: agreed.clone(),
        ..Default::default()
    };
    told(contracts(world, boss).activate_contract(request).await);
    world.advance(Duration::days(4)).await;
    let request = commerce::CreateContractOrderRequest {
        id: agreed,
        ..Default::default()
    };
    told(contracts(world, boss).create_contract_order(request).await);

    let bad = firm.lead(boss).await.id;
    let request = marketing::DisqualifyLeadRequest {
        id: bad,
        reason: marketing::DisqualifyReason::NoDemand.into(),
        ..Default::default()
    };
    told(firm.leads(boss).disqualify_lead(request).await);
    firm.lead(boss).await;

    let lost = create(world, boss, ten_servers(&party)).await.id;
    lose(world, boss, &lost).await;
    let straight = create(world, boss, ten_servers(&party)).await.id;
    hand_over(world, boss, &straight, sales::HandOverTarget::Order).await;
    let dollars = sales::Opportunity {
        amount: Some(Money {
            currency_code: "USD".to_owned(),
            amount_minor: 500,
        }),
        ..ten_servers(&party)
    };
    let big = create(world, boss, dollars).await.id;
    let plant = sales::Project {
        name: "New plant".to_owned(),
        party_id: party.clone(),
        source: Some(source("OPPORTUNITY", &big)),
        amount: Some(crate::sales::yuan(7)),
        ..Default::default()
    };
    let big_project = project(world, boss, plant).await.id;
    let fair = sales::Project {
        name: "Trade fair".to_owned(),
        r#type: sales::ProjectType::Marketing.into(),
        ..Default::default()
    };
    project(world, boss, fair).await;
    let won = create(world, boss, ten_servers(&party)).await.id;
    win(world, boss, &won).await;

    contract(world, boss, &party).await;
    let ended = contract(world, boss, &party).await.id;
    let request = commerce::ActivateContractRequest {
        id: ended.clone(),
        ..Default::default()
    };
    told(contracts(world, boss).activate_contract(request).await);
    let request = commerce::TerminateContractRequest {
        id: ended,
        reason: commerce::TerminationReason::MutualAgreement.into(),
        ..Default::default()
    };
    told(contracts(world, boss).terminate_contract(request).await);
    let called_off = order(world, boss, &party).await.id;
    let request = commerce::CancelOrderRequest {
        id: called_off,
        reason: commerce::CancellationReason::CustomerWithdrew.into(),
        ..Default::default()
    };
    told(orders(world, boss).cancel_order(request).await);
    world.settle().await;
    Past {
        sellers_deal,
        big_project,
    }
}

#[tokio::test]
async fn each_figure_opens_to_its_records_for_a_salesperson_a_manager_and_the_boss() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        let began = world.clock.now();
        let past = past(&firm).await;
        let all = opens(world, boss, &any()).await;
        assert_eq!(
            counts(&all),
            [
                [3, 0, 1, 0, 1, 1],
                [5, 1, 3, 1, 1, 0],
                [1, 1, 0, 0, 0, 1],
                [3, 1, 1, 0, 1, 1],
                [3, 2, 0, 0, 1, 2],
            ]
        );
        let [leads, of_deals, projects, agreed, ordered] = &all.hops[..] else {
            panic!("{all:?}")
        };
        let sources: Vec<_> = leads
            .sources
            .iter()
            .map(|s| (s.source_kind.as_str(), s.entered))
            .collect();
        assert_eq!(sources, [("CAMPAIGN", 1), ("DIRECT", 2)]);
        assert_eq!(leads.mean_move_s, Some(2 * DAY_S));
        assert_eq!(
            (leads.conversion_rate_bp, leads.loss_rate_bp),
            (Some(3_333), Some(5_000))
        );
        assert!(
            leads.amounts.is_empty(),
            "nobody knows what a lead is worth"
        );
        assert_eq!(
            of_deals.mean_move_s,
            Some(DAY_S / 3),
            "a day, and twice at once"
        );
        assert_eq!(of_deals.mean_done_s, Some(0));
        assert_eq!(of_deals.conversion_rate_bp, Some(6_000));
        let amounts: Vec<_> = of_deals
            .amounts
            .iter()
            .map(|a| [&a.entered, &a.moved_on, &a.done, &a.lost, &a.open])
            .map(|all| all.map(|m| m.clone().unwrap().amount_minor))
            .collect();
        assert_eq!(
            amounts,
            [
                [40_000_000, 20_000_000, 10_000_000, 10_000_000, 0],
                [500, 500, 0, 0, 0]
            ]
        );
        let open = projects.amounts[0].open.clone().unwrap();
        assert_eq!(open.amount_minor, 7);
        assert_eq!(agreed.mean_move_s, Some(4 * DAY_S));
        let lost = agreed.amounts[0].lost.clone().unwrap();
        assert_eq!(lost.amount_minor, 11_000);
        assert_eq!(ordered.conversion_rate_bp, None);
        assert_eq!(ordered.loss_rate_bp, Some(10_000));
        assert_eq!(
            (all.bottleneck_kind.as_str(), all.leak_kind.as_str()),
            ("CONTRACT", "ORDER")
        );

        // The same over JSON.
        let answer = Caller::of(world, boss).get("/v1/funnels/chain").await;
        assert_eq!(answer.code, 200, "{answer:?}");
        let hop = &answer.body["funnel"]["hops"][1];
        assert_eq!(
            (&hop["kind"], &hop["movedOn"]),
            (&"OPPORTUNITY".into(), &"3".into())
        );
        let path = "/v1/funnels/chain/opportunity/objects?outcomes=HOP_OUTCOME_LOST&count=true";
        let answer = Caller::of(world, boss).get(path).await;
        assert_eq!(answer.body["totalSize"], "1", "{answer:?}");
        assert_eq!(answer.body["objects"][0]["outcome"], "HOP_OUTCOME_LOST");

        // Each sees what is his.
        let mine = opens(world, &firm.seller, &any()).await;
        assert_eq!(counts(&mine)[..2], [[0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0]]);
        let below = opens(world, &firm.manager, &any()).await;
        assert_eq!(
            counts(&below)[1],
            [1, 1, 1, 0, 0, 0],
            "what lies in his territory"
        );
        for (asked, deals) in [
            (
                pb::GetChainFunnelRequest {
                    owner_id: firm.seller.id.to_string(),
                    ..any()
                },
                1,
            ),
            (
                pb::GetChainFunnelRequest {
                    territory_id: firm.east.to_string(),
                    ..any()
                },
                1,
            ),
            (
                pb::GetChainFunnelRequest {
                    to_date: (began + Duration::days(2)).date_naive().to_string(),
                    ..any()
                },
                1,
            ),
            (
                pb::GetChainFunnelRequest {
                    from_date: (began + Duration::days(3)).date_naive().to_string(),
                    ..any()
                },
                4,
            ),
        ] {
            let narrowed = opens(world, boss, &asked).await;
            assert_eq!(narrowed.hops[1].entered, deals, "{asked:?}");
        }
        let theirs = pb::GetChainFunnelRequest {
            owner_id: boss.id.to_string(),
            ..any()
        };
        let hidden = opens(world, &firm.seller, &theirs).await;
        assert!(
            hidden.hops.iter().all(|h| h.entered == 0),
            "nobody counts what he may not see"
        );
        let request = pb::ListChainFunnelObjectsRequest {
            kind: "OPPORTUNITY".into(),
            ..Default::default()
        };
        let deal = listed(world, &firm.seller, &any(), request).await.remove(0);
        assert_eq!(
            (deal.id, deal.title.as_str()),
            (past.sellers_deal, "Ten servers")
        );
        assert_eq!((deal.state.as_str(), deal.move_s), ("WON", Some(DAY_S)));

        // A project is won, lost or open as its deal is, whatever the work does.
        let mut projects = ProjectServiceClient::new(world.link_as(boss));
        let id = past.big_project;
        let request = sales::StartProjectRequest {
            id: id.clone(),
            ..Default::default()
        };
        told(projects.start_project(request).await);
        let request = sales::LoseProjectRequest {
            id: id.clone(),
            reason: sales::LossReason::Price.into(),
            ..Default::default()
        };
        told(projects.lose_project(request).await);
        let request = sales::CompleteProjectRequest {
            id: id.clone(),
            ..Default::default()
        };
        told(projects.complete_project(request).await);
        let lost = opens(world, boss, &any()).await;
        assert_eq!(counts(&lost)[2], [1, 1, 0, 0, 1, 0]);
        let request = sales::ReopenProjectRequest {
            id: id.clone(),
            ..Default::default()
        };
        told(projects.reopen_project(request).await);
        let reopened = opens(world, boss, &any()).await;
        assert_eq!(counts(&reopened)[2], [1, 1, 0, 0, 0, 1]);
        let request = sales::WinProjectRequest {
            id,
            ..Default::default()
        };
        told(projects.win_project(request).await);
        let won = opens(world, boss, &any()).await;
        assert_eq!(counts(&won)[2], [1, 1, 0, 1, 0, 0]);
    }
}

async fn convert(firm: &Firm, request: marketing::ConvertLeadRequest) -> String {
    let done = firm.leads(&firm.seller).convert_lead(request).await;
    told(done).conversion.unwrap().opportunity_id
}

async fn undo(firm: &Firm, lead: &str) {
    let request = marketing::UndoConversionRequest {
        id: lead.into(),
        ..Default::default()
    };
    told(firm.leads(&firm.seller).undo_conversion(request).await);
}

#[tokio::test]
async fn what_was_undone_did_not_move_on_and_a_deal_that_never_was_is_in_no_figure() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        let party = firm.account(&firm.seller).await.id;
        let mut leads = Vec::new();
        for _ in 0..2 {
            let new = marketing::Lead {
                title: "More pumps".into(),
                party_id: party.clone(),
                ..Default::default()
            };
            leads.push(firm.create(&firm.seller, new).await.unwrap().id);
            world.advance(Duration::days(1)).await;
        }
        let [first, second] = &leads[..] else {
            panic!()
        };
        let ask = |lead: &str, join: &str| marketing::ConvertLeadRequest {
            id: lead.into(),
            join_opportunity_id: join.into(),
            ..Default::default()
        };
        let deal = convert(&firm, ask(first, "")).await;
        world.advance(Duration::days(2)).await;
        convert(&firm, ask(second, &deal)).await;
        let both = opens(world, boss, &any()).await;
        assert_eq!(counts(&both)[..2], [[2, 0, 2, 0, 0, 0], [1, 1, 0, 0, 0, 1]]);
        assert_eq!(
            both.hops[0].mean_move_s,
            Some(5 * DAY_S / 2),
            "two days to the deal, and three to joining it"
        );

        undo(&firm, second).await;
        let one = opens(world, boss, &any()).await;
        assert_eq!(counts(&one)[..2], [[2, 0, 1, 0, 0, 1], [1, 1, 0, 0, 0, 1]]);
        undo(&firm, first).await;
        let none = opens(world, boss, &any()).await;
        assert_eq!(counts(&none)[..2], [[2, 0, 0, 0, 0, 2], [0; 6]]);

        let into_project = marketing::ConvertLeadRequest {
            id: first.clone(),
            project: Some(marketing::ProjectDraft::default()),
            ..Default::default()
        };
        convert(&firm, into_project).await;
        let project = opens(world, boss, &any()).await;
        assert_eq!(
            counts(&project)[..3],
            [[2, 0, 1, 0, 0, 1], [0; 6], [1, 1, 0, 0, 0, 1]]
        );
        undo(&firm, first).await;
        let none = opens(world, boss, &any()).await;
        assert_eq!(
            counts(&none)[..3],
            [[2, 0, 0, 0, 0, 2], [0; 6], [0; 6]],
            "nor is a project that never was"
        );
    }
}

#[tokio::test]
async fn a_hundred_verbs_later_the_sums_still_come_out() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        let party = firm.account(boss).await.id;
        let (mut leads, mut opened) = (Vec::new(), Vec::new());
        // A fixed sequence of a linear congruential generator: the same lives on every run and engine.
        let mut random = 2_026_u64;
        let mut below = |n: usize| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((random >> 33) % u64::try_from(n).unwrap()).unwrap()
        };
        for n in 0..100 {
            if n < 5 || below(8) == 0 {
                let lead = marketing::Lead {
                    title: "More pumps".into(),
                    party_id: party.clone(),
                    ..Default::default()
                };
                leads.push(firm.create(boss, lead).await.unwrap().id);
                let from = below(leads.len() + 3);
                let from = leads.get(from).map(|lead| source("LEAD", lead));
                let deal = sales::Opportunity {
                    source: from,
                    ..ten_servers(&party)
                };
                opened.push(create(world, boss, deal).await.id);
            }
            let (lead, deal) = (
                leads[below(leads.len())].clone(),
                opened[below(opened.len())].clone(),
            );
            world.clock.advance(Duration::hours(5));
            let from = Some(source("OPPORTUNITY", &deal));
            // What an object refuses in its state is refused; it changes nothing.
            match below(6) {
                0 => {
                    let request = marketing::DisqualifyLeadRequest {
                        id: lead,
                        reason: marketing::DisqualifyReason::NoBudget.into(),
                        ..Default::default()
                    };
                    drop(firm.leads(boss).disqualify_lead(request).await);
                }
                1 => {
                    let request = sales::WinOpportunityRequest {
                        id: deal,
                        ..Default::default()
                    };
                    drop(deals(world, boss).win_opportunity(request).await);
                }
                2 => {
                    let request = sales::LoseOpportunityRequest {
                        id: deal,
                        reason: sales::LossReason::Price.into(),
                        ..Default::default()
                    };
                    drop(deals(world, boss).lose_opportunity(request).await);
                }
                3 => {
                    let request = sales::ReopenOpportunityRequest {
                        id: deal,
                        ..Default::default()
                    };
                    drop(deals(world, boss).reopen_opportunity(request).await);
                }
                4 => {
                    let contract = commerce::Contract {
                        title: "Pumps".into(),
                        party_id: party.clone(),
                        lines: vec![crate::commerce::line("pump", "2", 1_000)],
                        source: from,
                        ..Default::default()
                    };
                    let request = commerce::CreateContractRequest {
                        contract: Some(contract),
                        ..Default::default()
                    };
                    drop(contracts(world, boss).create_contract(request).await);
                }
                _ => {
                    let order = commerce::Order {
                        title: "Pumps".into(),
                        party_id: party.clone(),
                        lines: vec![crate::commerce::line("pump", "1", 1_000)],
                        source: from,
                        ..Default::default()
                    };
                    let request = commerce::CreateOrderRequest {
                        order: Some(order),
                        ..Default::default()
                    };
                    drop(orders(world, boss).create_order(request).await);
                }
            }
        }
        let funnel = opens(world, boss, &any()).await;
        let [leads_in, deals_in, _, agreed, ordered] = &funnel.hops[..] else {
            panic!("{funnel:?}")
        };
        let many = |ids: &[String]| i64::try_from(ids.len()).unwrap();
        assert_eq!(
            (leads_in.entered, deals_in.entered),
            (many(&leads), many(&opened))
        );
        assert!(leads_in.moved_on > 0 && leads_in.lost > 0 && leads_in.open > 0);
        assert!(deals_in.moved_on > 0 && deals_in.lost > 0 && deals_in.open > 0);
        assert_eq!(
            (agreed.from_chain, ordered.from_chain),
            (agreed.entered, ordered.entered),
            "all of them came of a deal"
        );
        assert!(agreed.entered + ordered.entered >= deals_in.moved_on);
    }
}

#[tokio::test]
async fn a_funnel_that_a_store_did_not_have_is_counted_from_the_logs() {
    for engine in Engine::all() {
        let mut firm = Firm::new(engine).await;
        past(&firm).await;
        let known = opens(&firm.world, &firm.boss, &any()).await;
        let forget = async |tx: &mut Tx| -> Result<(), baton_chassis::db::Error> {
            for text in [
                "delete from entrant",
                "delete from descent",
                "delete from counted",
                "delete from inbox_cursor where consumer = 'insight.funnel'",
            ] {
                tx.sql(text).execute().await?;
            }
            Ok(())
        };
        firm.world
            .context("insight")
            .db
            .write(forget)
            .await
            .unwrap();
        firm.world.restart(baton::services()).await;
        assert_eq!(opens(&firm.world, &firm.boss, &any()).await, known);
    }
}

#[tokio::test]
async fn who_has_no_rule_sees_no_figure_and_a_bad_question_names_all_that_is_wrong() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        firm.lead(boss).await;
        let list = |kind: &str| pb::ListChainFunnelObjectsRequest {
            kind: kind.into(),
            ..Default::default()
        };
        let mut client = funnels(world, &firm.marketer);
        assert_eq!(
            refused(client.get_chain_funnel(any()).await).0,
            Code::PermissionDenied
        );
        assert_eq!(
            refused(client.list_chain_funnel_objects(list("LEAD")).await).0,
            Code::PermissionDenied
        );
        // Who reads across functions, but none of them, counts nothing.
        grant(world, "analyst", Function::Analysis, GrantScope::All).await;
        let analyst = world.member("analyst").await;
        let nothing = opens(world, &analyst, &any()).await;
        assert_eq!(counts(&nothing), [[0; 6]; 5]);

        let mut client = funnels(world, boss);
        let bad = pb::GetChainFunnelRequest {
            from_date: "2026-02-30".to_owned(),
            to_date: "yesterday".to_owned(),
            owner_id: "me".to_owned(),
            territory_id: "here".to_owned(),
        };
        assert_eq!(
            violations(client.get_chain_funnel(bad).await),
            pairs(&[
                ("from_date", "DATE_MALFORMED"),
                ("to_date", "DATE_MALFORMED"),
                ("owner_id", "ID_MALFORMED"),
                ("territory_id", "ID_MALFORMED"),
            ])
        );
        let bad = pb::ListChainFunnelObjectsRequest {
            from_date: "2026-03-02".to_owned(),
            to_date: "2026-03-01".to_owned(),
            outcomes: vec![1, 9],
            source_kinds: vec!["LEAD".to_owned(); 21],
            ..list("CAMPAIGN")
        };
        assert_eq!(
            violations(client.list_chain_funnel_objects(bad).await),
            pairs(&[
                ("to_date", "DATE_REVERSED"),
                ("kind", "CHOICE_UNKNOWN"),
                ("outcomes[1]", "CHOICE_UNKNOWN"),
                ("source_kinds", "TOO_MANY"),
            ])
        );
        let answer = Caller::stranger(world).get("/v1/funnels/chain").await;
        assert_eq!(answer.code, 401);
    }
}

#[test]
fn every_state_of_every_object_of_the_chain_means_something() {
    fn words<W: Word>() -> Vec<&'static str> {
        W::ALL.iter().map(|w| w.as_str()).collect()
    }
    let known = |hop: Hop| -> Vec<&str> {
        let states = STATES.iter().find(|(h, _)| *h == hop).unwrap().1;
        states.iter().map(|(state, _)| *state).collect()
    };
    assert_eq!(known(Hop::Lead), words::<baton_marketing::lead::Quality>());
    assert_eq!(
        known(Hop::Opportunity),
        words::<baton_sales::opportunity::State>()
    );
    assert_eq!(
        known(Hop::Contract),
        words::<baton_commerce::contract::State>()
    );
    assert_eq!(known(Hop::Order), words::<baton_commerce::order::State>());
    let types = [
        <sales::ProjectWon as baton_proto::Fact>::TYPE,
        <sales::ProjectLost as baton_proto::Fact>::TYPE,
        <sales::ProjectReopened as baton_proto::Fact>::TYPE,
        <sales::ProjectRetracted as baton_proto::Fact>::TYPE,
    ];
    assert_eq!(
        EVENTS.iter().map(|(event, _)| *event).collect::<Vec<_>>(),
        types
    );
}

#[tokio::test]
async fn no_figure_and_no_list_behind_one_reads_more_than_it_is_about() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, id) = (&firm.world, Uuid::nil());
        let now = world.clock.now();
        let narrow = store::Asked {
            entered: Some((now, now)),
            credit: Some(id.into()),
            territories: Some(vec![id.into(), Uuid::max().into()]),
        };
        let kinds = [
            "e.kind = 'LEAD'",
            "e.kind = 'OPPORTUNITY' and e.state <> 'WON'",
            "e.kind = 'OPPORTUNITY' and e.state = 'WON'",
        ];
        let some = store::Narrow {
            outcomes: vec![Outcome::MovedOn, Outcome::Lost],
            source_kinds: vec!["LEAD".into(), "DIRECT".into()],
        };
        for scope in scopes().into_iter().chain([Scope::Nothing]) {
            let parts = kinds.map(|kind| (kind, scope.clone()));
            for asked in [&store::Asked::default(), &narrow] {
                let figures = store::entrants(asked, &parts);
                let found = world.sums_faults("insight", figures, store::BY_HOP).await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {asked:?}: {found:?}"
                );
                for (narrow, parts) in [
                    (&store::Narrow::default(), &parts[..1]),
                    (&some, &parts[1..]),
                ] {
                    let list = store::list(asked, narrow, parts);
                    let found = world.list_faults("insight", list, store::ORDERS).await;
                    assert!(
                        found.is_empty(),
                        "{engine:?} {scope:?} {asked:?}: {found:?}"
                    );
                }
            }
        }
    }
}
