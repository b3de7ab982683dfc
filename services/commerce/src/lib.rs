//! Commerce: what was agreed, ordered, shipped, invoiced and paid.
//!
//! - [`product`]: what the firm sells.
//! - [`contract`]: what was agreed with an account, to be called off by orders.
//! - [`order`]: what was ordered, until it is paid; by hand, or by a connected ERP that tells what it did.
//! - [`line`]: the lines of both, and how much of them has gone on; [`pricing`] makes them of what was asked for.
//!
//! A contract is never ordered beyond its lines, and by hand an order never shipped beyond its own, nor paid beyond its
//! total: the domain refuses it, the version of the row keeps two who do it at once apart, and the tables check it once
//! more. What an ERP tells beyond that is kept apart, and the order says that it differs.

pub mod contract;
mod events;
mod handoffs;
pub mod line;
pub mod order;
pub mod pricing;
pub mod product;
mod rpc;
pub mod store;
#[cfg(test)]
mod texts;
mod wire;

use baton_chassis::service::Service;
use baton_proto::commerce::v1::{
    contract_service_server::ContractServiceServer, erp_service_server::ErpServiceServer,
    import_service_server::ImportServiceServer, order_service_server::OrderServiceServer,
    product_service_server::ProductServiceServer,
};

/// The service.
pub fn service() -> Service {
    Service::new("commerce", sqlx::migrate!())
        .messages(
            include_str!("../locales/en.ftl"),
            include_str!("../locales/zh-CN.ftl"),
        )
        .grpc(|cx, routes| {
            routes
                .add_service(ProductServiceServer::new(rpc::Products(cx.clone())))
                .add_service(ContractServiceServer::new(rpc::Contracts(cx.clone())))
                .add_service(OrderServiceServer::new(rpc::Orders(cx.clone())))
                .add_service(ImportServiceServer::new(rpc::Imports(cx.clone())))
                .add_service(ErpServiceServer::new(rpc::Erp(cx.clone())))
        })
        .hands_over::<order::Order>()
        .finds::<product::Product>()
        .finds::<contract::Contract>()
        .finds::<order::Order>()
        .tells_of_people::<contract::Contract>()
        .tells_of_people::<order::Order>()
        .holds::<contract::Contract>()
        .holds::<order::Order>()
        .chain(
            &[
                "PRODUCT", "CONTRACT", "ORDER", "SHIPMENT", "INVOICE", "PAYMENT",
            ],
            |tx, kind, ids| Box::pin(store::nodes(tx, kind, ids)),
        )
}
