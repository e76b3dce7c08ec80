//! Time as the tests want it: standing still until told otherwise, or running with tokio's paused clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hongqi_core::clock::{Clock, Timestamp};
use tokio::time::Instant;

/// Simulated time, shared by everybody; each phone may see it through a skew of its own.
#[derive(Clone, Debug)]
pub struct SimClock {
    now: Arc<AtomicI64>,
    /// Since when it runs with tokio's clock, if it does.
    runs: Option<Instant>,
    skew: Arc<AtomicI64>,
}

impl SimClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { now: Arc::new(AtomicI64::new(now.0)), runs: None, skew: Arc::default() }
    }

    /// A clock that shows `now` and goes on with tokio's: on a paused runtime both move together, and only when
    /// nothing else does.
    #[must_use]
    pub fn running(now: Timestamp) -> Self {
        Self { runs: Some(Instant::now()), ..Self::new(now) }
    }

    /// The same time, seen `ms` milliseconds off.
    #[must_use]
    pub fn skewed(&self, ms: i64) -> Self {
        Self { skew: Arc::new(AtomicI64::new(ms)), ..self.clone() }
    }

    /// Lets time pass for everybody.
    pub fn advance(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets this one clock `ms` milliseconds off: it jumps.
    pub fn set_skew(&self, ms: i64) {
        self.skew.store(ms, Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        let run = self.runs.map_or(0, |since| i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX));
        Timestamp(self.now.load(Ordering::SeqCst) + run + self.skew.load(Ordering::SeqCst))
    }

    /// Time as it passes, whatever the phone's own clock is set to.
    fn monotonic_ms(&self) -> u64 {
        let run = self.runs.map_or(0, |since| u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX));
        self.now.load(Ordering::SeqCst).unsigned_abs() + run
    }
}
