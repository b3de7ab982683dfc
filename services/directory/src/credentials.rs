//! Who signs in: proves a password without telling whether the name is known, takes the code of the second factor, and mints the
//! token.

use std::{net::IpAddr, sync::Arc};

use baton_chassis::{
    Caller, Error, Reason, Result, Time, caller::Who, context::Context, db::Tx, token::Claims,
};
use chrono::TimeDelta;

use crate::{
    factors::{self, Shown},
    member::Member,
    passwords::Passwords,
    second_factor,
    sign_in::{FAILURES_MAX, Wait},
    store,
    totp::Code,
    tries::{self, Tries},
    wire,
};

/// What is needed to prove passwords; cheap to clone.
#[derive(Clone)]
pub struct Credentials {
    cx: Context,
    passwords: Passwords,
    tries: Arc<Tries>,
}

/// What somebody signs in with.
#[derive(Clone, Default)]
pub struct Named {
    /// His name, as he typed it.
    pub user: String,
    /// His password.
    pub password: String,
    /// A code of his second factor; empty for none.
    pub code: String,
}

/// Why somebody does not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The name or the password is wrong, or the member may not sign in: which of them is not told.
    #[error("the name or the password is wrong")]
    Failed,
    /// The password is right.
    #[error("a code of the second factor is needed")]
    CodeMissing,
    /// The password is right.
    #[error("the code of the second factor is wrong, or was used before")]
    CodeWrong,
}

impl Reason for Rejected {
    fn reason(&self) -> &'static str {
        match self {
            Self::Failed => "SIGN_IN_FAILED",
            Self::CodeMissing => "SECOND_FACTOR_REQUIRED",
            Self::CodeWrong => "SECOND_FACTOR_WRONG",
        }
    }
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
            tries: Arc::default(),
        }
    }

    /// Proves a password; `None` if the name, the password or the member is not good, after the
    /// same time whichever it is. Every try counts until one has succeeded.
    pub async fn prove(&self, name: &str, password: String) -> Result<Option<Proof>> {
        let name = wire::fold_sign_in_name(name);
        let proof = self.known(name.clone(), password).await?;
        if let Some(member) = proof.as_ref().map(|proof| proof.member.id) {
            self.cx
                .db
                .write(async move |tx| {
                    let factor = store::second_factor::load(tx, member).await?;
                    // Where a code is asked for besides, a password alone forgives nothing.
                    if factor.is_none_or(|f| f.state != second_factor::State::Active) {
                        store::sign_in::forget_attempts(tx, &name).await?;
                    }
                    Ok::<_, Error>(())
                })
                .await?;
        }
        Ok(proof)
    }

    /// The same, with the code of the second factor where there is one. A right password alone forgives no failures: else one
    /// could guess codes for ever.
    pub async fn sign_in(
        &self,
        caller: &Caller,
        Named {
            user,
            password,
            code,
        }: Named,
    ) -> Result<Result<Proof, Rejected>> {
        let place = self.begin_from(caller.origin.address)?;
        let name = wire::fold_sign_in_name(&user);
        let Some(proof) = self.known(name.clone(), password).await? else {
            return Ok(Err(Rejected::Failed));
        };
        let mut caller = caller.clone();
        let member = proof.member.id;
        caller.who = match caller.who {
            Who::Service { name, .. } => Who::Service {
                name,
                behalf: Some(member),
            },
            Who::Member(_) | Who::Nobody => Who::Member(member),
        };
        let (cx, code) = (self.cx.clone(), Code::read(&code));
        let show = async move |act: &mut baton_chassis::Act<'_>| {
            let shown = factors::show(act, &cx, member, code.clone()).await?;
            if shown == Shown::Enough {
                store::sign_in::forget_attempts(act.tx, &name).await?;
            }
            Ok::<_, Error>(shown)
        };
        match self.cx.act(caller, show).await? {
            Shown::Enough => {}
            Shown::Nothing => return Ok(Err(Rejected::CodeMissing)),
            Shown::Wrong => return Ok(Err(Rejected::CodeWrong)),
        }
        self.succeeded(place.as_deref());
        Ok(Ok(proof))
    }

    /// Begins a try from an address, which counts until it has [succeeded](Self::succeeded); tells what the address is counted
    /// as.
    pub fn begin_from(&self, address: Option<IpAddr>) -> Result<Option<String>> {
        let max = self.cx.config.auth.failures_per_address;
        let place = address.and_then(tries::place).filter(|_| max > 0);
        if let Some(place) = &place {
            let max = i32::try_from(max).unwrap_or(i32::MAX);
            self.count(place, max)?;
        }
        Ok(place)
    }

    /// Counts a try of something that is no address.
    pub fn count(&self, place: &str, max: i32) -> Result<()> {
        let now = self.cx.clock.now();
        let begun = self.tries.begin(place, max, now);
        begun.map_err(|wait| exhausted(wait, now))
    }

    /// Takes back that a try is counted.
    pub fn succeeded(&self, place: Option<&str>) {
        if let Some(place) = place {
            self.tries.give_back(place);
        }
    }

    /// Somebody active whose password it is.
    async fn known(&self, name: String, password: String) -> Result<Option<Proof>> {
        let Try { hash, proof } = self.begin(name).await?;
        let is_right = self.passwords.verify(password, hash).await?;
        Ok(proof.filter(|p| is_right && p.member.is_active()))
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
                attempts
                    .begin(FAILURES_MAX, now)
                    .map_err(|wait| exhausted(wait, now))?;
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

    /// Whether somebody has to set up a second factor before he may do anything else.
    pub async fn is_due(&self, member: Member) -> Result<bool> {
        let look = async move |tx: &mut Tx| factors::is_due(tx, &member).await;
        self.cx.db.read(look).await
    }

    /// A session of somebody who has proved who he is; if a second factor is `due`, he may set it up and nothing else.
    pub fn session(&self, proof: &Proof, due: bool) -> Result<Session> {
        let lasts = TimeDelta::hours(self.cx.config.auth.session_hours.into());
        let now = self.cx.clock.now();
        let claims = Claims::session(proof.member.id, proof.epoch, now, lasts);
        let claims = if due { claims.only_to_enrol() } else { claims };
        Ok(Session {
            token: self.cx.keys.sign(&claims)?,
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
