//! A leaver handover: what somebody who leaves holds goes to named successors.
//!
//! `PLANNED` while it is thought about; `RUNNING` from the moment the leaver's access ends until nothing is left with him;
//! then `DONE`, and within [`ROLL_BACK_DAYS`] it may go back: `ROLLING_BACK`, `ROLLED_BACK`. What could not go on is
//! `STOPPED`, and goes on once the plan was mended. A plan that was given up is `CANCELLED`.

mod preview;

use baton_chassis::{
    Args, Reason, Time,
    ids::{LeaverHandoverId, MemberId, TerritoryId},
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

pub use self::preview::{Conflict, Preview};
use crate::revise;

/// Days in which it can be rolled back.
pub const ROLL_BACK_DAYS: i64 = 30;

/// Where a handover stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It can be changed and carried out.
    Planned,
    /// Access has ended; records go to their successors.
    Running,
    /// It could not go on.
    Stopped,
    /// Everything was handed on.
    Done,
    /// Records go back.
    RollingBack,
    /// What could go back has gone back.
    RolledBack,
    /// The plan was given up.
    Cancelled,
}

impl State {
    /// The state as events and rows write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "PLANNED",
            Self::Running => "RUNNING",
            Self::Stopped => "STOPPED",
            Self::Done => "DONE",
            Self::RollingBack => "ROLLING_BACK",
            Self::RolledBack => "ROLLED_BACK",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// An exception to who takes over: each condition that there is has to fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Kind of the record.
    pub kind: Option<String>,
    /// Territory that it belongs to, or one above it.
    pub territory: Option<TerritoryId>,
    /// Account that it is about, or is.
    pub party: Option<Uuid>,
    /// The record itself.
    pub object: Option<Uuid>,
    /// Who takes it over.
    pub successor: MemberId,
}

/// The exceptions, in the order in which they are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Themselves.
    pub rules: Vec<Rule>,
}

/// What goes, or went, to one successor of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Kind of the records.
    pub kind: String,
    /// The successor.
    pub successor: MemberId,
    /// Open records that were to go to him.
    pub open: i64,
    /// Closed records that were to go to him.
    pub closed: i64,
    /// Records that went to him.
    pub moved: i64,
    /// Those that went back.
    pub restored: i64,
    /// Those that stayed when the rest went back.
    pub kept: i64,
}

/// What was planned and what was done, for each kind and successor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Itself.
    pub lines: Vec<Line>,
}

impl Report {
    /// The line of a kind and successor, a new one if there is none.
    pub fn line(&mut self, kind: &str, successor: MemberId) -> &mut Line {
        let at = self
            .lines
            .iter()
            .position(|l| l.kind == kind && l.successor == successor);
        let at = at.unwrap_or_else(|| {
            self.lines.push(Line {
                kind: kind.to_owned(),
                successor,
                open: 0,
                closed: 0,
                moved: 0,
                restored: 0,
                kept: 0,
            });
            self.lines.len() - 1
        });
        &mut self.lines[at]
    }

    /// Records that were to be moved.
    pub fn planned(&self) -> i64 {
        self.lines.iter().map(|l| l.open + l.closed).sum()
    }

    /// Records that were moved, whatever became of them.
    pub fn moved(&self) -> i64 {
        self.lines.iter().map(|l| l.moved).sum()
    }

    /// Records that went back.
    pub fn restored(&self) -> i64 {
        self.lines.iter().map(|l| l.restored).sum()
    }
}

/// Territories that went to the successor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Managed {
    /// Themselves.
    pub territories: Vec<TerritoryId>,
}

/// What somebody who leaves holds, on its way to his successors.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct LeaverHandover {
    /// Identity.
    pub id: LeaverHandoverId,
    /// One more with every change.
    pub version: i64,
    /// Who leaves.
    pub member: MemberId,
    /// Who takes over what no rule is about.
    pub successor: MemberId,
    /// Exceptions.
    pub rules: Json<Rules>,
    /// Why, or what else to know.
    pub note: String,
    /// Where it stands.
    pub state: State,
    /// What was planned and done.
    pub report: Json<Report>,
    /// Whether it took the leaver's access away, and so gives it back.
    pub took_access: bool,
    /// Territories that the leaver managed.
    pub territories: Json<Managed>,
    /// Why it stopped.
    pub stop_reason: String,
    /// Who had it carried out.
    pub executed_by: Option<MemberId>,
    /// When access ended.
    pub executed_at: Option<Time>,
    /// When everything was handed on, or given back.
    pub ended_at: Option<Time>,
    /// Epoch of the directory at which it was last changed: its place among all that is told of it.
    #[serde(skip)]
    pub epoch: i64,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// New values for a plan; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revision {
    /// Who takes over what no rule is about.
    pub successor: Option<MemberId>,
    /// Exceptions.
    pub rules: Option<Rules>,
    /// Note.
    pub note: Option<String>,
}

/// What is found and taken at the moment in which access ends.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Whether access was taken away.
    pub access: bool,
    /// Territories that he managed.
    pub territories: Vec<TerritoryId>,
}

/// What happened to a handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaverHandoverEvent {
    /// It was planned.
    Planned,
    /// The plan was changed.
    Updated,
    /// The plan was given up.
    Cancelled,
    /// Access ended, and it began.
    Executed,
    /// It could not go on.
    Stopped,
    /// Nothing is left.
    Completed,
    /// It goes back.
    RollBackStarted,
    /// It went back.
    RolledBack,
}

/// Why something cannot be done to a handover.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is under way or over.
    #[error("the handover is no plan any more")]
    NotPlanned,
    /// It is not under way.
    #[error("the handover is not under way")]
    NotUnderWay,
    /// It was not carried out to its end.
    #[error("the handover is not done")]
    NotDone,
    /// The time in which it may go back is over.
    #[error("the handover was done more than {ROLL_BACK_DAYS} days ago")]
    TooLate,
    /// One of this member is open already.
    #[error("a handover of this member is open already")]
    Open,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::NotPlanned => "LEAVER_HANDOVER_NOT_PLANNED",
            Self::NotUnderWay => "LEAVER_HANDOVER_NOT_UNDER_WAY",
            Self::NotDone => "LEAVER_HANDOVER_NOT_DONE",
            Self::TooLate => "LEAVER_HANDOVER_TOO_LATE",
            Self::Open => "LEAVER_HANDOVER_OPEN",
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::TooLate => vec![("days", ROLL_BACK_DAYS.to_string())],
            _ => Args::new(),
        }
    }
}

impl LeaverHandover {
    /// A plan.
    pub fn plan(
        id: LeaverHandoverId,
        member: MemberId,
        successor: MemberId,
        revision: Revision,
        at: Time,
    ) -> Self {
        Self {
            id,
            version: 1,
            member,
            successor,
            rules: Json(revision.rules.unwrap_or_default()),
            note: revision.note.unwrap_or_default(),
            state: State::Planned,
            report: Json::default(),
            took_access: false,
            territories: Json::default(),
            stop_reason: String::new(),
            executed_by: None,
            executed_at: None,
            ended_at: None,
            epoch: 0,
            created_at: at,
            updated_at: at,
        }
    }

    /// Everybody who may take over something.
    pub fn successors(&self) -> Vec<MemberId> {
        let mut all: Vec<_> = self.rules.rules.iter().map(|rule| rule.successor).collect();
        all.push(self.successor);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Until when it may go back.
    pub fn roll_back_until(&self) -> Option<Time> {
        let ended = self.ended_at.filter(|_| self.state == State::Done);
        ended.map(|at| at + TimeDelta::days(ROLL_BACK_DAYS))
    }

    fn must_be_a_plan(&self) -> Result<(), Refused> {
        match self.state {
            State::Planned | State::Stopped => Ok(()),
            _ => Err(Refused::NotPlanned),
        }
    }

    /// Changes the plan; also the one of a handover that stopped, for what is left.
    pub fn update(&mut self, revision: Revision) -> Result<LeaverHandoverEvent, Refused> {
        self.must_be_a_plan()?;
        revise(&mut self.successor, revision.successor);
        revise(&mut self.rules.0, revision.rules);
        revise(&mut self.note, revision.note);
        Ok(LeaverHandoverEvent::Updated)
    }

    /// Gives the plan up. What was begun is not given up but rolled back.
    pub fn cancel(&mut self) -> Result<LeaverHandoverEvent, Refused> {
        if self.state != State::Planned {
            return Err(Refused::NotPlanned);
        }
        self.state = State::Cancelled;
        Ok(LeaverHandoverEvent::Cancelled)
    }

    /// Begins it, or goes on with it. What was taken before stays taken.
    pub fn execute(
        &mut self,
        by: MemberId,
        taken: Taken,
        at: Time,
    ) -> Result<LeaverHandoverEvent, Refused> {
        self.must_be_a_plan()?;
        self.state = State::Running;
        self.took_access |= taken.access;
        self.territories.territories.extend(taken.territories);
        self.stop_reason = String::new();
        self.executed_by = Some(by);
        self.executed_at = self.executed_at.or(Some(at));
        Ok(LeaverHandoverEvent::Executed)
    }

    /// Notes that nothing is left.
    pub fn complete(&mut self, report: Report, at: Time) -> Result<LeaverHandoverEvent, Refused> {
        self.must_be(State::Running)?;
        self.state = State::Done;
        self.report = Json(report);
        self.ended_at = Some(at);
        Ok(LeaverHandoverEvent::Completed)
    }

    /// Notes that it cannot go on: forwards it stops, on its way back it is done as before.
    pub fn stop(&mut self, reason: String) -> Result<LeaverHandoverEvent, Refused> {
        self.state = match self.state {
            State::Running => State::Stopped,
            State::RollingBack => State::Done,
            _ => return Err(Refused::NotUnderWay),
        };
        self.stop_reason = reason;
        Ok(LeaverHandoverEvent::Stopped)
    }

    /// Begins the way back.
    pub fn roll_back(&mut self, at: Time) -> Result<LeaverHandoverEvent, Refused> {
        self.must_be(State::Done).map_err(|_| Refused::NotDone)?;
        if self.roll_back_until().is_none_or(|until| at > until) {
            return Err(Refused::TooLate);
        }
        self.state = State::RollingBack;
        self.stop_reason = String::new();
        Ok(LeaverHandoverEvent::RollBackStarted)
    }

    /// Notes that what could go back has gone back.
    pub fn rolled_back(
        &mut self,
        report: Report,
        at: Time,
    ) -> Result<LeaverHandoverEvent, Refused> {
        self.must_be(State::RollingBack)?;
        self.state = State::RolledBack;
        self.report = Json(report);
        self.ended_at = Some(at);
        Ok(LeaverHandoverEvent::RolledBack)
    }

    fn must_be(&self, state: State) -> Result<(), Refused> {
        if self.state == state {
            Ok(())
        } else {
            Err(Refused::NotUnderWay)
        }
    }
}

#[cfg(test)]
mod tests;
