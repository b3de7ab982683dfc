//! The calls of marketing.

mod campaign;
mod convert;
mod create;
mod import;
mod lead;
mod newcomer;
mod undo;

use baton_chassis::{Context, Result, act::Look, caller::Caller, switches::SwitchedOff};
use tonic::Request;

pub(crate) use self::lead::work;

/// Campaigns and their life.
#[derive(Clone)]
pub struct Campaigns(pub Context);

/// Leads and their life.
#[derive(Clone)]
pub struct Leads(pub Context);

/// Leads from outside.
#[derive(Clone)]
pub struct Imports(pub Context);

/// Leads are not used in this firm; what is in flight may finish.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("leads are switched off")]
struct LeadsSwitchedOff;

impl baton_chassis::Reason for LeadsSwitchedOff {
    fn reason(&self) -> &'static str {
        "LEADS_SWITCHED_OFF"
    }
}

/// Refuses new leads where they are switched off, or all of marketing is.
fn leads_enabled(settings: &baton_chassis::people::Settings) -> Result<()> {
    settings.refuse(SwitchedOff::Marketing)?;
    if settings.leads_enabled {
        Ok(())
    } else {
        Err(LeadsSwitchedOff.into())
    }
}

/// Reads under the rights of a caller, ahead of a command.
async fn look<T, F>(cx: &Context, caller: &Caller, work: F) -> Result<T>
where
    T: Send,
    F: AsyncFn(&mut Look<'_>) -> Result<T> + Send + Sync + 'static,
{
    let mut request = Request::new(());
    request.extensions_mut().insert(caller.clone());
    Ok(cx
        .query(request, async move |look, ()| work(look).await)
        .await?
        .into_inner())
}

/// The same request once more, for a command that is only a part of the call.
fn copy<R: Clone>(request: &Request<R>) -> Request<R> {
    let mut copy = Request::new(request.get_ref().clone());
    *copy.extensions_mut() = request.extensions().clone();
    copy
}
