//! Contacts, in the contracts' words.

use baton_chassis::{
    Mask, Result, Source, Violations,
    wire::{etag, id_text, source, timestamp},
};
use baton_proto::customer::v1 as pb;

use super::{
    code,
    party::{email, phone},
    required,
};
use crate::contact::{Contact, Details};

/// Fields of a contact that an update may change.
const FIELDS: &[&str] = &[
    "name",
    "job_title",
    "department",
    "phone",
    "email",
    "wechat",
];

/// A contact.
pub fn contact(c: &Contact) -> pb::Contact {
    let d = c.details.clone();
    pb::Contact {
        id: c.id.to_string(),
        party_id: c.party.to_string(),
        state: code(c.state),
        name: d.name,
        job_title: d.job_title,
        department: d.department,
        phone: d.phone,
        email: d.email,
        wechat: d.wechat,
        source: Some(source(&c.source())),
        owner_id: id_text(c.owner),
        territory_id: id_text(c.territory),
        create_time: Some(timestamp(c.created_at)),
        update_time: Some(timestamp(c.updated_at)),
        etag: etag(c.version),
        erase_time: c.erased_at.map(timestamp),
    }
}

/// A new contact; telephone numbers are read in `country`.
pub fn contact_draft(v: &mut Violations, value: &pb::Contact, country: &str) -> (Details, Source) {
    let all = v.mask(None, FIELDS);
    let source = v.source("contact.source", value.source.as_ref());
    (details(v, value, &all, country, Details::default()), source)
}

/// What an update wants to be known of a contact.
pub fn contact_update(
    r: &pb::UpdateContactRequest,
    old: &Details,
    country: &str,
) -> Result<Details> {
    let value = required("contact", r.contact.as_ref())?;
    let mut v = Violations::new();
    let mask = v.mask(r.update_mask.as_ref(), FIELDS);
    let details = details(&mut v, value, &mask, country, old.clone());
    v.done()?;
    Ok(details)
}

/// The fields of the mask as `value` has them, the others as they were.
fn details(
    v: &mut Violations,
    value: &pb::Contact,
    mask: &Mask,
    country: &str,
    mut d: Details,
) -> Details {
    if mask.has("name") {
        d.name = v.text("contact.name", &value.name, 1..=200);
    }
    if mask.has("phone") {
        d.phone = phone(v, "contact.phone", &value.phone, country);
    }
    if mask.has("email") {
        d.email = email(v, "contact.email", &value.email);
    }
    for (field, text, kept) in [
        ("job_title", &value.job_title, &mut d.job_title),
        ("department", &value.department, &mut d.department),
        ("wechat", &value.wechat, &mut d.wechat),
    ] {
        if mask.has(field) {
            *kept = v.optional_text(&format!("contact.{field}"), text, 100);
        }
    }
    d
}
