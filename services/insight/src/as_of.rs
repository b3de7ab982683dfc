//! Until when a projection is complete.

use std::{collections::HashMap, time::Duration};

use baton_chassis::{Context, Result, Time, log};
use baton_proto::log::v1::{
    Head, ListHeadsRequest, event_log_service_client::EventLogServiceClient,
};

use crate::store::Projection;

/// A producer that does not tell its heads in so long is away as far as a reader is concerned.
const HEADS_LIMIT: Duration = Duration::from_secs(1);

/// Until when a projection is complete: now, unless some producer has said more than was taken in. To be asked before
/// anything is read: what happens from then on may be missing.
///
/// # Errors
/// When the store fails.
pub async fn as_of(cx: &Context, projection: Projection) -> Result<Time> {
    let now = cx.clock.now();
    let read = async move |tx: &mut _| log::heard(tx, projection.consumer()).await;
    let heard = cx.db.glance(read).await?;
    // Of a service that is not part of the system there is nothing to be missed.
    let producers = projection.producers().iter();
    let producers = producers.filter(|p| cx.links.lead_to(p));
    let behind = producers.map(|producer| behind(cx, producer, &heard));
    let behind = futures_util::future::join_all(behind).await;
    Ok(behind.into_iter().flatten().min().unwrap_or(now))
}

/// When the last event of a producer happened that was taken in, if there are later ones. Of a producer that is away
/// nobody knows whether there are.
async fn behind(cx: &Context, producer: &str, heard: &[log::Heard]) -> Option<Time> {
    let taken: HashMap<i32, &log::Heard> = heard
        .iter()
        .filter(|p| p.producer == producer)
        .map(|p| (p.shard, p))
        .collect();
    let asked = tokio::time::timeout(HEADS_LIMIT, heads(cx, producer)).await;
    let Ok(Ok(heads)) = asked else {
        let last = taken.values().filter_map(|p| p.happened_at).max();
        return Some(last.unwrap_or(Time::UNIX_EPOCH));
    };
    let behind = heads
        .iter()
        .filter_map(|head| match taken.get(&head.shard) {
            Some(p) if p.applied < head.head => Some(p.happened_at.unwrap_or(Time::UNIX_EPOCH)),
            None if head.head > 0 => Some(Time::UNIX_EPOCH),
            _ => None,
        });
    behind.min()
}

async fn heads(cx: &Context, producer: &str) -> Result<Vec<Head>> {
    let link = cx.link_as_service(producer, None, "trace").await?;
    let request = ListHeadsRequest {
        producer: producer.to_owned(),
        epoch: None,
    };
    Ok(EventLogServiceClient::new(link)
        .list_heads(request)
        .await?
        .into_inner()
        .heads)
}
