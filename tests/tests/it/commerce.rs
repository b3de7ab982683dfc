//! What the stories of commerce share: the ways in, and the shortest way to an account, a contract and an order.

use baton_chassis::{
    link::Link,
    test::{Engine, Person, World},
};
use baton_proto::{
    commerce::v1::{
        self as pb, contract_service_client::ContractServiceClient,
        import_service_client::ImportServiceClient, order_service_client::OrderServiceClient,
        product_service_client::ProductServiceClient,
    },
    customer::v1::{
        CreateAccountRequest, CreateProspectRequest, Party,
        party_service_client::PartyServiceClient,
    },
    r#type::v1::{Money, Source},
};

/// A world of all services.
pub async fn world(engine: Engine) -> World {
    World::new(engine, baton::services()).await
}

pub fn products(world: &World, who: &Person) -> ProductServiceClient<Link> {
    ProductServiceClient::new(world.link_as(who))
}

pub fn contracts(world: &World, who: &Person) -> ContractServiceClient<Link> {
    ContractServiceClient::new(world.link_as(who))
}

pub fn orders(world: &World, who: &Person) -> OrderServiceClient<Link> {
    OrderServiceClient::new(world.link_as(who))
}

pub fn imports(world: &World, who: &Person) -> ImportServiceClient<Link> {
    ImportServiceClient::new(world.link_as(who))
}

/// A company that `who` knows and has verified.
pub async fn account(world: &World, who: &Person, name: &str) -> String {
    let account = Party {
        name: name.to_owned(),
        ..Party::default()
    };
    let request = CreateAccountRequest {
        account: Some(account),
        ..CreateAccountRequest::default()
    };
    let made = PartyServiceClient::new(world.link_as(who))
        .create_account(request)
        .await;
    made.unwrap().into_inner().party.unwrap().id
}

/// A company that nobody has verified.
pub async fn prospect(world: &World, who: &Person, name: &str) -> String {
    let prospect = Party {
        name: name.to_owned(),
        owner_id: who.id.to_string(),
        ..Party::default()
    };
    let request = CreateProspectRequest {
        prospect: Some(prospect),
        ..CreateProspectRequest::default()
    };
    let made = PartyServiceClient::new(world.link_as(who))
        .create_prospect(request)
        .await;
    made.unwrap().into_inner().party.unwrap().id
}

pub fn money(amount_minor: i64) -> Money {
    Money {
        currency_code: "CNY".to_owned(),
        amount_minor,
    }
}

pub fn source(kind: &str, id: &str) -> Source {
    Source {
        kind: kind.to_owned(),
        id: id.to_owned(),
    }
}

/// So much of something that is not in the catalogue.
pub fn line(description: &str, quantity: &str, unit_price_minor: i64) -> pb::Line {
    pb::Line {
        description: description.to_owned(),
        quantity: quantity.to_owned(),
        unit_price: Some(money(unit_price_minor)),
        ..pb::Line::default()
    }
}

/// So much of a line that exists.
pub fn part(line: &pb::Line, quantity: &str) -> pb::LineQuantity {
    pb::LineQuantity {
        line_id: line.id.clone(),
        quantity: quantity.to_owned(),
    }
}

/// A contract with `party` over ten pumps at 1,000 and four hours at 250, still a draft.
pub async fn contract(world: &World, who: &Person, party: &str) -> pb::Contract {
    let contract = pb::Contract {
        title: "Pumps for the plant".to_owned(),
        party_id: party.to_owned(),
        lines: vec![
            line("pump", "10", 1_000),
            line("fitting, by the hour", "4", 250),
        ],
        ..pb::Contract::default()
    };
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

/// The same in force.
pub async fn active_contract(world: &World, who: &Person, party: &str) -> pb::Contract {
    let id = contract(world, who, party).await.id;
    let request = pb::ActivateContractRequest {
        id,
        ..Default::default()
    };
    contracts(world, who)
        .activate_contract(request)
        .await
        .unwrap()
        .into_inner()
        .contract
        .unwrap()
}

/// An order of `party` for two pumps at 1,000, still a draft.
pub async fn order(world: &World, who: &Person, party: &str) -> pb::Order {
    let order = pb::Order {
        title: "Two pumps".to_owned(),
        party_id: party.to_owned(),
        lines: vec![line("pump", "2", 1_000)],
        ..pb::Order::default()
    };
    let request = pb::CreateOrderRequest {
        order: Some(order),
        ..Default::default()
    };
    orders(world, who)
        .create_order(request)
        .await
        .unwrap()
        .into_inner()
        .order
        .unwrap()
}
