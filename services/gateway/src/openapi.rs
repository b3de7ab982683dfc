//! The OpenAPI 3.1 document of everything that can be asked over HTTP, made of the same contracts that serve it.

mod status;

use std::collections::BTreeMap;

use axum::http::Method;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};
use serde_json::{Map, Value as Json, json};

use crate::{
    comments::{Comments, summary},
    field::{FieldPath, message_name, text_field},
    routes::{Payload, Route, Routes},
    schema::{Schemas, describe, reference},
    transcode::is_parameter,
};

/// Query parameters go this deep into messages; beyond it nobody filters.
const NESTING_MAX: usize = 3;

/// The document. `public` tells which RPCs need no credentials.
pub(crate) fn document(
    comments: &Comments,
    routes: &Routes,
    public: impl Fn(&MethodDescriptor) -> bool,
) -> Json {
    let mut writer = Writer {
        comments,
        schemas: Schemas::new(comments),
        paths: BTreeMap::new(),
        tags: BTreeMap::new(),
    };
    for route in routes.all() {
        writer.route(route, public(&route.method));
    }
    let mut schemas = writer.schemas.into_components();
    schemas.extend(status::schemas());
    let paths: Map<String, Json> = writer
        .paths
        .into_values()
        .map(|path| (path.written, Json::Object(path.item)))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Baton",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Carries work from the first lead to the paid order. Sign in at /v1/sessions; errors are \
                told as google.rpc.Status in the language of Accept-Language (en or zh-CN).",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }],
        "tags": writer.tags.into_values().collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": shared_parameters(),
            "responses": {
                "Error": {
                    "description": "An error: its code and reason are for programs, its texts for people.",
                    "content": { "application/json": { "schema": reference("google.rpc.Status") } },
                },
            },
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of a session: POST /v1/sessions with user and password.",
                },
            },
        },
    })
}

/// A document that is being written.
struct Writer<'c> {
    comments: &'c Comments,
    schemas: Schemas<'c>,
    /// By shape: two templates that differ in the names of their variables only are one path.
    paths: BTreeMap<String, PathItem>,
    tags: BTreeMap<String, Json>,
}

struct PathItem {
    written: String,
    /// Names of the variables, in their order.
    names: Vec<String>,
    item: Map<String, Json>,
}

impl Writer<'_> {
    fn route(&mut self, route: &Route, public: bool) {
        let names: Vec<String> = route
            .template
            .variables()
            .map(|field| field.leaf().json_name().to_owned())
            .collect();
        let path = self
            .paths
            .entry(route.template.written(|_| String::new()))
            .or_insert_with(|| PathItem {
                written: route
                    .template
                    .written(|field| field.leaf().json_name().to_owned()),
                names,
                item: Map::new(),
            });
        let names = path.names.clone();
        let key = route.template.written(|_| String::new());
        let operation = self.operation(route, &names, public);
        if let Some(path) = self.paths.get_mut(&key) {
            path.item
                .insert(route.http.as_str().to_ascii_lowercase(), operation);
        }
    }

    fn operation(&mut self, route: &Route, names: &[String], public: bool) -> Json {
        let method = &route.method;
        let comment = self.comments.at(&method.parent_file(), method.path());
        let mut operation = json!({
            "operationId": operation_id(route),
            "tags": [self.tag(method)],
            "parameters": self.parameters(route, names),
            "responses": {
                "200": self.answer(route),
                "default": { "$ref": "#/components/responses/Error" },
            },
        });
        if !comment.is_empty() {
            operation["summary"] = summary(comment).into();
            operation["description"] = comment.into();
        }
        if let Some(body) = self.body(route) {
            operation["requestBody"] = body;
        }
        if public {
            operation["security"] = json!([]);
        }
        operation
    }

    /// Operations are grouped by service. Services of different contexts may share a name.
    fn tag(&mut self, method: &MethodDescriptor) -> String {
        let service = method.parent_service();
        let context = service.package_name().split('.').nth(1).unwrap_or_default();
        let name = format!("{context}: {}", service.name().trim_end_matches("Service"));
        let comment = self.comments.at(&service.parent_file(), service.path());
        self.tags.entry(name.clone()).or_insert_with(|| {
            let mut tag = json!({ "name": name });
            describe(&mut tag, comment);
            tag
        });
        name
    }

    fn parameters(&mut self, route: &Route, names: &[String]) -> Vec<Json> {
        let mut parameters = Vec::new();
        for (name, field) in names.iter().zip(route.template.variables()) {
            let mut schema = self.schemas.field(field.leaf());
            let description = take_description(&mut schema);
            let mut parameter =
                json!({ "name": name, "in": "path", "required": true, "schema": schema });
            describe(&mut parameter, &description);
            parameters.push(parameter);
        }
        let input = route.method.input();
        self.query(route, &input, "", &mut parameters);
        for (field, component) in [("request_id", "IdempotencyKey"), ("etag", "IfMatch")] {
            if text_field(&input, field).is_some() {
                parameters.push(json!({ "$ref": format!("#/components/parameters/{component}") }));
            }
        }
        parameters.push(json!({ "$ref": "#/components/parameters/AcceptLanguage" }));
        parameters
    }

    /// The query parameters in `message`, which stands at `prefix` in the request.
    fn query(
        &mut self,
        route: &Route,
        message: &MessageDescriptor,
        prefix: &str,
        parameters: &mut Vec<Json>,
    ) {
        for field in message.fields() {
            let name = format!("{prefix}{}", field.json_name());
            let Some(path) = FieldPath::of(&route.method.input(), &name) else {
                continue;
            };
            if in_header(&route.method.input(), &field) {
                continue;
            }
            if is_parameter(route, &path) {
                let mut schema = self.schemas.field(&field);
                let description = take_description(&mut schema);
                let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
                describe(&mut parameter, &description);
                parameters.push(parameter);
            } else if let Kind::Message(below) = field.kind() {
                let body = matches!(&route.body, Payload::Field(body) if body == path.root());
                let simple =
                    message_name(&field).is_some_and(|n| n.starts_with("google.protobuf."));
                let deep = prefix.matches('.').count() + 1 >= NESTING_MAX;
                if !body && !simple && !deep && !field.is_list() && !field.is_map() {
                    self.query(route, &below, &format!("{name}."), parameters);
                }
            }
        }
    }

    fn body(&mut self, route: &Route) -> Option<Json> {
        let input = route.method.input();
        let schema = match &route.body {
            Payload::None => return None,
            Payload::Field(field) => match field.kind() {
                Kind::Message(message) => self.schemas.message(&message),
                _ => return None,
            },
            Payload::Whole => self.schemas.object(&input, |field| {
                let in_path = route
                    .template
                    .variables()
                    .any(|variable| variable.root() == field);
                !in_path && !in_header(&input, field)
            }),
        };
        // A body that is not there is an empty one, which an object to create or to change cannot be.
        let needed = matches!(route.body, Payload::Field(_));
        Some(json!({
            "required": needed && route.http != Method::DELETE,
            "content": { "application/json": { "schema": schema } },
        }))
    }

    fn answer(&mut self, route: &Route) -> Json {
        let message = match route.answer.as_ref().map(FieldDescriptor::kind) {
            Some(Kind::Message(message)) => message,
            _ => route.method.output(),
        };
        let comment = self.comments.at(&message.parent_file(), message.path());
        let text = if comment.is_empty() {
            "The answer."
        } else {
            summary(comment)
        };
        let mut answer = json!({
            "description": text,
            "content": { "application/json": { "schema": self.schemas.message(&message) } },
        });
        if text_field(&message, "etag").is_some() {
            answer["headers"] = json!({
                "ETag": {
                    "description": "Version of the object, for If-Match.",
                    "schema": { "type": "string" },
                },
            });
        }
        answer
    }
}

/// A name that no other operation has: the further ways to one RPC are counted.
fn operation_id(route: &Route) -> String {
    let name = format!(
        "{}_{}",
        route.method.parent_service().name(),
        route.method.name()
    );
    if route.ordinal == 0 {
        name
    } else {
        format!("{name}{}", route.ordinal + 1)
    }
}

/// Whether a header carries this field of the request.
fn in_header(input: &MessageDescriptor, field: &FieldDescriptor) -> bool {
    ["request_id", "etag"]
        .into_iter()
        .any(|name| text_field(input, name).as_ref() == Some(field))
}

fn take_description(schema: &mut Json) -> String {
    let text = schema
        .as_object_mut()
        .and_then(|fields| fields.remove("description"));
    text.and_then(|text| text.as_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

fn shared_parameters() -> Json {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Your name for this request. The same key and request again gives the first answer again; \
                the same key with another request is refused with 422.",
            "schema": { "type": "string", "maxLength": 128, "pattern": "^[ -~]*$" },
        },
        "IfMatch": {
            "name": "If-Match",
            "in": "header",
            "description": "The etag that you have seen. If the object has changed since, the request is refused \
                with 412.",
            "schema": {
                "type": "string",
                "pattern": "^(\"[ !#-~]*\"|[ !#-+\\-.-~]*)$",
                "examples": ["\"v7\""],
            },
        },
        "AcceptLanguage": {
            "name": "Accept-Language",
            "in": "header",
            "description": "Language of texts in errors.",
            "schema": { "type": "string", "examples": ["zh-CN", "en"] },
        },
    })
}

#[cfg(test)]
mod tests;
