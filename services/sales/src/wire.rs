//! Between contracts and the domain: requests are read with all their violations, nouns are written.

pub mod funnel;
pub mod import;
pub mod opportunity;
pub mod process;
pub mod project;
