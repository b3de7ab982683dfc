//! The door of a process: every call comes through it, from the network or from the process itself, and nothing behind it
//! is reached without a rule.
//!
//! In this order: trace, token, limits, deadline, who calls, may he. What it finds out stands in the request as a
//! [`Caller`]; the services trust that and look no further.

use std::{
    collections::HashMap,
    convert::Infallible,
    fmt,
    net::IpAddr,
    sync::Arc,
    task,
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use http::{HeaderMap, header::AUTHORIZATION};
use tokio::sync::Semaphore;
use tonic::{Code, Status, body::Body, service::Routes};
use tower::Service;
use tracing::{Instrument as _, field};

use crate::{
    Error, Language, Messages, Result, Time,
    caller::{Caller, EXPORTED, Who, language},
    context::Context,
    ids::ApiKeyId,
    link::BoxError,
    list::Scope,
    listen::Arrival,
    metrics::{self, Metrics},
    origin::{ORIGIN, Origin, Way},
    policy::{self, Access, Function, Rule, SecondFactorDemanded},
    status,
    telemetry::{TRACEPARENT, Trace},
    token::Claims,
};

/// When to come back after the house was full.
const RETRY_MS: u64 = 500;

/// Told of every call that went through: its path, and whether it was answered or refused.
pub type Recorder = Arc<dyn Fn(&str, Outcome) + Send + Sync>;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer.
    Allowed,
    /// With a refusal: a rule, a right or a state said no.
    Refused,
    /// With a fault, ours or the network's.
    Failed,
}

/// The door; cheap to clone.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) routes: Routes,
    pub(crate) house: Arc<House>,
}

/// What stands behind the door.
pub(crate) struct House {
    pub(crate) services: HashMap<&'static str, Context>,
    pub(crate) messages: Arc<Messages>,
    pub(crate) room: Room,
    pub(crate) limit: Duration,
    pub(crate) recorder: Option<Recorder>,
    pub(crate) metrics: Metrics,
}

/// Places for calls that are worked on.
pub(crate) struct Room {
    /// For calls from outside.
    calls: Semaphore,
    /// For what services ask each other in the course of them: a call that was let in is not to fail half-way because
    /// others wait at the door. It asks one neighbour at a time, who may ask another; operations run besides.
    within: Semaphore,
}

impl Room {
    pub(crate) fn of(calls: usize) -> Self {
        Self {
            calls: Semaphore::new(calls),
            within: Semaphore::new(calls.saturating_mul(2).min(Semaphore::MAX_PERMITS)),
        }
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").finish_non_exhaustive()
    }
}

impl Service<http::Request<Body>> for Door {
    type Response = http::Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> task::Poll<Result<(), Self::Error>> {
        task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let (mut routes, house) = (self.routes.clone(), self.house.clone());
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            let began = Instant::now();
            let span = tracing::info_span!(
                "call",
                rpc = path,
                trace.id = field::Empty,
                otel.name = path,
                otel.kind = "server",
                rpc.code = field::Empty
            );
            let trace = Trace::within(&span, text(request.headers(), TRACEPARENT));
            span.record("trace.id", trace.id());
            let answer = house
                .serve(&mut routes, request, trace)
                .instrument(span.clone())
                .await;
            let code = code(&answer);
            span.record("rpc.code", metrics::code_name(code));
            house.metrics.called(&path, code, began.elapsed());
            if let Some(record) = &house.recorder {
                record(&path, outcome(code));
            }
            Ok(answer)
        })
    }
}

fn text(headers: &HeaderMap, name: impl http::header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// How a call ended. One that ends without a message carries its status in the headers.
fn code(answer: &http::Response<Body>) -> Code {
    let code = answer.headers().get("grpc-status");
    code.map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()))
}

fn outcome(code: Code) -> Outcome {
    match code {
        Code::Ok => Outcome::Allowed,
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unauthenticated => Outcome::Refused,
        _ => Outcome::Failed,
    }
}

impl House {
    async fn serve(
        &self,
        routes: &mut Routes,
        mut request: http::Request<Body>,
        trace: Trace,
    ) -> http::Response<Body> {
        let path = request.uri().path().to_owned();
        let asked = text(request.headers(), "accept-language")
            .and_then(Language::accepted)
            .unwrap_or_default();
        if path.starts_with("/grpc.") {
            return pass(routes, request).await;
        }
        let claims = self.claims(&path, request.headers());
        let room = match &claims {
            Some(claims) if claims.is_of_a_service() => &self.room.within,
            _ => &self.room.calls,
        };
        let Ok(_permit) = room.try_acquire() else {
            return self.refuse(Error::Exhausted { retry_ms: RETRY_MS }, asked);
        };
        let limit = text(request.headers(), "grpc-timeout")
            .and_then(timeout)
            .map_or(self.limit, |t| t.min(self.limit));
        let arrival = request.extensions().get::<Arrival>().copied();
        let from = arrival.map(|arrival| arrival.address);
        let work = async {
            let admitted = self.admit(&path, request.headers(), claims, trace, from);
            match admitted.await {
                Ok(caller) => {
                    request.extensions_mut().insert(caller);
                    pass(routes, request).await
                }
                Err(error) => self.refuse(error, asked),
            }
        };
        match tokio::time::timeout(limit, work).await {
            Ok(answer) => answer,
            Err(_elapsed) => {
                let late = self.messages.text(asked, "DEADLINE", &vec![]);
                Status::deadline_exceeded(late).into_http()
            }
        }
    }

    fn refuse(&self, error: Error, language: Language) -> http::Response<Body> {
        status::status(error, language, &self.messages).into_http()
    }

    /// What a token that is good for the path says, if the call bears one.
    fn claims(&self, path: &str, headers: &HeaderMap) -> Option<Claims> {
        let (cx, audiences) = self.behind(path).ok()?;
        let bearer = text(headers, AUTHORIZATION)?;
        let token = bearer
            .strip_prefix("Bearer ")
            .or_else(|| bearer.strip_prefix("bearer "))?;
        cx.keys.verify(token.trim(), &audiences, cx.clock.now())
    }

    /// Decides who calls, and whether he may.
    async fn admit(
        &self,
        path: &str,
        headers: &HeaderMap,
        claims: Option<Claims>,
        trace: Trace,
        from: Option<IpAddr>,
    ) -> Result<Caller> {
        let rule = policy::rule(path).ok_or(Error::Denied)?;
        let (cx, _) = self.behind(path)?;
        let people = match &claims {
            Some(claims) => cx.people.at_least(claims.ep).await?,
            None => cx.people.snapshot().await?,
        };
        let made_at = claims.as_ref().map_or(0, |c| c.ep);
        let is_within = claims.as_ref().is_some_and(Claims::is_of_a_service);
        if rule == Rule::Within && !is_within {
            return Err(if claims.is_some() {
                Error::Denied
            } else {
                Error::Unauthenticated
            });
        }
        let until = claims.as_ref().and_then(|c| Time::from_timestamp(c.exp, 0));
        let session = claims.as_ref().and_then(|claims| claims.sid);
        let key = claims.as_ref().and_then(|claims| claims.key);
        let to_enrol = claims.as_ref().is_some_and(Claims::is_only_to_enrol);
        let who = claims.map_or(Who::Nobody, who);
        if let Who::Member(id) = who
            && !people.is_good(id, key, made_at)
        {
            return Err(Error::Unauthenticated);
        }
        if to_enrol && !policy::serves_to_enrol(path) {
            return Err(SecondFactorDemanded.into());
        }
        let mut scope = scope(rule, &who, key, &people)?;
        let within = headers
            .contains_key(EXPORTED)
            .then(|| exported(&who, key, &people));
        if let (Some(within), Rule::Any(..)) = (&within, rule) {
            scope = scope.within(within);
        }
        if within == Some(Scope::Nothing) {
            return Err(Error::Denied);
        }
        let language = language(&people, person(&who), text(headers, "accept-language"));
        let told = headers.get(ORIGIN);
        let told = told.and_then(|told| cx.voucher.believe(told, cx.clock.now()));
        let origin = told.unwrap_or_else(|| Origin::by(way(&who)).from(from));
        let call = path.trim_start_matches('/').into();
        Ok(Caller {
            who,
            session,
            key,
            to_enrol,
            call,
            origin,
            scope,
            within,
            language,
            trace,
            people,
            made_at,
            until,
        })
    }

    /// The service that a path leads to, and the audiences whose tokens it takes. What the chassis serves for all services
    /// of the process takes the tokens of each.
    fn behind(&self, path: &str) -> Result<(&Context, Vec<&'static str>)> {
        let context = path
            .trim_start_matches("/baton.")
            .split('.')
            .next()
            .unwrap_or_default();
        if let Some((name, cx)) = self.services.get_key_value(context) {
            return Ok((cx, vec![*name]));
        }
        // Any of them knows the directory; an edge does not.
        let any = self.services.values().find(|cx| cx.stored);
        match any {
            Some(cx)
                if matches!(
                    context,
                    "log" | "chain" | "handoff" | "holding" | "audit" | "personal"
                ) =>
            {
                Ok((cx, self.services.keys().copied().collect()))
            }
            _ => Err(Error::Away(context.to_owned())),
        }
    }
}

async fn pass(routes: &mut Routes, request: http::Request<Body>) -> http::Response<Body> {
    let answer: Result<_, Infallible> = routes.call(request).await;
    match answer {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

fn who(claims: Claims) -> Who {
    match claims.sub {
        Some(member) => Who::Member(member),
        None => Who::Service {
            name: claims.iss,
            behalf: claims.obo,
        },
    }
}

/// By which way somebody came in of whom nobody tells it.
fn way(who: &Who) -> Way {
    match who {
        Who::Service { name, .. } if name == policy::COMMAND_LINE => Way::CommandLine,
        Who::Service { .. } => Way::Service,
        Who::Member(_) | Who::Nobody => Way::Grpc,
    }
}

fn person(who: &Who) -> Option<crate::ids::MemberId> {
    match who {
        Who::Member(id) => Some(*id),
        Who::Service { behalf, .. } => *behalf,
        Who::Nobody => None,
    }
}

/// The rows on which a caller may make a call under its rule; refused when he may not at all.
fn scope(
    rule: Rule,
    who: &Who,
    key: Option<ApiKeyId>,
    people: &crate::people::Snapshot,
) -> Result<Scope> {
    let named = |services: &[&str], name: &str| services.contains(&name);
    match (rule, who) {
        (Rule::Public, _) => Ok(Scope::Nothing),
        (_, Who::Nobody) => Err(Error::Unauthenticated),
        (Rule::InPerson, _) if key.is_some() => Err(Error::Denied),
        (Rule::SignedIn | Rule::InPerson | Rule::Within, _) => Ok(Scope::All),
        (Rule::Services(services) | Rule::Any(_, services), Who::Service { name, .. })
            if named(services, name) =>
        {
            Ok(Scope::All)
        }
        (Rule::Any(functions, _), Who::Member(id)) => {
            match people.scope(*id, &people.left_by(key, functions)) {
                Scope::Nothing => Err(Error::Denied),
                scope => Ok(scope),
            }
        }
        (Rule::Services(_), Who::Member(_))
        | (Rule::Services(_) | Rule::Any(..), Who::Service { .. }) => Err(Error::Denied),
    }
}

/// The rows of which a caller may take something out as a file.
fn exported(who: &Who, key: Option<ApiKeyId>, people: &crate::people::Snapshot) -> Scope {
    match who {
        Who::Member(id) => {
            let functions = people.left_by(key, &[(Function::Export, Access::Read)]);
            people.scope(*id, &functions)
        }
        Who::Service { .. } => Scope::All,
        Who::Nobody => Scope::Nothing,
    }
}

/// Reads a `grpc-timeout`: at most eight digits and a unit.
fn timeout(header: &str) -> Option<Duration> {
    let (digits, unit) = header.split_at_checked(header.len().checked_sub(1)?)?;
    let amount = digits.parse::<u64>().ok().filter(|_| digits.len() <= 8)?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3_600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_read_in_every_unit() {
        assert_eq!(timeout("2S"), Some(Duration::from_secs(2)));
        assert_eq!(timeout("150m"), Some(Duration::from_millis(150)));
        for wrong in ["", "S", "2", "123456789S", "2x"] {
            assert_eq!(timeout(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_done_in_person_is_not_done_by_a_key() {
        let people = crate::people::Snapshot::default();
        let nil = uuid::Uuid::nil();
        let li = Who::Member(nil.into());
        let by = |rule, key| scope(rule, &li, key, &people).is_ok();
        assert!(by(Rule::InPerson, None));
        assert!(!by(Rule::InPerson, Some(nil.into())));
        assert!(by(Rule::SignedIn, Some(nil.into())));
    }

    #[test]
    fn a_service_passes_only_where_the_rule_names_it() {
        let people = crate::people::Snapshot::default();
        let sales = Who::Service {
            name: "sales".to_owned(),
            behalf: None,
        };
        assert!(matches!(
            scope(Rule::Services(&["sales"]), &sales, None, &people),
            Ok(Scope::All)
        ));
        assert!(matches!(
            scope(Rule::Services(&["marketing"]), &sales, None, &people),
            Err(Error::Denied)
        ));
        assert!(matches!(
            scope(Rule::Any(&[], &[]), &sales, None, &people),
            Err(Error::Denied)
        ));
        assert!(matches!(
            scope(Rule::SignedIn, &Who::Nobody, None, &people),
            Err(Error::Unauthenticated)
        ));
    }
}
