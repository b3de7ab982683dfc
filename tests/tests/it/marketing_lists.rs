//! Stories of the lists of marketing: none of them reads more than it shows, whoever asks for whatever.

use baton_chassis::{
    SourceKind,
    test::{Engine, World, scopes},
};
use baton_marketing::{
    campaign,
    lead::{Quality, Routing},
    store,
};
use uuid::Uuid;

#[tokio::test]
async fn no_list_walks_its_table() {
    use store::{campaign::Filter as CampaignFilter, lead::Filter};
    let id = Uuid::nil();
    let any = Filter::default;
    let filters = [
        any(),
        Filter {
            quality: Some(Quality::New),
            ..any()
        },
        Filter {
            routing: Some(Routing::Unrouted),
            ..any()
        },
        Filter {
            owner: Some(id.into()),
            ..any()
        },
        Filter {
            territory: Some(id.into()),
            ..any()
        },
        Filter {
            party: Some(id.into()),
            ..any()
        },
        Filter {
            source_kind: Some(SourceKind::Campaign),
            ..any()
        },
        Filter {
            source_id: Some("x".into()),
            ..any()
        },
        Filter {
            offered: true,
            ..any()
        },
    ];
    let every = CampaignFilter::default;
    let campaigns = [
        every(),
        CampaignFilter {
            state: Some(campaign::State::Running),
            ..every()
        },
        CampaignFilter {
            kind: Some(campaign::Kind::Online),
            ..every()
        },
        CampaignFilter {
            owner: Some(id.into()),
            ..every()
        },
    ];
    for engine in Engine::all() {
        let world = World::new(engine, baton::services()).await;
        for scope in scopes() {
            for filter in &filters {
                let list = store::lead::leads(scope.clone(), filter, None);
                let found = world
                    .list_faults("marketing", list, store::lead::ORDERS)
                    .await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {filter:?}: {found:?}"
                );
            }
            for filter in &campaigns {
                let list = store::campaign::campaigns(scope.clone(), filter);
                let found = world
                    .list_faults("marketing", list, store::campaign::ORDERS)
                    .await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {filter:?}: {found:?}"
                );
            }
        }
    }
}
