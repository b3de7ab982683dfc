//! Lists narrowed to what a query finds. Where one of its words is rare, its few holders are looked up, and sorted; else the
//! list is walked in its order, for there is a holder every few rows.

use super::{Bind, Branch, Clause, List, Number, Scope, Text, bound};
use crate::search::rows::{By, Narrowing, Word};

/// The records of a kind that have a word between two.
const HOLDERS: &str =
    "select distinct object from search_word where kind = ? and word >= ? and word < ?";

fn values(kind: &'static str, word: &Word) -> Vec<Bind> {
    vec![
        bound(kind),
        bound(word.from.clone()),
        bound(word.to.clone()),
    ]
}

/// A part of the rights as one condition: rows of one kind, and what of them is somebody's; nothing where that is all.
pub(super) type Mixed = (
    Option<&'static str>,
    Option<Vec<(&'static str, Vec<Number>)>>,
);

impl List {
    /// Only what a query finds, if there is one; `id` is the column with the id of the record.
    #[must_use]
    pub fn found(mut self, id: &'static str, narrowing: Option<Narrowing>) -> Self {
        self.found = narrowing.map(|narrowing| (id, narrowing));
        self
    }

    /// Notes what is looked for where somebody else has found it, so that a page token is good for that alone.
    #[must_use]
    pub fn looked_for(mut self, query: String) -> Self {
        self.looked_for = query;
        self
    }

    /// What the list is read by, where that is little: the column with the id of the record, a query of those ids as
    /// `object`, and its values.
    pub(super) fn rare(&self) -> Option<(&'static str, &'static str, Vec<Bind>)> {
        let (id, found) = self.found.as_ref().filter(|(_, found)| found.is_rare)?;
        let (ids, values) = match &found.by {
            By::Words(kind, words) => (HOLDERS, values(kind, words.first()?)),
            By::Text(ids, _, values) => (*ids, values.iter().cloned().map(bound).collect()),
        };
        Some((*id, ids, values))
    }

    /// What each row is asked for besides.
    pub(super) fn asked(&self) -> Vec<Clause<Bind>> {
        let Some((id, found)) = &self.found else {
            return Vec::new();
        };
        match &found.by {
            By::Words(kind, words) => {
                let others = words.iter().skip(usize::from(found.is_rare));
                let word = |word| Clause::Word(id, values(kind, word));
                others.map(word).collect()
            }
            By::Text(..) if found.is_rare => Vec::new(),
            By::Text(_, condition, values) => {
                let values = values.iter().cloned().map(bound).collect();
                vec![Clause::Of(condition, values)]
            }
        }
    }

    /// Appends the tables: with the few records that the list is read by, if it is.
    pub(super) fn push_from(&self, text: &mut Text) {
        if let Some((_, ids, values)) = self.rare() {
            let values: Vec<Number> = values.into_iter().map(|v| text.value(v)).collect();
            text.push("(");
            text.push_each(ids, &values);
            text.push(") as found cross join ");
        }
        text.push(self.from);
    }

    /// All rights as one branch, for a list that is read by something else; none where the caller may see nothing.
    pub(super) fn mixed(&self, id: &'static str, text: &mut Text) -> Option<Branch> {
        let mut parts: Vec<Mixed> = Vec::new();
        for (rows, scope, rights) in self.parts() {
            match scope {
                Scope::Nothing => {}
                Scope::All => parts.push((*rows, None)),
                Scope::Some {
                    owners,
                    territories,
                    shared,
                } => {
                    let owners = owners.iter().map(|o| text.value(bound(*o))).collect();
                    let territories = territories.iter();
                    let territories = territories.map(|t| text.value(bound(*t))).collect();
                    let mut columns = vec![(rights.owner, owners), (rights.territory, territories)];
                    if !shared.is_empty() {
                        let shared = shared.iter().map(|id| text.value(bound(*id))).collect();
                        columns.push((rights.record, shared));
                    }
                    parts.push((*rows, Some(columns)));
                }
            }
        }
        (!parts.is_empty()).then_some(Branch::Mixed(id, parts))
    }
}

impl Text {
    /// Appends that a row has a word.
    pub(super) fn push_word(&mut self, id: &'static str, values: &[Number]) {
        self.push_all(&[
            "exists (select 1 from search_word as word_row where word_row.object = ",
            id,
        ]);
        self.push_each(
            " and word_row.kind = ? and word_row.word >= ? and word_row.word < ?)",
            values,
        );
    }

    /// Appends the rights as one condition.
    pub(super) fn push_mixed(&mut self, parts: &[Mixed]) {
        self.push("(false");
        for (rows, columns) in parts {
            self.push_all(&[" or (", rows.unwrap_or("true")]);
            if let Some(columns) = columns {
                self.push(" and ");
                self.push_either(columns, false);
            }
            self.push(")");
        }
        self.push(")");
    }
}
