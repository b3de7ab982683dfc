//! The watch: which services have said something since, as far as their events were taken in here. The store is looked at once
//! a second for all who watch, and not at all while nobody does.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use baton_chassis::{Caller, Context, Error, Result, context, log, policy};
use baton_proto::insight::v1::{
    Moved, WatchRequest, WatchResponse, watch_service_server::WatchService,
};
use futures_util::stream::{self, BoxStream};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tonic::{Request, Response, Status};

/// Services that are watched.
const WATCHED: &[&str] = &["marketing", "sales", "commerce", "customer", "directory"];
/// The name under which the cursors are kept.
const CONSUMER: &str = "insight";
/// How often somebody is told at most, and how old a look at the store may be.
const PACE: Duration = Duration::from_secs(1);
/// How long it is silent at most.
const SILENCE: Duration = Duration::from_secs(15);
/// Who may watch at once.
const WATCHERS_MAX: usize = 1_000;
/// When to come back after there were so many.
const RETRY_MS: u64 = 5_000;

/// How far each service has come.
type Positions = BTreeMap<&'static str, i64>;

/// Answers who watches.
#[derive(Clone)]
pub struct Watches {
    cx: Context,
    /// The last look at the store, which all share.
    last: Arc<Mutex<Option<(Instant, Positions)>>>,
    places: Arc<Semaphore>,
}

impl Watches {
    /// Nobody watches yet.
    #[must_use]
    pub fn new(cx: Context) -> Self {
        Self {
            cx,
            last: Arc::default(),
            places: Arc::new(Semaphore::new(WATCHERS_MAX)),
        }
    }

    /// How far each service has come, as it was within the last second.
    async fn positions(&self) -> Result<Positions> {
        let mut last = self.last.lock().await;
        if let Some((at, positions)) = last.as_ref()
            && at.elapsed() < PACE / 2
        {
            return Ok(positions.clone());
        }
        let read = async move |tx: &mut _| log::heard(tx, CONSUMER).await;
        let heard = self.cx.db.glance(read).await?;
        let position = |producer: &str| {
            let shards = heard.iter().filter(|h| h.producer == producer);
            shards.map(|h| h.applied).sum()
        };
        let positions: Positions = WATCHED.iter().map(|p| (*p, position(p))).collect();
        *last = Some((Instant::now(), positions.clone()));
        Ok(positions)
    }

    /// The same for one reader, of the services that he has any right in; nothing once his session has ended.
    async fn seen_by(&self, caller: &Caller) -> Result<Option<Positions>> {
        let people = self.cx.people.snapshot().await?;
        if !caller.is_signed_in(&people, self.cx.clock.now()) {
            return Ok(None);
        }
        let reader = Caller {
            people,
            ..caller.clone()
        };
        let mut positions = self.positions().await?;
        positions.retain(|producer, _| policy::has_any(&reader, producer));
        Ok(Some(positions))
    }
}

#[tonic::async_trait]
impl WatchService for Watches {
    type WatchStream = BoxStream<'static, Result<WatchResponse, Status>>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let begun = async {
            let caller = context::caller(&request)?;
            let place = self.places.clone().try_acquire_owned();
            let place = place.map_err(|_| Error::Exhausted { retry_ms: RETRY_MS })?;
            Ok(Watch {
                of: self.clone(),
                caller,
                told: None,
                told_at: Instant::now(),
                is_over: false,
                _place: place,
            })
        };
        let watch = begun.await.map_err(|e| self.cx.refuse(&request, e))?;
        let told = stream::unfold(watch, |mut watch| async {
            let next = watch.next().await?;
            Some((next, watch))
        });
        Ok(Response::new(Box::pin(told)))
    }
}

/// Somebody who watches.
struct Watch {
    of: Watches,
    caller: Caller,
    /// What he was told last; nothing yet.
    told: Option<Positions>,
    told_at: Instant,
    is_over: bool,
    _place: OwnedSemaphorePermit,
}

impl Watch {
    /// The next message; nothing once the process stops.
    async fn next(&mut self) -> Option<Result<WatchResponse, Status>> {
        loop {
            if self.is_over {
                return None;
            }
            let stop = self.of.cx.stop.clone();
            let waits = self.told.is_some();
            // The first message comes at once.
            if stop.is_cancelled()
                || waits && tokio::time::timeout(PACE, stop.cancelled()).await.is_ok()
            {
                return None;
            }
            let seen = self.of.seen_by(&self.caller).await;
            let seen = seen.and_then(|seen| seen.ok_or(Error::Unauthenticated));
            match seen {
                Ok(seen) => {
                    if let Some(message) = self.tell(seen) {
                        return Some(Ok(message));
                    }
                }
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(self.of.cx.tell(error, &self.caller)));
                }
            }
        }
    }

    /// What is new, if it is time to say something.
    fn tell(&mut self, seen: Positions) -> Option<WatchResponse> {
        let told = self.told.as_ref();
        let is_new = |(producer, position): &(&&'static str, &i64)| {
            told.and_then(|told| told.get(*producer)) != Some(*position)
        };
        let moved = seen
            .iter()
            .filter(is_new)
            .map(|(producer, position)| Moved {
                producer: (*producer).to_owned(),
                position: *position,
            });
        let moved: Vec<Moved> = moved.collect();
        if told.is_some() && moved.is_empty() && self.told_at.elapsed() < SILENCE {
            return None;
        }
        self.told = Some(seen);
        self.told_at = Instant::now();
        Some(WatchResponse { moved })
    }
}
