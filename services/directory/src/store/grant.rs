//! Grants, and what they come to.

use baton_chassis::{
    Time,
    db::{Result, Tx},
    ids::{DepartmentId, GrantId, MemberId},
    list::{Key, List, Order},
    policy::Function,
};

use super::{IdRow, open};
use crate::{
    grant::{Grant, Power, State},
    organisation::ORGANISATION,
};

/// Orders in which grants are listed.
pub const ORDERS: &[(&str, Order<Grant>)] = &[(
    "create_time asc",
    Order {
        column: "g.created_at",
        id: "g.id",
        descending: false,
        key: |g| (Key::Time(g.created_at), g.id.into()),
    },
)];

/// What grants are listed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What may be done.
    pub function: Option<Function>,
    /// The role they are granted to.
    pub role: Option<String>,
    /// The department they are granted to.
    pub department: Option<DepartmentId>,
    /// Their state.
    pub state: Option<State>,
}

/// Grants that a filter lets through.
pub fn list(filter: &Filter) -> List {
    open(
        "g.id, g.version, g.function, g.access, g.reach, g.role, g.department, g.state, g.epoch, g.created_at, \
         g.updated_at",
        "function_grant g",
    )
    .filter("g.function = ?", filter.function)
    .filter("g.role = ?", filter.role.clone())
    .filter("g.department = ?", filter.department)
    .filter("g.state = ?", filter.state)
}

/// A grant.
pub async fn load(tx: &mut Tx, id: GrantId) -> Result<Option<Grant>> {
    tx.sql(
        "select id, version, function, access, reach, role, department, state, epoch, created_at, updated_at \
         from function_grant where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// The grant that says the very same and holds.
pub async fn same(tx: &mut Tx, g: &Grant) -> Result<Option<GrantId>> {
    let row = match (&g.role, g.department) {
        (Some(role), _) => tx
            .sql(
                "select id from function_grant where role = $1 and function = $2 and access = $3 and reach = $4 \
                 and state = 'ACTIVE'",
            )
            .bind(role.clone()),
        (None, department) => tx
            .sql(
                "select id from function_grant where department = $1 and function = $2 and access = $3 and reach = $4 \
                 and state = 'ACTIVE'",
            )
            .bind(department),
    };
    let row = row
        .bind(g.power.function)
        .bind(g.power.access)
        .bind(g.power.reach);
    Ok(row.optional::<IdRow>().await?.map(|row| row.id.into()))
}

/// All grants that hold.
pub async fn active(tx: &mut Tx) -> Result<Vec<Grant>> {
    tx.sql(
        "select id, version, function, access, reach, role, department, state, epoch, created_at, updated_at \
         from function_grant where state = 'ACTIVE' order by created_at, id",
    )
    .all()
    .await
}

/// Whether rights to fields and exports were given to whoever had them before they were rights of their own.
pub async fn is_introduced(tx: &mut Tx) -> Result<bool> {
    let row = tx
        .sql("select id from field_rights_introduced")
        .optional::<IdRow>();
    Ok(row.await?.is_some())
}

/// Notes that they were.
pub async fn note_introduced(tx: &mut Tx, at: Time) -> Result<()> {
    tx.sql("insert into field_rights_introduced (id, at) values ($1, $2)")
        .bind(ORGANISATION)
        .bind(at)
        .execute_one()
        .await
}

/// Whether any grant that holds knows a role.
pub async fn knows_role(tx: &mut Tx, role: &str) -> Result<bool> {
    let row = tx
        .sql("select id from function_grant where role = $1 and state = 'ACTIVE' limit 1")
        .bind(role.to_owned());
    Ok(row.optional::<IdRow>().await?.is_some())
}

/// What a member is granted by his roles and his department.
pub async fn powers(tx: &mut Tx, member: MemberId) -> Result<Vec<Power>> {
    tx.sql(
        "select g.function, g.access, g.reach from member_role r \
         join function_grant g on g.role = r.role and g.state = 'ACTIVE' where r.member = $1 \
         union \
         select g.function, g.access, g.reach from member m \
         join function_grant g on g.department = m.department and g.state = 'ACTIVE' where m.id = $1",
    )
    .bind(member)
    .all()
    .await
}

/// Whether any active member may administer.
pub async fn has_administrator(tx: &mut Tx) -> Result<bool> {
    let row = tx.sql(
        "select m.id from function_grant g join member_role r on r.role = g.role \
         join member m on m.id = r.member and m.state = 'ACTIVE' \
         where g.function = 'ADMINISTRATION' and g.access = 'WRITE' and g.state = 'ACTIVE' \
         union all \
         select m.id from function_grant g join member m on m.department = g.department and m.state = 'ACTIVE' \
         where g.function = 'ADMINISTRATION' and g.access = 'WRITE' and g.state = 'ACTIVE' \
         limit 1",
    );
    Ok(row.optional::<IdRow>().await?.is_some())
}

/// Writes a new grant.
pub async fn insert(tx: &mut Tx, g: &Grant) -> Result<()> {
    tx.sql(
        "insert into function_grant (id, version, function, access, reach, role, department, state, epoch, \
         created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(g.id)
    .bind(g.version)
    .bind(g.power.function)
    .bind(g.power.access)
    .bind(g.power.reach)
    .bind(g.role.clone())
    .bind(g.department)
    .bind(g.state)
    .bind(g.epoch)
    .bind(g.created_at)
    .bind(g.updated_at)
    .execute_one()
    .await
}

/// Writes a grant again: only its state ever changes.
pub async fn save(tx: &mut Tx, g: &Grant) -> Result<()> {
    tx.sql(
        "update function_grant set version = $2, state = $3, epoch = $4, updated_at = $5 \
         where id = $1 and version = $2 - 1",
    )
    .bind(g.id)
    .bind(g.version)
    .bind(g.state)
    .bind(g.epoch)
    .bind(g.updated_at)
    .execute_one()
    .await
}
