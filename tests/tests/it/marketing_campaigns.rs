//! Stories of campaigns.

use baton_chassis::test::Engine;
use baton_proto::{marketing::v1 as pb, r#type::v1::Money};
use tonic::Code;

use crate::{
    answers::{mask, pairs, reason, refused, violations},
    marketing::Firm,
};

fn start(id: &str) -> pb::StartCampaignRequest {
    pb::StartCampaignRequest {
        id: id.into(),
        ..Default::default()
    }
}
fn end(id: &str) -> pb::EndCampaignRequest {
    pb::EndCampaignRequest {
        id: id.into(),
        ..Default::default()
    }
}
fn cancel(id: &str, reason: &str) -> pb::CancelCampaignRequest {
    pb::CancelCampaignRequest {
        id: id.into(),
        reason: reason.into(),
        ..Default::default()
    }
}
fn get(id: &str) -> pb::GetCampaignRequest {
    pb::GetCampaignRequest { id: id.into() }
}

#[tokio::test]
async fn a_campaign_is_planned_run_and_ended() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut campaigns = firm.campaigns(&firm.marketer);
        let made = firm.campaign(&firm.marketer, "Spring fair").await;
        assert_eq!(
            (made.state(), made.etag.as_str()),
            (pb::CampaignState::Planned, "v1")
        );
        assert_eq!(made.source.as_ref().unwrap().kind, "DIRECT");
        assert_eq!(made.owner_id, firm.marketer.id.to_string());
        assert!(made.number.starts_with("CP-2026-"), "{}", made.number);

        assert_eq!(
            reason(campaigns.end_campaign(end(&made.id)).await),
            "CAMPAIGN_NOT_RUNNING"
        );
        let started = campaigns
            .start_campaign(start(&made.id))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            started.campaign.as_ref().unwrap().state(),
            pb::CampaignState::Running
        );
        assert_eq!(
            reason(campaigns.start_campaign(start(&made.id)).await),
            "CAMPAIGN_RUNNING"
        );
        let ended = campaigns
            .end_campaign(end(&made.id))
            .await
            .unwrap()
            .into_inner()
            .campaign
            .unwrap();
        assert_eq!(
            (ended.state(), ended.etag.as_str()),
            (pb::CampaignState::Ended, "v3")
        );
        assert!(ended.start_time.is_some() && ended.end_time.is_some());
        assert_eq!(
            reason(campaigns.cancel_campaign(cancel(&made.id, "late")).await),
            "CAMPAIGN_OVER"
        );

        let read = campaigns
            .get_campaign(get(&made.id))
            .await
            .unwrap()
            .into_inner()
            .campaign;
        assert_eq!(read, Some(ended));
    }
}

#[tokio::test]
async fn a_campaign_is_called_off_with_a_reason() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut campaigns = firm.campaigns(&firm.marketer);
        let id = firm.campaign(&firm.marketer, "Spring fair").await.id;
        let nothing = campaigns.cancel_campaign(cancel(&id, " ")).await;
        assert_eq!(violations(nothing), pairs(&[("reason", "REQUIRED")]));
        let off = campaigns
            .cancel_campaign(cancel(&id, "no hall"))
            .await
            .unwrap()
            .into_inner();
        let off = off.campaign.unwrap();
        assert_eq!(
            (off.state(), off.cancel_reason.as_str()),
            (pb::CampaignState::Cancelled, "no hall")
        );
        assert_eq!(
            reason(campaigns.start_campaign(start(&id)).await),
            "CAMPAIGN_OVER"
        );
    }
}

#[tokio::test]
async fn a_campaign_is_changed_field_by_field_until_it_is_over() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut campaigns = firm.campaigns(&firm.marketer);
        let made = firm.campaign(&firm.marketer, "Spring fair").await;
        let update =
            |campaign: pb::Campaign, paths: &[&str], etag: &str| pb::UpdateCampaignRequest {
                campaign: Some(pb::Campaign {
                    id: made.id.clone(),
                    ..campaign
                }),
                update_mask: mask(paths),
                etag: etag.into(),
                request_id: String::new(),
            };
        let budget = Some(Money {
            currency_code: "CNY".into(),
            amount_minor: 5_000_000,
        });
        let new = pb::Campaign {
            name: "Autumn fair".into(),
            budget: budget.clone(),
            ..Default::default()
        };
        let changed = campaigns
            .update_campaign(update(new, &["budget"], "v1"))
            .await
            .unwrap()
            .into_inner();
        let changed = changed.campaign.unwrap();
        assert_eq!(
            (changed.name.as_str(), &changed.budget),
            ("Spring fair", &budget)
        );
        assert_eq!(changed.etag, "v2");

        let same = campaigns
            .update_campaign(update(changed.clone(), &[], "v2"))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            same.campaign.unwrap().etag,
            "v2",
            "nothing changed, so nothing was written"
        );
        let stale = campaigns
            .update_campaign(update(changed.clone(), &[], "v1"))
            .await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));

        let wrong = pb::Campaign {
            name: String::new(),
            kind: 99,
            budget: Some(Money {
                currency_code: "XYZ".into(),
                amount_minor: -1,
            }),
            start_date: "2026-05-02".into(),
            end_date: "2026-05-01".into(),
            ..Default::default()
        };
        assert_eq!(
            violations(campaigns.update_campaign(update(wrong, &[], "")).await),
            pairs(&[
                ("campaign.name", "REQUIRED"),
                ("campaign.kind", "CHOICE_UNKNOWN"),
                ("campaign.budget.currency_code", "CURRENCY_UNKNOWN"),
                ("campaign.budget.amount_minor", "NUMBER_OUT_OF_RANGE"),
                ("campaign.end_date", "DATE_REVERSED"),
            ])
        );
        let foreign = update(changed.clone(), &["state"], "");
        assert_eq!(
            violations(campaigns.update_campaign(foreign).await),
            pairs(&[("update_mask", "MASK_UNKNOWN")])
        );
        campaigns
            .cancel_campaign(cancel(&made.id, "no hall"))
            .await
            .unwrap();
        let late = campaigns
            .update_campaign(update(changed, &["name"], ""))
            .await;
        assert_eq!(reason(late), "CAMPAIGN_OVER");
    }
}

#[tokio::test]
async fn a_new_campaign_that_breaks_rules_hears_of_all_of_them() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let campaign = pb::Campaign {
            owner_id: "nobody".into(),
            start_date: "soon".into(),
            source: Some(baton_proto::r#type::v1::Source {
                kind: "MARS".into(),
                id: String::new(),
            }),
            ..Default::default()
        };
        let request = pb::CreateCampaignRequest {
            campaign: Some(campaign),
            request_id: String::new(),
        };
        assert_eq!(
            violations(
                firm.campaigns(&firm.marketer)
                    .create_campaign(request)
                    .await
            ),
            pairs(&[
                ("campaign.name", "REQUIRED"),
                ("campaign.kind", "REQUIRED"),
                ("campaign.start_date", "DATE_MALFORMED"),
                ("campaign.source.kind", "SOURCE_KIND_UNKNOWN"),
                ("campaign.owner_id", "ID_MALFORMED"),
            ])
        );
    }
}

#[tokio::test]
async fn campaigns_are_listed_by_state_kind_and_owner_under_the_rights_of_the_reader() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let fair = firm.campaign(&firm.marketer, "Fair").await;
        let mail = firm.campaign(&firm.seller, "Mail to regulars").await;
        firm.campaigns(&firm.marketer)
            .start_campaign(start(&fair.id))
            .await
            .unwrap();
        let names = async |who, request: pb::ListCampaignsRequest| {
            let listed = firm
                .campaigns(who)
                .list_campaigns(request)
                .await
                .unwrap()
                .into_inner();
            listed
                .campaigns
                .into_iter()
                .map(|c| c.name)
                .collect::<Vec<_>>()
        };
        let by_name = pb::ListCampaignsRequest {
            order_by: "name".into(),
            ..Default::default()
        };
        assert_eq!(
            names(&firm.marketer, by_name.clone()).await,
            ["Fair", "Mail to regulars"]
        );
        assert_eq!(
            names(&firm.seller, by_name.clone()).await,
            ["Mail to regulars"]
        );
        let running = pb::ListCampaignsRequest {
            state: pb::CampaignState::Running.into(),
            ..Default::default()
        };
        assert_eq!(names(&firm.marketer, running).await, ["Fair"]);
        let exhibitions = pb::ListCampaignsRequest {
            kind: pb::CampaignKind::DirectMail.into(),
            ..Default::default()
        };
        assert!(names(&firm.marketer, exhibitions).await.is_empty());
        let owned = pb::ListCampaignsRequest {
            owner_id: mail.owner_id.clone(),
            ..Default::default()
        };
        assert_eq!(names(&firm.boss, owned).await, ["Mail to regulars"]);

        let hidden = firm
            .campaigns(&firm.seller)
            .get_campaign(get(&fair.id))
            .await;
        assert_eq!(refused(hidden), (Code::NotFound, "NOT_FOUND".into()));
        let wrong = pb::ListCampaignsRequest {
            order_by: "budget".into(),
            ..Default::default()
        };
        let wrong = firm.campaigns(&firm.boss).list_campaigns(wrong).await;
        assert_eq!(violations(wrong), pairs(&[("order_by", "ORDER_UNKNOWN")]));
    }
}
