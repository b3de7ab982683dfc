//! The demo company: the three case studies of the field, played through the JSON interface by the people who would play
//! them. Every step has a request id of its own, so playing it again changes nothing.

pub mod web;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{Api, Error, Result};

/// Below this every request id of the demo is derived.
const DEMO: Uuid = Uuid::from_u128(0x6261_746f_6e20_6465_6d6f_0000_0000_0001);
/// How often an operation that takes longer is asked after, and how long.
const PATIENCE: usize = 300;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// Signs people in.
#[expect(
    async_fn_in_trait,
    reason = "used with one type at a time, never boxed"
)]
pub trait Reception {
    /// The interface for a member.
    async fn sign_in(&self, admin: &Api, member: &Value) -> Result<Api>;
}

/// Signs people in as an administrator of a system elsewhere may: with a new password that nobody else gets to know.
#[derive(Debug)]
pub struct Administrator;

impl Reception for Administrator {
    async fn sign_in(&self, admin: &Api, member: &Value) -> Result<Api> {
        let (id, name) = (
            member["id"].as_str().unwrap_or_default(),
            member["name"].as_str().unwrap_or_default(),
        );
        let password = Uuid::from_bytes(rand::random()).to_string();
        admin
            .post_patiently(
                &format!("/v1/members/{id}:setPassword"),
                "",
                &json!({"newPassword": password}),
            )
            .await?;
        let session = admin
            .of("")
            .post_patiently(
                "/v1/sessions",
                "",
                &json!({"user": name, "password": password}),
            )
            .await?;
        Ok(admin.of(session["token"].as_str().unwrap_or_default()))
    }
}

/// What one case left behind: ids by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Case {
    /// Name of the case.
    pub name: String,
    /// The lead, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// The account.
    pub account: String,
    /// The opportunity.
    pub opportunity: String,
    /// The contract, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The order.
    pub order: String,
}

/// The people of the demo company, each with his own way in.
#[derive(Debug)]
pub struct Company {
    /// Id of its territory.
    pub east: String,
    product: Value,
    /// Who sees and may do everything.
    pub boss: Api,
    /// Who takes calls.
    pub agent: Api,
    agent_id: String,
    /// Who manages the territory.
    pub manager: Api,
    /// Who sells.
    pub seller: Api,
    /// Id of who sells.
    pub seller_id: String,
}

/// Founds the demo company and plays its three cases.
///
/// # Errors
/// The first step that the system refuses.
pub async fn play(admin: &Api, reception: &impl Reception) -> Result<Vec<Case>> {
    let company = found(admin, reception).await?;
    Ok(vec![
        bought_database(&company).await?,
        hotline(&company).await?,
        direct(&company).await?,
    ])
}

fn key(step: &str) -> String {
    Uuid::new_v5(&DEMO, step.as_bytes()).to_string()
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap_or_default().to_owned()
}

/// Founds the demo company, or finds it.
///
/// # Errors
/// The first step that the system refuses.
pub async fn found(admin: &Api, reception: &impl Reception) -> Result<Company> {
    let member = async |name: &str, display: &str, role: &str, territory: &str| {
        let body = json!({"name": name, "displayName": display, "roles": [role], "territoryId": territory});
        admin
            .post_patiently("/v1/members", &key(&format!("member {name}")), &body)
            .await
    };
    let manager = member("demo-manager", "周敏", "sales_manager", "").await?;
    let body = json!({"name": "华东区", "managerId": id(&manager)});
    let east = id(&admin
        .post_patiently("/v1/territories", &key("territory east"), &body)
        .await?);
    let agent = member("demo-agent", "何静", "salesperson", &east).await?;
    let seller = member("demo-seller", "林浩", "salesperson", &east).await?;
    let boss = member("demo-boss", "陈国强", "boss", "").await?;
    let product = json!({
        "sku": "DEMO-CNC-500", "name": "CNC-500 加工中心", "productLine": "机床", "unit": "台",
        "listPrice": {"currencyCode": "CNY", "amountMinor": "38000000"},
    });
    let product = admin
        .post_patiently("/v1/products", &key("product cnc"), &product)
        .await?;
    Ok(Company {
        product,
        boss: reception.sign_in(admin, &boss).await?,
        manager: reception.sign_in(admin, &manager).await?,
        agent: reception.sign_in(admin, &agent).await?,
        seller: reception.sign_in(admin, &seller).await?,
        agent_id: id(&agent),
        seller_id: id(&seller),
        east,
    })
}

/// Case 1: a bought industry database. The call centre verifies the prospect, who becomes an account; vague interest
/// becomes a lead, and an opportunity when the demand is explicit.
async fn bought_database(company: &Company) -> Result<Case> {
    let Company { agent, boss, .. } = company;
    let step = |what: &str| key(&format!("bought-database {what}"));
    let rows = json!({"system": "demo-industry-database", "rows": [{
        "externalId": "0001",
        "party": {
            "type": "PARTY_TYPE_COMPANY", "name": "宏达精密机械有限公司", "phone": "021-55501234",
            "industry": "机械制造", "ownerId": company.agent_id, "territoryId": company.east,
        },
    }]});
    let loaded = boss.post_patiently("/v1/parties:import", "", &rows).await?;
    let account = loaded["results"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let body = json!({"name": "华东机床行业电话营销", "kind": "CAMPAIGN_KIND_TELEMARKETING"});
    let campaign = agent
        .post_patiently("/v1/campaigns", &step("campaign"), &body)
        .await?;
    let body = json!({
        "channel": "CHANNEL_PHONE", "outcome": "VERIFICATION_OUTCOME_CONFIRMED",
        "evidence": "外呼核实：前台确认公司名称与采购负责人",
    });
    agent
        .post_patiently(
            &format!("/v1/prospects/{account}:verify"),
            &step("verify"),
            &body,
        )
        .await?;
    let lead = json!({
        "title": "宏达精密：可能更换加工中心", "partyId": account,
        "source": {"kind": "CAMPAIGN", "id": id(&campaign)},
    });
    let lead = id(&agent
        .post_patiently("/v1/leads", &step("lead"), &lead)
        .await?);
    let deal = json!({"opportunity": {"name": "宏达精密加工中心更新"}});
    confirm(company, "bought-database", &lead).await?;
    let opportunity = convert(company, "bought-database", &lead, deal).await?;
    let contract = win(
        company,
        "bought-database",
        &opportunity,
        "HAND_OVER_TARGET_CONTRACT",
    )
    .await?;
    let order = order_of_contract(company, "bought-database", &contract).await?;
    Ok(Case {
        name: "bought-database".to_owned(),
        lead: Some(lead),
        account,
        opportunity,
        contract: Some(contract),
        order,
    })
}

/// Case 2: a call to the hotline. The caller is a prospect and his wish a lead, at once; the order follows without a
/// contract.
async fn hotline(company: &Company) -> Result<Case> {
    let lead = json!({
        "title": "来电咨询 CNC-500 交期与价格", "source": {"kind": "CALL", "id": "demo-hotline-0001"},
        "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": "江苏锐锋模具有限公司", "phone": "0512-66602345"},
        "contact": {"name": "王芳", "jobTitle": "采购经理", "phone": "13812345678"},
    });
    let deal = json!({
        "opportunity": {"name": "锐锋模具 CNC-500 一台"},
        "newContact": {"name": "李强", "jobTitle": "生产厂长", "phone": "13912345678"},
    });
    enquiry(company, "hotline", &lead, deal).await
}

/// An enquiry becomes a lead, an opportunity and an order, each step under a request id that is derived from the name of
/// the case.
///
/// # Errors
/// The first step that the system refuses.
pub async fn enquiry(company: &Company, case: &str, lead: &Value, deal: Value) -> Result<Case> {
    let step = |what: &str| key(&format!("{case} {what}"));
    let lead = company
        .agent
        .post_patiently("/v1/leads", &step("lead"), lead)
        .await?;
    let account = lead["partyId"].as_str().unwrap_or_default().to_owned();
    let lead = id(&lead);
    confirm(company, case, &lead).await?;
    let opportunity = convert(company, case, &lead, deal).await?;
    let order = win(company, case, &opportunity, "HAND_OVER_TARGET_ORDER").await?;
    let path = format!("/v1/orders/{order}:confirm");
    company
        .manager
        .post_patiently(&path, &step("confirm"), &json!({}))
        .await?;
    Ok(Case {
        name: case.to_owned(),
        lead: Some(lead),
        account,
        opportunity,
        contract: None,
        order,
    })
}

/// Case 3: the customer calls the salesperson. Account and opportunity are created directly.
async fn direct(company: &Company) -> Result<Case> {
    let Company { seller, .. } = company;
    let step = |what: &str| key(&format!("direct {what}"));
    let body = json!({
        "type": "PARTY_TYPE_COMPANY", "name": "杭州启明自动化设备有限公司", "phone": "0571-88803456",
        "territoryId": company.east,
    });
    let account = seller
        .post_patiently("/v1/accounts", &step("account"), &body)
        .await?;
    let account = account.get("party").map_or_else(|| id(&account), id);
    let body = json!({
        "name": "启明自动化追加两台 CNC-500", "partyId": account, "source": {"kind": "DIRECT"},
    });
    let opportunity = id(&seller
        .post_patiently("/v1/opportunities", &step("opportunity"), &body)
        .await?);
    let contract = win(company, "direct", &opportunity, "HAND_OVER_TARGET_CONTRACT").await?;
    let order = order_of_contract(company, "direct", &contract).await?;
    Ok(Case {
        name: "direct".to_owned(),
        lead: None,
        account,
        opportunity,
        contract: Some(contract),
        order,
    })
}

/// A lead goes to the region manager and on to the salesperson, who confirms it.
///
/// # Errors
/// The first step that the system refuses.
pub async fn confirm(company: &Company, case: &str, lead: &str) -> Result<()> {
    let Company {
        agent,
        manager,
        seller,
        ..
    } = company;
    let step = |what: &str| key(&format!("{case} {what}"));
    let path = |verb: &str| format!("/v1/leads/{lead}:{verb}");
    agent
        .post_patiently(&path("identify"), &step("identify"), &json!({}))
        .await?;
    agent
        .post_patiently(
            &path("route"),
            &step("route"),
            &json!({"territoryId": company.east}),
        )
        .await?;
    manager
        .post_patiently(
            &path("assign"),
            &step("assign"),
            &json!({"memberId": company.seller_id}),
        )
        .await?;
    seller
        .post_patiently(&path("receive"), &step("receive"), &json!({}))
        .await?;
    seller
        .post_patiently(
            &path("contact"),
            &step("contact"),
            &json!({"channel": "CONTACT_CHANNEL_PHONE"}),
        )
        .await?;
    let plan = json!({"followUpPlan": "三天内上门演示，随后报价"});
    seller
        .post_patiently(&path("accept"), &step("accept"), &plan)
        .await?;
    Ok(())
}

/// The salesperson makes an opportunity of a confirmed lead; answers its id.
///
/// # Errors
/// The first step that the system refuses.
pub async fn convert(company: &Company, case: &str, lead: &str, deal: Value) -> Result<String> {
    let Company { seller, .. } = company;
    let mut draft = deal;
    draft["verification"] =
        json!({"channel": "CONTACT_CHANNEL_PHONE", "evidence": "业务员回访确认"});
    let converted = seller
        .post_patiently(
            &format!("/v1/leads/{lead}:convert"),
            &key(&format!("{case} convert")),
            &draft,
        )
        .await?;
    let conversion = converted["conversion"].clone();
    let ended = until_ended(seller, &format!("/v1/leads/{lead}/conversion"), conversion).await?;
    Ok(ended["opportunityId"]
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

/// The deal is priced, won, and handed over; answers the id of the contract or order.
async fn win(company: &Company, case: &str, opportunity: &str, target: &str) -> Result<String> {
    let Company {
        seller, product, ..
    } = company;
    let step = |what: &str| key(&format!("{case} {what}"));
    let path = |verb: &str| format!("/v1/opportunities/{opportunity}:{verb}");
    let lines = json!({"lines": [{
        "productId": id(product), "description": product["name"], "quantity": "2",
        "unitPrice": product["listPrice"], "discountBp": 500,
    }]});
    seller
        .post_patiently(&path("setLines"), &step("lines"), &lines)
        .await?;
    seller
        .post_patiently(&path("win"), &step("win"), &json!({}))
        .await?;
    let begun = seller
        .post_patiently(
            &path("handOver"),
            &step("hand over"),
            &json!({"target": target}),
        )
        .await?;
    let ended = until_ended(
        seller,
        &format!("/v1/opportunities/{opportunity}/handOver"),
        begun,
    )
    .await?;
    Ok(ended["madeId"].as_str().unwrap_or_default().to_owned())
}

/// Commerce puts the contract in force and makes one order of all of it.
async fn order_of_contract(company: &Company, case: &str, contract: &str) -> Result<String> {
    let Company { manager, .. } = company;
    let step = |what: &str| key(&format!("{case} {what}"));
    let path = |verb: &str| format!("/v1/contracts/{contract}:{verb}");
    manager
        .post_patiently(&path("activate"), &step("activate"), &json!({}))
        .await?;
    let order = id(&manager
        .post_patiently(&path("createOrder"), &step("order"), &json!({}))
        .await?);
    manager
        .post_patiently(
            &format!("/v1/orders/{order}:confirm"),
            &step("confirm"),
            &json!({}),
        )
        .await?;
    Ok(order)
}

/// An operation that was not finished at once is asked after until it is.
async fn until_ended(api: &Api, path: &str, mut operation: Value) -> Result<Value> {
    for _ in 0..PATIENCE {
        match operation["state"].as_str().unwrap_or_default() {
            state if state.ends_with("_RUNNING") => {}
            state if state.ends_with("_COMPLETED") => return Ok(operation),
            _ => break,
        }
        pause().await;
        operation = api.get(path).await?;
    }
    let cause = format!("it ended as {operation}");
    Err(Error::Broken {
        method: http::Method::GET,
        path: path.to_owned(),
        cause,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client that waits for another process can only ask again"
)]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
