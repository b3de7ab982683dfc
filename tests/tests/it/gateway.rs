//! What the stories of the gateway share: a caller who knows nothing but HTTP and JSON, or as little of gRPC as a browser.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderName, Request},
};
use baton_chassis::{
    listen,
    test::{Engine, Person, World},
};
use baton_gateway::Files;
use prost::Message;
use serde_json::{Value as Json, json};
use tonic::Status;

/// A world with the directory and the gateway in front of it, without a console whether one was built or not.
pub async fn world(engine: Engine) -> World {
    let gateway = baton_gateway::service().http(|cx| baton_gateway::router(cx, Files::none()));
    World::new(engine, vec![baton_directory::service(), gateway]).await
}

/// Someone who calls over HTTP.
#[derive(Clone)]
pub struct Caller {
    app: Router,
    token: String,
    language: &'static str,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub code: u16,
    pub headers: HeaderMap,
    pub body: Json,
    /// The same as it was written.
    pub text: String,
}

impl Caller {
    pub fn of(world: &World, person: &Person) -> Self {
        Self {
            token: person.token.clone(),
            ..Self::stranger(world)
        }
    }

    pub fn stranger(world: &World) -> Self {
        let app = world.process.http().expect("the gateway is in the world");
        Self {
            app,
            token: String::new(),
            language: "en",
        }
    }

    pub fn reading(&self, language: &'static str) -> Self {
        Self {
            language,
            ..self.clone()
        }
    }

    pub fn bearing(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    pub async fn get(&self, uri: &str) -> Answer {
        self.ask("GET", uri, &[], &Json::Null).await
    }

    pub async fn post(&self, uri: &str, body: &Json) -> Answer {
        self.ask("POST", uri, &[], body).await
    }

    pub async fn patch(&self, uri: &str, body: &Json) -> Answer {
        self.ask("PATCH", uri, &[], body).await
    }

    /// Asks by way of gRPC-Web: `directory.v1.SessionService/GetMe`.
    pub async fn web<A: Message + Default>(
        &self,
        call: &str,
        request: impl Message,
    ) -> Result<A, Status> {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("accept-language", self.language)];
        if !self.token.is_empty() {
            headers.push(("authorization", bearer.as_str()));
        }
        web(&self.app, call, &headers, request).await
    }

    /// Asks with further headers; a body that is null is none.
    pub async fn ask(
        &self,
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        body: &Json,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("accept-language", self.language);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Json::Null => request.body(Body::empty()),
            body => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
        };
        let response = listen::ask(&mut self.app.clone(), request.unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 24).await.unwrap();
        Answer {
            code: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

impl Answer {
    /// The body of a call that went well.
    #[track_caller]
    pub fn done(self) -> Json {
        assert_eq!(self.code, 200, "{}", self.body);
        self.body
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// HTTP code, code of google.rpc and reason of a refusal.
    pub fn refusal(&self) -> (u16, i64, &str) {
        let reason = self.detail("ErrorInfo")["reason"]
            .as_str()
            .unwrap_or_default();
        (
            self.code,
            self.body["code"].as_i64().unwrap_or_default(),
            reason,
        )
    }

    /// The detail of an error with this name.
    pub fn detail(&self, name: &str) -> &Json {
        let kind = format!("type.googleapis.com/google.rpc.{name}");
        let details = self.body["details"].as_array();
        details
            .into_iter()
            .flatten()
            .find(|d| d["@type"] == *kind)
            .unwrap_or(&Json::Null)
    }

    /// Each violated field with what is said about it.
    pub fn violations(&self) -> Vec<(&str, &str)> {
        let told = self.detail("BadRequest")["fieldViolations"]
            .as_array()
            .into_iter()
            .flatten();
        told.map(|v| {
            (
                v["field"].as_str().unwrap(),
                v["description"].as_str().unwrap(),
            )
        })
        .collect()
    }
}

/// A browser: it keeps a cookie, and its pages say that they are ours.
#[derive(Clone)]
pub struct Browser {
    caller: Caller,
    /// `name=value` of the cookie that it keeps; empty for none.
    pub cookie: String,
}

impl Browser {
    pub fn new(world: &World) -> Self {
        Self {
            caller: Caller::stranger(world),
            cookie: String::new(),
        }
    }

    /// The same browser after the gateway was started again.
    pub fn back(&self, world: &World) -> Self {
        Self {
            cookie: self.cookie.clone(),
            ..Self::new(world)
        }
    }

    /// The same browser of somebody who reads this language.
    pub fn reading(&self, language: &'static str) -> Self {
        Self {
            caller: self.caller.reading(language),
            ..self.clone()
        }
    }

    pub async fn sign_in(&mut self, user: &str, password: &str) -> Answer {
        let named = json!({ "user": user, "password": password });
        self.ask("POST", "/session", &named).await
    }

    /// A browser in which somebody has signed in.
    pub async fn of(world: &World, user: &str, password: &str) -> Self {
        let mut browser = Self::new(world);
        browser.sign_in(user, password).await.done();
        browser
    }

    /// Asks as one of our pages does, and keeps the cookie that comes back.
    pub async fn ask(&mut self, method: &str, uri: &str, body: &Json) -> Answer {
        let answer = self
            .ask_with(&[("x-baton-csrf", "1")], method, uri, body)
            .await;
        if let Some(cookie) = answer.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            let is_kept = !cookie.ends_with('=');
            self.cookie = if is_kept {
                cookie.to_owned()
            } else {
                String::new()
            };
        }
        answer
    }

    /// Asks with its cookie and these headers.
    pub async fn ask_with(
        &self,
        headers: &[(&str, &str)],
        method: &str,
        uri: &str,
        body: &Json,
    ) -> Answer {
        let mut headers = headers.to_vec();
        if !self.cookie.is_empty() {
            headers.push(("cookie", &self.cookie));
        }
        self.caller.ask(method, uri, &headers, body).await
    }

    /// Who is signed in, by sign-in name; empty for nobody.
    pub async fn who(&mut self) -> String {
        let answer = self.ask("GET", "/session", &Json::Null).await;
        let name = answer.body["member"]["name"].as_str().unwrap_or_default();
        assert_eq!(name.is_empty(), answer.code == 401, "{}", answer.body);
        name.to_owned()
    }

    /// Asks by way of gRPC-Web.
    pub async fn web<A: Message + Default>(
        &self,
        call: &str,
        request: impl Message,
    ) -> Result<A, Status> {
        let headers = [("cookie", self.cookie.as_str()), ("x-baton-csrf", "1")];
        web(&self.caller.app, call, &headers, request).await
    }

    /// The same with other headers.
    pub async fn web_with<A: Message + Default>(
        &self,
        headers: &[(&str, &str)],
        call: &str,
        request: impl Message,
    ) -> Result<A, Status> {
        let headers = [&[("cookie", self.cookie.as_str())][..], headers].concat();
        web(&self.caller.app, call, &headers, request).await
    }
}

/// A call by way of gRPC-Web, as a browser makes it: five bytes and the message, and the last frame says how it ended.
pub async fn web<A: Message + Default>(
    app: &Router,
    call: &str,
    headers: &[(&str, &str)],
    request: impl Message,
) -> Result<A, Status> {
    let message = request.encode_to_vec();
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let body = [&[0][..], &length, &message].concat();
    let mut asked = Request::builder()
        .method("POST")
        .uri(format!("/baton.{call}"))
        .header("content-type", "application/grpc-web+proto");
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    let asked = asked.body(Body::from(body)).unwrap();
    let answer = listen::ask(&mut app.clone(), asked).await.unwrap();
    assert_eq!(answer.status(), 200);
    let bytes = to_bytes(answer.into_body(), 1 << 24).await.unwrap();
    let (mut bytes, mut message, mut ended) = (&bytes[..], None, None);
    while let [flag, a, b, c, d, rest @ ..] = bytes {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let (frame, rest) = rest.split_at(length);
        match flag {
            0 => message = Some(A::decode(frame).unwrap()),
            0x80 => ended = Some(status(frame)),
            other => panic!("a frame of kind {other}"),
        }
        bytes = rest;
    }
    let ended = ended.expect("an end");
    match ended.code() {
        tonic::Code::Ok => Ok(message.expect("a message")),
        _ => Err(ended),
    }
}

/// The status in a frame of trailers.
fn status(frame: &[u8]) -> Status {
    let mut trailers = HeaderMap::new();
    for line in std::str::from_utf8(frame).unwrap().split_terminator("\r\n") {
        let (name, value) = line.split_once(':').unwrap();
        let name: HeaderName = name.parse().unwrap();
        trailers.insert(name, value.parse().unwrap());
    }
    Status::from_header_map(&trailers).unwrap()
}
