//! Accounts at providers, and what browsers held that have come back from one.

use baton_chassis::{
    Time,
    db::{Result, Tx},
    ids::{IdentityId, MemberId},
    list::{Key, List, Order},
};

use super::{IdRow, open};
use crate::identity::Identity;

/// Orders in which accounts are listed.
pub const ORDERS: &[(&str, Order<Identity>)] = &[(
    "create_time desc",
    Order {
        column: "i.created_at",
        id: "i.id",
        descending: true,
        key: |i| (Key::Time(i.created_at), i.id.into()),
    },
)];

/// Accounts of a member.
pub fn list(member: MemberId) -> List {
    open(
        "i.id, i.version, i.member, i.provider, i.issuer, i.subject, i.name, i.state, i.seen_at, i.created_at, i.updated_at",
        "identity i",
    )
    .filter("i.member = ?", Some(member))
}

/// An account.
pub async fn load(tx: &mut Tx, id: IdentityId) -> Result<Option<Identity>> {
    tx.sql(
        "select id, version, member, provider, issuer, subject, name, state, seen_at, created_at, updated_at from identity \
         where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// The account that an issuer calls so, whoever it belongs to and wherever it stands.
pub async fn known(tx: &mut Tx, issuer: &str, subject: &str) -> Result<Option<Identity>> {
    tx.sql(
        "select id, version, member, provider, issuer, subject, name, state, seen_at, created_at, updated_at from identity \
         where issuer = $1 and subject = $2",
    )
    .bind(issuer.to_owned())
    .bind(subject.to_owned())
    .optional()
    .await
}

/// Whether a member signs in by an account of an issuer.
pub async fn has_one(tx: &mut Tx, member: MemberId, issuer: &str) -> Result<bool> {
    let row = tx
        .sql("select id from identity where member = $1 and issuer = $2 and state = 'BOUND'")
        .bind(member)
        .bind(issuer.to_owned());
    Ok(row.optional::<IdRow>().await?.is_some())
}

/// Writes a new account.
pub async fn insert(tx: &mut Tx, i: &Identity) -> Result<()> {
    tx.sql(
        "insert into identity (id, version, member, provider, issuer, subject, name, state, seen_at, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(i.id)
    .bind(i.version)
    .bind(i.member)
    .bind(i.provider.clone())
    .bind(i.issuer.clone())
    .bind(i.subject.clone())
    .bind(i.name.clone())
    .bind(i.state)
    .bind(i.seen_at)
    .bind(i.created_at)
    .bind(i.updated_at)
    .execute_one()
    .await
}

/// Writes an account again: only its state ever changes.
pub async fn save(tx: &mut Tx, i: &Identity) -> Result<()> {
    tx.sql("update identity set version = $2, state = $3, updated_at = $4 where id = $1 and version = $2 - 1")
        .bind(i.id)
        .bind(i.version)
        .bind(i.state)
        .bind(i.updated_at)
        .execute_one()
        .await
}

/// Notes that somebody signs in by an account.
pub async fn see(tx: &mut Tx, id: IdentityId, at: Time) -> Result<()> {
    tx.sql("update identity set seen_at = $2 where id = $1")
        .bind(id)
        .bind(at)
        .execute_one()
        .await
}

/// Members with an e-mail address, which is in small letters: two at most, since one of several is nobody.
pub async fn with_email(tx: &mut Tx, email: &str) -> Result<Vec<MemberId>> {
    let rows = tx
        .sql("select id from member where lower(email) = $1 limit 2")
        .bind(email.to_owned());
    let rows = rows.all::<IdRow>().await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Spends what a browser held, by its hash; `false` if it was spent before. What would be good no more is forgotten.
pub async fn spend(tx: &mut Tx, hash: Vec<u8>, ends_at: Time, now: Time) -> Result<bool> {
    tx.sql("delete from spent_attempt where ends_at <= $1")
        .bind(now)
        .execute()
        .await?;
    let spent = tx
        .sql("insert into spent_attempt (hash, ends_at) values ($1, $2) on conflict (hash) do nothing")
        .bind(hash)
        .bind(ends_at);
    Ok(spent.execute().await? == 1)
}
