//! Stories of projects: what they come from, who may see which, how the work goes and how the deal ends.

use baton_chassis::{
    Scope,
    ids::{Id as _, MemberId},
    link::Link,
    test::{Engine, Person, World, scopes},
};
use baton_proto::{
    directory::v1::{Function, GrantScope},
    marketing::v1::{
        Campaign, CreateCampaignRequest, campaign_service_client::CampaignServiceClient,
    },
    sales::v1::{self as pb, project_service_client::ProjectServiceClient},
    r#type::v1::HandoffState,
};
use baton_sales::store::project as store;
use tonic::Code;
use uuid::Uuid;

use crate::{
    answers::{mask, pairs, reason, refused, told, violations},
    commerce::{account, prospect, source},
    directory::grant,
    sales::{line, nothing_but_seller, open, world, yuan},
};

pub fn projects(world: &World, who: &Person) -> ProjectServiceClient<Link> {
    ProjectServiceClient::new(world.link_as(who))
}

/// A sales project about a plant for 100,000 yuan, as somebody would write it down.
pub fn plant(party_id: &str) -> pb::Project {
    pb::Project {
        name: "New plant".to_owned(),
        r#type: pb::ProjectType::Sales.into(),
        party_id: party_id.to_owned(),
        amount: Some(yuan(10_000_000)),
        probability_percent: Some(40),
        expected_close_date: "2026-12-01".to_owned(),
        ..Default::default()
    }
}

fn fair() -> pb::Project {
    pb::Project {
        name: "Trade fair".to_owned(),
        r#type: pb::ProjectType::Marketing.into(),
        ..Default::default()
    }
}

fn new(project: pb::Project) -> pb::CreateProjectRequest {
    pb::CreateProjectRequest {
        project: Some(project),
        ..Default::default()
    }
}

pub async fn create(world: &World, who: &Person, project: pb::Project) -> pb::Project {
    told(projects(world, who).create_project(new(project)).await)
        .project
        .unwrap()
}

/// A planned sales project with an account of its own.
pub async fn planned(world: &World, who: &Person) -> pb::Project {
    let party = account(world, who, &format!("Company of {}", who.name)).await;
    create(world, who, plant(&party)).await
}

pub async fn get(world: &World, who: &Person, id: &str) -> pb::Project {
    let request = pb::GetProjectRequest { id: id.to_owned() };
    told(projects(world, who).get_project(request).await)
        .project
        .unwrap()
}

/// Calls a verb of a project that takes nothing but its id.
macro_rules! verb {
    ($world:expr, $who:expr, $call:ident, $request:ident { $($field:ident: $value:expr),* }) => {
        projects($world, $who)
            .$call(pb::$request { $($field: $value.into(),)* ..Default::default() })
            .await
    };
}

async fn names(world: &World, who: &Person) -> Vec<String> {
    let request = pb::ListProjectsRequest {
        count: true,
        ..Default::default()
    };
    let listed = told(projects(world, who).list_projects(request).await);
    assert_eq!(
        usize::try_from(listed.total_size).unwrap(),
        listed.projects.len()
    );
    let mut names: Vec<_> = listed.projects.into_iter().map(|p| p.name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_project_begins_with_team_milestones_and_a_deal() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Acme").await;
        let project = pb::Project {
            team: vec![pb::ProjectMember {
                member_id: boss.id.to_string(),
                role: "project_manager".to_owned(),
            }],
            milestones: vec![pb::Milestone {
                name: "Offer sent".to_owned(),
                planned_date: "2026-06-01".to_owned(),
                ..Default::default()
            }],
            risk_level: pb::RiskLevel::Medium.into(),
            budget: Some(yuan(500)),
            ..plant(&party)
        };
        let request = pb::CreateProjectRequest {
            project: Some(project),
            request_id: "first".to_owned(),
        };
        let mut client = projects(&world, &boss);
        let made = told(client.create_project(request.clone()).await);
        assert_eq!(told(client.create_project(request).await), made);
        let made = made.project.unwrap();
        assert_eq!(made.number, "PJ-2026-000001");
        assert_eq!(made.state(), pb::ProjectState::Planned);
        assert_eq!(made.deal_state(), pb::OpportunityState::Open);
        assert_eq!(made.probability_percent, Some(40));
        assert_eq!(get(&world, &boss, &made.id).await, made);

        let reached = pb::UpdateProjectRequest {
            project: Some(pb::Project {
                id: made.id.clone(),
                milestones: vec![pb::Milestone {
                    actual_date: "2026-06-03".to_owned(),
                    ..made.milestones[0].clone()
                }],
                probability_percent: Some(60),
                risk_level: pb::RiskLevel::High.into(),
                ..Default::default()
            }),
            update_mask: mask(&["milestones", "probability_percent", "risk_level"]),
            etag: made.etag.clone(),
            ..Default::default()
        };
        let after = told(client.update_project(reached.clone()).await)
            .project
            .unwrap();
        assert_eq!(after.milestones[0].id, made.milestones[0].id);
        assert_eq!(after.milestones[0].actual_date, "2026-06-03");
        assert_eq!((after.team, after.amount), (made.team, made.amount));
        let stale = client.update_project(reached).await;
        assert_eq!(refused(stale).0, Code::Aborted);
    }
}

#[tokio::test]
async fn a_new_project_is_told_of_everything_that_is_wrong_with_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let wrong =
            async |project| violations(projects(&world, &boss).create_project(new(project)).await);
        let nothing = pb::Project {
            team: vec![pb::ProjectMember::default()],
            milestones: vec![pb::Milestone::default()],
            probability_percent: Some(101),
            r#type: pb::ProjectType::Sales.into(),
            ..Default::default()
        };
        assert_eq!(
            wrong(nothing).await,
            pairs(&[
                ("project.probability_percent", "NUMBER_OUT_OF_RANGE"),
                ("project.party_id", "REQUIRED"),
                ("project.name", "REQUIRED"),
                ("project.team[0].member_id", "REQUIRED"),
                ("project.team[0].role", "REQUIRED"),
                ("project.milestones[0].name", "REQUIRED"),
                ("project.milestones[0].planned_date", "REQUIRED"),
            ])
        );
        let untyped = pb::Project {
            r#type: 0,
            ..fair()
        };
        assert_eq!(wrong(untyped).await, pairs(&[("project.type", "REQUIRED")]));
        let money = pb::Project {
            lines: vec![line("stand", "1", 5)],
            r#type: pb::ProjectType::Marketing.into(),
            ..plant("")
        };
        assert_eq!(
            wrong(money).await,
            pairs(&[
                ("project.lines", "PROJECT_NOT_SALES"),
                ("project.amount", "PROJECT_NOT_SALES"),
                ("project.probability_percent", "PROJECT_NOT_SALES"),
                ("project.expected_close_date", "PROJECT_NOT_SALES"),
            ])
        );
        let nobody = pb::ProjectMember {
            member_id: Uuid::nil().to_string(),
            role: "sales".to_owned(),
        };
        let nobody = pb::Project {
            team: vec![nobody],
            ..fair()
        };
        assert_eq!(
            wrong(nobody).await,
            pairs(&[("project.team[0].member_id", "REFERENCE_NOT_FOUND")])
        );
        let unverified = prospect(&world, &boss, "Unverified").await;
        assert_eq!(
            wrong(plant(&unverified)).await,
            pairs(&[("project.party_id", "OPPORTUNITY_NEEDS_ACCOUNT")])
        );
    }
}

#[tokio::test]
async fn what_a_project_comes_from_fixes_its_type() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let deal = open(&world, &boss).await;
        let from = |kind: &str, id: &str, r#type: pb::ProjectType| pb::Project {
            name: "Work".to_owned(),
            r#type: r#type.into(),
            source: Some(source(kind, id)),
            ..Default::default()
        };
        let none = pb::ProjectType::Unspecified;
        let made = create(&world, &boss, from("OPPORTUNITY", &deal.id, none)).await;
        assert_eq!(made.r#type(), pb::ProjectType::Sales);
        assert_eq!(
            (made.party_id, made.amount),
            (deal.party_id, deal.amount),
            "what is left out is as it is in the opportunity"
        );
        let campaign = CreateCampaignRequest {
            campaign: Some(Campaign {
                name: "Spring fair".to_owned(),
                kind: 1,
                ..Default::default()
            }),
            ..Default::default()
        };
        let campaign = told(
            CampaignServiceClient::new(world.link_as(&boss))
                .create_campaign(campaign)
                .await,
        );
        let campaign = campaign.campaign.unwrap().id;
        let made = create(&world, &boss, from("CAMPAIGN", &campaign, none)).await;
        assert_eq!(made.r#type(), pb::ProjectType::Marketing);
        assert_eq!(made.deal_state(), pb::OpportunityState::Unspecified);

        let mut client = projects(&world, &boss);
        let other = from("CAMPAIGN", &campaign, pb::ProjectType::Sales);
        assert_eq!(
            violations(client.create_project(new(other)).await),
            pairs(&[("project.type", "PROJECT_TYPE_FIXED")])
        );
        let account = from("ACCOUNT", &made.id, none);
        assert_eq!(
            violations(client.create_project(new(account)).await),
            pairs(&[("project.source.kind", "PROJECT_SOURCE_UNFIT")])
        );
        let money = pb::UpdateProjectRequest {
            project: Some(pb::Project {
                id: made.id,
                amount: Some(yuan(1)),
                ..Default::default()
            }),
            update_mask: mask(&["amount"]),
            ..Default::default()
        };
        assert_eq!(
            violations(client.update_project(money).await),
            pairs(&[("project.amount", "PROJECT_NOT_SALES")])
        );
    }
}

#[tokio::test]
async fn sales_sees_sales_projects_and_marketing_those_of_marketing() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let seller = nothing_but_seller(&world).await;
        grant(&world, "fairs", Function::Marketing, GrantScope::All).await;
        let marketer = world.member("fairs").await;
        let sale = planned(&world, &boss).await;
        let fair_id = create(&world, &boss, fair()).await.id;
        let other = pb::Project {
            name: "Office".to_owned(),
            r#type: pb::ProjectType::Other.into(),
            ..Default::default()
        };
        create(&world, &boss, other).await;
        assert_eq!(
            names(&world, &boss).await,
            ["New plant", "Office", "Trade fair"]
        );
        assert_eq!(names(&world, &seller).await, ["New plant", "Office"]);
        assert_eq!(names(&world, &marketer).await, ["Office", "Trade fair"]);

        for (who, id) in [(&seller, &fair_id), (&marketer, &sale.id)] {
            let hidden = pb::GetProjectRequest { id: id.clone() };
            let hidden = projects(&world, who).get_project(hidden).await;
            assert_eq!(refused(hidden).0, Code::NotFound);
            let hidden = verb!(
                &world,
                who,
                start_project,
                StartProjectRequest { id: id.as_str() }
            );
            assert_eq!(refused(hidden).0, Code::NotFound);
        }
        let denied = projects(&world, &seller).create_project(new(fair())).await;
        assert_eq!(refused(denied).0, Code::PermissionDenied);
        let unknown = pb::ListProjectsRequest {
            order_by: "luck".to_owned(),
            ..Default::default()
        };
        let unknown = projects(&world, &boss).list_projects(unknown).await;
        assert_eq!(violations(unknown), pairs(&[("order_by", "ORDER_UNKNOWN")]));
    }
}

#[tokio::test]
async fn work_is_begun_interrupted_and_ended() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let id = create(&world, &boss, fair()).await.id;
        let id = id.as_str();
        let early = verb!(
            &world,
            &boss,
            hold_project,
            HoldProjectRequest {
                id: id,
                reason: "Rain"
            }
        );
        assert_eq!(reason(early), "PROJECT_NOT_ACTIVE");
        let early = verb!(
            &world,
            &boss,
            resume_project,
            ResumeProjectRequest { id: id }
        );
        assert_eq!(reason(early), "PROJECT_NOT_ON_HOLD");
        told(verb!(
            &world,
            &boss,
            start_project,
            StartProjectRequest { id: id }
        ));
        let again = verb!(&world, &boss, start_project, StartProjectRequest { id: id });
        assert_eq!(reason(again), "PROJECT_BEGUN");
        let held = verb!(
            &world,
            &boss,
            hold_project,
            HoldProjectRequest {
                id: id,
                reason: "Rain"
            }
        );
        assert_eq!(told(held).project.unwrap().reason, "Rain");
        let early = verb!(
            &world,
            &boss,
            complete_project,
            CompleteProjectRequest { id: id }
        );
        assert_eq!(reason(early), "PROJECT_NOT_ACTIVE");
        told(verb!(
            &world,
            &boss,
            resume_project,
            ResumeProjectRequest { id: id }
        ));
        let done = verb!(
            &world,
            &boss,
            complete_project,
            CompleteProjectRequest { id: id }
        );
        let done = told(done).project.unwrap();
        assert_eq!(done.state(), pb::ProjectState::Completed);
        assert!(done.end_time.is_some());
        let late = verb!(
            &world,
            &boss,
            cancel_project,
            CancelProjectRequest {
                id: id,
                reason: "Rain"
            }
        );
        assert_eq!(reason(late), "PROJECT_COMPLETED");
        let reopened = verb!(
            &world,
            &boss,
            reopen_project,
            ReopenProjectRequest { id: id }
        );
        assert_eq!(
            told(reopened).project.unwrap().state(),
            pb::ProjectState::Active
        );
        let again = verb!(
            &world,
            &boss,
            reopen_project,
            ReopenProjectRequest { id: id }
        );
        assert_eq!(reason(again), "PROJECT_OPEN");
        let why = verb!(
            &world,
            &boss,
            cancel_project,
            CancelProjectRequest { id: id }
        );
        assert_eq!(violations(why), pairs(&[("reason", "REQUIRED")]));
        let gone = verb!(
            &world,
            &boss,
            cancel_project,
            CancelProjectRequest {
                id: id,
                reason: "Rain"
            }
        );
        assert_eq!(
            told(gone).project.unwrap().state(),
            pb::ProjectState::Cancelled
        );
        let won = verb!(&world, &boss, win_project, WinProjectRequest { id: id });
        assert_eq!(reason(won), "PROJECT_NOT_SALES");
    }
}

#[tokio::test]
async fn a_sales_project_is_won_and_offered_or_lost() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let seller = nothing_but_seller(&world).await;
        for (who, waits, handoff) in [
            (&boss, pb::CommerceState::Accepted, HandoffState::Accepted),
            (&seller, pb::CommerceState::Offered, HandoffState::Offered),
        ] {
            let project = planned(&world, who).await;
            let id = project.id.as_str();
            let lines = pb::SetProjectLinesRequest {
                id: id.to_owned(),
                lines: vec![line("plant", "2", 300)],
                ..Default::default()
            };
            let set = told(projects(&world, who).set_project_lines(lines.clone()).await);
            assert_eq!(set.project.unwrap().amount, Some(yuan(600)));
            let won = told(verb!(
                &world,
                who,
                win_project,
                WinProjectRequest { id: id }
            ));
            let won = won.project.unwrap();
            assert_eq!(won.deal_state(), pb::OpportunityState::Won);
            assert_eq!(
                (won.commerce_state(), won.probability_percent),
                (waits, Some(100))
            );
            let late = projects(&world, who).set_project_lines(lines).await;
            assert_eq!(reason(late), "PROJECT_DEAL_WON");
            let ask = pb::ListProjectHandoffsRequest {
                project_id: id.to_owned(),
            };
            let ledger = told(projects(&world, who).list_project_handoffs(ask).await).handoffs;
            assert_eq!(ledger[0].state(), handoff);
            told(verb!(
                &world,
                who,
                reopen_project,
                ReopenProjectRequest { id: id }
            ));
            let why = verb!(&world, who, lose_project, LoseProjectRequest { id: id });
            assert_eq!(violations(why), pairs(&[("reason", "REQUIRED")]));
            let price = pb::LossReason::Price;
            let lost = verb!(
                &world,
                who,
                lose_project,
                LoseProjectRequest {
                    id: id,
                    reason: price
                }
            );
            let lost = told(lost).project.unwrap();
            assert_eq!(
                (lost.loss_reason(), lost.probability_percent),
                (price, Some(0))
            );
            let again = verb!(&world, who, win_project, WinProjectRequest { id: id });
            assert_eq!(reason(again), "PROJECT_DEAL_LOST");
        }
        let ask = pb::ListProjectHandoffsRequest {
            project_id: Uuid::nil().to_string(),
        };
        let unknown = projects(&world, &boss).list_project_handoffs(ask).await;
        assert_eq!(refused(unknown).0, Code::NotFound);
    }
}

fn task(title: &str, assignee: &Person, due: &str) -> pb::ProjectTask {
    pb::ProjectTask {
        title: title.to_owned(),
        assignee_id: assignee.id.to_string(),
        due_date: due.to_owned(),
        ..Default::default()
    }
}

async fn add(world: &World, who: &Person, project: &str, task: pb::ProjectTask) -> pb::ProjectTask {
    let request = pb::AddProjectTaskRequest {
        id: project.to_owned(),
        task: Some(task),
        ..Default::default()
    };
    told(projects(world, who).add_project_task(request).await)
        .task
        .unwrap()
}

async fn titles(world: &World, who: &Person) -> Vec<String> {
    let request = pb::ListProjectTasksRequest {
        state: pb::ProjectTaskState::Open.into(),
        ..Default::default()
    };
    let listed = told(projects(world, who).list_project_tasks(request).await);
    listed.tasks.into_iter().map(|t| t.title).collect()
}

#[tokio::test]
async fn one_has_ones_tasks_of_all_projects_in_one_list_the_first_due_first() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        grant(&world, "store_room", Function::Customer, GrantScope::Own).await;
        let helper = world.member("store_room").await;
        let sale = planned(&world, &boss).await.id;
        let fair = create(&world, &boss, fair()).await.id;
        let some_day = add(&world, &boss, &sale, task("Some day", &helper, "")).await;
        add(&world, &boss, &fair, task("Late", &helper, "2026-09-01")).await;
        let early = add(&world, &boss, &sale, task("Early", &helper, "2026-05-01")).await;
        add(&world, &boss, &sale, task("Mine", &boss, "2026-05-01")).await;
        assert_eq!(titles(&world, &helper).await, ["Early", "Late", "Some day"]);
        assert_eq!(titles(&world, &boss).await, ["Mine"]);
        let of = |project_id: &str, assignee: Option<MemberId>| pb::ListProjectTasksRequest {
            project_id: project_id.to_owned(),
            assignee_id: assignee.map(|a| a.to_string()).unwrap_or_default(),
            ..Default::default()
        };
        let of_sale = told(
            projects(&world, &boss)
                .list_project_tasks(of(&sale, None))
                .await,
        );
        assert_eq!(of_sale.tasks.len(), 3);
        let of_helper = of("", Some(helper.id));
        let of_helper = told(projects(&world, &boss).list_project_tasks(of_helper).await);
        assert_eq!(of_helper.tasks.len(), 3);
        let hidden = projects(&world, &helper)
            .list_project_tasks(of(&sale, None))
            .await;
        assert_eq!(refused(hidden).0, Code::NotFound);
        let of_boss = of("", Some(boss.id));
        let of_boss = told(projects(&world, &helper).list_project_tasks(of_boss).await);
        assert_eq!(of_boss.tasks, []);

        what_is_given_to_one_he_may_do(&world, &boss, &helper, &early, &some_day).await;
    }
}

async fn what_is_given_to_one_he_may_do(
    world: &World,
    boss: &Person,
    helper: &Person,
    early: &pb::ProjectTask,
    some_day: &pb::ProjectTask,
) {
    let (id, task_id) = (early.project_id.as_str(), early.id.as_str());
    let done = verb!(
        world,
        helper,
        complete_project_task,
        CompleteProjectTaskRequest {
            id: id,
            task_id: task_id
        }
    );
    assert_eq!(told(done).task.unwrap().state(), pb::ProjectTaskState::Done);
    assert_eq!(titles(world, helper).await, ["Late", "Some day"]);
    let again = verb!(
        world,
        helper,
        complete_project_task,
        CompleteProjectTaskRequest {
            id: id,
            task_id: task_id
        }
    );
    assert_eq!(reason(again), "PROJECT_TASK_ENDED");
    told(verb!(
        world,
        helper,
        reopen_project_task,
        ReopenProjectTaskRequest {
            id: id,
            task_id: task_id
        }
    ));
    let again = verb!(
        world,
        helper,
        reopen_project_task,
        ReopenProjectTaskRequest {
            id: id,
            task_id: task_id
        }
    );
    assert_eq!(reason(again), "PROJECT_TASK_OPEN");
    let denied = verb!(
        world,
        helper,
        cancel_project_task,
        CancelProjectTaskRequest {
            id: id,
            task_id: task_id
        }
    );
    assert_eq!(refused(denied).0, Code::PermissionDenied);
    let off = verb!(
        world,
        boss,
        cancel_project_task,
        CancelProjectTaskRequest {
            id: id,
            task_id: some_day.id.as_str()
        }
    );
    assert_eq!(
        told(off).task.unwrap().state(),
        pb::ProjectTaskState::Cancelled
    );
    let stranger = world.member("salesperson").await;
    let hidden = verb!(
        world,
        &stranger,
        complete_project_task,
        CompleteProjectTaskRequest {
            id: id,
            task_id: task_id
        }
    );
    assert_eq!(refused(hidden).0, Code::NotFound);
    let mut client = projects(world, boss);
    let change = |to: MemberId| pb::UpdateProjectTaskRequest {
        id: id.to_owned(),
        task: Some(pb::ProjectTask {
            id: task_id.to_owned(),
            assignee_id: to.to_string(),
            ..Default::default()
        }),
        update_mask: mask(&["assignee_id"]),
        ..Default::default()
    };
    let mine = told(client.update_project_task(change(boss.id)).await)
        .task
        .unwrap();
    assert_eq!(
        (mine.assignee_id, mine.title),
        (boss.id.to_string(), "Early".to_owned())
    );
    let nobody = MemberId::derive(Uuid::nil(), "nobody");
    assert_eq!(
        violations(client.update_project_task(change(nobody)).await),
        pairs(&[("task.assignee_id", "REFERENCE_NOT_FOUND")])
    );
    let aimless = pb::AddProjectTaskRequest {
        id: id.to_owned(),
        task: Some(pb::ProjectTask {
            milestone_id: Uuid::nil().to_string(),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(
        violations(client.add_project_task(aimless).await),
        pairs(&[
            ("task.title", "REQUIRED"),
            ("task.milestone_id", "REFERENCE_NOT_FOUND")
        ])
    );
}

#[tokio::test]
async fn every_list_of_projects_and_tasks_has_an_index_that_serves_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (any, id) = (store::Filter::default, Uuid::nil());
        let all = || store::Scopes {
            sales: Scope::All,
            marketing: Scope::All,
            other: Scope::All,
        };
        let filters = [
            (any(), 3),
            (
                store::Filter {
                    kind: Some(baton_sales::project::Type::Sales),
                    ..any()
                },
                3,
            ),
            (
                store::Filter {
                    deal_state: Some(baton_sales::opportunity::State::Open),
                    ..any()
                },
                3,
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
                    state: Some(baton_sales::project::State::Active),
                    ..any()
                },
                1,
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
                    party: Some(id.into()),
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
            let list = store::list(&filter, all());
            let found = world
                .list_faults("sales", list, &store::ORDERS[..orders])
                .await;
            assert!(found.is_empty(), "{filter:?}: {found:?}");
        }
        for scope in scopes() {
            let same = store::Scopes {
                sales: scope.clone(),
                marketing: scope.clone(),
                other: scope.clone(),
            };
            let list = store::list(&any(), same);
            let found = world.list_faults("sales", list, store::ORDERS).await;
            assert!(found.is_empty(), "{scope:?}: {found:?}");
            for marketing in [Scope::All, Scope::Nothing] {
                let list = store::list(
                    &any(),
                    store::Scopes {
                        marketing,
                        sales: scope.clone(),
                        other: scope.clone(),
                    },
                );
                let found = world.list_faults("sales", list, store::ORDERS).await;
                assert!(found.is_empty(), "{scope:?} of sales: {found:?}");
            }
        }
        let tasks = |project: Option<Uuid>, assignee: Option<Uuid>, state| store::TaskFilter {
            project: project.map(Into::into),
            assignee: assignee.map(Into::into),
            state,
        };
        let open = Some(baton_sales::project::TaskState::Open);
        for filter in [
            tasks(Some(id), None, None),
            tasks(Some(id), None, open),
            tasks(None, Some(id), None),
            tasks(None, Some(id), open),
        ] {
            let list = store::task_list(&filter, None);
            let found = world.list_faults("sales", list, store::TASK_ORDERS).await;
            assert!(found.is_empty(), "{filter:?}: {found:?}");
        }
    }
}
