//! One trace from a client's request to the last handler of the events that it brought about, as a collector sees it.

use std::sync::{Arc, Mutex};

use baton_tests::stack::{Ground, Stack};
use http::{HeaderMap, HeaderName, Method};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::any_value::Value,
};
use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot, task::JoinSet};
use tonic::{Request, Response, Status, transport::server::TcpIncoming};

use crate::stack_load::{admin, all_is_heard};

/// A step as a collector keeps it.
#[derive(Clone, Debug)]
struct Span {
    service: String,
    name: String,
    trace: Vec<u8>,
    id: Vec<u8>,
    parent: Vec<u8>,
}

/// A collector that keeps all it is told.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Span>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        for told in request.into_inner().resource_spans {
            let attributes = told.resource.unwrap_or_default().attributes;
            let name = attributes.into_iter().find(|a| a.key == "service.name");
            let service = match name.and_then(|a| a.value).and_then(|v| v.value) {
                Some(Value::StringValue(name)) => name,
                _ => String::new(),
            };
            let spans = told.scope_spans.into_iter().flat_map(|scope| scope.spans);
            let spans = spans.map(|span| Span {
                service: service.clone(),
                name: span.name,
                trace: span.trace_id,
                id: span.span_id,
                parent: span.parent_span_id,
            });
            self.0.lock().unwrap().extend(spans);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_sees_one_trace_from_the_request_to_the_last_handler() {
    const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
    const CLIENT: [u8; 8] = [0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7];
    let folder = tempfile::tempdir().unwrap();
    let Some(mut ground) = Ground::of_tests("traces", folder.path()) else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let collector = Collector::default();
    let (end, ended) = oneshot::channel::<()>();
    let mut serving = JoinSet::new();
    serving.spawn(
        tonic::transport::Server::builder()
            .add_service(TraceServiceServer::new(collector.clone()))
            .serve_with_incoming_shutdown(TcpIncoming::from(listener), async {
                drop(ended.await);
            }),
    );
    ground.settings.push(("BATON_TRACES__URL".into(), url));
    let stack = Stack::start(&ground).await.unwrap();
    let admin = admin(&stack).await;
    // A program whose own trace goes on in ours.
    let parent = format!("00-{TRACE:032x}-00f067aa0ba902b7-01");
    let parent = HeaderMap::from_iter([(
        HeaderName::from_static("traceparent"),
        parent.parse().unwrap(),
    )]);
    let lead = json!({"title": "Two pumps", "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": "Traced Ltd"}});
    let answer = admin
        .ask(Method::POST, "/v1/leads", parent, &lead)
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (producer, consumer) in [
        ("marketing", "insight"),
        ("customer", "insight"),
        ("marketing", "customer"),
    ] {
        all_is_heard(&stack, producer, consumer).await;
    }
    // What a process has not told yet it tells as it ends.
    stack.stop().await.unwrap();
    end.send(()).unwrap();
    serving.join_next().await.unwrap().unwrap().unwrap();

    let mut spans = collector.0.lock().unwrap().clone();
    let alone = |s: &Span| s.name == "query" && s.parent.is_empty();
    assert!(
        !spans.iter().any(alone),
        "statements that belong to no step"
    );
    spans.retain(|s| s.trace == TRACE.to_be_bytes());
    let span = |service: &str, name: &str| {
        let mut all = spans.iter();
        let found = all.find(|s| s.service == service && s.name == name);
        found.unwrap_or_else(|| panic!("{service} {name} is not in {spans:?}"))
    };
    let request = span("baton-gateway", "POST");
    let call = span(
        "baton-marketing",
        "/baton.marketing.v1.LeadService/CreateLead",
    );
    let asked = span(
        "baton-customer",
        "/baton.customer.v1.PartyService/CreateProspect",
    );
    let heard = span("baton-insight", "baton.marketing.v1.lead_created");
    assert_eq!(request.parent, CLIENT);
    assert_eq!(call.parent, request.id);
    assert_eq!(asked.parent, call.id);
    assert_eq!(heard.parent, call.id);
    let within = |s: &Span| s.service == call.service && s.name == "query";
    assert!(spans.iter().any(within), "its statements");
}
