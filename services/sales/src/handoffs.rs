//! What is sold, as a noun that is handed over to commerce, and how its offers are watched over.

use baton_chassis::{
    Time,
    handoff::{Handoff, Kind, Ledger},
    ledger::HandedOver,
    words::Word as _,
};

use crate::{
    commerce::{CommerceEvent, Sold},
    opportunity::{self, Opportunity, OpportunityEvent},
    project::{Project, ProjectEvent},
};

/// A noun that is sold and goes to commerce.
pub trait ForCommerce: HandedOver<Event: From<CommerceEvent>> + Sold {
    /// Kind of the operation that makes a contract or order of it.
    const HAND_OVER: &'static str;

    /// On what it depends whose it is to read; see [`baton_chassis::policy::readers`].
    fn standing(&self) -> &'static str;
}

impl ForCommerce for Opportunity {
    const HAND_OVER: &'static str = "hand_over";

    fn standing(&self) -> &'static str {
        self.state.as_str()
    }
}

impl ForCommerce for Project {
    const HAND_OVER: &'static str = "hand_over_project";

    fn standing(&self) -> &'static str {
        match self.deal_state() {
            Some(won @ opportunity::State::Won) => won.as_str(),
            _ => self.kind.as_str(),
        }
    }
}

impl HandedOver for Opportunity {
    const OVERDUE: &'static str = "opportunity_handoff_overdue";
    const OUTSIDE: &'static str = "opportunity_handoff_outside";

    fn escalated(&self, handoff: Handoff) -> OpportunityEvent {
        CommerceEvent::Escalated(Box::new(handoff)).into()
    }

    fn go_outside(&mut self, ledger: &mut Ledger, at: Time) -> Option<OpportunityEvent> {
        go_outside(self, ledger, at)
    }
}

impl HandedOver for Project {
    const OVERDUE: &'static str = "project_handoff_overdue";
    const OUTSIDE: &'static str = "project_handoff_outside";

    fn escalated(&self, handoff: Handoff) -> ProjectEvent {
        CommerceEvent::Escalated(Box::new(handoff)).into()
    }

    fn go_outside(&mut self, ledger: &mut Ledger, at: Time) -> Option<ProjectEvent> {
        go_outside(self, ledger, at)
    }
}

fn go_outside<D: ForCommerce>(sold: &mut D, ledger: &mut Ledger, at: Time) -> Option<D::Event> {
    if !sold.take_off_offer() {
        return None;
    }
    let closed = ledger.close_outside(Kind::DealToCommerce, at).ok()?;
    Some(CommerceEvent::WentOutside(closed.id).into())
}
