//! `baton serve`: all services in one process, or some of them.

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use baton_chassis::{run::Running, server::Setup, telemetry};
use clap::Args;

use super::{Outcome, complain, say};
use crate::home::{self, Holder};

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
    pub(super) async fn run(self) -> Outcome {
        let mut config = baton_chassis::config::Config::load()?;
        if let Some(data) = self.data {
            config.data = data;
        }
        if let Some(http) = self.http {
            config.listen.http = http;
        }
        if let Some(grpc) = self.grpc {
            config.listen.grpc = grpc;
        }
        let mut services = crate::services();
        if let Some(unknown) = self
            .only
            .iter()
            .find(|name| !services.iter().any(|s| s.name() == **name))
        {
            return Err(format!("there is no service {unknown}").into());
        }
        if !self.only.is_empty() {
            services.retain(|s| self.only.iter().any(|name| name == s.name()));
        }
        let telemetry = telemetry::serve(&config, &services)?;
        let home = match home::take(&config.data)? {
            Holder::Us(home) => home,
            Holder::Other(address) => {
                let at = address.http.unwrap_or(address.grpc);
                return Err(format!(
                    "a system runs on {} already, at {at}",
                    config.data.display()
                )
                .into());
            }
        };
        let data = config.data.clone();
        baton_chassis::fault::arm();
        let mut running = Running::start(config, services, Setup::default()).await?;
        home.publish(&running.local)?;
        if std::io::stdout().is_terminal() {
            say(&banner(&running, &data));
        } else {
            say(&running.ready_line());
        }
        running.until_stopped().await;
        complain("baton: stopping");
        running.stop().await;
        telemetry.stop().await;
        drop(home);
        Ok(ExitCode::SUCCESS)
    }
}

fn banner(running: &Running, data: &std::path::Path) -> String {
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
