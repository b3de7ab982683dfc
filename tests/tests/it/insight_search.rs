//! Stories of the search: records are found by what people know of them, by whoever may read them and by nobody else.

use std::fmt::Write as _;

use baton_chassis::{
    db::Tx,
    test::{Engine, Person, World},
};
use baton_proto::{
    chain::v1::{FindNodesRequest, chain_service_client::ChainServiceClient},
    commerce::v1 as commerce,
    customer::v1 as customer,
    directory::v1 as directory,
    insight::v1::{
        SearchHit, SearchRequest, SearchResponse, search_service_client::SearchServiceClient,
    },
    marketing::v1::{self as marketing, lead_service_client::LeadServiceClient},
    sales::v1 as sales,
    r#type::v1::FoundBy::{self, Name, Number, Phone, Pinyin},
};
use tonic::{Code, Response, Status};

use crate::{
    answers::{mask, pairs, refused, told, violations},
    commerce::{contracts, line, money, orders, products},
    customer::{Firm, company},
    directory::Desk as Directory,
    gateway,
    sales::{create, ten_servers},
    sales_projects::{create as create_project, plant},
};

async fn ask(
    world: &World,
    who: &Person,
    query: &str,
    kinds: &[&str],
) -> Result<Response<SearchResponse>, Status> {
    let request = SearchRequest {
        query: query.to_owned(),
        kinds: kinds.iter().map(|k| (*k).to_owned()).collect(),
        page_size: 0,
    };
    SearchServiceClient::new(world.link_as(who))
        .search(request)
        .await
}

async fn search(world: &World, who: &Person, query: &str) -> Vec<SearchHit> {
    let answer = told(ask(world, who, query, &[]).await);
    assert_eq!(answer.away, Vec::<String>::new());
    answer.hits
}

fn brief(hits: &[SearchHit]) -> Vec<(&str, &str, FoundBy)> {
    hits.iter()
        .map(|hit| (hit.kind.as_str(), hit.title.as_str(), hit.why()))
        .collect()
}

/// One record of each kind, all of them in the east.
struct Records {
    firm: Firm,
    account: customer::Party,
    contact: customer::Contact,
    deal: sales::Opportunity,
    lead: marketing::Lead,
    order: commerce::Order,
}

impl Records {
    async fn new(engine: Engine) -> Self {
        Box::pin(Self::made(engine)).await
    }

    async fn made(engine: Engine) -> Self {
        let firm = Firm::new(engine).await;
        let (world, seller) = (&firm.world, &firm.seller);
        let mut desk = firm.desk(seller);
        let account = desk
            .account(customer::Party {
                phone: "138 0013 8000".into(),
                ..company("上海华为技术有限公司")
            })
            .await;
        let contact = desk
            .contact(customer::Contact {
                party_id: account.id.clone(),
                name: "李雷".into(),
                phone: "021-62345678".into(),
                ..Default::default()
            })
            .await;
        let deal = sales::Opportunity {
            name: "Ten servers 服务器".into(),
            ..ten_servers(&account.id)
        };
        let deal = create(world, seller, deal).await;
        let project = sales::Project {
            name: "New plant 新厂".into(),
            ..plant(&account.id)
        };
        create_project(world, seller, project).await;
        let lead = marketing::Lead {
            title: "Wants servers".into(),
            party_id: account.id.clone(),
            ..Default::default()
        };
        let request = marketing::CreateLeadRequest {
            lead: Some(lead),
            ..Default::default()
        };
        let mut leads = LeadServiceClient::new(world.link_as(seller));
        let lead = told(leads.create_lead(request).await).lead.unwrap();
        let order = commerce::Order {
            title: "Spare parts 备件".into(),
            party_id: account.id.clone(),
            lines: vec![line("pump", "2", 1_000)],
            ..Default::default()
        };
        let request = commerce::CreateOrderRequest {
            order: Some(order),
            ..Default::default()
        };
        let order = told(orders(world, seller).create_order(request).await);
        let frame = commerce::Contract {
            title: "Frame 框架".into(),
            party_id: account.id.clone(),
            lines: vec![line("pump", "10", 1_000)],
            ..Default::default()
        };
        let request = commerce::CreateContractRequest {
            contract: Some(frame),
            ..Default::default()
        };
        told(contracts(world, seller).create_contract(request).await);
        let product = commerce::Product {
            sku: "SRV-2U-01".into(),
            name: "Server 机架".into(),
            product_line: "Servers".into(),
            unit: "piece".into(),
            list_price: Some(money(100_000)),
            ..Default::default()
        };
        let request = commerce::CreateProductRequest {
            product: Some(product),
            ..Default::default()
        };
        told(products(world, &firm.boss).create_product(request).await);
        let order = order.order.unwrap();
        world.settle().await;
        Self {
            firm,
            account,
            contact,
            deal,
            lead,
            order,
        }
    }

    async fn campaign(&self, name: &str) -> marketing::Campaign {
        let campaign = marketing::Campaign {
            name: name.into(),
            kind: marketing::CampaignKind::Exhibition.into(),
            ..Default::default()
        };
        let request = marketing::CreateCampaignRequest {
            campaign: Some(campaign),
            ..Default::default()
        };
        let link = self.firm.world.link_as(&self.firm.boss);
        let mut client = marketing::campaign_service_client::CampaignServiceClient::new(link);
        told(client.create_campaign(request).await)
            .campaign
            .unwrap()
    }
}

#[tokio::test]
async fn records_are_found_by_what_people_know_of_them() {
    for engine in Engine::all() {
        let records = Records::new(engine).await;
        records.campaign("Trade fair 广交会").await;
        let (world, boss) = (&records.firm.world, &records.firm.boss);
        let firm = "上海华为技术有限公司";
        for (query, expected) in [
            ("华为", vec![("ACCOUNT", firm, Name)]),
            ("技术 上海", vec![("ACCOUNT", firm, Name)]),
            ("shhw", vec![("ACCOUNT", firm, Pinyin)]),
            ("13800138000", vec![("ACCOUNT", firm, Phone)]),
            ("138-0013-8000", vec![("ACCOUNT", firm, Phone)]),
            ("8000", vec![("ACCOUNT", firm, Phone)]),
            (&records.account.number, vec![("ACCOUNT", firm, Number)]),
            ("李雷", vec![("CONTACT", "李雷", Name)]),
            ("ll", vec![("CONTACT", "李雷", Pinyin)]),
            ("(021) 6234 5678", vec![("CONTACT", "李雷", Phone)]),
            ("服务器", vec![("OPPORTUNITY", "Ten servers 服务器", Name)]),
            (
                "ten serv",
                vec![("OPPORTUNITY", "Ten servers 服务器", Name)],
            ),
            ("plant", vec![("PROJECT", "New plant 新厂", Name)]),
            (
                &records.lead.number,
                vec![("LEAD", "Wants servers", Number)],
            ),
            ("备件", vec![("ORDER", "Spare parts 备件", Name)]),
            ("框架", vec![("CONTRACT", "Frame 框架", Name)]),
            ("srv-2u", vec![("PRODUCT", "Server 机架", Number)]),
            ("2u", vec![("PRODUCT", "Server 机架", Name)]),
            ("gjh", vec![("CAMPAIGN", "Trade fair 广交会", Pinyin)]),
            ("华北", vec![]),
            ("wants", vec![]),
        ] {
            let hits = search(world, boss, query).await;
            assert_eq!(brief(&hits), expected, "{engine:?} {query}");
        }
        // Numbers of all kinds begin with 1; that of the lead and those that fit best come first.
        let hits = search(world, boss, "1").await;
        let numbers = hits.iter().take_while(|h| h.why() == Number).count();
        assert!(numbers >= 6, "{hits:?}");
        let kinds: Vec<_> = hits.iter().take(numbers).map(|h| h.kind.as_str()).collect();
        for kind in [
            "ACCOUNT",
            "OPPORTUNITY",
            "PROJECT",
            "LEAD",
            "CONTRACT",
            "ORDER",
        ] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        let seller = search(world, boss, &records.firm.seller.name).await;
        assert_eq!(seller[0].kind, "MEMBER");
        assert_eq!(seller[0].id, records.firm.seller.id.to_string());

        let orders = told(ask(world, boss, "1", &["order", "CONTACT"]).await).hits;
        assert_eq!(brief(&orders), [("ORDER", "Spare parts 备件", Number)]);
        assert_eq!(orders[0].id, records.order.id);
        assert_eq!(orders[0].state, "DRAFT");
    }
}

#[tokio::test]
async fn nobody_finds_what_he_may_not_read() {
    for engine in Engine::all() {
        let records = Records::new(engine).await;
        let firm = &records.firm;
        let world = &firm.world;
        let all = [
            "华为",
            "13800138000",
            "shhw",
            "李雷",
            "服务器",
            "plant",
            "备件",
            "框架",
        ];
        for who in [&firm.seller, &firm.manager, &firm.boss] {
            for query in all {
                let found = search(world, who, query).await;
                assert_eq!(found.len(), 1, "{engine:?} {query} {}: {found:?}", who.name);
            }
        }
        // Another territory, and somebody whose functions are others.
        for who in [&firm.other, &firm.analyst] {
            for query in all.iter().copied().chain([
                records.account.number.as_str(),
                records.deal.number.as_str(),
                records.lead.number.as_str(),
                records.order.number.as_str(),
            ]) {
                let found = search(world, who, query).await;
                assert_eq!(found, [], "{engine:?} {query} {}", who.name);
            }
        }
        let refusal = SearchServiceClient::new(world.link_as_stranger())
            .search(SearchRequest {
                query: "华为".into(),
                ..Default::default()
            })
            .await;
        assert_eq!(refused(refusal).0, Code::Unauthenticated);

        // Commerce finds a deal once it is won.
        crate::directory::grant(
            world,
            "clerk",
            directory::Function::Commerce,
            directory::GrantScope::All,
        )
        .await;
        let clerk = world.member("clerk").await;
        assert_eq!(search(world, &clerk, "服务器").await, []);
        crate::sales::win(world, &firm.seller, &records.deal.id).await;
        assert_eq!(search(world, &clerk, "服务器").await.len(), 1);
        assert_eq!(search(world, &clerk, "李雷").await, []);
    }
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_told_by_its_field_in_both_languages() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, boss) = (&firm.world, &firm.boss);
        let long = "长".repeat(101);
        for (query, rule) in [
            ("", "REQUIRED"),
            ("  ", "REQUIRED"),
            (long.as_str(), "TOO_LONG"),
            ("…!", "QUERY_WITHOUT_WORDS"),
        ] {
            let refusal = ask(world, boss, query, &[]).await;
            assert_eq!(violations(refusal), pairs(&[("query", rule)]), "{query}");
        }
        let refusal = ask(world, boss, "", &["MOON"]).await;
        let both = [("query", "REQUIRED"), ("kinds[0]", "CHOICE_UNKNOWN")];
        assert_eq!(violations(refusal), pairs(&both));
        let caller = gateway::Caller::of(world, boss);
        for (language, text) in [("en", "looked for"), ("zh-CN", "可供查找")] {
            let answer = caller.reading(language).get("/v1/search?query=!").await;
            assert_eq!(answer.code, 400);
            assert!(answer.body.to_string().contains(text), "{}", answer.body);
        }
        let found = caller
            .get("/v1/search?query=boss&kinds=MEMBER")
            .await
            .done();
        assert_eq!(found["hits"][0]["why"], "FOUND_BY_NUMBER", "{found}");

        let lists = [
            "prospects",
            "accounts",
            "contacts",
            "opportunities",
            "projects",
            "campaigns",
            "products",
            "members",
            "contracts",
            "orders",
            "leads",
        ];
        for list in lists {
            let answer = caller.get(&format!("/v1/{list}?query=!")).await;
            let told = answer.violations();
            assert_eq!(
                told,
                [("query", "holds nothing that can be looked for")],
                "{list}"
            );
        }
    }
}

#[tokio::test]
async fn a_service_finds_its_own_in_the_name_of_the_reader_and_nobody_else_asks_it() {
    for engine in Engine::all() {
        let records = Records::new(engine).await;
        let firm = &records.firm;
        let request = |query: &str, limit| FindNodesRequest {
            query: query.into(),
            kinds: vec!["ACCOUNT".into(), "CONTACT".into()],
            limit,
        };
        let link = |who| firm.world.link_in_the_name_of(who, "insight", "customer");
        let mut asked = ChainServiceClient::new(link(&firm.seller));
        let found = told(asked.find_nodes(request("华为", 1)).await).found;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].node.as_ref().unwrap().id, records.account.id);
        let mut asked = ChainServiceClient::new(link(&firm.other));
        let found = told(asked.find_nodes(request("华为", 0)).await).found;
        assert_eq!(found, []);
        let refusal = asked.find_nodes(request("", 21)).await;
        let rules = [("query", "REQUIRED"), ("limit", "NUMBER_OUT_OF_RANGE")];
        assert_eq!(violations(refusal), pairs(&rules));
        let outside = ChainServiceClient::new(firm.world.link_as(&firm.boss))
            .find_nodes(request("华为", 0))
            .await;
        assert_eq!(refused(outside).0, Code::PermissionDenied);
    }
}

#[tokio::test]
async fn a_record_is_found_by_its_new_name_and_not_by_its_old_one() {
    for engine in Engine::all() {
        let records = Records::new(engine).await;
        let (world, seller) = (&records.firm.world, &records.firm.seller);
        let mut desk = records.firm.desk(seller);
        let renamed = customer::UpdatePartyRequest {
            party: Some(customer::Party {
                id: records.account.id.clone(),
                name: "上海中兴技术有限公司".into(),
                phone: "139 0013 9000".into(),
                ..Default::default()
            }),
            update_mask: mask(&["name", "phone"]),
            ..Default::default()
        };
        told(desk.parties.update_party(renamed).await);
        for gone in ["华为", "13800138000", "shhw"] {
            assert_eq!(search(world, seller, gone).await, [], "{gone}");
        }
        for there in ["中兴", "技术", "13900139000", "shzx"] {
            assert_eq!(search(world, seller, there).await.len(), 1, "{there}");
        }
        let archived = customer::ArchiveContactRequest {
            id: records.contact.id.clone(),
            ..Default::default()
        };
        told(desk.contacts.archive_contact(archived).await);
        assert_eq!(search(world, seller, "李雷").await[0].state, "ARCHIVED");
    }
}

/// The store as a version left it that knew of no words.
async fn forget_words(world: &World, service: &str, timer: &'static str, table: &'static str) {
    let (timer, table) = (timer, table);
    let work = async move |tx: &mut Tx| {
        tx.sql("delete from search_word").execute().await?;
        tx.sql(table).bind(timer).execute().await?;
        Ok::<_, baton_chassis::db::Error>(())
    };
    world.context(service).db.write(work).await.unwrap();
}

#[tokio::test]
async fn records_that_were_there_before_are_found_after_an_update() {
    for engine in Engine::all() {
        let records = Records::new(engine).await;
        let firm = &records.firm;
        let world = &firm.world;
        // More than are written in one go.
        for n in 0..205 {
            records.campaign(&format!("Fair {n}")).await;
        }
        forget_words(
            world,
            "marketing",
            "campaign_words",
            "insert into timer (kind, subject, due_at, attempts) \
             select $1, id, created_at, 0 from campaign order by id limit 1",
        )
        .await;
        forget_words(
            world,
            "customer",
            "contact_words",
            "insert into timer (kind, subject, due_at, attempts) \
             select $1, id, created_at, 0 from contact order by id limit 1",
        )
        .await;
        world.settle().await;
        for n in [0, 100, 101, 204] {
            let hits = search(world, &firm.boss, &format!("fair {n}")).await;
            assert!(hits.iter().any(|h| h.title == format!("Fair {n}")), "{n}");
        }
        for query in ["李雷", "021-62345678"] {
            assert_eq!(search(world, &firm.seller, query).await.len(), 1, "{query}");
        }
        // Once more an hour later: a replica of the old version may have been at work.
        let work = async |tx: &mut Tx| tx.sql("update contact set name = '韩梅梅'").execute().await;
        let store = &world.context("customer").db;
        store
            .write::<_, baton_chassis::db::Error, _>(work)
            .await
            .unwrap();
        world.advance(chrono::Duration::hours(1)).await;
        assert_eq!(search(world, &firm.seller, "李雷").await, []);
        assert_eq!(search(world, &firm.seller, "韩梅梅").await.len(), 1);
    }
}

#[tokio::test]
async fn every_list_is_narrowed_to_what_a_query_finds() {
    for engine in Engine::all() {
        let records = Records::new(engine).await;
        let firm = &records.firm;
        records.campaign("Trade fair 广交会").await;
        let boss = gateway::Caller::of(&firm.world, &firm.boss);
        let seller = gateway::Caller::of(&firm.world, &firm.seller);
        let other = gateway::Caller::of(&firm.world, &firm.other);
        let lead = records.lead.number.as_str();
        for (list, query) in [
            ("accounts", "华为"),
            ("accounts", "8000"),
            ("contacts", "ll"),
            ("opportunities", "服务"),
            ("projects", "plant"),
            ("contracts", "框架"),
            ("orders", "spare 备件"),
            ("leads", lead),
            ("leads", "1"),
            ("leads", "华为"),
            ("leads", "shhw"),
        ] {
            let path = |query: &str| {
                let path = format!("/v1/{list}?count=true&query=");
                query.bytes().fold(path, |mut path, byte| {
                    let _ = write!(path, "%{byte:02X}");
                    path
                })
            };
            for (who, rows) in [(&boss, 1), (&seller, 1), (&other, 0)] {
                let found = who.get(&path(query)).await.done();
                let total = found["totalSize"].as_str().unwrap_or("0").to_owned();
                assert_eq!(
                    total,
                    rows.to_string(),
                    "{engine:?} {list} {query}: {found}"
                );
                let listed = found[list].as_array().map_or(0, Vec::len);
                assert_eq!(listed, rows, "{engine:?} {list} {query}: {found}");
            }
            let none = boss.get(&path("zzzz")).await.done();
            assert_eq!(none[list].as_array().map_or(0, Vec::len), 0, "{none}");
        }
        for (list, query) in [
            ("campaigns", "fair"),
            ("products", "2u"),
            ("members", firm.seller.name.as_str()),
        ] {
            let found = boss.get(&format!("/v1/{list}?query={query}")).await.done();
            assert_eq!(found[list].as_array().map_or(0, Vec::len), 1, "{found}");
        }
    }
}

#[tokio::test]
async fn the_pages_of_a_query_follow_each_other_and_are_of_no_other_query() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        for n in 0..7 {
            desk.account(company(&format!("华为 {n}"))).await;
        }
        desk.account(company("中兴")).await;
        let request = |query: &str, page_token: &str| customer::ListAccountsRequest {
            query: query.into(),
            page_token: page_token.into(),
            page_size: 3,
            count: true,
            order_by: "name".into(),
            ..Default::default()
        };
        let (mut token, mut names) = (String::new(), Vec::new());
        loop {
            let page = told(desk.parties.list_accounts(request("华为", &token)).await);
            assert_eq!(page.total_size, 7);
            names.extend(page.accounts.into_iter().map(|a| a.name));
            if page.next_page_token.is_empty() {
                break;
            }
            token = page.next_page_token;
        }
        let all: Vec<_> = (0..7).map(|n| format!("华为 {n}")).collect();
        assert_eq!(names, all);
        for query in ["华", ""] {
            let foreign = desk.parties.list_accounts(request(query, &token)).await;
            let rule = [("page_token", "PAGE_TOKEN_FOREIGN")];
            assert_eq!(violations(foreign), pairs(&rule), "{query}");
        }
    }
}

#[tokio::test]
async fn members_and_products_are_found_by_who_may_read_them_alone() {
    for engine in Engine::all() {
        let records = Records::new(engine).await;
        let firm = &records.firm;
        let mut admin = Directory::of(&firm.world, &firm.world.admin().await);
        admin
            .hire("wang.fang", "salesperson", "correct horse 1")
            .await;
        firm.world.settle().await;
        for who in [&firm.analyst, &firm.seller] {
            let found = search(&firm.world, who, "fang").await;
            assert_eq!(found[0].kind, "MEMBER", "{found:?}");
        }
        let seen = search(&firm.world, &firm.seller, "机架").await;
        assert_eq!(brief(&seen), [("PRODUCT", "Server 机架", Name)]);
        assert_eq!(search(&firm.world, &firm.analyst, "机架").await, []);
    }
}

#[tokio::test]
async fn a_key_finds_no_more_than_its_functions_let_it() {
    use crate::directory_keys::{exchange, make, wanted};
    use directory::{Access, Function};
    for engine in Engine::all() {
        let records = Records::new(engine).await;
        let (world, boss) = (&records.firm.world, &records.firm.boss);
        let limit = [(Function::Customer, Access::Read)];
        let mut desk = Directory::of(world, boss);
        let (_, key) = make(&mut desk, wanted(world, &limit)).await;
        let program = Person {
            token: exchange(world, &key).await.unwrap(),
            ..boss.clone()
        };
        assert_eq!(search(world, boss, "服务器").await.len(), 1);
        assert!(search(world, &program, "服务器").await.is_empty());
        let found = search(world, &program, "华为").await;
        let kinds: Vec<_> = found.iter().map(|hit| hit.kind.as_str()).collect();
        assert_eq!(kinds, ["ACCOUNT"]);
        let link = world.link_as(&program);
        let mut deals = sales::opportunity_service_client::OpportunityServiceClient::new(link);
        let request = sales::GetOpportunityRequest {
            id: records.deal.id.clone(),
        };
        let read = deals.get_opportunity(request).await;
        assert_eq!(refused(read).0, Code::PermissionDenied);
    }
}
