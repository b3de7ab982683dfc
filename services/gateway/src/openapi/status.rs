//! Schemas of `google.rpc.Status` and its details, as the edge tells them.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::schema::reference;

pub(super) fn schemas() -> BTreeMap<String, Json> {
    let mut schemas = BTreeMap::new();
    let mut kinds = Vec::new();
    for (name, mut schema) in details() {
        let name = format!("google.rpc.{name}");
        schema["properties"]["@type"] = json!({ "const": format!("type.googleapis.com/{name}") });
        schema["required"] = json!(["@type"]);
        kinds.push(reference(&name));
        schemas.insert(name, schema);
    }
    let mut status = object(&[
        (
            "code",
            json!({ "type": "integer", "format": "int32", "description": "google.rpc.Code" }),
        ),
        ("message", text()),
        ("details", list(&json!({ "oneOf": kinds }))),
    ]);
    status["required"] = json!(["code", "message", "details"]);
    schemas.insert("google.rpc.Status".to_owned(), status);
    schemas
}

fn details() -> [(&'static str, Json); 6] {
    let localized = object(&[("locale", text()), ("message", text())]);
    let violation = object(&[
        ("field", text()),
        ("description", text()),
        ("reason", text()),
        ("localizedMessage", localized.clone()),
    ]);
    let failure = object(&[
        ("type", text()),
        ("subject", text()),
        ("description", text()),
    ]);
    let metadata = json!({ "type": "object", "additionalProperties": text() });
    let resource = object(&[
        ("resourceType", text()),
        ("resourceName", text()),
        ("owner", text()),
        ("description", text()),
    ]);
    [
        (
            "ErrorInfo",
            object(&[
                ("reason", text()),
                ("domain", text()),
                ("metadata", metadata),
            ]),
        ),
        (
            "BadRequest",
            object(&[("fieldViolations", list(&violation))]),
        ),
        (
            "PreconditionFailure",
            object(&[("violations", list(&failure))]),
        ),
        ("ResourceInfo", resource),
        ("RetryInfo", object(&[("retryDelay", text())])),
        ("LocalizedMessage", localized),
    ]
}

fn text() -> Json {
    json!({ "type": "string" })
}

fn list(of: &Json) -> Json {
    json!({ "type": "array", "items": of })
}

fn object(fields: &[(&str, Json)]) -> Json {
    let fields: Map<String, Json> = fields
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "properties": fields })
}
