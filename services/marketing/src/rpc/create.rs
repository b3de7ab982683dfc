//! A new lead, with the prospect and the contact that come along.

use baton_chassis::{
    Context, Error, Result, Source,
    act::{Act, Look},
    caller::Caller,
    context::caller,
    ids::{ContactId, LeadId, PartyId},
};
use baton_proto::marketing::v1::{self as pb, CreateLeadRequest, CreateLeadResponse};
use tonic::{Request, Response, Status};

use super::{
    leads_enabled, look,
    newcomer::{Newcomer, Wrong, as_it_is},
};
use crate::{
    lead::{Beginning, KIND, Lead, Message},
    neighbours::Customer,
    wire::lead as wire,
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
        let look_alikes = prepared.look_alikes.clone();
        Ok(CreateLeadResponse {
            lead: Some(pb::Lead {
                look_alikes,
                ..wire::lead(&lead)
            }),
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
    look_alikes: Vec<pb::LookAlike>,
}

async fn create(act: &mut Act<'_>, new: Prepared) -> Result<Lead> {
    let (owner, now) = (act.member()?, act.now);
    if let Some(key) = &new.external {
        free_key(act, key).await?;
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

/// Checks everything, here and at the customer service, before anything is written; then makes party and contact.
async fn prepare(cx: &Context, r: &Request<CreateLeadRequest>) -> Result<Prepared> {
    let caller = caller(r)?;
    leads_enabled(&caller.people.settings)?;
    let (new, violations) = wire::new_lead(r.get_ref().lead.as_ref());
    let mut wrong = Wrong::new(cx, &caller);
    wrong.take(violations.done(), as_it_is)?;
    if !wrong.has("lead.source") {
        let checked = check_source(cx, &caller, "lead.source.id", &new.source).await;
        wrong.take(checked, as_it_is)?;
    }
    let newcomer = Newcomer {
        cx,
        caller: &caller,
        new: &new,
        request_id: &r.get_ref().request_id,
    };
    let refused = newcomer.check(&mut wrong).await;
    wrong.done()?;
    if let Some(key) = new.external.clone() {
        look(cx, &caller, async move |look| free_key(look, &key).await).await?;
    }
    refused?;
    let made = newcomer.make().await?;
    Ok(Prepared {
        message: Message {
            title: new.title,
            need: new.need,
            party: made.party,
            contact: made.contact,
        },
        source: new.source,
        external: new.external,
        look_alikes: made.look_alikes,
    })
}

/// Refuses a key outside that another lead has.
async fn free_key(look: &mut Look<'_>, (system, key): &(String, String)) -> Result<()> {
    match look.external::<LeadId>(KIND, system, key).await? {
        None => Ok(()),
        Some(_) => Err(Error::Exists {
            kind: KIND,
            id: format!("{system}/{key}"),
        }),
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
