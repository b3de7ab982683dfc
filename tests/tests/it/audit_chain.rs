//! Stories of the chain of the audit: whatever is done to its rows afterwards is found, and where nothing was done nothing is.

use baton_chassis::{
    audit::{
        chain::{head, link},
        verify::{Broken, Kept, Verdict, verify},
    },
    db::{self, Db, Tx},
    test::{Engine, World},
};
use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::{customer, directory::Desk};

/// A world whose directory has changed something now and then.
async fn world(engine: Engine) -> World {
    let world = World::new(engine, vec![baton_directory::service()]).await;
    let admin = world.admin().await;
    for name in ["One", "Two", "Three"] {
        world.advance(TimeDelta::minutes(1)).await;
        Desk::of(&world, &admin).department(name).await.unwrap();
    }
    world.settle().await;
    world
}

pub(crate) async fn run(db: &Db, texts: &'static [&'static str]) {
    let work = async move |tx: &mut Tx| {
        for text in texts {
            tx.sql(text).execute().await?;
        }
        Ok::<_, db::Error>(())
    };
    db.write(work).await.unwrap();
}

/// The rows as they were, for after each deed.
const KEEP: &[&str] = &[
    "create table kept as select * from audit",
    "create table kept_head as select * from audit_head",
];
const RESTORE: &[&str] = &[
    "delete from audit",
    "insert into audit select * from kept",
    "delete from audit_head",
    "insert into audit_head select * from kept_head",
];

async fn found(db: &Db, kept: &[Kept]) -> Option<Broken> {
    verify(db, None, kept).await.unwrap().broken
}

#[tokio::test]
async fn whatever_was_written_is_chained_and_found_as_it_was() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let db = &world.context("directory").db;
        let end = head(db).await.unwrap();
        let clean = Verdict {
            rows: end.seq,
            waiting: 0,
            broken: None,
        };
        assert!(end.seq > 10);
        assert_eq!(verify(db, None, &[]).await.unwrap(), clean);
        let last = verify(db, Some(4), &[]).await.unwrap();
        assert_eq!((last.rows, last.broken), (4, None));
    }
}

#[tokio::test]
async fn no_column_of_a_row_is_changed_unseen() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let db = &world.context("directory").db;
        run(db, KEEP).await;
        let deeds: &[&'static [&'static str]] = &[
            &["update audit set id = object where seq = 3"],
            &["update audit set at = (select max(at) from audit) where seq = 3"],
            &["update audit set member = object where seq = 3"],
            &["update audit set service = null where seq = 3"],
            &["update audit set call = 'x' where seq = 3"],
            &["update audit set trace = 'x' where seq = 3"],
            &["update audit set kind = 'x' where seq = 3"],
            &["update audit set object = id where seq = 3"],
            &["update audit set version = version + 1 where seq = 3"],
            &["update audit set verb = 'x' where seq = 3"],
            &["update audit set changes = '{}' where seq = 3"],
            &["update audit set address = '::1' where seq = 3"],
            &["update audit set way = 'CONSOLE' where seq = 3"],
            &["update audit set hash = (select hash from audit where seq = 2) where seq = 3"],
            &["update audit set hash = null where seq = 3"],
        ];
        for deed in deeds {
            run(db, deed).await;
            assert_eq!(
                found(db, &[]).await,
                Some(Broken::Changed { seq: 3 }),
                "{deed:?}"
            );
            run(db, RESTORE).await;
            assert_eq!(found(db, &[]).await, None);
        }
        for deed in [
            &["update audit set seq = null where seq = 3"],
            &["update audit set seq = 100000 where seq = 3"],
        ] {
            run(db, deed).await;
            assert_eq!(
                found(db, &[]).await,
                Some(Broken::Missing { seq: 3 }),
                "{deed:?}"
            );
            run(db, RESTORE).await;
        }
    }
}

#[tokio::test]
async fn no_row_is_taken_out_put_in_or_moved_unseen() {
    const INSERT: &str = "insert into audit (id, at, call, trace, kind, object, version, verb, changes, seq, hash) \
         select object, at, call, trace, kind, object, version, verb, changes, 3, hash from audit where seq = 1";
    for engine in Engine::all() {
        let world = world(engine).await;
        let db = &world.context("directory").db;
        run(db, KEEP).await;
        let end = head(db).await.unwrap().seq;
        let deeds: &[(&'static [&'static str], Broken)] = &[
            (
                &["delete from audit where seq = 3"],
                Broken::Missing { seq: 3 },
            ),
            (
                &[
                    "delete from audit where seq = 3",
                    "update audit set seq = 1 - seq where seq > 3",
                    "update audit set seq = -seq where seq < 0",
                    "update audit_head set seq = seq - 1",
                ],
                Broken::Missing { seq: 3 },
            ),
            (
                &[
                    "update audit set seq = -3 where seq = 3",
                    "update audit set seq = 3 where seq = 4",
                    "update audit set seq = 4 where seq = -3",
                ],
                Broken::Reordered {
                    seq: 3,
                    stands_at: 4,
                },
            ),
            (
                &[
                    "update audit set seq = -3 where seq = 3",
                    "update audit set seq = 3 where seq = 7",
                    "update audit set seq = 7 where seq = -3",
                ],
                Broken::Reordered {
                    seq: 3,
                    stands_at: 7,
                },
            ),
            (
                &[
                    "update audit set seq = -1 - seq where seq >= 3",
                    "update audit set seq = -seq where seq < 0",
                    INSERT,
                ],
                Broken::Inserted { seq: 3 },
            ),
            (
                &[
                    "update audit set seq = -1 - seq where seq >= 3",
                    "update audit set seq = -seq where seq < 0",
                    INSERT,
                    "update audit_head set seq = seq + 1",
                ],
                Broken::Inserted { seq: 3 },
            ),
            (
                &["delete from audit where seq > 5"],
                Broken::CutOff { last: 5, of: end },
            ),
            (
                &["update audit_head set hash = (select hash from audit where seq = 2)"],
                Broken::Rewritten { seq: end },
            ),
        ];
        for (deed, broken) in deeds {
            run(db, deed).await;
            assert_eq!(found(db, &[]).await, Some(*broken), "{deed:?}");
            run(db, RESTORE).await;
        }
        // One that was put in beyond the end.
        run(db, &[
            "insert into audit (id, at, call, trace, kind, object, version, verb, changes, seq, hash) \
             select object, at, call, trace, kind, object, version, verb, changes, \
             (select seq + 1 from audit_head), hash from audit where seq = 1",
        ])
        .await;
        let beyond = Some(Broken::Inserted { seq: end + 1 });
        assert_eq!(found(db, &[]).await, beyond);
    }
}

#[tokio::test]
async fn who_can_change_a_store_cannot_change_an_end_that_is_kept_elsewhere() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let db = &world.context("directory").db;
        run(db, KEEP).await;
        let end = head(db).await.unwrap();
        let kept = [Kept {
            seq: end.seq,
            hash: end.hash.unwrap(),
        }];
        // What was changed since does not matter to it.
        let admin = world.admin().await;
        Desk::of(&world, &admin).department("Four").await.unwrap();
        world.settle().await;
        assert_eq!(found(db, &kept).await, None);
        run(db, RESTORE).await;

        let cut = &[
            "delete from audit where seq > 5",
            "update audit_head set seq = 5, hash = (select hash from audit where seq = 5)",
        ];
        run(db, cut).await;
        assert_eq!(found(db, &[]).await, None, "the store itself does not tell");
        let (last, of) = (5, end.seq);
        assert_eq!(found(db, &kept).await, Some(Broken::CutOff { last, of }));
        run(db, RESTORE).await;

        let anew = &[
            "update audit set verb = 'x' where seq = 3",
            "update audit set seq = null, hash = null",
            "update audit_head set seq = 0, hash = null",
        ];
        run(db, anew).await;
        while link(db).await.unwrap() > 0 {}
        assert_eq!(found(db, &[]).await, None, "the store itself does not tell");
        let seq = end.seq;
        assert_eq!(found(db, &kept).await, Some(Broken::Rewritten { seq }));
    }
}

#[tokio::test]
async fn rows_from_before_there_was_a_chain_are_chained() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let db = &world.context("directory").db;
        let before = head(db).await.unwrap().seq;
        let old = &[
            "update audit set seq = null, hash = null, address = null, way = null",
            "update audit_head set seq = 0, hash = null",
        ];
        run(db, old).await;
        world.settle().await;
        assert_eq!(head(db).await.unwrap().seq, before);
        assert_eq!(found(db, &[]).await, None);
    }
}

#[tokio::test]
async fn many_who_chain_while_many_write_make_one_dense_chain() {
    for engine in Engine::all() {
        let firm = customer::Firm::new(engine).await;
        let cx = firm.world.context("customer");
        let writers = (0..2).map(async |writer| {
            let mut desk = firm.desk(&firm.seller);
            for n in 0..20 {
                desk.account(customer::company(&format!("Company {writer} {n}")))
                    .await;
            }
        });
        // Each on a connection of its own, as replicas have them; a world has four.
        let chainers = (0..2).map(async |_| {
            for _ in 0..20 {
                link(&cx.db).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        tokio::join!(join_all(writers), join_all(chainers));
        firm.world.settle().await;
        let verdict = verify(&cx.db, None, &[]).await.unwrap();
        assert_eq!((verdict.waiting, verdict.broken), (0, None));
        let count = async |tx: &mut Tx| {
            let text = "select count(*) as n, max(seq) as last from audit";
            tx.sql(text).one::<(i64, i64)>().await
        };
        let (rows, last) = cx.db.glance::<_, db::Error, _>(count).await.unwrap();
        assert_eq!((rows, rows), (last, verdict.rows));
        assert!(rows >= 40);
    }
}
