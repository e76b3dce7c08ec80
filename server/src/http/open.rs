//! Which live streams are open: a few of each device, and how many in all.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongqi_core::ids::DeviceId;
use tokio::sync::oneshot;

use super::App;
use super::metrics::Metrics;

/// So many streams of one device are open at once: the newest. A phone needs one, and leaves dead ones behind when the
/// network changes under it.
const MOST: usize = 4;

/// The open streams of each device, the oldest first. What is dropped here ends.
#[derive(Default)]
pub(super) struct Streams(Mutex<ByDevice>);

type ByDevice = HashMap<DeviceId, VecDeque<oneshot::Sender<Infallible>>>;

impl Streams {
    fn lock(&self) -> MutexGuard<'_, ByDevice> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of them, which counts itself.
pub(super) struct Open {
    streams: Arc<Streams>,
    metrics: Arc<Metrics>,
    device: DeviceId,
    over: oneshot::Receiver<Infallible>,
}

impl Open {
    pub(super) fn new(app: &App, device: DeviceId) -> Self {
        let (held, over) = oneshot::channel();
        let mut all = app.streams.lock();
        let own = all.entry(device).or_default();
        own.push_back(held);
        if own.len() > MOST {
            own.pop_front();
        }
        drop(all);
        app.metrics.streams.inc();
        Self { streams: app.streams.clone(), metrics: app.metrics.clone(), device, over }
    }

    /// Waits until this stream has to make room for a newer one.
    pub(super) async fn over(&mut self) {
        let _ = (&mut self.over).await;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.over.close();
        let mut all = self.streams.lock();
        if let Some(own) = all.get_mut(&self.device) {
            own.retain(|held| !held.is_closed());
            if own.is_empty() {
                all.remove(&self.device);
            }
        }
        self.metrics.streams.dec();
    }
}
