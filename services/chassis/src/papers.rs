//! The papers by which services know each other: an authority, a certificate that it has signed and its key. They are read
//! again at each new connection, so new ones are in use without a restart; such as cannot be used change nothing.
//!
//! A service is known by its name, at whatever address: the certificate of a process carries the names of the services
//! that run in it.

pub mod issue;
#[cfg(test)]
mod tests;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::DateTime;
use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::{
    CertificateError, ClientConfig, RootCertStore, ServerConfig,
    client::{Resumption, WebPkiServerVerifier, danger::ServerCertVerifier as _},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
    server::{NoServerSessionStorage, WebPkiClientVerifier, danger::ClientCertVerifier},
    version::TLS13,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tower::Service;

use crate::{Error, Result, Time, config::LinksConfig};

/// Why papers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A file is missing, broken, or holds something else.
    #[error("{} cannot be read: {why}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// Certificate and key were not made for each other.
    #[error("the key does not belong to the certificate")]
    KeyForeign,
    /// It has run out.
    #[error("the certificate ran out on {}", .0.format("%Y-%m-%d"))]
    Expired(Time),
    /// It begins later.
    #[error("the certificate is not good before {}", .0.format("%Y-%m-%d %H:%M UTC"))]
    NotYet(Time),
    /// Another authority has signed it, or none.
    #[error("the authority has not signed the certificate")]
    NotSigned,
    /// It is another's.
    #[error("the certificate is for {}, not for {service}", given.join(", "))]
    NotNamed {
        /// Who runs here.
        service: String,
        /// The names that it carries.
        given: Vec<String>,
    },
    /// It is of no use for what it is shown for.
    #[error("the certificate cannot be used: {0}")]
    Unfit(rustls::Error),
}

impl Fault {
    /// Stable name of the rule that is not kept.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "CERTIFICATE_UNREADABLE",
            Self::KeyForeign => "CERTIFICATE_KEY_FOREIGN",
            Self::Expired(_) => "CERTIFICATE_EXPIRED",
            Self::NotYet(_) => "CERTIFICATE_NOT_YET",
            Self::NotSigned => "CERTIFICATE_NOT_SIGNED",
            Self::NotNamed { .. } => "CERTIFICATE_NOT_NAMED",
            Self::Unfit(_) => "CERTIFICATE_UNFIT",
        }
    }

    fn of(error: rustls::Error, service: &str) -> Self {
        let rustls::Error::InvalidCertificate(fault) = error else {
            return match error {
                rustls::Error::InconsistentKeys(_) => Self::KeyForeign,
                other => Self::Unfit(other),
            };
        };
        match fault {
            CertificateError::ExpiredContext { not_after, .. } => Self::Expired(time(not_after)),
            CertificateError::NotValidYetContext { not_before, .. } => {
                Self::NotYet(time(not_before))
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::NotSigned,
            CertificateError::NotValidForNameContext { presented, .. } => Self::NotNamed {
                service: service.to_owned(),
                given: presented.iter().map(|name| plain(name)).collect(),
            },
            other => Self::Unfit(other.into()),
        }
    }
}

/// A name without the kind that rustls writes around it.
fn plain(name: &str) -> String {
    let inner = name.split_once("(\"").and_then(|(_, n)| n.split_once('"'));
    inner.map_or(name, |(name, _)| name).to_owned()
}

fn time(at: UnixTime) -> Time {
    let seconds = i64::try_from(at.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or(Time::MAX_UTC)
}

fn moment(at: Time) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(
        u64::try_from(at.timestamp()).unwrap_or_default(),
    ))
}

/// What the files hold.
#[derive(Clone, PartialEq, Eq)]
struct Texts {
    ca: Vec<u8>,
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Texts {
    fn read(files: &LinksConfig) -> Result<Self, Fault> {
        let read = |file: &Path| fs::read(file).map_err(|e| unreadable(file, &e));
        Ok(Self {
            ca: read(&files.ca)?,
            cert: read(&files.cert)?,
            key: read(&files.key)?,
        })
    }
}

fn unreadable(file: &Path, why: &dyn fmt::Display) -> Fault {
    Fault::Unreadable {
        file: file.to_owned(),
        why: why.to_string(),
    }
}

/// The certificates in a text, of which there is at least one.
fn certificates(file: &Path, text: &[u8]) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let all: Vec<_> = CertificateDer::pem_slice_iter(text)
        .collect::<Result<_, _>>()
        .map_err(|e| unreadable(file, &e))?;
    if all.is_empty() {
        return Err(unreadable(file, &"it holds no certificate"));
    }
    Ok(all)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn trusting(authorities: Vec<CertificateDer<'static>>) -> Result<Arc<RootCertStore>, Fault> {
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots.add(authority).map_err(|e| Fault::of(e, ""))?;
    }
    Ok(Arc::new(roots))
}

fn guard(roots: &Arc<RootCertStore>) -> Result<Arc<dyn ClientCertVerifier>, Fault> {
    WebPkiClientVerifier::builder_with_provider(roots.clone(), provider())
        .build()
        .map_err(general)
}

fn general(error: impl fmt::Display) -> Fault {
    Fault::Unfit(rustls::Error::General(error.to_string()))
}

/// Both sides of a connection, made of the same papers.
struct InUse {
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
}

impl InUse {
    /// Makes them, if the neighbours would take such papers at this moment for these services.
    fn of(
        files: &LinksConfig,
        texts: &Texts,
        services: &[impl AsRef<str>],
        at: UnixTime,
    ) -> Result<Self, Fault> {
        let roots = trusting(certificates(&files.ca, &texts.ca)?)?;
        let chain = certificates(&files.cert, &texts.cert)?;
        let key =
            PrivateKeyDer::from_pem_slice(&texts.key).map_err(|e| unreadable(&files.key, &e))?;
        let unfit = |e| Fault::of(e, "");
        // This looks first whether the key belongs to it: half of a pair that is being replaced is no more than that.
        let mut client = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .map_err(unfit)?
            .with_root_certificates(roots.clone())
            .with_client_auth_cert(chain.clone(), key.clone_key())
            .map_err(unfit)?;
        let guard = guard(&roots)?;
        taken(&chain, roots, guard.as_ref(), services, at)?;
        let mut server = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .map_err(unfit)?
            .with_client_cert_verifier(guard)
            .with_single_cert(chain, key)
            .map_err(unfit)?;
        // Each connection is proved anew: a ticket would outlive the papers it was given for.
        client.resumption = Resumption::disabled();
        server.session_storage = Arc::new(NoServerSessionStorage {});
        server.send_tls13_tickets = 0;
        client.alpn_protocols = vec![b"h2".to_vec()];
        server.alpn_protocols = crate::tls::protocols();
        Ok(Self {
            server: Arc::new(server),
            client: Arc::new(client),
        })
    }
}

/// Whether the neighbours take a certificate at a moment, of a caller and of each of these services.
fn taken(
    chain: &[CertificateDer<'static>],
    roots: Arc<RootCertStore>,
    guard: &dyn ClientCertVerifier,
    services: &[impl AsRef<str>],
    at: UnixTime,
) -> Result<(), Fault> {
    let Some((own, between)) = chain.split_first() else {
        return Err(Fault::NotSigned);
    };
    guard
        .verify_client_cert(own, between, at)
        .map_err(|e| Fault::of(e, ""))?;
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider())
        .build()
        .map_err(general)?;
    for service in services.iter().map(AsRef::as_ref) {
        let name = ServerName::try_from(service).map_err(general)?;
        verifier
            .verify_server_cert(own, between, &name, &[], at)
            .map_err(|e| Fault::of(e, service))?;
    }
    Ok(())
}

/// Whether papers are set; half of them is a mistake.
fn are_set(files: &LinksConfig) -> Result<bool> {
    let given = [&files.ca, &files.cert, &files.key].map(|file| !file.as_os_str().is_empty());
    match given {
        [true, true, true] => Ok(true),
        [false, false, false] => Ok(false),
        _ => Err(Error::internal(
            "links.ca, links.cert and links.key belong together",
        )),
    }
}

/// Looks at the papers of a process as its neighbours would at a moment; nothing where it has none.
///
/// # Errors
/// When they cannot be used; outside, when only some of them are set.
pub(crate) fn look(files: &LinksConfig, services: &[&str], at: Time) -> Result<Result<(), Fault>> {
    if !are_set(files)? {
        return Ok(Ok(()));
    }
    let texts = Texts::read(files);
    Ok(texts.and_then(|texts| InUse::of(files, &texts, services, moment(at)).map(drop)))
}

/// The papers of a process.
pub(crate) struct Papers {
    files: LinksConfig,
    services: Vec<&'static str>,
    held: Mutex<Held>,
}

struct Held {
    texts: Texts,
    in_use: Arc<InUse>,
    /// Why what the files hold now is not in use, if it is not.
    refused: Option<String>,
}

impl fmt::Debug for Papers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Papers").finish_non_exhaustive()
    }
}

impl Papers {
    /// The papers of a process that runs these services, if the settings name some.
    ///
    /// # Errors
    /// When they cannot be used.
    pub(crate) fn of(
        files: &LinksConfig,
        services: impl IntoIterator<Item = &'static str>,
    ) -> Result<Option<Arc<Self>>> {
        if !are_set(files)? {
            return Ok(None);
        }
        let services: Vec<_> = services.into_iter().collect();
        let read = Texts::read(files).and_then(|texts| {
            let in_use = InUse::of(files, &texts, &services, UnixTime::now())?;
            Ok((texts, Arc::new(in_use)))
        });
        let (texts, in_use) = read.map_err(Error::internal)?;
        Ok(Some(Arc::new(Self {
            files: files.clone(),
            services,
            held: Mutex::new(Held {
                texts,
                in_use,
                refused: None,
            }),
        })))
    }

    /// What a new connection is made with. Three small files are read: connections between services are few and stay.
    fn current(&self) -> Arc<InUse> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match Texts::read(&self.files) {
            Ok(texts) if texts == held.texts => None,
            Ok(texts) => match InUse::of(&self.files, &texts, &self.services, UnixTime::now()) {
                Ok(in_use) => {
                    tracing::info!(certificate = %self.files.cert.display(), "new certificates are in use");
                    (held.texts, held.in_use) = (texts, Arc::new(in_use));
                    None
                }
                Err(fault) => Some(fault.to_string()),
            },
            Err(fault) => Some(fault.to_string()),
        };
        if refused != held.refused {
            if let Some(why) = &refused {
                tracing::warn!(%why, "new certificates are not used, those before them go on");
            }
            held.refused = refused;
        }
        held.in_use.clone()
    }

    /// How a caller is let in: not without a certificate of the authority.
    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        self.current().server.clone()
    }

    /// Makes connections to a service, which has to prove that it is that one.
    pub(crate) fn connector(
        self: &Arc<Self>,
        service: &str,
    ) -> Result<
        impl Service<Uri, Response = TokioIo<TlsStream<TcpStream>>, Error = io::Error, Future: Send>
        + Send
        + use<>,
    > {
        let name = ServerName::try_from(service.to_owned()).map_err(Error::internal)?;
        let papers = self.clone();
        Ok(tower::service_fn(move |to: Uri| {
            let (papers, name) = (papers.clone(), name.clone());
            async move {
                let host = to.host().unwrap_or_default().trim_matches(['[', ']']);
                let stream = TcpStream::connect((host, to.port_u16().unwrap_or(443))).await?;
                stream.set_nodelay(true)?;
                let tls = TlsConnector::from(papers.current().client.clone());
                Ok(TokioIo::new(tls.connect(name, stream).await?))
            }
        }))
    }
}
