//! What lies between two processes: a TCP proxy that holds bytes up, or breaks connections off in the middle of a message.
//!
//! TCP delivers a stream in order and once or not at all, so a proxy can neither drop, double nor reorder a message that
//! gets through; a connection that breaks off makes both sides try again, which is how messages come twice. That single
//! messages of the bus are lost, doubled and out of order is played where messages are: `LossyBridge`, with the tests of
//! the log in the chassis.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::pause;

/// Of so many chunks of bytes one is broken off where a road breaks.
const BREAK_EVERY: u32 = 12;
const CHUNK: usize = 16 * 1024;

/// What happens on a road.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// Everything gets through.
    #[default]
    Open,
    /// Nothing does, and nobody is told: as where a cable is cut.
    Closed,
    /// Each chunk of bytes takes so long.
    Slow(Duration),
    /// Connections break off in the middle of a message, again and again.
    Breaking,
}

/// All roads of a system by name.
#[derive(Clone, Debug, Default)]
pub struct Roads(Arc<Mutex<BTreeMap<String, Road>>>);

#[derive(Debug)]
struct Road {
    manner: watch::Sender<Manner>,
    _traffic: JoinSet<()>,
}

impl Roads {
    /// Lays a road to an address; tells the address at which it begins.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn lay(&self, name: &str, to: &str) -> io::Result<String> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let from = listener.local_addr()?.to_string();
        let (manner, seen) = watch::channel(Manner::Open);
        let (mut traffic, to) = (JoinSet::new(), to.to_owned());
        traffic.spawn(async move { carry(&listener, &to, &seen).await });
        let road = Road {
            manner,
            _traffic: traffic,
        };
        let mut roads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        roads.insert(name.to_owned(), road);
        Ok(from)
    }

    /// Has something happen on a road from now on.
    pub fn set(&self, name: &str, manner: Manner) {
        let roads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(road) = roads.get(name) {
            road.manner.send_replace(manner);
        }
    }
}

async fn carry(listener: &TcpListener, to: &str, manner: &watch::Receiver<Manner>) {
    let mut connections = JoinSet::new();
    loop {
        // A connection that cannot be taken is one that breaks.
        let Ok((near, _)) = listener.accept().await else {
            continue;
        };
        let (to, manner) = (to.to_owned(), manner.clone());
        connections.spawn(async move { drop(connection(near, &to, manner).await) });
        while connections.try_join_next().is_some() {}
    }
}

/// Both directions end together: half a connection helps nobody here.
async fn connection(
    mut near: TcpStream,
    to: &str,
    manner: watch::Receiver<Manner>,
) -> io::Result<()> {
    let mut far = TcpStream::connect(to).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((near_read, near_write), (far_read, far_write)) = (near.split(), far.split());
    tokio::select! {
        ended = one_way(near_read, far_write, manner.clone()) => ended,
        ended = one_way(far_read, near_write, manner) => ended,
    }
}

async fn one_way(
    mut from: impl tokio::io::AsyncRead + Unpin,
    mut to: impl tokio::io::AsyncWrite + Unpin,
    mut manner: watch::Receiver<Manner>,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from.read(&mut chunk).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        if manner
            .wait_for(|manner| *manner != Manner::Closed)
            .await
            .is_err()
        {
            return Ok(());
        }
        let now = *manner.borrow();
        match now {
            Manner::Slow(time) => pause(time).await,
            Manner::Breaking if rand::random_ratio(1, BREAK_EVERY) => {
                to.write_all(&chunk[..read / 2]).await?;
                return Ok(());
            }
            _ => {}
        }
        to.write_all(&chunk[..read]).await?;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    /// A server that sends back whatever it is sent.
    async fn echo() -> (String, JoinSet<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut read, mut write) = stream.split();
                drop(tokio::io::copy(&mut read, &mut write).await);
            }
        });
        (address, tasks)
    }

    #[tokio::test]
    async fn a_closed_road_holds_bytes_up_and_lets_them_through_when_it_opens() {
        let ((address, _server), roads) = (echo().await, Roads::default());
        let begins = roads.lay("echo", &address).unwrap();
        let mut stream = TcpStream::connect(begins).await.unwrap();
        let mut heard = [0; 4];
        stream.write_all(b"once").await.unwrap();
        stream.read_exact(&mut heard).await.unwrap();
        roads.set("echo", Manner::Closed);
        stream.write_all(b"more").await.unwrap();
        let nothing = timeout(Duration::from_millis(100), stream.read_exact(&mut heard)).await;
        assert!(nothing.is_err());
        roads.set("echo", Manner::Open);
        stream.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"more");
    }

    #[tokio::test]
    async fn a_breaking_road_ends_connections_before_long() {
        let ((address, _server), roads) = (echo().await, Roads::default());
        let begins = roads.lay("echo", &address).unwrap();
        roads.set("echo", Manner::Breaking);
        let mut stream = TcpStream::connect(begins).await.unwrap();
        let mut heard = [0; 4];
        let talk = async {
            while stream.write_all(b"word").await.is_ok()
                && stream.read_exact(&mut heard).await.is_ok()
            {}
        };
        timeout(Duration::from_secs(10), talk).await.unwrap();
    }
}
