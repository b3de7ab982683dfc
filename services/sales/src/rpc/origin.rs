//! Leads that join a deal, leave it again, or take it back with them: what marketing asks when it converts a lead or undoes
//! that.

use baton_chassis::{Error, Result, Violations, act::Act, ids::LeadId};
use baton_proto::sales::v1::{
    JoinOpportunityRequest, LeaveOpportunityRequest, RetractOpportunityRequest,
};

use crate::{opportunity::Opportunity, store::opportunity as store};

pub(super) async fn join(act: &mut Act<'_>, r: &JoinOpportunityRequest) -> Result<Opportunity> {
    let mut v = Violations::new();
    let (lead, party) = (v.id("lead_id", &r.lead_id), v.id("party_id", &r.party_id));
    v.done()?;
    let by = act.member()?;
    act.change::<Opportunity>(r, |deal, now| Ok(deal.join(lead, party, by, now)?))
        .await
}

pub(super) async fn leave(act: &mut Act<'_>, r: &LeaveOpportunityRequest) -> Result<Opportunity> {
    let (lead, by) = (lead(&r.lead_id)?, act.member()?);
    act.change::<Opportunity>(r, |deal, _| Ok(deal.leave(lead, by)?))
        .await
}

pub(super) async fn retract(
    act: &mut Act<'_>,
    r: &RetractOpportunityRequest,
) -> Result<Opportunity> {
    let (lead, by) = (lead(&r.lead_id)?, act.member()?);
    let mut v = Violations::new();
    let id = v.id("id", &r.id);
    v.done()?;
    let used = store::is_used(act.tx, id).await?;
    act.change::<Opportunity>(r, |deal, now| {
        deal.retract(lead, used, by, now).map_err(Error::from)
    })
    .await
}

fn lead(id: &str) -> Result<LeadId> {
    let mut v = Violations::new();
    let lead = v.id("lead_id", id);
    v.done()?;
    Ok(lead)
}
