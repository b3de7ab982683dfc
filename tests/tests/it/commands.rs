//! The commands as somebody types them: on a folder where nothing runs, and beside a server.

use std::{path::Path, process::Output};

use baton_tests::process::{Process, run};
use serde_json::Value;

use crate::cases::program;

/// Runs `baton COMMAND … --data FOLDER/data`.
pub async fn baton(folder: &Path, arguments: &[&str]) -> Output {
    let data = folder.join("data");
    let data = data.to_string_lossy();
    let all: Vec<&str> = arguments
        .iter()
        .copied()
        .chain(["--data", &*data])
        .collect();
    run("baton", &all).await.unwrap()
}

/// What it printed, when it went well.
pub async fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = baton(folder, arguments).await;
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

pub async fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(folder, arguments).await).unwrap()
}

/// What it complained of, and how it ended, when it did not go well.
pub async fn complained(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = baton(folder, arguments).await;
    assert!(!output.status.success(), "{arguments:?} goes well");
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_company_is_founded_in_an_empty_folder_and_every_order_is_traced() {
    let folder = tempfile::tempdir().unwrap();
    let played = json(folder.path(), &["demo", "--json"]).await;
    let cases = played["cases"].as_array().unwrap();
    let names: Vec<_> = cases.iter().map(|c| text(c, "name")).collect();
    assert_eq!(names, ["bought-database", "hotline", "direct"]);
    for (case, kinds) in cases.iter().zip([
        &["CAMPAIGN", "LEAD", "OPPORTUNITY", "CONTRACT", "ORDER"][..],
        &["LEAD", "OPPORTUNITY", "ORDER"],
        &["OPPORTUNITY", "CONTRACT", "ORDER"],
    ]) {
        let order = text(case, "order");
        let trace = json(folder.path(), &["trace", "order", order, "--json"]).await;
        let nodes = trace["nodes"].as_array().unwrap();
        let chain: Vec<_> = nodes.iter().map(|n| text(n, "kind")).collect();
        assert_eq!(chain, kinds, "{case}");
        for (above, below) in nodes.iter().zip(&nodes[1..]) {
            assert_eq!(below["source"]["kind"], above["kind"]);
            assert_eq!(below["source"]["id"], above["id"]);
        }
        let last = nodes.last().unwrap();
        assert_eq!(text(last, "id"), order);
        let table = said(folder.path(), &["trace", "order", order]).await;
        assert!(table.contains(text(last, "number")), "{table}");
    }
    assert_eq!(
        json(folder.path(), &["demo", "--json"]).await,
        played,
        "a demo that was played is only told again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_beside_a_server_talks_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let firm = program(folder.path(), "").await;
    let token = said(folder.path(), &["token", "--member", "admin"]).await;
    assert_is_admin(&firm, token.trim()).await;
    let told = json(folder.path(), &["token", "--member", "admin", "--json"]).await;
    assert_eq!(text(&told, "member"), "admin");
    assert_is_admin(&firm, text(&told, "token")).await;

    let (code, why) = complained(folder.path(), &["token", "--member", "nobody"]).await;
    assert_eq!(code, Some(1));
    assert!(why.contains("no token for nobody"), "{why}");
    let unknown = ["trace", "lead", "01890000-0000-7000-8000-000000000000"];
    let (_, why) = complained(folder.path(), &unknown).await;
    assert!(why.contains("404"), "{why}");
    let (_, why) = complained(folder.path(), &["serve"]).await;
    assert!(why.contains("runs on"), "{why}");
    firm.stop().await.unwrap();
}

async fn assert_is_admin(firm: &Process, token: &str) {
    let url = firm.ready().http.clone().unwrap();
    let me = baton::api::Api::new(baton::api::Edge::at(&url), token, "en");
    let me = me.get("/v1/me").await.unwrap();
    assert_eq!(me["member"]["name"], "admin", "{me}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_loaded_by_the_names_of_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("products.csv");
    let rows = "no,name,unit,Price,currency_code,colour\n\
                1,CNC-500,piece,1250000,CNY,red\n2,,piece,5,CNY,\n3,Coolant,litre,2500,CNY,\n";
    std::fs::write(&file, rows).unwrap();
    let (file, errors) = (file.to_string_lossy(), folder.path().join("errors.csv"));
    let price = "Price=list_price.amount_minor";
    let load = |more: &'static [&'static str]| {
        let (file, errors) = (file.to_string(), errors.to_string_lossy().into_owned());
        let folder = folder.path().to_owned();
        async move {
            let all = ["import", "products", &*file, "--key", "no", "--map", price];
            let all: Vec<&str> = all
                .into_iter()
                .chain(["--errors", &*errors, "--json"])
                .chain(more.iter().copied())
                .collect();
            let output = baton(&folder, &all).await;
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            (output.status.code(), report["steps"][0].clone())
        }
    };
    let counts = |step: &Value| ["created", "unchanged", "refused"].map(|c| step[c].clone());
    for (more, expected) in [
        (&["--dry-run"][..], [2, 0, 1]),
        (&[], [2, 0, 1]),
        (&[], [0, 2, 1]),
    ] {
        let (code, step) = load(more).await;
        assert_eq!(code, Some(2), "some rows are refused");
        assert_eq!(counts(&step), expected.map(Value::from));
        assert_eq!(step["unused"], serde_json::json!(["colour"]));
        let refused = std::fs::read_to_string(&errors).unwrap();
        let refused: Vec<_> = refused.lines().skip(1).collect();
        assert!(
            matches!(refused[..], [only] if only.starts_with("products.csv,3,2,name,REQUIRED,")),
            "{refused:?}"
        );
    }
    let (code, why) = complained(folder.path(), &["import", "wishes", &*file]).await;
    assert_eq!(code, Some(1));
    assert!(why.contains("wishes is no target"), "{why}");
}

/// Loads a file of this content; what became of it, and the lines of the error file, none if there is no such file.
async fn loaded(folder: &Path, line: &[&str], content: &str) -> (Value, Vec<String>) {
    let (file, errors) = (folder.join("rows.csv"), folder.join("errors.csv"));
    std::fs::write(&file, content).unwrap();
    let (file, told) = (file.to_string_lossy(), errors.to_string_lossy());
    let (target, more) = line.split_first().unwrap();
    let all = ["import", target, &*file, "--errors", &*told, "--json"];
    let all: Vec<&str> = all.into_iter().chain(more.iter().copied()).collect();
    let output = baton(folder, &all).await;
    let complaint = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).expect(&complaint);
    let refused = std::fs::read_to_string(&errors).unwrap_or_default();
    let refused = refused.lines().skip(1).map(str::to_owned).collect();
    (report["steps"][0].clone(), refused)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_founds_a_system_is_told_how_to_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    for founds in [true, false] {
        let output = baton(folder.path(), &["token", "--member", "admin"]).await;
        assert!(output.status.success());
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            complaint.contains("Sign in as admin with"),
            founds,
            "{complaint}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_are_told_apart_by_their_ids_and_roles_stand_in_one_cell() {
    let folder = tempfile::tempdir().unwrap();
    let firm = program(folder.path(), "").await;
    let token = said(folder.path(), &["token", "--member", "admin"]).await;
    let url = firm.ready().http.clone().unwrap();
    let admin = baton::api::Api::new(baton::api::Edge::at(&url), token.trim(), "en");
    let body = serde_json::json!({"name": "Acme"});
    let made = admin.post("/v1/accounts", "", &body).await.unwrap();
    let party = text(made.get("party").unwrap_or(&made), "id");
    let leads = format!("id,title,party_id\n7,Robots for Hall 2,{party}\n8,Spare parts,{party}\n");
    let (step, refused) = loaded(folder.path(), &["leads"], &leads).await;
    assert_eq!(step["created"], 2, "{refused:?}");
    assert_eq!(step["unused"], serde_json::json!([]));

    let members = "id,display_name,roles\n1,Ann Lee,sales_manager; salesperson\n2,Bo Li,cook\n";
    let (step, refused) = loaded(folder.path(), &["members"], members).await;
    assert_eq!(step["unused"], serde_json::json!([]));
    assert_eq!([&step["created"], &step["refused"]], [1, 1]);
    assert!(refused[0].starts_with("rows.csv,3,2,roles"), "{refused:?}");
    firm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_comes_twice_is_refused_at_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "id,name,description,unit\nA,Lathe,\"with\ntwo lines\",piece\n\nB,Drill,,piece\n\
                A,Other lathe,,piece\nC,,,piece\n";
    for more in [&["products", "--dry-run"][..], &["products"]] {
        let (step, refused) = loaded(folder.path(), more, rows).await;
        assert_eq!(
            ["created", "updated", "refused"].map(|c| step[c].clone()),
            [2, 0, 2].map(Value::from)
        );
        assert!(
            matches!(&refused[..], [twice, nameless]
                if twice.starts_with("rows.csv,6,A,external_id,KEY_REPEATED,A is the key of line 2")
                && nameless.starts_with("rows.csv,7,C,name,REQUIRED,")),
            "{refused:?}"
        );
    }
    let clean = "id,name,unit\nA,Lathe,piece\n";
    let (step, _) = loaded(folder.path(), &["products"], clean).await;
    assert_eq!(step["refused"], 0);
    assert!(
        !folder.path().join("errors.csv").exists(),
        "nothing was refused this time"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_taken_out_as_a_whole_file_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    json(folder.path(), &["demo", "--json"]).await;
    let place = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (leads, deals) = (place("leads.csv"), place("deals.ndjson"));
    let columns = ["--columns", "number,owner"];
    let arguments = ["export", "leads", "--out", &leads, columns[0], columns[1]];
    said(folder.path(), &arguments).await;
    let written = std::fs::read_to_string(&leads).unwrap();
    let lines: Vec<_> = written.lines().collect();
    assert_eq!(lines[0], "\u{feff}number,owner");
    assert!(lines.len() > 2 && lines[1].starts_with("L-"), "{written}");
    let won = "state=OPPORTUNITY_STATE_WON";
    let arguments = ["export", "opportunities", "--out", &deals, "--filter", won];
    said(folder.path(), &arguments).await;
    let written = std::fs::read_to_string(&deals).unwrap();
    let first: Value = serde_json::from_str(written.lines().next().unwrap()).unwrap();
    assert_eq!(first["state"], "OPPORTUNITY_STATE_WON");
    let shown = said(
        folder.path(),
        &["export", "products", "--labels", "--lang", "zh-CN"],
    )
    .await;
    assert!(shown.starts_with("\u{feff}ID,"), "{shown}");

    // Whoever may not take anything out gets no file, nor half of one.
    let other = place("other.csv");
    let arguments = ["export", "leads", "--out", &other, "--as", "demo-seller"];
    let (_, why) = complained(folder.path(), &arguments).await;
    assert!(why.contains("403"), "{why}");
    assert!(!Path::new(&other).exists() && !Path::new(&format!("{other}.part")).exists());
}
