//! What a deal is about, and what it comes to.

use baton_chassis::{
    ids::{Id, LineId, ProductId},
    money,
};
use serde::Serialize;

/// Lines that a deal has at most.
pub const LINES_MAX: usize = 200;

/// So much of something at a price, in the currency of the deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Item {
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

/// An item as part of a deal; an item that is set again is a new line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Line {
    /// Identity.
    pub id: LineId,
    /// What it says.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub item: Item,
}

impl Item {
    /// Works out what the item comes to; `None` when that is beyond all bounds.
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
}

/// Makes lines of items: those of the `version`th state of a deal.
pub fn lines(deal: impl Id, version: i64, items: Vec<Item>) -> Vec<Line> {
    let deal = deal.into();
    let id = |n: usize| LineId::derive(deal, &format!("line {version} {n}"));
    items
        .into_iter()
        .enumerate()
        .map(|(n, item)| Line { id: id(n), item })
        .collect()
}

/// What items come to together: unknown as long as the price of one of them is.
pub fn total<'a>(items: impl IntoIterator<Item = &'a Item>) -> Option<i64> {
    let amounts = items
        .into_iter()
        .map(|i| i.amount_minor)
        .collect::<Option<Vec<_>>>()?;
    money::sum(amounts)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn item(name: &str, quantity_milli: i64, price: Option<i64>) -> Item {
        Item {
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
    fn a_total_is_the_sum_of_its_items() {
        let items = [
            item("server", 2_000, Some(10_000)),
            item("hours", 1_500, Some(333)),
        ];
        assert_eq!(total(&items), Some(20_500));
    }

    #[test]
    fn a_total_is_unknown_while_one_price_is() {
        assert_eq!(
            total(&[item("server", 1_000, Some(1)), item("hours", 1_000, None)]),
            None
        );
    }

    #[test]
    fn an_amount_beyond_all_bounds_is_no_item() {
        let item = Item {
            unit_price_minor: Some(i64::MAX),
            ..item("server", 2_000, None)
        };
        assert_eq!(item.priced(), None);
    }
}
