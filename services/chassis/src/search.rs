//! Finding records by what people know of them: how a text becomes words, how a query is cut, and how well a record fits it.
//!
//! A word is found by its beginning. Words of letters and digits are kept as they are; a run of Chinese, which has no spaces, is
//! kept as its pairs of neighbours, so that any part of it is found; a Chinese name is kept by the initials of its pinyin as
//! well. Both sides are folded alike: width, case, and marks inside of numbers. Nothing here waits or knows of SQL; [`rows`]
//! keeps the words, [`find`] asks for records.

pub mod find;
pub mod rows;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, ops::Bound};

use baton_proto::r#type::v1::FoundBy;
use pinyin::ToPinyin as _;
use unicode_normalization::UnicodeNormalization as _;

use crate::{Violation, Violations};

/// Characters of a query at most.
pub const QUERY_MAX: usize = 100;
/// Digits from which on numbers with marks and spaces between them are one telephone number.
const PHONE_MIN: usize = 7;
/// Digits from which on zeros at the beginning are a way to dial and not part of a number.
const DIALLED_MIN: usize = 9;
/// So many of the last digits of a telephone number find it.
const PHONE_ENDS: std::ops::RangeInclusive<usize> = 4..=8;

/// What a record is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// A human number: found from its beginning, and by the serial number at its end.
    Number(String),
    /// A name or title.
    Name(String),
    /// A telephone number: found whole, from its beginning and by its last digits.
    Phone {
        /// As E.164 has it.
        e164: String,
        /// Without the country.
        national: String,
    },
}

/// What most records are found by.
#[must_use]
pub fn titled(number: &str, title: &str) -> Vec<Text> {
    vec![
        Text::Number(number.to_owned()),
        Text::Name(title.to_owned()),
    ]
}

/// A part of a text.
enum Piece<'t> {
    /// Letters and digits, with the marks between them.
    Letters(&'t str),
    /// Characters of a writing without spaces.
    Chinese(&'t str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    /// Stands inside of numbers and names.
    Joint,
    Chinese,
    Gap,
}

fn class(c: char) -> Class {
    match c {
        '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' => Class::Chinese,
        '-' | '_' | '.' | '/' | '#' | '\'' => Class::Joint,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Gap,
    }
}

/// A text as all its spellings are compared.
fn fold(text: &str) -> String {
    let plain: String = text.nfkc().collect();
    plain.to_lowercase().nfkc().collect()
}

/// The parts of a folded text.
fn pieces(folded: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        let begins = class(first);
        let goes_on = |c: char| match (begins, class(c)) {
            (Class::Chinese, other) => other == Class::Chinese,
            (Class::Gap, other) => other == Class::Gap,
            (Class::Letter | Class::Joint, other) => matches!(other, Class::Letter | Class::Joint),
        };
        let end = rest.find(|c: char| !goes_on(c)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        match begins {
            Class::Chinese => pieces.push(Piece::Chinese(piece)),
            Class::Letter | Class::Joint => pieces.push(Piece::Letters(piece)),
            Class::Gap => {}
        }
        rest = after;
    }
    pieces
}

/// What stands between the marks of a piece.
fn parts(letters: &str) -> Vec<&str> {
    let parts = letters.split(|c: char| class(c) == Class::Joint);
    parts.filter(|part| !part.is_empty()).collect()
}

/// The same as one word, if it is a number with marks in it: `T-1000`.
fn joined(parts: &[&str]) -> Option<String> {
    let has_digit = |part: &&str| part.contains(|c: char| c.is_ascii_digit());
    (parts.len() > 1 && parts.iter().any(has_digit)).then(|| parts.concat())
}

fn is_digits(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// A long number without the zeros that are dialled before it.
fn dialled(word: &str) -> Option<&str> {
    let number = word.trim_start_matches('0');
    let is_dialled = word.len() >= DIALLED_MIN && is_digits(word) && !number.is_empty();
    (is_dialled && number.len() < word.len()).then_some(number)
}

/// Pairs of neighbours.
fn pairs(chinese: &str) -> impl Iterator<Item = String> {
    let ends = chinese.chars().skip(1);
    chinese
        .chars()
        .zip(ends)
        .map(|(one, next)| String::from_iter([one, next]))
}

/// The initials of the pinyin of all Chinese in a text, where there is more than one character of it.
fn initials(folded: &str) -> Option<String> {
    let read = folded.chars().filter_map(|c| c.to_pinyin());
    let initials: String = read.filter_map(|p| p.plain().chars().next()).collect();
    (initials.chars().count() > 1).then_some(initials)
}

/// Words of letters and digits, and pairs of Chinese.
fn words_of_name(folded: &str, words: &mut BTreeSet<String>) {
    for piece in pieces(folded) {
        match piece {
            Piece::Letters(letters) => {
                let parts = parts(letters);
                words.extend(joined(&parts));
                words.extend(parts.into_iter().map(ToOwned::to_owned));
            }
            Piece::Chinese(chinese) => {
                words.extend(pairs(chinese));
                // The last one begins no pair.
                words.extend(chinese.chars().next_back().map(String::from));
            }
        }
    }
}

fn words_of_number(folded: &str, words: &mut BTreeSet<String>) {
    let letters = folded.chars().filter(|c| class(*c) == Class::Letter);
    let whole: String = letters.collect();
    let serial = folded.rsplit(|c: char| class(c) != Class::Letter).next();
    if let Some(serial) = serial.filter(|s| !s.is_empty() && is_digits(s)) {
        words.insert(serial.to_owned());
        let counted = serial.trim_start_matches('0');
        words.extend(Some(counted.to_owned()).filter(|c| !c.is_empty()));
    }
    words.extend(Some(whole).filter(|w| !w.is_empty()));
}

/// All words that a record with these texts is found by.
#[must_use]
pub fn words(texts: &[Text]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in texts {
        match text {
            Text::Number(number) => words_of_number(&fold(number), &mut words),
            Text::Name(name) => {
                let folded = fold(name);
                words_of_name(&folded, &mut words);
                words.extend(initials(&folded));
            }
            Text::Phone { e164, national } => {
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect();
                let national: String = digits(national);
                let ends = PHONE_ENDS.filter_map(|n| national.len().checked_sub(n));
                words.extend(ends.map(|from| national[from..].to_owned()));
                words.extend(
                    [digits(e164), national]
                        .into_iter()
                        .filter(|w| !w.is_empty()),
                );
            }
        }
    }
    let without: Vec<String> = words
        .iter()
        .filter_map(|w| dialled(w).map(ToOwned::to_owned))
        .collect();
    words.extend(without);
    words
}

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    text: String,
    words: Vec<String>,
}

impl Query {
    /// Cuts a text into words; nothing if it has none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let folded = fold(text.trim());
        let words = match phone(&folded) {
            Some(phone) => vec![phone],
            None => wanted(&folded),
        };
        let words: Vec<String> = words
            .iter()
            .map(|w| dialled(w).unwrap_or(w).to_owned())
            .collect();
        // Whoever has a longer word has all its beginnings.
        let implied = |n: usize, word: &String| {
            let mut others = words.iter().enumerate();
            others.any(|(m, w)| w.starts_with(word.as_str()) && (w.len() > word.len() || m < n))
        };
        let needed = words.iter().enumerate();
        let needed = needed.filter(|(n, word)| !implied(*n, word));
        let words: Vec<String> = needed.map(|(_, word)| word.clone()).collect();
        (!words.is_empty()).then_some(Self {
            text: folded,
            words,
        })
    }

    /// What every record that is found has the beginning of: none of them begins another one.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether a record with these words is found.
    #[must_use]
    pub fn fits(&self, words: &BTreeSet<String>) -> bool {
        self.words.iter().all(|word| begins_one(words, word))
    }

    /// The beginning of a human number, if it can be one.
    #[must_use]
    pub fn number(&self) -> Option<String> {
        let number = self.text.to_ascii_uppercase();
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (number.chars().all(fits) && number.contains(|c: char| c.is_ascii_digit()))
            .then_some(number)
    }

    /// Whether it says human numbers that begin so.
    #[must_use]
    pub fn starts_number(&self, prefix: &str) -> bool {
        let begins = |n: String| n.starts_with(prefix);
        self.serial().is_some() || self.number().is_some_and(begins)
    }

    /// Whether it may find somebody by his telephone number, whole or in part.
    #[must_use]
    pub fn may_be_phone(&self) -> bool {
        let is_phone = |word: &String| is_digits(word) && word.len() >= *PHONE_ENDS.start();
        self.words.iter().any(is_phone)
    }

    /// The text, folded.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The serial number at the end of a human number, if it can be one.
    #[must_use]
    pub fn serial(&self) -> Option<u32> {
        let number = self.number()?;
        is_digits(&number).then(|| number.parse().ok()).flatten()
    }

    /// By what a record of this number and title was found, and how well it fits: the less, the better.
    #[must_use]
    pub fn verdict(&self, number: &str, title: &str) -> (FoundBy, u8) {
        let of = |text: Text| words(std::slice::from_ref(&text));
        let numbers = of(Text::Number(number.to_owned()));
        if let [only] = self.words.as_slice()
            && begins_one(&numbers, only)
        {
            return (FoundBy::Number, if numbers.contains(only) { 0 } else { 2 });
        }
        let folded = fold(title);
        let mut named = BTreeSet::new();
        words_of_name(&folded, &mut named);
        named.extend(numbers);
        if self.fits(&named) {
            let fit = match folded.strip_prefix(&self.text) {
                Some("") => 1,
                Some(_) => 3,
                None => 4,
            };
            return (FoundBy::Name, fit);
        }
        named.extend(initials(&folded));
        if self.fits(&named) {
            (FoundBy::Pinyin, 6)
        } else if self.words.iter().any(|w| is_digits(w)) {
            (FoundBy::Phone, 5)
        } else {
            (FoundBy::Name, 4)
        }
    }
}

fn begins_one(words: &BTreeSet<String>, beginning: &str) -> bool {
    let from = (Bound::Included(beginning), Bound::Unbounded);
    let mut from = words.range::<str, _>(from);
    from.next().is_some_and(|word| word.starts_with(beginning))
}

/// A telephone number, if that is all there is: written with marks and spaces it is one word.
fn phone(folded: &str) -> Option<String> {
    let marks = |c: char| c.is_ascii_digit() || " +-().".contains(c);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    (folded.chars().all(marks) && digits.len() >= PHONE_MIN).then_some(digits)
}

/// The words that a query wants.
fn wanted(folded: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in pieces(folded) {
        match piece {
            Piece::Letters(letters) => {
                let parts = parts(letters);
                match joined(&parts) {
                    Some(number) => words.push(number),
                    None => words.extend(parts.into_iter().map(ToOwned::to_owned)),
                }
            }
            Piece::Chinese(chinese) => {
                let before = words.len();
                words.extend(pairs(chinese));
                if words.len() == before {
                    words.push(chinese.to_owned());
                }
            }
        }
    }
    words
}

impl Violations {
    /// What a list is to be narrowed to, if it is.
    pub fn optional_query(&mut self, field: &str, value: &str) -> Option<Query> {
        if value.trim().is_empty() {
            return None;
        }
        self.query(field, value)
    }

    /// What is looked for.
    pub fn query(&mut self, field: &str, value: &str) -> Option<Query> {
        let value = value.trim();
        if value.is_empty() {
            self.add(field, "REQUIRED");
            return None;
        }
        if value.chars().count() > QUERY_MAX {
            self.push(Violation::new(field, "TOO_LONG").with("max", QUERY_MAX));
            return None;
        }
        let query = Query::of(value);
        if query.is_none() {
            self.add(field, "QUERY_WITHOUT_WORDS");
        }
        query
    }
}
