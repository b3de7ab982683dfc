//! Departments.

use baton_chassis::{
    db::{Result, Tx},
    ids::DepartmentId,
    list::{Key, List, Order},
};

use super::{IdRow, open};
use crate::department::{Department, State, Use};

/// Orders in which departments are listed.
pub const ORDERS: &[(&str, Order<Department>)] = &[(
    "name asc",
    Order {
        column: "d.name",
        id: "d.id",
        descending: false,
        key: |d| (Key::Text(d.name.clone()), d.id.into()),
    },
)];

/// Departments in a state.
pub fn list(state: Option<State>) -> List {
    open(
        "d.id, d.version, d.name, d.state, d.epoch, d.created_at, d.updated_at",
        "department d",
    )
    .filter("d.state = ?", state)
}

/// A department.
pub async fn load(tx: &mut Tx, id: DepartmentId) -> Result<Option<Department>> {
    tx.sql("select id, version, name, state, epoch, created_at, updated_at from department where id = $1")
        .bind(id)
        .optional()
        .await
}

/// The department in use with a name.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Option<DepartmentId>> {
    let row = tx
        .sql("select id from department where name = $1 and state = 'ACTIVE'")
        .bind(name.to_owned());
    Ok(row.optional::<IdRow>().await?.map(|row| row.id.into()))
}

/// What hangs on a department.
pub async fn in_use(tx: &mut Tx, id: DepartmentId) -> Result<Use> {
    tx.sql(
        "select (select count(*) from member where department = $1 and state = 'ACTIVE') as members, \
         (select count(*) from function_grant where department = $1 and state = 'ACTIVE') as grants",
    )
    .bind(id)
    .one()
    .await
}

/// Writes a new department.
pub async fn insert(tx: &mut Tx, d: &Department) -> Result<()> {
    tx.sql(
        "insert into department (id, version, name, state, epoch, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(d.id)
    .bind(d.version)
    .bind(d.name.clone())
    .bind(d.state)
    .bind(d.epoch)
    .bind(d.created_at)
    .bind(d.updated_at)
    .execute_one()
    .await
}

/// Writes a department again.
pub async fn save(tx: &mut Tx, d: &Department) -> Result<()> {
    tx.sql(
        "update department set version = $2, name = $3, state = $4, epoch = $5, updated_at = $6 \
         where id = $1 and version = $2 - 1",
    )
    .bind(d.id)
    .bind(d.version)
    .bind(d.name.clone())
    .bind(d.state)
    .bind(d.epoch)
    .bind(d.updated_at)
    .execute_one()
    .await
}
