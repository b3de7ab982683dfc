//! The system that things are done to, in either mode.

use std::path::{Path, PathBuf};

use baton::{
    api::{Api, Edge},
    demo::{self, Administrator, Company},
};
use http::Method;
use serde_json::json;

use super::{Failure, players::ERP};
use crate::{
    postgres::Postgres,
    process::{Broken, Process, free_ports, signal},
    stack::{Ground, PROCESSES, SERVICES, Stack},
};

/// Name and password of whoever sets it up.
const ADMIN: (&str, &str) = ("admin", "breaking-4-baton");
/// What the one process of the small firm is called here.
const PROGRAM: &str = "baton";

/// How a system runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// One process on SQLite.
    Embedded,
    /// A process per service on PostgreSQL and NATS, two of marketing and sales.
    Stack,
}

/// A system that runs, and what it stands on.
#[derive(Debug)]
pub struct Field {
    folder: PathBuf,
    system: System,
}

#[derive(Debug)]
enum System {
    Embedded(Program),
    Stack(Box<Town>),
}

/// The small firm's program on a folder of its own.
#[derive(Debug)]
struct Program {
    arguments: Vec<String>,
    http: String,
    process: Option<Process>,
}

/// A process per service, and the engine under them.
#[derive(Debug)]
struct Town {
    stack: Stack,
    postgres: Postgres,
}

impl Field {
    /// Starts a system that keeps everything in `folder`.
    ///
    /// # Errors
    /// When a part of it does not start.
    pub async fn start(mode: Mode, folder: &Path) -> Result<Self, Broken> {
        let system = match mode {
            Mode::Embedded => System::Embedded(Program::start(folder).await?),
            Mode::Stack => System::Stack(Box::new(Town::start(folder).await?)),
        };
        Ok(Self {
            folder: folder.to_owned(),
            system,
        })
    }

    /// How it runs.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.system {
            System::Embedded(_) => Mode::Embedded,
            System::Stack(_) => Mode::Stack,
        }
    }

    /// Where it keeps everything.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where JSON is served.
    #[must_use]
    pub fn http(&self) -> &str {
        match &self.system {
            System::Embedded(program) => &program.http,
            System::Stack(town) => town.stack.http(),
        }
    }

    /// The demo company, with an ERP, and the ERP's connector.
    ///
    /// # Errors
    /// What the system refuses.
    pub async fn company(&self) -> Result<(Company, Api), Failure> {
        let stranger = Api::new(Edge::at(self.http()), "", "en");
        let who = json!({"user": ADMIN.0, "password": ADMIN.1});
        let session = stranger.post_patiently("/v1/sessions", "", &who).await?;
        let admin = stranger.of(session["token"].as_str().unwrap_or_default());
        let company = demo::found(&admin, &Administrator).await?;
        let connect = json!({"erpSystem": ERP});
        let path = "/v1/settings?updateMask=erpSystem";
        let answer = admin
            .ask(Method::PATCH, path, http::HeaderMap::new(), &connect)
            .await?;
        if !answer.status.is_success() {
            return Err(format!("the ERP is not connected: {}", answer.body).into());
        }
        let erp = company.boss.clone();
        Ok((company, erp))
    }

    /// Names of all processes of Baton.
    #[must_use]
    pub fn processes(&self) -> Vec<&'static str> {
        match self.system {
            System::Embedded(_) => vec![PROGRAM],
            System::Stack(_) => PROCESSES.iter().map(|(name, _)| *name).collect(),
        }
    }

    /// Services that have a store.
    pub fn services() -> impl Iterator<Item = &'static str> {
        SERVICES.into_iter().filter(|name| *name != "gateway")
    }

    /// Where the store of a service is, past everything that may stand between.
    #[must_use]
    pub fn store(&self, service: &str) -> String {
        match &self.system {
            System::Embedded(_) => {
                let file = self.folder.join("data").join(format!("{service}.db"));
                format!("sqlite://{}", file.display())
            }
            System::Stack(town) => town.stack.database(service).unwrap_or_default().to_owned(),
        }
    }

    /// Ends a process of Baton at once.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self, name: &str) -> Result<(), Broken> {
        match &mut self.system {
            System::Embedded(program) => match program.process.take() {
                Some(process) => process.kill().await,
                None => Ok(()),
            },
            System::Stack(town) => town.stack.kill(name).await,
        }
    }

    /// Starts a process again, with further variables in its environment.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(
        &mut self,
        name: &'static str,
        more: &[(String, String)],
    ) -> Result<(), Broken> {
        let folder = self.folder.clone();
        match &mut self.system {
            System::Embedded(program) => {
                program.process = Some(program.run(&folder, more).await?);
                Ok(())
            }
            System::Stack(town) => town.stack.start_again_with(name, more).await,
        }
    }

    /// Sends a signal to a process of Baton.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub fn signal(&self, name: &str, what: &str) -> Result<(), Broken> {
        let id = match &self.system {
            System::Embedded(program) => program.process.as_ref().and_then(Process::id),
            System::Stack(town) => town.stack.id(name),
        };
        Ok(signal(what, id)?)
    }

    /// Processes that have ended by themselves, which none should.
    #[must_use]
    pub fn ended(&self) -> Vec<&'static str> {
        match &self.system {
            System::Embedded(program) => {
                let ended = program.process.as_ref().is_some_and(|p| !p.runs());
                ended.then_some(PROGRAM).into_iter().collect()
            }
            System::Stack(town) => town.stack.ended().collect(),
        }
    }

    /// The stack, where it is one.
    pub fn stack(&mut self) -> Option<&mut Stack> {
        match &mut self.system {
            System::Embedded(_) => None,
            System::Stack(town) => Some(&mut town.stack),
        }
    }

    /// The engine of the stack.
    pub fn postgres(&mut self) -> Option<&mut Postgres> {
        match &mut self.system {
            System::Embedded(_) => None,
            System::Stack(town) => Some(&mut town.postgres),
        }
    }

    /// What a process wrote to its log.
    #[must_use]
    pub fn log(&self, name: &str) -> String {
        match &self.system {
            System::Embedded(_) => {
                std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
            }
            System::Stack(town) => town.stack.log(name).unwrap_or_default(),
        }
    }

    /// Ends it.
    ///
    /// # Errors
    /// When a process does not end when it is asked to.
    pub async fn stop(self) -> Result<(), Broken> {
        match self.system {
            System::Embedded(program) => match program.process {
                Some(process) => process.stop().await.map(drop),
                None => Ok(()),
            },
            System::Stack(town) => town.stack.stop().await,
        }
    }
}

impl Program {
    async fn start(folder: &Path) -> Result<Self, Broken> {
        let [http, grpc] = free_ports()?.map(|port: u16| format!("127.0.0.1:{port}"));
        let data = folder.join("data").display().to_string();
        let arguments = ["serve", "--data", &data, "--http", &http, "--grpc", &grpc];
        let mut program = Self {
            arguments: arguments.map(str::to_owned).into(),
            http: format!("http://{http}"),
            process: None,
        };
        program.process = Some(program.run(folder, &[]).await?);
        Ok(program)
    }

    async fn run(&self, folder: &Path, more: &[(String, String)]) -> Result<Process, Broken> {
        let mut settings = settings();
        settings.extend_from_slice(more);
        Process::start(PROGRAM, &self.arguments, &settings, &folder.join("log")).await
    }
}

impl Town {
    async fn start(folder: &Path) -> Result<Self, Broken> {
        let postgres = Postgres::start(folder).await?;
        let ground = Ground {
            postgres: postgres.url(),
            folder: folder.to_owned(),
            name: "faults".to_owned(),
            http: None,
            password: Some(ADMIN.1.to_owned()),
            settings: settings(),
        };
        let stack = Stack::start(&ground).await?;
        Ok(Self { stack, postgres })
    }
}

/// Sign-ins that outlast a long run, and no log of what goes well.
fn settings() -> Vec<(String, String)> {
    let settings = [
        ("AUTH__ADMIN_PASSWORD", ADMIN.1),
        ("AUTH__SESSION_HOURS", "720"),
        ("LOG__FILTER", "warn"),
    ];
    settings
        .map(|(key, value)| (format!("BATON_{key}"), value.to_owned()))
        .into()
}
