//! A server of Baton as a process of its own, and free ports for it.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    io,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{ExitStatus, Output, Stdio},
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// A process that says nothing for so long does not start any more.
const START_LIMIT: Duration = Duration::from_mins(1);

/// A process that drains for longer than this hangs.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Ports for servers lie below those that the system hands out to clients, so that none is taken meanwhile.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Why a process is of no use.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The program is missing or cannot be started.
    #[error("{program} cannot be started: {source}; `cargo build --workspace --bins` makes it")]
    Program {
        /// Its name.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ended, or kept silent, before it was ready; the end of its log says why.
    #[error("{program} did not become ready; its log ends:\n{log}")]
    NotReady {
        /// Its name.
        program: String,
        /// Last lines of its log.
        log: String,
    },
    /// It did not stop when asked to and was killed.
    #[error("{0} did not stop in time and was killed")]
    NotStopped(String),
    /// A file, a pipe or a port failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The database server refused.
    #[error("the database cannot be prepared: {0}")]
    Database(#[from] sqlx::Error),
}

/// What a server prints when it is ready.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Ready {
    /// Where it serves JSON, e.g. `http://127.0.0.1:8080`.
    pub http: Option<String>,
    /// Where it serves gRPC.
    pub grpc: Option<String>,
    /// How to sign in, when the first member was made just now.
    pub sign_in: Option<SignIn>,
}

/// The first member's name and password.
#[derive(Clone, Debug, Deserialize)]
pub struct SignIn {
    /// Name.
    pub user: String,
    /// Password; empty when it was set before.
    #[serde(default)]
    pub password: String,
}

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Process {
    program: String,
    child: Child,
    ready: Ready,
    // Held open: a server whose standard output is closed would fail on the next line it prints.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts a program of the workspace and waits until it is ready. Its log is appended to a file.
    ///
    /// # Errors
    /// When it cannot be started or ends before it is ready.
    pub async fn start<A: AsRef<OsStr>>(
        program: &str,
        arguments: &[A],
        environment: &[(String, String)],
        log: &Path,
    ) -> Result<Self, Broken> {
        let mut command = command(program, arguments);
        command.envs(environment.iter().map(|(k, v)| (k, v)));
        command.stdout(Stdio::piped());
        command.stderr(File::options().create(true).append(true).open(log)?);
        let mut child = command.spawn().map_err(|source| Broken::Program {
            program: program.to_owned(),
            source,
        })?;
        let program = program.to_owned();
        let output = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no standard output"))?;
        let mut output = BufReader::new(output).lines();
        match timeout(START_LIMIT, wait_until_ready(&mut output)).await {
            Ok(Ok(Some(ready))) => Ok(Self {
                program,
                child,
                ready,
                _output: output,
            }),
            Ok(Err(error)) => Err(error.into()),
            _ => Err(Broken::NotReady {
                program,
                log: end_of(&fs::read_to_string(log)?),
            }),
        }
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// What it printed when it was ready.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Asks it to drain and waits until it has ended.
    ///
    /// # Errors
    /// When it takes too long; then it is killed.
    pub async fn stop(mut self) -> Result<ExitStatus, Broken> {
        if let Some(pid) = self.child.id() {
            signal("TERM", [pid])?;
        }
        match timeout(STOP_LIMIT, self.child.wait()).await {
            Ok(status) => Ok(status?),
            Err(_) => {
                self.child.kill().await?;
                Err(Broken::NotStopped(self.program))
            }
        }
    }

    /// Whether it runs; `false` once it has ended, by itself or not.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.child.id().is_some_and(is_alive)
    }

    /// Ends it at once, as a power cut would.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(mut self) -> Result<(), Broken> {
        Ok(self.child.kill().await?)
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn ended(&mut self) -> Result<ExitStatus, Broken> {
        Ok(self.child.wait().await?)
    }
}

/// Runs a program of the workspace to its end.
///
/// # Errors
/// When it cannot be started.
pub async fn run<A: AsRef<OsStr>>(program: &str, arguments: &[A]) -> Result<Output, Broken> {
    run_in(program, arguments, &[]).await
}

/// The same with variables in its environment.
///
/// # Errors
/// When it cannot be started.
pub async fn run_in<A: AsRef<OsStr>>(
    program: &str,
    arguments: &[A],
    environment: &[(String, String)],
) -> Result<Output, Broken> {
    command(program, arguments)
        .envs(environment.iter().map(|(k, v)| (k, v)))
        .output()
        .await
        .map_err(|source| Broken::Program {
            program: program.to_owned(),
            source,
        })
}

/// A program of the workspace, killed when nobody waits for it any more. Settings of whoever runs the tests do not reach
/// it.
fn command<A: AsRef<OsStr>>(program: &str, arguments: &[A]) -> Command {
    let mut command = Command::new(path_of(program));
    for (name, _) in env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("BATON_")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Reads lines until the one that says `ready`; none when the process ends before.
async fn wait_until_ready(output: &mut Lines<BufReader<ChildStdout>>) -> io::Result<Option<Ready>> {
    #[derive(Deserialize)]
    struct Line {
        event: String,
        #[serde(flatten)]
        ready: Ready,
    }
    while let Some(line) = output.next_line().await? {
        match serde_json::from_str::<Line>(&line) {
            Ok(line) if line.event == "ready" => return Ok(Some(line.ready)),
            _ => {}
        }
    }
    Ok(None)
}

/// Sends a signal, e.g. `TERM`, to processes. The shell has it built in; a `kill` program is not on every machine.
///
/// # Errors
/// When there is no shell.
pub fn signal(name: &str, pids: impl IntoIterator<Item = u32>) -> io::Result<()> {
    let pids: Vec<_> = pids.into_iter().map(|pid| pid.to_string()).collect();
    std::process::Command::new("sh")
        .args(["-c", r#"kill -s "$0" "$@" 2>/dev/null"#, name])
        .args(pids)
        .status()?;
    Ok(())
}

/// Whether a process runs; one that has ended and was not waited for does not.
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

/// Path of a program of the workspace: in the folder that the running test was built into, or above it.
#[must_use]
pub fn path_of(program: &str) -> PathBuf {
    let here = env::current_exe().unwrap_or_default();
    let found = here
        .ancestors()
        .skip(1)
        .map(|folder| folder.join(program))
        .find(|p| p.is_file());
    found.unwrap_or_else(|| program.into())
}

/// Free ports of the loopback address.
///
/// # Errors
/// When there are not that many.
pub fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    // All are held until the last is found, so that none is found twice.
    let mut held = Vec::with_capacity(N);
    for _ in 0..1000 {
        if held.len() == N {
            break;
        }
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", rand::random_range(PORTS))) {
            held.push(listener);
        }
    }
    let mut ports = [0; N];
    let enough = held.len() == N;
    for (port, listener) in ports.iter_mut().zip(held) {
        *port = listener.local_addr()?.port();
    }
    if enough {
        Ok(ports)
    } else {
        Err(io::Error::other("no free ports"))
    }
}

fn end_of(log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_are_free_and_different() {
        let ports: [u16; 8] = free_ports().unwrap();
        for (i, port) in ports.iter().enumerate() {
            assert!(!ports[..i].contains(port));
            TcpListener::bind(("127.0.0.1", *port)).unwrap();
        }
    }

    #[tokio::test]
    async fn a_process_that_ends_before_it_is_ready_shows_its_log() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let script = ["-c", "echo starting; echo no database >&2"];
        let error = Process::start("sh", &script, &[], log.path())
            .await
            .unwrap_err();
        assert!(error.to_string().ends_with("no database"), "{error}");
    }

    #[tokio::test]
    async fn a_process_tells_its_addresses_and_stops_when_asked() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let ready = r#"{"event":"ready","http":"http://127.0.0.1:1","version":"1"}"#;
        let script = format!("trap 'exit 5' TERM; echo '{ready}'; while :; do sleep 0.1; done");
        let process = Process::start("sh", &["-c", &script], &[], log.path())
            .await
            .unwrap();
        assert_eq!(process.ready().http.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(process.stop().await.unwrap().code(), Some(5));
    }
}
