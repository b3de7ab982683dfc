//! What a new store of sales begins with.

use baton_chassis::{
    Context, Result,
    act::{Act, Noun as _},
    ids::{Id as _, ProcessId, StageId},
    service::Credentials,
};
use uuid::Uuid;

use crate::process::{Process, ProcessEvent, Stage, USUAL_STAGES};

/// Name of the process that deals take unless they name another.
const USUAL: &str = "标准销售流程";

/// Brings along the usual sales process. Its id is the same everywhere, so it is brought along once.
///
/// # Errors
/// When the store fails.
pub async fn first_run(cx: Context) -> Result<Option<Credentials>> {
    let caller = cx.own_caller(None, "first_run").await?;
    cx.act(caller, async |act: &mut Act<'_>| {
        let id = ProcessId::derive(Uuid::nil(), "usual");
        if Process::load(act.tx, id).await?.is_some() {
            return Ok(());
        }
        let stages = USUAL_STAGES
            .map(|(name, percent)| (StageId::derive(id.into(), name), name.to_owned(), percent));
        let stages = Stage::in_order(stages);
        let process = Process::new(id, USUAL.to_owned(), String::new(), stages, act.now);
        act.create(process, &ProcessEvent::Created).await?;
        Ok(())
    })
    .await?;
    Ok(None)
}
