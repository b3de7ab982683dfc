//! The ID token: what a provider's word is believed for (OpenID Connect Core, 3.1.3.7).

use baton_chassis::Time;
use chrono::TimeDelta;
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use serde_json::Value as Json;

use super::Claims;

/// What a token may be signed with: pairs of keys. A secret that we share with the provider proves nothing that we could not have
/// written ourselves, and no signature proves nothing at all.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// By how much clocks of two machines may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// How old a token may be that was made for us just now.
const AGE_MAX: TimeDelta = TimeDelta::minutes(10);
/// Octets of what a provider calls an account.
const SUBJECT_MAX: usize = 255;

/// What a token has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// Who made it.
    pub issuer: &'e str,
    /// For whom.
    pub client_id: &'e str,
    /// To which attempt it belongs.
    pub nonce: &'e str,
    /// One of these ways to have shown who he is; any, if there are none.
    pub amr: &'e [String],
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// It is no token.
    #[error("it is no token")]
    Malformed,
    /// It is not signed by one of a pair of keys.
    #[error("it is signed in a way that proves nothing")]
    Algorithm,
    /// The provider has no such key: perhaps it has a new one.
    #[error("the provider has no such key")]
    Key,
    /// The signature is not that of the key.
    #[error("the signature is wrong")]
    Signature,
    /// Another provider made it.
    #[error("another provider made it")]
    Issuer,
    /// It is for somebody else.
    #[error("it is for somebody else")]
    Audience,
    /// Its time is over, or has not come.
    #[error("it is not of this time")]
    Time,
    /// It belongs to another attempt.
    #[error("it belongs to another attempt")]
    Nonce,
    /// It is about nobody.
    #[error("it is about nobody")]
    Subject,
    /// He did not show what he has to.
    #[error("he has not shown there what is demanded (amr)")]
    Strength,
}

/// The claims of a token, if it is to be believed.
pub fn verify(
    token: &str,
    keys: &JwkSet,
    expected: &Expected<'_>,
    now: Time,
) -> Result<Claims, Untrusted> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| Untrusted::Malformed)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Untrusted::Algorithm);
    }
    let key = key(keys, &header).ok_or(Untrusted::Key)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Untrusted::Key)?;
    let mut rules = Validation::new(header.alg);
    // What it says is looked at below, by our clock.
    rules.required_spec_claims.clear();
    (rules.validate_exp, rules.validate_aud) = (false, false);
    let decoded = jsonwebtoken::decode::<Claims>(token, &key, &rules);
    let claims = decoded.map_err(|_| Untrusted::Signature)?.claims;
    check(&claims, expected, now)?;
    Ok(claims)
}

/// The key that a token names. Where it names none, there must be no choice.
fn key<'k>(keys: &'k JwkSet, header: &Header) -> Option<&'k Jwk> {
    let fits = |key: &&Jwk| {
        let common = &key.common;
        let signs = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
        let algorithm = common.key_algorithm.map(Algorithm::try_from);
        let is_its = algorithm.is_none_or(|alg| alg.is_ok_and(|alg| alg == header.alg));
        let is_named = header.kid.is_none() || common.key_id == header.kid;
        signs && is_its && is_named
    };
    let mut fitting = keys.keys.iter().filter(fits);
    let first = fitting.next()?;
    (header.kid.is_some() || fitting.next().is_none()).then_some(first)
}

fn check(claims: &Claims, expected: &Expected<'_>, now: Time) -> Result<(), Untrusted> {
    let text = |name: &str| claims.get(name).and_then(Json::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(Untrusted::Issuer);
    }
    let is_ours = |word: &Json| word == expected.client_id;
    let (is_for_us, is_for_others) = match claims.get("aud") {
        Some(Json::Array(all)) => (all.iter().any(is_ours), all.len() > 1),
        Some(one) => (is_ours(one), false),
        None => (false, false),
    };
    // Where it is for several, it must say that it was made for us.
    let azp = claims.get("azp");
    if !is_for_us || (is_for_others && azp.is_none()) || azp.is_some_and(|azp| !is_ours(azp)) {
        return Err(Untrusted::Audience);
    }
    let at = |name: &str| claims.get(name).and_then(time);
    let (ends, made) = at("exp").zip(at("iat")).ok_or(Untrusted::Time)?;
    let not_yet = at("nbf").is_some_and(|from| now + LEEWAY < from);
    if now >= ends + LEEWAY || now + LEEWAY < made || made + AGE_MAX < now || not_yet {
        return Err(Untrusted::Time);
    }
    if text("nonce") != Some(expected.nonce) {
        return Err(Untrusted::Nonce);
    }
    if text("sub").is_none_or(|sub| sub.is_empty() || sub.len() > SUBJECT_MAX) {
        return Err(Untrusted::Subject);
    }
    let shown = claims.get("amr").and_then(Json::as_array);
    let has_shown = |way: &String| shown.is_some_and(|all| all.iter().any(|a| a == way));
    if !expected.amr.is_empty() && !expected.amr.iter().any(has_shown) {
        return Err(Untrusted::Strength);
    }
    Ok(())
}

/// Seconds since 1970, whole or not.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a number that is no time is far from now either way"
)]
fn time(value: &Json) -> Option<Time> {
    let seconds = value
        .as_i64()
        .or_else(|| value.as_f64().map(|s| s as i64))?;
    Time::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests;
