//! Products as rows.

use std::collections::HashMap;

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{self, Tx},
    ids::{MemberId, ProductId, TerritoryId},
    list::{Key, List, Order, Rights, Scope},
    search::Text,
};

use super::find;
use crate::{
    events,
    product::{Product, ProductEvent, State},
};

macro_rules! columns {
    () => {
        "p.id, p.version, p.sku, p.name, p.product_line, p.unit, p.currency, p.list_price_minor, p.state, \
         p.source_kind, p.source_id, p.created_at, p.updated_at"
    };
}

/// The row as a node of the chain.
pub const NODE: &str = "select p.id, p.sku as number, p.state, p.name as title, p.source_kind, p.source_id, \
     cast(null as uuid) as owner, cast(null as uuid) as territory from product p where p.id = $1";

/// How products can be ordered.
pub const ORDERS: &[(&str, Order<Product>)] = &[
    (
        "sku asc",
        Order {
            column: "p.sku",
            id: "p.id",
            descending: false,
            key: |p| (Key::Text(p.sku.clone()), p.id.into()),
        },
    ),
    (
        "name asc",
        Order {
            column: "p.name",
            id: "p.id",
            descending: false,
            key: |p| (Key::Text(p.head.name.clone()), p.id.into()),
        },
    ),
    (
        "create_time desc",
        Order {
            column: "p.created_at",
            id: "p.id",
            descending: true,
            key: |p| (Key::Time(p.created_at), p.id.into()),
        },
    ),
];

/// Which products are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<State>,
    /// Of this product line.
    pub product_line: Option<String>,
    /// With this SKU.
    pub sku: Option<String>,
}

/// Lists products. They have no owner: who may use commerce at all sees all of them.
pub fn list(filter: &Filter, scope: &Scope) -> List {
    let scope = if *scope == Scope::Nothing {
        Scope::Nothing
    } else {
        Scope::All
    };
    List::of(columns!(), "product p")
        .filter("p.state = ?", filter.state)
        .filter("p.product_line = ?", filter.product_line.clone())
        .filter("p.sku = ?", filter.sku.clone())
        .scope(scope, Rights::NONE)
}

/// The product with a SKU.
pub async fn with_sku(tx: &mut Tx, sku: &str) -> Result<Option<Product>, db::Error> {
    tx.sql(concat!(
        "select ",
        columns!(),
        " from product p where p.sku = $1"
    ))
    .bind(sku.to_owned())
    .optional()
    .await
}

/// Those of some products that exist, by their ids.
pub async fn by_id(
    tx: &mut Tx,
    ids: Vec<ProductId>,
) -> Result<HashMap<ProductId, Product>, db::Error> {
    let mut found = HashMap::new();
    for id in ids {
        if !found.contains_key(&id)
            && let Some(product) = Product::load(tx, id).await?
        {
            found.insert(id, product);
        }
    }
    Ok(found)
}

impl Noun for Product {
    type Id = ProductId;
    type Event = ProductEvent;
    const KIND: &'static str = "PRODUCT";

    fn id(&self) -> ProductId {
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
        None
    }

    fn territory(&self) -> Option<TerritoryId> {
        None
    }

    async fn load(tx: &mut Tx, id: ProductId) -> Result<Option<Self>, db::Error> {
        tx.sql(concat!(
            "select ",
            columns!(),
            " from product p where p.id = $1"
        ))
        .bind(id)
        .optional()
        .await
    }

    /// A twin with the same SKU that came first makes this one run again and be refused.
    async fn insert(&self, tx: &mut Tx) -> Result<(), db::Error> {
        let (product, head) = (self.clone(), self.head.clone());
        tx.sql(
            "insert into product (id, sku, name, product_line, unit, currency, list_price_minor, state, source_kind, \
             source_id, version, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing",
        )
        .bind(product.id)
        .bind(product.sku)
        .bind(head.name)
        .bind(head.product_line)
        .bind(head.unit)
        .bind(head.currency)
        .bind(head.list_price_minor)
        .bind(product.state)
        .bind(product.source_kind)
        .bind(product.source_id)
        .bind(product.version)
        .bind(product.created_at)
        .bind(product.updated_at)
        .execute_one()
        .await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), db::Error> {
        let head = self.head.clone();
        tx.sql(
            "update product set name = $3, product_line = $4, unit = $5, currency = $6, list_price_minor = $7, \
             state = $8, version = $2, updated_at = $9 where id = $1 and version = $2 - 1",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(head.name)
        .bind(head.product_line)
        .bind(head.unit)
        .bind(head.currency)
        .bind(head.list_price_minor)
        .bind(self.state)
        .bind(self.updated_at)
        .execute_one()
        .await
    }

    fn texts(&self) -> Vec<Text> {
        find::product(&self.sku, &self.head.name)
    }

    fn said(&self, event: &ProductEvent) -> Said {
        events::product(self, event)
    }
}
