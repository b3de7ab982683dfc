//! Reading requests: each helper takes one field, notes what is wrong with it and goes on, so that the caller
//! learns of every violation at once.

use std::{ops::RangeInclusive, str::FromStr};

use baton_proto::r#type::v1 as pb;
use chrono::{DateTime, NaiveDate};
use prost_types::{FieldMask, Timestamp};

use crate::{
    Date, Error, Money, Result, Source, SourceKind, Time, Violation,
    handoff::{self, Handoff},
    ids::Id,
    money::parse_quantity,
    time::Days,
};

/// The greatest amount, in minor units, that a request may state: far beyond any deal, far below overflow.
pub const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000_000;

/// What was wrong with a request so far.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Nothing wrong yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes one.
    pub fn push(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    /// Notes a rule without values that a field breaks.
    pub fn add(&mut self, field: impl Into<String>, reason: &'static str) {
        self.push(Violation::new(field, reason));
    }

    /// Ends the reading: the request is good, or all that is wrong with it.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every violation.
    pub fn done(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.0))
        }
    }

    /// A text that must be there, of so many characters, without white space at its ends.
    pub fn text(&mut self, field: &str, value: &str, length: RangeInclusive<usize>) -> String {
        let value = value.trim();
        let count = value.chars().count();
        if value.is_empty() && *length.start() > 0 {
            self.add(field, "REQUIRED");
        } else if count < *length.start() {
            self.push(Violation::new(field, "TOO_SHORT").with("min", length.start()));
        } else if count > *length.end() {
            self.push(Violation::new(field, "TOO_LONG").with("max", length.end()));
        } else if value
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            self.add(field, "CONTROL_CHARACTER");
        }
        value.to_owned()
    }

    /// A text that may be empty.
    pub fn optional_text(&mut self, field: &str, value: &str, max: usize) -> String {
        self.text(field, value, 0..=max)
    }

    /// The id of an object; the nil id stands in when it is wrong.
    pub fn id<I: Id>(&mut self, field: &str, value: &str) -> I {
        if value.trim().is_empty() {
            self.add(field, "REQUIRED");
        }
        self.optional_id(field, value)
            .unwrap_or_else(|| uuid::Uuid::nil().into())
    }

    /// The id of an object, or nothing.
    pub fn optional_id<I: Id>(&mut self, field: &str, value: &str) -> Option<I> {
        match value.trim() {
            "" => None,
            id => match id.parse::<uuid::Uuid>() {
                Ok(id) => Some(id.into()),
                Err(_) => {
                    self.add(field, "ID_MALFORMED");
                    None
                }
            },
        }
    }

    /// A whole number within bounds.
    pub fn in_range<N: PartialOrd + Copy + ToString>(
        &mut self,
        field: &str,
        value: N,
        range: RangeInclusive<N>,
    ) -> N {
        if !range.contains(&value) {
            self.push(
                Violation::new(field, "NUMBER_OUT_OF_RANGE")
                    .with("min", range.start().to_string())
                    .with("max", range.end().to_string()),
            );
        }
        value
    }

    /// An amount that must be there: a known currency, zero or more.
    pub fn money(&mut self, field: &str, value: Option<&pb::Money>) -> Money {
        if value.is_none() {
            self.add(field, "REQUIRED");
        }
        self.optional_money(field, value)
            .unwrap_or_else(|| Money::new("XXX", 0))
    }

    /// An amount, or nothing.
    pub fn optional_money(&mut self, field: &str, value: Option<&pb::Money>) -> Option<Money> {
        let money = value?;
        let currency = self.currency(&format!("{field}.currency_code"), &money.currency_code);
        let amount_minor = self.in_range(
            &format!("{field}.amount_minor"),
            money.amount_minor,
            0..=AMOUNT_MINOR_MAX,
        );
        Some(Money {
            currency,
            amount_minor,
        })
    }

    /// An ISO 4217 code.
    pub fn currency(&mut self, field: &str, value: &str) -> String {
        let code = value.trim().to_ascii_uppercase();
        if iso_currency::Currency::from_code(&code).is_none() {
            self.add(field, "CURRENCY_UNKNOWN");
        }
        code
    }

    /// A quantity above zero, in thousandths.
    pub fn quantity(&mut self, field: &str, value: &str) -> i64 {
        match parse_quantity(value.trim()) {
            Some(milli) if milli > 0 => milli,
            _ => {
                self.add(field, "QUANTITY_MALFORMED");
                0
            }
        }
    }

    /// A date that must be there.
    pub fn date(&mut self, field: &str, value: &str) -> Date {
        if value.trim().is_empty() {
            self.add(field, "REQUIRED");
        }
        self.optional_date(field, value).unwrap_or_default()
    }

    /// A date, or nothing.
    pub fn optional_date(&mut self, field: &str, value: &str) -> Option<Date> {
        match value.trim() {
            "" => None,
            text => match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
                Ok(date) if text.len() == 10 => Some(date),
                _ => {
                    self.add(field, "DATE_MALFORMED");
                    None
                }
            },
        }
    }

    /// Business days from one to another, either of which may be left out.
    pub fn days(&mut self, from: (&str, &str), to: (&str, &str)) -> Days {
        let days = Days {
            from: self.optional_date(from.0, from.1),
            to: self.optional_date(to.0, to.1),
        };
        if days.from.zip(days.to).is_some_and(|(from, to)| to < from) {
            self.add(to.0, "DATE_REVERSED");
        }
        days
    }

    /// An instant, or nothing.
    pub fn time(&mut self, field: &str, value: Option<&Timestamp>) -> Option<Time> {
        let value = value?;
        let time = u32::try_from(value.nanos)
            .ok()
            .and_then(|nanos| DateTime::from_timestamp(value.seconds, nanos / 1_000 * 1_000));
        if time.is_none() {
            self.add(field, "TIME_MALFORMED");
        }
        time
    }

    /// A code of lower-case letters, digits and underscores.
    pub fn word(&mut self, field: &str, value: &str, max: usize) -> String {
        let value = self.text(field, value, 1..=max);
        if !value
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            self.add(field, "WORD_MALFORMED");
        }
        value
    }

    /// A value of an enum that must be one of the declared ones; `read` answers `None` for the others.
    pub fn choice<T>(
        &mut self,
        field: &str,
        value: i32,
        read: impl FnOnce(i32) -> Option<T>,
    ) -> Option<T> {
        if value == 0 {
            self.add(field, "REQUIRED");
            return None;
        }
        let read = read(value);
        if read.is_none() {
            self.add(field, "CHOICE_UNKNOWN");
        }
        read
    }

    /// A value of an enum, or nothing.
    pub fn optional_choice<T>(
        &mut self,
        field: &str,
        value: i32,
        read: impl FnOnce(i32) -> Option<T>,
    ) -> Option<T> {
        if value == 0 {
            None
        } else {
            self.choice(field, value, read)
        }
    }

    /// Values of an enum, each of which must be a declared one.
    pub fn choices<T>(
        &mut self,
        field: &str,
        values: &[i32],
        read: impl Fn(i32) -> Option<T>,
    ) -> Vec<T> {
        let each = values.iter().enumerate();
        each.filter_map(|(n, value)| self.choice(&format!("{field}[{n}]"), *value, &read))
            .collect()
    }

    /// Where something came from; left out it was created directly.
    pub fn source(&mut self, field: &str, value: Option<&pb::Source>) -> Source {
        let Some(source) = value.filter(|s| !s.kind.is_empty() || !s.id.is_empty()) else {
            return Source::direct();
        };
        let Ok(kind) = SourceKind::from_str(source.kind.trim()) else {
            self.add(format!("{field}.kind"), "SOURCE_KIND_UNKNOWN");
            return Source::direct();
        };
        let id = self.optional_text(&format!("{field}.id"), &source.id, 200);
        match (kind, id.is_empty()) {
            (SourceKind::Direct, false) => self.add(format!("{field}.id"), "SOURCE_ID_SUPERFLUOUS"),
            (SourceKind::Direct, true) | (_, false) => {}
            (_, true) => self.add(format!("{field}.id"), "SOURCE_ID_REQUIRED"),
        }
        if kind.is_object() && !id.is_empty() && id.parse::<uuid::Uuid>().is_err() {
            self.add(format!("{field}.id"), "ID_MALFORMED");
        }
        Source { kind, id }
    }

    /// Which fields an update changes: those of the mask, or all of `fields` when there is none.
    pub fn mask(&mut self, mask: Option<&FieldMask>, fields: &[&'static str]) -> Mask {
        let Some(mask) = mask.filter(|m| !m.paths.is_empty()) else {
            return Mask(fields.to_vec());
        };
        let mut chosen = Vec::new();
        for path in &mask.paths {
            // A path below a field (`budget.amount_minor`) changes the field as a whole.
            let top = path.split('.').next().unwrap_or_default();
            match fields.iter().find(|f| **f == top) {
                Some(field) => chosen.push(*field),
                None => self.push(Violation::new("update_mask", "MASK_UNKNOWN").with("path", path)),
            }
        }
        Mask(chosen)
    }
}

/// The fields that an update changes.
#[derive(Debug)]
pub struct Mask(Vec<&'static str>);

impl Mask {
    /// Whether this field changes.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.0.contains(&field)
    }

    /// Leaves a field as it is; tells whether it was to be changed.
    pub(crate) fn leave_out(&mut self, field: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|f| *f != field);
        self.0.len() < before
    }
}

/// The id of a request, on its own.
///
/// # Errors
/// [`Error::Invalid`] when it is none.
pub fn parse_id<I: Id>(field: &str, value: &str) -> Result<I> {
    let mut violations = Violations::new();
    let id = violations.id(field, value);
    violations.done()?;
    Ok(id)
}

/// An id as contracts write it; empty for none.
#[must_use]
pub fn id_text<I: Id>(id: Option<I>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// The etag of a version.
#[must_use]
pub fn etag(version: i64) -> String {
    format!("v{version}")
}

/// An instant as contracts write it.
#[must_use]
pub fn timestamp(time: Time) -> Timestamp {
    Timestamp {
        seconds: time.timestamp(),
        nanos: i32::try_from(time.timestamp_subsec_nanos()).unwrap_or(0),
    }
}

/// A date as contracts write it; empty for none.
#[must_use]
pub fn date_text(date: Option<Date>) -> String {
    date.map(|d| d.to_string()).unwrap_or_default()
}

/// A source as contracts write it.
#[must_use]
pub fn source(source: &Source) -> pb::Source {
    pb::Source {
        kind: source.kind.to_string(),
        id: source.id.clone(),
    }
}

/// A handoff as contracts write it.
#[must_use]
pub fn handoff(handoff: &Handoff) -> pb::Handoff {
    pb::Handoff {
        id: handoff.id.to_string(),
        kind: handoff.kind.as_str().to_owned(),
        state: handoff_state(handoff.state).into(),
        from_member_id: handoff.from_member.to_string(),
        to_member_id: id_text(handoff.to_member),
        offer_time: Some(timestamp(handoff.offered_at)),
        due_time: handoff.due_at.map(timestamp),
        reason: handoff.reason.clone().unwrap_or_default(),
        answered_by_id: id_text(handoff.answered_by),
        answer_time: handoff.answered_at.map(timestamp),
        subject: Some(pb::ObjectRef {
            kind: handoff.subject_kind.clone(),
            id: handoff.subject_id.to_string(),
        }),
        escalate_time: handoff.escalated_at.map(timestamp),
        escalated_to_id: id_text(handoff.escalated_to),
    }
}

/// Where a handoff stands, as contracts write it.
#[must_use]
pub fn handoff_state(state: handoff::State) -> pb::HandoffState {
    match state {
        handoff::State::Offered => pb::HandoffState::Offered,
        handoff::State::Accepted => pb::HandoffState::Accepted,
        handoff::State::Returned => pb::HandoffState::Returned,
        handoff::State::Withdrawn => pb::HandoffState::Withdrawn,
        handoff::State::Outside => pb::HandoffState::Outside,
    }
}

/// An amount as contracts write it.
#[must_use]
pub fn money(currency: &str, amount_minor: i64) -> pb::Money {
    pb::Money {
        currency_code: currency.to_owned(),
        amount_minor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_violation_is_told_at_once() {
        let mut v = Violations::new();
        v.text("title", " ", 1..=10);
        v.id::<crate::ids::LeadId>("id", "x");
        v.date("start_date", "2026-02-30");
        v.money(
            "budget",
            Some(&pb::Money {
                currency_code: "QQQ".into(),
                amount_minor: -1,
            }),
        );
        v.source(
            "source",
            Some(&pb::Source {
                kind: "LEAD".into(),
                id: String::new(),
            }),
        );
        let Err(Error::Invalid(told)) = v.done() else {
            panic!("nothing was told")
        };
        let told: Vec<_> = told.iter().map(|v| (v.field.as_str(), v.reason)).collect();
        assert_eq!(
            told,
            [
                ("title", "REQUIRED"),
                ("id", "ID_MALFORMED"),
                ("start_date", "DATE_MALFORMED"),
                ("budget.currency_code", "CURRENCY_UNKNOWN"),
                ("budget.amount_minor", "NUMBER_OUT_OF_RANGE"),
                ("source.id", "SOURCE_ID_REQUIRED"),
            ]
        );
    }

    #[test]
    fn a_source_left_out_is_direct() {
        let mut v = Violations::new();
        assert_eq!(v.source("source", None), Source::direct());
        assert_eq!(
            v.source("source", Some(&pb::Source::default())),
            Source::direct()
        );
        v.done().unwrap();
    }

    #[test]
    fn a_mask_takes_only_what_may_change() {
        let mut v = Violations::new();
        let mask = FieldMask {
            paths: vec!["name".into(), "budget.amount_minor".into(), "state".into()],
        };
        let mask = v.mask(Some(&mask), &["name", "budget", "owner_id"]);
        assert!(mask.has("name") && mask.has("budget") && !mask.has("owner_id"));
        assert!(matches!(v.done(), Err(Error::Invalid(told)) if told.len() == 1));
    }
}
