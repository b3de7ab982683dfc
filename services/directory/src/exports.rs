//! Exports under way: how one is begun, ended, and given up, each within one transaction.
//!
//! Like sessions, exports are nobody's business but the directory's: no service keeps a copy, so they say no events. What happens
//! to one stands in audit rows.

use baton_chassis::{
    Caller, Error, Result,
    act::{Act, Look},
    caller::Who,
    ids::ExportId,
};
use serde_json::{Value, json};

use crate::{
    export::{Export, ExportEvent, StopReason, Wanted},
    organisation::{self, ORGANISATION},
    settings::Settings,
    store,
};

/// The timer that gives up what nobody ends.
pub const OVER: &str = "export_over";
/// Its kind in answers and audit rows.
pub const KIND: &str = "EXPORT";

/// Begins an export; answers with the zone in which its times are told.
pub async fn begin(act: &mut Act<'_>, wanted: Wanted) -> Result<(Export, String)> {
    let settings = organisation::read::<Settings>(act.tx, ORGANISATION).await?;
    let export = Export::begin(act.new_id(), wanted, act.now);
    store::export::insert(act.tx, &export).await?;
    act.timer(OVER, export.id, export.ends_at).await?;
    note(act, &Value::Null, &export, ExportEvent::Begun).await?;
    Ok((export, settings.time_zone))
}

/// Ends an export after so many rows, and says why if they were not all.
pub async fn end(
    act: &mut Act<'_>,
    id: ExportId,
    rows: i64,
    why: Option<StopReason>,
) -> Result<Export> {
    let export = store::export::load(act.tx, id).await?;
    let export = export.ok_or_else(|| Error::not_found(KIND, id))?;
    let settings = organisation::read::<Settings>(act.tx, ORGANISATION).await?;
    let (large_from, now) = (i64::from(settings.large_export_rows), act.now);
    if let Who::Service { behalf, .. } = &mut act.caller.who {
        *behalf = Some(export.member);
    }
    change(act, export, |e| match why {
        None => Ok(e.finish(rows, large_from, now)?),
        Some(why) => Ok(e.stop(why, rows, large_from, now)?),
    })
    .await
}

/// Gives an export up that nobody has ended.
pub async fn come_over(act: &mut Act<'_>, id: ExportId) -> Result<()> {
    let Some(export) = store::export::load(act.tx, id).await? else {
        return Ok(());
    };
    if export.ended_at.is_some() {
        return Ok(());
    }
    let now = act.now;
    change(act, export, |e| Ok(e.come_over(now)?))
        .await
        .map(drop)
}

/// An export that the caller may look at: one of his own, or anybody's if he oversees.
pub async fn shown(look: &mut Look<'_>, id: ExportId) -> Result<Export> {
    let export = store::export::load(look.tx, id).await?;
    let seen = |e: &Export| is_shown(&look.caller, e);
    export
        .filter(seen)
        .ok_or_else(|| Error::not_found(KIND, id))
}

fn is_shown(caller: &Caller, export: &Export) -> bool {
    caller.in_person() == Some(export.member) || organisation::oversees(caller)
}

async fn change(
    act: &mut Act<'_>,
    before: Export,
    decide: impl FnOnce(&mut Export) -> Result<ExportEvent>,
) -> Result<Export> {
    let mut after = before.clone();
    let event = decide(&mut after)?;
    (after.version, after.updated_at) = (before.version + 1, act.now);
    store::export::save(act.tx, &after).await?;
    act.cancel_timer(OVER, after.id).await?;
    note(act, &json!(before), &after, event).await?;
    Ok(after)
}

async fn note(act: &mut Act<'_>, before: &Value, after: &Export, event: ExportEvent) -> Result<()> {
    let (id, version) = (after.id.into(), after.version);
    act.audit(KIND, id, version, event.verb(), before, &json!(after))
        .await
}
