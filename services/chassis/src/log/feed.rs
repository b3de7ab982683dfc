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
                };
                let answer = client.clone().list_heads(request).await?.into_inner();
                Ok(answer.heads.into_iter().map(rpc::head_from_wire).collect())
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
                answer
                    .events
                    .into_iter()
                    .map(rpc::event_from_wire)
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
