//! `baton certificates`.

use std::{path::PathBuf, process::ExitCode};

use baton_chassis::{
    Clock,
    config::Config,
    papers::issue::{Bearer, Issued, issue},
};
use clap::Args;

use super::{Outcome, say};

/// Makes an authority and a certificate with its key for each service, as `links.ca`, `links.cert` and `links.key` want
/// them. Done again, it makes what is missing or runs out within 30 days, and keeps the rest; processes need no restart.
#[derive(Args, Clone, Debug)]
pub(super) struct Certificates {
    /// Folder in which each has one of its own with ca.pem, cert.pem and key.pem. `authority` stays with who runs this.
    into: PathBuf,
    /// Days for which a certificate is good.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(31..=825))]
    days: u32,
    /// One more: NAME for who only calls (`prometheus`), NAME=SERVICE,… for a process that runs several services.
    #[arg(long = "for", value_name = "NAME[=SERVICE,…]")]
    more: Vec<String>,
    /// Makes all of them anew.
    #[arg(long)]
    renew: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Certificates {
    pub(super) fn run(self) -> Outcome {
        let bearers = self.bearers()?;
        let now = Clock::System.now();
        let issued = issue(&self.into, &bearers, self.days, self.renew, now)?;
        if self.json {
            say(&serde_json::json!({ "certificates": issued }).to_string());
        } else {
            for certificate in &issued {
                say(&told(certificate));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// All services, and what was asked for besides.
    fn bearers(&self) -> Result<Vec<Bearer>, Box<dyn std::error::Error>> {
        let config = Config::defaults()?;
        let services = config.services();
        let alone = services.keys().map(|service| Bearer {
            name: (*service).to_owned(),
            services: vec![(*service).to_owned()],
        });
        let mut bearers: Vec<_> = alone.collect();
        for more in &self.more {
            let (name, of) = more.split_once('=').unwrap_or((more, ""));
            let of: Vec<_> = of.split(',').filter(|s| !s.is_empty()).collect();
            if let Some(unknown) = of.iter().find(|s| !services.contains_key(**s)) {
                return Err(format!("there is no service {unknown}").into());
            }
            if bearers.iter().any(|known| known.name == name) {
                return Err(format!("{name} is named twice").into());
            }
            bearers.push(Bearer {
                name: name.to_owned(),
                services: of.into_iter().map(str::to_owned).collect(),
            });
        }
        Ok(bearers)
    }
}

fn told(certificate: &Issued) -> String {
    let name = &certificate.name;
    match certificate.made_until {
        Some(day) => format!("{name}: made, good until {day}"),
        None => format!("{name}: kept"),
    }
}
