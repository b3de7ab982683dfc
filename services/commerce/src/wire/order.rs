//! Orders as messages.

use baton_chassis::{
    Date, Result, Violations,
    money::format_quantity,
    search::Query,
    wire::{AMOUNT_MINOR_MAX, date_text, etag, id_text, money, timestamp},
    words::Word as _,
};
use baton_proto::commerce::v1 as pb;

use super::{Document, NOTE_MAX, TITLE_MAX, came_from, document, erp, given, line, note};
use crate::{
    line::Part,
    order::{
        Bill, CallOff, CalledOff, CancellationReason, Dispatch, Head, Invoice, Order, Payment,
        Receipt, Shipment, State,
    },
    store::order::Filter,
};

/// Longest name of a carrier, number of a consignment, reference of a payment.
pub(super) const REFERENCE_MAX: usize = 100;
/// Longest number of an invoice.
pub(super) const INVOICE_NUMBER_MAX: usize = 64;
/// Longest tax id.
pub(super) const TAX_ID_MAX: usize = 32;

/// A new order.
#[derive(Clone, Debug)]
pub struct New {
    /// What it says like a contract.
    pub document: Document,
    /// Day the customer wants it.
    pub requested_date: Option<Date>,
    /// Anything that who carries it out should know.
    pub note: String,
}

/// Reads a new order.
pub fn new(request: &pb::CreateOrderRequest) -> Result<New> {
    let mut violations = Violations::new();
    let v = &mut violations;
    let asked = request.order.clone().unwrap_or_default();
    let new = New {
        document: document!(v, "order", asked),
        requested_date: v.optional_date("order.requested_date", &asked.requested_date),
        note: v.optional_text("order.note", &asked.note, NOTE_MAX),
    };
    if new.document.source.kind == baton_chassis::SourceKind::Contract {
        v.add("order.source.kind", "ORDER_IS_DRAWN_FROM_CONTRACT");
    }
    violations.done()?;
    Ok(new)
}

/// Reads a change of an order onto its head.
pub fn change(request: &pb::UpdateOrderRequest, head: &mut Head) -> Result<()> {
    let mut v = Violations::new();
    let asked = request.order.clone().unwrap_or_default();
    let fields = [
        "title",
        "requested_date",
        "note",
        "owner_id",
        "territory_id",
    ];
    let mask = v.mask(request.update_mask.as_ref(), &fields);
    if mask.has("title") {
        head.title = v.text("order.title", &asked.title, 1..=TITLE_MAX);
    }
    if mask.has("requested_date") {
        head.requested_date = v.optional_date("order.requested_date", &asked.requested_date);
    }
    if mask.has("note") {
        head.note = v.optional_text("order.note", &asked.note, NOTE_MAX);
    }
    if mask.has("owner_id") {
        head.owner = v.id("order.owner_id", &asked.owner_id);
    }
    if mask.has("territory_id") {
        head.territory = v.optional_id("order.territory_id", &asked.territory_id);
    }
    v.done()
}

/// Reads what is shipped: how much of which line, and how. Without a day it is `today`.
pub fn dispatch(request: &pb::ShipOrderRequest, today: Date) -> Result<(Vec<Part>, Dispatch)> {
    let mut v = Violations::new();
    let parts = line::parts(&mut v, &request.lines);
    let dispatch = Dispatch {
        ship_date: v
            .optional_date("ship_date", &request.ship_date)
            .unwrap_or(today),
        carrier: v.optional_text("carrier", &request.carrier, REFERENCE_MAX),
        tracking_number: v.optional_text(
            "tracking_number",
            &request.tracking_number,
            REFERENCE_MAX,
        ),
    };
    v.done()?;
    Ok((parts, dispatch))
}

/// Reads what an invoice says of itself. Without a day it is `today`.
pub fn bill(request: &pb::InvoiceOrderRequest, today: Date) -> Result<Bill> {
    let mut v = Violations::new();
    let bill = Bill {
        number: v.text("number", &request.number, 1..=INVOICE_NUMBER_MAX),
        tax_id: v.optional_text("tax_id", &request.tax_id, TAX_ID_MAX),
        invoice_date: v
            .optional_date("invoice_date", &request.invoice_date)
            .unwrap_or(today),
    };
    v.done()?;
    Ok(bill)
}

/// Reads money that came in: its currency, and what is known of it. Without a day it is `today`.
pub fn receipt(request: &pb::RecordPaymentRequest, today: Date) -> Result<(String, Receipt)> {
    let mut v = Violations::new();
    let amount = request.amount.as_ref();
    if amount.is_none() {
        v.add("amount", "REQUIRED");
    }
    let paid =
        amount.map(|a| v.in_range("amount.amount_minor", a.amount_minor, 1..=AMOUNT_MINOR_MAX));
    let currency = amount.map(|a| v.currency("amount.currency_code", &a.currency_code));
    let receipt = Receipt {
        amount_minor: paid.unwrap_or_default(),
        payment_date: v
            .optional_date("payment_date", &request.payment_date)
            .unwrap_or(today),
        reference: v.optional_text("reference", &request.reference, REFERENCE_MAX),
    };
    v.done()?;
    Ok((currency.unwrap_or_default(), receipt))
}

/// Reads why an order, or the rest of it, is called off.
pub fn cancellation(reason: i32, said: &str) -> Result<(CancellationReason, String)> {
    let mut v = Violations::new();
    let reason = v.choice("reason", reason, CancellationReason::numbered);
    let needed = reason == Some(CancellationReason::Other);
    let note = note(&mut v, "note", said, needed);
    v.done()?;
    Ok((reason.unwrap_or(CancellationReason::Other), note))
}

/// Reads which orders are asked for.
pub fn filter(request: &pb::ListOrdersRequest) -> Result<(Filter, Option<Query>)> {
    let mut v = Violations::new();
    let filter = Filter {
        state: v.optional_choice("state", request.state, State::numbered),
        owner: v.optional_id("owner_id", &request.owner_id),
        party: v.optional_id("party_id", &request.party_id),
        source: given(&request.source_id),
        differs: request.differs.then_some(true),
    };
    let query = v.optional_query("query", &request.query);
    v.done()?;
    Ok((filter, query))
}

/// Writes an order.
pub fn order(order: &Order) -> pb::Order {
    let (currency, head) = (&order.currency, order.head.clone());
    pb::Order {
        id: order.id.to_string(),
        number: order.number.clone(),
        title: head.title,
        party_id: order.party.to_string(),
        source: Some(came_from(order.source_kind, &order.source_id)),
        owner_id: head.owner.to_string(),
        territory_id: id_text(head.territory),
        state: order.state.number(),
        currency_code: currency.clone(),
        total: Some(money(currency, order.total_minor)),
        paid: Some(money(currency, order.paid_minor)),
        lines: line::of_order(currency, &order.lines),
        requested_date: date_text(head.requested_date),
        note: head.note,
        shipments: order.shipments.iter().map(shipment).collect(),
        invoices: order
            .invoices
            .iter()
            .map(|i| invoice(currency, i))
            .collect(),
        payments: order
            .payments
            .iter()
            .map(|p| payment(currency, p))
            .collect(),
        cancellation_reason: order
            .cancellation_reason
            .map_or(0, CancellationReason::number),
        cancellation_note: order.cancellation_note.clone(),
        confirm_time: order.confirmed_at.map(timestamp),
        end_time: order.ended_at.map(timestamp),
        etag: etag(order.version),
        create_time: Some(timestamp(order.created_at)),
        update_time: Some(timestamp(order.updated_at)),
        call_offs: order.call_offs.iter().map(call_off).collect(),
        erp_document: erp::document(&order.acceptance),
        erp_number: order.erp_number.clone(),
        differs: order.differs,
        differences: order.differences().iter().map(|d| d.number()).collect(),
    }
}

fn shipment(shipment: &Shipment) -> pb::Shipment {
    let dispatch = shipment.dispatch.clone();
    pb::Shipment {
        id: shipment.id.to_string(),
        number: shipment.number.clone(),
        lines: line::quantities(&shipment.parts),
        ship_date: dispatch.ship_date.to_string(),
        carrier: dispatch.carrier,
        tracking_number: dispatch.tracking_number,
        create_time: Some(timestamp(shipment.created_at)),
        erp_document: erp::document(&shipment.origin),
    }
}

fn invoice(currency: &str, invoice: &Invoice) -> pb::Invoice {
    let bill = invoice.bill.clone();
    pb::Invoice {
        id: invoice.id.to_string(),
        number: bill.number,
        tax_id: bill.tax_id,
        invoice_date: bill.invoice_date.to_string(),
        amount: Some(money(currency, invoice.amount_minor)),
        create_time: Some(timestamp(invoice.created_at)),
        erp_document: erp::document(&invoice.origin),
    }
}

fn payment(currency: &str, payment: &Payment) -> pb::Payment {
    let receipt = payment.receipt.clone();
    pb::Payment {
        id: payment.id.to_string(),
        amount: Some(money(currency, receipt.amount_minor)),
        payment_date: receipt.payment_date.to_string(),
        reference: receipt.reference,
        create_time: Some(timestamp(payment.created_at)),
        erp_document: erp::document(&payment.origin),
    }
}

fn call_off(call_off: &CallOff) -> pb::CallOff {
    let line = |line: &CalledOff| pb::CalledOffLine {
        line_id: line.part.line.to_string(),
        quantity: format_quantity(line.part.quantity_milli),
        note: line.note.clone(),
    };
    pb::CallOff {
        id: call_off.id.to_string(),
        reason: call_off.reason.number(),
        note: call_off.note.clone(),
        rest: call_off.rest,
        lines: call_off.parts.iter().map(line).collect(),
        create_time: Some(timestamp(call_off.created_at)),
        erp_document: erp::document(&call_off.origin),
    }
}
