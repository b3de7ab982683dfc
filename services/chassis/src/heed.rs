//! How a service takes in an event: the directory into its copy of it, everything else to its handlers.

use baton_proto::{Fact as _, directory::v1::SettingsUpdated};
use futures_util::future::BoxFuture;
use tracing::Instrument as _;

use crate::{
    Result,
    act::Act,
    caller::Caller,
    context::Context,
    db::Tx,
    ledger,
    log::{Event, Handler},
    origin::Way,
    people,
    service::{Heed, Projection, Service},
    telemetry::Trace,
};

/// The handlers of a service for the events of one producer.
pub(crate) struct Heeding {
    cx: Context,
    producer: &'static str,
    heeds: std::collections::HashMap<&'static str, Heed>,
    every: Option<Heed>,
    sweeps: Vec<&'static str>,
}

impl Heeding {
    /// The handlers of a service for all that it hears, each with the name of its consumer.
    pub(crate) fn all(cx: &Context, service: &Service) -> Vec<(&'static str, Self)> {
        let producers = service.producers().into_iter();
        let own = producers.map(|producer| (service.name, Self::new(cx, service, producer)));
        let projected = service.projections.iter().flat_map(|of| {
            let producers = of.producers.iter();
            producers.map(|producer| (of.name, Self::projecting(cx, of, producer)))
        });
        own.chain(projected).collect()
    }

    fn new(cx: &Context, service: &Service, producer: &'static str) -> Self {
        let every = service
            .every
            .as_ref()
            .filter(|(producers, _)| producers.contains(&producer));
        Self {
            cx: cx.clone(),
            producer,
            heeds: service.heeds.clone(),
            every: every.map(|(_, heed)| heed.clone()),
            sweeps: service.sweeps.clone(),
        }
    }

    /// The handler of one projection, which hears of nothing else.
    fn projecting(cx: &Context, of: &Projection, producer: &'static str) -> Self {
        Self {
            cx: cx.clone(),
            producer,
            heeds: std::collections::HashMap::new(),
            every: Some(of.heed.clone()),
            sweeps: Vec::new(),
        }
    }

    pub(crate) fn producer(&self) -> &'static str {
        self.producer
    }

    fn heeds_of(&self, event: &Event) -> [Option<&Heed>; 2] {
        [self.heeds.get(event.kind.as_str()), self.every.as_ref()]
    }

    async fn heed(&self, tx: &mut Tx, event: &Event) -> Result<()> {
        if !self.heeds(event) {
            return Ok(());
        }
        let heeds = self.heeds_of(event);
        let span = tracing::info_span!(
            "event",
            service = self.cx.name,
            producer = self.producer,
            otel.name = event.kind,
            otel.kind = "consumer"
        );
        let trace = Trace::within(&span, Some(&event.trace));
        self.tell(tx, event, &heeds, trace).instrument(span).await
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        event: &Event,
        heeds: &[Option<&Heed>],
        trace: Trace,
    ) -> Result<()> {
        if self.producer == "directory" {
            people::heed(tx, event).await?;
        }
        if event.kind == SettingsUpdated::TYPE && !self.sweeps.is_empty() {
            let caller = self.caller(event, trace);
            let mut act = Act::new(tx, &self.cx, &caller);
            ledger::sweep(&mut act, &self.sweeps).await?;
        }
        for heed in heeds.iter().flatten() {
            let caller = self.caller(event, trace);
            heed(&mut Act::new(tx, &self.cx, &caller), event).await?;
        }
        Ok(())
    }

    /// Who acts when an event is taken in.
    fn caller(&self, event: &Event, trace: Trace) -> Caller {
        let people = self.cx.people.known();
        Caller::service(self.producer, None, &event.kind, trace, people).by(Way::Event)
    }
}

impl Handler for Heeding {
    fn heeds(&self, event: &Event) -> bool {
        self.producer == "directory" || self.heeds_of(event).iter().any(Option::is_some)
    }
    fn apply<'a>(&'a self, tx: &'a mut Tx, event: &'a Event) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.heed(tx, event))
    }
    fn prepare(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { self.cx.people.snapshot().await.map(drop) })
    }
    fn committed(&self) {
        if self.producer == "directory" {
            self.cx.people.stale();
        }
    }
}
