//! Two replicas of a service are one service: nothing is done twice, and when one dies the other one goes on.

use baton::demo::{self, Administrator, Reception as _};
use baton_chassis::{audit::verify::verify, db::Db};
use baton_tests::stack::{Ground, PROCESSES, Stack};
use serde_json::json;

use crate::{
    cases::{assert_is_the_answer, chains, moment},
    stack_load::{
        Load, admin, all_is_heard, assert_all_is_there_once, comes_to, count, store, text,
    },
    stack_metrics::{figure, figures_of},
};

/// Leads whose time comes at the same moment, before the eyes of both replicas.
const TIMERS: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_replicas_one_may_die_and_everything_happens_once() {
    let folder = tempfile::tempdir().unwrap();
    let Some(ground) = Ground::of_tests("replicas", folder.path()) else {
        return;
    };
    let mut stack = Stack::start(&ground).await.unwrap();
    let admin = admin(&stack).await;

    // The cases, again and again until they come to their end, while replicas die and come back.
    let cases = {
        let mut played = Box::pin(async {
            for _ in 0..100 {
                match demo::play(&admin, &Administrator).await {
                    Ok(cases) => return cases,
                    Err(_) => moment().await,
                }
            }
            panic!("the cases do not come to their end");
        });
        let mut dying = Box::pin(async {
            for name in ["marketing", "sales-2"] {
                stack.kill(name).await.unwrap();
                stack.start_again(name).await.unwrap();
            }
        });
        let mut cases = None;
        tokio::select! {
            () = &mut dying => {}
            told = &mut played => cases = Some(told),
        }
        match cases {
            Some(cases) => {
                dying.await;
                cases
            }
            None => played.await,
        }
    };
    assert_is_the_answer(&chains(&admin, &cases).await);
    let mut marketing = store(&stack, "marketing").await;
    let conversions = "select count(*) from operation where kind = 'convert' and state = 'DONE'";
    assert_eq!(count(&mut marketing, conversions).await, 2);
    let others = "select count(*) from operation where state <> 'DONE'";
    assert_eq!(count(&mut marketing, others).await, 0);

    // Calls that go on while one replica is away, and then the other one.
    let mut load = Load::start(&admin);
    load.goes_on(5).await;
    for name in ["marketing-2", "marketing"] {
        stack.kill(name).await.unwrap();
        load.goes_on(10).await;
        stack.start_again(name).await.unwrap();
        load.goes_on(5).await;
    }
    let made = load.end().await;
    assert_all_is_there_once(&stack, &made).await;
    for (producer, consumer) in [
        ("marketing", "customer"),
        ("commerce", "sales"),
        ("sales", "insight"),
        ("directory", "marketing"),
    ] {
        all_is_heard(&stack, producer, consumer).await;
    }

    for service in ["marketing", "sales"] {
        audit_is_one_chain(&stack, service).await;
    }

    let figures = figures_of(&stack, "insight").await;
    assert!(
        figure(&figures, "baton_log_applied_events_total", &["way=\"bus\""]) > Some(0.0),
        "events came by the bus, as the users of NATS may:\n{figures}"
    );
    let nats = stack.log("nats").unwrap();
    assert!(
        !nats.contains("Violation") && !nats.contains("authentication error"),
        "{nats}"
    );

    timers_fire_once(&stack, &admin, &made[..TIMERS.min(made.len())]).await;
    assert_eq!(stack.grpc().count(), PROCESSES.len());
    stack.stop().await.unwrap();
}

/// What the replicas of a service changed is one chain, dense and without a break, whichever of them chained it.
async fn audit_is_one_chain(stack: &Stack, service: &str) {
    let waiting = "select count(*) from audit where seq is null";
    comes_to(&mut store(stack, service).await, waiting, 0).await;
    let db = Db::connect(stack.database(service).unwrap(), 1)
        .await
        .unwrap();
    let verdict = verify(&db, None, &[]).await.unwrap();
    db.close().await;
    assert!(verdict.rows > 0);
    assert_eq!(verdict.broken, None, "{service}");
}

/// The time for the first contact with many customers is over at once; each lead is marked once.
async fn timers_fire_once(stack: &Stack, admin: &baton::api::Api, leads: &[String]) {
    let members = admin.get("/v1/members?pageSize=200").await.unwrap();
    let members = members["members"].as_array().unwrap();
    let agent = members.iter().find(|m| m["name"] == "demo-agent").unwrap();
    let agent_api = Administrator.sign_in(admin, agent).await.unwrap();
    let territory = text(agent, "territoryId");
    let mut routed = Vec::new();
    for number in 0..leads.len() {
        let lead = json!({"title": "Time is over", "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": format!("Clock works {number}")}});
        let lead = text(&agent_api.post("/v1/leads", "", &lead).await.unwrap(), "id");
        let path = |verb: &str| format!("/v1/leads/{lead}:{verb}");
        let nothing = json!({});
        agent_api
            .post(&path("identify"), "", &nothing)
            .await
            .unwrap();
        let to = json!({"territoryId": territory});
        agent_api.post(&path("route"), "", &to).await.unwrap();
        routed.push(lead);
    }
    let expected = i64::try_from(routed.len()).unwrap();
    let mut marketing = store(stack, "marketing").await;
    let hour_ago = "now() - interval '1 hour'";
    for text in [
        format!("update lead set response_due_at = {hour_ago} where title = 'Time is over'"),
        format!(
            "update timer set due_at = {hour_ago} where kind = 'first_response' \
             and subject in (select id from lead where title = 'Time is over')"
        ),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(text))
            .execute(&mut marketing)
            .await
            .unwrap();
    }
    let overdue = "select count(*) from lead where title = 'Time is over' and response_overdue";
    comes_to(&mut marketing, overdue, expected).await;
    let fired = "select count(*) from audit where call = 'timer/first_response'";
    assert_eq!(
        count(&mut marketing, fired).await,
        expected,
        "each fired once"
    );
}
