//! What a connected ERP tells of an order: facts, each with the document that says so, in any order and however often.

use baton_chassis::{Time, ids::HandoffId};

use super::{
    Bill, CallOff, CalledOff, CancellationReason, Dispatch, Invoice, Order, OrderEvent, Origin,
    Payment, Receipt, Refused, Shipment, State,
};
use crate::line::Part;

/// One fact and the document that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The document.
    pub origin: Origin,
    /// The fact.
    pub fact: Fact,
}

/// What an ERP did about an order that it was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// It took the order.
    Accepted {
        /// Its number there.
        number: String,
    },
    /// It would not take these lines.
    LinesRejected(Vec<CalledOff>),
    /// Goods left the house.
    Shipped {
        /// Human number that the shipment gets here if it is new.
        number: String,
        /// How much of which line, in the order of the lines.
        parts: Vec<Part>,
        /// How they left.
        dispatch: Dispatch,
    },
    /// A bill was issued.
    Invoiced {
        /// What it says of itself.
        bill: Bill,
        /// What is billed.
        amount_minor: i64,
    },
    /// Money came in.
    Paid(Receipt),
    /// Parts of it, or without any all the rest, were called off.
    Cancelled {
        /// How much of which line.
        parts: Vec<CalledOff>,
        /// Why.
        reason: CancellationReason,
        /// What was said to that.
        note: String,
    },
}

/// Nothing for a fact that is known; a refusal where the same document told something else.
fn same<T>(same: bool, origin: &Origin) -> Result<Option<T>, Refused> {
    if same {
        Ok(None)
    } else {
        Err(Refused::ReportedOtherwise(origin.erp_document.clone()))
    }
}

impl Order {
    /// Refuses a verb by hand while a connected ERP carries the order out. What was taken on by hand goes on by hand.
    pub fn by_hand(&self, erp_system: &str) -> Result<(), Refused> {
        let taken_by_hand = self.accepted_at.is_some() && self.acceptance.is_by_hand();
        if erp_system.is_empty() || taken_by_hand {
            Ok(())
        } else {
            Err(Refused::WithErp(erp_system.to_owned()))
        }
    }

    /// Takes in a fact; nothing happens if it is known. `open` is the offer that waits for an answer.
    ///
    /// A draft is nothing that an ERP can know: it was never offered, or went back. Whoever tells has to wait until it is
    /// confirmed.
    pub fn report(
        &mut self,
        report: Report,
        open: Option<HandoffId>,
        at: Time,
    ) -> Result<Option<OrderEvent>, Refused> {
        if self.confirmed_at.is_none() {
            return Err(Refused::NotOffered(self.state));
        }
        let origin = report.origin;
        match report.fact {
            Fact::Accepted { number } => self.accepted(number, origin, open, at),
            Fact::Shipped {
                number,
                parts,
                dispatch,
            } => self.shipped(number, parts, dispatch, origin, at),
            Fact::Invoiced { bill, amount_minor } => self.invoiced(bill, amount_minor, origin, at),
            Fact::Paid(receipt) => self.paid(receipt, origin, at),
            Fact::LinesRejected(parts) => {
                let (reason, note) = (CancellationReason::NotAccepted, String::new());
                self.called_off("rejection", parts, reason, note, origin, at)
            }
            Fact::Cancelled {
                parts,
                reason,
                note,
            } => self.called_off("cancellation", parts, reason, note, origin, at),
        }
    }

    /// The ERP would not take it: a draft again. Of what it has begun to carry out it can only call off the rest.
    pub fn reject(
        &mut self,
        handoff: HandoffId,
        reason: String,
        origin: Origin,
    ) -> Result<OrderEvent, Refused> {
        let begun = !self.shipments.is_empty()
            || !self.invoices.is_empty()
            || !self.payments.is_empty()
            || !self.call_offs.is_empty();
        if self.state != State::Confirmed || begun {
            return Err(Refused::UnderWay(self.state));
        }
        self.state = State::Draft;
        self.confirmed_at = None;
        Ok(OrderEvent::Rejected {
            handoff,
            reason,
            origin,
        })
    }

    /// Whether a shipment of this document is known.
    pub fn knows_shipment(&self, origin: &Origin) -> bool {
        let id = self.fact_id("shipment", origin);
        self.shipments.iter().any(|s| s.id == id)
    }

    /// Whether an invoice of this document is known.
    pub fn knows_invoice(&self, origin: &Origin) -> bool {
        let id = self.fact_id("invoice", origin);
        self.invoices.iter().any(|i| i.id == id)
    }

    fn accepted(
        &mut self,
        number: String,
        origin: Origin,
        open: Option<HandoffId>,
        at: Time,
    ) -> Result<Option<OrderEvent>, Refused> {
        if self.accepted_at.is_some() {
            let known = &self.acceptance;
            if known.is_by_hand() {
                return Err(Refused::NotConfirmed(self.state));
            }
            let document = (&known.erp_system, &known.erp_document, &self.erp_number);
            let told = (&origin.erp_system, &origin.erp_document, &number);
            return same(document == told, &origin);
        }
        self.accepted_at = Some(at);
        self.acceptance = origin;
        self.erp_number = number;
        self.settle(at);
        Ok(Some(OrderEvent::Accepted(open)))
    }

    fn shipped(
        &mut self,
        number: String,
        parts: Vec<Part>,
        dispatch: Dispatch,
        origin: Origin,
        at: Time,
    ) -> Result<Option<OrderEvent>, Refused> {
        let id = self.fact_id("shipment", &origin);
        if let Some(known) = self.shipments.iter().find(|s| s.id == id) {
            return same(
                (&known.parts, &known.dispatch) == (&parts, &dispatch),
                &origin,
            );
        }
        for part in &parts {
            for line in self.lines.iter_mut().filter(|l| l.id == part.line) {
                line.done_milli = line.done_milli.saturating_add(part.quantity_milli);
            }
        }
        let shipment = Shipment {
            id,
            number,
            dispatch,
            origin,
            created_at: at,
            parts,
        };
        let before = self.state;
        self.shipments.push(shipment.clone());
        self.settle(at);
        Ok(Some(OrderEvent::Shipped { before, shipment }))
    }

    fn invoiced(
        &mut self,
        bill: Bill,
        amount_minor: i64,
        origin: Origin,
        at: Time,
    ) -> Result<Option<OrderEvent>, Refused> {
        let id = self.fact_id("invoice", &origin);
        if let Some(known) = self.invoices.iter().find(|i| i.id == id) {
            return same(
                (&known.bill, known.amount_minor) == (&bill, amount_minor),
                &origin,
            );
        }
        let invoice = Invoice {
            id,
            bill,
            amount_minor,
            origin,
            created_at: at,
        };
        self.invoices.push(invoice.clone());
        self.settle(at);
        Ok(Some(OrderEvent::Invoiced(invoice)))
    }

    fn paid(
        &mut self,
        receipt: Receipt,
        origin: Origin,
        at: Time,
    ) -> Result<Option<OrderEvent>, Refused> {
        let id = self.fact_id("payment", &origin);
        if let Some(known) = self.payments.iter().find(|p| p.id == id) {
            return same(known.receipt == receipt, &origin);
        }
        let payment = Payment {
            id,
            receipt,
            origin,
            created_at: at,
        };
        self.payments.push(payment.clone());
        self.settle(at);
        Ok(Some(OrderEvent::PaymentRecorded(payment)))
    }

    fn called_off(
        &mut self,
        kind: &str,
        parts: Vec<CalledOff>,
        reason: CancellationReason,
        note: String,
        origin: Origin,
        at: Time,
    ) -> Result<Option<OrderEvent>, Refused> {
        let call_off = CallOff {
            id: self.fact_id(kind, &origin),
            reason,
            note,
            rest: parts.is_empty(),
            origin,
            created_at: at,
            parts,
        };
        if let Some(known) = self.call_offs.iter().find(|c| c.id == call_off.id) {
            let told = (&call_off.reason, &call_off.note, &call_off.parts);
            let known = (&known.reason, &known.note, &known.parts);
            return same(known == told, &call_off.origin);
        }
        Ok(Some(self.call_off(call_off, at)))
    }
}
