//! `GET /v1/exports/{collection}.{csv|ndjson}`: a list from its first row to its last, as a file.
//!
//! The directory notes the export before its first row goes out and, however it ends, how many did. A file that is not whole ends
//! with a broken connection and not with a line that says so: every program that fetches files tells a broken one from a whole
//! one, and none of them reads the last line for it.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderValue, Method, header, request::Parts},
    response::Response,
};
use baton_chassis::{Error, Result as Told, caller::EXPORTED};
use baton_proto::directory::v1::{
    BeginExportRequest, BeginExportResponse, EndExportRequest, Export, ExportFilter, ExportFormat,
    ExportStopReason, export_service_client::ExportServiceClient,
};
use bytes::Bytes;
use chrono::DateTime;
use chrono_tz::Tz;
use futures_util::stream;
use prost_reflect::{DynamicMessage, Value};
use serde_json::Value as Json;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::task::TaskTracker;
use tonic::{Code, Status, metadata::MetadataMap};

use super::{Edge, passed_on, query, service};
use crate::{
    Link, call,
    error::Asked,
    export::{self, File, List, names::Asks, names::Names, sheet::Sheet},
    field::FieldPath,
    transcode::{self, Incoming},
};

/// Rows that are read at once; no list gives more.
const PAGE: i32 = 200;

/// Finds the way to the directory, for the gateway as itself.
type Directory = dyn Fn() -> Told<Link> + Send + Sync;

/// Where exports are noted, and where they go on when whoever asked for them is gone.
pub struct Exports {
    directory: Box<Directory>,
    aside: TaskTracker,
}

impl Exports {
    /// Exports that the directory notes.
    pub fn new(
        directory: impl Fn() -> Told<Link> + Send + Sync + 'static,
        aside: TaskTracker,
    ) -> Self {
        Self {
            directory: Box::new(directory),
            aside,
        }
    }

    /// Notes how an export ended.
    async fn end(&self, id: &str, rows: i64, why: Option<ExportStopReason>) -> Result<(), Status> {
        let directory = (self.directory)().map_err(|e| Status::unavailable(e.to_string()))?;
        let request = EndExportRequest {
            id: id.to_owned(),
            row_count: rows,
            stop_reason: why.unwrap_or_default().into(),
        };
        let ended = ExportServiceClient::new(directory)
            .end_export(request)
            .await;
        if let Err(status) = &ended {
            tracing::error!(id, %status, "the end of an export could not be noted");
        }
        ended.map(drop)
    }
}

/// A part of a file.
enum Piece {
    Some(Bytes),
    Last(Bytes),
}

/// Why the connection is broken off.
#[derive(Debug, thiserror::Error)]
#[error("the file is not whole")]
struct Broken;

/// Some rows of a list.
struct Page {
    lines: Bytes,
    rows: i64,
    /// Where the next page begins; empty on the last.
    next: String,
}

/// A list that is read on behalf of somebody.
struct Reading {
    edge: Arc<Edge>,
    /// The request as it came: each page is asked for with credentials that are as good as at that moment.
    head: Parts,
    asked: Asked,
    list: Arc<List>,
    message: DynamicMessage,
    sheet: Sheet,
    names: Names,
    first: bool,
}

/// Asks with the credentials of one moment.
struct Bearer<'e> {
    edge: &'e Edge,
    head: Parts,
    asked: Asked,
}

impl Asks for Bearer<'_> {
    fn link(&self, service: &str) -> Result<Link, Status> {
        (self.edge.link)(service).map_err(|error| self.edge.told(error, self.asked))
    }

    fn request<M>(&self, message: M) -> tonic::Request<M> {
        let mut request = tonic::Request::new(message);
        *request.metadata_mut() = MetadataMap::from_headers(passed_on(&self.head.headers));
        request.set_timeout(self.edge.limits.call);
        request
    }
}

impl Edge {
    /// The answer to whoever asks for a file; nothing if the path is none of a file, or nobody could note it.
    pub(super) async fn export(
        self: &Arc<Self>,
        head: &Parts,
        asked: Asked,
    ) -> Option<Result<Response, Status>> {
        let exports = self.exports.as_ref()?;
        let file = File::at(head.uri.path(), &self.lists, &self.routes)?;
        Some(self.file(exports, file, head, asked).await)
    }

    async fn file(
        self: &Arc<Self>,
        exports: &Exports,
        file: Told<File>,
        head: &Parts,
        asked: Asked,
    ) -> Result<Response, Status> {
        let File {
            collection,
            list,
            path,
            format,
        } = file.map_err(|error| self.told(error, asked))?;
        // To take something out is an act, however it is asked for: not even a HEAD may do it on the quiet.
        if head.method != Method::GET {
            return Ok(self.misused(head, &[Method::GET], asked));
        }
        let (wanted, message) =
            wanted(&list, path, head, asked).map_err(|error| self.told(error, asked))?;
        self.own_page(head, asked)?;
        let bearer = self.bearer(head, asked).await?;
        let columns = wanted.columns.iter().map(|c| c.name.clone()).collect();
        let request = BeginExportRequest {
            export: Some(Export {
                collection: collection.clone(),
                filters: filters(&wanted.filters),
                columns,
                format: format.into(),
                ..Export::default()
            }),
        };
        let directory = bearer.link("directory")?;
        let begun = ExportServiceClient::new(directory)
            .begin_export(bearer.request(request))
            .await?
            .into_inner();
        let zone = begun.time_zone.parse().unwrap_or(Tz::UTC);
        let Begun { id, day, lasts } = Begun::of(begun, zone);
        let until = Instant::now() + lasts;
        let mut reading = Reading {
            edge: self.clone(),
            head: head.clone(),
            asked,
            list,
            message,
            sheet: Sheet {
                columns: wanted.columns,
                chosen: wanted.chosen,
                format,
                labels: wanted.labels,
                zone,
            },
            names: Names::default(),
            first: true,
        };
        // What the list refuses is told like any refusal, while there still is a head to tell it in.
        let page = match reading.page(String::new()).await {
            Ok(page) => page,
            Err(status) => {
                let failed = Some(ExportStopReason::ListFailed);
                drop(exports.end(&id, 0, failed).await);
                return Err(status);
            }
        };
        let (out, pieces) = mpsc::channel(1);
        let going = reading.go_on(page, id, until, out);
        exports.aside.spawn(going);
        Ok(attached(pieces, &collection, &day, format))
    }

    /// Refuses what another site's page asks for in the name of a browser that is signed in: to read is free for it, as it cannot
    /// see the answer, but this would be noted.
    fn own_page(&self, head: &Parts, asked: Asked) -> Result<(), Status> {
        match &self.sessions {
            Some(sessions) if !head.headers.contains_key(header::AUTHORIZATION) => sessions
                .own(head)
                .map_err(|_| self.own(Code::PermissionDenied, "CSRF", asked)),
            _ => Ok(()),
        }
    }

    /// The credentials of this moment.
    async fn bearer(&self, head: &Parts, asked: Asked) -> Result<Bearer<'_>, Status> {
        let mut head = head.clone();
        self.admit(&mut head, asked).await?;
        Ok(Bearer {
            edge: self,
            head,
            asked,
        })
    }
}

impl Reading {
    /// Some rows, as lines.
    async fn page(&mut self, token: String) -> Result<Page, Status> {
        let bearer = self.edge.bearer(&self.head, self.asked).await?;
        let mut message = self.message.clone();
        message.set_field_by_name("page_size", Value::I32(PAGE));
        message.set_field_by_name("page_token", Value::String(token));
        let mut request = bearer.request(message);
        request
            .metadata_mut()
            .as_mut()
            .insert(EXPORTED, HeaderValue::from_static("1"));
        let method = &self.list.route.method;
        let link = bearer.link(&service(method))?;
        let answer = call::unary(link, method, request).await?.into_inner();
        let told = |error| self.edge.told(error, self.asked);
        let rows = answer.get_field(&self.list.rows);
        let rows = rows.as_list().unwrap_or_default().iter();
        let rows = rows.filter_map(Value::as_message).map(Sheet::row);
        let rows: Vec<Json> = rows.collect::<Told<_>>().map_err(told)?;
        self.names
            .learn(&self.sheet.columns, &rows, &bearer)
            .await?;
        let words = &self.edge.words;
        let first = std::mem::take(&mut self.first);
        let lines = self.sheet.lines(&rows, &self.names, words, first);
        let next = answer.get_field_by_name("next_page_token");
        let next = next.and_then(|next| next.as_str().map(str::to_owned));
        Ok(Page {
            lines: lines.map_err(told)?,
            rows: i64::try_from(rows.len()).unwrap_or(i64::MAX),
            next: next.unwrap_or_default(),
        })
    }

    /// Goes on from the first page to the last, and notes how it ended. Whoever is to get the file does not learn that it is whole
    /// before that is noted.
    async fn go_on(mut self, mut page: Page, id: String, until: Instant, out: mpsc::Sender<Piece>) {
        let Some(exports) = &self.edge.clone().exports else {
            return;
        };
        let mut rows = 0;
        let stopped = loop {
            if page.next.is_empty() {
                if exports.end(&id, rows + page.rows, None).await.is_ok() {
                    drop(out.send(Piece::Last(page.lines)).await);
                }
                return;
            }
            match self.next(page, until, &out, &mut rows).await {
                Ok(next) => page = next,
                Err(why) => break why,
            }
        };
        drop(exports.end(&id, rows, Some(stopped)).await);
    }

    /// Hands a page on and reads the next one.
    async fn next(
        &mut self,
        Page { lines, rows, next }: Page,
        until: Instant,
        out: &mpsc::Sender<Piece>,
        sent: &mut i64,
    ) -> Result<Page, ExportStopReason> {
        let stop = self.edge.stop.clone();
        let work = async {
            out.send(Piece::Some(lines))
                .await
                .map_err(|_| ExportStopReason::CallerGone)?;
            *sent += rows;
            tokio::select! {
                page = self.page(next) => page.map_err(|status| {
                    tracing::warn!(%status, "a list failed while it was taken out");
                    ExportStopReason::ListFailed
                }),
                () = out.closed() => Err(ExportStopReason::CallerGone),
            }
        };
        tokio::select! {
            done = tokio::time::timeout_at(until, work) => {
                done.unwrap_or(Err(ExportStopReason::TimeOver))
            }
            () = stop.cancelled() => Err(ExportStopReason::SystemStopped),
        }
    }
}

/// What is to be known of an export that has begun.
struct Begun {
    id: String,
    /// The day on which it began, in the zone of the firm.
    day: String,
    /// How long it may take.
    lasts: Duration,
}

impl Begun {
    fn of(begun: BeginExportResponse, zone: Tz) -> Self {
        let export = begun.export.unwrap_or_default();
        let seconds = |time: Option<&prost_types::Timestamp>| time.map_or(0, |t| t.seconds);
        let from = seconds(export.create_time.as_ref());
        let lasts = seconds(export.expire_time.as_ref()) - from;
        let day = DateTime::from_timestamp(from, 0).unwrap_or_default();
        Self {
            id: export.id,
            day: day.with_timezone(&zone).format("%Y-%m-%d").to_string(),
            // Sooner than the directory gives it up.
            lasts: Duration::from_secs(u64::try_from(lasts).unwrap_or_default()) * 9 / 10,
        }
    }
}

/// The parameters of a list, each with its values.
fn filters(parameters: &[(String, String)]) -> Vec<ExportFilter> {
    let mut filters: Vec<ExportFilter> = Vec::new();
    for (field, value) in parameters {
        match filters.iter_mut().find(|f| f.field == *field) {
            Some(known) => known.values.push(value.clone()),
            None => filters.push(ExportFilter {
                field: field.clone(),
                values: vec![value.clone()],
            }),
        }
    }
    filters
}

/// A file that comes in pieces. It is whole if the last one came; if there is none, the connection breaks off.
fn attached(
    pieces: mpsc::Receiver<Piece>,
    collection: &str,
    day: &str,
    format: ExportFormat,
) -> Response {
    let pieces = stream::unfold(Some((pieces, false)), |state| async move {
        let (mut pieces, whole) = state?;
        match pieces.recv().await {
            Some(Piece::Some(lines)) => Some((Ok(lines), Some((pieces, whole)))),
            Some(Piece::Last(lines)) => Some((Ok(lines), Some((pieces, true)))),
            None if whole => None,
            None => Some((Err(Broken), None)),
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let (kind, ending) = match format {
        ExportFormat::Ndjson => ("application/x-ndjson", "ndjson"),
        ExportFormat::Csv | ExportFormat::Unspecified => ("text/csv; charset=utf-8", "csv"),
    };
    let file = collection.replace('/', "-");
    let name = format!("attachment; filename=\"{file}-{day}.{ending}\"");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = HeaderValue::try_from(name).ok();
    headers.extend(name.map(|name| (header::CONTENT_DISPOSITION, name)));
    response
}

/// What is asked for, and the request of the list.
fn wanted(
    list: &List,
    path: Vec<(FieldPath, String)>,
    head: &Parts,
    asked: Asked,
) -> Told<(export::Asked, DynamicMessage)> {
    let mut violations = Vec::new();
    let query = query(&head.uri)?;
    let wanted = export::Asked::of(list, query, asked.language, &mut violations);
    let incoming = Incoming {
        path,
        query: &wanted.filters,
        headers: &head.headers,
        body: &[],
    };
    match transcode::request(&list.route, &incoming) {
        Ok(message) if violations.is_empty() => Ok((wanted, message)),
        Ok(_) => Err(Error::Invalid(violations)),
        Err(Error::Invalid(more)) => {
            violations.extend(more);
            Err(Error::Invalid(violations))
        }
        Err(error) => Err(error),
    }
}
