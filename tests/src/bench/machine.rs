//! What the machine gives, read from the system itself.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

/// Clock ticks in a second of `/proc`, on every Linux that there is (`USER_HZ`).
const TICKS: f64 = 100.0;

/// How often in a second this disk makes a small write durable.
///
/// # Errors
/// When the folder cannot be written.
pub fn syncs_per_second(folder: &Path) -> io::Result<f64> {
    let path = folder.join("sync");
    let mut file = File::create(&path)?;
    let (began, mut count) = (Instant::now(), 0.0);
    while began.elapsed() < Duration::from_secs(1) {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        count += 1.0;
    }
    let rate = count / began.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(rate)
}

/// Processes that wanted to run, on average over the last minute.
///
/// # Errors
/// When the system does not tell.
pub fn load() -> io::Result<String> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().unwrap_or_default().to_owned())
}

/// The parent of a process.
#[must_use]
pub fn parent(pid: u32) -> Option<u32> {
    stat(pid)?.get(1)?.parse().ok()
}

/// Milliseconds that processes have worked, with those of their children that have ended.
#[must_use]
pub fn cpu_ms(pids: &BTreeSet<u32>) -> f64 {
    let worked = |pid: &u32| {
        let fields = stat(*pid)?;
        // utime, stime, and both of children that were waited for.
        let ticks = fields.get(11..15)?.iter();
        ticks.map(|t| t.parse::<f64>().ok()).sum::<Option<f64>>()
    };
    pids.iter().filter_map(worked).sum::<f64>() * 1_000.0 / TICKS
}

/// A process and the children that it has now.
#[must_use]
pub fn family(pid: u32) -> BTreeSet<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    all.filter(|other| *other == pid || parent(*other) == Some(pid))
        .collect()
}

/// Memory that a process holds, in MiB.
#[must_use]
pub fn memory_mib(pid: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().split(' ').next()?.parse().ok()?;
    Some(kib / 1_024.0)
}

/// The fields of `/proc/<pid>/stat` after the name, from the state on.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}
