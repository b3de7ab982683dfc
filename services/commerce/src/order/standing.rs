//! How an order stands: what follows from all that is known to have been done about it, in whatever order it was told.

use baton_chassis::{Time, words};
use uuid::Uuid;

use super::{CallOff, CancellationReason, Order, OrderEvent, Origin, State};
use crate::line::{self, Line};

words! {
    /// What does not fit together in what was told of an order.
    Difference {
        /// More of a line was shipped and called off than was ordered.
        BeyondOrder = "BEYOND_ORDER",
        /// More was invoiced than the order comes to.
        InvoicedBeyondTotal = "INVOICED_BEYOND_TOTAL",
        /// More was paid than the order comes to.
        PaidBeyondTotal = "PAID_BEYOND_TOTAL",
        /// It is cancelled, and yet something of it was shipped, invoiced or paid.
        CancelledYetCarriedOut = "CANCELLED_YET_CARRIED_OUT",
    }
}

impl Order {
    /// Draws the conclusions: quantities called off, sums, state, and whether all that fits together.
    ///
    /// They are drawn anew from everything that is known and never from the state before, so that facts may come in any
    /// order. Only a draft, and an order that was filed, stay what they are.
    pub(super) fn settle(&mut self, at: Time) {
        let rest = self.call_offs.iter().any(|c| c.rest);
        for line in &mut self.lines {
            let open_milli = (line.quantity_milli - line.done_milli).max(0);
            line.called_off_milli = if rest {
                open_milli
            } else {
                stated(&self.call_offs, line).min(open_milli)
            };
        }
        self.paid_minor = sum(self.payments.iter().map(|p| p.receipt.amount_minor));
        let state = self.concluded();
        self.end(state, at);
        self.state = state;
        // What a cancelled order would have come to is still worth knowing.
        self.total_minor = if state == State::Cancelled {
            line::total(&self.lines)
        } else {
            line::standing(&self.lines)
        };
        self.differs = !self.differences().is_empty();
    }

    fn concluded(&self) -> State {
        // Orders that were called off as drafts, or before call-offs were kept, have none.
        let called_off = self.state == State::Cancelled && self.call_offs.is_empty();
        if self.confirmed_at.is_none() || self.state == State::Closed || called_off {
            return self.state;
        }
        if self.lines.iter().all(|l| l.standing_milli() == 0) {
            return State::Cancelled;
        }
        if self.lines.iter().any(|l| l.left_milli() > 0) {
            return if self.lines.iter().any(|l| l.done_milli > 0) {
                State::PartlyShipped
            } else if self.accepted_at.is_some() {
                State::Accepted
            } else {
                State::Confirmed
            };
        }
        let total_minor = line::standing(&self.lines);
        if self.invoices.is_empty() || self.invoiced_minor() < total_minor {
            State::Shipped
        } else if self.paid_minor < total_minor {
            State::Invoiced
        } else {
            State::Paid
        }
    }

    /// Notes when and why it was cancelled, or that it was not after all.
    fn end(&mut self, state: State, at: Time) {
        match state {
            State::Closed => {}
            State::Cancelled => {
                let is_new = self.state != State::Cancelled;
                if is_new {
                    self.ended_at = Some(at);
                }
                // The reason is that of all that is known now: another one may have been told first.
                if let Some(call_off) = weightiest(&self.call_offs) {
                    self.cancellation_reason = Some(call_off.reason);
                    self.cancellation_note.clone_from(&call_off.note);
                } else if is_new {
                    self.cancellation_reason = Some(CancellationReason::NotAccepted);
                    self.cancellation_note.clear();
                }
            }
            _ => {
                self.ended_at = None;
                self.cancellation_reason = None;
                self.cancellation_note.clear();
            }
        }
    }

    /// What does not fit together. Verbs of people refuse it beforehand; what an ERP tells has happened whether it fits
    /// or not - goods have left the house, money has come in - and to refuse it would only hide it. So it is kept, and
    /// people see that somebody has to look.
    pub fn differences(&self) -> Vec<Difference> {
        let beyond = |l: &Line| {
            let told = l.done_milli.saturating_add(stated(&self.call_offs, l));
            l.done_milli > 0 && told > l.quantity_milli
        };
        let cancelled = self.state == State::Cancelled;
        let carried_out =
            !self.shipments.is_empty() || !self.invoices.is_empty() || !self.payments.is_empty();
        let told = [
            (Difference::BeyondOrder, self.lines.iter().any(beyond)),
            (
                Difference::InvoicedBeyondTotal,
                !cancelled && self.invoiced_minor() > self.total_minor,
            ),
            (
                Difference::PaidBeyondTotal,
                !cancelled && self.paid_minor > self.total_minor,
            ),
            (Difference::CancelledYetCarriedOut, cancelled && carried_out),
        ];
        told.into_iter()
            .filter_map(|(difference, is)| is.then_some(difference))
            .collect()
    }

    /// Sum of its invoices.
    pub fn invoiced_minor(&self) -> i64 {
        sum(self.invoices.iter().map(|i| i.amount_minor))
    }

    /// Notes what will not be carried out, and tells what that comes to: the end of the order, or less of it.
    pub(super) fn call_off(&mut self, call_off: CallOff, at: Time) -> OrderEvent {
        let (before, old_total_minor) = (self.state, self.total_minor);
        let (reason, origin) = (call_off.reason, call_off.origin.clone());
        self.call_offs.push(call_off);
        self.settle(at);
        if self.state == State::Cancelled && before != State::Cancelled {
            OrderEvent::Cancelled {
                before,
                reason,
                origin,
            }
        } else {
            OrderEvent::CalledOff {
                before,
                reason,
                old_total_minor,
                origin,
            }
        }
    }

    /// Identity of what an ERP's document tells: the same however often it is told.
    pub(super) fn fact_id(&self, kind: &str, origin: &Origin) -> Uuid {
        let name = format!("{kind} {} {}", origin.erp_system, origin.erp_document);
        Uuid::new_v5(&self.id.into(), name.as_bytes())
    }
}

/// How much of a line was called off by name.
fn stated(call_offs: &[CallOff], line: &Line) -> i64 {
    let parts = call_offs.iter().flat_map(|c| &c.parts);
    sum(parts
        .filter(|c| c.part.line == line.id)
        .map(|c| c.part.quantity_milli))
}

/// The call-off that tells best why nothing is left: one of all the rest, then one by people.
fn weightiest(call_offs: &[CallOff]) -> Option<&CallOff> {
    call_offs
        .iter()
        .max_by_key(|c| (c.rest, c.origin.is_by_hand(), c.id))
}

/// An ERP may tell whatever it likes: the sum stops where numbers end.
fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}
