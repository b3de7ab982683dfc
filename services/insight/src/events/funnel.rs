//! What the funnel of the chain takes in: the objects of its hops, what came from what, and when.

use baton_chassis::{
    Date, Error, Result, Time,
    act::Act,
    ids::{MemberId, TerritoryId},
    log::Event,
    time::begin_of,
};
use baton_proto::{
    Fact as _,
    sales::v1::{
        OpportunityImported, OpportunityLeadJoined, OpportunityLeadLeft, ProjectCreated,
        ProjectType,
    },
    r#type::v1::Subject,
};
use prost::Message as _;
use uuid::Uuid;

use super::About;
use crate::{
    funnel::{Entrant, Hop, Standing},
    store::funnel,
};

/// Takes in one event. Taken in twice it changes nothing, and of two events about one object the later one counts.
///
/// # Errors
/// When the event cannot be read, or the store fails.
pub async fn heed(act: &mut Act<'_>, event: &Event) -> Result<()> {
    let about = About::decode(event.payload.as_slice()).map_err(Error::internal)?;
    if let Some(subject) = about.subject
        && let (Some(hop), Ok(id)) = (Hop::of(&subject.kind), subject.id.parse::<Uuid>())
    {
        learn(act, event, hop, id, &subject).await?;
    }
    Ok(())
}

async fn learn(
    act: &mut Act<'_>,
    event: &Event,
    hop: Hop,
    id: Uuid,
    subject: &Subject,
) -> Result<()> {
    let before = funnel::entrant(act.tx, id).await?;
    if before
        .as_ref()
        .is_some_and(|b| b.version >= subject.version)
    {
        return Ok(());
    }
    if before.is_none() && hop == Hop::Project && !is_for_sales(event)? {
        return Ok(());
    }
    let standing = hop.standing(&subject.state, &event.kind);
    let past = past(act, event)?;
    let entered_at = past.entered.unwrap_or(event.at);
    let heard = heard(hop, id, subject, entered_at);
    let after = heard.after(before.as_ref(), standing, past.ended.unwrap_or(event.at));
    funnel::keep(act.tx, &after).await?;
    let source = subject.source.as_ref();
    if let Some(parent) = source.filter(|s| Hop::of(&s.kind).is_some_and(|from| from < hop))
        && let Ok(parent) = parent.id.parse()
    {
        funnel::descend(act.tx, parent, id, after.entered_at).await?;
    }
    joined(act, event, id).await
}

fn heard(hop: Hop, id: Uuid, subject: &Subject, entered_at: Time) -> Entrant {
    let amount = subject.amount.clone();
    let (currency, amount_minor) = amount.map(|a| (a.currency_code, a.amount_minor)).unzip();
    let owner = subject.owner_id.parse::<MemberId>().ok();
    Entrant {
        id,
        kind: hop,
        version: subject.version,
        state: subject.state.clone(),
        standing: Standing::Open,
        owner,
        credit: owner,
        territory: subject.territory_id.parse::<TerritoryId>().ok(),
        source_kind: subject
            .source
            .as_ref()
            .map(|s| s.kind.clone())
            .unwrap_or_default(),
        currency: currency.unwrap_or_default(),
        amount_minor,
        entered_at,
        ended_at: None,
    }
}

/// Whether a project is one to win a deal; its first event says so.
fn is_for_sales(event: &Event) -> Result<bool> {
    if event.kind != ProjectCreated::TYPE {
        return Ok(false);
    }
    let fact = ProjectCreated::decode(event.payload.as_slice()).map_err(Error::internal)?;
    Ok(fact.r#type() == ProjectType::Sales)
}

/// When something from outside came and ended, as it was told there.
#[derive(Default)]
struct Past {
    entered: Option<Time>,
    ended: Option<Time>,
}

fn past(act: &Act<'_>, event: &Event) -> Result<Past> {
    if event.kind != OpportunityImported::TYPE {
        return Ok(Past::default());
    }
    let fact = OpportunityImported::decode(event.payload.as_slice()).map_err(Error::internal)?;
    let zone = &act.settings().time_zone;
    let begin = |day: &str| day.parse::<Date>().ok().map(|day| begin_of(day, zone));
    Ok(Past {
        entered: begin(&fact.engage_date),
        ended: begin(&fact.close_date),
    })
}

/// Leads that join a deal come to it then; those that leave it did not.
async fn joined(act: &mut Act<'_>, event: &Event, deal: Uuid) -> Result<()> {
    let lead = |id: &str| id.parse::<Uuid>().map_err(Error::internal);
    if event.kind == OpportunityLeadJoined::TYPE {
        let fact = OpportunityLeadJoined::decode(event.payload.as_slice());
        let lead = lead(&fact.map_err(Error::internal)?.lead_id)?;
        funnel::descend(act.tx, lead, deal, event.at).await?;
    } else if event.kind == OpportunityLeadLeft::TYPE {
        let fact = OpportunityLeadLeft::decode(event.payload.as_slice());
        let lead = lead(&fact.map_err(Error::internal)?.lead_id)?;
        funnel::part(act.tx, lead, deal).await?;
    }
    Ok(())
}
