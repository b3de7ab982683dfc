//! Who takes over what: the first rule that fits a record, else the successor of all. Pure.

use std::collections::HashSet;

use uuid::Uuid;

use super::{KINDS, Row};
use crate::{
    Result, Violation, Violations,
    ids::{MemberId, TerritoryId},
};

/// Exceptions that one plan may have.
pub const RULES_MAX: usize = 500;

/// Who takes over what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// Who takes over what no rule is about.
    pub successor: MemberId,
    /// Exceptions, in the order in which they are tried.
    pub rules: Vec<Rule>,
}

/// An exception: every condition that there is has to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Kind of the record.
    pub kind: Option<String>,
    /// Territories that it belongs to; any if there are none.
    pub territories: HashSet<TerritoryId>,
    /// The party that it is about, or is.
    pub party: Option<Uuid>,
    /// The record itself.
    pub object: Option<Uuid>,
    /// Who takes it over.
    pub successor: MemberId,
}

impl Rule {
    fn fits(&self, kind: &str, row: &Row) -> bool {
        let in_place = || row.territory.is_some_and(|t| self.territories.contains(&t));
        self.kind.as_deref().is_none_or(|k| k == kind)
            && (self.territories.is_empty() || in_place())
            && self.party.is_none_or(|p| row.party == Some(p))
            && self.object.is_none_or(|o| row.id == o)
    }
}

impl Succession {
    /// Who takes over a record.
    #[must_use]
    pub fn of(&self, kind: &str, row: &Row) -> MemberId {
        let rule = self.rules.iter().find(|rule| rule.fits(kind, row));
        rule.map_or(self.successor, |rule| rule.successor)
    }
}

/// Reads who takes over what.
///
/// # Errors
/// When a kind or an id is none.
pub fn read(message: Option<&baton_proto::holding::v1::Succession>) -> Result<Succession> {
    let mut v = Violations::new();
    let message = message.cloned().unwrap_or_default();
    let successor = v.id("succession.successor_id", &message.successor_id);
    if message.rules.len() > RULES_MAX {
        v.push(Violation::new("succession.rules", "TOO_MANY").with("max", RULES_MAX));
    }
    let mut rules = Vec::with_capacity(message.rules.len());
    for (n, rule) in message.rules.iter().enumerate() {
        let at = |field: &str| format!("succession.rules[{n}].{field}");
        if !rule.kind.is_empty() && !KINDS.iter().any(|(kind, _)| *kind == rule.kind) {
            v.add(at("kind"), "CHOICE_UNKNOWN");
        }
        let places = rule.territory_ids.iter();
        rules.push(Rule {
            kind: Some(rule.kind.clone()).filter(|kind| !kind.is_empty()),
            territories: places.map(|t| v.id(&at("territory_ids"), t)).collect(),
            party: v
                .optional_id::<crate::ids::PartyId>(&at("party_id"), &rule.party_id)
                .map(Into::into),
            object: v
                .optional_id::<crate::ids::OperationId>(&at("object_id"), &rule.object_id)
                .map(Into::into),
            successor: v.id(&at("successor_id"), &rule.successor_id),
        });
    }
    v.done()?;
    Ok(Succession { successor, rules })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn row(n: u128, territory: Option<u128>, party: Option<u128>) -> Row {
        Row {
            id: id(n),
            number: String::new(),
            title: String::new(),
            open: true,
            standing: String::new(),
            busy: false,
            owner: None,
            territory: territory.map(|t| id(t).into()),
            party: party.map(id),
        }
    }

    fn rule(successor: u128) -> Rule {
        Rule {
            kind: None,
            territories: HashSet::new(),
            party: None,
            object: None,
            successor: id(successor).into(),
        }
    }

    #[test]
    fn the_first_rule_that_fits_says_who_takes_over() {
        let succession = Succession {
            successor: id(100).into(),
            rules: vec![
                Rule {
                    object: Some(id(7)),
                    ..rule(101)
                },
                Rule {
                    party: Some(id(20)),
                    ..rule(102)
                },
                Rule {
                    kind: Some("LEAD".into()),
                    territories: [id(30).into()].into(),
                    ..rule(103)
                },
                Rule {
                    kind: Some("LEAD".into()),
                    ..rule(104)
                },
            ],
        };
        let table = [
            ("LEAD", row(7, Some(30), Some(20)), 101),
            ("LEAD", row(8, Some(30), Some(20)), 102),
            ("ORDER", row(8, None, Some(20)), 102),
            ("LEAD", row(8, Some(30), None), 103),
            ("LEAD", row(8, Some(31), None), 104),
            ("LEAD", row(8, None, Some(21)), 104),
            ("ORDER", row(8, Some(30), Some(21)), 100),
        ];
        for (kind, row, expected) in table {
            assert_eq!(
                succession.of(kind, &row),
                id(expected).into(),
                "{kind} {row:?}"
            );
        }
    }
}
