//! The conversion of a lead into an opportunity or a project: what was asked for, what each step made, and where it stands.
//!
//! Three steps over other services and one to end it, with the third as the point of no return: before it a refusal or a
//! cancellation gives the lead back, after it the conversion only goes forward. What is to be done is decided once, when
//! it is asked for, so that a step that is done again after a crash comes to the same end.

use baton_chassis::{
    Date, Money, Reason, Time,
    ids::{
        ContactId, LeadId, MemberId, OperationId, OpportunityId, PartyId, ProcessId, ProjectId,
        TerritoryId,
    },
    operation, words,
};
use serde::{Deserialize, Serialize};

use crate::channel::Channel;

/// Kind of the operation that carries a conversion out.
pub const KIND: &str = "convert";
/// Kind of the operation that undoes one.
pub const UNDO_KIND: &str = "undo_conversion";
/// Steps there are: the party, the contact, the opportunity or project, the lead itself.
pub const STEPS: i32 = 4;
/// A conversion can be called off while at most so many steps are done: the next but one creates what it becomes, and
/// once that has been asked for nobody can know that it will not come.
pub const CANCEL_STEPS: i32 = 1;

words! {
    /// Where a conversion stands.
    State {
        /// Under way.
        Running = "RUNNING",
        /// The lead is an opportunity or a project.
        Completed = "COMPLETED",
        /// A step was refused.
        Refused = "REFUSED",
        /// It was called off.
        Cancelled = "CANCELLED",
        /// It was undone after it had been completed.
        Undone = "UNDONE",
    }
}

words! {
    /// Where the undoing of a conversion stands.
    UndoState {
        /// Under way.
        Running = "RUNNING",
        /// The lead is open again.
        Completed = "COMPLETED",
        /// Sales refused.
        Refused = "REFUSED",
    }
}

words! {
    /// What a lead becomes.
    Target {
        /// An opportunity.
        Opportunity = "OPPORTUNITY",
        /// A sales project.
        Project = "PROJECT",
    }
}

words! {
    /// What is done about the opportunity.
    OpportunityAction {
        /// A new one is created.
        Create = "CREATE",
        /// The lead joins one that there is.
        Join = "JOIN",
    }
}

words! {
    /// What is done about the party.
    PartyAction {
        /// The lead's prospect is verified and becomes an account.
        Verify = "VERIFY",
        /// Another account is taken in its place.
        Link = "LINK",
        /// The lead's party is an account already.
        AlreadyAccount = "ALREADY_ACCOUNT",
    }
}

words! {
    /// What is done about the contact.
    ContactAction {
        /// There is none.
        None = "NONE",
        /// One that exists is taken.
        Link = "LINK",
        /// A new one is created.
        Create = "CREATE",
    }
}

words! {
    /// What the customer service says of a party.
    PartyState {
        /// Unverified.
        Prospect = "PROSPECT",
        /// Verified.
        Account = "ACCOUNT",
        /// Found to be wrong.
        Invalid = "INVALID",
    }
}

/// A person to create at the account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewContact {
    /// Name.
    pub name: String,
    /// Post.
    pub job_title: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
}

/// The contact at the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contact {
    /// There is none.
    None,
    /// One that exists.
    Known(ContactId),
    /// One to create.
    New(NewContact),
}

impl Contact {
    /// What is done about it.
    pub fn action(&self) -> ContactAction {
        match self {
            Self::None => ContactAction::None,
            Self::Known(_) => ContactAction::Link,
            Self::New(_) => ContactAction::Create,
        }
    }
}

/// The opportunity to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Name.
    pub name: String,
    /// Sales process, if not the usual one.
    pub process: Option<ProcessId>,
    /// What it may be worth, if somebody knows.
    pub amount: Option<Money>,
    /// By when it may be decided, if somebody knows.
    pub expected_close_date: Option<Date>,
    /// Who will own it.
    pub owner: MemberId,
    /// Territory it will belong to.
    pub territory: Option<TerritoryId>,
}

/// The sales project to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectDraft {
    /// Name.
    pub name: String,
    /// What it may be worth, if somebody knows.
    pub amount: Option<Money>,
    /// Chance of winning, if somebody knows.
    pub percent: Option<i32>,
    /// By when it may be decided, if somebody knows.
    pub expected_close_date: Option<Date>,
    /// Who will own it.
    pub owner: MemberId,
    /// Territory it will belong to.
    pub territory: Option<TerritoryId>,
}

/// What a lead is to become. It is kept so that a program that knows of no projects fails to read the plan of one, rather
/// than make an opportunity of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Goal {
    /// One opportunity with others: that one, and what it is.
    Join {
        /// What it is.
        opportunity: Draft,
        /// Which it is.
        join: Join,
    },
    /// An opportunity of its own.
    Opportunity {
        /// The opportunity.
        opportunity: Draft,
    },
    /// A sales project.
    Project {
        /// The project.
        project: ProjectDraft,
    },
}

impl Goal {
    /// What it is.
    pub fn target(&self) -> Target {
        match self {
            Self::Join { .. } | Self::Opportunity { .. } => Target::Opportunity,
            Self::Project { .. } => Target::Project,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Join { opportunity, .. } | Self::Opportunity { opportunity } => &opportunity.name,
            Self::Project { project } => &project.name,
        }
    }

    /// What is done about the opportunity, where it is one.
    pub fn opportunity_action(&self) -> Option<OpportunityAction> {
        match self {
            Self::Join { .. } => Some(OpportunityAction::Join),
            Self::Opportunity { .. } => Some(OpportunityAction::Create),
            Self::Project { .. } => None,
        }
    }
}

/// What a conversion is to do: fixed when it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The lead.
    pub lead: LeadId,
    /// What is done about the party.
    pub party_action: PartyAction,
    /// The party that is the account, or becomes it.
    pub party: PartyId,
    /// By which channel it was verified.
    pub channel: Channel,
    /// What shows it.
    pub evidence: String,
    /// The contact.
    pub contact: Contact,
    /// What the lead becomes.
    #[serde(flatten)]
    pub goal: Goal,
}

/// What a lead has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Successor {
    /// An opportunity.
    Opportunity {
        /// Which.
        opportunity: OpportunityId,
    },
    /// A project.
    Project {
        /// Which.
        project: ProjectId,
    },
}

impl Successor {
    /// The opportunity, if that is what it is.
    pub fn opportunity(self) -> Option<OpportunityId> {
        match self {
            Self::Opportunity { opportunity } => Some(opportunity),
            Self::Project { .. } => None,
        }
    }

    /// The project, if that is what it is.
    pub fn project(self) -> Option<ProjectId> {
        match self {
            Self::Project { project } => Some(project),
            Self::Opportunity { .. } => None,
        }
    }
}

/// An opportunity that a lead joins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The opportunity.
    pub opportunity: OpportunityId,
    /// Its human number.
    pub number: String,
}

/// A lead before its conversion, as far as that changes it: what undoing the conversion comes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The party.
    pub party: PartyId,
    /// The contact.
    pub contact: Option<ContactId>,
    /// When it became IDENTIFIED.
    pub identified_at: Option<Time>,
    /// When it became CONTACTED.
    pub contacted_at: Option<Time>,
    /// When it became ACCEPTED.
    pub accepted_at: Option<Time>,
}

/// What the steps have made so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The account.
    pub party: Option<PartyId>,
    /// The contact.
    pub contact: Option<ContactId>,
    /// What the lead became.
    #[serde(flatten)]
    pub successor: Option<Successor>,
    /// Its human number.
    #[serde(rename = "opportunity_number")]
    pub number: String,
}

/// All that a conversion carries from step to step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What it is to do.
    pub plan: Plan,
    /// What it has made.
    pub made: Made,
    /// The lead before it; not known of conversions that began before they could be undone.
    #[serde(default)]
    pub before: Option<Before>,
}

/// All that the undoing of a conversion carries from step to step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoTask {
    /// The conversion.
    pub conversion: OperationId,
    /// What the lead became.
    #[serde(flatten)]
    pub successor: Successor,
    /// Whether that is an opportunity which it joined.
    pub joined: bool,
    /// The lead before the conversion.
    pub before: Before,
}

/// An attempt to undo a conversion, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// Id of the operation that carries it out.
    pub id: OperationId,
    /// Where it stands.
    pub state: UndoState,
    /// Why sales refused it.
    pub refusal: Option<operation::Refused>,
    /// Who asked for it.
    pub started_by: Option<MemberId>,
    /// When it was asked for.
    pub created_at: Time,
    /// When it was completed or refused.
    pub ended_at: Option<Time>,
}

/// A conversion as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Id of the operation that carries it out.
    pub id: OperationId,
    /// Where it stands.
    pub state: State,
    /// Steps that are done.
    pub step: i32,
    /// What it does and what it has made.
    pub task: Task,
    /// Stable name of the reason why it was refused.
    pub refusal: Option<operation::Refused>,
    /// Who asked for it.
    pub started_by: Option<MemberId>,
    /// When it was asked for.
    pub created_at: Time,
    /// When it was completed, refused or called off.
    pub ended_at: Option<Time>,
    /// The latest attempt to undo it.
    pub undo: Option<Undo>,
}

/// Why a lead cannot be converted, or its conversion cannot be called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Wrong customer data makes no account.
    #[error("the party was found to be invalid")]
    PartyInvalid,
    /// Only an account can take the place of the lead's own party.
    #[error("the party to link is not a verified account")]
    PartyNotAccount,
    /// Whoever may not open a customer writes nothing to it through a lead.
    #[error("the lead's party belongs to somebody who has not handed the lead on")]
    PartyOfAnother,
    /// New opportunities do not take it.
    #[error("the sales process is archived")]
    ProcessArchived,
    /// There is none that runs.
    #[error("no conversion is under way")]
    NotRunning,
    /// What the lead becomes is being created or has been.
    #[error("the conversion cannot be called off any more")]
    PastPivot,
    /// Only an open one is joined.
    #[error("the opportunity to join is closed")]
    JoinClosed,
    /// It is of one account, and so is the lead.
    #[error("the opportunity to join is of another account")]
    JoinElsewhere,
    /// He may see it, but not work on it.
    #[error("the opportunity to join is not one that the caller may change")]
    JoinDenied,
    /// Nobody noted how the lead was before.
    #[error("this conversion is too old to be undone")]
    TooOld,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::PartyInvalid => "PARTY_INVALID",
            Self::PartyNotAccount => "PARTY_NOT_ACCOUNT",
            Self::PartyOfAnother => "PARTY_OF_ANOTHER",
            Self::ProcessArchived => "PROCESS_ARCHIVED",
            Self::NotRunning => "CONVERSION_NOT_RUNNING",
            Self::PastPivot => "CONVERSION_PAST_PIVOT",
            Self::JoinClosed => "JOIN_OPPORTUNITY_CLOSED",
            Self::JoinElsewhere => "JOIN_OPPORTUNITY_ELSEWHERE",
            Self::JoinDenied => "JOIN_OPPORTUNITY_DENIED",
            Self::TooOld => "CONVERSION_TOO_OLD",
        }
    }
}

impl PartyAction {
    /// What is to be done about the lead's own party, or about another one that is to take its place (`linked`).
    pub fn decide(state: PartyState, linked: bool) -> Result<Self, Refused> {
        match (state, linked) {
            (PartyState::Account, true) => Ok(Self::Link),
            (PartyState::Prospect | PartyState::Invalid, true) => Err(Refused::PartyNotAccount),
            (PartyState::Account, false) => Ok(Self::AlreadyAccount),
            (PartyState::Prospect, false) => Ok(Self::Verify),
            (PartyState::Invalid, false) => Err(Refused::PartyInvalid),
        }
    }
}

/// Refuses a plan that writes to a party which is not `free`: one that the caller may not see, and that neither is
/// nobody's nor belongs to somebody who handed the lead on.
pub fn may_write(action: PartyAction, contact: &Contact, free: bool) -> Result<(), Refused> {
    let writes = action == PartyAction::Verify || matches!(contact, Contact::New(_));
    if writes && !free {
        Err(Refused::PartyOfAnother)
    } else {
        Ok(())
    }
}

/// Refuses to join an opportunity that is not `open`, of another account than the lead will be about (not `same`), or not
/// the caller's to change.
pub fn may_join(same: bool, open: bool, may_change: bool) -> Result<(), Refused> {
    if !same {
        Err(Refused::JoinElsewhere)
    } else if !open {
        Err(Refused::JoinClosed)
    } else if !may_change {
        Err(Refused::JoinDenied)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_chassis::words::Word as _;

    #[test]
    fn what_is_done_about_the_party_follows_from_its_state() {
        let table = [
            (
                PartyState::Prospect,
                Ok(PartyAction::Verify),
                Err(Refused::PartyNotAccount),
            ),
            (
                PartyState::Account,
                Ok(PartyAction::AlreadyAccount),
                Ok(PartyAction::Link),
            ),
            (
                PartyState::Invalid,
                Err(Refused::PartyInvalid),
                Err(Refused::PartyNotAccount),
            ),
        ];
        assert_eq!(table.len(), PartyState::ALL.len());
        for (state, own, linked) in table {
            assert_eq!(PartyAction::decide(state, false), own, "own, {state:?}");
            assert_eq!(
                PartyAction::decide(state, true),
                linked,
                "linked, {state:?}"
            );
        }
    }

    fn draft() -> serde_json::Value {
        serde_json::json!({
            "name": "Pumps", "process": null, "amount": null, "expected_close_date": "2026-06-30",
            "owner": uuid::Uuid::nil(), "territory": null,
        })
    }

    #[test]
    fn a_goal_is_read_as_it_was_kept_before_there_were_projects() {
        let read = |value| serde_json::from_value::<Goal>(value).unwrap();
        let create = serde_json::json!({"opportunity": draft(), "join": null});
        let join = serde_json::json!({"opportunity": uuid::Uuid::nil(), "number": "OP-1"});
        let join = serde_json::json!({"opportunity": draft(), "join": join});
        let project = serde_json::json!({"project": draft()});
        for (goal, target, action) in [
            (create, Target::Opportunity, Some(OpportunityAction::Create)),
            (join, Target::Opportunity, Some(OpportunityAction::Join)),
            (project, Target::Project, None),
        ] {
            let goal = read(goal);
            assert_eq!(
                (goal.name(), goal.target(), goal.opportunity_action()),
                ("Pumps", target, action)
            );
            assert_eq!(read(serde_json::to_value(&goal).unwrap()), goal);
        }
    }

    #[test]
    fn what_was_made_is_read_as_it_was_kept_before_there_were_projects() {
        let id = uuid::Uuid::from_u128(7);
        let mut kept = serde_json::json!({
            "party": null, "contact": null, "opportunity": null, "opportunity_number": "",
        });
        let read = |value| serde_json::from_value::<Made>(value).unwrap();
        assert_eq!(read(kept.clone()), Made::default());
        kept["opportunity"] = serde_json::json!(id);
        let opportunity = OpportunityId::from(id);
        let project = ProjectId::from(id);
        let made = read(kept);
        assert_eq!(made.successor, Some(Successor::Opportunity { opportunity }));
        for successor in [None, made.successor, Some(Successor::Project { project })] {
            let made = Made {
                successor,
                number: "PJ-1".to_owned(),
                ..Made::default()
            };
            assert_eq!(read(serde_json::to_value(&made).unwrap()), made);
        }
    }

    #[test]
    fn only_an_open_opportunity_of_the_account_that_is_ones_own_is_joined() {
        let table = [
            (true, true, true, Ok(())),
            (true, true, false, Err(Refused::JoinDenied)),
            (true, false, true, Err(Refused::JoinClosed)),
            (true, false, false, Err(Refused::JoinClosed)),
            (false, true, true, Err(Refused::JoinElsewhere)),
            (false, true, false, Err(Refused::JoinElsewhere)),
            (false, false, true, Err(Refused::JoinElsewhere)),
            (false, false, false, Err(Refused::JoinElsewhere)),
        ];
        for (same, open, mine, expected) in table {
            assert_eq!(may_join(same, open, mine), expected);
        }
    }

    #[test]
    fn only_a_free_party_is_written_to() {
        let id = ContactId::from(uuid::Uuid::nil());
        let new = Contact::New(NewContact {
            name: "Li Lei".to_owned(),
            job_title: String::new(),
            phone: String::new(),
            email: String::new(),
        });
        for action in PartyAction::ALL {
            for (contact, writes) in [
                (&Contact::None, false),
                (&Contact::Known(id), false),
                (&new, true),
            ] {
                let writes = writes || *action == PartyAction::Verify;
                let expected = if writes {
                    Err(Refused::PartyOfAnother)
                } else {
                    Ok(())
                };
                assert_eq!(may_write(*action, contact, false), expected, "{action:?}");
                assert_eq!(may_write(*action, contact, true), Ok(()), "{action:?}");
            }
        }
    }

    #[test]
    fn what_is_done_about_the_contact_follows_from_what_was_given() {
        let id = ContactId::from(uuid::Uuid::nil());
        let new = NewContact {
            name: "Li Lei".to_owned(),
            job_title: String::new(),
            phone: String::new(),
            email: String::new(),
        };
        assert_eq!(Contact::None.action(), ContactAction::None);
        assert_eq!(Contact::Known(id).action(), ContactAction::Link);
        assert_eq!(Contact::New(new).action(), ContactAction::Create);
    }
}
