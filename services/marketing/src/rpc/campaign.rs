//! Calls about campaigns.

use baton_chassis::{
    Error, Result, Violations, act::Act, context::caller, ids::CampaignId, paging,
    switches::SwitchedOff, wire::parse_id,
};
use baton_proto::marketing::v1::{self as pb, campaign_service_server::CampaignService};
use tonic::{Request, Response, Status};

use super::Campaigns;
use crate::{
    campaign::{Beginning, Campaign},
    store,
    wire::campaign as wire,
};

async fn create(act: &mut Act<'_>, new: wire::NewCampaign) -> Result<Campaign> {
    let owner = new.owner.map_or_else(|| act.member(), Ok)?;
    let mut v = Violations::new();
    let member = act.people().member(owner).filter(|m| m.active).cloned();
    if member.is_none() {
        v.add("campaign.owner_id", "REFERENCE_NOT_FOUND");
    }
    if new
        .territory
        .is_some_and(|t| act.people().territory(t).is_none())
    {
        v.add("campaign.territory_id", "REFERENCE_NOT_FOUND");
    }
    v.done()?;
    let beginning = Beginning {
        id: act.new_id(),
        number: act.number("CP").await?,
        source: new.source,
        owner,
        territory: new.territory.or(member.and_then(|m| m.territory)),
    };
    let (campaign, event) = Campaign::create(beginning, new.plan, act.now);
    act.create(campaign, &event).await
}

#[tonic::async_trait]
impl CampaignService for Campaigns {
    async fn create_campaign(
        &self,
        r: Request<pb::CreateCampaignRequest>,
    ) -> Result<Response<pb::CreateCampaignResponse>, Status> {
        if let Some(done) = self.0.replayed(&r).await? {
            return Ok(done);
        }
        let read = async {
            let caller = caller(&r)?;
            caller.people.settings.refuse(SwitchedOff::Marketing)?;
            let new = wire::new_campaign(r.get_ref().campaign.as_ref())?;
            super::create::check_source(&self.0, &caller, "campaign.source.id", &new.source)
                .await?;
            Ok::<_, Error>(new)
        };
        let new = read.await.map_err(|e| self.0.refuse(&r, e))?;
        self.0
            .command(r, async move |act, _| {
                let campaign = create(act, new.clone()).await?;
                Ok(pb::CreateCampaignResponse {
                    campaign: Some(wire::campaign(&campaign, &act.caller.sight())),
                })
            })
            .await
    }

    async fn get_campaign(
        &self,
        r: Request<pb::GetCampaignRequest>,
    ) -> Result<Response<pb::GetCampaignResponse>, Status> {
        self.0
            .query(r, async |look, r| {
                let campaign = look.get::<Campaign>(parse_id("id", &r.id)?).await?;
                Ok(pb::GetCampaignResponse {
                    campaign: Some(wire::campaign(&campaign, &look.caller.sight())),
                })
            })
            .await
    }

    async fn list_campaigns(
        &self,
        r: Request<pb::ListCampaignsRequest>,
    ) -> Result<Response<pb::ListCampaignsResponse>, Status> {
        self.0
            .query(r, async |look, r| {
                let (filter, query) = wire::filter(r)?;
                let list = store::campaign::campaigns(look.scope(), &filter);
                let list = look.found::<Campaign>(list, query.as_ref()).await?;
                let listed = look
                    .list(|| list.clone(), store::campaign::ORDERS, &paging!(r))
                    .await?;
                let sight = look.caller.sight();
                Ok(pb::ListCampaignsResponse {
                    campaigns: listed
                        .rows
                        .iter()
                        .map(|c| wire::campaign(c, &sight))
                        .collect(),
                    next_page_token: listed.next_page_token,
                    total_size: listed.total_size,
                    total_capped: listed.total_capped,
                })
            })
            .await
    }

    async fn update_campaign(
        &self,
        r: Request<pb::UpdateCampaignRequest>,
    ) -> Result<Response<pb::UpdateCampaignResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let id: CampaignId =
                    parse_id("campaign.id", r.campaign.as_ref().map_or("", |c| &c.id))?;
                let sight = act.caller.sight();
                let update = |c: &mut Campaign, _| Ok(c.update(wire::changed_plan(r, c, &sight)?)?);
                let campaign = act.change_seen(id, &r.etag, update).await?;
                Ok(pb::UpdateCampaignResponse {
                    campaign: Some(wire::campaign(&campaign, &act.caller.sight())),
                })
            })
            .await
    }

    async fn start_campaign(
        &self,
        r: Request<pb::StartCampaignRequest>,
    ) -> Result<Response<pb::StartCampaignResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let campaign = act
                    .change::<Campaign>(r, |c, now| Ok(c.start(now)?))
                    .await?;
                Ok(pb::StartCampaignResponse {
                    campaign: Some(wire::campaign(&campaign, &act.caller.sight())),
                })
            })
            .await
    }

    async fn end_campaign(
        &self,
        r: Request<pb::EndCampaignRequest>,
    ) -> Result<Response<pb::EndCampaignResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let campaign = act.change::<Campaign>(r, |c, now| Ok(c.end(now)?)).await?;
                Ok(pb::EndCampaignResponse {
                    campaign: Some(wire::campaign(&campaign, &act.caller.sight())),
                })
            })
            .await
    }

    async fn cancel_campaign(
        &self,
        r: Request<pb::CancelCampaignRequest>,
    ) -> Result<Response<pb::CancelCampaignResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let reason = wire::cancel_reason(r)?;
                let campaign = act
                    .change::<Campaign>(r, |c, now| Ok(c.cancel(reason, now)?))
                    .await?;
                Ok(pb::CancelCampaignResponse {
                    campaign: Some(wire::campaign(&campaign, &act.caller.sight())),
                })
            })
            .await
    }
}
