//! Contacts.

use baton_chassis::{
    Error, Result, Violations,
    act::{Act, Look, Noun as _},
    context::{self, Context},
    ids::{ContactId, PartyId},
    paging,
    wire::parse_id,
};
use baton_proto::customer::v1::{self as pb, contact_service_server::ContactService};
use tonic::Request;

use super::{Answer, check_source, page};
use crate::{
    admission,
    contact::{Contact, ContactEvent, State},
    party::Party,
    store, wire,
};

/// The calls about contacts.
pub struct Contacts(pub Context);

impl Contacts {
    async fn check(&self, request: &Request<pb::CreateContactRequest>) -> Result<()> {
        let caller = context::caller(request)?;
        let mut v = Violations::new();
        let contact = request.get_ref().contact.clone().unwrap_or_default();
        let source = v.source("contact.source", contact.source.as_ref());
        // Wrong ones are told with everything else that is wrong.
        if v.done().is_err() {
            Ok(())
        } else {
            check_source(&self.0, &caller, "contact", &source).await
        }
    }
}

#[tonic::async_trait]
impl ContactService for Contacts {
    async fn create_contact(
        &self,
        request: Request<pb::CreateContactRequest>,
    ) -> Answer<pb::CreateContactResponse> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        self.check(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        if request.get_ref().validate_only {
            return self.0.query(request, foresee_contact).await;
        }
        self.0.command(request, create_contact).await
    }

    async fn get_contact(
        &self,
        request: Request<pb::GetContactRequest>,
    ) -> Answer<pb::GetContactResponse> {
        self.0
            .query(request, async |look, r| {
                let contact = look.get::<Contact>(parse_id("id", &r.id)?).await?;
                Ok(pb::GetContactResponse {
                    contact: Some(wire::contact(&contact, &look.caller.sight())),
                })
            })
            .await
    }

    async fn list_contacts(
        &self,
        request: Request<pb::ListContactsRequest>,
    ) -> Answer<pb::ListContactsResponse> {
        self.0
            .query(request, async |look, r| {
                let mut v = Violations::new();
                let party = v.optional_id::<PartyId>("party_id", &r.party_id);
                let state = v.optional_choice("state", r.state, wire::word::<State>);
                let query = v.optional_query("query", &r.query);
                v.done()?;
                let list = store::contacts(look.scope())
                    .filter("c.party = ?", party)
                    .filter("c.state = ?", state);
                look.caller.check_query(query.as_ref())?;
                let list = look.found::<Contact>(list, query.as_ref()).await?;
                let listed = look
                    .list(|| list.clone(), store::CONTACTS, &paging!(r))
                    .await?;
                let sight = look.caller.sight();
                let row = |c| wire::contact(c, &sight);
                Ok(page!(ListContactsResponse, contacts, listed, row))
            })
            .await
    }

    async fn update_contact(
        &self,
        request: Request<pb::UpdateContactRequest>,
    ) -> Answer<pb::UpdateContactResponse> {
        self.0
            .command(request, async |act, r| {
                let id = wire::named("contact", r.contact.as_ref(), |c| &c.id)?;
                let sight = act.caller.sight();
                let contact = act
                    .change_seen::<Contact>(id, &r.etag, |c, _| {
                        let details = wire::contact_update(r, c, &sight)?;
                        Ok(c.update(details)?)
                    })
                    .await?;
                store::hold(act.tx, contact.id, contact.party, &contact.keys()).await?;
                Ok(pb::UpdateContactResponse {
                    contact: Some(wire::contact(&contact, &act.caller.sight())),
                })
            })
            .await
    }

    async fn archive_contact(
        &self,
        request: Request<pb::ArchiveContactRequest>,
    ) -> Answer<pb::ArchiveContactResponse> {
        self.0
            .command(request, async |act, r| {
                let contact = act.change::<Contact>(r, |c, _| Ok(c.archive()?)).await?;
                store::hold(act.tx, contact.id, contact.party, &contact.keys()).await?;
                Ok(pb::ArchiveContactResponse {
                    contact: Some(wire::contact(&contact, &act.caller.sight())),
                })
            })
            .await
    }
}

/// What would become of a new contact: refused as it would be. Its party need not be there yet.
async fn foresee_contact(
    look: &mut Look<'_>,
    r: &pb::CreateContactRequest,
) -> Result<pb::CreateContactResponse> {
    let mut v = Violations::new();
    let value = r.contact.clone().unwrap_or_default();
    let id = v.optional_id::<PartyId>("contact.party_id", &value.party_id);
    let party = match id {
        None => None,
        Some(id) => Party::load(look.tx, id).await?,
    };
    let party = party.filter(|p| admission::sees(look, p));
    if id.is_some() && party.is_none() {
        v.add("contact.party_id", "REFERENCE_NOT_FOUND");
    }
    let country = party
        .as_ref()
        .map_or(r.country.as_str(), |p| &p.details.country);
    let (details, source) = wire::contact_draft(&mut v, &value, country);
    v.done()?;
    if let Some(party) = &party {
        let nobody = ContactId::from(uuid::Uuid::nil());
        Contact::new(nobody, party, details, source, party.updated_at)?;
    }
    Ok(pb::CreateContactResponse { contact: None })
}

async fn create_contact(
    act: &mut Act<'_>,
    r: &pb::CreateContactRequest,
) -> Result<pb::CreateContactResponse> {
    let mut v = Violations::new();
    let value = r.contact.clone().unwrap_or_default();
    let id: PartyId = v.id("contact.party_id", &value.party_id);
    // Until this commits the party stays with its owner, and the contact with it.
    let party = store::lock_party(act.tx, id)
        .await?
        .filter(|p| admission::sees(act, p));
    if party.is_none() && !id.0.is_nil() {
        v.add("contact.party_id", "REFERENCE_NOT_FOUND");
    }
    let country = party.as_ref().map_or("", |p| p.details.country.as_str());
    let (details, source) = wire::contact_draft(&mut v, &value, country);
    v.done()?;
    let Some(party) = party else {
        return Err(Error::not_found(Party::KIND, id));
    };
    let contact = Contact::new(act.new_id(), &party, details, source, act.now)?;
    store::claim(act.tx, &contact.keys()).await?;
    let contact = act.create(contact, &ContactEvent::Created).await?;
    store::give(act.tx, contact.id, contact.party, &contact.keys()).await?;
    Ok(pb::CreateContactResponse {
        contact: Some(wire::contact(&contact, &act.caller.sight())),
    })
}
