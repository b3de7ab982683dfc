//! What an engine says it would do for a list, and what is wrong with that.

use serde_json::Value as Json;
use sqlx::{FromRow, Row as _, postgres::PgRow, sqlite::SqliteRow};

use crate::db::{Result, Tx};

/// How an engine would run a page.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Its steps, indented as they nest.
    pub steps: Vec<String>,
    /// The steps whose work grows with the table and not with the page: scans of a table, walks of
    /// an index past rows that the list does not want, sorts of more than a page.
    pub faults: Vec<String>,
}

/// One step as the engine tells it.
pub(super) enum Step {
    Sqlite {
        id: i32,
        parent: i32,
        detail: String,
    },
    Postgres(Json),
}

impl FromRow<'_, PgRow> for Step {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        row.try_get(0).map(Self::Postgres)
    }
}

impl FromRow<'_, SqliteRow> for Step {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self::Sqlite {
            id: row.try_get("id")?,
            parent: row.try_get("parent")?,
            detail: row.try_get("detail")?,
        })
    }
}

pub(super) fn explain(tx: &Tx) -> &'static str {
    if tx.is_sqlite() {
        "explain query plan "
    } else {
        "explain (format json) "
    }
}

/// Has PostgreSQL use indexes wherever it can, for on a small table it would rather scan: what is
/// left is what cannot be had otherwise, whatever the size of the table.
pub(super) async fn plain(tx: &mut Tx, on: bool) -> Result<()> {
    if tx.is_sqlite() {
        return Ok(());
    }
    let texts = if on {
        [
            "set local enable_seqscan = off",
            "set local enable_sort = off",
            "set local enable_bitmapscan = off",
        ]
    } else {
        [
            "set local enable_seqscan = on",
            "set local enable_sort = on",
            "set local enable_bitmapscan = on",
        ]
    };
    for text in texts {
        tx.sql(text).execute().await?;
    }
    Ok(())
}

/// What is known of a list when its plan is judged.
pub(super) struct Judge {
    /// The name by which the query knows its first table.
    pub table: String,
    /// Not every row of that table belongs to the list.
    pub narrowed: bool,
    /// Its rows have one value in common: of the owner, of the territory or of a filter.
    pub by_value: bool,
    /// It is shown in an order, in which the table must be read; sums, and the few holders of a word, may be sorted.
    pub ordered: bool,
}

impl Plan {
    pub(super) fn of(steps: Vec<Step>, judge: &Judge) -> Self {
        let mut plan = Self::default();
        let mut above: Vec<SqliteStep> = Vec::new();
        for step in steps {
            match step {
                Step::Postgres(json) => {
                    if let Some(root) = json.get(0).and_then(|p| p.get("Plan")) {
                        plan.add_postgres(root, 0, judge);
                    }
                }
                Step::Sqlite { id, parent, detail } => {
                    let depth = above
                        .iter()
                        .find(|s| s.id == parent)
                        .map_or(0, |s| s.depth + 1);
                    let fault = judge.sqlite(&detail)
                        || judge.ordered
                            && (detail.starts_with("USE TEMP B-TREE")
                                && detail.ends_with("ORDER BY"))
                            && above.iter().any(|s| s.parent == parent && s.reads_table);
                    let reads_table = table_of(&detail).is_some();
                    above.push(SqliteStep {
                        id,
                        parent,
                        depth,
                        reads_table,
                    });
                    plan.add(depth, &detail, fault);
                }
            }
        }
        plan
    }

    fn add_postgres(&mut self, node: &Json, depth: usize, judge: &Judge) {
        let text = |name: &str| node.get(name).and_then(Json::as_str).unwrap_or_default();
        let mut step = text("Node Type").to_owned();
        for (name, word) in [
            ("Alias", ""),
            ("Index Name", "using "),
            ("Index Cond", "where "),
            ("Filter", "but "),
        ] {
            if !text(name).is_empty() {
                step = format!("{step} {word}{}", text(name));
            }
        }
        self.add(depth, &step, judge.postgres(node));
        for child in node
            .get("Plans")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            self.add_postgres(child, depth + 1, judge);
        }
    }

    fn add(&mut self, depth: usize, step: &str, fault: bool) {
        if fault {
            self.faults.push(step.to_owned());
        }
        self.steps.push(format!("{:1$}{step}", "", 2 * depth));
    }
}

struct SqliteStep {
    id: i32,
    parent: i32,
    depth: usize,
    reads_table: bool,
}

/// The table that a step of SQLite reads; `branch` is a branch's rows, no more than a page, `list` those that are
/// summed up, and `found` those that a word finds.
fn table_of(detail: &str) -> Option<&str> {
    let rest = detail
        .strip_prefix("SCAN ")
        .or_else(|| detail.strip_prefix("SEARCH "))?;
    let name = rest.split(' ').next();
    name.filter(|name| !["branch", "list", "found"].contains(name))
}

impl Judge {
    fn sqlite(&self, detail: &str) -> bool {
        let Some(table) = table_of(detail) else {
            return false;
        };
        let has_index = detail.contains(" USING ") && !detail.contains("AUTOMATIC");
        let walks = detail.starts_with("SCAN");
        if table != self.table {
            return walks || !has_index; // what is joined is looked up
        }
        !has_index || (walks && self.narrowed) || (self.by_value && !detail.contains("=?"))
    }

    fn postgres(&self, node: &Json) -> bool {
        let text = |name: &str| node.get(name).and_then(Json::as_str).unwrap_or_default();
        match text("Node Type") {
            "Seq Scan" => true,
            "Sort" | "Incremental Sort" => self.ordered && !has_append(node),
            "Index Scan" | "Index Only Scan" => {
                let condition = text("Index Cond");
                // A table that comes twice is `l`, `l_1`, …
                let alias = text("Alias").trim_end_matches(|c: char| c.is_ascii_digit());
                if alias.trim_end_matches('_') != self.table && text("Alias") != self.table {
                    return condition.is_empty();
                }
                self.narrowed && !text("Filter").is_empty() && !condition.contains(" = ")
            }
            _ => false,
        }
    }
}

/// Whether branches meet below this step: what is above sees no more than a page of each.
fn has_append(node: &Json) -> bool {
    let kind = node
        .get("Node Type")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let below = node.get("Plans").and_then(Json::as_array);
    kind.ends_with("Append") || below.is_some_and(|nodes| nodes.iter().any(has_append))
}
