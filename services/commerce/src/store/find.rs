//! How products, contracts and orders are found.

use baton_chassis::{
    Caller,
    list::{List, Rights, Scope},
    search::{
        Text,
        find::{By, Finder},
        rows::{Brief, Found},
        titled,
    },
};

use crate::{contract::Contract, order::Order, product::Product};

/// What a product is found by: any part of its code as well.
pub fn product(sku: &str, name: &str) -> Vec<Text> {
    let code = Text::Name(sku.to_owned());
    titled(sku, name).into_iter().chain([code]).collect()
}

/// The catalogue is the same for everybody who may read it.
fn products(caller: &Caller) -> List {
    let list = List::of(
        "p.id, p.sku as number, p.state, p.name as title, p.source_kind, p.source_id, \
         cast(null as uuid) as owner, cast(null as uuid) as territory",
        "product p",
    );
    match caller.reading("PRODUCT", "") {
        // A list on which nobody decided answers nothing.
        Scope::Nothing => list,
        Scope::All | Scope::Some { .. } => list.for_everyone(),
    }
}

impl Found for Product {
    const FINDER: Finder = Finder {
        kind: "PRODUCT",
        list: products,
        id: "p.id",
        order: "p.name",
        descending: false,
        by: By::Words,
    };
    const FILL: &'static str = "product_words";
    const REFILL: &'static str = "product_words_again";
    const HELD: &'static str = "update product set version = version \
         where id in (select id from product where id >= $1 order by id limit $2) \
         returning id, sku as number, name";

    fn texts_of(b: Brief) -> Vec<Text> {
        product(&b.number, &b.name)
    }
}

fn contracts(caller: &Caller) -> List {
    let rights = Rights {
        owner: "c.owner",
        territory: "c.territory",
        record: "c.id",
    };
    List::of(
        "c.id, c.number, c.state, c.title, c.source_kind, c.source_id, c.owner, c.territory",
        "contract c",
    )
    .scope(caller.reading("CONTRACT", ""), rights)
}

impl Found for Contract {
    const FINDER: Finder = Finder {
        kind: "CONTRACT",
        list: contracts,
        id: "c.id",
        order: "c.created_at",
        descending: true,
        by: By::Words,
    };
    const FILL: &'static str = "contract_words";
    const REFILL: &'static str = "contract_words_again";
    const HELD: &'static str = "update contract set version = version \
         where id in (select id from contract where id >= $1 order by id limit $2) \
         returning id, number, title as name";

    fn texts_of(b: Brief) -> Vec<Text> {
        titled(&b.number, &b.name)
    }
}

fn orders(caller: &Caller) -> List {
    let rights = Rights {
        owner: "o.owner",
        territory: "o.territory",
        record: "o.id",
    };
    List::of(
        "o.id, o.number, o.state, o.title, o.source_kind, o.source_id, o.owner, o.territory",
        "sales_order o",
    )
    .scope(caller.reading("ORDER", ""), rights)
}

impl Found for Order {
    const FINDER: Finder = Finder {
        kind: "ORDER",
        list: orders,
        id: "o.id",
        order: "o.created_at",
        descending: true,
        by: By::Words,
    };
    const FILL: &'static str = "order_words";
    const REFILL: &'static str = "order_words_again";
    const HELD: &'static str = "update sales_order set version = version \
         where id in (select id from sales_order where id >= $1 order by id limit $2) \
         returning id, number, title as name";

    fn texts_of(b: Brief) -> Vec<Text> {
        titled(&b.number, &b.name)
    }
}
