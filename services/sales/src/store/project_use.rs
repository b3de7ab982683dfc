//! What others built on projects, as far as they told.

use baton_chassis::{
    db::{Error, Tx},
    ids::ProjectId,
};
use baton_proto::r#type::v1::Subject;
use uuid::Uuid;

/// Notes that others have built something on a project; noted twice it is there once.
///
/// # Errors
/// When the store fails.
pub async fn note(tx: &mut Tx, project: ProjectId, what: &Subject) -> Result<(), Error> {
    let Ok(id) = what.id.parse::<Uuid>() else {
        return Ok(());
    };
    tx.sql(
        "insert into project_use (project, kind, id) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(project)
    .bind(what.kind.clone())
    .bind(id)
    .execute()
    .await?;
    Ok(())
}

/// Whether anything was built on a project: an opportunity here, or what others told of.
///
/// # Errors
/// When the store fails.
pub async fn is_used(tx: &mut Tx, project: ProjectId) -> Result<bool, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        uses: i64,
    }
    let found: Option<Row> = tx
        .sql(
            "select count(*) as uses from (select id from project_use where project = $1 union all \
             select id from opportunity where source_kind = 'PROJECT' and source_id = $2) as used",
        )
        .bind(project)
        .bind(project.to_string())
        .optional()
        .await?;
    Ok(found.is_some_and(|row| row.uses > 0))
}
