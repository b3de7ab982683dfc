//! How a provider is asked: over TLS, not for longer than somebody waits, and no more is read than it needs to say. Redirects are not
//! followed: whoever is asked is who the settings and his own description name.

use std::{error::Error as StdError, io, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use baton_chassis::config::{ProviderConfig, is_guarded};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value as Json;
use url::{Url, form_urlencoded};

use super::{Claims, attempt::Attempt};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(4);
/// Octets of one answer.
const ANSWER_MAX: usize = 256 * 1024;

/// Why a provider has not said what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It wants to be asked where anybody could listen, or by no address at all.
    #[error("{0} cannot be asked")]
    Address(String),
    /// There is no way to it.
    #[error("it cannot be reached")]
    Unreachable(#[source] Box<dyn StdError + Send + Sync>),
    /// It takes too long.
    #[error("it takes too long")]
    Late,
    /// It says too much.
    #[error("its answer is too large")]
    Large,
    /// It says something else.
    #[error("its answer (HTTP {0}) is not what was asked for")]
    Other(StatusCode),
    /// It calls itself otherwise.
    #[error("it calls itself {0}")]
    Issuer(String),
    /// It refuses, with one of the words of the protocol.
    #[error("it refuses: {0}")]
    Refused(String),
}

/// What a provider says of itself (OpenID Connect Discovery).
#[derive(Clone, Debug, Deserialize)]
pub struct Description {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    /// Where it tells more of somebody.
    pub userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether it says who it is when it sends somebody back (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// What a code was exchanged for.
#[derive(Clone, Deserialize)]
pub struct Redeemed {
    /// Who it is.
    pub id_token: String,
    /// What more may be asked for with.
    pub access_token: String,
}

/// A refusal of the token endpoint.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Keys, as far as they are of a kind that we know.
#[derive(Deserialize)]
struct Keys {
    keys: Vec<Json>,
}

impl Description {
    /// Where a browser goes to sign in.
    pub fn sign_in_url(
        &self,
        config: &ProviderConfig,
        redirect_uri: &str,
        attempt: &Attempt,
    ) -> Result<String, Fault> {
        let address = &self.authorization_endpoint;
        let url = Url::parse(address).map_err(|_| Fault::Address(address.clone()));
        let mut url = url?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &config.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &config.scopes)
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// Whether the provider wants the secret in a header; that is so unless it says otherwise.
    fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_ref();
        methods.is_none_or(|all| all.iter().any(|m| m == "client_secret_basic"))
    }
}

/// Asks providers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Talk {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Talk {
    /// With whom the machine trusts.
    pub fn new() -> io::Result<Self> {
        let ring = rustls::crypto::ring::default_provider();
        let tls = HttpsConnectorBuilder::new().with_provider_and_native_roots(ring)?;
        let connector = tls.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client })
    }

    /// What a provider says of itself.
    pub async fn describe(&self, issuer: &str) -> Result<Description, Fault> {
        let base = issuer.trim_end_matches('/');
        let address = format!("{base}/.well-known/openid-configuration");
        let told: Description = self.read(&address, None).await?;
        if told.issuer != issuer {
            return Err(Fault::Issuer(told.issuer));
        }
        let addresses = [
            &told.authorization_endpoint,
            &told.token_endpoint,
            &told.jwks_uri,
        ];
        let mut addresses = addresses.into_iter().chain(&told.userinfo_endpoint);
        let open = addresses.find(|address| !is_guarded(address)).cloned();
        drop(addresses);
        open.map_or(Ok(told), |address| Err(Fault::Address(address)))
    }

    /// The keys that it signs with.
    pub async fn keys(&self, of: &Description) -> Result<JwkSet, Fault> {
        let told: Keys = self.read(&of.jwks_uri, None).await?;
        let known = |key| serde_json::from_value::<Jwk>(key).ok();
        Ok(JwkSet {
            keys: told.keys.into_iter().filter_map(known).collect(),
        })
    }

    /// Exchanges a code.
    pub async fn redeem(
        &self,
        of: &Description,
        config: &ProviderConfig,
        redirect_uri: &str,
        code: &str,
        verifier: &str,
    ) -> Result<Redeemed, Fault> {
        let request = redemption(of, config, redirect_uri, code, verifier);
        let (status, body) = self.ask(request).await?;
        if status == StatusCode::OK {
            return parsed(status, &body);
        }
        match parsed::<Refusal>(status, &body) {
            Ok(refusal) => Err(Fault::Refused(refusal.error)),
            Err(other) => Err(other),
        }
    }

    /// What more it says of somebody.
    pub async fn tell(&self, endpoint: &str, access_token: &str) -> Result<Claims, Fault> {
        self.read(endpoint, Some(access_token)).await
    }

    async fn read<A: DeserializeOwned>(
        &self,
        address: &str,
        bearer: Option<&str>,
    ) -> Result<A, Fault> {
        let mut request = Request::builder().method(Method::GET).uri(address);
        if let Some(bearer) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        let (status, body) = self.ask(request.body(Full::default())).await?;
        if status != StatusCode::OK {
            return Err(Fault::Other(status));
        }
        parsed(status, &body)
    }

    async fn ask(
        &self,
        request: http::Result<Request<Full<Bytes>>>,
    ) -> Result<(StatusCode, Bytes), Fault> {
        let mut request = request.map_err(|e| Fault::Unreachable(e.into()))?;
        let json = http::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::ACCEPT, json);
        let answer = async {
            let answer = self.client.request(request).await;
            let answer = answer.map_err(|e| Fault::Unreachable(e.into()))?;
            let status = answer.status();
            match Limited::new(answer.into_body(), ANSWER_MAX).collect().await {
                Ok(body) => Ok((status, body.to_bytes())),
                Err(error) if error.is::<LengthLimitError>() => Err(Fault::Large),
                Err(error) => Err(Fault::Unreachable(error)),
            }
        };
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        answer.unwrap_or(Err(Fault::Late))
    }
}

/// The request by which a code is exchanged.
fn redemption(
    of: &Description,
    config: &ProviderConfig,
    redirect_uri: &str,
    code: &str,
    verifier: &str,
) -> http::Result<Request<Full<Bytes>>> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("code_verifier", verifier);
    let mut request = Request::post(&of.token_endpoint)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if config.client_secret.is_empty() {
        form.append_pair("client_id", &config.client_id);
    } else if of.takes_basic() {
        let [id, secret] = [&config.client_id, &config.client_secret]
            .map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
        let basic = BASE64_STANDARD.encode(format!("{id}:{secret}"));
        request = request.header(header::AUTHORIZATION, format!("Basic {basic}"));
    } else {
        form.append_pair("client_id", &config.client_id)
            .append_pair("client_secret", &config.client_secret);
    }
    request.body(Full::from(form.finish()))
}

fn parsed<A: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<A, Fault> {
    serde_json::from_slice(body).map_err(|_| Fault::Other(status))
}
