//! Why a deal refuses.

use baton_chassis::{Reason, error::Args};

use super::State;
use crate::commerce::CommerceRefused;

/// Why something cannot be done to a deal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpportunityRefused {
    /// It is won or lost.
    #[error("the deal is closed ({0:?})")]
    Closed(State),
    /// It is not closed.
    #[error("the deal is open")]
    Open,
    /// The lines say what it is worth.
    #[error("the amount is the sum of the lines and cannot be stated")]
    AmountFollowsLines,
    /// It is there already.
    #[error("the deal is in this stage already")]
    StageUnchanged,
    /// The stage is not one of its process.
    #[error("the stage belongs to another sales process")]
    StageForeign,
    /// The stage was taken out of the process.
    #[error("the stage is not in use any more")]
    StageRetired,
    /// It cannot be done on its way to commerce.
    #[error(transparent)]
    Commerce(#[from] CommerceRefused),
    /// An import would wipe out what people did with it here.
    #[error("the deal was worked on since it was imported")]
    WorkedOn,
    /// Only a lead of the same account can join.
    #[error("the deal is of another account")]
    OfAnotherAccount,
    /// It is there already.
    #[error("the lead belongs to the deal already")]
    LeadJoined,
    /// There is nothing to take out.
    #[error("the lead has not joined the deal")]
    LeadNotJoined,
    /// There is a limit.
    #[error("the deal has as many leads as it can have")]
    LeadsFull,
    /// Only the conversion that made it can be undone.
    #[error("the deal was not made of this lead")]
    OfAnotherLead,
    /// Others rely on it.
    #[error("further leads have joined the deal")]
    MoreLeads,
    /// Somebody has worked on it.
    #[error("the deal was moved to another stage")]
    Moved,
    /// Somebody has worked on it.
    #[error("the deal has lines")]
    WithLines,
    /// There is a project, contract, order, interaction or follow-up of it.
    #[error("something was built on the deal")]
    BuiltOn,
}

impl Reason for OpportunityRefused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Closed(State::Open | State::Won) => "OPPORTUNITY_WON",
            Self::Closed(State::Lost) => "OPPORTUNITY_LOST",
            Self::Closed(State::Retracted) => "OPPORTUNITY_RETRACTED",
            Self::Open => "OPPORTUNITY_OPEN",
            Self::AmountFollowsLines => "OPPORTUNITY_AMOUNT_FOLLOWS_LINES",
            Self::StageUnchanged => "STAGE_UNCHANGED",
            Self::StageForeign => "STAGE_FOREIGN",
            Self::StageRetired => "STAGE_RETIRED",
            Self::Commerce(refused) => on_its_way(*refused),
            Self::WorkedOn => "OPPORTUNITY_WORKED_ON",
            Self::OfAnotherAccount => "OPPORTUNITY_OF_ANOTHER_ACCOUNT",
            Self::LeadJoined => "OPPORTUNITY_LEAD_JOINED",
            Self::LeadNotJoined => "OPPORTUNITY_LEAD_NOT_JOINED",
            Self::LeadsFull => "OPPORTUNITY_LEADS_FULL",
            Self::OfAnotherLead => "OPPORTUNITY_OF_ANOTHER_LEAD",
            Self::MoreLeads => "OPPORTUNITY_MORE_LEADS",
            Self::Moved => "OPPORTUNITY_MOVED",
            Self::WithLines => "OPPORTUNITY_WITH_LINES",
            Self::BuiltOn => "OPPORTUNITY_BUILT_ON",
        }
    }

    fn args(&self) -> Args {
        Args::new()
    }
}

fn on_its_way(refused: CommerceRefused) -> &'static str {
    match refused {
        CommerceRefused::NotWon => "OPPORTUNITY_NOT_WON",
        CommerceRefused::WithoutAmount => "OPPORTUNITY_WITHOUT_AMOUNT",
        CommerceRefused::WithoutAccount => "OPPORTUNITY_WITHOUT_ACCOUNT",
        CommerceRefused::NotOffered => "OPPORTUNITY_NOT_OFFERED",
        CommerceRefused::OnOffer => "OPPORTUNITY_ON_OFFER",
        CommerceRefused::HandOverRunning => "HAND_OVER_RUNNING",
        CommerceRefused::NotHandingOver => "HAND_OVER_NOT_RUNNING",
        CommerceRefused::WithCommerce => "OPPORTUNITY_WITH_COMMERCE",
        CommerceRefused::Returned => "OPPORTUNITY_RETURNED",
        CommerceRefused::Outside => "OPPORTUNITY_WON_BEFORE",
    }
}
