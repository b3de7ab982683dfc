//! The event log: step by step, and under everything that can break.

mod faults;
mod steps;
mod world;
