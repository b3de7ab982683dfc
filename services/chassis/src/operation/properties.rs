//! Operations whose steps fail, are refused, or die with the process, on a real store: each is done once, in order.

use std::{future::pending, sync::LazyLock};

use proptest::{collection::vec, prelude::*};
use serde_json::json;

use super::*;
use crate::{
    Clock,
    caller::Caller,
    config::Config,
    context::Parts,
    db::{Db, chassis_migrations},
    link::Links,
    list::Seal,
    log::Log,
    number::Numbers,
    people::People,
    timer::Timers,
    token::Keys,
};

/// How an attempt at a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Try {
    Goes,
    /// The neighbour is away.
    Away,
    Refused,
    /// The process dies before the neighbour is asked, or after.
    DiesBefore,
    DiesAfter,
}

/// Attempts at each step until one goes well or is refused; beyond them every attempt goes.
type Script = Vec<Vec<Try>>;

fn script() -> impl Strategy<Value = Script> {
    let attempt = prop_oneof![
        4 => Just(Try::Goes),
        2 => Just(Try::Away),
        1 => Just(Try::Refused),
        2 => Just(Try::DiesBefore),
        2 => Just(Try::DiesAfter),
    ];
    vec(vec(attempt, 0..4), 1..5)
}

/// Told when the process dies.
static DEATH: LazyLock<Notify> = LazyLock::new(Notify::new);

async fn die() -> Result<Next> {
    DEATH.notify_one();
    pending().await
}

/// What a neighbour does under a request id: once, however often it is asked.
async fn ask(cx: &Context, id: String, what: String) -> Result<()> {
    cx.db
        .write(async move |tx| {
            tx.sql("insert into effect (id, what) values ($1, $2) on conflict do nothing")
                .bind(id.clone())
                .bind(what.clone())
                .execute()
                .await?;
            Ok::<_, Error>(())
        })
        .await
}

fn step(step: &Step) -> BoxFuture<'_, Result<Next>> {
    Box::pin(async move {
        let operation = &step.operation;
        let number = usize::try_from(operation.step).map_err(Error::internal)?;
        let script: Script =
            serde_json::from_value(operation.data["script"].clone()).map_err(Error::internal)?;
        let attempt = usize::try_from(operation.attempts - 1).map_err(Error::internal)?;
        let goes = script[number].get(attempt).copied().unwrap_or(Try::Goes);
        if goes == Try::DiesBefore {
            return die().await;
        }
        if matches!(goes, Try::Goes | Try::DiesAfter) {
            ask(
                &step.cx,
                step.request_id(&number.to_string()),
                format!("step {number}"),
            )
            .await?;
        }
        match goes {
            Try::DiesAfter => die().await,
            Try::Away => Err(Error::Unavailable("a neighbour".to_owned())),
            Try::Refused => Err(Error::Refused(Refusal {
                reason: "NO",
                args: vec![],
                text: String::new(),
            })),
            _ if number + 1 < script.len() => Ok(Next::Step(operation.data.clone())),
            _ => Ok(Next::Done(Box::new(|act| Box::pin(mark(act, "done"))))),
        }
    })
}

async fn mark(act: &mut Act<'_>, what: &'static str) -> Result<()> {
    let insert = act.tx.sql("insert into effect (id, what) values ($1, $2)");
    insert.bind(what).bind(what).execute().await?;
    Ok(())
}

fn failed<'a>(act: &'a mut Act<'_>, _: &'a Operation, _: &'a str) -> BoxFuture<'a, Result<()>> {
    Box::pin(mark(act, "failed"))
}

/// The process, begun on a store, as after any death of the one before.
async fn begun(url: &str, clock: &Clock) -> Context {
    let db = Db::connect(url, 2).await.unwrap();
    db.migrate(&chassis_migrations(), "_chassis_migrations")
        .await
        .unwrap();
    let keys = Arc::new(Keys::random().unwrap());
    let kind = Kind { step, failed };
    let cx = Context::new(Parts {
        name: "sales",
        stored: true,
        log: Log::open(db.clone(), "sales", 1).await.unwrap(),
        people: People::new(db.clone()),
        db,
        clock: clock.clone(),
        links: Links::default(),
        operations: Operations::new(HashMap::from([("toy", kind)])),
        timers: Timers::new(HashMap::new()),
        numbers: Numbers::default(),
        config: Arc::new(Config::defaults().unwrap()),
        messages: Arc::new(Messages::new(&[]).unwrap()),
        seal: Seal(keys.seal()),
        voucher: keys.voucher(),
        stop: tokio_util::sync::CancellationToken::new(),
        aside: tokio_util::task::TaskTracker::new(),
        keys,
    });
    take_back(&cx).await.unwrap();
    cx
}

/// What the model expects: how it ends, and everything that was done on the way.
fn model(script: &Script) -> (&'static str, Vec<String>) {
    let mut effects = Vec::new();
    for (number, attempts) in script.iter().enumerate() {
        let ended = attempts
            .iter()
            .find(|t| matches!(t, Try::Goes | Try::Refused));
        let before = attempts
            .iter()
            .take_while(|t| !matches!(t, Try::Goes | Try::Refused));
        let asked = before.filter(|t| **t == Try::DiesAfter).count() > 0;
        if asked || ended != Some(&Try::Refused) {
            effects.push(format!("step {number}"));
        }
        if ended == Some(&Try::Refused) {
            effects.push("failed".to_owned());
            return ("FAILED", effects);
        }
    }
    effects.push("done".to_owned());
    ("DONE", effects)
}

#[derive(sqlx::FromRow)]
struct Effect {
    what: String,
}

async fn plays(script: &Script) -> (String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/operation.db", folder.path().display());
    let clock = Clock::manual(Time::UNIX_EPOCH);
    let mut cx = begun(&url, &clock).await;
    let people = cx.people.snapshot().await.unwrap();
    let caller = Caller::service("sales", None, "test", Trace::begin(), people);
    let data = json!({ "script": script });
    let operation = cx
        .act(caller, async move |act| {
            act.tx
                .sql("create table effect (id text primary key, what text not null)")
                .execute()
                .await?;
            act.start_operation("toy", Uuid::nil(), data.clone(), Span::hours(1))
                .await
        })
        .await
        .unwrap();
    let attempts: usize = script.iter().map(|tries| tries.len() + 1).sum();
    for _ in 0..attempts {
        let died = tokio::select! {
            done = cx.operations.round(&cx) => { done.unwrap(); false }
            () = DEATH.notified() => true,
        };
        if died {
            cx = begun(&url, &clock).await;
        }
        clock.advance(Span::hours(1));
    }
    let id = operation.id;
    let (operation, effects) = cx
        .db
        .read(async move |tx| {
            let effects = tx
                .sql("select what from effect order by rowid")
                .all::<Effect>()
                .await?;
            Ok::<_, db::Error>((load(tx, id).await?, effects))
        })
        .await
        .unwrap();
    let effects = effects.into_iter().map(|e| e.what).collect();
    (operation.unwrap().state, effects)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn however_often_the_process_dies_every_step_is_done_once_and_in_order(script in script()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (state, effects) = runtime.block_on(plays(&script));
        let (expected, wanted) = model(&script);
        prop_assert_eq!(state, expected);
        prop_assert_eq!(effects, wanted);
    }
}
