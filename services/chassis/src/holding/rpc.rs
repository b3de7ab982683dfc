//! The calls by which the directory asks what somebody holds, and has it handed on.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use baton_proto::holding::v1::{self as pb, holding_service_server::HoldingService};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    Holder, Row, Succession,
    moving::{self, Moving, Restoring},
    succession,
};
use crate::{
    Error, Result, Violations,
    act::Look,
    context::Context,
    ids::{MemberId, OperationId},
    policy::{Access, Function},
};

/// Rows that are counted at a time.
const CHUNK: i64 = 1_000;
/// Records of one transaction.
const BATCH_MAX: i32 = 500;

type Answer<T> = Result<Response<T>, Status>;

/// Answers for all services of this process.
pub(crate) struct Holdings {
    pub(crate) holders: Arc<HashMap<&'static str, (Context, Holder)>>,
    pub(crate) any: Context,
}

impl Holdings {
    fn of<R>(&self, request: &Request<R>, kind: &str) -> Result<(Context, Holder), Status> {
        let known = self.holders.get(kind).cloned();
        let known = known.ok_or_else(|| Error::invalid("kind", "CHOICE_UNKNOWN"));
        known.map_err(|e| self.any.refuse(request, e))
    }
}

fn after(v: &mut Violations, value: &str) -> Uuid {
    let id: Option<OperationId> = v.optional_id("after_id", value);
    id.map_or(Uuid::nil(), Into::into)
}

fn handover(v: &mut Violations, value: &str) -> Uuid {
    v.id::<OperationId>("handover_id", value).into()
}

fn limit(v: &mut Violations, field: &str, value: i32, default: i64) -> i64 {
    match v.in_range(field, value, 0..=BATCH_MAX) {
        0 => default,
        limit => limit.into(),
    }
}

fn next(batch: &moving::Batch) -> String {
    batch.next.map(|id| id.to_string()).unwrap_or_default()
}

#[tonic::async_trait]
impl HoldingService for Holdings {
    async fn survey_holdings(
        &self,
        r: Request<pb::SurveyHoldingsRequest>,
    ) -> Answer<pb::SurveyHoldingsResponse> {
        let (cx, holder) = self.of(&r, &r.get_ref().kind)?;
        cx.query(r, async move |look, r| {
            let mut v = Violations::new();
            let member = v.id("member_id", &r.member_id);
            v.done()?;
            let succession = succession::read(r.succession.as_ref())?;
            survey(look, holder, member, &succession).await
        })
        .await
    }

    async fn list_holdings(
        &self,
        r: Request<pb::ListHoldingsRequest>,
    ) -> Answer<pb::ListHoldingsResponse> {
        let (cx, holder) = self.of(&r, &r.get_ref().kind)?;
        cx.query(r, async move |look, r| list(look, holder, r).await)
            .await
    }

    async fn move_holdings(
        &self,
        r: Request<pb::MoveHoldingsRequest>,
    ) -> Answer<pb::MoveHoldingsResponse> {
        let (cx, holder) = self.of(&r, &r.get_ref().kind)?;
        cx.command(r, async move |act, r| {
            let mut v = Violations::new();
            let (member, handover) = (
                v.id("member_id", &r.member_id),
                handover(&mut v, &r.handover_id),
            );
            let (after, limit) = (
                after(&mut v, &r.after_id),
                limit(&mut v, "limit", r.limit, BATCH_MAX.into()),
            );
            v.done()?;
            let moving = Moving {
                member,
                succession: succession::read(r.succession.as_ref())?,
                handover,
                after,
                limit,
            };
            let batch = (holder.hand_on)(act, &moving).await?;
            Ok(pb::MoveHoldingsResponse {
                moved: batch.moved,
                busy: batch.busy,
                next_after_id: next(&batch),
            })
        })
        .await
    }

    async fn restore_holdings(
        &self,
        r: Request<pb::RestoreHoldingsRequest>,
    ) -> Answer<pb::RestoreHoldingsResponse> {
        let (cx, holder) = self.of(&r, &r.get_ref().kind)?;
        cx.command(r, async move |act, r| {
            let mut v = Violations::new();
            let restoring = Restoring {
                member: v.id("member_id", &r.member_id),
                handover: handover(&mut v, &r.handover_id),
                after: after(&mut v, &r.after_id),
                limit: limit(&mut v, "limit", r.limit, BATCH_MAX.into()),
            };
            v.done()?;
            let batch = (holder.give_back)(act, &restoring).await?;
            Ok(pb::RestoreHoldingsResponse {
                restored: batch.moved,
                kept: batch.kept,
                busy: batch.busy,
                next_after_id: next(&batch),
            })
        })
        .await
    }

    async fn count_moves(
        &self,
        r: Request<pb::CountMovesRequest>,
    ) -> Answer<pb::CountMovesResponse> {
        let (cx, holder) = self.of(&r, &r.get_ref().kind)?;
        cx.query(r, async move |look, r| count(look, holder, r).await)
            .await
    }
}

async fn survey(
    look: &mut Look<'_>,
    holder: Holder,
    member: MemberId,
    succession: &Succession,
) -> Result<pb::SurveyHoldingsResponse> {
    let mut counts: BTreeMap<MemberId, pb::HoldingCount> = BTreeMap::new();
    let (mut after, mut busy) = (Uuid::nil(), 0);
    loop {
        let rows = moving::held(look.tx, holder.held, member, after, CHUNK).await?;
        for row in &rows {
            let to = succession.of(holder.kind, row);
            let count = counts.entry(to).or_default();
            count.successor_id = to.to_string();
            count.open += i64::from(row.open);
            count.closed += i64::from(!row.open);
            busy += i64::from(row.busy);
        }
        match rows.last() {
            Some(last) if i64::try_from(rows.len()).is_ok_and(|n| n == CHUNK) => after = last.id,
            _ => break,
        }
    }
    Ok(pb::SurveyHoldingsResponse {
        counts: counts.into_values().collect(),
        busy,
    })
}

async fn list(
    look: &mut Look<'_>,
    holder: Holder,
    r: &pb::ListHoldingsRequest,
) -> Result<pb::ListHoldingsResponse> {
    if !look.may(Function::Administration, Access::Write) {
        return Err(Error::Denied);
    }
    let mut v = Violations::new();
    let member = v.id("member_id", &r.member_id);
    let size = limit(&mut v, "page_size", r.page_size, 50);
    let after = after(&mut v, &r.after_id);
    v.done()?;
    let succession = succession::read(r.succession.as_ref())?;
    let mut rows = moving::held(look.tx, holder.held, member, after, size + 1).await?;
    let page = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let holdings = rows
        .iter()
        .map(|row| holding(look, holder.kind, row, &succession))
        .collect();
    Ok(pb::ListHoldingsResponse { holdings, more })
}

async fn count(
    look: &mut Look<'_>,
    holder: Holder,
    r: &pb::CountMovesRequest,
) -> Result<pb::CountMovesResponse> {
    let mut v = Violations::new();
    let handover = handover(&mut v, &r.handover_id);
    v.done()?;
    let mut counts: BTreeMap<MemberId, pb::MoveCount> = BTreeMap::new();
    for row in moving::moves(look.tx, holder.kind, handover).await? {
        let count = counts.entry(row.to_member).or_default();
        count.successor_id = row.to_member.to_string();
        match row.state.as_str() {
            "MOVED" => count.moved = row.records,
            "RESTORED" => count.restored = row.records,
            _ => count.kept = row.records,
        }
    }
    Ok(pb::CountMovesResponse {
        counts: counts.into_values().collect(),
    })
}

fn holding(look: &Look<'_>, kind: &str, row: &Row, succession: &Succession) -> pb::Holding {
    let reads = look.caller.reads(kind, &row.standing, row.whose());
    let shown = |text: &str| {
        if reads {
            text.to_owned()
        } else {
            String::new()
        }
    };
    pb::Holding {
        kind: kind.to_owned(),
        id: row.id.to_string(),
        number: shown(&row.number),
        title: shown(&row.title),
        open: row.open,
        successor_id: succession.of(kind, row).to_string(),
    }
}
