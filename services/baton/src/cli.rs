//! The command line: `baton serve | demo | import | export | token | trace | replay | doctor | backup | restore | restored | keys | certificates | audit`.

mod audit;
mod backup;
mod certificates;
mod demo;
mod doctor;
mod export;
mod import;
mod keys;
mod replay;
mod restored;
mod serve;
mod trace;

use std::{error::Error, io::Write as _, path::PathBuf, process::ExitCode};

use baton_chassis::{config::Config, locale::Language, status::chain, telemetry};
use clap::{Args, Parser, Subcommand};

use crate::{
    api::{Api, Edge},
    session::Session,
};

/// A CRM built around handoffs.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the system, or some of its services.
    Serve(serve::Serve),
    /// Founds the demo company and plays the three case studies.
    Demo(demo::Demo),
    /// Loads outside data: by a recipe, or one file with columns named after fields.
    Import(import::Import),
    /// Takes a list out as a file.
    Export(export::Export),
    /// Prints a bearer token for a member. Whoever can read the keys in the data folder may do this.
    Token(TokenOf),
    /// Shows where an object came from and what became of it.
    Trace(trace::TraceOf),
    /// Prints what a service has said, from any point on.
    Replay(replay::Replay),
    /// Looks whether everything is sound.
    Doctor(doctor::Doctor),
    /// Copies the whole system as of one moment.
    Backup(backup::BackUp),
    /// Puts a backup back.
    Restore(backup::Restore),
    /// Says that the store of one service was put back to an earlier state.
    Restored(restored::Restored),
    /// Changes the keys that everything is signed with.
    Keys(keys::ChangeKeys),
    /// Makes what services know each other by, for TLS between them.
    Certificates(certificates::Certificates),
    /// Looks whether what was changed is still told as it was written.
    Audit(audit::Audit),
}

/// Which system a command is about.
#[derive(Args, Clone, Debug)]
struct System {
    /// Folder of the system. If one runs on it, the command talks to that; else it opens the folder itself.
    #[arg(long, default_value = "data", env = "BATON_DATA")]
    data: PathBuf,
    /// Address of a gateway, instead of a folder; needs --token.
    #[arg(long, requires = "token")]
    server: Option<String>,
    /// Bearer token for --server.
    #[arg(long)]
    token: Option<String>,
    /// Member in whose name it is done.
    #[arg(long = "as", default_value = "admin", value_name = "MEMBER")]
    member: String,
    /// Language of what people read: en or zh-CN. The locale of the terminal if it is left out.
    #[arg(long)]
    lang: Option<String>,
}

#[derive(Args, Clone, Debug)]
struct TokenOf {
    /// Sign-in name.
    #[arg(long = "member", value_name = "NAME")]
    name: String,
    /// Folder of the system.
    #[arg(long, default_value = "data", env = "BATON_DATA")]
    data: PathBuf,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

type Outcome = Result<ExitCode, Box<dyn Error>>;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let line = Line::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match runtime.block_on(run(line.command)) {
        Ok(code) => code,
        Err(error) => failed(error.as_ref()),
    }
}

async fn run(command: Command) -> Outcome {
    match command {
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Import(import) => import.run().await,
        Command::Export(export) => export.run().await,
        Command::Token(token) => token.run().await,
        Command::Trace(trace) => trace.run().await,
        Command::Replay(replay) => replay.run().await,
        Command::Doctor(doctor) => doctor.run().await,
        Command::Backup(backup) => backup.run().await,
        Command::Restore(restore) => restore.run().await,
        Command::Restored(restored) => restored.run().await,
        Command::Keys(keys) => keys.run().await,
        Command::Certificates(certificates) => certificates.run(),
        Command::Audit(audit) => audit.run().await,
    }
}

/// The settings for a data folder, for a command that is not a server: those say little.
fn settings(data: PathBuf) -> Result<Config, Box<dyn Error>> {
    let mut config = Config::load()?;
    config.data = data;
    if config.log.filter == Config::defaults()?.log.filter {
        "warn".clone_into(&mut config.log.filter);
    }
    telemetry::start(&config.log);
    Ok(config)
}

/// Opens a data folder for a command. A system that is founded by that says how to sign in: nobody can ask later.
async fn opened(data: PathBuf, language: &'static str) -> Result<Session, Box<dyn Error>> {
    let session = Session::open(settings(data)?, language).await?;
    if let Some(made) = session.first_run() {
        complain(&format!(
            "The system was just created. Sign in as {} with {}",
            made.user, made.password
        ));
    }
    Ok(session)
}

/// What a command works with: a session if it opened one, and the interface for the member.
struct Way {
    session: Option<Session>,
    api: Api,
}

impl System {
    fn language(&self) -> Language {
        let terminal =
            std::env::vars_os().find(|(name, value)| name == "LANG" && !value.is_empty());
        let terminal = terminal
            .and_then(|(_, value)| value.into_string().ok())
            .unwrap_or_default();
        let asked = self
            .lang
            .clone()
            .unwrap_or_else(|| terminal.replace('_', "-"));
        Language::accepted(&asked).unwrap_or_default()
    }

    async fn open(&self) -> Result<Way, Box<dyn Error>> {
        let language = self.language().tag();
        if let (Some(server), Some(token)) = (&self.server, &self.token) {
            return Ok(Way {
                session: None,
                api: Api::new(Edge::at(server), token.clone(), language),
            });
        }
        let session = opened(self.data.clone(), language).await?;
        let api = session.api(&self.member).await?;
        Ok(Way {
            session: Some(session),
            api,
        })
    }
}

impl Way {
    async fn close(self) -> Result<(), Box<dyn Error>> {
        match self.session {
            Some(session) => Ok(session.close().await?),
            None => Ok(()),
        }
    }
}

impl TokenOf {
    async fn run(self) -> Outcome {
        let session = opened(self.data, "en").await?;
        let token = session.token(&self.name).await?;
        session.close().await?;
        if self.json {
            say(&serde_json::json!({"member": self.name, "token": token}).to_string());
        } else {
            say(&token);
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints what the command was asked for.
fn say(text: &str) {
    // A reader that has gone (`baton … | head`) wants no more.
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// Tells a person something that is not part of the answer.
fn complain(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

fn failed(error: &(dyn Error + 'static)) -> ExitCode {
    complain(&format!("baton: {}", chain(error)));
    ExitCode::FAILURE
}
