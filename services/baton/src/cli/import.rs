//! `baton import`.

use std::{collections::BTreeMap, fs, io::IsTerminal as _, path::PathBuf, process::ExitCode};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Outcome, System, complain, say};
use crate::import::{self, columns, recipe::Recipe, report::Report};

/// Loads outside data.
#[derive(Args, Clone, Debug)]
pub(super) struct Import {
    /// What the rows become, when there is no recipe: prospects, accounts, leads, opportunities, products, members,
    /// territories.
    #[arg(required_unless_present = "recipe", conflicts_with = "recipe")]
    target: Option<String>,
    /// CSV file or Excel workbook (.xlsx) with a header, when there is no recipe. A column becomes the field of its name; where the field holds
    /// several values (the roles of a member), they stand in one cell with ; between them.
    #[arg(required_unless_present = "recipe", conflicts_with = "recipe")]
    file: Option<PathBuf>,
    /// Sheet of the workbook, when there is no recipe; the first one with anything in it where none is named.
    #[arg(long, conflicts_with = "recipe", value_name = "NAME")]
    sheet: Option<String>,
    /// Column and the field that it becomes instead; may be repeated.
    #[arg(long, value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// Column that tells rows apart, when there is no recipe; a key that comes twice is refused. It becomes a field
    /// only if --map says so.
    #[arg(long, default_value = "id", value_name = "COLUMN")]
    key: String,
    /// Name of the system that the data come from, when there is no recipe.
    #[arg(long, default_value = "import")]
    system_name: String,
    /// Recipe: a TOML file that names files, targets, columns, repairs and keys.
    #[arg(long, requires = "dir")]
    recipe: Option<PathBuf>,
    /// Folder of the files that the recipe names.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Only tells what would happen.
    #[arg(long)]
    dry_run: bool,
    /// Where refused rows are written with their reasons; when none is refused, the file is removed.
    #[arg(long, default_value = "import-errors.csv", value_name = "FILE")]
    errors: PathBuf,
    #[command(flatten)]
    system: System,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) async fn run(self) -> Outcome {
        let (recipe, folder) = self.recipe()?;
        let way = self.system.open().await?;
        let bar = Bar::new();
        let report = import::run(
            &way.api,
            &recipe,
            &folder,
            self.dry_run,
            &|step, done, all| bar.at(step, done, all),
        )
        .await;
        bar.end();
        way.close().await?;
        let report = report?;
        if report.write_errors(&self.errors)? {
            complain(&format!(
                "refused rows and their reasons: {}",
                self.errors.display()
            ));
        }
        say(&if self.json {
            serde_json::to_string(&report)?
        } else {
            table(&report)
        });
        Ok(if report.refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }

    /// The recipe, and the folder of its files.
    fn recipe(&self) -> Result<(Recipe, PathBuf), Box<dyn std::error::Error>> {
        if let (Some(recipe), Some(dir)) = (&self.recipe, &self.dir) {
            return Ok((Recipe::read(&fs::read_to_string(recipe)?)?, dir.clone()));
        }
        let (Some(target), Some(file)) = (&self.target, &self.file) else {
            return Err("a target and a file, or a recipe".into());
        };
        let mut named = BTreeMap::new();
        for pair in &self.map {
            let (column, field) = pair
                .split_once('=')
                .ok_or_else(|| format!("--map {pair}: COLUMN=FIELD"))?;
            named.insert(column.to_owned(), field.to_owned());
        }
        let name = file
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let folder = file.parent().map(PathBuf::from).unwrap_or_default();
        let header = import::header(&folder, &name, self.sheet.as_deref())?;
        let mut recipe = columns::recipe(target, &name, &header, &self.key, &named)?;
        for step in &mut recipe.step {
            step.sheet.clone_from(&self.sheet);
        }
        recipe.system.clone_from(&self.system_name);
        Ok((recipe, folder))
    }
}

fn table(report: &Report) -> String {
    let mut table = comfy_table::Table::new();
    table.set_header([
        "file",
        "becomes",
        "rows",
        "created",
        "updated",
        "unchanged",
        "linked",
        "passed over",
        "refused",
        "repaired",
        "empty values",
        "unused columns",
    ]);
    for step in &report.steps {
        let empty: Vec<_> = step
            .empty
            .iter()
            .map(|(column, n)| format!("{column} {n}"))
            .collect();
        let counts = [
            step.rows,
            step.created,
            step.updated,
            step.unchanged,
            step.linked,
            step.passed_over,
            step.refused,
            step.repaired,
        ];
        let row = [step.file.clone(), step.target.clone()].into_iter();
        table.add_row(
            row.chain(counts.map(|n| n.to_string()))
                .chain([empty.join(", "), step.unused.join(", ")]),
        );
    }
    if report.dry_run {
        format!("{table}\nNothing was written: this was a dry run.")
    } else {
        table.to_string()
    }
}

/// How far it is, on a terminal only.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg:16} {bar:40} {pos}/{len} {elapsed}") {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    fn at(&self, step: &str, done: usize, all: usize) {
        if let Some(bar) = &self.0 {
            bar.set_message(step.to_owned());
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
