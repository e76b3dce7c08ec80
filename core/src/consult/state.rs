//! How far a consultation is, as a function of its steps: the same on every device, whatever the order in which they
//! arrived.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::clock::Timestamp;
use crate::ids::{DocId, MemberId};

/// How far a consultation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The desk has not answered.
    Open,
    /// The desk says that it has answered.
    Answered,
    /// Nothing more is to be said.
    Closed,
    /// It was answered or closed, and the asker has more to say.
    Reopened,
}

/// What somebody did with a consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The desk has answered.
    Answered,
    /// The asker or the desk has closed it.
    Closed,
    /// The asker has opened it again.
    Reopened,
    /// The desk has given it into this member's hands.
    HandedOver(MemberId),
}

impl Step {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::HandedOver(_) => "handed",
        }
    }

    /// The step with this name; a hand-over needs to whom. One of a later version is none.
    pub(super) fn from_name(name: &str, to: Option<MemberId>) -> Option<Self> {
        [Some(Self::Answered), Some(Self::Closed), Some(Self::Reopened), to.map(Self::HandedOver)]
            .into_iter()
            .flatten()
            .find(|step| step.name() == name)
    }
}

/// One step as its document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// When it counts as done, and between equals its author's own hybrid reading: the order of a discussion.
    pub said: (Timestamp, Timestamp),
    /// The document that says so.
    pub doc: DocId,
    /// Who did it.
    pub by: MemberId,
    /// What.
    pub step: Step,
}

/// What all steps come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct State {
    /// How far it is.
    pub phase: Phase,
    /// In whose hands it is; nobody's in particular at first.
    pub handler: Option<MemberId>,
    /// When it was closed, while it is.
    pub closed_at: Option<Timestamp>,
}

/// The state of a consultation that `asker` began.
///
/// Who closes what is closed, or answers it, changes nothing. The asker neither answers nor hands over, and nobody else
/// opens again what was answered or closed: whether something is left to say is the asker's word.
#[must_use]
pub fn state(asker: MemberId, entries: impl IntoIterator<Item = Entry>) -> State {
    let mut state = State { phase: Phase::Open, handler: None, closed_at: None };
    let sorted: BTreeSet<Entry> = entries.into_iter().collect();
    for entry in sorted {
        match entry.step {
            Step::Answered if entry.by != asker && state.phase != Phase::Closed => state.phase = Phase::Answered,
            Step::Closed if state.phase != Phase::Closed => {
                state.phase = Phase::Closed;
                state.closed_at = Some(entry.said.0);
            }
            Step::Reopened if entry.by == asker && state.phase != Phase::Open => {
                state.phase = Phase::Reopened;
                state.closed_at = None;
            }
            Step::HandedOver(to) if entry.by != asker && to != asker => state.handler = Some(to),
            _ => {}
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn who(number: &str) -> MemberId {
        MemberId::from_number(number)
    }

    fn entry(at: i64, by: &str, step: Step) -> Entry {
        let doc = DocId::from_bytes(((at as u128) << 64 | u128::from(by.as_bytes()[0])).to_be_bytes());
        Entry { said: (Timestamp(at), Timestamp(at)), doc, by: who(by), step }
    }

    fn of(entries: &[Entry]) -> (Phase, Option<MemberId>) {
        let state = state(who("asker"), entries.iter().copied());
        (state.phase, state.handler)
    }

    #[test]
    fn a_consultation_goes_its_way() {
        let all = [
            entry(1, "desk", Step::HandedOver(who("b"))),
            entry(2, "b", Step::Answered),
            entry(3, "asker", Step::Closed),
            entry(4, "b", Step::Answered),
            entry(5, "asker", Step::Reopened),
        ];
        let phases: Vec<_> = (0..=all.len()).map(|upto| of(&all[..upto]).0).collect();
        use Phase::{Answered, Closed, Open, Reopened};
        assert_eq!(phases, [Open, Open, Answered, Closed, Closed, Reopened]);
        assert_eq!(of(&all).1, Some(who("b")));
    }

    #[test]
    fn an_answer_that_leaves_something_to_say_is_opened_again() {
        let all = [
            entry(1, "asker", Step::Reopened),
            entry(2, "desk", Step::Answered),
            entry(3, "desk", Step::Reopened),
            entry(4, "asker", Step::Reopened),
            entry(5, "desk", Step::Answered),
        ];
        let phases: Vec<_> = (1..=all.len()).map(|upto| of(&all[..upto]).0).collect();
        use Phase::{Answered, Open, Reopened};
        assert_eq!(phases, [Open, Answered, Answered, Reopened, Answered]);
    }

    #[test]
    fn the_asker_does_not_answer_for_the_desk() {
        let own = [entry(1, "asker", Step::Answered), entry(2, "asker", Step::HandedOver(who("b")))];
        assert_eq!(of(&own), (Phase::Open, None));
        assert_eq!(of(&[entry(1, "desk", Step::HandedOver(who("asker")))]), (Phase::Open, None));
    }

    #[test]
    fn a_step_of_a_later_version_is_none() {
        assert_eq!(Step::from_name("escalated", Some(who("b"))), None);
        assert_eq!(Step::from_name("handed", None), None);
        assert_eq!(Step::from_name("handed", Some(who("b"))), Some(Step::HandedOver(who("b"))));
    }

    proptest! {
        #[test]
        fn any_order_and_any_doubling_gives_the_same(
            seed in proptest::collection::vec((0i64..6, 0usize..3, 0usize..4), 0..12),
            turn in 0usize..12,
        ) {
            let all: Vec<_> = seed
                .iter()
                .map(|(at, by, step)| {
                    let steps = [Step::Answered, Step::Closed, Step::Reopened, Step::HandedOver(who("b"))];
                    entry(*at, ["asker", "desk", "b"][*by], steps[*step])
                })
                .collect();
            let mut other = all.clone();
            other.reverse();
            other.rotate_left(turn.min(all.len()));
            other.extend(all.iter().take(turn));
            prop_assert_eq!(of(&all), of(&other));
        }
    }
}
