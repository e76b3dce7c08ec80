//! A live stream: hints as server-sent events, until the device may no longer listen.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Version;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hongqi_core::ids::DeviceId;
use hongqi_core::sync::wire::Hint;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::ReadHalf;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::App;
use super::lent::Lent;
use super::open::Open;
use crate::enrol::TOKEN_MS;
use crate::live::Signal;
use crate::{Error, Server};

const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Who has not taken a hint after this time is gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// The end of a body in chunks.
const END: &[u8] = b"0\r\n\r\n";

struct Listener {
    server: Arc<Server>,
    device: DeviceId,
    signals: broadcast::Receiver<Signal>,
    stopping: watch::Receiver<bool>,
    waiting: VecDeque<Hint>,
    /// As hyper's head says. To HTTP/1.0, which nginx speaks unless it is told otherwise, the end of the connection is the
    /// end of the body.
    chunked: bool,
    /// A stream holds no longer than a token: then the phone shows again who it is.
    end: Instant,
    open: Open,
    /// The server waits for it when it stops.
    _streaming: mpsc::Sender<Infallible>,
}

/// Opens a stream, which begins with a hint for whatever is new already. Hyper writes the head; the socket is taken back
/// from it for what follows.
pub(super) fn open(app: &App, device: DeviceId, lent: Lent, version: Version) -> Response {
    let listener = Listener {
        server: app.server.clone(),
        device,
        // Subscribed before the first look, so that nothing is missed in between.
        signals: app.server.signals(),
        stopping: app.stopping.clone(),
        waiting: VecDeque::new(),
        chunked: version == Version::HTTP_11,
        end: Instant::now() + Duration::from_millis(TOKEN_MS.unsigned_abs()),
        open: Open::new(app, device),
        _streaming: app.streaming.clone(),
    };
    let mut waiting = Some((listener, lent));
    let body = futures_util::stream::poll_fn(move |_| -> Poll<Option<Result<Bytes, Infallible>>> {
        if let Some((listener, lent)) = waiting.take() {
            tokio::spawn(listener.run(lent.take_back()));
        }
        Poll::Pending
    });
    // The socket comes back to nobody: without this word a proxy would keep the connection for another call.
    let head = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-cache"), (CONNECTION, "close")];
    (head, Body::from_stream(body)).into_response()
}

/// What a stream has to say.
enum Said {
    Hints,
    /// Only that it lives.
    Alive,
}

impl Listener {
    async fn run(mut self, socket: oneshot::Receiver<TcpStream>) {
        // Taken by nobody: the connection broke before the head was written.
        let Ok(mut socket) = socket.await else { return };
        if self.tell(&mut socket).await.is_ok() && self.chunked {
            // Who has no room for five bytes sees the end of the connection, which is the same to a phone: it opens another.
            let _ = socket.try_write(END);
        }
    }

    /// Writes what there is until the stream has to end; fails if the phone is gone.
    async fn tell(&mut self, socket: &mut TcpStream) -> io::Result<()> {
        let (mut from, mut to) = socket.split();
        let mut pause = pin!(sleep_until(self.end));
        if self.look().await.is_err() {
            return Ok(());
        }
        loop {
            pause.as_mut().reset(self.end.min(Instant::now() + KEEP_ALIVE));
            let Some(said) = self.next(&mut from, pause.as_mut()).await? else { return Ok(()) };
            let mut text = String::new();
            for hint in self.waiting.drain(..) {
                // Writing into a String cannot fail.
                let _ = write!(text, "data: {hint}\n\n");
            }
            if let Said::Alive = said {
                text.push_str(":\n\n");
            }
            if self.chunked {
                text = format!("{:x}\r\n{text}\r\n", text.len());
            }
            tokio::select! {
                // First, so that who takes it at once has it whole.
                biased;
                written = timeout(PATIENCE, to.write_all(text.as_bytes())) => written??,
                // A server that stops waits for nobody who does not read.
                _ = self.stopping.wait_for(|stop| *stop) => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
    }

    /// Waits until there is something to say; `None` ends the stream, a failure says that the phone is gone.
    async fn next(&mut self, from: &mut ReadHalf<'_>, mut pause: Pin<&mut Sleep>) -> io::Result<Option<Said>> {
        let mut unasked = [0; 1];
        loop {
            if !self.waiting.is_empty() {
                return Ok(Some(Said::Hints));
            }
            let signal = tokio::select! {
                signal = self.signals.recv() => signal,
                () = &mut pause => return Ok((Instant::now() < self.end).then_some(Said::Alive)),
                _ = self.stopping.wait_for(|stop| *stop) => return Ok(None),
                () = self.open.over() => return Ok(None),
                // The end, or something that nobody says who listens.
                _ = from.read(&mut unasked) => return Err(io::ErrorKind::UnexpectedEof.into()),
            };
            // What came meanwhile is looked at together: in a crowd that is most of it.
            let (mut events, mut all) = (Vec::new(), false);
            let mut next = signal.map_err(|error| matches!(error, RecvError::Lagged(_)));
            loop {
                match next {
                    Ok(Signal::Entry(event)) => events.push(event),
                    Ok(Signal::Registry) | Err(true) => all = true,
                    Err(false) => return Ok(None),
                }
                next = match self.signals.try_recv() {
                    Err(TryRecvError::Empty) => break,
                    other => other.map_err(|error| matches!(error, TryRecvError::Lagged(_))),
                };
            }
            if all {
                if self.look().await.is_err() {
                    return Ok(None);
                }
                continue;
            }
            events.retain(|event| self.server.concerns(self.device, event));
            if !events.is_empty() {
                let hints = match self.server.hears_at_once(self.device, &events) {
                    Some(hints) => hints,
                    None => match self.ask(move |server, device| server.hears(device, &events)).await {
                        Ok(hints) => hints,
                        Err(_) => return Ok(None),
                    },
                };
                self.waiting.extend(hints);
            }
        }
    }

    /// Looks whether the stream may stay open, and for all that is new.
    async fn look(&mut self) -> Result<(), Error> {
        let news = self.ask(|server, device| server.news(device)).await?;
        self.waiting.extend(news);
        Ok(())
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Server, DeviceId) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (server, device) = (self.server.clone(), self.device);
        let done = tokio::task::spawn_blocking(move || work(&server, device)).await;
        done.unwrap_or_else(|_| Err(hongqi_core::sync::wire::FailureCode::Unavailable.into()))
    }
}
