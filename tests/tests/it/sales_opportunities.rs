//! Stories of opportunities: how they begin, who sees them, and how they are lost and opened again.

use baton_chassis::{
    Scope,
    test::{Engine, Person, scopes},
    time::Days,
};
use baton_proto::{
    sales::v1::{
        self as pb,
        VisitOutcome::{Lost, MovedBack, MovedOn},
    },
    r#type::v1::{HandoffState, Money, Source},
};
use baton_sales::store::opportunity as store;
use chrono::Duration;
use tonic::Code;
use uuid::Uuid;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    commerce::{account, prospect},
    sales::{
        create, deals, get, handoffs, line, nothing_but_seller, open, processes, stages,
        ten_servers, visits, win, world, yuan,
    },
};

fn closed(id: &str, reason: pb::LossReason) -> pb::LoseOpportunityRequest {
    pb::LoseOpportunityRequest {
        id: id.to_owned(),
        reason: reason.into(),
        ..Default::default()
    }
}

fn to_stage(deal: &pb::Opportunity, stage: &pb::Stage) -> pb::MoveOpportunityRequest {
    pb::MoveOpportunityRequest {
        id: deal.id.clone(),
        stage_id: stage.id.clone(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_deal_begins_with_its_creator_in_the_first_stage() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let east = world.territory("East", None, None).await;
        let seller = world.member_in("salesperson", Some(east)).await;
        let party = account(&world, &seller, "Acme").await;
        let request = pb::CreateOpportunityRequest {
            opportunity: Some(ten_servers(&party)),
            request_id: "first deal".to_owned(),
            ..Default::default()
        };
        let mut client = deals(&world, &seller);
        let made = told(client.create_opportunity(request.clone()).await);
        assert_eq!(
            told(client.create_opportunity(request).await),
            made,
            "the same act"
        );
        let deal = made.opportunity.unwrap();
        let first = &stages(&world, &seller).await[0];
        assert_eq!((&deal.stage_id, deal.probability_percent), (&first.id, 10));
        assert_eq!(deal.state(), pb::OpportunityState::Open);
        assert_eq!(deal.commerce_state(), pb::CommerceState::None);
        assert_eq!(deal.owner_id, seller.id.to_string());
        assert_eq!(deal.territory_id, east.to_string());
        assert_eq!(
            deal.source.as_ref().map(|s| s.kind.as_str()),
            Some("DIRECT")
        );
        assert_eq!(deal.number, "OP-2026-000001");
        assert_eq!(get(&world, &seller, &deal.id).await, deal);
        let begun = &visits(&world, &seller, &deal.id).await[0];
        assert_eq!(begun.outcome(), pb::VisitOutcome::Open);
        assert_eq!(begun.entered_by_id, seller.id.to_string());
    }
}

#[tokio::test]
async fn a_deal_takes_the_process_of_its_product_line() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let water = pb::Process {
            name: "Pumps".to_owned(),
            product_line: "Water".to_owned(),
            stages: vec![pb::Stage {
                name: "Talk".to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let water = pb::CreateProcessRequest {
            process: Some(water),
            ..Default::default()
        };
        let water = told(processes(&world, &boss).create_process(water).await)
            .process
            .unwrap();
        let party = account(&world, &boss, "Acme").await;
        let of_line = async |line: &str| {
            let request = pb::CreateOpportunityRequest {
                opportunity: Some(ten_servers(&party)),
                product_line: line.to_owned(),
                ..Default::default()
            };
            let made = told(deals(&world, &boss).create_opportunity(request).await);
            made.opportunity.unwrap().process_id
        };
        assert_eq!(of_line("Water").await, water.id);
        assert_ne!(of_line("Air").await, water.id);

        let archive = pb::ArchiveProcessRequest {
            id: water.id.clone(),
            ..Default::default()
        };
        told(processes(&world, &boss).archive_process(archive).await);
        assert_ne!(of_line("Water").await, water.id);
        let named = pb::Opportunity {
            process_id: water.id,
            ..ten_servers(&party)
        };
        let named = pb::CreateOpportunityRequest {
            opportunity: Some(named),
            ..Default::default()
        };
        let archived = deals(&world, &boss).create_opportunity(named).await;
        assert_eq!(refused(archived).1, "PROCESS_ARCHIVED");
    }
}

#[tokio::test]
async fn a_new_deal_is_told_of_everything_that_is_wrong_with_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let mut client = deals(&world, &boss);
        let mut wrong = async |deal: pb::Opportunity| {
            let request = pb::CreateOpportunityRequest {
                opportunity: Some(deal),
                ..Default::default()
            };
            violations(client.create_opportunity(request).await)
        };
        let nothing = pb::Opportunity {
            lines: vec![
                pb::OpportunityLine {
                    quantity: "0".to_owned(),
                    ..line("", "1", -1)
                },
                pb::OpportunityLine {
                    unit_price: Some(Money {
                        currency_code: "USD".to_owned(),
                        amount_minor: 1,
                    }),
                    discount_bp: 10_001,
                    ..line("hour", "1", 1)
                },
            ],
            expected_close_date: "31.12.2026".to_owned(),
            source: Some(Source {
                kind: "LEAD".to_owned(),
                id: String::new(),
            }),
            ..Default::default()
        };
        assert_eq!(
            wrong(nothing).await,
            pairs(&[
                (
                    "opportunity.lines[0].unit_price.amount_minor",
                    "NUMBER_OUT_OF_RANGE"
                ),
                ("opportunity.lines[0].quantity", "QUANTITY_MALFORMED"),
                ("opportunity.lines[0].description", "REQUIRED"),
                ("opportunity.lines[1].discount_bp", "NUMBER_OUT_OF_RANGE"),
                (
                    "opportunity.lines[1].unit_price.currency_code",
                    "OPPORTUNITY_CURRENCIES_MIXED"
                ),
                ("opportunity.name", "REQUIRED"),
                ("opportunity.party_id", "REQUIRED"),
                ("opportunity.expected_close_date", "DATE_MALFORMED"),
                ("opportunity.source.id", "SOURCE_ID_REQUIRED"),
            ])
        );
        let nobody = Uuid::nil().to_string();
        let unknown = pb::Opportunity {
            contact_id: nobody.clone(),
            source: Some(Source {
                kind: "ACCOUNT".to_owned(),
                id: nobody.clone(),
            }),
            ..ten_servers(&nobody)
        };
        assert_eq!(
            wrong(unknown).await,
            pairs(&[
                ("opportunity.party_id", "REFERENCE_NOT_FOUND"),
                ("opportunity.contact_id", "REFERENCE_NOT_FOUND"),
                ("opportunity.source.id", "REFERENCE_NOT_FOUND"),
            ])
        );
        let prospect = prospect(&world, &boss, "Unverified").await;
        assert_eq!(
            wrong(ten_servers(&prospect)).await,
            pairs(&[("opportunity.party_id", "OPPORTUNITY_NEEDS_ACCOUNT")])
        );
        let party = account(&world, &boss, "Acme").await;
        let owned = pb::Opportunity {
            owner_id: nobody.clone(),
            ..ten_servers(&party)
        };
        assert_eq!(
            wrong(owned).await,
            pairs(&[("opportunity.owner_id", "REFERENCE_NOT_FOUND")])
        );
        let product = pb::OpportunityLine {
            product_id: nobody,
            ..line("", "1", 1)
        };
        let product = pb::Opportunity {
            lines: vec![product],
            amount: None,
            ..ten_servers(&party)
        };
        assert_eq!(
            wrong(product).await,
            pairs(&[("opportunity.lines[0].product_id", "REFERENCE_NOT_FOUND")])
        );

        let of_seller = account(&world, &seller, "His company").await;
        let for_boss = pb::Opportunity {
            owner_id: boss.id.to_string(),
            ..ten_servers(&of_seller)
        };
        let for_boss = pb::CreateOpportunityRequest {
            opportunity: Some(for_boss),
            ..Default::default()
        };
        let denied = deals(&world, &seller).create_opportunity(for_boss).await;
        assert_eq!(
            refused(denied).0,
            Code::PermissionDenied,
            "nobody makes deals beyond his rows"
        );
    }
}

#[tokio::test]
async fn one_sees_ones_own_deals_a_manager_those_of_his_territory_and_the_boss_all() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let manager = world.member("sales_manager").await;
        let east = world.territory("East", None, Some(&manager)).await;
        let boss = world.member("boss").await;
        let in_east = world.member_in("salesperson", Some(east)).await;
        let elsewhere = world.member("salesperson").await;
        let deal = open(&world, &in_east).await;
        world.advance(Duration::minutes(1)).await;
        let other = open(&world, &elsewhere).await;
        let seen = async |who: &Person| {
            let request = pb::ListOpportunitiesRequest {
                count: true,
                ..Default::default()
            };
            let listed = told(deals(&world, who).list_opportunities(request).await);
            let ids: Vec<_> = listed.opportunities.into_iter().map(|o| o.id).collect();
            assert_eq!(listed.total_size, i64::try_from(ids.len()).unwrap());
            ids
        };
        assert_eq!(seen(&in_east).await, std::slice::from_ref(&deal.id));
        assert_eq!(seen(&manager).await, std::slice::from_ref(&deal.id));
        assert_eq!(seen(&elsewhere).await, std::slice::from_ref(&other.id));
        assert_eq!(seen(&boss).await, [other.id.clone(), deal.id.clone()]);

        let unseen = pb::GetOpportunityRequest {
            id: other.id.clone(),
        };
        assert_eq!(
            refused(deals(&world, &manager).get_opportunity(unseen).await),
            (Code::NotFound, "NOT_FOUND".to_owned())
        );
        let unseen = pb::ListStageVisitsRequest {
            opportunity_id: other.id.clone(),
            ..Default::default()
        };
        let answer = deals(&world, &manager).list_stage_visits(unseen).await;
        assert_eq!(refused(answer).0, Code::NotFound);
        let unseen = pb::ListOpportunityHandoffsRequest {
            opportunity_id: other.id,
        };
        let answer = deals(&world, &manager)
            .list_opportunity_handoffs(unseen)
            .await;
        assert_eq!(refused(answer).0, Code::NotFound);
    }
}

#[tokio::test]
async fn deals_are_listed_by_filter_and_order_page_by_page() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let east = world.territory("East", None, None).await;
        let party = account(&world, &boss, "Acme").await;
        let other = account(&world, &boss, "Bolts").await;
        let of = |name: &str, party: &str, amount: Option<i64>, close: &str| pb::Opportunity {
            name: name.to_owned(),
            amount: amount.map(yuan),
            expected_close_date: close.to_owned(),
            ..ten_servers(party)
        };
        for deal in [
            of("small", &party, Some(1), ""),
            of("great", &party, Some(9), "2026-06-01"),
            of("unknown", &party, None, "2026-05-01"),
            pb::Opportunity {
                territory_id: east.to_string(),
                ..of("other", &other, Some(5), "2026-04-01")
            },
        ] {
            world.advance(Duration::minutes(1)).await;
            create(&world, &boss, deal).await;
        }
        let names = async |request: pb::ListOpportunitiesRequest| {
            let listed = told(deals(&world, &boss).list_opportunities(request).await);
            let names: Vec<_> = listed.opportunities.into_iter().map(|o| o.name).collect();
            (names.join(" "), listed.next_page_token)
        };
        let all = pb::ListOpportunitiesRequest::default;
        let by = |order: &str| pb::ListOpportunitiesRequest {
            order_by: order.to_owned(),
            ..all()
        };
        assert_eq!(names(all()).await.0, "other unknown great small");
        assert_eq!(
            names(by("amount desc")).await.0,
            "great other small unknown"
        );
        assert_eq!(
            names(by("expected_close_date")).await.0,
            "other unknown great small"
        );
        let first = pb::ListOpportunitiesRequest {
            page_size: 3,
            ..by("amount desc")
        };
        let (page, token) = names(first.clone()).await;
        assert_eq!(page, "great other small");
        let rest = pb::ListOpportunitiesRequest {
            page_token: token,
            ..first
        };
        assert_eq!(names(rest).await, ("unknown".to_owned(), String::new()));

        let of_other = pb::ListOpportunitiesRequest {
            party_id: other,
            ..all()
        };
        assert_eq!(names(of_other).await.0, "other");

        let spring = |order: &str| pb::ListOpportunitiesRequest {
            expected_close_from_date: "2026-04-02".to_owned(),
            expected_close_to_date: "2026-06-01".to_owned(),
            ..by(order)
        };
        assert_eq!(names(spring("")).await.0, "unknown great");
        assert_eq!(
            names(spring("expected_close_date")).await.0,
            "unknown great"
        );
        // Whose day nobody knows is expected neither sooner nor later.
        let some_day = pb::ListOpportunitiesRequest {
            expected_close_to_date: String::new(),
            ..spring("")
        };
        assert_eq!(names(some_day).await.0, "unknown great");
        assert_eq!(
            violations(
                deals(&world, &boss)
                    .list_opportunities(spring("amount desc"))
                    .await
            ),
            pairs(&[("order_by", "ORDER_UNKNOWN")])
        );
        let there = pb::ListOpportunitiesRequest {
            territory_id: east.to_string(),
            ..all()
        };
        assert_eq!(names(there).await.0, "other");

        let second = stages(&world, &boss).await[1].clone();
        let great = told(
            deals(&world, &boss)
                .list_opportunities(by("amount desc"))
                .await,
        );
        let great = great.opportunities[0].clone();
        told(
            deals(&world, &boss)
                .move_opportunity(to_stage(&great, &second))
                .await,
        );
        let there = pb::ListOpportunitiesRequest {
            stage_id: second.id,
            ..all()
        };
        assert_eq!(names(there).await.0, "great");
        win(&world, &boss, &great.id).await;
        let won = pb::ListOpportunitiesRequest {
            state: pb::OpportunityState::Won.into(),
            process_id: great.process_id,
            owner_id: boss.id.to_string(),
            source_kind: "DIRECT".to_owned(),
            ..all()
        };
        assert_eq!(names(won).await.0, "great");

        let wrong = pb::ListOpportunitiesRequest {
            state: 99,
            stage_id: "x".to_owned(),
            territory_id: "x".to_owned(),
            expected_close_from_date: "2026-06-01".to_owned(),
            expected_close_to_date: "2026-05-31".to_owned(),
            source_kind: "MOON".to_owned(),
            ..all()
        };
        assert_eq!(
            violations(deals(&world, &boss).list_opportunities(wrong).await),
            pairs(&[
                ("state", "CHOICE_UNKNOWN"),
                ("stage_id", "ID_MALFORMED"),
                ("territory_id", "ID_MALFORMED"),
                ("expected_close_to_date", "DATE_REVERSED"),
                ("source_kind", "SOURCE_KIND_UNKNOWN"),
            ])
        );
    }
}

#[tokio::test]
async fn an_open_deal_is_changed_by_whoever_has_seen_its_last_state() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let seller = world.member("salesperson").await;
        let deal = open(&world, &boss).await;
        let mut client = deals(&world, &boss);
        let request = pb::UpdateOpportunityRequest {
            opportunity: Some(pb::Opportunity {
                id: deal.id.clone(),
                name: "Nine servers".to_owned(),
                amount: Some(yuan(900)),
                owner_id: seller.id.to_string(),
                description: "is not in the mask".to_owned(),
                ..Default::default()
            }),
            update_mask: mask(&["name", "amount", "owner_id"]),
            etag: deal.etag.clone(),
            request_id: "nine".to_owned(),
        };
        let changed = told(client.update_opportunity(request.clone()).await);
        assert_eq!(
            told(client.update_opportunity(request.clone()).await),
            changed
        );
        let changed = changed.opportunity.unwrap();
        let expected = pb::Opportunity {
            name: "Nine servers".to_owned(),
            amount: Some(yuan(900)),
            owner_id: seller.id.to_string(),
            credit_id: seller.id.to_string(),
            etag: "v2".to_owned(),
            update_time: changed.update_time,
            ..deal.clone()
        };
        assert_eq!(changed, expected);
        let stale = pb::UpdateOpportunityRequest {
            request_id: String::new(),
            ..request.clone()
        };
        assert_eq!(
            refused(client.update_opportunity(stale.clone()).await).0,
            Code::Aborted
        );
        let unseen = deals(&world, &world.member("salesperson").await)
            .update_opportunity(stale)
            .await;
        assert_eq!(refused(unseen).0, Code::NotFound);
        let wrong = pb::UpdateOpportunityRequest {
            opportunity: Some(pb::Opportunity {
                id: deal.id.clone(),
                ..Default::default()
            }),
            update_mask: mask(&["state", "name", "party_id"]),
            ..Default::default()
        };
        assert_eq!(
            violations(client.update_opportunity(wrong).await),
            pairs(&[
                ("update_mask", "MASK_UNKNOWN"),
                ("opportunity.name", "REQUIRED"),
                ("opportunity.party_id", "REQUIRED"),
            ])
        );
        win(&world, &boss, &deal.id).await;
        let late = pb::UpdateOpportunityRequest {
            etag: String::new(),
            request_id: String::new(),
            ..request
        };
        assert_eq!(
            refused(client.update_opportunity(late).await).1,
            "OPPORTUNITY_WON"
        );
    }
}

#[tokio::test]
async fn the_lines_of_a_deal_give_its_amount() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let deal = open(&world, &boss).await;
        let mut client = deals(&world, &boss);
        let set = |lines: Vec<pb::OpportunityLine>| pb::SetOpportunityLinesRequest {
            id: deal.id.clone(),
            lines,
            ..Default::default()
        };
        let lines = vec![
            pb::OpportunityLine {
                discount_bp: 1_000,
                ..line("server", "10", 100_000)
            },
            line("hour", "1.5", 333),
        ];
        let with = told(client.set_opportunity_lines(set(lines.clone())).await);
        let with = with.opportunity.unwrap();
        assert_eq!(with.amount, Some(yuan(900_500)));
        assert_eq!(with.lines[1].amount, Some(yuan(500)));
        assert_eq!(get(&world, &boss, &deal.id).await, with);
        let again = told(client.set_opportunity_lines(set(lines)).await)
            .opportunity
            .unwrap();
        assert_eq!(again, with, "the same lines change nothing");

        let stated = pb::UpdateOpportunityRequest {
            opportunity: Some(pb::Opportunity {
                id: deal.id.clone(),
                ..ten_servers("")
            }),
            update_mask: mask(&["amount"]),
            ..Default::default()
        };
        assert_eq!(
            refused(client.update_opportunity(stated).await).1,
            "OPPORTUNITY_AMOUNT_FOLLOWS_LINES"
        );
        let without = told(client.set_opportunity_lines(set(Vec::new())).await);
        assert_eq!(
            without.opportunity.unwrap().amount,
            deal.amount,
            "what was stated counts again"
        );
        let bad = set(vec![pb::OpportunityLine {
            unit_price: None,
            ..line("server", "x", 1)
        }]);
        assert_eq!(
            violations(client.set_opportunity_lines(bad).await),
            pairs(&[
                ("lines[0].unit_price", "REQUIRED"),
                ("lines[0].quantity", "QUANTITY_MALFORMED"),
            ])
        );
    }
}

#[tokio::test]
async fn a_deal_leaves_a_path_of_visits_with_who_and_how_long() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let (deal, stages) = (open(&world, &boss).await, stages(&world, &boss).await);
        let mut client = deals(&world, &boss);
        for (minutes, to) in [(60, 3), (30, 1)] {
            world.advance(Duration::minutes(minutes)).await;
            told(client.move_opportunity(to_stage(&deal, &stages[to])).await);
        }
        let same = client.move_opportunity(to_stage(&deal, &stages[1])).await;
        assert_eq!(refused(same).1, "STAGE_UNCHANGED");
        world.advance(Duration::minutes(10)).await;
        told(
            client
                .lose_opportunity(closed(&deal.id, pb::LossReason::Price))
                .await,
        );
        let late = client.move_opportunity(to_stage(&deal, &stages[2])).await;
        assert_eq!(refused(late).1, "OPPORTUNITY_LOST");

        let path = visits(&world, &boss, &deal.id).await;
        let told_path: Vec<_> = path
            .iter()
            .map(|v| (v.stage_name.as_str(), v.outcome(), v.dwell_s))
            .collect();
        let expected = [
            ("需求分析", MovedOn, Some(3_600)),
            ("报价书", MovedBack, Some(1_800)),
            ("产品演示", Lost, Some(600)),
        ];
        assert_eq!(told_path, expected);
        assert!(path.iter().all(|v| v.left_by_id == boss.id.to_string()));
        let first = pb::ListStageVisitsRequest {
            opportunity_id: deal.id.clone(),
            page_size: 2,
            ..Default::default()
        };
        let page = told(client.list_stage_visits(first.clone()).await);
        let rest = pb::ListStageVisitsRequest {
            page_token: page.next_page_token,
            ..first
        };
        assert_eq!(told(client.list_stage_visits(rest).await).visits, path[2..]);
    }
}

#[tokio::test]
async fn a_won_deal_waits_for_commerce_until_it_is_opened_again() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = nothing_but_seller(&world).await;
        let party = account(&world, &seller, "Acme").await;
        let unknown = pb::Opportunity {
            amount: None,
            ..ten_servers(&party)
        };
        let unknown = create(&world, &seller, unknown).await;
        let mut client = deals(&world, &seller);
        let nothing = pb::WinOpportunityRequest {
            id: unknown.id,
            ..Default::default()
        };
        assert_eq!(
            refused(client.win_opportunity(nothing).await).1,
            "OPPORTUNITY_WITHOUT_AMOUNT"
        );

        let deal = create(&world, &seller, ten_servers(&party)).await;
        let won = win(&world, &seller, &deal.id).await;
        assert_eq!(won.state(), pb::OpportunityState::Won);
        assert_eq!(won.commerce_state(), pb::CommerceState::Offered);
        assert_eq!(won.probability_percent, 100);
        assert_eq!(
            handoffs(&world, &seller, &deal.id).await,
            [HandoffState::Offered]
        );
        let lose = client
            .lose_opportunity(closed(&deal.id, pb::LossReason::Price))
            .await;
        assert_eq!(refused(lose).1, "OPPORTUNITY_WON");

        let reopen = pb::ReopenOpportunityRequest {
            id: deal.id.clone(),
            ..Default::default()
        };
        let opened = told(client.reopen_opportunity(reopen.clone()).await)
            .opportunity
            .unwrap();
        assert_eq!(opened.state(), pb::OpportunityState::Open);
        assert_eq!((opened.stage_id, opened.close_time), (deal.stage_id, None));
        assert_eq!(
            handoffs(&world, &seller, &deal.id).await,
            [HandoffState::Withdrawn]
        );
        assert_eq!(
            refused(client.reopen_opportunity(reopen).await).1,
            "OPPORTUNITY_OPEN"
        );
        win(&world, &seller, &deal.id).await;
        assert_eq!(
            handoffs(&world, &seller, &deal.id).await,
            [HandoffState::Withdrawn, HandoffState::Offered]
        );
        assert_eq!(
            visits(&world, &seller, &deal.id).await.len(),
            2,
            "each opening is a new visit"
        );
    }
}

#[tokio::test]
async fn who_acts_for_commerce_too_accepts_what_he_wins_in_the_same_act() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (world.member("boss").await, nothing_but_seller(&world).await);
        let deal = open(&world, &boss).await;
        let won = win(&world, &boss, &deal.id).await;
        assert_eq!(won.commerce_state(), pb::CommerceState::Accepted);
        let request = pb::ListOpportunityHandoffsRequest {
            opportunity_id: deal.id.clone(),
        };
        let listed = told(
            deals(&world, &boss)
                .list_opportunity_handoffs(request)
                .await,
        );
        let row = &listed.handoffs[0];
        assert_eq!(
            (row.state(), &row.from_member_id, &row.answered_by_id),
            (
                HandoffState::Accepted,
                &boss.id.to_string(),
                &boss.id.to_string()
            )
        );

        let reopen = pb::ReopenOpportunityRequest {
            id: deal.id.clone(),
            ..Default::default()
        };
        let refusal = deals(&world, &seller)
            .reopen_opportunity(reopen.clone())
            .await;
        assert_eq!(
            refused(refusal).1,
            "OPPORTUNITY_WITH_COMMERCE",
            "what commerce took, sales cannot take back"
        );
        told(deals(&world, &boss).reopen_opportunity(reopen).await);
        win(&world, &seller, &deal.id).await;
        assert_eq!(
            handoffs(&world, &boss, &deal.id).await,
            [HandoffState::Accepted, HandoffState::Offered]
        );
    }
}

#[tokio::test]
async fn a_deal_is_lost_for_a_reason_and_may_go_on_in_another_stage() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let deal = open(&world, &boss).await;
        let mut client = deals(&world, &boss);
        for (reason, rule) in [
            (pb::LossReason::Unspecified, ("reason", "REQUIRED")),
            (pb::LossReason::Unknown, ("reason", "CHOICE_UNKNOWN")),
            (pb::LossReason::Competitor, ("competitor", "REQUIRED")),
        ] {
            let answer = client.lose_opportunity(closed(&deal.id, reason)).await;
            assert_eq!(violations(answer), pairs(&[rule]));
        }
        let to_acme = pb::LoseOpportunityRequest {
            competitor: "Acme".to_owned(),
            ..closed(&deal.id, pb::LossReason::Competitor)
        };
        let lost = told(client.lose_opportunity(to_acme).await)
            .opportunity
            .unwrap();
        assert_eq!(lost.state(), pb::OpportunityState::Lost);
        assert_eq!(
            (lost.loss_reason(), lost.competitor.as_str()),
            (pb::LossReason::Competitor, "Acme")
        );
        assert_eq!(lost.probability_percent, 0);
        assert!(handoffs(&world, &boss, &deal.id).await.is_empty());
        let offer = &stages(&world, &boss).await[3];
        let reopen = pb::ReopenOpportunityRequest {
            id: deal.id.clone(),
            stage_id: offer.id.clone(),
            ..Default::default()
        };
        let opened = told(client.reopen_opportunity(reopen).await)
            .opportunity
            .unwrap();
        assert_eq!(
            (&opened.stage_id, opened.probability_percent),
            (&offer.id, 70)
        );
        assert_eq!(
            (opened.loss_reason(), opened.competitor.as_str()),
            (pb::LossReason::Unspecified, "")
        );
    }
}

#[tokio::test]
async fn marketing_makes_a_deal_for_a_salesperson_and_only_once() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let party = account(&world, &boss, "Acme").await;
        let deal = pb::Opportunity {
            owner_id: seller.id.to_string(),
            ..ten_servers(&party)
        };
        let request = pb::CreateOpportunityRequest {
            opportunity: Some(deal),
            request_id: "step 3 of a conversion".to_owned(),
            ..Default::default()
        };
        let as_service = |name| {
            let link = world.link_as_service(name, "sales", Some(&boss));
            pb::opportunity_service_client::OpportunityServiceClient::new(link)
        };
        let made = told(
            as_service("marketing")
                .create_opportunity(request.clone())
                .await,
        );
        let again = told(
            as_service("marketing")
                .create_opportunity(request.clone())
                .await,
        );
        assert_eq!(made, again);
        let made = made.opportunity.unwrap();
        assert_eq!(get(&world, &seller, &made.id).await, made);
        let begun = &visits(&world, &seller, &made.id).await[0];
        assert_eq!(begun.entered_by_id, boss.id.to_string(), "on whose behalf");
        let other = as_service("commerce").create_opportunity(request).await;
        assert_eq!(refused(other).0, Code::PermissionDenied);
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_the_language_of_the_reader() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let deal = open(&world, &boss).await;
        win(&world, &boss, &deal.id).await;
        let mut client = pb::opportunity_service_client::OpportunityServiceClient::new(
            world.link_in(&boss, "zh-CN"),
        );
        let again = pb::WinOpportunityRequest {
            id: deal.id,
            ..Default::default()
        };
        let status = client.win_opportunity(again).await.unwrap_err();
        assert_eq!(status.message(), "该销售机会已赢单，如需修改请先重新打开。");
    }
}

#[tokio::test]
async fn no_list_of_deals_walks_its_table() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let id = Uuid::nil();
        let any = store::Filter::default;
        let filters = [
            (any(), 3),
            (
                store::Filter {
                    state: Some(baton_sales::opportunity::State::Open),
                    ..any()
                },
                3,
            ),
            (
                store::Filter {
                    commerce: Some(baton_sales::commerce::Commerce::Offered),
                    ..any()
                },
                1,
            ),
            (
                store::Filter {
                    owner: Some(id.into()),
                    ..any()
                },
                3,
            ),
            (
                store::Filter {
                    stage: Some(id.into()),
                    ..any()
                },
                1,
            ),
            (
                store::Filter {
                    party: Some(id.into()),
                    ..any()
                },
                1,
            ),
            (
                store::Filter {
                    process: Some(id.into()),
                    ..any()
                },
                1,
            ),
            (
                store::Filter {
                    territory: Some(id.into()),
                    ..any()
                },
                3,
            ),
            (
                store::Filter {
                    closes: Days {
                        from: Some(store::NO_DAY),
                        to: None,
                    },
                    ..any()
                },
                1,
            ),
            (
                store::Filter {
                    source_id: Some(String::new()),
                    ..any()
                },
                1,
            ),
        ];
        for (filter, orders) in filters {
            let list = store::list(&filter, Scope::All);
            let found = world
                .list_faults("sales", list, &store::orders(&filter)[..orders])
                .await;
            assert!(found.is_empty(), "{filter:?}: {found:?}");
        }
        for scope in scopes() {
            let list = store::list(&any(), scope);
            let found = world.list_faults("sales", list, store::ORDERS).await;
            assert!(found.is_empty(), "{found:?}");
        }
    }
}
