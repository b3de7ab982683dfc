//! Some of the services without the others: what does not need them works, the rest says whom it misses, and nothing
//! waits for somebody who is not there.

use std::path::Path;

use baton::api::{Api, Edge};
use baton_tests::process::{Process, free_ports};
use http::{HeaderMap, Method, header};
use serde_json::{Value, json};

use crate::{
    cases::{administrator, moment},
    stack_load::text,
};

/// Where the two processes of the system stand: the office has the directory, the customers, insight and the edge, the shop sales and commerce.
struct Town<'a> {
    folder: &'a Path,
    office: String,
    shop: String,
}

impl<'a> Town<'a> {
    fn new(folder: &'a Path) -> Self {
        let [office, shop] = free_ports().unwrap();
        let at = |port: u16| format!("127.0.0.1:{port}");
        Self {
            folder,
            office: at(office),
            shop: at(shop),
        }
    }

    async fn start(&self, only: &str, grpc: &str, others: &[(&str, &str)]) -> Process {
        let path = |name: &str| self.folder.join(name).to_string_lossy().into_owned();
        let data = path(only);
        let arguments = [
            "serve",
            "--only",
            only,
            "--data",
            &data,
            "--http",
            "127.0.0.1:0",
            "--grpc",
            grpc,
        ];
        let urls = others.iter().map(|(service, address)| {
            (format!("BATON_{service}__URL"), format!("http://{address}"))
        });
        let environment: Vec<_> = [("BATON_AUTH__KEY_FILE".to_owned(), path("keys.json"))]
            .into_iter()
            .chain(urls)
            .collect();
        let log = self.folder.join(format!("{only}.log"));
        Process::start("baton", &arguments, &environment, &log)
            .await
            .unwrap()
    }

    async fn office(&self) -> Process {
        let shop = [("SALES", &*self.shop), ("COMMERCE", &*self.shop)];
        self.start("directory,customer,insight,gateway", &self.office, &shop)
            .await
    }

    async fn shop(&self) -> Process {
        let office = [("DIRECTORY", &*self.office), ("CUSTOMER", &*self.office)];
        self.start("sales,commerce", &self.shop, &office).await
    }
}

/// Whom a call misses, and the sentence that says so in a language.
async fn missed(api: &Api, language: &str, path: &str) -> (String, String) {
    let language = language.parse().unwrap();
    let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, language)]);
    let answer = api
        .ask(Method::GET, path, headers, &Value::Null)
        .await
        .unwrap();
    let details = answer.body["details"].as_array().unwrap();
    let info = details.iter().find(|d| d.get("reason").is_some()).unwrap();
    assert_eq!(
        (answer.status.as_u16(), &info["reason"]),
        (503, &json!("SERVICE_AWAY")),
        "{info}"
    );
    (
        text(&info["metadata"], "service"),
        text(&answer.body, "message"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn sales_and_commerce_run_without_the_others_and_say_whom_they_miss() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::new(folder.path());
    let office = town.office().await;
    let shop = town.shop().await;
    let first = office.ready().sign_in.clone().unwrap();
    let http = office.ready().http.clone().unwrap();
    let admin = administrator(&http, &first.user, &first.password).await;

    // What sales and commerce can do with customers alone.
    let party = json!({"type": "PARTY_TYPE_COMPANY", "name": "Acme Ltd"});
    let party = admin.post("/v1/accounts", "a", &party).await.unwrap();
    let order = json!({"title": "Spare pump", "partyId": party["party"]["id"], "currencyCode": "CNY", "lines": [
        {"description": "pump", "quantity": "2", "unitPrice": {"currencyCode": "CNY", "amountMinor": "100000"}}]});
    let order = admin.post("/v1/orders", "o", &order).await.unwrap();
    let path = format!("/v1/orders/{}:confirm", text(&order, "id"));
    let order = admin.post(&path, "c", &json!({})).await.unwrap();
    assert_eq!(order["state"], "ORDER_STATE_ACCEPTED", "{order}");
    admin.get("/v1/opportunities").await.unwrap();

    // What needs somebody who is not there says whom, in the language of who asks.
    for (path, service) in [
        ("/v1/leads", "marketing"),
        ("/v1/handoffs?function=SALES", "marketing"),
        ("/v1/campaigns", "marketing"),
    ] {
        for (language, sentence) in [("en", "cannot be reached"), ("zh-CN", "无法访问")] {
            let (named, told) = missed(&admin, language, path).await;
            assert_eq!(named, service, "{path}");
            assert!(told.contains(service) && told.contains(sentence), "{told}");
        }
    }

    // A figure is of those who are there, and as of now.
    let mut funnel = admin.get("/v1/funnels/chain").await.unwrap();
    for _ in 0..400 {
        if !text(&funnel, "asOfTime").starts_with("1970") {
            break;
        }
        moment().await;
        funnel = admin.get("/v1/funnels/chain").await.unwrap();
    }
    assert!(!text(&funnel, "asOfTime").starts_with("1970"), "{funnel}");
    let hops = funnel["funnel"]["hops"].as_array().unwrap();
    let orders = hops.iter().find(|h| h["kind"] == "ORDER").unwrap();
    assert_eq!(orders["entered"], "1", "{funnel}");

    // What is looked for is found by those who are there. Who is no part of the system is not missed.
    let found = async || admin.get("/v1/search?query=1").await.unwrap();
    let kinds = |found: &Value| -> Vec<String> {
        let hits = found["hits"].as_array().into_iter().flatten();
        hits.map(|hit| text(hit, "kind")).collect()
    };
    let whole = found().await;
    assert_eq!(kinds(&whole), ["ACCOUNT", "ORDER"], "{whole}");
    assert_eq!(whole["away"], json!([]), "{whole}");

    // A neighbour that is down is named as well, and nothing waits for it: the shop opens without the office.
    shop.stop().await.unwrap();
    let part = found().await;
    assert_eq!(kinds(&part), ["ACCOUNT"], "{part}");
    assert_eq!(part["away"], json!(["commerce", "sales"]), "{part}");
    assert_eq!(missed(&admin, "en", "/v1/orders").await.0, "commerce");
    office.stop().await.unwrap();
    let _shop = town.shop().await;
    let office = town.office().await;
    let http = office.ready().http.clone().unwrap();
    let admin = admin.moved(Edge::at(&http));
    let listed = until_answered(&admin, "/v1/orders").await;
    assert_eq!(listed["orders"][0]["id"], order["id"]);
}

/// Connections that broke are made anew by the calls that need them.
async fn until_answered(api: &Api, path: &str) -> Value {
    for _ in 0..100 {
        match api.get(path).await {
            Ok(answer) => return answer,
            Err(_) => moment().await,
        }
    }
    api.get(path).await.unwrap()
}
