//! `baton replay SERVICE`: what a service has said, from any point on.

use std::{path::PathBuf, process::ExitCode};

use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use baton_proto::log::v1::{
    Event, ListHeadsRequest, ReadEventsRequest, event_log_service_client::EventLogServiceClient,
};
use clap::Args;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::{Value, json};

use super::{Outcome, opened, say};

/// Prints the events of a service, one JSON object a line, each shard in its order.
#[derive(Args, Clone, Debug)]
pub(super) struct Replay {
    /// The service: directory, customer, marketing, sales, commerce.
    service: String,
    /// Only this shard.
    #[arg(long)]
    shard: Option<i32>,
    /// Only events after this number of each shard.
    #[arg(long, default_value_t = 0)]
    after: i64,
    /// Only events of this type, e.g. `baton.sales.v1.opportunity_won`, or of types that end so: `opportunity_won`.
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Only events about the object with this id.
    #[arg(long)]
    object: Option<String>,
    /// Folder of the system.
    #[arg(long, default_value = "data", env = "BATON_DATA")]
    data: PathBuf,
}

impl Replay {
    pub(super) async fn run(self) -> Outcome {
        let session = opened(self.data.clone(), "en").await?;
        let printed = self.print(&session).await;
        session.close().await?;
        printed
    }

    async fn print(&self, session: &crate::session::Session) -> Outcome {
        let facts = Facts::new()?;
        let mut log = EventLogServiceClient::new(session.link(&self.service)?);
        let producer = self.service.clone();
        let heads = log
            .list_heads(ListHeadsRequest {
                producer,
                epoch: None,
            })
            .await;
        let heads = heads
            .map_err(|s| s.message().to_owned())?
            .into_inner()
            .heads;
        for head in heads
            .iter()
            .filter(|h| self.shard.is_none_or(|s| s == h.shard))
        {
            let mut after = self.after;
            while after < head.head {
                let request = ReadEventsRequest {
                    producer: self.service.clone(),
                    shard: head.shard,
                    after,
                    limit: 0,
                };
                let read = log.read_events(request).await;
                let events = read
                    .map_err(|s| s.message().to_owned())?
                    .into_inner()
                    .events;
                let Some(last) = events.last() else { break };
                after = last.sequence;
                for event in events.iter().filter(|e| self.wants(e)) {
                    say(&facts.line(event).to_string());
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn wants(&self, event: &Event) -> bool {
        let kind = self
            .kind
            .as_deref()
            .is_none_or(|kind| event.r#type == kind || event.r#type.ends_with(&format!(".{kind}")));
        let object = self.object.as_deref();
        kind && object.is_none_or(|id| event.aggregate_id.eq_ignore_ascii_case(id))
    }
}

/// The shapes of all facts.
struct Facts(DescriptorPool);

impl Facts {
    fn new() -> Result<Self, prost_reflect::DescriptorError> {
        DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).map(Self)
    }

    /// An event as programs read it. A fact that is newer than this program keeps its octets.
    fn line(&self, event: &Event) -> Value {
        let time = event.time.as_ref().map(|t| {
            let time = chrono::DateTime::from_timestamp(t.seconds, t.nanos.unsigned_abs());
            time.map(|t| t.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
        });
        json!({
            "id": event.event_id, "type": event.r#type, "shard": event.shard, "sequence": event.sequence,
            "object": event.aggregate_id, "version": event.version, "time": time, "trace": event.traceparent,
            "data": self.data(event).unwrap_or_else(|| json!({ "base64": BASE64.encode(&event.payload) })),
        })
    }

    fn data(&self, event: &Event) -> Option<Value> {
        let name = baton_proto::FACTS
            .iter()
            .find(|(kind, _)| *kind == event.r#type)?
            .1;
        let message = self.0.get_message_by_name(name)?;
        let fact = DynamicMessage::decode(message, event.payload.as_slice()).ok()?;
        let plain = SerializeOptions::new().stringify_64_bit_integers(true);
        fact.serialize_with_options(serde_json::value::Serializer, &plain)
            .ok()
    }
}
