//! An attempt to sign in by a provider: what a browser holds from the moment it goes there until it comes back.
//!
//! Nothing is kept of it here: all of it is sealed and lies with the browser, so whichever process it comes back to can go on. That it
//! is good once stands in the store.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use baton_chassis::{Error, Result, Time, token::Keys};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Refused;
use crate::secret;

/// How long somebody has to sign in there.
const LASTS: TimeDelta = TimeDelta::minutes(10);
/// Octets of the path where a browser wants to be in the end.
const PATH_MAX: usize = 2_000;
/// Octets of what a browser shows.
const SEALED_MAX: usize = 4_096;
/// What the seal is for.
const WHOSE: &[u8] = b"sign-in by a provider";

/// An attempt to sign in by a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Name of the provider.
    pub provider: String,
    /// The word that comes back with the answer.
    pub state: String,
    /// The word that stands in the token.
    pub nonce: String,
    /// What proves that we are who began (PKCE).
    pub verifier: String,
    /// Where the browser wants to be in the end.
    pub return_to: String,
    /// Until when it is good.
    pub ends_at: Time,
}

/// What a provider sends along when a browser comes back.
#[derive(Clone, Debug, Default)]
pub struct Back {
    /// What it is to be asked with.
    pub code: String,
    /// The word that was sent there.
    pub state: String,
    /// Who it says that it is.
    pub iss: String,
    /// Why it signs nobody in.
    pub error: String,
}

impl Attempt {
    /// A new one.
    pub fn begin(provider: &str, return_to: &str, now: Time) -> Self {
        Self {
            provider: provider.to_owned(),
            state: secret::new(),
            nonce: secret::new(),
            verifier: secret::new(),
            return_to: own_path(return_to).unwrap_or("/").to_owned(),
            ends_at: now + LASTS,
        }
    }

    /// What the provider is shown of the verifier.
    pub fn challenge(&self) -> String {
        BASE64.encode(Sha256::digest(&self.verifier))
    }

    /// What the browser holds.
    pub fn seal(&self, keys: &Keys) -> Result<String> {
        let text = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(BASE64.encode(keys.lock(WHOSE, &text)?))
    }

    /// What a browser holds that comes back to us from `provider`; refused if it is not ours, too late, or another one's.
    pub fn open(
        keys: &Keys,
        sealed: &str,
        provider: &str,
        back: &Back,
        now: Time,
    ) -> Result<Self, Refused> {
        let locked = Some(sealed).filter(|s| s.len() <= SEALED_MAX);
        let locked = locked.and_then(|s| BASE64.decode(s).ok());
        let text = locked.and_then(|locked| keys.unlock(WHOSE, &locked).ok());
        let attempt: Option<Self> = text.and_then(|text| serde_json::from_slice(&text).ok());
        attempt
            .filter(|a| a.provider == provider && a.state == back.state && now < a.ends_at)
            .ok_or(Refused::Lost)
    }

    /// What is kept of it once it is spent.
    pub fn hash(&self) -> Vec<u8> {
        secret::hash(&self.state)
    }
}

/// A path of ours, as a browser understands it: nothing that leads elsewhere.
fn own_path(path: &str) -> Option<&str> {
    let leads_elsewhere = path.starts_with("//") || path.contains('\\');
    let is_plain = path.len() <= PATH_MAX && path.bytes().all(|b| b.is_ascii_graphic());
    (path.starts_with('/') && is_plain && !leads_elsewhere).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Time {
        Time::default() + TimeDelta::hours(12)
    }

    #[test]
    fn an_attempt_is_good_in_its_browser_for_its_provider_and_ten_minutes() {
        let keys = Keys::random().unwrap();
        let attempt = Attempt::begin("corp", "/leads?view=mine", noon());
        let sealed = attempt.seal(&keys).unwrap();
        let back = Back {
            state: attempt.state.clone(),
            ..Back::default()
        };
        let open = |keys: &Keys, sealed: &str, provider: &str, back: &Back, minutes: i64| {
            let now = noon() + TimeDelta::minutes(minutes);
            Attempt::open(keys, sealed, provider, back, now)
        };
        assert_eq!(open(&keys, &sealed, "corp", &back, 9), Ok(attempt.clone()));
        let lost = Err(Refused::Lost);
        assert_eq!(open(&keys, &sealed, "corp", &back, 10), lost);
        assert_eq!(open(&keys, &sealed, "other", &back, 1), lost);
        assert_eq!(open(&keys, &sealed, "corp", &Back::default(), 1), lost);
        assert_eq!(open(&keys, "", "corp", &back, 1), lost);
        assert_eq!(open(&keys, &"A".repeat(9_000), "corp", &back, 1), lost);
        let other = Attempt::begin("corp", "/", noon()).seal(&keys).unwrap();
        assert_eq!(open(&keys, &other, "corp", &back, 1), lost);
        let stranger = Keys::random().unwrap();
        assert_eq!(open(&stranger, &sealed, "corp", &back, 1), lost);
        assert!(!sealed.contains(&attempt.verifier));
    }

    #[test]
    fn nobody_is_sent_elsewhere_in_the_end() {
        for path in ["/", "/leads", "/leads?view=mine&q=%E6%B3%B5#top", "/a//b"] {
            assert_eq!(own_path(path), Some(path));
        }
        let long = format!("/{}", "a".repeat(PATH_MAX));
        for path in [
            "",
            "leads",
            "//example.com",
            "/\\example.com",
            "\\\\example.com",
            "https://example.com",
            "javascript:alert(1)",
            "/\t/example.com",
            "/\r\nset-cookie: a=b",
            "/泵",
            &long,
        ] {
            assert_eq!(own_path(path), None, "{path}");
            assert_eq!(Attempt::begin("corp", path, noon()).return_to, "/");
        }
    }

    #[test]
    fn the_challenge_is_the_hash_of_the_verifier() {
        // The example of RFC 7636, appendix B.
        let attempt = Attempt {
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
            ..Attempt::begin("corp", "/", noon())
        };
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(attempt.challenge(), challenge);
    }
}
