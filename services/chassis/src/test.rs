//! The test kit: a world of real services over real stores, with a clock that stands still until it is moved.
//!
//! A world owns everything it needs - folder or database, keys, subjects on the bus - so worlds run side by side. The
//! first tier runs on SQLite and the bus within the process, the second on PostgreSQL and NATS, both in one process;
//! the third, one process a service, is `baton_tests::stack`.

use std::{
    env,
    fmt::{self, Write as _},
    fs::OpenOptions,
    io::Write as _,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use baton_proto::directory::v1::{
    CreateMemberRequest, CreateTerritoryRequest, Member, Territory,
    member_service_client::MemberServiceClient, territory_service_client::TerritoryServiceClient,
};
use chrono::{Duration, TimeZone as _, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

use crate::{
    Caller, Clock, List, Order, Result, Scope, Time, Who,
    config::Config,
    context::Context,
    db::{Db, Record, Tx, chassis_migrations},
    door::{Outcome, Recorder},
    ids::{MemberId, TerritoryId},
    link::{Link, carrying},
    search::{
        Query,
        find::{By, Finder},
        rows::{Found, Narrowing},
    },
    server::{Process, Setup},
    service::Service,
    telemetry::Trace,
    token::{Claims, Keys},
};

/// Store and bus that a world runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite and the bus within the process.
    Sqlite,
    /// PostgreSQL and NATS.
    Postgres,
}

impl Engine {
    /// Both. Where there is no PostgreSQL to test with, that must be said aloud: `BATON_TEST_SQLITE_ONLY=1`.
    ///
    /// # Panics
    /// When neither servers nor that word are given.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let servers = variable("BATON_TEST_PG").is_some() && variable("BATON_TEST_NATS").is_some();
        match (servers, variable("BATON_TEST_SQLITE_ONLY")) {
            (true, None) => vec![Self::Sqlite, Self::Postgres],
            (_, Some(_)) => vec![Self::Sqlite],
            (false, None) => panic!(
                "no PostgreSQL and NATS to test with: run under tests/with-backends.sh, or set BATON_TEST_SQLITE_ONLY=1"
            ),
        }
    }

    /// Name as the table of verbs has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by their runner where the servers are"
)]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|v| !v.is_empty())
}

/// A person in a world.
#[derive(Clone, Debug)]
pub struct Person {
    /// Id.
    pub id: MemberId,
    /// Sign-in name.
    pub name: String,
    /// Bearer token of a session.
    pub token: String,
}

/// Services, and everything they need, for one test.
pub struct World {
    /// What it runs on.
    pub engine: Engine,
    /// The clock; it stands at 2026-03-02 09:00 in Shanghai, a Monday, until it is moved.
    pub clock: Clock,
    /// The process.
    pub process: Process,
    keys: Arc<Keys>,
    config: Config,
    people: AtomicU32,
    _folder: tempfile::TempDir,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

/// The start of every world.
///
/// # Panics
/// Never.
#[must_use]
pub fn start() -> Time {
    Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap()
}

impl World {
    /// Opens services in a world of their own and lets everything that happens at first happen.
    ///
    /// # Panics
    /// When something cannot be opened: then there is nothing to test.
    pub async fn new(engine: Engine, services: Vec<Service>) -> Self {
        Self::with(engine, services, |_| {}).await
    }

    /// The same with other settings.
    ///
    /// # Panics
    /// When something cannot be opened.
    pub async fn with(
        engine: Engine,
        services: Vec<Service>,
        set: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::defaults().expect("the defaults");
        folder.path().clone_into(&mut config.data);
        // The world must be able to hold calls that wait for each other in a debug build on a busy machine.
        config.limits.call_ms = 60_000;
        set(&mut config);
        match engine {
            Engine::Sqlite => furnish(&config, &services).await,
            Engine::Postgres => distribute(&mut config, &services).await,
        }
        let keys = Arc::new(Keys::random().expect("keys"));
        let clock = Clock::manual(start());
        let process = Self::open(&config, &clock, &keys, engine, services).await;
        Self {
            engine,
            clock,
            process,
            keys,
            config,
            people: AtomicU32::new(0),
            _folder: folder,
        }
    }

    async fn open(
        config: &Config,
        clock: &Clock,
        keys: &Arc<Keys>,
        engine: Engine,
        services: Vec<Service>,
    ) -> Process {
        let setup = Setup {
            clock: clock.clone(),
            keys: Some(keys.clone()),
            recorder: Some(recorder(engine)),
            ..Setup::default()
        };
        let process = Process::open(config.clone(), services, setup)
            .await
            .expect("the services open");
        process.start();
        process.settle().await.expect("the services come to rest");
        process
    }

    /// Ends the process and opens it again on the same stores, as after a restart.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn restart(&mut self, services: Vec<Service>) {
        self.process.stop().await;
        self.process =
            Self::open(&self.config, &self.clock, &self.keys, self.engine, services).await;
    }

    /// Lets everything happen that waits to happen.
    ///
    /// # Panics
    /// When something fails, or comes to no rest.
    pub async fn settle(&self) {
        self.process
            .settle()
            .await
            .expect("the world comes to rest");
    }

    /// Moves the clock, and lets happen what is due then.
    pub async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.settle().await;
    }

    /// What of a list's work would grow with its table, in each of its orders. There should be nothing.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn list_faults<R: Record + 'static>(
        &self,
        service: &str,
        list: List,
        orders: &'static [(&'static str, Order<R>)],
    ) -> Vec<String> {
        let cx = self.context(service);
        let seal = cx.seal.clone();
        let work = async move |tx: &mut Tx| -> Result<Vec<String>> {
            let mut faults = Vec::new();
            for (_, order) in orders {
                faults.extend(list.plan(tx, order, 50, None, &seal).await?.faults);
            }
            Ok(faults)
        };
        cx.db.read(work).await.expect("plans")
    }

    /// What of the work of a finder would grow with its table, by a rare word or number and by common ones.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn finder_faults(&self, service: &str, finder: Finder, who: &Person) -> Vec<String> {
        let cx = self.context(service);
        let caller = cx.own_caller(None, "test").await.expect("a caller");
        let caller = Caller {
            who: Who::Member(who.id),
            ..caller
        };
        let (seal, query) = (cx.seal.clone(), Query::of("泵 pumps").expect("words"));
        let work = async move |tx: &mut Tx| -> Result<Vec<String>> {
            let mut faults = Vec::new();
            for is_rare in [true, false] {
                let found = match &finder.by {
                    By::Words => Narrowing::of(finder.kind, &query, is_rare),
                    By::Number(numbered) => Narrowing::between(numbered, "L-2", "L-3", is_rare),
                };
                let list = (finder.list)(&caller).found(finder.id, Some(found));
                let order = finder.order();
                faults.extend(list.plan(tx, &order, 50, None, &seal).await?.faults);
            }
            Ok(faults)
        };
        cx.db.read(work).await.expect("plans")
    }

    /// What of the work of a figure would grow with more than the rows it is about. There should be nothing.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn sums_faults(
        &self,
        service: &str,
        list: List,
        sums: crate::list::Sums,
    ) -> Vec<String> {
        let work = async move |tx: &mut Tx| list.sums_plan(tx, sums).await;
        let plan = self.context(service).db.read(work).await.expect("plans");
        plan.faults
    }

    /// A service of the world.
    ///
    /// # Panics
    /// When it is not in it.
    #[must_use]
    pub fn context(&self, service: &str) -> &Context {
        self.process
            .context(service)
            .expect("the service is in the world")
    }

    async fn person(&self, id: MemberId, name: &str) -> Person {
        let people = self
            .context("directory")
            .people
            .snapshot()
            .await
            .expect("the directory");
        let claims = Claims::session(id, people.epoch, self.clock.now(), Duration::days(365));
        Person {
            id,
            name: name.to_owned(),
            token: self.keys.sign(&claims).expect("a token"),
        }
    }

    /// The same person, signed in once more: what he holds is good for a year.
    pub async fn again(&self, person: &Person) -> Person {
        self.person(person.id, &person.name).await
    }

    /// The administrator whom the first run made.
    ///
    /// # Panics
    /// When there is none.
    pub async fn admin(&self) -> Person {
        let people = self
            .context("directory")
            .people
            .snapshot()
            .await
            .expect("the directory");
        let admin = people.member_named("admin").expect("an administrator");
        self.person(admin.id, "admin").await
    }

    /// A new member with one role.
    pub async fn member(&self, role: &str) -> Person {
        self.member_in(role, None).await
    }

    /// A new member with one role who works in a territory.
    ///
    /// # Panics
    /// When the directory refuses him.
    pub async fn member_in(&self, role: &str, territory: Option<TerritoryId>) -> Person {
        let number = self.people.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("{}{number}", role.replace('_', "-"));
        let member = Member {
            name: name.clone(),
            display_name: format!("{role} {number}"),
            roles: vec![role.to_owned()],
            territory_id: crate::wire::id_text(territory),
            ..Member::default()
        };
        let admin = self.admin().await;
        let request = CreateMemberRequest {
            member: Some(member),
            request_id: String::new(),
        };
        let made = MemberServiceClient::new(self.link_as(&admin))
            .create_member(request)
            .await;
        let made = made
            .expect("the directory takes the member")
            .into_inner()
            .member
            .expect("a member");
        self.settle().await;
        self.person(made.id.parse().expect("an id"), &name).await
    }

    /// A new territory below another one, or below the root.
    ///
    /// # Panics
    /// When the directory refuses it.
    pub async fn territory(
        &self,
        name: &str,
        parent: Option<TerritoryId>,
        manager: Option<&Person>,
    ) -> TerritoryId {
        let territory = Territory {
            name: name.to_owned(),
            parent_id: crate::wire::id_text(parent),
            manager_id: crate::wire::id_text(manager.map(|m| m.id)),
            ..Territory::default()
        };
        let admin = self.admin().await;
        let request = CreateTerritoryRequest {
            territory: Some(territory),
            request_id: String::new(),
        };
        let made = TerritoryServiceClient::new(self.link_as(&admin))
            .create_territory(request)
            .await;
        let made = made
            .expect("the directory takes the territory")
            .into_inner()
            .territory
            .expect("a territory");
        self.settle().await;
        made.id.parse().expect("an id")
    }

    /// The way in for a person, who reads English.
    #[must_use]
    pub fn link_as(&self, person: &Person) -> Link {
        self.link_in(person, "en")
    }

    /// The way in for a person who reads this language.
    #[must_use]
    pub fn link_in(&self, person: &Person, language: &'static str) -> Link {
        carrying(
            self.process.door(),
            &person.token,
            language,
            &Trace::begin().to_string(),
        )
    }

    /// The way in for someone who is not signed in.
    #[must_use]
    pub fn link_as_stranger(&self) -> Link {
        self.process.door()
    }

    /// The way to a service for another one, acting as itself on behalf of nobody or of a person.
    ///
    /// # Panics
    /// When no token can be made.
    #[must_use]
    pub fn link_as_service(&self, from: &str, to: &str, behalf: Option<&Person>) -> Link {
        let now = self.clock.now();
        self.link_with(&Claims::for_service(from, to, behalf.map(|p| p.id), 0, now))
    }

    /// The way to a service for another one, in the name of a person: his rights apply.
    #[must_use]
    pub fn link_in_the_name_of(&self, person: &Person, from: &str, to: &str) -> Link {
        let now = self.clock.now();
        self.link_with(&Claims::for_member(from, to, person.id, 0, now))
    }

    fn link_with(&self, claims: &Claims) -> Link {
        let token = self.keys.sign(claims).expect("a token");
        carrying(
            self.process.door(),
            &token,
            "en",
            &Trace::begin().to_string(),
        )
    }
}

/// Gives each service a store with its tables, copied from one that is made once for each set of migrations: a world is
/// there in half the time.
async fn furnish(config: &Config, services: &[Service]) {
    let kept = env::temp_dir().join(format!("baton-stores-{}", fingerprint(services)));
    let stored = || services.iter().filter(|s| s.migrator.is_some());
    if !kept.exists() {
        let making = tempfile::tempdir().expect("a folder");
        for service in stored() {
            let file = making.path().join(service.name);
            migrate(&format!("sqlite://{}", file.display()), service).await;
        }
        // Who comes second finds one there, and it is the same.
        if std::fs::rename(making.path(), &kept).is_ok() {
            let _ = making.keep();
        }
    }
    for service in stored() {
        let url = config.db_url(service.name);
        let file = url.strip_prefix("sqlite://").expect("a file");
        std::fs::copy(kept.join(service.name), file).expect("a store");
    }
}

/// Gives each service a schema of its own in a database of the world's own, copied from a template that is made once
/// for each set of migrations.
async fn distribute(config: &mut Config, services: &[Service]) {
    let server = variable("BATON_TEST_PG").expect("a PostgreSQL server");
    let world = Uuid::from_bytes(rand::random()).simple().to_string();
    let template = format!("baton_{}", fingerprint(services));
    let mut admin = PgConnection::connect(&server)
        .await
        .expect("the PostgreSQL server answers");
    let run = async |admin: &mut PgConnection, sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(admin).await
    };
    // One test process at a time makes the template; PostgreSQL copies only a database that nobody uses.
    run(&mut admin, "select pg_advisory_lock(7461746)".to_owned())
        .await
        .expect("the lock");
    let exists: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = $1")
        .bind(&template)
        .fetch_optional(&mut admin)
        .await
        .expect("a look");
    if exists.is_none() {
        let making = format!("{template}_making");
        run(
            &mut admin,
            format!("drop database if exists {making} with (force)"),
        )
        .await
        .expect("a clean place");
        run(&mut admin, format!("create database {making}"))
            .await
            .expect("a database");
        for service in services.iter().filter(|s| s.migrator.is_some()) {
            migrate(&database_url(&server, &making, service.name), service).await;
        }
        run(
            &mut admin,
            format!("alter database {making} rename to {template}"),
        )
        .await
        .expect("the template");
    }
    run(
        &mut admin,
        format!("create database w_{world} template {template}"),
    )
    .await
    .expect("a database");
    run(&mut admin, "select pg_advisory_unlock(7461746)".to_owned())
        .await
        .expect("the lock");

    let url = |name: &str| database_url(&server, &format!("w_{world}"), name);
    for (name, service) in [
        ("directory", &mut config.directory),
        ("customer", &mut config.customer),
        ("marketing", &mut config.marketing),
        ("sales", &mut config.sales),
        ("commerce", &mut config.commerce),
        ("insight", &mut config.insight),
    ] {
        service.db_url = url(name);
    }
    config.limits.db_connections = 4;
    config.bus.url = variable("BATON_TEST_NATS").expect("a NATS server");
    config.bus.namespace = format!("w_{world}");
}

/// The url of a service's schema in a database, next to the maintenance database that `server` names.
fn database_url(server: &str, database: &str, schema: &str) -> String {
    let (host, _) = server.rsplit_once('/').expect("a url with a database");
    format!("{host}/{database}?options[search_path]={schema}")
}

async fn migrate(url: &str, service: &Service) {
    let db = Db::connect(url, 1).await.expect("the schema");
    db.migrate(&chassis_migrations(), "_chassis_migrations")
        .await
        .expect("the chassis' tables");
    if let Some(migrator) = &service.migrator {
        db.migrate(migrator, "_migrations")
            .await
            .expect("the service's tables");
    }
    db.close().await;
}

fn fingerprint(services: &[Service]) -> String {
    let mut hash = Sha256::new();
    let chassis = chassis_migrations();
    for migrator in services
        .iter()
        .filter_map(|s| s.migrator.as_ref())
        .chain([&chassis])
    {
        for migration in migrator.iter() {
            hash.update(&migration.checksum);
        }
    }
    hash.finalize()
        .iter()
        .take(8)
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// One scope of each shape: everything, what is one's own, that with what is a colleague's and two territories, and the same
/// with what is shared.
#[must_use]
pub fn scopes() -> [Scope; 4] {
    let [me, colleague, other] = [1, 4, 5].map(Uuid::from_u128);
    let owners = vec![me.into(), colleague.into()];
    let territories: Vec<_> = [2, 3].map(|n| Uuid::from_u128(n).into()).into();
    [
        Scope::All,
        Scope::of(vec![me.into()], Vec::new()),
        Scope::of(owners.clone(), territories.clone()),
        Scope::Some {
            owners,
            territories,
            shared: vec![me, other],
        },
    ]
}

/// A list narrowed to what a query of two words finds: where one of them is rare, and where both are common.
///
/// # Panics
/// Never.
#[must_use]
pub fn looked_for<N: Found>(list: &List) -> [List; 2] {
    let query = Query::of("泵 pumps").expect("words");
    [true, false].map(|is_rare| {
        let found = Narrowing::of(N::KIND, &query, is_rare);
        list.clone().found(N::FINDER.id, Some(found))
    })
}

/// Notes every call that was answered or refused, for the table of tried verbs.
fn recorder(engine: Engine) -> Recorder {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/verbs");
    drop(std::fs::create_dir_all(&folder));
    let file = folder.join(format!("{}.tsv", std::process::id()));
    Arc::new(move |path, outcome| {
        let told = match outcome {
            Outcome::Allowed => "allowed",
            Outcome::Refused => "refused",
            Outcome::Failed => return,
        };
        let call = path.trim_start_matches('/').replace('/', ".");
        if let Ok(mut file) = OpenOptions::new().create(true).append(true).open(&file) {
            drop(writeln!(file, "{}\t{call}\t{told}", engine.name()));
        }
    })
}
