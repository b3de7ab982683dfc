//! Carries a fault out, to its end: what was killed runs again, what stood still goes on.

use std::{fs, io, path::Path, time::Duration};

use tokio::time::Instant;

use super::{
    Failure,
    checks::{self, Finding},
    field::Field,
    pause,
    plan::{Fault, Kind},
    roads::Manner,
};

/// How long each chunk of bytes takes on a slow road.
const SLOW: Duration = Duration::from_millis(100);
const HOUR_S: i32 = 3_600;
/// One event in so many is poison.
const POISON_EVERY: u32 = 50;

/// Why a fault is left out where there is nothing that it could meet.
const NOT_HERE: &str = "there is none in one process";

/// What faults remember of each other.
#[derive(Debug, Default)]
pub struct Memory {
    /// Whether there is a copy of NATS' store to be put back.
    has_old_nats: bool,
    /// Objects whose events waited because one of them was poison.
    pub poison: usize,
    /// What was found out while a fault lasted.
    pub findings: Vec<Finding>,
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
            Kind::Cut | Kind::Slow | Kind::Break => ended = self.strike_road(fault).await,
            Kind::ClockStep => {
                if !self.clocks.can_be_put() {
                    return Ok(Err("libfaketime is not here".to_owned()));
                }
                ended = self.strike_clock(fault).await?;
            }
            Kind::DiskFull => {
                let Some(came_back) = self.strike_disk(fault).await? else {
                    return Ok(Err("disks cannot be mounted here".to_owned()));
                };
                ended = came_back;
            }
            Kind::Poison => {
                if !baton_chassis::fault::can_strike() {
                    return Ok(Err("this build has no fail points".to_owned()));
                }
                ended = self.strike_with_poison(fault, memory).await?;
            }
        }
        Ok(Ok(ended))
    }

    async fn strike_road(&mut self, fault: &Fault) -> Instant {
        let manner = match fault.kind {
            Kind::Cut => Manner::Closed,
            Kind::Slow => Manner::Slow(SLOW),
            _ => Manner::Breaking,
        };
        self.roads.set(fault.target, manner);
        pause(fault.lasts).await;
        let ended = Instant::now();
        self.roads.set(fault.target, Manner::Open);
        ended
    }

    async fn strike_clock(&mut self, fault: &Fault) -> Result<Instant, Failure> {
        let seconds = if fault.backwards { -HOUR_S } else { HOUR_S };
        self.clocks.put(fault.target, seconds)?;
        pause(fault.lasts).await;
        let ended = Instant::now();
        self.clocks.put(fault.target, 0)?;
        Ok(ended)
    }

    /// The process runs with poison for a while; before it runs without, it is looked at who waits.
    async fn strike_with_poison(
        &mut self,
        fault: &Fault,
        memory: &mut Memory,
    ) -> Result<Instant, Failure> {
        self.kill(fault.target).await?;
        let poison = format!("poison=return({POISON_EVERY})");
        self.start_again(fault.target, &[("FAILPOINTS".to_owned(), poison)])
            .await?;
        pause(fault.lasts).await;
        let (waited, found) = checks::only_poison_waits(self, fault.target, POISON_EVERY).await?;
        memory.poison += waited;
        memory.findings.extend(found);
        self.kill(fault.target).await?;
        let ended = Instant::now();
        self.start_again(fault.target, &[]).await?;
        Ok(ended)
    }

    /// Nothing can be written for a while. A server that has ended over it is started again, and NATS in any case: it
    /// gives its streams up for good.
    async fn strike_disk(&mut self, fault: &Fault) -> Result<Option<Instant>, Failure> {
        let Some(disk) = self.disk(fault.target) else {
            return Ok(None);
        };
        disk.fill()?;
        pause(fault.lasts).await;
        let Some(disk) = self.disk(fault.target) else {
            return Ok(None);
        };
        disk.empty()?;
        let ended = Instant::now();
        if fault.target == "nats"
            && let Some(stack) = self.stack()
        {
            stack.nats_mut().kill().await?;
            stack.nats_mut().start_again().await?;
        }
        if let Some(postgres) = self.postgres()
            && !postgres.runs()
        {
            postgres.start_again().await?;
        }
        Ok(Some(ended))
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
            Kind::WipeNats => empty(&nats.store())?,
            Kind::OldNats if memory.has_old_nats => {
                empty(&nats.store())?;
                copy(&old, &nats.store())?;
            }
            // The next one that wants an older copy finds this one.
            _ => {
                fs::create_dir_all(&old)?;
                empty(&old)?;
                copy(&nats.store(), &old)?;
                memory.has_old_nats = true;
            }
        }
        let ended = Instant::now();
        nats.start_again().await?;
        Ok(Some(ended))
    }
}

/// Removes all that is in a folder, which may be where a disk is mounted.
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
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
