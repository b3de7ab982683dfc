//! A running system of either mode, as something to measure.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use baton::{
    api::{Api, Edge},
    demo::{self, Administrator, Company},
};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use super::machine;
use crate::{
    process::{Broken, Process},
    stack::{Ground, Stack},
};

/// What may go wrong while measuring.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Name and password of whoever sets it up.
const ADMIN: (&str, &str) = ("admin", "measuring-4-baton");

/// A system that runs.
#[derive(Debug)]
pub enum System {
    /// One process on SQLite.
    Embedded(Box<Process>, PathBuf),
    /// A process per service on PostgreSQL and NATS.
    Distributed(Box<Stack>, PathBuf),
}

/// Where a store is.
#[derive(Clone, Debug)]
pub enum Store {
    /// A file.
    Sqlite(PathBuf),
    /// A database, by its address.
    Postgres(String),
}

impl System {
    /// Starts the small firm's program on a folder; tells how long it took until it was ready.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn embedded(folder: &Path) -> Result<(Self, Duration), Broken> {
        let data = folder.join("data").display().to_string();
        let any = "127.0.0.1:0";
        let arguments = ["serve", "--data", &data, "--http", any, "--grpc", any];
        let began = Instant::now();
        let process = Process::start("baton", &arguments, &settings(), &folder.join("log")).await?;
        Ok((
            Self::Embedded(Box::new(process), folder.to_owned()),
            began.elapsed(),
        ))
    }

    /// Starts a process per service.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn distributed(folder: &Path, postgres: &str) -> Result<(Self, Duration), Broken> {
        let ground = Ground {
            postgres: postgres.to_owned(),
            folder: folder.to_owned(),
            name: format!("bench_{:08x}", rand::random::<u32>()),
            password: Some(ADMIN.1.to_owned()),
            settings: settings(),
            ..Ground::default()
        };
        let began = Instant::now();
        let stack = Box::new(Stack::start(&ground).await?);
        Ok((Self::Distributed(stack, folder.to_owned()), began.elapsed()))
    }

    /// Where JSON is served.
    #[must_use]
    pub fn http(&self) -> String {
        match self {
            Self::Embedded(process, _) => process.ready().http.clone().unwrap_or_default(),
            Self::Distributed(stack, _) => stack.http().to_owned(),
        }
    }

    /// Where the replicas of a service serve gRPC.
    #[must_use]
    pub fn grpc(&self, service: &str) -> Vec<String> {
        match self {
            Self::Embedded(process, _) => process.ready().grpc.clone().into_iter().collect(),
            Self::Distributed(stack, _) => stack
                .grpc()
                .filter(|(name, _)| name.trim_end_matches("-2") == service)
                .map(|(_, url)| url)
                .collect(),
        }
    }

    /// Where the store of a service is.
    #[must_use]
    pub fn store(&self, service: &str) -> Store {
        match self {
            Self::Embedded(_, folder) => {
                Store::Sqlite(folder.join("data").join(format!("{service}.db")))
            }
            Self::Distributed(stack, _) => {
                Store::Postgres(stack.database(service).unwrap_or_default().to_owned())
            }
        }
    }

    /// The administrator, and the demo company that he founds.
    ///
    /// # Errors
    /// What the system refuses.
    pub async fn company(&self) -> Result<(Api, String, Company), Failure> {
        let stranger = Api::new(Edge::at(&self.http()), "", "en");
        let who = json!({"user": ADMIN.0, "password": ADMIN.1});
        let session = stranger.post_patiently("/v1/sessions", "", &who).await?;
        let token = session["token"].as_str().unwrap_or_default().to_owned();
        let admin = stranger.of(token.clone());
        let company = demo::found(&admin, &Administrator).await?;
        Ok((admin, token, company))
    }

    /// Its own processes.
    #[must_use]
    pub fn processes(&self) -> BTreeSet<u32> {
        match self {
            Self::Embedded(process, _) => process.id().into_iter().collect(),
            Self::Distributed(stack, _) => stack.ids().collect(),
        }
    }

    /// The processes of its engine; none where that is a part of its own.
    async fn engine(&self) -> Result<BTreeSet<u32>, Failure> {
        let Store::Postgres(url) = self.store("marketing") else {
            return Ok(BTreeSet::new());
        };
        let mut server = PgConnection::connect(&url).await?;
        let worker: i32 = sqlx::query_scalar("select pg_backend_pid()")
            .fetch_one(&mut server)
            .await?;
        let first = machine::parent(worker.try_into()?);
        Ok(first.map(machine::family).unwrap_or_default())
    }

    /// Milliseconds of processor that Baton and its engine have used so far.
    ///
    /// # Errors
    /// When the engine cannot be asked.
    pub async fn cpu_ms(&self) -> Result<(f64, f64), Failure> {
        let engine = self.engine().await?;
        Ok((machine::cpu_ms(&self.processes()), machine::cpu_ms(&engine)))
    }

    /// Ends it.
    ///
    /// # Errors
    /// When a process does not end.
    pub async fn stop(self) -> Result<(), Broken> {
        match self {
            Self::Embedded(process, _) => process.stop().await.map(drop),
            Self::Distributed(stack, _) => stack.stop().await,
        }
    }
}

/// The administrator's password, and no log of what goes well.
fn settings() -> Vec<(String, String)> {
    [("AUTH__ADMIN_PASSWORD", ADMIN.1), ("LOG__FILTER", "warn")]
        .map(|(key, value)| (format!("BATON_{key}"), value.to_owned()))
        .into()
}
