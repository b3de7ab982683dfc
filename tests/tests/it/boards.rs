//! Stories of the boards of handoffs: what waits for whom, since when, until when, and where it goes when it is late.

use baton_chassis::{
    board::{Filter, ORDERS, list},
    db::Tx,
    handoff::{Kind, State},
    list::{Rights, Scope},
    test::{Engine, Person, World, scopes},
};
use baton_proto::{
    commerce::v1::ConfirmOrderRequest,
    directory::v1::{
        Function, GrantScope, Settings, UpdateMemberRequest,
        member_service_client::MemberServiceClient,
    },
    insight::v1::{self as pb, board_service_client::BoardServiceClient},
    r#type::v1::{Handoff, HandoffState},
};
use chrono::Duration;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    commerce::{account, order, orders},
    commerce_erp::connect,
    directory::grant,
    marketing::Firm,
    sales,
};

pub async fn board(
    world: &World,
    who: &Person,
    request: pb::ListHandoffsRequest,
) -> pb::ListHandoffsResponse {
    told(
        BoardServiceClient::new(world.link_as(who))
            .list_handoffs(request)
            .await,
    )
}

/// The board of a function, with counts.
pub fn of(function: &str) -> pb::ListHandoffsRequest {
    pb::ListHandoffsRequest {
        function: function.to_owned(),
        count: true,
        ..pb::ListHandoffsRequest::default()
    }
}

/// The board of a kind, with counts.
fn of_kind(kind: &str) -> pb::ListHandoffsRequest {
    pb::ListHandoffsRequest {
        kind: kind.to_owned(),
        count: true,
        ..pb::ListHandoffsRequest::default()
    }
}

fn handoffs(board: &pb::ListHandoffsResponse) -> Vec<Handoff> {
    let rows = board.rows.iter();
    rows.map(|r| r.handoff.clone().unwrap()).collect()
}

pub fn subjects(board: &pb::ListHandoffsResponse) -> Vec<String> {
    let all = handoffs(board).into_iter();
    all.map(|h| h.subject.unwrap().id).collect()
}

/// How many events of a type a service has said.
pub async fn said(world: &World, service: &str, kind: &str) -> i64 {
    #[derive(sqlx::FromRow)]
    struct Rows {
        n: i64,
    }
    let kind = kind.to_owned();
    let count = async move |tx: &mut Tx| {
        let rows: Rows = tx
            .sql("select count(*) as n from outbox where kind = $1")
            .bind(kind.clone())
            .one()
            .await?;
        Ok::<_, baton_chassis::Error>(rows.n)
    };
    world.context(service).db.read(count).await.unwrap()
}

#[tokio::test]
async fn a_board_shows_what_waits_for_a_function_since_when_and_until_when() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let first = firm.lead(&firm.marketer).await;
        firm.route(&firm.marketer, &first.id).await.unwrap();
        world.advance(Duration::hours(1)).await;
        let second = firm.lead(&firm.marketer).await;
        firm.route(&firm.marketer, &second.id).await.unwrap();
        world.advance(Duration::hours(1)).await;

        let routing = board(world, &firm.manager, of("ROUTING")).await;
        assert_eq!(subjects(&routing), [first.id.clone(), second.id.clone()]);
        assert_eq!((routing.waiting_size, routing.overdue_size), (2, 0));
        assert_eq!((routing.total_size, routing.total_capped), (2, false));
        let row = &routing.rows[0];
        assert_eq!(
            (row.number.as_str(), row.title.as_str()),
            (first.number.as_str(), first.title.as_str())
        );
        assert_eq!((row.visible, row.wait_s, row.overdue), (true, 7_200, false));
        let handoff = row.handoff.clone().unwrap();
        assert_eq!(handoff.from_member_id, firm.marketer.id.to_string());
        assert_eq!(handoff.to_member_id, firm.manager.id.to_string());
        let due_s = handoff.due_time.unwrap().seconds - handoff.offer_time.unwrap().seconds;
        assert_eq!(due_s, 24 * 3_600, "as the settings say");

        // Page by page it is the same.
        let mut paged = Vec::new();
        let mut request = pb::ListHandoffsRequest {
            page_size: 1,
            order_by: "offer_time".into(),
            ..of("ROUTING")
        };
        loop {
            let page = board(world, &firm.manager, request.clone()).await;
            paged.extend(subjects(&page));
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, [first.id.clone(), second.id.clone()]);

        // The giver sees what he gave; who is neither giver nor receiver sees nothing.
        assert_eq!(
            board(world, &firm.marketer, of("ROUTING"))
                .await
                .waiting_size,
            2
        );
        let seller = board(world, &firm.seller, of("ROUTING")).await;
        assert_eq!((seller.rows.len(), seller.waiting_size), (0, 0));
        assert_eq!(
            board(world, &firm.boss, of("ROUTING")).await.waiting_size,
            2
        );

        // What is taken waits no longer, and goes on to the next board.
        firm.assign(&firm.manager, &first.id, &firm.seller)
            .await
            .unwrap();
        assert_eq!(
            subjects(&board(world, &firm.manager, of("ROUTING")).await),
            [second.id]
        );
        let mine = pb::ListHandoffsRequest {
            to_me: true,
            ..of("SALES")
        };
        assert_eq!(
            subjects(&board(world, &firm.seller, mine.clone()).await),
            std::slice::from_ref(&first.id)
        );
        assert_eq!(
            subjects(&board(world, &firm.manager, of("SALES")).await),
            std::slice::from_ref(&first.id)
        );
        assert_eq!(
            board(world, &firm.manager, mine).await.total_size,
            0,
            "it is not offered to him"
        );
        let other = world.member_in("salesperson", Some(firm.east)).await;
        assert_eq!(board(world, &other, of("SALES")).await.waiting_size, 0);
        let accepted = pb::ListHandoffsRequest {
            state: HandoffState::Accepted.into(),
            ..of("ROUTING")
        };
        let accepted = board(world, &firm.manager, accepted).await;
        assert_eq!(subjects(&accepted), [first.id]);
        assert_eq!(
            (accepted.total_size, accepted.waiting_size),
            (1, 1),
            "the counts of what waits stay"
        );
        assert_eq!(
            accepted.rows[0].wait_s, 7_200,
            "it waits no longer than to its answer"
        );
    }
}

#[tokio::test]
async fn a_deal_and_an_order_are_on_the_boards_of_those_who_answer() {
    for engine in Engine::all() {
        let world = sales::world(engine).await;
        let boss = world.member("boss").await;
        let seller = sales::nothing_but_seller(&world).await;
        let deal = sales::open(&world, &seller).await;
        sales::win(&world, &seller, &deal.id).await;
        let commerce = board(&world, &boss, of("COMMERCE")).await;
        assert_eq!(subjects(&commerce), std::slice::from_ref(&deal.id));
        assert_eq!(commerce.rows[0].title, deal.name);
        assert_eq!(
            board(&world, &seller, of("COMMERCE")).await.waiting_size,
            1,
            "he gave it"
        );

        connect(&world, "tryton").await;
        let party = account(&world, &boss, "Plant").await;
        let confirmed = order(&world, &boss, &party).await;
        let request = ConfirmOrderRequest {
            id: confirmed.id.clone(),
            ..Default::default()
        };
        told(orders(&world, &boss).confirm_order(request).await);
        let erp = board(&world, &boss, of_kind("ORDER_TO_ERP")).await;
        assert_eq!(subjects(&erp), [confirmed.id]);
        assert_eq!(erp.rows[0].number, confirmed.number);
        assert_eq!(
            board(&world, &seller, of_kind("ORDER_TO_ERP"))
                .await
                .waiting_size,
            0
        );
    }
}

#[tokio::test]
async fn what_is_late_goes_up_once_to_who_manages_above() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let administrators = [world.admin().await.id, firm.boss.id].map(|id| id.to_string());
        let late = firm.lead(&firm.marketer).await.id;
        let taken = firm.lead(&firm.marketer).await.id;
        let sold = firm.lead(&firm.marketer).await.id;
        for id in [&late, &taken] {
            firm.route(&firm.marketer, id).await.unwrap();
        }
        firm.receive(&firm.manager, &taken).await.unwrap();
        firm.route(&firm.marketer, &sold).await.unwrap();
        firm.assign(&firm.manager, &sold, &firm.seller)
            .await
            .unwrap();
        world.advance(Duration::hours(23)).await;
        assert_eq!(
            board(world, &firm.manager, of("ROUTING"))
                .await
                .overdue_size,
            0
        );
        assert_eq!(
            said(world, "marketing", "baton.marketing.v1.handoff_escalated").await,
            0
        );
        // A second more: offers of one act lie a moment apart.
        world.advance(Duration::seconds(3_601)).await;

        // The manager is late himself, and nobody manages above him.
        let overdue = pb::ListHandoffsRequest {
            overdue: true,
            ..of("ROUTING")
        };
        let his = board(world, &firm.manager, overdue.clone()).await;
        assert_eq!(subjects(&his), std::slice::from_ref(&late));
        assert_eq!((his.waiting_size, his.overdue_size), (1, 1));
        assert!(his.rows[0].overdue);
        let handoff = handoffs(&his).remove(0);
        let to = handoff.escalated_to_id;
        assert!(administrators.contains(&to), "{to}");
        assert_eq!(
            handoff.escalate_time.unwrap().seconds,
            world.clock.now().timestamp()
        );
        // The salesperson is late, and his manager hears of it.
        let theirs = handoffs(&board(world, &firm.manager, of("SALES")).await).remove(0);
        assert_eq!(theirs.subject.unwrap().id, sold);
        assert_eq!(theirs.escalated_to_id, firm.manager.id.to_string());
        assert_eq!(
            said(world, "marketing", "baton.marketing.v1.handoff_escalated").await,
            2
        );

        // It goes up once, can still be answered, and is late no longer then.
        world.advance(Duration::hours(48)).await;
        assert_eq!(
            said(world, "marketing", "baton.marketing.v1.handoff_escalated").await,
            2
        );
        firm.receive(&firm.manager, &late).await.unwrap();
        assert_eq!(board(world, &firm.manager, overdue).await.overdue_size, 0);
        let again = firm.handoffs(&firm.boss, &late).await.remove(0);
        assert_eq!(again.state(), HandoffState::Accepted);
        assert_eq!(again.escalated_to_id, to, "it is remembered");
    }
}

#[tokio::test]
async fn to_whom_it_went_up_sees_it_whatever_else_he_may() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        let late = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &late).await.unwrap();
        world.advance(Duration::hours(24)).await;
        let routing = board(world, &firm.manager, of("ROUTING")).await;
        let to = handoffs(&routing).remove(0).escalated_to_id;
        // He gets a role that may read nothing of leads instead of all others.
        grant(world, "visitor", Function::Customer, GrantScope::Own).await;
        let mut both = [world.admin().await, firm.boss.clone()];
        if both[1].id.to_string() == to {
            both.reverse();
        }
        let [his, other] = both;
        let change = UpdateMemberRequest {
            member: Some(baton_proto::directory::v1::Member {
                id: his.id.to_string(),
                roles: vec!["visitor".into()],
                ..Default::default()
            }),
            update_mask: mask(&["roles"]),
            ..Default::default()
        };
        let other = world.link_as(&other);
        told(MemberServiceClient::new(other).update_member(change).await);
        world.settle().await;
        let his = board(world, &his, of("ROUTING")).await;
        assert_eq!(subjects(&his), [late]);
        let row = &his.rows[0];
        assert!(!row.visible && row.number.is_empty() && row.title.is_empty());
    }
}

#[tokio::test]
async fn the_settings_say_when_an_answer_is_due() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let hours = |hours| Settings {
            lead_to_manager_hours: Some(hours),
            ..Settings::default()
        };
        firm.set("lead_to_manager_hours", hours(0)).await;
        let patient = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &patient).await.unwrap();
        firm.set("lead_to_manager_hours", hours(2)).await;
        let urgent = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &urgent).await.unwrap();
        firm.world.advance(Duration::days(30)).await;
        let routing = board(&firm.world, &firm.manager, of("ROUTING")).await;
        assert_eq!(
            subjects(&routing),
            [urgent, patient],
            "what has no limit comes last"
        );
        assert_eq!((routing.waiting_size, routing.overdue_size), (2, 1));
        let due: Vec<_> = handoffs(&routing)
            .iter()
            .map(|h| h.due_time.is_some())
            .collect();
        assert_eq!(due, [true, false]);
    }
}

#[tokio::test]
async fn a_board_is_for_those_who_are_signed_in_and_asks_for_what_there_is() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let stranger = firm.world.link_as_stranger();
        let answer = BoardServiceClient::new(stranger)
            .list_handoffs(of("SALES"))
            .await;
        assert_eq!(refused(answer).0, Code::Unauthenticated);
        let mut boards = BoardServiceClient::new(firm.world.link_as(&firm.boss));
        let nothing = pb::ListHandoffsRequest::default();
        for (request, wrong) in [
            (nothing, ("kind", "CHOICE_UNKNOWN")),
            (of("ASTROLOGY"), ("function", "CHOICE_UNKNOWN")),
            (of_kind("LEAD_TO_NOBODY"), ("kind", "CHOICE_UNKNOWN")),
            (
                pb::ListHandoffsRequest {
                    kind: "ORDER_TO_ERP".into(),
                    ..of("SALES")
                },
                ("kind", "HANDOFF_OF_ANOTHER_FUNCTION"),
            ),
            (
                pb::ListHandoffsRequest {
                    order_by: "colour".into(),
                    ..of("SALES")
                },
                ("order_by", "ORDER_UNKNOWN"),
            ),
            (
                pb::ListHandoffsRequest {
                    state: 9,
                    ..of("SALES")
                },
                ("state", "CHOICE_UNKNOWN"),
            ),
        ] {
            assert_eq!(
                violations(boards.list_handoffs(request).await),
                pairs(&[wrong])
            );
        }
        let foreign = pb::ListHandoffsRequest {
            page_token: "x".into(),
            ..of("SALES")
        };
        assert_eq!(
            violations(boards.list_handoffs(foreign).await),
            pairs(&[("page_token", "PAGE_TOKEN_FOREIGN")])
        );
    }
}

#[tokio::test]
async fn no_board_walks_its_table() {
    for engine in Engine::all() {
        let world = sales::world(engine).await;
        let now = Some(world.clock.now());
        let me = Some(uuid::Uuid::from_u128(1).into());
        for (due_by, to) in [(None, None), (now, None), (None, me), (now, me)] {
            // What is shared is on no board.
            let scopes = scopes().into_iter();
            for scope in
                scopes.filter(|s| !matches!(s, Scope::Some { shared, .. } if !shared.is_empty()))
            {
                let filter = Filter {
                    kind: Kind::LeadToManager,
                    state: State::Offered,
                    due_by,
                    to,
                };
                let by = |owner| {
                    (
                        scope.clone(),
                        Rights {
                            owner,
                            territory: "territory",
                            record: "",
                        },
                    )
                };
                let ways = ["owner", "from_member", "to_member", "escalated_to"].map(by);
                let found = world
                    .list_faults("marketing", list(&filter, ways.into()), ORDERS)
                    .await;
                assert!(
                    found.is_empty(),
                    "{engine:?} {scope:?} {filter:?}: {found:?}"
                );
            }
        }
    }
}
