//! A clock that stands still until told otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hongqi_core::clock::{Clock, Timestamp};

/// Simulated time, shared by everybody; each phone may see it through a skew of its own.
#[derive(Clone, Debug)]
pub struct SimClock {
    now: Arc<AtomicI64>,
    skew: Arc<AtomicI64>,
}

impl SimClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { now: Arc::new(AtomicI64::new(now.0)), skew: Arc::default() }
    }

    /// The same time, seen `ms` milliseconds off.
    #[must_use]
    pub fn skewed(&self, ms: i64) -> Self {
        Self { now: Arc::clone(&self.now), skew: Arc::new(AtomicI64::new(ms)) }
    }

    /// Lets time pass for everybody.
    pub fn advance(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst) + self.skew.load(Ordering::SeqCst))
    }
}
