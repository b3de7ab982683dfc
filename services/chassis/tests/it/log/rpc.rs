//! The log over gRPC.

use baton_chassis::{
    db::{self, Tx},
    link::Link,
    log::{Feed, event_log_service},
};
use baton_proto::log::v1::{
    ListHeadsRequest, ReadEventsRequest, event_log_service_client::EventLogServiceClient,
};
use tonic::{Code, service::Routes};
use tower::ServiceExt;

use super::world::{Setup, World, draft};
use crate::world::id;

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_read_over_grpc() {
    for setup in [Setup::Sqlite, Setup::Postgres] {
        let Some(world) = World::new(setup, 2).await else {
            continue;
        };
        let routes = Routes::new(event_log_service([world.log.clone()])).prepare();
        let link = Link::new(ServiceExt::<http::Request<tonic::body::Body>>::map_err(
            routes,
            |e| match e {},
        ));
        let mut client = EventLogServiceClient::new(link);
        let feed = Feed::Remote {
            producer: "sales".to_owned(),
            client: client.clone(),
        };
        let consumer = world.consumer_of(feed, world.bus.clone(), &world.consumer.db);
        let leads = world.leads(20).await;
        for _ in 0..3 {
            world.change(&leads).await;
        }
        world.relay().step().await.unwrap();
        assert_eq!(consumer.catch_up().await.unwrap(), 60);
        world.assert_applied_once_and_in_order().await;

        let ask = |limit| ReadEventsRequest {
            producer: "sales".to_owned(),
            shard: 0,
            after: 1,
            limit,
        };
        let heads = client.list_heads(ListHeadsRequest {
            producer: "sales".to_owned(),
            epoch: None,
        });
        let heads = heads.await.unwrap().into_inner().heads;
        assert_eq!(heads.iter().map(|h| h.head).sum::<i64>(), 60);
        let left = usize::try_from(heads[0].head - 1).unwrap();
        for (limit, expected) in [(0, left), (2, 2), (-1, left), (100_000, left)] {
            let events = client
                .read_events(ask(limit))
                .await
                .unwrap()
                .into_inner()
                .events;
            assert_eq!(
                (events.len(), events[0].sequence),
                (expected, 2),
                "limit {limit}"
            );
        }
        let nobody = ListHeadsRequest {
            producer: "nobody".to_owned(),
            epoch: None,
        };
        assert_eq!(
            client.list_heads(nobody).await.unwrap_err().code(),
            Code::NotFound
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_the_log_fits_into_a_message() {
    let Some(world) = World::new(Setup::Sqlite, 1).await else {
        return;
    };
    let log = world.log.clone();
    let work = async move |tx: &mut Tx| {
        for version in 1..=20 {
            let mut draft = draft(id(1), version);
            draft.payload.resize(256 * 1024, 0);
            log.append(tx, draft).await?;
        }
        Ok::<_, db::Error>(())
    };
    world.producer.db.write(work).await.unwrap();
    let routes = Routes::new(event_log_service([world.log.clone()])).prepare();
    let mut client = EventLogServiceClient::new(routes);
    let (mut after, mut answers) = (0, 0);
    while after < 20 {
        let request = ReadEventsRequest {
            producer: "sales".to_owned(),
            shard: 0,
            after,
            limit: 0,
        };
        let events = client
            .read_events(request)
            .await
            .unwrap()
            .into_inner()
            .events;
        assert_eq!(events[0].sequence, after + 1);
        after = events.last().unwrap().sequence;
        answers += 1;
    }
    assert!((2..10).contains(&answers), "{answers}");
}
