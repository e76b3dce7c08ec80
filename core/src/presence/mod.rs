//! Presence: what doors show and phones scan, verified with no network.
//!
//! A door phone shows a [`Code`] that changes every 15 seconds; a member's phone shows a [`Card`]. Either is verified by
//! who scans it and again by the server and by every reader of the evidence. What can be wrong has a name of its own:
//! [`Refused`]. An old picture of a code is told from the code by the door's own counter ([`freshness`]), not by the clock of
//! whoever scans it alone.
//!
//! | file | what it is |
//! |---|---|
//! | `code` `card` | the two signed forms, as bytes; the server has these too |
//! | `shown` | as text and as a picture |
//! | `freshness` | whether it is one of now |
//! | `judge` | how well founded a check-in or a scan is, on every reader's phone |
//! | `door` `member` `scan` `names` | what hosts and members do |
//! | `prepare` | the names that a door phone has while it needs them |

/// SQL: whether the last that was seen of this member at the activity `?1`, by a check-in or a scan, is not that they went.
#[cfg(feature = "client")]
macro_rules! there_sql {
    ($member:literal) => {
        concat!(
            "coalesce((SELECT NOT undone FROM evidence WHERE activity = ?1 AND member = ",
            $member,
            " AND kind IN (7, 26) AND NOT ",
            refused_sql!("evidence.doc"),
            " ORDER BY order_at DESC, written_at DESC, doc DESC LIMIT 1), 0)"
        )
    };
}

mod card;
mod code;

#[cfg(feature = "client")]
mod door;
#[cfg(feature = "client")]
mod freshness;
#[cfg(feature = "client")]
mod judge;
#[cfg(feature = "client")]
mod member;
#[cfg(feature = "client")]
mod names;
#[cfg(feature = "client")]
mod prepare;
#[cfg(feature = "client")]
mod rows;
#[cfg(feature = "client")]
mod scan;
#[cfg(feature = "client")]
mod shown;

pub use card::Card;
pub use code::{Code, NONCE_LEN, PERIOD_MS, SignedError, VERSION, period};

#[cfg(feature = "client")]
pub use door::{DoorView, ShownCode};
#[cfg(feature = "client")]
pub use member::{CheckIn, CheckOut, ShownCard};
#[cfg(feature = "client")]
pub use names::ExpectedView;
#[cfg(feature = "client")]
pub use scan::{Admission, Amber, Scan};
#[cfg(feature = "client")]
pub use shown::{from_text, to_text};

#[cfg(feature = "client")]
pub(crate) use door::guests_in;
#[cfg(feature = "client")]
pub(crate) use judge::{Judged, judge_evidence};
#[cfg(feature = "client")]
pub(crate) use prepare::{forget_homes, open_unknown};
#[cfg(feature = "client")]
pub(crate) use scan::last_seen;

#[cfg(feature = "client")]
pub(crate) use rows::{judge_again, note_own_card, note_revoked, remove, show_activity, show_door, show_guests};

#[cfg(feature = "client")]
use std::collections::BTreeMap;
#[cfg(feature = "client")]
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[cfg(feature = "client")]
use crate::{activity::Doubt, ids::DocId, key::DeviceKey, store::Store};

/// Why a code or a card is not taken.
#[cfg(feature = "client")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// It is neither code nor card, or the other of the two.
    Malformed,
    /// It is of another version.
    WrongVersion,
    /// The signature is not that of its door, or of its device.
    Forged,
    /// This phone has not heard of the door.
    UnknownDoor,
    /// It is for another activity.
    OtherActivity,
    /// The door takes nobody in any more.
    DoorShut,
    /// An organiser has taken the door back: its key counts no longer.
    DoorRevoked,
    /// It is not one of now. If it is: the next one of the same door, or of the same phone, will be taken.
    Expired,
    /// This very card was used at this door, and its member has gone since.
    Replayed,
    /// Another server vouches for the card, or none.
    NotForThisServer,
}

#[cfg(feature = "client")]
impl From<SignedError> for Refused {
    fn from(error: SignedError) -> Self {
        match error {
            SignedError::Malformed => Self::Malformed,
            SignedError::WrongVersion => Self::WrongVersion,
        }
    }
}

/// What a running phone knows of codes and cards, and a restarted one has forgotten.
#[cfg(feature = "client")]
#[derive(Debug, Default)]
struct Remembered {
    sightings: freshness::Sightings,
    /// What is shown at a door, and up to when by the monotonic clock.
    shown: BTreeMap<DocId, (ShownCode, u64)>,
    /// Cards of now that need the host's word, by what tells them apart.
    amber: BTreeMap<[u8; NONCE_LEN], Doubt>,
}

/// See [`Remembered`]; one for each core.
#[cfg(feature = "client")]
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Remembered>);

#[cfg(feature = "client")]
impl Memory {
    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Codes, cards and doors; see [`crate::Core::presence`].
#[cfg(feature = "client")]
pub struct Presence<'a> {
    pub(crate) store: &'a Store,
    pub(crate) key: &'a Arc<dyn DeviceKey>,
    pub(crate) memory: &'a Memory,
}
