//! Calls about funnels.

use baton_chassis::{
    Context, Error, Result,
    act::{Look, Noun as _},
    paging,
    wire::timestamp,
};
use baton_proto::sales::v1::{self as pb, funnel_service_server::FunnelService};
use tonic::{Request, Response, Status};

use crate::{
    funnel::{self, DealFigures, quarters},
    process::Process,
    store::{
        self,
        funnel::{Asked, DealFilter},
    },
    wire::{
        funnel::{self as wire, Narrowing},
        opportunity::{opportunity, visit},
    },
};

/// Answers calls about funnels.
pub struct Funnels(pub Context);

#[tonic::async_trait]
impl FunnelService for Funnels {
    async fn get_stage_funnel(
        &self,
        request: Request<pb::GetStageFunnelRequest>,
    ) -> Result<Response<pb::GetStageFunnelResponse>, Status> {
        self.0
            .query(request, async |look, r: &pb::GetStageFunnelRequest| {
                let (process, asked) = found(look, wire::asked(r)?).await?;
                let scope = look.scope();
                let (sums, stays) =
                    store::funnel::visit_sums(look.tx, &asked, scope.clone()).await?;
                let stages = funnel::stages(&process.stages, &sums, &stays);
                let deals = funnel::deals(&store::funnel::deal_sums(look.tx, &asked, scope).await?);
                let quarters = won_by_quarter(look, &asked, &deals).await?;
                Ok(pb::GetStageFunnelResponse {
                    funnel: Some(wire::funnel(&process, &stages, &deals, quarters)),
                    as_of_time: Some(timestamp(look.now)),
                })
            })
            .await
    }

    async fn list_funnel_visits(
        &self,
        request: Request<pb::ListFunnelVisitsRequest>,
    ) -> Result<Response<pb::ListFunnelVisitsResponse>, Status> {
        self.0
            .query(request, async |look, r: &pb::ListFunnelVisitsRequest| {
                let (narrowing, stage, outcomes) = wire::asked_visits(r)?;
                let (_, asked) = found(look, narrowing).await?;
                let scope = look.scope();
                let list = || store::funnel::visit_list(&asked, stage, &outcomes, scope.clone());
                let orders = store::funnel::VISIT_ORDERS;
                let page = look.list(list, orders, &paging!(r)).await?;
                let visits = page.rows.iter().map(|v| visit(v.opportunity, &v.named));
                Ok(pb::ListFunnelVisitsResponse {
                    visits: visits.collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn list_funnel_opportunities(
        &self,
        request: Request<pb::ListFunnelOpportunitiesRequest>,
    ) -> Result<Response<pb::ListFunnelOpportunitiesResponse>, Status> {
        self.0
            .query(
                request,
                async |look, r: &pb::ListFunnelOpportunitiesRequest| {
                    let (narrowing, deals) = wire::asked_deals(r)?;
                    let (_, asked) = found(look, narrowing).await?;
                    let filter = DealFilter {
                        state: deals.state,
                        closed: deals.closed.instants(&look.settings().time_zone),
                        timed: deals.timed,
                    };
                    let scope = look.scope();
                    let list = || store::funnel::deal_list(&asked, &filter, scope.clone());
                    let orders = store::funnel::DEAL_ORDERS;
                    let page = look.list(list, orders, &paging!(r)).await?;
                    Ok(pb::ListFunnelOpportunitiesResponse {
                        opportunities: page.rows.iter().map(opportunity).collect(),
                        next_page_token: page.next_page_token,
                        total_size: page.total_size,
                        total_capped: page.total_capped,
                    })
                },
            )
            .await
    }
}

/// The process that a funnel is about, archived or not, and what is counted of it.
async fn found(look: &mut Look<'_>, narrowing: Narrowing) -> Result<(Process, Asked)> {
    let process = match narrowing.process {
        Some(id) => Process::load(look.tx, id)
            .await?
            .ok_or_else(|| Error::invalid("process_id", "REFERENCE_NOT_FOUND"))?,
        None => store::process::for_line(look.tx, &narrowing.product_line)
            .await?
            .ok_or_else(|| Error::invalid("process_id", "PROCESS_MISSING"))?,
    };
    let below = |top| look.people().with_all_below(vec![top]);
    let asked = Asked {
        process: process.id,
        began: narrowing.days.instants(&look.settings().time_zone),
        credit: narrowing.credit,
        territories: narrowing.territory.map(below),
    };
    Ok((process, asked))
}

/// The won deals by the quarter of the firm in which they were closed.
async fn won_by_quarter(
    look: &mut Look<'_>,
    asked: &Asked,
    deals: &DealFigures,
) -> Result<Vec<pb::QuarterFigures>> {
    let (zone, scope) = (look.settings().time_zone, look.scope());
    let day = |at: baton_chassis::Time| at.with_timezone(&zone).date_naive();
    let Some((first, last)) = deals.won_between else {
        return Ok(Vec::new());
    };
    let mut figures = Vec::new();
    for quarter in quarters(day(first), day(last)) {
        let days = baton_chassis::time::Days {
            from: Some(quarter.0),
            to: Some(quarter.1),
        };
        if let Some(closed) = days.instants(&zone) {
            let won = store::funnel::won_sums(look.tx, asked, scope.clone(), closed).await?;
            figures.push(wire::quarter(quarter, &won));
        }
    }
    Ok(figures)
}
