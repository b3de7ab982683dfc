//! The calls of insight.

mod funnel;

use std::collections::HashSet;

use baton_chassis::{
    Caller, Context, Error, Result, Time, Violations, chain, context, wire::timestamp,
};
use baton_proto::insight::v1::{
    GetTraceRequest, GetTraceResponse, ListChainHistoryRequest, ListChainHistoryResponse,
    LookUpObjectsRequest, LookUpObjectsResponse, TraceNode, trace_service_server::TraceService,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

pub use funnel::ChainFunnels;

use crate::{
    as_of::as_of,
    history, look_up,
    store::{self, Below, Projection},
    trace::{Link, NODES_MAX, Object, picture},
};

/// Answers calls about the chain.
pub struct Traces(pub Context);

#[tonic::async_trait]
impl TraceService for Traces {
    async fn get_trace(
        &self,
        request: Request<GetTraceRequest>,
    ) -> Result<Response<GetTraceResponse>, Status> {
        let answer = async {
            let r = request.get_ref();
            let asked = asked(&r.kind, &r.id)?;
            let caller = context::caller(&request)?;
            let chain = self.chain(&caller, &asked, Below::Everything).await?;
            Ok(GetTraceResponse {
                nodes: chain.nodes,
                as_of_time: Some(timestamp(chain.as_of)),
                capped: !chain.whole,
            })
        };
        answer
            .await
            .map(Response::new)
            .map_err(|e| self.0.refuse(&request, e))
    }

    async fn list_chain_history(
        &self,
        request: Request<ListChainHistoryRequest>,
    ) -> Result<Response<ListChainHistoryResponse>, Status> {
        let answer = async {
            let r = request.get_ref();
            let asked = asked(&r.kind, &r.id)?;
            let caller = context::caller(&request)?;
            let chain = self.chain(&caller, &asked, Below::Subjects).await?;
            history::along(&self.0, &caller, chain, r).await
        };
        answer
            .await
            .map(Response::new)
            .map_err(|e| self.0.refuse(&request, e))
    }

    async fn look_up_objects(
        &self,
        request: Request<LookUpObjectsRequest>,
    ) -> Result<Response<LookUpObjectsResponse>, Status> {
        let answer = async {
            let caller = context::caller(&request)?;
            look_up::look_up(&self.0, &caller, request.get_ref()).await
        };
        answer
            .await
            .map(Response::new)
            .map_err(|e| self.0.refuse(&request, e))
    }
}

/// The chain of an object as its reader may see it.
pub(crate) struct Chain {
    /// The objects, each before what came from it.
    pub nodes: Vec<TraceNode>,
    /// How many of them are what the object came from, and the object itself.
    above: usize,
    /// Until when the chain is complete.
    pub as_of: Time,
    /// Whether these are all.
    pub whole: bool,
}

impl Chain {
    /// What the object came from, and the object itself.
    pub fn above(&self) -> impl Iterator<Item = &TraceNode> {
        self.nodes.iter().take(self.above)
    }
}

/// One turn of the walk up a chain: an object that is to be looked at, or one all of whose parents were.
enum Visit {
    Of(Object),
    Left(Link),
}

/// What a request asks about.
fn asked(kind: &str, id: &str) -> Result<Object> {
    let mut v = Violations::new();
    let kind = kind.trim().to_ascii_uppercase();
    if chain::owner(&kind).is_none() {
        v.add("kind", "CHOICE_UNKNOWN");
    }
    let id: Option<Uuid> = id.trim().parse().ok();
    if id.is_none() {
        v.add("id", "ID_MALFORMED");
    }
    v.done()?;
    Ok(Object {
        kind,
        id: id.unwrap_or_default(),
    })
}

impl Traces {
    async fn chain(&self, caller: &Caller, asked: &Object, which: Below) -> Result<Chain> {
        // Before anything is read: what happens from now on may be missing.
        let as_of = as_of(&self.0, Projection::Chain).await?;
        let mut links = self.upwards(caller, asked).await?;
        let above = links.len();
        let (from, room) = (asked.clone(), NODES_MAX.saturating_sub(above));
        let (below, whole) = self
            .0
            .db
            .read(async move |tx| store::downwards(tx, &from, room, which).await)
            .await?;
        links.extend(below);
        let objects: Vec<_> = links
            .iter()
            .map(|l| (l.kind.as_str(), l.id.to_string()))
            .collect();
        let nodes = picture(&links, self.0.check(caller, &objects).await?);
        let id = asked.id.to_string();
        if !nodes
            .iter()
            .any(|n| n.visible && n.kind == asked.kind && n.id == id)
        {
            return Err(unknown(asked));
        }
        Ok(Chain {
            nodes,
            above,
            as_of,
            whole,
        })
    }

    /// The object that is asked for after all above it, each after what it came from. Where an event has not come here
    /// yet, the owner is asked.
    async fn upwards(&self, caller: &Caller, asked: &Object) -> Result<Vec<Link>> {
        let (mut chain, mut seen) = (Vec::new(), HashSet::from([asked.clone()]));
        let mut open = vec![Visit::Of(asked.clone())];
        while let Some(next) = open.pop() {
            match next {
                Visit::Left(link) => chain.push(link),
                Visit::Of(object) => {
                    let Some(link) = self.link(caller, &object).await? else {
                        continue;
                    };
                    let parents: Vec<_> = link
                        .parents()
                        .filter(|p| seen.len() < NODES_MAX && seen.insert(p.clone()))
                        .collect();
                    open.push(Visit::Left(link));
                    open.extend(parents.into_iter().rev().map(Visit::Of));
                }
            }
        }
        if chain.is_empty() {
            Err(unknown(asked))
        } else {
            Ok(chain)
        }
    }

    async fn link(&self, caller: &Caller, object: &Object) -> Result<Option<Link>> {
        let from = object.clone();
        let known = self
            .0
            .db
            .read(async move |tx| store::link(tx, &from).await)
            .await?;
        match known {
            Some(link) => Ok(Some(link)),
            None => self.told(caller, object).await,
        }
    }

    async fn told(&self, caller: &Caller, object: &Object) -> Result<Option<Link>> {
        let asked = [(object.kind.as_str(), object.id.to_string())];
        let nodes = self.0.check(caller, &asked).await?;
        Ok(nodes.first().and_then(Link::told))
    }
}

fn unknown(asked: &Object) -> Error {
    // The kinds of objects are few and known; a message names the one that was asked for.
    let kind = baton_chassis::SourceKind::ALL
        .iter()
        .find(|k| k.as_str() == asked.kind);
    Error::not_found(kind.map_or("OBJECT", |k| k.as_str()), asked.id)
}
