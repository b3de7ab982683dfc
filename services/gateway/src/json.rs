//! JSON to messages and back, as proto3 JSON has it; what does not fit is told field by field.
//!
//! prost-reflect reads JSON too, but stops at the first misfit and does not say where it was.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use baton_chassis::Violation;
use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MapKey, MessageDescriptor,
    SerializeOptions, Value,
};
use serde_json::Value as Json;

use crate::field::{named, snake};

/// Reads `json` as `message`. `path` is where it stands in the request, for the violations; fields that the message
/// does not have are passed over.
pub(crate) fn read(
    message: &MessageDescriptor,
    json: &Json,
    path: &str,
) -> Result<DynamicMessage, Vec<Violation>> {
    let mut reader = Reader::default();
    let read = reader.message(message, json, path);
    match read {
        Some(message) if reader.violations.is_empty() => Ok(message),
        _ => Err(reader.violations),
    }
}

/// Reads a text, as it stands in a path or a query, as one value of `field`: of each element if it is repeated.
pub(crate) fn read_text(
    field: &FieldDescriptor,
    text: &str,
    path: &str,
) -> Result<Value, Vec<Violation>> {
    let json = match (field.kind(), text) {
        (Kind::Bool, "true") => Json::Bool(true),
        (Kind::Bool, "false") => Json::Bool(false),
        // An enum may be given by number, and in a query a number looks like any text.
        (Kind::Enum(_), _) => text
            .parse::<i32>()
            .map_or_else(|_| Json::from(text), Json::from),
        _ => Json::from(text),
    };
    let mut reader = Reader::default();
    let read = reader.single(&field.kind(), &json, path);
    read.filter(|_| reader.violations.is_empty())
        .ok_or(reader.violations)
}

/// Writes a message. Fields without presence are printed also when they are empty, so that a client always finds
/// `state`, `number` and the lists.
pub(crate) fn write(message: &DynamicMessage) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = serde_json::Serializer::new(Vec::with_capacity(512));
    let options = SerializeOptions::new().skip_default_fields(false);
    message.serialize_with_options(&mut out, &options)?;
    Ok(out.into_inner())
}

/// The same as a value.
pub(crate) fn value(message: &DynamicMessage) -> Result<Json, serde_json::Error> {
    let options = SerializeOptions::new().skip_default_fields(false);
    message.serialize_with_options(serde_json::value::Serializer, &options)
}

/// What was found so far.
#[derive(Default)]
struct Reader {
    violations: Vec<Violation>,
}

impl Reader {
    /// Notes that `path` breaks a rule.
    fn breaks(&mut self, path: &str, reason: &'static str) {
        self.violations.push(Violation::new(path, reason));
    }

    fn message(
        &mut self,
        of: &MessageDescriptor,
        json: &Json,
        path: &str,
    ) -> Option<DynamicMessage> {
        if of.package_name() == "google.protobuf" {
            return self.well_known(of, json, path);
        }
        let Json::Object(entries) = json else {
            self.breaks(path, "NOT_AN_OBJECT");
            return None;
        };
        let mut message = DynamicMessage::new(of.clone());
        for (name, json) in entries {
            let Some(field) = named(of, name) else {
                continue;
            };
            let path = below(path, field.name());
            if json.is_null() {
                continue;
            }
            let rival = field.containing_oneof().is_some_and(|oneof| {
                oneof
                    .fields()
                    .any(|other| other != field && message.has_field(&other))
            });
            if rival {
                self.breaks(&path, "CHOSEN_TWICE");
            } else if let Some(value) = self.field(&field, json, &path) {
                message.set_field(&field, value);
            }
        }
        Some(message)
    }

    fn field(&mut self, field: &FieldDescriptor, json: &Json, path: &str) -> Option<Value> {
        if field.is_map() {
            self.map(&field.kind(), json, path)
        } else if field.is_list() {
            self.list(&field.kind(), json, path)
        } else {
            self.single(&field.kind(), json, path)
        }
    }

    fn list(&mut self, kind: &Kind, json: &Json, path: &str) -> Option<Value> {
        let Json::Array(items) = json else {
            self.breaks(path, "NOT_A_LIST");
            return None;
        };
        let mut values = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            values.extend(self.single(kind, item, &format!("{path}[{i}]")));
        }
        Some(Value::List(values))
    }

    fn map(&mut self, entry: &Kind, json: &Json, path: &str) -> Option<Value> {
        let entry = entry.as_message()?;
        let Json::Object(entries) = json else {
            self.breaks(path, "NOT_AN_OBJECT");
            return None;
        };
        let mut values = std::collections::HashMap::with_capacity(entries.len());
        for (name, json) in entries {
            let path = below(path, name);
            let key = read_text(&entry.map_entry_key_field(), name, &path);
            let key: Option<MapKey> = match key {
                Ok(key) => key.into_map_key(),
                Err(violations) => {
                    self.violations.extend(violations);
                    None
                }
            };
            let value = self.single(&entry.map_entry_value_field().kind(), json, &path);
            values.extend(key.zip(value));
        }
        Some(Value::Map(values))
    }

    fn single(&mut self, kind: &Kind, json: &Json, path: &str) -> Option<Value> {
        match kind {
            Kind::Message(message) => self.message(message, json, path).map(Value::Message),
            Kind::Enum(choices) => self.choice(choices, json, path),
            Kind::String => self
                .wanted(json.as_str(), path, "NOT_TEXT")
                .map(|t| Value::String(t.to_owned())),
            Kind::Bool => self
                .wanted(json.as_bool(), path, "NOT_TRUE_OR_FALSE")
                .map(Value::Bool),
            Kind::Bytes => self.bytes(json, path),
            Kind::Double => self
                .wanted(decimal(json), path, "NOT_A_NUMBER")
                .map(Value::F64),
            Kind::Float => self
                .wanted(decimal(json).and_then(narrow), path, "NOT_A_NUMBER")
                .map(Value::F32),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
                self.integer(json, path, i32::MIN, i32::MAX).map(Value::I32)
            }
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                self.integer(json, path, i64::MIN, i64::MAX).map(Value::I64)
            }
            Kind::Uint32 | Kind::Fixed32 => {
                self.integer(json, path, u32::MIN, u32::MAX).map(Value::U32)
            }
            Kind::Uint64 | Kind::Fixed64 => {
                self.integer(json, path, u64::MIN, u64::MAX).map(Value::U64)
            }
        }
    }

    /// The value if there is one, else a violation.
    fn wanted<T>(&mut self, value: Option<T>, path: &str, reason: &'static str) -> Option<T> {
        if value.is_none() {
            self.breaks(path, reason);
        }
        value
    }

    fn integer<T>(&mut self, json: &Json, path: &str, min: T, max: T) -> Option<T>
    where
        T: TryFrom<i128> + std::fmt::Display,
    {
        let value = self.wanted(whole(json), path, "NOT_A_WHOLE_NUMBER")?;
        let value = T::try_from(value).ok();
        if value.is_none() {
            let violation = Violation::new(path, "NUMBER_OUT_OF_RANGE");
            self.violations
                .push(violation.with("min", min).with("max", max));
        }
        value
    }

    fn choice(&mut self, choices: &EnumDescriptor, json: &Json, path: &str) -> Option<Value> {
        let number = match json {
            Json::String(name) => choices.get_value_by_name(name).map(|value| value.number()),
            Json::Number(number) => number.as_i64().and_then(|n| i32::try_from(n).ok()),
            _ => None,
        };
        if number.is_none() {
            // The first choice says that nothing was chosen.
            let names: Vec<_> = choices
                .values()
                .skip(1)
                .map(|v| v.name().to_owned())
                .collect();
            let violation = Violation::new(path, "NOT_A_CHOICE").with("choices", names.join(", "));
            self.violations.push(violation);
        }
        number.map(Value::EnumNumber)
    }

    fn bytes(&mut self, json: &Json, path: &str) -> Option<Value> {
        let text = self.wanted(json.as_str(), path, "NOT_BASE64")?;
        self.wanted(base64(text), path, "NOT_BASE64")
            .map(|b| Value::Bytes(b.into()))
    }

    /// Messages that proto3 JSON writes in a way of their own.
    fn well_known(
        &mut self,
        of: &MessageDescriptor,
        json: &Json,
        path: &str,
    ) -> Option<DynamicMessage> {
        let reason = match of.name() {
            "FieldMask" => {
                let text = self.wanted(json.as_str(), path, "NOT_TEXT")?;
                return Some(mask(of, text.split(',').map(snake)));
            }
            "Timestamp" => "TIME_MALFORMED",
            _ => "VALUE_MALFORMED",
        };
        self.wanted(
            DynamicMessage::deserialize(of.clone(), json).ok(),
            path,
            reason,
        )
    }
}

/// A field mask of these paths; empty ones are left out.
pub(crate) fn mask(of: &MessageDescriptor, paths: impl Iterator<Item = String>) -> DynamicMessage {
    let mut mask = DynamicMessage::new(of.clone());
    let paths = paths
        .filter(|path| !path.is_empty())
        .map(Value::String)
        .collect();
    if let Some(field) = of.get_field_by_name("paths") {
        mask.set_field(&field, Value::List(paths));
    }
    mask
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// A whole number, written as a number or as a text; `1e3` and `5.0` are whole.
fn whole(json: &Json) -> Option<i128> {
    /// Beyond this a double no longer tells neighbours apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match json {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => {
            let exact = number
                .as_i64()
                .map(i128::from)
                .or_else(|| number.as_u64().map(i128::from));
            exact.or_else(|| {
                let value = number
                    .as_f64()
                    .filter(|v| v.fract() == 0.0 && v.abs() <= EXACT)?;
                format!("{value:.0}").parse().ok()
            })
        }
        _ => None,
    }
}

/// Any number, written as a number or as a text.
fn decimal(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            text => text.parse().ok().filter(|v: &f64| v.is_finite()),
        },
        _ => None,
    }
}

/// The same number in half the width, unless it is too great.
fn narrow(value: f64) -> Option<f32> {
    let narrow: f32 = value.to_string().parse().ok()?;
    (narrow.is_finite() || !value.is_finite()).then_some(narrow)
}

/// Bytes in either alphabet, padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    const READER: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    READER.decode(text.replace('-', "+").replace('_', "/")).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sample;

    fn again(json: &Json) -> Json {
        let message = read(&sample::message("Sample"), json, "").unwrap();
        serde_json::from_slice(&write(&message).unwrap()).unwrap()
    }

    fn broken(json: &Json) -> Vec<(String, &'static str)> {
        let violations = read(&sample::message("Sample"), json, "sample").unwrap_err();
        violations
            .into_iter()
            .map(|v| (v.field, v.reason))
            .collect()
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let json = json!({
            "id": "7", "etag": "", "longTitle": "客户", "shareBp": -5, "amountMinor": "9007199254740993",
            "ready": true, "weight": 1.5, "grade": "GRADE_FINE",
            "parts": [{"partName": "a", "amountMinor": "1", "parts": []}],
            "labels": {"a.b": "c"}, "createTime": "2026-02-03T04:05:06.789Z", "seal": "+/8=",
            "best": {"partName": "", "amountMinor": "0", "parts": []}, "words": ["x"], "shelf": "s", "count": 0,
        });
        assert_eq!(again(&json), json);
    }

    #[test]
    fn empty_fields_are_printed_unless_their_absence_means_something() {
        let json = again(&json!({}));
        for name in [
            "id",
            "longTitle",
            "shareBp",
            "amountMinor",
            "ready",
            "grade",
            "parts",
            "labels",
            "words",
        ] {
            assert!(json.get(name).is_some(), "{name}");
        }
        assert_eq!(json["grade"], "GRADE_UNSPECIFIED");
        for name in ["createTime", "best", "table", "shelf", "count"] {
            assert!(json.get(name).is_none(), "{name}");
        }
    }

    #[test]
    fn both_spellings_nulls_and_unknown_fields_are_taken() {
        let json = again(
            &json!({"long_title": "t", "share_bp": "5", "words": null, "unheardOf": {"x": [1]}}),
        );
        assert_eq!(json["longTitle"], "t");
        assert_eq!(json["shareBp"], 5);
        assert_eq!(json["words"], json!([]));
    }

    #[test]
    fn numbers_are_taken_in_every_form_that_keeps_their_value() {
        for (amount, read) in [
            (json!(5), "5"),
            (json!("-5"), "-5"),
            (json!(1e3), "1000"),
            (json!(5.0), "5"),
        ] {
            assert_eq!(again(&json!({"amountMinor": amount}))["amountMinor"], read);
        }
        assert_eq!(again(&json!({"weight": "NaN"}))["weight"], "NaN");
        assert_eq!(again(&json!({"grade": 2}))["grade"], "GRADE_POOR");
        assert_eq!(again(&json!({"seal": "-_8"}))["seal"], "+/8=");
    }

    #[test]
    fn every_misfit_is_told_with_its_place_and_rule() {
        let json = json!({
            "longTitle": 5, "shareBp": 3_000_000_000_i64, "amountMinor": "5.5", "ready": "true", "weight": "x",
            "grade": "FINE", "parts": [{"partName": 1}, 2, {"parts": [{"amountMinor": {}}]}], "labels": {"a": 1},
            "createTime": "yesterday", "seal": "!", "best": [], "words": "x", "table": "a", "shelf": "b", "count": -1,
        });
        let mut told = broken(&json);
        told.sort_unstable();
        let mut expected = [
            ("sample.long_title", "NOT_TEXT"),
            ("sample.share_bp", "NUMBER_OUT_OF_RANGE"),
            ("sample.amount_minor", "NOT_A_WHOLE_NUMBER"),
            ("sample.ready", "NOT_TRUE_OR_FALSE"),
            ("sample.weight", "NOT_A_NUMBER"),
            ("sample.grade", "NOT_A_CHOICE"),
            ("sample.parts[0].part_name", "NOT_TEXT"),
            ("sample.parts[1]", "NOT_AN_OBJECT"),
            (
                "sample.parts[2].parts[0].amount_minor",
                "NOT_A_WHOLE_NUMBER",
            ),
            ("sample.labels.a", "NOT_TEXT"),
            ("sample.create_time", "TIME_MALFORMED"),
            ("sample.seal", "NOT_BASE64"),
            ("sample.best", "NOT_AN_OBJECT"),
            ("sample.words", "NOT_A_LIST"),
            ("sample.table", "CHOSEN_TWICE"),
            ("sample.count", "NUMBER_OUT_OF_RANGE"),
        ];
        expected.sort_unstable();
        let told: Vec<_> = told
            .iter()
            .map(|(field, reason)| (field.as_str(), *reason))
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_body_that_is_no_object_is_told_for_the_whole_of_it() {
        assert_eq!(broken(&json!([])), [("sample".to_owned(), "NOT_AN_OBJECT")]);
        assert_eq!(
            broken(&json!(null)),
            [("sample".to_owned(), "NOT_AN_OBJECT")]
        );
    }

    #[test]
    fn a_mask_is_taken_in_either_spelling() {
        let json = json!({"updateMask": "longTitle,share_bp,"});
        let request = read(&sample::message("UpdateSampleRequest"), &json, "").unwrap();
        let again: Json = serde_json::from_slice(&write(&request).unwrap()).unwrap();
        assert_eq!(again["updateMask"], "longTitle,shareBp");
    }
}
