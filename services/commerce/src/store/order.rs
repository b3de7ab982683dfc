//! Orders as rows, with what was shipped, invoiced and paid.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{self, Tx},
    ids::{ContractId, MemberId, OrderId, PartyId, TerritoryId},
    list::{Key, List, Order as ListOrder, Rights, Scope},
    search::{Text, titled},
};

use super::{line, papers};
use crate::{
    events,
    order::{Order, OrderEvent, State},
};

macro_rules! columns {
    () => {
        "o.id, o.number, o.version, o.party, o.source_kind, o.source_id, o.title, o.owner, o.territory, \
         o.requested_date, o.note, o.state, o.currency, o.total_minor, \
         o.paid_minor + o.paid_beyond_minor as paid_minor, o.confirmed_at, o.accepted_at, o.erp_system, \
         o.erp_document, o.erp_at, o.erp_number, o.differs, o.ended_at, o.cancellation_reason, o.cancellation_note, \
         o.created_at, o.updated_at"
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
    /// Of which something does not fit together, if that is asked.
    pub differs: Option<bool>,
}

/// Lists orders without their lines, shipments, invoices and payments.
pub fn list(filter: &Filter, scope: Scope) -> List {
    List::of(columns!(), "sales_order o")
        .filter("o.state = ?", filter.state)
        .filter("o.owner = ?", filter.owner)
        .filter("o.party = ?", filter.party)
        .filter("o.source_id = ?", filter.source.clone())
        .filter("o.differs = ?", filter.differs)
        .scope(
            scope,
            Rights {
                owner: "o.owner",
                territory: "o.territory",
                record: "o.id",
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
        papers::read(tx, &mut order).await?;
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
        let (order, head, acceptance) = (self.clone(), self.head.clone(), self.acceptance.clone());
        let paid_minor = order.paid_minor.min(order.total_minor);
        tx.sql(
            "update sales_order set title = $3, owner = $4, territory = $5, state = $6, total_minor = $7, \
             paid_minor = $8, requested_date = $9, note = $10, confirmed_at = $11, ended_at = $12, \
             cancellation_reason = $13, cancellation_note = $14, version = $2, updated_at = $15, \
             paid_beyond_minor = $16, accepted_at = $17, erp_system = $18, erp_document = $19, erp_at = $20, \
             erp_number = $21, differs = $22 where id = $1 and version = $2 - 1",
        )
        .bind(order.id)
        .bind(order.version)
        .bind(head.title)
        .bind(head.owner)
        .bind(head.territory)
        .bind(order.state)
        .bind(order.total_minor)
        .bind(paid_minor)
        .bind(head.requested_date)
        .bind(head.note)
        .bind(order.confirmed_at)
        .bind(order.ended_at)
        .bind(order.cancellation_reason)
        .bind(order.cancellation_note)
        .bind(order.updated_at)
        .bind(order.paid_minor - paid_minor)
        .bind(order.accepted_at)
        .bind(acceptance.erp_system)
        .bind(acceptance.erp_document)
        .bind(acceptance.erp_at)
        .bind(order.erp_number)
        .bind(order.differs)
        .execute_one()
        .await?;
        line::OF_ORDER
            .write(tx, self.id.into(), &self.lines)
            .await?;
        papers::add(tx, self).await
    }

    fn texts(&self) -> Vec<Text> {
        titled(&self.number, &self.head.title)
    }

    fn said(&self, event: &OrderEvent) -> Said {
        events::order(self, event)
    }
}
