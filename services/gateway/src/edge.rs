//! One HTTP request from its head to its answer.

mod browser;
mod export;
mod provider;
mod web;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header, request::Parts},
    response::Response,
};
use baton_chassis::{Error, Messages, Result as Told, Way, origin::ORIGIN, status::status};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as HttpBody;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, metadata::MetadataMap};

use crate::{
    Link, asyncapi, call,
    comments::Comments,
    console::{Console, Files},
    error::{self, Asked},
    export::{Lists, words::Words},
    json, openapi,
    origins::Origins,
    page,
    routes::{Fault, Found, Payload, Route, Routes},
    session::Sessions,
    transcode::{self, Incoming},
};

use self::web::Calls;

pub use self::export::Exports;

/// What goes on to the service as it came, besides what the transcoder reads.
const PASSED_ON: [HeaderName; 5] = [
    ORIGIN,
    header::AUTHORIZATION,
    header::ACCEPT_LANGUAGE,
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
];

/// How much one request may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Time from the head of the request to its answer.
    pub call: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            call: Duration::from_secs(10),
        }
    }
}

/// Finds the way to a service by its name.
type FindLink = dyn Fn(&str) -> Told<Link> + Send + Sync;

/// What the edge stands on.
pub struct Edge {
    pool: DescriptorPool,
    routes: Routes,
    /// What is asked by way of gRPC-Web.
    calls: Calls,
    openapi: Bytes,
    asyncapi: Bytes,
    console: Console,
    sessions: Option<Sessions>,
    origins: Option<Origins>,
    exports: Option<Exports>,
    /// What can be taken out as a file, and the words of such files.
    lists: Lists,
    words: Words,
    stop: CancellationToken,
    link: Box<FindLink>,
    messages: Arc<Messages>,
    limits: Limits,
}

impl Edge {
    /// An edge for the contracts in `descriptors`, which are described by the comments in `commented`. `link` finds the way to
    /// a service by its name, `public` tells by gRPC path which calls need no credentials.
    ///
    /// # Errors
    /// When a contract has a rule that cannot be served.
    pub fn new(
        descriptors: &[u8],
        commented: &[u8],
        link: impl Fn(&str) -> Told<Link> + Send + Sync + 'static,
        public: impl Fn(&str) -> bool,
        messages: Arc<Messages>,
        limits: Limits,
    ) -> Result<Self, Fault> {
        // From the bytes: a decoded descriptor set would have lost the HTTP rules.
        let pool = DescriptorPool::decode(descriptors)?;
        let routes = Routes::of(&pool)?;
        let comments = Comments::of(commented)?;
        let is_public = |method: &MethodDescriptor| public(&call::path(method));
        let document = openapi::document(&comments, &routes, is_public);
        let openapi = Bytes::from(document.to_string());
        let events = asyncapi::document(&pool, &comments, baton_proto::FACTS);
        let asyncapi = Bytes::from(events.to_string());
        Ok(Self {
            calls: Calls::of(&pool, &routes),
            lists: Lists::of(&routes, &comments),
            words: Words::new().map_err(|e| Fault::Words(e.to_string()))?,
            routes,
            openapi,
            asyncapi,
            pool,
            console: Console::new(Files::none(), false),
            sessions: None,
            origins: None,
            exports: None,
            stop: CancellationToken::new(),
            link: Box::new(link),
            messages,
            limits,
        })
    }

    /// The same, whose streams end when `stop` is cancelled.
    #[must_use]
    pub fn until(self, stop: CancellationToken) -> Self {
        Self { stop, ..self }
    }

    /// The same with a console; with `tls`, browsers are told to come over TLS only.
    #[must_use]
    pub fn console(self, files: Files, tls: bool) -> Self {
        let console = Console::new(files, tls);
        Self { console, ..self }
    }

    /// The same for browsers that are signed in.
    #[must_use]
    pub fn sessions(self, sessions: Sessions) -> Self {
        Self {
            sessions: Some(sessions),
            ..self
        }
    }

    /// The same, which tells the services from where a request came.
    #[must_use]
    pub fn origins(self, origins: Origins) -> Self {
        Self {
            origins: Some(origins),
            ..self
        }
    }

    /// The same, where lists can be taken out as files.
    #[must_use]
    pub fn exports(self, exports: Exports) -> Self {
        Self {
            exports: Some(exports),
            ..self
        }
    }

    /// Everything that the edge serves: the console or the page at `/`, its two descriptions and all calls; what is merged
    /// with it comes before.
    pub fn router(self) -> Router {
        Router::new().fallback(serve).with_state(Arc::new(self))
    }
}

async fn serve(State(edge): State<Arc<Edge>>, request: Request<Body>) -> Response {
    let asked = Asked::of(request.headers());
    let (mut head, body) = request.into_parts();
    if let Some(answer) = edge.console.answer(&head) {
        return answer;
    }
    let origin = edge.origin(&head);
    head.headers.remove(ORIGIN);
    head.headers.extend(origin.map(|origin| (ORIGIN, origin)));
    let request = Request::from_parts(head, body);
    let mut response = if web::is_meant(request.uri().path()) {
        edge.web(request, asked).await
    } else {
        edge.plain(request, asked).await
    };
    protect(response.headers_mut());
    response
}

impl Edge {
    /// From where a request came, as the services are told. What it says of that itself counts only if it comes from
    /// somebody who has the keys of the system.
    fn origin(&self, head: &Parts) -> Option<HeaderValue> {
        let origins = self.origins.as_ref()?;
        let is_browser = |sessions: &Sessions| {
            let bears = head.headers.contains_key(header::AUTHORIZATION);
            let signs_in =
                head.uri.path() == browser::SESSION || provider::is_meant(head.uri.path());
            signs_in || (!bears && sessions.secret(head).is_some())
        };
        let way = if self.sessions.as_ref().is_some_and(is_browser) {
            Way::Console
        } else if web::is_meant(head.uri.path()) {
            Way::Grpc
        } else {
            Way::Json
        };
        origins.tell(head, way)
    }

    /// The answer to whatever is not asked by way of gRPC-Web.
    async fn plain(self: &Arc<Self>, request: Request<Body>, asked: Asked) -> Response {
        let answer = tokio::time::timeout(self.limits.call, self.answer(request, asked)).await;
        answer
            .unwrap_or_else(|_| Err(self.own(Code::DeadlineExceeded, "DEADLINE", asked)))
            .unwrap_or_else(|status| error::response(&status, asked, &self.messages))
    }

    async fn answer(
        self: &Arc<Self>,
        request: Request<Body>,
        asked: Asked,
    ) -> Result<Response, Status> {
        let (mut head, body) = request.into_parts();
        // A HEAD is a GET whose body the server leaves out.
        let method = if head.method == Method::HEAD {
            Method::GET
        } else {
            head.method.clone()
        };
        let path = head.uri.path();
        match (path, &method) {
            ("/", &Method::GET) => return Ok(self.page(asked)),
            ("/openapi.json", &Method::GET) => return Ok(document(&self.openapi)),
            ("/asyncapi.json", &Method::GET) => return Ok(document(&self.asyncapi)),
            ("/" | "/openapi.json" | "/asyncapi.json", _) => {
                return Ok(self.misused(&head, &[Method::GET], asked));
            }
            (browser::SESSION, _) if let Some(sessions) = &self.sessions => {
                return self.session(sessions, head, body, asked).await;
            }
            (path, _)
                if provider::is_meant(path)
                    && let Some(sessions) = &self.sessions =>
            {
                return self.by_provider(sessions, &head, asked).await;
            }
            _ => {}
        }
        if let Some(file) = self.export(&head, asked).await {
            return file;
        }
        match self.routes.find(&method, head.uri.path()) {
            Found::Route(route, values) => {
                self.admit(&mut head, asked).await?;
                let query = query(&head.uri).map_err(|error| self.told(error, asked))?;
                let body = self.body(route, &head.headers, body, asked).await?;
                let incoming = Incoming {
                    path: values,
                    query: &query,
                    headers: &head.headers,
                    body: &body,
                };
                let message = transcode::request(route, &incoming);
                let message = message.map_err(|error| self.told(error, asked))?;
                self.ask(route, &head.headers, message, asked).await
            }
            Found::Methods(methods) => Ok(self.misused(&head, &methods, asked)),
            Found::Nothing => {
                let args = vec![("path", head.uri.path().to_owned())];
                let language = asked.language;
                Err(error::own(
                    Code::NotFound,
                    "ROUTE_UNKNOWN",
                    args,
                    language,
                    &self.messages,
                ))
            }
        }
    }

    /// Calls the RPC and answers what it answers.
    async fn ask(
        &self,
        route: &Route,
        headers: &HeaderMap,
        message: DynamicMessage,
        asked: Asked,
    ) -> Result<Response, Status> {
        let link = (self.link)(&service(&route.method)).map_err(|error| self.told(error, asked))?;
        let mut request = tonic::Request::new(message);
        *request.metadata_mut() = MetadataMap::from_headers(passed_on(headers));
        request.set_timeout(self.limits.call);
        let answer = call::unary(link, &route.method, request)
            .await?
            .into_inner();
        let answer = transcode::answer(route, answer);
        let body =
            json::write(&answer).map_err(|cause| self.told(Error::internal(cause), asked))?;
        let mut response = Response::new(Body::from(body));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        let etag =
            transcode::etag(&answer).map(|etag| HeaderValue::try_from(format!("\"{etag}\"")));
        if let Some(Ok(etag)) = etag {
            headers.insert(header::ETAG, etag);
        }
        Ok(response)
    }

    /// The whole body, if it is small enough and says that it is JSON.
    async fn body(
        &self,
        route: &Route,
        headers: &HeaderMap,
        body: Body,
        asked: Asked,
    ) -> Result<Bytes, Status> {
        let body = self.whole(body, asked).await?;
        if route.body != Payload::None && !body.is_empty() && !is_json(headers) {
            return Err(self.own(Code::InvalidArgument, "NOT_JSON", asked));
        }
        Ok(body)
    }

    /// The whole of a body, if it is small enough.
    async fn whole<B>(&self, body: B, asked: Asked) -> Result<Bytes, Status>
    where
        B: HttpBody<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    {
        match Limited::new(body, self.limits.body_bytes).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                let args = vec![("bytes", self.limits.body_bytes.to_string())];
                let (code, language) = (Code::InvalidArgument, asked.language);
                Err(error::own(
                    code,
                    "TOO_LARGE",
                    args,
                    language,
                    &self.messages,
                ))
            }
            // Whoever sent half a body will hardly read this.
            Err(_broken) => Err(self.own(Code::Cancelled, "BODY_BROKEN", asked)),
        }
    }

    /// The answer to a method that a path does not have.
    fn misused(&self, head: &Parts, methods: &[Method], asked: Asked) -> Response {
        let allowed = methods
            .iter()
            .map(Method::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        let args = vec![
            ("path", head.uri.path().to_owned()),
            ("method", head.method.to_string()),
            ("allowed", allowed.clone()),
        ];
        let (code, reason) = (Code::Unimplemented, "METHOD_NOT_ALLOWED");
        let status = error::own(code, reason, args, asked.language, &self.messages);
        let mut response = error::response(&status, asked, &self.messages);
        if let Ok(allowed) = HeaderValue::try_from(allowed) {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        response
    }

    fn page(&self, asked: Asked) -> Response {
        let mut response = Response::new(Body::from(page::html(asked.language, &self.messages)));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(asked.language.tag()),
        );
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        response
    }

    fn own(&self, code: Code, reason: &'static str, asked: Asked) -> Status {
        error::own(code, reason, Vec::new(), asked.language, &self.messages)
    }

    fn told(&self, error: Error, asked: Asked) -> Status {
        status(error, asked.language, &self.messages)
    }
}

fn document(text: &Bytes) -> Response {
    let mut response = Response::new(Body::from(text.clone()));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The service that has a method: the second word of its package.
fn service(method: &MethodDescriptor) -> String {
    let service = method.parent_service();
    service
        .package_name()
        .split('.')
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}

fn query(uri: &Uri) -> Told<Vec<(String, String)>> {
    match Query::<Vec<(String, String)>>::try_from_uri(uri) {
        Ok(Query(parameters)) => Ok(parameters),
        Err(_) => Err(Error::invalid("query", "VALUE_MALFORMED")),
    }
}

/// Whether a body calls itself JSON; one that says nothing is taken for it.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let kind = kind
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let mut passed = HeaderMap::new();
    for name in PASSED_ON {
        if let Some(value) = headers.get(&name) {
            passed.insert(name, value.clone());
        }
    }
    passed
}

/// Headers that every answer has: nothing here is a document with scripts, nothing may be kept by others.
fn protect(headers: &mut HeaderMap) {
    const CONTENT_SECURITY_POLICY: &str =
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests;
