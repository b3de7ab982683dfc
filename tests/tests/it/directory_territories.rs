//! Stories of territories: one tree, with managers.

use baton_chassis::test::Engine;
use baton_proto::directory::v1 as pb;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    directory::{Desk, world},
};

fn to(id: &str, parent_id: &str) -> pb::MoveTerritoryRequest {
    pb::MoveTerritoryRequest {
        id: id.into(),
        parent_id: parent_id.into(),
        ..Default::default()
    }
}

fn away(id: &str) -> pb::ArchiveTerritoryRequest {
    pb::ArchiveTerritoryRequest {
        id: id.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_tree_grows_below_its_root() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let north = admin.territory("华北", "").await.unwrap();
        let beijing = admin.territory("北京", &north.id).await.unwrap();
        assert_eq!(beijing.parent_id, north.id);
        let get = pb::GetTerritoryRequest {
            id: north.parent_id.clone(),
        };
        let root = told(admin.territories.get_territory(get).await)
            .territory
            .unwrap();
        assert!(root.parent_id.is_empty());

        let taken = admin.territory("北京", &north.id).await;
        assert_eq!(
            violations(taken),
            pairs(&[("territory.name", "NAME_TAKEN")])
        );
        // The same name below another parent is another place.
        admin.territory("北京", "").await.unwrap();
        let nowhere = admin
            .territory("", "0190163d-8694-739b-aea5-966c26f8ad90")
            .await;
        let expected = pairs(&[
            ("territory.name", "REQUIRED"),
            ("territory.parent_id", "REFERENCE_NOT_FOUND"),
        ]);
        assert_eq!(violations(nowhere), expected);

        let below = pb::ListTerritoriesRequest {
            parent_id: north.id,
            count: true,
            ..Default::default()
        };
        let below = told(admin.territories.list_territories(below).await);
        assert_eq!((below.total_size, below.territories), (1, vec![beijing]));
    }
}

#[tokio::test]
async fn a_territory_gets_a_manager_who_is_at_work() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let north = admin.territory("North", "").await.unwrap();
        let manager = world.member("sales_manager").await.id.to_string();
        let managed_by = |manager_id: &str| pb::UpdateTerritoryRequest {
            territory: Some(pb::Territory {
                id: north.id.clone(),
                manager_id: manager_id.into(),
                ..pb::Territory::default()
            }),
            update_mask: mask(&["manager_id"]),
            ..pb::UpdateTerritoryRequest::default()
        };
        let changed = told(
            admin
                .territories
                .update_territory(managed_by(&manager))
                .await,
        );
        assert_eq!(changed.territory.unwrap().manager_id, manager);
        let his = pb::ListTerritoriesRequest {
            manager_id: manager.clone(),
            ..Default::default()
        };
        let his = told(admin.territories.list_territories(his).await);
        assert_eq!(his.territories.len(), 1);

        let gone = pb::DeactivateMemberRequest {
            id: manager.clone(),
            ..Default::default()
        };
        admin.members.deactivate_member(gone).await.unwrap();
        admin
            .territories
            .update_territory(managed_by(""))
            .await
            .unwrap();
        let refused = admin
            .territories
            .update_territory(managed_by(&manager))
            .await;
        assert_eq!(
            violations(refused),
            pairs(&[("territory.manager_id", "MEMBER_NOT_ACTIVE")])
        );
    }
}

#[tokio::test]
async fn a_branch_moves_whole_and_never_below_itself() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let north = admin.territory("North", "").await.unwrap();
        let city = admin.territory("City", &north.id).await.unwrap();
        let street = admin.territory("Street", &city.id).await.unwrap();
        let south = admin.territory("South", "").await.unwrap();

        let cycle = admin
            .territories
            .move_territory(to(&north.id, &street.id))
            .await;
        assert_eq!(
            refused(cycle),
            (Code::FailedPrecondition, "TERRITORY_CYCLE".into())
        );
        let root = admin
            .territories
            .move_territory(to(&north.parent_id, &south.id))
            .await;
        assert_eq!(
            refused(root),
            (Code::FailedPrecondition, "TERRITORY_ROOT".into())
        );
        let nowhere = admin.territories.move_territory(to(&city.id, "x")).await;
        assert_eq!(violations(nowhere), pairs(&[("parent_id", "ID_MALFORMED")]));

        let moved = told(
            admin
                .territories
                .move_territory(to(&city.id, &south.id))
                .await,
        );
        assert_eq!(moved.territory.unwrap().parent_id, south.id);
        let get = pb::GetTerritoryRequest { id: street.id };
        let street = told(admin.territories.get_territory(get).await)
            .territory
            .unwrap();
        assert_eq!(street.parent_id, city.id);

        // A tree of ten levels takes no eleventh, however it would come to be.
        let mut deepest = south.clone();
        for level in 3..=10 {
            deepest = admin
                .territory(&format!("Level {level}"), &deepest.id)
                .await
                .unwrap();
        }
        let too_deep = (Code::FailedPrecondition, "TERRITORY_TOO_DEEP".to_owned());
        assert_eq!(
            refused(admin.territory("Level 11", &deepest.id).await),
            too_deep
        );
        assert_eq!(
            refused(
                admin
                    .territories
                    .move_territory(to(&north.id, &deepest.id))
                    .await
            ),
            too_deep
        );
    }
}

#[tokio::test]
async fn a_territory_in_use_is_not_put_away() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let north = admin.territory("North", "").await.unwrap();
        let city = admin.territory("City", &north.id).await.unwrap();
        let works_there = world
            .member_in("salesperson", Some(city.id.parse().unwrap()))
            .await;

        let reason = |reason: &str| (Code::FailedPrecondition, reason.to_owned());
        let territories = &mut admin.territories;
        let has_territories = territories.archive_territory(away(&north.id)).await;
        assert_eq!(
            refused(has_territories),
            reason("TERRITORY_HAS_TERRITORIES")
        );
        let has_members = territories.archive_territory(away(&city.id)).await;
        assert_eq!(refused(has_members), reason("TERRITORY_HAS_MEMBERS"));
        let root = territories.archive_territory(away(&north.parent_id)).await;
        assert_eq!(refused(root), reason("TERRITORY_ROOT"));

        let leaves = pb::DeactivateMemberRequest {
            id: works_there.id.to_string(),
            ..Default::default()
        };
        admin.members.deactivate_member(leaves).await.unwrap();
        let gone = told(admin.territories.archive_territory(away(&city.id)).await);
        assert_eq!(
            gone.territory.unwrap().state(),
            pb::TerritoryState::Archived
        );
        let below = admin.territory("Street", &city.id).await;
        assert_eq!(refused(below), reason("TERRITORY_PARENT_ARCHIVED"));
    }
}

#[tokio::test]
async fn territories_are_administration_and_open_to_all_who_are_signed_in() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let north = admin.territory("North", "").await.unwrap();
        let mut seller = Desk::of(&world, &world.member("salesperson").await);
        let mut stranger = Desk::new(world.link_as_stranger());
        assert_eq!(
            refused(seller.territory("Mine", "").await).0,
            Code::PermissionDenied
        );
        let take = pb::UpdateTerritoryRequest {
            territory: Some(north.clone()),
            ..Default::default()
        };
        assert_eq!(
            refused(seller.territories.update_territory(take).await).0,
            Code::PermissionDenied
        );

        let get = pb::GetTerritoryRequest { id: north.id };
        assert!(seller.territories.get_territory(get.clone()).await.is_ok());
        assert_eq!(
            refused(stranger.territories.get_territory(get).await).0,
            Code::Unauthenticated
        );
        let all = pb::ListTerritoriesRequest::default();
        assert!(
            seller
                .territories
                .list_territories(all.clone())
                .await
                .is_ok()
        );
        assert_eq!(
            refused(stranger.territories.list_territories(all).await).0,
            Code::Unauthenticated
        );
    }
}
