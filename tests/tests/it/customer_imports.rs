//! Stories of customers that come from another system.

use baton_chassis::{test::Engine, wire::timestamp};
use baton_proto::{
    customer::v1::{self as pb, PartyState},
    r#type::v1::{ImportOutcome as Outcome, Source},
};
use chrono::Duration;
use tonic::Code;

use crate::{
    answers::{pairs, refused, told, violations},
    audit_chain::run,
    customer::{Firm, company},
};

fn row(external_id: &str, party: pb::Party) -> pb::PartyRow {
    pb::PartyRow {
        external_id: external_id.into(),
        party: Some(party),
        ..Default::default()
    }
}

fn load(rows: Vec<pb::PartyRow>) -> pb::ImportPartiesRequest {
    pb::ImportPartiesRequest {
        system: "old-crm".into(),
        rows,
        ..Default::default()
    }
}

fn outcomes(response: &pb::ImportPartiesResponse) -> Vec<(&str, Outcome)> {
    response
        .results
        .iter()
        .map(|r| (r.external_id.as_str(), r.outcome()))
        .collect()
}

#[tokio::test]
async fn a_load_that_is_repeated_is_one_load_and_bad_rows_keep_nobody() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.boss);
        let long_ago = timestamp(firm.now() - Duration::days(1_000));
        let account = pb::Party {
            state: PartyState::Account.into(),
            ..company("Acme Corporation")
        };
        let rows = vec![
            pb::PartyRow {
                create_time: Some(long_ago),
                ..row("acme", account)
            },
            pb::PartyRow {
                parent_external_id: "acme".into(),
                ..row("tools", company("Acme Tools"))
            },
            row(
                "bad",
                pb::Party {
                    email: "?".into(),
                    ..Default::default()
                },
            ),
            pb::PartyRow {
                parent_external_id: "nobody".into(),
                ..row("orphan", company("Orphan"))
            },
        ];

        // A rehearsal tells what would happen, and nothing happens.
        let rehearsal = pb::ImportPartiesRequest {
            validate_only: true,
            ..load(rows.clone())
        };
        let expected = [
            ("acme", Outcome::Created),
            ("tools", Outcome::Created),
            ("bad", Outcome::Refused),
            ("orphan", Outcome::Refused),
        ];
        let would = told(desk.imports.import_parties(rehearsal).await);
        assert_eq!(outcomes(&would), expected);
        assert!(would.results.iter().all(|r| r.id.is_empty()));
        let none = told(
            desk.parties
                .list_accounts(pb::ListAccountsRequest::default())
                .await,
        );
        assert_eq!(none.accounts, []);

        let done = told(desk.imports.import_parties(load(rows.clone())).await);
        assert_eq!(outcomes(&done), expected);
        let wrong: Vec<_> = done.results[2]
            .violations
            .iter()
            .map(|v| (v.field.as_str(), v.reason.as_str(), v.message.as_str()))
            .collect();
        let required = ("party.name", "REQUIRED", "must not be empty");
        let email = ("party.email", "EMAIL_MALFORMED", "is not an e-mail address");
        assert_eq!(wrong, [required, email]);
        assert_eq!(done.results[3].violations[0].field, "parent_external_id");

        let acme = desk.party(&done.results[0].id).await;
        assert_eq!(
            (acme.state(), acme.create_time),
            (PartyState::Account, Some(long_ago))
        );
        assert_eq!(
            acme.source,
            Some(Source {
                kind: "IMPORT".into(),
                id: "acme".into()
            })
        );
        assert_eq!((acme.owner_id.as_str(), acme.verification_count), ("", 0));
        let tools = desk.party(&done.results[1].id).await;
        assert_eq!(
            (tools.state(), &tools.parent_id),
            (PartyState::Prospect, &acme.id)
        );

        // Again: what is there is found again, what changed is changed, what is empty stays.
        firm.world.advance(Duration::hours(1)).await;
        let mut rows = rows;
        rows[1].party = Some(pb::Party {
            industry: "tools".into(),
            ..Default::default()
        });
        let again = told(desk.imports.import_parties(load(rows)).await);
        let outcome = |n: usize| (again.results[n].outcome(), again.results[n].id.as_str());
        assert_eq!(outcome(0), (Outcome::Unchanged, acme.id.as_str()));
        assert_eq!(outcome(1), (Outcome::Updated, tools.id.as_str()));
        let changed = desk.party(&tools.id).await;
        assert_eq!(
            (changed.name.as_str(), changed.industry.as_str()),
            ("Acme Tools", "tools")
        );
        assert_eq!(changed.parent_id, acme.id);
        assert_eq!(firm.story_of(&acme.id).await, ["account_created"]);
        assert_eq!(
            firm.story_of(&tools.id).await,
            ["prospect_created", "party_updated"]
        );
    }
}

#[tokio::test]
async fn a_row_for_a_known_customer_is_linked_or_refused_as_the_policy_says() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.boss);
        let known = desk.account(company("Acme")).await;
        let on = |policy: pb::DuplicatePolicy, id: &str| pb::ImportPartiesRequest {
            on_duplicate: policy.into(),
            ..load(vec![row(id, company("ACME Inc."))])
        };
        let refused = told(
            desk.imports
                .import_parties(on(pb::DuplicatePolicy::Refuse, "1"))
                .await,
        );
        assert_eq!(outcomes(&refused), [("1", Outcome::Refused)]);
        assert_eq!(refused.results[0].violations[0].reason, "EXISTS");

        let linked = told(
            desk.imports
                .import_parties(on(pb::DuplicatePolicy::Link, "1"))
                .await,
        );
        assert_eq!(outcomes(&linked), [("1", Outcome::Linked)]);
        assert_eq!(linked.results[0].id, known.id);
        assert_eq!(desk.party(&known.id).await, known);
        // From now on the customer is found again under that id.
        let row = row(
            "1",
            pb::Party {
                industry: "tools".into(),
                ..Default::default()
            },
        );
        let again = told(desk.imports.import_parties(load(vec![row])).await);
        assert_eq!(outcomes(&again), [("1", Outcome::Updated)]);
        assert_eq!(desk.party(&known.id).await.industry, "tools");

        let warned = told(
            desk.imports
                .import_parties(on(pb::DuplicatePolicy::Warn, "2"))
                .await,
        );
        assert_eq!(outcomes(&warned), [("2", Outcome::Created)]);
        assert_eq!(warned.results[0].duplicates[0].party_id, known.id);
    }
}

#[tokio::test]
async fn to_load_is_a_right_of_its_own_and_a_load_has_bounds() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut seller = firm.desk(&firm.seller);
        let denied = seller
            .imports
            .import_parties(load(vec![row("1", company("Acme"))]))
            .await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));

        let mut boss = firm.desk(&firm.boss);
        let nothing = boss
            .imports
            .import_parties(pb::ImportPartiesRequest::default())
            .await;
        let expected = [("system", "REQUIRED"), ("rows", "REQUIRED")];
        assert_eq!(violations(nothing), pairs(&expected));
        let rows = (0..501)
            .map(|n| row(&n.to_string(), company("Acme")))
            .collect();
        let much = boss.imports.import_parties(load(rows)).await;
        assert_eq!(violations(much), pairs(&[("rows", "TOO_MANY")]));
    }
}

#[tokio::test]
async fn as_many_rows_as_a_load_may_hold_are_taken_at_once() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.boss);
        let rows = || -> Vec<_> {
            let party = |n: i32| pb::Party {
                phone: format!("138{n:08}"),
                email: format!("info@firm{n}.com"),
                ..company(&format!("Firm {n} Ltd"))
            };
            (0..500).map(|n| row(&n.to_string(), party(n))).collect()
        };
        for expected in [Outcome::Created, Outcome::Unchanged] {
            let done = told(desk.imports.import_parties(load(rows())).await);
            assert_eq!(done.results.len(), 500);
            assert!(done.results.iter().all(|r| r.outcome() == expected));
        }
        let count = pb::ListProspectsRequest {
            count: true,
            page_size: 1,
            ..Default::default()
        };
        assert_eq!(
            told(desk.parties.list_prospects(count).await).total_size,
            500
        );
    }
}

/// With this the store takes none of the rows that come with both.
const BREAK: &[&str] =
    &["create unique index broken on party (state) where name in ('Firm 55 Ltd', 'Firm 56 Ltd')"];

#[tokio::test]
async fn a_load_that_breaks_off_between_its_rows_tells_when_repeated_what_became_of_all() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.boss);
        let rows = (0..60).map(|n| row(&n.to_string(), company(&format!("Firm {n} Ltd"))));
        let request = pb::ImportPartiesRequest {
            request_id: "the load of Monday".into(),
            ..load(rows.collect())
        };
        // Those before them are kept by then.
        let db = &firm.world.context("customer").db;
        run(db, BREAK).await;
        let broke_off = desk.imports.import_parties(request.clone()).await;
        assert_eq!(refused(broke_off).0, Code::Internal);
        let count = pb::ListProspectsRequest {
            count: true,
            page_size: 1,
            ..Default::default()
        };
        let kept = told(desk.parties.list_prospects(count.clone()).await);
        assert_eq!(kept.total_size, 50);
        run(db, &["drop index broken"]).await;
        for _ in 0..2 {
            let done = told(desk.imports.import_parties(request.clone()).await);
            assert_eq!(done.results.len(), 60);
            let created = done.results.iter().all(|r| r.outcome() == Outcome::Created);
            assert!(created, "{done:?}");
        }
        let all = told(desk.parties.list_prospects(count).await);
        assert_eq!(all.total_size, 60);
    }
}
