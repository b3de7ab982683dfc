//! The AsyncAPI 3.0 document of everything that is said on the bus, made of the same contracts as the events.

use std::collections::BTreeMap;

use prost_reflect::{DescriptorPool, MessageDescriptor};
use serde_json::{Map, Value as Json, json};

use crate::{
    comments::{Comments, summary},
    schema::{Schemas, describe, reference},
};

/// The document of these events: the type of each, and the full name of its message.
pub(crate) fn document(pool: &DescriptorPool, comments: &Comments, facts: &[(&str, &str)]) -> Json {
    let mut schemas = Schemas::new(comments);
    let mut messages = Map::new();
    let mut producers: BTreeMap<&str, Map<String, Json>> = BTreeMap::new();
    for (kind, name) in facts {
        let Some(message) = pool.get_message_by_name(name) else {
            continue;
        };
        messages.insert(
            (*kind).to_owned(),
            event(kind, &message, comments, &mut schemas),
        );
        let producer = kind.split('.').nth(1).unwrap_or_default();
        let told = json!({ "$ref": format!("#/components/messages/{kind}") });
        producers
            .entry(producer)
            .or_default()
            .insert((*kind).to_owned(), told);
    }
    let operations: Map<String, Json> = producers
        .keys()
        .map(|producer| (format!("{producer}_says"), operation(producer)))
        .collect();
    let channels: Map<String, Json> = producers
        .into_iter()
        .map(|(producer, messages)| (producer.to_owned(), channel(producer, &messages)))
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Baton events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Facts of every service as CloudEvents 1.0 in binary mode on NATS JetStream: attributes in \
                headers, the fact as a protobuf message in the payload. The events of one object come in the order of \
                their ce-version; the sequence of a shard has no holes. The namespace `baton` is a setting.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/protobuf",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "messageTraits": { "cloudEvent": { "headers": headers() } },
            "schemas": schemas.into_components(),
        },
    })
}

/// Where a service says its facts: a stream of its own, a subject for each shard and type.
fn channel(producer: &str, messages: &Map<String, Json>) -> Json {
    json!({
        "address": format!("baton.{producer}.{{shard}}.{{type}}"),
        "title": format!("Events of {producer}"),
        "description": format!("JetStream stream baton_{producer}."),
        "parameters": {
            "shard": { "description": "Which part of the log: all events of one object are in one." },
            "type": { "description": "The type of the event, as in ce-type." },
        },
        "messages": messages,
    })
}

fn operation(producer: &str) -> Json {
    json!({
        "action": "send",
        "channel": { "$ref": format!("#/channels/{producer}") },
        "summary": format!("What {producer} says once it is so."),
    })
}

fn event(
    kind: &str,
    message: &MessageDescriptor,
    comments: &Comments,
    schemas: &mut Schemas<'_>,
) -> Json {
    schemas.message(message);
    let comment = comments.at(&message.parent_file(), message.path());
    let mut event = json!({
        "name": kind,
        "title": message.name(),
        "contentType": "application/protobuf",
        "traits": [{ "$ref": "#/components/messageTraits/cloudEvent" }],
        // On the bus it is binary; this is the same message in the JSON of proto3.
        "payload": reference(message.full_name()),
        "x-protobuf-message": message.full_name(),
    });
    if !comment.is_empty() {
        event["summary"] = summary(comment).into();
    }
    describe(&mut event, comment);
    event
}

fn headers() -> Json {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "required": ["ce-specversion", "ce-id", "ce-type", "ce-source", "ce-subject", "ce-time"],
        "properties": {
            "ce-specversion": { "type": "string", "const": "1.0" },
            "ce-id": text("Id of the event, the same however often it is sent."),
            "ce-type": text("Type of the event."),
            "ce-source": text("/<service>/<shard>."),
            "ce-subject": text("Id of the object that it is about."),
            "ce-time": { "type": "string", "format": "date-time", "description": "When it became so." },
            "ce-sequence": text("Its number in the shard, without holes."),
            "ce-version": text("The version that the object got by it."),
            "traceparent": text("The W3C trace that it belongs to."),
            "content-type": { "type": "string", "const": "application/protobuf" },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_described_in_the_channel_of_who_says_it() {
        let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
        let comments = Comments::of_contracts();
        let document = document(&pool, &comments, baton_proto::FACTS);
        for (kind, message) in baton_proto::FACTS {
            let told = &document["components"]["messages"][kind];
            assert_eq!(told["x-protobuf-message"], *message);
            assert!(told["summary"].is_string(), "{kind} has no comment");
            assert!(document["components"]["schemas"][message].is_object());
            let producer = kind.split('.').nth(1).unwrap();
            assert!(document["channels"][producer]["messages"][kind].is_object());
        }
        let kinds = document["components"]["messages"].as_object().unwrap();
        assert_eq!(kinds.len(), baton_proto::FACTS.len());
    }
}
