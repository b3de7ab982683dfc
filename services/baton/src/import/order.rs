//! The order of rows that refer to each other within one file.

use std::collections::{HashMap, HashSet};

use super::report::Row;

/// Puts each row behind the one it must come after; rows keep their order otherwise. Of rows that wait for each other in a
/// circle the first goes ahead, and the service says what is wrong with it.
pub(super) fn parents_first(rows: &mut Vec<Row>) {
    if rows.iter().all(|row| row.after.is_empty()) {
        return;
    }
    let place: HashMap<String, usize> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| (row.key.clone(), at))
        .collect();
    let (mut order, mut placed) = (Vec::new(), HashSet::new());
    for first in 0..rows.len() {
        let (mut chain, mut at) = (Vec::new(), Some(first));
        while let Some(row) = at.filter(|at| !placed.contains(at) && !chain.contains(at)) {
            chain.push(row);
            at = place.get(&rows[row].after).copied();
        }
        for row in chain.into_iter().rev() {
            placed.insert(row);
            order.push(row);
        }
    }
    let mut taken: Vec<Option<Row>> = std::mem::take(rows).into_iter().map(Some).collect();
    rows.extend(order.into_iter().filter_map(|at| taken[at].take()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(all: &[(&str, &str)]) -> Vec<Row> {
        let row = |(at, (key, after)): (usize, &(&str, &str))| Row {
            line: at,
            key: (*key).to_owned(),
            after: (*after).to_owned(),
            body: serde_json::Value::Null,
            pending: Vec::new(),
        };
        all.iter().enumerate().map(row).collect()
    }

    #[test]
    fn a_parent_comes_before_its_children_and_a_circle_ends() {
        let mut all = rows(&[
            ("c", "b"),
            ("a", ""),
            ("b", "a"),
            ("x", "y"),
            ("y", "x"),
            ("z", "gone"),
        ]);
        parents_first(&mut all);
        let keys: Vec<_> = all.iter().map(|r| r.key.as_str()).collect();
        assert_eq!(keys, ["a", "b", "c", "y", "x", "z"]);
    }
}
