//! Stories of the distributed system itself: real processes, a real clock, real power cuts.

use std::error::Error;

use baton_proto::{
    directory::v1::{
        CreateSessionRequest, GetMeRequest, session_service_client::SessionServiceClient,
    },
    marketing::v1::{
        Campaign, CampaignKind, CreateCampaignRequest, GetCampaignRequest,
        campaign_service_client::CampaignServiceClient,
    },
};
use baton_tests::stack::{Ground, Stack};
use tonic::{Request, metadata::MetadataValue, transport::Channel};

/// A stack for one test, on the servers that the tests run with; none where the tests go without them.
async fn stack(name: &str, folder: &tempfile::TempDir) -> Option<Stack> {
    let ground = Ground::of_tests(name, folder.path())?;
    Some(Stack::start(&ground).await.unwrap())
}

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

#[tokio::test]
async fn a_service_that_lost_its_power_comes_back_with_all_it_had_answered() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut stack) = stack("power_cut", &folder).await else {
        return;
    };
    let token = sign_in(&stack).await;
    let campaign = Campaign {
        name: "Spring fair".into(),
        kind: CampaignKind::Exhibition.into(),
        ..Campaign::default()
    };
    let create = CreateCampaignRequest {
        campaign: Some(campaign),
        request_id: "fair".into(),
    };

    let mut campaigns = CampaignServiceClient::new(channel(&stack, "marketing").await);
    let created = campaigns
        .create_campaign(signed(&token, create.clone()))
        .await
        .unwrap();
    let created = created.into_inner().campaign.unwrap();
    stack.kill("marketing").await.unwrap();
    stack.start_again("marketing").await.unwrap();

    let mut campaigns = CampaignServiceClient::new(channel(&stack, "marketing").await);
    let get = GetCampaignRequest {
        id: created.id.clone(),
    };
    let found = campaigns
        .get_campaign(signed(&token, get))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(found.campaign.unwrap(), created);
    let again = campaigns
        .create_campaign(signed(&token, create))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        again.campaign.unwrap(),
        created,
        "the same request is the same campaign"
    );
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_is_good_in_every_process() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let Some(stack) = stack("session", &folder).await else {
        return Ok(());
    };
    let token = sign_in(&stack).await;
    for service in ["directory", "gateway"] {
        let mut sessions = SessionServiceClient::new(channel(&stack, service).await);
        let me = sessions
            .get_me(signed(&token, GetMeRequest {}))
            .await?
            .into_inner();
        assert_eq!(me.member.unwrap_or_default().name, "admin", "{service}");
    }
    stack.stop().await?;
    Ok(())
}
