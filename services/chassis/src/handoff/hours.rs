//! Within how many hours an offer wants its answer.

use chrono::TimeDelta;

use super::Kind;
use crate::Time;

/// Hours within which a handoff of each kind wants an answer; 0 for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerHours {
    /// A lead that is offered to a manager.
    pub lead_to_manager: i32,
    /// A lead that is offered to a salesperson.
    pub lead_to_salesperson: i32,
    /// A won deal that is offered to commerce.
    pub deal_to_commerce: i32,
    /// A confirmed order that is offered to the ERP.
    pub order_to_erp: i32,
}

impl Default for AnswerHours {
    /// What a new organisation begins with: customers wait for leads, colleagues for deals.
    fn default() -> Self {
        Self {
            lead_to_manager: 24,
            lead_to_salesperson: 24,
            deal_to_commerce: 48,
            order_to_erp: 24,
        }
    }
}

impl AnswerHours {
    /// No answer is ever due.
    pub const NONE: Self = Self {
        lead_to_manager: 0,
        lead_to_salesperson: 0,
        deal_to_commerce: 0,
        order_to_erp: 0,
    };

    /// When the answer to an offer that is made at `at` is due, if it is.
    #[must_use]
    pub fn due(&self, kind: Kind, at: Time) -> Option<Time> {
        let hours = match kind {
            Kind::LeadToManager => self.lead_to_manager,
            Kind::LeadToSalesperson => self.lead_to_salesperson,
            Kind::DealToCommerce => self.deal_to_commerce,
            Kind::OrderToErp => self.order_to_erp,
        };
        (hours > 0).then(|| at + TimeDelta::hours(hours.into()))
    }
}
