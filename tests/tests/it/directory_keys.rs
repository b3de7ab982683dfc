//! Stories of keys by which programs act for members.

use baton_chassis::{
    link::Link,
    test::{Engine, World},
    wire::timestamp,
};
use baton_proto::directory::v1 as pb;
use chrono::TimeDelta;
use tonic::{Code, Status};

use crate::{
    answers::{pairs, refused, told, violations},
    directory::{Desk, bearing, world},
};

const PASSWORD: &str = "correct horse battery";

/// A key that is limited to some functions, for 30 days.
pub fn wanted(world: &World, functions: &[(pb::Function, pb::Access)]) -> pb::ApiKey {
    let function = |(f, a): &(pb::Function, pb::Access)| pb::ApiKeyFunction {
        function: (*f).into(),
        access: (*a).into(),
    };
    pb::ApiKey {
        name: "web forms".to_owned(),
        functions: functions.iter().map(function).collect(),
        expire_time: Some(timestamp(world.clock.now() + TimeDelta::days(30))),
        ..pb::ApiKey::default()
    }
}

/// Makes a key.
pub async fn make(desk: &mut Desk, key: pb::ApiKey) -> (pb::ApiKey, String) {
    let request = pb::CreateApiKeyRequest { api_key: Some(key) };
    let made = told(desk.keys.create_api_key(request).await);
    (made.api_key.unwrap(), made.key)
}

/// The token of a program that shows a key.
pub async fn exchange(world: &World, key: &str) -> Result<String, Status> {
    let mut stranger = Desk::new(world.link_as_stranger());
    let request = pb::ExchangeApiKeyRequest {
        key: key.to_owned(),
    };
    let exchanged = stranger.keys.exchange_api_key(request).await?;
    Ok(exchanged.into_inner().token)
}

async fn by(world: &World, key: &str) -> Link {
    bearing(world, &exchange(world, key).await.unwrap())
}

fn revoking(key: &pb::ApiKey, etag: &str) -> pb::RevokeApiKeyRequest {
    pb::RevokeApiKeyRequest {
        id: key.id.clone(),
        etag: etag.to_owned(),
        request_id: String::new(),
    }
}

fn unknown() -> (Code, String) {
    (Code::Unauthenticated, "UNAUTHENTICATED".to_owned())
}

#[tokio::test]
async fn a_program_acts_for_its_member_within_the_functions_of_its_key() {
    use pb::{Access, Function};
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let limit = [(Function::Administration, Access::Read)];
        let (made, key) = make(&mut admin, wanted(&world, &limit)).await;
        assert!(key.starts_with("baton_"));
        assert_eq!(made.last_used_time, None);
        let mut program = Desk::new(by(&world, &key).await);
        let me = told(program.sessions.get_me(pb::GetMeRequest {}).await);
        assert_eq!(me.member.unwrap().name, "admin");
        let may: Vec<_> = me
            .functions
            .iter()
            .map(|f| (f.function(), f.access()))
            .collect();
        assert_eq!(may, limit);

        told(
            program
                .grants
                .list_grants(pb::ListGrantsRequest::default())
                .await,
        );
        let request = pb::CreateDepartmentRequest::default();
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        assert_eq!(
            refused(program.departments.create_department(request).await),
            denied
        );
        // The member himself may, all the while.
        admin.department("Sales").await.unwrap();

        let listed = told(
            admin
                .keys
                .list_api_keys(pb::ListApiKeysRequest::default())
                .await,
        );
        assert!(listed.api_keys[0].last_used_time.is_some());

        let (_, writes) = make(
            &mut admin,
            wanted(&world, &[(Function::Administration, Access::Write)]),
        )
        .await;
        let mut program = Desk::new(by(&world, &writes).await);
        program.department("Marketing").await.unwrap();
    }
}

#[tokio::test]
async fn no_key_makes_keys_sets_passwords_or_touches_second_factors() {
    use pb::{Access, Function};
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        let limit = Function::Administration;
        let (made, key) = make(&mut admin, wanted(&world, &[(limit, Access::Write)])).await;
        let mut program = Desk::new(by(&world, &key).await);
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        let key = pb::CreateApiKeyRequest {
            api_key: Some(wanted(&world, &[(limit, Access::Read)])),
        };
        assert_eq!(refused(program.keys.create_api_key(key).await), denied);
        assert_eq!(
            refused(program.keys.revoke_api_key(revoking(&made, "")).await),
            denied
        );
        let list = pb::ListApiKeysRequest::default();
        assert_eq!(refused(program.keys.list_api_keys(list).await), denied);
        let password = pb::SetPasswordRequest {
            id: li.id.clone(),
            new_password: "another horse battery".to_owned(),
            ..pb::SetPasswordRequest::default()
        };
        assert_eq!(
            refused(program.members.set_password(password).await),
            denied
        );
        let link = pb::CreatePasswordLinkRequest {
            member_id: li.id.clone(),
            purpose: pb::PasswordLinkPurpose::Reset.into(),
        };
        assert_eq!(
            refused(program.links.create_password_link(link).await),
            denied
        );
        let remove = pb::RemoveTotpRequest {
            id: li.id.clone(),
            ..pb::RemoveTotpRequest::default()
        };
        assert_eq!(refused(program.factors.remove_totp(remove).await), denied);
        let start = pb::StartTotpRequest::default();
        assert_eq!(refused(program.factors.start_totp(start).await), denied);
        let confirm = pb::ConfirmTotpRequest::default();
        assert_eq!(refused(program.factors.confirm_totp(confirm).await), denied);
        let get = pb::GetSecondFactorRequest { id: li.id.clone() };
        assert_eq!(
            refused(program.factors.get_second_factor(get).await),
            denied
        );
        let end = pb::RevokeSessionsRequest {
            id: li.id,
            ..pb::RevokeSessionsRequest::default()
        };
        assert_eq!(refused(program.members.revoke_sessions(end).await), denied);

        // What one may do to oneself, a key of one's own may not.
        let mut boss = Desk::of(&world, &world.member("boss").await);
        let (made, key) = make(
            &mut boss,
            wanted(&world, &[(Function::Sales, Access::Write)]),
        )
        .await;
        let mut program = Desk::new(by(&world, &key).await);
        let update = pb::UpdateMemberRequest {
            member: Some(pb::Member {
                id: made.member_id,
                language: "en".to_owned(),
                ..pb::Member::default()
            }),
            update_mask: crate::answers::mask(&["language"]),
            ..pb::UpdateMemberRequest::default()
        };
        assert_eq!(refused(program.members.update_member(update).await), denied);
    }
}

#[tokio::test]
async fn a_key_ends_when_it_is_taken_back_when_its_time_is_over_and_with_its_member() {
    use pb::{
        Access,
        ApiKeyState::{self, Expired, Revoked},
        Function,
    };
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = world.member("boss").await;
        let mut desk = Desk::of(&world, &li);
        let sales = wanted(&world, &[(Function::Sales, Access::Read)]);

        let (made, key) = make(&mut desk, sales.clone()).await;
        let mut program = Desk::new(by(&world, &key).await);
        told(program.sessions.get_me(pb::GetMeRequest {}).await);
        // To end one's sessions ends no program.
        let end = pb::RevokeSessionsRequest {
            id: li.id.to_string(),
            ..pb::RevokeSessionsRequest::default()
        };
        told(admin.members.revoke_sessions(end).await);
        world.settle().await;
        told(program.sessions.get_me(pb::GetMeRequest {}).await);
        let mut line = Desk::new(world.link_as_service("command-line", "directory", None));
        let user = li.name.clone();
        let issued = line.sessions.issue_token(pb::IssueTokenRequest { user });
        let mut desk = Desk::new(bearing(&world, &told(issued.await).token));

        assert_eq!(
            refused(desk.keys.revoke_api_key(revoking(&made, "v9")).await).1,
            "STALE"
        );
        let revoked = told(desk.keys.revoke_api_key(revoking(&made, &made.etag)).await);
        assert_eq!(revoked.api_key.unwrap().state(), ApiKeyState::Revoked);
        world.settle().await;
        // Its tokens are good for nothing from this moment on.
        assert_eq!(
            refused(program.sessions.get_me(pb::GetMeRequest {}).await),
            unknown()
        );
        assert_eq!(refused(exchange(&world, &key).await), unknown());
        let twice = desk.keys.revoke_api_key(revoking(&made, "")).await;
        assert_eq!(refused(twice).1, "API_KEY_ALREADY_OVER");
        for wrong in ["", "baton_x_y", &key[..40], &format!("{key}x")] {
            assert_eq!(refused(exchange(&world, wrong).await), unknown(), "{wrong}");
        }

        let (_, key) = make(&mut desk, sales.clone()).await;
        let deactivate = pb::DeactivateMemberRequest {
            id: li.id.to_string(),
            ..pb::DeactivateMemberRequest::default()
        };
        let mut program = Desk::new(by(&world, &key).await);
        told(admin.members.deactivate_member(deactivate).await);
        world.settle().await;
        assert_eq!(
            refused(program.sessions.get_me(pb::GetMeRequest {}).await),
            unknown()
        );
        assert_eq!(refused(exchange(&world, &key).await), unknown());

        // What is listed by time has times of its own.
        world.clock.advance(TimeDelta::seconds(1));
        let (_, key) = make(&mut admin, sales).await;
        world
            .advance(TimeDelta::days(30) - TimeDelta::minutes(2))
            .await;
        let mut program = Desk::new(by(&world, &key).await);
        world
            .advance(TimeDelta::minutes(2) + TimeDelta::seconds(31))
            .await;
        assert_eq!(
            refused(program.sessions.get_me(pb::GetMeRequest {}).await),
            unknown()
        );
        assert_eq!(refused(exchange(&world, &key).await), unknown());
        let mut admin = Desk::of(&world, &world.admin().await);
        let list = pb::ListApiKeysRequest {
            count: true,
            ..pb::ListApiKeysRequest::default()
        };
        let listed = told(admin.keys.list_api_keys(list).await);
        let states: Vec<_> = listed.api_keys.iter().map(pb::ApiKey::state).collect();
        assert_eq!(
            (states, listed.total_size),
            (vec![Expired, Revoked, Revoked], 3)
        );
    }
}

#[tokio::test]
async fn everybody_has_keys_of_his_own_and_administration_has_everybodys() {
    use pb::{Access, Function};
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = world.member("salesperson").await;
        let han = world.member("salesperson").await;
        let (mut li_desk, mut han_desk) = (Desk::of(&world, &li), Desk::of(&world, &han));
        let sales = wanted(&world, &[(Function::Sales, Access::Read)]);
        let (his, _) = make(&mut li_desk, sales.clone()).await;
        assert_eq!(his.member_id, li.id.to_string());

        let foreign = han_desk.keys.revoke_api_key(revoking(&his, "")).await;
        assert_eq!(refused(foreign), (Code::NotFound, "NOT_FOUND".to_owned()));
        let of = |member: &str| pb::ListApiKeysRequest {
            member_id: member.to_owned(),
            ..pb::ListApiKeysRequest::default()
        };
        assert!(
            told(han_desk.keys.list_api_keys(of("")).await)
                .api_keys
                .is_empty()
        );
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        let foreign = han_desk.keys.list_api_keys(of(&his.member_id)).await;
        assert_eq!(refused(foreign), denied);
        let for_li = pb::ApiKey {
            member_id: his.member_id.clone(),
            ..sales
        };
        let request = |key: &pb::ApiKey| pb::CreateApiKeyRequest {
            api_key: Some(key.clone()),
        };
        let foreign = han_desk.keys.create_api_key(request(&for_li)).await;
        assert_eq!(refused(foreign), denied);

        let (made, key) = make(&mut admin, for_li.clone()).await;
        assert_eq!(made.member_id, his.member_id);
        let mut program = Desk::new(by(&world, &key).await);
        let me = told(program.sessions.get_me(pb::GetMeRequest {}).await);
        assert_eq!(me.member.unwrap().id, his.member_id);
        let listed = told(admin.keys.list_api_keys(of(&his.member_id)).await);
        assert_eq!(listed.api_keys.len(), 2);
        told(admin.keys.revoke_api_key(revoking(&his, "")).await);

        // Nobody's key may what he may not.
        let beyond = pb::ApiKey {
            functions: wanted(&world, &[(Function::Administration, Access::Read)]).functions,
            ..for_li
        };
        let beyond = admin.keys.create_api_key(request(&beyond)).await;
        let expected = [("api_key.functions[0]", "FUNCTION_NOT_GRANTED")];
        assert_eq!(violations(beyond), pairs(&expected));
    }
}
