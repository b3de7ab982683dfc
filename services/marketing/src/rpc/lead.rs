//! Calls about leads. A verb of a lead is one [`work`]: load, rights, etag, decide, save, and its handoffs and clock.

use baton_chassis::{
    Error, Result,
    act::{Act, Look},
    context::caller,
    handoff::Kind,
    ids::{LeadId, MemberId, PartyId},
    paging,
    people::Settings,
    policy::{Access, Function},
    search::Query,
    wire::parse_id,
};
use baton_proto::marketing::v1::{self as pb, lead_service_server::LeadService};
use chrono::TimeDelta;
use tonic::{Request, Response, Status};

use super::{Leads, convert, create, look, undo};
use crate::{
    lead::{Actor, KIND, Lead, LeadEvent, Refused},
    neighbours::Customer,
    store::{self, find::NUMBERED, lead::Looked},
    timers::FIRST_RESPONSE,
    wire::{self, lead as read},
};

/// Time that a first contact may take; none where no clock runs.
fn first_response(settings: &Settings) -> Option<TimeDelta> {
    let hours = i64::from(settings.first_response_hours);
    (hours > 0).then(|| TimeDelta::hours(hours))
}

/// Runs a verb of a lead, with its handoffs and its clock.
pub async fn work(
    act: &mut Act<'_>,
    id: LeadId,
    etag: &str,
    verb: impl FnOnce(&mut Lead, &mut Actor<'_>) -> Result<LeadEvent, Refused>,
) -> Result<Lead> {
    let before = act.seen::<Lead>(id, etag).await?;
    let mut ledger = act.ledger(KIND, id).await?;
    let mut actor = Actor {
        who: act.member()?,
        at: act.now,
        ledger: &mut ledger,
        first_response: first_response(act.settings()),
    };
    let mut after = before.clone();
    let event = verb(&mut after, &mut actor)?;
    let after = act.store(&before, after, &event).await?;
    act.save_ledger(&ledger, &after).await?;
    match after.response_due_at {
        due if due == before.response_due_at => {}
        Some(due) => act.timer(FIRST_RESPONSE, id, due).await?,
        None => act.cancel_timer(FIRST_RESPONSE, id).await?,
    }
    Ok(after)
}

/// The same for a request that names the lead.
async fn verb<T: baton_proto::Target>(
    act: &mut Act<'_>,
    target: &T,
    verb: impl FnOnce(&mut Lead, &mut Actor<'_>) -> Result<LeadEvent, Refused>,
) -> Result<Option<pb::Lead>> {
    let id = parse_id("id", target.id())?;
    let lead = work(act, id, target.etag(), verb).await?;
    Ok(Some(read::lead(&lead)))
}

async fn route(act: &mut Act<'_>, r: &pb::RouteLeadRequest) -> Result<Option<pb::Lead>> {
    let territory = read::territory(r)?;
    if act.people().territory(territory).is_none_or(|t| t.archived) {
        return Err(Error::invalid("territory_id", "REFERENCE_NOT_FOUND"));
    }
    let manager = act.people().manager_of(territory);
    if !act.settings().carries_out(Function::Sales) {
        let kind = Kind::LeadToManager;
        return verb(act, r, |lead, actor| {
            lead.hand_outside(kind, manager, actor)
        })
        .await;
    }
    verb(act, r, |lead, actor| lead.route(territory, manager, actor)).await
}

async fn assign(act: &mut Act<'_>, r: &pb::AssignLeadRequest) -> Result<Option<pb::Lead>> {
    let salesperson = read::salesperson(r)?;
    let territory = may_sell(act, salesperson)?;
    if !act.settings().carries_out(Function::Sales) {
        let (kind, to) = (Kind::LeadToSalesperson, Some(salesperson));
        return verb(act, r, |lead, actor| lead.hand_outside(kind, to, actor)).await;
    }
    verb(act, r, |lead, actor| {
        lead.assign(salesperson, territory, actor)
    })
    .await
}

/// Checks that a member acts and sells; answers his territory.
fn may_sell(act: &Act<'_>, id: MemberId) -> Result<Option<baton_chassis::ids::TerritoryId>> {
    let people = act.people();
    let member = people.member(id).filter(|m| m.active);
    let member = member.ok_or_else(|| Error::invalid("member_id", "REFERENCE_NOT_FOUND"))?;
    let sells = people.scope(id, &[(Function::Sales, Access::Write)]);
    if sells == baton_chassis::list::Scope::Nothing {
        return Err(Error::invalid("member_id", "MEMBER_DOES_NOT_SELL"));
    }
    Ok(member.territory)
}

/// Checks what an update refers to before the transaction: a lead is about somebody who is known.
async fn checked_change(leads: &Leads, r: &Request<pb::UpdateLeadRequest>) -> Result<()> {
    let (cx, caller) = (&leads.0, caller(r)?);
    let change = read::change(r.get_ref())?;
    if let Some(party) = change.party {
        create::check_party(cx, &caller, party).await?;
    }
    let Some(contact) = change.contact else {
        return Ok(());
    };
    let id: LeadId = update_id(r.get_ref())?;
    let party = match change.party {
        Some(party) => party,
        None => {
            look(cx, &caller, async move |look| {
                Ok(look.get::<Lead>(id).await?.message.party)
            })
            .await?
        }
    };
    create::check_contact(cx, &caller, contact, party).await
}

fn update_id(r: &pb::UpdateLeadRequest) -> Result<LeadId> {
    parse_id("lead.id", r.lead.as_ref().map_or("", |l| &l.id))
}

#[tonic::async_trait]
impl LeadService for Leads {
    async fn create_lead(
        &self,
        r: Request<pb::CreateLeadRequest>,
    ) -> Result<Response<pb::CreateLeadResponse>, Status> {
        create::create_lead(&self.0, r).await
    }

    async fn get_lead(
        &self,
        r: Request<pb::GetLeadRequest>,
    ) -> Result<Response<pb::GetLeadResponse>, Status> {
        self.0
            .query(r, async |look, r| {
                let lead = look.get::<Lead>(parse_id("id", &r.id)?).await?;
                Ok(pb::GetLeadResponse {
                    lead: Some(read::lead(&lead)),
                })
            })
            .await
    }

    async fn list_leads(
        &self,
        r: Request<pb::ListLeadsRequest>,
    ) -> Result<Response<pb::ListLeadsResponse>, Status> {
        let customers = customers(self, &r).await;
        let customers = customers.map_err(|e| self.0.refuse(&r, e))?;
        self.0
            .query(r, async move |look, r| {
                let (filter, query) = read::filter(r)?;
                let looked = match &query {
                    None => None,
                    Some(query) => Some(looked(look, query, customers.as_deref()).await?),
                };
                let list = store::lead::leads(look.scope(), &filter, looked);
                let listed = look
                    .list(|| list.clone(), store::lead::ORDERS, &paging!(r))
                    .await?;
                Ok(pb::ListLeadsResponse {
                    leads: listed.rows.iter().map(read::lead).collect(),
                    next_page_token: listed.next_page_token,
                    total_size: listed.total_size,
                    total_capped: listed.total_capped,
                })
            })
            .await
    }

    async fn update_lead(
        &self,
        r: Request<pb::UpdateLeadRequest>,
    ) -> Result<Response<pb::UpdateLeadResponse>, Status> {
        if let Some(done) = self.0.replayed(&r).await? {
            return Ok(done);
        }
        checked_change(self, &r)
            .await
            .map_err(|e| self.0.refuse(&r, e))?;
        self.0
            .command(r, async |act, r| {
                let (id, change) = (update_id(r)?, read::change(r)?);
                let update = |lead: &mut Lead, actor: &mut Actor<'_>| {
                    lead.update(change.of(&lead.message), actor)
                };
                let lead = work(act, id, &r.etag, update).await?;
                Ok(pb::UpdateLeadResponse {
                    lead: Some(read::lead(&lead)),
                })
            })
            .await
    }

    async fn identify_lead(
        &self,
        r: Request<pb::IdentifyLeadRequest>,
    ) -> Result<Response<pb::IdentifyLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let lead = verb(act, r, Lead::identify).await?;
                Ok(pb::IdentifyLeadResponse { lead })
            })
            .await
    }

    async fn contact_lead(
        &self,
        r: Request<pb::ContactLeadRequest>,
    ) -> Result<Response<pb::ContactLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let channel = read::channel(r)?;
                let lead = verb(act, r, |lead, actor| lead.contact(channel, actor)).await?;
                Ok(pb::ContactLeadResponse { lead })
            })
            .await
    }

    async fn accept_lead(
        &self,
        r: Request<pb::AcceptLeadRequest>,
    ) -> Result<Response<pb::AcceptLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let plan = read::follow_up_plan(r)?;
                let lead = verb(act, r, |lead, actor| lead.accept(plan, actor)).await?;
                Ok(pb::AcceptLeadResponse { lead })
            })
            .await
    }

    async fn disqualify_lead(
        &self,
        r: Request<pb::DisqualifyLeadRequest>,
    ) -> Result<Response<pb::DisqualifyLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let (reason, note) = read::disqualification(r)?;
                let lead = verb(act, r, |lead, actor| lead.disqualify(reason, note, actor)).await?;
                Ok(pb::DisqualifyLeadResponse { lead })
            })
            .await
    }

    async fn reopen_lead(
        &self,
        r: Request<pb::ReopenLeadRequest>,
    ) -> Result<Response<pb::ReopenLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let lead = verb(act, r, Lead::reopen).await?;
                Ok(pb::ReopenLeadResponse { lead })
            })
            .await
    }

    async fn route_lead(
        &self,
        r: Request<pb::RouteLeadRequest>,
    ) -> Result<Response<pb::RouteLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                Ok(pb::RouteLeadResponse {
                    lead: route(act, r).await?,
                })
            })
            .await
    }

    async fn assign_lead(
        &self,
        r: Request<pb::AssignLeadRequest>,
    ) -> Result<Response<pb::AssignLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                Ok(pb::AssignLeadResponse {
                    lead: assign(act, r).await?,
                })
            })
            .await
    }

    async fn receive_lead(
        &self,
        r: Request<pb::ReceiveLeadRequest>,
    ) -> Result<Response<pb::ReceiveLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let manages = act.may(Function::Routing, Access::Write);
                let lead = verb(act, r, |lead, actor| lead.receive(manages, actor)).await?;
                Ok(pb::ReceiveLeadResponse { lead })
            })
            .await
    }

    async fn return_lead(
        &self,
        r: Request<pb::ReturnLeadRequest>,
    ) -> Result<Response<pb::ReturnLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let reason = read::return_reason(r)?;
                let manages = act.may(Function::Routing, Access::Write);
                let lead =
                    verb(act, r, |lead, actor| lead.give_back(reason, manages, actor)).await?;
                Ok(pb::ReturnLeadResponse { lead })
            })
            .await
    }

    async fn withdraw_lead(
        &self,
        r: Request<pb::WithdrawLeadRequest>,
    ) -> Result<Response<pb::WithdrawLeadResponse>, Status> {
        self.0
            .command(r, async |act, r| {
                let lead = verb(act, r, Lead::withdraw).await?;
                Ok(pb::WithdrawLeadResponse { lead })
            })
            .await
    }

    async fn list_lead_handoffs(
        &self,
        r: Request<pb::ListLeadHandoffsRequest>,
    ) -> Result<Response<pb::ListLeadHandoffsResponse>, Status> {
        self.0
            .query(r, async |look, r| {
                let lead = look.get::<Lead>(parse_id("lead_id", &r.lead_id)?).await?;
                let ledger = look.ledger(KIND, lead.id).await?;
                Ok(pb::ListLeadHandoffsResponse {
                    handoffs: ledger.rows().iter().map(wire::handoff).collect(),
                })
            })
            .await
    }

    async fn convert_lead(
        &self,
        r: Request<pb::ConvertLeadRequest>,
    ) -> Result<Response<pb::ConvertLeadResponse>, Status> {
        convert::convert_lead(&self.0, r).await
    }

    async fn get_conversion(
        &self,
        r: Request<pb::GetConversionRequest>,
    ) -> Result<Response<pb::GetConversionResponse>, Status> {
        convert::get_conversion(&self.0, r).await
    }

    async fn cancel_conversion(
        &self,
        r: Request<pb::CancelConversionRequest>,
    ) -> Result<Response<pb::CancelConversionResponse>, Status> {
        convert::cancel_conversion(&self.0, r).await
    }

    async fn undo_conversion(
        &self,
        r: Request<pb::UndoConversionRequest>,
    ) -> Result<Response<pb::UndoConversionResponse>, Status> {
        undo::undo_conversion(&self.0, r).await
    }
}

/// The customers that a query finds as far as the caller may read customers, the best first; nothing if it says a number, or
/// nothing is looked for.
async fn customers(
    leads: &Leads,
    r: &Request<pb::ListLeadsRequest>,
) -> Result<Option<Vec<PartyId>>> {
    let (_, query) = read::filter(r.get_ref())?;
    let Some(query) = query.filter(|q| !q.starts_number(NUMBERED.prefix)) else {
        return Ok(None);
    };
    let customer = Customer(leads.0.link("customer", &caller(r)?)?);
    customer.found(query.text()).await.map(Some)
}

/// What leads are looked for by: the number that a query says, else the customers that it finds.
async fn looked(
    look: &mut Look<'_>,
    query: &Query,
    customers: Option<&[PartyId]>,
) -> Result<Looked> {
    let by = |parties: &[PartyId]| Looked::Customers {
        parties: parties.to_vec(),
        query: query.text().to_owned(),
    };
    if let Some(customers) = customers {
        return Ok(by(customers));
    }
    let found = look.numbered(&NUMBERED, query).await?;
    Ok(found.map_or_else(|| by(&[]), Looked::Number))
}
