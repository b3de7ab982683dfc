//! Second factors, their secrets as they are locked, and the hashes of recovery codes.

use baton_chassis::{
    db::{Result, Tx},
    ids::MemberId,
};

use crate::second_factor::SecondFactor;

/// The secret of a second factor.
#[derive(Debug, sqlx::FromRow)]
pub struct Locked {
    /// Encrypted under the key of the deployment.
    pub locked: Vec<u8>,
    /// The step of the last code that was taken.
    pub last_step: i64,
}

#[derive(sqlx::FromRow)]
struct CountRow {
    n: i64,
}

/// The second factor of a member, if he ever had one.
pub async fn load(tx: &mut Tx, member: MemberId) -> Result<Option<SecondFactor>> {
    tx.sql(
        "select member, version, state, confirmed_at, created_at, updated_at from second_factor where member = $1",
    )
    .bind(member)
    .optional()
    .await
}

/// Writes a new second factor.
pub async fn insert(tx: &mut Tx, f: &SecondFactor) -> Result<()> {
    tx.sql(
        "insert into second_factor (member, version, state, confirmed_at, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(f.member)
    .bind(f.version)
    .bind(f.state)
    .bind(f.confirmed_at)
    .bind(f.created_at)
    .bind(f.updated_at)
    .execute_one()
    .await
}

/// Writes a second factor again.
pub async fn save(tx: &mut Tx, f: &SecondFactor) -> Result<()> {
    tx.sql(
        "update second_factor set version = $2, state = $3, confirmed_at = $4, updated_at = $5 \
         where member = $1 and version = $2 - 1",
    )
    .bind(f.member)
    .bind(f.version)
    .bind(f.state)
    .bind(f.confirmed_at)
    .bind(f.updated_at)
    .execute_one()
    .await
}

/// The secret of a member's second factor.
pub async fn secret(tx: &mut Tx, member: MemberId) -> Result<Option<Locked>> {
    tx.sql("select locked, last_step from second_factor_secret where member = $1")
        .bind(member)
        .optional()
        .await
}

/// Keeps another secret, of which no code was taken.
pub async fn set_secret(tx: &mut Tx, member: MemberId, locked: Vec<u8>) -> Result<()> {
    tx.sql(
        "insert into second_factor_secret (member, locked, last_step) values ($1, $2, 0) \
         on conflict (member) do update set locked = excluded.locked, last_step = 0",
    )
    .bind(member)
    .bind(locked)
    .execute_one()
    .await
}

/// Notes that the code of a step is taken; `false` if somebody else was faster.
pub async fn take_step(tx: &mut Tx, member: MemberId, step: i64) -> Result<bool> {
    let taken = tx
        .sql("update second_factor_secret set last_step = $2 where member = $1 and last_step < $2")
        .bind(member)
        .bind(step);
    Ok(taken.execute().await? == 1)
}

/// Forgets secret and recovery codes.
pub async fn forget(tx: &mut Tx, member: MemberId) -> Result<()> {
    tx.sql("delete from recovery_code where member = $1")
        .bind(member)
        .execute()
        .await?;
    tx.sql("delete from second_factor_secret where member = $1")
        .bind(member)
        .execute()
        .await?;
    Ok(())
}

/// Keeps the hash of a recovery code.
pub async fn insert_recovery_code(tx: &mut Tx, member: MemberId, hash: Vec<u8>) -> Result<()> {
    tx.sql("insert into recovery_code (member, hash) values ($1, $2)")
        .bind(member)
        .bind(hash)
        .execute_one()
        .await
}

/// Takes a recovery code; `false` if there is none.
pub async fn take_recovery_code(tx: &mut Tx, member: MemberId, hash: Vec<u8>) -> Result<bool> {
    let taken = tx
        .sql("delete from recovery_code where member = $1 and hash = $2")
        .bind(member)
        .bind(hash);
    Ok(taken.execute().await? == 1)
}

/// How many recovery codes are left.
pub async fn recovery_codes(tx: &mut Tx, member: MemberId) -> Result<i64> {
    let row = tx
        .sql("select count(*) as n from recovery_code where member = $1")
        .bind(member);
    Ok(row.one::<CountRow>().await?.n)
}
