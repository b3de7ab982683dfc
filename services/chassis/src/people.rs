//! What every service knows of the directory: members, territories, grants and settings, projected from its events
//! and held in memory, so that no call waits for another service to learn who may do what.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use baton_proto::{directory::v1 as pb, r#type::v1::Subject};
use prost::Message as _;
use tokio::sync::watch;

use crate::{
    Error, Language, Result,
    db::{self, Db, Tx},
    handoff::AnswerHours,
    ids::{ApiKeyId, DepartmentId, MemberId, TeamId, TerritoryId},
    list::Scope,
    log::Event,
    policy::{Access, Function},
};

/// How old the copy in memory may be before the epoch in the database is looked at again: another replica may have
/// applied what changed.
const FRESH: Duration = Duration::from_secs(1);
/// How long a caller waits for us to catch up with the directory.
const BEHIND_MAX: Duration = Duration::from_secs(5);
/// How often we look meanwhile.
const BEHIND_POLL: Duration = Duration::from_millis(50);

/// A member as other services know him.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Id.
    pub id: MemberId,
    /// Sign-in name.
    pub name: String,
    /// Name that people read.
    pub display_name: String,
    /// Roles.
    pub roles: Vec<String>,
    /// Department.
    pub department: Option<DepartmentId>,
    /// Territory he works in.
    pub territory: Option<TerritoryId>,
    /// Whether he may act.
    pub active: bool,
    /// Language, if he chose one.
    pub language: Option<Language>,
    /// Tokens made at an earlier epoch are refused.
    pub sessions_valid_from: i64,
}

/// A territory as other services know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Territory {
    /// Id.
    pub id: TerritoryId,
    /// Name.
    pub name: String,
    /// Territory above.
    pub parent: Option<TerritoryId>,
    /// Who manages it.
    pub manager: Option<MemberId>,
    /// Whether it is put away.
    pub archived: bool,
}

/// On whose records a granted function is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// His own.
    Own,
    /// His own and those of the members of his teams.
    Team,
    /// Those, and those of the territories he manages, with all below them.
    Territory,
    /// Everybody's.
    All,
}

/// Members who see each other's records, as far as functions granted to them say so.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Team {
    members: Vec<MemberId>,
}

/// A record that is shown to somebody whose it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share {
    record: uuid::Uuid,
    with: SharedWith,
    /// What he may do with it, as far as he has the functions for that.
    access: Access,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SharedWith {
    Member(MemberId),
    Team(TeamId),
}

/// Who is granted a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grantee {
    /// Everybody with this role.
    Role(String),
    /// Everybody in this department.
    Department(DepartmentId),
}

/// A function granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What may be done.
    pub function: Function,
    /// How.
    pub access: Access,
    /// On whose records.
    pub reach: Reach,
    /// Who.
    pub grantee: Grantee,
}

/// What to do with a party that looks like one known already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicatePolicy {
    /// Create it and say so.
    Warn,
    /// Take the one that is known.
    Link,
    /// Refuse it.
    Refuse,
}

/// Months after which people go by themselves; 0 for never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Those of a prospect that never became anything.
    pub prospects: i32,
    /// Contacts that were put away.
    pub contacts: i32,
    /// What names them in disqualified leads.
    pub leads: i32,
}

impl From<&pb::SettingsFacts> for Retention {
    fn from(facts: &pb::SettingsFacts) -> Self {
        Self {
            prospects: facts.prospect_retention_months(),
            contacts: facts.contact_retention_months(),
            leads: facts.lead_retention_months(),
        }
    }
}

/// Settings of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Time zone of the firm.
    pub time_zone: chrono_tz::Tz,
    /// Currency of the firm, ISO 4217.
    pub currency: String,
    /// Whether leads are used.
    pub leads_enabled: bool,
    /// Whether contracts are used.
    pub contracts_enabled: bool,
    /// Hours within which a lead is to be answered first.
    pub first_response_hours: i32,
    /// What to do with duplicates.
    pub duplicate_policy: DuplicatePolicy,
    /// Hours within which handoffs want an answer.
    pub answer_hours: AnswerHours,
    /// Whether projects are used.
    pub projects_enabled: bool,
    /// Functions that are not carried out in Baton.
    pub functions_off: Vec<Function>,
    /// The ERP that carries out orders; empty while none is connected.
    pub erp_system: String,
    /// For how long people are kept.
    pub retention: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_zone: chrono_tz::Asia::Shanghai,
            currency: "CNY".to_owned(),
            leads_enabled: true,
            contracts_enabled: true,
            first_response_hours: 24,
            duplicate_policy: DuplicatePolicy::Warn,
            answer_hours: AnswerHours::default(),
            projects_enabled: true,
            functions_off: Vec::new(),
            erp_system: String::new(),
            retention: Retention::default(),
        }
    }
}

/// The directory as of one epoch.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The epoch: how many changes of the directory it has seen; 0 when it has seen none.
    pub epoch: i64,
    members: HashMap<MemberId, Member>,
    territories: HashMap<TerritoryId, Territory>,
    grants: Vec<Grant>,
    teams: HashMap<TeamId, Team>,
    shares: Vec<Share>,
    /// Functions that keys of programs are limited to; one that was taken back is not among them.
    keys: HashMap<ApiKeyId, Vec<(Function, Access)>>,
    /// Settings of the organisation.
    pub settings: Settings,
}

impl Snapshot {
    /// A member.
    #[must_use]
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.get(&id)
    }

    /// Whether a token that was made at an epoch is still that of a member who may act.
    #[must_use]
    pub fn is_signed_in(&self, id: MemberId, made_at: i64) -> bool {
        // A session that was made before the member's sessions were ended is over.
        self.member(id)
            .is_some_and(|m| m.active && m.sessions_valid_from <= made_at)
    }

    /// The same of a token that may be for a key of his, which is no session and does not end with them.
    #[must_use]
    pub fn is_good(&self, id: MemberId, key: Option<ApiKeyId>, made_at: i64) -> bool {
        match key {
            Some(key) => self.keys.contains_key(&key) && self.member(id).is_some_and(|m| m.active),
            None => self.is_signed_in(id, made_at),
        }
    }

    /// What a key leaves of these functions; without one, all of them.
    #[must_use]
    pub fn left_by<'f>(
        &self,
        key: Option<ApiKeyId>,
        functions: &'f [(Function, Access)],
    ) -> Cow<'f, [(Function, Access)]> {
        let Some(key) = key else {
            return Cow::Borrowed(functions);
        };
        let limit = self.keys.get(&key).map_or(&[][..], Vec::as_slice);
        let within = |(f, a): &(Function, Access)| limit.iter().any(|(of, to)| of == f && to >= a);
        Cow::Owned(functions.iter().copied().filter(within).collect())
    }

    /// A member who may act, by his sign-in name.
    #[must_use]
    pub fn member_named(&self, name: &str) -> Option<&Member> {
        self.members.values().find(|m| m.active && m.name == name)
    }

    /// A territory.
    #[must_use]
    pub fn territory(&self, id: TerritoryId) -> Option<&Territory> {
        self.territories.get(&id)
    }

    /// Who manages a territory: its manager, or the nearest one above it.
    #[must_use]
    pub fn manager_of(&self, id: TerritoryId) -> Option<MemberId> {
        let mut at = Some(id);
        // A tree has no way back up, but the depth is bounded all the same.
        for _ in 0..64 {
            let territory = self.territories.get(&at?)?;
            if let Some(manager) = territory
                .manager
                .filter(|m| self.member(*m).is_some_and(|m| m.active))
            {
                return Some(manager);
            }
            at = territory.parent;
        }
        None
    }

    /// To whom a handoff that was not answered in time goes up: who manages the territory, or the nearest one above who is
    /// not himself the one who is `late`; else an administrator.
    #[must_use]
    pub fn escalation(
        &self,
        territory: Option<TerritoryId>,
        late: Option<MemberId>,
    ) -> Option<MemberId> {
        let mut at = territory;
        for _ in 0..64 {
            let Some(here) = at.and_then(|id| self.territories.get(&id)) else {
                break;
            };
            let manager = here.manager.filter(|m| Some(*m) != late);
            if let Some(manager) = manager.filter(|m| self.member(*m).is_some_and(|m| m.active)) {
                return Some(manager);
            }
            at = here.parent;
        }
        self.administrators().filter(|m| Some(*m) != late).min()
    }

    fn administrators(&self) -> impl Iterator<Item = MemberId> {
        let administers = |id: &MemberId| {
            let mut grants = self.grants(*id);
            grants.any(|g| g.function == Function::Administration && g.access == Access::Write)
        };
        self.members.keys().copied().filter(administers)
    }

    /// Whether nobody could administer Baton without this member.
    #[must_use]
    pub fn is_last_administrator(&self, id: MemberId) -> bool {
        self.administrators().all(|other| other == id) && self.administrators().next().is_some()
    }

    /// The territories that a member manages, with all below them.
    #[must_use]
    pub fn territories_managed(&self, manager: MemberId) -> Vec<TerritoryId> {
        let his = self.territories.values();
        let his = his.filter(|t| t.manager == Some(manager)).map(|t| t.id);
        self.with_all_below(his.collect())
    }

    /// These territories with all below them.
    #[must_use]
    pub fn with_all_below(&self, mut open: Vec<TerritoryId>) -> Vec<TerritoryId> {
        let mut children: HashMap<TerritoryId, Vec<TerritoryId>> = HashMap::new();
        for t in self.territories.values() {
            if let Some(parent) = t.parent {
                children.entry(parent).or_default().push(t.id);
            }
        }
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(children.get(&id).into_iter().flatten());
            }
        }
        let mut all: Vec<_> = seen.into_iter().collect();
        all.sort_unstable();
        all
    }

    /// What a member is granted.
    pub fn grants(&self, id: MemberId) -> impl Iterator<Item = &Grant> {
        let member = self.member(id).filter(|m| m.active);
        self.grants.iter().filter(move |g| {
            member.is_some_and(|m| match &g.grantee {
                Grantee::Role(role) => m.roles.contains(role),
                Grantee::Department(department) => m.department == Some(*department),
            })
        })
    }

    /// The rows on which a member may use one of these functions; `Nothing` if he has none of them.
    #[must_use]
    pub fn scope(&self, id: MemberId, any: &[(Function, Access)]) -> Scope {
        let mut widest = None;
        // The least that is asked of somebody by a function that he has: what is shared with him must be for that.
        let mut least = Access::Write;
        for grant in self.grants(id) {
            let asked = any
                .iter()
                .filter(|(f, a)| grant.function == *f && grant.access >= *a);
            for (_, access) in asked {
                widest = widest.max(Some(grant.reach));
                least = least.min(*access);
            }
        }
        let (owners, territories) = match widest {
            None => return Scope::Nothing,
            Some(Reach::All) => return Scope::All,
            Some(Reach::Territory) => (self.teammates(id), self.territories_managed(id)),
            Some(Reach::Team) => (self.teammates(id), Vec::new()),
            Some(Reach::Own) => (vec![id], Vec::new()),
        };
        Scope::Some {
            owners,
            territories,
            shared: self.shared_with(id, least),
        }
    }

    /// A member and all who are in a team with him.
    #[must_use]
    pub fn teammates(&self, id: MemberId) -> Vec<MemberId> {
        let his = self.teams.values().filter(|t| t.members.contains(&id));
        let mut mates: Vec<_> = his.flat_map(|t| t.members.iter().copied()).collect();
        mates.push(id);
        mates.sort_unstable();
        mates.dedup();
        mates
    }

    /// The records that are shared with a member, or with a team of his, for so much.
    fn shared_with(&self, id: MemberId, access: Access) -> Vec<uuid::Uuid> {
        let with = |with| match with {
            SharedWith::Member(member) => member == id,
            SharedWith::Team(team) => self
                .teams
                .get(&team)
                .is_some_and(|t| t.members.contains(&id)),
        };
        let shares = self.shares.iter();
        let shares = shares.filter(|s| s.access >= access && with(s.with));
        let mut records: Vec<_> = shares.map(|s| s.record).collect();
        records.sort_unstable();
        records.dedup();
        records
    }

    fn take(&mut self, kind: &str, id: uuid::Uuid, facts: &[u8]) -> Result<(), prost::DecodeError> {
        match kind {
            "MEMBER" => {
                let facts = pb::MemberFacts::decode(facts)?;
                self.members.insert(id.into(), member(id.into(), facts));
            }
            "TERRITORY" => {
                let facts = pb::TerritoryFacts::decode(facts)?;
                self.territories
                    .insert(id.into(), territory(id.into(), facts));
            }
            "GRANT" => self.grants.extend(grant(pb::GrantFacts::decode(facts)?)),
            "API_KEY" => {
                let facts = pb::ApiKeyFacts::decode(facts)?;
                let functions = facts.functions.iter();
                let functions =
                    functions.filter_map(|f| Some((function(f.function)?, access(f.access())?)));
                self.keys.insert(id.into(), functions.collect());
            }
            "TEAM" => {
                let facts = pb::TeamFacts::decode(facts)?;
                let members = facts.member_ids.iter().filter_map(|m| m.parse().ok());
                // A team that was put away shows nothing to anybody.
                let members = members.filter(|_| !facts.archived).collect();
                self.teams.insert(id.into(), Team { members });
            }
            "SHARE" => self.shares.extend(share(&pb::ShareFacts::decode(facts)?)),
            "SETTINGS" => self.settings = Settings::from(&pb::SettingsFacts::decode(facts)?),
            // Departments matter only as ids in grants; kinds that are newer than this program do not matter.
            _ => {}
        }
        Ok(())
    }
}

fn member(id: MemberId, facts: pb::MemberFacts) -> Member {
    Member {
        id,
        department: facts.department_id.parse().ok(),
        territory: facts.territory_id.parse().ok(),
        language: Language::accepted(&facts.language),
        name: facts.name,
        display_name: facts.display_name,
        roles: facts.roles,
        active: facts.active,
        sessions_valid_from: facts.sessions_valid_from,
    }
}

fn territory(id: TerritoryId, facts: pb::TerritoryFacts) -> Territory {
    Territory {
        id,
        parent: facts.parent_id.parse().ok(),
        manager: facts.manager_id.parse().ok(),
        name: facts.name,
        archived: facts.archived,
    }
}

/// A grant that this program does not understand grants nothing.
fn grant(facts: pb::GrantFacts) -> Option<Grant> {
    Some(Grant {
        function: function(facts.function)?,
        access: access(facts.access())?,
        reach: match facts.scope() {
            pb::GrantScope::Own => Reach::Own,
            pb::GrantScope::Team => Reach::Team,
            pb::GrantScope::Territory => Reach::Territory,
            pb::GrantScope::All => Reach::All,
            pb::GrantScope::Unspecified => return None,
        },
        grantee: match facts.grantee? {
            pb::grant_facts::Grantee::Role(role) => Grantee::Role(role),
            pb::grant_facts::Grantee::DepartmentId(id) => Grantee::Department(id.parse().ok()?),
        },
    })
}

/// A share that this program does not understand shows nothing.
fn share(facts: &pb::ShareFacts) -> Option<Share> {
    use pb::share_facts::With;
    Some(Share {
        record: facts.record_id.parse().ok()?,
        with: match facts.with.as_ref()? {
            With::MemberId(id) => SharedWith::Member(id.parse().ok()?),
            With::TeamId(id) => SharedWith::Team(id.parse().ok()?),
        },
        access: access(facts.access())?,
    })
}

fn function(number: i32) -> Option<Function> {
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    Function::ALL.get(place).copied()
}

fn access(access: pb::Access) -> Option<Access> {
    match access {
        pb::Access::Read => Some(Access::Read),
        pb::Access::Write => Some(Access::Write),
        pb::Access::Unspecified => None,
    }
}

impl From<&pb::SettingsFacts> for Settings {
    fn from(facts: &pb::SettingsFacts) -> Self {
        let default = Self::default();
        Self {
            time_zone: facts.time_zone.parse().unwrap_or(default.time_zone),
            currency: facts.currency_code.clone(),
            leads_enabled: facts.leads_enabled,
            contracts_enabled: facts.contracts_enabled,
            first_response_hours: facts.first_response_hours,
            duplicate_policy: match facts.duplicate_policy() {
                pb::DuplicatePolicy::Link => DuplicatePolicy::Link,
                pb::DuplicatePolicy::Refuse => DuplicatePolicy::Refuse,
                pb::DuplicatePolicy::Warn | pb::DuplicatePolicy::Unspecified => {
                    DuplicatePolicy::Warn
                }
            },
            answer_hours: answer_hours(facts),
            projects_enabled: facts.projects_enabled.unwrap_or(true),
            functions_off: functions_off(facts),
            erp_system: facts.erp_system.clone(),
            retention: Retention::from(facts),
        }
    }
}

fn answer_hours(facts: &pb::SettingsFacts) -> AnswerHours {
    let default = AnswerHours::default();
    let hours = |said: Option<i32>, default| said.unwrap_or(default);
    AnswerHours {
        lead_to_manager: hours(facts.lead_to_manager_hours, default.lead_to_manager),
        lead_to_salesperson: hours(facts.lead_to_salesperson_hours, default.lead_to_salesperson),
        deal_to_commerce: hours(facts.deal_to_commerce_hours, default.deal_to_commerce),
        order_to_erp: hours(facts.order_to_erp_hours, default.order_to_erp),
    }
}

fn functions_off(facts: &pb::SettingsFacts) -> Vec<Function> {
    let switches = [
        (Function::Marketing, facts.marketing_enabled),
        (Function::Sales, facts.sales_enabled),
        (Function::Commerce, facts.commerce_enabled),
    ];
    // What an older directory does not know cannot be off.
    let off = switches.into_iter().filter(|(_, on)| *on == Some(false));
    off.map(|(function, _)| function).collect()
}

/// What all events of the directory have in common: subject, epoch, and the facts of the subject as they stand.
#[derive(Clone, PartialEq, prost::Message)]
struct DirectoryEvent {
    #[prost(message, optional, tag = "1")]
    subject: Option<Subject>,
    #[prost(int64, tag = "2")]
    epoch: i64,
    #[prost(bytes = "vec", tag = "3")]
    facts: Vec<u8>,
}

/// Events after which nothing is left of their subject.
const LAST: [&str; 5] = [
    "baton.directory.v1.grant_revoked",
    "baton.directory.v1.api_key_revoked",
    "baton.directory.v1.api_key_expired",
    "baton.directory.v1.share_revoked",
    "baton.directory.v1.share_expired",
];

/// Applies an event of the directory to a service's copy of it.
///
/// # Errors
/// When the event does not parse, or the database fails.
pub(crate) async fn heed(tx: &mut Tx, event: &Event) -> Result<()> {
    let fact = DirectoryEvent::decode(event.payload.as_slice()).map_err(Error::internal)?;
    let subject = fact
        .subject
        .ok_or_else(|| Error::internal("an event of the directory without a subject"))?;
    let id: uuid::Uuid = subject.id.parse().map_err(Error::internal)?;
    tx.sql("delete from directory_fact where kind = $1 and id = $2")
        .bind(subject.kind.clone())
        .bind(id)
        .execute()
        .await?;
    if !LAST.contains(&event.kind.as_str()) {
        tx.sql("insert into directory_fact (kind, id, facts) values ($1, $2, $3)")
            .bind(subject.kind)
            .bind(id)
            .bind(fact.facts)
            .execute()
            .await?;
    }
    tx.sql("update directory_epoch set epoch = $1 where epoch < $1")
        .bind(fact.epoch)
        .execute()
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct FactRow {
    kind: String,
    id: uuid::Uuid,
    facts: Vec<u8>,
}
#[derive(sqlx::FromRow)]
struct EpochRow {
    epoch: i64,
}

async fn epoch(tx: &mut Tx) -> Result<i64, db::Error> {
    Ok(tx
        .sql("select epoch from directory_epoch")
        .one::<EpochRow>()
        .await?
        .epoch)
}

async fn load(tx: &mut Tx) -> Result<Snapshot> {
    let mut snapshot = Snapshot {
        epoch: epoch(tx).await?,
        ..Snapshot::default()
    };
    for row in tx
        .sql("select kind, id, facts from directory_fact")
        .all::<FactRow>()
        .await?
    {
        snapshot
            .take(&row.kind, row.id, &row.facts)
            .map_err(Error::internal)?;
    }
    Ok(snapshot)
}

/// The settings of the organisation as this transaction sees them.
///
/// # Errors
/// When the store fails, or they cannot be read.
pub(crate) async fn settings_in(tx: &mut Tx) -> Result<Settings> {
    let row: Option<FactRow> = tx
        .sql("select kind, id, facts from directory_fact where kind = $1")
        .bind("SETTINGS")
        .optional()
        .await?;
    let Some(row) = row else {
        return Ok(Settings::default());
    };
    let facts = pb::SettingsFacts::decode(row.facts.as_slice()).map_err(Error::internal)?;
    Ok(Settings::from(&facts))
}

/// The directory as a service knows it; cheap to clone.
#[derive(Clone)]
pub struct People {
    db: Db,
    held: Arc<RwLock<Held>>,
    applied: watch::Sender<()>,
}

/// The copy in memory.
#[derive(Clone, Default)]
struct Held {
    snapshot: Arc<Snapshot>,
    /// When it was last found to be what the database holds; `None` when that has to be looked at.
    seen: Option<Instant>,
    /// How often it was called stale: a look that began before it was is no proof of freshness after it.
    called_stale: u64,
}

impl People {
    pub(crate) fn new(db: Db) -> Self {
        Self {
            db,
            held: Arc::default(),
            applied: watch::Sender::new(()),
        }
    }

    /// Forgets how fresh the copy is, after an event of the directory was applied here.
    pub(crate) fn stale(&self) {
        self.look_again();
        self.applied.send_replace(());
    }

    fn look_again(&self) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.seen = None;
        held.called_stale += 1;
    }

    /// The directory as of an epoch that someone else has seen, or later: who asks on the strength of a newer directory
    /// than ours is known here waits until we have caught up.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the epoch is not reached in time.
    pub async fn at_least(&self, epoch: i64) -> Result<Arc<Snapshot>> {
        let reached = async {
            loop {
                let snapshot = self.snapshot().await?;
                if snapshot.epoch >= epoch {
                    return Ok(snapshot);
                }
                self.applied().await;
            }
        };
        let late = || Error::Unavailable("the directory".to_owned());
        tokio::time::timeout(BEHIND_MAX, reached)
            .await
            .map_err(|_| late())?
    }

    /// Waits for the next event of the directory, or a moment in which another replica may have applied one.
    pub(crate) async fn applied(&self) {
        let mut applied = self.applied.subscribe();
        drop(tokio::time::timeout(BEHIND_POLL, applied.changed()).await);
        self.look_again();
    }

    fn held(&self) -> Held {
        self.held
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The directory as it was last looked at.
    pub(crate) fn known(&self) -> Arc<Snapshot> {
        self.held().snapshot
    }

    /// The directory as of now, up to a second old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let Held {
            snapshot,
            seen,
            called_stale,
        } = self.held();
        if seen.is_some_and(|at| at.elapsed() < FRESH) {
            return Ok(snapshot);
        }
        let seen = Instant::now();
        let known = snapshot.epoch;
        let newer = self
            .db
            .read(async move |tx| {
                if epoch(tx).await? == known {
                    Ok(None)
                } else {
                    load(tx).await.map(Some)
                }
            })
            .await?;
        let snapshot = newer.map_or(snapshot, Arc::new);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        // Two loads at once: the newer one stays.
        if held.snapshot.epoch <= snapshot.epoch {
            held.snapshot = snapshot.clone();
            held.seen = (held.called_stale == called_stale).then_some(seen);
        }
        Ok(snapshot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<I: crate::ids::Id>(n: u128) -> I {
        uuid::Uuid::from_u128(n).into()
    }

    fn someone(n: u128, roles: &[&str]) -> Member {
        Member {
            id: id(n),
            name: format!("m{n}"),
            display_name: String::new(),
            roles: roles.iter().map(|r| (*r).to_owned()).collect(),
            department: None,
            territory: None,
            active: true,
            language: None,
            sessions_valid_from: 0,
        }
    }

    fn place(n: u128, parent: Option<u128>, manager: Option<u128>) -> Territory {
        Territory {
            id: id(n),
            name: String::new(),
            parent: parent.map(id),
            manager: manager.map(id),
            archived: false,
        }
    }

    fn world() -> Snapshot {
        let grant = |role: &str, access, reach| Grant {
            function: Function::Sales,
            access,
            reach,
            grantee: Grantee::Role(role.to_owned()),
        };
        Snapshot {
            members: [
                someone(1, &["seller"]),
                someone(2, &["manager"]),
                someone(3, &["boss"]),
                someone(4, &[]),
            ]
            .map(|m| (m.id, m))
            .into(),
            territories: [
                place(10, None, None),
                place(11, Some(10), Some(2)),
                place(12, Some(11), None),
            ]
            .map(|t| (t.id, t))
            .into(),
            grants: vec![
                grant("seller", Access::Write, Reach::Own),
                grant("manager", Access::Read, Reach::Territory),
                grant("boss", Access::Write, Reach::All),
            ],
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_scope_is_as_wide_as_the_widest_grant_and_nothing_without_one() {
        let w = world();
        let write = [(Function::Sales, Access::Write)];
        let read = [(Function::Sales, Access::Read)];
        assert_eq!(w.scope(id(1), &write), Scope::of(vec![id(1)], vec![]));
        assert_eq!(w.scope(id(2), &write), Scope::Nothing);
        assert_eq!(
            w.scope(id(2), &read),
            Scope::of(vec![id(2)], vec![id(11), id(12)])
        );
        assert_eq!(w.scope(id(3), &read), Scope::All);
        assert_eq!(w.scope(id(4), &read), Scope::Nothing);
        assert_eq!(w.scope(id(9), &read), Scope::Nothing);
    }

    #[test]
    fn a_team_shows_its_members_what_is_theirs_and_only_where_a_grant_says_so() {
        let mut w = world();
        w.teams.insert(
            id(20),
            Team {
                members: vec![id(1), id(3)],
            },
        );
        let read = [(Function::Sales, Access::Read)];
        assert_eq!(w.scope(id(1), &read), Scope::of(vec![id(1)], vec![]));
        w.grants.push(Grant {
            function: Function::Sales,
            access: Access::Read,
            reach: Reach::Team,
            grantee: Grantee::Role("seller".to_owned()),
        });
        assert_eq!(w.scope(id(1), &read), Scope::of(vec![id(1), id(3)], vec![]));
        // To read is not to write: what he may change is his own.
        let write = [(Function::Sales, Access::Write)];
        assert_eq!(w.scope(id(1), &write), Scope::of(vec![id(1)], vec![]));
    }

    #[test]
    fn what_is_shared_is_covered_for_what_it_is_shared_for_and_only_with_the_function() {
        let mut w = world();
        let record = uuid::Uuid::from_u128(77);
        let team = id(20);
        w.teams.insert(
            team,
            Team {
                members: vec![id(4), id(1)],
            },
        );
        w.shares = vec![Share {
            record,
            with: SharedWith::Team(team),
            access: Access::Read,
        }];
        let seat = crate::caller::Whose {
            record: Some(record),
            ..crate::caller::Whose::default()
        };
        let covers = |w: &Snapshot, n: u128, access| {
            w.scope(id(n), &[(Function::Sales, access)]).covers(seat)
        };
        assert!(covers(&w, 1, Access::Read));
        assert!(!covers(&w, 1, Access::Write));
        assert!(!covers(&w, 2, Access::Read), "shared with others");
        assert!(
            !covers(&w, 4, Access::Read),
            "who has no function has no use of it"
        );
        w.shares.push(Share {
            record,
            with: SharedWith::Member(id(1)),
            access: Access::Write,
        });
        assert!(covers(&w, 1, Access::Write));
    }

    #[test]
    fn a_member_who_may_not_act_has_no_scope() {
        let mut w = world();
        if let Some(m) = w.members.get_mut(&id(3)) {
            m.active = false;
        }
        assert_eq!(
            w.scope(id(3), &[(Function::Sales, Access::Read)]),
            Scope::Nothing
        );
    }

    #[test]
    fn the_manager_of_a_territory_is_the_nearest_one_above() {
        let w = world();
        assert_eq!(w.manager_of(id(12)), Some(id(2)));
        assert_eq!(w.manager_of(id(10)), None);
    }

    #[test]
    fn what_is_late_goes_up_to_the_nearest_manager_who_is_not_late_himself() {
        let mut w = world();
        assert_eq!(w.escalation(Some(id(12)), Some(id(1))), Some(id(2)));
        assert_eq!(w.escalation(Some(id(12)), Some(id(2))), None);
        if let Some(root) = w.territories.get_mut(&id(10)) {
            root.manager = Some(id(3));
        }
        assert_eq!(w.escalation(Some(id(12)), Some(id(2))), Some(id(3)));
        w.grants.push(Grant {
            function: Function::Administration,
            access: Access::Write,
            reach: Reach::All,
            grantee: Grantee::Role("seller".to_owned()),
        });
        assert_eq!(w.escalation(None, None), Some(id(1)));
        assert_eq!(w.escalation(Some(id(10)), Some(id(3))), Some(id(1)));
        assert_eq!(w.escalation(None, Some(id(1))), None);
    }

    #[test]
    fn settings_that_are_older_than_a_switch_have_it_on() {
        let old = Settings::from(&pb::SettingsFacts::default());
        assert!(old.projects_enabled && old.functions_off.is_empty());
        assert_eq!(old.answer_hours, AnswerHours::default());
        let new = Settings::from(&pb::SettingsFacts {
            commerce_enabled: Some(false),
            deal_to_commerce_hours: Some(0),
            ..pb::SettingsFacts::default()
        });
        assert_eq!(new.functions_off, [Function::Commerce]);
        assert_eq!(new.answer_hours.deal_to_commerce, 0);
    }

    #[test]
    fn a_key_leaves_of_functions_what_it_is_limited_to_and_one_that_is_gone_leaves_nothing() {
        use Access::{Read, Write};
        let key = |n| Some(uuid::Uuid::from_u128(n).into());
        let reads_sales = (
            uuid::Uuid::from_u128(1).into(),
            vec![(Function::Sales, Read)],
        );
        let people = Snapshot {
            keys: HashMap::from([reads_sales]),
            ..Snapshot::default()
        };
        let asked = [
            (Function::Sales, Read),
            (Function::Sales, Write),
            (Function::Commerce, Read),
        ];
        assert_eq!(*people.left_by(None, &asked), asked);
        assert_eq!(*people.left_by(key(1), &asked), [(Function::Sales, Read)]);
        assert!(people.left_by(key(2), &asked).is_empty());
    }
}
