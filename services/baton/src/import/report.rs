//! What became of every row.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::Serialize;
use serde_json::Value;

use super::{fill::Object, recipe::Step};

/// A row on its way.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its line in the file.
    pub line: usize,
    /// Its key.
    pub key: String,
    /// Key of the row that must come before it; empty for none.
    pub after: String,
    /// The row as the import call takes it.
    pub body: Value,
    /// Fields that refer to what would be there, were this not a dry run.
    pub pending: Vec<String>,
}

/// A whole load.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// The system that the data came from.
    pub system: String,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Each file.
    pub steps: Vec<StepReport>,
    /// Rows that were refused, over all files.
    pub refused: usize,
}

/// One file. `rows` is the sum of `created`, `updated`, `unchanged`, `linked`, `passed_over` and `refused`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StepReport {
    /// What its rows became.
    pub target: String,
    /// Its name.
    pub file: String,
    /// Rows in it.
    pub rows: usize,
    /// Rows that are new.
    pub created: usize,
    /// Rows that changed what was there.
    pub updated: usize,
    /// Rows that were there as they are.
    pub unchanged: usize,
    /// Rows that were taken for something known from elsewhere.
    pub linked: usize,
    /// Rows whose key came before, where the recipe takes the first only.
    pub passed_over: usize,
    /// Rows that were refused, with their reasons in the error file.
    pub refused: usize,
    /// Rows in which a value was repaired as the recipe says.
    pub repaired: usize,
    /// Empty values in columns that the recipe uses.
    pub empty: BTreeMap<String, usize>,
    /// Columns of the file that the recipe makes nothing of.
    pub unused: Vec<String>,
    /// The refused rows.
    #[serde(skip)]
    pub errors: Vec<RowError>,
}

/// One thing that is wrong with one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The file.
    pub file: String,
    /// Line of the file on which the row begins; the header is line 1.
    pub line: usize,
    /// Key of the row.
    pub key: String,
    /// Field of the import row.
    pub field: String,
    /// Stable name of the rule.
    pub reason: String,
    /// What is wrong, in the language of the load.
    pub message: String,
}

impl Report {
    pub(super) fn take(&mut self, step: StepReport) {
        self.refused += step.refused;
        self.steps.push(step);
    }

    /// Writes what is wrong with each refused row as CSV. When there is nothing to write there is no file, not even
    /// that of an earlier load.
    ///
    /// # Errors
    /// When the file cannot be written or removed.
    pub fn write_errors(&self, path: &Path) -> io::Result<bool> {
        let errors: Vec<_> = self.steps.iter().flat_map(|s| &s.errors).collect();
        if errors.is_empty() {
            return match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(false),
            };
        }
        let mut file = csv::Writer::from_path(path)?;
        for error in errors {
            file.serialize(error)?;
        }
        file.flush()?;
        Ok(true)
    }
}

impl StepReport {
    pub(super) fn of(step: &Step) -> Self {
        Self {
            target: step.target.clone(),
            file: step.file.clone(),
            ..Self::default()
        }
    }

    pub(super) fn refuse(
        &mut self,
        step: &Step,
        line: usize,
        key: &str,
        why: &[(String, String, String)],
    ) {
        self.refused += 1;
        self.errors
            .extend(why.iter().map(|(field, reason, message)| RowError {
                file: step.file.clone(),
                line,
                key: key.to_owned(),
                field: field.clone(),
                reason: reason.clone(),
                message: message.clone(),
            }));
    }

    /// Takes in what became of a row; tells what the rows that come later may know of it.
    pub(super) fn count(&mut self, step: &Step, row: &Row, result: &Value) -> Object {
        let there = || Object::Id(result["id"].as_str().unwrap_or_default().to_owned());
        match result["outcome"].as_str().unwrap_or_default() {
            "IMPORT_OUTCOME_CREATED" if result["id"] == "" => {
                self.created += 1;
                return Object::WouldBe;
            }
            "IMPORT_OUTCOME_CREATED" => self.created += 1,
            "IMPORT_OUTCOME_UPDATED" => self.updated += 1,
            "IMPORT_OUTCOME_UNCHANGED" => self.unchanged += 1,
            "IMPORT_OUTCOME_LINKED" => self.linked += 1,
            _ => return self.count_refused(step, row, result),
        }
        there()
    }

    fn count_refused(&mut self, step: &Step, row: &Row, result: &Value) -> Object {
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let told = result["violations"].as_array().into_iter().flatten();
        let why: Vec<_> = told
            .map(|v| (text(&v["field"]), text(&v["reason"]), text(&v["message"])))
            // What only is not there because this is a dry run is nothing to complain of.
            .filter(|(field, reason, _)| {
                reason != "REFERENCE_NOT_FOUND" || !row.pending.contains(field)
            })
            .collect();
        if why.is_empty() && !row.pending.is_empty() {
            self.created += 1;
            return Object::WouldBe;
        }
        self.refuse(step, row.line, &row.key, &why);
        Object::Refused
    }
}
