//! Stories of signing in by a provider of OpenID Connect: a real one, which runs beside.

use baton_chassis::test::{Engine, World};
use baton_proto::directory::v1 as pb;
use chrono::TimeDelta;
use serde_json::{Value as Json, json};
use tonic::Code;

use crate::{
    answers::{mask, pairs, reason, refused, told, violations},
    directory::Desk,
    provider::{Provider, Visitor, page},
};

const PASSWORD: &str = "correct horse battery";

async fn hire(world: &World, name: &str, role: &str) -> pb::Member {
    let mut admin = Desk::of(world, &world.admin().await);
    let member = admin.hire(name, role, PASSWORD).await;
    world.settle().await;
    member
}

fn listing(member: &pb::Member) -> pb::ListIdentitiesRequest {
    pb::ListIdentitiesRequest {
        member_id: member.id.clone(),
        count: true,
        ..pb::ListIdentitiesRequest::default()
    }
}

async fn identities(world: &World, member: &pb::Member) -> Vec<pb::Identity> {
    let mut admin = Desk::of(world, &world.admin().await);
    told(admin.identities.list_identities(listing(member)).await).identities
}

fn removing(identity: &pb::Identity) -> pb::RemoveIdentityRequest {
    pb::RemoveIdentityRequest {
        id: identity.id.clone(),
        etag: identity.etag.clone(),
        request_id: String::new(),
    }
}

fn restoring(identity: &pb::Identity) -> pb::RestoreIdentityRequest {
    pb::RestoreIdentityRequest {
        id: identity.id.clone(),
        etag: String::new(),
        request_id: String::new(),
    }
}

/// A member by the name of whom a browser is signed in as.
async fn me(visitor: &mut Visitor<'_>) -> Json {
    let me = visitor.browser.ask("GET", "/v1/me", &Json::Null).await;
    me.done()["member"].clone()
}

/// With this in the place of what stands in a parameter of an address.
fn altered(url: &str, parameter: &str, value: &str) -> String {
    let start = url.find(&format!("{parameter}=")).unwrap() + parameter.len() + 1;
    let end = url[start..].find('&').map_or(url.len(), |n| start + n);
    format!("{}{value}{}", &url[..start], &url[end..])
}

#[tokio::test]
async fn somebody_signs_in_by_a_provider_and_is_known_by_his_account_from_then_on() {
    let mut provider = Provider::start().await;
    for engine in Engine::all() {
        provider
            .knows(&json!({ "7": { "preferred_username": "Wang" } }))
            .await;
        let world = provider.world(engine, &json!({})).await;
        let wang = hire(&world, "wang", "salesperson").await;
        let mut visitor = Visitor::new(&world);
        let listed = visitor.go("/sign-in").await.done();
        let corp = json!({ "name": "corp", "displayName": "Corporate account" });
        assert_eq!(listed["providers"][0], corp);

        let answer = visitor.go("/sign-in/corp?return_to=/leads").await;
        let cookie = answer.header("set-cookie").to_owned();
        let kept = "; Path=/; HttpOnly; SameSite=Lax; Max-Age=600";
        assert!(
            cookie.starts_with("baton-attempt=") && cookie.ends_with(kept),
            "{cookie}"
        );
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        let url = answer.header("location").to_owned();
        assert!(url.starts_with(&provider.issuer) && url.contains("code_challenge_method=S256"));
        let back = provider.visit(&url, Some("7")).await;
        let answer = visitor.go(&back).await;
        assert_eq!(
            (answer.code, answer.header("location")),
            (303, "/leads"),
            "{}",
            answer.text
        );
        assert_eq!(
            visitor.attempt, "baton-attempt=",
            "it is of no use any more"
        );
        assert_eq!(visitor.browser.who().await, "wang");

        // What the account is called there may change.
        let bound = identities(&world, &wang).await;
        assert_eq!(
            (bound[0].subject.as_str(), bound[0].name.as_str()),
            ("7", "Wang")
        );
        provider
            .knows(&json!({ "7": { "preferred_username": "wang.wei" } }))
            .await;
        let mut again = Visitor::new(&world);
        again.comes_in(&mut provider, "7").await;
        assert_eq!(again.browser.who().await, "wang");
        assert_eq!(identities(&world, &wang).await.len(), 1);

        let mine = again
            .browser
            .ask("GET", "/v1/me/sessions", &Json::Null)
            .await;
        assert_eq!(mine.done()["sessions"][0]["provider"], "corp");
        // Who signs in anew does so in the place of the session before.
        let before = visitor.browser.clone();
        visitor.comes_in(&mut provider, "7").await;
        let kept = before
            .web::<pb::GetMeResponse>("directory.v1.SessionService/GetMe", pb::GetMeRequest {});
        assert_eq!(refused(kept.await).0, Code::Unauthenticated);
    }
}

#[tokio::test]
async fn whom_nobody_knows_is_refused_or_becomes_a_member_with_the_roles_of_his_groups() {
    let mut provider = Provider::start().await;
    let of = |name: &str, groups: &[&str]| json!({ "preferred_username": name, "groups": groups });
    for engine in Engine::all() {
        let people = json!({
            "1": { "preferred_username": "wu", "name": "吴敏", "email": "wu@example.com",
                   "email_verified": true, "groups": ["crm-sales", "crm-pilots", "other"] },
            "2": of("zhao", &["other"]),
            "3": of("li", &["crm-sales"]),
            "4": of("赵", &["crm-sales"]),
        });
        provider.knows(&people).await;
        let strict = provider.world(engine, &json!({})).await;
        let mut visitor = Visitor::new(&strict);
        let unknown = visitor.is_refused(&mut provider, "1").await;
        assert_eq!(
            unknown,
            "Nobody here is known by your account at Corporate account. Ask an administrator."
        );
        assert_eq!(visitor.browser.who().await, "");

        let roles =
            json!({ "crm-sales": "salesperson", "crm-boss": "boss", "crm-pilots": "pilot" });
        let open = json!({
            "trust_name": false, "create_members": true, "follow_roles": true, "roles": roles,
        });
        let world = provider.world(engine, &open).await;
        hire(&world, "li", "salesperson").await;
        let mut wu = Visitor::new(&world);
        wu.comes_in(&mut provider, "1").await;
        let made = me(&mut wu).await;
        assert_eq!(made["displayName"], "吴敏");
        assert_eq!(made["email"], "wu@example.com");
        assert_eq!(
            made["roles"],
            json!(["salesperson"]),
            "no grant knows a pilot"
        );
        for (login, why) in [
            ("2", "has no role here"),
            // Nobody becomes who is here already by being called so elsewhere.
            ("3", "calls you “li”"),
            ("4", "calls you “赵”"),
        ] {
            let told = Visitor::new(&world).is_refused(&mut provider, login).await;
            assert!(told.contains(why), "{told}");
        }

        // His groups change, and what was given to him here stays.
        let mut admin = Desk::of(&world, &world.admin().await);
        let given = pb::UpdateMemberRequest {
            member: Some(pb::Member {
                id: made["id"].as_str().unwrap().to_owned(),
                roles: vec!["salesperson".to_owned(), "sales_manager".to_owned()],
                ..pb::Member::default()
            }),
            update_mask: crate::answers::mask(&["roles"]),
            ..pb::UpdateMemberRequest::default()
        };
        told(admin.members.update_member(given).await);
        provider
            .knows(&json!({ "1": of("wu", &["crm-boss"]) }))
            .await;
        wu.comes_in(&mut provider, "1").await;
        assert_eq!(me(&mut wu).await["roles"], json!(["boss", "sales_manager"]));
    }
}

#[tokio::test]
async fn the_last_administrator_keeps_his_roles_whatever_his_groups_say() {
    let mut provider = Provider::start().await;
    for engine in Engine::all() {
        provider
            .knows(&json!({ "1": { "preferred_username": "admin", "groups": [] } }))
            .await;
        let roles = json!({ "follow_roles": true, "roles": { "crm-admin": "administrator" } });
        let world = provider.world(engine, &roles).await;
        let mut visitor = Visitor::new(&world);
        visitor.comes_in(&mut provider, "1").await;
        let kept = me(&mut visitor).await;
        let kept = kept["roles"].as_array().unwrap();
        assert!(kept.contains(&json!("administrator")), "{kept:?}");
    }
}

#[tokio::test]
async fn an_address_finds_its_member_if_the_provider_has_verified_it() {
    let mut provider = Provider::start().await;
    for engine in Engine::all() {
        let people = json!({
            "1": { "email": "Wang@Example.com", "email_verified": true },
            "2": { "email": "wang@example.com", "email_verified": false },
            "3": { "email": "twice@example.com", "email_verified": true },
        });
        provider.knows(&people).await;
        let by_email = json!({
            "name_claim": "email", "trust_name": false, "client_id": "baton-public", "client_secret": "",
        });
        let world = provider.world(engine, &by_email).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        for (name, email) in [
            ("wang", "wang@example.com"),
            ("one", "twice@example.com"),
            ("two", "twice@example.com"),
        ] {
            let member = pb::Member {
                name: name.to_owned(),
                display_name: name.to_owned(),
                email: email.to_owned(),
                roles: vec!["salesperson".to_owned()],
                ..pb::Member::default()
            };
            let request = pb::CreateMemberRequest {
                member: Some(member),
                ..pb::CreateMemberRequest::default()
            };
            told(admin.members.create_member(request).await);
        }
        for stranger in ["2", "3"] {
            let told = Visitor::new(&world)
                .is_refused(&mut provider, stranger)
                .await;
            assert!(told.starts_with("Nobody here is known"), "{told}");
        }
        // Who writes another's address into his own profile would be found in his place; so he may not.
        let zhao = world.member("salesperson").await;
        let caught = pb::UpdateMemberRequest {
            member: Some(pb::Member {
                id: zhao.id.to_string(),
                email: "wang@example.com".to_owned(),
                ..pb::Member::default()
            }),
            update_mask: mask(&["email"]),
            ..pb::UpdateMemberRequest::default()
        };
        let mut desk = Desk::of(&world, &zhao);
        let caught = desk.members.update_member(caught).await;
        assert_eq!(refused(caught), (Code::PermissionDenied, "DENIED".into()));
        let mut visitor = Visitor::new(&world);
        visitor.comes_in(&mut provider, "1").await;
        assert_eq!(visitor.browser.who().await, "wang");
    }
}

#[tokio::test]
async fn what_comes_back_belongs_to_what_this_browser_began_and_comes_once() {
    let mut provider = Provider::start().await;
    for engine in Engine::all() {
        provider
            .knows(&json!({ "7": { "preferred_username": "wang" } }))
            .await;
        let world = provider.world(engine, &json!({})).await;
        hire(&world, "wang", "salesperson").await;
        let lost = "This sign-in was not begun in this browser, took longer than ten minutes, or was done before. \
                    Please begin again.";
        let mut visitor = Visitor::new(&world);
        let url = visitor.there("/").await;
        let back = provider.visit(&url, Some("7")).await;
        let held = visitor.attempt.clone();

        // In a browser that has begun nothing, or something else, or is at another provider.
        assert_eq!(page(&Visitor::new(&world).go(&back).await), lost);
        let mut other = Visitor::new(&world);
        other.there("/").await;
        assert_eq!(page(&other.go(&back).await), lost);
        visitor.attempt.clone_from(&held);
        let elsewhere = back.replace("/corp/", "/other/");
        assert_eq!(page(&visitor.go(&elsewhere).await), lost);
        visitor.attempt.clone_from(&held);
        let forged = altered(&back, "state", "another");
        assert_eq!(page(&visitor.go(&forged).await), lost);

        // Once.
        visitor.attempt.clone_from(&held);
        assert_eq!(visitor.go(&back).await.code, 303);
        visitor.attempt.clone_from(&held);
        assert_eq!(page(&visitor.go(&back).await), lost);

        // Too late.
        let url = visitor.there("/").await;
        let back = provider.visit(&url, Some("7")).await;
        let held = visitor.attempt.clone();
        world.advance(TimeDelta::minutes(10)).await;
        let mut gateway = Desk::new(world.link_as_service("gateway", "directory", None));
        let (_, attempt) = held.split_once('=').unwrap();
        let parameter = |name: &str| {
            let (_, rest) = back.split_once(&format!("{name}=")).unwrap();
            rest.split('&').next().unwrap().to_owned()
        };
        let late = pb::OpenProviderSessionRequest {
            provider: "corp".to_owned(),
            attempt: attempt.to_owned(),
            code: parameter("code"),
            state: parameter("state"),
            ..pb::OpenProviderSessionRequest::default()
        };
        let late = gateway.sessions.open_provider_session(late).await;
        assert_eq!(reason(late), "PROVIDER_SIGN_IN_LOST");
    }
}

#[tokio::test]
async fn what_a_provider_did_not_say_to_us_is_not_believed() {
    let mut provider = Provider::start().await;
    for engine in Engine::all() {
        provider
            .knows(&json!({ "7": { "preferred_username": "wang" } }))
            .await;
        let world = provider.world(engine, &json!({})).await;
        hire(&world, "wang", "salesperson").await;
        let untrusted = "The answer of Corporate account cannot be believed, so nobody was signed in. \
                         If it happens again, tell an administrator.";
        // A token of another attempt, and another provider that answers in the place of this one.
        let mut visitor = Visitor::new(&world);
        let url = altered(&visitor.there("/").await, "nonce", "another");
        let back = provider.visit(&url, Some("7")).await;
        assert_eq!(page(&visitor.go(&back).await), untrusted);
        let url = visitor.there("/").await;
        let back = provider.visit(&url, Some("7")).await;
        let mixed = altered(&back, "iss", "https://id.example.com");
        assert_eq!(page(&visitor.go(&mixed).await), untrusted);
        let url = visitor.there("/").await;
        let back = provider.visit(&url, Some("7")).await;
        let silent = back.split_once("&iss=").unwrap().0;
        assert_eq!(page(&visitor.go(silent).await), untrusted);

        // A code that somebody else has begun to ask for, one that is none, and somebody who turns away there.
        let another = "E9Melhoa2OwvFrEMTJguCHaeK1t8URC0gARWT8bSc4c";
        let url = altered(&visitor.there("/").await, "code_challenge", another);
        let back = provider.visit(&url, Some("7")).await;
        let grant = "Corporate account has not signed you in (invalid_grant).";
        assert_eq!(page(&visitor.go(&back).await), grant);
        let url = visitor.there("/").await;
        let back = provider.visit(&url, Some("7")).await;
        let guessed = altered(&back, "code", "guessed");
        assert_eq!(page(&visitor.go(&guessed).await), grant);
        let url = visitor.there("/").await;
        let back = provider.visit(&url, None).await;
        let declined = "Corporate account has not signed you in (access_denied).";
        assert_eq!(page(&visitor.go(&back).await), declined);
        assert_eq!(visitor.browser.who().await, "");

        // Nobody is led elsewhere in the end.
        let url = visitor.there("//example.com").await;
        let back = provider.visit(&url, Some("7")).await;
        assert_eq!(visitor.go(&back).await.header("location"), "/");
    }
}

#[tokio::test]
async fn whoever_must_have_shown_more_there_is_not_let_in_for_less() {
    let mut provider = Provider::start().await;
    provider
        .knows(&json!({ "7": { "preferred_username": "wang" } }))
        .await;
    for engine in Engine::all() {
        let world = provider.world(engine, &json!({ "amr": ["mfa"] })).await;
        hire(&world, "wang", "salesperson").await;
        let told = Visitor::new(&world).is_refused(&mut provider, "7").await;
        assert!(told.contains("cannot be believed"), "{told}");
    }
}

#[tokio::test]
async fn a_provider_may_change_its_keys_at_any_time() {
    let mut provider = Provider::start().await;
    provider
        .knows(&json!({ "7": { "preferred_username": "wang" } }))
        .await;
    for engine in Engine::all() {
        let world = provider.world(engine, &json!({})).await;
        hire(&world, "wang", "salesperson").await;
        Visitor::new(&world).comes_in(&mut provider, "7").await;
        provider.rotate().await;
        Visitor::new(&world).comes_in(&mut provider, "7").await;
        // Tokens by unknown keys do not have it asked more often than once a minute.
        provider.rotate().await;
        let told = Visitor::new(&world).is_refused(&mut provider, "7").await;
        assert!(told.contains("cannot be believed"), "{told}");
    }
}

#[tokio::test]
async fn whose_provider_is_away_signs_in_with_his_password() {
    for engine in Engine::all() {
        let mut provider = Provider::start().await;
        provider
            .knows(&json!({ "7": { "preferred_username": "wang" } }))
            .await;
        let world = provider.world(engine, &json!({})).await;
        hire(&world, "wang", "salesperson").await;
        let mut visitor = Visitor::new(&world);
        let url = visitor.there("/").await;
        let back = provider.visit(&url, Some("7")).await;
        provider.end().await;
        let away = "Corporate account does not answer as it should. Try again later, or sign in with your password.";
        assert_eq!(page(&visitor.go(&back).await), away);
        world.advance(TimeDelta::hours(2)).await;
        let mut chinese = visitor.browser.reading("zh-CN");
        let answer = chinese.ask("GET", "/sign-in/corp", &Json::Null).await;
        assert!(page(&answer).contains("使用密码登录"), "{}", answer.text);
        visitor.browser.sign_in("wang", PASSWORD).await.done();
        assert_eq!(visitor.browser.who().await, "wang");

        let nobody = visitor.go("/sign-in/nobody").await;
        assert_eq!(nobody.code, 404);
        let posted = visitor
            .browser
            .ask("POST", "/sign-in/corp", &Json::Null)
            .await;
        assert_eq!(posted.refusal(), (405, 12, "METHOD_NOT_ALLOWED"));
    }
}

#[tokio::test]
async fn administration_takes_an_account_away_and_gives_it_back() {
    let mut provider = Provider::start().await;
    for engine in Engine::all() {
        let named = |name: &str| json!({ "preferred_username": name });
        provider
            .knows(&json!({ "7": named("wang"), "8": named("wang") }))
            .await;
        let world = provider.world(engine, &json!({})).await;
        let wang = hire(&world, "wang", "salesperson").await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let mut seller = Desk::of(&world, &world.member("salesperson").await);
        let mut visitor = Visitor::new(&world);
        visitor.comes_in(&mut provider, "7").await;
        // The name went to somebody new there.
        let another = Visitor::new(&world).is_refused(&mut provider, "8").await;
        assert_eq!(
            another,
            "The member signs in by another account of the same provider."
        );

        let bound = identities(&world, &wang).await.remove(0);
        assert_eq!(bound.state(), pb::IdentityState::Bound);
        let denied = seller.identities.list_identities(listing(&wang)).await;
        assert_eq!(refused(denied).0, Code::PermissionDenied);
        let nobodys = pb::ListIdentitiesRequest::default();
        let nobodys = admin.identities.list_identities(nobodys).await;
        assert_eq!(violations(nobodys), pairs(&[("member_id", "REQUIRED")]));
        let denied = seller.identities.remove_identity(removing(&bound)).await;
        assert_eq!(refused(denied).0, Code::PermissionDenied);
        let early = admin.identities.restore_identity(restoring(&bound)).await;
        assert_eq!(reason(early), "IDENTITY_IS_BOUND");

        told(admin.identities.remove_identity(removing(&bound)).await);
        let stale = admin.identities.remove_identity(removing(&bound)).await;
        assert_eq!(reason(stale), "STALE");
        world.advance(TimeDelta::seconds(31)).await;
        assert_eq!(visitor.browser.who().await, "", "his browser is signed out");
        let removed = Visitor::new(&world).is_refused(&mut provider, "7").await;
        assert_eq!(
            removed,
            "This account was taken away by an administrator. Nobody signs in by it."
        );

        told(admin.identities.restore_identity(restoring(&bound)).await);
        Visitor::new(&world).comes_in(&mut provider, "7").await;
        told(
            admin
                .identities
                .remove_identity(pb::RemoveIdentityRequest {
                    id: bound.id.clone(),
                    ..pb::RemoveIdentityRequest::default()
                })
                .await,
        );
        Visitor::new(&world).comes_in(&mut provider, "8").await;
        let late = admin.identities.restore_identity(restoring(&bound)).await;
        assert_eq!(reason(late), "IDENTITY_ANOTHER");

        let leaving = pb::DeactivateMemberRequest {
            id: wang.id.clone(),
            ..pb::DeactivateMemberRequest::default()
        };
        told(admin.members.deactivate_member(leaving).await);
        world.settle().await;
        let left = Visitor::new(&world).is_refused(&mut provider, "8").await;
        assert_eq!(left, "The member is deactivated.");
    }
}

#[tokio::test]
async fn only_the_gateway_sends_browsers_to_providers() {
    let provider = Provider::start().await;
    for engine in Engine::all() {
        let world = provider.world(engine, &json!({})).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let listed = admin.sessions.list_providers(pb::ListProvidersRequest {});
        assert_eq!(refused(listed.await).0, Code::PermissionDenied);
        let begun = pb::BeginProviderSignInRequest {
            provider: "corp".to_owned(),
            ..pb::BeginProviderSignInRequest::default()
        };
        let begun = admin.sessions.begin_provider_sign_in(begun).await;
        assert_eq!(refused(begun).0, Code::PermissionDenied);
        let opened = pb::OpenProviderSessionRequest::default();
        let opened = admin.sessions.open_provider_session(opened).await;
        assert_eq!(refused(opened).0, Code::PermissionDenied);
    }
}
