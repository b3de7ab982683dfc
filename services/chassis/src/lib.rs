//! What every service of Baton stands on.

pub mod bus;
pub mod db;
pub mod error;
pub mod handoff;
pub mod ids;
pub mod list;
pub mod locale;
pub mod log;
pub mod money;
pub mod source;
pub mod status;
pub mod time;
pub mod wire;

pub use error::{Args, Error, Reason, Refusal, Result, Violation};
pub use money::Money;
pub use source::{Source, SourceKind};
pub use locale::{Language, Messages};
pub use time::{Clock, Date, Time};
pub use wire::{Mask, Violations};
