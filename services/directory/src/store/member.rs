//! Members and their roles.

use baton_chassis::{
    db::{Result, Tx},
    ids::{DepartmentId, MemberId, TerritoryId},
    list::{Key, List, Order},
};

use super::{IdRow, open};
use crate::member::{Member, Roles, State};

/// Orders in which members are listed.
pub const ORDERS: &[(&str, Order<Member>)] = &[(
    "name asc",
    Order {
        column: "m.name",
        id: "m.id",
        descending: false,
        key: |m| (Key::Text(m.name.clone()), m.id.into()),
    },
)];

/// What members are listed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Their department.
    pub department: Option<DepartmentId>,
    /// A role of theirs.
    pub role: Option<String>,
    /// The territory they work in.
    pub territory: Option<TerritoryId>,
    /// Their state.
    pub state: Option<State>,
}

/// Members that a filter lets through.
pub fn list(filter: &Filter) -> List {
    open(
        "m.id, m.version, m.name, m.display_name, m.email, m.department, m.roles, m.territory, m.language, \
         m.state, m.sessions_valid_from, m.epoch, m.created_at, m.updated_at",
        "member m",
    )
        .filter("m.department = ?", filter.department)
        .filter(
            "exists (select 1 from member_role r where r.role = ? and r.member = m.id)",
            filter.role.clone(),
        )
        .filter("m.territory = ?", filter.territory)
        .filter("m.state = ?", filter.state)
}

/// A member.
pub async fn load(tx: &mut Tx, id: MemberId) -> Result<Option<Member>> {
    tx.sql(
        "select id, version, name, display_name, email, department, roles, territory, language, state, \
         sessions_valid_from, epoch, created_at, updated_at from member where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// Who has a sign-in name.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Option<MemberId>> {
    let row = tx
        .sql("select id from member where name = $1")
        .bind(name.to_owned());
    Ok(row.optional::<IdRow>().await?.map(|row| row.id.into()))
}

/// Writes a new member.
pub async fn insert(tx: &mut Tx, m: &Member) -> Result<()> {
    tx.sql(
        "insert into member (id, version, name, display_name, email, department, roles, territory, language, state, \
         sessions_valid_from, epoch, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(m.id)
    .bind(m.version)
    .bind(m.name.clone())
    .bind(m.display_name.clone())
    .bind(m.email.clone())
    .bind(m.department)
    .bind(m.roles.to_string())
    .bind(m.territory)
    .bind(m.language.clone())
    .bind(m.state)
    .bind(m.sessions_valid_from)
    .bind(m.epoch)
    .bind(m.created_at)
    .bind(m.updated_at)
    .execute_one()
    .await?;
    insert_roles(tx, m.id, &m.roles).await
}

/// Writes a member again.
pub async fn save(tx: &mut Tx, m: &Member) -> Result<()> {
    tx.sql(
        "update member set version = $2, name = $3, display_name = $4, email = $5, department = $6, roles = $7, \
         territory = $8, language = $9, state = $10, sessions_valid_from = $11, epoch = $12, updated_at = $13 \
         where id = $1 and version = $2 - 1",
    )
    .bind(m.id)
    .bind(m.version)
    .bind(m.name.clone())
    .bind(m.display_name.clone())
    .bind(m.email.clone())
    .bind(m.department)
    .bind(m.roles.to_string())
    .bind(m.territory)
    .bind(m.language.clone())
    .bind(m.state)
    .bind(m.sessions_valid_from)
    .bind(m.epoch)
    .bind(m.updated_at)
    .execute_one()
    .await?;
    tx.sql("delete from member_role where member = $1")
        .bind(m.id)
        .execute()
        .await?;
    insert_roles(tx, m.id, &m.roles).await
}

async fn insert_roles(tx: &mut Tx, member: MemberId, roles: &Roles) -> Result<()> {
    for role in roles.iter() {
        tx.sql("insert into member_role (role, member) values ($1, $2)")
            .bind(role.to_owned())
            .bind(member)
            .execute_one()
            .await?;
    }
    Ok(())
}
