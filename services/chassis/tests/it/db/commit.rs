//! What closures that share a commit do to each other: nothing.

use std::sync::{Arc, Mutex};

use baton_chassis::db::{Db, Error, Result, Tx};
use futures_util::future::join_all;
use tokio::sync::oneshot;

use super::{LEAD, insert, leads};
use crate::world::{Store, id, run, stores, task};

#[tokio::test(flavor = "multi_thread")]
async fn one_failing_closure_among_many_takes_back_only_itself() {
    for store in stores().await {
        run(&store.db, LEAD).await;
        let tasks = (0..200_u64).map(|n| {
            let db = store.db.clone();
            let work = async move |tx: &mut Tx| {
                insert(tx, n).await?;
                if n % 7 == 3 {
                    insert(tx, n).await?; // the same key again
                }
                if n == 100 { Err(Error::Stale) } else { Ok(n) }
            };
            tokio::task::spawn_blocking(move || {
                tokio::runtime::Handle::current().block_on(db.write(work))
            })
        });
        let mut kept = 0;
        for (n, done) in join_all(tasks).await.into_iter().enumerate() {
            match done.unwrap() {
                Ok(m) => {
                    assert_eq!(m, n as u64);
                    kept += 1;
                }
                Err(Error::Stale) => assert_eq!(n, 100),
                Err(e) => {
                    assert!(matches!(e, Error::Exists(_)), "{e}");
                    assert_eq!(n % 7, 3);
                }
            }
        }
        assert_eq!(kept, 200 - 29 - 1);
        assert_eq!(leads(&store.db).await, kept);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_come_together_share_a_commit() {
    let store = Store::sqlite().await;
    run(&store.db, LEAD).await;
    let before = store.db.commits().unwrap();
    let (open, gate) = held_writer(&store.db).await;
    let waiting: Vec<_> = (0..50)
        .map(|n| {
            let db = store.db.clone();
            task(async move { db.write(async move |tx: &mut Tx| insert(tx, n).await).await })
        })
        .collect();
    tokio::task::yield_now().await;
    open.send(()).unwrap();
    gate.await.unwrap().unwrap();
    for done in join_all(waiting).await {
        done.unwrap().unwrap();
    }
    assert_eq!(leads(&store.db).await, 50);
    let commits = store.db.commits().unwrap() - before;
    assert!(commits <= 10, "50 writes took {commits} commits");
}

/// A write that is under way until it is let go.
async fn held_writer(db: &Db) -> (oneshot::Sender<()>, tokio::task::JoinHandle<Result<()>>) {
    let (open, opened) = oneshot::channel::<()>();
    let (started, has_started) = oneshot::channel::<()>();
    let once = Arc::new(Mutex::new(Some((started, opened))));
    let db = db.clone();
    let gate = task(async move {
        db.write(async move |_tx: &mut Tx| {
            let taken = once.lock().unwrap().take();
            if let Some((started, opened)) = taken {
                started.send(()).unwrap();
                opened.await.unwrap();
            }
            Ok::<_, Error>(())
        })
        .await
    });
    has_started.await.unwrap();
    (open, gate)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_takes_with_it_only_what_broke_it() {
    for store in stores().await {
        run(
            &store.db,
            &["create table lead (id uuid not null primary key,
                   twin uuid references lead (id) deferrable initially deferred)"],
        )
        .await;
        let (open, gate) = held_writer(&store.db).await;
        let waiting: Vec<_> = (0..20)
            .map(|n| {
                let db = store.db.clone();
                task(async move {
                    db.write(async move |tx: &mut Tx| {
                        let twin = if n == 7 { id(99) } else { id(n) }; // 99 is never there
                        let text = "insert into lead (id, twin) values ($1, $2)";
                        tx.sql(text).bind(id(n)).bind(twin).execute().await
                    })
                    .await
                })
            })
            .collect();
        tokio::task::yield_now().await;
        open.send(()).unwrap();
        gate.await.unwrap().unwrap();
        for (n, done) in join_all(waiting).await.into_iter().enumerate() {
            match done.unwrap() {
                Ok(rows) => assert_eq!((rows, n == 7), (1, false)),
                Err(e) => {
                    assert!(matches!(e, Error::ForeignKey(_)), "{e:?}");
                    assert_eq!(n, 7);
                }
            }
        }
        assert_eq!(leads(&store.db).await, 19);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_or_a_lost_caller_leaves_the_writer_alive() {
    for store in stores().await {
        run(&store.db, LEAD).await;
        for waits in [false, true] {
            let held = if waits {
                Some(held_writer(&store.db).await)
            } else {
                None
            };
            let db = store.db.clone();
            let panicked = task(async move {
                db.write(async |tx: &mut Tx| {
                    insert(tx, 1).await?;
                    assert!(leads_is_a_word(), "bug");
                    Ok::<_, Error>(())
                })
                .await
            });
            let db = store.db.clone();
            let gone = task(async move {
                db.write(async |tx: &mut Tx| {
                    insert(tx, 2).await?;
                    std::future::pending::<Result<()>>().await
                })
                .await
            });
            tokio::task::yield_now().await;
            gone.abort();
            assert!(gone.await.unwrap_err().is_cancelled());
            if let Some((open, gate)) = held {
                open.send(()).unwrap();
                gate.await.unwrap().unwrap();
            }
            assert!(panicked.await.unwrap_err().is_panic());
        }
        store
            .db
            .write(async |tx: &mut Tx| insert(tx, 3).await)
            .await
            .unwrap();
        assert_eq!(leads(&store.db).await, 1);
    }
}

/// False, in a way that the compiler does not see.
fn leads_is_a_word() -> bool {
    std::hint::black_box("leads").is_empty()
}

type Calls = Arc<Mutex<Vec<&'static str>>>;

fn hook(calls: &Calls, name: &'static str) -> impl Fn() + Clone + Send + 'static + use<> {
    let calls = calls.clone();
    move || calls.lock().unwrap().push(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn hooks_run_after_the_commit_and_only_then() {
    for store in stores().await {
        let db = store.db.clone();
        run(&db, LEAD).await;
        let calls = Calls::default();
        let (outer, inner, late) = (
            hook(&calls, "outer"),
            hook(&calls, "inner"),
            hook(&calls, "late"),
        );
        let seen = calls.clone();
        db.write(async move |tx: &mut Tx| {
            tx.after_commit(outer.clone());
            let refused = tx
                .attempt(async |tx: &mut Tx| {
                    tx.after_commit(inner.clone());
                    Err::<(), _>(Error::Stale)
                })
                .await;
            assert!(refused.is_err());
            tx.after_commit(late.clone());
            assert!(
                seen.lock().unwrap().is_empty(),
                "nothing runs before the commit"
            );
            insert(tx, 1).await
        })
        .await
        .unwrap();
        assert_eq!(*calls.lock().unwrap(), ["outer", "late"]);

        let never = hook(&calls, "never");
        db.write(async move |tx: &mut Tx| {
            tx.after_commit(never.clone());
            insert(tx, 1).await
        })
        .await
        .unwrap_err();
        assert_eq!(calls.lock().unwrap().len(), 2);

        // The same for those that share a commit.
        let (open, gate) = held_writer(&db).await;
        let waiting: Vec<_> = (1..10)
            .map(|n| {
                let (db, hook) = (db.clone(), hook(&calls, "shared"));
                task(async move {
                    db.write(async move |tx: &mut Tx| {
                        tx.after_commit(hook.clone());
                        insert(tx, n).await
                    })
                    .await
                })
            })
            .collect();
        open.send(()).unwrap();
        gate.await.unwrap().unwrap();
        let kept = join_all(waiting)
            .await
            .into_iter()
            .filter(|r| matches!(r, Ok(Ok(()))))
            .count();
        assert_eq!(kept, 8, "1 was there before");
        let shared = calls
            .lock()
            .unwrap()
            .iter()
            .filter(|c| **c == "shared")
            .count();
        assert_eq!(shared, 8);
    }
}

/// `synchronous` is FULL.
const FULL: i64 = 2;

#[tokio::test]
async fn a_commit_waits_for_the_disk() {
    // What a server of PostgreSQL is set to is the business of whoever runs it.
    let store = Store::sqlite().await;
    let asked = async |tx: &mut Tx| tx.sql("pragma synchronous").one::<(i64,)>().await;
    assert_eq!(store.db.write::<_, Error, _>(asked).await.unwrap(), (FULL,));
}

#[tokio::test]
async fn a_full_disk_is_told_as_busy_and_writing_goes_on_when_there_is_room() {
    let store = Store::sqlite().await;
    run(&store.db, LEAD).await;
    // To as many pages as it has, or to more than it will need.
    let room = async |text: &'static str| {
        let set = async move |tx: &mut Tx| tx.sql(text).one::<(i64,)>().await;
        store.db.write::<_, Error, _>(set).await.unwrap();
    };
    let fill = async |tx: &mut Tx| {
        for n in 0..1_000 {
            insert(tx, n).await?;
        }
        Ok(())
    };
    room("pragma max_page_count = 1").await;
    let refused = store.db.write::<_, Error, _>(fill).await.unwrap_err();
    assert!(matches!(refused, Error::Busy(Some(_))), "{refused:?}");
    assert_eq!(leads(&store.db).await, 0, "no half of it was written");
    room("pragma max_page_count = 100000").await;
    store.db.write::<_, Error, _>(fill).await.unwrap();
    assert_eq!(leads(&store.db).await, 1_000);
}
