//! A handoff: an offer of work by one function to the next, and its one answer.
//!
//! `OFFERED` becomes `ACCEPTED`, `RETURNED` with a reason, or `WITHDRAWN`; an answer is for ever, and a second attempt
//! is a second offer. A [`Ledger`] holds the handoffs of one object, of which at most one of a kind is open. Who may
//! offer and who may answer in whose place is decided by the noun that is handed over.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, Reason, Time,
    ids::{HandoffId, Id as _, MemberId},
};

/// What is handed over to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A lead from marketing to the manager of a territory.
    LeadToManager,
    /// A lead from the manager of a territory to a salesperson.
    LeadToSalesperson,
    /// A won deal from sales to commerce.
    DealToCommerce,
    /// A confirmed order from commerce to the ERP.
    OrderToErp,
}

impl Kind {
    /// The kind as contracts write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeadToManager => "LEAD_TO_MANAGER",
            Self::LeadToSalesperson => "LEAD_TO_SALESPERSON",
            Self::DealToCommerce => "DEAL_TO_COMMERCE",
            Self::OrderToErp => "ORDER_TO_ERP",
        }
    }
}

/// Where a handoff stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It waits for an answer.
    Offered,
    /// It was taken.
    Accepted,
    /// It was given back with a reason.
    Returned,
    /// Who offered it took it back.
    Withdrawn,
}

/// The answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver takes it.
    Accepted,
    /// The receiver gives it back, and says why.
    Returned(String),
    /// The giver takes it back.
    Withdrawn,
}

/// Why a handoff cannot be made or answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no open offer, or it has been answered.
    #[error("nothing is on offer here")]
    NotOpen,
    /// The last offer of the kind has no answer yet.
    #[error("this was offered and waits for an answer")]
    Open,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::NotOpen => "HANDOFF_NOT_OPEN",
            Self::Open => "HANDOFF_OPEN",
        }
    }
}

/// A ledger that refuses what the state of its object allows was read after somebody else's act, the object before it: the
/// command is run again. For objects whose own state tells whether an offer is open.
#[must_use]
pub fn raced(_: Refused) -> Error {
    Error::Raced
}

/// One offer of an object to a function, and what became of it: a row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Handoff {
    /// Id.
    pub id: HandoffId,
    /// What is handed over to whom.
    pub kind: Kind,
    /// Kind of the object, e.g. `LEAD`.
    pub subject_kind: String,
    /// Id of the object.
    pub subject_id: Uuid,
    /// Who offered it.
    pub from_member: MemberId,
    /// To whom; nobody means whoever carries out the function.
    pub to_member: Option<MemberId>,
    /// When it was offered.
    pub offered_at: Time,
    /// By when an answer is due, if it is.
    pub due_at: Option<Time>,
    /// Where it stands.
    pub state: State,
    /// Why it was returned.
    pub reason: Option<String>,
    /// Who answered it.
    pub answered_by: Option<MemberId>,
    /// When it was answered.
    pub answered_at: Option<Time>,
}

impl Handoff {
    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        self.state == State::Offered
    }

    /// Records the answer of `by`; nobody is a program outside. An answer is for ever.
    pub fn answer(
        &mut self,
        answer: Answer,
        by: impl Into<Option<MemberId>>,
        at: Time,
    ) -> Result<(), Refused> {
        if !self.is_open() {
            return Err(Refused::NotOpen);
        }
        (self.state, self.reason) = match answer {
            Answer::Accepted => (State::Accepted, None),
            Answer::Returned(reason) => (State::Returned, Some(reason)),
            Answer::Withdrawn => (State::Withdrawn, None),
        };
        self.answered_by = by.into();
        self.answered_at = Some(at.max(self.offered_at));
        Ok(())
    }
}

/// An offer about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is handed over to whom.
    pub kind: Kind,
    /// Who offers it.
    pub from: MemberId,
    /// To whom; nobody means whoever carries out the function.
    pub to: Option<MemberId>,
    /// By when an answer is due, if it is.
    pub due: Option<Time>,
}

/// The handoffs of one object, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    subject_kind: &'static str,
    subject_id: Uuid,
    rows: Vec<Handoff>,
    /// Rows up to here are stored.
    stored: usize,
    /// Those of the stored rows that were answered since.
    answered: Vec<HandoffId>,
}

impl Ledger {
    /// The ledger of an object as it is stored: `rows` are all its handoffs, the oldest first.
    pub fn new(subject_kind: &'static str, subject_id: Uuid, rows: Vec<Handoff>) -> Self {
        Self {
            subject_kind,
            subject_id,
            stored: rows.len(),
            rows,
            answered: Vec::new(),
        }
    }

    /// All handoffs, the oldest first.
    pub fn rows(&self) -> &[Handoff] {
        &self.rows
    }

    /// Rows that were offered since the ledger was read, whatever became of them.
    pub fn added(&self) -> &[Handoff] {
        &self.rows[self.stored..]
    }

    /// Stored rows that were answered since the ledger was read.
    pub fn answered(&self) -> impl Iterator<Item = &Handoff> {
        self.rows[..self.stored]
            .iter()
            .filter(|h| self.answered.contains(&h.id))
    }

    /// Everything that changed since the ledger was read, the oldest first.
    pub fn changed(&self) -> impl Iterator<Item = &Handoff> {
        self.answered().chain(self.added())
    }

    /// The open offer of a kind.
    pub fn open(&self, kind: Kind) -> Option<&Handoff> {
        self.rows.iter().find(|h| h.kind == kind && h.is_open())
    }

    /// Whether an offer of a kind was accepted, now or ever.
    pub fn accepted(&self, kind: Kind) -> bool {
        self.rows
            .iter()
            .any(|h| h.kind == kind && h.state == State::Accepted)
    }

    /// Offers the object. Who offers it to himself has accepted it in the same act.
    pub fn offer(&mut self, offer: Offer, at: Time) -> Result<&Handoff, Refused> {
        if self.open(offer.kind).is_some() {
            return Err(Refused::Open);
        }
        // Offers of one act lie a microsecond apart, so that their order can be read from the time.
        let after = self
            .rows
            .last()
            .map(|h| h.offered_at + TimeDelta::microseconds(1));
        let at = after.map_or(at, |after| at.max(after));
        let mut handoff = Handoff {
            // The nth handoff of an object has the same id however often the act is repeated.
            id: HandoffId::derive(self.subject_id, &format!("handoff {}", self.rows.len() + 1)),
            kind: offer.kind,
            subject_kind: self.subject_kind.to_owned(),
            subject_id: self.subject_id,
            from_member: offer.from,
            to_member: offer.to,
            offered_at: at,
            due_at: offer.due,
            state: State::Offered,
            reason: None,
            answered_by: None,
            answered_at: None,
        };
        if offer.to == Some(offer.from) {
            handoff.answer(Answer::Accepted, offer.from, at)?;
        }
        self.rows.push(handoff);
        Ok(&self.rows[self.rows.len() - 1])
    }

    /// Answers the open offer of a kind.
    pub fn answer(
        &mut self,
        kind: Kind,
        answer: Answer,
        by: impl Into<Option<MemberId>>,
        at: Time,
    ) -> Result<&Handoff, Refused> {
        let open = self
            .rows
            .iter()
            .position(|h| h.kind == kind && h.is_open())
            .ok_or(Refused::NotOpen)?;
        self.rows[open].answer(answer, by, at)?;
        if open < self.stored {
            self.answered.push(self.rows[open].id);
        }
        Ok(&self.rows[open])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(n: u128) -> MemberId {
        Uuid::from_u128(n).into()
    }
    fn at(second: i64) -> Time {
        Time::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }
    fn offer(kind: Kind, from: u128, to: Option<u128>) -> Offer {
        Offer {
            kind,
            from: member(from),
            to: to.map(member),
            due: None,
        }
    }
    fn empty() -> Ledger {
        Ledger::new("LEAD", Uuid::from_u128(7), Vec::new())
    }
    fn answers() -> [(Answer, State); 3] {
        [
            (Answer::Accepted, State::Accepted),
            (Answer::Returned("not mine".into()), State::Returned),
            (Answer::Withdrawn, State::Withdrawn),
        ]
    }

    #[test]
    fn an_open_offer_takes_any_answer_and_an_answered_one_takes_none() {
        for (first, state) in answers() {
            let mut ledger = empty();
            ledger
                .offer(offer(Kind::LeadToManager, 1, Some(2)), at(0))
                .unwrap();
            let row = ledger
                .answer(Kind::LeadToManager, first, member(2), at(1))
                .unwrap()
                .clone();
            assert_eq!(
                (row.state, row.answered_by, row.answered_at),
                (state, Some(member(2)), Some(at(1)))
            );
            assert_eq!(row.reason.is_some(), state == State::Returned);
            for (second, _) in answers() {
                let mut again = row.clone();
                assert_eq!(
                    again.answer(second.clone(), member(2), at(2)),
                    Err(Refused::NotOpen)
                );
                assert_eq!(again, row);
                assert_eq!(
                    ledger
                        .answer(Kind::LeadToManager, second, member(2), at(2))
                        .err(),
                    Some(Refused::NotOpen)
                );
            }
        }
    }

    #[test]
    fn what_one_offers_to_himself_is_accepted_in_the_same_act() {
        let mut ledger = empty();
        let row = ledger
            .offer(offer(Kind::LeadToSalesperson, 1, Some(1)), at(0))
            .unwrap();
        assert_eq!(
            (row.state, row.answered_by),
            (State::Accepted, Some(member(1)))
        );
        assert!(ledger.accepted(Kind::LeadToSalesperson));
    }

    #[test]
    fn an_offer_to_a_function_waits_for_anyone() {
        let mut ledger = empty();
        ledger
            .offer(offer(Kind::DealToCommerce, 1, None), at(0))
            .unwrap();
        assert!(ledger.open(Kind::DealToCommerce).is_some());
        ledger
            .answer(Kind::DealToCommerce, Answer::Accepted, member(9), at(1))
            .unwrap();
        assert!(ledger.open(Kind::DealToCommerce).is_none());
    }

    #[test]
    fn at_most_one_offer_of_a_kind_is_open_and_an_answered_one_can_be_followed_by_another() {
        let mut ledger = empty();
        let first = ledger
            .offer(offer(Kind::LeadToManager, 1, Some(2)), at(0))
            .unwrap()
            .id;
        assert_eq!(
            ledger
                .offer(offer(Kind::LeadToManager, 1, Some(3)), at(1))
                .err(),
            Some(Refused::Open)
        );
        assert!(
            ledger
                .offer(offer(Kind::LeadToSalesperson, 1, Some(3)), at(1))
                .is_ok()
        );
        ledger
            .answer(Kind::LeadToManager, Answer::Withdrawn, member(1), at(2))
            .unwrap();
        let second = ledger
            .offer(offer(Kind::LeadToManager, 1, Some(3)), at(3))
            .unwrap()
            .id;
        assert_ne!(first, second);
        assert_eq!(ledger.open(Kind::LeadToManager).map(|h| h.id), Some(second));
    }

    #[test]
    fn the_order_of_offers_made_in_one_act_can_be_read_from_their_time() {
        let mut ledger = empty();
        for kind in [Kind::LeadToManager, Kind::LeadToSalesperson] {
            ledger.offer(offer(kind, 1, Some(1)), at(0)).unwrap();
        }
        let rows = ledger.rows();
        assert!(rows[0].offered_at < rows[1].offered_at);
        assert!(rows[1].answered_at >= Some(rows[1].offered_at));
    }

    #[test]
    fn a_ledger_tells_what_changed_since_it_was_read() {
        let mut before = empty();
        before
            .offer(offer(Kind::LeadToManager, 1, Some(2)), at(0))
            .unwrap();
        let mut ledger = Ledger::new("LEAD", Uuid::from_u128(7), before.rows().to_vec());
        assert_eq!(ledger.changed().count(), 0);
        ledger
            .answer(Kind::LeadToManager, Answer::Accepted, member(2), at(1))
            .unwrap();
        ledger
            .offer(offer(Kind::LeadToSalesperson, 2, Some(3)), at(1))
            .unwrap();
        assert_eq!(
            ledger.answered().map(|h| h.kind).collect::<Vec<_>>(),
            [Kind::LeadToManager]
        );
        assert_eq!(
            ledger.added().iter().map(|h| h.kind).collect::<Vec<_>>(),
            [Kind::LeadToSalesperson]
        );
        assert_eq!(ledger.changed().count(), 2);
        // The same act once more comes to the same rows.
        let ids: Vec<_> = ledger.rows().iter().map(|h| h.id).collect();
        assert_eq!(ids[0], before.rows()[0].id);
    }
}
