//! The bus between services: the fast way for events, and never their only holder.

mod cloud_event;

use std::{fmt, sync::Arc, time::Duration};

use async_nats::jetstream::{self, stream};

use crate::{Error, Result};

pub(crate) use cloud_event::{decode, encode};

/// How long the bus keeps events, for readers that have no access to the log.
const MAX_AGE: Duration = Duration::from_hours(7 * 24);
/// Within this time the bus drops an event that it has already.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);
/// How long an answer of the bus is waited for.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// How events get from one service to another. There are two ways and there will be no third.
#[derive(Clone, Debug, Default)]
pub enum Bus {
    /// Producer and consumer share a process: a wake, then a read of the log.
    #[default]
    Local,
    /// NATS JetStream.
    Nats(Nats),
}

/// A connection to NATS JetStream. Cheap to clone.
#[derive(Clone)]
pub struct Nats {
    context: Arc<jetstream::Context>,
    namespace: Arc<str>,
    replicas: usize,
}

impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nats")
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}

impl Nats {
    /// Connects to `url`, which may carry user and password; in the background when the server is
    /// away, for the log carries on without it. `namespace` is the first word of every subject and
    /// stream, so that several systems can share one server.
    ///
    /// # Errors
    /// When the url or the namespace is none.
    pub async fn connect(url: &str, namespace: &str) -> Result<Self> {
        let address: async_nats::ServerAddr = url.parse().map_err(away)?;
        let mut options = async_nats::ConnectOptions::new().retry_on_initial_connect();
        if let (Some(user), Some(password)) = (address.username(), address.password()) {
            // The client does not take them from the address by itself. Each user has a place for answers at which no
            // other may listen.
            options = options
                .user_and_password(user.to_owned(), password.to_owned())
                .custom_inbox_prefix(format!("_INBOX_{user}"));
        }
        let client = options.connect(address).await.map_err(away)?;
        Self::over(client, namespace)
    }

    /// The same over a connection that was made with other options: keys, certificates.
    ///
    /// # Errors
    /// When the namespace is none.
    pub fn over(client: async_nats::Client, namespace: &str) -> Result<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if namespace.is_empty() || !namespace.chars().all(plain) {
            let text =
                format!("the namespace {namespace:?} is not made of letters, digits, _ and -");
            return Err(Error::internal(text));
        }
        let context = jetstream::ContextBuilder::new()
            .timeout(ANSWER_LIMIT)
            .ack_timeout(ANSWER_LIMIT)
            .build(client);
        Ok(Self {
            context: Arc::new(context),
            namespace: namespace.into(),
            replicas: 1,
        })
    }

    /// Has new streams kept by so many servers of a cluster.
    #[must_use]
    pub fn replicated(self, replicas: usize) -> Self {
        Self { replicas, ..self }
    }

    /// What publishes and subscribes.
    #[must_use]
    pub fn context(&self) -> &jetstream::Context {
        &self.context
    }

    /// Name of the stream of a service.
    #[must_use]
    pub fn stream_name(&self, service: &str) -> String {
        format!("{}_{service}", self.namespace)
    }

    /// Subject of an event: `baton.<service>.<shard>.<type>`.
    #[must_use]
    pub fn subject(&self, service: &str, shard: i32, kind: &str) -> String {
        format!("{}.{service}.{shard}.{kind}", self.namespace)
    }

    /// The stream of a service, made if it is missing.
    pub(crate) async fn make_stream(&self, service: &str) -> Result<stream::Stream> {
        let config = stream::Config {
            name: self.stream_name(service),
            subjects: vec![format!("{}.{service}.>", self.namespace)],
            max_age: MAX_AGE,
            duplicate_window: DUPLICATE_WINDOW,
            discard: stream::DiscardPolicy::Old,
            num_replicas: self.replicas,
            ..Default::default()
        };
        self.context
            .get_or_create_stream(config)
            .await
            .map_err(away)
    }

    /// The stream of a service.
    pub(crate) async fn stream(&self, service: &str) -> Result<stream::Stream> {
        self.context
            .get_stream(self.stream_name(service))
            .await
            .map_err(away)
    }
}

/// Tells the stream of today from one that was made anew under the same name.
pub(crate) fn identity(info: &stream::Info) -> String {
    info.created.unix_timestamp_nanos().to_string()
}

/// An error of the bus: it is away, and the log carries on.
pub(crate) fn away(cause: impl fmt::Display) -> Error {
    Error::Unavailable(format!("NATS ({cause})"))
}
