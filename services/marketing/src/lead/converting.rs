//! How a lead is held while it is converted, and what becomes of it then.

use baton_chassis::{
    Time,
    ids::{ContactId, MemberId, OperationId, PartyId},
};

use crate::conversion::{Before, Successor};

use super::{Actor, Lead, LeadEvent, Quality, Refused, Routing, What};

/// What a lead became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Became {
    /// The account.
    pub party: PartyId,
    /// The contact there.
    pub contact: Option<ContactId>,
    /// The opportunity or project.
    pub successor: Successor,
}

impl Lead {
    /// Begins the conversion of a lead that a salesperson has. Who acts for marketing as well as for sales (`both`) may
    /// convert in his place, and as far confirmed as the lead is; what was offered to the salesperson is taken by it.
    pub fn start_conversion(
        &mut self,
        conversion: OperationId,
        both: bool,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        let what = What::ConversionStarted(conversion, self.skipped());
        self.act(actor, what, |lead, actor| {
            let has_salesperson = lead.routing == Routing::WithSalesperson;
            let is_his = has_salesperson && lead.owner == Some(actor.who);
            if !both && !is_his {
                return Err(Refused::NotYoursToConvert);
            }
            if !has_salesperson {
                return Err(Refused::NotAssigned);
            }
            if !both && lead.quality != Quality::Accepted {
                return Err(Refused::NotAccepted);
            }
            lead.take_open(actor)?;
            lead.quality = Quality::Converting;
            Ok(())
        })
    }

    /// Ends the conversion: the lead has become an opportunity or a project. Qualities that nobody recorded are recorded now.
    pub fn convert(
        &mut self,
        conversion: OperationId,
        became: Became,
        at: Time,
    ) -> Result<LeadEvent, Refused> {
        self.end_conversion(What::Converted(conversion), |lead| {
            lead.quality = Quality::Converted;
            lead.message.party = became.party;
            lead.message.contact = became.contact;
            lead.opportunity = became.successor.opportunity();
            lead.project = became.successor.project();
            for step in [
                &mut lead.identified_at,
                &mut lead.contacted_at,
                &mut lead.accepted_at,
            ] {
                step.get_or_insert(at);
            }
            lead.closed_at = Some(at);
            lead.stop_clock();
        })
    }

    /// Gives the conversion up because a step was refused: the lead is as far confirmed as it was before.
    pub fn refuse_conversion(
        &mut self,
        conversion: OperationId,
        reason: String,
    ) -> Result<LeadEvent, Refused> {
        self.end_conversion(What::ConversionRefused(conversion, reason), |lead| {
            lead.quality = lead.reached();
        })
    }

    /// Calls the conversion off: the lead is as far confirmed as it was before.
    pub fn cancel_conversion(&mut self, conversion: OperationId) -> Result<LeadEvent, Refused> {
        self.end_conversion(What::ConversionCancelled(conversion), |lead| {
            lead.quality = lead.reached();
        })
    }

    /// The lead as undoing its conversion is to come back to.
    pub fn before_conversion(&self) -> Before {
        Before {
            party: self.message.party,
            contact: self.message.contact,
            identified_at: self.identified_at,
            contacted_at: self.contacted_at,
            accepted_at: self.accepted_at,
        }
    }

    /// Who may undo its conversion: the salesperson who has it, or one who acts for both functions.
    pub fn may_undo(&self, both: bool, who: MemberId) -> Result<(), Refused> {
        if self.quality != Quality::Converted {
            Err(Refused::NotConverted)
        } else if !both && self.owner != Some(who) {
            Err(Refused::NotYoursToUndo)
        } else {
            Ok(())
        }
    }

    /// Undoes the conversion: the lead is open again, as it was `before` and with whom it was.
    pub fn undo_conversion(
        &mut self,
        conversion: OperationId,
        before: Before,
        actor: &Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        if self.quality != Quality::Converted {
            return Err(Refused::NotConverted);
        }
        let old = Some(Box::new(self.clone()));
        self.message.party = before.party;
        self.message.contact = before.contact;
        self.identified_at = before.identified_at;
        self.contacted_at = before.contacted_at;
        self.accepted_at = before.accepted_at;
        self.opportunity = None;
        self.project = None;
        self.closed_at = None;
        self.quality = self.reached();
        if self.routing != Routing::Unrouted {
            self.start_clock(actor);
        }
        Ok(LeadEvent {
            what: What::ConversionUndone(conversion),
            old,
            handoffs: Vec::new(),
            givers: Vec::new(),
        })
    }

    fn end_conversion(
        &mut self,
        what: What,
        end: impl FnOnce(&mut Self),
    ) -> Result<LeadEvent, Refused> {
        if self.quality != Quality::Converting {
            return Err(Refused::NotConverting);
        }
        let old = Some(Box::new(self.clone()));
        end(self);
        Ok(LeadEvent {
            what,
            old,
            handoffs: Vec::new(),
            givers: Vec::new(),
        })
    }
}
