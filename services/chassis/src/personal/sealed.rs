//! Personal values in rows of the audit: encrypted under a key of the record that they are of, which is made when it is first
//! needed, and is itself encrypted under the deployment's.

use std::collections::{HashMap, HashSet};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Result,
    act::Act,
    audit::Row,
    context::Context,
    db::{self, Query, Tx},
    vault::{SECRET_LEN, Vault},
};

/// Name under which an encrypted value stands.
const SEALED: &str = "sealed";

#[derive(sqlx::FromRow)]
struct Kept {
    locked: Vec<u8>,
}

/// What a value belongs to: it cannot be put in another one's place.
fn place(object: Uuid, field: &str) -> Vec<u8> {
    [object.as_bytes().as_slice(), field.as_bytes()].concat()
}

/// The encrypted form of a value, if it is one.
fn sealed(value: &Value) -> Option<&str> {
    value.get(SEALED)?.as_str()
}

/// Whether one of the two values of a change is encrypted.
pub(crate) fn is_sealed(pair: &Value) -> bool {
    let mut values = pair.as_array().into_iter().flatten();
    values.any(|value| sealed(value).is_some())
}

/// Encrypts the personal fields among the changes of a record, unless they tell nothing.
pub(crate) async fn seal(
    act: &mut Act<'_>,
    (object, is_new): (Uuid, bool),
    personal: &[&str],
    changes: &mut Value,
) -> Result<()> {
    let fields = changes.as_object_mut().into_iter().flatten();
    let fields = fields.filter(|(name, _)| personal.contains(&name.as_str()));
    let tells = |value: &Value| !value.is_null() && value != "";
    let values = fields.flat_map(|(name, pair)| {
        let values = pair.as_array_mut().into_iter().flatten();
        values.map(move |value| (name.as_str(), value))
    });
    let mut values: Vec<_> = values.filter(|(_, value)| tells(value)).collect();
    if values.is_empty() {
        return Ok(());
    }
    let secret = if is_new {
        let (secret, locked) = new_secret(act, object)?;
        keep(act.tx, object, locked).later().await?;
        secret
    } else {
        secret(act, object).await?
    };
    let vault = Vault::of(&secret)?;
    for (name, value) in &mut values {
        let text = serde_json::to_vec(value).map_err(Error::internal)?;
        let locked = vault.lock(&place(object, name), &text)?;
        **value = json!({ SEALED: BASE64.encode(locked) });
    }
    Ok(())
}

async fn secret(act: &mut Act<'_>, object: Uuid) -> Result<Vec<u8>> {
    if let Some(locked) = load(act.tx, object).await? {
        return act.cx.keys.unlock(object.as_bytes(), &locked);
    }
    let (secret, locked) = new_secret(act, object)?;
    keep(act.tx, object, locked).execute_one().await?;
    Ok(secret)
}

/// A secret, and its encrypted form.
fn new_secret(act: &Act<'_>, object: Uuid) -> Result<(Vec<u8>, Vec<u8>)> {
    let secret: [u8; SECRET_LEN] = rand::random();
    let locked = act.cx.keys.lock(object.as_bytes(), &secret)?;
    Ok((secret.to_vec(), locked))
}

fn keep(tx: &mut Tx, object: Uuid, locked: Vec<u8>) -> Query<'_> {
    tx.sql("insert into data_key (object, locked) values ($1, $2)")
        .bind(object)
        .bind(locked)
}

async fn load(tx: &mut Tx, object: Uuid) -> Result<Option<Vec<u8>>, db::Error> {
    let kept: Option<Kept> = tx
        .sql("select locked from data_key where object = $1")
        .bind(object)
        .optional()
        .await?;
    Ok(kept.map(|kept| kept.locked))
}

/// Nobody reads any more what the audit keeps of a record's personal fields.
pub(crate) async fn drop_key(tx: &mut Tx, object: Uuid) -> Result<(), db::Error> {
    tx.sql("delete from data_key where object = $1")
        .bind(object)
        .execute()
        .await?;
    Ok(())
}

/// Rows with their personal values as they were, as far as their keys are there.
pub(crate) async fn opened(cx: &Context, mut rows: Vec<Row>) -> Result<Vec<Row>> {
    let holds = |row: &&Row| {
        row.changes
            .as_object()
            .is_some_and(|all| all.values().any(is_sealed))
    };
    let objects: HashSet<Uuid> = rows.iter().filter(holds).map(|row| row.object).collect();
    if objects.is_empty() {
        return Ok(rows);
    }
    let read = async move |tx: &mut Tx| keys(tx, objects.clone()).await;
    let keys = cx.db.read::<_, db::Error, _>(read).await?;
    let mut vaults = HashMap::new();
    for (object, locked) in keys {
        let secret = cx.keys.unlock(object.as_bytes(), &locked)?;
        vaults.insert(object, Vault::of(&secret)?);
    }
    for row in &mut rows {
        if let Some(vault) = vaults.get(&row.object) {
            open(vault, row.object, &mut row.changes);
        }
    }
    Ok(rows)
}

async fn keys(tx: &mut Tx, objects: HashSet<Uuid>) -> Result<Vec<(Uuid, Vec<u8>)>, db::Error> {
    let mut keys = Vec::new();
    for object in objects {
        keys.extend(load(tx, object).await?.map(|locked| (object, locked)));
    }
    Ok(keys)
}

/// What was encrypted under a key that was dropped since stays as it is.
fn open(vault: &Vault, object: Uuid, changes: &mut Value) {
    for (name, pair) in changes.as_object_mut().into_iter().flatten() {
        for value in pair.as_array_mut().into_iter().flatten() {
            let opened = sealed(value)
                .and_then(|text| BASE64.decode(text).ok())
                .and_then(|locked| vault.unlock(&place(object, name), &locked).ok())
                .and_then(|text| serde_json::from_slice(&text).ok());
            if let Some(opened) = opened {
                *value = opened;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(vault: &Vault, object: Uuid, field: &str) -> Value {
        let text = serde_json::to_vec("韩梅梅").unwrap();
        let locked = vault.lock(&place(object, field), &text).unwrap();
        json!({ "name": [null, { SEALED: BASE64.encode(locked) }], "state": [null, "ACTIVE"] })
    }

    #[test]
    fn a_value_is_told_by_its_own_key_in_its_own_place_alone() {
        let (han, li) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let vault = Vault::of(&[7; SECRET_LEN]).unwrap();
        let other = Vault::of(&[8; SECRET_LEN]).unwrap();
        let kept = locked(&vault, han, "name");
        assert!(is_sealed(&kept["name"]) && !is_sealed(&kept["state"]));
        assert!(!kept.to_string().contains("韩梅梅"));
        let told = |vault: &Vault, object, kept: &Value| {
            let mut changes = kept.clone();
            open(vault, object, &mut changes);
            changes
        };
        let clear = json!({ "name": [null, "韩梅梅"], "state": [null, "ACTIVE"] });
        assert_eq!(told(&vault, han, &kept), clear);
        assert_eq!(told(&other, han, &kept), kept, "its key was dropped");
        assert_eq!(told(&vault, li, &kept), kept, "it is another's");
        let moved = locked(&vault, han, "phone");
        assert_eq!(told(&vault, han, &moved), moved, "it was another field");
    }
}
