//! The event log: step by step, and under everything that can break.

mod bus;
mod epoch;
mod faults;
mod rpc;
mod steps;
mod world;
