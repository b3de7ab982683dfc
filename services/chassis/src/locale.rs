//! The texts that people read, in both languages, from Fluent files that each service brings along.

use std::fmt;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};

use crate::error::Args;

/// A language that Baton speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

impl Language {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The tag as BCP 47 has it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// The first language of an `Accept-Language` list that Baton speaks; weights only order what people list
    /// out of order, which browsers do not do.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(|range| {
            let tag = range
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            match tag.split('-').next().unwrap_or_default() {
                "zh" => Some(Self::Chinese),
                "en" => Some(Self::English),
                _ => None,
            }
        })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A locale file that cannot be used: a fault of the build, found at the first start.
#[derive(Debug, thiserror::Error)]
#[error("a locale file is broken: {0}")]
pub struct Broken(String);

/// All messages of a process in both languages.
pub struct Messages {
    english: FluentBundle<FluentResource>,
    chinese: FluentBundle<FluentResource>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Messages")
    }
}

impl Messages {
    /// Reads pairs of locale files (English, Chinese); the chassis' own come first.
    ///
    /// # Errors
    /// When a file does not parse or says a message twice.
    pub fn new(files: &[(&'static str, &'static str)]) -> Result<Self, Broken> {
        let own = (
            include_str!("../locales/en.ftl"),
            include_str!("../locales/zh-CN.ftl"),
        );
        let files = || std::iter::once(&own).chain(files);
        Ok(Self {
            english: bundle("en", files().map(|f| f.0))?,
            chinese: bundle("zh-CN", files().map(|f| f.1))?,
        })
    }

    fn bundle(&self, language: Language) -> &FluentBundle<FluentResource> {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }

    /// Whether there is a text for a reason.
    #[must_use]
    pub fn has(&self, language: Language, reason: &str) -> bool {
        self.bundle(language).has_message(&key(reason))
    }

    /// The text of a reason (`DEAL_CLOSED` is `deal-closed` in the files); the reason itself if nobody wrote one.
    #[must_use]
    pub fn text(&self, language: Language, reason: &str, args: &Args) -> String {
        let bundle = self.bundle(language);
        let Some(pattern) = bundle.get_message(&key(reason)).and_then(|m| m.value()) else {
            return reason.to_owned();
        };
        let mut values = FluentArgs::new();
        for (name, value) in args {
            // A kind is a word of the trade and has a name in each language.
            let kind = format!("kind-{}", key(value));
            let value = match bundle.get_message(&kind).and_then(|m| m.value()) {
                Some(word) if *name == "kind" => bundle
                    .format_pattern(word, None, &mut Vec::new())
                    .into_owned(),
                _ => value.clone(),
            };
            values.set(*name, FluentValue::from(value));
        }
        bundle
            .format_pattern(pattern, Some(&values), &mut Vec::new())
            .into_owned()
    }
}

fn key(reason: &str) -> String {
    reason.to_ascii_lowercase().replace('_', "-")
}

fn bundle(
    tag: &str,
    files: impl Iterator<Item = &'static str>,
) -> Result<FluentBundle<FluentResource>, Broken> {
    let tag = tag.parse().map_err(|e| Broken(format!("{tag}: {e}")))?;
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // The marks around values are for mixed writing directions, which neither language has.
    bundle.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new(file.to_owned())
            .map_err(|(_, errors)| Broken(format!("{errors:?}")))?;
        bundle
            .add_resource(resource)
            .map_err(|errors| Broken(format!("{errors:?}")))?;
    }
    Ok(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        assert_eq!(
            Language::accepted("fr, zh-TW;q=0.9, en"),
            Some(Language::Chinese)
        );
        assert_eq!(
            Language::accepted("en-GB,en;q=0.5"),
            Some(Language::English)
        );
        assert_eq!(Language::accepted("fr"), None);
        assert_eq!(Language::accepted(""), None);
    }

    #[test]
    fn a_text_names_its_values_and_kinds_in_the_language() -> Result<(), Broken> {
        let messages = Messages::new(&[])?;
        let args = vec![("kind", "LEAD".to_owned()), ("id", "7".to_owned())];
        assert_eq!(
            messages.text(Language::English, "NOT_FOUND", &args),
            "There is no lead 7."
        );
        assert_eq!(
            messages.text(Language::Chinese, "NOT_FOUND", &args),
            "没有这个线索：7。"
        );
        assert_eq!(
            messages.text(Language::Chinese, "NOBODY_WROTE_THIS", &args),
            "NOBODY_WROTE_THIS"
        );
        Ok(())
    }
}
