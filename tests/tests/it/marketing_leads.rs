//! Stories of leads: coming in, being confirmed, coming to nothing.

use baton_chassis::test::Engine;
use baton_proto::{
    customer::v1::PartyState,
    directory::v1::{DuplicatePolicy, Settings},
    log::v1::{ReadEventsRequest, event_log_service_client::EventLogServiceClient},
    marketing::v1 as pb,
    r#type::v1::Source,
};
use chrono::Duration;
use tonic::Code;

use crate::{
    answers::{mask, pairs, reason, refused, violations},
    marketing::{Firm, lead},
};

fn identify(id: &str) -> pb::IdentifyLeadRequest {
    pb::IdentifyLeadRequest {
        id: id.into(),
        ..Default::default()
    }
}
fn contact(id: &str) -> pb::ContactLeadRequest {
    let channel = pb::ContactChannel::Wechat.into();
    pb::ContactLeadRequest {
        id: id.into(),
        channel,
        ..Default::default()
    }
}
fn accept(id: &str, plan: &str) -> pb::AcceptLeadRequest {
    pb::AcceptLeadRequest {
        id: id.into(),
        follow_up_plan: plan.into(),
        ..Default::default()
    }
}
fn disqualify(id: &str, reason: pb::DisqualifyReason, note: &str) -> pb::DisqualifyLeadRequest {
    pb::DisqualifyLeadRequest {
        id: id.into(),
        reason: reason.into(),
        note: note.into(),
        ..Default::default()
    }
}
fn reopen(id: &str) -> pb::ReopenLeadRequest {
    pb::ReopenLeadRequest {
        id: id.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_lead_comes_in_with_its_prospect_and_contact_from_a_campaign() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let campaign = firm.campaign(&firm.marketer, "Spring fair").await;
        let source = Source {
            kind: "CAMPAIGN".into(),
            id: campaign.id.clone(),
        };
        let new = pb::Lead {
            title: "Pumps for a plant".into(),
            need: "two pumps before summer".into(),
            source: Some(source.clone()),
            prospect: Some(pb::ProspectDraft {
                phone: "021 6123 4567".into(),
                ..firm.prospect()
            }),
            contact: Some(pb::ContactDraft {
                name: "Han Meimei".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        // Somebody who does nothing but marketing has no right to customers; the prospect comes all the same.
        let lead = firm.create(&firm.marketer, new.clone()).await.unwrap();
        assert_eq!(
            (lead.quality(), lead.routing()),
            (pb::LeadQuality::New, pb::LeadRouting::Unrouted)
        );
        assert_eq!(lead.owner_id, firm.marketer.id.to_string());
        assert_eq!(lead.source.as_ref(), Some(&source));
        assert!(!lead.contact_id.is_empty() && lead.number.starts_with("L-2026-"));
        assert_eq!(firm.get(&firm.marketer, &lead.id).await, lead);
        let party = firm.party(&lead.party_id).await;
        assert_eq!(
            (party.state(), party.source.as_ref()),
            (PartyState::Prospect, Some(&source))
        );

        // The same telephone number again is the same prospect again, where the house wants that.
        let link = Settings {
            duplicate_policy: DuplicatePolicy::Link.into(),
            ..Default::default()
        };
        firm.set("duplicate_policy", link).await;
        let again = firm.create(&firm.marketer, new).await.unwrap();
        assert_ne!(again.id, lead.id);
        assert_eq!(again.party_id, lead.party_id);
    }
}

#[tokio::test]
async fn a_new_lead_that_breaks_rules_hears_of_all_of_them() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let new = pb::Lead {
            party_id: "x".into(),
            contact_id: "y".into(),
            prospect: Some(pb::ProspectDraft::default()),
            contact: Some(pb::ContactDraft::default()),
            source: Some(Source {
                kind: "CAMPAIGN".into(),
                id: String::new(),
            }),
            external: Some(pb::ExternalKey::default()),
            ..Default::default()
        };
        assert_eq!(
            violations(firm.create(&firm.marketer, new).await),
            pairs(&[
                ("lead.title", "REQUIRED"),
                ("lead.party_id", "ONE_OF"),
                ("lead.prospect.name", "REQUIRED"),
                ("lead.contact_id", "ID_MALFORMED"),
                ("lead.contact.name", "REQUIRED"),
                ("lead.source.id", "SOURCE_ID_REQUIRED"),
                ("lead.external.system", "REQUIRED"),
                ("lead.external.id", "REQUIRED"),
            ])
        );
        let nothing = firm.create(&firm.marketer, pb::Lead::default()).await;
        assert_eq!(
            violations(nothing),
            pairs(&[("lead.title", "REQUIRED"), ("lead.party_id", "REQUIRED")])
        );
    }
}

#[tokio::test]
async fn a_lead_refers_only_to_what_exists() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let stray = uuid::Uuid::from_u128(1).to_string();
        let of = |party_id: &str, source: &str| pb::Lead {
            title: "Pumps".into(),
            party_id: party_id.into(),
            source: Some(Source {
                kind: source.into(),
                id: stray.clone(),
            }),
            ..Default::default()
        };
        let known = firm.account(&firm.seller).await;
        let no_campaign = firm.create(&firm.seller, of(&known.id, "CAMPAIGN")).await;
        assert_eq!(
            violations(no_campaign),
            pairs(&[("lead.source.id", "REFERENCE_NOT_FOUND")])
        );
        let no_party = firm.create(&firm.seller, of(&stray, "CALL")).await;
        assert_eq!(
            violations(no_party),
            pairs(&[("lead.party_id", "REFERENCE_NOT_FOUND")])
        );
        let other = firm.account(&firm.boss).await;
        let hidden = firm.create(&firm.seller, of(&other.id, "CALL")).await;
        assert_eq!(
            violations(hidden),
            pairs(&[("lead.party_id", "REFERENCE_NOT_FOUND")])
        );
        let called = firm
            .create(&firm.seller, of(&known.id, "CALL"))
            .await
            .unwrap();
        assert_eq!(called.source.unwrap().kind, "CALL");

        let elsewhere = firm.create(
            &firm.seller,
            pb::Lead {
                contact: Some(pb::ContactDraft {
                    name: "Han Meimei".into(),
                    ..Default::default()
                }),
                ..of(&known.id, "CALL")
            },
        );
        let elsewhere = pb::Lead {
            contact_id: elsewhere.await.unwrap().contact_id,
            ..of(&firm.account(&firm.seller).await.id, "CALL")
        };
        let elsewhere = firm.create(&firm.seller, elsewhere).await;
        assert_eq!(
            violations(elsewhere),
            pairs(&[("lead.contact_id", "CONTACT_ELSEWHERE")])
        );
    }
}

#[tokio::test]
async fn a_repeated_request_makes_one_lead_and_an_outside_key_is_taken_for_ever() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let new = pb::Lead {
            title: "Pumps".into(),
            prospect: Some(firm.prospect()),
            external: Some(pb::ExternalKey {
                system: "web-form".into(),
                id: "17".into(),
            }),
            ..Default::default()
        };
        let request = pb::CreateLeadRequest {
            lead: Some(new.clone()),
            request_id: "once".into(),
        };
        let mut leads = firm.leads(&firm.marketer);
        let first = lead!(leads.create_lead(request.clone()).await);
        let second = lead!(leads.create_lead(request.clone()).await);
        assert_eq!(first, second);
        let other = pb::Lead {
            title: "Valves".into(),
            ..new.clone()
        };
        let other = pb::CreateLeadRequest {
            lead: Some(other),
            ..request
        };
        let reused = leads.create_lead(other).await;
        assert_eq!(
            refused(reused),
            (Code::InvalidArgument, "IDEMPOTENCY_KEY_REUSED".into())
        );
        let taken = firm.create(&firm.marketer, new).await;
        assert_eq!(refused(taken), (Code::AlreadyExists, "EXISTS".into()));
    }
}

#[tokio::test]
async fn where_leads_are_switched_off_none_comes_in_and_those_in_flight_go_on() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let known = firm.lead(&firm.boss).await;
        firm.set(
            "leads_enabled",
            Settings {
                leads_enabled: false,
                ..Settings::default()
            },
        )
        .await;
        let new = pb::Lead {
            title: "Pumps".into(),
            prospect: Some(firm.prospect()),
            ..Default::default()
        };
        assert_eq!(
            reason(firm.create(&firm.boss, new).await),
            "LEADS_SWITCHED_OFF"
        );
        let request = pb::ImportLeadsRequest {
            system: "old-crm".into(),
            rows: vec![pb::LeadRow::default()],
            ..Default::default()
        };
        assert_eq!(
            reason(firm.imports(&firm.boss).import_leads(request).await),
            "LEADS_SWITCHED_OFF"
        );
        firm.qualify(&firm.boss, &known.id).await;
        let request = pb::ConvertLeadRequest {
            id: known.id,
            ..Default::default()
        };
        firm.leads(&firm.boss).convert_lead(request).await.unwrap();
    }
}

#[tokio::test]
async fn a_lead_is_confirmed_step_by_step() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        let mut leads = firm.leads(&firm.marketer);
        assert_eq!(
            reason(leads.contact_lead(contact(&id)).await),
            "LEAD_NOT_IDENTIFIED"
        );
        assert_eq!(
            reason(leads.accept_lead(accept(&id, "call")).await),
            "LEAD_NOT_CONTACTED"
        );
        assert_eq!(
            lead!(leads.identify_lead(identify(&id)).await).quality(),
            pb::LeadQuality::Identified
        );
        assert_eq!(
            reason(leads.identify_lead(identify(&id)).await),
            "LEAD_ALREADY_IDENTIFIED"
        );
        let unsaid = pb::ContactLeadRequest {
            channel: 0,
            ..contact(&id)
        };
        assert_eq!(
            violations(leads.contact_lead(unsaid).await),
            pairs(&[("channel", "REQUIRED")])
        );
        let contacted = lead!(leads.contact_lead(contact(&id)).await);
        assert_eq!(contacted.quality(), pb::LeadQuality::Contacted);
        assert_eq!(contacted.contact_channel(), pb::ContactChannel::Wechat);
        let planless = leads.accept_lead(accept(&id, " ")).await;
        assert_eq!(
            violations(planless),
            pairs(&[("follow_up_plan", "REQUIRED")])
        );
        let accepted = lead!(leads.accept_lead(accept(&id, "send an offer")).await);
        assert_eq!(accepted.quality(), pb::LeadQuality::Accepted);
        assert_eq!(accepted.follow_up_plan, "send an offer");
        assert_eq!(
            reason(leads.accept_lead(accept(&id, "again")).await),
            "LEAD_ALREADY_ACCEPTED"
        );

        let late = pb::IdentifyLeadRequest {
            etag: "v1".into(),
            ..identify(&id)
        };
        assert_eq!(
            refused(leads.identify_lead(late).await),
            (Code::Aborted, "STALE".into())
        );
        let hidden = firm.leads(&firm.seller).identify_lead(identify(&id)).await;
        assert_eq!(refused(hidden), (Code::NotFound, "NOT_FOUND".into()));
    }
}

#[tokio::test]
async fn a_lead_that_comes_to_nothing_says_why_and_can_be_opened_again() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        let mut leads = firm.leads(&firm.marketer);
        assert_eq!(reason(leads.reopen_lead(reopen(&id)).await), "LEAD_OPEN");
        let silent = leads
            .disqualify_lead(disqualify(&id, pb::DisqualifyReason::Unspecified, ""))
            .await;
        assert_eq!(violations(silent), pairs(&[("reason", "REQUIRED")]));
        let other = leads
            .disqualify_lead(disqualify(&id, pb::DisqualifyReason::Other, ""))
            .await;
        assert_eq!(violations(other), pairs(&[("note", "REQUIRED")]));
        leads.identify_lead(identify(&id)).await.unwrap();
        let closed = leads
            .disqualify_lead(disqualify(&id, pb::DisqualifyReason::Competitor, ""))
            .await;
        let closed = lead!(closed);
        assert_eq!(closed.quality(), pb::LeadQuality::Disqualified);
        assert_eq!(closed.disqualify_reason(), pb::DisqualifyReason::Competitor);
        assert!(closed.close_time.is_some());
        let again = leads
            .disqualify_lead(disqualify(&id, pb::DisqualifyReason::NoBudget, ""))
            .await;
        assert_eq!(reason(again), "LEAD_DISQUALIFIED");
        let opened = lead!(leads.reopen_lead(reopen(&id)).await);
        assert_eq!(opened.quality(), pb::LeadQuality::Identified);
        assert_eq!(
            (opened.disqualify_reason(), opened.close_time),
            (pb::DisqualifyReason::Unspecified, None)
        );
    }
}

#[tokio::test]
async fn a_lead_is_changed_field_by_field() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let made = firm.lead(&firm.seller).await;
        let mut leads = firm.leads(&firm.seller);
        let update = |lead: pb::Lead, paths: &[&str], etag: &str| pb::UpdateLeadRequest {
            lead: Some(pb::Lead {
                id: made.id.clone(),
                ..lead
            }),
            update_mask: mask(paths),
            etag: etag.into(),
            request_id: String::new(),
        };
        let title = pb::Lead {
            title: "Valves".into(),
            need: "not asked for".into(),
            ..Default::default()
        };
        let changed = lead!(leads.update_lead(update(title, &["title"], "v1")).await);
        assert_eq!(
            (changed.title.as_str(), changed.need.as_str()),
            ("Valves", "")
        );

        let account = firm.account(&firm.seller).await;
        let moved = pb::Lead {
            party_id: account.id.clone(),
            ..Default::default()
        };
        let moved = lead!(leads.update_lead(update(moved, &["party_id"], "")).await);
        assert_eq!(moved.party_id, account.id);

        let wrong = pb::Lead {
            party_id: "x".into(),
            contact_id: "y".into(),
            ..Default::default()
        };
        assert_eq!(
            violations(leads.update_lead(update(wrong, &[], "")).await),
            pairs(&[
                ("lead.title", "REQUIRED"),
                ("lead.party_id", "ID_MALFORMED"),
                ("lead.contact_id", "ID_MALFORMED"),
            ])
        );
        let quality = update(pb::Lead::default(), &["quality"], "");
        assert_eq!(
            violations(leads.update_lead(quality).await),
            pairs(&[("update_mask", "MASK_UNKNOWN")])
        );
        let title = pb::Lead {
            title: "Pipes".into(),
            ..Default::default()
        };
        let stale = leads.update_lead(update(title, &["title"], "v1")).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));
    }
}

#[tokio::test]
async fn leads_are_listed_by_what_they_are_and_under_the_rights_of_the_reader() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let campaign = firm.campaign(&firm.marketer, "Spring fair").await;
        let fresh = firm.lead(&firm.marketer).await.id;
        let fair = pb::Lead {
            title: "From the fair".into(),
            prospect: Some(firm.prospect()),
            source: Some(Source {
                kind: "CAMPAIGN".into(),
                id: campaign.id.clone(),
            }),
            ..Default::default()
        };
        let fair = firm.create(&firm.marketer, fair).await.unwrap();
        firm.world.advance(Duration::minutes(1)).await;
        let routed = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &routed).await.unwrap();
        firm.assign(&firm.manager, &routed, &firm.seller)
            .await
            .unwrap();

        let ids = async |who, request: pb::ListLeadsRequest| {
            let listed = firm
                .leads(who)
                .list_leads(request)
                .await
                .unwrap()
                .into_inner();
            listed.leads.into_iter().map(|l| l.id).collect::<Vec<_>>()
        };
        let all = pb::ListLeadsRequest::default;
        let everything = ids(&firm.marketer, all()).await;
        assert_eq!(
            (everything.len(), &everything[0]),
            (3, &routed),
            "the latest first"
        );
        assert_eq!(
            ids(&firm.seller, all()).await,
            std::slice::from_ref(&routed)
        );
        assert_eq!(
            ids(&firm.manager, all()).await,
            std::slice::from_ref(&routed)
        );

        let new = pb::LeadQuality::New.into();
        assert_eq!(
            ids(
                &firm.boss,
                pb::ListLeadsRequest {
                    quality: new,
                    ..all()
                }
            )
            .await
            .len(),
            3
        );
        let unrouted = pb::LeadRouting::Unrouted.into();
        assert_eq!(
            ids(
                &firm.boss,
                pb::ListLeadsRequest {
                    routing: unrouted,
                    ..all()
                }
            )
            .await
            .len(),
            2
        );
        for request in [
            pb::ListLeadsRequest {
                owner_id: firm.seller.id.to_string(),
                ..all()
            },
            pb::ListLeadsRequest {
                territory_id: firm.east.to_string(),
                ..all()
            },
            pb::ListLeadsRequest {
                offered: true,
                ..all()
            },
        ] {
            assert_eq!(
                ids(&firm.boss, request).await,
                std::slice::from_ref(&routed)
            );
        }
        for request in [
            pb::ListLeadsRequest {
                source_kind: "CAMPAIGN".into(),
                ..all()
            },
            pb::ListLeadsRequest {
                source_id: campaign.id.clone(),
                ..all()
            },
            pb::ListLeadsRequest {
                party_id: fair.party_id.clone(),
                ..all()
            },
        ] {
            assert_eq!(
                ids(&firm.boss, request).await,
                std::slice::from_ref(&fair.id)
            );
        }
        let urgent = pb::ListLeadsRequest {
            order_by: "response_due_time".into(),
            ..all()
        };
        let urgent = ids(&firm.boss, urgent).await;
        assert_eq!(urgent[0], routed, "where no clock runs comes last");
        assert!(urgent.contains(&fresh));

        let page = pb::ListLeadsRequest {
            page_size: 2,
            count: true,
            ..all()
        };
        let first = firm
            .leads(&firm.boss)
            .list_leads(page.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!((first.leads.len(), first.total_size), (2, 3));
        let page = pb::ListLeadsRequest {
            page_token: first.next_page_token,
            ..page
        };
        let second = firm
            .leads(&firm.boss)
            .list_leads(page)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (second.leads.len(), second.next_page_token.as_str()),
            (1, "")
        );

        let wrong = pb::ListLeadsRequest {
            quality: 99,
            owner_id: "x".into(),
            source_kind: "MARS".into(),
            ..all()
        };
        assert_eq!(
            violations(firm.leads(&firm.boss).list_leads(wrong).await),
            pairs(&[
                ("quality", "CHOICE_UNKNOWN"),
                ("owner_id", "ID_MALFORMED"),
                ("source_kind", "SOURCE_KIND_UNKNOWN"),
            ])
        );
        let hidden = pb::GetLeadRequest { id: fresh };
        let hidden = firm.leads(&firm.seller).get_lead(hidden).await;
        assert_eq!(refused(hidden), (Code::NotFound, "NOT_FOUND".into()));
    }
}

#[tokio::test]
async fn the_clock_of_a_lead_runs_from_routing_to_the_first_contact() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        assert_eq!(firm.get(&firm.boss, &id).await.response_due_time, None);
        let routed = firm.route(&firm.marketer, &id).await.unwrap();
        let due = routed.response_due_time.unwrap();
        assert_eq!(
            due.seconds,
            (firm.world.clock.now() + Duration::hours(24)).timestamp()
        );
        firm.world
            .advance(Duration::hours(24) - Duration::seconds(1))
            .await;
        assert!(!firm.get(&firm.boss, &id).await.response_overdue);
        firm.world.advance(Duration::seconds(1)).await;
        let late = firm.get(&firm.boss, &id).await;
        assert!(late.response_overdue);

        let mut leads = firm.leads(&firm.manager);
        leads.identify_lead(identify(&id)).await.unwrap();
        let contacted = lead!(leads.contact_lead(contact(&id)).await);
        assert_eq!(
            (contacted.response_due_time, contacted.response_overdue),
            (None, false)
        );
        firm.world.advance(Duration::days(30)).await;
        assert_eq!(firm.get(&firm.boss, &id).await, contacted);
    }
}

#[tokio::test]
async fn the_time_for_a_first_contact_is_a_setting() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        firm.set(
            "first_response_hours",
            Settings {
                first_response_hours: 2,
                ..Settings::default()
            },
        )
        .await;
        let id = firm.lead(&firm.marketer).await.id;
        let due = firm
            .route(&firm.marketer, &id)
            .await
            .unwrap()
            .response_due_time
            .unwrap();
        assert_eq!(
            due.seconds,
            (firm.world.clock.now() + Duration::hours(2)).timestamp()
        );
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_the_language_of_the_reader() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        let link = firm.world.link_in(&firm.marketer, "zh-CN");
        let mut leads = pb::lead_service_client::LeadServiceClient::new(link);
        let refused = leads.contact_lead(contact(&id)).await.unwrap_err();
        assert_eq!(refused.message(), "该线索尚未确认合格。");
        let refused = firm
            .leads(&firm.marketer)
            .contact_lead(contact(&id))
            .await
            .unwrap_err();
        assert_eq!(refused.message(), "The lead is not identified yet.");
    }
}

#[tokio::test]
async fn everything_that_happens_to_a_lead_is_said_in_order_and_without_personal_data() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.accepted().await.id;
        firm.world.advance(Duration::hours(25)).await;
        let link = firm.world.link_as_service("insight", "marketing", None);
        let mut log = EventLogServiceClient::new(link);
        let mut told = Vec::new();
        for shard in 0..4 {
            let request = ReadEventsRequest {
                producer: "marketing".into(),
                shard,
                ..Default::default()
            };
            let Ok(read) = log.read_events(request).await else {
                break;
            };
            told.extend(read.into_inner().events);
        }
        let told: Vec<_> = told.iter().filter(|e| e.aggregate_id == id).collect();
        let types: Vec<_> = told
            .iter()
            .map(|e| e.r#type.rsplit('.').next().unwrap())
            .collect();
        assert_eq!(
            types,
            [
                "lead_created",
                "lead_routed",
                "lead_assigned",
                "lead_identified",
                "lead_contacted",
                "lead_accepted"
            ]
        );
        let text = told
            .iter()
            .map(|e| String::from_utf8_lossy(&e.payload).into_owned());
        assert!(
            text.into_iter().all(|t| !t.contains("show the new pump")),
            "free text stays at home"
        );
    }
}
