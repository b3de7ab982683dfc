//! Settings of a provider of OpenID Connect, and what cannot be right in them.

use std::{collections::BTreeMap, fmt};

use http::Uri;
use serde::Deserialize;

use super::AuthConfig;

/// A provider by which people sign in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// Who it says that it is; its description is found below.
    pub issuer: String,
    /// What it knows us by.
    #[serde(default)]
    pub client_id: String,
    /// What we show it, or empty where it asks for nothing.
    #[serde(default)]
    pub client_secret: String,
    /// What people call it, or empty for its name.
    #[serde(default)]
    pub display_name: String,
    /// What it is asked for, with blanks between.
    #[serde(default = "scopes")]
    pub scopes: String,
    /// Claim by which somebody is found who comes for the first time.
    #[serde(default = "name_claim")]
    pub name_claim: String,
    /// Whether that claim is believed although the provider does not say that it was verified.
    #[serde(default)]
    pub trust_name: bool,
    /// Claim that names groups or roles.
    #[serde(default = "role_claim")]
    pub role_claim: String,
    /// Role of ours for each value of that claim that means one.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    /// Whether somebody whom nobody knows becomes a member.
    #[serde(default)]
    pub create_members: bool,
    /// Whether these roles are given and taken at every sign-in.
    #[serde(default)]
    pub follow_roles: bool,
    /// How somebody must have shown there who he is: one of these has to be among the `amr` of his token. Empty: however it be.
    #[serde(default)]
    pub amr: Vec<String>,
}

impl ProviderConfig {
    /// What people call it, whose name in the settings this is.
    #[must_use]
    pub fn shown<'s>(&'s self, name: &'s str) -> &'s str {
        if self.display_name.is_empty() {
            name
        } else {
            &self.display_name
        }
    }
}

fn scopes() -> String {
    "openid profile email".to_owned()
}

fn name_claim() -> String {
    "preferred_username".to_owned()
}

fn role_claim() -> String {
    "groups".to_owned()
}

// Its secret has no place in a log.
impl fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Whether an address may be asked: over TLS, or on this machine.
#[must_use]
pub fn is_guarded(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => matches!(host, "localhost" | "127.0.0.1" | "[::1]"),
        _ => false,
    }
}

/// What cannot be right in the settings of providers, if anything; the text names the key.
pub(super) fn fault(auth: &AuthConfig) -> Option<String> {
    if auth.oidc.is_empty() {
        return None;
    }
    if !is_an_origin(&auth.public_url) {
        let wanted = "scheme and host by which browsers come, e.g. https://crm.example.com";
        return Some(format!("auth.public_url must be {wanted}"));
    }
    let mut faults = auth
        .oidc
        .iter()
        .filter_map(|(name, provider)| Some((name, fault_of(name, provider)?)));
    let (name, what) = faults.next()?;
    Some(format!("auth.oidc.{name}: {what}"))
}

fn fault_of(name: &str, provider: &ProviderConfig) -> Option<&'static str> {
    let is_sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    if !(1..=40).contains(&name.len()) || !name.bytes().all(is_sound) {
        Some("its name may have 40 small letters, digits, dashes and underscores")
    } else if !is_guarded(&provider.issuer) {
        Some("issuer must begin with https://, or be on this machine")
    } else if provider.client_id.is_empty() {
        Some("client_id is empty")
    } else if !provider.scopes.split_whitespace().any(|s| s == "openid") {
        Some("scopes must have openid among them")
    } else if provider.create_members && provider.roles.is_empty() {
        Some("create_members needs roles: nobody becomes a member for nothing")
    } else {
        None
    }
}

fn is_an_origin(address: &str) -> bool {
    address.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.path_and_query().is_none_or(|path| path == "/")
            && !address.ends_with('/')
    })
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const PUBLIC: (&str, &str) = ("BATON_AUTH__PUBLIC_URL", "https://crm.example.com");
    const ISSUER: (&str, &str) = (
        "BATON_AUTH__OIDC__CORP__ISSUER",
        "https://id.example.com/corp",
    );
    const CLIENT: (&str, &str) = ("BATON_AUTH__OIDC__CORP__CLIENT_ID", "baton");

    fn config(variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::of(variables).map_err(|wrong| wrong.0.to_string())
    }

    #[test]
    fn a_provider_is_three_variables_and_what_they_leave_open() {
        let roles = r#"{"crm-sales"="salesperson", boss="boss"}"#;
        let roles = ("BATON_AUTH__OIDC__CORP__ROLES", roles);
        let read = config(&[PUBLIC, ISSUER, CLIENT, roles]).unwrap();
        let corp = &read.auth.oidc["corp"];
        assert_eq!(corp.name_claim, "preferred_username");
        assert_eq!(corp.roles["crm-sales"], "salesperson");
        assert!(!corp.create_members && !corp.trust_name);
        assert!(!format!("{corp:?}").contains("client_secret"));
    }

    #[test]
    fn what_cannot_be_right_is_told_when_the_process_starts() {
        let create = ("BATON_AUTH__OIDC__CORP__CREATE_MEMBERS", "true");
        let scopes = ("BATON_AUTH__OIDC__CORP__SCOPES", "email");
        let plain = ("BATON_AUTH__OIDC__CORP__ISSUER", "http://id.example.com");
        let unknown = ("BATON_AUTH__OIDC__CORP__ISSUER_URL", "x");
        let path = ("BATON_AUTH__PUBLIC_URL", "https://example.com/crm");
        for (variables, told) in [
            (vec![ISSUER, CLIENT], "public_url"),
            (vec![path, ISSUER, CLIENT], "public_url"),
            (vec![PUBLIC, ISSUER], "client_id"),
            (vec![PUBLIC, plain, CLIENT], "https"),
            (vec![PUBLIC, ISSUER, CLIENT, scopes], "openid"),
            (vec![PUBLIC, ISSUER, CLIENT, create], "roles"),
            (vec![PUBLIC, ISSUER, CLIENT, unknown], "issuer_url"),
        ] {
            let fault = config(&variables).unwrap_err();
            assert!(fault.contains(told), "{variables:?}: {fault}");
        }
    }
}
