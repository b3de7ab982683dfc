//! Secrets that are shown once and kept as hashes: of browsers, of links, of keys. They are random and long, so that a plain
//! hash is enough.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use sha2::{Digest as _, Sha256};

/// A new one: 32 octets in base64url.
pub fn new() -> String {
    BASE64.encode(rand::random::<[u8; 32]>())
}

/// What is kept of it.
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}
