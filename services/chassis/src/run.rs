//! From settings to a process that serves, and back: config, log, sockets, stores, calls, loops, ready; then unready,
//! drain, end.

use std::{net::SocketAddr, process::ExitCode};

use tokio_util::sync::CancellationToken;

use crate::{
    Result,
    config::Config,
    listen::{self, Bound},
    server::{Process, Setup},
    service::{Credentials, Service},
    status::chain,
    telemetry,
};

/// Where a process listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// gRPC.
    pub grpc: SocketAddr,
    /// JSON, if the gateway is in it.
    pub http: Option<SocketAddr>,
}

/// A process that serves.
#[derive(Debug)]
pub struct Running {
    /// The process.
    pub process: Process,
    /// Where it listens.
    pub addresses: Addresses,
    serving: Vec<tokio::task::JoinHandle<Result<()>>>,
}

impl Running {
    /// Binds, opens and starts everything; answers when it takes work.
    ///
    /// # Errors
    /// When a socket, a store or a setting cannot be used.
    pub async fn start(config: Config, services: Vec<Service>, setup: Setup) -> Result<Self> {
        // First the sockets: an address that is taken should not cost a migration.
        let grpc = listen::bind(&config.listen.grpc).await?;
        let is_edge = services.iter().any(|s| s.http.is_some());
        let http = if is_edge {
            Some(listen::bind(&config.listen.http).await?)
        } else {
            None
        };
        let addresses = Addresses {
            grpc: grpc.address,
            http: http.as_ref().map(|b| b.address),
        };

        let process = Process::open(config, services, setup).await?;
        process.start();
        let ready = CancellationToken::new();
        let serving = serve(&process, grpc, http, &ready);
        process.ready().await?;
        ready.cancel();
        Ok(Self {
            process,
            addresses,
            serving,
        })
    }

    /// Waits until the process is told to stop, or has to.
    pub async fn until_stopped(&self) {
        let stopping = self.process.stopping();
        tokio::select! {
            () = signalled() => tracing::info!("told to stop"),
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
        let url = |address: SocketAddr| format!("http://{address}");
        let mut line = serde_json::json!({"event": "ready", "grpc": url(self.addresses.grpc)});
        if let Some(http) = self.addresses.http {
            line["http"] = url(http).into();
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
    grpc: Bound,
    http: Option<Bound>,
    ready: &CancellationToken,
) -> Vec<tokio::task::JoinHandle<Result<()>>> {
    let (stop, connections) = (process.stopping(), process.config.limits.connections);
    let gauges = process.config.metrics.serve.then(|| process.gauges());
    let app = listen::grpc(process.door(), gauges, ready.clone(), stop.clone());
    let mut serving = vec![tokio::spawn(listen::serve(
        grpc,
        app,
        connections,
        stop.clone(),
    ))];
    if let (Some(bound), Some(app)) = (http, process.http()) {
        let app = app.merge(listen::health(ready.clone(), stop.clone()));
        serving.push(tokio::spawn(listen::serve(bound, app, connections, stop)));
    }
    serving
}

/// Waits for the signal to stop.
async fn signalled() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
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
        let running = Running::start(config, services, Setup::default()).await?;
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
