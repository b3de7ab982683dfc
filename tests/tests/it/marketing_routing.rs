//! Stories of leads that are handed from marketing to the region manager and on to the salesperson.

use baton_chassis::test::{Engine, Person};
use baton_proto::{
    directory::v1::{Function, GrantScope},
    marketing::v1 as pb,
    r#type::v1::HandoffState::{self, Accepted, Offered, Returned, Withdrawn},
};
use tonic::{Code, Status};

use crate::{
    answers::{pairs, reason, refused, violations},
    directory::grant,
    marketing::{Firm, lead},
};

const MANAGER: &str = "LEAD_TO_MANAGER";
const SELLER: &str = "LEAD_TO_SALESPERSON";

fn rows(expected: &[(&str, HandoffState)]) -> Vec<(String, HandoffState)> {
    expected
        .iter()
        .map(|(kind, state)| ((*kind).into(), *state))
        .collect()
}

async fn give_back(firm: &Firm, who: &Person, id: &str, reason: &str) -> Result<pb::Lead, Status> {
    let request = pb::ReturnLeadRequest {
        id: id.into(),
        reason: reason.into(),
        ..Default::default()
    };
    Ok(firm
        .leads(who)
        .return_lead(request)
        .await?
        .into_inner()
        .lead
        .unwrap())
}

async fn withdraw(firm: &Firm, who: &Person, id: &str) -> Result<pb::Lead, Status> {
    let request = pb::WithdrawLeadRequest {
        id: id.into(),
        ..Default::default()
    };
    Ok(firm
        .leads(who)
        .withdraw_lead(request)
        .await?
        .into_inner()
        .lead
        .unwrap())
}

#[tokio::test]
async fn a_lead_goes_to_the_region_manager_and_from_him_to_the_salesperson() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        let routed = firm.route(&firm.marketer, &id).await.unwrap();
        assert_eq!(
            (routed.routing(), routed.offered),
            (pb::LeadRouting::WithManager, true)
        );
        assert_eq!(routed.owner_id, firm.manager.id.to_string());
        assert_eq!(routed.territory_id, firm.east.to_string());
        let taken = firm.receive(&firm.manager, &id).await.unwrap();
        assert!(!taken.offered);

        let assigned = firm.assign(&firm.manager, &id, &firm.seller).await.unwrap();
        assert_eq!(
            (assigned.routing(), assigned.offered),
            (pb::LeadRouting::WithSalesperson, true)
        );
        assert_eq!(assigned.owner_id, firm.seller.id.to_string());
        firm.receive(&firm.seller, &id).await.unwrap();

        assert_eq!(
            firm.ledger(&firm.seller, &id).await,
            rows(&[(MANAGER, Accepted), (SELLER, Accepted)])
        );
        let ledger = firm.handoffs(&firm.seller, &id).await;
        assert_eq!(ledger[0].from_member_id, firm.marketer.id.to_string());
        assert_eq!(ledger[1].from_member_id, firm.manager.id.to_string());
        assert_eq!(ledger[1].answered_by_id, firm.seller.id.to_string());
        assert!(ledger[0].due_time.is_some() && ledger[0].answer_time.is_some());
    }
}

#[tokio::test]
async fn what_was_offered_is_given_back_or_taken_back() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &id).await.unwrap();
        let back = withdraw(&firm, &firm.marketer, &id).await.unwrap();
        assert_eq!(
            (back.routing(), back.owner_id),
            (pb::LeadRouting::Unrouted, firm.marketer.id.to_string())
        );
        assert_eq!(
            reason(withdraw(&firm, &firm.marketer, &id).await),
            "HANDOFF_NOT_OPEN"
        );

        firm.route(&firm.marketer, &id).await.unwrap();
        firm.assign(&firm.manager, &id, &firm.seller).await.unwrap();
        let wordless = give_back(&firm, &firm.seller, &id, " ").await;
        assert_eq!(violations(wordless), pairs(&[("reason", "REQUIRED")]));
        let back = give_back(&firm, &firm.seller, &id, "not my line")
            .await
            .unwrap();
        assert_eq!(
            (back.routing(), back.owner_id),
            (pb::LeadRouting::WithManager, firm.manager.id.to_string())
        );
        assert_eq!(
            reason(give_back(&firm, &firm.manager, &id, "nor mine").await),
            "HANDOFF_NOT_OPEN"
        );
        let ledger = firm.handoffs(&firm.manager, &id).await;
        assert_eq!(ledger[2].reason, "not my line");
        assert_eq!(
            firm.ledger(&firm.manager, &id).await,
            rows(&[
                (MANAGER, Withdrawn),
                (MANAGER, Accepted),
                (SELLER, Returned)
            ])
        );
    }
}

#[tokio::test]
async fn an_offer_is_answered_by_whom_it_was_made_to_and_taken_back_by_who_made_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        assert_eq!(
            reason(firm.receive(&firm.boss, &id).await),
            "HANDOFF_NOT_OPEN"
        );
        firm.route(&firm.marketer, &id).await.unwrap();
        assert_eq!(
            reason(firm.receive(&firm.boss, &id).await),
            "HANDOFF_NOT_YOURS"
        );
        assert_eq!(
            reason(give_back(&firm, &firm.boss, &id, "no").await),
            "HANDOFF_NOT_YOURS"
        );
        assert_eq!(
            reason(withdraw(&firm, &firm.boss, &id).await),
            "HANDOFF_NOT_YOURS"
        );
        // Receiving is no part of marketing.
        let denied = firm.receive(&firm.marketer, &id).await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));
        let hidden = firm.receive(&firm.seller, &id).await;
        assert_eq!(refused(hidden), (Code::NotFound, "NOT_FOUND".into()));
        let request = pb::ListLeadHandoffsRequest { lead_id: id };
        let hidden = firm.leads(&firm.seller).list_lead_handoffs(request).await;
        assert_eq!(refused(hidden), (Code::NotFound, "NOT_FOUND".into()));
    }
}

#[tokio::test]
async fn whoever_works_on_an_offered_lead_has_taken_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &id).await.unwrap();
        firm.assign(&firm.manager, &id, &firm.seller).await.unwrap();
        assert_eq!(
            firm.ledger(&firm.boss, &id).await,
            rows(&[(MANAGER, Accepted), (SELLER, Offered)])
        );
        let request = pb::IdentifyLeadRequest {
            id: id.clone(),
            ..Default::default()
        };
        let worked = lead!(firm.leads(&firm.seller).identify_lead(request).await);
        assert!(!worked.offered);
        assert_eq!(
            firm.ledger(&firm.boss, &id).await,
            rows(&[(MANAGER, Accepted), (SELLER, Accepted)])
        );
    }
}

#[tokio::test]
async fn one_who_is_manager_and_salesperson_hands_over_to_himself_without_a_click() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.manager).await.id;
        let routed = firm.route(&firm.manager, &id).await.unwrap();
        assert!(!routed.offered);
        let assigned = firm
            .assign(&firm.manager, &id, &firm.manager)
            .await
            .unwrap();
        assert!(!assigned.offered);
        assert_eq!(
            firm.ledger(&firm.manager, &id).await,
            rows(&[(MANAGER, Accepted), (SELLER, Accepted)])
        );
    }
}

#[tokio::test]
async fn who_assigns_a_lead_that_nobody_routed_takes_it_as_manager_in_the_same_act() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        let assigned = firm.assign(&firm.boss, &id, &firm.seller).await.unwrap();
        assert_eq!(
            (assigned.routing(), assigned.offered),
            (pb::LeadRouting::WithSalesperson, true)
        );
        assert_eq!(
            assigned.territory_id,
            firm.east.to_string(),
            "the salesperson's"
        );
        assert_eq!(
            firm.ledger(&firm.boss, &id).await,
            rows(&[(MANAGER, Accepted), (SELLER, Offered)])
        );
    }
}

#[tokio::test]
async fn a_territory_without_a_manager_offers_to_all_who_manage() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let west = firm.world.territory("West", None, None).await;
        let id = firm.lead(&firm.marketer).await.id;
        let request = pb::RouteLeadRequest {
            id: id.clone(),
            territory_id: west.to_string(),
            ..Default::default()
        };
        let routed = lead!(firm.leads(&firm.marketer).route_lead(request).await);
        assert_eq!(
            (routed.offered, routed.owner_id),
            (true, firm.marketer.id.to_string())
        );
        assert_eq!(firm.handoffs(&firm.boss, &id).await[0].to_member_id, "");
        let taken = firm.receive(&firm.boss, &id).await.unwrap();
        assert_eq!(
            (taken.offered, taken.owner_id),
            (false, firm.boss.id.to_string())
        );
    }
}

#[tokio::test]
async fn a_lead_is_routed_to_a_territory_and_assigned_to_somebody_who_sells() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.lead(&firm.marketer).await.id;
        let stray = uuid::Uuid::from_u128(1).to_string();
        let nowhere = pb::RouteLeadRequest {
            id: id.clone(),
            territory_id: stray.clone(),
            ..Default::default()
        };
        let nowhere = firm.leads(&firm.marketer).route_lead(nowhere).await;
        assert_eq!(
            violations(nowhere),
            pairs(&[("territory_id", "REFERENCE_NOT_FOUND")])
        );
        let nobody = pb::AssignLeadRequest {
            id: id.clone(),
            member_id: stray,
            ..Default::default()
        };
        let nobody = firm.leads(&firm.boss).assign_lead(nobody).await;
        assert_eq!(
            violations(nobody),
            pairs(&[("member_id", "REFERENCE_NOT_FOUND")])
        );
        let marketer = firm.assign(&firm.boss, &id, &firm.marketer).await;
        assert_eq!(
            violations(marketer),
            pairs(&[("member_id", "MEMBER_DOES_NOT_SELL")])
        );
        let denied = firm.assign(&firm.marketer, &id, &firm.seller).await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));

        firm.assign(&firm.boss, &id, &firm.seller).await.unwrap();
        assert_eq!(
            reason(firm.assign(&firm.boss, &id, &firm.seller).await),
            "LEAD_ALREADY_ASSIGNED"
        );
        assert_eq!(
            reason(firm.route(&firm.marketer, &id).await),
            "LEAD_WITH_SALESPERSON"
        );
    }
}

#[tokio::test]
async fn a_prospect_without_an_owner_goes_with_its_lead_to_the_salesperson() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.lead(&firm.marketer).await;
        assert_eq!(firm.party(&lead.party_id).await.owner_id, "");
        firm.assign(&firm.boss, &lead.id, &firm.seller)
            .await
            .unwrap();
        firm.world.settle().await;
        let party = firm.party(&lead.party_id).await;
        assert_eq!(party.owner_id, firm.seller.id.to_string());
        assert_eq!(party.territory_id, firm.east.to_string());
    }
}

#[tokio::test]
async fn a_salesperson_without_any_other_function_works_on_his_leads() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        grant(&firm.world, "closer", Function::Sales, GrantScope::Own).await;
        let closer = firm.world.member("closer").await;
        let id = firm.lead(&firm.marketer).await.id;
        firm.assign(&firm.boss, &id, &closer).await.unwrap();
        firm.receive(&closer, &id).await.unwrap();
        let accepted = firm.qualify(&closer, &id).await;
        assert_eq!(accepted.quality(), pb::LeadQuality::Accepted);
        let new = pb::Lead {
            title: "Pumps".into(),
            prospect: Some(firm.prospect()),
            ..Default::default()
        };
        let denied = firm.create(&closer, new).await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));
    }
}
