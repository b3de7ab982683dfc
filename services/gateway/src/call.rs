//! One unary call of any RPC, with messages that are known by their descriptors only.

use axum::http::uri::PathAndQuery;
use baton_chassis::link::Link;
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor, prost::Message as _};
use tonic::{
    Response, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

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
    let mut client = Grpc::new(link);
    client.ready().await?;
    client.unary(request, path, Dynamic(method.output())).await
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
