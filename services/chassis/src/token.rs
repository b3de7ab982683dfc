//! Tokens: short statements of who calls, signed with Ed25519.
//!
//! Two kinds. A *session* is what a person holds: long, for every service (`aud` = `baton`). A *call* is what one
//! service shows another: five minutes, for that service alone, either in the name of a person (whose rights then
//! apply) or as the service itself, telling on whose behalf.

use std::{fs, io::Write as _, path::Path};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{Time, ids::MemberId};

/// Audience of a session.
const EVERYONE: &str = "baton";
/// Seconds that a call token lives.
const CALL_S: i64 = 300;
/// Seconds by which clocks of two machines may differ.
const LEEWAY_S: i64 = 30;

/// What a token states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who made it: `directory` for sessions, else the calling service.
    pub iss: String,
    /// For whom: `baton` or one service.
    pub aud: String,
    /// The person whose rights apply; absent when the service calls as itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<MemberId>,
    /// The person on whose behalf a service calls as itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obo: Option<MemberId>,
    /// Directory epoch that the maker had seen: who checks it must have seen as much.
    pub ep: i64,
    /// Made at, in Unix seconds.
    pub iat: i64,
    /// Good until, in Unix seconds.
    pub exp: i64,
}

impl Claims {
    /// A session of a person.
    #[must_use]
    pub fn session(member: MemberId, epoch: i64, now: Time, lasts: chrono::Duration) -> Self {
        let iat = now.timestamp();
        Self {
            iss: "directory".to_owned(),
            aud: EVERYONE.to_owned(),
            sub: Some(member),
            obo: None,
            ep: epoch,
            iat,
            exp: iat + lasts.num_seconds(),
        }
    }

    /// Whether a service calls, be it in the name of a person.
    #[must_use]
    pub fn is_of_a_service(&self) -> bool {
        self.aud != EVERYONE
    }

    /// A call in the name of a person.
    #[must_use]
    pub fn for_member(from: &str, to: &str, member: MemberId, epoch: i64, now: Time) -> Self {
        Self {
            sub: Some(member),
            ..Self::for_service(from, to, None, epoch, now)
        }
    }

    /// A call of a service as itself.
    #[must_use]
    pub fn for_service(
        from: &str,
        to: &str,
        behalf: Option<MemberId>,
        epoch: i64,
        now: Time,
    ) -> Self {
        let iat = now.timestamp();
        Self {
            iss: from.to_owned(),
            aud: to.to_owned(),
            sub: None,
            obo: behalf,
            ep: epoch,
            iat,
            exp: iat + CALL_S,
        }
    }
}

/// The keys of a deployment: the first signs, all of them verify, so that keys can be changed in turn.
pub struct Keys {
    signing: EncodingKey,
    verifying: Vec<DecodingKey>,
    seal: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// The file as it lies on disk: 32-byte seeds in base64url.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    ed25519: Vec<String>,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum NoKeys {
    /// The file cannot be read or written.
    #[error("the key file cannot be used")]
    Io(#[from] std::io::Error),
    /// The file holds something else.
    #[error("the key file is broken: {0}")]
    Broken(String),
}

impl Keys {
    /// Reads the keys; makes the file, readable by its owner alone, if there is none.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(path: &Path) -> Result<Self, NoKeys> {
        if !path.exists() {
            Self::make(path)?;
        }
        let file: KeyFile =
            serde_json::from_slice(&fs::read(path)?).map_err(|e| NoKeys::Broken(e.to_string()))?;
        let seeds = file
            .ed25519
            .iter()
            .map(|s| seed(s))
            .collect::<Result<Vec<_>, _>>()?;
        Self::of(&seeds)
    }

    /// Keys that live as long as the process.
    ///
    /// # Errors
    /// Never with a sound library.
    pub fn random() -> Result<Self, NoKeys> {
        Self::of(&[rand::random()])
    }

    fn make(path: &Path) -> Result<(), NoKeys> {
        let file = KeyFile {
            ed25519: vec![BASE64.encode(rand::random::<[u8; 32]>())],
        };
        let text = serde_json::to_vec(&file).map_err(|e| NoKeys::Broken(e.to_string()))?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(mut made) => {
                made.write_all(&text)?;
                made.sync_all()?;
                Ok(())
            }
            // Another process of the same deployment was faster.
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            Err(e) => Err(e.into()),
        }
    }

    fn of(seeds: &[[u8; 32]]) -> Result<Self, NoKeys> {
        let first = seeds
            .first()
            .ok_or_else(|| NoKeys::Broken("it holds no key".to_owned()))?;
        let broken = |e: ed25519_dalek::pkcs8::Error| NoKeys::Broken(e.to_string());
        let pair = SigningKey::from_bytes(first)
            .to_pkcs8_der()
            .map_err(broken)?;
        let verifying = seeds
            .iter()
            .map(|s| DecodingKey::from_ed_der(SigningKey::from_bytes(s).verifying_key().as_bytes()))
            .collect();
        Ok(Self {
            signing: EncodingKey::from_ed_der(pair.as_bytes()),
            verifying,
            seal: *first,
        })
    }

    /// Signs a token.
    ///
    /// # Errors
    /// Never with sound keys.
    pub fn sign(&self, claims: &Claims) -> crate::Result<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &self.signing)
            .map_err(crate::Error::internal)
    }

    /// What a token states, if it was signed by us, is for one of `services` and is good at `now`.
    #[must_use]
    pub fn verify(&self, token: &str, services: &[&str], now: Time) -> Option<Claims> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[services, &[EVERYONE]].concat());
        // The library asks the machine's clock; ours may be another.
        rules.validate_exp = false;
        let claims = self
            .verifying
            .iter()
            .find_map(|key| jsonwebtoken::decode::<Claims>(token, key, &rules).ok())?
            .claims;
        let now = now.timestamp();
        (claims.iat - LEEWAY_S <= now && now < claims.exp + LEEWAY_S).then_some(claims)
    }

    /// Secret that page tokens are sealed with, the same in every process of the deployment.
    #[must_use]
    pub fn seal(&self) -> [u8; 64] {
        use sha2::{Digest as _, Sha512};
        Sha512::new()
            .chain_update(b"baton page tokens")
            .chain_update(self.seal)
            .finalize()
            .into()
    }
}

fn seed(text: &str) -> Result<[u8; 32], NoKeys> {
    BASE64
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| NoKeys::Broken("a key is not 32 bytes in base64url".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Duration, TimeZone as _, Utc};

    fn noon() -> Time {
        Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()
    }

    #[test]
    fn a_call_token_is_good_for_one_service_and_five_minutes() {
        let keys = Keys::random().unwrap();
        let claims = Claims::for_service("marketing", "sales", None, 3, noon());
        let token = keys.sign(&claims).unwrap();
        assert_eq!(keys.verify(&token, &["sales"], noon()), Some(claims));
        assert_eq!(keys.verify(&token, &["commerce"], noon()), None);
        assert_eq!(
            keys.verify(&token, &["sales"], noon() + Duration::seconds(331)),
            None
        );
        assert_eq!(
            Keys::random().unwrap().verify(&token, &["sales"], noon()),
            None
        );
    }

    #[test]
    fn a_session_is_good_everywhere() {
        let keys = Keys::random().unwrap();
        let claims = Claims::session(uuid::Uuid::nil().into(), 1, noon(), Duration::hours(12));
        let token = keys.sign(&claims).unwrap();
        assert_eq!(
            keys.verify(&token, &["sales"], noon() + Duration::hours(11)),
            Some(claims)
        );
        assert_eq!(keys.verify(&format!("{token}x"), &["sales"], noon()), None);
    }

    #[test]
    fn the_key_file_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let claims = Claims::for_service("sales", "commerce", None, 0, noon());
        let token = Keys::open(&path).unwrap().sign(&claims).unwrap();
        assert_eq!(
            Keys::open(&path)
                .unwrap()
                .verify(&token, &["commerce"], noon()),
            Some(claims)
        );
    }
}
