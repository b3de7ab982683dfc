//! What was asked of the system and what it answered: a book of its own, which no fault reaches.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::Value;
use tokio::sync::watch;

use super::checks::Finding;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Takes calls and brings leads in.
    Agent,
    /// Manages the territory, contracts and orders.
    Manager,
    /// Sells.
    Seller,
    /// Loads batches.
    Boss,
    /// The ERP's connector.
    Erp,
}

/// A call that was answered, so that it can be repeated.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who asked.
    pub who: Who,
    /// Path.
    pub path: String,
    /// Request id.
    pub key: String,
    /// Payload.
    pub body: Value,
    /// What the answer was about; see [`identity`].
    pub answer: String,
}

/// What became of a lead that was asked for.
#[derive(Clone, Debug, Default)]
pub struct Lead {
    /// Its id, once that was answered.
    pub id: Option<String>,
    /// What became of it, where it was to go the whole way.
    pub course: Option<Course>,
}

/// The chain behind a lead that went the whole way.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// The opportunity.
    pub opportunity: String,
    /// The contract.
    pub contract: String,
    /// The order.
    pub order: String,
    /// The ERP's document.
    pub document: String,
    /// What it is worth, in hundredths.
    pub amount_minor: i64,
}

/// Everything that is written down.
#[derive(Debug, Default)]
pub struct Book {
    /// Leads by number.
    pub leads: BTreeMap<u64, Lead>,
    /// Calls that can be repeated.
    pub calls: Vec<Call>,
    /// Calls that were answered.
    pub answered: u64,
    /// Times that a call had to be made again.
    pub repeated: u64,
    /// Calls that nobody waited for to be answered.
    pub given_up: u64,
    /// Objects whose events waited because one of them was poison.
    pub poison: usize,
    /// Ids of leads that went with a store which was put back to an earlier state.
    pub lost: BTreeSet<String>,
    /// What no player should be told.
    pub findings: Vec<Finding>,
}

/// The book, shared by all players.
#[derive(Clone, Debug)]
pub struct Ledger {
    book: Arc<Mutex<Book>>,
    done: Arc<watch::Sender<u64>>,
    keep_every: u64,
    a_clock_is_wrong: Arc<AtomicBool>,
}

impl Ledger {
    /// An empty one that keeps one of so many calls for repeats.
    #[must_use]
    pub fn new(keep_every: u64) -> Self {
        Self {
            book: Arc::default(),
            done: Arc::new(watch::Sender::new(0)),
            keep_every: keep_every.max(1),
            a_clock_is_wrong: Arc::default(),
        }
    }

    /// Opens the book.
    #[must_use]
    pub fn book(&self) -> MutexGuard<'_, Book> {
        // What a player wrote before he failed is still true.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many leads are settled: answered, or given up.
    #[must_use]
    pub fn done(&self) -> watch::Receiver<u64> {
        self.done.subscribe()
    }

    /// Whether some process goes by a wrong clock now: by that, what others sign is not valid yet, or no more.
    #[must_use]
    pub fn a_clock_is_wrong(&self) -> bool {
        self.a_clock_is_wrong.load(Ordering::Relaxed)
    }

    /// Says so.
    pub fn clock_is_wrong(&self, wrong: bool) {
        self.a_clock_is_wrong.store(wrong, Ordering::Relaxed);
    }

    /// A lead is about to be asked for.
    pub fn asks(&self, number: u64) {
        self.book().leads.entry(number).or_default();
    }

    /// A lead was answered, or nobody waits for it any more.
    pub fn settled(&self, number: u64, id: Option<String>) {
        self.book().leads.entry(number).or_default().id = id;
        self.done.send_modify(|n| *n += 1);
    }

    /// A lead went the whole way.
    pub fn went(&self, number: u64, course: Course) {
        self.book().leads.entry(number).or_default().course = Some(course);
    }

    /// A call was answered.
    pub fn answered(&self, call: Call) {
        let mut book = self.book();
        book.answered += 1;
        if book.answered.is_multiple_of(self.keep_every) {
            book.calls.push(call);
        }
    }

    /// Something was said that should not have been.
    pub fn finds(&self, check: &'static str, text: String) {
        self.book().findings.push(Finding { check, text });
    }
}

/// What an answer is about: the id of an object, of an operation, or those of all rows of a load.
#[must_use]
pub fn identity(answer: &Value) -> String {
    if let Some(results) = answer["results"].as_array() {
        let ids: Vec<_> = results
            .iter()
            .map(|r| r["id"].as_str().unwrap_or_default())
            .collect();
        return ids.join(" ");
    }
    let id = answer["id"]
        .as_str()
        .or_else(|| answer["conversion"]["id"].as_str());
    id.unwrap_or_default().to_owned()
}
