//! Boards: the handoffs that wait for a function, asked of the service that keeps them, under the rights of the reader.

use std::{collections::HashMap, sync::Arc};

use baton_proto::{
    handoff::v1::{
        ListHandoffsRequest, ListHandoffsResponse, ledger_service_server::LedgerService,
    },
    r#type::v1 as pb,
};
use chrono::DateTime;
use tonic::{Request, Response, Status};

use crate::{
    Error, Result, Time, Violations,
    act::Look,
    caller::Caller,
    context::Context,
    handoff::{Handoff, Kind, State},
    list::{Key, List, Order, Rights, Scope},
    paging,
    policy::Access,
    wire,
};

/// Where offers that want no answer in time stand in the order of due times: 9999-12-31T00:00:00Z.
pub(crate) const NEVER: Time = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(at) => at,
    None => DateTime::UNIX_EPOCH,
};

/// What a board shows of the handoffs that the reader may see.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// What is handed over to whom.
    pub kind: Kind,
    /// Where they stand.
    pub state: State,
    /// Those whose answer was due by then.
    pub due_by: Option<Time>,
    /// Those that are offered to him.
    pub to: Option<crate::ids::MemberId>,
}

/// The declared orders of a board.
pub const ORDERS: &[(&str, Order<Handoff>)] = &[
    (
        "due_time asc",
        Order {
            column: "due_by",
            id: "id",
            descending: false,
            key: |h| (Key::Time(h.due_at.unwrap_or(NEVER)), h.id.into()),
        },
    ),
    (
        "offer_time asc",
        Order {
            column: "offered_at",
            id: "id",
            descending: false,
            key: |h| (Key::Time(h.offered_at), h.id.into()),
        },
    ),
];

/// The handoffs of a board. Each way to see one is a column of its own, and has an index for each order.
#[must_use]
pub fn list(filter: &Filter, ways: Vec<(Scope, Rights)>) -> List {
    List::of(
        "id, kind, subject_kind, subject_id, from_member, to_member, offered_at, due_at, state, reason, answered_by, \
         answered_at, escalated_at, escalated_to",
        "handoff",
    )
    .filter("kind = ?", Some(filter.kind))
    .filter("state = ?", Some(filter.state))
    .filter("(due_by <= ?) is true", filter.due_by)
    .filter("to_member = ?", filter.to)
    .any_scope(ways, "id")
}

/// By what a reader may see handoffs of a kind: he acts for the function that answers, on their rows; he manages their
/// territory; or he is named, as who gave it, who is to answer, or to whom it went up.
#[must_use]
pub fn ways(caller: &Caller, kind: Kind) -> Vec<(Scope, Rights)> {
    // What is shared with somebody he is shown on its page, and is no work of his.
    let by = |owner| Rights {
        owner,
        territory: "territory",
        record: "",
    };
    let function = caller.scope_of(kind.answered_by(), Access::Read);
    if function == Scope::All {
        return vec![(Scope::All, by("owner"))];
    }
    let Some(me) = caller.in_person() else {
        return match function {
            Scope::Some {
                owners,
                territories,
                ..
            } => vec![(Scope::of(owners, territories), by("owner"))],
            Scope::Nothing | Scope::All => Vec::new(),
        };
    };
    let mut places = caller.people.territories_managed(me);
    let mut of = Vec::new();
    if let Scope::Some {
        owners,
        territories,
        ..
    } = function
    {
        of = owners;
        places.extend(territories);
    }
    places.sort_unstable();
    places.dedup();
    let seat = Scope::of(of, places);
    let named = Scope::of(vec![me], Vec::new());
    vec![
        (seat, by("owner")),
        (named.clone(), by("from_member")),
        (named.clone(), by("to_member")),
        (named, by("escalated_to")),
    ]
}

/// Answers for all services of this process.
pub(crate) struct Boards {
    pub(crate) services: Arc<HashMap<&'static str, Context>>,
    pub(crate) any: Context,
}

#[tonic::async_trait]
impl LedgerService for Boards {
    async fn list_handoffs(
        &self,
        request: Request<ListHandoffsRequest>,
    ) -> Result<Response<ListHandoffsResponse>, Status> {
        let kind = kind(&request.get_ref().kind).map_err(|e| self.any.refuse(&request, e))?;
        let Some(cx) = self.services.get(kind.service()) else {
            let away = Error::Away(kind.service().to_owned());
            return Err(self.any.refuse(&request, away));
        };
        cx.query(request, async move |look, r| answer(look, kind, r).await)
            .await
    }
}

/// Reads a kind of handoff.
///
/// # Errors
/// When there is none of this name.
pub fn kind(word: &str) -> Result<Kind> {
    let known = Kind::ALL.into_iter().find(|k| k.as_str() == word);
    known.ok_or_else(|| Error::invalid("kind", "CHOICE_UNKNOWN"))
}

fn state(v: &mut Violations, number: i32) -> State {
    match pb::HandoffState::try_from(number) {
        Ok(pb::HandoffState::Unspecified | pb::HandoffState::Offered) => State::Offered,
        Ok(pb::HandoffState::Accepted) => State::Accepted,
        Ok(pb::HandoffState::Returned) => State::Returned,
        Ok(pb::HandoffState::Withdrawn) => State::Withdrawn,
        Ok(pb::HandoffState::Outside) => State::Outside,
        Err(_) => {
            v.add("state", "CHOICE_UNKNOWN");
            State::Offered
        }
    }
}

async fn answer(
    look: &mut Look<'_>,
    kind: Kind,
    request: &ListHandoffsRequest,
) -> Result<ListHandoffsResponse> {
    let mut v = Violations::new();
    let asked = state(&mut v, request.state);
    v.done()?;
    let to = if request.to_me {
        Some(look.member()?)
    } else {
        None
    };
    let (ways, now) = (ways(&look.caller, kind), look.now);
    let filter = Filter {
        kind,
        state: asked,
        due_by: request.overdue.then_some(now),
        to,
    };
    let of = |filter: &Filter| list(filter, ways.clone());
    let listed = look.list(|| of(&filter), ORDERS, &paging!(request)).await?;
    let mut answer = ListHandoffsResponse {
        handoffs: listed.rows.iter().map(wire::handoff).collect(),
        next_page_token: listed.next_page_token,
        total_size: listed.total_size,
        total_capped: listed.total_capped,
        ..ListHandoffsResponse::default()
    };
    if request.count {
        let waiting = Filter {
            state: State::Offered,
            due_by: None,
            ..filter
        };
        let overdue = Filter {
            due_by: Some(now),
            ..waiting
        };
        let waiting = look.count(&of(&waiting)).await?;
        let overdue = look.count(&of(&overdue)).await?;
        (answer.waiting_size, answer.waiting_capped) = (waiting.rows, waiting.capped);
        (answer.overdue_size, answer.overdue_capped) = (overdue.rows, overdue.capped);
    }
    Ok(answer)
}
