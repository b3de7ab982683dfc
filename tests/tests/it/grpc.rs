//! What any gRPC tool asks a server first: what it can do, and whether it is well. Nobody has to sign in for that.

use baton_chassis::test::{Engine, World};
use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use crate::directory::world;

async fn reflected(world: &World, message: MessageRequest) -> MessageResponse {
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(message),
    };
    let mut client = ServerReflectionClient::new(world.process.door());
    let answers = client
        .server_reflection_info(tokio_stream::once(request))
        .await;
    let answer = answers.unwrap().into_inner().next().await.unwrap();
    answer.unwrap().message_response.unwrap()
}

#[tokio::test]
async fn a_tool_without_our_contracts_learns_them_by_reflection() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let all = MessageRequest::ListServices(String::new());
        let MessageResponse::ListServicesResponse(services) = reflected(&world, all).await else {
            panic!("a list of services")
        };
        let names: Vec<_> = services.service.iter().map(|s| s.name.as_str()).collect();
        assert!(
            names.contains(&"baton.directory.v1.MemberService"),
            "{names:?}"
        );
        let symbol = "baton.sales.v1.OpportunityService.WinOpportunity";
        let file = MessageRequest::FileContainingSymbol(symbol.to_owned());
        let MessageResponse::FileDescriptorResponse(files) = reflected(&world, file).await else {
            panic!("a file that has {symbol}")
        };
        assert!(!files.file_descriptor_proto.is_empty());
    }
}

#[tokio::test]
async fn health_is_told_of_the_process_and_of_each_service_until_it_stops() {
    for engine in Engine::all() {
        let world = world(engine).await;
        world.process.ready().await.unwrap();
        let asked = async |service: &str| {
            let request = HealthCheckRequest {
                service: service.to_owned(),
            };
            let answer = HealthClient::new(world.process.door()).check(request).await;
            answer.map(|a| a.into_inner().status())
        };
        let members = "baton.directory.v1.MemberService";
        for service in ["", members] {
            assert_eq!(asked(service).await.unwrap(), ServingStatus::Serving);
        }
        let elsewhere = asked("baton.sales.v1.OpportunityService").await;
        assert_eq!(elsewhere.unwrap_err().code(), Code::NotFound);
        world.process.stop().await;
        for service in ["", members] {
            assert_eq!(asked(service).await.unwrap(), ServingStatus::NotServing);
        }
    }
}
