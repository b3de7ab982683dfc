//! What becomes of an offer that nobody answers in time: it goes up to who answers for that, once.

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::{HandedOver, one};
use crate::{
    Result,
    act::Act,
    db::{self, Tx},
    handoff::Handoff,
};

/// The timer of an offer: notes at the offer that it went up, and tells it of the noun.
pub fn overdue<'a, N: HandedOver>(
    act: &'a mut Act<'_>,
    handoff: Uuid,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(escalate::<N>(act, handoff))
}

async fn escalate<N: HandedOver>(act: &mut Act<'_>, id: Uuid) -> Result<()> {
    let Some(before) = one(act.tx, id.into()).await? else {
        return Ok(());
    };
    let Some(noun) = N::load(act.tx, before.subject_id.into()).await? else {
        return Ok(());
    };
    let mut after = before.clone();
    let to = act.people().escalation(noun.territory(), before.to_member);
    if !after.escalate(to, act.now) {
        return Ok(());
    }
    save(act.tx, after.clone()).await?;
    let event = noun.escalated(after.clone());
    act.note(noun, &event, &before, &after).await
}

async fn save(tx: &mut Tx, h: Handoff) -> Result<(), db::Error> {
    tx.sql(
        "update handoff set escalated_at = $2, escalated_to = $3 \
         where id = $1 and state = 'OFFERED' and escalated_at is null",
    )
    .bind(h.id)
    .bind(h.escalated_at)
    .bind(h.escalated_to)
    .execute_one()
    .await
}
