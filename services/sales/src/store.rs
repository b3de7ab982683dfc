//! Every SQL text of sales.

pub mod opportunity;
pub mod process;

use baton_chassis::{
    chain::Node,
    db::{Error, Tx},
};
use uuid::Uuid;

/// What the chain shows of opportunities.
///
/// # Errors
/// When the store fails.
pub async fn nodes(tx: &mut Tx, ids: Vec<Uuid>) -> Result<Vec<Node>, Error> {
    let mut nodes = Vec::with_capacity(ids.len());
    for id in ids {
        let found = tx
            .sql(
                "select id, number, state, name as title, source_kind, source_id, owner, territory \
                 from opportunity where id = $1",
            )
            .bind(id)
            .optional()
            .await?;
        nodes.extend(found);
    }
    Ok(nodes)
}
