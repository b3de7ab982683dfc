//! How a night lets those go who were kept for long enough: who goes is found out with the other services, kept, and then done.

use baton_chassis::{
    Context, Error, Result, Time,
    act::{Act, Noun as _},
    db,
    ids::{ContactId, PartyId},
    operation::{self, Commit, Next, Step},
    origin::Way,
    people::{Retention, Settings},
    personal::KINDS,
    wire::timestamp,
};
use baton_proto::{
    directory::v1::SettingsFacts,
    personal::v1::{
        EraseRecordsRequest, GetDealingsRequest, ListRestingRequest,
        personal_service_client::PersonalServiceClient,
    },
};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use uuid::Uuid;

pub use crate::erasing::failed;
use crate::{
    contact::{self, Contact},
    erasing::{self, Person},
    erasure::{self, Reason},
    party::{self, Party},
    retention::{self, Dealings, Due, Night, Verdict, What},
    store,
};

/// The timer that begins a night.
pub const NIGHT: &str = "retention_night";
/// A night that takes longer than this is reported.
const LASTS: TimeDelta = TimeDelta::hours(6);
/// There is one night at a time.
const ALL: Uuid = Uuid::nil();
/// How many are looked at in one step.
const BATCH: i64 = 20;
/// The kind that is kept by marketing.
const LEAD: &str = "LEAD";

/// The first night after the periods were set; none if nothing has one.
pub async fn set(act: &mut Act<'_>, settings: Option<SettingsFacts>) -> Result<()> {
    let settings = settings.as_ref().map(Settings::from).unwrap_or_default();
    if settings.retention == Retention::default() {
        return act.cancel_timer(NIGHT, ALL).await;
    }
    let (_, begins) = retention::next(act.now, &settings.time_zone);
    act.timer(NIGHT, ALL, begins).await
}

/// Begins a night, unless the one before still goes on, and sets the timer for the next.
pub fn night<'a>(act: &'a mut Act<'_>, _: Uuid) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let settings = act.caller.people.settings.clone();
        let day = retention::day_of(act.now, &settings.time_zone);
        let due = retention::due(settings.retention, day, &settings.time_zone);
        if due.is_empty() {
            return Ok(());
        }
        let last = operation::latest(act.tx, retention::KIND, ALL).await?;
        if !last.is_some_and(|last| last.is_running()) {
            let night = Night::new(day, act.now, due);
            let data = serde_json::to_value(night).map_err(Error::internal)?;
            act.start_operation(retention::KIND, ALL, data, LASTS)
                .await?;
        }
        let (_, begins) = retention::next(act.now, &settings.time_zone);
        act.timer(NIGHT, ALL, begins).await
    })
}

/// Does what is due.
pub fn step(step: &Step) -> BoxFuture<'_, Result<Next>> {
    Box::pin(async move {
        let data = step.operation.data.clone();
        let mut night: Night = serde_json::from_value(data).map_err(Error::internal)?;
        match night.due() {
            Due::Look(what, before, after) => {
                let (going, next) = look(&step.cx, what, before, after, BATCH).await?;
                night.looked(going, next);
            }
            Due::Go(what, before, going) => {
                for id in going {
                    if what == What::Lead {
                        blank(step, &night, id, before).await?;
                    } else {
                        erase(&step.cx, &night, what, id, before).await?;
                    }
                }
                night.gone();
            }
            Due::Nothing => {
                let nothing: Commit = Box::new(|_| Box::pin(async { Ok(()) }));
                return Ok(Next::Done(nothing));
            }
        }
        let night = serde_json::to_value(night).map_err(Error::internal)?;
        Ok(Next::Step(night))
    })
}

/// Who goes among the next that were not changed for so long, and after whom to look on.
pub async fn look(
    cx: &Context,
    what: What,
    before: Time,
    after: Uuid,
    limit: i64,
) -> Result<(Vec<Uuid>, Option<Uuid>)> {
    let (found, next) = if what == What::Lead {
        leads(cx, before, after, limit).await?
    } else {
        let read =
            async move |tx: &mut db::Tx| store::unchanged(tx, what, before, after, limit).await;
        let found = cx.db.glance::<_, db::Error, _>(read).await?;
        let full = i64::try_from(found.len()).is_ok_and(|n| n == limit);
        let next = found.last().map(|(id, _)| *id).filter(|_| full);
        (found, next)
    };
    let mut going = Vec::new();
    for (id, party) in found {
        let mut dealings = dealings_with(cx, id).await?;
        // Whoever deals with the prospect deals with its people.
        if what == What::ProspectContact && !dealings.open {
            dealings = dealings.and(dealings_with(cx, party).await?);
        }
        if what.verdict(dealings, before) == Verdict::Goes {
            going.push(id);
        }
    }
    Ok((going, next))
}

type Found = (Vec<(Uuid, Uuid)>, Option<Uuid>);

/// Leads that were not changed for so long, if there is marketing.
async fn leads(cx: &Context, before: Time, after: Uuid, limit: i64) -> Result<Found> {
    let mut marketing = KINDS.iter().filter(|listed| listed.kind == LEAD);
    let Some(kept) = marketing.find(|listed| cx.links.lead_to(listed.service)) else {
        return Ok(Found::default());
    };
    let request = ListRestingRequest {
        kind: LEAD.to_owned(),
        before: Some(timestamp(before)),
        after_id: after.to_string(),
        limit: i32::try_from(limit).unwrap_or(i32::MAX),
    };
    let link = cx.link_as_service(kept.service, None, retention::KIND);
    let mut client = PersonalServiceClient::new(link.await?);
    let page = client.list_resting(request).await.map_err(erasing::later)?;
    let page = page.into_inner();
    let ids = page.ids.iter().filter_map(|id| id.parse().ok());
    let next = page.next_after_id.parse().ok();
    Ok((ids.map(|id| (id, id)).collect(), next))
}

/// What all services that are part of the system have to do with somebody, or with a lead.
async fn dealings_with(cx: &Context, subject: Uuid) -> Result<Dealings> {
    let mut all = Dealings::default();
    let told = KINDS
        .iter()
        .filter(|listed| !matches!(listed.kind, Party::KIND | Contact::KIND))
        .filter(|listed| cx.links.lead_to(listed.service));
    for listed in told {
        let request = GetDealingsRequest {
            kind: listed.kind.to_owned(),
            subject_id: subject.to_string(),
        };
        let link = cx.link_as_service(listed.service, None, retention::KIND);
        let mut client = PersonalServiceClient::new(link.await?);
        let told = client.get_dealings(request).await.map_err(erasing::later)?;
        let told = told.into_inner();
        let last = told.last_time.and_then(|t| {
            let nanos = u32::try_from(t.nanos).ok()?;
            chrono::DateTime::from_timestamp(t.seconds, nanos)
        });
        all = all.and(Dealings {
            open: told.open,
            deals: listed.kept && told.records > 0,
            last,
        });
        if all.open {
            break;
        }
    }
    Ok(all)
}

/// The person, if nobody changed him since he was found to go.
async fn still(act: &mut Act<'_>, what: What, id: Uuid, before: Time) -> Result<Option<Person>> {
    if what == What::Prospect {
        let party = Party::load(act.tx, PartyId::from(id)).await?;
        let party = party.filter(|p| p.erased_at.is_none() && p.updated_at < before);
        let party = party.filter(|p| p.state != party::State::Account);
        return Ok(party.map(Person::Party));
    }
    let contact = Contact::load(act.tx, ContactId::from(id)).await?;
    let contact = contact.filter(|c| c.erased_at.is_none() && c.updated_at < before);
    let Some(contact) = contact else {
        return Ok(None);
    };
    let stays = if what == What::ArchivedContact {
        contact.state != contact::State::Archived
    } else {
        let party = Party::load(act.tx, contact.party).await?;
        party.is_none_or(|p| p.state == party::State::Account || p.updated_at >= before)
    };
    Ok((!stays).then_some(Person::Contact(contact)))
}

/// Erases a person as if somebody had asked for it, and counts him.
async fn erase(cx: &Context, night: &Night, what: What, id: Uuid, before: Time) -> Result<()> {
    let (day, services) = (night.day, erasing::services(cx));
    let caller = cx.own_caller(None, retention::KIND).await?;
    cx.act(caller.by(Way::Operation), async move |act| {
        if let Some(person) = still(act, what, id, before).await? {
            erasing::erase(act, person, Reason::Retention, services.clone()).await?;
            store::went(act.tx, day, what).await?;
        }
        Ok(())
    })
    .await
}

/// Blanks a lead, if it still rests; then what was said about it, by an erasure of its own, and counts it.
async fn blank(step: &Step, night: &Night, lead: Uuid, before: Time) -> Result<()> {
    let cx = &step.cx;
    let mut marketing = KINDS.iter().filter(|listed| listed.kind == LEAD);
    let Some(kept) = marketing.find(|listed| cx.links.lead_to(listed.service)) else {
        return Ok(());
    };
    let request = EraseRecordsRequest {
        kind: LEAD.to_owned(),
        subject_id: lead.to_string(),
        resting_before: Some(timestamp(before)),
        request_id: step.request_id(&lead.to_string()),
        ..EraseRecordsRequest::default()
    };
    let mut client = PersonalServiceClient::new(step.link(kept.service).await?);
    let blanked = client
        .erase_records(request)
        .await
        .map_err(erasing::later)?;
    if blanked.into_inner().erased == 0 {
        return Ok(());
    }
    let (day, began_at, services) = (night.day, night.began_at, erasing::services(cx));
    let caller = cx.own_caller(None, retention::KIND).await?;
    cx.act(caller.by(Way::Operation), async move |act| {
        let last = operation::latest(act.tx, erasure::KIND, lead).await?;
        let last = last.as_ref().map(erasing::task).transpose()?;
        // Whoever died after this has begun it before.
        if last.is_some_and(|task| task.erased_at == began_at) {
            return Ok(());
        }
        let services = services.clone();
        let task = erasure::Task::new(lead, LEAD, Reason::Retention, began_at, services);
        erasing::begin(act, &task).await?;
        Ok(store::went(act.tx, day, What::Lead).await?)
    })
    .await
}
