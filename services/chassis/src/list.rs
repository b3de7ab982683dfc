//! Lists: filters x declared order x keyset page x rights, joined from static fragments in one place.
//!
//! A filter that is not asked for is not in the text (never `$1 is null or …`), and the shape of the rights is chosen
//! before the text is made (never an OR across scopes), so every text has one good plan. A fragment writes `?` for a value.
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, FromRow, Row as _, SqlSafeStr as _, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

use crate::db::{Error, Query, Record, Result, Tx, Value};

/// Rows whose rights the caller has, decided before the query.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    Nothing,
    All,
    Owner(Uuid),
    Territory(Uuid),
}
/// Columns that carry the rights of a table.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    pub owner: &'static str,
    pub territory: &'static str,
}

/// Value of a sort column: `not null`, or the row would be on no page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Key {
    Time(chrono::DateTime<chrono::Utc>),
    Int(i64),
    Text(String),
}
/// A declared order. `column` and `id` go the same way, so one composite index serves both directions.
pub struct Order<R> {
    pub column: &'static str,
    pub id: &'static str,
    pub descending: bool,
    pub key: fn(&R) -> (Key, Uuid),
}

/// Place in a list: a row's key, and whether to go on before or after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Place {
    backward: bool,
    key: Key,
    id: Uuid,
}

/// Secret that page tokens are sealed with; the same on every replica.
#[derive(Clone)]
pub struct Seal(pub [u8; 64]);
impl Seal {
    /// `list` is the text of the list, so a token of another list, order or scope is refused. Rights do not rest on it.
    fn mac(&self, list: &str, body: &[u8]) -> Hmac<sha2::Sha256> {
        let mut mac = Hmac::new(&self.0.into());
        for part in [list.as_bytes(), body] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
    fn write(&self, list: &str, place: &Place) -> Result<String> {
        let body = serde_json::to_vec(place).map_err(|_| Error::Token)?;
        let tag = self.mac(list, &body).finalize().into_bytes();
        Ok(BASE64.encode([&tag[..16], &body].concat()))
    }
    fn read(&self, list: &str, token: &str) -> Result<Place> {
        let sealed = BASE64.decode(token).map_err(|_| Error::Token)?;
        let (tag, body) = sealed.split_at_checked(16).ok_or(Error::Token)?;
        self.mac(list, body)
            .verify_truncated_left(tag)
            .map_err(|_| Error::Token)?;
        serde_json::from_slice(body).map_err(|_| Error::Token)
    }
}

/// Rows in the declared order, with the tokens of both neighbours where there are any.
#[derive(Debug)]
pub struct Page<R> {
    pub rows: Vec<R>,
    pub previous: Option<String>,
    pub next: Option<String>,
}
/// A count that stops at its cap: "10,000+".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    pub rows: i64,
    pub capped: bool,
}
#[derive(FromRow)]
struct Counted {
    n: i64,
}
/// A line of a plan: PostgreSQL's only column, SQLite's `detail`.
struct Step(String);
impl FromRow<'_, PgRow> for Step {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        row.try_get(0).map(Self)
    }
}
impl FromRow<'_, SqliteRow> for Step {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        row.try_get("detail").map(Self)
    }
}

type Bind = Box<dyn for<'t> FnOnce(Query<'t>) -> Query<'t> + Send>;
/// Text made of static fragments, with its values. The only constructor of dynamic SQL.
#[derive(Default)]
struct Text {
    sql: String,
    binds: Vec<Bind>,
    placeholders: usize,
}
impl Text {
    fn push(&mut self, fragment: &'static str) {
        for (i, part) in fragment.split('?').enumerate() {
            if i > 0 {
                self.placeholders += 1;
                self.sql.push('$');
                self.sql.push_str(&self.placeholders.to_string());
            }
            self.sql.push_str(part);
        }
    }
    fn bind(&mut self, value: impl Value + 'static) {
        self.binds.push(Box::new(move |q| q.bind(value)));
    }
    fn query(self, tx: &mut Tx) -> Query<'_> {
        debug_assert_eq!(
            self.placeholders,
            self.binds.len(),
            "a value for each ? in {}",
            self.sql
        );
        // Safe: `push` takes static text only, and everything else is bound.
        self.binds.into_iter().fold(
            tx.query(AssertSqlSafe(self.sql).into_sql_str()),
            |query, bind| bind(query),
        )
    }
}

/// A list under construction: `List::of("l.id, l.name", "lead l").filter(…).scope(…)`.
pub struct List {
    columns: &'static str,
    from: &'static str,
    filters: Vec<(&'static str, Bind)>,
    rights: Option<(Scope, Rights)>,
}

impl List {
    pub fn of(columns: &'static str, from: &'static str) -> Self {
        Self {
            columns,
            from,
            filters: Vec::new(),
            rights: None,
        }
    }
    /// Adds `fragment` (one `?`) if there is a value.
    pub fn filter(mut self, fragment: &'static str, value: Option<impl Value + 'static>) -> Self {
        if let Some(value) = value {
            self.filters
                .push((fragment, Box::new(move |q| q.bind(value))));
        }
        self
    }
    /// Whose rows. A list on which nobody decided answers nothing.
    pub fn scope(mut self, scope: Scope, rights: Rights) -> Self {
        self.rights = Some((scope, rights));
        self
    }

    /// `select … from … where …`, or `None` where the caller may see nothing.
    fn text(self, columns: &'static str) -> Option<Text> {
        let Some((scope, rights)) = self.rights else {
            return None;
        };
        let mut text = Text::default();
        for part in ["select ", columns, " from ", self.from] {
            text.push(part);
        }
        if let Scope::Territory(seat) = scope {
            for part in [
                " join territory_closure scope on scope.descendant = ",
                rights.territory,
                " and scope.ancestor = ?",
            ] {
                text.push(part);
            }
            text.bind(seat);
        }
        text.push(" where true");
        match scope {
            Scope::Nothing => return None,
            Scope::All | Scope::Territory(_) => {}
            Scope::Owner(owner) => {
                for part in [" and ", rights.owner, " = ?"] {
                    text.push(part);
                }
                text.bind(owner);
            }
        }
        for (fragment, bind) in self.filters {
            text.push(" and ");
            text.push(fragment);
            text.binds.push(bind);
        }
        Some(text)
    }

    /// One page of at most `size` rows after (or before) the place `token` names.
    pub async fn page<R: Record>(
        self,
        tx: &mut Tx,
        order: &Order<R>,
        size: u16,
        token: Option<&str>,
        seal: &Seal,
    ) -> Result<Page<R>> {
        let Some((text, list, place)) = self.page_text(order, size, token, seal)? else {
            return Ok(Page {
                rows: Vec::new(),
                previous: None,
                next: None,
            });
        };
        let (started, backward) = (place.is_some(), place.is_some_and(|p| p.backward));
        let mut rows: Vec<R> = text.query(tx).all().await?;
        let more = rows.len() > usize::from(size);
        rows.truncate(size.into());
        if backward {
            rows.reverse();
        }
        let token = |row: Option<&R>, backward| {
            row.map(|r| {
                let (key, id) = (order.key)(r);
                seal.write(&list, &Place { backward, key, id })
            })
            .transpose()
        };
        Ok(Page {
            previous: if if backward { more } else { started } {
                token(rows.first(), true)?
            } else {
                None
            },
            next: if backward || more {
                token(rows.last(), false)?
            } else {
                None
            },
            rows,
        })
    }
    /// How the engine would run [`List::page`], a line a step: for the test that no list scans its table.
    pub async fn plan<R: Record>(
        self,
        tx: &mut Tx,
        order: &Order<R>,
        size: u16,
        token: Option<&str>,
        seal: &Seal,
    ) -> Result<Vec<String>> {
        let Some((mut text, ..)) = self.page_text(order, size, token, seal)? else {
            return Ok(Vec::new());
        };
        text.sql.insert_str(
            0,
            if tx.is_sqlite() {
                "explain query plan "
            } else {
                "explain "
            },
        );
        Ok(text
            .query(tx)
            .all::<Step>()
            .await?
            .into_iter()
            .map(|Step(s)| s)
            .collect())
    }
    fn page_text<R>(
        self,
        order: &Order<R>,
        size: u16,
        token: Option<&str>,
        seal: &Seal,
    ) -> Result<Option<(Text, String, Option<Place>)>> {
        let columns = self.columns;
        let Some(mut text) = self.text(columns) else {
            return Ok(None);
        };
        let list = format!("{} by {} {}", text.sql, order.column, order.descending);
        let place = token.map(|t| seal.read(&list, t)).transpose()?;
        let descending = order.descending != place.as_ref().is_some_and(|p| p.backward);
        if let Some(Place { key, id, .. }) = place.clone() {
            for part in [
                " and (",
                order.column,
                ", ",
                order.id,
                if descending {
                    ") < (?, ?)"
                } else {
                    ") > (?, ?)"
                },
            ] {
                text.push(part);
            }
            match key {
                Key::Time(t) => text.bind(t),
                Key::Int(n) => text.bind(n),
                Key::Text(s) => text.bind(s),
            }
            text.bind(id);
        }
        let way = if descending { " desc" } else { "" };
        for part in [
            " order by ",
            order.column,
            way,
            ", ",
            order.id,
            way,
            " limit ?",
        ] {
            text.push(part);
        }
        text.bind(i64::from(size) + 1);
        Ok(Some((text, list, place)))
    }

    /// How many rows there are, up to `cap`.
    pub async fn count(self, tx: &mut Tx, cap: i64) -> Result<Count> {
        let Some(inner) = self.text("1 as one") else {
            return Ok(Count {
                rows: 0,
                capped: false,
            });
        };
        let mut text = Text {
            sql: format!("select count(*) as n from ({}", inner.sql),
            ..inner
        };
        text.push(" limit ?) as some_rows");
        text.bind(cap + 1);
        let Counted { n } = text.query(tx).one().await?;
        Ok(Count {
            rows: n.min(cap),
            capped: n > cap,
        })
    }
}
