//! Contracts as rows.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{self, Tx},
    ids::{ContractId, MemberId, PartyId, TerritoryId},
    list::{Key, List, Order, Rights, Scope},
    search::{Text, titled},
};

use super::line;
use crate::{
    contract::{Contract, ContractEvent, State},
    events,
};

macro_rules! columns {
    () => {
        "c.id, c.number, c.version, c.party, c.source_kind, c.source_id, c.title, c.owner, c.territory, c.start_date, \
         c.end_date, c.terms, c.state, c.currency, c.total_minor, c.activated_at, c.ended_at, c.termination_reason, \
         c.termination_note, c.created_at, c.updated_at"
    };
}

/// The row as a node of the chain.
pub const NODE: &str = "select c.id, c.number, c.state, c.title, c.source_kind, c.source_id, c.owner, c.territory \
     from contract c where c.id = $1";

/// How contracts can be ordered.
pub const ORDERS: &[(&str, Order<Contract>)] = &[
    (
        "create_time desc",
        Order {
            column: "c.created_at",
            id: "c.id",
            descending: true,
            key: |c| (Key::Time(c.created_at), c.id.into()),
        },
    ),
    (
        "total desc",
        Order {
            column: "c.total_minor",
            id: "c.id",
            descending: true,
            key: |c| (Key::Int(c.total_minor), c.id.into()),
        },
    ),
];

/// Which contracts are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<State>,
    /// Of this member.
    pub owner: Option<MemberId>,
    /// With this account.
    pub party: Option<PartyId>,
    /// That came from this.
    pub source: Option<String>,
}

/// Lists contracts without their lines.
pub fn list(filter: &Filter, scope: Scope) -> List {
    List::of(columns!(), "contract c")
        .filter("c.state = ?", filter.state)
        .filter("c.owner = ?", filter.owner)
        .filter("c.party = ?", filter.party)
        .filter("c.source_id = ?", filter.source.clone())
        .scope(
            scope,
            Rights {
                owner: "c.owner",
                territory: "c.territory",
                record: "c.id",
            },
        )
}

impl Noun for Contract {
    type Id = ContractId;
    type Event = ContractEvent;
    const KIND: &'static str = "CONTRACT";

    fn id(&self) -> ContractId {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn touch(&mut self, version: i64, at: Time) {
        self.version = version;
        self.updated_at = at;
    }

    fn owner(&self) -> Option<MemberId> {
        Some(self.head.owner)
    }

    fn territory(&self) -> Option<TerritoryId> {
        self.head.territory
    }

    async fn load(tx: &mut Tx, id: ContractId) -> Result<Option<Self>, db::Error> {
        let text = concat!("select ", columns!(), " from contract c where c.id = $1");
        let Some(mut contract) = tx.sql(text).bind(id).optional::<Self>().await? else {
            return Ok(None);
        };
        contract.lines = line::OF_CONTRACT.read(tx, id.into()).await?;
        Ok(Some(contract))
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), db::Error> {
        let (contract, head) = (self.clone(), self.head.clone());
        tx.sql(
            "insert into contract (id, number, title, party, owner, territory, source_kind, source_id, state, currency, \
             total_minor, start_date, end_date, terms, activated_at, ended_at, termination_reason, termination_note, \
             version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
             $16, $17, $18, $19, $20, $21)",
        )
        .bind(contract.id)
        .bind(contract.number)
        .bind(head.title)
        .bind(contract.party)
        .bind(head.owner)
        .bind(head.territory)
        .bind(contract.source_kind)
        .bind(contract.source_id)
        .bind(contract.state)
        .bind(contract.currency)
        .bind(contract.total_minor)
        .bind(head.start_date)
        .bind(head.end_date)
        .bind(head.terms)
        .bind(contract.activated_at)
        .bind(contract.ended_at)
        .bind(contract.termination_reason)
        .bind(contract.termination_note)
        .bind(contract.version)
        .bind(contract.created_at)
        .bind(contract.updated_at)
        .execute()
        .await?;
        line::OF_CONTRACT
            .insert(tx, self.id.into(), &self.lines)
            .await
    }

    /// The row comes first: it is locked by its version, and its lines with it.
    async fn save(&self, tx: &mut Tx) -> Result<(), db::Error> {
        let (contract, head) = (self.clone(), self.head.clone());
        tx.sql(
            "update contract set title = $3, owner = $4, territory = $5, state = $6, total_minor = $7, start_date = $8, \
             end_date = $9, terms = $10, activated_at = $11, ended_at = $12, termination_reason = $13, \
             termination_note = $14, version = $2, updated_at = $15 where id = $1 and version = $2 - 1",
        )
        .bind(contract.id)
        .bind(contract.version)
        .bind(head.title)
        .bind(head.owner)
        .bind(head.territory)
        .bind(contract.state)
        .bind(contract.total_minor)
        .bind(head.start_date)
        .bind(head.end_date)
        .bind(head.terms)
        .bind(contract.activated_at)
        .bind(contract.ended_at)
        .bind(contract.termination_reason)
        .bind(contract.termination_note)
        .bind(contract.updated_at)
        .execute_one()
        .await?;
        line::OF_CONTRACT
            .write(tx, self.id.into(), &self.lines)
            .await
    }

    fn texts(&self) -> Vec<Text> {
        titled(&self.number, &self.head.title)
    }

    fn said(&self, event: &ContractEvent) -> Said {
        events::contract(self, event)
    }
}
