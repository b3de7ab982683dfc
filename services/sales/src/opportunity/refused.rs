//! Why a deal refuses.

use baton_chassis::{Reason, error::Args};

use super::State;

/// Why something cannot be done to a deal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpportunityRefused {
    /// It is won or lost.
    #[error("the deal is closed ({0:?})")]
    Closed(State),
    /// It is not closed.
    #[error("the deal is open")]
    Open,
    /// It is not won.
    #[error("only a won deal can be handed over")]
    NotWon,
    /// Nobody knows what it is worth.
    #[error("a deal without an amount cannot be won")]
    WithoutAmount,
    /// Nobody knows who buys.
    #[error("a deal without an account cannot be won")]
    WithoutAccount,
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
    /// A contract or order is being made of it.
    #[error("the deal is being handed over")]
    HandOverRunning,
    /// No contract or order is being made of it.
    #[error("the deal is not being handed over")]
    NotHandingOver,
    /// There is a contract or order of it.
    #[error("commerce has the deal already")]
    WithCommerce,
    /// Commerce has answered.
    #[error("the deal is not on offer to commerce")]
    NotOffered,
    /// Commerce has not answered.
    #[error("the deal is on offer to commerce already")]
    OnOffer,
    /// Commerce gave it back.
    #[error("commerce has given the deal back")]
    Returned,
    /// It was won before Baton knew of it.
    #[error("the deal was won before it came into Baton")]
    WonBefore,
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
            Self::NotWon => "OPPORTUNITY_NOT_WON",
            Self::WithoutAmount => "OPPORTUNITY_WITHOUT_AMOUNT",
            Self::WithoutAccount => "OPPORTUNITY_WITHOUT_ACCOUNT",
            Self::AmountFollowsLines => "OPPORTUNITY_AMOUNT_FOLLOWS_LINES",
            Self::StageUnchanged => "STAGE_UNCHANGED",
            Self::StageForeign => "STAGE_FOREIGN",
            Self::StageRetired => "STAGE_RETIRED",
            Self::HandOverRunning => "HAND_OVER_RUNNING",
            Self::NotHandingOver => "HAND_OVER_NOT_RUNNING",
            Self::WithCommerce => "OPPORTUNITY_WITH_COMMERCE",
            Self::NotOffered => "OPPORTUNITY_NOT_OFFERED",
            Self::OnOffer => "OPPORTUNITY_ON_OFFER",
            Self::Returned => "OPPORTUNITY_RETURNED",
            Self::WonBefore => "OPPORTUNITY_WON_BEFORE",
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
