//! Shares.

use baton_chassis::{
    db::{Result, Tx},
    ids::{MemberId, ShareId},
    list::{Key, List, Order},
};
use uuid::Uuid;

use super::open;
use crate::share::{Before, Share, State, With};

/// Orders in which shares are listed.
pub const ORDERS: &[(&str, Order<Share>)] = &[(
    "create_time desc",
    Order {
        column: "s.created_at",
        id: "s.id",
        descending: true,
        key: |s| (Key::Time(s.created_at), s.id.into()),
    },
)];

/// What shares are listed by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// What is shared.
    pub record: Option<Uuid>,
    /// To whom it is shown.
    pub member: Option<MemberId>,
    /// Their state.
    pub state: Option<State>,
}

/// Shares that a filter lets through.
pub fn list(filter: &Filter) -> List {
    open(
        "s.id, s.version, s.kind, s.record, s.member, s.team, s.access, s.ends_at, s.sharer, s.state, s.epoch, s.created_at, \
         s.updated_at",
        "share s",
    )
    .filter("s.record = ?", filter.record)
    .filter("s.member = ?", filter.member)
    .filter("s.state = ?", filter.state)
}

/// A share.
pub async fn load(tx: &mut Tx, id: ShareId) -> Result<Option<Share>> {
    tx.sql(
        "select id, version, kind, record, member, team, access, ends_at, sharer, state, epoch, created_at, updated_at from share \
         where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// What is shared with somebody: of this record, and in all.
pub async fn before(tx: &mut Tx, record: Uuid, with: With) -> Result<Before> {
    let (text, id): (&'static str, Uuid) = match with {
        With::Member(id) => (
            "select count(*) as \"all\", count(case when record = $1 then 1 end) as same from share \
             where member = $2 and state = 'ACTIVE'",
            id.into(),
        ),
        With::Team(id) => (
            "select count(*) as \"all\", count(case when record = $1 then 1 end) as same from share \
             where team = $2 and state = 'ACTIVE'",
            id.into(),
        ),
    };
    tx.sql(text).bind(record).bind(id).one().await
}

/// Writes a new share.
pub async fn insert(tx: &mut Tx, s: &Share) -> Result<()> {
    tx.sql(
        "insert into share (id, version, kind, record, member, team, access, ends_at, sharer, state, epoch, created_at, \
         updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(s.id)
    .bind(s.version)
    .bind(s.kind.clone())
    .bind(s.record)
    .bind(s.member)
    .bind(s.team)
    .bind(s.access)
    .bind(s.ends_at)
    .bind(s.sharer)
    .bind(s.state)
    .bind(s.epoch)
    .bind(s.created_at)
    .bind(s.updated_at)
    .execute_one()
    .await
}

/// Writes a share again: only its state ever changes.
pub async fn save(tx: &mut Tx, s: &Share) -> Result<()> {
    tx.sql("update share set version = $2, state = $3, epoch = $4, updated_at = $5 where id = $1 and version = $2 - 1")
        .bind(s.id)
        .bind(s.version)
        .bind(s.state)
        .bind(s.epoch)
        .bind(s.updated_at)
        .execute_one()
        .await
}
