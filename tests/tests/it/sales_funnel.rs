//! Stories of the stage funnel: its sums come out whatever happens, and each figure opens to the records that it counts.

use baton_chassis::{
    link::Link,
    list::Scope,
    test::{Engine, Person, World, scopes},
};
use baton_proto::{
    directory::v1::{Function, GrantScope},
    sales::v1::{self as pb, funnel_service_client::FunnelServiceClient},
};
use baton_sales::{
    opportunity::{Outcome, State},
    store::funnel as store,
};
use chrono::Duration;
use tonic::Code;
use uuid::Uuid;

use crate::{
    answers::{pairs, refused, told, violations},
    commerce::account,
    directory::grant,
    sales::{create, deals, open, processes, stages, ten_servers, win, world},
};

fn funnels(world: &World, who: &Person) -> FunnelServiceClient<Link> {
    FunnelServiceClient::new(world.link_as(who))
}

async fn funnel(
    world: &World,
    who: &Person,
    request: &pb::GetStageFunnelRequest,
) -> pb::StageFunnel {
    let answer = funnels(world, who).get_stage_funnel(request.clone()).await;
    told(answer).funnel.unwrap()
}

/// How many visits of a stage are listed that ended in one of these ways.
async fn listed_visits(
    world: &World,
    who: &Person,
    asked: &pb::GetStageFunnelRequest,
    stage: &str,
    outcomes: &[pb::VisitOutcome],
) -> i64 {
    let request = pb::ListFunnelVisitsRequest {
        page_size: 200,
        count: true,
        process_id: asked.process_id.clone(),
        from_date: asked.from_date.clone(),
        to_date: asked.to_date.clone(),
        owner_id: asked.owner_id.clone(),
        territory_id: asked.territory_id.clone(),
        stage_id: stage.to_owned(),
        outcomes: outcomes.iter().map(|o| i32::from(*o)).collect(),
        ..Default::default()
    };
    let page = told(funnels(world, who).list_funnel_visits(request).await);
    assert!(page.visits.iter().all(|v| v.stage_id == stage));
    assert!(
        outcomes.is_empty() || page.visits.iter().all(|v| outcomes.contains(&v.outcome())),
        "{page:?}"
    );
    assert_eq!(
        i64::try_from(page.visits.len()).unwrap(),
        page.total_size.min(200)
    );
    page.total_size
}

/// How many deals are listed.
async fn listed_deals(
    world: &World,
    who: &Person,
    asked: &pb::GetStageFunnelRequest,
    narrow: pb::ListFunnelOpportunitiesRequest,
) -> i64 {
    let request = pb::ListFunnelOpportunitiesRequest {
        page_size: 200,
        count: true,
        process_id: asked.process_id.clone(),
        from_date: asked.from_date.clone(),
        to_date: asked.to_date.clone(),
        owner_id: asked.owner_id.clone(),
        territory_id: asked.territory_id.clone(),
        ..narrow
    };
    let page = told(funnels(world, who).list_funnel_opportunities(request).await);
    assert_eq!(
        i64::try_from(page.opportunities.len()).unwrap(),
        page.total_size.min(200)
    );
    page.total_size
}

/// Each sum comes out, and each figure is as many as the records that it opens to.
pub(crate) async fn opens(
    world: &World,
    who: &Person,
    asked: &pb::GetStageFunnelRequest,
) -> pb::StageFunnel {
    use pb::{
        OpportunityState as S,
        VisitOutcome::{Lost, MovedBack, MovedOn, Open, Won},
    };
    let funnel = funnel(world, who, asked).await;
    for stage in &funnel.stages {
        assert_eq!(
            stage.entered,
            stage.moved_on + stage.won + stage.lost + stage.open,
            "{stage:?}"
        );
        for amounts in &stage.amounts {
            let minor = |money: &Option<baton_proto::r#type::v1::Money>| {
                money.as_ref().unwrap().amount_minor
            };
            let parts = [
                &amounts.moved_on,
                &amounts.won,
                &amounts.lost,
                &amounts.open,
            ];
            assert_eq!(
                minor(&amounts.entered),
                parts.into_iter().map(minor).sum::<i64>()
            );
        }
        let ways: [(i64, &[pb::VisitOutcome]); 6] = [
            (stage.entered, &[]),
            (stage.moved_on, &[MovedOn, MovedBack]),
            (stage.moved_back, &[MovedBack]),
            (stage.won, &[Won]),
            (stage.lost, &[Lost]),
            (stage.open, &[Open]),
        ];
        for (figure, outcomes) in ways {
            let listed = listed_visits(world, who, asked, &stage.stage_id, outcomes).await;
            assert_eq!(figure, listed, "{} {outcomes:?}", stage.name);
        }
    }
    let deals = funnel.deals.clone().unwrap();
    assert_eq!(deals.count, deals.won + deals.lost + deals.open);
    let any = pb::ListFunnelOpportunitiesRequest::default;
    let in_state = |state: pb::OpportunityState| pb::ListFunnelOpportunitiesRequest {
        state: state.into(),
        ..any()
    };
    for (figure, narrow) in [
        (deals.count, any()),
        (deals.won, in_state(S::Won)),
        (deals.lost, in_state(S::Lost)),
        (deals.open, in_state(S::Open)),
    ] {
        assert_eq!(figure, listed_deals(world, who, asked, narrow).await);
    }
    let timed = pb::ListFunnelOpportunitiesRequest {
        timed: true,
        ..in_state(S::Won)
    };
    assert_eq!(
        deals.won_timed,
        listed_deals(world, who, asked, timed).await
    );
    let mut won = 0;
    for quarter in &deals.won_by_quarter {
        let narrow = pb::ListFunnelOpportunitiesRequest {
            closed_from_date: quarter.first_date.clone(),
            closed_to_date: quarter.last_date.clone(),
            ..in_state(S::Won)
        };
        assert_eq!(
            quarter.won,
            listed_deals(world, who, asked, narrow).await,
            "{quarter:?}"
        );
        won += quarter.won;
    }
    assert_eq!(won, deals.won, "every won deal was won in a quarter");
    funnel
}

pub(crate) async fn go(world: &World, who: &Person, id: &str, stage: &pb::Stage) {
    let request = pb::MoveOpportunityRequest {
        id: id.to_owned(),
        stage_id: stage.id.clone(),
        ..Default::default()
    };
    told(deals(world, who).move_opportunity(request).await);
}

pub(crate) async fn lose(world: &World, who: &Person, id: &str) {
    let request = pb::LoseOpportunityRequest {
        id: id.to_owned(),
        reason: pb::LossReason::Price.into(),
        ..Default::default()
    };
    told(deals(world, who).lose_opportunity(request).await);
}

#[tokio::test]
async fn each_figure_opens_to_its_records_for_a_salesperson_a_manager_and_the_boss() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let manager = world.member("sales_manager").await;
        let east = world.territory("East", None, Some(&manager)).await;
        let shore = world.territory("Shore", Some(east), None).await;
        let west = world.territory("West", None, None).await;
        let seller = world.member_in("salesperson", Some(shore)).await;
        let other = world.member_in("salesperson", Some(west)).await;
        let steps = stages(&world, &boss).await;

        let first = open(&world, &seller).await;
        go(&world, &seller, &first.id, &steps[2]).await;
        world.advance(Duration::days(3)).await;
        go(&world, &seller, &first.id, &steps[1]).await;
        go(&world, &seller, &first.id, &steps[4]).await;
        let won_on = world.clock.now();
        win(&world, &seller, &first.id).await;
        let second = open(&world, &seller).await;
        lose(&world, &seller, &second.id).await;
        world.advance(Duration::days(120)).await;
        let third = open(&world, &other).await;
        go(&world, &other, &third.id, &steps[1]).await;
        let dollars = pb::Opportunity {
            amount: Some(baton_proto::r#type::v1::Money {
                currency_code: "USD".to_owned(),
                amount_minor: 500,
            }),
            ..ten_servers(&account(&world, &boss, "Acme").await)
        };
        create(&world, &boss, dollars).await;

        let any = pb::GetStageFunnelRequest::default;
        let mine = opens(&world, &seller, &any()).await;
        let counts = |f: &pb::StageFunnel| {
            let figures = f.stages.iter();
            figures
                .map(|s| (s.entered, s.moved_on, s.won, s.lost, s.open))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            counts(&mine),
            [
                (2, 1, 0, 1, 0),
                (1, 1, 0, 0, 0),
                (1, 1, 0, 0, 0),
                (0, 0, 0, 0, 0),
                (1, 0, 1, 0, 0)
            ]
        );
        assert_eq!(mine.stages[2].moved_back, 1);
        assert_eq!(
            mine.bottleneck_stage_id, steps[2].id,
            "three days, the others none"
        );
        assert_eq!(mine.leak_stage_id, steps[0].id);
        assert_eq!(mine.stages[2].mean_dwell_s, Some(3 * 86_400));
        assert_eq!(mine.stages[2].median_dwell_d, Some(3));
        let of_mine = mine.deals.clone().unwrap();
        assert_eq!((of_mine.won, of_mine.lost, of_mine.open), (1, 1, 0));
        assert_eq!(of_mine.win_rate_bp, Some(5_000));
        assert_eq!(of_mine.mean_won_cycle_s, Some(3 * 86_400));
        assert_eq!(of_mine.won_by_quarter.len(), 1);

        let below = opens(&world, &manager, &any()).await;
        assert_eq!(below, mine, "what lies below his territory");
        let all = opens(&world, &boss, &any()).await;
        assert_eq!(
            counts(&all)[..2],
            [(4, 2, 0, 1, 1), (2, 1, 0, 0, 1)],
            "everybody's"
        );
        let amounts: Vec<_> = all.stages[0]
            .amounts
            .iter()
            .map(|a| a.entered.clone().unwrap())
            .map(|m| (m.currency_code, m.amount_minor))
            .collect();
        assert_eq!(
            amounts,
            [("CNY".to_owned(), 30_000_000), ("USD".to_owned(), 500)]
        );

        for (asked, entered) in [
            (
                pb::GetStageFunnelRequest {
                    owner_id: other.id.to_string(),
                    ..any()
                },
                1,
            ),
            (
                pb::GetStageFunnelRequest {
                    territory_id: east.to_string(),
                    ..any()
                },
                2,
            ),
            (
                pb::GetStageFunnelRequest {
                    to_date: won_on.date_naive().to_string(),
                    ..any()
                },
                2,
            ),
            (
                pb::GetStageFunnelRequest {
                    from_date: (won_on + Duration::days(30)).date_naive().to_string(),
                    ..any()
                },
                2,
            ),
        ] {
            let narrowed = opens(&world, &boss, &asked).await;
            assert_eq!(narrowed.stages[0].entered, entered, "{asked:?}");
        }
        let line = pb::GetStageFunnelRequest {
            product_line: "Water".to_owned(),
            ..any()
        };
        let pumps = pb::Process {
            name: "Pumps".to_owned(),
            product_line: "Water".to_owned(),
            stages: vec![pb::Stage {
                name: "Talk".to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let pumps = pb::CreateProcessRequest {
            process: Some(pumps),
            ..Default::default()
        };
        let pumps = told(processes(&world, &boss).create_process(pumps).await);
        let by_line = funnel(&world, &boss, &line).await;
        assert_eq!(by_line.process_id, pumps.process.unwrap().id);
        assert_eq!(counts(&by_line), [(0, 0, 0, 0, 0)]);
        let theirs = pb::GetStageFunnelRequest {
            owner_id: other.id.to_string(),
            ..any()
        };
        let hidden = opens(&world, &seller, &theirs).await;
        assert!(
            hidden.stages.iter().all(|s| s.entered == 0),
            "nobody counts what he may not see"
        );
    }
}

#[tokio::test]
async fn a_few_hundred_verbs_later_the_sums_still_come_out() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let steps = stages(&world, &boss).await;
        let party = account(&world, &boss, "Acme").await;
        let mut ids = Vec::new();
        // A fixed sequence of a linear congruential generator: the same lives on every run and engine.
        let mut random = 2_026_u64;
        let mut below = |n: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((random >> 33) % n).unwrap()
        };
        let mut entered = 0;
        for _ in 0..20 {
            ids.push(create(&world, &boss, ten_servers(&party)).await.id);
            entered += 1;
        }
        for _ in 0..280 {
            let (id, stage, verb) = (ids[below(20)].clone(), steps[below(5)].id.clone(), below(9));
            if below(10) == 0 {
                world.clock.advance(Duration::days(2));
            }
            let mut client = deals(&world, &boss);
            // What the deal refuses in its state is refused; it changes nothing.
            let came = match verb {
                0 => {
                    let request = pb::WinOpportunityRequest {
                        id,
                        ..Default::default()
                    };
                    drop(client.win_opportunity(request).await);
                    false
                }
                1 => {
                    let request = pb::LoseOpportunityRequest {
                        id,
                        reason: pb::LossReason::Price.into(),
                        ..Default::default()
                    };
                    drop(client.lose_opportunity(request).await);
                    false
                }
                2 | 3 => {
                    let request = pb::ReopenOpportunityRequest {
                        id,
                        stage_id: stage,
                        ..Default::default()
                    };
                    client.reopen_opportunity(request).await.is_ok()
                }
                _ => {
                    let request = pb::MoveOpportunityRequest {
                        id,
                        stage_id: stage,
                        ..Default::default()
                    };
                    client.move_opportunity(request).await.is_ok()
                }
            };
            entered += i64::from(came);
        }
        let funnel = opens(&world, &boss, &pb::GetStageFunnelRequest::default()).await;
        assert_eq!(
            funnel.stages.iter().map(|s| s.entered).sum::<i64>(),
            entered
        );
        let all =
            |figure: fn(&pb::StageFigures) -> i64| funnel.stages.iter().map(figure).sum::<i64>();
        assert!(
            entered > 100 && all(|s| s.won) > 0 && all(|s| s.lost) > 0 && all(|s| s.moved_back) > 0
        );
        assert_eq!(all(|s| s.open), funnel.deals.unwrap().open);
    }
}

#[tokio::test]
async fn who_has_no_rule_sees_no_figure_and_a_bad_question_names_all_that_is_wrong() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        open(&world, &boss).await;
        grant(&world, "analyst", Function::Analysis, GrantScope::All).await;
        let analyst = world.member("analyst").await;
        let mut client = funnels(&world, &analyst);
        let any = pb::GetStageFunnelRequest::default();
        assert_eq!(
            refused(client.get_stage_funnel(any.clone()).await).0,
            Code::PermissionDenied
        );
        let visits = pb::ListFunnelVisitsRequest {
            stage_id: Uuid::nil().to_string(),
            ..Default::default()
        };
        assert_eq!(
            refused(client.list_funnel_visits(visits).await).0,
            Code::PermissionDenied
        );
        let all = pb::ListFunnelOpportunitiesRequest::default();
        assert_eq!(
            refused(client.list_funnel_opportunities(all).await).0,
            Code::PermissionDenied
        );

        let mut client = funnels(&world, &boss);
        let bad = pb::GetStageFunnelRequest {
            process_id: "x".to_owned(),
            from_date: "2026-02-30".to_owned(),
            to_date: "yesterday".to_owned(),
            owner_id: "me".to_owned(),
            territory_id: "here".to_owned(),
            ..any.clone()
        };
        assert_eq!(
            violations(client.get_stage_funnel(bad).await),
            pairs(&[
                ("process_id", "ID_MALFORMED"),
                ("from_date", "DATE_MALFORMED"),
                ("to_date", "DATE_MALFORMED"),
                ("owner_id", "ID_MALFORMED"),
                ("territory_id", "ID_MALFORMED"),
            ])
        );
        let reversed = pb::ListFunnelOpportunitiesRequest {
            from_date: "2026-03-02".to_owned(),
            to_date: "2026-03-01".to_owned(),
            closed_from_date: "2026-03-02".to_owned(),
            closed_to_date: "2026-03-01".to_owned(),
            ..Default::default()
        };
        assert_eq!(
            violations(client.list_funnel_opportunities(reversed).await),
            pairs(&[
                ("to_date", "DATE_REVERSED"),
                ("closed_to_date", "DATE_REVERSED")
            ])
        );
        let nowhere = pb::ListFunnelVisitsRequest {
            outcomes: vec![1, 9],
            ..Default::default()
        };
        assert_eq!(
            violations(client.list_funnel_visits(nowhere).await),
            pairs(&[("stage_id", "REQUIRED"), ("outcomes[1]", "CHOICE_UNKNOWN")])
        );
        let unknown = pb::GetStageFunnelRequest {
            process_id: Uuid::nil().to_string(),
            ..any
        };
        assert_eq!(
            violations(client.get_stage_funnel(unknown).await),
            pairs(&[("process_id", "REFERENCE_NOT_FOUND")])
        );
    }
}

#[tokio::test]
async fn no_figure_and_no_list_behind_one_reads_more_than_it_is_about() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let id = Uuid::nil();
        let process = store::Asked {
            process: id.into(),
            began: None,
            credit: None,
            territories: None,
        };
        let now = world.clock.now();
        let narrow = store::Asked {
            began: Some((now, now)),
            credit: Some(id.into()),
            territories: Some(vec![id.into(), Uuid::max().into()]),
            ..process.clone()
        };
        let closed = store::DealFilter {
            state: Some(State::Won),
            closed: Some((now, now)),
            timed: true,
        };
        for scope in scopes().into_iter().chain([Scope::Nothing]) {
            for asked in [&process, &narrow] {
                let visits = store::visits(asked, scope.clone());
                for sums in [store::BY_STAGE, store::BY_DAYS] {
                    let found = world.sums_faults("sales", visits.clone(), sums).await;
                    assert!(
                        found.is_empty(),
                        "{engine:?} {scope:?} {asked:?}: {found:?}"
                    );
                }
                let deals = store::deals(asked, scope.clone());
                let found = world.sums_faults("sales", deals, store::BY_STATE).await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {asked:?}: {found:?}"
                );
                for filter in [&store::DealFilter::default(), &closed] {
                    let list = store::deal_list(asked, filter, scope.clone());
                    let found = world.list_faults("sales", list, store::DEAL_ORDERS).await;
                    assert!(
                        found.is_empty(),
                        "{engine:?} {scope:?} {asked:?} {filter:?}: {found:?}"
                    );
                }
                for outcomes in [&[][..], &[Outcome::MovedOn, Outcome::MovedBack]] {
                    let list = store::visit_list(asked, id.into(), outcomes, scope.clone());
                    let found = world.list_faults("sales", list, store::VISIT_ORDERS).await;
                    assert!(
                        found.is_empty(),
                        "{engine:?} {scope:?} {outcomes:?}: {found:?}"
                    );
                }
            }
        }
    }
}
