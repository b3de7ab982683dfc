//! Calls about placements.

use baton_chassis::{Error, Violations, context::Context, paging, wire::parse_id};
use baton_proto::directory::v1::{self as pb, placement_service_server::PlacementService};
use tonic::Request;

use super::Answer;
use crate::{organisation, placement::Placement, placements, store, wire};

/// Calls about placements.
pub struct Placements(pub Context);

#[tonic::async_trait]
impl PlacementService for Placements {
    async fn plan_placement(
        &self,
        r: Request<pb::PlanPlacementRequest>,
    ) -> Answer<pb::PlanPlacementResponse> {
        let cx = self.0.clone();
        self.0
            .command(r, async move |act, r| {
                let mut v = Violations::new();
                let wanted = wire::new_placement(&mut v, r);
                v.done()?;
                let wanted = wanted.ok_or_else(|| Error::invalid("kind", "REQUIRED"))?;
                let (author, language) = (act.member()?, act.caller.language);
                let placement = placements::plan(act, wanted, author).await?;
                Ok(pb::PlanPlacementResponse {
                    placement: Some(wire::placement(&placement, &cx.messages, language)),
                })
            })
            .await
    }

    async fn get_placement(
        &self,
        r: Request<pb::GetPlacementRequest>,
    ) -> Answer<pb::GetPlacementResponse> {
        let cx = self.0.clone();
        self.0
            .query(r, async move |look, r| {
                let id = parse_id("id", &r.id)?;
                let placement = organisation::read::<Placement>(look.tx, id).await?;
                let language = look.caller.language;
                Ok(pb::GetPlacementResponse {
                    placement: Some(wire::placement(&placement, &cx.messages, language)),
                })
            })
            .await
    }

    async fn list_placements(
        &self,
        r: Request<pb::ListPlacementsRequest>,
    ) -> Answer<pb::ListPlacementsResponse> {
        let cx = self.0.clone();
        self.0
            .query(r, async move |look, r| {
                let mut v = Violations::new();
                let filter = wire::placement_filter(&mut v, r);
                v.done()?;
                let list = || store::placement::list(&filter);
                let page = look
                    .list(list, store::placement::ORDERS, &paging!(r))
                    .await?;
                let language = look.caller.language;
                let told = |p| wire::placement(p, &cx.messages, language);
                Ok(pb::ListPlacementsResponse {
                    placements: page.rows.iter().map(told).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn cancel_placement(
        &self,
        r: Request<pb::CancelPlacementRequest>,
    ) -> Answer<pb::CancelPlacementResponse> {
        let cx = self.0.clone();
        self.0
            .command(r, async move |act, r| {
                let language = act.caller.language;
                let placement = placements::cancel(act, r).await?;
                Ok(pb::CancelPlacementResponse {
                    placement: Some(wire::placement(&placement, &cx.messages, language)),
                })
            })
            .await
    }
}
