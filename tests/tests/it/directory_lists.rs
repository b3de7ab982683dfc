//! Stories of the lists of the directory: none of them reads more than it shows.

use baton_chassis::{
    List, Order, Result,
    policy::Function,
    test::{Engine, World},
};
use baton_directory::{department, grant, member, store, territory};
use uuid::Uuid;

use crate::directory::world;

/// What of the list's work would grow with its table.
async fn faults<R>(
    world: &World,
    list: List,
    orders: &'static [(&'static str, Order<R>)],
) -> Vec<String>
where
    R: baton_chassis::db::Record + 'static,
{
    let cx = world.context("directory");
    let seal = cx.seal.clone();
    let work = async move |tx: &mut baton_chassis::db::Tx| -> Result<Vec<String>> {
        let mut faults = Vec::new();
        for (_, order) in orders {
            faults.extend(list.plan(tx, order, 50, None, &seal).await?.faults);
        }
        Ok(faults)
    };
    cx.db.read(work).await.unwrap()
}

#[tokio::test]
async fn no_list_walks_its_table() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let id = Uuid::nil();
        let members = store::member::Filter::default;
        for filter in [
            members(),
            store::member::Filter {
                department: Some(id.into()),
                ..members()
            },
            store::member::Filter {
                territory: Some(id.into()),
                ..members()
            },
            store::member::Filter {
                role: Some("boss".into()),
                ..members()
            },
            store::member::Filter {
                state: Some(member::State::Active),
                ..members()
            },
        ] {
            let found = faults(&world, store::member::list(&filter), filter.orders()).await;
            assert!(found.is_empty(), "{filter:?}: {found:?}");
        }
        let territories = store::territory::Filter::default;
        for filter in [
            territories(),
            store::territory::Filter {
                parent: Some(id.into()),
                ..territories()
            },
            store::territory::Filter {
                manager: Some(id.into()),
                ..territories()
            },
            store::territory::Filter {
                state: Some(territory::State::Active),
                ..territories()
            },
        ] {
            let found = faults(
                &world,
                store::territory::list(&filter),
                store::territory::ORDERS,
            )
            .await;
            assert!(found.is_empty(), "{filter:?}: {found:?}");
        }
        let grants = store::grant::Filter::default;
        for filter in [
            grants(),
            store::grant::Filter {
                function: Some(Function::Sales),
                ..grants()
            },
            store::grant::Filter {
                role: Some("boss".into()),
                ..grants()
            },
            store::grant::Filter {
                department: Some(id.into()),
                ..grants()
            },
            store::grant::Filter {
                state: Some(grant::State::Active),
                ..grants()
            },
        ] {
            let found = faults(&world, store::grant::list(&filter), store::grant::ORDERS).await;
            assert!(found.is_empty(), "{filter:?}: {found:?}");
        }
        for state in [None, Some(department::State::Active)] {
            let found = faults(
                &world,
                store::department::list(state),
                store::department::ORDERS,
            )
            .await;
            assert!(found.is_empty(), "{state:?}: {found:?}");
        }
    }
}
