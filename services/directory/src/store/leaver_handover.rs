//! Leaver handovers.

use baton_chassis::{
    db::{Result, Tx},
    ids::{LeaverHandoverId, MemberId, TerritoryId},
    list::{Key, List, Order},
};

use super::{IdRow, open};
use crate::leaver_handover::{LeaverHandover, State};

/// Orders in which handovers are listed.
pub const ORDERS: &[(&str, Order<LeaverHandover>)] = &[(
    "create_time desc",
    Order {
        column: "h.created_at",
        id: "h.id",
        descending: true,
        key: |h| (Key::Time(h.created_at), h.id.into()),
    },
)];

/// What handovers are listed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Who leaves.
    pub member: Option<MemberId>,
    /// Where they stand.
    pub state: Option<State>,
}

/// Handovers that a filter lets through.
pub fn list(filter: &Filter) -> List {
    open("h.*", "leaver_handover h")
        .filter("h.member = ?", filter.member)
        .filter("h.state = ?", filter.state)
}

/// A handover.
pub async fn load(tx: &mut Tx, id: LeaverHandoverId) -> Result<Option<LeaverHandover>> {
    tx.sql("select * from leaver_handover where id = $1")
        .bind(id)
        .optional()
        .await
}

/// The handover of a member that is not over.
pub async fn open_of(tx: &mut Tx, member: MemberId) -> Result<Option<LeaverHandoverId>> {
    let row = tx
        .sql(
            "select id from leaver_handover where member = $1 \
             and state in ('PLANNED', 'RUNNING', 'STOPPED', 'ROLLING_BACK')",
        )
        .bind(member);
    Ok(row.optional::<IdRow>().await?.map(|row| row.id.into()))
}

/// Territories in use that a member manages.
pub async fn managed_by(tx: &mut Tx, member: MemberId) -> Result<Vec<TerritoryId>> {
    let rows: Vec<IdRow> = tx
        .sql("select id from territory where manager = $1 and state = 'ACTIVE' order by name, id")
        .bind(member)
        .all()
        .await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Writes a new handover.
pub async fn insert(tx: &mut Tx, h: &LeaverHandover) -> Result<()> {
    tx.sql(
        "insert into leaver_handover (id, version, member, successor, rules, note, state, report, took_access, \
         territories, stop_reason, executed_by, executed_at, ended_at, epoch, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(h.id)
    .bind(h.version)
    .bind(h.member)
    .bind(h.successor)
    .bind(h.rules.clone())
    .bind(h.note.clone())
    .bind(h.state)
    .bind(h.report.clone())
    .bind(h.took_access)
    .bind(h.territories.clone())
    .bind(h.stop_reason.clone())
    .bind(h.executed_by)
    .bind(h.executed_at)
    .bind(h.ended_at)
    .bind(h.epoch)
    .bind(h.created_at)
    .bind(h.updated_at)
    .execute_one()
    .await
}

/// Writes a handover again.
pub async fn save(tx: &mut Tx, h: &LeaverHandover) -> Result<()> {
    tx.sql(
        "update leaver_handover set version = $2, successor = $3, rules = $4, note = $5, state = $6, report = $7, \
         took_access = $8, territories = $9, stop_reason = $10, executed_by = $11, executed_at = $12, ended_at = $13, \
         epoch = $14, updated_at = $15 where id = $1 and version = $2 - 1",
    )
    .bind(h.id)
    .bind(h.version)
    .bind(h.successor)
    .bind(h.rules.clone())
    .bind(h.note.clone())
    .bind(h.state)
    .bind(h.report.clone())
    .bind(h.took_access)
    .bind(h.territories.clone())
    .bind(h.stop_reason.clone())
    .bind(h.executed_by)
    .bind(h.executed_at)
    .bind(h.ended_at)
    .bind(h.epoch)
    .bind(h.updated_at)
    .execute_one()
    .await
}
