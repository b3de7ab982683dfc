//! What columns and values are called in a file that people read: the words of the console, which says them too.

use std::collections::HashMap;

use baton_chassis::{Error, Language, Result};
use prost_reflect::EnumDescriptor;
use serde::Deserialize;

use super::columns::{Column, Shows};

/// Words of one language, as the console keeps them.
#[derive(Debug, Deserialize)]
struct Changes {
    /// Fields of records.
    field: HashMap<String, String>,
    /// What columns of files are called that are no fields.
    file: File,
}

#[derive(Debug, Deserialize)]
struct File {
    /// The column of an id beside that of what it stands for.
    id: String,
    yes: String,
    no: String,
}

#[derive(Debug)]
struct Tongue {
    changes: Changes,
    /// Values of enums, and kinds.
    words: HashMap<String, HashMap<String, String>>,
}

/// The words of both languages.
#[derive(Debug)]
pub(crate) struct Words {
    english: Tongue,
    chinese: Tongue,
}

impl Tongue {
    fn read(changes: &str, words: &str) -> serde_json::Result<Self> {
        Ok(Self {
            changes: serde_json::from_str(changes)?,
            words: serde_json::from_str(words)?,
        })
    }

    fn field(&self, name: &str) -> String {
        let known = self.changes.field.get(name).cloned();
        known.unwrap_or_else(|| name.trim_end_matches("_id").replace('_', " "))
    }
}

impl Words {
    /// Reads them.
    ///
    /// # Errors
    /// Never with the files that are built in.
    pub(crate) fn new() -> Result<Self> {
        let read = |changes, words| Tongue::read(changes, words).map_err(Error::internal);
        Ok(Self {
            english: read(
                include_str!("../../../console/src/i18n/en/changes.json"),
                include_str!("../../../console/src/i18n/en/words.json"),
            )?,
            chinese: read(
                include_str!("../../../console/src/i18n/zh-CN/changes.json"),
                include_str!("../../../console/src/i18n/zh-CN/words.json"),
            )?,
        })
    }

    fn of(&self, language: Language) -> &Tongue {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }

    /// What a column is called: "Owner", "Owner ID", "Source · Kind".
    pub(crate) fn title(&self, column: &Column, language: Language) -> String {
        let words = self.of(language);
        let titles: Vec<_> = column.steps.iter().map(|s| words.field(s.name())).collect();
        let title = titles.join(" · ");
        let leaf = column.steps.last().map_or("", |step| step.name());
        // Besides an id there may be the column of what it stands for, which has the name of both.
        let beside = leaf.ends_with("_id") && leaf != "tax_id" && column.shows == Shows::Value;
        if beside {
            format!("{title} {}", words.changes.file.id)
        } else {
            title
        }
    }

    /// A value of an enum in words; one that has none as it is.
    pub(crate) fn choice(&self, of: &EnumDescriptor, name: &str, language: Language) -> String {
        let unsaid = of.default_value();
        let prefix = unsaid.name().strip_suffix("UNSPECIFIED");
        let word = prefix.and_then(|prefix| name.strip_prefix(prefix));
        let words = self.of(language).words.get(of.name());
        let found = words.zip(word).and_then(|(words, word)| words.get(word));
        found.map_or(name, String::as_str).to_owned()
    }

    /// A kind of objects in words; one that has none as it is.
    pub(crate) fn kind(&self, kind: &str, language: Language) -> String {
        let words = self.of(language).words.get("Kind");
        let found = words.and_then(|words| words.get(kind));
        found.map_or(kind, String::as_str).to_owned()
    }

    /// Yes or no.
    pub(crate) fn flag(&self, on: bool, language: Language) -> &str {
        let file = &self.of(language).changes.file;
        if on { &file.yes } else { &file.no }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use prost_reflect::{DescriptorPool, Kind};

    use super::*;
    use crate::{comments::Comments, export::Lists, routes::Routes};

    #[test]
    fn every_column_of_every_list_and_every_choice_has_a_word_in_both_languages() {
        let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
        let lists = Lists::of(&Routes::of(&pool).unwrap(), &Comments::of_contracts());
        let words = Words::new().unwrap();
        let mut missing = BTreeSet::new();
        for language in Language::ALL {
            let known = words.of(language);
            let columns = lists.all().flat_map(|list| &list.columns);
            for step in columns.filter(|c| c.usual).flat_map(|c| &c.steps) {
                if !known.changes.field.contains_key(step.name()) {
                    missing.insert((language.tag(), step.name().to_owned()));
                }
                if let Kind::Enum(choices) = step.kind() {
                    for value in choices.values().skip(1) {
                        if words.choice(&choices, value.name(), language) == value.name() {
                            missing.insert((language.tag(), value.name().to_owned()));
                        }
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
