//! Calls about the settings.

use baton_chassis::{Violation, Violations, context::Context};
use baton_proto::directory::v1::{self as pb, settings_service_server::SettingsService};
use tonic::Request;

use super::Answer;
use crate::{
    member::Roles,
    organisation::{self, ORGANISATION, Organisation},
    settings::Settings,
    store, wire,
};

/// Calls about the settings.
pub struct AllSettings(pub Context);

#[tonic::async_trait]
impl SettingsService for AllSettings {
    async fn get_settings(
        &self,
        r: Request<pb::GetSettingsRequest>,
    ) -> Answer<pb::GetSettingsResponse> {
        self.0
            .query(r, async |look, _| {
                let settings = organisation::read::<Settings>(look.tx, ORGANISATION).await?;
                Ok(pb::GetSettingsResponse {
                    settings: Some(wire::settings(&settings)),
                })
            })
            .await
    }

    async fn update_settings(
        &self,
        r: Request<pb::UpdateSettingsRequest>,
    ) -> Answer<pb::UpdateSettingsResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let mut v = Violations::new();
                let mask = v.mask(r.update_mask.as_ref(), wire::SETTINGS_FIELDS);
                let given = r.settings.clone().unwrap_or_default();
                let revision = wire::settings_revision(&mut v, &given, &mask);
                for role in revision
                    .second_factor_demanded_of
                    .iter()
                    .flat_map(Roles::iter)
                {
                    if !store::grant::knows_role(org.tx, role).await? {
                        let field = "settings.second_factor_demanded_of";
                        v.push(Violation::new(field, "ROLE_UNKNOWN").with("role", role));
                    }
                }
                v.done()?;
                let update = |s: &mut Settings, _| Ok(s.update(revision));
                let settings = org.change_seen(ORGANISATION, &r.etag, update).await?;
                Ok(pb::UpdateSettingsResponse {
                    settings: Some(wire::settings(&settings)),
                })
            })
            .await
    }
}
