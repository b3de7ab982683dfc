//! Who may see what of the audit: the history of a record is for whoever may read the record, all of it for administration.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use baton_proto::{
    audit::v1::{
        ListAuditRequest, ListAuditResponse, ListChangesRequest, ListChangesResponse,
        audit_service_server::AuditService,
    },
    r#type::v1::{Change, FieldChange, WayIn},
};
use prost_types::Timestamp;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Filter, ORDERS, Row, fields::Shapes, list};
use crate::{
    Error, Result, Violations,
    act::PAGE_MAX,
    caller::{Caller, Whose},
    chain::Lookup,
    context::{self, Context},
    db::{self, Tx},
    ids::MemberId,
    list::Key,
    mask::Sight,
    origin::Way,
    personal,
    policy::{Access, Function},
    wire,
};

/// What a record is called of which it is not told whether there is one.
const RECORD: &str = "RECORD";
/// What tokens of a record's history are bound to.
const HISTORY: &str = "audit of a record";
/// Changes of a page when nothing is said.
pub const PAGE: i32 = 50;

/// Answers for all services of this process.
pub(crate) struct Audits {
    pub(crate) services: HashMap<&'static str, Context>,
    pub(crate) lookups: Arc<HashMap<&'static str, (Context, Lookup)>>,
    pub(crate) shapes: Arc<Shapes>,
    pub(crate) any: Context,
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
            .map_err(|e| self.any.refuse(&request, e))
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
            .map_err(|e| self.any.refuse(&request, e))
    }
}

/// What a request for the audit asks for: this checks it wherever it comes in.
///
/// # Errors
/// All that is wrong with it.
pub fn filter(
    (kind, member, verb): (&str, &str, &str),
    from: Option<&Timestamp>,
    to: Option<&Timestamp>,
) -> Result<Filter> {
    let mut v = Violations::new();
    let filter = Filter {
        kind: Some(kind.trim().to_ascii_uppercase()).filter(|k| !k.is_empty()),
        member: v.optional_id("member_id", member),
        verb: Some(verb.trim().to_owned()).filter(|w| !w.is_empty()),
        from: v.time("from_time", from),
        to: v.time("to_time", to),
        before: None,
    };
    // Only the rows of a kind are few enough to be walked for a verb.
    if filter.verb.is_some() && filter.kind.is_none() {
        v.add("verb", "VERB_WITHOUT_KIND");
    }
    if filter
        .from
        .zip(filter.to)
        .is_some_and(|(from, to)| to < from)
    {
        v.add("to_time", "DATE_REVERSED");
    }
    v.done()?;
    Ok(filter)
}

/// How many changes a page is to have.
///
/// # Errors
/// When it is more than a page may have.
pub fn page_size(asked: i32) -> Result<i32> {
    let mut v = Violations::new();
    let asked = v.in_range("page_size", asked, 0..=PAGE_MAX);
    v.done()?;
    Ok(if asked == 0 { PAGE } else { asked })
}

/// Whether somebody may read all changes.
#[must_use]
pub fn administers(caller: &Caller) -> bool {
    caller.may(Function::Administration, Access::Read)
}

impl Audits {
    async fn history(
        &self,
        caller: &Caller,
        r: &ListChangesRequest,
    ) -> Result<ListChangesResponse> {
        let kind = r.kind.trim().to_ascii_uppercase();
        let id: Uuid = wire::parse_id::<crate::ids::OperationId>("id", &r.id)?.into();
        let size = page_size(r.page_size)?;
        let unknown = || Error::not_found(RECORD, id);
        let of_chain = self.lookups.get(kind.as_str()).map(|(cx, _)| cx);
        let mut whose = None;
        let cx = match of_chain {
            Some(cx) => {
                whose = self.readable(caller, &kind, vec![id]).await?.remove(&id);
                whose.map(|_| cx).ok_or_else(unknown)?
            }
            // What is no part of the chain is how the firm is set up: that is for who administers it.
            None => {
                let keeper = self.shapes.keeper(&kind).filter(|_| administers(caller));
                let cx = keeper.and_then(|keeper| self.services.get(keeper));
                cx.ok_or_else(unknown)?
            }
        };
        let before = match r.page_token.as_str() {
            "" => i64::MAX,
            token => match cx.seal.place(HISTORY, token)? {
                (Key::Int(version), of) if of == id => version,
                _ => return Err(db::Error::Token.into()),
            },
        };
        let (asked, limit) = (kind.clone(), i64::from(size) + 1);
        let read = async move |tx: &mut Tx| history(tx, id, asked.clone(), before, limit).await;
        let mut rows = cx.db.glance::<_, db::Error, _>(read).await?;
        if rows.is_empty() && r.page_token.is_empty() && of_chain.is_none() {
            return Err(unknown());
        }
        let size = usize::try_from(size).unwrap_or_default();
        let more = rows.len() > size;
        rows.truncate(size);
        let next_page_token = match rows.last().filter(|_| more) {
            Some(last) => cx.seal.mark(HISTORY, Key::Int(last.version), id)?,
            None => String::new(),
        };
        let rows = personal::opened(cx, rows).await?;
        let sight = caller.sight();
        let whose = whose.unwrap_or_default();
        let told = |row| masked(told(&self.shapes, cx.name, row, caller), &sight, whose);
        Ok(ListChangesResponse {
            changes: rows.iter().map(told).collect(),
            next_page_token,
        })
    }

    async fn audit(&self, caller: &Caller, r: &ListAuditRequest) -> Result<ListAuditResponse> {
        if !administers(caller) {
            return Err(Error::Denied);
        }
        let away = || Error::Away(r.service.clone());
        let cx = self.services.get(r.service.as_str()).ok_or_else(away)?;
        let words = (r.kind.as_str(), r.member_id.as_str(), r.verb.as_str());
        let mut filter = filter(words, r.from_time.as_ref(), r.to_time.as_ref())?;
        let mut v = Violations::new();
        let after: Option<MemberId> = v.optional_id("after_id", &r.after_id);
        let limit = v.in_range("limit", r.limit, 1..=PAGE_MAX + 1);
        v.done()?;
        filter.before = after.map(Uuid::from);
        let limit = u16::try_from(limit).unwrap_or(1);
        let seal = cx.seal.clone();
        let rows = cx
            .db
            .read(async move |tx: &mut Tx| {
                let [(_, order), ..] = ORDERS else {
                    return Ok(Vec::new());
                };
                let page = list(&filter).page(tx, order, limit, None, &seal).await?;
                Ok::<_, Error>(page.rows)
            })
            .await?;
        let mut kinds: HashMap<&str, Vec<Uuid>> = HashMap::new();
        for row in rows
            .iter()
            .filter(|r| self.lookups.contains_key(r.kind.as_str()))
        {
            kinds.entry(&row.kind).or_default().push(row.object);
        }
        let of_chain: HashSet<Uuid> = kinds.values().flatten().copied().collect();
        let mut readable: HashMap<Uuid, Whose> = HashMap::new();
        for (kind, ids) in kinds {
            readable.extend(self.readable(caller, kind, ids).await?);
        }
        let rows = personal::opened(cx, rows).await?;
        let sight = caller.sight();
        let changes = rows.iter().map(|row| {
            let told = told(&self.shapes, cx.name, row, caller);
            match readable.get(&row.object) {
                Some(whose) => masked(told, &sight, *whose),
                None if of_chain.contains(&row.object) => veiled(told),
                None => told,
            }
        });
        Ok(ListAuditResponse {
            changes: changes.collect(),
        })
    }

    /// Those of some objects of the chain that somebody may read, and whose they are.
    async fn readable(
        &self,
        caller: &Caller,
        kind: &str,
        ids: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, Whose>> {
        let Some((cx, lookup)) = self.lookups.get(kind) else {
            return Ok(HashMap::new());
        };
        let (lookup, asked) = (*lookup, kind.to_owned());
        let found = cx
            .db
            .read(async move |tx| lookup(tx, &asked, ids.clone()).await)
            .await?;
        let reads = found.into_iter().filter(|node| {
            let standing = node.standing.as_deref().unwrap_or(&node.state);
            caller.reads(kind, standing, node.whose())
        });
        Ok(reads.map(|node| (node.id, node.whose())).collect())
    }
}

/// A row as a reader sees it.
pub(crate) fn told(shapes: &Shapes, service: &str, row: &Row, caller: &Caller) -> Change {
    // Where a colleague sits is nobody's business but his own, and that of who looks after the system.
    let is_own = row.member.is_some() && row.member == caller.person();
    let address = row
        .address
        .clone()
        .filter(|_| is_own || administers(caller));
    Change {
        id: row.id.to_string(),
        time: Some(wire::timestamp(row.at)),
        service: service.to_owned(),
        kind: row.kind.clone(),
        object_id: row.object.to_string(),
        version: row.version,
        verb: row.verb.clone(),
        member_id: wire::id_text(row.member),
        by_service: row.service.clone().unwrap_or_default(),
        call: row.call.clone(),
        way_in: way_in(row.way.as_deref()).into(),
        address: address.unwrap_or_default(),
        trace_id: row.trace.clone(),
        fields: shapes.told(&row.kind, &row.verb, &row.changes),
        values_hidden: false,
    }
}

/// The same without what it says of fields that the reader does not see of the record itself.
fn masked(mut change: Change, sight: &Sight, whose: Whose) -> Change {
    for field in &mut change.fields {
        if !sight.of_field(&change.kind, &field.field, whose) {
            *field = FieldChange {
                field: std::mem::take(&mut field.field),
                hidden: true,
                ..FieldChange::default()
            };
        }
    }
    change
}

/// The same without what it says of a record that the reader may not read.
fn veiled(change: Change) -> Change {
    let name = |f: FieldChange| FieldChange {
        field: f.field,
        ..FieldChange::default()
    };
    Change {
        fields: change.fields.into_iter().map(name).collect(),
        values_hidden: true,
        ..change
    }
}

/// The way in that a row names, as the contract has it.
#[must_use]
pub fn way_in(word: Option<&str>) -> WayIn {
    match word.and_then(Way::read) {
        None => WayIn::Unspecified,
        Some(Way::Console) => WayIn::Console,
        Some(Way::Json) => WayIn::Json,
        Some(Way::Grpc) => WayIn::Grpc,
        Some(Way::CommandLine) => WayIn::CommandLine,
        Some(Way::Event) => WayIn::Event,
        Some(Way::Operation) => WayIn::Operation,
        Some(Way::Timer) => WayIn::Timer,
        Some(Way::Service) => WayIn::Service,
    }
}

/// The changes of a record, newest first. Each has a version of its own.
pub(crate) async fn history(
    tx: &mut Tx,
    id: Uuid,
    kind: String,
    before: i64,
    limit: i64,
) -> Result<Vec<Row>, db::Error> {
    tx.sql(
        "select id, at, member, service, call, trace, kind, object, version, verb, changes, address, way \
         from audit where object = $1 and version < $2 and kind = $3 order by version desc limit $4",
    )
    .bind(id)
    .bind(before)
    .bind(kind)
    .bind(limit)
    .all()
    .await
}
