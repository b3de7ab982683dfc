//! Stories of what queries cost: neither a list nor the search reads more than it shows, whoever looks for whatever.

use baton_chassis::{
    List, Order,
    db::Record,
    list::Scope,
    search::rows::{Found, Narrowing},
    test::{Engine, World, looked_for, scopes},
};
use baton_commerce::{contract::Contract, order, product::Product, store as commerce};
use baton_customer::{contact::Contact, party, party::Party, store as customer};
use baton_directory::{member::Member, store as directory};
use baton_marketing::{campaign::Campaign, store as marketing};
use baton_proto::directory::v1::{Function, GrantScope};
use baton_sales::{opportunity::Opportunity, project::Project, store as sales};
use uuid::Uuid;

use crate::directory::grant;

/// Asserts that no query makes a list do work that would grow with its table.
async fn assert_bounded<N: Found, R: Record + 'static>(
    world: &World,
    service: &str,
    list: List,
    orders: &'static [(&'static str, Order<R>)],
) {
    for list in looked_for::<N>(&list) {
        let faults = world.list_faults(service, list, orders).await;
        let named = format!("{:?} {}", world.engine, N::KIND);
        assert!(faults.is_empty(), "{named}: {faults:?}");
    }
}

#[tokio::test]
async fn no_query_has_a_list_walk_its_table() {
    for engine in Engine::all() {
        let world = World::new(engine, baton::services()).await;
        let w = &world;
        for scope in scopes() {
            for state in [party::State::Prospect, party::State::Account] {
                let list =
                    customer::parties(scope.clone(), state, customer::PartyFilter::default());
                assert_bounded::<Party, _>(w, "customer", list, customer::PARTIES).await;
            }
            let list = customer::contacts(scope.clone());
            assert_bounded::<Contact, _>(w, "customer", list, customer::CONTACTS).await;
            let filter = sales::opportunity::Filter::default();
            let list = sales::opportunity::list(&filter, scope.clone());
            let orders = sales::opportunity::ORDERS;
            assert_bounded::<Opportunity, _>(w, "sales", list, orders).await;
            for (mine, others) in [
                (scope.clone(), scope.clone()),
                (scope.clone(), Scope::Nothing),
            ] {
                let scopes = sales::project::Scopes {
                    sales: mine,
                    marketing: others.clone(),
                    other: others,
                };
                let list = sales::project::list(&sales::project::Filter::default(), scopes);
                // The orders that there is an index of a type for.
                let orders = &sales::project::ORDERS[..1];
                assert_bounded::<Project, _>(w, "sales", list, orders).await;
            }
            let filter = marketing::campaign::Filter::default();
            let list = marketing::campaign::campaigns(scope.clone(), &filter);
            assert_bounded::<Campaign, _>(w, "marketing", list, marketing::campaign::ORDERS).await;
            let list = commerce::product::list(&commerce::product::Filter::default(), &scope);
            assert_bounded::<Product, _>(w, "commerce", list, commerce::product::ORDERS).await;
            let filter = commerce::contract::Filter::default();
            let list = commerce::contract::list(&filter, scope.clone());
            assert_bounded::<Contract, _>(w, "commerce", list, commerce::contract::ORDERS).await;
            let list = commerce::order::list(&commerce::order::Filter::default(), scope.clone());
            assert_bounded::<order::Order, _>(w, "commerce", list, commerce::order::ORDERS).await;
        }
        let filter = directory::member::Filter::default();
        let list = directory::member::list(&filter);
        assert_bounded::<Member, _>(w, "directory", list, directory::member::ORDERS).await;
        let filter = directory::member::Filter {
            role: Some("boss".into()),
            ..filter
        };
        let list = directory::member::list(&filter);
        assert_bounded::<Member, _>(w, "directory", list, directory::member::ORDERS_IN_ROLE).await;
    }
}

#[tokio::test]
async fn no_query_has_the_list_of_leads_walk_its_table() {
    use marketing::{
        find::NUMBERED,
        lead::{Filter, Looked, ORDERS, leads},
    };
    for engine in Engine::all() {
        let world = World::new(engine, baton::services()).await;
        for scope in scopes() {
            let parties = (1..=3).map(|n| Uuid::from_u128(n).into());
            let looked = [
                Looked::Number(Narrowing::between(&NUMBERED, "L-2", "L-3", true)),
                Looked::Number(Narrowing::between(&NUMBERED, "L-2", "L-3", false)),
                Looked::Customers {
                    parties: parties.collect(),
                    query: "acme".into(),
                },
            ];
            for looked in looked {
                let named = format!("{engine:?} {scope:?} {looked:?}");
                let list = leads(scope.clone(), &Filter::default(), Some(looked));
                let faults = world.list_faults("marketing", list, ORDERS).await;
                assert!(faults.is_empty(), "{named}: {faults:?}");
            }
        }
    }
}

#[tokio::test]
async fn no_search_walks_a_table() {
    for engine in Engine::all() {
        let world = World::new(engine, baton::services()).await;
        let east = world.territory("East", None, None).await;
        grant(&world, "clerk", Function::Commerce, GrantScope::Territory).await;
        let people = [
            world.member("boss").await,
            world.member_in("salesperson", Some(east)).await,
            world.member_in("clerk", Some(east)).await,
        ];
        let finders = [
            ("customer", Party::FINDER),
            ("customer", Contact::FINDER),
            ("sales", Opportunity::FINDER),
            ("sales", Project::FINDER),
            ("marketing", Campaign::FINDER),
            ("marketing", marketing::find::LEADS),
            ("commerce", Product::FINDER),
            ("commerce", Contract::FINDER),
            ("commerce", order::Order::FINDER),
            ("directory", Member::FINDER),
        ];
        for (service, finder) in finders {
            for who in &people {
                let faults = world.finder_faults(service, finder, who).await;
                let named = format!("{engine:?} {} {}", finder.kind, who.name);
                assert!(faults.is_empty(), "{named}: {faults:?}");
            }
        }
    }
}
