//! What can go wrong, by kind: one enum for all of Baton, told to the caller only at the very end.
//!
//! A text for people is never made here: an error carries stable reasons and their values, and the door turns
//! them into a sentence of the caller's language ([`crate::locale`]). Causes stay in the log.

use std::{error::Error as StdError, fmt};

use crate::db;

/// The type most functions of a service answer with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Values of a message, by the names its text uses.
pub type Args = Vec<(&'static str, String)>;

/// A refusal of the domain: why something cannot be done to a noun in the state it is in.
///
/// The sentence (`Display`) is for the log and for the reader of the code; people get the text that the locale files
/// have for the reason.
pub trait Reason: StdError + Send + Sync + 'static {
    /// Stable name, `UPPER_SNAKE`, at most 63 characters.
    fn reason(&self) -> &'static str;
    /// Values that the message names.
    fn args(&self) -> Args {
        Args::new()
    }
}

/// A refusal, ready to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable name, `UPPER_SNAKE`.
    pub reason: &'static str,
    /// Values that the message names.
    pub args: Args,
    /// The sentence for the log.
    pub text: String,
}

impl<R: Reason> From<R> for Refusal {
    fn from(refused: R) -> Self {
        Self {
            reason: refused.reason(),
            args: refused.args(),
            text: refused.to_string(),
        }
    }
}

/// One field of a request that breaks one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in the request, `snake_case` with dots: `lead.title`, `lines[2].quantity`.
    pub field: String,
    /// Stable name of the rule, `UPPER_SNAKE`.
    pub reason: &'static str,
    /// Values that the message names.
    pub args: Args,
}

impl Violation {
    /// A violation without values.
    pub fn new(field: impl Into<String>, reason: &'static str) -> Self {
        Self {
            field: field.into(),
            reason,
            args: Args::new(),
        }
    }

    /// The same with a value that its message names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// Everything a request may end in instead of an answer.
#[derive(Debug)]
pub enum Error {
    /// There is no such object, or the caller may not know of it: the two are not told apart.
    NotFound {
        /// Kind of the object, e.g. `LEAD`.
        kind: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// An object with this key exists already.
    Exists {
        /// Kind of the object.
        kind: &'static str,
        /// Id or key of the one that exists.
        id: String,
    },
    /// The domain refuses it.
    Refused(Refusal),
    /// The request breaks rules: all of them, not just the first.
    Invalid(Vec<Violation>),
    /// The object was changed by someone else since the caller read it.
    Stale,
    /// Another command changed the object at the same time; the chassis runs this one again.
    Raced,
    /// The caller has no right to this function.
    Denied,
    /// The caller is not known.
    Unauthenticated,
    /// A limit is reached; try again after so many milliseconds.
    Exhausted {
        /// When to try again.
        retry_ms: u64,
    },
    /// Something needed is away for the moment; trying again helps.
    Unavailable(String),
    /// A service of Baton that is needed does not run, or cannot be reached. People are told which: what they do without it
    /// goes on.
    Away(String),
    /// The same request id came with another payload.
    KeyReused,
    /// The answer of another service, passed on as it is.
    Answered(Box<tonic::Status>),
    /// A fault of ours; the caller learns nothing but that.
    Internal(Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// No such object.
    pub fn not_found(kind: &'static str, id: impl fmt::Display) -> Self {
        Self::NotFound {
            kind,
            id: id.to_string(),
        }
    }

    /// A single violated field.
    pub fn invalid(field: impl Into<String>, reason: &'static str) -> Self {
        Self::Invalid(vec![Violation::new(field, reason)])
    }

    /// A fault of ours, with its cause.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// Whether doing the very same again may succeed.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Exhausted { .. } | Self::Unavailable(_) | Self::Away(_) => true,
            Self::Answered(status) => matches!(
                status.code(),
                tonic::Code::Unavailable
                    | tonic::Code::ResourceExhausted
                    | tonic::Code::DeadlineExceeded
                    | tonic::Code::Cancelled
                    | tonic::Code::Internal
                    | tonic::Code::Unknown
                    // A service is never signed out: their clocks or keys differ for the moment.
                    | tonic::Code::Unauthenticated
            ),
            Self::NotFound { .. }
            | Self::Exists { .. }
            | Self::Refused(_)
            | Self::Invalid(_)
            | Self::Stale
            | Self::Raced
            | Self::Denied
            | Self::Unauthenticated
            | Self::KeyReused
            | Self::Internal(_) => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { kind, id } => write!(f, "{kind} {id} does not exist"),
            Self::Exists { kind, id } => write!(f, "{kind} {id} exists already"),
            Self::Refused(refusal) => write!(f, "{} ({})", refusal.text, refusal.reason),
            Self::Invalid(violations) => {
                f.write_str("the request breaks rules:")?;
                violations
                    .iter()
                    .try_for_each(|v| write!(f, " {} {};", v.field, v.reason))
            }
            Self::Stale | Self::Raced => f.write_str("the object was changed by someone else"),
            Self::Denied => f.write_str("the caller has no right to this"),
            Self::Unauthenticated => f.write_str("the caller is not signed in"),
            Self::Exhausted { .. } => f.write_str("a limit is reached"),
            Self::Unavailable(what) => write!(f, "{what} is away for the moment"),
            Self::Away(service) => write!(f, "the service {service} cannot be reached"),
            Self::KeyReused => f.write_str("the request id was used for another request"),
            Self::Answered(status) => write!(f, "{}: {}", status.code(), status.message()),
            Self::Internal(_) => f.write_str("internal error"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Internal(cause) => Some(cause.as_ref()),
            Self::Answered(status) => Some(status.as_ref()),
            _ => None,
        }
    }
}

impl<R: Reason> From<R> for Error {
    fn from(refused: R) -> Self {
        Self::Refused(refused.into())
    }
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Stale => Self::Raced,
            db::Error::Busy(_) => Self::Unavailable("the database".to_owned()),
            db::Error::Token => Self::invalid("page_token", "PAGE_TOKEN_FOREIGN"),
            other => Self::internal(other),
        }
    }
}

impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        match crate::link::away(&status) {
            Some(service) => Self::Away(service.to_owned()),
            None => Self::Answered(Box::new(status)),
        }
    }
}

impl From<Vec<Violation>> for Error {
    fn from(violations: Vec<Violation>) -> Self {
        Self::Invalid(violations)
    }
}

#[cfg(test)]
mod tests {
    use tonic::{Code, Status};

    use super::*;

    #[test]
    fn a_neighbour_that_does_not_know_a_service_now_is_asked_again_and_one_that_refuses_is_not() {
        let answered = |code| Error::Answered(Box::new(Status::new(code, "")));
        assert!(answered(Code::Unauthenticated).retryable());
        assert!(!answered(Code::PermissionDenied).retryable());
        assert!(!answered(Code::FailedPrecondition).retryable());
    }
}
