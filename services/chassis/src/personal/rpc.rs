//! The calls by which customer asks what is held of a person, and has it erased.

use std::{collections::HashMap, sync::Arc};

use baton_proto::{
    personal::v1::{self as pb, personal_service_server::PersonalService},
    r#type::v1::PersonalRecord,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Keeper, answers, opened};
use crate::{
    Error, Result, Time, Violations,
    act::{Act, Look},
    audit::{
        fields::Shapes,
        read::{history, told},
    },
    context::{self, Context},
    db::Tx,
    ids::OperationId,
    wire::timestamp,
};

/// Records of one call.
const LIMIT_MAX: i32 = 500;
/// The same, if nothing is said.
const LIMIT: i64 = 100;
/// Changes of a record that are told.
const CHANGES_MAX: i64 = 500;

type Answer<T> = Result<Response<T>, Status>;

/// Answers for all services of this process.
pub(crate) struct PersonalRecords {
    pub(crate) services: HashMap<&'static str, Context>,
    pub(crate) keepers: Arc<HashMap<&'static str, (Context, Keeper)>>,
    pub(crate) shapes: Arc<Shapes>,
    pub(crate) any: Context,
}

/// Which records are asked for.
#[derive(Clone, Copy)]
struct Asked {
    subject: Uuid,
    after: Uuid,
    limit: i64,
}

impl Asked {
    fn of(subject: &str, after: &str, limit: i32) -> Result<Self> {
        let mut v = Violations::new();
        let subject: OperationId = v.id("subject_id", subject);
        let after: Option<OperationId> = v.optional_id("after_id", after);
        let limit = match v.in_range("limit", limit, 0..=LIMIT_MAX) {
            0 => LIMIT,
            limit => limit.into(),
        };
        v.done()?;
        Ok(Self {
            subject: subject.into(),
            after: after.map_or(Uuid::nil(), Into::into),
            limit,
        })
    }
}

fn time(field: &str, said: Option<&prost_types::Timestamp>) -> Result<Option<Time>> {
    let mut v = Violations::new();
    let time = v.time(field, said);
    v.done()?;
    Ok(time)
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

impl PersonalRecords {
    fn of<R>(&self, request: &Request<R>, kind: &str) -> Result<(Context, Keeper), Status> {
        let known = self.keepers.get(kind).cloned();
        let known = known.ok_or_else(|| Error::invalid("kind", "CHOICE_UNKNOWN"));
        known.map_err(|e| self.any.refuse(request, e))
    }

    /// How a record came to be so.
    async fn with_changes(
        &self,
        cx: &Context,
        caller: &crate::Caller,
        record: PersonalRecord,
    ) -> Result<PersonalRecord> {
        let id: Uuid = record.id.parse().map_err(Error::internal)?;
        let kind = record.kind.clone();
        let read =
            async move |tx: &mut Tx| history(tx, id, kind.clone(), i64::MAX, CHANGES_MAX).await;
        let rows = cx.db.glance::<_, crate::db::Error, _>(read).await?;
        let rows = opened(cx, rows).await?;
        let told = |row| told(&self.shapes, cx.name, row, caller);
        let changes = rows.iter().map(told).collect();
        Ok(PersonalRecord { changes, ..record })
    }
}

#[tonic::async_trait]
impl PersonalService for PersonalRecords {
    async fn list_records(
        &self,
        request: Request<pb::ListRecordsRequest>,
    ) -> Answer<pb::ListRecordsResponse> {
        let (cx, keeper) = self.of(&request, &request.get_ref().kind)?;
        let caller = context::caller(&request).map_err(|e| self.any.refuse(&request, e))?;
        let with_values = request.get_ref().with_values;
        let (shapes, service) = (self.shapes.clone(), cx.name.to_owned());
        let found = cx
            .query(request, async move |look, r| {
                list(look, keeper, shapes.clone(), service.clone(), r).await
            })
            .await?;
        if !with_values {
            return Ok(found);
        }
        let found = found.into_inner();
        let mut records = Vec::with_capacity(found.records.len());
        for record in found.records {
            let whole = self.with_changes(&cx, &caller, record).await;
            records.push(whole.map_err(|e| cx.tell(e, &caller))?);
        }
        Ok(Response::new(pb::ListRecordsResponse { records, ..found }))
    }

    async fn erase_records(
        &self,
        request: Request<pb::EraseRecordsRequest>,
    ) -> Answer<pb::EraseRecordsResponse> {
        let (cx, keeper) = self.of(&request, &request.get_ref().kind)?;
        cx.command(request, async move |act, r| erase(act, keeper, r).await)
            .await
    }

    async fn forget_answers(
        &self,
        request: Request<pb::ForgetAnswersRequest>,
    ) -> Answer<pb::ForgetAnswersResponse> {
        let service = request.get_ref().service.clone();
        let Some(cx) = self.services.get(service.as_str()) else {
            return Err(self.any.refuse(&request, Error::Away(service)));
        };
        cx.command(request, async |act, r| forget_answers(act, r).await)
            .await
    }

    async fn list_resting(
        &self,
        request: Request<pb::ListRestingRequest>,
    ) -> Answer<pb::ListRestingResponse> {
        let (cx, keeper) = self.of(&request, &request.get_ref().kind)?;
        cx.query(request, async move |look, r| resting(look, keeper, r).await)
            .await
    }

    async fn get_dealings(
        &self,
        request: Request<pb::GetDealingsRequest>,
    ) -> Answer<pb::GetDealingsResponse> {
        let (cx, keeper) = self.of(&request, &request.get_ref().kind)?;
        cx.query(request, async move |look, r| {
            dealings(look, keeper, r).await
        })
        .await
    }
}

async fn resting(
    look: &mut Look<'_>,
    keeper: Keeper,
    r: &pb::ListRestingRequest,
) -> Result<pb::ListRestingResponse> {
    let nobody = Uuid::nil().to_string();
    let asked = Asked::of(&nobody, &r.after_id, r.limit)?;
    let before = time("before", r.before.as_ref())?;
    let before = before.ok_or_else(|| Error::invalid("before", "REQUIRED"))?;
    let (ids, next) = keeper
        .resting(look.tx, before, asked.after, asked.limit)
        .await?;
    Ok(pb::ListRestingResponse {
        ids: ids.iter().map(Uuid::to_string).collect(),
        next_after_id: text(next),
    })
}

/// The first record that somebody works on says enough.
async fn dealings(
    look: &mut Look<'_>,
    keeper: Keeper,
    r: &pb::GetDealingsRequest,
) -> Result<pb::GetDealingsResponse> {
    let mut asked = Asked::of(&r.subject_id, "", 0)?;
    let (mut records, mut last) = (0, None);
    loop {
        let (ids, next) = keeper
            .find(look.tx, asked.subject, asked.after, asked.limit)
            .await?;
        for id in ids {
            let Some(rest) = (keeper.dealings)(look, id).await? else {
                continue;
            };
            records += 1;
            last = last.max(rest);
            if rest.is_none() {
                return Ok(pb::GetDealingsResponse {
                    records,
                    open: true,
                    last_time: None,
                });
            }
        }
        let Some(next) = next else { break };
        asked.after = next;
    }
    Ok(pb::GetDealingsResponse {
        records,
        open: false,
        last_time: last.map(timestamp),
    })
}

async fn list(
    look: &mut Look<'_>,
    keeper: Keeper,
    shapes: Arc<Shapes>,
    service: String,
    r: &pb::ListRecordsRequest,
) -> Result<pb::ListRecordsResponse> {
    let asked = Asked::of(&r.subject_id, &r.after_id, r.limit)?;
    let (ids, next) = keeper
        .find(look.tx, asked.subject, asked.after, asked.limit)
        .await?;
    let mut records = Vec::with_capacity(ids.len());
    for id in ids {
        let values = if r.with_values {
            (keeper.tell)(look, id).await?
        } else {
            None
        };
        records.push(PersonalRecord {
            service: service.clone(),
            kind: keeper.kind.to_owned(),
            id: id.to_string(),
            values: values.map(|values| shapes.held(keeper.kind, &values)),
            changes: Vec::new(),
        });
    }
    Ok(pb::ListRecordsResponse {
        records,
        next_after_id: text(next),
    })
}

async fn erase(
    act: &mut Act<'_>,
    keeper: Keeper,
    r: &pb::EraseRecordsRequest,
) -> Result<pb::EraseRecordsResponse> {
    let asked = Asked::of(&r.subject_id, &r.after_id, r.limit)?;
    let resting_before = time("resting_before", r.resting_before.as_ref())?;
    let (ids, next) = keeper
        .find(act.tx, asked.subject, asked.after, asked.limit)
        .await?;
    let mut erased = 0;
    for id in &ids {
        erased += i64::from((keeper.erase)(act, *id, resting_before).await?);
    }
    Ok(pb::EraseRecordsResponse {
        ids: ids.iter().map(Uuid::to_string).collect(),
        erased,
        next_after_id: text(next),
    })
}

async fn forget_answers(
    act: &mut Act<'_>,
    r: &pb::ForgetAnswersRequest,
) -> Result<pb::ForgetAnswersResponse> {
    let mut v = Violations::new();
    let ids = r.ids.iter().enumerate();
    let ids: Vec<Uuid> = ids
        .map(|(n, id)| v.id::<OperationId>(&format!("ids[{n}]"), id).into())
        .collect();
    v.done()?;
    // A principal has no space in it.
    let after = r.after.split_once(' ').unwrap_or_default();
    let next = answers::forget(act, &ids, after).await?;
    Ok(pb::ForgetAnswersResponse {
        next_after: next.map(|(p, k)| format!("{p} {k}")).unwrap_or_default(),
    })
}
