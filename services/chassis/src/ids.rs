//! Typed identities of everything that has one, in a single list.
//!
//! An id is a UUID: version 7 when it is new (rows that are made together lie together), version 5 when it
//! must come out the same on every attempt (the steps of an operation).

use std::{fmt, hash::Hash, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What every typed id can do.
pub trait Id:
    Copy + Eq + Hash + Ord + fmt::Debug + fmt::Display + From<Uuid> + Into<Uuid> + Send + Sync + 'static
{
    /// The id that `name` always has below `parent`.
    #[must_use]
    fn derive(parent: Uuid, name: &str) -> Self {
        Uuid::new_v5(&parent, name.as_bytes()).into()
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
        impl Id for $name {}
    )+};
}

ids! {
    /// A person who works with Baton.
    MemberId,
    /// A department of the firm.
    DepartmentId,
    /// A node of the territory tree.
    TerritoryId,
    /// Records that somebody takes out as a file.
    ExportId,
    /// A function granted to a role or department.
    GrantId,
    /// A company or person outside; the same id as prospect and as account.
    PartyId,
    /// A person at a party.
    ContactId,
    /// One verification of a party.
    VerificationId,
    /// Something said or done with a customer.
    InteractionId,
    /// Something to do by a date.
    FollowUpId,
    /// A marketing campaign.
    CampaignId,
    /// An unconfirmed sales message.
    LeadId,
    /// A sales process.
    ProcessId,
    /// A stage of a sales process.
    StageId,
    /// A confirmed chance to sell.
    OpportunityId,
    /// One stay of an opportunity in a stage.
    VisitId,
    /// Work of a team on something big.
    ProjectId,
    /// Something to be done for a project.
    TaskId,
    /// Something to be reached by a day.
    MilestoneId,
    /// Something that is sold.
    ProductId,
    /// A contract with a customer.
    ContractId,
    /// An order of a customer.
    OrderId,
    /// A line of an opportunity, contract or order.
    LineId,
    /// An offer of work from one function to another.
    HandoffId,
    /// A durable command of several steps.
    OperationId,
    /// A browser that somebody is signed in with.
    SessionId,
    /// A link by which somebody sets his password.
    PasswordLinkId,
    /// An account at a provider by which a member signs in.
    IdentityId,
    /// What a program shows to act for a member.
    ApiKeyId,
    /// Members who see each other's records.
    TeamId,
    /// A record shown to somebody whose it is not.
    ShareId,
    /// A view of a list that somebody keeps under a name.
    SavedViewId,
    /// What somebody leaves behind, on its way to his successors.
    LeaverHandoverId,
    /// What stood where in the organisation from when until when.
    PlacementId,
}
