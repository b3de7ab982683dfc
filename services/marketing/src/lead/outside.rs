//! How a lead goes on where nobody in Baton sells: the offer is closed, and the lead stays with whoever had it.

use baton_chassis::{
    Time,
    handoff::{Handoff, Kind, Ledger, Offer},
    ids::MemberId,
};

use super::{Actor, Lead, LeadEvent, Refused, Routing, What};

impl Lead {
    /// Hands it on while sales is switched off. An offer that nobody answered is taken back first.
    pub fn hand_outside(
        &mut self,
        kind: Kind,
        to: Option<MemberId>,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        self.act(actor, What::WentOutside, |lead, actor| {
            if lead.routing == Routing::Outside {
                return Err(Refused::AlreadyOutside);
            }
            lead.take_back(actor)?;
            let offer = Offer {
                kind,
                from: actor.who,
                to,
                due: None,
            };
            actor.ledger.offer_outside(offer, actor.at)?;
            lead.leave();
            Ok(())
        })
    }

    /// Closes its open offer because sales was switched off: it is again with who offered it. Nothing if none is open, or
    /// the lead cannot be worked on.
    pub fn go_outside(&mut self, ledger: &mut Ledger, at: Time) -> Option<LeadEvent> {
        if !self.offered || self.open().is_err() {
            return None;
        }
        let old = Some(Box::new(self.clone()));
        let closed = ledger.close_outside(self.offer_kind(), at).ok()?;
        self.owner = Some(closed.from_member);
        self.leave();
        Some(LeadEvent {
            what: What::WentOutside,
            old,
            handoffs: ledger.changed().cloned().collect(),
            givers: Vec::new(),
        })
    }

    /// What is told when an offer of it was escalated.
    pub fn escalated(&self, handoff: Handoff) -> LeadEvent {
        LeadEvent {
            what: What::Escalated(Box::new(handoff)),
            old: Some(Box::new(self.clone())),
            handoffs: Vec::new(),
            givers: Vec::new(),
        }
    }

    fn leave(&mut self) {
        self.routing = Routing::Outside;
        self.offered = false;
        self.stop_clock();
    }
}
