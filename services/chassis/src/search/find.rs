//! Records of one kind that a reader finds: those whose number it is first, then those that fit best, the newest first.

use baton_proto::r#type::v1::FoundBy;
use uuid::Uuid;

use super::{
    Query,
    rows::{self, Numbered},
};
use crate::{
    Result,
    caller::Caller,
    chain::Node,
    db::Tx,
    list::{Key, List, Order},
    time::Time,
};

/// Records that are weighed against each other at most.
const WEIGHED_MAX: u16 = 50;

/// How records of a kind are found.
#[derive(Clone, Copy, Debug)]
pub struct Finder {
    /// The kind.
    pub kind: &'static str,
    /// All records that a reader may open, as [`Node`]s.
    pub list: fn(&Caller) -> List,
    /// The column with the id.
    pub id: &'static str,
    /// The column that the list is read in the order of, which an index has.
    pub order: &'static str,
    /// The greatest first.
    pub descending: bool,
    /// By what they are found.
    pub by: By,
}

/// By what records of a kind are found.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// By their words.
    Words,
    /// By their human number alone: from its beginning, or by the serial number.
    Number(Numbered),
}

/// A record that was found.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) node: Node,
    pub(crate) found_by: FoundBy,
    fit: u8,
}

impl Finder {
    /// The order in which its list is read.
    pub(crate) fn order(&self) -> Order<Node> {
        Order {
            column: self.order,
            id: self.id,
            descending: self.descending,
            // There is no going on from here.
            key: |node| (Key::Int(0), node.id),
        }
    }

    /// Finds records for a reader, the best first.
    pub(crate) async fn find(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        query: &Query,
        (limit, now): (usize, Time),
    ) -> Result<Vec<Hit>> {
        let mut nodes: Vec<Node> = Vec::new();
        for list in self.lists(tx, caller, query, now).await? {
            for node in list.first(tx, &self.order(), WEIGHED_MAX).await? {
                let is_new = |known: &Uuid| *known != node.id;
                if nodes.iter().map(|n| &n.id).all(is_new) {
                    nodes.push(node);
                }
            }
        }
        let mut hits: Vec<Hit> = nodes
            .into_iter()
            .map(|node| self.hit(query, node))
            .collect();
        hits.sort_by_key(|hit| hit.fit);
        hits.truncate(limit);
        Ok(hits)
    }

    fn hit(&self, query: &Query, node: Node) -> Hit {
        let (found_by, fit) = match self.by {
            By::Words => query.verdict(&node.number, &node.title),
            By::Number(_) => (FoundBy::Number, u8::from(query.serial().is_none())),
        };
        Hit {
            node,
            found_by,
            fit,
        }
    }

    async fn lists(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        query: &Query,
        now: Time,
    ) -> Result<Vec<List>> {
        let narrowed = match &self.by {
            By::Words => [
                Some(rows::narrow_exactly(tx, self.kind, query).await?),
                Some(rows::narrow(tx, self.kind, query).await?),
            ],
            By::Number(numbered) => [rows::narrow_number(tx, numbered, query, now).await?, None],
        };
        let all = (self.list)(caller);
        let list = |found| all.clone().found(self.id, Some(found));
        Ok(narrowed.into_iter().flatten().map(list).collect())
    }
}
