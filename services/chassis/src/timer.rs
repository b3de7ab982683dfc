//! What happens when time comes: durable timers, driven by the clock.
//!
//! A timer fires in the transaction that removes it: what it does and its end commit together. One that fails comes
//! again later and later, and is never dropped.

use std::{collections::HashMap, fmt, sync::Arc};

use chrono::Duration;
use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    Error, Result, Time,
    act::Act,
    context::Context,
    db::{self, Tx},
    origin::Way,
    status::chain,
};

/// Timers that fire in one round.
const ROUND: i64 = 64;
/// The longest wait of one that fails.
const BACKOFF_MAX_S: i64 = 3_600;

/// What a timer does.
pub type Fire = for<'a> fn(&'a mut Act<'_>, Uuid) -> BoxFuture<'a, Result<()>>;

/// The timers of a service; cheap to clone.
#[derive(Clone, Default)]
pub struct Timers {
    kinds: Arc<HashMap<&'static str, Fire>>,
    wake: Arc<Notify>,
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kinds.keys()).finish()
    }
}

#[derive(sqlx::FromRow)]
struct Due {
    kind: String,
    subject: Uuid,
    #[sqlx(rename = "due_at")]
    at: Time,
    attempts: i32,
}

pub(crate) async fn set(
    tx: &mut Tx,
    kind: &'static str,
    subject: Uuid,
    due: Time,
) -> Result<(), db::Error> {
    tx.sql(
        "insert into timer (kind, subject, due_at, attempts) values ($1, $2, $3, 0) \
         on conflict (kind, subject) do update set due_at = excluded.due_at, attempts = 0",
    )
    .bind(kind)
    .bind(subject)
    .bind(due)
    .execute()
    .await?;
    Ok(())
}

pub(crate) async fn cancel(tx: &mut Tx, kind: &str, subject: Uuid) -> Result<u64, db::Error> {
    tx.sql("delete from timer where kind = $1 and subject = $2")
        .bind(kind.to_owned())
        .bind(subject)
        .execute()
        .await
}

impl Timers {
    pub(crate) fn new(kinds: HashMap<&'static str, Fire>) -> Self {
        Self {
            kinds: Arc::new(kinds),
            wake: Arc::default(),
        }
    }

    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Fires what is due; answers how many fired.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn round(&self, cx: &Context) -> Result<usize> {
        let now = cx.clock.now();
        let due: Vec<Due> = cx
            .db
            .glance(async move |tx| {
                tx.sql("select kind, subject, due_at, attempts from timer where due_at <= $1 order by due_at limit $2")
                    .bind(now)
                    .bind(ROUND)
                    .all()
                    .await
            })
            .await?;
        let mut fired = 0;
        for timer in due {
            let Some(fire) = self.kinds.get(timer.kind.as_str()) else {
                tracing::error!(kind = timer.kind, "a timer that this program does not know");
                continue;
            };
            match self.fire(cx, &timer, *fire).await {
                Ok(done) => fired += usize::from(done),
                Err(error) => {
                    tracing::warn!(kind = timer.kind, error = %chain(&error), "a timer failed and comes again");
                    postpone(cx, timer, now).await?;
                }
            }
        }
        Ok(fired)
    }

    async fn fire(&self, cx: &Context, timer: &Due, fire: Fire) -> Result<bool> {
        let caller = cx
            .own_caller(None, &format!("timer/{}", timer.kind))
            .await?
            .by(Way::Timer);
        let (kind, subject, due_at) = (timer.kind.clone(), timer.subject, timer.at);
        cx.act(caller, async move |act| {
            // Whoever removes the row fires; another replica finds it gone, or moved to a later time.
            let mine = act
                .tx
                .sql("delete from timer where kind = $1 and subject = $2 and due_at = $3")
                .bind(kind.clone())
                .bind(subject)
                .bind(due_at)
                .execute()
                .await?;
            if mine == 1 {
                fire(act, subject).await?;
            }
            Ok(mine == 1)
        })
        .await
    }
}

async fn postpone(cx: &Context, timer: Due, now: Time) -> Result<(), Error> {
    let wait = Duration::seconds((1_i64 << timer.attempts.clamp(0, 12)).min(BACKOFF_MAX_S));
    cx.db
        .write(async move |tx| {
            tx.sql("update timer set due_at = $4, attempts = attempts + 1 where kind = $1 and subject = $2 and due_at = $3")
                .bind(timer.kind.clone())
                .bind(timer.subject)
                .bind(timer.at)
                .bind(now + wait)
                .execute()
                .await
        })
        .await?;
    Ok(())
}
