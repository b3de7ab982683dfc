//! Passwords are hashed with Argon2id, few at a time: each takes 19 MiB and a good part of a core.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use baton_chassis::{Error, Result};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Hashes at once. More would only make each of them slower, and the memory that strangers can ask
/// for greater.
const PERMITS: usize = 2;

/// The hash of a password that nobody knows, made with the same parameters: a try at a name that
/// does not exist takes as long as any other.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$\
                      3KHEBY3qHkjPeHdZJYkDSFMHdGN0s4AvYhLGrzWvcsY";

/// Makes and checks hashes of passwords; cheap to clone, and all clones share the permits.
#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(PERMITS)),
        }
    }
}

impl Passwords {
    /// The hash of a password, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String> {
        let hash = move || Argon2::default().hash_password(password.as_bytes());
        let hash = self.compute(hash).await?.map_err(Error::internal)?;
        Ok(hash.to_string())
    }

    /// Whether a password belongs to a hash. Without a hash the answer is no, after the same time.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let verify = move || {
            let hash = PasswordHash::new(&hash)?;
            Argon2::default().verify_password(password.as_bytes(), &hash)
        };
        Ok(self.compute(verify).await?.is_ok() && known)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let _permit = self.permits.acquire().await.map_err(Error::internal)?;
        spawn_blocking(work).await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_belongs_to_its_own_hash_alone() {
        let passwords = Passwords::default();
        let hash = passwords
            .hash("correct horse battery".into())
            .await
            .unwrap();
        assert!(
            passwords
                .verify("correct horse battery".into(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("correct horse".into(), Some(hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("correct horse battery".into(), None)
                .await
                .unwrap()
        );
    }

    #[test]
    fn a_try_at_an_unknown_name_costs_what_any_other_costs() {
        let made = Argon2::default()
            .hash_password(b"anything")
            .unwrap()
            .to_string();
        let cost = |hash: &str| {
            hash.split('$')
                .take(4)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(cost(NOBODY), cost(&made));
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(nobody.hash.map(|h| h.as_bytes().len()), Some(32));
    }
}
