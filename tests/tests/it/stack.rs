//! Stories of the distributed system itself: real processes, a real clock, real power cuts.

use baton_proto::{
    directory::v1::{CreateSessionRequest, session_service_client::SessionServiceClient},
    marketing::v1::{
        Campaign, CampaignKind, CreateCampaignRequest, GetCampaignRequest,
        campaign_service_client::CampaignServiceClient,
    },
};
use baton_tests::stack::{Ground, Stack};
use tonic::{Request, metadata::MetadataValue, transport::Channel};

async fn channel(stack: &Stack, service: &str) -> Channel {
    let (_, address) = stack.grpc().find(|(name, _)| *name == service).unwrap();
    Channel::from_shared(address)
        .unwrap()
        .connect()
        .await
        .unwrap()
}

async fn sign_in(stack: &Stack) -> String {
    let who = stack.sign_in().unwrap().clone();
    let request = CreateSessionRequest {
        user: who.user,
        password: who.password,
        ..CreateSessionRequest::default()
    };
    let mut sessions = SessionServiceClient::new(channel(stack, "directory").await);
    sessions
        .create_session(request)
        .await
        .unwrap()
        .into_inner()
        .token
}

fn signed<R>(token: &str, request: R) -> Request<R> {
    let mut request = Request::new(request);
    let bearer: MetadataValue<_> = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", bearer);
    request
}

/// Creates the one campaign of these stories; asked again, it is the same request.
async fn create(stack: &Stack, token: &str) -> Campaign {
    let campaign = Campaign {
        name: "Spring fair".into(),
        kind: CampaignKind::Exhibition.into(),
        ..Campaign::default()
    };
    let request = CreateCampaignRequest {
        campaign: Some(campaign),
        request_id: "fair".into(),
    };
    let mut campaigns = CampaignServiceClient::new(channel(stack, "marketing").await);
    let created = campaigns
        .create_campaign(signed(token, request))
        .await
        .unwrap();
    created.into_inner().campaign.unwrap()
}

async fn find(stack: &Stack, token: &str, id: &str) -> Campaign {
    let mut campaigns = CampaignServiceClient::new(channel(stack, "marketing").await);
    let request = GetCampaignRequest { id: id.to_owned() };
    campaigns
        .get_campaign(signed(token, request))
        .await
        .unwrap()
        .into_inner()
        .campaign
        .unwrap()
}

#[tokio::test]
async fn a_service_that_lost_its_power_comes_back_with_all_it_had_answered() {
    let folder = tempfile::tempdir().unwrap();
    let Some(ground) = Ground::of_tests("power_cut", folder.path()) else {
        return;
    };
    let mut stack = Stack::start(&ground).await.unwrap();
    let token = sign_in(&stack).await;
    let created = create(&stack, &token).await;

    stack.kill("marketing").await.unwrap();
    stack.start_again("marketing").await.unwrap();

    assert_eq!(find(&stack, &token, &created.id).await, created);
    assert_eq!(
        create(&stack, &token).await,
        created,
        "the same request is the same campaign"
    );
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn a_system_that_was_stopped_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let Some(ground) = Ground::of_tests("pause", folder.path()) else {
        return;
    };
    let stack = Stack::start(&ground).await.unwrap();
    let token = sign_in(&stack).await;
    let created = create(&stack, &token).await;
    stack.stop().await.unwrap();

    let stack = Stack::start(&ground).await.unwrap();

    assert!(stack.sign_in().is_none(), "the first password is told once");
    assert_eq!(find(&stack, &token, &created.id).await, created);
    stack.stop().await.unwrap();
}
