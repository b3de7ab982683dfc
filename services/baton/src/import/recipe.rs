//! A recipe: a TOML file that says how outside data becomes ours.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Error;

/// A whole load.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the system that the data come from; with the key of a row its identity for ever.
    pub system: String,
    /// Sales processes that must be there, found by name or created.
    #[serde(default)]
    pub process: Vec<Process>,
    /// The files, in the order in which they are loaded.
    pub step: Vec<Step>,
}

/// A sales process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Its name.
    pub name: String,
    /// Product line it is for; empty for any.
    #[serde(default)]
    #[serde(rename(serialize = "productLine"))]
    pub product_line: String,
    /// Its stages in their order.
    pub stages: Vec<Stage>,
}

/// A stage of a sales process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Chance of winning, in percent.
    #[serde(rename(serialize = "probabilityPercent"))]
    pub probability_percent: i32,
}

/// One file and what its rows become.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What they become, by the plural of the JSON interface: territories, members, products, parties, leads, …
    pub target: String,
    /// Name of a CSV file or an Excel workbook with a header.
    pub file: String,
    /// Sheet of the workbook; the first one with anything in it where none is named.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Key of a row: a template of columns.
    pub key: String,
    /// Whether rows with a key that came before are passed over.
    #[serde(default)]
    pub once: bool,
    /// Key of the row of the same file that must come before this one, if there is one: a template.
    #[serde(default)]
    pub after: Option<String>,
    /// Fields of the import row, `snake_case` with dots for fields within fields.
    pub fields: BTreeMap<String, Field>,
    /// Columns whose values are known to be wrong, with the right ones.
    #[serde(default)]
    pub repairs: BTreeMap<String, BTreeMap<String, String>>,
    /// Further fields of the request itself, as its JSON has them.
    #[serde(default)]
    pub request: Option<Map<String, Value>>,
}

/// How a field gets its value. A value that comes out empty leaves the field out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Field {
    /// A template: text with columns in braces.
    Template(String),
    /// Several values. It stands before the tables, which could be read from a list as well.
    List(Vec<Field>),
    /// A template with what is then done to it.
    Made(Made),
    /// Fields within this one, for lists of objects.
    Object(BTreeMap<String, Field>),
}

/// A template with what is done to its value.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// The template.
    pub from: String,
    /// The value is several values with this between them.
    #[serde(default)]
    pub split: Option<String>,
    /// Words and what they become; a word that is not among them is refused.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
    /// The number is multiplied by this and rounded to a whole one: 100 makes cents of dollars.
    #[serde(default)]
    pub times: Option<i64>,
    /// The value is the key of a row of this target, and the field takes its id.
    #[serde(default)]
    pub id_of: Option<String>,
    /// The value is the key of a row of this target, and the field takes the key.
    #[serde(default)]
    pub key_of: Option<String>,
    /// Taken when the value is empty.
    #[serde(default)]
    pub default: String,
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// When it is no recipe; the text says where.
    pub fn read(text: &str) -> Result<Self, Error> {
        let recipe: Self = toml::from_str(text).map_err(|e| Error::Recipe(e.to_string()))?;
        for step in &recipe.step {
            let known = super::fill::TARGETS.contains(&step.target.as_str());
            if !known {
                let known = super::fill::TARGETS.join(", ");
                return Err(Error::Recipe(format!(
                    "{} is no target ({known})",
                    step.target
                )));
            }
        }
        Ok(recipe)
    }
}

impl Step {
    /// Whether a column is used by any field or key.
    #[must_use]
    pub fn uses(&self, column: &str) -> bool {
        let keys = [Some(&self.key), self.after.as_ref()];
        let braced = format!("{{{column}}}");
        keys.into_iter().flatten().any(|key| key.contains(&braced))
            || self.fields.values().any(|field| field.uses(column))
    }
}

impl Field {
    fn uses(&self, column: &str) -> bool {
        let braced = format!("{{{column}}}");
        match self {
            Self::Template(from) => from.contains(&braced),
            Self::Made(made) => made.from.contains(&braced),
            Self::List(fields) => fields.iter().any(|f| f.uses(column)),
            Self::Object(fields) => fields.values().any(|f| f.uses(column)),
        }
    }
}
