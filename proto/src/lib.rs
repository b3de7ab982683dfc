//! The contracts of Baton: messages, clients and servers made from `baton/**/*.proto`.

/// All contracts with their HTTP annotations, as an encoded `google.protobuf.FileDescriptorSet`: for what stays in memory.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/baton.binpb"));

/// The same with comments and where each of them stands, which is three times as large: for what is written of it and forgotten.
pub const COMMENTED_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/commented.binpb"));

/// An event: a fact in the past tense whose first field is its subject.
pub trait Fact: prost::Message + Default {
    /// Type of the event, e.g. `baton.sales.v1.opportunity_won`.
    const TYPE: &'static str;
}

/// A request that changes something and may be repeated under one request id.
pub trait Command: prost::Message + Default {
    /// The caller's name for this very request; empty if it has none.
    fn request_id(&self) -> &str;
}

/// A request about one object that exists.
pub trait Target {
    /// Id of the object.
    fn id(&self) -> &str;
    /// The etag that the caller has seen; empty for any.
    fn etag(&self) -> &str;
}

include!(concat!(env!("OUT_DIR"), "/traits.rs"));

#[expect(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    reason = "generated code; the contracts carry the comments"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/modules.rs"));
}
pub use generated::*;
