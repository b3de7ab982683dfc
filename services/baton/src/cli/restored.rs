//! `baton restored SERVICE`.

use std::{path::PathBuf, process::ExitCode};

use baton_chassis::{
    Clock, Error,
    db::{Db, Tx},
    log::begin_epoch,
};
use clap::Args;

use super::{Outcome, say, settings};

/// Says that the store of one service was put back to an earlier state while others went on, before the service runs
/// again. Its log begins a new epoch, so that those who had heard more of it hear what it says from now on. A backup of
/// the whole system, put back as a whole, needs none of this.
#[derive(Args, Clone, Debug)]
pub(super) struct Restored {
    /// The service: directory, customer, marketing, sales, commerce or insight.
    service: String,
    /// Folder of the system; a store elsewhere is named by its setting (`BATON_SALES__DB_URL=…`).
    #[arg(long, default_value = "data", env = "BATON_DATA")]
    data: PathBuf,
}

impl Restored {
    pub(super) async fn run(self) -> Outcome {
        let config = settings(self.data)?;
        let stores = config.services();
        let known = stores.get(self.service.as_str());
        let elsewhere = known.is_some_and(|s| !s.db_url.is_empty());
        let file = config.data.join(format!("{}.db", self.service));
        if known.is_none() || !(elsewhere || file.exists()) {
            return Err(format!("there is no store of {:?} here", self.service).into());
        }
        let db = Db::connect(&config.db_url(&self.service), 1).await?;
        let begun = db
            .write(async |tx: &mut Tx| begin_epoch(tx, Clock::System.now()).await)
            .await;
        db.close().await;
        match begun {
            Ok(epoch) => say(&format!(
                "the log of {} begins epoch {epoch}; what others heard beyond it, they keep, and `baton doctor` tells",
                self.service
            )),
            Err(Error::Raced) => {
                let service = &self.service;
                return Err(format!(
                    "{service} runs, or ran until a moment ago; stop every process of it, and try again in some seconds"
                )
                .into());
            }
            Err(error) => return Err(error.into()),
        }
        Ok(ExitCode::SUCCESS)
    }
}
