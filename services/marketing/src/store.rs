//! Every SQL text of marketing.

use baton_chassis::{
    chain::Node,
    db::{self, Tx},
};
use uuid::Uuid;

pub mod campaign;
pub mod find;
mod held;
pub mod lead;
mod personal;

/// Objects of one question to the store.
const BATCH: usize = 16;

/// Campaigns and leads as the chain shows them.
pub async fn nodes(tx: &mut Tx, kind: &str, ids: Vec<Uuid>) -> Result<Vec<Node>, db::Error> {
    let text = match kind {
        "CAMPAIGN" => {
            "select id, number, state, name as title, source_kind, source_id, owner, territory from campaign where id in \
             ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        }
        "LEAD" => {
            "select id, number, quality as state, title, source_kind, source_id, owner, territory from lead where id in \
             ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        }
        _ => return Ok(Vec::new()),
    };
    let mut nodes = Vec::new();
    for ids in ids.chunks(BATCH) {
        // A short batch is filled up with its first id, which is found once all the same.
        let ids = ids.iter().chain(std::iter::repeat(&ids[0])).take(BATCH);
        let query = ids.fold(tx.sql(text), |query, id| query.bind(*id));
        nodes.extend(query.all::<Node>().await?);
    }
    Ok(nodes)
}
