//! Ways to other services: over the network or within the process; a generated client cannot tell.

mod spread;

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, OnceLock},
    task,
};

use futures_util::future::BoxFuture;
use http::{HeaderValue, header::AUTHORIZATION};
use http_body_util::BodyExt as _;
use tonic::{Code, Status, body::Body, metadata::MetadataMap};
use tower::{Service, ServiceExt as _, util::BoxCloneSyncService};

use crate::{
    Error, Result, Time,
    caller::{Caller, Who},
    config::LinksConfig,
    context::Context,
    origin::{ORIGIN, Origin, Voucher},
    papers::Papers,
    status::chain,
    telemetry::TRACEPARENT,
    token::Claims,
};

/// What a transport may fail with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

type Inner = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, BoxError>;

/// Names the service that could not be reached, in the status that a [`Link`] then ends with.
const AWAY: &str = "baton-away";

/// A way to a service; every generated client works over it. What cannot be reached is `UNAVAILABLE`.
#[derive(Clone)]
pub struct Link {
    inner: Inner,
    /// The service that it leads to, where that is known.
    to: Option<HeaderValue>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

impl Link {
    /// Over any transport.
    pub fn new<S>(transport: S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Error: Into<BoxError> + 'static,
        S::Future: Send + 'static,
    {
        Self {
            inner: Inner::new(transport.map_err(Into::into)),
            to: None,
        }
    }

    /// To a service at an address, as the settings of this process say that services are reached.
    ///
    /// # Errors
    /// When the address is none, or the papers are of no use.
    pub fn at(url: &str, service: &str, files: &LinksConfig) -> Result<Self> {
        let papers = Papers::of(files, [])?;
        spread::link(url, service, papers.as_ref())
    }

    /// The same, known as the way to a service.
    fn to(self, service: &str) -> Self {
        let to = HeaderValue::from_str(service).ok();
        Self { to, ..self }
    }
}

impl Service<http::Request<Body>> for Link {
    type Response = http::Response<Body>;
    // A named type: with a boxed error here, futures of generated clients cannot be proved `Send`.
    type Error = Status;
    type Future = BoxFuture<'static, Result<Self::Response, Status>>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> task::Poll<Result<(), Status>> {
        let ready = self.inner.poll_ready(cx);
        ready.map_err(|e| unreachable(e.as_ref(), self.to.as_ref()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let (answer, to) = (self.inner.call(request), self.to.clone());
        Box::pin(async move {
            let answer = answer
                .await
                .map_err(|e| unreachable(e.as_ref(), to.as_ref()))?;
            // Within the process nothing breaks off.
            Ok(match to {
                Some(_) => answer.map(|body| Body::new(body.map_err(|e| broken_off(&e)))),
                None => answer,
            })
        })
    }
}

/// The ways to all services; cheap to clone.
#[derive(Clone, Default)]
pub struct Links {
    here: Arc<OnceLock<Link>>,
    hosted: Arc<HashSet<&'static str>>,
    remote: Arc<HashMap<String, Link>>,
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links")
            .field("hosted", &self.hosted)
            .finish_non_exhaustive()
    }
}

impl Links {
    /// Ways to the services hosted here and to the others at their addresses, over TLS if there are papers.
    ///
    /// # Errors
    /// When an address is none, or papers and addresses do not go together.
    pub(crate) fn new<'a>(
        hosted: HashSet<&'static str>,
        addresses: impl Iterator<Item = (&'a str, &'a str)>,
        papers: Option<&Arc<Papers>>,
    ) -> Result<Self> {
        let mut remote = HashMap::new();
        for (name, url) in addresses.filter(|(_, url)| !url.is_empty()) {
            remote.insert(name.to_owned(), spread::link(url, name, papers)?.to(name));
        }
        Ok(Self {
            here: Arc::default(),
            hosted: Arc::new(hosted),
            remote: Arc::new(remote),
        })
    }

    /// Puts the door of this process in place, once its services stand behind it.
    pub(crate) fn opened(&self, door: Link) {
        drop(self.here.set(door));
    }

    /// Whether a service runs in this process.
    #[must_use]
    pub fn hosts(&self, service: &str) -> bool {
        self.hosted.contains(service)
    }

    /// Whether a service is part of the system: it runs in this process, or at an address that is known.
    #[must_use]
    pub fn lead_to(&self, service: &str) -> bool {
        self.hosts(service) || self.remote.contains_key(service)
    }

    /// The way to a service without any token: for what carries its own.
    ///
    /// # Errors
    /// When the service is neither here nor configured.
    pub fn bare(&self, to: &str) -> Result<Link> {
        let found = if self.hosts(to) {
            self.here.get()
        } else {
            self.remote.get(to)
        };
        found.cloned().ok_or_else(|| Error::Away(to.to_owned()))
    }

    /// The way to a service, carrying who calls: a person as himself, a service as itself.
    pub(crate) fn open(&self, cx: &Context, to: &str, caller: &Caller) -> Result<Link> {
        let (now, epoch) = (cx.clock.now(), caller.people.epoch);
        let claims = match &caller.who {
            Who::Member(member) => {
                Claims::for_member(cx.name, to, *member, epoch, now).by(caller.key)
            }
            Who::Service { behalf, .. } => Claims::for_service(cx.name, to, *behalf, epoch, now),
            Who::Nobody => return Err(Error::Unauthenticated),
        };
        let token = cx.keys.sign(&claims)?;
        let trace = caller.trace.to_string();
        let link = vouched(self.bare(to)?, &cx.voucher, &caller.origin, now);
        Ok(carrying(link, &token, caller.language.tag(), &trace))
    }
}

impl Links {
    /// A way to a service that stays open as long as the process: this service as itself, with a new token for each call.
    pub(crate) fn standing(&self, cx: &Context, to: &'static str) -> Result<Link> {
        let (cx, link) = (cx.clone(), self.bare(to)?);
        Ok(Link::new(link.map_request(
            move |mut request: http::Request<Body>| {
                let claims = Claims::for_service(cx.name, to, None, 0, cx.clock.now());
                let bearer = cx
                    .keys
                    .sign(&claims)
                    .ok()
                    .and_then(|t| HeaderValue::from_str(&format!("Bearer {t}")).ok());
                if let Some(bearer) = bearer {
                    request.headers_mut().insert(AUTHORIZATION, bearer);
                }
                request
            },
        )))
    }
}

/// A link that adds token, language and trace to every call.
#[must_use]
pub fn carrying(link: Link, token: &str, language: &'static str, trace: &str) -> Link {
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).ok();
    let trace = HeaderValue::from_str(trace).ok();
    Link::new(link.map_request(move |mut request: http::Request<Body>| {
        let headers = request.headers_mut();
        headers.insert("accept-language", HeaderValue::from_static(language));
        if let Some(bearer) = bearer.clone() {
            headers.insert(AUTHORIZATION, bearer);
        }
        if let Some(trace) = trace.clone() {
            headers.insert(TRACEPARENT, trace);
        }
        request
    }))
}

/// A link that tells with every call from where its caller came.
#[must_use]
pub fn vouched(link: Link, voucher: &Voucher, origin: &Origin, now: Time) -> Link {
    let origin = voucher.vouch(origin, now);
    Link::new(link.map_request(move |mut request: http::Request<Body>| {
        let origin = origin.clone().map(|origin| (ORIGIN, origin));
        request.headers_mut().extend(origin);
        request
    }))
}

/// An error of a transport as a status: what could not be reached is unavailable.
fn unreachable(error: &(dyn std::error::Error + 'static), to: Option<&HeaderValue>) -> Status {
    // A link over a link: the one below has said it all.
    if let Some(status) = error.downcast_ref::<Status>() {
        return status.clone();
    }
    tracing::warn!(error = %chain(error), "a neighbour could not be reached");
    let mut headers = http::HeaderMap::new();
    headers.extend(to.map(|to| (http::HeaderName::from_static(AWAY), to.clone())));
    let metadata = MetadataMap::from_headers(headers);
    Status::with_metadata(Code::Unavailable, "unavailable", metadata)
}

/// An answer that broke off on its way: whether the call was done is not known, and asking again is what helps.
fn broken_off(error: &Status) -> Status {
    tracing::warn!(error = %chain(error), "the answer of a neighbour broke off");
    Status::unavailable("the answer broke off")
}

/// The service that could not be reached, if that is how a call ended.
#[must_use]
pub fn away(status: &Status) -> Option<&str> {
    status.metadata().get(AWAY)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::StreamBody;

    use super::*;

    #[tokio::test]
    async fn an_answer_that_breaks_off_on_its_way_is_worth_asking_again() {
        let broken = Status::internal("h2 protocol error: error reading a body from connection");
        let transport = tower::service_fn(move |_: http::Request<Body>| {
            let end = Err::<hyper::body::Frame<Bytes>, _>(broken.clone());
            let body = Body::new(StreamBody::new(futures_util::stream::iter([end])));
            async { Ok::<_, Status>(http::Response::new(body)) }
        });
        let mut link = Link::new(transport).to("customer");
        let answer = link.call(http::Request::new(Body::empty())).await;
        let told = answer.map(http::Response::into_body).map(Body::collect);
        let code = match told {
            Ok(read) => read.await.err().map(|status| status.code()),
            Err(status) => Some(status.code()),
        };
        assert_eq!(code, Some(Code::Unavailable));
    }
}
