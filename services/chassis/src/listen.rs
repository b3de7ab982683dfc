//! Sockets: an accept loop with limits and time-outs of its own, for gRPC and for HTTP alike.
//!
//! Slow and silent clients are shown out: a header must come within seconds, a connection that does not answer pings is
//! closed, and there are only so many connections.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use http::{HeaderValue, header::CONTENT_TYPE};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::{either::Either, sync::CancellationToken};
use tower::{Service as _, ServiceExt as _};
use tracing::{Instrument as _, field};

use crate::{
    Error, Result,
    link::Link,
    metrics::{self, Gauges, Metrics},
    telemetry::{TRACEPARENT, Trace},
};

/// How long the header of an HTTP/1 request may take.
const HEADER_LIMIT: Duration = Duration::from_secs(10);
/// How long a TLS handshake may take.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(5);
/// How often a silent HTTP/2 client is asked whether it is still there, and how long it may take to answer.
const PING_EVERY: Duration = Duration::from_secs(20);
const PING_LIMIT: Duration = Duration::from_secs(10);
/// Calls at once on one connection.
const STREAMS_MAX: u32 = 128;
/// How long open calls may take when the process stops.
const DRAIN: Duration = Duration::from_secs(10);

/// A socket that was bound and is not served yet.
pub struct Bound {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Bound {
    /// Speaks TLS on it.
    pub(crate) fn with(self, tls: Option<TlsAcceptor>) -> Self {
        Self { tls, ..self }
    }

    /// The address as others write it.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }
}

/// Binds an address; port 0 takes a free one.
///
/// # Errors
/// When it is taken, or is no address.
pub async fn bind(address: &str) -> Result<Bound> {
    let failed = |e: std::io::Error| Error::internal(format!("cannot listen on {address}: {e}"));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(Error::internal)?;
    Ok(Bound {
        listener,
        tls: None,
        address,
    })
}

/// Everything gRPC that a process answers, with `/livez` and `/readyz` beside it, and `/metrics` if it is served.
pub(crate) fn grpc(
    door: Link,
    gauges: Option<Gauges>,
    ready: CancellationToken,
    stop: CancellationToken,
) -> Router {
    let rpc = tower::service_fn(move |request: Request| {
        let door = door.clone();
        async move {
            let request = request.map(tonic::body::Body::new);
            let answer = match door.oneshot(request).await {
                Ok(answer) => answer,
                Err(status) => status.into_http(),
            };
            Ok::<_, Infallible>(answer.map(axum::body::Body::new))
        }
    });
    let mut beside = health(ready, stop);
    if let Some(gauges) = gauges {
        let figures = async move || ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], gauges.text().await);
        beside = beside.route("/metrics", get(figures));
    }
    beside.fallback_service(rpc)
}

/// What an edge answers, with each request counted and made a step of its trace, or the first one of a new trace.
pub(crate) fn edge(app: Router, metrics: Metrics) -> Router {
    app.layer(middleware::from_fn_with_state(metrics, observed))
}

async fn observed(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response {
    let (began, method) = (Instant::now(), request.method().clone());
    let span = tracing::info_span!(
        "http",
        otel.name = method.as_str(),
        otel.kind = "server",
        trace.id = field::Empty,
        url.path = request.uri().path(),
        http.response.status_code = field::Empty
    );
    let headers = request.headers_mut();
    let from = headers.get(TRACEPARENT).and_then(|h| h.to_str().ok());
    let trace = Trace::within(&span, from);
    span.record("trace.id", trace.id());
    if let Ok(trace) = HeaderValue::from_str(&trace.to_string()) {
        headers.insert(TRACEPARENT, trace);
    }
    let answer = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", answer.status().as_u16());
    metrics.answered(&method, answer.status(), began.elapsed());
    answer
}

/// `/livez`: the process runs. `/readyz`: it takes work.
pub(crate) fn health(ready: CancellationToken, stop: CancellationToken) -> Router {
    let readyz = move || {
        let takes_work = ready.is_cancelled() && !stop.is_cancelled();
        async move {
            if takes_work {
                (http::StatusCode::OK, "ok")
            } else {
                (http::StatusCode::SERVICE_UNAVAILABLE, "not ready")
            }
        }
    };
    Router::new()
        .route("/livez", get(async || "ok"))
        .route("/readyz", get(readyz))
}

/// Serves until `stop`, then lets open calls end.
pub(crate) async fn serve(
    bound: Bound,
    app: Router,
    connections: usize,
    stop: CancellationToken,
) -> Result<()> {
    let mut server = Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_LIMIT)
        .keep_alive(true);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_LIMIT);
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(connections));
    loop {
        let permit = tokio::select! {
            permit = room.clone().acquire_owned() => permit.map_err(Error::internal)?,
            () = stop.cancelled() => break,
        };
        let (stream, peer) = tokio::select! {
            accepted = bound.listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, or the client has gone: the next one may do better.
                    tracing::warn!(%error, "a connection was not accepted");
                    pause().await;
                    continue;
                }
            },
            () = stop.cancelled() => break,
        };
        drop(stream.set_nodelay(true));
        let service = TowerToHyperService::new(app.clone().map_request(
            |request: http::Request<hyper::body::Incoming>| request.map(axum::body::Body::new),
        ));
        let (server, watcher, tls) = (server.clone(), open.watcher(), bound.tls.clone());
        spawn(async move {
            match greeted(stream, tls).await {
                Ok(stream) => {
                    let connection = server
                        .serve_connection_with_upgrades(TokioIo::new(stream), service)
                        .into_owned();
                    if let Err(error) = watcher.watch(connection).await {
                        tracing::debug!(%error, %peer, "a connection broke");
                    }
                }
                Err(error) => tracing::debug!(%error, %peer, "a handshake failed"),
            }
            drop(permit);
        });
    }
    if tokio::time::timeout(DRAIN, open.shutdown()).await.is_err() {
        tracing::warn!("some calls did not end in time");
    }
    Ok(())
}

/// The connection as it is spoken on, once client and server have agreed.
async fn greeted(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
) -> std::io::Result<Either<TcpStream, TlsStream<TcpStream>>> {
    let Some(tls) = tls else {
        return Ok(Either::Left(stream));
    };
    let stream = tokio::time::timeout(HANDSHAKE_LIMIT, tls.accept(stream)).await??;
    Ok(Either::Right(stream))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause between tries belongs to the chassis"
)]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// A connection lives and dies on its own; draining waits for it through [`GracefulShutdown`].
#[expect(
    clippy::disallowed_methods,
    reason = "the chassis itself watches over connections"
)]
fn spawn(connection: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(connection));
}

/// Asks an app without a socket, as tests do.
///
/// # Errors
/// Never: an app always answers.
pub async fn ask(
    app: &mut Router,
    request: Request,
) -> Result<axum::response::Response, Infallible> {
    app.call(request).await
}
