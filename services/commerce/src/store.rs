//! Every SQL text of the service, by noun.

pub mod contract;
pub mod find;
mod held;
mod line;
pub mod order;
mod papers;
mod personal;
pub mod product;

use baton_chassis::{
    chain::Node,
    db::{self, Tx},
};
use uuid::Uuid;

/// Reads nodes of the chain, one kind at a time.
pub async fn nodes(tx: &mut Tx, kind: &str, ids: Vec<Uuid>) -> Result<Vec<Node>, db::Error> {
    let text = match kind {
        "PRODUCT" => product::NODE,
        "CONTRACT" => contract::NODE,
        "ORDER" => order::NODE,
        _ => return papers(tx, kind, ids).await,
    };
    let mut nodes = Vec::with_capacity(ids.len());
    for id in ids {
        nodes.extend(tx.sql(text).bind(id).optional().await?);
    }
    Ok(nodes)
}

async fn papers(tx: &mut Tx, kind: &str, ids: Vec<Uuid>) -> Result<Vec<Node>, db::Error> {
    let mut nodes = Vec::with_capacity(ids.len());
    if let Some((text, state)) = papers::node(kind) {
        for id in ids {
            let paper: Option<papers::Paper> = tx.sql(text).bind(id).optional().await?;
            nodes.extend(paper.map(|paper| paper.node(state)));
        }
    }
    Ok(nodes)
}
