//! A provider of OpenID Connect: what it tells of somebody, and why nobody is signed in by it.
//!
//! [`attempt`] is what a browser holds while it is there, [`id_token`] what the provider's word is believed for, [`talk`] how it is
//! asked. Nothing but that last one waits.

pub mod attempt;
pub mod id_token;
pub mod talk;

use std::collections::BTreeSet;

use baton_chassis::{Args, Reason, config::ProviderConfig};
use serde_json::{Map, Value as Json};

use crate::{identity::Account, member::Roles, wire};

/// The claims of somebody.
pub type Claims = Map<String, Json>;

/// Why nobody is signed in by a provider. Each names it as people do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// What comes back does not belong to what this browser began, or is too late, or comes a second time.
    #[error("the sign-in was not begun in this browser, is too old, or was done before")]
    Lost,
    /// It does not answer, or not as it should.
    #[error("{0} does not answer")]
    Away(String),
    /// It says no: somebody turned away there, or may not come here.
    #[error("{0} signs nobody in: {1}")]
    Declined(String, String),
    /// Its word is not believed.
    #[error("what {0} says cannot be believed")]
    Untrusted(String),
    /// Nobody here is known by this account.
    #[error("nobody is known by this account at {0}")]
    Unknown(String),
    /// The account has no role that makes a member of it.
    #[error("the account at {0} has no role here")]
    NoRole(String),
    /// Who is to become a member has no name that he could have here.
    #[error("{1}, as {0} calls the account, is taken or no sign-in name")]
    NoName(String, String),
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Lost => "PROVIDER_SIGN_IN_LOST",
            Self::Away(_) => "PROVIDER_AWAY",
            Self::Declined(..) => "PROVIDER_DECLINED",
            Self::Untrusted(_) => "PROVIDER_UNTRUSTED",
            Self::Unknown(_) => "PROVIDER_ACCOUNT_UNKNOWN",
            Self::NoRole(_) => "PROVIDER_ACCOUNT_NO_ROLE",
            Self::NoName(..) => "PROVIDER_ACCOUNT_NO_NAME",
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::Lost => Args::new(),
            Self::Away(provider)
            | Self::Untrusted(provider)
            | Self::Unknown(provider)
            | Self::NoRole(provider) => vec![("provider", provider.clone())],
            Self::Declined(provider, why) => {
                vec![("provider", provider.clone()), ("why", why.clone())]
            }
            Self::NoName(provider, name) => {
                vec![("provider", provider.clone()), ("name", name.clone())]
            }
        }
    }
}

/// Somebody, as a provider tells of him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// His account.
    pub account: Account,
    /// Whether he may be found by the name of it.
    pub is_proved: bool,
    /// His e-mail address, if the provider has verified it.
    pub email: Option<String>,
    /// What people call him, if it is told.
    pub display_name: Option<String>,
    /// Roles of ours that his claims mean.
    pub roles: Roles,
}

impl Person {
    /// Reads his claims. `name` is what the settings call the provider.
    pub fn of(name: &str, config: &ProviderConfig, subject: String, claims: &Claims) -> Self {
        let text = |claim: &str| find(claims, claim).and_then(Json::as_str).map(str::trim);
        let is_verified = find(claims, "email_verified").is_some_and(is_true);
        let email = text("email").filter(|email| is_verified && wire::is_email(email));
        let by_email = config.name_claim == "email";
        let named = text(&config.name_claim).filter(|name| !name.is_empty());
        Self {
            account: Account {
                provider: name.to_owned(),
                issuer: config.issuer.clone(),
                subject,
                name: named.unwrap_or_default().chars().take(NAME_MAX).collect(),
            },
            is_proved: named.is_some() && (config.trust_name || (by_email && is_verified)),
            email: email.map(str::to_owned),
            display_name: text("name")
                .filter(|name| !name.is_empty())
                .map(|name| name.chars().take(DISPLAY_NAME_MAX).collect()),
            roles: roles(config, claims),
        }
    }

    /// The sign-in name that his account suggests.
    pub fn sign_in_name(&self) -> String {
        let name = self.account.name.split('@').next().unwrap_or_default();
        wire::fold_sign_in_name(name)
    }
}

/// Characters that are kept of the name of an account.
const NAME_MAX: usize = 254;
/// Characters that are kept of what people call somebody.
const DISPLAY_NAME_MAX: usize = 120;

/// Whether claims say all that the settings ask of them; if not, the provider is asked for more.
pub fn is_complete(config: &ProviderConfig, claims: &Claims) -> bool {
    let has = |claim: &str| find(claims, claim).is_some();
    has(&config.name_claim)
        && (config.roles.is_empty() || has(&config.role_claim))
        && (!config.create_members || (has("name") && has("email")))
        && (config.name_claim != "email" || has("email_verified"))
}

/// What settings make of the groups or roles that somebody has there.
fn roles(config: &ProviderConfig, claims: &Claims) -> Roles {
    let told: BTreeSet<&str> = match find(claims, &config.role_claim) {
        Some(Json::Array(all)) => all.iter().filter_map(Json::as_str).collect(),
        Some(Json::String(one)) => BTreeSet::from([one.as_str()]),
        _ => BTreeSet::new(),
    };
    let means = config
        .roles
        .iter()
        .filter(|(of, _)| told.contains(of.as_str()));
    means.map(|(_, role)| role.as_str()).collect()
}

/// A claim by its name, or by a path with dots.
fn find<'c>(claims: &'c Claims, name: &str) -> Option<&'c Json> {
    claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        find(claims.get(first)?.as_object()?, rest)
    })
}

/// Some providers write it as a text.
fn is_true(value: &Json) -> bool {
    value == &Json::Bool(true) || value == "true"
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config(settings: &Json) -> ProviderConfig {
        let mut all = json!({ "issuer": "https://id.example.com", "client_id": "baton" });
        let given = settings.as_object().unwrap().clone();
        all.as_object_mut().unwrap().extend(given);
        serde_json::from_value(all).unwrap()
    }

    fn person(settings: &Json, claims: &Json) -> Person {
        let claims = claims.as_object().unwrap();
        Person::of("corp", &config(settings), "7".to_owned(), claims)
    }

    #[test]
    fn a_name_is_believed_if_it_is_a_verified_address_or_the_settings_say_so() {
        let by_email = json!({ "name_claim": "email" });
        let trusted = json!({ "trust_name": true });
        let table = [
            (
                &by_email,
                json!({ "email": "w@example.com", "email_verified": true }),
                true,
            ),
            (
                &by_email,
                json!({ "email": "w@example.com", "email_verified": "true" }),
                true,
            ),
            (
                &by_email,
                json!({ "email": "w@example.com", "email_verified": false }),
                false,
            ),
            (&by_email, json!({ "email": "w@example.com" }), false),
            (
                &by_email,
                json!({ "email": "", "email_verified": true }),
                false,
            ),
            (&json!({}), json!({ "preferred_username": "wang" }), false),
            (&trusted, json!({ "preferred_username": "wang" }), true),
            (&trusted, json!({ "preferred_username": 7 }), false),
            (&trusted, json!({}), false),
        ];
        for (settings, claims, is_proved) in table {
            assert_eq!(
                person(settings, &claims).is_proved,
                is_proved,
                "{settings} {claims}"
            );
        }
    }

    #[test]
    fn an_address_that_nobody_has_verified_is_not_taken_over() {
        let told = |verified: bool| {
            let claims = json!({ "email": "w@example.com", "email_verified": verified });
            person(&json!({}), &claims).email
        };
        assert_eq!(told(true).as_deref(), Some("w@example.com"));
        assert_eq!(told(false), None);
    }

    #[test]
    fn claims_mean_the_roles_that_the_settings_say() {
        let map = json!({ "crm-sales": "salesperson", "crm-boss": "boss" });
        let groups = json!({ "roles": map });
        let path = json!({ "roles": map, "role_claim": "realm_access.roles" });
        let address = json!({ "roles": map, "role_claim": "https://example.com/roles" });
        let table = [
            (
                &groups,
                json!({ "groups": ["crm-sales", "crm-boss", "other"] }),
                "boss salesperson",
            ),
            (&groups, json!({ "groups": "crm-boss" }), "boss"),
            (&groups, json!({ "groups": [7, "other"] }), ""),
            (&groups, json!({ "groups": { "crm-boss": true } }), ""),
            (&groups, json!({}), ""),
            (
                &path,
                json!({ "realm_access": { "roles": ["crm-boss"] } }),
                "boss",
            ),
            (&path, json!({ "realm_access": ["crm-boss"] }), ""),
            (
                &address,
                json!({ "https://example.com/roles": ["crm-sales"] }),
                "salesperson",
            ),
        ];
        for (settings, claims, roles) in table {
            assert_eq!(
                person(settings, &claims).roles.to_string(),
                roles,
                "{claims}"
            );
        }
    }

    #[test]
    fn the_provider_is_asked_for_more_where_the_token_does_not_say_all() {
        let map = json!({ "crm-sales": "salesperson" });
        let claims = |claims: Json| claims.as_object().unwrap().clone();
        let named = claims(json!({ "preferred_username": "wang" }));
        let grouped = claims(json!({ "preferred_username": "wang", "groups": [] }));
        assert!(is_complete(&config(&json!({})), &named));
        assert!(!is_complete(&config(&json!({ "roles": map })), &named));
        assert!(is_complete(&config(&json!({ "roles": map })), &grouped));
        assert!(!is_complete(
            &config(&json!({ "name_claim": "email" })),
            &named
        ));
    }

    #[test]
    fn an_account_suggests_what_stands_before_the_host() {
        let by_email = json!({ "name_claim": "email" });
        let claims = json!({ "email": "Wang.Wei@example.com", "email_verified": true });
        assert_eq!(person(&by_email, &claims).sign_in_name(), "wang.wei");
    }
}
