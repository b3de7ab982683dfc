//! Data of people outside the firm: which records tell of a person, what is told of him, and how it is erased.
//!
//! A noun says which of its fields are personal ([`Noun::personal`]). The audit keeps their values encrypted, under a key of
//! the record ([`seal`]): once the key is dropped they cannot be read any more, and the rows and their chain of hashes are what
//! they were. A noun that is [`Personal`] says besides which of its records tell of a person, and what is left of one when he is
//! erased. The calls ([`rpc`]) answer customer, which knows who the person is.

mod answers;
pub(crate) mod rpc;
mod sealed;

use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Error, Result, Time,
    act::{Act, Look, Noun},
    db::{self, Tx},
};

pub(crate) use sealed::{drop_key, is_sealed, opened, seal};

/// A kind of records that tell of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The kind.
    pub kind: &'static str,
    /// The service that keeps them.
    pub service: &'static str,
    /// Whether they are kept as they are when a person is erased: what was sold, agreed and delivered is the firm's own book.
    pub kept: bool,
}

const fn listed(kind: &'static str, service: &'static str, kept: bool) -> Listed {
    Listed {
        kind,
        service,
        kept,
    }
}

/// All of them.
pub const KINDS: &[Listed] = &[
    listed("ACCOUNT", "customer", false),
    listed("CONTACT", "customer", false),
    listed("INTERACTION", "customer", false),
    listed("FOLLOW_UP", "customer", false),
    listed("LEAD", "marketing", false),
    listed("OPPORTUNITY", "sales", true),
    listed("PROJECT", "sales", true),
    listed("CONTRACT", "commerce", true),
    listed("ORDER", "commerce", true),
];

/// A noun whose records tell of people outside.
pub trait Personal: Noun {
    /// The text that reads the ids of records that tell of a person `$1`, or are about a record `$1` that does, or are
    /// that record; those after `$2`, in their order, at most `$3`.
    const ABOUT: &'static str;

    /// The text that reads the ids of records that may lose what names a person by themselves and that nobody has changed since
    /// `$1`; those after `$2`, in their order, at most `$3`. Nothing for what only goes with the person.
    const RESTING: Option<&'static str> = None;

    /// Since when nobody works on it; nothing while somebody does.
    fn rests_since(&self) -> Option<Time>;

    /// Blanks what it tells of the person; nothing for what is kept as it is, or is the person himself.
    fn forget(&mut self) -> Option<Self::Event> {
        None
    }

    /// What goes with it, in the same transaction.
    fn forgotten(&self, act: &mut Act<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = act;
        async { Ok(()) }
    }
}

/// How records of a kind are found, told and blanked.
#[derive(Clone, Copy)]
pub(crate) struct Keeper {
    pub(crate) kind: &'static str,
    about: &'static str,
    resting: Option<&'static str>,
    dealings: for<'a> fn(&'a mut Look<'_>, Uuid) -> BoxFuture<'a, Result<Option<Rest>>>,
    tell: for<'a> fn(&'a mut Look<'_>, Uuid) -> BoxFuture<'a, Result<Option<Value>>>,
    erase: for<'a> fn(&'a mut Act<'_>, Uuid, Option<Time>) -> BoxFuture<'a, Result<bool>>,
}

/// Since when a record rests; nothing while somebody works on it.
type Rest = Option<Time>;

impl Keeper {
    /// Of a noun.
    pub(crate) fn of<N: Personal>() -> Self {
        Self {
            kind: N::KIND,
            about: N::ABOUT,
            resting: N::RESTING,
            dealings: |look, id| Box::pin(rest::<N>(look, id)),
            tell: |look, id| Box::pin(tell::<N>(look, id)),
            erase: |act, id, before| Box::pin(erase::<N>(act, id, before)),
        }
    }

    /// The next records that tell of a person, and the id after which to go on.
    async fn find(
        &self,
        tx: &mut Tx,
        subject: Uuid,
        after: Uuid,
        limit: i64,
    ) -> Result<(Vec<Uuid>, Option<Uuid>), db::Error> {
        let query = tx.sql(self.about).bind(subject).bind(after).bind(limit);
        Ok(page(query.all().await?, limit))
    }

    /// The next records that rest, and the id after which to go on.
    async fn resting(
        &self,
        tx: &mut Tx,
        before: Time,
        after: Uuid,
        limit: i64,
    ) -> Result<(Vec<Uuid>, Option<Uuid>), db::Error> {
        let Some(text) = self.resting else {
            return Ok((Vec::new(), None));
        };
        let query = tx.sql(text).bind(before).bind(after).bind(limit);
        Ok(page(query.all().await?, limit))
    }
}

fn page(found: Vec<(Uuid,)>, limit: i64) -> (Vec<Uuid>, Option<Uuid>) {
    let ids: Vec<Uuid> = found.into_iter().map(|(id,)| id).collect();
    let full = i64::try_from(ids.len()).is_ok_and(|n| n == limit);
    let next = ids.last().copied().filter(|_| full);
    (ids, next)
}

/// Nothing if there is no such record.
async fn rest<N: Personal>(look: &mut Look<'_>, id: Uuid) -> Result<Option<Rest>> {
    let found = N::load(look.tx, id.into()).await?;
    Ok(found.map(|noun| noun.rests_since()))
}

async fn tell<N: Personal>(look: &mut Look<'_>, id: Uuid) -> Result<Option<Value>> {
    let found = N::load(look.tx, id.into()).await?;
    let told = found.map(|noun| serde_json::to_value(noun)).transpose();
    told.map_err(Error::internal)
}

/// Whether there was something to blank, in a record that rests since before that time, if one is given.
async fn erase<N: Personal>(
    act: &mut Act<'_>,
    id: Uuid,
    resting_before: Option<Time>,
) -> Result<bool> {
    let Some(before) = N::load(act.tx, id.into()).await? else {
        return Ok(false);
    };
    if resting_before.is_some_and(|time| before.rests_since().is_none_or(|since| since >= time)) {
        return Ok(false);
    }
    let mut after = before.clone();
    let Some(event) = after.forget() else {
        return Ok(false);
    };
    let blanked = before != after;
    let after = act.erase(&before, after, &event).await?;
    after.forgotten(act).await?;
    Ok(blanked)
}
