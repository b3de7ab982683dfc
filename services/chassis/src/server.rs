//! A process: one or many services opened together behind one door, with the loops that keep them going.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
    time::Duration,
};

use baton_proto::{
    audit::v1::audit_service_server::AuditServiceServer,
    chain::v1::chain_service_server::ChainServiceServer,
    handoff::v1::ledger_service_server::LedgerServiceServer,
    holding::v1::holding_service_server::HoldingServiceServer,
    log::v1::event_log_service_client::EventLogServiceClient,
    personal::v1::personal_service_server::PersonalServiceServer,
};
use futures_util::future::BoxFuture;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::service::Routes;
use tonic_health::{
    ServingStatus,
    pb::health_server::HealthServer,
    server::{HealthReporter, HealthService},
};

use crate::{
    Clock, Error, Messages, Result,
    audit::{self, fields::Shapes, read::Audits},
    board::Boards,
    bus::{Bus, Nats},
    chain::Chain,
    config::Config,
    context::{Context, Parts},
    db::{Db, chassis_migrations},
    door::{Door, House, Recorder, Room},
    heed::Heeding,
    holding::rpc::Holdings,
    link::{Link, Links},
    list::Seal,
    listen,
    log::{Consumer, Feed, Log, Relay, event_log_service},
    metrics::{Gauges, Metrics},
    number::Numbers,
    operation::{self, Operations},
    papers::Papers,
    people::People,
    personal::rpc::PersonalRecords,
    policy,
    service::{Credentials, Service},
    status::chain,
    timer::Timers,
    token::Keys,
};

/// How often a loop looks for work that nobody woke it for.
const POLL: Duration = Duration::from_millis(500);
/// How long answers to repeated requests are kept.
const ANSWERS_KEPT: chrono::Duration = chrono::Duration::days(30);
/// How often old answers are swept away.
const SWEEP: Duration = Duration::from_hours(1);
/// How long a process that stops waits for its loops.
const DRAIN: Duration = Duration::from_secs(10);

/// What a process is given besides its settings; tests give a clock that stands still and a recorder.
#[derive(Clone, Default)]
pub struct Setup {
    /// The clock.
    pub clock: Clock,
    /// Keys, if not those of the key file.
    pub keys: Option<Arc<Keys>>,
    /// Told of every call.
    pub recorder: Option<Recorder>,
    /// Stops the process.
    pub stop: CancellationToken,
}

/// Services that are open in this process.
pub struct Process {
    /// Settings.
    pub config: Arc<Config>,
    /// The services, in the order in which they were given.
    pub contexts: Vec<Context>,
    /// How to sign in, if the directory was just created here.
    pub first_run: Option<Credentials>,
    pub(crate) door: Link,
    pub(crate) http: Option<axum::Router>,
    metrics: Metrics,
    relays: Vec<Relay>,
    consumers: Vec<Consumer>,
    health: HealthReporter,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").finish_non_exhaustive()
    }
}

impl Process {
    /// Opens services: stores, migrations, calls, links - and what each does when it is new. No loop runs yet.
    ///
    /// # Errors
    /// When a store, the bus or a setting cannot be used.
    pub async fn open(config: Config, services: Vec<Service>, setup: Setup) -> Result<Self> {
        let papers = Papers::of(&config.links, services.iter().map(|s| s.name))?;
        Self::open_with(config, services, setup, papers).await
    }

    /// The same, with papers that were looked at already.
    pub(crate) async fn open_with(
        config: Config,
        services: Vec<Service>,
        setup: Setup,
        papers: Option<Arc<Papers>>,
    ) -> Result<Self> {
        std::fs::create_dir_all(&config.data).map_err(Error::internal)?;
        let shared = Shared::of(config, &services, &setup, papers.as_ref())?;
        let (config, links) = (shared.config.clone(), shared.links.clone());
        let bus = match config.bus.url.as_str() {
            "" => Bus::Local,
            url => Bus::Nats(Nats::connect(url, &config.bus.namespace).await?),
        };

        let mut contexts = Vec::new();
        for service in &services {
            contexts.push(open(service, &shared).await?);
        }
        let metrics = Metrics::new(&setup.clock);
        let parts = || services.iter().zip(&contexts);
        let house = House {
            services: parts().map(|(s, cx)| (s.name, cx.clone())).collect(),
            messages: shared.messages,
            room: Room::of(config.limits.calls),
            limit: Duration::from_millis(config.limits.call_ms),
            recorder: setup.recorder,
            metrics: metrics.clone(),
        };
        let health = HealthReporter::new();
        let routes = routes(&services, &contexts, &health)?;
        let door = Link::new(Door {
            routes: routes.prepare(),
            house: Arc::new(house),
        });
        links.opened(door.clone());

        let stored = || parts().filter(|(s, _)| s.migrator.is_some());
        let relays = stored()
            .map(|(_, cx)| Relay::new(cx.log.clone(), bus.clone(), cx.clock.clone()))
            .collect();
        let consumers = consumers(&services, &contexts, &bus)?;
        let http = http(&services, &contexts).map(|app| listen::edge(app, metrics.clone()));
        let mut process = Self {
            config,
            contexts,
            first_run: None,
            door,
            http,
            metrics,
            relays,
            consumers,
            health,
            stop: shared.stop,
            tasks: shared.aside,
        };
        process.report(ServingStatus::NotServing).await;
        process.first_run(&services).await?;
        Ok(process)
    }

    async fn first_run(&mut self, services: &[Service]) -> Result<()> {
        for cx in self
            .contexts
            .iter()
            .filter(|cx| cx.stored && cx.db.is_sqlite())
        {
            operation::take_back(cx).await?;
        }
        for (service, cx) in services.iter().zip(&self.contexts) {
            if let Some(run) = service.first_run {
                let made = match run(cx.clone()).await {
                    Ok(made) => made,
                    Err(error) => {
                        // Another replica that is new as well may have been faster: then there is nothing left to do.
                        tracing::warn!(service = cx.name, error = %chain(&error), "begun once more");
                        run(cx.clone()).await?
                    }
                };
                self.first_run = made.or(self.first_run.take());
            }
        }
        Ok(())
    }

    /// A service of this process.
    ///
    /// # Errors
    /// When it is not here.
    pub fn context(&self, name: &str) -> Result<&Context> {
        let found = self.contexts.iter().find(|cx| cx.name == name);
        found.ok_or_else(|| Error::Away(name.to_owned()))
    }

    /// The way to any service of this process, with no token.
    #[must_use]
    pub fn door(&self) -> Link {
        self.door.clone()
    }

    /// The figures of the process as they are now, in the form that Prometheus reads.
    pub async fn figures(&self) -> String {
        self.gauges().look().await
    }

    pub(crate) fn gauges(&self) -> Gauges {
        Gauges::new(self.metrics.clone(), &self.contexts, &self.consumers)
    }

    /// What the process answers over HTTP, if it has an edge.
    #[must_use]
    pub fn http(&self) -> Option<axum::Router> {
        self.http.clone()
    }

    /// Cancelled when the process is to stop, or one of its loops has ended.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts the loops. One that ends early ends the process: it must not rot.
    pub fn start(&self) {
        for relay in &self.relays {
            let (relay, stop) = (relay.clone(), self.stop.clone());
            self.spawn("relay", async move {
                relay.run(stop).await;
                Ok(())
            });
        }
        for consumer in &self.consumers {
            let (consumer, stop) = (consumer.clone(), self.stop.clone());
            self.spawn("consumer", async move {
                consumer.run(stop).await;
                Ok(())
            });
        }
        for cx in self.contexts.iter().filter(|cx| cx.stored) {
            for work in Work::ALL {
                let (cx, stop) = (cx.clone(), self.stop.clone());
                self.spawn(work.name(), async move { work.run(&cx, stop).await });
            }
        }
    }

    fn spawn(&self, name: &'static str, work: impl Future<Output = Result<()>> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            let ended = work.await;
            if !stop.is_cancelled() {
                let cause = ended.err().map(|e| chain(&e)).unwrap_or_default();
                tracing::error!(name, cause, "a loop has ended, and with it this process");
                stop.cancel();
            }
        });
    }

    /// Tells whoever asks for the health of this process, or of one of its gRPC services, how it is.
    async fn report(&self, status: ServingStatus) {
        let is_here = |service: &str| {
            let mut here = self.contexts.iter();
            here.any(|cx| service.starts_with(&format!("baton.{}.", cx.name)))
        };
        let services = policy::TABLE.iter().map(|(service, _)| *service);
        for service in services.filter(|s| is_here(s)).chain([""]) {
            self.health.set_service_status(service, status).await;
        }
    }

    /// Waits until every service here knows the directory, so that no call is refused only because the process is young,
    /// and says so to whoever asks for its health.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn ready(&self) -> Result<()> {
        for cx in self.contexts.iter().filter(|cx| cx.stored) {
            while cx.people.snapshot().await?.epoch == 0 {
                cx.people.applied().await;
                if self.stop.is_cancelled() {
                    return Err(Error::Away("directory".to_owned()));
                }
            }
        }
        self.report(ServingStatus::Serving).await;
        Ok(())
    }

    /// Does everything that waits to be done, until nothing is left: numbers and publishes events, applies them, fires
    /// timers that are due, drives operations. For tests and for programs that end when their work is done.
    ///
    /// # Errors
    /// When something fails, or comes to no rest.
    pub async fn settle(&self) -> Result<()> {
        const ROUNDS_MAX: usize = 10_000;
        for _ in 0..ROUNDS_MAX {
            let mut done = 0;
            for relay in &self.relays {
                relay.step().await?;
            }
            for consumer in &self.consumers {
                done += usize::try_from(consumer.catch_up().await?).unwrap_or(usize::MAX);
            }
            for cx in self.contexts.iter().filter(|cx| cx.stored) {
                done += cx.operations.round(cx).await? + cx.timers.round(cx).await?;
                done += audit::chain::link(&cx.db).await?;
            }
            if done == 0 {
                // A loop may have committed an event of the directory and not have said so yet.
                self.contexts.iter().for_each(|cx| cx.people.stale());
                return Ok(());
            }
        }
        Err(Error::internal("the process comes to no rest"))
    }

    /// Stops the loops and waits for them.
    pub async fn stop(&self) {
        self.report(ServingStatus::NotServing).await;
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(DRAIN, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some loops did not end in time");
        }
    }
}

/// A loop of a service.
#[derive(Clone, Copy, Debug)]
enum Work {
    Operations,
    Timers,
    Answers,
}

impl Work {
    const ALL: [Self; 3] = [Self::Operations, Self::Timers, Self::Answers];

    fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Timers => "timers",
            Self::Answers => "answers",
        }
    }

    /// Does what there is, then waits until it is woken or time has passed. What fails is tried again.
    async fn run(self, cx: &Context, stop: CancellationToken) -> Result<()> {
        while !stop.is_cancelled() {
            match self.round(cx).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!(name = self.name(), service = cx.name, error = %chain(&error), "a round failed");
                }
            }
            tokio::select! {
                () = self.wait(cx) => {}
                () = stop.cancelled() => {}
            }
        }
        Ok(())
    }

    fn round(self, cx: &Context) -> BoxFuture<'_, Result<usize>> {
        match self {
            Self::Operations => Box::pin(cx.operations.round(cx)),
            Self::Timers => Box::pin(cx.timers.round(cx)),
            Self::Answers => Box::pin(forget_answers(cx)),
        }
    }

    async fn wait(self, cx: &Context) {
        match self {
            Self::Operations => drop(tokio::time::timeout(POLL, cx.operations.woken()).await),
            Self::Timers => drop(tokio::time::timeout(POLL, cx.timers.woken()).await),
            Self::Answers => drop(tokio::time::timeout(SWEEP, std::future::pending::<()>()).await),
        }
    }
}

/// Answers to repeated requests are kept for a time and then forgotten.
async fn forget_answers(cx: &Context) -> Result<usize> {
    let before = cx.clock.now() - ANSWERS_KEPT;
    cx.db
        .write(async move |tx| {
            tx.sql("delete from idempotency where created_at < $1")
                .bind(before)
                .execute()
                .await
        })
        .await?;
    Ok(0)
}

fn keys(config: &Config, given: Option<Arc<Keys>>) -> Result<Arc<Keys>> {
    match given {
        Some(keys) => Ok(keys),
        None => Ok(Arc::new(
            Keys::open(&config.key_file()).map_err(Error::internal)?,
        )),
    }
}

/// What all services of a process have in common.
struct Shared {
    config: Arc<Config>,
    clock: Clock,
    links: Links,
    messages: Arc<Messages>,
    keys: Arc<Keys>,
    stop: CancellationToken,
    aside: TaskTracker,
}

impl Shared {
    fn of(
        config: Config,
        services: &[Service],
        setup: &Setup,
        papers: Option<&Arc<Papers>>,
    ) -> Result<Self> {
        let keys = keys(&config, setup.keys.clone())?;
        let texts: Vec<_> = services
            .iter()
            .flat_map(|s| s.messages.iter().copied())
            .collect();
        let hosted: HashSet<_> = services.iter().map(|s| s.name).collect();
        let addresses = config.services();
        let addresses = addresses.iter().map(|(name, s)| (*name, s.url.as_str()));
        Ok(Self {
            links: Links::new(hosted, addresses, papers)?,
            clock: setup.clock.clone(),
            messages: Arc::new(Messages::new(&texts).map_err(Error::internal)?),
            keys,
            stop: setup.stop.clone(),
            aside: TaskTracker::new(),
            config: Arc::new(config),
        })
    }
}

async fn open(service: &Service, shared: &Shared) -> Result<Context> {
    let config = &shared.config;
    let stored = service.migrator.is_some();
    let url = if stored {
        config.db_url(service.name)
    } else {
        "sqlite://:memory:".to_owned()
    };
    let db = Db::connect(&url, config.limits.db_connections).await?;
    db.migrate(&chassis_migrations(), "_chassis_migrations")
        .await?;
    if let Some(migrator) = &service.migrator {
        db.migrate(migrator, "_migrations").await?;
    }
    Ok(Context::new(Parts {
        name: service.name,
        stored,
        log: Log::open(db.clone(), service.name, config.shards()).await?,
        people: People::new(db.clone()),
        db,
        clock: shared.clock.clone(),
        links: shared.links.clone(),
        operations: Operations::new(service.operations.clone()),
        timers: Timers::new(service.timers.clone()),
        numbers: Numbers::default(),
        config: config.clone(),
        messages: shared.messages.clone(),
        seal: Seal(shared.keys.seal()),
        voucher: shared.keys.voucher(),
        keys: shared.keys.clone(),
        stop: shared.stop.clone(),
        aside: shared.aside.clone(),
    }))
}

/// All calls of all services, with what the chassis answers for them.
fn routes(services: &[Service], contexts: &[Context], health: &HealthReporter) -> Result<Routes> {
    let health = HealthServer::new(HealthService::from_health_reporter(health.clone()));
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(baton_proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(Error::internal)?;
    let mut routes = Routes::new(health).add_service(reflection);
    let logs = contexts
        .iter()
        .filter(|cx| cx.stored)
        .map(|cx| cx.log.clone());
    routes = routes.add_service(event_log_service(logs));
    let (mut lookups, mut finders) = (HashMap::new(), Vec::new());
    let (mut holders, mut keepers) = (HashMap::new(), HashMap::new());
    for (service, cx) in services.iter().zip(contexts) {
        finders.extend(service.finders.iter().map(|finder| (cx.clone(), *finder)));
        holders.extend(service.holders.iter().map(|h| (h.kind, (cx.clone(), *h))));
        keepers.extend(service.keepers.iter().map(|k| (k.kind, (cx.clone(), *k))));
        lookups.extend(
            service
                .chain
                .iter()
                .map(|(kind, lookup)| (*kind, (cx.clone(), *lookup))),
        );
        routes = service
            .grpc
            .iter()
            .fold(routes, |routes, add| add(cx, routes));
    }
    if let Some(any) = contexts.first().cloned() {
        let stored = contexts.iter().filter(|cx| cx.stored);
        routes = routes.add_service(LedgerServiceServer::new(Boards {
            services: Arc::new(stored.map(|cx| (cx.name, cx.clone())).collect()),
            any: any.clone(),
        }));
        routes = routes.add_service(HoldingServiceServer::new(Holdings {
            holders: Arc::new(holders),
            any: any.clone(),
        }));
        let lookups = Arc::new(lookups);
        let shapes = Shapes::of_contracts()?;
        let stored = || contexts.iter().filter(|cx| cx.stored);
        routes = routes.add_service(AuditServiceServer::new(Audits {
            services: stored().map(|cx| (cx.name, cx.clone())).collect(),
            lookups: lookups.clone(),
            shapes: shapes.clone(),
            any: any.clone(),
        }));
        routes = routes.add_service(PersonalServiceServer::new(PersonalRecords {
            services: stored().map(|cx| (cx.name, cx.clone())).collect(),
            keepers: Arc::new(keepers),
            shapes,
            any: any.clone(),
        }));
        routes = routes.add_service(ChainServiceServer::new(Chain {
            lookups,
            finders: Arc::new(finders),
            any,
        }));
    }
    Ok(routes)
}

fn http(services: &[Service], contexts: &[Context]) -> Option<axum::Router> {
    let made: Vec<_> = services
        .iter()
        .zip(contexts)
        .filter_map(|(s, cx)| s.http.as_ref().map(|make| make(cx)))
        .collect();
    made.into_iter().reduce(axum::Router::merge)
}

fn consumers(services: &[Service], contexts: &[Context], bus: &Bus) -> Result<Vec<Consumer>> {
    let mut all = Vec::new();
    for (service, cx) in services.iter().zip(contexts) {
        let heard = Heeding::all(cx, service).into_iter();
        for (name, handler) in heard.filter(|(_, h)| is_part(h.producer(), cx)) {
            all.push(consumer(name, cx, handler, contexts, bus)?);
        }
    }
    Ok(all)
}

/// Whether a producer is part of the system, as any service but the directory need not be.
fn is_part(producer: &str, cx: &Context) -> bool {
    let part = producer == "directory" || cx.links.lead_to(producer);
    if !part {
        tracing::info!(
            service = cx.name,
            producer,
            "not part of this system, and not heard"
        );
    }
    part
}

/// Takes in the events of one producer, from this process or from another one.
fn consumer(
    name: &str,
    cx: &Context,
    handler: Heeding,
    contexts: &[Context],
    bus: &Bus,
) -> Result<Consumer> {
    let producer = handler.producer();
    let here = contexts.iter().find(|other| other.name == producer);
    let feed = match here {
        Some(other) => Feed::Local(other.log.clone()),
        None => Feed::Remote {
            producer: producer.to_owned(),
            client: EventLogServiceClient::new(cx.links.standing(cx, producer)?),
        },
    };
    Ok(Consumer::new(
        name,
        cx.db.clone(),
        cx.clock.clone(),
        feed,
        bus.clone(),
        Arc::new(handler),
    ))
}
