//! A producer that is put back to an earlier state, and those who had heard more.

use baton_chassis::{
    Error,
    db::{self, Db, Tx},
    log::{Log, begin_epoch},
};
use uuid::Uuid;

use super::world::{Setup, World, draft, moment};
use crate::world::{id, number};

async fn say(log: &Log, db: &Db, lead: Uuid, version: i64) {
    let log = log.clone();
    let work = async move |tx: &mut Tx| log.append(tx, draft(lead, version)).await;
    db.write::<_, db::Error, _>(work).await.unwrap();
}

/// What a restore does to a log: it ends earlier.
async fn put_back(db: &Db, head: i64) {
    let work = async move |tx: &mut Tx| {
        tx.sql("delete from outbox where seq > $1")
            .bind(head)
            .execute()
            .await?;
        tx.sql("update outbox_head set head = $1, published = $1")
            .bind(head)
            .execute()
            .await?;
        Ok::<_, db::Error>(())
    };
    db.write(work).await.unwrap();
}

async fn new_epoch(db: &Db) -> i64 {
    let work = async |tx: &mut Tx| begin_epoch(tx, moment()).await;
    db.write::<_, Error, _>(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_heard_more_than_a_restored_log_holds_hears_what_it_says_from_then_on() {
    for setup in Setup::ALL {
        let Some(mut world) = World::new(setup, 1).await else {
            continue;
        };
        let db = world.producer.db.clone();
        for n in 1..=5 {
            say(&world.log, &db, id(n), 1).await;
        }
        world.relay().step().await.unwrap();
        assert_eq!(world.consumer().catch_up().await.unwrap(), 5);

        // The backup held three of the five. Two others take their numbers, and one more comes.
        put_back(&db, 3).await;
        assert_eq!(new_epoch(&db).await, 1);
        world.log = Log::open(db.clone(), "sales", 1).await.unwrap();
        for n in 6..=8 {
            say(&world.log, &db, id(n), 1).await;
        }
        world.relay().step().await.unwrap();
        world.consumer().catch_up().await.unwrap();
        assert_eq!(world.consumer().lag().await.unwrap(), 0);
        assert_eq!(world.applied().await, 8, "nothing twice, nothing left out");
        let gone = "select cast(sum(applied - since) as bigint) as n from inbox_gone";
        assert_eq!(number(&world.consumer.db, gone).await, 2, "on record");

        // One who had heard less than the backup held loses nothing, and a second restore is another epoch.
        put_back(&db, 2).await;
        assert_eq!(new_epoch(&db).await, 2);
        world.log = Log::open(db.clone(), "sales", 1).await.unwrap();
        say(&world.log, &db, id(9), 1).await;
        world.relay().step().await.unwrap();
        world.consumer().catch_up().await.unwrap();
        assert_eq!(world.applied().await, 9);
        world.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_missed_two_epochs_goes_back_to_what_all_have_in_common() {
    let Some(mut world) = World::new(Setup::Sqlite, 1).await else {
        return;
    };
    let db = world.producer.db.clone();
    for n in 1..=5 {
        say(&world.log, &db, id(n), 1).await;
    }
    assert_eq!(world.consumer().catch_up().await.unwrap(), 5);
    for (epoch, head) in [(1, 2), (2, 3)] {
        put_back(&db, head).await;
        assert_eq!(new_epoch(&db).await, epoch);
        world.log = Log::open(db.clone(), "sales", 1).await.unwrap();
        for n in 0..2 {
            say(&world.log, &db, id(10 * epoch.unsigned_abs() + n), 1).await;
        }
    }
    // 1 2 | 10 | 20 21: of the first epoch two events are left, of the second one.
    world.consumer().catch_up().await.unwrap();
    assert_eq!(world.applied().await, 5 + 3);
}
