//! The process of sales.

use std::process::ExitCode;

fn main() -> ExitCode {
    baton_chassis::run::run(vec![baton_sales::service()])
}
