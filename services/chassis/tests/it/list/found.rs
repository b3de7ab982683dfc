//! Lists narrowed to what a query finds: the same rows whichever way they are looked for, only those of the scope, and only
//! for the query that a page token is of.

use baton_chassis::{
    db::chassis_migrations,
    search::{Query, Text, rows::Narrowing, words},
};

use super::*;

const LEADS: u64 = 600;

/// A name of some of these words.
fn name(n: u64) -> String {
    let parts = ["华为", "技术", "Pumps", "T-1000", "泵业", "Söhne"];
    let has = |i: &usize| n.is_multiple_of(2 + *i as u64);
    let some: Vec<_> = (0..parts.len()).filter(has).map(|i| parts[i]).collect();
    format!("{}{}", some.join(" "), n % 7)
}

async fn fill_with_words(db: &Db) {
    db.migrate(&chassis_migrations(), "_chassis_migrations")
        .await
        .unwrap();
    fill(db, LEADS).await;
    let work = async move |tx: &mut Tx| {
        for n in 0..LEADS {
            tx.sql("update lead set name = $2 where id = $1")
                .bind(id(n))
                .bind(name(n))
                .execute()
                .await?;
            for word in words(&[Text::Name(name(n))]) {
                tx.sql("insert into search_word (kind, word, object) values ('LEAD', $1, $2)")
                    .bind(word.into_bytes())
                    .bind(id(n))
                    .execute()
                    .await?;
            }
            // Words of another kind of object are nobody's here.
            tx.sql("insert into search_word (kind, word, object) values ('DEAL', $1, $2)")
                .bind("none".as_bytes().to_vec())
                .bind(id(n))
                .execute()
                .await?;
        }
        Ok::<_, Error>(())
    };
    db.write(work).await.unwrap();
}

/// The list as it is looked for by a rare word, and as it is walked where all words are common.
fn both(list: &List, query: &Query) -> [List; 2] {
    [true, false].map(|is_rare| {
        let found = Narrowing::of("LEAD", query, is_rare);
        list.clone().found("l.id", Some(found))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_finds_the_same_rows_whichever_way_they_are_looked_for() {
    for store in stores().await {
        fill_with_words(&store.db).await;
        let scopes = [
            (Scope::All, None),
            (of(Some(3), &[]), Some((3, None))),
            (of(Some(3), &[1, 4]), Some((3, Some([1, 4])))),
            (Scope::Nothing, Some((99, None))),
        ];
        for asked in [
            "华",
            "华为 pumps",
            "技术",
            "t1000",
            "t-1000 泵",
            "1000",
            "söhne3",
            "业",
            "none",
            "x",
        ] {
            let query = Query::of(asked).unwrap();
            for (scope, rows) in &scopes {
                let in_scope = |n: &u64| match rows {
                    None => true,
                    Some((owner, territories)) => {
                        n % 10 == *owner || territories.is_some_and(|t| t.contains(&(n % 5)))
                    }
                };
                let fits = |n: &u64| query.fits(&words(&[Text::Name(name(*n))]));
                let mut expected: Vec<_> =
                    (0..LEADS).filter(in_scope).filter(fits).map(id).collect();
                expected.sort();
                for list in both(&leads().scope(scope.clone(), RIGHTS), &query) {
                    for order in [&NEWEST, &DUE] {
                        let [forward, backward] = walk(&store.db, list.clone(), order, 40).await;
                        let mut found = forward.concat();
                        let last = forward.len() - 1;
                        assert_eq!(forward[..last], backward, "{asked} {scope:?}");
                        found.sort();
                        assert_eq!(found, expected, "{asked} {scope:?}");
                    }
                    let counted = async move |tx: &mut Tx| list.count(tx, 10_000).await;
                    let counted = store.db.read::<_, Error, _>(counted).await.unwrap();
                    assert_eq!(counted.rows, i64::try_from(expected.len()).unwrap());
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_of_the_query_that_it_was_made_for() {
    for store in stores().await {
        fill_with_words(&store.db).await;
        let query = |text: &str| Query::of(text).unwrap();
        let all = leads().scope(Scope::All, RIGHTS);
        let [rare, common] = both(&all, &query("华为 pumps"));
        let [other, _] = both(&all, &query("华为"));
        let page = async |list: List, token: Option<String>| {
            let work = async move |tx: &mut Tx| {
                list.page(tx, &NEWEST, 10, token.as_deref(), &seal()).await
            };
            store.db.read::<_, Error, _>(work).await
        };
        let next = page(rare, None).await.unwrap().next;
        assert!(next.is_some());
        let same = page(common, next.clone()).await;
        assert!(
            same.is_ok(),
            "the same query, of a word that has become common"
        );
        for list in [other, all] {
            let foreign = page(list, next.clone()).await;
            assert!(matches!(foreign, Err(Error::Token)), "{foreign:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_has_a_list_walk_its_table() {
    for store in stores().await {
        fill_with_words(&store.db).await;
        run(&store.db, &["analyze"]).await;
        let query = Query::of("华为 pumps").unwrap();
        for scope in [Scope::All, of(Some(3), &[]), of(Some(3), &[1, 4])] {
            for stage in [None, Some("NEW")] {
                let list = leads()
                    .filter("l.stage = ?", stage)
                    .scope(scope.clone(), RIGHTS);
                for list in both(&list, &query) {
                    for plan in plans(&store.db, list, &NEWEST).await {
                        let steps = plan.steps.join("\n");
                        assert!(plan.faults.is_empty(), "{scope:?} {stage:?}\n{steps}");
                    }
                }
            }
        }
    }
}
