//! Logs, and the trace context that goes through calls and events (W3C `traceparent`).

use std::{fmt, io};

use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// Header and event attribute that carries the context.
pub const TRACEPARENT: &str = "traceparent";

/// One step of one trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    trace: u128,
    span: u64,
}

impl Trace {
    /// Begins a trace.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            trace: rand::random::<u128>().max(1),
            span: rand::random::<u64>().max(1),
        }
    }

    /// The next step of the same trace.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            span: rand::random::<u64>().max(1),
            ..self
        }
    }

    /// Reads a `traceparent`: `00-<32 hex digits>-<16 hex digits>-<flags>`.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split('-');
        let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
        if version.len() != 2 || version == "ff" || trace.len() != 32 || span.len() != 16 {
            return None;
        }
        let trace = u128::from_str_radix(trace, 16).ok()?;
        let span = u64::from_str_radix(span, 16).ok()?;
        (trace != 0 && span != 0).then_some(Self { trace, span })
    }

    /// Goes on with the trace of a header, or begins one.
    #[must_use]
    pub fn follow(header: Option<&str>) -> Self {
        header
            .and_then(Self::parse)
            .map_or_else(Self::begin, Self::next)
    }

    /// The id that all steps of the trace share, 32 hex digits.
    #[must_use]
    pub fn id(self) -> String {
        format!("{:032x}", self.trace)
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-01", self.trace, self.span)
    }
}

/// Starts the log of this process, on stderr. A second start is ignored, as in tests.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    drop(match config.format {
        LogFormat::Text => log.with_target(true).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_goes_on_under_the_same_id() {
        let first = Trace::begin();
        let next = Trace::follow(Some(&first.to_string()));
        assert_eq!(first.id(), next.id());
        assert_ne!(first, next);
    }

    #[test]
    fn what_is_no_traceparent_begins_a_trace() {
        for header in [
            "",
            "00",
            "00-0-0-01",
            "00-00000000000000000000000000000000-0000000000000001-01",
        ] {
            assert_eq!(Trace::parse(header), None, "{header}");
        }
    }
}
