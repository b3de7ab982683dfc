//! The organisation: the one aggregate of the directory. Whoever changes anything opens it first,
//! and so all changes of the directory, and the events that tell of them, come in one total order.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use baton_chassis::{
    Error, Result,
    act::{Act, Noun},
    caller::Caller,
    db::{Savepoint, Tx},
    ids::{Id, MemberId},
    policy::{Access, Function},
    wire,
};
use baton_proto::Target;
use serde::Serialize;
use uuid::{Uuid, uuid};

use crate::{events::Told, member, placement::Standing, placements, store};

/// The organisation that a deployment serves: one, and the same id everywhere, because every event
/// of the directory is about it.
pub const ORGANISATION: OrganisationId =
    OrganisationId(uuid!("0b2f5c1e-6a3d-5e0b-9c58-7d1f4a9e2b60"));

/// Identity of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct OrganisationId(Uuid);

impl From<Uuid> for OrganisationId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}
impl From<OrganisationId> for Uuid {
    fn from(id: OrganisationId) -> Self {
        id.0
    }
}
impl fmt::Display for OrganisationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl Id for OrganisationId {}

/// A noun of the directory: changed by verbs, and with a place in the order of all changes.
pub trait Entry: Sized {
    /// What its verbs decide.
    type Verb: Copy + fmt::Debug + Send + Sync;
    /// Notes the epoch of the directory that this change makes.
    fn at_epoch(&mut self, epoch: i64);
    /// How it stands in the organisation, as far as that is dated.
    fn standings(&self) -> Vec<Standing> {
        Vec::new()
    }
}

/// A noun, whoever asks: who may ask was decided at the door.
pub async fn read<N: Noun>(tx: &mut Tx, id: N::Id) -> Result<N> {
    N::load(tx, id)
        .await?
        .ok_or_else(|| Error::not_found(N::KIND, id))
}

/// The organisation, locked until the transaction ends, with the act that changes it.
pub struct Organisation<'a, 't> {
    act: &'a mut Act<'t>,
    epoch: i64,
}

/// A place within an act; the last one made is the first one used.
#[derive(Debug)]
#[must_use = "a mark is undone or kept"]
pub struct Mark {
    epoch: i64,
    since: Savepoint,
}

impl<'t> Deref for Organisation<'_, 't> {
    type Target = Act<'t>;

    fn deref(&self) -> &Act<'t> {
        self.act
    }
}

impl DerefMut for Organisation<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.act
    }
}

impl<'a, 't> Organisation<'a, 't> {
    /// Locks the organisation: what is read from now on is not changed by anybody else before this
    /// act ends.
    pub async fn open(act: &'a mut Act<'t>) -> Result<Self> {
        let epoch = store::lock(act.tx).await?;
        Ok(Self { act, epoch })
    }

    /// Makes something new.
    pub async fn create<N: Entry + Noun<Event = Told<N>>>(
        &mut self,
        mut noun: N,
        verb: N::Verb,
    ) -> Result<N> {
        noun.at_epoch(self.advance().await?);
        let noun = self.act.create(noun, &Told { verb, before: None }).await?;
        placements::follow(self.act, noun.standings()).await?;
        Ok(noun)
    }

    /// Changes what a request names. `decide` gets the epoch that the change makes, if it is one.
    pub async fn change<N: Entry + Noun<Event = Told<N>>>(
        &mut self,
        target: &impl Target,
        decide: impl FnOnce(&mut N, i64) -> Result<N::Verb>,
    ) -> Result<N> {
        let id = wire::parse_id("id", target.id())?;
        self.change_seen(id, target.etag(), decide).await
    }

    /// The same for an id and etag that were taken from elsewhere.
    pub async fn change_seen<N: Entry + Noun<Event = Told<N>>>(
        &mut self,
        id: N::Id,
        etag: &str,
        decide: impl FnOnce(&mut N, i64) -> Result<N::Verb>,
    ) -> Result<N> {
        let before = read::<N>(self.act.tx, id).await?;
        if !etag.is_empty() && etag != wire::etag(before.version()) {
            return Err(Error::Stale);
        }
        let mut after = before.clone();
        let verb = decide(&mut after, self.epoch + 1)?;
        if after == before {
            return Ok(after);
        }
        after.at_epoch(self.advance().await?);
        let told = Told {
            verb,
            before: Some(before.clone()),
        };
        let after = self.act.store(&before, after, &told).await?;
        let were = before.standings();
        let mut are = after.standings();
        are.retain(|standing| !were.contains(standing));
        placements::follow(self.act, are).await?;
        Ok(after)
    }

    /// Refuses the act if nobody could administer Baton after it.
    pub async fn keep_an_administrator(&mut self) -> Result<()> {
        if store::grant::has_administrator(self.tx).await? {
            Ok(())
        } else {
            Err(member::Refused::LastAdministrator.into())
        }
    }

    /// Marks a place to come back to with [`Organisation::undo`].
    pub async fn mark(&mut self) -> Result<Mark> {
        let since = self.tx.savepoint().await?;
        Ok(Mark {
            epoch: self.epoch,
            since,
        })
    }

    /// Takes back all that was done since the last mark.
    pub async fn undo(&mut self, mark: Mark) -> Result<()> {
        self.tx.end_savepoint(mark.since, false).await?;
        self.epoch = mark.epoch;
        Ok(())
    }

    /// Forgets the last mark and keeps what was done since.
    pub async fn keep(&mut self, mark: Mark) -> Result<()> {
        Ok(self.tx.end_savepoint(mark.since, true).await?)
    }

    async fn advance(&mut self) -> Result<i64> {
        self.epoch += 1;
        let epoch = self.epoch;
        store::advance(self.act.tx, epoch).await?;
        Ok(epoch)
    }
}

/// Refuses what one may do to oneself and only administration to others. A key of one's own is not oneself.
pub fn allow_self(caller: &Caller, member: MemberId) -> Result<()> {
    caller.member()?;
    let myself = caller.in_person() == Some(member);
    if myself || administers(caller) {
        Ok(())
    } else {
        Err(Error::Denied)
    }
}

/// Refuses what is administration.
pub fn only_administration(caller: &Caller) -> Result<()> {
    if administers(caller) {
        Ok(())
    } else {
        Err(Error::Denied)
    }
}

/// Whether who calls may look at what is administered.
pub fn oversees(caller: &Caller) -> bool {
    caller.may(Function::Administration, Access::Read)
}

/// Whether who calls may administer.
pub fn administers(caller: &Caller) -> bool {
    caller.may(Function::Administration, Access::Write)
}
