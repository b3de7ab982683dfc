//! What the stories of the directory share.

use baton_chassis::{
    link::Link,
    test::{Engine, Person, World},
};
use baton_proto::directory::v1::{
    self as pb, api_key_service_client::ApiKeyServiceClient,
    department_service_client::DepartmentServiceClient, grant_service_client::GrantServiceClient,
    identity_service_client::IdentityServiceClient, import_service_client::ImportServiceClient,
    member_service_client::MemberServiceClient,
    password_link_service_client::PasswordLinkServiceClient,
    placement_service_client::PlacementServiceClient,
    saved_view_service_client::SavedViewServiceClient,
    second_factor_service_client::SecondFactorServiceClient,
    session_service_client::SessionServiceClient, settings_service_client::SettingsServiceClient,
    share_service_client::ShareServiceClient, team_service_client::TeamServiceClient,
    territory_service_client::TerritoryServiceClient,
};
use tonic::Status;

use crate::answers::told;

/// A world in which only the directory is there.
pub async fn world(engine: Engine) -> World {
    World::new(engine, vec![baton_directory::service()]).await
}

/// All clients of the directory on one link.
pub struct Desk {
    pub members: MemberServiceClient<Link>,
    pub departments: DepartmentServiceClient<Link>,
    pub territories: TerritoryServiceClient<Link>,
    pub grants: GrantServiceClient<Link>,
    pub teams: TeamServiceClient<Link>,
    pub shares: ShareServiceClient<Link>,
    pub placements: PlacementServiceClient<Link>,
    pub settings: SettingsServiceClient<Link>,
    pub sessions: SessionServiceClient<Link>,
    pub imports: ImportServiceClient<Link>,
    pub links: PasswordLinkServiceClient<Link>,
    pub keys: ApiKeyServiceClient<Link>,
    pub factors: SecondFactorServiceClient<Link>,
    pub views: SavedViewServiceClient<Link>,
    pub identities: IdentityServiceClient<Link>,
}

impl Desk {
    pub fn new(link: Link) -> Self {
        Self {
            members: MemberServiceClient::new(link.clone()),
            departments: DepartmentServiceClient::new(link.clone()),
            territories: TerritoryServiceClient::new(link.clone()),
            grants: GrantServiceClient::new(link.clone()),
            teams: TeamServiceClient::new(link.clone()),
            shares: ShareServiceClient::new(link.clone()),
            placements: PlacementServiceClient::new(link.clone()),
            settings: SettingsServiceClient::new(link.clone()),
            sessions: SessionServiceClient::new(link.clone()),
            imports: ImportServiceClient::new(link.clone()),
            links: PasswordLinkServiceClient::new(link.clone()),
            keys: ApiKeyServiceClient::new(link.clone()),
            identities: IdentityServiceClient::new(link.clone()),
            factors: SecondFactorServiceClient::new(link.clone()),
            views: SavedViewServiceClient::new(link),
        }
    }

    pub fn of(world: &World, person: &Person) -> Self {
        Self::new(world.link_as(person))
    }

    pub async fn member(&mut self, id: &str) -> pb::Member {
        let answer = self
            .members
            .get_member(pb::GetMemberRequest { id: id.to_owned() })
            .await;
        answer.unwrap().into_inner().member.unwrap()
    }

    /// Creates a member with a role and a password.
    pub async fn hire(&mut self, name: &str, role: &str, password: &str) -> pb::Member {
        let member = pb::Member {
            name: name.to_owned(),
            display_name: name.to_owned(),
            roles: vec![role.to_owned()],
            ..pb::Member::default()
        };
        let request = pb::CreateMemberRequest {
            member: Some(member),
            request_id: String::new(),
        };
        let made = told(self.members.create_member(request).await)
            .member
            .unwrap();
        let request = pb::SetPasswordRequest {
            id: made.id,
            new_password: password.to_owned(),
            ..pb::SetPasswordRequest::default()
        };
        told(self.members.set_password(request).await)
            .member
            .unwrap()
    }

    pub async fn sign_in(
        &mut self,
        user: &str,
        password: &str,
    ) -> Result<pb::CreateSessionResponse, Status> {
        let request = pb::CreateSessionRequest {
            user: user.to_owned(),
            password: password.to_owned(),
            ..pb::CreateSessionRequest::default()
        };
        Ok(self.sessions.create_session(request).await?.into_inner())
    }

    pub async fn department(&mut self, name: &str) -> Result<pb::Department, Status> {
        let department = pb::Department {
            name: name.to_owned(),
            ..pb::Department::default()
        };
        let request = pb::CreateDepartmentRequest {
            department: Some(department),
            request_id: String::new(),
        };
        Ok(self
            .departments
            .create_department(request)
            .await?
            .into_inner()
            .department
            .unwrap())
    }

    pub async fn territory(
        &mut self,
        name: &str,
        parent_id: &str,
    ) -> Result<pb::Territory, Status> {
        let territory = pb::Territory {
            name: name.to_owned(),
            parent_id: parent_id.to_owned(),
            ..pb::Territory::default()
        };
        let request = pb::CreateTerritoryRequest {
            territory: Some(territory),
            request_id: String::new(),
        };
        Ok(self
            .territories
            .create_territory(request)
            .await?
            .into_inner()
            .territory
            .unwrap())
    }

    pub async fn grants_of(&mut self, role: &str, function: pb::Function) -> Vec<pb::Grant> {
        let request = pb::ListGrantsRequest {
            role: role.to_owned(),
            function: function.into(),
            state: pb::GrantState::Active.into(),
            ..pb::ListGrantsRequest::default()
        };
        told(self.grants.list_grants(request).await).grants
    }
}

/// Grants a function, to be changed with, to a role.
pub async fn grant(world: &World, role: &str, function: pb::Function, scope: pb::GrantScope) {
    let grant = pb::Grant {
        function: function.into(),
        access: pb::Access::Write.into(),
        scope: scope.into(),
        grantee: Some(pb::grant::Grantee::Role(role.to_owned())),
        ..pb::Grant::default()
    };
    let request = pb::CreateGrantRequest {
        grant: Some(grant),
        ..pb::CreateGrantRequest::default()
    };
    let mut admin = Desk::of(world, &world.admin().await);
    told(admin.grants.create_grant(request).await);
    world.settle().await;
}

/// The way in with a bearer token.
pub fn bearing(world: &World, token: &str) -> Link {
    let person = Person {
        id: uuid::Uuid::nil().into(),
        name: String::new(),
        token: token.to_owned(),
    };
    world.link_as(&person)
}
