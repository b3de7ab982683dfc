//! The undoing of a project that was made of a lead, while nothing was built on it.

use baton_chassis::{
    Source, SourceKind, Time,
    ids::{LeadId, MemberId},
};

use super::{Project, ProjectEvent, ProjectRefused, State};
use crate::{commerce::Commerce, opportunity};

impl Project {
    /// Undoes a project that was made of a lead, for good: it is kept, but never opened again. Whether others have built
    /// on it (`used`) it cannot know by itself.
    ///
    /// # Errors
    /// When it is not of this lead, its deal is closed, or something was built on it.
    pub fn retract(
        &mut self,
        lead: LeadId,
        used: bool,
        by: MemberId,
        at: Time,
    ) -> Result<ProjectEvent, ProjectRefused> {
        if self.source() != Source::of(SourceKind::Lead, lead) {
            return Err(ProjectRefused::OfAnotherLead);
        }
        let has_lines = !self.deal_to_change()?.lines.is_empty();
        if self.state != State::Planned || self.reopened {
            return Err(ProjectRefused::Moved);
        }
        let head = &self.head;
        if !(head.team.is_empty() && head.milestones.is_empty() && self.tasks.is_empty()) {
            return Err(ProjectRefused::WithWork);
        }
        if has_lines {
            return Err(ProjectRefused::WithLines);
        }
        if used {
            return Err(ProjectRefused::BuiltOn);
        }
        self.deal_to_change()?
            .close(opportunity::State::Retracted, Commerce::None, at);
        self.state = State::Retracted;
        Ok(ProjectEvent::Retracted(lead, by))
    }
}
