//! Campaigns as rows.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{self, Tx},
    ids::{CampaignId, MemberId, TerritoryId},
    list::{Key, List, Order, Rights, Scope},
    search::{Text, titled},
};

use crate::{
    campaign::{Campaign, CampaignEvent, Kind, State},
    events,
};

macro_rules! columns {
    () => {
        "id, number, version, name, kind, budget_currency, budget_minor, start_date, end_date, description, state, \
         source_kind, source_id, owner, territory, cancel_reason, started_at, ended_at, created_at, updated_at"
    };
}

impl Noun for Campaign {
    type Id = CampaignId;
    type Event = CampaignEvent;
    const KIND: &'static str = "CAMPAIGN";

    fn id(&self) -> CampaignId {
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
        Some(self.owner)
    }
    fn territory(&self) -> Option<TerritoryId> {
        self.territory
    }
    async fn load(tx: &mut Tx, id: CampaignId) -> Result<Option<Self>, db::Error> {
        tx.sql(concat!(
            "select ",
            columns!(),
            " from campaign where id = $1"
        ))
        .bind(id)
        .optional()
        .await
    }
    async fn insert(&self, tx: &mut Tx) -> Result<(), db::Error> {
        tx.sql(concat!(
            "insert into campaign (",
            columns!(),
            ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
        ))
        .bind(self.id)
        .bind(self.number.clone())
        .bind(self.version)
        .bind(self.plan.name.clone())
        .bind(self.plan.kind)
        .bind(self.plan.budget_currency.clone())
        .bind(self.plan.budget_minor)
        .bind(self.plan.start_date)
        .bind(self.plan.end_date)
        .bind(self.plan.description.clone())
        .bind(self.state)
        .bind(self.source_kind)
        .bind(self.source_id.clone())
        .bind(self.owner)
        .bind(self.territory)
        .bind(self.cancel_reason.clone())
        .bind(self.started_at)
        .bind(self.ended_at)
        .bind(self.created_at)
        .bind(self.updated_at)
        .execute_one()
        .await
    }
    async fn save(&self, tx: &mut Tx) -> Result<(), db::Error> {
        tx.sql(
            "update campaign set version = $2, name = $3, kind = $4, budget_currency = $5, budget_minor = $6, \
             start_date = $7, end_date = $8, description = $9, state = $10, cancel_reason = $11, started_at = $12, \
             ended_at = $13, updated_at = $14 where id = $1 and version = $2 - 1",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.plan.name.clone())
        .bind(self.plan.kind)
        .bind(self.plan.budget_currency.clone())
        .bind(self.plan.budget_minor)
        .bind(self.plan.start_date)
        .bind(self.plan.end_date)
        .bind(self.plan.description.clone())
        .bind(self.state)
        .bind(self.cancel_reason.clone())
        .bind(self.started_at)
        .bind(self.ended_at)
        .bind(self.updated_at)
        .execute_one()
        .await
    }
    fn texts(&self) -> Vec<Text> {
        titled(&self.number, &self.plan.name)
    }
    fn said(&self, event: &CampaignEvent) -> Said {
        events::campaign(self, event)
    }
}

/// Which campaigns a list is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<State>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only of this owner.
    pub owner: Option<MemberId>,
}

/// The campaigns in a scope that a filter lets through.
pub fn campaigns(scope: Scope, filter: &Filter) -> List {
    List::of(columns!(), "campaign")
        .filter("state = ?", filter.state)
        .filter("kind = ?", filter.kind)
        .filter("owner = ?", filter.owner)
        .scope(
            scope,
            Rights {
                owner: "owner",
                territory: "territory",
                record: "id",
            },
        )
}

/// Orders of campaigns.
pub const ORDERS: &[(&str, Order<Campaign>)] = &[
    (
        "create_time desc",
        Order {
            column: "created_at",
            id: "id",
            descending: true,
            key: |c| (Key::Time(c.created_at), c.id.into()),
        },
    ),
    (
        "name asc",
        Order {
            column: "name",
            id: "id",
            descending: false,
            key: |c| (Key::Text(c.plan.name.clone()), c.id.into()),
        },
    ),
];
