//! Stories of what was changed: the history of a record for whoever may read it, and all of it for who administers - by whom,
//! when, from where and by which way in.

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use baton_chassis::{
    audit::{Filter, ORDERS, list},
    listen::{self, Arrival},
    test::{Engine, Person, World},
    wire::timestamp,
};
use baton_proto::{
    audit::v1::{self as kept, audit_service_client::AuditServiceClient as Kept},
    customer::v1 as customer,
    directory::v1 as directory,
    insight::v1::{
        ListAuditRequest, ListAuditResponse, ListChangesRequest, ListChangesResponse,
        audit_service_client::AuditServiceClient,
    },
    sales::v1 as sales,
    r#type::v1::{Change, WayIn},
};
use chrono::TimeDelta;
use prost_types::value::Kind;
use serde_json::{Value as Json, json};
use tonic::{Code, Response, Status};
use uuid::Uuid;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    customer::{Firm, company},
    directory::{Desk as Directory, grant},
    gateway::{Browser, Caller},
    sales::{create, deals, ten_servers, win},
};

const PASSWORD: &str = "correct horse battery";

async fn changes(
    world: &World,
    who: &Person,
    kind: &str,
    id: &str,
) -> Result<Response<ListChangesResponse>, Status> {
    let request = ListChangesRequest {
        kind: kind.to_owned(),
        id: id.to_owned(),
        ..ListChangesRequest::default()
    };
    AuditServiceClient::new(world.link_as(who))
        .list_changes(request)
        .await
}

async fn history(world: &World, who: &Person, kind: &str, id: &str) -> Vec<Change> {
    told(changes(world, who, kind, id).await).changes
}

async fn audit(
    world: &World,
    who: &Person,
    request: ListAuditRequest,
) -> Result<Response<ListAuditResponse>, Status> {
    AuditServiceClient::new(world.link_as(who))
        .list_audit(request)
        .await
}

async fn of_kind(world: &World, kind: &str) -> Vec<Change> {
    let request = ListAuditRequest {
        kind: kind.to_owned(),
        ..ListAuditRequest::default()
    };
    let answer = told(audit(world, &world.admin().await, request).await);
    assert!(answer.away.is_empty());
    answer.changes
}

fn verbs(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|c| c.verb.as_str()).collect()
}

/// A value as text; empty for none.
fn text(value: Option<&prost_types::Value>) -> String {
    match value.and_then(|v| v.kind.as_ref()) {
        Some(Kind::StringValue(text)) => text.clone(),
        Some(Kind::NumberValue(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Old and new value of a field.
#[track_caller]
fn field(change: &Change, name: &str) -> (String, String) {
    let found = change.fields.iter().find(|f| f.field == name);
    let found = found.unwrap_or_else(|| panic!("no {name} in {change:?}"));
    (
        text(found.old_value.as_ref()),
        text(found.new_value.as_ref()),
    )
}

fn ways(changes: &[Change]) -> Vec<WayIn> {
    changes.iter().map(Change::way_in).collect()
}

#[tokio::test]
async fn whoever_may_read_a_record_may_read_what_was_changed_of_it_and_nobody_else() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, seller) = (&firm.world, &firm.seller);
        let account = firm.desk(seller).account(company("Acme")).await;
        let deal = create(world, seller, ten_servers(&account.id)).await;
        world.advance(TimeDelta::minutes(5)).await;
        let request = sales::UpdateOpportunityRequest {
            opportunity: Some(sales::Opportunity {
                id: deal.id.clone(),
                amount: Some(crate::sales::yuan(9_000_000)),
                description: "Less than we thought".to_owned(),
                ..sales::Opportunity::default()
            }),
            update_mask: mask(&["amount", "description"]),
            ..sales::UpdateOpportunityRequest::default()
        };
        told(deals(world, seller).update_opportunity(request).await);
        win(world, seller, &deal.id).await;

        let told_all = history(world, seller, "opportunity", &deal.id).await;
        assert_eq!(told_all.len(), 3, "{told_all:?}");
        let [won, updated, created] = &told_all[..] else {
            panic!("{told_all:?}")
        };
        assert_eq!(won.verb, "opportunity_won");
        assert_eq!(
            field(won, "state"),
            (
                "OPPORTUNITY_STATE_OPEN".into(),
                "OPPORTUNITY_STATE_WON".into()
            )
        );
        assert_eq!(
            field(updated, "amount"),
            ("100000.00 CNY".into(), "90000.00 CNY".into())
        );
        assert_eq!(field(updated, "description").1, "Less than we thought");
        assert_eq!(updated.fields.len(), 2, "{updated:?}");
        assert_eq!(created.verb, "opportunity_created");
        assert_eq!(
            field(created, "party_id"),
            (String::new(), account.id.clone())
        );
        for (change, version) in [(won, 3), (updated, 2), (created, 1)] {
            assert_eq!(change.member_id, seller.id.to_string());
            assert_eq!(
                (change.version, change.service.as_str()),
                (version, "sales")
            );
            assert_eq!(change.object_id, deal.id);
            assert_eq!(change.way_in(), WayIn::Grpc);
            assert_eq!(
                (change.by_service.as_str(), change.trace_id.len()),
                ("", 32)
            );
        }
        assert_eq!(
            updated.call,
            "baton.sales.v1.OpportunityService/UpdateOpportunity"
        );
        let later = updated.time.unwrap().seconds - created.time.unwrap().seconds;
        assert_eq!(later, 300);

        // Personal data is told to whom the record is shown.
        let names = history(world, seller, "ACCOUNT", &account.id).await;
        assert_eq!(field(&names[0], "name").1, "Acme");
        let missing = (Code::NotFound, "NOT_FOUND".to_owned());
        for (who, kind, id) in [
            (&firm.other, "OPPORTUNITY", &deal.id),
            (&firm.other, "ACCOUNT", &account.id),
            (&firm.analyst, "ACCOUNT", &account.id),
            (seller, "OPPORTUNITY", &account.id),
            (seller, "MEMBER", &seller.id.to_string()),
        ] {
            let answer = changes(world, who, kind, id).await;
            assert_eq!(refused(answer), missing, "{kind} {}", who.name);
        }
        // Commerce reads what is won.
        let function = directory::Function::Commerce;
        grant(world, "dispatch", function, directory::GrantScope::All).await;
        let reader = world.member("dispatch").await;
        assert_eq!(
            history(world, &reader, "OPPORTUNITY", &deal.id).await.len(),
            3
        );

        for (kind, id, wrong) in [
            ("PLANET", deal.id.as_str(), ("kind", "CHOICE_UNKNOWN")),
            ("SIGN_IN", deal.id.as_str(), ("kind", "CHOICE_UNKNOWN")),
            ("LEAD", "x", ("id", "ID_MALFORMED")),
        ] {
            let answer = changes(world, seller, kind, id).await;
            assert_eq!(violations(answer), pairs(&[wrong]));
        }
        let stranger = AuditServiceClient::new(world.link_as_stranger())
            .list_changes(ListChangesRequest::default())
            .await;
        assert_eq!(refused(stranger).0, Code::Unauthenticated);
    }
}

#[tokio::test]
async fn a_history_comes_in_pages_and_over_json() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, seller) = (&firm.world, &firm.seller);
        let account = firm.desk(seller).account(company("Acme")).await;
        let app = Caller::of(world, seller);
        for n in 0..4 {
            let body = json!({"industry": format!("{n}")});
            let path = format!("/v1/parties/{}", account.id);
            app.patch(&path, &body).await.done();
        }
        let path = format!("/v1/changes/ACCOUNT/{}", account.id);
        let mut token = String::new();
        let mut seen = Vec::new();
        for rows in [2, 2, 1] {
            let page = app
                .get(&format!("{path}?pageSize=2&pageToken={token}"))
                .await
                .done();
            let changes = page["changes"].as_array().unwrap();
            assert_eq!(changes.len(), rows, "{page}");
            seen.extend(
                changes
                    .iter()
                    .map(|c| c["version"].as_str().unwrap().to_owned()),
            );
            token = page["nextPageToken"].as_str().unwrap().to_owned();
        }
        assert_eq!(token, "");
        assert_eq!(seen, ["5", "4", "3", "2", "1"]);
        let page = app.get(&format!("{path}?pageSize=1")).await.done();
        let newest = &page["changes"][0];
        assert_eq!(newest["wayIn"], "WAY_IN_JSON");
        assert_eq!(
            newest["fields"],
            json!([{
                "field": "industry", "oldValue": "2", "newValue": "3", "erased": false, "hidden": false
            }])
        );
        // A place in the history of one record is none in that of another.
        let other = firm.desk(seller).account(company("Other")).await;
        let foreign = page["nextPageToken"].as_str().unwrap();
        let path = format!("/v1/changes/ACCOUNT/{}?pageToken={foreign}", other.id);
        assert_eq!(app.get(&path).await.code, 400);
        assert_eq!(app.get(&format!("{path}&pageSize=501")).await.code, 400);
    }
}

#[tokio::test]
async fn changes_of_rights_have_a_history_for_who_administers() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let admin = world.admin().await;
        let mut desk = Directory::of(world, &admin);
        let li = desk.hire("li", "salesperson", PASSWORD).await;
        let request = directory::UpdateMemberRequest {
            member: Some(directory::Member {
                id: li.id.clone(),
                roles: vec!["boss".to_owned()],
                ..directory::Member::default()
            }),
            update_mask: mask(&["roles"]),
            ..directory::UpdateMemberRequest::default()
        };
        told(desk.members.update_member(request).await);
        let told_all = history(world, &admin, "MEMBER", &li.id).await;
        assert_eq!(
            verbs(&told_all),
            ["member_updated", "member_password_set", "member_created"]
        );
        let roles = |c: &Change| c.fields.iter().map(|f| f.field.clone()).collect::<Vec<_>>();
        assert_eq!(roles(&told_all[0]), ["roles"]);
        assert!(roles(&told_all[1]).is_empty(), "no hash, no epoch");
        assert!(told_all.iter().all(|c| c.member_id == admin.id.to_string()));

        let grants = desk
            .grants_of("analyst", directory::Function::Analysis)
            .await;
        let grant = history(world, &admin, "GRANT", &grants[0].id).await;
        assert_eq!(field(&grant[0], "function").1, "FUNCTION_ANALYSIS");
        assert_eq!(field(&grant[0], "scope").1, "GRANT_SCOPE_ALL");
        let east = history(world, &admin, "TERRITORY", &firm.east.to_string()).await;
        assert_eq!(field(&east[0], "manager_id").1, firm.manager.id.to_string());
        for (kind, id) in [
            ("GRANT", &grants[0].id),
            ("TERRITORY", &firm.east.to_string()),
            ("MEMBER", &li.id),
        ] {
            let answer = changes(world, &firm.seller, kind, id).await;
            assert_eq!(refused(answer).0, Code::NotFound, "{kind}");
        }
        let nothing = changes(world, &admin, "GRANT", &Uuid::nil().to_string()).await;
        assert_eq!(refused(nothing).0, Code::NotFound);
    }
}

#[tokio::test]
async fn who_administers_lists_all_changes_of_all_services_and_nobody_else() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, seller) = (&firm.world, &firm.seller);
        let admin = world.admin().await;
        world.advance(TimeDelta::minutes(1)).await;
        let from = firm.now();
        let account = firm.desk(seller).account(company("Acme")).await;
        world.advance(TimeDelta::seconds(1)).await;
        let deal = create(world, seller, ten_servers(&account.id)).await;
        let to = firm.now() + TimeDelta::seconds(1);
        world.advance(TimeDelta::seconds(2)).await;
        win(world, seller, &deal.id).await;
        let of_seller = |request: ListAuditRequest| ListAuditRequest {
            member_id: seller.id.to_string(),
            ..request
        };
        let all = told(audit(world, &admin, of_seller(ListAuditRequest::default())).await);
        let services: Vec<_> = all.changes.iter().map(|c| c.service.as_str()).collect();
        assert_eq!(services, ["sales", "sales", "customer"], "newest first");
        assert_eq!(field(&all.changes[2], "name").1, "Acme");
        // Whoever administers need not have a right to customers: he learns who changed what, and not to what.
        let function = directory::Function::Administration;
        grant(world, "auditor", function, directory::GrantScope::All).await;
        let auditor = world.member("auditor").await;
        let all = told(audit(world, &auditor, of_seller(ListAuditRequest::default())).await);
        let of_account = &all.changes[2];
        assert!(of_account.values_hidden);
        assert!(of_account.fields.iter().any(|f| f.field == "name"));
        assert!(of_account.fields.iter().all(|f| f.new_value.is_none()));

        let within = ListAuditRequest {
            from_time: Some(timestamp(from)),
            to_time: Some(timestamp(to)),
            ..of_seller(ListAuditRequest::default())
        };
        let answer = told(audit(world, &admin, within).await);
        assert_eq!(
            verbs(&answer.changes),
            ["opportunity_created", "account_created"]
        );
        let won = ListAuditRequest {
            kind: "OPPORTUNITY".to_owned(),
            verb: "opportunity_won".to_owned(),
            ..ListAuditRequest::default()
        };
        assert_eq!(told(audit(world, &admin, won).await).changes.len(), 1);

        // Page by page it is the same as at once.
        let whole = ListAuditRequest {
            page_size: 500,
            ..ListAuditRequest::default()
        };
        let whole = told(audit(world, &admin, whole).await);
        assert_eq!(whole.next_page_token, "");
        let (mut paged, mut token) = (Vec::new(), String::new());
        loop {
            let request = ListAuditRequest {
                page_size: 7,
                page_token: token,
                ..ListAuditRequest::default()
            };
            let page = told(audit(world, &admin, request).await);
            paged.extend(page.changes);
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, whole.changes);
        assert!(paged.is_sorted_by(|a, b| a.id > b.id));

        let denied = audit(world, seller, ListAuditRequest::default()).await;
        assert_eq!(
            refused(denied),
            (Code::PermissionDenied, "DENIED".to_owned())
        );
        let wrong = ListAuditRequest {
            member_id: "x".to_owned(),
            verb: "opportunity_won".to_owned(),
            from_time: Some(timestamp(to)),
            to_time: Some(timestamp(from)),
            ..ListAuditRequest::default()
        };
        let rules = pairs(&[
            ("member_id", "ID_MALFORMED"),
            ("verb", "VERB_WITHOUT_KIND"),
            ("to_time", "DATE_REVERSED"),
        ]);
        assert_eq!(violations(audit(world, &admin, wrong).await), rules);
    }
}

#[tokio::test]
async fn a_service_tells_its_audit_to_services_alone_and_under_the_rights_of_the_reader() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let admin = world.admin().await;
        let asked = |service: &str| kept::ListAuditRequest {
            service: service.to_owned(),
            limit: 5,
            ..kept::ListAuditRequest::default()
        };
        let direct = Kept::new(world.link_as(&admin))
            .list_audit(asked("sales"))
            .await;
        assert_eq!(refused(direct).0, Code::PermissionDenied);
        let link = |who| world.link_in_the_name_of(who, "insight", "sales");
        let named = Kept::new(link(&firm.seller))
            .list_audit(asked("sales"))
            .await;
        assert_eq!(refused(named).0, Code::PermissionDenied);
        let named = Kept::new(link(&admin)).list_audit(asked("sales")).await;
        assert!(
            !told(named).changes.is_empty(),
            "the first run made a process"
        );
        let away = Kept::new(link(&admin)).list_audit(asked("moon")).await;
        assert_eq!(refused(away).0, Code::Unavailable);
    }
}

#[tokio::test]
async fn no_question_has_the_audit_walk_its_table() {
    for engine in Engine::all() {
        let world = World::new(engine, vec![baton_directory::service()]).await;
        let (kind, member) = (Some("MEMBER".to_owned()), Some(Uuid::nil().into()));
        let (now, id) = (Some(world.clock.now()), Some(Uuid::nil()));
        let verb = Some("member_updated".to_owned());
        for base in [
            Filter::default(),
            Filter {
                kind: kind.clone(),
                ..Filter::default()
            },
            Filter {
                kind: kind.clone(),
                verb,
                ..Filter::default()
            },
            Filter {
                member,
                ..Filter::default()
            },
            Filter {
                kind,
                member,
                ..Filter::default()
            },
        ] {
            for filter in [
                base.clone(),
                Filter {
                    from: now,
                    ..base.clone()
                },
                Filter {
                    from: now,
                    to: now,
                    before: id,
                    ..base.clone()
                },
            ] {
                let faults = world.list_faults("directory", list(&filter), ORDERS).await;
                assert!(faults.is_empty(), "{engine:?} {filter:?}: {faults:?}");
            }
        }
    }
}

/// A request as it comes from an address.
async fn from(world: &World, address: &str, mut request: Request<Body>) -> (u16, Json) {
    request.extensions_mut().insert(Arrival {
        address: address.parse().unwrap(),
        tls: false,
    });
    let mut app = world.process.http().unwrap();
    let answer = listen::ask(&mut app, request).await.unwrap();
    let code = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), 1 << 24).await.unwrap();
    (code, serde_json::from_slice(&body).unwrap_or_default())
}

fn post(path: &str, headers: &[(&str, &str)], body: &Json) -> Request<Body> {
    let mut request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_string())).unwrap()
}

#[tokio::test]
async fn a_change_tells_by_which_way_and_from_which_address_it_came() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, admin) = (&firm.world, firm.world.admin().await);
        let mut desk = Directory::of(world, &admin);
        let li = desk.hire("li", "boss", PASSWORD).await;
        world.settle().await;

        // A program; what it says of itself is not believed, nor what it says of others, for no proxy is trusted.
        let bearer = format!("Bearer {}", admin.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("baton-origin", "CONSOLE 127.0.0.1 1772413200 AAAA"),
            ("x-forwarded-for", "198.51.100.1"),
        ];
        let named = json!({"name": "By a program"});
        let request = post("/v1/departments", &headers, &named);
        let (code, made) = from(world, "203.0.113.9", request).await;
        assert_eq!(code, 200, "{made}");
        let change = &history(world, &admin, "DEPARTMENT", made["id"].as_str().unwrap()).await[0];
        assert_eq!(
            (change.way_in(), change.address.as_str()),
            (WayIn::Json, "203.0.113.9")
        );

        // A browser, at a service behind another one's door.
        let named = json!({"user": "li", "password": PASSWORD});
        let (code, _) = from(world, "203.0.113.10", post("/session", &[], &named)).await;
        assert_eq!(code, 200);
        world.advance(TimeDelta::seconds(1)).await;
        let browser = Browser::of(world, "li", PASSWORD).await;
        let headers = [("cookie", browser.cookie.as_str()), ("x-baton-csrf", "1")];
        let request = post("/v1/accounts", &headers, &json!({"name": "Acme"}));
        let (code, made) = from(world, "203.0.113.10", request).await;
        assert_eq!(code, 200, "{made}");
        let account = made["party"]["id"].as_str().unwrap();
        let of_account = of_kind(world, "ACCOUNT").await;
        let (way, address) = (of_account[0].way_in(), of_account[0].address.as_str());
        assert_eq!((way, address), (WayIn::Console, "203.0.113.10"));
        // Where a colleague sits is told to who administers.
        let function = directory::Function::Customer;
        grant(world, "clerk", function, directory::GrantScope::All).await;
        let clerk = world.member("clerk").await;
        let seen = history(world, &clerk, "ACCOUNT", account).await;
        assert_eq!(
            (seen[0].way_in(), seen[0].address.as_str()),
            (WayIn::Console, "")
        );
        assert_eq!(seen[0].member_id, li.id);
        let opened = of_kind(world, "SESSION").await;
        let addresses: Vec<_> = opened.iter().map(|c| c.address.as_str()).collect();
        assert_eq!(addresses, ["", "203.0.113.10"]);
        assert_eq!(ways(&opened), [WayIn::Console; 2]);

        // Who has nobody to vouch for him came by gRPC; what services do of their own accord is told as that.
        let members = of_kind(world, "MEMBER").await;
        let first = members.iter().find(|c| c.object_id == admin.id.to_string());
        let first = first.unwrap();
        assert_eq!(
            (first.way_in(), first.call.as_str()),
            (WayIn::Service, "first_run")
        );
        let hired = members.iter().filter(|c| c.object_id == li.id);
        assert!(hired.map(Change::way_in).all(|way| way == WayIn::Grpc));
    }
}

#[tokio::test]
async fn what_a_service_does_is_put_down_to_the_event_timer_or_operation() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, seller) = (&firm.world, &firm.seller);
        let account = firm.desk(seller).account(company("Acme")).await;
        let deal = create(world, seller, ten_servers(&account.id)).await;
        win(world, seller, &deal.id).await;
        world.settle().await;
        let request = sales::HandOverOpportunityRequest {
            id: deal.id.clone(),
            target: sales::HandOverTarget::Order.into(),
            ..sales::HandOverOpportunityRequest::default()
        };
        told(
            deals(world, &firm.boss)
                .hand_over_opportunity(request)
                .await,
        );
        world.settle().await;
        let orders = of_kind(world, "ORDER").await;
        assert_eq!(orders.len(), 1, "{orders:?}");
        assert_eq!(orders[0].way_in(), WayIn::Operation);
        assert_eq!(orders[0].by_service, "sales");
        assert_eq!(orders[0].member_id, firm.boss.id.to_string());
        let of_deal = of_kind(world, "OPPORTUNITY").await;
        let by = ways(&of_deal);
        assert!(
            by.contains(&WayIn::Event) || by.contains(&WayIn::Operation),
            "{of_deal:?}"
        );
        // The session of a browser ends when its time is over.
        let first = world.process.first_run.clone().unwrap();
        Browser::of(world, &first.user, &first.password).await;
        world.advance(TimeDelta::hours(13)).await;
        let sessions = of_kind(world, "SESSION").await;
        assert_eq!(verbs(&sessions), ["session_expired", "session_opened"]);
        assert_eq!(ways(&sessions), [WayIn::Timer, WayIn::Console]);
    }
}

#[tokio::test]
async fn every_sign_in_is_noted_done_or_refused_and_so_is_its_end() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, admin) = (&firm.world, firm.world.admin().await);
        let mut desk = Directory::of(world, &admin);
        let li = desk.hire("li", "salesperson", PASSWORD).await;
        world.settle().await;
        let mut stranger = Directory::new(world.link_as_stranger());
        let step = async || world.advance(TimeDelta::seconds(1)).await;
        step().await;
        stranger.sign_in("li", PASSWORD).await.unwrap();
        step().await;
        refused(stranger.sign_in("li", "nothing of the kind").await);
        refused(stranger.sign_in("nobody", "nothing of the kind").await);
        step().await;
        let mut browser = Browser::new(world);
        assert_eq!(browser.sign_in("li", "nothing of the kind").await.code, 401);
        let of_keys = world.link_as_service("command-line", "directory", None);
        let request = directory::IssueTokenRequest {
            user: "li".to_owned(),
        };
        step().await;
        told(Directory::new(of_keys).sessions.issue_token(request).await);

        let noted = of_kind(world, "SIGN_IN").await;
        let of_li = |c: &Change| c.object_id == li.id;
        assert!(
            noted.iter().all(of_li),
            "a name that is nobody's is not kept"
        );
        assert_eq!(
            verbs(&noted),
            [
                "token_issued",
                "sign_in_refused",
                "sign_in_refused",
                "signed_in"
            ]
        );
        assert_eq!(
            ways(&noted),
            [WayIn::CommandLine, WayIn::Console, WayIn::Grpc, WayIn::Grpc]
        );
        let members: Vec<_> = noted.iter().map(|c| c.member_id.as_str()).collect();
        assert_eq!(
            members,
            ["", "", "", li.id.as_str()],
            "who failed is not known"
        );
        assert!(noted.iter().all(|c| c.version == 0 && c.fields.is_empty()));

        // Browsers have sessions, which begin and end.
        browser.sign_in("li", PASSWORD).await.done();
        step().await;
        browser.ask("DELETE", "/session", &Json::Null).await.done();
        step().await;
        let lost = Browser::of(world, "li", PASSWORD).await;
        let sessions = of_kind(world, "SESSION").await;
        let id = sessions[0].object_id.clone();
        step().await;
        let request = directory::RevokeSessionRequest {
            id,
            ..Default::default()
        };
        told(desk.sessions.revoke_session(request).await);
        drop(lost);
        let sessions = of_kind(world, "SESSION").await;
        assert_eq!(
            verbs(&sessions),
            [
                "session_revoked",
                "session_opened",
                "session_ended",
                "session_opened"
            ]
        );
        assert_eq!(field(&sessions[0], "state").1, "SESSION_STATE_REVOKED");
        assert_eq!(sessions[0].member_id, admin.id.to_string());

        let request = directory::SetPasswordRequest {
            id: li.id.clone(),
            new_password: "another horse battery".to_owned(),
            ..Default::default()
        };
        told(desk.members.set_password(request).await);
        let changed = history(world, &admin, "MEMBER", &li.id).await;
        assert_eq!(changed[0].verb, "member_password_set");
        assert!(changed[0].fields.is_empty());
    }
}

#[tokio::test]
async fn what_was_loaded_from_elsewhere_is_told_with_who_loaded_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let row = |external_id: &str, name: &str| customer::PartyRow {
            external_id: external_id.to_owned(),
            party: Some(company(name)),
            ..customer::PartyRow::default()
        };
        let request = customer::ImportPartiesRequest {
            system: "old-crm".to_owned(),
            rows: vec![row("a", "Acme"), row("b", "Beta")],
            ..customer::ImportPartiesRequest::default()
        };
        told(firm.desk(&firm.boss).imports.import_parties(request).await);
        let loaded = of_kind(world, "ACCOUNT").await;
        assert_eq!(loaded.len(), 2);
        for change in &loaded {
            assert_eq!(change.call, "baton.customer.v1.ImportService/ImportParties");
            assert_eq!(change.member_id, firm.boss.id.to_string());
            assert_eq!(change.way_in(), WayIn::Grpc);
        }
        let seen = history(world, &firm.boss, "ACCOUNT", &loaded[0].object_id).await;
        assert_eq!(field(&seen[0], "state").1, "PARTY_STATE_PROSPECT");
        assert!(seen[0].fields.iter().any(|f| f.field == "source"));
    }
}
