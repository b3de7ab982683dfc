//! Callers, and how long their calls take.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

/// How long calls took, shortest first.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Of calls in whatever order.
    #[must_use]
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Milliseconds within which so many of a hundred calls ended.
    #[must_use]
    pub fn ms(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = (self.0.len() * percent / 100).min(last);
        self.0
            .get(place)
            .map_or(f64::NAN, |t| t.as_secs_f64() * 1_000.0)
    }
}

/// What callers did in a time.
#[derive(Clone, Debug)]
pub struct Done {
    /// How long each call took.
    pub times: Times,
    /// Calls in a second.
    pub rate: f64,
}

/// A number that no other call has.
#[derive(Clone, Debug, Default)]
pub struct Numbers(Arc<AtomicU64>);

impl Numbers {
    /// The next one.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// So many callers call one after the other for a time; `call` is given the number of its caller.
///
/// # Errors
/// The first call that fails.
pub async fn callers<F, E>(
    count: usize,
    lasts: Duration,
    call: impl Fn(usize) -> F,
) -> Result<Done, E>
where
    F: Future<Output = Result<(), E>>,
{
    let began = Instant::now();
    let one = async |caller: usize| {
        let mut times = Vec::new();
        while began.elapsed() < lasts {
            let at = Instant::now();
            call(caller).await?;
            times.push(at.elapsed());
        }
        Ok(times)
    };
    let all = futures_util::future::try_join_all((0..count).map(one)).await?;
    let times: Vec<_> = all.into_iter().flatten().collect();
    let rate = per_second(times.len(), began.elapsed());
    Ok(Done {
        times: Times::of(times),
        rate,
    })
}

/// Calls at a steady rate, or at the lower one that the system can bear with so many calls open at once, until the guard
/// is dropped. Calls that fail are counted as well.
#[must_use]
pub fn steady<F>(per_second: u32, at_once: usize, call: impl Fn() -> F + Send + 'static) -> Steady
where
    F: Future<Output = bool> + Send + 'static,
{
    let counts = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
    let mut tasks = JoinSet::new();
    let told = counts.clone();
    tasks.spawn(async move {
        let mut beat = interval(Duration::from_secs(1) / per_second);
        // What the system could not bear is not made up for.
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut calls = JoinSet::new();
        loop {
            beat.tick().await;
            let (call, told) = (call(), told.clone());
            calls.spawn(async move {
                let which = usize::from(!call.await);
                told[which].fetch_add(1, Ordering::Relaxed);
            });
            while calls.try_join_next().is_some() {}
            if calls.len() >= at_once {
                calls.join_next().await;
            }
        }
    });
    Steady {
        began: Instant::now(),
        counts,
        _tasks: tasks,
    }
}

/// Calls that go on; dropping it ends them.
#[derive(Debug)]
pub struct Steady {
    began: Instant,
    counts: Arc<[AtomicU64; 2]>,
    _tasks: JoinSet<()>,
}

impl Steady {
    /// Calls answered in a second so far, and how many were refused.
    #[must_use]
    pub fn rate(&self) -> (f64, u64) {
        let [answered, refused] = [0, 1].map(|i| self.counts[i].load(Ordering::Relaxed));
        let answered = usize::try_from(answered).unwrap_or(usize::MAX);
        (per_second(answered, self.began.elapsed()), refused)
    }
}

/// So many things in a time, as a rate.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a figure to print")]
pub fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
