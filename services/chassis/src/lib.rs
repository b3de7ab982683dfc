//! What every service of Baton stands on.
//!
//! A service is a value ([`service::Service`]); [`run::run`] makes a process of one or many. Inside, everything that
//! changes something is an [`act::Act`]: load, decide, save in one transaction, with the rights, the audit row and the
//! event that belong to it. The pure words of the domain - ids, money, sources, handoffs, refusals - stand here too.

pub mod act;
pub mod audit;
pub mod board;
pub mod bus;
pub mod caller;
pub mod chain;
pub mod config;
pub mod context;
pub mod db;
pub mod doctor;
pub mod door;
pub mod error;
pub mod fault;
pub mod figures;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod handoff;
mod heed;
pub mod holding;
pub mod ids;
pub mod import;
pub mod ledger;
pub mod link;
pub mod list;
pub mod listen;
pub mod locale;
pub mod log;
pub mod mask;
mod metrics;
pub mod money;
pub mod number;
pub mod operation;
pub mod origin;
pub mod papers;
pub mod people;
pub mod personal;
pub mod policy;
pub mod run;
pub mod search;
pub mod server;
pub mod service;
pub mod source;
pub mod status;
pub mod switches;
pub mod telemetry;
#[cfg(feature = "test-kit")]
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that has no world to stand in has nothing to say"
)]
pub mod test;
pub mod time;
pub mod timer;
mod tls;
pub mod token;
mod vault;
pub mod wire;
pub mod words;

pub use act::{Act, Listed, Look, Noun, Paging, Said};
pub use caller::{Caller, Who, Whose};
pub use context::Context;
pub use error::{Args, Error, Reason, Refusal, Result, Violation};
pub use list::{Key, List, Order, Rights, Scope};
pub use locale::{Language, Messages};
pub use money::Money;
pub use origin::{Origin, Way};
pub use policy::{Access, Function};
pub use run::run;
pub use service::{Credentials, Service};
pub use source::{Source, SourceKind};
pub use time::{Clock, Date, Time};
pub use wire::{Mask, Violations};
