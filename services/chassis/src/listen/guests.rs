//! Who is in the house: every open connection, and when its time is over.
//!
//! hyper looks after a header that has begun and a client that answers no pings. What it lets stay, and this does not: who
//! connects and says nothing, who asks and takes no answer, and whoever is only idle while others wait at the door.

use std::{
    collections::HashMap,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    io::{self, AsyncRead, AsyncWrite, ReadBuf},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::sync::CancellationToken;

/// Bytes with which HTTP/2 begins; with fewer of them nobody knows yet what is spoken.
const PREFACE_BYTES: usize = 24;
/// How long a newcomer waits for a guest who was shown out, before the next one is.
const SHOWN_OUT: Duration = Duration::from_millis(50);

/// How many may be here, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Connections at once.
    pub(crate) connections: usize,
    /// Of these, connections from one address.
    pub(crate) per_address: usize,
    /// From the first moment to the end of a request's header.
    pub(crate) header: Duration,
    /// For a call to be answered.
    pub(crate) call: Duration,
    /// For an answer to be taken.
    pub(crate) answer: Duration,
    /// How often a silent HTTP/2 client is asked whether it is still there; half of that it has to answer.
    pub(crate) ping: Duration,
}

/// All open connections of a socket.
#[derive(Debug)]
pub(super) struct Guests {
    limits: Limits,
    room: Arc<Semaphore>,
    next: AtomicU64,
    inside: Arc<Mutex<Inside>>,
}

type Inside = HashMap<u64, Arc<Guest>>;

impl Guests {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            room: Arc::new(Semaphore::new(limits.connections)),
            next: AtomicU64::default(),
            inside: Arc::default(),
        }
    }

    /// A place for whoever came from an address. When the house is full, the guest who has been idle longest makes room;
    /// none, when the address has all that it may have and none of it is idle.
    pub(super) async fn seat(&self, from: IpAddr) -> Option<Seat> {
        let here = inside(&self.inside)
            .values()
            .filter(|g| g.from == from && !g.out.is_cancelled())
            .count();
        if here >= self.limits.per_address && !self.make_room(|guest| guest.from == from) {
            return None;
        }
        let permit = loop {
            if let Ok(permit) = self.room.clone().try_acquire_owned() {
                break permit;
            }
            self.make_room(|_| true);
            let left = tokio::time::timeout(SHOWN_OUT, self.room.clone().acquire_owned());
            if let Ok(Ok(permit)) = left.await {
                break permit;
            }
        };
        let (number, guest) = (
            self.next.fetch_add(1, Ordering::Relaxed),
            Arc::new(Guest::new(from, Instant::now())),
        );
        inside(&self.inside).insert(number, guest.clone());
        Some(Seat {
            number,
            guest,
            inside: self.inside.clone(),
            _permit: permit,
        })
    }

    /// Shows the longest idle of some guests out, if one of them is idle.
    fn make_room(&self, of: impl Fn(&Guest) -> bool) -> bool {
        let inside = inside(&self.inside);
        let idle = inside
            .values()
            .filter(|guest| of(guest) && !guest.out.is_cancelled())
            .filter_map(|guest| Some((guest.idle_since()?, guest)))
            .min_by_key(|(since, _)| *since);
        if let Some((_, guest)) = &idle {
            guest.out.cancel();
        }
        idle.is_some()
    }
}

fn inside(inside: &Mutex<Inside>) -> MutexGuard<'_, Inside> {
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A guest's place, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    number: u64,
    pub(super) guest: Arc<Guest>,
    inside: Arc<Mutex<Inside>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Seat {
    fn drop(&mut self) {
        inside(&self.inside).remove(&self.number);
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Guest {
    from: IpAddr,
    came: Instant,
    seen: Mutex<Seen>,
    out: CancellationToken,
}

/// What was seen of a connection.
#[derive(Debug)]
struct Seen {
    bytes: usize,
    /// Whether it ever asked for something.
    asked: bool,
    /// Calls that are worked on, or whose answer is not taken yet.
    open: usize,
    /// When that last changed.
    changed: Instant,
    /// Since when it takes nothing of what is sent.
    stalled: Option<Instant>,
}

impl Guest {
    fn new(from: IpAddr, now: Instant) -> Self {
        let seen = Seen {
            bytes: 0,
            asked: false,
            open: 0,
            changed: now,
            stalled: None,
        };
        Self {
            from,
            came: now,
            seen: Mutex::new(seen),
            out: CancellationToken::new(),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle_since(&self) -> Option<Instant> {
        let seen = self.seen();
        (seen.open == 0).then_some(seen.changed)
    }

    /// Notes a call, until its answer is taken. What only watches, as for health, may do so for ever; it holds no place.
    /// So does what answers with a stream.
    pub(super) fn calls(self: &Arc<Self>, path: &str) -> Visit {
        let mut seen = self.seen();
        seen.asked = true;
        let counts = !path.starts_with("/grpc.") && !baton_proto::STREAMS.contains(&path);
        seen.open += usize::from(counts);
        seen.changed = Instant::now();
        Visit(counts.then(|| self.clone()))
    }

    /// Waits until the guest has to go; why.
    pub(super) async fn overstays(&self, limits: &Limits) -> &'static str {
        let round = limits.header.min(limits.answer) / 4;
        loop {
            let told = tokio::time::timeout(round, self.out.cancelled());
            if told.await.is_ok() {
                return "it was idle, and others waited";
            }
            if let Some(why) = self.overstayed(Instant::now(), limits) {
                return why;
            }
        }
    }

    fn overstayed(&self, now: Instant, limits: &Limits) -> Option<&'static str> {
        let seen = self.seen();
        let longer = |since: Instant, than| now.saturating_duration_since(since) > than;
        if !seen.asked && seen.bytes < PREFACE_BYTES && longer(self.came, limits.header) {
            return Some("it says nothing");
        }
        let stalled = seen
            .stalled
            .is_some_and(|since| longer(since, limits.answer));
        // HTTP/2 may stall one answer while others flow.
        let kept = seen.open > 0 && longer(seen.changed, limits.call + limits.answer);
        (stalled || kept).then_some("it does not take its answer")
    }
}

/// A call of a guest, until it is dropped.
#[derive(Debug)]
pub(super) struct Visit(Option<Arc<Guest>>);

impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(guest) = &self.0 {
            let mut seen = guest.seen();
            seen.open -= 1;
            seen.changed = Instant::now();
        }
    }
}

/// The body of an answer; the visit lasts until it is taken.
#[derive(Debug)]
pub(super) struct Answer<B> {
    body: B,
    _visit: Visit,
}

impl<B> Answer<B> {
    pub(super) fn of(body: B, visit: Visit) -> Self {
        Self {
            body,
            _visit: visit,
        }
    }
}

impl<B: Body + Unpin> Body for Answer<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The stream of a connection, with a look at what goes through it.
#[derive(Debug)]
pub(super) struct Watched<S> {
    pub(super) stream: S,
    pub(super) guest: Arc<Guest>,
}

impl<S> Watched<S> {
    fn sent<T>(&self, sent: Poll<T>) -> Poll<T> {
        let mut seen = self.guest.seen();
        if sent.is_ready() {
            seen.stalled = None;
        } else {
            seen.stalled.get_or_insert_with(Instant::now);
        }
        sent
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        self.guest.seen().bytes += into.filled().len() - before;
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write(cx, from);
        self.sent(sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[std::io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write_vectored(cx, from);
        self.sent(sent)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let sent = Pin::new(&mut self.stream).poll_flush(cx);
        self.sent(sent)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let sent = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.sent(sent)
    }
}

#[cfg(test)]
mod tests;
