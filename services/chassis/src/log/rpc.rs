//! The log over gRPC: `baton.log.v1.EventLogService` for all producers of a process.

use std::{collections::HashMap, sync::Arc};

use baton_proto::log::v1::{
    self as pb, ListHeadsRequest, ListHeadsResponse, ReadEventsRequest, ReadEventsResponse,
    event_log_service_server::{EventLogService, EventLogServiceServer},
};
use chrono::DateTime;
use prost::Message as _;
use prost_types::Timestamp;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Event, Head, Log};
use crate::{Error, Result};

/// Most events of one answer.
const EVENTS_MAX: u16 = 1_000;
/// An answer holds no further event once it is this long: clients take no more than 4 MiB.
const BYTES_MAX: usize = 2 << 20;

/// Serves the logs of a process, by the names of their producers.
#[must_use]
pub fn event_log_service(logs: impl IntoIterator<Item = Log>) -> EventLogServiceServer<Logs> {
    let logs = logs
        .into_iter()
        .map(|log| (log.producer().to_owned(), log))
        .collect();
    EventLogServiceServer::new(Logs(Arc::new(logs)))
}

/// Logs by the names of their producers.
#[derive(Clone)]
pub struct Logs(Arc<HashMap<String, Log>>);

impl Logs {
    fn of(&self, producer: &str) -> Result<&Log, Status> {
        let missing = || Status::not_found(format!("no log of {producer:?} is kept here"));
        self.0.get(producer).ok_or_else(missing)
    }
}

#[tonic::async_trait]
impl EventLogService for Logs {
    async fn read_events(
        &self,
        request: Request<ReadEventsRequest>,
    ) -> Result<Response<ReadEventsResponse>, Status> {
        let ReadEventsRequest {
            producer,
            shard,
            after,
            limit,
        } = request.into_inner();
        let limit = match u16::try_from(limit) {
            Ok(limit @ 1..EVENTS_MAX) => limit,
            _ => EVENTS_MAX,
        };
        let found = self
            .of(&producer)?
            .read(shard, after, limit)
            .await
            .map_err(unavailable)?;
        let mut bytes = 0;
        let mut events = Vec::with_capacity(found.len());
        for event in found.into_iter().map(event_to_wire) {
            bytes += event.encoded_len();
            if bytes > BYTES_MAX && !events.is_empty() {
                break;
            }
            events.push(event);
        }
        let epoch = self.of(&producer)?.epoch();
        Ok(Response::new(ReadEventsResponse { events, epoch }))
    }

    async fn list_heads(
        &self,
        request: Request<ListHeadsRequest>,
    ) -> Result<Response<ListHeadsResponse>, Status> {
        let ListHeadsRequest { producer, epoch } = request.into_inner();
        let log = self.of(&producer)?;
        let heads = log.heads().await.map_err(unavailable)?;
        let is_newer = epoch.is_some_and(|epoch| heads.iter().any(|h| h.epoch > epoch));
        let common = match epoch.filter(|_| is_newer) {
            Some(epoch) => log.common(epoch).await.map_err(unavailable)?,
            None => Vec::new(),
        };
        let heads = heads.into_iter().map(|h| pb::Head {
            shard: h.shard,
            head: h.head,
            published: h.published,
            epoch: h.epoch,
        });
        let common = common.into_iter();
        Ok(Response::new(ListHeadsResponse {
            heads: heads.collect(),
            common: common
                .map(|(shard, until)| pb::Common { shard, until })
                .collect(),
        }))
    }
}

/// A log that cannot be read now can be read later: the reader has to try again, whatever it is.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn unavailable(error: Error) -> Status {
    tracing::warn!(
        error = &error as &dyn std::error::Error,
        "the log cannot be read"
    );
    Status::unavailable("the log cannot be read for the moment")
}

fn event_to_wire(event: Event) -> pb::Event {
    let nanos = event.at.timestamp_subsec_nanos();
    pb::Event {
        event_id: event.event_id.to_string(),
        shard: event.shard,
        sequence: event.seq,
        aggregate_id: event.aggregate.to_string(),
        version: event.version,
        r#type: event.kind,
        time: Some(Timestamp {
            seconds: event.at.timestamp(),
            nanos: i32::try_from(nanos).unwrap_or_default(),
        }),
        traceparent: event.trace,
        payload: event.payload,
    }
}

pub(super) fn event_from_wire(event: pb::Event, epoch: i64) -> Result<Event> {
    let id = |text: &str| text.parse::<Uuid>().map_err(Error::internal);
    let time = event.time.unwrap_or_default();
    let nanos = u32::try_from(time.nanos).unwrap_or_default();
    Ok(Event {
        event_id: id(&event.event_id)?,
        epoch,
        shard: event.shard,
        seq: event.sequence,
        aggregate: id(&event.aggregate_id)?,
        version: event.version,
        kind: event.r#type,
        at: DateTime::from_timestamp(time.seconds, nanos)
            .ok_or_else(|| Error::internal("an event without a time"))?,
        trace: event.traceparent,
        payload: event.payload,
    })
}

pub(super) fn head_from_wire(head: pb::Head) -> Head {
    Head {
        shard: head.shard,
        head: head.head,
        published: head.published,
        epoch: head.epoch,
    }
}

/// What a fuzz target asks of events.
#[cfg(feature = "fuzzing")]
pub(crate) fn fuzzed(event: pb::Event) -> Option<Event> {
    let event = event_from_wire(event, 0).ok()?;
    let again = event_from_wire(event_to_wire(event.clone()), 0).ok()?;
    assert_eq!(format!("{event:?}"), format!("{again:?}"));
    Some(event)
}
