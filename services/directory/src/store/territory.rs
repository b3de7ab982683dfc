//! The tree of territories.

use baton_chassis::{
    db::{Result, Tx},
    ids::{MemberId, TerritoryId},
    list::{Key, List, Order},
};

use super::{IdRow, open};
use crate::territory::{Place, State, Territory, Use};

/// Orders in which territories are listed.
pub const ORDERS: &[(&str, Order<Territory>)] = &[(
    "name asc",
    Order {
        column: "t.name",
        id: "t.id",
        descending: false,
        key: |t| (Key::Text(t.name.clone()), t.id.into()),
    },
)];

/// What territories are listed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The territory right above.
    pub parent: Option<TerritoryId>,
    /// Their manager.
    pub manager: Option<MemberId>,
    /// Their state.
    pub state: Option<State>,
}

/// Territories that a filter lets through.
pub fn list(filter: &Filter) -> List {
    open(
        "t.id, t.version, t.name, t.parent, t.manager, t.state, t.epoch, t.created_at, t.updated_at",
        "territory t",
    )
    .filter("t.parent = ?", filter.parent)
    .filter("t.manager = ?", filter.manager)
    .filter("t.state = ?", filter.state)
}

/// A territory.
pub async fn load(tx: &mut Tx, id: TerritoryId) -> Result<Option<Territory>> {
    tx.sql(
        "select id, version, name, parent, manager, state, epoch, created_at, updated_at from territory where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// The root of the tree.
pub async fn root(tx: &mut Tx) -> Result<TerritoryId> {
    Ok(tx
        .sql("select id from territory where parent is null")
        .one::<IdRow>()
        .await?
        .id
        .into())
}

/// The territory in use with a name right below another.
pub async fn named(tx: &mut Tx, parent: TerritoryId, name: &str) -> Result<Option<TerritoryId>> {
    let row = tx
        .sql("select id from territory where parent = $1 and name = $2 and state = 'ACTIVE'")
        .bind(parent)
        .bind(name.to_owned());
    Ok(row.optional::<IdRow>().await?.map(|row| row.id.into()))
}

/// A territory with all above it.
pub async fn place(tx: &mut Tx, id: TerritoryId) -> Result<Option<Place>> {
    let Some(territory) = load(tx, id).await? else {
        return Ok(None);
    };
    let above: Vec<IdRow> = tx
        .sql(
            "with recursive above (id, parent) as (\
               select p.id, p.parent from territory t join territory p on p.id = t.parent where t.id = $1 \
               union all \
               select p.id, p.parent from above a join territory p on p.id = a.parent) \
             select id from above",
        )
        .bind(id)
        .all()
        .await?;
    Ok(Some(Place {
        territory,
        above: above.into_iter().map(|row| row.id.into()).collect(),
    }))
}

#[derive(sqlx::FromRow)]
struct LevelsRow {
    levels: i64,
}

/// The levels that a territory spans with all below it, itself counted.
pub async fn levels(tx: &mut Tx, id: TerritoryId) -> Result<usize> {
    let row: LevelsRow = tx
        .sql(
            "with recursive below (id, level) as (\
               select id, cast(1 as bigint) from territory where id = $1 \
               union all \
               select t.id, b.level + 1 from below b join territory t on t.parent = b.id) \
             select max(level) as levels from below",
        )
        .bind(id)
        .one()
        .await?;
    Ok(usize::try_from(row.levels).unwrap_or(usize::MAX))
}

/// What hangs on a territory.
pub async fn in_use(tx: &mut Tx, id: TerritoryId) -> Result<Use> {
    tx.sql(
        "select (select count(*) from member where territory = $1 and state = 'ACTIVE') as members, \
         (select count(*) from territory where parent = $1 and state = 'ACTIVE') as territories",
    )
    .bind(id)
    .one()
    .await
}

/// Writes a new territory.
pub async fn insert(tx: &mut Tx, t: &Territory) -> Result<()> {
    tx.sql(
        "insert into territory (id, version, name, parent, manager, state, epoch, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(t.id)
    .bind(t.version)
    .bind(t.name.clone())
    .bind(t.parent)
    .bind(t.manager)
    .bind(t.state)
    .bind(t.epoch)
    .bind(t.created_at)
    .bind(t.updated_at)
    .execute_one()
    .await
}

/// Writes a territory again.
pub async fn save(tx: &mut Tx, t: &Territory) -> Result<()> {
    tx.sql(
        "update territory set version = $2, name = $3, parent = $4, manager = $5, state = $6, epoch = $7, \
         updated_at = $8 where id = $1 and version = $2 - 1",
    )
    .bind(t.id)
    .bind(t.version)
    .bind(t.name.clone())
    .bind(t.parent)
    .bind(t.manager)
    .bind(t.state)
    .bind(t.epoch)
    .bind(t.updated_at)
    .execute_one()
    .await
}
