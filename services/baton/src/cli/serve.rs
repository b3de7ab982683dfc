//! `baton serve`: all services in one process, or some of them.

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use baton_chassis::{Service, config::Config, run::Running, server::Setup, telemetry};
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{Outcome, complain, say};
use crate::{
    demo::web,
    home::{self, Holder, Home},
};

/// Starts the system.
#[derive(Args, Clone, Debug)]
pub(super) struct Serve {
    /// Folder for databases, keys and the address file.
    #[arg(long, env = "BATON_DATA")]
    data: Option<PathBuf>,
    /// Where JSON is served; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// Where gRPC is served; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    grpc: Option<String>,
    /// Only these services; the others must be named by their addresses (`BATON_SALES__URL=http://…`).
    #[arg(long, value_delimiter = ',', value_name = "SERVICE,…")]
    only: Vec<String>,
}

impl Serve {
    pub(super) async fn run(mut self) -> Outcome {
        let mut config = Config::load()?;
        if let Some(data) = self.data.take() {
            config.data = data;
        }
        if let Some(http) = self.http.take() {
            config.listen.http = http;
        }
        if let Some(grpc) = self.grpc.take() {
            config.listen.grpc = grpc;
        }
        let telemetry = telemetry::serve(&config, &self.services(CancellationToken::new())?)?;
        baton_chassis::fault::arm();
        let mut announced = false;
        loop {
            let clear = CancellationToken::new();
            let home = own(&config)?;
            let services = self.services(clear.clone())?;
            let mut running = Running::start(config.clone(), services, Setup::default()).await?;
            home.publish(&running.local)?;
            if !announced {
                announce(&running, &config);
                announced = true;
            }
            // It comes back where people know it to be.
            stay(&mut config, &running);
            tokio::select! {
                () = running.until_stopped() => {}
                () = clear.cancelled() => {}
            }
            complain("baton: stopping");
            running.stop().await;
            drop(home);
            if !clear.is_cancelled() {
                break;
            }
            complain("baton: the demo company is cleared");
            web::clear(&config).await?;
        }
        telemetry.stop().await;
        Ok(ExitCode::SUCCESS)
    }

    /// The services that are to run; `clear` is cancelled when the demo company is to go.
    fn services(&self, clear: CancellationToken) -> Result<Vec<Service>, String> {
        let mut services = crate::services_with_demo(clear);
        if let Some(unknown) = self
            .only
            .iter()
            .find(|name| !services.iter().any(|s| s.name() == **name))
        {
            return Err(format!("there is no service {unknown}"));
        }
        if !self.only.is_empty() {
            services.retain(|s| self.only.iter().any(|name| name == s.name()));
        }
        Ok(services)
    }
}

/// The data folder for this process alone.
fn own(config: &Config) -> Result<Home, Box<dyn std::error::Error>> {
    match home::take(&config.data)? {
        Holder::Us(home) => Ok(home),
        Holder::Other(address) => {
            let at = address.http.unwrap_or(address.grpc);
            Err(format!(
                "a system runs on {} already, at {at}",
                config.data.display()
            )
            .into())
        }
    }
}

fn announce(running: &Running, config: &Config) {
    if std::io::stdout().is_terminal() {
        say(&banner(running, &config.data));
    } else {
        say(&running.ready_line());
    }
}

/// Fixes the addresses that a process came to listen on.
fn stay(config: &mut Config, running: &Running) {
    let address = |url: &str| url.split_once("://").map(|(_, address)| address.to_owned());
    if let Some(grpc) = address(&running.addresses.grpc) {
        config.listen.grpc = grpc;
    }
    if let Some(http) = running.addresses.http.as_deref().and_then(address) {
        config.listen.http = http;
    }
}

fn banner(running: &Running, data: &Path) -> String {
    let mut lines = vec![
        String::new(),
        "  Baton is ready / 已就绪".to_owned(),
        String::new(),
    ];
    if let Some(http) = &running.addresses.http {
        lines.push(format!(
            "  Web, JSON   {http}/   (API: {http}/openapi.json)"
        ));
    }
    lines.push(format!("  gRPC        {}", running.addresses.grpc));
    lines.push(format!("  Data        {}", data.display()));
    match &running.process.first_run {
        Some(made) => {
            lines.push(format!(
                "  Sign in     user {}   password {}",
                made.user, made.password
            ));
            lines.push("              (shown only this once / 仅显示这一次)".to_owned());
        }
        None => lines.push(
            "  Sign in     as you did before; a token: baton token --member admin".to_owned(),
        ),
    }
    lines.push(String::new());
    lines.push(
        "  Ctrl-C stops it. `baton demo` in another terminal plays a demo company.".to_owned(),
    );
    lines.push(String::new());
    lines.join("\n")
}
