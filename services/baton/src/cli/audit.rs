//! `baton audit verify`, `baton audit head`.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode, str::FromStr};

use baton_chassis::{
    audit::{
        KEEPERS,
        chain::head,
        verify::{Kept, Verdict, verify},
    },
    config::Config,
    db::Db,
};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Outcome, say, settings};

/// What was changed is kept in a chain of hashes, one for each store.
#[derive(Args, Clone, Debug)]
pub(super) struct Audit {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Clone, Debug)]
enum What {
    /// Walks the chain of each store and says where it breaks first, and how. Ends with 2 if one does.
    Verify(Verify),
    /// Prints the end of each chain, to be kept where nobody can change it who can change the stores.
    Head(Where),
}

#[derive(Args, Clone, Debug)]
struct Where {
    /// Folder of the system; stores elsewhere are named by their settings (`BATON_SALES__DB_URL=…`).
    #[arg(long, default_value = "data", env = "BATON_DATA")]
    data: PathBuf,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args, Clone, Debug)]
struct Verify {
    #[command(flatten)]
    at: Where,
    /// An end that was kept, as `baton audit head` printed it; may be given many times. Only by that it shows when the last
    /// rows were taken out, or a whole chain was made anew.
    #[arg(long = "head", value_name = "SERVICE:SEQ:HASH")]
    heads: Vec<End>,
}

/// The end of the chain of a service.
#[derive(Clone, Debug)]
struct End {
    service: String,
    kept: Kept,
}

impl FromStr for End {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let malformed = || format!("{text:?} is not SERVICE:SEQ:HASH");
        let (service, end) = text.split_once(':').ok_or_else(malformed)?;
        let (seq, hash) = end.split_once(':').ok_or_else(malformed)?;
        let octet = |at: usize| u8::from_str_radix(hash.get(at..at + 2)?, 16).ok();
        let hash: Option<Vec<u8>> = (0..hash.len()).step_by(2).map(octet).collect();
        if !KEEPERS.contains(&service) {
            return Err(format!("no service {service:?} keeps an audit"));
        }
        Ok(Self {
            service: service.to_owned(),
            kept: Kept {
                seq: seq.parse().map_err(|_| malformed())?,
                hash: hash.ok_or_else(malformed)?,
            },
        })
    }
}

impl Audit {
    pub(super) async fn run(self) -> Outcome {
        match self.what {
            What::Verify(verify) => verify.run().await,
            What::Head(at) => at.head().await,
        }
    }
}

impl Where {
    /// The stores that there are.
    fn stores(&self) -> Result<(Config, Vec<&'static str>), Box<dyn std::error::Error>> {
        let config = settings(self.data.clone())?;
        let stores = config.services();
        let there = |service: &&'static str| {
            let elsewhere = stores.get(service).is_some_and(|s| !s.db_url.is_empty());
            elsewhere || config.data.join(format!("{service}.db")).exists()
        };
        let services: Vec<_> = KEEPERS.iter().copied().filter(there).collect();
        drop(stores);
        if services.is_empty() {
            return Err(format!("{} holds no system", config.data.display()).into());
        }
        Ok((config, services))
    }

    async fn head(self) -> Outcome {
        let (config, services) = self.stores()?;
        let mut heads = Vec::new();
        for service in services {
            let db = Db::connect(&config.db_url(service), 1).await?;
            let end = head(&db).await;
            db.close().await;
            let end = end?;
            let hash = hex(&end.hash.unwrap_or_default());
            if end.seq > 0 {
                heads.push(format!("{service}:{}:{hash}", end.seq));
            }
        }
        if self.json {
            say(&json!({ "heads": heads }).to_string());
        } else {
            for head in &heads {
                say(head);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Verify {
    async fn run(self) -> Outcome {
        let (config, services) = self.at.stores()?;
        let missing = self
            .heads
            .iter()
            .find(|h| !services.contains(&h.service.as_str()));
        if let Some(end) = missing {
            return Err(format!("there is no store of {} here", end.service).into());
        }
        let mut found = Vec::new();
        for service in services {
            let of_service = self.heads.iter().filter(|h| h.service == service);
            let kept: Vec<_> = of_service.map(|h| h.kept.clone()).collect();
            let db = Db::connect(&config.db_url(service), 1).await?;
            let verdict = verify(&db, None, &kept).await;
            db.close().await;
            found.push((service, verdict?));
        }
        let broken = found.iter().any(|(_, verdict)| verdict.broken.is_some());
        if self.at.json {
            let told =
                |(service, verdict): &(_, Verdict)| json!({"service": service, "verdict": verdict});
            let stores: Vec<_> = found.iter().map(told).collect();
            say(&json!({ "stores": stores }).to_string());
        } else {
            for (service, verdict) in &found {
                say(&sentence(service, verdict));
            }
        }
        Ok(ExitCode::from(if broken { 2 } else { 0 }))
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

fn sentence(service: &str, verdict: &Verdict) -> String {
    let rows = verdict.rows;
    let waiting = match verdict.waiting {
        0 => String::new(),
        n => format!(", {n} more are not chained yet"),
    };
    match &verdict.broken {
        None => format!("{service}: {rows} rows are as they were written{waiting}"),
        Some(broken) => format!("{service}: BROKEN after {rows} sound rows: {broken}{waiting}"),
    }
}
