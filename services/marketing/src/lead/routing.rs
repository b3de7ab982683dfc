//! With whom a lead is: offered to the manager of a territory, then to a salesperson, each time taken, given back or
//! taken back. The ledger keeps every offer; the lead itself is at once with whom it is offered to.

use baton_chassis::{
    handoff::{Answer, Handoff, Kind, Offer},
    ids::{MemberId, TerritoryId},
};

use super::{Actor, Lead, LeadEvent, Refused, Routing, What};

impl Lead {
    /// Offers it to the manager of a territory, or to all who manage if the territory has none, and starts the
    /// first-response clock. An offer that nobody answered is taken back.
    pub fn route(
        &mut self,
        territory: TerritoryId,
        manager: Option<MemberId>,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        self.act(actor, What::Routed, |lead, actor| {
            match lead.routing {
                Routing::WithSalesperson => return Err(Refused::WithSalesperson),
                Routing::WithManager if lead.territory == Some(territory) => {
                    return Err(Refused::AlreadyRouted);
                }
                Routing::WithManager | Routing::Unrouted | Routing::Outside => {}
            }
            lead.take_back(actor)?;
            lead.start_clock(actor);
            lead.offer(Kind::LeadToManager, manager, actor)?;
            lead.routing = Routing::WithManager;
            lead.territory = Some(territory);
            lead.owner = manager.or(lead.owner);
            Ok(())
        })
    }

    /// Offers it to a salesperson, acting as manager: who assigns a lead that no manager has taken takes it thereby. A
    /// lead without a territory gets the salesperson's.
    pub fn assign(
        &mut self,
        salesperson: MemberId,
        territory: Option<TerritoryId>,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        self.act(actor, What::Assigned, |lead, actor| {
            if lead.routing == Routing::WithSalesperson {
                if lead.owner == Some(salesperson) {
                    return Err(Refused::AlreadyAssigned);
                }
                lead.take_back(actor)?;
            }
            lead.take_over_as_manager(actor)?;
            lead.start_clock(actor);
            lead.offer(Kind::LeadToSalesperson, Some(salesperson), actor)?;
            lead.routing = Routing::WithSalesperson;
            lead.territory = lead.territory.or(territory);
            lead.owner = Some(salesperson);
            Ok(())
        })
    }

    /// Takes what was offered: to the actor himself, or to all who manage if he does (`manages`).
    pub fn receive(&mut self, manages: bool, actor: &mut Actor<'_>) -> Result<LeadEvent, Refused> {
        // What was offered to the actor himself is taken by any verb.
        let mine = self
            .open_offer(actor)
            .is_some_and(|h| h.to_member == Some(actor.who));
        self.act(actor, What::Received, |lead, actor| {
            if mine {
                return Ok(());
            }
            let offer = lead
                .open_offer(actor)
                .ok_or(baton_chassis::handoff::Refused::NotOpen)?;
            if offer.to_member.is_some() || !manages {
                return Err(Refused::NotYours);
            }
            lead.owner = Some(actor.who);
            lead.answer(Answer::Accepted, actor)
        })
    }

    /// Gives what was offered back to who offered it.
    pub fn give_back(
        &mut self,
        reason: String,
        manages: bool,
        actor: &mut Actor<'_>,
    ) -> Result<LeadEvent, Refused> {
        let for_actor = |to: Option<MemberId>, who| to.map_or(manages, |to| to == who);
        self.end_offer(
            What::Returned,
            Answer::Returned(reason),
            actor,
            |offer, who| for_actor(offer.to_member, who),
        )
    }

    /// Takes an offer back that nobody has answered.
    pub fn withdraw(&mut self, actor: &mut Actor<'_>) -> Result<LeadEvent, Refused> {
        self.end_offer(What::Withdrawn, Answer::Withdrawn, actor, |offer, who| {
            offer.from_member == who
        })
    }

    /// The offer that waits for an answer.
    fn open_offer<'a>(&self, actor: &'a Actor<'_>) -> Option<&'a Handoff> {
        self.offered
            .then(|| actor.ledger.open(self.offer_kind()))
            .flatten()
    }

    pub(super) fn offer_kind(&self) -> Kind {
        match self.routing {
            Routing::WithSalesperson => Kind::LeadToSalesperson,
            Routing::Unrouted | Routing::WithManager | Routing::Outside => Kind::LeadToManager,
        }
    }

    /// Takes what was offered to the actor, before he acts on it.
    pub(super) fn take_mine(&mut self, actor: &mut Actor<'_>) -> Result<(), Refused> {
        match self.open_offer(actor) {
            Some(offer) if offer.to_member == Some(actor.who) => {
                self.answer(Answer::Accepted, actor)
            }
            _ => Ok(()),
        }
    }

    /// Takes back an offer that nobody has answered.
    pub(super) fn take_back(&mut self, actor: &mut Actor<'_>) -> Result<(), Refused> {
        if self.open_offer(actor).is_none() {
            return Ok(());
        }
        self.put_back(Answer::Withdrawn, actor)
    }

    /// Takes what was offered, to whomever it was.
    pub(super) fn take_open(&mut self, actor: &mut Actor<'_>) -> Result<(), Refused> {
        if self.offered {
            self.answer(Answer::Accepted, actor)
        } else {
            Ok(())
        }
    }

    /// Takes a lead as its manager, who never was offered it or did not answer.
    fn take_over_as_manager(&mut self, actor: &mut Actor<'_>) -> Result<(), Refused> {
        match self.routing {
            Routing::Unrouted | Routing::Outside => {
                let offer = Offer {
                    kind: Kind::LeadToManager,
                    from: self.owner.unwrap_or(actor.who),
                    to: Some(actor.who),
                    due: None,
                };
                if actor.ledger.offer(offer, actor.at)?.is_open() {
                    actor
                        .ledger
                        .answer(offer.kind, Answer::Accepted, actor.who, actor.at)?;
                }
            }
            Routing::WithManager => self.take_open(actor)?,
            Routing::WithSalesperson => {}
        }
        Ok(())
    }

    fn offer(
        &mut self,
        kind: Kind,
        to: Option<MemberId>,
        actor: &mut Actor<'_>,
    ) -> Result<(), Refused> {
        let offer = Offer {
            kind,
            from: actor.who,
            to,
            due: None,
        };
        self.offered = actor.ledger.offer(offer, actor.at)?.is_open();
        Ok(())
    }

    fn answer(&mut self, answer: Answer, actor: &mut Actor<'_>) -> Result<(), Refused> {
        actor
            .ledger
            .answer(self.offer_kind(), answer, actor.who, actor.at)?;
        self.offered = false;
        Ok(())
    }

    /// Answers an offer so that the lead is again with who offered it.
    fn put_back(&mut self, answer: Answer, actor: &mut Actor<'_>) -> Result<(), Refused> {
        let giver = self.open_offer(actor).map(|h| h.from_member);
        self.answer(answer, actor)?;
        self.owner = giver;
        match self.routing {
            Routing::WithSalesperson => self.routing = Routing::WithManager,
            Routing::WithManager | Routing::Unrouted | Routing::Outside => {
                self.routing = Routing::Unrouted;
                self.territory = None;
            }
        }
        Ok(())
    }

    fn end_offer(
        &mut self,
        what: What,
        answer: Answer,
        actor: &mut Actor<'_>,
        may: impl FnOnce(&Handoff, MemberId) -> bool,
    ) -> Result<LeadEvent, Refused> {
        self.open()?;
        let offer = self
            .open_offer(actor)
            .ok_or(baton_chassis::handoff::Refused::NotOpen)?;
        if !may(offer, actor.who) {
            return Err(Refused::NotYours);
        }
        let old = Some(Box::new(self.clone()));
        self.put_back(answer, actor)?;
        let handoffs = actor.ledger.changed().cloned().collect();
        Ok(LeadEvent {
            what,
            old,
            handoffs,
            givers: Vec::new(),
        })
    }
}
