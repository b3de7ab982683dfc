//! Products as messages.

use baton_chassis::{
    Result, Violations,
    search::Query,
    wire::{AMOUNT_MINOR_MAX, etag, money, timestamp},
    words::Word as _,
};
use baton_proto::{commerce::v1 as pb, r#type::v1::Money};

use super::{came_from, given};
use crate::{
    product::{Head, Product, State},
    store::product::Filter,
};

/// Longest SKU.
pub const SKU_MAX: usize = 64;
/// Longest name.
pub const NAME_MAX: usize = 200;
/// Longest name of a product line.
pub const PRODUCT_LINE_MAX: usize = 100;
/// Longest unit.
pub const UNIT_MAX: usize = 20;

/// Reads a new product: its SKU and its head. A price without a currency is in `currency`, the firm's.
pub fn new(request: &pb::CreateProductRequest, currency: &str) -> Result<(String, Head)> {
    let mut v = Violations::new();
    let asked = request.product.clone().unwrap_or_default();
    let sku = v.text("product.sku", &asked.sku, 1..=SKU_MAX);
    let mut head = Head {
        name: v.text("product.name", &asked.name, 1..=NAME_MAX),
        product_line: v.optional_text(
            "product.product_line",
            &asked.product_line,
            PRODUCT_LINE_MAX,
        ),
        unit: v.optional_text("product.unit", &asked.unit, UNIT_MAX),
        currency: String::new(),
        list_price_minor: 0,
    };
    let price = asked.list_price.as_ref();
    (head.currency, head.list_price_minor) =
        list_price(&mut v, "product.list_price", price, currency);
    v.done()?;
    Ok((sku, head))
}

/// Reads a list price: its currency, `currency` if it says none, and its amount.
pub fn list_price(
    v: &mut Violations,
    field: &str,
    price: Option<&Money>,
    currency: &str,
) -> (String, i64) {
    let Some(price) = price else {
        v.add(field, "REQUIRED");
        return Default::default();
    };
    let stated = super::currency(v, &format!("{field}.currency_code"), &price.currency_code);
    let amount_minor = v.in_range(
        &format!("{field}.amount_minor"),
        price.amount_minor,
        0..=AMOUNT_MINOR_MAX,
    );
    (stated.unwrap_or_else(|| currency.to_owned()), amount_minor)
}

/// Reads a change of a product onto its head.
pub fn change(request: &pb::UpdateProductRequest, currency: &str, head: &mut Head) -> Result<()> {
    let mut v = Violations::new();
    let asked = request.product.clone().unwrap_or_default();
    let fields = ["name", "product_line", "unit", "list_price"];
    let mask = v.mask(request.update_mask.as_ref(), &fields);
    if mask.has("name") {
        head.name = v.text("product.name", &asked.name, 1..=NAME_MAX);
    }
    if mask.has("product_line") {
        head.product_line = v.optional_text(
            "product.product_line",
            &asked.product_line,
            PRODUCT_LINE_MAX,
        );
    }
    if mask.has("unit") {
        head.unit = v.optional_text("product.unit", &asked.unit, UNIT_MAX);
    }
    if mask.has("list_price") {
        let price = asked.list_price.as_ref();
        (head.currency, head.list_price_minor) =
            list_price(&mut v, "product.list_price", price, currency);
    }
    v.done()
}

/// Reads which products are asked for.
pub fn filter(request: &pb::ListProductsRequest) -> Result<(Filter, Option<Query>)> {
    let mut v = Violations::new();
    let filter = Filter {
        state: v.optional_choice("state", request.state, State::numbered),
        product_line: given(&request.product_line),
        sku: given(&request.sku),
    };
    let query = v.optional_query("query", &request.query);
    v.done()?;
    Ok((filter, query))
}

/// Writes a product.
pub fn product(product: &Product) -> pb::Product {
    let head = product.head.clone();
    pb::Product {
        id: product.id.to_string(),
        sku: product.sku.clone(),
        name: head.name,
        product_line: head.product_line,
        unit: head.unit,
        list_price: Some(money(&head.currency, head.list_price_minor)),
        state: product.state.number(),
        source: Some(came_from(product.source_kind, &product.source_id)),
        etag: etag(product.version),
        create_time: Some(timestamp(product.created_at)),
        update_time: Some(timestamp(product.updated_at)),
    }
}
