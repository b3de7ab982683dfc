//! The picture of a chain: who came from whom as projected, and what each is as its owner answers.

use std::{collections::HashMap, str::FromStr as _};

use baton_chassis::SourceKind;
use baton_proto::{chain::v1::Node, insight::v1::TraceNode, r#type::v1::Source};
use uuid::Uuid;

/// Objects of one picture.
pub const NODES_MAX: usize = 500;

/// An object by kind and id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct Object {
    /// Kind, e.g. `ORDER`.
    pub kind: String,
    /// Id.
    pub id: Uuid,
}

/// An object and what it came from.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Link {
    /// Kind of the object.
    pub kind: String,
    /// Id of the object.
    pub id: Uuid,
    /// What it came from: the kind.
    pub source_kind: String,
    /// What it came from: the id.
    pub source_id: String,
    /// What else it came from.
    #[sqlx(skip)]
    pub further: Vec<Object>,
}

impl Link {
    /// The object itself.
    #[must_use]
    pub fn object(&self) -> Object {
        Object {
            kind: self.kind.clone(),
            id: self.id,
        }
    }

    /// The object that it came from; `None` for a root.
    #[must_use]
    pub fn parent(&self) -> Option<Object> {
        // A kind that is newer than this program is an object as far as we know.
        let object = SourceKind::from_str(&self.source_kind).map_or(true, SourceKind::is_object);
        let id = self.source_id.parse().ok().filter(|_| object)?;
        Some(Object {
            kind: self.source_kind.clone(),
            id,
        })
    }

    /// All that it came from, the source first.
    pub fn parents(&self) -> impl Iterator<Item = Object> {
        self.parent().into_iter().chain(self.further.clone())
    }

    /// The same as its owner tells it, if the reader may open it.
    #[must_use]
    pub fn told(node: &Node) -> Option<Self> {
        let source = node.source.clone().unwrap_or_default();
        Some(Self {
            kind: node.kind.clone(),
            id: node.id.parse().ok()?,
            source_kind: source.kind,
            source_id: source.id,
            further: Vec::new(),
        })
    }
}

/// Puts the picture together. What the reader may not open, or its owner does not know, keeps its place with kind, id and
/// the object that it came from, so that a chain never breaks silently; where else it came from, such as whose call, is
/// not told.
#[must_use]
pub fn picture(links: &[Link], answers: Vec<Node>) -> Vec<TraceNode> {
    let mut known: HashMap<(String, String), Node> = answers
        .into_iter()
        .map(|n| ((n.kind.clone(), n.id.clone()), n))
        .collect();
    let node = |link: &Link| {
        let id = link.id.to_string();
        let blank = TraceNode {
            kind: link.kind.clone(),
            id: id.clone(),
            source: link.parent().map(|_| source(link)),
            further_sources: link.further.iter().map(further).collect(),
            ..TraceNode::default()
        };
        match known.remove(&(link.kind.clone(), id)).filter(|n| n.visible) {
            None => blank,
            Some(answer) => TraceNode {
                number: answer.number,
                state: answer.state,
                title: answer.title,
                visible: true,
                source: Some(source(link)),
                ..blank
            },
        }
    };
    links.iter().map(node).collect()
}

fn source(link: &Link) -> Source {
    Source {
        kind: link.source_kind.clone(),
        id: link.source_id.clone(),
    }
}

fn further(object: &Object) -> Source {
    Source {
        kind: object.kind.clone(),
        id: object.id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(kind: &str, id: u128, source_kind: &str, source_id: &str) -> Link {
        Link {
            kind: kind.into(),
            id: Uuid::from_u128(id),
            source_kind: source_kind.into(),
            source_id: source_id.into(),
            further: Vec::new(),
        }
    }

    #[test]
    fn only_an_object_that_baton_keeps_is_a_parent() {
        let id = Uuid::from_u128(7);
        let parent = |kind: &str, id: &str| link("LEAD", 1, kind, id).parent();
        assert_eq!(
            parent("CAMPAIGN", &id.to_string()),
            Some(Object {
                kind: "CAMPAIGN".into(),
                id
            })
        );
        assert_eq!(parent("DIRECT", ""), None);
        assert_eq!(parent("IMPORT", &id.to_string()), None);
        assert_eq!(
            parent("PARCEL", &id.to_string()).map(|p| p.kind),
            Some("PARCEL".into())
        );
        assert_eq!(parent("CAMPAIGN", "not an id"), None);
    }

    #[test]
    fn what_the_reader_may_not_open_keeps_its_place() {
        let lead = link("LEAD", 1, "CALL", "13800138000");
        let deal = link("OPPORTUNITY", 2, "LEAD", &lead.id.to_string());
        let gone = link("ORDER", 3, "OPPORTUNITY", &deal.id.to_string());
        let answers = vec![
            Node {
                kind: "LEAD".into(),
                id: lead.id.to_string(),
                ..Node::default()
            },
            Node {
                kind: "OPPORTUNITY".into(),
                id: deal.id.to_string(),
                visible: true,
                number: "OP-1".into(),
                state: "OPEN".into(),
                title: "Ten servers".into(),
                ..Node::default()
            },
        ];
        let nodes = picture(&[lead.clone(), deal, gone], answers);
        let shown: Vec<_> = nodes
            .iter()
            .map(|n| (n.kind.as_str(), n.visible, n.number.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("LEAD", false, ""),
                ("OPPORTUNITY", true, "OP-1"),
                ("ORDER", false, "")
            ]
        );
        let sources: Vec<_> = nodes.iter().map(|n| n.source.as_ref()).collect();
        assert_eq!(sources[0], None, "whose call it was is not told");
        assert_eq!(sources[1].unwrap().id, lead.id.to_string());
        assert_eq!(sources[2].unwrap().kind, "OPPORTUNITY");
    }
}
