//! How well evidence of a presence is founded, and what is wrong with it.

use serde::Serialize;

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
