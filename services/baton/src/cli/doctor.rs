//! `baton doctor`.

use std::{path::PathBuf, process::ExitCode};

use baton_chassis::{
    Clock,
    doctor::{Finding, Level, examine},
};
use clap::Args;

use super::{Outcome, say, settings};

/// Looks whether the stores are sound, the logs whole, the certificate good for a while, and nothing waits that should not.
/// Ends with 2 if a promise is broken.
#[derive(Args, Clone, Debug)]
pub(super) struct Doctor {
    /// Folder of the system; stores elsewhere are named by their settings (`BATON_SALES__DB_URL=…`).
    #[arg(long, default_value = "data", env = "BATON_DATA")]
    data: PathBuf,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) async fn run(self) -> Outcome {
        let config = settings(self.data)?;
        let stores = config.services();
        let there = |service: &str| {
            let elsewhere = stores.get(service).is_some_and(|s| !s.db_url.is_empty());
            elsewhere || config.data.join(format!("{service}.db")).exists()
        };
        let services: Vec<&str> = stores.keys().copied().filter(|s| there(s)).collect();
        // A gateway keeps nothing, but shows a certificate.
        if services.is_empty() && config.links.cert.as_os_str().is_empty() {
            return Err(format!("{} holds no system", config.data.display()).into());
        }
        let findings = examine(&config, &services, Clock::System.now()).await?;
        let faults = findings.iter().any(|f| f.level == Level::Fault);
        if self.json {
            say(&serde_json::json!({ "services": services, "findings": findings }).to_string());
        } else {
            say(&table(&services, &findings));
        }
        Ok(ExitCode::from(if faults { 2 } else { 0 }))
    }
}

fn table(services: &[&str], findings: &[Finding]) -> String {
    if findings.is_empty() {
        let looked_at = if services.is_empty() {
            "the certificate".to_owned()
        } else {
            services.join(", ")
        };
        return format!("nothing is wrong with {looked_at}");
    }
    let mut table = comfy_table::Table::new();
    table.set_header(["service", "how bad", "rule", "what"]);
    for f in findings {
        let level = format!("{:?}", f.level).to_lowercase();
        table.add_row([&f.service, &level, f.rule, &f.text]);
    }
    table.to_string()
}
