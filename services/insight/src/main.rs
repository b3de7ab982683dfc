//! The process of insight.

use std::process::ExitCode;

fn main() -> ExitCode {
    baton_chassis::run::run(vec![baton_insight::service()])
}
