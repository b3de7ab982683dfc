//! A sales project on its way to commerce: it goes there as a deal does, whatever becomes of the work on it.

use super::{Project, ProjectEvent, ProjectRefused};
use crate::commerce::{Commerce, CommerceEvent, Sale, Sold};

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

impl From<CommerceEvent> for ProjectEvent {
    fn from(event: CommerceEvent) -> Self {
        Self::Commerce(event)
    }
}
