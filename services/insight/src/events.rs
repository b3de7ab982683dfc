//! What insight takes in: the subject of every event, whatever else the event says.

pub mod funnel;

use baton_chassis::{Error, Result, act::Act, log::Event};
use baton_proto::{
    Fact as _,
    sales::v1::{OpportunityLeadJoined, OpportunityLeadLeft},
    r#type::v1::Subject,
};
use prost::Message as _;

use crate::store;

/// What all events say first, and what some say as number 100: a part of that object that is an object of the chain
/// itself. Everything else in them is skipped, so events that are newer than this program are read like all others.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct About {
    #[prost(message, optional, tag = "1")]
    pub subject: Option<Subject>,
    #[prost(message, optional, tag = "100")]
    part: Option<Subject>,
}

/// Takes in one event. Taken in twice it changes nothing, and of two events about one object the later one counts,
/// whichever comes first.
///
/// # Errors
/// When the event cannot be read, or the store fails.
pub async fn heed(act: &mut Act<'_>, event: &Event) -> Result<()> {
    let about = About::decode(event.payload.as_slice()).map_err(Error::internal)?;
    if let Some(subject) = about.subject.as_ref().filter(|s| !s.id.is_empty()) {
        further(act, event, subject).await?;
    }
    let objects = about.subject.into_iter().chain(about.part);
    for subject in objects.filter(|s| !s.id.is_empty()) {
        store::learn(act.tx, subject).await?;
    }
    Ok(())
}

/// Leads that join a deal or leave it are further parents. Events about one object come in their order, so the later one
/// counts here as well.
async fn further(act: &mut Act<'_>, event: &Event, deal: &Subject) -> Result<()> {
    if event.kind == OpportunityLeadJoined::TYPE {
        let fact = OpportunityLeadJoined::decode(event.payload.as_slice());
        let lead = fact.map_err(Error::internal)?.lead_id;
        store::join(act.tx, deal, &lead).await?;
    } else if event.kind == OpportunityLeadLeft::TYPE {
        let fact = OpportunityLeadLeft::decode(event.payload.as_slice());
        let lead = fact.map_err(Error::internal)?.lead_id;
        store::part(act.tx, deal, &lead).await?;
    }
    Ok(())
}
