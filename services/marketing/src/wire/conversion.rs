//! Conversions as contracts write them, here and at the services that carry out their steps.

use baton_chassis::{
    Caller, Date, Language, Messages, Money, Result, Source, SourceKind, Violations, Whose,
    ids::{ContactId, LeadId, OpportunityId, PartyId, ProcessId},
    operation::{Broken, Refused},
    wire::{date_text, id_text, parse_id, source, timestamp},
    words::{Word as _, number},
};
use baton_proto::{customer::v1 as customer, marketing::v1 as pb, sales::v1 as sales};

use super::{money, optional};
use crate::{
    channel::Channel,
    conversion::{
        Contact, Conversion, Draft, Goal, Join, NewContact, PartyState, Plan, ProjectDraft, STEPS,
        State, Successor,
    },
    lead::{LeadEvent, What},
};

/// What a conversion was asked to do.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The lead.
    pub lead: LeadId,
    /// Account to take in place of the lead's own party.
    pub link: Option<PartyId>,
    /// By which channel the party was verified, if it is said.
    pub channel: Option<Channel>,
    /// What shows it, if it is said.
    pub evidence: String,
    /// The contact; none for the lead's own.
    pub contact: Option<Contact>,
    /// What the lead is to become.
    pub wish: Wish,
}

/// What a lead is asked to become.
#[derive(Clone, Debug)]
pub enum Wish {
    /// An opportunity of its own.
    Opportunity {
        /// What is said of it.
        terms: Terms,
        /// Its process, if not the usual one.
        process: Option<ProcessId>,
    },
    /// One with others: this opportunity.
    Join(OpportunityId),
    /// A sales project.
    Project {
        /// What is said of it.
        terms: Terms,
        /// Chance of winning.
        percent: Option<i32>,
    },
}

/// What is said of a new opportunity or project.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Name, if it is not the title of the lead.
    pub name: String,
    /// What it may be worth.
    pub amount: Option<Money>,
    /// By when it may be decided.
    pub expected_close_date: Option<Date>,
}

/// Reads what a conversion is asked to do.
pub fn asked(r: &pb::ConvertLeadRequest) -> Result<Asked> {
    use pb::convert_lead_request::Contact as Given;
    let lead = parse_id("id", &r.id)?;
    let mut v = Violations::new();
    let verification = r.verification.clone().unwrap_or_default();
    let asked = Asked {
        lead,
        link: v.optional_id("link_party_id", &r.link_party_id),
        channel: optional(&mut v, "verification.channel", verification.channel),
        evidence: v.optional_text("verification.evidence", &verification.evidence, 1_000),
        contact: match &r.contact {
            None => None,
            Some(Given::ContactId(id)) => v.optional_id("contact_id", id).map(Contact::Known),
            Some(Given::NewContact(c)) => Some(Contact::New(new_contact(&mut v, "new_contact", c))),
        },
        wish: wish(&mut v, r),
    };
    v.done()?;
    Ok(asked)
}

/// Reads what a lead is to become: one thing, whatever else is wrong with what is said of it.
fn wish(v: &mut Violations, r: &pb::ConvertLeadRequest) -> Wish {
    let draft = r.opportunity.clone().unwrap_or_default();
    let name = v.optional_text("opportunity.name", &draft.name, 200);
    let process = v.optional_id("opportunity.process_id", &draft.process_id);
    let terms = Terms {
        name,
        amount: v.optional_money("opportunity.amount", draft.amount.as_ref()),
        expected_close_date: v.optional_date(
            "opportunity.expected_close_date",
            &draft.expected_close_date,
        ),
    };
    let join = v.optional_id("join_opportunity_id", &r.join_opportunity_id);
    if let Some(project) = &r.project {
        if r.opportunity.is_some() {
            v.add("opportunity", "PROJECT_SAYS_ALL");
        }
        if !r.join_opportunity_id.is_empty() {
            v.add("join_opportunity_id", "PROJECT_SAYS_ALL");
        }
        return project_wish(v, project);
    }
    if !r.join_opportunity_id.is_empty() && draft != pb::OpportunityDraft::default() {
        v.add("opportunity", "JOIN_SAYS_ALL");
    }
    join.map_or(Wish::Opportunity { terms, process }, Wish::Join)
}

fn project_wish(v: &mut Violations, draft: &pb::ProjectDraft) -> Wish {
    Wish::Project {
        terms: Terms {
            name: v.optional_text("project.name", &draft.name, 200),
            amount: v.optional_money("project.amount", draft.amount.as_ref()),
            expected_close_date: v
                .optional_date("project.expected_close_date", &draft.expected_close_date),
        },
        percent: draft
            .probability_percent
            .map(|percent| v.in_range("project.probability_percent", percent, 0..=100)),
    }
}

/// Reads a person to create.
pub fn new_contact(v: &mut Violations, field: &str, c: &pb::ContactDraft) -> NewContact {
    NewContact {
        name: v.text(&format!("{field}.name"), &c.name, 1..=100),
        job_title: v.optional_text(&format!("{field}.job_title"), &c.job_title, 100),
        phone: v.optional_text(&format!("{field}.phone"), &c.phone, 50),
        email: v.optional_text(&format!("{field}.email"), &c.email, 254),
    }
}

/// A conversion as contracts write it, with its refusal in the language of the reader.
pub fn conversion(c: &Conversion, messages: &Messages, language: Language) -> pb::Conversion {
    let (made, goal) = (&c.task.made, &c.task.plan.goal);
    let opportunity = made.successor.and_then(Successor::opportunity);
    let project = made.successor.and_then(Successor::project);
    let number_of = |is_made: bool| {
        Some(made.number.clone())
            .filter(|_| is_made)
            .unwrap_or_default()
    };
    pb::Conversion {
        id: c.id.to_string(),
        lead_id: c.task.plan.lead.to_string(),
        state: c.state.number(),
        step: if matches!(c.state, State::Completed | State::Undone) {
            STEPS
        } else {
            c.step
        },
        step_count: STEPS,
        party_action: c.task.plan.party_action.number(),
        party_id: id_text(made.party),
        contact_id: id_text(made.contact),
        opportunity_id: id_text(opportunity),
        opportunity_number: number_of(opportunity.is_some()),
        refusal: refusal(c.refusal.as_ref(), messages, language),
        started_by_id: id_text(c.started_by),
        create_time: Some(timestamp(c.created_at)),
        end_time: c.ended_at.map(timestamp),
        opportunity_action: number(goal.opportunity_action()),
        target: goal.target().number(),
        project_id: id_text(project),
        project_number: number_of(project.is_some()),
        undo: c.undo.as_ref().map(|undo| pb::ConversionUndo {
            id: undo.id.to_string(),
            state: undo.state.number(),
            refusal: refusal(undo.refusal.as_ref(), messages, language),
            started_by_id: id_text(undo.started_by),
            create_time: Some(timestamp(undo.created_at)),
            end_time: undo.ended_at.map(timestamp),
        }),
    }
}

fn refusal(
    why: Option<&Refused>,
    messages: &Messages,
    language: Language,
) -> Option<pb::ConversionRefusal> {
    why.map(|why| pb::ConversionRefusal {
        reason: why.reason.clone(),
        message: why.message(language, messages),
        violations: why.violations.iter().map(violation).collect(),
    })
}

fn violation(broken: &Broken) -> pb::ConversionViolation {
    pb::ConversionViolation {
        field: broken.field.clone(),
        reason: broken.reason.clone(),
    }
}

/// What a conversion would do: its plan, and the lead's part in it.
pub fn preview(
    plan: &Plan,
    event: &LeadEvent,
    party: Option<&customer::Party>,
    duplicates: &[customer::Duplicate],
) -> pb::ConversionPreview {
    let skipped = match &event.what {
        What::ConversionStarted(_, skipped) => skipped.as_slice(),
        _ => &[],
    };
    let preview = pb::ConversionPreview {
        party_action: plan.party_action.number(),
        party_id: plan.party.to_string(),
        party_name: party.map(|p| p.name.clone()).unwrap_or_default(),
        duplicates: duplicates.iter().map(duplicate).collect(),
        contact_action: plan.contact.action().number(),
        contact_id: match plan.contact {
            Contact::Known(id) => id.to_string(),
            Contact::None | Contact::New(_) => String::new(),
        },
        skipped_qualities: skipped.iter().map(|q| q.number()).collect(),
        skipped_handoffs: event
            .handoffs
            .iter()
            .map(|h| h.kind.as_str().to_owned())
            .collect(),
        opportunity_action: number(plan.goal.opportunity_action()),
        target: plan.goal.target().number(),
        ..pb::ConversionPreview::default()
    };
    becoming(plan, preview)
}

/// The preview with what the lead would become.
fn becoming(plan: &Plan, preview: pb::ConversionPreview) -> pb::ConversionPreview {
    let lead = Some(source(&Source::of(SourceKind::Lead, plan.lead)));
    match &plan.goal {
        Goal::Join { opportunity, join } => pb::ConversionPreview {
            opportunity: Some(draft(opportunity)),
            opportunity_owner_id: opportunity.owner.to_string(),
            join_opportunity_id: join.opportunity.to_string(),
            join_opportunity_number: join.number.clone(),
            ..preview
        },
        Goal::Opportunity { opportunity } => pb::ConversionPreview {
            opportunity: Some(draft(opportunity)),
            opportunity_source: lead,
            opportunity_owner_id: opportunity.owner.to_string(),
            ..preview
        },
        Goal::Project { project } => pb::ConversionPreview {
            project: Some(pb::ProjectDraft {
                name: project.name.clone(),
                amount: project.amount.as_ref().map(money),
                probability_percent: project.percent,
                expected_close_date: date_text(project.expected_close_date),
            }),
            project_source: lead,
            project_owner_id: project.owner.to_string(),
            ..preview
        },
    }
}

fn draft(opportunity: &Draft) -> pb::OpportunityDraft {
    pb::OpportunityDraft {
        name: opportunity.name.clone(),
        process_id: id_text(opportunity.process),
        amount: opportunity.amount.as_ref().map(money),
        expected_close_date: date_text(opportunity.expected_close_date),
    }
}

fn duplicate(d: &customer::Duplicate) -> pb::DuplicateParty {
    pb::DuplicateParty {
        party_id: d.party_id.clone(),
        name: d.name.clone(),
        account: d.state() == customer::PartyState::Account,
        visible: d.visible,
        owner_id: d.owner_id.clone(),
    }
}

/// What the customer service says of a party; nothing for a state that came after this program.
pub fn party_state(party: &customer::Party) -> Option<PartyState> {
    PartyState::numbered(party.state)
}

/// The verification that makes an account of the lead's prospect.
pub fn verify(plan: &Plan, request_id: String) -> customer::VerifyProspectRequest {
    customer::VerifyProspectRequest {
        id: plan.party.to_string(),
        etag: String::new(),
        request_id,
        channel: channel(plan.channel).into(),
        evidence: plan.evidence.clone(),
        outcome: customer::VerificationOutcome::Confirmed.into(),
    }
}

fn channel(channel: Channel) -> customer::Channel {
    match channel {
        Channel::Phone => customer::Channel::Phone,
        Channel::Web => customer::Channel::Web,
        Channel::Email => customer::Channel::Email,
        Channel::FaceToFace => customer::Channel::FaceToFace,
        Channel::Wechat => customer::Channel::Wechat,
        Channel::Sms => customer::Channel::Sms,
        Channel::Fax => customer::Channel::Fax,
        Channel::DirectMail => customer::Channel::DirectMail,
        Channel::Other => customer::Channel::Other,
    }
}

/// The person to create at a party.
pub fn create_contact(
    party: PartyId,
    contact: &NewContact,
    from: &Source,
    request_id: String,
) -> customer::CreateContactRequest {
    let contact = customer::Contact {
        party_id: party.to_string(),
        name: contact.name.clone(),
        job_title: contact.job_title.clone(),
        phone: contact.phone.clone(),
        email: contact.email.clone(),
        source: Some(source(from)),
        ..customer::Contact::default()
    };
    customer::CreateContactRequest {
        contact: Some(contact),
        request_id,
        ..customer::CreateContactRequest::default()
    }
}

/// The opportunity to create for an account.
pub fn create_opportunity(
    plan: &Plan,
    draft: &Draft,
    contact: Option<ContactId>,
    request_id: String,
) -> sales::CreateOpportunityRequest {
    let Draft {
        name,
        process,
        amount,
        expected_close_date,
        owner,
        territory,
    } = draft;
    let opportunity = sales::Opportunity {
        name: name.clone(),
        party_id: plan.party.to_string(),
        contact_id: id_text(contact),
        process_id: id_text(*process),
        amount: amount.as_ref().map(money),
        expected_close_date: date_text(*expected_close_date),
        source: Some(source(&Source::of(SourceKind::Lead, plan.lead))),
        owner_id: owner.to_string(),
        territory_id: id_text(*territory),
        ..sales::Opportunity::default()
    };
    sales::CreateOpportunityRequest {
        opportunity: Some(opportunity),
        request_id,
        ..sales::CreateOpportunityRequest::default()
    }
}

/// The sales project to create for an account.
pub fn create_project(
    plan: &Plan,
    draft: &ProjectDraft,
    contact: Option<ContactId>,
    request_id: String,
) -> sales::CreateProjectRequest {
    let project = sales::Project {
        name: draft.name.clone(),
        party_id: plan.party.to_string(),
        contact_id: id_text(contact),
        amount: draft.amount.as_ref().map(money),
        probability_percent: draft.percent,
        expected_close_date: date_text(draft.expected_close_date),
        source: Some(source(&Source::of(SourceKind::Lead, plan.lead))),
        owner_id: draft.owner.to_string(),
        territory_id: id_text(draft.territory),
        ..sales::Project::default()
    };
    sales::CreateProjectRequest {
        project: Some(project),
        request_id,
    }
}

/// The opportunity that a lead joins.
pub fn join(plan: &Plan, join: &Join, request_id: String) -> sales::JoinOpportunityRequest {
    sales::JoinOpportunityRequest {
        id: join.opportunity.to_string(),
        etag: String::new(),
        request_id,
        lead_id: plan.lead.to_string(),
        party_id: plan.party.to_string(),
    }
}

/// What an opportunity to join is, in the words of a new one.
pub fn joined(deal: &sales::Opportunity) -> Result<Draft> {
    let mut v = Violations::new();
    let draft = Draft {
        name: deal.name.clone(),
        process: v.optional_id("process_id", &deal.process_id),
        amount: v.optional_money("amount", deal.amount.as_ref()),
        expected_close_date: v.optional_date("expected_close_date", &deal.expected_close_date),
        owner: v.id("owner_id", &deal.owner_id),
        territory: v.optional_id("territory_id", &deal.territory_id),
    };
    v.done()?;
    Ok(draft)
}

/// Which opportunity is joined.
pub fn to_join(deal: &sales::Opportunity) -> Result<Join> {
    Ok(Join {
        opportunity: parse_id("opportunity.id", &deal.id)?,
        number: deal.number.clone(),
    })
}

/// Whether an opportunity is among the rows on which the caller may do what he asks for.
pub fn is_within(caller: &Caller, deal: &sales::Opportunity) -> Result<bool> {
    let Draft {
        owner, territory, ..
    } = joined(deal)?;
    Ok(caller.sees(Whose {
        record: Some(parse_id::<OpportunityId>("opportunity.id", &deal.id)?.into()),
        ..Whose::to_be(Some(owner), territory)
    }))
}
