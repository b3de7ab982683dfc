//! The terms in which the life of a project is told.

use baton_chassis::{
    Date, Money, Source, SourceKind, Time,
    ids::{
        ContactId, Id as _, LeadId, MemberId, MilestoneId, PartyId, ProjectId, TaskId, TerritoryId,
    },
    policy::Function,
    words,
};
use serde::Serialize;

use crate::{
    commerce::CommerceEvent,
    opportunity::{self, Item},
};

/// Members of a team, each in each of his roles, that a project has at most.
pub const TEAM_MAX: usize = 100;
/// Milestones that a project has at most.
pub const MILESTONES_MAX: usize = 100;

words! {
    /// What a project is for. It never changes.
    Type {
        /// To win a deal.
        Sales = "SALES",
        /// To find demand.
        Marketing = "MARKETING",
        /// Anything else.
        Other = "OTHER",
    }
}

impl Type {
    /// The type that a source fixes; nothing where it is to be chosen.
    ///
    /// # Errors
    /// When no project comes from a source of this kind.
    pub fn fixed_by(source: SourceKind) -> Result<Option<Self>, SourceUnfit> {
        match source {
            SourceKind::Lead | SourceKind::Opportunity => Ok(Some(Self::Sales)),
            SourceKind::Campaign => Ok(Some(Self::Marketing)),
            SourceKind::Direct => Ok(None),
            SourceKind::Visitor
            | SourceKind::Import
            | SourceKind::Call
            | SourceKind::Project
            | SourceKind::Quote
            | SourceKind::Contract
            | SourceKind::Order
            | SourceKind::Case
            | SourceKind::Account
            | SourceKind::Contact
            | SourceKind::Interaction => Err(SourceUnfit),
        }
    }

    /// The function that carries out projects of this type, where it is one alone.
    #[must_use]
    pub fn function(self) -> Option<Function> {
        match self {
            Self::Sales => Some(Function::Sales),
            Self::Marketing => Some(Function::Marketing),
            Self::Other => None,
        }
    }
}

/// No project comes from a source of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceUnfit;

words! {
    /// Where the work stands.
    State {
        /// Not begun.
        Planned = "PLANNED",
        /// Under way.
        Active = "ACTIVE",
        /// Interrupted.
        OnHold = "ON_HOLD",
        /// Done.
        Completed = "COMPLETED",
        /// Given up.
        Cancelled = "CANCELLED",
        /// Taken back when the conversion of its lead was undone.
        Retracted = "RETRACTED",
    }
}

words! {
    /// How likely it is that a project goes wrong.
    Risk {
        /// Hardly.
        Low = "LOW",
        /// Perhaps.
        Medium = "MEDIUM",
        /// Probably.
        High = "HIGH",
    }
}

/// One who works on a project, in one of his roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Teammate {
    /// Who.
    pub member: MemberId,
    /// As what.
    pub role: String,
}

/// Something to be reached by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Milestone {
    /// Identity.
    pub id: MilestoneId,
    /// What is to be reached.
    pub name: String,
    /// By when.
    pub planned_on: Date,
    /// When it was reached.
    pub actual_on: Option<Date>,
}

impl Milestone {
    /// Identity of the `n`th milestone that a change of the `version`th state of a project brings.
    #[must_use]
    pub fn new_id(project: ProjectId, version: i64, n: usize) -> MilestoneId {
        MilestoneId::derive(project.into(), &format!("milestone {version} {n}"))
    }
}

/// What can be changed about a project of any type while it has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Head {
    /// Name.
    pub name: String,
    /// The account.
    pub party: Option<PartyId>,
    /// The person to talk to.
    pub contact: Option<ContactId>,
    /// Anything worth knowing.
    pub description: String,
    /// Who works on it.
    #[sqlx(skip)]
    pub team: Vec<Teammate>,
    /// What is to be reached by when.
    #[sqlx(skip)]
    pub milestones: Vec<Milestone>,
    /// How likely it is to go wrong.
    pub risk: Option<Risk>,
    /// What may go wrong.
    pub risk_note: String,
    /// Currency of the budget.
    pub budget_currency: Option<String>,
    /// What it may cost.
    pub budget_minor: Option<i64>,
    /// Who owns it.
    pub owner: MemberId,
    /// Territory it belongs to.
    pub territory: Option<TerritoryId>,
}

impl Head {
    /// What it may cost, if anybody knows.
    #[must_use]
    pub fn budget(&self) -> Option<Money> {
        let currency = self.budget_currency.clone()?;
        Some(Money::new(currency, self.budget_minor?))
    }
}

/// What can be stated about the deal of a sales project while it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// What it is worth.
    pub amount: Option<Money>,
    /// Chance of winning.
    pub percent: Option<i32>,
    /// When it is expected to be closed.
    pub expected_close: Option<Date>,
}

/// What is said of a new project.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Identity.
    pub id: ProjectId,
    /// Human number.
    pub number: String,
    /// What can be changed later.
    pub head: Head,
    /// What it is for, and the deal where that is one.
    pub purpose: Purpose,
    /// What it came from.
    pub source: Source,
}

/// What a new project is for.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// To win a deal.
    Sales {
        /// What is stated of it.
        terms: Terms,
        /// Currency of its lines, and of the deal as long as nothing else is stated.
        currency: String,
        /// What it is about.
        items: Vec<Item>,
    },
    /// To find demand.
    Marketing,
    /// Anything else.
    Other,
}

words! {
    /// Where a task stands.
    TaskState {
        /// To be done.
        Open = "OPEN",
        /// Done.
        Done = "DONE",
        /// Not needed any more.
        Cancelled = "CANCELLED",
    }
}

/// Something to be done for a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Task {
    /// Identity.
    pub id: TaskId,
    /// What can be changed while it is open.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub work: Work,
    /// Where it stands.
    pub state: TaskState,
    /// When it was done or called off.
    pub ended_at: Option<Time>,
}

/// What a task is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Work {
    /// What is to be done.
    pub title: String,
    /// Who is to do it.
    pub assignee: MemberId,
    /// By when.
    pub due_on: Option<Date>,
    /// Milestone that it leads to.
    pub milestone: Option<MilestoneId>,
}

/// A turn of the work on a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It was begun.
    Started,
    /// It was interrupted.
    Held,
    /// It goes on.
    Resumed,
    /// It is done.
    Completed,
    /// It was given up.
    Cancelled,
}

impl Turn {
    /// The event that somebody made it take this turn.
    #[must_use]
    pub fn by(self, by: MemberId) -> ProjectEvent {
        ProjectEvent::Work { turn: self, by }
    }
}

/// What happened to a project, as far as the project itself does not tell any more.
#[derive(Clone, Debug, PartialEq)]
pub enum ProjectEvent {
    /// It was created.
    Created,
    /// Fields were changed.
    Updated {
        /// How they were.
        old: Box<Head>,
        /// How the terms of the deal were.
        old_terms: Terms,
    },
    /// The lines of the deal were replaced.
    LinesSet {
        /// What it was worth.
        old_amount: Option<Money>,
    },
    /// The work took a turn.
    Work {
        /// Which.
        turn: Turn,
        /// By whom.
        by: MemberId,
    },
    /// The deal was won.
    Won(MemberId),
    /// The deal was lost.
    Lost(MemberId),
    /// It went a step on its way to commerce.
    Commerce(CommerceEvent),
    /// It was opened again.
    Reopened {
        /// Where the work stood.
        old_state: State,
        /// Where the deal stood.
        old_deal: Option<opportunity::State>,
        /// Who opened it.
        by: MemberId,
    },
    /// It was taken back together with the conversion of this lead, by this member.
    Retracted(LeadId, MemberId),
    /// It got a task.
    TaskAdded(Task),
    /// Fields of a task were changed.
    TaskUpdated {
        /// How it was.
        old: Task,
        /// How it is now.
        new: Task,
    },
    /// A task was done, called off or opened again.
    TaskMoved {
        /// How it is now.
        task: Task,
        /// Who did that.
        by: MemberId,
    },
}
