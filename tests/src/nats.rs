//! NATS as a system of its own runs it: by the file that is deployed, with a user for each service.

use std::{path::Path, process::Stdio, time::Duration};

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
    address: String,
    secret: String,
}

impl Nats {
    /// Starts a server that keeps its streams and its log in `folder`, with a new password for each of `users`.
    ///
    /// # Errors
    /// When the program is missing, or the server does not start.
    pub async fn start(folder: &Path, users: &[&str]) -> Result<Self, Broken> {
        let [port] = free_ports()?;
        let log = folder.join("log").join("nats.log");
        let secret = format!("{:032x}", rand::random::<u128>());
        let mut command = Command::new("nats-server");
        command
            .args(["--config", SETTINGS, "--addr", "127.0.0.1"])
            .args(["--port", &port.to_string()])
            .arg("--store_dir")
            .arg(folder.join("nats"))
            .arg("--log")
            .arg(&log)
            .envs(users.iter().map(|user| {
                let name = format!("NATS_{}_PASSWORD", user.to_uppercase());
                (name, password(user, &secret))
            }))
            .stdin(Stdio::null())
            // A Ctrl-C at the terminal is for the services, which still have something to say.
            .process_group(0)
            .kill_on_drop(true);
        let child = command.spawn().map_err(|source| Broken::Program {
            program: "nats-server".to_owned(),
            source,
        })?;
        let mut nats = Self {
            child,
            address: format!("127.0.0.1:{port}"),
            secret,
        };
        if nats.is_there().await? {
            return Ok(nats);
        }
        Err(Broken::NotReady {
            program: "nats-server".to_owned(),
            log: std::fs::read_to_string(log).unwrap_or_default(),
        })
    }

    async fn is_there(&mut self) -> Result<bool, Broken> {
        for _ in 0..TRIES {
            if TcpStream::connect(&self.address).await.is_ok() {
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
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address for one user, with his password.
    #[must_use]
    pub fn url(&self, user: &str) -> String {
        let password = password(user, &self.secret);
        format!("nats://{user}:{password}@{}", self.address)
    }

    /// Ends it.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn stop(mut self) -> Result<(), Broken> {
        Ok(self.child.kill().await?)
    }
}

/// Begins with a letter: the settings would take digits for a number.
fn password(user: &str, secret: &str) -> String {
    format!("{user}-{secret}")
}
