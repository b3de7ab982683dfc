//! Stories of somebody who leaves: what he holds goes to his successors, all of it, and back again if it was wrong. How it is
//! planned is told in `directory_leaver_plans`.

use baton_chassis::{
    Error, Result as Done,
    link::Link,
    operation::{Next, Step, StepFn},
    test::{Engine, Person},
};
use baton_directory::leaving;
use baton_proto::{
    customer::v1 as customer,
    directory::v1::{
        self as pb, Function, LeaverHandoverState as State,
        leaver_handover_service_client::LeaverHandoverServiceClient,
    },
    holding::v1::{
        ListHoldingsRequest, SurveyHoldingsRequest, holding_service_client::HoldingServiceClient,
    },
    r#type::v1::HandoffState,
};
use chrono::Duration;
use futures_util::future::BoxFuture;
use tonic::{Code, Status};

use crate::{
    answers::{mask, reason, refused, told},
    commerce::{self, account},
    customer::about,
    directory::Desk,
    directory_keys as keys, insight_funnel,
    marketing::Firm,
    sales, sales_funnel, sales_projects as projects,
};

pub(crate) fn desk(firm: &Firm, who: &Person) -> LeaverHandoverServiceClient<Link> {
    LeaverHandoverServiceClient::new(firm.world.link_as(who))
}

pub(crate) fn plan(leaver: &Person, successor: &Person) -> pb::LeaverHandover {
    pb::LeaverHandover {
        member_id: leaver.id.to_string(),
        successor_id: successor.id.to_string(),
        note: "goes to another firm".into(),
        ..pb::LeaverHandover::default()
    }
}

pub(crate) async fn create(
    firm: &Firm,
    who: &Person,
    plan: pb::LeaverHandover,
) -> Result<pb::LeaverHandover, Status> {
    let request = pb::CreateLeaverHandoverRequest {
        leaver_handover: Some(plan),
        ..Default::default()
    };
    let made = desk(firm, who).create_leaver_handover(request).await?;
    Ok(made.into_inner().leaver_handover.unwrap())
}

pub(crate) async fn get(firm: &Firm, id: &str) -> pb::LeaverHandover {
    let request = pb::GetLeaverHandoverRequest { id: id.into() };
    let answer = desk(firm, &firm.boss).get_leaver_handover(request).await;
    told(answer).leaver_handover.unwrap()
}

pub(crate) async fn execute(
    firm: &Firm,
    who: &Person,
    id: &str,
) -> Result<pb::LeaverHandover, Status> {
    let request = pb::ExecuteLeaverHandoverRequest {
        id: id.into(),
        ..Default::default()
    };
    let answer = desk(firm, who).execute_leaver_handover(request).await?;
    firm.world.settle().await;
    Ok(answer.into_inner().leaver_handover.unwrap())
}

pub(crate) async fn roll_back(
    firm: &Firm,
    who: &Person,
    id: &str,
) -> Result<pb::LeaverHandover, Status> {
    let request = pb::RollBackLeaverHandoverRequest {
        id: id.into(),
        ..Default::default()
    };
    let answer = desk(firm, who).roll_back_leaver_handover(request).await?;
    firm.world.settle().await;
    Ok(answer.into_inner().leaver_handover.unwrap())
}

pub(crate) async fn preview(firm: &Firm, id: &str) -> pb::PreviewLeaverHandoverResponse {
    let request = pb::PreviewLeaverHandoverRequest { id: id.into() };
    told(
        desk(firm, &firm.boss)
            .preview_leaver_handover(request)
            .await,
    )
}

/// The report as (kind, successor, planned, moved, restored, kept).
fn report(h: &pb::LeaverHandover) -> Vec<(String, String, i64, i64, i64, i64)> {
    let line = |l: &pb::LeaverReportLine| {
        let planned = l.planned_open + l.planned_closed;
        let ids = (l.kind.clone(), l.successor_id.clone());
        (ids.0, ids.1, planned, l.moved, l.restored, l.kept)
    };
    let mut lines: Vec<_> = h.report.iter().map(line).collect();
    lines.sort();
    lines
}

/// What a salesperson has after some months.
struct Holdings {
    account: String,
    contact: String,
    follow_up: String,
    open_lead: String,
    lost_lead: String,
    offered_lead: String,
    deal: String,
    won: String,
    project: String,
    contract: String,
    order: String,
}

const KINDS: [(&str, i64); 7] = [
    ("ACCOUNT", 4),
    ("CONTRACT", 1),
    ("FOLLOW_UP", 1),
    ("LEAD", 3),
    ("OPPORTUNITY", 2),
    ("ORDER", 1),
    ("PROJECT", 1),
];

impl Holdings {
    async fn of(firm: &Firm, who: &Person) -> Self {
        let world = &firm.world;
        let account = account(world, who, "Acme").await;
        let contact = customer::CreateContactRequest {
            contact: Some(customer::Contact {
                party_id: account.clone(),
                name: "韩梅梅".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let mut contacts =
            customer::contact_service_client::ContactServiceClient::new(world.link_as(who));
        let contact = told(contacts.create_contact(contact).await)
            .contact
            .unwrap()
            .id;
        let lost_lead = lead_of(firm, who).await;
        let disqualify = baton_proto::marketing::v1::DisqualifyLeadRequest {
            id: lost_lead.clone(),
            reason: baton_proto::marketing::v1::DisqualifyReason::NoDemand.into(),
            ..Default::default()
        };
        told(firm.leads(who).disqualify_lead(disqualify).await);
        let offered_lead = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &offered_lead).await.unwrap();
        firm.assign(&firm.manager, &offered_lead, who)
            .await
            .unwrap();
        let open_lead = lead_of(firm, who).await;
        let deal = sales::create(world, who, sales::ten_servers(&account))
            .await
            .id;
        let won = sales::create(world, who, sales::ten_servers(&account))
            .await
            .id;
        sales::win(world, who, &won).await;
        let project = projects::create(world, who, projects::plant(&account)).await;
        world.settle().await;
        Self {
            follow_up: follow_up(firm, who, &account).await,
            contract: commerce::contract(world, who, &account).await.id,
            order: commerce::order(world, who, &account).await.id,
            project: project.id,
            account,
            contact,
            open_lead,
            lost_lead,
            offered_lead,
            deal,
            won,
        }
    }

    /// Who has each of them, as one who may see everything is told.
    async fn owners(&self, firm: &Firm) -> Vec<(&'static str, String)> {
        let (world, boss) = (&firm.world, &firm.boss);
        let follow_up = customer::GetFollowUpRequest {
            id: self.follow_up.clone(),
        };
        let person = customer::GetContactRequest {
            id: self.contact.clone(),
        };
        let mut follow_ups =
            customer::follow_up_service_client::FollowUpServiceClient::new(world.link_as(boss));
        let mut contacts =
            customer::contact_service_client::ContactServiceClient::new(world.link_as(boss));
        told(contacts.get_contact(person).await);
        let contract = baton_proto::commerce::v1::GetContractRequest {
            id: self.contract.clone(),
        };
        let order = baton_proto::commerce::v1::GetOrderRequest {
            id: self.order.clone(),
        };
        let contract = commerce::contracts(world, boss)
            .get_contract(contract)
            .await;
        let order = commerce::orders(world, boss).get_order(order).await;
        vec![
            ("account", firm.party(&self.account).await.owner_id),
            (
                "follow-up",
                told(follow_ups.get_follow_up(follow_up).await)
                    .follow_up
                    .unwrap()
                    .owner_id,
            ),
            ("open lead", firm.get(boss, &self.open_lead).await.owner_id),
            ("lost lead", firm.get(boss, &self.lost_lead).await.owner_id),
            (
                "offered lead",
                firm.get(boss, &self.offered_lead).await.owner_id,
            ),
            ("deal", sales::get(world, boss, &self.deal).await.owner_id),
            (
                "won deal",
                sales::get(world, boss, &self.won).await.owner_id,
            ),
            (
                "project",
                projects::get(world, boss, &self.project).await.owner_id,
            ),
            ("contract", told(contract).contract.unwrap().owner_id),
            ("order", told(order).order.unwrap().owner_id),
        ]
    }
}

/// A lead that somebody took in himself.
async fn lead_of(firm: &Firm, who: &Person) -> String {
    firm.lead(who).await.id
}

async fn follow_up(firm: &Firm, who: &Person, party: &str) -> String {
    let due = firm.world.context("customer").clock.now() + Duration::days(2);
    let follow_up = customer::FollowUp {
        about: about("ACCOUNT", party),
        title: "call 韩梅梅 back".into(),
        due_time: Some(baton_chassis::wire::timestamp(due)),
        ..Default::default()
    };
    let request = customer::CreateFollowUpRequest {
        follow_up: Some(follow_up),
        ..Default::default()
    };
    let mut desk =
        customer::follow_up_service_client::FollowUpServiceClient::new(firm.world.link_as(who));
    told(desk.create_follow_up(request).await)
        .follow_up
        .unwrap()
        .id
}

fn all_with(who: &Person) -> impl Fn(Vec<(&'static str, String)>) + '_ {
    |owners| {
        for (what, owner) in owners {
            assert_eq!(owner, who.id.to_string(), "{what}");
        }
    }
}

#[tokio::test]
async fn everything_goes_to_the_successor_and_nothing_is_left() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let heir = firm.world.member_in("salesperson", Some(firm.east)).await;
        let held = Holdings::of(&firm, &firm.seller).await;
        let stages = sales::visits(&firm.world, &firm.boss, &held.deal).await;
        let made = create(&firm, &firm.boss, plan(&firm.seller, &heir))
            .await
            .unwrap();
        assert_eq!(made.state(), State::Planned);

        let seen = preview(&firm, &made.id).await;
        let planned: i64 = seen
            .lines
            .iter()
            .map(|l| l.planned_open + l.planned_closed)
            .sum();
        let closed: i64 = seen.lines.iter().map(|l| l.planned_closed).sum();
        assert_eq!(
            (planned, closed),
            (KINDS.iter().map(|(_, n)| n).sum(), 2),
            "{seen:?}"
        );
        assert_eq!(seen.conflicts, []);
        assert_eq!(
            get(&firm, &made.id).await,
            made,
            "a preview changes nothing"
        );

        let ended = execute(&firm, &firm.boss, &made.id).await.unwrap();
        assert_ne!(ended.state(), State::Planned);
        let done = get(&firm, &made.id).await;
        assert_eq!(done.state(), State::Done, "{done:?}");
        let to = heir.id.to_string();
        let expected = KINDS.map(|(kind, n)| (kind.to_owned(), to.clone(), n, n, 0, 0));
        assert_eq!(report(&done), expected);
        all_with(&heir)(held.owners(&firm).await);
        let path = |visits: Vec<baton_proto::sales::v1::StageVisit>| {
            let visits = visits.into_iter().map(|mut visit| {
                visit.credit_id.clear();
                visit
            });
            visits.collect::<Vec<_>>()
        };
        let after = sales::visits(&firm.world, &firm.boss, &held.deal).await;
        assert_eq!(path(after), path(stages));
        // Who waited for an answer waits for it from the successor, and what was closed is as it was.
        let handoffs = firm.handoffs(&firm.boss, &held.offered_lead).await;
        let waiting = handoffs
            .iter()
            .find(|h| h.state() == HandoffState::Offered)
            .unwrap();
        assert_eq!(waiting.to_member_id, to);
        firm.receive(&heir, &held.offered_lead).await.unwrap();
        assert_eq!(
            firm.get(&heir, &held.lost_lead).await.quality(),
            baton_proto::marketing::v1::LeadQuality::Disqualified
        );
        assert_eq!(preview(&firm, &made.id).await.lines, [], "nothing is left");
    }
}

/// Of the deals and visits that count for somebody: the ways in which the visits ended, then deals won, lost and open; and of
/// the chain, leads and deals.
async fn figures(firm: &Firm, whom: &Person) -> (Vec<[i64; 5]>, [i64; 3], Vec<[i64; 6]>) {
    let asked = baton_proto::sales::v1::GetStageFunnelRequest {
        owner_id: whom.id.to_string(),
        ..Default::default()
    };
    let stages = sales_funnel::opens(&firm.world, &firm.boss, &asked).await;
    let visits = stages.stages.iter();
    let visits = visits.map(|s| [s.entered, s.moved_on, s.won, s.lost, s.open]);
    let of_deals = stages.deals.clone().unwrap();
    let asked = baton_proto::insight::v1::GetChainFunnelRequest {
        owner_id: whom.id.to_string(),
        ..Default::default()
    };
    let chain = insight_funnel::opens(&firm.world, &firm.boss, &asked).await;
    (
        visits.collect(),
        [of_deals.won, of_deals.lost, of_deals.open],
        insight_funnel::counts(&chain)[..2].to_vec(),
    )
}

#[tokio::test]
async fn what_he_won_and_lost_stays_to_his_credit() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, seller) = (&firm.world, &firm.seller);
        let heir = world.member_in("salesperson", Some(firm.east)).await;
        let steps = sales::stages(world, &firm.boss).await;
        let [won, lost, going] = [
            sales::open(world, seller).await.id,
            sales::open(world, seller).await.id,
            sales::open(world, seller).await.id,
        ];
        sales::win(world, seller, &won).await;
        sales_funnel::lose(world, seller, &lost).await;
        sales_funnel::go(world, seller, &going, &steps[1]).await;
        let lead = lead_of(&firm, seller).await;
        let his = figures(&firm, seller).await;
        assert_eq!(his.0[..2], [[3, 1, 1, 1, 0], [1, 0, 0, 0, 1]]);
        assert_eq!(his.1, [1, 1, 1]);
        assert_eq!(his.2, [[1, 0, 0, 0, 0, 1], [3, 0, 0, 1, 1, 1]]);

        let made = create(&firm, &firm.boss, plan(seller, &heir)).await;
        execute(&firm, &firm.boss, &made.unwrap().id).await.unwrap();
        for id in [&won, &lost, &going] {
            let owner = sales::get(world, &firm.boss, id).await.owner_id;
            assert_eq!(owner, heir.id.to_string());
        }
        assert_eq!(
            firm.get(&firm.boss, &lead).await.owner_id,
            heir.id.to_string()
        );
        let left = figures(&firm, seller).await;
        assert_eq!(left.0[..2], [[3, 1, 1, 1, 0], [0, 0, 0, 0, 0]]);
        assert_eq!(left.1, [1, 1, 0], "what was open counts for the successor");
        assert_eq!(left.2, [[0, 0, 0, 0, 0, 0], [2, 0, 0, 1, 1, 0]]);
        let taken = figures(&firm, &heir).await;
        assert_eq!(taken.0[..2], [[0, 0, 0, 0, 0], [1, 0, 0, 0, 1]]);
        assert_eq!(taken.1, [0, 0, 1]);
        assert_eq!(taken.2, [[1, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 1]]);
        // What the successor wins is his.
        sales::win(world, &heir, &going).await;
        assert_eq!(figures(&firm, seller).await, left);
        assert_eq!(figures(&firm, &heir).await.1, [1, 0, 0]);
        let deal = sales::get(world, &firm.boss, &won).await;
        assert_eq!(deal.credit_id, seller.id.to_string());
    }
}

#[tokio::test]
async fn his_access_ends_in_the_same_moment() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let heir = firm.world.member_in("salesperson", Some(firm.east)).await;
        let lead = lead_of(&firm, &firm.seller).await;
        let made = create(&firm, &firm.boss, plan(&firm.seller, &heir))
            .await
            .unwrap();
        execute(&firm, &firm.boss, &made.id).await.unwrap();
        let get = baton_proto::marketing::v1::GetLeadRequest { id: lead };
        let refused = refused(firm.leads(&firm.seller).get_lead(get).await);
        assert_eq!(refused.0, Code::Unauthenticated);
        let member = Desk::of(&firm.world, &firm.boss)
            .member(&firm.seller.id.to_string())
            .await;
        assert_eq!(member.state(), pb::MemberState::Inactive);
    }
}

#[tokio::test]
async fn his_keys_are_taken_back_and_stay_so_when_he_comes_back() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let heir = world.member("salesperson").await;
        let mut seller = Desk::of(world, &firm.seller);
        let wanted = keys::wanted(world, &[(Function::Sales, pb::Access::Read)]);
        let (_, key) = keys::make(&mut seller, wanted).await;
        keys::exchange(world, &key).await.unwrap();
        let made = create(&firm, &firm.boss, plan(&firm.seller, &heir))
            .await
            .unwrap();
        execute(&firm, &firm.boss, &made.id).await.unwrap();
        roll_back(&firm, &firm.boss, &made.id).await.unwrap();
        assert_eq!(get(&firm, &made.id).await.state(), State::RolledBack);
        let refused = refused(keys::exchange(world, &key).await);
        assert_eq!(refused.0, Code::Unauthenticated);
    }
}

#[tokio::test]
async fn rules_say_who_takes_over_what() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let [heir, key, leads] = [
            world.member_in("salesperson", Some(firm.east)).await,
            world.member_in("salesperson", Some(firm.east)).await,
            world.member_in("salesperson", Some(firm.east)).await,
        ];
        let [small, big] = [
            account(world, &firm.seller, "Small").await,
            account(world, &firm.seller, "Big").await,
        ];
        let deal = sales::create(world, &firm.seller, sales::ten_servers(&big))
            .await
            .id;
        let own = sales::create(world, &firm.seller, sales::ten_servers(&small))
            .await
            .id;
        let order = commerce::order(world, &firm.seller, &big).await.id;
        let lead = lead_of(&firm, &firm.seller).await;
        let rule = |successor: &Person| pb::LeaverRule {
            successor_id: successor.id.to_string(),
            ..pb::LeaverRule::default()
        };
        let rules = vec![
            pb::LeaverRule {
                object_id: order.clone(),
                ..rule(&leads)
            },
            pb::LeaverRule {
                party_id: big.clone(),
                ..rule(&key)
            },
            pb::LeaverRule {
                kind: "LEAD".into(),
                ..rule(&leads)
            },
        ];
        let asked = pb::LeaverHandover {
            rules,
            ..plan(&firm.seller, &heir)
        };
        let made = create(&firm, &firm.boss, asked).await.unwrap();
        let list = pb::ListHeldRecordsRequest {
            id: made.id.clone(),
            kind: "OPPORTUNITY".into(),
            page_size: 1,
            ..Default::default()
        };
        let mut desk = desk(&firm, &firm.boss);
        let first = told(desk.list_held_records(list.clone()).await);
        let rest = pb::ListHeldRecordsRequest {
            page_token: first.next_page_token.clone(),
            ..list
        };
        let rest = told(desk.list_held_records(rest).await);
        assert_eq!(rest.next_page_token, "");
        let mut shown: Vec<_> = first.records.iter().chain(&rest.records).collect();
        shown.sort_by_key(|r| r.id != deal);
        let shown: Vec<_> = shown
            .iter()
            .map(|r| (&r.id, &r.successor_id, r.title.as_str()))
            .collect();
        let (key_id, heir_id) = (key.id.to_string(), heir.id.to_string());
        assert_eq!(
            shown,
            [
                (&deal, &key_id, "Ten servers"),
                (&own, &heir_id, "Ten servers")
            ]
        );

        execute(&firm, &firm.boss, &made.id).await.unwrap();
        let owner = async |id: &str| sales::get(world, &firm.boss, id).await.owner_id;
        assert_eq!(
            (owner(&deal).await, owner(&own).await),
            (key_id.clone(), heir_id.clone())
        );
        assert_eq!(firm.party(&big).await.owner_id, key_id);
        assert_eq!(firm.party(&small).await.owner_id, heir_id);
        assert_eq!(
            firm.get(&firm.boss, &lead).await.owner_id,
            leads.id.to_string()
        );
    }
}

#[tokio::test]
async fn a_handover_goes_back_but_for_what_somebody_else_has_by_now() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let heir = world.member_in("salesperson", Some(firm.east)).await;
        let third = world.member_in("salesperson", Some(firm.east)).await;
        let held = Holdings::of(&firm, &firm.seller).await;
        let own = sales::open(world, &heir).await.id;
        let made = create(&firm, &firm.boss, plan(&firm.seller, &heir))
            .await
            .unwrap();
        execute(&firm, &firm.boss, &made.id).await.unwrap();
        let update = baton_proto::sales::v1::UpdateOpportunityRequest {
            opportunity: Some(baton_proto::sales::v1::Opportunity {
                id: held.deal.clone(),
                owner_id: third.id.to_string(),
                ..Default::default()
            }),
            update_mask: mask(&["owner_id"]),
            ..Default::default()
        };
        told(
            sales::deals(world, &firm.boss)
                .update_opportunity(update)
                .await,
        );

        roll_back(&firm, &firm.boss, &made.id).await.unwrap();
        let back = get(&firm, &made.id).await;
        assert_eq!(back.state(), State::RolledBack, "{back:?}");
        let sum = |of: fn(&pb::LeaverReportLine) -> i64| back.report.iter().map(of).sum::<i64>();
        assert_eq!(
            (sum(|l| l.moved), sum(|l| l.restored), sum(|l| l.kept)),
            (13, 12, 1)
        );
        for (what, owner) in held.owners(&firm).await {
            let expected = if what == "deal" { &third } else { &firm.seller };
            assert_eq!(owner, expected.id.to_string(), "{what}");
        }
        assert_eq!(
            sales::get(world, &firm.boss, &own).await.owner_id,
            heir.id.to_string()
        );
        let handoffs = firm.handoffs(&firm.boss, &held.offered_lead).await;
        let waiting = handoffs
            .iter()
            .find(|h| h.state() == HandoffState::Offered)
            .unwrap();
        assert_eq!(waiting.to_member_id, firm.seller.id.to_string());
        let member = Desk::of(world, &firm.boss)
            .member(&firm.seller.id.to_string())
            .await;
        assert_eq!(member.state(), pb::MemberState::Active);
        let again = roll_back(&firm, &firm.boss, &made.id).await;
        assert_eq!(reason(again), "LEAVER_HANDOVER_NOT_DONE");
    }
}

#[tokio::test]
async fn thirty_days_later_it_stays_as_it_is() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let heir = firm.world.member("salesperson").await;
        let made = create(&firm, &firm.boss, plan(&firm.seller, &heir))
            .await
            .unwrap();
        execute(&firm, &firm.boss, &made.id).await.unwrap();
        firm.world.advance(Duration::days(31)).await;
        let late = roll_back(&firm, &firm.boss, &made.id).await;
        assert_eq!(
            refused(late),
            (Code::FailedPrecondition, "LEAVER_HANDOVER_TOO_LATE".into())
        );
    }
}

#[tokio::test]
async fn a_manager_hands_on_his_territories_too() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let heir = firm.world.member("sales_manager").await;
        let waiting = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &waiting).await.unwrap();
        let made = create(&firm, &firm.boss, plan(&firm.manager, &heir))
            .await
            .unwrap();
        let east = firm.east.to_string();
        assert_eq!(
            preview(&firm, &made.id).await.territory_ids,
            std::slice::from_ref(&east)
        );
        execute(&firm, &firm.boss, &made.id).await.unwrap();
        let done = get(&firm, &made.id).await;
        assert_eq!(
            (done.state(), &done.territory_ids),
            (State::Done, &vec![east.clone()])
        );
        let manager = async || {
            let request = pb::GetTerritoryRequest { id: east.clone() };
            let mut desk = Desk::of(&firm.world, &firm.boss);
            told(desk.territories.get_territory(request).await)
                .territory
                .unwrap()
                .manager_id
        };
        assert_eq!(manager().await, heir.id.to_string());
        firm.assign(&heir, &waiting, &firm.seller).await.unwrap();
        roll_back(&firm, &firm.boss, &made.id).await.unwrap();
        assert_eq!(manager().await, firm.manager.id.to_string());
        // Who managed it meanwhile is kept.
        let history = pb::ListPlacementsRequest {
            kind: pb::PlacementKind::TerritoryManager.into(),
            territory_id: east.clone(),
            ..pb::ListPlacementsRequest::default()
        };
        let mut desk = Desk::of(&firm.world, &firm.boss);
        let kept = told(desk.placements.list_placements(history).await).placements;
        let in_force = kept.iter().filter(|p| p.end_time.is_none());
        let managers = in_force.map(|p| p.place_id.clone()).collect::<Vec<_>>();
        assert_eq!(managers, [firm.manager.id.to_string()]);
        let heirs = kept.iter().filter(|p| p.place_id == heir.id.to_string());
        assert!(
            heirs
                .map(pb::Placement::state)
                .eq([pb::PlacementState::Ended])
        );
    }
}

/// Forgets, every second time, what it was told: as if the process had died before it wrote it down.
fn forgetful(step: &Step) -> BoxFuture<'_, Done<Next>> {
    Box::pin(async move {
        let next = leaving::hand_on(step).await;
        forget(step, next)
    })
}

fn forgetful_back(step: &Step) -> BoxFuture<'_, Done<Next>> {
    Box::pin(async move {
        let next = leaving::give_back(step).await;
        forget(step, next)
    })
}

fn forget(step: &Step, next: Done<Next>) -> Done<Next> {
    if step.operation.attempts % 2 == 1 {
        return Err(Error::Unavailable("forgotten".into()));
    }
    next
}

fn with(hand_on: StepFn, give_back: StepFn) -> Vec<baton_chassis::Service> {
    let services = baton::services()
        .into_iter()
        .map(|service| match service.name() {
            "directory" => service
                .operation(leaving::HAND_ON, hand_on, |act, operation, why| {
                    Box::pin(leaving::failed(act, operation, why))
                })
                .operation(leaving::GIVE_BACK, give_back, |act, operation, why| {
                    Box::pin(leaving::failed(act, operation, why))
                }),
            _ => service,
        });
    services.collect()
}

#[tokio::test]
async fn each_record_is_moved_once_however_often_a_step_is_forgotten() {
    for engine in Engine::all() {
        let firm = Firm::of(engine, with(forgetful, forgetful_back)).await;
        let heir = firm.world.member_in("salesperson", Some(firm.east)).await;
        let held = Holdings::of(&firm, &firm.seller).await;
        let made = create(&firm, &firm.boss, plan(&firm.seller, &heir))
            .await
            .unwrap();
        execute(&firm, &firm.boss, &made.id).await.unwrap();
        assert_eq!(get(&firm, &made.id).await.state(), State::Running);
        for _ in 0..40 {
            firm.world.advance(Duration::minutes(6)).await;
        }
        let done = get(&firm, &made.id).await;
        assert_eq!(done.state(), State::Done, "{done:?}");
        let to = heir.id.to_string();
        let expected = KINDS.map(|(kind, n)| (kind.to_owned(), to.clone(), n, n, 0, 0));
        assert_eq!(report(&done), expected);
        let versions = sales::get(&firm.world, &firm.boss, &held.deal).await.etag;
        roll_back(&firm, &firm.boss, &made.id).await.unwrap();
        for _ in 0..40 {
            firm.world.advance(Duration::minutes(6)).await;
        }
        let back = get(&firm, &made.id).await;
        assert_eq!(back.state(), State::RolledBack, "{back:?}");
        let expected = KINDS.map(|(kind, n)| (kind.to_owned(), to.clone(), n, n, n, 0));
        assert_eq!(report(&back), expected);
        assert_ne!(
            sales::get(&firm.world, &firm.boss, &held.deal).await.etag,
            versions
        );
        all_with(&firm.seller)(held.owners(&firm).await);
    }
}

#[tokio::test]
async fn what_the_services_move_is_for_the_directory_alone_to_ask() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let admin = firm.world.admin().await;
        let survey = SurveyHoldingsRequest {
            kind: "LEAD".into(),
            member_id: firm.seller.id.to_string(),
            ..Default::default()
        };
        let mut person = HoldingServiceClient::new(firm.world.link_as(&admin));
        assert_eq!(
            refused(person.survey_holdings(survey.clone()).await).0,
            Code::PermissionDenied
        );
        let mut sales =
            HoldingServiceClient::new(firm.world.link_as_service("sales", "marketing", None));
        assert_eq!(
            refused(sales.survey_holdings(survey).await).0,
            Code::PermissionDenied
        );
        // Who looks at what somebody holds has to administer, also by way of a service.
        let list = ListHoldingsRequest {
            kind: "LEAD".into(),
            member_id: firm.seller.id.to_string(),
            ..Default::default()
        };
        let link = firm
            .world
            .link_in_the_name_of(&firm.seller, "directory", "marketing");
        let refusal = HoldingServiceClient::new(link).list_holdings(list).await;
        assert_eq!(refused(refusal).0, Code::PermissionDenied);
    }
}
