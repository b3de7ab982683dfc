//! Where the handoffs of an object are kept: rows beside the object, written in the same transaction.

use uuid::Uuid;

use crate::{
    Result, Time,
    act::{Act, Look, Noun},
    board::NEVER,
    db::{self, Tx},
    handoff::{Handoff, Ledger},
    ids::{HandoffId, Id, MemberId, TerritoryId},
};

mod outside;
mod overdue;

pub use outside::outside;
pub(crate) use outside::sweep;
pub use overdue::overdue;

/// A noun that is handed over from one function to another.
pub trait HandedOver: Noun {
    /// Name of the timer that fires when an offer of it is overdue.
    const OVERDUE: &'static str;
    /// Name of the timer that closes its offers into functions that are switched off.
    const OUTSIDE: &'static str;
    /// What is told when an offer of it was escalated.
    fn escalated(&self, handoff: Handoff) -> Self::Event;
    /// Closes its open offer because nobody in Baton carries out the function any more; nothing if there is none that can
    /// be closed.
    fn go_outside(&mut self, ledger: &mut Ledger, at: Time) -> Option<Self::Event>;
}

async fn rows(tx: &mut Tx, subject: Uuid) -> Result<Vec<Handoff>, db::Error> {
    tx.sql(
        "select id, kind, subject_kind, subject_id, from_member, to_member, offered_at, due_at, state, reason, \
         answered_by, answered_at, escalated_at, escalated_to from handoff where subject_id = $1 \
         order by offered_at, id",
    )
    .bind(subject)
    .all()
    .await
}

async fn one(tx: &mut Tx, id: HandoffId) -> Result<Option<Handoff>, db::Error> {
    tx.sql(
        "select id, kind, subject_kind, subject_id, from_member, to_member, offered_at, due_at, state, reason, \
         answered_by, answered_at, escalated_at, escalated_to from handoff where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// Where the object of a handoff belongs: its owner and territory, by which others may see the handoff.
type Seat = (Option<MemberId>, Option<TerritoryId>);

async fn insert(tx: &mut Tx, h: Handoff, (owner, territory): Seat) -> Result<(), db::Error> {
    let due_by = h.due_at.unwrap_or(NEVER);
    tx.sql(
        "insert into handoff (id, kind, subject_kind, subject_id, from_member, to_member, offered_at, due_at, state, \
         reason, answered_by, answered_at, owner, territory, due_by) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(h.id)
    .bind(h.kind)
    .bind(h.subject_kind)
    .bind(h.subject_id)
    .bind(h.from_member)
    .bind(h.to_member)
    .bind(h.offered_at)
    .bind(h.due_at)
    .bind(h.state)
    .bind(h.reason)
    .bind(h.answered_by)
    .bind(h.answered_at)
    .bind(owner)
    .bind(territory)
    .bind(due_by)
    .execute()
    .await?;
    Ok(())
}

/// Notes that an object belongs elsewhere now: whoever it waits for sees what is on offer of it.
pub(crate) async fn moved(tx: &mut Tx, subject: Uuid, seat: Seat) -> Result<(), db::Error> {
    tx.sql(
        "update handoff set owner = $2, territory = $3 where subject_id = $1 and state = 'OFFERED'",
    )
    .bind(subject)
    .bind(seat.0)
    .bind(seat.1)
    .execute()
    .await?;
    Ok(())
}

async fn answer(tx: &mut Tx, h: Handoff) -> Result<(), db::Error> {
    tx.sql(
        "update handoff set state = $2, reason = $3, answered_by = $4, answered_at = $5 \
         where id = $1 and state = 'OFFERED'",
    )
    .bind(h.id)
    .bind(h.state)
    .bind(h.reason)
    .bind(h.answered_by)
    .bind(h.answered_at)
    .execute_one()
    .await
}

impl Look<'_> {
    /// The handoffs of an object. Who may see the object may see them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ledger(&mut self, kind: &'static str, subject: impl Id) -> Result<Ledger> {
        let subject: Uuid = subject.into();
        let hours = self.settings().answer_hours;
        let rows = rows(self.tx, subject).await?;
        Ok(Ledger::new(kind, subject, rows).wanting(hours))
    }
}

impl Act<'_> {
    /// Writes what changed in the ledger of a noun since it was read, and keeps the clocks of its offers. The object itself
    /// is versioned in the same transaction, so two answers to one offer cannot both be kept.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn save_ledger<N: HandedOver>(&mut self, ledger: &Ledger, of: &N) -> Result<()> {
        for handoff in ledger.answered() {
            answer(self.tx, handoff.clone()).await?;
            self.cancel_timer(N::OVERDUE, handoff.id).await?;
        }
        for handoff in ledger.added() {
            insert(self.tx, handoff.clone(), (of.owner(), of.territory())).await?;
            if let Some(due) = handoff.due_at.filter(|_| handoff.is_open()) {
                self.timer(N::OVERDUE, handoff.id, due).await?;
            }
        }
        Ok(())
    }
}
