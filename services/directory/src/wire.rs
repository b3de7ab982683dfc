//! Between contract and domain: reads requests and notes all that is wrong with them, writes nouns.

pub mod export;
mod leaver;
mod placement;
mod saved_view;
pub mod sign_in;
pub mod team;

use baton_chassis::{
    Language, Mask, Time, Violation, Violations,
    ids::SessionId,
    policy::{Access, Function},
    wire::{etag, id_text, timestamp},
};
use baton_proto::directory::v1 as pb;

pub use self::leaver::{
    LEAVER_HANDOVER_FIELDS, held_records, leaver_handover, leaver_handover_state,
    leaver_handover_under_way, leaver_preview, leaver_revision,
};
pub use self::placement::{new_placement, placement, placement_filter, placement_kind};
pub use self::saved_view::{SAVED_VIEW_FIELDS, list_name, saved_view, saved_view_revision};

use crate::{
    department::{self, Department},
    grant::{self, Grant, Grantee, Power, Reach},
    member::{self, Member, Roles},
    session::{self, Session},
    settings::{self, DuplicatePolicy, Settings},
    territory::{self, Territory},
};

/// Characters of a name that people read.
const NAME_MAX: usize = 120;
/// Characters of an e-mail address.
const EMAIL_MAX: usize = 254;
/// Roles of a member.
const ROLES_MAX: usize = 20;
/// Hours within which a first response may be due: a month.
const RESPONSE_HOURS_MAX: i32 = 720;

/// Fields of a member that an update changes.
pub const MEMBER_FIELDS: &[&str] = &[
    "name",
    "display_name",
    "email",
    "department_id",
    "roles",
    "territory_id",
    "language",
];
/// Fields of a department that an update changes.
pub const DEPARTMENT_FIELDS: &[&str] = &["name"];
/// Fields of a territory that an update changes.
pub const TERRITORY_FIELDS: &[&str] = &["name", "manager_id"];
/// Fields of the settings that an update changes.
pub const SETTINGS_FIELDS: &[&str] = &[
    "time_zone",
    "currency_code",
    "leads_enabled",
    "contracts_enabled",
    "first_response_hours",
    "duplicate_policy",
    "lead_to_manager_hours",
    "lead_to_salesperson_hours",
    "deal_to_commerce_hours",
    "order_to_erp_hours",
    "projects_enabled",
    "marketing_enabled",
    "sales_enabled",
    "commerce_enabled",
    "erp_system",
    "large_export_rows",
    "prospect_retention_months",
    "contact_retention_months",
    "lead_retention_months",
    "second_factor_demanded_of",
];

/// Writes a member.
pub fn member(m: &Member) -> pb::Member {
    pb::Member {
        id: m.id.to_string(),
        name: m.name.clone(),
        display_name: m.display_name.clone(),
        email: m.email.clone(),
        department_id: id_text(m.department),
        roles: roles(&m.roles),
        territory_id: id_text(m.territory),
        state: match m.state {
            member::State::Active => pb::MemberState::Active,
            member::State::Inactive => pb::MemberState::Inactive,
        }
        .into(),
        language: m.language.clone(),
        etag: etag(m.version),
        create_time: Some(timestamp(m.created_at)),
        update_time: Some(timestamp(m.updated_at)),
    }
}

/// Writes roles.
pub fn roles(roles: &Roles) -> Vec<String> {
    roles.iter().map(str::to_owned).collect()
}

/// Writes a session as it stands now; `current` is the one that the request comes from.
pub fn session(s: &Session, now: Time, current: Option<SessionId>) -> pb::Session {
    pb::Session {
        id: s.id.to_string(),
        member_id: s.member.to_string(),
        device: s.device.clone(),
        address: s.address.clone(),
        state: match s.standing(now) {
            session::State::Active => pb::SessionState::Active,
            session::State::Ended => pb::SessionState::Ended,
            session::State::Revoked => pb::SessionState::Revoked,
            session::State::Expired => pb::SessionState::Expired,
        }
        .into(),
        current: current == Some(s.id),
        provider: s.provider.clone(),
        last_seen_time: Some(timestamp(s.seen_at)),
        expire_time: Some(timestamp(s.ends_at)),
        etag: etag(s.version),
        create_time: Some(timestamp(s.created_at)),
        update_time: Some(timestamp(s.updated_at)),
    }
}

/// Reads a state that sessions are listed by.
pub fn session_state(v: &mut Violations, value: i32) -> Option<session::State> {
    v.optional_choice("state", value, |value| {
        match pb::SessionState::try_from(value).ok()? {
            pb::SessionState::Active => Some(session::State::Active),
            pb::SessionState::Ended => Some(session::State::Ended),
            pb::SessionState::Revoked => Some(session::State::Revoked),
            pb::SessionState::Expired => Some(session::State::Expired),
            pb::SessionState::Unspecified => None,
        }
    })
}

/// Reads a state that members are listed by.
pub fn member_state(v: &mut Violations, value: i32) -> Option<member::State> {
    v.optional_choice("state", value, |value| {
        match pb::MemberState::try_from(value).ok()? {
            pb::MemberState::Active => Some(member::State::Active),
            pb::MemberState::Inactive => Some(member::State::Inactive),
            pb::MemberState::Unspecified => None,
        }
    })
}

/// Reads the fields of a member that the mask names; `path` stands before each field's name.
pub fn member_revision(
    v: &mut Violations,
    path: &str,
    m: &pb::Member,
    mask: &Mask,
) -> member::Revision {
    let at = |field: &str| format!("{path}{field}");
    member::Revision {
        name: mask
            .has("name")
            .then(|| sign_in_name(v, &at("name"), &m.name)),
        display_name: mask
            .has("display_name")
            .then(|| v.text(&at("display_name"), &m.display_name, 1..=NAME_MAX)),
        email: mask.has("email").then(|| email(v, &at("email"), &m.email)),
        department: mask
            .has("department_id")
            .then(|| v.optional_id(&at("department_id"), &m.department_id)),
        roles: mask
            .has("roles")
            .then(|| read_roles(v, &at("roles"), &m.roles)),
        territory: mask
            .has("territory_id")
            .then(|| v.optional_id(&at("territory_id"), &m.territory_id)),
        language: mask
            .has("language")
            .then(|| language(v, &at("language"), &m.language)),
    }
}

/// A sign-in name as it is kept, whatever was typed: without white space at its ends, in small
/// letters.
pub fn fold_sign_in_name(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// Whether a sign-in name as it is kept may be one.
pub fn is_sign_in_name(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b))
}

/// Whether an e-mail address may be one.
pub fn is_email(email: &str) -> bool {
    email.chars().count() <= EMAIL_MAX && email_address::EmailAddress::is_valid(email)
}

fn sign_in_name(v: &mut Violations, field: &str, name: &str) -> String {
    let name = fold_sign_in_name(name);
    if name.is_empty() {
        v.add(field, "REQUIRED");
    } else if !is_sign_in_name(&name) {
        v.add(field, "SIGN_IN_NAME_MALFORMED");
    }
    name
}

fn email(v: &mut Violations, field: &str, email: &str) -> String {
    let email = v.optional_text(field, email, EMAIL_MAX);
    if !email.is_empty() && !is_email(&email) {
        v.add(field, "EMAIL_MALFORMED");
    }
    email
}

fn role(v: &mut Violations, field: &str, role: &str) -> String {
    let role = role.trim().to_owned();
    let sound = (2..=40).contains(&role.len())
        && role.starts_with(|c: char| c.is_ascii_lowercase())
        && role
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !sound {
        v.add(field, "ROLE_MALFORMED");
    }
    role
}

fn read_roles(v: &mut Violations, field: &str, words: &[String]) -> Roles {
    if words.len() > ROLES_MAX {
        v.push(Violation::new(field, "TOO_MANY").with("max", ROLES_MAX));
        return Roles::default();
    }
    words
        .iter()
        .enumerate()
        .map(|(i, word)| role(v, &format!("{field}[{i}]"), word))
        .collect()
}

fn language(v: &mut Violations, field: &str, tag: &str) -> String {
    let known = Language::ALL.iter().any(|language| language.tag() == tag);
    if !known && !tag.is_empty() {
        v.add(field, "CHOICE_UNKNOWN");
    }
    tag.to_owned()
}

/// Writes a department.
pub fn department(d: &Department) -> pb::Department {
    pb::Department {
        id: d.id.to_string(),
        name: d.name.clone(),
        state: match d.state {
            department::State::Active => pb::DepartmentState::Active,
            department::State::Archived => pb::DepartmentState::Archived,
        }
        .into(),
        etag: etag(d.version),
        create_time: Some(timestamp(d.created_at)),
        update_time: Some(timestamp(d.updated_at)),
    }
}

/// Reads a state that departments are listed by.
pub fn department_state(v: &mut Violations, value: i32) -> Option<department::State> {
    v.optional_choice(
        "state",
        value,
        |value| match pb::DepartmentState::try_from(value).ok()? {
            pb::DepartmentState::Active => Some(department::State::Active),
            pb::DepartmentState::Archived => Some(department::State::Archived),
            pb::DepartmentState::Unspecified => None,
        },
    )
}

/// Reads the name of a department or territory.
pub fn entry_name(v: &mut Violations, field: &str, name: &str) -> String {
    v.text(field, name, 1..=NAME_MAX)
}

/// Writes a territory.
pub fn territory(t: &Territory) -> pb::Territory {
    pb::Territory {
        id: t.id.to_string(),
        name: t.name.clone(),
        parent_id: id_text(t.parent),
        manager_id: id_text(t.manager),
        state: match t.state {
            territory::State::Active => pb::TerritoryState::Active,
            territory::State::Archived => pb::TerritoryState::Archived,
        }
        .into(),
        etag: etag(t.version),
        create_time: Some(timestamp(t.created_at)),
        update_time: Some(timestamp(t.updated_at)),
    }
}

/// Reads a state that territories are listed by.
pub fn territory_state(v: &mut Violations, value: i32) -> Option<territory::State> {
    v.optional_choice(
        "state",
        value,
        |value| match pb::TerritoryState::try_from(value).ok()? {
            pb::TerritoryState::Active => Some(territory::State::Active),
            pb::TerritoryState::Archived => Some(territory::State::Archived),
            pb::TerritoryState::Unspecified => None,
        },
    )
}

/// Reads the fields of a territory that the mask names.
pub fn territory_revision(
    v: &mut Violations,
    path: &str,
    t: &pb::Territory,
    mask: &Mask,
) -> territory::Revision {
    let at = |field: &str| format!("{path}{field}");
    territory::Revision {
        name: mask
            .has("name")
            .then(|| entry_name(v, &at("name"), &t.name)),
        manager: mask
            .has("manager_id")
            .then(|| v.optional_id(&at("manager_id"), &t.manager_id)),
    }
}

/// Writes a function.
pub fn function(function: Function) -> pb::Function {
    match function {
        Function::Marketing => pb::Function::Marketing,
        Function::Routing => pb::Function::Routing,
        Function::Sales => pb::Function::Sales,
        Function::Commerce => pb::Function::Commerce,
        Function::Customer => pb::Function::Customer,
        Function::Import => pb::Function::Import,
        Function::Analysis => pb::Function::Analysis,
        Function::Administration => pb::Function::Administration,
        Function::Export => pb::Function::Export,
        Function::PersonalData => pb::Function::PersonalData,
        Function::Cost => pb::Function::Cost,
    }
}

/// Reads a function.
pub fn read_function(value: i32) -> Option<Function> {
    Function::ALL
        .into_iter()
        .find(|f| i32::from(function(*f)) == value)
}

/// Writes an access.
pub fn access(access: Access) -> pb::Access {
    match access {
        Access::Read => pb::Access::Read,
        Access::Write => pb::Access::Write,
    }
}

/// Reads an access.
pub fn read_access(value: i32) -> Option<Access> {
    [Access::Read, Access::Write]
        .into_iter()
        .find(|a| i32::from(access(*a)) == value)
}

/// Writes a reach.
pub fn reach(reach: Reach) -> pb::GrantScope {
    match reach {
        Reach::Own => pb::GrantScope::Own,
        Reach::Team => pb::GrantScope::Team,
        Reach::Territory => pb::GrantScope::Territory,
        Reach::All => pb::GrantScope::All,
    }
}

fn read_reach(value: i32) -> Option<Reach> {
    Reach::ALL
        .into_iter()
        .find(|r| i32::from(reach(*r)) == value)
}

/// Writes a grant.
pub fn grant(g: &Grant) -> pb::Grant {
    use pb::grant::Grantee;
    pb::Grant {
        id: g.id.to_string(),
        function: function(g.power.function).into(),
        access: access(g.power.access).into(),
        scope: reach(g.power.reach).into(),
        grantee: match (&g.role, g.department) {
            (Some(role), _) => Some(Grantee::Role(role.clone())),
            (None, Some(id)) => Some(Grantee::DepartmentId(id.to_string())),
            (None, None) => None,
        },
        state: match g.state {
            grant::State::Active => pb::GrantState::Active,
            grant::State::Revoked => pb::GrantState::Revoked,
        }
        .into(),
        etag: etag(g.version),
        create_time: Some(timestamp(g.created_at)),
        update_time: Some(timestamp(g.updated_at)),
    }
}

/// Reads a state that grants are listed by.
pub fn grant_state(v: &mut Violations, value: i32) -> Option<grant::State> {
    v.optional_choice("state", value, |value| {
        match pb::GrantState::try_from(value).ok()? {
            pb::GrantState::Active => Some(grant::State::Active),
            pb::GrantState::Revoked => Some(grant::State::Revoked),
            pb::GrantState::Unspecified => None,
        }
    })
}

/// Reads what is granted to whom; `None` when something is wrong, which is noted.
pub fn new_grant(v: &mut Violations, g: &pb::Grant) -> Option<(Power, Grantee)> {
    let function = v.choice("grant.function", g.function, read_function);
    let access = v.choice("grant.access", g.access, read_access);
    let reach = v.choice("grant.scope", g.scope, read_reach);
    let grantee = match &g.grantee {
        Some(pb::grant::Grantee::Role(name)) => Some(Grantee::Role(role(v, "grant.role", name))),
        Some(pb::grant::Grantee::DepartmentId(id)) => {
            Some(Grantee::Department(v.id("grant.department_id", id)))
        }
        None => {
            v.add("grant.role", "REQUIRED");
            None
        }
    };
    Some((
        Power {
            function: function?,
            access: access?,
            reach: reach?,
        },
        grantee?,
    ))
}

/// Writes what a member may do.
pub fn granted(power: Power) -> pb::GrantedFunction {
    pb::GrantedFunction {
        function: function(power.function).into(),
        access: access(power.access).into(),
        scope: reach(power.reach).into(),
    }
}

/// Writes what to do with duplicates.
pub fn duplicate_policy(policy: DuplicatePolicy) -> pb::DuplicatePolicy {
    match policy {
        DuplicatePolicy::Warn => pb::DuplicatePolicy::Warn,
        DuplicatePolicy::Link => pb::DuplicatePolicy::Link,
        DuplicatePolicy::Refuse => pb::DuplicatePolicy::Refuse,
    }
}

fn read_duplicate_policy(value: i32) -> Option<DuplicatePolicy> {
    [
        DuplicatePolicy::Warn,
        DuplicatePolicy::Link,
        DuplicatePolicy::Refuse,
    ]
    .into_iter()
    .find(|p| i32::from(duplicate_policy(*p)) == value)
}

/// Writes the settings.
pub fn settings(s: &Settings) -> pb::Settings {
    pb::Settings {
        time_zone: s.time_zone.clone(),
        currency_code: s.currency.clone(),
        leads_enabled: s.leads_enabled,
        contracts_enabled: s.contracts_enabled,
        first_response_hours: s.first_response_hours,
        duplicate_policy: duplicate_policy(s.duplicate_policy).into(),
        etag: etag(s.version),
        update_time: Some(timestamp(s.updated_at)),
        lead_to_manager_hours: Some(s.hours.lead_to_manager_hours),
        lead_to_salesperson_hours: Some(s.hours.lead_to_salesperson_hours),
        deal_to_commerce_hours: Some(s.hours.deal_to_commerce_hours),
        order_to_erp_hours: Some(s.hours.order_to_erp_hours),
        projects_enabled: Some(s.projects_enabled),
        marketing_enabled: Some(s.functions.marketing_enabled),
        sales_enabled: Some(s.functions.sales_enabled),
        commerce_enabled: Some(s.functions.commerce_enabled),
        erp_system: s.erp_system.clone(),
        large_export_rows: Some(s.large_export_rows),
        prospect_retention_months: Some(s.retention.prospect_retention_months),
        contact_retention_months: Some(s.retention.contact_retention_months),
        lead_retention_months: Some(s.retention.lead_retention_months),
        second_factor_demanded_of: roles(&s.second_factor_demanded_of),
    }
}

/// Reads hours within which an answer is due, if the mask names them and the request says any.
fn answer_hours(
    v: &mut Violations,
    mask: &Mask,
    field: &'static str,
    hours: Option<i32>,
) -> Option<i32> {
    let hours = hours.filter(|_| mask.has(field))?;
    Some(v.in_range(&format!("settings.{field}"), hours, 0..=RESPONSE_HOURS_MAX))
}

/// Longest period after which people go by themselves: 50 years.
const RETENTION_MONTHS_MAX: i32 = 600;

/// Reads months after which people go, if the mask names them and the request says any.
fn retention(
    v: &mut Violations,
    mask: &Mask,
    field: &'static str,
    months: Option<i32>,
) -> Option<i32> {
    let months = months.filter(|_| mask.has(field))?;
    Some(v.in_range(
        &format!("settings.{field}"),
        months,
        0..=RETENTION_MONTHS_MAX,
    ))
}

/// Rows beyond which every export is large.
const LARGE_EXPORT_ROWS_MAX: i32 = 1_000_000;

/// Longest name of an ERP.
const ERP_SYSTEM_MAX: usize = 40;

/// Reads the settings that the mask names.
pub fn settings_revision(v: &mut Violations, s: &pb::Settings, mask: &Mask) -> settings::Revision {
    let switch = |field, on: Option<bool>| on.filter(|_| mask.has(field));
    let hours = |v: &mut Violations, field, given| answer_hours(v, mask, field, given);
    let months = |v: &mut Violations, field, given| retention(v, mask, field, given);
    settings::Revision {
        time_zone: mask
            .has("time_zone")
            .then(|| time_zone(v, "settings.time_zone", &s.time_zone)),
        currency: mask
            .has("currency_code")
            .then(|| v.currency("settings.currency_code", &s.currency_code)),
        leads_enabled: mask.has("leads_enabled").then_some(s.leads_enabled),
        contracts_enabled: mask.has("contracts_enabled").then_some(s.contracts_enabled),
        first_response_hours: mask.has("first_response_hours").then(|| {
            let field = "settings.first_response_hours";
            v.in_range(field, s.first_response_hours, 1..=RESPONSE_HOURS_MAX)
        }),
        duplicate_policy: mask
            .has("duplicate_policy")
            .then(|| {
                v.choice(
                    "settings.duplicate_policy",
                    s.duplicate_policy,
                    read_duplicate_policy,
                )
            })
            .flatten(),
        lead_to_manager_hours: hours(v, "lead_to_manager_hours", s.lead_to_manager_hours),
        lead_to_salesperson_hours: hours(
            v,
            "lead_to_salesperson_hours",
            s.lead_to_salesperson_hours,
        ),
        deal_to_commerce_hours: hours(v, "deal_to_commerce_hours", s.deal_to_commerce_hours),
        order_to_erp_hours: hours(v, "order_to_erp_hours", s.order_to_erp_hours),
        projects_enabled: switch("projects_enabled", s.projects_enabled),
        marketing_enabled: switch("marketing_enabled", s.marketing_enabled),
        sales_enabled: switch("sales_enabled", s.sales_enabled),
        commerce_enabled: switch("commerce_enabled", s.commerce_enabled),
        erp_system: mask.has("erp_system").then(|| match s.erp_system.trim() {
            "" => String::new(),
            name => v.word("settings.erp_system", name, ERP_SYSTEM_MAX),
        }),
        large_export_rows: s
            .large_export_rows
            .filter(|_| mask.has("large_export_rows"))
            .map(|rows| {
                v.in_range(
                    "settings.large_export_rows",
                    rows,
                    1..=LARGE_EXPORT_ROWS_MAX,
                )
            }),
        prospect_retention_months: months(
            v,
            "prospect_retention_months",
            s.prospect_retention_months,
        ),
        contact_retention_months: months(v, "contact_retention_months", s.contact_retention_months),
        lead_retention_months: months(v, "lead_retention_months", s.lead_retention_months),
        second_factor_demanded_of: mask.has("second_factor_demanded_of").then(|| {
            let field = "settings.second_factor_demanded_of";
            read_roles(v, field, &s.second_factor_demanded_of)
        }),
    }
}

fn time_zone(v: &mut Violations, field: &str, name: &str) -> String {
    let name = name.trim();
    match name.parse::<chrono_tz::Tz>() {
        _ if name.is_empty() => v.add(field, "REQUIRED"),
        Ok(_) => {}
        Err(_) => v.add(field, "TIME_ZONE_UNKNOWN"),
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_chassis::Error;

    fn told(v: Violations) -> Vec<(String, &'static str)> {
        match v.done() {
            Err(Error::Invalid(violations)) => violations
                .into_iter()
                .map(|v| (v.field, v.reason))
                .collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn everything_that_is_wrong_with_a_member_is_told_at_once() {
        let member = pb::Member {
            name: "7 of 9".into(),
            display_name: " ".into(),
            email: "not an address".into(),
            department_id: "x".into(),
            roles: vec!["boss".into(), "Boss!".into()],
            territory_id: "y".into(),
            language: "fr".into(),
            ..pb::Member::default()
        };
        let mut v = Violations::new();
        let mask = v.mask(None, MEMBER_FIELDS);
        member_revision(&mut v, "member.", &member, &mask);
        let expected = [
            ("member.name", "SIGN_IN_NAME_MALFORMED"),
            ("member.display_name", "REQUIRED"),
            ("member.email", "EMAIL_MALFORMED"),
            ("member.department_id", "ID_MALFORMED"),
            ("member.roles[1]", "ROLE_MALFORMED"),
            ("member.territory_id", "ID_MALFORMED"),
            ("member.language", "CHOICE_UNKNOWN"),
        ];
        assert_eq!(
            told(v),
            expected.map(|(field, reason)| (field.to_owned(), reason))
        );
    }

    #[test]
    fn a_sign_in_name_is_kept_in_small_letters() {
        let mut v = Violations::new();
        let member = pb::Member {
            name: " Li.Lei-2 ".into(),
            ..pb::Member::default()
        };
        let mask = prost_types::FieldMask {
            paths: vec!["name".into()],
        };
        let mask = v.mask(Some(&mask), MEMBER_FIELDS);
        let revision = member_revision(&mut v, "", &member, &mask);
        assert_eq!(revision.name.as_deref(), Some("li.lei-2"));
        assert!(revision.display_name.is_none());
        assert_eq!(told(v), []);
    }

    #[test]
    fn everything_that_is_wrong_with_settings_is_told_at_once() {
        let mut v = Violations::new();
        let given = pb::Settings {
            time_zone: "Mars/Olympus".into(),
            currency_code: "QQQ".into(),
            first_response_hours: 0,
            ..pb::Settings::default()
        };
        let mask = v.mask(None, SETTINGS_FIELDS);
        settings_revision(&mut v, &given, &mask);
        let reasons: Vec<_> = told(v).into_iter().map(|(_, reason)| reason).collect();
        assert_eq!(
            reasons,
            [
                "TIME_ZONE_UNKNOWN",
                "CURRENCY_UNKNOWN",
                "NUMBER_OUT_OF_RANGE",
                "REQUIRED"
            ]
        );
    }

    #[test]
    fn a_grant_says_what_how_on_what_and_to_whom() {
        let mut v = Violations::new();
        assert!(
            new_grant(
                &mut v,
                &pb::Grant {
                    access: 9,
                    ..pb::Grant::default()
                }
            )
            .is_none()
        );
        let expected = [
            ("grant.function", "REQUIRED"),
            ("grant.access", "CHOICE_UNKNOWN"),
            ("grant.scope", "REQUIRED"),
            ("grant.role", "REQUIRED"),
        ];
        assert_eq!(
            told(v),
            expected.map(|(field, reason)| (field.to_owned(), reason))
        );
    }

    #[test]
    fn every_function_is_read_as_it_is_written() {
        for f in Function::ALL {
            assert_eq!(read_function(function(f).into()), Some(f));
        }
        assert_eq!(read_function(0), None);
        assert_eq!(read_function(99), None);
    }
}
