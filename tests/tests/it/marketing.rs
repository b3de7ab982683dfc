//! What the stories of marketing share: a firm with its people, and the shortest way to a lead.

use std::sync::atomic::{AtomicU32, Ordering};

use baton_chassis::{
    Service,
    ids::TerritoryId,
    link::Link,
    test::{Engine, Person, World},
};
use baton_proto::{
    customer::v1::{
        CreateAccountRequest, GetPartyRequest, Party, party_service_client::PartyServiceClient,
    },
    directory::v1::{
        Function, GrantScope, Settings, UpdateSettingsRequest,
        settings_service_client::SettingsServiceClient,
    },
    marketing::v1::{
        self as pb, campaign_service_client::CampaignServiceClient,
        import_service_client::ImportServiceClient, lead_service_client::LeadServiceClient,
    },
    r#type::v1::{Handoff, HandoffState},
};

use tonic::Status;

use crate::{answers::mask, directory::grant};

/// A firm with a boss, somebody who does nothing but marketing, a region with its manager, and a salesperson there.
pub struct Firm {
    pub world: World,
    pub boss: Person,
    pub marketer: Person,
    pub manager: Person,
    pub seller: Person,
    pub east: TerritoryId,
    companies: AtomicU32,
}

impl Firm {
    pub async fn new(engine: Engine) -> Self {
        Self::of(engine, baton::services()).await
    }

    pub async fn of(engine: Engine, services: Vec<Service>) -> Self {
        let world = World::new(engine, services).await;
        for function in [Function::Marketing, Function::Cost] {
            grant(&world, "marketer", function, GrantScope::All).await;
        }
        let manager = world.member("sales_manager").await;
        let east = world.territory("East", None, Some(&manager)).await;
        Self {
            boss: world.member("boss").await,
            marketer: world.member("marketer").await,
            seller: world.member_in("salesperson", Some(east)).await,
            manager,
            east,
            world,
            companies: AtomicU32::new(0),
        }
    }

    pub fn campaigns(&self, who: &Person) -> CampaignServiceClient<Link> {
        CampaignServiceClient::new(self.world.link_as(who))
    }
    pub fn leads(&self, who: &Person) -> LeadServiceClient<Link> {
        LeadServiceClient::new(self.world.link_as(who))
    }
    pub fn imports(&self, who: &Person) -> ImportServiceClient<Link> {
        ImportServiceClient::new(self.world.link_as(who))
    }
    pub fn parties(&self, who: &Person) -> PartyServiceClient<Link> {
        PartyServiceClient::new(self.world.link_as(who))
    }

    /// A prospect that nobody has heard of yet.
    pub fn prospect(&self) -> pb::ProspectDraft {
        let number = self.companies.fetch_add(1, Ordering::Relaxed);
        pb::ProspectDraft {
            name: format!("Pump works {number}"),
            ..pb::ProspectDraft::default()
        }
    }

    /// A new lead of somebody's, about a prospect of its own.
    pub async fn lead(&self, who: &Person) -> pb::Lead {
        let lead = pb::Lead {
            title: "Pumps for a plant".into(),
            prospect: Some(self.prospect()),
            ..pb::Lead::default()
        };
        self.create(who, lead).await.unwrap()
    }

    pub async fn create(&self, who: &Person, lead: pb::Lead) -> Result<pb::Lead, Status> {
        let request = pb::CreateLeadRequest {
            lead: Some(lead),
            request_id: String::new(),
        };
        Ok(self
            .leads(who)
            .create_lead(request)
            .await?
            .into_inner()
            .lead
            .unwrap())
    }

    pub async fn get(&self, who: &Person, id: &str) -> pb::Lead {
        let request = pb::GetLeadRequest { id: id.into() };
        self.leads(who)
            .get_lead(request)
            .await
            .unwrap()
            .into_inner()
            .lead
            .unwrap()
    }

    pub async fn campaign(&self, who: &Person, name: &str) -> pb::Campaign {
        let campaign = pb::Campaign {
            name: name.into(),
            kind: pb::CampaignKind::Exhibition.into(),
            ..pb::Campaign::default()
        };
        let request = pb::CreateCampaignRequest {
            campaign: Some(campaign),
            request_id: String::new(),
        };
        let made = self.campaigns(who).create_campaign(request).await;
        made.unwrap().into_inner().campaign.unwrap()
    }

    /// A lead that has come as far as the salesperson and was accepted by him.
    pub async fn accepted(&self) -> pb::Lead {
        let id = self.lead(&self.marketer).await.id;
        self.route(&self.marketer, &id).await.unwrap();
        self.assign(&self.manager, &id, &self.seller).await.unwrap();
        self.qualify(&self.seller, &id).await
    }

    /// Identifies, contacts and accepts a lead.
    pub async fn qualify(&self, who: &Person, id: &str) -> pb::Lead {
        let mut leads = self.leads(who);
        let identify = pb::IdentifyLeadRequest {
            id: id.into(),
            ..Default::default()
        };
        leads.identify_lead(identify).await.unwrap();
        let channel = pb::ContactChannel::Phone.into();
        let contact = pb::ContactLeadRequest {
            id: id.into(),
            channel,
            ..Default::default()
        };
        leads.contact_lead(contact).await.unwrap();
        let accept = pb::AcceptLeadRequest {
            id: id.into(),
            follow_up_plan: "show the new pump".into(),
            ..Default::default()
        };
        leads
            .accept_lead(accept)
            .await
            .unwrap()
            .into_inner()
            .lead
            .unwrap()
    }

    pub async fn route(&self, who: &Person, id: &str) -> Result<pb::Lead, Status> {
        let territory_id = self.east.to_string();
        let request = pb::RouteLeadRequest {
            id: id.into(),
            territory_id,
            ..Default::default()
        };
        Ok(self
            .leads(who)
            .route_lead(request)
            .await?
            .into_inner()
            .lead
            .unwrap())
    }

    pub async fn assign(&self, who: &Person, id: &str, to: &Person) -> Result<pb::Lead, Status> {
        let member_id = to.id.to_string();
        let request = pb::AssignLeadRequest {
            id: id.into(),
            member_id,
            ..Default::default()
        };
        Ok(self
            .leads(who)
            .assign_lead(request)
            .await?
            .into_inner()
            .lead
            .unwrap())
    }

    pub async fn receive(&self, who: &Person, id: &str) -> Result<pb::Lead, Status> {
        let request = pb::ReceiveLeadRequest {
            id: id.into(),
            ..Default::default()
        };
        Ok(self
            .leads(who)
            .receive_lead(request)
            .await?
            .into_inner()
            .lead
            .unwrap())
    }

    pub async fn handoffs(&self, who: &Person, id: &str) -> Vec<Handoff> {
        let request = pb::ListLeadHandoffsRequest { lead_id: id.into() };
        self.leads(who)
            .list_lead_handoffs(request)
            .await
            .unwrap()
            .into_inner()
            .handoffs
    }

    /// The handoffs of a lead, as kinds and states.
    pub async fn ledger(&self, who: &Person, id: &str) -> Vec<(String, HandoffState)> {
        let handoffs = self.handoffs(who, id).await;
        handoffs
            .into_iter()
            .map(|h| (h.kind.clone(), h.state()))
            .collect()
    }

    pub async fn party(&self, id: &str) -> Party {
        let request = GetPartyRequest { id: id.into() };
        self.parties(&self.boss)
            .get_party(request)
            .await
            .unwrap()
            .into_inner()
            .party
            .unwrap()
    }

    /// A verified customer of somebody's.
    pub async fn account(&self, who: &Person) -> Party {
        let account = Party {
            name: self.prospect().name,
            ..Party::default()
        };
        let request = CreateAccountRequest {
            account: Some(account),
            ..CreateAccountRequest::default()
        };
        self.parties(who)
            .create_account(request)
            .await
            .unwrap()
            .into_inner()
            .party
            .unwrap()
    }

    /// Changes a setting of the firm.
    pub async fn set(&self, path: &str, settings: Settings) {
        let admin = self.world.admin().await;
        let request = UpdateSettingsRequest {
            settings: Some(settings),
            update_mask: mask(&[path]),
            ..UpdateSettingsRequest::default()
        };
        SettingsServiceClient::new(self.world.link_as(&admin))
            .update_settings(request)
            .await
            .unwrap();
        self.world.settle().await;
    }
}

/// The lead of an answer to a verb.
macro_rules! lead {
    ($answer:expr) => {
        $answer.unwrap().into_inner().lead.unwrap()
    };
}
pub(crate) use lead;
