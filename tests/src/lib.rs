//! What stories across services stand on: the table of tried verbs, processes, a whole distributed system.

pub mod bench;
pub mod faults;
pub mod nats;
pub mod postgres;
pub mod process;
pub mod stack;
pub mod verbs;
