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

/// Every service, the directory first: the others learn from it who may do what.
#[must_use]
pub fn services() -> Vec<Service> {
    vec![
        baton_directory::service(),
        baton_customer::service(),
        baton_marketing::service(),
        baton_sales::service(),
        baton_commerce::service(),
        baton_insight::service(),
        baton_gateway::service(),
    ]
}
