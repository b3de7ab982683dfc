//! Stories of the lists of commerce: none of them reads more than it shows, whoever asks for whatever.

use baton_chassis::{
    Result,
    db::{Record, Tx},
    list::{List, Order, Scope},
    test::{Engine, World},
};
use baton_commerce::{contract, order, product, store};
use uuid::Uuid;

use crate::commerce::world;

/// What of a list's work would grow with its table, in each of its orders.
async fn faults<R: Record + 'static>(
    world: &World,
    list: List,
    orders: &'static [(&'static str, Order<R>)],
) -> Vec<String> {
    let cx = world.context("commerce");
    let seal = cx.seal.clone();
    let work = async move |tx: &mut Tx| -> Result<Vec<String>> {
        let mut faults = Vec::new();
        for (_, order) in orders {
            faults.extend(list.plan(tx, order, 50, None, &seal).await?.faults);
        }
        Ok(faults)
    };
    cx.db.read(work).await.unwrap()
}

fn scopes() -> [Scope; 3] {
    let owner = Some(Uuid::from_u128(1).into());
    let territories = vec![Uuid::from_u128(2).into(), Uuid::from_u128(3).into()];
    [
        Scope::All,
        Scope::Some {
            owner,
            territories: Vec::new(),
        },
        Scope::Some { owner, territories },
    ]
}

#[tokio::test]
async fn no_list_of_products_walks_its_table() {
    use store::product::{Filter, ORDERS, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let filters = [
            Filter::default(),
            Filter {
                state: Some(product::State::Active),
                ..Filter::default()
            },
            Filter {
                product_line: Some("Water".into()),
                ..Filter::default()
            },
            Filter {
                sku: Some("P-1".into()),
                ..Filter::default()
            },
        ];
        for filter in filters {
            let found = faults(&world, list(&filter, &Scope::All), ORDERS).await;
            assert!(found.is_empty(), "{engine:?} {filter:?}: {found:?}");
        }
    }
}

#[tokio::test]
async fn no_list_of_contracts_walks_its_table() {
    use store::contract::{Filter, ORDERS, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let id = Uuid::nil();
        let filters = [
            Filter::default(),
            Filter {
                state: Some(contract::State::Active),
                ..Filter::default()
            },
            Filter {
                owner: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                party: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                source: Some("x".into()),
                ..Filter::default()
            },
        ];
        for filter in filters {
            for scope in scopes() {
                let found = faults(&world, list(&filter, scope.clone()), ORDERS).await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {filter:?}: {found:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn no_list_of_orders_walks_its_table() {
    use store::order::{Filter, ORDERS, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let id = Uuid::nil();
        let filters = [
            Filter::default(),
            Filter {
                state: Some(order::State::Confirmed),
                ..Filter::default()
            },
            Filter {
                owner: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                party: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                source: Some("x".into()),
                ..Filter::default()
            },
        ];
        for filter in filters {
            for scope in scopes() {
                let found = faults(&world, list(&filter, scope.clone()), ORDERS).await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {filter:?}: {found:?}"
                );
            }
        }
    }
}
