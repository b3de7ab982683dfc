//! Placements: the history that writes itself with each change of a territory or a member, and plans, which are carried out on
//! their day by the very decisions of a change by hand. Carried out or refused: either is one transaction with all that follows.

use baton_chassis::{
    Date, Error, Result, Time, Violation, Violations,
    act::Act,
    context::Context,
    ids::{MemberId, PlacementId, TerritoryId},
    time::begin_of,
};
use uuid::Uuid;

use crate::{
    member::{self, Member},
    organisation::{self, Organisation},
    placement::{self, BEFORE_RECORDS, Kind, Placement, PlacementEvent, Standing, is_ahead},
    rpc::{members, territories},
    store,
    territory::{self, DEPTH_MAX, Place, Territory},
};

/// The timer that carries a plan out.
pub const DUE: &str = "placement_due";

/// What is to change, and from which day on.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// What is said of the subject.
    pub standing: Standing,
    /// The first day, by the zone of the firm.
    pub first_day: Date,
}

/// Notes what stands otherwise than it did: what was in force ends, and this begins.
pub async fn follow(act: &mut Act<'_>, standings: Vec<Standing>) -> Result<()> {
    let (now, author) = (act.now, act.caller.person());
    for standing in standings {
        let in_force = store::placement::in_force(act.tx, standing.kind, standing.subject).await?;
        // A plan that is carried out is in force before it is done; nothing is said of what never was anywhere.
        if in_force.as_ref().and_then(|before| before.place) == standing.place {
            continue;
        }
        if let Some(before) = in_force {
            end(act, before, now).await?;
        }
        let placement = Placement::since(act.new_id(), standing, author, now, now);
        store::placement::insert(act.tx, &placement).await?;
    }
    Ok(())
}

/// Ends what is in force. It is told of with what takes its place.
async fn end(act: &mut Act<'_>, mut placement: Placement, at: Time) -> Result<()> {
    placement.end(at)?;
    (placement.version, placement.updated_at) = (placement.version + 1, act.now);
    Ok(store::placement::save(act.tx, &placement).await?)
}

/// Notes once what stood where before placements were kept.
pub async fn begin(cx: &Context) -> Result<()> {
    if cx
        .db
        .read(async |tx| store::placement::is_begun(tx).await)
        .await?
    {
        return Ok(());
    }
    let caller = cx.own_caller(None, "first_run").await?;
    cx.act(caller, async |act| note(act).await).await
}

async fn note(act: &mut Act<'_>) -> Result<()> {
    let mut org = Organisation::open(act).await?;
    // Another replica may have been faster.
    if store::placement::is_begun(org.tx).await? {
        return Ok(());
    }
    let now = org.now;
    for standing in store::placement::unnoted(org.tx).await? {
        let id = org.new_id();
        let placement = Placement::since(id, standing, None, BEFORE_RECORDS, now);
        store::placement::insert(org.tx, &placement).await?;
    }
    Ok(store::placement::note_begun(org.tx, now).await?)
}

/// Plans a change.
pub async fn plan(act: &mut Act<'_>, wanted: Wanted, author: MemberId) -> Result<Placement> {
    let mut org = Organisation::open(act).await?;
    let zone = org.settings().time_zone;
    let (now, standing) = (org.now, wanted.standing);
    let starts_at = begin_of(wanted.first_day, &zone);
    let mut v = Violations::new();
    if !is_ahead(wanted.first_day, now, &zone) {
        v.add(DAY, "DAY_NOT_AHEAD");
    }
    check(&mut org, &mut v, standing).await?;
    let Standing { kind, subject, .. } = standing;
    let planned = store::placement::planned_until(org.tx, kind, subject, starts_at).await?;
    let same_day = planned.as_ref().is_some_and(|p| p.starts_at == starts_at);
    let before = match planned {
        Some(plan) => Some(plan),
        None => store::placement::in_force(org.tx, kind, subject).await?,
    };
    if same_day {
        v.add(DAY, "DAY_PLANNED");
    } else if before.and_then(|b| b.place) == standing.place {
        v.add(PLACE, "PLACE_UNCHANGED");
    }
    v.done()?;
    let plan = Placement::plan(org.new_id(), standing, author, starts_at, now);
    let plan = org.create(plan, PlacementEvent::Planned).await?;
    org.timer(DUE, plan.id, starts_at).await?;
    Ok(plan)
}

/// What the fields of a plan are called.
const SUBJECT: &str = "subject_id";
const PLACE: &str = "place_id";
const DAY: &str = "first_day";

/// Notes what of a plan could not be done today.
async fn check(
    org: &mut Organisation<'_, '_>,
    v: &mut Violations,
    standing: Standing,
) -> Result<()> {
    let (subject, place) = (standing.subject, standing.place);
    let moved = match standing.kind {
        Kind::TerritoryParent | Kind::TerritoryManager => {
            let territory: Option<Territory> =
                store::territory::load(org.tx, subject.into()).await?;
            let territory = territory.filter(Territory::is_active);
            if territory.is_none() {
                v.add(SUBJECT, "TERRITORY_NOT_IN_USE");
            }
            territory
        }
        Kind::MemberTerritory | Kind::MemberDepartment => {
            if !is_at_work(org, subject).await? {
                v.add(SUBJECT, "MEMBER_NOT_ACTIVE");
            }
            None
        }
    };
    match (standing.kind, place) {
        (Kind::TerritoryParent, None) => v.add(PLACE, "REQUIRED"),
        (Kind::TerritoryParent | Kind::MemberTerritory, Some(id)) => {
            let place = store::territory::place(org.tx, id.into()).await?;
            match place.filter(|p| p.territory.is_active()) {
                None => v.add(PLACE, "TERRITORY_NOT_IN_USE"),
                Some(place) => {
                    if let Some(territory) = moved {
                        check_move(org, v, territory, &place).await?;
                    }
                }
            }
        }
        (Kind::TerritoryManager, Some(id)) => {
            if !is_at_work(org, id).await? {
                v.add(PLACE, "MEMBER_NOT_ACTIVE");
            }
        }
        (Kind::MemberDepartment, Some(id)) => {
            let department = store::department::load(org.tx, id.into()).await?;
            if !department.is_some_and(|d| d.is_active()) {
                v.add(PLACE, "DEPARTMENT_NOT_IN_USE");
            }
        }
        (_, None) => {}
    }
    Ok(())
}

async fn is_at_work(org: &mut Organisation<'_, '_>, id: Uuid) -> Result<bool> {
    let member = store::member::load(org.tx, id.into()).await?;
    Ok(member.is_some_and(|m| m.is_active()))
}

/// Notes why a territory cannot hang there.
async fn check_move(
    org: &mut Organisation<'_, '_>,
    v: &mut Violations,
    mut territory: Territory,
    place: &Place,
) -> Result<()> {
    let same = store::territory::named(org.tx, place.territory.id, &territory.name).await?;
    if same.is_some_and(|other| other != territory.id) {
        v.add(PLACE, "NAME_TAKEN");
    }
    let levels = store::territory::levels(org.tx, territory.id).await?;
    match territory.move_to(place, levels) {
        Ok(_) => {}
        Err(territory::Refused::Root) => v.add(SUBJECT, "TERRITORY_IS_ROOT"),
        Err(territory::Refused::Cycle) => v.add(PLACE, "TERRITORY_WITHIN_ITSELF"),
        Err(territory::Refused::TooDeep) => {
            v.push(Violation::new(PLACE, "TERRITORY_LEVELS_TOO_MANY").with("max", DEPTH_MAX));
        }
        Err(refused) => return Err(refused.into()),
    }
    Ok(())
}

/// Takes a plan back.
pub async fn cancel(act: &mut Act<'_>, r: &impl baton_proto::Target) -> Result<Placement> {
    let mut org = Organisation::open(act).await?;
    let placement = org
        .change(r, |p: &mut Placement, _| Ok(p.cancel()?))
        .await?;
    org.cancel_timer(DUE, placement.id).await?;
    Ok(placement)
}

/// Carries a plan out whose day has come, or notes why that cannot be.
pub async fn come_due(act: &mut Act<'_>, id: PlacementId) -> Result<()> {
    let mut org = Organisation::open(act).await?;
    let plan = organisation::read::<Placement>(org.tx, id).await?;
    if plan.state != placement::State::Planned {
        return Ok(());
    }
    let mark = org.mark().await?;
    let reason = match carry_out(&mut org, &plan).await {
        Ok(()) => return org.keep(mark).await,
        Err(error) => in_the_way(error)?,
    };
    org.undo(mark).await?;
    org.change_seen(id, "", |p: &mut Placement, _| Ok(p.refuse(reason)?))
        .await
        .map(|_| ())
}

/// Why a plan is not carried out; what is not about the plan is tried again.
fn in_the_way(error: Error) -> Result<&'static str> {
    match error {
        Error::Refused(refusal) => Ok(refusal.reason),
        Error::Invalid(ref violations) => violations.first().map(|v| v.reason).ok_or(error),
        error => Err(error),
    }
}

/// The plan holds, and then what it says is done.
async fn carry_out(org: &mut Organisation<'_, '_>, plan: &Placement) -> Result<()> {
    let before = store::placement::in_force(org.tx, plan.kind, plan.subject).await?;
    let begins = plan.begins(before.as_ref(), org.now);
    if let Some(before) = before {
        end(org, before, begins).await?;
    }
    let hold = |p: &mut Placement, _| Ok(p.carry_out(begins)?);
    org.change_seen(plan.id, "", hold).await?;
    match plan.kind {
        Kind::TerritoryParent => {
            let parent: TerritoryId = plan.place.unwrap_or_default().into();
            territories::move_below(org, plan.subject.into(), "", parent, PLACE).await?;
        }
        Kind::TerritoryManager => {
            let revision = territory::Revision {
                manager: Some(plan.place.map(Into::into)),
                ..territory::Revision::default()
            };
            let before = organisation::read::<Territory>(org.tx, plan.subject.into()).await?;
            territories::revise(org, Violations::new(), &before, "", revision).await?;
        }
        Kind::MemberTerritory | Kind::MemberDepartment => {
            let mut revision = member::Revision::default();
            if plan.kind == Kind::MemberTerritory {
                revision.territory = Some(plan.place.map(Into::into));
            } else {
                revision.department = Some(plan.place.map(Into::into));
            }
            employ(org, plan.subject.into(), revision).await?;
        }
    }
    Ok(())
}

/// A member works or belongs elsewhere; who has left is put right by hand alone.
async fn employ(
    org: &mut Organisation<'_, '_>,
    id: MemberId,
    revision: member::Revision,
) -> Result<()> {
    let before = organisation::read::<Member>(org.tx, id).await?;
    if !before.is_active() {
        return Err(member::Refused::Inactive.into());
    }
    members::revise(org, Violations::new(), &before, "", revision).await?;
    Ok(())
}
