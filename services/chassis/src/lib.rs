//! What every service of Baton stands on.

pub mod db;
pub mod error;
pub mod ids;
pub mod list;
pub mod money;
pub mod source;
pub mod time;

pub use error::{Args, Error, Reason, Refusal, Result, Violation};
pub use money::Money;
pub use source::{Source, SourceKind};
pub use time::{Clock, Date, Time};
