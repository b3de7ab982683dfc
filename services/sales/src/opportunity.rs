//! The life of an opportunity: open in one stage after another, then won and handed over to commerce, or lost.

mod imported;
mod lines;
mod origin;
mod refused;
mod terms;
mod visits;

use baton_chassis::{
    Money, Source, SourceKind, Time,
    ids::{MemberId, OpportunityId, ProcessId, ProductId, StageId},
};
use serde::Serialize;
use uuid::Uuid;

pub use self::{
    imported::Past,
    lines::{Item, LINES_MAX, Line, lines, total},
    origin::Joined,
    refused::OpportunityRefused,
    terms::{Draft, Head, LossReason, OpportunityEvent, State},
    visits::{Outcome, Visit},
};
use crate::{
    commerce::{Commerce, Sale, Sold},
    process::{Process, Stage},
};

/// A confirmed chance to sell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Opportunity {
    /// Identity.
    pub id: OpportunityId,
    /// Human number.
    pub number: String,
    /// What can be changed while it is open.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub head: Head,
    /// Sales process it follows.
    pub process: ProcessId,
    /// Stage it stands in, or was closed in.
    pub stage: StageId,
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
    /// Chance of winning.
    pub probability_percent: i32,
    /// Why it was lost.
    pub loss_reason: Option<LossReason>,
    /// Who won it instead.
    pub competitor: String,
    /// When it was won or lost.
    pub closed_at: Option<Time>,
    /// For whom it counts: its owner while it is open, then for good the one who owned it as it was closed. It follows
    /// from what is told of the owner, so nothing else tells it.
    #[serde(skip)]
    pub credit: MemberId,
    /// What it came from: the kind.
    pub source_kind: SourceKind,
    /// What it came from: the id.
    pub source_id: String,
    /// Fingerprint of the row it was last imported from.
    pub import_print: Option<Uuid>,
    /// Counts the changes.
    pub version: i64,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// What it is about.
    #[sqlx(skip)]
    pub lines: Vec<Line>,
    /// Its path through the stages, first to last.
    #[sqlx(skip)]
    pub visits: Vec<Visit>,
    /// Leads that joined it after the one that it came from, first to last.
    #[sqlx(skip)]
    pub joined: Vec<Joined>,
}

impl Opportunity {
    /// A deal in a stage from now on.
    ///
    /// # Errors
    /// When the stage is none that a deal of this process can enter.
    pub fn open(
        draft: Draft,
        process: &Process,
        stage: Option<StageId>,
        by: MemberId,
        at: Time,
    ) -> Result<Self, OpportunityRefused> {
        let stage = match stage {
            Some(id) => enterable(process, id)?,
            None => process
                .stages_in_use()
                .next()
                .ok_or(OpportunityRefused::StageRetired)?,
        };
        let mut deal = Self::in_stage(draft, stage, process.id, at);
        deal.visits = vec![deal.next_visit(stage, Some(by), Some(at))];
        Ok(deal)
    }

    fn in_stage(draft: Draft, stage: &Stage, process: ProcessId, at: Time) -> Self {
        let mut deal = Self {
            id: draft.id,
            number: draft.number,
            credit: draft.head.owner,
            head: draft.head,
            process,
            stage: stage.id,
            state: State::Open,
            commerce: Commerce::None,
            currency: draft.currency,
            stated_minor: draft.stated_minor,
            amount_minor: None,
            probability_percent: stage.probability_percent,
            loss_reason: None,
            competitor: String::new(),
            closed_at: None,
            source_kind: draft.source.kind,
            source_id: draft.source.id,
            import_print: None,
            version: 1,
            created_at: at,
            updated_at: at,
            lines: lines(draft.id, 0, draft.items),
            visits: Vec::new(),
            joined: Vec::new(),
        };
        deal.value();
        deal
    }

    /// What it came from.
    #[must_use]
    pub fn source(&self) -> Source {
        Source {
            kind: self.source_kind,
            id: self.source_id.clone(),
        }
    }

    /// What its lines say.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.lines.iter().map(|l| &l.item)
    }

    /// The products it is about, each once.
    #[must_use]
    pub fn products(&self) -> Vec<ProductId> {
        let mut products: Vec<_> = self.items().filter_map(|i| i.product).collect();
        products.sort_unstable();
        products.dedup();
        products
    }

    /// What it is worth, if anybody knows.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        self.amount_minor
            .map(|minor| Money::new(self.currency.clone(), minor))
    }

    /// Changes what can be changed about an open deal. An amount that is the present one states nothing new.
    ///
    /// # Errors
    /// When it is closed, or another amount is stated than the lines come to.
    pub fn update(
        &mut self,
        head: Head,
        amount: Option<Money>,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        self.must_be_open()?;
        let old_amount = self.amount();
        if amount != old_amount {
            self.state_amount(amount)?;
        }
        let owner = head.owner;
        let old = Box::new(std::mem::replace(&mut self.head, head));
        self.own(owner);
        Ok(OpportunityEvent::Updated { old, old_amount })
    }

    /// Gives it to an owner. What is open counts for him from now on; what is over stays to the credit of whoever had it.
    pub fn own(&mut self, owner: MemberId) {
        self.head.owner = owner;
        if self.state == State::Open {
            self.credit = owner;
            if let Some(open) = self.visits.last_mut() {
                open.credit = owner;
            }
        }
    }

    fn state_amount(&mut self, amount: Option<Money>) -> Result<(), OpportunityRefused> {
        if !self.lines.is_empty() {
            return Err(OpportunityRefused::AmountFollowsLines);
        }
        self.stated_minor = amount.map(|stated| {
            self.currency = stated.currency;
            stated.amount_minor
        });
        self.value();
        Ok(())
    }

    /// Replaces the lines by items in `currency`, and with them the amount. The same items again change nothing.
    ///
    /// # Errors
    /// When it is closed.
    pub fn set_lines(
        &mut self,
        currency: Option<String>,
        items: Vec<Item>,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        self.must_be_open()?;
        let event = OpportunityEvent::LinesSet {
            old_amount: self.amount(),
        };
        let currency = currency.unwrap_or_else(|| self.currency.clone());
        if currency != self.currency {
            // What was said in another currency says nothing in this one.
            self.stated_minor = None;
        }
        let same = self.items().eq(&items);
        if !same || currency != self.currency {
            self.lines = lines(self.id, self.version, items);
            self.currency = currency;
        }
        self.value();
        Ok(event)
    }

    /// Moves an open deal to another stage of its process.
    ///
    /// # Errors
    /// When it is closed, there already, or the stage is none that it can enter.
    pub fn move_to(
        &mut self,
        process: &Process,
        stage: StageId,
        by: MemberId,
        at: Time,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        self.must_be_open()?;
        if stage == self.stage {
            return Err(OpportunityRefused::StageUnchanged);
        }
        let to = enterable(process, stage)?;
        let from = process.stage(self.stage).map_or(0, |s| s.position);
        let outcome = if to.position < from {
            Outcome::MovedBack
        } else {
            Outcome::MovedOn
        };
        let skipped = process
            .stages_in_use()
            .filter(|s| from < s.position && s.position < to.position);
        let skipped = skipped.map(|s| s.id).collect();
        let left = self.leave_stage(outcome, by, at);
        self.enter(to, by, at);
        Ok(OpportunityEvent::Moved { left, skipped })
    }

    /// Closes it as won and offers it to commerce, which accepts it in the same act if the winner acts `for_commerce`
    /// too: nobody waits for his own answer.
    ///
    /// # Errors
    /// When it is closed, or nobody knows what it is worth or who buys.
    pub fn win(
        &mut self,
        for_commerce: bool,
        by: MemberId,
        at: Time,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        self.must_be_open()?;
        self.must_be_whole()?;
        let left = self.leave_stage(Outcome::Won, by, at);
        self.close(State::Won, Commerce::waiting(for_commerce), at);
        Ok(OpportunityEvent::Won(left))
    }

    /// Closes it as lost.
    ///
    /// # Errors
    /// When it is closed.
    pub fn lose(
        &mut self,
        reason: LossReason,
        competitor: String,
        by: MemberId,
        at: Time,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        self.must_be_open()?;
        let left = self.leave_stage(Outcome::Lost, by, at);
        self.close(State::Lost, Commerce::None, at);
        self.loss_reason = Some(reason);
        self.competitor = competitor;
        Ok(OpportunityEvent::Lost(left))
    }

    /// Opens a closed deal again: a new visit of the stage it was closed in, or of another one. What commerce has taken
    /// is given back only by somebody who acts `for_commerce`, and only while nothing was made of it.
    ///
    /// # Errors
    /// When it is open, commerce has it or is getting it, or the stage is none that it can enter.
    pub fn reopen(
        &mut self,
        process: &Process,
        stage: Option<StageId>,
        for_commerce: bool,
        by: MemberId,
        at: Time,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        let old_state = self.state;
        match old_state {
            State::Open => return Err(OpportunityRefused::Open),
            State::Retracted => return Err(OpportunityRefused::Closed(old_state)),
            State::Won | State::Lost => self.commerce.lets_reopen(for_commerce)?,
        }
        let stage = enterable(process, stage.unwrap_or(self.stage))?;
        self.enter(stage, by, at);
        self.state = State::Open;
        self.commerce = Commerce::None;
        self.credit = self.head.owner;
        self.loss_reason = None;
        self.competitor = String::new();
        self.closed_at = None;
        Ok(OpportunityEvent::Reopened { old_state })
    }

    fn must_be_open(&self) -> Result<(), OpportunityRefused> {
        match self.state {
            State::Open => Ok(()),
            closed @ (State::Won | State::Lost | State::Retracted) => {
                Err(OpportunityRefused::Closed(closed))
            }
        }
    }

    fn value(&mut self) {
        self.amount_minor = if self.lines.is_empty() {
            self.stated_minor
        } else {
            total(self.items())
        };
    }

    fn enter(&mut self, stage: &Stage, by: MemberId, at: Time) {
        self.visits.push(self.next_visit(stage, Some(by), Some(at)));
        self.stage = stage.id;
        self.probability_percent = stage.probability_percent;
    }

    fn next_visit(&self, stage: &Stage, by: Option<MemberId>, at: Option<Time>) -> Visit {
        let whose = (self.id, self.head.owner);
        Visit::next(whose, &self.visits, stage, by, at)
    }

    /// Ends the visit that is open, and tells of it.
    fn leave_stage(&mut self, outcome: Outcome, by: MemberId, at: Time) -> Visit {
        let Some(open) = self.visits.last_mut() else {
            unreachable!("a deal enters its first stage when it is made")
        };
        open.end(outcome, Some(by), at);
        open.clone()
    }

    fn close(&mut self, state: State, commerce: Commerce, at: Time) {
        self.state = state;
        self.commerce = commerce;
        self.probability_percent = if state == State::Won { 100 } else { 0 };
        self.closed_at = Some(at);
    }
}

impl Sold for Opportunity {
    type Refused = OpportunityRefused;

    fn commerce(&self) -> Commerce {
        self.commerce
    }

    fn set_commerce(&mut self, commerce: Commerce) {
        self.commerce = commerce;
    }

    fn sale(&self) -> Result<Sale<'_>, OpportunityRefused> {
        Ok(Sale {
            name: &self.head.name,
            party: self.head.party,
            owner: self.head.owner,
            territory: self.head.territory,
            currency: &self.currency,
            amount_minor: self.amount_minor,
            lines: &self.lines,
        })
    }
}

/// The stage of this process that a deal may enter under this id.
fn enterable(process: &Process, id: StageId) -> Result<&Stage, OpportunityRefused> {
    let stage = process.stage(id).ok_or(OpportunityRefused::StageForeign)?;
    if stage.retired {
        Err(OpportunityRefused::StageRetired)
    } else {
        Ok(stage)
    }
}

#[cfg(test)]
pub(crate) mod tests;
