use std::sync::Arc;

use chrono::Days;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{
    issue::{Bearer, Issued, files, issue},
    *,
};
use crate::Clock;

fn now() -> Time {
    Clock::System.now()
}

fn sales() -> Vec<Bearer> {
    vec![Bearer {
        name: "sales".into(),
        services: vec!["sales".into()],
    }]
}

/// A folder with papers of sales that were made so many days ago.
fn made(days_ago: u64) -> (TempDir, LinksConfig) {
    let folder = tempfile::tempdir().unwrap();
    let then = now() - Days::new(days_ago);
    issue(folder.path(), &sales(), 90, false, then).unwrap();
    let files = files(folder.path(), "sales");
    (folder, files)
}

fn fault(files: &LinksConfig, at: Time) -> Option<&'static str> {
    look(files, &["sales"], at)
        .unwrap()
        .err()
        .map(|fault| fault.rule())
}

#[test]
fn what_is_wrong_with_papers_is_said_by_name() {
    let (_folder, good) = made(0);
    let (_other, foreign) = made(0);
    let with = |change: fn(&mut LinksConfig, &LinksConfig)| {
        let mut files = good.clone();
        change(&mut files, &foreign);
        fault(&files, now())
    };
    assert_eq!(with(|_, _| {}), None);
    let key = with(|files, foreign| files.key.clone_from(&foreign.key));
    assert_eq!(key, Some("CERTIFICATE_KEY_FOREIGN"));
    let authority = with(|files, foreign| files.ca.clone_from(&foreign.ca));
    assert_eq!(authority, Some("CERTIFICATE_NOT_SIGNED"));
    let missing = with(|files, _| files.cert = "missing.pem".into());
    assert_eq!(missing, Some("CERTIFICATE_UNREADABLE"));
    let no_certificate = with(|files, _| files.cert.clone_from(&files.key));
    assert_eq!(no_certificate, Some("CERTIFICATE_UNREADABLE"));

    assert_eq!(fault(&good, now() + Days::new(89)), None);
    let after = now() + Days::new(91);
    assert_eq!(fault(&good, after), Some("CERTIFICATE_EXPIRED"));
    let before = now() - Days::new(3);
    assert_eq!(fault(&good, before), Some("CERTIFICATE_NOT_YET"));
    let named = look(&good, &["sales", "marketing"], now()).unwrap();
    assert_eq!(
        named.unwrap_err().to_string(),
        "the certificate is for sales, not for marketing"
    );
    let half = LinksConfig {
        key: PathBuf::new(),
        ..good
    };
    assert!(look(&half, &["sales"], now()).is_err());
}

#[test]
fn whoever_only_calls_cannot_answer_as_a_service() {
    let folder = tempfile::tempdir().unwrap();
    let watcher = Bearer {
        name: "sales".into(),
        services: Vec::new(),
    };
    issue(folder.path(), &[watcher], 90, false, now()).unwrap();
    let files = files(folder.path(), "sales");
    assert_eq!(fault(&files, now()), Some("CERTIFICATE_UNFIT"));
    assert!(look(&files, &[], now()).unwrap().is_ok());
}

#[test]
fn new_papers_are_in_use_at_once_and_broken_ones_never() {
    let (folder, files) = made(0);
    let papers = Papers::of(&files, ["sales"]).unwrap().unwrap();
    let first = papers.current();
    assert!(
        Arc::ptr_eq(&first, &papers.current()),
        "nothing has changed"
    );

    let whole = fs::read(&files.cert).unwrap();
    fs::write(&files.cert, &whole[..whole.len() / 2]).unwrap();
    assert!(Arc::ptr_eq(&first, &papers.current()), "half a file");
    let (_other, foreign) = made(0);
    fs::copy(&foreign.cert, &files.cert).unwrap();
    assert!(Arc::ptr_eq(&first, &papers.current()), "half a pair");
    fs::remove_file(&files.cert).unwrap();
    assert!(Arc::ptr_eq(&first, &papers.current()), "no file");
    let (_old, expired) = made(100);
    for (from, to) in [
        (&expired.ca, &files.ca),
        (&expired.cert, &files.cert),
        (&expired.key, &files.key),
    ] {
        fs::copy(from, to).unwrap();
    }
    assert!(Arc::ptr_eq(&first, &papers.current()), "it has run out");
    let why = papers.held.lock().unwrap().refused.clone();
    assert!(why.unwrap().contains("ran out on"));

    issue(folder.path(), &sales(), 90, true, now()).unwrap();
    assert!(!Arc::ptr_eq(&first, &papers.current()));
    assert_eq!(papers.held.lock().unwrap().refused, None);
    assert!(Papers::of(&expired, ["sales"]).is_err(), "nor at the start");
}

#[test]
fn asked_again_only_what_runs_out_soon_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let round = |all, at| {
        let issued = issue(folder.path(), &sales(), 90, all, at).unwrap();
        let [Issued { made_until, .. }] = issued.try_into().unwrap();
        made_until.is_some()
    };
    let begin = now();
    let texts = || Texts::read(&files(folder.path(), "sales")).unwrap();
    assert!(round(false, begin));
    let first = texts();
    assert!(!round(false, begin + Days::new(50)));
    assert!(texts() == first, "nothing is written again");
    assert!(round(false, begin + Days::new(65)));
    assert!(texts().ca == first.ca, "the authority stays");
    assert!(round(true, begin + Days::new(66)));
    fs::remove_file(files(folder.path(), "sales").key).unwrap();
    assert!(round(false, begin + Days::new(66)));
    #[cfg(unix)]
    for of in ["sales", "authority"] {
        use std::os::unix::fs::PermissionsExt as _;
        let key = folder.path().join(of).join("key.pem");
        let mode = fs::metadata(key).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn an_authority_is_followed_by_another_before_it_ends_and_stays_trusted_until_then() {
    let (folder, files) = made(3600);
    let begin = now() - Days::new(3600);
    let at = begin + Days::new(3570);
    issue(folder.path(), &sales(), 90, false, at).unwrap();
    let trusted = certificates(&files.ca, &fs::read(&files.ca).unwrap()).unwrap();
    assert_eq!(trusted.len(), 2);
    assert_eq!(fault(&files, at), None);
    let at = begin + Days::new(3660);
    issue(folder.path(), &sales(), 90, true, at).unwrap();
    let trusted = certificates(&files.ca, &fs::read(&files.ca).unwrap()).unwrap();
    assert_eq!(trusted.len(), 2, "it is not made again");
    let at = at + Days::new(3550);
    issue(folder.path(), &sales(), 90, true, at).unwrap();
    let trusted = certificates(&files.ca, &fs::read(&files.ca).unwrap()).unwrap();
    assert_eq!(trusted.len(), 2, "the first one has run out and is gone");
}

#[test]
fn a_name_that_could_lead_out_of_the_folder_is_none() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "..", "a/b", "authority", "Sales", "-a", "sales.example"] {
        let bearer = Bearer {
            name: name.into(),
            services: Vec::new(),
        };
        let made = issue(folder.path(), &[bearer], 90, false, now());
        assert!(matches!(made, Err(issue::Failed::Name(_))), "{name}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// What a caller hears who comes with these papers to sales, or why he hears nothing.
async fn greeting(caller: &Papers, sales: &Papers, name: &'static str) -> io::Result<String> {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let name = ServerName::try_from(name).unwrap();
    let come = async {
        let tls = TlsConnector::from(caller.current().client.clone());
        let mut stream = tls.connect(name, near).await?;
        let mut heard = String::new();
        stream.read_to_string(&mut heard).await?;
        Ok(heard)
    };
    let answer = async {
        let mut stream = TlsAcceptor::from(sales.server()).accept(far).await?;
        stream.write_all(b"come in").await?;
        stream.shutdown().await
    };
    let (heard, answered) = tokio::join!(come, answer);
    answered.and(heard)
}

#[tokio::test]
async fn both_sides_look_at_the_papers_of_the_other() {
    let (_folder, files) = made(0);
    let (_other, foreign) = made(0);
    let sales = Papers::of(&files, ["sales"]).unwrap().unwrap();
    let stranger = Papers::of(&foreign, []).unwrap().unwrap();
    assert_eq!(greeting(&sales, &sales, "sales").await.unwrap(), "come in");
    let error = greeting(&sales, &sales, "marketing").await.unwrap_err();
    assert!(error.to_string().contains("BadCertificate"), "{error}");
    greeting(&stranger, &sales, "sales").await.unwrap_err();
}
