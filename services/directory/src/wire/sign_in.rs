//! The same for what members sign in with: links, keys, second factors and accounts at providers.

use baton_chassis::{
    Time, Violation, Violations,
    ids::MemberId,
    policy::{Access, Function},
    wire::{etag, timestamp},
};
use baton_proto::directory::v1 as pb;

use super::{NAME_MAX, access, function, read_access, read_function};
use crate::{
    api_key::{self, ApiKey, Limit, Wanted, check_end},
    factors::Standing,
    identity::{self, Identity},
    password_link::{self, PasswordLink, Purpose},
    second_factor,
};

/// Writes a link as it stands now.
pub fn password_link(l: &PasswordLink, now: Time) -> pb::PasswordLink {
    pb::PasswordLink {
        id: l.id.to_string(),
        member_id: l.member.to_string(),
        purpose: match l.purpose {
            Purpose::Invitation => pb::PasswordLinkPurpose::Invitation,
            Purpose::Reset => pb::PasswordLinkPurpose::Reset,
        }
        .into(),
        state: match l.standing(now) {
            password_link::State::Open => pb::PasswordLinkState::Open,
            password_link::State::Used => pb::PasswordLinkState::Used,
            password_link::State::Revoked => pb::PasswordLinkState::Revoked,
            password_link::State::Expired => pb::PasswordLinkState::Expired,
        }
        .into(),
        creator_id: l.creator.to_string(),
        expire_time: Some(timestamp(l.ends_at)),
        etag: etag(l.version),
        create_time: Some(timestamp(l.created_at)),
        update_time: Some(timestamp(l.updated_at)),
    }
}

/// Reads for whom a link is to be, and what for; `None` when something is wrong, which is noted.
pub fn new_password_link(
    v: &mut Violations,
    r: &pb::CreatePasswordLinkRequest,
) -> Option<(MemberId, Purpose)> {
    let member = v.id("member_id", &r.member_id);
    let purpose = v.choice(
        "purpose",
        r.purpose,
        |value| match pb::PasswordLinkPurpose::try_from(value).ok()? {
            pb::PasswordLinkPurpose::Invitation => Some(Purpose::Invitation),
            pb::PasswordLinkPurpose::Reset => Some(Purpose::Reset),
            pb::PasswordLinkPurpose::Unspecified => None,
        },
    );
    Some((member, purpose?))
}

/// Reads a state that links are listed by.
pub fn password_link_state(v: &mut Violations, value: i32) -> Option<password_link::State> {
    v.optional_choice(
        "state",
        value,
        |value| match pb::PasswordLinkState::try_from(value).ok()? {
            pb::PasswordLinkState::Open => Some(password_link::State::Open),
            pb::PasswordLinkState::Used => Some(password_link::State::Used),
            pb::PasswordLinkState::Revoked => Some(password_link::State::Revoked),
            pb::PasswordLinkState::Expired => Some(password_link::State::Expired),
            pb::PasswordLinkState::Unspecified => None,
        },
    )
}

/// Writes a function that a key is limited to.
pub fn api_key_function((f, a): (Function, Access)) -> pb::ApiKeyFunction {
    pb::ApiKeyFunction {
        function: function(f).into(),
        access: access(a).into(),
    }
}

/// Writes a key as it stands now.
pub fn api_key(k: &ApiKey, now: Time) -> pb::ApiKey {
    pb::ApiKey {
        id: k.id.to_string(),
        member_id: k.member.to_string(),
        name: k.name.clone(),
        functions: k.functions.iter().map(api_key_function).collect(),
        expire_time: Some(timestamp(k.ends_at)),
        state: match k.standing(now) {
            api_key::State::Active => pb::ApiKeyState::Active,
            api_key::State::Revoked => pb::ApiKeyState::Revoked,
            api_key::State::Expired => pb::ApiKeyState::Expired,
        }
        .into(),
        last_used_time: k.used_at.map(timestamp),
        etag: etag(k.version),
        create_time: Some(timestamp(k.created_at)),
        update_time: Some(timestamp(k.updated_at)),
    }
}

/// Reads what a key of `me`, or of whom the request names, is to be; `None` when something is wrong, which is noted.
pub fn new_api_key(v: &mut Violations, k: &pb::ApiKey, me: MemberId, now: Time) -> Option<Wanted> {
    let member = v.optional_id("api_key.member_id", &k.member_id);
    let name = v.text("api_key.name", &k.name, 1..=NAME_MAX);
    let functions = limit(v, &k.functions);
    let ends_at = v.time("api_key.expire_time", k.expire_time.as_ref())?;
    if let Some(violation) = check_end("api_key.expire_time", ends_at, now) {
        v.push(violation);
    }
    Some(Wanted {
        member: member.unwrap_or(me),
        name,
        functions,
        ends_at,
    })
}

fn limit(v: &mut Violations, functions: &[pb::ApiKeyFunction]) -> Limit {
    const FIELD: &str = "api_key.functions";
    if functions.is_empty() {
        v.add(FIELD, "REQUIRED");
    }
    if functions.len() > Function::ALL.len() {
        v.push(Violation::new(FIELD, "TOO_MANY").with("max", Function::ALL.len()));
        return Limit::from_iter([]);
    }
    let mut read: Vec<(Function, Access)> = Vec::new();
    for (n, f) in functions.iter().enumerate() {
        let at = |field: &str| format!("{FIELD}[{n}].{field}");
        let function = v.choice(&at("function"), f.function, read_function);
        let access = v.choice(&at("access"), f.access, read_access);
        if function.is_some_and(|f| read.iter().any(|(known, _)| *known == f)) {
            v.add(at("function"), "FUNCTION_REPEATED");
        }
        read.extend(function.zip(access));
    }
    read.into_iter().collect()
}

/// Reads a state that keys are listed by.
pub fn api_key_state(v: &mut Violations, value: i32) -> Option<api_key::State> {
    v.optional_choice("state", value, |value| {
        match pb::ApiKeyState::try_from(value).ok()? {
            pb::ApiKeyState::Active => Some(api_key::State::Active),
            pb::ApiKeyState::Revoked => Some(api_key::State::Revoked),
            pb::ApiKeyState::Expired => Some(api_key::State::Expired),
            pb::ApiKeyState::Unspecified => None,
        }
    })
}

/// Writes an account at a provider.
pub fn identity(i: &Identity) -> pb::Identity {
    pb::Identity {
        id: i.id.to_string(),
        member_id: i.member.to_string(),
        provider: i.provider.clone(),
        issuer: i.issuer.clone(),
        subject: i.subject.clone(),
        name: i.name.clone(),
        state: match i.state {
            identity::State::Bound => pb::IdentityState::Bound,
            identity::State::Removed => pb::IdentityState::Removed,
        }
        .into(),
        last_used_time: Some(timestamp(i.seen_at)),
        etag: etag(i.version),
        create_time: Some(timestamp(i.created_at)),
        update_time: Some(timestamp(i.updated_at)),
    }
}

/// Writes how the second factor of a member stands.
pub fn second_factor(member: MemberId, standing: &Standing) -> pb::SecondFactor {
    let state = standing.factor.as_ref().map(|f| f.state);
    pb::SecondFactor {
        member_id: member.to_string(),
        state: match state {
            None | Some(second_factor::State::Removed) => pb::SecondFactorState::None,
            Some(second_factor::State::Pending) => pb::SecondFactorState::Pending,
            Some(second_factor::State::Active) => pb::SecondFactorState::Active,
        }
        .into(),
        recovery_codes_left: i32::try_from(standing.codes_left).unwrap_or(i32::MAX),
        confirm_time: standing
            .factor
            .as_ref()
            .and_then(|f| f.confirmed_at)
            .map(timestamp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_chassis::Error;

    #[test]
    fn everything_that_is_wrong_with_a_key_is_told_at_once() {
        let sales = pb::ApiKeyFunction {
            function: pb::Function::Sales.into(),
            access: pb::Access::Write.into(),
        };
        let key = pb::ApiKey {
            member_id: "x".into(),
            functions: vec![sales, sales, pb::ApiKeyFunction::default()],
            expire_time: Some(timestamp(Time::default())),
            ..pb::ApiKey::default()
        };
        let mut v = Violations::new();
        new_api_key(&mut v, &key, uuid::Uuid::nil().into(), Time::default());
        let Err(Error::Invalid(told)) = v.done() else {
            panic!("it is wrong")
        };
        let told: Vec<_> = told.iter().map(|v| (v.field.as_str(), v.reason)).collect();
        assert_eq!(
            told,
            [
                ("api_key.member_id", "ID_MALFORMED"),
                ("api_key.name", "REQUIRED"),
                ("api_key.functions[1].function", "FUNCTION_REPEATED"),
                ("api_key.functions[2].function", "REQUIRED"),
                ("api_key.functions[2].access", "REQUIRED"),
                ("api_key.expire_time", "TIME_PAST"),
            ]
        );
    }
}
