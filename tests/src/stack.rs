//! The distributed system on one machine: one or two processes and a database per service, one NATS between them.

use std::{
    collections::BTreeMap,
    fs,
    future::pending,
    path::{Path, PathBuf},
};

use futures_util::future::{join_all, select_all, try_join_all};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::{
    faults::{clock::Clocks, roads::Roads},
    nats::{NAMESPACE, Nats},
    process::{Broken, Process, SignIn, free_ports, path_of},
};

/// All services. The directory comes first: the others learn from it who may do what.
pub const SERVICES: [&str; 7] = [
    "directory",
    "customer",
    "marketing",
    "sales",
    "commerce",
    "insight",
    "gateway",
];

/// All processes by name, and the service that each runs. Two services have a second replica.
pub const PROCESSES: [(&str, &str); 9] = [
    ("directory", "directory"),
    ("customer", "customer"),
    ("marketing", "marketing"),
    ("marketing-2", "marketing"),
    ("sales", "sales"),
    ("sales-2", "sales"),
    ("commerce", "commerce"),
    ("insight", "insight"),
    ("gateway", "gateway"),
];

/// What a stack stands on.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// A PostgreSQL server as `postgres://user:password@host:port/postgres`.
    pub postgres: String,
    /// Folder for keys, logs and what NATS keeps.
    pub folder: PathBuf,
    /// Sets this system apart from others on the same PostgreSQL; a lower-case word.
    pub name: String,
    /// Where the gateway serves JSON; a free port if none.
    pub http: Option<String>,
    /// The first member's password; a random one, told once, if none.
    pub password: Option<String>,
    /// Further settings of every process, as variables of the environment.
    pub settings: Vec<(String, String)>,
    /// The folder that `baton certificates` filled, if the processes are to know each other by it.
    pub certificates: Option<PathBuf>,
    /// What lies between processes and to NATS, where something is to happen there: a road by the name of each process,
    /// and one called `nats`.
    pub roads: Option<Roads>,
    /// A clock for each process, where it is to be put.
    pub clocks: Option<Clocks>,
}

impl Ground {
    /// The server that the tests run with; `None` where they are to go without.
    ///
    /// # Panics
    /// When neither a server nor the word to go without it is given.
    #[must_use]
    pub fn of_tests(name: &str, folder: &Path) -> Option<Self> {
        let Some(postgres) = variable("BATON_TEST_PG") else {
            assert!(
                variable("BATON_TEST_SQLITE_ONLY").is_some(),
                "no PostgreSQL to test with: run under tests/with-backends.sh"
            );
            return None;
        };
        Some(Self {
            postgres,
            folder: folder.to_owned(),
            // Runs on the same servers must not meet.
            name: format!("{name}_{:08x}", rand::random::<u32>()),
            ..Self::default()
        })
    }

    /// How processes speak with each other.
    fn scheme(&self) -> &'static str {
        if self.certificates.is_some() {
            "https"
        } else {
            "http"
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by their runner where the servers are"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A running system; dropping it kills its processes.
#[derive(Debug)]
pub struct Stack {
    folder: PathBuf,
    environments: BTreeMap<&'static str, Vec<(String, String)>>,
    processes: BTreeMap<&'static str, Process>,
    grpc: BTreeMap<&'static str, String>,
    scheme: &'static str,
    http: String,
    sign_in: Option<SignIn>,
    nats: Nats,
}

impl Stack {
    /// Makes the databases that are missing and starts NATS and every process; all are ready when this returns.
    ///
    /// # Errors
    /// When a database cannot be made or a process does not start.
    pub async fn start(ground: &Ground) -> Result<Self, Broken> {
        make_databases(ground).await?;
        fs::create_dir_all(ground.folder.join("log"))?;
        let nats = Nats::start(&ground.folder, &SERVICES).await?;
        let ports: [u16; PROCESSES.len() + 1] = free_ports()?;
        let address = |port: u16| format!("127.0.0.1:{port}");
        let grpc: BTreeMap<_, _> = PROCESSES
            .into_iter()
            .zip(ports)
            .map(|((name, _), port)| (name, address(port)))
            .collect();
        let http = ground
            .http
            .clone()
            .unwrap_or_else(|| address(ports[PROCESSES.len()]));
        let mut reached = grpc.clone();
        let mut bus = nats.address();
        if let Some(roads) = &ground.roads {
            bus = roads.lay("nats", &bus)?;
            for (name, address) in &mut reached {
                *address = roads.lay(name, address)?;
            }
        }
        let surroundings = Surroundings {
            ground,
            grpc: &grpc,
            reached: &reached,
            http: &http,
            nats: &nats,
            bus: &bus,
        };
        let mut stack = Self {
            folder: ground.folder.clone(),
            environments: PROCESSES
                .map(|(name, service)| (name, surroundings.environment(name, service)))
                .into(),
            processes: BTreeMap::new(),
            grpc,
            scheme: ground.scheme(),
            http: format!("http://{http}"),
            sign_in: None,
            nats,
        };
        let (first, others) = PROCESSES.split_at(1);
        // A new store is filled by the first replica alone; the second one comes to a table that is laid.
        let (others, replicas): (Vec<_>, Vec<_>) = others.iter().partition(|(name, of)| name == of);
        for processes in [first, &others, &replicas] {
            let started = try_join_all(processes.iter().map(|(name, _)| stack.run(name))).await?;
            let names = processes.iter().map(|(name, _)| *name);
            stack.processes.extend(names.zip(started));
        }
        let mut ready = stack.processes.values();
        stack.sign_in = ready.find_map(|process| process.ready().sign_in.clone());
        Ok(stack)
    }

    /// Where the gateway serves JSON, e.g. `http://127.0.0.1:8080`.
    #[must_use]
    pub fn http(&self) -> &str {
        &self.http
    }

    /// Where each process serves gRPC, by its name.
    pub fn grpc(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.grpc
            .iter()
            .map(|(name, address)| (*name, format!("{}://{address}", self.scheme)))
    }

    /// Process ids of all that runs.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.processes.values().filter_map(Process::id)
    }

    /// The NATS server of the system.
    #[must_use]
    pub fn nats(&self) -> &Nats {
        &self.nats
    }

    /// The same, to be killed and started again.
    pub fn nats_mut(&mut self) -> &mut Nats {
        &mut self.nats
    }

    /// Process id of one process, while it runs.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<u32> {
        self.processes.get(name).and_then(Process::id)
    }

    /// Processes that were started and have ended by themselves.
    pub fn ended(&self) -> impl Iterator<Item = &'static str> {
        let ended = self.processes.iter().filter(|(_, process)| !process.runs());
        ended.map(|(name, _)| *name)
    }

    /// Database of a service.
    #[must_use]
    pub fn database(&self, service: &str) -> Option<&str> {
        let key = format!("BATON_{}__DB_URL", service.to_uppercase());
        let mut settings = self.environments.get(service)?.iter();
        settings.find_map(|(name, value)| (*name == key).then_some(value.as_str()))
    }

    /// The settings of a process, as variables of the environment.
    #[must_use]
    pub fn environment(&self, name: &str) -> &[(String, String)] {
        self.environments.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a process wrote to its log, over all its lives.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn log(&self, name: &str) -> Result<String, Broken> {
        Ok(fs::read_to_string(self.log_file(name))?)
    }

    fn log_file(&self, name: &str) -> PathBuf {
        self.folder.join("log").join(format!("{name}.log"))
    }

    /// How to sign in, when the first member was made at this start.
    #[must_use]
    pub fn sign_in(&self) -> Option<&SignIn> {
        self.sign_in.as_ref()
    }

    /// Ends one process at once, as a power cut would.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self, name: &str) -> Result<(), Broken> {
        match self.processes.remove(name) {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    /// Asks one process to drain and waits until it has ended; tells whether it ended well.
    ///
    /// # Errors
    /// When it takes too long; it is killed then.
    pub async fn stop_one(&mut self, name: &str) -> Result<bool, Broken> {
        match self.processes.remove(name) {
            Some(process) => Ok(process.stop().await?.success()),
            None => Ok(true),
        }
    }

    /// Starts a process again after [`Stack::kill`] or [`Stack::stop_one`], at the same address.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self, name: &'static str) -> Result<(), Broken> {
        self.start_again_with(name, &[]).await
    }

    /// The same with further variables in its environment.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again_with(
        &mut self,
        name: &'static str,
        more: &[(String, String)],
    ) -> Result<(), Broken> {
        let process = self.run_with(name, more).await?;
        self.processes.insert(name, process);
        Ok(())
    }

    /// Gives a process a setting with which it is started the next time.
    pub fn set(&mut self, name: &str, variable: &str, value: &str) {
        if let Some(environment) = self.environments.get_mut(name) {
            environment.retain(|(known, _)| known != variable);
            environment.push((variable.to_owned(), value.to_owned()));
        }
    }

    /// Waits until a process ends by itself, and tells which.
    pub async fn first_to_end(&mut self) -> &'static str {
        if self.processes.is_empty() {
            return pending().await;
        }
        let ends = self.processes.iter_mut().map(|(name, process)| async {
            // A process that cannot be waited for is as good as gone.
            drop(process.ended().await);
            *name
        });
        select_all(ends.map(Box::pin)).await.0
    }

    /// Asks every process to drain and waits until all have ended; NATS goes last.
    ///
    /// # Errors
    /// When one takes too long; it is killed then.
    pub async fn stop(mut self) -> Result<(), Broken> {
        let processes = std::mem::take(&mut self.processes);
        let stopped = join_all(processes.into_values().map(Process::stop)).await;
        self.nats.stop().await?;
        stopped
            .into_iter()
            .try_for_each(|process| process.map(drop))
    }

    async fn run(&self, name: &str) -> Result<Process, Broken> {
        self.run_with(name, &[]).await
    }

    async fn run_with(&self, name: &str, more: &[(String, String)]) -> Result<Process, Broken> {
        let mut environment = self.environments.get(name).cloned().unwrap_or_default();
        environment.extend_from_slice(more);
        let service = PROCESSES.iter().find(|(known, _)| *known == name);
        let service = service.map_or(name, |(_, service)| service);
        let (program, log) = (format!("baton-{service}"), self.log_file(name));
        if path_of(&program).is_file() {
            return Process::start::<&str>(&program, &[], &environment, &log).await;
        }
        // The program of all services runs each of them as well; where speed counts it alone is built.
        Process::start("baton", &["serve", "--only", service], &environment, &log).await
    }
}

/// What the settings of a process are made of.
struct Surroundings<'a> {
    ground: &'a Ground,
    /// Where each process listens.
    grpc: &'a BTreeMap<&'static str, String>,
    /// Where others reach it.
    reached: &'a BTreeMap<&'static str, String>,
    http: &'a str,
    nats: &'a Nats,
    /// Where NATS is reached.
    bus: &'a str,
}

impl Surroundings<'_> {
    /// Settings of one process: its own address and database, its user of NATS, and where the other services are.
    fn environment(&self, name: &str, service: &str) -> Vec<(String, String)> {
        let ground = self.ground;
        let key = |service: &str, key: &str| format!("{}__{key}", service.to_uppercase());
        let path = |name: &str| ground.folder.join(name).display().to_string();
        let mut settings = vec![
            ("DATA".into(), path(name)),
            ("AUTH__KEY_FILE".into(), path("keys.json")),
            ("LISTEN__GRPC".into(), self.grpc[name].clone()),
            ("LISTEN__HTTP".into(), self.http.to_owned()),
        ];
        if has_store(service) {
            settings.push((key(service, "DB_URL"), database_url(ground, service)));
            settings.push(("BUS__URL".into(), self.nats.url_at(service, self.bus)));
            settings.push(("BUS__NAMESPACE".into(), NAMESPACE.into()));
        }
        let papers = ground.certificates.iter().map(|all| all.join(service));
        for own in papers {
            let files = [("CA", "ca.pem"), ("CERT", "cert.pem"), ("KEY", "key.pem")];
            settings.extend(files.map(|(key, file)| {
                let path = own.join(file).display().to_string();
                (format!("LINKS__{key}"), path)
            }));
        }
        let password = ground.password.iter();
        settings.extend(password.map(|p| ("AUTH__ADMIN_PASSWORD".into(), p.clone())));
        let others = SERVICES.into_iter().filter(|other| *other != service);
        settings.extend(others.map(|other| (key(other, "URL"), self.urls(other))));
        let mut settings: Vec<_> = settings
            .into_iter()
            .map(|(key, value): (String, String)| (format!("BATON_{key}"), value))
            .collect();
        settings.extend(ground.settings.iter().cloned());
        // Without its clock a process goes by the true time.
        let clock = ground
            .clocks
            .as_ref()
            .map(|clocks| clocks.environment(name));
        settings.extend(clock.and_then(Result::ok).unwrap_or_default());
        settings
    }

    /// All replicas of a service.
    fn urls(&self, service: &str) -> String {
        let replicas = PROCESSES.iter().filter(|(_, of)| *of == service);
        let urls: Vec<_> = replicas
            .map(|(name, _)| format!("{}://{}", self.ground.scheme(), self.reached[name]))
            .collect();
        urls.join(",")
    }
}

/// The gateway keeps nothing.
fn has_store(service: &str) -> bool {
    service != "gateway"
}

fn database(ground: &Ground, service: &str) -> String {
    format!("{}_{service}", ground.name)
}

fn database_url(ground: &Ground, service: &str) -> String {
    let server = ground
        .postgres
        .rsplit_once('/')
        .map_or(&*ground.postgres, |(server, _)| server);
    format!("{server}/{}", database(ground, service))
}

async fn make_databases(ground: &Ground) -> Result<(), Broken> {
    let mut server = PgConnection::connect(&ground.postgres).await?;
    for service in SERVICES.into_iter().filter(|s| has_store(s)) {
        let name = database(ground, service);
        let there = sqlx::query("select 1 from pg_database where datname = $1").bind(&name);
        if there.fetch_optional(&mut server).await?.is_none() {
            // A name cannot be bound; this one is made of known words.
            sqlx::query(AssertSqlSafe(format!("create database \"{name}\"")))
                .execute(&mut server)
                .await?;
        }
    }
    server.close().await?;
    Ok(())
}
