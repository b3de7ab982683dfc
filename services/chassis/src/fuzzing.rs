//! What fuzz targets reach into; no program is built with it.

use prost::Message as _;

use crate::{
    bus,
    list::{self, Seal},
    log,
};

/// A page token that somebody made up is refused; one that is sealed, whatever it holds, leads to one place or to none.
///
/// # Panics
/// When it does not.
pub fn page_token(token: &str, body: &[u8]) {
    list::fuzzed(&Seal([7; 64]), token, body);
}

/// A message of the bus, and a message of the log's interface, is an event or none; an event stays itself on its way.
///
/// # Panics
/// When it does not.
pub fn event(headers: &[(&str, &str)], bytes: &[u8]) {
    let mut map = async_nats::HeaderMap::new();
    for (name, value) in headers {
        let name = name.parse::<async_nats::HeaderName>();
        let value = value.parse::<async_nats::HeaderValue>();
        if let (Ok(name), Ok(value)) = (name, value) {
            map.append(name, value);
        }
    }
    let message = async_nats::Message {
        subject: "baton.sales.0.x".into(),
        reply: None,
        payload: bytes.to_vec().into(),
        headers: Some(map),
        status: None,
        description: None,
        length: bytes.len(),
    };
    let carried = bus::decode(&message);
    let told = baton_proto::log::v1::Event::decode(bytes).ok();
    let told = told.and_then(log::fuzzed);
    for event in carried.into_iter().chain(told) {
        drop(bus::encode("sales", event));
    }
}
