//! Whether a code or a card is one of now.
//!
//! It is, if its counter is within two periods of the time of who scans it. But that clock may be wrong, or the clock of who
//! shows it. So a counter that is not of this time is remembered together with a monotonic clock, which no hand sets: if
//! the next one of the same source has gone on by as much as the monotonic clock has, somebody is counting there now, and
//! it is taken whatever the clocks show. A picture of an old code does not count on. Nor is anything taken that lies more
//! than one behind the highest that was seen of its source.
//!
//! Nor is anything taken from before the time which this phone knows to be over ([`Store::least_now`]: what the server's
//! clock showed when it was heard last, and what the monotonic clock has counted since), whatever its own clock shows and
//! however it counts on: two pictures taken one after the other do. Doors and cards count from that time at least, so
//! that one whose clock was set back is not taken for a picture. A clock that shows a time which is over, by that or by
//! what this phone has written or read since, was set back: it does not count.
//!
//! A monotonic clock that stood still while the phone slept only makes who scans wait for one more code. The sightings are
//! in memory: a phone that was restarted has no monotonic time from before.
//!
//! What remains: a film shot after its scanner last heard the server, and shown to it at the pace at which it was shot after
//! a sleep or a restart, for the time slept is time that no clock but the wall's has counted. And a door or a card whose
//! clock was set back after the last exchange and that was then restarted is refused by who knows better, until it has
//! heard the server; the host still finds its member by name.

use std::collections::BTreeMap;

use super::code::{PERIOD_MS, period};
use crate::clock::Timestamp;
use crate::store::{Store, Write};

/// How far a counter may be from the time of who scans it, in periods.
pub(super) const IN_TIME: u64 = 2;
/// So many sources are remembered; a door of a thousand people sees fewer than this.
const MAX_SOURCES: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Sighting {
    counter: u64,
    /// Monotonic, in milliseconds.
    at: u64,
}

/// What time it is, as far as this phone knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// The period of its clock, corrected by the server's; none if that is known to be behind.
    period: Option<u64>,
    /// The period in which the time lies that is over for certain.
    least: u64,
    /// In milliseconds.
    monotonic: u64,
}

impl Now {
    pub(super) fn read(store: &Store, write: &mut Write<'_>) -> Self {
        let (wall, least) = (write.wall(), store.least_now());
        let behind = write.tick().max(least).0.saturating_sub(wall.0);
        Self {
            period: (behind <= PERIOD_MS.saturating_mul(IN_TIME.cast_signed())).then(|| period(wall)),
            least: period(least),
            monotonic: store.clock.monotonic_ms(),
        }
    }
}

/// From when what this phone shows counts: its own clock may have been set back.
pub(super) fn time_shown(store: &Store, wall: Timestamp) -> Timestamp {
    wall.max(store.least_now())
}

/// The last counter seen of each door or device; see the module.
#[derive(Debug, Default)]
pub(super) struct Sightings(BTreeMap<[u8; 16], Sighting>);

impl Sightings {
    /// Takes note of `counter`, which `source` has signed, and says whether it is one of `now`.
    pub(super) fn is_live(&mut self, source: [u8; 16], counter: u64, now: Now) -> bool {
        let Now { period, least, monotonic } = now;
        if counter.saturating_add(IN_TIME) < least {
            return false;
        }
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
        counts_on || period.is_some_and(|period| counter.abs_diff(period) <= IN_TIME)
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
    use proptest::prelude::*;

    use super::*;

    const DOOR: [u8; 16] = [1; 16];
    const FORTY: u64 = 40; // Ten minutes, in periods.

    /// A phone that has never heard the server, whose clock shows `period`.
    fn at(period: u64, monotonic: u64) -> Now {
        Now { period: Some(period), least: 0, monotonic }
    }

    #[test]
    fn a_code_of_now_is_taken_and_one_of_three_periods_ago_is_not() {
        for (counter, live) in [(44, true), (42, true), (46, true), (41, false), (47, false)] {
            assert_eq!(Sightings::default().is_live(DOOR, counter, at(44, 0)), live, "{counter}");
        }
    }

    #[test]
    fn who_has_a_wrong_clock_waits_for_one_more_code() {
        for now in [1000 - FORTY, 1000 + FORTY] {
            let mut seen = Sightings::default();
            assert!(!seen.is_live(DOOR, 1000, at(now, 5_000)));
            assert!(seen.is_live(DOOR, 1001, at(now + 1, 20_000)), "clock at {now}");
        }
    }

    #[test]
    fn a_picture_is_refused_under_any_clock() {
        // Of 41, at 44: by who is right, and ten minutes slow or fast.
        for now in [1044, 1044 - FORTY, 1044 + FORTY] {
            let mut seen = Sightings::default();
            for passed in [0, 15_000, 30_000, 600_000] {
                assert!(!seen.is_live(DOOR, 1041, at(now + passed / 15_000, passed)), "clock at {now}");
            }
            // Nor does the picture make the next code look like one that counted on; the one after that does.
            assert_eq!(seen.is_live(DOOR, 1085, at(now + 40, 601_000)), now == 1044, "clock at {now}");
            assert!(seen.is_live(DOOR, 1086, at(now + 41, 616_000)), "clock at {now}");
        }
    }

    #[test]
    fn nothing_behind_the_highest_is_taken() {
        let mut seen = Sightings::default();
        assert!(seen.is_live(DOOR, 44, at(44, 0)));
        assert!(seen.is_live(DOOR, 43, at(44, 1_000)), "one period of grace");
        // A phone set back to the time of the picture.
        assert!(!seen.is_live(DOOR, 41, at(41, 2_000)));
        // Another door counts by itself.
        assert!(seen.is_live([2; 16], 41, at(41, 2_000)));
    }

    #[test]
    fn a_clock_that_jumps_between_two_codes_does_no_harm() {
        let mut seen = Sightings::default();
        assert!(!seen.is_live(DOOR, 1000, at(500, 0)));
        assert!(seen.is_live(DOOR, 1002, at(9_000, 30_000)));
    }

    #[test]
    fn what_counts_faster_or_slower_than_time_is_no_door() {
        let mut seen = Sightings::default();
        assert!(!seen.is_live(DOOR, 1000, at(0, 0)));
        assert!(!seen.is_live(DOOR, 1003, at(0, 2_000)), "three pictures in two seconds");
        assert!(!seen.is_live(DOOR, 1004, at(0, 90_000)), "a picture a minute old");
        assert!(!seen.is_live(DOOR, u64::MAX, at(0, 91_000)));
    }

    #[test]
    fn a_restart_forgets_what_was_seen() {
        let mut before = Sightings::default();
        assert!(!before.is_live(DOOR, 1000, at(0, 100_000)));
        assert!(!Sightings::default().is_live(DOOR, 1001, at(0, 3_000)), "the monotonic clock began again");
    }

    #[test]
    fn a_film_from_before_the_time_that_is_over_is_refused_under_any_clock() {
        // Two pictures of 1041 and 1042, one period apart, when it is known to be 1044 or later.
        for clock in [Some(1044), Some(1041), Some(1044 + FORTY), None] {
            let mut seen = Sightings::default();
            let now = |period, least, monotonic| Now { period, least, monotonic };
            assert!(!seen.is_live(DOOR, 1041, now(clock, 1044, 0)), "{clock:?}");
            assert!(!seen.is_live(DOOR, 1042, now(clock.map(|at| at + 1), 1045, 15_000)), "{clock:?}");
            // It is not remembered either: what is shown now is judged for itself.
            assert_eq!(seen.is_live(DOOR, 1046, now(clock, 1046, 30_000)), clock == Some(1044), "{clock:?}");
            assert!(seen.is_live(DOOR, 1047, now(clock, 1047, 45_000)), "{clock:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_from_before_the_time_that_is_over_is_ever_taken(
            shown in proptest::collection::vec((0u64..60, proptest::option::of(0u64..60), 0u64..40_000), 1..30),
            start in 0u64..60,
        ) {
            let (mut seen, mut monotonic) = (Sightings::default(), 0);
            for (counter, period, waited) in shown {
                monotonic += waited;
                let least = start + monotonic / PERIOD_MS.unsigned_abs();
                let live = seen.is_live(DOOR, counter, Now { period, least, monotonic });
                prop_assert!(!live || counter + IN_TIME >= least);
            }
        }

        #[test]
        fn an_honest_door_lets_everybody_in_with_the_second_code(
            wrong in -1_000i64..1_000,
            heard_ago in 0u64..1_000,
            between in 14_000u64..16_000,
        ) {
            // Heard so many periods ago, and its clock is wrong by so many.
            let (mut seen, counter) = (Sightings::default(), 10_000u64);
            let shows = |counter: u64| Some(counter.saturating_add_signed(wrong));
            let now = Now { period: shows(counter), least: counter - heard_ago, monotonic: 5_000 };
            let first = seen.is_live(DOOR, counter, now);
            prop_assert_eq!(first, wrong.unsigned_abs() <= IN_TIME);
            let then = Now { period: shows(counter + 1), least: now.least + 1, monotonic: 5_000 + between };
            prop_assert!(seen.is_live(DOOR, counter + 1, then));
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut seen = Sightings::default();
        for source in 0..2 * MAX_SOURCES as u128 {
            seen.is_live(source.to_be_bytes(), 1, at(1, 0));
        }
        assert_eq!(seen.0.len(), MAX_SOURCES);
    }
}
