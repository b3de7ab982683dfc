//! What was shipped, invoiced, paid and called off of an order: rows that are only ever added.

use baton_chassis::{
    SourceKind,
    chain::Node,
    db::{self, Tx},
    ids::{MemberId, OrderId, TerritoryId},
};
use uuid::Uuid;

use crate::{
    line::Part,
    order::{CallOff, CalledOff, Invoice, Order, Payment, Shipment},
};

/// Reads all of it.
pub async fn read(tx: &mut Tx, order: &mut Order) -> Result<(), db::Error> {
    order.shipments = shipments(tx, order.id).await?;
    order.invoices = invoices(tx, order.id).await?;
    order.payments = payments(tx, order.id).await?;
    order.call_offs = call_offs(tx, order.id).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PartOf {
    shipment: Uuid,
    #[sqlx(flatten)]
    part: Part,
}

async fn shipments(tx: &mut Tx, order: OrderId) -> Result<Vec<Shipment>, db::Error> {
    let text = "select id, number, ship_date, carrier, tracking_number, erp_system, erp_document, erp_at, created_at \
         from shipment where sales_order = $1 order by position";
    let mut shipments: Vec<Shipment> = tx.sql(text).bind(order).all().await?;
    let text = "select s.shipment, s.line, s.quantity_milli from order_line l join shipment_line s on s.line = l.id \
         where l.sales_order = $1 order by l.position";
    for PartOf { shipment, part } in tx.sql(text).bind(order).all().await? {
        if let Some(shipment) = shipments.iter_mut().find(|s| s.id == shipment) {
            shipment.parts.push(part);
        }
    }
    Ok(shipments)
}

async fn invoices(tx: &mut Tx, order: OrderId) -> Result<Vec<Invoice>, db::Error> {
    let text = "select id, number, tax_id, invoice_date, amount_minor, erp_system, erp_document, erp_at, created_at \
         from invoice where sales_order = $1 order by position";
    tx.sql(text).bind(order).all().await
}

async fn payments(tx: &mut Tx, order: OrderId) -> Result<Vec<Payment>, db::Error> {
    let text = "select id, amount_minor, payment_date, reference, erp_system, erp_document, erp_at, created_at \
         from payment where sales_order = $1 order by position";
    tx.sql(text).bind(order).all().await
}

#[derive(sqlx::FromRow)]
struct LineOf {
    call_off: Uuid,
    #[sqlx(flatten)]
    line: CalledOff,
}

async fn call_offs(tx: &mut Tx, order: OrderId) -> Result<Vec<CallOff>, db::Error> {
    let text = "select id, reason, note, rest, erp_system, erp_document, erp_at, created_at from call_off \
         where sales_order = $1 order by position";
    let mut call_offs: Vec<CallOff> = tx.sql(text).bind(order).all().await?;
    let text = "select l.call_off, l.line, l.quantity_milli, l.note from call_off c join call_off_line l \
         on l.call_off = c.id where c.sales_order = $1 order by l.call_off, l.position";
    for LineOf { call_off, line } in tx.sql(text).bind(order).all().await? {
        if let Some(call_off) = call_offs.iter_mut().find(|c| c.id == call_off) {
            call_off.parts.push(line);
        }
    }
    Ok(call_offs)
}

async fn insert_shipment(
    tx: &mut Tx,
    order: OrderId,
    position: i32,
    shipment: &Shipment,
) -> Result<(), db::Error> {
    let (dispatch, origin) = (shipment.dispatch.clone(), shipment.origin.clone());
    tx.sql(
        "insert into shipment (id, sales_order, position, number, ship_date, carrier, tracking_number, erp_system, \
         erp_document, erp_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(shipment.id)
    .bind(order)
    .bind(position)
    .bind(shipment.number.clone())
    .bind(dispatch.ship_date)
    .bind(dispatch.carrier)
    .bind(dispatch.tracking_number)
    .bind(origin.erp_system)
    .bind(origin.erp_document)
    .bind(origin.erp_at)
    .bind(shipment.created_at)
    .execute()
    .await?;
    for part in &shipment.parts {
        tx.sql("insert into shipment_line (shipment, line, quantity_milli) values ($1, $2, $3)")
            .bind(shipment.id)
            .bind(part.line)
            .bind(part.quantity_milli)
            .execute()
            .await?;
    }
    Ok(())
}

/// A twin with the same number that came first makes this one run again and be refused.
async fn insert_invoice(
    tx: &mut Tx,
    order: OrderId,
    position: i32,
    invoice: &Invoice,
) -> Result<(), db::Error> {
    let (bill, origin) = (invoice.bill.clone(), invoice.origin.clone());
    tx.sql(
        "insert into invoice (id, sales_order, position, number, tax_id, invoice_date, amount_minor, erp_system, \
         erp_document, erp_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         on conflict do nothing",
    )
    .bind(invoice.id)
    .bind(order)
    .bind(position)
    .bind(bill.number)
    .bind(bill.tax_id)
    .bind(bill.invoice_date)
    .bind(invoice.amount_minor)
    .bind(origin.erp_system)
    .bind(origin.erp_document)
    .bind(origin.erp_at)
    .bind(invoice.created_at)
    .execute_one()
    .await
}

async fn insert_payment(
    tx: &mut Tx,
    order: OrderId,
    position: i32,
    payment: &Payment,
) -> Result<(), db::Error> {
    let (receipt, origin) = (payment.receipt.clone(), payment.origin.clone());
    tx.sql(
        "insert into payment (id, sales_order, position, amount_minor, payment_date, reference, erp_system, \
         erp_document, erp_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(payment.id)
    .bind(order)
    .bind(position)
    .bind(receipt.amount_minor)
    .bind(receipt.payment_date)
    .bind(receipt.reference)
    .bind(origin.erp_system)
    .bind(origin.erp_document)
    .bind(origin.erp_at)
    .bind(payment.created_at)
    .execute()
    .await?;
    Ok(())
}

async fn insert_call_off(
    tx: &mut Tx,
    order: OrderId,
    position: i32,
    call_off: &CallOff,
) -> Result<(), db::Error> {
    let origin = call_off.origin.clone();
    tx.sql(
        "insert into call_off (id, sales_order, position, reason, note, rest, erp_system, erp_document, erp_at, \
         created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(call_off.id)
    .bind(order)
    .bind(position)
    .bind(call_off.reason)
    .bind(call_off.note.clone())
    .bind(call_off.rest)
    .bind(origin.erp_system)
    .bind(origin.erp_document)
    .bind(origin.erp_at)
    .bind(call_off.created_at)
    .execute()
    .await?;
    for (position, line) in (1_i32..).zip(&call_off.parts) {
        tx.sql(
            "insert into call_off_line (call_off, position, line, quantity_milli, note) values ($1, $2, $3, $4, $5)",
        )
        .bind(call_off.id)
        .bind(position)
        .bind(line.part.line)
        .bind(line.part.quantity_milli)
        .bind(line.note.clone())
        .execute()
        .await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Stored {
    shipments: i64,
    invoices: i64,
    payments: i64,
    call_offs: i64,
}

/// The rows after the first `stored`, with their positions from 1.
fn added<T>(rows: &[T], stored: i64) -> impl Iterator<Item = (i32, &T)> {
    (1..)
        .zip(rows)
        .skip_while(move |(position, _)| i64::from(*position) <= stored)
}

/// Writes what was added since the order was read.
pub async fn add(tx: &mut Tx, order: &Order) -> Result<(), db::Error> {
    let text = "select (select count(*) from shipment where sales_order = $1) as shipments, \
         (select count(*) from invoice where sales_order = $1) as invoices, \
         (select count(*) from payment where sales_order = $1) as payments, \
         (select count(*) from call_off where sales_order = $1) as call_offs";
    let stored: Stored = tx.sql(text).bind(order.id).one().await?;
    for (position, shipment) in added(&order.shipments, stored.shipments) {
        insert_shipment(tx, order.id, position, shipment).await?;
    }
    for (position, invoice) in added(&order.invoices, stored.invoices) {
        insert_invoice(tx, order.id, position, invoice).await?;
    }
    for (position, payment) in added(&order.payments, stored.payments) {
        insert_payment(tx, order.id, position, payment).await?;
    }
    for (position, call_off) in added(&order.call_offs, stored.call_offs) {
        insert_call_off(tx, order.id, position, call_off).await?;
    }
    Ok(())
}

/// A row as a node of the chain: it belongs where its order does.
#[derive(sqlx::FromRow)]
pub struct Paper {
    id: Uuid,
    number: String,
    title: String,
    sales_order: Uuid,
    owner: MemberId,
    territory: Option<TerritoryId>,
}

/// The text that reads rows of a kind as nodes, and the word for how they stand: what was done stays done.
pub fn node(kind: &str) -> Option<(&'static str, &'static str)> {
    macro_rules! text {
        ($table:literal, $number:literal) => {
            concat!(
                "select p.id, p.",
                $number,
                " as number, o.title, p.sales_order, o.owner, o.territory from ",
                $table,
                " p join sales_order o on o.id = p.sales_order where p.id = $1"
            )
        };
    }
    Some(match kind {
        "SHIPMENT" => (text!("shipment", "number"), "SHIPPED"),
        "INVOICE" => (text!("invoice", "number"), "ISSUED"),
        "PAYMENT" => (text!("payment", "reference"), "RECEIVED"),
        _ => return None,
    })
}

impl Paper {
    /// The node.
    pub fn node(self, state: &str) -> Node {
        Node {
            id: self.id,
            number: self.number,
            state: state.to_owned(),
            title: self.title,
            source_kind: SourceKind::Order,
            source_id: self.sales_order.to_string(),
            owner: Some(self.owner),
            territory: self.territory,
            standing: None,
            shared_as: Some(self.sales_order),
        }
    }
}
