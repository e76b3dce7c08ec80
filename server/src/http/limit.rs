//! How many requests a device may make: a bucket each, that fills again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hongqi_core::ids::DeviceId;

/// So many requests at once.
const BURST: f64 = 200.0;
/// So many a second in the long run.
const RATE: f64 = 20.0;
/// Full buckets are thrown away when there are more than this.
const MAX_BUCKETS: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Limits(Mutex<HashMap<DeviceId, (f64, Instant)>>);

impl Limits {
    /// Takes one request from the device's bucket; if it is empty, says how long to wait.
    pub(super) fn take(&self, device: DeviceId) -> Option<Duration> {
        self.take_at(device, Instant::now())
    }

    fn take_at(&self, device: DeviceId, now: Instant) -> Option<Duration> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let level =
            |(left, at): (f64, Instant)| (left + now.saturating_duration_since(at).as_secs_f64() * RATE).min(BURST);
        if buckets.len() > MAX_BUCKETS {
            buckets.retain(|_, bucket| level(*bucket) < BURST);
        }
        let bucket = buckets.entry(device).or_insert((BURST, now));
        let left = level(*bucket);
        if left < 1.0 {
            return Some(Duration::from_secs_f64((1.0 - left) / RATE));
        }
        *bucket = (left - 1.0, now);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_the_rate() {
        let (limits, device, now) = (Limits::default(), DeviceId::from_bytes([1; 16]), Instant::now());
        for _ in 0..BURST as usize {
            assert_eq!(limits.take_at(device, now), None);
        }
        let wait = limits.take_at(device, now).unwrap();
        assert!(limits.take_at(DeviceId::from_bytes([2; 16]), now).is_none());
        assert!(limits.take_at(device, now + wait + Duration::from_millis(1)).is_none());
    }
}
