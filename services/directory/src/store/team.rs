//! Teams.

use baton_chassis::{
    db::{Repeated, Result, Tx},
    ids::{MemberId, TeamId},
    list::{Key, List, Order},
};

use super::{IdRow, open};
use crate::team::{Mates, State, Team};

/// Orders in which teams are listed.
pub const ORDERS: &[(&str, Order<Team>)] = &[(
    "name asc",
    Order {
        column: "t.name",
        id: "t.id",
        descending: false,
        key: |t| (Key::Text(t.name.clone()), t.id.into()),
    },
)];

/// Teams in a state.
pub fn list(state: Option<State>) -> List {
    open(
        "t.id, t.version, t.name, t.members, t.state, t.epoch, t.created_at, t.updated_at",
        "team t",
    )
    .filter("t.state = ?", state)
}

/// A team.
pub async fn load(tx: &mut Tx, id: TeamId) -> Result<Option<Team>> {
    tx.sql("select id, version, name, members, state, epoch, created_at, updated_at from team where id = $1")
        .bind(id)
        .optional()
        .await
}

/// The team in use with a name.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Option<TeamId>> {
    let row = tx
        .sql("select id from team where name = $1 and state = 'ACTIVE'")
        .bind(name.to_owned());
    Ok(row.optional::<IdRow>().await?.map(|row| row.id.into()))
}

/// Which of some members may act.
pub async fn active(tx: &mut Tx, members: &Mates) -> Result<Vec<MemberId>> {
    if members.count() == 0 {
        return Ok(Vec::new());
    }
    let text = Repeated {
        before: "select id from member where state = 'ACTIVE' and id in (",
        each: "$1",
        between: ", ",
        after: ")",
    };
    let mut query = tx.repeated(text, members.count());
    for member in members.iter() {
        query = query.bind(member);
    }
    let rows: Vec<IdRow> = query.all().await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Writes a new team.
pub async fn insert(tx: &mut Tx, t: &Team) -> Result<()> {
    tx.sql(
        "insert into team (id, version, name, members, state, epoch, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(t.id)
    .bind(t.version)
    .bind(t.name.clone())
    .bind(t.members.to_string())
    .bind(t.state)
    .bind(t.epoch)
    .bind(t.created_at)
    .bind(t.updated_at)
    .execute_one()
    .await
}

/// Writes a team again.
pub async fn save(tx: &mut Tx, t: &Team) -> Result<()> {
    tx.sql(
        "update team set version = $2, name = $3, members = $4, state = $5, epoch = $6, updated_at = $7 \
         where id = $1 and version = $2 - 1",
    )
    .bind(t.id)
    .bind(t.version)
    .bind(t.name.clone())
    .bind(t.members.to_string())
    .bind(t.state)
    .bind(t.epoch)
    .bind(t.updated_at)
    .execute_one()
    .await
}
