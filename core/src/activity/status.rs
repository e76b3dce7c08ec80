//! A person's attendance as a function of all evidence about that person: the same on every device, whatever the
//! order in which the evidence arrived.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::evidence::Grade;
use crate::clock::Timestamp;
use crate::ids::{DocId, MemberId};

/// What one entry says of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Is or was there.
    Present,
    /// Was not there.
    Absent,
    /// Was not there, and had leave.
    Excused,
}

impl Mark {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Excused => "excused",
        }
    }

    /// The mark with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Present, Self::Absent, Self::Excused].into_iter().find(|mark| mark.name() == name)
    }
}

/// One entry about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// When it was said, which orders what one source said: when it counts as written, and between equals its author's
    /// own hybrid reading. Not when it happened: that is a wall clock's word, and such clocks are set back.
    pub said: (Timestamp, Timestamp),
    /// The document that says so.
    pub doc: DocId,
    /// Who says so: the person, or an organiser.
    pub by: MemberId,
    /// What is said.
    pub mark: Mark,
}

/// The last word of one source on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LastWord {
    /// Who says so: the person, or an organiser.
    pub by: MemberId,
    /// What is said.
    pub mark: Mark,
}

/// What all evidence about one person comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has said anything.
    Unknown,
    /// Was there.
    Present(Grade),
    /// Was not there.
    Absent,
    /// Had leave.
    Excused,
    /// These say different things, in the order of their ids.
    Disputed(Vec<LastWord>),
}

/// The status of `person`.
///
/// Of what one source said the last word counts, by when it was said and then by document. Sources that agree
/// give one status, with the best grade; sources that do not give a dispute that names them all.
#[must_use]
pub fn status(person: MemberId, evidence: impl IntoIterator<Item = Evidence>) -> Status {
    let sorted: BTreeSet<Evidence> = evidence.into_iter().collect();
    let last: BTreeMap<MemberId, Mark> = sorted.into_iter().map(|entry| (entry.by, entry.mark)).collect();
    let marks: BTreeSet<Mark> = last.values().copied().collect();
    match marks.into_iter().collect::<Vec<_>>()[..] {
        [] => Status::Unknown,
        [Mark::Present] => {
            let attested = last.keys().any(|by| *by != person);
            Status::Present(if attested { Grade::Attested } else { Grade::Claimed })
        }
        [Mark::Absent] => Status::Absent,
        [Mark::Excused] => Status::Excused,
        _ => Status::Disputed(last.into_iter().map(|(by, mark)| LastWord { by, mark }).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(at: i64, by: &str, mark: Mark) -> Evidence {
        let doc = DocId::from_bytes(((at as u128) << 64 | u128::from(by.as_bytes()[0])).to_be_bytes());
        Evidence { said: (Timestamp(at), Timestamp(at)), doc, by: MemberId::from_number(by), mark }
    }

    fn of(evidence: &[Evidence]) -> Status {
        status(MemberId::from_number("p"), evidence.iter().copied())
    }

    #[test]
    fn an_own_word_claims_and_an_organisers_attests() {
        assert_eq!(of(&[]), Status::Unknown);
        assert_eq!(of(&[entry(1, "p", Mark::Present)]), Status::Present(Grade::Claimed));
        let both = [entry(1, "p", Mark::Present), entry(2, "o", Mark::Present)];
        assert_eq!(of(&both), Status::Present(Grade::Attested));
        assert_eq!(of(&[entry(1, "o", Mark::Excused)]), Status::Excused);
    }

    #[test]
    fn a_contradiction_names_both_until_one_says_otherwise() {
        let two = [entry(1, "o", Mark::Present), entry(2, "q", Mark::Absent)];
        assert!(matches!(of(&two), Status::Disputed(by) if by.len() == 2));
        let resolved = [two[0], two[1], entry(3, "q", Mark::Present)];
        assert_eq!(of(&resolved), Status::Present(Grade::Attested));
    }

    proptest! {
        #[test]
        fn any_order_and_any_doubling_gives_the_same(
            seed in proptest::collection::vec((0i64..5, 0usize..4, 0usize..3), 0..12),
            turn in 0usize..12,
        ) {
            let all: Vec<_> = seed
                .iter()
                .map(|(at, by, mark)| {
                    entry(*at, ["p", "o", "q", "r"][*by], [Mark::Present, Mark::Absent, Mark::Excused][*mark])
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
