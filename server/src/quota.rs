//! How much a member may write: generous, so that nobody honest meets it, and there, so that nobody fills the disk.
//!
//! Counted in memory: a restart forgives a day's use, and nothing is written for it.

use std::collections::HashMap;

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{MemberId, SpaceId};

/// The most changes a member may write in a day.
pub const MEMBER_CHANGES: usize = 20_000;
/// The most bytes a member may write in a day.
pub const MEMBER_BYTES: usize = 64 * 1024 * 1024;
/// The most changes all may write into a space in a day.
pub const SPACE_CHANGES: usize = 500_000;
/// The most of a member's batches in a day of whose number it is noted that nothing came of it: refused, or known already.
pub const MEMBER_NOTES: usize = 8_192;

const DAY_MS: i64 = 86_400_000;

#[derive(Debug, Default)]
pub(crate) struct Quota {
    day: i64,
    members: HashMap<MemberId, (usize, usize)>,
    spaces: HashMap<SpaceId, usize>,
    notes: HashMap<MemberId, usize>,
}

impl Quota {
    /// Takes note of a batch, or says that it is too much.
    pub(crate) fn take(
        &mut self,
        member: MemberId,
        space: SpaceId,
        now: Timestamp,
        changes: usize,
        bytes: usize,
    ) -> bool {
        self.turn(now);
        let (member_changes, member_bytes) = self.members.entry(member).or_default();
        let space_changes = self.spaces.entry(space).or_default();
        if *member_changes + changes > MEMBER_CHANGES
            || *member_bytes + bytes > MEMBER_BYTES
            || *space_changes + changes > SPACE_CHANGES
        {
            return false;
        }
        *member_changes += changes;
        *member_bytes += bytes;
        *space_changes += changes;
        true
    }

    /// Takes note of a batch of which nothing comes but a row that it was there, or says that there were too many.
    pub(crate) fn note(&mut self, member: MemberId, now: Timestamp) -> bool {
        self.turn(now);
        let notes = self.notes.entry(member).or_default();
        *notes += 1;
        *notes <= MEMBER_NOTES
    }

    fn turn(&mut self, now: Timestamp) {
        let day = now.0.div_euclid(DAY_MS);
        if self.day != day {
            *self = Self { day, ..Self::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_share_and_the_next_day_another() {
        let (member, now) = (MemberId::from_number("1"), Timestamp(5));
        let space = SpaceId::personal(member);
        let mut quota = Quota::default();
        assert!(quota.take(member, space, now, MEMBER_CHANGES, 1));
        assert!(!quota.take(member, space, now, 1, 1));
        assert!(quota.take(MemberId::from_number("2"), space, now, 1, 1));
        assert!(quota.take(member, space, now.plus_ms(DAY_MS), 1, 1));
        assert!((0..MEMBER_NOTES).all(|_| quota.note(member, now)));
        assert!(!quota.note(member, now) && quota.note(member, now.plus_ms(DAY_MS)));
    }
}
