//! Calls about accounts at providers.

use baton_chassis::{Context, Violations, paging, wire::parse_id};
use baton_proto::directory::v1::{self as pb, identity_service_server::IdentityService};
use tonic::Request;

use super::Answer;
use crate::{identities, organisation, store, wire::sign_in as wire};

/// Calls about accounts at providers.
pub struct Identities(pub Context);

#[tonic::async_trait]
impl IdentityService for Identities {
    async fn list_identities(
        &self,
        r: Request<pb::ListIdentitiesRequest>,
    ) -> Answer<pb::ListIdentitiesResponse> {
        self.0
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let member = v.id("member_id", &r.member_id);
                v.done()?;
                let list = || store::identity::list(member);
                let orders = store::identity::ORDERS;
                let page = look.list(list, orders, &paging!(r)).await?;
                Ok(pb::ListIdentitiesResponse {
                    identities: page.rows.iter().map(wire::identity).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn remove_identity(
        &self,
        r: Request<pb::RemoveIdentityRequest>,
    ) -> Answer<pb::RemoveIdentityResponse> {
        self.0
            .command(r, async |act, r| {
                organisation::only_administration(&act.caller)?;
                let identity = identities::remove(act, parse_id("id", &r.id)?, &r.etag).await?;
                Ok(pb::RemoveIdentityResponse {
                    identity: Some(wire::identity(&identity)),
                })
            })
            .await
    }

    async fn restore_identity(
        &self,
        r: Request<pb::RestoreIdentityRequest>,
    ) -> Answer<pb::RestoreIdentityResponse> {
        self.0
            .command(r, async |act, r| {
                organisation::only_administration(&act.caller)?;
                let identity = identities::restore(act, parse_id("id", &r.id)?, &r.etag).await?;
                Ok(pb::RestoreIdentityResponse {
                    identity: Some(wire::identity(&identity)),
                })
            })
            .await
    }
}
