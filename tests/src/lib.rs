//! What stories across services stand on: the table of tried verbs, processes, a whole distributed system.

pub mod bench;
pub mod nats;
pub mod process;
pub mod stack;
pub mod verbs;
