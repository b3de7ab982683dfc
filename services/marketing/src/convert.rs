//! How a lead is converted: the plan is made while the caller waits, then the steps are carried out however long that
//! takes.

use baton_chassis::{
    Context, Error, Result, Source, SourceKind,
    act::Act,
    caller::Caller,
    ids::{Id as _, LeadId, MemberId, OperationId, OpportunityId, PartyId, ProcessId},
    operation::{Commit, Next, Operation, Step},
    policy::{Access, Function},
};
use baton_proto::{
    customer::v1 as customer,
    sales::v1::{Opportunity, OpportunityState, ProcessState},
};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;

use crate::{
    channel::Channel,
    conversion::{
        self, Contact, Conversion, Draft, Goal, Made, NewContact, PartyAction, PartyState, Plan,
        ProjectDraft, Refused, State, Successor, Task,
    },
    lead::{Became, Lead, Routing},
    neighbours::{Customer, Sales},
    wire::conversion as wire,
};

/// A conversion that takes longer than this is reported.
pub const LASTS: TimeDelta = TimeDelta::hours(1);

/// What the chassis writes of an operation that was called off.
const CANCELLED: &str = "CANCELLED";

/// What is to be done to convert a lead, and the party that it is about.
pub struct Planned {
    /// What is to be done.
    pub plan: Plan,
    /// The party that is or becomes the account.
    pub party: customer::Party,
    /// Whether the caller may see it.
    pub visible: bool,
}

/// Decides what is to be done to convert a lead, asking its neighbours how things stand. Writes nothing.
///
/// An account to link and a contact must be visible to the caller himself. The lead's own party need not be; but then it
/// is written to only if it is nobody's or one of the `givers`' of the lead: it goes with the lead, perhaps a little
/// later.
pub async fn plan(
    cx: &Context,
    caller: &Caller,
    (lead, givers): (&Lead, &[MemberId]),
    asked: wire::Asked,
) -> Result<Planned> {
    let own = lead.message.party;
    let link = asked.link.filter(|link| *link != own);
    let id = link.unwrap_or(own);
    let customer = match link {
        Some(_) => Customer(cx.link("customer", caller)?),
        None => as_service(cx, caller).await?,
    };
    let party = customer.party(id).await?;
    let party = party.ok_or_else(|| Error::invalid("link_party_id", "REFERENCE_NOT_FOUND"))?;
    // A state that came after this program is none that it may build on.
    let state = wire::party_state(&party).unwrap_or(PartyState::Invalid);
    let party_action = PartyAction::decide(state, link.is_some())?;
    let contact = contact(cx, caller, lead, id, asked.contact.clone()).await?;
    let own_view = Customer(cx.link("customer", caller)?);
    let visible = link.is_some() || own_view.visible_party(id).await?.is_some();
    conversion::may_write(party_action, &contact, visible || is_free(&party, givers))?;
    let goal = goal(cx, caller, lead, &party, asked.wish).await?;
    let evidence = Some(asked.evidence).filter(|e| !e.is_empty());
    let plan = Plan {
        lead: lead.id,
        party_action,
        party: id,
        channel: asked
            .channel
            .or(lead.contact_channel)
            .unwrap_or(Channel::Other),
        evidence: evidence.unwrap_or_else(|| format!("{} → {}", lead.number, goal.name())),
        contact,
        goal,
    };
    Ok(Planned {
        plan,
        party,
        visible,
    })
}

/// What is to become of a lead; what is not said comes from the lead.
async fn goal(
    cx: &Context,
    caller: &Caller,
    lead: &Lead,
    party: &customer::Party,
    wish: wire::Wish,
) -> Result<Goal> {
    let named = |name: String| {
        Some(name)
            .filter(|n| !n.is_empty())
            .unwrap_or_else(|| lead.message.title.clone())
    };
    Ok(match wish {
        wire::Wish::Join(id) => {
            let deal = opportunity_to_join(cx, caller, id, party).await?;
            Goal::Join {
                opportunity: wire::joined(&deal)?,
                join: wire::to_join(&deal)?,
            }
        }
        wire::Wish::Opportunity { terms, process } => {
            check_process(cx, caller, process).await?;
            Goal::Opportunity {
                opportunity: Draft {
                    name: named(terms.name),
                    process,
                    amount: terms.amount,
                    expected_close_date: terms.expected_close_date,
                    owner: successor_owner(caller, lead)?,
                    territory: lead.territory,
                },
            }
        }
        wire::Wish::Project { terms, percent } => Goal::Project {
            project: ProjectDraft {
                name: named(terms.name),
                amount: terms.amount,
                percent,
                expected_close_date: terms.expected_close_date,
                owner: successor_owner(caller, lead)?,
                territory: lead.territory,
            },
        },
    })
}

/// Who will own what a lead becomes: the salesperson who has it, else whoever converts it.
fn successor_owner(caller: &Caller, lead: &Lead) -> Result<MemberId> {
    let has_salesperson = lead.routing == Routing::WithSalesperson;
    lead.owner
        .filter(|_| has_salesperson)
        .map_or_else(|| caller.member(), Ok)
}

/// The opportunity that a lead is to join: open, of the account that the lead is about, and one that the caller may see
/// and change.
async fn opportunity_to_join(
    cx: &Context,
    caller: &Caller,
    id: OpportunityId,
    party: &customer::Party,
) -> Result<Opportunity> {
    let sales = Sales(cx.link("sales", caller)?);
    let found = sales.opportunity(id).await?;
    let deal = found.ok_or_else(|| Error::invalid("join_opportunity_id", "REFERENCE_NOT_FOUND"))?;
    let open = deal.state() == OpportunityState::Open;
    conversion::may_join(
        deal.party_id == party.id,
        open,
        wire::is_within(caller, &deal)?,
    )?;
    Ok(deal)
}

/// Whether a party is nobody's, or goes with a lead that these have handed on.
fn is_free(party: &customer::Party, givers: &[MemberId]) -> bool {
    party.owner_id.is_empty()
        || givers
            .iter()
            .any(|giver| giver.to_string() == party.owner_id)
}

/// Refuses a sales process that no new opportunity can take, or that there is none to take.
async fn check_process(cx: &Context, caller: &Caller, named: Option<ProcessId>) -> Result<()> {
    let field = "opportunity.process_id";
    let sales = Sales(cx.link("sales", caller)?);
    let Some(id) = named else {
        return if sales.has_usual_process().await? {
            Ok(())
        } else {
            Err(Error::invalid(field, "PROCESS_MISSING"))
        };
    };
    match sales.process(id.to_string()).await? {
        None => Err(Error::invalid(field, "REFERENCE_NOT_FOUND")),
        Some(p) if p.state() == ProcessState::Archived => Err(Refused::ProcessArchived.into()),
        Some(_) => Ok(()),
    }
}

async fn as_service(cx: &Context, caller: &Caller) -> Result<Customer> {
    Ok(Customer(
        cx.link_as_service("customer", caller.person(), &caller.call)
            .await?,
    ))
}

/// The contact that was asked for, else the lead's own unless another party takes the place of the lead's.
async fn contact(
    cx: &Context,
    caller: &Caller,
    lead: &Lead,
    party: PartyId,
    asked: Option<Contact>,
) -> Result<Contact> {
    let own = lead
        .message
        .contact
        .filter(|_| party == lead.message.party)
        .map(Contact::Known);
    let contact = asked.or(own).unwrap_or(Contact::None);
    if let Contact::Known(id) = &contact {
        let customer = if lead.message.contact == Some(*id) {
            as_service(cx, caller).await?
        } else {
            Customer(cx.link("customer", caller)?)
        };
        match customer.party_of(*id).await? {
            None => return Err(Error::invalid("contact_id", "REFERENCE_NOT_FOUND")),
            Some(found) if found != party => {
                return Err(Error::invalid("contact_id", "CONTACT_ELSEWHERE"));
            }
            Some(_) => {}
        }
    }
    Ok(contact)
}

/// Parties that look like the one that would be verified, as far as the caller may look for them.
pub async fn duplicates(
    cx: &Context,
    caller: &Caller,
    planned: &Planned,
) -> Result<Vec<customer::Duplicate>> {
    let looks = caller.may(Function::Customer, Access::Read);
    if planned.plan.party_action != PartyAction::Verify || !looks {
        return Ok(Vec::new());
    }
    Customer(cx.link("customer", caller)?)
        .duplicates(&planned.party)
        .await
}

/// Does the step that is due.
pub fn step(step: &Step) -> BoxFuture<'_, Result<Next>> {
    Box::pin(async move {
        let mut task = task(&step.operation)?;
        match step.operation.step {
            0 => party(step, &mut task).await?,
            1 => create_contact(step, &mut task).await?,
            2 => successor(step, &mut task).await?,
            _ => return Ok(Next::Done(finish(&step.operation, &task.made)?)),
        }
        Ok(Next::Step(
            serde_json::to_value(task).map_err(Error::internal)?,
        ))
    })
}

/// Step 1: the party is an account. What was planned holds, even if the party was verified in the meantime.
async fn party(step: &Step, task: &mut Task) -> Result<()> {
    let customer = Customer(step.link("customer").await?);
    let plan = &task.plan;
    if plan.party_action == PartyAction::Verify {
        customer
            .verify(wire::verify(plan, step.request_id("party")))
            .await?;
    } else {
        let party = customer.party(plan.party).await?;
        if party.and_then(|p| wire::party_state(&p)) != Some(PartyState::Account) {
            return Err(Refused::PartyNotAccount.into());
        }
    }
    task.made.party = Some(plan.party);
    Ok(())
}

/// Step 2: the contact is there, if one is wanted.
async fn create_contact(step: &Step, task: &mut Task) -> Result<()> {
    task.made.contact = match &task.plan.contact {
        Contact::None => None,
        Contact::Known(id) => Some(*id),
        Contact::New(new) => {
            let from = Source::of(SourceKind::Lead, task.plan.lead);
            let id = contact_request(&task.plan, new)?;
            let request = wire::create_contact(task.plan.party, new, &from, id);
            Some(
                Customer(step.link("customer").await?)
                    .create_contact(request)
                    .await?,
            )
        }
    };
    Ok(())
}

/// The request id of a new contact: the same in every conversion of the lead, so that one which was refused after this
/// step and is asked for again finds the contact.
fn contact_request(plan: &Plan, new: &NewContact) -> Result<String> {
    let what = serde_json::to_string(&("contact", plan.party, new)).map_err(Error::internal)?;
    Ok(OperationId::derive(plan.lead.into(), &what).to_string())
}

/// Step 3, the pivot: there is an opportunity, a new one or one that the lead joins, or a new project.
async fn successor(step: &Step, task: &mut Task) -> Result<()> {
    let sales = Sales(step.link("sales").await?);
    let (plan, contact) = (&task.plan, task.made.contact);
    let (successor, number) = match &plan.goal {
        Goal::Join { join, .. } => {
            let request = wire::join(plan, join, step.request_id("opportunity"));
            sales.join(request).await?;
            let opportunity = join.opportunity;
            (Successor::Opportunity { opportunity }, join.number.clone())
        }
        Goal::Opportunity { opportunity } => {
            let id = step.request_id("opportunity");
            let request = wire::create_opportunity(plan, opportunity, contact, id);
            let (opportunity, number) = sales.create_opportunity(request).await?;
            (Successor::Opportunity { opportunity }, number)
        }
        Goal::Project { project } => {
            let id = step.request_id("project");
            let request = wire::create_project(plan, project, contact, id);
            let (project, number) = sales.create_project(request).await?;
            (Successor::Project { project }, number)
        }
    };
    task.made.successor = Some(successor);
    task.made.number = number;
    Ok(())
}

/// Step 4: the lead is closed, in the transaction that ends the operation.
fn finish(operation: &Operation, made: &Made) -> Result<Commit> {
    let (Some(party), Some(successor)) = (made.party, made.successor) else {
        return Err(Error::internal("a conversion that skipped a step"));
    };
    let (id, lead) = (operation.id, LeadId::from(operation.subject));
    let became = Became {
        party,
        contact: made.contact,
        successor,
    };
    Ok(Box::new(move |act: &mut Act<'_>| {
        Box::pin(async move {
            let verb = |lead: &mut Lead, now| lead.convert(id, became, now).map_err(Error::from);
            act.change_seen::<Lead>(lead, "", verb).await?;
            act.cancel_timer(crate::timers::FIRST_RESPONSE, lead).await
        })
    }))
}

/// Ends a conversion that was refused: the lead is open again.
pub fn failed<'a>(
    act: &'a mut Act<'_>,
    operation: &'a Operation,
    reason: &'a str,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let verb =
            |lead: &mut Lead, _| Ok(lead.refuse_conversion(operation.id, reason.to_owned())?);
        act.change_seen::<Lead>(operation.subject.into(), "", verb)
            .await?;
        Ok(())
    })
}

/// A conversion as its operation tells it.
pub fn conversion(operation: &Operation) -> Result<Conversion> {
    let cancelled = operation.failure == CANCELLED;
    let state = match operation.state.as_str() {
        "RUNNING" => State::Running,
        "DONE" => State::Completed,
        _ if cancelled => State::Cancelled,
        _ => State::Refused,
    };
    Ok(Conversion {
        id: operation.id,
        state,
        step: operation.step,
        task: task(operation)?,
        refusal: operation.refusal().filter(|_| state == State::Refused),
        started_by: operation.member,
        created_at: operation.created_at,
        ended_at: (!operation.is_running()).then_some(operation.updated_at),
        undo: None,
    })
}

pub(crate) fn task(operation: &Operation) -> Result<Task> {
    serde_json::from_value(operation.data.clone()).map_err(Error::internal)
}

/// What a conversion carries when it begins.
pub fn begin(plan: Plan, lead: &Lead) -> Result<serde_json::Value> {
    serde_json::to_value(Task {
        plan,
        made: Made::default(),
        before: Some(lead.before_conversion()),
    })
    .map_err(Error::internal)
}

/// The latest conversion of a lead.
pub async fn latest(tx: &mut baton_chassis::db::Tx, lead: LeadId) -> Result<Option<Operation>> {
    Ok(baton_chassis::operation::latest(tx, conversion::KIND, lead.into()).await?)
}
