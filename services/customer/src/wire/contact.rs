//! Contacts, in the contracts' words.

use baton_chassis::{
    Mask, Noun as _, Result, Source, Violations,
    mask::{self, Sight},
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

/// A contact as a reader sees it.
pub fn contact(c: &Contact, sight: &Sight) -> pb::Contact {
    let sees = sight.personal(c.whose());
    let d = if sees {
        c.details.clone()
    } else {
        masked(&c.details)
    };
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
        masked_fields: sight.hidden(Contact::KIND, c.whose()),
        erase_time: c.erased_at.map(timestamp),
    }
}

fn masked(d: &Details) -> Details {
    Details {
        phone: mask::phone(&d.phone),
        email: mask::email(&d.email),
        wechat: mask::word(&d.wechat),
        ..d.clone()
    }
}

/// A new contact; telephone numbers are read in `country`.
pub fn contact_draft(v: &mut Violations, value: &pb::Contact, country: &str) -> (Details, Source) {
    let all = v.mask(None, FIELDS);
    let source = v.source("contact.source", value.source.as_ref());
    (details(v, value, &all, country, Details::default()), source)
}

/// What an update wants to be known of a contact.
pub fn contact_update(r: &pb::UpdateContactRequest, c: &Contact, sight: &Sight) -> Result<Details> {
    let value = required("contact", r.contact.as_ref())?;
    let mut v = Violations::new();
    let mut mask = v.mask(r.update_mask.as_ref(), FIELDS);
    if !sight.personal(c.whose()) {
        let shown = masked(&c.details);
        v.keep_hidden(&mut mask, "contact", "phone", value.phone == shown.phone);
        v.keep_hidden(&mut mask, "contact", "email", value.email == shown.email);
        v.keep_hidden(&mut mask, "contact", "wechat", value.wechat == shown.wechat);
    }
    let details = details(&mut v, value, &mask, &c.country, c.details.clone());
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
