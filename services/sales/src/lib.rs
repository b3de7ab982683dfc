//! Sales: from a confirmed chance to a won deal that is handed over to commerce.
//!
//! - [`process`]: the stages that a deal passes through, per product line.
//! - [`opportunity`]: the deal itself, its lines and its path through the stages.
//! - [`project`]: work of a team on something big; a sales project is a deal besides.
//! - [`commerce`]: the way to commerce, which a won deal goes and a won project as well.
//! - [`funnel`]: where the deals of a process go on, are won, are lost and are held up.
//! - [`hand_over`]: the making of a contract or order of what was won, as a durable operation.
//! - [`store`] has every SQL text, [`wire`] knows both shapes, [`rpc`] are the calls, [`events`] what is said and heeded.

pub mod commerce;
pub mod events;
pub mod funnel;
pub mod hand_over;
pub mod handoffs;
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

use crate::{handoffs::ForCommerce as _, opportunity::Opportunity, project::Project};

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
        .hands_over::<Opportunity>()
        .hands_over::<Project>()
        .on::<ContractCreated>(|act, event| {
            Box::pin(events::commerce::contract_created(act, event))
        })
        .on::<OrderCreated>(|act, event| Box::pin(events::commerce::order_created(act, event)))
        .on::<InteractionRecorded>(|act, event| Box::pin(events::interaction_recorded(act, event)))
        .on::<FollowUpCreated>(|act, event| Box::pin(events::follow_up_created(act, event)))
        .operation(
            Opportunity::HAND_OVER,
            |step| Box::pin(hand_over::step::<Opportunity>(step)),
            |act, operation, why| Box::pin(hand_over::failed::<Opportunity>(act, operation, why)),
        )
        .operation(
            Project::HAND_OVER,
            |step| Box::pin(hand_over::step::<Project>(step)),
            |act, operation, why| Box::pin(hand_over::failed::<Project>(act, operation, why)),
        )
        .finds::<Opportunity>()
        .finds::<Project>()
        .tells_of_people::<Opportunity>()
        .tells_of_people::<Project>()
        .holds::<Opportunity>()
        .holds::<Project>()
        .chain(&["OPPORTUNITY", "PROJECT"], |tx, kind, ids| {
            Box::pin(store::nodes(tx, kind, ids))
        })
        .first_run(|cx| Box::pin(seed::first_run(cx)))
}
