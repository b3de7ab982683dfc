//! The words of records as rows: written with the record in one statement, and for records that were there before by a timer.

use chrono::Datelike as _;
use futures_util::future::BoxFuture;
use serde_json::json;
use uuid::Uuid;

use super::{Query, Text, find::Finder, words};
use crate::{
    Result, Time,
    act::{Act, Look, Noun},
    db::{self, Repeated, Tx},
    list::List,
};

/// A word that more records have than this is common. Records with a rare word are looked up and sorted; where all words of
/// a query are common, a list is walked in its order until a page is full.
const RARE_MAX: i64 = 2_000;
/// Records whose words are written in one go.
const BATCH: i64 = 100;
/// How long after the words of all records were written that is done again: replicas of a version that knows of no words
/// may still have been at work.
const AGAIN: chrono::Duration = chrono::Duration::hours(1);

/// A noun whose records are found by their words ([`Noun::texts`]).
pub trait Found: Noun {
    /// How its records are found.
    const FINDER: Finder;
    /// The timer by which words of records are written that were there before there were words; its subject is the first
    /// record that has none. A migration sets it.
    const FILL: &'static str;
    /// The timer by which that is done once more.
    const REFILL: &'static str;
    /// Holds `$2` records from the one with the id `$1` on, and tells them as [`Brief`].
    const HELD: &'static str;

    /// What a record is found by.
    fn texts_of(brief: Brief) -> Vec<Text>;
}

/// What of a record is made into words.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Brief {
    /// Id.
    pub id: Uuid,
    /// Human number.
    pub number: String,
    /// Name or title.
    pub name: String,
    /// Telephone number as it was given.
    #[sqlx(default)]
    pub phone: String,
    /// Country where that is read.
    #[sqlx(default)]
    pub country: String,
}

/// Writes the words of a new record, with whatever is written next.
pub(crate) async fn enter(
    tx: &mut Tx,
    kind: &'static str,
    object: Uuid,
    texts: &[Text],
) -> Result<(), db::Error> {
    let words = words(texts);
    if words.is_empty() {
        return Ok(());
    }
    let text = if tx.is_sqlite() {
        "insert into search_word (kind, word, object) select $1, cast(value as blob), $2 from json_each($3)"
    } else {
        "insert into search_word (kind, word, object) \
         select $1, convert_to(value, 'UTF8'), $2 from jsonb_array_elements_text($3)"
    };
    let rows = words.len() as u64;
    tx.sql(text)
        .bind(kind)
        .bind(object)
        .bind(json!(words))
        .later_rows(rows)
        .await
}

/// Writes what differs after a record has changed.
pub(crate) async fn change(
    tx: &mut Tx,
    kind: &'static str,
    object: Uuid,
    before: &[Text],
    after: &[Text],
) -> Result<(), db::Error> {
    if before == after {
        return Ok(());
    }
    let (old, new) = (words(before), words(after));
    let gone: Vec<&String> = old.difference(&new).collect();
    if !gone.is_empty() {
        let text = if tx.is_sqlite() {
            "delete from search_word where kind = $1 and object = $2 \
             and word in (select cast(value as blob) from json_each($3))"
        } else {
            "delete from search_word where kind = $1 and object = $2 \
             and word in (select convert_to(value, 'UTF8') from jsonb_array_elements_text($3))"
        };
        let gone = json!(gone);
        tx.sql(text)
            .bind(kind)
            .bind(object)
            .bind(gone)
            .execute()
            .await?;
    }
    let added: Vec<&String> = new.difference(&old).collect();
    add(tx, kind, object, json!(added)).await
}

/// Writes words of which some may be there.
async fn add(
    tx: &mut Tx,
    kind: &'static str,
    object: Uuid,
    words: serde_json::Value,
) -> Result<(), db::Error> {
    // Without a condition SQLite would read `on` as that of a join.
    let text = if tx.is_sqlite() {
        "insert into search_word (kind, word, object) select $1, cast(value as blob), $2 from json_each($3) \
         where true on conflict do nothing"
    } else {
        "insert into search_word (kind, word, object) \
         select $1, convert_to(value, 'UTF8'), $2 from jsonb_array_elements_text($3) on conflict do nothing"
    };
    tx.sql(text)
        .bind(kind)
        .bind(object)
        .bind(words)
        .execute()
        .await?;
    Ok(())
}

/// Writes the words of a record, whatever is there.
async fn replace(
    tx: &mut Tx,
    kind: &'static str,
    object: Uuid,
    texts: &[Text],
) -> Result<(), db::Error> {
    let words = json!(words(texts));
    let text = if tx.is_sqlite() {
        "delete from search_word where kind = $1 and object = $2 \
         and word not in (select cast(value as blob) from json_each($3))"
    } else {
        "delete from search_word where kind = $1 and object = $2 \
         and word not in (select convert_to(value, 'UTF8') from jsonb_array_elements_text($3))"
    };
    let gone = tx.sql(text).bind(kind).bind(object).bind(words.clone());
    gone.execute().await?;
    add(tx, kind, object, words).await
}

/// Writes the words of the records from one on, a batch of them, and sets the timer for those that follow.
pub(crate) fn fill<'a, N: Found>(act: &'a mut Act<'_>, from: Uuid) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let again = act.now + AGAIN;
        match batch::<N>(act, from).await? {
            Some(next) => act.timer(N::FILL, next, act.now).await,
            None => act.timer(N::REFILL, Uuid::nil(), again).await,
        }
    })
}

/// The same once more.
pub(crate) fn refill<'a, N: Found>(act: &'a mut Act<'_>, from: Uuid) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        match batch::<N>(act, from).await? {
            Some(next) => act.timer(N::REFILL, next, act.now).await,
            None => Ok(()),
        }
    })
}

/// Answers the first record that had no room in the batch.
async fn batch<N: Found>(act: &mut Act<'_>, from: Uuid) -> Result<Option<Uuid>> {
    let held = act.tx.sql(N::HELD).bind(from).bind(BATCH + 1);
    let mut records: Vec<Brief> = held.all().await?;
    records.sort_unstable_by_key(|record| record.id);
    let more = i64::try_from(records.len()).is_ok_and(|n| n > BATCH);
    let next = records.pop_if(|_| more).map(|record| record.id);
    for record in records {
        let id = record.id;
        replace(act.tx, N::KIND, id, &N::texts_of(record)).await?;
    }
    Ok(next)
}

/// What a query leaves of a list, and whether that is so little that it is best looked up and sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowing {
    pub(crate) by: By,
    pub(crate) is_rare: bool,
}

/// By what a list is narrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Its records have words, the rarest first.
    Words(&'static str, Vec<Word>),
    /// A text of the service tells which, with these values: as a query of their ids as `object`, and as a condition.
    Text(&'static str, &'static str, Vec<String>),
}

/// A word that records must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// It or what it begins with.
    pub(crate) from: Vec<u8>,
    /// The first octets after all of those.
    pub(crate) to: Vec<u8>,
}

impl Word {
    /// All words that begin so.
    fn beginning(word: &str) -> Self {
        let from = word.as_bytes().to_vec();
        let mut to = from.clone();
        // No octet of UTF-8 is the greatest one.
        if let Some(last) = to.last_mut() {
            *last += 1;
        }
        Self { from, to }
    }

    /// This very word.
    fn exactly(word: &str) -> Self {
        let from = word.as_bytes().to_vec();
        let to = [from.as_slice(), &[0]].concat();
        Self { from, to }
    }
}

impl Narrowing {
    /// What a query leaves of a kind, taken for rare or not.
    #[must_use]
    pub fn of(kind: &'static str, query: &Query, is_rare: bool) -> Self {
        let words = query.words().iter().map(|w| Word::beginning(w)).collect();
        Self {
            by: By::Words(kind, words),
            is_rare,
        }
    }

    /// Records whose number lies between two, taken for few or not.
    #[must_use]
    pub fn between(numbered: &Numbered, from: &str, to: &str, is_rare: bool) -> Self {
        let values = vec![from.to_owned(), to.to_owned()];
        Self {
            by: By::Text(numbered.ids_between, numbered.between, values),
            is_rare,
        }
    }

    /// What tells it apart from what other queries leave.
    pub(crate) fn name(&self) -> Vec<u8> {
        match &self.by {
            By::Words(_, words) => {
                let mut words: Vec<_> = words.iter().map(|w| w.from.as_slice()).collect();
                words.sort_unstable();
                words.join(&0)
            }
            By::Text(_, _, values) => values.join("\0").into_bytes(),
        }
    }
}

/// How many records have a word.
#[derive(sqlx::FromRow)]
struct Holders {
    part: i64,
    holders: i64,
}

/// Counts the holders of each word, as far as it matters, and puts the rarest first.
async fn weigh(tx: &mut Tx, kind: &'static str, words: Vec<Word>) -> Result<Narrowing, db::Error> {
    const COUNTS: Repeated = Repeated {
        before: "",
        each: "select cast($1 as bigint) as part, count(*) as holders from (select word_row.object from search_word word_row \
               where word_row.kind = $2 and word_row.word >= $3 and word_row.word < $4 limit $5) as held",
        between: " union all ",
        after: "",
    };
    let mut query = tx.repeated(COUNTS, words.len());
    for (part, word) in (0_i64..).zip(&words) {
        query = query
            .bind(part)
            .bind(kind)
            .bind(word.from.clone())
            .bind(word.to.clone())
            .bind(RARE_MAX + 1);
    }
    let counts: Vec<Holders> = query.all().await?;
    let holders = |part: i64| {
        counts
            .iter()
            .find(|c| c.part == part)
            .map_or(0, |c| c.holders)
    };
    let mut weighed: Vec<_> = (0_i64..).map(holders).zip(words).collect();
    weighed.sort_by_key(|(holders, _)| *holders);
    let is_rare = weighed
        .first()
        .is_none_or(|(holders, _)| *holders <= RARE_MAX);
    let words = weighed.into_iter().map(|(_, word)| word).collect();
    Ok(Narrowing {
        by: By::Words(kind, words),
        is_rare,
    })
}

/// What a query leaves of the records of a kind.
///
/// # Errors
/// When the store fails.
pub(crate) async fn narrow(
    tx: &mut Tx,
    kind: &'static str,
    query: &Query,
) -> Result<Narrowing, db::Error> {
    let words = query.words().iter().map(|w| Word::beginning(w)).collect();
    weigh(tx, kind, words).await
}

/// The same for records that have the words of a query themselves, not only what begins so.
pub(crate) async fn narrow_exactly(
    tx: &mut Tx,
    kind: &'static str,
    query: &Query,
) -> Result<Narrowing, db::Error> {
    let words = query.words().iter().map(|w| Word::exactly(w)).collect();
    weigh(tx, kind, words).await
}

/// How records are found by their human number alone. A serial number is looked for in some years.
#[derive(Clone, Copy, Debug)]
pub struct Numbered {
    /// What the numbers begin with.
    pub prefix: &'static str,
    /// That a number lies between two.
    pub between: &'static str,
    /// The ids of those, as `object`.
    pub ids_between: &'static str,
    /// How many of those there are, as `holders`, with `part` 0; at most `$3` are counted.
    pub count_between: &'static str,
    /// The ids of those that have one of four numbers, as `object`.
    pub ids_of: &'static str,
}

/// What a query leaves of records that are found by their number; nothing if it says no number.
pub(crate) async fn narrow_number(
    tx: &mut Tx,
    numbered: &Numbered,
    query: &Query,
    now: Time,
) -> Result<Option<Narrowing>, db::Error> {
    if let Some(serial) = query.serial() {
        // Next year may have begun where the firm is.
        let years = [1, 0, -1, -2].map(|n| now.year() + n);
        let numbers = years.map(|year| format!("{}{year}-{serial:06}", numbered.prefix));
        return Ok(Some(Narrowing {
            by: By::Text(numbered.ids_of, "", numbers.into()),
            is_rare: true,
        }));
    }
    let Some(from) = query.number().filter(|n| n.starts_with(numbered.prefix)) else {
        return Ok(None);
    };
    // Whatever the order of texts, a small letter comes after the digits of a number.
    let to = format!("{from}z");
    let counted = tx.sql(numbered.count_between);
    let counted = counted.bind(from.clone()).bind(to.clone());
    let Holders { holders, .. } = counted.bind(RARE_MAX + 1).one().await?;
    let is_rare = holders <= RARE_MAX;
    Ok(Some(Narrowing::between(numbered, &from, &to, is_rare)))
}

impl Look<'_> {
    /// What a query leaves of a list of records that are found by their number; nothing if it says no number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn numbered(
        &mut self,
        numbered: &Numbered,
        query: &Query,
    ) -> Result<Option<Narrowing>> {
        let now = self.now;
        Ok(narrow_number(self.tx, numbered, query, now).await?)
    }

    /// What a query leaves of a list, if there is one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn found<N: Found>(&mut self, list: List, query: Option<&Query>) -> Result<List> {
        let Some(query) = query else { return Ok(list) };
        let found = narrow(self.tx, N::KIND, query).await?;
        Ok(list.found(N::FINDER.id, Some(found)))
    }
}
