//! The system that things are done to, in either mode.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use baton::{
    api::{Api, Edge},
    demo::{self, Administrator, Company},
};
use http::Method;
use serde_json::json;

use super::{Failure, clock::Clocks, disk::Disk, plan::Kind, players::ERP, roads::Roads};
use crate::{
    postgres::Postgres,
    process::{Broken, Process, free_ports, signal},
    stack::{Ground, PROCESSES, SERVICES, Stack},
};

/// Name and password of whoever sets it up.
const ADMIN: (&str, &str) = ("admin", "breaking-4-baton");
/// What the one process of the small firm is called here.
const PROGRAM: &str = "baton";

/// Size of a disk that is to be full: room enough for a long run, of which nothing is taken before it is used.
const DISK_MIB: u64 = 8_192;

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
    /// Where players come in.
    door: String,
    /// What lies between its processes.
    pub roads: Roads,
    /// The clocks of its processes.
    pub clocks: Clocks,
    // Dropped last: servers are gone by then.
    disks: BTreeMap<&'static str, Disk>,
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
    settings: Vec<(String, String)>,
}

/// A process per service, and the engine under them.
#[derive(Debug)]
struct Town {
    stack: Stack,
    postgres: Postgres,
    /// The address by which services reach PostgreSQL.
    postgres_road: String,
}

impl Field {
    /// Starts a system that keeps everything in `folder`, prepared for faults of these kinds.
    ///
    /// # Errors
    /// When a part of it does not start.
    pub async fn start(mode: Mode, folder: &Path, kinds: &[Kind]) -> Result<Self, Broken> {
        let (roads, clocks) = (Roads::default(), Clocks::in_folder(folder));
        let mut disks = BTreeMap::new();
        if kinds.contains(&Kind::DiskFull) {
            for name in disks_of(mode) {
                // Where disks cannot be mounted, none can be full; the fault will say so.
                disks.extend(
                    Disk::mount(&folder.join(name), DISK_MIB)
                        .ok()
                        .map(|disk| (*name, disk)),
                );
            }
        }
        let clock = kinds.contains(&Kind::ClockStep).then(|| clocks.clone());
        let system = match mode {
            Mode::Embedded => System::Embedded(Program::start(folder, clock).await?),
            Mode::Stack => System::Stack(Box::new(Town::start(folder, &roads, clock).await?)),
        };
        let inside = match &system {
            System::Embedded(program) => &program.http,
            System::Stack(town) => town.stack.http(),
        };
        let door = roads.lay("clients", inside.trim_start_matches("http://"))?;
        Ok(Self {
            door: format!("http://{door}"),
            folder: folder.to_owned(),
            system,
            roads,
            clocks,
            disks,
        })
    }

    /// What a fault of a kind may meet.
    #[must_use]
    pub fn targets(&self, kind: Kind) -> Vec<&'static str> {
        let processes = self.processes();
        let is_stack = self.mode() == Mode::Stack;
        match kind {
            Kind::KillGateway => vec!["gateway"],
            Kind::KillPostgres => vec!["postgres"],
            Kind::KillNats | Kind::WipeNats | Kind::OldNats => vec!["nats"],
            Kind::KillService => processes
                .into_iter()
                .filter(|name| *name != "gateway")
                .collect(),
            Kind::Stall | Kind::ClockStep => processes,
            Kind::Poison if is_stack => vec!["customer", "insight"],
            Kind::Poison => processes,
            Kind::DiskFull => disks_of(self.mode()).to_vec(),
            Kind::Cut | Kind::Slow | Kind::Break if is_stack => {
                let roads = processes.into_iter().filter(|name| *name != "gateway");
                roads.chain(["clients", "postgres", "nats"]).collect()
            }
            Kind::Cut | Kind::Slow | Kind::Break => vec!["clients"],
        }
    }

    /// The disk of its own that something is kept on.
    #[must_use]
    pub fn disk(&self, name: &str) -> Option<&Disk> {
        self.disks.get(name)
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
        &self.door
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
            System::Stack(town) => {
                let url = town.stack.database(service).unwrap_or_default();
                url.replace(&town.postgres_road, &town.postgres.address())
            }
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
    async fn start(folder: &Path, clocks: Option<Clocks>) -> Result<Self, Broken> {
        let [http, grpc] = free_ports()?.map(|port: u16| format!("127.0.0.1:{port}"));
        let data = folder.join("data").display().to_string();
        let arguments = ["serve", "--data", &data, "--http", &http, "--grpc", &grpc];
        let mut program = Self {
            arguments: arguments.map(str::to_owned).into(),
            http: format!("http://{http}"),
            process: None,
            settings: settings(),
        };
        if let Some(clocks) = clocks {
            program.settings.extend(clocks.environment(PROGRAM)?);
        }
        program.process = Some(program.run(folder, &[]).await?);
        Ok(program)
    }

    async fn run(&self, folder: &Path, more: &[(String, String)]) -> Result<Process, Broken> {
        let mut settings = self.settings.clone();
        settings.extend_from_slice(more);
        Process::start(PROGRAM, &self.arguments, &settings, &folder.join("log")).await
    }
}

impl Town {
    async fn start(folder: &Path, roads: &Roads, clocks: Option<Clocks>) -> Result<Self, Broken> {
        let postgres = Postgres::start(folder).await?;
        let postgres_road = roads.lay("postgres", &postgres.address())?;
        let ground = Ground {
            postgres: postgres.url_at(&postgres_road),
            folder: folder.to_owned(),
            name: "faults".to_owned(),
            password: Some(ADMIN.1.to_owned()),
            settings: settings(),
            roads: Some(roads.clone()),
            clocks,
            ..Ground::default()
        };
        let stack = Stack::start(&ground).await?;
        Ok(Self {
            stack,
            postgres,
            postgres_road,
        })
    }
}

/// What is kept on a disk of its own, where disks are to be full: folders by name.
fn disks_of(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Embedded => &["data"],
        Mode::Stack => &["postgres", "nats"],
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
