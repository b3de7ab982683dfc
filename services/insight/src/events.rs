//! What insight takes in: the subject of every event, whatever else the event says.

use baton_chassis::{Error, Result, act::Act, log::Event};
use baton_proto::r#type::v1::Subject;
use prost::Message as _;

use crate::store;

/// What all events say first, and what some say as number 100: a part of that object that is an object of the chain
/// itself. Everything else in them is skipped, so events that are newer than this program are read like all others.
#[derive(Clone, PartialEq, prost::Message)]
struct About {
    #[prost(message, optional, tag = "1")]
    subject: Option<Subject>,
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
    let objects = about.subject.into_iter().chain(about.part);
    for subject in objects.filter(|s| !s.id.is_empty()) {
        store::learn(act.tx, subject).await?;
    }
    let producer = event.kind.split('.').nth(1).unwrap_or_default();
    store::note_progress(act.tx, producer, event).await?;
    Ok(())
}
