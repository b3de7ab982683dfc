//! The terms in which the life of a deal is told: its states, what is said of it and what happens to it.

use baton_chassis::{
    Date, Money, Source,
    handoff::Handoff,
    ids::{ContactId, HandoffId, LeadId, MemberId, OpportunityId, PartyId, StageId, TerritoryId},
    words,
};
use serde::Serialize;
use uuid::Uuid;

use super::{Item, Past, Visit};

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
    /// How far a deal has got on its way to commerce.
    Commerce {
        /// Not won: there is nothing to hand over.
        None = "NONE",
        /// Won, and waiting for commerce.
        Offered = "OFFERED",
        /// The contract or order is being made.
        HandingOver = "HANDING_OVER",
        /// Commerce has taken it; nothing is made of it yet.
        Accepted = "ACCEPTED",
        /// Won before Baton knew of it: nothing waits for commerce.
        Outside = "OUTSIDE",
        /// Commerce has it as a contract or order.
        HandedOver = "HANDED_OVER",
        /// Commerce has given it back: it waits for sales.
        Returned = "RETURNED",
    }
}

impl Commerce {
    /// How a won deal waits until something is made of it.
    pub(crate) fn waiting(accepted: bool) -> Self {
        if accepted {
            Self::Accepted
        } else {
            Self::Offered
        }
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

words! {
    /// What a won deal becomes in commerce.
    Target {
        /// A contract.
        Contract = "CONTRACT",
        /// An order without a contract.
        Order = "ORDER",
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
    /// Commerce took it by answering this offer.
    Accepted(HandoffId, MemberId),
    /// Commerce gave it back by answering this offer.
    Returned(HandoffId, MemberId),
    /// It was offered to commerce again.
    Offered(HandoffId, MemberId),
    /// It was on offer when commerce was switched off: this offer was closed.
    WentOutside(HandoffId),
    /// This offer of it was not answered in time.
    Escalated(Box<Handoff>),
    /// It was lost.
    Lost(Visit),
    /// It was opened again.
    Reopened {
        /// How it had been closed.
        old_state: State,
    },
    /// The making of a contract or order was begun.
    HandOverStarted {
        /// What it is to become.
        target: Target,
        /// Who asked for it.
        by: MemberId,
    },
    /// Commerce refused.
    HandOverFailed {
        /// What it was to become.
        target: Target,
        /// Stable name of why.
        reason: String,
    },
    /// Commerce has made this of it.
    HandedOver {
        /// What it became.
        target: Target,
        /// Id of the contract or order.
        made: Uuid,
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
