//! A process that slept for longer than its lease, and wakes up after another one has taken over.

use std::sync::atomic::{AtomicUsize, Ordering};

use baton_chassis::{
    Error, Result, Service,
    operation::{FailedFn, Next, Step},
    test::{Engine, World},
};
use baton_proto::{commerce::v1 as commerce, sales::v1 as pb};
use baton_sales::{hand_over, handoffs::ForCommerce as _, project::Project};
use chrono::Duration;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use crate::{
    answers::told,
    cases::moment,
    commerce::contracts,
    sales_project_hand_over::{latest, request, won},
    sales_projects::projects,
};

/// Steps that were begun.
static BEGUN: AtomicUsize = AtomicUsize::new(0);
/// Lets the sleeper go on.
static WAKE: Semaphore = Semaphore::const_new(0);

/// The first attempt sleeps once commerce has answered. Another one takes over, and does not get far either: the last step
/// has to be done again later.
fn sleepy(step: &Step) -> BoxFuture<'_, Result<Next>> {
    Box::pin(async move {
        let begun = BEGUN.fetch_add(1, Ordering::SeqCst);
        let done = hand_over::step::<Project>(step).await?;
        match begun {
            0 => WAKE.acquire().await.map_err(Error::internal)?.forget(),
            2 => return Err(Error::Unavailable("a neighbour".to_owned())),
            _ => {}
        }
        Ok(done)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wakes_up_after_its_lease_counts_no_step_twice() {
    for engine in Engine::all() {
        BEGUN.store(0, Ordering::SeqCst);
        let failed: FailedFn =
            |act, operation, why| Box::pin(hand_over::failed::<Project>(act, operation, why));
        let mut services: Vec<Service> = baton::services();
        services.retain(|s| !["sales", "gateway"].contains(&s.name()));
        let sales = baton_sales::service();
        services.push(sales.operation(Project::HAND_OVER, sleepy, failed));
        let world = World::new(engine, services).await;
        let seller = world.member("salesperson").await;
        let (first, second) = (won(&world, &seller).await, won(&world, &seller).await);
        let hand_over = async |project: &pb::Project| {
            let contract = pb::HandOverProjectRequest {
                request_id: project.id.clone(),
                ..request(project, pb::HandOverTarget::Contract)
            };
            told(projects(&world, &seller).hand_over_project(contract).await);
        };
        hand_over(&first).await;
        // The loop of the process sleeps; here another one comes by, after the lease.
        world.advance(Duration::seconds(31)).await;
        assert_eq!(BEGUN.load(Ordering::SeqCst), 3);
        let before = latest(&world, &seller, &first.id).await;
        assert_eq!(
            (before.step, before.state()),
            (1, pb::HandOverState::Running)
        );
        WAKE.add_permits(1);
        // The loop goes on with something else when it is through with this.
        hand_over(&second).await;
        for _ in 0..200 {
            if latest(&world, &seller, &second.id).await.state() == pb::HandOverState::Completed {
                break;
            }
            moment().await;
        }
        assert_eq!(latest(&world, &seller, &first.id).await, before);
        world.advance(Duration::minutes(1)).await;
        let mut made = Vec::new();
        for project in [&first, &second] {
            let done = latest(&world, &seller, &project.id).await;
            assert_eq!((done.step, done.state()), (2, pb::HandOverState::Completed));
            made.push(done.made_id);
        }
        let all = contracts(&world, &seller)
            .list_contracts(commerce::ListContractsRequest::default())
            .await;
        let mut ids: Vec<_> = told(all).contracts.into_iter().map(|c| c.id).collect();
        ids.sort();
        made.sort();
        assert_eq!(ids, made);
    }
}
