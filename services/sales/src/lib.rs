//! Sales: from a confirmed chance to a won deal that is handed over to commerce.
//!
//! - [`process`]: the stages a deal passes through, per product line.
//! - [`opportunity`]: the deal itself, its lines and its path.

pub mod opportunity;
pub mod process;
mod words;
