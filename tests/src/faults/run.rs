//! A run: load and faults side by side, then quiet, then every check.

use std::{collections::VecDeque, path::Path, sync::Arc, time::Duration};

use tokio::{
    sync::{Mutex, watch},
    task::JoinSet,
    time::{Instant, Interval, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    checks::{self, Stores},
    field::{Field, Mode},
    ledger::Ledger,
    pause,
    plan::{Kind, Plan},
    players::{Task, Team},
    quiet::until_quiet,
    report::Report,
    strike::Memory,
};

/// Leads are handed out by the hundred.
const HUNDRED: u64 = 100;
/// Numbers of leads by which the system is tried after a fault.
const PROBES: u64 = 5_000_000;
/// Leads between two faults where a run lasts for a time.
const GAP: u64 = 150;
/// Repeats of answered requests that are under way at once.
const REPEATS_AT_ONCE: usize = 8;

/// What a run is to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// On which system.
    pub mode: Mode,
    /// What everything is drawn from.
    pub seed: u64,
    /// How many leads.
    pub leads: u64,
    /// Of a hundred leads, so many go the whole way.
    pub chains: u64,
    /// Of a hundred leads, so many come in alone; the rest is loaded together.
    pub singles: u64,
    /// Players at once.
    pub players: usize,
    /// The most leads in a second.
    pub rate: u32,
    /// Faults that kill.
    pub kills: usize,
    /// Other faults.
    pub others: usize,
    /// The longest that a process stands still.
    pub stall: Duration,
    /// Kinds of faults.
    pub kinds: Vec<Kind>,
    /// Goes on for so long, whatever `leads`, `kills` and `others` say.
    pub duration: Option<Duration>,
    /// One of so many calls is repeated afterwards.
    pub repeat_every: u64,
    /// Ends it early: nothing more is begun or broken, and what was is looked at.
    pub end: CancellationToken,
}

/// Where players take their work from. Nobody runs ahead of the faults: each of them meets work.
struct Source {
    settings: Settings,
    next: u64,
    ready: VecDeque<Task>,
    beat: Interval,
    /// The first number that is not to be begun yet.
    until: watch::Receiver<u64>,
}

impl Source {
    async fn take(&mut self) -> Option<Task> {
        if self.ready.is_empty() {
            self.ready = hundred(self.next, &self.settings);
            self.next += HUNDRED;
        }
        let first = self.ready.front()?.first();
        let may_begin = self.until.wait_for(|until| *until == 0 || first < *until);
        let may_begin = tokio::select! {
            biased;
            () = self.settings.end.cancelled() => false,
            told = may_begin => told.is_ok(),
        };
        if !may_begin {
            return None;
        }
        // The word for "no more".
        if *self.until.borrow() == 0 || first >= self.settings.leads {
            return None;
        }
        let task = self.ready.pop_front()?;
        let leads = if let Task::Batch(numbers) = &task {
            numbers.end - numbers.start
        } else {
            1
        };
        for _ in 0..leads {
            self.beat.tick().await;
        }
        Some(task)
    }
}

/// The work on a hundred leads.
fn hundred(first: u64, settings: &Settings) -> VecDeque<Task> {
    let singles = first + settings.chains;
    let batch = singles + settings.singles;
    let mut tasks: VecDeque<_> = (first..singles).map(Task::Chain).collect();
    tasks.extend((singles..batch).map(Task::Single));
    if batch < first + HUNDRED {
        tasks.push_back(Task::Batch(batch..first + HUNDRED));
    }
    tasks
}

/// Runs, and tells what came of it; `tell` is given a line from time to time.
///
/// # Errors
/// When the system cannot be had, or does not come back from a fault.
pub async fn run(
    settings: &Settings,
    folder: &Path,
    tell: &(dyn Fn(String) + Sync),
) -> Result<Report, Failure> {
    let mut field = Field::start(settings.mode, folder, &settings.kinds).await?;
    let (company, erp) = field.company().await?;
    let ledger = Ledger::new(settings.repeat_every);
    let team = Team::new(company, erp, ledger, settings.seed);
    let mut report = Report::default();
    let began = Instant::now();
    let (allow, until) = watch::channel(HUNDRED);
    let mut players = JoinSet::new();
    let mut beat = interval(Duration::from_secs(1) / settings.rate.max(1));
    // What the system could not bear is not made up for.
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let source = Arc::new(Mutex::new(Source {
        settings: settings.clone(),
        next: 0,
        ready: VecDeque::new(),
        beat,
        until,
    }));
    for _ in 0..settings.players {
        let (team, source) = (team.clone(), source.clone());
        players.spawn(async move {
            loop {
                let Some(task) = source.lock().await.take().await else {
                    return;
                };
                team.play(&task).await;
            }
        });
    }
    strike_all(&mut field, settings, &team, &allow, &mut report, tell).await?;
    while let Some(player) = players.join_next().await {
        player?;
    }
    report.lasted.0 = began.elapsed();
    conclude(&field, &team, &mut report, tell).await?;
    field.stop().await?;
    Ok(report)
}

async fn strike_all(
    field: &mut Field,
    settings: &Settings,
    team: &Team,
    allow: &watch::Sender<u64>,
    report: &mut Report,
    tell: &(dyn Fn(String) + Sync),
) -> Result<(), Failure> {
    let (began, mut memory, mut done) = (Instant::now(), Memory::default(), team.ledger.done());
    let mut plan = plan_of(settings, field);
    let mut probes = PROBES;
    let count = u64::try_from(plan.len()).unwrap_or(u64::MAX);
    let gap = if settings.duration.is_some() {
        GAP
    } else {
        settings.leads / (count + 1)
    };
    let mut moment = 0;
    loop {
        let is_over = settings
            .duration
            .is_some_and(|lasts| began.elapsed() > lasts);
        if settings.duration.is_some() && plan.is_empty() {
            plan.add(&settings.kinds, 20, 10);
        }
        let Some(fault) = plan.next().filter(|_| !is_over) else {
            break;
        };
        moment += gap;
        allow.send_replace(moment + gap.max(HUNDRED));
        tokio::select! {
            reached = done.wait_for(|done| *done >= moment) => { reached?; }
            () = settings.end.cancelled() => break,
        }
        team.ledger.clock_is_wrong(fault.kind == Kind::ClockStep);
        let ended = match field.strike(&fault, &mut memory).await? {
            Ok(ended) => ended,
            Err(why) => {
                team.ledger.clock_is_wrong(false);
                report.skipped.insert(fault.kind, why);
                continue;
            }
        };
        probes += 10;
        team.probe(probes).await;
        let took = ended.elapsed();
        report.recoveries.entry(fault.kind).or_default().push(took);
        if fault.kind == Kind::ClockStep {
            // Processes look at their clocks once a second.
            pause(Duration::from_secs(2)).await;
            team.ledger.clock_is_wrong(false);
        }
        revive(field, team, fault.kind).await?;
        let what = format!("{} {}", fault.kind.name(), fault.target);
        tell(line(began.elapsed(), team, report, &what, took));
    }
    team.ledger.book().findings.append(&mut memory.findings);
    team.ledger.book().poison = memory.poison;
    allow.send_replace(if settings.duration.is_some() {
        0
    } else {
        u64::MAX
    });
    Ok(())
}

fn plan_of(settings: &Settings, field: &Field) -> Plan {
    let kinds = settings.kinds.iter();
    let targets = kinds.map(|kind| (*kind, field.targets(*kind))).collect();
    let mut plan = Plan::new(settings.seed, targets, settings.stall);
    plan.add(&settings.kinds, settings.kills, settings.others);
    plan
}

/// Starts what has ended by itself, which nothing should.
async fn revive(field: &mut Field, team: &Team, after: Kind) -> Result<(), Failure> {
    for name in field.ended() {
        let log = field.log(name);
        let end = log.lines().last().unwrap_or_default();
        let text = format!("{name} ended by itself after {}: {end}", after.name());
        team.ledger.finds("stays-up", text);
        field.start_again(name, &[]).await?;
    }
    Ok(())
}

fn line(since: Duration, team: &Team, report: &Report, what: &str, took: Duration) -> String {
    let (kills, others) = report.faults();
    let book = team.ledger.book();
    format!(
        "{:5.0} s  {:7} leads  {:7} calls  {:6} again  {kills:4} kills  {others:4} others  {} findings  last: {what}, {:.1} s",
        since.as_secs_f64(),
        book.leads.len(),
        book.answered,
        book.repeated,
        book.findings.len(),
        took.as_secs_f64()
    )
}

/// Waits until all is quiet, repeats what was answered, and looks at everything.
pub(super) async fn conclude(
    field: &Field,
    team: &Team,
    report: &mut Report,
    tell: &(dyn Fn(String) + Sync),
) -> Result<(), Failure> {
    let stores = Stores::open(field).await?;
    match until_quiet(&stores).await? {
        Ok(quiet) => {
            report.lasted.1 = quiet.took;
            let seconds = quiet.took.as_secs_f64();
            tell(format!(
                "quiet after {seconds:.1} s, at last waiting for {:?}; repeats",
                quiet.last
            ));
        }
        Err(left) => team.ledger.finds("quiet", left),
    }
    let before = checks::said(&stores).await?;
    report.repeats = team.repeat(REPEATS_AT_ONCE).await;
    report.events = checks::said(&stores).await?;
    if report.events != before {
        let more = report.events - before;
        team.ledger.finds(
            "repeat-says-nothing",
            format!("repeats made {more} more events"),
        );
    }
    let book = std::mem::take(&mut *team.ledger.book());
    report.leads = (
        book.leads.len(),
        book.leads.values().filter(|lead| lead.id.is_some()).count(),
    );
    report.chains = book
        .leads
        .values()
        .filter(|lead| lead.course.is_some())
        .count();
    report.calls = (book.answered, book.repeated, book.given_up);
    report.poison = book.poison;
    report.findings = checks::check(&stores, &book).await?.told();
    stores.close().await;
    Ok(())
}
