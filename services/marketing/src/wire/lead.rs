//! Leads as contracts write them.

use baton_chassis::{
    Mask, Result, Source, SourceKind, Violations,
    ids::{ContactId, MemberId, PartyId, TerritoryId},
    search::Query,
    wire::{etag, id_text, source, timestamp},
    words::Word as _,
    words::number,
};
use baton_proto::marketing::v1 as pb;

use super::{choice, conversion::new_contact, optional};
use crate::{
    channel::Channel,
    conversion::NewContact,
    lead::{DisqualifyReason, Lead, Message},
    store::lead::Filter,
};

/// Fields that an update may change.
pub const FIELDS: &[&str] = &["title", "need", "party_id", "contact_id"];

/// A lead as contracts write it.
pub fn lead(l: &Lead) -> pb::Lead {
    pb::Lead {
        id: l.id.to_string(),
        number: l.number.clone(),
        title: l.message.title.clone(),
        need: l.message.need.clone(),
        party_id: l.message.party.to_string(),
        contact_id: id_text(l.message.contact),
        quality: l.quality.number(),
        routing: l.routing.number(),
        offered: l.offered,
        source: Some(source(&l.source())),
        owner_id: id_text(l.owner),
        territory_id: id_text(l.territory),
        follow_up_plan: l.follow_up_plan.clone(),
        disqualify_reason: number(l.disqualify_reason),
        disqualify_note: l.disqualify_note.clone(),
        contact_channel: number(l.contact_channel),
        response_due_time: l.response_due_at.map(timestamp),
        response_overdue: l.response_overdue,
        identify_time: l.identified_at.map(timestamp),
        contact_time: l.contacted_at.map(timestamp),
        accept_time: l.accepted_at.map(timestamp),
        close_time: l.closed_at.map(timestamp),
        opportunity_id: id_text(l.opportunity),
        project_id: id_text(l.project),
        external: external(l),
        etag: etag(l.version),
        create_time: Some(timestamp(l.created_at)),
        update_time: Some(timestamp(l.updated_at)),
        prospect: None,
        contact: None,
        look_alikes: Vec::new(),
    }
}

fn external(l: &Lead) -> Option<pb::ExternalKey> {
    Some(pb::ExternalKey {
        system: l.external_system.clone()?,
        id: l.external_id.clone()?,
    })
}

/// Whom a new lead is about.
#[derive(Clone, Debug)]
pub enum Whom {
    /// A party that is known.
    Known(PartyId),
    /// A prospect to create.
    New(NewProspect),
}

/// A prospect to create.
#[derive(Clone, Debug)]
pub struct NewProspect {
    /// Whether it is a person.
    pub is_person: bool,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Web site.
    pub website: String,
    /// Industry.
    pub industry: String,
    /// Country.
    pub country: String,
}

/// A new lead as it was asked for.
#[derive(Clone, Debug)]
pub struct NewLead {
    /// What it is about in a few words.
    pub title: String,
    /// What is wanted.
    pub need: String,
    /// Whom it is about.
    pub whom: Whom,
    /// The person there, if known.
    pub contact: Option<ContactId>,
    /// A person to create there.
    pub new_contact: Option<NewContact>,
    /// What it comes from.
    pub source: Source,
    /// Its key outside.
    pub external: Option<(String, String)>,
}

/// Reads a new lead, and tells what is wrong with it.
pub fn new_lead(request: Option<&pb::Lead>) -> (NewLead, Violations) {
    let mut v = Violations::new();
    let blank = pb::Lead::default();
    let l = request.unwrap_or(&blank);
    let new = NewLead {
        title: v.text("lead.title", &l.title, 1..=200),
        need: v.optional_text("lead.need", &l.need, 2_000),
        whom: whom(&mut v, l),
        contact: v.optional_id("lead.contact_id", &l.contact_id),
        new_contact: l
            .contact
            .as_ref()
            .map(|c| new_contact(&mut v, "lead.contact", c)),
        source: v.source("lead.source", l.source.as_ref()),
        external: l.external.as_ref().map(|e| {
            let system = v.text("lead.external.system", &e.system, 1..=60);
            (system, v.text("lead.external.id", &e.id, 1..=200))
        }),
    };
    if new.contact.is_some() && (l.contact.is_some() || l.prospect.is_some()) {
        v.add("lead.contact_id", "ONE_OF");
    }
    (new, v)
}

fn whom(v: &mut Violations, l: &pb::Lead) -> Whom {
    let Some(p) = &l.prospect else {
        return Whom::Known(v.id("lead.party_id", &l.party_id));
    };
    if !l.party_id.is_empty() {
        v.add("lead.party_id", "ONE_OF");
    }
    let kind = v.optional_choice("lead.prospect.type", p.r#type, |n| {
        pb::ProspectType::try_from(n).ok()
    });
    Whom::New(NewProspect {
        is_person: kind == Some(pb::ProspectType::Person),
        name: v.text("lead.prospect.name", &p.name, 1..=200),
        phone: v.optional_text("lead.prospect.phone", &p.phone, 50),
        email: v.optional_text("lead.prospect.email", &p.email, 254),
        website: v.optional_text("lead.prospect.website", &p.website, 500),
        industry: v.optional_text("lead.prospect.industry", &p.industry, 100),
        country: v.optional_text("lead.prospect.country", &p.country, 2),
    })
}

/// What an update of a lead asks for.
#[derive(Debug)]
pub struct Change {
    mask: Mask,
    title: String,
    need: String,
    /// The party, if it changes.
    pub party: Option<PartyId>,
    /// The contact, if one is named.
    pub contact: Option<ContactId>,
}

/// Reads an update.
pub fn change(request: &pb::UpdateLeadRequest) -> Result<Change> {
    let mut v = Violations::new();
    let blank = pb::Lead::default();
    let l = request.lead.as_ref().unwrap_or(&blank);
    let mask = v.mask(request.update_mask.as_ref(), FIELDS);
    let mut change = Change {
        mask,
        title: String::new(),
        need: String::new(),
        party: None,
        contact: None,
    };
    if change.mask.has("title") {
        change.title = v.text("lead.title", &l.title, 1..=200);
    }
    if change.mask.has("need") {
        change.need = v.optional_text("lead.need", &l.need, 2_000);
    }
    if change.mask.has("party_id") {
        change.party = Some(v.id("lead.party_id", &l.party_id));
    }
    if change.mask.has("contact_id") {
        change.contact = v.optional_id("lead.contact_id", &l.contact_id);
    }
    v.done()?;
    Ok(change)
}

impl Change {
    /// The message after the change. With another party the contact of the old one goes, unless one is named.
    pub fn of(&self, base: &Message) -> Message {
        let mut message = base.clone();
        if self.mask.has("title") {
            message.title.clone_from(&self.title);
        }
        if self.mask.has("need") {
            message.need.clone_from(&self.need);
        }
        if let Some(party) = self.party.filter(|p| *p != base.party) {
            message.party = party;
            message.contact = None;
        }
        if self.mask.has("contact_id") {
            message.contact = self.contact;
        }
        message
    }
}

/// Reads the filters of a list.
pub fn filter(r: &pb::ListLeadsRequest) -> Result<(Filter, Option<Query>)> {
    let mut v = Violations::new();
    let source_kind = Some(r.source_kind.trim()).filter(|k| !k.is_empty());
    let filter = Filter {
        quality: optional(&mut v, "quality", r.quality),
        routing: optional(&mut v, "routing", r.routing),
        owner: v.optional_id("owner_id", &r.owner_id),
        territory: v.optional_id("territory_id", &r.territory_id),
        party: v.optional_id("party_id", &r.party_id),
        source_kind: source_kind.and_then(|kind| {
            let kind = kind.parse::<SourceKind>().ok();
            if kind.is_none() {
                v.add("source_kind", "SOURCE_KIND_UNKNOWN");
            }
            kind
        }),
        source_id: Some(r.source_id.trim().to_owned()).filter(|id| !id.is_empty()),
        offered: r.offered,
    };
    let query = v.optional_query("query", &r.query);
    v.done()?;
    Ok((filter, query))
}

/// Reads by which channel the first contact was made.
pub fn channel(r: &pb::ContactLeadRequest) -> Result<Channel> {
    let mut v = Violations::new();
    let channel = choice(&mut v, "channel", r.channel);
    v.done()?;
    Ok(channel.unwrap_or(Channel::Other))
}

/// Reads what will be done next.
pub fn follow_up_plan(r: &pb::AcceptLeadRequest) -> Result<String> {
    let mut v = Violations::new();
    let plan = v.text("follow_up_plan", &r.follow_up_plan, 1..=1_000);
    v.done()?;
    Ok(plan)
}

/// Reads why a lead comes to nothing; OTHER wants a note.
pub fn disqualification(r: &pb::DisqualifyLeadRequest) -> Result<(DisqualifyReason, String)> {
    let mut v = Violations::new();
    let reason = choice(&mut v, "reason", r.reason).unwrap_or(DisqualifyReason::Other);
    let least = usize::from(reason == DisqualifyReason::Other && r.reason != 0);
    let note = v.text("note", &r.note, least..=500);
    v.done()?;
    Ok((reason, note))
}

/// Reads why a lead is given back.
pub fn return_reason(r: &pb::ReturnLeadRequest) -> Result<String> {
    let mut v = Violations::new();
    let reason = v.text("reason", &r.reason, 1..=500);
    v.done()?;
    Ok(reason)
}

/// Reads to which territory a lead is routed.
pub fn territory(r: &pb::RouteLeadRequest) -> Result<TerritoryId> {
    baton_chassis::wire::parse_id("territory_id", &r.territory_id)
}

/// Reads to whom a lead is assigned.
pub fn salesperson(r: &pb::AssignLeadRequest) -> Result<MemberId> {
    baton_chassis::wire::parse_id("member_id", &r.member_id)
}
