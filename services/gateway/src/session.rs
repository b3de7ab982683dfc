//! Browsers that are signed in: the cookie that each of them holds, and the token that goes to services in its place. The key of a
//! program is treated the same.
//!
//! A session is kept by the directory; the cookie is no more than the key to it. What comes with a cookie and changes
//! something must say that a page of ours has sent it: another site's page cannot set the header, and the browser tells from
//! where it asks.

mod held;

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts, uri::Authority,
};
use baton_chassis::{Clock, Error, Result, Time, listen::Arrival};
use baton_proto::directory::v1::{
    BeginProviderSignInRequest, BeginProviderSignInResponse, CloseSessionRequest,
    ExchangeApiKeyRequest, ListProvidersRequest, ListProvidersResponse, OpenProviderSessionRequest,
    OpenProviderSessionResponse, OpenSessionRequest, OpenSessionResponse, ResumeSessionRequest,
    api_key_service_client::ApiKeyServiceClient, session_service_client::SessionServiceClient,
};
use tonic::{Request, metadata::MetadataMap};

use self::held::Held;
use crate::{Link, origins};

/// What every browser that signs in over TLS holds: bound to this host, for all its paths.
const SECURE: &str = "__Host-baton";
/// The same in the clear.
const PLAIN: &str = "baton";
/// What a browser holds while it is at a provider, over TLS and in the clear.
const ATTEMPT_SECURE: &str = "__Host-baton-attempt";
const ATTEMPT_PLAIN: &str = "baton-attempt";
/// Seconds for which it does.
const ATTEMPT_S: i64 = 600;
/// Says that one of our pages has sent the request.
const OURS: HeaderName = HeaderName::from_static("x-baton-csrf");
/// From where a browser asks.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
/// Characters of a secret: 32 octets in base64url.
const SECRET_LENGTH: usize = 43;
/// Characters of what a browser calls itself.
const DEVICE_MAX: usize = 200;

/// What the key of a program begins with; no token does.
const KEY: &str = "baton_";
/// Characters that a key has at most: far more than any has.
const KEY_MAX: usize = 200;

/// Finds the way to the directory, for the gateway as itself.
type Directory = dyn Fn() -> Result<Link> + Send + Sync;

/// The browsers that are signed in.
pub struct Sessions {
    directory: Box<Directory>,
    clock: Clock,
    /// Whether what a proxy says of a browser is believed.
    trust_proxy: bool,
    held: Held,
    held_keys: Held,
}

/// What somebody signs in with.
#[derive(Default)]
pub(crate) struct Named {
    /// His name.
    pub(crate) user: String,
    /// His password.
    pub(crate) password: String,
    /// A code of his second factor; empty for none.
    pub(crate) code: String,
}

/// A request of a browser that is not one of our pages'.
pub(crate) struct Forged;

impl Sessions {
    /// Sessions that the directory keeps.
    pub fn new(
        directory: impl Fn() -> Result<Link> + Send + Sync + 'static,
        clock: Clock,
        trust_proxy: bool,
    ) -> Self {
        Self {
            directory: Box::new(directory),
            clock,
            trust_proxy,
            held: Held::default(),
            held_keys: Held::default(),
        }
    }

    /// The credentials of a program that shows a key, at most half a minute old.
    ///
    /// # Errors
    /// That nobody is known by the key; whatever else keeps the directory from answering.
    pub(crate) async fn exchanged(&self, key: &str, asked: MetadataMap) -> Result<HeaderValue> {
        let exchange = async {
            let mut request = Request::new(ExchangeApiKeyRequest {
                key: key.to_owned(),
            });
            *request.metadata_mut() = asked;
            let mut directory = ApiKeyServiceClient::new((self.directory)()?);
            bearer(
                &directory
                    .exchange_api_key(request)
                    .await?
                    .into_inner()
                    .token,
            )
        };
        self.held_keys.bearer(key, self.clock.now(), exchange).await
    }

    /// Whether the browser came over TLS: only then it keeps a cookie to itself.
    fn is_secure(&self, head: &Parts) -> bool {
        let arrived = head.extensions.get::<Arrival>();
        let forwarded = || first(&head.headers, &FORWARDED_PROTO) == Some("https");
        arrived.is_some_and(|arrived| arrived.tls) || (self.trust_proxy && forwarded())
    }

    fn cookie(&self, head: &Parts) -> &'static str {
        if self.is_secure(head) { SECURE } else { PLAIN }
    }

    fn attempt_cookie(&self, head: &Parts) -> &'static str {
        if self.is_secure(head) {
            ATTEMPT_SECURE
        } else {
            ATTEMPT_PLAIN
        }
    }

    /// What the browser holds, if it has a cookie of ours.
    pub(crate) fn secret<'h>(&self, head: &'h Parts) -> Option<&'h str> {
        let secret = cookie(head, self.cookie(head))?;
        let sound = secret.len() == SECRET_LENGTH
            && secret
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        sound.then_some(secret)
    }

    /// Refuses what another site's page has sent.
    ///
    /// # Errors
    /// When the browser says so.
    pub(crate) fn own(&self, head: &Parts) -> Result<(), Forged> {
        let is_foreign = |site: &HeaderValue| site != "same-origin" && site != "none";
        if head.headers.get(&FETCH_SITE).is_some_and(is_foreign) {
            return Err(Forged);
        }
        match head.headers.get(header::ORIGIN) {
            Some(origin) if !self.is_host(head, origin) => Err(Forged),
            _ => Ok(()),
        }
    }

    /// The same of a request that the cookie alone vouches for: what changes something must say that it is ours.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn ours(&self, head: &Parts) -> Result<(), Forged> {
        if matches!(head.method, Method::GET | Method::HEAD) {
            return Ok(());
        }
        match head.headers.get(&OURS) {
            Some(said) if said == "1" => self.own(head),
            _ => Err(Forged),
        }
    }

    /// Whether an origin is the host that was asked.
    fn is_host(&self, head: &Parts, origin: &HeaderValue) -> bool {
        let forwarded = self
            .trust_proxy
            .then(|| first(&head.headers, &FORWARDED_HOST))
            .flatten();
        let host = forwarded.or_else(|| first(&head.headers, &header::HOST));
        let host = host.or_else(|| head.uri.authority().map(Authority::as_str));
        let origin = origin.to_str().ok().and_then(|o| o.split_once("://"));
        match (origin, host) {
            (Some((_, origin)), Some(host)) => origin.eq_ignore_ascii_case(host),
            _ => false,
        }
    }

    /// The credentials of a browser's session, at most half a minute old.
    ///
    /// # Errors
    /// That nobody is signed in, when the session is over; whatever else keeps the directory from answering.
    pub(crate) async fn bearer(&self, secret: &str, asked: MetadataMap) -> Result<HeaderValue> {
        let mut due = false;
        let resume = async {
            let mut request = Request::new(ResumeSessionRequest {
                secret: secret.to_owned(),
            });
            *request.metadata_mut() = asked;
            let resumed = self.client()?.resume_session(request).await?.into_inner();
            due = resumed.second_factor_due;
            bearer(&resumed.token)
        };
        let bearer = self.held.bearer(secret, self.clock.now(), resume).await?;
        if due {
            // It is good for more the moment that his second factor is.
            self.held.forget(secret);
        }
        Ok(bearer)
    }

    /// Signs in.
    ///
    /// # Errors
    /// Whatever the directory refuses.
    pub(crate) async fn open(
        &self,
        Named {
            user,
            password,
            code,
        }: Named,
        head: &Parts,
        asked: MetadataMap,
    ) -> Result<OpenSessionResponse> {
        let mut request = Request::new(OpenSessionRequest {
            user,
            password,
            device: device(head),
            address: self.address(head),
            code,
        });
        *request.metadata_mut() = asked;
        Ok(self.client()?.open_session(request).await?.into_inner())
    }

    /// The providers by which people sign in.
    ///
    /// # Errors
    /// When the directory does not answer.
    pub(crate) async fn providers(&self, asked: MetadataMap) -> Result<ListProvidersResponse> {
        let mut request = Request::new(ListProvidersRequest {});
        *request.metadata_mut() = asked;
        Ok(self.client()?.list_providers(request).await?.into_inner())
    }

    /// Begins to sign in by a provider.
    ///
    /// # Errors
    /// Whatever the directory refuses.
    pub(crate) async fn begin(
        &self,
        provider: &str,
        return_to: String,
        asked: MetadataMap,
    ) -> Result<BeginProviderSignInResponse> {
        let mut request = Request::new(BeginProviderSignInRequest {
            provider: provider.to_owned(),
            return_to,
        });
        *request.metadata_mut() = asked;
        let begun = self.client()?.begin_provider_sign_in(request).await?;
        Ok(begun.into_inner())
    }

    /// Signs in whom a provider has sent back.
    ///
    /// # Errors
    /// Whatever the directory refuses.
    pub(crate) async fn open_by_provider(
        &self,
        back: OpenProviderSessionRequest,
        head: &Parts,
        asked: MetadataMap,
    ) -> Result<OpenProviderSessionResponse> {
        let mut request = Request::new(OpenProviderSessionRequest {
            device: device(head),
            address: self.address(head),
            ..back
        });
        *request.metadata_mut() = asked;
        let opened = self.client()?.open_provider_session(request).await?;
        Ok(opened.into_inner())
    }

    /// What a browser holds that comes back from a provider.
    pub(crate) fn attempt<'h>(&self, head: &'h Parts) -> Option<&'h str> {
        cookie(head, self.attempt_cookie(head))
    }

    /// The cookie that a browser holds while it is at a provider, or forgets. It comes back from another site.
    pub(crate) fn hold(&self, head: &Parts, attempt: Option<&str>) -> Option<HeaderValue> {
        let seconds = if attempt.is_some() { ATTEMPT_S } else { 0 };
        let cookie = (self.attempt_cookie(head), attempt.unwrap_or_default());
        self.set(head, cookie, seconds, "Lax")
    }

    /// Signs out.
    ///
    /// # Errors
    /// When the directory does not answer.
    pub(crate) async fn close(&self, secret: &str, asked: MetadataMap) -> Result<()> {
        self.held.forget(secret);
        let mut request = Request::new(CloseSessionRequest {
            secret: secret.to_owned(),
        });
        *request.metadata_mut() = asked;
        self.client()?.close_session(request).await?;
        Ok(())
    }

    /// The cookie that a browser keeps until a session ends, or forgets.
    pub(crate) fn keep(&self, head: &Parts, kept: Option<(&str, Time)>) -> Option<HeaderValue> {
        let (secret, seconds) = kept.map_or(("", 0), |(secret, until)| {
            (secret, (until - self.clock.now()).num_seconds().max(0))
        });
        self.set(head, (self.cookie(head), secret), seconds, "Strict")
    }

    fn set(
        &self,
        head: &Parts,
        (name, value): (&str, &str),
        seconds: i64,
        same_site: &str,
    ) -> Option<HeaderValue> {
        let secure = if self.is_secure(head) { "; Secure" } else { "" };
        let cookie = format!(
            "{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={seconds}{secure}"
        );
        let mut cookie = HeaderValue::try_from(cookie).ok()?;
        cookie.set_sensitive(true);
        Some(cookie)
    }

    /// From where the browser came.
    fn address(&self, head: &Parts) -> String {
        let client = origins::client(head, self.trust_proxy);
        client.map(|a| a.to_string()).unwrap_or_default()
    }

    fn client(&self) -> Result<SessionServiceClient<Link>> {
        Ok(SessionServiceClient::new((self.directory)()?))
    }
}

/// A cookie that a browser sends.
fn cookie<'h>(head: &'h Parts, name: &str) -> Option<&'h str> {
    let cookies = head.headers.get_all(header::COOKIE).iter();
    let mut pairs = cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    Some(value)
}

/// What a browser calls itself.
fn device(head: &Parts) -> String {
    let device = text(&head.headers, &header::USER_AGENT).unwrap_or_default();
    device.chars().take(DEVICE_MAX).collect()
}

/// The key that a program shows in place of a token.
pub(crate) fn key(head: &Parts) -> Option<&str> {
    let shown = text(&head.headers, &header::AUTHORIZATION)?;
    let (kind, key) = shown.split_once(' ')?;
    let key = key.trim();
    let is_key = kind.eq_ignore_ascii_case("bearer") && key.starts_with(KEY);
    (is_key && key.len() <= KEY_MAX).then_some(key)
}

/// A token as it goes with a call.
fn bearer(token: &str) -> Result<HeaderValue> {
    let bearer = HeaderValue::try_from(format!("Bearer {token}"));
    let mut bearer = bearer.map_err(Error::internal)?;
    bearer.set_sensitive(true);
    Ok(bearer)
}

/// A header as text.
fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The first that a header lists.
fn first<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    text(headers, name)?.split(',').next().map(str::trim)
}

#[cfg(test)]
mod tests;
