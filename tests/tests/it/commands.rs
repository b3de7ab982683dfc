//! The commands as somebody types them: on a folder where nothing runs, and beside a server.

use std::{path::Path, process::Output};

use baton_tests::process::{Process, run};
use serde_json::Value;

use crate::cases::program;

/// Runs `baton COMMAND … --data FOLDER/data`.
async fn baton(folder: &Path, arguments: &[&str]) -> Output {
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
async fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = baton(folder, arguments).await;
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

async fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(folder, arguments).await).unwrap()
}

/// What it complained of, and how it ended, when it did not go well.
async fn complained(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = baton(folder, arguments).await;
    assert!(!output.status.success(), "{arguments:?} goes well");
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
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
