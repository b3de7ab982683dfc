//! The distributed system on one machine: a process and a database per service, one NATS between them.

use std::{
    collections::BTreeMap,
    fs,
    future::pending,
    path::{Path, PathBuf},
};

use futures_util::future::{join_all, select_all, try_join_all};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::process::{Broken, Process, SignIn, free_ports};

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

/// What a stack stands on.
#[derive(Clone, Debug)]
pub struct Ground {
    /// A PostgreSQL server as `postgres://user:password@host:port/postgres`.
    pub postgres: String,
    /// A NATS server with JetStream.
    pub nats: String,
    /// Folder for keys and logs.
    pub folder: PathBuf,
    /// Sets this system apart from others on the same servers; a lower-case word.
    pub name: String,
    /// Where the gateway serves JSON; a free port if none.
    pub http: Option<String>,
    /// The first member's password; a random one, told once, if none.
    pub password: Option<String>,
}

impl Ground {
    /// The servers that the tests run with; `None` where they are to go without.
    ///
    /// # Panics
    /// When neither servers nor the word to go without them is given.
    #[must_use]
    pub fn of_tests(name: &str, folder: &Path) -> Option<Self> {
        let (Some(postgres), Some(nats)) = (variable("BATON_TEST_PG"), variable("BATON_TEST_NATS"))
        else {
            assert!(
                variable("BATON_TEST_SQLITE_ONLY").is_some(),
                "no PostgreSQL and NATS to test with: run under tests/with-backends.sh"
            );
            return None;
        };
        Some(Self {
            postgres,
            nats,
            folder: folder.to_owned(),
            // Runs on the same servers must not meet.
            name: format!("{name}_{:08x}", rand::random::<u32>()),
            http: None,
            password: None,
        })
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
    http: String,
    sign_in: Option<SignIn>,
}

impl Stack {
    /// Makes the databases that are missing and starts every service; all are ready when this returns.
    ///
    /// # Errors
    /// When a database cannot be made or a service does not start.
    pub async fn start(ground: &Ground) -> Result<Self, Broken> {
        make_databases(ground).await?;
        fs::create_dir_all(ground.folder.join("log"))?;
        let ports: [u16; SERVICES.len() + 1] = free_ports()?;
        let address = |port: u16| format!("127.0.0.1:{port}");
        let grpc: BTreeMap<_, _> = SERVICES
            .into_iter()
            .zip(ports)
            .map(|(s, port)| (s, address(port)))
            .collect();
        let http = ground
            .http
            .clone()
            .unwrap_or_else(|| address(ports[SERVICES.len()]));
        let mut stack = Self {
            folder: ground.folder.clone(),
            environments: SERVICES
                .map(|service| (service, environment(ground, service, &grpc, &http)))
                .into(),
            processes: BTreeMap::new(),
            grpc,
            http: format!("http://{http}"),
            sign_in: None,
        };
        let (first, others) = SERVICES.split_at(1);
        for services in [first, others] {
            let started = try_join_all(services.iter().map(|service| stack.run(service))).await?;
            stack
                .processes
                .extend(services.iter().copied().zip(started));
        }
        let mut ready = SERVICES
            .iter()
            .filter_map(|service| stack.processes.get(service));
        stack.sign_in = ready.find_map(|process| process.ready().sign_in.clone());
        Ok(stack)
    }

    /// Where the gateway serves JSON, e.g. `http://127.0.0.1:8080`.
    #[must_use]
    pub fn http(&self) -> &str {
        &self.http
    }

    /// Where each service serves gRPC.
    pub fn grpc(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.grpc
            .iter()
            .map(|(service, address)| (*service, format!("http://{address}")))
    }

    /// How to sign in, when the first member was made at this start.
    #[must_use]
    pub fn sign_in(&self) -> Option<&SignIn> {
        self.sign_in.as_ref()
    }

    /// Ends one service at once, as a power cut would.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self, service: &str) -> Result<(), Broken> {
        match self.processes.remove(service) {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    /// Starts a service again after [`Stack::kill`], at the same address.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self, service: &'static str) -> Result<(), Broken> {
        let process = self.run(service).await?;
        self.processes.insert(service, process);
        Ok(())
    }

    /// Waits until a service ends by itself, and tells which.
    pub async fn first_to_end(&mut self) -> &'static str {
        if self.processes.is_empty() {
            return pending().await;
        }
        let ends = self.processes.iter_mut().map(|(service, process)| async {
            // A process that cannot be waited for is as good as gone.
            drop(process.ended().await);
            *service
        });
        select_all(ends.map(Box::pin)).await.0
    }

    /// Asks every service to drain and waits until all have ended.
    ///
    /// # Errors
    /// When one takes too long; it is killed then.
    pub async fn stop(mut self) -> Result<(), Broken> {
        let processes = std::mem::take(&mut self.processes);
        let stopped = join_all(processes.into_values().map(Process::stop)).await;
        stopped
            .into_iter()
            .try_for_each(|process| process.map(drop))
    }

    async fn run(&self, service: &str) -> Result<Process, Broken> {
        let environment = self
            .environments
            .get(service)
            .map_or(&[][..], Vec::as_slice);
        let log = self.folder.join("log").join(format!("{service}.log"));
        Process::start::<&str>(&format!("baton-{service}"), &[], environment, &log).await
    }
}

/// Settings of one service: its own address and database, and where the others are.
fn environment(
    ground: &Ground,
    service: &str,
    grpc: &BTreeMap<&'static str, String>,
    http: &str,
) -> Vec<(String, String)> {
    let key = |service: &str, key: &str| format!("{}__{key}", service.to_uppercase());
    let path = |name: &str| ground.folder.join(name).display().to_string();
    let mut settings = vec![
        ("DATA".into(), path(service)),
        ("AUTH__KEY_FILE".into(), path("keys.json")),
        ("BUS__URL".into(), ground.nats.clone()),
        ("BUS__NAMESPACE".into(), ground.name.clone()),
        ("LISTEN__GRPC".into(), grpc[service].clone()),
        ("LISTEN__HTTP".into(), http.to_owned()),
    ];
    if has_store(service) {
        settings.push((key(service, "DB_URL"), database_url(ground, service)));
    }
    settings.extend(
        ground
            .password
            .iter()
            .map(|p| ("AUTH__ADMIN_PASSWORD".into(), p.clone())),
    );
    let others = grpc.iter().filter(|(other, _)| **other != service);
    settings
        .extend(others.map(|(other, address)| (key(other, "URL"), format!("http://{address}"))));
    settings
        .into_iter()
        .map(|(key, value)| (format!("BATON_{key}"), value))
        .collect()
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
