//! Connections whose socket is lent to hyper until a live stream takes it back.
//!
//! Hyper keeps two buffers of 8 KiB for each connection and the whole machinery of a call, for as long as a stream has
//! nothing to say: 19 KiB of memory each (bench `gathering`, 2026-11), and phones hold their streams open for an hour.
//! Once the head of the answer is on its way there is nothing left for hyper to do.
//!
//! What hyper holds ends when nothing has moved on it for a while: a phone that has gone out of reach says no word of
//! parting, and hyper under axum waits for its next call, or for it to take its answer, for ever.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep};

/// How long nothing may move: longer than a phone keeps a connection for its next call (90 s), and than a call takes that
/// waits for another process's transaction (30 s).
const STILL: Duration = Duration::from_secs(120);

/// Lends what it accepts.
pub(super) struct Lender {
    listener: TcpListener,
    still: Duration,
}

impl Lender {
    /// Lends what `listener` accepts.
    pub(super) fn new(listener: TcpListener) -> Self {
        Self { listener, still: STILL }
    }
}

impl Listener for Lender {
    type Io = Lent;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Lent, SocketAddr) {
        let (socket, address) = Listener::accept(&mut self.listener).await;
        // Or the second of two hints would wait until the phone has acknowledged the first: 40 ms, or a long way over the
        // air. If it cannot be set, they are late and nothing else.
        let _ = socket.set_nodelay(true);
        (Lent::new(socket, self.still), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

#[derive(Debug)]
struct Shared {
    socket: Option<TcpStream>,
    claim: Option<oneshot::Sender<TcpStream>>,
    still: Duration,
    moved: Instant,
    alarm: Pin<Box<Sleep>>,
}

/// A socket in hyper's hands. Once it was taken back, the connection has failed as far as hyper knows.
#[derive(Debug, Clone)]
pub(super) struct Lent(Arc<Mutex<Shared>>);

impl Lent {
    pub(super) fn new(socket: TcpStream, still: Duration) -> Self {
        let (moved, alarm) = (Instant::now(), Box::pin(sleep(still)));
        Self(Arc::new(Mutex::new(Shared { socket: Some(socket), claim: None, still, moved, alarm })))
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the socket back as soon as all that hyper has to say is written. To be called by the body of the answer:
    /// then its head stands before that.
    pub(super) fn take_back(&self) -> oneshot::Receiver<TcpStream> {
        let (claim, taken) = oneshot::channel();
        self.shared().claim = Some(claim);
        taken
    }

    fn with<T>(&self, work: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match &mut self.shared().socket {
            Some(socket) => work(Pin::new(socket)),
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    /// As [`Self::with`], of what moves bytes; fails if nothing has moved for too long.
    fn moves<T>(
        &self,
        cx: &mut Context<'_>,
        work: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let done = self.with(|socket| work(socket, cx));
        let mut shared = self.shared();
        if done.is_ready() {
            shared.moved = Instant::now();
            return done;
        }
        while shared.alarm.as_mut().poll(cx).is_ready() {
            let due = shared.moved + shared.still;
            if due <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            shared.alarm.as_mut().reset(due);
        }
        Poll::Pending
    }
}

impl AsyncRead for Lent {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.moves(cx, |socket, cx| socket.poll_read(cx, buffer))
    }
}

impl AsyncWrite for Lent {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.moves(cx, |socket, cx| socket.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.moves(cx, |socket, cx| socket.poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Hyper flushes the socket when its own buffers are empty: that is the moment to take it back.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut shared = self.shared();
        if let Some(claim) = shared.claim.take()
            && let Some(socket) = shared.socket.take()
        {
            // Nobody waits any more: then the connection ends here.
            let _ = claim.send(socket);
        }
        drop(shared);
        self.with(|socket| socket.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|socket| socket.poll_shutdown(cx))
    }
}

/// Who calls, and through which socket.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    pub(super) lent: Lent,
}

impl Connected<IncomingStream<'_, Lender>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Lender>) -> Self {
        Self { address: *stream.remote_addr(), lent: stream.io().clone() }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn connected(still: Duration) -> (Lent, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let phone = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (lent, _) = Lender { listener, still }.accept().await;
        (lent, phone)
    }

    #[tokio::test]
    async fn no_hint_waits_until_the_one_before_is_acknowledged() {
        let (lent, _phone) = connected(STILL).await;
        assert!(lent.shared().socket.as_ref().unwrap().nodelay().unwrap());
    }

    #[tokio::test]
    async fn where_nothing_moves_any_more_the_connection_ends() {
        let still = Duration::from_millis(50);
        let (mut lent, mut phone) = connected(still).await;
        let timed_out = |read: io::Result<usize>| read.err().map(|error| error.kind()) == Some(io::ErrorKind::TimedOut);
        assert!(timed_out(lent.read_exact(&mut [0]).await));
        // A byte puts it off. How soon that is seen is the system's affair.
        let last = Instant::now();
        phone.write_all(&[1]).await.unwrap();
        while timed_out(lent.read_exact(&mut [0]).await) {
            tokio::task::yield_now().await;
        }
        assert!(timed_out(lent.read_exact(&mut [0]).await));
        assert!(last.elapsed() >= still);
        // The same of who does not take what it has asked for.
        let (mut lent, _phone) = connected(still).await;
        let error = loop {
            if let Err(error) = lent.write_all(&[0; 65_536]).await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
