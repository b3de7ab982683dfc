//! How a service takes in an event: the directory into its copy of it, everything else to its handlers.

use baton_proto::{Fact as _, directory::v1::SettingsUpdated};
use futures_util::future::BoxFuture;

use crate::{
    Result,
    act::Act,
    caller::Caller,
    context::Context,
    db::Tx,
    ledger,
    log::{Event, Handler},
    people,
    service::{Heed, Service},
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
    pub(crate) fn new(cx: &Context, service: &Service, producer: &'static str) -> Self {
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

    async fn heed(&self, tx: &mut Tx, event: &Event) -> Result<()> {
        if self.producer == "directory" {
            people::heed(tx, event).await?;
        }
        if event.kind == SettingsUpdated::TYPE && !self.sweeps.is_empty() {
            let caller = self.caller(event).await?;
            let mut act = Act::new(tx, &self.cx, &caller);
            ledger::sweep(&mut act, &self.sweeps).await?;
        }
        let heeds = [self.heeds.get(event.kind.as_str()), self.every.as_ref()];
        for heed in heeds.into_iter().flatten() {
            let caller = self.caller(event).await?;
            heed(&mut Act::new(tx, &self.cx, &caller), event).await?;
        }
        Ok(())
    }

    /// Who acts when an event is taken in.
    async fn caller(&self, event: &Event) -> Result<Caller> {
        let people = self.cx.people.snapshot().await?;
        let trace = Trace::follow(Some(&event.trace));
        Ok(Caller::service(
            self.producer,
            None,
            &event.kind,
            trace,
            people,
        ))
    }
}

impl Handler for Heeding {
    fn apply<'a>(&'a self, tx: &'a mut Tx, event: &'a Event) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.heed(tx, event))
    }
    fn committed(&self) {
        if self.producer == "directory" {
            self.cx.people.stale();
        }
        self.cx.wake();
    }
}
