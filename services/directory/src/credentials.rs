//! Who signs in: proves a password without telling whether the name is known, and mints the token.

use baton_chassis::{Error, Result, Time, context::Context, token::Claims};
use chrono::TimeDelta;

use crate::{member::Member, passwords::Passwords, sign_in::Wait, store, wire};

/// What is needed to prove passwords; cheap to clone.
#[derive(Clone)]
pub struct Credentials {
    cx: Context,
    passwords: Passwords,
}

/// Somebody who named his password, as the directory stood before it was proved. What changed
/// meanwhile - another password, his access taken away - ended his sessions as of a later epoch,
/// and so ends a token of this one.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Who it is.
    pub member: Member,
    /// The epoch of the directory.
    pub epoch: i64,
}

/// A bearer token and when it ends.
#[derive(Clone, Debug)]
pub struct Session {
    /// The token.
    pub token: String,
    /// When it ends.
    pub ends_at: Time,
}

struct Try {
    hash: Option<String>,
    proof: Option<Proof>,
}

impl Credentials {
    /// On this store, with permits of its own.
    pub fn new(cx: Context) -> Self {
        Self {
            cx,
            passwords: Passwords::default(),
        }
    }

    /// Proves a password; `None` if the name, the password or the member is not good, after the
    /// same time whichever it is. Every try counts until one has succeeded.
    pub async fn prove(&self, name: &str, password: String) -> Result<Option<Proof>> {
        let name = wire::fold_sign_in_name(name);
        let Try { hash, proof } = self.begin(name.clone()).await?;
        if !self.passwords.verify(password, hash).await? {
            return Ok(None);
        }
        let Some(proof) = proof.filter(|p| p.member.is_active()) else {
            return Ok(None);
        };
        self.cx
            .db
            .write(async move |tx| store::sign_in::forget_attempts(tx, &name).await)
            .await?;
        Ok(Some(proof))
    }

    /// Whether a password belongs to a hash.
    pub async fn fits(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.passwords.verify(password, hash).await
    }

    async fn begin(&self, name: String) -> Result<Try> {
        let now = self.cx.clock.now();
        self.cx
            .db
            .write(async move |tx| {
                let mut attempts = store::sign_in::attempts(tx, &name, now).await?;
                attempts.begin(now).map_err(|wait| exhausted(wait, now))?;
                store::sign_in::save_attempts(tx, &attempts, now).await?;
                // The epoch first: a token must not claim to know a change that came after what it
                // rests on.
                let epoch = store::epoch(tx).await?.unwrap_or_default();
                let Some(id) = store::member::named(tx, &name).await? else {
                    return Ok::<_, Error>(Try {
                        hash: None,
                        proof: None,
                    });
                };
                let hash = store::sign_in::hash(tx, id).await?;
                let member = store::member::load(tx, id).await?;
                Ok(Try {
                    hash,
                    proof: member.map(|member| Proof { member, epoch }),
                })
            })
            .await
    }

    /// The hash of a new password.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.passwords.hash(password).await
    }

    /// A session of somebody who has proved who he is.
    pub fn session(&self, proof: &Proof) -> Result<Session> {
        let lasts = TimeDelta::hours(self.cx.config.auth.session_hours.into());
        let now = self.cx.clock.now();
        let token =
            self.cx
                .keys
                .sign(&Claims::session(proof.member.id, proof.epoch, now, lasts))?;
        Ok(Session {
            token,
            ends_at: now + lasts,
        })
    }
}

fn exhausted(wait: Wait, now: Time) -> Error {
    let retry_ms = (wait.until - now).num_milliseconds();
    Error::Exhausted {
        retry_ms: u64::try_from(retry_ms).unwrap_or_default(),
    }
}
