//! Undoing a conversion, killed at every step: whatever was begun ends once, with the lead open and what it had become
//! taken back. And the way there: a lead that becomes a project, killed at the pivot.

use std::path::Path;

use baton::api::{Api, Error};
use baton_tests::process::{Process, SignIn};
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

/// A new lead, its id.
async fn lead(admin: &Api) -> String {
    let lead = json!({"title": "Pumps", "prospect": {"name": "Pump works"}});
    text(&admin.post("/v1/leads", "", &lead).await.unwrap()["id"]).to_owned()
}

async fn convert(admin: &Api, lead: &str, becoming: &Becoming) -> Result<Value, Error> {
    let ask = json!({becoming.draft: {"name": "Pumps for the plant"}});
    admin
        .post(&format!("/v1/leads/{lead}:convert"), "", &ask)
        .await
}

/// The conversion of a lead once it stands so. Another process has to come further: it can only be asked again.
async fn until(admin: &Api, lead: &str, state: &str) -> Value {
    let path = format!("/v1/leads/{lead}/conversion");
    for _ in 0..200 {
        let conversion = admin.get(&path).await.unwrap();
        if conversion["state"] == state {
            return conversion;
        }
        moment().await;
    }
    panic!("the conversion does not come to {state}")
}

async fn listed(admin: &Api, becoming: &Becoming) -> usize {
    let listed = admin.get(becoming.path).await.unwrap();
    let rows = listed
        .as_object()
        .and_then(|o| o.values().find(|v| v.is_array()));
    rows.and_then(Value::as_array).map_or(0, Vec::len)
}

/// A program that dies at a fail point, and whoever administers it.
async fn doomed(folder: &Path, point: &str) -> (Process, Api, SignIn) {
    let firm = program(folder, &format!("{point}=return")).await;
    let ready = firm.ready().clone();
    let made = ready.sign_in.unwrap();
    let admin = administrator(&ready.http.unwrap(), &made.user, &made.password).await;
    (firm, admin, made)
}

/// The program on the same folder again, and whoever administers it.
async fn restarted(folder: &Path, made: &SignIn) -> (Process, Api) {
    let firm = program(folder, "").await;
    let http = firm.ready().http.clone().unwrap();
    let admin = administrator(&http, &made.user, &made.password).await;
    (firm, admin)
}

/// What happens when the process dies there: the undoing is in the store, and after the restart it goes on by itself
/// under the same request ids.
async fn survives(folder: &Path, becoming: &Becoming, point: &str) {
    let (firm, admin, made) = doomed(folder, point).await;
    let lead = lead(&admin).await;
    let done = &convert(&admin, &lead, becoming).await.unwrap()["conversion"];
    assert_eq!(done["state"], "CONVERSION_STATE_COMPLETED", "{done}");
    let id = text(&done[becoming.id]);
    let undo = format!("/v1/leads/{lead}:undoConversion");
    admin
        .post(&undo, "", &json!({}))
        .await
        .expect_err("the process was killed while it undid the conversion");
    drop(firm);

    let (firm, admin) = restarted(folder, &made).await;
    // Nobody asks for anything more, and it ends.
    let conversion = until(&admin, &lead, "CONVERSION_STATE_UNDONE").await;
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
    assert_eq!(listed(&admin, becoming).await, 0, "nothing else was made");
    firm.stop().await.unwrap();
}

/// The same for a lead on its way to a project.
async fn becomes_one_project(folder: &Path, point: &str) {
    let (firm, admin, made) = doomed(folder, point).await;
    let lead = lead(&admin).await;
    convert(&admin, &lead, &PROJECT)
        .await
        .expect_err("the process was killed while it made the project");
    drop(firm);

    let (firm, admin) = restarted(folder, &made).await;
    let done = until(&admin, &lead, "CONVERSION_STATE_COMPLETED").await;
    let closed = admin.get(&format!("/v1/leads/{lead}")).await.unwrap();
    assert_eq!(closed["projectId"], done["projectId"]);
    assert_eq!(listed(&admin, &PROJECT).await, 1, "made once");
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

macro_rules! killed_at_the_pivot {
    ($($name:ident: $place:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let folder = tempfile::tempdir().unwrap();
            becomes_one_project(folder.path(), concat!("convert-2-", $place)).await;
        }
    )+};
}

killed_at_the_pivot! {
    killed_before_the_project_is_created: "before";
    killed_when_the_project_was_created_and_not_noted: "called";
    killed_after_the_project_was_created: "after";
}
