//! A live stream: hints as server-sent events, until the device may no longer listen.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Sse;
use axum::response::sse::{self, KeepAlive};
use futures_util::Stream;
use hongqi_core::ids::DeviceId;
use hongqi_core::sync::wire::Hint;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;
use tokio::time::Instant;

use super::App;
use super::metrics::Metrics;
use crate::enrol::TOKEN_MS;
use crate::live::Signal;
use crate::{Error, Server};

const KEEP_ALIVE: Duration = Duration::from_secs(15);

struct Listener {
    server: Arc<Server>,
    device: DeviceId,
    signals: broadcast::Receiver<Signal>,
    stopping: watch::Receiver<bool>,
    waiting: VecDeque<Hint>,
    /// A stream holds no longer than a token: then the phone shows again who it is.
    end: Instant,
    _open: Open,
}

/// Counts itself.
struct Open(Arc<Metrics>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.streams.dec();
    }
}

/// Opens a stream, which begins with a hint for whatever is new already.
pub(super) fn open(app: &App, device: DeviceId) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>> + use<>> {
    app.metrics.streams.inc();
    let listener = Listener {
        server: app.server.clone(),
        device,
        // Subscribed before the first look, so that nothing is missed in between.
        signals: app.server.signals(),
        stopping: app.stopping.clone(),
        waiting: VecDeque::new(),
        end: Instant::now() + Duration::from_millis(TOKEN_MS.unsigned_abs()),
        _open: Open(app.metrics.clone()),
    };
    let hints = futures_util::stream::unfold((listener, true), |(mut listener, first)| async move {
        if first {
            listener.look().await.ok()?;
        }
        let hint = listener.next().await?;
        Some((Ok(sse::Event::default().data(hint.to_string())), (listener, false)))
    });
    Sse::new(hints).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

impl Listener {
    /// The next hint; `None` ends the stream.
    async fn next(&mut self) -> Option<Hint> {
        loop {
            if let Some(hint) = self.waiting.pop_front() {
                return Some(hint);
            }
            let signal = tokio::select! {
                _ = self.stopping.wait_for(|stop| *stop) => return None,
                () = tokio::time::sleep_until(self.end) => return None,
                signal = self.signals.recv() => signal,
            };
            // What came meanwhile is looked at together: in a crowd that is most of it.
            let (mut events, mut all) = (Vec::new(), false);
            let mut next = signal.map_err(|error| matches!(error, RecvError::Lagged(_)));
            loop {
                match next {
                    Ok(Signal::Entry(event)) => events.push(event),
                    Ok(Signal::Registry) | Err(true) => all = true,
                    Err(false) => return None,
                }
                next = match self.signals.try_recv() {
                    Err(TryRecvError::Empty) => break,
                    other => other.map_err(|error| matches!(error, TryRecvError::Lagged(_))),
                };
            }
            if all {
                self.look().await.ok()?;
                continue;
            }
            events.retain(|event| self.server.concerns(self.device, event));
            if !events.is_empty() {
                let hints = match self.server.hears_at_once(self.device, &events) {
                    Some(hints) => hints,
                    None => self.ask(move |server, device| server.hears(device, &events)).await.ok()?,
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
