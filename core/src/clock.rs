//! Time: the wall clock behind a trait, and the hybrid clock that orders what members write.

use std::fmt;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, serde::Serialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment, `ms` milliseconds later (earlier if negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, to the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match chrono::DateTime::from_timestamp_millis(self.0) {
            Some(time) => write!(f, "{}", time.format("%Y-%m-%dT%H:%M:%SZ")),
            None => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(feature = "sqlite")]
impl rusqlite::ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::from(self.0))
    }
}

#[cfg(feature = "sqlite")]
impl rusqlite::types::FromSql for Timestamp {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

/// Where the wall time comes from; tests bring their own.
pub trait Clock: Send + Sync {
    /// What the clock shows now. It may jump either way at any time.
    fn now(&self) -> Timestamp;

    /// Milliseconds since some moment of this process, which only ever rise: no hand sets this clock. It may stand still
    /// while the phone sleeps.
    fn monotonic_ms(&self) -> u64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let ms = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Timestamp(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => ms(after),
            Err(before) => -ms(before.duration()),
        })
    }
}

/// How far ahead of the server's time a reading may run before the server's own reception time orders it instead.
pub const MAX_AHEAD_MS: i64 = 5 * 60 * 1000;

/// A hybrid logical clock folded into one millisecond count.
///
/// A reading is never below the wall clock (corrected by the last known distance to the server's), always above
/// every reading before it and above every one it has seen from others, unless those run absurdly ahead: then a wrong
/// clock elsewhere would drag this one along for ever, so what is more than [`MAX_AHEAD_MS`] ahead is not followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HybridClock {
    /// The last reading given or seen.
    pub last: Timestamp,
    /// What to add to the wall clock to get the server's time, in milliseconds.
    pub offset_ms: i64,
}

impl HybridClock {
    /// The wall time as the server would show it.
    #[must_use]
    pub fn corrected(&self, wall: Timestamp) -> Timestamp {
        wall.plus_ms(self.offset_ms)
    }

    /// What the next reading will be.
    #[must_use]
    pub fn next(&self, wall: Timestamp) -> Timestamp {
        self.corrected(wall).max(self.last.plus_ms(1))
    }

    /// The next reading.
    pub fn tick(&mut self, wall: Timestamp) -> Timestamp {
        self.last = self.next(wall);
        self.last
    }

    /// Takes note of another's reading.
    pub fn observe(&mut self, wall: Timestamp, other: Timestamp) {
        if other <= self.corrected(wall).plus_ms(MAX_AHEAD_MS) {
            self.last = self.last.max(other);
        }
    }

    /// Takes note of the server's time, received at `wall`.
    ///
    /// A last reading that the server shows to be far ahead (the wall clock was wrong when it was taken) is forgotten.
    pub fn synchronise(&mut self, wall: Timestamp, server: Timestamp) {
        self.offset_ms = server.0.saturating_sub(wall.0);
        if self.last > server.plus_ms(MAX_AHEAD_MS) {
            self.last = server;
        }
    }
}

/// Where an entry stands among others: the same on every device, with wrong clocks too.
///
/// The hybrid reading orders, but never later than the moment the server received the entry: a phone two days ahead
/// cannot put its messages two days ahead of everybody's. Its own reading then decides between entries received in one
/// batch, and the document's id between what is still equal.
#[must_use]
pub fn order_key(written: Timestamp, received: Option<Timestamp>) -> Timestamp {
    received.map_or(written, |received| written.min(received))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_rise_even_when_the_wall_clock_falls() {
        let mut clock = HybridClock::default();
        let first = clock.tick(Timestamp(1_000));
        let second = clock.tick(Timestamp(10));
        assert!(second > first);
        clock.observe(Timestamp(1_000), Timestamp(5_000));
        assert!(clock.tick(Timestamp(1_000)) > Timestamp(5_000));
    }

    #[test]
    fn a_clock_far_ahead_is_not_followed() {
        let mut clock = HybridClock::default();
        clock.tick(Timestamp(1_000));
        clock.observe(Timestamp(1_000), Timestamp(1_000 + 2 * 86_400_000));
        assert_eq!(clock.tick(Timestamp(2_000)), Timestamp(2_000));
    }

    #[test]
    fn the_servers_time_corrects_the_wall_clock() {
        let mut clock = HybridClock::default();
        let two_days = 2 * 86_400_000;
        clock.tick(Timestamp(two_days + 5));
        clock.synchronise(Timestamp(two_days + 10), Timestamp(10));
        assert_eq!(clock.tick(Timestamp(two_days + 20)), Timestamp(20));
    }

    #[test]
    fn order_is_capped_by_reception() {
        assert_eq!(order_key(Timestamp(9), Some(Timestamp(5))), Timestamp(5));
        assert_eq!(order_key(Timestamp(3), Some(Timestamp(5))), Timestamp(3));
        assert_eq!(order_key(Timestamp(9), None), Timestamp(9));
    }
}
