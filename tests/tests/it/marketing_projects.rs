//! Stories of leads that become a sales project, and of undoing that while nothing was built on it.

use baton_chassis::{
    operation::{Next, Step},
    test::{Engine, Person},
};
use baton_marketing::{convert as steps, undo};
use baton_proto::{
    customer::v1::{
        Channel, CreateInteractionRequest, Interaction, InteractionKind, PartyState,
        interaction_service_client::InteractionServiceClient,
    },
    directory::v1::{Function, GrantScope, Settings},
    marketing::v1::{
        self as pb,
        ConversionState::{Completed, Refused, Running, Undone},
        ConversionTarget, OpportunityAction, UndoState,
        convert_lead_request::Contact,
    },
    sales::v1::{
        self as sales, OpportunityState, ProjectState, project_service_client::ProjectServiceClient,
    },
    r#type::v1::ObjectRef,
};
use futures_util::future::BoxFuture;
use serde_json::json;
use tonic::Code;

use crate::{
    answers::{pairs, reason, refused, told, violations},
    commerce::source,
    directory::grant,
    gateway::Caller,
    marketing::Firm,
    marketing_undo::{ask, away, back, convert, lead, preview, stuck, trace, until, with},
    sales::{deals, line, yuan},
};

/// Asks that a lead become a project about which nothing else is said.
fn into_project(lead: &str) -> pb::ConvertLeadRequest {
    pb::ConvertLeadRequest {
        project: Some(pb::ProjectDraft::default()),
        ..ask(lead)
    }
}

fn projects(firm: &Firm, who: &Person) -> ProjectServiceClient<baton_chassis::link::Link> {
    ProjectServiceClient::new(firm.world.link_as(who))
}

async fn project(firm: &Firm, who: &Person, id: &str) -> sales::Project {
    let request = sales::GetProjectRequest { id: id.into() };
    told(projects(firm, who).get_project(request).await)
        .project
        .unwrap()
}

async fn listed(firm: &Firm, state: ProjectState) -> Vec<String> {
    let request = sales::ListProjectsRequest {
        state: state.into(),
        ..Default::default()
    };
    let all = told(projects(firm, &firm.boss).list_projects(request).await).projects;
    all.into_iter().map(|p| p.id).collect()
}

async fn switch(firm: &Firm, on: bool) {
    let settings = Settings {
        projects_enabled: Some(on),
        ..Settings::default()
    };
    firm.set("projects_enabled", settings).await;
}

/// A lead about a customer of the salesperson's, and the project that it became.
async fn begun(firm: &Firm) -> (String, String) {
    let account = firm.account(&firm.seller).await.id;
    let lead = lead(firm, &account).await.id;
    let done = convert(firm, &firm.seller, into_project(&lead))
        .await
        .unwrap();
    assert_eq!(done.state(), Completed);
    (lead, done.project_id)
}

#[tokio::test]
async fn a_salesperson_turns_his_lead_into_a_sales_project() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        let draft = pb::ProjectDraft {
            amount: Some(yuan(500_000)),
            probability_percent: Some(40),
            expected_close_date: "2026-12-01".into(),
            ..Default::default()
        };
        let request = pb::ConvertLeadRequest {
            contact: Some(Contact::NewContact(pb::ContactDraft {
                name: "Han Meimei".into(),
                ..Default::default()
            })),
            project: Some(draft.clone()),
            ..ask(&lead.id)
        };
        let would = preview(&firm, &firm.seller, request.clone()).await.unwrap();
        assert_eq!(would.target(), ConversionTarget::Project);
        assert_eq!(would.opportunity_action(), OpportunityAction::Unspecified);
        assert_eq!(
            (would.opportunity, would.opportunity_source),
            (None, None),
            "nothing is said of an opportunity"
        );
        let named = pb::ProjectDraft {
            name: lead.title.clone(),
            ..draft
        };
        assert_eq!(would.project, Some(named));
        assert_eq!(would.project_source, Some(source("LEAD", &lead.id)));
        assert_eq!(would.project_owner_id, firm.seller.id.to_string());
        assert!(listed(&firm, ProjectState::Unspecified).await.is_empty());

        let done = convert(&firm, &firm.seller, request.clone()).await.unwrap();
        assert_eq!((done.state(), done.step), (Completed, done.step_count));
        assert_eq!(done.target(), ConversionTarget::Project);
        assert_eq!(
            (&*done.opportunity_id, &*done.opportunity_number),
            ("", ""),
            "there is no opportunity"
        );
        let party = firm.party(&lead.party_id).await;
        assert_eq!(party.state(), PartyState::Account);
        let made = project(&firm, &firm.seller, &done.project_id).await;
        assert_eq!(
            (made.r#type(), made.state(), made.deal_state()),
            (
                sales::ProjectType::Sales,
                ProjectState::Planned,
                OpportunityState::Open
            )
        );
        assert_eq!(made.source, Some(source("LEAD", &lead.id)));
        assert_eq!(
            (&made.name, &made.number, &made.party_id, &made.contact_id),
            (
                &lead.title,
                &done.project_number,
                &lead.party_id,
                &done.contact_id
            )
        );
        assert_eq!(
            (made.amount, made.probability_percent),
            (Some(yuan(500_000)), Some(40))
        );
        assert_eq!(made.expected_close_date, "2026-12-01");
        assert_eq!(
            (made.owner_id, made.territory_id),
            (firm.seller.id.to_string(), firm.east.to_string())
        );

        let closed = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(closed.quality(), pb::LeadQuality::Converted);
        assert_eq!(
            (&*closed.opportunity_id, &closed.project_id),
            ("", &done.project_id)
        );
        for again in [request, ask(&lead.id)] {
            assert_eq!(
                convert(&firm, &firm.seller, again).await.unwrap(),
                done,
                "one lead has one conversion"
            );
        }
        let nodes = trace(&firm, "LEAD", &lead.id).await;
        let below = nodes.iter().find(|n| n.id == done.project_id).unwrap();
        assert_eq!(
            (
                nodes[0].id.as_str(),
                below.kind.as_str(),
                below.source.clone()
            ),
            (&*lead.id, "PROJECT", Some(source("LEAD", &lead.id)))
        );
    }
}

#[tokio::test]
async fn a_lead_becomes_one_thing_and_all_that_is_wrong_with_it_is_told() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        let wrong = pb::ConvertLeadRequest {
            opportunity: Some(pb::OpportunityDraft {
                process_id: "y".into(),
                ..Default::default()
            }),
            join_opportunity_id: "x".into(),
            project: Some(pb::ProjectDraft {
                name: "x".repeat(201),
                probability_percent: Some(101),
                expected_close_date: "soon".into(),
                ..Default::default()
            }),
            ..ask(&lead.id)
        };
        assert_eq!(
            violations(preview(&firm, &firm.seller, wrong.clone()).await),
            pairs(&[
                ("opportunity.process_id", "ID_MALFORMED"),
                ("join_opportunity_id", "ID_MALFORMED"),
                ("opportunity", "PROJECT_SAYS_ALL"),
                ("join_opportunity_id", "PROJECT_SAYS_ALL"),
                ("project.name", "TOO_LONG"),
                ("project.expected_close_date", "DATE_MALFORMED"),
                ("project.probability_percent", "NUMBER_OUT_OF_RANGE"),
            ])
        );
        let both = pb::ConvertLeadRequest {
            opportunity: Some(pb::OpportunityDraft::default()),
            ..into_project(&lead.id)
        };
        assert_eq!(
            violations(convert(&firm, &firm.seller, both).await),
            pairs(&[("opportunity", "PROJECT_SAYS_ALL")])
        );
        assert_eq!(firm.get(&firm.seller, &lead.id).await, lead);
    }
}

#[tokio::test]
async fn who_may_not_make_an_opportunity_of_a_lead_makes_no_project_of_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        grant(&firm.world, "closer", Function::Sales, GrantScope::Own).await;
        grant(&firm.world, "chief", Function::Sales, GrantScope::All).await;
        let closer = firm.world.member("closer").await;
        let chief = firm.world.member("chief").await;
        let id = firm.lead(&firm.marketer).await.id;
        firm.assign(&firm.boss, &id, &closer).await.unwrap();
        assert_eq!(
            reason(convert(&firm, &closer, into_project(&id)).await),
            "LEAD_NOT_ACCEPTED"
        );
        assert_eq!(
            reason(convert(&firm, &chief, into_project(&id)).await),
            "LEAD_NOT_YOURS_TO_CONVERT"
        );
        let denied = convert(&firm, &firm.marketer, into_project(&id)).await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));
        firm.qualify(&closer, &id).await;
        let done = convert(&firm, &closer, into_project(&id)).await.unwrap();
        let made = project(&firm, &closer, &done.project_id).await;
        assert_eq!(made.owner_id, closer.id.to_string());
        assert_eq!(
            reason(back(&firm, &chief, &id).await),
            "CONVERSION_NOT_YOURS_TO_UNDO"
        );
    }
}

/// Comes no further than the project.
fn stuck_late(step: &Step) -> BoxFuture<'_, baton_chassis::Result<Next>> {
    Box::pin(async move {
        if step.operation.step < 2 {
            steps::step(step).await
        } else {
            Err(away())
        }
    })
}

#[tokio::test]
async fn where_projects_are_switched_off_no_lead_becomes_one() {
    for engine in Engine::all() {
        let mut firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        switch(&firm, false).await;
        let preview = preview(&firm, &firm.seller, into_project(&lead.id)).await;
        assert_eq!(reason(preview), "PROJECTS_SWITCHED_OFF");
        let refusal = convert(&firm, &firm.seller, into_project(&lead.id)).await;
        assert_eq!(reason(refusal), "PROJECTS_SWITCHED_OFF");
        assert_eq!(firm.get(&firm.seller, &lead.id).await, lead);

        // Switched off while the conversion is on its way: sales refuses, and the lead is open as it was.
        switch(&firm, true).await;
        firm.world.restart(with(stuck_late, undo::step)).await;
        let running = convert(&firm, &firm.seller, into_project(&lead.id)).await;
        assert_eq!(running.unwrap().state(), Running);
        switch(&firm, false).await;
        firm.world.restart(baton::services()).await;
        let ended = until(&firm, &lead.id, |c| c.state() != Running).await;
        assert_eq!(
            (ended.state(), ended.target(), ended.project_id.as_str()),
            (Refused, ConversionTarget::Project, "")
        );
        let why = ended.refusal.unwrap();
        assert_eq!(why.reason, "PROJECTS_SWITCHED_OFF");
        assert!(!why.message.is_empty());
        let open = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(open.quality(), pb::LeadQuality::Accepted);
        let done = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!(
            (done.state(), done.target()),
            (Completed, ConversionTarget::Opportunity),
            "an opportunity can still be made of it"
        );
    }
}

/// Does a step of a conversion, and loses its answer the first time.
fn forgetful(step: &Step) -> BoxFuture<'_, baton_chassis::Result<Next>> {
    Box::pin(async move {
        let done = steps::step(step).await?;
        once(step, done)
    })
}

/// The same for the undoing.
fn forgetful_back(step: &Step) -> BoxFuture<'_, baton_chassis::Result<Next>> {
    Box::pin(async move {
        let done = undo::step(step).await?;
        once(step, done)
    })
}

fn once(step: &Step, done: Next) -> baton_chassis::Result<Next> {
    if step.operation.attempts == 1 {
        Err(away())
    } else {
        Ok(done)
    }
}

#[tokio::test]
async fn every_answer_on_the_way_to_a_project_and_back_may_be_lost_once() {
    for engine in Engine::all() {
        let firm = Firm::of(engine, with(forgetful, forgetful_back)).await;
        let lead = firm.accepted().await;
        let running = convert(&firm, &firm.seller, into_project(&lead.id)).await;
        assert_eq!(running.unwrap().state(), Running);
        let done = until(&firm, &lead.id, |c| c.state() != Running).await;
        assert_eq!(done.state(), Completed);
        assert_eq!(
            listed(&firm, ProjectState::Unspecified).await,
            std::slice::from_ref(&done.project_id)
        );
        let under_way = back(&firm, &firm.seller, &lead.id).await.unwrap();
        assert_eq!(under_way.undo.unwrap().state(), UndoState::Running);
        until(&firm, &lead.id, |c| c.state() == Undone).await;
        assert_eq!(
            listed(&firm, ProjectState::Retracted).await,
            [done.project_id]
        );
        let open = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(
            (open.quality(), open.project_id),
            (pb::LeadQuality::Accepted, String::new())
        );
    }
}

#[tokio::test]
async fn a_project_that_is_taken_back_leaves_the_lead_as_it_was() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        let done = convert(&firm, &firm.seller, into_project(&lead.id))
            .await
            .unwrap();
        let id = done.project_id.clone();
        let undone = back(&firm, &firm.seller, &lead.id).await.unwrap();
        assert_eq!((&undone.id, undone.state()), (&done.id, Undone));
        assert_eq!(undone.project_id, id, "it still says what it had made");
        assert_eq!(
            back(&firm, &firm.seller, &lead.id).await.unwrap(),
            undone,
            "asked again, the same"
        );
        let open = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(
            pb::Lead {
                etag: lead.etag.clone(),
                update_time: lead.update_time,
                ..open
            },
            lead
        );

        let tombstone = project(&firm, &firm.boss, &id).await;
        assert_eq!(
            (tombstone.state(), tombstone.deal_state()),
            (ProjectState::Retracted, OpportunityState::Retracted)
        );
        assert!(listed(&firm, ProjectState::Unspecified).await.is_empty());
        assert_eq!(
            listed(&firm, ProjectState::Retracted).await,
            std::slice::from_ref(&id)
        );
        let by_deal = sales::ListProjectsRequest {
            deal_state: OpportunityState::Retracted.into(),
            ..Default::default()
        };
        let by_deal = told(projects(&firm, &firm.boss).list_projects(by_deal).await);
        assert_eq!(by_deal.projects.len(), 1);
        let start = sales::StartProjectRequest {
            id: id.clone(),
            ..Default::default()
        };
        let reopen = sales::ReopenProjectRequest {
            id: id.clone(),
            ..Default::default()
        };
        let mut client = projects(&firm, &firm.boss);
        for refusal in [
            client.start_project(start).await.map(drop),
            client.reopen_project(reopen).await.map(drop),
        ] {
            assert_eq!(reason(refusal), "PROJECT_RETRACTED");
        }
        let nodes = trace(&firm, "PROJECT", &id).await;
        assert_eq!(nodes.last().unwrap().state, "RETRACTED");

        let again = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!(
            (again.state(), again.target()),
            (Completed, ConversionTarget::Opportunity),
            "and it may become an opportunity instead"
        );
        assert_eq!(again.project_id, "");
    }
}

#[tokio::test]
async fn a_project_on_which_something_was_built_stays() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut sold = projects(&firm, &firm.seller);
        let (lead, id) = begun(&firm).await;
        let start = sales::StartProjectRequest {
            id,
            ..Default::default()
        };
        told(sold.start_project(start).await);
        assert_eq!(stuck(&firm, &lead).await, "PROJECT_MOVED");

        let (lead, id) = begun(&firm).await;
        let lose = sales::LoseProjectRequest {
            id: id.clone(),
            reason: sales::LossReason::Price.into(),
            ..Default::default()
        };
        told(sold.lose_project(lose).await);
        let why = back(&firm, &firm.seller, &lead).await.unwrap();
        let why = why.undo.unwrap().refusal.unwrap();
        assert_eq!(why.reason, "PROJECT_DEAL_LOST");
        let reopen = sales::ReopenProjectRequest {
            id,
            ..Default::default()
        };
        told(sold.reopen_project(reopen).await);
        assert_eq!(stuck(&firm, &lead).await, "PROJECT_MOVED");

        let (lead, id) = begun(&firm).await;
        let task = sales::AddProjectTaskRequest {
            id,
            task: Some(sales::ProjectTask {
                title: "Visit the plant".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        told(sold.add_project_task(task).await);
        assert_eq!(stuck(&firm, &lead).await, "PROJECT_WITH_WORK");

        let (lead, id) = begun(&firm).await;
        let lines = sales::SetProjectLinesRequest {
            id,
            lines: vec![line("pump", "2", 100)],
            ..Default::default()
        };
        told(sold.set_project_lines(lines).await);
        assert_eq!(stuck(&firm, &lead).await, "PROJECT_WITH_LINES");
    }
}

#[tokio::test]
async fn a_project_of_which_others_made_something_stays() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (lead, id) = begun(&firm).await;
        let call = Interaction {
            about: Some(ObjectRef {
                kind: "PROJECT".into(),
                id,
            }),
            channel: Channel::Phone.into(),
            kind: InteractionKind::Enquiry.into(),
            summary: "asked for a price".into(),
            ..Default::default()
        };
        let request = CreateInteractionRequest {
            interaction: Some(call),
            ..Default::default()
        };
        told(
            InteractionServiceClient::new(firm.world.link_as(&firm.seller))
                .create_interaction(request)
                .await,
        );
        firm.world.settle().await;
        assert_eq!(stuck(&firm, &lead).await, "PROJECT_BUILT_ON");

        let (lead, id) = begun(&firm).await;
        let party = project(&firm, &firm.seller, &id).await.party_id;
        let deal = sales::CreateOpportunityRequest {
            opportunity: Some(sales::Opportunity {
                source: Some(source("PROJECT", &id)),
                ..crate::sales::ten_servers(&party)
            }),
            ..Default::default()
        };
        told(
            deals(&firm.world, &firm.seller)
                .create_opportunity(deal)
                .await,
        );
        assert_eq!(stuck(&firm, &lead).await, "PROJECT_BUILT_ON");
    }
}

#[tokio::test]
async fn only_marketing_asks_sales_to_take_a_project_back() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (lead, id) = begun(&firm).await;
        let retract = sales::RetractProjectRequest {
            id: id.clone(),
            lead_id: lead.clone(),
            ..Default::default()
        };
        let denied = projects(&firm, &firm.boss)
            .retract_project(retract.clone())
            .await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));
        let link = firm
            .world
            .link_as_service("marketing", "sales", Some(&firm.seller));
        let mut sales = ProjectServiceClient::new(link);
        let nothing = sales::RetractProjectRequest::default();
        assert_eq!(
            violations(sales.retract_project(nothing).await),
            pairs(&[("id", "REQUIRED"), ("lead_id", "REQUIRED")])
        );
        let other = sales::RetractProjectRequest {
            lead_id: id,
            ..retract
        };
        assert_eq!(
            reason(sales.retract_project(other).await),
            "PROJECT_OF_ANOTHER_LEAD"
        );
    }
}

#[tokio::test]
async fn the_way_to_a_project_and_back_in_json() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await.id;
        let seller = Caller::of(&firm.world, &firm.seller);
        let path = |verb: &str| format!("/v1/leads/{lead}:{verb}");
        let ask = json!({
            "project": {"name": "New plant", "probabilityPercent": 30},
            "opportunity": {"name": "Pumps"},
        });
        let refusal = seller.post(&path("convert"), &ask).await;
        assert_eq!(
            refusal.violations(),
            [(
                "opportunity",
                "must be empty, because the lead becomes a project"
            )]
        );
        let ask = json!({"project": {"name": "New plant", "probabilityPercent": 30}});
        let done = seller.post(&path("convert"), &ask).await.done()["conversion"].clone();
        assert_eq!(
            (&done["state"], &done["target"]),
            (
                &json!("CONVERSION_STATE_COMPLETED"),
                &json!("CONVERSION_TARGET_PROJECT")
            )
        );
        let project = format!("/v1/projects/{}", done["projectId"].as_str().unwrap());
        let made = seller.get(&project).await.done();
        assert_eq!(
            (&made["name"], &made["probabilityPercent"], &made["source"]),
            (
                &json!("New plant"),
                &json!(30),
                &json!({"kind": "LEAD", "id": lead})
            )
        );
        let undone = seller
            .post(&path("undoConversion"), &json!({}))
            .await
            .done();
        assert_eq!(undone["state"], "CONVERSION_STATE_UNDONE");
        let made = seller.get(&project).await.done();
        assert_eq!(made["state"], "PROJECT_STATE_RETRACTED");
        let start = seller.post(&format!("{project}:start"), &json!({})).await;
        assert_eq!(start.refusal().2, "PROJECT_RETRACTED");
    }
}
