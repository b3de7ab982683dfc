//! Stories of links by which members set their passwords themselves.

use baton_chassis::{
    Context, Origin, Way,
    test::{Engine, World},
};
use baton_proto::directory::v1 as pb;
use chrono::TimeDelta;
use tonic::{Code, Request, Status};

use crate::{
    answers::{pairs, refused, told, violations},
    directory::{Desk, bearing, world},
};

const PASSWORD: &str = "correct horse battery";
const ANOTHER: &str = "another horse battery";
const INVITATION: pb::PasswordLinkPurpose = pb::PasswordLinkPurpose::Invitation;
const RESET: pb::PasswordLinkPurpose = pb::PasswordLinkPurpose::Reset;

fn wanted(member: &str, purpose: pb::PasswordLinkPurpose) -> pb::CreatePasswordLinkRequest {
    pb::CreatePasswordLinkRequest {
        member_id: member.to_owned(),
        purpose: purpose.into(),
    }
}

async fn make(
    desk: &mut Desk,
    member: &str,
    purpose: pb::PasswordLinkPurpose,
) -> (pb::PasswordLink, String) {
    let made = desk.links.create_password_link(wanted(member, purpose));
    let made = told(made.await);
    (made.password_link.unwrap(), made.secret)
}

async fn open(world: &World, secret: &str, password: &str) -> Result<String, Status> {
    let mut stranger = Desk::new(world.link_as_stranger());
    let request = pb::UsePasswordLinkRequest {
        secret: secret.to_owned(),
        new_password: password.to_owned(),
    };
    let used = stranger.links.use_password_link(request).await?;
    Ok(used.into_inner().user)
}

async fn states(desk: &mut Desk, member: &str) -> Vec<pb::PasswordLinkState> {
    let request = pb::ListPasswordLinksRequest {
        member_id: member.to_owned(),
        count: true,
        ..pb::ListPasswordLinksRequest::default()
    };
    let listed = told(desk.links.list_password_links(request).await);
    assert_eq!(
        usize::try_from(listed.total_size),
        Ok(listed.password_links.len())
    );
    listed
        .password_links
        .iter()
        .map(pb::PasswordLink::state)
        .collect()
}

fn revoking(link: &pb::PasswordLink, etag: &str) -> pb::RevokePasswordLinkRequest {
    pb::RevokePasswordLinkRequest {
        id: link.id.clone(),
        etag: etag.to_owned(),
        request_id: String::new(),
    }
}

fn no_good() -> (Code, String) {
    (Code::FailedPrecondition, "PASSWORD_LINK_NO_GOOD".to_owned())
}

/// As the gateway tells from where somebody came.
fn came_from<R>(cx: &Context, request: &mut Request<R>, address: &str) {
    let origin = Origin::by(Way::Json).from(address.parse().ok());
    let told = cx.voucher.vouch(&origin, cx.clock.now()).unwrap();
    let told = told.to_str().unwrap().parse().unwrap();
    request.metadata_mut().insert("baton-origin", told);
}

#[tokio::test]
async fn an_invited_member_sets_his_first_password_by_a_link_once() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = world.member("salesperson").await;
        let id = li.id.to_string();
        let reset = admin.links.create_password_link(wanted(&id, RESET)).await;
        assert_eq!(refused(reset).1, "MEMBER_HAS_NO_PASSWORD");
        let (link, secret) = make(&mut admin, &id, INVITATION).await;
        assert_eq!(link.creator_id, world.admin().await.id.to_string());
        assert_eq!(
            (link.state(), secret.len()),
            (pb::PasswordLinkState::Open, 43)
        );

        // What is wrong with a password leaves the link as it is.
        let short = open(&world, &secret, "short").await;
        assert_eq!(violations(short), pairs(&[("new_password", "TOO_SHORT")]));
        assert_eq!(open(&world, &secret, PASSWORD).await.unwrap(), li.name);
        let mut stranger = Desk::new(world.link_as_stranger());
        stranger.sign_in(&li.name, PASSWORD).await.unwrap();

        assert_eq!(refused(open(&world, &secret, ANOTHER).await), no_good());
        assert_eq!(states(&mut admin, &id).await, [pb::PasswordLinkState::Used]);
        let again = admin
            .links
            .create_password_link(wanted(&id, INVITATION))
            .await;
        assert_eq!(refused(again).1, "MEMBER_HAS_PASSWORD");
    }
}

#[tokio::test]
async fn a_reset_ends_what_was_signed_in_and_every_other_link() {
    use pb::PasswordLinkState::{Open, Revoked, Used};
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        world.settle().await;
        let mut stranger = Desk::new(world.link_as_stranger());
        let token = stranger.sign_in("li", PASSWORD).await.unwrap().token;
        for _ in 0..5 {
            stranger
                .sign_in("li", "a wrong password")
                .await
                .unwrap_err();
        }
        let (_, first) = make(&mut admin, &li.id, RESET).await;
        // What is listed by time has times of its own.
        world.clock.advance(TimeDelta::seconds(1));
        let (_, second) = make(&mut admin, &li.id, RESET).await;
        assert_eq!(states(&mut admin, &li.id).await, [Open, Revoked]);
        assert_eq!(refused(open(&world, &first, ANOTHER).await), no_good());

        open(&world, &second, ANOTHER).await.unwrap();
        world.settle().await;
        assert_eq!(states(&mut admin, &li.id).await, [Used, Revoked]);
        let mut before = Desk::new(bearing(&world, &token));
        let me = before.sessions.get_me(pb::GetMeRequest {}).await;
        assert_eq!(refused(me).0, Code::Unauthenticated);
        // Who had to wait with the old password need not wait with the new one.
        stranger.sign_in("li", ANOTHER).await.unwrap();

        // A password that is set otherwise, or an access that ends, ends the links too.
        let (_, third) = make(&mut admin, &li.id, RESET).await;
        let request = pb::SetPasswordRequest {
            id: li.id.clone(),
            new_password: PASSWORD.to_owned(),
            ..pb::SetPasswordRequest::default()
        };
        told(admin.members.set_password(request).await);
        assert_eq!(refused(open(&world, &third, ANOTHER).await), no_good());
        let (_, fourth) = make(&mut admin, &li.id, RESET).await;
        let request = pb::DeactivateMemberRequest {
            id: li.id.clone(),
            ..pb::DeactivateMemberRequest::default()
        };
        told(admin.members.deactivate_member(request).await);
        assert_eq!(refused(open(&world, &fourth, ANOTHER).await), no_good());
        let inactive = admin
            .links
            .create_password_link(wanted(&li.id, RESET))
            .await;
        assert_eq!(refused(inactive).1, "MEMBER_INACTIVE");
    }
}

#[tokio::test]
async fn a_link_ends_by_time_or_is_taken_back() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        let (_, late) = make(&mut admin, &li.id, RESET).await;
        world.advance(TimeDelta::hours(24)).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        assert_eq!(refused(open(&world, &late, ANOTHER).await), no_good());
        assert_eq!(refused(open(&world, "x", ANOTHER).await), no_good());

        let (link, secret) = make(&mut admin, &li.id, RESET).await;
        let stale = admin
            .links
            .revoke_password_link(revoking(&link, "v9"))
            .await;
        assert_eq!(refused(stale).1, "STALE");
        told(
            admin
                .links
                .revoke_password_link(revoking(&link, &link.etag))
                .await,
        );
        let twice = admin.links.revoke_password_link(revoking(&link, "")).await;
        assert_eq!(refused(twice).1, "PASSWORD_LINK_ALREADY_OVER");
        assert_eq!(refused(open(&world, &secret, ANOTHER).await), no_good());
        let request = pb::ListPasswordLinksRequest {
            state: pb::PasswordLinkState::Expired.into(),
            ..pb::ListPasswordLinksRequest::default()
        };
        let expired = told(admin.links.list_password_links(request).await);
        assert_eq!(expired.password_links.len(), 1);
    }
}

#[tokio::test]
async fn only_administration_hands_out_links() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = world.member("salesperson").await;
        let id = li.id.to_string();
        let (link, _) = make(&mut admin, &id, INVITATION).await;
        let mut desk = Desk::of(&world, &li);
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        let made = desk.links.create_password_link(wanted(&id, INVITATION));
        assert_eq!(refused(made.await), denied);
        let listed = desk
            .links
            .list_password_links(pb::ListPasswordLinksRequest::default());
        assert_eq!(refused(listed.await), denied);
        let revoked = desk.links.revoke_password_link(revoking(&link, ""));
        assert_eq!(refused(revoked.await), denied);
        let wrong = admin
            .links
            .create_password_link(pb::CreatePasswordLinkRequest::default());
        let wrong = violations(wrong.await);
        assert_eq!(
            wrong,
            pairs(&[("member_id", "REQUIRED"), ("purpose", "REQUIRED")])
        );
    }
}

#[tokio::test]
async fn whoever_guesses_has_to_wait_wherever_he_guesses() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = admin.hire("li", "salesperson", PASSWORD).await;
        let (_, secret) = make(&mut admin, &li.id, RESET).await;
        let cx = world.context("directory");
        let from = |address: &str, secret: &str| {
            let mut request = Request::new(pb::UsePasswordLinkRequest {
                secret: secret.to_owned(),
                new_password: "short".to_owned(),
            });
            came_from(cx, &mut request, address);
            request
        };
        let mut stranger = Desk::new(world.link_as_stranger());
        for n in 0..50 {
            let guess = from("10.0.0.7", &n.to_string());
            assert_eq!(
                refused(stranger.links.use_password_link(guess).await),
                no_good()
            );
        }
        let exhausted = (Code::ResourceExhausted, "EXHAUSTED".to_owned());
        let waits = stranger
            .links
            .use_password_link(from("10.0.0.7", "x"))
            .await;
        assert_eq!(refused(waits), exhausted);
        // The same address waits with passwords too, another one with neither.
        let mut request = Request::new(pb::CreateSessionRequest {
            user: "li".to_owned(),
            password: PASSWORD.to_owned(),
            ..pb::CreateSessionRequest::default()
        });
        came_from(cx, &mut request, "10.0.0.7");
        assert_eq!(
            refused(stranger.sessions.create_session(request).await),
            exhausted
        );
        // A link that is good is no guess, but it is not good for ever.
        for _ in 0..20 {
            let weak = stranger
                .links
                .use_password_link(from("10.0.0.8", &secret))
                .await;
            assert_eq!(violations(weak), pairs(&[("new_password", "TOO_SHORT")]));
        }
        let waits = stranger
            .links
            .use_password_link(from("10.0.0.8", &secret))
            .await;
        assert_eq!(refused(waits), exhausted);
        stranger.sign_in("li", PASSWORD).await.unwrap();
    }
}

#[tokio::test]
async fn links_and_keys_and_factors_leave_audit_rows_that_hold_no_secret() {
    #[derive(sqlx::FromRow)]
    struct Row {
        kind: String,
        verb: String,
        member: Option<uuid::Uuid>,
        changes: serde_json::Value,
    }
    for engine in Engine::all() {
        let world = world(engine).await;
        let admin_id: uuid::Uuid = world.admin().await.id.into();
        let mut admin = Desk::of(&world, &world.admin().await);
        let li = world.member("salesperson").await;
        let (_, secret) = make(&mut admin, &li.id.to_string(), INVITATION).await;
        open(&world, &secret, PASSWORD).await.unwrap();
        world.settle().await;
        let mut stranger = Desk::new(world.link_as_stranger());
        let token = stranger.sign_in(&li.name, PASSWORD).await.unwrap().token;
        let mut desk = Desk::new(bearing(&world, &token));
        let started = desk.factors.start_totp(pb::StartTotpRequest {
            password: PASSWORD.to_owned(),
        });
        let started = told(started.await);
        let expire_time = Some(baton_chassis::wire::timestamp(
            world.clock.now() + TimeDelta::days(1),
        ));
        let key = pb::ApiKey {
            name: "web forms".to_owned(),
            functions: vec![pb::ApiKeyFunction {
                function: pb::Function::Sales.into(),
                access: pb::Access::Read.into(),
            }],
            expire_time,
            ..pb::ApiKey::default()
        };
        let made = desk
            .keys
            .create_api_key(pb::CreateApiKeyRequest { api_key: Some(key) });
        let key = told(made.await).key;
        let read = async |tx: &mut baton_chassis::db::Tx| {
            let rows = "select kind, verb, member, changes from audit \
                        where kind in ('PASSWORD_LINK', 'SECOND_FACTOR', 'API_KEY') order by kind, verb";
            tx.sql(rows).all::<Row>().await
        };
        let rows = world.context("directory").db.read(read).await.unwrap();
        let (admin_id, li) = (Some(admin_id), Some(li.id.into()));
        let shown: Vec<_> = rows
            .iter()
            .map(|row| (row.kind.as_str(), row.verb.as_str(), row.member))
            .collect();
        assert_eq!(
            shown,
            [
                ("API_KEY", "api_key_created", li),
                ("PASSWORD_LINK", "password_link_created", admin_id),
                ("PASSWORD_LINK", "password_link_used", li),
                ("SECOND_FACTOR", "second_factor_started", li),
            ]
        );
        for row in rows {
            let changes = row.changes.to_string();
            for secret in [&secret, &started.secret, &key] {
                assert!(!changes.contains(secret.as_str()), "{changes}");
            }
        }
    }
}
