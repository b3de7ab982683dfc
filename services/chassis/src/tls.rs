//! TLS on the sockets of a process: with a certificate that it is given, or one that it makes for itself.

use std::{fs, io::Write as _, path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use crate::{Error, Result, config::Config, papers::Papers};

/// What is spoken inside, the better first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// How TLS is spoken on a socket.
#[derive(Clone)]
pub(crate) enum Tls {
    /// To everybody, with the certificate of the start.
    Given(TlsAcceptor),
    /// To services alone.
    Mutual(Arc<Papers>),
}

impl Tls {
    /// What the next connection is greeted with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        match self {
            Self::Given(acceptor) => acceptor.clone(),
            Self::Mutual(papers) => TlsAcceptor::from(papers.server()),
        }
    }
}

pub(crate) fn protocols() -> Vec<Vec<u8>> {
    PROTOCOLS.map(<[u8]>::to_vec).into()
}

/// What turns connections of people and programs into TLS ones, if the settings want that.
///
/// # Errors
/// When certificate or key cannot be read or made, or do not belong together.
pub(crate) fn acceptor(config: &Config) -> Result<Option<Tls>> {
    let listen = &config.listen;
    if !listen.tls {
        return Ok(None);
    }
    let given = [&listen.tls_cert, &listen.tls_key].map(|file| !file.as_os_str().is_empty());
    let (cert, key) = match given {
        [true, true] => (listen.tls_cert.clone(), listen.tls_key.clone()),
        [false, false] => {
            let files = ["tls-cert.pem", "tls-key.pem"].map(|name| config.data.join(name));
            let [cert, key] = files;
            if !cert.exists() {
                make(&cert, &key, &listen.tls_names)?;
            }
            (cert, key)
        }
        _ => {
            let half = "listen.tls_cert and listen.tls_key belong together";
            return Err(Error::internal(half));
        }
    };
    Ok(Some(Tls::Given(read(&cert, &key)?)))
}

fn read(cert: &Path, key: &Path) -> Result<TlsAcceptor> {
    let broken = |file: &Path, why: &dyn std::fmt::Display| {
        Error::internal(format!("{} cannot be used: {why}", file.display()))
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|e| broken(cert, &e))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|e| broken(key, &e))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|e| broken(cert, &e))?;
    server.alpn_protocols = protocols();
    Ok(TlsAcceptor::from(Arc::new(server)))
}

/// Makes a certificate that vouches for itself. The key first: a certificate is there only with its key.
fn make(cert: &Path, key: &Path, names: &str) -> Result<()> {
    let names: Vec<String> = names
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let made = rcgen::generate_simple_self_signed(names).map_err(Error::internal)?;
    write_private(key, &made.signing_key.serialize_pem()).map_err(Error::internal)?;
    fs::write(cert, made.cert.pem()).map_err(Error::internal)?;
    tracing::info!(certificate = %cert.display(), "made a certificate of our own");
    Ok(())
}

/// Writes a file that only its owner may read.
pub(crate) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path, change: impl FnOnce(&mut Config)) -> Config {
        let mut config = Config::defaults().unwrap();
        folder.clone_into(&mut config.data);
        config.listen.tls = true;
        change(&mut config);
        config
    }

    #[test]
    fn a_certificate_is_made_once_and_its_key_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), |_| {});
        assert!(acceptor(&config).unwrap().is_some());
        let files = ["tls-cert.pem", "tls-key.pem"].map(|name| folder.path().join(name));
        let before = files.clone().map(|file| fs::read(file).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&files[1]).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        assert!(acceptor(&config).unwrap().is_some());
        assert_eq!(files.map(|file| fs::read(file).unwrap()), before);
    }

    #[test]
    fn without_tls_there_is_none_and_half_of_a_pair_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let off = config(folder.path(), |c| c.listen.tls = false);
        assert!(acceptor(&off).unwrap().is_none());
        let half = config(folder.path(), |c| c.listen.tls_cert = "cert.pem".into());
        assert!(acceptor(&half).is_err());
        let missing = config(folder.path(), |c| {
            c.listen.tls_cert = folder.path().join("no.pem");
            c.listen.tls_key = folder.path().join("no-key.pem");
        });
        assert!(acceptor(&missing).is_err());
    }
}
