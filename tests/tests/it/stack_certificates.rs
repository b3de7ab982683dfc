//! Services that know each other by certificates: the whole chain over mutual TLS, strangers before the door, and new
//! certificates under way.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use baton::demo::{self, Administrator};
use baton_chassis::{
    Clock,
    papers::issue::{Bearer, files, issue},
};
use baton_tests::{
    process::run,
    stack::{Ground, SERVICES, Stack},
};
use chrono::Days;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    cases::{administrator, assert_is_the_answer, chains},
    stack_load::{Load, assert_all_is_there_once},
};

/// Makes what is missing in a folder of certificates; how many are new.
async fn certificates(folder: &Path, more: &[&str]) -> usize {
    let folder = folder.to_string_lossy();
    let mut arguments = vec!["certificates", &*folder, "--for", "watcher", "--json"];
    arguments.extend(more);
    let output = run("baton", &arguments).await.unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = told["certificates"].as_array().unwrap().iter();
    told.filter(|one| one["made_until"].is_string()).count()
}

/// What a process answers to a plain question.
async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> std::io::Result<String> {
    let question = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(question).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// The connection of whoever comes with what lies in a folder, or with nothing, to a process that he takes for `service`.
/// Whether he is let in he hears when he listens.
async fn come(
    stack: &Stack,
    process: &str,
    service: &'static str,
    trusted: &Path,
    own: Option<&Path>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_file_iter(trusted.join("ca.pem")).unwrap() {
        roots.add(authority.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match own {
        None => config.with_no_client_auth(),
        Some(own) => {
            let chain = vec![CertificateDer::from_pem_file(own.join("cert.pem")).unwrap()];
            let key = PrivateKeyDer::from_pem_file(own.join("key.pem")).unwrap();
            config.with_client_auth_cert(chain, key).unwrap()
        }
    };
    let name = ServerName::try_from(service).unwrap();
    let stream = TcpStream::connect(address(stack, process)).await?;
    let tls = TlsConnector::from(Arc::new(config));
    tls.connect(name, stream).await
}

fn address(stack: &Stack, process: &str) -> String {
    let (_, url) = stack.grpc().find(|(name, _)| *name == process).unwrap();
    url.strip_prefix("https://").unwrap().to_owned()
}

/// Papers of a firm of its own, made so many days ago.
fn others(folder: &Path, days_ago: u64) -> PathBuf {
    let marketing = Bearer {
        name: "marketing".into(),
        services: vec!["marketing".into()],
    };
    let then = Clock::System.now() - Days::new(days_ago);
    issue(folder, &[marketing], 90, false, then).unwrap();
    folder.join("marketing")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_goes_over_mutual_tls_strangers_stay_out_and_certificates_change_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let papers = folder.path().join("papers");
    let Some(mut ground) = Ground::of_tests("papers", folder.path()) else {
        return;
    };
    assert_eq!(certificates(&papers, &[]).await, SERVICES.len() + 1);
    assert_eq!(certificates(&papers, &[]).await, 0, "all are good");
    ground.certificates = Some(papers.clone());
    let mut stack = Stack::start(&ground).await.unwrap();
    let made = stack.sign_in().unwrap().clone();
    let admin = administrator(stack.http(), &made.user, &made.password).await;
    let cases = demo::play(&admin, &Administrator).await.unwrap();
    assert_is_the_answer(&chains(&admin, &cases).await);

    let watcher = papers.join("watcher");
    let foreign = others(&folder.path().join("foreign"), 0);
    let expired = others(&folder.path().join("expired"), 100);
    for (process, service) in [
        ("directory", "directory"),
        ("marketing-2", "marketing"),
        ("gateway", "gateway"),
    ] {
        let comes = async |own| come(&stack, process, service, &watcher, own).await;
        let mut welcome = comes(Some(&watcher)).await.unwrap();
        let said = answer(&mut welcome).await.unwrap();
        assert!(said.starts_with("HTTP/1.1 200"), "{process}: {said}");
        for (who, own) in [
            ("nobody", None),
            ("one of another authority", Some(foreign.as_path())),
        ] {
            let mut stranger = comes(own).await.unwrap();
            let error = stranger.read_u8().await.unwrap_err().to_string();
            // An authority of the same name has not signed it, which shows in the signature alone.
            let refused = ["CertificateRequired", "UnknownCA", "DecryptError"];
            let refused = refused.iter().any(|alert| error.contains(alert));
            assert!(refused, "{who} at {process}: {error}");
        }
        let mut plain = TcpStream::connect(address(&stack, process)).await.unwrap();
        let said = answer(&mut plain).await.unwrap_or_default();
        assert!(!said.contains("HTTP/"), "in the clear, {process}: {said}");
    }
    let taken_for_another = come(&stack, "marketing", "sales", &watcher, Some(&watcher)).await;
    taken_for_another.unwrap_err();

    // Another authority takes over while people work, and processes come new to it.
    let mut load = Load::start(&admin);
    load.goes_on(5).await;
    fs::remove_file(papers.join("authority/key.pem")).unwrap();
    assert_eq!(
        certificates(&papers, &["--renew"]).await,
        SERVICES.len() + 1
    );
    let marketing = papers.join("marketing");
    let own = CertificateDer::from_pem_file(marketing.join("cert.pem")).unwrap();
    let shown = async || {
        let tls = come(&stack, "marketing", "marketing", &watcher, Some(&watcher));
        let tls = tls.await.unwrap();
        tls.get_ref().1.peer_certificates().unwrap()[0].to_vec()
    };
    assert_eq!(shown().await, own.to_vec(), "nothing was started again");
    load.goes_on(5).await;

    // What cannot be used is not used: half a file, and papers that have run out.
    let whole = fs::read(marketing.join("cert.pem")).unwrap();
    fs::write(marketing.join("cert.pem"), &whole[..100]).unwrap();
    assert_eq!(shown().await, own.to_vec());
    for file in ["ca.pem", "cert.pem", "key.pem"] {
        fs::copy(expired.join(file), marketing.join(file)).unwrap();
    }
    assert_eq!(shown().await, own.to_vec());
    let log = stack.log("marketing").unwrap();
    assert!(log.contains("new certificates are in use"), "{log}");
    for why in ["cannot be read", "ran out on"] {
        assert!(log.contains(why), "{why}: {log}");
    }
    certificates(&papers, &[]).await;

    for process in ["customer", "gateway", "marketing"] {
        assert!(stack.stop_one(process).await.unwrap());
        stack.start_again(process).await.unwrap();
        load.goes_on(5).await;
    }
    let made = load.end().await;
    assert_all_is_there_once(&stack, &made).await;
    let files = files(&papers, "marketing");
    fs::remove_file(files.key).unwrap();
    assert!(stack.stop_one("marketing").await.unwrap());
    let error = stack.start_again("marketing").await.unwrap_err();
    assert!(error.to_string().contains("key.pem"), "{error}");
    stack.stop().await.unwrap();
}
