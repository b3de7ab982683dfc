//! Prints which RPCs the stories have tried, and fails when one was not tried every way.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to who started it"
)]

use std::{env, path::PathBuf, process::ExitCode};

use baton_tests::verbs::{Unreadable, Verbs};

fn main() -> ExitCode {
    let folder = env::args_os()
        .nth(1)
        .map_or_else(|| "target/verbs".into(), PathBuf::from);
    let read = || -> Result<Verbs, Unreadable> {
        let mut verbs = Verbs::of(baton_proto::FILE_DESCRIPTOR_SET)?;
        verbs.add_folder(&folder)?;
        Ok(verbs)
    };
    let verbs = match read() {
        Ok(verbs) => verbs,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    };
    println!("{verbs}\n");
    let empty = verbs.empty_cells();
    for cell in &empty {
        println!("{cell}");
    }
    println!("{} verbs, {} empty cells", verbs.len(), empty.len());
    if empty.is_empty() && !verbs.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
