//! `baton trace KIND ID`.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::{Outcome, System, say};

/// Shows where an object came from and what became of it.
#[derive(Args, Clone, Debug)]
pub(super) struct TraceOf {
    /// Kind of the object: campaign, lead, opportunity, contract, order, …
    kind: String,
    /// Its id.
    id: String,
    #[command(flatten)]
    system: System,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl TraceOf {
    pub(super) async fn run(self) -> Outcome {
        let way = self.system.open().await?;
        if let Some(session) = &way.session {
            session.settle().await?;
        }
        let trace = way
            .api
            .get(&format!("/v1/trace/{}/{}", self.kind, self.id))
            .await;
        way.close().await?;
        let trace = trace?;
        let nodes: Vec<Value> = trace["nodes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(node)
            .collect();
        if self.json {
            say(&json!({ "nodes": nodes }).to_string());
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = comfy_table::Table::new();
        table.set_header(["kind", "number", "state", "title", "source", "id"]);
        for node in &nodes {
            let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
            let source = format!(
                "{} {}",
                text(&node["source"]["kind"]),
                text(&node["source"]["id"])
            );
            let number = if node["visible"] == false {
                "(not yours to open)".to_owned()
            } else {
                text(&node["number"])
            };
            table.add_row([
                text(&node["kind"]),
                number,
                text(&node["state"]),
                text(&node["title"]),
                source,
                text(&node["id"]),
            ]);
        }
        say(&table.to_string());
        Ok(ExitCode::SUCCESS)
    }
}

/// A node as programs read it.
fn node(node: &Value) -> Value {
    json!({
        "kind": node["kind"], "id": node["id"], "number": node["number"], "state": node["state"],
        "title": node["title"], "visible": node["visible"],
        "source": {"kind": node["source"]["kind"], "id": node["source"]["id"]},
    })
}
