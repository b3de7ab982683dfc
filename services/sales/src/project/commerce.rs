//! A sales project on its way to commerce: it goes there as a deal does, whatever becomes of the work on it.

use super::{Head, Project, ProjectEvent, ProjectRefused};
use crate::commerce::{Commerce, CommerceEvent, CommerceRefused, Sale, Sold};

impl Sold for Project {
    type Refused = ProjectRefused;

    fn commerce(&self) -> Commerce {
        self.deal.as_ref().map_or(Commerce::None, |d| d.commerce)
    }

    fn set_commerce(&mut self, commerce: Commerce) {
        if let Some(deal) = &mut self.deal {
            deal.commerce = commerce;
        }
    }

    fn sale(&self) -> Result<Sale<'_>, ProjectRefused> {
        let deal = self.deal.as_ref().ok_or(ProjectRefused::NotSales)?;
        Ok(Sale {
            name: &self.head.name,
            party: self.head.party,
            owner: self.head.owner,
            territory: self.head.territory,
            currency: &deal.currency,
            amount_minor: deal.amount_minor,
            lines: &deal.lines,
        })
    }
}

impl Project {
    /// While a contract or order is being made of it, what commerce was asked for stays as it is: every attempt asks for
    /// the same.
    pub(super) fn must_keep_its_sale(&self, head: &Head) -> Result<(), ProjectRefused> {
        let asked = |head: &Head| (head.name.clone(), head.owner, head.territory);
        if self.commerce() == Commerce::HandingOver && asked(head) != asked(&self.head) {
            return Err(CommerceRefused::HandOverRunning.into());
        }
        Ok(())
    }
}

impl From<CommerceEvent> for ProjectEvent {
    fn from(event: CommerceEvent) -> Self {
        Self::Commerce(event)
    }
}
