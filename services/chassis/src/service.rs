//! A service is a value: its name, tables, texts, calls, and what it heeds. Nothing of it runs until it is given to
//! [`crate::server`].

use std::{collections::HashMap, fmt, sync::Arc};

use baton_proto::Fact;
use futures_util::future::BoxFuture;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

use crate::{
    Error, Result,
    act::Act,
    chain::Lookup,
    context::Context,
    holding::{Held, Holder},
    ledger::{self, HandedOver},
    log::Event,
    operation::{FailedFn, Kind, StepFn},
    personal::{Keeper, Personal},
    search::{
        find::Finder,
        rows::{self, Found},
    },
    timer::Fire,
};

/// Adds the calls of a service to those of its process.
pub type Grpc = fn(&Context, Routes) -> Routes;
/// Makes what a service answers over HTTP.
pub type Http = Arc<dyn Fn(&Context) -> axum::Router + Send + Sync>;
/// What a service does with an event.
pub(crate) type Heed =
    Arc<dyn for<'a> Fn(&'a mut Act<'_>, &'a Event) -> BoxFuture<'a, Result<()>> + Send + Sync>;
/// What a service projects of events apart from all else that it heeds.
#[derive(Clone)]
pub(crate) struct Projection {
    pub name: &'static str,
    pub producers: &'static [&'static str],
    pub heed: Heed,
}
/// What a service does when its store is new; must do nothing when it has been done.
pub type FirstRun = fn(Context) -> BoxFuture<'static, Result<Option<Credentials>>>;

/// How to sign in to a system that was just created.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Sign-in name.
    pub user: String,
    /// Password, shown once.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A service, described.
pub struct Service {
    pub(crate) name: &'static str,
    pub(crate) migrator: Option<Migrator>,
    pub(crate) messages: Vec<(&'static str, &'static str)>,
    pub(crate) grpc: Vec<Grpc>,
    pub(crate) http: Option<Http>,
    pub(crate) heeds: HashMap<&'static str, Heed>,
    pub(crate) every: Option<(&'static [&'static str], Heed)>,
    pub(crate) projections: Vec<Projection>,
    pub(crate) operations: HashMap<&'static str, Kind>,
    pub(crate) timers: HashMap<&'static str, Fire>,
    /// Timers to be set when a function may have been switched off.
    pub(crate) sweeps: Vec<&'static str>,
    pub(crate) chain: Vec<(&'static str, Lookup)>,
    /// How the objects that it owns are found.
    pub(crate) finders: Vec<Finder>,
    /// What members hold of it.
    pub(crate) holders: Vec<Holder>,
    /// What of it tells of people outside.
    pub(crate) keepers: Vec<Keeper>,
    pub(crate) first_run: Option<FirstRun>,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Service {
    /// A service with a store of its own.
    #[must_use]
    pub fn new(name: &'static str, migrator: Migrator) -> Self {
        Self {
            migrator: Some(migrator),
            ..Self::edge(name)
        }
    }

    /// A service without a store: an edge.
    #[must_use]
    pub fn edge(name: &'static str) -> Self {
        Self {
            name,
            migrator: None,
            messages: Vec::new(),
            grpc: Vec::new(),
            http: None,
            heeds: HashMap::new(),
            every: None,
            projections: Vec::new(),
            operations: HashMap::new(),
            timers: HashMap::new(),
            sweeps: Vec::new(),
            chain: Vec::new(),
            finders: Vec::new(),
            holders: Vec::new(),
            keepers: Vec::new(),
            first_run: None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its texts, in English and in Chinese.
    #[must_use]
    pub fn messages(mut self, english: &'static str, chinese: &'static str) -> Self {
        self.messages.push((english, chinese));
        self
    }

    /// Its calls.
    #[must_use]
    pub fn grpc(mut self, add: Grpc) -> Self {
        self.grpc.push(add);
        self
    }

    /// What it answers over HTTP.
    #[must_use]
    pub fn http(mut self, make: impl Fn(&Context) -> axum::Router + Send + Sync + 'static) -> Self {
        self.http = Some(Arc::new(make));
        self
    }

    /// Heeds one type of event: `.on::<LeadAssigned>(|act, e| Box::pin(events::lead_assigned(act, e)))`.
    #[must_use]
    pub fn on<F: Fact + 'static>(
        mut self,
        heed: for<'a> fn(&'a mut Act<'_>, F) -> BoxFuture<'a, Result<()>>,
    ) -> Self {
        let heed: Heed = Arc::new(
            move |act, event| match F::decode(event.payload.as_slice()) {
                Ok(fact) => heed(act, fact),
                Err(error) => Box::pin(async move { Err(Error::internal(error)) }),
            },
        );
        self.heeds.insert(F::TYPE, heed);
        self
    }

    /// Heeds every event of some producers.
    #[must_use]
    pub fn on_every(
        mut self,
        producers: &'static [&'static str],
        heed: for<'a> fn(&'a mut Act<'_>, &'a Event) -> BoxFuture<'a, Result<()>>,
    ) -> Self {
        self.every = Some((producers, Arc::new(heed)));
        self
    }

    /// Heeds every event of some producers once more, with cursors of its own: what was not there when the service first
    /// heard them reads the logs from their beginning. `name` is the consumer's, `service.projection`.
    #[must_use]
    pub fn projection(
        mut self,
        name: &'static str,
        producers: &'static [&'static str],
        heed: for<'a> fn(&'a mut Act<'_>, &'a Event) -> BoxFuture<'a, Result<()>>,
    ) -> Self {
        self.projections.push(Projection {
            name,
            producers,
            heed: Arc::new(heed),
        });
        self
    }

    /// A durable command of several steps, and how it is ended when it is refused.
    #[must_use]
    pub fn operation(mut self, kind: &'static str, step: StepFn, failed: FailedFn) -> Self {
        self.operations.insert(kind, Kind { step, failed });
        self
    }

    /// What it does when a timer fires: `.timer("reminder", |act, subject| Box::pin(timers::reminder(act, subject.into())))`.
    #[must_use]
    pub fn timer(mut self, kind: &'static str, fire: Fire) -> Self {
        self.timers.insert(kind, fire);
        self
    }

    /// A noun that it hands over: watches over the offers of it.
    #[must_use]
    pub fn hands_over<N: HandedOver>(mut self) -> Self {
        self.sweeps.push(N::OUTSIDE);
        self.timer(N::OVERDUE, ledger::overdue::<N>)
            .timer(N::OUTSIDE, ledger::outside::<N>)
    }

    /// Kinds of objects that it owns in the chain, and how they are looked up.
    #[must_use]
    pub fn chain(mut self, kinds: &[&'static str], lookup: Lookup) -> Self {
        self.chain.extend(kinds.iter().map(|kind| (*kind, lookup)));
        self
    }

    /// A noun that is found by its words: looks after the words of those that were there before, and answers for it.
    #[must_use]
    pub fn finds<N: Found>(self) -> Self {
        self.timer(N::FILL, rows::fill::<N>)
            .timer(N::REFILL, rows::refill::<N>)
            .finder(N::FINDER)
    }

    /// A kind of objects that it finds.
    #[must_use]
    pub fn finder(mut self, finder: Finder) -> Self {
        self.finders.push(finder);
        self
    }

    /// A noun that members hold, and that goes to a successor when they leave.
    #[must_use]
    pub fn holds<N: Held>(mut self) -> Self {
        self.holders.push(Holder::of::<N>());
        self
    }

    /// A noun whose records tell of people outside, who may ask what that is and have it erased.
    #[must_use]
    pub fn tells_of_people<N: Personal>(mut self) -> Self {
        self.keepers.push(Keeper::of::<N>());
        self
    }

    /// What it does when its store is new.
    #[must_use]
    pub fn first_run(mut self, run: FirstRun) -> Self {
        self.first_run = Some(run);
        self
    }

    /// The services whose events it heeds; each service with a store heeds the directory.
    #[must_use]
    pub fn producers(&self) -> Vec<&'static str> {
        if self.migrator.is_none() {
            return Vec::new();
        }
        let mut all = vec!["directory"];
        // The type of an event begins with `baton.<service>.`.
        all.extend(self.heeds.keys().filter_map(|kind| kind.split('.').nth(1)));
        all.extend(
            self.every
                .iter()
                .flat_map(|(producers, _)| producers.iter().copied()),
        );
        let projected = self.projections.iter();
        all.extend(projected.flat_map(|p| p.producers.iter().copied()));
        all.sort_unstable();
        all.dedup();
        all
    }
}
