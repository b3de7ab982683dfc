//! Figures over the rows of a list: counts and sums in groups, under the same filters and rights as its pages.

use super::{Branch, List, Number, Plan, Text, plan};
use crate::db::{Record, Result, Tx};

/// What is summed up of a list. Both texts name columns of the list as it shows them: `list.total` is `total` here.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// What the groups have in common, e.g. `state, currency`; empty for one group of all rows.
    pub by: &'static str,
    /// What is told of each group, e.g. `count(*) as n`.
    pub figures: &'static str,
}

impl List {
    /// One row for each group of rows that there is. A row that the caller may see on two grounds counts once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sums<R: Record>(&self, tx: &mut Tx, sums: Sums) -> Result<Vec<R>> {
        match self.sums_text(sums) {
            Some(text) => text.query(tx).all().await,
            None => Ok(Vec::new()),
        }
    }

    /// How the engine would run [`List::sums`]: for the test that figures read no more rows than they are about.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sums_plan(&self, tx: &mut Tx, sums: Sums) -> Result<Plan> {
        let Some(mut text) = self.sums_text(sums) else {
            return Ok(Plan::default());
        };
        plan::plain(tx, true).await?;
        text.sql.insert_str(0, plan::explain(tx));
        let steps = text.query(tx).all().await?;
        plan::plain(tx, false).await?;
        Ok(Plan::of(steps, &self.judge(false)))
    }

    fn sums_text(&self, sums: Sums) -> Option<Text> {
        let mut text = Text::default();
        let comma = if sums.by.is_empty() { "" } else { ", " };
        text.push_all(&["select ", sums.by, comma, sums.figures, " from ("]);
        if !self.push_rows(&mut text, self.columns, None) {
            return None;
        }
        text.push(") as list");
        if !sums.by.is_empty() {
            text.push_all(&[" group by ", sums.by]);
        }
        Some(text)
    }

    /// Appends a query of all rows, each once, at most so many of a branch; tells whether there can be any.
    pub(super) fn push_rows(
        &self,
        text: &mut Text,
        columns: &'static str,
        limit: Option<Number>,
    ) -> bool {
        // Without an order one branch can take all owners, and one all territories; each leaves out what those before it have.
        let branches = self.branches(text, 0);
        let filters = self.filters(text);
        for (i, branch) in branches.iter().enumerate() {
            text.push(match (i, self.overlapping) {
                (0, _) => "select * from (",
                (_, None) => " union all select * from (",
                (_, Some(_)) => " union select * from (",
            });
            text.push_all(&["select ", columns, " from "]);
            self.push_from(text);
            text.push_where(branch, &filters, false);
            let before = branches
                .iter()
                .take(i)
                .filter(|(rows, _)| *rows == branch.0);
            for (_, before) in before.filter(|_| self.overlapping.is_none()) {
                if let Branch::Any(column, values) | Branch::These(column, values) = before {
                    text.push(" and ");
                    text.push_any(column, values, false);
                    text.push(" is not true");
                }
            }
            if let Some(limit) = limit {
                text.push_with(" limit ?", limit);
            }
            text.push(") as branch");
        }
        !branches.is_empty()
    }
}
