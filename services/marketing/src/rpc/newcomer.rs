//! Whom a new lead is about: checked at the customer service before anything is written, then made there. Again under
//! the same names when the request is repeated.

use baton_chassis::{
    Context, Error, Language, Result,
    caller::Caller,
    ids::{ContactId, Id as _, OperationId, PartyId},
    policy::{Access, Function},
    status,
    wire::{parse_id, source},
};
use baton_proto::{customer::v1 as customer, marketing::v1 as pb};
use tonic::Code;
use tonic_types::{FieldViolation, StatusExt as _};
use uuid::Uuid;

use super::create::{check_contact, check_party};
use crate::{
    conversion::NewContact,
    neighbours::Customer,
    wire::{
        conversion::create_contact,
        lead::{NewLead, NewProspect, Whom},
    },
};

/// What was found wrong with a request so far, here or by a neighbour: each field is told once, by its path here.
pub struct Wrong<'c> {
    cx: &'c Context,
    language: Language,
    found: Vec<FieldViolation>,
}

impl<'c> Wrong<'c> {
    /// Nothing yet.
    pub fn new(cx: &'c Context, caller: &Caller) -> Self {
        Self {
            cx,
            language: caller.language,
            found: Vec::new(),
        }
    }

    /// Notes the rules that a check found broken; `path` tells where its fields are in this request. Whatever else
    /// stands in the way is an error.
    pub fn take(&mut self, checked: Result<()>, path: impl Fn(&str) -> String) -> Result<()> {
        let broken = match checked {
            Ok(()) => return Ok(()),
            Err(Error::Invalid(v)) => status::violations(&v, self.language, &self.cx.messages),
            Err(Error::Answered(status)) if status.code() == Code::InvalidArgument => {
                match status.get_details_bad_request() {
                    Some(bad) => bad.field_violations,
                    None => return Err(Error::Answered(status)),
                }
            }
            Err(error) => return Err(error),
        };
        for violation in broken {
            let field = path(&violation.field);
            if self.found.iter().all(|known| known.field != field) {
                self.found.push(FieldViolation { field, ..violation });
            }
        }
        Ok(())
    }

    /// Whether something is wrong with a field or a part of it.
    pub fn has(&self, field: &str) -> bool {
        self.found.iter().any(|v| v.field.starts_with(field))
    }

    /// All of it, if there is any.
    pub fn done(self) -> Result<()> {
        if self.found.is_empty() {
            return Ok(());
        }
        let status = status::broken(self.found, self.language, &self.cx.messages);
        Err(Error::from(status))
    }
}

/// The path of a field as it is.
pub fn as_it_is(field: &str) -> String {
    field.to_owned()
}

/// Where a field of a prospect is in a new lead.
fn of_prospect(field: &str) -> String {
    match field.strip_prefix("prospect.") {
        Some(rest) if rest.starts_with("source") => format!("lead.{rest}"),
        Some(rest) => format!("lead.prospect.{rest}"),
        None => format!("lead.prospect.{field}"),
    }
}

/// Where a field of a contact is in a new lead.
fn of_contact(field: &str) -> String {
    match field.strip_prefix("contact.") {
        Some(rest) if rest.starts_with("source") || rest == "party_id" => format!("lead.{rest}"),
        Some(rest) => format!("lead.contact.{rest}"),
        None => format!("lead.contact.{field}"),
    }
}

/// The party and the contact that come with a new lead.
pub struct Newcomer<'r> {
    /// The service.
    pub cx: &'r Context,
    /// Who brings the lead.
    pub caller: &'r Caller,
    /// The lead.
    pub new: &'r NewLead,
    /// The caller's name for his request.
    pub request_id: &'r str,
}

/// What is there once it was made.
pub struct Made {
    /// The party.
    pub party: PartyId,
    /// The contact.
    pub contact: Option<ContactId>,
    /// Known parties that the prospect looks like.
    pub look_alikes: Vec<pb::LookAlike>,
}

impl Newcomer<'_> {
    /// Finds what is wrong with party and contact, and whatever else would refuse them. Writes nothing.
    ///
    /// A prospect that is the only thing left to be checked is not: who makes it checks it, and makes nothing of it if
    /// something is wrong.
    pub async fn check(&self, wrong: &mut Wrong<'_>) -> Result<()> {
        let alone = matches!(self.new.whom, Whom::New(_))
            && self.new.contact.is_none()
            && self.new.new_contact.is_none();
        if alone && wrong.found.is_empty() {
            return Ok(());
        }
        let refused = self.check_party(wrong).await;
        self.check_contact(wrong).await?;
        refused
    }

    async fn check_party(&self, wrong: &mut Wrong<'_>) -> Result<()> {
        match &self.new.whom {
            Whom::Known(_) if wrong.has("lead.party_id") => Ok(()),
            Whom::Known(party) => {
                let checked = check_party(self.cx, self.caller, *party).await;
                wrong.take(checked, as_it_is)
            }
            Whom::New(prospect) => {
                let request = customer::CreateProspectRequest {
                    validate_only: true,
                    ..self.prospect(prospect, String::new())
                };
                let checked = self.customer().await?.create_prospect(request).await;
                wrong.take(checked.map(|_| ()), of_prospect)
            }
        }
    }

    async fn check_contact(&self, wrong: &mut Wrong<'_>) -> Result<()> {
        let party = match &self.new.whom {
            Whom::Known(party) if !wrong.has("lead.party_id") => Some(*party),
            _ => None,
        };
        if let (Some(contact), Some(party)) = (self.new.contact, party)
            && !wrong.has("lead.contact_id")
        {
            let checked = check_contact(self.cx, self.caller, contact, party).await;
            return wrong.take(checked, as_it_is);
        }
        let Some(new) = &self.new.new_contact else {
            return Ok(());
        };
        let mut request = self.contact(party.unwrap_or(Uuid::nil().into()), new, String::new());
        if let (None, Some(contact)) = (party, &mut request.contact) {
            contact.party_id = String::new();
        }
        if let Whom::New(prospect) = &self.new.whom {
            request.country.clone_from(&prospect.country);
        }
        let checked = self.customer().await?.check_contact(request).await;
        wrong.take(checked, of_contact)
    }

    /// Makes the prospect and the contact, or takes the party that the prospect turns out to be.
    pub async fn make(&self) -> Result<Made> {
        let (party, answer) = match &self.new.whom {
            Whom::Known(party) => (*party, None),
            Whom::New(prospect) => {
                let request = self.prospect(prospect, self.request_id("prospect"));
                let made = self.customer().await?.create_prospect(request).await;
                let answer = made.map_err(|refused| self.in_our_words(refused))?;
                let id = answer.party.as_ref().map_or("", |p| p.id.as_str());
                (parse_id("party.id", id)?, Some(answer))
            }
        };
        let answer = answer.unwrap_or_default();
        let contact = match (self.new.contact, &self.new.new_contact) {
            (Some(contact), _) => Some(contact),
            // A known party need not be one that the caller may write to.
            (None, Some(new)) if answer.linked => Some(self.add(party, new, "contact").await?),
            (None, Some(new)) => {
                let request = self.contact(party, new, self.request_id("contact"));
                Some(self.customer().await?.create_contact(request).await?)
            }
            (None, None) => None,
        };
        let kept = match &self.new.whom {
            Whom::New(prospect) if answer.linked => self.keep(party, prospect).await?,
            _ => None,
        };
        Ok(Made {
            party,
            contact: contact.or(kept),
            look_alikes: self.look_alikes(&answer, party),
        })
    }

    /// What the customer service found wrong with the prospect, by the paths of this request.
    fn in_our_words(&self, refused: Error) -> Error {
        let mut wrong = Wrong::new(self.cx, self.caller);
        match wrong
            .take(Err(refused), of_prospect)
            .and_then(|()| wrong.done())
        {
            Ok(()) => Error::internal("a refusal that says nothing"),
            Err(error) => error,
        }
    }

    /// What was said of a prospect that turned out to be a known party, and is not known there, is kept as a contact of
    /// that party.
    async fn keep(&self, party: PartyId, said: &NewProspect) -> Result<Option<ContactId>> {
        let customer = self.as_service().await?;
        let Some(known) = customer.party(party).await? else {
            return Ok(None);
        };
        let contacts = customer.contacts_of(party).await?;
        let there = |same: fn(&str, &str) -> bool,
                     said: &str,
                     own: &str,
                     of: fn(&customer::Contact) -> &str| {
            said.is_empty() || same(said, own) || contacts.iter().any(|c| same(said, of(c)))
        };
        if there(same_phone, &said.phone, &known.phone, |c| &c.phone)
            && there(same_text, &said.email, &known.email, |c| &c.email)
            && there(same_text, &said.name, &known.name, |c| &c.name)
        {
            return Ok(None);
        }
        let contact = NewContact {
            name: said.name.clone(),
            job_title: String::new(),
            phone: said.phone.clone(),
            email: said.email.clone(),
        };
        self.add(party, &contact, "prospect/contact")
            .await
            .map(Some)
    }

    /// Adds a contact to a party, whoever owns it.
    async fn add(&self, party: PartyId, new: &NewContact, what: &str) -> Result<ContactId> {
        let request = self.contact(party, new, self.request_id(what));
        self.as_service().await?.create_contact(request).await
    }

    /// The parties that the prospect looks like; what a service was shown is not for the caller.
    fn look_alikes(
        &self,
        answer: &customer::CreateProspectResponse,
        party: PartyId,
    ) -> Vec<pb::LookAlike> {
        let own_eyes = self.acts_himself();
        let party = party.to_string();
        let look_alike = |d: &customer::Duplicate| pb::LookAlike {
            party_id: d.party_id.clone(),
            taken: answer.linked && d.party_id == party,
            visible: d.visible && own_eyes,
            name: if own_eyes {
                d.name.clone()
            } else {
                String::new()
            },
            owner_id: d.owner_id.clone(),
        };
        answer.duplicates.iter().map(look_alike).collect()
    }

    fn acts_himself(&self) -> bool {
        self.caller.may(Function::Customer, Access::Write)
    }

    /// Who brings leads in need not have the right to customers: then marketing acts on his behalf.
    async fn customer(&self) -> Result<Customer> {
        if self.acts_himself() {
            return Ok(Customer(self.cx.link("customer", self.caller)?));
        }
        self.as_service().await
    }

    async fn as_service(&self) -> Result<Customer> {
        let (person, call) = (self.caller.person(), &self.caller.call);
        let mut own = self.cx.own_caller(person, call).await?;
        (own.language, own.origin) = (self.caller.language, self.caller.origin);
        Ok(Customer(self.cx.link("customer", &own)?))
    }

    fn request_id(&self, what: &str) -> String {
        if self.request_id.is_empty() {
            return String::new();
        }
        let person = self.caller.person().map_or(Uuid::nil(), Uuid::from);
        OperationId::derive(person, &format!("{}/{what}", self.request_id)).to_string()
    }

    /// The house decides what is done about look-alikes; but a name or a domain alone makes no stranger the same
    /// customer.
    fn prospect(&self, new: &NewProspect, request_id: String) -> customer::CreateProspectRequest {
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
        customer::CreateProspectRequest {
            prospect: Some(prospect),
            request_id,
            link_by_reach: true,
            ..customer::CreateProspectRequest::default()
        }
    }

    fn contact(
        &self,
        party: PartyId,
        new: &NewContact,
        request_id: String,
    ) -> customer::CreateContactRequest {
        create_contact(party, new, &self.new.source, request_id)
    }
}

fn same_text(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// Whether two ways of writing a number are the same one; a country code may be left out.
fn same_phone(a: &str, b: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (a, b) = (digits(a), digits(b));
    let national = |n: &str| n.trim_start_matches('0').to_owned();
    !a.is_empty() && !b.is_empty() && (a.ends_with(&national(&b)) || b.ends_with(&national(&a)))
}
