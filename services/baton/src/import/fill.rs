//! Makes a row of the import call from a row of a file.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use serde_json::{Map, Value, json};

use super::recipe::{Field, Made, Step};

/// What rows can become.
pub(super) const TARGETS: &[&str] = &[
    "territories",
    "members",
    "products",
    "parties",
    "leads",
    "opportunities",
];

/// What is wrong with a row before it is sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The file has no such column: the recipe is for another file.
    Column(String),
    /// A value cannot be what the recipe wants of it.
    Value {
        /// Field of the row.
        field: String,
        /// Stable name of the rule.
        reason: String,
        /// What is wrong.
        message: String,
    },
}

/// Stands for the id of an object that a dry run would have created.
const WOULD_BE: &str = "00000000-0000-7000-8000-000000000000";

/// What this load knows of rows by their targets and keys.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<(String, String), Object>);

/// What is known of the object that a row becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Object {
    /// It is there.
    Id(String),
    /// Its row is still to be sent.
    ToCome,
    /// It would be there, were this not a dry run.
    WouldBe,
    /// Its row was refused.
    Refused,
}

impl Known {
    /// The row with this key is this now.
    pub(super) fn learn(&mut self, target: &str, key: &str, object: Object) {
        self.0.insert((target.to_owned(), key.to_owned()), object);
    }

    /// A row with this key is about to be sent.
    pub(super) fn expect(&mut self, target: &str, key: &str) {
        let named = (target.to_owned(), key.to_owned());
        self.0.entry(named).or_insert(Object::ToCome);
    }
}

/// A row of the import call, and those of its fields that refer to what a dry run only would have created.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Filled {
    pub body: Value,
    pub pending: Vec<String>,
}

/// A template with its columns filled in; the name of a column that is not there.
pub(super) fn template(text: &str, record: &BTreeMap<String, String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (column, after) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        filled.push_str(record.get(column).ok_or_else(|| column.to_owned())?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled.trim().to_owned())
}

/// The row of the import call; fields whose values are empty are left out.
pub(super) fn row(
    step: &Step,
    record: &BTreeMap<String, String>,
    known: &Known,
) -> Result<Filled, Fault> {
    let filler = Filler {
        target: &step.target,
        record,
        known,
        pending: RefCell::default(),
    };
    let body = filler.object(&step.fields, "")?.unwrap_or_default();
    Ok(Filled {
        body: Value::Object(body),
        pending: filler.pending.into_inner(),
    })
}

struct Filler<'f> {
    target: &'f String,
    record: &'f BTreeMap<String, String>,
    known: &'f Known,
    pending: RefCell<Vec<String>>,
}

impl Filler<'_> {
    fn object(
        &self,
        fields: &BTreeMap<String, Field>,
        within: &str,
    ) -> Result<Option<Map<String, Value>>, Fault> {
        let mut object = Value::Object(Map::new());
        let mut any = false;
        for (name, field) in fields {
            let path = if within.is_empty() {
                name.clone()
            } else {
                format!("{within}.{name}")
            };
            if let Some(value) = self.value(field, &path)? {
                put(&mut object, name, value);
                any = true;
            }
        }
        match object {
            Value::Object(object) if any => Ok(Some(object)),
            _ => Ok(None),
        }
    }

    fn value(&self, field: &Field, path: &str) -> Result<Option<Value>, Fault> {
        match field {
            Field::Template(text) => Ok(some(self.fill(text)?)),
            Field::Made(made) => self.made(made, path),
            Field::List(fields) => {
                let each = fields.iter().enumerate();
                let values: Result<Vec<_>, _> = each
                    .map(|(n, f)| self.value(f, &format!("{path}[{n}]")))
                    .collect();
                let values: Vec<Value> = values?.into_iter().flatten().collect();
                Ok((!values.is_empty()).then_some(Value::Array(values)))
            }
            Field::Object(fields) => Ok(self.object(fields, path)?.map(Value::Object)),
        }
    }

    fn fill(&self, text: &str) -> Result<String, Fault> {
        template(text, self.record).map_err(Fault::Column)
    }

    fn made(&self, made: &Made, path: &str) -> Result<Option<Value>, Fault> {
        let mut value = self.fill(&made.from)?;
        if value.is_empty() {
            value = self.fill(&made.default)?;
        }
        let Some(between) = made.split.as_deref().filter(|b| !b.is_empty()) else {
            return self.one(made, value, path);
        };
        let parts = value.split(between).map(str::trim);
        let parts = parts.filter(|p| !p.is_empty()).enumerate();
        let values: Result<Vec<_>, _> = parts
            .map(|(n, part)| self.one(made, part.to_owned(), &format!("{path}[{n}]")))
            .collect();
        let values: Vec<Value> = values?.into_iter().flatten().collect();
        Ok((!values.is_empty()).then_some(Value::Array(values)))
    }

    /// What is done to a single value.
    fn one(&self, made: &Made, mut value: String, path: &str) -> Result<Option<Value>, Fault> {
        if value.is_empty() {
            return Ok(None);
        }
        let fault = |reason: &str, message: String| Fault::Value {
            field: path.to_owned(),
            reason: reason.to_owned(),
            message,
        };
        if !made.map.is_empty() {
            let mapped = made.map.get(&value);
            value.clone_from(
                mapped.ok_or_else(|| {
                    fault("WORD_UNKNOWN", format!("{value} is not in the recipe"))
                })?,
            );
        }
        if let Some(times) = made.times {
            let whole = multiply(&value, times)
                .ok_or_else(|| fault("NUMBER_MALFORMED", format!("{value} is no number")))?;
            return Ok(Some(json!(whole.to_string())));
        }
        let (target, is_id) = match (&made.id_of, &made.key_of) {
            (Some(target), _) => (target, true),
            (None, Some(target)) => (target, false),
            (None, None) => return Ok(some(value)),
        };
        let found = self.known.0.get(&(target.clone(), value.clone()));
        if found == Some(&Object::WouldBe) {
            self.pending.borrow_mut().push(path.to_owned());
        }
        match found {
            Some(Object::Id(id)) if is_id => Ok(Some(json!(id))),
            Some(Object::WouldBe) if is_id => Ok(Some(json!(WOULD_BE))),
            Some(Object::Id(_) | Object::WouldBe) => Ok(some(value)),
            // A key of the same target may have come with an earlier load, or come later in this one.
            _ if !is_id && target == self.target => Ok(some(value)),
            Some(Object::ToCome | Object::Refused) | None => Err(fault(
                "REFERENCE_NOT_FOUND",
                format!("there is no {value} among the {target}"),
            )),
        }
    }
}

fn some(text: String) -> Option<Value> {
    (!text.is_empty()).then_some(Value::String(text))
}

/// Sets `a.b.c` within an object.
fn put(object: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        Some((first, rest)) => {
            if object.get(first).is_none() {
                object[first] = Value::Object(Map::new());
            }
            put(&mut object[first], rest, value);
        }
        None => object[path] = value,
    }
}

/// A decimal times a whole number, rounded half up to a whole one.
fn multiply(text: &str, times: i64) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |t| (true, t));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 9 || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let scale = 10_i128.pow(u32::try_from(part.len()).ok()?);
    let exact: i128 = format!("{whole}{part}").parse().ok()?;
    let rounded = (exact * i128::from(times) * 2 + scale).div_euclid(scale * 2);
    i64::try_from(if negative { -rounded } else { rounded }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> BTreeMap<String, String> {
        [
            ("name", "Acme"),
            ("price", "12.345"),
            ("boss", "Ann"),
            ("none", ""),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into()
    }

    fn step(fields: &str) -> Step {
        let text =
            format!("target = \"products\"\nfile = \"x\"\nkey = \"{{name}}\"\n[fields]\n{fields}");
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn a_row_is_made_of_templates_and_leaves_out_what_is_empty() {
        let step = step(
            "\"party.name\" = \"{name} / {boss}\"\n\"party.email\" = \"{none}\"\nroles = [\"seller\"]\n\
             price = { from = \"{price}\", times = 100 }\nlines = [{ quantity = \"1\", note = \"{none}\" }]",
        );
        let row = row(&step, &record(), &Known::default()).unwrap();
        assert_eq!(
            row.body,
            json!({"party": {"name": "Acme / Ann"}, "roles": ["seller"], "price": "1235",
                   "lines": [{"quantity": "1"}]})
        );
    }

    #[test]
    fn a_value_is_split_into_several_and_each_is_treated_alone() {
        let roles = step(
            "roles = { from = \"{roles}\", split = \";\", map = { Boss = \"manager\", Rep = \"seller\" } }",
        );
        let told = |text: &str| {
            let record = [("roles".to_owned(), text.to_owned())].into();
            row(&roles, &record, &Known::default()).map(|row| row.body)
        };
        assert_eq!(
            told("Boss; Rep;"),
            Ok(json!({"roles": ["manager", "seller"]}))
        );
        assert_eq!(told(" ; "), Ok(json!({})));
        assert!(matches!(told("Rep;Cook"), Err(Fault::Value { field, .. }) if field == "roles[1]"));
    }

    #[test]
    fn a_reference_is_an_id_once_it_is_known_and_a_fault_when_nobody_has_it() {
        let mut known = Known::default();
        let by_id = step("owner_id = { from = \"{boss}\", id_of = \"members\" }");
        let by_key = step("owner = { from = \"{boss}\", key_of = \"members\" }");
        let filled = |body, pending: &[&str]| Filled {
            body,
            pending: pending.iter().map(|p| (*p).to_owned()).collect(),
        };
        for object in [None, Some(Object::ToCome), Some(Object::Refused)] {
            if let Some(object) = object {
                known.learn("members", "Ann", object);
            }
            for step in [&by_id, &by_key] {
                let row = row(step, &record(), &known);
                assert!(matches!(row, Err(Fault::Value { .. })), "{row:?}");
            }
        }
        known.learn("members", "Ann", Object::WouldBe);
        known.expect("members", "Ann");
        assert_eq!(
            row(&by_id, &record(), &known),
            Ok(filled(json!({"owner_id": WOULD_BE}), &["owner_id"]))
        );
        assert_eq!(
            row(&by_key, &record(), &known),
            Ok(filled(json!({"owner": "Ann"}), &["owner"]))
        );
        known.learn("members", "Ann", Object::Id("7".to_owned()));
        assert_eq!(
            row(&by_id, &record(), &known),
            Ok(filled(json!({"owner_id": "7"}), &[]))
        );
        assert_eq!(
            row(&by_key, &record(), &known),
            Ok(filled(json!({"owner": "Ann"}), &[]))
        );
    }

    #[test]
    fn a_key_of_the_same_target_is_for_the_system_to_find() {
        let step = step("parent = { from = \"{boss}\", key_of = \"products\" }");
        let row = row(&step, &record(), &Known::default()).unwrap();
        assert_eq!(row.body, json!({"parent": "Ann"}));
    }

    #[test]
    fn what_a_list_waits_for_is_told_by_its_place() {
        let mut known = Known::default();
        known.learn("members", "Ann", Object::WouldBe);
        let step = step("team = [{ id = { from = \"{boss}\", id_of = \"members\" } }]");
        let row = row(&step, &record(), &known).unwrap();
        assert_eq!(row.pending, ["team[0].id"]);
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        assert_eq!(
            row(&step("name = \"{nmae}\""), &record(), &Known::default()),
            Err(Fault::Column("nmae".to_owned()))
        );
    }

    #[test]
    fn numbers_are_multiplied_exactly() {
        for (text, times, whole) in [
            ("1.005", 100, 101),
            ("550", 100, 55_000),
            ("1100.04", 100_000_000, 110_004_000_000),
            ("-2.5", 1, -3),
        ] {
            assert_eq!(multiply(text, times), Some(whole), "{text}");
        }
        for text in ["", "x", "1,000", "1e3", "."] {
            assert_eq!(multiply(text, 1), None, "{text}");
        }
    }
}
