//! `baton backup`, `baton restore`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{Outcome, say, settings};
use crate::backup::{self, Backup};

/// Copies the whole system as of one moment, be it running or not. Writers wait as long as the copy takes.
#[derive(Args, Clone, Debug)]
pub(super) struct BackUp {
    /// A folder that does not exist yet.
    into: PathBuf,
    /// Folder of the system.
    #[arg(long, default_value = "data", env = "BATON_DATA")]
    data: PathBuf,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Puts a backup back into a data folder on which nothing runs.
#[derive(Args, Clone, Debug)]
pub(super) struct Restore {
    /// Folder of the backup.
    from: PathBuf,
    /// Folder of the system.
    #[arg(long, default_value = "data", env = "BATON_DATA")]
    data: PathBuf,
    /// Moves aside what the folder holds.
    #[arg(long)]
    replace: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl BackUp {
    pub(super) async fn run(self) -> Outcome {
        let made = backup::make(&settings(self.data)?, &self.into).await?;
        tell(&made, self.json, "copied to", &self.into)
    }
}

impl Restore {
    pub(super) async fn run(self) -> Outcome {
        let config = settings(self.data)?;
        let put = backup::restore(&self.from, &config, self.replace).await?;
        tell(&put, self.json, "put back into", &config.data)
    }
}

fn tell(backup: &Backup, json: bool, done: &str, place: &std::path::Path) -> Outcome {
    if json {
        say(&serde_json::to_string(backup)?);
    } else {
        let bytes: u64 = backup.files.iter().map(|f| f.bytes).sum();
        let (files, moment) = (
            backup.files.len(),
            backup.at.format("%Y-%m-%d %H:%M:%S UTC"),
        );
        let place = place.display();
        say(&format!(
            "{files} files, {bytes} bytes, as of {moment}, {done} {place}"
        ));
    }
    Ok(ExitCode::SUCCESS)
}
