//! Leads as rows.

use baton_chassis::{
    SourceKind, Time,
    act::{Noun, Said},
    db::{self, Tx},
    ids::{LeadId, MemberId, PartyId, TerritoryId},
    list::{Key, List, Order, Rights, Scope},
    search::rows::Narrowing,
};

use uuid::Uuid;

use crate::{
    events,
    lead::{Lead, LeadEvent, Quality, Routing},
};

/// Where leads without a clock stand in the order of due times: 9999-12-31T00:00:00Z.
const NEVER_S: i64 = 253_402_214_400;

/// Columns of a lead as they are read, with how the opportunity is told: in the table it is a project where there is one.
macro_rules! columns {
    ($opportunity:literal) => {
        concat!(
            "id, number, version, title, need, party, contact, quality, routing, offered, source_kind, source_id, \
             owner, territory, follow_up_plan, disqualify_reason, disqualify_note, contact_channel, response_due_at, \
             response_overdue, identified_at, contacted_at, accepted_at, closed_at, ",
            $opportunity,
            ", project, external_system, external_id, creator, created_at, updated_at"
        )
    };
    () => {
        columns!("nullif(opportunity, project) as opportunity")
    };
}

/// What the table has as the opportunity: whatever the lead became.
fn became(lead: &Lead) -> Option<Uuid> {
    let project = lead.project.map(Uuid::from);
    lead.opportunity.map(Uuid::from).or(project)
}

/// The due time as it is sorted by.
fn respond_by(lead: &Lead) -> Time {
    lead.response_due_at
        .or_else(|| Time::from_timestamp(NEVER_S, 0))
        .unwrap_or(lead.created_at)
}

impl Noun for Lead {
    type Id = LeadId;
    type Event = LeadEvent;
    const KIND: &'static str = crate::lead::KIND;

    fn id(&self) -> LeadId {
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
        self.owner
    }
    fn territory(&self) -> Option<TerritoryId> {
        self.territory
    }
    async fn load(tx: &mut Tx, id: LeadId) -> Result<Option<Self>, db::Error> {
        tx.sql(concat!("select ", columns!(), " from lead where id = $1"))
            .bind(id)
            .optional()
            .await
    }
    async fn insert(&self, tx: &mut Tx) -> Result<(), db::Error> {
        tx.sql(concat!(
            "insert into lead (",
            columns!("opportunity"),
            ", respond_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
             $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)"
        ))
        .bind(self.id)
        .bind(self.number.clone())
        .bind(self.version)
        .bind(self.message.title.clone())
        .bind(self.message.need.clone())
        .bind(self.message.party)
        .bind(self.message.contact)
        .bind(self.quality)
        .bind(self.routing)
        .bind(self.offered)
        .bind(self.source_kind)
        .bind(self.source_id.clone())
        .bind(self.owner)
        .bind(self.territory)
        .bind(self.follow_up_plan.clone())
        .bind(self.disqualify_reason)
        .bind(self.disqualify_note.clone())
        .bind(self.contact_channel)
        .bind(self.response_due_at)
        .bind(self.response_overdue)
        .bind(self.identified_at)
        .bind(self.contacted_at)
        .bind(self.accepted_at)
        .bind(self.closed_at)
        .bind(became(self))
        .bind(self.project)
        .bind(self.external_system.clone())
        .bind(self.external_id.clone())
        .bind(self.creator)
        .bind(self.created_at)
        .bind(self.updated_at)
        .bind(respond_by(self))
        .execute_one()
        .await
    }
    async fn save(&self, tx: &mut Tx) -> Result<(), db::Error> {
        tx.sql(
            "update lead set version = $2, title = $3, need = $4, party = $5, contact = $6, quality = $7, routing = $8, \
             offered = $9, owner = $10, territory = $11, follow_up_plan = $12, disqualify_reason = $13, \
             disqualify_note = $14, contact_channel = $15, response_due_at = $16, response_overdue = $17, \
             identified_at = $18, contacted_at = $19, accepted_at = $20, closed_at = $21, opportunity = $22, \
             project = $23, updated_at = $24, respond_by = $25 where id = $1 and version = $2 - 1",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.message.title.clone())
        .bind(self.message.need.clone())
        .bind(self.message.party)
        .bind(self.message.contact)
        .bind(self.quality)
        .bind(self.routing)
        .bind(self.offered)
        .bind(self.owner)
        .bind(self.territory)
        .bind(self.follow_up_plan.clone())
        .bind(self.disqualify_reason)
        .bind(self.disqualify_note.clone())
        .bind(self.contact_channel)
        .bind(self.response_due_at)
        .bind(self.response_overdue)
        .bind(self.identified_at)
        .bind(self.contacted_at)
        .bind(self.accepted_at)
        .bind(self.closed_at)
        .bind(became(self))
        .bind(self.project)
        .bind(self.updated_at)
        .bind(respond_by(self))
        .execute_one()
        .await
    }
    fn personal(&self) -> &'static [&'static str] {
        Self::PERSONAL
    }
    fn said(&self, event: &LeadEvent) -> Said {
        events::lead(self, event)
    }
}

/// Keeps others from changing a lead that was read in this transaction until it ends; fails if somebody already has.
pub async fn hold(tx: &mut Tx, lead: &Lead) -> Result<(), db::Error> {
    tx.sql("update lead set version = version where id = $1 and version = $2")
        .bind(lead.id)
        .bind(lead.version)
        .execute_one()
        .await
}

/// Which leads a list is about.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this quality.
    pub quality: Option<Quality>,
    /// Only so routed.
    pub routing: Option<Routing>,
    /// Only with this member.
    pub owner: Option<MemberId>,
    /// Only in this very territory.
    pub territory: Option<TerritoryId>,
    /// Only about this party.
    pub party: Option<PartyId>,
    /// Only from a source of this kind.
    pub source_kind: Option<SourceKind>,
    /// Only from the source with this id.
    pub source_id: Option<String>,
    /// Only those that wait to be taken.
    pub offered: bool,
}

/// What leads are looked for by.
#[derive(Clone, Debug)]
pub enum Looked {
    /// Their number.
    Number(Narrowing),
    /// Their customer: these are what a query found.
    Customers {
        /// The customers.
        parties: Vec<PartyId>,
        /// The query.
        query: String,
    },
}

/// The leads in a scope that a filter lets through, of those that are looked for.
pub fn leads(scope: Scope, filter: &Filter, looked: Option<Looked>) -> List {
    const RIGHTS: Rights = Rights {
        owner: "owner",
        territory: "territory",
        record: "id",
    };
    let list = List::of(columns!(), "lead")
        .filter("quality = ?", filter.quality)
        .filter("routing = ?", filter.routing)
        .filter("owner = ?", filter.owner)
        .filter("territory = ?", filter.territory)
        .filter("party = ?", filter.party)
        .filter("source_kind = ?", filter.source_kind)
        .filter("source_id = ?", filter.source_id.clone())
        .filter("offered = ?", filter.offered.then_some(true));
    match looked {
        None => list.scope(scope, RIGHTS),
        Some(Looked::Number(found)) => list.scope(scope, RIGHTS).found("id", Some(found)),
        Some(Looked::Customers { parties, query }) => {
            let open = Vec::<PartyId>::new();
            list.each("party", parties, open, vec![(scope, RIGHTS)])
                .looked_for(query)
        }
    }
}

/// Orders of leads.
pub const ORDERS: &[(&str, Order<Lead>)] = &[
    (
        "create_time desc",
        Order {
            column: "created_at",
            id: "id",
            descending: true,
            key: |l| (Key::Time(l.created_at), l.id.into()),
        },
    ),
    (
        "response_due_time asc",
        Order {
            column: "respond_by",
            id: "id",
            descending: false,
            key: |l| (Key::Time(respond_by(l)), l.id.into()),
        },
    ),
];
