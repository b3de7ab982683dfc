//! Why something cannot be done to an order.

use baton_chassis::{Args, Reason, ids::LineId, money::format_quantity, words::Word as _};

use super::State;
use crate::line::Shortage;

/// Why something cannot be done to an order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Only a draft can be rewritten or confirmed.
    #[error("only a draft can be changed like this; the order is {}", .0.as_str())]
    NotDraft(State),
    /// Only a confirmed order can be accepted.
    #[error("only a confirmed order can be accepted; it is {}", .0.as_str())]
    NotConfirmed(State),
    /// Only an accepted order can be shipped.
    #[error("only an accepted order can be shipped; it is {}", .0.as_str())]
    NotShippable(State),
    /// Only a fully shipped order can be invoiced.
    #[error("only a fully shipped order can be invoiced; it is {}", .0.as_str())]
    NotShipped(State),
    /// Only an invoiced order is paid.
    #[error("only an invoiced order can be paid; it is {}", .0.as_str())]
    NotInvoiced(State),
    /// Only a paid order can be closed.
    #[error("only a paid order can be closed; it is {}", .0.as_str())]
    NotPaid(State),
    /// What was shipped cannot be called off.
    #[error("an order of which something was shipped cannot be called off; it is {}", .0.as_str())]
    ShippedAlready(State),
    /// It is over.
    #[error("the order is over: {}", .0.as_str())]
    Over(State),
    /// It has no lines.
    #[error("an order without lines cannot be confirmed")]
    NoLines,
    /// It has no such line.
    #[error("the order has no line {0}")]
    LineUnknown(LineId),
    /// More was shipped than was ordered and not yet shipped.
    #[error("only {} of {line} is left to ship", format_quantity(*.left_milli))]
    ShippedBeyond {
        /// What the line says is sold.
        line: String,
        /// What is left of it, in thousandths.
        left_milli: i64,
    },
    /// Everything was shipped already.
    #[error("everything in the order was shipped already")]
    NothingLeft,
    /// Another invoice has this number.
    #[error("another invoice has the number {0}")]
    InvoiceNumberTaken(String),
    /// The payment is in another currency than the order.
    #[error("the order is in {0}")]
    OtherCurrency(String),
    /// More was paid than is due.
    #[error("only {due_minor} minor units of {currency} are left to pay")]
    PaidBeyond {
        /// What is left to pay.
        due_minor: i64,
        /// Currency of the order.
        currency: String,
    },
    /// Only of a partly shipped order the rest can be called off.
    #[error("only a partly shipped order can be closed short; it is {}", .0.as_str())]
    NotPartlyShipped(State),
    /// A connected ERP does this.
    #[error("the order is carried out by {0}")]
    WithErp(String),
    /// It was not offered to an ERP.
    #[error("only a confirmed order is on offer; it is {}", .0.as_str())]
    NotOffered(State),
    /// It is being carried out, so it cannot go back as a whole.
    #[error("more is known of the order; the rest of it can be cancelled: it is {}", .0.as_str())]
    UnderWay(State),
    /// The same document told something else before.
    #[error("the document {0} was reported with another content")]
    ReportedOtherwise(String),
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::NotDraft(_) => "ORDER_NOT_DRAFT",
            Self::NotConfirmed(_) => "ORDER_NOT_CONFIRMED",
            Self::NotShippable(_) => "ORDER_NOT_ACCEPTED",
            Self::NotShipped(_) => "ORDER_NOT_SHIPPED",
            Self::NotInvoiced(_) => "ORDER_NOT_INVOICED",
            Self::NotPaid(_) => "ORDER_NOT_PAID",
            Self::ShippedAlready(_) => "ORDER_SHIPPED_ALREADY",
            Self::Over(_) => "ORDER_OVER",
            Self::NoLines => "ORDER_WITHOUT_LINES",
            Self::LineUnknown(_) => "ORDER_LINE_UNKNOWN",
            Self::ShippedBeyond { .. } => "SHIPPED_BEYOND_ORDER",
            Self::NothingLeft => "ORDER_NOTHING_LEFT",
            Self::InvoiceNumberTaken(_) => "INVOICE_NUMBER_TAKEN",
            Self::OtherCurrency(_) => "PAYMENT_IN_OTHER_CURRENCY",
            Self::PaidBeyond { .. } => "PAID_BEYOND_TOTAL",
            Self::NotPartlyShipped(_) => "ORDER_NOT_PARTLY_SHIPPED",
            Self::WithErp(_) => "ORDER_IS_WITH_ERP",
            Self::NotOffered(_) => "ORDER_NOT_OFFERED",
            Self::UnderWay(_) => "ORDER_UNDER_WAY",
            Self::ReportedOtherwise(_) => "REPORTED_OTHERWISE",
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::NotDraft(state)
            | Self::NotConfirmed(state)
            | Self::NotShippable(state)
            | Self::NotShipped(state)
            | Self::NotInvoiced(state)
            | Self::NotPaid(state)
            | Self::ShippedAlready(state)
            | Self::NotPartlyShipped(state)
            | Self::NotOffered(state)
            | Self::UnderWay(state)
            | Self::Over(state) => vec![("state", state.as_str().to_owned())],
            Self::LineUnknown(line) => vec![("line", line.to_string())],
            Self::ShippedBeyond { line, left_milli } => {
                vec![
                    ("line", line.clone()),
                    ("left", format_quantity(*left_milli)),
                ]
            }
            Self::WithErp(system) => vec![("system", system.clone())],
            Self::ReportedOtherwise(document) => vec![("document", document.clone())],
            Self::InvoiceNumberTaken(number) => vec![("number", number.clone())],
            Self::OtherCurrency(currency) => vec![("currency", currency.clone())],
            Self::PaidBeyond {
                due_minor,
                currency,
            } => {
                vec![
                    ("due", due_minor.to_string()),
                    ("currency", currency.clone()),
                ]
            }
            Self::NoLines | Self::NothingLeft => Args::new(),
        }
    }
}

impl From<Shortage> for Refused {
    fn from(shortage: Shortage) -> Self {
        match shortage {
            Shortage::Unknown(line) => Self::LineUnknown(line),
            Shortage::Beyond { line, left_milli } => Self::ShippedBeyond { line, left_milli },
            Shortage::Nothing => Self::NothingLeft,
        }
    }
}
