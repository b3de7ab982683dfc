//! JSON schemas of messages and enums, as OpenAPI wants them.

use std::collections::BTreeMap;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value as Json, json};

use crate::comments::Comments;

/// Schemas of everything that was asked for so far, by full name; what they refer to is among them.
pub(crate) struct Schemas<'c> {
    comments: &'c Comments,
    made: BTreeMap<String, Json>,
}

impl<'c> Schemas<'c> {
    pub(crate) fn new(comments: &'c Comments) -> Self {
        Self {
            comments,
            made: BTreeMap::new(),
        }
    }

    /// All schemas, by name.
    pub(crate) fn into_components(self) -> BTreeMap<String, Json> {
        self.made
    }

    /// A reference to the schema of `message`.
    pub(crate) fn message(&mut self, message: &MessageDescriptor) -> Json {
        if let Some(schema) = well_known(message) {
            return schema;
        }
        let name = message.full_name().to_owned();
        if !self.made.contains_key(&name) {
            // Its place is taken first: a message may hold itself.
            self.made.insert(name.clone(), Json::Null);
            let mut schema = self.object(message, |_| true);
            describe(
                &mut schema,
                self.comments.at(&message.parent_file(), message.path()),
            );
            self.made.insert(name.clone(), schema);
        }
        reference(&name)
    }

    /// The schema of an object with those fields of `message` that `take` chooses.
    pub(crate) fn object(
        &mut self,
        message: &MessageDescriptor,
        take: impl Fn(&FieldDescriptor) -> bool,
    ) -> Json {
        let mut properties = Map::new();
        for field in message.fields().filter(|field| take(field)) {
            properties.insert(field.json_name().to_owned(), self.field(&field));
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        let rivals = rivals(message, &take);
        if !rivals.is_empty() {
            schema["not"] = json!({ "anyOf": rivals });
        }
        schema
    }

    /// The schema of a field, with its comment.
    pub(crate) fn field(&mut self, field: &FieldDescriptor) -> Json {
        let mut schema = match field.kind() {
            Kind::Message(entry) if field.is_map() => {
                let value = self.single(&entry.map_entry_value_field().kind());
                json!({ "type": "object", "additionalProperties": value })
            }
            kind if field.is_list() => json!({ "type": "array", "items": self.single(&kind) }),
            kind => self.single(&kind),
        };
        describe(
            &mut schema,
            self.comments.at(&field.parent_file(), field.path()),
        );
        schema
    }

    fn single(&mut self, kind: &Kind) -> Json {
        match kind {
            Kind::Message(message) => self.message(message),
            Kind::Enum(choices) => self.choices(choices),
            Kind::String => json!({ "type": "string" }),
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Kind::Double => json!({ "type": "number", "format": "double" }),
            Kind::Float => json!({ "type": "number", "format": "float" }),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
                json!({ "type": "integer", "format": "int32" })
            }
            Kind::Uint32 | Kind::Fixed32 => {
                json!({ "type": "integer", "format": "int64", "minimum": 0 })
            }
            // JSON numbers are doubles to many readers, so 64 bits travel as text.
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                json!({ "type": "string", "format": "int64", "pattern": "^-?[0-9]+$" })
            }
            Kind::Uint64 | Kind::Fixed64 => {
                json!({ "type": "string", "format": "uint64", "pattern": "^[0-9]+$" })
            }
        }
    }

    fn choices(&mut self, choices: &EnumDescriptor) -> Json {
        let name = choices.full_name().to_owned();
        if !self.made.contains_key(&name) {
            let file = choices.parent_file();
            let names: Vec<String> = choices.values().map(|v| v.name().to_owned()).collect();
            let mut text = self.comments.at(&file, choices.path()).to_owned();
            for value in choices.values() {
                let comment = self.comments.at(&file, value.path());
                if !comment.is_empty() {
                    text.extend(["\n- `", value.name(), "`: ", comment]);
                }
            }
            let mut schema = json!({ "type": "string", "enum": names });
            describe(&mut schema, &text);
            self.made.insert(name.clone(), schema);
        }
        reference(&name)
    }
}

/// A reference to the schema of this name.
pub(crate) fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Adds a description, unless there is nothing to say.
pub(crate) fn describe(schema: &mut Json, text: &str) {
    if !text.is_empty() {
        schema["description"] = Json::from(text.trim());
    }
}

/// Every two fields of which at most one may be given.
fn rivals(message: &MessageDescriptor, take: impl Fn(&FieldDescriptor) -> bool) -> Vec<Json> {
    let mut pairs = Vec::new();
    for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
        let fields: Vec<_> = oneof.fields().filter(&take).collect();
        for (i, one) in fields.iter().enumerate() {
            let others = fields[..i].iter();
            pairs.extend(
                others.map(|other| json!({ "required": [other.json_name(), one.json_name()] })),
            );
        }
    }
    pairs
}

/// Messages that proto3 JSON writes in a way of their own.
fn well_known(message: &MessageDescriptor) -> Option<Json> {
    Some(match message.full_name() {
        "google.protobuf.Timestamp" => json!({ "type": "string", "format": "date-time" }),
        "google.protobuf.Duration" => {
            json!({ "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$" })
        }
        "google.protobuf.FieldMask" => {
            json!({ "type": "string", "examples": ["name,ownerId"] })
        }
        "google.protobuf.Empty" => json!({ "type": "object" }),
        // Any JSON at all.
        "google.protobuf.Value" => json!({}),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn schemas() -> BTreeMap<String, Json> {
        let comments = sample::comments();
        let mut schemas = Schemas::new(&comments);
        schemas.message(&sample::message("UpdateSampleRequest"));
        schemas.into_components()
    }

    #[test]
    fn a_schema_says_what_proto3_json_writes() {
        let made = schemas();
        let sample = &made["baton.sample.v1.Sample"]["properties"];
        assert_eq!(sample["amountMinor"]["type"], "string");
        assert_eq!(sample["shareBp"]["type"], "integer");
        assert_eq!(sample["createTime"]["format"], "date-time");
        assert_eq!(
            sample["labels"]["additionalProperties"],
            json!({"type": "string"})
        );
        assert_eq!(
            sample["parts"]["items"]["$ref"],
            "#/components/schemas/baton.sample.v1.Part"
        );
        assert_eq!(
            sample["longTitle"]["description"],
            "What it is called, at length."
        );
    }

    #[test]
    fn a_message_that_holds_itself_refers_to_itself() {
        let made = schemas();
        let parts = &made["baton.sample.v1.Part"]["properties"]["parts"];
        assert_eq!(
            parts["items"]["$ref"],
            "#/components/schemas/baton.sample.v1.Part"
        );
    }

    #[test]
    fn of_fields_that_exclude_each_other_no_two_may_be_given() {
        let made = schemas();
        let sample = &made["baton.sample.v1.Sample"];
        assert_eq!(
            sample["not"],
            json!({"anyOf": [{"required": ["table", "shelf"]}]}),
            "an optional field is nobody's rival"
        );
        assert!(made["baton.sample.v1.Part"].get("not").is_none());
    }

    #[test]
    fn an_enum_lists_its_values_and_what_each_means() {
        let made = schemas();
        let grade = &made["baton.sample.v1.Grade"];
        assert_eq!(
            grade["enum"],
            json!(["GRADE_UNSPECIFIED", "GRADE_FINE", "GRADE_POOR"])
        );
        assert!(
            grade["description"]
                .as_str()
                .unwrap()
                .contains("`GRADE_FINE`: For the shop window.")
        );
    }
}
