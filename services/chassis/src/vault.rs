//! Secrets that a store must keep so that they can be read again, which a hash cannot: encrypted under the deployment's own key,
//! so that a stolen store alone tells nothing.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::{Error, Result, token::Keys};

/// Octets of a secret that encrypts.
pub(crate) const SECRET_LEN: usize = 32;

/// A key that encrypts, each value under a nonce of its own.
pub(crate) struct Vault(LessSafeKey);

impl Vault {
    /// With this secret, of [`SECRET_LEN`] octets at least.
    ///
    /// # Errors
    /// When the secret is too short.
    pub(crate) fn of(secret: &[u8]) -> Result<Self> {
        let secret = secret.get(..SECRET_LEN).ok_or_else(lost)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, secret);
        Ok(Self(LessSafeKey::new(key.map_err(|_| lost())?)))
    }

    /// Encrypts a secret. `whose` says what it belongs to: it cannot be put in another one's place.
    ///
    /// # Errors
    /// Never with a sound library.
    pub(crate) fn lock(&self, whose: &[u8], secret: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut locked = secret.to_vec();
        let done = self.0.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(whose),
            &mut locked,
        );
        done.map_err(|_| lost())?;
        Ok([&nonce[..], &locked].concat())
    }

    /// Decrypts it again.
    ///
    /// # Errors
    /// When it was encrypted under another key or for somebody else, or was tampered with.
    pub(crate) fn unlock(&self, whose: &[u8], locked: &[u8]) -> Result<Vec<u8>> {
        let (nonce, locked) = locked.split_at_checked(NONCE_LEN).ok_or_else(lost)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| lost())?;
        let mut secret = locked.to_vec();
        let opened = self.0.open_in_place(nonce, Aad::from(whose), &mut secret);
        Ok(opened.map_err(|_| lost())?.to_vec())
    }
}

impl Keys {
    fn vault(&self) -> Result<Vault> {
        Vault::of(&self.derived("baton stored secrets"))
    }

    /// Encrypts a secret. `whose` says what it belongs to: it cannot be put in another one's place.
    ///
    /// # Errors
    /// Never with a sound library.
    pub fn lock(&self, whose: &[u8], secret: &[u8]) -> Result<Vec<u8>> {
        self.vault()?.lock(whose, secret)
    }

    /// Decrypts it again.
    ///
    /// # Errors
    /// When it was encrypted by another deployment or for somebody else, or was tampered with.
    pub fn unlock(&self, whose: &[u8], locked: &[u8]) -> Result<Vec<u8>> {
        self.vault()?.unlock(whose, locked)
    }
}

fn lost() -> Error {
    Error::internal("a stored secret cannot be read with the keys of this deployment")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_again_by_its_own_deployment_in_its_own_place_alone() {
        let keys = Keys::random().unwrap();
        let locked = keys.lock(b"li", b"secret").unwrap();
        assert_eq!(keys.unlock(b"li", &locked).unwrap(), b"secret");
        assert!(!locked.windows(6).any(|w| w == b"secret"));
        assert_ne!(keys.lock(b"li", b"secret").unwrap(), locked);
        assert!(keys.unlock(b"han", &locked).is_err());
        assert!(Keys::random().unwrap().unlock(b"li", &locked).is_err());
        let mut broken = locked.clone();
        *broken.last_mut().unwrap() ^= 1;
        assert!(keys.unlock(b"li", &broken).is_err());
        assert!(keys.unlock(b"li", b"short").is_err());
    }
}
