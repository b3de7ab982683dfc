//! Undoing a conversion, killed at every step: whatever was begun ends once, with the lead open and what it had become
//! taken back.

use std::path::Path;

use baton::api::Api;
use serde_json::{Value, json};

use crate::cases::{administrator, moment, program};

/// Steps of the undoing: sales takes back what was made, the lead is open.
const STEPS: usize = 2;

/// What a lead becomes, and how that is told over JSON.
struct Becoming {
    draft: &'static str,
    id: &'static str,
    path: &'static str,
    retracted: &'static str,
}

const OPPORTUNITY: Becoming = Becoming {
    draft: "opportunity",
    id: "opportunityId",
    path: "/v1/opportunities",
    retracted: "OPPORTUNITY_STATE_RETRACTED",
};
const PROJECT: Becoming = Becoming {
    draft: "project",
    id: "projectId",
    path: "/v1/projects",
    retracted: "PROJECT_STATE_RETRACTED",
};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A lead that became something, its id and the id of that.
async fn converted(admin: &Api, becoming: &Becoming) -> (String, String) {
    let lead = json!({"title": "Pumps", "prospect": {"name": "Pump works"}});
    let lead = admin.post("/v1/leads", "", &lead).await.unwrap();
    let path = format!("/v1/leads/{}:convert", text(&lead["id"]));
    let ask = json!({becoming.draft: {"name": "Pumps for the plant"}});
    let answer = admin.post(&path, "", &ask).await.unwrap();
    let done = &answer["conversion"];
    assert_eq!(done["state"], "CONVERSION_STATE_COMPLETED", "{done}");
    (
        text(&lead["id"]).to_owned(),
        text(&done[becoming.id]).to_owned(),
    )
}

/// What happens when the process dies there: the undoing is in the store, and after the restart it goes on by itself
/// under the same request ids.
async fn survives(folder: &Path, becoming: &Becoming, point: &str) {
    let firm = program(folder, &format!("{point}=return")).await;
    let ready = firm.ready().clone();
    let made = ready.sign_in.unwrap();
    let admin = administrator(&ready.http.unwrap(), &made.user, &made.password).await;
    let (lead, id) = converted(&admin, becoming).await;
    let undo = format!("/v1/leads/{lead}:undoConversion");
    admin
        .post(&undo, "", &json!({}))
        .await
        .expect_err("the process was killed while it undid the conversion");
    drop(firm);

    let firm = program(folder, "").await;
    let http = firm.ready().http.clone().unwrap();
    let admin = administrator(&http, &made.user, &made.password).await;
    // Nobody asks for anything more, and it ends.
    let path = format!("/v1/leads/{lead}/conversion");
    let mut conversion = admin.get(&path).await.unwrap();
    for _ in 0..200 {
        if conversion["state"] == "CONVERSION_STATE_UNDONE" {
            break;
        }
        moment().await;
        conversion = admin.get(&path).await.unwrap();
    }
    assert_eq!(conversion["state"], "CONVERSION_STATE_UNDONE");
    assert_eq!(conversion["undo"]["state"], "UNDO_STATE_COMPLETED");
    let open = admin.get(&format!("/v1/leads/{lead}")).await.unwrap();
    assert_eq!(open["quality"], "LEAD_QUALITY_NEW");
    assert_eq!(text(&open[becoming.id]), "", "it is nothing else any more");
    let object = format!("{}/{id}", becoming.path);
    let tombstone = admin.get(&object).await.unwrap();
    assert_eq!(tombstone["state"], becoming.retracted);
    assert_eq!(
        tombstone["etag"], "v2",
        "it was made and taken back, no more"
    );

    let again = admin.post(&undo, "", &json!({})).await.unwrap();
    assert_eq!(
        again["undo"]["id"], conversion["undo"]["id"],
        "asked again, it is the same undoing"
    );
    assert_eq!(admin.get(&object).await.unwrap(), tombstone);
    let listed = admin.get(becoming.path).await.unwrap();
    let rows = listed["opportunities"]
        .as_array()
        .or(listed["projects"].as_array());
    assert_eq!(rows.map_or(0, Vec::len), 0, "nothing else was made");
    firm.stop().await.unwrap();
}

macro_rules! killed {
    ($($name:ident: $becoming:ident $step:literal $place:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            const { assert!($step < STEPS) };
            let folder = tempfile::tempdir().unwrap();
            let point = concat!("undo_conversion-", $step, "-", $place);
            survives(folder.path(), &$becoming, point).await;
        }
    )+};
}

killed! {
    killed_before_the_opportunity_is_retracted: OPPORTUNITY 0 "before";
    killed_when_the_opportunity_was_retracted_and_not_noted: OPPORTUNITY 0 "called";
    killed_after_the_opportunity_was_retracted: OPPORTUNITY 0 "after";
    killed_before_the_lead_of_the_opportunity_is_open: OPPORTUNITY 1 "before";
    killed_when_the_lead_of_the_opportunity_was_about_to_be_open: OPPORTUNITY 1 "called";
    killed_after_the_lead_of_the_opportunity_was_open: OPPORTUNITY 1 "after";
    killed_before_the_project_is_retracted: PROJECT 0 "before";
    killed_when_the_project_was_retracted_and_not_noted: PROJECT 0 "called";
    killed_after_the_project_was_retracted: PROJECT 0 "after";
    killed_before_the_lead_of_the_project_is_open: PROJECT 1 "before";
    killed_when_the_lead_of_the_project_was_about_to_be_open: PROJECT 1 "called";
    killed_after_the_lead_of_the_project_was_open: PROJECT 1 "after";
}
