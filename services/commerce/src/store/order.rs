//! Orders as rows, with what was shipped, invoiced and paid.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{self, Tx},
    ids::{ContractId, MemberId, OrderId, PartyId, TerritoryId},
    list::{Key, List, Order as ListOrder, Rights, Scope},
};
use uuid::Uuid;

use super::line;
use crate::{
    events,
    line::Part,
    order::{Invoice, Order, OrderEvent, Payment, Shipment, State},
};

macro_rules! columns {
    () => {
        "o.id, o.number, o.version, o.party, o.source_kind, o.source_id, o.title, o.owner, o.territory, \
         o.requested_date, o.note, o.state, o.currency, o.total_minor, o.paid_minor, o.confirmed_at, o.ended_at, \
         o.cancellation_reason, o.cancellation_note, o.created_at, o.updated_at"
    };
}

/// The row as a node of the chain.
pub const NODE: &str = "select o.id, o.number, o.state, o.title, o.source_kind, o.source_id, o.owner, o.territory \
     from sales_order o where o.id = $1";

/// How orders can be ordered.
pub const ORDERS: &[(&str, ListOrder<Order>)] = &[
    (
        "create_time desc",
        ListOrder {
            column: "o.created_at",
            id: "o.id",
            descending: true,
            key: |o| (Key::Time(o.created_at), o.id.into()),
        },
    ),
    (
        "total desc",
        ListOrder {
            column: "o.total_minor",
            id: "o.id",
            descending: true,
            key: |o| (Key::Int(o.total_minor), o.id.into()),
        },
    ),
];

/// Which orders are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<State>,
    /// Of this member.
    pub owner: Option<MemberId>,
    /// Of this account.
    pub party: Option<PartyId>,
    /// That came from this.
    pub source: Option<String>,
}

/// Lists orders without their lines, shipments, invoices and payments.
pub fn list(filter: &Filter, scope: Scope) -> List {
    List::of(columns!(), "sales_order o")
        .filter("o.state = ?", filter.state)
        .filter("o.owner = ?", filter.owner)
        .filter("o.party = ?", filter.party)
        .filter("o.source_id = ?", filter.source.clone())
        .scope(
            scope,
            Rights {
                owner: "o.owner",
                territory: "o.territory",
            },
        )
}

#[derive(sqlx::FromRow)]
struct Counted {
    n: i64,
}

/// How many orders of a contract are not over.
pub async fn open_orders(tx: &mut Tx, contract: ContractId) -> Result<i64, db::Error> {
    let text = "select count(*) as n from sales_order \
         where source_id = $1 and source_kind = 'CONTRACT' and state not in ('CLOSED', 'CANCELLED')";
    Ok(tx
        .sql(text)
        .bind(contract.to_string())
        .one::<Counted>()
        .await?
        .n)
}

/// Whether an invoice has this number.
pub async fn invoice_number_is_taken(tx: &mut Tx, number: &str) -> Result<bool, db::Error> {
    let text = "select count(*) as n from invoice where number = $1";
    Ok(tx
        .sql(text)
        .bind(number.to_owned())
        .one::<Counted>()
        .await?
        .n
        > 0)
}

#[derive(sqlx::FromRow)]
struct PartOf {
    shipment: Uuid,
    #[sqlx(flatten)]
    part: Part,
}

async fn shipments(tx: &mut Tx, order: OrderId) -> Result<Vec<Shipment>, db::Error> {
    let text = "select id, number, ship_date, carrier, tracking_number, created_at from shipment \
         where sales_order = $1 order by position";
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
    let text = "select id, number, tax_id, invoice_date, amount_minor, created_at from invoice \
         where sales_order = $1 order by position";
    tx.sql(text).bind(order).all().await
}

async fn payments(tx: &mut Tx, order: OrderId) -> Result<Vec<Payment>, db::Error> {
    let text = "select id, amount_minor, payment_date, reference, created_at from payment \
         where sales_order = $1 order by position";
    tx.sql(text).bind(order).all().await
}

async fn insert_shipment(
    tx: &mut Tx,
    order: OrderId,
    position: i32,
    shipment: &Shipment,
) -> Result<(), db::Error> {
    let dispatch = shipment.dispatch.clone();
    tx.sql(
        "insert into shipment (id, sales_order, position, number, ship_date, carrier, tracking_number, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(shipment.id)
    .bind(order)
    .bind(position)
    .bind(shipment.number.clone())
    .bind(dispatch.ship_date)
    .bind(dispatch.carrier)
    .bind(dispatch.tracking_number)
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
    let bill = invoice.bill.clone();
    tx.sql(
        "insert into invoice (id, sales_order, position, number, tax_id, invoice_date, amount_minor, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
    )
    .bind(invoice.id)
    .bind(order)
    .bind(position)
    .bind(bill.number)
    .bind(bill.tax_id)
    .bind(bill.invoice_date)
    .bind(invoice.amount_minor)
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
    let receipt = payment.receipt.clone();
    tx.sql(
        "insert into payment (id, sales_order, position, amount_minor, payment_date, reference, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(payment.id)
    .bind(order)
    .bind(position)
    .bind(receipt.amount_minor)
    .bind(receipt.payment_date)
    .bind(receipt.reference)
    .bind(payment.created_at)
    .execute()
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Stored {
    shipments: i64,
    invoices: i64,
    payments: i64,
}

/// The rows after the first `stored`, with their positions from 1.
fn added<T>(rows: &[T], stored: i64) -> impl Iterator<Item = (i32, &T)> {
    (1..)
        .zip(rows)
        .skip_while(move |(position, _)| i64::from(*position) <= stored)
}

/// Writes what was shipped, invoiced and paid since the order was read: such rows are only ever added.
async fn add_rows(tx: &mut Tx, order: &Order) -> Result<(), db::Error> {
    let text = "select (select count(*) from shipment where sales_order = $1) as shipments, \
         (select count(*) from invoice where sales_order = $1) as invoices, \
         (select count(*) from payment where sales_order = $1) as payments";
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
    Ok(())
}

impl Noun for Order {
    type Id = OrderId;
    type Event = OrderEvent;
    const KIND: &'static str = "ORDER";

    fn id(&self) -> OrderId {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn touch(&mut self, version: i64, at: Time) {
        self.version = version;
        self.updated_at = at;
    }

    fn owner(&self) -> Option<MemberId> {
        Some(self.head.owner)
    }

    fn territory(&self) -> Option<TerritoryId> {
        self.head.territory
    }

    async fn load(tx: &mut Tx, id: OrderId) -> Result<Option<Self>, db::Error> {
        let text = concat!("select ", columns!(), " from sales_order o where o.id = $1");
        let Some(mut order) = tx.sql(text).bind(id).optional::<Self>().await? else {
            return Ok(None);
        };
        order.lines = line::OF_ORDER.read(tx, id.into()).await?;
        order.shipments = shipments(tx, id).await?;
        order.invoices = invoices(tx, id).await?;
        order.payments = payments(tx, id).await?;
        Ok(Some(order))
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), db::Error> {
        let (order, head) = (self.clone(), self.head.clone());
        tx.sql(
            "insert into sales_order (id, number, title, party, owner, territory, source_kind, source_id, state, \
             currency, total_minor, paid_minor, requested_date, note, confirmed_at, ended_at, cancellation_reason, \
             cancellation_note, version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
             $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        )
        .bind(order.id)
        .bind(order.number)
        .bind(head.title)
        .bind(order.party)
        .bind(head.owner)
        .bind(head.territory)
        .bind(order.source_kind)
        .bind(order.source_id)
        .bind(order.state)
        .bind(order.currency)
        .bind(order.total_minor)
        .bind(order.paid_minor)
        .bind(head.requested_date)
        .bind(head.note)
        .bind(order.confirmed_at)
        .bind(order.ended_at)
        .bind(order.cancellation_reason)
        .bind(order.cancellation_note)
        .bind(order.version)
        .bind(order.created_at)
        .bind(order.updated_at)
        .execute()
        .await?;
        line::OF_ORDER.insert(tx, self.id.into(), &self.lines).await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), db::Error> {
        let (order, head) = (self.clone(), self.head.clone());
        tx.sql(
            "update sales_order set title = $3, owner = $4, territory = $5, state = $6, total_minor = $7, \
             paid_minor = $8, requested_date = $9, note = $10, confirmed_at = $11, ended_at = $12, \
             cancellation_reason = $13, cancellation_note = $14, version = $2, updated_at = $15 \
             where id = $1 and version = $2 - 1",
        )
        .bind(order.id)
        .bind(order.version)
        .bind(head.title)
        .bind(head.owner)
        .bind(head.territory)
        .bind(order.state)
        .bind(order.total_minor)
        .bind(order.paid_minor)
        .bind(head.requested_date)
        .bind(head.note)
        .bind(order.confirmed_at)
        .bind(order.ended_at)
        .bind(order.cancellation_reason)
        .bind(order.cancellation_note)
        .bind(order.updated_at)
        .execute_one()
        .await?;
        line::OF_ORDER
            .write(tx, self.id.into(), &self.lines)
            .await?;
        add_rows(tx, self).await
    }

    fn said(&self, event: &OrderEvent) -> Said {
        events::order(self, event)
    }
}
