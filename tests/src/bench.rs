//! Measuring: what a system takes, next to what its engine takes when the same rows are written straight into it.
//!
//! - [`machine`]: what the machine gives - how fast it makes things durable, how busy it is, what processes use.
//! - [`system`]: a running system of either mode, as something to measure.
//! - [`calls`]: callers, and how long their calls take.
//! - [`raw`]: the rows of a lead without Baton.
//!
//! The program is `src/bin/bench.rs`.

pub mod calls;
pub mod machine;
#[expect(
    clippy::disallowed_methods,
    reason = "rows without Baton have neither its clock nor its ids"
)]
pub mod raw;
pub mod system;
