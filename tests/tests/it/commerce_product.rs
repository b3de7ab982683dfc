//! Products: one catalogue for the whole firm, kept by hand or loaded from elsewhere.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    commerce::v1 as pb,
    r#type::v1::{ImportOutcome, ImportResult, Money},
};
use tonic::Code;

use crate::{
    answers::{mask, pairs, reason, violations},
    commerce::{imports, money, products, world},
};

fn pump() -> pb::Product {
    pb::Product {
        sku: "P-100".to_owned(),
        name: "Pump".to_owned(),
        product_line: "Water".to_owned(),
        unit: "piece".to_owned(),
        list_price: Some(money(100_000)),
        ..pb::Product::default()
    }
}

async fn create(world: &World, who: &Person, product: pb::Product) -> pb::Product {
    let request = pb::CreateProductRequest {
        product: Some(product),
        ..Default::default()
    };
    products(world, who)
        .create_product(request)
        .await
        .unwrap()
        .into_inner()
        .product
        .unwrap()
}

async fn list(world: &World, who: &Person, request: pb::ListProductsRequest) -> Vec<String> {
    let listed = products(world, who)
        .list_products(request)
        .await
        .unwrap()
        .into_inner();
    listed.products.into_iter().map(|p| p.sku).collect()
}

#[tokio::test]
async fn a_product_comes_into_the_catalogue_once() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let mut client = products(&world, &boss);
        let request = pb::CreateProductRequest {
            product: Some(pump()),
            request_id: "first pump".to_owned(),
        };
        let made = client
            .create_product(request.clone())
            .await
            .unwrap()
            .into_inner();
        let again = client
            .create_product(request.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(made, again, "the same request is the same act");
        let product = made.product.unwrap();
        assert_eq!(product.state(), pb::ProductState::Active);
        assert_eq!(
            product.source.as_ref().map(|s| s.kind.as_str()),
            Some("DIRECT")
        );
        assert_eq!(product.list_price, Some(money(100_000)));

        let other = pb::CreateProductRequest {
            request_id: String::new(),
            ..request.clone()
        };
        let refused = client.create_product(other).await.unwrap_err();
        assert_eq!(refused.code(), Code::AlreadyExists, "{refused}");
        let bad = pb::Product {
            list_price: Some(Money {
                currency_code: "QQQ".to_owned(),
                amount_minor: -1,
            }),
            ..Default::default()
        };
        let bad = pb::CreateProductRequest {
            product: Some(bad),
            ..Default::default()
        };
        assert_eq!(
            violations(client.create_product(bad).await),
            pairs(&[
                ("product.sku", "REQUIRED"),
                ("product.name", "REQUIRED"),
                ("product.list_price.currency_code", "CURRENCY_UNKNOWN"),
                ("product.list_price.amount_minor", "NUMBER_OUT_OF_RANGE"),
            ])
        );
        let changed = pb::CreateProductRequest {
            product: Some(pb::Product::default()),
            ..request
        };
        assert_eq!(
            reason(client.create_product(changed).await),
            "IDEMPOTENCY_KEY_REUSED"
        );
    }
}

#[tokio::test]
async fn two_who_add_the_same_sku_at_once_do_not_both_succeed() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let both = (0..2).map(|_| async {
            let request = pb::CreateProductRequest {
                product: Some(pump()),
                ..Default::default()
            };
            products(&world, &boss).create_product(request).await
        });
        let answers = futures_util::future::join_all(both).await;
        let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
        assert_eq!(refused.len(), 1, "{engine:?}");
        assert_eq!(refused[0].code(), Code::AlreadyExists, "{}", refused[0]);
    }
}

#[tokio::test]
async fn everybody_in_commerce_reads_the_catalogue_and_who_reaches_all_records_keeps_it() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let product = create(&world, &boss, pump()).await;
        let mut client = products(&world, &seller);

        let get = pb::GetProductRequest {
            id: product.id.clone(),
        };
        let seen = client.get_product(get).await.unwrap().into_inner().product;
        assert_eq!(seen.as_ref(), Some(&product));
        assert_eq!(
            list(&world, &seller, pb::ListProductsRequest::default()).await,
            ["P-100"]
        );

        let create = pb::CreateProductRequest {
            product: Some(pump()),
            ..Default::default()
        };
        assert_eq!(reason(client.create_product(create).await), "DENIED");
        let discontinue = pb::DiscontinueProductRequest {
            id: product.id.clone(),
            ..Default::default()
        };
        assert_eq!(
            reason(client.discontinue_product(discontinue).await),
            "DENIED"
        );
        let unknown = pb::GetProductRequest { id: uuid() };
        assert_eq!(reason(client.get_product(unknown).await), "NOT_FOUND");
    }
}

fn uuid() -> String {
    "018f0000-0000-7000-8000-000000000000".to_owned()
}

#[tokio::test]
async fn a_product_is_put_right_taken_out_of_sale_and_put_back() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let product = create(&world, &boss, pump()).await;
        let mut client = products(&world, &boss);

        let renamed = pb::Product {
            name: "Pump, blue".to_owned(),
            ..product.clone()
        };
        let update = pb::UpdateProductRequest {
            product: Some(pb::Product {
                unit: "ignored".to_owned(),
                ..renamed
            }),
            update_mask: mask(&["name"]),
            etag: product.etag.clone(),
            request_id: String::new(),
        };
        let updated = client
            .update_product(update.clone())
            .await
            .unwrap()
            .into_inner();
        let updated = updated.product.unwrap();
        assert_eq!(
            (updated.name.as_str(), updated.unit.as_str()),
            ("Pump, blue", "piece")
        );
        assert_ne!(updated.etag, product.etag);
        assert_eq!(reason(client.update_product(update.clone()).await), "STALE");
        let same = pb::UpdateProductRequest {
            etag: String::new(),
            ..update.clone()
        };
        let same = client
            .update_product(same)
            .await
            .unwrap()
            .into_inner()
            .product
            .unwrap();
        assert_eq!(
            same.etag, updated.etag,
            "what changes nothing writes nothing"
        );
        let sku = pb::UpdateProductRequest {
            update_mask: mask(&["sku"]),
            etag: String::new(),
            ..update
        };
        assert_eq!(
            violations(client.update_product(sku).await),
            pairs(&[("update_mask", "MASK_UNKNOWN")])
        );

        let id = product.id;
        let discontinue = pb::DiscontinueProductRequest {
            id: id.clone(),
            ..Default::default()
        };
        let gone = client
            .discontinue_product(discontinue.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            gone.product.unwrap().state(),
            pb::ProductState::Discontinued
        );
        assert_eq!(
            reason(client.discontinue_product(discontinue).await),
            "PRODUCT_DISCONTINUED_ALREADY"
        );
        let reinstate = pb::ReinstateProductRequest {
            id,
            ..Default::default()
        };
        let back = client
            .reinstate_product(reinstate.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(back.product.unwrap().state(), pb::ProductState::Active);
        assert_eq!(
            reason(client.reinstate_product(reinstate).await),
            "PRODUCT_ACTIVE_ALREADY"
        );
    }
}

#[tokio::test]
async fn products_are_listed_by_filter_and_order_page_by_page() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        for (sku, name, line) in [
            ("B", "Valve", "Water"),
            ("A", "Pump", "Water"),
            ("C", "Fan", "Air"),
        ] {
            let product = pb::Product {
                sku: sku.to_owned(),
                name: name.to_owned(),
                product_line: line.to_owned(),
                ..pump()
            };
            create(&world, &boss, product).await;
            world.clock.advance(chrono::Duration::seconds(1));
        }
        let by = |order: &str| pb::ListProductsRequest {
            order_by: order.to_owned(),
            ..Default::default()
        };
        assert_eq!(list(&world, &boss, by("")).await, ["A", "B", "C"]);
        assert_eq!(list(&world, &boss, by("name")).await, ["C", "A", "B"]);
        assert_eq!(
            list(&world, &boss, by("create_time desc")).await,
            ["C", "A", "B"]
        );
        let water = pb::ListProductsRequest {
            product_line: "Water".to_owned(),
            ..Default::default()
        };
        assert_eq!(list(&world, &boss, water).await, ["A", "B"]);
        let one = pb::ListProductsRequest {
            sku: "C".to_owned(),
            ..Default::default()
        };
        assert_eq!(list(&world, &boss, one).await, ["C"]);
        let gone = pb::ListProductsRequest {
            state: pb::ProductState::Discontinued.into(),
            ..Default::default()
        };
        assert!(list(&world, &boss, gone).await.is_empty());

        let first = pb::ListProductsRequest {
            page_size: 2,
            count: true,
            ..Default::default()
        };
        let mut client = products(&world, &boss);
        let page = client
            .list_products(first.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (page.products.len(), page.total_size, page.total_capped),
            (2, 3, false)
        );
        let next = pb::ListProductsRequest {
            page_token: page.next_page_token,
            ..first.clone()
        };
        let page = client.list_products(next).await.unwrap().into_inner();
        assert_eq!(
            (page.products.len(), page.next_page_token.as_str()),
            (1, "")
        );

        let bad = pb::ListProductsRequest {
            page_size: -1,
            order_by: "price".to_owned(),
            ..first
        };
        assert_eq!(
            violations(client.list_products(bad).await),
            pairs(&[
                ("page_size", "NUMBER_OUT_OF_RANGE"),
                ("order_by", "ORDER_UNKNOWN")
            ])
        );
    }
}

fn row(external_id: &str, name: &str) -> pb::ProductRow {
    pb::ProductRow {
        external_id: external_id.to_owned(),
        name: name.to_owned(),
        list_price: Some(Money {
            currency_code: "USD".to_owned(),
            amount_minor: 55_000,
        }),
        ..pb::ProductRow::default()
    }
}

#[tokio::test]
async fn products_are_loaded_once_however_often_they_are_sent() {
    use ImportOutcome::{Created, Refused, Unchanged, Updated};
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        create(&world, &boss, pump()).await;
        let load = pb::ImportProductsRequest {
            system: "old-erp".to_owned(),
            rows: vec![
                row("GTX Pro", "GTX Pro"),
                row("MG Special", ""),
                pb::ProductRow {
                    sku: "P-100".to_owned(),
                    ..row("pump", "Pump")
                },
            ],
            ..Default::default()
        };
        let mut client = imports(&world, &boss);
        let mut told = async |load: &pb::ImportProductsRequest| {
            let results = client
                .import_products(load.clone())
                .await
                .unwrap()
                .into_inner()
                .results;
            results
                .iter()
                .map(ImportResult::outcome)
                .collect::<Vec<_>>()
        };

        let dry = pb::ImportProductsRequest {
            validate_only: true,
            ..load.clone()
        };
        assert_eq!(told(&dry).await, [Created, Refused, Refused]);
        assert_eq!(told(&load).await, [Created, Refused, Refused]);
        assert_eq!(told(&load).await, [Unchanged, Refused, Refused]);
        let better = pb::ImportProductsRequest {
            rows: vec![pb::ProductRow {
                name: "GTX Pro 2".to_owned(),
                list_price: None,
                ..row("GTX Pro", "")
            }],
            ..load.clone()
        };
        assert_eq!(told(&better).await, [Updated]);

        let listed = pb::ListProductsRequest {
            sku: "GTX Pro".to_owned(),
            ..Default::default()
        };
        let listed = products(&world, &boss)
            .list_products(listed)
            .await
            .unwrap()
            .into_inner();
        let [product] = &listed.products[..] else {
            panic!("one product: {listed:?}")
        };
        assert_eq!(product.name, "GTX Pro 2");
        assert_eq!(
            product.list_price.as_ref().map(|p| p.amount_minor),
            Some(55_000)
        );
        let source = product.source.clone().unwrap();
        assert_eq!(
            (source.kind.as_str(), source.id.as_str()),
            ("IMPORT", "GTX Pro")
        );

        let results = imports(&world, &boss)
            .import_products(load.clone())
            .await
            .unwrap()
            .into_inner();
        let [_, nameless, taken] = &results.results[..] else {
            panic!("three results")
        };
        assert_eq!(
            (
                nameless.violations[0].field.as_str(),
                nameless.violations[0].reason.as_str()
            ),
            ("name", "REQUIRED")
        );
        assert_eq!(nameless.violations[0].message, "must not be empty");
        assert_eq!(
            (
                taken.violations[0].field.as_str(),
                taken.violations[0].reason.as_str()
            ),
            ("sku", "SKU_TAKEN")
        );

        assert_eq!(
            reason(imports(&world, &seller).import_products(load).await),
            "DENIED"
        );
        let empty = pb::ImportProductsRequest::default();
        assert_eq!(
            violations(imports(&world, &boss).import_products(empty).await),
            pairs(&[("system", "REQUIRED"), ("rows", "REQUIRED")])
        );
    }
}
