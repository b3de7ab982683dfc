//! `make faults`: the whole chain under faults, on either mode; ends with 1 when anything was found.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to who started it"
)]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use baton_tests::faults::{
    Failure,
    field::Mode,
    plan::Kind,
    restore,
    run::{Settings, run},
};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Drives the chain from lead to paid order while it breaks things, and checks that nothing was lost. Told to end
/// (`kill`), it breaks nothing more and checks what there is; told twice, or interrupted with all its processes (Ctrl-C), it stops.
#[derive(Debug, Parser)]
struct Arguments {
    /// On which system.
    #[arg(long, value_enum, default_value = "stack")]
    mode: Mode,
    /// What the faults are drawn from; the same one repeats them.
    #[arg(long)]
    seed: Option<u64>,
    /// Leads in all.
    #[arg(long, default_value_t = 200_000)]
    leads: u64,
    /// Of a hundred leads, so many go as far as a paid order.
    #[arg(long, default_value_t = 4)]
    chains: u64,
    /// Of a hundred leads, so many come in alone; the rest is loaded together.
    #[arg(long, default_value_t = 16)]
    singles: u64,
    /// Players at once.
    #[arg(long, default_value_t = 8)]
    players: usize,
    /// The most leads in a second.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// Faults that kill something.
    #[arg(long, default_value_t = 1_000)]
    kills: usize,
    /// Other faults.
    #[arg(long, default_value_t = 500)]
    others: usize,
    /// The longest that a process stands still, in seconds.
    #[arg(long, default_value_t = 30)]
    stall: u64,
    /// Only faults of these kinds.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Kind>,
    /// Goes on for so long instead, e.g. 24h, 90m or 600s.
    #[arg(long, value_parser = duration)]
    duration: Option<Duration>,
    /// One of so many answered calls is repeated at the end.
    #[arg(long, default_value_t = 10)]
    repeat_every: u64,
    /// Instead: marketing is put back to an earlier state while the others go on.
    #[arg(long)]
    restore: bool,
    /// Keeps everything in this folder, and leaves it there; else in one that is removed.
    #[arg(long)]
    keep: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return ExitCode::FAILURE;
    };
    let end = CancellationToken::new();
    let terminated = async {
        terminate.recv().await;
        eprintln!("that is enough; what there is will be checked");
        end.cancel();
        terminate.recv().await
    };
    // Whatever was begun ends with the run: servers, disks.
    let ended = tokio::select! {
        ended = faults(Arguments::parse(), end.clone()) => ended,
        _ = interrupt.recv() => Err("interrupted".into()),
        _ = terminated => Err("terminated".into()),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn faults(arguments: Arguments, end: CancellationToken) -> Result<ExitCode, Failure> {
    let seed = arguments.seed.unwrap_or_else(rand::random);
    let known = Kind::of(arguments.mode);
    let settings = Settings {
        mode: arguments.mode,
        seed,
        leads: if arguments.duration.is_some() {
            u64::MAX
        } else {
            arguments.leads
        },
        chains: arguments.chains,
        singles: arguments.singles,
        players: arguments.players,
        rate: arguments.rate,
        kills: arguments.kills,
        others: arguments.others,
        stall: Duration::from_secs(arguments.stall),
        kinds: if arguments.only.is_empty() {
            known
        } else {
            arguments.only
        },
        duration: arguments.duration,
        repeat_every: arguments.repeat_every,
        end,
    };
    println!("seed {seed}");
    let scratch = tempfile::tempdir()?;
    let folder = arguments.keep.as_deref().unwrap_or(scratch.path());
    std::fs::create_dir_all(folder)?;
    let tell = |line| println!("{line}");
    let report = if arguments.restore {
        restore::run(seed, folder, &tell).await?
    } else {
        run(&settings, folder, &tell).await?
    };
    println!("\n{report}");
    Ok(if report.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// `24h`, `90m` or `600s`.
fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let seconds = match unit {
        "h" => 3_600,
        "m" => 60,
        "s" => 1,
        _ => return Err("a number with h, m or s".to_owned()),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "a number with h, m or s".to_owned())?;
    Ok(Duration::from_secs(number * seconds))
}
