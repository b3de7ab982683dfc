//! Calls about leaver handovers.

use std::time::Duration;

use baton_chassis::{
    Error, Result, Violations,
    act::Act,
    context::{self, Context},
    db::Tx,
    ids::{LeaverHandoverId, MemberId},
    operation::{self, Operation},
    paging, wire as chassis_wire,
};
use baton_proto::{
    directory::v1::{self as pb, leaver_handover_service_server::LeaverHandoverService},
    holding::v1::{ListHoldingsRequest, holding_service_client::HoldingServiceClient},
};
use chrono::TimeDelta;
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, members::shut_out};
use crate::{
    leaver_handover::{
        LeaverHandover, LeaverHandoverEvent, Preview, Refused, Revision, State, Taken,
    },
    leaving,
    member::Member,
    organisation::{self, Organisation},
    store,
    territory::Territory,
    wire,
};

/// How long a caller waits for the end.
const WAIT: Duration = Duration::from_secs(2);

/// Calls about leaver handovers.
pub struct LeaverHandovers(pub Context);

#[tonic::async_trait]
impl LeaverHandoverService for LeaverHandovers {
    async fn create_leaver_handover(
        &self,
        r: Request<pb::CreateLeaverHandoverRequest>,
    ) -> Answer<pb::CreateLeaverHandoverResponse> {
        self.0
            .command(r, async |act, r| {
                let handover = create(act, r).await?;
                Ok(pb::CreateLeaverHandoverResponse {
                    leaver_handover: Some(wire::leaver_handover(&handover)),
                })
            })
            .await
    }

    async fn get_leaver_handover(
        &self,
        r: Request<pb::GetLeaverHandoverRequest>,
    ) -> Answer<pb::GetLeaverHandoverResponse> {
        self.0
            .query(r, async |look, r| {
                let id = chassis_wire::parse_id("id", &r.id)?;
                Ok(pb::GetLeaverHandoverResponse {
                    leaver_handover: Some(shown(look.tx, id).await?),
                })
            })
            .await
    }

    async fn list_leaver_handovers(
        &self,
        r: Request<pb::ListLeaverHandoversRequest>,
    ) -> Answer<pb::ListLeaverHandoversResponse> {
        self.0
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let filter = store::leaver_handover::Filter {
                    member: v.optional_id("member_id", &r.member_id),
                    state: wire::leaver_handover_state(&mut v, r.state),
                };
                v.done()?;
                let list = || store::leaver_handover::list(&filter);
                let page = look
                    .list(list, store::leaver_handover::ORDERS, &paging!(r))
                    .await?;
                Ok(pb::ListLeaverHandoversResponse {
                    leaver_handovers: page.rows.iter().map(wire::leaver_handover).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn update_leaver_handover(
        &self,
        r: Request<pb::UpdateLeaverHandoverRequest>,
    ) -> Answer<pb::UpdateLeaverHandoverResponse> {
        self.0
            .command(r, async |act, r| {
                let handover = update(act, r).await?;
                Ok(pb::UpdateLeaverHandoverResponse {
                    leaver_handover: Some(wire::leaver_handover(&handover)),
                })
            })
            .await
    }

    async fn cancel_leaver_handover(
        &self,
        r: Request<pb::CancelLeaverHandoverRequest>,
    ) -> Answer<pb::CancelLeaverHandoverResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let handover = org
                    .change(r, |h: &mut LeaverHandover, _| Ok(h.cancel()?))
                    .await?;
                Ok(pb::CancelLeaverHandoverResponse {
                    leaver_handover: Some(wire::leaver_handover(&handover)),
                })
            })
            .await
    }

    async fn preview_leaver_handover(
        &self,
        r: Request<pb::PreviewLeaverHandoverRequest>,
    ) -> Answer<pb::PreviewLeaverHandoverResponse> {
        let preview = async {
            let id = chassis_wire::parse_id("id", &r.get_ref().id)?;
            let preview = self.preview(&r, id).await?;
            let language = context::caller(&r)?.language;
            Ok(wire::leaver_preview(&preview, language, &self.0.messages))
        };
        let preview: Result<_> = preview.await;
        preview.map(Response::new).map_err(|e| self.0.refuse(&r, e))
    }

    async fn list_held_records(
        &self,
        r: Request<pb::ListHeldRecordsRequest>,
    ) -> Answer<pb::ListHeldRecordsResponse> {
        let page = self.held(&r).await;
        page.map(Response::new).map_err(|e| self.0.refuse(&r, e))
    }

    async fn execute_leaver_handover(
        &self,
        r: Request<pb::ExecuteLeaverHandoverRequest>,
    ) -> Answer<pb::ExecuteLeaverHandoverResponse> {
        if let Some(done) = self.0.replayed(&r).await? {
            return Ok(done);
        }
        // What speaks against it is asked of the services before the transaction.
        if let Err(error) = self.may_go(&r).await {
            return Err(self.0.refuse(&r, error));
        }
        let begun = self
            .0
            .command(
                r,
                async move |act: &mut Act<'_>, r: &pb::ExecuteLeaverHandoverRequest| {
                    let handover = execute(act, r).await?;
                    Ok(pb::ExecuteLeaverHandoverResponse {
                        leaver_handover: Some(wire::leaver_handover(&handover)),
                    })
                },
            )
            .await?;
        let begun = begun.into_inner().leaver_handover;
        Ok(Response::new(pb::ExecuteLeaverHandoverResponse {
            leaver_handover: after_a_while(&self.0, begun).await,
        }))
    }

    async fn roll_back_leaver_handover(
        &self,
        r: Request<pb::RollBackLeaverHandoverRequest>,
    ) -> Answer<pb::RollBackLeaverHandoverResponse> {
        let begun = self
            .0
            .command(
                r,
                async move |act: &mut Act<'_>, r: &pb::RollBackLeaverHandoverRequest| {
                    let handover = roll_back(act, r).await?;
                    Ok(pb::RollBackLeaverHandoverResponse {
                        leaver_handover: Some(wire::leaver_handover(&handover)),
                    })
                },
            )
            .await?;
        let begun = begun.into_inner().leaver_handover;
        Ok(Response::new(pb::RollBackLeaverHandoverResponse {
            leaver_handover: after_a_while(&self.0, begun).await,
        }))
    }
}

async fn create(act: &mut Act<'_>, r: &pb::CreateLeaverHandoverRequest) -> Result<LeaverHandover> {
    let given = r.leaver_handover.clone().unwrap_or_default();
    let mut v = Violations::new();
    let mask = v.mask(None, wire::LEAVER_HANDOVER_FIELDS);
    let member: MemberId = v.id("leaver_handover.member_id", &given.member_id);
    let revision = wire::leaver_revision(&mut v, &given, &mask);
    let mut org = Organisation::open(act).await?;
    if !given.member_id.is_empty() && store::member::load(org.tx, member).await?.is_none() {
        v.add("leaver_handover.member_id", "REFERENCE_NOT_FOUND");
    }
    check(&mut org, &mut v, member, &revision).await?;
    v.done()?;
    if store::leaver_handover::open_of(org.tx, member)
        .await?
        .is_some()
    {
        return Err(Refused::Open.into());
    }
    let successor = revision.successor.unwrap_or(member);
    let plan = LeaverHandover::plan(org.new_id(), member, successor, revision, org.now);
    org.create(plan, LeaverHandoverEvent::Planned).await
}

async fn update(act: &mut Act<'_>, r: &pb::UpdateLeaverHandoverRequest) -> Result<LeaverHandover> {
    let given = r.leaver_handover.clone().unwrap_or_default();
    let mut v = Violations::new();
    let id: LeaverHandoverId = chassis_wire::parse_id("leaver_handover.id", &given.id)?;
    let mask = v.mask(r.update_mask.as_ref(), wire::LEAVER_HANDOVER_FIELDS);
    let revision = wire::leaver_revision(&mut v, &given, &mask);
    let mut org = Organisation::open(act).await?;
    let before = organisation::read::<LeaverHandover>(org.tx, id).await?;
    check(&mut org, &mut v, before.member, &revision).await?;
    v.done()?;
    org.change_seen(id, &r.etag, |h: &mut LeaverHandover, _| {
        Ok(h.update(revision)?)
    })
    .await
}

/// Notes whoever cannot be a successor: who leaves, and who may not work.
async fn check(
    org: &mut Organisation<'_, '_>,
    v: &mut Violations,
    leaver: MemberId,
    revision: &Revision,
) -> Result<()> {
    let rules = revision.rules.iter().flat_map(|r| &r.rules).enumerate();
    let at = |n| format!("leaver_handover.rules[{n}].successor_id");
    let named = rules.map(|(n, rule)| (at(n), rule.successor));
    let whole = revision
        .successor
        .map(|s| ("leaver_handover.successor_id".to_owned(), s));
    for (field, successor) in whole.into_iter().chain(named) {
        if Uuid::from(successor).is_nil() {
            continue;
        }
        let member = store::member::load(org.tx, successor).await?;
        if successor == leaver {
            v.add(field, "SUCCESSOR_IS_LEAVER");
        } else if !member.is_some_and(|m| m.is_active()) {
            v.add(field, "MEMBER_NOT_ACTIVE");
        }
    }
    Ok(())
}

/// Ends access and begins: from here on it goes to its end by itself.
async fn execute(
    act: &mut Act<'_>,
    r: &pb::ExecuteLeaverHandoverRequest,
) -> Result<LeaverHandover> {
    let (now, by) = (act.now, act.member()?);
    let id = chassis_wire::parse_id("id", &r.id)?;
    let mut org = Organisation::open(act).await?;
    let plan = organisation::read::<LeaverHandover>(org.tx, id).await?;
    let member = organisation::read::<Member>(org.tx, plan.member).await?;
    let territories = store::leaver_handover::managed_by(org.tx, plan.member).await?;
    let taken = Taken {
        access: member.is_active(),
        territories: territories.clone(),
    };
    let handover = org
        .change(
            r,
            |h: &mut LeaverHandover, _| Ok(h.execute(by, taken, now)?),
        )
        .await?;
    if member.is_active() {
        org.change_seen(member.id, "", |m: &mut Member, epoch| {
            Ok(m.deactivate(epoch)?)
        })
        .await?;
        shut_out(&mut org, member.id).await?;
    }
    for id in territories {
        let territory = organisation::read::<Territory>(org.tx, id).await?;
        leaving::give_territory(&mut org, &territory, handover.successor).await?;
    }
    start(&mut org, leaving::HAND_ON, &handover).await?;
    Ok(handover)
}

async fn roll_back(
    act: &mut Act<'_>,
    r: &pb::RollBackLeaverHandoverRequest,
) -> Result<LeaverHandover> {
    let now = act.now;
    let mut org = Organisation::open(act).await?;
    let handover = org
        .change(r, |h: &mut LeaverHandover, _| Ok(h.roll_back(now)?))
        .await?;
    start(&mut org, leaving::GIVE_BACK, &handover).await?;
    Ok(handover)
}

async fn start(
    org: &mut Organisation<'_, '_>,
    kind: &'static str,
    handover: &LeaverHandover,
) -> Result<()> {
    let data = leaving::Data::begin(handover.report.0.clone())?;
    let lasts = TimeDelta::days(leaving::LASTS_D);
    org.start_operation(kind, handover.id, data, lasts).await?;
    Ok(())
}

/// A handover with how far it is.
async fn shown(tx: &mut Tx, id: LeaverHandoverId) -> Result<pb::LeaverHandover> {
    let handover = organisation::read::<LeaverHandover>(tx, id).await?;
    let operation = under_way(tx, id).await?;
    match operation {
        Some(operation) => {
            let data = leaving::progress(&operation)?;
            Ok(wire::leaver_handover_under_way(&handover, &data))
        }
        None => Ok(wire::leaver_handover(&handover)),
    }
}

/// How a handover stands when its operation has ended, or after a while. It goes on whatever becomes of this call.
async fn after_a_while(
    cx: &Context,
    begun: Option<pb::LeaverHandover>,
) -> Option<pb::LeaverHandover> {
    let id: LeaverHandoverId = begun.as_ref()?.id.parse().ok()?;
    watched(cx, id).await.ok().or(begun)
}

async fn watched(cx: &Context, id: LeaverHandoverId) -> Result<pb::LeaverHandover> {
    let begun = cx.db.read(async move |tx| under_way(tx, id).await).await?;
    if let Some(operation) = begun {
        cx.operations.watch(cx, operation.id, WAIT).await?;
    }
    cx.db.read(async move |tx| shown(tx, id).await).await
}

/// The operation that a handover waits for.
async fn under_way(tx: &mut Tx, id: LeaverHandoverId) -> Result<Option<Operation>> {
    let handover = organisation::read::<LeaverHandover>(tx, id).await?;
    let kind = match handover.state {
        State::Running | State::Stopped => leaving::HAND_ON,
        State::RollingBack => leaving::GIVE_BACK,
        _ => return Ok(None),
    };
    Ok(operation::latest(tx, kind, id.into()).await?)
}

impl LeaverHandovers {
    /// What would go to whom, and what speaks against it.
    async fn preview<R: Send + Sync>(
        &self,
        r: &Request<R>,
        id: LeaverHandoverId,
    ) -> Result<Preview> {
        let cx = &self.0;
        let read = async move |tx: &mut Tx| {
            let plan = organisation::read::<LeaverHandover>(tx, id).await?;
            let managed = store::leaver_handover::managed_by(tx, plan.member).await?;
            Ok::<_, Error>((plan, managed))
        };
        let (plan, territories) = cx.db.read(read).await?;
        let people = cx.people.snapshot().await?;
        let succession = leaving::succession(&plan, &people);
        let mut preview = Preview {
            territories,
            away: leaving::away(cx).into_iter().map(str::to_owned).collect(),
            ..Preview::default()
        };
        for (kind, service) in leaving::kinds(cx) {
            let link = leaving::own_link(cx, service, r).await?;
            let found = match leaving::survey(link, kind, plan.member, succession.clone()).await {
                Ok(found) => found,
                Err(error) if error.retryable() => {
                    preview.is_away(service);
                    continue;
                }
                Err(error) => return Err(error),
            };
            preview.counted(kind, &found)?;
        }
        preview.judge(&plan, &people);
        Ok(preview)
    }

    /// Refuses to begin while something speaks against it that has to be settled first.
    async fn may_go(&self, r: &Request<pb::ExecuteLeaverHandoverRequest>) -> Result<()> {
        let id = chassis_wire::parse_id("id", &r.get_ref().id)?;
        let preview = self.preview(r, id).await?;
        preview.may_go()
    }

    async fn held(
        &self,
        r: &Request<pb::ListHeldRecordsRequest>,
    ) -> Result<pb::ListHeldRecordsResponse> {
        let (cx, asked) = (&self.0, r.get_ref());
        let id = chassis_wire::parse_id("id", &asked.id)?;
        let read = async move |tx: &mut Tx| organisation::read::<LeaverHandover>(tx, id).await;
        let plan = cx.db.read(read).await?;
        let link = leaving::link_for(cx, &asked.kind, &context::caller(r)?)?;
        let people = cx.people.snapshot().await?;
        let request = ListHoldingsRequest {
            kind: asked.kind.clone(),
            member_id: plan.member.to_string(),
            succession: Some(leaving::succession(&plan, &people)),
            page_size: asked.page_size,
            after_id: asked.page_token.clone(),
        };
        let answer = HoldingServiceClient::new(link)
            .list_holdings(request)
            .await?;
        Ok(wire::held_records(answer.into_inner()))
    }
}
