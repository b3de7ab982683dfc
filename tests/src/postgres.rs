//! A PostgreSQL server of one's own that writes everything down, to be killed and started again.

use std::{
    fs, io,
    net::TcpStream,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::process::{Child, Command};

use crate::{
    bench::machine,
    faults::pause,
    process::{Broken, free_ports, is_alive, signal},
};

/// Tries, 50 ms apart, to find it ready: after a crash it first does again what was not written into its files.
const TRIES: usize = 1_200;

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
    port: u16,
    password: String,
    child: Child,
}

impl Postgres {
    /// Makes a server in `folder/postgres` and starts it.
    ///
    /// # Errors
    /// When there is no PostgreSQL here, or it does not start.
    pub async fn start(folder: &Path) -> Result<Self, Broken> {
        let programs = programs().ok_or_else(|| {
            io::Error::other("no PostgreSQL here; tests/tools.sh postgres installs it")
        })?;
        let home = folder.join("postgres");
        fs::create_dir_all(&home)?;
        let owner = owner()?;
        if let Some((user, group)) = owner {
            // PostgreSQL refuses to run as root, so root lends the folder to another user.
            fs::set_permissions(folder, fs::Permissions::from_mode(0o711))?;
            chown(&home, Some(user), Some(group))?;
        }
        let password = format!("{:032x}", rand::random::<u128>());
        fs::write(home.join("password"), &password)?;
        make(&programs, &home, owner).await?;
        let [port] = free_ports()?;
        let mut server = Self {
            child: run(&programs, &home, owner, port)?,
            programs,
            folder: home,
            owner,
            port,
            password,
        };
        server.until_ready().await?;
        Ok(server)
    }

    /// Where it is: `postgres://…/postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_at(&format!("127.0.0.1:{}", self.port))
    }

    /// The same by another way there.
    #[must_use]
    pub fn url_at(&self, address: &str) -> String {
        format!("postgres://baton:{}@{address}/postgres", self.password)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Whether it runs.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.child.id().is_some_and(is_alive)
    }

    /// Its process and those that it started.
    #[must_use]
    pub fn family(&self) -> Vec<u32> {
        let first = self.child.id();
        first.map(machine::family).into_iter().flatten().collect()
    }

    /// Ends it and all its processes at once, as a power cut would.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> Result<(), Broken> {
        let family = self.family();
        signal("KILL", family.iter().copied())?;
        self.child.wait().await?;
        // Its shared memory is free when the last of them is gone.
        while family.iter().any(|pid| is_alive(*pid)) {
            pause(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Starts it again after [`Postgres::kill`], at the same address.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self) -> Result<(), Broken> {
        self.child = run(&self.programs, &self.folder, self.owner, self.port)?;
        self.until_ready().await
    }

    /// Makes a database as another one is, which nobody may use meanwhile; what it was before is gone.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn copy_database(&self, from: &str, to: &str) -> Result<(), Broken> {
        let mut server = PgConnection::connect(&self.url()).await?;
        // A name cannot be bound; these are made of known words.
        for text in [
            format!("drop database if exists \"{to}\" with (force)"),
            format!("create database \"{to}\" template \"{from}\""),
        ] {
            sqlx::query(AssertSqlSafe(text))
                .execute(&mut server)
                .await?;
        }
        Ok(server.close().await?)
    }

    /// The server says so in its own file: at the port another one might answer.
    async fn until_ready(&mut self) -> Result<(), Broken> {
        let told = self.folder.join("data").join("postmaster.pid");
        for _ in 0..TRIES {
            let pid = self.child.id().map(|pid| pid.to_string());
            let text = fs::read_to_string(&told).unwrap_or_default();
            let lines: Vec<_> = text.lines().collect();
            let is_ready = lines.get(7).is_some_and(|state| state.trim() == "ready");
            if is_ready
                && lines.first().copied() == pid.as_deref()
                && TcpStream::connect(self.address()).is_ok()
            {
                return Ok(());
            }
            if self.child.try_wait()?.is_some() {
                break;
            }
            pause(Duration::from_millis(50)).await;
        }
        Err(Broken::NotReady {
            program: "postgres".to_owned(),
            log: fs::read_to_string(self.folder.join("log")).unwrap_or_default(),
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Killing the first alone would leave the others to find out.
        drop(signal("KILL", self.family()));
    }
}

/// The folder of the newest PostgreSQL on this machine, which Debian keeps off the path.
fn programs() -> Option<PathBuf> {
    let found = std::process::Command::new("sh")
        .args(["-c", "command -v initdb"])
        .output()
        .ok()?;
    if found.status.success() {
        let initdb = fs::canonicalize(String::from_utf8(found.stdout).ok()?.trim()).ok()?;
        return initdb.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse::<u32>().ok()?,
                entry.path(),
            ))
        })
        .max()?;
    Some(newest.1.join("bin")).filter(|bin| bin.join("initdb").is_file())
}

/// Whom the server runs as, where we are root: user and group.
fn owner() -> io::Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let known = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        known.lines().find_map(|line| {
            let fields: Vec<_> = line.split(':').collect();
            let [found, _, user, group, ..] = fields[..] else {
                return None;
            };
            (found == name).then(|| Some((user.parse().ok()?, group.parse().ok()?)))?
        })
    };
    Ok(find("postgres").or_else(|| find("nobody")))
}

fn program(path: &Path, home: &Path, owner: Option<(u32, u32)>) -> Result<Command, Broken> {
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(home.join("log"))?;
    let mut command = Command::new(path);
    command
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .kill_on_drop(true);
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    Ok(command)
}

async fn make(programs: &Path, home: &Path, owner: Option<(u32, u32)>) -> Result<(), Broken> {
    if home.join("data").join("PG_VERSION").is_file() {
        return Ok(());
    }
    let made = program(&programs.join("initdb"), home, owner)?
        .args([
            "--pgdata",
            "data",
            "--username",
            "baton",
            "--encoding",
            "UTF8",
            "--no-locale",
        ])
        // Whoever can read the password could read the files as well; scram is slow by design.
        .args(["--auth", "md5", "--pwfile", "password", "--no-sync"])
        .status()
        .await?;
    if made.success() {
        return Ok(());
    }
    Err(Broken::NotReady {
        program: "initdb".to_owned(),
        log: fs::read_to_string(home.join("log")).unwrap_or_default(),
    })
}

fn run(
    programs: &Path,
    home: &Path,
    owner: Option<(u32, u32)>,
    port: u16,
) -> Result<Child, Broken> {
    program(&programs.join("postgres"), home, owner)?
        .args(["-D", "data", "-p", &port.to_string()])
        .args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
        ])
        .args(["-c", "max_connections=300", "-c", "max_wal_size=512MB"])
        // Else it begins after a crash by writing down each of thousands of files.
        .args(["-c", "recovery_init_sync_method=syncfs"])
        .spawn()
        .map_err(|source| Broken::Program {
            program: "postgres".to_owned(),
            source,
        })
}
