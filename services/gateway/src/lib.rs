//! The HTTP edge: everything that gRPC can do, as JSON, made of the same contracts.
//!
//! Nothing is written per call. `routes` reads the `google.api.http` rules of the contracts and finds the RPC for a
//! method and path; `transcode` puts its request together from body, path, query and headers; `call` asks the
//! service; `json` writes the answer and `error` what went wrong; `openapi` describes it all, and
//! `asyncapi` the events besides.
//!
//! A browser's gRPC-Web goes through `edge/web` to the same services. `console` has its pages and `session` knows who is
//! signed in with it; `edge/browser` signs in and out, `edge/provider` sends it to a provider and takes it back. `export` makes files
//! of lists. `origins` tells the services from where a request came.

mod asyncapi;
mod call;
mod comments;
mod console;
mod edge;
mod error;
mod export;
mod field;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
#[expect(clippy::expect_used, reason = "what a fuzz target finds ends it")]
pub mod fuzzing;
mod json;
mod openapi;
mod origins;
mod page;
mod routes;
mod schema;
mod session;
mod template;
mod transcode;

#[cfg(test)]
mod sample;

use std::time::Duration;

use axum::Router;
use baton_chassis::{
    Context, Service,
    policy::{self, Rule},
};

pub use baton_chassis::link::Link;
pub use console::Files;
pub use edge::{Edge, Exports, Limits};
pub use origins::Origins;
pub use routes::Fault;
pub use session::Sessions;
pub use template::Fault as TemplateFault;

/// Locale files of the edge: English and Chinese.
const LOCALES: (&str, &str) = (
    include_str!("../locales/en.ftl"),
    include_str!("../locales/zh-CN.ftl"),
);

/// The gateway, for the chassis to run.
#[must_use]
pub fn service() -> Service {
    Service::edge("gateway")
        .messages(LOCALES.0, LOCALES.1)
        .http(|cx| router(cx, Files::built()))
}

/// What the gateway answers over HTTP, with these files as its console.
pub fn router(cx: &Context, console: Files) -> Router {
    let (links, limits) = (cx.links.clone(), &cx.config.limits);
    let limits = Limits {
        body_bytes: limits.request_bytes,
        call: Duration::from_millis(limits.call_ms),
    };
    // Who calls is settled by the service: the caller's own token goes on to it.
    let link = move |service: &str| links.bare(service);
    let public = |path: &str| policy::rule(path) == Some(Rule::Public);
    let descriptors = baton_proto::FILE_DESCRIPTOR_SET;
    let commented = baton_proto::COMMENTED_DESCRIPTOR_SET;
    let messages = cx.messages.clone();
    match Edge::new(descriptors, commented, link, public, messages, limits) {
        Ok(edge) => edge
            .until(cx.stop.clone())
            .console(console, cx.config.listen.tls)
            .sessions(sessions(cx))
            .origins(origins(cx))
            .exports(exports(cx))
            .router(),
        Err(fault) => {
            // The tests find this before anyone else does.
            tracing::error!(%fault, "the contracts cannot be served over HTTP");
            Router::new()
        }
    }
}

fn sessions(cx: &Context) -> Sessions {
    let listen = &cx.config.listen;
    if !listen.tls && !listen.trust_proxy {
        tracing::warn!(
            "sign-in over plain HTTP: whoever is on the way reads passwords (listen.tls)"
        );
    }
    let directory = {
        let cx = cx.clone();
        move || cx.standing_link("directory")
    };
    Sessions::new(directory, cx.clock.clone(), listen.trust_proxy)
}

fn exports(cx: &Context) -> Exports {
    let directory = {
        let cx = cx.clone();
        move || cx.standing_link("directory")
    };
    Exports::new(directory, cx.aside.clone())
}

fn origins(cx: &Context) -> Origins {
    let trust_proxy = cx.config.listen.trust_proxy;
    Origins::new(cx.voucher.clone(), cx.clock.clone(), trust_proxy)
}

/// The texts of the chassis and of the edge.
#[cfg(test)]
fn messages() -> baton_chassis::Messages {
    baton_chassis::Messages::new(&[LOCALES]).unwrap()
}
