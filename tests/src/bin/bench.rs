//! `make bench`: what Baton takes on this machine, in both modes, next to what its engines take when the same rows are
//! written straight into them. Prints figures, asserts nothing.

#![expect(clippy::print_stdout, reason = "it talks to who started it")]
#![expect(
    clippy::disallowed_methods,
    reason = "it measures another process, in the time that is"
)]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use baton::{
    api::Api,
    demo::{self, Company},
};
use baton_proto::marketing::v1::{
    CreateLeadRequest, ImportLeadsRequest, Lead, LeadRow, ProspectDraft,
    import_service_client::ImportServiceClient, lead_service_client::LeadServiceClient,
};
use baton_tests::bench::{
    calls::{Numbers, Steady, Times, callers, per_second, steady},
    machine,
    raw::{self, Raw},
    system::{Failure, System},
};
use clap::Parser;
use http::Method;
use serde_json::{Value, json};
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};
use uuid::Uuid;

/// Callers at once.
const CALLERS: [usize; 3] = [1, 8, 32];
/// Rows of a batch, the most that a call takes.
const BATCH: usize = 500;
/// Leads a second that are to come in while other things are measured.
const LOAD: u32 = 500;
/// How many of them a small batch has.
const SMALL: u32 = 50;
/// Calls of those that may be open at once.
const LOAD_AT_ONCE: usize = 32;
/// Records that somebody holds who leaves: half of them customers, half of them leads.
const HELD: usize = 10_000;
/// In which they are to be handed on.
const HANDED_ON_WITHIN: Duration = Duration::from_secs(30);

/// Measures Baton.
#[derive(Debug, Parser)]
struct Arguments {
    /// A PostgreSQL server: `postgres://user:password@host:port/postgres`. Without it only the small firm's program is
    /// measured.
    #[arg(long, env = "BATON_TEST_PG", hide_env_values = true)]
    postgres: Option<String>,
    /// Folder for stores and logs; a new one within it is used, and removed.
    #[arg(long, default_value = "target")]
    folder: PathBuf,
    /// Seconds that each rate is measured.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Rows of the long list.
    #[arg(long, default_value_t = 1_000_000)]
    rows: i64,
    /// Times that a conversion, or a whole chain, is measured.
    #[arg(long, default_value_t = 100)]
    times: usize,
    /// Only this mode: `embedded` or `distributed`.
    #[arg(long)]
    only: Option<String>,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let arguments = Arguments::parse();
    let wanted = |mode: &str| arguments.only.as_deref().is_none_or(|only| only == mode);
    let folder = tempfile::tempdir_in(&arguments.folder)?;
    let cores = std::thread::available_parallelism()?;
    line("processors", &format!("{cores}, shared with the callers"));
    line("load before", &machine::load()?);
    line(
        "durable writes/s",
        &format!("{:.0}", machine::syncs_per_second(folder.path())?),
    );
    if wanted("embedded") {
        println!("\nEmbedded: one process, SQLite");
        let place = folder.path().join("embedded");
        std::fs::create_dir_all(&place)?;
        measure(&arguments, &place, None).await?;
    }
    if let Some(postgres) = arguments
        .postgres
        .as_deref()
        .filter(|_| wanted("distributed"))
    {
        println!(
            "\nDistributed: a process per service, two of marketing and of sales; PostgreSQL, NATS"
        );
        let place = folder.path().join("distributed");
        std::fs::create_dir_all(&place)?;
        measure(&arguments, &place, Some(postgres)).await?;
    }
    line("\nload after", &machine::load()?);
    Ok(ExitCode::SUCCESS)
}

fn line(what: &str, figure: &str) {
    println!("{what:<44} {figure}");
}

async fn start(folder: &Path, postgres: Option<&str>) -> Result<(System, Duration), Failure> {
    Ok(match postgres {
        Some(postgres) => System::distributed(folder, postgres).await?,
        None => System::embedded(folder).await?,
    })
}

/// All figures of one mode.
async fn measure(
    arguments: &Arguments,
    folder: &Path,
    postgres: Option<&str>,
) -> Result<(), Failure> {
    let (mut system, first) = start(folder, postgres).await?;
    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    line("first start, until ready", &seconds(first));
    if postgres.is_none() {
        system.stop().await?;
        let again;
        (system, again) = start(folder, postgres).await?;
        line("further start, until ready", &seconds(again));
    }
    let (admin, token, company) = system.company().await?;
    let memory: f64 = system
        .processes()
        .iter()
        .filter_map(|pid| machine::memory_mib(*pid))
        .sum();
    line("memory, idle, all processes", &format!("{memory:.0} MiB"));

    let seat = Seat::new(&system, &token).await?;
    // What is measured first should not pay for what is done once.
    callers(4, Duration::from_secs(1), |n| seat.create(n)).await?;
    let single = singles(arguments, &system, &seat).await?;
    let batches = batches(arguments, &system, &seat, &admin).await?;
    let people = People {
        admin: &admin,
        company: &company,
        seat: &seat,
        times: arguments.times,
    };
    people.chains().await?;
    people.waits("idle").await?;
    under_load(&people, &seat).await?;

    leaver(&admin, &company, &seat).await?;
    lists(arguments, &system, &admin).await?;
    system.stop().await?;
    ratios(&folder.join("raw"), postgres, &single, batches).await
}

/// What was measured next to what the engine takes, in stores as new as those were.
async fn ratios(
    folder: &Path,
    postgres: Option<&str>,
    single: &[f64],
    batches: f64,
) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    let (system, _) = start(folder, postgres).await?;
    let (_, token, _) = system.company().await?;
    Seat::new(&system, &token).await?.create(0).await?;
    let (customer, marketing) = (system.store("customer"), system.store("marketing"));
    system.stop().await?;
    let mut raw = Raw::of(customer, marketing).await?;
    for (count, rate) in CALLERS.into_iter().zip(single) {
        let engine = raw.leads(count, 3_000).await?;
        let figure = format!("{:.2}   ({rate:.0} of {engine:.0} leads/s)", rate / engine);
        line(&format!("ratio to the engine, {count} callers"), &figure);
    }
    let engine = raw.batches(20).await?;
    let ratio = batches / engine;
    let figure = format!("{ratio:.2}   ({batches:.0} of {engine:.0} leads/s)");
    line(&format!("ratio to the engine, batches of {BATCH}"), &figure);
    Ok(())
}

/// Somebody who creates leads over gRPC, over a connection for each caller.
#[derive(Clone)]
struct Seat {
    channels: Arc<Vec<Channel>>,
    bearer: MetadataValue<Ascii>,
    numbers: Numbers,
}

impl Seat {
    async fn new(system: &System, token: &str) -> Result<Self, Failure> {
        let urls = system.grpc("marketing");
        let most = CALLERS.into_iter().max().unwrap_or(1);
        let mut channels = Vec::new();
        for url in urls.iter().cycle().take(most) {
            channels.push(Channel::from_shared(url.clone())?.connect().await?);
        }
        Ok(Self {
            channels: Arc::new(channels),
            bearer: format!("Bearer {token}").parse()?,
            numbers: Numbers::default(),
        })
    }

    fn signed<R>(&self, message: R) -> Request<R> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.bearer.clone());
        request
    }

    fn channel(&self, caller: usize) -> Channel {
        self.channels[caller % self.channels.len()].clone()
    }

    /// One lead about a prospect that nobody knew.
    async fn create(&self, caller: usize) -> Result<(), tonic::Status> {
        let number = self.numbers.next();
        let prospect = ProspectDraft {
            r#type: 1,
            name: format!("Works {number}"),
            phone: format!("+86 21 {number:08}"),
            ..ProspectDraft::default()
        };
        let request = CreateLeadRequest {
            lead: Some(Lead {
                title: format!("Asks for {number} pumps"),
                prospect: Some(prospect),
                ..Lead::default()
            }),
            request_id: format!("bench {number}"),
        };
        let mut leads = LeadServiceClient::new(self.channel(caller));
        leads.create_lead(self.signed(request)).await.map(drop)
    }

    /// Leads about one party, loaded at once; of nobody where no owner is named.
    async fn load(&self, party: &str, owner: &str, count: usize) -> Result<(), tonic::Status> {
        let rows = (0..count).map(|_| LeadRow {
            external_id: self.numbers.next().to_string(),
            title: "Asks for pumps".to_owned(),
            party_id: party.to_owned(),
            owner_id: owner.to_owned(),
            ..LeadRow::default()
        });
        let request = ImportLeadsRequest {
            system: "bench".to_owned(),
            rows: rows.collect(),
            ..ImportLeadsRequest::default()
        };
        let mut imports = ImportServiceClient::new(self.channel(0));
        let answer = imports
            .import_leads(self.signed(request))
            .await?
            .into_inner();
        let taken = answer.results.iter().filter(|r| !r.id.is_empty()).count();
        if taken == count {
            Ok(())
        } else {
            Err(tonic::Status::internal(format!("{answer:?}")))
        }
    }
}

/// Leads a second by single calls, and what each costs.
async fn singles(arguments: &Arguments, system: &System, seat: &Seat) -> Result<Vec<f64>, Failure> {
    let lasts = Duration::from_secs(arguments.seconds);
    let mut rates = Vec::new();
    for count in CALLERS {
        let before = system.cpu_ms().await?;
        let done = callers(count, lasts, |n| seat.create(n)).await?;
        let after = system.cpu_ms().await?;
        let each = |worked: f64| worked / (done.rate * lasts.as_secs_f64());
        let figure = format!(
            "{:.0} leads/s   p50 {:.1} ms, p99 {:.1} ms   {:.2} + {:.2} CPU-ms a lead (Baton + engine)",
            done.rate,
            done.times.ms(50),
            done.times.ms(99),
            each(after.0 - before.0),
            each(after.1 - before.1),
        );
        line(&format!("single calls, {count} callers"), &figure);
        rates.push(done.rate);
    }
    Ok(rates)
}

/// A customer about whom there may be any number of leads.
async fn customer(admin: &Api) -> Result<String, Failure> {
    let party = json!({"type": "PARTY_TYPE_COMPANY", "name": "Batch works"});
    let party = admin.post("/v1/prospects", "", &party).await?;
    Ok(party["party"]["id"].as_str().unwrap_or_default().to_owned())
}

/// Leads a second by batches.
async fn batches(
    arguments: &Arguments,
    system: &System,
    seat: &Seat,
    admin: &Api,
) -> Result<f64, Failure> {
    let party = customer(admin).await?;
    let lasts = Duration::from_secs(arguments.seconds);
    let before = system.cpu_ms().await?;
    let done = callers(1, lasts, |_| seat.load(&party, "", BATCH)).await?;
    let after = system.cpu_ms().await?;
    let rate = per_second(done.times.count() * BATCH, lasts);
    let cpu = after.0 + after.1 - before.0 - before.1;
    let figure = format!(
        "{rate:.0} leads/s   {:.2} CPU-ms a lead",
        cpu / (rate * lasts.as_secs_f64())
    );
    line(&format!("batches of {BATCH}, 1 caller"), &figure);
    Ok(rate)
}

/// People who take leads along the chain one after the other, whether the system idles or not.
struct People<'b> {
    admin: &'b Api,
    company: &'b Company,
    seat: &'b Seat,
    times: usize,
}

impl People<'_> {
    fn lead(&self) -> (u64, Value) {
        let number = self.seat.numbers.next();
        let lead = json!({"title": "Asks for a machine", "source": {"kind": "CALL", "id": format!("call {number}")},
            "prospect": {"type": "PROSPECT_TYPE_COMPANY", "name": format!("Chain works {number}")}});
        (number, lead)
    }

    /// How long a person's lead takes until it is a confirmed order, through all hands.
    async fn chains(&self) -> Result<(), Failure> {
        let mut times = Vec::new();
        for _ in 0..self.times {
            let (number, lead) = self.lead();
            let began = Instant::now();
            let deal = json!({"opportunity": {"name": format!("Deal {number}")}});
            demo::enquiry(self.company, &format!("bench {number}"), &lead, deal).await?;
            times.push(began.elapsed());
        }
        let times = Times::of(times);
        let figure = format!(
            "p50 {:.0} ms, p99 {:.0} ms   (12 calls in a row)",
            times.ms(50),
            times.ms(99)
        );
        line("lead -> confirmed order, idle", &figure);
        Ok(())
    }

    /// How long a conversion takes, and until a new lead is seen by the service that hears of it.
    async fn waits(&self, when: &str) -> Result<(), Failure> {
        let (mut converted, mut heard) = (Vec::new(), Vec::new());
        for _ in 0..self.times {
            let (number, lead) = self.lead();
            let case = format!("bench {number}");
            let made = self
                .company
                .agent
                .post_patiently("/v1/leads", &case, &lead)
                .await?;
            let began = Instant::now();
            let id = made["id"].as_str().unwrap_or_default();
            self.seen(id).await?;
            heard.push(began.elapsed());
            demo::confirm(self.company, &case, id).await?;
            let deal = json!({"opportunity": {"name": format!("Deal {number}")}});
            let began = Instant::now();
            demo::convert(self.company, &case, id, deal).await?;
            converted.push(began.elapsed());
        }
        for (what, times) in [
            ("lead -> opportunity", converted),
            ("event -> trace", heard),
        ] {
            let times = Times::of(times);
            let figure = format!("p50 {:.1} ms, p99 {:.1} ms", times.ms(50), times.ms(99));
            line(&format!("{what}, {when}"), &figure);
        }
        Ok(())
    }

    /// People until the trace knows a lead.
    async fn seen(&self, lead: &str) -> Result<(), Failure> {
        let path = format!("/v1/trace/lead/{lead}");
        let until = Instant::now() + Duration::from_mins(1);
        while Instant::now() < until {
            let answer = self
                .admin
                .ask(Method::GET, &path, http::HeaderMap::new(), &Value::Null)
                .await?;
            if answer.status.is_success() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err(format!("nobody heard of lead {lead}").into())
    }
}

/// The same while leads come in: by single calls as many as can, by small batches as many as are sent.
async fn under_load(people: &People<'_>, seat: &Seat) -> Result<(), Failure> {
    let (caller, callers) = (Numbers::default(), seat.clone());
    let singles = steady(LOAD, LOAD_AT_ONCE, move || {
        let (seat, caller) = (callers.clone(), caller.next());
        async move {
            let caller = usize::try_from(caller).unwrap_or_default();
            seat.create(caller).await.is_ok()
        }
    });
    loaded(people, "single calls", 1, singles).await?;
    let (party, seat) = (customer(people.admin).await?, seat.clone());
    let batches = steady(LOAD / SMALL, LOAD_AT_ONCE, move || {
        let (seat, party) = (seat.clone(), party.clone());
        async move { seat.load(&party, "", SMALL as usize).await.is_ok() }
    });
    loaded(people, &format!("batches of {SMALL}"), SMALL, batches).await
}

async fn loaded(people: &People<'_>, how: &str, leads: u32, load: Steady) -> Result<(), Failure> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    people.waits(&format!("leads by {how}")).await?;
    let (calls, refused) = load.rate();
    let rate = calls * f64::from(leads);
    let figure =
        format!("{rate:.0} leads/s of {LOAD} that were to; {refused} calls were turned away");
    line(&format!("came in by {how}"), &figure);
    Ok(())
}

/// How long it takes until somebody's records are all his successor's, and until they are his again.
async fn leaver(admin: &Api, company: &Company, seat: &Seat) -> Result<(), Failure> {
    let body = json!({"name": "leaver", "displayName": "Leaver"});
    let leaver = admin.post("/v1/members", "", &body).await?;
    let leaver = leaver["id"].as_str().unwrap_or_default();
    for batch in 0..HELD / 2 / BATCH {
        let rows = (0..BATCH).map(|row| {
            let number = batch * BATCH + row;
            let party = json!({"type": "PARTY_TYPE_COMPANY", "name": format!("Held works {number}"), "ownerId": leaver});
            json!({"externalId": format!("held {number}"), "party": party})
        });
        let body = json!({"system": "bench", "rows": rows.collect::<Vec<_>>()});
        admin.post("/v1/parties:import", "", &body).await?;
    }
    let party = customer(admin).await?;
    for _ in 0..HELD / 2 / BATCH {
        seat.load(&party, leaver, BATCH).await?;
    }
    let body = json!({"memberId": leaver, "successorId": company.seller_id});
    let plan = admin.post("/v1/leaver-handovers", "", &body).await?;
    let path = format!(
        "/v1/leaver-handovers/{}",
        plan["id"].as_str().unwrap_or_default()
    );
    for (what, verb, state, count) in [
        (
            "handed on",
            "execute",
            "LEAVER_HANDOVER_STATE_DONE",
            "moved",
        ),
        (
            "given back",
            "rollBack",
            "LEAVER_HANDOVER_STATE_ROLLED_BACK",
            "restored",
        ),
    ] {
        let began = Instant::now();
        admin
            .post(&format!("{path}:{verb}"), "", &json!({}))
            .await?;
        let done = loop {
            let handover = admin.get(&path).await?;
            if handover["state"] == state {
                break handover;
            }
            if handover["state"] == "LEAVER_HANDOVER_STATE_STOPPED"
                || began.elapsed() > 10 * HANDED_ON_WITHIN
            {
                return Err(format!("not {what}: {handover}").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let took = began.elapsed();
        let lines = done["report"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let records = |line: &Value| line[count].as_str().and_then(|n| n.parse::<u64>().ok());
        let records: u64 = lines.iter().filter_map(records).sum();
        let ratio = took.as_secs_f64() / HANDED_ON_WITHIN.as_secs_f64();
        let figure = format!("{:.1} s, {ratio:.2} of the limit", took.as_secs_f64());
        line(&format!("{records} records of a leaver {what}"), &figure);
    }
    Ok(())
}

/// Pages and counts of a short and of a long list.
async fn lists(arguments: &Arguments, system: &System, admin: &Api) -> Result<(), Failure> {
    const SHORT: i64 = 10_000;
    let store = system.store("marketing");
    let owner = Uuid::now_v7();
    let mut filled = 0;
    for rows in [SHORT, arguments.rows] {
        raw::fill(&store, owner, filled, rows - filled).await?;
        filled = rows;
        for (what, path) in [
            ("a page", format!("/v1/leads?ownerId={owner}&pageSize=50")),
            (
                "a page, by due time",
                format!("/v1/leads?ownerId={owner}&pageSize=50&orderBy=response_due_time%20asc"),
            ),
            (
                "a page with its count",
                format!("/v1/leads?ownerId={owner}&pageSize=50&count=true"),
            ),
        ] {
            let done = callers(1, Duration::from_secs(2), |_| async {
                admin.get(&path).await.map(drop)
            })
            .await?;
            let figure = format!(
                "p50 {:.1} ms, p99 {:.1} ms",
                done.times.ms(50),
                done.times.ms(99)
            );
            line(&format!("{what} of {rows} leads"), &figure);
        }
    }
    Ok(())
}
