//! `/session`: a browser signs in and out and asks who it is; and what its cookie stands for in every other call.

use axum::{
    body::Body,
    http::{HeaderValue, Method, header, request::Parts},
    response::Response,
};
use baton_chassis::{Error, Result as Told, Violation};
use chrono::DateTime;
use prost_reflect::{DynamicMessage, prost::Message};
use serde_json::{Value as Json, json};
use tonic::{Code, Status, metadata::MetadataMap};

use super::{Edge, is_json, passed_on};
use crate::{
    error::{self, Asked},
    json,
    routes::Found,
    session::{self, Forged, Named, Sessions},
};

/// Where a browser signs in and out.
pub(super) const SESSION: &str = "/session";
/// The call that tells who somebody is.
const ME: &str = "/v1/me";

impl Edge {
    /// Puts the credentials of its session in the place of a browser's cookie, and those of its member in the place of a
    /// program's key. Whoever brings a token of his own is taken at his word, and has no need of a cookie.
    pub(super) async fn admit(&self, head: &mut Parts, asked: Asked) -> Result<(), Status> {
        let Some(sessions) = &self.sessions else {
            return Ok(());
        };
        if let Some(key) = session::key(head) {
            let bearer = sessions.exchanged(key, metadata(head)).await;
            let bearer = bearer.map_err(|error| self.told(error, asked))?;
            head.headers.insert(header::AUTHORIZATION, bearer);
            return Ok(());
        }
        if head.headers.contains_key(header::AUTHORIZATION) {
            return Ok(());
        }
        let Some(secret) = sessions.secret(head) else {
            return Ok(());
        };
        sessions
            .ours(head)
            .map_err(|forged| self.forged(&forged, asked))?;
        let bearer = sessions.bearer(secret, metadata(head)).await;
        let bearer = bearer.map_err(|error| self.told(error, asked))?;
        head.headers.insert(header::AUTHORIZATION, bearer);
        Ok(())
    }

    /// Signs in or out, or tells who is signed in.
    pub(super) async fn session(
        &self,
        sessions: &Sessions,
        head: Parts,
        body: Body,
        asked: Asked,
    ) -> Result<Response, Status> {
        match head.method {
            Method::GET | Method::HEAD => Ok(self.who(sessions, head, asked).await),
            Method::POST => self.sign_in(sessions, &head, body, asked).await,
            Method::DELETE => self.sign_out(sessions, &head, asked).await,
            _ => {
                let methods = [Method::GET, Method::POST, Method::DELETE];
                Ok(self.misused(&head, &methods, asked))
            }
        }
    }

    /// Who is signed in, and what he may do. A browser whose session is over forgets its cookie.
    async fn who(&self, sessions: &Sessions, mut head: Parts, asked: Asked) -> Response {
        let told = async {
            self.admit(&mut head, asked).await?;
            if !head.headers.contains_key(header::AUTHORIZATION) {
                return Err(self.told(Error::Unauthenticated, asked));
            }
            let Found::Route(route, _) = self.routes.find(&Method::GET, ME) else {
                return Err(self.own(Code::Unimplemented, "UNKNOWN_METHOD", asked));
            };
            let request = DynamicMessage::new(route.method.input());
            self.ask(route, &head.headers, request, asked).await
        };
        match told.await {
            Ok(answer) => answer,
            Err(status) => {
                let over = status.code() == Code::Unauthenticated;
                let over = over && sessions.secret(&head).is_some();
                let mut answer = error::response(&status, asked, &self.messages);
                let forget = over.then(|| sessions.keep(&head, None)).flatten();
                set_cookie(&mut answer, forget);
                answer
            }
        }
    }

    async fn sign_in(
        &self,
        sessions: &Sessions,
        head: &Parts,
        body: Body,
        asked: Asked,
    ) -> Result<Response, Status> {
        sessions
            .own(head)
            .map_err(|forged| self.forged(&forged, asked))?;
        let body = self.whole(body, asked).await?;
        // A form of another site could not say so.
        if !head.headers.contains_key(header::CONTENT_TYPE) || !is_json(&head.headers) {
            return Err(self.own(Code::InvalidArgument, "NOT_JSON", asked));
        }
        let named = credentials(&body).map_err(|error| self.told(error, asked))?;
        let opened = sessions.open(named, head, metadata(head)).await;
        let opened = opened.map_err(|error| self.told(error, asked))?;
        if let Some(before) = sessions.secret(head) {
            // Whoever signs in anew does so in the place of the session before.
            drop(sessions.close(before, metadata(head)).await);
        }
        let mut told = self
            .json("baton.directory.v1.OpenSessionResponse", &opened)
            .map_err(|error| self.told(error, asked))?;
        if let Some(fields) = told.as_object_mut() {
            fields.remove("secret");
        }
        let mut answer = answer(&told);
        let ends = opened.expire_time.as_ref().map(|ends| ends.seconds);
        let ends = ends.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let kept = ends.map(|ends| (opened.secret.as_str(), ends));
        set_cookie(&mut answer, sessions.keep(head, kept));
        Ok(answer)
    }

    async fn sign_out(
        &self,
        sessions: &Sessions,
        head: &Parts,
        asked: Asked,
    ) -> Result<Response, Status> {
        let mut answer = answer(&json!({}));
        if let Some(secret) = sessions.secret(head) {
            sessions
                .ours(head)
                .map_err(|forged| self.forged(&forged, asked))?;
            let closed = sessions.close(secret, metadata(head)).await;
            closed.map_err(|error| self.told(error, asked))?;
            set_cookie(&mut answer, sessions.keep(head, None));
        }
        Ok(answer)
    }

    fn forged(&self, _: &Forged, asked: Asked) -> Status {
        self.own(Code::PermissionDenied, "CSRF", asked)
    }

    /// A message of the contracts as JSON.
    pub(super) fn json(&self, name: &str, message: &impl Message) -> Told<Json> {
        let of = self.pool.get_message_by_name(name);
        let of = of.ok_or_else(|| Error::internal(format!("{name} is no message")))?;
        let message = DynamicMessage::decode(of, message.encode_to_vec().as_slice());
        let written = json::write(&message.map_err(Error::internal)?).map_err(Error::internal)?;
        serde_json::from_slice(&written).map_err(Error::internal)
    }
}

/// What goes on to the directory of a browser's request besides its secret.
pub(super) fn metadata(head: &Parts) -> MetadataMap {
    let mut passed = passed_on(&head.headers);
    passed.remove(header::AUTHORIZATION);
    MetadataMap::from_headers(passed)
}

/// Name, password and, if there is one, code.
fn credentials(body: &[u8]) -> Told<Named> {
    let body: Json = serde_json::from_slice(body).map_err(|error| {
        let violation = Violation::new("body", "JSON_MALFORMED")
            .with("line", error.line())
            .with("column", error.column());
        Error::Invalid(vec![violation])
    })?;
    let mut violations = Vec::new();
    let mut text = |name: &'static str| match &body[name] {
        Json::String(text) => text.clone(),
        Json::Null => {
            violations.push(Violation::new(name, "REQUIRED"));
            String::new()
        }
        _ => {
            violations.push(Violation::new(name, "NOT_TEXT"));
            String::new()
        }
    };
    let (user, password) = (text("user"), text("password"));
    let code = match &body["code"] {
        Json::Null => String::new(),
        _ => text("code"),
    };
    let named = Named {
        user,
        password,
        code,
    };
    if violations.is_empty() {
        Ok(named)
    } else {
        Err(Error::Invalid(violations))
    }
}

pub(super) fn answer(told: &Json) -> Response {
    let mut answer = Response::new(Body::from(told.to_string()));
    let kind = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

pub(super) fn set_cookie(answer: &mut Response, cookie: Option<HeaderValue>) {
    let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie));
    answer.headers_mut().extend(cookie);
}
