//! A contract: drafted, in force while orders are drawn from it, and in the end fulfilled or terminated.

use baton_chassis::{
    Date, Source, SourceKind, Time,
    ids::{ContractId, LineId, MemberId, OrderId, PartyId, TerritoryId},
    words,
};
use serde::Serialize;

use crate::line::{self, Line, Part};

mod refused;
#[cfg(test)]
mod tests;

pub use refused::Refused;

words! {
    /// Where a contract stands.
    State {
        /// It is being written.
        Draft = "DRAFT",
        /// It holds; orders can be drawn from it.
        Active = "ACTIVE",
        /// Everything was ordered and every order is over.
        Fulfilled = "FULFILLED",
        /// It was ended before that.
        Terminated = "TERMINATED",
    }
}

words! {
    /// Why a contract was ended before it was fulfilled.
    TerminationReason {
        /// The customer withdrew.
        CustomerWithdrew = "CUSTOMER_WITHDREW",
        /// We withdrew.
        WeWithdrew = "WE_WITHDREW",
        /// Both sides agreed to end it.
        MutualAgreement = "MUTUAL_AGREEMENT",
        /// One side broke it.
        Breach = "BREACH",
        /// Another contract takes its place.
        Replaced = "REPLACED",
        /// It ran out before everything was ordered.
        Expired = "EXPIRED",
        /// It should never have been there.
        EnteredByMistake = "ENTERED_BY_MISTAKE",
        /// Something else: the note says what.
        Other = "OTHER",
    }
}

/// What people may change of a contract until it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Head {
    /// What it is about.
    pub title: String,
    /// Who answers for it.
    pub owner: MemberId,
    /// Territory it belongs to.
    pub territory: Option<TerritoryId>,
    /// First day it holds.
    pub start_date: Option<Date>,
    /// Last day it holds.
    pub end_date: Option<Date>,
    /// Terms in words.
    pub terms: String,
}

/// What the firm and an account have agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Contract {
    /// Identity.
    pub id: ContractId,
    /// Human number.
    pub number: String,
    /// One more with every change.
    pub version: i64,
    /// The account.
    pub party: PartyId,
    /// What it came from.
    pub source_kind: SourceKind,
    /// Id of that.
    pub source_id: String,
    /// What people may change.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub head: Head,
    /// Where it stands.
    pub state: State,
    /// Currency of all its amounts.
    pub currency: String,
    /// Sum of its lines.
    pub total_minor: i64,
    /// When it came into force.
    pub activated_at: Option<Time>,
    /// When it was fulfilled or terminated.
    pub ended_at: Option<Time>,
    /// Why it was terminated.
    pub termination_reason: Option<TerminationReason>,
    /// What was said to that.
    pub termination_note: String,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// Its lines; a list leaves them out.
    #[sqlx(skip)]
    pub lines: Vec<Line>,
}

/// What a contract begins with.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Identity.
    pub id: ContractId,
    /// Human number.
    pub number: String,
    /// The account.
    pub party: PartyId,
    /// What it came from.
    pub source: Source,
    /// What people may change.
    pub head: Head,
    /// Currency of all its amounts.
    pub currency: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// What happened to a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContractEvent {
    /// It was drafted.
    Created,
    /// Its head was changed.
    Updated {
        /// The head before.
        before: Head,
    },
    /// Its lines were set.
    LinesSet {
        /// The lines before.
        before: Vec<Line>,
    },
    /// It came into force.
    Activated,
    /// An order took from it.
    Drawn {
        /// The order.
        order: OrderId,
        /// Lines whose ordered quantity changed.
        lines: Vec<LineId>,
    },
    /// An order that was called off gave back what it had taken.
    GivenBack {
        /// The order.
        order: OrderId,
        /// Lines whose ordered quantity changed.
        lines: Vec<LineId>,
    },
    /// It was carried out to the end.
    Fulfilled,
    /// It was ended early.
    Terminated {
        /// State before.
        before: State,
        /// Why.
        reason: TerminationReason,
    },
}

impl Contract {
    /// Drafts a contract.
    pub fn draft(draft: Draft, at: Time) -> Result<Self, Refused> {
        draft.head.check()?;
        Ok(Self {
            id: draft.id,
            number: draft.number,
            version: 1,
            party: draft.party,
            source_kind: draft.source.kind,
            source_id: draft.source.id,
            head: draft.head,
            state: State::Draft,
            currency: draft.currency,
            total_minor: line::total(&draft.lines),
            activated_at: None,
            ended_at: None,
            termination_reason: None,
            termination_note: String::new(),
            created_at: at,
            updated_at: at,
            lines: draft.lines,
        })
    }

    /// Changes the head of a contract that is not over.
    pub fn update(&mut self, head: Head) -> Result<ContractEvent, Refused> {
        self.not_over()?;
        head.check()?;
        Ok(ContractEvent::Updated {
            before: std::mem::replace(&mut self.head, head),
        })
    }

    /// Sets all lines of a draft.
    pub fn set_lines(&mut self, lines: Vec<Line>) -> Result<ContractEvent, Refused> {
        self.in_draft()?;
        self.total_minor = line::total(&lines);
        Ok(ContractEvent::LinesSet {
            before: std::mem::replace(&mut self.lines, lines),
        })
    }

    /// Puts a draft into force.
    pub fn activate(&mut self, at: Time) -> Result<ContractEvent, Refused> {
        self.in_draft()?;
        if self.lines.is_empty() {
            return Err(Refused::NoLines);
        }
        self.state = State::Active;
        self.activated_at = Some(at);
        Ok(ContractEvent::Activated)
    }

    /// Draws an order: takes `parts` of the lines, or all that is left, and tells the lines of the order.
    ///
    /// `new_id` gives each of them its identity. Drafts of orders count as much as orders that are under way, so two
    /// people cannot order the same piece.
    pub fn draw(
        &mut self,
        order: OrderId,
        parts: &[Part],
        mut new_id: impl FnMut() -> LineId,
    ) -> Result<(Vec<Line>, ContractEvent), Refused> {
        self.in_force()?;
        let taken = line::take(&mut self.lines, parts)?;
        let of = |part: &Part| self.lines.iter().find(|line| line.id == part.line);
        let portions = taken
            .iter()
            .filter_map(|part| Some((of(part)?, part.quantity_milli)));
        let portions = portions
            .map(|(line, milli)| line.portion(new_id(), milli))
            .collect();
        let lines = taken.iter().map(|part| part.line).collect();
        Ok((portions, ContractEvent::Drawn { order, lines }))
    }

    /// Lets an order that had taken `held` take `parts` instead; none means nothing here, not all that is left.
    pub fn redraw(
        &mut self,
        order: OrderId,
        held: &[Part],
        parts: &[Part],
        new_id: impl FnMut() -> LineId,
    ) -> Result<(Vec<Line>, ContractEvent), Refused> {
        self.in_force()?;
        let mut after = self.clone();
        line::give_back(&mut after.lines, held);
        let portions = match parts {
            [] => Vec::new(),
            parts => after.draw(order, parts, new_id)?.0,
        };
        let both = self.lines.iter().zip(&after.lines);
        let changed = both.filter(|(old, new)| old.done_milli != new.done_milli);
        let lines = changed.map(|(old, _)| old.id).collect();
        *self = after;
        Ok((portions, ContractEvent::Drawn { order, lines }))
    }

    /// Takes back what an order held that was called off: in force it can be ordered again.
    pub fn give_back(&mut self, order: OrderId, held: &[Part]) -> ContractEvent {
        line::give_back(&mut self.lines, held);
        ContractEvent::GivenBack {
            order,
            lines: held.iter().map(|part| part.line).collect(),
        }
    }

    /// Lets an order that had given back parts take them again, as it is carried out after all: as far as they are left.
    pub fn take_again(&mut self, order: OrderId, parts: &[Part]) -> ContractEvent {
        for part in parts {
            for line in self.lines.iter_mut().filter(|l| l.id == part.line) {
                line.done_milli += part.quantity_milli.min(line.left_milli());
            }
        }
        ContractEvent::Drawn {
            order,
            lines: parts.iter().map(|part| part.line).collect(),
        }
    }

    /// Ends a contract that was carried out: everything ordered, and none of its orders open.
    pub fn fulfil(&mut self, open_orders: i64, at: Time) -> Result<ContractEvent, Refused> {
        self.in_force()?;
        if open_orders > 0 {
            return Err(Refused::OrdersOpen(open_orders));
        }
        if !line::left(&self.lines).is_empty() {
            return Err(Refused::NotAllOrdered);
        }
        self.state = State::Fulfilled;
        self.ended_at = Some(at);
        Ok(ContractEvent::Fulfilled)
    }

    /// Ends a contract before that. Nothing more can be ordered from it; orders that were drawn go on.
    pub fn terminate(
        &mut self,
        reason: TerminationReason,
        note: String,
        at: Time,
    ) -> Result<ContractEvent, Refused> {
        self.not_over()?;
        let before = std::mem::replace(&mut self.state, State::Terminated);
        self.termination_reason = Some(reason);
        self.termination_note = note;
        self.ended_at = Some(at);
        Ok(ContractEvent::Terminated { before, reason })
    }

    fn in_draft(&self) -> Result<(), Refused> {
        if self.state == State::Draft {
            Ok(())
        } else {
            Err(Refused::NotDraft(self.state))
        }
    }

    fn in_force(&self) -> Result<(), Refused> {
        if self.state == State::Active {
            Ok(())
        } else {
            Err(Refused::NotActive(self.state))
        }
    }

    fn not_over(&self) -> Result<(), Refused> {
        match self.state {
            State::Draft | State::Active => Ok(()),
            over @ (State::Fulfilled | State::Terminated) => Err(Refused::Over(over)),
        }
    }
}

impl Head {
    fn check(&self) -> Result<(), Refused> {
        match (self.start_date, self.end_date) {
            (Some(start), Some(end)) if end < start => Err(Refused::Reversed),
            _ => Ok(()),
        }
    }
}
