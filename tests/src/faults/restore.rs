//! A producer that was put back to an earlier state while the others went on: what it said since is gone and forgiven,
//! everything before and after must be whole, and nobody may be stuck.

use std::{path::Path, time::Duration};

use super::{
    Failure,
    checks::Stores,
    field::{Field, Mode},
    ledger::Ledger,
    pause,
    players::{Task, Team},
    quiet::until_quiet,
    report::Report,
    run::conclude,
};
use crate::{process::run_in, stack::PROCESSES};

/// The service that is put back: leads begin there.
const SERVICE: &str = "marketing";
/// Where its older state is kept.
const COPY: &str = "faults_copy";
/// Leads before, between and after.
const LEADS: u64 = 100;
/// Times, a second apart, that the log is told to begin a new epoch: a lease of before may have to run out.
const TRIES: usize = 60;

/// Runs it on a stack.
///
/// # Errors
/// When the system does not come back.
pub async fn run(
    seed: u64,
    folder: &Path,
    tell: &(dyn Fn(String) + Sync),
) -> Result<Report, Failure> {
    let mut field = Field::start(Mode::Stack, folder, &[]).await?;
    let (company, erp) = field.company().await?;
    let team = Team::new(company, erp, Ledger::new(1), seed);
    play(&team, 0, 10).await;
    put_aside(&mut field).await?;
    tell("a copy was put aside".to_owned());
    let known = team.ledger.book().calls.len();
    // None goes further: what others made of a lead that is gone would be the firm's to sort out.
    play(&team, LEADS, 0).await;
    settle(&field, &team).await?;
    forgive(&team, known);
    put_back(&mut field).await?;
    tell("it was put back".to_owned());
    play(&team, 2 * LEADS, 10).await;
    let mut report = Report::default();
    conclude(&field, &team, &mut report, tell).await?;
    field.stop().await?;
    Ok(report)
}

/// A hundred leads, some of which go the whole way.
async fn play(team: &Team, first: u64, chains: u64) {
    for number in first..first + chains {
        team.play(&Task::Chain(number)).await;
    }
    for number in first + chains..first + LEADS / 2 {
        team.play(&Task::Single(number)).await;
    }
    team.play(&Task::Batch(first + LEADS / 2..first + LEADS))
        .await;
}

async fn settle(field: &Field, team: &Team) -> Result<(), Failure> {
    let stores = Stores::open(field).await?;
    if let Err(left) = until_quiet(&stores).await? {
        team.ledger.finds("quiet", left);
    }
    stores.close().await;
    Ok(())
}

/// What was answered in between may be gone, and a repeat of it is asked for the first time.
fn forgive(team: &Team, known: usize) {
    let mut book = team.ledger.book();
    book.calls.truncate(known);
    let between = book.leads.range(LEADS..2 * LEADS);
    let lost = between.filter_map(|(_, lead)| lead.id.clone()).collect();
    book.lost = lost;
}

fn replicas() -> impl Iterator<Item = &'static str> {
    let all = PROCESSES.iter().filter(|(_, service)| *service == SERVICE);
    all.map(|(name, _)| *name)
}

async fn put_aside(field: &mut Field) -> Result<(), Failure> {
    exchange(field, "faults_marketing", COPY).await?;
    start(field).await
}

async fn put_back(field: &mut Field) -> Result<(), Failure> {
    exchange(field, COPY, "faults_marketing").await?;
    let stack = field.stack().ok_or("there is no stack")?;
    let environment = stack.environment(SERVICE).to_vec();
    for _ in 0..TRIES {
        let told = run_in("baton", &["restored", SERVICE], &environment).await?;
        if told.status.success() {
            return start(field).await;
        }
        pause(Duration::from_secs(1)).await;
    }
    Err("the log does not begin a new epoch".into())
}

/// Stops the service and makes one database as another one is.
async fn exchange(field: &mut Field, from: &str, to: &str) -> Result<(), Failure> {
    let stack = field.stack().ok_or("there is no stack")?;
    for name in replicas() {
        stack.stop_one(name).await?;
    }
    let postgres = field.postgres().ok_or("there is no server")?;
    Ok(postgres.copy_database(from, to).await?)
}

async fn start(field: &mut Field) -> Result<(), Failure> {
    for name in replicas() {
        field.start_again(name, &[]).await?;
    }
    Ok(())
}
