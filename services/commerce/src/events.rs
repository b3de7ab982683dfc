//! What commerce says: each domain event as the fact that others read.

use baton_chassis::{
    Source, SourceKind,
    act::Said,
    handoff::Handoff,
    ids::{LineId, MemberId},
    money::format_quantity,
    wire::{date_text, id_text, money, source, timestamp},
    words::Word as _,
};
use baton_proto::{commerce::v1 as pb, r#type::v1::Subject};

use uuid::Uuid;

use crate::{
    contract::{self, Contract, ContractEvent},
    line::{self, Line, Part},
    order::{self, Invoice, Order, OrderEvent, Payment, Shipment, State},
    product::{Product, ProductEvent},
    wire::erp::document,
};

fn came_from(kind: SourceKind, id: &str) -> baton_proto::r#type::v1::Source {
    source(&Source {
        kind,
        id: id.to_owned(),
    })
}

/// So much of each line, at what that comes to.
fn line_facts<'a>(
    currency: &str,
    lines: impl IntoIterator<Item = (&'a Line, i64)>,
) -> Vec<pb::LineFact> {
    let fact = |(line, quantity_milli): (&Line, i64)| pb::LineFact {
        line_id: line.id.to_string(),
        product_id: id_text(line.product),
        quantity: format_quantity(quantity_milli),
        amount: Some(money(
            currency,
            line.portion(line.id, quantity_milli).amount_minor,
        )),
    };
    lines.into_iter().map(fact).collect()
}

fn whole(lines: &[Line]) -> impl Iterator<Item = (&Line, i64)> {
    lines.iter().map(|line| (line, line.quantity_milli))
}

fn parts<'a>(
    lines: &'a [Line],
    parts: &'a [Part],
) -> impl Iterator<Item = (&'a Line, i64)> + use<'a> {
    let line = |part: &'a Part| lines.iter().find(move |line| line.id == part.line);
    parts
        .iter()
        .filter_map(move |part| Some((line(part)?, part.quantity_milli)))
}

// --- products

fn product_subject(product: &Product) -> Subject {
    Subject {
        kind: "PRODUCT".into(),
        id: product.id.to_string(),
        number: product.sku.clone(),
        state: product.state.as_str().into(),
        source: Some(came_from(product.source_kind, &product.source_id)),
        title: product.head.name.clone(),
        owner_id: String::new(),
        territory_id: String::new(),
        version: product.version,
        amount: None,
    }
}

/// An event of a product.
pub fn product(product: &Product, event: &ProductEvent) -> Said {
    let (subject, head) = (Some(product_subject(product)), product.head.clone());
    let list_price = Some(money(&head.currency, head.list_price_minor));
    match event {
        ProductEvent::Created => Said::of(&pb::ProductCreated {
            subject,
            sku: product.sku.clone(),
            product_line: head.product_line,
            list_price,
        }),
        ProductEvent::Updated { before } => Said::of(&pb::ProductUpdated {
            subject,
            old_name: before.name.clone(),
            name: head.name,
            old_product_line: before.product_line.clone(),
            product_line: head.product_line,
            old_unit: before.unit.clone(),
            unit: head.unit,
            old_list_price: Some(money(&before.currency, before.list_price_minor)),
            list_price,
        }),
        ProductEvent::Discontinued => Said::of(&pb::ProductDiscontinued { subject }),
        ProductEvent::Reinstated => Said::of(&pb::ProductReinstated { subject }),
    }
}

// --- contracts

pub(crate) fn contract_subject(contract: &Contract) -> Subject {
    Subject {
        kind: "CONTRACT".into(),
        id: contract.id.to_string(),
        number: contract.number.clone(),
        state: contract.state.as_str().into(),
        source: Some(came_from(contract.source_kind, &contract.source_id)),
        title: contract.head.title.clone(),
        owner_id: contract.head.owner.to_string(),
        territory_id: id_text(contract.head.territory),
        version: contract.version,
        amount: Some(money(&contract.currency, contract.total_minor)),
    }
}

/// An event of a contract.
pub fn contract(contract: &Contract, event: &ContractEvent) -> Said {
    let subject = Some(contract_subject(contract));
    let total = Some(money(&contract.currency, contract.total_minor));
    match event {
        ContractEvent::Created => Said::of(&pb::ContractCreated {
            subject,
            party_id: contract.party.to_string(),
            total,
            lines: line_facts(&contract.currency, whole(&contract.lines)),
        }),
        ContractEvent::Updated { before } => contract_updated(subject, before, &contract.head),
        ContractEvent::LinesSet { before } => Said::of(&pb::ContractLinesSet {
            subject,
            old_total: Some(money(&contract.currency, line::total(before))),
            total,
            old_lines: line_facts(&contract.currency, whole(before)),
            lines: line_facts(&contract.currency, whole(&contract.lines)),
        }),
        ContractEvent::Activated => Said::of(&pb::ContractActivated { subject, total }),
        ContractEvent::Drawn { order, lines } => Said::of(&pb::ContractDrawn {
            subject,
            order_id: order.to_string(),
            ordered: ordered(contract, lines),
        }),
        ContractEvent::GivenBack { order, lines } => Said::of(&pb::ContractGivenBack {
            subject,
            order_id: order.to_string(),
            ordered: ordered(contract, lines),
        }),
        ContractEvent::Fulfilled => Said::of(&pb::ContractFulfilled { subject }),
        ContractEvent::Terminated { before, reason } => Said::of(&pb::ContractTerminated {
            subject,
            old_state: before.as_str().into(),
            reason: reason.as_str().into(),
        }),
    }
}

fn contract_updated(
    subject: Option<Subject>,
    before: &contract::Head,
    after: &contract::Head,
) -> Said {
    Said::of(&pb::ContractUpdated {
        subject,
        old_title: before.title.clone(),
        title: after.title.clone(),
        old_owner_id: before.owner.to_string(),
        owner_id: after.owner.to_string(),
        old_territory_id: id_text(before.territory),
        territory_id: id_text(after.territory),
        old_start_date: date_text(before.start_date),
        start_date: date_text(after.start_date),
        old_end_date: date_text(before.end_date),
        end_date: date_text(after.end_date),
    })
}

/// What orders have now taken of the lines that were touched.
fn ordered(contract: &Contract, touched: &[LineId]) -> Vec<pb::LineFact> {
    let lines = contract
        .lines
        .iter()
        .filter(|line| touched.contains(&line.id));
    line_facts(
        &contract.currency,
        lines.map(|line| (line, line.done_milli)),
    )
}

// --- orders

pub(crate) fn order_subject(order: &Order) -> Subject {
    Subject {
        kind: "ORDER".into(),
        id: order.id.to_string(),
        number: order.number.clone(),
        state: order.state.as_str().into(),
        source: Some(came_from(order.source_kind, &order.source_id)),
        title: order.head.title.clone(),
        owner_id: order.head.owner.to_string(),
        territory_id: id_text(order.head.territory),
        version: order.version,
        amount: Some(money(&order.currency, order.total_minor)),
    }
}

/// An event of an order.
pub fn order(order: &Order, event: &OrderEvent) -> Said {
    let subject = Some(order_subject(order));
    let total = Some(money(&order.currency, order.total_minor));
    let party_id = order.party.to_string();
    let lines = || line_facts(&order.currency, whole(&order.lines));
    match event {
        OrderEvent::Created => Said::of(&pb::OrderCreated {
            subject,
            party_id,
            total,
            lines: lines(),
        }),
        OrderEvent::Updated { before } => order_updated(subject, before, &order.head),
        OrderEvent::LinesSet { before } => lines_set(order, subject, before),
        OrderEvent::Confirmed(handoff) => Said::of(&pb::OrderConfirmed {
            subject,
            party_id,
            total,
            lines: lines(),
            handoff_id: handoff.to_string(),
        }),
        OrderEvent::Accepted(handoff) => Said::of(&pb::OrderAccepted {
            subject,
            handoff_id: id_text(*handoff),
            erp_document: document(&order.acceptance),
        }),
        OrderEvent::Rejected {
            handoff,
            reason,
            origin,
        } => Said::of(&pb::OrderRejected {
            subject,
            handoff_id: handoff.to_string(),
            reason: reason.clone(),
            erp_document: document(origin),
        }),
        OrderEvent::Escalated(handoff) => escalated(subject, handoff),
        OrderEvent::Shipped { before, shipment } => shipped(order, subject, *before, shipment),
        OrderEvent::Invoiced(invoice) => invoiced(order, subject, invoice),
        OrderEvent::PaymentRecorded(payment) => paid(order, subject, payment),
        OrderEvent::Closed => Said::of(&pb::OrderClosed { subject }),
        OrderEvent::Cancelled {
            before,
            reason,
            origin,
        } => Said::of(&pb::OrderCancelled {
            subject,
            old_state: before.as_str().into(),
            reason: reason.as_str().into(),
            erp_document: document(origin),
        }),
        OrderEvent::CalledOff {
            before,
            reason,
            old_total_minor,
            origin,
        } => Said::of(&pb::OrderCalledOff {
            subject,
            old_state: before.as_str().into(),
            reason: reason.as_str().into(),
            called_off: line_facts(&order.currency, called_off(&order.lines)),
            old_total: Some(money(&order.currency, *old_total_minor)),
            total,
            erp_document: document(origin),
        }),
    }
}

fn lines_set(order: &Order, subject: Option<Subject>, before: &[Line]) -> Said {
    Said::of(&pb::OrderLinesSet {
        subject,
        old_total: Some(money(&order.currency, line::total(before))),
        total: Some(money(&order.currency, order.total_minor)),
        old_lines: line_facts(&order.currency, whole(before)),
        lines: line_facts(&order.currency, whole(&order.lines)),
    })
}

fn escalated(subject: Option<Subject>, h: &Handoff) -> Said {
    Said::of(&pb::HandoffEscalated {
        subject,
        handoff_id: h.id.to_string(),
        kind: h.kind.as_str().to_owned(),
        from_member_id: h.from_member.to_string(),
        to_member_id: id_text(h.to_member),
        due_time: h.due_at.map(timestamp),
        escalated_to_id: id_text(h.escalated_to),
    })
}

fn shipped(order: &Order, subject: Option<Subject>, before: State, shipment: &Shipment) -> Said {
    Said::of(&pb::OrderShipped {
        subject,
        old_state: before.as_str().into(),
        shipment_id: shipment.id.to_string(),
        shipment_number: shipment.number.clone(),
        ship_date: shipment.dispatch.ship_date.to_string(),
        lines: line_facts(&order.currency, parts(&order.lines, &shipment.parts)),
        erp_document: document(&shipment.origin),
        part: Some(part(
            order,
            "SHIPMENT",
            shipment.id,
            &shipment.number,
            "SHIPPED",
        )),
    })
}

fn invoiced(order: &Order, subject: Option<Subject>, invoice: &Invoice) -> Said {
    Said::of(&pb::OrderInvoiced {
        subject,
        invoice_id: invoice.id.to_string(),
        invoice_number: invoice.bill.number.clone(),
        invoice_date: invoice.bill.invoice_date.to_string(),
        amount: Some(money(&order.currency, invoice.amount_minor)),
        erp_document: document(&invoice.origin),
        part: Some(part(
            order,
            "INVOICE",
            invoice.id,
            &invoice.bill.number,
            "ISSUED",
        )),
    })
}

fn paid(order: &Order, subject: Option<Subject>, payment: &Payment) -> Said {
    Said::of(&pb::OrderPaymentRecorded {
        subject,
        payment_id: payment.id.to_string(),
        amount: Some(money(&order.currency, payment.receipt.amount_minor)),
        payment_date: payment.receipt.payment_date.to_string(),
        paid: Some(money(&order.currency, order.paid_minor)),
        erp_document: document(&payment.origin),
        part: Some(part(
            order,
            "PAYMENT",
            payment.id,
            &payment.receipt.reference,
            "RECEIVED",
        )),
    })
}

fn called_off(lines: &[Line]) -> impl Iterator<Item = (&Line, i64)> {
    let called_off = lines.iter().map(|line| (line, line.called_off_milli));
    called_off.filter(|(_, milli)| *milli > 0)
}

/// What was shipped, invoiced or paid as an object of the chain: it came from its order and belongs where that does.
fn part(order: &Order, kind: &str, id: Uuid, number: &str, state: &str) -> Subject {
    Subject {
        kind: kind.into(),
        id: id.to_string(),
        number: number.into(),
        state: state.into(),
        source: Some(came_from(SourceKind::Order, &order.id.to_string())),
        version: 1,
        amount: None,
        ..order_subject(order)
    }
}

fn order_updated(subject: Option<Subject>, before: &order::Head, after: &order::Head) -> Said {
    Said::of(&pb::OrderUpdated {
        subject,
        old_title: before.title.clone(),
        title: after.title.clone(),
        old_owner_id: before.owner.to_string(),
        owner_id: after.owner.to_string(),
        old_territory_id: id_text(before.territory),
        territory_id: id_text(after.territory),
        old_requested_date: date_text(before.requested_date),
        requested_date: date_text(after.requested_date),
    })
}

/// What somebody held of a record went to whom takes over from him.
pub(crate) fn handed_on(subject: Subject, from: MemberId, handover: Uuid) -> Said {
    Said::of(&pb::HandedOn {
        subject: Some(subject),
        old_member_id: from.to_string(),
        handover_id: handover.to_string(),
    })
}
