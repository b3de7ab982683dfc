//! Commerce: products, contracts and orders.

pub mod contract;
pub mod line;
pub mod order;
pub mod product;
mod words;
