//! Stories of a won sales project at commerce: it goes there as a deal does, and is there what a deal is.

use baton_chassis::{
    Error, Result, Service,
    operation::{Next, Step},
    test::{Engine, Person, World},
};
use baton_proto::{
    commerce::v1::{self as commerce, GetContractRequest, GetOrderRequest},
    insight::v1::BoardRow,
    sales::v1 as pb,
    r#type::v1::{Handoff, HandoffState},
};
use baton_sales::{hand_over, handoffs::ForCommerce as _, project::Project};
use chrono::Duration;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tonic::Code;
use uuid::Uuid;

use crate::{
    answers::{mask, pairs, reason, refused, told, violations},
    boards::{board, of, said, subjects},
    cases::{administrator, moment, program},
    commerce::{account, contracts, orders, source},
    gateway::Caller,
    insight_trace::trace,
    sales::{self, deals, line, nothing_but_seller, world, yuan},
    sales_commerce::nothing_but_commerce,
    sales_projects::{create, get, planned, plant, projects},
    switches::switch,
};

/// Calls a verb that takes nothing but the id of a project.
macro_rules! verb {
    ($world:expr, $who:expr, $call:ident, $request:ident, $id:expr) => {
        projects($world, $who)
            .$call(pb::$request {
                id: $id.to_owned(),
                ..Default::default()
            })
            .await
    };
}

async fn win(world: &World, who: &Person, id: &str) -> pb::Project {
    told(verb!(world, who, win_project, WinProjectRequest, id))
        .project
        .unwrap()
}

/// A won sales project with two lines, one of them at a discount.
pub async fn won(world: &World, who: &Person) -> pb::Project {
    let project = planned(world, who).await;
    let lines = vec![
        pb::OpportunityLine {
            discount_bp: 500,
            ..line("pump", "10", 100_000)
        },
        line("hour", "2.5", 400),
    ];
    let set = pb::SetProjectLinesRequest {
        id: project.id.clone(),
        lines,
        ..Default::default()
    };
    told(projects(world, who).set_project_lines(set).await);
    win(world, who, &project.id).await
}

pub fn request(project: &pb::Project, target: pb::HandOverTarget) -> pb::HandOverProjectRequest {
    pb::HandOverProjectRequest {
        id: project.id.clone(),
        target: target.into(),
        request_id: "hand over".to_owned(),
        ..Default::default()
    }
}

pub async fn latest(world: &World, who: &Person, id: &str) -> pb::HandOver {
    let ask = pb::GetProjectHandOverRequest {
        project_id: id.to_owned(),
    };
    told(projects(world, who).get_project_hand_over(ask).await)
        .hand_over
        .unwrap()
}

async fn hand_over(
    world: &World,
    who: &Person,
    project: &pb::Project,
    target: pb::HandOverTarget,
) -> pb::HandOver {
    let request = request(project, target);
    told(projects(world, who).hand_over_project(request).await);
    world.settle().await;
    latest(world, who, &project.id).await
}

async fn ledger(world: &World, who: &Person, id: &str) -> Vec<Handoff> {
    let request = pb::ListProjectHandoffsRequest {
        project_id: id.to_owned(),
    };
    told(projects(world, who).list_project_handoffs(request).await).handoffs
}

async fn handoffs(world: &World, who: &Person, id: &str) -> Vec<HandoffState> {
    let ledger = ledger(world, who, id).await;
    ledger.iter().map(Handoff::state).collect()
}

fn give_back(id: &str, reason: &str) -> pb::ReturnProjectRequest {
    pb::ReturnProjectRequest {
        id: id.to_owned(),
        reason: reason.to_owned(),
        ..Default::default()
    }
}

/// A contract with a party that somebody in commerce makes of something, by hand.
fn by_hand(kind: &str, id: &str, party_id: &str) -> commerce::CreateContractRequest {
    commerce::CreateContractRequest {
        contract: Some(commerce::Contract {
            source: Some(source(kind, id)),
            title: "Plant".to_owned(),
            party_id: party_id.to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_won_project_becomes_a_contract_with_its_lines_and_that_an_order() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let east = world.territory("East", None, None).await;
        let seller = world.member_in("salesperson", Some(east)).await;
        let boss = world.member("boss").await;
        let project = won(&world, &seller).await;
        let done = hand_over(&world, &seller, &project, pb::HandOverTarget::Contract).await;
        assert_eq!(done.state(), pb::HandOverState::Completed, "{done:?}");
        assert_eq!((done.step, done.step_count), (2, 2));
        assert_eq!(
            (done.project_id.as_str(), done.opportunity_id.as_str()),
            (project.id.as_str(), "")
        );
        assert_eq!(done.started_by_id, seller.id.to_string());
        let made = GetContractRequest {
            id: done.made_id.clone(),
        };
        let made = told(contracts(&world, &seller).get_contract(made).await)
            .contract
            .unwrap();
        assert_eq!(
            (&made.number, &made.title, &made.party_id),
            (&done.made_number, &project.name, &project.party_id)
        );
        assert_eq!(made.source, Some(source("PROJECT", &project.id)));
        assert_eq!(made.total, project.amount);
        assert_eq!(
            (made.owner_id, made.territory_id),
            (seller.id.to_string(), east.to_string())
        );
        let lines: Vec<_> = made
            .lines
            .iter()
            .map(|l| (l.description.as_str(), l.quantity.as_str(), l.discount_bp))
            .collect();
        assert_eq!(lines, [("pump", "10", 500), ("hour", "2.5", 0)]);
        let after = get(&world, &seller, &project.id).await;
        assert_eq!(after.commerce_state(), pb::CommerceState::HandedOver);
        assert_eq!(
            handoffs(&world, &seller, &project.id).await,
            [HandoffState::Accepted]
        );
        assert_is_not_handed_over_twice(&world, &seller, &project, &done).await;

        // On it goes, and the chain is one from whichever end.
        let activate = commerce::ActivateContractRequest {
            id: done.made_id.clone(),
            ..Default::default()
        };
        told(contracts(&world, &boss).activate_contract(activate).await);
        let draw = commerce::CreateContractOrderRequest {
            id: done.made_id.clone(),
            lines: vec![crate::commerce::part(&made.lines[0], "4")],
            ..Default::default()
        };
        let drawn = contracts(&world, &boss).create_contract_order(draw).await;
        let order = told(drawn).order.unwrap().id;
        world.settle().await;
        let whole = trace(&world, &boss, "ORDER", &order).await;
        let seen: Vec<_> = whole
            .iter()
            .map(|n| (n.kind.as_str(), n.id.as_str(), n.visible))
            .collect();
        assert_eq!(
            seen,
            [
                ("PROJECT", project.id.as_str(), true),
                ("CONTRACT", done.made_id.as_str(), true),
                ("ORDER", order.as_str(), true)
            ]
        );
        assert_eq!(trace(&world, &boss, "PROJECT", &project.id).await, whole);
    }
}

/// The same request is the same act, another one is refused, and nobody sells it once more.
async fn assert_is_not_handed_over_twice(
    world: &World,
    who: &Person,
    project: &pb::Project,
    done: &pb::HandOver,
) {
    let mut client = projects(world, who);
    let again = request(project, pb::HandOverTarget::Contract);
    let again = told(client.hand_over_project(again).await);
    assert_eq!(again.hand_over.as_ref(), Some(done));
    let other = pb::HandOverProjectRequest {
        request_id: String::new(),
        ..request(project, pb::HandOverTarget::Order)
    };
    let other = client.hand_over_project(other).await;
    assert_eq!(reason(other), "PROJECT_WITH_COMMERCE");
    let reopened = verb!(world, who, reopen_project, ReopenProjectRequest, project.id);
    assert_eq!(reason(reopened), "PROJECT_WITH_COMMERCE");
}

#[tokio::test]
async fn a_project_that_is_done_and_has_nothing_but_an_amount_becomes_an_order_of_one_line() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = world.member("salesperson").await;
        let project = planned(&world, &seller).await;
        let id = project.id.as_str();
        told(verb!(
            &world,
            &seller,
            start_project,
            StartProjectRequest,
            id
        ));
        win(&world, &seller, id).await;
        let complete = verb!(
            &world,
            &seller,
            complete_project,
            CompleteProjectRequest,
            id
        );
        told(complete);
        let done = hand_over(&world, &seller, &project, pb::HandOverTarget::Order).await;
        assert_eq!(done.state(), pb::HandOverState::Completed, "{done:?}");
        let made = GetOrderRequest { id: done.made_id };
        let made = told(orders(&world, &seller).get_order(made).await)
            .order
            .unwrap();
        assert_eq!(made.total, Some(yuan(10_000_000)));
        let lines: Vec<_> = made.lines.iter().map(|l| l.description.as_str()).collect();
        assert_eq!(lines, ["New plant"]);
    }
}

#[tokio::test]
async fn commerce_gives_a_won_project_back_with_a_reason_or_takes_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = nothing_but_seller(&world).await;
        let office = nothing_but_commerce(&world).await;
        let project = planned(&world, &seller).await;
        let id = project.id.as_str();
        let accept = || verb_request(id);
        let (mut sales, mut commerce) = (projects(&world, &seller), projects(&world, &office));
        let early = commerce.accept_project(accept()).await;
        assert_eq!(
            refused(early).0,
            Code::NotFound,
            "what is not won is not for commerce to see"
        );
        let early = verb!(&world, &seller, offer_project, OfferProjectRequest, id);
        assert_eq!(reason(early), "PROJECT_NOT_WON");
        win(&world, &seller, id).await;
        let own = sales.accept_project(accept()).await;
        assert_eq!(refused(own).0, Code::PermissionDenied);
        let stale = pb::AcceptProjectRequest {
            etag: project.etag.clone(),
            ..accept()
        };
        assert_eq!(
            refused(commerce.accept_project(stale).await).0,
            Code::Aborted
        );

        let mute = commerce.return_project(give_back(id, " ")).await;
        assert_eq!(violations(mute), pairs(&[("reason", "REQUIRED")]));
        let back = give_back(id, "No delivery address");
        let returned = told(commerce.return_project(back).await).project.unwrap();
        assert_eq!(
            (returned.deal_state(), returned.commerce_state()),
            (pb::OpportunityState::Won, pb::CommerceState::Returned)
        );
        assert_eq!(
            ledger(&world, &seller, id).await[0].reason,
            "No delivery address"
        );
        let early = request(&project, pb::HandOverTarget::Order);
        assert_eq!(
            reason(sales.hand_over_project(early).await),
            "PROJECT_RETURNED"
        );

        let office_offers = verb!(&world, &office, offer_project, OfferProjectRequest, id);
        assert_eq!(refused(office_offers).0, Code::PermissionDenied);
        let offered = verb!(&world, &seller, offer_project, OfferProjectRequest, id);
        let offered = told(offered).project.unwrap();
        assert_eq!(offered.commerce_state(), pb::CommerceState::Offered);
        let twice = verb!(&world, &seller, offer_project, OfferProjectRequest, id);
        assert_eq!(reason(twice), "PROJECT_ON_OFFER");

        let taken = told(commerce.accept_project(accept()).await)
            .project
            .unwrap();
        assert_eq!(taken.commerce_state(), pb::CommerceState::Accepted);
        let rows = ledger(&world, &office, id).await;
        assert_eq!(
            (
                rows[1].state(),
                &rows[1].from_member_id,
                &rows[1].answered_by_id
            ),
            (
                HandoffState::Accepted,
                &seller.id.to_string(),
                &office.id.to_string()
            )
        );
        let again = commerce.accept_project(accept()).await;
        assert_eq!(reason(again), "PROJECT_NOT_OFFERED");
        let late = commerce.return_project(give_back(id, "no")).await;
        assert_eq!(reason(late), "PROJECT_NOT_OFFERED");
        let late = verb!(&world, &seller, offer_project, OfferProjectRequest, id);
        assert_eq!(reason(late), "PROJECT_WITH_COMMERCE");
        let late = verb!(&world, &seller, reopen_project, ReopenProjectRequest, id);
        assert_eq!(
            reason(late),
            "PROJECT_WITH_COMMERCE",
            "what commerce took, sales cannot take back"
        );
        // Whoever took it may make of it what it becomes.
        let done = hand_over(&world, &office, &project, pb::HandOverTarget::Order).await;
        assert_eq!(done.state(), pb::HandOverState::Completed, "{done:?}");
    }
}

fn verb_request(id: &str) -> pb::AcceptProjectRequest {
    pb::AcceptProjectRequest {
        id: id.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn what_commerce_makes_of_a_won_project_by_hand_is_its_hand_over_too() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = nothing_but_seller(&world).await;
        let office = nothing_but_commerce(&world).await;
        let (project, other) = (won(&world, &seller).await, planned(&world, &seller).await);
        let mut client = contracts(&world, &office);
        let unseen = by_hand("PROJECT", &other.id, &other.party_id);
        assert_eq!(
            violations(client.create_contract(unseen).await),
            pairs(&[("contract.source.id", "REFERENCE_NOT_FOUND")])
        );
        let made = by_hand("PROJECT", &project.id, &project.party_id);
        told(client.create_contract(made.clone()).await);
        world.settle().await;
        let after = get(&world, &office, &project.id).await;
        assert_eq!(after.commerce_state(), pb::CommerceState::HandedOver);
        let rows = ledger(&world, &seller, &project.id).await;
        assert_eq!(
            (rows[0].state(), &rows[0].answered_by_id),
            (HandoffState::Accepted, &office.id.to_string())
        );
        // A second contract of it changes nothing more.
        told(client.create_contract(made).await);
        world.settle().await;
        assert_eq!(get(&world, &office, &project.id).await, after);
    }
}

#[tokio::test]
async fn only_a_won_project_of_the_same_account_is_the_source_of_a_contract_or_order() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let (open, won) = (planned(&world, &boss).await, won(&world, &boss).await);
        let work = pb::Project {
            r#type: pb::ProjectType::Other.into(),
            name: "New office".to_owned(),
            party_id: won.party_id.clone(),
            ..Default::default()
        };
        let work = create(&world, &boss, work).await;
        let elsewhere = account(&world, &boss, "Somebody else").await;
        for (project, party, why) in [
            (&open, &open.party_id, "COMMERCE_NEEDS_WON_DEAL"),
            (&work, &work.party_id, "COMMERCE_NEEDS_WON_DEAL"),
            (&won, &elsewhere, "COMMERCE_DEAL_OF_ANOTHER"),
        ] {
            let contract = by_hand("PROJECT", &project.id, party);
            assert_eq!(
                violations(contracts(&world, &boss).create_contract(contract).await),
                pairs(&[("contract.source.id", why)])
            );
            let order = commerce::Order {
                source: Some(source("PROJECT", &project.id)),
                title: "Plant".to_owned(),
                party_id: party.clone(),
                lines: vec![crate::commerce::line("pump", "1", 100)],
                ..Default::default()
            };
            let request = commerce::CreateOrderRequest {
                order: Some(order),
                ..Default::default()
            };
            assert_eq!(
                violations(orders(&world, &boss).create_order(request).await),
                pairs(&[("order.source.id", why)])
            );
        }
    }
}

#[tokio::test]
async fn a_hand_over_that_commerce_refuses_leaves_the_project_where_it_waited() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let seller = nothing_but_seller(&world).await;
        switch(&world, "contracts_enabled", false).await;
        for (who, waits, handoff) in [
            (&boss, pb::CommerceState::Accepted, HandoffState::Accepted),
            (&seller, pb::CommerceState::Offered, HandoffState::Offered),
        ] {
            let project = won(&world, who).await;
            let refusal = hand_over(&world, who, &project, pb::HandOverTarget::Contract).await;
            assert_eq!(refusal.state(), pb::HandOverState::Refused);
            assert_eq!(refusal.refusal.unwrap().reason, "CONTRACTS_SWITCHED_OFF");
            let after = get(&world, who, &project.id).await;
            assert_eq!(after.commerce_state(), waits);
            assert_eq!(handoffs(&world, who, &project.id).await, [handoff]);
            // An order needs no contract.
            let order = pb::HandOverProjectRequest {
                request_id: String::new(),
                ..request(&project, pb::HandOverTarget::Order)
            };
            told(projects(&world, who).hand_over_project(order).await);
            world.settle().await;
            let after = get(&world, who, &project.id).await;
            assert_eq!(after.commerce_state(), pb::CommerceState::HandedOver);
        }
    }
}

#[tokio::test]
async fn only_a_won_sales_project_is_handed_over() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let project = planned(&world, &boss).await;
        let mut client = projects(&world, &boss);
        let early = request(&project, pb::HandOverTarget::Order);
        assert_eq!(
            refused(client.hand_over_project(early).await),
            (Code::FailedPrecondition, "PROJECT_NOT_WON".to_owned())
        );
        let nothing = request(&project, pb::HandOverTarget::Unspecified);
        assert_eq!(
            violations(client.hand_over_project(nothing).await),
            pairs(&[("target", "REQUIRED")])
        );
        let fair = pb::Project {
            r#type: pb::ProjectType::Marketing.into(),
            name: "Trade fair".to_owned(),
            ..Default::default()
        };
        let fair = create(&world, &boss, fair).await;
        let no_sale = request(&fair, pb::HandOverTarget::Order);
        let no_sale = pb::HandOverProjectRequest {
            request_id: String::new(),
            ..no_sale
        };
        assert_eq!(
            reason(client.hand_over_project(no_sale).await),
            "PROJECT_NOT_SALES"
        );
        for id in [project.id, Uuid::nil().to_string()] {
            let never = pb::GetProjectHandOverRequest { project_id: id };
            let never = client.get_project_hand_over(never).await;
            assert_eq!(refused(never).0, Code::NotFound);
        }
    }
}

/// Finds commerce away the first time, and loses its answer the second time.
fn forgetful(step: &Step) -> BoxFuture<'_, Result<Next>> {
    Box::pin(async move {
        let away = || Err(Error::Unavailable("a neighbour".to_owned()));
        if step.operation.attempts == 1 {
            return away();
        }
        let done = hand_over::step::<Project>(step).await?;
        if step.operation.attempts == 2 {
            return away();
        }
        Ok(done)
    })
}

#[tokio::test]
async fn a_hand_over_whose_calls_and_answers_are_lost_makes_one_contract() {
    for engine in Engine::all() {
        let failed: baton_chassis::operation::FailedFn =
            |act, operation, why| Box::pin(hand_over::failed::<Project>(act, operation, why));
        let mut services: Vec<Service> = baton::services();
        services.retain(|s| !["sales", "gateway"].contains(&s.name()));
        let sales = baton_sales::service();
        services.push(sales.operation(Project::HAND_OVER, forgetful, failed));
        let world = World::new(engine, services).await;
        let seller = world.member("salesperson").await;
        let project = won(&world, &seller).await;
        let begun = hand_over(&world, &seller, &project, pb::HandOverTarget::Contract).await;
        assert_eq!(begun.state(), pb::HandOverState::Running);
        let locked = get(&world, &seller, &project.id).await;
        assert_eq!(locked.commerce_state(), pb::CommerceState::HandingOver);
        let meanwhile = verb!(
            &world,
            &seller,
            reopen_project,
            ReopenProjectRequest,
            project.id
        );
        assert_eq!(reason(meanwhile), "HAND_OVER_RUNNING");
        let other = pb::HandOverProjectRequest {
            request_id: String::new(),
            ..request(&project, pb::HandOverTarget::Order)
        };
        let other = projects(&world, &seller).hand_over_project(other).await;
        assert_eq!(reason(other), "HAND_OVER_RUNNING");
        let renamed = pb::UpdateProjectRequest {
            project: Some(pb::Project {
                id: project.id.clone(),
                name: "Old plant".to_owned(),
                ..Default::default()
            }),
            update_mask: mask(&["name"]),
            ..Default::default()
        };
        let renamed = projects(&world, &seller).update_project(renamed).await;
        assert_eq!(
            reason(renamed),
            "HAND_OVER_RUNNING",
            "every attempt asks commerce for the same"
        );
        for _ in 0..10 {
            world.advance(Duration::minutes(1)).await;
        }
        let done = latest(&world, &seller, &project.id).await;
        assert_eq!(
            (&done.id, done.state()),
            (&begun.id, pb::HandOverState::Completed)
        );
        let listed = contracts(&world, &seller)
            .list_contracts(commerce::ListContractsRequest::default())
            .await;
        let ids: Vec<_> = told(listed).contracts.into_iter().map(|c| c.id).collect();
        assert_eq!(ids, [done.made_id]);
    }
}

async fn listed(world: &World, who: &Person, request: pb::ListProjectsRequest) -> Vec<String> {
    let listed = told(projects(world, who).list_projects(request).await);
    listed.projects.into_iter().map(|p| p.id).collect()
}

#[tokio::test]
async fn commerce_reads_the_projects_that_are_won_and_no_others() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let seller = nothing_but_seller(&world).await;
        let office = nothing_but_commerce(&world).await;
        let (won, open) = (won(&world, &seller).await, planned(&world, &seller).await);
        for kind in [pb::ProjectType::Marketing, pb::ProjectType::Other] {
            let project = pb::Project {
                name: "No sale".to_owned(),
                r#type: kind.into(),
                ..Default::default()
            };
            let hidden = create(&world, &boss, project).await;
            let hidden = pb::GetProjectRequest { id: hidden.id };
            let hidden = projects(&world, &office).get_project(hidden).await;
            assert_eq!(refused(hidden).0, Code::NotFound);
        }
        let hidden = pb::GetProjectRequest {
            id: open.id.clone(),
        };
        let hidden = projects(&world, &office).get_project(hidden).await;
        assert_eq!(refused(hidden).0, Code::NotFound);
        let hidden = pb::ListProjectHandoffsRequest {
            project_id: open.id.clone(),
        };
        let hidden = projects(&world, &office)
            .list_project_handoffs(hidden)
            .await;
        assert_eq!(refused(hidden).0, Code::NotFound);

        let any = pb::ListProjectsRequest::default;
        let on_offer = pb::ListProjectsRequest {
            commerce_state: pb::CommerceState::Offered.into(),
            ..any()
        };
        let still_open = pb::ListProjectsRequest {
            deal_state: pb::OpportunityState::Open.into(),
            ..any()
        };
        let of_marketing = pb::ListProjectsRequest {
            r#type: pb::ProjectType::Marketing.into(),
            ..any()
        };
        assert_eq!(listed(&world, &office, any()).await, [won.id.as_str()]);
        for who in [&office, &seller, &boss] {
            let waiting = listed(&world, who, on_offer.clone()).await;
            assert_eq!(waiting, [won.id.as_str()]);
        }
        assert_eq!(listed(&world, &office, still_open).await, [""; 0]);
        assert_eq!(listed(&world, &office, of_marketing).await, [""; 0]);
        let of_sales = pb::ListProjectsRequest {
            r#type: pb::ProjectType::Sales.into(),
            ..any()
        };
        let mut both = listed(&world, &seller, of_sales.clone()).await;
        both.sort();
        let mut expected = [open.id.clone(), won.id.clone()];
        expected.sort();
        assert_eq!(both, expected);
        assert_eq!(listed(&world, &office, of_sales).await, [won.id.as_str()]);

        // In the picture of a chain it is the same.
        let node = &trace(&world, &boss, "PROJECT", &won.id).await[0];
        assert_eq!(
            (node.visible, node.number.as_str()),
            (true, won.number.as_str())
        );
    }
}

#[tokio::test]
async fn a_project_waits_on_the_board_of_commerce_and_goes_up_when_it_is_late() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let seller = nothing_but_seller(&world).await;
        let office = nothing_but_commerce(&world).await;
        let project = won(&world, &seller).await;
        let waiting = board(&world, &office, of("COMMERCE")).await;
        let [row]: &[BoardRow; 1] = waiting.rows.as_slice().try_into().unwrap();
        assert_eq!(
            (row.visible, row.number.as_str(), row.title.as_str()),
            (true, project.number.as_str(), "New plant")
        );
        let handoff = row.handoff.clone().unwrap();
        assert_eq!(handoff.subject.unwrap().kind, "PROJECT");
        let due_s = handoff.due_time.unwrap().seconds - handoff.offer_time.unwrap().seconds;
        assert_eq!(due_s, 48 * 3_600, "as the settings say");

        world.advance(Duration::hours(48)).await;
        let late = board(&world, &office, of("COMMERCE")).await;
        assert_eq!((late.waiting_size, late.overdue_size), (1, 1));
        assert!(
            !ledger(&world, &seller, &project.id).await[0]
                .escalated_to_id
                .is_empty()
        );
        world.advance(Duration::hours(48)).await;
        let escalated = said(&world, "sales", "baton.sales.v1.handoff_escalated").await;
        assert_eq!(escalated, 1, "it goes up once");

        let accept = verb_request(&project.id);
        told(projects(&world, &office).accept_project(accept).await);
        let done = board(&world, &office, of("COMMERCE")).await;
        assert_eq!(subjects(&done), [""; 0]);
    }
}

#[tokio::test]
async fn without_commerce_projects_go_outside_and_can_be_offered_when_it_is_there_again() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let seller = nothing_but_seller(&world).await;
        let waiting = won(&world, &seller).await;
        let late = planned(&world, &boss).await;
        switch(&world, "commerce_enabled", false).await;
        win(&world, &boss, &late.id).await;
        for (who, project) in [(&seller, &waiting), (&boss, &late)] {
            let outside = get(&world, who, &project.id).await;
            assert_eq!(outside.commerce_state(), pb::CommerceState::Outside);
            assert_eq!(
                handoffs(&world, who, &project.id).await,
                [HandoffState::Outside]
            );
            let offer = verb!(&world, who, offer_project, OfferProjectRequest, project.id);
            assert_eq!(reason(offer), "COMMERCE_SWITCHED_OFF");
            let hand_over = request(project, pb::HandOverTarget::Order);
            let hand_over = projects(&world, who).hand_over_project(hand_over).await;
            assert_eq!(reason(hand_over), "PROJECT_OUTSIDE");
        }
        switch(&world, "commerce_enabled", true).await;
        for (who, project, state) in [
            (&seller, &waiting, pb::CommerceState::Offered),
            (&boss, &late, pb::CommerceState::Accepted),
        ] {
            let offer = verb!(&world, who, offer_project, OfferProjectRequest, project.id);
            assert_eq!(told(offer).project.unwrap().commerce_state(), state);
        }
    }
}

#[tokio::test]
async fn a_deal_and_the_project_that_came_from_it_are_handed_over_each_for_itself() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let deal = sales::open(&world, &boss).await;
        sales::win(&world, &boss, &deal.id).await;
        let project = pb::Project {
            name: "New plant".to_owned(),
            source: Some(source("OPPORTUNITY", &deal.id)),
            ..Default::default()
        };
        let project = create(&world, &boss, project).await;
        assert_eq!(project.amount, deal.amount);
        win(&world, &boss, &project.id).await;
        hand_over(&world, &boss, &project, pb::HandOverTarget::Contract).await;
        let beside = sales::get(&world, &boss, &deal.id).await;
        assert_eq!(
            beside.commerce_state(),
            pb::CommerceState::Accepted,
            "what is made of the project is not made of the deal"
        );
        let also = pb::HandOverOpportunityRequest {
            id: deal.id.clone(),
            target: pb::HandOverTarget::Order.into(),
            ..Default::default()
        };
        told(deals(&world, &boss).hand_over_opportunity(also).await);
        world.settle().await;
        let whole = trace(&world, &boss, "OPPORTUNITY", &deal.id).await;
        let mut kinds: Vec<_> = whole
            .iter()
            .map(|n| {
                let source = n.source.as_ref().map_or("", |s| s.kind.as_str());
                (n.kind.as_str(), source)
            })
            .collect();
        kinds.sort_unstable();
        assert_eq!(
            kinds,
            [
                ("CONTRACT", "PROJECT"),
                ("OPPORTUNITY", "DIRECT"),
                ("ORDER", "OPPORTUNITY"),
                ("PROJECT", "OPPORTUNITY")
            ],
            "both are seen from the deal"
        );
    }
}

#[tokio::test]
async fn a_project_is_returned_offered_taken_and_handed_over_over_json() {
    for engine in Engine::all() {
        let world = crate::commerce::world(engine).await;
        let (seller, office) = (
            nothing_but_seller(&world).await,
            nothing_but_commerce(&world).await,
        );
        let party = account(&world, &seller, "Acme").await;
        let project = create(&world, &seller, plant(&party)).await;
        let path = format!("/v1/projects/{}", project.id);
        let (sales, commerce) = (Caller::of(&world, &seller), Caller::of(&world, &office));
        let verb = |verb: &str| format!("{path}:{verb}");
        sales.post(&verb("win"), &json!({})).await.done();
        let nothing = commerce.post(&verb("return"), &json!({})).await;
        assert_eq!(nothing.code, 400);
        assert_eq!(nothing.violations()[0].0, "reason");
        let why = json!({"reason": "No delivery address"});
        let back = commerce.post(&verb("return"), &why).await.done();
        assert_eq!(back["commerceState"], "COMMERCE_STATE_RETURNED");
        let early = commerce.post(&verb("accept"), &json!({})).await;
        assert_eq!(early.refusal(), (400, 9, "PROJECT_NOT_OFFERED"));
        let offered = sales.post(&verb("offer"), &json!({})).await.done();
        assert_eq!(offered["commerceState"], "COMMERCE_STATE_OFFERED");
        let board = commerce.get("/v1/handoffs?function=COMMERCE").await.done();
        assert_eq!(board["rows"][0]["number"], project.number.as_str());
        commerce.post(&verb("accept"), &json!({})).await.done();
        let order = json!({"target": "HAND_OVER_TARGET_ORDER"});
        commerce.post(&verb("handOver"), &order).await.done();
        world.settle().await;
        let done = commerce.get(&format!("{path}/handOver")).await.done();
        assert_eq!(done["state"], "HAND_OVER_STATE_COMPLETED");
        let twice = commerce
            .reading("zh-CN")
            .post(&verb("handOver"), &order)
            .await;
        assert_eq!(twice.refusal(), (400, 9, "PROJECT_WITH_COMMERCE"));
        let admin = Caller::of(&world, &world.admin().await);
        let made = done["madeId"].as_str().unwrap();
        let trace = admin.get(&format!("/v1/trace/order/{made}")).await.done();
        let kinds: Vec<_> = trace["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| &n["kind"])
            .collect();
        assert_eq!(kinds, ["PROJECT", "ORDER"]);
    }
}

/// A process that dies at this point of the hand-over goes on with it when it is started again, and makes one contract.
async fn survives(point: &str) {
    let folder = tempfile::tempdir().unwrap();
    let fail = format!("hand_over_project-{point}=return");
    let firm = program(folder.path(), &fail).await;
    let ready = firm.ready().clone();
    let made = ready.sign_in.unwrap();
    let admin = administrator(&ready.http.unwrap(), &made.user, &made.password).await;
    let account = json!({"name": "Acme"});
    let account = admin.post("/v1/accounts", "", &account).await.unwrap();
    let project = json!({
        "name": "New plant", "type": "PROJECT_TYPE_SALES", "partyId": account["party"]["id"],
        "amount": {"currencyCode": "CNY", "amountMinor": "10000000"},
    });
    let project = admin.post("/v1/projects", "", &project).await.unwrap();
    let path = format!("/v1/projects/{}", project["id"].as_str().unwrap());
    admin
        .post(&format!("{path}:win"), "", &json!({}))
        .await
        .unwrap();
    let contract = json!({"target": "HAND_OVER_TARGET_CONTRACT"});
    let begun = admin
        .post(&format!("{path}:handOver"), "once", &contract)
        .await;
    begun.expect_err("the process was killed in the middle of it");
    drop(firm);

    let firm = program(folder.path(), "").await;
    let url = firm.ready().http.clone().unwrap();
    let admin = administrator(&url, &made.user, &made.password).await;
    let mut done = Value::Null;
    // Nobody asks for anything more, and it ends.
    for _ in 0..200 {
        done = admin.get(&format!("{path}/handOver")).await.unwrap();
        if done["state"] == "HAND_OVER_STATE_COMPLETED" {
            break;
        }
        moment().await;
    }
    assert_eq!(done["state"], "HAND_OVER_STATE_COMPLETED");
    let contracts = admin.get("/v1/contracts").await.unwrap();
    let contracts = contracts["contracts"].as_array().unwrap();
    let ids: Vec<_> = contracts.iter().map(|c| &c["id"]).collect();
    assert_eq!(ids, [&done["madeId"]]);
    let project = admin.get(&path).await.unwrap();
    assert_eq!(project["commerceState"], "COMMERCE_STATE_HANDED_OVER");
    firm.stop().await.unwrap();
}

macro_rules! killed {
    ($($name:ident: $point:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            survives($point).await;
        }
    )+};
}

killed! {
    killed_before_the_contract_of_a_project_is_made: "0-before";
    killed_when_the_contract_of_a_project_was_made_and_not_noted: "0-called";
    killed_after_the_contract_of_a_project: "0-after";
    killed_when_the_project_was_about_to_be_handed_over: "1-called";
}
