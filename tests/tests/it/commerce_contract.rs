//! Contracts: agreed line by line, called off by orders, never beyond what was agreed.

use std::collections::HashSet;

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    commerce::v1 as pb,
    directory::v1::{
        Settings, UpdateSettingsRequest, settings_service_client::SettingsServiceClient,
    },
};
use futures_util::future::join_all;

use crate::{
    answers::{mask, pairs, reason, violations},
    commerce::{
        account, active_contract, contract, contracts, line, money, order, orders, part, products,
        prospect, source, world,
    },
};

const NOWHERE: &str = "018f0000-0000-7000-8000-000000000000";

async fn create(world: &World, who: &Person, contract: pb::Contract) -> pb::Contract {
    let request = pb::CreateContractRequest {
        contract: Some(contract),
        ..Default::default()
    };
    contracts(world, who)
        .create_contract(request)
        .await
        .unwrap()
        .into_inner()
        .contract
        .unwrap()
}

async fn refused_fields(
    world: &World,
    who: &Person,
    contract: pb::Contract,
) -> Vec<(String, String)> {
    let request = pb::CreateContractRequest {
        contract: Some(contract),
        ..Default::default()
    };
    violations(contracts(world, who).create_contract(request).await)
}

async fn read(world: &World, who: &Person, id: &str) -> pb::Contract {
    let get = pb::GetContractRequest { id: id.to_owned() };
    contracts(world, who)
        .get_contract(get)
        .await
        .unwrap()
        .into_inner()
        .contract
        .unwrap()
}

async fn draw(
    world: &World,
    who: &Person,
    id: &str,
    lines: Vec<pb::LineQuantity>,
) -> Result<pb::Order, tonic::Status> {
    let request = pb::CreateContractOrderRequest {
        id: id.to_owned(),
        lines,
        ..Default::default()
    };
    let answer = contracts(world, who).create_contract_order(request).await?;
    Ok(answer.into_inner().order.unwrap())
}

fn draw_refused(answer: Result<pb::Order, tonic::Status>) -> String {
    reason(answer.map(tonic::Response::new))
}

#[tokio::test]
async fn a_contract_is_drafted_with_the_prices_of_the_catalogue_or_its_own() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let product = pb::Product {
            sku: "P-1".to_owned(),
            name: "Pump".to_owned(),
            unit: "piece".to_owned(),
            list_price: Some(money(1_000)),
            ..Default::default()
        };
        let product = pb::CreateProductRequest {
            product: Some(product),
            ..Default::default()
        };
        let product = products(&world, &boss)
            .create_product(product)
            .await
            .unwrap()
            .into_inner();
        let product_id = product.product.unwrap().id;
        let of_product = |quantity: &str| pb::Line {
            product_id: product_id.clone(),
            quantity: quantity.to_owned(),
            ..Default::default()
        };
        let draft = pb::Contract {
            title: "  Pumps  ".to_owned(),
            party_id: party.clone(),
            lines: vec![
                of_product("2.5"),
                pb::Line {
                    unit_price: Some(money(900)),
                    discount_bp: 1_000,
                    ..of_product("1")
                },
                line("fitting", "1", 5_000),
            ],
            start_date: "2026-03-01".to_owned(),
            end_date: "2027-02-28".to_owned(),
            ..Default::default()
        };
        let made = create(&world, &boss, draft.clone()).await;
        assert!(made.number.starts_with("C-2026-"), "{}", made.number);
        assert_eq!(
            (made.title.as_str(), made.state()),
            ("Pumps", pb::ContractState::Draft)
        );
        assert_eq!(made.source, Some(source("DIRECT", "")));
        assert_eq!(
            (made.owner_id.clone(), made.currency_code.as_str()),
            (boss.id.to_string(), "CNY")
        );
        let amounts: Vec<_> = made
            .lines
            .iter()
            .map(|l| l.amount.as_ref().unwrap().amount_minor)
            .collect();
        assert_eq!(amounts, [2_500, 810, 5_000]);
        assert_eq!(made.total, Some(money(8_310)));
        assert_eq!(
            (
                made.lines[0].description.as_str(),
                made.lines[0].unit.as_str()
            ),
            ("Pump", "piece")
        );
        assert_eq!(read(&world, &boss, &made.id).await, made);

        let bad = pb::Contract {
            title: String::new(),
            party_id: "x".to_owned(),
            source: Some(source("LEAD", "")),
            currency_code: "QQQ".to_owned(),
            lines: vec![pb::Line {
                quantity: "-1".to_owned(),
                discount_bp: 10_001,
                ..Default::default()
            }],
            end_date: "2026-02-28".to_owned(),
            ..draft.clone()
        };
        assert_eq!(
            refused_fields(&world, &boss, bad).await,
            pairs(&[
                ("contract.title", "REQUIRED"),
                ("contract.party_id", "ID_MALFORMED"),
                ("contract.source.id", "SOURCE_ID_REQUIRED"),
                ("contract.currency_code", "CURRENCY_UNKNOWN"),
                ("contract.lines[0].description", "REQUIRED"),
                ("contract.lines[0].quantity", "QUANTITY_MALFORMED"),
                ("contract.lines[0].discount_bp", "NUMBER_OUT_OF_RANGE"),
                ("contract.end_date", "DATE_REVERSED"),
            ])
        );
        let unpriced = pb::Contract {
            currency_code: "USD".to_owned(),
            lines: vec![
                of_product("1"),
                pb::Line {
                    product_id: NOWHERE.to_owned(),
                    ..of_product("1")
                },
            ],
            owner_id: NOWHERE.to_owned(),
            ..draft
        };
        assert_eq!(
            refused_fields(&world, &boss, unpriced).await,
            pairs(&[
                ("contract.owner_id", "REFERENCE_NOT_FOUND"),
                ("contract.lines[0].unit_price", "LINE_CURRENCY_DIFFERS"),
                ("contract.lines[1].product_id", "REFERENCE_NOT_FOUND"),
            ])
        );
    }
}

#[tokio::test]
async fn what_a_contract_refers_to_is_asked_of_who_keeps_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let known = account(&world, &boss, "Hengtai Machinery").await;
        let unverified = prospect(&world, &boss, "Xinda Trading").await;
        let draft = |party: &str, source: Option<baton_proto::r#type::v1::Source>| pb::Contract {
            title: "Pumps".to_owned(),
            party_id: party.to_owned(),
            source,
            ..Default::default()
        };
        let before = create(&world, &boss, draft(&known, None)).await;
        // A renewal comes from the contract before it.
        let renewal = draft(&known, Some(source("CONTRACT", &before.id)));
        assert_eq!(
            create(&world, &boss, renewal).await.source,
            Some(source("CONTRACT", &before.id))
        );
        // A kind that Baton does not keep is taken at its word.
        let imported = draft(&known, Some(source("IMPORT", "row 7")));
        assert_eq!(
            create(&world, &boss, imported).await.source,
            Some(source("IMPORT", "row 7"))
        );

        let fields = async |contract| refused_fields(&world, &boss, contract).await;
        assert_eq!(
            fields(draft(NOWHERE, Some(source("OPPORTUNITY", NOWHERE)))).await,
            pairs(&[
                ("contract.party_id", "REFERENCE_NOT_FOUND"),
                ("contract.source.id", "REFERENCE_NOT_FOUND"),
            ])
        );
        assert_eq!(
            fields(draft(&unverified, None)).await,
            pairs(&[("contract.party_id", "COMMERCE_NEEDS_ACCOUNT")])
        );
        assert_eq!(
            refused_fields(&world, &seller, draft(&known, None)).await,
            pairs(&[("contract.party_id", "REFERENCE_NOT_FOUND")]),
            "whose customer it is not learns nothing of him"
        );
    }
}

#[tokio::test]
async fn a_contract_lives_from_draft_to_fulfilment() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let mut client = contracts(&world, &boss);
        let draft = contract(&world, &boss, &party).await;
        let id = draft.id.clone();

        let set = |lines: Vec<pb::Line>, etag: &str| pb::SetContractLinesRequest {
            id: id.clone(),
            etag: etag.to_owned(),
            lines,
            ..Default::default()
        };
        let activate = pb::ActivateContractRequest {
            id: id.clone(),
            ..Default::default()
        };
        let fulfil = pb::FulfilContractRequest {
            id: id.clone(),
            ..Default::default()
        };
        let empty = client
            .set_contract_lines(set(vec![], &draft.etag))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(empty.contract.unwrap().total, Some(money(0)));
        assert_eq!(
            reason(client.set_contract_lines(set(vec![], &draft.etag)).await),
            "STALE"
        );
        assert_eq!(
            reason(client.activate_contract(activate.clone()).await),
            "CONTRACT_WITHOUT_LINES"
        );
        assert_eq!(
            draw_refused(draw(&world, &boss, &id, vec![]).await),
            "CONTRACT_NOT_ACTIVE"
        );
        let lines = vec![line("pump", "3", 1_000)];
        client
            .set_contract_lines(set(lines.clone(), ""))
            .await
            .unwrap();
        let active = client
            .activate_contract(activate.clone())
            .await
            .unwrap()
            .into_inner();
        let active = active.contract.unwrap();
        assert_eq!(active.state(), pb::ContractState::Active);
        assert!(active.activate_time.is_some());
        assert_eq!(
            reason(client.activate_contract(activate).await),
            "CONTRACT_NOT_DRAFT"
        );
        assert_eq!(
            reason(client.set_contract_lines(set(lines, "")).await),
            "CONTRACT_NOT_DRAFT"
        );
        assert_eq!(
            reason(client.fulfil_contract(fulfil.clone()).await),
            "CONTRACT_NOT_ALL_ORDERED"
        );

        let order = draw(&world, &boss, &id, vec![]).await.unwrap();
        assert_eq!(
            reason(client.fulfil_contract(fulfil.clone()).await),
            "CONTRACT_ORDERS_OPEN"
        );
        carry_out(&world, &boss, &order.id).await;
        let done = client
            .fulfil_contract(fulfil.clone())
            .await
            .unwrap()
            .into_inner();
        let done = done.contract.unwrap();
        assert_eq!(done.state(), pb::ContractState::Fulfilled);
        assert!(done.end_time.is_some());
        assert_eq!(
            reason(client.fulfil_contract(fulfil).await),
            "CONTRACT_NOT_ACTIVE"
        );
        let terminate = pb::TerminateContractRequest {
            id,
            reason: pb::TerminationReason::Breach.into(),
            ..Default::default()
        };
        assert_eq!(
            reason(client.terminate_contract(terminate).await),
            "CONTRACT_OVER"
        );
    }
}

/// Takes an order from draft to closed.
async fn carry_out(world: &World, who: &Person, id: &str) {
    let (mut client, id) = (orders(world, who), id.to_owned());
    let confirm = pb::ConfirmOrderRequest {
        id: id.clone(),
        ..Default::default()
    };
    client.confirm_order(confirm).await.unwrap();
    client
        .ship_order(pb::ShipOrderRequest {
            id: id.clone(),
            ..Default::default()
        })
        .await
        .unwrap();
    let number = format!("F-{id}");
    let invoice = pb::InvoiceOrderRequest {
        id: id.clone(),
        number,
        ..Default::default()
    };
    let total = client
        .invoice_order(invoice)
        .await
        .unwrap()
        .into_inner()
        .order
        .unwrap()
        .total;
    let payment = pb::RecordPaymentRequest {
        id: id.clone(),
        amount: total,
        ..Default::default()
    };
    client.record_payment(payment).await.unwrap();
    client
        .close_order(pb::CloseOrderRequest {
            id,
            ..Default::default()
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_contract_becomes_several_orders_and_never_more_than_was_agreed() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let agreed = active_contract(&world, &boss, &party).await;
        let [pumps, hours] = &agreed.lines[..] else {
            panic!("two lines: {agreed:?}")
        };

        let first = draw(&world, &boss, &agreed.id, vec![part(pumps, "4")])
            .await
            .unwrap();
        assert_eq!(first.source, Some(source("CONTRACT", &agreed.id)));
        assert_eq!(
            (first.title.as_str(), first.party_id.as_str()),
            (agreed.title.as_str(), party.as_str())
        );
        assert_eq!(
            (first.total.clone(), first.lines.len()),
            (Some(money(4_000)), 1)
        );
        assert_eq!(first.lines[0].contract_line_id, pumps.id);
        let beyond = draw(
            &world,
            &boss,
            &agreed.id,
            vec![part(hours, "1"), part(pumps, "6.001")],
        )
        .await;
        assert_eq!(draw_refused(beyond), "ORDERED_BEYOND_CONTRACT");
        let unknown = pb::LineQuantity {
            line_id: NOWHERE.to_owned(),
            quantity: "1".to_owned(),
        };
        assert_eq!(
            draw_refused(draw(&world, &boss, &agreed.id, vec![unknown]).await),
            "CONTRACT_LINE_UNKNOWN"
        );
        let rest = draw(&world, &boss, &agreed.id, vec![]).await.unwrap();
        let rest: Vec<_> = rest.lines.iter().map(|l| l.quantity.as_str()).collect();
        assert_eq!(rest, ["6", "4"]);
        assert_eq!(
            draw_refused(draw(&world, &boss, &agreed.id, vec![]).await),
            "CONTRACT_NOTHING_LEFT"
        );

        // The draft of the first order may take less, and that can be ordered again.
        let mut client = orders(&world, &boss);
        let set = |quantity: &str| pb::SetOrderLinesRequest {
            id: first.id.clone(),
            lines: vec![pb::Line {
                contract_line_id: pumps.id.clone(),
                quantity: quantity.to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        };
        assert_eq!(
            reason(client.set_order_lines(set("4.001")).await),
            "ORDERED_BEYOND_CONTRACT"
        );
        let less = client
            .set_order_lines(set("1.5"))
            .await
            .unwrap()
            .into_inner()
            .order
            .unwrap();
        assert_eq!(less.total, Some(money(1_500)));
        let foreign = pb::SetOrderLinesRequest {
            lines: vec![line("pump", "1", 1)],
            ..set("1")
        };
        assert_eq!(
            violations(client.set_order_lines(foreign).await),
            pairs(&[("lines[0].contract_line_id", "REQUIRED")])
        );
        let third = draw(&world, &boss, &agreed.id, vec![]).await.unwrap();
        assert_eq!(third.lines[0].quantity, "2.5");

        // A cancelled order gives back what it took.
        let cancel = pb::CancelOrderRequest {
            id: third.id,
            reason: pb::CancellationReason::Replaced.into(),
            ..Default::default()
        };
        client.cancel_order(cancel).await.unwrap();
        let now = read(&world, &boss, &agreed.id).await;
        let ordered: Vec<_> = now
            .lines
            .iter()
            .map(|l| l.ordered_quantity.as_str())
            .collect();
        assert_eq!(ordered, ["7.5", "4"]);
    }
}

#[tokio::test]
async fn orders_drawn_at_the_same_time_keep_to_the_contract_together() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let agreed = active_contract(&world, &boss, &party).await;
        // Four times three pumps are more than ten.
        let drawn =
            (0..4).map(|_| draw(&world, &boss, &agreed.id, vec![part(&agreed.lines[0], "3")]));
        let (made, refused): (Vec<_>, Vec<_>) =
            join_all(drawn).await.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (3, 1), "{engine:?}");
        for answer in refused {
            assert_eq!(draw_refused(answer), "ORDERED_BEYOND_CONTRACT");
        }
        let numbers: HashSet<_> = made
            .into_iter()
            .map(|order| order.unwrap().number)
            .collect();
        assert_eq!(numbers.len(), 3, "each has a number of its own");
        assert_eq!(
            read(&world, &boss, &agreed.id).await.lines[0].ordered_quantity,
            "9"
        );
    }
}

#[tokio::test]
async fn a_terminated_contract_takes_no_more_orders_and_leaves_its_orders_alone() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let agreed = active_contract(&world, &boss, &party).await;
        let drawn = draw(&world, &boss, &agreed.id, vec![part(&agreed.lines[0], "1")])
            .await
            .unwrap();
        let mut client = contracts(&world, &boss);
        let terminate = |reason: i32, note: &str| pb::TerminateContractRequest {
            id: agreed.id.clone(),
            reason,
            note: note.to_owned(),
            ..Default::default()
        };
        let other = pb::TerminationReason::Other.into();
        assert_eq!(
            violations(client.terminate_contract(terminate(0, "")).await),
            pairs(&[("reason", "REQUIRED")])
        );
        assert_eq!(
            violations(client.terminate_contract(terminate(other, " ")).await),
            pairs(&[("note", "REQUIRED")])
        );
        let ended = client
            .terminate_contract(terminate(other, "sold the plant"))
            .await
            .unwrap();
        let ended = ended.into_inner().contract.unwrap();
        assert_eq!(ended.state(), pb::ContractState::Terminated);
        assert_eq!(ended.termination_reason(), pb::TerminationReason::Other);
        assert_eq!(ended.termination_note, "sold the plant");
        assert_eq!(
            draw_refused(draw(&world, &boss, &agreed.id, vec![]).await),
            "CONTRACT_NOT_ACTIVE"
        );
        let confirm = pb::ConfirmOrderRequest {
            id: drawn.id,
            ..Default::default()
        };
        orders(&world, &boss).confirm_order(confirm).await.unwrap();
    }
}

#[tokio::test]
async fn the_head_of_a_contract_changes_until_it_is_over() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let agreed = active_contract(&world, &boss, &party).await;
        let mut client = contracts(&world, &boss);
        let change = |contract: pb::Contract, paths: &[&str]| pb::UpdateContractRequest {
            contract: Some(pb::Contract {
                id: agreed.id.clone(),
                ..contract
            }),
            update_mask: mask(paths),
            ..Default::default()
        };
        let given = pb::Contract {
            owner_id: seller.id.to_string(),
            end_date: "2026-12-31".to_owned(),
            title: "not masked".to_owned(),
            ..Default::default()
        };
        let changed = client
            .update_contract(change(given, &["owner_id", "end_date"]))
            .await
            .unwrap();
        let changed = changed.into_inner().contract.unwrap();
        assert_eq!(
            (changed.owner_id.clone(), changed.title.as_str()),
            (seller.id.to_string(), agreed.title.as_str())
        );
        assert_eq!(changed.lines, agreed.lines);
        let late = pb::Contract {
            start_date: "2027-01-01".to_owned(),
            ..Default::default()
        };
        assert_eq!(
            reason(client.update_contract(change(late, &["start_date"])).await),
            "CONTRACT_DATES_REVERSED"
        );
        assert_eq!(
            violations(
                client
                    .update_contract(change(
                        pb::Contract::default(),
                        &["title", "state", "owner_id"]
                    ))
                    .await
            ),
            pairs(&[
                ("update_mask", "MASK_UNKNOWN"),
                ("contract.title", "REQUIRED"),
                ("contract.owner_id", "REQUIRED"),
            ])
        );
        // A salesperson reaches his own records only, so he cannot put one beyond his reach.
        let back = pb::Contract {
            owner_id: boss.id.to_string(),
            ..Default::default()
        };
        assert_eq!(
            violations(
                contracts(&world, &seller)
                    .update_contract(change(back, &["owner_id"]))
                    .await
            ),
            pairs(&[("contract.owner_id", "COMMERCE_OUT_OF_REACH")])
        );
    }
}

#[tokio::test]
async fn people_see_the_contracts_that_are_theirs() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let manager = world.member("sales_manager").await;
        let east = world.territory("East", None, Some(&manager)).await;
        let boss = world.member("boss").await;
        let seller = world.member_in("salesperson", Some(east)).await;
        let other = world.member("salesperson").await;
        let theirs = account(&world, &seller, "Hengtai Machinery").await;
        let bosses = account(&world, &boss, "Xinda Trading").await;
        let first = contract(&world, &seller, &theirs).await;
        assert_eq!(
            first.territory_id,
            east.to_string(),
            "it belongs where its owner works"
        );
        world.clock.advance(chrono::Duration::seconds(1));
        let second = contract(&world, &boss, &bosses).await;

        let listed = async |who: &Person, request: pb::ListContractsRequest| {
            let listed = contracts(&world, who)
                .list_contracts(request)
                .await
                .unwrap()
                .into_inner();
            listed
                .contracts
                .into_iter()
                .map(|c| c.id)
                .collect::<Vec<_>>()
        };
        let all = pb::ListContractsRequest::default;
        assert_eq!(
            listed(&boss, all()).await,
            [second.id.clone(), first.id.clone()]
        );
        assert_eq!(
            listed(&seller, all()).await,
            std::slice::from_ref(&first.id)
        );
        assert_eq!(
            listed(&manager, all()).await,
            std::slice::from_ref(&first.id)
        );
        assert!(listed(&other, all()).await.is_empty());
        let get = pb::GetContractRequest {
            id: first.id.clone(),
        };
        assert_eq!(
            reason(contracts(&world, &other).get_contract(get).await),
            "NOT_FOUND"
        );
        read(&world, &manager, &first.id).await;

        let of_party = pb::ListContractsRequest {
            party_id: theirs,
            ..all()
        };
        assert_eq!(
            listed(&boss, of_party).await,
            std::slice::from_ref(&first.id)
        );
        let of_owner = pb::ListContractsRequest {
            owner_id: boss.id.to_string(),
            ..all()
        };
        assert_eq!(listed(&boss, of_owner).await, [second.id]);
        let active = pb::ListContractsRequest {
            state: pb::ContractState::Active.into(),
            ..all()
        };
        assert!(listed(&boss, active).await.is_empty());
        let by_total = pb::ListContractsRequest {
            order_by: "total desc".to_owned(),
            count: true,
            ..all()
        };
        assert_eq!(listed(&boss, by_total).await.len(), 2);
        let bad = pb::ListContractsRequest {
            state: 99,
            owner_id: "x".to_owned(),
            ..all()
        };
        assert_eq!(
            violations(contracts(&world, &boss).list_contracts(bad).await),
            pairs(&[("state", "CHOICE_UNKNOWN"), ("owner_id", "ID_MALFORMED")])
        );
    }
}

#[tokio::test]
async fn a_firm_without_contracts_makes_orders() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (admin, boss) = (world.admin().await, world.member("boss").await);
        let party = account(&world, &boss, "Hengtai Machinery").await;
        let off = UpdateSettingsRequest {
            settings: Some(Settings {
                contracts_enabled: false,
                ..Default::default()
            }),
            update_mask: mask(&["contracts_enabled"]),
            ..Default::default()
        };
        SettingsServiceClient::new(world.link_as(&admin))
            .update_settings(off)
            .await
            .unwrap();
        world.settle().await;
        let draft = pb::Contract {
            title: "Pumps".to_owned(),
            party_id: party.clone(),
            ..Default::default()
        };
        let request = pb::CreateContractRequest {
            contract: Some(draft),
            ..Default::default()
        };
        assert_eq!(
            reason(contracts(&world, &boss).create_contract(request).await),
            "CONTRACTS_SWITCHED_OFF"
        );
        order(&world, &boss, &party).await;
    }
}
