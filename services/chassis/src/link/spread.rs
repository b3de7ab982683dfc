//! The way to a service that runs in several processes: each call goes to the next one in turn, and a call that did not
//! reach its process goes to another.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task,
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use http_body_util::{BodyExt as _, Full};
use tonic::{
    body::Body,
    transport::{Channel, Endpoint},
};
use tower::{Service, ServiceExt as _};

use super::{BoxError, Link};
use crate::{Error, Result, papers::Papers};

/// How long a process that was not reached is asked last. Its connection is made anew by the call that tries it then.
const PASSED_OVER: Duration = Duration::from_secs(1);

/// The way to the processes of a service at `urls`, which are separated by commas.
pub(super) fn link(urls: &str, service: &str, papers: Option<&Arc<Papers>>) -> Result<Link> {
    let urls = urls.split(',').map(str::trim).filter(|url| !url.is_empty());
    let channels = urls
        .map(|url| channel(url, service, papers))
        .collect::<Result<Vec<_>>>()?;
    match <[Channel; 1]>::try_from(channels) {
        Ok([only]) => Ok(Link::new(only)),
        Err(channels) if channels.is_empty() => Err(Error::internal("an address is missing")),
        Err(channels) => Ok(Link::new(Spread(Arc::new(Replicas {
            turn: AtomicUsize::new(0),
            missed: Mutex::new(vec![None; channels.len()]),
            channels,
        })))),
    }
}

fn channel(url: &str, service: &str, papers: Option<&Arc<Papers>>) -> Result<Channel> {
    let endpoint = Endpoint::from_shared(url.to_owned())
        .map_err(Error::internal)?
        .connect_timeout(Duration::from_secs(3))
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_while_idle(true);
    match (endpoint.uri().scheme_str(), papers) {
        (Some("https"), Some(papers)) => {
            Ok(endpoint.connect_with_connector_lazy(papers.connector(service)?))
        }
        (Some("https"), None) => Err(Error::internal(format!(
            "{url}: services are called over TLS with links.ca, links.cert and links.key"
        ))),
        (_, Some(_)) => Err(Error::internal(format!(
            "{url}: with links.ca services are called over TLS alone, so it has to be https"
        ))),
        (_, None) => Ok(endpoint.connect_lazy()),
    }
}

#[derive(Clone)]
struct Spread(Arc<Replicas>);

struct Replicas {
    channels: Vec<Channel>,
    turn: AtomicUsize,
    /// When each was not reached, if that is so.
    missed: Mutex<Vec<Option<Instant>>>,
}

impl Service<http::Request<Body>> for Spread {
    type Response = http::Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> task::Poll<Result<(), BoxError>> {
        task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let replicas = self.0.clone();
        Box::pin(async move { replicas.ask(request).await })
    }
}

impl Replicas {
    /// Asks one after the other until one was reached. Every call of ours is one message, so it can be sent again.
    async fn ask(&self, request: http::Request<Body>) -> Result<http::Response<Body>, BoxError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let mut places = self.order();
        loop {
            let Some(place) = places.pop_front() else {
                return Err("no process of the service is left to ask".into());
            };
            let Some(channel) = self.channels.get(place) else {
                continue;
            };
            let body = Body::new(Full::new(body.clone()));
            let request = http::Request::from_parts(head.clone(), body);
            match channel.clone().oneshot(request).await {
                Ok(answer) => {
                    self.note(place, None);
                    return Ok(answer);
                }
                Err(error) if never_arrived(&error) => {
                    self.note(place, Some(Instant::now()));
                    if places.is_empty() {
                        return Err(error.into());
                    }
                    tracing::debug!(%error, place, "a process was not reached; another one is asked");
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// All of them in turn; those that were not reached lately come last.
    fn order(&self) -> VecDeque<usize> {
        let count = self.channels.len();
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = |place: &usize| {
            let at = missed.get(*place).copied().flatten();
            at.is_some_and(|at| at.elapsed() < PASSED_OVER)
        };
        let mut order: Vec<_> = (0..count).map(|n| first.wrapping_add(n) % count).collect();
        order.sort_by_key(lately);
        order.into()
    }

    fn note(&self, place: usize, missed_at: Option<Instant>) {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(missed) = missed.get_mut(place) {
            *missed = missed_at;
        }
    }
}

/// Whether a call ended before its process could have seen it: no connection was made, or the one that was there was
/// closed before the call went out.
fn never_arrived(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<tonic::ConnectError>()
            || error
                .downcast_ref::<hyper::Error>()
                .is_some_and(hyper::Error::is_canceled)
        {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replicas(count: usize) -> Replicas {
        let nowhere = |_| channel("http://127.0.0.1:1", "sales", None).unwrap();
        Replicas {
            channels: (0..count).map(nowhere).collect(),
            turn: AtomicUsize::new(0),
            missed: Mutex::new(vec![None; count]),
        }
    }

    #[tokio::test]
    async fn each_process_has_its_turn() {
        let replicas = replicas(3);
        let firsts: Vec<_> = (0..4)
            .filter_map(|_| replicas.order().pop_front())
            .collect();
        assert_eq!(firsts, [0, 1, 2, 0]);
    }

    #[tokio::test]
    async fn a_process_that_was_missed_lately_is_asked_last() {
        let replicas = replicas(2);
        replicas.note(0, Some(Instant::now()));
        assert_eq!(replicas.order(), [1, 0]);
        assert_eq!(replicas.order(), [1, 0]);
        replicas.note(0, None);
        assert_eq!(replicas.order(), [0, 1]);
    }

    #[tokio::test]
    async fn where_nobody_listens_nothing_arrives() {
        let request = http::Request::new(Body::empty());
        let error = channel("http://127.0.0.1:1", "sales", None)
            .unwrap()
            .oneshot(request)
            .await;
        assert!(never_arrived(&error.unwrap_err()));
    }
}
