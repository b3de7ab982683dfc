//! Sessions, and the hashes of what browsers hold.

use baton_chassis::{
    Time,
    db::{Result, Tx},
    ids::{MemberId, SessionId},
    list::{Key, List, Order},
};

use super::open;
use crate::session::{Session, State};

/// Orders in which sessions are listed.
pub const ORDERS: &[(&str, Order<Session>)] = &[(
    "create_time desc",
    Order {
        column: "s.created_at",
        id: "s.id",
        descending: true,
        key: |s| (Key::Time(s.created_at), s.id.into()),
    },
)];

/// What sessions are listed by.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Whose they are.
    pub member: MemberId,
    /// Their state.
    pub state: Option<State>,
}

/// Sessions that a filter lets through.
pub fn list(filter: &Filter) -> List {
    open(
        "s.id, s.version, s.member, s.device, s.address, s.state, s.epoch, s.seen_at, s.rest_hours, s.ends_at, s.provider, s.created_at, \
         s.updated_at",
        "session s",
    )
    .filter("s.member = ?", Some(filter.member))
    .filter("s.state = ?", filter.state)
}

/// A session.
pub async fn load(tx: &mut Tx, id: SessionId) -> Result<Option<Session>> {
    tx.sql(
        "select id, version, member, device, address, state, epoch, seen_at, rest_hours, ends_at, provider, created_at, updated_at \
         from session where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// The session of a browser, by the hash of what it holds.
pub async fn held(tx: &mut Tx, hash: Vec<u8>) -> Result<Option<Session>> {
    tx.sql(
        "select s.id, s.version, s.member, s.device, s.address, s.state, s.epoch, s.seen_at, s.rest_hours, s.ends_at, \
         s.provider, s.created_at, s.updated_at from session_secret h join session s on s.id = h.session where h.hash = $1",
    )
    .bind(hash)
    .optional()
    .await
}

/// The sessions of a member that nobody has ended, the oldest first.
pub async fn active(tx: &mut Tx, member: MemberId) -> Result<Vec<Session>> {
    tx.sql(
        "select id, version, member, device, address, state, epoch, seen_at, rest_hours, ends_at, provider, created_at, updated_at \
         from session where member = $1 and state = 'ACTIVE' order by created_at, id",
    )
    .bind(member)
    .all()
    .await
}

/// Writes a new session, and the hash of what its browser holds.
pub async fn insert(tx: &mut Tx, s: &Session, hash: Vec<u8>) -> Result<()> {
    tx.sql(
        "insert into session (id, version, member, device, address, state, epoch, seen_at, rest_hours, ends_at, created_at, \
         updated_at, provider) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(s.id)
    .bind(s.version)
    .bind(s.member)
    .bind(s.device.clone())
    .bind(s.address.clone())
    .bind(s.state)
    .bind(s.epoch)
    .bind(s.seen_at)
    .bind(s.rest_hours)
    .bind(s.ends_at)
    .bind(s.created_at)
    .bind(s.updated_at)
    .bind(s.provider.clone())
    .execute_one()
    .await?;
    tx.sql("insert into session_secret (hash, session) values ($1, $2)")
        .bind(hash)
        .bind(s.id)
        .execute_one()
        .await
}

/// Writes a session again: only its state ever changes.
pub async fn save(tx: &mut Tx, s: &Session) -> Result<()> {
    tx.sql(
        "update session set version = $2, state = $3, updated_at = $4 where id = $1 and version = $2 - 1",
    )
    .bind(s.id)
    .bind(s.version)
    .bind(s.state)
    .bind(s.updated_at)
    .execute_one()
    .await
}

/// Notes that a session is used. Of two who do, the later one counts.
pub async fn see(tx: &mut Tx, id: SessionId, at: Time) -> Result<()> {
    tx.sql("update session set seen_at = $2 where id = $1 and seen_at < $2")
        .bind(id)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}
