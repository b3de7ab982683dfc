//! Stories of grants: which function is carried out by whom is configuration.

use baton_chassis::test::Engine;
use baton_proto::directory::v1 as pb;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    directory::{Desk, world},
};

fn grant(function: pb::Function, scope: pb::GrantScope, role: &str) -> pb::CreateGrantRequest {
    let grant = pb::Grant {
        function: function.into(),
        access: pb::Access::Write.into(),
        scope: scope.into(),
        grantee: Some(pb::grant::Grantee::Role(role.into())),
        ..pb::Grant::default()
    };
    pb::CreateGrantRequest {
        grant: Some(grant),
        request_id: String::new(),
    }
}

fn revoke(id: &str) -> pb::RevokeGrantRequest {
    pb::RevokeGrantRequest {
        id: id.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_grant_gives_a_right_at_once_and_revoking_takes_it_away() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let clerk = grant(
            pb::Function::Administration,
            pb::GrantScope::All,
            "personnel_clerk",
        );
        let granted = told(admin.grants.create_grant(clerk.clone()).await)
            .grant
            .unwrap();
        let get = pb::GetGrantRequest {
            id: granted.id.clone(),
        };
        assert_eq!(
            told(admin.grants.get_grant(get).await).grant.unwrap(),
            granted
        );
        let twice = admin.grants.create_grant(clerk).await;
        assert_eq!(refused(twice), (Code::AlreadyExists, "EXISTS".into()));

        let mut clerk = Desk::of(&world, &world.member("personnel_clerk").await);
        clerk.department("Personnel").await.unwrap();
        let revoked = told(admin.grants.revoke_grant(revoke(&granted.id)).await);
        assert_eq!(revoked.grant.unwrap().state(), pb::GrantState::Revoked);
        world.settle().await;
        assert_eq!(
            refused(clerk.department("Archive").await).0,
            Code::PermissionDenied
        );
        let again = admin.grants.revoke_grant(revoke(&granted.id)).await;
        assert_eq!(
            refused(again),
            (Code::FailedPrecondition, "GRANT_ALREADY_REVOKED".into())
        );
    }
}

#[tokio::test]
async fn a_department_carries_out_a_function_for_all_who_belong_to_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let department = admin.department("Personnel").await.unwrap();
        let to_department = pb::Grant {
            function: pb::Function::Administration.into(),
            access: pb::Access::Read.into(),
            scope: pb::GrantScope::All.into(),
            grantee: Some(pb::grant::Grantee::DepartmentId(department.id.clone())),
            ..pb::Grant::default()
        };
        let request = pb::CreateGrantRequest {
            grant: Some(to_department),
            request_id: String::new(),
        };
        admin.grants.create_grant(request).await.unwrap();

        let seller = world.member("salesperson").await;
        let mut desk = Desk::of(&world, &seller);
        let list = pb::ListGrantsRequest {
            department_id: department.id.clone(),
            ..Default::default()
        };
        assert_eq!(
            refused(desk.grants.list_grants(list.clone()).await).0,
            Code::PermissionDenied
        );
        let joins = pb::UpdateMemberRequest {
            member: Some(pb::Member {
                id: seller.id.to_string(),
                department_id: department.id,
                ..pb::Member::default()
            }),
            update_mask: mask(&["department_id"]),
            ..pb::UpdateMemberRequest::default()
        };
        admin.members.update_member(joins).await.unwrap();
        world.settle().await;
        assert_eq!(told(desk.grants.list_grants(list).await).grants.len(), 1);
        // To read is not to change.
        assert_eq!(
            refused(desk.department("Mine").await).0,
            Code::PermissionDenied
        );
    }
}

#[tokio::test]
async fn the_last_grant_of_administration_stays() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let boss = admin
            .grants_of("boss", pb::Function::Administration)
            .await
            .remove(0);
        let administrator = admin
            .grants_of("administrator", pb::Function::Administration)
            .await
            .remove(0);
        let last = (Code::FailedPrecondition, "LAST_ADMINISTRATOR".to_owned());
        // Nobody is a boss yet, so the bosses' grant keeps nobody in.
        assert_eq!(
            refused(admin.grants.revoke_grant(revoke(&administrator.id)).await),
            last
        );
        admin.grants.revoke_grant(revoke(&boss.id)).await.unwrap();
        world.member("boss").await;
        assert_eq!(
            refused(admin.grants.revoke_grant(revoke(&administrator.id)).await),
            last
        );
    }
}

#[tokio::test]
async fn a_grant_that_makes_no_sense_is_refused() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let own = grant(pb::Function::Administration, pb::GrantScope::Own, "clerk");
        let told = admin.grants.create_grant(own).await;
        assert_eq!(
            refused(told),
            (Code::FailedPrecondition, "GRANT_SCOPE_MEANINGLESS".into())
        );
        let empty = admin
            .grants
            .create_grant(pb::CreateGrantRequest::default())
            .await;
        let expected = pairs(&[
            ("grant.function", "REQUIRED"),
            ("grant.access", "REQUIRED"),
            ("grant.scope", "REQUIRED"),
            ("grant.role", "REQUIRED"),
        ]);
        assert_eq!(violations(empty), expected);
    }
}

#[tokio::test]
async fn a_new_organisation_begins_with_the_roles_of_a_small_firm() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        for (role, grants) in [
            ("salesperson", 5),
            ("sales_manager", 7),
            ("boss", 9),
            ("administrator", 9),
        ] {
            let all = pb::ListGrantsRequest {
                role: role.into(),
                count: true,
                ..Default::default()
            };
            let page = told(admin.grants.list_grants(all).await);
            assert_eq!(page.total_size, grants, "{role}");
        }
        let mut seller = Desk::of(&world, &world.member("salesperson").await);
        let get = pb::GetGrantRequest {
            id: "0190163d-8694-739b-aea5-966c26f8ad90".into(),
        };
        assert_eq!(
            refused(seller.grants.get_grant(get).await).0,
            Code::PermissionDenied
        );
    }
}
