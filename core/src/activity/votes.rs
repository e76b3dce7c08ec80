//! Whether a meeting is quorate, and what a vote comes to: pure functions of the roster, of attendance and of the votes.
//!
//! The rules are those of the Party's lower organisations. A meeting is valid with more than half of those who have a
//! vote, and a motion is carried by more than half of all of them, there or not (支部工作条例). An election is valid with
//! four fifths of them, and who is elected has the votes of more than half of those who are there (基层组织选举工作条例).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::evidence::Grade;
use super::status::Status;
use crate::ids::MemberId;

/// Whether there are enough voters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quorum {
    /// Voters expected.
    pub voters: u32,
    /// Of them there, by more than their own word.
    pub counted: u32,
    /// Of them there by no more than their own word, or in doubt: shown, not counted.
    pub claimed: u32,
    /// Of them such that their attendance is disputed: not counted.
    pub disputed: u32,
    /// How many are needed.
    pub needed: u32,
    /// Why it is not valid; none if it is.
    pub shortfall: Option<Shortfall>,
}

impl Quorum {
    /// Whether there are enough.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.shortfall.is_none()
    }
}

/// Why there are not enough voters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// Nobody on the roster has a vote.
    NoVoters,
    /// So many more must be there.
    Missing(u32),
}

/// What a member votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Choice {
    /// For it.
    For = 1,
    /// Against it.
    Against = 2,
    /// Neither.
    Abstain = 3,
}

impl Choice {
    pub(super) fn from_number(number: i64) -> Option<Self> {
        [Self::For, Self::Against, Self::Abstain].into_iter().find(|choice| *choice as i64 == number)
    }
}

/// What a vote comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Voters there who are for it.
    pub votes_for: u32,
    /// Against it.
    pub against: u32,
    /// Who abstain.
    pub abstained: u32,
    /// Voters there who have not voted.
    pub silent: u32,
    /// Votes of who has none, or is not counted as there.
    pub not_counted: u32,
    /// Whether there are enough voters.
    pub quorum: Quorum,
    /// How many must be for it.
    pub needed: u32,
    /// Whether it is carried: there are enough voters, and enough of them are for it.
    pub carried: bool,
}

fn is_counted(status: &Status) -> bool {
    matches!(status, Status::Present(grade) if *grade >= Grade::Scanned)
}

/// Whether the voters who are there are enough: more than half of all, for an election four fifths of them.
///
/// Takes the status of each voter, in any order.
#[must_use]
pub fn quorum<'a>(voters: impl IntoIterator<Item = &'a Status>, election: bool) -> Quorum {
    let mut out = Quorum { voters: 0, counted: 0, claimed: 0, disputed: 0, needed: 0, shortfall: None };
    for status in voters {
        out.voters = out.voters.saturating_add(1);
        match status {
            status if is_counted(status) => out.counted += 1,
            Status::Present(_) => out.claimed += 1,
            Status::Disputed(_) => out.disputed += 1,
            _ => {}
        }
    }
    let voters = u64::from(out.voters);
    let needed = if election { (voters * 4).div_ceil(5) } else { voters / 2 + 1 };
    out.needed = u32::try_from(needed).unwrap_or(u32::MAX);
    out.shortfall = match out.needed.saturating_sub(out.counted) {
        _ if out.voters == 0 => Some(Shortfall::NoVoters),
        0 => None,
        missing => Some(Shortfall::Missing(missing)),
    };
    out
}

/// What these votes come to, with the status of each voter. A member has one vote.
#[must_use]
pub fn tally(voters: &BTreeMap<MemberId, Status>, votes: &BTreeMap<MemberId, Choice>, election: bool) -> Tally {
    let quorum = quorum(voters.values(), election);
    let there: BTreeSet<MemberId> =
        voters.iter().filter(|(_, status)| is_counted(status)).map(|(member, _)| *member).collect();
    let of = |choice| {
        let counted = votes.iter().filter(|(member, vote)| **vote == choice && there.contains(member));
        u32::try_from(counted.count()).unwrap_or(u32::MAX)
    };
    let (votes_for, against, abstained) = (of(Choice::For), of(Choice::Against), of(Choice::Abstain));
    let voted = votes_for + against + abstained;
    let needed = (if election { quorum.counted } else { quorum.voters }) / 2 + 1;
    Tally {
        votes_for,
        against,
        abstained,
        silent: quorum.counted.saturating_sub(voted),
        not_counted: u32::try_from(votes.len()).unwrap_or(u32::MAX).saturating_sub(voted),
        carried: quorum.is_valid() && votes_for >= needed,
        needed,
        quorum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn statuses() -> impl Strategy<Value = Status> {
        prop::sample::select(vec![
            Status::Unknown,
            Status::Absent,
            Status::Excused,
            Status::Disputed(Vec::new()),
            Status::Present(Grade::Claimed),
            Status::Present(Grade::Scanned),
            Status::Present(Grade::Witnessed),
            Status::Present(Grade::Attested),
        ])
    }

    fn people() -> impl Strategy<Value = Vec<Status>> {
        prop::collection::vec(statuses(), 0..40)
    }

    fn named<T>(values: Vec<T>) -> BTreeMap<MemberId, T> {
        (0u8..).zip(values).map(|(number, value)| (MemberId::from_bytes([number; 16]), value)).collect()
    }

    #[test]
    fn more_than_half_and_four_fifths() {
        let of = |present: usize, voters: usize, election| {
            let mut all = vec![Status::Present(Grade::Scanned); present];
            all.resize(voters, Status::Unknown);
            let quorum = quorum(&all, election);
            (quorum.needed, quorum.shortfall)
        };
        assert_eq!(of(8, 11, false), (6, None));
        assert_eq!(of(5, 10, false), (6, Some(Shortfall::Missing(1))), "half is not more than half");
        assert_eq!(of(8, 11, true), (9, Some(Shortfall::Missing(1))));
        assert_eq!(of(8, 10, true), (8, None));
        assert_eq!(of(1, 1, true), (1, None));
        assert_eq!(of(0, 0, false).1, Some(Shortfall::NoVoters));
    }

    #[test]
    fn a_motion_needs_half_of_all_voters_and_who_is_elected_half_of_those_there() {
        // Of ten voters nine are there, and so many are for it.
        let mut all = vec![Status::Present(Grade::Scanned); 9];
        all.push(Status::Absent);
        let of = |votes_for, election| {
            let tally = tally(&named(all.clone()), &named(vec![Choice::For; votes_for]), election);
            (tally.needed, tally.carried)
        };
        assert_eq!((of(5, false), of(6, false)), ((6, false), (6, true)));
        assert_eq!((of(4, true), of(5, true)), ((5, false), (5, true)));
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_nobody_comes_for_nothing(
            (all, other) in people().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
            election: bool,
        ) {
            let before = quorum(&all, election);
            prop_assert_eq!(before, quorum(&other, election));
            prop_assert_eq!(before.is_valid(), before.voters > 0 && before.counted >= before.needed);
            let enough = if election { before.counted * 5 >= before.voters * 4 } else { before.counted * 2 > before.voters };
            prop_assert_eq!(before.is_valid(), before.voters > 0 && enough);
            // One more of the expected comes: a valid meeting stays valid, and never counts fewer.
            if let Some(away) = other.iter().position(|status| !is_counted(status)) {
                let mut more = other.clone();
                more[away] = Status::Present(Grade::Scanned);
                let after = quorum(&more, election);
                prop_assert_eq!(after.counted, before.counted + 1);
                prop_assert!(after.is_valid() || !before.is_valid());
            }
        }

        #[test]
        fn every_vote_is_counted_once_or_said_not_to_be(
            all in people(),
            votes in prop::collection::btree_map(0u8..50, prop::sample::select(vec![Choice::For, Choice::Against, Choice::Abstain]), 0..50),
            election: bool,
        ) {
            let voters = named(all);
            let votes: BTreeMap<_, _> =
                votes.into_iter().map(|(number, choice)| (MemberId::from_bytes([number; 16]), choice)).collect();
            let out = tally(&voters, &votes, election);
            let counted = out.votes_for + out.against + out.abstained;
            prop_assert_eq!(counted + out.not_counted, votes.len() as u32);
            prop_assert_eq!(counted + out.silent, out.quorum.counted);
            prop_assert!(!out.carried || (out.quorum.is_valid() && out.votes_for > out.against));
            // Who has no vote changes nothing but that number.
            let mut more = votes;
            more.insert(MemberId::from_bytes([200; 16]), Choice::For);
            let after = tally(&voters, &more, election);
            prop_assert_eq!(after, Tally { not_counted: out.not_counted + 1, ..out });
        }
    }
}
