//! Insight: reads across functions. It owns no business object; it projects events and asks the owners.
//!
//! - [`audit`]: what was changed, asked of the services that keep the records.
//! - [`board`]: what waits for whom, asked of the services that keep the handoffs.
//! - [`history`]: what was said and done along a chain, asked of the service that keeps it.
//! - [`search`]: records that are looked for, asked of all services at once.
//! - [`watch`]: who has said something since, for whoever keeps a screen up to date.
//! - [`trace`]: the picture of a chain, put together of what was projected and what the owners answer.
//! - [`funnel`]: how objects go along the chain hop by hop, of what [`events::funnel`] takes in.
//! - [`events`] takes the chain in, [`as_of`] tells until when; [`store`] has every SQL text, [`wire`] the contract's shapes,
//!   [`rpc`] are the calls.

pub mod as_of;
pub mod audit;
pub mod board;
pub mod events;
pub mod funnel;
pub mod history;
pub mod look_up;
pub mod rpc;
pub mod search;
pub mod store;
pub mod trace;
pub mod watch;
pub mod wire;

use baton_chassis::service::Service;
use baton_proto::insight::v1::{
    audit_service_server::AuditServiceServer, board_service_server::BoardServiceServer,
    chain_funnel_service_server::ChainFunnelServiceServer,
    search_service_server::SearchServiceServer, trace_service_server::TraceServiceServer,
    watch_service_server::WatchServiceServer,
};

/// The services whose objects make up the chain.
pub const PRODUCERS: &[&str] = &["customer", "marketing", "sales", "commerce"];

/// The services whose objects are counted along the chain.
pub const COUNTED: &[&str] = &["marketing", "sales", "commerce"];

/// Name of the projection that the funnel of the chain is counted from.
pub const FUNNEL: &str = "insight.funnel";

/// The service.
#[must_use]
pub fn service() -> Service {
    Service::new("insight", sqlx::migrate!())
        .grpc(|cx, routes| {
            routes
                .add_service(TraceServiceServer::new(rpc::Traces(cx.clone())))
                .add_service(BoardServiceServer::new(board::Boards(cx.clone())))
                .add_service(AuditServiceServer::new(audit::Audits::new(cx.clone())))
                .add_service(SearchServiceServer::new(search::Searches(cx.clone())))
                .add_service(WatchServiceServer::new(watch::Watches::new(cx.clone())))
                .add_service(ChainFunnelServiceServer::new(rpc::ChainFunnels(cx.clone())))
        })
        .on_every(PRODUCERS, |act, event| Box::pin(events::heed(act, event)))
        .projection(FUNNEL, COUNTED, |act, event| {
            Box::pin(events::funnel::heed(act, event))
        })
}
