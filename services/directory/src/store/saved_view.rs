//! Saved views.

use baton_chassis::{
    db::{Result, Tx},
    ids::{MemberId, SavedViewId},
    list::{Key, List, Order},
};

use super::open;
use crate::{
    member::Roles,
    saved_view::{EVERYBODY, SavedView},
};

/// The order in which views are listed.
pub const ORDERS: &[(&str, Order<SavedView>); 1] = &[(
    "position asc",
    Order {
        column: "v.position",
        id: "v.id",
        descending: false,
        key: |v| (Key::Int(v.position), v.id.into()),
    },
)];

/// The views of a list that a member has.
pub fn own(member: MemberId, list: &str) -> List {
    open("v.*", "saved_view v")
        .filter("v.owner = ?", Some(member))
        .filter("v.list = ?", Some(list.to_owned()))
}

/// The views of a list that others show to a member with these roles.
pub fn shown(member: MemberId, roles: &Roles, list: &str) -> List {
    let mut audiences: Vec<_> = roles.iter().map(str::to_owned).collect();
    audiences.push(EVERYBODY.to_owned());
    List::of("v.*", "saved_view v")
        .filter("v.list = ?", Some(list.to_owned()))
        .filter("v.owner <> ?", Some(member))
        .each("v.audience", audiences.clone(), audiences, Vec::new())
}

/// A view.
pub async fn load(tx: &mut Tx, id: SavedViewId) -> Result<Option<SavedView>> {
    tx.sql("select * from saved_view where id = $1")
        .bind(id)
        .optional()
        .await
}

/// All views that a member has of a list: so many that they are read at once.
pub async fn of_owner(tx: &mut Tx, owner: MemberId, list: &str) -> Result<Vec<SavedView>> {
    tx.sql("select * from saved_view where owner = $1 and list = $2 order by position, id")
        .bind(owner)
        .bind(list.to_owned())
        .all()
        .await
}

/// Writes a new view.
pub async fn insert(tx: &mut Tx, v: &SavedView) -> Result<()> {
    tx.sql(
        "insert into saved_view (id, version, owner, list, name, content, audience, opens_list, position, created_at, \
         updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(v.id)
    .bind(v.version)
    .bind(v.owner)
    .bind(v.list.clone())
    .bind(v.name.clone())
    .bind(v.content.clone())
    .bind(v.shared.audience())
    .bind(v.opens_list)
    .bind(v.position)
    .bind(v.created_at)
    .bind(v.updated_at)
    .execute_one()
    .await
}

/// Writes a view again.
pub async fn save(tx: &mut Tx, v: &SavedView) -> Result<()> {
    tx.sql(
        "update saved_view set version = $2, name = $3, content = $4, audience = $5, opens_list = $6, position = $7, \
         updated_at = $8 where id = $1 and version = $2 - 1",
    )
    .bind(v.id)
    .bind(v.version)
    .bind(v.name.clone())
    .bind(v.content.clone())
    .bind(v.shared.audience())
    .bind(v.opens_list)
    .bind(v.position)
    .bind(v.updated_at)
    .execute_one()
    .await
}

/// Forgets a view.
pub async fn delete(tx: &mut Tx, v: &SavedView) -> Result<()> {
    tx.sql("delete from saved_view where id = $1 and version = $2")
        .bind(v.id)
        .bind(v.version)
        .execute_one()
        .await
}
