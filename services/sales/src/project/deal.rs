//! The deal that a sales project is besides: open until it is won or lost.

use baton_chassis::{Date, Money, Time, ids::ProjectId};
use serde::Serialize;

use super::{ProjectRefused, Terms};
use crate::{
    commerce::Commerce,
    opportunity::{Item, Line, LossReason, State, lines, total},
};

/// The deal of a sales project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deal {
    /// Where it is in its life.
    pub state: State,
    /// How far it is on its way to commerce.
    pub commerce: Commerce,
    /// Currency of all its amounts.
    pub currency: String,
    /// What somebody said it is worth; counts while there are no lines.
    pub stated_minor: Option<i64>,
    /// What it is worth: the total of the lines, else as stated.
    pub amount_minor: Option<i64>,
    /// What somebody said the chance of winning is; counts while it is open.
    pub stated_percent: Option<i32>,
    /// Chance of winning.
    pub probability_percent: Option<i32>,
    /// When it is expected to be closed.
    pub expected_close: Option<Date>,
    /// Why it was lost.
    pub loss_reason: Option<LossReason>,
    /// Who won it instead.
    pub competitor: String,
    /// When it was won or lost.
    pub closed_at: Option<Time>,
    /// What it is about.
    pub lines: Vec<Line>,
}

impl Deal {
    pub(super) fn open(
        project: ProjectId,
        terms: Terms,
        currency: String,
        items: Vec<Item>,
    ) -> Self {
        let stated = terms.amount;
        let mut deal = Self {
            state: State::Open,
            commerce: Commerce::None,
            currency: stated.as_ref().map_or(currency, |m| m.currency.clone()),
            stated_minor: stated.map(|m| m.amount_minor),
            amount_minor: None,
            stated_percent: terms.percent,
            probability_percent: terms.percent,
            expected_close: terms.expected_close,
            loss_reason: None,
            competitor: String::new(),
            closed_at: None,
            lines: lines(project, 0, items),
        };
        deal.value();
        deal
    }

    /// What it is worth, if anybody knows.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        self.amount_minor
            .map(|minor| Money::new(self.currency.clone(), minor))
    }

    /// What can be stated about it, as it stands.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            amount: self.amount(),
            percent: self.stated_percent,
            expected_close: self.expected_close,
        }
    }

    pub(super) fn must_be_open(&self) -> Result<(), ProjectRefused> {
        match self.state {
            State::Open => Ok(()),
            closed @ (State::Won | State::Lost | State::Retracted) => {
                Err(ProjectRefused::DealClosed(closed))
            }
        }
    }

    /// States other terms. An amount that is the present one states nothing new.
    pub(super) fn state_terms(&mut self, terms: Terms) -> Result<(), ProjectRefused> {
        if terms == self.terms() {
            return Ok(());
        }
        self.must_be_open()?;
        if terms.amount != self.amount() {
            if !self.lines.is_empty() {
                return Err(ProjectRefused::AmountFollowsLines);
            }
            self.stated_minor = terms.amount.map(|stated| {
                self.currency = stated.currency;
                stated.amount_minor
            });
        }
        self.stated_percent = terms.percent;
        self.probability_percent = terms.percent;
        self.expected_close = terms.expected_close;
        self.value();
        Ok(())
    }

    pub(super) fn set_lines(
        &mut self,
        project: ProjectId,
        version: i64,
        currency: Option<String>,
        items: Vec<Item>,
    ) -> Result<(), ProjectRefused> {
        self.must_be_open()?;
        let currency = currency.unwrap_or_else(|| self.currency.clone());
        if currency != self.currency {
            // What was said in another currency says nothing in this one.
            self.stated_minor = None;
        }
        if currency != self.currency || !self.lines.iter().map(|l| &l.item).eq(&items) {
            self.lines = lines(project, version, items);
            self.currency = currency;
        }
        self.value();
        Ok(())
    }

    fn value(&mut self) {
        self.amount_minor = if self.lines.is_empty() {
            self.stated_minor
        } else {
            total(self.lines.iter().map(|l| &l.item))
        };
    }

    pub(super) fn close(&mut self, state: State, commerce: Commerce, at: Time) {
        self.state = state;
        self.commerce = commerce;
        self.probability_percent = Some(if state == State::Won { 100 } else { 0 });
        self.closed_at = Some(at);
    }

    /// Opens it again, if commerce lets go of it.
    pub(super) fn reopen(&mut self, for_commerce: bool) -> Result<(), ProjectRefused> {
        self.commerce.lets_reopen(for_commerce)?;
        self.state = State::Open;
        self.commerce = Commerce::None;
        self.probability_percent = self.stated_percent;
        self.loss_reason = None;
        self.competitor = String::new();
        self.closed_at = None;
        Ok(())
    }
}
