//! The three case studies of the field, played over JSON alone by the people who would play them: against the program of
//! the small firm, and against one process a service with NATS and PostgreSQL. Both come to the same chain.

use std::{collections::HashMap, path::Path, time::Duration};

use baton::{
    api::{Api, Edge},
    demo::{self, Administrator, Case, Reception as _},
};
use baton_tests::{
    process::{Broken, Process},
    stack::{Ground, Stack},
};
use serde_json::{Value, json};

/// Places of the conversion at which the process is killed: before a step, after its calls and before its result is
/// kept, and after that.
const STEPS: usize = 4;

/// The program of the small firm on a folder of its own; `fail` names the fail points that kill it.
pub async fn program(folder: &Path, fail: &str) -> Process {
    program_at(folder, 0, fail).await.unwrap()
}

/// The same with JSON at a port of its own; it may die before it is ready.
pub async fn program_at(folder: &Path, port: u16, fail: &str) -> Result<Process, Broken> {
    let (data, http) = (folder.join("data"), format!("127.0.0.1:{port}"));
    let data = data.to_string_lossy();
    let arguments = [
        "serve",
        "--data",
        &*data,
        "--http",
        &*http,
        "--grpc",
        "127.0.0.1:0",
    ];
    let environment = [("FAILPOINTS".to_owned(), fail.to_owned())];
    Process::start("baton", &arguments, &environment, &folder.join("log")).await
}

pub async fn administrator(url: &str, user: &str, password: &str) -> Api {
    let stranger = Api::new(Edge::at(url), "", "zh-CN");
    let session = stranger
        .post(
            "/v1/sessions",
            "",
            &json!({"user": user, "password": password}),
        )
        .await
        .unwrap();
    stranger.of(session["token"].as_str().unwrap())
}

/// The chain that each order stands in, once every event has arrived where traces are kept.
pub async fn chains(admin: &Api, cases: &[Case]) -> Value {
    let mut all = serde_json::Map::new();
    for case in cases {
        // An opportunity and an order in every case; in the first one a campaign before the lead.
        let before = usize::from(case.lead.is_some()) + usize::from(case.name == "bought-database");
        let objects = 2 + before + usize::from(case.contract.is_some());
        let path = format!("/v1/trace/order/{}", case.order);
        let mut trace = admin.get(&path).await.unwrap();
        // Another process keeps the traces: it can only be asked again.
        for _ in 0..200 {
            if trace["nodes"]
                .as_array()
                .is_some_and(|nodes| nodes.len() >= objects)
            {
                break;
            }
            moment().await;
            trace = admin.get(&path).await.unwrap();
        }
        all.insert(
            case.name.clone(),
            Value::Array(told(trace["nodes"].as_array().unwrap())),
        );
    }
    Value::Object(all)
}

/// Nodes in the order of the chain, without what differs between two systems: ids are told by kind.
fn told(nodes: &[Value]) -> Vec<Value> {
    let rank = |kind: &str| {
        [
            "CAMPAIGN",
            "ACCOUNT",
            "LEAD",
            "OPPORTUNITY",
            "CONTRACT",
            "ORDER",
        ]
        .iter()
        .position(|k| *k == kind)
    };
    let kinds: HashMap<&str, &str> = nodes
        .iter()
        .map(|n| (n["id"].as_str().unwrap(), n["kind"].as_str().unwrap()))
        .collect();
    let mut nodes: Vec<&Value> = nodes.iter().collect();
    nodes.sort_by_key(|n| rank(n["kind"].as_str().unwrap()));
    nodes
        .into_iter()
        .map(|n| {
            let source = n["source"]["id"].as_str().unwrap();
            assert!(!n["number"].as_str().unwrap().is_empty(), "{n} has a number");
            json!({
                "kind": n["kind"], "state": n["state"], "title": n["title"], "visible": n["visible"],
                "source": {
                    "kind": n["source"]["kind"],
                    "id": kinds.get(source).map_or_else(|| source.to_owned(), |kind| format!("the {kind}")),
                },
            })
        })
        .collect()
}

/// The committed answer: whatever system the cases are played on, this is what they come to.
pub fn assert_is_the_answer(chains: &Value) {
    insta::with_settings!({snapshot_path => "answers", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_json_snapshot!("the_three_cases", chains);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cases_played_on_the_program_of_a_small_firm_come_to_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let firm = program(folder.path(), "").await;
    let ready = firm.ready().clone();
    let made = ready.sign_in.unwrap();
    let admin = administrator(&ready.http.unwrap(), &made.user, &made.password).await;
    let cases = demo::play(&admin, &Administrator).await.unwrap();
    assert_is_the_answer(&chains(&admin, &cases).await);
    assert_the_seller_works_with_his_customers(&admin, &cases).await;

    let again = demo::play(&admin, &Administrator).await.unwrap();
    assert_eq!(
        again, cases,
        "played again under the same request ids, nothing is made twice"
    );
    firm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cases_played_on_a_process_per_service_come_to_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let Some(ground) = Ground::of_tests("cases", folder.path()) else {
        return;
    };
    let stack = Stack::start(&ground).await.unwrap();
    let made = stack.sign_in().unwrap().clone();
    let admin = administrator(stack.http(), &made.user, &made.password).await;
    let cases = demo::play(&admin, &Administrator).await.unwrap();
    assert_is_the_answer(&chains(&admin, &cases).await);
    assert_the_seller_works_with_his_customers(&admin, &cases).await;
    stack.stop().await.unwrap();
}

/// The salesperson opens the customers of the leads that he got, and notes a call, as soon as they have come to him.
async fn assert_the_seller_works_with_his_customers(admin: &Api, cases: &[Case]) {
    let members = admin.get("/v1/members?pageSize=200").await.unwrap();
    let members = members["members"].as_array().unwrap();
    let seller = members.iter().find(|m| m["name"] == "demo-seller").unwrap();
    let api = Administrator.sign_in(admin, seller).await.unwrap();
    for case in cases.iter().filter(|case| case.lead.is_some()) {
        let path = format!("/v1/parties/{}", case.account);
        let mut party = api.get(&path).await;
        for _ in 0..200 {
            if party.is_ok() {
                break;
            }
            moment().await;
            party = api.get(&path).await;
        }
        assert_eq!(party.unwrap()["ownerId"], seller["id"], "{}", case.name);
        let people = if case.name == "hotline" { 2 } else { 0 };
        assert_eq!(contacts(&api, &case.account).await, people, "{}", case.name);
        let call = json!({
            "about": {"kind": "ACCOUNT", "id": case.account}, "channel": "CHANNEL_PHONE",
            "kind": "INTERACTION_KIND_ENQUIRY", "summary": "回访",
        });
        api.post("/v1/interactions", "", &call).await.unwrap();
    }
}

/// Another process has to come further: it can only be asked again.
pub async fn moment() {
    tokio::time::timeout(Duration::from_millis(50), std::future::pending::<()>())
        .await
        .unwrap_err();
}

/// How many leads are of a quality.
async fn leads(admin: &Api, quality: &str) -> usize {
    let path = format!("/v1/leads?quality={quality}");
    let listed = admin.get(&path).await.unwrap();
    listed["leads"].as_array().map_or(0, Vec::len)
}

/// How many contacts there are at a party.
async fn contacts(admin: &Api, party: &str) -> usize {
    let path = format!("/v1/contacts?partyId={party}");
    let listed = admin.get(&path).await.unwrap();
    listed["contacts"].as_array().map_or(0, Vec::len)
}

/// What happens when the process dies there: the lead is CONVERTING and its operation is in the store. After the restart
/// the operation does the same step again under the same request ids and goes on by itself. It is the conversion of the
/// second case that dies, whose party has to be verified and whose contact is new: every step of it writes.
async fn survives(point: &str) {
    let folder = tempfile::tempdir().unwrap();
    let firm = program(folder.path(), &format!("{point}=1*off->return")).await;
    let ready = firm.ready().clone();
    let made = ready.sign_in.unwrap();
    let admin = administrator(&ready.http.unwrap(), &made.user, &made.password).await;
    demo::play(&admin, &Administrator)
        .await
        .expect_err("the process was killed in the middle of a case");
    drop(firm);

    let firm = program(folder.path(), "").await;
    let admin = administrator(
        firm.ready().http.as_deref().unwrap(),
        &made.user,
        &made.password,
    )
    .await;
    // Nobody asks for anything more, and it ends.
    for _ in 0..200 {
        if leads(&admin, "LEAD_QUALITY_CONVERTING").await == 0 {
            break;
        }
        moment().await;
    }
    assert_eq!(leads(&admin, "LEAD_QUALITY_CONVERTING").await, 0);
    assert_eq!(
        leads(&admin, "LEAD_QUALITY_CONVERTED").await,
        2,
        "both leads are opportunities"
    );
    let cases = demo::play(&admin, &Administrator).await.unwrap();
    assert_is_the_answer(&chains(&admin, &cases).await);
    assert_eq!(
        contacts(&admin, &cases[1].account).await,
        2,
        "王芳 and 李强, each once"
    );
    firm.stop().await.unwrap();
}

macro_rules! killed {
    ($($name:ident: $step:literal $place:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            const { assert!($step < STEPS) };
            survives(concat!("convert-", $step, "-", $place)).await;
        }
    )+};
}

killed! {
    killed_before_the_party_is_ensured: 0 "before";
    killed_when_the_party_was_ensured_and_not_noted: 0 "called";
    killed_after_the_party: 0 "after";
    killed_before_the_contact_is_ensured: 1 "before";
    killed_when_the_contact_was_ensured_and_not_noted: 1 "called";
    killed_after_the_contact: 1 "after";
    killed_before_the_opportunity_is_created: 2 "before";
    killed_when_the_opportunity_was_created_and_not_noted: 2 "called";
    killed_after_the_opportunity: 2 "after";
    killed_before_the_lead_is_converted: 3 "before";
    killed_when_the_lead_was_about_to_be_converted: 3 "called";
    killed_after_the_lead_was_converted: 3 "after";
}
