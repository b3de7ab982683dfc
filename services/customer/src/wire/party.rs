//! Parties and what belongs to them, in the contracts' words.

use baton_chassis::{
    Caller, Mask, Noun as _, Result, Violations,
    ids::PartyId,
    mask::{self, Sight},
    people::{DuplicatePolicy, Settings, Snapshot},
    search::Query,
    wire::{etag, id_text, money, source, timestamp},
};
use baton_proto::customer::v1 as pb;

use super::{code, member, optional_code, required, territory, word};
use crate::{
    channel::Channel,
    duplicate::Match,
    identity::{self, Identity},
    party::{Details, Draft, Kind, Outcome, Party, State, Verification},
    store::PartyFilter,
};

/// Fields of a party that an update may change.
pub const PARTY_FIELDS: &[&str] = &[
    "name",
    "phone",
    "email",
    "website",
    "industry",
    "country",
    "employees",
    "annual_revenue",
    "founded_year",
    "parent_id",
    "owner_id",
    "territory_id",
];

/// Whether a reader sees how a party is reached: a company has no secret of that.
fn sees(p: &Party, sight: &Sight) -> bool {
    p.kind != Kind::Person || sight.personal(p.whose())
}

/// A party as a reader sees it.
pub fn party(p: &Party, sight: &Sight) -> pb::Party {
    let sees = sees(p, sight);
    let d = &p.details;
    let (phone, email) = if sees {
        (d.phone.clone(), d.email.clone())
    } else {
        (mask::phone(&d.phone), mask::email(&d.email))
    };
    pb::Party {
        id: p.id.to_string(),
        number: p.number.clone(),
        state: code(p.state),
        r#type: code(p.kind),
        name: d.name.clone(),
        phone,
        email,
        website: d.website.clone(),
        industry: d.industry.clone(),
        country: d.country.clone(),
        employees: d.employees,
        annual_revenue: d
            .revenue_minor
            .map(|minor| money(&d.revenue_currency, minor)),
        founded_year: d.founded_year,
        parent_id: id_text(d.parent),
        source: Some(source(&p.source())),
        owner_id: id_text(d.owner),
        territory_id: id_text(d.territory),
        last_outcome: optional_code(p.last_outcome),
        last_verification_time: p.last_verified_at.map(timestamp),
        create_time: Some(timestamp(p.created_at)),
        update_time: Some(timestamp(p.updated_at)),
        etag: etag(p.version),
        verification_count: p.verification_count,
        masked_fields: if sees {
            Vec::new()
        } else {
            sight.hidden(Party::KIND, p.whose())
        },
        erase_time: p.erased_at.map(timestamp),
    }
}

/// A party as a caller may see it: all of it, or just that it exists.
pub fn shown(p: &Party, visible: bool, sight: &Sight) -> pb::Party {
    if visible {
        party(p, sight)
    } else {
        pb::Party {
            id: p.id.to_string(),
            ..pb::Party::default()
        }
    }
}

/// A new party; `at` is the path of the message, `v` what was wrong beside it.
pub fn draft(
    mut v: Violations,
    at: &str,
    value: Option<&pb::Party>,
    people: &Snapshot,
) -> Result<Draft> {
    let nothing = pb::Party::default();
    let value = value.unwrap_or(&nothing);
    let all = v.mask(None, PARTY_FIELDS);
    let kind = v.optional_choice(&format!("{at}.type"), value.r#type, word::<Kind>);
    let source = v.source(&format!("{at}.source"), value.source.as_ref());
    let details = party_details(&mut v, at, value, &all, people, Details::default());
    v.done()?;
    Ok(Draft {
        kind: kind.unwrap_or(Kind::Company),
        details,
        source,
    })
}

/// What an update wants to be known of a party, and what to do about duplicates.
pub fn party_update(
    r: &pb::UpdatePartyRequest,
    p: &Party,
    caller: &Caller,
) -> Result<(Details, DuplicatePolicy)> {
    let value = required("party", r.party.as_ref())?;
    let mut v = Violations::new();
    let people = &caller.people;
    let policy = policy(&mut v, r.on_duplicate, &people.settings);
    let mut mask = v.mask(r.update_mask.as_ref(), PARTY_FIELDS);
    let old = &p.details;
    if !sees(p, &caller.sight()) {
        v.keep_hidden(
            &mut mask,
            "party",
            "phone",
            value.phone == mask::phone(&old.phone),
        );
        v.keep_hidden(
            &mut mask,
            "party",
            "email",
            value.email == mask::email(&old.email),
        );
    }
    let details = party_details(&mut v, "party", value, &mask, people, old.clone());
    v.done()?;
    Ok((details, policy))
}

/// What lists of prospects and of accounts can both be asked for.
macro_rules! party_filter {
    ($v:ident, $r:ident) => {
        PartyFilter {
            kind: $v.optional_choice("type", $r.r#type, word::<Kind>),
            owner: $v.optional_id("owner_id", &$r.owner_id),
            territory: $v.optional_id("territory_id", &$r.territory_id),
            industry: text_filter(&$r.industry),
            country: text_filter(&$r.country.to_uppercase()),
            source_kind: text_filter(&$r.source_kind),
            source_id: text_filter(&$r.source_id),
            ..PartyFilter::default()
        }
    };
}

fn text_filter(value: &str) -> Option<String> {
    Some(value.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The prospects that are asked for.
pub fn prospect_filter(
    r: &pb::ListProspectsRequest,
) -> Result<(State, PartyFilter, Option<Query>)> {
    let mut v = Violations::new();
    let unverified = |s| word::<State>(s).filter(|s| *s != State::Account);
    let state = v
        .optional_choice("state", r.state, unverified)
        .unwrap_or(State::Prospect);
    let last_outcome = v.optional_choice("last_outcome", r.last_outcome, word::<Outcome>);
    let filter = PartyFilter {
        last_outcome,
        ..party_filter!(v, r)
    };
    let query = v.optional_query("query", &r.query);
    v.done()?;
    Ok((state, filter, query))
}

/// The accounts that are asked for.
pub fn account_filter(r: &pb::ListAccountsRequest) -> Result<(PartyFilter, Option<Query>)> {
    let mut v = Violations::new();
    let parent = v.optional_id("parent_id", &r.parent_id);
    let filter = PartyFilter {
        parent,
        ..party_filter!(v, r)
    };
    let query = v.optional_query("query", &r.query);
    v.done()?;
    Ok((filter, query))
}

/// What is known of a party with the fields of the mask as `value` has them.
pub fn party_details(
    v: &mut Violations,
    at: &str,
    value: &pb::Party,
    mask: &Mask,
    people: &Snapshot,
    mut d: Details,
) -> Details {
    let path = |field: &str| format!("{at}.{field}");
    if mask.has("name") {
        d.name = v.text(&path("name"), &value.name, 1..=200);
    }
    if mask.has("country") {
        d.country = country(v, &path("country"), &value.country);
    }
    if mask.has("phone") {
        d.phone = phone(v, &path("phone"), &value.phone, &d.country);
    }
    if mask.has("email") {
        d.email = email(v, &path("email"), &value.email);
    }
    if mask.has("website") {
        d.website = website(v, &path("website"), &value.website);
    }
    if mask.has("industry") {
        d.industry = v.optional_text(&path("industry"), &value.industry, 100);
    }
    if mask.has("employees") {
        d.employees = v.in_range(&path("employees"), value.employees, 0..=10_000_000);
    }
    if mask.has("annual_revenue") {
        let revenue = v.optional_money(&path("annual_revenue"), value.annual_revenue.as_ref());
        d.revenue_minor = revenue.as_ref().map(|m| m.amount_minor);
        d.revenue_currency = revenue.map(|m| m.currency).unwrap_or_default();
    }
    if mask.has("founded_year") && value.founded_year != 0 {
        v.in_range(&path("founded_year"), value.founded_year, 500..=2_999);
    }
    if mask.has("founded_year") {
        d.founded_year = value.founded_year;
    }
    if mask.has("parent_id") {
        d.parent = v.optional_id(&path("parent_id"), &value.parent_id);
    }
    if mask.has("owner_id") {
        d.owner = member(v, people, &path("owner_id"), &value.owner_id);
    }
    if mask.has("territory_id") {
        d.territory = territory(v, people, &path("territory_id"), &value.territory_id);
    }
    d
}

fn country(v: &mut Violations, field: &str, value: &str) -> String {
    let country = value.trim().to_ascii_uppercase();
    if !country.is_empty() && !identity::is_country(&country) {
        v.add(field, "COUNTRY_UNKNOWN");
    }
    country
}

/// A telephone number that can be dialled, as it was written; or nothing.
pub fn phone(v: &mut Violations, field: &str, value: &str, country: &str) -> String {
    let phone = v.optional_text(field, value, 50);
    if !phone.is_empty() && identity::phone(&phone, country).is_none() {
        v.add(field, "PHONE_MALFORMED");
    }
    phone
}

/// An e-mail address in lower case, or nothing.
pub fn email(v: &mut Violations, field: &str, value: &str) -> String {
    let given = v.optional_text(field, value, 254);
    let email = identity::email(&given);
    if !given.is_empty() && email.is_none() {
        v.add(field, "EMAIL_MALFORMED");
    }
    email.unwrap_or_default()
}

fn website(v: &mut Violations, field: &str, value: &str) -> String {
    let website = v.optional_text(field, value, 500);
    if !website.is_empty() && identity::host(&website).is_none() {
        v.add(field, "WEBSITE_MALFORMED");
    }
    website
}

/// What the caller wants done about duplicates, or else the firm.
pub fn policy(v: &mut Violations, value: i32, settings: &Settings) -> DuplicatePolicy {
    let read = |value| match pb::DuplicatePolicy::try_from(value).ok()? {
        pb::DuplicatePolicy::Unspecified => None,
        pb::DuplicatePolicy::Warn => Some(DuplicatePolicy::Warn),
        pb::DuplicatePolicy::Link => Some(DuplicatePolicy::Link),
        pb::DuplicatePolicy::Refuse => Some(DuplicatePolicy::Refuse),
    };
    v.optional_choice("on_duplicate", value, read)
        .unwrap_or(settings.duplicate_policy)
}

/// Known parties with the same identity, each as the caller may see it.
pub fn duplicates(known: &[Match], sees: impl Fn(&Match) -> bool) -> Vec<pb::Duplicate> {
    let duplicate = |m: &Match| {
        let exists = pb::Duplicate {
            party_id: m.party.to_string(),
            matched: m.keys.iter().copied().map(code).collect(),
            owner_id: id_text(m.owner),
            ..pb::Duplicate::default()
        };
        if !sees(m) {
            return exists;
        }
        let (number, state, name) = (m.number.clone(), code(m.state), m.name.clone());
        pb::Duplicate {
            visible: true,
            number,
            state,
            name,
            ..exists
        }
    };
    known.iter().map(duplicate).collect()
}

/// The identity that somebody asks about.
pub fn identity(r: &pb::ProbeDuplicatesRequest) -> Result<Vec<identity::Key>> {
    let mut v = Violations::new();
    let kind = v
        .optional_choice("type", r.r#type, word::<Kind>)
        .unwrap_or(Kind::Company);
    let name = v.optional_text("name", &r.name, 200);
    let country = country(&mut v, "country", &r.country);
    let phone = phone(&mut v, "phone", &r.phone, &country);
    let email = email(&mut v, "email", &r.email);
    let website = website(&mut v, "website", &r.website);
    if [&name, &phone, &email, &website]
        .iter()
        .all(|text| text.is_empty())
    {
        v.add("name", "REQUIRED");
    }
    v.done()?;
    let identity = Identity {
        kind,
        name: &name,
        phone: &phone,
        email: &email,
        website: &website,
        country: &country,
    };
    Ok(identity.keys())
}

/// What somebody found out about a party: outcome, channel and evidence.
pub fn finding(r: &pb::VerifyProspectRequest) -> Result<(PartyId, Outcome, Channel, String)> {
    let mut v = Violations::new();
    let party = v.id("id", &r.id);
    let outcome = v.choice("outcome", r.outcome, word::<Outcome>);
    let channel = v.choice("channel", r.channel, word::<Channel>);
    let shortest = usize::from(outcome == Some(Outcome::Confirmed));
    let evidence = v.text("evidence", &r.evidence, shortest..=2_000);
    v.done()?;
    // What is missing was told above.
    let (outcome, channel) = (
        outcome.unwrap_or(Outcome::Unreachable),
        channel.unwrap_or(Channel::Other),
    );
    Ok((party, outcome, channel, evidence))
}

/// How the creator of an account has verified it.
pub fn vouching(v: &mut Violations, r: &pb::CreateAccountRequest) -> (Channel, String) {
    let channel = v.optional_choice("channel", r.channel, word::<Channel>);
    let evidence = v.optional_text("evidence", &r.evidence, 2_000);
    (channel.unwrap_or(Channel::Other), evidence)
}

/// A verification.
pub fn verification(v: &Verification) -> pb::Verification {
    pb::Verification {
        id: v.id.to_string(),
        party_id: v.party.to_string(),
        outcome: code(v.outcome),
        channel: code(v.channel),
        evidence: v.evidence.clone(),
        verifier_id: v.verifier.to_string(),
        create_time: Some(timestamp(v.created_at)),
    }
}
