//! Keys of programs, and the hashes of their secrets.

use baton_chassis::{
    Time,
    db::{Result, Tx},
    ids::{ApiKeyId, MemberId},
    list::{Key, List, Order},
};

use super::open;
use crate::api_key::{ApiKey, State};

/// Orders in which keys are listed.
pub const ORDERS: &[(&str, Order<ApiKey>)] = &[(
    "create_time desc",
    Order {
        column: "k.created_at",
        id: "k.id",
        descending: true,
        key: |k| (Key::Time(k.created_at), k.id.into()),
    },
)];

/// What keys are listed by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Whom they act for.
    pub member: Option<MemberId>,
    /// Their state.
    pub state: Option<State>,
}

/// Keys that a filter lets through.
pub fn list(filter: &Filter) -> List {
    open(
        "k.id, k.version, k.member, k.name, k.functions, k.state, k.epoch, k.ends_at, k.used_at, k.created_at, k.updated_at",
        "api_key k",
    )
    .filter("k.member = ?", filter.member)
    .filter("k.state = ?", filter.state)
}

/// A key.
pub async fn load(tx: &mut Tx, id: ApiKeyId) -> Result<Option<ApiKey>> {
    tx.sql(
        "select id, version, member, name, functions, state, epoch, ends_at, used_at, created_at, updated_at from api_key \
         where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// A key, if the hash is that of its secret.
pub async fn held(tx: &mut Tx, id: ApiKeyId, hash: Vec<u8>) -> Result<Option<ApiKey>> {
    tx.sql(
        "select k.id, k.version, k.member, k.name, k.functions, k.state, k.epoch, k.ends_at, k.used_at, k.created_at, \
         k.updated_at from api_key_secret h join api_key k on k.id = h.api_key where h.hash = $1 and k.id = $2",
    )
    .bind(hash)
    .bind(id)
    .optional()
    .await
}

/// The keys of a member that nobody has taken back.
pub async fn active(tx: &mut Tx, member: MemberId) -> Result<Vec<ApiKey>> {
    tx.sql(
        "select id, version, member, name, functions, state, epoch, ends_at, used_at, created_at, updated_at from api_key \
         where member = $1 and state = 'ACTIVE' order by created_at, id",
    )
    .bind(member)
    .all()
    .await
}

/// Writes a new key.
pub async fn insert(tx: &mut Tx, k: &ApiKey) -> Result<()> {
    tx.sql(
        "insert into api_key (id, version, member, name, functions, state, epoch, ends_at, used_at, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(k.id)
    .bind(k.version)
    .bind(k.member)
    .bind(k.name.clone())
    .bind(k.functions.text())
    .bind(k.state)
    .bind(k.epoch)
    .bind(k.ends_at)
    .bind(k.used_at)
    .bind(k.created_at)
    .bind(k.updated_at)
    .execute_one()
    .await
}

/// Writes the hash of a key's secret.
pub async fn insert_hash(tx: &mut Tx, id: ApiKeyId, hash: Vec<u8>) -> Result<()> {
    tx.sql("insert into api_key_secret (hash, api_key) values ($1, $2)")
        .bind(hash)
        .bind(id)
        .execute_one()
        .await
}

/// Writes a key again: only its state ever changes.
pub async fn save(tx: &mut Tx, k: &ApiKey) -> Result<()> {
    tx.sql(
        "update api_key set version = $2, state = $3, epoch = $4, updated_at = $5 where id = $1 and version = $2 - 1",
    )
    .bind(k.id)
    .bind(k.version)
    .bind(k.state)
    .bind(k.epoch)
    .bind(k.updated_at)
    .execute_one()
    .await
}

/// Notes that a key is used. Of two who do, the later one counts.
pub async fn see(tx: &mut Tx, id: ApiKeyId, at: Time) -> Result<()> {
    tx.sql("update api_key set used_at = $2 where id = $1 and (used_at is null or used_at < $2)")
        .bind(id)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}
