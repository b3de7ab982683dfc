//! The way of what was sold to commerce: on offer, taken or given back, then made into a contract or an order. A deal goes
//! it, and so does a sales project; each for itself, even where one came from the other.

use baton_chassis::{
    Reason,
    handoff::Handoff,
    ids::{HandoffId, MemberId, PartyId, TerritoryId},
    words,
};
use uuid::Uuid;

use crate::opportunity::Line;

words! {
    /// How far something sold has got on its way to commerce.
    Commerce {
        /// Not won: there is nothing to hand over.
        None = "NONE",
        /// Won, and waiting for commerce.
        Offered = "OFFERED",
        /// The contract or order is being made.
        HandingOver = "HANDING_OVER",
        /// Commerce has taken it; nothing is made of it yet.
        Accepted = "ACCEPTED",
        /// Nothing in Baton waits for it: won before Baton knew of it, or while nobody in Baton does commerce.
        Outside = "OUTSIDE",
        /// Commerce has it as a contract or order.
        HandedOver = "HANDED_OVER",
        /// Commerce has given it back: it waits for sales.
        Returned = "RETURNED",
    }
}

words! {
    /// What it becomes in commerce.
    Target {
        /// A contract.
        Contract = "CONTRACT",
        /// An order without a contract.
        Order = "ORDER",
    }
}

/// Why something cannot be done on the way to commerce. What that is called and how it is told is for each noun to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommerceRefused {
    /// It is not won.
    #[error("only what is won can be handed over")]
    NotWon,
    /// Nobody knows what it is worth.
    #[error("what has no amount cannot be won")]
    WithoutAmount,
    /// Nobody knows who buys.
    #[error("what has no account cannot be won")]
    WithoutAccount,
    /// Commerce has answered.
    #[error("it is not on offer to commerce")]
    NotOffered,
    /// Commerce has not answered.
    #[error("it is on offer to commerce already")]
    OnOffer,
    /// A contract or order is being made of it.
    #[error("it is being handed over")]
    HandOverRunning,
    /// No contract or order is being made of it.
    #[error("it is not being handed over")]
    NotHandingOver,
    /// Commerce has taken it, or there is a contract or order of it.
    #[error("commerce has it already")]
    WithCommerce,
    /// Commerce gave it back.
    #[error("commerce has given it back")]
    Returned,
    /// Whoever goes on with it does so outside.
    #[error("it went outside Baton")]
    Outside,
}

/// What happened to something on its way to commerce.
#[derive(Clone, Debug, PartialEq)]
pub enum CommerceEvent {
    /// Commerce took it by answering this offer.
    Accepted(HandoffId, MemberId),
    /// Commerce gave it back by answering this offer.
    Returned(HandoffId, MemberId),
    /// It was offered to commerce again.
    Offered(HandoffId, MemberId),
    /// It was on offer when commerce was switched off: this offer was closed.
    WentOutside(HandoffId),
    /// This offer of it was not answered in time.
    Escalated(Box<Handoff>),
    /// The making of a contract or order was begun.
    HandOverStarted {
        /// What it is to become.
        target: Target,
        /// Who asked for it.
        by: MemberId,
    },
    /// Commerce refused.
    HandOverFailed {
        /// What it was to become.
        target: Target,
        /// Stable name of why.
        reason: String,
    },
    /// Commerce has made this of it.
    HandedOver {
        /// What it became.
        target: Target,
        /// Id of the contract or order.
        made: Uuid,
    },
}

/// The event of an answer to a handoff, or of a new one, as soon as it is known which and by whom.
pub type Answered = fn(HandoffId, MemberId) -> CommerceEvent;

impl Commerce {
    /// How something won waits until something is made of it.
    pub(crate) fn waiting(accepted: bool) -> Self {
        if accepted {
            Self::Accepted
        } else {
            Self::Offered
        }
    }

    fn must_be_offered(self) -> Result<(), CommerceRefused> {
        match self {
            Self::Offered => Ok(()),
            Self::HandingOver => Err(CommerceRefused::HandOverRunning),
            Self::None | Self::Accepted | Self::Outside | Self::HandedOver | Self::Returned => {
                Err(CommerceRefused::NotOffered)
            }
        }
    }

    fn must_be_to_offer(self) -> Result<(), CommerceRefused> {
        match self {
            Self::Returned | Self::Outside => Ok(()),
            Self::None => Err(CommerceRefused::NotWon),
            Self::Offered => Err(CommerceRefused::OnOffer),
            Self::HandingOver => Err(CommerceRefused::HandOverRunning),
            Self::Accepted | Self::HandedOver => Err(CommerceRefused::WithCommerce),
        }
    }

    fn must_be_to_hand_over(self) -> Result<(), CommerceRefused> {
        match self {
            Self::Offered | Self::Accepted => Ok(()),
            Self::None => Err(CommerceRefused::NotWon),
            Self::HandingOver => Err(CommerceRefused::HandOverRunning),
            Self::HandedOver => Err(CommerceRefused::WithCommerce),
            Self::Outside => Err(CommerceRefused::Outside),
            Self::Returned => Err(CommerceRefused::Returned),
        }
    }

    /// Whether it can be opened again. What commerce has taken is given back only by somebody who acts `for_commerce`, and
    /// only while nothing was made of it.
    ///
    /// # Errors
    /// When commerce has it or is getting it.
    pub(crate) fn lets_reopen(self, for_commerce: bool) -> Result<(), CommerceRefused> {
        match self {
            Self::HandingOver => Err(CommerceRefused::HandOverRunning),
            Self::HandedOver => Err(CommerceRefused::WithCommerce),
            Self::Accepted if !for_commerce => Err(CommerceRefused::WithCommerce),
            Self::None | Self::Offered | Self::Accepted | Self::Outside | Self::Returned => Ok(()),
        }
    }
}

/// What commerce makes a contract or an order of.
#[derive(Clone, Copy, Debug)]
pub struct Sale<'a> {
    /// Name of the deal.
    pub name: &'a str,
    /// Who buys.
    pub party: Option<PartyId>,
    /// Who sold it.
    pub owner: MemberId,
    /// Where.
    pub territory: Option<TerritoryId>,
    /// Currency of all amounts.
    pub currency: &'a str,
    /// What it is worth.
    pub amount_minor: Option<i64>,
    /// What it is about, if that is known so exactly.
    pub lines: &'a [Line],
}

impl Sale<'_> {
    fn must_be_whole(&self) -> Result<(), CommerceRefused> {
        if self.amount_minor.is_none() {
            Err(CommerceRefused::WithoutAmount)
        } else if self.party.is_none() {
            Err(CommerceRefused::WithoutAccount)
        } else {
            Ok(())
        }
    }
}

/// Something that is sold and then goes to commerce.
pub trait Sold: Sized {
    /// Why it refuses.
    type Refused: From<CommerceRefused> + Reason;

    /// How far it is on its way.
    fn commerce(&self) -> Commerce;

    /// Notes how far it is on its way.
    fn set_commerce(&mut self, commerce: Commerce);

    /// What commerce makes a contract or an order of.
    ///
    /// # Errors
    /// When it is none of that kind that is ever sold.
    fn sale(&self) -> Result<Sale<'_>, Self::Refused>;

    /// Refuses what commerce could do nothing with.
    ///
    /// # Errors
    /// When nobody knows what it is worth or who buys.
    fn must_be_whole(&self) -> Result<(), Self::Refused> {
        Ok(self.sale()?.must_be_whole()?)
    }

    /// Commerce takes it. Tells the event as soon as it is known which handoff this answers, and who did it.
    ///
    /// # Errors
    /// When it is not on offer.
    fn accept(&mut self) -> Result<Answered, Self::Refused> {
        self.sale()?;
        self.commerce().must_be_offered()?;
        self.set_commerce(Commerce::Accepted);
        Ok(CommerceEvent::Accepted)
    }

    /// Commerce gives it back. It stays won; sales offers it again or opens it again.
    ///
    /// # Errors
    /// When it is not on offer.
    fn give_back(&mut self) -> Result<Answered, Self::Refused> {
        self.sale()?;
        self.commerce().must_be_offered()?;
        self.set_commerce(Commerce::Returned);
        Ok(CommerceEvent::Returned)
    }

    /// Offers it to commerce again, which accepts it in the same act if who does it acts `for_commerce` too.
    ///
    /// # Errors
    /// When it is not won, commerce has it or is to answer, or nobody knows what it is worth or who buys.
    fn offer(&mut self, for_commerce: bool) -> Result<Answered, Self::Refused> {
        self.sale()?;
        self.commerce().must_be_to_offer()?;
        self.must_be_whole()?;
        self.set_commerce(Commerce::waiting(for_commerce));
        Ok(CommerceEvent::Offered)
    }

    /// Takes it off offer because nobody in Baton does commerce. Tells whether it was on offer; while it is handed over, or
    /// after, it stays where it is.
    fn take_off_offer(&mut self) -> bool {
        let goes = self.commerce() == Commerce::Offered;
        if goes {
            self.set_commerce(Commerce::Outside);
        }
        goes
    }

    /// Begins to make a contract or order of it. Until that ends it cannot be opened again.
    ///
    /// # Errors
    /// When it is not won, there is a contract or order of it or one is being made, or there never will be.
    fn start_hand_over(
        &mut self,
        target: Target,
        by: MemberId,
    ) -> Result<CommerceEvent, Self::Refused> {
        self.sale()?;
        self.commerce().must_be_to_hand_over()?;
        self.set_commerce(Commerce::HandingOver);
        Ok(CommerceEvent::HandOverStarted { target, by })
    }

    /// Takes it back from a hand-over that commerce refused: it waits as before, on offer or `accepted`.
    ///
    /// # Errors
    /// When it is not being handed over.
    fn fail_hand_over(
        &mut self,
        target: Target,
        accepted: bool,
        reason: String,
    ) -> Result<CommerceEvent, Self::Refused> {
        self.sale()?;
        if self.commerce() != Commerce::HandingOver {
            return Err(CommerceRefused::NotHandingOver.into());
        }
        self.set_commerce(Commerce::waiting(accepted));
        Ok(CommerceEvent::HandOverFailed { target, reason })
    }

    /// Notes that commerce has made something of it, whoever asked for that. Only the first thing counts, and only while
    /// it is on its way there; whatever else is made of it changes nothing about it.
    fn handed_over(&mut self, target: Target, made: Uuid) -> Option<CommerceEvent> {
        match self.commerce() {
            Commerce::Offered | Commerce::Accepted | Commerce::HandingOver | Commerce::Returned => {
                self.set_commerce(Commerce::HandedOver);
                Some(CommerceEvent::HandedOver { target, made })
            }
            Commerce::None | Commerce::HandedOver | Commerce::Outside => None,
        }
    }
}

#[cfg(test)]
mod tests;
