//! The sample contract that the unit tests of the edge stand on.

use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};

use crate::{comments::Comments, json, routes::Routes};

/// The encoded descriptors of `tests/proto`, with comments and HTTP rules.
pub(crate) fn descriptors() -> Vec<u8> {
    let here = env!("CARGO_MANIFEST_DIR");
    protox::Compiler::new([format!("{here}/tests/proto"), format!("{here}/../../proto")])
        .unwrap()
        .include_imports(true)
        .include_source_info(true)
        .open_file("baton/sample/v1/sample.proto")
        .unwrap()
        .encode_file_descriptor_set()
}

pub(crate) fn pool() -> DescriptorPool {
    DescriptorPool::decode(descriptors().as_slice()).unwrap()
}

pub(crate) fn comments() -> Comments {
    Comments::of(&descriptors()).unwrap()
}

pub(crate) fn routes() -> Routes {
    Routes::of(&pool()).unwrap()
}

/// The message `name` of the sample contract.
pub(crate) fn message(name: &str) -> MessageDescriptor {
    pool()
        .get_message_by_name(&format!("baton.sample.v1.{name}"))
        .unwrap()
}

/// The message `name` with the fields that `json` has.
pub(crate) fn filled(name: &str, json: &serde_json::Value) -> DynamicMessage {
    json::read(&message(name), json, "").unwrap()
}
