//! Placements: what stands where, stood and is to stand.

use baton_chassis::{
    Time,
    db::{Result, Tx},
    ids::{DepartmentId, MemberId, PlacementId, TerritoryId},
    list::{Key, List, Order},
};
use uuid::Uuid;

use super::{IdRow, open};
use crate::{
    organisation::ORGANISATION,
    placement::{Kind, Placement, Standing, State},
};

/// A placement as it is read alone, by a condition.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "select id, version, kind, subject, place, starts_at, ends_at, state, refusal_reason, author, epoch, created_at, \
             updated_at from placement where ",
            $condition
        )
    };
}

/// Orders in which placements are listed.
pub const ORDERS: &[(&str, Order<Placement>)] = &[(
    "start_time desc",
    Order {
        column: "p.starts_at",
        id: "p.id",
        descending: true,
        key: |p| (Key::Time(p.starts_at), p.id.into()),
    },
)];

/// What placements are listed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What they say.
    pub kind: Option<Kind>,
    /// The territory that they are about, or in which somebody works.
    pub territory: Option<TerritoryId>,
    /// The territory above.
    pub parent: Option<TerritoryId>,
    /// The member that they are about, or who manages.
    pub member: Option<MemberId>,
    /// The department.
    pub department: Option<DepartmentId>,
    /// Their state.
    pub state: Option<State>,
    /// When they held.
    pub held_at: Option<Time>,
}

/// Placements that a filter lets through.
pub fn list(filter: &Filter) -> List {
    let list = open(
        "p.id, p.version, p.kind, p.subject, p.place, p.starts_at, p.ends_at, p.state, p.refusal_reason, p.author, p.epoch, \
         p.created_at, p.updated_at",
        "placement p",
    )
    .filter("p.kind = ?", filter.kind)
    .filter("p.territory = ?", filter.territory)
    .filter("p.parent = ?", filter.parent)
    .filter("p.member = ?", filter.member)
    .filter("p.department = ?", filter.department)
    .filter("p.state = ?", filter.state);
    list.filter(
        "p.starts_at <= ? and (p.ends_at is null or p.ends_at > ?) and p.state in ('IN_FORCE', 'ENDED')",
        filter.held_at,
    )
}

/// A placement.
pub async fn load(tx: &mut Tx, id: PlacementId) -> Result<Option<Placement>> {
    tx.sql(select!("id = $1")).bind(id).optional().await
}

/// What is in force of a subject.
pub async fn in_force(tx: &mut Tx, kind: Kind, subject: Uuid) -> Result<Option<Placement>> {
    tx.sql(select!("kind = $1 and subject = $2 and state = 'IN_FORCE'"))
        .bind(kind)
        .bind(subject)
        .optional()
        .await
}

/// The last plan for a subject that begins at a moment or before.
pub async fn planned_until(
    tx: &mut Tx,
    kind: Kind,
    subject: Uuid,
    at: Time,
) -> Result<Option<Placement>> {
    tx.sql(select!(
        "kind = $1 and subject = $2 and state = 'PLANNED' and starts_at <= $3 order by starts_at desc limit 1"
    ))
    .bind(kind)
    .bind(subject)
    .bind(at)
    .optional()
    .await
}

/// Whether what stood where before placements were kept was noted.
pub async fn is_begun(tx: &mut Tx) -> Result<bool> {
    let row = tx.sql("select id from placement_begun").optional::<IdRow>();
    Ok(row.await?.is_some())
}

/// Notes that it was.
pub async fn note_begun(tx: &mut Tx, at: Time) -> Result<()> {
    tx.sql("insert into placement_begun (id, at) values ($1, $2)")
        .bind(ORGANISATION)
        .bind(at)
        .execute_one()
        .await
}

/// What stands somewhere and has no placement that says so.
pub async fn unnoted(tx: &mut Tx) -> Result<Vec<Standing>> {
    tx.sql(
        "select s.kind, s.subject, s.place from (\
           select 'TERRITORY_PARENT' as kind, id as subject, parent as place from territory \
           union all select 'TERRITORY_MANAGER', id, manager from territory \
           union all select 'MEMBER_TERRITORY', id, territory from member \
           union all select 'MEMBER_DEPARTMENT', id, department from member) s \
         where s.place is not null and not exists (select 1 from placement p where p.kind = s.kind and p.subject = s.subject and p.state = 'IN_FORCE')",
    )
    .all()
    .await
}

/// Writes a new placement.
pub async fn insert(tx: &mut Tx, p: &Placement) -> Result<()> {
    let (subject, place) = (Some(p.subject), p.place);
    let (territory, parent, member, department) = match p.kind {
        Kind::TerritoryParent => (subject, place, None, None),
        Kind::TerritoryManager => (subject, None, place, None),
        Kind::MemberTerritory => (place, None, subject, None),
        Kind::MemberDepartment => (None, None, subject, place),
    };
    tx.sql(
        "insert into placement (id, version, kind, subject, place, territory, parent, member, department, starts_at, ends_at, \
         state, refusal_reason, author, epoch, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(p.id)
    .bind(p.version)
    .bind(p.kind)
    .bind(p.subject)
    .bind(p.place)
    .bind(territory)
    .bind(parent)
    .bind(member)
    .bind(department)
    .bind(p.starts_at)
    .bind(p.ends_at)
    .bind(p.state)
    .bind(p.refusal_reason.clone())
    .bind(p.author)
    .bind(p.epoch)
    .bind(p.created_at)
    .bind(p.updated_at)
    .execute_one()
    .await
}

/// Writes a placement again: what it says never changes.
pub async fn save(tx: &mut Tx, p: &Placement) -> Result<()> {
    tx.sql(
        "update placement set version = $2, starts_at = $3, ends_at = $4, state = $5, refusal_reason = $6, epoch = $7, \
         updated_at = $8 where id = $1 and version = $2 - 1",
    )
    .bind(p.id)
    .bind(p.version)
    .bind(p.starts_at)
    .bind(p.ends_at)
    .bind(p.state)
    .bind(p.refusal_reason.clone())
    .bind(p.epoch)
    .bind(p.updated_at)
    .execute_one()
    .await
}
