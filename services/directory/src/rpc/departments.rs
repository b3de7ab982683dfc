//! Calls about departments.

use baton_chassis::{
    Result, Violations, context::Context, db::Tx, ids::DepartmentId, paging, wire as chassis_wire,
};
use baton_proto::directory::v1::{self as pb, department_service_server::DepartmentService};
use tonic::Request;

use super::Answer;
use crate::{
    department::{Department, DepartmentEvent},
    organisation::{self, Organisation},
    store, wire,
};

/// Calls about departments.
pub struct Departments(pub Context);

#[tonic::async_trait]
impl DepartmentService for Departments {
    async fn create_department(
        &self,
        r: Request<pb::CreateDepartmentRequest>,
    ) -> Answer<pb::CreateDepartmentResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let given = r.department.clone().unwrap_or_default();
                let mut v = Violations::new();
                let name = wire::entry_name(&mut v, "department.name", &given.name);
                check(org.tx, &mut v, None, &name).await?;
                v.done()?;
                let department = Department::create(org.new_id(), name, org.now);
                let department = org.create(department, DepartmentEvent::Created).await?;
                Ok(pb::CreateDepartmentResponse {
                    department: Some(wire::department(&department)),
                })
            })
            .await
    }

    async fn get_department(
        &self,
        r: Request<pb::GetDepartmentRequest>,
    ) -> Answer<pb::GetDepartmentResponse> {
        self.0
            .query(r, async |look, r| {
                let id = chassis_wire::parse_id("id", &r.id)?;
                let department = organisation::read::<Department>(look.tx, id).await?;
                Ok(pb::GetDepartmentResponse {
                    department: Some(wire::department(&department)),
                })
            })
            .await
    }

    async fn list_departments(
        &self,
        r: Request<pb::ListDepartmentsRequest>,
    ) -> Answer<pb::ListDepartmentsResponse> {
        self.0
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let state = wire::department_state(&mut v, r.state);
                v.done()?;
                let list = || store::department::list(state);
                let page = look
                    .list(list, store::department::ORDERS, &paging!(r))
                    .await?;
                Ok(pb::ListDepartmentsResponse {
                    departments: page.rows.iter().map(wire::department).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn update_department(
        &self,
        r: Request<pb::UpdateDepartmentRequest>,
    ) -> Answer<pb::UpdateDepartmentResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let given = r.department.clone().unwrap_or_default();
                let mut v = Violations::new();
                let id = v.id("department.id", &given.id);
                let mask = v.mask(r.update_mask.as_ref(), wire::DEPARTMENT_FIELDS);
                let mut name = None;
                if mask.has("name") {
                    let new = wire::entry_name(&mut v, "department.name", &given.name);
                    check(org.tx, &mut v, Some(id), &new).await?;
                    name = Some(new);
                }
                v.done()?;
                let rename = |d: &mut Department, _| Ok(d.rename(name)?);
                let department = org.change_seen(id, &r.etag, rename).await?;
                Ok(pb::UpdateDepartmentResponse {
                    department: Some(wire::department(&department)),
                })
            })
            .await
    }

    async fn archive_department(
        &self,
        r: Request<pb::ArchiveDepartmentRequest>,
    ) -> Answer<pb::ArchiveDepartmentResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let id = chassis_wire::parse_id("id", &r.id)?;
                let in_use = store::department::in_use(org.tx, id).await?;
                let department = org
                    .change(r, |d: &mut Department, _| Ok(d.archive(in_use)?))
                    .await?;
                Ok(pb::ArchiveDepartmentResponse {
                    department: Some(wire::department(&department)),
                })
            })
            .await
    }
}

async fn check(
    tx: &mut Tx,
    v: &mut Violations,
    myself: Option<DepartmentId>,
    name: &str,
) -> Result<()> {
    let holder = store::department::named(tx, name).await?;
    if holder.is_some() && holder != myself {
        v.add("department.name", "NAME_TAKEN");
    }
    Ok(())
}
