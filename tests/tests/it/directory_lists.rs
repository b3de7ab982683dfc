//! Stories of the lists of the directory: none of them reads more than it shows.

use baton_chassis::{
    List, Order,
    db::Record,
    policy::Function,
    test::{Engine, World},
};
use baton_directory::{department, grant, member, placement, session, store, territory};
use uuid::Uuid;

use crate::directory::world;

/// Asserts that no list does work that would grow with its table.
async fn assert_bounded<R: Record + 'static>(
    world: &World,
    lists: Vec<List>,
    orders: &'static [(&'static str, Order<R>)],
) {
    for list in lists {
        let faults = world.list_faults("directory", list, orders).await;
        assert!(faults.is_empty(), "{:?}: {faults:?}", world.engine);
    }
}

#[tokio::test]
async fn no_list_of_members_walks_its_table() {
    use store::member::{Filter, ORDERS, ORDERS_IN_ROLE, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let id = Uuid::nil();
        let lists = [
            Filter::default(),
            Filter {
                department: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                territory: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                state: Some(member::State::Active),
                ..Filter::default()
            },
        ];
        assert_bounded(&world, lists.iter().map(list).collect(), ORDERS).await;
        let in_role = Filter {
            role: Some("boss".into()),
            ..Filter::default()
        };
        assert_bounded(&world, vec![list(&in_role)], ORDERS_IN_ROLE).await;
    }
}

#[tokio::test]
async fn no_list_of_territories_or_departments_walks_its_table() {
    use store::territory::{Filter, ORDERS, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let id = Uuid::nil();
        let lists = [
            Filter::default(),
            Filter {
                parent: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                manager: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                state: Some(territory::State::Active),
                ..Filter::default()
            },
        ];
        assert_bounded(&world, lists.iter().map(list).collect(), ORDERS).await;
        let lists = [None, Some(department::State::Active)].map(store::department::list);
        assert_bounded(&world, lists.into(), store::department::ORDERS).await;
    }
}

#[tokio::test]
async fn no_list_of_placements_walks_its_table() {
    use store::placement::{Filter, ORDERS, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let id = Uuid::nil();
        let of_kind = Filter {
            kind: Some(placement::Kind::TerritoryManager),
            ..Filter::default()
        };
        let lists = [
            Filter::default(),
            of_kind.clone(),
            Filter {
                held_at: Some(world.clock.now()),
                ..of_kind
            },
            Filter {
                territory: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                parent: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                member: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                department: Some(id.into()),
                ..Filter::default()
            },
            Filter {
                state: Some(placement::State::Planned),
                ..Filter::default()
            },
        ];
        assert_bounded(&world, lists.iter().map(list).collect(), ORDERS).await;
    }
}

#[tokio::test]
async fn no_list_of_grants_walks_its_table() {
    use store::grant::{Filter, ORDERS, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let lists = [
            Filter::default(),
            Filter {
                function: Some(Function::Sales),
                ..Filter::default()
            },
            Filter {
                role: Some("boss".into()),
                ..Filter::default()
            },
            Filter {
                department: Some(Uuid::nil().into()),
                ..Filter::default()
            },
            Filter {
                state: Some(grant::State::Active),
                ..Filter::default()
            },
        ];
        assert_bounded(&world, lists.iter().map(list).collect(), ORDERS).await;
    }
}

#[tokio::test]
async fn no_list_of_sessions_walks_its_table() {
    use store::session::{Filter, ORDERS, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let member = Uuid::nil().into();
        let lists = [None, Some(session::State::Active)].map(|state| Filter { member, state });
        assert_bounded(&world, lists.iter().map(list).collect(), ORDERS).await;
    }
}

#[tokio::test]
async fn no_list_of_links_keys_or_accounts_walks_its_table() {
    use baton_directory::{api_key, password_link};
    for engine in Engine::all() {
        let world = world(engine).await;
        let member = Some(Uuid::nil().into());
        let open = Some(password_link::State::Open);
        let both = [(None, None), (member, None), (None, open), (member, open)];
        let filters = both.map(|(member, state)| store::password_link::Filter { member, state });
        let lists = filters.iter().map(store::password_link::list).collect();
        assert_bounded(&world, lists, store::password_link::ORDERS).await;
        let active = Some(api_key::State::Active);
        let both = [
            (None, None),
            (member, None),
            (None, active),
            (member, active),
        ];
        let filters = both.map(|(member, state)| store::api_key::Filter { member, state });
        let lists = filters.iter().map(store::api_key::list).collect();
        assert_bounded(&world, lists, store::api_key::ORDERS).await;
        let identities = vec![store::identity::list(Uuid::nil().into())];
        assert_bounded(&world, identities, store::identity::ORDERS).await;
    }
}

#[tokio::test]
async fn no_list_of_exports_walks_its_table() {
    use store::export::{Filter, ORDERS, list};
    for engine in Engine::all() {
        let world = world(engine).await;
        let (member, leads) = (Some(Uuid::nil().into()), Some("leads".to_owned()));
        let filters = [
            (None, None, false),
            (member, None, false),
            (None, leads.clone(), false),
            (member, leads.clone(), false),
            (None, None, true),
            (member, None, true),
            (None, leads, true),
        ];
        let lists = filters.map(|(member, collection, large)| {
            list(&Filter {
                member,
                collection,
                large,
            })
        });
        assert_bounded(&world, lists.into(), ORDERS).await;
    }
}

#[tokio::test]
async fn no_list_of_views_walks_its_table() {
    use baton_directory::member::Roles;
    use store::saved_view::{ORDERS, own, shown};
    for engine in Engine::all() {
        let world = world(engine).await;
        let member = Uuid::nil().into();
        let roles: Roles = ["boss", "salesperson"].into_iter().collect();
        let lists = vec![own(member, "leads"), shown(member, &roles, "leads")];
        assert_bounded(&world, lists, ORDERS).await;
    }
}
