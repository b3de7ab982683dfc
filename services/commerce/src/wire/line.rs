//! Lines of contracts and orders as messages.

use baton_chassis::{
    Violation, Violations,
    ids::LineId,
    money::format_quantity,
    wire::{AMOUNT_MINOR_MAX, id_text, money},
};
use baton_proto::{commerce::v1 as pb, r#type::v1::Money};

use crate::{
    line::{Line, Part},
    pricing::{Price, Wanted},
};

/// Lines of a document.
const LINES_MAX: usize = 200;
/// Longest description of a line.
const DESCRIPTION_MAX: usize = 200;
/// Longest unit.
const UNIT_MAX: usize = 20;
/// The whole, in hundredths of a percent.
const WHOLE_BP: i32 = 10_000;

/// Reads the lines of a document that is not drawn from a contract.
pub fn wanted(v: &mut Violations, field: &str, lines: &[pb::Line]) -> Vec<Wanted> {
    at_most(v, field, lines.len());
    lines
        .iter()
        .enumerate()
        .map(|(n, line)| one(v, &format!("{field}[{n}]"), line))
        .collect()
}

fn one(v: &mut Violations, field: &str, line: &pb::Line) -> Wanted {
    let product = v.optional_id(&format!("{field}.product_id"), &line.product_id);
    // What is not in the catalogue must be described here.
    let least = usize::from(line.product_id.trim().is_empty());
    if !line.contract_line_id.is_empty() {
        v.add(format!("{field}.contract_line_id"), "LINE_OF_NO_CONTRACT");
    }
    Wanted {
        product,
        description: v.text(
            &format!("{field}.description"),
            &line.description,
            least..=DESCRIPTION_MAX,
        ),
        unit: v.optional_text(&format!("{field}.unit"), &line.unit, UNIT_MAX),
        quantity_milli: v.quantity(&format!("{field}.quantity"), &line.quantity),
        price: line
            .unit_price
            .as_ref()
            .map(|price| unit_price(v, &format!("{field}.unit_price"), price)),
        discount_bp: v.in_range(
            &format!("{field}.discount_bp"),
            line.discount_bp,
            0..=WHOLE_BP,
        ),
    }
}

fn unit_price(v: &mut Violations, field: &str, price: &Money) -> Price {
    let currency = super::currency(v, &format!("{field}.currency_code"), &price.currency_code);
    let amount_minor = v.in_range(
        &format!("{field}.amount_minor"),
        price.amount_minor,
        0..=AMOUNT_MINOR_MAX,
    );
    Price {
        currency: currency.unwrap_or_default(),
        amount_minor,
    }
}

/// Reads the lines of an order that is drawn from a contract: all they say is how much of which line of it.
pub fn drawn(v: &mut Violations, field: &str, lines: &[pb::Line]) -> Vec<Part> {
    at_most(v, field, lines.len());
    let part = |(n, line): (usize, &pb::Line)| Part {
        line: v.id::<LineId>(
            &format!("{field}[{n}].contract_line_id"),
            &line.contract_line_id,
        ),
        quantity_milli: v.quantity(&format!("{field}[{n}].quantity"), &line.quantity),
    };
    lines.iter().enumerate().map(part).collect()
}

/// Reads how much of which line.
pub fn parts(v: &mut Violations, lines: &[pb::LineQuantity]) -> Vec<Part> {
    at_most(v, "lines", lines.len());
    let part = |(n, line): (usize, &pb::LineQuantity)| Part {
        line: v.id::<LineId>(&format!("lines[{n}].line_id"), &line.line_id),
        quantity_milli: v.quantity(&format!("lines[{n}].quantity"), &line.quantity),
    };
    lines.iter().enumerate().map(part).collect()
}

fn at_most(v: &mut Violations, field: &str, lines: usize) {
    if lines > LINES_MAX {
        v.push(Violation::new(field, "TOO_MANY").with("max", LINES_MAX));
    }
}

/// Writes parts of lines.
pub fn quantities(parts: &[Part]) -> Vec<pb::LineQuantity> {
    let quantity = |part: &Part| pb::LineQuantity {
        line_id: part.line.to_string(),
        quantity: format_quantity(part.quantity_milli),
    };
    parts.iter().map(quantity).collect()
}

/// Writes the lines of a contract.
pub fn of_contract(currency: &str, lines: &[Line]) -> Vec<pb::Line> {
    let line = |l: &Line| pb::Line {
        ordered_quantity: format_quantity(l.done_milli),
        ..line(currency, l)
    };
    lines.iter().map(line).collect()
}

/// Writes the lines of an order.
pub fn of_order(currency: &str, lines: &[Line]) -> Vec<pb::Line> {
    let line = |l: &Line| pb::Line {
        shipped_quantity: format_quantity(l.done_milli),
        called_off_quantity: format_quantity(l.called_off_milli),
        ..line(currency, l)
    };
    lines.iter().map(line).collect()
}

fn line(currency: &str, line: &Line) -> pb::Line {
    pb::Line {
        id: line.id.to_string(),
        product_id: id_text(line.product),
        description: line.description.clone(),
        unit: line.unit.clone(),
        quantity: format_quantity(line.quantity_milli),
        unit_price: Some(money(currency, line.unit_price_minor)),
        discount_bp: line.discount_bp,
        amount: Some(money(currency, line.amount_minor)),
        ordered_quantity: String::new(),
        shipped_quantity: String::new(),
        contract_line_id: id_text(line.drawn_from),
        called_off_quantity: String::new(),
    }
}
