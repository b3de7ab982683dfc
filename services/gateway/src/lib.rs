//! The HTTP edge: everything that gRPC can do, as JSON, made of the same contracts.
//!
//! Nothing is written per call. `routes` reads the `google.api.http` rules of the contracts and finds the RPC for a
//! method and path; `transcode` puts its request together from body, path, query and headers; `call` asks the
//! service; `json` writes the answer and `error` what went wrong; `openapi` describes it all.

mod call;
mod comments;
mod edge;
mod error;
mod field;
mod json;
mod openapi;
mod page;
mod routes;
mod schema;
mod template;
mod transcode;

#[cfg(test)]
mod sample;

pub use edge::{Edge, Limits};
pub use routes::Fault;
pub use template::Fault as TemplateFault;

/// A way to a service; every client works over it.
pub type Link = tower::util::BoxCloneSyncService<
    axum::http::Request<tonic::body::Body>,
    axum::http::Response<tonic::body::Body>,
    Box<dyn std::error::Error + Send + Sync>,
>;

/// Locale files of the edge: English and Chinese.
pub const LOCALES: (&str, &str) = (
    include_str!("../locales/en.ftl"),
    include_str!("../locales/zh-CN.ftl"),
);

/// The texts of the chassis and of the edge.
#[cfg(test)]
fn messages() -> baton_chassis::Messages {
    baton_chassis::Messages::new(&[LOCALES]).unwrap()
}
