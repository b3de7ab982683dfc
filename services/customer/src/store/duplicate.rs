//! Identity keys, as rows: claimed, probed and held by exact value.

use std::collections::BTreeMap;

use baton_chassis::{
    db::{Error, Repeated, Tx},
    ids::{MemberId, PartyId, TerritoryId},
};
use uuid::Uuid;

use crate::{
    duplicate::{self, Match},
    identity::{Key, KeyKind},
    party::State,
};

/// Parties that one key may lead to: beyond that it tells nothing.
const MATCHES_MAX: i64 = 20;

/// Claims keys until the end of the transaction: whoever creates the same customer at the same time waits here, and
/// then finds it. Keys come sorted, so that two who claim several never wait for each other.
pub async fn claim(tx: &mut Tx, keys: &[Key]) -> Result<(), Error> {
    if keys.is_empty() {
        return Ok(());
    }
    let text = Repeated {
        before: "insert into identity_claim (kind, value, claims) values ",
        each: "($1, $2, 1)",
        between: ", ",
        after: " on conflict (kind, value) do update set claims = identity_claim.claims + 1",
    };
    let mut claims = tx.repeated(text, keys.len());
    for key in keys {
        claims = claims.bind(key.kind).bind(key.value.clone());
    }
    claims.execute().await?;
    Ok(())
}

/// Parties other than `except` that have one of these keys, best match first.
pub async fn matches(
    tx: &mut Tx,
    keys: &[Key],
    except: Option<PartyId>,
) -> Result<Vec<Match>, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        kind: KeyKind,
        id: PartyId,
        number: String,
        state: State,
        name: String,
        owner: Option<MemberId>,
        territory: Option<TerritoryId>,
    }
    let mut found: BTreeMap<PartyId, Match> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let text = Repeated {
        before: "",
        each: "select * from (\
                 select distinct k.kind, p.id, p.number, p.state, p.name, p.owner, p.territory \
                 from identity_key k join party p on p.id = k.party \
                 where k.kind = $1 and k.value = $2 order by p.id limit $3) as found",
        between: " union all ",
        after: "",
    };
    let mut query = tx.repeated(text, keys.len());
    for key in keys {
        query = query
            .bind(key.kind)
            .bind(key.value.clone())
            .bind(MATCHES_MAX);
    }
    let mut rows: Vec<Row> = query.all().await?;
    // A party's keys in the order in which they were asked for.
    rows.sort_by_key(|row| keys.iter().position(|key| key.kind == row.kind));
    for row in rows.into_iter().filter(|row| Some(row.id) != except) {
        let known = found.entry(row.id).or_insert_with(|| Match {
            party: row.id,
            number: row.number,
            state: row.state,
            name: row.name,
            owner: row.owner,
            territory: row.territory,
            keys: Vec::new(),
        });
        if known.keys.last() != Some(&row.kind) {
            known.keys.push(row.kind);
        }
    }
    let mut found: Vec<Match> = found.into_values().collect();
    duplicate::rank(&mut found);
    Ok(found)
}

/// Makes these the keys of a party or contact that has others. What those were claimed as goes with them: it names somebody.
pub async fn hold(
    tx: &mut Tx,
    holder: impl Into<Uuid>,
    party: PartyId,
    keys: &[Key],
) -> Result<(), Error> {
    let holder: Uuid = holder.into();
    tx.sql(
        "delete from identity_claim \
         where (kind, value) in (select kind, value from identity_key where holder = $1)",
    )
    .bind(holder)
    .execute()
    .await?;
    tx.sql("delete from identity_key where holder = $1")
        .bind(holder)
        .execute()
        .await?;
    give(tx, holder, party, keys).await
}

/// Gives a party or contact that is new its keys.
pub async fn give(
    tx: &mut Tx,
    holder: impl Into<Uuid>,
    party: PartyId,
    keys: &[Key],
) -> Result<(), Error> {
    let holder: Uuid = holder.into();
    for key in keys {
        tx.sql("insert into identity_key (kind, value, holder, party) values ($1, $2, $3, $4)")
            .bind(key.kind)
            .bind(key.value.clone())
            .bind(holder)
            .bind(party)
            .later()
            .await?;
    }
    Ok(())
}
