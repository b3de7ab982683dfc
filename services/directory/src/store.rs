//! Every SQL text of the directory; a module for each noun.

pub mod api_key;
pub mod department;
pub mod export;
pub mod find;
pub mod grant;
pub mod identity;
pub mod leaver_handover;
pub mod member;
pub mod password_link;
pub mod placement;
pub mod saved_view;
pub mod second_factor;
pub mod session;
pub mod settings;
pub mod share;
pub mod sign_in;
pub mod team;
pub mod territory;

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{Result, Tx},
    ids::{
        ApiKeyId, DepartmentId, GrantId, LeaverHandoverId, MemberId, PlacementId, ShareId, TeamId,
        TerritoryId,
    },
    list::List,
    search::Text,
};
use uuid::Uuid;

use crate::{
    api_key::{ApiKey, ApiKeyEvent},
    department::{Department, DepartmentEvent},
    events::{self, Told},
    grant::{Grant, GrantEvent},
    leaver_handover::{LeaverHandover, LeaverHandoverEvent},
    member::{Member, MemberEvent},
    organisation::{Entry, ORGANISATION, OrganisationId},
    placement::{Placement, PlacementEvent, Standing},
    settings::{Settings, SettingsEvent},
    share::{Share, ShareEvent},
    team::{Team, TeamEvent},
    territory::{Territory, TerritoryEvent},
};

/// What the nouns have in common: nobody owns them, they lie in no territory, and their place
/// in the order of events is that of the organisation.
macro_rules! entry {
    ($noun:ty, $id:ty, $verb:ty, $kind:literal, $module:ident $(, $texts:expr $(, $personal:expr)?)?
        $(; stands $standings:path)?) => {
        impl Noun for $noun {
            type Id = $id;
            type Event = Told<Self>;
            const KIND: &'static str = $kind;

            fn id(&self) -> Self::Id {
                self.id
            }
            fn version(&self) -> i64 {
                self.version
            }
            fn touch(&mut self, version: i64, at: Time) {
                (self.version, self.updated_at) = (version, at);
            }
            fn owner(&self) -> Option<MemberId> {
                None
            }
            fn territory(&self) -> Option<TerritoryId> {
                None
            }
            async fn load(tx: &mut Tx, id: Self::Id) -> Result<Option<Self>> {
                $module::load(tx, id).await
            }
            async fn insert(&self, tx: &mut Tx) -> Result<()> {
                $module::insert(tx, self).await
            }
            async fn save(&self, tx: &mut Tx) -> Result<()> {
                $module::save(tx, self).await
            }
            fn said(&self, told: &Told<Self>) -> Said {
                events::$module(self, told)
            }
            $(fn texts(&self) -> Vec<Text> {
                let texts: fn(&Self) -> Vec<Text> = $texts;
                texts(self)
            }
            $(fn personal(&self) -> &'static [&'static str] {
                $personal
            })?)?
            fn aggregate(&self) -> (Uuid, i64) {
                (ORGANISATION.into(), self.epoch)
            }
        }
        impl Entry for $noun {
            type Verb = $verb;

            fn at_epoch(&mut self, epoch: i64) {
                self.epoch = epoch;
            }
            $(fn standings(&self) -> Vec<Standing> {
                $standings(self)
            })?
        }
    };
}

entry!(
    Member,
    MemberId,
    MemberEvent,
    "MEMBER",
    member,
    |m| find::member(&m.name, &m.display_name),
    Member::PERSONAL;
    stands crate::placement::of_member
);
entry!(
    Department,
    DepartmentId,
    DepartmentEvent,
    "DEPARTMENT",
    department
);
entry!(
    Territory,
    TerritoryId,
    TerritoryEvent,
    "TERRITORY",
    territory;
    stands crate::placement::of_territory
);
entry!(
    Placement,
    PlacementId,
    PlacementEvent,
    "PLACEMENT",
    placement
);
entry!(Grant, GrantId, GrantEvent, "GRANT", grant);
entry!(Team, TeamId, TeamEvent, "TEAM", team);
entry!(Share, ShareId, ShareEvent, "SHARE", share);
entry!(ApiKey, ApiKeyId, ApiKeyEvent, "API_KEY", api_key);
entry!(
    LeaverHandover,
    LeaverHandoverId,
    LeaverHandoverEvent,
    "LEAVER_HANDOVER",
    leaver_handover
);
entry!(
    Settings,
    OrganisationId,
    SettingsEvent,
    "SETTINGS",
    settings
);

/// A list that shows all its rows: whoever the door lets in may see the whole directory.
fn open(columns: &'static str, from: &'static str) -> List {
    List::of(columns, from).for_everyone()
}

#[derive(sqlx::FromRow)]
struct EpochRow {
    epoch: i64,
}

#[derive(sqlx::FromRow)]
struct IdRow {
    id: Uuid,
}

/// Begins the organisation; `false` where it has begun before.
pub async fn found(tx: &mut Tx) -> Result<bool> {
    let begun = tx
        .sql("insert into organisation (id, epoch) values ($1, 0) on conflict (id) do nothing")
        .bind(ORGANISATION);
    Ok(begun.execute().await? == 1)
}

/// The epoch of the directory; `None` before the organisation begins.
pub async fn epoch(tx: &mut Tx) -> Result<Option<i64>> {
    let row = tx
        .sql("select epoch from organisation where id = $1")
        .bind(ORGANISATION);
    Ok(row.optional::<EpochRow>().await?.map(|row| row.epoch))
}

/// Locks the organisation until the transaction ends and tells its epoch.
pub async fn lock(tx: &mut Tx) -> Result<i64> {
    let row = tx
        .sql("update organisation set epoch = epoch where id = $1 returning epoch")
        .bind(ORGANISATION);
    Ok(row.one::<EpochRow>().await?.epoch)
}

/// Counts a change. The lock is held, so the epoch before is the one that was read under it.
pub async fn advance(tx: &mut Tx, epoch: i64) -> Result<()> {
    tx.sql("update organisation set epoch = $2 where id = $1 and epoch = $2 - 1")
        .bind(ORGANISATION)
        .bind(epoch)
        .execute_one()
        .await
}
