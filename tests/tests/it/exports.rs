//! Stories of files that people take out: as a list shows it to them and no further, noted before the first row goes, whole or broken.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request},
};
use baton_chassis::{
    listen,
    test::{Engine, Person, World},
};
use baton_proto::directory::v1::{
    self as pb, Export, ExportState, ExportStopReason, export_service_client::ExportServiceClient,
};
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use serde_json::{Value as Json, json};
use tonic::Code;

use crate::{
    answers::{pairs, refused, told, violations},
    customer::{Firm, company},
    directory::{Desk, grant},
    directory_keys::{exchange, make, wanted},
    gateway::{Browser, Caller},
};

/// What came back of a file.
struct File {
    code: u16,
    headers: HeaderMap,
    text: String,
}

impl File {
    fn lines(&self) -> Vec<&str> {
        assert_eq!(self.code, 200, "{}", self.text);
        self.text.lines().collect()
    }

    fn rows(&self) -> usize {
        self.lines().len() - 1
    }
}

async fn ask(world: &World, token: &str, path: &str) -> axum::response::Response {
    // What is listed by time has a time of its own.
    world.clock.advance(TimeDelta::seconds(1));
    let request = Request::get(format!("/v1/exports/{path}"))
        .header("accept-language", "en")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty());
    let mut app = world.process.http().expect("the gateway is in the world");
    listen::ask(&mut app, request.unwrap()).await.unwrap()
}

async fn file(world: &World, who: &Person, path: &str) -> File {
    let (parts, body) = ask(world, &who.token, path).await.into_parts();
    let body = to_bytes(body, 1 << 26).await.unwrap();
    File {
        code: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8(body.to_vec()).unwrap(),
    }
}

fn exports(world: &World, who: &Person) -> ExportServiceClient<baton_chassis::link::Link> {
    ExportServiceClient::new(world.link_as(who))
}

async fn listed(world: &World, who: &Person, request: pb::ListExportsRequest) -> Vec<Export> {
    told(exports(world, who).list_exports(request).await).exports
}

/// The last export there was.
async fn last(world: &World) -> Export {
    let admin = world.admin().await;
    let mut all = listed(world, &admin, pb::ListExportsRequest::default()).await;
    all.swap_remove(0)
}

/// So many accounts of the boss.
async fn load(firm: &Firm, accounts: usize) {
    let caller = Caller::of(&firm.world, &firm.boss);
    for batch in 0..accounts / 500 {
        let row = |n: usize| {
            let name = format!("Firm {n:05}");
            json!({
                "externalId": name,
                "party": { "name": name, "state": "PARTY_STATE_ACCOUNT", "type": "PARTY_TYPE_COMPANY" },
            })
        };
        let rows: Vec<_> = (batch * 500..(batch + 1) * 500).map(row).collect();
        let body = json!({ "system": "test", "rows": rows });
        let loaded = caller.post("/v1/parties:import", &body).await.done();
        let results = loaded["results"].as_array().unwrap();
        assert!(
            results
                .iter()
                .all(|r| r["outcome"] == "IMPORT_OUTCOME_CREATED"),
            "{}",
            results[0]
        );
    }
}

#[tokio::test]
async fn a_list_is_taken_out_as_it_is_narrowed_and_that_is_noted() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss, seller) = (&firm.world, &firm.boss, &firm.seller);
        let formula = "=HYPERLINK(\"http://example.com\",\"Acme\")";
        for name in [formula, "客户, 甲"] {
            firm.desk(seller).account(company(name)).await;
        }
        firm.desk(boss).account(company("Not asked for")).await;
        let mut desk = Desk::of(world, &world.admin().await);
        let owner = desk.member(&seller.id.to_string()).await.display_name;

        let columns = "columns=name,owner,territory,createTime,state";
        let path = format!("accounts.csv?{columns}&ownerId={}&orderBy=name", seller.id);
        let csv = file(world, boss, &path).await;
        let name = csv.headers["content-disposition"].to_str().unwrap();
        assert_eq!(name, "attachment; filename=\"accounts-2026-03-02.csv\"");
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(csv.headers["cache-control"], "no-store");
        let quoted = formula.replace('"', "\"\"");
        assert_eq!(
            csv.lines(),
            [
                "\u{feff}Name,Owner,Territory,Created,State".to_owned(),
                format!("\"'{quoted}\",{owner},East,2026-03-02 09:00:00,Account"),
                format!("\"客户, 甲\",{owner},East,2026-03-02 09:00:00,Account"),
            ]
        );
        let noted = last(world).await;
        assert_eq!(
            (noted.member_id, noted.collection.as_str(), noted.row_count),
            (boss.id.to_string(), "accounts", Some(2))
        );
        assert_eq!(ExportState::Done as i32, noted.state);
        assert_eq!(
            noted.columns,
            ["name", "owner", "territory", "createTime", "state"]
        );
        let filters: Vec<_> = noted
            .filters
            .iter()
            .map(|f| (f.field.as_str(), &f.values[..]))
            .collect();
        assert_eq!(
            filters,
            [
                ("ownerId", &[seller.id.to_string()][..]),
                ("orderBy", &["name".to_owned()][..])
            ]
        );
        assert!(!noted.large);

        // For a program: names and values of the contract, times that say their zone.
        let plain = file(world, boss, &format!("{path}&labels=none")).await;
        assert_eq!(
            plain.lines()[..2],
            [
                "\u{feff}name,owner,territory,createTime,state".to_owned(),
                format!("\"'{quoted}\",{owner},East,2026-03-02T09:00:00+08:00,PARTY_STATE_ACCOUNT"),
            ]
        );
        // Each line of JSON is the row as the list has it, a formula too: nothing there takes it for one.
        let path = format!("accounts.ndjson?ownerId={}&orderBy=name", seller.id);
        let ndjson = file(world, boss, &path).await;
        assert_eq!(ndjson.headers["content-type"], "application/x-ndjson");
        let rows: Vec<Json> = ndjson
            .lines()
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(rows[0]["name"], formula);
        let list = format!("/v1/accounts?ownerId={}&orderBy=name", seller.id);
        let list = Caller::of(world, boss).get(&list).await.done();
        assert_eq!(json!(rows), list["accounts"]);
        // A list below a record, and one that is empty: there is a header, and that is all.
        let path = format!(
            "parties/{}/verifications.csv",
            rows[0]["id"].as_str().unwrap()
        );
        assert_eq!(file(world, boss, &path).await.rows(), 1);
        assert_eq!(file(world, boss, "orders.csv?labels=zh-CN").await.rows(), 0);

        let admin = Caller::of(world, &world.admin().await);
        let audit = admin.get("/v1/audit?kind=EXPORT").await.done();
        let changes = audit["changes"].as_array().unwrap();
        let done: Vec<_> = changes
            .iter()
            .filter(|c| c["verb"] == "export_done")
            .collect();
        assert_eq!((changes.len(), done.len()), (10, 5));
        assert_eq!(done[0]["memberId"], boss.id.to_string());
        assert_eq!(done[0]["byService"], "gateway");
        // Begun and done in one moment: which is told first is nothing to go by.
        let begun = changes.iter().rfind(|c| c["verb"] == "export_begun");
        let begun = begun.unwrap();
        assert_eq!(begun["byService"], "");
        let field = |name: &str| {
            let fields = begun["fields"].as_array().unwrap();
            fields.iter().find(|f| f["field"] == name).unwrap()["newValue"].clone()
        };
        assert_eq!(field("collection"), "accounts");
        assert_eq!(field("filters")[0]["field"], "ownerId");
    }
}

#[tokio::test]
async fn only_whoever_is_granted_it_takes_something_out_and_no_further_than_that_reaches() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss, seller) = (&firm.world, &firm.boss, &firm.seller);
        firm.desk(seller).account(company("In the east")).await;
        firm.desk(&firm.other).account(company("Elsewhere")).await;

        let denied = file(world, seller, "accounts.csv").await;
        assert_eq!(denied.code, 403);
        assert!(denied.text.contains("\"DENIED\""), "{}", denied.text);
        assert!(
            listed(world, boss, pb::ListExportsRequest::default())
                .await
                .is_empty()
        );

        assert_eq!(file(world, boss, "accounts.csv").await.rows(), 2);
        let east = file(world, &firm.manager, "accounts.csv?columns=name").await;
        assert_eq!(east.lines()[1..], ["In the east"]);

        // Who reads everybody's, but may take out his own only, takes out his own.
        grant(world, "clerk", pb::Function::Customer, pb::GrantScope::All).await;
        grant(world, "clerk", pb::Function::Export, pb::GrantScope::Own).await;
        let clerk = world.member("clerk").await;
        firm.desk(&clerk).account(company("The clerk's")).await;
        let seen = Caller::of(world, &clerk).get("/v1/accounts").await.done();
        assert_eq!(seen["accounts"].as_array().unwrap().len(), 3);
        let own = file(world, &clerk, "accounts.csv?columns=name").await;
        assert_eq!(own.lines()[1..], ["The clerk's"]);
        // What he may not even read, he does not take out either; that he tried stays noted.
        let orders = file(world, &clerk, "orders.csv").await;
        assert_eq!(orders.code, 403);
        let tried = last(world).await;
        assert_eq!(tried.collection, "orders");
        assert_eq!(tried.stop_reason(), ExportStopReason::ListFailed);
        assert_eq!(tried.row_count, Some(0));

        // A key takes something out only if it is limited to that among others.
        let mut desk = Desk::of(world, boss);
        let read = (pb::Function::Customer, pb::Access::Read);
        let out = (pb::Function::Export, pb::Access::Read);
        for (limit, code) in [(&[read][..], 403), (&[out], 403), (&[read, out], 200)] {
            let (_, key) = make(&mut desk, wanted(world, limit)).await;
            let token = exchange(world, &key).await.unwrap();
            let answer = ask(world, &token, "accounts.csv").await;
            assert_eq!(answer.status(), code, "{limit:?}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_told_before_anything_is_noted() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        let caller = Caller::of(world, boss);
        let unknown = caller.get("/v1/exports/dreams.csv").await;
        assert_eq!(unknown.refusal(), (404, 5, "NOT_FOUND"));
        let workbook = caller.reading("zh-CN").get("/v1/exports/leads.xlsx").await;
        assert_eq!(workbook.refusal(), (404, 5, "NOT_FOUND"));
        let path = "/v1/exports/leads.csv?columns=number,colour,taste&labels=latin&pageSize=5&quality=GOOD&mood=x";
        let wrong = caller.get(path).await;
        let fields: Vec<_> = wrong
            .violations()
            .into_iter()
            .map(|(field, _)| field.to_owned())
            .collect();
        assert_eq!(
            fields,
            [
                "labels", "pageSize", "columns", "columns", "quality", "mood"
            ]
        );
        let texts: Vec<_> = wrong
            .violations()
            .into_iter()
            .map(|(_, text)| text.to_owned())
            .collect();
        assert!(
            texts[2].contains("colour") && texts[3].contains("taste"),
            "{texts:?}"
        );
        let head = caller.ask("HEAD", "/v1/exports/leads.csv", &[], &Json::Null);
        assert_eq!(head.await.code, 405);
        let stranger = Caller::stranger(world).get("/v1/exports/leads.csv").await;
        assert_eq!(stranger.refusal(), (401, 16, "UNAUTHENTICATED"));

        // By a cookie alone only our own pages do it: it is an act, even if it only reads.
        let password = "correct horse battery";
        let mut admin = Desk::of(world, &world.admin().await);
        admin.hire("wang", "boss", password).await;
        world.settle().await;
        let browser = Browser::of(world, "wang", password).await;
        let foreign = [("sec-fetch-site", "cross-site")];
        let answer = browser.ask_with(&foreign, "GET", "/v1/exports/leads.csv", &Json::Null);
        assert_eq!(answer.await.refusal(), (403, 7, "CSRF"));
        assert!(
            listed(world, boss, pb::ListExportsRequest::default())
                .await
                .is_empty()
        );
        let ours = [("sec-fetch-site", "same-origin")];
        let answer = browser.ask_with(&ours, "GET", "/v1/exports/leads.csv", &Json::Null);
        assert_eq!(answer.await.code, 200);
        assert_eq!(last(world).await.way_in().as_str_name(), "WAY_IN_CONSOLE");
    }
}

#[tokio::test]
async fn a_large_file_is_told_of_and_half_a_file_breaks_off() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        load(&firm, 1_000).await;
        let whole = file(world, boss, "accounts.csv?columns=name").await;
        assert_eq!(whole.rows(), 1_000);
        let large = pb::ListExportsRequest {
            large: true,
            ..pb::ListExportsRequest::default()
        };
        assert_eq!(listed(world, boss, large.clone()).await.len(), 1);

        // Whoever asked for it goes away.
        let answer = ask(world, &boss.token, "accounts.csv?columns=name").await;
        drop(answer);
        let gone = over(world).await;
        assert_eq!(gone.state(), ExportState::Stopped);
        assert_eq!(gone.stop_reason(), ExportStopReason::CallerGone);
        assert!(gone.row_count.unwrap() < 1_000, "{gone:?}");

        // A list that fails half-way: whoever takes it out loses his access.
        let mut admin = Desk::of(world, &world.admin().await);
        let leaver = world.member("boss").await;
        let mut pieces = ask(world, &leaver.token, "accounts.csv?columns=name")
            .await
            .into_body()
            .into_data_stream();
        let first = pieces.next().await.unwrap().unwrap();
        assert!(first.starts_with("\u{feff}Name\r\n".as_bytes()));
        let request = pb::DeactivateMemberRequest {
            id: leaver.id.to_string(),
            ..pb::DeactivateMemberRequest::default()
        };
        told(admin.members.deactivate_member(request).await);
        world.settle().await;
        let mut broken = false;
        let mut rows = 200;
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(lines) => rows += String::from_utf8_lossy(&lines).matches('\n').count(),
                Err(_) => broken = true,
            }
        }
        assert!(broken, "nobody takes {rows} rows for a whole file");
        let failed = over(world).await;
        assert_eq!(failed.member_id, leaver.id.to_string());
        assert_eq!(failed.stop_reason(), ExportStopReason::ListFailed);
        assert_eq!(failed.row_count, Some(i64::try_from(rows).unwrap()));
        assert_eq!(
            listed(world, boss, large).await.len(),
            1,
            "half of it was not large"
        );
    }
}

/// The last export, as soon as it is over.
async fn over(world: &World) -> Export {
    for _ in 0..1_000 {
        let export = last(world).await;
        if export.state() != ExportState::Running {
            return export;
        }
        tokio::task::yield_now().await;
    }
    panic!("it goes on");
}

#[tokio::test]
async fn an_export_is_begun_by_whom_it_is_granted_and_ended_by_the_gateway_alone() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss, seller) = (&firm.world, &firm.boss, &firm.seller);
        let begin = |collection: &str| pb::BeginExportRequest {
            export: Some(Export {
                collection: collection.to_owned(),
                format: pb::ExportFormat::Csv.into(),
                ..Export::default()
            }),
        };
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        let mut by_boss = exports(world, boss);
        assert_eq!(
            refused(exports(world, seller).begin_export(begin("leads")).await),
            denied
        );
        let wrong = by_boss
            .begin_export(pb::BeginExportRequest::default())
            .await;
        assert_eq!(
            violations(wrong),
            pairs(&[
                ("export.collection", "REQUIRED"),
                ("export.format", "REQUIRED")
            ])
        );
        let running = told(by_boss.begin_export(begin("leads")).await);
        assert_eq!(running.time_zone, "Asia/Shanghai");
        let running = running.export.unwrap();
        assert_eq!(
            (running.state(), running.row_count),
            (ExportState::Running, None)
        );

        let end = |id: &str, reason: ExportStopReason| pb::EndExportRequest {
            id: id.to_owned(),
            row_count: 7,
            stop_reason: reason.into(),
        };
        let whole = ExportStopReason::Unspecified;
        assert_eq!(
            refused(by_boss.end_export(end(&running.id, whole)).await),
            denied
        );
        let gateway = world.link_as_service("gateway", "directory", None);
        let mut gateway = ExportServiceClient::new(gateway);
        let unknown = gateway.end_export(end(&boss.id.to_string(), whole)).await;
        assert_eq!(refused(unknown).0, Code::NotFound);
        let never = gateway
            .end_export(end(&running.id, ExportStopReason::NeverEnded))
            .await;
        assert_eq!(
            violations(never),
            pairs(&[("stop_reason", "CHOICE_UNKNOWN")])
        );
        let ended = told(gateway.end_export(end(&running.id, whole)).await)
            .export
            .unwrap();
        assert_eq!(
            (ended.state(), ended.row_count),
            (ExportState::Done, Some(7))
        );
        let again = gateway.end_export(end(&running.id, whole)).await;
        assert_eq!(
            refused(again),
            (Code::FailedPrecondition, "EXPORT_ALREADY_OVER".to_owned())
        );

        // One's own is for oneself, everybody's for who looks at what is administered.
        let get = |id: &str| pb::GetExportRequest { id: id.to_owned() };
        let shown = told(exports(world, boss).get_export(get(&running.id)).await);
        assert_eq!(shown.export.unwrap(), ended);
        let mut by_manager = exports(world, &firm.manager);
        let hidden = by_manager.get_export(get(&running.id)).await;
        assert_eq!(refused(hidden), (Code::NotFound, "NOT_FOUND".to_owned()));
        let of_boss = pb::ListExportsRequest {
            member_id: boss.id.to_string(),
            ..pb::ListExportsRequest::default()
        };
        assert_eq!(refused(by_manager.list_exports(of_boss).await), denied);
        let own = told(by_manager.begin_export(begin("orders")).await)
            .export
            .unwrap();
        let mine = listed(world, &firm.manager, pb::ListExportsRequest::default()).await;
        assert_eq!(mine, std::slice::from_ref(&own));
        told(by_manager.get_export(get(&own.id)).await);
        assert_eq!(
            listed(world, boss, pb::ListExportsRequest::default())
                .await
                .len(),
            2
        );
        let of_leads = pb::ListExportsRequest {
            collection: "leads".to_owned(),
            count: true,
            ..pb::ListExportsRequest::default()
        };
        let of_leads = told(by_boss.list_exports(of_leads).await);
        assert_eq!((of_leads.exports, of_leads.total_size), (vec![ended], 1));

        // What nobody ends is given up after an hour; nobody knows how many rows went out, so it counts as large.
        world.advance(TimeDelta::minutes(61)).await;
        let given_up = told(by_manager.get_export(get(&own.id)).await)
            .export
            .unwrap();
        assert_eq!(given_up.stop_reason(), ExportStopReason::NeverEnded);
        assert_eq!((given_up.row_count, given_up.large), (None, true));
    }
}

#[tokio::test]
async fn from_how_many_rows_on_an_export_is_large_is_the_firms_to_say() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        firm.desk(&firm.seller).account(company("Acme")).await;
        let caller = Caller::of(world, &world.admin().await);
        let settings = "/v1/settings";
        for wrong in [0, 1_000_001] {
            let answer = caller
                .patch(settings, &json!({ "largeExportRows": wrong }))
                .await;
            let told: Vec<_> = answer
                .violations()
                .into_iter()
                .map(|(field, _)| field)
                .collect();
            assert_eq!(told, ["settings.largeExportRows"], "{wrong}");
        }
        let set = caller
            .patch(settings, &json!({ "largeExportRows": 1 }))
            .await
            .done();
        assert_eq!(set["largeExportRows"], 1);
        file(world, &firm.boss, "accounts.csv").await.lines();
        assert!(last(world).await.large);
    }
}
