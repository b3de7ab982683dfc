//! Where a consumer reads a producer's log.

use baton_proto::log::v1::{
    ListHeadsRequest, ReadEventsRequest, event_log_service_client::EventLogServiceClient,
};
use tokio::sync::watch;

use super::{Event, Head, Log, rpc};
use crate::{Result, link::Link};

/// A producer's log, in this process or behind a link.
#[derive(Clone)]
pub enum Feed {
    /// The log itself.
    Local(Log),
    /// Through the producer's `EventLogService`.
    Remote {
        /// The service whose log it is.
        producer: String,
        /// The way to it.
        client: EventLogServiceClient<Link>,
    },
}

impl Feed {
    /// The service whose log it is.
    #[must_use]
    pub fn producer(&self) -> &str {
        match self {
            Self::Local(log) => log.producer(),
            Self::Remote { producer, .. } => producer,
        }
    }

    /// The end of each shard.
    pub(super) async fn heads(&self) -> Result<Vec<Head>> {
        match self {
            Self::Local(log) => log.heads().await,
            Self::Remote { producer, client } => {
                let request = ListHeadsRequest {
                    producer: producer.clone(),
                    epoch: None,
                };
                let answer = client.clone().list_heads(request).await?.into_inner();
                Ok(answer.heads.into_iter().map(rpc::head_from_wire).collect())
            }
        }
    }

    /// For each shard the number up to which the log of an older epoch is the log of now.
    pub(super) async fn common(&self, epoch: i64) -> Result<Vec<(i32, i64)>> {
        match self {
            Self::Local(log) => log.common(epoch).await,
            Self::Remote { producer, client } => {
                let request = ListHeadsRequest {
                    producer: producer.clone(),
                    epoch: Some(epoch),
                };
                let answer = client.clone().list_heads(request).await?.into_inner();
                let common = answer.common.into_iter();
                Ok(common.map(|c| (c.shard, c.until)).collect())
            }
        }
    }

    /// The events of a shard after a number, in order.
    pub(super) async fn read(&self, shard: i32, after: i64, limit: u16) -> Result<Vec<Event>> {
        match self {
            Self::Local(log) => log.read(shard, after, limit).await,
            Self::Remote { producer, client } => {
                let request = ReadEventsRequest {
                    producer: producer.clone(),
                    shard,
                    after,
                    limit: limit.into(),
                };
                let answer = client.clone().read_events(request).await?.into_inner();
                let events = answer.events.into_iter();
                events
                    .map(|event| rpc::event_from_wire(event, answer.epoch))
                    .collect()
            }
        }
    }

    /// Tells when there is more to read, where that can be told.
    pub(super) fn numbered(&self) -> Option<watch::Receiver<()>> {
        match self {
            Self::Local(log) => Some(log.0.numbered.subscribe()),
            Self::Remote { .. } => None,
        }
    }
}
