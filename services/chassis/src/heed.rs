//! How a service takes in an event: the directory into its copy of it, everything else to its handlers.

use futures_util::future::BoxFuture;

use crate::{
    Result,
    act::Act,
    caller::Caller,
    context::Context,
    db::Tx,
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
        }
    }

    async fn heed(&self, tx: &mut Tx, event: &Event) -> Result<()> {
        if self.producer == "directory" {
            people::heed(tx, event).await?;
        }
        let heeds = [self.heeds.get(event.kind.as_str()), self.every.as_ref()];
        for heed in heeds.into_iter().flatten() {
            let people = self.cx.people.snapshot().await?;
            let trace = Trace::follow(Some(&event.trace));
            let caller = Caller::service(self.producer, None, &event.kind, trace, people);
            heed(&mut Act::new(tx, &self.cx, &caller), event).await?;
        }
        Ok(())
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
