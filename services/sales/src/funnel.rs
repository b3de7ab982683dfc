//! The funnel of a sales process: where its deals go on, are won, are lost and are held up.
//!
//! The stages count *visits*, not deals. A deal can come into a stage more than once, after going back or being opened
//! again; whoever counted deals would have to choose one of its ends and drop the others, and no sum would come out. A
//! visit ends in exactly one way, so for every stage, whatever became of its deals,
//! entered = moved on + won + lost + still open. To move on is to leave for another stage; visits that left for an earlier
//! one are told apart within that. A stage that was skipped has no visit, so it is in no figure. Nor is a
//! deal that was retracted: it never was one.
//!
//! A period chooses visits by when they began. The totals are about the deals of the visits that are counted, each once
//! and as it stands now, so count = won + lost + open, and the won ones by quarter add up to won.

use std::collections::BTreeMap;

use baton_chassis::{
    Date, Time,
    figures::{greatest, mean, rate_bp},
    ids::StageId,
};
use chrono::{Datelike as _, Months};

use crate::{
    opportunity::{Outcome, State},
    process::Stage,
};

/// Quarters that are shown at most: ten years.
pub const QUARTERS_MAX: usize = 40;

/// Visits of one stage that ended in one way, with deals in one currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VisitSum {
    /// The stage.
    pub stage: StageId,
    /// How they ended.
    pub outcome: Outcome,
    /// Currency of their deals.
    pub currency: String,
    /// How many.
    pub visits: i64,
    /// What their deals are worth, where that is known of any.
    pub amount_minor: Option<i64>,
    /// Those of which it is known how long they lasted.
    pub stayed: i64,
    /// Seconds that those lasted together.
    pub dwell_s: Option<i64>,
}

/// Visits of one stage that ended within so many whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Stays {
    /// The stage.
    pub stage: StageId,
    /// Days, rounded up.
    pub dwell_d: i64,
    /// How many.
    pub visits: i64,
}

/// Deals in one state and currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DealSum {
    /// Their state.
    pub state: State,
    /// Their currency.
    pub currency: String,
    /// How many.
    pub deals: i64,
    /// What they are worth, where that is known of any.
    pub amount_minor: Option<i64>,
    /// Those of which it is known how long they were open.
    pub timed: i64,
    /// Seconds that those were open together.
    pub cycle_s: Option<i64>,
    /// When the first of them was closed.
    pub first_closed: Option<Time>,
    /// When the last of them was closed.
    pub last_closed: Option<Time>,
}

/// A figure of visits, by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Left for a later stage.
    pub forward: i64,
    /// Left for an earlier stage.
    pub back: i64,
    /// Won.
    pub won: i64,
    /// Lost.
    pub lost: i64,
    /// Not ended.
    pub open: i64,
}

impl Ways {
    fn add(&mut self, outcome: Outcome, figure: i64) {
        let way = match outcome {
            Outcome::Open => &mut self.open,
            Outcome::MovedOn => &mut self.forward,
            Outcome::MovedBack => &mut self.back,
            Outcome::Won => &mut self.won,
            Outcome::Lost => &mut self.lost,
            Outcome::Retracted => return,
        };
        *way += figure;
    }

    /// Left for another stage.
    #[must_use]
    pub fn moved_on(&self) -> i64 {
        self.forward + self.back
    }

    /// Ended.
    #[must_use]
    pub fn ended(&self) -> i64 {
        self.moved_on() + self.won + self.lost
    }

    /// All of them.
    #[must_use]
    pub fn entered(&self) -> i64 {
        self.ended() + self.open
    }
}

/// How it went in one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageFigures {
    /// The stage.
    pub stage: Stage,
    /// Its visits.
    pub visits: Ways,
    /// What their deals are worth, by currency.
    pub amounts: BTreeMap<String, Ways>,
    /// Visits of which it is known how long they lasted.
    pub stayed: i64,
    /// Seconds that those lasted in the mean.
    pub mean_dwell_s: Option<i64>,
    /// Days within which half of those ended.
    pub median_dwell_d: Option<i64>,
    /// Days within which nine of ten of those ended.
    pub p90_dwell_d: Option<i64>,
}

impl StageFigures {
    /// Of 10,000 visits that ended, those that were lost.
    #[must_use]
    pub fn loss_rate_bp(&self) -> Option<i32> {
        rate_bp(self.visits.lost, self.visits.ended())
    }

    /// Of 10,000 visits that ended, those that were won.
    #[must_use]
    pub fn win_rate_bp(&self) -> Option<i32> {
        rate_bp(self.visits.won, self.visits.ended())
    }
}

/// The figures of all stages in use, and of those retired ones that were visited, in the order of the process.
#[must_use]
pub fn stages(stages: &[Stage], sums: &[VisitSum], stays: &[Stays]) -> Vec<StageFigures> {
    let figures = stages.iter().map(|stage| of_stage(stage, sums, stays));
    figures
        .filter(|f| !f.stage.retired || f.visits.entered() > 0)
        .collect()
}

fn of_stage(stage: &Stage, sums: &[VisitSum], stays: &[Stays]) -> StageFigures {
    let (mut visits, mut amounts) = (Ways::default(), BTreeMap::<String, Ways>::new());
    let (mut stayed, mut dwell_s) = (0, 0);
    for sum in sums.iter().filter(|s| s.stage == stage.id) {
        visits.add(sum.outcome, sum.visits);
        if let Some(minor) = sum.amount_minor {
            let amounts = amounts.entry(sum.currency.clone()).or_default();
            amounts.add(sum.outcome, minor);
        }
        stayed += sum.stayed;
        dwell_s += sum.dwell_s.unwrap_or(0);
    }
    let own = stays.iter().filter(|s| s.stage == stage.id);
    let mut days: Vec<_> = own.map(|s| (s.dwell_d, s.visits)).collect();
    days.sort_unstable();
    StageFigures {
        stage: stage.clone(),
        visits,
        amounts,
        stayed,
        mean_dwell_s: mean(dwell_s, stayed),
        median_dwell_d: within(&days, 50),
        p90_dwell_d: within(&days, 90),
    }
}

/// The stage that holds deals up: the one with the longest mean stay, the earlier of equals.
#[must_use]
pub fn bottleneck(stages: &[StageFigures]) -> Option<StageId> {
    greatest(stages.iter().map(|s| (s.mean_dwell_s, s.stage.id)))
}

/// The stage where most is lost: the one with the greatest loss rate, the earlier of equals.
#[must_use]
pub fn leak(stages: &[StageFigures]) -> Option<StageId> {
    let lost = |s: &StageFigures| s.loss_rate_bp().filter(|rate| *rate > 0);
    greatest(stages.iter().map(|s| (lost(s), s.stage.id)))
}

/// A figure of deals, by their state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByState {
    /// Won.
    pub won: i64,
    /// Lost.
    pub lost: i64,
    /// Open.
    pub open: i64,
}

impl ByState {
    fn add(&mut self, state: State, figure: i64) {
        let part = match state {
            State::Open => &mut self.open,
            State::Won => &mut self.won,
            State::Lost => &mut self.lost,
            State::Retracted => return,
        };
        *part += figure;
    }

    /// All of them.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.won + self.lost + self.open
    }
}

/// How it went with the deals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DealFigures {
    /// How many.
    pub deals: ByState,
    /// What they are worth, by currency.
    pub amounts: BTreeMap<String, ByState>,
    /// Won ones of which it is known how long they were open.
    pub won_timed: i64,
    /// Seconds that those were open in the mean.
    pub mean_won_cycle_s: Option<i64>,
    /// Won and lost ones of which it is known how long they were open.
    pub closed_timed: i64,
    /// Seconds that those were open in the mean.
    pub mean_closed_cycle_s: Option<i64>,
    /// When the first and the last won one was closed.
    pub won_between: Option<(Time, Time)>,
}

impl DealFigures {
    /// Of 10,000 closed deals, those that are won.
    #[must_use]
    pub fn win_rate_bp(&self) -> Option<i32> {
        rate_bp(self.deals.won, self.deals.won + self.deals.lost)
    }
}

/// The figures of deals.
#[must_use]
pub fn deals(sums: &[DealSum]) -> DealFigures {
    let mut figures = DealFigures::default();
    let (mut won_s, mut closed_s) = (0, 0);
    for sum in sums {
        figures.deals.add(sum.state, sum.deals);
        if let Some(minor) = sum.amount_minor {
            let amounts = figures.amounts.entry(sum.currency.clone()).or_default();
            amounts.add(sum.state, minor);
        }
        figures.closed_timed += sum.timed;
        closed_s += sum.cycle_s.unwrap_or(0);
        if sum.state == State::Won {
            figures.won_timed += sum.timed;
            won_s += sum.cycle_s.unwrap_or(0);
            let before = figures.won_between.unzip();
            figures.won_between = before
                .0
                .into_iter()
                .chain(sum.first_closed)
                .min()
                .zip(before.1.max(sum.last_closed));
        }
    }
    figures.mean_won_cycle_s = mean(won_s, figures.won_timed);
    figures.mean_closed_cycle_s = mean(closed_s, figures.closed_timed);
    figures
}

/// A quarter: its first and its last day.
pub type Quarter = (Date, Date);

/// The quarters from that of one day to that of another, the latest [`QUARTERS_MAX`] of them, first to last.
#[must_use]
pub fn quarters(from: Date, to: Date) -> Vec<Quarter> {
    let (mut quarters, mut day) = (Vec::new(), to);
    while quarters.len() < QUARTERS_MAX {
        let Some(quarter) = quarter(day) else { break };
        quarters.push(quarter);
        match quarter.0.pred_opt() {
            Some(before) if before >= from => day = before,
            _ => break,
        }
    }
    quarters.reverse();
    quarters
}

fn quarter(day: Date) -> Option<Quarter> {
    let first = Date::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1)?;
    let last = first.checked_add_months(Months::new(3))?.pred_opt()?;
    Some((first, last))
}

/// The days within which so many percent ended, by the nearest rank.
fn within(days: &[(i64, i64)], percent: i64) -> Option<i64> {
    let all: i64 = days.iter().map(|(_, visits)| visits).sum();
    let rank = (all * percent + 99) / 100;
    let mut ended = 0;
    days.iter()
        .find(|(_, visits)| {
            ended += visits;
            ended >= rank
        })
        .map(|(day, _)| *day)
}

#[cfg(test)]
mod tests;
