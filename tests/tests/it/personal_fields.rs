//! Every field of the contracts that might tell of a person is decided on: it does, and the noun says so, or it does not, and
//! here stands why.

use std::collections::BTreeSet;

use baton_customer::{
    contact::Contact, follow_up::FollowUp, interaction::Interaction, party::Party,
};
use baton_directory::member::Member;
use baton_marketing::lead::Lead;
use prost_reflect::{DescriptorPool, Kind};

/// The nouns that tell of people, and which of their fields do.
const PERSONAL: &[(&str, &[&str])] = &[
    ("customer.v1.Party", Party::PERSONAL),
    ("customer.v1.Contact", Contact::PERSONAL),
    ("customer.v1.Interaction", Interaction::PERSONAL),
    ("customer.v1.FollowUp", FollowUp::PERSONAL),
    ("marketing.v1.Lead", Lead::PERSONAL),
    ("directory.v1.Member", Member::PERSONAL),
];

/// What looks like it and is not: it belongs to the firm's own things, colleagues or books.
const NOT: &[(&str, &str)] = &[
    // Colleagues are known to each other by name; a session tells its owner, and administration, where it sits.
    ("directory.v1.Member.name", "colleagues"),
    ("directory.v1.Member.display_name", "colleagues"),
    (
        "directory.v1.Session.address",
        "the colleague's own browser",
    ),
    ("directory.v1.ApiKey.name", "a program"),
    ("directory.v1.Department.name", "the firm's own"),
    ("directory.v1.Team.name", "the firm's own"),
    ("directory.v1.SavedView.name", "the firm's own"),
    (
        "directory.v1.Export.address",
        "from where a colleague asked",
    ),
    (
        "directory.v1.Identity.name",
        "a colleague's account at a provider",
    ),
    ("directory.v1.Provider.name", "a provider's"),
    ("directory.v1.Provider.display_name", "a provider's"),
    ("directory.v1.Territory.name", "the firm's own"),
    (
        "directory.v1.LeaverHandover.note",
        "about a colleague's work",
    ),
    ("directory.v1.LeaverHandover.stop_reason", "a code"),
    ("directory.v1.Placement.refusal_reason", "a code"),
    (
        "directory.v1.HeldRecord.title",
        "not kept, told under rights",
    ),
    ("directory.v1.LeaverConflict.reason", "a code"),
    // What a deal is called is never a person's name: its contract says so.
    ("marketing.v1.Lead.title", "never a person's name"),
    ("marketing.v1.Campaign.name", "the firm's own"),
    ("marketing.v1.Campaign.description", "the firm's own"),
    ("marketing.v1.Campaign.cancel_reason", "the firm's own"),
    ("sales.v1.Opportunity.name", "never a person's name"),
    ("sales.v1.Opportunity.description", "about goods"),
    ("sales.v1.Opportunity.competitor", "a company"),
    ("sales.v1.OpportunityLine.description", "about goods"),
    ("sales.v1.Project.name", "never a person's name"),
    ("sales.v1.Project.description", "about work"),
    ("sales.v1.Project.risk_note", "about work"),
    ("sales.v1.Project.reason", "about work"),
    ("sales.v1.Project.competitor", "a company"),
    ("sales.v1.Milestone.name", "about work"),
    ("sales.v1.ProjectTask.title", "about work"),
    ("sales.v1.ProjectTask.project_name", "the project's"),
    ("sales.v1.Process.name", "the firm's own"),
    ("sales.v1.Stage.name", "the firm's own"),
    ("sales.v1.StageFigures.name", "the firm's own"),
    ("sales.v1.StageVisit.stage_name", "the firm's own"),
    ("sales.v1.HandOverRefusal.reason", "a code"),
    ("sales.v1.HandOverViolation.reason", "a code"),
    ("marketing.v1.ConversionRefusal.reason", "a code"),
    ("marketing.v1.ConversionViolation.reason", "a code"),
    // The firm's own books are kept as they are.
    ("commerce.v1.Contract.title", "the firm's books"),
    ("commerce.v1.Contract.termination_note", "the firm's books"),
    ("commerce.v1.Order.title", "the firm's books"),
    ("commerce.v1.Order.note", "the firm's books"),
    ("commerce.v1.Order.cancellation_note", "the firm's books"),
    ("commerce.v1.CallOff.note", "the firm's books"),
    ("commerce.v1.CalledOffLine.note", "the firm's books"),
    ("commerce.v1.Line.description", "about goods"),
    ("commerce.v1.Product.name", "about goods"),
    ("commerce.v1.ErpRejection.reason", "the ERP's"),
    ("commerce.v1.RejectedLine.reason", "the ERP's"),
    ("commerce.v1.ErpCancellation.note", "the ERP's"),
    // A person's, though no field of a noun: blanked with it.
    (
        "customer.v1.Verification.evidence",
        "blanked with the party",
    ),
    (
        "marketing.v1.VerificationDraft.evidence",
        "blanked with the lead",
    ),
    ("marketing.v1.ContactDraft.name", "becomes a contact"),
    ("marketing.v1.ContactDraft.job_title", "becomes a contact"),
    ("marketing.v1.ContactDraft.phone", "becomes a contact"),
    ("marketing.v1.ContactDraft.email", "becomes a contact"),
    ("marketing.v1.ProspectDraft.name", "becomes a party"),
    ("marketing.v1.ProspectDraft.phone", "becomes a party"),
    ("marketing.v1.ProspectDraft.email", "becomes a party"),
    ("marketing.v1.ProspectDraft.website", "becomes a party"),
    // Told and not kept.
    ("marketing.v1.LookAlike.name", "not kept, told under rights"),
    ("marketing.v1.ConversionPreview.party_name", "not kept"),
    (
        "marketing.v1.DuplicateParty.name",
        "not kept, told under rights",
    ),
    (
        "marketing.v1.OpportunityDraft.name",
        "never a person's name",
    ),
    ("marketing.v1.ProjectDraft.name", "never a person's name"),
    ("customer.v1.Duplicate.name", "not kept, told under rights"),
    ("customer.v1.FollowUpPlan.title", "becomes a follow-up"),
];

/// How fields are called that may tell of a person.
const TELLING: &[&str] = &[
    "name",
    "phone",
    "email",
    "wechat",
    "website",
    "address",
    "note",
    "notes",
    "summary",
    "feedback",
    "need",
    "evidence",
    "reason",
    "description",
    "title",
    "result",
    "plan",
    "competitor",
];

/// Contexts that keep records.
const KEEPING: &[&str] = &["customer", "marketing", "sales", "commerce", "directory"];

fn tells(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or_default();
    TELLING.contains(&last)
}

#[test]
fn every_field_that_might_tell_of_a_person_is_decided_on() {
    let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
    let mut open = BTreeSet::new();
    let mut fields = BTreeSet::new();
    for message in pool.all_messages() {
        let Some(name) = message.full_name().strip_prefix("baton.") else {
            continue;
        };
        let ask = ["Request", "Response", "Row", "Result"];
        let file = message.parent_file();
        let kept = KEEPING
            .iter()
            .any(|context| name.starts_with(&format!("{context}.")));
        let is_event = file.name().ends_with("/events.proto");
        if !kept || is_event || ask.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        for field in message
            .fields()
            .filter(|f| matches!(f.kind(), Kind::String))
        {
            fields.insert(format!("{name}.{}", field.name()));
            let declared = PERSONAL
                .iter()
                .any(|(of, fields)| *of == name && fields.contains(&field.name()));
            let full = format!("{name}.{}", field.name());
            let excused = NOT.iter().any(|(of, _)| *of == full);
            assert!(!(declared && excused), "{full} cannot be both");
            if tells(field.name()) && !declared && !excused {
                open.insert(full);
            }
        }
    }
    assert!(open.is_empty(), "to be decided on: {open:#?}");
    for (message, named) in PERSONAL {
        for field in *named {
            let full = format!("{message}.{field}");
            assert!(fields.contains(&full), "there is no {full}");
        }
    }
    for (full, _) in NOT {
        assert!(fields.contains(*full), "there is no {full}");
    }
}
