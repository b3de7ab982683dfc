//! The JSON interface as the command line uses it: over HTTP, or straight into the gateway of this process. What the
//! command line does, any other program can do.

use std::{io, time::Duration};

use axum::{Router, body::Body, http::Request};
use baton_chassis::{
    Clock, Origin, Way,
    origin::{ORIGIN, Voucher},
};
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tower::ServiceExt as _;

/// What a system that is only busy answers.
const BUSY: [StatusCode; 2] = [
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::TOO_MANY_REQUESTS,
];
/// Seconds that whoever is patient waits before each further try.
const PAUSES_S: [u64; 4] = [1, 2, 4, 8];

/// What may go wrong on the way to an answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused.
    #[error("{method} {path}: {status} {text}")]
    Refused {
        /// Method of the call.
        method: Method,
        /// Its path.
        path: String,
        /// HTTP status.
        status: StatusCode,
        /// The sentence for the caller.
        text: String,
        /// The whole answer, a `google.rpc.Status`.
        answer: Value,
    },
    /// It could not be reached, or did not answer in JSON.
    #[error("{method} {path}: {cause}")]
    Broken {
        /// Method of the call.
        method: Method,
        /// Its path.
        path: String,
        /// Why.
        cause: String,
    },
}

/// The type of every answer here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where the interface is.
#[derive(Clone, Debug)]
pub enum Edge {
    /// In this process.
    Here(Router),
    /// At an address, without a slash at its end.
    There(Box<Client<HttpConnector, Full<bytes::Bytes>>>, String),
}

impl Edge {
    /// At an address.
    #[must_use]
    pub fn at(url: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self::There(Box::new(client), url.trim_end_matches('/').to_owned())
    }
}

/// An answer with what a program may want to know of it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Value,
}

/// The interface for one person.
#[derive(Clone, Debug)]
pub struct Api {
    edge: Edge,
    token: String,
    language: &'static str,
    /// Tells that the command line asks.
    voucher: Option<Voucher>,
}

impl Api {
    /// The interface for whoever holds `token`; empty for a stranger.
    #[must_use]
    pub fn new(edge: Edge, token: impl Into<String>, language: &'static str) -> Self {
        Self {
            edge,
            token: token.into(),
            language,
            voucher: None,
        }
    }

    /// The same for a command line that has the keys of the system.
    #[must_use]
    pub fn vouched(self, voucher: Voucher) -> Self {
        Self {
            voucher: Some(voucher),
            ..self
        }
    }

    /// The same for another person.
    #[must_use]
    pub fn of(&self, token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            ..self.clone()
        }
    }

    /// The same person at another address.
    #[must_use]
    pub fn moved(&self, edge: Edge) -> Self {
        Self {
            edge,
            ..self.clone()
        }
    }

    /// Reads.
    ///
    /// # Errors
    /// What the system refuses, or the network.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, "", &Value::Null).await
    }

    /// Does something, under a request id if `key` is not empty.
    ///
    /// # Errors
    /// What the system refuses, or the network.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Result<Value> {
        self.call(Method::POST, path, key, body).await
    }

    /// Does something that may be repeated - under its key, or because it changes nothing more the second time - again
    /// while the system only is busy.
    ///
    /// # Errors
    /// What the system refuses, or the network.
    #[expect(
        clippy::disallowed_methods,
        reason = "a client has nothing to wait on but time"
    )]
    pub async fn post_patiently(&self, path: &str, key: &str, body: &Value) -> Result<Value> {
        for pause_s in PAUSES_S {
            match self.post(path, key, body).await {
                Err(Error::Refused { status, .. }) if BUSY.contains(&status) => {
                    tokio::time::sleep(Duration::from_secs(pause_s)).await;
                }
                answered => return answered,
            }
        }
        self.post(path, key, body).await
    }

    async fn call(&self, method: Method, path: &str, key: &str, body: &Value) -> Result<Value> {
        let mut headers = HeaderMap::new();
        if !key.is_empty() {
            let broken = |e: header::InvalidHeaderValue| Error::Broken {
                method: method.clone(),
                path: path.to_owned(),
                cause: e.to_string(),
            };
            headers.insert(
                "idempotency-key",
                header::HeaderValue::from_str(key).map_err(broken)?,
            );
        }
        let answer = self.ask(method.clone(), path, headers, body).await?;
        if answer.status.is_success() {
            return Ok(answer.body);
        }
        let text = answer.body["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        Err(Error::Refused {
            method,
            path: path.to_owned(),
            status: answer.status,
            text,
            answer: answer.body,
        })
    }

    /// Reads a file and hands it on piece by piece as it comes.
    ///
    /// # Errors
    /// What the system refuses; the network, or a file that breaks off: what was handed on by then is not whole.
    pub async fn download(
        &self,
        path: &str,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<()> {
        let method = Method::GET;
        let broken = |cause: String| Error::Broken {
            method: Method::GET,
            path: path.to_owned(),
            cause,
        };
        let request = self.request(&method, path, HeaderMap::new(), &Value::Null);
        let (status, _, mut body) = self.send(request.map_err(broken)?).await.map_err(broken)?;
        if !status.is_success() {
            let told = body.collect().await.map_err(|e| broken(e.to_string()))?;
            let answer: Value = serde_json::from_slice(&told.to_bytes()).unwrap_or_default();
            let text = answer["message"].as_str().unwrap_or_default().to_owned();
            let path = path.to_owned();
            return Err(Error::Refused {
                method,
                path,
                status,
                text,
                answer,
            });
        }
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|e| broken(format!("the file broke off: {e}")))?;
            if let Ok(piece) = frame.into_data() {
                take(&piece).map_err(|e| broken(e.to_string()))?;
            }
        }
        Ok(())
    }

    /// Any call with any headers; answers whatever came, refused or not.
    ///
    /// # Errors
    /// The network, or an answer that is not JSON.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: &Value,
    ) -> Result<Answer> {
        let broken = |cause: String| Error::Broken {
            method: method.clone(),
            path: path.to_owned(),
            cause,
        };
        let request = self.request(&method, path, headers, body);
        let (status, headers, answer) =
            self.send(request.map_err(broken)?).await.map_err(broken)?;
        let bytes = answer.collect().await.map_err(|e| broken(e.to_string()))?;
        let bytes = bytes.to_bytes();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).map_err(|e| broken(format!("no JSON: {e}")))?
        };
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        headers: HeaderMap,
        body: &Value,
    ) -> Result<Request<Vec<u8>>, String> {
        let base = match &self.edge {
            Edge::Here(_) => "",
            Edge::There(_, base) => base,
        };
        let mut request = Request::builder()
            .method(method.clone())
            .uri(format!("{base}{path}"));
        request = request.header(header::ACCEPT_LANGUAGE, self.language);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        let origin = Origin::by(Way::CommandLine);
        let vouch = |v: &Voucher| v.vouch(&origin, Clock::System.now());
        if let Some(origin) = self.voucher.as_ref().and_then(vouch) {
            request = request.header(ORIGIN, origin);
        }
        let sent = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let mut request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(sent)
            .map_err(|e| e.to_string())?;
        request.headers_mut().extend(headers);
        Ok(request)
    }

    async fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<(StatusCode, HeaderMap, Body), String> {
        match &self.edge {
            Edge::Here(router) => {
                let Ok(answer) = router.clone().oneshot(request.map(Body::from)).await;
                let (parts, body) = answer.into_parts();
                Ok((parts.status, parts.headers, body))
            }
            Edge::There(client, _) => {
                let request = request.map(|body| Full::new(bytes::Bytes::from(body)));
                let answer = client.request(request).await.map_err(|e| e.to_string())?;
                let (parts, body) = answer.into_parts();
                Ok((parts.status, parts.headers, Body::new(body)))
            }
        }
    }
}
