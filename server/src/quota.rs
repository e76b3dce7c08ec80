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

const DAY_MS: i64 = 86_400_000;

#[derive(Debug, Default)]
pub(crate) struct Quota {
    day: i64,
    members: HashMap<MemberId, (usize, usize)>,
    spaces: HashMap<SpaceId, usize>,
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
        let day = now.0.div_euclid(DAY_MS);
        if self.day != day {
            *self = Self { day, ..Self::default() };
        }
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
    }
}
