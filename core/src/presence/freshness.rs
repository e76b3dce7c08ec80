//! Whether a code or a card is one of now.
//!
//! It is, if its counter is within two periods of the time of who scans it. But that clock may be wrong, or the clock of who
//! shows it. So a counter that is not of this time is remembered together with a monotonic clock, which no hand sets: if
//! the next one of the same source has gone on by as much as the monotonic clock has, somebody is counting there now, and
//! it is taken whatever the clocks show. A picture of an old code does not count on. Nor is anything taken that lies more
//! than one behind the highest that was seen of its source.
//!
//! A clock that shows a time which is over, by what this phone has written or read since, was set back: it does not count.
//! A monotonic clock that stood still while the phone slept only makes who scans wait for one more code. All of it is
//! in memory: a phone that was restarted has no monotonic time from before.

use std::collections::BTreeMap;

use super::code::{PERIOD_MS, period};
use crate::store::Write;

/// How far a counter may be from the time of who scans it, in periods.
const IN_TIME: u64 = 2;
/// So many sources are remembered; a door of a thousand people sees fewer than this.
const MAX_SOURCES: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Sighting {
    counter: u64,
    /// Monotonic, in milliseconds.
    at: u64,
}

/// The period of now by the phone's clock, corrected by the server's; none if it is known to be behind.
pub(super) fn period_of_now(write: &mut Write<'_>) -> Option<u64> {
    let wall = write.wall();
    let behind = write.tick().0.saturating_sub(wall.0);
    (behind <= PERIOD_MS.saturating_mul(IN_TIME.cast_signed())).then(|| period(wall))
}

/// The last counter seen of each door or device; see the module.
#[derive(Debug, Default)]
pub(super) struct Sightings(BTreeMap<[u8; 16], Sighting>);

impl Sightings {
    /// Takes note of `counter`, which `source` has signed, and whether it is one of now: in the period `now` of the clock, if it is to be trusted,
    /// `monotonic` milliseconds.
    pub(super) fn is_live(&mut self, source: [u8; 16], counter: u64, now: Option<u64>, monotonic: u64) -> bool {
        let before = self.0.get(&source).copied();
        if before.is_some_and(|before| counter.saturating_add(1) < before.counter) {
            return false;
        }
        let counts_on = before.is_some_and(|before| counts_on(before, counter, monotonic));
        if before.is_none_or(|before| counter > before.counter) {
            if before.is_none() && self.0.len() >= MAX_SOURCES {
                self.0.pop_first();
            }
            self.0.insert(source, Sighting { counter, at: monotonic });
        }
        counts_on || now.is_some_and(|now| counter.abs_diff(now) <= IN_TIME)
    }
}

/// Whether the counter has gone on by at least one, and by as much as the time has, up to one period.
fn counts_on(before: Sighting, counter: u64, monotonic: u64) -> bool {
    let Some(steps) = counter.checked_sub(before.counter).filter(|steps| *steps > 0) else { return false };
    let period = PERIOD_MS.unsigned_abs();
    let passed = monotonic.saturating_sub(before.at);
    steps.checked_mul(period).is_some_and(|counted| counted.abs_diff(passed) <= period)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOOR: [u8; 16] = [1; 16];
    const FORTY: u64 = 40; // Ten minutes, in periods.

    #[test]
    fn a_code_of_now_is_taken_and_one_of_three_periods_ago_is_not() {
        for (counter, live) in [(44, true), (42, true), (46, true), (41, false), (47, false)] {
            assert_eq!(Sightings::default().is_live(DOOR, counter, Some(44), 0), live, "{counter}");
        }
    }

    #[test]
    fn who_has_a_wrong_clock_waits_for_one_more_code() {
        for now in [1000 - FORTY, 1000 + FORTY] {
            let mut seen = Sightings::default();
            assert!(!seen.is_live(DOOR, 1000, Some(now), 5_000));
            assert!(seen.is_live(DOOR, 1001, Some(now + 1), 20_000), "clock at {now}");
        }
    }

    #[test]
    fn a_picture_is_refused_under_any_clock() {
        // Of 41, at 44: by who is right, and ten minutes slow or fast.
        for now in [1044, 1044 - FORTY, 1044 + FORTY] {
            let mut seen = Sightings::default();
            for at in [0, 15_000, 30_000, 600_000] {
                assert!(!seen.is_live(DOOR, 1041, Some(now + at / 15_000), at), "clock at {now}");
            }
            // Nor does the picture make the next code look like one that counted on; the one after that does.
            assert_eq!(seen.is_live(DOOR, 1085, Some(now + 40), 601_000), now == 1044, "clock at {now}");
            assert!(seen.is_live(DOOR, 1086, Some(now + 41), 616_000), "clock at {now}");
        }
    }

    #[test]
    fn nothing_behind_the_highest_is_taken() {
        let mut seen = Sightings::default();
        assert!(seen.is_live(DOOR, 44, Some(44), 0));
        assert!(seen.is_live(DOOR, 43, Some(44), 1_000), "one period of grace");
        // A phone set back to the time of the picture.
        assert!(!seen.is_live(DOOR, 41, Some(41), 2_000));
        // Another door counts by itself.
        assert!(seen.is_live([2; 16], 41, Some(41), 2_000));
    }

    #[test]
    fn a_clock_that_jumps_between_two_codes_does_no_harm() {
        let mut seen = Sightings::default();
        assert!(!seen.is_live(DOOR, 1000, Some(500), 0));
        assert!(seen.is_live(DOOR, 1002, Some(9_000), 30_000));
    }

    #[test]
    fn what_counts_faster_or_slower_than_time_is_no_door() {
        let mut seen = Sightings::default();
        assert!(!seen.is_live(DOOR, 1000, Some(0), 0));
        assert!(!seen.is_live(DOOR, 1003, Some(0), 2_000), "three pictures in two seconds");
        assert!(!seen.is_live(DOOR, 1004, Some(0), 90_000), "a picture a minute old");
        assert!(!seen.is_live(DOOR, u64::MAX, Some(0), 91_000));
    }

    #[test]
    fn a_restart_forgets_what_was_seen() {
        let mut before = Sightings::default();
        assert!(!before.is_live(DOOR, 1000, Some(0), 100_000));
        assert!(!Sightings::default().is_live(DOOR, 1001, Some(0), 3_000), "the monotonic clock began again");
    }

    #[test]
    fn memory_is_bounded() {
        let mut seen = Sightings::default();
        for source in 0..2 * MAX_SOURCES as u128 {
            seen.is_live(source.to_be_bytes(), 1, Some(1), 0);
        }
        assert_eq!(seen.0.len(), MAX_SOURCES);
    }
}
