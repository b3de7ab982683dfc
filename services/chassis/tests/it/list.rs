//! Lists on both engines: every row once, only the rows of the scope, never a walk of the table.

mod found;
mod sums;

use baton_chassis::{
    Date, Time, Whose,
    db::{Db, Error, Result, Tx},
    ids::{MemberId, TerritoryId},
    list::{Key, List, Order, Plan, Rights, Scope, Seal},
};
use chrono::{Days, NaiveDate, TimeZone as _, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::world::{Store, id, run, stores};

const SCHEMA: &[&str] = &[
    "create table lead (id uuid not null primary key, name text not null, stage text not null,
       score bigint not null, owner uuid, territory uuid, created_at timestamptz not null,
       due date not null, extra jsonb not null)",
    "create index lead_newest on lead (created_at, id)",
    "create index lead_owner_newest on lead (owner, created_at, id)",
    "create index lead_territory_newest on lead (territory, created_at, id)",
    "create index lead_stage_newest on lead (stage, created_at, id)",
    "create index lead_due on lead (due, id)",
    "create index lead_owner_due on lead (owner, due, id)",
    "create index lead_territory_due on lead (territory, due, id)",
    "create index lead_stage_due on lead (stage, due, id)",
];

#[derive(Clone, Debug, FromRow)]
struct Lead {
    id: Uuid,
    name: String,
    owner: Option<Uuid>,
    territory: Option<Uuid>,
    created_at: Time,
    due: Date,
    score: i64,
}

const NEWEST: Order<Lead> = Order {
    column: "l.created_at",
    id: "l.id",
    descending: true,
    key: |l| (Key::Time(l.created_at), l.id),
};
const DUE: Order<Lead> = Order {
    column: "l.due",
    id: "l.id",
    descending: false,
    key: |l| (Key::Date(l.due), l.id),
};
/// Has no index.
const SCORE: Order<Lead> = Order {
    column: "l.score",
    id: "l.id",
    descending: true,
    key: |l| (Key::Int(l.score), l.id),
};
const NAME: Order<Lead> = Order {
    column: "l.name",
    id: "l.id",
    descending: false,
    key: |l| (Key::Text(l.name.clone()), l.id),
};
const RIGHTS: Rights = Rights {
    owner: "l.owner",
    territory: "l.territory",
    record: "l.id",
};

fn seal() -> Seal {
    Seal([7; 64])
}

fn leads() -> List {
    let columns = "l.id, l.name, l.owner, l.territory, l.created_at, l.due, l.score, l.extra";
    List::of(columns, "lead l")
}

fn of(owner: Option<u64>, territories: &[u64]) -> Scope {
    shared(owner.as_slice(), territories, &[])
}

fn shared(owners: &[u64], territories: &[u64], records: &[u64]) -> Scope {
    Scope::Some {
        owners: owners.iter().map(|n| MemberId(id(*n))).collect(),
        territories: territories.iter().map(|n| TerritoryId(id(*n))).collect(),
        shared: records.iter().map(|n| id(*n)).collect(),
    }
}

/// A lead for each number: ten owners, five territories, ten of each hundred in one moment.
async fn fill(db: &Db, leads: u64) {
    run(db, SCHEMA).await;
    let work = async move |tx: &mut Tx| {
        for n in 0..leads {
            let moment = i64::try_from(n % 100).unwrap();
            tx.sql(
                "insert into lead (id, name, stage, score, owner, territory, created_at, due, extra)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(id(n))
            .bind(format!("线索 {:03}", n % 300))
            .bind(if n % 2 == 0 { "NEW" } else { "IN_TALKS" })
            .bind(moment * 7 % 100)
            .bind(id(n % 10))
            .bind(id(n % 5))
            .bind(Utc.timestamp_opt(1_700_000_000 + moment, 123_456_000).unwrap())
            .bind(NaiveDate::from_ymd_opt(2024, 2, 27).unwrap() + Days::new(n % 4))
            .bind(serde_json::json!({"n": n}))
            .execute()
            .await?;
        }
        Ok::<_, Error>(())
    };
    db.write(work).await.unwrap();
}

/// The ids of all pages forward, and of all pages backward from the last one.
async fn walk(db: &Db, list: List, order: &'static Order<Lead>, size: u16) -> [Vec<Vec<Uuid>>; 2] {
    let page = async |token: Option<String>| {
        let list = list.clone();
        let work =
            async move |tx: &mut Tx| list.page(tx, order, size, token.as_deref(), &seal()).await;
        db.read::<_, Error, _>(work).await.unwrap()
    };
    let ids = |rows: &[Lead]| rows.iter().map(|l| l.id).collect::<Vec<_>>();
    let (mut forward, mut token) = (Vec::new(), None);
    let mut back = loop {
        let found = page(token.take()).await;
        assert_eq!(found.previous.is_some(), !forward.is_empty());
        forward.push(ids(&found.rows));
        match found.next {
            Some(next) => token = Some(next),
            None => break found.previous,
        }
    };
    let mut backward = Vec::new();
    while let Some(token) = back {
        let found = page(Some(token)).await;
        assert!(found.next.is_some());
        backward.insert(0, ids(&found.rows));
        back = found.previous;
    }
    [forward, backward]
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_visits_each_row_once_both_ways() {
    for store in stores().await {
        fill(&store.db, 1_000).await;
        for order in [&NEWEST, &DUE, &SCORE, &NAME] {
            for (scope, rows) in [(Scope::All, 1_000), (of(Some(3), &[3, 1]), 400)] {
                let list = leads().scope(scope.clone(), RIGHTS);
                let [forward, backward] = walk(&store.db, list, order, 97).await;
                assert_eq!(
                    forward[..forward.len() - 1],
                    backward,
                    "{scope:?} {}",
                    order.column
                );
                let mut seen = forward.concat();
                assert_eq!(seen.len(), rows, "{scope:?} {}", order.column);
                seen.sort();
                seen.dedup();
                assert_eq!(
                    seen.len(),
                    rows,
                    "a row came twice: {scope:?} {}",
                    order.column
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_shows_its_rows_and_no_other() {
    for store in stores().await {
        fill(&store.db, 1_000).await;
        let many: Vec<u64> = (1..400).collect();
        let cases = [
            (Scope::All, None, 1_000),
            (Scope::All, Some("NEW"), 500),
            (Scope::Nothing, None, 0),
            (of(None, &[]), None, 0),
            (of(Some(3), &[]), None, 100),
            (of(Some(3), &[]), Some("NEW"), 0),
            (of(None, &[2]), None, 200),
            (of(None, &[0, 1]), None, 400),
            (of(None, &[0, 1]), Some("NEW"), 200),
            (of(None, &[9]), None, 0),
            (of(Some(7), &[0, 1]), None, 500),
            (of(Some(7), &[2]), None, 200), // all of 7 lies in 2
            (shared(&[3, 4], &[], &[]), None, 200),
            (shared(&[], &[], &[3, 15]), None, 2),
            (shared(&[3], &[], &[13, 15]), None, 101), // 13 is his own
            (shared(&[7], &[2], &[2, 5]), None, 201),  // 2 lies in 2
            (shared(&[3], &[], &[13, 15]), Some("NEW"), 0),
            (of(Some(5), &many), None, 900), // more territories than branches; 5 lies outside
        ];
        for (scope, stage, expected) in cases {
            let list = leads()
                .filter("l.stage = ?", stage)
                .scope(scope.clone(), RIGHTS);
            let work = async move |tx: &mut Tx| {
                let page = list.page(tx, &NEWEST, 2_000, None, &seal()).await?;
                let (all, few) = (list.count(tx, 10_000).await?, list.count(tx, 150).await?);
                Ok((page.rows, all, few, list.count_exactly(tx).await?))
            };
            let (rows, all, few, exactly) = store.db.read::<_, Error, _>(work).await.unwrap();
            assert_eq!(rows.len(), expected, "{scope:?} {stage:?}");
            assert!(rows.is_sorted_by_key(|l| std::cmp::Reverse((l.created_at, l.id))));
            let expected = i64::try_from(expected).unwrap();
            assert_eq!(
                (all.rows, all.capped),
                (expected, false),
                "{scope:?} {stage:?}"
            );
            assert_eq!((few.rows, few.capped), (expected.min(150), expected > 150));
            assert_eq!(exactly, expected);
            for lead in rows {
                let whose = Whose {
                    owner: lead.owner.map(MemberId),
                    territory: lead.territory.map(TerritoryId),
                    record: Some(lead.id),
                };
                assert!(scope.covers(whose), "{scope:?} shows {lead:?}");
            }
        }
        let undecided = store
            .db
            .read::<_, Error, _>(async |tx: &mut Tx| {
                Ok((
                    leads().page(tx, &NEWEST, 10, None, &seal()).await?,
                    leads().count(tx, 9).await?,
                ))
            })
            .await
            .unwrap();
        assert!(
            undecided.0.rows.is_empty(),
            "nobody decided on rights: nothing is shown"
        );
        assert_eq!(undecided.1.rows, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_belongs_to_its_list_and_cannot_be_made_up() {
    let store = Store::sqlite().await;
    fill(&store.db, 100).await;
    let open = async |list: List, order: &'static Order<Lead>, token: Option<String>| {
        let work =
            async move |tx: &mut Tx| list.page(tx, order, 10, token.as_deref(), &seal()).await;
        store.db.read::<_, Error, _>(work).await
    };
    let all = leads().scope(Scope::All, RIGHTS);
    let token = open(all.clone(), &NEWEST, None)
        .await
        .unwrap()
        .next
        .unwrap();
    let other = if &token[40..41] == "A" { "B" } else { "A" };
    let changed = format!("{}{other}{}", &token[..40], &token[41..]);
    for (list, order, token) in [
        (all.clone(), &DUE, token.clone()),
        (
            all.clone().filter("l.stage = ?", Some("NEW")),
            &NEWEST,
            token.clone(),
        ),
        (all.clone(), &NEWEST, changed),
        (all.clone(), &NEWEST, "x".to_owned()),
        (all.clone(), &NEWEST, String::new()),
    ] {
        let refused = open(list, order, Some(token)).await;
        assert!(matches!(refused, Err(Error::Token)), "{refused:?}");
    }
    // Rights may change between two pages: they are asked for anew and are not in the token.
    let mine = open(
        leads().scope(of(Some(3), &[]), RIGHTS),
        &NEWEST,
        Some(token),
    )
    .await
    .unwrap();
    assert!(mine.rows.iter().all(|l| l.owner == Some(id(3))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clause_narrows_without_a_value_and_a_value_can_stand_twice() {
    for store in stores().await {
        fill(&store.db, 100).await;
        let list = leads()
            .clause("l.stage = 'NEW'")
            .filter("(l.owner = ? or l.territory = ?)", Some(id(3)))
            .for_everyone();
        let rows = store
            .db
            .read::<_, Error, _>(async move |tx: &mut Tx| {
                list.page(tx, &NEWEST, 200, None, &seal()).await
            })
            .await
            .unwrap()
            .rows;
        assert_eq!(
            rows.len(),
            10,
            "8, 18, …: in territory 3, even, and none of owner 3 is"
        );
    }
}

/// The plans of the first page and, if there are more, of the second.
async fn plans(db: &Db, list: List, order: &'static Order<Lead>) -> Vec<Plan> {
    let work = async move |tx: &mut Tx| -> Result<Vec<Plan>> {
        let next = list.page(tx, order, 5, None, &seal()).await?.next;
        let mut plans = vec![list.plan(tx, order, 50, None, &seal()).await?];
        if next.is_some() {
            plans.push(list.plan(tx, order, 50, next.as_deref(), &seal()).await?);
        }
        Ok(plans)
    };
    db.read(work).await.unwrap()
}

/// A hundred rows among so many times 10,000 that are nobody's and of another stage.
async fn fill_to(db: &Db, chunks: i64) {
    run(db, SCHEMA).await;
    let work = async move |tx: &mut Tx| {
        for n in 0..100 {
            let text = "insert into lead (id, name, stage, score, owner, territory, created_at,
               due, extra) values ($1, 'x', 'NEW', 0, $2, $3, $4, $5, $6)";
            let day = NaiveDate::from_ymd_opt(2024, 2, 27).unwrap();
            tx.sql(text)
                .bind(id(n))
                .bind(id(n % 10))
                .bind(id(n % 50))
                .bind(
                    Utc.timestamp_opt(1_700_000_000 + 450 * i64::try_from(n).unwrap(), 0)
                        .unwrap(),
                )
                .bind(day)
                .bind(serde_json::json!({}))
                .execute()
                .await?;
        }
        Ok::<_, Error>(())
    };
    db.write(work).await.unwrap();
    for chunk in 0..chunks {
        let work = async move |tx: &mut Tx| {
            let text = if tx.is_sqlite() {
                "with recursive s (n) as (select 1 union all select n + 1 from s where n < 10000)
             insert into lead select randomblob(16), 'lead ' || n, 'IN_TALKS', n % 1000, null, null,
               strftime('%Y-%m-%dT%H:%M:%S', $1 + n, 'unixepoch') || '.123456+00:00',
               '2024-03-01', '{}' from s"
            } else {
                "insert into lead select gen_random_uuid(), 'lead ' || n, 'IN_TALKS', n % 1000,
               null::uuid, null::uuid, to_timestamp($1 + n), date '2024-03-01', '{}'
             from generate_series(1, 10000) s (n)"
            };
            tx.sql(text)
                .bind(1_700_000_000 + 10_000 * chunk)
                .execute()
                .await
        };
        db.write::<_, Error, _>(work).await.unwrap();
    }
    run(db, &["analyze"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_list_walks_its_table() {
    let february = NaiveDate::from_ymd_opt(2024, 2, 28);
    for store in stores().await {
        fill_to(&store.db, 2).await;
        let twenty: Vec<u64> = (0..20).collect();
        let scopes = [
            Scope::All,
            of(Some(3), &[]),
            of(None, &[4]),
            of(Some(3), &twenty),
            of(None, &[999]),
        ];
        for (order, scope) in [&NEWEST, &DUE]
            .iter()
            .flat_map(|o| scopes.iter().map(move |s| (*o, s)))
        {
            for stage in [None, Some("NEW")] {
                let list = leads()
                    .filter("l.stage = ?", stage)
                    .scope(scope.clone(), RIGHTS);
                for plan in plans(&store.db, list, order).await {
                    let steps = plan.steps.join("\n");
                    assert!(!plan.steps.is_empty());
                    assert!(
                        plan.faults.is_empty(),
                        "{scope:?} {stage:?} {}\n{steps}",
                        order.column
                    );
                }
            }
        }
        let early = leads()
            .filter("l.due < ?", february)
            .scope(Scope::All, RIGHTS);
        for plan in plans(&store.db, early, &DUE).await {
            assert!(plan.faults.is_empty(), "{:?}", plan.steps);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_walks_its_table_is_found_out() {
    let february = NaiveDate::from_ymd_opt(2024, 2, 28);
    for store in stores().await {
        // Even where the table is so small that it does not matter yet.
        for chunks in [0, 1] {
            let store = if store.db.is_sqlite() {
                Store::sqlite().await
            } else {
                Store::postgres().await.unwrap()
            };
            fill_to(&store.db, chunks).await;
            let some = of(Some(3), &[1, 2]);
            let joined = List::of("l.id", "lead l join lead other on other.name = l.name");
            for (what, list, order) in [
                ("sorts the table", leads().scope(Scope::All, RIGHTS), &SCORE),
                (
                    "sorts an owner's rows",
                    leads().scope(of(Some(3), &[]), RIGHTS),
                    &SCORE,
                ),
                (
                    "sorts the rows of each branch",
                    leads().scope(some, RIGHTS),
                    &SCORE,
                ),
                (
                    "walks past other names",
                    leads()
                        .filter("l.name = ?", Some("x"))
                        .scope(Scope::All, RIGHTS),
                    &NEWEST,
                ),
                (
                    "walks past other names",
                    leads().clause("l.name = 'x'").scope(Scope::All, RIGHTS),
                    &NEWEST,
                ),
                (
                    "walks past later ones",
                    leads()
                        .filter("l.due < ?", february)
                        .scope(Scope::All, RIGHTS),
                    &NEWEST,
                ),
                (
                    "joins without an index",
                    joined.scope(of(Some(3), &[]), RIGHTS),
                    &NEWEST,
                ),
            ] {
                let work = async move |tx: &mut Tx| list.plan(tx, order, 50, None, &seal()).await;
                let plan = store.db.read::<_, Error, _>(work).await.unwrap();
                assert!(!plan.faults.is_empty(), "{what}: {}", plan.steps.join("\n"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widest_scopes_answer_in_good_time() {
    for store in stores().await {
        fill_to(&store.db, 2).await;
        for territories in [100, 150] {
            let territories: Vec<u64> = (0..territories).collect();
            let list = leads().scope(of(Some(3), &territories), RIGHTS);
            let began = std::time::Instant::now();
            let work = async move |tx: &mut Tx| {
                let rows = list.page(tx, &NEWEST, 50, None, &seal()).await?.rows.len();
                Ok((rows, list.count(tx, 10_000).await?.rows))
            };
            let found = store.db.read::<_, Error, _>(work).await.unwrap();
            assert_eq!(found, (50, 100));
            let took = began.elapsed();
            println!("{} territories: {took:?}", territories.len());
            assert!(took.as_millis() < 2_000, "{took:?}");
        }
    }
}

#[test]
fn of_two_scopes_what_both_have_is_left_and_never_more() {
    let (li, wang, east, west) = (member(1), member(2), territory(1), territory(2));
    let some = |owner: MemberId, territories: &[_]| Scope::of(vec![owner], territories.to_vec());
    for (one, other, both) in [
        (Scope::Nothing, Scope::All, Scope::Nothing),
        (Scope::All, Scope::All, Scope::All),
        (Scope::All, some(li, &[east]), some(li, &[east])),
        (
            some(li, &[east, west]),
            some(li, &[west]),
            some(li, &[west]),
        ),
        (some(li, &[east]), some(li, &[]), some(li, &[])),
        (
            some(li, &[]),
            some(wang, &[]),
            Scope::of(Vec::new(), Vec::new()),
        ),
    ] {
        assert_eq!(one.clone().within(&other), both, "{one:?} {other:?}");
        assert_eq!(other.within(&one), both, "{one:?}");
    }
}

fn member(n: u128) -> MemberId {
    Uuid::from_u128(n).into()
}

fn territory(n: u128) -> TerritoryId {
    Uuid::from_u128(n).into()
}
