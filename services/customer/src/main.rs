//! Customers as a process of their own.

use std::process::ExitCode;

fn main() -> ExitCode {
    baton_chassis::run::run(vec![baton_customer::service()])
}
