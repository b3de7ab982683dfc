//! A lead as another system knew it: a past fact that starts no clock and offers nothing to anyone.

use baton_chassis::{
    Time,
    ids::{MemberId, TerritoryId},
};

use super::{
    Beginning, DisqualifyReason, Lead, LeadEvent, Message, Quality, Refused, Routing, What,
};

/// How far a lead had got in the system it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// How far it was confirmed; no conversion.
    pub quality: Quality,
    /// Why it was disqualified, if it was.
    pub disqualify_reason: Option<DisqualifyReason>,
    /// Salesperson who had it.
    pub owner: Option<MemberId>,
    /// Territory it belonged to.
    pub territory: Option<TerritoryId>,
    /// When it came in.
    pub created_at: Time,
}

impl Lead {
    /// A lead that another system knew. When it got how far is not known, so all of it counts from when it came in.
    pub fn import(beginning: Beginning, message: Message, past: Past) -> (Self, LeadEvent) {
        let (mut lead, _) = Self::create(beginning, message, past.created_at);
        let since = |from: Quality| (past.quality >= from).then_some(past.created_at);
        lead.quality = past.quality;
        lead.routing = match (past.owner, past.territory) {
            (Some(_), _) => Routing::WithSalesperson,
            (None, Some(_)) => Routing::WithManager,
            (None, None) => Routing::Unrouted,
        };
        lead.owner = past.owner;
        lead.territory = past.territory;
        if past.quality == Quality::Disqualified {
            lead.disqualify_reason = past.disqualify_reason;
            lead.closed_at = Some(past.created_at);
        } else {
            lead.identified_at = since(Quality::Identified);
            lead.contacted_at = since(Quality::Contacted);
            lead.accepted_at = since(Quality::Accepted);
        }
        (
            lead,
            LeadEvent {
                what: What::Imported,
                old: None,
                handoffs: Vec::new(),
                givers: Vec::new(),
            },
        )
    }

    /// The same lead loaded once more: what is known of it changes, never how far it is or with whom.
    pub fn import_again(&mut self, message: Message) -> Result<LeadEvent, Refused> {
        let old = Some(Box::new(self.clone()));
        if self.message != message {
            self.open()?;
            self.message = message;
        }
        Ok(LeadEvent {
            what: What::Imported,
            old,
            handoffs: Vec::new(),
            givers: Vec::new(),
        })
    }
}
