//! Every SQL text of insight.

pub mod funnel;

use std::collections::HashSet;

use baton_chassis::db::{Error, Tx};
use baton_proto::r#type::v1::Subject;
use uuid::Uuid;

use crate::{
    COUNTED, FUNNEL, PRODUCERS,
    trace::{Link, Object},
};

/// Learns of an object, unless something newer is known of it.
///
/// # Errors
/// When the store fails.
pub async fn learn(tx: &mut Tx, subject: Subject) -> Result<(), Error> {
    let Ok(id) = subject.id.parse::<Uuid>() else {
        return Ok(());
    };
    let source = subject.source.unwrap_or_default();
    tx.sql(
        "insert into node (kind, id, source_kind, source_id, version) values ($1, $2, $3, $4, $5) \
         on conflict (kind, id) do update set source_kind = excluded.source_kind, source_id = excluded.source_id, \
         version = excluded.version where node.version < excluded.version",
    )
    .bind(subject.kind)
    .bind(id)
    .bind(source.kind)
    .bind(source.id)
    .bind(subject.version)
    .execute()
    .await?;
    Ok(())
}

/// What events are taken into, each with cursors of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// Who came from whom.
    Chain,
    /// How objects go along the chain.
    Funnel,
}

impl Projection {
    /// Whose events.
    #[must_use]
    pub fn producers(self) -> &'static [&'static str] {
        match self {
            Self::Chain => PRODUCERS,
            Self::Funnel => COUNTED,
        }
    }

    /// Under which name its cursors are kept.
    #[must_use]
    pub fn consumer(self) -> &'static str {
        match self {
            Self::Chain => "insight",
            Self::Funnel => FUNNEL,
        }
    }
}

/// Notes that a lead is a further parent of a deal.
///
/// # Errors
/// When the store fails.
pub async fn join(tx: &mut Tx, deal: &Subject, lead: &str) -> Result<(), Error> {
    let (Ok(id), Ok(lead)) = (deal.id.parse::<Uuid>(), lead.parse::<Uuid>()) else {
        return Ok(());
    };
    tx.sql("insert into joined (kind, id, source_kind, source_id) values ($1, $2, 'LEAD', $3) on conflict do nothing")
        .bind(deal.kind.clone())
        .bind(id)
        .bind(lead)
        .execute()
        .await?;
    Ok(())
}

/// Notes that a lead is a further parent of a deal no more.
///
/// # Errors
/// When the store fails.
pub async fn part(tx: &mut Tx, deal: &Subject, lead: &str) -> Result<(), Error> {
    let (Ok(id), Ok(lead)) = (deal.id.parse::<Uuid>(), lead.parse::<Uuid>()) else {
        return Ok(());
    };
    tx.sql("delete from joined where kind = $1 and id = $2 and source_kind = 'LEAD' and source_id = $3")
        .bind(deal.kind.clone())
        .bind(id)
        .bind(lead)
        .execute()
        .await?;
    Ok(())
}

/// An object with what it came from, if it is known here.
///
/// # Errors
/// When the store fails.
pub async fn link(tx: &mut Tx, object: &Object) -> Result<Option<Link>, Error> {
    let found: Option<Link> = tx
        .sql("select kind, id, source_kind, source_id from node where kind = $1 and id = $2")
        .bind(object.kind.clone())
        .bind(object.id)
        .optional()
        .await?;
    let Some(mut link) = found else {
        return Ok(None);
    };
    link.further = further(tx, object).await?;
    Ok(Some(link))
}

async fn further(tx: &mut Tx, object: &Object) -> Result<Vec<Object>, Error> {
    tx.sql(
        "select source_kind as kind, source_id as id from joined where kind = $1 and id = $2 \
         order by source_kind, source_id",
    )
    .bind(object.kind.clone())
    .bind(object.id)
    .all()
    .await
}

/// What of all that came from an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    /// All of it.
    Everything,
    /// Without what was said and done, and what came of that: it can be so much that nothing else has room.
    Subjects,
}

/// Everything that came from an object, generation by generation, at most `limit` objects; and whether that is all.
///
/// # Errors
/// When the store fails.
pub async fn downwards(
    tx: &mut Tx,
    from: &Object,
    limit: usize,
    which: Below,
) -> Result<(Vec<Link>, bool), Error> {
    let text = match which {
        Below::Everything => {
            "select kind, id, source_kind, source_id from node where source_kind = $1 and source_id = $2 \
             order by id limit $3"
        }
        Below::Subjects => {
            "select kind, id, source_kind, source_id from node where source_kind = $1 and source_id = $2 \
             and kind not in ('INTERACTION', 'FOLLOW_UP') order by id limit $3"
        }
    };
    let mut below: Vec<Link> = Vec::new();
    let mut seen = HashSet::from([from.clone()]);
    let mut at = 0;
    let mut parent = Some(from.clone());
    while let Some(object) = parent {
        let room = i64::try_from(limit - below.len()).unwrap_or(0);
        let mut children: Vec<Link> = tx
            .sql(text)
            .bind(object.kind.clone())
            .bind(object.id.to_string())
            .bind(room + 1)
            .all()
            .await?;
        let joined: Vec<Link> = tx
            .sql(
                "select n.kind, n.id, n.source_kind, n.source_id from joined j \
                 join node n on n.kind = j.kind and n.id = j.id \
                 where j.source_kind = $1 and j.source_id = $2 order by j.id limit $3",
            )
            .bind(object.kind)
            .bind(object.id)
            .bind(room + 1)
            .all()
            .await?;
        children.extend(joined);
        for child in &mut children {
            child.further = further(tx, &child.object()).await?;
        }
        for child in children.into_iter().filter(|c| seen.insert(c.object())) {
            if below.len() == limit {
                return Ok((below, false));
            }
            below.push(child);
        }
        parent = below.get(at).map(Link::object);
        at += 1;
    }
    Ok((below, true))
}
