//! Figures of a process for Prometheus: calls are counted as they end, everything that stands in a store or in the
//! system is looked up when it is asked for.

mod gather;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::Registry,
};
use tonic::Code;

use crate::{Clock, policy};

pub(crate) use gather::Gauges;

/// What the text of the figures is.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends, in seconds, of the classes that times fall into.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// A number with a fraction that goes up and down.
type Measure = Gauge<f64, AtomicU64>;

/// The figures of a process; cheap to clone.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    calls: Family<Call, Counter>,
    call_seconds: Family<Method, Histogram>,
    requests: Family<Request, Counter>,
    request_seconds: Histogram,
    stands: Stands,
    /// Kinds of handoffs that were open once: they stay in the figures when none is open.
    handoffs: Mutex<BTreeSet<(String, String)>>,
    unreadable: Counter,
}

/// What is looked up when it is asked for.
#[derive(Default)]
struct Stands {
    lag: Family<Shard, Gauge>,
    events: Family<Way, Counter>,
    parked: Family<Parked, Gauge>,
    heads: Family<Own, Gauge>,
    published: Family<Own, Gauge>,
    operations: Family<Kind, Gauge>,
    operation_age: Family<Kind, Measure>,
    handoffs: Family<Kind, Gauge>,
    connections: Family<Connections, Gauge>,
    timers_late: Family<Service, Gauge>,
    memory: Gauge,
    files: Gauge,
    threads: Gauge,
    cpu: Counter<f64, AtomicU64>,
    started: Measure,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    method: String,
    code: String,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Method {
    method: String,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    status: u32,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Service {
    service: String,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Own {
    service: String,
    shard: i32,
}
#[expect(
    clippy::struct_field_names,
    reason = "labels are named by their fields"
)]
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Shard {
    service: String,
    producer: String,
    shard: i32,
}
#[expect(
    clippy::struct_field_names,
    reason = "labels are named by their fields"
)]
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Way {
    service: String,
    producer: String,
    way: String,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Parked {
    service: String,
    producer: String,
    state: String,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    service: String,
    kind: String,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    service: String,
    state: String,
}

impl Metrics {
    /// Figures that begin at nothing.
    pub(crate) fn new(clock: &Clock) -> Self {
        let times = || Histogram::new(SECONDS);
        let mut inner = Inner {
            registry: Registry::default(),
            calls: Family::default(),
            call_seconds: Family::new_with_constructor(times),
            requests: Family::default(),
            request_seconds: times(),
            stands: Stands::default(),
            handoffs: Mutex::default(),
            unreadable: Counter::default(),
        };
        let started = clock.now().timestamp_millis();
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of our era fit")]
        inner.stands.started.set(started as f64 / 1000.0);
        inner.register();
        Self(Arc::new(inner))
    }

    /// A call ended. What is no call of ours is counted as one: anybody may make up names.
    pub(crate) fn called(&self, path: &str, code: Code, took: Duration) {
        let method = if policy::rule(path).is_some() || path.starts_with("/grpc.health.") {
            path.trim_start_matches('/')
        } else {
            "unknown"
        };
        let method = method.to_owned();
        let call = Call {
            method: method.clone(),
            code: code_name(code).to_owned(),
        };
        self.0.calls.get_or_create(&call).inc();
        let times = self.0.call_seconds.get_or_create(&Method { method });
        times.observe(took.as_secs_f64());
    }

    /// An HTTP request was answered.
    pub(crate) fn answered(&self, method: &http::Method, status: http::StatusCode, took: Duration) {
        let known = [
            http::Method::GET,
            http::Method::HEAD,
            http::Method::POST,
            http::Method::PATCH,
            http::Method::DELETE,
            http::Method::PUT,
        ];
        let method = if known.contains(method) {
            method.as_str()
        } else {
            "other"
        };
        let request = Request {
            method: method.to_owned(),
            status: status.as_u16().into(),
        };
        self.0.requests.get_or_create(&request).inc();
        self.0.request_seconds.observe(took.as_secs_f64());
    }

    /// All figures as Prometheus reads them.
    fn text(&self) -> String {
        let mut text = String::new();
        if let Err(error) = text::encode(&mut text, &self.0.registry) {
            tracing::error!(%error, "the figures cannot be written");
        }
        text
    }
}

impl Inner {
    fn register(&mut self) {
        let r = &mut self.registry;
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        r.register("baton_build", "The program", Info::new(version));
        r.register(
            "baton_rpc_calls",
            "Calls that ended, by gRPC method and code",
            self.calls.clone(),
        );
        r.register(
            "baton_rpc_seconds",
            "How long calls took until their answer began",
            self.call_seconds.clone(),
        );
        r.register(
            "baton_http_requests",
            "HTTP requests that were answered",
            self.requests.clone(),
        );
        r.register(
            "baton_http_seconds",
            "How long HTTP requests took until their answer began",
            self.request_seconds.clone(),
        );
        self.register_work();
        self.register_process();
    }

    /// Logs, operations, handoffs, timers, stores.
    fn register_work(&mut self) {
        let (r, s) = (&mut self.registry, &self.stands);
        r.register(
            "baton_log_lag_events",
            "Events of a producer that a service has not dealt with",
            s.lag.clone(),
        );
        r.register(
            "baton_log_applied_events",
            "Events that this process applied, by the way they came",
            s.events.clone(),
        );
        r.register(
            "baton_log_parked_events",
            "Events that could not be applied: tried again or behind such a one, or given up",
            s.parked.clone(),
        );
        r.register(
            "baton_log_head",
            "Number of the last event of a service's own log",
            s.heads.clone(),
        );
        r.register(
            "baton_log_published",
            "Number up to which the bus has a service's own log",
            s.published.clone(),
        );
        r.register(
            "baton_operations_open",
            "Operations that run",
            s.operations.clone(),
        );
        r.register(
            "baton_operation_oldest_seconds",
            "Age of the oldest operation that runs; 0 if none does",
            s.operation_age.clone(),
        );
        r.register(
            "baton_handoffs_open",
            "Handoffs that nobody has answered",
            s.handoffs.clone(),
        );
        r.register(
            "baton_timers_late",
            "Timers that are due and have not fired",
            s.timers_late.clone(),
        );
        r.register(
            "baton_db_connections",
            "Connections to the store",
            s.connections.clone(),
        );
        r.register(
            "baton_metrics_unreadable",
            "Times that a figure could not be looked up",
            self.unreadable.clone(),
        );
    }

    fn register_process(&mut self) {
        let (r, s) = (&mut self.registry, &self.stands);
        r.register(
            "process_resident_memory_bytes",
            "Memory that the process holds",
            s.memory.clone(),
        );
        r.register("process_open_fds", "Files that are open", s.files.clone());
        r.register("process_threads", "Threads", s.threads.clone());
        r.register("process_cpu_seconds", "Computing time used", s.cpu.clone());
        r.register(
            "process_start_time_seconds",
            "When the process was started, in Unix time",
            s.started.clone(),
        );
    }

    fn failed(&self, what: &str, error: &dyn std::fmt::Display) {
        tracing::warn!(what, %error, "a figure cannot be looked up");
        self.unreadable.inc();
    }

    /// Remembers kinds of handoffs and answers all that were ever seen.
    fn seen(&self, service: &str, kinds: impl Iterator<Item = String>) -> Vec<String> {
        let mut all = self.handoffs.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(kinds.map(|kind| (service.to_owned(), kind)));
        let own = all.iter().filter(|(s, _)| s == service);
        own.map(|(_, kind)| kind.clone()).collect()
    }
}

/// The name of a code, as gRPC spells it.
pub(crate) fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_counted_by_method_and_code_and_a_made_up_one_under_no_name() {
        let metrics = Metrics::new(&Clock::System);
        let path = "/baton.marketing.v1.LeadService/GetLead";
        metrics.called(path, Code::Ok, Duration::from_millis(3));
        metrics.called(path, Code::NotFound, Duration::from_millis(3));
        metrics.called("/made.up/Name", Code::PermissionDenied, Duration::ZERO);
        let text = metrics.text();
        let method = r#"method="baton.marketing.v1.LeadService/GetLead""#;
        for line in [
            format!(r#"baton_rpc_calls_total{{{method},code="OK"}} 1"#),
            format!(r#"baton_rpc_calls_total{{{method},code="NOT_FOUND"}} 1"#),
            format!("baton_rpc_seconds_count{{{method}}} 2"),
            r#"baton_rpc_calls_total{method="unknown",code="PERMISSION_DENIED"} 1"#.to_owned(),
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert!(!text.contains("made.up"));
    }
}
