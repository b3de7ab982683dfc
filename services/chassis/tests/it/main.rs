//! The chassis against real stores: everything here runs on SQLite and on PostgreSQL.
//!
//! `tests/with-backends.sh cargo test -p baton-chassis` provides the servers. Without them only the
//! SQLite half runs, and only if `BATON_TEST_SQLITE_ONLY=1` says that this is meant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod db;
mod list;
mod log;
mod world;
