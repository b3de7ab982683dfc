//! Stories of departments.

use baton_chassis::test::Engine;
use baton_proto::directory::v1 as pb;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    directory::{Desk, world},
};

#[tokio::test]
async fn a_department_is_created_and_renamed() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let sales = admin.department("Sales").await.unwrap();
        for (name, rule) in [("Sales", "NAME_TAKEN"), (" ", "REQUIRED")] {
            let wrong = violations(admin.department(name).await);
            assert_eq!(wrong, pairs(&[("department.name", rule)]));
        }
        let rename = pb::UpdateDepartmentRequest {
            department: Some(pb::Department {
                name: "销售部".into(),
                ..sales.clone()
            }),
            update_mask: mask(&["name"]),
            etag: sales.etag,
            request_id: String::new(),
        };
        let renamed = told(admin.departments.update_department(rename.clone()).await).department;
        assert_eq!(renamed.as_ref().unwrap().name, "销售部");
        let stale = admin.departments.update_department(rename).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));

        let get = pb::GetDepartmentRequest { id: sales.id };
        assert_eq!(
            told(admin.departments.get_department(get).await).department,
            renamed
        );
    }
}

#[tokio::test]
async fn a_department_that_is_put_away_stays_so_and_sets_its_name_free() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let id = admin.department("Sales").await.unwrap().id;
        let away = pb::ArchiveDepartmentRequest {
            id,
            ..Default::default()
        };
        told(admin.departments.archive_department(away.clone()).await);
        let again = admin.departments.archive_department(away).await;
        assert_eq!(
            refused(again),
            (Code::FailedPrecondition, "DEPARTMENT_ARCHIVED".into())
        );
        admin.department("Sales").await.unwrap();
        for state in [pb::DepartmentState::Active, pb::DepartmentState::Archived] {
            let request = pb::ListDepartmentsRequest {
                state: state.into(),
                ..Default::default()
            };
            let page = told(admin.departments.list_departments(request).await);
            let states: Vec<_> = page.departments.iter().map(pb::Department::state).collect();
            assert_eq!(states, [state]);
        }
    }
}

#[tokio::test]
async fn a_department_in_use_is_not_put_away() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let sales = admin.department("Sales").await.unwrap();
        let li = admin
            .hire("li", "salesperson", "correct horse battery")
            .await;
        let belongs = |department_id: &str| pb::UpdateMemberRequest {
            member: Some(pb::Member {
                id: li.id.clone(),
                department_id: department_id.into(),
                ..pb::Member::default()
            }),
            update_mask: mask(&["department_id"]),
            ..pb::UpdateMemberRequest::default()
        };
        admin
            .members
            .update_member(belongs(&sales.id))
            .await
            .unwrap();
        let away = pb::ArchiveDepartmentRequest {
            id: sales.id.clone(),
            ..Default::default()
        };
        let told = admin
            .departments
            .archive_department(away.clone())
            .await
            .unwrap_err();
        assert_eq!(
            told.message(),
            "Active members still belong to the department: 1. Move them first."
        );

        admin.members.update_member(belongs("")).await.unwrap();
        let grant = pb::Grant {
            function: pb::Function::Sales.into(),
            access: pb::Access::Read.into(),
            scope: pb::GrantScope::All.into(),
            grantee: Some(pb::grant::Grantee::DepartmentId(sales.id.clone())),
            ..pb::Grant::default()
        };
        let request = pb::CreateGrantRequest {
            grant: Some(grant),
            request_id: String::new(),
        };
        admin.grants.create_grant(request).await.unwrap();
        let granted = admin.departments.archive_department(away).await;
        assert_eq!(
            refused(granted),
            (Code::FailedPrecondition, "DEPARTMENT_HAS_GRANTS".into())
        );
    }
}

#[tokio::test]
async fn departments_are_administration_and_open_to_all_who_are_signed_in() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let sales = admin.department("Sales").await.unwrap();
        let mut seller = Desk::of(&world, &world.member("salesperson").await);
        let mut stranger = Desk::new(world.link_as_stranger());
        assert_eq!(
            refused(seller.department("Mine").await).0,
            Code::PermissionDenied
        );
        let rename = pb::UpdateDepartmentRequest {
            department: Some(sales.clone()),
            ..Default::default()
        };
        assert_eq!(
            refused(seller.departments.update_department(rename).await).0,
            Code::PermissionDenied
        );

        let get = pb::GetDepartmentRequest { id: sales.id };
        assert!(seller.departments.get_department(get.clone()).await.is_ok());
        assert_eq!(
            refused(stranger.departments.get_department(get).await).0,
            Code::Unauthenticated
        );
        let all = pb::ListDepartmentsRequest::default();
        assert!(
            seller
                .departments
                .list_departments(all.clone())
                .await
                .is_ok()
        );
        assert_eq!(
            refused(stranger.departments.list_departments(all).await).0,
            Code::Unauthenticated
        );
    }
}
