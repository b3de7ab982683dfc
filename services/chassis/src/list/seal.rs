//! Page tokens: a place in a list that the caller can hand back but neither read into nor make up.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Bind, bound};
use crate::{
    db::{Error, Result},
    time::{Date, Time},
};

/// Bytes of the tag before the body of a token.
const TAG: usize = 16;

/// Value of a sort column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Key {
    /// An instant.
    Time(Time),
    /// A business date.
    Date(Date),
    /// A number: an amount, a score, a place in an order.
    Int(i64),
    /// A text, in the order of the database.
    Text(String),
}

impl Key {
    pub(super) fn bind(&self) -> Bind {
        match self {
            Self::Time(t) => bound(*t),
            Self::Date(d) => bound(*d),
            Self::Int(n) => bound(*n),
            Self::Text(s) => bound(s.clone()),
        }
    }
}

/// Place in a list: a row's key, and whether to go on before or after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub backward: bool,
    pub key: Key,
    pub id: Uuid,
}

/// Secret that page tokens are sealed with; the same on every replica.
#[derive(Clone)]
pub struct Seal(pub [u8; 64]);

impl Seal {
    /// A token of another list or order is refused. Rights do not rest on it.
    fn mac(&self, list: &str, body: &[u8]) -> Hmac<sha2::Sha256> {
        let mut mac = Hmac::new(&self.0.into());
        for part in [list.as_bytes(), body] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }

    /// A token of a list that is put together by hand.
    ///
    /// # Errors
    /// Never with a sound library.
    pub fn mark(&self, list: &str, key: Key, id: Uuid) -> Result<String> {
        let backward = false;
        self.close(list, &Place { backward, key, id })
    }

    /// The place that such a token names.
    ///
    /// # Errors
    /// [`Error::Token`] when it is not one of this list.
    pub fn place(&self, list: &str, token: &str) -> Result<(Key, Uuid)> {
        self.open(list, token).map(|place| (place.key, place.id))
    }

    pub(super) fn close(&self, list: &str, place: &Place) -> Result<String> {
        let body = serde_json::to_vec(place).map_err(|_| Error::Token)?;
        let tag = self.mac(list, &body).finalize().into_bytes();
        let tag = tag.get(..TAG).ok_or(Error::Token)?;
        Ok(BASE64.encode([tag, &body].concat()))
    }

    pub(super) fn open(&self, list: &str, token: &str) -> Result<Place> {
        let sealed = BASE64.decode(token).map_err(|_| Error::Token)?;
        let (tag, body) = sealed.split_at_checked(TAG).ok_or(Error::Token)?;
        self.mac(list, body)
            .verify_truncated_left(tag)
            .map_err(|_| Error::Token)?;
        serde_json::from_slice(body).map_err(|_| Error::Token)
    }
}

/// What a fuzz target asks of page tokens.
#[cfg(feature = "fuzzing")]
pub(crate) fn fuzzed(seal: &Seal, token: &str, body: &[u8]) {
    assert!(seal.open("list", token).is_err(), "nobody makes a token up");
    let tag = seal.mac("list", body).finalize().into_bytes();
    let token = BASE64.encode([&tag[..TAG], body].concat());
    let Ok(place) = seal.open("list", &token) else {
        return;
    };
    let again = seal
        .close("list", &place)
        .map(|token| seal.open("list", &token));
    assert!(matches!(again, Ok(Ok(same)) if same == place));
    assert!(
        seal.open("other", &token).is_err(),
        "a token is of one list"
    );
}
