//! `baton keys`.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use baton_chassis::token::{KNOWN_AFTER_S, Keys};
use clap::{Args, Subcommand};

use super::{Outcome, complain, say, settings};

/// Changes the keys that sessions and calls are signed with, while the system runs.
#[derive(Args, Clone, Debug)]
pub(super) struct ChangeKeys {
    #[command(subcommand)]
    change: Change,
    /// Folder of the system.
    #[arg(long, default_value = "data", env = "BATON_DATA", global = true)]
    data: PathBuf,
}

#[derive(Clone, Debug, Subcommand)]
enum Change {
    /// Makes a new key, waits until every process knows it, and has it sign from then on. Sessions go on.
    Rotate,
    /// Drops every key but the one that signs now. Who signed in before it was made signs in again.
    Retire,
}

impl ChangeKeys {
    pub(super) async fn run(self) -> Outcome {
        let file = settings(self.data)?.key_file();
        match self.change {
            Change::Rotate => {
                Keys::add(&file)?;
                complain(&format!(
                    "a new key is made; it signs in {KNOWN_AFTER_S} seconds"
                ));
                known().await;
                Keys::promote(&file)?;
                say(
                    "the new key signs; what the old ones signed is good until `baton keys retire`",
                );
            }
            Change::Retire => say(&format!("{} old keys are dropped", Keys::retire(&file)?)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Waits until every process has read the file: there is nothing that would tell.
#[expect(
    clippy::disallowed_methods,
    reason = "processes look at the file by the clock, so only time tells that all have"
)]
async fn known() {
    tokio::time::sleep(Duration::from_secs(KNOWN_AFTER_S)).await;
}
