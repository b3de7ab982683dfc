//! A project that is taken back: what marketing asks when it undoes the conversion of a lead.

use baton_chassis::{Error, Result, Violations, act::Act};
use baton_proto::sales::v1::RetractProjectRequest;

use crate::{project::Project, store::project_use as store};

pub(super) async fn retract(act: &mut Act<'_>, r: &RetractProjectRequest) -> Result<Project> {
    let mut v = Violations::new();
    let (id, lead) = (v.id("id", &r.id), v.id("lead_id", &r.lead_id));
    v.done()?;
    let by = act.member()?;
    let used = store::is_used(act.tx, id).await?;
    act.change::<Project>(r, |project, now| {
        project.retract(lead, used, by, now).map_err(Error::from)
    })
    .await
}
