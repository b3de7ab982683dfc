//! The calls of the directory; a module for each service of the contract.

pub mod api_keys;
pub mod departments;
pub mod exports;
pub mod grants;
pub mod identities;
pub mod imports;
pub mod leaver_handovers;
pub mod members;
pub mod password_links;
pub mod placements;
pub mod saved_views;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod shares;
pub mod teams;
pub mod territories;

use baton_chassis::context::Context;
use baton_proto::directory::v1::{
    api_key_service_server::ApiKeyServiceServer,
    department_service_server::DepartmentServiceServer, export_service_server::ExportServiceServer,
    grant_service_server::GrantServiceServer, identity_service_server::IdentityServiceServer,
    import_service_server::ImportServiceServer,
    leaver_handover_service_server::LeaverHandoverServiceServer,
    member_service_server::MemberServiceServer,
    password_link_service_server::PasswordLinkServiceServer,
    placement_service_server::PlacementServiceServer,
    saved_view_service_server::SavedViewServiceServer,
    second_factor_service_server::SecondFactorServiceServer,
    session_service_server::SessionServiceServer, settings_service_server::SettingsServiceServer,
    share_service_server::ShareServiceServer, team_service_server::TeamServiceServer,
    territory_service_server::TerritoryServiceServer,
};
use tonic::{Response, Status, service::Routes};

use crate::{credentials::Credentials, providers::Providers};

/// What a call answers.
type Answer<T> = Result<Response<T>, Status>;

/// Adds the calls of the directory.
pub fn routes(cx: &Context, routes: Routes) -> Routes {
    // One of it for all calls: what it hashes at once is bounded.
    let credentials = Credentials::new(cx.clone());
    routes
        .add_service(MemberServiceServer::new(members::Members {
            cx: cx.clone(),
            credentials: credentials.clone(),
        }))
        .add_service(DepartmentServiceServer::new(departments::Departments(
            cx.clone(),
        )))
        .add_service(TerritoryServiceServer::new(territories::Territories(
            cx.clone(),
        )))
        .add_service(PlacementServiceServer::new(placements::Placements(
            cx.clone(),
        )))
        .add_service(TeamServiceServer::new(teams::Teams(cx.clone())))
        .add_service(ShareServiceServer::new(shares::Shares(cx.clone())))
        .add_service(GrantServiceServer::new(grants::Grants(cx.clone())))
        .add_service(SettingsServiceServer::new(settings::AllSettings(
            cx.clone(),
        )))
        .add_service(SessionServiceServer::new(sessions::Sessions {
            cx: cx.clone(),
            credentials: credentials.clone(),
            providers: Providers::new(cx.clone()),
        }))
        .add_service(IdentityServiceServer::new(identities::Identities(
            cx.clone(),
        )))
        .add_service(PasswordLinkServiceServer::new(
            password_links::PasswordLinks {
                cx: cx.clone(),
                credentials: credentials.clone(),
            },
        ))
        .add_service(ApiKeyServiceServer::new(api_keys::ApiKeys {
            cx: cx.clone(),
        }))
        .add_service(SecondFactorServiceServer::new(
            second_factors::SecondFactors {
                cx: cx.clone(),
                credentials,
            },
        ))
        .add_service(ExportServiceServer::new(exports::Exports(cx.clone())))
        .add_service(SavedViewServiceServer::new(saved_views::SavedViews(
            cx.clone(),
        )))
        .add_service(ImportServiceServer::new(imports::Imports(cx.clone())))
        .add_service(LeaverHandoverServiceServer::new(
            leaver_handovers::LeaverHandovers(cx.clone()),
        ))
}
