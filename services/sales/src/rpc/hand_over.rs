//! The hand-over of what was won: begun, watched, and looked at later.

use baton_chassis::{
    Context, Error, Language, Result,
    act::{Act, Look},
    operation,
    wire::parse_id,
};
use baton_proto::{Target, sales::v1::HandOver};
use chrono::Duration;
use tonic::Status;

use super::handoff::seen;
use crate::{hand_over, handoffs::ForCommerce, wire::opportunity as wire};

/// Locks what a request names and begins to make of it what the request says.
pub(super) async fn begin<D: ForCommerce>(
    act: &mut Act<'_>,
    request: &impl Target,
    target: i32,
    cx: &Context,
) -> Result<HandOver> {
    let (target, by) = (wire::target(target)?, act.member()?);
    let before: D = seen(act, request).await?;
    let mut after = before.clone();
    let event = after.start_hand_over(target, by)?.into();
    let sold = act.store(&before, after, &event).await?;
    let data = hand_over::Data::begin(target)?;
    let lasts = Duration::days(hand_over::LASTS_D);
    let operation = act
        .start_operation(D::HAND_OVER, sold.id(), data, lasts)
        .await?;
    hand_over::shown(&operation, cx, act.caller.language)
}

/// How far a hand-over is that was just begun, after a short wait for its end. A repeat of the request comes here as well,
/// and learns how far it is by now.
pub(super) async fn watch(
    cx: &Context,
    begun: Option<HandOver>,
    language: Language,
) -> Result<Option<HandOver>, Status> {
    let begun = begun.unwrap_or_default();
    let waited = async {
        let id = parse_id("id", &begun.id)?;
        let operation = cx.operations.watch(cx, id, hand_over::WAIT).await?;
        hand_over::shown(&operation, cx, language)
    };
    waited.await.map(Some).map_err(|e| cx.status(e, language))
}

/// How far the last hand-over is of something that the caller may read.
pub(super) async fn latest<D: ForCommerce>(
    look: &mut Look<'_>,
    sold: &D,
    cx: &Context,
) -> Result<HandOver> {
    let latest = operation::latest(look.tx, D::HAND_OVER, sold.id().into()).await?;
    let operation = latest.ok_or_else(|| Error::not_found("OPERATION", sold.id()))?;
    hand_over::shown(&operation, cx, look.caller.language)
}
