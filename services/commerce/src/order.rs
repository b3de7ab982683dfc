//! An order: drafted, confirmed by the customer, accepted by who carries it out, shipped, invoiced, paid and closed -
//! or cancelled before anything of it was shipped.

use baton_chassis::{
    Date, Source, SourceKind, Time,
    handoff::Handoff,
    ids::{ContractId, HandoffId, MemberId, OrderId, PartyId, TerritoryId},
    words,
};
use serde::Serialize;
use uuid::Uuid;

use crate::line::{self, Line, Part};

mod papers;
mod refused;
mod report;
#[cfg(test)]
mod reported;
mod standing;
#[cfg(test)]
mod tests;

pub use papers::{Bill, CallOff, CalledOff, Dispatch, Invoice, Origin, Payment, Receipt, Shipment};
pub use refused::Refused;
pub use report::{Fact, Report};
pub use standing::Difference;

words! {
    /// Where an order stands.
    State {
        /// It is being written.
        Draft = "DRAFT",
        /// The customer has confirmed it; it waits for who carries it out.
        Confirmed = "CONFIRMED",
        /// Who carries it out has taken it.
        Accepted = "ACCEPTED",
        /// Some of it is shipped.
        PartlyShipped = "PARTLY_SHIPPED",
        /// All of it is shipped.
        Shipped = "SHIPPED",
        /// It is invoiced and not yet fully paid.
        Invoiced = "INVOICED",
        /// It is fully paid.
        Paid = "PAID",
        /// Nothing is left to do.
        Closed = "CLOSED",
        /// It was called off.
        Cancelled = "CANCELLED",
    }
}

words! {
    /// Why an order was called off.
    CancellationReason {
        /// The customer called it off.
        CustomerWithdrew = "CUSTOMER_WITHDREW",
        /// We cannot deliver it, or not in time.
        CannotDeliver = "CANNOT_DELIVER",
        /// Who should carry it out would not take it.
        NotAccepted = "NOT_ACCEPTED",
        /// The customer does not pay, or may not.
        Credit = "CREDIT",
        /// Another order takes its place.
        Replaced = "REPLACED",
        /// It should never have been there.
        EnteredByMistake = "ENTERED_BY_MISTAKE",
        /// Something else: the note says what.
        Other = "OTHER",
    }
}

/// What people may change of an order until it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Head {
    /// What it is about.
    pub title: String,
    /// Who answers for it.
    pub owner: MemberId,
    /// Territory it belongs to.
    pub territory: Option<TerritoryId>,
    /// Day the customer wants it.
    pub requested_date: Option<Date>,
    /// Anything that who carries it out should know.
    pub note: String,
}

/// What an account has ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// Human number.
    pub number: String,
    /// One more with every change.
    pub version: i64,
    /// The account.
    pub party: PartyId,
    /// What it came from.
    pub source_kind: SourceKind,
    /// Id of that.
    pub source_id: String,
    /// What people may change.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub head: Head,
    /// Where it stands.
    pub state: State,
    /// Currency of all its amounts.
    pub currency: String,
    /// Sum of its lines, without what was called off of them.
    pub total_minor: i64,
    /// Sum of its payments.
    pub paid_minor: i64,
    /// When it was confirmed.
    pub confirmed_at: Option<Time>,
    /// When it was accepted.
    pub accepted_at: Option<Time>,
    /// Who accepted it.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub acceptance: Origin,
    /// Number that the ERP gave it.
    pub erp_number: String,
    /// Whether what was told of it does not fit together.
    pub differs: bool,
    /// When it was closed or cancelled.
    pub ended_at: Option<Time>,
    /// Why it was cancelled.
    pub cancellation_reason: Option<CancellationReason>,
    /// What was said to that.
    pub cancellation_note: String,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// Its lines; a list leaves them out, as it does all that follows.
    #[sqlx(skip)]
    pub lines: Vec<Line>,
    /// What was shipped, oldest first.
    #[sqlx(skip)]
    pub shipments: Vec<Shipment>,
    /// What was invoiced, oldest first.
    #[sqlx(skip)]
    pub invoices: Vec<Invoice>,
    /// What was paid, oldest first.
    #[sqlx(skip)]
    pub payments: Vec<Payment>,
    /// What was called off of it, oldest first.
    #[sqlx(skip)]
    pub call_offs: Vec<CallOff>,
}

/// What an order begins with.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Identity.
    pub id: OrderId,
    /// Human number.
    pub number: String,
    /// The account.
    pub party: PartyId,
    /// What it came from.
    pub source: Source,
    /// What people may change.
    pub head: Head,
    /// Currency of all its amounts.
    pub currency: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderEvent {
    /// It was drafted.
    Created,
    /// Its head was changed.
    Updated {
        /// The head before.
        before: Head,
    },
    /// Its lines were set.
    LinesSet {
        /// The lines before.
        before: Vec<Line>,
    },
    /// The customer confirmed it, and by this it was offered to who carries it out.
    Confirmed(HandoffId),
    /// The offer was not answered in time.
    Escalated(Box<Handoff>),
    /// Who carries it out took it on: the answer to this offer, if it was still open.
    Accepted(Option<HandoffId>),
    /// Who should carry it out would not take it.
    Rejected {
        /// The offer that came back.
        handoff: HandoffId,
        /// Why.
        reason: String,
        /// Who says so.
        origin: Origin,
    },
    /// Some of it, or the rest, was shipped.
    Shipped {
        /// State before.
        before: State,
        /// What was shipped.
        shipment: Shipment,
    },
    /// It was invoiced.
    Invoiced(Invoice),
    /// Money came in.
    PaymentRecorded(Payment),
    /// It was filed.
    Closed,
    /// It was called off.
    Cancelled {
        /// State before.
        before: State,
        /// Why.
        reason: CancellationReason,
        /// Who says so.
        origin: Origin,
    },
    /// Some of it was called off; the rest goes on.
    CalledOff {
        /// State before.
        before: State,
        /// Why.
        reason: CancellationReason,
        /// What it came to before.
        old_total_minor: i64,
        /// Who says so.
        origin: Origin,
    },
}

impl Order {
    /// Drafts an order.
    pub fn draft(draft: Draft, at: Time) -> Self {
        Self {
            id: draft.id,
            number: draft.number,
            version: 1,
            party: draft.party,
            source_kind: draft.source.kind,
            source_id: draft.source.id,
            head: draft.head,
            state: State::Draft,
            currency: draft.currency,
            total_minor: line::total(&draft.lines),
            paid_minor: 0,
            confirmed_at: None,
            accepted_at: None,
            acceptance: Origin::by_hand(),
            erp_number: String::new(),
            differs: false,
            ended_at: None,
            cancellation_reason: None,
            cancellation_note: String::new(),
            created_at: at,
            updated_at: at,
            lines: draft.lines,
            shipments: Vec::new(),
            invoices: Vec::new(),
            payments: Vec::new(),
            call_offs: Vec::new(),
        }
    }

    /// The contract it was drawn from.
    pub fn contract(&self) -> Option<ContractId> {
        match self.source_kind {
            SourceKind::Contract => self.source_id.parse().ok(),
            _ => None,
        }
    }

    /// What it takes from the lines of its contract: once it is cancelled, nothing.
    pub fn held(&self) -> Vec<Part> {
        let part = |l: &Line| {
            Some(Part {
                line: l.drawn_from?,
                quantity_milli: l.standing_milli(),
            })
        };
        let parts = self.lines.iter().filter_map(part);
        parts
            .filter(|p| self.state != State::Cancelled && p.quantity_milli > 0)
            .collect()
    }

    /// What is left to pay.
    pub fn due_minor(&self) -> i64 {
        self.total_minor - self.paid_minor
    }

    /// Changes the head of an order that is not over.
    pub fn update(&mut self, head: Head) -> Result<OrderEvent, Refused> {
        if matches!(self.state, State::Closed | State::Cancelled) {
            return Err(Refused::Over(self.state));
        }
        Ok(OrderEvent::Updated {
            before: std::mem::replace(&mut self.head, head),
        })
    }

    /// Whether its lines may still be set; asked before a contract is bothered for other quantities.
    pub fn in_draft(&self) -> Result<(), Refused> {
        if self.state == State::Draft {
            Ok(())
        } else {
            Err(Refused::NotDraft(self.state))
        }
    }

    /// Sets all lines of a draft.
    pub fn set_lines(&mut self, lines: Vec<Line>) -> Result<OrderEvent, Refused> {
        self.in_draft()?;
        self.total_minor = line::total(&lines);
        Ok(OrderEvent::LinesSet {
            before: std::mem::replace(&mut self.lines, lines),
        })
    }

    /// The customer has confirmed a draft. Tells the event as soon as it is known under which handoff it was offered.
    pub fn confirm(&mut self, at: Time) -> Result<fn(HandoffId) -> OrderEvent, Refused> {
        self.in_draft()?;
        if self.lines.is_empty() {
            return Err(Refused::NoLines);
        }
        self.state = State::Confirmed;
        self.confirmed_at = Some(at);
        Ok(OrderEvent::Confirmed)
    }

    /// Takes a confirmed order on. Tells the event as soon as it is known which handoff this answers.
    pub fn accept(&mut self, at: Time) -> Result<fn(HandoffId) -> OrderEvent, Refused> {
        if self.state != State::Confirmed {
            return Err(Refused::NotConfirmed(self.state));
        }
        self.accepted_at = Some(at);
        self.settle(at);
        Ok(|handoff| OrderEvent::Accepted(Some(handoff)))
    }

    /// Records a shipment of `parts`, or of all that is left when none is named.
    pub fn ship(
        &mut self,
        number: String,
        parts: &[Part],
        dispatch: Dispatch,
        at: Time,
    ) -> Result<OrderEvent, Refused> {
        if !matches!(self.state, State::Accepted | State::PartlyShipped) {
            return Err(Refused::NotShippable(self.state));
        }
        let parts = line::take(&mut self.lines, parts)?;
        let id = self.row_id("shipment", self.shipments.len());
        let shipment = Shipment {
            id,
            number,
            dispatch,
            origin: Origin::by_hand(),
            created_at: at,
            parts,
        };
        let before = self.state;
        self.shipments.push(shipment.clone());
        self.settle(at);
        Ok(OrderEvent::Shipped { before, shipment })
    }

    /// Records the invoice over all of a shipped order that is not invoiced yet. One that costs nothing is paid by that.
    pub fn invoice(&mut self, bill: Bill, at: Time) -> Result<OrderEvent, Refused> {
        if self.state != State::Shipped {
            return Err(Refused::NotShipped(self.state));
        }
        let id = self.row_id("invoice", self.invoices.len());
        let invoice = Invoice {
            id,
            bill,
            amount_minor: (self.total_minor - self.invoiced_minor()).max(0),
            origin: Origin::by_hand(),
            created_at: at,
        };
        self.invoices.push(invoice.clone());
        self.settle(at);
        Ok(OrderEvent::Invoiced(invoice))
    }

    /// Records money that came in; the last of it makes the order paid.
    pub fn pay(
        &mut self,
        currency: &str,
        receipt: Receipt,
        at: Time,
    ) -> Result<OrderEvent, Refused> {
        if self.state != State::Invoiced {
            return Err(Refused::NotInvoiced(self.state));
        }
        if currency != self.currency {
            return Err(Refused::OtherCurrency(self.currency.clone()));
        }
        let due_minor = self.due_minor();
        if receipt.amount_minor > due_minor {
            return Err(Refused::PaidBeyond {
                due_minor,
                currency: self.currency.clone(),
            });
        }
        let id = self.row_id("payment", self.payments.len());
        let payment = Payment {
            id,
            receipt,
            origin: Origin::by_hand(),
            created_at: at,
        };
        self.payments.push(payment.clone());
        self.settle(at);
        Ok(OrderEvent::PaymentRecorded(payment))
    }

    /// Files a paid order.
    pub fn close(&mut self, at: Time) -> Result<OrderEvent, Refused> {
        if self.state != State::Paid {
            return Err(Refused::NotPaid(self.state));
        }
        self.state = State::Closed;
        self.ended_at = Some(at);
        Ok(OrderEvent::Closed)
    }

    /// Calls off an order of which nothing was shipped.
    pub fn cancel(
        &mut self,
        reason: CancellationReason,
        note: String,
        at: Time,
    ) -> Result<OrderEvent, Refused> {
        match self.state {
            State::Draft | State::Confirmed | State::Accepted => {}
            State::PartlyShipped | State::Shipped | State::Invoiced | State::Paid => {
                return Err(Refused::ShippedAlready(self.state));
            }
            State::Closed | State::Cancelled => return Err(Refused::Over(self.state)),
        }
        if self.confirmed_at.is_some() {
            return Ok(self.call_off_left(reason, note, at));
        }
        self.cancellation_reason = Some(reason);
        self.cancellation_note = note;
        self.ended_at = Some(at);
        Ok(OrderEvent::Cancelled {
            before: std::mem::replace(&mut self.state, State::Cancelled),
            reason,
            origin: Origin::by_hand(),
        })
    }

    /// Calls off what is left of a partly shipped order, and by that it is shipped.
    pub fn close_short(
        &mut self,
        reason: CancellationReason,
        note: String,
        at: Time,
    ) -> Result<OrderEvent, Refused> {
        if self.state != State::PartlyShipped {
            return Err(Refused::NotPartlyShipped(self.state));
        }
        Ok(self.call_off_left(reason, note, at))
    }

    /// What people call off they call off by name: an ERP that ships it all the same differs from them.
    fn call_off_left(&mut self, reason: CancellationReason, note: String, at: Time) -> OrderEvent {
        let left = line::left(&self.lines).into_iter();
        let call_off = CallOff {
            id: self.row_id("call-off", self.call_offs.len()),
            reason,
            note,
            rest: false,
            origin: Origin::by_hand(),
            created_at: at,
            parts: left
                .map(|part| CalledOff {
                    part,
                    note: String::new(),
                })
                .collect(),
        };
        self.call_off(call_off, at)
    }

    /// Identity of the row after `count` others of its kind: the same however often the act is repeated.
    fn row_id(&self, kind: &str, count: usize) -> Uuid {
        Uuid::new_v5(&self.id.into(), format!("{kind} {}", count + 1).as_bytes())
    }
}
