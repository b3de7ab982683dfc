//! What marketing asks of other services: customers and their contacts, and the opportunity that a lead becomes.

use baton_chassis::{
    Error, Result,
    ids::{ContactId, OpportunityId, PartyId},
    link::Link,
    wire::parse_id,
};
use baton_proto::{
    customer::v1::{
        CreateContactRequest, CreateProspectRequest, Duplicate, GetContactRequest, GetPartyRequest,
        Party, ProbeDuplicatesRequest, VerifyProspectRequest,
        contact_service_client::ContactServiceClient, party_service_client::PartyServiceClient,
    },
    sales::v1::{
        CreateOpportunityRequest, GetProcessRequest,
        opportunity_service_client::OpportunityServiceClient,
        process_service_client::ProcessServiceClient,
    },
};

/// The customer service, in the name of somebody.
#[derive(Clone)]
pub struct Customer(pub Link);

impl Customer {
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

    /// Creates a prospect, or finds the party that it is.
    pub async fn create_prospect(&self, request: CreateProspectRequest) -> Result<PartyId> {
        let answer = PartyServiceClient::new(self.0.clone())
            .create_prospect(request)
            .await?
            .into_inner();
        parse_id("party.id", &answer.party.unwrap_or_default().id)
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
    /// Whether there is such a process.
    pub async fn has_process(&self, id: String) -> Result<bool> {
        let answer = ProcessServiceClient::new(self.0.clone())
            .get_process(GetProcessRequest { id })
            .await;
        Ok(found(answer)?.is_some())
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
}

/// An answer, or nothing where there is nothing.
fn found<A>(answer: Result<tonic::Response<A>, tonic::Status>) -> Result<Option<A>> {
    match answer {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => Err(Error::from(status)),
    }
}
