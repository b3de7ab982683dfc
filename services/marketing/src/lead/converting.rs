//! How a lead is held while it is converted, and what becomes of it then.

use baton_chassis::{
    Time,
    ids::{ContactId, OperationId, OpportunityId, PartyId},
};

use super::{Actor, Lead, LeadEvent, Quality, Refused, Routing, What};

/// What a lead became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Became {
    /// The account.
    pub party: PartyId,
    /// The contact there.
    pub contact: Option<ContactId>,
    /// The opportunity.
    pub opportunity: OpportunityId,
}

impl Lead {
    /// Begins the conversion. Who acts for marketing as well as for sales (`both`) may convert any lead that he sees, as
    /// far confirmed and routed as it is; the handoffs that are missing are his, and made and taken in the same act.
    pub fn start_conversion(
        &mut self,
        conversion: OperationId,
        both: bool,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        let what = What::ConversionStarted(conversion, self.skipped());
        self.act(actor, what, |lead, actor| {
            let has_it = lead.routing == Routing::WithSalesperson && lead.owner == Some(actor.who);
            if !has_it && !both {
                return Err(Refused::NotYoursToConvert);
            }
            if lead.quality != Quality::Accepted && !both {
                return Err(Refused::NotAccepted);
            }
            lead.take_over(actor)?;
            lead.quality = Quality::Converting;
            Ok(())
        })
    }

    /// Ends the conversion: the lead has become an opportunity. Qualities that nobody recorded are recorded now.
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
            lead.opportunity = Some(became.opportunity);
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
        })
    }
}
