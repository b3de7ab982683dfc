//! Tokens: short statements of who calls, signed with Ed25519.
//!
//! Two kinds. A *session* is what a person holds: long, for every service (`aud` = `baton`). A *call* is what one
//! service shows another: five minutes, for that service alone, either in the name of a person (whose rights then
//! apply) or as the service itself, telling on whose behalf.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{
    Time,
    ids::{ApiKeyId, MemberId, SessionId},
    origin::Voucher,
    tls::write_private,
};

/// Audience of a session.
const EVERYONE: &str = "baton";
/// Ends the audience of what was made for an API key: a program that is too old to know of keys does not take it for its
/// member's own.
const BY_KEY: &str = ".key";
/// Audience of a session that may do nothing but set up a second factor: a program that is too old to know of it takes it for
/// nobody's.
const TO_ENROL: &str = "baton.enrol";
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
    /// The session of the browser that holds it, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// The API key that it was made for, if it is one: its functions limit what the person may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<ApiKeyId>,
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
            sid: None,
            key: None,
            ep: epoch,
            iat,
            exp: iat + lasts.num_seconds(),
        }
    }

    /// Whether a service calls, be it in the name of a person.
    #[must_use]
    pub fn is_of_a_service(&self) -> bool {
        let whom = self.aud.strip_suffix(BY_KEY).unwrap_or(&self.aud);
        whom != EVERYONE && whom != TO_ENROL
    }

    /// The same session, which may do nothing but set up a second factor.
    #[must_use]
    pub fn only_to_enrol(mut self) -> Self {
        TO_ENROL.clone_into(&mut self.aud);
        self
    }

    /// Whether its holder may do nothing but set up a second factor.
    #[must_use]
    pub fn is_only_to_enrol(&self) -> bool {
        self.aud == TO_ENROL
    }

    /// The same for an API key, if there is one.
    #[must_use]
    pub fn by(mut self, key: Option<ApiKeyId>) -> Self {
        if key.is_some() {
            self.key = key;
            self.aud.push_str(BY_KEY);
        }
        self
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
            sid: None,
            key: None,
            ep: epoch,
            iat,
            exp: iat + CALL_S,
        }
    }
}

/// The keys of a deployment: the first signs, all of them verify, so that keys can be changed in turn.
///
/// Those of a file are read again when it changes: a new key is known to every process before any of them signs with it
/// ([`Keys::add`], then [`Keys::promote`]), and an old one goes when nothing signed with it matters any more
/// ([`Keys::retire`]).
pub struct Keys {
    file: Option<PathBuf>,
    held: RwLock<Held>,
    seal: [u8; 32],
}

/// Keys as they were last read.
struct Held {
    pairs: Arc<Pairs>,
    changed: Option<SystemTime>,
    looked: Instant,
}

struct Pairs {
    signing: EncodingKey,
    verifying: Vec<DecodingKey>,
}

/// How often a process looks whether the key file was changed.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Seconds in which every process has read a changed key file.
pub const KNOWN_AFTER_S: u64 = 2 * LOOK_EVERY.as_secs();

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// The file as it lies on disk: 32-byte seeds in base64url.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    ed25519: Vec<String>,
    /// What page tokens are sealed with; as long as no key was changed, the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seal: Option<String>,
}

impl KeyFile {
    fn read(path: &Path) -> Result<Self, NoKeys> {
        serde_json::from_slice(&fs::read(path)?).map_err(|e| NoKeys::Broken(e.to_string()))
    }

    /// Puts the file in the place of the old one, all at once.
    fn write(&self, path: &Path) -> Result<(), NoKeys> {
        let text = serde_json::to_string(self).map_err(|e| NoKeys::Broken(e.to_string()))?;
        let new = path.with_extension("new");
        write_private(&new, &text)?;
        fs::rename(new, path)?;
        Ok(())
    }

    fn seeds(&self) -> Result<Vec<[u8; 32]>, NoKeys> {
        self.ed25519.iter().map(|s| seed(s)).collect()
    }
}

fn new_key() -> String {
    BASE64.encode(rand::random::<[u8; 32]>())
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|m| m.modified()).ok()
}

impl Pairs {
    fn of(seeds: &[[u8; 32]]) -> Result<Self, NoKeys> {
        let first = seeds
            .first()
            .ok_or_else(|| NoKeys::Broken("it holds no key".to_owned()))?;
        let broken = |e: ed25519_dalek::pkcs8::Error| NoKeys::Broken(e.to_string());
        let pair = SigningKey::from_bytes(first)
            .to_pkcs8_der()
            .map_err(broken)?;
        let public = |s: &[u8; 32]| {
            DecodingKey::from_ed_der(SigningKey::from_bytes(s).verifying_key().as_bytes())
        };
        Ok(Self {
            signing: EncodingKey::from_ed_der(pair.as_bytes()),
            verifying: seeds.iter().map(public).collect(),
        })
    }
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
        let changed = changed_at(path);
        let file = KeyFile::read(path)?;
        let seeds = file.seeds()?;
        let seal = match &file.seal {
            Some(text) => seed(text)?,
            None => *seeds
                .first()
                .ok_or_else(|| NoKeys::Broken("it holds no key".to_owned()))?,
        };
        Self::of(Some(path.to_owned()), &seeds, seal, changed)
    }

    /// Keys that live as long as the process.
    ///
    /// # Errors
    /// Never with a sound library.
    pub fn random() -> Result<Self, NoKeys> {
        let key = rand::random();
        Self::of(None, &[key], key, None)
    }

    fn of(
        file: Option<PathBuf>,
        seeds: &[[u8; 32]],
        seal: [u8; 32],
        changed: Option<SystemTime>,
    ) -> Result<Self, NoKeys> {
        let held = Held {
            pairs: Arc::new(Pairs::of(seeds)?),
            changed,
            looked: Instant::now(),
        };
        Ok(Self {
            file,
            held: RwLock::new(held),
            seal,
        })
    }

    fn make(path: &Path) -> Result<(), NoKeys> {
        let file = KeyFile {
            ed25519: vec![new_key()],
            seal: None,
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

    /// Adds a key to a file that nobody signs with yet.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn add(path: &Path) -> Result<(), NoKeys> {
        let mut file = KeyFile::read(path)?;
        // What was sealed stays readable whichever key comes first.
        file.seal = file.seal.or_else(|| file.ed25519.first().cloned());
        file.ed25519.push(new_key());
        file.write(path)
    }

    /// Has the key that was added last sign from now on.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn promote(path: &Path) -> Result<(), NoKeys> {
        let mut file = KeyFile::read(path)?;
        file.ed25519.rotate_right(1);
        file.write(path)
    }

    /// Drops every key but the one that signs: what others have signed is no longer good. Tells how many went.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn retire(path: &Path) -> Result<usize, NoKeys> {
        let mut file = KeyFile::read(path)?;
        let gone = file.ed25519.len().saturating_sub(1);
        file.ed25519.truncate(1);
        file.write(path)?;
        Ok(gone)
    }

    /// The keys, read again if their file was changed. A file that cannot be read changes nothing.
    fn pairs(&self) -> Arc<Pairs> {
        let read = |held: &Held| (held.pairs.clone(), held.changed, held.looked);
        let (pairs, changed, looked) =
            read(&self.held.read().unwrap_or_else(PoisonError::into_inner));
        let Some(file) = self.file.as_ref().filter(|_| looked.elapsed() > LOOK_EVERY) else {
            return pairs;
        };
        let now = changed_at(file);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.looked = Instant::now();
        if now != changed {
            match KeyFile::read(file).and_then(|f| Pairs::of(&f.seeds()?)) {
                Ok(pairs) => (held.pairs, held.changed) = (Arc::new(pairs), now),
                Err(error) => tracing::warn!(%error, "the key file was changed and cannot be read"),
            }
        }
        held.pairs.clone()
    }

    /// Signs a token.
    ///
    /// # Errors
    /// Never with sound keys.
    pub fn sign(&self, claims: &Claims) -> crate::Result<String> {
        let pairs = self.pairs();
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &pairs.signing)
            .map_err(crate::Error::internal)
    }

    /// What a token states, if it was signed by us, is for one of `services` and is good at `now`.
    #[must_use]
    pub fn verify(&self, token: &str, services: &[&str], now: Time) -> Option<Claims> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        let own = services.iter().chain([&EVERYONE]);
        let audiences: Vec<String> = own
            .flat_map(|name| [(*name).to_owned(), format!("{name}{BY_KEY}")])
            .chain([TO_ENROL.to_owned()])
            .collect();
        rules.set_audience(&audiences);
        // The library asks the machine's clock; ours may be another.
        rules.validate_exp = false;
        let claims = self
            .pairs()
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
        self.derived("baton page tokens")
    }

    /// What processes of the deployment tell each other of where callers come from.
    #[must_use]
    pub fn voucher(&self) -> Voucher {
        Voucher::new(self.derived("baton origins"))
    }

    /// A secret for one purpose. Like the seal it stays when signing keys are changed.
    pub(crate) fn derived(&self, purpose: &str) -> [u8; 64] {
        use sha2::{Digest as _, Sha512};
        Sha512::new()
            .chain_update(purpose)
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

    #[test]
    fn what_is_made_for_a_key_says_so_in_its_audience() {
        let (keys, nil) = (Keys::random().unwrap(), uuid::Uuid::nil());
        let key = Some(nil.into());
        let token = Claims::session(nil.into(), 1, noon(), Duration::minutes(5)).by(key);
        assert_eq!(
            (token.aud.as_str(), token.is_of_a_service()),
            ("baton.key", false)
        );
        let call = Claims::for_member("sales", "commerce", nil.into(), 1, noon()).by(key);
        assert_eq!(
            (call.aud.as_str(), call.is_of_a_service()),
            ("commerce.key", true)
        );
        for claims in [token, call] {
            let text = keys.sign(&claims).unwrap();
            assert_eq!(keys.verify(&text, &["commerce"], noon()), Some(claims));
        }
        let own = Claims::session(nil.into(), 1, noon(), Duration::minutes(5));
        assert_eq!(own.clone().by(None), own);
    }

    #[test]
    fn what_is_only_to_enrol_says_so_in_its_audience() {
        let (keys, nil) = (Keys::random().unwrap(), uuid::Uuid::nil());
        let session = Claims::session(nil.into(), 1, noon(), Duration::minutes(5));
        assert!(!session.is_only_to_enrol());
        let claims = session.only_to_enrol();
        let text = keys.sign(&claims).unwrap();
        let read = keys.verify(&text, &["sales"], noon()).unwrap();
        assert!(read.is_only_to_enrol() && !read.is_of_a_service());
    }

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
    fn a_changed_key_file_is_read_again_and_what_old_keys_signed_stays_good_until_they_are_retired()
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let claims = Claims::for_service("sales", "commerce", None, 0, noon());
        let running = Keys::open(&path).unwrap();
        let late = |keys: &Keys| {
            // As if the process had not looked for long.
            let mut held = keys.held.write().unwrap();
            held.looked = held.looked.checked_sub(2 * LOOK_EVERY).unwrap();
            // A file system may not tell two writes of one moment apart.
            held.changed = None;
        };
        let good = |keys: &Keys, token: &str| keys.verify(token, &["commerce"], noon()).is_some();

        let old = running.sign(&claims).unwrap();
        Keys::add(&path).unwrap();
        let other = Keys::open(&path).unwrap();
        assert_eq!(
            other.sign(&claims).unwrap(),
            old,
            "nobody signs with the new key yet"
        );
        late(&running);
        assert!(good(&running, &old));

        Keys::promote(&path).unwrap();
        let new = Keys::open(&path).unwrap().sign(&claims).unwrap();
        assert_ne!(new, old);
        assert!(good(&running, &new), "the new key was known before");
        assert_eq!(running.seal(), Keys::open(&path).unwrap().seal());

        assert_eq!(Keys::retire(&path).unwrap(), 1);
        late(&running);
        assert!(good(&running, &new) && !good(&running, &old));
        assert_eq!(running.seal(), Keys::open(&path).unwrap().seal());
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
