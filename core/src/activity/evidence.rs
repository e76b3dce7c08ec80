//! What is said of one person's attendance: one entry, whoever says it and however well it is founded.

use serde::Serialize;

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

/// How well a presence is founded, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Grade {
    /// The person says so, or what was shown for it is in doubt.
    Claimed = 1,
    /// The person had a door's code at the time.
    Scanned = 2,
    /// A host had the person's card at the time.
    Witnessed = 3,
    /// A host or an organiser knows the person and says so.
    Attested = 4,
}

impl Grade {
    pub(super) fn from_number(number: i64) -> Self {
        [Self::Scanned, Self::Witnessed, Self::Attested]
            .into_iter()
            .find(|grade| *grade as i64 == number)
            .unwrap_or(Self::Claimed)
    }
}

/// What is wrong with a presence that is kept all the same: a fact is no less one, but counts as no more than claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The signature does not verify, or is for something else.
    BadSignature,
    /// The code or the card was not of its time.
    Expired,
    /// The door is not one of this activity.
    UnknownDoor,
    /// The door was shut by who watches over it.
    RevokedDoor,
    /// The device that showed the card was revoked.
    RevokedDevice,
    /// The member had left.
    MemberLeft,
    /// Something that this version has no name for.
    Other,
}

impl Doubt {
    const NAMED: [(Self, &'static str); 6] = [
        (Self::BadSignature, "bad_signature"),
        (Self::Expired, "expired"),
        (Self::UnknownDoor, "unknown_door"),
        (Self::RevokedDoor, "revoked_door"),
        (Self::RevokedDevice, "revoked_device"),
        (Self::MemberLeft, "member_left"),
    ];

    /// The name in a document; none for what has no name here.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMED.into_iter().find(|(doubt, _)| *doubt == self).map_or("other", |(_, name)| name)
    }

    /// The doubt with this name; none for the empty one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let known = Self::NAMED.into_iter().find(|(_, known)| *known == name).map(|(doubt, _)| doubt);
        known.or((!name.is_empty()).then_some(Self::Other))
    }
}

/// One entry about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// When it was said, which orders what was said: when it counts as written, and between equals its author's own hybrid
    /// reading. Not when it happened: that is a wall clock's word, and such clocks are set back.
    pub said: (Timestamp, Timestamp),
    /// The document that says so.
    pub doc: DocId,
    /// Who says so: the person, a host or an organiser.
    pub by: MemberId,
    /// When it happened, as the clock showed it.
    pub at: Timestamp,
    /// What is said.
    pub word: Word,
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// The person came or went: a check-in, a scan.
    Seen {
        /// How well that is founded.
        grade: Grade,
        /// What is wrong with it.
        doubt: Option<Doubt>,
        /// Whether the person went.
        out: bool,
    },
    /// An organiser's mark.
    Marked {
        /// Which. To a request, [`Mark::Excused`] says yes and [`Mark::Absent`] no.
        mark: Mark,
        /// The leave request that it answers.
        request: Option<DocId>,
        /// Whether it settles what was said before.
        resolves: bool,
        /// Another organiser's mark that it signs too.
        seconds: Option<DocId>,
    },
    /// The person asks for leave.
    Asked {
        /// Whether no longer.
        withdrawn: bool,
    },
}
