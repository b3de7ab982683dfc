//! Rows that go with the next statement, and reads without a transaction.

use baton_chassis::db::{Error, Result, Tx};

use super::{LEAD, insert, leads};
use crate::world::{id, run, stores};

async fn insert_later(tx: &mut Tx, n: u64) -> Result<()> {
    let text = "insert into lead (id, score) values ($1, 0)";
    tx.sql(text).bind(id(n)).later().await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_wait_are_written_with_what_comes_next_and_counted_apart() {
    for store in stores().await {
        run(&store.db, LEAD).await;
        let work = async |tx: &mut Tx| {
            insert(tx, 1).await?;
            insert_later(tx, 2).await?;
            insert_later(tx, 3).await?;
            let text = "update lead set score = $2 where id = $1";
            let touched = tx.sql(text).bind(id(1)).bind(7_i64).execute().await?;
            assert_eq!(touched, 1, "its own row");
            insert_later(tx, 4).await?;
            let (seen,) = tx.sql("select count(*) from lead").one::<(i64,)>().await?;
            assert_eq!(seen, 4, "a question finds what was said before it");
            for n in 5..30 {
                insert_later(tx, n).await?;
            }
            Ok::<_, Error>(())
        };
        store.db.write(work).await.unwrap();
        assert_eq!(leads(&store.db).await, 29);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_wait_share_the_end_of_what_they_belong_to() {
    for store in stores().await {
        run(&store.db, LEAD).await;
        let taken_back = async |tx: &mut Tx| {
            insert_later(tx, 1).await?;
            Err::<(), _>(Error::NotFound)
        };
        assert!(store.db.write(taken_back).await.is_err());
        assert_eq!(leads(&store.db).await, 0);

        let in_part = async |tx: &mut Tx| {
            insert_later(tx, 1).await?;
            let failed = tx
                .attempt(async |tx: &mut Tx| {
                    insert_later(tx, 2).await?;
                    Err::<(), _>(Error::NotFound)
                })
                .await;
            assert!(failed.is_err());
            tx.attempt(async |tx: &mut Tx| insert_later(tx, 3).await)
                .await
        };
        store.db.write(in_part).await.unwrap();
        assert_eq!(leads(&store.db).await, 2, "one before, one in the second");

        let twice = async |tx: &mut Tx| insert_later(tx, 3).await;
        let refused = store.db.write::<_, Error, _>(twice).await;
        assert!(matches!(refused, Err(Error::Exists(_))), "{refused:?}");
    }
}

/// What tells of a change must not stay when the change found nothing to change.
#[tokio::test(flavor = "multi_thread")]
async fn a_guarded_update_that_misses_takes_what_went_with_it_along() {
    for store in stores().await {
        run(&store.db, LEAD).await;
        let swallowed = async |tx: &mut Tx| {
            insert_later(tx, 1).await?;
            let text = "update lead set score = 1 where id = $1";
            let missed = tx.sql(text).bind(id(9)).execute_one().await;
            assert!(matches!(missed, Err(Error::Stale)));
            Ok::<_, Error>(())
        };
        assert!(store.db.write(swallowed).await.is_err());
        assert_eq!(leads(&store.db).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_glance_reads_by_one_statement_and_no_more() {
    for store in stores().await {
        run(&store.db, LEAD).await;
        let count = async |tx: &mut Tx| tx.sql("select count(*) from lead").one::<(i64,)>().await;
        assert_eq!(store.db.glance::<_, Error, _>(count).await.unwrap(), (0,));
        let twice = async move |tx: &mut Tx| {
            count(tx).await?;
            count(tx).await
        };
        let refused = store.db.glance::<_, Error, _>(twice).await;
        assert!(matches!(refused, Err(Error::Broken)), "{refused:?}");
    }
}
