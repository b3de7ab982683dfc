//! Who works while things break: each repeats a call under the same request id until it is answered, as any careful
//! program does.

mod calls;

use std::{collections::BTreeMap, sync::Arc};

use baton::api::Api;
use serde_json::{Value, json};
use uuid::Uuid;

use super::ledger::{Course, Ledger, Who, identity};

/// Everything made by a run is named after this and the number of its lead.
const NAME: &str = "Faults";
/// Of so many leads that come in alone, one is asked for by somebody who does not wait for a second answer.
const HASTY_EVERY: u64 = 10;
/// The firm's name for its ERP.
pub const ERP: &str = "stub";

/// Work for one player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// A lead that goes the whole way.
    Chain(u64),
    /// A lead that comes in alone.
    Single(u64),
    /// Leads that are loaded together.
    Batch(std::ops::Range<u64>),
}

impl Task {
    /// The number of its first lead.
    #[must_use]
    pub fn first(&self) -> u64 {
        match self {
            Self::Chain(n) | Self::Single(n) => *n,
            Self::Batch(numbers) => numbers.start,
        }
    }
}

/// Why a player leaves a piece of work: nobody waits for it, or it cannot be done; the ledger knows.
struct Left;

/// What all players share.
#[derive(Clone, Debug)]
pub struct Team {
    people: Arc<BTreeMap<Who, Api>>,
    /// What was asked and answered.
    pub ledger: Ledger,
    run: Uuid,
    territory: Arc<str>,
    seller: Arc<str>,
}

impl Team {
    /// The people of a company; request ids follow from the seed.
    #[must_use]
    pub fn new(company: baton::demo::Company, erp: Api, ledger: Ledger, seed: u64) -> Self {
        Self {
            territory: company.east.into(),
            seller: company.seller_id.into(),
            people: Arc::new(BTreeMap::from([
                (Who::Agent, company.agent),
                (Who::Manager, company.manager),
                (Who::Seller, company.seller),
                (Who::Boss, company.boss),
                (Who::Erp, erp),
            ])),
            ledger,
            run: Uuid::new_v5(&Uuid::NAMESPACE_OID, &seed.to_be_bytes()),
        }
    }

    /// Who asks as somebody.
    #[must_use]
    pub fn api(&self, who: Who) -> &Api {
        &self.people[&who]
    }

    /// Does a piece of work; what came of it stands in the ledger.
    pub async fn play(&self, task: &Task) {
        // Whatever it was left for is written down.
        drop(match task {
            Task::Chain(number) => self.chain(*number).await,
            Task::Single(number) => self.single(*number).await.map(drop),
            Task::Batch(numbers) => self.batch(numbers.clone()).await,
        });
    }

    async fn single(&self, number: u64) -> Result<String, Left> {
        let body = json!({
            "title": title(number), "source": {"kind": "CALL", "id": format!("{NAME}-{number}")},
            "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": company(number)},
        });
        self.ledger.asks(number);
        let hasty = number % HASTY_EVERY == 1;
        let answer = self
            .ask(
                Who::Agent,
                "/v1/leads",
                &format!("lead {number}"),
                body,
                hasty,
            )
            .await;
        let id = answer.as_ref().ok().map(identity);
        self.ledger.settled(number, id.clone());
        id.ok_or(Left)
    }

    /// Loads parties, and leads that are about them.
    async fn batch(&self, numbers: std::ops::Range<u64>) -> Result<(), Left> {
        for number in numbers.clone() {
            self.ledger.asks(number);
        }
        let answer = self.loads(&numbers).await;
        let ids: Vec<_> = answer
            .iter()
            .flat_map(|a| {
                identity(a)
                    .split(' ')
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        for (place, number) in numbers.enumerate() {
            let id = ids.get(place).filter(|id| !id.is_empty()).cloned();
            if answer.is_ok() && id.is_none() {
                self.ledger.finds(
                    "batch-refused",
                    format!("lead {number} of a batch was refused"),
                );
            }
            self.ledger.settled(number, id);
        }
        answer.map(drop)
    }

    async fn loads(&self, numbers: &std::ops::Range<u64>) -> Result<Value, Left> {
        let step = |what: &str| format!("{what} {}", numbers.start);
        let rows: Vec<_> = numbers
            .clone()
            .map(|n| {
                json!({
                    "externalId": n.to_string(),
                    "party": {"type": "PARTY_TYPE_COMPANY", "name": company(n)},
                })
            })
            .collect();
        let body = json!({"system": "faults", "rows": rows});
        let parties = self
            .ask(
                Who::Boss,
                "/v1/parties:import",
                &step("parties"),
                body,
                false,
            )
            .await?;
        let parties = identity(&parties);
        let rows: Vec<_> = numbers
            .clone()
            .zip(parties.split(' '))
            .map(|(n, party)| {
                json!({
                    "externalId": n.to_string(), "title": title(n), "partyId": party,
                })
            })
            .collect();
        let body = json!({"system": "faults", "rows": rows});
        self.ask(Who::Boss, "/v1/leads:import", &step("leads"), body, false)
            .await
    }

    /// A lead on its way to a paid order.
    async fn chain(&self, number: u64) -> Result<(), Left> {
        let lead = self.single(number).await?;
        let opportunity = self.convert(number, &lead).await?;
        let amount_minor = i64::try_from(number % 997).unwrap_or_default() * 37 + 1_009;
        let contract = self.win(number, &opportunity, amount_minor).await?;
        let order = self.order(number, &contract).await?;
        let document = self.carry_out(number, &order).await?;
        self.ledger.went(
            number,
            Course {
                opportunity,
                contract,
                order,
                document,
                amount_minor,
            },
        );
        Ok(())
    }

    async fn convert(&self, number: u64, lead: &str) -> Result<String, Left> {
        let verbs = [
            (Who::Agent, "identify", json!({})),
            (
                Who::Agent,
                "route",
                json!({"territoryId": &*self.territory}),
            ),
            (Who::Manager, "assign", json!({"memberId": &*self.seller})),
            (Who::Seller, "receive", json!({})),
            (
                Who::Seller,
                "contact",
                json!({"channel": "CONTACT_CHANNEL_PHONE"}),
            ),
            (
                Who::Seller,
                "accept",
                json!({"followUpPlan": "A visit within three days"}),
            ),
        ];
        for (who, verb, body) in verbs {
            self.ask(
                who,
                &format!("/v1/leads/{lead}:{verb}"),
                &format!("{verb} {number}"),
                body,
                false,
            )
            .await?;
        }
        let deal = json!({
            "opportunity": {"name": title(number)},
            "verification": {"channel": "CONTACT_CHANNEL_PHONE", "evidence": "Called back"},
        });
        let path = format!("/v1/leads/{lead}:convert");
        let begun = self
            .ask(
                Who::Seller,
                &path,
                &format!("convert {number}"),
                deal,
                false,
            )
            .await?;
        let path = format!("/v1/leads/{lead}/conversion");
        let ended = self.until_ended(&path, begun["conversion"].clone()).await?;
        Ok(text(&ended, "opportunityId"))
    }

    async fn win(&self, number: u64, opportunity: &str, amount_minor: i64) -> Result<String, Left> {
        let path = |verb: &str| format!("/v1/opportunities/{opportunity}:{verb}");
        let lines = json!({"lines": [{
            "description": "A pump", "quantity": "1",
            "unitPrice": {"currencyCode": "CNY", "amountMinor": amount_minor.to_string()},
        }]});
        self.ask(
            Who::Seller,
            &path("setLines"),
            &format!("lines {number}"),
            lines,
            false,
        )
        .await?;
        self.ask(
            Who::Seller,
            &path("win"),
            &format!("win {number}"),
            json!({}),
            false,
        )
        .await?;
        let target = json!({"target": "HAND_OVER_TARGET_CONTRACT"});
        let begun = self
            .ask(
                Who::Seller,
                &path("handOver"),
                &format!("hand over {number}"),
                target,
                false,
            )
            .await?;
        let path = format!("/v1/opportunities/{opportunity}/handOver");
        let ended = self.until_ended(&path, begun).await?;
        Ok(text(&ended, "madeId"))
    }

    async fn order(&self, number: u64, contract: &str) -> Result<String, Left> {
        let path = |verb: &str| format!("/v1/contracts/{contract}:{verb}");
        self.ask(
            Who::Manager,
            &path("activate"),
            &format!("activate {number}"),
            json!({}),
            false,
        )
        .await?;
        let order = self
            .ask(
                Who::Manager,
                &path("createOrder"),
                &format!("order {number}"),
                json!({}),
                false,
            )
            .await?;
        let order = identity(&order);
        let path = format!("/v1/orders/{order}:confirm");
        self.ask(
            Who::Manager,
            &path,
            &format!("confirm {number}"),
            json!({}),
            false,
        )
        .await?;
        Ok(order)
    }

    /// The ERP takes the order and tells what becomes of it. It knows its own documents alone: each is told under the same
    /// id, and one of them a second time under another request id.
    async fn carry_out(&self, number: u64, order: &str) -> Result<String, Left> {
        let read = self.read(Who::Erp, &format!("/v1/orders/{order}")).await?;
        let (line, total) = (&read["lines"][0], &read["total"]);
        let shipped = json!({"lines": [{"lineId": line["id"], "quantity": line["quantity"]}]});
        let sale = format!("sale {number}");
        let mut facts = vec![
            (
                "accepted",
                sale.clone(),
                json!({"number": format!("SO-{number}")}),
            ),
            ("shipped", format!("out {number}"), shipped),
            (
                "invoiced",
                format!("bill {number}"),
                json!({"number": format!("{NAME}-{number}"), "amount": total}),
            ),
            ("paid", format!("money {number}"), json!({"amount": total})),
        ];
        // An ERP's connector may well tell them in another order, and more than once.
        let turn = usize::try_from(number % 4).unwrap_or_default();
        facts.rotate_left(turn);
        facts.push(facts[turn].clone());
        for (place, (fact, document, said)) in facts.into_iter().enumerate() {
            let body = json!({
                "system": ERP, "documentId": document, "time": "2026-03-02T08:00:00Z", fact: said,
            });
            let path = format!("/v1/orders/{order}:report");
            self.ask(
                Who::Erp,
                &path,
                &format!("report {place} {number}"),
                body,
                false,
            )
            .await?;
        }
        Ok(sale)
    }
}

/// What the lead with this number is called.
#[must_use]
pub fn title(number: u64) -> String {
    format!("{NAME} {number:07}")
}

/// The number of a lead that is called so.
#[must_use]
pub fn number_of(title: &str) -> Option<u64> {
    title.strip_prefix(NAME)?.trim().parse().ok()
}

/// What the prospect of the lead with this number is called.
#[must_use]
pub fn company(number: u64) -> String {
    format!("{NAME} works {number}")
}

fn text(answer: &Value, field: &str) -> String {
    answer[field].as_str().unwrap_or_default().to_owned()
}
