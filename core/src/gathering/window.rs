//! When something may be said in a gathering or a group: one function of its card, the same at the server and on phones.
//!
//! Of several who spoke at the same time the one who gives more time counts, and the one who ended it first. The end is
//! a promise, so that the most generous one holds; a closing is a fact, which had happened for everybody when it had
//! for the first. Either way what is known of it goes only one way as more is heard, whatever the order: the end never
//! comes nearer, and what was closed is never found to have gone on longer.

use crate::clock::{Timestamp, order_key};
use crate::document::Fields;

/// Who did not know that a discussion was closed early is believed for so long, up to the end that was announced: seven
/// days, in milliseconds.
pub const LATE_MS: i64 = 7 * 86_400_000;

/// When something may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// The latest end ever announced.
    pub ends: Option<Timestamp>,
    /// When it was ended before that.
    pub closed: Option<Timestamp>,
}

impl Window {
    /// What a card says.
    #[must_use]
    pub fn of(card: &Fields) -> Self {
        Self { ends: card.ints("ends").map(Timestamp).max(), closed: card.ints("closed").map(Timestamp).min() }
    }

    /// Whether what was written and received at these moments still belongs to the discussion.
    #[must_use]
    pub fn admits(&self, written: Timestamp, received: Timestamp) -> bool {
        // A clock that runs ahead makes nothing late that has arrived in time.
        let written = order_key(written, Some(received));
        let in_time = self.ends.is_none_or(|ends| written < ends);
        let unaware = |closed: Timestamp| written < closed || received <= closed.plus_ms(LATE_MS);
        in_time && self.closed.is_none_or(unaware)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::{Change, Document, Edit};
    use crate::ids::{ActorId, DeviceId, Generation};

    /// What organisers say of one card, each apart from the others.
    fn edits(said: &[(Option<i64>, Option<i64>)]) -> (Change, Vec<Vec<u8>>) {
        let actor = |number: u8| ActorId::of(DeviceId::from_bytes([number; 16]), Generation::from_bytes([1; 16]));
        let first = Change::first(actor(0), Timestamp(1), &[("ends", Timestamp(50).into())]).unwrap();
        let apart = (1..).zip(said).filter_map(|(number, (ends, closed))| {
            let ends = ends.map(|at| Edit::Put("ends", Timestamp(at).into()));
            let closed = closed.map(|at| Edit::Put("closed", Timestamp(at).into()));
            let edits: Vec<_> = ends.into_iter().chain(closed).collect();
            let mut card = Document::load([first.bytes()]).unwrap();
            Some(card.edit(actor(number), Timestamp(2), &edits).unwrap()?.into_bytes())
        });
        let apart = apart.collect();
        (first, apart)
    }

    proptest! {
        #[test]
        fn whoever_hears_of_it_in_whatever_order_knows_the_same_and_no_step_takes_back(
            said in proptest::collection::vec(
                (proptest::option::of(51i64..99), proptest::option::of(2i64..60)), 1..6),
            order in proptest::collection::vec(any::<usize>(), 6),
        ) {
            let (first, mut apart) = edits(&said);
            let heard = |changes: &[Vec<u8>]| {
                let all = std::iter::once(first.bytes()).chain(changes.iter().map(Vec::as_slice));
                Window::of(&Document::load(all).unwrap().fields())
            };
            let whole = heard(&apart);
            for (place, swap) in order.iter().enumerate().take(apart.len()) {
                let with = swap % apart.len();
                apart.swap(place, with);
            }
            let mut before = heard(&[]);
            for upto in 1..=apart.len() {
                let now = heard(&apart[..upto]);
                prop_assert!(before.ends <= now.ends);
                prop_assert!(before.closed.is_none_or(|before| now.closed.is_some_and(|now| now <= before)));
                before = now;
            }
            prop_assert_eq!(before, whole);
            let closed = said.iter().filter_map(|(_, closed)| closed.map(Timestamp)).min();
            prop_assert_eq!(whole.closed, closed);
        }
    }

    #[test]
    fn a_window_believes_who_did_not_know_up_to_the_announced_end() {
        let at = |ms| Timestamp(1_000_000 + ms);
        let open = Window { ends: Some(at(100)), closed: None };
        assert!(open.admits(at(99), at(LATE_MS * 9)), "written in time, received whenever");
        assert!(!open.admits(at(100), at(100)));
        assert!(open.admits(at(500), at(99)), "a clock ahead, but here in time");
        let closed = Window { ends: Some(at(100)), closed: Some(at(50)) };
        assert!(closed.admits(at(49), at(LATE_MS * 9)), "before it was closed");
        assert!(closed.admits(at(60), at(50 + LATE_MS)), "did not know");
        assert!(!closed.admits(at(60), at(51 + LATE_MS)), "should have known");
        assert!(!closed.admits(at(100), at(120)), "after the end as announced");
        assert!(Window::default().admits(at(0), at(LATE_MS)));
    }
}
