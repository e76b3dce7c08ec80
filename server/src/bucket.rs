//! How much of something each of many may take, at once and in the long run: a bucket each, that fills again. The time is
//! the caller's: milliseconds that only ever rise ([`hongqi_core::clock::Clock::monotonic_ms`]).

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// So many buckets are kept; full ones are as good as none.
const MAX_BUCKETS: usize = 100_000;

/// Buckets by whose they are. In memory only, and never printed.
pub(crate) struct Buckets<K> {
    burst: f64,
    rate: f64,
    levels: Mutex<HashMap<K, (f64, u64)>>,
}

impl<K> std::fmt::Debug for Buckets<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buckets").field("burst", &self.burst).field("rate", &self.rate).finish_non_exhaustive()
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// Buckets that hold `burst` and fill by `rate` a second.
    pub(crate) fn new(burst: f64, rate: f64) -> Self {
        Self { burst, rate, levels: Mutex::default() }
    }

    /// Takes `amount`, or nothing and says how long to wait. More than a bucket holds is taken from a full one, which is
    /// then so much longer empty.
    pub(crate) fn take(&self, key: K, amount: f64, now_ms: u64) -> Option<Duration> {
        self.take_at(key, amount, amount, now_ms)
    }

    /// How long until there is anything in the bucket to take.
    pub(crate) fn wait(&self, key: K, now_ms: u64) -> Option<Duration> {
        self.take_at(key, 1.0, 0.0, now_ms)
    }

    fn take_at(&self, key: K, needed: f64, taken: f64, now_ms: u64) -> Option<Duration> {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |since_ms: u64| now_ms.saturating_sub(since_ms) as f64 / 1_000.0 * self.rate;
        let level = |(left, at): (f64, u64)| (left + filled(at)).min(self.burst);
        if levels.len() >= MAX_BUCKETS {
            levels.retain(|_, bucket| level(*bucket) < self.burst);
            // Somebody comes under ever new names. Better that all begin anew than that an honest one stays outside.
            if levels.len() > MAX_BUCKETS / 2 {
                levels.clear();
            }
        }
        let left = levels.get(&key).map_or(self.burst, |bucket| level(*bucket));
        let needed = needed.min(self.burst);
        if left < needed {
            return Some(Duration::from_secs_f64((needed - left) / self.rate));
        }
        if taken > 0.0 {
            levels.insert(key, (left - taken, now_ms));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_the_rate() {
        let (buckets, now) = (Buckets::new(200.0, 20.0), 7);
        let take = |key: u8, at| buckets.take_at(key, 1.0, 1.0, at);
        for _ in 0..200 {
            assert_eq!(take(1, now), None);
        }
        let wait = take(1, now).unwrap();
        assert_eq!(wait, Duration::from_millis(50));
        assert_eq!(buckets.take_at(1, 1.0, 0.0, now), Some(wait));
        assert_eq!(take(2, now), None);
        assert_eq!(take(1, now + 49), Some(Duration::from_millis(1)));
        assert_eq!(take(1, now + 50), None);
    }

    #[test]
    fn more_than_a_bucket_holds_is_owed() {
        let (buckets, now) = (Buckets::new(10.0, 1.0), 7);
        let take = |amount, at| buckets.take_at((), amount, amount, at);
        assert_eq!(take(1.0, now), None);
        assert_eq!(take(30.0, now), Some(Duration::from_secs(1)), "only from a full one");
        let later = now + 1_000;
        assert_eq!(take(30.0, later), None);
        assert_eq!(take(1.0, later), Some(Duration::from_secs(21)));
    }

    #[test]
    fn ever_new_names_do_not_fill_the_memory() {
        let (buckets, now) = (Buckets::new(10.0, 1.0), 7);
        for key in 0..2 * MAX_BUCKETS {
            assert_eq!(buckets.take_at(key, 1.0, 1.0, now), None);
        }
        assert!(buckets.levels.lock().unwrap().len() <= MAX_BUCKETS);
        assert!(!format!("{buckets:?}").contains("199999"));
    }
}
