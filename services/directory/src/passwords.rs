//! Passwords are hashed with Argon2id, few at a time: each takes 19 MiB and a good part of a core.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        self, CustomizedPasswordHasher, PasswordHasher, PasswordVerifier as _,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
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
    hasher: Arc<Hasher>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(PERMITS)),
            hasher: Arc::default(),
        }
    }
}

impl Passwords {
    /// The hash of a password, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String> {
        let hasher = self.hasher.clone();
        let hash = move || hasher.hash_password(password.as_bytes());
        let hash = self.compute(hash).await?.map_err(Error::internal)?;
        Ok(hash.to_string())
    }

    /// Whether a password belongs to a hash. Without a hash the answer is no, after the same time.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let hasher = self.hasher.clone();
        let verify = move || {
            let hash = PasswordHash::new(&hash)?;
            hasher.verify_password(password.as_bytes(), &hash)
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

/// Argon2id in memory that is kept for the next password, one piece for each that is hashed at once. Memory that is given back
/// and asked for again would stay with the C library several times over: it finds no such piece again.
#[derive(Default)]
struct Hasher {
    memory: Mutex<Vec<Vec<Block>>>,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

impl Hasher {
    /// What `work` makes in a piece of memory of so many blocks.
    fn within<T>(&self, blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let pieces = || self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut piece = pieces().pop().unwrap_or_default();
        piece.resize(blocks, Block::default());
        let made = work(&mut piece);
        pieces().push(piece);
        made
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> password_hash::Result<PasswordHash> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?;
        let version = version.map(Version::try_from).transpose()?;
        let (algorithm, version) = (algorithm.unwrap_or_default(), version.unwrap_or_default());
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut output = [0; Output::MAX_LENGTH];
        let output = output
            .get_mut(..length)
            .ok_or(password_hash::Error::OutputSize)?;
        let argon2 = Argon2::new(algorithm, version, params.clone());
        self.within(params.block_count(), |blocks| {
            argon2.hash_password_into_with_memory(password, salt, output, blocks)
        })?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(Salt::new(salt)?),
            hash: Some(Output::new(output)?),
        })
    }
}

impl PasswordHasher<PasswordHash> for Hasher {
    fn hash_password_with_salt(
        &self,
        password: &[u8],
        salt: &[u8],
    ) -> password_hash::Result<PasswordHash> {
        self.hash_password_with_params(password, salt, Params::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_was_used_before_makes_the_hashes_of_fresh_memory() {
        let hasher = Hasher::default();
        for password in ["correct horse battery", "staple", "correct horse battery"] {
            let hash = hasher.hash_password(password.as_bytes()).unwrap();
            let fresh = Argon2::default();
            assert_eq!(fresh.verify_password(password.as_bytes(), &hash), Ok(()));
            let salt = hash.salt.unwrap();
            let again = fresh.hash_password_with_salt(password.as_bytes(), &salt);
            assert_eq!(again.unwrap().to_string(), hash.to_string());
            assert!(hasher.verify_password(password.as_bytes(), &hash).is_ok());
            assert!(hasher.verify_password(b"another", &hash).is_err());
        }
        assert_eq!(hasher.memory.lock().unwrap().len(), 1, "one at a time");
    }

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
