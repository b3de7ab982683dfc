//! The providers by which people sign in: where a browser is sent, and whom it comes back as.
//!
//! What a provider says of itself, and its keys, are held for an hour; a key that nobody knows yet has them read again at once, but not
//! more often than once a minute, whatever tokens are shown.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use baton_chassis::{
    Error, Result, Time, config::ProviderConfig, context::Context, db::Tx, status,
};
use chrono::TimeDelta;
use jsonwebtoken::jwk::JwkSet;
use tokio::sync::{Mutex, OnceCell};

use crate::{
    provider::{
        Claims, Person, Refused,
        attempt::{Attempt, Back},
        id_token::{self, Expected, Untrusted},
        is_complete,
        talk::{Description, Fault, Redeemed, Talk},
    },
    store,
};

/// How long a description is held.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// How often keys are read again because a token names another one.
const PRESSED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How long all that a provider is asked may take: less than a call may.
const PATIENCE: Duration = Duration::from_secs(8);
/// Characters of a word by which a provider refuses.
const WORD_MAX: usize = 40;

/// Those of the settings.
pub struct Providers {
    cx: Context,
    all: BTreeMap<String, Provider>,
    talk: OnceCell<Talk>,
}

/// One of them.
struct Provider {
    name: String,
    config: ProviderConfig,
    /// Where it sends browsers back to.
    redirect_uri: String,
    held: Mutex<Option<Held>>,
}

/// What is known of one.
#[derive(Clone)]
struct Held {
    description: Arc<Description>,
    keys: Arc<JwkSet>,
    read_at: Time,
    pressed_at: Option<Time>,
}

/// A browser that is sent to a provider.
pub struct Begun {
    /// Where it goes.
    pub url: String,
    /// What it holds meanwhile.
    pub attempt: String,
}

/// Somebody who came back from a provider.
pub struct Returned {
    /// Who it is there.
    pub person: Person,
    /// What the settings say of the provider.
    pub config: ProviderConfig,
    /// Where his browser wants to be.
    pub return_to: String,
}

impl Providers {
    /// Those that the settings name.
    pub fn new(cx: Context) -> Self {
        let auth = &cx.config.auth;
        let provider = |(name, config): (&String, &ProviderConfig)| {
            let provider = Provider {
                name: name.clone(),
                config: config.clone(),
                redirect_uri: format!("{}/sign-in/{name}/back", auth.public_url),
                held: Mutex::default(),
            };
            (name.clone(), provider)
        };
        Self {
            all: auth.oidc.iter().map(provider).collect(),
            talk: OnceCell::new(),
            cx,
        }
    }

    /// Their names, and what people call them.
    pub fn names(&self) -> Vec<(String, String)> {
        let shown = |p: &Provider| (p.name.clone(), p.shown().to_owned());
        self.all.values().map(shown).collect()
    }

    /// Sends a browser to a provider.
    pub async fn begin(&self, name: &str, return_to: &str) -> Result<Begun> {
        let provider = self.named(name)?;
        let held = self.in_time(provider, self.held(provider)).await?;
        let attempt = Attempt::begin(name, return_to, self.cx.clock.now());
        let url = held.description;
        let url = url.sign_in_url(&provider.config, &provider.redirect_uri, &attempt);
        Ok(Begun {
            url: url.map_err(|fault| provider.away(&fault))?,
            attempt: attempt.seal(&self.cx.keys)?,
        })
    }

    /// Whom a browser comes back as. What it holds is good once, whatever comes of it.
    pub async fn returned(&self, name: &str, sealed: &str, back: &Back) -> Result<Returned> {
        let provider = self.named(name)?;
        let now = self.cx.clock.now();
        let attempt = Attempt::open(&self.cx.keys, sealed, name, back, now)?;
        let (hash, ends_at) = (attempt.hash(), attempt.ends_at);
        let spend =
            async move |tx: &mut Tx| store::identity::spend(tx, hash.clone(), ends_at, now).await;
        if !self.cx.db.write(spend).await? {
            return Err(Refused::Lost.into());
        }
        let person = self.person(provider, &attempt, back);
        Ok(Returned {
            person: self.in_time(provider, person).await?,
            config: provider.config.clone(),
            return_to: attempt.return_to,
        })
    }

    fn named(&self, name: &str) -> Result<&Provider> {
        let provider = self.all.get(name);
        provider.ok_or_else(|| Error::not_found("PROVIDER", name))
    }

    async fn in_time<T>(
        &self,
        provider: &Provider,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let done = tokio::time::timeout(PATIENCE, work).await;
        done.unwrap_or_else(|_| Err(provider.away(&Fault::Late).into()))
    }

    async fn talk(&self, provider: &Provider) -> Result<&Talk> {
        let talk = self.talk.get_or_try_init(async || Talk::new()).await;
        Ok(talk.map_err(|e| provider.away(&Fault::Unreachable(e.into())))?)
    }

    /// What is known of a provider, not older than an hour.
    async fn held(&self, provider: &Provider) -> Result<Held> {
        let now = self.cx.clock.now();
        let mut held = provider.held.lock().await;
        let is_fresh = |held: &&Held| held.read_at <= now && now < held.read_at + FRESH;
        if let Some(held) = held.as_ref().filter(is_fresh) {
            return Ok(held.clone());
        }
        let talk = self.talk(provider).await?;
        let away = |fault| provider.away(&fault);
        let description = talk.describe(&provider.config.issuer).await.map_err(away)?;
        let keys = talk.keys(&description).await.map_err(away)?;
        let read = Held {
            description: Arc::new(description),
            keys: Arc::new(keys),
            read_at: now,
            pressed_at: None,
        };
        *held = Some(read.clone());
        Ok(read)
    }

    /// Its keys, read again because one is missing among those that were held; the same where that was done a moment ago.
    async fn pressed(&self, provider: &Provider, before: &Held) -> Result<Arc<JwkSet>> {
        let now = self.cx.clock.now();
        let mut held = provider.held.lock().await;
        let Some(held) = held.as_mut() else {
            return Ok(before.keys.clone());
        };
        let lately = |at: Time| at <= now && now < at + PRESSED_EVERY;
        if Arc::ptr_eq(&held.keys, &before.keys) && !held.pressed_at.is_some_and(lately) {
            held.pressed_at = Some(now);
            let keys = self.talk(provider).await?.keys(&held.description).await;
            held.keys = Arc::new(keys.map_err(|fault| provider.away(&fault))?);
        }
        Ok(held.keys.clone())
    }

    /// Who somebody is there.
    async fn person(&self, provider: &Provider, attempt: &Attempt, back: &Back) -> Result<Person> {
        let config = &provider.config;
        let held = self.held(provider).await?;
        let description = &held.description;
        // Another provider may not answer in the place of this one.
        let is_silent = back.iss.is_empty();
        let must_say = description.authorization_response_iss_parameter_supported;
        if (is_silent && must_say) || (!is_silent && back.iss != config.issuer) {
            return Err(provider.untrusted(Untrusted::Issuer).into());
        }
        if !back.error.is_empty() {
            return Err(provider.declined(&back.error).into());
        }
        let talk = self.talk(provider).await?;
        let redeemed = talk.redeem(
            description,
            config,
            &provider.redirect_uri,
            &back.code,
            &attempt.verifier,
        );
        let redeemed = redeemed.await.map_err(|fault| match fault {
            Fault::Refused(word) => provider.declined(&word),
            fault => provider.away(&fault),
        })?;
        let claims = self
            .claims(provider, &held, &redeemed, &attempt.nonce)
            .await?;
        let subject = text(&claims, "sub");
        let more = match &description.userinfo_endpoint {
            Some(endpoint) if !is_complete(config, &claims) => {
                let more = talk.tell(endpoint, &redeemed.access_token).await;
                more.map_err(|fault| provider.away(&fault))?
            }
            _ => Claims::new(),
        };
        if !more.is_empty() && text(&more, "sub") != subject {
            return Err(provider.untrusted(Untrusted::Subject).into());
        }
        // What is signed counts before what is not.
        let claims = more.into_iter().chain(claims).collect();
        Ok(Person::of(&provider.name, config, subject, &claims))
    }

    /// What the token says, if it is to be believed.
    async fn claims(
        &self,
        provider: &Provider,
        held: &Held,
        redeemed: &Redeemed,
        nonce: &str,
    ) -> Result<Claims> {
        let expected = Expected {
            issuer: &provider.config.issuer,
            client_id: &provider.config.client_id,
            nonce,
            amr: &provider.config.amr,
        };
        let now = self.cx.clock.now();
        let verify = |keys: &JwkSet| id_token::verify(&redeemed.id_token, keys, &expected, now);
        let claims = match verify(&held.keys) {
            Err(Untrusted::Key) => verify(&*self.pressed(provider, held).await?),
            claims => claims,
        };
        Ok(claims.map_err(|why| provider.untrusted(why))?)
    }
}

impl Provider {
    fn shown(&self) -> &str {
        self.config.shown(&self.name)
    }

    fn away(&self, fault: &Fault) -> Refused {
        let (provider, fault) = (&self.name, status::chain(fault));
        tracing::warn!(provider, fault, "a provider does not answer as it should");
        Refused::Away(self.shown().to_owned())
    }

    fn untrusted(&self, why: Untrusted) -> Refused {
        tracing::warn!(provider = self.name, %why, "what a provider says is not believed");
        Refused::Untrusted(self.shown().to_owned())
    }

    fn declined(&self, word: &str) -> Refused {
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        let word: String = word.chars().filter(is_plain).take(WORD_MAX).collect();
        Refused::Declined(self.shown().to_owned(), word)
    }
}

fn text(claims: &Claims, name: &str) -> String {
    claims
        .get(name)
        .and_then(|v| v.as_str())
        .unwrap_or_default()
        .to_owned()
}
