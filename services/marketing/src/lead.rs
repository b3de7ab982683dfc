//! A lead: a sales message that nobody has confirmed yet, and its life on two axes.
//!
//! Quality says how far it is confirmed, routing (in [`routing`]) with whom it is. Whoever was offered a lead and acts
//! on it has taken it thereby; a lead that is being converted takes no verb but the end of its conversion.

use baton_chassis::{
    Reason, Source, SourceKind, Time,
    handoff::{self, Handoff, Ledger},
    ids::{
        ContactId, LeadId, MemberId, OperationId, OpportunityId, PartyId, ProjectId, TerritoryId,
    },
    words,
};
use chrono::TimeDelta;
use serde::Serialize;

use crate::channel::Channel;

pub use converting::Became;

mod converting;
pub mod import;
mod outside;
pub mod routing;
#[cfg(test)]
mod tests;

/// Kind of a lead as ledgers, sources and events name it.
pub const KIND: &str = "LEAD";

words! {
    /// How far a lead is confirmed.
    Quality {
        /// Just come in.
        New = "NEW",
        /// Contact data was left or can be verified.
        Identified = "IDENTIFIED",
        /// Someone has spoken to the customer.
        Contacted = "CONTACTED",
        /// The demand is confirmed and there is a plan how to follow it up.
        Accepted = "ACCEPTED",
        /// Being converted.
        Converting = "CONVERTING",
        /// It has become an opportunity or a project.
        Converted = "CONVERTED",
        /// There is nothing in it.
        Disqualified = "DISQUALIFIED",
    }
}

words! {
    /// With whom a lead is.
    Routing {
        /// Nobody has passed it on yet.
        Unrouted = "UNROUTED",
        /// With the manager of a territory.
        WithManager = "WITH_MANAGER",
        /// With a salesperson.
        WithSalesperson = "WITH_SALESPERSON",
        /// With nobody in Baton: it was handed on while sales was switched off.
        Outside = "OUTSIDE",
    }
}

words! {
    /// Why a lead comes to nothing.
    DisqualifyReason {
        /// Nothing is wanted.
        NoDemand = "NO_DEMAND",
        /// There is no money for it.
        NoBudget = "NO_BUDGET",
        /// Nobody could be reached.
        Unreachable = "UNREACHABLE",
        /// The contact data is wrong.
        InvalidData = "INVALID_DATA",
        /// There is another lead about the same.
        Duplicate = "DUPLICATE",
        /// They buy from a competitor.
        Competitor = "COMPETITOR",
        /// We do not sell this, or not there.
        NotServed = "NOT_SERVED",
        /// Anything else.
        Other = "OTHER",
    }
}

/// What people may change of an open lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Message {
    /// What it is about in a few words; never a person's name.
    pub title: String,
    /// What is wanted, as it was said.
    pub need: String,
    /// The prospect or account that it is about.
    pub party: PartyId,
    /// The person there to speak to.
    pub contact: Option<ContactId>,
}

/// A sales message that nobody has confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Lead {
    /// Id.
    pub id: LeadId,
    /// Human number.
    pub number: String,
    /// One more with every change.
    pub version: i64,
    /// What people may change.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub message: Message,
    /// How far it is confirmed.
    pub quality: Quality,
    /// With whom it is.
    pub routing: Routing,
    /// Whether it was offered and not yet taken.
    pub offered: bool,
    /// What it came from.
    pub source_kind: SourceKind,
    /// Id of that.
    pub source_id: String,
    /// Who brought it in, if that is known.
    pub creator: Option<MemberId>,
    /// Who has it, or is offered it; nobody only for a lead that was loaded without an owner.
    pub owner: Option<MemberId>,
    /// Territory that it was routed to.
    pub territory: Option<TerritoryId>,
    /// What will be done next.
    pub follow_up_plan: String,
    /// Why it was disqualified.
    pub disqualify_reason: Option<DisqualifyReason>,
    /// More about why.
    pub disqualify_note: String,
    /// How the first contact was made.
    pub contact_channel: Option<Channel>,
    /// By when the first contact is due, while a clock runs.
    pub response_due_at: Option<Time>,
    /// Whether that moment passed without a contact.
    pub response_overdue: bool,
    /// When it became IDENTIFIED.
    pub identified_at: Option<Time>,
    /// When it became CONTACTED.
    pub contacted_at: Option<Time>,
    /// When it became ACCEPTED.
    pub accepted_at: Option<Time>,
    /// When it became CONVERTED or DISQUALIFIED.
    pub closed_at: Option<Time>,
    /// The opportunity that it became.
    pub opportunity: Option<OpportunityId>,
    /// The project that it became.
    pub project: Option<ProjectId>,
    /// System outside that it came from.
    pub external_system: Option<String>,
    /// Its key there.
    pub external_id: Option<String>,
    /// When it came in.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// Who acts on a lead, and with what: the handoffs of the lead, and the time a first contact may take.
#[derive(Debug)]
pub struct Actor<'l> {
    /// The member.
    pub who: MemberId,
    /// The present instant.
    pub at: Time,
    /// The handoffs of the lead.
    pub ledger: &'l mut Ledger,
    /// Time until a first contact is due; none where no clock runs.
    pub first_response: Option<TimeDelta>,
}

/// What happened to a lead: the lead before it, and the handoffs that the same act made or answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadEvent {
    /// What happened.
    pub what: What,
    /// The lead before; none if it came into being.
    pub old: Option<Box<Lead>>,
    /// Handoffs that were made or answered.
    pub handoffs: Vec<Handoff>,
    /// Those who handed it on, where it went to somebody.
    pub givers: Vec<MemberId>,
}

/// What happened to a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It came in.
    Created,
    /// It was loaded from outside.
    Imported,
    /// Its message was changed.
    Updated,
    /// Contact data is known.
    Identified,
    /// Someone spoke to the customer.
    Contacted,
    /// The demand is confirmed.
    Accepted,
    /// It came to nothing.
    Disqualified,
    /// It was opened again.
    Reopened,
    /// It was offered to the manager of a territory.
    Routed,
    /// It was offered to a salesperson.
    Assigned,
    /// It was taken.
    Received,
    /// It was given back.
    Returned,
    /// The offer was taken back.
    Withdrawn,
    /// The first contact did not come in time.
    ResponseOverdue,
    /// Its conversion began, over these qualities that nobody had recorded.
    ConversionStarted(OperationId, Vec<Quality>),
    /// Its conversion was refused for this reason.
    ConversionRefused(OperationId, String),
    /// Its conversion was called off.
    ConversionCancelled(OperationId),
    /// It became an opportunity or a project.
    Converted(OperationId),
    /// It was handed on to where nobody works with Baton.
    WentOutside,
    /// An offer of it was not answered in time.
    Escalated(Box<Handoff>),
    /// Its conversion was undone.
    ConversionUndone(OperationId),
}

/// Why something cannot be done to a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing can be changed meanwhile.
    #[error("the lead is being converted")]
    Converting,
    /// It is closed.
    #[error("the lead has become an opportunity or a project")]
    Converted,
    /// It is closed, but can be reopened.
    #[error("the lead was disqualified")]
    Disqualified,
    /// There is nothing to reopen.
    #[error("the lead is open")]
    Open,
    /// That step is done.
    #[error("the lead is identified already")]
    AlreadyIdentified,
    /// The step before is missing.
    #[error("the lead is not identified yet")]
    NotIdentified,
    /// That step is done.
    #[error("the customer has been contacted already")]
    AlreadyContacted,
    /// The step before is missing.
    #[error("the customer has not been contacted yet")]
    NotContacted,
    /// That step is done.
    #[error("the lead is accepted already")]
    AlreadyAccepted,
    /// The step before is missing.
    #[error("the lead is not accepted yet")]
    NotAccepted,
    /// It is further than that.
    #[error("the lead is with a salesperson already")]
    WithSalesperson,
    /// There is nothing to do.
    #[error("the lead is with the manager of this territory already")]
    AlreadyRouted,
    /// There is nothing to do.
    #[error("the lead is with this salesperson already")]
    AlreadyAssigned,
    /// There is nothing to do.
    #[error("the lead was handed on outside Baton already")]
    AlreadyOutside,
    /// There is nobody who could convert it.
    #[error("the lead is with no salesperson yet")]
    NotAssigned,
    /// The offer is another member's.
    #[error("the lead was offered to, or by, someone else")]
    NotYours,
    /// Only the salesperson who has it, or one who acts for marketing as well.
    #[error(
        "only the salesperson who has the lead, or one who acts for marketing and sales, may convert it"
    )]
    NotYoursToConvert,
    /// There is no conversion to end.
    #[error("the lead is not being converted")]
    NotConverting,
    /// There is nothing to undo.
    #[error("the lead is not converted")]
    NotConverted,
    /// Only the salesperson who has the lead, or one who acts for marketing as well.
    #[error(
        "only the salesperson who has the lead, or one who acts for marketing and sales, may undo its conversion"
    )]
    NotYoursToUndo,
    /// A handoff stands in the way.
    #[error(transparent)]
    Handoff(#[from] handoff::Refused),
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Converting => "LEAD_CONVERTING",
            Self::Converted => "LEAD_CONVERTED",
            Self::Disqualified => "LEAD_DISQUALIFIED",
            Self::Open => "LEAD_OPEN",
            Self::AlreadyIdentified => "LEAD_ALREADY_IDENTIFIED",
            Self::NotIdentified => "LEAD_NOT_IDENTIFIED",
            Self::AlreadyContacted => "LEAD_ALREADY_CONTACTED",
            Self::NotContacted => "LEAD_NOT_CONTACTED",
            Self::AlreadyAccepted => "LEAD_ALREADY_ACCEPTED",
            Self::NotAccepted => "LEAD_NOT_ACCEPTED",
            Self::WithSalesperson => "LEAD_WITH_SALESPERSON",
            Self::AlreadyRouted => "LEAD_ALREADY_ROUTED",
            Self::AlreadyAssigned => "LEAD_ALREADY_ASSIGNED",
            Self::AlreadyOutside => "LEAD_ALREADY_OUTSIDE",
            Self::NotAssigned => "LEAD_NOT_ASSIGNED",
            Self::NotYours => "HANDOFF_NOT_YOURS",
            Self::NotYoursToConvert => "LEAD_NOT_YOURS_TO_CONVERT",
            Self::NotConverting => "LEAD_NOT_CONVERTING",
            Self::NotConverted => "LEAD_NOT_CONVERTED",
            Self::NotYoursToUndo => "CONVERSION_NOT_YOURS_TO_UNDO",
            Self::Handoff(refused) => refused.reason(),
        }
    }
}

/// What a lead begins with, besides its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Id.
    pub id: LeadId,
    /// Human number.
    pub number: String,
    /// What it came from.
    pub source: Source,
    /// Who brought it in.
    pub owner: Option<MemberId>,
    /// System outside that it came from and its key there.
    pub external: Option<(String, String)>,
}

impl Lead {
    /// Fields that may tell of a person; a title never does.
    pub const PERSONAL: &'static [&'static str] = &["need", "follow_up_plan", "disqualify_note"];

    /// Blanks its texts, because they tell of a person who was erased. How far it is, with whom and where it came from stays.
    pub fn forget(&mut self) -> LeadEvent {
        let old = Box::new(self.clone());
        self.message.need.clear();
        self.follow_up_plan.clear();
        self.disqualify_note.clear();
        LeadEvent {
            what: What::Updated,
            old: Some(old),
            handoffs: Vec::new(),
            givers: Vec::new(),
        }
    }

    /// A new lead, with whoever brought it in.
    pub fn create(beginning: Beginning, message: Message, at: Time) -> (Self, LeadEvent) {
        let Beginning {
            id,
            number,
            source,
            owner,
            external,
        } = beginning;
        let (external_system, external_id) = external.unzip();
        let lead = Self {
            id,
            number,
            version: 1,
            message,
            quality: Quality::New,
            routing: Routing::Unrouted,
            offered: false,
            source_kind: source.kind,
            source_id: source.id,
            creator: owner,
            owner,
            territory: None,
            follow_up_plan: String::new(),
            disqualify_reason: None,
            disqualify_note: String::new(),
            contact_channel: None,
            response_due_at: None,
            response_overdue: false,
            identified_at: None,
            contacted_at: None,
            accepted_at: None,
            closed_at: None,
            opportunity: None,
            project: None,
            external_system,
            external_id,
            created_at: at,
            updated_at: at,
        };
        (
            lead,
            LeadEvent {
                what: What::Created,
                old: None,
                handoffs: Vec::new(),
                givers: Vec::new(),
            },
        )
    }

    /// Where it came from.
    pub fn source(&self) -> Source {
        Source {
            kind: self.source_kind,
            id: self.source_id.clone(),
        }
    }

    /// Changes the message.
    pub fn update(
        &mut self,
        message: Message,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        self.act(actor, What::Updated, |lead, _| {
            lead.message = message;
            Ok(())
        })
    }

    /// Notes that contact data was left or can be verified.
    pub fn identify(&mut self, actor: &mut Actor<'_>) -> Result<LeadEvent, Refused> {
        self.act(actor, What::Identified, |lead, actor| {
            if lead.quality != Quality::New {
                return Err(Refused::AlreadyIdentified);
            }
            lead.quality = Quality::Identified;
            lead.identified_at = Some(actor.at);
            Ok(())
        })
    }

    /// Notes the first contact; the first-response clock stops.
    pub fn contact(
        &mut self,
        channel: Channel,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        self.act(actor, What::Contacted, |lead, actor| {
            match lead.quality {
                Quality::Identified => {}
                Quality::New => return Err(Refused::NotIdentified),
                _ => return Err(Refused::AlreadyContacted),
            }
            lead.quality = Quality::Contacted;
            lead.contacted_at = Some(actor.at);
            lead.contact_channel = Some(channel);
            lead.stop_clock();
            Ok(())
        })
    }

    /// Confirms the demand.
    pub fn accept(&mut self, plan: String, actor: &mut Actor<'_>) -> Result<LeadEvent, Refused> {
        self.act(actor, What::Accepted, |lead, actor| {
            match lead.quality {
                Quality::Contacted => {}
                Quality::New | Quality::Identified => return Err(Refused::NotContacted),
                _ => return Err(Refused::AlreadyAccepted),
            }
            lead.quality = Quality::Accepted;
            lead.accepted_at = Some(actor.at);
            lead.follow_up_plan = plan;
            Ok(())
        })
    }

    /// Closes a lead that comes to nothing; an offer that nobody answered is taken back with it.
    pub fn disqualify(
        &mut self,
        reason: DisqualifyReason,
        note: String,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        self.act(actor, What::Disqualified, |lead, actor| {
            lead.take_back(actor)?;
            lead.quality = Quality::Disqualified;
            lead.disqualify_reason = Some(reason);
            lead.disqualify_note = note;
            lead.closed_at = Some(actor.at);
            lead.stop_clock();
            Ok(())
        })
    }

    /// Opens a disqualified lead again, as far confirmed as it was.
    pub fn reopen(&mut self, actor: &mut Actor<'_>) -> Result<LeadEvent, Refused> {
        match self.open() {
            Err(Refused::Disqualified) => {}
            Err(refused) => return Err(refused),
            Ok(()) => return Err(Refused::Open),
        }
        let old = Some(Box::new(self.clone()));
        self.quality = self.reached();
        self.disqualify_reason = None;
        self.disqualify_note = String::new();
        self.closed_at = None;
        if matches!(
            self.routing,
            Routing::WithManager | Routing::WithSalesperson
        ) {
            self.start_clock(actor);
        }
        Ok(LeadEvent {
            what: What::Reopened,
            old,
            handoffs: Vec::new(),
            givers: Vec::new(),
        })
    }

    /// Notes that the first contact did not come in time; nothing if it came, or another moment is due now.
    pub fn response_overdue(&mut self, at: Time) -> LeadEvent {
        let old = Some(Box::new(self.clone()));
        self.response_overdue |= self.response_due_at.is_some_and(|due| due <= at);
        LeadEvent {
            what: What::ResponseOverdue,
            old,
            handoffs: Vec::new(),
            givers: Vec::new(),
        }
    }

    /// Whether it can be worked on.
    pub fn open(&self) -> Result<(), Refused> {
        match self.quality {
            Quality::New | Quality::Identified | Quality::Contacted | Quality::Accepted => Ok(()),
            Quality::Converting => Err(Refused::Converting),
            Quality::Converted => Err(Refused::Converted),
            Quality::Disqualified => Err(Refused::Disqualified),
        }
    }

    /// Qualities on the way to ACCEPTED that nobody has recorded.
    pub fn skipped(&self) -> Vec<Quality> {
        let steps = [
            (Quality::Identified, self.identified_at),
            (Quality::Contacted, self.contacted_at),
            (Quality::Accepted, self.accepted_at),
        ];
        steps
            .into_iter()
            .filter(|(_, at)| at.is_none())
            .map(|(quality, _)| quality)
            .collect()
    }

    /// How far it was ever confirmed.
    fn reached(&self) -> Quality {
        if self.accepted_at.is_some() {
            Quality::Accepted
        } else if self.contacted_at.is_some() {
            Quality::Contacted
        } else if self.identified_at.is_some() {
            Quality::Identified
        } else {
            Quality::New
        }
    }

    /// Runs a verb of an open lead; a refused one leaves the lead as it was.
    fn act(
        &mut self,
        actor: &mut Actor<'_>,
        what: What,
        verb: impl FnOnce(&mut Self, &mut Actor<'_>) -> Result<(), Refused>,
    ) -> Result<LeadEvent, Refused> {
        self.open()?;
        let old = self.clone();
        let mut ledger = actor.ledger.clone();
        let mut inner = Actor {
            ledger: &mut ledger,
            ..*actor
        };
        let mut lead = self.clone();
        lead.take_mine(&mut inner)?;
        verb(&mut lead, &mut inner)?;
        *self = lead;
        *actor.ledger = ledger;
        let handoffs = actor.ledger.changed().cloned().collect();
        let givers = match what {
            What::Routed | What::Assigned => old.givers(actor.ledger, self.owner),
            _ => Vec::new(),
        };
        Ok(LeadEvent {
            what,
            old: Some(Box::new(old)),
            handoffs,
            givers,
        })
    }

    /// Those who handed it on to `to`: who brought it in, who had it, and all through whose hands it went.
    pub fn givers(&self, ledger: &Ledger, to: Option<MemberId>) -> Vec<MemberId> {
        let hands = |h: &Handoff| [Some(h.from_member), h.to_member, h.answered_by];
        let mut givers: Vec<MemberId> = ledger
            .rows()
            .iter()
            .flat_map(hands)
            .flatten()
            .chain(self.owner)
            .chain(self.creator)
            .filter(|member| Some(*member) != to)
            .collect();
        givers.sort_unstable();
        givers.dedup();
        givers
    }

    /// Starts the first-response clock, unless it runs or the customer has been contacted.
    fn start_clock(&mut self, actor: &Actor<'_>) {
        if self.contacted_at.is_none() && self.response_due_at.is_none() {
            self.response_due_at = actor.first_response.map(|time| actor.at + time);
        }
    }

    fn stop_clock(&mut self) {
        self.response_due_at = None;
        self.response_overdue = false;
    }
}
