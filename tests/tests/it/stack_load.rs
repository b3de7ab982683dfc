//! Calls that go on while processes of the stack come and go: a client that repeats what failed under the same key, as
//! any careful program does.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use baton::api::{Api, Error};
use baton_tests::stack::Stack;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use tokio::{sync::watch, task::JoinSet, time::timeout};
use uuid::Uuid;

use crate::cases::moment;

/// Clients that call at the same time.
const CLIENTS: usize = 3;
/// Repeats of one call, after which it is not mended any more.
const REPEATS: usize = 600;

/// Title of every lead that is made here.
pub const TITLE: &str = "Pumps under load";

/// Clients that create one lead after the other.
pub struct Load {
    clients: JoinSet<Vec<String>>,
    stop: Arc<AtomicBool>,
    done: watch::Receiver<usize>,
}

impl Load {
    pub fn start(api: &Api) -> Self {
        let (stop, (done, seen)) = (Arc::new(AtomicBool::new(false)), watch::channel(0));
        let done = Arc::new(done);
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let (api, stop, done) = (api.clone(), stop.clone(), done.clone());
            clients.spawn(async move {
                let mut made = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    made.push(create(&api).await);
                    done.send_modify(|n| *n += 1);
                }
                made
            });
        }
        Self {
            clients,
            stop,
            done: seen,
        }
    }

    /// Waits until so many more calls were answered.
    pub async fn goes_on(&mut self, calls: usize) {
        let target = *self.done.borrow() + calls;
        let reached = timeout(Duration::from_mins(1), self.done.wait_for(|n| *n >= target)).await;
        assert!(reached.is_ok(), "the calls do not go on");
    }

    /// Ends the clients; the ids of all that was made.
    pub async fn end(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.clients
            .join_all()
            .await
            .into_iter()
            .flatten()
            .collect()
    }
}

/// One lead, however often it has to be asked for.
async fn create(api: &Api) -> String {
    let key = Uuid::from_bytes(rand::random()).to_string();
    let lead = json!({"title": TITLE, "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": format!("Pump works {key}")}});
    for _ in 0..REPEATS {
        match api.post("/v1/leads", &key, &lead).await {
            Ok(lead) => return lead["id"].as_str().unwrap().to_owned(),
            // Busy, away, or nobody at home: what a client is to try again.
            Err(Error::Broken { .. }) => {}
            Err(Error::Refused { status, .. })
                if [429, 499, 502, 503, 504].contains(&status.as_u16()) => {}
            Err(error) => panic!("a repeat does not mend this: {error}"),
        }
        moment().await;
    }
    panic!("a call was never answered");
}

pub async fn store(stack: &Stack, service: &str) -> PgConnection {
    PgConnection::connect(stack.database(service).unwrap())
        .await
        .unwrap()
}

pub async fn count(store: &mut PgConnection, text: &'static str) -> i64 {
    sqlx::query_scalar(text).fetch_one(store).await.unwrap()
}

/// Waits until a count in a store comes to what it should be.
pub async fn comes_to(store: &mut PgConnection, text: &'static str, expected: i64) {
    for _ in 0..400 {
        if count(store, text).await == expected {
            return;
        }
        moment().await;
    }
    assert_eq!(count(store, text).await, expected, "{text}");
}

/// Everything that was answered is there, once, in the store that it was written to and in one that heard of it.
pub async fn assert_all_is_there_once(stack: &Stack, made: &[String]) {
    let ids: HashSet<_> = made.iter().collect();
    assert_eq!(ids.len(), made.len(), "no two calls made the same lead");
    let expected = i64::try_from(made.len()).unwrap();
    let mut marketing = store(stack, "marketing").await;
    let leads = "select count(*) from lead where title = 'Pumps under load'";
    assert_eq!(count(&mut marketing, leads).await, expected);
    let told = "select count(*) from outbox where kind = 'baton.marketing.v1.lead_created' \
                and aggregate in (select id from lead where title = 'Pumps under load')";
    assert_eq!(count(&mut marketing, told).await, expected);

    let mut customer = store(stack, "customer").await;
    let parties = "select count(*) from party where name like 'Pump works %'";
    assert_eq!(
        count(&mut customer, parties).await,
        expected,
        "no party is doubled"
    );

    for service in ["marketing", "customer"] {
        all_is_heard(stack, service, "insight").await;
    }
}

/// Waits until a service has applied the whole log of another one; none of it may be parked.
pub async fn all_is_heard(stack: &Stack, producer: &str, consumer: &str) {
    let mut log = store(stack, producer).await;
    let mut inbox = store(stack, consumer).await;
    let pending = "select count(*) from outbox where seq is null";
    comes_to(&mut log, pending, 0).await;
    let head: i64 = sqlx::query_scalar("select cast(sum(head) as bigint) from outbox_head")
        .fetch_one(&mut log)
        .await
        .unwrap();
    let mut applied = -1;
    for _ in 0..400 {
        let text = "select cast(coalesce(sum(applied), 0) as bigint) from inbox_cursor \
                    where producer = $1 and consumer = $2";
        applied = sqlx::query_scalar(text)
            .bind(producer)
            .bind(consumer)
            .fetch_one(&mut inbox)
            .await
            .unwrap();
        if applied == head {
            break;
        }
        moment().await;
    }
    assert_eq!(applied, head, "{consumer} heard all of {producer}");
    let parked = "select count(*) from inbox_parked";
    assert_eq!(count(&mut inbox, parked).await, 0);
}

/// Who may create leads: the administrator of the demo company's system.
pub async fn admin(stack: &Stack) -> Api {
    let made = stack.sign_in().unwrap();
    crate::cases::administrator(stack.http(), &made.user, &made.password).await
}

/// A field of an answer.
pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}
