//! An HTTP request becomes the request of an RPC: body, path, query and headers each carry their part of it.

use axum::http::{HeaderMap, HeaderName, Method, header};
use baton_chassis::{Error, Violation};
use prost_reflect::{DynamicMessage, Kind, Value};
use serde_json::Value as Json;

use crate::{
    field::{FieldPath, message_name, named, text_field},
    json,
    routes::{Payload, Route},
};

/// The caller's name for a request that may be repeated.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What came over HTTP, apart from method and path.
pub(crate) struct Incoming<'a> {
    /// Values of the path, by field.
    pub(crate) path: Vec<(FieldPath, String)>,
    /// Query parameters in the order they came.
    pub(crate) query: &'a [(String, String)],
    /// Headers.
    pub(crate) headers: &'a HeaderMap,
    /// The body, empty for none.
    pub(crate) body: &'a [u8],
}

/// The request of the RPC that `route` leads to.
///
/// # Errors
/// `Invalid` with every field that does not fit, wherever it came from.
pub(crate) fn request(route: &Route, incoming: &Incoming<'_>) -> Result<DynamicMessage, Error> {
    let mut building = Building {
        message: DynamicMessage::new(route.method.input()),
        violations: Vec::new(),
        route,
    };
    building.body(incoming);
    building.path(&incoming.path);
    building.query(incoming.query);
    building.header(incoming.headers, &IDEMPOTENCY_KEY, "request_id");
    building.header(incoming.headers, &header::IF_MATCH, "etag");
    if building.violations.is_empty() {
        Ok(building.message)
    } else {
        Err(Error::Invalid(building.violations))
    }
}

/// The part of the RPC's answer that is the HTTP answer.
pub(crate) fn answer(route: &Route, whole: DynamicMessage) -> DynamicMessage {
    let Some(field) = &route.answer else {
        return whole;
    };
    match whole.get_field(field).into_owned() {
        Value::Message(part) => part,
        // The routes let no other field be an answer.
        _ => whole,
    }
}

/// The version of what is answered, if it has one.
pub(crate) fn etag(answer: &DynamicMessage) -> Option<String> {
    let etag = answer.get_field_by_name("etag")?;
    etag.as_str()
        .filter(|etag| !etag.is_empty())
        .map(ToOwned::to_owned)
}

/// A request that is being put together.
struct Building<'r> {
    route: &'r Route,
    message: DynamicMessage,
    violations: Vec<Violation>,
}

impl Building<'_> {
    fn breaks(&mut self, field: impl Into<String>, reason: &'static str) {
        self.violations.push(Violation::new(field, reason));
    }

    fn body(&mut self, incoming: &Incoming<'_>) {
        if self.route.body == Payload::None {
            if !incoming.body.trim_ascii().is_empty() {
                self.breaks("body", "BODY_SUPERFLUOUS");
            }
            return;
        }
        let json = if incoming.body.trim_ascii().is_empty() {
            Json::Object(serde_json::Map::new())
        } else {
            match serde_json::from_slice(incoming.body) {
                Ok(json) => json,
                Err(error) => {
                    let violation = Violation::new("body", "JSON_MALFORMED")
                        .with("line", error.line())
                        .with("column", error.column());
                    self.violations.push(violation);
                    return;
                }
            }
        };
        if !json.is_object() {
            self.breaks("body", "NOT_AN_OBJECT");
            return;
        }
        let read = match &self.route.body {
            Payload::Field(field) => match field.kind() {
                Kind::Message(of) => json::read(&of, &json, field.name()).map(|part| {
                    self.message.set_field(field, Value::Message(part));
                }),
                _ => Ok(()),
            },
            Payload::Whole | Payload::None => {
                json::read(&self.route.method.input(), &json, "").map(|whole| self.message = whole)
            }
        };
        match read {
            Ok(()) => {
                self.mask(&json, incoming);
                self.seen();
            }
            Err(violations) => self.violations.extend(violations),
        }
    }

    /// A PATCH that does not say which fields it changes changes those that its body names.
    fn mask(&mut self, json: &Json, incoming: &Incoming<'_>) {
        let Payload::Field(changed) = &self.route.body else {
            return;
        };
        let Some(mask) = self.route.method.input().get_field_by_name("update_mask") else {
            return;
        };
        let said = incoming.query.iter().any(|(name, _)| {
            FieldPath::of(&self.route.method.input(), name).is_some_and(|path| path.root() == &mask)
        });
        if self.route.http != Method::PATCH || said {
            return;
        }
        let (Kind::Message(of), Kind::Message(mask_of)) = (changed.kind(), mask.kind()) else {
            return;
        };
        let names: Vec<String> = json
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
            .filter_map(|name| named(&of, name))
            // The path says which object it is, and the etag which version was seen: neither is a change.
            .filter(|field| field.name() != "etag" && !self.in_path(field.name()))
            .map(|field| field.name().to_owned())
            .collect();
        if names.is_empty() {
            // An empty mask would mean every field, and empty them all.
            self.breaks("update_mask", "NOTHING_TO_CHANGE");
            return;
        }
        self.message.set_field(
            &mask,
            Value::Message(json::mask(&mask_of, names.into_iter())),
        );
    }

    /// The version that a changed object carries is the one that its sender has seen; a header may say otherwise.
    fn seen(&mut self) {
        let Payload::Field(changed) = &self.route.body else {
            return;
        };
        let Some(field) = text_field(&self.route.method.input(), "etag") else {
            return;
        };
        let seen = self.message.get_field(changed).as_message().and_then(etag);
        if let Some(seen) = seen {
            self.message.set_field(&field, Value::String(seen));
        }
    }

    /// Whether the path carries the field `name` of the body.
    fn in_path(&self, name: &str) -> bool {
        self.route.template.variables().any(|variable| {
            variable
                .below_root()
                .first()
                .is_some_and(|field| field.name() == name)
        })
    }

    fn path(&mut self, values: &[(FieldPath, String)]) {
        for (path, text) in values {
            if let Some(value) = path.value_mut(&mut self.message) {
                *value = Value::String(text.clone());
            }
        }
    }

    fn query(&mut self, parameters: &[(String, String)]) {
        let mut seen: Vec<FieldPath> = Vec::new();
        for (name, text) in parameters {
            let path = FieldPath::of(&self.route.method.input(), name);
            let Some(path) = path.filter(|path| is_parameter(self.route, path)) else {
                self.breaks(name, "PARAMETER_UNKNOWN");
                continue;
            };
            let list = path.leaf().is_list();
            if !list && seen.contains(&path) {
                self.breaks(path.to_string(), "PARAMETER_TWICE");
                continue;
            }
            match json::read_text(path.leaf(), text, &path.to_string()) {
                Err(violations) => self.violations.extend(violations),
                Ok(read) => match path.value_mut(&mut self.message) {
                    Some(Value::List(values)) => values.push(read),
                    Some(value) => *value = read,
                    None => {}
                },
            }
            seen.push(path);
        }
    }

    /// Takes a header as the value of a text field, if the request has the field.
    fn header(&mut self, headers: &HeaderMap, name: &HeaderName, field: &str) {
        let Some(field) = text_field(&self.route.method.input(), field) else {
            return;
        };
        let Some(value) = headers.get(name) else {
            return;
        };
        let text = value
            .to_str()
            .ok()
            .map(str::trim)
            .and_then(|text| match name {
                name if name == header::IF_MATCH => unquoted(text),
                _ => Some(text),
            });
        match text {
            Some(text) => self
                .message
                .set_field(&field, Value::String(text.to_owned())),
            None => self.breaks(field.name(), "HEADER_MALFORMED"),
        }
    }
}

/// The etag of `If-Match: "v7"`; `*` is any version. More than one is not taken: an RPC checks one.
fn unquoted(text: &str) -> Option<&str> {
    match text {
        "*" => Some(""),
        text if text.starts_with('"') => {
            let etag = text.strip_prefix('"')?.strip_suffix('"')?;
            (!etag.contains('"')).then_some(etag)
        }
        text => (!text.contains(['"', ','])).then_some(text),
    }
}

/// Whether a field may come as a query parameter: one value or a list of them, that neither path nor body carries.
pub(crate) fn is_parameter(route: &Route, path: &FieldPath) -> bool {
    let simple = !path.leaf().is_map()
        && message_name(path.leaf()).is_none_or(|name| name.starts_with("google.protobuf."));
    let carried = route
        .template
        .variables()
        .any(|variable| variable.overlaps(path))
        || match &route.body {
            Payload::None => false,
            Payload::Whole => true,
            Payload::Field(field) => field == path.root(),
        };
    simple && !carried
}

#[cfg(test)]
mod tests;
