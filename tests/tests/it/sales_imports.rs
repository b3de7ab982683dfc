//! Stories of imported deals: past facts that start nothing and are loaded once, however often they are sent.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    sales::v1 as pb,
    r#type::v1::{
        ImportOutcome::{self, Created, Refused},
        ImportResult,
    },
};
use tonic::Code;
use uuid::Uuid;

use crate::{
    answers::{pairs, refused, told, violations},
    commerce::account,
    sales::{deals, get, handoffs, imports, line, processes, visits, world, yuan},
};

/// The two stages of the data set that everybody practises on.
async fn pipeline(world: &World, boss: &Person) -> pb::Process {
    let stage = |name: &str, probability_percent| pb::Stage {
        name: name.to_owned(),
        probability_percent,
        ..Default::default()
    };
    let process = pb::Process {
        name: "Pipeline".to_owned(),
        stages: vec![stage("Prospecting", 20), stage("Engaging", 60)],
        ..Default::default()
    };
    let request = pb::CreateProcessRequest {
        process: Some(process),
        ..Default::default()
    };
    told(processes(world, boss).create_process(request).await)
        .process
        .unwrap()
}

fn won(owner: &Person, process: &pb::Process) -> pb::OpportunityRow {
    pb::OpportunityRow {
        external_id: "1C1I7A6R".to_owned(),
        name: "GTX Plus Basic for Cancity".to_owned(),
        owner_id: owner.id.to_string(),
        process_id: process.id.clone(),
        stage: "Engaging".to_owned(),
        lines: vec![line("GTX Plus Basic", "1", 105_400)],
        state: pb::OpportunityState::Won.into(),
        engage_date: "2016-10-20".to_owned(),
        close_date: "2017-03-01".to_owned(),
        ..Default::default()
    }
}

fn batch(rows: Vec<pb::OpportunityRow>) -> pb::ImportOpportunitiesRequest {
    pb::ImportOpportunitiesRequest {
        system: "old-crm".to_owned(),
        rows,
        ..Default::default()
    }
}

async fn load(world: &World, who: &Person, rows: Vec<pb::OpportunityRow>) -> Vec<ImportResult> {
    told(imports(world, who).import_opportunities(batch(rows)).await).results
}

fn outcomes(results: &[ImportResult]) -> Vec<ImportOutcome> {
    results.iter().map(ImportResult::outcome).collect()
}

#[tokio::test]
async fn a_past_deal_is_loaded_with_its_path_and_nothing_waits_for_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let process = pipeline(&world, &boss).await;
        let loaded = load(&world, &boss, vec![won(&seller, &process)]).await;
        assert_eq!(outcomes(&loaded), [ImportOutcome::Created]);
        world.settle().await;
        let deal = get(&world, &seller, &loaded[0].id).await;
        assert_eq!(deal.state(), pb::OpportunityState::Won);
        assert_eq!(deal.commerce_state(), pb::CommerceState::Outside);
        assert_eq!(
            (deal.amount, deal.party_id.as_str()),
            (Some(yuan(105_400)), "")
        );
        let source = deal.source.unwrap();
        assert_eq!(
            (source.kind.as_str(), source.id.as_str()),
            ("IMPORT", "old-crm/1C1I7A6R")
        );
        assert!(handoffs(&world, &seller, &deal.id).await.is_empty());

        let path = visits(&world, &seller, &deal.id).await;
        let told_path: Vec<_> = path
            .iter()
            .map(|v| (v.stage_name.as_str(), v.outcome(), v.dwell_s))
            .collect();
        assert_eq!(
            told_path,
            [
                ("Prospecting", pb::VisitOutcome::MovedOn, None),
                ("Engaging", pb::VisitOutcome::Won, Some(132 * 86_400)),
            ]
        );
        assert_eq!(
            (path[0].enter_time, path[1].left_by_id.as_str()),
            (None, "")
        );
        let hand_over = pb::HandOverOpportunityRequest {
            id: deal.id,
            target: pb::HandOverTarget::Order.into(),
            ..Default::default()
        };
        let refusal = deals(&world, &seller)
            .hand_over_opportunity(hand_over)
            .await;
        assert_eq!(refused(refusal).1, "OPPORTUNITY_WON_BEFORE");
    }
}

#[tokio::test]
async fn loading_twice_is_loading_once_and_a_changed_row_is_taken_over() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let process = pipeline(&world, &boss).await;
        let open = pb::OpportunityRow {
            state: pb::OpportunityState::Open.into(),
            close_date: String::new(),
            lines: vec![pb::OpportunityLine {
                unit_price: None,
                ..line("GTX Pro", "1", 0)
            }],
            ..won(&boss, &process)
        };
        let first = load(&world, &boss, vec![open.clone()]).await;
        assert_eq!(
            get(&world, &boss, &first[0].id).await.amount,
            None,
            "nobody knows the price"
        );
        let again = load(&world, &boss, vec![open]).await;
        assert_eq!(outcomes(&again), [ImportOutcome::Unchanged]);
        assert_eq!(again[0].id, first[0].id);
        assert_eq!(get(&world, &boss, &first[0].id).await.etag, "v1");

        let changed = load(&world, &boss, vec![won(&boss, &process)]).await;
        assert_eq!(outcomes(&changed), [ImportOutcome::Updated]);
        let deal = get(&world, &boss, &first[0].id).await;
        assert_eq!(
            (deal.state(), deal.etag.as_str()),
            (pb::OpportunityState::Won, "v2")
        );
        assert_eq!(visits(&world, &boss, &deal.id).await.len(), 2);

        let unknown = pb::OpportunityRow {
            engage_date: String::new(),
            ..won(&boss, &process)
        };
        load(&world, &boss, vec![unknown]).await;
        assert_eq!(
            visits(&world, &boss, &deal.id).await.len(),
            1,
            "a path may be told shorter"
        );
        let reopen = pb::ReopenOpportunityRequest {
            id: deal.id,
            ..Default::default()
        };
        told(deals(&world, &boss).reopen_opportunity(reopen).await);
        let late = load(&world, &boss, vec![won(&boss, &process)]).await;
        assert_eq!(outcomes(&late), [ImportOutcome::Refused]);
        assert_eq!(late[0].violations[0].reason, "OPPORTUNITY_WORKED_ON");
    }
}

#[tokio::test]
async fn a_bad_row_is_refused_with_all_its_faults_and_the_others_are_taken() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let process = pipeline(&world, &boss).await;
        let party = account(&world, &boss, "Cancity").await;
        let good = pb::OpportunityRow {
            party_id: party,
            ..won(&boss, &process)
        };
        let bad = pb::OpportunityRow {
            external_id: "2".to_owned(),
            state: 0,
            close_date: "2016-01-01".to_owned(),
            name: String::new(),
            ..won(&boss, &process)
        };
        let unknown = pb::OpportunityRow {
            external_id: "3".to_owned(),
            party_id: Uuid::nil().to_string(),
            ..won(&boss, &process)
        };
        let stage = pb::OpportunityRow {
            external_id: "4".to_owned(),
            stage: "Elsewhere".to_owned(),
            ..won(&boss, &process)
        };
        let worthless = pb::OpportunityRow {
            external_id: "5".to_owned(),
            lines: Vec::new(),
            ..won(&boss, &process)
        };
        let results = load(&world, &boss, vec![bad, unknown, good, stage, worthless]).await;
        let told_results: Vec<_> = results
            .iter()
            .map(|r| {
                let rules = r
                    .violations
                    .iter()
                    .map(|v| (v.field.as_str(), v.reason.as_str()));
                (r.outcome(), rules.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            told_results,
            [
                (
                    Refused,
                    vec![
                        ("name", "REQUIRED"),
                        ("state", "REQUIRED"),
                        ("close_date", "OPPORTUNITY_CLOSE_DATE_SUPERFLUOUS"),
                        ("close_date", "DATE_REVERSED"),
                    ]
                ),
                (Refused, vec![("party_id", "REFERENCE_NOT_FOUND")]),
                (Created, vec![]),
                (Refused, vec![("stage", "REFERENCE_NOT_FOUND")]),
                (Refused, vec![("", "OPPORTUNITY_WITHOUT_AMOUNT")]),
            ]
        );
        assert_eq!(results[0].violations[0].message, "must not be empty");
        let listed = told(
            deals(&world, &boss)
                .list_opportunities(pb::ListOpportunitiesRequest::default())
                .await,
        );
        assert_eq!(listed.opportunities.len(), 1);
    }
}

#[tokio::test]
async fn a_dry_run_tells_what_would_happen_and_writes_nothing() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let process = pipeline(&world, &boss).await;
        let dry = pb::ImportOpportunitiesRequest {
            validate_only: true,
            ..batch(vec![won(&boss, &process)])
        };
        let told_dry = told(imports(&world, &boss).import_opportunities(dry).await).results;
        assert_eq!(outcomes(&told_dry), [ImportOutcome::Created]);
        assert_eq!(told_dry[0].id, "");
        let listed = told(
            deals(&world, &boss)
                .list_opportunities(pb::ListOpportunitiesRequest::default())
                .await,
        );
        assert!(listed.opportunities.is_empty());
    }
}

#[tokio::test]
async fn to_import_is_a_right_of_its_own() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let process = pipeline(&world, &boss).await;
        let request = batch(vec![won(&seller, &process)]);
        let denied = imports(&world, &seller).import_opportunities(request).await;
        assert_eq!(refused(denied).0, Code::PermissionDenied);
        let empty = pb::ImportOpportunitiesRequest {
            system: String::new(),
            ..batch(Vec::new())
        };
        assert_eq!(
            violations(imports(&world, &boss).import_opportunities(empty).await),
            pairs(&[("system", "REQUIRED"), ("rows", "REQUIRED")])
        );
    }
}

#[tokio::test]
async fn five_hundred_rows_are_taken_at_once_and_no_more() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let process = pipeline(&world, &boss).await;
        let row = |n: usize| pb::OpportunityRow {
            external_id: n.to_string(),
            ..won(&boss, &process)
        };
        let many = batch((0..501).map(row).collect());
        assert_eq!(
            violations(imports(&world, &boss).import_opportunities(many).await),
            pairs(&[("rows", "TOO_MANY")])
        );
        let loaded = load(&world, &boss, (0..500).map(row).collect()).await;
        assert!(
            outcomes(&loaded)
                .iter()
                .all(|o| *o == ImportOutcome::Created)
        );
        let request = pb::ListOpportunitiesRequest {
            source_kind: "IMPORT".to_owned(),
            count: true,
            page_size: 1,
            ..Default::default()
        };
        let listed = told(deals(&world, &boss).list_opportunities(request).await);
        assert_eq!(listed.total_size, 500);
    }
}
