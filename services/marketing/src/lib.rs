//! Marketing: finds demand and confirms it.
//!
//! - [`campaign`]: what brings leads.
//! - [`lead`]: a sales message on its way from new to an opportunity, and from marketing to a salesperson.
//! - [`conversion`]: the durable turning of a lead into an opportunity.

pub mod campaign;
pub mod conversion;
pub mod lead;
mod words;
