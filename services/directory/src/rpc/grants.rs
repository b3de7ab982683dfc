//! Calls about grants.

use baton_chassis::{Error, Violations, act::Noun, context::Context, paging, wire as chassis_wire};
use baton_proto::directory::v1::{self as pb, grant_service_server::GrantService};
use tonic::Request;

use super::Answer;
use crate::{
    grant::{Grant, GrantEvent, Grantee},
    organisation::{self, Organisation},
    store, wire,
};

/// Calls about grants.
pub struct Grants(pub Context);

#[tonic::async_trait]
impl GrantService for Grants {
    async fn create_grant(
        &self,
        r: Request<pb::CreateGrantRequest>,
    ) -> Answer<pb::CreateGrantResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let mut v = Violations::new();
                let given = wire::new_grant(&mut v, &r.grant.clone().unwrap_or_default());
                if let Some((_, Grantee::Department(id))) = &given {
                    let department = store::department::load(org.tx, *id).await?;
                    if !department.is_some_and(|d| d.is_active()) {
                        v.add("grant.department_id", "DEPARTMENT_NOT_IN_USE");
                    }
                }
                v.done()?;
                let (power, grantee) = given.ok_or_else(|| Error::invalid("grant", "REQUIRED"))?;
                let grant = Grant::create(org.new_id(), power, grantee, org.now)?;
                if let Some(same) = store::grant::same(org.tx, &grant).await? {
                    return Err(Error::Exists {
                        kind: Grant::KIND,
                        id: same.to_string(),
                    });
                }
                let grant = org.create(grant, GrantEvent::Created).await?;
                Ok(pb::CreateGrantResponse {
                    grant: Some(wire::grant(&grant)),
                })
            })
            .await
    }

    async fn get_grant(&self, r: Request<pb::GetGrantRequest>) -> Answer<pb::GetGrantResponse> {
        self.0
            .query(r, async |look, r| {
                let id = chassis_wire::parse_id("id", &r.id)?;
                let grant = organisation::read::<Grant>(look.tx, id).await?;
                Ok(pb::GetGrantResponse {
                    grant: Some(wire::grant(&grant)),
                })
            })
            .await
    }

    async fn list_grants(
        &self,
        r: Request<pb::ListGrantsRequest>,
    ) -> Answer<pb::ListGrantsResponse> {
        self.0
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let filter = store::grant::Filter {
                    function: v.optional_choice("function", r.function, wire::read_function),
                    role: Some(r.role.clone()).filter(|role| !role.is_empty()),
                    department: v.optional_id("department_id", &r.department_id),
                    state: wire::grant_state(&mut v, r.state),
                };
                v.done()?;
                let list = || store::grant::list(&filter);
                let page = look.list(list, store::grant::ORDERS, &paging!(r)).await?;
                Ok(pb::ListGrantsResponse {
                    grants: page.rows.iter().map(wire::grant).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn revoke_grant(
        &self,
        r: Request<pb::RevokeGrantRequest>,
    ) -> Answer<pb::RevokeGrantResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let grant = org.change(r, |g: &mut Grant, _| Ok(g.revoke()?)).await?;
                org.keep_an_administrator().await?;
                Ok(pb::RevokeGrantResponse {
                    grant: Some(wire::grant(&grant)),
                })
            })
            .await
    }
}
