//! Logs, and traces: the context that goes through calls and events (W3C `traceparent`), and what a collector is told.

use std::{fmt, io};

use opentelemetry::{
    Context as OtelContext,
    trace::{
        SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
        TracerProvider as _,
    },
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use tracing::{Level, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    EnvFilter, Layer, filter::dynamic_filter_fn, layer::SubscriberExt as _, registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use crate::{
    Error, Result,
    config::{Config, LogConfig, LogFormat, TracesConfig},
    service::Service,
};

/// Header and event attribute that carries the context.
pub const TRACEPARENT: &str = "traceparent";

/// One step of one trace.
#[expect(clippy::struct_field_names, reason = "a trace within a trace's step")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    trace: u128,
    span: u64,
    /// Whether a collector is told of it.
    told: bool,
}

impl Trace {
    /// Begins a trace.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            trace: rand::random::<u128>().max(1),
            span: rand::random::<u64>().max(1),
            told: true,
        }
    }

    /// The step that is `span`: of the trace of a header, or of a new one. To be asked once, before the span is entered.
    /// A collector sees the step under the same ids under which it is passed on.
    #[must_use]
    pub fn within(span: &Span, header: Option<&str>) -> Self {
        if let Some(from) = header.and_then(Self::parse) {
            drop(span.set_parent(from.context()));
        }
        let context = span.context();
        let told = context.span().span_context().clone();
        if !told.is_valid() {
            // Nobody is told of spans.
            return Self::follow(header);
        }
        Self {
            trace: u128::from_be_bytes(told.trace_id().to_bytes()),
            span: u64::from_be_bytes(told.span_id().to_bytes()),
            told: told.is_sampled(),
        }
    }

    fn context(self) -> OtelContext {
        let flags = if self.told {
            TraceFlags::SAMPLED
        } else {
            TraceFlags::default()
        };
        OtelContext::new().with_remote_span_context(SpanContext::new(
            TraceId::from_bytes(self.trace.to_be_bytes()),
            SpanId::from_bytes(self.span.to_be_bytes()),
            flags,
            true,
            TraceState::default(),
        ))
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
        let flags = u8::from_str_radix(parts.next()?.get(..2)?, 16).ok()?;
        let told = flags & 1 == 1;
        (trace != 0 && span != 0).then_some(Self { trace, span, told })
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
        let flags = u8::from(self.told);
        write!(f, "00-{:032x}-{:016x}-{flags:02x}", self.trace, self.span)
    }
}

/// Starts the log of this process, on stderr. A second start is ignored, as in tests.
pub fn start(config: &LogConfig) {
    drop(tracing_subscriber::registry().with(log(config)).try_init());
}

fn log<S>(config: &LogConfig) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    match config.format {
        LogFormat::Text => log.with_target(true).with_filter(filter).boxed(),
        LogFormat::Json => log.json().flatten_event(true).with_filter(filter).boxed(),
    }
}

/// What tells a collector of the traces of this process, if one is to be told.
#[derive(Debug)]
#[must_use = "what was not told yet is told when it stops"]
pub struct Telemetry(Option<SdkTracerProvider>);

/// Starts the log of a server, and the telling of its traces. To be called within the runtime, which carries them.
///
/// # Errors
/// When the address of the collector is none.
pub fn serve(config: &Config, services: &[Service]) -> Result<Telemetry> {
    if config.traces.url.is_empty() {
        start(&config.log);
        return Ok(Telemetry(None));
    }
    let name = match services {
        [only] => format!("baton-{}", only.name()),
        _ => "baton".to_owned(),
    };
    let provider = provider(&config.traces, name)?;
    // Steps of ours alone: what libraries do inside is for the log. A statement is told within a step; the loops that look
    // for work ask a store all the time, and would drown the rest.
    let ours = dynamic_filter_fn(|m, cx| {
        m.is_span()
            && m.target().starts_with("baton")
            && (*m.level() <= Level::INFO || cx.lookup_current().is_some())
    });
    let told = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("baton"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(ours);
    let begun = tracing_subscriber::registry()
        .with(log(&config.log))
        .with(told)
        .try_init();
    drop(begun);
    Ok(Telemetry(Some(provider)))
}

fn provider(config: &TracesConfig, name: String) -> Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(&config.url)
        .build()
        .map_err(Error::internal)?;
    let share = Sampler::TraceIdRatioBased(config.share);
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(share)))
        .with_resource(Resource::builder().with_service_name(name).build())
        .build())
}

impl Telemetry {
    /// Tells what is left and ends.
    pub async fn stop(self) {
        let Some(provider) = self.0 else {
            return;
        };
        // It waits for the collector, which this runtime reaches.
        let ended = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the collector was not told everything");
        }
    }
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
    fn a_trace_that_nobody_is_told_of_stays_so() {
        let header = "00-00000000000000000000000000000001-0000000000000001-00";
        let next = Trace::within(&Span::none(), Some(header));
        assert!(next.to_string().ends_with("-00"), "{next}");
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
