//! The last step of every error: a `google.rpc.Status` in the caller's language, with exactly one reason.

use std::{collections::HashMap, time::Duration};

use tonic::{Code, Status};
use tonic_types::{ErrorDetail, ErrorDetails, FieldViolation, LocalizedMessage, StatusExt as _};

use crate::{
    Args, Error, Violation,
    locale::{Language, Messages},
};

/// Domain of every reason.
pub const DOMAIN: &str = "baton";
/// When to come back after something was away.
const RETRY: Duration = Duration::from_secs(1);
/// The longest sentence that is told in a second language, in octets: details travel in a header.
const SENTENCE_MAX: usize = 1_024;

/// Tells an error to the caller. Faults of ours are logged here, once, and told as nothing but that.
#[must_use]
pub fn status(error: Error, language: Language, messages: &Messages) -> Status {
    match error {
        Error::Unavailable(what) => {
            tracing::warn!(what, "unavailable");
            told(&Error::Unavailable(what), language, messages)
        }
        Error::Away(service) => {
            tracing::warn!(service, "a service cannot be reached");
            told(&Error::Away(service), language, messages)
        }
        Error::Answered(status) => *status,
        Error::Internal(cause) => {
            tracing::error!(error = %chain(cause.as_ref()), "internal error");
            told(&Error::Internal(cause), language, messages)
        }
        error => told(&error, language, messages),
    }
}

/// Tells an error to another service, which may have to tell it later to somebody who reads another language: the
/// sentence comes in all of them, the one that was asked for last, where readers of a single one look.
#[must_use]
pub fn status_for_service(error: Error, language: Language, messages: &Messages) -> Status {
    if matches!(error, Error::Answered(_)) {
        return status(error, language, messages);
    }
    let others: Vec<ErrorDetail> = Language::ALL
        .into_iter()
        .filter(|other| *other != language)
        .map(|other| (other, sentence(&error, other, messages)))
        .filter(|(_, text)| text.len() <= SENTENCE_MAX)
        .map(|(other, text)| LocalizedMessage::new(other.tag(), text).into())
        .collect();
    let status = status(error, language, messages);
    let details = others
        .into_iter()
        .chain(status.get_error_details_vec())
        .collect::<Vec<_>>();
    Status::with_error_details_vec(status.code(), status.message(), details)
}

/// What an error says to people.
#[must_use]
pub fn sentence(error: &Error, language: Language, messages: &Messages) -> String {
    told(error, language, messages).message().to_owned()
}

/// The violations of a request, each with its rule as a text.
#[must_use]
pub fn violations(
    violations: &[Violation],
    language: Language,
    messages: &Messages,
) -> Vec<FieldViolation> {
    let rule = |v: &Violation| {
        let text = messages.text(language, v.reason, &v.args);
        let mut told = FieldViolation::new(v.field.clone(), text);
        v.reason.clone_into(&mut told.reason);
        told
    };
    violations.iter().map(rule).collect()
}

/// Tells a request that breaks rules, by whomever they were found.
#[must_use]
pub fn broken(violations: Vec<FieldViolation>, language: Language, messages: &Messages) -> Status {
    Teller { language, messages }.broken(violations)
}

fn told(error: &Error, language: Language, messages: &Messages) -> Status {
    let tell = Teller { language, messages };
    match error {
        Error::NotFound { kind, id } => {
            tell.resource(Code::NotFound, "NOT_FOUND", kind, id.clone())
        }
        Error::Exists { kind, id } => {
            tell.resource(Code::AlreadyExists, "EXISTS", kind, id.clone())
        }
        Error::Refused(refusal) => {
            let text = messages.text(language, refusal.reason, &refusal.args);
            let mut details = ErrorDetails::new();
            details.add_precondition_failure_violation(refusal.reason, "", text.clone());
            tell.finish(
                Code::FailedPrecondition,
                refusal.reason,
                refusal.args.clone(),
                text,
                details,
            )
        }
        Error::Invalid(broken) => tell.broken(violations(broken, language, messages)),
        Error::Stale | Error::Raced => tell.plain(Code::Aborted, "STALE"),
        Error::Denied => tell.plain(Code::PermissionDenied, "DENIED"),
        Error::Unauthenticated => tell.plain(Code::Unauthenticated, "UNAUTHENTICATED"),
        Error::KeyReused => tell.plain(Code::InvalidArgument, "IDEMPOTENCY_KEY_REUSED"),
        Error::Exhausted { retry_ms } => {
            let args = vec![("seconds", retry_ms.div_ceil(1_000).to_string())];
            let text = messages.text(language, "EXHAUSTED", &args);
            let details = ErrorDetails::with_retry_info(Some(Duration::from_millis(*retry_ms)));
            tell.finish(Code::ResourceExhausted, "EXHAUSTED", args, text, details)
        }
        Error::Unavailable(_) => {
            let text = messages.text(language, "UNAVAILABLE", &Args::new());
            let details = ErrorDetails::with_retry_info(Some(RETRY));
            tell.finish(Code::Unavailable, "UNAVAILABLE", Args::new(), text, details)
        }
        Error::Away(service) => {
            let args = vec![("service", service.clone())];
            let text = messages.text(language, "SERVICE_AWAY", &args);
            let details = ErrorDetails::with_retry_info(Some(RETRY));
            tell.finish(Code::Unavailable, "SERVICE_AWAY", args, text, details)
        }
        Error::Answered(status) => status.as_ref().clone(),
        Error::Internal(_) => tell.plain(Code::Internal, "INTERNAL"),
    }
}

/// An error and all its causes in one line, for the log.
#[must_use]
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

struct Teller<'m> {
    language: Language,
    messages: &'m Messages,
}

impl Teller<'_> {
    fn plain(&self, code: Code, reason: &'static str) -> Status {
        let text = self.messages.text(self.language, reason, &Args::new());
        self.finish(code, reason, Args::new(), text, ErrorDetails::new())
    }

    fn resource(&self, code: Code, reason: &'static str, kind: &'static str, id: String) -> Status {
        let args = vec![("kind", kind.to_owned()), ("id", id.clone())];
        let text = self.messages.text(self.language, reason, &args);
        let details = ErrorDetails::with_resource_info(kind, id, "", text.clone());
        self.finish(code, reason, args, text, details)
    }

    fn broken(&self, violations: Vec<FieldViolation>) -> Status {
        let mut details = ErrorDetails::new();
        let fields: Vec<_> = violations
            .iter()
            .map(|v| format!("{} {}", v.field, v.description))
            .collect();
        let mut args = vec![
            ("count", violations.len().to_string()),
            ("fields", fields.join("; ")),
        ];
        details.set_bad_request(violations);
        let text = self.messages.text(self.language, "INVALID", &args);
        args.pop();
        self.finish(Code::InvalidArgument, "INVALID", args, text, details)
    }

    fn finish(
        &self,
        code: Code,
        reason: &'static str,
        args: Args,
        text: String,
        mut details: ErrorDetails,
    ) -> Status {
        let values: HashMap<String, String> = args
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        details.set_error_info(reason, DOMAIN, values);
        details.set_localized_message(self.language.tag(), text.clone());
        Status::with_error_details(code, text, details)
    }
}
