//! The nouns of this service as nodes of the chain.

use baton_chassis::{
    SourceKind,
    chain::Node,
    db::{Error, Tx},
    ids::{MemberId, TerritoryId},
};
use uuid::Uuid;

/// The kinds that this service answers for.
pub const KINDS: &[&str] = &["ACCOUNT", "CONTACT", "INTERACTION", "FOLLOW_UP"];

/// What is about an object comes from it, as far as the chain is concerned.
#[derive(sqlx::FromRow)]
struct AboutRow {
    id: Uuid,
    state: String,
    title: String,
    about_kind: SourceKind,
    about_id: Uuid,
    owner: Option<MemberId>,
    territory: Option<TerritoryId>,
    party: Option<Uuid>,
}

impl From<AboutRow> for Node {
    fn from(row: AboutRow) -> Self {
        Self {
            id: row.id,
            number: String::new(),
            state: row.state,
            title: row.title,
            source_kind: row.about_kind,
            source_id: row.about_id.to_string(),
            owner: row.owner,
            territory: row.territory,
            standing: None,
            shared_as: row.party,
        }
    }
}

/// Nodes of one kind by their ids.
pub async fn nodes(tx: &mut Tx, kind: &str, ids: Vec<Uuid>) -> Result<Vec<Node>, Error> {
    let mut nodes = Vec::new();
    for id in ids {
        nodes.extend(node(tx, kind, id).await?);
    }
    Ok(nodes)
}

async fn node(tx: &mut Tx, kind: &str, id: Uuid) -> Result<Option<Node>, Error> {
    let own = match kind {
        "ACCOUNT" => {
            "select id, number, state, name as title, source_kind, source_id, owner, territory \
             from party where id = $1"
        }
        "CONTACT" => {
            "select id, '' as number, state, name as title, source_kind, source_id, owner, territory, party as shared_as \
             from contact where id = $1"
        }
        _ => return about(tx, kind, id).await,
    };
    tx.sql(own).bind(id).optional().await
}

async fn about(tx: &mut Tx, kind: &str, id: Uuid) -> Result<Option<Node>, Error> {
    let text = match kind {
        "INTERACTION" => {
            "select id, kind as state, '' as title, about_kind, about_id, owner, territory, party \
             from interaction where id = $1"
        }
        "FOLLOW_UP" => {
            "select id, state, title, about_kind, about_id, owner, territory, party from follow_up where id = $1"
        }
        _ => return Ok(None),
    };
    Ok(tx
        .sql(text)
        .bind(id)
        .optional::<AboutRow>()
        .await?
        .map(Node::from))
}
