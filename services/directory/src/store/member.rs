//! Members and their roles.

use baton_chassis::{
    db::{Result, Tx},
    ids::{DepartmentId, MemberId, TerritoryId},
    list::{Key, List, Order},
};

use super::{IdRow, open};
use crate::member::{Member, State};

/// Orders in which members are listed.
pub const ORDERS: &[(&str, Order<Member>)] = &[("name asc", by_name("m.name", "m.id"))];
/// The same for the members of a role.
pub const ORDERS_IN_ROLE: &[(&str, Order<Member>)] = &[("name asc", by_name("r.name", "r.member"))];

const fn by_name(column: &'static str, id: &'static str) -> Order<Member> {
    Order {
        column,
        id,
        descending: false,
        key: |m| (Key::Text(m.name.clone()), m.id.into()),
    }
}

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

impl Filter {
    /// The orders of its list.
    pub fn orders(&self) -> &'static [(&'static str, Order<Member>)] {
        if self.role.is_some() {
            ORDERS_IN_ROLE
        } else {
            ORDERS
        }
    }
}

/// Members that a filter lets through.
pub fn list(filter: &Filter) -> List {
    let from = match filter.role {
        Some(_) => "member_role r join member m on m.id = r.member",
        None => "member m",
    };
    open(
        "m.id, m.version, m.name, m.display_name, m.email, m.department, m.roles, m.territory, m.language, \
         m.state, m.sessions_valid_from, m.epoch, m.created_at, m.updated_at",
        from,
    )
    .filter("r.role = ?", filter.role.clone())
    .filter("m.department = ?", filter.department)
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
    insert_roles(tx, m).await
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
    insert_roles(tx, m).await
}

async fn insert_roles(tx: &mut Tx, m: &Member) -> Result<()> {
    for role in m.roles.iter() {
        tx.sql("insert into member_role (role, name, member) values ($1, $2, $3)")
            .bind(role.to_owned())
            .bind(m.name.clone())
            .bind(m.id)
            .execute_one()
            .await?;
    }
    Ok(())
}
