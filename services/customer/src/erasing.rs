//! How a person is erased: himself at once, then step by step what was written about him.

use baton_chassis::{
    Context, Error, Result, Time,
    act::{Act, Look, Noun as _},
    ids::{ContactId, PartyId},
    operation::{self, Commit, Next, Operation, Step},
    personal::KINDS,
    wire::etag,
};
use baton_proto::personal::v1::{
    EraseRecordsRequest, ForgetAnswersRequest, personal_service_client::PersonalServiceClient,
};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::{
    contact::Contact,
    erasure::{self, Due, Task},
    party::{self, Kind, Party},
    store,
};

/// An erasure that takes longer than this is reported.
const LASTS: TimeDelta = TimeDelta::hours(1);
/// How long after an erasure it is gone through once more: whoever was writing about the person when he was erased has ended
/// by then.
const AGAIN: TimeDelta = TimeDelta::hours(1);
/// The timer that does.
pub const REPEAT: &str = "erase_again";
/// What a person is called of whom it is not told whether there is one.
const PERSON: &str = "PERSON";

/// Somebody outside whose data are held.
#[derive(Clone, Debug)]
pub enum Person {
    /// Somebody at a party.
    Contact(Contact),
    /// A party that is a person.
    Party(Party),
}

impl Person {
    /// The person of this id, if the reader may read the record.
    ///
    /// # Errors
    /// When there is none that he may read, or it is a company.
    pub async fn seen(look: &mut Look<'_>, id: Uuid) -> Result<Self> {
        let contact = Contact::load(look.tx, ContactId::from(id)).await?;
        let reads = |kind, whose| look.caller.reads(kind, "", whose);
        if let Some(contact) = contact.filter(|c| reads(Contact::KIND, c.whose())) {
            return Ok(Self::Contact(contact));
        }
        let party = Party::load(look.tx, PartyId::from(id)).await?;
        match party.filter(|p| reads(Party::KIND, p.whose())) {
            None => Err(Error::not_found(PERSON, id)),
            Some(p) if p.kind == Kind::Company => Err(party::Refused::NotPerson.into()),
            Some(party) => Ok(Self::Party(party)),
        }
    }

    /// Id of the record.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Contact(contact) => contact.id.into(),
            Self::Party(party) => party.id.into(),
        }
    }

    /// Its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Contact(_) => Contact::KIND,
            Self::Party(_) => Party::KIND,
        }
    }

    /// Refuses a version that is not the one that was seen.
    pub fn check(&self, seen: &str) -> Result<()> {
        let version = match self {
            Self::Contact(contact) => contact.version,
            Self::Party(party) => party.version,
        };
        if seen.is_empty() || seen == etag(version) {
            Ok(())
        } else {
            Err(Error::Stale)
        }
    }

    /// The same, erased.
    ///
    /// # Errors
    /// When he was erased before.
    pub fn erased(&self, reason: erasure::Reason, at: Time) -> Result<Self> {
        Ok(match self {
            Self::Contact(before) => {
                let mut after = before.clone();
                after.erase(reason, at)?;
                Self::Contact(after)
            }
            Self::Party(before) => {
                let mut after = before.clone();
                after.erase(reason, at)?;
                Self::Party(after)
            }
        })
    }
}

/// The services that are part of the system and tell of people.
pub fn services(cx: &Context) -> Vec<String> {
    let mut services: Vec<_> = KINDS.iter().map(|listed| listed.service).collect();
    services.dedup();
    services.retain(|service| cx.links.lead_to(service));
    services.into_iter().map(str::to_owned).collect()
}

/// Erases the person himself, and begins with what was written about him.
///
/// # Errors
/// When he was erased before.
pub async fn erase(
    act: &mut Act<'_>,
    person: Person,
    reason: erasure::Reason,
    services: Vec<String>,
) -> Result<Operation> {
    let (id, kind, now) = (person.id(), person.kind(), act.now);
    match person {
        Person::Contact(before) => {
            let mut after = before.clone();
            let event = after.erase(reason, now)?;
            let after = act.erase(&before, after, &event).await?;
            store::hold(act.tx, after.id, after.party, &[]).await?;
        }
        Person::Party(before) => {
            let mut after = before.clone();
            let event = after.erase(reason, now)?;
            let after = act.erase(&before, after, &event).await?;
            store::hold(act.tx, after.id, after.id, &[]).await?;
            store::forget_evidence(act.tx, after.id).await?;
        }
    }
    let task = Task::new(id, kind, reason, now, services);
    begin(act, &task).await
}

/// Begins with what was written about somebody, or about a lead that goes without him.
pub async fn begin(act: &mut Act<'_>, task: &Task) -> Result<Operation> {
    let data = serde_json::to_value(task).map_err(Error::internal)?;
    act.start_operation(erasure::KIND, task.person, data, LASTS)
        .await
}

/// Goes through it once more.
pub fn again<'a>(act: &'a mut Act<'_>, person: Uuid) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let Some(last) = operation::latest(act.tx, erasure::KIND, person).await? else {
            return Ok(());
        };
        if last.is_running() {
            return act.timer(REPEAT, person, act.now + AGAIN).await;
        }
        let done = task(&last)?;
        let fresh = Task::new(
            done.person,
            &done.kind,
            done.reason,
            done.erased_at,
            done.services,
        );
        begin(act, &fresh).await.map(|_| ())
    })
}

/// What an erasure carries.
///
/// # Errors
/// When it was written by a program that does it in another way.
pub fn task(operation: &Operation) -> Result<Task> {
    serde_json::from_value(operation.data.clone()).map_err(Error::internal)
}

/// Does the next batch.
pub fn step(step: &Step) -> BoxFuture<'_, Result<Next>> {
    Box::pin(async move {
        let mut task = task(&step.operation)?;
        match task.due() {
            Due::Erase { kind, subject } => {
                let request = EraseRecordsRequest {
                    kind: kind.kind.to_owned(),
                    subject_id: subject.to_string(),
                    after_id: task.after().to_owned(),
                    limit: 0,
                    request_id: request_id(step),
                    resting_before: None,
                };
                let mut client = PersonalServiceClient::new(step.link(kind.service).await?);
                let answer = client.erase_records(request).await.map_err(later)?;
                let answer = answer.into_inner();
                let ids = answer.ids.iter().filter_map(|id| id.parse().ok());
                task.blanked(&kind, ids.collect(), answer.next_after_id);
            }
            Due::Forget { service, ids } => {
                let request = ForgetAnswersRequest {
                    service: service.clone(),
                    ids: ids.iter().map(Uuid::to_string).collect(),
                    after: task.after().to_owned(),
                    request_id: request_id(step),
                };
                let mut client = PersonalServiceClient::new(step.link(&service).await?);
                let answer = client.forget_answers(request).await.map_err(later)?;
                task.went_on(answer.into_inner().next_after);
            }
            Due::Nothing => return Ok(Next::Done(done(&step.operation))),
        }
        let task = serde_json::to_value(task).map_err(Error::internal)?;
        Ok(Next::Step(task))
    })
}

fn request_id(step: &Step) -> String {
    step.request_id(&step.operation.step.to_string())
}

/// An erasure only goes forward: what is refused now, because somebody else was at it, is asked again.
#[expect(clippy::needless_pass_by_value, reason = "maps an error")]
pub fn later(status: tonic::Status) -> Error {
    tracing::warn!(code = ?status.code(), reason = status.message(), "an erasure waits");
    Error::Unavailable(format!("what is to be erased ({})", status.code()))
}

/// The first time, it is gone through once more.
fn done(operation: &Operation) -> Commit {
    let (person, began) = (operation.subject, operation.created_at);
    let first = task(operation).is_ok_and(|task| task.erased_at == began);
    Box::new(move |act| {
        Box::pin(async move {
            if first {
                act.timer(REPEAT, person, act.now + AGAIN).await?;
            }
            Ok(())
        })
    })
}

/// Nothing refuses an erasure, see [`step`], nor a night of retention: what cannot be done now is done later.
pub fn failed<'a>(
    _: &'a mut Act<'_>,
    operation: &'a Operation,
    reason: &'a str,
) -> BoxFuture<'a, Result<()>> {
    let (id, kind) = (operation.id, &operation.kind);
    Box::pin(async move {
        tracing::error!(%id, %kind, reason, "an erasure has ended before its time");
        Ok(())
    })
}
