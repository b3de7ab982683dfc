//! What is about several objects at once, as the trace of a chain shows it.

use std::collections::HashSet;

use baton_chassis::{
    Result,
    context::{self, Context},
    list::{Half, Order},
};
use baton_proto::customer::v1::{
    self as pb, history_entry::Entry, history_service_server::HistoryService,
};
use tonic::Request;

use super::Answer;
use crate::{
    store::history::{self as store, AGREED, Asked, HAPPENED},
    wire,
};

/// The calls about histories.
pub struct Histories(pub Context);

impl Histories {
    async fn asked(&self, request: &Request<pb::ListHistoryRequest>) -> Result<Asked> {
        let caller = context::caller(request)?;
        let about = wire::history_about(&request.get_ref().about)?;
        let objects: Vec<_> = about
            .iter()
            .map(|a| (a.kind.as_str(), a.id.to_string()))
            .collect();
        let nodes = self.0.check(&caller, &objects).await?;
        let seen: HashSet<_> = nodes
            .iter()
            .filter(|n| n.visible)
            .map(|n| (n.kind.as_str(), n.id.as_str()))
            .collect();
        let open = |(kind, id): &&(&str, String)| seen.contains(&(*kind, id.as_str()));
        Ok(Asked {
            open: objects
                .iter()
                .filter(open)
                .filter_map(|(_, id)| id.parse().ok())
                .collect(),
            about: about.into_iter().map(|a| a.id).collect(),
            scope: caller.scope,
        })
    }
}

/// The one order that a list has here.
fn half<'l, A>(
    list: &'l baton_chassis::list::List,
    orders: &'static [(&str, Order<A>); 1],
    row: fn(A) -> Entry,
) -> Half<'l, A, Entry> {
    let [(_, order)] = orders;
    Half { list, order, row }
}

#[tonic::async_trait]
impl HistoryService for Histories {
    async fn list_history(
        &self,
        request: Request<pb::ListHistoryRequest>,
    ) -> Answer<pb::ListHistoryResponse> {
        let asked = self
            .asked(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .query(request, async move |look, r| {
                let (said, planned) = (store::interactions(&asked), store::follow_ups(&asked));
                let said = half(&said, HAPPENED, |i| {
                    Entry::Interaction(wire::interaction(&i))
                });
                let planned = half(&planned, AGREED, |f| Entry::FollowUp(wire::follow_up(&f)));
                let page = (r.page_size, r.page_token.as_str());
                let listed = look.list_merged(said, planned, page).await?;
                let entry = |entry| pb::HistoryEntry { entry: Some(entry) };
                Ok(pb::ListHistoryResponse {
                    entries: listed.rows.into_iter().map(entry).collect(),
                    next_page_token: listed.next_page_token,
                })
            })
            .await
    }
}
