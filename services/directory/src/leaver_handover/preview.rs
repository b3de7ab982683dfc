//! What a plan would come to, and what speaks against it. Pure.

use baton_chassis::{
    Error, Result, Violation,
    ids::{MemberId, TerritoryId},
    list::Scope,
    people::Snapshot,
    policy,
};
use baton_proto::holding::v1::SurveyHoldingsResponse;

use super::{LeaverHandover, Line, Report};

/// What a plan would come to.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// What would go to whom.
    pub report: Report,
    /// What speaks against it, first what has to be settled.
    pub conflicts: Vec<Conflict>,
    /// Territories that the leaver manages.
    pub territories: Vec<TerritoryId>,
    /// Services that are not part of the system or do not answer.
    pub away: Vec<String>,
}

/// Something that speaks against a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Stable reason.
    pub reason: &'static str,
    /// Whether it has to be settled first.
    pub blocking: bool,
    /// Kind of the records concerned, or name of the service.
    pub kind: String,
    /// The successor concerned.
    pub successor: Option<MemberId>,
    /// Records concerned.
    pub records: i64,
}

impl Conflict {
    fn new(reason: &'static str, blocking: bool) -> Self {
        Self {
            reason,
            blocking,
            kind: String::new(),
            successor: None,
            records: 0,
        }
    }
}

impl Preview {
    /// A service did not answer: what it keeps would stay with the leaver.
    pub fn is_away(&mut self, service: &str) {
        if self.away.iter().any(|name| name == service) {
            return;
        }
        self.away.push(service.to_owned());
        self.conflicts.push(Conflict {
            kind: service.to_owned(),
            ..Conflict::new("LEAVER_SERVICE_AWAY", true)
        });
    }

    /// Takes in what a service counted.
    ///
    /// # Errors
    /// When a successor is no id.
    pub fn counted(&mut self, kind: &str, found: &SurveyHoldingsResponse) -> Result<()> {
        for count in &found.counts {
            let successor = count.successor_id.parse().map_err(Error::internal)?;
            let line = self.report.line(kind, successor);
            (line.open, line.closed) = (count.open, count.closed);
        }
        if found.busy > 0 {
            self.conflicts.push(Conflict {
                kind: kind.to_owned(),
                records: found.busy,
                ..Conflict::new("RECORDS_BUSY", false)
            });
        }
        Ok(())
    }

    /// Notes what speaks against a plan as the directory stands.
    pub fn judge(&mut self, plan: &LeaverHandover, people: &Snapshot) {
        let works = |id: MemberId| people.member(id).is_some_and(|m| m.active);
        for successor in plan.successors().into_iter().filter(|id| !works(*id)) {
            self.conflicts.push(Conflict {
                successor: Some(successor),
                ..Conflict::new("SUCCESSOR_NOT_ACTIVE", true)
            });
        }
        let lines = self.report.lines.iter();
        let blind = lines.filter(|line| works(line.successor) && !reads(people, line));
        let blind: Vec<_> = blind
            .map(|line| Conflict {
                kind: line.kind.clone(),
                successor: Some(line.successor),
                records: line.open + line.closed,
                ..Conflict::new("SUCCESSOR_CANNOT_READ", true)
            })
            .collect();
        self.conflicts.extend(blind);
        if people.is_last_administrator(plan.member) {
            self.conflicts
                .push(Conflict::new("LAST_ADMINISTRATOR", true));
        }
        self.conflicts.sort_by_key(|c| !c.blocking);
    }

    /// Refuses what cannot begin, and names everything that has to be settled.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a violation for each conflict that blocks.
    pub fn may_go(&self) -> Result<()> {
        let blocking = self.conflicts.iter().filter(|c| c.blocking);
        let violations: Vec<_> = blocking
            .map(|c| {
                let member = c.successor.map(|id| id.to_string()).unwrap_or_default();
                Violation::new("id", c.reason)
                    .with("kind", &c.kind)
                    .with("member", member)
                    .with("count", c.records)
            })
            .collect();
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(violations))
        }
    }
}

/// Whether a successor may read his own records of a kind, by whichever function.
fn reads(people: &Snapshot, line: &Line) -> bool {
    // A project is read by the function of its type: either will do here.
    people.scope(line.successor, policy::readers(&line.kind, "")) != Scope::Nothing
}
