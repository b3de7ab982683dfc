//! Somebody leaves a system whose services are processes of their own: what he holds is with all of them, and they die under way.

use baton::{
    api::Api,
    demo::{self, Administrator},
};
use baton_tests::stack::{Ground, Stack};
use serde_json::{Value, json};

use crate::{
    cases::{administrator, moment},
    commands::text,
};

/// Keepers of records, one of which has two replicas, and whoever asks them.
const DIE: [&str; 4] = ["directory", "customer", "sales", "sales-2"];

/// The handover once it stands so. Other processes have to come further: they can only be asked again, even while nobody answers.
async fn until(admin: &Api, path: &str, state: &str) -> Value {
    let mut last = Value::Null;
    for _ in 0..1_000 {
        if let Ok(handover) = admin.get(path).await {
            if handover["state"] == state {
                return handover;
            }
            last = handover;
        }
        moment().await;
    }
    panic!("the handover does not come to {state}: {last}")
}

/// Sums of a report: what was planned, was moved, and was given back.
fn sums(handover: &Value) -> [i64; 3] {
    let lines = handover["report"].as_array().unwrap();
    let sum = |fields: &[&str]| {
        let of = |line: &Value| {
            let figures = fields.iter().map(|f| text(line, f).parse::<i64>().unwrap());
            figures.sum::<i64>()
        };
        lines.iter().map(of).sum()
    };
    [
        sum(&["plannedOpen", "plannedClosed"]),
        sum(&["moved"]),
        sum(&["restored"]),
    ]
}

async fn owner(admin: &Api, path: &str) -> String {
    text(&admin.get(path).await.unwrap(), "ownerId").to_owned()
}

async fn die_and_come_back(stack: &mut Stack) {
    for service in DIE {
        stack.kill(service).await.unwrap();
    }
    for service in DIE {
        stack.start_again(service).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_holds_goes_over_all_services_and_back_though_they_die_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let Some(ground) = Ground::of_tests("leaver", folder.path()) else {
        return;
    };
    let mut stack = Stack::start(&ground).await.unwrap();
    let made = stack.sign_in().unwrap().clone();
    let admin = administrator(stack.http(), &made.user, &made.password).await;
    let cases = demo::play(&admin, &Administrator).await.unwrap();
    let seller = demo::found(&admin, &Administrator).await.unwrap().seller_id;
    let heir = json!({"name": "heir", "displayName": "Heir", "roles": ["salesperson"]});
    let heir = admin.post("/v1/members", "", &heir).await.unwrap();
    let heir = text(&heir, "id");
    let direct = cases.iter().find(|case| case.lead.is_none()).unwrap();
    let held = [
        format!("/v1/accounts/{}", direct.account),
        format!("/v1/opportunities/{}", direct.opportunity),
        format!("/v1/contracts/{}", direct.contract.as_ref().unwrap()),
        format!("/v1/orders/{}", direct.order),
    ];
    for path in &held {
        assert_eq!(owner(&admin, path).await, seller, "{path}");
    }

    let plan = json!({"memberId": seller, "successorId": heir});
    let plan = admin.post("/v1/leaver-handovers", "", &plan).await;
    let path = format!("/v1/leaver-handovers/{}", text(&plan.unwrap(), "id"));
    for (verb, state, owner_then) in [
        ("execute", "LEAVER_HANDOVER_STATE_DONE", heir),
        (
            "rollBack",
            "LEAVER_HANDOVER_STATE_ROLLED_BACK",
            seller.as_str(),
        ),
    ] {
        let begin = format!("{path}:{verb}");
        admin.post(&begin, "", &json!({})).await.unwrap();
        die_and_come_back(&mut stack).await;
        let handover = until(&admin, &path, state).await;
        let [planned, moved, restored] = sums(&handover);
        assert!(planned > 0, "{handover}");
        assert_eq!(planned, moved, "{handover}");
        assert_eq!(restored, if verb == "execute" { 0 } else { moved });
        for path in &held {
            assert_eq!(owner(&admin, path).await, owner_then, "{verb} {path}");
        }
    }
    stack.stop().await.unwrap();
}
