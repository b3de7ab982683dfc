//! The funnel of the whole chain: how many objects came to each hop, how many went on from it, were done, were lost and are
//! still there.
//!
//! Every object enters the chain at its own hop: a lead as a lead, a deal that was made directly as a deal. It went on if
//! something of a later hop came from it, whatever became of the object itself since; else it is done, lost or open as its
//! state says. So for each hop, whatever happened, entered = moved on + done + lost + still open. What came from an object
//! may be of any later hop: a deal becomes an order without a contract. Two leads may go on into one deal, so the deals that
//! came from leads are not as many as the leads that moved on. An object that was retracted never was one: it is in no
//! figure, and what it came from did not go on into it.

use std::collections::BTreeMap;

use baton_chassis::{
    Time,
    figures::{greatest, mean, rate_bp},
    ids::{MemberId, TerritoryId},
    words,
    words::Word as _,
};
use uuid::Uuid;

words! {
    /// A hop of the chain, first to last.
    Hop {
        /// Demand that somebody heard of.
        Lead = "LEAD",
        /// A deal.
        Opportunity = "OPPORTUNITY",
        /// Work of a team to win something big; a project that is for sales.
        Project = "PROJECT",
        /// A contract.
        Contract = "CONTRACT",
        /// An order.
        Order = "ORDER",
    }
}

words! {
    /// What the state of an object means for the chain.
    Standing {
        /// Something can still become of it.
        Open = "OPEN",
        /// It came to what it was for.
        Done = "DONE",
        /// It ended without that.
        Lost = "LOST",
        /// It never was.
        Gone = "GONE",
    }
}

words! {
    /// What became of an object at its hop.
    Outcome {
        /// Something of a later hop came from it.
        MovedOn = "MOVED_ON",
        /// It came to what it was for, and nothing came from it.
        Done = "DONE",
        /// It ended without that.
        Lost = "LOST",
        /// Something can still become of it.
        Open = "OPEN",
    }
}

use Standing::{Done, Gone, Lost, Open};

/// What each state means. A project is a deal besides, and its state tells how the work stands: what it means for the chain
/// follows from [`EVENTS`].
pub const STATES: &[(Hop, &[(&str, Standing)])] = &[
    (
        Hop::Lead,
        &[
            ("NEW", Open),
            ("IDENTIFIED", Open),
            ("CONTACTED", Open),
            ("ACCEPTED", Open),
            ("CONVERTING", Open),
            ("CONVERTED", Done),
            ("DISQUALIFIED", Lost),
        ],
    ),
    (
        Hop::Opportunity,
        &[
            ("OPEN", Open),
            ("WON", Done),
            ("LOST", Lost),
            ("RETRACTED", Gone),
        ],
    ),
    (Hop::Project, &[]),
    (
        Hop::Contract,
        &[
            ("DRAFT", Open),
            ("ACTIVE", Open),
            ("FULFILLED", Done),
            ("TERMINATED", Lost),
        ],
    ),
    (
        Hop::Order,
        &[
            ("DRAFT", Open),
            ("CONFIRMED", Open),
            ("ACCEPTED", Open),
            ("PARTLY_SHIPPED", Open),
            ("SHIPPED", Open),
            ("INVOICED", Open),
            ("PAID", Open),
            ("CLOSED", Done),
            ("CANCELLED", Lost),
        ],
    ),
];

/// What events mean for an object whose state does not tell.
pub const EVENTS: &[(&str, Standing)] = &[
    ("baton.sales.v1.project_won", Done),
    ("baton.sales.v1.project_lost", Lost),
    ("baton.sales.v1.project_reopened", Open),
    ("baton.sales.v1.project_retracted", Gone),
];

impl Hop {
    /// The hop that objects of a kind are at, if they are at any.
    #[must_use]
    pub fn of(kind: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|h| h.as_str() == kind)
    }

    /// What an event about an object in a state means for it; nothing if all stays as it was. A state that is newer than this
    /// program does not end anything.
    #[must_use]
    pub fn standing(self, state: &str, event: &str) -> Option<Standing> {
        let states = STATES.iter().find(|(hop, _)| *hop == self);
        let states = states.map_or(&[][..], |(_, states)| states);
        let said = |table: &[(&str, Standing)], word: &str| {
            let found = table.iter().find(|(w, _)| *w == word);
            found.map(|(_, standing)| *standing)
        };
        if states.is_empty() {
            said(EVENTS, event)
        } else {
            Some(said(states, state).unwrap_or(Open))
        }
    }
}

/// An object at its hop, as the events about it told.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Entrant {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: Hop,
    /// Version of the object of which this tells.
    pub version: i64,
    /// State, the word of its life cycle.
    pub state: String,
    /// What that means.
    pub standing: Standing,
    /// Who owns it.
    pub owner: Option<MemberId>,
    /// For whom it counts: its owner, until it is done or lost; then for good the one who owned it as that came.
    pub credit: Option<MemberId>,
    /// Where it belongs.
    pub territory: Option<TerritoryId>,
    /// What kind of thing it came from.
    pub source_kind: String,
    /// Currency of what it is worth; empty where nobody knows.
    pub currency: String,
    /// What it is worth.
    pub amount_minor: Option<i64>,
    /// When it came to its hop.
    pub entered_at: Time,
    /// When it was done or lost.
    pub ended_at: Option<Time>,
}

impl Entrant {
    /// The object after a later event, which tells everything but when it entered and ended, and who had it then.
    #[must_use]
    pub fn after(self, before: Option<&Self>, standing: Option<Standing>, at: Time) -> Self {
        let standing = standing.or(before.map(|b| b.standing)).unwrap_or(Open);
        let ended = matches!(standing, Done | Lost);
        let ended_before = before.filter(|b| ended && b.standing == standing);
        Self {
            standing,
            credit: ended_before.map_or(self.owner, |b| b.credit),
            entered_at: before.map_or(self.entered_at, |b| b.entered_at),
            ended_at: ended.then(|| ended_before.and_then(|b| b.ended_at).unwrap_or(at)),
            ..self
        }
    }
}

/// Objects of one hop that came from one kind of source, came to the same and are worth something in one currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sum {
    /// The hop.
    pub kind: Hop,
    /// What kind of thing they came from.
    pub source_kind: String,
    /// What became of them.
    pub outcome: Outcome,
    /// Currency of what they are worth.
    pub currency: String,
    /// How many.
    pub objects: i64,
    /// What they are worth, where that is known of any.
    pub amount_minor: Option<i64>,
    /// Seconds from entering to moving on, of those that moved on, together.
    pub move_s: Option<i64>,
    /// Seconds from entering to the end, of those that ended, together.
    pub end_s: Option<i64>,
}

/// A figure of objects by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Something of a later hop came from them.
    pub moved_on: i64,
    /// Done.
    pub done: i64,
    /// Lost.
    pub lost: i64,
    /// Still open.
    pub open: i64,
}

impl Ways {
    fn add(&mut self, outcome: Outcome, figure: i64) {
        let way = match outcome {
            Outcome::MovedOn => &mut self.moved_on,
            Outcome::Done => &mut self.done,
            Outcome::Lost => &mut self.lost,
            Outcome::Open => &mut self.open,
        };
        *way += figure;
    }

    /// All of them.
    #[must_use]
    pub fn entered(&self) -> i64 {
        self.moved_on + self.done + self.lost + self.open
    }
}

/// How it went at one hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HopFigures {
    /// The hop.
    pub hop: Hop,
    /// Its objects.
    pub objects: Ways,
    /// How many came from each kind of source.
    pub sources: BTreeMap<String, i64>,
    /// What they are worth, by currency.
    pub amounts: BTreeMap<String, Ways>,
    /// Seconds from entering to moving on, in the mean.
    pub mean_move_s: Option<i64>,
    /// Seconds from entering to being done, in the mean.
    pub mean_done_s: Option<i64>,
}

impl HopFigures {
    /// How many came from an earlier hop.
    #[must_use]
    pub fn descended(&self) -> i64 {
        let sources = self.sources.iter();
        let earlier = sources.filter(|(kind, _)| Hop::of(kind).is_some_and(|hop| hop < self.hop));
        earlier.map(|(_, objects)| objects).sum()
    }

    /// Of 10,000 objects that entered, those that moved on; nothing at the last hop, from which there is no way on.
    #[must_use]
    pub fn conversion_rate_bp(&self) -> Option<i32> {
        let last = Hop::ALL.last() == Some(&self.hop);
        rate_bp(self.objects.moved_on, self.objects.entered()).filter(|_| !last)
    }

    /// Of 10,000 objects that are no longer open, those that were lost.
    #[must_use]
    pub fn loss_rate_bp(&self) -> Option<i32> {
        let ended = self.objects.entered() - self.objects.open;
        rate_bp(self.objects.lost, ended)
    }
}

/// The figures of all hops, first to last.
#[must_use]
pub fn hops(sums: &[Sum]) -> Vec<HopFigures> {
    Hop::ALL.iter().map(|hop| figures(*hop, sums)).collect()
}

fn figures(hop: Hop, sums: &[Sum]) -> HopFigures {
    let (mut objects, mut amounts) = (Ways::default(), BTreeMap::<String, Ways>::new());
    let (mut sources, mut move_s, mut done_s) = (BTreeMap::new(), 0, 0);
    for sum in sums.iter().filter(|s| s.kind == hop) {
        objects.add(sum.outcome, sum.objects);
        *sources.entry(sum.source_kind.clone()).or_default() += sum.objects;
        if let Some(minor) = sum.amount_minor {
            let amount = amounts.entry(sum.currency.clone()).or_default();
            amount.add(sum.outcome, minor);
        }
        match sum.outcome {
            Outcome::MovedOn => move_s += sum.move_s.unwrap_or(0),
            Outcome::Done => done_s += sum.end_s.unwrap_or(0),
            Outcome::Lost | Outcome::Open => {}
        }
    }
    HopFigures {
        hop,
        objects,
        sources,
        amounts,
        mean_move_s: mean(move_s, objects.moved_on),
        mean_done_s: mean(done_s, objects.done),
    }
}

/// The hop that holds the chain up: the one that objects took longest to move on from, the earlier of equals.
#[must_use]
pub fn bottleneck(hops: &[HopFigures]) -> Option<Hop> {
    greatest(hops.iter().map(|h| (h.mean_move_s, h.hop)))
}

/// The hop where most is lost: the one with the greatest loss rate, the earlier of equals.
#[must_use]
pub fn leak(hops: &[HopFigures]) -> Option<Hop> {
    greatest(
        hops.iter()
            .map(|h| (h.loss_rate_bp().filter(|rate| *rate > 0), h.hop)),
    )
}

#[cfg(test)]
mod tests;
