//! The audit across services: what was changed, asked of the services that keep the records. Nothing of it is kept here.

use std::{sync::Arc, time::Duration};

use baton_chassis::{
    Caller, Context, Error, Key, Result,
    audit::{
        KEEPERS,
        fields::Shapes,
        read::{filter, page_size},
    },
    context,
};
use baton_proto::{
    audit::v1::{self as kept, audit_service_client::AuditServiceClient},
    insight::v1::{
        ListAuditRequest, ListAuditResponse, ListChangesRequest, ListChangesResponse,
        audit_service_server::AuditService,
    },
    r#type::v1::Change,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::search::is_away;

/// A service that does not answer in so long is away as far as a reader is concerned.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// What tokens of the audit are bound to.
const AUDIT: &str = "audit";

/// Answers calls about what was changed.
pub struct Audits {
    cx: Context,
    /// The contracts; nothing if they cannot be read, which the tests find.
    shapes: Option<Arc<Shapes>>,
}

#[tonic::async_trait]
impl AuditService for Audits {
    async fn list_changes(
        &self,
        request: Request<ListChangesRequest>,
    ) -> Result<Response<ListChangesResponse>, Status> {
        let answer = async {
            let caller = context::caller(&request)?;
            self.history(&caller, request.get_ref()).await
        };
        answer
            .await
            .map(Response::new)
            .map_err(|e| self.cx.refuse(&request, e))
    }

    async fn list_audit(
        &self,
        request: Request<ListAuditRequest>,
    ) -> Result<Response<ListAuditResponse>, Status> {
        let answer = async {
            let caller = context::caller(&request)?;
            self.audit(&caller, request.get_ref()).await
        };
        answer
            .await
            .map(Response::new)
            .map_err(|e| self.cx.refuse(&request, e))
    }
}

impl Audits {
    /// Of this service.
    pub fn new(cx: Context) -> Self {
        Self {
            cx,
            shapes: Shapes::of_contracts().ok(),
        }
    }

    async fn history(
        &self,
        caller: &Caller,
        r: &ListChangesRequest,
    ) -> Result<ListChangesResponse> {
        let unreadable = || Error::internal("the contracts cannot be read");
        let shapes = self.shapes.as_ref().ok_or_else(unreadable)?;
        let kind = r.kind.trim().to_ascii_uppercase();
        let unknown = || Error::invalid("kind", "CHOICE_UNKNOWN");
        let keeper = shapes.keeper(&kind).ok_or_else(unknown)?;
        let question = kept::ListChangesRequest {
            kind,
            id: r.id.clone(),
            page_size: r.page_size,
            page_token: r.page_token.clone(),
        };
        let mut client = AuditServiceClient::new(self.cx.link(keeper, caller)?);
        let answer = client.list_changes(question).await?.into_inner();
        Ok(ListChangesResponse {
            changes: answer.changes,
            next_page_token: answer.next_page_token,
        })
    }

    /// Asks each service for as many changes as a page has, and shows the newest of all.
    async fn audit(&self, caller: &Caller, r: &ListAuditRequest) -> Result<ListAuditResponse> {
        let words = (r.kind.as_str(), r.member_id.as_str(), r.verb.as_str());
        filter(words, r.from_time.as_ref(), r.to_time.as_ref())?;
        let size = page_size(r.page_size)?;
        let after = match r.page_token.as_str() {
            "" => None,
            token => Some(self.cx.seal.place(AUDIT, token)?.1),
        };
        let keepers = KEEPERS.iter().filter(|k| self.cx.links.lead_to(k));
        let questions = keepers.map(async |keeper| {
            let question = kept::ListAuditRequest {
                service: (*keeper).to_owned(),
                kind: r.kind.clone(),
                member_id: r.member_id.clone(),
                verb: r.verb.clone(),
                from_time: r.from_time,
                to_time: r.to_time,
                after_id: after.map(|id: Uuid| id.to_string()).unwrap_or_default(),
                limit: size + 1,
            };
            let answer = tokio::time::timeout(ANSWER_LIMIT, self.ask(caller, keeper, question));
            let late = |_| Err(Error::Away((*keeper).to_owned()));
            (*keeper, answer.await.unwrap_or_else(late))
        });
        let (mut changes, mut away) = (Vec::new(), Vec::new());
        for (keeper, answer) in futures_util::future::join_all(questions).await {
            match answer {
                Ok(of_keeper) => changes.extend(of_keeper),
                Err(error) if is_away(&error) => away.push(keeper.to_owned()),
                Err(error) => return Err(error),
            }
        }
        let size = usize::try_from(size).unwrap_or_default();
        let more = newest(&mut changes, size);
        let next_page_token = match changes.last().filter(|_| more) {
            Some(last) => {
                let id = last.id.parse().map_err(Error::internal)?;
                self.cx.seal.mark(AUDIT, Key::Int(0), id)?
            }
            None => String::new(),
        };
        Ok(ListAuditResponse {
            changes,
            next_page_token,
            away,
        })
    }

    async fn ask(
        &self,
        caller: &Caller,
        keeper: &str,
        question: kept::ListAuditRequest,
    ) -> Result<Vec<Change>> {
        let mut client = AuditServiceClient::new(self.cx.link(keeper, caller)?);
        Ok(client.list_audit(question).await?.into_inner().changes)
    }
}

/// Leaves the newest of some changes, newest first: their ids are made of the instant. Tells whether there are more.
fn newest(changes: &mut Vec<Change>, size: usize) -> bool {
    changes.sort_unstable_by(|a, b| b.id.cmp(&a.id));
    let more = changes.len() > size;
    changes.truncate(size);
    more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_all_services_come_first() {
        let change = |n: u128| Change {
            id: Uuid::from_u128(n << 80).to_string(),
            ..Change::default()
        };
        let mut changes = [3, 1, 4, 2].map(change).to_vec();
        assert!(newest(&mut changes, 3));
        assert_eq!(changes, [4, 3, 2].map(change));
        assert!(!newest(&mut changes, 3));
    }
}
