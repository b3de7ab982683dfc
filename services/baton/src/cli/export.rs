//! `baton export`.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{Outcome, System, complain};
use crate::api::Api;

/// Takes a list out as a file, under the rights of a member, and notes it.
#[derive(Args, Clone, Debug)]
pub(super) struct Export {
    /// The list, as its address has it: leads, accounts, opportunities, orders, followUps, …
    collection: String,
    /// Where the file goes: CSV, or a JSON object in each line if the name ends in .ndjson. Left out for CSV on standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A parameter of the list, e.g. `quality=LEAD_QUALITY_NEW` or `orderBy=name`; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    filter: Vec<String>,
    /// Columns, with commas between them: number,title,owner,source.kind. All usual ones if they are left out.
    #[arg(long, value_delimiter = ',', value_name = "COLUMN")]
    columns: Vec<String>,
    /// Writes titles and choices as people read them, in the language of --lang, and not as an import takes them.
    #[arg(long)]
    labels: bool,
    #[command(flatten)]
    system: System,
}

impl Export {
    pub(super) async fn run(self) -> Outcome {
        let path = self.path()?;
        let way = self.system.open().await?;
        let taken = match &self.out {
            Some(out) => to_file(&way.api, &path, out).await,
            None => to_terminal(&way.api, &path).await,
        };
        way.close().await?;
        taken?;
        if let Some(out) = &self.out {
            complain(&format!("{}: {}", self.collection, out.display()));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The address of the file.
    fn path(&self) -> Result<String, String> {
        let ending = |out: &PathBuf| out.extension().is_some_and(|e| e == "ndjson");
        let form = if self.out.as_ref().is_some_and(ending) {
            "ndjson"
        } else {
            "csv"
        };
        let labels = if self.labels {
            self.system.language().tag()
        } else {
            "none"
        };
        let mut query = vec![("labels", labels.to_owned())];
        if !self.columns.is_empty() {
            query.push(("columns", self.columns.join(",")));
        }
        for pair in &self.filter {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| format!("--filter {pair}: NAME=VALUE"))?;
            query.push((name, value.to_owned()));
        }
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let collection: Vec<_> = self.collection.split('/').map(encoded).collect();
        let (collection, query) = (collection.join("/"), query.join("&"));
        Ok(format!("/v1/exports/{collection}.{form}?{query}"))
    }
}

/// Writes beside the file and puts it in its place when it is whole: nobody takes half a file for one.
async fn to_file(api: &Api, path: &str, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let part = out.with_file_name(format!("{name}.part"));
    let mut file = BufWriter::new(File::create(&part)?);
    let taken = api.download(path, |piece| file.write_all(piece)).await;
    let whole = match taken {
        Ok(()) => file.flush().map_err(Into::into),
        Err(error) => Err(Box::<dyn std::error::Error>::from(error)),
    };
    drop(file);
    match whole {
        Ok(()) => Ok(fs::rename(&part, out)?),
        Err(error) => {
            fs::remove_file(&part)?;
            Err(error)
        }
    }
}

async fn to_terminal(api: &Api, path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout();
    Ok(api.download(path, |piece| out.write_all(piece)).await?)
}

/// A part of an address, whatever it holds.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~,".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        export: Export,
    }

    fn path(arguments: &[&str]) -> Result<String, String> {
        let all = ["export"].iter().chain(arguments);
        Line::try_parse_from(all).unwrap().export.path()
    }

    #[test]
    fn the_address_of_a_file_says_all_that_was_asked_for() {
        assert_eq!(
            path(&["leads"]).unwrap(),
            "/v1/exports/leads.csv?labels=none"
        );
        let asked = [
            "accounts",
            "--out",
            "a.ndjson",
            "--columns",
            "name,owner",
            "--filter",
            "query=三 & more",
            "--labels",
            "--lang",
            "zh-CN",
        ];
        assert_eq!(
            path(&asked).unwrap(),
            "/v1/exports/accounts.ndjson?labels=zh-CN&columns=name,owner&query=%E4%B8%89%20%26%20more"
        );
        assert!(path(&["leads", "--filter", "new"]).is_err());
    }
}
