//! How the offers of confirmed orders are watched over.

use baton_chassis::{
    Time,
    handoff::{Handoff, Ledger},
    ledger::HandedOver,
};

use crate::order::{Order, OrderEvent};

impl HandedOver for Order {
    const OVERDUE: &'static str = "order_handoff_overdue";
    const OUTSIDE: &'static str = "order_handoff_outside";

    fn escalated(&self, handoff: Handoff) -> OrderEvent {
        OrderEvent::Escalated(Box::new(handoff))
    }

    /// The ERP is no function of the firm, so it cannot be switched off.
    fn go_outside(&mut self, _: &mut Ledger, _: Time) -> Option<OrderEvent> {
        None
    }
}
