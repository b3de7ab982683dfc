//! Exports.

use baton_chassis::{
    db::{Result, Tx},
    ids::{ExportId, MemberId},
    list::{Key, List, Order},
};

use super::open;
use crate::export::Export;

/// Orders in which exports are listed.
pub const ORDERS: &[(&str, Order<Export>)] = &[(
    "create_time desc",
    Order {
        column: "x.created_at",
        id: "x.id",
        descending: true,
        key: |x| (Key::Time(x.created_at), x.id.into()),
    },
)];

/// What exports are listed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whose they are.
    pub member: Option<MemberId>,
    /// Of which list.
    pub collection: Option<String>,
    /// Only large ones.
    pub large: bool,
}

/// Exports that a filter lets through.
pub fn list(filter: &Filter) -> List {
    open(
        "x.id, x.version, x.member, x.collection, x.filters, x.columns, x.format, x.state, x.stop_reason, x.row_count, \
         x.large, x.way, x.address, x.ends_at, x.ended_at, x.created_at, x.updated_at",
        "export x",
    )
    .filter("x.member = ?", filter.member)
    .filter("x.collection = ?", filter.collection.clone())
    .filter("x.large = ?", filter.large.then_some(true))
}

/// An export.
pub async fn load(tx: &mut Tx, id: ExportId) -> Result<Option<Export>> {
    tx.sql(
        "select id, version, member, collection, filters, columns, format, state, stop_reason, row_count, large, way, \
         address, ends_at, ended_at, created_at, updated_at from export where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// Writes a new export.
pub async fn insert(tx: &mut Tx, x: &Export) -> Result<()> {
    tx.sql(
        "insert into export (id, version, member, collection, filters, columns, format, state, stop_reason, row_count, large, \
         way, address, ends_at, ended_at, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(x.id)
    .bind(x.version)
    .bind(x.member)
    .bind(x.collection.clone())
    .bind(x.filters.text())
    .bind(x.columns.text())
    .bind(x.format)
    .bind(x.state)
    .bind(x.stop_reason)
    .bind(x.row_count)
    .bind(x.large)
    .bind(x.way.clone())
    .bind(x.address.clone())
    .bind(x.ends_at)
    .bind(x.ended_at)
    .bind(x.created_at)
    .bind(x.updated_at)
    .execute_one()
    .await
}

/// Writes an export again: only how it ended ever changes.
pub async fn save(tx: &mut Tx, x: &Export) -> Result<()> {
    tx.sql(
        "update export set version = $2, state = $3, stop_reason = $4, row_count = $5, large = $6, ended_at = $7, \
         updated_at = $8 where id = $1 and version = $2 - 1",
    )
    .bind(x.id)
    .bind(x.version)
    .bind(x.state)
    .bind(x.stop_reason)
    .bind(x.row_count)
    .bind(x.large)
    .bind(x.ended_at)
    .bind(x.updated_at)
    .execute_one()
    .await
}
