//! Sales: from a confirmed chance to a won deal that is handed over to commerce.
//!
//! - [`process`]: the stages that a deal passes through, per product line.
//! - [`opportunity`]: the deal itself, its lines and its path through the stages.
//! - [`project`]: work of a team on something big; a sales project is a deal besides.
//! - [`funnel`]: where the deals of a process go on, are won, are lost and are held up.
//! - [`hand_over`]: the making of a contract or order of a won deal, as a durable operation.
//! - [`store`] has every SQL text, [`wire`] knows both shapes, [`rpc`] are the calls, [`events`] what is said and heeded.

pub mod events;
pub mod funnel;
pub mod hand_over;
mod handoffs;
pub mod opportunity;
pub mod process;
pub mod project;
pub mod rpc;
pub mod seed;
pub mod store;
#[cfg(test)]
mod texts;
pub mod wire;

use baton_chassis::service::Service;
use baton_proto::{
    commerce::v1::{ContractCreated, OrderCreated},
    customer::v1::{FollowUpCreated, InteractionRecorded},
    sales::v1::{
        funnel_service_server::FunnelServiceServer, import_service_server::ImportServiceServer,
        opportunity_service_server::OpportunityServiceServer,
        process_service_server::ProcessServiceServer, project_service_server::ProjectServiceServer,
    },
};

/// The service.
#[must_use]
pub fn service() -> Service {
    Service::new("sales", sqlx::migrate!())
        .messages(
            include_str!("../locales/en.ftl"),
            include_str!("../locales/zh-CN.ftl"),
        )
        .grpc(|cx, routes| {
            routes
                .add_service(ProcessServiceServer::new(rpc::Processes(cx.clone())))
                .add_service(OpportunityServiceServer::new(rpc::Opportunities(
                    cx.clone(),
                )))
                .add_service(ProjectServiceServer::new(rpc::Projects(cx.clone())))
                .add_service(FunnelServiceServer::new(rpc::Funnels(cx.clone())))
                .add_service(ImportServiceServer::new(rpc::Imports(cx.clone())))
        })
        .hands_over::<opportunity::Opportunity>()
        .hands_over::<project::Project>()
        .on::<ContractCreated>(|act, event| Box::pin(events::contract_created(act, event)))
        .on::<OrderCreated>(|act, event| Box::pin(events::order_created(act, event)))
        .on::<InteractionRecorded>(|act, event| Box::pin(events::interaction_recorded(act, event)))
        .on::<FollowUpCreated>(|act, event| Box::pin(events::follow_up_created(act, event)))
        .operation(
            hand_over::KIND,
            |step| Box::pin(hand_over::step(step)),
            |act, operation, reason| Box::pin(hand_over::failed(act, operation, reason)),
        )
        .chain(&["OPPORTUNITY", "PROJECT"], |tx, kind, ids| {
            Box::pin(store::nodes(tx, kind, ids))
        })
        .first_run(|cx| Box::pin(seed::first_run(cx)))
}
