//! A new lead, with the prospect and the contact that come along.

use baton_chassis::{
    Context, Error, Result, Source,
    act::Act,
    caller::Caller,
    context::caller,
    ids::{ContactId, Id as _, OperationId, PartyId},
    policy::{Access, Function},
    wire::source,
};
use baton_proto::{
    customer::v1 as customer,
    marketing::v1::{CreateLeadRequest, CreateLeadResponse},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::leads_enabled;
use crate::{
    lead::{Beginning, KIND, Lead, Message},
    neighbours::Customer,
    wire::{
        conversion::create_contact,
        lead::{self as wire, NewLead, NewProspect, Whom},
    },
};

/// Creates a lead. Its prospect comes first: a lead without one would be about nobody.
pub async fn create_lead(
    cx: &Context,
    r: Request<CreateLeadRequest>,
) -> Result<Response<CreateLeadResponse>, Status> {
    if let Some(done) = cx.replayed(&r).await? {
        return Ok(done);
    }
    let prepared = prepare(cx, &r).await.map_err(|e| cx.refuse(&r, e))?;
    cx.command(r, async move |act, _| {
        let lead = create(act, prepared.clone()).await?;
        Ok(CreateLeadResponse {
            lead: Some(wire::lead(&lead)),
        })
    })
    .await
}

/// A lead whose party and contact are there.
#[derive(Clone)]
struct Prepared {
    message: Message,
    source: Source,
    external: Option<(String, String)>,
}

async fn create(act: &mut Act<'_>, new: Prepared) -> Result<Lead> {
    let (owner, now) = (act.member()?, act.now);
    if let Some((system, key)) = &new.external
        && act
            .external::<baton_chassis::ids::LeadId>(KIND, system, key)
            .await?
            .is_some()
    {
        return Err(Error::Exists {
            kind: KIND,
            id: format!("{system}/{key}"),
        });
    }
    let beginning = Beginning {
        id: act.new_id(),
        number: act.number("L").await?,
        source: new.source,
        owner: Some(owner),
        external: new.external.clone(),
    };
    let (lead, event) = Lead::create(beginning, new.message, now);
    let lead = act.create(lead, &event).await?;
    if let Some((system, key)) = &new.external {
        act.set_external(KIND, system, key, lead.id).await?;
    }
    Ok(lead)
}

async fn prepare(cx: &Context, r: &Request<CreateLeadRequest>) -> Result<Prepared> {
    let caller = caller(r)?;
    leads_enabled(&caller.people.settings)?;
    let new = wire::new_lead(r.get_ref().lead.as_ref())?;
    check_source(cx, &caller, "lead.source.id", &new.source).await?;
    let made = Making {
        cx,
        caller: &caller,
        new: &new,
        request_id: &r.get_ref().request_id,
    };
    let party = match &new.whom {
        Whom::Known(party) => {
            check_party(cx, &caller, *party).await?;
            *party
        }
        Whom::New(prospect) => made.prospect(prospect).await?,
    };
    let contact = match (&new.contact, &new.new_contact) {
        (Some(contact), _) => {
            check_contact(cx, &caller, *contact, party).await?;
            Some(*contact)
        }
        (None, Some(_)) => made.contact(party).await?,
        (None, None) => None,
    };
    Ok(Prepared {
        message: Message {
            title: new.title,
            need: new.need,
            party,
            contact,
        },
        source: new.source,
        external: new.external,
    })
}

/// What is made at the customer service before the lead: again under the same names when the request is repeated.
struct Making<'r> {
    cx: &'r Context,
    caller: &'r Caller,
    new: &'r NewLead,
    request_id: &'r str,
}

impl Making<'_> {
    /// Who brings leads in need not have the right to customers: then marketing acts on his behalf.
    async fn customer(&self) -> Result<Customer> {
        if self.caller.may(Function::Customer, Access::Write) {
            return Ok(Customer(self.cx.link("customer", self.caller)?));
        }
        let (person, call) = (self.caller.person(), &self.caller.call);
        Ok(Customer(
            self.cx.link_as_service("customer", person, call).await?,
        ))
    }

    fn request_id(&self, what: &str) -> String {
        if self.request_id.is_empty() {
            return String::new();
        }
        let person = self.caller.person().map_or(Uuid::nil(), Uuid::from);
        OperationId::derive(person, &format!("{}/{what}", self.request_id)).to_string()
    }

    async fn prospect(&self, new: &NewProspect) -> Result<PartyId> {
        let kind = if new.is_person {
            customer::PartyType::Person
        } else {
            customer::PartyType::Company
        };
        let prospect = customer::Party {
            r#type: kind.into(),
            name: new.name.clone(),
            phone: new.phone.clone(),
            email: new.email.clone(),
            website: new.website.clone(),
            industry: new.industry.clone(),
            country: new.country.clone(),
            source: Some(source(&self.new.source)),
            ..customer::Party::default()
        };
        let request = customer::CreateProspectRequest {
            prospect: Some(prospect),
            request_id: self.request_id("prospect"),
            on_duplicate: customer::DuplicatePolicy::Link.into(),
        };
        self.customer().await?.create_prospect(request).await
    }

    async fn contact(&self, party: PartyId) -> Result<Option<ContactId>> {
        let Some(new) = &self.new.new_contact else {
            return Ok(None);
        };
        let request = create_contact(party, new, &self.new.source, self.request_id("contact"));
        self.customer()
            .await?
            .create_contact(request)
            .await
            .map(Some)
    }
}

/// Refuses a source that names an object which does not exist or which the caller may not see.
pub async fn check_source(
    cx: &Context,
    caller: &Caller,
    field: &str,
    source: &Source,
) -> Result<()> {
    if !source.kind.is_object() {
        return Ok(());
    }
    cx.check_references(caller, &[(field, source.kind.as_str(), source.id.clone())])
        .await?;
    Ok(())
}

/// Refuses a party that does not exist or that the caller may not see.
pub async fn check_party(cx: &Context, caller: &Caller, party: PartyId) -> Result<()> {
    cx.check_references(caller, &[("lead.party_id", "ACCOUNT", party.to_string())])
        .await?;
    Ok(())
}

/// Refuses a contact that the caller may not see, or that is at another party.
pub async fn check_contact(
    cx: &Context,
    caller: &Caller,
    contact: ContactId,
    party: PartyId,
) -> Result<()> {
    match Customer(cx.link("customer", caller)?)
        .party_of(contact)
        .await?
    {
        None => Err(Error::invalid("lead.contact_id", "REFERENCE_NOT_FOUND")),
        Some(found) if found != party => {
            Err(Error::invalid("lead.contact_id", "CONTACT_ELSEWHERE"))
        }
        Some(_) => Ok(()),
    }
}
