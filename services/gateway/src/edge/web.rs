//! gRPC-Web: what a browser asks goes on to the service as gRPC, and its answer comes back message by message. Nothing of an
//! answer is put by: a stream goes on as long as the service, the browser and this process do.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Version, header},
    response::Response,
};
use baton_chassis::Messages;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body as HttpBody, Frame};
use prost_reflect::DescriptorPool;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::{Code, Status, body::Body as GrpcBody};
use tonic_web::GrpcWebLayer;
use tower::{Layer as _, Service as _, ServiceExt as _};

use super::{Edge, passed_on, service};
use crate::{
    call,
    error::{self, Asked},
    routes::Routes,
};

/// What a browser calls its messages; none of them is JSON.
const KINDS: [&str; 4] = [
    "application/grpc-web",
    "application/grpc-web+proto",
    "application/grpc-web-text",
    "application/grpc-web-text+proto",
];
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// Whether a path is one of gRPC's.
pub(super) fn is_meant(path: &str) -> bool {
    path.starts_with("/baton.")
}

/// Every call that can be asked, by its path.
pub(super) struct Calls(HashMap<String, Call>);

/// One of them.
struct Call {
    service: String,
    streams: bool,
}

impl Calls {
    /// Those of the contexts that have a way in over HTTP; the others are for services among themselves. Whether a caller
    /// may make a call is for the service to say.
    pub(super) fn of(pool: &DescriptorPool, routes: &Routes) -> Self {
        let open: HashSet<_> = routes.all().map(|route| service(&route.method)).collect();
        let methods = pool
            .services()
            .flat_map(|s| s.methods().collect::<Vec<_>>());
        let calls = methods.map(|method| {
            let call = Call {
                service: service(&method),
                streams: method.is_server_streaming(),
            };
            (call::path(&method), call)
        });
        Self(
            calls
                .filter(|(_, call)| open.contains(&call.service))
                .collect(),
        )
    }
}

impl Edge {
    /// The answer to a call by way of gRPC-Web.
    pub(super) async fn web(&self, request: Request<Body>, asked: Asked) -> Response {
        let (head, body) = request.into_parts();
        if head.method != Method::POST {
            return self.misused(&head, &[Method::POST], asked);
        }
        let kind = head.headers.get(header::CONTENT_TYPE);
        if !kind.is_some_and(|kind| KINDS.iter().any(|known| kind == known)) {
            let status = self.own(Code::InvalidArgument, "NOT_GRPC_WEB", asked);
            return error::response(&status, asked, &self.messages);
        }
        let ask = tower::service_fn(|request: Request<GrpcBody>| async move {
            Ok::<_, Infallible>(self.pass(request, asked).await)
        });
        let request = Request::from_parts(head, body);
        let Ok(answer) = GrpcWebLayer::new().layer(ask).call(request).await;
        answer.map(Body::new)
    }

    /// Passes a call on to its service, and its answer back.
    async fn pass(&self, request: Request<GrpcBody>, asked: Asked) -> Response<GrpcBody> {
        let call = self.calls.0.get(request.uri().path());
        let streams = call.is_some_and(|call| call.streams);
        let answer = async {
            let call =
                call.ok_or_else(|| self.own(Code::Unimplemented, "UNKNOWN_METHOD", asked))?;
            self.forward(call, request, asked).await
        };
        let answer = tokio::time::timeout(self.limits.call, answer).await;
        let answer = answer
            .unwrap_or_else(|_| Err(self.own(Code::DeadlineExceeded, "DEADLINE", asked)))
            .and_then(begun);
        let body = match answer {
            Ok(body) => Relayed::Messages {
                body,
                // What is no stream is all there once it has begun.
                end: streams.then(|| Box::pin(self.stop.clone().cancelled_owned())),
            },
            Err(status) => Relayed::End(status),
        };
        Response::new(GrpcBody::new(Answer {
            body,
            teller: Teller {
                messages: self.messages.clone(),
                asked,
            },
        }))
    }

    async fn forward(
        &self,
        call: &Call,
        request: Request<GrpcBody>,
        asked: Asked,
    ) -> Result<Response<GrpcBody>, Status> {
        let (mut head, body) = request.into_parts();
        self.admit(&mut head, asked).await?;
        // A call is one message: only answers are streams.
        let message = self.whole(body, asked).await?;
        let mut headers = passed_on(&head.headers);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/grpc"),
        );
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
        let limit = format!("{}m", self.limits.call.as_millis());
        let limit = match head.headers.get(&GRPC_TIMEOUT) {
            Some(limit) => Some(limit.clone()),
            None if call.streams => None,
            None => HeaderValue::try_from(limit).ok(),
        };
        headers.extend(limit.map(|limit| (GRPC_TIMEOUT, limit)));
        let mut request = Request::new(GrpcBody::new(Full::new(message)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = head.uri;
        *request.version_mut() = Version::HTTP_2;
        *request.headers_mut() = headers;
        let link = (self.link)(&call.service).map_err(|error| self.told(error, asked))?;
        link.oneshot(request).await
    }
}

/// The messages of an answer, unless it ended before the first of them.
fn begun(answer: Response<GrpcBody>) -> Result<GrpcBody, Status> {
    let (head, body) = answer.into_parts();
    if !head.status.is_success() {
        return Err(Status::unavailable(format!("HTTP {}", head.status)));
    }
    match Status::from_header_map(&head.headers) {
        Some(status) => Err(status),
        None => Ok(body),
    }
}

/// An answer on its way to the browser. However it ends, its last frame says how: a browser reads no trailers and keeps
/// headers short.
struct Answer {
    body: Relayed,
    teller: Teller,
}

enum Relayed {
    /// Messages come.
    Messages {
        body: GrpcBody,
        /// When this process stops, for what would not end by itself.
        end: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    },
    /// It ends so.
    End(Status),
    /// It has ended.
    Over,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let trailers = match &mut this.body {
            Relayed::Over => return Poll::Ready(None),
            Relayed::End(status) => Err(status.clone()),
            Relayed::Messages { body, end } => match Pin::new(body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_trailers() {
                    Ok(trailers) => Ok(trailers),
                    Err(message) => return Poll::Ready(Some(Ok(message))),
                },
                Poll::Ready(Some(Err(status))) => Err(status),
                Poll::Ready(None) => Err(Status::unavailable("the answer broke off")),
                Poll::Pending => {
                    let Some(end) = end else { return Poll::Pending };
                    ready!(end.as_mut().poll(cx));
                    Err(Status::unavailable("the process stops"))
                }
            },
        };
        this.body = Relayed::Over;
        Poll::Ready(Some(Ok(Frame::trailers(this.teller.told(trailers)))))
    }
}

/// Tells how an answer ended.
struct Teller {
    messages: Arc<Messages>,
    asked: Asked,
}

impl Teller {
    fn told(&self, end: Result<HeaderMap, Status>) -> HeaderMap {
        let mut status = match end {
            Ok(trailers) => match Status::from_header_map(&trailers) {
                Some(status) if status.code() != Code::Ok => status,
                _ => return trailers,
            },
            Err(status) => status,
        };
        if status.code() != Code::Ok {
            status = error::outward(status, self.asked, &self.messages);
        }
        let mut trailers = HeaderMap::new();
        if status.add_header(&mut trailers).is_err() {
            trailers.insert(GRPC_STATUS, HeaderValue::from(i32::from(Code::Internal)));
        }
        trailers
    }
}
