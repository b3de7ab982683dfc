//! Papers for a whole system: an authority of its own and a certificate for each of its processes, into one folder. Asked
//! again, it makes what is missing or runs out soon, and keeps the rest.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{Datelike as _, Days as CalendarDays};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::CertificateError;
use serde::Serialize;

use super::{Fault, InUse, Texts, certificates, guard, moment, trusting};
use crate::{Time, config::LinksConfig, time::Date, tls::write_private};

/// Days before its end in which a certificate is made anew, and in which the doctor speaks of it.
pub const RENEWED_DAYS: u32 = 30;
/// Days for which an authority signs.
const AUTHORITY_DAYS: u32 = 3650;
/// Where the authority is kept; no certificate has this name.
const AUTHORITY: &str = "authority";
/// Characters of a name, which is a label of DNS.
const NAME_MAX: usize = 63;

/// Whose certificate it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// What its folder is called.
    pub name: String,
    /// The services that it speaks as; none if it only calls.
    pub services: Vec<String>,
}

/// A certificate after a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issued {
    /// Whose.
    pub name: String,
    /// The day on which a new one runs out; none if the one that was there is kept.
    pub made_until: Option<Date>,
}

/// Why papers could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A name that cannot be one.
    #[error("{0} cannot be a name: small letters, digits and hyphens, and not `{AUTHORITY}`")]
    Name(String),
    /// A file.
    #[error("{} cannot be written or read: {why}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// What is there.
    #[error(transparent)]
    Broken(#[from] Fault),
    /// What was to be made.
    #[error("a certificate could not be made: {0}")]
    Made(#[from] rcgen::Error),
}

/// The three files of a bearer.
#[must_use]
pub fn files(folder: &Path, name: &str) -> LinksConfig {
    let own = folder.join(name);
    LinksConfig {
        ca: own.join("ca.pem"),
        cert: own.join("cert.pem"),
        key: own.join("key.pem"),
    }
}

/// Sees to it that each has papers that are good for a while, for `days` where they are made now; with `all`, makes all
/// anew. The authority is made if it is missing, or would run out before what it signs; the one before it stays trusted
/// as long as it is good.
///
/// # Errors
/// When a name is none, a file cannot be used, or a certificate cannot be made.
pub fn issue(
    folder: &Path,
    bearers: &[Bearer],
    days: u32,
    all: bool,
    now: Time,
) -> Result<Vec<Issued>, Failed> {
    let names = bearers
        .iter()
        .flat_map(|b| b.services.iter().chain([&b.name]));
    if let Some(wrong) = names.into_iter().find(|name| !is_name(name)) {
        return Err(Failed::Name(wrong.clone()));
    }
    let authority = Authority::open(folder, days, now)?;
    // What is trusted first: whoever shows a new certificate meets somebody who knows its authority.
    for bearer in bearers {
        let file = files(folder, &bearer.name).ca;
        let is_there = fs::read_to_string(&file).is_ok_and(|text| text == authority.trusted);
        if !is_there {
            make_folder(&folder.join(&bearer.name))?;
            put(&file, &authority.trusted)?;
        }
    }
    let each = bearers.iter().map(|bearer| {
        let files = files(folder, &bearer.name);
        let kept = !all && is_good(&files, &bearer.services, now);
        let made_until = (!kept).then(|| authority.sign(bearer, &files, days, now));
        Ok(Issued {
            name: bearer.name.clone(),
            made_until: made_until.transpose()?,
        })
    });
    each.collect()
}

fn is_name(name: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let has_edges = !name.starts_with('-') && !name.ends_with('-');
    (1..=NAME_MAX).contains(&name.len())
        && has_edges
        && name.bytes().all(is_letter)
        && name != AUTHORITY
}

/// Whether papers will do until somebody comes again.
fn is_good(files: &LinksConfig, services: &[String], now: Time) -> bool {
    let later = moment(now + CalendarDays::new(RENEWED_DAYS.into()));
    Texts::read(files).is_ok_and(|texts| InUse::of(files, &texts, services, later).is_ok())
}

/// Who signs.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// All whose signature counts, the newest first.
    trusted: String,
}

impl Authority {
    fn open(folder: &Path, days: u32, now: Time) -> Result<Self, Failed> {
        let own = folder.join(AUTHORITY);
        let (file, key_file) = (own.join("ca.pem"), own.join("key.pem"));
        let text = read_if_there(&file)?;
        let key = read_if_there(&key_file)?;
        let known = match &text {
            Some(text) => certificates(&file, text.as_bytes())?,
            None => Vec::new(),
        };
        let lasts = now + CalendarDays::new(days.into());
        if let (Some(newest), Some(key), Some(text)) = (known.first(), key, text)
            && !has_run_out(newest, lasts)?
        {
            let issuer = Issuer::new(params(AUTHORITY_DAYS, now)?, KeyPair::from_pem(&key)?);
            return Ok(Self {
                issuer,
                trusted: text,
            });
        }
        make_folder(&own)?;
        let key = KeyPair::generate()?;
        let params = params(AUTHORITY_DAYS, now)?;
        let mut trusted = params.self_signed(&key)?.pem();
        for before in &known {
            if !has_run_out(before, now)? {
                trusted.push_str(&pem(before));
            }
        }
        // The key first: a certificate is there only with its key.
        put_private(&key_file, &key.serialize_pem())?;
        put(&file, &trusted)?;
        Ok(Self {
            issuer: Issuer::new(params, key),
            trusted,
        })
    }

    /// Makes a certificate with a key of its own; answers with the day on which it runs out.
    fn sign(
        &self,
        bearer: &Bearer,
        files: &LinksConfig,
        days: u32,
        now: Time,
    ) -> Result<Date, Failed> {
        let mut names = vec![bearer.name.clone()];
        names.extend(
            bearer
                .services
                .iter()
                .filter(|s| **s != bearer.name)
                .cloned(),
        );
        let mut params = CertificateParams::new(names)?;
        dated(&mut params, days, now);
        params.distinguished_name = named(&bearer.name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        if !bearer.services.is_empty() {
            params
                .extended_key_usages
                .push(ExtendedKeyUsagePurpose::ServerAuth);
        }
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        put_private(&files.key, &key.serialize_pem())?;
        put(&files.cert, &certificate.pem())?;
        Ok(end(days, now))
    }
}

fn params(days: u32, now: Time) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    dated(&mut params, days, now);
    params.distinguished_name = named("Baton");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    Ok(params)
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

fn end(days: u32, now: Time) -> Date {
    (now + CalendarDays::new(days.into())).date_naive()
}

/// From yesterday on, since clocks differ, to the beginning of its last day.
fn dated(params: &mut CertificateParams, days: u32, now: Time) {
    let day = |date: Date| {
        let [month, day] = [date.month(), date.day()].map(|n| u8::try_from(n).unwrap_or(1));
        rcgen::date_time_ymd(date.year(), month, day)
    };
    let today = now.date_naive();
    params.not_before = day(today.pred_opt().unwrap_or(today));
    params.not_after = day(end(days, now));
}

/// Whether a certificate has run out at a moment. What else may be said against an authority that shows itself is not
/// asked.
fn has_run_out(
    certificate: &rustls::pki_types::CertificateDer<'static>,
    at: Time,
) -> Result<bool, Fault> {
    let guard = guard(&trusting(vec![certificate.clone()])?)?;
    let said = guard.verify_client_cert(certificate, &[], moment(at));
    Ok(matches!(
        said,
        Err(rustls::Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. }
        ))
    ))
}

fn pem(certificate: &[u8]) -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    const LINE: usize = 64;
    let text = BASE64_STANDARD.encode(certificate);
    let lines = text.as_bytes().chunks(LINE).map(String::from_utf8_lossy);
    let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for line in lines {
        pem.push_str(&line);
        pem.push('\n');
    }
    pem + "-----END CERTIFICATE-----\n"
}

fn failed(file: &Path) -> impl FnOnce(io::Error) -> Failed {
    let file = file.to_owned();
    move |why| Failed::File { file, why }
}

fn read_if_there(file: &Path) -> Result<Option<String>, Failed> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(file)(error)),
    }
}

fn make_folder(folder: &Path) -> Result<(), Failed> {
    fs::create_dir_all(folder).map_err(failed(folder))
}

/// Puts a file in place at once: nobody reads half of it.
fn put(file: &Path, text: &str) -> Result<(), Failed> {
    let new = file.with_extension("new");
    fs::write(&new, text).map_err(failed(&new))?;
    fs::rename(&new, file).map_err(failed(file))
}

/// The same, for its owner's eyes alone.
fn put_private(file: &Path, text: &str) -> Result<(), Failed> {
    let new = file.with_extension("new");
    write_private(&new, text).map_err(failed(&new))?;
    fs::rename(&new, file).map_err(failed(file))
}
