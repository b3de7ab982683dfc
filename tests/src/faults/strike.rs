//! Carries a fault out, to its end: what was killed runs again, what stood still goes on.

use std::{fs, io, path::Path};

use tokio::time::Instant;

use super::{
    Failure,
    field::Field,
    pause,
    plan::{Fault, Kind},
};

/// Why a fault is left out where there is nothing that it could meet.
const NOT_HERE: &str = "there is none in one process";

/// What faults remember of each other.
#[derive(Debug, Default)]
pub struct Memory {
    /// Whether there is a copy of NATS' store to be put back.
    has_old_nats: bool,
}

impl Field {
    /// Does it, and tells when its cause was gone: everything was about to start again. Where this machine does not allow
    /// it, tells why.
    ///
    /// # Errors
    /// When a process does not come back.
    pub async fn strike(
        &mut self,
        fault: &Fault,
        memory: &mut Memory,
    ) -> Result<Result<Instant, String>, Failure> {
        let ended;
        match fault.kind {
            Kind::KillService | Kind::KillGateway => {
                self.kill(fault.target).await?;
                pause(fault.lasts).await;
                ended = Instant::now();
                self.start_again(fault.target, &[]).await?;
            }
            Kind::KillPostgres => {
                let Some(postgres) = self.postgres() else {
                    return Ok(Err(NOT_HERE.to_owned()));
                };
                postgres.kill().await?;
                pause(fault.lasts).await;
                ended = Instant::now();
                postgres.start_again().await?;
            }
            Kind::KillNats | Kind::WipeNats | Kind::OldNats => {
                let Some(came_back) = self.strike_nats(fault, memory).await? else {
                    return Ok(Err(NOT_HERE.to_owned()));
                };
                ended = came_back;
            }
            Kind::Stall => {
                self.signal(fault.target, "STOP")?;
                pause(fault.lasts).await;
                ended = Instant::now();
                self.signal(fault.target, "CONT")?;
            }
        }
        Ok(Ok(ended))
    }

    async fn strike_nats(
        &mut self,
        fault: &Fault,
        memory: &mut Memory,
    ) -> Result<Option<Instant>, Failure> {
        let old = self.folder().join("nats-old");
        let Some(stack) = self.stack() else {
            return Ok(None);
        };
        let nats = stack.nats_mut();
        nats.kill().await?;
        pause(fault.lasts).await;
        match fault.kind {
            Kind::WipeNats => fs::remove_dir_all(nats.store())?,
            Kind::OldNats if memory.has_old_nats => {
                fs::remove_dir_all(nats.store())?;
                copy(&old, &nats.store())?;
            }
            // The next one that wants an older copy finds this one.
            _ => {
                if old.exists() {
                    fs::remove_dir_all(&old)?;
                }
                copy(&nats.store(), &old)?;
                memory.has_old_nats = true;
            }
        }
        let ended = Instant::now();
        nats.start_again().await?;
        Ok(Some(ended))
    }
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
