//! NATS as a system of its own runs it: by the file that is deployed, with a user for each service.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};

use crate::process::{Broken, free_ports};

/// The settings that are deployed: what each user may do.
pub const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/nats/nats.conf");

/// Words of the subjects and streams that the settings speak of.
pub const NAMESPACE: &str = "baton";

/// Tries, 50 ms apart, to reach a server that was started.
const TRIES: usize = 200;

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Nats {
    child: Child,
    folder: PathBuf,
    users: Vec<String>,
    port: u16,
    secret: String,
}

impl Nats {
    /// Starts a server that keeps its streams and its log in `folder`, with a new password for each of `users`.
    ///
    /// # Errors
    /// When the program is missing, or the server does not start.
    pub async fn start(folder: &Path, users: &[&str]) -> Result<Self, Broken> {
        let [port] = free_ports()?;
        let secret = format!("{:032x}", rand::random::<u128>());
        let users: Vec<_> = users.iter().map(|user| (*user).to_owned()).collect();
        let mut nats = Self {
            child: run(folder, &users, port, &secret)?,
            folder: folder.to_owned(),
            users,
            port,
            secret,
        };
        nats.until_there().await?;
        Ok(nats)
    }

    /// Where it keeps its streams.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.folder.join("nats")
    }

    /// Ends it at once, as a power cut would.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> Result<(), Broken> {
        Ok(self.child.kill().await?)
    }

    /// Starts it again after [`Nats::kill`], at the same address with the same passwords.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self) -> Result<(), Broken> {
        self.child = run(&self.folder, &self.users, self.port, &self.secret)?;
        self.until_there().await
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    async fn until_there(&mut self) -> Result<(), Broken> {
        if self.is_there().await? {
            return Ok(());
        }
        Err(Broken::NotReady {
            program: "nats-server".to_owned(),
            log: std::fs::read_to_string(log(&self.folder)).unwrap_or_default(),
        })
    }

    async fn is_there(&mut self) -> Result<bool, Broken> {
        for _ in 0..TRIES {
            if TcpStream::connect(self.address()).await.is_ok() {
                return Ok(true);
            }
            // It ends by itself when it cannot use its settings.
            if timeout(Duration::from_millis(50), self.child.wait())
                .await
                .is_ok()
            {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// Where it listens, e.g. `127.0.0.1:4222`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The address for one user, with his password.
    #[must_use]
    pub fn url(&self, user: &str) -> String {
        self.url_at(user, &self.address())
    }

    /// The same by another way there.
    #[must_use]
    pub fn url_at(&self, user: &str, address: &str) -> String {
        format!("nats://{user}:{}@{address}", password(user, &self.secret))
    }

    /// Ends it.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn stop(mut self) -> Result<(), Broken> {
        Ok(self.child.kill().await?)
    }
}

fn log(folder: &Path) -> PathBuf {
    folder.join("log").join("nats.log")
}

fn run(folder: &Path, users: &[String], port: u16, secret: &str) -> Result<Child, Broken> {
    let mut command = Command::new("nats-server");
    command
        .args(["--config", SETTINGS, "--addr", "127.0.0.1"])
        .args(["--port", &port.to_string()])
        .arg("--store_dir")
        .arg(folder.join("nats"))
        .arg("--log")
        .arg(log(folder))
        .envs(users.iter().map(|user| {
            let name = format!("NATS_{}_PASSWORD", user.to_uppercase());
            (name, password(user, secret))
        }))
        .stdin(Stdio::null())
        // A Ctrl-C at the terminal is for the services, which still have something to say.
        .process_group(0)
        .kill_on_drop(true);
    command.spawn().map_err(|source| Broken::Program {
        program: "nats-server".to_owned(),
        source,
    })
}

/// Begins with a letter: the settings would take digits for a number.
fn password(user: &str, secret: &str) -> String {
    format!("{user}-{secret}")
}
