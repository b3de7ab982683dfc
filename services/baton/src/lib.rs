//! All of Baton in one process, and the command line.

pub mod api;
pub mod backup;
pub mod cli;
pub mod demo;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod home;
pub mod import;
pub mod session;

use baton_chassis::Service;
use tokio_util::sync::CancellationToken;

/// Every service, the directory first: the others learn from it who may do what.
#[must_use]
pub fn services() -> Vec<Service> {
    services_with(baton_gateway::service())
}

/// The same with the demo company beside the gateway; `clear` is cancelled when it is to go.
#[must_use]
pub fn services_with_demo(clear: CancellationToken) -> Vec<Service> {
    let gateway = baton_gateway::service();
    services_with(gateway.http(move |cx| {
        let console = baton_gateway::Files::built();
        demo::web::beside(baton_gateway::router(cx, console), cx, clear.clone())
    }))
}

fn services_with(gateway: Service) -> Vec<Service> {
    vec![
        baton_directory::service(),
        baton_customer::service(),
        baton_marketing::service(),
        baton_sales::service(),
        baton_commerce::service(),
        baton_insight::service(),
        gateway,
    ]
}
