//! Stories of placements: what stood where in the organisation from when until when, and what is planned to.

use baton_chassis::{
    Time,
    test::{Engine, World, start},
    wire::timestamp,
};
use baton_proto::directory::v1::{self as pb, PlacementKind as Kind, PlacementState as State};
use chrono::{Duration, TimeZone as _, Utc};
use tonic::{Code, Status};

use crate::{
    answers::{mask, pairs, reason, refused, told, violations},
    directory::{Desk, world},
};

/// An id of nobody and nothing.
const NOBODY: &str = "0190163d-8694-739b-aea5-966c26f8ad90";

fn managed_by(id: &str, manager_id: &str) -> pb::UpdateTerritoryRequest {
    pb::UpdateTerritoryRequest {
        territory: Some(pb::Territory {
            id: id.into(),
            manager_id: manager_id.into(),
            ..pb::Territory::default()
        }),
        update_mask: mask(&["manager_id"]),
        ..pb::UpdateTerritoryRequest::default()
    }
}

fn moved(id: &str, parent_id: &str) -> pb::MoveTerritoryRequest {
    pb::MoveTerritoryRequest {
        id: id.into(),
        parent_id: parent_id.into(),
        ..Default::default()
    }
}

fn employed(id: &str, field: &str, place: &str) -> pb::UpdateMemberRequest {
    pb::UpdateMemberRequest {
        member: Some(pb::Member {
            id: id.into(),
            territory_id: place.into(),
            department_id: place.into(),
            ..pb::Member::default()
        }),
        update_mask: mask(&[field]),
        ..pb::UpdateMemberRequest::default()
    }
}

fn plan(kind: Kind, subject: &str, place: &str, first_day: &str) -> pb::PlanPlacementRequest {
    pb::PlanPlacementRequest {
        kind: kind.into(),
        subject_id: subject.into(),
        place_id: place.into(),
        first_day: first_day.into(),
        ..pb::PlanPlacementRequest::default()
    }
}

fn cancel(id: &str) -> pb::CancelPlacementRequest {
    pb::CancelPlacementRequest {
        id: id.into(),
        ..pb::CancelPlacementRequest::default()
    }
}

fn of_territory(id: &str) -> pb::ListPlacementsRequest {
    pb::ListPlacementsRequest {
        territory_id: id.into(),
        ..pb::ListPlacementsRequest::default()
    }
}

fn of_member(id: &str) -> pb::ListPlacementsRequest {
    pb::ListPlacementsRequest {
        member_id: id.into(),
        ..pb::ListPlacementsRequest::default()
    }
}

/// Subject, place and state of each, the latest first.
fn told_of(placements: &[pb::Placement]) -> Vec<(&str, &str, State)> {
    let each = placements.iter();
    each.map(|p| (p.subject_id.as_str(), p.place_id.as_str(), p.state()))
        .collect()
}

impl Desk {
    async fn placements(&mut self, request: pb::ListPlacementsRequest) -> Vec<pb::Placement> {
        told(self.placements.list_placements(request).await).placements
    }

    async fn plan(&mut self, request: pb::PlanPlacementRequest) -> Result<pb::Placement, Status> {
        let made = self.placements.plan_placement(request).await?;
        Ok(made.into_inner().placement.unwrap())
    }

    async fn placement(&mut self, id: &str) -> pb::Placement {
        let request = pb::GetPlacementRequest { id: id.into() };
        told(self.placements.get_placement(request).await)
            .placement
            .unwrap()
    }

    async fn manager_of(&mut self, id: &str) -> String {
        let request = pb::GetTerritoryRequest { id: id.into() };
        let territory = told(self.territories.get_territory(request).await).territory;
        territory.unwrap().manager_id
    }
}

/// A firm with one territory, a manager and a salesperson.
struct Small {
    world: World,
    admin: Desk,
    east: pb::Territory,
    manager: String,
    seller: String,
}

impl Small {
    async fn new(engine: Engine) -> Self {
        let world = Box::pin(world(engine)).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let east = admin.territory("East", "").await.unwrap();
        let manager = world.member("sales_manager").await.id.to_string();
        let seller = world.member("salesperson").await.id.to_string();
        Self {
            world,
            admin,
            east,
            manager,
            seller,
        }
    }

    async fn dismiss(&mut self, id: &str) {
        let gone = pb::DeactivateMemberRequest {
            id: id.into(),
            ..Default::default()
        };
        told(self.admin.members.deactivate_member(gone).await);
    }
}

#[tokio::test]
async fn history_writes_itself_and_tells_what_was_so_at_a_time() {
    for engine in Engine::all() {
        let Small {
            world,
            mut admin,
            east,
            manager,
            seller,
        } = Small::new(engine).await;
        let inner = admin.territory("Inner", &east.id).await.unwrap();
        world.advance(Duration::days(1)).await;
        told(
            admin
                .territories
                .update_territory(managed_by(&east.id, &manager))
                .await,
        );
        let employ = employed(&seller, "territory_id", &east.id);
        told(admin.members.update_member(employ).await);
        world.advance(Duration::days(1)).await;
        told(
            admin
                .territories
                .update_territory(managed_by(&east.id, ""))
                .await,
        );
        told(
            admin
                .territories
                .move_territory(moved(&inner.id, &east.parent_id))
                .await,
        );
        let pumps = admin.department("Pumps").await.unwrap().id;
        let employ = employed(&seller, "department_id", &pumps);
        told(admin.members.update_member(employ).await);
        // A new name moves nobody.
        let name = pb::Member {
            id: seller.clone(),
            display_name: "Renamed".into(),
            ..pb::Member::default()
        };
        let name = pb::UpdateMemberRequest {
            member: Some(name),
            update_mask: mask(&["display_name"]),
            ..pb::UpdateMemberRequest::default()
        };
        told(admin.members.update_member(name).await);

        let managers = pb::ListPlacementsRequest {
            kind: Kind::TerritoryManager.into(),
            count: true,
            ..of_territory(&east.id)
        };
        let answer = told(admin.placements.list_placements(managers.clone()).await);
        assert_eq!(answer.total_size, 2);
        let all = answer.placements;
        let east_id = east.id.as_str();
        assert_eq!(
            told_of(&all),
            [
                (east_id, "", State::InForce),
                (east_id, manager.as_str(), State::Ended),
            ]
        );
        // One follows the other without a gap.
        assert_eq!(all[1].end_time, all[0].start_time);
        assert_eq!(all[1].author_id, world.admin().await.id.to_string());
        assert_eq!(admin.placement(&all[1].id).await, all[1]);

        let at = |hours| Some(timestamp(start() + Duration::hours(hours)));
        let then = |hours, list| pb::ListPlacementsRequest {
            time: at(hours),
            ..list
        };
        // Nobody had managed it at first, which nothing says.
        assert_eq!(admin.placements(then(1, managers.clone())).await, []);
        for (hours, who) in [(25, manager.as_str()), (49, "")] {
            let held = admin.placements(then(hours, managers.clone())).await;
            assert_eq!(told_of(&held), [(east_id, who, held[0].state())], "{hours}");
        }
        let in_east = pb::ListPlacementsRequest {
            kind: Kind::MemberTerritory.into(),
            ..of_territory(east_id)
        };
        assert_eq!(admin.placements(then(1, in_east.clone())).await, []);
        let worked = admin.placements(then(30, in_east)).await;
        assert_eq!(
            told_of(&worked),
            [(seller.as_str(), east_id, State::InForce)]
        );
        let below = pb::ListPlacementsRequest {
            parent_id: east.id.clone(),
            ..pb::ListPlacementsRequest::default()
        };
        let hung = admin.placements(below).await;
        assert_eq!(told_of(&hung), [(inner.id.as_str(), east_id, State::Ended)]);
        let there = pb::ListPlacementsRequest {
            department_id: pumps.clone(),
            state: State::InForce.into(),
            ..pb::ListPlacementsRequest::default()
        };
        let there = admin.placements(there).await;
        assert_eq!(
            told_of(&there),
            [(seller.as_str(), pumps.as_str(), State::InForce)]
        );
        // What he manages is his as well, and pages go on where they ended.
        let belong = employed(&manager, "department_id", &pumps);
        told(admin.members.update_member(belong).await);
        let mut page = pb::ListPlacementsRequest {
            page_size: 1,
            ..of_member(&manager)
        };
        let mut seen = Vec::new();
        loop {
            let answer = told(admin.placements.list_placements(page.clone()).await);
            seen.extend(answer.placements);
            page.page_token = answer.next_page_token;
            if page.page_token.is_empty() {
                break;
            }
        }
        let mut kinds: Vec<_> = seen.iter().map(pb::Placement::kind).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, [Kind::TerritoryManager, Kind::MemberDepartment]);
    }
}

/// Midnight of a day of March 2026 in Shanghai.
fn midnight(day: u32) -> Time {
    Utc.with_ymd_and_hms(2026, 3, day - 1, 16, 0, 0).unwrap()
}

#[tokio::test]
async fn a_plan_is_carried_out_on_its_day_or_taken_back_before() {
    for engine in Engine::all() {
        let Small {
            world,
            mut admin,
            east,
            manager,
            seller,
        } = Small::new(engine).await;
        let west = admin.territory("West", "").await.unwrap();
        let pumps = admin.department("Pumps").await.unwrap().id;
        let manage = pb::PlanPlacementRequest {
            request_id: "plan-1".into(),
            ..plan(Kind::TerritoryManager, &east.id, &manager, "2026-03-04")
        };
        let made = admin.plan(manage.clone()).await.unwrap();
        assert_eq!(made.state(), State::Planned);
        assert_eq!(made.start_time, Some(timestamp(midnight(4))));
        assert_eq!(admin.plan(manage).await.unwrap(), made);
        for wanted in [
            plan(Kind::MemberTerritory, &seller, &east.id, "2026-03-04"),
            plan(Kind::MemberDepartment, &seller, &pumps, "2026-03-04"),
            plan(Kind::TerritoryParent, &west.id, &east.id, "2026-03-04"),
        ] {
            admin.plan(wanted).await.unwrap();
        }
        let back = plan(Kind::TerritoryManager, &west.id, &manager, "2026-03-04");
        let back = admin.plan(back).await.unwrap();
        let stale = pb::CancelPlacementRequest {
            etag: "9".into(),
            ..cancel(&back.id)
        };
        assert_eq!(
            refused(admin.placements.cancel_placement(stale).await).0,
            Code::Aborted
        );
        let gone = told(admin.placements.cancel_placement(cancel(&back.id)).await);
        assert_eq!(gone.placement.unwrap().state(), State::Cancelled);
        assert_eq!(
            reason(admin.placements.cancel_placement(cancel(&back.id)).await),
            "PLACEMENT_NOT_PLANNED"
        );

        // It is the evening of the third in Shanghai: nothing has changed, and nothing planned counts as what was so.
        world.advance(Duration::hours(38)).await;
        assert_eq!(admin.manager_of(&east.id).await, "");
        let soon = pb::ListPlacementsRequest {
            kind: Kind::TerritoryManager.into(),
            time: Some(timestamp(midnight(9))),
            ..of_territory(&east.id)
        };
        assert_eq!(admin.placements(soon).await, []);

        world.advance(Duration::hours(2)).await;
        assert_eq!(admin.manager_of(&east.id).await, manager);
        assert_eq!(admin.manager_of(&west.id).await, "");
        let member = admin.member(&seller).await;
        assert_eq!(
            (member.territory_id, member.department_id),
            (east.id.clone(), pumps)
        );
        let now = admin.placement(&made.id).await;
        assert_eq!(now.state(), State::InForce);
        assert_eq!(now.start_time, made.start_time);
        let gone = admin.placement(&back.id).await;
        assert_eq!((gone.state(), gone.end_time), (State::Cancelled, None));
        let hangs = pb::ListPlacementsRequest {
            kind: Kind::TerritoryParent.into(),
            state: State::InForce.into(),
            ..of_territory(&west.id)
        };
        let hangs = admin.placements(hangs).await;
        let expected = (west.id.as_str(), east.id.as_str(), State::InForce);
        assert_eq!(told_of(&hangs), [expected]);
        assert_eq!(hangs[0].start_time, Some(timestamp(midnight(4))));
        // The salesperson is seen to work there by every service: the change was said as if by hand.
        let people = world.context("directory").people.snapshot().await.unwrap();
        let known = people.member(seller.parse().unwrap()).unwrap();
        assert_eq!(known.territory, Some(east.id.parse().unwrap()));
    }
}

#[tokio::test]
async fn plans_are_for_administration_and_history_is_for_everybody() {
    for engine in Engine::all() {
        let mut firm = Small::new(engine).await;
        let wanted = plan(
            Kind::TerritoryManager,
            &firm.east.id,
            &firm.manager,
            "2026-03-04",
        );
        let made = firm.admin.plan(wanted.clone()).await.unwrap();
        let seller = firm.world.member("salesperson").await;
        let mut hers = Desk::of(&firm.world, &seller);
        assert_eq!(refused(hers.plan(wanted).await).0, Code::PermissionDenied);
        assert_eq!(
            refused(hers.placements.cancel_placement(cancel(&made.id)).await).0,
            Code::PermissionDenied
        );
        assert_eq!(hers.placement(&made.id).await, made);
        assert_eq!(hers.placements(of_member(&firm.manager)).await[0], made);
        let nobody = pb::GetPlacementRequest { id: NOBODY.into() };
        assert_eq!(
            refused(hers.placements.get_placement(nobody).await).0,
            Code::NotFound
        );
        let wrong = pb::ListPlacementsRequest {
            kind: 99,
            department_id: "x".into(),
            state: 99,
            ..of_territory("y")
        };
        assert_eq!(
            violations(hers.placements.list_placements(wrong).await),
            pairs(&[
                ("kind", "CHOICE_UNKNOWN"),
                ("territory_id", "ID_MALFORMED"),
                ("department_id", "ID_MALFORMED"),
                ("state", "CHOICE_UNKNOWN"),
            ])
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_plan_is_told_at_its_fields() {
    for engine in Engine::all() {
        let mut firm = Small::new(engine).await;
        let inner = firm.admin.territory("Inner", &firm.east.id).await.unwrap();
        let (east, manager, seller) =
            (firm.east.clone(), firm.manager.clone(), firm.seller.clone());
        firm.dismiss(&seller).await;
        let day = "2026-03-04";
        let cases = [
            (
                pb::PlanPlacementRequest::default(),
                pairs(&[
                    ("kind", "REQUIRED"),
                    ("subject_id", "REQUIRED"),
                    ("first_day", "REQUIRED"),
                ]),
            ),
            // Who has left, nowhere, today.
            (
                plan(Kind::MemberTerritory, &seller, NOBODY, "2026-03-02"),
                pairs(&[
                    ("first_day", "DAY_NOT_AHEAD"),
                    ("subject_id", "MEMBER_NOT_ACTIVE"),
                    ("place_id", "TERRITORY_NOT_IN_USE"),
                ]),
            ),
            (
                plan(Kind::MemberDepartment, &manager, NOBODY, day),
                pairs(&[("place_id", "DEPARTMENT_NOT_IN_USE")]),
            ),
            (
                plan(Kind::TerritoryManager, NOBODY, &seller, day),
                pairs(&[
                    ("subject_id", "TERRITORY_NOT_IN_USE"),
                    ("place_id", "MEMBER_NOT_ACTIVE"),
                ]),
            ),
            (
                plan(Kind::TerritoryParent, &east.id, "", day),
                pairs(&[("place_id", "REQUIRED")]),
            ),
            (
                plan(Kind::TerritoryParent, &east.id, &inner.id, day),
                pairs(&[("place_id", "TERRITORY_WITHIN_ITSELF")]),
            ),
            (
                plan(Kind::TerritoryParent, &east.parent_id, &inner.id, day),
                pairs(&[("subject_id", "TERRITORY_IS_ROOT")]),
            ),
            (
                plan(Kind::TerritoryParent, &inner.id, &east.id, day),
                pairs(&[("place_id", "PLACE_UNCHANGED")]),
            ),
        ];
        for (wanted, expected) in cases {
            assert_eq!(
                violations(firm.admin.plan(wanted.clone()).await),
                expected,
                "{wanted:?}"
            );
        }

        // Plans are seen one after the other: the second of a day, and what the first one makes so.
        let admin = &mut firm.admin;
        let manage = |who: &str, day| plan(Kind::TerritoryManager, &east.id, who, day);
        admin.plan(manage(&manager, day)).await.unwrap();
        assert_eq!(
            violations(admin.plan(manage("", day)).await),
            pairs(&[("first_day", "DAY_PLANNED")])
        );
        assert_eq!(
            violations(admin.plan(manage(&manager, "2026-03-09")).await),
            pairs(&[("place_id", "PLACE_UNCHANGED")])
        );
        admin.plan(manage("", "2026-03-09")).await.unwrap();
        // A name that is taken there.
        let twin = admin.territory("Inner", "").await.unwrap();
        let below = plan(Kind::TerritoryParent, &twin.id, &east.id, day);
        assert_eq!(
            violations(admin.plan(below).await),
            pairs(&[("place_id", "NAME_TAKEN")])
        );
    }
}

#[tokio::test]
async fn a_plan_that_cannot_be_carried_out_on_its_day_is_refused_and_stays_to_be_seen() {
    for engine in Engine::all() {
        let mut firm = Small::new(engine).await;
        let (east, manager, seller) =
            (firm.east.clone(), firm.manager.clone(), firm.seller.clone());
        let west = firm.admin.territory("West", "").await.unwrap();
        let away = firm.admin.territory("Away", "").await.unwrap();
        let other = firm.world.member("salesperson").await.id.to_string();
        let day = "2026-03-04";
        let plans = [
            (
                plan(Kind::TerritoryParent, &west.id, &east.id, day),
                "TERRITORY_CYCLE",
            ),
            (
                plan(Kind::TerritoryManager, &east.id, &manager, day),
                "MEMBER_NOT_ACTIVE",
            ),
            (
                plan(Kind::MemberTerritory, &manager, &east.id, day),
                "MEMBER_INACTIVE",
            ),
            (
                plan(Kind::MemberTerritory, &seller, &away.id, day),
                "TERRITORY_NOT_IN_USE",
            ),
            (
                plan(Kind::TerritoryManager, &away.id, &seller, day),
                "TERRITORY_ARCHIVED",
            ),
        ];
        let mut made = Vec::new();
        for (wanted, why) in plans {
            made.push((firm.admin.plan(wanted).await.unwrap().id, why));
        }
        let fine = plan(Kind::TerritoryManager, &west.id, &other, day);
        let fine = firm.admin.plan(fine).await.unwrap().id;
        // What came between.
        told(
            firm.admin
                .territories
                .move_territory(moved(&east.id, &west.id))
                .await,
        );
        firm.dismiss(&manager).await;
        let archive = pb::ArchiveTerritoryRequest {
            id: away.id.clone(),
            ..Default::default()
        };
        told(firm.admin.territories.archive_territory(archive).await);
        firm.world.advance(Duration::days(2)).await;

        for (id, why) in made {
            let placement = firm.admin.placement(&id).await;
            assert_eq!(placement.state(), State::Refused, "{why}");
            assert_eq!(placement.refusal_reason, why);
            assert!(
                !placement.refusal.is_empty() && placement.refusal != why,
                "{why}"
            );
            assert_eq!(placement.end_time, None);
        }
        // What was in force still is, and another plan of the day was not held up.
        assert_eq!(firm.admin.placement(&fine).await.state(), State::InForce);
        let held = pb::ListPlacementsRequest {
            state: State::InForce.into(),
            ..of_member(&seller)
        };
        let held = firm.admin.placements(held).await;
        assert_eq!(held, [], "he never was anywhere");
        let refused = pb::ListPlacementsRequest {
            state: State::Refused.into(),
            count: true,
            ..pb::ListPlacementsRequest::default()
        };
        assert_eq!(
            told(firm.admin.placements.list_placements(refused).await).total_size,
            5
        );
    }
}

#[tokio::test]
async fn a_plan_that_is_so_already_on_its_day_takes_over_from_what_says_the_same() {
    for engine in Engine::all() {
        let mut firm = Small::new(engine).await;
        let (east, manager) = (firm.east.clone(), firm.manager.clone());
        let wanted = plan(Kind::TerritoryManager, &east.id, &manager, "2026-03-04");
        let made = firm.admin.plan(wanted).await.unwrap();
        firm.world.advance(Duration::hours(1)).await;
        told(
            firm.admin
                .territories
                .update_territory(managed_by(&east.id, &manager))
                .await,
        );
        let version = |t: pb::UpdateTerritoryResponse| t.territory.unwrap().etag;
        let again = managed_by(&east.id, &manager);
        let before = version(told(
            firm.admin.territories.update_territory(again.clone()).await,
        ));
        firm.world.advance(Duration::days(2)).await;
        let managers = pb::ListPlacementsRequest {
            kind: Kind::TerritoryManager.into(),
            ..of_territory(&east.id)
        };
        let all = firm.admin.placements(managers).await;
        let (id, who) = (east.id.as_str(), manager.as_str());
        assert_eq!(
            told_of(&all),
            [(id, who, State::InForce), (id, who, State::Ended),]
        );
        assert_eq!(all[0].id, made.id);
        assert_eq!(all[1].end_time, made.start_time);
        // Of the territory nothing changed.
        let after = version(told(firm.admin.territories.update_territory(again).await));
        assert_eq!(before, after);
    }
}

#[tokio::test]
async fn what_stood_where_before_history_was_kept_is_noted_once() {
    for engine in Engine::all() {
        let mut firm = Small::new(engine).await;
        told(
            firm.admin
                .territories
                .update_territory(managed_by(&firm.east.id, &firm.manager))
                .await,
        );
        // As a firm that is older than its history.
        let directory = firm.world.context("directory").clone();
        let forget = async |tx: &mut baton_chassis::db::Tx| {
            tx.sql("delete from placement").execute().await?;
            tx.sql("delete from placement_begun").execute().await
        };
        directory.db.write(forget).await.unwrap();
        let found = baton_directory::first_run::found;
        found(directory.clone()).await.unwrap();
        let all = || pb::ListPlacementsRequest {
            count: true,
            ..pb::ListPlacementsRequest::default()
        };
        let noted = told(firm.admin.placements.list_placements(all()).await);
        // Where the East hangs and who manages it; nobody else is anywhere.
        assert_eq!(noted.total_size, 2);
        let unknown = |p: &pb::Placement| {
            p.start_time.is_none() && p.state() == State::InForce && p.author_id.is_empty()
        };
        assert!(noted.placements.iter().all(unknown));
        let long_ago = pb::ListPlacementsRequest {
            kind: Kind::TerritoryManager.into(),
            time: Some(timestamp(start() - Duration::days(999))),
            ..of_territory(&firm.east.id)
        };
        let held = firm.admin.placements(long_ago).await;
        let expected = (firm.east.id.as_str(), firm.manager.as_str(), State::InForce);
        assert_eq!(told_of(&held), [expected]);

        told(
            firm.admin
                .territories
                .update_territory(managed_by(&firm.east.id, ""))
                .await,
        );
        found(directory).await.unwrap();
        let noted = told(firm.admin.placements.list_placements(all()).await);
        assert_eq!(noted.total_size, 3);
    }
}
