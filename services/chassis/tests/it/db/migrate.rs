//! How a store gets its tables.

use baton_chassis::db::{Db, Error, Tx, chassis_migrations};
use sqlx::migrate::Migrator;

use super::{LEAD, insert, leads};
use crate::world::{Store, number, run, stores};

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_is_done_once_in_the_table_of_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("0001_lead.sql");
    std::fs::write(&file, "create table lead (id uuid not null primary key);").unwrap();
    for store in stores().await {
        let service = Migrator::new(folder.path()).await.unwrap();
        let chassis = chassis_migrations();
        let replica = store.again().await;
        let (a, b) = tokio::join!(
            async {
                store.db.migrate(&chassis, "_chassis_migrations").await?;
                store.db.migrate(&service, "_migrations").await
            },
            async {
                if replica.is_sqlite() {
                    return Ok(()); // has one process
                }
                replica.migrate(&chassis, "_chassis_migrations").await?;
                replica.migrate(&service, "_migrations").await
            }
        );
        a.unwrap();
        b.unwrap();
        store.db.migrate(&service, "_migrations").await.unwrap();
        assert_eq!(leads(&store.db).await, 0);
        assert_eq!(
            number(&store.db, "select count(*) as n from _migrations").await,
            1
        );
        assert_eq!(
            number(&store.db, "select count(*) as n from outbox").await,
            0
        );
    }
    std::fs::write(&file, "create table lead (id text not null primary key);").unwrap();
    let changed = Migrator::new(folder.path()).await.unwrap();
    let store = Store::sqlite().await;
    store.db.migrate(&changed, "_migrations").await.unwrap();
    std::fs::write(&file, "create table lead (id uuid not null primary key);").unwrap();
    let changed = Migrator::new(folder.path()).await.unwrap();
    let e = store.db.migrate(&changed, "_migrations").await.unwrap_err();
    assert!(matches!(e, Error::Migration(_)), "{e:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_version_goes_on_and_starts_again_beside_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, sql: &str| std::fs::write(folder.path().join(name), sql).unwrap();
    write(
        "0001_lead.sql",
        "create table lead (id uuid not null primary key, score bigint not null);",
    );
    let old = Migrator::new(folder.path()).await.unwrap();
    write(
        "0002_note.sql",
        "alter table lead add column note text not null default '';",
    );
    let new = Migrator::new(folder.path()).await.unwrap();
    for store in stores().await {
        store.db.migrate(&old, "_migrations").await.unwrap();
        let add = |n| async move |tx: &mut Tx| insert(tx, n).await;
        store.db.write(add(1)).await.unwrap();
        store.db.migrate(&new, "_migrations").await.unwrap();
        store.db.write(add(2)).await.unwrap();
        store.db.migrate(&old, "_migrations").await.unwrap();
        store.db.write(add(3)).await.unwrap();
        let noted = "select count(*) as n from lead where note = ''";
        assert_eq!(number(&store.db, noted).await, 3);
    }
}

/// What an old version cannot live with: something that it knows goes away, is called otherwise, or has to be given.
fn breaks(statement: &str) -> bool {
    let words: Vec<_> = statement.split_whitespace().collect();
    let has = |word: &str| words.contains(&word);
    let must_be_given = has("add") && has("column") && has("not") && !has("default");
    let alters = words.first() == Some(&"alter");
    words.first() == Some(&"drop")
        || alters && (has("drop") || has("rename") || has("type") || must_be_given)
}

#[test]
fn migrations_only_add() {
    assert!(breaks("alter table lead add column note text not null"));
    assert!(breaks("drop table lead"));
    assert!(!breaks(
        "alter table lead add column note text not null default ''"
    ));
    let services = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut seen = 0;
    for service in std::fs::read_dir(services).unwrap().flatten() {
        let Ok(migrations) = std::fs::read_dir(service.path().join("migrations")) else {
            continue;
        };
        for file in migrations.flatten().map(|f| f.path()) {
            let text = std::fs::read_to_string(&file).unwrap().to_lowercase();
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("--"));
            let code = code.collect::<Vec<_>>().join("\n");
            for statement in code.split(';').map(str::trim) {
                assert!(!breaks(statement), "{}: {statement}", file.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 7, "the migrations are found");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_services_share_a_database_by_schemas() {
    let Some(store) = Store::postgres().await else {
        return;
    };
    let mut all = Vec::new();
    for schema in ["sales", "insight"] {
        let db = Db::connect(&format!("{}?options[search_path]={schema}", store.url), 4).await;
        let db = db.unwrap();
        db.migrate(&chassis_migrations(), "_chassis_migrations")
            .await
            .unwrap();
        run(&db, LEAD).await;
        all.push(db);
    }
    all[0]
        .write(async |tx: &mut Tx| insert(tx, 1).await)
        .await
        .unwrap();
    assert_eq!((leads(&all[0]).await, leads(&all[1]).await), (1, 0));
    let odd = Db::connect(&format!("{}?options[search_path]=a;b", store.url), 4).await;
    assert!(odd.is_err(), "a name that would have to be quoted");
}
