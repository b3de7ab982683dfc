//! Stories of leads that become opportunities, whatever happens on the way.

use baton_chassis::{
    Error, Refusal, Service,
    operation::{Next, Step, StepFn},
    test::{Engine, Person},
};
use baton_marketing::{conversion, convert};
use baton_proto::{
    customer::v1::{PartyState, VerificationOutcome, VerifyProspectRequest},
    directory::v1::{Function, GrantScope},
    marketing::v1::{
        self as pb,
        ConversionState::{Cancelled, Completed, Running},
        convert_lead_request::Contact,
    },
    sales::v1::{
        ArchiveProcessRequest, GetOpportunityRequest, ListOpportunitiesRequest,
        ListProcessesRequest, Opportunity, ProcessState,
        opportunity_service_client::OpportunityServiceClient,
        process_service_client::ProcessServiceClient,
    },
    r#type::v1::{HandoffState, Money},
};
use chrono::Duration;
use tonic::{Code, Status};

use crate::{
    answers::{mask, pairs, reason, refused, violations},
    directory::grant,
    marketing::Firm,
};

fn ask(lead: &str) -> pb::ConvertLeadRequest {
    pb::ConvertLeadRequest {
        id: lead.into(),
        ..Default::default()
    }
}

async fn convert(
    firm: &Firm,
    who: &Person,
    request: pb::ConvertLeadRequest,
) -> Result<pb::Conversion, Status> {
    let answer = firm.leads(who).convert_lead(request).await?.into_inner();
    Ok(answer.conversion.unwrap())
}

async fn preview(
    firm: &Firm,
    who: &Person,
    request: pb::ConvertLeadRequest,
) -> Result<pb::ConversionPreview, Status> {
    let request = pb::ConvertLeadRequest {
        validate_only: true,
        ..request
    };
    let answer = firm.leads(who).convert_lead(request).await?.into_inner();
    assert_eq!(answer.conversion, None);
    Ok(answer.preview.unwrap())
}

async fn get(firm: &Firm, lead: &str) -> pb::Conversion {
    let request = pb::GetConversionRequest {
        lead_id: lead.into(),
    };
    firm.leads(&firm.boss)
        .get_conversion(request)
        .await
        .unwrap()
        .into_inner()
        .conversion
        .unwrap()
}

async fn cancel(firm: &Firm, who: &Person, lead: &str) -> Result<pb::Conversion, Status> {
    let request = pb::CancelConversionRequest {
        id: lead.into(),
        ..Default::default()
    };
    let answer = firm.leads(who).cancel_conversion(request).await?;
    Ok(answer.into_inner().conversion.unwrap())
}

async fn opportunities(firm: &Firm) -> Vec<Opportunity> {
    let link = firm.world.link_as(&firm.boss);
    let mut client = OpportunityServiceClient::new(link);
    let listed = client
        .list_opportunities(ListOpportunitiesRequest::default())
        .await;
    listed.unwrap().into_inner().opportunities
}

/// The conversion of a lead once it has ended, with time going by for what is tried again later.
async fn ended(firm: &Firm, lead: &str) -> pb::Conversion {
    for _ in 0..100 {
        firm.world.advance(Duration::minutes(1)).await;
        let conversion = get(firm, lead).await;
        if conversion.state() != Running {
            return conversion;
        }
    }
    panic!("the conversion does not end")
}

/// The services, with another way of doing the steps of a conversion.
fn with(step: StepFn) -> Vec<Service> {
    let mut all = baton::services();
    all.retain(|s| s.name() != "marketing");
    all.push(baton_marketing::service().operation(conversion::KIND, step, convert::failed));
    all
}

fn away() -> Error {
    Error::Unavailable("a neighbour".to_owned())
}

#[tokio::test]
async fn a_salesperson_turns_his_lead_into_an_opportunity() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        let request = pb::ConvertLeadRequest {
            contact: Some(Contact::NewContact(pb::ContactDraft {
                name: "Han Meimei".into(),
                phone: "139 1234 5678".into(),
                ..Default::default()
            })),
            opportunity: Some(pb::OpportunityDraft {
                amount: Some(Money {
                    currency_code: "CNY".into(),
                    amount_minor: 12_000_000,
                }),
                expected_close_date: "2026-06-30".into(),
                ..Default::default()
            }),
            ..ask(&lead.id)
        };
        let done = convert(&firm, &firm.seller, request.clone()).await.unwrap();
        assert_eq!(
            (done.state(), done.step, done.step_count),
            (Completed, 4, 4)
        );
        assert_eq!(done.party_action(), pb::PartyAction::Verify);
        assert_eq!(done.party_id, lead.party_id);
        assert!(!done.contact_id.is_empty() && done.end_time.is_some());

        let party = firm.party(&lead.party_id).await;
        assert_eq!(
            party.state(),
            PartyState::Account,
            "the prospect became the account under its id"
        );
        let link = firm.world.link_as(&firm.seller);
        let get_it = GetOpportunityRequest {
            id: done.opportunity_id.clone(),
        };
        let made = OpportunityServiceClient::new(link)
            .get_opportunity(get_it)
            .await
            .unwrap();
        let made = made.into_inner().opportunity.unwrap();
        assert_eq!(
            made.source.as_ref().map(|s| (s.kind.as_str(), &s.id)),
            Some(("LEAD", &lead.id))
        );
        assert_eq!((&made.name, &made.party_id), (&lead.title, &lead.party_id));
        assert_eq!(
            (&made.contact_id, &made.number),
            (&done.contact_id, &done.opportunity_number)
        );
        assert_eq!(made.owner_id, firm.seller.id.to_string());
        assert_eq!(made.expected_close_date, "2026-06-30");

        let lead = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(lead.quality(), pb::LeadQuality::Converted);
        assert_eq!(
            (&lead.opportunity_id, &lead.contact_id),
            (&done.opportunity_id, &done.contact_id)
        );
        assert_eq!(
            convert(&firm, &firm.seller, request).await.unwrap(),
            done,
            "asked again, the same one"
        );
        assert_eq!(get(&firm, &lead.id).await, done);
        assert_eq!(opportunities(&firm).await.len(), 1);

        let late = pb::ReopenLeadRequest {
            id: lead.id.clone(),
            ..Default::default()
        };
        assert_eq!(
            reason(firm.leads(&firm.seller).reopen_lead(late).await),
            "LEAD_CONVERTED"
        );
        assert_eq!(
            reason(cancel(&firm, &firm.seller, &lead.id).await),
            "CONVERSION_NOT_RUNNING"
        );
    }
}

#[tokio::test]
async fn a_preview_tells_what_would_happen_and_writes_nothing() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        let would = preview(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!(would.party_action(), pb::PartyAction::Verify);
        assert_eq!(would.party_id, lead.party_id);
        assert_eq!(would.contact_action(), pb::ContactAction::None);
        assert_eq!(would.opportunity.unwrap().name, lead.title);
        assert_eq!(would.opportunity_source.unwrap().kind, "LEAD");
        assert_eq!(would.opportunity_owner_id, firm.seller.id.to_string());
        assert!(would.skipped_qualities.is_empty() && would.skipped_handoffs.is_empty());
        assert_eq!(firm.get(&firm.seller, &lead.id).await, lead);
        assert_eq!(
            firm.party(&lead.party_id).await.state(),
            PartyState::Prospect
        );
        let none = pb::GetConversionRequest { lead_id: lead.id };
        let none = firm.leads(&firm.seller).get_conversion(none).await;
        assert_eq!(refused(none), (Code::NotFound, "NOT_FOUND".into()));
    }
}

#[tokio::test]
async fn a_preview_shows_look_alikes_and_one_of_them_can_be_linked() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let account = firm.account(&firm.boss).await;
        let lead = firm.lead(&firm.boss).await;
        // Somebody finds out that the prospect is a customer of old.
        let renamed = baton_proto::customer::v1::UpdatePartyRequest {
            party: Some(baton_proto::customer::v1::Party {
                id: lead.party_id.clone(),
                name: account.name.clone(),
                ..Default::default()
            }),
            update_mask: mask(&["name"]),
            ..Default::default()
        };
        firm.parties(&firm.boss)
            .update_party(renamed)
            .await
            .unwrap();
        let would = preview(&firm, &firm.boss, ask(&lead.id)).await.unwrap();
        let found: Vec<_> = would
            .duplicates
            .iter()
            .map(|d| (&d.party_id, d.account))
            .collect();
        assert_eq!(found, [(&account.id, true)]);

        let request = pb::ConvertLeadRequest {
            link_party_id: account.id.clone(),
            ..ask(&lead.id)
        };
        let would = preview(&firm, &firm.boss, request.clone()).await.unwrap();
        assert_eq!(would.party_action(), pb::PartyAction::Link);
        let done = convert(&firm, &firm.boss, request).await.unwrap();
        assert_eq!(
            (done.party_action(), &done.party_id),
            (pb::PartyAction::Link, &account.id)
        );
        assert_eq!(firm.get(&firm.boss, &lead.id).await.party_id, account.id);
        assert_eq!(
            firm.party(&lead.party_id).await.state(),
            PartyState::Prospect
        );
        assert_eq!(opportunities(&firm).await[0].party_id, account.id);
    }
}

#[tokio::test]
async fn one_who_acts_for_marketing_and_sales_converts_at_once() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let account = firm.account(&firm.seller).await;
        let new = pb::Lead {
            title: "More pumps".into(),
            party_id: account.id.clone(),
            ..Default::default()
        };
        let lead = firm.create(&firm.seller, new).await.unwrap();
        let would = preview(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!(would.party_action(), pb::PartyAction::AlreadyAccount);
        assert_eq!(would.skipped_qualities().count(), 3);
        assert_eq!(
            would.skipped_handoffs,
            ["LEAD_TO_MANAGER", "LEAD_TO_SALESPERSON"]
        );

        let done = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!(done.state(), Completed);
        let ledger = firm.ledger(&firm.seller, &lead.id).await;
        assert!(
            ledger.len() == 2
                && ledger
                    .iter()
                    .all(|(_, state)| *state == HandoffState::Accepted)
        );
        let lead = firm.get(&firm.seller, &lead.id).await;
        assert!(
            lead.identify_time.is_some()
                && lead.contact_time.is_some()
                && lead.accept_time.is_some()
        );
        assert_eq!(lead.owner_id, firm.seller.id.to_string());
    }
}

#[tokio::test]
async fn who_converts_a_lead_that_nobody_has_becomes_its_salesperson_and_gets_its_customer() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.lead(&firm.marketer).await;
        assert_eq!(firm.party(&lead.party_id).await.owner_id, "");
        let done = convert(&firm, &firm.boss, ask(&lead.id)).await.unwrap();
        assert_eq!(done.state(), Completed);
        firm.world.settle().await;
        let boss = firm.boss.id.to_string();
        assert_eq!(firm.get(&firm.boss, &lead.id).await.owner_id, boss);
        assert_eq!(firm.party(&lead.party_id).await.owner_id, boss);
        assert_eq!(opportunities(&firm).await[0].owner_id, boss);
    }
}

#[tokio::test]
async fn a_lead_is_not_converted_by_who_may_not_or_before_it_is_accepted() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        grant(&firm.world, "closer", Function::Sales, GrantScope::Own).await;
        grant(&firm.world, "chief", Function::Sales, GrantScope::All).await;
        let (closer, chief) = (
            firm.world.member("closer").await,
            firm.world.member("chief").await,
        );
        let id = firm.lead(&firm.marketer).await.id;
        firm.assign(&firm.boss, &id, &closer).await.unwrap();
        assert_eq!(
            reason(convert(&firm, &closer, ask(&id)).await),
            "LEAD_NOT_ACCEPTED"
        );
        assert_eq!(
            reason(preview(&firm, &closer, ask(&id)).await),
            "LEAD_NOT_ACCEPTED"
        );
        assert_eq!(
            reason(convert(&firm, &chief, ask(&id)).await),
            "LEAD_NOT_YOURS_TO_CONVERT"
        );
        let denied = convert(&firm, &firm.marketer, ask(&id)).await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));
        let hidden = convert(&firm, &firm.seller, ask(&id)).await;
        assert_eq!(refused(hidden), (Code::NotFound, "NOT_FOUND".into()));
        firm.qualify(&closer, &id).await;
        let stale = convert(
            &firm,
            &closer,
            pb::ConvertLeadRequest {
                etag: "v1".into(),
                ..ask(&id)
            },
        )
        .await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));
        assert_eq!(
            convert(&firm, &closer, ask(&id)).await.unwrap().state(),
            Completed
        );
    }
}

#[tokio::test]
async fn a_conversion_that_cannot_be_is_refused_before_it_begins() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        let stray = uuid::Uuid::from_u128(1).to_string();
        let wrong = pb::ConvertLeadRequest {
            link_party_id: "x".into(),
            contact: Some(Contact::NewContact(pb::ContactDraft::default())),
            opportunity: Some(pb::OpportunityDraft {
                process_id: "y".into(),
                expected_close_date: "soon".into(),
                ..Default::default()
            }),
            ..ask(&lead.id)
        };
        assert_eq!(
            violations(convert(&firm, &firm.seller, wrong).await),
            pairs(&[
                ("link_party_id", "ID_MALFORMED"),
                ("new_contact.name", "REQUIRED"),
                ("opportunity.process_id", "ID_MALFORMED"),
                ("opportunity.expected_close_date", "DATE_MALFORMED"),
            ])
        );
        let nowhere = pb::ConvertLeadRequest {
            link_party_id: stray.clone(),
            ..ask(&lead.id)
        };
        assert_eq!(
            violations(convert(&firm, &firm.seller, nowhere).await),
            pairs(&[("link_party_id", "REFERENCE_NOT_FOUND")])
        );
        let prospect = firm.lead(&firm.seller).await.party_id;
        let prospect = pb::ConvertLeadRequest {
            link_party_id: prospect,
            ..ask(&lead.id)
        };
        assert_eq!(
            reason(convert(&firm, &firm.seller, prospect).await),
            "PARTY_NOT_ACCOUNT"
        );
        let contact = Some(Contact::ContactId(stray.clone()));
        let contact = pb::ConvertLeadRequest {
            contact,
            ..ask(&lead.id)
        };
        assert_eq!(
            violations(convert(&firm, &firm.seller, contact).await),
            pairs(&[("contact_id", "REFERENCE_NOT_FOUND")])
        );
        let opportunity = Some(pb::OpportunityDraft {
            process_id: stray,
            ..Default::default()
        });
        let process = pb::ConvertLeadRequest {
            opportunity,
            ..ask(&lead.id)
        };
        assert_eq!(
            violations(convert(&firm, &firm.seller, process).await),
            pairs(&[("opportunity.process_id", "REFERENCE_NOT_FOUND")])
        );
        let invalid = VerifyProspectRequest {
            id: lead.party_id.clone(),
            channel: baton_proto::customer::v1::Channel::Phone.into(),
            outcome: VerificationOutcome::Invalid.into(),
            ..Default::default()
        };
        firm.parties(&firm.boss)
            .verify_prospect(invalid)
            .await
            .unwrap();
        assert_eq!(
            reason(convert(&firm, &firm.seller, ask(&lead.id)).await),
            "PARTY_INVALID"
        );
        assert_eq!(firm.get(&firm.seller, &lead.id).await, lead);
    }
}

#[tokio::test]
async fn several_attempts_at_once_are_one_conversion() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        let attempts = (0..4).map(|_| convert(&firm, &firm.seller, ask(&lead.id)));
        let done = futures_util::future::join_all(attempts).await;
        let ids: Vec<_> = done
            .into_iter()
            // An attempt that planned for a lead that had just begun to be converted is told to look again.
            .filter_map(|answer| match answer {
                Ok(conversion) => Some(conversion.id),
                Err(status) => {
                    assert_eq!(status.code(), Code::Aborted, "{status:?}");
                    None
                }
            })
            .collect();
        assert!(
            !ids.is_empty() && ids.iter().all(|id| *id == ids[0]),
            "{ids:?}"
        );
        firm.world.settle().await;
        assert_eq!(opportunities(&firm).await.len(), 1);
    }
}

/// Does a step, and loses its answer the first time.
fn forgetful(step: &Step) -> futures_util::future::BoxFuture<'_, baton_chassis::Result<Next>> {
    Box::pin(async move {
        let done = convert::step(step).await?;
        if step.operation.attempts == 1 {
            Err(away())
        } else {
            Ok(done)
        }
    })
}

#[tokio::test]
async fn a_conversion_whose_every_answer_is_lost_once_comes_to_the_same_end() {
    for engine in Engine::all() {
        let firm = Firm::of(engine, with(forgetful)).await;
        let lead = firm.accepted().await;
        let contact = pb::ContactDraft {
            name: "Han Meimei".into(),
            ..Default::default()
        };
        let request = pb::ConvertLeadRequest {
            contact: Some(Contact::NewContact(contact)),
            ..ask(&lead.id)
        };
        let begun = convert(&firm, &firm.seller, request).await.unwrap();
        assert_eq!(begun.state(), Running);
        let locked = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(locked.quality(), pb::LeadQuality::Converting);
        let done = ended(&firm, &lead.id).await;
        assert_eq!((&done.id, done.state()), (&begun.id, Completed));
        assert_eq!(
            done.party_action(),
            pb::PartyAction::Verify,
            "as it was planned"
        );
        assert_eq!(opportunities(&firm).await.len(), 1);
        let contacts = baton_proto::customer::v1::ListContactsRequest {
            party_id: lead.party_id.clone(),
            ..Default::default()
        };
        let link = firm.world.link_as(&firm.boss);
        let mut client =
            baton_proto::customer::v1::contact_service_client::ContactServiceClient::new(link);
        assert_eq!(
            client
                .list_contacts(contacts)
                .await
                .unwrap()
                .into_inner()
                .contacts
                .len(),
            1
        );
    }
}

/// Comes no further than the contact.
fn stuck_early(step: &Step) -> futures_util::future::BoxFuture<'_, baton_chassis::Result<Next>> {
    Box::pin(async move {
        if step.operation.step == 0 {
            convert::step(step).await
        } else {
            Err(away())
        }
    })
}

#[tokio::test]
async fn a_conversion_is_called_off_before_the_pivot_and_the_lead_is_as_it_was() {
    for engine in Engine::all() {
        let firm = Firm::of(engine, with(stuck_early)).await;
        let lead = firm.accepted().await;
        assert_eq!(
            reason(cancel(&firm, &firm.seller, &lead.id).await),
            "CONVERSION_NOT_RUNNING"
        );
        let begun = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!((begun.state(), begun.step), (Running, 1));
        let verb = pb::DisqualifyLeadRequest {
            id: lead.id.clone(),
            reason: pb::DisqualifyReason::NoDemand.into(),
            ..Default::default()
        };
        let locked = firm.leads(&firm.seller).disqualify_lead(verb).await;
        assert_eq!(reason(locked), "LEAD_CONVERTING");
        let off = cancel(&firm, &firm.seller, &lead.id).await.unwrap();
        assert_eq!(
            (off.id.as_str(), off.state()),
            (begun.id.as_str(), Cancelled)
        );
        let back = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(
            (back.quality(), back.owner_id),
            (pb::LeadQuality::Accepted, lead.owner_id)
        );
        firm.world.advance(Duration::hours(1)).await;
        assert!(opportunities(&firm).await.is_empty());
        let again = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_ne!(
            again.id, begun.id,
            "a second conversion after the first was called off"
        );
    }
}

/// Comes no further than the opportunity.
fn stuck_late(step: &Step) -> futures_util::future::BoxFuture<'_, baton_chassis::Result<Next>> {
    Box::pin(async move {
        if step.operation.step < 2 {
            convert::step(step).await
        } else {
            Err(away())
        }
    })
}

#[tokio::test]
async fn a_conversion_at_the_pivot_only_goes_forward() {
    for engine in Engine::all() {
        let mut firm = Firm::of(engine, with(stuck_late)).await;
        let lead = firm.accepted().await;
        let begun = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!((begun.state(), begun.step), (Running, 2));
        assert_eq!(
            reason(cancel(&firm, &firm.seller, &lead.id).await),
            "CONVERSION_PAST_PIVOT"
        );
        firm.world.restart(baton::services()).await;
        assert_eq!(ended(&firm, &lead.id).await.state(), Completed);
        assert_eq!(
            firm.get(&firm.seller, &lead.id).await.quality(),
            pb::LeadQuality::Converted
        );
    }
}

/// Is refused at the opportunity.
fn refusing(step: &Step) -> futures_util::future::BoxFuture<'_, baton_chassis::Result<Next>> {
    Box::pin(async move {
        if step.operation.step < 2 {
            return convert::step(step).await;
        }
        Err(Error::Refused(Refusal {
            reason: "PARTY_INVALID",
            args: vec![],
            text: "no such firm".into(),
        }))
    })
}

#[tokio::test]
async fn a_conversion_that_is_refused_again_and_again_makes_its_contact_once() {
    for engine in Engine::all() {
        let firm = Firm::of(engine, with(refusing)).await;
        let lead = firm.accepted().await;
        let contact = pb::ContactDraft {
            name: "Han Meimei".into(),
            ..Default::default()
        };
        for _ in 0..3 {
            let request = pb::ConvertLeadRequest {
                contact: Some(Contact::NewContact(contact.clone())),
                ..ask(&lead.id)
            };
            let refused = convert(&firm, &firm.seller, request).await.unwrap();
            assert_eq!(refused.state(), pb::ConversionState::Refused);
        }
        let contacts = baton_proto::customer::v1::ListContactsRequest {
            party_id: lead.party_id.clone(),
            ..Default::default()
        };
        let link = firm.world.link_as(&firm.boss);
        let mut client =
            baton_proto::customer::v1::contact_service_client::ContactServiceClient::new(link);
        let made = client.list_contacts(contacts).await.unwrap().into_inner();
        assert_eq!(made.contacts.len(), 1);
    }
}

/// Takes every sales process out of use.
async fn without_process(firm: &Firm) {
    let mut processes = ProcessServiceClient::new(firm.world.link_as(&firm.boss));
    let all = processes
        .list_processes(ListProcessesRequest {
            state: ProcessState::Active.into(),
            ..Default::default()
        })
        .await
        .unwrap();
    for process in all.into_inner().processes {
        let request = ArchiveProcessRequest {
            id: process.id,
            ..Default::default()
        };
        processes.archive_process(request).await.unwrap();
    }
}

#[tokio::test]
async fn a_preview_foresees_that_there_is_no_sales_process() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.accepted().await;
        without_process(&firm).await;
        let missing = pairs(&[("opportunity.process_id", "PROCESS_MISSING")]);
        assert_eq!(
            violations(preview(&firm, &firm.seller, ask(&lead.id)).await),
            missing
        );
        assert_eq!(
            violations(convert(&firm, &firm.seller, ask(&lead.id)).await),
            missing
        );
    }
}

#[tokio::test]
async fn what_another_service_refused_is_told_whole_in_the_language_of_the_reader() {
    for engine in Engine::all() {
        let mut firm = Firm::of(engine, with(stuck_late)).await;
        let lead = firm.accepted().await;
        let begun = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!((begun.state(), begun.step), (Running, 2));
        without_process(&firm).await;
        firm.world.restart(baton::services()).await;
        let refused = ended(&firm, &lead.id).await;
        assert_eq!(refused.state(), pb::ConversionState::Refused);
        let why = refused.refusal.unwrap();
        assert_eq!(why.reason, "INVALID");
        let broken: Vec<_> = why
            .violations
            .iter()
            .map(|v| (v.field.as_str(), v.reason.as_str()))
            .collect();
        assert_eq!(broken, [("opportunity.process_id", "PROCESS_MISSING")]);
        assert!(
            why.message.contains("There is no sales process in use"),
            "{}",
            why.message
        );
        let link = firm.world.link_in(&firm.boss, "zh-CN");
        let mut leads = pb::lead_service_client::LeadServiceClient::new(link);
        let request = pb::GetConversionRequest {
            lead_id: lead.id.clone(),
        };
        let read = leads.get_conversion(request).await.unwrap().into_inner();
        let message = read.conversion.unwrap().refusal.unwrap().message;
        assert!(message.contains("没有可用的销售流程"), "{message}");
    }
}

#[tokio::test]
async fn a_refusal_before_the_pivot_gives_the_lead_back_and_keeps_the_reason() {
    for engine in Engine::all() {
        let firm = Firm::of(engine, with(refusing)).await;
        let lead = firm.accepted().await;
        let refused = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
        assert_eq!(refused.state(), pb::ConversionState::Refused);
        let why = refused.refusal.clone().unwrap();
        assert_eq!(why.reason, "PARTY_INVALID");
        assert!(why.message.contains("invalid"), "{}", why.message);
        assert_eq!(get(&firm, &lead.id).await, refused);
        let back = firm.get(&firm.seller, &lead.id).await;
        assert_eq!(back.quality(), pb::LeadQuality::Accepted);
    }
}
