//! What whoever runs a system does with it: backup and restore, a look at its health, replay of what was said, TLS, new keys.

use std::{path::Path, sync::Arc};

use baton::api::{Api, Edge};
use baton_chassis::{
    Clock,
    papers::issue::{Bearer, files, issue},
};
use baton_tests::{
    process::{Process, run_in},
    stack::SERVICES,
};
use chrono::Days;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    cases::program,
    commands::{baton, complained, json as told, said, text},
};

async fn administrator(folder: &Path, firm: &Process) -> Api {
    let token = said(folder, &["token", "--member", "admin"]).await;
    Api::new(
        Edge::at(firm.ready().http.as_ref().unwrap()),
        token.trim(),
        "en",
    )
}

/// Names of all accounts.
async fn accounts(api: &Api) -> Vec<String> {
    let found = api.get("/v1/accounts?pageSize=500").await.unwrap();
    let found = found["accounts"].as_array().unwrap().iter();
    let mut names: Vec<_> = found.map(|a| text(a, "name").to_owned()).collect();
    names.sort();
    names
}

async fn found(api: &Api, name: &str) {
    let body = json!({ "name": name });
    api.post("/v1/accounts", "", &body).await.unwrap();
}

async fn on(store: &Path, sql: &'static str) {
    let mut store = SqliteConnection::connect(&store.to_string_lossy())
        .await
        .unwrap();
    sqlx::query(sql).execute(&mut store).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_told_to_stop_as_soon_as_it_is_ready_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..8 {
        let firm = program(folder.path(), "").await;
        assert!(firm.stop().await.unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_system_is_one_moment_and_comes_back_whole() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = here.path().join("copies/monday");
    let copy = copy.to_string_lossy();
    let firm = program(here.path(), "").await;
    let admin = administrator(here.path(), &firm).await;
    found(&admin, "Before").await;
    // Somebody works on while the copy is made: each account that was answered before it began is in it.
    let work = async {
        for n in 0..20 {
            found(&admin, &format!("Meanwhile {n}")).await;
        }
    };
    let copying = ["backup", &*copy, "--json"];
    let ((), made) = tokio::join!(work, told(here.path(), &copying));
    assert_eq!(
        made["files"].as_array().unwrap().len(),
        7,
        "six stores and the keys: {made}"
    );
    found(&admin, "After").await;
    let all = accounts(&admin).await;
    let (_, why) = complained(here.path(), &["backup", &*copy]).await;
    assert!(
        why.contains("monday"),
        "a backup is never overwritten: {why}"
    );
    let (_, why) = complained(here.path(), &["restore", &*copy, "--replace"]).await;
    assert!(why.contains("stop it first"), "{why}");
    firm.stop().await.unwrap();
    let (_, why) = complained(here.path(), &["restore", &*copy]).await;
    assert!(why.contains("--replace"), "{why}");

    said(there.path(), &["restore", &*copy]).await;
    for (folder, arguments) in [
        (&there, None),
        (&here, Some(["restore", &*copy, "--replace"])),
    ] {
        if let Some(arguments) = arguments {
            said(folder.path(), &arguments).await;
        }
        let health = told(folder.path(), &["doctor", "--json"]).await;
        let faults = |f: &&Value| f["level"] == "fault";
        assert_eq!(
            health["findings"].as_array().unwrap().iter().find(faults),
            None
        );
        let firm = program(folder.path(), "").await;
        let admin = administrator(folder.path(), &firm).await;
        let back = accounts(&admin).await;
        assert!(back.contains(&"Before".to_owned()) && !back.contains(&"After".to_owned()));
        assert!(back.iter().all(|name| all.contains(name)), "{back:?}");
        found(&admin, "Afterwards").await;
        firm.stop().await.unwrap();
    }
    let aside = std::fs::read_dir(here.path().join("data"))
        .unwrap()
        .flatten();
    let aside = aside.map(|e| e.file_name().to_string_lossy().into_owned());
    assert_eq!(
        aside.filter(|name| name.starts_with("replaced-")).count(),
        1,
        "nothing that was there is lost"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_not_whole_and_a_restore_that_broke_off_are_not_taken_for_a_system() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("b0");
    let (_, why) = complained(folder.path(), &["backup", &*empty.to_string_lossy()]).await;
    assert!(why.contains("holds no system"), "{why}");
    said(folder.path(), &["token", "--member", "admin"]).await;
    let copy = folder.path().join("b1");
    said(folder.path(), &["backup", &*copy.to_string_lossy()]).await;
    let target = folder.path().join("data");
    let put = async |from: &Path| {
        complained(
            folder.path(),
            &["restore", &*from.to_string_lossy(), "--replace"],
        )
        .await
        .1
    };

    let sales = copy.join("sales.db");
    let sound = std::fs::read(&sales).unwrap();
    let mut broken = sound.clone();
    broken[sound.len() / 2] ^= 1;
    std::fs::write(&sales, &broken).unwrap();
    let why = put(&copy).await;
    assert!(why.contains("not what the list says"), "{why}");
    std::fs::remove_file(&sales).unwrap();
    assert!(put(&copy).await.contains("sales.db"));
    std::fs::write(&sales, sound).unwrap();
    assert!(target.join("sales.db").exists(), "nothing was touched");

    // Killed while the files were being put in place.
    std::fs::write(target.join("restoring"), "").unwrap();
    std::fs::remove_file(target.join("sales.db")).unwrap();
    let (_, why) = complained(folder.path(), &["token", "--member", "admin"]).await;
    assert!(why.contains("broken off"), "{why}");
    said(folder.path(), &["restore", &*copy.to_string_lossy()]).await;
    said(folder.path(), &["token", "--member", "admin"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_a_hole_in_a_log_and_a_service_that_heard_what_was_never_said() {
    let folder = tempfile::tempdir().unwrap();
    let (_, why) = complained(folder.path(), &["doctor"]).await;
    assert!(why.contains("holds no system"), "{why}");
    said(folder.path(), &["demo", "--json"]).await;
    assert!(
        said(folder.path(), &["doctor"])
            .await
            .contains("nothing is wrong")
    );

    let marketing = folder.path().join("data/marketing.db");
    on(&marketing, "delete from outbox where seq = 2").await;
    let sales = folder.path().join("data/sales.db");
    on(&sales, "update inbox_cursor set applied = applied + 100 where producer = 'customer' or producer = 'directory'").await;
    let output = baton(folder.path(), &["doctor", "--json"]).await;
    assert_eq!(output.status.code(), Some(2));
    let health: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = health["findings"].as_array().unwrap().iter();
    let rules: Vec<_> = rules
        .map(|f| (text(f, "service"), text(f, "rule")))
        .collect();
    assert!(rules.contains(&("marketing", "LOG_HAS_HOLES")), "{rules:?}");
    assert!(
        rules.contains(&("sales", "HEARD_MORE_THAN_WAS_SAID")),
        "{rules:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_of_a_played_firm_is_whole_and_what_is_done_to_it_later_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (_, why) = complained(folder.path(), &["audit", "verify"]).await;
    assert!(why.contains("holds no system"), "{why}");
    said(folder.path(), &["demo", "--json"]).await;
    let ends = said(folder.path(), &["audit", "head"]).await;
    let ends: Vec<_> = ends.lines().collect();
    assert_eq!(ends.len(), 5, "{ends:?}");
    let mut kept = vec!["audit", "verify"];
    for end in &ends {
        kept.extend(["--head", end]);
    }
    let whole = said(folder.path(), &kept).await;
    assert_eq!(
        whole.matches(" rows are as they were written").count(),
        5,
        "{whole}"
    );

    let sales = folder.path().join("data/sales.db");
    let customer = folder.path().join("data/customer.db");
    on(&customer, "update audit set member = null where seq = 4").await;
    on(
        &sales,
        "delete from audit where seq = (select max(seq) from audit)",
    )
    .await;
    on(&sales, "update audit_head set seq = (select max(seq) from audit), hash = (select hash from audit order by seq desc limit 1)").await;
    let verified = async |arguments: &[&str]| {
        let output = baton(folder.path(), &[arguments, &["--json"]].concat()).await;
        assert_eq!(output.status.code(), Some(2));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let stores = told["stores"].as_array().unwrap().clone();
        let broken = stores.iter().filter(|s| !s["verdict"]["broken"].is_null());
        broken
            .map(|s| {
                (
                    text(s, "service").to_owned(),
                    text(&s["verdict"]["broken"], "how").to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let changed = ("customer".to_owned(), "CHANGED".to_owned());
    assert_eq!(
        verified(&["audit", "verify"]).await,
        std::slice::from_ref(&changed)
    );
    let cut = ("sales".to_owned(), "CUT_OFF".to_owned());
    assert_eq!(verified(&kept).await, [changed, cut]);
    let output = baton(folder.path(), &["doctor"]).await;
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.contains("AUDIT_BROKEN") && told.contains("row 4"),
        "{told}"
    );
    let (_, why) = complained(folder.path(), &["audit", "verify", "--head", "sales:1:xy"]).await;
    assert!(why.contains("SERVICE:SEQ:HASH"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_has_said_is_told_again_from_any_point() {
    let folder = tempfile::tempdir().unwrap();
    said(folder.path(), &["demo", "--json"]).await;
    let lines = async |more: &[&str]| -> Vec<Value> {
        let arguments: Vec<&str> = ["replay"].iter().chain(more).copied().collect();
        let printed = said(folder.path(), &arguments).await;
        printed
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect()
    };
    let all = lines(&["sales"]).await;
    let numbers: Vec<_> = all
        .iter()
        .map(|e| e["sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    let won = lines(&["sales", "--type", "opportunity_won"]).await;
    assert_eq!(won.len(), 3, "the three cases");
    let deal = text(&won[0], "object");
    assert_eq!(text(&won[0]["data"]["subject"], "id"), deal);
    let rest = lines(&["sales", "--after", "3"]).await;
    assert_eq!(rest, all[3..]);
    let of_one = lines(&["sales", "--object", deal]).await;
    let versions: Vec<_> = of_one
        .iter()
        .map(|e| e["version"].as_u64().unwrap())
        .collect();
    assert_eq!(versions, (1..=versions.len() as u64).collect::<Vec<_>>());
    let (_, why) = complained(folder.path(), &["replay", "weather"]).await;
    assert!(!why.is_empty());
}

/// What the server answers to a request over TLS, if its certificate is the one in `trusted`.
async fn over_tls(address: &str, trusted: &Path, path: &str) -> std::io::Result<String> {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(trusted).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut tls = tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    tls.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    // A server may close without the farewell of TLS.
    drop(tls.read_to_string(&mut answer).await);
    Ok(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_speaks_tls_with_a_certificate_of_its_own_and_commands_beside_it_still_work() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_string_lossy();
    let arguments = [
        "serve",
        "--data",
        &*data,
        "--http",
        "127.0.0.1:0",
        "--grpc",
        "127.0.0.1:0",
    ];
    let environment = [("BATON_LISTEN__TLS".to_owned(), "true".to_owned())];
    let firm = Process::start(
        "baton",
        &arguments,
        &environment,
        &folder.path().join("log"),
    )
    .await
    .unwrap();
    let url = firm.ready().http.clone().unwrap();
    let address = url.strip_prefix("https://").unwrap();
    let certificate = folder.path().join("data/tls-cert.pem");
    let answer = over_tls(address, &certificate, "/readyz").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let plain = Api::new(Edge::at(&format!("http://{address}")), "", "en");
    assert!(
        plain.get("/readyz").await.is_err(),
        "nothing is said in the clear"
    );
    let token = said(folder.path(), &["token", "--member", "admin"]).await;
    assert!(!token.trim().is_empty());
    told(folder.path(), &["demo", "--json"]).await;
    firm.stop().await.unwrap();
}

/// The settings for papers in a folder that were made so many days ago, good for ninety, for these services.
fn papers(folder: &Path, days_ago: u64, services: &[&str]) -> Vec<(String, String)> {
    let bearer = Bearer {
        name: "firm".to_owned(),
        services: services.iter().map(|s| (*s).to_owned()).collect(),
    };
    let then = Clock::System.now() - Days::new(days_ago);
    issue(folder, &[bearer], 90, true, then).unwrap();
    let files = files(folder, "firm");
    [("CA", files.ca), ("CERT", files.cert), ("KEY", files.key)]
        .map(|(key, file)| (format!("BATON_LINKS__{key}"), file.display().to_string()))
        .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_show_the_papers_of_a_system_that_runs_and_the_doctor_says_what_is_wrong_with_them()
 {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let home = folder.path().join("papers");
    let environment = papers(&home, 0, &SERVICES);
    let on = async |arguments: &[&str], environment: &[(String, String)]| {
        let arguments = [arguments, &["--data", &data]].concat();
        run_in("baton", &arguments, environment).await.unwrap()
    };
    let arguments = [
        "serve",
        "--data",
        &data,
        "--http",
        "127.0.0.1:0",
        "--grpc",
        "127.0.0.1:0",
    ];
    let log = folder.path().join("log");
    let firm = Process::start("baton", &arguments, &environment, &log);
    let firm = firm.await.unwrap();
    assert!(firm.ready().grpc.as_ref().unwrap().starts_with("https://"));
    let token = ["token", "--member", "admin"];
    assert!(on(&token, &environment).await.status.success());
    let without = on(&token, &[]).await;
    let complaint = String::from_utf8(without.stderr).unwrap();
    assert!(complaint.contains("links.ca"), "{complaint}");
    firm.stop().await.unwrap();

    let found = async |environment: &[(String, String)]| {
        let output = on(&["doctor", "--json"], environment).await;
        let health: Value = serde_json::from_slice(&output.stdout).unwrap();
        let all = health["findings"].as_array().unwrap().iter();
        let of_papers = all.filter(|f| text(f, "rule").starts_with("CERTIFICATE"));
        let rules: Vec<_> = of_papers.map(|f| text(f, "rule").to_owned()).collect();
        (rules.join(" "), output.status.code())
    };
    let is = |rule: &str, code| (rule.to_owned(), Some(code));
    assert_eq!(found(&environment).await, is("", 0));
    let soon = papers(&home, 70, &SERVICES);
    assert_eq!(found(&soon).await, is("CERTIFICATE_ENDS_SOON", 0));
    let over = papers(&home, 100, &SERVICES);
    assert_eq!(found(&over).await, is("CERTIFICATE_EXPIRED", 2));
    let others = papers(&home, 0, &["sales"]);
    assert_eq!(found(&others).await, is("CERTIFICATE_NOT_NAMED", 2));
    let again = papers(&home, 0, &SERVICES);
    let foreign = papers(&folder.path().join("foreign"), 0, &SERVICES);
    let [ca, cert, _] = again.try_into().unwrap();
    let mixed = [ca, cert, foreign[2].clone()];
    assert_eq!(found(&mixed).await, is("CERTIFICATE_KEY_FOREIGN", 2));
    let arguments = ["serve", "--data", &data];
    let why = Process::start("baton", &arguments, &mixed, &log).await;
    let why = why.unwrap_err().to_string();
    assert!(why.contains("the key does not belong"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_under_a_running_system_and_sessions_go_on_until_the_old_ones_are_retired()
{
    let folder = tempfile::tempdir().unwrap();
    let firm = program(folder.path(), "").await;
    let before = administrator(folder.path(), &firm).await;
    said(folder.path(), &["keys", "rotate"]).await;
    let after = administrator(folder.path(), &firm).await;
    for session in [&before, &after] {
        session.get("/v1/me").await.unwrap();
    }
    assert_eq!(
        said(folder.path(), &["keys", "retire"]).await.trim(),
        "1 old keys are dropped"
    );
    firm.stop().await.unwrap();

    let firm = program(folder.path(), "").await;
    let url = firm.ready().http.clone().unwrap();
    let status = async |session: &Api| {
        let session = session.moved(Edge::at(&url));
        session.get("/v1/me").await.map_err(|e| e.to_string())
    };
    assert!(status(&before).await.unwrap_err().contains("401"));
    status(&after).await.unwrap();
    firm.stop().await.unwrap();
}
