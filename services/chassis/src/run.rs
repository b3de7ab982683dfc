//! From settings to a process that serves, and back: config, log, sockets, stores, calls, loops, ready; then unready,
//! drain, end.

use std::{process::ExitCode, sync::Arc};

use serde::{Deserialize, Serialize};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Result,
    config::Config,
    listen::{self, Bound},
    papers::Papers,
    server::{Process, Setup},
    service::{Credentials, Service},
    status::chain,
    telemetry,
    tls::{self, Tls},
};

/// A free port for this machine alone.
const LOCAL: &str = "127.0.0.1:0";

/// Where a process is reached: urls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// gRPC.
    pub grpc: String,
    /// JSON, if the gateway is in it.
    pub http: Option<String>,
}

/// A socket, where it speaks TLS to everybody also one on this machine alone, in the clear, before it: commands know the
/// keys of the system, not who signed its certificate.
async fn bind(address: &str, tls: Option<Tls>) -> Result<Vec<Bound>> {
    let mut bound = Vec::new();
    if let Some(Tls::Given(_)) = &tls {
        bound.push(listen::bind(LOCAL).await?);
    }
    bound.push(listen::bind(address).await?.with(tls));
    Ok(bound)
}

/// The sockets of a process.
struct Sockets {
    grpc: Vec<Bound>,
    http: Vec<Bound>,
}

impl Sockets {
    async fn bind(config: &Config, is_edge: bool, papers: Option<Arc<Papers>>) -> Result<Self> {
        let tls = tls::acceptor(config)?;
        let inside = papers.map(Tls::Mutual).or_else(|| tls.clone());
        Ok(Self {
            grpc: bind(&config.listen.grpc, inside).await?,
            http: if is_edge {
                bind(&config.listen.http, tls).await?
            } else {
                Vec::new()
            },
        })
    }

    /// Where others reach it.
    fn addresses(&self) -> Addresses {
        Addresses {
            grpc: self.grpc.last().map(Bound::url).unwrap_or_default(),
            http: self.http.last().map(Bound::url),
        }
    }

    /// Where commands reach it.
    fn local(&self) -> Addresses {
        Addresses {
            grpc: self.grpc.first().map(Bound::url).unwrap_or_default(),
            http: self.http.first().map(Bound::url),
        }
    }
}

/// A process that serves.
#[derive(Debug)]
pub struct Running {
    /// The process.
    pub process: Process,
    /// Where others reach it.
    pub addresses: Addresses,
    /// Where commands on this machine reach it: in the clear, but for gRPC among services that have papers.
    pub local: Addresses,
    serving: Vec<tokio::task::JoinHandle<Result<()>>>,
    signals: Signals,
}

impl Running {
    /// Binds, opens and starts everything; answers when it takes work.
    ///
    /// # Errors
    /// When a socket, a store or a setting cannot be used.
    pub async fn start(config: Config, services: Vec<Service>, setup: Setup) -> Result<Self> {
        // First the sockets: an address that is taken should not cost a migration.
        std::fs::create_dir_all(&config.data).map_err(Error::internal)?;
        let is_edge = services.iter().any(|s| s.http.is_some());
        let names = services.iter().map(|s| s.name);
        let papers = Papers::of(&config.links, names)?;
        let sockets = Sockets::bind(&config, is_edge, papers.clone()).await?;
        let (addresses, local) = (sockets.addresses(), sockets.local());

        let process = Process::open_with(config, services, setup, papers).await?;
        process.start();
        let ready = CancellationToken::new();
        let serving = serve(&process, sockets, &ready);
        process.ready().await?;
        ready.cancel();
        Ok(Self {
            process,
            addresses,
            local,
            serving,
            signals: Signals::listen()?,
        })
    }

    /// Waits until the process is told to stop, or has to.
    pub async fn until_stopped(&mut self) {
        let stopping = self.process.stopping();
        tokio::select! {
            () = self.signals.told() => tracing::info!("told to stop"),
            () = stopping.cancelled() => {}
        }
    }

    /// Ends in order: no new calls, open ones end, loops end.
    pub async fn stop(self) {
        self.process.stop().await;
        for serving in self.serving {
            if let Ok(Err(error)) = serving.await {
                tracing::error!(error = %chain(&error), "a socket failed");
            }
        }
    }

    /// The line that tells other programs where to go.
    #[must_use]
    pub fn ready_line(&self) -> String {
        let mut line = serde_json::json!({"event": "ready", "grpc": self.addresses.grpc});
        if let Some(http) = &self.addresses.http {
            line["http"] = http.as_str().into();
        }
        if let Some(Credentials { user, password }) = &self.process.first_run {
            line["sign_in"] = serde_json::json!({"user": user, "password": password});
        }
        line.to_string()
    }
}

#[expect(clippy::disallowed_methods, reason = "`Running::stop` waits for them")]
fn serve(
    process: &Process,
    Sockets { grpc, http }: Sockets,
    ready: &CancellationToken,
) -> Vec<tokio::task::JoinHandle<Result<()>>> {
    let (stop, limits) = (process.stopping(), process.config.limits.of_connections());
    let gauges = process.config.metrics.serve.then(|| process.gauges());
    let app = listen::grpc(process.door(), gauges, ready.clone(), stop.clone());
    let served = |app: axum::Router| {
        let stop = stop.clone();
        move |bound| tokio::spawn(listen::serve(bound, app.clone(), limits, stop.clone()))
    };
    let mut serving: Vec<_> = grpc.into_iter().map(served(app)).collect();
    if let Some(app) = process.http() {
        let app = app.merge(listen::health(ready.clone(), stop.clone()));
        serving.extend(http.into_iter().map(served(app)));
    }
    serving
}

/// The signals to stop. They are heard from when this is made: whoever reads that a process is ready may stop it at once.
#[derive(Debug)]
struct Signals {
    #[cfg(unix)]
    heard: [Signal; 2],
}

impl Signals {
    fn listen() -> Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            heard: [
                signal(SignalKind::terminate()).map_err(Error::internal)?,
                signal(SignalKind::interrupt()).map_err(Error::internal)?,
            ],
        })
    }

    /// Waits for one of them.
    async fn told(&mut self) {
        #[cfg(unix)]
        {
            let [terminate, interrupt] = &mut self.heard;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    }
}

/// The whole life of the process of a single service: what its `main` is.
#[must_use]
pub fn run(services: impl IntoIterator<Item = Service>) -> ExitCode {
    let config = match Config::load() {
        Ok(config) => config,
        Err(error) => return refused(&error),
    };
    let services: Vec<_> = services.into_iter().collect();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return refused(&error),
    };
    let ran: Result<()> = runtime.block_on(async {
        let telemetry = telemetry::serve(&config, &services)?;
        crate::fault::arm();
        let mut running = Running::start(config, services, Setup::default()).await?;
        print_line(&running.ready_line());
        running.until_stopped().await;
        running.stop().await;
        telemetry.stop().await;
        Ok(())
    });
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refused(&error),
    }
}

/// Writes a line for another program to stdout.
#[expect(
    clippy::print_stdout,
    reason = "this line is the program's answer to who started it"
)]
fn print_line(line: &str) {
    println!("{line}");
}

fn refused(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    tracing::error!(error = %chain(error), "the process ends");
    complain(&chain(error));
    ExitCode::FAILURE
}

#[expect(clippy::print_stderr, reason = "the log may not have been started yet")]
fn complain(text: &str) {
    eprintln!("baton: {text}");
}
