//! Every SQL text of sales.

pub mod find;
pub mod funnel;
mod held;
pub mod opportunity;
mod personal;
pub mod process;
pub mod project;
pub mod project_use;

use baton_chassis::{
    chain::Node,
    db::{Error, Tx},
};
use uuid::Uuid;

/// What the chain shows of opportunities and projects.
///
/// # Errors
/// When the store fails.
pub async fn nodes(tx: &mut Tx, kind: &str, ids: Vec<Uuid>) -> Result<Vec<Node>, Error> {
    let text = match kind {
        "OPPORTUNITY" => {
            "select id, number, state, name as title, source_kind, source_id, owner, territory \
             from opportunity where id = $1"
        }
        // Whose a project is to read depends on its type, and on whether it is won.
        "PROJECT" => {
            "select id, number, state, name as title, source_kind, source_id, owner, territory, \
             case when deal_state = 'WON' then deal_state else type end as standing \
             from project where id = $1"
        }
        _ => return Ok(Vec::new()),
    };
    let mut nodes = Vec::with_capacity(ids.len());
    for id in ids {
        let found = tx.sql(text).bind(id).optional().await?;
        nodes.extend(found);
    }
    Ok(nodes)
}
