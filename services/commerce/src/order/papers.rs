//! What was done about an order: shipped, invoiced, paid, called off - by hand, or as an ERP tells it.

use baton_chassis::{Date, Time};
use serde::Serialize;
use uuid::Uuid;

use super::CancellationReason;
use crate::line::Part;

/// Where something that was done is written: in a document of an ERP, or nowhere else when it was done by hand.
#[expect(clippy::struct_field_names, reason = "named as in the tables")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Origin {
    /// The ERP; empty for what was done by hand.
    pub erp_system: String,
    /// The ERP's own id of the document.
    pub erp_document: String,
    /// When it happened there.
    pub erp_at: Option<Time>,
}

impl Origin {
    /// Of what was done by hand.
    pub fn by_hand() -> Self {
        Self::default()
    }

    /// Whether it was done by hand.
    pub fn is_by_hand(&self) -> bool {
        self.erp_system.is_empty()
    }
}

/// How goods left the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Dispatch {
    /// Day they left.
    pub ship_date: Date,
    /// Who carries them.
    pub carrier: String,
    /// The carrier's number for them.
    pub tracking_number: String,
}

/// Goods of an order that left the house together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Shipment {
    /// Identity.
    pub id: Uuid,
    /// Human number.
    pub number: String,
    /// How they left.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub dispatch: Dispatch,
    /// Who says so.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub origin: Origin,
    /// When it was recorded.
    pub created_at: Time,
    /// How much of which line.
    #[sqlx(skip)]
    pub parts: Vec<Part>,
}

/// What an invoice says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Bill {
    /// Number on the invoice.
    pub number: String,
    /// Tax id of who is billed.
    pub tax_id: String,
    /// Day on the invoice.
    pub invoice_date: Date,
}

/// A bill for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Invoice {
    /// Identity.
    pub id: Uuid,
    /// What it says of itself.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub bill: Bill,
    /// What is billed.
    pub amount_minor: i64,
    /// Who says so.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub origin: Origin,
    /// When it was recorded.
    pub created_at: Time,
}

/// What is known of money that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Receipt {
    /// What was paid.
    pub amount_minor: i64,
    /// Day it came in.
    pub payment_date: Date,
    /// Reference of the bank or the payer.
    pub reference: String,
}

/// Money that came in for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Payment {
    /// Identity.
    pub id: Uuid,
    /// What is known of it.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub receipt: Receipt,
    /// Who says so.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub origin: Origin,
    /// When it was recorded.
    pub created_at: Time,
}

/// So much of a line that will not be carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct CalledOff {
    /// The line, and how much of it.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub part: Part,
    /// What was said to it.
    pub note: String,
}

/// What of an order will not be carried out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct CallOff {
    /// Identity.
    pub id: Uuid,
    /// Why.
    pub reason: CancellationReason,
    /// What was said to that.
    pub note: String,
    /// Whether it means all that is not shipped in the end: shipments that are told later make it less.
    pub rest: bool,
    /// Who says so.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub origin: Origin,
    /// When it was recorded.
    pub created_at: Time,
    /// How much of which line; nothing where the rest is meant.
    #[sqlx(skip)]
    pub parts: Vec<CalledOff>,
}
