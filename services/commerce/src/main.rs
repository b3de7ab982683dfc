//! The commerce service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    baton_chassis::run::run(vec![baton_commerce::service()])
}
