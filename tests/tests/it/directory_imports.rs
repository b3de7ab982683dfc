//! Stories of loading members and territories from another system.

use baton_chassis::test::Engine;
use baton_proto::{
    directory::v1 as pb,
    r#type::v1::{ImportOutcome as Outcome, ImportResult},
};
use tonic::Code;

use crate::{
    answers::{pairs, refused, told, violations},
    directory::{Desk, grant, world},
};

fn territory(external_id: &str, name: &str, parent: &str, manager: &str) -> pb::TerritoryRow {
    pb::TerritoryRow {
        external_id: external_id.into(),
        name: name.into(),
        parent_external_id: parent.into(),
        manager_external_id: manager.into(),
    }
}

fn territories(rows: Vec<pb::TerritoryRow>) -> pb::ImportTerritoriesRequest {
    pb::ImportTerritoriesRequest {
        system: "old-crm".into(),
        rows,
        ..Default::default()
    }
}

fn member(external_id: &str, display_name: &str, territory: &str) -> pb::MemberRow {
    pb::MemberRow {
        external_id: external_id.into(),
        display_name: display_name.into(),
        roles: vec!["salesperson".into()],
        territory_external_id: territory.into(),
        ..pb::MemberRow::default()
    }
}

fn members(rows: Vec<pb::MemberRow>) -> pb::ImportMembersRequest {
    pb::ImportMembersRequest {
        system: "old-crm".into(),
        rows,
        ..Default::default()
    }
}

fn outcomes(results: &[ImportResult]) -> Vec<Outcome> {
    results.iter().map(ImportResult::outcome).collect()
}

#[tokio::test]
async fn an_organisation_is_loaded_in_three_steps_and_loading_it_again_changes_nothing() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut boss = Desk::of(&world, &world.member("boss").await);
        let offices = || {
            territories(vec![
                territory("C", "Central", "", ""),
                territory("C1", "Chicago", "C", ""),
            ])
        };
        let people = || {
            members(vec![
                member("1", "Dustin Brinkmann", "C"),
                member("2", "Anna Snelling", "C1"),
            ])
        };
        let managers = || territories(vec![territory("C", "", "", "1")]);

        let made = told(boss.imports.import_territories(offices()).await).results;
        assert_eq!(outcomes(&made), [Outcome::Created, Outcome::Created]);
        let made = told(boss.imports.import_members(people()).await).results;
        assert_eq!(outcomes(&made), [Outcome::Created, Outcome::Created]);
        let managed = told(boss.imports.import_territories(managers()).await).results;
        assert_eq!(outcomes(&managed), [Outcome::Updated]);

        let anna = boss.member(&made[1].id).await;
        assert_eq!(
            (anna.name.as_str(), anna.roles.as_slice()),
            ("anna.snelling", &["salesperson".to_owned()][..])
        );
        let get = pb::GetTerritoryRequest {
            id: anna.territory_id,
        };
        let chicago = told(boss.territories.get_territory(get).await)
            .territory
            .unwrap();
        assert_eq!(chicago.parent_id, managed[0].id);

        world.settle().await;
        let epoch = world
            .context("directory")
            .people
            .snapshot()
            .await
            .unwrap()
            .epoch;
        let again = told(boss.imports.import_territories(offices()).await).results;
        assert_eq!(outcomes(&again), [Outcome::Unchanged, Outcome::Unchanged]);
        let again = told(boss.imports.import_members(people()).await).results;
        assert_eq!(outcomes(&again), [Outcome::Unchanged, Outcome::Unchanged]);
        world.settle().await;
        assert_eq!(
            world
                .context("directory")
                .people
                .snapshot()
                .await
                .unwrap()
                .epoch,
            epoch
        );
    }
}

#[tokio::test]
async fn a_row_is_loaded_whole_or_not_at_all_and_tells_everything_that_is_wrong() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut boss = Desk::of(&world, &world.member("boss").await);
        let wrong = pb::MemberRow {
            external_id: "2".into(),
            display_name: "李雷".into(),
            email: "x".into(),
            department: "Nowhere".into(),
            roles: vec!["janitor".into()],
            territory_external_id: "X".into(),
            ..pb::MemberRow::default()
        };
        let rows = vec![
            member("1", "Anna Snelling", ""),
            wrong,
            member("1", "Anna Snelling", ""),
        ];
        let results = told(boss.imports.import_members(members(rows)).await).results;
        assert_eq!(
            outcomes(&results),
            [Outcome::Created, Outcome::Refused, Outcome::Refused]
        );
        let named: Vec<_> = results[1]
            .violations
            .iter()
            .map(|v| (v.field.clone(), v.reason.clone()))
            .collect();
        let expected = pairs(&[
            ("name", "REQUIRED"),
            ("email", "EMAIL_MALFORMED"),
            ("department", "DEPARTMENT_NOT_IN_USE"),
            ("territory_external_id", "REFERENCE_NOT_FOUND"),
            ("roles", "ROLE_UNKNOWN"),
        ]);
        assert_eq!(named, expected);
        assert_eq!(results[2].violations[0].message, "comes twice in this load");

        // A new name and a move below itself: neither happens.
        let tree = vec![
            territory("A", "Asia", "", ""),
            territory("B", "Beijing", "A", ""),
        ];
        boss.imports
            .import_territories(territories(tree))
            .await
            .unwrap();
        let cycle = territories(vec![territory("A", "Europe", "B", "")]);
        let results = told(boss.imports.import_territories(cycle).await).results;
        assert_eq!(results[0].violations[0].reason, "TERRITORY_CYCLE");
        let all = pb::ListTerritoriesRequest::default();
        let all = told(boss.territories.list_territories(all).await).territories;
        assert!(all.iter().all(|t| t.name != "Europe"));
    }
}

#[tokio::test]
async fn a_dry_run_tells_what_would_happen_and_does_nothing() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut boss = Desk::of(&world, &world.member("boss").await);
        let rows = vec![
            territory("A", "Asia", "", ""),
            territory("B", "Beijing", "A", ""),
        ];
        let dry = pb::ImportTerritoriesRequest {
            validate_only: true,
            ..territories(rows.clone())
        };
        let results = told(boss.imports.import_territories(dry).await).results;
        assert_eq!(outcomes(&results), [Outcome::Created, Outcome::Created]);
        assert!(results.iter().all(|r| r.id.is_empty()));
        let all = pb::ListTerritoriesRequest {
            count: true,
            ..Default::default()
        };
        let all = told(boss.territories.list_territories(all).await);
        assert_eq!(all.total_size, 1, "the root alone");
        let results = told(boss.imports.import_territories(territories(rows)).await).results;
        assert_eq!(outcomes(&results), [Outcome::Created, Outcome::Created]);
    }
}

#[tokio::test]
async fn loading_is_a_right_of_its_own_and_comes_in_batches() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut seller = Desk::of(&world, &world.member("salesperson").await);
        let mut boss = Desk::of(&world, &world.member("boss").await);
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        assert_eq!(
            refused(seller.imports.import_members(members(vec![])).await),
            denied
        );
        assert_eq!(
            refused(seller.imports.import_territories(territories(vec![])).await),
            denied
        );
        // Who may load but not administer could load himself as a boss.
        grant(
            &world,
            "importer",
            pb::Function::Import,
            pb::GrantScope::All,
        )
        .await;
        let mut importer = Desk::of(&world, &world.member("importer").await);
        let myself = pb::MemberRow {
            roles: vec!["boss".into()],
            ..member("7", "Importer", "")
        };
        assert_eq!(
            refused(importer.imports.import_members(members(vec![myself])).await),
            denied
        );
        let asia = territories(vec![territory("A", "Asia", "", "")]);
        assert_eq!(
            refused(importer.imports.import_territories(asia).await),
            denied
        );
        let expected = pairs(&[("system", "REQUIRED"), ("rows", "REQUIRED")]);
        assert_eq!(
            violations(
                boss.imports
                    .import_members(pb::ImportMembersRequest::default())
                    .await
            ),
            expected
        );
        let many = vec![territory("A", "Asia", "", ""); 501];
        let expected = pairs(&[("rows", "TOO_MANY")]);
        assert_eq!(
            violations(boss.imports.import_territories(territories(many)).await),
            expected
        );
    }
}
