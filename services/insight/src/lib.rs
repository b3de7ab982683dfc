//! Insight: reads across functions. It owns no business object; it projects events and asks the owners.
//!
//! - [`board`]: what waits for whom, asked of the services that keep the handoffs.
//! - [`history`]: what was said and done along a chain, asked of the service that keeps it.
//! - [`trace`]: the picture of a chain, put together of what was projected and what the owners answer.
//! - [`events`] takes events in, [`store`] has every SQL text, [`rpc`] are the calls.

pub mod board;
pub mod events;
pub mod history;
pub mod rpc;
pub mod store;
pub mod trace;

use baton_chassis::service::Service;
use baton_proto::insight::v1::{
    board_service_server::BoardServiceServer, trace_service_server::TraceServiceServer,
};

/// The services whose objects make up the chain.
pub const PRODUCERS: &[&str] = &["customer", "marketing", "sales", "commerce"];

/// The service.
#[must_use]
pub fn service() -> Service {
    Service::new("insight", sqlx::migrate!())
        .grpc(|cx, routes| {
            routes
                .add_service(TraceServiceServer::new(rpc::Traces(cx.clone())))
                .add_service(BoardServiceServer::new(board::Boards(cx.clone())))
        })
        .on_every(PRODUCERS, |act, event| Box::pin(events::heed(act, event)))
}
