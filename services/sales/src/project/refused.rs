//! Why a project refuses.

use baton_chassis::{Reason, error::Args};

use super::State;
use crate::{commerce::CommerceRefused, opportunity};

/// Why something cannot be done to a project.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectRefused {
    /// It is completed or cancelled, or was retracted.
    #[error("the project has ended ({0:?})")]
    Ended(State),
    /// It has not ended, and its deal, if it has one, is open.
    #[error("the project is open")]
    Open,
    /// The work was begun before.
    #[error("the work on the project was begun before")]
    Begun,
    /// The work is not under way.
    #[error("the project is not active")]
    NotActive,
    /// The work is not interrupted.
    #[error("the project is not on hold")]
    NotOnHold,
    /// Only a sales project is a deal.
    #[error("only a sales project can be won or lost")]
    NotSales,
    /// Whoever ends a sales project says first how the deal ended.
    #[error("the deal of the project is open")]
    DealOpen,
    /// The deal is won or lost.
    #[error("the deal of the project is closed ({0:?})")]
    DealClosed(opportunity::State),
    /// So many tasks are still to be done.
    #[error("{0} tasks of the project are open")]
    TasksOpen(usize),
    /// It has as many tasks as a project can have.
    #[error("the project has too many tasks")]
    TasksFull,
    /// The task is done or called off.
    #[error("the task is not open")]
    TaskEnded,
    /// The task is neither done nor called off.
    #[error("the task is open")]
    TaskOpen,
    /// The lines say what it is worth.
    #[error("the amount is the sum of the lines and cannot be stated")]
    AmountFollowsLines,
    /// It cannot be done on its way to commerce.
    #[error(transparent)]
    Commerce(#[from] CommerceRefused),
    /// Only the conversion that made it can be undone.
    #[error("the project was not made of this lead")]
    OfAnotherLead,
    /// Somebody has worked on it.
    #[error("the project was begun or reopened")]
    Moved,
    /// Somebody has planned its work.
    #[error("the project has a team, milestones or tasks")]
    WithWork,
    /// Somebody has worked on its deal.
    #[error("the project has lines")]
    WithLines,
    /// There is an opportunity, contract, order, interaction or follow-up of it, or it was handed over.
    #[error("something was built on the project")]
    BuiltOn,
}

impl Reason for ProjectRefused {
    fn reason(&self) -> &'static str {
        use opportunity::State as Deal;
        match self {
            Self::Ended(State::Cancelled) => "PROJECT_CANCELLED",
            Self::Ended(State::Retracted) | Self::DealClosed(Deal::Retracted) => {
                "PROJECT_RETRACTED"
            }
            Self::Ended(_) => "PROJECT_COMPLETED",
            Self::Open => "PROJECT_OPEN",
            Self::Begun => "PROJECT_BEGUN",
            Self::NotActive => "PROJECT_NOT_ACTIVE",
            Self::NotOnHold => "PROJECT_NOT_ON_HOLD",
            Self::NotSales => "PROJECT_NOT_SALES",
            Self::DealOpen => "PROJECT_DEAL_OPEN",
            Self::DealClosed(Deal::Lost) => "PROJECT_DEAL_LOST",
            Self::DealClosed(Deal::Won | Deal::Open) => "PROJECT_DEAL_WON",
            Self::TasksOpen(_) => "PROJECT_TASKS_OPEN",
            Self::TasksFull => "PROJECT_TASKS_FULL",
            Self::TaskEnded => "PROJECT_TASK_ENDED",
            Self::TaskOpen => "PROJECT_TASK_OPEN",
            Self::AmountFollowsLines => "PROJECT_AMOUNT_FOLLOWS_LINES",
            Self::Commerce(refused) => on_its_way(*refused),
            Self::OfAnotherLead => "PROJECT_OF_ANOTHER_LEAD",
            Self::Moved => "PROJECT_MOVED",
            Self::WithWork => "PROJECT_WITH_WORK",
            Self::WithLines => "PROJECT_WITH_LINES",
            Self::BuiltOn => "PROJECT_BUILT_ON",
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::TasksOpen(count) => vec![("count", count.to_string())],
            _ => Args::new(),
        }
    }
}

fn on_its_way(refused: CommerceRefused) -> &'static str {
    match refused {
        CommerceRefused::NotWon => "PROJECT_NOT_WON",
        CommerceRefused::WithoutAmount => "PROJECT_WITHOUT_AMOUNT",
        CommerceRefused::WithoutAccount => "PROJECT_WITHOUT_ACCOUNT",
        CommerceRefused::NotOffered => "PROJECT_NOT_OFFERED",
        CommerceRefused::OnOffer => "PROJECT_ON_OFFER",
        CommerceRefused::HandOverRunning => "HAND_OVER_RUNNING",
        CommerceRefused::NotHandingOver => "HAND_OVER_NOT_RUNNING",
        CommerceRefused::WithCommerce => "PROJECT_WITH_COMMERCE",
        CommerceRefused::Returned => "PROJECT_RETURNED",
        CommerceRefused::Outside => "PROJECT_OUTSIDE",
    }
}
