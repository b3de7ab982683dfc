//! Stories of the watch: who keeps a screen up to date is told that something has changed, where he has a right, until he goes.

use std::{collections::BTreeSet, time::Duration};

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    directory::v1::{RevokeSessionsRequest, member_service_client::MemberServiceClient},
    insight::v1::{WatchRequest, WatchResponse, watch_service_client::WatchServiceClient},
};
use tonic::{Code, Status, Streaming};

use crate::{
    answers::{refused, told},
    commerce::account,
    customer::Firm,
    sales::open,
};

async fn watch(world: &World, who: &Person) -> Streaming<WatchResponse> {
    let mut client = WatchServiceClient::new(world.link_as(who));
    told(client.watch(WatchRequest {}).await)
}

/// What is told next, within the time of a sign of life.
async fn next(told: &mut Streaming<WatchResponse>) -> Result<Option<WatchResponse>, Status> {
    let message = tokio::time::timeout(Duration::from_secs(30), told.message()).await;
    message.expect("something is told, if only a sign of life")
}

fn producers(message: &WatchResponse) -> BTreeSet<&str> {
    message.moved.iter().map(|m| m.producer.as_str()).collect()
}

/// Waits until all of these have moved.
async fn until_moved(told: &mut Streaming<WatchResponse>, expected: &[&str]) {
    let mut left: BTreeSet<&str> = expected.iter().copied().collect();
    while !left.is_empty() {
        let message = next(told).await.unwrap().expect("it goes on");
        left.retain(|producer| !producers(&message).contains(producer));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_is_told_at_once_where_all_stand_and_then_who_has_moved() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let mut told = watch(world, &firm.boss).await;
        let first = next(&mut told).await.unwrap().unwrap();
        let all = ["commerce", "customer", "directory", "marketing", "sales"];
        assert_eq!(producers(&first), all.into());
        open(world, &firm.seller).await;
        until_moved(&mut told, &["customer", "sales"]).await;
        account(world, &firm.seller, "Acme").await;
        until_moved(&mut told, &["customer"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_a_service_that_he_has_no_right_in() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let mut told = watch(world, &firm.analyst).await;
        let first = next(&mut told).await.unwrap().unwrap();
        assert_eq!(producers(&first), ["directory"].into());
        open(world, &firm.seller).await;
        world.member("salesperson").await;
        let message = next(&mut told).await.unwrap().unwrap();
        assert_eq!(producers(&message), ["directory"].into());

        let mut stranger = WatchServiceClient::new(world.link_as_stranger());
        let refusal = stranger.watch(WatchRequest {}).await;
        assert_eq!(refused(refusal).0, Code::Unauthenticated);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_ends_with_the_session_and_with_the_process() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let (mut boss, mut seller) = (
            watch(world, &firm.boss).await,
            watch(world, &firm.seller).await,
        );
        for told in [&mut boss, &mut seller] {
            next(told).await.unwrap().unwrap();
        }
        let end = RevokeSessionsRequest {
            id: firm.seller.id.to_string(),
            ..Default::default()
        };
        let mut members = MemberServiceClient::new(world.link_as(&firm.boss));
        told(members.revoke_sessions(end).await);
        world.settle().await;
        let over = loop {
            match next(&mut seller).await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the end of a session is told"),
                Err(status) => break status,
            }
        };
        assert_eq!(over.code(), Code::Unauthenticated);

        world.process.stop().await;
        let whole = async { while next(&mut boss).await.unwrap().is_some() {} };
        let ended = tokio::time::timeout(Duration::from_secs(5), whole).await;
        assert!(ended.is_ok(), "nobody waits for who watches");
    }
}
