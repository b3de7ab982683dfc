//! How the offers of won deals are watched over.

use baton_chassis::{
    Time,
    handoff::{Handoff, Kind, Ledger},
    ledger::HandedOver,
};

use crate::{
    opportunity::{Opportunity, OpportunityEvent},
    project::{Project, ProjectEvent},
};

impl HandedOver for Opportunity {
    const OVERDUE: &'static str = "opportunity_handoff_overdue";
    const OUTSIDE: &'static str = "opportunity_handoff_outside";

    fn escalated(&self, handoff: Handoff) -> OpportunityEvent {
        OpportunityEvent::Escalated(Box::new(handoff))
    }

    fn go_outside(&mut self, ledger: &mut Ledger, at: Time) -> Option<OpportunityEvent> {
        if !Opportunity::go_outside(self) {
            return None;
        }
        let closed = ledger.close_outside(Kind::DealToCommerce, at).ok()?;
        Some(OpportunityEvent::WentOutside(closed.id))
    }
}

impl HandedOver for Project {
    const OVERDUE: &'static str = "project_handoff_overdue";
    const OUTSIDE: &'static str = "project_handoff_outside";

    fn escalated(&self, handoff: Handoff) -> ProjectEvent {
        ProjectEvent::Escalated(Box::new(handoff))
    }

    fn go_outside(&mut self, ledger: &mut Ledger, at: Time) -> Option<ProjectEvent> {
        if !Project::go_outside(self) {
            return None;
        }
        let closed = ledger.close_outside(Kind::DealToCommerce, at).ok()?;
        Some(ProjectEvent::WentOutside(closed.id))
    }
}
