//! Stories of the lists of commerce: none of them reads more than it shows, whoever asks for whatever.

use baton_chassis::{
    list::Scope,
    test::{Engine, scopes},
};
use baton_commerce::{contract, order, product, store};
use uuid::Uuid;

use crate::commerce::world;

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
            let found = world
                .list_faults("commerce", list(&filter, &Scope::All), ORDERS)
                .await;
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
                let found = world
                    .list_faults("commerce", list(&filter, scope.clone()), ORDERS)
                    .await;
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
            Filter {
                differs: Some(true),
                ..Filter::default()
            },
        ];
        for filter in filters {
            for scope in scopes() {
                let found = world
                    .list_faults("commerce", list(&filter, scope.clone()), ORDERS)
                    .await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {filter:?}: {found:?}"
                );
            }
        }
    }
}
