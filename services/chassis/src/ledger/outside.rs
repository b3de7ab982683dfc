//! What becomes of open offers when the function that should answer them is switched off: they go outside Baton.
//!
//! There may be many, so a timer closes them some at a time; its subject is the last one that it has looked at.

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::{HandedOver, rows};
use crate::{
    Error, Result,
    act::Act,
    db::{self, Tx},
    handoff::{Kind, Ledger},
    people,
};

/// Offers that are looked at in one transaction.
const BATCH: i64 = 50;

#[derive(sqlx::FromRow)]
struct Open {
    id: Uuid,
    kind: Kind,
    subject_id: Uuid,
}

async fn open(
    tx: &mut Tx,
    subject_kind: &'static str,
    after: Uuid,
) -> Result<Vec<Open>, db::Error> {
    tx.sql(
        "select id, kind, subject_id from handoff where subject_kind = $1 and state = 'OFFERED' and id > $2 \
         order by id limit $3",
    )
    .bind(subject_kind)
    .bind(after)
    .bind(BATCH)
    .all()
    .await
}

/// Begins to close the offers of a noun, if the settings that were just heard of ask for that.
pub(crate) async fn sweep(act: &mut Act<'_>, timers: &[&'static str]) -> Result<()> {
    if people::settings_in(act.tx).await?.functions_off.is_empty() {
        return Ok(());
    }
    for timer in timers {
        act.timer(timer, Uuid::nil(), act.now).await?;
    }
    Ok(())
}

/// The timer that closes what is on offer into functions that are switched off.
pub fn outside<'a, N: HandedOver>(act: &'a mut Act<'_>, after: Uuid) -> BoxFuture<'a, Result<()>> {
    Box::pin(close_some::<N>(act, after))
}

async fn close_some<N: HandedOver>(act: &mut Act<'_>, after: Uuid) -> Result<()> {
    // What stands in the store counts: the copy in memory may be older than the switch.
    let off = people::settings_in(act.tx).await?.functions_off;
    let offers = open(act.tx, N::KIND, after).await?;
    let last = offers.last().map(|offer| offer.id);
    let more = i64::try_from(offers.len()).is_ok_and(|n| n == BATCH);
    for offer in offers {
        if offer.kind.leads_into().is_some_and(|f| off.contains(&f)) {
            close::<N>(act, offer.subject_id).await?;
        }
    }
    match last.filter(|_| more) {
        Some(last) => act.timer(N::OUTSIDE, last, act.now).await,
        None => Ok(()),
    }
}

async fn close<N: HandedOver>(act: &mut Act<'_>, subject: Uuid) -> Result<()> {
    let before = N::load(act.tx, subject.into()).await?;
    let before = before.ok_or_else(|| Error::not_found(N::KIND, subject))?;
    let mut ledger = Ledger::new(N::KIND, subject, rows(act.tx, subject).await?);
    let mut after = before.clone();
    if let Some(event) = after.go_outside(&mut ledger, act.now) {
        let after = act.store(&before, after, &event).await?;
        act.save_ledger(&ledger, &after).await?;
    }
    Ok(())
}

impl Act<'_> {
    /// Closes the open offer of a noun if the function that it leads into is switched off: for what could not be closed
    /// when the switch was turned.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn close_if_outside<N: HandedOver>(&mut self, id: N::Id, kind: Kind) -> Result<()> {
        let off = people::settings_in(self.tx).await?.functions_off;
        if kind.leads_into().is_some_and(|f| off.contains(&f)) {
            close::<N>(self, id.into()).await?;
        }
        Ok(())
    }
}
