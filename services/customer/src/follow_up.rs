//! A follow-up: something to do with a customer by a time, by somebody, until it is done or dropped.

use baton_chassis::{
    Reason, Time,
    ids::{FollowUpId, InteractionId, MemberId, PartyId, TerritoryId},
    words,
};
use serde::Serialize;

use crate::{interaction::About, party::Change};

words! {
    /// Where a follow-up stands.
    State {
        /// To be done.
        Open = "OPEN",
        /// Done.
        Completed = "COMPLETED",
        /// Not to be done any more.
        Cancelled = "CANCELLED",
    }
}

/// What people may change of an open follow-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Details {
    /// What to do.
    pub title: String,
    /// More about it; may be empty.
    pub note: String,
    /// By when.
    pub due_at: Time,
    /// Who is to do it.
    pub owner: Option<MemberId>,
    /// His territory.
    pub territory: Option<TerritoryId>,
}

impl Details {
    /// What differs from `old`; texts are left out.
    fn changes(&self, old: &Self) -> Vec<Change> {
        let hidden = |_: &String| String::new();
        let member = |id: &Option<MemberId>| id.map(|id| id.to_string()).unwrap_or_default();
        [
            Change::of("title", &old.title, &self.title, hidden),
            Change::of("note", &old.note, &self.note, hidden),
            Change::of("due_time", &old.due_at, &self.due_at, Time::to_rfc3339),
            Change::of("owner_id", &old.owner, &self.owner, member),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Something to do by a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct FollowUp {
    /// Identity.
    pub id: FollowUpId,
    /// One more with every change.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// What it is about.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub about: About,
    /// The party concerned.
    pub party: Option<PartyId>,
    /// The interaction it was agreed on in.
    pub interaction: Option<InteractionId>,
    /// What people may change.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub details: Details,
    /// When it came due while it was open.
    pub came_due_at: Option<Time>,
    /// What came out; may be empty.
    pub result: String,
    /// When it was completed or cancelled.
    pub closed_at: Option<Time>,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// What happened to a follow-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUpEvent {
    /// It was created.
    Created,
    /// It was changed.
    Updated {
        /// What was changed.
        changes: Vec<Change>,
    },
    /// Its time came while it was open.
    CameDue,
    /// It was done.
    Completed {
        /// State before.
        old: State,
    },
    /// It will not be done.
    Cancelled {
        /// State before.
        old: State,
    },
    /// It was opened again.
    Reopened {
        /// State before.
        old: State,
    },
}

/// Why something cannot be done to a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It was completed or cancelled.
    #[error("the follow-up is closed; open it again first")]
    Closed,
    /// It is open already.
    #[error("the follow-up is open already")]
    Open,
    /// It is open, but its time has not come or has been told already.
    #[error("the follow-up is not coming due now")]
    NotDue,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Closed => "FOLLOW_UP_CLOSED",
            Self::Open => "FOLLOW_UP_OPEN",
            Self::NotDue => "FOLLOW_UP_NOT_DUE",
        }
    }
}

impl FollowUp {
    /// Fields that may tell of a person.
    pub const PERSONAL: &'static [&'static str] = &["title", "note", "result"];

    /// Something to do.
    pub fn new(
        id: FollowUpId,
        about: About,
        party: Option<PartyId>,
        interaction: Option<InteractionId>,
        details: Details,
        at: Time,
    ) -> Self {
        Self {
            id,
            version: 1,
            state: State::Open,
            about,
            party,
            interaction,
            details,
            came_due_at: None,
            result: String::new(),
            closed_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// When its time is to be told; never, if it is closed or its time has been told.
    pub fn alarm(&self) -> Option<Time> {
        (self.state == State::Open && self.came_due_at.is_none()).then_some(self.details.due_at)
    }

    /// Blanks its texts, because they tell of a person who was erased, whatever became of it.
    pub fn forget(&mut self) -> FollowUpEvent {
        let blank = Details {
            title: String::new(),
            note: String::new(),
            ..self.details.clone()
        };
        let changes = blank.changes(&self.details);
        self.details = blank;
        self.result.clear();
        FollowUpEvent::Updated { changes }
    }

    fn open(&self) -> Result<(), Refused> {
        if self.state == State::Open {
            Ok(())
        } else {
            Err(Refused::Closed)
        }
    }

    /// Changes what to do, by when or by whom. With a new time it can come due again.
    pub fn update(&mut self, details: Details) -> Result<FollowUpEvent, Refused> {
        self.open()?;
        let changes = details.changes(&self.details);
        self.put_off(details.due_at);
        self.details = details;
        Ok(FollowUpEvent::Updated { changes })
    }

    fn put_off(&mut self, due_at: Time) {
        if due_at != self.details.due_at {
            self.details.due_at = due_at;
            self.came_due_at = None;
        }
    }

    /// Tells that its time has come, once for each time that was set.
    pub fn come_due(&mut self, at: Time) -> Result<FollowUpEvent, Refused> {
        self.open()?;
        if self.alarm().is_none_or(|due| due > at) {
            return Err(Refused::NotDue);
        }
        self.came_due_at = Some(at);
        Ok(FollowUpEvent::CameDue)
    }

    /// It is done.
    pub fn complete(&mut self, result: String, at: Time) -> Result<FollowUpEvent, Refused> {
        self.close(State::Completed, result, at)
            .map(|old| FollowUpEvent::Completed { old })
    }

    /// It will not be done.
    pub fn cancel(&mut self, reason: String, at: Time) -> Result<FollowUpEvent, Refused> {
        self.close(State::Cancelled, reason, at)
            .map(|old| FollowUpEvent::Cancelled { old })
    }

    fn close(&mut self, state: State, result: String, at: Time) -> Result<State, Refused> {
        self.open()?;
        self.result = result;
        self.closed_at = Some(at);
        Ok(std::mem::replace(&mut self.state, state))
    }

    /// Opens it again, with a new time if one is given.
    pub fn reopen(&mut self, due_at: Option<Time>) -> Result<FollowUpEvent, Refused> {
        let old = self.state;
        if old == State::Open {
            return Err(Refused::Open);
        }
        self.state = State::Open;
        self.result.clear();
        self.closed_at = None;
        if let Some(due_at) = due_at {
            self.put_off(due_at);
        }
        Ok(FollowUpEvent::Reopened { old })
    }
}

#[cfg(test)]
mod tests {
    use baton_chassis::SourceKind;
    use baton_chassis::words::Word as _;
    use chrono::Duration;
    use uuid::Uuid;

    use super::*;

    const AT: Time = Time::UNIX_EPOCH;

    fn later() -> Time {
        AT + Duration::days(1)
    }

    fn follow_up(state: State) -> FollowUp {
        let details = Details {
            title: "call back".into(),
            note: String::new(),
            due_at: AT,
            owner: None,
            territory: None,
        };
        let about = About {
            kind: SourceKind::Account,
            id: Uuid::from_u128(2),
        };
        let new = FollowUp::new(Uuid::from_u128(1).into(), about, None, None, details, AT);
        let closed_at = (state != State::Open).then_some(AT);
        FollowUp {
            state,
            closed_at,
            ..new
        }
    }

    type Verb = fn(&mut FollowUp) -> Result<FollowUpEvent, Refused>;
    /// A verb and what it comes to in each state.
    type Row = (&'static str, Verb, [Result<State, Refused>; 3]);

    #[test]
    fn every_verb_in_every_state() {
        use State::{Cancelled, Completed, Open};
        let closed = const { Err(Refused::Closed) };
        let table: [Row; 5] = [
            (
                "complete",
                |f| f.complete("ok".into(), AT),
                [Ok(Completed), closed, closed],
            ),
            (
                "cancel",
                |f| f.cancel("no".into(), AT),
                [Ok(Cancelled), closed, closed],
            ),
            (
                "reopen",
                |f| f.reopen(None),
                [Err(Refused::Open), Ok(Open), Ok(Open)],
            ),
            ("come_due", |f| f.come_due(AT), [Ok(Open), closed, closed]),
            (
                "update",
                |f| f.update(f.details.clone()),
                [Ok(Open), closed, closed],
            ),
        ];
        for (verb, act, row) in table {
            for (state, expected) in State::ALL.iter().zip(row) {
                let mut f = follow_up(*state);
                let said = act(&mut f);
                assert_eq!(said.map(|_| f.state), expected, "{verb} {state:?}");
                assert_eq!(f.closed_at.is_some(), f.state != Open, "{verb} {state:?}");
            }
        }
    }

    #[test]
    fn its_texts_are_blanked_in_every_state_which_stays() {
        for state in State::ALL {
            let mut f = FollowUp {
                result: "spoke to 韩梅梅".into(),
                ..follow_up(*state)
            };
            f.forget();
            let texts = [&f.details.title, &f.details.note, &f.result];
            assert_eq!(texts, ["", "", ""]);
            assert_eq!((f.state, f.details.due_at), (*state, AT));
        }
    }

    #[test]
    fn its_time_is_told_once_for_each_time_that_was_set() {
        let mut f = follow_up(State::Open);
        assert_eq!(f.alarm(), Some(AT));
        assert!(f.come_due(AT).is_ok());
        assert_eq!(f.alarm(), None);
        assert_eq!(f.come_due(AT), Err(Refused::NotDue));

        let details = Details {
            due_at: later(),
            ..f.details.clone()
        };
        assert!(f.update(details).is_ok());
        assert_eq!(f.alarm(), Some(later()));
        assert_eq!(f.come_due(AT), Err(Refused::NotDue));
        assert!(f.come_due(later()).is_ok());
    }

    #[test]
    fn opened_again_it_forgets_how_it_was_closed_and_may_get_a_new_time() {
        for due in [None, Some(later())] {
            let mut f = follow_up(State::Open);
            assert!(f.complete("ok".into(), AT).is_ok());
            assert_eq!(f.alarm(), None);
            assert!(f.reopen(due).is_ok());
            assert_eq!((f.result.as_str(), f.closed_at), ("", None));
            assert_eq!(f.alarm(), Some(due.unwrap_or(AT)));
        }
    }

    #[test]
    fn a_change_tells_the_time_but_no_text() {
        let mut f = follow_up(State::Open);
        let details = Details {
            title: "visit 韩梅梅".into(),
            due_at: later(),
            ..f.details.clone()
        };
        let Ok(FollowUpEvent::Updated { changes }) = f.update(details) else {
            panic!("not updated")
        };
        let told: Vec<_> = changes.iter().map(|c| (c.field, c.new.as_str())).collect();
        assert_eq!(
            told,
            [("title", ""), ("due_time", "1970-01-02T00:00:00+00:00")]
        );
    }
}
