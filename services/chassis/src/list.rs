//! Lists: filters x declared order x keyset page x rights, joined from static fragments in one
//! place.
//!
//! A filter that is not asked for is not in the text (never `$1 is null or …`), and the shape of
//! the rights is chosen before the text is made (never an OR across scopes), so every text has one
//! good plan: a scope becomes one branch per owner and territory, each of which takes no more rows
//! than the page, joined by `union`. A fragment writes `?` for its value. Each scope and order
//! wants its own index, e.g. `(owner, created_at, id)`; [`List::plan`] tells whether it is there.

mod found;
mod merged;
mod plan;
mod seal;
mod sums;

use std::sync::Arc;

use sqlx::{AssertSqlSafe, FromRow, SqlSafeStr as _};
use uuid::Uuid;

use crate::{
    db::{Query, Record, Result, Tx, Value},
    ids::{MemberId, TerritoryId},
    search::rows::Narrowing,
};

pub use merged::{Half, merged};
pub use plan::Plan;
#[cfg(feature = "fuzzing")]
pub(crate) use seal::fuzzed;
pub use seal::{Key, Seal};
pub use sums::Sums;

use plan::{Judge, Step};
use seal::Place;

/// Above this many territories a caller sees so much that walking the order is faster than a branch
/// for each of them.
const BRANCH_MAX: usize = 100;

/// Rows on which the caller has rights, decided before the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// None.
    Nothing,
    /// Every row.
    All,
    /// Rows of some owners, rows of some territories, and some single ones.
    Some {
        /// Rows of these owners.
        owners: Vec<MemberId>,
        /// Rows of these territories; those below them are already named here.
        territories: Vec<TerritoryId>,
        /// Rows that are these records or belong to them: what others share with him.
        shared: Vec<Uuid>,
    },
}

impl Scope {
    /// Rows of these owners and territories, and no others.
    #[must_use]
    pub fn of(owners: Vec<MemberId>, territories: Vec<TerritoryId>) -> Self {
        Self::Some {
            owners,
            territories,
            shared: Vec::new(),
        }
    }

    /// The rows that both have, or fewer: none that only one of them has.
    #[must_use]
    pub fn within(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (scope, Self::All) => scope,
            (Self::All, other) => other.clone(),
            (
                Self::Some {
                    mut owners,
                    mut territories,
                    mut shared,
                },
                Self::Some {
                    owners: also,
                    territories: known,
                    shared: shown,
                },
            ) => {
                owners.retain(|o| also.contains(o));
                territories.retain(|t| known.contains(t));
                shared.retain(|s| shown.contains(s));
                Self::Some {
                    owners,
                    territories,
                    shared,
                }
            }
        }
    }
}

/// Columns that carry the rights of a table.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    /// Who owns the row.
    pub owner: &'static str,
    /// Which territory it lies in.
    pub territory: &'static str,
    /// The record that is shared if the row is; unique, or with an index of its own.
    pub record: &'static str,
}

impl Rights {
    /// Of rows that have no rights of their own, because whoever may use the list may see them all.
    pub const NONE: Self = Self {
        owner: "",
        territory: "",
        record: "",
    };
}

/// A declared order. `column` and `id` go the same way, so one composite index serves both
/// directions. `column` must be `not null`, or the row would be on no page.
pub struct Order<R> {
    /// What the list is ordered by, e.g. `o.created_at`.
    pub column: &'static str,
    /// What tells rows with the same value apart, e.g. `o.id`.
    pub id: &'static str,
    /// Greatest first.
    pub descending: bool,
    /// Both values of a row.
    pub key: fn(&R) -> (Key, Uuid),
}

/// Rows in the declared order, with the tokens of both neighbours where there are any.
#[derive(Debug)]
pub struct Page<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Token of the page before.
    pub previous: Option<String>,
    /// Token of the page after.
    pub next: Option<String>,
}

/// How many rows there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// So many, or the cap.
    pub rows: i64,
    /// There are more than `rows`: "10,000+".
    pub capped: bool,
}

type Bind = Arc<dyn for<'t> Fn(Query<'t>) -> Query<'t> + Send + Sync>;

fn bound(value: impl Value + Clone + Sync + 'static) -> Bind {
    Arc::new(move |query| query.bind(value.clone()))
}

/// Text made of static fragments, with its values. The only constructor of dynamic SQL.
#[derive(Default)]
struct Text {
    sql: String,
    values: Vec<Bind>,
}

/// The number of a value in a text: `$n`.
#[derive(Clone, Copy)]
struct Number(usize);

/// A condition beyond the rights: a fragment, and the values that it asks for.
#[derive(Clone)]
enum Clause<V> {
    /// The `?` in the fragment stand for these values in turn, the last of them also for all further ones.
    Of(&'static str, Vec<V>),
    /// The column has one of these values.
    Among(&'static str, Vec<V>),
    /// One of these columns has one of its values.
    Either(Vec<(&'static str, Vec<V>)>),
    /// The record with the id in this column has a word: its kind, and the octets from which to which that lies.
    Word(&'static str, Vec<V>),
}

impl<V> Clause<V> {
    fn fragment(&self) -> &'static str {
        match self {
            Self::Of(fragment, _) | Self::Among(fragment, _) | Self::Word(fragment, _) => fragment,
            Self::Either(columns) => columns.first().map_or("", |(column, _)| column),
        }
    }
}

impl Text {
    fn value(&mut self, bind: Bind) -> Number {
        self.values.push(bind);
        Number(self.values.len())
    }

    fn push(&mut self, fragment: &'static str) {
        self.sql.push_str(fragment);
    }

    fn push_all(&mut self, fragments: &[&'static str]) {
        for fragment in fragments {
            self.push(fragment);
        }
    }

    /// Appends a fragment; each `?` in it stands for the value.
    fn push_with(&mut self, fragment: &'static str, value: Number) {
        self.push_each(fragment, &[value]);
    }

    /// Appends a fragment; the `?` in it stand for the values in turn, further ones for the last.
    fn push_each(&mut self, fragment: &'static str, values: &[Number]) {
        for (i, part) in fragment.split('?').enumerate() {
            let value = i
                .checked_sub(1)
                .and_then(|n| values.get(n).or(values.last()));
            if let Some(value) = value {
                self.sql.push('$');
                self.sql.push_str(&value.0.to_string());
            }
            self.sql.push_str(part);
        }
    }

    /// Appends that a column has one of these values; where there is none, no row does.
    fn push_any(&mut self, column: &'static str, values: &[Number], ordered: bool) {
        if values.is_empty() {
            return self.push("false");
        }
        self.push_all(&["(", column, " in ("]);
        for (i, value) in values.iter().enumerate() {
            self.push_with(if i == 0 { "?" } else { ", ?" }, *value);
        }
        // `is true` keeps the engines from gathering and sorting all these rows.
        self.push(if ordered { ")) is true" } else { "))" });
    }

    fn push_where(
        &mut self,
        (rows, branch): &(Option<&'static str>, Branch),
        filters: &[Clause<Number>],
        ordered: bool,
    ) {
        self.push(" where true");
        if let Some(rows) = *rows {
            self.push_all(&[" and ", rows]);
        }
        match branch {
            Branch::Everything => {}
            Branch::One(column, value) => {
                self.push_all(&[" and ", column]);
                self.push_with(" = ?", *value);
            }
            Branch::Any(column, values) => {
                self.push(" and ");
                self.push_any(column, values, ordered);
            }
            Branch::These(column, values) => {
                self.push(" and ");
                self.push_any(column, values, false);
            }
            Branch::Mixed(id, parts) => {
                self.push_all(&[" and ", id, " = found.object and "]);
                self.push_mixed(parts);
            }
        }
        for filter in filters {
            self.push(" and ");
            match filter {
                Clause::Of(fragment, values) => self.push_each(fragment, values),
                Clause::Among(column, values) => self.push_any(column, values, ordered),
                Clause::Either(columns) => self.push_either(columns, ordered),
                Clause::Word(id, values) => self.push_word(id, values),
            }
        }
    }

    fn push_either(&mut self, columns: &[(&'static str, Vec<Number>)], ordered: bool) {
        self.push("(false");
        for (column, values) in columns {
            self.push(" or ");
            self.push_any(column, values, ordered);
        }
        self.push(")");
    }

    fn query(self, tx: &mut Tx) -> Query<'_> {
        // Safe: only static text is pushed, and everything else is bound.
        let query = tx.query(AssertSqlSafe(self.sql).into_sql_str());
        self.values.iter().fold(query, |query, bind| bind(query))
    }
}

/// What a branch asks of a row beyond the filters: these columns have one of these values.
enum Branch {
    Everything,
    One(&'static str, Number),
    Any(&'static str, Vec<Number>),
    /// The same of so few rows that they are looked up, and sorted.
    These(&'static str, Vec<Number>),
    /// The row with this id holds the rare word that the list is read by, and the caller has a right to it.
    Mixed(&'static str, Vec<found::Mixed>),
}

/// Rows of one kind, told by a fragment (none: all rows), those of them that the caller may see, and by which columns.
type Part = (Option<&'static str>, Scope, Rights);

/// A list under construction: `List::of("l.id, l.name", "lead l").filter(…).scope(…)`.
#[derive(Clone)]
pub struct List {
    columns: &'static str,
    from: &'static str,
    clauses: Vec<Clause<Bind>>,
    rights: Option<Vec<Part>>,
    /// What tells rows apart, where several parts may have the same row.
    overlapping: Option<&'static str>,
    /// A column that is read value by value.
    each: Option<(&'static str, Vec<Bind>)>,
    /// The column with the id of the record, and what a query leaves of the list.
    found: Option<(&'static str, Narrowing)>,
    /// What is looked for, where somebody else has found it.
    looked_for: String,
}

impl List {
    /// These columns of this table (and of what is joined to it by key).
    #[must_use]
    pub fn of(columns: &'static str, from: &'static str) -> Self {
        Self {
            columns,
            from,
            clauses: Vec::new(),
            rights: None,
            overlapping: None,
            each: None,
            found: None,
            looked_for: String::new(),
        }
    }

    /// Adds `fragment` if there is a value; each `?` in it stands for the value.
    #[must_use]
    pub fn filter(
        mut self,
        fragment: &'static str,
        value: Option<impl Value + Clone + Sync + 'static>,
    ) -> Self {
        if let Some(value) = value {
            self.clauses.push(Clause::Of(fragment, vec![bound(value)]));
        }
        self
    }

    /// Adds `fragment` if there are two values; the first `?` in it stands for the one, the second for the other.
    #[must_use]
    pub fn between(
        mut self,
        fragment: &'static str,
        values: Option<(
            impl Value + Clone + Sync + 'static,
            impl Value + Clone + Sync + 'static,
        )>,
    ) -> Self {
        if let Some((from, to)) = values {
            let values = vec![bound(from), bound(to)];
            self.clauses.push(Clause::Of(fragment, values));
        }
        self
    }

    /// Only rows whose column has one of these values, if there is such a narrowing.
    #[must_use]
    pub fn among(
        mut self,
        column: &'static str,
        values: Option<Vec<impl Value + Clone + Sync + 'static>>,
    ) -> Self {
        if let Some(values) = values {
            let values = values.into_iter().map(bound).collect();
            self.clauses.push(Clause::Among(column, values));
        }
        self
    }

    /// Adds a condition that needs no value.
    #[must_use]
    pub fn clause(mut self, fragment: &'static str) -> Self {
        self.clauses.push(Clause::Of(fragment, Vec::new()));
        self
    }

    /// Whose rows. A list on which nobody decided answers nothing.
    #[must_use]
    pub fn scope(mut self, scope: Scope, rights: Rights) -> Self {
        self.rights = Some(vec![(None, scope, rights)]);
        self
    }

    /// Whose rows, where that differs by the kind of row. Each fragment stands for rows that no other one has.
    #[must_use]
    pub fn scopes(mut self, parts: &[(&'static str, Scope)], rights: Rights) -> Self {
        let all = parts
            .iter()
            .map(|(rows, scope)| (Some(*rows), scope.clone(), rights));
        self.rights = Some(all.collect());
        self
    }

    /// Whose rows, where several columns may give the right to one and the same row, which `id` tells apart.
    #[must_use]
    pub fn any_scope(mut self, ways: Vec<(Scope, Rights)>, id: &'static str) -> Self {
        self.overlapping = Some(id);
        // Whoever sees everything by one of them needs no other.
        let all = ways.iter().find(|(scope, _)| *scope == Scope::All).cloned();
        let ways = all.map_or(ways, |all| vec![all]);
        let part = |(scope, rights)| (None, scope, rights);
        self.rights = Some(ways.into_iter().map(part).collect());
        self
    }

    /// Only rows whose column has one of these values, at most 500 of them. The list is read value by value, each by the index
    /// of the column, so that every row can be asked for all that may give the right to it: that its value is one of the
    /// `open` ones, or one of `ways`.
    #[must_use]
    pub fn each(
        mut self,
        column: &'static str,
        values: Vec<impl Value + Clone + Sync + 'static>,
        open: Vec<impl Value + Clone + Sync + 'static>,
        ways: Vec<(Scope, Rights)>,
    ) -> Self {
        if !ways.iter().any(|(scope, _)| *scope == Scope::All) {
            let mut either = vec![(column, open.into_iter().map(bound).collect())];
            for (scope, rights) in ways {
                if let Scope::Some {
                    owners,
                    territories,
                    shared,
                } = scope
                {
                    either.push((rights.owner, owners.into_iter().map(bound).collect()));
                    let territories = territories.into_iter().map(bound).collect();
                    either.push((rights.territory, territories));
                    either.push((rights.record, shared.into_iter().map(bound).collect()));
                }
            }
            self.clauses.push(Clause::Either(either));
        }
        self.each = Some((column, values.into_iter().map(bound).collect()));
        self.for_everyone()
    }

    /// For tables whose rows everybody may see who may use the list at all.
    #[must_use]
    pub fn for_everyone(self) -> Self {
        self.scope(Scope::All, Rights::NONE)
    }

    /// One page of at most `size` rows after (or before) the place `token` names.
    ///
    /// # Errors
    /// [`crate::db::Error::Token`] when the token is not one of this list and order; those of the
    /// database.
    pub async fn page<R: Record>(
        &self,
        tx: &mut Tx,
        order: &Order<R>,
        size: u16,
        token: Option<&str>,
        seal: &Seal,
    ) -> Result<Page<R>> {
        let name = self.name(order);
        let place = token.map(|t| seal.open(&name, t)).transpose()?;
        let Some(text) = self.page_text(order, size, place.as_ref()) else {
            return Ok(Page {
                rows: Vec::new(),
                previous: None,
                next: None,
            });
        };
        let mut rows: Vec<R> = text.query(tx).all().await?;
        let more = rows.len() > usize::from(size);
        rows.truncate(size.into());
        let (started, backward) = (place.is_some(), place.is_some_and(|p| p.backward));
        if backward {
            rows.reverse();
        }
        let token = |row: Option<&R>, there_is: bool, backward| {
            row.filter(|_| there_is)
                .map(|row| {
                    let (key, id) = (order.key)(row);
                    seal.close(&name, &Place { backward, key, id })
                })
                .transpose()
        };
        Ok(Page {
            previous: token(rows.first(), if backward { more } else { started }, true)?,
            next: token(rows.last(), backward || more, false)?,
            rows,
        })
    }

    /// The first rows, where there is no going on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn first<R: Record>(
        &self,
        tx: &mut Tx,
        order: &Order<R>,
        size: u16,
    ) -> Result<Vec<R>> {
        let Some(text) = self.page_text(order, size, None) else {
            return Ok(Vec::new());
        };
        let mut rows: Vec<R> = text.query(tx).all().await?;
        rows.truncate(size.into());
        Ok(rows)
    }

    /// How many rows there are, up to `cap`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count(&self, tx: &mut Tx, cap: i64) -> Result<Counted> {
        self.count_up_to(tx, Some(cap)).await
    }

    /// How many rows there are, however long that takes.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_exactly(&self, tx: &mut Tx) -> Result<i64> {
        Ok(self.count_up_to(tx, None).await?.rows)
    }

    async fn count_up_to(&self, tx: &mut Tx, cap: Option<i64>) -> Result<Counted> {
        #[derive(FromRow)]
        struct Rows {
            n: i64,
        }
        let mut text = Text::default();
        let limit = cap.map(|cap| text.value(bound(cap.saturating_add(1))));
        text.push("select count(*) as n from (");
        let each = self.overlapping.unwrap_or("1 as one");
        if !self.push_rows(&mut text, each, limit) {
            return Ok(Counted {
                rows: 0,
                capped: false,
            });
        }
        text.push(") as list");
        let Rows { n } = text.query(tx).one().await?;
        let most = cap.unwrap_or(i64::MAX);
        Ok(Counted {
            rows: n.min(most),
            capped: n > most,
        })
    }

    /// How the engine would run [`List::page`]: for the test that no list walks its table.
    ///
    /// # Errors
    /// Those of [`List::page`].
    pub async fn plan<R: Record>(
        &self,
        tx: &mut Tx,
        order: &Order<R>,
        size: u16,
        token: Option<&str>,
        seal: &Seal,
    ) -> Result<Plan> {
        let place = token.map(|t| seal.open(&self.name(order), t)).transpose()?;
        let Some(mut text) = self.page_text(order, size, place.as_ref()) else {
            return Ok(Plan::default());
        };
        plan::plain(tx, true).await?;
        text.sql.insert_str(0, plan::explain(tx));
        let steps: Vec<Step> = text.query(tx).all().await?;
        plan::plain(tx, false).await?;
        Ok(Plan::of(steps, &self.judge(true)))
    }

    fn judge(&self, ordered: bool) -> Judge {
        let (of_all, is_rare) = (self.of_all(), self.rare().is_some());
        let by_value = |clause: &Clause<_>| clause.fragment().contains(" = ");
        Judge {
            table: self.table(),
            narrowed: is_rare || !of_all || !self.clauses.is_empty(),
            by_value: is_rare
                || !of_all
                || self.each.is_some()
                || self.clauses.iter().any(by_value),
            // The holders of a rare word, and what is shared with somebody, are few enough to be sorted.
            ordered: ordered && !is_rare && !self.has_shared(),
        }
    }

    /// What a token is bound to: the list, its order and what is looked for in it, but neither other values nor rights,
    /// which the next request brings again.
    fn name<R>(&self, order: &Order<R>) -> String {
        let way = if order.descending { "desc" } else { "asc" };
        let mut name = format!("{} {} {way} {}", self.from, order.column, order.id);
        let rights = |clause: &&Clause<Bind>| matches!(clause, Clause::Either(_));
        for clause in self.clauses.iter().filter(|c| !rights(c)) {
            name.push_str(" and ");
            name.push_str(clause.fragment());
        }
        name.push_str(&self.looked_for);
        if let Some((_, found)) = &self.found {
            name.push_str(" found by ");
            name.push_str(&String::from_utf8_lossy(&found.name()));
        }
        name
    }

    /// The name that the query knows its first table by.
    fn table(&self) -> String {
        let mut words = self.from.split_whitespace();
        let table = words.next().unwrap_or_default();
        match words.next() {
            None | Some("join" | "left" | "inner") => table.to_owned(),
            Some("as") => words.next().unwrap_or(table).to_owned(),
            Some(alias) => alias.to_owned(),
        }
    }

    /// For each kind of row a branch for each owner and each territory, or for all owners or territories if they are more than
    /// `most`, and one for what is shared; none where the caller may see nothing.
    fn branches(&self, text: &mut Text, most: usize) -> Vec<(Option<&'static str>, Branch)> {
        if let Some((id, ..)) = self.rare() {
            return self
                .mixed(id, text)
                .map(|all| (None, all))
                .into_iter()
                .collect();
        }
        if let Some((column, values)) = &self.each {
            let one = |bind: &Bind| (None, Branch::One(column, text.value(bind.clone())));
            return values.iter().map(one).collect();
        }
        let mut branches = Vec::new();
        for (rows, scope, rights) in self.parts() {
            let (owners, territories, shared) = match scope {
                Scope::Nothing => continue,
                Scope::All => {
                    branches.push((*rows, Branch::Everything));
                    continue;
                }
                Scope::Some {
                    owners,
                    territories,
                    shared,
                } => (owners, territories, shared),
            };
            let owners: Vec<Number> = owners.iter().map(|o| text.value(bound(*o))).collect();
            let territories: Vec<Number> =
                territories.iter().map(|t| text.value(bound(*t))).collect();
            for (column, numbers) in [(rights.owner, owners), (rights.territory, territories)] {
                if numbers.len() > most {
                    branches.push((*rows, Branch::Any(column, numbers)));
                } else {
                    let one = |n| (*rows, Branch::One(column, n));
                    branches.extend(numbers.into_iter().map(one));
                }
            }
            if !shared.is_empty() {
                let shared = shared.iter().map(|id| text.value(bound(*id))).collect();
                branches.push((*rows, Branch::These(rights.record, shared)));
            }
        }
        branches
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.rights.iter().flatten()
    }

    fn has_shared(&self) -> bool {
        self.parts()
            .any(|(_, scope, _)| matches!(scope, Scope::Some { shared, .. } if !shared.is_empty()))
    }

    fn of_all(&self) -> bool {
        self.parts().any(|(_, scope, _)| *scope == Scope::All)
    }

    fn filters(&self, text: &mut Text) -> Vec<Clause<Number>> {
        let mut numbers = |binds: &[Bind]| binds.iter().map(|b| text.value(b.clone())).collect();
        let number = |clause: &Clause<Bind>| match clause {
            Clause::Of(fragment, binds) => Clause::Of(fragment, numbers(binds)),
            Clause::Among(column, binds) => Clause::Among(column, numbers(binds)),
            Clause::Either(columns) => {
                let each = columns
                    .iter()
                    .map(|(column, binds)| (*column, numbers(binds)));
                Clause::Either(each.collect())
            }
            Clause::Word(id, binds) => Clause::Word(id, numbers(binds)),
        };
        let asked = self.asked();
        self.clauses.iter().chain(&asked).map(number).collect()
    }

    fn page_text<R>(&self, order: &Order<R>, size: u16, place: Option<&Place>) -> Option<Text> {
        let mut text = Text::default();
        let limit = text.value(bound(i64::from(size) + 1));
        let branches = self.branches(&mut text, BRANCH_MAX);
        let filters = self.filters(&mut text);
        let after = place.map(|p| (text.value(p.key.bind()), text.value(bound(p.id))));
        let descending = order.descending != place.is_some_and(|p| p.backward);
        let way = if descending { " desc" } else { "" };
        let paged = Paged {
            column: order.column,
            id: order.id,
            descending,
            filters: &filters,
            after,
        };
        // The sort keys are named where they are used outside a branch: there its tables are not known.
        let keys = [
            ", ",
            order.column,
            " as sort_key, ",
            order.id,
            " as sort_id",
        ];
        let by_keys = [" order by sort_key", way, ", sort_id", way];
        // A column that tells rows apart by itself is named once, or SQLite sorts by its second mention.
        let alone = order.column == order.id;
        let then = if alone {
            [""; 3]
        } else {
            [", ", order.id, way]
        };
        let by_columns = [" order by ", order.column, way, then[0], then[1], then[2]];
        match branches.as_slice() {
            [] => return None,
            [only] if self.is_looked_up(only) => {
                self.push_looked_up(&mut text, only, &keys, &paged);
                text.push_all(&by_keys);
            }
            [only] => {
                self.push_branch(&mut text, only, &[], &paged);
                text.push_all(&by_columns);
            }
            several => {
                for (i, branch) in several.iter().enumerate() {
                    text.push(if i == 0 {
                        "select * from ("
                    } else {
                        " union select * from ("
                    });
                    if self.is_looked_up(branch) {
                        self.push_looked_up(&mut text, branch, &keys, &paged);
                        text.push_all(&by_keys);
                    } else {
                        self.push_branch(&mut text, branch, &keys, &paged);
                        text.push_all(&by_columns);
                    }
                    text.push_with(" limit ?", limit);
                    text.push(") as branch");
                }
                text.push_all(&by_keys);
            }
        }
        text.push_with(" limit ?", limit);
        Some(text)
    }

    /// Whether the rows of a branch are so few that they are looked up and sorted.
    fn is_looked_up(&self, (_, branch): &(Option<&'static str>, Branch)) -> bool {
        self.rare().is_some() || matches!(branch, Branch::These(..))
    }

    /// Appends a query of the rows of such a branch. What is looked up must not be walked in the order instead, however short the
    /// page is.
    fn push_looked_up(
        &self,
        text: &mut Text,
        branch: &(Option<&'static str>, Branch),
        keys: &[&'static str],
        paged: &Paged<'_>,
    ) {
        text.push("with found as materialized (");
        self.push_branch(text, branch, keys, paged);
        text.push(") select * from found");
    }

    /// Appends a query of the rows of one branch that come after a place.
    fn push_branch(
        &self,
        text: &mut Text,
        branch: &(Option<&'static str>, Branch),
        extra: &[&'static str],
        paged: &Paged<'_>,
    ) {
        text.push_all(&["select ", self.columns]);
        text.push_all(extra);
        text.push(" from ");
        self.push_from(text);
        text.push_where(branch, paged.filters, true);
        if let Some((key, id)) = paged.after {
            text.push_all(&[" and (", paged.column, ", ", paged.id]);
            let after = if paged.descending {
                ") < (?, "
            } else {
                ") > (?, "
            };
            text.push_with(after, key);
            text.push_with("?)", id);
        }
    }
}

/// How the rows of a page are chosen.
struct Paged<'f> {
    column: &'static str,
    id: &'static str,
    descending: bool,
    filters: &'f [Clause<Number>],
    after: Option<(Number, Number)>,
}
