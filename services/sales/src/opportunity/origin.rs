//! What a deal came from beyond its source: further leads that joined it, and its undoing while nothing was built on it.

use baton_chassis::{
    SourceKind, Time,
    ids::{LeadId, MemberId, PartyId},
};
use serde::Serialize;

use super::{Opportunity, OpportunityEvent, OpportunityRefused, Outcome, State};
use crate::commerce::Commerce;

/// Leads that join a deal at most.
pub const JOINED_MAX: usize = 100;

/// A lead that was found to be about a deal that there was already.
#[expect(clippy::struct_field_names, reason = "named as in the table")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Joined {
    /// The lead.
    pub lead: LeadId,
    /// Its place among the leads that joined, from 1.
    pub sequence: i64,
    /// When it joined.
    pub joined_at: Time,
    /// Who converted it.
    pub joined_by: MemberId,
}

impl Opportunity {
    /// A further lead is about this deal.
    ///
    /// # Errors
    /// When the deal is closed, of another account or full, or the lead belongs to it already.
    pub fn join(
        &mut self,
        lead: LeadId,
        party: PartyId,
        by: MemberId,
        at: Time,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        self.must_be_open()?;
        if self.head.party != Some(party) {
            return Err(OpportunityRefused::OfAnotherAccount);
        }
        if self.came_from(lead) || self.joined.iter().any(|j| j.lead == lead) {
            return Err(OpportunityRefused::LeadJoined);
        }
        if self.joined.len() >= JOINED_MAX {
            return Err(OpportunityRefused::LeadsFull);
        }
        self.joined.push(Joined {
            lead,
            sequence: self.joined.last().map_or(1, |j| j.sequence + 1),
            joined_at: at,
            joined_by: by,
        });
        Ok(OpportunityEvent::LeadJoined(lead, by))
    }

    /// A lead that joined is not about this deal after all.
    ///
    /// # Errors
    /// When the deal is closed, or the lead is none that joined it.
    pub fn leave(
        &mut self,
        lead: LeadId,
        by: MemberId,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        self.must_be_open()?;
        if !self.joined.iter().any(|j| j.lead == lead) {
            return Err(OpportunityRefused::LeadNotJoined);
        }
        self.joined.retain(|j| j.lead != lead);
        Ok(OpportunityEvent::LeadLeft(lead, by))
    }

    /// Undoes a deal that was made of a lead, for good: it is kept, but never opened again. Whether others have built on
    /// it (`used`) it cannot know by itself.
    ///
    /// # Errors
    /// When it is closed, not of this lead, or something was built on it.
    pub fn retract(
        &mut self,
        lead: LeadId,
        used: bool,
        by: MemberId,
        at: Time,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        self.must_be_open()?;
        if !self.came_from(lead) {
            return Err(OpportunityRefused::OfAnotherLead);
        }
        if !self.joined.is_empty() {
            return Err(OpportunityRefused::MoreLeads);
        }
        if self.visits.len() > 1 {
            return Err(OpportunityRefused::Moved);
        }
        if !self.lines.is_empty() {
            return Err(OpportunityRefused::WithLines);
        }
        if used {
            return Err(OpportunityRefused::BuiltOn);
        }
        let left = self.leave_stage(Outcome::Retracted, by, at);
        self.close(State::Retracted, Commerce::None, at);
        Ok(OpportunityEvent::Retracted(left, lead))
    }

    fn came_from(&self, lead: LeadId) -> bool {
        self.source_kind == SourceKind::Lead && self.source_id == lead.to_string()
    }
}
