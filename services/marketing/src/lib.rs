//! Marketing: finds demand and confirms it.
//!
//! Pure: [`campaign`], what brings leads; [`lead`], a sales message on its way from new to an opportunity or
//! project and from marketing to a salesperson; [`conversion`], what it takes to make such a thing of a lead.
//! Around that: [`store`] has the SQL, [`wire`] knows the contracts, [`events`] tells what happened, [`rpc`] takes the
//! calls, [`convert`] carries conversions out over customer and sales ([`neighbours`]) and [`undo`] undoes them, [`timers`] watches the clocks.

pub mod campaign;
pub mod channel;
pub mod conversion;
pub mod convert;
pub mod events;
mod handoffs;
pub mod lead;
pub mod neighbours;
pub mod rpc;
pub mod store;
pub mod timers;
pub mod undo;
pub mod wire;

use baton_chassis::service::Service;
use baton_proto::marketing::v1::{
    campaign_service_server::CampaignServiceServer, import_service_server::ImportServiceServer,
    lead_service_server::LeadServiceServer,
};

/// The marketing service.
pub fn service() -> Service {
    Service::new("marketing", sqlx::migrate!())
        .messages(
            include_str!("../locales/en.ftl"),
            include_str!("../locales/zh-CN.ftl"),
        )
        .grpc(|cx, routes| {
            routes
                .add_service(CampaignServiceServer::new(rpc::Campaigns(cx.clone())))
                .add_service(LeadServiceServer::new(rpc::Leads(cx.clone())))
                .add_service(ImportServiceServer::new(rpc::Imports(cx.clone())))
        })
        .operation(conversion::KIND, convert::step, convert::failed)
        .hands_over::<lead::Lead>()
        .operation(conversion::UNDO_KIND, undo::step, undo::failed)
        .timer(timers::FIRST_RESPONSE, timers::first_response)
        .finds::<campaign::Campaign>()
        .finder(store::find::LEADS)
        .tells_of_people::<lead::Lead>()
        .holds::<campaign::Campaign>()
        .holds::<lead::Lead>()
        .chain(&["CAMPAIGN", "LEAD"], |tx, kind, ids| {
            Box::pin(store::nodes(tx, kind, ids))
        })
}
