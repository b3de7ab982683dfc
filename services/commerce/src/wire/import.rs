//! Rows of other systems as products.

use baton_chassis::{Violation, Violations, import};
use baton_proto::commerce::v1 as pb;

use super::product::{NAME_MAX, PRODUCT_LINE_MAX, SKU_MAX, UNIT_MAX, list_price};
use crate::product::{Head, Product};

/// Reads a row as its product is to be after it: SKU and head. What the row leaves empty stays as it is in `before`,
/// the product that was made of it earlier; `currency` is the firm's.
pub fn row(
    v: &mut Violations,
    row: &pb::ProductRow,
    before: Option<&Product>,
    currency: &str,
) -> (String, Head) {
    import::external_id(v, &row.external_id);
    let mut head = before.map_or_else(
        || Head {
            name: String::new(),
            product_line: String::new(),
            unit: String::new(),
            currency: currency.to_owned(),
            list_price_minor: 0,
        },
        |product| product.head.clone(),
    );
    if before.is_none() || !row.name.is_empty() {
        head.name = v.text("name", &row.name, 1..=NAME_MAX);
    }
    if !row.product_line.is_empty() {
        head.product_line = v.optional_text("product_line", &row.product_line, PRODUCT_LINE_MAX);
    }
    if !row.unit.is_empty() {
        head.unit = v.optional_text("unit", &row.unit, UNIT_MAX);
    }
    if row.list_price.is_some() {
        (head.currency, head.list_price_minor) =
            list_price(v, "list_price", row.list_price.as_ref(), currency);
    }
    (sku(v, row, before), head)
}

fn sku(v: &mut Violations, row: &pb::ProductRow, before: Option<&Product>) -> String {
    match (before, row.sku.trim()) {
        (None, "") => v.text("sku", &row.external_id, 1..=SKU_MAX),
        (None, sku) => v.text("sku", sku, 1..=SKU_MAX),
        (Some(product), sku) => {
            if !sku.is_empty() && sku != product.sku {
                v.push(Violation::new("sku", "SKU_FIXED").with("sku", &product.sku));
            }
            product.sku.clone()
        }
    }
}
