//! Durable commands of several steps: what began is finished, however often a process dies in between.
//!
//! Each step calls other services outside any transaction, under request ids derived from the operation, so that doing
//! it again is the same act; then its result and the number of the next step are committed. The last step commits with
//! the change it makes to the record. A refusal ends the operation by its kind's `failed`, in one transaction as well.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
    time::Duration,
};

use chrono::Duration as Span;
use futures_util::{
    future::BoxFuture,
    stream::{self, StreamExt as _, TryStreamExt as _},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Notify, watch};
use tonic_types::{ErrorDetail, FieldViolation, StatusExt as _};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    Error, Language, Messages, Refusal, Result, Time, Violation,
    act::Act,
    caller::Caller,
    context::Context,
    db::{self, Tx},
    ids::{Id as _, MemberId, OperationId},
    link::Link,
    origin::Way,
    status::{self, chain},
    telemetry::Trace,
};

/// Operations taken up in one round.
const ROUND: i64 = 32;
/// Operations that are driven at the same time.
const AT_ONCE: usize = 8;
/// Seconds that a step may take before another replica takes the operation up.
const LEASE_S: i64 = 30;
/// The longest wait of a step that fails.
const BACKOFF_MAX_S: i64 = 300;
/// Nothing is put off for so long: who wrote that had a wrong clock.
const AHEAD_MAX_S: i64 = 2 * BACKOFF_MAX_S;

/// One operation as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Operation {
    /// Id.
    pub id: OperationId,
    /// Kind, e.g. `convert`.
    pub kind: String,
    /// The record it is about.
    pub subject: Uuid,
    /// `RUNNING`, `DONE` or `FAILED`.
    pub state: String,
    /// Steps that are done.
    pub step: i32,
    /// What the steps need and what they found.
    pub data: Value,
    /// On whose behalf.
    pub member: Option<MemberId>,
    /// Trace that began it.
    pub trace: String,
    /// Attempts at the present step.
    pub attempts: i32,
    /// When it is taken up next.
    pub next_at: Time,
    /// When it should have been finished.
    pub deadline: Time,
    /// Why it failed, or why the last attempt did; a reason or a sentence.
    pub failure: String,
    /// Why it was refused, as it is told; see [`Operation::refusal`].
    pub refusal: Option<Value>,
    /// When it began.
    pub created_at: Time,
    /// When it was written last.
    pub updated_at: Time,
}

impl Operation {
    /// Whether it goes on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state == "RUNNING"
    }

    /// Whether it came to its end.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == "DONE"
    }

    /// Why it was refused, if it was. One that was refused before sentences were kept tells its reason alone.
    #[must_use]
    pub fn refusal(&self) -> Option<Refused> {
        if self.is_running() || self.is_done() {
            return None;
        }
        let told = self
            .refusal
            .clone()
            .and_then(|v| serde_json::from_value(v).ok());
        Some(told.unwrap_or_else(|| Refused {
            reason: self.failure.clone(),
            ..Refused::default()
        }))
    }
}

/// Why an operation was refused, kept so that it can be told to whoever asks, in his language, although it was another
/// service that refused it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Stable name of the reason.
    pub reason: String,
    /// Values that its text names.
    #[serde(default)]
    pub args: BTreeMap<String, String>,
    /// What was wrong with the request of the step, if it broke rules.
    #[serde(default)]
    pub violations: Vec<Broken>,
    /// The whole sentence, by language.
    #[serde(default)]
    pub text: BTreeMap<String, String>,
}

/// A rule that the request of a step broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Path of the field in the request of the step.
    pub field: String,
    /// Stable name of the rule.
    pub reason: String,
}

impl From<FieldViolation> for Broken {
    fn from(v: FieldViolation) -> Self {
        Self {
            field: v.field,
            reason: v.reason,
        }
    }
}

impl From<&Violation> for Broken {
    fn from(v: &Violation) -> Self {
        Self {
            field: v.field.clone(),
            reason: v.reason.to_owned(),
        }
    }
}

impl Refused {
    /// What an error tells, ours or that of another service.
    fn of(error: &Error, messages: &Messages) -> Self {
        let mut refused = Self {
            reason: reason(error),
            ..Self::default()
        };
        match error {
            Error::Answered(status) => refused.take(status),
            Error::Invalid(violations) => {
                refused.violations = violations.iter().map(Broken::from).collect();
            }
            Error::Refused(refusal) => {
                let args = refusal.args.iter();
                refused.args = args.map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
            }
            _ => {}
        }
        if !matches!(error, Error::Answered(_)) {
            for language in Language::ALL {
                let text = status::sentence(error, language, messages);
                refused.text.insert(language.tag().to_owned(), text);
            }
        }
        refused
    }

    /// Takes over what another service told.
    fn take(&mut self, status: &tonic::Status) {
        for detail in status.get_error_details_vec() {
            match detail {
                ErrorDetail::ErrorInfo(info) => self.args.extend(info.metadata),
                ErrorDetail::LocalizedMessage(said) => {
                    self.text.insert(said.locale, said.message);
                }
                ErrorDetail::BadRequest(bad) => {
                    self.violations = bad.field_violations.into_iter().map(Broken::from).collect();
                }
                _ => {}
            }
        }
        if self.text.is_empty() && !status.message().is_empty() {
            let tag = Language::default().tag().to_owned();
            self.text.insert(tag, status.message().to_owned());
        }
    }

    /// The whole sentence in a language, or in the one in which it was told.
    #[must_use]
    pub fn message(&self, language: Language, messages: &Messages) -> String {
        self.text
            .get(language.tag())
            .or_else(|| self.text.values().find(|text| !text.is_empty()))
            .cloned()
            .unwrap_or_else(|| messages.text(language, &self.reason, &Vec::new()))
    }
}

/// A text that reads operations.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, kind, subject, state, step, data, member, trace, attempts, next_at, deadline, failure, \
             refusal, created_at, updated_at from operation ",
            $rest
        )
    };
}

/// What a step ends in.
pub enum Next {
    /// The next step, with what it will need.
    Step(Value),
    /// The end: what it changes, in the transaction that ends the operation.
    Done(Commit),
}

/// A change that is made in the transaction that ends an operation.
pub type Commit = Box<dyn for<'a> Fn(&'a mut Act<'_>) -> BoxFuture<'a, Result<()>> + Send + Sync>;

/// Does one step.
pub type StepFn = for<'a> fn(&'a Step) -> BoxFuture<'a, Result<Next>>;
/// Ends an operation that was refused: puts the record back, in the transaction that marks the failure.
pub type FailedFn =
    for<'a> fn(&'a mut Act<'_>, &'a Operation, &'a str) -> BoxFuture<'a, Result<()>>;

/// A kind of operation.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Does the step that is due.
    pub step: StepFn,
    /// Ends it when it is refused.
    pub failed: FailedFn,
}

/// What a step has at hand.
pub struct Step {
    /// The service.
    pub cx: Context,
    /// The operation.
    pub operation: Operation,
}

impl Step {
    /// The request id of something that this operation asks of another service: the same on every attempt.
    #[must_use]
    pub fn request_id(&self, what: &str) -> String {
        OperationId::derive(self.operation.id.into(), what).to_string()
    }

    /// The way to another service, as this service on behalf of whoever began the operation.
    ///
    /// # Errors
    /// When there is no such neighbour.
    pub async fn link(&self, to: &str) -> Result<Link> {
        self.cx.link(to, &self.caller().await?)
    }

    async fn caller(&self) -> Result<Caller> {
        let op = &self.operation;
        let people = self.cx.people.snapshot().await?;
        let trace = Trace::follow(Some(&op.trace));
        Ok(Caller::service(
            self.cx.name,
            op.member,
            &format!("operation/{}", op.kind),
            trace,
            people,
        )
        .by(Way::Operation))
    }
}

/// The operations of a service; cheap to clone.
#[derive(Clone)]
pub struct Operations {
    kinds: Arc<HashMap<&'static str, Kind>>,
    wake: Arc<Notify>,
    moved: watch::Sender<()>,
}

impl Default for Operations {
    fn default() -> Self {
        Self::new(HashMap::new())
    }
}

impl Operations {
    /// The kinds that the service knows.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.keys().copied()
    }
}

impl fmt::Debug for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kinds.keys()).finish()
    }
}

impl Act<'_> {
    /// Begins an operation about a record; one of a kind may run for it at a time.
    ///
    /// # Errors
    /// [`Error::Refused`] when one is running already.
    pub async fn start_operation(
        &mut self,
        kind: &'static str,
        subject: impl Into<Uuid>,
        data: Value,
        lasts: Span,
    ) -> Result<Operation> {
        let subject = subject.into();
        if latest(self.tx, kind, subject)
            .await?
            .is_some_and(|o| o.is_running())
        {
            return Err(Error::Refused(running()));
        }
        let now = self.now;
        let operation = Operation {
            id: self.new_id(),
            kind: kind.to_owned(),
            subject,
            state: "RUNNING".to_owned(),
            step: 0,
            data,
            member: self.caller.person(),
            trace: self.caller.trace.to_string(),
            attempts: 0,
            next_at: now,
            deadline: now + lasts,
            failure: String::new(),
            refusal: None,
            created_at: now,
            updated_at: now,
        };
        insert(self.tx, operation.clone()).await?;
        let operations = self.cx.operations.clone();
        self.tx.after_commit(move || operations.wake());
        Ok(operation)
    }

    /// The running operation of a kind about a record is called off, if it has done at most `steps` steps.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cancel_operation(
        &mut self,
        kind: &'static str,
        subject: impl Into<Uuid>,
        steps: i32,
    ) -> Result<bool> {
        let now = self.now;
        let ended = self
            .tx
            .sql(
                "update operation set state = 'FAILED', failure = 'CANCELLED', updated_at = $4 \
                 where kind = $1 and subject = $2 and step <= $3 and state = 'RUNNING'",
            )
            .bind(kind)
            .bind(subject.into())
            .bind(steps)
            .bind(now)
            .execute()
            .await?;
        Ok(ended == 1)
    }
}

fn running() -> Refusal {
    Refusal {
        reason: "OPERATION_RUNNING",
        args: vec![],
        text: "this is being worked on already".to_owned(),
    }
}

/// The latest operation of a kind about a record.
///
/// # Errors
/// When the store fails.
pub async fn latest(
    tx: &mut Tx,
    kind: &str,
    subject: Uuid,
) -> Result<Option<Operation>, db::Error> {
    tx.sql(select!(
        "where kind = $1 and subject = $2 order by created_at desc, id desc limit 1"
    ))
    .bind(kind.to_owned())
    .bind(subject)
    .optional()
    .await
}

/// Writes anew what operations of a kind about a record carry that have ended: what they were told of a person is to be gone.
///
/// # Errors
/// When the store fails, or `write` does.
pub async fn rewrite_ended(
    tx: &mut Tx,
    kind: &str,
    subject: Uuid,
    write: impl Fn(Value) -> Result<Value> + Send + Sync,
) -> Result<()> {
    let ended: Vec<Operation> = tx
        .sql(select!(
            "where kind = $1 and subject = $2 and state <> 'RUNNING'"
        ))
        .bind(kind.to_owned())
        .bind(subject)
        .all()
        .await?;
    for operation in ended {
        let data = write(operation.data)?;
        tx.sql("update operation set data = $2, refusal = null where id = $1")
            .bind(operation.id)
            .bind(data)
            .execute()
            .await?;
    }
    Ok(())
}

async fn load(tx: &mut Tx, id: OperationId) -> Result<Option<Operation>, db::Error> {
    tx.sql(select!("where id = $1")).bind(id).optional().await
}

async fn insert(tx: &mut Tx, o: Operation) -> Result<(), db::Error> {
    tx.sql(
        "insert into operation (id, kind, subject, state, step, data, member, trace, attempts, next_at, deadline, \
         failure, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(o.id)
    .bind(o.kind)
    .bind(o.subject)
    .bind(o.state)
    .bind(o.step)
    .bind(o.data)
    .bind(o.member)
    .bind(o.trace)
    .bind(o.attempts)
    .bind(o.next_at)
    .bind(o.deadline)
    .bind(o.failure)
    .bind(o.created_at)
    .bind(o.updated_at)
    .execute()
    .await?;
    Ok(())
}

impl Operations {
    pub(crate) fn new(kinds: HashMap<&'static str, Kind>) -> Self {
        Self {
            kinds: Arc::new(kinds),
            wake: Arc::default(),
            moved: watch::Sender::new(()),
        }
    }

    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Waits up to `limit` for an operation to end, and answers how it stands then.
    ///
    /// # Errors
    /// [`Error::NotFound`], or when the store fails.
    pub async fn watch(&self, cx: &Context, id: OperationId, limit: Duration) -> Result<Operation> {
        let mut moved = self.moved.subscribe();
        let ended = async {
            loop {
                let operation = cx.db.glance(async move |tx| load(tx, id).await).await?;
                let operation = operation.ok_or_else(|| Error::not_found("OPERATION", id))?;
                if !operation.is_running() {
                    return Ok(operation);
                }
                // Another replica may be the one that moves it.
                drop(tokio::time::timeout(Duration::from_millis(200), moved.changed()).await);
            }
        };
        if let Ok(ended) = tokio::time::timeout(limit, ended).await {
            return ended;
        }
        let operation = cx.db.glance(async move |tx| load(tx, id).await).await?;
        operation.ok_or_else(|| Error::not_found("OPERATION", id))
    }

    /// Takes up what is due and drives each as far as it goes; answers how many steps were done.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn round(&self, cx: &Context) -> Result<usize> {
        #[derive(sqlx::FromRow)]
        struct Row {
            id: OperationId,
        }
        let now = cx.clock.now();
        let due: Vec<Row> = cx
            .db
            .glance(async move |tx| {
                tx.sql(
                    "select id from operation where state = 'RUNNING' and (next_at <= $1 or next_at > $3) \
                     order by next_at limit $2",
                )
                .bind(now)
                .bind(ROUND)
                .bind(now + Span::seconds(AHEAD_MAX_S))
                    .all()
                    .await
            })
            .await?;
        // Side by side: one that waits for a neighbour holds up no other.
        let driven = due.into_iter().map(|row| self.drive(cx, row.id));
        stream::iter(driven)
            .buffer_unordered(AT_ONCE)
            .try_fold(0, async |steps, done| Ok(steps + done))
            .await
    }

    /// Does the steps of one operation until it ends, fails, waits, or belongs to another replica.
    async fn drive(&self, cx: &Context, id: OperationId) -> Result<usize> {
        let mut steps = 0;
        while let Some(operation) = claim(cx, id).await? {
            let Some(kind) = self.kinds.get(operation.kind.as_str()).copied() else {
                tracing::error!(
                    kind = operation.kind,
                    "an operation that this program does not know"
                );
                return Ok(steps);
            };
            let went_on = self.step(cx, kind, operation).await?;
            self.moved.send_replace(());
            steps += 1;
            if !went_on {
                break;
            }
        }
        Ok(steps)
    }

    /// Does one step and commits what it came to. Answers whether the next one may follow at once.
    async fn step(&self, cx: &Context, kind: Kind, operation: Operation) -> Result<bool> {
        let point = format!("{}-{}", operation.kind, operation.step);
        crate::fault::point(&format!("{point}-before"));
        let span = tracing::info_span!(
            "step",
            service = cx.name,
            otel.name = point,
            operation.id = %operation.id
        );
        // What the step asks for belongs to it, and it to what began the operation.
        let trace = Trace::within(&span, Some(&operation.trace)).to_string();
        let step = Step {
            cx: cx.clone(),
            operation: Operation { trace, ..operation },
        };
        let came_to = (kind.step)(&step).instrument(span).await;
        let operation = step.operation.clone();
        crate::fault::point(&format!("{point}-called"));
        let caller = step.caller().await?;
        let went_on = match came_to {
            Ok(Next::Step(data)) => advance(cx, operation, data).await?,
            Ok(Next::Done(commit)) => {
                finish(cx, caller, operation, Arc::new(commit)).await?;
                false
            }
            Err(error) if error.retryable() => {
                postpone(cx, operation, &error).await?;
                false
            }
            Err(error) => {
                fail(cx, caller, kind, operation, &error).await?;
                false
            }
        };
        crate::fault::point(&format!("{point}-after"));
        Ok(went_on)
    }
}

/// A store on SQLite has one process: what an earlier one was at when it died need not wait for its lease to end.
pub(crate) async fn take_back(cx: &Context) -> Result<()> {
    let now = cx.clock.now();
    cx.db
        .write(async move |tx| {
            tx.sql("update operation set next_at = $1 where state = 'RUNNING' and next_at > $1")
                .bind(now)
                .execute()
                .await
        })
        .await?;
    Ok(())
}

/// Takes an operation that is due for this replica, for the time of a lease.
async fn claim(cx: &Context, id: OperationId) -> Result<Option<Operation>> {
    let now = cx.clock.now();
    cx.db
        .write(async move |tx| {
            let mine = tx
                .sql(
                    "update operation set attempts = attempts + 1, next_at = $3 \
                     where id = $1 and state = 'RUNNING' and (next_at <= $2 or next_at > $4)",
                )
                .bind(id)
                .bind(now)
                .bind(now + Span::seconds(LEASE_S))
                .bind(now + Span::seconds(AHEAD_MAX_S))
                .execute()
                .await?;
            if mine == 1 {
                load(tx, id).await.map_err(Error::from)
            } else {
                Ok(None)
            }
        })
        .await
}

/// The step is done. False if the operation was called off meanwhile.
async fn advance(cx: &Context, operation: Operation, data: Value) -> Result<bool> {
    let now = cx.clock.now();
    let moved = cx
        .db
        .write(async move |tx| {
            tx.sql(
                "update operation set step = step + 1, data = $3, attempts = 0, next_at = $4, failure = '', \
                 updated_at = $4 where id = $1 and step = $2 and state = 'RUNNING'",
            )
            .bind(operation.id)
            .bind(operation.step)
            .bind(data.clone())
            .bind(now)
            .execute()
            .await
        })
        .await?;
    Ok(moved == 1)
}

async fn end(
    act: &mut Act<'_>,
    operation: &Operation,
    state: &'static str,
    refused: Option<&Refused>,
) -> Result<bool> {
    let now = act.now;
    let told = refused.map(serde_json::to_value).transpose();
    let ended = act
        .tx
        .sql(
            "update operation set state = $3, failure = $4, step = step + $6, updated_at = $5, refusal = $7 \
             where id = $1 and step = $2 and state = 'RUNNING'",
        )
        .bind(operation.id)
        .bind(operation.step)
        .bind(state)
        .bind(refused.map(|r| r.reason.clone()).unwrap_or_default())
        .bind(now)
        .bind(i32::from(state == "DONE"))
        .bind(told.map_err(Error::internal)?)
        .execute()
        .await?;
    Ok(ended == 1)
}

/// The last step: its change and the end of the operation, or neither.
fn finish(
    cx: &Context,
    caller: Caller,
    operation: Operation,
    commit: Arc<Commit>,
) -> BoxFuture<'_, Result<()>> {
    Box::pin(cx.act(caller, async move |act| {
        if end(act, &operation, "DONE", None).await? {
            commit(act).await?;
        }
        Ok(())
    }))
}

/// The step was refused for good: the record is put back and the operation ends.
fn fail(
    cx: &Context,
    caller: Caller,
    kind: Kind,
    operation: Operation,
    error: &Error,
) -> BoxFuture<'static, Result<()>> {
    let refused = Refused::of(error, &cx.messages);
    tracing::warn!(kind = operation.kind, id = %operation.id, error = %chain(error), "an operation was refused");
    let cx = cx.clone();
    Box::pin(async move {
        cx.act(caller, async move |act| {
            if end(act, &operation, "FAILED", Some(&refused)).await? {
                (kind.failed)(act, &operation, &refused.reason).await?;
            }
            Ok(())
        })
        .await
    })
}

/// The step could not be done now: it is done again later.
async fn postpone(cx: &Context, operation: Operation, error: &Error) -> Result<()> {
    let (now, text) = (cx.clock.now(), reason(error));
    let wait =
        Span::milliseconds((200_i64 << operation.attempts.clamp(0, 12)).min(BACKOFF_MAX_S * 1_000));
    if now > operation.deadline {
        tracing::error!(kind = operation.kind, id = %operation.id, error = %chain(error), "an operation is past its deadline");
    }
    cx.db
        .write(async move |tx| {
            tx.sql("update operation set next_at = $3, failure = $4, updated_at = $5 where id = $1 and step = $2 and state = 'RUNNING'")
                .bind(operation.id)
                .bind(operation.step)
                .bind(now + wait)
                .bind(text.clone())
                .bind(now)
                .execute()
                .await
        })
        .await?;
    Ok(())
}

/// The stable reason of an error, ours or that of another service.
fn reason(error: &Error) -> String {
    match error {
        Error::Refused(refusal) => refusal.reason.to_owned(),
        Error::Answered(status) => status.get_details_error_info().map_or_else(
            || format!("{:?}", status.code()).to_ascii_uppercase(),
            |info| info.reason,
        ),
        Error::NotFound { .. } => "NOT_FOUND".to_owned(),
        Error::Invalid(_) => "INVALID".to_owned(),
        Error::Denied => "DENIED".to_owned(),
        _ => "INTERNAL".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Broken as BrokenTexts;

    #[test]
    fn a_refusal_is_kept_whole_in_every_language_whoever_refused() -> Result<(), BrokenTexts> {
        let messages = Messages::new(&[])?;
        let field = "order.lines[0].product_id";
        let wrong = || Error::invalid(field, "REFERENCE_NOT_FOUND");
        let own = Refused::of(&wrong(), &messages);
        assert_eq!(own.reason, "INVALID");
        let broken = Broken {
            field: field.to_owned(),
            reason: "REFERENCE_NOT_FOUND".to_owned(),
        };
        assert_eq!(own.violations, [broken]);
        for language in Language::ALL {
            let text = own.message(language, &messages);
            assert!(text.contains(field) && !text.contains("{$"), "{text}");
            let answer = status::status_for_service(wrong(), language, &messages);
            let answered = Refused::of(&Error::from(answer), &messages);
            assert_eq!(
                (&answered.text, &answered.violations),
                (&own.text, &own.violations)
            );
        }
        let old = Refused {
            reason: "OPERATION_RUNNING".to_owned(),
            ..Refused::default()
        };
        assert_ne!(
            old.message(Language::English, &messages),
            "OPERATION_RUNNING"
        );
        Ok(())
    }
}

#[cfg(test)]
mod properties;
