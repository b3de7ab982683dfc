//! A handoff: an offer of work by one function to the next, and its one answer.
//!
//! `OFFERED` becomes `ACCEPTED`, `RETURNED` with a reason, or `WITHDRAWN` - or `OUTSIDE`, when nobody in Baton carries out
//! the function; an answer is for ever, and a second attempt is a second offer. One that is not answered in time is
//! escalated, once. A [`Ledger`] holds the handoffs of one object, of which at most one of a kind is open. Who may
//! offer and who may answer in whose place is decided by the noun that is handed over.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, Reason, Time,
    ids::{HandoffId, Id as _, MemberId},
    policy::Function,
};

mod hours;

pub use hours::AnswerHours;

/// What is handed over to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A lead from marketing to the manager of a territory.
    LeadToManager,
    /// A lead from the manager of a territory to a salesperson.
    LeadToSalesperson,
    /// A won deal from sales to commerce.
    DealToCommerce,
    /// A confirmed order from commerce to the ERP.
    OrderToErp,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::LeadToManager,
        Self::LeadToSalesperson,
        Self::DealToCommerce,
        Self::OrderToErp,
    ];

    /// The service that keeps handoffs of this kind, beside the object.
    #[must_use]
    pub fn service(self) -> &'static str {
        match self {
            Self::LeadToManager | Self::LeadToSalesperson => "marketing",
            Self::DealToCommerce => "sales",
            Self::OrderToErp => "commerce",
        }
    }

    /// The function that answers. The ERP is nobody's: commerce answers for it.
    #[must_use]
    pub fn answered_by(self) -> Function {
        match self {
            Self::LeadToManager => Function::Routing,
            Self::LeadToSalesperson => Function::Sales,
            Self::DealToCommerce | Self::OrderToErp => Function::Commerce,
        }
    }

    /// The function that it leads into, and that a firm may do without: then the offer goes outside Baton. Leads are
    /// routed so that they are sold.
    #[must_use]
    pub fn leads_into(self) -> Option<Function> {
        match self {
            Self::LeadToManager | Self::LeadToSalesperson => Some(Function::Sales),
            Self::DealToCommerce => Some(Function::Commerce),
            Self::OrderToErp => None,
        }
    }

    /// The kind as contracts write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeadToManager => "LEAD_TO_MANAGER",
            Self::LeadToSalesperson => "LEAD_TO_SALESPERSON",
            Self::DealToCommerce => "DEAL_TO_COMMERCE",
            Self::OrderToErp => "ORDER_TO_ERP",
        }
    }
}

/// Where a handoff stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It waits for an answer.
    Offered,
    /// It was taken.
    Accepted,
    /// It was given back with a reason.
    Returned,
    /// Who offered it took it back.
    Withdrawn,
    /// Nobody in Baton carries out the function: whoever goes on with it does so outside.
    Outside,
}

/// The answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver takes it.
    Accepted,
    /// The receiver gives it back, and says why.
    Returned(String),
    /// The giver takes it back.
    Withdrawn,
}

/// Why a handoff cannot be made or answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no open offer, or it has been answered.
    #[error("nothing is on offer here")]
    NotOpen,
    /// The last offer of the kind has no answer yet.
    #[error("this was offered and waits for an answer")]
    Open,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::NotOpen => "HANDOFF_NOT_OPEN",
            Self::Open => "HANDOFF_OPEN",
        }
    }
}

/// A ledger that refuses what the state of its object allows was read after somebody else's act, the object before it: the
/// command is run again. For objects whose own state tells whether an offer is open.
#[must_use]
pub fn raced(_: Refused) -> Error {
    Error::Raced
}

/// One offer of an object to a function, and what became of it: a row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Handoff {
    /// Id.
    pub id: HandoffId,
    /// What is handed over to whom.
    pub kind: Kind,
    /// Kind of the object, e.g. `LEAD`.
    pub subject_kind: String,
    /// Id of the object.
    pub subject_id: Uuid,
    /// Who offered it.
    pub from_member: MemberId,
    /// To whom; nobody means whoever carries out the function.
    pub to_member: Option<MemberId>,
    /// When it was offered.
    pub offered_at: Time,
    /// By when an answer is due, if it is.
    pub due_at: Option<Time>,
    /// Where it stands.
    pub state: State,
    /// Why it was returned.
    pub reason: Option<String>,
    /// Who answered it.
    pub answered_by: Option<MemberId>,
    /// When it was answered.
    pub answered_at: Option<Time>,
    /// When it was escalated, because no answer came in time.
    pub escalated_at: Option<Time>,
    /// To whom it was escalated; nobody if nobody was there.
    pub escalated_to: Option<MemberId>,
}

impl Handoff {
    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        self.state == State::Offered
    }

    /// Whether an answer should be there by `at` and is not.
    pub fn is_overdue(&self, at: Time) -> bool {
        self.is_open() && self.due_at.is_some_and(|due| due <= at)
    }

    /// Notes that it went up to `to` because no answer came in time; nothing if it is not overdue, or went up before.
    pub fn escalate(&mut self, to: Option<MemberId>, at: Time) -> bool {
        let goes = self.is_overdue(at) && self.escalated_at.is_none();
        if goes {
            (self.escalated_at, self.escalated_to) = (Some(at), to);
        }
        goes
    }

    /// Closes it because nobody in Baton carries out the function. Nobody answers for that.
    fn close_outside(&mut self, at: Time) -> Result<(), Refused> {
        if !self.is_open() {
            return Err(Refused::NotOpen);
        }
        self.state = State::Outside;
        self.answered_at = Some(at.max(self.offered_at));
        Ok(())
    }

    /// Records the answer of `by`; nobody is a program outside. An answer is for ever.
    pub fn answer(
        &mut self,
        answer: Answer,
        by: impl Into<Option<MemberId>>,
        at: Time,
    ) -> Result<(), Refused> {
        if !self.is_open() {
            return Err(Refused::NotOpen);
        }
        (self.state, self.reason) = match answer {
            Answer::Accepted => (State::Accepted, None),
            Answer::Returned(reason) => (State::Returned, Some(reason)),
            Answer::Withdrawn => (State::Withdrawn, None),
        };
        self.answered_by = by.into();
        self.answered_at = Some(at.max(self.offered_at));
        Ok(())
    }
}

/// An offer about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is handed over to whom.
    pub kind: Kind,
    /// Who offers it.
    pub from: MemberId,
    /// To whom; nobody means whoever carries out the function.
    pub to: Option<MemberId>,
    /// By when an answer is due, if that is not what holds for all offers of the kind.
    pub due: Option<Time>,
}

/// The handoffs of one object, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    subject_kind: &'static str,
    subject_id: Uuid,
    /// Time within which offers want an answer.
    hours: AnswerHours,
    rows: Vec<Handoff>,
    /// Rows up to here are stored.
    stored: usize,
    /// Those of the stored rows that were answered since.
    answered: Vec<HandoffId>,
}

impl Ledger {
    /// The ledger of an object as it is stored: `rows` are all its handoffs, the oldest first.
    pub fn new(subject_kind: &'static str, subject_id: Uuid, rows: Vec<Handoff>) -> Self {
        Self {
            subject_kind,
            subject_id,
            // Where nobody said otherwise no answer is due.
            hours: AnswerHours::NONE,
            stored: rows.len(),
            rows,
            answered: Vec::new(),
        }
    }

    /// The same, whose offers want an answer within so many hours.
    #[must_use]
    pub fn wanting(mut self, hours: AnswerHours) -> Self {
        self.hours = hours;
        self
    }

    /// All handoffs, the oldest first.
    pub fn rows(&self) -> &[Handoff] {
        &self.rows
    }

    /// Rows that were offered since the ledger was read, whatever became of them.
    pub fn added(&self) -> &[Handoff] {
        &self.rows[self.stored..]
    }

    /// Stored rows that were answered since the ledger was read.
    pub fn answered(&self) -> impl Iterator<Item = &Handoff> {
        self.rows[..self.stored]
            .iter()
            .filter(|h| self.answered.contains(&h.id))
    }

    /// Everything that changed since the ledger was read, the oldest first.
    pub fn changed(&self) -> impl Iterator<Item = &Handoff> {
        self.answered().chain(self.added())
    }

    /// The open offer of a kind.
    pub fn open(&self, kind: Kind) -> Option<&Handoff> {
        self.rows.iter().find(|h| h.kind == kind && h.is_open())
    }

    /// Whether an offer of a kind was accepted, now or ever.
    pub fn accepted(&self, kind: Kind) -> bool {
        self.rows
            .iter()
            .any(|h| h.kind == kind && h.state == State::Accepted)
    }

    /// Offers the object. Who offers it to himself has accepted it in the same act.
    pub fn offer(&mut self, offer: Offer, at: Time) -> Result<&Handoff, Refused> {
        if self.open(offer.kind).is_some() {
            return Err(Refused::Open);
        }
        // Offers of one act lie a microsecond apart, so that their order can be read from the time.
        let after = self
            .rows
            .last()
            .map(|h| h.offered_at + TimeDelta::microseconds(1));
        let at = after.map_or(at, |after| at.max(after));
        let mut handoff = Handoff {
            // The nth handoff of an object has the same id however often the act is repeated.
            id: HandoffId::derive(self.subject_id, &format!("handoff {}", self.rows.len() + 1)),
            kind: offer.kind,
            subject_kind: self.subject_kind.to_owned(),
            subject_id: self.subject_id,
            from_member: offer.from,
            to_member: offer.to,
            offered_at: at,
            due_at: offer.due.or_else(|| self.hours.due(offer.kind, at)),
            state: State::Offered,
            reason: None,
            answered_by: None,
            answered_at: None,
            escalated_at: None,
            escalated_to: None,
        };
        if offer.to == Some(offer.from) {
            handoff.answer(Answer::Accepted, offer.from, at)?;
        }
        self.rows.push(handoff);
        Ok(&self.rows[self.rows.len() - 1])
    }

    /// Offers the object where nobody in Baton carries out the function: the offer is closed in the same act.
    pub fn offer_outside(&mut self, offer: Offer, at: Time) -> Result<&Handoff, Refused> {
        // Also what one offers to himself goes outside.
        let to_nobody = Offer { to: None, ..offer };
        self.offer(to_nobody, at)?;
        let last = self.rows.len() - 1;
        let row = &mut self.rows[last];
        row.to_member = offer.to;
        row.close_outside(at)?;
        Ok(&self.rows[last])
    }

    /// Closes the open offer of a kind because nobody in Baton carries out the function any more.
    pub fn close_outside(&mut self, kind: Kind, at: Time) -> Result<&Handoff, Refused> {
        let open = self.open_row(kind)?;
        self.rows[open].close_outside(at)?;
        self.note_answered(open);
        Ok(&self.rows[open])
    }

    fn open_row(&self, kind: Kind) -> Result<usize, Refused> {
        let is_open = |h: &Handoff| h.kind == kind && h.is_open();
        self.rows.iter().position(is_open).ok_or(Refused::NotOpen)
    }

    fn note_answered(&mut self, row: usize) {
        if row < self.stored {
            self.answered.push(self.rows[row].id);
        }
    }

    /// Answers the open offer of a kind.
    pub fn answer(
        &mut self,
        kind: Kind,
        answer: Answer,
        by: impl Into<Option<MemberId>>,
        at: Time,
    ) -> Result<&Handoff, Refused> {
        let open = self.open_row(kind)?;
        self.rows[open].answer(answer, by, at)?;
        self.note_answered(open);
        Ok(&self.rows[open])
    }
}

#[cfg(test)]
mod tests;
