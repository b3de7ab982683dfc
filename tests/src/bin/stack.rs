//! `make stack`: the distributed system on one machine, until Ctrl-C; and the three cases played on it.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to who started it"
)]

use std::{
    error::Error,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use baton::home::{self, Addresses, Holder};
use baton_tests::{
    process,
    stack::{Ground, Stack},
};
use clap::Parser;
use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};

/// Says that no system runs on the folder, to who would start one.
const NONE_RUNS: u8 = 3;
/// Times, a tenth of a second apart, that a trace is asked for until it has all that it should have.
const TRIES: usize = 100;

/// Starts one or two processes per service on PostgreSQL and NATS.
#[derive(Debug, Parser)]
struct Arguments {
    /// A PostgreSQL server: postgres://user:password@host:port/postgres
    #[arg(long, env = "BATON_TEST_PG", hide_env_values = true)]
    postgres: Option<String>,
    /// Folder for keys, logs and what NATS keeps.
    #[arg(long, default_value = "data/stack")]
    data: PathBuf,
    /// Where JSON is served.
    #[arg(long, default_value = "127.0.0.1:8080")]
    http: String,
    /// Plays the three cases on the system that runs on the folder, or on one that is started for it, and prints their
    /// traces. Ends with 3 when none runs and no --postgres is given.
    #[arg(long)]
    demo: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let folder = std::path::absolute(&arguments.data)?;
    let home = match home::take(&folder)? {
        Holder::Us(home) => home,
        Holder::Other(_) if arguments.demo => return demo(&folder).await,
        Holder::Other(address) => {
            let at = address.http.unwrap_or(address.grpc);
            return Err(format!("a system runs on {} already, at {at}", folder.display()).into());
        }
    };
    let Some(postgres) = arguments.postgres else {
        eprintln!("no system runs on {}", folder.display());
        return Ok(NONE_RUNS.into());
    };
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let ground = Ground {
        postgres,
        folder: folder.clone(),
        name: "baton".into(),
        http: Some(arguments.http),
        ..Ground::default()
    };
    let mut stack = tokio::select! {
        stack = Stack::start(&ground) => stack?,
        _ = interrupt.recv() => return Ok(ExitCode::SUCCESS),
        _ = terminate.recv() => return Ok(ExitCode::SUCCESS),
    };
    // From here on the command line finds it: `baton token --data data/stack`.
    home.publish(&address(&stack)?)?;
    greet(&stack, &ground);
    if arguments.demo {
        let played = demo(&folder).await;
        stack.stop().await?;
        return played;
    }
    println!("Ctrl-C stops it; its data stays.");
    let ended = tokio::select! {
        name = stack.first_to_end() => Some(name),
        _ = interrupt.recv() => None,
        _ = terminate.recv() => None,
    };
    stack.stop().await?;
    match ended {
        Some(name) => Err(format!("{name} ended; its log is in {}", logs(&folder)).into()),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Where the command line reaches the system: the gateway, and the directory, which gives out tokens.
fn address(stack: &Stack) -> Result<Addresses, Box<dyn Error>> {
    let mut processes = stack.grpc();
    let directory = processes.find(|(name, _)| *name == "directory");
    let (_, grpc) = directory.ok_or("the stack has no directory")?;
    Ok(Addresses {
        http: Some(stack.http().to_owned()),
        grpc,
    })
}

fn greet(stack: &Stack, ground: &Ground) {
    println!("Baton runs as one or two processes per service.\n");
    println!("  JSON         {}", stack.http());
    for (name, address) in stack.grpc() {
        println!("  {name:12} {address}   metrics {address}/metrics");
    }
    println!("  PostgreSQL   {}", ground.postgres);
    println!("  NATS         {}", stack.nats().address());
    println!("  logs         {}\n", logs(&ground.folder));
    match stack.sign_in() {
        Some(who) if !who.password.is_empty() => {
            println!("Sign in as {} with the password {}", who.user, who.password);
        }
        _ => println!("Sign in as before; the password was told at the first start."),
    }
}

fn logs(folder: &Path) -> String {
    folder.join("log").display().to_string()
}

/// Plays the three cases by the command line, as anybody would, and prints where each order came from.
async fn demo(folder: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let played: Value = serde_json::from_slice(&baton(folder, &["demo", "--json"]).await?)?;
    let cases = played["cases"].as_array().ok_or("the demo told no cases")?;
    for case in cases {
        let order = case["order"].as_str().ok_or("a case has no order")?;
        let name = case["name"].as_str().unwrap_or_default();
        whole(folder, order, objects(case)).await?;
        println!("\n{name}");
        let trace = baton(folder, &["trace", "order", order]).await?;
        io::stdout().write_all(&trace)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Objects that a case leaves in its trace: opportunity and order, and what came before and between.
fn objects(case: &Value) -> usize {
    let more = ["lead", "contract"].iter().filter(|o| case[o].is_string());
    2 + more.count() + usize::from(case["name"] == "bought-database")
}

/// Waits until a trace shows as many objects: events take a moment to where traces are kept.
async fn whole(folder: &Path, order: &str, objects: usize) -> Result<(), Box<dyn Error>> {
    for _ in 0..TRIES {
        let trace = baton(folder, &["trace", "order", order, "--json"]).await?;
        let trace: Value = serde_json::from_slice(&trace)?;
        if trace["nodes"].as_array().map_or(0, Vec::len) >= objects {
            return Ok(());
        }
        let moment = std::future::pending::<()>();
        drop(tokio::time::timeout(Duration::from_millis(100), moment).await);
    }
    Err(format!("the trace of order {order} does not become whole").into())
}

async fn baton(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Box<dyn Error>> {
    let folder = folder.to_string_lossy();
    let mut all = arguments.to_vec();
    all.extend(["--data", &folder]);
    let output = process::run("baton", &all).await?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}
