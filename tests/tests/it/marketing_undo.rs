//! Stories of leads that join a deal, and of conversions that are undone while nothing was built on them.

use baton_chassis::{
    Error, Service,
    operation::{Next, Step, StepFn},
    test::{Engine, Person},
};
use baton_marketing::{conversion, convert as steps, undo};
use baton_proto::{
    customer::v1::{
        Channel, CreateInteractionRequest, Interaction, InteractionKind, PartyState,
        interaction_service_client::InteractionServiceClient,
    },
    insight::v1::{GetTraceRequest, TraceNode, trace_service_client::TraceServiceClient},
    marketing::v1::{
        self as pb,
        ConversionState::{Completed, Refused, Running, Undone},
        OpportunityAction, UndoState,
    },
    sales::v1::{
        self as sales, OpportunityState, opportunity_service_client::OpportunityServiceClient,
    },
    r#type::v1::ObjectRef,
};
use chrono::Duration;
use futures_util::future::BoxFuture;
use tonic::{Code, Status};

use crate::{
    answers::{pairs, reason, refused, told, violations},
    marketing::Firm,
    sales::{deals, line, stages, visits},
};

pub fn ask(lead: &str) -> pb::ConvertLeadRequest {
    pb::ConvertLeadRequest {
        id: lead.into(),
        ..Default::default()
    }
}

fn joining(lead: &str, deal: &str) -> pb::ConvertLeadRequest {
    pb::ConvertLeadRequest {
        join_opportunity_id: deal.into(),
        ..ask(lead)
    }
}

pub async fn convert(
    firm: &Firm,
    who: &Person,
    request: pb::ConvertLeadRequest,
) -> Result<pb::Conversion, Status> {
    let answer = firm.leads(who).convert_lead(request).await?.into_inner();
    Ok(answer.conversion.unwrap())
}

pub async fn preview(
    firm: &Firm,
    who: &Person,
    request: pb::ConvertLeadRequest,
) -> Result<pb::ConversionPreview, Status> {
    let request = pb::ConvertLeadRequest {
        validate_only: true,
        ..request
    };
    let answer = firm.leads(who).convert_lead(request).await?.into_inner();
    Ok(answer.preview.unwrap())
}

pub async fn back(firm: &Firm, who: &Person, lead: &str) -> Result<pb::Conversion, Status> {
    let request = pb::UndoConversionRequest {
        id: lead.into(),
        ..Default::default()
    };
    let answer = firm.leads(who).undo_conversion(request).await?;
    Ok(answer.into_inner().conversion.unwrap())
}

/// Why sales refused to undo the conversion of a lead.
pub async fn stuck(firm: &Firm, lead: &str) -> String {
    let answer = back(firm, &firm.seller, lead).await.unwrap();
    let undo = answer.undo.clone().unwrap();
    assert_eq!(
        (answer.state(), undo.state()),
        (Completed, UndoState::Refused)
    );
    let why = undo.refusal.unwrap();
    assert!(why.message.ends_with("cannot be retracted."), "{why:?}");
    let lead = firm.get(&firm.seller, lead).await;
    assert_eq!(lead.quality(), pb::LeadQuality::Converted);
    why.reason
}

pub async fn get(firm: &Firm, lead: &str) -> pb::Conversion {
    let request = pb::GetConversionRequest {
        lead_id: lead.into(),
    };
    let answer = firm.leads(&firm.boss).get_conversion(request).await;
    answer.unwrap().into_inner().conversion.unwrap()
}

/// The conversion of a lead as soon as it is so far, with time going by for what is tried again later.
pub async fn until(
    firm: &Firm,
    lead: &str,
    is_so: impl Fn(&pb::Conversion) -> bool,
) -> pb::Conversion {
    for _ in 0..100 {
        firm.world.advance(Duration::minutes(1)).await;
        let conversion = get(firm, lead).await;
        if is_so(&conversion) {
            return conversion;
        }
    }
    panic!("the conversion does not come so far")
}

async fn deal(firm: &Firm, id: &str) -> sales::Opportunity {
    crate::sales::get(&firm.world, &firm.boss, id).await
}

async fn listed(firm: &Firm, state: OpportunityState) -> Vec<String> {
    let request = sales::ListOpportunitiesRequest {
        state: state.into(),
        ..Default::default()
    };
    let answer = deals(&firm.world, &firm.boss)
        .list_opportunities(request)
        .await;
    let all = told(answer).opportunities;
    all.into_iter().map(|o| o.id).collect()
}

pub async fn trace(firm: &Firm, kind: &str, id: &str) -> Vec<TraceNode> {
    firm.world.settle().await;
    let request = GetTraceRequest {
        kind: kind.into(),
        id: id.into(),
    };
    let answer = TraceServiceClient::new(firm.world.link_as(&firm.boss))
        .get_trace(request)
        .await;
    told(answer).nodes
}

fn ids(nodes: &[TraceNode]) -> Vec<&str> {
    nodes.iter().map(|n| n.id.as_str()).collect()
}

/// A lead of the salesperson's about a customer.
pub async fn lead(firm: &Firm, party: &str) -> pb::Lead {
    let new = pb::Lead {
        title: "More pumps".into(),
        party_id: party.into(),
        ..Default::default()
    };
    firm.create(&firm.seller, new).await.unwrap()
}

/// A customer, a lead about it, and the deal that it became.
async fn begun(firm: &Firm) -> (String, String, String) {
    let account = firm.account(&firm.seller).await.id;
    let lead = lead(firm, &account).await.id;
    let done = convert(firm, &firm.seller, ask(&lead)).await.unwrap();
    assert_eq!(
        (done.state(), done.opportunity_action()),
        (Completed, OpportunityAction::Create)
    );
    (account, lead, done.opportunity_id)
}

/// The services, with other ways of doing the steps of a conversion and of undoing one.
pub fn with(convert: StepFn, undo: StepFn) -> Vec<Service> {
    let mut all = baton::services();
    all.retain(|s| s.name() != "marketing");
    let marketing = baton_marketing::service()
        .operation(conversion::KIND, convert, steps::failed)
        .operation(conversion::UNDO_KIND, undo, undo::failed);
    all.push(marketing);
    all
}

pub fn away() -> Error {
    Error::Unavailable("a neighbour".to_owned())
}

#[tokio::test]
async fn several_leads_become_one_opportunity_and_all_stand_above_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (account, first, id) = begun(&firm).await;
        let second = lead(&firm, &account).await.id;
        let would = preview(&firm, &firm.seller, joining(&second, &id))
            .await
            .unwrap();
        let number = deal(&firm, &id).await.number;
        assert_eq!(would.opportunity_action(), OpportunityAction::Join);
        assert_eq!(
            (&would.join_opportunity_id, &would.join_opportunity_number),
            (&id, &number)
        );
        assert_eq!(would.opportunity_source, None);

        let done = convert(&firm, &firm.seller, joining(&second, &id))
            .await
            .unwrap();
        assert_eq!(
            (done.state(), done.opportunity_action()),
            (Completed, OpportunityAction::Join)
        );
        assert_eq!(
            (&done.opportunity_id, &done.opportunity_number),
            (&id, &number)
        );
        // A prospect turns out to be that customer.
        let third = firm.lead(&firm.seller).await.id;
        let request = pb::ConvertLeadRequest {
            link_party_id: account.clone(),
            ..joining(&third, &id)
        };
        convert(&firm, &firm.seller, request).await.unwrap();
        let told = firm.get(&firm.seller, &third).await;
        assert_eq!((&told.party_id, &told.opportunity_id), (&account, &id));

        assert_eq!(
            listed(&firm, OpportunityState::Open).await,
            std::slice::from_ref(&id)
        );
        let joined = deal(&firm, &id).await.joined_leads;
        let leads: Vec<_> = joined.iter().map(|j| j.lead_id.as_str()).collect();
        assert_eq!(leads, [&second, &third]);
        assert_eq!(joined[0].joined_by_id, firm.seller.id.to_string());

        let nodes = trace(&firm, "OPPORTUNITY", &id).await;
        let (below, above) = nodes.split_last().unwrap();
        assert_eq!((below.id.as_str(), above.len()), (id.as_str(), 3));
        assert_eq!(above[0].id, first, "the source comes first");
        assert!(
            [&second, &third]
                .iter()
                .all(|l| ids(above).contains(&l.as_str()))
        );
        let mut further: Vec<_> = below.further_sources.iter().map(|s| &s.id).collect();
        let mut expected = [&second, &third];
        further.sort_unstable();
        expected.sort_unstable();
        assert_eq!(further, expected);
        assert_eq!(ids(&trace(&firm, "LEAD", &second).await), [&second, &id]);
    }
}

#[tokio::test]
async fn a_lead_joins_only_an_open_deal_of_its_customer() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (account, _, id) = begun(&firm).await;
        let stranger = firm.lead(&firm.seller).await.id;
        for answer in [
            preview(&firm, &firm.seller, joining(&stranger, &id))
                .await
                .map(drop),
            convert(&firm, &firm.seller, joining(&stranger, &id))
                .await
                .map(drop),
        ] {
            assert_eq!(reason(answer), "JOIN_OPPORTUNITY_ELSEWHERE");
        }
        let own = lead(&firm, &account).await.id;
        let nowhere = joining(&own, &uuid::Uuid::from_u128(1).to_string());
        assert_eq!(
            violations(preview(&firm, &firm.seller, nowhere).await),
            pairs(&[("join_opportunity_id", "REFERENCE_NOT_FOUND")])
        );
        let both = pb::ConvertLeadRequest {
            opportunity: Some(pb::OpportunityDraft {
                name: "Pumps".into(),
                ..Default::default()
            }),
            ..joining(&own, "x")
        };
        assert_eq!(
            violations(convert(&firm, &firm.seller, both).await),
            pairs(&[
                ("join_opportunity_id", "ID_MALFORMED"),
                ("opportunity", "JOIN_SAYS_ALL")
            ])
        );
        let lose = sales::LoseOpportunityRequest {
            id: id.clone(),
            reason: sales::LossReason::Price.into(),
            ..Default::default()
        };
        told(
            deals(&firm.world, &firm.seller)
                .lose_opportunity(lose)
                .await,
        );
        assert_eq!(
            reason(preview(&firm, &firm.seller, joining(&own, &id)).await),
            "JOIN_OPPORTUNITY_CLOSED"
        );
        assert_eq!(
            firm.get(&firm.seller, &own).await.quality(),
            pb::LeadQuality::New
        );
    }
}

/// Comes no further than the opportunity.
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
async fn a_deal_that_is_closed_before_a_lead_has_joined_it_gives_the_lead_back() {
    for engine in Engine::all() {
        let mut firm = Firm::new(engine).await;
        let (account, _, id) = begun(&firm).await;
        let second = lead(&firm, &account).await.id;
        firm.world.restart(with(stuck_late, undo::step)).await;
        let running = convert(&firm, &firm.seller, joining(&second, &id)).await;
        assert_eq!(running.unwrap().state(), Running);
        let lose = sales::LoseOpportunityRequest {
            id: id.clone(),
            reason: sales::LossReason::Price.into(),
            ..Default::default()
        };
        told(
            deals(&firm.world, &firm.seller)
                .lose_opportunity(lose)
                .await,
        );
        firm.world.restart(baton::services()).await;
        let ended = until(&firm, &second, |c| c.state() != Running).await;
        assert_eq!(ended.state(), Refused);
        assert_eq!(ended.refusal.unwrap().reason, "OPPORTUNITY_LOST");
        let open = firm.get(&firm.seller, &second).await;
        assert_eq!(open.quality(), pb::LeadQuality::New);
    }
}

#[tokio::test]
async fn a_conversion_that_is_undone_leaves_the_lead_as_it_was() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        let ledger = firm.ledger(&firm.seller, &lead.id).await;
        assert_eq!(
            reason(back(&firm, &firm.seller, &lead.id).await),
            "LEAD_NOT_CONVERTED"
        );
        let done = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        let undone = back(&firm, &firm.seller, &lead.id).await.unwrap();
        assert_eq!((&undone.id, undone.state()), (&done.id, Undone));
        let undo = undone.undo.clone().unwrap();
        assert_eq!(
            (undo.state(), undo.refusal.as_ref()),
            (UndoState::Completed, None)
        );
        assert_eq!(undo.started_by_id, firm.seller.id.to_string());
        assert_eq!(
            back(&firm, &firm.seller, &lead.id).await.unwrap(),
            undone,
            "asked again, the same"
        );
        assert_eq!(get(&firm, &lead.id).await, undone);

        let open = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(
            pb::Lead {
                etag: lead.etag.clone(),
                update_time: lead.update_time,
                ..open
            },
            lead
        );
        assert_eq!(firm.ledger(&firm.seller, &lead.id).await, ledger);
        assert_eq!(
            firm.party(&lead.party_id).await.state(),
            PartyState::Account,
            "what was found out stays true"
        );

        let id = done.opportunity_id;
        let tombstone = deal(&firm, &id).await;
        assert_eq!(tombstone.state(), OpportunityState::Retracted);
        assert_eq!(tombstone.number, done.opportunity_number);
        let stays = visits(&firm.world, &firm.boss, &id).await;
        assert_eq!(stays[0].outcome(), sales::VisitOutcome::Retracted);
        assert!(
            listed(&firm, OpportunityState::Unspecified)
                .await
                .is_empty()
        );
        assert_eq!(
            listed(&firm, OpportunityState::Retracted).await,
            std::slice::from_ref(&id)
        );
        let reopen = sales::ReopenOpportunityRequest {
            id: id.clone(),
            ..Default::default()
        };
        let reopened = deals(&firm.world, &firm.boss)
            .reopen_opportunity(reopen)
            .await;
        assert_eq!(reason(reopened), "OPPORTUNITY_RETRACTED");

        let again = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!((again.state(), again.undo), (Completed, None));
        assert_ne!(again.opportunity_id, id, "a deal of its own");
    }
}

#[tokio::test]
async fn a_lead_that_joined_a_deal_leaves_it_again() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (account, first, id) = begun(&firm).await;
        let prospect = firm.lead(&firm.seller).await;
        let request = pb::ConvertLeadRequest {
            link_party_id: account,
            ..joining(&prospect.id, &id)
        };
        convert(&firm, &firm.seller, request).await.unwrap();
        assert_eq!(stuck(&firm, &first).await, "OPPORTUNITY_MORE_LEADS");
        let undone = back(&firm, &firm.seller, &prospect.id).await.unwrap();
        assert_eq!(undone.state(), Undone);
        let open = firm.get(&firm.seller, &prospect.id).await;
        assert_eq!(
            (open.quality(), open.party_id, open.opportunity_id),
            (pb::LeadQuality::New, prospect.party_id, String::new())
        );
        let left = deal(&firm, &id).await;
        assert_eq!(left.state(), OpportunityState::Open);
        assert!(left.joined_leads.is_empty());
        assert_eq!(ids(&trace(&firm, "OPPORTUNITY", &id).await), [&first, &id]);
        let undone = back(&firm, &firm.seller, &first).await.unwrap();
        assert_eq!(undone.state(), Undone, "now nothing is left of it");
    }
}

#[tokio::test]
async fn a_conversion_on_which_something_was_built_stays() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut sales = deals(&firm.world, &firm.seller);
        let (_, lead, id) = begun(&firm).await;
        let to = stages(&firm.world, &firm.boss).await[1].id.clone();
        let move_on = sales::MoveOpportunityRequest {
            id,
            stage_id: to,
            ..Default::default()
        };
        told(sales.move_opportunity(move_on).await);
        assert_eq!(stuck(&firm, &lead).await, "OPPORTUNITY_MOVED");

        let (_, lead, id) = begun(&firm).await;
        let lines = sales::SetOpportunityLinesRequest {
            id,
            lines: vec![line("pump", "2", 100)],
            ..Default::default()
        };
        told(sales.set_opportunity_lines(lines).await);
        assert_eq!(stuck(&firm, &lead).await, "OPPORTUNITY_WITH_LINES");

        let (_, lead, id) = begun(&firm).await;
        let call = Interaction {
            about: Some(ObjectRef {
                kind: "OPPORTUNITY".into(),
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
        assert_eq!(stuck(&firm, &lead).await, "OPPORTUNITY_BUILT_ON");
    }
}

#[tokio::test]
async fn nobody_else_undoes_a_conversion_and_only_marketing_asks_sales_for_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (_, lead, id) = begun(&firm).await;
        let denied = back(&firm, &firm.marketer, &lead).await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));
        crate::directory::grant(
            &firm.world,
            "chief",
            baton_proto::directory::v1::Function::Sales,
            baton_proto::directory::v1::GrantScope::All,
        )
        .await;
        let chief = firm.world.member("chief").await;
        assert_eq!(
            reason(back(&firm, &chief, &lead).await),
            "CONVERSION_NOT_YOURS_TO_UNDO"
        );
        let mut sales = OpportunityServiceClient::new(firm.world.link_as(&firm.boss));
        let join = sales::JoinOpportunityRequest {
            id: id.clone(),
            lead_id: lead.clone(),
            ..Default::default()
        };
        let leave = sales::LeaveOpportunityRequest {
            id: id.clone(),
            lead_id: lead.clone(),
            ..Default::default()
        };
        let retract = sales::RetractOpportunityRequest {
            id: id.clone(),
            lead_id: lead.clone(),
            ..Default::default()
        };
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        assert_eq!(refused(sales.join_opportunity(join).await), denied);
        assert_eq!(refused(sales.leave_opportunity(leave).await), denied);
        assert_eq!(refused(sales.retract_opportunity(retract).await), denied);
    }
}

/// Does a step, and loses its answer the first time.
fn forgetful(step: &Step) -> BoxFuture<'_, baton_chassis::Result<Next>> {
    Box::pin(async move {
        let done = undo::step(step).await?;
        if step.operation.attempts == 1 {
            Err(away())
        } else {
            Ok(done)
        }
    })
}

#[tokio::test]
async fn an_undoing_whose_every_answer_is_lost_once_comes_to_the_same_end() {
    for engine in Engine::all() {
        let firm = Firm::of(engine, with(steps::step, forgetful)).await;
        let (_, lead, id) = begun(&firm).await;
        let under_way = back(&firm, &firm.seller, &lead).await.unwrap();
        let undo = under_way.undo.clone().unwrap();
        assert_eq!(
            (under_way.state(), undo.state()),
            (Completed, UndoState::Running)
        );
        let same = back(&firm, &firm.seller, &lead).await.unwrap();
        assert_eq!(same.undo.unwrap().id, undo.id);
        until(&firm, &lead, |c| c.state() == Undone).await;
        let state = deal(&firm, &id).await.state();
        assert_eq!(state, OpportunityState::Retracted);
        let open = firm.get(&firm.seller, &lead).await;
        assert_eq!(open.quality(), pb::LeadQuality::New);
    }
}
