//! Looks up what stands in the stores and in the system, when somebody asks for the figures.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use super::{Connections, Inner, Kind, Metrics, Own, Parked, Service, Shard, Way};
use crate::{
    Result, Time,
    context::Context,
    db::{self, Tx},
    log::Consumer,
};

/// Whoever asks again within this time gets the same answer: the figures cost a look into every store.
const FRESH: Duration = Duration::from_secs(1);
/// How long a producer may take to say how far its log goes.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
/// Parts of a second in which Linux counts computing time for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// All figures of a process; cheap to clone.
#[derive(Clone)]
pub(crate) struct Gauges {
    metrics: Metrics,
    contexts: Vec<Context>,
    consumers: Vec<Consumer>,
    /// What was answered last. Held while the figures are looked up: once is enough for all who ask.
    last: Arc<Mutex<Option<(Instant, String)>>>,
}

impl Gauges {
    pub(crate) fn new(metrics: Metrics, contexts: &[Context], consumers: &[Consumer]) -> Self {
        Self {
            metrics,
            contexts: contexts.iter().filter(|cx| cx.stored).cloned().collect(),
            consumers: consumers.to_vec(),
            last: Arc::default(),
        }
    }

    /// The figures, at most a second old.
    pub(crate) async fn text(&self) -> String {
        let mut last = self.last.lock().await;
        if let Some((at, text)) = last.as_ref()
            && at.elapsed() < FRESH
        {
            return text.clone();
        }
        let text = self.look().await;
        *last = Some((Instant::now(), text.clone()));
        text
    }

    /// The figures as they are now.
    pub(crate) async fn look(&self) -> String {
        let all = &self.metrics.0;
        for consumer in &self.consumers {
            all.consumer(consumer).await;
        }
        for cx in &self.contexts {
            if let Err(error) = all.service(cx).await {
                all.failed(cx.name, &error);
            }
        }
        all.process();
        self.metrics.text()
    }
}

impl Inner {
    /// How a service stands with a producer. A producer that is away leaves its last figure out, not at nothing.
    async fn consumer(&self, consumer: &Consumer) {
        let (service, producer) = (consumer.name().to_owned(), consumer.producer().to_owned());
        let label = |shard| Shard {
            service: service.clone(),
            producer: producer.clone(),
            shard,
        };
        match tokio::time::timeout(ANSWER_LIMIT, consumer.lags()).await {
            Ok(Ok(lags)) => {
                for (shard, lag) in lags {
                    self.stands.lag.get_or_create(&label(shard)).set(lag.max(0));
                }
            }
            Ok(Err(error)) => self.failed("lag", &error),
            Err(elapsed) => self.failed("lag", &elapsed),
        }
        let (bus, log) = consumer.came();
        for (way, count) in [("bus", bus), ("log", log)] {
            let label = Way {
                service: service.clone(),
                producer: producer.clone(),
                way: way.to_owned(),
            };
            let events = self.stands.events.get_or_create(&label);
            events.inc_by(count.saturating_sub(events.get()));
        }
        match consumer.parked_count().await {
            Ok((all, given_up)) => {
                for (state, count) in [("waiting", all - given_up), ("given_up", given_up)] {
                    let label = Parked {
                        service: service.clone(),
                        producer: producer.clone(),
                        state: state.to_owned(),
                    };
                    self.stands.parked.get_or_create(&label).set(count);
                }
            }
            Err(error) => self.failed("parked", &error),
        }
    }

    /// What a service has in its store.
    async fn service(&self, cx: &Context) -> Result<()> {
        let service = cx.name.to_owned();
        for head in cx.log.heads().await? {
            let label = Own {
                service: service.clone(),
                shard: head.shard,
            };
            self.stands.heads.get_or_create(&label).set(head.head);
            let published = self.stands.published.get_or_create(&label);
            published.set(head.published);
        }
        let now = cx.clock.now();
        let open = cx.db.read(async move |tx| open(tx, now).await).await?;
        let label = |kind: &str| Kind {
            service: service.clone(),
            kind: kind.to_owned(),
        };
        for kind in cx.operations.kinds() {
            let found = open.operations.iter().find(|o| o.kind == kind);
            let count = found.map_or(0, |o| o.open);
            self.stands
                .operations
                .get_or_create(&label(kind))
                .set(count);
            let age = found.map_or(0, |o| (now - o.oldest).num_seconds().max(0));
            #[expect(clippy::cast_precision_loss, reason = "no operation is that old")]
            let age = age as f64;
            self.stands
                .operation_age
                .get_or_create(&label(kind))
                .set(age);
        }
        let kinds = open.handoffs.iter().map(|(kind, _)| kind.clone());
        for kind in self.seen(&service, kinds) {
            let found = open.handoffs.iter().find(|(k, _)| *k == kind);
            let count = found.map_or(0, |(_, count)| *count);
            self.stands.handoffs.get_or_create(&label(&kind)).set(count);
        }
        let late = Service {
            service: service.clone(),
        };
        self.stands
            .timers_late
            .get_or_create(&late)
            .set(open.timers);
        let (all, idle) = cx.db.connections();
        let idle = i64::try_from(idle).unwrap_or_default();
        for (state, count) in [("used", i64::from(all) - idle), ("idle", idle)] {
            let label = Connections {
                service: service.clone(),
                state: state.to_owned(),
            };
            self.stands.connections.get_or_create(&label).set(count);
        }
        Ok(())
    }

    /// What the system says of the process; nothing where it is not Linux.
    fn process(&self) {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let number = |key: &str| {
            let line = status.lines().find_map(|l| l.strip_prefix(key))?;
            line.split_whitespace().next()?.parse::<i64>().ok()
        };
        if let Some(kilobytes) = number("VmRSS:") {
            self.stands.memory.set(kilobytes * 1024);
        }
        if let Some(threads) = number("Threads:") {
            self.stands.threads.set(threads);
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            let count = i64::try_from(files.count()).unwrap_or(i64::MAX);
            self.stands.files.set(count);
        }
        if let Some(used) = cpu_seconds(&fs::read_to_string("/proc/self/stat").unwrap_or_default())
        {
            let counted = self.stands.cpu.get();
            self.stands.cpu.inc_by((used - counted).max(0.0));
        }
    }
}

/// Computing time out of a line of `/proc/…/stat`: the 14th and 15th field. The second is a name in brackets that may
/// hold anything.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some((f64::from(user) + f64::from(system)) / TICKS_PER_SECOND)
}

struct Open {
    operations: Vec<OpenOperations>,
    handoffs: Vec<(String, i64)>,
    timers: i64,
}

#[derive(sqlx::FromRow)]
struct OpenOperations {
    kind: String,
    open: i64,
    oldest: Time,
}

async fn open(tx: &mut Tx, now: Time) -> Result<Open, db::Error> {
    let operations = "select kind, count(*) as open, min(created_at) as oldest from operation
                      where state = 'RUNNING' group by kind";
    let handoffs =
        "select kind, count(*) as open from handoff where state = 'OFFERED' group by kind";
    let timers = "select count(*) as late from timer where due_at <= $1";
    Ok(Open {
        operations: tx.sql(operations).all().await?,
        handoffs: tx.sql(handoffs).all().await?,
        timers: tx.sql(timers).bind(now).one::<(i64,)>().await?.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computing_time_is_read_past_any_name() {
        let line = "7 (a) b) S 1 7 7 0 -1 4194560 1 2 3 4 250 50 0 0 20 0";
        assert_eq!(cpu_seconds(line), Some(3.0));
        assert_eq!(cpu_seconds(""), None);
    }
}
