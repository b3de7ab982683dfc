//! Stories of teams: who is in one sees what is the others', where what is granted to him reaches that far.

use baton_chassis::test::{Engine, World};
use baton_proto::{
    directory::v1::{self as pb, Function, GrantScope},
    sales::v1 as sales,
};
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    directory::{Desk, grant, world},
    sales::{create, deals, ten_servers, world as firm},
};

fn team(name: &str, members: &[String]) -> pb::CreateTeamRequest {
    pb::CreateTeamRequest {
        team: Some(pb::Team {
            name: name.into(),
            member_ids: members.to_vec(),
            ..pb::Team::default()
        }),
        ..pb::CreateTeamRequest::default()
    }
}

fn update(team: &pb::Team, fields: &[&str]) -> pb::UpdateTeamRequest {
    pb::UpdateTeamRequest {
        etag: team.etag.clone(),
        team: Some(team.clone()),
        update_mask: mask(fields),
        ..pb::UpdateTeamRequest::default()
    }
}

fn archive(id: &str) -> pb::ArchiveTeamRequest {
    pb::ArchiveTeamRequest {
        id: id.into(),
        ..pb::ArchiveTeamRequest::default()
    }
}

#[tokio::test]
async fn a_team_is_formed_changed_and_put_away_by_administration_alone() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let seller = world.member("salesperson").await;
        let mut desk = Desk::of(&world, &seller);
        let me = seller.id.to_string();

        assert_eq!(
            refused(desk.teams.create_team(team("North", &[])).await).0,
            Code::PermissionDenied
        );
        let nobody = uuid::Uuid::from_u128(9).to_string();
        let wrong = team("", &[me.clone(), nobody, "x".into()]);
        assert_eq!(
            violations(admin.teams.create_team(wrong).await),
            pairs(&[
                ("team.name", "REQUIRED"),
                ("team.member_ids[2]", "ID_MALFORMED"),
                ("team.member_ids[1]", "MEMBER_NOT_ACTIVE"),
            ])
        );
        let made = told(
            admin
                .teams
                .create_team(team("North", std::slice::from_ref(&me)))
                .await,
        );
        let made = made.team.unwrap();
        assert_eq!(
            violations(admin.teams.create_team(team("North", &[])).await),
            pairs(&[("team.name", "NAME_TAKEN")])
        );

        // Everybody may see who works with whom.
        let get = pb::GetTeamRequest {
            id: made.id.clone(),
        };
        assert_eq!(told(desk.teams.get_team(get).await).team.unwrap(), made);
        let unknown = pb::GetTeamRequest {
            id: uuid::Uuid::from_u128(9).to_string(),
        };
        assert_eq!(
            refused(desk.teams.get_team(unknown).await).0,
            Code::NotFound
        );
        let listed = told(desk.teams.list_teams(pb::ListTeamsRequest::default()).await);
        assert_eq!(listed.teams, std::slice::from_ref(&made));
        let strange = pb::ListTeamsRequest {
            order_by: "luck".into(),
            ..pb::ListTeamsRequest::default()
        };
        assert_eq!(
            refused(desk.teams.list_teams(strange).await).0,
            Code::InvalidArgument
        );

        // Who has left may stay in it: what was his is still the team's.
        let leaves = pb::DeactivateMemberRequest {
            id: me.clone(),
            ..pb::DeactivateMemberRequest::default()
        };
        told(admin.members.deactivate_member(leaves).await);
        let north = pb::Team {
            name: "North-east".into(),
            ..made.clone()
        };
        let renamed = told(
            admin
                .teams
                .update_team(update(&north, &["name", "member_ids"]))
                .await,
        );
        let renamed = renamed.team.unwrap();
        assert_eq!(
            (renamed.name.as_str(), &renamed.member_ids),
            ("North-east", &vec![me])
        );
        let stale = admin.teams.update_team(update(&made, &["name"])).await;
        assert_eq!(refused(stale).0, Code::Aborted);

        told(admin.teams.archive_team(archive(&made.id)).await);
        let again = admin.teams.archive_team(archive(&made.id)).await;
        assert_eq!(
            refused(again),
            (Code::FailedPrecondition, "TEAM_ARCHIVED".into())
        );
    }
}

async fn seen(world: &World, who: &baton_chassis::test::Person) -> (usize, i64) {
    let all = sales::ListOpportunitiesRequest {
        count: true,
        ..sales::ListOpportunitiesRequest::default()
    };
    let listed = told(deals(world, who).list_opportunities(all).await);
    (listed.opportunities.len(), listed.total_size)
}

#[tokio::test]
async fn who_is_in_a_team_sees_what_is_the_others_and_no_longer_than_he_is_in_it() {
    for engine in Engine::all() {
        let world = firm(engine).await;
        for function in [Function::Sales, Function::Customer] {
            grant(&world, "team_seller", function, GrantScope::Team).await;
        }
        let mut admin = Desk::of(&world, &world.admin().await);
        let [li, han, stranger] = [
            world.member("team_seller").await,
            world.member("team_seller").await,
            world.member("team_seller").await,
        ];
        let party = crate::commerce::account(&world, &li, "Company of two").await;
        let deal = create(&world, &li, ten_servers(&party)).await;
        assert_eq!(seen(&world, &han).await, (0, 0));

        let members = [li.id.to_string(), han.id.to_string()];
        let pair = told(admin.teams.create_team(team("Pair", &members)).await)
            .team
            .unwrap();
        world.settle().await;
        // Once, though it is his own and his team's.
        assert_eq!(seen(&world, &li).await, (1, 1));
        assert_eq!(seen(&world, &han).await, (1, 1));
        assert_eq!(seen(&world, &stranger).await, (0, 0));
        let rename = |name: &str| sales::UpdateOpportunityRequest {
            opportunity: Some(sales::Opportunity {
                id: deal.id.clone(),
                name: name.into(),
                ..sales::Opportunity::default()
            }),
            update_mask: mask(&["name"]),
            ..sales::UpdateOpportunityRequest::default()
        };
        told(
            deals(&world, &han)
                .update_opportunity(rename("Twelve servers"))
                .await,
        );
        let hers = deals(&world, &stranger)
            .update_opportunity(rename("Mine"))
            .await;
        assert_eq!(refused(hers).0, Code::NotFound);

        let left = pb::Team {
            member_ids: vec![li.id.to_string()],
            ..pair.clone()
        };
        told(
            admin
                .teams
                .update_team(update(&left, &["member_ids"]))
                .await,
        );
        world.settle().await;
        assert_eq!(seen(&world, &han).await, (0, 0));

        let back = pb::Team {
            etag: String::new(),
            ..pair
        };
        told(
            admin
                .teams
                .update_team(update(&back, &["member_ids"]))
                .await,
        );
        world.settle().await;
        assert_eq!(seen(&world, &han).await, (1, 1));
        told(admin.teams.archive_team(archive(&back.id)).await);
        world.settle().await;
        assert_eq!(seen(&world, &han).await, (0, 0));
    }
}
