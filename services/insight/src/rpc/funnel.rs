//! Calls about the funnel of the chain.

use std::collections::HashMap;

use baton_chassis::{
    Caller, Context, Result,
    act::{Listed, Look},
    context, paging,
    wire::timestamp,
    words::Word as _,
};
use baton_proto::insight::v1::{self as pb, chain_funnel_service_server::ChainFunnelService};
use tonic::{Request, Response, Status};

use crate::{
    as_of::as_of,
    funnel,
    store::{
        Projection,
        funnel::{self as store, Asked, Counted, Part},
    },
    wire::{self, Narrowing},
};

/// Answers calls about the funnel of the chain.
pub struct ChainFunnels(pub Context);

impl ChainFunnels {
    /// The names of the objects of a page, asked once of each owner in the name of the reader.
    async fn named(
        &self,
        caller: &Caller,
        listed: Vec<Counted>,
    ) -> Result<Vec<pb::ChainFunnelObject>> {
        let objects: Vec<_> = listed
            .iter()
            .map(|c| (c.entrant.kind.as_str(), c.entrant.id.to_string()))
            .collect();
        let nodes = self.0.check(caller, &objects).await?.into_iter();
        let visible = nodes.filter(|n| n.visible);
        let mut known: HashMap<_, _> = visible.map(|n| (n.id.clone(), n)).collect();
        let named = listed.into_iter().map(|c| {
            let node = known.remove(&c.entrant.id.to_string());
            wire::object(c, node)
        });
        Ok(named.collect())
    }

    async fn objects(
        &self,
        request: Request<pb::ListChainFunnelObjectsRequest>,
    ) -> Result<Response<pb::ListChainFunnelObjectsResponse>, Status> {
        let caller = context::caller(&request).map_err(|e| self.0.refuse(&request, e))?;
        let refuse = |e| self.0.status(e, caller.language);
        let as_of = as_of(&self.0, Projection::Funnel).await.map_err(refuse)?;
        let page = self.page(request).await?;
        let objects = self.named(&caller, page.rows).await.map_err(refuse)?;
        Ok(Response::new(pb::ListChainFunnelObjectsResponse {
            objects,
            next_page_token: page.next_page_token,
            total_size: page.total_size,
            total_capped: page.total_capped,
            as_of_time: Some(timestamp(as_of)),
        }))
    }

    async fn page(
        &self,
        request: Request<pb::ListChainFunnelObjectsRequest>,
    ) -> Result<Listed<Counted>, Status> {
        let work = async |look: &mut Look<'_>, r: &pb::ListChainFunnelObjectsRequest| {
            let (narrowing, hop, narrow) = wire::asked_objects(r)?;
            let asked = asked(look, narrowing);
            let parts = store::parts(&look.caller).into_iter();
            let parts: Vec<Part> = parts.filter(|(h, _)| *h == hop).map(|(_, p)| p).collect();
            let list = || store::list(&asked, &narrow, &parts);
            look.list(list, store::ORDERS, &paging!(r)).await
        };
        self.0.query(request, work).await.map(Response::into_inner)
    }
}

fn asked(look: &Look<'_>, narrowing: Narrowing) -> Asked {
    let below = |top| look.people().with_all_below(vec![top]);
    Asked {
        entered: narrowing.days.instants(&look.settings().time_zone),
        credit: narrowing.credit,
        territories: narrowing.territory.map(below),
    }
}

#[tonic::async_trait]
impl ChainFunnelService for ChainFunnels {
    async fn get_chain_funnel(
        &self,
        request: Request<pb::GetChainFunnelRequest>,
    ) -> Result<Response<pb::GetChainFunnelResponse>, Status> {
        let as_of = match as_of(&self.0, Projection::Funnel).await {
            Ok(as_of) => as_of,
            Err(e) => return Err(self.0.refuse(&request, e)),
        };
        self.0
            .query(request, async move |look, r: &pb::GetChainFunnelRequest| {
                let asked = asked(look, wire::asked(r)?);
                let parts = store::parts(&look.caller).into_iter();
                let parts: Vec<Part> = parts.map(|(_, part)| part).collect();
                let sums = store::sums(look.tx, &asked, &parts).await?;
                Ok(pb::GetChainFunnelResponse {
                    funnel: Some(wire::funnel(&funnel::hops(&sums))),
                    as_of_time: Some(timestamp(as_of)),
                })
            })
            .await
    }

    async fn list_chain_funnel_objects(
        &self,
        request: Request<pb::ListChainFunnelObjectsRequest>,
    ) -> Result<Response<pb::ListChainFunnelObjectsResponse>, Status> {
        self.objects(request).await
    }
}
