//! What fuzz targets reach into; no program is built with it.

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage as _, prost::Message as _};
use serde_json::Value as Json;

use crate::{
    json,
    routes::{Found, Routes},
    transcode::{self, Incoming},
};

static ROUTES: LazyLock<Routes> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).expect("the contracts");
    Routes::of(&pool).expect("the routes")
});

/// Whatever comes over HTTP is refused, or is the request of an RPC: one that comes to the same message by way of gRPC,
/// and by way of JSON.
///
/// # Panics
/// When it is not.
pub fn request(
    method: &str,
    path: &str,
    query: &[(String, String)],
    headers: &[(&str, &str)],
    body: &[u8],
) {
    let Ok(method) = method.parse::<Method>() else {
        return;
    };
    let Found::Route(route, values) = ROUTES.find(&method, path) else {
        return;
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            map.append(name, value);
        }
    }
    let incoming = Incoming {
        path: values,
        query,
        headers: &map,
        body,
    };
    let Ok(message) = transcode::request(route, &incoming) else {
        return;
    };
    let bytes = message.encode_to_vec();
    let sent = DynamicMessage::decode(message.descriptor(), bytes.as_slice()).expect("a message");
    assert_eq!(sent.encode_to_vec(), bytes, "as gRPC sends it");
    // A time that JSON cannot write is none that a service takes.
    let Ok(text) = json::write(&message) else {
        return;
    };
    let told: Json = serde_json::from_slice(&text).expect("JSON");
    let read = json::read(&message.descriptor(), &told, "").expect("what was written is read");
    assert_eq!(json::write(&read).ok(), Some(text), "as JSON tells it");
}
