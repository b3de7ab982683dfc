//! Stories of the lists of marketing: none of them reads more than it shows, whoever asks for whatever.

use baton_chassis::{
    Result, SourceKind,
    db::{Record, Tx},
    list::{List, Order, Scope},
    test::{Engine, World},
};
use baton_marketing::{
    campaign,
    lead::{Quality, Routing},
    store,
};
use uuid::Uuid;

/// What of a list's work would grow with its table, in each of its orders.
async fn faults<R: Record + 'static>(
    world: &World,
    list: List,
    orders: &'static [(&'static str, Order<R>)],
) -> Vec<String> {
    let cx = world.context("marketing");
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
    let [member, here, there] = [1, 2, 3].map(Uuid::from_u128);
    let some = |territories| Scope::Some {
        owner: Some(member.into()),
        territories,
    };
    [
        Scope::All,
        some(Vec::new()),
        some(vec![here.into(), there.into()]),
    ]
}

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
                let list = store::lead::leads(scope.clone(), filter);
                let found = faults(&world, list, store::lead::ORDERS).await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {filter:?}: {found:?}"
                );
            }
            for filter in &campaigns {
                let list = store::campaign::campaigns(scope.clone(), filter);
                let found = faults(&world, list, store::campaign::ORDERS).await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {filter:?}: {found:?}"
                );
            }
        }
    }
}
