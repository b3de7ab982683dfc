//! Events as the bus carries them: CloudEvents 1.0 in binary mode, attributes in headers, the fact
//! as it stands in the payload.

use async_nats::{HeaderValue, jetstream::message::PublishMessage};

use crate::{log::Event, telemetry::TRACEPARENT};

/// A message that the bus recognises when it comes twice.
pub(crate) fn encode(service: &str, event: Event) -> PublishMessage {
    PublishMessage::build()
        .message_id(event.event_id.to_string())
        .header("ce-specversion", "1.0")
        .header("ce-id", event.event_id.to_string())
        .header("ce-type", one_line(&event.kind))
        .header("ce-source", format!("/{service}/{}", event.shard))
        .header("ce-subject", event.aggregate.to_string())
        .header("ce-time", event.at.to_rfc3339())
        .header("ce-sequence", event.seq.to_string())
        .header("ce-version", event.version.to_string())
        .header("ce-epoch", event.epoch.to_string())
        .header(TRACEPARENT, one_line(&event.trace))
        .header("content-type", "application/protobuf")
        .payload(event.payload.into())
}

/// A text as a header, which has one line. No type and no trace context has more; one that had would be left out rather than
/// stop the relay.
fn one_line(text: &str) -> HeaderValue {
    text.parse().unwrap_or_else(|_| HeaderValue::new())
}

/// The event in a message; `None` for a message of somebody else.
pub(crate) fn decode(message: &async_nats::Message) -> Option<Event> {
    let headers = message.headers.as_ref()?;
    let header = |name: &str| headers.get(name).map(HeaderValue::as_str);
    Some(Event {
        event_id: header("ce-id")?.parse().ok()?,
        // An older version does not say it, and knows of none.
        epoch: header("ce-epoch").map_or(Ok(0), str::parse).ok()?,
        shard: header("ce-source")?.rsplit('/').next()?.parse().ok()?,
        seq: header("ce-sequence")?.parse().ok()?,
        aggregate: header("ce-subject")?.parse().ok()?,
        version: header("ce-version")?.parse().ok()?,
        kind: header("ce-type")?.to_owned(),
        at: header("ce-time")?.parse().ok()?,
        trace: header(TRACEPARENT).unwrap_or_default().to_owned(),
        payload: message.payload.to_vec(),
    })
}
