//! What changed, as the contract of the record calls it. Rows keep fields as the code calls them; a reader knows those of the
//! contract. Both are near enough that a few rules lead from one to the other.
//!
//! What leads nowhere is not shown: a history tells nothing that the record itself does not tell.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};

use baton_proto::r#type::v1::FieldChange;
use prost::Message as _;
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorSet, ListValue, Struct, Value,
    field_descriptor_proto::{Label, Type},
    value::Kind,
};
use serde_json::{Map, Value as Json};

use crate::{
    Error, Result,
    money::{format_amount, format_quantity},
    personal,
};

const MONEY: &str = ".baton.type.v1.Money";
const TIMESTAMP: &str = ".google.protobuf.Timestamp";
const HANDOFF: &str = ".baton.type.v1.Handoff";

/// Fields whose two names the rules do not bring together: the message (or that of the whole record, or any), the name in the
/// code and the one in the contract, after a dot that of a part.
const NAMED_OTHERWISE: &[(&str, &str, &str)] = &[
    ("Party", "kind", "type"),
    ("Party", "revenue_minor", "annual_revenue"),
    ("Party", "last_verified_at", "last_verification_time"),
    ("Grant", "reach", "scope"),
    ("Session", "seen_at", "last_seen_time"),
    ("Session", "ends_at", "expire_time"),
    ("Export", "ends_at", "expire_time"),
    ("Export", "way", "way_in"),
    ("Contract", "done_milli", "ordered_quantity"),
    ("Order", "done_milli", "shipped_quantity"),
    ("Line", "drawn_from", "contract_line_id"),
    ("Opportunity", "joined", "joined_leads"),
    ("Shipment", "parts", "lines"),
    ("CallOff", "parts", "lines"),
    ("", "erp_system", "erp_document.system"),
    ("", "erp_document", "erp_document.document_id"),
    ("", "erp_at", "erp_document.time"),
];

/// The messages of the contracts by their full names, and the names that the values of their enums have.
#[derive(Debug)]
pub struct Shapes {
    messages: HashMap<String, DescriptorProto>,
    enums: HashMap<String, Vec<String>>,
}

impl Shapes {
    /// Those of all contracts, read once for all who ask.
    ///
    /// # Errors
    /// Never with sound contracts.
    pub fn of_contracts() -> Result<Arc<Self>> {
        static SHAPES: OnceLock<Arc<Shapes>> = OnceLock::new();
        if let Some(shapes) = SHAPES.get() {
            return Ok(shapes.clone());
        }
        let shapes = Arc::new(Self::read()?);
        Ok(SHAPES.get_or_init(|| shapes).clone())
    }

    fn read() -> Result<Self> {
        let set = FileDescriptorSet::decode(baton_proto::FILE_DESCRIPTOR_SET);
        let (mut messages, mut enums) = (HashMap::new(), HashMap::new());
        for file in set.map_err(Error::internal)?.file {
            let package = file.package().to_owned();
            let full = |name: &str| format!(".{package}.{name}");
            for choices in file.enum_type {
                let names = choices.value.iter().map(|v| v.name().to_owned());
                enums.insert(full(choices.name()), names.collect());
            }
            for message in file.message_type {
                messages.insert(full(message.name()), message);
            }
        }
        Ok(Self { messages, enums })
    }

    /// The message of a kind of records, and the service that keeps them.
    fn of_kind(&self, kind: &str) -> Option<(&'static str, &DescriptorProto)> {
        let name = if kind == "ACCOUNT" {
            "Party".to_owned()
        } else {
            kind.split('_').map(capital).collect()
        };
        super::KEEPERS.iter().find_map(|service| {
            let message = self.messages.get(&format!(".baton.{service}.v1.{name}"))?;
            Some((*service, message))
        })
    }

    /// The service that keeps records of a kind.
    #[must_use]
    pub fn keeper(&self, kind: &str) -> Option<&'static str> {
        self.of_kind(kind).map(|(service, _)| service)
    }

    /// What changed, by the names of the contract and in their order.
    #[must_use]
    pub fn told(&self, kind: &str, verb: &str, changes: &Json) -> Vec<FieldChange> {
        let of_kind = self.of_kind(kind).map(|(_, message)| message);
        // An offer that goes up is told of the record that it is about.
        let message = if verb.ends_with("_escalated") {
            self.messages.get(HANDOFF)
        } else {
            of_kind
        };
        let (Some(message), Some(changes)) = (message, changes.as_object()) else {
            return Vec::new();
        };
        let teller = Teller {
            shapes: self,
            root: message.name(),
        };
        let (erased, changes): (Map<_, _>, Map<_, _>) = changes
            .clone()
            .into_iter()
            .partition(|(_, pair)| personal::is_sealed(pair));
        let [old, new] = [0, 1].map(|side| {
            let of = |pair: &Json| pair.get(side).cloned().unwrap_or_default();
            let all = changes.iter().map(|(name, pair)| (name.clone(), of(pair)));
            teller.object(message, &all.collect(), None)
        });
        let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        let differ = names
            .into_iter()
            .filter(|name| old.get(*name) != new.get(*name));
        let differ = differ.map(|name| FieldChange {
            field: name.clone(),
            old_value: Some(value(old.get(name).unwrap_or(&Json::Null))),
            new_value: Some(value(new.get(name).unwrap_or(&Json::Null))),
            ..FieldChange::default()
        });
        // What tells of a person is text.
        let text = Json::String(String::new());
        let gone = erased.keys().filter_map(|name| {
            let (field, _) = teller.place(message, name, &text)?;
            Some(FieldChange {
                field: field.name().to_owned(),
                erased: true,
                ..FieldChange::default()
            })
        });
        let mut told: Vec<_> = differ.chain(gone).collect();
        told.sort_by(|a, b| a.field.cmp(&b.field));
        told
    }

    /// What a record holds, by the names of its contract.
    #[must_use]
    pub fn held(&self, kind: &str, values: &Json) -> Struct {
        let of_kind = self.of_kind(kind).map(|(_, message)| message);
        let (Some(message), Some(values)) = (of_kind, values.as_object()) else {
            return Struct::default();
        };
        let teller = Teller {
            shapes: self,
            root: message.name(),
        };
        let told = teller.object(message, values, None);
        Struct {
            fields: told.iter().map(|(n, v)| (n.clone(), value(v))).collect(),
        }
    }
}

/// Tells the values of one record.
struct Teller<'s> {
    shapes: &'s Shapes,
    /// Message of the whole record.
    root: &'s str,
}

impl<'s> Teller<'s> {
    /// Values of a message, by the names of the contract; those that it does not have are left out.
    fn object(
        &self,
        message: &'s DescriptorProto,
        values: &Map<String, Json>,
        currency: Option<&str>,
    ) -> Map<String, Json> {
        let mut told = Map::new();
        let own = values.get("currency").and_then(Json::as_str).or(currency);
        for (name, value) in values.iter().filter(|(_, value)| !value.is_null()) {
            if let Some((field, part)) = self.place(message, name, value) {
                let of_field = name
                    .strip_suffix("_minor")
                    .map(|stem| format!("{stem}_currency"));
                let of_field = of_field.and_then(|n| values.get(&n)).and_then(Json::as_str);
                let currency = of_field.or(own);
                if let Some(part) = part {
                    let within = Map::from_iter([(part, value.clone())]);
                    let within = self.value(field, &Json::Object(within), currency);
                    merge(&mut told, field.name(), within);
                } else {
                    let value = self.value(field, value, currency);
                    told.insert(field.name().to_owned(), value);
                }
            } else if let Json::Object(within) = value {
                // What the code keeps together, the contract may have side by side.
                let own = within.get("currency").and_then(Json::as_str).or(own);
                for (part, value) in within {
                    let long = Map::from_iter([(format!("{name}_{part}"), value.clone())]);
                    let mut found = self.object(message, &long, own);
                    if found.is_empty() {
                        let short = Map::from_iter([(part.clone(), value.clone())]);
                        found = self.object(message, &short, own);
                    }
                    told.extend(found);
                }
            }
        }
        told
    }

    /// The field of a message that a value of the code belongs to; of a field that is a message, also the name in that.
    fn place(
        &self,
        message: &'s DescriptorProto,
        name: &str,
        value: &Json,
    ) -> Option<(&'s FieldDescriptorProto, Option<String>)> {
        let field = |name: &str| message.field.iter().find(|f| f.name() == name);
        let is_here = |of: &str| of.is_empty() || of == message.name() || of == self.root;
        let mut otherwise = NAMED_OTHERWISE.iter();
        if let Some((.., named)) = otherwise.find(|(of, code, _)| *code == name && is_here(of)) {
            return match named.split_once('.') {
                Some((whole, part)) => Some((field(whole)?, Some(part.to_owned()))),
                None => field(named).map(|field| (field, None)),
            };
        }
        let mut named = names(name).into_iter().filter_map(|name| field(&name));
        if let Some(field) = named.find(|field| fits(field, name, value)) {
            return Some((field, None));
        }
        name.match_indices('_').find_map(|(at, _)| {
            let (whole, part) = (field(&name[..at])?, &name[at + 1..]);
            let within = self.shapes.messages.get(whole.type_name())?;
            let is_part = whole.type_name() != MONEY && !is_list(whole);
            let found = is_part.then(|| self.place(within, part, value)).flatten();
            found.map(|_| (whole, Some(part.to_owned())))
        })
    }

    fn value(&self, field: &'s FieldDescriptorProto, value: &Json, currency: Option<&str>) -> Json {
        match (field.r#type(), value) {
            (_, Json::Array(items)) => {
                let told = |item| self.value(field, item, currency);
                items.iter().map(told).collect()
            }
            (Type::Message, Json::Object(values)) => {
                let message = self.shapes.messages.get(field.type_name());
                let told = message.map(|message| self.object(message, values, currency));
                told.map_or(Json::Null, Json::Object)
            }
            (Type::Message, Json::Number(minor)) => {
                let amount = minor.as_i64().zip(currency);
                amount.map_or(Json::Null, |(minor, c)| format_amount(c, minor).into())
            }
            (Type::Enum, Json::String(word)) => {
                let names = self.shapes.enums.get(field.type_name());
                let none = names.and_then(|n| n.first()?.strip_suffix("UNSPECIFIED"));
                let full = none.map(|prefix| format!("{prefix}{word}"));
                let known = full.filter(|n| names.is_some_and(|all| all.contains(n)));
                known.map_or_else(|| value.clone(), Json::String)
            }
            (Type::String, Json::Number(milli)) => milli
                .as_i64()
                .map_or(Json::Null, |m| format_quantity(m).into()),
            _ => value.clone(),
        }
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
    first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
}

fn is_list(field: &FieldDescriptorProto) -> bool {
    field.label() == Label::Repeated
}

/// What a field of the code may be called in a contract, the likeliest first.
fn names(code: &str) -> Vec<String> {
    let mut names = vec![code.to_owned()];
    names.extend(["_id", "_code", "_state", "_level", "_date"].map(|end| format!("{code}{end}")));
    if let Some(stem) = code.strip_suffix("_minor") {
        names.push(stem.to_owned());
    }
    if let Some(stem) = code.strip_suffix("_milli") {
        names.extend([stem.to_owned(), format!("{stem}_quantity")]);
    }
    if let Some(stem) = code.strip_suffix("_on") {
        names.push(format!("{stem}_date"));
    }
    if let Some(stem) = code.strip_suffix("_at") {
        // `closed_at` is `close_time`, `confirmed_at` is `confirm_time`, `identified_at` is `identify_time`.
        names.push(format!("{stem}_time"));
        names.extend(stem.strip_suffix("ied").map(|verb| format!("{verb}y_time")));
        names.extend(stem.strip_suffix("ed").map(|verb| format!("{verb}_time")));
        names.extend(stem.strip_suffix('d').map(|verb| format!("{verb}_time")));
    }
    names
}

/// Whether a field of this name may hold such a value.
fn fits(field: &FieldDescriptorProto, code: &str, value: &Json) -> bool {
    if let Json::Array(items) = value {
        return is_list(field) && items.first().is_none_or(|item| fits_one(field, code, item));
    }
    !is_list(field) && fits_one(field, code, value)
}

fn fits_one(field: &FieldDescriptorProto, code: &str, value: &Json) -> bool {
    match (field.r#type(), field.type_name()) {
        (Type::Message, TIMESTAMP) | (Type::Enum, _) => value.is_string(),
        (Type::Message, MONEY) => value.is_number() && code.ends_with("_minor"),
        (Type::Message, _) => value.is_object(),
        (Type::String, _) => value.is_string() || value.is_number() && code.ends_with("_milli"),
        (Type::Bool, _) => value.is_boolean(),
        _ => value.is_number(),
    }
}

fn merge(told: &mut Map<String, Json>, name: &str, within: Json) {
    match (told.get_mut(name), within) {
        (Some(Json::Object(there)), Json::Object(more)) => there.extend(more),
        (_, within) => drop(told.insert(name.to_owned(), within)),
    }
}

/// JSON as a message.
fn value(json: &Json) -> Value {
    let kind = match json {
        Json::Null => Kind::NullValue(0),
        Json::Bool(is) => Kind::BoolValue(*is),
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Json::String(text) => Kind::StringValue(text.clone()),
        Json::Array(items) => Kind::ListValue(ListValue {
            values: items.iter().map(value).collect(),
        }),
        Json::Object(entries) => Kind::StructValue(Struct {
            fields: entries.iter().map(|(n, v)| (n.clone(), value(v))).collect(),
        }),
    };
    Value { kind: Some(kind) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is told, as JSON.
    fn told(kind: &str, changes: &Json) -> Json {
        fn json(value: Option<Value>) -> Json {
            match value.and_then(|v| v.kind) {
                None | Some(Kind::NullValue(_)) => Json::Null,
                Some(Kind::BoolValue(is)) => is.into(),
                Some(Kind::NumberValue(number)) => number.into(),
                Some(Kind::StringValue(text)) => text.into(),
                Some(Kind::ListValue(l)) => l.values.into_iter().map(|v| json(Some(v))).collect(),
                Some(Kind::StructValue(s)) => {
                    let fields = s.fields.into_iter();
                    Json::Object(fields.map(|(n, v)| (n, json(Some(v)))).collect())
                }
            }
        }
        let shapes = Shapes::of_contracts().unwrap();
        let fields = shapes.told(kind, "changed", changes).into_iter();
        let pair = |f: FieldChange| (f.field, json!([json(f.old_value), json(f.new_value)]));
        Json::Object(fields.map(pair).collect())
    }

    const A: &str = "0192f0c1-0000-7000-8000-00000000000a";
    const B: &str = "0192f0c1-0000-7000-8000-00000000000b";

    #[test]
    fn a_field_is_called_as_in_the_contract_and_its_value_told_as_there() {
        let changes = json!({
            "owner": [A, B],
            "state": ["OPEN", "WON"],
            "commerce": ["NONE", "OFFERED"],
            "closed_at": [null, "2026-03-02T01:00:00Z"],
            "currency": ["CNY", "CNY"],
            "amount_minor": [null, 123_450],
            "probability_percent": [20, 100],
        });
        assert_eq!(
            told("OPPORTUNITY", &changes),
            json!({
                "amount": [null, "1234.50 CNY"],
                "close_time": [null, "2026-03-02T01:00:00Z"],
                "commerce_state": ["COMMERCE_STATE_NONE", "COMMERCE_STATE_OFFERED"],
                "owner_id": [A, B],
                "probability_percent": [20.0, 100.0],
                "state": ["OPPORTUNITY_STATE_OPEN", "OPPORTUNITY_STATE_WON"],
            })
        );
        let changes =
            json!({"identified_at": [null, "2026-03-02T01:00:00Z"], "contact": [null, A]});
        assert_eq!(
            told("LEAD", &changes),
            json!({"contact_id": [null, A], "identify_time": [null, "2026-03-02T01:00:00Z"]})
        );
    }

    #[test]
    fn what_the_record_does_not_show_its_history_does_not_show() {
        let changes = json!({
            "sessions_valid_from": [1, 2], "hash": [null, "$argon2id$"], "secret": [null, "x"],
            "roles": [["sales"], ["sales", "manager"]],
        });
        assert_eq!(
            told("MEMBER", &changes),
            json!({"roles": [["sales"], ["sales", "manager"]]})
        );
        assert_eq!(told("NOTHING", &changes), json!({}));
        assert_eq!(told("MEMBER", &json!(null)), json!({}));
    }

    #[test]
    fn what_was_erased_is_named_and_not_told() {
        let changes = json!({
            "name": [null, {"sealed": "AAAA"}],
            "phone": [{"sealed": "AAAA"}, ""],
            "state": ["ACTIVE", "ARCHIVED"],
        });
        let shapes = Shapes::of_contracts().unwrap();
        let told = shapes.told("CONTACT", "changed", &changes);
        let told: Vec<_> = told.iter().map(|f| (f.field.as_str(), f.erased)).collect();
        assert_eq!(told, [("name", true), ("phone", true), ("state", false)]);
    }

    #[test]
    fn lines_and_parts_are_told_as_the_contract_has_them() {
        let line = json!({"id": A, "product": B, "quantity_milli": 1_500, "unit_price_minor": 100,
            "discount_bp": 0, "amount_minor": 150, "done_milli": 500, "called_off_milli": 0,
            "description": "pump", "unit": "", "drawn_from": null});
        let changes = json!({
            "currency": ["JPY", "JPY"],
            "lines": [[], [line]],
            "source_kind": [null, "OPPORTUNITY"],
            "source_id": [null, A],
        });
        let line = |done: &str| {
            json!({"id": A, "product_id": B, "quantity": "1.5", "unit_price": "100 JPY",
                "discount_bp": 0.0, "amount": "150 JPY", done: "0.5", "called_off_quantity": "0",
                "description": "pump", "unit": ""})
        };
        for (kind, done) in [
            ("ORDER", "shipped_quantity"),
            ("CONTRACT", "ordered_quantity"),
        ] {
            assert_eq!(
                told(kind, &changes),
                json!({"lines": [[], [line(done)]], "source": [null, {"kind": "OPPORTUNITY", "id": A}]})
            );
        }
        let deal = |state: &str| json!({"state": state, "amount_minor": 5, "currency": "CNY"});
        assert_eq!(
            told("PROJECT", &json!({"deal": [deal("OPEN"), deal("WON")]})),
            json!({"deal_state": ["OPPORTUNITY_STATE_OPEN", "OPPORTUNITY_STATE_WON"]})
        );
        let budget = json!({"budget_currency": ["CNY", "USD"], "budget_minor": [100, 100]});
        assert_eq!(
            told("CAMPAIGN", &budget),
            json!({"budget": ["1.00 CNY", "1.00 USD"]})
        );
    }

    #[test]
    fn an_offer_that_went_up_is_told_of_the_record() {
        let shapes = Shapes::of_contracts().unwrap();
        let changes =
            json!({"escalated_at": [null, "2026-03-02T01:00:00Z"], "escalated_to": [null, A]});
        let told = shapes.told("LEAD", "lead_escalated", &changes);
        let names: Vec<_> = told.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(names, ["escalate_time", "escalated_to_id"]);
    }

    #[test]
    fn every_kind_is_kept_by_the_service_that_has_its_contract() {
        let shapes = Shapes::of_contracts().unwrap();
        for (kind, service) in [
            ("ACCOUNT", Some("customer")),
            ("FOLLOW_UP", Some("customer")),
            ("PROCESS", Some("sales")),
            ("SETTINGS", Some("directory")),
            ("SESSION", Some("directory")),
            ("LEAD", Some("marketing")),
            ("ORDER", Some("commerce")),
            ("SIGN_IN", None),
            ("", None),
        ] {
            assert_eq!(shapes.keeper(kind), service, "{kind}");
        }
    }
}
