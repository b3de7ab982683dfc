//! Stories of the lists of customers: none of them reads more than it shows, whoever asks for whatever.

use baton_chassis::test::{Engine, World, scopes};
use baton_customer::{
    contact, follow_up,
    party::{self, Outcome},
    store::{self, PartyFilter},
};
use uuid::Uuid;

#[tokio::test]
async fn no_list_walks_its_table() {
    for engine in Engine::all() {
        let world = World::new(engine, baton::services()).await;
        let id = Uuid::nil();
        for scope in scopes() {
            for state in [party::State::Prospect, party::State::Account] {
                for filter in [
                    PartyFilter::default(),
                    PartyFilter {
                        owner: Some(id.into()),
                        ..Default::default()
                    },
                    PartyFilter {
                        territory: Some(id.into()),
                        ..Default::default()
                    },
                    PartyFilter {
                        parent: Some(id.into()),
                        ..Default::default()
                    },
                    PartyFilter {
                        source_id: Some("x".into()),
                        ..Default::default()
                    },
                    PartyFilter {
                        industry: Some("pumps".into()),
                        ..Default::default()
                    },
                    PartyFilter {
                        last_outcome: Some(Outcome::Refused),
                        ..Default::default()
                    },
                ] {
                    let named = format!("{engine:?} {scope:?} {filter:?}");
                    let list = store::parties(scope.clone(), state, filter);
                    let found = world.list_faults("customer", list, store::PARTIES).await;
                    assert!(found.is_empty(), "{named}: {found:?}");
                }
            }
            let all = || store::contacts(scope.clone());
            for list in [
                all(),
                all().filter("c.party = ?", Some(id)),
                all()
                    .filter("c.party = ?", Some(id))
                    .filter("c.state = ?", Some(contact::State::Active)),
            ] {
                let found = world.list_faults("customer", list, store::CONTACTS).await;
                assert!(found.is_empty(), "{engine:?} contacts {scope:?}: {found:?}");
            }
            let all = || store::interactions(scope.clone());
            for list in [
                all(),
                all().filter("i.about_id = ?", Some(id)),
                all().filter("i.party = ?", Some(id)),
            ] {
                let found = world
                    .list_faults("customer", list, store::INTERACTIONS)
                    .await;
                assert!(
                    found.is_empty(),
                    "{engine:?} interactions {scope:?}: {found:?}"
                );
            }
            let all = || store::follow_ups(scope.clone());
            for list in [
                all(),
                all().filter("f.state = ?", Some(follow_up::State::Open)),
                all().filter("f.about_id = ?", Some(id)),
                all().filter("f.party = ?", Some(id)),
                all().filter("f.due_at < ?", Some(world.clock.now())),
            ] {
                let found = world.list_faults("customer", list, store::FOLLOW_UPS).await;
                assert!(
                    found.is_empty(),
                    "{engine:?} follow-ups {scope:?}: {found:?}"
                );
            }
        }
        for (scope, open) in scopes().into_iter().flat_map(|s| [(s.clone(), 0), (s, 1)]) {
            let about: Vec<_> = (1..=3).map(Uuid::from_u128).collect();
            let asked = store::history::Asked {
                open: about.iter().copied().take(open).collect(),
                about,
                scope,
            };
            let said = store::history::interactions(&asked);
            let orders = store::history::HAPPENED;
            let mut found = world.list_faults("customer", said, orders).await;
            let planned = store::history::follow_ups(&asked);
            let orders = store::history::AGREED;
            found.extend(world.list_faults("customer", planned, orders).await);
            assert!(found.is_empty(), "{engine:?} history {asked:?}: {found:?}");
        }
        let list = store::verifications(id.into());
        let found = world
            .list_faults("customer", list, store::VERIFICATIONS)
            .await;
        assert!(found.is_empty(), "{engine:?} verifications: {found:?}");
    }
}
