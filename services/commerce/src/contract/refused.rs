//! Why something cannot be done to a contract.

use baton_chassis::{Args, Reason, ids::LineId, money::format_quantity, words::Word as _};

use super::State;
use crate::line::Shortage;

/// Why something cannot be done to a contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The firm works without contracts.
    #[error("the firm has contracts switched off")]
    SwitchedOff,
    /// Only a draft can be rewritten or put into force.
    #[error("only a draft can be changed like this; the contract is {}", .0.as_str())]
    NotDraft(State),
    /// Only a contract in force can be ordered from or fulfilled.
    #[error("the contract must be in force for this; it is {}", .0.as_str())]
    NotActive(State),
    /// It is over.
    #[error("the contract is over: {}", .0.as_str())]
    Over(State),
    /// It has no lines.
    #[error("a contract without lines cannot come into force")]
    NoLines,
    /// Its last day comes before its first.
    #[error("the contract ends before it begins")]
    Reversed,
    /// Some of it was never ordered.
    #[error("not everything in the contract was ordered")]
    NotAllOrdered,
    /// Orders of it are still open.
    #[error("{0} orders of the contract are still open")]
    OrdersOpen(i64),
    /// It has no such line.
    #[error("the contract has no line {0}")]
    LineUnknown(LineId),
    /// More was asked for than was contracted and not yet ordered.
    #[error("only {} of {line} is left to order", format_quantity(*.left_milli))]
    OrderedBeyond {
        /// What the line says is sold.
        line: String,
        /// What is left of it, in thousandths.
        left_milli: i64,
    },
    /// Everything was ordered already.
    #[error("everything in the contract was ordered already")]
    NothingLeft,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::SwitchedOff => "CONTRACTS_SWITCHED_OFF",
            Self::NotDraft(_) => "CONTRACT_NOT_DRAFT",
            Self::NotActive(_) => "CONTRACT_NOT_ACTIVE",
            Self::Over(_) => "CONTRACT_OVER",
            Self::NoLines => "CONTRACT_WITHOUT_LINES",
            Self::Reversed => "CONTRACT_DATES_REVERSED",
            Self::NotAllOrdered => "CONTRACT_NOT_ALL_ORDERED",
            Self::OrdersOpen(_) => "CONTRACT_ORDERS_OPEN",
            Self::LineUnknown(_) => "CONTRACT_LINE_UNKNOWN",
            Self::OrderedBeyond { .. } => "ORDERED_BEYOND_CONTRACT",
            Self::NothingLeft => "CONTRACT_NOTHING_LEFT",
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::NotDraft(state) | Self::NotActive(state) | Self::Over(state) => {
                vec![("state", state.as_str().to_owned())]
            }
            Self::OrdersOpen(count) => vec![("count", count.to_string())],
            Self::LineUnknown(line) => vec![("line", line.to_string())],
            Self::OrderedBeyond { line, left_milli } => {
                vec![
                    ("line", line.clone()),
                    ("left", format_quantity(*left_milli)),
                ]
            }
            Self::SwitchedOff
            | Self::NoLines
            | Self::Reversed
            | Self::NotAllOrdered
            | Self::NothingLeft => Args::new(),
        }
    }
}

impl From<Shortage> for Refused {
    fn from(shortage: Shortage) -> Self {
        match shortage {
            Shortage::Unknown(line) => Self::LineUnknown(line),
            Shortage::Beyond { line, left_milli } => Self::OrderedBeyond { line, left_milli },
            Shortage::Nothing => Self::NothingLeft,
        }
    }
}
