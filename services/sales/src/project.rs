//! The life of a project: planned, active, perhaps on hold, then completed or cancelled; or taken back before anything was
//! built on it. A sales project is a deal besides, open until it is won or lost.
//!
//! What a project came from fixes what it is for, and that never changes: there is a deal exactly in sales projects.

mod commerce;
mod deal;
mod refused;
mod retract;
mod tasks;
mod terms;

use baton_chassis::{
    Source, SourceKind, Time,
    ids::{MemberId, ProjectId},
};
use serde::Serialize;

pub use self::{
    deal::Deal,
    refused::ProjectRefused,
    tasks::TASKS_MAX,
    terms::{
        Draft, Head, MILESTONES_MAX, Milestone, ProjectEvent, Purpose, Risk, SourceUnfit, State,
        TEAM_MAX, Task, TaskState, Teammate, Terms, Turn, Type, Work,
    },
};
use crate::{
    commerce::{Commerce, Sold as _},
    opportunity::{self, Item, LossReason},
};

/// Work of a team on something big.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Project {
    /// Identity.
    pub id: ProjectId,
    /// Human number.
    pub number: String,
    /// What it is for.
    #[serde(rename = "type")]
    #[sqlx(rename = "type")]
    pub kind: Type,
    /// What can be changed while it has not ended.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub head: Head,
    /// Where the work stands.
    pub state: State,
    /// Why it is on hold or was cancelled.
    pub reason: String,
    /// When it was completed or cancelled.
    pub ended_at: Option<Time>,
    /// Whether it was ever opened again.
    pub reopened: bool,
    /// What it came from: the kind.
    pub source_kind: SourceKind,
    /// What it came from: the id.
    pub source_id: String,
    /// Counts the changes.
    pub version: i64,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// The deal, exactly where the type is sales.
    #[sqlx(skip)]
    pub deal: Option<Deal>,
    /// What is to be done.
    #[sqlx(skip)]
    pub tasks: Vec<Task>,
}

impl Project {
    /// A project that is planned from now on.
    #[must_use]
    pub fn plan(draft: Draft, at: Time) -> Self {
        let mut head = draft.head;
        for (n, milestone) in head.milestones.iter_mut().enumerate() {
            milestone.id = Milestone::new_id(draft.id, 0, n);
        }
        let (kind, deal) = match draft.purpose {
            Purpose::Sales {
                terms,
                currency,
                items,
            } => (
                Type::Sales,
                Some(Deal::open(draft.id, terms, currency, items)),
            ),
            Purpose::Marketing => (Type::Marketing, None),
            Purpose::Other => (Type::Other, None),
        };
        Self {
            id: draft.id,
            number: draft.number,
            kind,
            head,
            state: State::Planned,
            reason: String::new(),
            ended_at: None,
            reopened: false,
            source_kind: draft.source.kind,
            source_id: draft.source.id,
            version: 1,
            created_at: at,
            updated_at: at,
            deal,
            tasks: Vec::new(),
        }
    }

    /// What it came from.
    #[must_use]
    pub fn source(&self) -> Source {
        Source {
            kind: self.source_kind,
            id: self.source_id.clone(),
        }
    }

    /// What can be stated about its deal; nothing where it has none.
    #[must_use]
    pub fn terms(&self) -> Terms {
        self.deal.as_ref().map(Deal::terms).unwrap_or_default()
    }

    /// What its deal is worth, if it has one and anybody knows.
    #[must_use]
    pub fn amount(&self) -> Option<baton_chassis::Money> {
        self.deal.as_ref().and_then(Deal::amount)
    }

    /// Changes what can be changed. Who buys is part of the deal.
    ///
    /// # Errors
    /// When it has ended, terms of a deal are stated that is closed, follows its lines or does not exist, or commerce is
    /// making something of what would be changed.
    pub fn update(&mut self, head: Head, terms: Terms) -> Result<ProjectEvent, ProjectRefused> {
        self.must_go_on()?;
        self.must_keep_its_sale(&head)?;
        let old_terms = self.terms();
        match &mut self.deal {
            Some(deal) => {
                if head.party != self.head.party {
                    deal.must_be_open()?;
                }
                deal.state_terms(terms)?;
            }
            None if terms != Terms::default() => return Err(ProjectRefused::NotSales),
            None => {}
        }
        let old = Box::new(std::mem::replace(&mut self.head, head));
        self.forget_lost_milestones();
        Ok(ProjectEvent::Updated { old, old_terms })
    }

    /// Replaces the lines of the deal by items in `currency`, and with them its amount. The same items again change
    /// nothing.
    ///
    /// # Errors
    /// When it has ended, or there is no open deal.
    pub fn set_lines(
        &mut self,
        currency: Option<String>,
        items: Vec<Item>,
    ) -> Result<ProjectEvent, ProjectRefused> {
        let old_amount = self.amount();
        let (id, version) = (self.id, self.version);
        self.deal_to_change()?
            .set_lines(id, version, currency, items)?;
        Ok(ProjectEvent::LinesSet { old_amount })
    }

    /// Begins the work.
    ///
    /// # Errors
    /// When it was begun before.
    pub fn start(&mut self, by: MemberId) -> Result<ProjectEvent, ProjectRefused> {
        self.must_go_on()?;
        if self.state != State::Planned {
            return Err(ProjectRefused::Begun);
        }
        self.state = State::Active;
        Ok(Turn::Started.by(by))
    }

    /// Interrupts the work.
    ///
    /// # Errors
    /// When it is not under way.
    pub fn hold(&mut self, reason: String, by: MemberId) -> Result<ProjectEvent, ProjectRefused> {
        self.must_be_active()?;
        self.state = State::OnHold;
        self.reason = reason;
        Ok(Turn::Held.by(by))
    }

    /// Goes on with the work.
    ///
    /// # Errors
    /// When it is not interrupted.
    pub fn resume(&mut self, by: MemberId) -> Result<ProjectEvent, ProjectRefused> {
        self.must_go_on()?;
        if self.state != State::OnHold {
            return Err(ProjectRefused::NotOnHold);
        }
        self.state = State::Active;
        self.reason = String::new();
        Ok(Turn::Resumed.by(by))
    }

    /// Ends it as done.
    ///
    /// # Errors
    /// When it is not under way, tasks are left, or nobody said how the deal ended.
    pub fn complete(&mut self, by: MemberId, at: Time) -> Result<ProjectEvent, ProjectRefused> {
        self.must_be_active()?;
        if self.deal_state() == Some(opportunity::State::Open) {
            return Err(ProjectRefused::DealOpen);
        }
        match self.tasks.iter().filter(|t| t.is_open()).count() {
            0 => {}
            open => return Err(ProjectRefused::TasksOpen(open)),
        }
        self.state = State::Completed;
        self.ended_at = Some(at);
        Ok(Turn::Completed.by(by))
    }

    /// Gives it up, and calls off what was still to be done.
    ///
    /// # Errors
    /// When it has ended, or its deal is open or won.
    pub fn cancel(
        &mut self,
        reason: String,
        by: MemberId,
        at: Time,
    ) -> Result<ProjectEvent, ProjectRefused> {
        self.must_go_on()?;
        match self.deal_state() {
            Some(opportunity::State::Open) => return Err(ProjectRefused::DealOpen),
            Some(won @ opportunity::State::Won) => return Err(ProjectRefused::DealClosed(won)),
            Some(opportunity::State::Lost | opportunity::State::Retracted) | None => {}
        }
        for task in self.tasks.iter_mut().filter(|t| t.is_open()) {
            task.end(TaskState::Cancelled, at);
        }
        self.state = State::Cancelled;
        self.reason = reason;
        self.ended_at = Some(at);
        Ok(Turn::Cancelled.by(by))
    }

    /// Closes the deal as won and offers it to commerce, which accepts it in the same act if the winner acts
    /// `for_commerce` too: nobody waits for his own answer.
    ///
    /// # Errors
    /// When it has ended, there is no open deal, or nobody knows what it is worth or who buys.
    pub fn win(
        &mut self,
        for_commerce: bool,
        by: MemberId,
        at: Time,
    ) -> Result<ProjectEvent, ProjectRefused> {
        self.deal_to_change()?;
        self.must_be_whole()?;
        self.deal_to_change()?
            .close(opportunity::State::Won, Commerce::waiting(for_commerce), at);
        Ok(ProjectEvent::Won(by))
    }

    /// Closes the deal as lost.
    ///
    /// # Errors
    /// When it has ended, or there is no open deal.
    pub fn lose(
        &mut self,
        reason: LossReason,
        competitor: String,
        by: MemberId,
        at: Time,
    ) -> Result<ProjectEvent, ProjectRefused> {
        let deal = self.deal_to_change()?;
        deal.close(opportunity::State::Lost, Commerce::None, at);
        deal.loss_reason = Some(reason);
        deal.competitor = competitor;
        Ok(ProjectEvent::Lost(by))
    }

    /// Opens it again: the work goes on if it had ended, and the deal is open if it was closed.
    ///
    /// # Errors
    /// When all of it is open, it was retracted, or commerce has the deal or is getting it.
    pub fn reopen(
        &mut self,
        for_commerce: bool,
        by: MemberId,
    ) -> Result<ProjectEvent, ProjectRefused> {
        let (old_state, old_deal) = (self.state, self.deal_state());
        if old_state == State::Retracted {
            return Err(ProjectRefused::Ended(old_state));
        }
        let ended = self.must_go_on().is_err();
        match &mut self.deal {
            Some(deal) if deal.state != opportunity::State::Open => deal.reopen(for_commerce)?,
            _ if !ended => return Err(ProjectRefused::Open),
            _ => {}
        }
        self.reopened = true;
        if ended {
            self.state = State::Active;
            self.reason = String::new();
            self.ended_at = None;
        }
        Ok(ProjectEvent::Reopened {
            old_state,
            old_deal,
            by,
        })
    }

    /// Where its deal stands.
    #[must_use]
    pub fn deal_state(&self) -> Option<opportunity::State> {
        self.deal.as_ref().map(|d| d.state)
    }

    fn must_go_on(&self) -> Result<(), ProjectRefused> {
        match self.state {
            State::Planned | State::Active | State::OnHold => Ok(()),
            ended @ (State::Completed | State::Cancelled | State::Retracted) => {
                Err(ProjectRefused::Ended(ended))
            }
        }
    }

    fn must_be_active(&self) -> Result<(), ProjectRefused> {
        self.must_go_on()?;
        if self.state == State::Active {
            Ok(())
        } else {
            Err(ProjectRefused::NotActive)
        }
    }

    /// The deal, if it is open and the work has not ended.
    fn deal_to_change(&mut self) -> Result<&mut Deal, ProjectRefused> {
        let going_on = self.must_go_on();
        let deal = self.deal.as_mut().ok_or(ProjectRefused::NotSales)?;
        going_on?;
        deal.must_be_open()?;
        Ok(deal)
    }
}

#[cfg(test)]
pub(crate) mod tests;
