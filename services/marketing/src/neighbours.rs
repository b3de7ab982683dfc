//! What marketing asks of other services: customers and their contacts, and the opportunity or project that a lead
//! becomes.

use baton_chassis::{
    Error, Result,
    ids::{ContactId, OpportunityId, PartyId, ProjectId},
    link::Link,
    wire::parse_id,
};
use baton_proto::{
    chain::v1::{FindNodesRequest, chain_service_client::ChainServiceClient},
    customer::v1::{
        Contact as CustomerContact, CreateContactRequest, CreateProspectRequest,
        CreateProspectResponse, Duplicate, GetContactRequest, GetPartyRequest, ListContactsRequest,
        Party, ProbeDuplicatesRequest, VerifyProspectRequest,
        contact_service_client::ContactServiceClient, party_service_client::PartyServiceClient,
    },
    sales::v1::{
        CreateOpportunityRequest, CreateProjectRequest, GetOpportunityRequest, GetProcessRequest,
        JoinOpportunityRequest, LeaveOpportunityRequest, ListProcessesRequest, Opportunity,
        Process, ProcessState, RetractOpportunityRequest, RetractProjectRequest,
        opportunity_service_client::OpportunityServiceClient,
        process_service_client::ProcessServiceClient, project_service_client::ProjectServiceClient,
    },
};

/// The customer service, in the name of somebody.
#[derive(Clone)]
pub struct Customer(pub Link);

impl Customer {
    /// The parties that a query finds and the reader may read, the best first.
    pub async fn found(&self, query: &str) -> Result<Vec<PartyId>> {
        let request = FindNodesRequest {
            query: query.to_owned(),
            kinds: vec!["ACCOUNT".to_owned()],
            limit: 0,
        };
        let mut client = ChainServiceClient::new(self.0.clone());
        let found = client.find_nodes(request).await?.into_inner().found;
        let nodes = found.into_iter().filter_map(|f| f.node);
        nodes.map(|n| parse_id("id", &n.id)).collect()
    }

    /// A party; none if there is none, or none that may be seen.
    pub async fn party(&self, id: PartyId) -> Result<Option<Party>> {
        let request = GetPartyRequest { id: id.to_string() };
        let answer = PartyServiceClient::new(self.0.clone())
            .get_party(request)
            .await;
        Ok(found(answer)?.and_then(|a| a.party))
    }

    /// The party of a contact; none if there is no such contact, or none that may be seen.
    pub async fn party_of(&self, contact: ContactId) -> Result<Option<PartyId>> {
        let request = GetContactRequest {
            id: contact.to_string(),
        };
        let answer = ContactServiceClient::new(self.0.clone())
            .get_contact(request)
            .await;
        let contact = found(answer)?.and_then(|a| a.contact);
        contact
            .map(|c| parse_id("party_id", &c.party_id))
            .transpose()
    }

    /// A party; none if there is none, or none that may be seen, or no right to any.
    pub async fn visible_party(&self, id: PartyId) -> Result<Option<Party>> {
        match self.party(id).await {
            Err(Error::Answered(status)) if status.code() == tonic::Code::PermissionDenied => {
                Ok(None)
            }
            found => found,
        }
    }

    /// Contacts at a party, as many as one page holds.
    pub async fn contacts_of(&self, party: PartyId) -> Result<Vec<CustomerContact>> {
        let request = ListContactsRequest {
            party_id: party.to_string(),
            page_size: 500,
            ..ListContactsRequest::default()
        };
        let answer = ContactServiceClient::new(self.0.clone())
            .list_contacts(request)
            .await?;
        Ok(answer.into_inner().contacts)
    }

    /// Creates a prospect, or finds the party that it is; or tells which.
    pub async fn create_prospect(
        &self,
        request: CreateProspectRequest,
    ) -> Result<CreateProspectResponse> {
        let answer = PartyServiceClient::new(self.0.clone())
            .create_prospect(request)
            .await?;
        Ok(answer.into_inner())
    }

    /// Refuses a contact that could not be created.
    pub async fn check_contact(&self, request: CreateContactRequest) -> Result<()> {
        let request = CreateContactRequest {
            validate_only: true,
            request_id: String::new(),
            ..request
        };
        ContactServiceClient::new(self.0.clone())
            .create_contact(request)
            .await?;
        Ok(())
    }

    /// Creates a contact.
    pub async fn create_contact(&self, request: CreateContactRequest) -> Result<ContactId> {
        let answer = ContactServiceClient::new(self.0.clone())
            .create_contact(request)
            .await?
            .into_inner();
        parse_id("contact.id", &answer.contact.unwrap_or_default().id)
    }

    /// Records a verification.
    pub async fn verify(&self, request: VerifyProspectRequest) -> Result<()> {
        PartyServiceClient::new(self.0.clone())
            .verify_prospect(request)
            .await?;
        Ok(())
    }

    /// Other parties that look like this one.
    pub async fn duplicates(&self, party: &Party) -> Result<Vec<Duplicate>> {
        let request = ProbeDuplicatesRequest {
            r#type: party.r#type,
            name: party.name.clone(),
            phone: party.phone.clone(),
            email: party.email.clone(),
            website: party.website.clone(),
            country: party.country.clone(),
        };
        let answer = PartyServiceClient::new(self.0.clone())
            .probe_duplicates(request)
            .await?
            .into_inner();
        Ok(answer
            .duplicates
            .into_iter()
            .filter(|d| d.party_id != party.id)
            .collect())
    }
}

/// The sales service, in the name of somebody.
#[derive(Clone)]
pub struct Sales(pub Link);

impl Sales {
    /// A sales process; none if there is none.
    pub async fn process(&self, id: String) -> Result<Option<Process>> {
        let answer = ProcessServiceClient::new(self.0.clone())
            .get_process(GetProcessRequest { id })
            .await;
        Ok(found(answer)?.and_then(|a| a.process))
    }

    /// Whether there is a process in use for deals of no product line.
    pub async fn has_usual_process(&self) -> Result<bool> {
        let mut request = ListProcessesRequest {
            state: ProcessState::Active.into(),
            page_size: 200,
            ..ListProcessesRequest::default()
        };
        loop {
            let page = ProcessServiceClient::new(self.0.clone())
                .list_processes(request.clone())
                .await?
                .into_inner();
            if page.processes.iter().any(|p| p.product_line.is_empty()) {
                return Ok(true);
            }
            if page.next_page_token.is_empty() {
                return Ok(false);
            }
            request.page_token = page.next_page_token;
        }
    }

    /// Creates an opportunity; answers its id and number.
    pub async fn create_opportunity(
        &self,
        request: CreateOpportunityRequest,
    ) -> Result<(OpportunityId, String)> {
        let answer = OpportunityServiceClient::new(self.0.clone())
            .create_opportunity(request)
            .await?
            .into_inner();
        let opportunity = answer.opportunity.unwrap_or_default();
        Ok((
            parse_id("opportunity.id", &opportunity.id)?,
            opportunity.number,
        ))
    }

    /// Creates a project; answers its id and number.
    pub async fn create_project(
        &self,
        request: CreateProjectRequest,
    ) -> Result<(ProjectId, String)> {
        let answer = ProjectServiceClient::new(self.0.clone())
            .create_project(request)
            .await?
            .into_inner();
        let project = answer.project.unwrap_or_default();
        Ok((parse_id("project.id", &project.id)?, project.number))
    }
}

impl Sales {
    /// An opportunity; none if there is none, or none that may be seen.
    pub async fn opportunity(&self, id: OpportunityId) -> Result<Option<Opportunity>> {
        let request = GetOpportunityRequest { id: id.to_string() };
        let answer = OpportunityServiceClient::new(self.0.clone())
            .get_opportunity(request)
            .await;
        Ok(found(answer)?.and_then(|a| a.opportunity))
    }

    /// Lets a lead join an opportunity.
    pub async fn join(&self, request: JoinOpportunityRequest) -> Result<()> {
        OpportunityServiceClient::new(self.0.clone())
            .join_opportunity(request)
            .await?;
        Ok(())
    }

    /// Takes a lead out of an opportunity that it joined.
    pub async fn leave(&self, request: LeaveOpportunityRequest) -> Result<()> {
        OpportunityServiceClient::new(self.0.clone())
            .leave_opportunity(request)
            .await?;
        Ok(())
    }

    /// Takes an opportunity back that was made of a lead.
    pub async fn retract(&self, request: RetractOpportunityRequest) -> Result<()> {
        OpportunityServiceClient::new(self.0.clone())
            .retract_opportunity(request)
            .await?;
        Ok(())
    }

    /// Takes a project back that was made of a lead.
    pub async fn retract_project(&self, request: RetractProjectRequest) -> Result<()> {
        ProjectServiceClient::new(self.0.clone())
            .retract_project(request)
            .await?;
        Ok(())
    }
}

/// An answer, or nothing where there is nothing.
fn found<A>(answer: Result<tonic::Response<A>, tonic::Status>) -> Result<Option<A>> {
    match answer {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => Err(Error::from(status)),
    }
}
