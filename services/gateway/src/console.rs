//! The web console: its page for every path that a browser may open, and its files.
//!
//! What is served was built before (`npm run build` in services/console), compressed copies beside the files. The name of
//! a file below `assets/` holds a hash of what is in it, so it is kept for ever; everything else is asked for anew.

use std::{
    borrow::Cow,
    fmt::Write as _,
    fs,
    path::{Component, Path},
    sync::Arc,
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use bytes::Bytes;
use rust_embed::Embed;
use sha2::{Digest as _, Sha256};

/// The page that every way into the console begins with.
const INDEX: &str = "index.html";
/// Where the page wants the word by which the browser knows its own styles.
const NONCE: &str = "__CSP_NONCE__";
/// Names of compressed copies, the smaller first, with the coding that a browser must know.
const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gz", "gzip")];
/// What nobody but the API answers; a page of the console cannot have such a path.
const API: [&str; 5] = [
    "/v1",
    "/session",
    "/sign-in",
    "/openapi.json",
    "/asyncapi.json",
];

#[derive(Embed)]
#[folder = "../console/dist"]
#[allow_missing = true]
struct Built;

/// A file, and the hash by which a browser knows it again.
struct File {
    bytes: Bytes,
    hash: [u8; 32],
}

type Find = dyn Fn(&str) -> Option<File> + Send + Sync;

/// The files of a console, by their path below its folder.
#[derive(Clone)]
pub struct Files(Arc<Find>);

impl Files {
    /// Those that were built last: part of the program if it was released, else as they are on disk.
    #[must_use]
    pub fn built() -> Self {
        if cfg!(debug_assertions) {
            // Not by `Built`: it never finds a folder that was not there when it was compiled.
            return Self::of(on_disk);
        }
        Self(Arc::new(|path| {
            let file = Built::get(path)?;
            Some(File {
                hash: file.metadata.sha256_hash(),
                bytes: bytes(file.data),
            })
        }))
    }

    /// Those that are found so.
    pub fn of(find: impl Fn(&str) -> Option<Cow<'static, [u8]>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |path| {
            let found = find(path)?;
            Some(File {
                hash: Sha256::digest(&found).into(),
                bytes: bytes(found),
            })
        }))
    }

    /// No console.
    #[must_use]
    pub fn none() -> Self {
        Self::of(|_| None)
    }
}

fn on_disk(path: &str) -> Option<Cow<'static, [u8]>> {
    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../console/dist");
    let path = Path::new(path);
    let is_below = path.components().all(|c| matches!(c, Component::Normal(_)));
    let file = is_below.then(|| fs::read(Path::new(FOLDER).join(path)))?;
    file.ok().map(Cow::Owned)
}

fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}

/// The console as it is served.
pub(crate) struct Console {
    files: Files,
    /// Whether browsers are to come back over TLS only.
    tls: bool,
}

impl Console {
    pub(crate) fn new(files: Files, tls: bool) -> Self {
        Self { files, tls }
    }

    /// The answer to a request for the console; `None` for any other request, and where there is no console.
    pub(crate) fn answer(&self, head: &Parts) -> Option<Response> {
        let path = head.uri.path();
        if !matches!(head.method, Method::GET | Method::HEAD) || is_of_the_api(path) {
            return None;
        }
        let index = (self.files.0)(INDEX)?;
        let name = path.strip_prefix('/')?;
        let answer = match name {
            "" | INDEX => Some(page(&index)),
            name => self.file(name, &head.headers),
        };
        // A file that is missing is missed: whoever asked for it cannot do with a page.
        let opened = !name.starts_with("assets/") && opens_a_page(&head.headers);
        let mut answer = answer.or_else(|| opened.then(|| page(&index)))?;
        self.protect(answer.headers_mut());
        Some(answer)
    }

    fn file(&self, name: &str, asked: &HeaderMap) -> Option<Response> {
        let is_copy = CODINGS.iter().any(|(ending, _)| ending_of(name) == *ending);
        let plain = (self.files.0)(name).filter(|_| !is_copy)?;
        let mut copies = CODINGS.iter().filter(|(_, coding)| takes(asked, coding));
        let copy = copies.find_map(|(ending, coding)| {
            let copy = (self.files.0)(&format!("{name}.{ending}"))?;
            Some((copy, Some(*coding)))
        });
        let (file, coding) = copy.unwrap_or((plain, None));
        let etag = etag(&file.hash);
        let known = asked.get_all(header::IF_NONE_MATCH).iter().any(|known| {
            let known = known.to_str().unwrap_or_default();
            known.split(',').any(|known| known.trim() == etag)
        });
        let mut answer = Response::new(Body::empty());
        if known {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *answer.body_mut() = Body::from(file.bytes);
        }
        let kept = if name.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let headers = answer.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.extend(HeaderValue::try_from(etag).map(|etag| (header::ETAG, etag)));
        if !known {
            let kind = HeaderValue::from_static(kind(name));
            headers.insert(header::CONTENT_TYPE, kind);
            let coding = coding.map(HeaderValue::from_static);
            headers.extend(coding.map(|coding| (header::CONTENT_ENCODING, coding)));
        }
        Some(answer)
    }

    /// Headers that every answer of the console has.
    fn protect(&self, headers: &mut HeaderMap) {
        const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), \
            gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";
        if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
            allow(headers, None);
        }
        for (name, value) in [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "same-origin"),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ),
            (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if self.tls {
            headers.insert(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000"),
            );
        }
    }
}

fn is_of_the_api(path: &str) -> bool {
    let below = |place: &str| {
        path.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path.starts_with("/baton.") || API.into_iter().any(below)
}

/// The page, with a word of its own each time.
fn page(index: &File) -> Response {
    let nonce = BASE64.encode(rand::random::<[u8; 16]>());
    let text = String::from_utf8_lossy(&index.bytes).replace(NONCE, &nonce);
    let mut answer = Response::new(Body::from(text));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(INDEX)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    allow(headers, Some(&nonce));
    answer
}

/// What the page may do: run what it came with, speak to where it came from, and nothing else.
fn allow(headers: &mut HeaderMap, nonce: Option<&str>) {
    let styles = nonce.map_or_else(String::new, |nonce| format!(" 'nonce-{nonce}'"));
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src-elem 'self'{styles}; style-src-attr 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy);
    headers.extend(policy.map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
}

/// Whether a browser opens a page. A program that takes anything does not.
fn opens_a_page(headers: &HeaderMap) -> bool {
    list(headers, &header::ACCEPT).any(|(kind, wanted)| wanted && kind == "text/html")
}

/// Whether a browser takes a coding.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    list(headers, &header::ACCEPT_ENCODING).any(|(known, wanted)| wanted && known == coding)
}

/// What a header lists, and whether each is wanted at all.
fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = (&'h str, bool)> {
    let values = headers.get_all(name).iter();
    let items = values.flat_map(|value| value.to_str().unwrap_or_default().split(','));
    items.map(|item| {
        let (what, rest) = item.split_once(';').unwrap_or((item, ""));
        let mut parameters = rest.split(';').filter_map(|p| p.trim().strip_prefix("q="));
        let weight = parameters.next().and_then(|q| q.parse::<f32>().ok());
        (what.trim(), weight.is_none_or(|q| q > 0.0))
    })
}

fn etag(hash: &[u8; 32]) -> String {
    let mut etag = "\"".to_owned();
    for octet in &hash[..16] {
        let _ = write!(etag, "{octet:02x}");
    }
    etag + "\""
}

fn ending_of(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// What a file is, by its name.
fn kind(name: &str) -> &'static str {
    match ending_of(name) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
