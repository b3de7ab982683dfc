//! The path of a deal: one row for every stay in a stage.
//!
//! A visit ends in exactly one way, so for every stage visits = moved on + moved back + won + lost + retracted
//! + still there.

use baton_chassis::{
    Time,
    ids::{Id as _, MemberId, OpportunityId, StageId, VisitId},
    words,
};
use serde::Serialize;

use crate::process::Stage;

words! {
    /// How a visit ended.
    Outcome {
        /// The deal is still there.
        Open = "OPEN",
        /// It went to a later stage.
        MovedOn = "MOVED_ON",
        /// It went back to an earlier stage.
        MovedBack = "MOVED_BACK",
        /// It was won from here.
        Won = "WON",
        /// It was lost from here.
        Lost = "LOST",
        /// It was retracted from here.
        Retracted = "RETRACTED",
    }
}

/// One stay of a deal in a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Visit {
    /// Identity.
    pub id: VisitId,
    /// Its place among the visits of the deal, from 1.
    pub sequence: i64,
    /// The stage.
    pub stage: StageId,
    /// Place of the stage in its process at that time.
    pub position: i32,
    /// When the deal came in; unknown in imported deals only.
    pub entered_at: Option<Time>,
    /// Who brought it there; nobody for an imported visit.
    pub entered_by: Option<MemberId>,
    /// When it left.
    pub left_at: Option<Time>,
    /// Who moved or closed it; nobody for an imported visit.
    pub left_by: Option<MemberId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Seconds from coming in to leaving, where both are known.
    pub dwell_s: Option<i64>,
    /// For whom it counts: the owner of the deal while it is open, then for good the one who owned the deal as it ended.
    #[serde(skip)]
    pub credit: MemberId,
}

impl Visit {
    /// The next visit of a deal and its owner, open. A clock that was set back must not make it begin before the one before
    /// it ended.
    #[must_use]
    pub fn next(
        (deal, owner): (OpportunityId, MemberId),
        before: &[Self],
        stage: &Stage,
        by: Option<MemberId>,
        at: Option<Time>,
    ) -> Self {
        let sequence = before.last().map_or(1, |v| v.sequence + 1);
        let left_at = before.last().and_then(|v| v.left_at);
        Self {
            id: VisitId::derive(deal.into(), &sequence.to_string()),
            sequence,
            stage: stage.id,
            position: stage.position,
            entered_at: at.map(|at| left_at.map_or(at, |left| at.max(left))),
            entered_by: by,
            left_at: None,
            left_by: None,
            outcome: Outcome::Open,
            dwell_s: None,
            credit: owner,
        }
    }

    /// Ends it. A clock that was set back must not make it end before it began.
    pub fn end(&mut self, outcome: Outcome, by: Option<MemberId>, at: Time) {
        let at = self.entered_at.map_or(at, |entered| at.max(entered));
        self.left_at = Some(at);
        self.left_by = by;
        self.outcome = outcome;
        self.dwell_s = self.entered_at.map(|entered| (at - entered).num_seconds());
    }

    /// Whether somebody did it here, as opposed to an import telling of it.
    #[must_use]
    pub fn made_here(&self) -> bool {
        self.entered_by.or(self.left_by).is_some()
    }
}
