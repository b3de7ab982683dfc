//! SQLite's single writer: whoever comes while a commit is under way shares the next one.
//!
//! A closure that finds nobody before it runs where it is called. Everyone else goes to one thread,
//! which takes what is queued, up to [`GROUP_MAX`], under one commit: the first without a savepoint
//! (its failure ends the group), the others with one each. It is a thread with its own small
//! runtime, not a task: the future of an `AsyncFn` cannot be named, so it cannot be proved `Send`
//! here; only the closure itself crosses threads.

use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use sqlx::SqlitePool;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};
use tracing::{Instrument as _, Span};

use super::{Error, Result, Tx, WRITE_LIMIT};

/// Closures that share one commit at most: bounds what one failed COMMIT takes with it.
const GROUP_MAX: usize = 64;
/// A group takes nobody in any more after this: bounds how long its first closure waits.
const GROUP_LIMIT: Duration = Duration::from_millis(50);
/// Closures that may wait for the writer before callers feel back-pressure.
const QUEUE_MAX: usize = 1024;
/// Takes the write lock at once, so that a transaction can never fail half way for want of it.
const BEGIN: &str = "begin immediate";

/// The single writer of a store. Cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    /// One connection: whoever holds it is the writer.
    pool: SqlitePool,
    jobs: mpsc::Sender<Box<dyn Job>>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    pub(super) fn spawn(pool: SqlitePool) -> Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE_MAX);
        let writer = Self {
            pool: pool.clone(),
            jobs,
            commits: Arc::default(),
        };
        let commits = writer.commits.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(sqlx::Error::Io)?;
        std::thread::Builder::new()
            .name("db-writer".into())
            .spawn(move || runtime.block_on(serve(pool, queue, commits)))
            .map_err(sqlx::Error::Io)?;
        Ok(writer)
    }

    pub(super) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Commits so far, that is, syncs; closures per commit tell how well the grouping does.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    pub(super) async fn write<T, E, F>(self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        let nobody_waits = self.jobs.capacity() == QUEUE_MAX;
        if nobody_waits && let Ok(Some(tx)) = self.pool.try_begin_with(BEGIN).await {
            self.commits.fetch_add(1, Ordering::Relaxed);
            return write_alone(Tx::sqlite(tx), work).await;
        }
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Call {
            work,
            span: Span::current(),
            answer: None,
            reply: Some(reply),
        });
        if self.jobs.send(job).await.is_err() {
            return Err(Error::Busy(None).into());
        }
        match answer.await {
            Ok(Ok(result)) => result,
            // A panic belongs to the caller, not to the writer.
            Ok(Err(payload)) => std::panic::resume_unwind(payload),
            Err(_) => Err(Error::Busy(None).into()),
        }
    }
}

async fn write_alone<T, E, F>(mut tx: Tx, work: F) -> Result<T, E>
where
    E: From<Error>,
    F: AsyncFn(&mut Tx) -> Result<T, E>,
{
    let Ok(result) = timeout(WRITE_LIMIT, work(&mut tx)).await else {
        return Err(Error::Busy(None).into());
    };
    tx.finish(result).await
}

async fn serve(pool: SqlitePool, mut jobs: mpsc::Receiver<Box<dyn Job>>, commits: Arc<AtomicU64>) {
    while let Some(first) = jobs.recv().await {
        let mut group = vec![first];
        let outcome = run_group(&pool, &mut group, Some(&mut jobs)).await;
        commits.fetch_add(1, Ordering::Relaxed);
        let shared = group.len() > 1;
        for mut job in group {
            if shared && outcome.is_err() {
                // One of them broke the commit for all: each stands for itself now.
                let mut alone = vec![job];
                let outcome = run_group(&pool, &mut alone, None).await;
                commits.fetch_add(1, Ordering::Relaxed);
                for job in &mut alone {
                    job.settle(&outcome);
                }
            } else {
                job.settle(&outcome);
            }
        }
    }
}

/// Begins. A connection on which SQLite has ended a transaction by itself, over a full disk, counts one that is not there
/// and can begin no other: it is thrown away.
async fn begin(pool: &SqlitePool) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
    match pool.begin_with(BEGIN).await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            pool.acquire().await?.close().await?;
            Ok(pool.begin_with(BEGIN).await?)
        }
        begun => Ok(begun?),
    }
}

/// One transaction over the first job and whoever came while it ran.
async fn run_group(
    pool: &SqlitePool,
    group: &mut Vec<Box<dyn Job>>,
    mut more: Option<&mut mpsc::Receiver<Box<dyn Job>>>,
) -> Result<()> {
    let mut tx = Tx::sqlite(begin(pool).await?);
    let began = Instant::now();
    for first in group.iter_mut() {
        if !first.run(&mut tx).await {
            return tx.rollback().await;
        }
    }
    while group.len() < GROUP_MAX && began.elapsed() < GROUP_LIMIT {
        let Some(Ok(mut job)) = more.as_mut().map(|jobs| jobs.try_recv()) else {
            break;
        };
        let ended = run_in_savepoint(job.as_mut(), &mut tx).await;
        group.push(job);
        ended?;
    }
    tx.finish(Ok(())).await
}

async fn run_in_savepoint(job: &mut dyn Job, tx: &mut Tx) -> Result<()> {
    let savepoint = tx.savepoint().await?;
    let kept = job.run(tx).await;
    tx.end_savepoint(savepoint, kept).await
}

/// A closure with the types it answers with taken off.
trait Job: Send {
    /// Runs the closure; false when what it did must be taken back.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = bool> + 't>>;
    /// Tells the caller, once the group has been committed or lost.
    fn settle(&mut self, group: &Result<()>);
}

/// What a closure came to, or the panic it ended in.
type Answer<T, E> = std::thread::Result<Result<T, E>>;

struct Call<F, T, E> {
    work: F,
    /// The caller's trace goes on, on the writer's thread.
    span: Span,
    answer: Option<Answer<T, E>>,
    reply: Option<oneshot::Sender<Answer<T, E>>>,
}

impl<F, T, E> Call<F, T, E>
where
    E: From<Error>,
    F: AsyncFn(&mut Tx) -> Result<T, E>,
{
    async fn answer(&self, tx: &mut Tx) -> Answer<T, E> {
        let work = AssertUnwindSafe((self.work)(tx)).catch_unwind();
        let done: Result<Answer<T, E>, _> = timeout(WRITE_LIMIT, work).await;
        match done {
            Ok(Ok(result)) => Ok(tx.verdict(result)),
            Ok(Err(payload)) => Err(payload),
            Err(_elapsed) => Ok(Err(Error::Busy(None).into())),
        }
    }
}

impl<F, T, E> Job for Call<F, T, E>
where
    T: Send,
    E: From<Error> + Send,
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = bool> + 't>> {
        let span = self.span.clone();
        Box::pin(
            async move {
                let caller_has_gone = self.reply.as_ref().is_none_or(oneshot::Sender::is_closed);
                if caller_has_gone {
                    return true;
                }
                let answer = self.answer(tx).await;
                let keep = matches!(answer, Ok(Ok(_)));
                self.answer = Some(answer);
                keep
            }
            .instrument(span),
        )
    }

    fn settle(&mut self, group: &Result<()>) {
        let answer = match (self.answer.take(), group) {
            // Nothing of the group was kept.
            (Some(Ok(Ok(_))) | None, Err(lost)) => Ok(Err(lost.clone().into())),
            (Some(answer), _) => answer,
            (None, Ok(())) => return,
        };
        if let Some(reply) = self.reply.take() {
            drop(reply.send(answer)); // the caller may have gone
        }
    }
}
