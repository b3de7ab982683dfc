//! What happens inside one transaction: load, decide, save - with the rights, the audit row and the event that belong
//! to every change.

use std::{ops::Deref, sync::Arc};

use baton_proto::{Fact, Target};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Error, Result, Time, audit,
    caller::{Caller, Whose},
    context::Context,
    db::{self, Tx},
    ids::{Id, MemberId, OperationId, TerritoryId},
    list::{Counted, Half, List, Order, Scope, merged},
    log::EventDraft,
    people::{Settings, Snapshot},
    personal,
    policy::{Access, Function},
    search::{Text, rows},
    wire,
};

/// Greatest page of any list.
pub const PAGE_MAX: i32 = 500;
/// Page when none is asked for.
const PAGE: u16 = 50;
/// Where counting stops: "10,000+".
const COUNT_MAX: i64 = 10_000;

/// An event as it goes into the log.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its type.
    pub kind: &'static str,
    /// The fact, encoded.
    pub payload: Vec<u8>,
}

impl Said {
    /// Of a fact.
    pub fn of<F: Fact>(fact: &F) -> Self {
        Self {
            kind: F::TYPE,
            payload: fact.encode_to_vec(),
        }
    }
}

/// A noun that is kept as a row, changed by verbs and told of by events.
pub trait Noun: Clone + PartialEq + Serialize + Send + Sync + Sized + 'static {
    /// Its identity.
    type Id: Id;
    /// What its verbs decide.
    type Event: Send + Sync;
    /// Its kind, e.g. `OPPORTUNITY`.
    const KIND: &'static str;
    /// Its id.
    fn id(&self) -> Self::Id;
    /// How often it has been written.
    fn version(&self) -> i64;
    /// Notes that it is written once more.
    fn touch(&mut self, version: i64, at: Time);
    /// Who owns it.
    fn owner(&self) -> Option<MemberId>;
    /// Where it belongs.
    fn territory(&self) -> Option<TerritoryId>;
    /// The record that is shared if it is: itself, unless it belongs to another.
    fn shared_as(&self) -> Option<Uuid> {
        Some(self.id().into())
    }
    /// What the right to it depends on.
    fn whose(&self) -> Whose {
        Whose {
            owner: self.owner(),
            territory: self.territory(),
            record: self.shared_as(),
        }
    }
    /// Reads it.
    fn load(
        tx: &mut Tx,
        id: Self::Id,
    ) -> impl Future<Output = Result<Option<Self>, db::Error>> + Send;
    /// Writes it for the first time.
    fn insert(&self, tx: &mut Tx) -> impl Future<Output = Result<(), db::Error>> + Send;
    /// Writes it again: `… where id = $1 and version = $2 - 1`, exactly one row.
    fn save(&self, tx: &mut Tx) -> impl Future<Output = Result<(), db::Error>> + Send;
    /// The event as others read it.
    fn said(&self, event: &Self::Event) -> Said;
    /// The function that this one belongs to, where a call is open to several and each is for its own rows only.
    fn function(&self) -> Option<Function> {
        None
    }
    /// What it is found by; nothing for what is not looked for by words.
    fn texts(&self) -> Vec<Text> {
        Vec::new()
    }
    /// Those of its fields, as they are serialised, that tell of a person: the audit keeps their values encrypted.
    fn personal(&self) -> &'static [&'static str] {
        &[]
    }
    /// The object whose events are in one order with this one's; the noun itself unless it says otherwise.
    fn aggregate(&self) -> (Uuid, i64) {
        (self.id().into(), self.version())
    }
}

/// One look at the store: reads under the rights of the caller.
pub struct Look<'t> {
    /// The transaction.
    pub tx: &'t mut Tx,
    /// The present instant.
    pub now: Time,
    /// Who asks.
    pub caller: Caller,
    pub(crate) cx: Context,
}

/// How a request pages through a list.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    /// Rows of a page; 0 for the default.
    pub page_size: i32,
    /// Place to go on from.
    pub page_token: String,
    /// Name of a declared order; empty for the first.
    pub order_by: String,
    /// Whether to count.
    pub count: bool,
}

/// Makes a [`Paging`] of any list request.
#[macro_export]
macro_rules! paging {
    ($request:expr) => {
        $crate::act::Paging {
            page_size: $request.page_size,
            page_token: $request.page_token.clone(),
            order_by: $request.order_by.clone(),
            count: $request.count,
        }
    };
}

/// A page of a list.
#[derive(Debug)]
pub struct Listed<R> {
    /// Its rows.
    pub rows: Vec<R>,
    /// Where the next page begins; empty on the last.
    pub next_page_token: String,
    /// How many rows there are in all, if it was asked.
    pub total_size: i64,
    /// Whether there are more than `total_size` says.
    pub total_capped: bool,
}

/// How many rows a page is to have.
fn page_size(violations: &mut wire::Violations, asked: i32) -> u16 {
    let size = violations.in_range("page_size", asked, 0..=PAGE_MAX);
    u16::try_from(size).ok().filter(|s| *s > 0).unwrap_or(PAGE)
}

impl<'t> Look<'t> {
    pub(crate) fn new(tx: &'t mut Tx, cx: &Context, caller: &Caller) -> Self {
        Self {
            tx,
            now: cx.clock.now(),
            caller: caller.clone(),
            cx: cx.clone(),
        }
    }

    /// Rows on which the caller may make this call.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.caller.scope.clone()
    }

    /// Who acts.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when a service acts for nobody.
    pub fn member(&self) -> Result<MemberId> {
        self.caller.member()
    }

    /// Whether the caller may use a function.
    #[must_use]
    pub fn may(&self, function: Function, access: Access) -> bool {
        self.caller.may(function, access)
    }

    /// The directory.
    #[must_use]
    pub fn people(&self) -> &Arc<Snapshot> {
        &self.caller.people
    }

    /// Settings of the organisation.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.caller.people.settings
    }

    /// A noun that the caller may see.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is not among the caller's rows: he is not told which.
    pub async fn get<N: Noun>(&mut self, id: N::Id) -> Result<N> {
        match N::load(self.tx, id).await? {
            Some(noun) if self.caller.sees_noun(&noun) => Ok(noun),
            _ => Err(Error::not_found(N::KIND, id)),
        }
    }

    /// One page of a list under the rights of the caller. The first of `orders` is the default.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a page size, order or token that the list does not have.
    pub async fn list<R: db::Record + 'static>(
        &mut self,
        list: impl Fn() -> List,
        orders: &[(&'static str, Order<R>)],
        paging: &Paging,
    ) -> Result<Listed<R>> {
        let mut violations = wire::Violations::new();
        let size = page_size(&mut violations, paging.page_size);
        let order = match paging.order_by.trim() {
            "" => orders.first(),
            name => orders
                .iter()
                .find(|(n, _)| *n == name || n.strip_suffix(" asc") == Some(name)),
        };
        if order.is_none() {
            let names: Vec<_> = orders.iter().map(|(name, _)| *name).collect();
            violations.push(
                crate::Violation::new("order_by", "ORDER_UNKNOWN").with("orders", names.join(", ")),
            );
        }
        violations.done()?;
        let Some((_, order)) = order else {
            return Err(Error::internal("a list without an order"));
        };
        let token = Some(paging.page_token.as_str()).filter(|t| !t.is_empty());
        let page = list()
            .page(self.tx, order, size, token, &self.cx.seal)
            .await?;
        let counted = if paging.count {
            Some(list().count(self.tx, COUNT_MAX).await?)
        } else {
            None
        };
        Ok(Listed {
            rows: page.rows,
            next_page_token: page.next.unwrap_or_default(),
            total_size: counted.map_or(0, |c: Counted| c.rows),
            total_capped: counted.is_some_and(|c| c.capped),
        })
    }

    /// One page of two lists as one, in the order of both; nothing is counted.
    ///
    /// # Errors
    /// When the page is malformed, or the store fails.
    pub async fn list_merged<A: db::Record, B: db::Record, R>(
        &mut self,
        one: Half<'_, A, R>,
        other: Half<'_, B, R>,
        (size, token): (i32, &str),
    ) -> Result<Listed<R>> {
        let mut violations = wire::Violations::new();
        let size = page_size(&mut violations, size);
        violations.done()?;
        let token = Some(token).filter(|t| !t.is_empty());
        let page = merged(self.tx, one, other, size, token, &self.cx.seal).await?;
        Ok(Listed {
            rows: page.rows,
            next_page_token: page.next.unwrap_or_default(),
            total_size: 0,
            total_capped: false,
        })
    }

    /// How many rows a list has, up to where counting stops.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn count(&mut self, list: &List) -> Result<Counted> {
        Ok(list.count(self.tx, COUNT_MAX).await?)
    }

    /// Whom a row from outside was loaded as before: the permanent key (source system, id there).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn external<I: Id>(
        &mut self,
        kind: &'static str,
        system: &str,
        id: &str,
    ) -> Result<Option<I>> {
        #[derive(sqlx::FromRow)]
        struct Row {
            object: Uuid,
        }
        let row: Option<Row> = self
            .tx
            .sql("select object from external_key where kind = $1 and system = $2 and external_id = $3")
            .bind(kind)
            .bind(system.to_owned())
            .bind(id.to_owned())
            .optional()
            .await?;
        Ok(row.map(|r| r.object.into()))
    }
}

/// One act: a [`Look`] that may change what it sees.
pub struct Act<'t>(Look<'t>);

impl<'t> Deref for Act<'t> {
    type Target = Look<'t>;
    fn deref(&self) -> &Look<'t> {
        &self.0
    }
}
impl std::ops::DerefMut for Act<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'t> Act<'t> {
    pub(crate) fn new(tx: &'t mut Tx, cx: &Context, caller: &Caller) -> Self {
        Self(Look::new(tx, cx, caller))
    }

    /// An id for something new.
    #[must_use]
    pub fn new_id<I: Id>(&self) -> I {
        new_id(self.now)
    }

    /// The next human number with this prefix: `L-2026-000123`, the year being that of the firm's own zone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn number(&mut self, prefix: &'static str) -> Result<String> {
        let zone = self.settings().time_zone;
        let (cx, now) = (self.cx.clone(), self.now);
        cx.numbers.next(self.tx, prefix, now, zone).await
    }

    /// Makes something new: row, audit row and event.
    ///
    /// # Errors
    /// When the store refuses it.
    pub async fn create<N: Noun>(&mut self, mut noun: N, event: &N::Event) -> Result<N> {
        noun.touch(1, self.now);
        let said = noun.said(event);
        let new = to_json(&noun)?;
        self.witness(&noun, said.kind, &Value::Null, &new).await?;
        let (aggregate, version) = noun.aggregate();
        self.say(aggregate, version, said).await?;
        noun.insert(self.tx).await?;
        rows::enter(self.tx, N::KIND, noun.id().into(), &noun.texts()).await?;
        Ok(noun)
    }

    /// Changes what a request names: load, rights, etag, decide, save, audit, event. A decision that leaves the noun as
    /// it was writes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Stale`] for an old etag, or whatever `decide` refuses.
    pub async fn change<N: Noun>(
        &mut self,
        target: &impl Target,
        decide: impl FnOnce(&mut N, Time) -> Result<N::Event>,
    ) -> Result<N> {
        let id = wire::parse_id("id", target.id())?;
        self.change_seen(id, target.etag(), decide).await
    }

    /// The same for an id and etag that were taken from elsewhere in the request.
    ///
    /// # Errors
    /// As [`Act::change`].
    pub async fn change_seen<N: Noun>(
        &mut self,
        id: N::Id,
        etag: &str,
        decide: impl FnOnce(&mut N, Time) -> Result<N::Event>,
    ) -> Result<N> {
        let before = self.seen::<N>(id, etag).await?;
        let mut after = before.clone();
        let event = decide(&mut after, self.now)?;
        self.store(&before, after, &event).await
    }

    /// The noun under the caller's rights, if the etag is the one that he has seen.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::Stale`].
    pub async fn seen<N: Noun>(&mut self, id: N::Id, etag: &str) -> Result<N> {
        let noun = self.get::<N>(id).await?;
        if !etag.is_empty() && etag != wire::etag(noun.version()) {
            return Err(Error::Stale);
        }
        Ok(noun)
    }

    /// Saves what was decided about `before`: row, audit row and event; nothing when nothing changed.
    ///
    /// # Errors
    /// [`Error::Raced`] when somebody else saved it in the meantime.
    pub async fn store<N: Noun>(&mut self, before: &N, after: N, event: &N::Event) -> Result<N> {
        if *before == after {
            return Ok(after);
        }
        self.put(before, after, |noun| noun.said(event)).await
    }

    /// The same for what changed beside the noun, or is told in another way than by its own events.
    ///
    /// # Errors
    /// [`Error::Raced`] when somebody else saved it in the meantime.
    pub(crate) async fn put<N: Noun>(
        &mut self,
        before: &N,
        mut after: N,
        tell: impl FnOnce(&N) -> Said,
    ) -> Result<N> {
        after.touch(before.version() + 1, self.now);
        // Before its event: of two who race the loser finds no row to change, not an event that was said already.
        after.save(self.tx).await?;
        let (old, new) = (before.texts(), after.texts());
        rows::change(self.tx, N::KIND, after.id().into(), &old, &new).await?;
        let seat = (after.owner(), after.territory());
        if seat != (before.owner(), before.territory()) {
            crate::ledger::moved(self.tx, after.id().into(), seat).await?;
        }
        let said = tell(&after);
        let (old, new) = (to_json(before)?, to_json(&after)?);
        self.witness(&after, said.kind, &old, &new).await?;
        let (aggregate, version) = after.aggregate();
        self.say(aggregate, version, said).await?;
        Ok(after)
    }

    /// Tells of a noun what happened to something that belongs to it, whose old and new values the audit row keeps.
    ///
    /// # Errors
    /// [`Error::Raced`] when somebody else saved it in the meantime.
    pub(crate) async fn note<N: Noun>(
        &mut self,
        mut noun: N,
        event: &N::Event,
        old: &impl Serialize,
        new: &impl Serialize,
    ) -> Result<()> {
        noun.touch(noun.version() + 1, self.now);
        noun.save(self.tx).await?;
        let said = noun.said(event);
        let (old, new) = (to_json(old)?, to_json(new)?);
        self.witness(&noun, said.kind, &old, &new).await?;
        let (aggregate, version) = noun.aggregate();
        self.say(aggregate, version, said).await
    }

    /// Says an event about an aggregate that was locked or versioned in this transaction.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn say(&mut self, aggregate: Uuid, version: i64, said: Said) -> Result<()> {
        let draft = EventDraft {
            aggregate,
            version,
            kind: said.kind.to_owned(),
            at: self.now,
            trace: self.caller.trace.to_string(),
            payload: said.payload,
        };
        let cx = self.cx.clone();
        Ok(cx.log.append(self.tx, draft).await?)
    }

    /// Saves what is left of a record whose personal data are erased, and drops the key under which the audit keeps what there
    /// was. Nothing may be left: then only the key goes.
    ///
    /// # Errors
    /// As [`Act::store`].
    pub async fn erase<N: Noun>(&mut self, before: &N, after: N, event: &N::Event) -> Result<N> {
        let after = self.store(before, after, event).await?;
        personal::drop_key(self.tx, after.id().into()).await?;
        Ok(after)
    }

    /// Leaves the row that tells who changed what of a noun, with what is personal encrypted.
    async fn witness<N: Noun>(
        &mut self,
        noun: &N,
        verb: &str,
        old: &Value,
        new: &Value,
    ) -> Result<()> {
        let mut changes = audit::changes(old, new);
        let (id, version) = (noun.id().into(), noun.version());
        personal::seal(self, (id, version == 1), noun.personal(), &mut changes).await?;
        self.leave(N::KIND, id, version, verb, changes).await
    }

    /// Leaves the row that tells who changed what, with old and new values, none of which is personal.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn audit(
        &mut self,
        kind: &'static str,
        id: Uuid,
        version: i64,
        verb: &str,
        old: &Value,
        new: &Value,
    ) -> Result<()> {
        self.leave(kind, id, version, verb, audit::changes(old, new))
            .await
    }

    async fn leave(
        &mut self,
        kind: &'static str,
        id: Uuid,
        version: i64,
        verb: &str,
        changes: Value,
    ) -> Result<()> {
        let deed = audit::Deed {
            id: self.new_id::<OperationId>().into(),
            at: self.now,
            kind,
            object: id,
            version,
            verb,
            changes,
        };
        let Look { tx, caller, .. } = &mut self.0;
        Ok(audit::leave(tx, caller, deed).await?)
    }

    /// Sets a timer, or moves it: `kind` fires for `subject` at `due`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn timer(
        &mut self,
        kind: &'static str,
        subject: impl Into<Uuid>,
        due: Time,
    ) -> Result<()> {
        if due <= self.now {
            let timers = self.cx.timers.clone();
            self.tx.after_commit(move || timers.wake());
        }
        Ok(crate::timer::set(self.0.tx, kind, subject.into(), due).await?)
    }

    /// Takes a timer back.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cancel_timer(
        &mut self,
        kind: &'static str,
        subject: impl Into<Uuid>,
    ) -> Result<()> {
        crate::timer::cancel(self.0.tx, kind, subject.into()).await?;
        Ok(())
    }

    /// Remembers what a row from outside was loaded as.
    ///
    /// # Errors
    /// When the key is taken, or the store fails.
    pub async fn set_external(
        &mut self,
        kind: &'static str,
        system: &str,
        id: &str,
        object: impl Into<Uuid>,
    ) -> Result<()> {
        self.0
            .tx
            .sql("insert into external_key (kind, system, external_id, object) values ($1, $2, $3, $4)")
            .bind(kind)
            .bind(system.to_owned())
            .bind(id.to_owned())
            .bind(object.into())
            .later()
            .await?;
        Ok(())
    }
}

/// A new id at an instant: a version 7 UUID, so that rows made together lie together.
pub(crate) fn new_id<I: Id>(now: Time) -> I {
    let nanos = now.timestamp_subsec_nanos();
    let at = uuid::Timestamp::from_unix(uuid::NoContext, now.timestamp().unsigned_abs(), nanos);
    Uuid::new_v7(at).into()
}

fn to_json(noun: &impl Serialize) -> Result<Value> {
    serde_json::to_value(noun).map_err(Error::internal)
}
