//! The public data set, loaded by its recipe: whole where it is at hand, and a small dirty sample of our own everywhere.

use std::{
    env,
    path::{Path, PathBuf},
};

use baton::{
    api::{Api, Edge},
    import::{self, recipe::Recipe, report::Report},
};
use baton_chassis::test::{Engine, World};
use serde_json::Value;

fn recipe() -> Recipe {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../services/baton/recipes/crm-sales-opportunities.toml");
    Recipe::read(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The whole set, where somebody has put it.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by their runner where the data are"
)]
fn data_set() -> Option<PathBuf> {
    let beside =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/crm-sales-opportunities");
    let named = env::var("BATON_DATASET_DIR").ok().map(PathBuf::from);
    named
        .or(Some(beside))
        .filter(|folder| folder.join("sales_pipeline.csv").exists())
}

async fn api(world: &World) -> Api {
    let admin = world.admin().await;
    Api::new(Edge::Here(world.process.http().unwrap()), admin.token, "en")
}

async fn load(world: &World, folder: &Path, dry_run: bool) -> Report {
    let report = import::run(&api(world).await, &recipe(), folder, dry_run, &|_, _, _| {})
        .await
        .unwrap();
    world.settle().await;
    report
}

/// Loads everything, after a dry run that told what would become of every row.
async fn load_as_foretold(world: &World, folder: &Path) -> Report {
    let dry = load(world, folder, true).await;
    assert_nothing_is_dropped(&dry);
    let report = load(world, folder, false).await;
    assert_nothing_is_dropped(&report);
    assert_eq!(dry.steps, report.steps);
    report
}

/// Every object of a list, page by page.
async fn all(api: &Api, path: &str, plural: &str) -> Vec<Value> {
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let joint = if path.contains('?') { '&' } else { '?' };
        let page = api
            .get(&format!("{path}{joint}pageSize=500&pageToken={token}"))
            .await
            .unwrap();
        found.extend(page[plural].as_array().unwrap().iter().cloned());
        page["nextPageToken"]
            .as_str()
            .unwrap()
            .clone_into(&mut token);
        if token.is_empty() {
            return found;
        }
    }
}

fn rows(report: &Report, target: &str) -> usize {
    let steps = report.steps.iter().filter(|s| s.target == target);
    steps.map(|s| s.created).sum()
}

/// `created + updated + unchanged + linked + passed over + refused` is the number of rows, for every file.
fn assert_nothing_is_dropped(report: &Report) {
    for s in &report.steps {
        let told = s.created + s.updated + s.unchanged + s.linked + s.passed_over + s.refused;
        assert_eq!(told, s.rows, "{} of {}", s.target, s.file);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_data_set_loads_whole_and_comes_to_its_figures_in_one_process() {
    loads_whole(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_data_set_loads_whole_and_comes_to_its_figures_with_servers() {
    loads_whole(Engine::Postgres).await;
}

/// Dry, for real and once more, on one engine if it is to be tested on.
async fn loads_whole(engine: Engine) {
    let Some(folder) = data_set() else { return };
    if Engine::all().contains(&engine) {
        let world = World::new(engine, baton::services()).await;
        let report = load_as_foretold(&world, &folder).await;
        assert_eq!(
            report.refused,
            0,
            "{:?}",
            report
                .steps
                .iter()
                .map(|s| s.errors.first())
                .collect::<Vec<_>>()
        );
        let created = [
            "territories",
            "members",
            "products",
            "parties",
            "opportunities",
        ]
        .map(|t| rows(&report, t));
        assert_eq!(created, [9, 41, 7, 85, 8_800]);
        let pipeline = report.steps.last().unwrap();
        assert_eq!(
            (
                pipeline.repaired,
                pipeline.empty["account"],
                pipeline.empty["engage_date"],
                pipeline.empty["close_date"]
            ),
            (1_480, 1_425, 500, 2_089)
        );

        let api = api(&world).await;
        assert_eq!(all(&api, "/v1/accounts", "accounts").await.len(), 85);
        assert_eq!(all(&api, "/v1/products", "products").await.len(), 7);
        check_opportunities(&api).await;
        check_visits(&api).await;
        check_funnel(&api).await;
        check_chain(&api).await;

        let again = load(&world, &folder, false).await;
        assert_nothing_is_dropped(&again);
        let wrote: usize = again.steps.iter().map(|s| s.created + s.updated).sum();
        assert_eq!(
            (wrote, again.refused),
            (0, 0),
            "a load that is repeated changes nothing"
        );
    }
}

async fn check_opportunities(api: &Api) {
    let process = all(api, "/v1/processes", "processes").await;
    let process = process
        .iter()
        .find(|p| p["name"] == "Hardware sales")
        .unwrap();
    let stage = |name: &str| {
        process["stages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|s| s["name"] == name)
            .unwrap()["id"]
            .clone()
    };
    let (prospecting, engaging) = (stage("Prospecting"), stage("Engaging"));
    let deals = all(api, "/v1/opportunities", "opportunities").await;
    let count = |state: &str, stage: Option<&Value>| {
        deals
            .iter()
            .filter(|d| d["state"] == state && stage.is_none_or(|s| d["stageId"] == *s))
            .count()
    };
    assert_eq!(count("OPPORTUNITY_STATE_WON", None), 4_238);
    assert_eq!(count("OPPORTUNITY_STATE_LOST", None), 2_473);
    assert_eq!(count("OPPORTUNITY_STATE_OPEN", Some(&engaging)), 1_589);
    assert_eq!(count("OPPORTUNITY_STATE_OPEN", Some(&prospecting)), 500);
    assert!(deals.iter().all(|d| d["source"]["kind"] == "IMPORT"));
    let worth = |d: &Value| {
        d["amount"]["amountMinor"]
            .as_str()
            .unwrap()
            .parse::<i64>()
            .unwrap()
    };
    let won: Vec<_> = deals
        .iter()
        .filter(|d| d["state"] == "OPPORTUNITY_STATE_WON")
        .collect();
    assert!(won.iter().all(|d| d["amount"]["currencyCode"] == "USD"));
    assert_eq!(won.into_iter().map(worth).sum::<i64>(), 10_005_534 * 100);
    assert_eq!(deals.iter().filter(|d| d["partyId"] == "").count(), 1_425);
}

/// One deal that was engaged on 2016-10-20 and won on 2017-03-01, whose visits must say so.
async fn check_visits(api: &Api) {
    let deals = all(
        api,
        "/v1/opportunities?state=OPPORTUNITY_STATE_WON",
        "opportunities",
    )
    .await;
    let deal = deals
        .iter()
        .find(|d| d["source"]["id"] == "crm-sales-opportunities/1C1I7A6R")
        .unwrap();
    let visits = all(
        api,
        &format!("/v1/opportunities/{}/visits", deal["id"].as_str().unwrap()),
        "visits",
    )
    .await;
    let engaged = visits
        .iter()
        .find(|v| v["stageName"] == "Engaging")
        .unwrap();
    assert_eq!(engaged["outcome"], "VISIT_OUTCOME_WON");
    // 132 days, in whichever zone the days are counted.
    assert_eq!(
        engaged["dwellS"].as_str().unwrap().parse::<i64>().unwrap(),
        132 * 86_400
    );
}

/// What the funnel says of the whole set. When a deal came into the first stage nobody recorded; when it came into the
/// second and when it was closed is known of each that got there.
async fn check_funnel(api: &Api) {
    let processes = all(api, "/v1/processes", "processes").await;
    let process = processes.iter().find(|p| p["name"] == "Hardware sales");
    let path = format!(
        "/v1/funnels/stages?processId={}",
        process.unwrap()["id"].as_str().unwrap()
    );
    let funnel = api.get(&path).await.unwrap()["funnel"].clone();
    let count = |of: &Value, name: &str| of[name].as_str().unwrap().parse::<i64>().unwrap();
    let names = ["entered", "movedOn", "won", "lost", "open", "movedBack"];
    let stages: Vec<_> = funnel["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| names.map(|name| count(stage, name)))
        .collect();
    assert_eq!(stages[0], [8_800, 8_300, 0, 0, 500, 0]);
    assert_eq!(stages[1], [8_300, 0, 4_238, 2_473, 1_589, 0]);
    for [entered, moved_on, won, lost, open, _] in &stages {
        assert_eq!(*entered, moved_on + won + lost + open);
    }
    let engaging = &funnel["stages"][1];
    assert_eq!(funnel["bottleneckStageId"], engaging["stageId"]);
    assert_eq!(funnel["leakStageId"], engaging["stageId"]);

    let deals = &funnel["deals"];
    let counts = ["count", "won", "lost", "open"].map(|name| count(deals, name));
    assert_eq!(counts, [8_800, 4_238, 2_473, 2_089]);
    let hundredths_d = |name: &str| (count(deals, name) * 100 + 43_200) / 86_400;
    // 47.99 days is the mean of all that are closed, won or lost; of the won ones alone it is 51.78.
    assert_eq!(count(deals, "closedTimed"), 6_711);
    assert_eq!(hundredths_d("meanClosedCycleS"), 4_799);
    assert_eq!(hundredths_d("meanWonCycleS"), 5_178);
    let quarters: Vec<_> = deals["wonByQuarter"]
        .as_array()
        .unwrap()
        .iter()
        .map(|q| (q["firstDate"].as_str().unwrap(), count(q, "won")))
        .collect();
    assert_eq!(
        quarters,
        [
            ("2017-01-01", 531),
            ("2017-04-01", 1_254),
            ("2017-07-01", 1_257),
            ("2017-10-01", 1_196)
        ]
    );
}

/// What the funnel of the chain says of the whole set: deals that came from elsewhere, as the funnel of their stages has
/// them, and nothing before or after.
async fn check_chain(api: &Api) {
    let funnel = api.get("/v1/funnels/chain").await.unwrap()["funnel"].clone();
    let count = |of: &Value, name: &str| of[name].as_str().unwrap().parse::<i64>().unwrap();
    let names = ["entered", "fromChain", "movedOn", "done", "lost", "open"];
    for hop in funnel["hops"].as_array().unwrap() {
        let counts = names.map(|name| count(hop, name));
        let expected = match hop["kind"].as_str().unwrap() {
            "OPPORTUNITY" => [8_800, 0, 0, 4_238, 2_473, 2_089],
            _ => [0; 6],
        };
        assert_eq!(counts, expected, "{hop}");
    }
    let deals = &funnel["hops"][1];
    assert_eq!(deals["sources"][0]["sourceKind"], "IMPORT");
    assert_eq!(deals["amounts"][0]["done"]["currencyCode"], "USD");
    let done = count(&deals["amounts"][0]["done"], "amountMinor");
    assert_eq!(done, 10_005_534 * 100);
    let hundredths_d = (count(deals, "meanDoneS") * 100 + 43_200) / 86_400;
    assert_eq!(hundredths_d, 5_178, "as in the funnel of the stages");
    let listed = "/v1/funnels/chain/opportunity/objects?outcomes=HOP_OUTCOME_LOST";
    assert_eq!(all(api, listed, "objects").await.len(), 2_473);
    let quarter = "fromDate=2017-01-01&toDate=2017-03-31";
    let page = api
        .get(&format!(
            "/v1/funnels/chain/opportunity/objects?count=true&pageSize=1&{quarter}"
        ))
        .await
        .unwrap();
    let came = api
        .get(&format!("/v1/funnels/chain?{quarter}"))
        .await
        .unwrap();
    assert_eq!(page["totalSize"], came["funnel"]["hops"][1]["entered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dirty_sample_is_loaded_repaired_or_refused_row_by_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/dirty-sample");
    for engine in Engine::all() {
        let world = World::new(engine, baton::services()).await;
        let report = load_as_foretold(&world, &folder).await;
        let created = [
            "territories",
            "members",
            "products",
            "parties",
            "opportunities",
        ]
        .map(|t| rows(&report, t));
        assert_eq!(created, [2, 3, 2, 2, 4]);
        let errors: Vec<_> = report.steps.iter().flat_map(|s| &s.errors).collect();
        let told: Vec<_> = errors
            .iter()
            .map(|e| (e.file.as_str(), e.line, e.field.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("sales_pipeline.csv", 5, "owner_id"),
                ("sales_pipeline.csv", 7, "stage")
            ]
        );
        assert!(
            errors
                .iter()
                .all(|e| !e.message.is_empty() && !e.reason.is_empty())
        );

        let file = world.process.config.data.join("errors.csv");
        assert!(report.write_errors(&file).unwrap());
        assert_eq!(
            std::fs::read_to_string(file).unwrap().lines().count(),
            3,
            "a header and a line for each"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_import_imports() {
    for engine in Engine::all() {
        let world = World::new(engine, baton::services()).await;
        let seller = world.member("salesperson").await;
        let api = api(&world).await.of(seller.token);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/dirty-sample");
        let refused = import::run(&api, &recipe(), &folder, false, &|_, _, _| {})
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("403"), "{refused}");
    }
}
