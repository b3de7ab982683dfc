//! What a service has at hand: its store, its log, its neighbours, the clock. Passed along, never global.

use std::{ops::Deref, sync::Arc};

use baton_proto::Command;
use prost::Message;
use sha2::{Digest as _, Sha256};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::{Request, Response, Status};

use crate::{
    Clock, Error, Language, Messages, Result,
    act::{Act, Look},
    caller::Caller,
    config::Config,
    db::{self, Db, Tx},
    ids::MemberId,
    link::{Link, Links},
    list::Seal,
    log::Log,
    number::Numbers,
    operation::Operations,
    origin::Voucher,
    people::People,
    status,
    timer::Timers,
    token::Keys,
};

/// Attempts at a command that lost a race against another one for the same object.
const RACES_MAX: u32 = 5;

/// Everything a service stands on; cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<Parts>);

/// The parts of a [`Context`].
pub struct Parts {
    /// Name of the service, e.g. `sales`.
    pub name: &'static str,
    /// Whether it has a store; an edge has none worth the name.
    pub stored: bool,
    /// Its store.
    pub db: Db,
    /// Its event log.
    pub log: Log,
    /// The clock.
    pub clock: Clock,
    /// Its neighbours.
    pub links: Links,
    /// The directory as it knows it.
    pub people: People,
    /// Its durable commands of several steps.
    pub operations: Operations,
    /// What it does when time comes.
    pub timers: Timers,
    /// Human numbers.
    pub numbers: Numbers,
    /// Settings of the process.
    pub config: Arc<Config>,
    /// Texts in both languages.
    pub messages: Arc<Messages>,
    /// Keys of the deployment.
    pub keys: Arc<Keys>,
    /// What it is told by, and tells, from where callers come.
    pub voucher: Voucher,
    /// Secret of its page tokens.
    pub seal: Seal,
    /// Cancelled when the process is to stop: what answers for long ends then.
    pub stop: CancellationToken,
    /// Work that goes on when whoever asked for it is gone; the drain waits for it.
    pub aside: TaskTracker,
}

impl Deref for Context {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Who calls, as the door put it into the request.
///
/// # Errors
/// [`Error::Unauthenticated`] when the request did not come through the door.
pub fn caller<R>(request: &Request<R>) -> Result<Caller> {
    request
        .extensions()
        .get::<Caller>()
        .cloned()
        .ok_or(Error::Unauthenticated)
}

impl Context {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Runs a command: one transaction in which `work` changes what it changes, says its events and leaves its audit
    /// rows. A repeat under the same request id answers what the first one answered.
    ///
    /// `work` may be run again when it loses a race, so it must have no effects but through [`Act`].
    ///
    /// # Errors
    /// Whatever `work` refuses, in the caller's language.
    pub async fn command<R, A, F>(
        &self,
        request: Request<R>,
        work: F,
    ) -> Result<Response<A>, Status>
    where
        R: Command + Clone + Send + Sync + 'static,
        A: Message + Default + Send + 'static,
        F: AsyncFn(&mut Act<'_>, &R) -> Result<A> + Clone + Send + Sync + 'static,
    {
        let caller = caller(&request).map_err(|e| self.status(e, Language::default()))?;
        // Apart from whatever waits for it: what a command holds while it runs is large.
        let done = Box::pin(self.carry_out(caller.clone(), request.into_inner(), work));
        match done.await {
            Ok(answer) => Ok(Response::new(answer)),
            Err(error) => Err(self.tell(error, &caller)),
        }
    }

    /// The same for a command that is a part of another one: its error is for whoever does the whole.
    ///
    /// # Errors
    /// Whatever `work` refuses.
    pub async fn carry_out<R, A, F>(&self, caller: Caller, request: R, work: F) -> Result<A>
    where
        R: Command + Clone + Send + Sync + 'static,
        A: Message + Default + Send + 'static,
        F: AsyncFn(&mut Act<'_>, &R) -> Result<A> + Clone + Send + Sync + 'static,
    {
        let request = Arc::new(request);
        let mut races = 0;
        loop {
            let (cx, caller, request, work) =
                (self.clone(), caller.clone(), request.clone(), work.clone());
            let done = self
                .db
                .write(async move |tx| cx.commit(tx, &caller, &*request, &work).await)
                .await;
            match done {
                Err(Error::Raced) if races < RACES_MAX => races += 1,
                done => return done,
            }
        }
    }

    async fn commit<R, A, F>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        request: &R,
        work: &F,
    ) -> Result<A>
    where
        R: Command,
        A: Message + Default,
        F: AsyncFn(&mut Act<'_>, &R) -> Result<A>,
    {
        if let Some(answer) = begin(tx, self, caller, request).await? {
            return A::decode(answer.as_slice()).map_err(Error::internal);
        }
        let answer = work(&mut Act::new(tx, self, caller), request).await?;
        end(tx, caller, request.request_id(), answer.encode_to_vec()).await?;
        crate::fault::around_commit(tx, self.name, &caller.call);
        Ok(answer)
    }

    /// What a command answered before under this request id, for commands that must ask other services before their
    /// transaction: a repeat is answered without asking again.
    ///
    /// # Errors
    /// When the same request id came with another payload.
    pub async fn replayed<R, A>(&self, request: &Request<R>) -> Result<Option<Response<A>>, Status>
    where
        R: Command + Clone + Send + Sync + 'static,
        A: Message + Default + Send,
    {
        let caller = caller(request).map_err(|e| self.status(e, Language::default()))?;
        let (language, command) = (caller.language, request.get_ref().clone());
        let found = self
            .db
            .glance(async move |tx| stored(tx, &caller, &command).await)
            .await;
        let answer = found.map_err(|e| self.status(e, language))?;
        match answer.map(|bytes| A::decode(bytes.as_slice())) {
            None => Ok(None),
            Some(Ok(answer)) => Ok(Some(Response::new(answer))),
            Some(Err(e)) => Err(self.status(Error::internal(e), language)),
        }
    }

    /// Runs a query on one snapshot of the store.
    ///
    /// # Errors
    /// Whatever `work` refuses, in the caller's language.
    pub async fn query<R, A, F>(&self, request: Request<R>, work: F) -> Result<Response<A>, Status>
    where
        R: Send + Sync + 'static,
        A: Send,
        F: AsyncFn(&mut Look<'_>, &R) -> Result<A> + Send + Sync + 'static,
    {
        let caller = caller(&request).map_err(|e| self.status(e, Language::default()))?;
        let (cx, teller, request) = (self.clone(), caller.clone(), request.into_inner());
        self.db
            .read(async move |tx| work(&mut Look::new(tx, &cx, &caller), &request).await)
            .await
            .map(Response::new)
            .map_err(|e| self.tell(e, &teller))
    }

    /// Runs `work` as the service itself, in one transaction, with audit rows and events like any command.
    ///
    /// # Errors
    /// Whatever `work` refuses.
    pub async fn act<T, F>(&self, caller: Caller, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFn(&mut Act<'_>) -> Result<T> + Clone + Send + Sync + 'static,
    {
        let mut races = 0;
        loop {
            let (cx, caller, work) = (self.clone(), caller.clone(), work.clone());
            let done = self
                .db
                .write(async move |tx| work(&mut Act::new(tx, &cx, &caller)).await)
                .await;
            match done {
                Err(Error::Raced) if races < RACES_MAX => races += 1,
                done => return done,
            }
        }
    }

    /// Tells an error to the caller of a request.
    #[must_use]
    pub fn refuse<R>(&self, request: &Request<R>, error: Error) -> Status {
        match request.extensions().get::<Caller>() {
            Some(caller) => self.tell(error, caller),
            None => self.status(error, Language::default()),
        }
    }

    /// Tells an error to a caller: to a person in his language, to a service so that it can tell it to anybody.
    #[must_use]
    pub fn tell(&self, error: Error, caller: &Caller) -> Status {
        if caller.is_service() {
            status::status_for_service(error, caller.language, &self.messages)
        } else {
            self.status(error, caller.language)
        }
    }

    /// Tells an error in a language.
    #[must_use]
    pub fn status(&self, error: Error, language: Language) -> Status {
        status::status(error, language, &self.messages)
    }

    /// The way to a neighbour in the name of the caller: a person's rights apply there as they do here.
    ///
    /// # Errors
    /// When the neighbour is neither in this process nor configured.
    pub fn link(&self, to: &str, caller: &Caller) -> Result<Link> {
        self.links.open(self, to, caller)
    }

    /// The way to a neighbour as this service itself, on behalf of a person who was authorised before.
    ///
    /// # Errors
    /// When the neighbour is neither in this process nor configured.
    pub async fn link_as_service(
        &self,
        to: &str,
        behalf: Option<MemberId>,
        call: &str,
    ) -> Result<Link> {
        let caller = self.own_caller(behalf, call).await?;
        self.links.open(self, to, &caller)
    }

    /// The way to a neighbour as this service itself, for as long as the process runs: each call carries a token of its own.
    ///
    /// # Errors
    /// When the neighbour is neither in this process nor configured.
    pub fn standing_link(&self, to: &'static str) -> Result<Link> {
        self.links.standing(self, to)
    }

    /// This service as a caller.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn own_caller(&self, behalf: Option<MemberId>, call: &str) -> Result<Caller> {
        let people = self.people.snapshot().await?;
        Ok(Caller::service(
            self.name,
            behalf,
            call,
            crate::telemetry::Trace::begin(),
            people,
        ))
    }
}

#[derive(sqlx::FromRow)]
struct Stored {
    method: String,
    fingerprint: Vec<u8>,
    response: Option<Vec<u8>>,
}

fn fingerprint<R: Message>(request: &R) -> Vec<u8> {
    Sha256::digest(request.encode_to_vec()).to_vec()
}

async fn stored<R: Command>(tx: &mut Tx, caller: &Caller, request: &R) -> Result<Option<Vec<u8>>> {
    if request.request_id().is_empty() {
        return Ok(None);
    }
    let row: Option<Stored> = tx
        .sql("select method, fingerprint, response from idempotency where principal = $1 and request_key = $2")
        .bind(caller.principal())
        .bind(request.request_id().to_owned())
        .optional()
        .await?;
    match row {
        None => Ok(None),
        Some(row) if row.method != *caller.call || row.fingerprint != fingerprint(request) => {
            Err(Error::KeyReused)
        }
        Some(row) => row.response.map(Some).ok_or(Error::Raced),
    }
}

/// Takes the request id for this transaction, or finds what was answered under it before. A twin that runs at the same
/// time waits here for the first one to commit.
async fn begin<R: Command>(
    tx: &mut Tx,
    cx: &Context,
    caller: &Caller,
    request: &R,
) -> Result<Option<Vec<u8>>> {
    let key = request.request_id();
    if key.is_empty() {
        return Ok(None);
    }
    if key.len() > 128 {
        return Err(Error::Invalid(vec![
            crate::Violation::new("request_id", "TOO_LONG").with("max", 128),
        ]));
    }
    let taken = tx
        .sql(
            "insert into idempotency (principal, request_key, method, fingerprint, created_at) \
             values ($1, $2, $3, $4, $5) on conflict do nothing",
        )
        .bind(caller.principal())
        .bind(key.to_owned())
        .bind(caller.call.to_string())
        .bind(fingerprint(request))
        .bind(cx.clock.now())
        .execute()
        .await?;
    if taken == 1 {
        Ok(None)
    } else {
        stored(tx, caller, request).await
    }
}

async fn end(tx: &mut Tx, caller: &Caller, key: &str, response: Vec<u8>) -> Result<(), db::Error> {
    if key.is_empty() {
        return Ok(());
    }
    tx.sql("update idempotency set response = $3 where principal = $1 and request_key = $2")
        .bind(caller.principal())
        .bind(key.to_owned())
        .bind(response)
        .later()
        .await
}
