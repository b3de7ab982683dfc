//! Loads outside data by a recipe: which file becomes what, column by column, with every repair stated.
//!
//! The rows go through the import calls of the JSON interface, in batches. A row is known by its key, so a load can be
//! repeated: it changes what differs and creates what is new. Nothing is dropped in silence: each row is loaded, passed
//! over by a stated rule, or refused with all its reasons in the error file.

pub mod columns;
mod fill;
mod order;
pub mod recipe;
pub mod report;
pub mod sheet;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{self, Api};
use fill::{Filled, Known, Object};
use recipe::{Process, Recipe, Step};
use report::{Report, Row, StepReport};

/// Rows of one call.
const BATCH: usize = 500;

/// Why a load could not go on; what is wrong with single rows is in the report.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The recipe.
    #[error("the recipe is wrong: {0}")]
    Recipe(String),
    /// A file.
    #[error("{file}: {cause}")]
    File {
        /// Its name.
        file: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A call.
    #[error(transparent)]
    Api(#[from] api::Error),
}

/// Told how far a load is: step, rows done, rows in all.
pub type Progress<'p> = &'p dyn Fn(&str, usize, usize);

/// Loads everything that a recipe names from the files of a folder. `dry_run` only tells what would happen.
///
/// # Errors
/// When the load cannot go on. What was loaded before stays, and the load can be repeated.
pub async fn run(
    api: &Api,
    recipe: &Recipe,
    folder: &Path,
    dry_run: bool,
    progress: Progress<'_>,
) -> Result<Report, Error> {
    let mut known = Known::default();
    let mut report = Report {
        system: recipe.system.clone(),
        dry_run,
        ..Report::default()
    };
    for process in &recipe.process {
        let object = match process_id(api, process, dry_run).await? {
            Some(id) => Object::Id(id),
            None => Object::WouldBe,
        };
        known.learn("processes", &process.name, object);
    }
    for step in &recipe.step {
        let done = Load {
            api,
            recipe,
            dry_run,
            progress,
        }
        .step(step, folder, &mut known)
        .await?;
        report.take(done);
    }
    Ok(report)
}

/// The sales process of a name, created if there is none.
async fn process_id(api: &Api, process: &Process, dry_run: bool) -> Result<Option<String>, Error> {
    let mut token = String::new();
    loop {
        let page = api
            .get(&format!("/v1/processes?pageSize=200&pageToken={token}"))
            .await?;
        let found = page["processes"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|p| p["name"] == process.name.as_str());
        if let Some(id) = found.and_then(|p| p["id"].as_str()) {
            return Ok(Some(id.to_owned()));
        }
        match page["nextPageToken"].as_str() {
            Some(next) if !next.is_empty() => next.clone_into(&mut token),
            _ => break,
        }
    }
    if dry_run {
        return Ok(None);
    }
    let made = api
        .post(
            "/v1/processes",
            "",
            &serde_json::to_value(process).unwrap_or_default(),
        )
        .await?;
    Ok(made["id"].as_str().map(str::to_owned))
}

struct Load<'l> {
    api: &'l Api,
    recipe: &'l Recipe,
    dry_run: bool,
    progress: Progress<'l>,
}

impl Load<'_> {
    async fn step(
        &self,
        step: &Step,
        folder: &Path,
        known: &mut Known,
    ) -> Result<StepReport, Error> {
        let mut report = StepReport::of(step);
        let records = read(folder, step)?;
        report.rows = records.len();
        if let Some((_, first)) = records.first() {
            report.unused = first.keys().filter(|c| !step.uses(c)).cloned().collect();
        }
        for (_, record) in &records {
            // A row may name one that comes later in the same file.
            known.expect(
                &step.target,
                &fill::template(&step.key, record).map_err(|c| missing(step, &c))?,
            );
        }
        let mut rows = Vec::new();
        let mut seen = BTreeMap::new();
        for (line, mut record) in records {
            report.repaired += usize::from(repair(step, &mut record));
            for (column, value) in &record {
                if value.is_empty() && step.uses(column) {
                    *report.empty.entry(column.clone()).or_default() += 1;
                }
            }
            let key = fill::template(&step.key, &record).map_err(|c| missing(step, &c))?;
            if let Some(first) = seen.get(&key) {
                if step.once {
                    report.passed_over += 1;
                } else {
                    report.refuse(step, line, &key, &[repeated(&key, *first)]);
                }
                continue;
            }
            if step.once || !key.is_empty() {
                seen.insert(key.clone(), line);
            }
            match fill::row(step, &record, known) {
                Ok(Filled { mut body, pending }) => {
                    body["externalId"] = json!(key);
                    let after = step
                        .after
                        .as_deref()
                        .map(|t| fill::template(t, &record))
                        .transpose();
                    let after = after.map_err(|c| missing(step, &c))?.unwrap_or_default();
                    rows.push(Row {
                        line,
                        key,
                        after,
                        body,
                        pending,
                    });
                }
                Err(fill::Fault::Column(column)) => return Err(missing(step, &column)),
                Err(fill::Fault::Value {
                    field,
                    reason,
                    message,
                }) => {
                    report.refuse(step, line, &key, &[(field, reason, message)]);
                    known.learn(&step.target, &key, Object::Refused);
                }
            }
        }
        order::parents_first(&mut rows);
        self.send(step, rows, known, &mut report).await?;
        Ok(report)
    }

    async fn send(
        &self,
        step: &Step,
        rows: Vec<Row>,
        known: &mut Known,
        report: &mut StepReport,
    ) -> Result<(), Error> {
        let (total, path) = (rows.len(), format!("/v1/{}:import", step.target));
        let mut done = 0;
        (self.progress)(&step.target, done, total);
        for batch in rows.chunks(BATCH) {
            let bodies: Vec<&Value> = batch.iter().map(|row| &row.body).collect();
            let mut request = json!({
                "system": self.recipe.system, "rows": bodies, "validateOnly": self.dry_run,
            });
            if let Some(extra) = &step.request {
                request
                    .as_object_mut()
                    .into_iter()
                    .for_each(|r| r.extend(extra.clone()));
            }
            let answer = self.api.post_patiently(&path, &key(), &request).await?;
            let results = answer["results"].as_array().cloned().unwrap_or_default();
            if results.len() != batch.len() {
                let cause = format!("{} answers for {} rows", results.len(), batch.len());
                return Err(Error::File {
                    file: step.file.clone(),
                    cause,
                });
            }
            for (row, result) in batch.iter().zip(&results) {
                known.learn(&step.target, &row.key, report.count(step, row, result));
            }
            done += batch.len();
            (self.progress)(&step.target, done, total);
        }
        Ok(())
    }
}

/// A name for one request, so that it is done once however often it is sent.
fn key() -> String {
    Uuid::from_bytes(rand::random()).to_string()
}

/// Why a row is refused whose key an earlier row of the file has: one of the two would overwrite the other.
fn repeated(key: &str, line: usize) -> (String, String, String) {
    let message = format!("{key} is the key of line {line} already");
    let named = |text: &str| text.to_owned();
    (named("external_id"), named("KEY_REPEATED"), message)
}

fn missing(step: &Step, column: &str) -> Error {
    Error::File {
        file: step.file.clone(),
        cause: format!("there is no column {column}"),
    }
}

type Record = BTreeMap<String, String>;

/// The names of the columns of a file, or of a sheet of it, from its header.
///
/// # Errors
/// When it cannot be read.
pub fn header(folder: &Path, file: &str, sheet: Option<&str>) -> Result<Vec<String>, Error> {
    let content = content(folder, file)?;
    if sheet::is_workbook(&content) {
        let lines = sheet_of(file, &content, sheet)?;
        return Ok(lines.into_iter().next().unwrap_or_default().1);
    }
    not_of_text(file, sheet)?;
    Ok(open(file, &content)?.0)
}

fn sheet_of(file: &str, content: &[u8], sheet: Option<&str>) -> Result<Vec<sheet::Line>, Error> {
    sheet::read(content, sheet).map_err(|why| Error::File {
        file: file.to_owned(),
        cause: why.to_string(),
    })
}

/// Only a workbook has sheets.
fn not_of_text(file: &str, sheet: Option<&str>) -> Result<(), Error> {
    let wrong = |name: &str| Error::File {
        file: file.to_owned(),
        cause: format!("this is no workbook, and has no sheet {name}"),
    };
    sheet.map_or(Ok(()), |name| Err(wrong(name)))
}

fn broken(file: &str) -> impl Fn(csv::Error) -> Error {
    move |e| Error::File {
        file: file.to_owned(),
        cause: e.to_string(),
    }
}

fn content(folder: &Path, file: &str) -> Result<Vec<u8>, Error> {
    fs::read(folder.join(file)).map_err(|e| broken(file)(e.into()))
}

fn open<'t>(file: &str, text: &'t [u8]) -> Result<(Vec<String>, csv::Reader<&'t [u8]>), Error> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let names = reader.headers().map_err(broken(file))?.iter();
    // A file from a spreadsheet may begin with a mark of its encoding.
    let names = names.map(|name| name.trim_start_matches('\u{feff}').to_owned());
    Ok((names.collect(), reader))
}

/// The rows of a file, each with the line on which it begins, or its number in the sheet.
fn read(folder: &Path, step: &Step) -> Result<Vec<(usize, Record)>, Error> {
    let (content, sheet) = (content(folder, &step.file)?, step.sheet.as_deref());
    if !sheet::is_workbook(&content) {
        not_of_text(&step.file, sheet)?;
        return rows(&step.file, &content);
    }
    let mut lines = sheet_of(&step.file, &content, sheet)?.into_iter();
    let columns = lines.next().unwrap_or_default().1;
    let record = |(line, mut cells): sheet::Line| {
        cells.resize(columns.len(), String::new());
        (line, columns.iter().cloned().zip(cells).collect())
    };
    Ok(lines.map(record).collect())
}

fn rows(file: &str, text: &[u8]) -> Result<Vec<(usize, Record)>, Error> {
    let (columns, mut reader) = open(file, text)?;
    let mut lines = Lines::of(text);
    let record = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(broken(file))?;
        let begin = record.position().map_or(0, csv::Position::byte);
        let values = record.iter().map(str::to_owned);
        let record = columns.iter().cloned().zip(values).collect();
        Ok((lines.of_record(begin), record))
    };
    reader.records().map(record).collect()
}

/// Counts the lines of a file up to its records, which may have line breaks within and empty lines between them.
struct Lines<'t> {
    text: &'t [u8],
    counted: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    fn of(text: &'t [u8]) -> Self {
        Self {
            text,
            counted: 0,
            line: 1,
        }
    }

    /// The line of the record that is found from this octet on. The reader counts from the end of the record before
    /// it, so that its own line breaks and empty lines still lie ahead.
    fn of_record(&mut self, begin: u64) -> usize {
        let begin = usize::try_from(begin).unwrap_or(usize::MAX);
        while let Some(octet) = self.text.get(self.counted) {
            if self.counted >= begin && !matches!(octet, b'\r' | b'\n') {
                break;
            }
            self.line += usize::from(*octet == b'\n');
            self.counted += 1;
        }
        self.line
    }
}

/// What a fuzz target asks of files.
#[cfg(feature = "fuzzing")]
pub(crate) fn fuzzed(target: &str, text: &str, file: &[u8]) {
    let written = Recipe::read(text).ok();
    let columns = open("file", file).map(|(columns, _)| columns);
    let made = columns.ok().and_then(|columns| {
        let key = columns.first().cloned().unwrap_or_default();
        columns::recipe(target, "file", &columns, &key, &BTreeMap::new()).ok()
    });
    let Ok(rows) = rows("file", file) else {
        return;
    };
    let lines: Vec<_> = rows.iter().map(|(line, _)| *line).collect();
    assert!(lines.is_sorted(), "rows come one after the other");
    let all = file.split(|octet| *octet == b'\n').count();
    assert!(lines.last().is_none_or(|line| *line <= all));
    for step in written
        .into_iter()
        .chain(made)
        .flat_map(|recipe| recipe.step)
    {
        for (_, mut record) in rows.iter().cloned() {
            repair(&step, &mut record);
            drop(fill::template(&step.key, &record));
            drop(fill::row(&step, &record, &Known::default()));
        }
    }
}

/// Replaces values that the recipe knows to be wrong; tells whether it did.
fn repair(step: &Step, record: &mut Record) -> bool {
    let mut repaired = false;
    for (column, repairs) in &step.repairs {
        if let Some(value) = record.get_mut(column)
            && let Some(right) = repairs.get(value.as_str())
        {
            right.clone_into(value);
            repaired = true;
        }
    }
    repaired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_at_the_line_on_which_it_begins() {
        for end in ["\n", "\r\n"] {
            let text = "id,note\n1,a\n\n2,\"two\nlines\"\n3,c\n\n\n4,d".replace('\n', end);
            let read = rows("rows.csv", text.as_bytes()).unwrap();
            let lines: Vec<_> = read.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [2, 4, 6, 9], "{end:?}");
        }
    }
}
