//! Figures of a process: they move with what happens.

use baton_chassis::test::Engine;
use baton_proto::marketing::v1 as pb;
use baton_tests::stack::Stack;
use chrono::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tonic::Code;

use crate::marketing::Firm;

/// The sum of the figures of a name that have all these labels.
pub fn figure(text: &str, name: &str, labels: &[&str]) -> Option<f64> {
    let values: Vec<f64> = text
        .lines()
        .filter(|line| {
            let rest = line.strip_prefix(name).unwrap_or_default();
            rest.starts_with(['{', ' ']) && labels.iter().all(|label| rest.contains(label))
        })
        .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    (!values.is_empty()).then(|| values.iter().sum())
}

/// The figures that a process of a stack serves.
pub async fn figures_of(stack: &Stack, name: &str) -> String {
    let (_, url) = stack.grpc().find(|(known, _)| *known == name).unwrap();
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("application/openmetrics-text"), "{answer}");
    answer
}

struct Figures(String);

impl Figures {
    async fn of(firm: &Firm) -> Self {
        Self(firm.world.process.figures().await)
    }
    #[track_caller]
    fn is(&self, name: &str, labels: &[&str], expected: f64) {
        let found = figure(&self.0, name, labels);
        assert!(
            found.is_some_and(|n| (n - expected).abs() < f64::EPSILON),
            "{name} {labels:?} is {found:?}, not {expected}\n{}",
            self.0
        );
    }
}

/// An event that nobody could apply, as it lies in the store of who should have.
async fn park(firm: &Firm) {
    let insight = firm.world.context("insight");
    let (id, now) = (uuid::Uuid::from_bytes([7; 16]), firm.world.clock.now());
    let parked = insight.db.write::<_, baton_chassis::db::Error, _>(async move |tx| {
        tx.sql(
            "insert into inbox_parked (consumer, producer, shard, seq, event_id, aggregate, version, kind, at, trace, \
             payload, attempts, next_at, error) \
             values ('insight', 'sales', 0, 1, $1, $1, 1, 'x', $2, '', $3, 12, null, 'no')",
        )
        .bind(id)
        .bind(now)
        .bind(Vec::<u8>::new())
        .execute()
        .await
    });
    parked.await.unwrap();
}

#[tokio::test]
async fn the_figures_move_with_what_happens() {
    const ROUTE: &str = r#"method="baton.marketing.v1.LeadService/RouteLead""#;
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let lead = firm.lead(&firm.marketer).await.id;
        firm.route(&firm.marketer, &lead).await.unwrap();
        let refused = firm.route(&firm.marketer, "none").await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        firm.world.settle().await;
        let offered = ["service=\"marketing\"", "kind=\"LEAD_TO_MANAGER\""];
        let figures = Figures::of(&firm).await;
        figures.is("baton_rpc_calls_total", &[ROUTE, "code=\"OK\""], 1.0);
        figures.is(
            "baton_rpc_calls_total",
            &[ROUTE, "code=\"INVALID_ARGUMENT\""],
            1.0,
        );
        figures.is("baton_rpc_seconds_count", &[ROUTE], 2.0);
        figures.is("baton_handoffs_open", &offered, 1.0);
        figures.is("baton_log_lag_events", &[], 0.0);
        figures.is("baton_operations_open", &["kind=\"convert\""], 0.0);
        assert!(figure(&figures.0, "baton_db_connections", &[]).unwrap() > 0.0);
        firm.receive(&firm.manager, &lead).await.unwrap();
        Figures::of(&firm)
            .await
            .is("baton_handoffs_open", &offered, 0.0);

        // Without its loops nothing is heard and no operation goes on.
        let accepted = firm.accepted().await.id;
        firm.world.settle().await;
        firm.world.process.stop().await;
        let request = pb::ConvertLeadRequest {
            id: accepted,
            ..Default::default()
        };
        firm.leads(&firm.seller)
            .convert_lead(request)
            .await
            .unwrap();
        firm.world.clock.advance(Duration::minutes(5));
        let figures = Figures::of(&firm).await;
        figures.is("baton_operations_open", &["kind=\"convert\""], 1.0);
        figures.is(
            "baton_operation_oldest_seconds",
            &["kind=\"convert\""],
            300.0,
        );
        if engine == Engine::Sqlite {
            // Where numbers are given by a loop, the log has not grown yet.
            assert!(
                figure(&figures.0, "baton_log_lag_events", &["service=\"insight\""]).unwrap() > 0.0
            );
        }
        firm.world.settle().await;
        let figures = Figures::of(&firm).await;
        figures.is("baton_operations_open", &["kind=\"convert\""], 0.0);
        figures.is("baton_operation_oldest_seconds", &["kind=\"convert\""], 0.0);
        figures.is("baton_log_lag_events", &[], 0.0);
        figures.is("baton_metrics_unreadable_total", &[], 0.0);

        park(&firm).await;
        let figures = Figures::of(&firm).await;
        let parked = ["service=\"insight\"", "producer=\"sales\""];
        figures.is(
            "baton_log_parked_events",
            &[parked[0], parked[1], "state=\"given_up\""],
            1.0,
        );
        figures.is(
            "baton_log_parked_events",
            &[parked[0], parked[1], "state=\"waiting\""],
            0.0,
        );
    }
}
