//! A process dies at each of its fail points, for each handoff of the chain: before and after a commit, between the steps of
//! an operation, while an event is heard, when events are numbered and published. Whoever asked asks again under the same
//! request ids, and in the end everything is there once.

use std::{fs, path::Path, time::Duration};

use baton::{
    api::{Api, Error},
    demo::{self, Administrator, Case, Company},
};
use baton_tests::process::{Broken, Process, free_ports};
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use tokio::time::timeout;

use crate::{
    cases::{administrator, assert_is_the_answer, chains, moment, program_at},
    commands::{json as told, text},
};

/// Services whose events are about the object that the audit row names.
pub const PRODUCERS: [&str; 4] = ["customer", "marketing", "sales", "commerce"];
/// Chains within which a point is reached; one more than where it is, as an event may be heard late.
const PATIENCE: usize = 3;

/// The whole chain of an enquiry.
const TRACE: [&str; 5] = [
    "LEAD CONVERTED",
    "OPPORTUNITY WON",
    "ORDER SHIPPED",
    "PAYMENT RECEIVED",
    "SHIPMENT SHIPPED",
];

/// What no store has: each version of each object has one audit row and one event.
pub const UNSOUND: [(&str, &str); 3] = [
    (
        "changes without an event, or twice in the audit",
        "select count(*) from
           (select object, version, count(*) as n from audit group by object, version) a
         left join outbox o on o.aggregate = a.object and o.version = a.version
         where o.aggregate is null or a.n <> 1",
    ),
    (
        "events without an audit row",
        "select count(*) from outbox o where not exists
           (select 1 from audit a where a.object = o.aggregate and a.version = o.version)",
    ),
    (
        "objects with a version that says nothing",
        "select count(*) from
           (select 1 from outbox group by aggregate having max(version) <> count(*)) o",
    ),
];

/// What came of an enquiry, all along the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    case: Case,
    /// The contract that was made of a won project of the same customer.
    contract: String,
    /// The order, as the ERP has it.
    order: Value,
}

/// Connects an ERP, or with an empty name none.
async fn connect(admin: &Api, system: &str) {
    let path = "/v1/settings?updateMask=erpSystem";
    let (headers, settings) = (http::HeaderMap::new(), json!({"erpSystem": system}));
    let set = admin
        .ask(http::Method::PATCH, path, headers, &settings)
        .await
        .unwrap();
    assert!(set.status.is_success(), "{set:?}");
}

/// Everything that whoever asks may ask, and may ask again.
pub struct Client {
    admin: Api,
    company: Company,
}

impl Client {
    pub async fn of(admin: Api) -> Self {
        let company = demo::found(&admin, &Administrator).await.unwrap();
        connect(&admin, "tryton").await;
        Self { admin, company }
    }

    /// A call becomes a lead, an opportunity, an order, and is paid; a project of the customer becomes a contract.
    pub async fn chain(&self, name: &str) -> Result<Chain, Error> {
        let lead = json!({
            "title": "Pumps", "source": {"kind": "CALL", "id": name},
            "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": format!("Pump works {name}")},
            "contact": {"name": "王芳"},
        });
        let deal =
            json!({"opportunity": {"name": "Pumps for the plant"}, "newContact": {"name": "李强"}});
        let case = demo::enquiry(&self.company, name, &lead, deal).await?;
        Ok(Chain {
            contract: self.project(name, &case.account).await?,
            order: self.erp(name, &case.order).await?,
            case,
        })
    }

    /// A won project goes to commerce; the id of its contract.
    async fn project(&self, name: &str, account: &str) -> Result<String, Error> {
        let key = |verb: &str| format!("{name} project {verb}");
        let project = json!({
            "name": "New plant", "type": "PROJECT_TYPE_SALES", "partyId": account,
            "amount": {"currencyCode": "CNY", "amountMinor": "10000000"},
        });
        let post = async |path: &str, verb: &str, body: Value| {
            self.admin.post_patiently(path, &key(verb), &body).await
        };
        let project = post("/v1/projects", "create", project).await?;
        let path = format!("/v1/projects/{}", text(&project, "id"));
        post(&format!("{path}:win"), "win", json!({})).await?;
        let contract = json!({"target": "HAND_OVER_TARGET_CONTRACT"});
        let mut done = post(&format!("{path}:handOver"), "hand over", contract).await?;
        while done["state"] == "HAND_OVER_STATE_RUNNING" {
            moment().await;
            done = self.admin.get(&format!("{path}/handOver")).await?;
        }
        assert_eq!(done["state"], "HAND_OVER_STATE_COMPLETED", "{done}");
        Ok(text(&done, "madeId").to_owned())
    }

    /// The ERP tells what it did with the order, and knows its own documents only: no request id.
    async fn erp(&self, name: &str, order: &str) -> Result<Value, Error> {
        let path = format!("/v1/orders/{order}");
        let confirmed = self.admin.get(&path).await?;
        let line = &confirmed["lines"][0];
        for (document, kind, fact) in [
            ("sale", "accepted", json!({"number": "SO17"})),
            (
                "out",
                "shipped",
                json!({"lines": [{"lineId": line["id"], "quantity": line["quantity"]}]}),
            ),
            ("money", "paid", json!({"amount": confirmed["total"]})),
        ] {
            let report = json!({
                "system": "tryton", "documentId": format!("{document} {name}"), "time": confirmed["confirmTime"],
                kind: fact,
            });
            self.admin
                .post_patiently(&format!("{path}:report"), "", &report)
                .await?;
        }
        self.admin.get(&path).await
    }
}

/// Before and after the commit of a call, or of a kind of event that is heard, of a service.
pub fn commits(places: &[(&str, &str)]) -> Vec<String> {
    let points = places.iter().flat_map(|(service, what)| {
        ["before", "after"].map(|place| format!("{service}-commit-{place}=return({what})"))
    });
    points.collect()
}

/// Before, in and after each step of an operation.
fn steps(operation: &str, count: usize) -> Vec<String> {
    let points = (0..count).flat_map(|step| {
        ["before", "called", "after"].map(|place| format!("{operation}-{step}-{place}=return"))
    });
    points.collect()
}

/// What a log tells of deaths at fail points.
pub fn kills(log: &str) -> Vec<&str> {
    let lines = log.lines();
    lines
        .filter(|line| line.contains("killed at a fail point"))
        .collect()
}

/// Whether the log tells, as its last word, that the process was killed there, and nowhere else since.
fn assert_killed(log: &str, times: usize, point: &str) {
    let kills = kills(log);
    let (place, _) = point.split_once('=').unwrap();
    assert_eq!(kills.len(), times, "{point}: {kills:#?}");
    assert!(kills[times - 1].contains(place), "{point}: {kills:#?}");
}

/// Asks until nobody answers any more; keeps what was answered.
async fn play_until_it_dies(client: &Client, firm: &mut Process, answered: &mut Vec<Chain>) {
    for _ in 0..PATIENCE {
        match client.chain(&answered.len().to_string()).await {
            Ok(chain) => answered.push(chain),
            Err(error) => {
                let ended = timeout(Duration::from_secs(10), firm.ended()).await;
                assert!(ended.is_ok(), "it lives, and answers: {error}");
                return;
            }
        }
    }
    panic!("the point is never reached");
}

/// Founds a firm in a folder, and stops its program again.
async fn founded(folder: &Path, port: u16) -> Client {
    let firm = program_at(folder, port, "").await.unwrap();
    let ready = firm.ready().clone();
    let made = ready.sign_in.unwrap();
    let admin = administrator(&ready.http.unwrap(), &made.user, &made.password).await;
    let client = Client::of(admin).await;
    firm.stop().await.unwrap();
    client
}

/// The small firm dies at each of these points, one life after the other, and never loses or doubles anything.
async fn survives(points: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports().unwrap();
    let client = founded(folder.path(), port).await;
    let mut answered = Vec::new();
    for (life, point) in points.iter().enumerate() {
        match program_at(folder.path(), port, point).await {
            Ok(mut firm) => play_until_it_dies(&client, &mut firm, &mut answered).await,
            // It was taken up where it died before, and came as far as this.
            Err(Broken::NotReady { .. }) => {}
            Err(error) => panic!("{point}: {error}"),
        }
        let log = fs::read_to_string(folder.path().join("log")).unwrap();
        assert_killed(&log, life + 1, point);
    }
    let firm = program_at(folder.path(), port, "").await.unwrap();
    assert_everything_is_there_once(&client, &answered).await;
    connect(&client.admin, "").await;
    let cases = demo::play(&client.admin, &Administrator).await.unwrap();
    assert_is_the_answer(&chains(&client.admin, &cases).await);
    until_the_doctor_is_content(folder.path()).await;
    firm.stop().await.unwrap();
    assert_changes_are_told_and_kept(folder.path()).await;
}

/// What was answered is answered again; every chain is whole, and there are no others.
pub async fn assert_everything_is_there_once(client: &Client, answered: &[Chain]) {
    let mut all = Vec::new();
    for name in 0..=answered.len() {
        all.push(client.chain(&name.to_string()).await.unwrap());
    }
    assert_eq!(
        all[..answered.len()],
        *answered,
        "asked again, it is the same answer"
    );
    for (path, list) in [
        ("/v1/leads?quality=LEAD_QUALITY_CONVERTED&", "leads"),
        ("/v1/leads?", "leads"),
        ("/v1/opportunities?", "opportunities"),
        ("/v1/orders?", "orders"),
        ("/v1/projects?", "projects"),
        ("/v1/contracts?", "contracts"),
        ("/v1/accounts?", "accounts"),
    ] {
        let listed = client
            .admin
            .get(&format!("{path}pageSize=200"))
            .await
            .unwrap();
        let count = listed[list].as_array().map_or(0, Vec::len);
        assert_eq!(count, all.len(), "{path} has one for each chain");
    }
    for Chain { order, case, .. } in &all {
        let facts = (&order["shipments"], &order["payments"]);
        let counts = [facts.0, facts.1].map(|fact| fact.as_array().map_or(0, Vec::len));
        assert_eq!(
            counts,
            [1, 1],
            "the ERP shipped once and was paid once: {order}"
        );
        assert_ne!(order["differs"], true, "{order}");
        let contacts = format!("/v1/contacts?partyId={}", case.account);
        let contacts = client.admin.get(&contacts).await.unwrap();
        assert_eq!(
            contacts["contacts"].as_array().map_or(0, Vec::len),
            2,
            "{contacts}"
        );
    }
    for Chain { case, .. } in &all {
        let mut trace = Vec::new();
        // Whoever keeps the traces has to hear of it first.
        for _ in 0..200 {
            trace = kinds_and_states(client, &case.order).await;
            if trace == TRACE {
                break;
            }
            moment().await;
        }
        assert_eq!(trace, TRACE, "{case:?}");
    }
}

/// The chain that an order stands in.
async fn kinds_and_states(client: &Client, order: &str) -> Vec<String> {
    let path = format!("/v1/trace/order/{order}");
    let trace = client.admin.get(&path).await.unwrap();
    let nodes = trace["nodes"].as_array().unwrap().iter();
    let mut told: Vec<_> = nodes
        .map(|node| format!("{} {}", text(node, "kind"), text(node, "state")))
        .collect();
    told.sort();
    told
}

/// Logs are whole, everybody has heard everything, nothing is parked or overdue.
async fn until_the_doctor_is_content(folder: &Path) {
    let mut findings = Value::Null;
    for _ in 0..100 {
        findings = told(folder, &["doctor", "--json"]).await["findings"].clone();
        if findings == json!([]) {
            return;
        }
        moment().await;
    }
    panic!("the doctor finds {findings}");
}

/// Each version of each object has one audit row and one event, and none is missing.
async fn assert_changes_are_told_and_kept(folder: &Path) {
    for service in PRODUCERS {
        let store = folder.join("data").join(format!("{service}.db"));
        let mut store = SqliteConnection::connect(&store.to_string_lossy())
            .await
            .unwrap();
        for (what, text) in UNSOUND {
            let found: i64 = sqlx::query_scalar(text)
                .fetch_one(&mut store)
                .await
                .unwrap();
            assert_eq!(found, 0, "{service}: {what}");
        }
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_goes_to_its_salesperson_whenever_the_process_dies() {
    survives(&commits(&[
        ("marketing", "CreateLead"),
        ("customer", "CreateProspect"),
        ("marketing", "RouteLead"),
        ("customer", "lead_routed"),
        ("marketing", "AssignLead"),
        ("customer", "lead_assigned"),
        ("insight", "lead_assigned"),
        ("marketing", "AcceptLead"),
    ]))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_becomes_one_opportunity_whenever_the_process_dies() {
    let points = commits(&[
        ("marketing", "ConvertLead"),
        ("customer", "VerifyProspect"),
        ("customer", "CreateContact"),
        ("sales", "CreateOpportunity"),
        ("insight", "opportunity_created"),
        ("insight.funnel", "lead_converted"),
    ]);
    survives(&[points, steps("convert", 4)].concat()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_won_deal_becomes_one_order_whenever_the_process_dies() {
    let points = commits(&[
        ("sales", "WinOpportunity"),
        ("insight.funnel", "opportunity_won"),
        ("sales", "HandOverOpportunity"),
        ("commerce", "CreateOrder"),
        ("sales", "order_created"),
        ("insight", "order_created"),
    ]);
    survives(&[points, steps("hand_over", 2)].concat()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_won_project_becomes_one_contract_whenever_the_process_dies() {
    let points = commits(&[
        ("sales", "WinProject"),
        ("sales", "HandOverProject"),
        ("commerce", "CreateContract"),
        ("sales", "contract_created"),
        ("insight", "contract_created"),
    ]);
    survives(&[points, steps("hand_over_project", 2)].concat()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_to_the_erp_once_whenever_the_process_dies() {
    survives(&commits(&[
        ("commerce", "ConfirmOrder"),
        ("insight", "order_confirmed"),
        ("insight.funnel", "order_confirmed"),
        ("commerce", "ReportOrder"),
        ("insight", "order_shipped"),
    ]))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_poison_is_parked_and_taken_in_when_it_is_none_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports().unwrap();
    let client = founded(folder.path(), port).await;
    let firm = program_at(folder.path(), port, "poison=return(4)")
        .await
        .unwrap();
    let mut answered = Vec::new();
    for name in 0..PATIENCE {
        answered.push(client.chain(&name.to_string()).await.unwrap());
    }
    let findings = told(folder.path(), &["doctor", "--json"]).await;
    let parked = |f: &Value| f["rule"] == "EVENTS_PARKED";
    let found = findings["findings"].as_array().unwrap();
    assert!(found.iter().any(parked), "{findings}");
    firm.stop().await.unwrap();

    let firm = program_at(folder.path(), port, "").await.unwrap();
    assert_everything_is_there_once(&client, &answered).await;
    until_the_doctor_is_content(folder.path()).await;
    firm.stop().await.unwrap();
    assert_changes_are_told_and_kept(folder.path()).await;
}
