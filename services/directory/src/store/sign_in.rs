//! Passwords and the tries to sign in with them.

use baton_chassis::{
    Time,
    db::{Result, Tx},
    ids::MemberId,
};

use crate::sign_in::{Attempts, WINDOW};

#[derive(sqlx::FromRow)]
struct HashRow {
    hash: String,
}

/// The hash of a member's password, if one is set.
pub async fn hash(tx: &mut Tx, member: MemberId) -> Result<Option<String>> {
    let row = tx
        .sql("select hash from credential where member = $1")
        .bind(member);
    Ok(row.optional::<HashRow>().await?.map(|row| row.hash))
}

/// Sets the hash of a member's password.
pub async fn set_hash(tx: &mut Tx, member: MemberId, hash: String, at: Time) -> Result<()> {
    tx.sql(
        "insert into credential (member, hash, set_at) values ($1, $2, $3) \
         on conflict (member) do update set hash = excluded.hash, set_at = excluded.set_at",
    )
    .bind(member)
    .bind(hash)
    .bind(at)
    .execute_one()
    .await
}

/// The tries of a name, locked until the transaction ends; a row is made if there is none.
pub async fn attempts(tx: &mut Tx, name: &str, at: Time) -> Result<Attempts> {
    let none = Attempts::none(name.to_owned(), at);
    tx.sql(
        "insert into sign_in_attempts (name, failures, since) values ($1, $2, $3) \
         on conflict (name) do update set failures = sign_in_attempts.failures returning name, failures, since",
    )
    .bind(none.name)
    .bind(none.failures)
    .bind(none.since)
    .one()
    .await
}

/// Writes the tries of a name, and forgets those of all names whose window is over.
pub async fn save_attempts(tx: &mut Tx, attempts: &Attempts, at: Time) -> Result<()> {
    tx.sql("update sign_in_attempts set failures = $2, since = $3 where name = $1")
        .bind(attempts.name.clone())
        .bind(attempts.failures)
        .bind(attempts.since)
        .execute_one()
        .await?;
    tx.sql("delete from sign_in_attempts where since <= $1")
        .bind(at - WINDOW)
        .execute()
        .await?;
    Ok(())
}

/// Writes the tries of a name once more as they are.
pub async fn touch_attempts(tx: &mut Tx, name: &str) -> Result<()> {
    tx.sql("update sign_in_attempts set since = since where name = $1")
        .bind(name.to_owned())
        .execute()
        .await?;
    Ok(())
}

/// Forgets the tries of a name, because one has succeeded.
pub async fn forget_attempts(tx: &mut Tx, name: &str) -> Result<()> {
    tx.sql("delete from sign_in_attempts where name = $1")
        .bind(name.to_owned())
        .execute()
        .await?;
    Ok(())
}
