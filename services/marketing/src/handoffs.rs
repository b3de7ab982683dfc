//! How the offers of a lead are watched over.

use baton_chassis::{
    Time,
    handoff::{Handoff, Ledger},
    ledger::HandedOver,
};

use crate::lead::{Lead, LeadEvent};

impl HandedOver for Lead {
    const OVERDUE: &'static str = "lead_handoff_overdue";
    const OUTSIDE: &'static str = "lead_handoff_outside";

    fn escalated(&self, handoff: Handoff) -> LeadEvent {
        Lead::escalated(self, handoff)
    }

    fn go_outside(&mut self, ledger: &mut Ledger, at: Time) -> Option<LeadEvent> {
        Lead::go_outside(self, ledger, at)
    }
}
