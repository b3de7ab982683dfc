//! From what a request asks for to the lines of a document: what the request leaves out, the catalogue says.

use std::collections::HashMap;

use baton_chassis::{
    Violation, Violations,
    ids::{LineId, ProductId},
    money,
    wire::AMOUNT_MINOR_MAX,
};

use crate::{
    line::{self, Line},
    product::{Product, State},
};

/// A line as a request asks for it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The product; none for something that is not in the catalogue.
    pub product: Option<ProductId>,
    /// What is sold; empty for the name of the product.
    pub description: String,
    /// What is counted; empty for the unit of the product.
    pub unit: String,
    /// How much, in thousandths.
    pub quantity_milli: i64,
    /// Price of one unit; none for the list price of the product.
    pub price: Option<Price>,
    /// Discount in hundredths of a percent.
    pub discount_bp: i32,
}

/// A price as a request states it.
#[derive(Clone, Debug)]
pub struct Price {
    /// Its currency; empty for that of the document.
    pub currency: String,
    /// Whole minor units.
    pub amount_minor: i64,
}

/// What the lines of one document are priced by.
#[derive(Debug)]
pub struct Pricing<'p> {
    /// Currency of the document.
    pub currency: &'p str,
    /// The products that the lines name, as far as they exist.
    pub products: &'p HashMap<ProductId, Product>,
    /// Whether products out of sale may be named: a deal that was won is kept to.
    pub discontinued: bool,
}

impl Pricing<'_> {
    /// Prices all lines of a document; `field` is where the request has them. What is wrong with them is noted.
    pub fn lines(
        &self,
        v: &mut Violations,
        field: &str,
        wanted: &[Wanted],
        mut new_id: impl FnMut() -> LineId,
    ) -> Vec<Line> {
        let lines = wanted
            .iter()
            .enumerate()
            .filter_map(|(n, wanted)| self.line(v, &format!("{field}[{n}]"), wanted, new_id()));
        let lines: Vec<Line> = lines.collect();
        if line::total(&lines) > AMOUNT_MINOR_MAX {
            v.add(field, "LINE_AMOUNT_TOO_LARGE");
        }
        lines
    }

    fn line(&self, v: &mut Violations, field: &str, wanted: &Wanted, id: LineId) -> Option<Line> {
        let product = match wanted.product {
            None => None,
            Some(product) => Some(self.product(v, field, product)?),
        };
        let named = |asked: &str, known: Option<&String>| match asked {
            "" => known.cloned().unwrap_or_default(),
            asked => asked.to_owned(),
        };
        let unit_price_minor = self.unit_price_minor(v, field, wanted, product)?;
        let amount =
            money::line_amount(unit_price_minor, wanted.quantity_milli, wanted.discount_bp);
        let Some(amount_minor) = amount.filter(|a| *a <= AMOUNT_MINOR_MAX) else {
            v.add(field, "LINE_AMOUNT_TOO_LARGE");
            return None;
        };
        Some(Line {
            id,
            product: wanted.product,
            description: named(&wanted.description, product.map(|p| &p.head.name)),
            unit: named(&wanted.unit, product.map(|p| &p.head.unit)),
            quantity_milli: wanted.quantity_milli,
            unit_price_minor,
            discount_bp: wanted.discount_bp,
            amount_minor,
            done_milli: 0,
            called_off_milli: 0,
            drawn_from: None,
        })
    }

    fn product(&self, v: &mut Violations, field: &str, id: ProductId) -> Option<&Product> {
        let product = self.products.get(&id);
        match product {
            None => v.add(format!("{field}.product_id"), "REFERENCE_NOT_FOUND"),
            Some(p) if p.state == State::Discontinued && !self.discontinued => {
                v.add(format!("{field}.product_id"), "PRODUCT_DISCONTINUED");
            }
            Some(_) => {}
        }
        product
    }

    fn unit_price_minor(
        &self,
        v: &mut Violations,
        field: &str,
        wanted: &Wanted,
        product: Option<&Product>,
    ) -> Option<i64> {
        let differs = |field: String| {
            Violation::new(field, "LINE_CURRENCY_DIFFERS").with("currency", self.currency)
        };
        match (&wanted.price, product.map(|p| &p.head)) {
            (Some(price), _) if price.currency.is_empty() || price.currency == self.currency => {
                return Some(price.amount_minor);
            }
            (Some(_), _) => v.push(differs(format!("{field}.unit_price.currency_code"))),
            (None, Some(head)) if head.currency == self.currency => {
                return Some(head.list_price_minor);
            }
            (None, Some(_)) => v.push(differs(format!("{field}.unit_price"))),
            (None, None) => v.add(format!("{field}.unit_price"), "REQUIRED"),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use baton_chassis::{Error, Source, Time};
    use uuid::Uuid;

    use super::*;
    use crate::product::Head;

    fn product(n: u128, currency: &str, state: State) -> Product {
        let head = Head {
            name: format!("product {n}"),
            product_line: String::new(),
            unit: "box".into(),
            currency: currency.into(),
            list_price_minor: 250,
        };
        let id = Uuid::from_u128(n).into();
        Product {
            state,
            ..Product::new(id, n.to_string(), head, Source::direct(), Time::UNIX_EPOCH)
        }
    }

    /// Two boxes of product `n`, everything else left to the catalogue.
    fn of_product(n: u128) -> Wanted {
        Wanted {
            product: Some(Uuid::from_u128(n).into()),
            description: String::new(),
            unit: String::new(),
            quantity_milli: 2_000,
            price: None,
            discount_bp: 0,
        }
    }

    fn price(currency: &str, amount_minor: i64) -> Price {
        Price {
            currency: currency.into(),
            amount_minor,
        }
    }

    /// Product 1 is on sale, 2 is out of sale, 3 is listed in another currency.
    fn priced(
        wanted: &[Wanted],
        discontinued: bool,
    ) -> Result<Vec<Line>, Vec<(String, &'static str)>> {
        let catalogue = [
            product(1, "CNY", State::Active),
            product(2, "CNY", State::Discontinued),
            product(3, "USD", State::Active),
        ];
        let products = catalogue.map(|p| (p.id, p)).into();
        let pricing = Pricing {
            currency: "CNY",
            products: &products,
            discontinued,
        };
        let mut v = Violations::new();
        let lines = pricing.lines(&mut v, "lines", wanted, || Uuid::nil().into());
        match v.done() {
            Ok(()) => Ok(lines),
            Err(Error::Invalid(told)) => {
                Err(told.into_iter().map(|v| (v.field, v.reason)).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_catalogue_says_what_the_request_leaves_out() {
        let [line] = &priced(&[of_product(1)], false).unwrap()[..] else {
            panic!("one line")
        };
        assert_eq!(
            (line.description.as_str(), line.unit.as_str()),
            ("product 1", "box")
        );
        assert_eq!((line.unit_price_minor, line.amount_minor), (250, 500));
    }

    #[test]
    fn what_the_request_says_stands() {
        let own = Wanted {
            description: "Box, blue".into(),
            unit: "pallet".into(),
            price: Some(price("", 1_000)),
            discount_bp: 2_500,
            ..of_product(1)
        };
        let [line] = &priced(&[own], false).unwrap()[..] else {
            panic!("one line")
        };
        assert_eq!(
            (line.description.as_str(), line.unit.as_str()),
            ("Box, blue", "pallet")
        );
        assert_eq!((line.unit_price_minor, line.amount_minor), (1_000, 1_500));
    }

    #[test]
    fn everything_that_is_wrong_with_the_lines_is_told_at_once() {
        let free = Wanted {
            product: None,
            ..of_product(1)
        };
        let huge = Wanted {
            price: Some(price("CNY", i64::MAX)),
            ..of_product(1)
        };
        let dollars = Wanted {
            price: Some(price("USD", 1)),
            ..of_product(1)
        };
        let lines = [
            of_product(9),
            of_product(2),
            of_product(3),
            free,
            huge,
            dollars,
        ];
        let told = priced(&lines, false).unwrap_err();
        let told: Vec<_> = told
            .iter()
            .map(|(field, reason)| (field.as_str(), *reason))
            .collect();
        assert_eq!(
            told,
            [
                ("lines[0].product_id", "REFERENCE_NOT_FOUND"),
                ("lines[1].product_id", "PRODUCT_DISCONTINUED"),
                ("lines[2].unit_price", "LINE_CURRENCY_DIFFERS"),
                ("lines[3].unit_price", "REQUIRED"),
                ("lines[4]", "LINE_AMOUNT_TOO_LARGE"),
                ("lines[5].unit_price.currency_code", "LINE_CURRENCY_DIFFERS"),
            ]
        );
    }

    #[test]
    fn all_lines_together_are_held_below_the_same_bound() {
        let most = Wanted {
            price: Some(price("CNY", AMOUNT_MINOR_MAX / 2)),
            ..of_product(1)
        };
        assert!(priced(std::slice::from_ref(&most), false).is_ok());
        assert_eq!(
            priced(&[most.clone(), most], false),
            Err(vec![("lines".to_owned(), "LINE_AMOUNT_TOO_LARGE")])
        );
    }

    #[test]
    fn a_won_deal_may_name_what_has_gone_out_of_sale_since() {
        assert!(priced(&[of_product(2)], true).is_ok());
    }
}
