//! Stories of gRPC-Web: a browser asks every service by the same rules as anybody.

use baton_chassis::test::Engine;
use baton_proto::{chain::v1 as chain, directory::v1 as pb, log::v1 as log, sales::v1 as sales};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::{
    answers::refused,
    gateway::{Caller, world},
};

const CREATE_DEPARTMENT: &str = "directory.v1.DepartmentService/CreateDepartment";

fn department(name: &str) -> pb::CreateDepartmentRequest {
    pb::CreateDepartmentRequest {
        department: Some(pb::Department {
            name: name.to_owned(),
            ..pb::Department::default()
        }),
        request_id: "one".to_owned(),
    }
}

#[tokio::test]
async fn a_browser_reads_and_writes_like_any_other_program() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let me: pb::GetMeResponse = admin
            .web("directory.v1.SessionService/GetMe", pb::GetMeRequest {})
            .await
            .unwrap();
        assert_eq!(me.member.unwrap().name, "admin");

        let made: pb::CreateDepartmentResponse = admin
            .web(CREATE_DEPARTMENT, department("销售部"))
            .await
            .unwrap();
        let again: pb::CreateDepartmentResponse = admin
            .web(CREATE_DEPARTMENT, department("销售部"))
            .await
            .unwrap();
        assert_eq!(made, again, "one request, one department");

        let unnamed = admin
            .reading("zh-CN")
            .web::<pb::CreateDepartmentResponse>(
                CREATE_DEPARTMENT,
                pb::CreateDepartmentRequest::default(),
            )
            .await
            .unwrap_err();
        let details = unnamed.get_error_details();
        let violations = &details.bad_request().unwrap().field_violations;
        assert_eq!(violations[0].field, "department.name");
        assert_eq!(details.localized_message().unwrap().locale, "zh-CN");
    }
}

#[tokio::test]
async fn what_people_may_not_call_is_refused_to_a_browser_too() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin = Caller::of(&world, &world.admin().await);
        let stranger = Caller::stranger(&world);
        let me = "directory.v1.SessionService/GetMe";
        let unknown = stranger.web::<pb::GetMeResponse>(me, pb::GetMeRequest {});
        assert_eq!(
            refused(unknown.await),
            (Code::Unauthenticated, "UNAUTHENTICATED".to_owned())
        );
        let seller = Caller::of(&world, &world.member("salesperson").await);
        let denied = seller.web::<pb::CreateDepartmentResponse>(CREATE_DEPARTMENT, department("x"));
        assert_eq!(
            refused(denied.await),
            (Code::PermissionDenied, "DENIED".to_owned())
        );
        let issue = admin.web::<pb::IssueTokenResponse>(
            "directory.v1.SessionService/IssueToken",
            pb::IssueTokenRequest {
                user: "admin".to_owned(),
            },
        );
        assert_eq!(
            refused(issue.await),
            (Code::PermissionDenied, "DENIED".to_owned())
        );
        // What services ask each other has no way in at all.
        let unknown = (Code::Unimplemented, "UNKNOWN_METHOD".to_owned());
        let heads = admin.web::<log::ListHeadsResponse>(
            "log.v1.EventLogService/ListHeads",
            log::ListHeadsRequest::default(),
        );
        assert_eq!(refused(heads.await), unknown);
        let nodes = admin.web::<chain::CheckNodesResponse>(
            "chain.v1.ChainService/CheckNodes",
            chain::CheckNodesRequest::default(),
        );
        assert_eq!(refused(nodes.await), unknown);
    }
}

#[tokio::test]
async fn a_service_that_is_away_is_named_to_a_browser() {
    let world = world(Engine::Sqlite).await;
    let admin = Caller::of(&world, &world.admin().await);
    let away = admin.web::<sales::ListOpportunitiesResponse>(
        "sales.v1.OpportunityService/ListOpportunities",
        sales::ListOpportunitiesRequest::default(),
    );
    assert_eq!(
        refused(away.await),
        (Code::Unavailable, "SERVICE_AWAY".to_owned())
    );
}
