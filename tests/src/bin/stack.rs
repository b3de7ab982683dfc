//! `make stack`: the distributed system on one machine, until Ctrl-C.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to who started it"
)]

use std::{error::Error, path::PathBuf, process::ExitCode};

use baton_tests::stack::{Ground, Stack};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// Starts one process per service on PostgreSQL and NATS.
#[derive(Debug, Parser)]
struct Arguments {
    /// A PostgreSQL server: postgres://user:password@host:port/postgres
    #[arg(long)]
    postgres: String,
    /// A NATS server with JetStream: nats://host:port
    #[arg(long)]
    nats: String,
    /// Folder for keys and logs.
    #[arg(long, default_value = "data/stack")]
    data: PathBuf,
    /// Where JSON is served.
    #[arg(long, default_value = "127.0.0.1:8080")]
    http: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let ground = Ground {
        postgres: arguments.postgres,
        nats: arguments.nats,
        folder: std::path::absolute(arguments.data)?,
        name: "baton".into(),
        http: Some(arguments.http),
        password: None,
    };
    let mut stack = tokio::select! {
        stack = Stack::start(&ground) => stack?,
        _ = interrupt.recv() => return Ok(()),
        _ = terminate.recv() => return Ok(()),
    };
    greet(&stack, &ground);
    let ended = tokio::select! {
        service = stack.first_to_end() => Some(service),
        _ = interrupt.recv() => None,
        _ = terminate.recv() => None,
    };
    stack.stop().await?;
    match ended {
        Some(service) => Err(format!("{service} ended; its log is in {}", logs(&ground)).into()),
        None => Ok(()),
    }
}

fn greet(stack: &Stack, ground: &Ground) {
    println!("Baton runs as one process per service.\n");
    println!("  JSON       {}", stack.http());
    for (service, address) in stack.grpc() {
        println!("  {service:10} {address}");
    }
    println!("  PostgreSQL {}", ground.postgres);
    println!("  NATS       {}", ground.nats);
    println!("  logs       {}\n", logs(ground));
    match stack.sign_in() {
        Some(who) if !who.password.is_empty() => {
            println!("Sign in as {} with the password {}", who.user, who.password);
        }
        _ => println!("Sign in as before; the password was told at the first start."),
    }
    println!("Ctrl-C stops it; its data stays.");
}

fn logs(ground: &Ground) -> String {
    ground.folder.join("log").display().to_string()
}
