//! What a deal is about, and what it comes to.

use baton_chassis::{
    ids::{LineId, ProductId},
    money,
};
use serde::Serialize;

/// Lines that a deal has at most.
pub const LINES_MAX: usize = 200;

/// So much of something at a price, in the currency of the deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Line {
    /// Identity; a line that is set again with another content is a new line.
    pub id: LineId,
    /// Product of the catalogue, if it is one.
    pub product: Option<ProductId>,
    /// What it is, where that is not the product's name.
    pub description: String,
    /// How much of it, in thousandths.
    pub quantity_milli: i64,
    /// Price of one unit before discount; unknown in imported deals only.
    pub unit_price_minor: Option<i64>,
    /// Discount in hundredths of a percent.
    pub discount_bp: i32,
    /// What it comes to; unknown where the price is.
    pub amount_minor: Option<i64>,
}

impl Line {
    /// Works out what the line comes to; `None` when that is beyond all bounds.
    #[must_use]
    pub fn priced(mut self) -> Option<Self> {
        self.amount_minor = match self.unit_price_minor {
            Some(price) => Some(money::line_amount(
                price,
                self.quantity_milli,
                self.discount_bp,
            )?),
            None => None,
        };
        Some(self)
    }

    /// Whether it says the same as another line.
    #[must_use]
    pub fn says(&self, other: &Self) -> bool {
        *self
            == Self {
                id: self.id,
                ..other.clone()
            }
    }
}

/// What lines come to together: unknown as long as the price of one of them is.
#[must_use]
pub fn total(lines: &[Line]) -> Option<i64> {
    let amounts = lines
        .iter()
        .map(|l| l.amount_minor)
        .collect::<Option<Vec<_>>>()?;
    money::sum(amounts)
}

#[cfg(test)]
pub(crate) mod tests {
    use baton_chassis::ids::Id as _;
    use uuid::Uuid;

    use super::*;

    pub(crate) fn line(name: &str, quantity_milli: i64, price: Option<i64>) -> Line {
        Line {
            id: LineId::derive(Uuid::nil(), name),
            product: None,
            description: name.to_owned(),
            quantity_milli,
            unit_price_minor: price,
            discount_bp: 0,
            amount_minor: None,
        }
        .priced()
        .unwrap()
    }

    #[test]
    fn a_total_is_the_sum_of_its_lines() {
        let lines = [
            line("server", 2_000, Some(10_000)),
            line("hours", 1_500, Some(333)),
        ];
        assert_eq!(total(&lines), Some(20_500));
    }

    #[test]
    fn a_total_is_unknown_while_one_price_is() {
        assert_eq!(
            total(&[line("server", 1_000, Some(1)), line("hours", 1_000, None)]),
            None
        );
    }

    #[test]
    fn an_amount_beyond_all_bounds_is_no_line() {
        let line = Line {
            unit_price_minor: Some(i64::MAX),
            ..line("server", 2_000, None)
        };
        assert_eq!(line.priced(), None);
    }

    #[test]
    fn lines_say_the_same_whatever_their_ids() {
        let one = line("server", 1_000, Some(5));
        let two = Line {
            id: LineId::derive(Uuid::nil(), "another"),
            ..one.clone()
        };
        assert!(one.says(&two));
        assert!(!one.says(&line("server", 2_000, Some(5))));
    }
}
