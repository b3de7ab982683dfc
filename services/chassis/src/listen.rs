//! Sockets: an accept loop with limits and time-outs of its own, for gRPC and for HTTP alike.
//!
//! Slow and silent clients are shown out: a header must come within seconds, a connection that does not answer pings is
//! closed, and there are only so many connections. What hyper does not see of that, `guests` does.

mod guests;

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
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
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;
use tokio_util::{either::Either, sync::CancellationToken};
use tower::{Service as _, ServiceExt as _};
use tracing::{Instrument as _, field};

pub(crate) use self::guests::Limits;
use self::guests::{Answer, Guests, Seat, Watched};
use crate::{
    Error, Result,
    link::Link,
    metrics::{self, Gauges, Metrics},
    telemetry::{TRACEPARENT, Trace},
    tls::Tls,
};

/// How long a TLS handshake may take.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(5);
/// Calls at once on one connection.
const STREAMS_MAX: u32 = 128;
/// How long open calls may take when the process stops.
const DRAIN: Duration = Duration::from_secs(10);

/// How a request came: an extension of it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// From which address.
    pub address: IpAddr,
    /// Whether over TLS.
    pub tls: bool,
}

/// A socket that was bound and is not served yet.
pub struct Bound {
    listener: TcpListener,
    tls: Option<Tls>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Bound {
    /// Speaks TLS on it.
    pub(crate) fn with(self, tls: Option<Tls>) -> Self {
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

/// A path as it is logged: where an id belongs somebody may have put a name or a telephone number, so what follows the name of a
/// collection is told only if it is an id.
fn logged(path: &str) -> String {
    const NAMED: usize = 2;
    let told = |(n, part): (usize, &str)| {
        let id = part.split(':').next().unwrap_or_default();
        let word = part
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
        let named = n < NAMED && word && part.len() < 40 && part.parse::<u64>().is_err();
        if named || uuid::Uuid::parse_str(id).is_ok() {
            part.to_owned()
        } else {
            "…".to_owned()
        }
    };
    let parts = path.split('/').skip(1).enumerate().map(told);
    parts.fold(String::new(), |path, part| path + "/" + &part)
}

async fn observed(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response {
    let (began, method) = (Instant::now(), request.method().clone());
    let span = tracing::info_span!(
        "http",
        otel.name = method.as_str(),
        otel.kind = "server",
        trace.id = field::Empty,
        url.path = logged(request.uri().path()),
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
    limits: Limits,
    stop: CancellationToken,
) -> Result<()> {
    let server = server(&limits);
    let open = GracefulShutdown::new();
    let guests = Guests::new(limits);
    loop {
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
        let seat = tokio::select! {
            seat = guests.seat(peer.ip()) => seat,
            () = stop.cancelled() => break,
        };
        let Some(seat) = seat else {
            tracing::debug!(%peer, "an address has all the connections that it may have");
            continue;
        };
        drop(stream.set_nodelay(true));
        let (server, watcher, tls) = (server.clone(), open.watcher(), bound.tls.clone());
        let (app, arrival) = (
            app.clone(),
            Arrival {
                address: peer.ip(),
                tls: tls.is_some(),
            },
        );
        spawn(async move {
            match greeted(stream, tls).await {
                Ok(stream) => {
                    let stream = TokioIo::new(Watched {
                        stream,
                        guest: seat.guest.clone(),
                    });
                    let connection = server
                        .serve_connection_with_upgrades(stream, attended(app, &seat, arrival))
                        .into_owned();
                    tokio::select! {
                        ended = watcher.watch(connection) => if let Err(error) = ended {
                            tracing::debug!(%error, %peer, "a connection broke");
                        },
                        why = seat.guest.overstays(&limits) => {
                            tracing::debug!(%peer, why, "a connection was ended");
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, %peer, "a handshake failed"),
            }
            drop(seat);
        });
    }
    if tokio::time::timeout(DRAIN, open.shutdown()).await.is_err() {
        tracing::warn!("some calls did not end in time");
    }
    Ok(())
}

fn server(limits: &Limits) -> Builder<TokioExecutor> {
    let mut server = Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .keep_alive(true);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .keep_alive_interval(limits.ping)
        .keep_alive_timeout(limits.ping / 2);
    server
}

/// What a connection is served with, each call noted until its answer is taken.
fn attended(
    app: Router,
    seat: &Seat,
    arrival: Arrival,
) -> impl hyper::service::Service<
    http::Request<hyper::body::Incoming>,
    Response = http::Response<Answer<axum::body::Body>>,
    Error = Infallible,
    Future: Send,
> + use<> {
    let guest = seat.guest.clone();
    TowerToHyperService::new(tower::service_fn(
        move |mut request: http::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(arrival);
            let visit = guest.calls(request.uri().path());
            let answer = app.clone().oneshot(request.map(axum::body::Body::new));
            async move { Ok(answer.await?.map(|body| Answer::of(body, visit))) }
        },
    ))
}

/// The connection as it is spoken on, once client and server have agreed.
async fn greeted(
    stream: TcpStream,
    tls: Option<Tls>,
) -> std::io::Result<Either<TcpStream, TlsStream<TcpStream>>> {
    let Some(tls) = tls else {
        return Ok(Either::Left(stream));
    };
    let stream = tokio::time::timeout(HANDSHAKE_LIMIT, tls.acceptor().accept(stream)).await??;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_logged_without_what_people_wrote_in_it() {
        for (path, told) in [
            ("/v1/leads", "/v1/leads"),
            (
                "/v1/leads/0190163d-8694-739b-aea5-966c26f8ad90:accept",
                "/v1/leads/0190163d-8694-739b-aea5-966c26f8ad90:accept",
            ),
            ("/v1/parties/zhang", "/v1/parties/…"),
            ("/v1/%E9%87%91/13712345678", "/v1/…/…"),
            ("/13712345678", "/…"),
        ] {
            assert_eq!(logged(path), told);
        }
    }
}
