//! Figures over lists: every row once, only the rows of the scope, and only those that were asked for.

use baton_chassis::list::Sums;

use super::*;

#[derive(Debug, PartialEq, FromRow)]
struct Sum {
    stage: String,
    leads: i64,
    score: i64,
}

const BY_STAGE: Sums = Sums {
    by: "stage",
    figures: "count(*) as leads, cast(sum(score) as bigint) as score",
};

fn figures() -> List {
    List::of("l.stage, l.score", "lead l")
}

/// The figures in the order of the stages, and the number of rows that a page of the same list counts.
async fn told(db: &Db, list: List) -> (Vec<(String, i64)>, i64) {
    let work = async move |tx: &mut Tx| {
        let sums: Vec<Sum> = list.sums(tx, BY_STAGE).await?;
        Ok::<_, Error>((sums, list.count_exactly(tx).await?))
    };
    let (mut sums, count) = db.read(work).await.unwrap();
    sums.sort_by(|a, b| a.stage.cmp(&b.stage));
    let sums = sums.into_iter().map(|s| (s.stage, s.leads)).collect();
    (sums, count)
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_count_each_row_of_the_scope_once_and_agree_with_the_count() {
    for store in stores().await {
        fill(&store.db, 100).await;
        // Owner 3 has ten leads, all of them in territory 3, which has twenty; territory 4 has twenty more.
        for (scope, expected) in [
            (Scope::All, vec![("IN_TALKS", 50), ("NEW", 50)]),
            (Scope::Nothing, vec![]),
            (of(Some(3), &[]), vec![("IN_TALKS", 10)]),
            (of(Some(3), &[3]), vec![("IN_TALKS", 10), ("NEW", 10)]),
            (of(Some(3), &[3, 4]), vec![("IN_TALKS", 20), ("NEW", 20)]),
            (of(Some(99), &[]), vec![]),
        ] {
            let list = figures().scope(scope.clone(), RIGHTS);
            let (sums, count) = told(&store.db, list).await;
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(s, n)| (s.to_owned(), n))
                .collect();
            assert_eq!(sums, expected, "{scope:?}");
            assert_eq!(count, sums.iter().map(|(_, n)| n).sum::<i64>());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fragment_takes_two_values_in_turn_and_a_column_may_have_one_of_several() {
    for store in stores().await {
        fill(&store.db, 100).await;
        let all = || figures().scope(Scope::All, RIGHTS);
        let some = all()
            .between("l.score >= ? and l.score < ?", Some((10_i64, 20_i64)))
            .among("l.territory", Some(vec![id(1), id(2)]));
        let (sums, count) = told(&store.db, some).await;
        assert_eq!(count, 4, "of ten scores a fifth is in each of both");
        assert_eq!(sums.iter().map(|(_, n)| n).sum::<i64>(), count);
        let none = all().among("l.territory", Some(Vec::<Uuid>::new()));
        assert_eq!(told(&store.db, none).await, (Vec::new(), 0));
        let unasked = all()
            .between("l.score >= ? and l.score < ?", None::<(i64, i64)>)
            .among("l.territory", None::<Vec<Uuid>>);
        assert_eq!(told(&store.db, unasked).await.1, 100);
    }
}
