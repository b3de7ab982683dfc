//! The hand-over: a durable operation that makes a contract or order of a won deal or project.
//!
//! Step 0 asks commerce to make it; from then on there is only forward. Step 1 notes at what was sold what was made of it.
//! While it runs that is locked (`HANDING_OVER`), so every attempt sends the very same request.

use std::time::Duration;

use baton_chassis::{
    Context, Error, Language, Result,
    act::Act,
    handoff,
    ids::MemberId,
    money::format_quantity,
    operation::{Broken, Next, Operation, Step},
    wire::{id_text, money, timestamp},
    words::Word as _,
};
use baton_proto::{
    commerce::v1::{
        Contract, CreateContractRequest, CreateOrderRequest, Line, Order,
        contract_service_client::ContractServiceClient, order_service_client::OrderServiceClient,
    },
    sales::v1 as pb,
    r#type::v1::Source,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    commerce::{Commerce, Sale, Target},
    events::commerce as events,
    handoffs::ForCommerce,
    project::Project,
};

/// How long a caller waits for it.
pub const WAIT: Duration = Duration::from_secs(2);
/// Days in which commerce should have answered.
pub const LASTS_D: i64 = 7;
const STEPS: i32 = 2;

/// What the steps need and what they found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Data {
    /// What it becomes.
    pub target: Target,
    /// What commerce has made.
    pub made: Option<Made>,
}

/// What commerce has made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Made {
    /// Id of the contract or order.
    pub id: Uuid,
    /// Its human number.
    pub number: String,
}

impl Data {
    /// What an operation has begun with.
    ///
    /// # Errors
    /// Never, in practice.
    pub fn begin(target: Target) -> Result<serde_json::Value> {
        Self { target, made: None }.to_json()
    }

    fn to_json(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(Error::internal)
    }

    fn of(operation: &Operation) -> Result<Self> {
        serde_json::from_value(operation.data.clone()).map_err(Error::internal)
    }
}

/// Does the step that is due.
///
/// # Errors
/// What commerce answers.
pub async fn step<D: ForCommerce>(op: &Step) -> Result<Next> {
    let data = Data::of(&op.operation)?;
    let Some(made) = &data.made else {
        let made = make::<D>(op, data.target).await?;
        return Ok(Next::Step(
            Data {
                made: Some(made),
                ..data
            }
            .to_json()?,
        ));
    };
    let (sold, target, made) = (D::Id::from(op.operation.subject), data.target, made.id);
    let by = asked_by(&op.operation)?;
    Ok(Next::Done(Box::new(move |act| {
        Box::pin(events::handed_over::<D>(act, sold, target, made, by))
    })))
}

/// Puts what commerce refused back where it waited: on offer, or accepted with nothing made of it.
///
/// # Errors
/// When the store fails.
pub async fn failed<D: ForCommerce>(
    act: &mut Act<'_>,
    operation: &Operation,
    reason: &str,
) -> Result<()> {
    let before = act.get::<D>(operation.subject.into()).await?;
    // Somebody in commerce may have made something of it by hand in the meantime.
    if before.commerce() != Commerce::HandingOver {
        return Ok(());
    }
    let ledger = act.ledger(D::KIND, before.id()).await?;
    let accepted = ledger.open(handoff::Kind::DealToCommerce).is_none();
    let mut after = before.clone();
    let target = Data::of(operation)?.target;
    let event = after.fail_hand_over(target, accepted, reason.to_owned())?;
    act.store(&before, after, &event.into()).await?;
    // Commerce may have been switched off meanwhile: then there is nobody to wait for.
    act.close_if_outside::<D>(before.id(), handoff::Kind::DealToCommerce)
        .await
}

fn asked_by(operation: &Operation) -> Result<MemberId> {
    operation
        .member
        .ok_or_else(|| Error::internal("a hand-over that nobody asked for"))
}

async fn make<D: ForCommerce>(op: &Step, target: Target) -> Result<Made> {
    let id: D::Id = op.operation.subject.into();
    let sold = op.cx.db.read(async move |tx| D::load(tx, id).await).await?;
    let sold = sold.ok_or_else(|| Error::not_found(D::KIND, id))?;
    let (sale, source) = (sold.sale()?, source::<D>(id));
    let link = op.link("commerce").await?;
    let (id, number) = match target {
        Target::Contract => {
            let request = CreateContractRequest {
                contract: Some(contract(&sale, source)),
                request_id: op.request_id("contract"),
            };
            let answer = ContractServiceClient::new(link)
                .create_contract(request)
                .await?;
            answer.into_inner().contract.map(|c| (c.id, c.number))
        }
        Target::Order => {
            let request = CreateOrderRequest {
                order: Some(order(&sale, source)),
                request_id: op.request_id("order"),
            };
            let answer = OrderServiceClient::new(link).create_order(request).await?;
            answer.into_inner().order.map(|o| (o.id, o.number))
        }
    }
    .ok_or_else(|| Error::internal("commerce has made nothing"))?;
    Ok(Made {
        id: id.parse().map_err(Error::internal)?,
        number,
    })
}

fn contract(sale: &Sale<'_>, source: Source) -> Contract {
    Contract {
        title: sale.name.to_owned(),
        party_id: id_text(sale.party),
        source: Some(source),
        owner_id: sale.owner.to_string(),
        territory_id: id_text(sale.territory),
        currency_code: sale.currency.to_owned(),
        lines: lines(sale),
        ..Contract::default()
    }
}

fn order(sale: &Sale<'_>, source: Source) -> Order {
    Order {
        title: sale.name.to_owned(),
        party_id: id_text(sale.party),
        source: Some(source),
        owner_id: sale.owner.to_string(),
        territory_id: id_text(sale.territory),
        currency_code: sale.currency.to_owned(),
        lines: lines(sale),
        ..Order::default()
    }
}

fn source<D: ForCommerce>(id: D::Id) -> Source {
    Source {
        kind: D::KIND.to_owned(),
        id: id.to_string(),
    }
}

/// The lines of what was sold; what has only an amount becomes a single line with its name.
fn lines(sale: &Sale<'_>) -> Vec<Line> {
    let price = |minor: Option<i64>| minor.map(|minor| money(sale.currency, minor));
    if sale.lines.is_empty() {
        return vec![Line {
            description: sale.name.to_owned(),
            quantity: "1".to_owned(),
            unit_price: price(sale.amount_minor),
            ..Line::default()
        }];
    }
    let items = sale.lines.iter().map(|line| &line.item);
    items
        .map(|item| Line {
            product_id: id_text(item.product),
            description: item.description.clone(),
            quantity: format_quantity(item.quantity_milli),
            unit_price: price(item.unit_price_minor),
            discount_bp: item.discount_bp,
            ..Line::default()
        })
        .collect()
}

fn violation(broken: Broken) -> pb::HandOverViolation {
    pb::HandOverViolation {
        field: broken.field,
        reason: broken.reason,
    }
}

/// How far a hand-over is.
///
/// # Errors
/// When the operation is not one of ours.
pub fn shown(operation: &Operation, cx: &Context, language: Language) -> Result<pb::HandOver> {
    let data = Data::of(operation)?;
    let state = match (operation.is_running(), operation.is_done()) {
        (true, _) => pb::HandOverState::Running,
        (false, true) => pb::HandOverState::Completed,
        (false, false) => pb::HandOverState::Refused,
    };
    let refusal = operation.refusal().map(|why| pb::HandOverRefusal {
        message: why.message(language, &cx.messages),
        violations: why.violations.into_iter().map(violation).collect(),
        reason: why.reason,
    });
    let subject = operation.subject.to_string();
    let (opportunity_id, project_id) = if operation.kind == Project::HAND_OVER {
        (String::new(), subject)
    } else {
        (subject, String::new())
    };
    let made = data
        .made
        .map(|m| (m.id.to_string(), m.number))
        .unwrap_or_default();
    Ok(pb::HandOver {
        id: operation.id.to_string(),
        opportunity_id,
        project_id,
        target: data.target.number(),
        state: state.into(),
        step: operation.step,
        step_count: STEPS,
        made_id: made.0,
        made_number: made.1,
        refusal,
        started_by_id: id_text(operation.member),
        create_time: Some(timestamp(operation.created_at)),
        end_time: (!operation.is_running()).then(|| timestamp(operation.updated_at)),
    })
}
