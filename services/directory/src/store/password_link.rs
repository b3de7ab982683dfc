//! Links for passwords, and the hashes of what stands in them.

use baton_chassis::{
    db::{Result, Tx},
    ids::{MemberId, PasswordLinkId},
    list::{Key, List, Order},
};

use super::open as all;
use crate::password_link::{PasswordLink, State};

/// Orders in which links are listed.
pub const ORDERS: &[(&str, Order<PasswordLink>)] = &[(
    "create_time desc",
    Order {
        column: "l.created_at",
        id: "l.id",
        descending: true,
        key: |l| (Key::Time(l.created_at), l.id.into()),
    },
)];

/// What links are listed by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Whose password they set.
    pub member: Option<MemberId>,
    /// Their state.
    pub state: Option<State>,
}

/// Links that a filter lets through.
pub fn list(filter: &Filter) -> List {
    all(
        "l.id, l.version, l.member, l.purpose, l.state, l.creator, l.ends_at, l.created_at, l.updated_at",
        "password_link l",
    )
    .filter("l.member = ?", filter.member)
    .filter("l.state = ?", filter.state)
}

/// A link.
pub async fn load(tx: &mut Tx, id: PasswordLinkId) -> Result<Option<PasswordLink>> {
    tx.sql(
        "select id, version, member, purpose, state, creator, ends_at, created_at, updated_at from password_link \
         where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// A link by the hash of what stands in it.
pub async fn held(tx: &mut Tx, hash: Vec<u8>) -> Result<Option<PasswordLink>> {
    tx.sql(
        "select l.id, l.version, l.member, l.purpose, l.state, l.creator, l.ends_at, l.created_at, l.updated_at \
         from password_link_secret h join password_link l on l.id = h.link where h.hash = $1",
    )
    .bind(hash)
    .optional()
    .await
}

/// The links of a member that nobody has used or taken back: one for each purpose at most.
pub async fn open(tx: &mut Tx, member: MemberId) -> Result<Vec<PasswordLink>> {
    tx.sql(
        "select id, version, member, purpose, state, creator, ends_at, created_at, updated_at from password_link \
         where member = $1 and state = 'OPEN' order by created_at, id",
    )
    .bind(member)
    .all()
    .await
}

/// Writes a new link, and the hash of what stands in it.
pub async fn insert(tx: &mut Tx, l: &PasswordLink, hash: Vec<u8>) -> Result<()> {
    tx.sql(
        "insert into password_link (id, version, member, purpose, state, creator, ends_at, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(l.id)
    .bind(l.version)
    .bind(l.member)
    .bind(l.purpose)
    .bind(l.state)
    .bind(l.creator)
    .bind(l.ends_at)
    .bind(l.created_at)
    .bind(l.updated_at)
    .execute_one()
    .await?;
    tx.sql("insert into password_link_secret (hash, link) values ($1, $2)")
        .bind(hash)
        .bind(l.id)
        .execute_one()
        .await
}

/// Writes a link again: only its state ever changes.
pub async fn save(tx: &mut Tx, l: &PasswordLink) -> Result<()> {
    tx.sql(
        "update password_link set version = $2, state = $3, updated_at = $4 where id = $1 and version = $2 - 1",
    )
    .bind(l.id)
    .bind(l.version)
    .bind(l.state)
    .bind(l.updated_at)
    .execute_one()
    .await
}
