//! Deals from before Baton: what another system tells of them becomes visits, and nothing is made up in between.

use baton_chassis::{Date, Time, time::begin_of};
use chrono::TimeZone;
use uuid::Uuid;

use super::{
    Draft, LossReason, Opportunity, OpportunityEvent, OpportunityRefused, Outcome, State, Visit,
    enterable,
};
use crate::{
    commerce::{Commerce, CommerceRefused},
    process::{Process, Stage},
};

/// How a deal went until it came here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Where it stands or how it ended.
    pub state: State,
    /// Day it entered the stage it stands in or was closed in, if known.
    pub engaged: Option<Date>,
    /// Day it was closed; there for closed deals only.
    pub closed: Option<Date>,
    /// Why it was lost.
    pub loss_reason: Option<LossReason>,
    /// Who won it instead.
    pub competitor: String,
    /// Fingerprint of the row that tells so.
    pub print: Uuid,
}

impl Opportunity {
    /// A deal as its past left it, in days of `zone`. Nobody is said to have moved it, and nothing waits for commerce.
    ///
    /// # Errors
    /// When it is won without an amount.
    pub fn imported<Z: TimeZone>(
        draft: Draft,
        past: &Past,
        process: &Process,
        stage: &Stage,
        zone: &Z,
        at: Time,
    ) -> Result<Self, OpportunityRefused> {
        let stage = enterable(process, stage.id)?;
        let mut deal = Self::in_stage(draft, stage, process.id, at);
        let engaged = past.engaged.map(|day| begin_of(day, zone));
        deal.visits = path(&deal, process, stage, engaged);
        deal.import_print = Some(past.print);
        let (Some(closed), Some(last)) = (past.closed, deal.visits.last_mut()) else {
            return Ok(deal);
        };
        let closed = begin_of(closed, zone);
        match past.state {
            State::Open | State::Retracted => {}
            State::Won if deal.amount_minor.is_none() => {
                return Err(CommerceRefused::WithoutAmount.into());
            }
            State::Won => {
                last.end(Outcome::Won, None, closed);
                deal.close(State::Won, Commerce::Outside, closed);
            }
            State::Lost => {
                last.end(Outcome::Lost, None, closed);
                deal.close(State::Lost, Commerce::None, closed);
                deal.loss_reason = Some(past.loss_reason.unwrap_or(LossReason::Unknown));
                deal.competitor.clone_from(&past.competitor);
            }
        }
        Ok(deal)
    }

    /// Takes over what a changed row tells of the same deal.
    ///
    /// # Errors
    /// When people moved or closed it here: an import never wipes out a path that was gone in Baton.
    pub fn import_again(
        &mut self,
        fresh: Self,
        past: Past,
    ) -> Result<OpportunityEvent, OpportunityRefused> {
        if self.visits.iter().any(Visit::made_here) {
            return Err(OpportunityRefused::WorkedOn);
        }
        *self = Self {
            id: self.id,
            number: std::mem::take(&mut self.number),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            ..fresh
        };
        Ok(OpportunityEvent::Imported(past))
    }
}

/// The visits that follow from the day a deal entered `stage`: until then it was in the first stage, since when nobody
/// knows. Without the day only the last stay is certain.
fn path(deal: &Opportunity, process: &Process, stage: &Stage, engaged: Option<Time>) -> Vec<Visit> {
    let whose = (deal.id, deal.head.owner);
    let mut visits = Vec::new();
    let first = process
        .stages_in_use()
        .next()
        .filter(|first| first.id != stage.id);
    if let (Some(first), Some(engaged)) = (first, engaged) {
        let mut before = Visit::next(whose, &[], first, None, None);
        before.end(Outcome::MovedOn, None, engaged);
        visits.push(before);
    }
    visits.push(Visit::next(whose, &visits, stage, None, engaged));
    visits
}
