//! How a leaver handover is carried out and rolled back: durable operations that ask every service for what the leaver holds.
//!
//! Forwards: count what there is (access has ended, so nothing new comes from him), move it kind by kind in batches, and prove
//! that nothing is left; what came to him meanwhile, or was locked, is moved in a further round. Back: give back kind by kind
//! what is still where it was put. A batch is one transaction of the service that keeps the records. It carries no request id: what
//! was moved is no longer held, so a batch that is asked for twice goes on behind itself; and one that is asked for again after a
//! change to the territories for which its rules stand is not taken for another request under the same name.

use baton_chassis::{
    Context, Error, Result,
    act::Act,
    caller::Caller,
    context,
    holding::KINDS,
    ids::{LeaverHandoverId, MemberId},
    link::Link,
    operation::{Next, Operation, Step},
    people::Snapshot,
};
use baton_proto::holding::v1::{self as holding, holding_service_client::HoldingServiceClient};
use serde::{Deserialize, Serialize};

use crate::{
    leaver_handover::{LeaverHandover, Report},
    member::Member,
    organisation::{self, Organisation},
    territory::{self, Territory},
};

/// The operation that hands on.
pub const HAND_ON: &str = "leaver_handover";
/// The operation that gives back.
pub const GIVE_BACK: &str = "leaver_roll_back";
/// Days in which it should be over.
pub const LASTS_D: i64 = 1;
/// Records of one transaction.
const BATCH: i32 = 200;

/// What the steps need and what they found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Data {
    /// What is to be done next.
    #[serde(default)]
    pub phase: Phase,
    /// The kind that is at hand, by its place among the kinds.
    pub kind: usize,
    /// Id after which to go on with it.
    pub after: String,
    /// Records that were moved or given back.
    pub records: i64,
    /// Records that were moved when it was last found that some are left.
    #[serde(default)]
    pub proved: Option<i64>,
    /// What is planned and done.
    pub report: Report,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// To count what there is.
    #[default]
    Count,
    /// To move it.
    Move,
    /// To prove that nothing is left.
    Prove,
}

impl Data {
    fn of(operation: &Operation) -> Result<Self> {
        serde_json::from_value(operation.data.clone()).map_err(Error::internal)
    }

    /// What an operation begins with.
    ///
    /// # Errors
    /// Never, in practice.
    pub fn begin(report: Report) -> Result<serde_json::Value> {
        let data = Self {
            report,
            ..Self::default()
        };
        data.json()
    }

    fn json(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(Error::internal)
    }

    fn next(&self) -> Result<Next> {
        Ok(Next::Step(self.json()?))
    }

    fn go_to(self, phase: Phase) -> Result<Next> {
        let data = Self {
            phase,
            kind: 0,
            after: String::new(),
            ..self
        };
        data.next()
    }
}

/// How far an operation is.
///
/// # Errors
/// When it is not one of ours.
pub fn progress(operation: &Operation) -> Result<Data> {
    Data::of(operation)
}

/// Kinds that are kept by services of this system.
pub fn kinds(cx: &Context) -> Vec<(&'static str, &'static str)> {
    let part = |(_, service): &&(&str, &str)| cx.links.lead_to(service);
    KINDS.iter().filter(part).copied().collect()
}

/// Services that keep records of people and are not part of this system.
pub fn away(cx: &Context) -> Vec<&'static str> {
    let mut all: Vec<_> = KINDS.iter().map(|(_, service)| *service).collect();
    all.dedup();
    all.retain(|service| !cx.links.lead_to(service));
    all
}

/// Who takes over what, as the services are told: territories stand for all below them.
pub fn succession(h: &LeaverHandover, people: &Snapshot) -> holding::Succession {
    let rule = |rule: &crate::leaver_handover::Rule| {
        let places = rule.territory.map(|t| people.with_all_below(vec![t]));
        holding::SuccessionRule {
            kind: rule.kind.clone().unwrap_or_default(),
            territory_ids: places
                .unwrap_or_default()
                .iter()
                .map(ToString::to_string)
                .collect(),
            party_id: rule.party.map(|id| id.to_string()).unwrap_or_default(),
            object_id: rule.object.map(|id| id.to_string()).unwrap_or_default(),
            successor_id: rule.successor.to_string(),
        }
    };
    holding::Succession {
        successor_id: h.successor.to_string(),
        rules: h.rules.rules.iter().map(rule).collect(),
    }
}

/// What a member holds of a kind, and who would take it over.
///
/// # Errors
/// When its service does not answer.
pub async fn survey(
    link: Link,
    kind: &str,
    member: MemberId,
    succession: holding::Succession,
) -> Result<holding::SurveyHoldingsResponse> {
    let request = holding::SurveyHoldingsRequest {
        kind: kind.to_owned(),
        member_id: member.to_string(),
        succession: Some(succession),
    };
    let answer = HoldingServiceClient::new(link)
        .survey_holdings(request)
        .await?;
    Ok(answer.into_inner())
}

async fn load(op: &Step) -> Result<(LeaverHandover, holding::Succession)> {
    let id: LeaverHandoverId = op.operation.subject.into();
    let read = async move |tx: &mut _| organisation::read::<LeaverHandover>(tx, id).await;
    let h = op.cx.db.read(read).await?;
    let succession = succession(&h, &*op.cx.people.snapshot().await?);
    Ok((h, succession))
}

/// Does the step that is due on the way forwards.
///
/// # Errors
/// When a service does not answer, or what is left is locked: then it is tried again.
pub async fn hand_on(op: &Step) -> Result<Next> {
    let data = Data::of(&op.operation)?;
    let (h, succession) = load(op).await?;
    match data.phase {
        Phase::Count => count(op, data, &h, succession).await,
        Phase::Move => move_some(op, data, &h, succession).await,
        Phase::Prove => prove(op, data, &h, succession).await,
    }
}

/// Counts what there is. After a stop, what was moved before counts as planned and moved.
async fn count(
    op: &Step,
    mut data: Data,
    h: &LeaverHandover,
    succession: holding::Succession,
) -> Result<Next> {
    let mut report = moves(op, h.id, Report::default()).await?;
    for line in &mut report.lines {
        line.open = line.moved;
    }
    data.records = report.moved();
    for (kind, service) in kinds(&op.cx) {
        let keeper = op.link(service).await?;
        let found = survey(keeper, kind, h.member, succession.clone()).await?;
        for count in found.counts {
            let line = report.line(kind, successor(&count.successor_id)?);
            line.open += count.open;
            line.closed += count.closed;
        }
    }
    data.report = report;
    data.go_to(Phase::Move)
}

fn successor(id: &str) -> Result<MemberId> {
    id.parse().map_err(Error::internal)
}

async fn move_some(
    op: &Step,
    mut data: Data,
    h: &LeaverHandover,
    succession: holding::Succession,
) -> Result<Next> {
    let Some((kind, service)) = kinds(&op.cx).get(data.kind).copied() else {
        return data.go_to(Phase::Prove);
    };
    let request = holding::MoveHoldingsRequest {
        kind: kind.to_owned(),
        member_id: h.member.to_string(),
        succession: Some(succession),
        handover_id: h.id.to_string(),
        after_id: data.after.clone(),
        limit: BATCH,
        ..holding::MoveHoldingsRequest::default()
    };
    let mut client = HoldingServiceClient::new(op.link(service).await?);
    let answer = client.move_holdings(request).await?.into_inner();
    data.records += answer.moved;
    go_on(data, answer.next_after_id)
}

/// On with the same kind, or with the next one.
fn go_on(mut data: Data, after: String) -> Result<Next> {
    data.kind += usize::from(after.is_empty());
    data.after = after;
    data.next()
}

async fn prove(
    op: &Step,
    mut data: Data,
    h: &LeaverHandover,
    succession: holding::Succession,
) -> Result<Next> {
    let (mut left, mut busy) = (0, 0);
    for (kind, service) in kinds(&op.cx) {
        let keeper = op.link(service).await?;
        let found = survey(keeper, kind, h.member, succession.clone()).await?;
        left += found.counts.iter().map(|c| c.open + c.closed).sum::<i64>();
        busy += found.busy;
    }
    // What is left is locked, or nothing came of the last round: then the next one waits a while.
    let idle = data.proved == Some(data.records) && op.operation.attempts <= 1;
    if left > 0 && (left == busy || idle) {
        return Err(Error::Unavailable(format!(
            "{left} records are left, {busy} of them are being worked on"
        )));
    }
    if left > 0 {
        data.proved = Some(data.records);
        return data.go_to(Phase::Move);
    }
    data.report = moves(op, h.id, data.report).await?;
    let (id, report) = (h.id, data.report);
    Ok(Next::Done(Box::new(move |act| {
        Box::pin(completed(act, id, report.clone()))
    })))
}

/// A report with what the services have noted of a handover.
async fn moves(op: &Step, id: LeaverHandoverId, mut report: Report) -> Result<Report> {
    for line in &mut report.lines {
        (line.moved, line.restored, line.kept) = (0, 0, 0);
    }
    for (kind, service) in kinds(&op.cx) {
        let request = holding::CountMovesRequest {
            kind: kind.to_owned(),
            handover_id: id.to_string(),
        };
        let mut client = HoldingServiceClient::new(op.link(service).await?);
        for count in client.count_moves(request).await?.into_inner().counts {
            let line = report.line(kind, successor(&count.successor_id)?);
            line.moved = count.moved + count.restored + count.kept;
            (line.restored, line.kept) = (count.restored, count.kept);
        }
    }
    Ok(report)
}

async fn completed(act: &mut Act<'_>, id: LeaverHandoverId, report: Report) -> Result<()> {
    let now = act.now;
    let mut org = Organisation::open(act).await?;
    let complete = |h: &mut LeaverHandover, _| Ok(h.complete(report, now)?);
    org.change_seen(id, "", complete).await.map(|_| ())
}

/// Does the step that is due on the way back.
///
/// # Errors
/// When a service does not answer, or a record is locked: then it is tried again.
pub async fn give_back(op: &Step) -> Result<Next> {
    let mut data = Data::of(&op.operation)?;
    let (h, _) = load(op).await?;
    let Some((kind, service)) = kinds(&op.cx).get(data.kind).copied() else {
        data.report = moves(op, h.id, data.report).await?;
        let (id, report) = (h.id, data.report);
        return Ok(Next::Done(Box::new(move |act| {
            Box::pin(rolled_back(act, id, report.clone()))
        })));
    };
    let request = holding::RestoreHoldingsRequest {
        kind: kind.to_owned(),
        member_id: h.member.to_string(),
        handover_id: h.id.to_string(),
        after_id: data.after.clone(),
        limit: BATCH,
        ..holding::RestoreHoldingsRequest::default()
    };
    let mut client = HoldingServiceClient::new(op.link(service).await?);
    let answer = client.restore_holdings(request).await?.into_inner();
    if answer.busy > 0 {
        let busy = answer.busy;
        return Err(Error::Unavailable(format!(
            "{busy} records are being worked on"
        )));
    }
    data.records += answer.restored;
    go_on(data, answer.next_after_id)
}

/// The leaver has his access and his territories again, as far as nobody else has them by now.
async fn rolled_back(act: &mut Act<'_>, id: LeaverHandoverId, report: Report) -> Result<()> {
    let now = act.now;
    let mut org = Organisation::open(act).await?;
    let back = |h: &mut LeaverHandover, _| Ok(h.rolled_back(report, now)?);
    let h = org.change_seen(id, "", back).await?;
    let member = organisation::read::<Member>(org.tx, h.member).await?;
    if h.took_access && !member.is_active() {
        org.change_seen(h.member, "", |m: &mut Member, _| Ok(m.reactivate()?))
            .await?;
    }
    for place in &h.territories.territories {
        let territory = organisation::read::<Territory>(org.tx, *place).await?;
        if territory.is_active() && territory.manager == Some(h.successor) {
            give_territory(&mut org, &territory, h.member).await?;
        }
    }
    Ok(())
}

/// A territory gets another manager.
///
/// # Errors
/// When the store fails.
pub async fn give_territory(
    org: &mut Organisation<'_, '_>,
    territory: &Territory,
    to: MemberId,
) -> Result<()> {
    let revision = territory::Revision {
        manager: Some(Some(to)),
        ..territory::Revision::default()
    };
    let give = |t: &mut Territory, _| Ok(t.update(revision)?);
    org.change_seen(territory.id, "", give).await.map(|_| ())
}

/// Ends an operation that a service refused: the handover stops, and can be carried on with.
///
/// # Errors
/// When the store fails.
pub async fn failed(act: &mut Act<'_>, operation: &Operation, reason: &str) -> Result<()> {
    let id: LeaverHandoverId = operation.subject.into();
    let reason = reason.to_owned();
    let mut org = Organisation::open(act).await?;
    let stop = |h: &mut LeaverHandover, _| Ok(h.stop(reason)?);
    org.change_seen(id, "", stop).await.map(|_| ())
}

/// The way to the service that keeps a kind, in the name of who asks.
///
/// # Errors
/// When it is not part of the system.
pub fn link_for(cx: &Context, kind: &str, caller: &Caller) -> Result<Link> {
    let known = KINDS.iter().find(|(k, _)| *k == kind);
    let (_, service) = known.ok_or_else(|| Error::invalid("kind", "CHOICE_UNKNOWN"))?;
    cx.link(service, caller)
}

/// The way to a service as the directory itself, for what only it may ask.
///
/// # Errors
/// When it is not part of the system.
pub async fn own_link<R>(cx: &Context, service: &str, r: &tonic::Request<R>) -> Result<Link> {
    let caller = context::caller(r)?;
    cx.link_as_service(service, caller.person(), &caller.call)
        .await
}
