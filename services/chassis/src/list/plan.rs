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

impl Plan {
    /// `table` is the first table of the list; `narrowed`: not every row of it belongs to the list.
    pub(super) fn of(steps: Vec<Step>, table: &str, narrowed: bool) -> Self {
        let mut plan = Self::default();
        let mut depths = vec![(0, 0)];
        for step in steps {
            match step {
                Step::Postgres(json) => {
                    let root = json.get(0).and_then(|p| p.get("Plan"));
                    if let Some(root) = root {
                        plan.add_postgres(root, 0, table, narrowed);
                    }
                }
                Step::Sqlite { id, parent, detail } => {
                    let above = depths
                        .iter()
                        .find(|(i, _)| *i == parent)
                        .map_or(0, |(_, d)| *d);
                    depths.push((id, above + 1));
                    plan.add_sqlite(&detail, above, table, narrowed);
                }
            }
        }
        plan
    }

    fn add_sqlite(&mut self, step: &str, depth: usize, table: &str, narrowed: bool) {
        self.add(depth, step.to_owned(), false);
        let _ = (table, narrowed);
    }

    fn add_postgres(&mut self, node: &Json, depth: usize, table: &str, narrowed: bool) {
        self.add(depth, node.to_string(), false);
        let _ = (table, narrowed);
    }

    fn add(&mut self, depth: usize, step: String, fault: bool) {
        if fault {
            self.faults.push(step.clone());
        }
        self.steps.push(format!("{:1$}{step}", "", 2 * depth));
    }
}
