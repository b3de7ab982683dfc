//! The boards: what waits for a function, asked of the service that keeps it, with the names of what is handed over.

use std::collections::HashMap;

use baton_chassis::{
    Caller, Context, Error, Result, Violations, board, context, handoff::Kind, wire::timestamp,
};
use baton_proto::{
    chain::v1::Node,
    handoff::v1::{self as ledger, ledger_service_client::LedgerServiceClient},
    insight::v1::{
        BoardRow, ListHandoffsRequest, ListHandoffsResponse, board_service_server::BoardService,
    },
    r#type::v1::{Handoff, HandoffState},
};
use tonic::{Request, Response, Status};

/// Answers calls about boards.
pub struct Boards(pub Context);

#[tonic::async_trait]
impl BoardService for Boards {
    async fn list_handoffs(
        &self,
        request: Request<ListHandoffsRequest>,
    ) -> Result<Response<ListHandoffsResponse>, Status> {
        let answer = async {
            let kind = asked(request.get_ref())?;
            self.board(&context::caller(&request)?, kind, request.get_ref())
                .await
        };
        answer
            .await
            .map(Response::new)
            .map_err(|e| self.0.refuse(&request, e))
    }
}

/// The kind of handoff that a request asks about: it names that, or the function that is to answer, for which one kind
/// waits. What waits for the ERP waits for no function.
fn asked(request: &ListHandoffsRequest) -> Result<Kind> {
    let (function, kind) = (request.function.trim(), request.kind.trim());
    let answers = match function {
        "" => return board::kind(kind),
        "ROUTING" => Kind::LeadToManager,
        "SALES" => Kind::LeadToSalesperson,
        "COMMERCE" => Kind::DealToCommerce,
        _ => return Err(Error::invalid("function", "CHOICE_UNKNOWN")),
    };
    if !kind.is_empty() && board::kind(kind)? != answers {
        let mut v = Violations::new();
        v.add("kind", "HANDOFF_OF_ANOTHER_FUNCTION");
        v.done()?;
    }
    Ok(answers)
}

impl Boards {
    /// Asks the service that keeps handoffs of the kind, and once for the names of all objects of the page; both in the
    /// name of the reader.
    async fn board(
        &self,
        caller: &Caller,
        kind: Kind,
        r: &ListHandoffsRequest,
    ) -> Result<ListHandoffsResponse> {
        let question = ledger::ListHandoffsRequest {
            kind: kind.as_str().to_owned(),
            state: r.state,
            overdue: r.overdue,
            to_me: r.to_me,
            page_size: r.page_size,
            page_token: r.page_token.clone(),
            order_by: r.order_by.clone(),
            count: r.count,
        };
        let mut keeper = LedgerServiceClient::new(self.0.link(kind.service(), caller)?);
        let kept = keeper.list_handoffs(question).await?.into_inner();
        let objects: Vec<_> = kept
            .handoffs
            .iter()
            .filter_map(|h| h.subject.as_ref())
            .map(|subject| (subject.kind.as_str(), subject.id.clone()))
            .collect();
        let nodes = self.0.check(caller, &objects).await?;
        let visible = nodes.into_iter().filter(|n| n.visible);
        let names: HashMap<String, Node> = visible.map(|n| (n.id.clone(), n)).collect();
        let now_s = timestamp(self.0.clock.now()).seconds;
        let rows = kept.handoffs.into_iter().map(|handoff| {
            let subject = handoff.subject.as_ref();
            let node = subject.and_then(|subject| names.get(&subject.id)).cloned();
            row(handoff, node, now_s)
        });
        Ok(ListHandoffsResponse {
            rows: rows.collect(),
            next_page_token: kept.next_page_token,
            total_size: kept.total_size,
            total_capped: kept.total_capped,
            waiting_size: kept.waiting_size,
            waiting_capped: kept.waiting_capped,
            overdue_size: kept.overdue_size,
            overdue_capped: kept.overdue_capped,
        })
    }
}

fn row(handoff: Handoff, node: Option<Node>, now_s: i64) -> BoardRow {
    let offer_s = handoff.offer_time.map_or(now_s, |t| t.seconds);
    let until_s = handoff.answer_time.map_or(now_s, |t| t.seconds);
    let is_open = handoff.state() == HandoffState::Offered;
    BoardRow {
        visible: node.is_some(),
        wait_s: (until_s - offer_s).max(0),
        overdue: is_open && handoff.due_time.is_some_and(|due| due.seconds <= now_s),
        number: node.as_ref().map(|n| n.number.clone()).unwrap_or_default(),
        title: node.map(|n| n.title).unwrap_or_default(),
        handoff: Some(handoff),
    }
}
