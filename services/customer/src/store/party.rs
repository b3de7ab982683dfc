//! Parties and their verifications, as rows.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{Error, Tx},
    ids::{MemberId, PartyId, TerritoryId},
    list::{Key, List, Rights, Scope},
    search::Text,
};

use super::{found_as, orders};
use crate::{
    events,
    party::{Kind, Outcome, Party, PartyEvent, State, Verification},
};

const RIGHTS: Rights = Rights {
    owner: "p.owner",
    territory: "p.territory",
    record: "p.id",
};

impl Noun for Party {
    type Id = PartyId;
    type Event = PartyEvent;
    const KIND: &'static str = "ACCOUNT";

    fn id(&self) -> PartyId {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn touch(&mut self, version: i64, at: Time) {
        (self.version, self.updated_at) = (version, at);
    }
    fn owner(&self) -> Option<MemberId> {
        self.details.owner
    }
    fn territory(&self) -> Option<TerritoryId> {
        self.details.territory
    }

    async fn load(tx: &mut Tx, id: PartyId) -> Result<Option<Self>, Error> {
        tx.sql("select * from party where id = $1")
            .bind(id)
            .optional()
            .await
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        let d = &self.details;
        tx.sql(
            "insert into party (id, version, number, state, kind, name, phone, email, website, industry, country, \
             employees, revenue_currency, revenue_minor, founded_year, parent, owner, territory, source_kind, \
             source_id, last_outcome, last_verified_at, verification_count, erased_at, created_at, updated_at) values ($1, $2, \
             $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
             $24, $25, $26)",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.number.clone())
        .bind(self.state)
        .bind(self.kind)
        .bind(d.name.clone())
        .bind(d.phone.clone())
        .bind(d.email.clone())
        .bind(d.website.clone())
        .bind(d.industry.clone())
        .bind(d.country.clone())
        .bind(d.employees)
        .bind(d.revenue_currency.clone())
        .bind(d.revenue_minor)
        .bind(d.founded_year)
        .bind(d.parent)
        .bind(d.owner)
        .bind(d.territory)
        .bind(self.source_kind)
        .bind(self.source_id.clone())
        .bind(self.last_outcome)
        .bind(self.last_verified_at)
        .bind(self.verification_count)
        .bind(self.erased_at)
        .bind(self.created_at)
        .bind(self.updated_at)
        .execute_one()
        .await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), Error> {
        let d = &self.details;
        tx.sql(
            "update party set version = $2, state = $3, name = $4, phone = $5, email = $6, website = $7, \
             industry = $8, country = $9, employees = $10, revenue_currency = $11, revenue_minor = $12, \
             founded_year = $13, parent = $14, owner = $15, territory = $16, last_outcome = $17, \
             last_verified_at = $18, verification_count = $19, updated_at = $20, erased_at = $21 where id = $1 and version = $2 - 1",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.state)
        .bind(d.name.clone())
        .bind(d.phone.clone())
        .bind(d.email.clone())
        .bind(d.website.clone())
        .bind(d.industry.clone())
        .bind(d.country.clone())
        .bind(d.employees)
        .bind(d.revenue_currency.clone())
        .bind(d.revenue_minor)
        .bind(d.founded_year)
        .bind(d.parent)
        .bind(d.owner)
        .bind(d.territory)
        .bind(self.last_outcome)
        .bind(self.last_verified_at)
        .bind(self.verification_count)
        .bind(self.updated_at)
        .bind(self.erased_at)
        .execute_one()
        .await
    }

    fn texts(&self) -> Vec<Text> {
        let d = &self.details;
        found_as(&self.number, &d.name, &d.phone, &d.country)
    }

    /// What is known of a company is no personal data.
    fn personal(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Company => &[],
            Kind::Person => Self::PERSONAL,
        }
    }

    fn said(&self, event: &PartyEvent) -> Said {
        events::party(self, event)
    }
}

orders!(
    PARTIES,
    Party,
    [
        "create_time desc" = ("p.created_at", "p.id", true, |p| (
            Key::Time(p.created_at),
            p.id.into()
        )),
        "name" = ("p.name", "p.id", false, |p| (
            Key::Text(p.details.name.clone()),
            p.id.into()
        )),
    ]
);

/// Which parties are asked for.
#[derive(Debug, Default)]
pub struct PartyFilter {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only those of this member.
    pub owner: Option<MemberId>,
    /// Only those of this territory.
    pub territory: Option<TerritoryId>,
    /// Only of this industry.
    pub industry: Option<String>,
    /// Only of this country.
    pub country: Option<String>,
    /// Only from a source of this kind.
    pub source_kind: Option<String>,
    /// Only from this source.
    pub source_id: Option<String>,
    /// Only those that belong to this company.
    pub parent: Option<PartyId>,
    /// Only those whose latest verification came out so.
    pub last_outcome: Option<Outcome>,
}

/// Parties of one state.
pub fn parties(scope: Scope, state: State, filter: PartyFilter) -> List {
    List::of("p.*", "party p")
        .scope(scope, RIGHTS)
        .filter("p.state = ?", Some(state))
        .filter("p.kind = ?", filter.kind)
        .filter("p.owner = ?", filter.owner)
        .filter("p.territory = ?", filter.territory)
        .filter("p.industry = ?", filter.industry)
        .filter("p.country = ?", filter.country)
        .filter("p.source_kind = ?", filter.source_kind)
        .filter("p.source_id = ?", filter.source_id)
        .filter("p.parent = ?", filter.parent)
        .filter("p.last_outcome = ?", filter.last_outcome)
}

/// Reads a party and keeps it as it is until this transaction ends.
pub async fn lock_party(tx: &mut Tx, id: PartyId) -> Result<Option<Party>, Error> {
    tx.sql("update party set version = version where id = $1 returning *")
        .bind(id)
        .optional()
        .await
}

/// How far up the companies that one belongs to are followed.
const PARENTS_MAX: usize = 32;

/// The companies that a party belongs to, from the nearest up.
pub async fn parents(tx: &mut Tx, party: &Party) -> Result<Vec<PartyId>, Error> {
    let mut above = Vec::new();
    let mut next = party.details.parent;
    while let Some(id) = next.filter(|_| above.len() < PARENTS_MAX) {
        above.push(id);
        next = Party::load(tx, id).await?.and_then(|p| p.details.parent);
    }
    Ok(above)
}

/// Keeps a verification for ever, as far as it tells of no erased person.
pub async fn record(tx: &mut Tx, v: &Verification) -> Result<(), Error> {
    tx.sql(
        "insert into verification (id, party, outcome, channel, evidence, verifier, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(v.id)
    .bind(v.party)
    .bind(v.outcome)
    .bind(v.channel)
    .bind(v.evidence.clone())
    .bind(v.verifier)
    .bind(v.created_at)
    .execute_one()
    .await
}

orders!(
    VERIFICATIONS,
    Verification,
    ["create_time desc" = ("v.created_at", "v.id", true, |v| (
        Key::Time(v.created_at),
        v.id.into()
    )),]
);

/// Verifications of a party that the caller was found to see.
pub fn verifications(party: PartyId) -> List {
    // Rights rest on the party.
    List::of("v.*", "verification v")
        .for_everyone()
        .filter("v.party = ?", Some(party))
}
