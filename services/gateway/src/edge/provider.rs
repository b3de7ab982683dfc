//! `/sign-in`: a browser goes to a provider of OpenID Connect and comes back signed in.
//!
//! The gateway only sends it there and takes it back: what the browser holds meanwhile it can neither read nor make, and whom it comes
//! back as the directory finds out.

use axum::{
    body::Body,
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use baton_chassis::Error;
use baton_proto::directory::v1::OpenProviderSessionRequest;
use chrono::DateTime;
use tonic::{Code, Status};

use super::{Edge, browser, query};
use crate::{
    error::{self, Asked},
    page,
    session::Sessions,
};

/// Where the providers are listed, and begins the way to each.
pub(super) const SIGN_IN: &str = "/sign-in";

/// What is below [`SIGN_IN`].
enum Place<'p> {
    /// All providers.
    List,
    /// The way to a provider.
    Way(&'p str),
    /// The way back.
    Back(&'p str),
}

fn place(path: &str) -> Option<Place<'_>> {
    let below = path.strip_prefix(SIGN_IN)?;
    if below.is_empty() {
        return Some(Place::List);
    }
    let name = below.strip_prefix('/')?;
    match name.split_once('/') {
        None => Some(Place::Way(name)),
        Some((name, "back")) => Some(Place::Back(name)),
        Some(_) => None,
    }
}

/// Whether a path is one of these.
pub(super) fn is_meant(path: &str) -> bool {
    place(path).is_some()
}

impl Edge {
    /// Answers a browser that signs in by a provider.
    pub(super) async fn by_provider(
        &self,
        sessions: &Sessions,
        head: &Parts,
        asked: Asked,
    ) -> Result<Response, Status> {
        if !matches!(head.method, Method::GET) {
            return Ok(self.misused(head, &[Method::GET], asked));
        }
        match place(head.uri.path()) {
            Some(Place::List) => self.providers(sessions, head, asked).await,
            Some(Place::Way(name)) => {
                let there = self.there(sessions, head, name, asked).await;
                Ok(there.unwrap_or_else(|status| self.refused(&status, asked)))
            }
            Some(Place::Back(name)) => {
                let back = self.back(sessions, head, name, asked).await;
                let mut answer = back.unwrap_or_else(|status| self.refused(&status, asked));
                if let Some(spent) = sessions.hold(head, None) {
                    answer.headers_mut().append(header::SET_COOKIE, spent);
                }
                Ok(answer)
            }
            None => Err(self.own(Code::NotFound, "ROUTE_UNKNOWN", asked)),
        }
    }

    async fn providers(
        &self,
        sessions: &Sessions,
        head: &Parts,
        asked: Asked,
    ) -> Result<Response, Status> {
        let listed = sessions.providers(browser::metadata(head)).await;
        let listed = listed
            .and_then(|listed| self.json("baton.directory.v1.ListProvidersResponse", &listed))
            .map_err(|error| self.told(error, asked))?;
        Ok(browser::answer(&listed))
    }

    /// Sends a browser to a provider.
    async fn there(
        &self,
        sessions: &Sessions,
        head: &Parts,
        name: &str,
        asked: Asked,
    ) -> Result<Response, Status> {
        let told = |error| self.told(error, asked);
        let return_to = parameter(&query(&head.uri).map_err(told)?, "return_to");
        let begun = sessions
            .begin(name, return_to, browser::metadata(head))
            .await;
        let begun = begun.map_err(told)?;
        let mut answer = sent(&begun.url).map_err(told)?;
        browser::set_cookie(&mut answer, sessions.hold(head, Some(&begun.attempt)));
        Ok(answer)
    }

    /// Takes a browser back.
    async fn back(
        &self,
        sessions: &Sessions,
        head: &Parts,
        name: &str,
        asked: Asked,
    ) -> Result<Response, Status> {
        let told = |error| self.told(error, asked);
        let query = query(&head.uri).map_err(told)?;
        let request = OpenProviderSessionRequest {
            provider: name.to_owned(),
            attempt: sessions.attempt(head).unwrap_or_default().to_owned(),
            code: parameter(&query, "code"),
            state: parameter(&query, "state"),
            iss: parameter(&query, "iss"),
            error: parameter(&query, "error"),
            ..OpenProviderSessionRequest::default()
        };
        let opened = sessions
            .open_by_provider(request, head, browser::metadata(head))
            .await;
        let opened = opened.map_err(told)?;
        if let Some(before) = sessions.secret(head) {
            drop(sessions.close(before, browser::metadata(head)).await);
        }
        let mut answer = sent(&opened.return_to).map_err(told)?;
        let ends = opened.expire_time.as_ref().map(|ends| ends.seconds);
        let ends = ends.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let kept = ends.map(|ends| (opened.secret.as_str(), ends));
        browser::set_cookie(&mut answer, sessions.keep(head, kept));
        Ok(answer)
    }

    /// Why nobody is signed in, as a page: it is a person who comes here.
    fn refused(&self, status: &Status, asked: Asked) -> Response {
        let status = error::outward(status.clone(), asked, &self.messages);
        let mut answer = error::response(&status, asked, &self.messages);
        let page = page::refused(status.message(), asked.language, &self.messages);
        *answer.body_mut() = Body::from(page);
        let headers = answer.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, kind);
        answer
    }
}

/// Sends a browser elsewhere.
fn sent(to: &str) -> Result<Response, Error> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::try_from(to).map_err(Error::internal)?;
    answer.headers_mut().insert(header::LOCATION, to);
    Ok(answer)
}

fn parameter(query: &[(String, String)], name: &str) -> String {
    let mut named = query.iter().filter(|(known, _)| known == name);
    named
        .next()
        .map(|(_, value)| value.clone())
        .unwrap_or_default()
}
