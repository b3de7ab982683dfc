//! `baton demo`.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::{Outcome, System, say};
use crate::{
    api::{Api, Error, Result},
    demo::{self, Administrator, Reception},
    session::Session,
};

/// Founds the demo company and plays the three case studies.
#[derive(Args, Clone, Debug)]
pub(super) struct Demo {
    #[command(flatten)]
    system: System,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) async fn run(self) -> Outcome {
        let way = self.system.open().await?;
        let cases = match &way.session {
            Some(session) => demo::play(&way.api, &Keyholder(session)).await?,
            None => demo::play(&way.api, &Administrator).await?,
        };
        way.close().await?;
        if self.json {
            say(&json!({ "cases": cases }).to_string());
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = comfy_table::Table::new();
        table.set_header([
            "case",
            "lead",
            "account",
            "opportunity",
            "contract",
            "order",
        ]);
        for case in cases {
            let or_none = |id: Option<String>| id.unwrap_or_else(|| "-".to_owned());
            table.add_row([
                case.name.clone(),
                or_none(case.lead),
                case.account,
                case.opportunity,
                or_none(case.contract),
                case.order,
            ]);
        }
        say(&table.to_string());
        Ok(ExitCode::SUCCESS)
    }
}

/// Signs people in by the keys of the system.
struct Keyholder<'s>(&'s Session);

impl Reception for Keyholder<'_> {
    async fn sign_in(&self, admin: &Api, member: &Value) -> Result<Api> {
        let name = member["name"].as_str().unwrap_or_default();
        let token = self.0.token(name).await.map_err(|e| Error::Broken {
            method: http::Method::POST,
            path: format!("token of {name}"),
            cause: e.to_string(),
        })?;
        Ok(admin.of(token))
    }
}
