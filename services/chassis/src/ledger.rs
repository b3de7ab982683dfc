//! Where the handoffs of an object are kept: rows beside the object, written in the same transaction.

use uuid::Uuid;

use crate::{
    Result,
    act::{Act, Look},
    db::{self, Tx},
    handoff::{Handoff, Ledger},
    ids::Id,
};

async fn rows(tx: &mut Tx, subject: Uuid) -> Result<Vec<Handoff>, db::Error> {
    tx.sql(
        "select id, kind, subject_kind, subject_id, from_member, to_member, offered_at, due_at, state, reason, \
         answered_by, answered_at from handoff where subject_id = $1 order by offered_at, id",
    )
    .bind(subject)
    .all()
    .await
}

async fn insert(tx: &mut Tx, h: Handoff) -> Result<(), db::Error> {
    tx.sql(
        "insert into handoff (id, kind, subject_kind, subject_id, from_member, to_member, offered_at, due_at, state, \
         reason, answered_by, answered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
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
        Ok(Ledger::new(kind, subject, rows(self.tx, subject).await?))
    }
}

impl Act<'_> {
    /// Writes what changed in a ledger since it was read. The object itself is versioned in the same transaction, so two
    /// answers to one offer cannot both be kept.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn save_ledger(&mut self, ledger: &Ledger) -> Result<()> {
        for handoff in ledger.answered() {
            answer(self.tx, handoff.clone()).await?;
        }
        for handoff in ledger.added() {
            insert(self.tx, handoff.clone()).await?;
        }
        Ok(())
    }
}
