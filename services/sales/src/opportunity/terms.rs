//! The terms in which the life of a deal is told: its states, what is said of it and what happens to it.

use baton_chassis::{
    Date, Money, Source,
    ids::{ContactId, LeadId, MemberId, OpportunityId, PartyId, StageId, TerritoryId},
    words,
};
use serde::Serialize;

use super::{Item, Past, Visit};
use crate::commerce::CommerceEvent;

words! {
    /// Where a deal is in its life.
    State {
        /// Somebody works on it.
        Open = "OPEN",
        /// The customer said yes.
        Won = "WON",
        /// The customer said no, or nothing any more.
        Lost = "LOST",
        /// The conversion that made it was undone before anything was built on it.
        Retracted = "RETRACTED",
    }
}

words! {
    /// Why a deal was lost.
    LossReason {
        /// Too dear.
        Price = "PRICE",
        /// A competitor was preferred.
        Competitor = "COMPETITOR",
        /// The customer has no money for it.
        NoBudget = "NO_BUDGET",
        /// The customer does not need it after all.
        NoNeed = "NO_NEED",
        /// It does not do what the customer needs.
        ProductFit = "PRODUCT_FIT",
        /// The wrong time.
        Timing = "TIMING",
        /// The customer does not answer any more.
        NoResponse = "NO_RESPONSE",
        /// Something else.
        Other = "OTHER",
        /// Nobody wrote it down; imported deals only.
        Unknown = "UNKNOWN",
    }
}

/// What can be changed about a deal while it is open, besides its amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Head {
    /// Name of the deal.
    pub name: String,
    /// The account; unknown in imported deals only.
    pub party: Option<PartyId>,
    /// The person to talk to.
    pub contact: Option<ContactId>,
    /// When it is expected to be closed.
    pub expected_close: Option<Date>,
    /// Anything worth knowing.
    pub description: String,
    /// Who owns it.
    pub owner: MemberId,
    /// Territory it belongs to.
    pub territory: Option<TerritoryId>,
}

/// What is said of a new deal.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Identity.
    pub id: OpportunityId,
    /// Human number.
    pub number: String,
    /// What can be changed later.
    pub head: Head,
    /// Currency of all amounts.
    pub currency: String,
    /// What somebody said it is worth.
    pub stated_minor: Option<i64>,
    /// What it is about.
    pub items: Vec<Item>,
    /// What it came from.
    pub source: Source,
}

/// What happened to a deal, as far as the deal itself does not tell any more.
#[derive(Clone, Debug, PartialEq)]
pub enum OpportunityEvent {
    /// It was created.
    Created,
    /// Fields were changed.
    Updated {
        /// How they were.
        old: Box<Head>,
        /// What it was worth.
        old_amount: Option<Money>,
    },
    /// It was moved.
    Moved {
        /// The visit that ended.
        left: Visit,
        /// Stages in between that it did not enter.
        skipped: Vec<StageId>,
    },
    /// Its lines were replaced.
    LinesSet {
        /// What it was worth.
        old_amount: Option<Money>,
    },
    /// It was won.
    Won(Visit),
    /// It went a step on its way to commerce.
    Commerce(CommerceEvent),
    /// It was lost.
    Lost(Visit),
    /// It was opened again.
    Reopened {
        /// How it had been closed.
        old_state: State,
    },
    /// It was loaded from another system.
    Imported(Past),
    /// A further lead joined it.
    LeadJoined(LeadId, MemberId),
    /// A lead that had joined left it.
    LeadLeft(LeadId, MemberId),
    /// The conversion of its lead was undone.
    Retracted(Visit, LeadId),
}

impl From<CommerceEvent> for OpportunityEvent {
    fn from(event: CommerceEvent) -> Self {
        Self::Commerce(event)
    }
}
