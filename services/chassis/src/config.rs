//! Settings: the embedded `default.toml` is the manual, the environment overrides it, unknown keys are refused.

mod provider;

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
    value::Value,
};
use serde::Deserialize;

pub use self::provider::{ProviderConfig, is_guarded};
use crate::listen;

/// All settings of a process.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder for files of its own.
    pub data: PathBuf,
    /// Where it listens.
    pub listen: Listen,
    /// By what services know each other.
    pub links: LinksConfig,
    /// How events travel.
    pub bus: BusConfig,
    /// Keys and sessions.
    pub auth: AuthConfig,
    /// The log.
    pub log: LogConfig,
    /// Figures for Prometheus.
    pub metrics: MetricsConfig,
    /// Traces for a collector.
    pub traces: TracesConfig,
    /// Limits.
    pub limits: Limits,
    /// Directory service.
    pub directory: ServiceConfig,
    /// Customer service.
    pub customer: ServiceConfig,
    /// Marketing service.
    pub marketing: ServiceConfig,
    /// Sales service.
    pub sales: ServiceConfig,
    /// Commerce service.
    pub commerce: ServiceConfig,
    /// Insight service.
    pub insight: ServiceConfig,
    /// Gateway.
    pub gateway: ServiceConfig,
}

/// Addresses to listen on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// gRPC.
    pub grpc: String,
    /// JSON.
    pub http: String,
    /// Whether both speak TLS.
    pub tls: bool,
    /// Certificate chain, or empty for one of our own.
    pub tls_cert: PathBuf,
    /// Its private key, or empty.
    pub tls_key: PathBuf,
    /// Names for a certificate of our own, separated by commas.
    pub tls_names: String,
    /// Whether what a proxy says of the browser is believed.
    pub trust_proxy: bool,
}

/// By what services know each other: files, or empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinksConfig {
    /// Authority that signs the certificates of all.
    pub ca: PathBuf,
    /// Certificate chain of this process.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// How events travel.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusConfig {
    /// NATS, or empty.
    pub url: String,
    /// First word of subjects and streams.
    pub namespace: String,
    /// Shards of each log; 0 for the default of the mode.
    pub shards: u16,
}

/// Keys and sessions.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// File with the signing keys, or empty.
    pub key_file: PathBuf,
    /// Hours that a sign-in lasts.
    pub session_hours: u32,
    /// Hours that a browser may rest and stay signed in; 0 for as long as the sign-in lasts.
    pub idle_hours: u32,
    /// Failures to sign in from one address before it has to wait; 0 not to count them.
    pub failures_per_address: u32,
    /// Password of the first administrator, or empty.
    pub admin_password: String,
    /// Where browsers reach the gateway, or empty.
    pub public_url: String,
    /// Providers of OpenID Connect, by the names that they have in addresses.
    pub oidc: BTreeMap<String, ProviderConfig>,
}

/// The log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// What is written.
    pub filter: String,
    /// In which form.
    pub format: LogFormat,
}

/// Figures for Prometheus.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// Whether they are served.
    pub serve: bool,
}

/// Traces for a collector.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracesConfig {
    /// A collector that takes OTLP over gRPC, or empty.
    pub url: String,
    /// Share of the traces begun here that are told.
    pub share: f64,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Limits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Calls at once.
    pub calls: usize,
    /// Milliseconds of a call.
    pub call_ms: u64,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address.
    pub connections_per_address: usize,
    /// Milliseconds until a connection has said what it wants.
    pub header_ms: u64,
    /// Milliseconds until an answer is taken.
    pub answer_ms: u64,
    /// Milliseconds between two questions whether a silent HTTP/2 client is still there.
    pub ping_ms: u64,
    /// Bytes of one JSON request.
    pub request_bytes: usize,
    /// Connections to each database.
    pub db_connections: u32,
}

impl Limits {
    /// What holds for a socket.
    pub(crate) fn of_connections(&self) -> listen::Limits {
        listen::Limits {
            connections: self.connections,
            per_address: self.connections_per_address,
            header: Duration::from_millis(self.header_ms),
            call: Duration::from_millis(self.call_ms),
            answer: Duration::from_millis(self.answer_ms),
            ping: Duration::from_millis(self.ping_ms),
        }
    }
}

/// Where a service keeps its rows and where it is reached.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceConfig {
    /// Database, or empty for a file in the data folder.
    pub db_url: String,
    /// Addresses of the processes it runs in, with commas between them, or empty for this one.
    pub url: String,
}

// Addresses and passwords of others have no place in a log.
impl fmt::Debug for BusConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusConfig")
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}
impl fmt::Debug for AuthConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthConfig")
            .field("session_hours", &self.session_hours)
            .field("idle_hours", &self.idle_hours)
            .finish_non_exhaustive()
    }
}
impl fmt::Debug for TracesConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracesConfig")
            .field("share", &self.share)
            .finish_non_exhaustive()
    }
}
impl fmt::Debug for ServiceConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceConfig")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Settings that cannot be used; the text names the key.
#[derive(Debug, thiserror::Error)]
#[error("the settings are wrong: {0}")]
pub struct Wrong(#[source] Box<figment::Error>);

/// Variables that share the prefix but are not settings of a server.
const NOT_SETTINGS: &[&str] = &[
    "dataset_dir",
    "test_pg",
    "test_nats",
    "test_sqlite_only",
    "lang",
];

impl Config {
    /// The defaults, overridden by the environment.
    ///
    /// # Errors
    /// When a key is unknown or a value is of the wrong kind.
    pub fn load() -> Result<Self, Wrong> {
        let environment = Env::prefixed("BATON_").ignore(NOT_SETTINGS).split("__");
        Self::read(&Figment::from(Toml::string(include_str!("../default.toml"))).merge(environment))
    }

    /// The defaults, overridden by variables that are given as pairs: settings of a process that is not this one.
    ///
    /// # Errors
    /// When a key is unknown or a value is of the wrong kind.
    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, Wrong> {
        let mut figment = Figment::from(Toml::string(include_str!("../default.toml")));
        for (name, value) in variables {
            let Some(key) = name.strip_prefix("BATON_") else {
                continue;
            };
            let key = key.to_lowercase().replace("__", ".");
            // As the environment is read: what looks like a number is one.
            let Ok(value) = value.parse::<Value>();
            figment = figment.merge(Serialized::default(&key, value));
        }
        Self::read(&figment)
    }

    /// The defaults alone.
    ///
    /// # Errors
    /// Never, unless the embedded file is broken.
    pub fn defaults() -> Result<Self, Wrong> {
        Self::read(&Figment::from(Toml::string(include_str!(
            "../default.toml"
        ))))
    }

    fn read(figment: &Figment) -> Result<Self, Wrong> {
        let config: Self = figment.extract().map_err(|e| Wrong(Box::new(e)))?;
        match provider::fault(&config.auth) {
            Some(fault) => Err(Wrong(Box::new(fault.into()))),
            None => Ok(config),
        }
    }

    /// Settings of each service by its name.
    #[must_use]
    pub fn services(&self) -> BTreeMap<&'static str, &ServiceConfig> {
        BTreeMap::from([
            ("directory", &self.directory),
            ("customer", &self.customer),
            ("marketing", &self.marketing),
            ("sales", &self.sales),
            ("commerce", &self.commerce),
            ("insight", &self.insight),
            ("gateway", &self.gateway),
        ])
    }

    /// Where a service keeps its rows.
    #[must_use]
    pub fn db_url(&self, service: &str) -> String {
        match self.services().get(service) {
            Some(s) if !s.db_url.is_empty() => s.db_url.clone(),
            _ => format!(
                "sqlite://{}",
                self.data.join(format!("{service}.db")).display()
            ),
        }
    }

    /// Shards of each event log.
    #[must_use]
    pub fn shards(&self) -> u16 {
        match (self.bus.shards, self.bus.url.is_empty()) {
            (0, true) => 1,
            (0, false) => 4,
            (stated, _) => stated,
        }
    }

    /// File with the signing keys.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        if self.auth.key_file.as_os_str().is_empty() {
            self.data.join("keys.json")
        } else {
            self.auth.key_file.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_is_a_complete_set_of_settings() {
        let config = Config::defaults().unwrap();
        assert_eq!(config.db_url("sales"), "sqlite://data/sales.db");
        assert_eq!(config.shards(), 1);
    }

    #[test]
    fn a_key_that_nobody_reads_is_refused() {
        let toml = format!(
            "{}\n[sale]\ndb_url = \"x\"",
            include_str!("../default.toml")
        );
        let error = Config::read(&Figment::from(Toml::string(&toml))).unwrap_err();
        assert!(error.0.to_string().contains("sale"), "{error}");
    }
}
