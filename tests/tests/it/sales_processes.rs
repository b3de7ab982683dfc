//! Stories of sales processes: which stages there are, and what happens to deals when that changes.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::sales::v1 as pb;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    sales::{deals, open, processes, stages, world},
};

fn stage(name: &str, probability_percent: i32) -> pb::Stage {
    pb::Stage {
        id: String::new(),
        name: name.to_owned(),
        probability_percent,
    }
}

fn pumps() -> pb::Process {
    pb::Process {
        name: "Pumps".to_owned(),
        product_line: "Water".to_owned(),
        stages: vec![stage("Talk", 20), stage("Offer", 60)],
        ..pb::Process::default()
    }
}

async fn create(world: &World, who: &Person, process: pb::Process) -> pb::Process {
    let request = pb::CreateProcessRequest {
        process: Some(process),
        ..Default::default()
    };
    told(processes(world, who).create_process(request).await)
        .process
        .unwrap()
}

async fn archive(world: &World, who: &Person, id: &str) -> pb::Process {
    let request = pb::ArchiveProcessRequest {
        id: id.to_owned(),
        ..Default::default()
    };
    told(processes(world, who).archive_process(request).await)
        .process
        .unwrap()
}

async fn names(world: &World, who: &Person, request: pb::ListProcessesRequest) -> Vec<String> {
    let listed = told(processes(world, who).list_processes(request).await);
    listed.processes.into_iter().map(|p| p.name).collect()
}

#[tokio::test]
async fn a_firm_begins_with_the_five_stages_of_the_text_book() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = world.member("salesperson").await;
        let found: Vec<_> = stages(&world, &seller)
            .await
            .into_iter()
            .map(|s| (s.name, s.probability_percent))
            .collect();
        let expected = [
            ("需求分析", 10),
            ("产品演示", 25),
            ("初步定价", 50),
            ("报价书", 70),
            ("合同", 90),
        ];
        assert_eq!(
            found,
            expected.map(|(name, percent)| (name.to_owned(), percent))
        );
    }
}

#[tokio::test]
async fn a_process_is_created_read_listed_and_archived() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        world.advance(chrono::Duration::minutes(1)).await;
        let made = create(&world, &boss, pumps()).await;
        assert_eq!(made.state(), pb::ProcessState::Active);
        let get = pb::GetProcessRequest {
            id: made.id.clone(),
        };
        let seen = told(processes(&world, &seller).get_process(get).await)
            .process
            .unwrap();
        assert_eq!(seen, made, "who sells may read processes of the whole firm");

        let all = pb::ListProcessesRequest::default;
        assert_eq!(
            names(&world, &seller, all()).await,
            ["Pumps", "标准销售流程"]
        );
        let water = pb::ListProcessesRequest {
            product_line: "Water".to_owned(),
            ..all()
        };
        assert_eq!(names(&world, &seller, water).await, ["Pumps"]);
        let newest = pb::ListProcessesRequest {
            order_by: "create_time desc".to_owned(),
            page_size: 1,
            count: true,
            ..all()
        };
        let page = told(
            processes(&world, &seller)
                .list_processes(newest.clone())
                .await,
        );
        assert_eq!(
            (page.processes[0].name.as_str(), page.total_size),
            ("Pumps", 2)
        );
        let next = pb::ListProcessesRequest {
            page_token: page.next_page_token,
            ..newest
        };
        assert_eq!(names(&world, &seller, next).await, ["标准销售流程"]);

        assert_eq!(
            archive(&world, &boss, &made.id).await.state(),
            pb::ProcessState::Archived
        );
        let active = pb::ListProcessesRequest {
            state: pb::ProcessState::Active.into(),
            ..all()
        };
        assert_eq!(names(&world, &seller, active).await, ["标准销售流程"]);
    }
}

#[tokio::test]
async fn a_process_refuses_what_makes_no_sense_and_who_does_not_run_the_system() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let bad = pb::Process {
            stages: vec![
                pb::Stage {
                    id: uuid::Uuid::nil().to_string(),
                    ..stage("Talk", 101)
                },
                stage("Talk", 1),
            ],
            ..pb::Process::default()
        };
        let bad = pb::CreateProcessRequest {
            process: Some(bad),
            ..Default::default()
        };
        assert_eq!(
            violations(processes(&world, &boss).create_process(bad).await),
            pairs(&[
                ("process.name", "REQUIRED"),
                (
                    "process.stages[0].probability_percent",
                    "NUMBER_OUT_OF_RANGE"
                ),
                ("process.stages[1].name", "STAGE_NAME_TWICE"),
                ("process.stages[0].id", "STAGE_ID_SUPERFLUOUS"),
            ])
        );
        let made = create(&world, &boss, pumps()).await;
        let mut of_seller = processes(&world, &seller);
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        let create = pb::CreateProcessRequest {
            process: Some(pumps()),
            ..Default::default()
        };
        assert_eq!(refused(of_seller.create_process(create).await), denied);
        let update = pb::UpdateProcessRequest {
            process: Some(made.clone()),
            ..Default::default()
        };
        assert_eq!(refused(of_seller.update_process(update).await), denied);
        let request = pb::ArchiveProcessRequest {
            id: made.id.clone(),
            ..Default::default()
        };
        assert_eq!(
            refused(of_seller.archive_process(request.clone()).await),
            denied
        );
        archive(&world, &boss, &made.id).await;
        assert_eq!(
            refused(processes(&world, &boss).archive_process(request).await).1,
            "PROCESS_ARCHIVED"
        );
        let nobody = pb::GetProcessRequest {
            id: uuid::Uuid::nil().to_string(),
        };
        assert_eq!(
            refused(of_seller.get_process(nobody).await).0,
            Code::NotFound
        );
        let unordered = pb::ListProcessesRequest {
            order_by: "colour".to_owned(),
            ..Default::default()
        };
        assert_eq!(
            violations(of_seller.list_processes(unordered).await),
            pairs(&[("order_by", "ORDER_UNKNOWN")])
        );
    }
}

#[tokio::test]
async fn stages_are_renamed_moved_added_and_retired_but_not_under_an_open_deal() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let deal = open(&world, &boss).await;
        let mut client = processes(&world, &boss);
        let get = pb::GetProcessRequest {
            id: deal.process_id.clone(),
        };
        let usual = told(client.get_process(get).await).process.unwrap();
        let update = |stages: Vec<pb::Stage>| pb::UpdateProcessRequest {
            process: Some(pb::Process {
                id: usual.id.clone(),
                stages,
                ..Default::default()
            }),
            update_mask: mask(&["stages"]),
            ..Default::default()
        };

        let without_first = update(usual.stages[1..].to_vec());
        let occupied = client.update_process(without_first).await;
        assert_eq!(
            refused(occupied),
            (Code::FailedPrecondition, "STAGE_OCCUPIED".to_owned())
        );
        let foreign = pb::Stage {
            id: uuid::Uuid::nil().to_string(),
            ..stage("Talk", 1)
        };
        assert_eq!(
            violations(client.update_process(update(vec![foreign])).await),
            pairs(&[("process.stages[0].id", "STAGE_FOREIGN")])
        );

        let mut kept = vec![
            usual.stages[0].clone(),
            stage("Trial", 40),
            usual.stages[4].clone(),
        ];
        kept[0].name = "Needs".to_owned();
        let stale = pb::UpdateProcessRequest {
            etag: "v9".to_owned(),
            ..update(kept.clone())
        };
        assert_eq!(refused(client.update_process(stale).await).0, Code::Aborted);
        let changed = told(client.update_process(update(kept)).await)
            .process
            .unwrap();
        let names: Vec<_> = changed.stages.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["Needs", "Trial", "合同"]);
        assert_eq!(changed.stages[0].id, usual.stages[0].id);
        assert_eq!((changed.name, changed.etag.as_str()), (usual.name, "v2"));

        let retired = pb::MoveOpportunityRequest {
            id: deal.id.clone(),
            stage_id: usual.stages[2].id.clone(),
            ..Default::default()
        };
        assert_eq!(
            refused(deals(&world, &boss).move_opportunity(retired).await).1,
            "STAGE_RETIRED"
        );
    }
}
