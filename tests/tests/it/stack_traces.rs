//! One trace from the request of a person to the last service that heard of it, as a collector receives it.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, Mutex},
};

use baton::api::Api;
use baton_tests::stack::{Ground, Stack};
use http::{HeaderMap, HeaderValue, Method};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::any_value::Value as Attribute,
    trace::v1::ResourceSpans,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

use crate::{
    cases::moment,
    stack_load::{admin, text},
};

/// The trace in which a person's program asks, and its step in it.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const STEP: &str = "00f067aa0ba902b7";

/// A step as the collector received it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Span {
    service: String,
    name: String,
    trace: String,
    id: String,
    parent: String,
}

/// Keeps what it is told.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Span>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let told = request.into_inner().resource_spans;
        self.0
            .lock()
            .unwrap()
            .extend(told.into_iter().flat_map(spans));
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn spans(of: ResourceSpans) -> Vec<Span> {
    let attributes = of.resource.unwrap_or_default().attributes;
    let name = attributes.into_iter().find(|a| a.key == "service.name");
    let Some(Attribute::StringValue(service)) = name.and_then(|a| a.value?.value) else {
        panic!("a process tells its name");
    };
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    of.scope_spans
        .into_iter()
        .flat_map(|scope| scope.spans)
        .map(|span| Span {
            service: service.clone(),
            name: span.name,
            trace: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent: hex(&span.parent_span_id),
        })
        .collect()
}

/// A lead about a new company: marketing asks customer for it, and customer and insight hear of both.
async fn create_lead(api: &Api) -> Value {
    let lead = json!({
        "title": "Traced", "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": "Trace works"},
    });
    let mut headers = HeaderMap::new();
    let trace = format!("00-{TRACE}-{STEP}-01");
    headers.insert("traceparent", HeaderValue::from_str(&trace).unwrap());
    let answer = api
        .ask(Method::POST, "/v1/leads", headers, &lead)
        .await
        .unwrap();
    assert!(answer.status.is_success(), "{}", answer.body);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_goes_from_the_gateway_to_every_service_that_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut ground) = Ground::of_tests("traces", folder.path()) else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let collector = Collector::default();
    let mut serving = JoinSet::new();
    let server = Server::builder().add_service(TraceServiceServer::new(collector.clone()));
    serving.spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    ground.settings.push(("BATON_TRACES__URL".to_owned(), url));

    let stack = Stack::start(&ground).await.unwrap();
    let admin = admin(&stack).await;
    // A service that has not heard yet who signed in asks to come back later.
    for path in ["/v1/leads", "/v1/parties"] {
        for _ in 0..400 {
            if admin.get(path).await.is_ok() {
                break;
            }
            moment().await;
        }
    }
    let lead = create_lead(&admin).await;
    for path in [
        format!("/v1/trace/lead/{}", text(&lead, "id")),
        format!("/v1/trace/prospect/{}", text(&lead, "partyId")),
    ] {
        for _ in 0..400 {
            let trace = admin.get(&path).await;
            if trace.is_ok_and(|t| t["nodes"].as_array().is_some_and(|n| !n.is_empty())) {
                break;
            }
            moment().await;
        }
    }
    // Whoever stops has told everything.
    stack.stop().await.unwrap();

    let told = collector.0.lock().unwrap().clone();
    let ours: Vec<_> = told.iter().filter(|span| span.trace == TRACE).collect();
    let steps: BTreeSet<_> = ours
        .iter()
        .map(|s| (s.service.as_str(), s.name.as_str()))
        .collect();
    for step in [
        ("baton-gateway", "POST"),
        (
            "baton-marketing",
            "/baton.marketing.v1.LeadService/CreateLead",
        ),
        ("baton-insight", "baton.marketing.v1.lead_created"),
    ] {
        assert!(steps.contains(&step), "{step:?} is in {steps:#?}");
    }
    let asked =
        |s: &&(&str, &str)| s.0 == "baton-customer" && s.1.starts_with("/baton.customer.v1.");
    assert!(
        steps.iter().any(|s| asked(&s)),
        "marketing asks customer in {steps:#?}"
    );
    let ids: HashSet<_> = ours.iter().map(|span| span.id.as_str()).collect();
    for span in &ours {
        let is_joined = span.parent == STEP || ids.contains(span.parent.as_str());
        assert!(is_joined, "{span:?} hangs on a step that was told");
    }
    let roots = ours.iter().filter(|span| span.parent == STEP);
    assert_eq!(roots.count(), 1, "one request, one beginning");
}
