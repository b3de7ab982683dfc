//! One unary call of any RPC, with messages that are known by their descriptors only.

use std::task::{Context, Poll};

use axum::http::{Request, uri::PathAndQuery};
use futures_util::{TryFutureExt as _, future::MapErr};
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor, prost::Message as _};
use tonic::{
    Code, Response, Status,
    body::Body,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};
use tower::{BoxError, Service};

use crate::Link;

/// The gRPC path of a method: `/package.Service/Method`.
pub(crate) fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Asks the service behind `link`.
pub(crate) async fn unary(
    link: Link,
    method: &MethodDescriptor,
    request: tonic::Request<DynamicMessage>,
) -> Result<Response<DynamicMessage>, Status> {
    let path = PathAndQuery::try_from(path(method)).map_err(|e| Status::internal(e.to_string()))?;
    let mut client = Grpc::new(Way(link));
    client.ready().await?;
    client.unary(request, path, Dynamic(method.output())).await
}

/// A link whose errors are statuses. It is a type of its own also because a link spelled out, with its boxed error,
/// hides from the compiler that a call may move between threads.
struct Way(Link);

impl Service<Request<Body>> for Way {
    type Response = <Link as Service<Request<Body>>>::Response;
    type Error = Status;
    type Future = MapErr<<Link as Service<Request<Body>>>::Future, fn(BoxError) -> Status>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx).map_err(unreached)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.call(request).map_err(unreached)
    }
}

/// What a link fails with says that the service could not be reached, unless it says better.
fn unreached(error: BoxError) -> Status {
    let status = Status::from_error(error);
    match status.code() {
        Code::Unknown => Status::unavailable(status.message()),
        _ => status,
    }
}

/// Carries messages of which only the descriptors are known; the descriptor is that of what is received.
pub(crate) struct Dynamic(pub(crate) MessageDescriptor);

impl Codec for Dynamic {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Writer;
    type Decoder = Reader;

    fn encoder(&mut self) -> Writer {
        Writer
    }

    fn decoder(&mut self) -> Reader {
        Reader(self.0.clone())
    }
}

pub(crate) struct Writer;

impl Encoder for Writer {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, message: DynamicMessage, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message
            .encode(out)
            .map_err(|e| Status::internal(e.to_string()))
    }
}

pub(crate) struct Reader(MessageDescriptor);

impl Decoder for Reader {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let message = DynamicMessage::decode(self.0.clone(), bytes);
        message
            .map(Some)
            .map_err(|e| Status::internal(e.to_string()))
    }
}
