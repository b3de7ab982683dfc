//! Rows of other systems as products.

use baton_chassis::{Language, Messages, Result, Violation, Violations};
use baton_proto::commerce::v1 as pb;

use super::product::{NAME_MAX, PRODUCT_LINE_MAX, SKU_MAX, UNIT_MAX, list_price};
use crate::product::{Head, Product};

/// Rows of one request.
const ROWS_MAX: usize = 500;
/// Longest name of a system.
const SYSTEM_MAX: usize = 60;
/// Longest id in another system.
const EXTERNAL_ID_MAX: usize = 200;

/// Reads what concerns the load as a whole: the system that it comes from.
pub fn system(request: &pb::ImportProductsRequest) -> Result<String> {
    let mut v = Violations::new();
    let system = v.text("system", &request.system, 1..=SYSTEM_MAX);
    if request.rows.is_empty() {
        v.add("rows", "REQUIRED");
    }
    if request.rows.len() > ROWS_MAX {
        v.push(Violation::new("rows", "TOO_MANY").with("max", ROWS_MAX));
    }
    v.done()?;
    Ok(system)
}

/// Reads a row as its product is to be after it: SKU and head. What the row leaves empty stays as it is in `before`,
/// the product that was made of it earlier; `currency` is the firm's.
pub fn row(
    v: &mut Violations,
    row: &pb::ProductRow,
    before: Option<&Product>,
    currency: &str,
) -> (String, Head) {
    v.text("external_id", &row.external_id, 1..=EXTERNAL_ID_MAX);
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

/// Writes why a row was refused, for the one who reads it.
pub fn refused(
    row: &pb::ProductRow,
    violations: &[Violation],
    messages: &Messages,
    language: Language,
) -> pb::ImportResult {
    let told = |v: &Violation| pb::RowViolation {
        field: v.field.clone(),
        reason: v.reason.to_owned(),
        message: messages.text(language, v.reason, &v.args),
    };
    pb::ImportResult {
        external_id: row.external_id.clone(),
        outcome: pb::ImportOutcome::Refused.into(),
        id: String::new(),
        violations: violations.iter().map(told).collect(),
    }
}

/// Writes what became of a good row.
pub fn taken(
    row: &pb::ProductRow,
    outcome: pb::ImportOutcome,
    product: Option<&Product>,
) -> pb::ImportResult {
    pb::ImportResult {
        external_id: row.external_id.clone(),
        outcome: outcome.into(),
        id: product.map(|p| p.id.to_string()).unwrap_or_default(),
        violations: Vec::new(),
    }
}
